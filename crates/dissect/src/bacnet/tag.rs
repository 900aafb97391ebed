//! Tags and primitive values of the application layer (ASHRAE 135, 20.2).

use std::borrow::Cow;

use crate::{Reader, Text};

/// Application tag numbers (20.2.1.4).
pub(super) const NULL: u8 = 0;
pub(super) const BOOLEAN: u8 = 1;
pub(super) const UNSIGNED: u8 = 2;
pub(super) const INTEGER: u8 = 3;
pub(super) const REAL: u8 = 4;
pub(super) const DOUBLE: u8 = 5;
pub(super) const OCTETS: u8 = 6;
pub(super) const TEXT: u8 = 7;
pub(super) const BITS: u8 = 8;
pub(super) const ENUMERATED: u8 = 9;
pub(super) const DATE: u8 = 10;
pub(super) const TIME: u8 = 11;
pub(super) const OBJECT: u8 = 12;

/// Deepest nesting of opening tags that is followed; the productions of the standard need seven.
pub(super) const MAX_DEPTH: usize = 12;

/// What follows a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A primitive value.
    Value,
    /// Opening tag of a constructed value.
    Open,
    /// Closing tag.
    Close,
}

/// One tag with its primitive value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    pub(super) number: u8,
    pub(super) context: bool,
    pub(super) form: Form,
    /// Contents; for an application-tagged boolean the one byte 0 or 1 that the tag itself holds.
    pub(super) value: &'a [u8],
}

impl<'a> Tag<'a> {
    /// Reads the next tag and its primitive value; `None` at the end and where either is cut.
    #[inline]
    pub(super) fn read(reader: &mut Reader<'a>) -> Option<Self> {
        let first = reader.u8().ok()?;
        let number = match first >> 4 {
            0x0f => reader.u8().ok()?,
            number => number,
        };
        let context = first & 0x08 != 0;
        let lvt = first & 0x07;
        let (form, length) = match lvt {
            6 if context => (Form::Open, 0),
            7 if context => (Form::Close, 0),
            5 => (Form::Value, extended_length(reader)?),
            6 | 7 => return None,
            _ => (Form::Value, usize::from(lvt)),
        };
        if !context && number == BOOLEAN {
            let value: &'static [u8] = if length == 0 { &[0] } else { &[1] };
            return Some(Self { number, context, form, value });
        }
        let value = reader.take(length).ok()?;
        Some(Self { number, context, form, value })
    }

    /// The next tag without passing it.
    #[inline]
    pub(super) fn peek(reader: &Reader<'a>) -> Option<Self> {
        let mut ahead = *reader;
        Self::read(&mut ahead)
    }

    /// Whether this is the primitive value with context tag `number`.
    pub(super) fn is_value(&self, number: u8) -> bool {
        self.context && self.form == Form::Value && self.number == number
    }

    /// Whether this is the opening tag `number`.
    pub(super) fn opens(&self, number: u8) -> bool {
        self.form == Form::Open && self.number == number
    }
}

fn extended_length(reader: &mut Reader<'_>) -> Option<usize> {
    match reader.u8().ok()? {
        254 => reader.be_u16().ok().map(usize::from),
        255 => reader.be_u32().ok().and_then(|length| usize::try_from(length).ok()),
        length => Some(usize::from(length)),
    }
}

/// The contents of the constructed value whose opening tag was just read; `reader` then stands behind its closing
/// tag. Where that is lacking, everything to the end is given.
pub(super) fn inside<'a>(reader: &mut Reader<'a>) -> &'a [u8] {
    let start = *reader;
    let mut depth = 0usize;
    loop {
        let before = reader.position();
        let Some(tag) = Tag::read(reader) else {
            *reader = Reader::new(&[]);
            return start.rest();
        };
        match tag.form {
            Form::Open => depth = depth.saturating_add(1),
            Form::Close if depth == 0 => {
                let length = before.saturating_sub(start.position());
                return start.rest().get(..length).unwrap_or_default();
            }
            Form::Close => depth = depth.saturating_sub(1),
            Form::Value => {}
        }
    }
}

/// How the tags of a whole parameter list hang together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Structure {
    /// Every tag is whole and every constructed value is closed.
    Whole,
    /// A tag or value is cut, or opening and closing tags do not pair.
    Broken,
    /// Nested beyond [`MAX_DEPTH`].
    TooDeep,
}

/// Checks the tags of a parameter list without looking at their meaning.
pub(super) fn structure(data: &[u8]) -> Structure {
    let mut reader = Reader::new(data);
    let mut open = [0u8; MAX_DEPTH];
    let mut depth = 0usize;
    while !reader.is_empty() {
        let Some(tag) = Tag::read(&mut reader) else { return Structure::Broken };
        match tag.form {
            Form::Value => {}
            Form::Open => {
                let Some(slot) = open.get_mut(depth) else { return Structure::TooDeep };
                *slot = tag.number;
                depth = depth.saturating_add(1);
            }
            Form::Close => {
                let Some(innermost) = depth.checked_sub(1) else { return Structure::Broken };
                if open.get(innermost) != Some(&tag.number) {
                    return Structure::Broken;
                }
                depth = innermost;
            }
        }
    }
    if depth == 0 { Structure::Whole } else { Structure::Broken }
}

