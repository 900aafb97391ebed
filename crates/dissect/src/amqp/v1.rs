//! Performatives of AMQP 1.0 and its type system.
//!
//! Spec: OASIS AMQP 1.0, part 1 (types), part 2 (transport), part 3 (messaging), part 5 (SASL).

use crate::{Reader, Visitor, printable};

/// Items of one list or map that are looked at, and how deep values nest.
const MAX_ITEMS: usize = 128;
const MAX_DEPTH: u8 = 6;

pub(super) const OPEN: u64 = 0x10;
pub(super) const ATTACH: u64 = 0x12;
pub(super) const FLOW: u64 = 0x13;
pub(super) const TRANSFER: u64 = 0x14;
pub(super) const DISPOSITION: u64 = 0x15;
pub(super) const DETACH: u64 = 0x16;
pub(super) const END: u64 = 0x17;
pub(super) const CLOSE: u64 = 0x18;
pub(super) const SASL_INIT: u64 = 0x41;
pub(super) const SASL_OUTCOME: u64 = 0x44;

/// A value of the type system; what holds others stays bytes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value<'a> {
    Null,
    Flag(bool),
    Uint(u64),
    Int(i64),
    Float(f64),
    Text(&'a [u8]),
    Bytes(&'a [u8]),
    List(&'a [u8]),
    Map(&'a [u8]),
    /// Array: constructor and elements.
    Array(&'a [u8]),
    /// Described: the descriptor's number where it is one, and the value's bytes.
    Described(Option<u64>, &'a [u8]),
}

/// Reads one value.
pub(super) fn value<'a>(reader: &mut Reader<'a>, depth: u8) -> Option<Value<'a>> {
    let constructor = reader.u8().ok()?;
    if constructor != 0 {
        return primitive(constructor, reader);
    }
    if depth >= MAX_DEPTH {
        return None;
    }
    let descriptor = match value(reader, depth.saturating_add(1))? {
        Value::Uint(number) => Some(number),
        _ => None,
    };
    let start = reader.rest();
    let before = reader.position();
    value(reader, depth.saturating_add(1))?;
    let inner = start.get(..reader.position().saturating_sub(before))?;
    Some(Value::Described(descriptor, inner))
}

fn primitive<'a>(constructor: u8, reader: &mut Reader<'a>) -> Option<Value<'a>> {
    Some(match constructor {
        0x40 => Value::Null,
        0x41 => Value::Flag(true),
        0x42 => Value::Flag(false),
        0x43 | 0x44 => Value::Uint(0),
        0x45 => Value::List(&[]),
        0x50 | 0x52 | 0x53 => Value::Uint(u64::from(reader.u8().ok()?)),
        0x51 | 0x54 | 0x55 => Value::Int(i64::from(reader.i8().ok()?)),
        0x56 => Value::Flag(reader.u8().ok()? != 0),
        0x60 => Value::Uint(u64::from(reader.be_u16().ok()?)),
        0x61 => Value::Int(i64::from(reader.be_i16().ok()?)),
        0x70 | 0x73 => Value::Uint(u64::from(reader.be_u32().ok()?)),
        0x71 => Value::Int(i64::from(reader.be_i32().ok()?)),
        0x72 => Value::Float(f64::from(reader.be_f32().ok()?)),
        0x74 => Value::Bytes(reader.take(4).ok()?),
        0x80 => Value::Uint(reader.be_u64().ok()?),
        0x81 | 0x83 => Value::Int(reader.be_i64().ok()?),
        0x82 => Value::Float(reader.be_f64().ok()?),
        0x84 => Value::Bytes(reader.take(8).ok()?),
        0x94 | 0x98 => Value::Bytes(reader.take(16).ok()?),
        0xa0 | 0xb0 => Value::Bytes(sized(constructor, reader)?),
        0xa1 | 0xa3 | 0xb1 | 0xb3 => Value::Text(sized(constructor, reader)?),
        0xc0 | 0xd0 => Value::List(counted(constructor, reader)?),
        0xc1 | 0xd1 => Value::Map(counted(constructor, reader)?),
        0xe0 | 0xf0 => Value::Array(counted(constructor, reader)?),
        _ => return None,
    })
}

/// Bytes behind a size of one byte (0xa., 0xc., 0xe.) or four (0xb., 0xd., 0xf.).
fn sized<'a>(constructor: u8, reader: &mut Reader<'a>) -> Option<&'a [u8]> {
    let wide = constructor & 0x10 != 0;
    let size = if wide { reader.be_u32().ok()? } else { u32::from(reader.u8().ok()?) };
    reader.take(usize::try_from(size).ok()?).ok()
}

