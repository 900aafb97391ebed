//! From tokens to tests: qualifiers, addresses, and how terms are joined.
//!
//! The grammar is that of pcap-filter(7). `and` and `or` bind equally and from left to right, `not` binds tighter,
//! and a value without qualifiers takes those of the term before it (`port 80 or 443`). A little more is accepted
//! than libpcap does: an address alone means `host`, and `proto` takes names without a backslash.

use super::FilterError;
use super::ast::{Direction, Encapsulation, Join, Naming, Node, Test};
use super::lex::{Placed, Token};
use super::names;

/// Deepest nesting of brackets and `not`.
const MAX_DEPTH: usize = 64;
/// Most terms of an expression; each is looked at for each frame.
const MAX_TERMS: usize = 4096;

/// Qualifiers of a value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    pub(super) protocol: Protocol,
    pub(super) direction: Option<Direction>,
    pub(super) kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protocol {
    Any,
    Link,
    Ip,
    Ip6,
    Arp,
    Rarp,
    /// TCP, UDP or SCTP: the number as the only one of a list.
    Ports(&'static [u8]),
    /// Any other protocol above IP.
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Host,
    Net,
    Port,
    PortRange,
    Protocol,
}

/// Words that are there but cannot be answered from a capture file.
const UNSUPPORTED: &[(&str, &str)] = &[
    ("gateway", "`gateway` needs names of hosts; give `ether host MAC and not host ADDRESS`"),
    ("protochain", "`protochain` is not supported; give `proto`"),
    ("inbound", "`inbound` is not supported; captures seldom know it"),
    ("outbound", "`outbound` is not supported; captures seldom know it"),
    ("geneve", "`geneve` is not supported; give `udp port 6081`"),
    ("ipx", "`ipx` is not supported; give `ether proto 0x8137`"),
    ("atalk", "`atalk` is not supported; give `ether proto 0x809b`"),
    ("aarp", "`aarp` is not supported; give `ether proto 0x80f3`"),
    ("wlan", "`wlan` is not supported"),
    ("type", "`type` (802.11) is not supported"),
    ("subtype", "`subtype` (802.11) is not supported"),
    ("esis", "`esis` is not supported; give `iso`"),
    ("isis", "`isis` is not supported; give `iso`"),
    ("clnp", "`clnp` is not supported; give `iso`"),
    ("llc", "`llc` is not supported; give `ether[12:2] <= 1500`"),
];

pub(super) struct Parser<'a> {
    tokens: &'a [Placed],
    pub(super) at: usize,
    /// Column after the end, for errors there.
    end: usize,
    pub(super) encapsulation: Encapsulation,
    depth: usize,
    terms: usize,
}

impl<'a> Parser<'a> {
    pub(super) fn new(tokens: &'a [Placed], end: usize) -> Self {
        Self { tokens, at: 0, end, encapsulation: Encapsulation::default(), depth: 0, terms: 0 }
    }

    /// Read the whole expression.
    pub(super) fn parse(mut self) -> Result<Node, FilterError> {
        let (node, _) = self.expression(None)?;
        match self.peek() {
            None => Ok(node),
            Some(Token::Sign(")")) => Err(self.error("there is no opening bracket for this one")),
            Some(_) => Err(self.error("expected `and` or `or` here")),
        }
    }

