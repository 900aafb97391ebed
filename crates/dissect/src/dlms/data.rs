//! `Data` in A-XDR (IEC 62056-5-3, 8; types: IEC 62056-6-2, table 3).

use crate::{Number, Reader, Short, Text, Visitor, printable};

/// Nesting that is followed; profiles stay below five.
const MAX_DEPTH: u8 = 10;
/// Elements that one message shows; the rest is passed over.
const MAX_SHOWN: usize = 4096;

/// A length or count: one byte, or the number of bytes that hold it.
pub(super) fn length(reader: &mut Reader<'_>) -> Result<usize, Short> {
    let first = reader.u8()?;
    if first & 0x80 == 0 {
        return Ok(usize::from(first));
    }
    let mut value = 0usize;
    for byte in reader.take(usize::from(first & 0x7f).min(4))? {
        value = value << 8 | usize::from(*byte);
    }
    Ok(value)
}

/// Bytes after their length.
pub(super) fn octets<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], Short> {
    let length = length(reader)?;
    reader.take(length)
}

const fn name(tag: u8) -> &'static str {
    match tag {
        0 => "null",
        1 => "array",
        2 => "structure",
        3 => "boolean",
        4 => "bit_string",
        5 => "int32",
        6 => "uint32",
        9 => "octet_string",
        10 => "visible_string",
        12 => "utf8_string",
        13 => "bcd",
        15 => "int8",
        16 => "int16",
        17 => "uint8",
        18 => "uint16",
        19 => "compact_array",
        20 => "int64",
        21 => "uint64",
        22 => "enum",
        23 => "float32",
        24 => "float64",
        25 => "date_time",
        26 => "date",
        27 => "time",
        28 => "delta_int8",
        29 => "delta_int16",
        30 => "delta_int32",
        31 => "delta_uint8",
        32 => "delta_uint16",
        33 => "delta_uint32",
        255 => "dont_care",
        _ => "",
    }
}

/// The number that simple data holds, with the name of its type.
pub(super) fn number(data: &[u8]) -> Option<(&'static str, Number)> {
    let mut reader = Reader::new(data);
    let tag = reader.u8().ok()?;
    let number = match tag {
        3 => Number::Bool(reader.u8().ok()? != 0),
        5 | 30 => Number::Int(i64::from(reader.be_i32().ok()?)),
        6 | 33 => Number::Uint(u64::from(reader.be_u32().ok()?)),
        15 | 28 => Number::Int(i64::from(reader.i8().ok()?)),
        16 | 29 => Number::Int(i64::from(reader.be_i16().ok()?)),
        17 | 22 | 31 => Number::Uint(u64::from(reader.u8().ok()?)),
        18 | 32 => Number::Uint(u64::from(reader.be_u16().ok()?)),
        20 => Number::Int(reader.be_i64().ok()?),
        21 => Number::Uint(reader.be_u64().ok()?),
        23 => Number::Float(f64::from(reader.be_f32().ok()?)),
        24 => Number::Float(reader.be_f64().ok()?),
        _ => return None,
    };
    Some((name(tag), number))
}

/// The bytes of a string.
pub(super) fn string(data: &[u8]) -> Option<&[u8]> {
    let mut reader = Reader::new(data);
    matches!(reader.u8().ok()?, 9 | 10 | 12).then_some(())?;
    octets(&mut reader).ok()
}

/// Shows the data at the cursor as an object of type and value.
pub(super) fn visit(
    field: &'static str,
    reader: &mut Reader<'_>,
    visitor: &mut dyn Visitor,
) -> Result<(), Short> {
    let mut left = MAX_SHOWN;
    nested(field, reader, 0, &mut left, visitor)
}

fn nested(
    field: &'static str,
    reader: &mut Reader<'_>,
    depth: u8,
    left: &mut usize,
    visitor: &mut dyn Visitor,
) -> Result<(), Short> {
    let tag = reader.u8()?;
    visitor.begin_object(field);
    let kind = name(tag);
    visitor.text("type", if kind.is_empty() { "unknown" } else { kind });
    let done = if matches!(tag, 1 | 2) {
        visitor.begin_list("value");
        let done = elements(reader, depth, left, visitor);
        visitor.end_list();
        done
    } else {
        simple(tag, reader, visitor)
    };
    visitor.end_object();
    done
}

fn elements(
    reader: &mut Reader<'_>,
    depth: u8,
    left: &mut usize,
    visitor: &mut dyn Visitor,
) -> Result<(), Short> {
    let count = length(reader)?;
    for _ in 0..count {
        if depth >= MAX_DEPTH || *left == 0 {
            return Err(Short { needed: 1 });
        }
        *left = left.saturating_sub(1);
        nested("", reader, depth.saturating_add(1), left, visitor)?;
    }
    Ok(())
}

fn simple(tag: u8, reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Result<(), Short> {
    let rest = *reader;
    match tag {
        0 | 255 => {}
        3 => visitor.flag("value", reader.u8()? != 0),
        4 => {
            let bits = length(reader)?;
            visitor.uint("bits", bits as u64);
            visitor.bytes("value", reader.take(bits.div_ceil(8))?);
        }
        5 | 30 => visitor.int("value", i64::from(reader.be_i32()?)),
        6 | 33 => visitor.uint("value", u64::from(reader.be_u32()?)),
        9 => {
            let bytes = octets(reader)?;
            // Clocks travel as strings of twelve bytes.
            match date_time(bytes) {
                Some(text) => visitor.text("value", text.as_str()),
                None if !bytes.is_empty() && bytes.iter().all(|byte| (0x20..0x7f).contains(byte)) => {
                    visitor.text("value", &printable(bytes));
                }
                None => visitor.bytes("value", bytes),
            }
        }
        10 | 12 => visitor.text("value", &printable(octets(reader)?)),
        13 | 15 | 28 => visitor.int("value", i64::from(reader.i8()?)),
        16 | 29 => visitor.int("value", i64::from(reader.be_i16()?)),
        17 | 22 | 31 => visitor.uint("value", u64::from(reader.u8()?)),
        18 | 32 => visitor.uint("value", u64::from(reader.be_u16()?)),
        20 => visitor.int("value", reader.be_i64()?),
        21 => visitor.uint("value", reader.be_u64()?),
        23 => visitor.float("value", f64::from(reader.be_f32()?)),
        24 => visitor.float("value", reader.be_f64()?),
        25 => {
            let bytes = reader.take(12)?;
            match date_time(bytes) {
                Some(text) => visitor.text("value", text.as_str()),
                None => visitor.bytes("value", bytes),
            }
        }
        26 => visitor.bytes("value", reader.take(5)?),
        27 => visitor.bytes("value", reader.take(4)?),
        _ => {
            // A compact array describes its elements once; it ends the message as far as it is read here.
            visitor.bytes("value", rest.rest());
            return Err(Short { needed: 1 });
        }
    }
    Ok(())
}

/// Year, month, day, weekday, hour, minute, second, hundredths, deviation, status (IEC 62056-6-2, 4.1.6.1).
pub(super) fn date_time(bytes: &[u8]) -> Option<Text<32>> {
    let &[high, low, month, day, _, hour, minute, second, hundredths, _, _, _] = bytes.first_chunk::<12>()?;
    let year = u16::from_be_bytes([high, low]);
    let fits = bytes.len() == 12
        && (1970..2200).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    let hundredths = if hundredths < 100 { hundredths } else { 0 };
    fits.then(|| {
        Text::of(format_args!(
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{hundredths:02}"
        ))
    })
}