/// As [`sized`], with the count in front passed over.
fn counted<'a>(constructor: u8, reader: &mut Reader<'a>) -> Option<&'a [u8]> {
    let width = if constructor & 0x10 != 0 { 4 } else { 1 };
    sized(constructor, reader)?.get(width..)
}

/// Values of a list or map, one after another.
pub(super) fn items(bytes: &[u8]) -> impl Iterator<Item = Value<'_>> {
    let mut reader = Reader::new(bytes);
    std::iter::from_fn(move || if reader.is_empty() { None } else { value(&mut reader, 0) }).take(MAX_ITEMS)
}

/// The list inside a described value.
pub(super) fn list(inner: &[u8]) -> Option<&[u8]> {
    match value(&mut Reader::new(inner), 0)? {
        Value::List(items) => Some(items),
        _ => None,
    }
}

/// A performative: its descriptor, the list of its fields, and the payload behind it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Performative<'a> {
    pub(super) descriptor: u64,
    pub(super) fields: &'a [u8],
    pub(super) payload: &'a [u8],
}

impl<'a> Performative<'a> {
    pub(super) fn parse(body: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(body);
        match value(&mut reader, 0)? {
            Value::Described(Some(descriptor), inner) => {
                Some(Self { descriptor, fields: list(inner)?, payload: reader.rest() })
            }
            _ => None,
        }
    }

    pub(super) fn field(&self, at: usize) -> Option<Value<'a>> {
        items(self.fields).nth(at)
    }

    pub(super) fn text(&self, at: usize) -> Option<&'a [u8]> {
        match self.field(at)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn uint(&self, at: usize) -> Option<u64> {
        match self.field(at)? {
            Value::Uint(number) => Some(number),
            _ => None,
        }
    }

    /// Address of a source or target: the first field of its list (part 3, 3.5.3 and 3.5.4).
    pub(super) fn address(&self, at: usize) -> Option<&'a [u8]> {
        match self.field(at)? {
            Value::Described(_, inner) => match items(list(inner)?).next()? {
                Value::Text(text) => Some(text),
                _ => None,
            },
            _ => None,
        }
    }

    /// The condition of an error: the first field of its list (part 2, 2.8.14).
    pub(super) fn error(&self) -> Option<&'a [u8]> {
        let at = match self.descriptor {
            DETACH => 2,
            END | CLOSE => 0,
            _ => return None,
        };
        self.address(at)
    }
}

/// Names of performatives (part 2, 2.7; part 5, 5.3.3).
pub(super) const fn name(descriptor: u64) -> Option<&'static str> {
    Some(match descriptor {
        0x10 => "open",
        0x11 => "begin",
        0x12 => "attach",
        0x13 => "flow",
        0x14 => "transfer",
        0x15 => "disposition",
        0x16 => "detach",
        0x17 => "end",
        0x18 => "close",
        0x40 => "sasl_mechanisms",
        0x41 => "sasl_init",
        0x42 => "sasl_challenge",
        0x43 => "sasl_response",
        0x44 => "sasl_outcome",
        _ => return None,
    })
}

