//! BACnet virtual link layer: what carries an NPDU in a datagram (ASHRAE 135, annexes J and U).

use std::fmt;

use sightglass_wire::Ip;

use crate::{Anomalies, Category, Kind, Outcome, Reader, Text, Visitor};

/// First byte: over IPv4 (J.2) and over IPv6 (U.2).
pub(super) const IPV4: u8 = 0x81;
pub(super) const IPV6: u8 = 0x82;
/// Type, function and length.
const HEADER: usize = 4;
/// Entries shown of a table; a datagram holds at most some thousands.
const MAX_ENTRIES: usize = 1024;
/// Virtual addresses of IPv6 nodes have 22 bits (H.7.2).
const MAX_VMAC: u32 = 0x003f_ffff;

/// What a function is, whatever its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    Result,
    WriteBdt,
    ReadBdt,
    ReadBdtAck,
    Forwarded,
    RegisterForeignDevice,
    ReadFdt,
    ReadFdtAck,
    DeleteFdtEntry,
    Distribute,
    OriginalUnicast,
    OriginalBroadcast,
    Secure,
    AddressResolution,
    ForwardedAddressResolution,
    AddressResolutionAck,
    VirtualAddressResolution,
    VirtualAddressResolutionAck,
    Unknown(u8),
}

impl Function {
    const fn of(kind: u8, number: u8) -> Self {
        match (kind, number) {
            (_, 0x00) => Self::Result,
            (IPV4, 0x01) => Self::WriteBdt,
            (IPV4, 0x02) => Self::ReadBdt,
            (IPV4, 0x03) => Self::ReadBdtAck,
            (IPV4, 0x04) | (IPV6, 0x08) => Self::Forwarded,
            (IPV4, 0x05) | (IPV6, 0x09) => Self::RegisterForeignDevice,
            (IPV4, 0x06) => Self::ReadFdt,
            (IPV4, 0x07) => Self::ReadFdtAck,
            (IPV4, 0x08) | (IPV6, 0x0a) => Self::DeleteFdtEntry,
            (IPV4, 0x09) | (IPV6, 0x0c) => Self::Distribute,
            (IPV4, 0x0a) | (IPV6, 0x01) => Self::OriginalUnicast,
            (IPV4, 0x0b) | (IPV6, 0x02) => Self::OriginalBroadcast,
            (IPV4, 0x0c) | (IPV6, 0x0b) => Self::Secure,
            (IPV6, 0x03) => Self::AddressResolution,
            (IPV6, 0x04) => Self::ForwardedAddressResolution,
            (IPV6, 0x05) => Self::AddressResolutionAck,
            (IPV6, 0x06) => Self::VirtualAddressResolution,
            (IPV6, 0x07) => Self::VirtualAddressResolutionAck,
            _ => Self::Unknown(number),
        }
    }

    /// Whether an NPDU follows.
    pub(super) const fn carries_npdu(self) -> bool {
        matches!(self, Self::Forwarded | Self::Distribute | Self::OriginalUnicast | Self::OriginalBroadcast)
    }

    pub(super) const fn name(self) -> crate::Function {
        crate::Function::Known(match self {
            Self::Result => "bvlc_result",
            Self::WriteBdt => "bvlc_write_broadcast_distribution_table",
            Self::ReadBdt => "bvlc_read_broadcast_distribution_table",
            Self::ReadBdtAck => "bvlc_read_broadcast_distribution_table_ack",
            Self::Forwarded => "bvlc_forwarded_npdu",
            Self::RegisterForeignDevice => "bvlc_register_foreign_device",
            Self::ReadFdt => "bvlc_read_foreign_device_table",
            Self::ReadFdtAck => "bvlc_read_foreign_device_table_ack",
            Self::DeleteFdtEntry => "bvlc_delete_foreign_device_table_entry",
            Self::Distribute => "bvlc_distribute_broadcast_to_network",
            Self::OriginalUnicast => "bvlc_original_unicast_npdu",
            Self::OriginalBroadcast => "bvlc_original_broadcast_npdu",
            Self::Secure => "bvlc_secure_bvll",
            Self::AddressResolution => "bvlc_address_resolution",
            Self::ForwardedAddressResolution => "bvlc_forwarded_address_resolution",
            Self::AddressResolutionAck => "bvlc_address_resolution_ack",
            Self::VirtualAddressResolution => "bvlc_virtual_address_resolution",
            Self::VirtualAddressResolutionAck => "bvlc_virtual_address_resolution_ack",
            Self::Unknown(number) => return crate::Function::Unknown(number as u32),
        })
    }