/// Type and instance of an object (20.2.14).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ObjectId {
    pub(super) kind: u16,
    pub(super) instance: u32,
}

impl ObjectId {
    pub(super) const fn from_bits(bits: u32) -> Self {
        let kind = (bits >> 22) as u16;
        Self { kind, instance: bits & 0x003f_ffff }
    }

    pub(super) fn of(value: &[u8]) -> Option<Self> {
        let bytes: [u8; 4] = value.try_into().ok()?;
        Some(Self::from_bits(u32::from_be_bytes(bytes)))
    }
}

/// An unsigned number or enumeration of one to eight bytes (20.2.4).
#[inline]
pub(super) fn unsigned(value: &[u8]) -> Option<u64> {
    if value.is_empty() || value.len() > 8 {
        return None;
    }
    Some(value.iter().fold(0u64, |number, byte| number << 8 | u64::from(*byte)))
}

/// An unsigned number that fits 32 bits.
#[inline]
pub(super) fn unsigned32(value: &[u8]) -> Option<u32> {
    unsigned(value).and_then(|number| u32::try_from(number).ok())
}

/// A signed number of one to eight bytes (20.2.5).
pub(super) fn integer(value: &[u8]) -> Option<i64> {
    let first = *value.first()?;
    if value.len() > 8 {
        return None;
    }
    let sign = if first & 0x80 == 0 { 0 } else { -1i64 };
    Some(value.iter().fold(sign, |number, byte| number << 8 | i64::from(*byte)))
}

pub(super) fn real(value: &[u8]) -> Option<f32> {
    value.try_into().ok().map(f32::from_be_bytes)
}

pub(super) fn double(value: &[u8]) -> Option<f64> {
    value.try_into().ok().map(f64::from_be_bytes)
}

/// A character string after its character set (20.2.9).
pub(super) fn text(value: &[u8]) -> Cow<'_, str> {
    match value.split_first() {
        None => Cow::Borrowed(""),
        Some((3, units)) => Cow::Owned(
            units
                .as_chunks::<4>()
                .0
                .iter()
                .map(|unit| char::from_u32(u32::from_be_bytes(*unit)).unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect(),
        ),
        Some((4, units)) => {
            let units = units.as_chunks::<2>().0.iter().map(|unit| u16::from_be_bytes(*unit));
            Cow::Owned(
                char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect(),
            )
        }
        // A code page stands between the set and the characters.
        Some((1, rest)) => crate::printable(rest.get(2..).unwrap_or_default()),
        Some((_, rest)) => crate::printable(rest),
    }
}

/// A date as `2009-04-30`; `*` for what is unspecified (20.2.12).
pub(super) fn date(value: &[u8]) -> Option<Text<32>> {
    let &[year, month, day, _weekday] = value else { return None };
    let mut text = Text::<32>::default();
    match year {
        0xff => push(&mut text, "*"),
        _ => number(&mut text, u64::from(year).saturating_add(1900), 4),
    }
    for part in [month, day] {
        push(&mut text, "-");
        if part == 0xff { push(&mut text, "*") } else { number(&mut text, u64::from(part), 2) }
    }
    Some(text)
}

/// A time of day as `11:18:28.99`; `*` for what is unspecified (20.2.13).
pub(super) fn time(value: &[u8]) -> Option<Text<32>> {
    let &[hour, minute, second, hundredth] = value else { return None };
    let mut text = Text::<32>::default();
    for (part, separator) in [(hour, ""), (minute, ":"), (second, ":"), (hundredth, ".")] {
        push(&mut text, separator);
        if part == 0xff { push(&mut text, "*") } else { number(&mut text, u64::from(part), 2) }
    }
    Some(text)
}

/// Appends text; what does not fit is cut.
pub(super) fn push<const N: usize>(to: &mut Text<N>, text: &str) {
    let _ = std::fmt::Write::write_str(to, text);
}

/// Appends a number of at least `width` digits without the machinery of formatting, for the path of every message.
pub(super) fn number<const N: usize>(to: &mut Text<N>, value: u64, width: usize) {
    let mut digits = [b'0'; 20];
    let mut rest = value;
    let mut count = 0usize;
    for slot in digits.iter_mut().rev() {
        let digit = (rest % 10) as u8;
        *slot = b'0'.wrapping_add(digit);
        rest /= 10;
        count = count.wrapping_add(1);
        if rest == 0 && count >= width {
            break;
        }
    }
    let start = digits.len().saturating_sub(count);
    let digits = digits.get(start..).unwrap_or_default();
    push(to, std::str::from_utf8(digits).unwrap_or_default());
}