/// Names of their fields in order; those without a name prove who somebody is and are not shown.
const fn field_names(descriptor: u64) -> &'static [&'static str] {
    match descriptor {
        0x10 => &[
            "container_id",
            "hostname",
            "max_frame_size",
            "channel_max",
            "idle_time_out",
            "outgoing_locales",
            "incoming_locales",
            "offered_capabilities",
            "desired_capabilities",
            "properties",
        ],
        0x11 => &[
            "remote_channel",
            "next_outgoing_id",
            "incoming_window",
            "outgoing_window",
            "handle_max",
            "offered_capabilities",
            "desired_capabilities",
            "properties",
        ],
        0x12 => &[
            "name",
            "handle",
            "role",
            "snd_settle_mode",
            "rcv_settle_mode",
            "source",
            "target",
            "unsettled",
            "incomplete_unsettled",
            "initial_delivery_count",
            "max_message_size",
            "offered_capabilities",
            "desired_capabilities",
            "properties",
        ],
        0x13 => &[
            "next_incoming_id",
            "incoming_window",
            "next_outgoing_id",
            "outgoing_window",
            "handle",
            "delivery_count",
            "link_credit",
            "available",
            "drain",
            "echo",
            "properties",
        ],
        0x14 => &[
            "handle",
            "delivery_id",
            "delivery_tag",
            "message_format",
            "settled",
            "more",
            "rcv_settle_mode",
            "state",
            "resume",
            "aborted",
            "batchable",
        ],
        0x15 => &["role", "first", "last", "settled", "state", "batchable"],
        0x16 => &["handle", "closed", "error"],
        0x17 | 0x18 => &["error"],
        0x40 => &["sasl_server_mechanisms"],
        0x41 => &["mechanism", "", "hostname"],
        0x44 => &["sasl_code", ""],
        _ => &[],
    }
}

/// Result of a delivery or kind of a terminus (part 3, 3.4 and 3.5).
const fn described_name(descriptor: u64) -> &'static str {
    match descriptor {
        0x1d => "error",
        0x23 => "received",
        0x24 => "accepted",
        0x25 => "rejected",
        0x26 => "released",
        0x27 => "modified",
        0x28 => "source",
        0x29 => "target",
        0x30 => "coordinator",
        _ => "described",
    }
}

/// Shows the fields of a performative that are not null.
pub(super) fn visit(performative: &Performative<'_>, visitor: &mut dyn Visitor) {
    let names = field_names(performative.descriptor);
    for (name, item) in names.iter().zip(items(performative.fields)) {
        if !name.is_empty() {
            show(name, item, 0, visitor);
        }
    }
}

fn show(name: &'static str, item: Value<'_>, depth: u8, visitor: &mut dyn Visitor) {
    match item {
        Value::Null => {}
        Value::Flag(flag) => visitor.flag(name, flag),
        Value::Uint(number) => visitor.uint(name, number),
        Value::Int(number) => visitor.int(name, number),
        Value::Float(number) => visitor.float(name, number),
        Value::Text(text) => visitor.text(name, &printable(text)),
        Value::Bytes(bytes) => visitor.bytes(name, bytes),
        Value::Array(elements) => array(name, elements, visitor),
        Value::List(bytes) | Value::Map(bytes) => {
            visitor.begin_list(name);
            if depth < MAX_DEPTH {
                for each in items(bytes) {
                    show("", each, depth.saturating_add(1), visitor);
                }
            }
            visitor.end_list();
        }
        Value::Described(descriptor, inner) => {
            visitor.begin_object(name);
            if let Some(descriptor) = descriptor {
                visitor.named("descriptor", descriptor, described_name(descriptor));
            }
            if depth < MAX_DEPTH
                && let Some(inner) = value(&mut Reader::new(inner), 0)
            {
                show("value", inner, depth.saturating_add(1), visitor);
            }
            visitor.end_object();
        }
    }
}

/// Elements of one primitive type share a constructor (part 1, 1.6.24).
fn array(name: &'static str, elements: &[u8], visitor: &mut dyn Visitor) {
    let mut reader = Reader::new(elements);
    visitor.begin_list(name);
    if let Ok(constructor) = reader.u8() {
        for _ in 0..MAX_ITEMS {
            if reader.is_empty() {
                break;
            }
            match primitive(constructor, &mut reader) {
                Some(Value::Text(text)) => visitor.text("", &printable(text)),
                Some(Value::Uint(number)) => visitor.uint("", number),
                Some(Value::Int(number)) => visitor.int("", number),
                Some(_) => {}
                None => break,
            }
        }
    }
    visitor.end_list();
}

/// Names of SASL outcomes (part 5, 5.3.3.6).
pub(super) const fn outcome_name(code: u64) -> &'static str {
    match code {
        0 => "ok",
        1 => "authentication_failed",
        2 => "system_error",
        3 => "permanent_system_error",
        4 => "transient_system_error",
        _ => "unknown_outcome",
    }
}
