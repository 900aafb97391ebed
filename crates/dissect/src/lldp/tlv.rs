//! The basic TLVs (IEEE 802.1AB, 8.4 and 8.5).

use std::borrow::Cow;

use sightglass_wire::Ip;

use super::{mac_of, organisation};
use crate::{Reader, Text, Visitor, hex, printable};

pub(super) const END: u8 = 0;
pub(super) const CHASSIS_ID: u8 = 1;
pub(super) const PORT_ID: u8 = 2;
pub(super) const TIME_TO_LIVE: u8 = 3;
pub(super) const PORT_DESCRIPTION: u8 = 4;
pub(super) const SYSTEM_NAME: u8 = 5;
pub(super) const SYSTEM_DESCRIPTION: u8 = 6;
pub(super) const CAPABILITIES: u8 = 7;
pub(super) const MANAGEMENT_ADDRESS: u8 = 8;
pub(super) const ORGANISATION: u8 = 127;
/// Address families of network addresses (IANA).
const FAMILY_IPV4: u8 = 1;
const FAMILY_IPV6: u8 = 2;
const FAMILY_802: u8 = 6;
/// System capabilities, lowest bit first (8.5.8, table 8-4).
pub(super) const CAPABILITY_NAMES: [&str; 11] = [
    "other",
    "repeater",
    "bridge",
    "wlan_access_point",
    "router",
    "telephone",
    "docsis_cable_device",
    "station_only",
    "c_vlan",
    "s_vlan",
    "two_port_mac_relay",
];

/// One TLV.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tlv<'a> {
    pub(super) kind: u8,
    pub(super) length: u16,
    pub(super) value: &'a [u8],
    /// The frame ends within the value.
    pub(super) short: bool,
}

/// The TLVs up to and with the end; their number is bounded by the frame. A second one of the mandatory three ends them
/// too: a receiver throws such a frame away (IEEE 802.1AB, 9.2.8.7.1), so nothing after it is meant.
pub(super) fn tlvs(data: &[u8]) -> impl Iterator<Item = Tlv<'_>> {
    let mut reader = Reader::new(data);
    let mut ended = false;
    let mut seen = [false; 4];
    std::iter::from_fn(move || {
        if ended {
            return None;
        }
        let head = reader.be_u16().ok()?;
        let [kind, _] = (head >> 1).to_be_bytes();
        let kind = kind & 0x7f;
        let length = head & 0x1ff;
        let kind = if kind == 0 && length != 0 { END } else { kind };
        let value = reader.take_up_to(usize::from(length));
        ended = kind == END;
        if let Some(seen) = seen.get_mut(usize::from(kind)) {
            ended |= *seen;
            *seen = true;
        }
        Some(Tlv { kind, length, value, short: value.len() < usize::from(length) })
    })
}

impl<'a> Tlv<'a> {
    /// A number of two bytes.
    pub(super) fn number(&self) -> Option<u16> {
        Reader::new(self.value).be_u16().ok()
    }

