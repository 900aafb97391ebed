//! Numbers of variable length, and typed values.

use crate::{Number, Reader, Visitor, printable};

/// Structures within structures that are followed.
const MAX_DEPTH: u8 = 6;
/// Elements of one value that are shown.
const MAX_SHOWN: u64 = 256;

/// Flags of a value: array, array of addresses, sparse array.
const ARRAY: u8 = 0x10;
const ADDRESS_ARRAY: u8 = 0x20;
const SPARSE_ARRAY: u8 = 0x40;

/// Data types.
const BLOB: u8 = 0x14;
const STRING: u8 = 0x15;
const STRUCT: u8 = 0x17;

/// An unsigned number of variable length: seven bits an octet, most significant first; a ninth octet has eight.
pub(super) fn number(reader: &mut Reader<'_>) -> Option<u64> {
    let mut value = 0u64;
    for _ in 0..8 {
        let byte = reader.u8().ok()?;
        value = value << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    Some(value << 8 | u64::from(reader.u8().ok()?))
}

/// A number of variable length that must fit 32 bits.
pub(super) fn small(reader: &mut Reader<'_>) -> Option<u32> {
    u32::try_from(number(reader)?).ok()
}

/// A signed number of variable length: bit 6 of its first octet is the sign.
fn signed(reader: &mut Reader<'_>) -> Option<i64> {
    let first = reader.peek_u8().ok()?;
    let mut value: i64 = if first & 0x40 == 0 { 0 } else { -1 };
    for _ in 0..8 {
        let byte = reader.u8().ok()?;
        value = value << 7 | i64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    Some(value << 8 | i64::from(reader.u8().ok()?))
}

/// One element of a value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Scalar<'a> {
    Null,
    Number(Number),
    Bytes(&'a [u8]),
    Text(&'a [u8]),
    /// A structure: its id and the bytes of its members.
    Struct(u32, &'a [u8]),
}

/// A typed value as the wire carries it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Value<'a> {
    flags: u8,
    pub(super) kind: u8,
    /// After the type.
    body: &'a [u8],
}

/// Name of a data type.
pub(super) const fn type_name(kind: u8) -> &'static str {
    match kind {
        0x00 => "null",
        0x01 => "bool",
        0x02 => "usint",
        0x03 => "uint",
        0x04 => "udint",
        0x05 => "ulint",
        0x06 => "sint",
        0x07 => "int",
        0x08 => "dint",
        0x09 => "lint",
        0x0a => "byte",
        0x0b => "word",
        0x0c => "dword",
        0x0d => "lword",
        0x0e => "real",
        0x0f => "lreal",
        0x10 => "timestamp",
        0x11 => "timespan",
        0x12 => "rid",
        0x13 => "aid",
        BLOB => "blob",
        STRING => "wstring",
        0x16 => "variant",
        STRUCT => "struct",
        0x19 => "s7_string",
        _ => "unknown",
    }
}

/// Takes a value; `None` when it is cut or of an unknown type.
pub(super) fn value<'a>(reader: &mut Reader<'a>) -> Option<Value<'a>> {
    nested(reader, 0)
}

fn nested<'a>(reader: &mut Reader<'a>, depth: u8) -> Option<Value<'a>> {
    let flags = reader.u8().ok()?;
    let kind = reader.u8().ok()?;
    let start = reader.rest();
    let value = Value { flags, kind, body: start };
    value.each(reader, depth, |_, _| {})?;
    let length = start.len().checked_sub(reader.remaining())?;
    Some(Value { body: start.get(..length)?, ..value })
}

