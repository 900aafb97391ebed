//! Network layer: routing addresses and the messages of routers (ASHRAE 135, clause 6).

use std::fmt;

use crate::{Anomalies, Category, Function, Kind, Reader, Reference, Text, Visitor};

/// The one version (6.2.1).
pub(super) const VERSION: u8 = 1;
/// Bits of the control octet (6.2.2).
const IS_NETWORK_MESSAGE: u8 = 0x80;
const RESERVED: u8 = 0x50;
const HAS_DESTINATION: u8 = 0x20;
const HAS_SOURCE: u8 = 0x08;
const EXPECTS_REPLY: u8 = 0x04;
const PRIORITY: u8 = 0x03;
/// All networks (6.2.2).
const GLOBAL_BROADCAST: u16 = 0xffff;
/// Message types from here on carry a vendor id (6.2.4).
const FIRST_PROPRIETARY: u8 = 0x80;
/// Longest address that is kept for matching; the standard's data links need up to seven bytes (6.2.2, table 6-2),
/// virtual networks up to 18.
const MAX_ADDRESS: usize = 18;
/// Entries shown of a routing table.
const MAX_ENTRIES: usize = 256;

/// A station on a network behind a router.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Station {
    pub(super) network: u16,
    mac: [u8; MAX_ADDRESS],
    length: u8,
}

impl Station {
    fn new(network: u16, address: &[u8]) -> Self {
        let mut mac = [0; MAX_ADDRESS];
        for (to, from) in mac.iter_mut().zip(address) {
            *to = *from;
        }
        let length = u8::try_from(address.len().min(MAX_ADDRESS)).unwrap_or(0);
        Self { network, mac, length }
    }

    /// The address on its data link; empty for a broadcast.
    pub(super) fn mac(&self) -> &[u8] {
        self.mac.get(..usize::from(self.length)).unwrap_or_default()
    }

    /// Whether one station is meant.
    pub(super) fn is_unicast(&self) -> bool {
        self.length > 0
    }

    /// What messages are about when they are for this station; `text` holds longer addresses.
    pub(super) fn reference<'t>(&self, text: &'t mut Text<64>) -> Reference<'t> {
        let network = ("network", u64::from(self.network));
        match self.mac() {
            [] if self.network == GLOBAL_BROADCAST => Reference::None,
            [] => Reference::one(network.0, network.1),
            [node] => Reference::two(network, ("station", u64::from(*node))),
            _ => {
                *text = Text::of(format_args!("network {} station {}", self.network, Mac(self.mac())));
                Reference::Text(text.as_str())
            }
        }
    }
}

/// A data link address: IPv4 with port where it has six bytes and looks like one, else hexadecimal.
struct Mac<'a>(&'a [u8]);

impl fmt::Display for Mac<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            // UDP ports of BACnet/IP begin with 0xba (47808 to 47823).
            &[a, b, c, d, 0xba, port @ 0xc0..=0xcf] => {
                write!(f, "{a}.{b}.{c}.{d}:{}", u16::from_be_bytes([0xba, port]))
            }
            [node] => write!(f, "{node}"),
            bytes => bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}")),
        }
    }
}

/// Header of a network message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NetworkMessage {
    pub(super) number: u8,
    vendor: Option<u16>,
}

/// One network protocol data unit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Npdu<'a> {
    version: u8,
    control: u8,
    pub(super) destination: Option<Station>,
    hop_count: Option<u8>,
    pub(super) source: Option<Station>,
    pub(super) message: Option<NetworkMessage>,
    /// The APDU, or the parameters of the network message.
    pub(super) data: &'a [u8],
    pub(super) anomalies: Anomalies,
}

