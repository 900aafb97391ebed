//! BER elements as protocols on the wire use them: tag, length, value.
//!
//! Spec: ITU-T X.690, 8.1. Lenient: overlong lengths and lengths beyond the input are taken as far as they go, for
//! sender's mistakes are news and no reason to stop. Indefinite lengths are followed to their end with bounded nesting.

use std::fmt;

use crate::{Reader, Text};

/// Nesting up to which the end of an indefinite length is searched.
const MAX_DEPTH: u8 = 16;
/// Longest text of an object identifier; what does not fit is cut.
const OID_TEXT: usize = 256;

/// Tag classes (X.690, 8.1.2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Types of ASN.1 itself.
    Universal,
    /// Types of one application.
    Application,
    /// Meaning by position.
    Context,
    /// Private agreements.
    Private,
}

/// Universal tag numbers that are used here.
pub mod universal {
    /// `BOOLEAN`.
    pub const BOOLEAN: u32 = 1;
    /// `INTEGER`.
    pub const INTEGER: u32 = 2;
    /// `BIT STRING`.
    pub const BIT_STRING: u32 = 3;
    /// `OCTET STRING`.
    pub const OCTET_STRING: u32 = 4;
    /// `NULL`.
    pub const NULL: u32 = 5;
    /// `OBJECT IDENTIFIER`.
    pub const OBJECT_IDENTIFIER: u32 = 6;
    /// `SEQUENCE`.
    pub const SEQUENCE: u32 = 16;
}

/// One element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Element<'a> {
    /// Class of the tag.
    pub class: Class,
    /// Whether the value is made of elements.
    pub constructed: bool,
    /// Number of the tag.
    pub number: u32,
    /// The value without tag and length, as far as it is there.
    pub value: &'a [u8],
    /// Bytes that the length promises and the input lacks.
    pub missing: usize,
}

impl<'a> Element<'a> {
    /// Whether this is a universal type with this number.
    pub fn is(&self, number: u32) -> bool {
        self.class == Class::Universal && self.number == number
    }

    /// The elements inside.
    pub fn inner(&self) -> Elements<'a> {
        elements(self.value)
    }

    /// The value as a signed number; `None` for empty values and those beyond 64 bits.
    pub fn integer(&self) -> Option<i64> {
        integer(self.value)
    }

    /// The value as an unsigned number, whatever its sign bit says: counters are encoded so by mistake.
    pub fn unsigned(&self) -> Option<u64> {
        unsigned(self.value)
    }
}

/// Elements one after the other; ends at the first that has no whole head. Their number is bounded by the input.
#[derive(Debug, Clone)]
pub struct Elements<'a> {
    reader: Reader<'a>,
}

impl<'a> Elements<'a> {
    /// Bytes after the elements that were taken.
    pub fn rest(&self) -> &'a [u8] {
        self.reader.rest()
    }

    /// Takes the next element when it is this universal type.
    pub fn expect(&mut self, number: u32) -> Option<Element<'a>> {
        self.next().filter(|element| element.is(number))
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Element<'a>;

    fn next(&mut self) -> Option<Element<'a>> {
        element(&mut self.reader, 0)
    }
}

/// The elements of `data`.
pub fn elements(data: &[u8]) -> Elements<'_> {
    Elements { reader: Reader::new(data) }
}

fn element<'a>(reader: &mut Reader<'a>, depth: u8) -> Option<Element<'a>> {
    let mut ahead = *reader;
    let first = ahead.u8().ok()?;
    let class = match first >> 6 {
        0 => Class::Universal,
        1 => Class::Application,
        2 => Class::Context,
        _ => Class::Private,
    };
    let constructed = first & 0x20 != 0;
    let mut number = u32::from(first & 0x1f);
    if number == 0x1f {
        number = 0;
        // Four groups of seven bits: no protocol here goes beyond.
        for at in 0..4 {
            let byte = ahead.u8().ok()?;
            number = number << 7 | u32::from(byte & 0x7f);
            if byte & 0x80 == 0 {
                break;
            }
            if at == 3 {
                return None;
            }
        }
    }
    let head = ahead.u8().ok()?;
    let value;
    let mut missing = 0usize;
    if head == 0x80 {
        if !constructed || depth >= MAX_DEPTH {
            return None;
        }
        let whole = ahead.rest();
        let inner = end_of_contents(&mut ahead, depth);
        value = whole.get(..inner).unwrap_or(whole);
    } else {
        let mut length = usize::from(head & 0x7f);
        if head & 0x80 != 0 {
            let mut wide = 0usize;
            for byte in ahead.take(length).ok()? {
                wide = wide.checked_mul(256)?.checked_add(usize::from(*byte))?;
            }
            length = wide;
        }
        value = ahead.take_up_to(length);
        missing = length.saturating_sub(value.len());
    }
    *reader = ahead;
    Some(Element { class, constructed, number, value, missing })
}

/// Passes elements up to two zero bytes; returns how many bytes stand before these.
fn end_of_contents(reader: &mut Reader<'_>, depth: u8) -> usize {
    let start = reader.position();
    loop {
        let inner = reader.position().saturating_sub(start);
        if reader.peek(2).is_ok_and(|bytes| bytes == [0, 0]) {
            let _ = reader.skip(2);
            return inner;
        }
        if element(reader, depth.saturating_add(1)).is_none() {
            // Not to be followed: all that is left counts as content.
            let rest = reader.remaining();
            let _ = reader.take_up_to(rest);
            return inner.saturating_add(rest);
        }
    }
}

