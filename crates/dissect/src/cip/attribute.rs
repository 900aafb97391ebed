//! Attributes by class: names, encodings, and how they are shown.

use std::fmt::Write as _;

use super::class::{
    self, CHANGE_LOG, DEVICE_NAME, ETHERNET_LINK, IDENTITY, PORT, SYMBOL, TCP_IP, TEMPLATE, WALL_CLOCK,
};
use super::path::Path;
use crate::{Reader, Text, Visitor, printable};

/// How a value is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    U8,
    U16,
    U32,
    U64,
    /// Two bytes, shown as `20.011`.
    Revision,
    /// Four bytes, shown as eight hexadecimal digits.
    Serial,
    /// A length byte and characters.
    ShortString,
    /// A length word and characters.
    String,
    /// A length word, characters, and a filler where their number is odd (volume 2, 5-4.2.2).
    PaddedString,
    /// Six bytes of a hardware address.
    Mac,
    /// Address, mask, gateway, two name servers, domain name (volume 2, 5-4.3.2.5).
    InterfaceConfiguration,
    /// A count of words and an EPATH.
    Epath,
    /// A count word and as many words.
    Words,
    /// Three double words.
    Dimensions,
    /// Bytes of fixed number without further structure here.
    Bytes(u8),
}

/// Name and encoding of an attribute; `whole` for the class's own (instance 0).
pub(super) const fn lookup(class: u32, whole: bool, attribute: u32) -> Option<(&'static str, Kind)> {
    if whole {
        // Volume 1, 4-4.1: the same for every class.
        return Some(match attribute {
            1 => ("class_revision", Kind::U16),
            2 => ("max_instance", Kind::U16),
            3 => ("number_of_instances", Kind::U16),
            4 => ("optional_attributes", Kind::Words),
            5 => ("optional_services", Kind::Words),
            6 => ("max_class_attribute", Kind::U16),
            7 => ("max_instance_attribute", Kind::U16),
            _ => return None,
        });
    }
    match class {
        IDENTITY => identity(attribute),
        class::MESSAGE_ROUTER => Some(match attribute {
            1 => ("object_list", Kind::Words),
            2 => ("connections_available", Kind::U16),
            3 => ("connections_active", Kind::U16),
            4 => ("active_connections", Kind::Words),
            _ => return None,
        }),
        0x04 => Some(match attribute {
            4 => ("size", Kind::U16),
            _ => return None,
        }),
        class::CONNECTION_MANAGER => Some(match attribute {
            1 => ("open_requests", Kind::U16),
            2 => ("open_format_rejects", Kind::U16),
            3 => ("open_resource_rejects", Kind::U16),
            4 => ("open_other_rejects", Kind::U16),
            5 => ("close_requests", Kind::U16),
            6 => ("close_format_rejects", Kind::U16),
            7 => ("close_other_rejects", Kind::U16),
            8 => ("connection_timeouts", Kind::U16),
            11 => ("cpu_utilisation", Kind::U16),
            _ => return None,
        }),
        0x43 => Some(match attribute {
            1 => ("ptp_enable", Kind::U8),
            2 => ("is_synchronized", Kind::U8),
            3 => ("system_time_us", Kind::U64),
            4 => ("system_time_ns", Kind::U64),
            5 => ("offset_from_master_ns", Kind::U64),
            _ => return None,
        }),
        0x47 => Some(match attribute {
            1 => ("network_topology", Kind::U8),
            2 => ("network_status", Kind::U8),
            3 => ("ring_supervisor_status", Kind::U8),
            _ => return None,
        }),
        DEVICE_NAME => Some(match attribute {
            1 => ("name", Kind::String),
            2 => ("description", Kind::String),
            _ => return None,
        }),
        SYMBOL => Some(match attribute {
            1 => ("symbol_name", Kind::String),
            2 => ("symbol_type", Kind::U16),
            3 => ("symbol_address", Kind::U32),
            5 => ("symbol_object_address", Kind::U32),
            6 => ("software_control", Kind::U32),
            7 => ("byte_count", Kind::U16),
            8 => ("array_dimensions", Kind::Dimensions),
            10 => ("external_access", Kind::U8),
            _ => return None,
        }),
        TEMPLATE => Some(match attribute {
            1 => ("structure_handle", Kind::U16),
            2 => ("member_count", Kind::U16),
            4 => ("object_definition_size", Kind::U32),
            5 => ("structure_size", Kind::U32),
            _ => return None,
        }),
        WALL_CLOCK => Some(match attribute {
            6 | 11 => ("current_time_us", Kind::U64),
            _ => return None,
        }),
        CHANGE_LOG => Some(match attribute {
            1 => ("change_counter_1", Kind::U16),
            2 => ("change_counter_2", Kind::U16),
            3 => ("change_counter_3", Kind::U32),
            4 => ("change_counter_4", Kind::U32),
            10 => ("change_counter_10", Kind::U32),
            _ => return None,
        }),
        PORT => Some(match attribute {
            1 => ("port_type", Kind::U16),
            2 => ("port_number", Kind::U16),
            3 => ("link_object", Kind::Epath),
            4 => ("port_name", Kind::ShortString),
            8 => ("port_node_range", Kind::U32),
            _ => return None,
        }),
        TCP_IP => tcp_ip(attribute),
        ETHERNET_LINK => ethernet_link(attribute),
        _ => None,
    }
}