impl<'a> Npdu<'a> {
    /// `None` when it is cut within its header. Another version is read as if it were this one, and marked.
    pub(super) fn parse(data: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(data);
        let version = reader.u8().ok()?;
        let control = reader.u8().ok()?;
        let mut anomalies = Anomalies::NONE
            .with_if(version != VERSION, Anomalies::BAD_VERSION)
            .with_if(control & RESERVED != 0, Anomalies::RESERVED_BITS);
        let destination = if control & HAS_DESTINATION == 0 { None } else { Some(station(&mut reader)?) };
        let source = if control & HAS_SOURCE == 0 { None } else { Some(station(&mut reader)?) };
        let hop_count = if destination.is_some() { Some(reader.u8().ok()?) } else { None };
        let forbidden =
            source.is_some_and(|source| !source.is_unicast() || source.network == GLOBAL_BROADCAST);
        anomalies = anomalies.with_if(forbidden, Anomalies::BAD_VALUE);
        let message = if control & IS_NETWORK_MESSAGE == 0 {
            None
        } else {
            let number = reader.u8().ok()?;
            let vendor = if number >= FIRST_PROPRIETARY { Some(reader.be_u16().ok()?) } else { None };
            anomalies =
                anomalies.with_if((0x14..FIRST_PROPRIETARY).contains(&number), Anomalies::RESERVED_FUNCTION);
            Some(NetworkMessage { number, vendor })
        };
        let data = reader.rest();
        Some(Self { version, control, destination, hop_count, source, message, data, anomalies })
    }

    pub(super) fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.uint("version", u64::from(self.version));
        visitor.uint("control", u64::from(self.control));
        visitor.flag("expecting_reply", self.control & EXPECTS_REPLY != 0);
        let priority = match self.control & PRIORITY {
            0 => "normal",
            1 => "urgent",
            2 => "critical_equipment",
            _ => "life_safety",
        };
        visitor.named("network_priority", u64::from(self.control & PRIORITY), priority);
        if let Some(to) = &self.destination {
            visitor.uint("dnet", u64::from(to.network));
            if to.is_unicast() {
                visitor.text("dadr", Text::<64>::of(format_args!("{}", Mac(to.mac()))).as_str());
            }
        }
        if let Some(from) = &self.source {
            visitor.uint("snet", u64::from(from.network));
            visitor.text("sadr", Text::<64>::of(format_args!("{}", Mac(from.mac()))).as_str());
        }
        if let Some(hops) = self.hop_count {
            visitor.uint("hop_count", u64::from(hops));
        }
        if let Some(message) = self.message {
            match message.name() {
                Function::Known(name) => visitor.named("network_message", u64::from(message.number), name),
                Function::Unknown(_) => visitor.uint("network_message", u64::from(message.number)),
            }
            if let Some(vendor) = message.vendor {
                visitor.uint("vendor_id", u64::from(vendor));
            }
            message.visit(self.data, visitor);
        }
    }
}

fn station(reader: &mut Reader<'_>) -> Option<Station> {
    let network = reader.be_u16().ok()?;
    let length = reader.u8().ok()?;
    Some(Station::new(network, reader.take(usize::from(length)).ok()?))
}

impl NetworkMessage {
    /// Name of the message type (6.2.4).
    pub(super) const fn name(self) -> Function {
        Function::Known(match self.number {
            0x00 => "who_is_router_to_network",
            0x01 => "i_am_router_to_network",
            0x02 => "i_could_be_router_to_network",
            0x03 => "reject_message_to_network",
            0x04 => "router_busy_to_network",
            0x05 => "router_available_to_network",
            0x06 => "initialize_routing_table",
            0x07 => "initialize_routing_table_ack",
            0x08 => "establish_connection_to_network",
            0x09 => "disconnect_connection_to_network",
            0x0a => "challenge_request",
            0x0b => "security_payload",
            0x0c => "security_response",
            0x0d => "request_key_update",
            0x0e => "update_key_set",
            0x0f => "update_distribution_key",
            0x10 => "request_master_key",
            0x11 => "set_master_key",
            0x12 => "what_is_network_number",
            0x13 => "network_number_is",
            FIRST_PROPRIETARY.. => "proprietary_network_message",
            _ => return Function::Unknown(self.number as u32),
        })
    }

