//! Data of commands: shown, told as identity, given as values.

use std::fmt::Write as _;

use super::command::{self, Form};
use super::pdu::Command;
use crate::{
    Number, Observation, Protocol, Reader, Reference, Sink, Subject, Text, Value, Visitor, confidence,
    printable,
};

/// Longest packed text: 24 bytes, 32 characters.
type Packed = Text<32>;

/// Six-bit characters: those below 32 are letters from `@` on (HCF_SPEC-127).
fn packed(bytes: &[u8]) -> Packed {
    let mut text = Packed::default();
    for group in bytes.chunks_exact(3) {
        let &[a, b, c] = group else { continue };
        for six in [a >> 2, (a & 3) << 4 | b >> 4, (b & 15) << 2 | c >> 6, c & 63] {
            let letter = if six < 32 { six | 0x40 } else { six };
            // A text of fixed length fits.
            let _ = text.write_char(char::from(letter));
        }
    }
    text
}

/// Shows the parts of a layout as far as the data reach; false when they ended early.
pub(super) fn visit(
    reader: &mut Reader<'_>,
    parts: &[(&'static str, Form)],
    visitor: &mut dyn Visitor,
) -> bool {
    for (name, form) in parts {
        let shown = match form {
            Form::U8 => reader.u8().map(|value| visitor.uint(name, u64::from(value))),
            Form::U16 => reader.be_u16().map(|value| visitor.uint(name, u64::from(value))),
            Form::U24 => reader.be_u24().map(|value| visitor.uint(name, u64::from(value))),
            Form::U32 => reader.be_u32().map(|value| visitor.uint(name, u64::from(value))),
            Form::F32 => reader.be_f32().map(|value| visitor.float(name, f64::from(value))),
            Form::Packed(length) => {
                reader.take(*length).map(|bytes| visitor.text(name, packed(bytes).as_str().trim_end()))
            }
            Form::Latin(length) => reader.take(*length).map(|bytes| visitor.text(name, &printable(bytes))),
            Form::Date => reader.array().map(|[day, month, year]: [u8; 3]| {
                let year = u16::from(year).saturating_add(1_900);
                visitor.text(name, Text::<16>::of(format_args!("{year:04}-{month:02}-{day:02}")).as_str());
            }),
            Form::Rest => {
                if !reader.is_empty() {
                    visitor.bytes(name, reader.rest());
                }
                return false;
            }
        };
        if shown.is_err() {
            return false;
        }
    }
    true
}

/// The device variable that a command is about.
pub(super) fn object(one: Command<'_>, request: bool) -> Option<Reference<'static>> {
    let first = match (one.number, request) {
        (9 | 33, true) | (52..=56 | 79..=83 | 113 | 114, _) => one.data.first()?,
        _ => return None,
    };
    Some(Reference::one("device_variable", u64::from(*first)))
}

/// Type and id of the device that an identity answer names, as in its address.
pub(super) fn identity(one: &Command<'_>) -> Option<u64> {
    if !matches!(one.number, 0 | 11 | 21) || one.response_code.is_some_and(command::refuses) {
        return None;
    }
    let &[_, a, b, _, _, _, _, _, _, c, d, e] = one.data.first_chunk::<12>()?;
    Some(u64::from_be_bytes([0, 0, 0, a & 0x3f, b, c, d, e]))
}

/// What an answer says about its device.
pub(super) fn observe(one: &Command<'_>, path: Reference<'_>, sink: &mut dyn Sink) {
    if one.response_code.is_some_and(command::refuses) {
        return;
    }
    let mut tell = |attribute, value: &str| {
        let value = value.trim();
        if !value.is_empty() {
            sink.observe(&Observation {
                subject: Subject::Sender,
                path,
                attribute,
                value,
                protocol: Protocol::HartIp,
                confidence: confidence::IDENTITY,
            });
        }
    };
    match one.number {
        0 | 11 | 21 => {
            let Some(&[_, kind_high, kind_low, _, universal, revision, software, hardware, _, a, b, c]) =
                one.data.first_chunk::<12>()
            else {
                return;
            };
            let extended = one.data.get(17..19).and_then(|bytes| bytes.first_chunk::<2>());
            let vendor = extended.map_or(u16::from(kind_high), |bytes| u16::from_be_bytes(*bytes));
            let number = |value: u16| Text::<8>::of(format_args!("{value}"));
            tell("vendor_id", number(vendor).as_str());
            let kind = u16::from_be_bytes([kind_high, kind_low]);
            tell("device_type", Text::<8>::of(format_args!("0x{kind:04x}")).as_str());
            let id = Text::<8>::of(format_args!("{a:02x}{b:02x}{c:02x}"));
            tell("device_id", id.as_str());
            tell("serial", id.as_str());
            tell("universal_revision", number(u16::from(universal)).as_str());
            tell("device_revision", number(u16::from(revision)).as_str());
            tell("firmware", number(u16::from(software)).as_str());
            tell("hardware_revision", number(u16::from(hardware >> 3)).as_str());
        }
        13 => {
            if let Some(tag) = one.data.get(..6) {
                tell("tag", packed(tag).as_str());
            }
            if let Some(descriptor) = one.data.get(6..18) {
                tell("description", packed(descriptor).as_str().trim_matches('@'));
            }
        }
        20 => tell("name", &printable(one.data.get(..32).unwrap_or(one.data))),
        16 => {
            if let Some(&[a, b, c]) = one.data.first_chunk::<3>() {
                let number = u32::from_be_bytes([0, a, b, c]);
                tell("final_assembly_number", Text::<12>::of(format_args!("{number}")).as_str());
            }
        }
        _ => {}
    }
}

/// Process values of an answer, or of a request that writes.
pub(super) fn values(one: &Command<'_>, request: bool, address: Reference<'_>, sink: &mut dyn Sink) {
    const DYNAMIC: [&str; 4] =
        ["primary_variable", "secondary_variable", "tertiary_variable", "quaternary_variable"];
    if one.response_code.is_some_and(command::refuses) {
        return;
    }
    let mut reader = Reader::new(one.data);
    let mut give = |object, value: f32| {
        // Not-a-number stands for "not used" or "not updated".
        if value.is_finite() {
            sink.value(&Value {
                protocol: Protocol::HartIp,
                address,
                object,
                kind: "float",
                number: Number::Float(f64::from(value)),
            });
        }
    };
    match (one.number, request) {
        (1 | 3 | 110, false) => {
            if let (3, Ok(current)) = (one.number, reader.be_f32()) {
                give(Reference::Text("loop_current"), current);
            } else {
                reader = Reader::new(one.data);
            }
            for name in DYNAMIC {
                let (Ok(_units), Ok(value)) = (reader.u8(), reader.be_f32()) else { return };
                give(Reference::Text(name), value);
            }
        }
        (2, false) => {
            for name in ["loop_current", "percent_of_range"] {
                let Ok(value) = reader.be_f32() else { return };
                give(Reference::Text(name), value);
            }
        }
        (9, false) if reader.skip(1).is_ok() => {
            while let (Ok(variable), Ok([_class, _units]), Ok(value), Ok(_status)) =
                (reader.u8(), reader.array(), reader.be_f32(), reader.u8())
            {
                give(Reference::one("device_variable", u64::from(variable)), value);
            }
        }
        (33, false) => {
            while let (Ok(variable), Ok(_units), Ok(value)) = (reader.u8(), reader.u8(), reader.be_f32()) {
                give(Reference::one("device_variable", u64::from(variable)), value);
            }
        }
        (79, true) => {
            if let (Ok(variable), Ok([_code, _units]), Ok(value)) =
                (reader.u8(), reader.array(), reader.be_f32())
            {
                give(Reference::one("device_variable", u64::from(variable)), value);
            }
        }
        _ => {}
    }
}

/// Shows the records of the audit log (HCF_SPEC-85), each of `size` bytes.
pub(super) fn visit_sessions(reader: &mut Reader<'_>, size: usize, visitor: &mut dyn Visitor) {
    const LAYOUT: &[(&str, Form)] = &[
        ("client_port", Form::U16),
        ("server_port", Form::U16),
        ("connect_time_seconds", Form::U32),
        ("connect_time_fraction", Form::U32),
        ("disconnect_time_seconds", Form::U32),
        ("disconnect_time_fraction", Form::U32),
        ("session_status", Form::U16),
        ("start_configuration_counter", Form::U16),
        ("end_configuration_counter", Form::U16),
        ("publish_pdus", Form::U32),
        ("request_pdus", Form::U32),
        ("response_pdus", Form::U32),
    ];
    if size == 0 {
        return;
    }
    visitor.begin_list("sessions");
    while let Ok(mut record) = reader.sub(size) {
        visitor.begin_object("");
        if let (Ok([a, b, c, d]), Ok(six)) = (record.array(), record.array::<16>()) {
            visitor.text("client_ipv4", Text::<16>::of(format_args!("{a}.{b}.{c}.{d}")).as_str());
            let six = std::net::Ipv6Addr::from(six);
            visitor.text("client_ipv6", Text::<48>::of(format_args!("{six}")).as_str());
            visit(&mut record, LAYOUT, visitor);
        }
        visitor.end_object();
    }
    visitor.end_list();
}
