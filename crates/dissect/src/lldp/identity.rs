//! What an advertisement says about its sender.

use super::organisation::{MED, PROFINET, inventory, split};
use super::tlv::{
    CAPABILITIES, CHASSIS_ID, MANAGEMENT_ADDRESS, ORGANISATION, PORT_DESCRIPTION, PORT_ID,
    SYSTEM_DESCRIPTION, SYSTEM_NAME, Tlv, ip_of, names_of, tlvs,
};
use crate::tell::{Teller, is_host, mac, shown_ip, shown_mac};
use crate::{Reader, Sink, printable};

/// Subtypes of a chassis id.
const MAC_ADDRESS: u8 = 4;
const LOCAL: u8 = 7;
/// The capability "other" says nothing.
const OTHER: u16 = 1;
/// SystemIdentification of PROFINET: columns of device type, order number, serial number, hardware revision and the
/// software revision's prefix and three numbers, each after a blank (IEC 61158-6-10, coding of the chassis id).
const IDENTIFICATION_COLUMNS: [(usize, &str); 4] =
    [(25, "model"), (20, "order_number"), (16, "serial"), (5, "hardware_revision")];

/// Tells all of one advertisement.
pub(super) fn observe(data: &[u8], told: Teller, sink: &mut dyn Sink) {
    let is_profinet = tlvs(data)
        .any(|tlv| tlv.kind == ORGANISATION && split(tlv.value).is_some_and(|(oui, ..)| oui == PROFINET));
    for tlv in tlvs(data).filter(|tlv| !tlv.short) {
        match tlv.kind {
            CHASSIS_ID => chassis(&tlv, is_profinet, told, sink),
            PORT_ID => {
                let port = tlv.identifier();
                told.tell("port_id", &port, sink);
                // Since edition 2.3 the port id is "port-001.station" (IEC 61158-6-10).
                if let Some((first, station)) = port.split_once('.').filter(|_| is_profinet)
                    && first.starts_with("port-")
                {
                    told.tell("name", station, sink);
                }
            }
            PORT_DESCRIPTION => told.tell("port_description", &tlv.text(), sink),
            SYSTEM_NAME => told.tell("name", &tlv.text(), sink),
            SYSTEM_DESCRIPTION => {
                let text = tlv.text();
                told.tell("description", &text, sink);
                description(&text, told, sink);
            }
            CAPABILITIES => {
                let enabled = tlv.capabilities().map_or(0, |(_, enabled)| enabled);
                for name in names_of(enabled & !OTHER) {
                    told.tell("role", name, sink);
                }
            }
            MANAGEMENT_ADDRESS => management(&tlv, told, sink),
            ORGANISATION => organisation(&tlv, told, sink),
            _ => {}
        }
    }
}

fn chassis(tlv: &Tlv<'_>, is_profinet: bool, told: Teller, sink: &mut dyn Sink) {
    let text = tlv.identifier();
    told.tell("chassis_id", &text, sink);
    match tlv.subtype() {
        Some((MAC_ADDRESS, _)) => told.tell("mac_address", &text, sink),
        Some((LOCAL, _)) if is_profinet && !identification(&text, told, sink) => {
            told.tell("name", &text, sink);
        }
        _ => {}
    }
}

/// SystemIdentification as fixed columns. False when the text is none.
fn identification(text: &str, told: Teller, sink: &mut dyn Sink) -> bool {
    const TOTAL: usize = 25 + 1 + 20 + 1 + 16 + 1 + 5;
    if text.len() < TOTAL || !text.is_ascii() {
        return false;
    }
    let mut rest = text;
    for (width, attribute) in IDENTIFICATION_COLUMNS {
        let Some((column, after)) = rest.split_at_checked(width) else { return true };
        told.tell(attribute, column, sink);
        rest = after.get(1..).unwrap_or_default();
    }
    let mut parts = rest.split_ascii_whitespace();
    if let (Some(prefix), Some(major), Some(minor), Some(patch)) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    {
        told.tell_shown("firmware", format_args!("{prefix}{major}.{minor}.{patch}"), sink);
    }
    true
}

/// Descriptions of the form "vendor, family, model, order number, HW: Version 3, FW: Version V2.6.0, serial".
fn description(text: &str, told: Teller, sink: &mut dyn Sink) {
    let is_versioned = |part: &str| part.starts_with("HW:") || part.starts_with("FW:");
    if !text.split(", ").any(is_versioned) {
        return;
    }
    let mut before: Option<&str> = None;
    for (at, part) in text.split(',').map(str::trim).enumerate() {
        if let Some(revision) = part.strip_prefix("HW:") {
            told.tell("hardware_revision", revision.trim().trim_start_matches("Version").trim(), sink);
        } else if let Some(revision) = part.strip_prefix("FW:") {
            told.tell("firmware", revision.trim().trim_start_matches("Version").trim(), sink);
        } else if at == 0 {
            told.tell("vendor", part, sink);
        } else if is_order_number(part) {
            told.tell("order_number", part, sink);
            told.tell("model", before.unwrap_or_default(), sink);
        } else if part.starts_with("S ") || part.starts_with("S/N") {
            told.tell("serial", part.trim_start_matches("S/N").trim_start_matches(':'), sink);
        }
        before = Some(part);
    }
}

/// Order numbers such as "6ES7 515-2AM01-0AB0": a group of four, a blank, groups joined by hyphens.
fn is_order_number(text: &str) -> bool {
    let Some((first, rest)) = text.split_once(' ') else { return false };
    let allowed = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    first.len() == 4
        && first.bytes().all(allowed)
        && first.starts_with(|letter: char| letter.is_ascii_digit())
        && rest.contains('-')
        && rest.bytes().all(|byte| allowed(byte) || byte == b'-')
}

fn management(tlv: &Tlv<'_>, told: Teller, sink: &mut dyn Sink) {
    let Some((family, address)) = tlv.management_address() else { return };
    if let Some(ip) = ip_of(family, address) {
        let text = shown_ip(ip);
        // What was said, usable or not; an unset address is no way to reach the device.
        told.tell("management_address", text.as_str(), sink);
        if is_host(ip) {
            told.tell("management_ip", text.as_str(), sink);
        }
    }
}

fn organisation(tlv: &Tlv<'_>, told: Teller, sink: &mut dyn Sink) {
    match split(tlv.value) {
        Some((MED, subtype, value)) => {
            if let Some(attribute) = inventory(subtype) {
                told.tell(attribute, &printable(value), sink);
            }
        }
        Some((PROFINET, 5, value)) => {
            if let Some(mac) = mac(&mut Reader::new(value)) {
                told.tell("mac_address", shown_mac(mac).as_str(), sink);
            }
        }
        Some((PROFINET, 3, value)) => told.tell("alias_name", &printable(value), sink),
        _ => {}
    }
}
