//! Words, numbers, addresses and signs of a filter expression, each with its column.

use std::net::Ipv6Addr;

use super::FilterError;

/// Longest expression that is read, in bytes.
const MAX_EXPRESSION: usize = 64 << 10;

/// One token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A keyword, a name, or something like `6000-6008`.
    Word(String),
    /// A name written with a backslash, which is never a keyword.
    Escaped(String),
    Number(u32),
    /// A dotted address of two to four parts: its value from the right, and its bits.
    Dotted(u32, u32),
    Ipv6(Ipv6Addr),
    Mac([u8; 6]),
    /// An operator or bracket, in its usual spelling.
    Sign(&'static str),
}

/// A token and where it begins.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub(super) token: Token,
    /// 1-based, in characters.
    pub(super) column: usize,
}

/// Signs, longest first; the second text is the spelling that the parser knows.
const SIGNS: &[(&str, &str)] = &[
    ("&&", "and"),
    ("||", "or"),
    ("<<", "<<"),
    (">>", ">>"),
    ("<=", "<="),
    (">=", ">="),
    ("!=", "!="),
    ("==", "="),
    ("(", "("),
    (")", ")"),
    ("[", "["),
    ("]", "]"),
    (":", ":"),
    ("/", "/"),
    ("+", "+"),
    ("-", "-"),
    ("*", "*"),
    ("%", "%"),
    ("&", "&"),
    ("|", "|"),
    ("^", "^"),
    ("<", "<"),
    (">", ">"),
    ("=", "="),
    ("!", "not"),
];

/// Split an expression into tokens.
pub(super) fn tokens(expression: &str) -> Result<Vec<Placed>, FilterError> {
    if expression.len() > MAX_EXPRESSION {
        return Err(FilterError { column: MAX_EXPRESSION, what: "the expression is too long".to_owned() });
    }
    let mut found = Vec::new();
    let (mut rest, mut column, mut in_index) = (expression, 1_usize, 0_usize);
    while let Some(c) = rest.chars().next() {
        let length = if c.is_whitespace() {
            c.len_utf8()
        } else {
            let (token, length) = next(rest, in_index > 0).map_err(|what| FilterError { column, what })?;
            match token {
                Token::Sign("[") => in_index = in_index.saturating_add(1),
                Token::Sign("]") => in_index = in_index.saturating_sub(1),
                _ => {}
            }
            found.push(Placed { token, column });
            length
        };
        let (taken, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        column = column.saturating_add(taken.chars().count());
        rest = after;
    }
    Ok(found)
}

/// The token that `rest` begins with, and its length in bytes. Inside brackets a colon separates numbers.
fn next(rest: &str, in_index: bool) -> Result<(Token, usize), String> {
    if let Some(name) = rest.strip_prefix('\\') {
        let end = name.find(|c: char| c.is_whitespace() || "()!".contains(c)).unwrap_or(name.len());
        let name = name.get(..end).unwrap_or_default();
        if name.is_empty() {
            return Err("nothing follows the backslash".to_owned());
        }
        return Ok((Token::Escaped(name.to_owned()), end.saturating_add(1)));
    }
    let begins_word =
        rest.starts_with(|c: char| c.is_ascii_alphanumeric()) || (!in_index && rest.starts_with("::"));
    if begins_word {
        let belongs = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c) || (c == ':' && !in_index);
        let end = rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        let text = rest.get(..end).unwrap_or_default();
        // A word does not end in a dash or dot; `::` may end an address.
        let word = text.trim_end_matches(['-', '.']);
        return Ok((classify(word)?, word.len()));
    }
    for (text, name) in SIGNS {
        if rest.starts_with(text) {
            let token = match *name {
                "and" | "or" | "not" => Token::Word((*name).to_owned()),
                sign => Token::Sign(sign),
            };
            return Ok((token, text.len()));
        }
    }
    let c = rest.chars().next().unwrap_or(' ');
    Err(format!("unexpected character {c:?}"))
}

