//! What a device says about itself: device identification (function 43/14) and report server id (17).

use super::Frame;
use super::body::Body;
use super::function::ENCAPSULATED;
use crate::{Input, Observation, Protocol, Reader, Reference, Sink, Subject, Visitor, confidence, printable};

/// MEI types (Application protocol 6.19 to 6.21).
const CANOPEN: u16 = 13;
const DEVICE_IDENTIFICATION: u16 = 14;
/// Most objects of one response; object ids are one byte.
const MAX_OBJECTS: usize = 255;
/// Unit identifiers that mean the addressed host itself (Messaging guide 4.4.2.1).
const OWN_UNITS: [u8; 2] = [0, 255];
/// Function code of report server id, whose layout is each vendor's own (Application protocol 6.13).
const REPORT_SERVER_ID: u8 = 0x11;
/// Fewest characters in a row that are a text and not numbers that look like one.
const SHORTEST_TEXT: usize = 4;

/// Attribute of a basic or regular identification object (Application protocol 6.21, table 6).
const fn attribute(object: u8) -> Option<&'static str> {
    match object {
        0 => Some("vendor"),
        1 => Some("product_code"),
        2 => Some("firmware"),
        3 => Some("vendor_url"),
        4 => Some("product_name"),
        5 => Some("model"),
        6 => Some("application"),
        _ => None,
    }
}

const fn object_name(object: u8) -> &'static str {
    match object {
        0 => "vendor_name",
        1 => "product_code",
        2 => "major_minor_revision",
        3 => "vendor_url",
        4 => "product_name",
        5 => "model_name",
        6 => "user_application_name",
        7..=0x7f => "reserved",
        _ => "private",
    }
}

/// The objects of a device identification response after its six header bytes.
fn objects(data: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let mut reader = Reader::new(data);
    std::iter::from_fn(move || {
        let object = reader.u8().ok()?;
        let length = reader.u8().ok()?;
        let there = usize::from(length).min(reader.remaining());
        Some((object, reader.take(there).ok()?))
    })
    .take(MAX_OBJECTS)
}

/// Observes the identity that a response tells.
pub(super) fn observe(code: u8, frame: &Frame<'_>, body: &Body<'_>, _input: &Input<'_>, sink: &mut dyn Sink) {
    let path = if OWN_UNITS.contains(&frame.unit_id) || frame.unit_id == 1 {
        Reference::None
    } else {
        Reference::one("unit", u64::from(frame.unit_id))
    };
    if code == REPORT_SERVER_ID {
        if let Some(text) = longest_text(body.values) {
            sink.observe(&Observation {
                subject: Subject::Sender,
                path,
                attribute: "model",
                value: text,
                protocol: Protocol::Modbus,
                confidence: confidence::BANNER,
            });
        }
        return;
    }
    if code != ENCAPSULATED || body.sub != DEVICE_IDENTIFICATION {
        return;
    }
    for (object, value) in objects(body.values.get(5..).unwrap_or_default()) {
        let Some(attribute) = attribute(object) else { continue };
        let text = printable(value);
        if !text.trim().is_empty() {
            sink.observe(&Observation {
                subject: Subject::Sender,
                path,
                attribute,
                value: text.trim(),
                protocol: Protocol::Modbus,
                confidence: confidence::IDENTITY,
            });
        }
    }
}

/// The longest run of printable characters.
fn longest_text(data: &[u8]) -> Option<&str> {
    let runs = data.split(|byte| !matches!(byte, b' '..=b'~')).map(<[u8]>::trim_ascii);
    let longest = runs.max_by_key(|run| run.len())?;
    std::str::from_utf8(longest).ok().filter(|text| text.len() >= SHORTEST_TEXT)
}

/// Shows the fields of an encapsulated interface message; `data` follows the MEI type.
pub(super) fn visit(mei_type: u16, request: bool, data: &[u8], visitor: &mut dyn Visitor) {
    let name = match mei_type {
        CANOPEN => "canopen_general_reference",
        DEVICE_IDENTIFICATION => "read_device_identification",
        _ => "reserved",
    };
    visitor.named("mei_type", u64::from(mei_type), name);
    let mut reader = Reader::new(data);
    if mei_type == DEVICE_IDENTIFICATION && visit_identification(request, &mut reader, visitor).is_some() {
        return;
    }
    if reader.remaining() > 0 {
        visitor.bytes("data", reader.rest());
    }
}

fn visit_identification(request: bool, reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Option<()> {
    visitor.uint("read_device_id", u64::from(reader.u8().ok()?));
    if request {
        visitor.uint("object_id", u64::from(reader.u8().ok()?));
        return Some(());
    }
    visitor.uint("conformity_level", u64::from(reader.u8().ok()?));
    visitor.flag("more_follows", reader.u8().ok()? == 0xff);
    visitor.uint("next_object_id", u64::from(reader.u8().ok()?));
    reader.skip(1).ok()?;
    visitor.begin_list("objects");
    for (object, value) in objects(reader.rest()) {
        visitor.begin_object("");
        visitor.named("object_id", u64::from(object), object_name(object));
        visitor.text("value", &printable(value));
        visitor.end_object();
    }
    visitor.end_list();
    Some(())
}