/// Two's complement bytes as a number; `None` for empty values and those beyond 64 bits.
pub fn integer(value: &[u8]) -> Option<i64> {
    let first = *value.first()?;
    let negative = first & 0x80 != 0;
    let filler = if negative { 0xff } else { 0 };
    let mut bytes = [filler; 8];
    let significant = strip(value, filler);
    let at = bytes.len().checked_sub(significant.len())?;
    bytes.get_mut(at..)?.copy_from_slice(significant);
    let number = i64::from_be_bytes(bytes);
    (number.is_negative() == negative).then_some(number)
}

/// Bytes as an unsigned number; `None` for empty values and those beyond 64 bits.
pub fn unsigned(value: &[u8]) -> Option<u64> {
    value.first()?;
    let mut bytes = [0u8; 8];
    let significant = strip(value, 0);
    let at = bytes.len().checked_sub(significant.len())?;
    bytes.get_mut(at..)?.copy_from_slice(significant);
    Some(u64::from_be_bytes(bytes))
}

/// Without leading filler bytes.
fn strip(value: &[u8], filler: u8) -> &[u8] {
    let at = value.iter().position(|byte| *byte != filler).unwrap_or(value.len());
    value.get(at..).unwrap_or_default()
}

/// The numbers of an object identifier (X.690, 8.19); ends where a number is not whole or beyond 32 bits.
pub fn oid_numbers(value: &[u8]) -> impl Iterator<Item = u32> {
    let mut bytes = value.iter();
    let mut second: Option<u32> = None;
    let mut first = true;
    std::iter::from_fn(move || {
        if let Some(number) = second.take() {
            return Some(number);
        }
        let mut number = 0u32;
        loop {
            let byte = *bytes.next()?;
            number = number.checked_mul(128)?.checked_add(u32::from(byte & 0x7f))?;
            if byte & 0x80 == 0 {
                break;
            }
        }
        if first {
            // The first two numbers share one: 40 times the first (0 to 2) and the second.
            first = false;
            let high = (number / 40).min(2);
            second = Some(number.saturating_sub(high.saturating_mul(40)));
            return Some(high);
        }
        Some(number)
    })
}

/// An object identifier in dotted form.
pub fn oid_text(value: &[u8]) -> Text<OID_TEXT> {
    Text::of(format_args!("{}", Dotted(value)))
}

struct Dotted<'a>(&'a [u8]);

impl fmt::Display for Dotted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, number) in oid_numbers(self.0).enumerate() {
            if at > 0 {
                f.write_str(".")?;
            }
            write!(f, "{number}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_lengths_in_all_forms() {
        let data = [0x02, 1, 5, 0xbf, 0x81, 0x01, 0x82, 0, 1, 9, 0x04, 0x81, 2, b'a', b'b', 0x30, 9, 1];
        let all: Vec<_> = elements(&data).collect();
        assert_eq!(all.len(), 4);
        assert!(all[0].is(universal::INTEGER) && all[0].integer() == Some(5));
        assert_eq!((all[1].class, all[1].number, all[1].constructed), (Class::Context, 129, true));
        assert_eq!(all[2].value, b"ab");
        assert_eq!((all[3].missing, all[3].value), (8, &[1u8][..]));
    }

    #[test]
    fn indefinite_lengths_end_at_their_end() {
        let data = [0x30, 0x80, 0x30, 0x80, 2, 1, 7, 0, 0, 4, 1, b'x', 0, 0, 2, 1, 8];
        let all: Vec<_> = elements(&data).collect();
        assert_eq!(all.len(), 2);
        let inner: Vec<_> = all[0].inner().collect();
        assert_eq!(inner[0].inner().next().and_then(|element| element.integer()), Some(7));
        assert_eq!(inner[1].value, b"x");
        assert_eq!(all[1].integer(), Some(8));
        // Nested beyond the limit, and without an end.
        let deep: Vec<u8> = [0x30, 0x80].repeat(400);
        assert_eq!(elements(&deep).count(), 1);
    }

    #[test]
    fn numbers_of_any_width() {
        assert_eq!(integer(&[0xff]), Some(-1));
        assert_eq!(integer(&[0x80, 0, 0, 0, 0, 0, 0, 0]), Some(i64::MIN));
        assert_eq!(integer(&[0; 12]), Some(0));
        assert_eq!(integer(&[0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), None);
        assert_eq!(unsigned(&[0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), Some(u64::MAX));
        assert_eq!(integer(&[]), None);
        assert_eq!(unsigned(&[1; 9]), None);
    }

    #[test]
    fn object_identifiers() {
        assert_eq!(oid_text(&[0x2b, 6, 1, 4, 1, 0xa1, 0x69]).as_str(), "1.3.6.1.4.1.4329");
        assert_eq!(oid_text(&[0x88, 0x37]).as_str(), "2.999");
        assert_eq!(oid_text(&[]).as_str(), "");
        assert_eq!(oid_text(&[0x2b, 0xff]).as_str(), "1.3");
        assert_eq!(oid_text(&[0x2b, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 7]).as_str(), "1.3");
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_taken_without_panic(data in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300)) {
            for element in elements(&data) {
                let _ = (element.integer(), element.unsigned(), element.inner().count());
                let _ = oid_text(element.value);
            }
        }
    }
}