fn scalar<'a>(kind: u8, reader: &mut Reader<'a>, depth: u8) -> Option<Scalar<'a>> {
    let unsigned = |value: u64| Scalar::Number(Number::Uint(value));
    Some(match kind {
        0x00 => Scalar::Null,
        0x01 => Scalar::Number(Number::Bool(reader.u8().ok()? != 0)),
        0x02 | 0x0a => unsigned(reader.u8().ok()?.into()),
        0x03 | 0x0b => unsigned(reader.be_u16().ok()?.into()),
        0x04 | 0x05 | 0x13 => unsigned(number(reader)?),
        0x06 => Scalar::Number(Number::Int(reader.i8().ok()?.into())),
        0x07 => Scalar::Number(Number::Int(reader.be_i16().ok()?.into())),
        0x08 | 0x09 | 0x11 => Scalar::Number(Number::Int(signed(reader)?)),
        0x0c | 0x12 => unsigned(reader.be_u32().ok()?.into()),
        0x0d | 0x10 => unsigned(reader.be_u64().ok()?),
        0x0e => Scalar::Number(Number::Float(reader.be_f32().ok()?.into())),
        0x0f => Scalar::Number(Number::Float(reader.be_f64().ok()?)),
        BLOB => {
            // A root id other than 0 announces another form, which nothing public describes.
            if small(reader)? != 0 {
                return None;
            }
            let length = usize::try_from(number(reader)?).ok()?;
            Scalar::Bytes(reader.take(length).ok()?)
        }
        STRING => {
            let length = usize::try_from(number(reader)?).ok()?;
            Scalar::Text(reader.take(length).ok()?)
        }
        STRUCT => {
            let id = reader.be_u32().ok()?;
            let start = reader.rest();
            if is_packed(id) {
                reader.skip(8).ok()?;
                let flags = number(reader)?;
                let mut count = number(reader)?;
                // Bit 10: the count is that of elements, and another one of bytes follows.
                if flags & 0x400 != 0 {
                    count = number(reader)?;
                }
                reader.skip(usize::try_from(count).ok()?).ok()?;
            } else {
                members(reader, depth, |_, _| {})?;
            }
            let length = start.len().checked_sub(reader.remaining())?;
            Scalar::Struct(id, start.get(..length)?)
        }
        _ => return None,
    })
}

/// Structures of the program's own and the system's types travel packed, as one run of bytes.
const fn is_packed(id: u32) -> bool {
    matches!(id, 0x9000_0000..=0x9fff_ffff | 0x0200_0000..=0x02ff_ffff)
}

/// Members of a structure: number and value, until number 0.
fn members<'a>(reader: &mut Reader<'a>, depth: u8, mut each: impl FnMut(u32, Value<'a>)) -> Option<()> {
    if depth >= MAX_DEPTH {
        return None;
    }
    loop {
        let id = small(reader)?;
        if id == 0 {
            return Some(());
        }
        each(id, nested(reader, depth.saturating_add(1))?);
    }
}

