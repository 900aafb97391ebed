//! What agents say about themselves: system group, entities, printers, engine ids.

use super::v3::enterprise;
use super::{Community, Frame, RESPONSE, V1, V2C};
use crate::ber::{Element, oid_numbers, oid_text, universal};
use crate::tell::{Teller, shown_mac};
use crate::{Kind, Protocol, Reference, Sink, Subject, confidence, hex, printable};
use sightglass_wire::Mac;

/// 1.3.6.1.2.1, the base of what is read here, as it is encoded.
const MIB_2: &[u8] = &[0x2b, 6, 1, 2, 1];

/// Scalars and columns below it, and what they tell.
/// RFC 3418 (system), RFC 4188 (bridge), RFC 3805 (printer).
const SCALARS: &[(&[u32], &str)] = &[
    (&[1, 1, 0], "description"),
    (&[1, 2, 0], "sys_object_id"),
    (&[1, 4, 0], "contact"),
    (&[1, 5, 0], "name"),
    (&[1, 6, 0], "location"),
    (&[17, 1, 1, 0], "mac_address"),
    (&[43, 5, 1, 1, 16, 1], "model"),
    (&[43, 5, 1, 1, 17, 1], "serial"),
];
/// RFC 6933, entPhysicalTable: columns that identify a part.
const ENTITY: [u32; 5] = [47, 1, 1, 1, 1];
const ENTITY_COLUMNS: &[(u32, &str)] = &[
    (8, "hardware_revision"),
    (9, "firmware"),
    (10, "software"),
    (11, "serial"),
    (12, "vendor"),
    (13, "model"),
    (15, "asset_id"),
];
/// The entity that usually is the whole device.
const WHOLE: u32 = 1;
/// Numbers of an identifier that are compared.
const MAX_NUMBERS: usize = 8;

pub(super) fn observe(frame: &Frame<'_>, kind: Kind, sink: &mut dyn Sink) {
    // The agent answers requests and sends traps; informs are asked by it and answered to it.
    let from_agent = matches!(kind, Kind::Response | Kind::Event);
    let told = Teller::new(Subject::Sender, Protocol::Snmp, confidence::ANNOUNCEMENT);
    if from_agent {
        let version = match frame.version {
            V1 => "v1",
            V2C => "v2c",
            _ => "v3",
        };
        told.tell("snmp_version", version, sink);
        if matches!(frame.community, Some(Community::Public | Community::Private)) {
            told.tell("snmp_community", "default", sink);
        }
    }
    if let Some(security) = &frame.security {
        let agent = if from_agent { Subject::Sender } else { Subject::Receiver };
        engine(security.engine_id, told.about(agent), sink);
        if from_agent && !security.is_authenticated() && frame.pdu.is_some_and(|pdu| pdu.tag == RESPONSE) {
            told.tell("snmp_security", "no_authentication", sink);
        }
    }
    let Some(pdu) = frame.pdu.filter(|_| from_agent) else { return };
    if let Some(trap) = pdu.trap {
        told.tell("sys_object_id", oid_text(trap.enterprise).as_str(), sink);
    }
    for (oid, value) in pdu.variables() {
        if let Some(below) = oid.strip_prefix(MIB_2) {
            variable(below, &value, told, sink);
        }
    }
}

fn variable(below: &[u8], value: &Element<'_>, told: Teller, sink: &mut dyn Sink) {
    // Below the base all bytes are plain numbers of the identifier, the first two included.
    let mut numbers = [0u32; MAX_NUMBERS];
    let mut count = 0usize;
    for (slot, number) in numbers.iter_mut().zip(plain_numbers(below)) {
        *slot = number;
        count = count.saturating_add(1);
    }
    let numbers = numbers.get(..count).unwrap_or_default();
    if let Some((_, attribute)) = SCALARS.iter().find(|(path, _)| *path == numbers) {
        text(attribute, Reference::None, value, told, sink);
    } else if let Some([column, index]) = numbers.strip_prefix(&ENTITY)
        && let Some((_, attribute)) = ENTITY_COLUMNS.iter().find(|(known, _)| known == column)
    {
        let path =
            if *index == WHOLE { Reference::None } else { Reference::one("entity", u64::from(*index)) };
        text(attribute, path, value, told, sink);
    }
}

/// Numbers of a part of an identifier that does not begin at its start.
fn plain_numbers(bytes: &[u8]) -> impl Iterator<Item = u32> {
    let mut rest = bytes.iter().copied();
    std::iter::from_fn(move || {
        let mut number = 0u32;
        loop {
            let byte = rest.next()?;
            number = number.checked_mul(128)?.checked_add(u32::from(byte & 0x7f))?;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
    })
}

fn text(
    attribute: &'static str,
    path: Reference<'_>,
    value: &Element<'_>,
    told: Teller,
    sink: &mut dyn Sink,
) {
    if value.is(universal::OBJECT_IDENTIFIER) {
        // An identifier of zeros says that there is none.
        if oid_numbers(value.value).any(|number| number != 0) {
            told.tell_at(path, attribute, oid_text(value.value).as_str(), sink);
        }
    } else if value.is(universal::OCTET_STRING) {
        match (attribute, <[u8; 6]>::try_from(value.value)) {
            ("mac_address", Ok(mac)) => told.tell_at(path, attribute, shown_mac(Mac(mac)).as_str(), sink),
            ("mac_address", Err(_)) => {}
            _ => told.tell_at(path, attribute, &printable(value.value), sink),
        }
    }
}

/// The authoritative engine's id: enterprise number and, by its form, an address or text (RFC 3411, 5).
fn engine(engine_id: &[u8], told: Teller, sink: &mut dyn Sink) {
    let Some(number) = enterprise(engine_id) else { return };
    told.tell("snmp_engine_id", &hex(engine_id), sink);
    told.tell_shown("enterprise_number", number, sink);
    if let Some((3, mac)) = engine_id.get(4..).and_then(<[u8]>::split_first)
        && let Ok(mac) = <[u8; 6]>::try_from(mac)
    {
        told.tell("mac_address", shown_mac(Mac(mac)).as_str(), sink);
    }
}
