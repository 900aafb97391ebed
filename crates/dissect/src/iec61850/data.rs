//! `Data` of MMS, which GOOSE uses too (ISO 9506-2, 14.4.2; IEC 61850-8-1, annex A).

use crate::ber::{Class, Element};
use crate::{Number, Reader, Text, Visitor, calendar, printable};

/// Nesting up to which structures are shown; IEC 61850 models stay below ten.
pub(crate) const MAX_DEPTH: u8 = 12;
/// Days from 1970-01-01 to 1984-01-01, where binary times begin.
const EPOCH_1984: i64 = 5113;

const ARRAY: u32 = 1;
const STRUCTURE: u32 = 2;
const BOOLEAN: u32 = 3;
const BIT_STRING: u32 = 4;
const INTEGER: u32 = 5;
const UNSIGNED: u32 = 6;
const FLOATING_POINT: u32 = 7;
const VISIBLE_STRING: u32 = 10;
const GENERALIZED_TIME: u32 = 11;
const BINARY_TIME: u32 = 12;
const BCD: u32 = 13;
const MMS_STRING: u32 = 16;
const UTC_TIME: u32 = 17;

/// Name of a type of data; empty for tags that are none.
pub(crate) const fn name(number: u32) -> &'static str {
    match number {
        ARRAY => "array",
        STRUCTURE => "structure",
        BOOLEAN => "boolean",
        BIT_STRING => "bit_string",
        INTEGER => "integer",
        UNSIGNED => "unsigned",
        FLOATING_POINT => "floating_point",
        8 => "real",
        9 => "octet_string",
        VISIBLE_STRING => "visible_string",
        GENERALIZED_TIME => "generalized_time",
        BINARY_TIME => "binary_time",
        BCD => "bcd",
        14 => "boolean_array",
        15 => "object_id",
        MMS_STRING => "mms_string",
        UTC_TIME => "utc_time",
        _ => "",
    }
}

/// Whether data holds further data.
pub(crate) const fn is_nested(element: &Element<'_>) -> bool {
    matches!(element.number, ARRAY | STRUCTURE) && element.constructed
}

/// The number that data holds, with the name of its type.
pub(crate) fn number(element: &Element<'_>) -> Option<(&'static str, Number)> {
    if element.class != Class::Context || element.constructed {
        return None;
    }
    let number = match element.number {
        BOOLEAN => Number::Bool(element.value.iter().any(|byte| *byte != 0)),
        BIT_STRING => Number::Uint(bits(element.value)?),
        INTEGER => Number::Int(element.integer()?),
        UNSIGNED => Number::Uint(element.unsigned()?),
        FLOATING_POINT => Number::Float(float(element.value)?),
        _ => return None,
    };
    Some((name(element.number), number))
}

/// Text that data holds.
pub(crate) fn text<'a>(element: &Element<'a>) -> Option<std::borrow::Cow<'a, str>> {
    (element.class == Class::Context && matches!(element.number, VISIBLE_STRING | MMS_STRING))
        .then(|| printable(element.value))
}

/// A bit string as a number, its first bit the highest; none where it is longer than 64 bits.
pub(crate) fn bits(value: &[u8]) -> Option<u64> {
    let (unused, bytes) = value.split_first()?;
    if bytes.len() > 8 || *unused > 7 {
        return None;
    }
    let whole = bytes.iter().fold(0u64, |sum, byte| sum << 8 | u64::from(*byte));
    Some(whole >> unused)
}

/// Exponent width, then IEEE 754 (ISO 9506-2, 14.4.2.7; IEC 61850-8-1 uses 8 and 11).
fn float(value: &[u8]) -> Option<f64> {
    let mut reader = Reader::new(value);
    match (reader.u8().ok()?, reader.remaining()) {
        (8, 4) => reader.be_f32().ok().map(f64::from),
        (11, 8) => reader.be_f64().ok(),
        _ => None,
    }
}

/// Seconds since 1970, 24 bits of fraction, one byte of quality (IEC 61850-8-1, 8.1.3.6).
pub(crate) fn utc_time(value: &[u8]) -> Option<(Text<40>, u8)> {
    let mut reader = Reader::new(value);
    let (seconds, fraction, quality) = (reader.be_u32().ok()?, reader.be_u24().ok()?, reader.u8().ok()?);
    let nanoseconds = u64::from(fraction).saturating_mul(1_000_000_000) >> 24;
    Some((calendar::utc(i64::from(seconds), u32::try_from(nanoseconds).unwrap_or(0)), quality))
}

/// Shows a UTC time, or its bytes where it is none.
pub(crate) fn visit_utc(field: &'static str, value: &[u8], visitor: &mut dyn Visitor) {
    match utc_time(value) {
        Some((text, _)) => visitor.text(field, text.as_str()),
        None => visitor.bytes(field, value),
    }
}

/// Shows a bit string as ones and zeros, its bytes where it is too long for that.
pub(crate) fn visit_bits(field: &'static str, value: &[u8], visitor: &mut dyn Visitor) {
    const MOST: usize = 32;
    let (unused, bytes) = value.split_first().map_or((0, value), |(unused, bytes)| (*unused, bytes));
    if bytes.len() > MOST || unused > 7 {
        visitor.bytes(field, value);
        return;
    }
    let count = bytes.len().saturating_mul(8).saturating_sub(usize::from(unused));
    let mut text = Text::<256>::default();
    for bit in bytes.iter().flat_map(|byte| (0..8u8).rev().map(move |at| byte >> at & 1)).take(count) {
        let _ = std::fmt::Write::write_str(&mut text, if bit == 1 { "1" } else { "0" });
    }
    visitor.text(field, text.as_str());
}

