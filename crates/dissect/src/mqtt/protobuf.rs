//! A small reader of the Protocol Buffers wire format: fields of one message, without a schema.

use crate::Reader;

/// Fields of one message that are looked at.
const MAX_FIELDS: usize = 4_096;

/// The value of a field, by its wire type.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Field<'a> {
    /// Wire type 0.
    Varint(u64),
    /// Wire type 1.
    Fixed64(u64),
    /// Wire type 2: text, bytes or a message.
    Bytes(&'a [u8]),
    /// Wire type 5.
    Fixed32(u32),
}

/// A number of seven bits a byte, at most ten bytes.
fn varint(reader: &mut Reader<'_>) -> Option<u64> {
    let mut value = 0u64;
    for shift in (0u32..70).step_by(7) {
        let byte = reader.u8().ok()?;
        value |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

fn one<'a>(reader: &mut Reader<'a>) -> Option<(u64, Field<'a>)> {
    let key = varint(reader)?;
    let field = match key & 7 {
        0 => Field::Varint(varint(reader)?),
        1 => Field::Fixed64(reader.le_u64().ok()?),
        2 => {
            let length = usize::try_from(varint(reader)?).ok()?;
            Field::Bytes(reader.take(length).ok()?)
        }
        5 => Field::Fixed32(reader.le_u32().ok()?),
        _ => return None,
    };
    Some((key >> 3, field)).filter(|(number, _)| *number > 0)
}

/// Number and value of every field in wire order; a broken one ends the list with `None`.
pub(super) fn fields(bytes: &[u8]) -> impl Iterator<Item = Option<(u64, Field<'_>)>> {
    let mut reader = Reader::new(bytes);
    let mut broken = false;
    std::iter::from_fn(move || {
        if broken || reader.is_empty() {
            return None;
        }
        let next = one(&mut reader);
        broken = next.is_none();
        Some(next)
    })
    .take(MAX_FIELDS)
}