    pub(super) fn peek(&self) -> Option<&'a Token> {
        self.peek_after(0)
    }

    pub(super) fn peek_next(&self) -> Option<&'a Token> {
        self.peek_after(1)
    }

    fn peek_after(&self, ahead: usize) -> Option<&'a Token> {
        self.tokens.get(self.at.saturating_add(ahead)).map(|placed| &placed.token)
    }

    pub(super) fn skip(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    /// Take the next token when it is this word or sign.
    pub(super) fn take(&mut self, text: &str) -> bool {
        let found = match self.peek() {
            Some(Token::Word(word)) => word == text,
            Some(Token::Sign(sign)) => *sign == text,
            _ => false,
        };
        if found {
            self.skip();
        }
        found
    }

    pub(super) fn error(&self, what: impl Into<String>) -> FilterError {
        let column = self.tokens.get(self.at).map_or(self.end, |placed| placed.column);
        FilterError { column, what: what.into() }
    }

    /// Count a level of nesting; every caller gives it back with [`Parser::leave`] when it succeeds.
    pub(super) fn enter(&mut self) -> Result<(), FilterError> {
        self.depth = self.depth.saturating_add(1);
        if self.depth > MAX_DEPTH { Err(self.error("too many brackets inside each other")) } else { Ok(()) }
    }

    pub(super) fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// Terms joined by `and` and `or`; returns the qualifiers that a bare value after it would take.
    fn expression(&mut self, inherited: Option<Head>) -> Result<(Node, Option<Head>), FilterError> {
        let (first, mut head) = self.term(inherited)?;
        let mut rest = Vec::new();
        loop {
            let join = match self.peek() {
                Some(Token::Word(word)) if word == "and" => Join::And,
                Some(Token::Word(word)) if word == "or" => Join::Or,
                _ => break,
            };
            self.skip();
            let (node, latest) = self.term(head)?;
            head = latest;
            rest.push((join, node));
        }
        let node = if rest.is_empty() { first } else { Node::Chain(Box::new(first), rest) };
        Ok((node, head))
    }

    fn term(&mut self, inherited: Option<Head>) -> Result<(Node, Option<Head>), FilterError> {
        self.terms = self.terms.saturating_add(1);
        if self.terms > MAX_TERMS {
            return Err(self.error("the expression has too many terms"));
        }
        if self.take("not") {
            self.enter()?;
            let (node, head) = self.term(inherited)?;
            self.leave();
            return Ok((Node::Not(Box::new(node)), head));
        }
        // A bracket or number may begin a comparison or something else; see how far a comparison gets.
        let (start, depth) = (self.at, self.depth);
        let mut nearest = None;
        if self.may_begin_arithmetic() {
            match self.relation() {
                Ok(test) => return Ok((self.test(test), None)),
                // A word that begins a comparison (`tcp[`, `len`) can be nothing else.
                Err(error)
                    if matches!(self.tokens.get(start).map(|placed| &placed.token), Some(Token::Word(_))) =>
                {
                    return Err(error);
                }
                Err(error) => nearest = Some(error),
            }
            (self.at, self.depth) = (start, depth);
        }
        let result = if self.take("(") { self.bracket(inherited) } else { self.primary(inherited) };
        result.map_err(|error| match nearest {
            Some(nearest) if nearest.column > error.column => nearest,
            _ => error,
        })
    }

    fn bracket(&mut self, inherited: Option<Head>) -> Result<(Node, Option<Head>), FilterError> {
        self.enter()?;
        let inner = self.expression(inherited)?;
        if !self.take(")") {
            return Err(self.error("expected a closing bracket here"));
        }
        self.leave();
        Ok(inner)
    }

    fn test(&self, test: Test) -> Node {
        Node::Test(self.encapsulation, test)
    }

    /// A term that is neither a comparison nor in brackets.
    fn primary(&mut self, inherited: Option<Head>) -> Result<(Node, Option<Head>), FilterError> {
        let word = match self.peek() {
            None => return Err(self.error("the expression ends here; something is missing")),
            Some(Token::Sign(sign)) => return Err(self.error(format!("unexpected `{sign}`"))),
            Some(Token::Word(word)) => word.as_str(),
            Some(_) => return self.bare(inherited),
        };
        if let Some((_, what)) = UNSUPPORTED.iter().find(|(name, _)| *name == word) {
            return Err(self.error(*what));
        }
        if let Some(test) = self.plain_word(word)? {
            return Ok((test, None));
        }
        let start = self.at;
        let Some(head) = self.head()? else { return self.bare(inherited) };
        if matches!(self.peek(), Some(Token::Word(word)) if word == "broadcast" || word == "multicast") {
            return Ok((self.cast(head)?, None));
        }
        if self.is_lone(head, start) {
            let name = word;
            return match (names::network(name), names::transport(name)) {
                (Some(network), _) => Ok((self.test(Test::Network(network)), None)),
                (_, Some((number, ip6))) => Ok((self.test(Test::Transport { ip: true, ip6, number }), None)),
                _ if name == "icmp6" => {
                    Ok((self.test(Test::Transport { ip: false, ip6: true, number: 58 }), None))
                }
                _ => Err(self.error("expected an address here")),
            };
        }
        self.value(head).map(|node| (node, Some(head)))
    }

    /// Whether nothing but a protocol's name was read and no value follows it.
    fn is_lone(&self, head: Head, start: usize) -> bool {
        let only_name = self.at == start.saturating_add(1) && head.protocol != Protocol::Any;
        let value_follows = match self.peek() {
            Some(Token::Number(_) | Token::Dotted(..) | Token::Ipv6(_) | Token::Mac(_)) => true,
            Some(Token::Sign(sign)) => *sign == "(",
            _ => false,
        };
        only_name && !value_follows
    }

    /// A value without qualifiers.
    fn bare(&mut self, inherited: Option<Head>) -> Result<(Node, Option<Head>), FilterError> {
        let alone = Head { protocol: Protocol::Any, direction: None, kind: Kind::Host };
        let head = match (inherited, self.peek()) {
            (Some(head), _) => head,
            (None, Some(Token::Dotted(_, 32) | Token::Ipv6(_))) => alone,
            (None, Some(Token::Mac(_))) => Head { protocol: Protocol::Link, ..alone },
            (None, Some(Token::Word(word))) => return Err(self.error(format!("unknown word {word:?}"))),
            (None, _) => return Err(self.error("a value needs a word before it, such as `host` or `port`")),
        };
        self.value(head).map(|node| (node, Some(head)))
    }

    /// Words that need no value, or a number.
    fn plain_word(&mut self, word: &str) -> Result<Option<Node>, FilterError> {
        let start = self.at;
        self.skip();
        let node = match word {
            "broadcast" => self.test(Test::Broadcast),
            "multicast" => self.test(Test::Multicast),
            "less" | "greater" => {
                let Some(Token::Number(length)) = self.peek() else {
                    return Err(self.error("expected a length in bytes here"));
                };
                self.skip();
                self.test(Self::length_test(word == "less", *length))
            }
            "vlan" => {
                let id = self.optional_number(0x0fff, "VLAN id")?.and_then(|id| u16::try_from(id).ok());
                let node = self.test(Test::Vlan(id));
                self.encapsulation.shift = self.encapsulation.shift.saturating_add(4);
                node
            }
            "mpls" => {
                let label = self.optional_number(0x000f_ffff, "MPLS label")?;
                let node = self.test(Test::Mpls(label));
                let shift = self.encapsulation.shift.saturating_add(4);
                self.encapsulation = Encapsulation { shift, naming: Naming::Mpls };
                node
            }
            "pppoed" => self.test(Test::PppoeDiscovery),
            "pppoes" => {
                let id =
                    self.optional_number(0xffff, "PPPoE session id")?.and_then(|id| u16::try_from(id).ok());
                let node = self.test(Test::PppoeSession(id));
                let shift = self.encapsulation.shift.saturating_add(8);
                self.encapsulation = Encapsulation { shift, naming: Naming::Ppp };
                node
            }
            _ => {
                self.at = start;
                return Ok(None);
            }
        };
        Ok(Some(node))
    }

    pub(super) fn optional_number(&mut self, most: u32, what: &str) -> Result<Option<u32>, FilterError> {
        let Some(Token::Number(number)) = self.peek() else { return Ok(None) };
        if *number > most {
            return Err(self.error(format!("a {what} is at most {most}")));
        }
        self.skip();
        Ok(Some(*number))
    }

    /// Qualifiers in front of a value; `None` when there are none.
    fn head(&mut self) -> Result<Option<Head>, FilterError> {
        let start = self.at;
        let protocol = self.protocol();
        let direction = self.direction();
        let kind = match self.peek() {
            Some(Token::Word(word)) => match word.as_str() {
                "host" => Some(Kind::Host),
                "net" => Some(Kind::Net),
                "port" => Some(Kind::Port),
                "portrange" => Some(Kind::PortRange),
                "proto" => Some(Kind::Protocol),
                _ => None,
            },
            _ => None,
        };
        if kind.is_some() {
            self.skip();
        }
        if kind == Some(Kind::Protocol) && direction.is_some() {
            return Err(self.error("`proto` has no direction"));
        }
        let head = Head { protocol, direction, kind: kind.unwrap_or(Kind::Host) };
        Ok((self.at != start).then_some(head))
    }

    fn protocol(&mut self) -> Protocol {
        let Some(Token::Word(word)) = self.peek() else { return Protocol::Any };
        let protocol = match word.as_str() {
            "ether" | "link" => Protocol::Link,
            "ip" => Protocol::Ip,
            "ip6" => Protocol::Ip6,
            "arp" => Protocol::Arp,
            "rarp" => Protocol::Rarp,
            "tcp" => Protocol::Ports(&[names::TCP]),
            "udp" => Protocol::Ports(&[names::UDP]),
            "sctp" => Protocol::Ports(&[names::SCTP]),
            "icmp6" => Protocol::Other,
            name if names::transport(name).is_some() || names::network(name).is_some() => Protocol::Other,
            _ => return Protocol::Any,
        };
        self.skip();
        protocol
    }

    fn direction(&mut self) -> Option<Direction> {
        let word = |token: Option<&'a Token>| match token {
            Some(Token::Word(word)) => word.as_str(),
            _ => "",
        };
        let (first, join, second) = (word(self.peek()), word(self.peek_after(1)), word(self.peek_after(2)));
        let one = match first {
            "src" => Direction::Source,
            "dst" => Direction::Destination,
            _ => return None,
        };
        self.skip();
        if !matches!((first, second), ("src", "dst") | ("dst", "src")) || !matches!(join, "and" | "or") {
            return Some(one);
        }
        self.skip();
        self.skip();
        Some(if join == "and" { Direction::Both } else { Direction::Either })
    }

    /// `broadcast` or `multicast` after a protocol.
    fn cast(&mut self, head: Head) -> Result<Node, FilterError> {
        let is_broadcast = matches!(self.peek(), Some(Token::Word(word)) if word == "broadcast");
        let test = match (head.protocol, is_broadcast) {
            (Protocol::Link, true) => Test::Broadcast,
            (Protocol::Link, false) => Test::Multicast,
            (Protocol::Ip, false) => Test::IpMulticast,
            (Protocol::Ip6, false) => Test::Ip6Multicast,
            (Protocol::Ip, true) => {
                return Err(self.error("`ip broadcast` needs a netmask that a capture does not have"));
            }
            _ => return Err(self.error("only `ether`, `ip` and `ip6` go with this word")),
        };
        self.skip();
        Ok(self.test(test))
    }

    /// A value after its qualifiers, or several in brackets.
    fn value(&mut self, head: Head) -> Result<Node, FilterError> {
        if self.take("not") {
            self.enter()?;
            let node = self.value(head)?;
            self.leave();
            return Ok(Node::Not(Box::new(node)));
        }
        if self.take("(") {
            return self.bracket(Some(head)).map(|(node, _)| node);
        }
        let test = match head.kind {
            Kind::Host | Kind::Net => self.address(head)?,
            Kind::Port | Kind::PortRange => self.ports(head)?,
            Kind::Protocol => self.protocol_value(head.protocol)?,
        };
        Ok(self.test(test))
    }
}