/// Milliseconds of the day, with days since 1984 in the long form (ISO 9506-2, 14.4.2.10).
fn visit_binary_time(field: &'static str, value: &[u8], visitor: &mut dyn Visitor) {
    let mut reader = Reader::new(value);
    match (reader.be_u32(), reader.be_u16()) {
        (Ok(ms), Ok(days)) => {
            let seconds = i64::from(days).saturating_add(EPOCH_1984).saturating_mul(86_400);
            let nanoseconds = (ms % 1000).saturating_mul(1_000_000);
            let time = calendar::utc(seconds.saturating_add(i64::from(ms / 1000)), nanoseconds);
            visitor.text(field, time.as_str());
        }
        (Ok(ms), Err(_)) => visitor.uint(field, u64::from(ms)),
        _ => visitor.bytes(field, value),
    }
}

/// Shows one piece of data as an object of type and value; structures hold lists of such objects.
pub(crate) fn visit(field: &'static str, element: &Element<'_>, visitor: &mut dyn Visitor) {
    nested(field, element, 0, visitor);
}

fn nested(field: &'static str, element: &Element<'_>, depth: u8, visitor: &mut dyn Visitor) {
    visitor.begin_object(field);
    let kind = name(element.number);
    visitor.text("type", if kind.is_empty() || element.class != Class::Context { "unknown" } else { kind });
    if is_nested(element) && depth < MAX_DEPTH {
        visitor.begin_list("value");
        for inner in element.inner() {
            nested("", &inner, depth.saturating_add(1), visitor);
        }
        visitor.end_list();
    } else {
        visit_value("value", element, visitor);
    }
    visitor.end_object();
}

/// Shows the bare value of one piece of data that holds no further data.
pub(crate) fn visit_value(field: &'static str, element: &Element<'_>, visitor: &mut dyn Visitor) {
    if element.class != Class::Context || element.constructed {
        visitor.bytes(field, element.value);
        return;
    }
    match (element.number, number(element)) {
        (BIT_STRING, _) => visit_bits(field, element.value, visitor),
        (_, Some((_, Number::Bool(value)))) => visitor.flag(field, value),
        (_, Some((_, Number::Int(value)))) => visitor.int(field, value),
        (_, Some((_, Number::Uint(value)))) => visitor.uint(field, value),
        (_, Some((_, Number::Float(value)))) => visitor.float(field, value),
        (VISIBLE_STRING | MMS_STRING | GENERALIZED_TIME, _) => visitor.text(field, &printable(element.value)),
        (UTC_TIME, _) => visit_utc(field, element.value, visitor),
        (BINARY_TIME, _) => visit_binary_time(field, element.value, visitor),
        (BCD, _) => match element.unsigned() {
            Some(value) => visitor.uint(field, value),
            None => visitor.bytes(field, element.value),
        },
        _ => visitor.bytes(field, element.value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ber::elements;
    use crate::testing::shown;

    #[test]
    fn every_type_is_shown() {
        let cases: &[(&[u8], &str)] = &[
            (&[0x83, 1, 1], "x={type=\"boolean\" value=true}"),
            (&[0x84, 2, 3, 0xa8], "x={type=\"bit_string\" value=\"10101\"}"),
            (&[0x85, 1, 0xfe], "x={type=\"integer\" value=-2}"),
            (&[0x86, 2, 0, 200], "x={type=\"unsigned\" value=200}"),
            (&[0x87, 5, 8, 0x3f, 0xc0, 0, 0], "x={type=\"floating_point\" value=1.5}"),
            (&[0x87, 9, 11, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0], "x={type=\"floating_point\" value=1.5}"),
            (&[0x87, 2, 9, 1], "x={type=\"floating_point\" value=0x0901}"),
            (&[0x89, 2, 1, 2], "x={type=\"octet_string\" value=0x0102}"),
            (&[0x8a, 2, b'h', b'i'], "x={type=\"visible_string\" value=\"hi\"}"),
            (&[0x8c, 4, 0, 0, 3, 232], "x={type=\"binary_time\" value=1000}"),
            (
                &[0x8c, 6, 0, 0, 3, 233, 0, 1],
                "x={type=\"binary_time\" value=\"1984-01-02T00:00:01.001000000Z\"}",
            ),
            (&[0x90, 2, b'h', b'i'], "x={type=\"mms_string\" value=\"hi\"}"),
            (
                &[0x91, 8, 0, 0, 0, 1, 0x80, 0, 0, 0],
                "x={type=\"utc_time\" value=\"1970-01-01T00:00:01.500000000Z\"}",
            ),
            (
                &[0xa2, 5, 0x83, 1, 0, 0xa1, 0],
                "x={type=\"structure\" value=[{type=\"boolean\" value=false} {type=\"array\" value=[]}]}",
            ),
            (&[0x04, 1, 1], "x={type=\"unknown\" value=0x01}"),
        ];
        for (bytes, expected) in cases {
            let element = elements(bytes).next().unwrap();
            assert_eq!(shown(&|visitor| visit("x", &element, visitor)), *expected);
        }
    }
}