    /// Kind and category of a message of its own.
    pub(super) const fn role(self) -> (Kind, Category) {
        match self {
            Self::Result => (Kind::Response, Category::Configuration),
            Self::WriteBdt | Self::RegisterForeignDevice | Self::DeleteFdtEntry => {
                (Kind::Request, Category::Configuration)
            }
            Self::ReadBdt | Self::ReadFdt => (Kind::Request, Category::Diagnostics),
            Self::ReadBdtAck | Self::ReadFdtAck => (Kind::Response, Category::Diagnostics),
            Self::AddressResolution | Self::ForwardedAddressResolution | Self::VirtualAddressResolution => {
                (Kind::Request, Category::Discovery)
            }
            Self::AddressResolutionAck | Self::VirtualAddressResolutionAck => {
                (Kind::Response, Category::Discovery)
            }
            Self::Secure => (Kind::Event, Category::Authentication),
            Self::Forwarded
            | Self::Distribute
            | Self::OriginalUnicast
            | Self::OriginalBroadcast
            | Self::Unknown(_) => (Kind::Event, Category::Other),
        }
    }
}

/// Name of a result code (J.2.1.1, U.2.1.1).
pub(super) const fn result_name(kind: u8, code: u16) -> &'static str {
    match (kind, code) {
        (_, 0x0000) => "successful_completion",
        (IPV4, 0x0010) => "write_broadcast_distribution_table_nak",
        (IPV4, 0x0020) => "read_broadcast_distribution_table_nak",
        (IPV4, 0x0040) => "read_foreign_device_table_nak",
        (IPV6, 0x0030) => "address_resolution_nak",
        (IPV6, 0x0060) => "virtual_address_resolution_nak",
        (IPV4, 0x0030) | (IPV6, 0x0090) => "register_foreign_device_nak",
        (IPV4, 0x0050) | (IPV6, 0x00a0) => "delete_foreign_device_table_entry_nak",
        (IPV4, 0x0060) | (IPV6, 0x00c0) => "distribute_broadcast_to_network_nak",
        _ => "unknown_result",
    }
}

/// IP address and UDP port inside a virtual link message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Endpoint {
    pub(super) ip: Ip,
    pub(super) port: u16,
}

impl Endpoint {
    pub(super) fn read_v4(reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self { ip: Ip::v4(reader.array().ok()?), port: reader.be_u16().ok()? })
    }

    fn read_v6(reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self { ip: Ip(reader.array().ok()?), port: reader.be_u16().ok()? })
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ip.is_v4() {
            write!(f, "{}:{}", self.ip, self.port)
        } else {
            write!(f, "[{}]:{}", self.ip, self.port)
        }
    }
}

/// One virtual link message.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bvlc<'a> {
    pub(super) kind: u8,
    pub(super) number: u8,
    pub(super) function: Function,
    pub(super) length: u16,
    /// Virtual addresses of an IPv6 node: source and destination, where the function has them.
    source_vmac: Option<u32>,
    destination_vmac: Option<u32>,
    /// Who sent what a BBMD forwards.
    pub(super) origin: Option<Endpoint>,
    /// What follows: an NPDU or the function's own parameters.
    pub(super) body: &'a [u8],
    pub(super) anomalies: Anomalies,
}

impl<'a> Bvlc<'a> {
    /// `None` when this is no virtual link message or is cut before its parameters. `missing` bytes were cut off by
    /// the capture.
    pub(super) fn parse(data: &'a [u8], missing: u32) -> Option<Self> {
        let &[kind @ (IPV4 | IPV6), number, high, low] = data.first_chunk::<HEADER>()? else { return None };
        let length = u16::from_be_bytes([high, low]);
        let function = Function::of(kind, number);
        let wanted = usize::from(length);
        if wanted < HEADER {
            return None;
        }
        let there = data.get(..wanted).unwrap_or(data);
        let anomalies = Anomalies::NONE
            .with_if(there.len() < wanted && missing > 0, Anomalies::TRUNCATED)
            .with_if(there.len() < wanted && missing == 0, Anomalies::BAD_LENGTH)
            .with_if(data.len() > wanted, Anomalies::TRAILING_BYTES)
            .with_if(matches!(function, Function::Unknown(_)), Anomalies::UNKNOWN_FUNCTION);
        let mut reader = Reader::new(there.get(HEADER..).unwrap_or_default());
        let (mut source_vmac, mut destination_vmac) = (None, None);
        if kind == IPV6 && !matches!(function, Function::Unknown(_) | Function::Secure) {
            source_vmac = Some(reader.be_u24().ok()?);
            if matches!(
                function,
                Function::OriginalUnicast
                    | Function::AddressResolution
                    | Function::ForwardedAddressResolution
                    | Function::AddressResolutionAck
                    | Function::VirtualAddressResolutionAck
            ) {
                destination_vmac = Some(reader.be_u24().ok()?);
            }
        }
        let origin = match (kind, function) {
            (IPV4, Function::Forwarded) => Some(Endpoint::read_v4(&mut reader)?),
            (IPV6, Function::Forwarded | Function::ForwardedAddressResolution) => {
                Some(Endpoint::read_v6(&mut reader)?)
            }
            _ => None,
        };
        let body = reader.rest();
        Some(Self { kind, number, function, length, source_vmac, destination_vmac, origin, body, anomalies })
    }