    pub(super) const fn role(self) -> (Kind, Category) {
        match self.number {
            0x00 | 0x12 => (Kind::Request, Category::Discovery),
            0x01 | 0x02 | 0x13 => (Kind::Event, Category::Discovery),
            0x03..=0x05 => (Kind::Event, Category::Diagnostics),
            0x06 => (Kind::Request, Category::Configuration),
            0x07 => (Kind::Response, Category::Configuration),
            0x08 | 0x09 => (Kind::Request, Category::Configuration),
            0x0a | 0x0d | 0x10 => (Kind::Request, Category::Authentication),
            0x0b | 0x0e | 0x0f | 0x11 => (Kind::Event, Category::Authentication),
            0x0c => (Kind::Response, Category::Authentication),
            _ => (Kind::Event, Category::Other),
        }
    }

    /// What a message says about the network it names, where it names one first.
    pub(super) fn network(self, data: &[u8]) -> Option<u16> {
        match self.number {
            0x00..=0x02 | 0x04 | 0x05 | 0x08 | 0x09 | 0x13 => {
                data.first_chunk().map(|network| u16::from_be_bytes(*network))
            }
            0x03 => data.get(1..)?.first_chunk().map(|network| u16::from_be_bytes(*network)),
            _ => None,
        }
    }

    /// Name of the reason of a rejected message (6.4.4).
    pub(super) const fn reject_reason(reason: u8) -> &'static str {
        match reason {
            0 => "other",
            1 => "not_directly_connected",
            2 => "router_busy",
            3 => "unknown_network_message",
            4 => "message_too_long",
            5 => "security_error",
            6 => "addressing_error",
            _ => "unknown_reason",
        }
    }

    fn visit(self, data: &[u8], visitor: &mut dyn Visitor) {
        let mut reader = Reader::new(data);
        match self.number {
            0x00 | 0x01 | 0x04 | 0x05 => {
                visitor.begin_list("networks");
                for network in reader.rest().as_chunks::<2>().0.iter().take(MAX_ENTRIES) {
                    visitor.uint("", u64::from(u16::from_be_bytes(*network)));
                    let _ = reader.skip(2);
                }
                visitor.end_list();
            }
            0x02 | 0x08 | 0x09 | 0x13 => {
                if let Ok(network) = reader.be_u16() {
                    visitor.uint("network", u64::from(network));
                }
                if let Ok(value) = reader.u8() {
                    match self.number {
                        0x02 => visitor.uint("performance_index", u64::from(value)),
                        0x08 => visitor.uint("termination_time_s", u64::from(value)),
                        0x13 => visitor.named(
                            "network_number_status",
                            u64::from(value),
                            if value == 0 { "learned" } else { "configured" },
                        ),
                        _ => visitor.uint("value", u64::from(value)),
                    }
                }
            }
            0x03 => {
                if let (Ok(reason), Ok(network)) = (reader.u8(), reader.be_u16()) {
                    visitor.named("reject_reason", u64::from(reason), Self::reject_reason(reason));
                    visitor.uint("network", u64::from(network));
                }
            }
            0x06 | 0x07 => visit_ports(&mut reader, visitor),
            // Wrapped and key-carrying messages (clause 24 of 135-2016) hold secrets: only their size is shown.
            0x0a..=0x11 => {
                visitor.uint("data_length", u64::try_from(reader.remaining()).unwrap_or(u64::MAX));
                return;
            }
            _ => {}
        }
        if !reader.is_empty() {
            visitor.bytes("data", reader.rest());
        }
    }
}

/// The ports of a routing table (6.4.7).
fn visit_ports(reader: &mut Reader<'_>, visitor: &mut dyn Visitor) {
    let Ok(count) = reader.u8() else { return };
    visitor.uint("number_of_ports", u64::from(count));
    visitor.begin_list("ports");
    for _ in 0..count {
        let (Ok(network), Ok(port), Ok(length)) = (reader.be_u16(), reader.u8(), reader.u8()) else { break };
        visitor.begin_object("");
        visitor.uint("network", u64::from(network));
        visitor.uint("port_id", u64::from(port));
        let info = reader.take_up_to(usize::from(length));
        if !info.is_empty() {
            visitor.bytes("port_info", info);
        }
        visitor.end_object();
    }
    visitor.end_list();
}
