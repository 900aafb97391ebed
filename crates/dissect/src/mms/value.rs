//! Values, identity and failures out of results.

use super::name::{self, Name, context};
use super::service::{self, READ, WRITE};
use super::show::joined;
use crate::ber::{Class, Element};
use crate::iec61850::data;
use crate::{Observation, Protocol, Reference, Sink, Subject, Text, Value, confidence, printable};

/// Nesting of structures whose elements are values of their own.
const MAX_DEPTH: u8 = 4;
/// Domains that one list tells about.
const MAX_DOMAINS: usize = 64;

/// The error of the first variable that could not be read or written.
pub(super) fn failure(number: u32, body: &Element<'_>) -> Option<&'static str> {
    let list = match number {
        READ => context(body, 1)?,
        WRITE => *body,
        _ => return None,
    };
    let failed = list.inner().find(|result| result.class == Class::Context && result.number == 0)?;
    Some(service::access_error(failed.unsigned().unwrap_or(u64::MAX)))
}

fn give(name: &Name<'_>, path: &Text<64>, element: &Element<'_>, depth: u8, sink: &mut dyn Sink) {
    if data::is_nested(element) {
        if depth < MAX_DEPTH {
            for (at, inner) in element.inner().enumerate() {
                give(name, &Text::of(format_args!("{path}[{at}]")), &inner, depth.saturating_add(1), sink);
            }
        }
        return;
    }
    let Some((kind, number)) = data::number(element) else { return };
    let object = Text::<272>::of(format_args!("{}{path}", joined(name)));
    sink.value(&Value {
        protocol: Protocol::Mms,
        address: Reference::None,
        object: Reference::Text(object.as_str()),
        kind,
        number,
    });
}

/// The one variable of a read.
pub(super) fn read(name: &Name<'_>, body: &Element<'_>, sink: &mut dyn Sink) {
    let Some(result) = context(body, 1).and_then(|list| list.inner().next()) else { return };
    if let Some(text) = data::text(&result) {
        name_plate(name, &text, sink);
    }
    if sink.wants().values && result.number != 0 && !name.item.is_empty() {
        give(name, &Text::default(), &result, 0, sink);
    }
}

/// What is written.
pub(super) fn written(body: &Element<'_>, sink: &mut dyn Sink) {
    let Some(specification) = name::specification(WRITE, body) else { return };
    if let Some(list) = body.inner().nth(1) {
        listed(&specification, &list, sink);
    }
}

/// Variables with their values beside them.
pub(super) fn listed(specification: &Element<'_>, list: &Element<'_>, sink: &mut dyn Sink) {
    if specification.number == 0 {
        for (name, value) in name::variables(specification).zip(list.inner()) {
            if value.number != 0 {
                give(&name, &Text::default(), &value, 0, sink);
            }
        }
    } else if let Some(name) = name::variables(specification).next() {
        for (at, value) in list.inner().enumerate().filter(|(_, value)| value.number != 0) {
            give(&name, &Text::of(format_args!("[{at}]")), &value, 0, sink);
        }
    }
}

/// The members that a report includes.
pub(super) fn reported<'a>(id: &str, values: impl Iterator<Item = Element<'a>>, sink: &mut dyn Sink) {
    let name = Name { domain: "", item: id };
    for (at, value) in values.enumerate() {
        give(&name, &Text::of(format_args!("[{at}]")), &value, 0, sink);
    }
}

/// Vendor, model and revision of an identify response.
pub(super) fn identity(body: &Element<'_>, sink: &mut dyn Sink) {
    for (number, attribute) in [(0, "vendor"), (1, "model"), (2, "firmware")] {
        if let Some(text) = context(body, number) {
            tell(attribute, &printable(text.value), Reference::None, sink);
        }
    }
}

/// Domains of a device: the logical devices of IEC 61850.
pub(super) fn domains(body: &Element<'_>, sink: &mut dyn Sink) {
    for domain in context(body, 0).iter().flat_map(Element::inner).take(MAX_DOMAINS) {
        tell("logical_device", &printable(domain.value), Reference::None, sink);
    }
}

/// Attributes of the physical device and of logical nodes that identify it (IEC 61850-7-3, DPL and LPL).
fn name_plate(name: &Name<'_>, text: &str, sink: &mut dyn Sink) {
    let Some((object, attribute)) = name.path().and_then(|path| path.rsplit_once('$')) else { return };
    let physical = object == "PhyNam" && name.logical_node().is_some_and(|node| node.contains("LPHD"));
    let logical = object == "NamPlt" && name.logical_node() == Some("LLN0");
    if !physical && !logical {
        return;
    }
    let attribute = match attribute {
        "vendor" => "vendor",
        "swRev" => "firmware",
        "hwRev" if physical => "hardware_revision",
        "serNum" if physical => "serial",
        "model" if physical => "model",
        "location" if physical => "location",
        "name" if physical => "name",
        "d" if logical => "description",
        _ => return,
    };
    // The name plate of a logical device speaks for that device only.
    let path = if physical { Reference::None } else { Reference::Text(name.domain) };
    tell(attribute, text, path, sink);
}

fn tell(attribute: &'static str, text: &str, path: Reference<'_>, sink: &mut dyn Sink) {
    let value = text.trim();
    if value.is_empty() {
        return;
    }
    sink.observe(&Observation {
        subject: Subject::Sender,
        path,
        attribute,
        value,
        protocol: Protocol::Mms,
        confidence: confidence::IDENTITY,
    });
}