    /// Whether the parameters of a function without NPDU have the length that the function gives them.
    pub(super) fn fits(&self) -> bool {
        let vmacs = [self.source_vmac, self.destination_vmac];
        if vmacs.iter().flatten().any(|vmac| *vmac > MAX_VMAC) {
            return false;
        }
        let length = self.body.len();
        match (self.kind, self.function) {
            (_, Function::Result) => {
                length == 2
                    && self.result().is_some_and(|code| result_name(self.kind, code) != "unknown_result")
            }
            (_, Function::RegisterForeignDevice) => length == 2,
            (IPV4, Function::ReadBdt | Function::ReadFdt) => length == 0,
            (IPV4, Function::WriteBdt | Function::ReadBdtAck | Function::ReadFdtAck) => {
                length.is_multiple_of(10)
            }
            (IPV4, Function::DeleteFdtEntry) => length == 6,
            (IPV6, Function::DeleteFdtEntry) => length == 18,
            (
                IPV6,
                Function::AddressResolution
                | Function::ForwardedAddressResolution
                | Function::AddressResolutionAck
                | Function::VirtualAddressResolution
                | Function::VirtualAddressResolutionAck,
            ) => length == 0,
            _ => self.function.carries_npdu() && length >= 2,
        }
    }

    /// The code of a result message.
    pub(super) fn result(&self) -> Option<u16> {
        if self.function != Function::Result {
            return None;
        }
        self.body.first_chunk().map(|code| u16::from_be_bytes(*code))
    }

    /// How a message without NPDU ends an act.
    pub(super) fn outcome(&self) -> Outcome {
        match (self.function.role().0, self.result()) {
            (_, Some(0)) => Outcome::Ok,
            (_, Some(code)) => Outcome::Error(result_name(self.kind, code)),
            (Kind::Request, None) => Outcome::Pending,
            (Kind::Response, None) => Outcome::Ok,
            _ => Outcome::Event,
        }
    }

    pub(super) fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.uint("bvlc_type", u64::from(self.kind));
        match self.function.name() {
            crate::Function::Known(name) => visitor.named("bvlc_function", u64::from(self.number), name),
            crate::Function::Unknown(_) => visitor.uint("bvlc_function", u64::from(self.number)),
        }
        visitor.uint("bvlc_length", u64::from(self.length));
        if let Some(vmac) = self.source_vmac {
            visitor.uint("source_virtual_address", u64::from(vmac));
        }
        if let Some(vmac) = self.destination_vmac {
            visitor.uint("destination_virtual_address", u64::from(vmac));
        }
        if let Some(origin) = self.origin {
            address(visitor, "originating_address", &origin);
        }
        if !self.function.carries_npdu() {
            self.visit_parameters(visitor);
        }
    }

    fn visit_parameters(&self, visitor: &mut dyn Visitor) {
        let mut reader = Reader::new(self.body);
        match self.function {
            Function::Result => {
                if let Ok(code) = reader.be_u16() {
                    visitor.named("result_code", u64::from(code), result_name(self.kind, code));
                }
            }
            Function::RegisterForeignDevice => {
                if let Ok(seconds) = reader.be_u16() {
                    visitor.uint("time_to_live_s", u64::from(seconds));
                }
            }
            Function::WriteBdt | Function::ReadBdtAck => {
                visitor.begin_list("broadcast_distribution_table");
                for _ in 0..MAX_ENTRIES {
                    let (Some(entry), Ok(mask)) = (Endpoint::read_v4(&mut reader), reader.array()) else {
                        break;
                    };
                    visitor.begin_object("");
                    address(visitor, "address", &entry);
                    visitor.text("mask", &Ip::v4(mask).to_string());
                    visitor.end_object();
                }
                visitor.end_list();
            }
            Function::ReadFdtAck => {
                visitor.begin_list("foreign_device_table");
                for _ in 0..MAX_ENTRIES {
                    let Some(entry) = Endpoint::read_v4(&mut reader) else { break };
                    let (Ok(lifetime), Ok(remaining)) = (reader.be_u16(), reader.be_u16()) else { break };
                    visitor.begin_object("");
                    address(visitor, "address", &entry);
                    visitor.uint("time_to_live_s", u64::from(lifetime));
                    visitor.uint("remaining_s", u64::from(remaining));
                    visitor.end_object();
                }
                visitor.end_list();
            }
            Function::DeleteFdtEntry => {
                let entry = if self.kind == IPV4 {
                    Endpoint::read_v4(&mut reader)
                } else {
                    Endpoint::read_v6(&mut reader)
                };
                if let Some(entry) = entry {
                    address(visitor, "foreign_device", &entry);
                }
            }
            _ => {}
        }
        if !reader.is_empty() {
            visitor.bytes("data", reader.rest());
        }
    }
}

fn address(visitor: &mut dyn Visitor, name: &'static str, endpoint: &Endpoint) {
    visitor.text(name, Text::<64>::of(format_args!("{endpoint}")).as_str());
}
