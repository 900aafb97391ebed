//! Arguments and field tables of AMQP 0.9.1 (4.2.5).

use super::method::{Arguments, Form, reply_name};
use crate::{Reader, Visitor, printable};

/// Entries of one table that are looked at, and how deep tables nest.
const MAX_ENTRIES: usize = 256;
const MAX_DEPTH: u8 = 8;

pub(super) fn short_string<'a>(reader: &mut Reader<'a>) -> Option<&'a [u8]> {
    let length = reader.u8().ok()?;
    reader.take(usize::from(length)).ok()
}

pub(super) fn long_string<'a>(reader: &mut Reader<'a>) -> Option<&'a [u8]> {
    let length = usize::try_from(reader.be_u32().ok()?).ok()?;
    reader.take(length).ok()
}

/// An argument as it was read.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value<'a> {
    Number(u64),
    Flag(bool),
    Text(&'a [u8]),
    Secret(usize),
    Table(&'a [u8]),
}

/// Reads arguments in order; `None` ends the list where bytes lack.
pub(super) fn arguments(
    forms: Arguments,
    data: &[u8],
) -> impl Iterator<Item = Option<(&'static str, Value<'_>)>> {
    let mut reader = Reader::new(data);
    // Octet of packed bits and how many of it were taken.
    let mut bits: Option<(u8, u8)> = None;
    let mut broken = false;
    forms.iter().map_while(move |(name, form)| {
        if broken {
            return None;
        }
        if *form != Form::Bit {
            bits = None;
        }
        let mut read = || {
            Some(match form {
                Form::Octet => Value::Number(u64::from(reader.u8().ok()?)),
                Form::Short => Value::Number(u64::from(reader.be_u16().ok()?)),
                Form::Long => Value::Number(u64::from(reader.be_u32().ok()?)),
                Form::LongLong => Value::Number(reader.be_u64().ok()?),
                Form::ShortString => Value::Text(short_string(&mut reader)?),
                Form::LongString => Value::Text(long_string(&mut reader)?),
                Form::Secret => Value::Secret(long_string(&mut reader)?.len()),
                Form::Table => Value::Table(long_string(&mut reader)?),
                Form::Bit => {
                    let (octet, at) = match bits {
                        Some((octet, at)) if at < 8 => (octet, at),
                        _ => (reader.u8().ok()?, 0),
                    };
                    bits = Some((octet, at.saturating_add(1)));
                    Value::Flag(octet.checked_shr(u32::from(at)).unwrap_or(0) & 1 != 0)
                }
            })
        };
        let value = read();
        broken = value.is_none();
        Some(value.map(|value| (*name, value)))
    })
}

/// The text of one argument.
pub(super) fn text<'a>(forms: Arguments, data: &'a [u8], wanted: &str) -> Option<&'a [u8]> {
    arguments(forms, data).flatten().find_map(|(name, value)| match value {
        Value::Text(text) if name == wanted => Some(text),
        _ => None,
    })
}

/// The table among the arguments.
pub(super) fn table(forms: Arguments, data: &[u8]) -> Option<&[u8]> {
    arguments(forms, data).flatten().find_map(|(_, value)| match value {
        Value::Table(table) => Some(table),
        _ => None,
    })
}

/// Shows all arguments.
pub(super) fn visit(forms: Arguments, data: &[u8], visitor: &mut dyn Visitor) {
    for (name, value) in arguments(forms, data).flatten() {
        if name.is_empty() {
            continue;
        }
        match value {
            Value::Number(number) if name == "reply_code" => {
                visitor.named(name, number, reply_name(u16::try_from(number).unwrap_or(0)));
            }
            Value::Number(number) => visitor.uint(name, number),
            Value::Flag(flag) => visitor.flag(name, flag),
            Value::Text(text) => visitor.text(name, &printable(text)),
            Value::Secret(length) => {
                let name = match name {
                    "challenge" => "challenge_length",
                    "new_secret" => "new_secret_length",
                    _ => "response_length",
                };
                visitor.uint(name, u64::try_from(length).unwrap_or(0));
            }
            Value::Table(table) => {
                visitor.begin_list(name);
                let _ = entries(table, 0, visitor);
                visitor.end_list();
            }
        }
    }
}

/// Shows the entries of a table as name and value.
pub(super) fn entries(table: &[u8], depth: u8, visitor: &mut dyn Visitor) -> Option<()> {
    let mut reader = Reader::new(table);
    for _ in 0..MAX_ENTRIES {
        if reader.is_empty() {
            break;
        }
        let name = short_string(&mut reader)?;
        visitor.begin_object("");
        visitor.text("name", &printable(name));
        let done = value(&mut reader, depth, "value", visitor);
        visitor.end_object();
        done?;
    }
    Some(())
}