fn classify(word: &str) -> Result<Token, String> {
    if let Some(mac) = mac(word) {
        return Ok(Token::Mac(mac));
    }
    if word.contains(':') {
        let address = word.parse().map_err(|_| format!("{word:?} is not an IPv6 or MAC address"))?;
        return Ok(Token::Ipv6(address));
    }
    if !word.starts_with(|c: char| c.is_ascii_digit()) {
        return Ok(Token::Word(word.to_owned()));
    }
    if let Some(number) = number(word) {
        return number.map(Token::Number);
    }
    if word.chars().all(|c| c.is_ascii_digit() || c == '.') {
        return dotted(word).ok_or_else(|| format!("{word:?} is not an IPv4 address"));
    }
    Ok(Token::Word(word.to_owned()))
}

/// A decimal, octal (`017`) or hexadecimal (`0x1f`) number; an error when it has more than 32 bits.
pub(super) fn number(word: &str) -> Option<Result<u32, String>> {
    let (digits, radix) = if let Some(hex) = word.strip_prefix("0x").or_else(|| word.strip_prefix("0X")) {
        (hex, 16)
    } else if word.len() > 1 && word.starts_with('0') {
        (word.get(1..)?, 8)
    } else {
        (word, 10)
    };
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    Some(u32::from_str_radix(digits, radix).map_err(|_| format!("{word} has more than 32 bits")))
}

fn dotted(word: &str) -> Option<Token> {
    let (mut value, mut bits) = (0_u32, 0_u32);
    for part in word.split('.') {
        let part: u8 = part.parse().ok()?;
        bits = bits.checked_add(8).filter(|bits| *bits <= 32)?;
        value = value.checked_shl(8)? | u32::from(part);
    }
    Some(Token::Dotted(value, bits))
}

/// Six bytes parted by colons, dashes or dots, or three pairs parted by dots.
fn mac(word: &str) -> Option<[u8; 6]> {
    let mut bytes = [0; 6];
    let separator = word.chars().find(|c| ":-.".contains(*c))?;
    let parts: Vec<&str> = word.split(separator).collect();
    let is_hex = |part: &&str, most: usize| {
        (1..=most).contains(&part.len()) && part.chars().all(|c| c.is_ascii_hexdigit())
    };
    if parts.len() == 6 && parts.iter().all(|part| is_hex(part, 2)) {
        for (byte, part) in bytes.iter_mut().zip(parts) {
            *byte = u8::from_str_radix(part, 16).ok()?;
        }
        return Some(bytes);
    }
    if separator == '.' && parts.len() == 3 && parts.iter().all(|part| part.len() == 4 && is_hex(part, 4)) {
        for (pair, part) in bytes.chunks_exact_mut(2).zip(parts) {
            pair.copy_from_slice(&u16::from_str_radix(part, 16).ok()?.to_be_bytes());
        }
        return Some(bytes);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(expression: &str) -> Vec<Token> {
        tokens(expression).unwrap().into_iter().map(|placed| placed.token).collect()
    }

    #[test]
    fn addresses_numbers_and_words_are_told_apart() {
        let word = |text: &str| Token::Word(text.to_owned());
        assert_eq!(
            read("host 10.0.0.1 net 10.1 0x1F 017 00:11:22:33:44:5f ::1 6000-6008 tcp-syn 0011.2233.4455"),
            [
                word("host"),
                Token::Dotted(0x0a00_0001, 32),
                word("net"),
                Token::Dotted(0x0a01, 16),
                Token::Number(31),
                Token::Number(15),
                Token::Mac([0, 0x11, 0x22, 0x33, 0x44, 0x5f]),
                Token::Ipv6(Ipv6Addr::LOCALHOST),
                word("6000-6008"),
                word("tcp-syn"),
                Token::Mac([0, 0x11, 0x22, 0x33, 0x44, 0x55]),
            ]
        );
    }

    #[test]
    fn a_colon_in_brackets_parts_numbers() {
        assert_eq!(read("ip[2:2]")[2..5], [Token::Number(2), Token::Sign(":"), Token::Number(2)]);
    }

    #[test]
    fn errors_point_at_the_column() {
        let error = tokens("host 1.2.3.4.5").unwrap_err();
        assert_eq!(error.column, 6);
        assert_eq!(tokens("ip and ?").unwrap_err().column, 8);
        assert_eq!(tokens("é#").unwrap_err().column, 1);
    }
}
