//! Data types (volume 1, appendix C-6) and values of tags.

use crate::{Number, Reader, Visitor, printable};

/// Type word of a structure; a handle that names its template follows (1756-PM020).
pub(super) const STRUCTURE: u16 = 0x02a0;

/// Name of an elementary type.
pub(super) const fn name(code: u16) -> &'static str {
    match code {
        0xc1 => "bool",
        0xc2 => "sint",
        0xc3 => "int",
        0xc4 => "dint",
        0xc5 => "lint",
        0xc6 => "usint",
        0xc7 => "uint",
        0xc8 => "udint",
        0xc9 => "ulint",
        0xca => "real",
        0xcb => "lreal",
        0xcc => "stime",
        0xcd => "date",
        0xce => "time_of_day",
        0xcf => "date_and_time",
        0xd0 => "string",
        0xd1 => "byte",
        0xd2 => "word",
        0xd3 => "dword",
        0xd4 => "lword",
        0xd5 => "string2",
        0xd6 => "ftime",
        0xd7 => "ltime",
        0xd8 => "itime",
        0xd9 => "stringn",
        0xda => "short_string",
        0xdb => "time",
        0xdc => "epath",
        0xdd => "engunit",
        0xde => "stringi",
        STRUCTURE => "struct",
        _ => "unknown",
    }
}

/// Bytes of one value of a fixed-width type.
pub(super) const fn width(code: u16) -> Option<usize> {
    match code {
        0xc1 | 0xc2 | 0xc6 | 0xd1 => Some(1),
        0xc3 | 0xc7 | 0xcd | 0xd2 | 0xd8 | 0xdd => Some(2),
        0xc4 | 0xc8 | 0xca | 0xcc | 0xce | 0xd3 | 0xd6 | 0xdb => Some(4),
        0xcf => Some(6),
        0xc5 | 0xc9 | 0xcb | 0xd4 | 0xd7 => Some(8),
        _ => None,
    }
}

/// Reads one number of a fixed-width type.
pub(super) fn number(code: u16, reader: &mut Reader<'_>) -> Option<Number> {
    Some(match code {
        0xc1 => Number::Bool(reader.u8().ok()? != 0),
        0xc2 => Number::Int(i64::from(reader.i8().ok()?)),
        0xc3 | 0xd8 => Number::Int(i64::from(reader.le_i16().ok()?)),
        0xc4 | 0xcc | 0xd6 | 0xdb => Number::Int(i64::from(reader.le_i32().ok()?)),
        0xc5 | 0xd7 => Number::Int(reader.le_i64().ok()?),
        0xc6 | 0xd1 => Number::Uint(u64::from(reader.u8().ok()?)),
        0xc7 | 0xcd | 0xd2 | 0xdd => Number::Uint(u64::from(reader.le_u16().ok()?)),
        0xc8 | 0xce | 0xd3 => Number::Uint(u64::from(reader.le_u32().ok()?)),
        0xc9 | 0xd4 => Number::Uint(reader.le_u64().ok()?),
        0xca => Number::Float(f64::from(reader.le_f32().ok()?)),
        0xcb => Number::Float(reader.le_f64().ok()?),
        _ => return None,
    })
}

/// Type word and what belongs to it, ahead of a tag's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Type {
    pub(super) code: u16,
    /// Handle of the structure's template.
    pub(super) handle: Option<u16>,
}

impl Type {
    /// Reads the type ahead of a tag's data.
    pub(super) fn parse(reader: &mut Reader<'_>) -> Option<Self> {
        let code = reader.le_u16().ok()?;
        let handle = if code == STRUCTURE { Some(reader.le_u16().ok()?) } else { None };
        Some(Self { code, handle })
    }

    /// Shows the type.
    pub(super) fn visit(self, visitor: &mut dyn Visitor) {
        visitor.named("data_type", u64::from(self.code), name(self.code));
        if let Some(handle) = self.handle {
            visitor.uint("structure_handle", u64::from(handle));
        }
    }

    /// Shows the values that follow the type, the rest as bytes.
    pub(super) fn visit_values(self, data: &[u8], visitor: &mut dyn Visitor) {
        let mut reader = Reader::new(data);
        if width(self.code).is_some() {
            visitor.begin_list("values");
            while let Some(number) = number(self.code, &mut reader) {
                visit_number("", number, visitor);
            }
            visitor.end_list();
        } else if let Some(text) = text(self.code, &mut reader) {
            visitor.text("text", &text);
        }
        if !reader.is_empty() {
            visitor.bytes("data", reader.rest());
        }
    }
}

/// Reads a value of a text type.
fn text<'a>(code: u16, reader: &mut Reader<'a>) -> Option<std::borrow::Cow<'a, str>> {
    let length = match code {
        0xd0 => usize::from(reader.le_u16().ok()?),
        0xda => usize::from(reader.u8().ok()?),
        _ => return None,
    };
    reader.take(length).ok().map(printable)
}

/// Shows one number.
pub(super) fn visit_number(name: &'static str, number: Number, visitor: &mut dyn Visitor) {
    match number {
        Number::Bool(value) => visitor.flag(name, value),
        Number::Int(value) => visitor.int(name, value),
        Number::Uint(value) => visitor.uint(name, value),
        Number::Float(value) => visitor.float(name, value),
    }
}