impl<'a> Value<'a> {
    /// Reads every element with its key (its place, or its own key in sparse arrays).
    fn each(&self, reader: &mut Reader<'a>, depth: u8, mut each: impl FnMut(u64, Scalar<'a>)) -> Option<()> {
        if self.flags & (ARRAY | ADDRESS_ARRAY) != 0 {
            let count = number(reader)?;
            // Every element but a null takes a byte at least, so a false count ends with the bytes.
            if self.kind == 0 && count > 0 {
                return None;
            }
            for at in 0..count {
                each(at, scalar(self.kind, reader, depth)?);
            }
        } else if self.flags & SPARSE_ARRAY != 0 {
            loop {
                let key = number(reader)?;
                if key == 0 {
                    break;
                }
                each(key, scalar(self.kind, reader, depth)?);
            }
        } else {
            each(0, scalar(self.kind, reader, depth)?);
        }
        Some(())
    }

    /// Whether it is more than one element.
    const fn is_list(&self) -> bool {
        self.flags & (ARRAY | ADDRESS_ARRAY | SPARSE_ARRAY) != 0
    }

    /// The value where it is a single element.
    pub(super) fn single(&self) -> Option<Scalar<'a>> {
        if self.is_list() {
            return None;
        }
        scalar(self.kind, &mut Reader::new(self.body), 0)
    }

    /// The number that it is.
    pub(super) fn as_number(&self) -> Option<Number> {
        match self.single()? {
            Scalar::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The text that it is.
    pub(super) fn as_text(&self) -> Option<&'a [u8]> {
        match self.single()? {
            Scalar::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Numbers of an array, in order.
    pub(super) fn numbers(&self, mut each: impl FnMut(u64)) {
        let _ = self.each(&mut Reader::new(self.body), 0, |_, scalar| {
            if let Scalar::Number(Number::Uint(number)) = scalar {
                each(number);
            }
        });
    }

    /// Members of the structure that it is; nothing for packed ones.
    pub(super) fn members(&self, each: impl FnMut(u32, Value<'a>)) {
        if let Some(Scalar::Struct(id, body)) = self.single()
            && !is_packed(id)
        {
            let _ = members(&mut Reader::new(body), 0, each);
        }
    }

    /// Shows type and value.
    pub(super) fn visit(&self, visitor: &mut dyn Visitor) {
        self.show(visitor, 0);
    }

    fn show(&self, visitor: &mut dyn Visitor, depth: u8) {
        visitor.named("datatype", u64::from(self.kind), type_name(self.kind));
        if !self.is_list() {
            if let Some(element) = scalar(self.kind, &mut Reader::new(self.body), depth) {
                show("value", element, visitor, depth);
            }
            return;
        }
        visitor.begin_list("values");
        let mut shown = 0u64;
        let _ = self.each(&mut Reader::new(self.body), depth, |_, element| {
            if shown < MAX_SHOWN {
                show("", element, visitor, depth);
            }
            shown = shown.saturating_add(1);
        });
        visitor.end_list();
    }
}

fn show(name: &'static str, scalar: Scalar<'_>, visitor: &mut dyn Visitor, depth: u8) {
    match scalar {
        Scalar::Null => {}
        Scalar::Number(Number::Bool(value)) => visitor.flag(name, value),
        Scalar::Number(Number::Int(value)) => visitor.int(name, value),
        Scalar::Number(Number::Uint(value)) => visitor.uint(name, value),
        Scalar::Number(Number::Float(value)) => visitor.float(name, value),
        Scalar::Bytes(bytes) => visitor.bytes(name, bytes),
        Scalar::Text(text) => visitor.text(name, &printable(text)),
        Scalar::Struct(id, body) => {
            visitor.begin_object(name);
            visitor.uint("struct_id", u64::from(id));
            if is_packed(id) {
                visitor.bytes("packed", body);
            } else {
                visitor.begin_list("members");
                let _ = members(&mut Reader::new(body), depth, |id, value| {
                    visitor.begin_object("");
                    visitor.uint("id", u64::from(id));
                    value.show(visitor, depth.saturating_add(1));
                    visitor.end_object();
                });
                visitor.end_list();
            }
            visitor.end_object();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_variable_length() {
        let cases: &[(&[u8], u64)] = &[
            (&[0x7f], 127),
            (&[0x81, 0x69], 233),
            (&[0x87, 0x80, 0x80, 0x9c, 0x4d], 0x7000_0e4d),
            (&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], u64::MAX),
        ];
        for (bytes, expected) in cases {
            assert_eq!(number(&mut Reader::new(bytes)), Some(*expected));
            assert_eq!(number(&mut Reader::new(&bytes[..bytes.len() - 1])), None);
        }
        for (bytes, expected) in
            [(&[0x01][..], 1), (&[0x7f], -1), (&[0xff, 0x00], -128), (&[0x81, 0x00], 128)]
        {
            assert_eq!(signed(&mut Reader::new(bytes)), Some(expected));
        }
    }

    #[test]
    fn structures_in_structures_end_somewhere() {
        let mut deep = Vec::new();
        for _ in 0..200 {
            deep.extend_from_slice(&[0, STRUCT, 0, 0, 1, 0x3a, 1]);
        }
        assert!(value(&mut Reader::new(&deep)).is_none());
        // An array of nulls that claims to be endless.
        assert!(value(&mut Reader::new(&[ARRAY, 0, 0xff, 0xff, 0xff, 0xff, 0x7f])).is_none());
    }

    #[test]
    fn values_of_every_form() {
        let text = value(&mut Reader::new(&[0, STRING, 2, b'a', b'b'])).unwrap();
        assert_eq!(text.as_text(), Some(&b"ab"[..]));
        let array = value(&mut Reader::new(&[ADDRESS_ARRAY, 4, 2, 0x81, 0x00, 5])).unwrap();
        let mut seen = Vec::new();
        array.numbers(|number| seen.push(number));
        assert_eq!(seen, [128, 5]);
        let sparse = value(&mut Reader::new(&[SPARSE_ARRAY, 7, 3, 0xff, 0xfe, 0])).unwrap();
        assert!(sparse.as_number().is_none() && sparse.kind == 7);
        let packed = [0, STRUCT, 0x90, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3, 9];
        let mut reader = Reader::new(&packed);
        assert!(value(&mut reader).is_some());
        assert_eq!(reader.rest(), [9]);
    }
}
