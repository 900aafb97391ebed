//! Comparisons of numbers, lengths and header bytes: `tcp[tcpflags] & tcp-syn != 0`.

use super::FilterError;
use super::ast::{Base, Expression, Network, Operator, Relation, Test};
use super::lex::Token;
use super::names;
use super::parse::Parser;

/// Operators from the loosest to the tightest level; those of one level go from left to right.
const LEVELS: [&[(&str, Operator)]; 4] = [
    &[("&", Operator::And), ("|", Operator::Or), ("^", Operator::Xor)],
    &[("<<", Operator::ShiftLeft), (">>", Operator::ShiftRight)],
    &[("+", Operator::Add), ("-", Operator::Subtract)],
    &[("*", Operator::Multiply), ("/", Operator::Divide), ("%", Operator::Remainder)],
];

const RELATIONS: &[(&str, Relation)] = &[
    ("=", Relation::Equal),
    ("!=", Relation::Unequal),
    ("<=", Relation::LessOrEqual),
    (">=", Relation::GreaterOrEqual),
    ("<", Relation::Less),
    (">", Relation::Greater),
];

impl Parser<'_> {
    /// What `less` and `greater` mean: both include the length itself.
    pub(super) fn length_test(is_less: bool, length: u32) -> Test {
        let relation = if is_less { Relation::LessOrEqual } else { Relation::GreaterOrEqual };
        Test::Relation(relation, Expression::Length, Expression::Number(length))
    }

    /// Whether the next token can begin a comparison.
    pub(super) fn may_begin_arithmetic(&self) -> bool {
        match self.peek() {
            Some(Token::Number(_) | Token::Sign("(" | "-")) => true,
            Some(Token::Word(word)) => {
                word == "len" || names::number(word).is_some() || self.header(word).is_some()
            }
            _ => false,
        }
    }

    /// Two values and how they are compared.
    pub(super) fn relation(&mut self) -> Result<Test, FilterError> {
        let left = self.level(0)?;
        let Some((_, relation)) = RELATIONS.iter().find(|(sign, _)| self.take(sign)) else {
            return Err(self.error("expected a comparison here, such as = or >"));
        };
        Ok(Test::Relation(*relation, left, self.level(0)?))
    }

    /// Operands joined by the operators of one level.
    fn level(&mut self, level: usize) -> Result<Expression, FilterError> {
        let Some(operators) = LEVELS.get(level) else { return self.operand() };
        let tighter = level.saturating_add(1);
        let first = self.level(tighter)?;
        let mut rest = Vec::new();
        while let Some((_, operator)) = operators.iter().find(|(sign, _)| self.take(sign)) {
            rest.push((*operator, self.level(tighter)?));
        }
        Ok(if rest.is_empty() { first } else { Expression::Chain(Box::new(first), rest) })
    }

    fn operand(&mut self) -> Result<Expression, FilterError> {
        match self.peek() {
            Some(Token::Number(number)) => {
                self.skip();
                Ok(Expression::Number(*number))
            }
            Some(Token::Sign("-")) => {
                self.skip();
                self.enter()?;
                let inner = self.operand()?;
                self.leave();
                Ok(Expression::Negate(Box::new(inner)))
            }
            Some(Token::Sign("(")) => {
                self.skip();
                self.enter()?;
                let inner = self.level(0)?;
                if !self.take(")") {
                    return Err(self.error("expected a closing bracket here"));
                }
                self.leave();
                Ok(inner)
            }
            Some(Token::Word(word)) => {
                if let Some(base) = self.header(word) {
                    return self.load(base);
                }
                let value = if word == "len" {
                    Expression::Length
                } else if let Some(number) = names::number(word) {
                    Expression::Number(number)
                } else {
                    return Err(self.error(format!("{word:?} is not a number")));
                };
                self.skip();
                Ok(value)
            }
            _ => Err(self.error("expected a number here")),
        }
    }

    /// The header that a word means when an index in brackets follows it.
    fn header(&self, word: &str) -> Option<Base> {
        if !matches!(self.peek_next(), Some(Token::Sign("["))) {
            return None;
        }
        Some(match word {
            "ether" | "link" => Base::Link,
            "icmp6" => Base::Icmp6,
            "ip" => Base::Network(Network::Ip),
            "ip6" => Base::Network(Network::Ip6),
            "arp" => Base::Network(Network::Arp),
            "rarp" => Base::Network(Network::Rarp),
            _ => Base::Transport(names::transport(word)?.0),
        })
    }

    /// `[INDEX]` or `[INDEX:SIZE]` after a header's name.
    fn load(&mut self, base: Base) -> Result<Expression, FilterError> {
        self.skip();
        self.skip(); // the name and the bracket that `header` saw
        self.enter()?;
        let index = Box::new(self.level(0)?);
        let size = if self.take(":") {
            let size = match self.peek() {
                Some(Token::Number(size @ (1 | 2 | 4))) => usize::try_from(*size).unwrap_or(1),
                _ => return Err(self.error("the number of bytes must be 1, 2 or 4")),
            };
            self.skip();
            size
        } else {
            1
        };
        if !self.take("]") {
            return Err(self.error("expected `]` here"));
        }
        self.leave();
        Ok(Expression::Load { base, encapsulation: self.encapsulation, index, size })
    }
}