    pub(super) fn text(&self) -> Cow<'a, str> {
        printable(self.value)
    }

    /// Subtype and value of a chassis or port id.
    pub(super) fn subtype(&self) -> Option<(u8, &'a [u8])> {
        self.value.split_first().map(|(subtype, rest)| (*subtype, rest))
    }

    /// A chassis or port id as text, by its subtype (8.5.2.2, 8.5.3.2).
    pub(super) fn identifier(&self) -> Cow<'a, str> {
        let Some((subtype, value)) = self.subtype() else { return Cow::Borrowed("") };
        let (mac, network) = if self.kind == CHASSIS_ID { (4, 5) } else { (3, 4) };
        if subtype == mac {
            if let Some(mac) = mac_of(value) {
                return Cow::Owned(mac.to_string());
            }
        } else if subtype == network {
            if let Some(ip) = network_address(value) {
                return Cow::Owned(ip.to_string());
            }
        } else if value.iter().all(|byte| *byte >= b' ' || *byte == 0) {
            return printable(value);
        }
        Cow::Owned(hex(value))
    }

    /// Supported and enabled capabilities.
    pub(super) fn capabilities(&self) -> Option<(u16, u16)> {
        let mut reader = Reader::new(self.value);
        Some((reader.be_u16().ok()?, reader.be_u16().ok()?))
    }

    /// The management address: family and bytes (8.5.9).
    pub(super) fn management_address(&self) -> Option<(u8, &'a [u8])> {
        let mut reader = Reader::new(self.value);
        let length = usize::from(reader.u8().ok()?);
        let (family, address) = reader.take(length).ok()?.split_first()?;
        Some((*family, address))
    }

    /// Shows type, length and what the type holds.
    pub(super) fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.named("type", u64::from(self.kind), type_name(self.kind));
        visitor.uint("length", u64::from(self.length));
        if self.visit_value(visitor).is_none() && !self.value.is_empty() {
            visitor.bytes("value", self.value);
        }
    }

    fn visit_value(&self, visitor: &mut dyn Visitor) -> Option<()> {
        match self.kind {
            CHASSIS_ID | PORT_ID => {
                let (subtype, _) = self.subtype()?;
                let name =
                    if self.kind == CHASSIS_ID { chassis_subtype(subtype) } else { port_subtype(subtype) };
                visitor.named("subtype", u64::from(subtype), name);
                visitor.text("id", &self.identifier());
            }
            TIME_TO_LIVE => visitor.uint("seconds", u64::from(self.number()?)),
            PORT_DESCRIPTION | SYSTEM_NAME | SYSTEM_DESCRIPTION => visitor.text("text", &self.text()),
            CAPABILITIES => {
                let (supported, enabled) = self.capabilities()?;
                for (name, list, bits) in
                    [("supported", "supported_names", supported), ("enabled", "enabled_names", enabled)]
                {
                    visitor.uint(name, u64::from(bits));
                    visitor.begin_list(list);
                    for name in names_of(bits) {
                        visitor.text("", name);
                    }
                    visitor.end_list();
                }
            }
            MANAGEMENT_ADDRESS => {
                let (family, address) = self.management_address()?;
                visitor.uint("address_family", u64::from(family));
                match shown_address(family, address) {
                    Some(text) => visitor.text("address", text.as_str()),
                    None => visitor.bytes("address", address),
                }
                let mut reader = Reader::new(self.value);
                reader.skip(address.len().saturating_add(2)).ok()?;
                let numbering = reader.u8().ok()?;
                let name = match numbering {
                    2 => "if_index",
                    3 => "system_port_number",
                    _ => "unknown",
                };
                visitor.named("interface_numbering", u64::from(numbering), name);
                visitor.uint("interface_number", u64::from(reader.be_u32().ok()?));
                let length = reader.u8().ok()?;
                let oid = reader.take_up_to(usize::from(length));
                if !oid.is_empty() {
                    visitor.text("object_id", crate::ber::oid_text(oid).as_str());
                }
            }
            ORGANISATION => organisation::visit(self.value, visitor)?,
            _ => return None,
        }
        Some(())
    }
}

/// Names of the capabilities in a bit set.
pub(super) fn names_of(bits: u16) -> impl Iterator<Item = &'static str> {
    CAPABILITY_NAMES.iter().enumerate().filter(move |(bit, _)| bits >> bit & 1 != 0).map(|(_, name)| *name)
}

/// Address family and address in one field, as chassis and port ids have it.
pub(super) fn network_address(value: &[u8]) -> Option<Ip> {
    let (family, address) = value.split_first()?;
    ip_of(*family, address)
}

/// An IP address of a family.
pub(super) fn ip_of(family: u8, address: &[u8]) -> Option<Ip> {
    match family {
        FAMILY_IPV4 => <[u8; 4]>::try_from(address).ok().map(Ip::v4),
        FAMILY_IPV6 => <[u8; 16]>::try_from(address).ok().map(Ip),
        _ => None,
    }
}

fn shown_address(family: u8, address: &[u8]) -> Option<Text<48>> {
    if let Some(ip) = ip_of(family, address) {
        return Some(Text::of(format_args!("{ip}")));
    }
    let mac = if family == FAMILY_802 { mac_of(address) } else { None }?;
    Some(Text::of(format_args!("{mac}")))
}

const fn type_name(kind: u8) -> &'static str {
    match kind {
        END => "end_of_lldpdu",
        CHASSIS_ID => "chassis_id",
        PORT_ID => "port_id",
        TIME_TO_LIVE => "time_to_live",
        PORT_DESCRIPTION => "port_description",
        SYSTEM_NAME => "system_name",
        SYSTEM_DESCRIPTION => "system_description",
        CAPABILITIES => "system_capabilities",
        MANAGEMENT_ADDRESS => "management_address",
        ORGANISATION => "organisation_specific",
        _ => "reserved",
    }
}

const fn chassis_subtype(subtype: u8) -> &'static str {
    match subtype {
        1 => "chassis_component",
        2 => "interface_alias",
        3 => "port_component",
        4 => "mac_address",
        5 => "network_address",
        6 => "interface_name",
        7 => "local",
        _ => "reserved",
    }
}

const fn port_subtype(subtype: u8) -> &'static str {
    match subtype {
        1 => "interface_alias",
        2 => "port_component",
        3 => "mac_address",
        4 => "network_address",
        5 => "interface_name",
        6 => "agent_circuit_id",
        7 => "local",
        _ => "reserved",
    }
}