fn value(reader: &mut Reader<'_>, depth: u8, name: &'static str, visitor: &mut dyn Visitor) -> Option<()> {
    match reader.u8().ok()? {
        b't' => visitor.flag(name, reader.u8().ok()? != 0),
        b'b' => visitor.int(name, i64::from(reader.i8().ok()?)),
        b'B' => visitor.uint(name, u64::from(reader.u8().ok()?)),
        b's' | b'U' => visitor.int(name, i64::from(reader.be_i16().ok()?)),
        b'u' => visitor.uint(name, u64::from(reader.be_u16().ok()?)),
        b'I' => visitor.int(name, i64::from(reader.be_i32().ok()?)),
        b'i' => visitor.uint(name, u64::from(reader.be_u32().ok()?)),
        b'l' | b'L' => visitor.int(name, reader.be_i64().ok()?),
        b'T' => visitor.uint(name, reader.be_u64().ok()?),
        b'f' => visitor.float(name, f64::from(reader.be_f32().ok()?)),
        b'd' => visitor.float(name, reader.be_f64().ok()?),
        b'D' => visitor.bytes(name, reader.take(5).ok()?),
        b'S' => visitor.text(name, &printable(long_string(reader)?)),
        b'x' => visitor.bytes(name, long_string(reader)?),
        b'F' => {
            let table = long_string(reader)?;
            visitor.begin_list(name);
            if depth < MAX_DEPTH {
                let _ = entries(table, depth.saturating_add(1), visitor);
            }
            visitor.end_list();
        }
        b'A' => {
            let mut items = Reader::new(long_string(reader)?);
            visitor.begin_list(name);
            for _ in 0..MAX_ENTRIES {
                if depth >= MAX_DEPTH || items.is_empty() {
                    break;
                }
                if value(&mut items, depth.saturating_add(1), "", visitor).is_none() {
                    break;
                }
            }
            visitor.end_list();
        }
        b'V' => {}
        _ => return None,
    }
    Some(())
}

/// Texts at the top level of a table, by name.
pub(super) fn texts(table: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut reader = Reader::new(table);
    std::iter::from_fn(move || {
        for _ in 0..MAX_ENTRIES {
            let name = short_string(&mut reader)?;
            if reader.peek_u8().ok()? == b'S' {
                reader.skip(1).ok()?;
                return Some((name, long_string(&mut reader)?));
            }
            value(&mut reader, 0, "", &mut Nowhere)?;
        }
        None
    })
}

/// Passes values over.
struct Nowhere;

impl Visitor for Nowhere {
    fn uint(&mut self, _: &'static str, _: u64) {}
    fn int(&mut self, _: &'static str, _: i64) {}
    fn float(&mut self, _: &'static str, _: f64) {}
    fn flag(&mut self, _: &'static str, _: bool) {}
    fn text(&mut self, _: &'static str, _: &str) {}
    fn bytes(&mut self, _: &'static str, _: &[u8]) {}
    fn named(&mut self, _: &'static str, _: u64, _: &str) {}
    fn begin_object(&mut self, _: &'static str) {}
    fn end_object(&mut self) {}
    fn begin_list(&mut self, _: &'static str) {}
    fn end_list(&mut self) {}
}

/// Names of the basic properties, from the highest flag bit down (class basic, fields).
const PROPERTIES: [(&str, Form); 14] = [
    ("content_type", Form::ShortString),
    ("content_encoding", Form::ShortString),
    ("headers", Form::Table),
    ("delivery_mode", Form::Octet),
    ("priority", Form::Octet),
    ("correlation_id", Form::ShortString),
    ("reply_to", Form::ShortString),
    ("expiration", Form::ShortString),
    ("message_id", Form::ShortString),
    ("timestamp", Form::LongLong),
    ("type", Form::ShortString),
    ("user_id", Form::ShortString),
    ("app_id", Form::ShortString),
    ("cluster_id", Form::ShortString),
];

/// Shows a content header: class, weight, body size, properties; a user's name is passed over.
pub(super) fn content_header(data: &[u8], visitor: &mut dyn Visitor) -> Option<()> {
    let mut reader = Reader::new(data);
    visitor.uint("class_id", u64::from(reader.be_u16().ok()?));
    reader.skip(2).ok()?;
    visitor.uint("body_size", reader.be_u64().ok()?);
    let flags = reader.be_u16().ok()?;
    for (at, (name, form)) in PROPERTIES.iter().enumerate() {
        if flags.checked_shl(u32::try_from(at).ok()?).unwrap_or(0) & 0x8000 == 0 {
            continue;
        }
        match form {
            Form::Octet => visitor.uint(name, u64::from(reader.u8().ok()?)),
            Form::LongLong => visitor.uint(name, reader.be_u64().ok()?),
            Form::Table => {
                let table = long_string(&mut reader)?;
                visitor.begin_list(name);
                let _ = entries(table, 0, visitor);
                visitor.end_list();
            }
            _ => {
                let text = short_string(&mut reader)?;
                if *name != "user_id" {
                    visitor.text(name, &printable(text));
                }
            }
        }
    }
    Some(())
}