/// Identity object, instance attributes (volume 1, 5A-2.2).
const fn identity(attribute: u32) -> Option<(&'static str, Kind)> {
    Some(match attribute {
        1 => ("vendor_id", Kind::U16),
        2 => ("device_type", Kind::U16),
        3 => ("product_code", Kind::U16),
        4 => ("revision", Kind::Revision),
        5 => ("device_status", Kind::U16),
        6 => ("serial_number", Kind::Serial),
        7 => ("product_name", Kind::ShortString),
        8 => ("state", Kind::U8),
        9 => ("configuration_consistency_value", Kind::U16),
        10 => ("heartbeat_interval_s", Kind::U8),
        _ => return None,
    })
}

/// TCP/IP interface, instance attributes (volume 2, 5-4.3).
const fn tcp_ip(attribute: u32) -> Option<(&'static str, Kind)> {
    Some(match attribute {
        1 => ("interface_status", Kind::U32),
        2 => ("configuration_capability", Kind::U32),
        3 => ("configuration_control", Kind::U32),
        4 => ("physical_link_object", Kind::Epath),
        5 => ("interface_configuration", Kind::InterfaceConfiguration),
        6 => ("host_name", Kind::PaddedString),
        7 => ("safety_network_number", Kind::Bytes(6)),
        8 => ("ttl_value", Kind::U8),
        9 => ("multicast_configuration", Kind::Bytes(8)),
        10 => ("select_acd", Kind::U8),
        11 => ("last_conflict_detected", Kind::Bytes(35)),
        12 => ("quick_connect", Kind::U8),
        13 => ("encapsulation_inactivity_timeout_s", Kind::U16),
        _ => return None,
    })
}

/// Ethernet link, instance attributes (volume 2, 5-5.3).
const fn ethernet_link(attribute: u32) -> Option<(&'static str, Kind)> {
    Some(match attribute {
        1 => ("interface_speed_mbps", Kind::U32),
        2 => ("interface_flags", Kind::U32),
        3 => ("physical_address", Kind::Mac),
        4 => ("interface_counters", Kind::Bytes(44)),
        5 => ("media_counters", Kind::Bytes(48)),
        6 => ("interface_control", Kind::U32),
        7 => ("interface_type", Kind::U8),
        8 => ("interface_state", Kind::U8),
        9 => ("admin_state", Kind::U8),
        10 => ("interface_label", Kind::ShortString),
        _ => return None,
    })
}

/// Attributes that get_attributes_all gives, in their order, as far as each class defines them.
pub(super) const fn all(class: u32, whole: bool) -> &'static [u32] {
    match (class, whole) {
        (IDENTITY, false) => &[1, 2, 3, 4, 5, 6, 7],
        (IDENTITY, true) => &[1, 2, 6, 7],
        (TCP_IP, false) => &[1, 2, 3, 4, 5, 6],
        (ETHERNET_LINK, false) => &[1, 2, 3],
        (DEVICE_NAME, false) => &[1, 2],
        (CHANGE_LOG, false) => &[1, 2, 3, 4],
        (class::CONNECTION_MANAGER, false) => &[1, 2, 3, 4, 5, 6, 7, 8],
        (PORT, false) => &[1, 2, 3, 4],
        _ => &[],
    }
}

/// Takes the bytes of one value.
pub(super) fn take<'a>(kind: Kind, reader: &mut Reader<'a>) -> Option<&'a [u8]> {
    let length = match kind {
        Kind::U8 => 1,
        Kind::U16 | Kind::Revision => 2,
        Kind::U32 | Kind::Serial => 4,
        Kind::U64 => 8,
        Kind::Dimensions => 12,
        Kind::Mac => 6,
        Kind::Bytes(length) => usize::from(length),
        Kind::ShortString => usize::from(reader.peek_u8().ok()?).saturating_add(1),
        Kind::String => word(reader.rest())?.saturating_add(2),
        Kind::PaddedString => {
            let length = word(reader.rest())?;
            // Where the value ends the message the filler may be absent.
            let padded = length.saturating_add(length & 1).saturating_add(2);
            if padded <= reader.remaining() { padded } else { length.saturating_add(2) }
        }
        Kind::InterfaceConfiguration => {
            let length = reader.rest().get(20..).and_then(word).unwrap_or(0);
            let padded = length.saturating_add(length & 1).saturating_add(22);
            padded.min(reader.remaining().max(20))
        }
        Kind::Epath | Kind::Words => word(reader.rest())?.saturating_mul(2).saturating_add(2),
    };
    reader.take(length).ok()
}

fn word(bytes: &[u8]) -> Option<usize> {
    bytes.first_chunk().map(|bytes| usize::from(u16::from_le_bytes(*bytes)))
}

/// The characters of a text value.
pub(super) fn text(kind: Kind, value: &[u8]) -> &[u8] {
    let (skip, length) = match kind {
        Kind::ShortString => (1, value.first().map_or(0, |length| usize::from(*length))),
        _ => (2, word(value).unwrap_or(0)),
    };
    let end = length.saturating_add(skip).min(value.len());
    value.get(skip..end).unwrap_or_default()
}

/// Shows one value.
pub(super) fn visit(name: &'static str, kind: Kind, value: &[u8], visitor: &mut dyn Visitor) {
    let mut reader = Reader::new(value);
    match kind {
        Kind::U8 | Kind::U16 | Kind::U32 | Kind::U64 => visitor.uint(name, little(value)),
        Kind::Revision => {
            if let (Ok(major), Ok(minor)) = (reader.u8(), reader.u8()) {
                visitor.text(name, revision(major, minor).as_str());
            }
        }
        Kind::Serial => visitor.text(name, serial(value).as_str()),
        Kind::ShortString | Kind::String | Kind::PaddedString => {
            visitor.text(name, &printable(text(kind, value)));
        }
        Kind::Mac => visitor.text(name, mac(value).as_str()),
        Kind::InterfaceConfiguration => visit_interface(name, value, visitor),
        Kind::Epath => Path { bytes: value.get(2..).unwrap_or_default() }.visit_text(name, visitor),
        Kind::Words => {
            visitor.begin_list(name);
            let _ = reader.skip(2);
            while let Ok(value) = reader.le_u16() {
                visitor.uint("", u64::from(value));
            }
            visitor.end_list();
        }
        Kind::Dimensions => {
            visitor.begin_list(name);
            while let Ok(size) = reader.le_u32() {
                visitor.uint("", u64::from(size));
            }
            visitor.end_list();
        }
        Kind::Bytes(_) => visitor.bytes(name, value),
    }
}

/// An unsigned number of up to eight bytes.
pub(super) fn little(value: &[u8]) -> u64 {
    value.iter().take(8).rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// `20.011`: major revision (without its flag) and minor in three digits.
pub(crate) fn revision(major: u8, minor: u8) -> Text<16> {
    Text::of(format_args!("{}.{minor:03}", major & 0x7f))
}

/// Eight hexadecimal digits of a serial number.
pub(super) fn serial(value: &[u8]) -> Text<16> {
    Text::of(format_args!("{:08x}", little(value)))
}

/// Bytes in hexadecimal with colons between, as MAC addresses are written.
pub(super) fn mac(value: &[u8]) -> Text<24> {
    let mut text = Text::default();
    for (at, byte) in value.iter().enumerate() {
        let _ = write!(text, "{}{byte:02x}", if at > 0 { ":" } else { "" });
    }
    text
}

/// Dotted form of an address that the wire holds in little-endian order.
pub(super) fn ip(value: u32) -> Text<16> {
    let [a, b, c, d] = value.to_be_bytes();
    Text::of(format_args!("{a}.{b}.{c}.{d}"))
}

fn visit_interface(name: &'static str, value: &[u8], visitor: &mut dyn Visitor) {
    let mut reader = Reader::new(value);
    visitor.begin_object(name);
    for part in ["ip_address", "network_mask", "gateway_address", "name_server", "name_server_2"] {
        if let Ok(address) = reader.le_u32() {
            visitor.text(part, ip(address).as_str());
        }
    }
    visitor.text("domain_name", &printable(text(Kind::PaddedString, reader.rest())));
    visitor.end_object();
}
