//! Bodies of services: endpoints, connections, descriptions.

use super::cemi::Individual;
use super::service::{self, connection_name, feature_name, status_name};
use crate::tell::{ipv4, mac, shown_ip, shown_mac, until_nul};
use crate::{
    Observation, Protocol, Reader, Reference, Sink, Subject, Text, Visitor, confidence, hex, printable,
};

/// Description blocks of one message that are looked at.
const MAX_BLOCKS: usize = 32;
const DEVICE_INFORMATION: u8 = 1;

/// Channel and sequence counter of a connection header (03_08_02).
pub(super) fn connection(body: &[u8]) -> Option<(u8, u8, u8, &[u8])> {
    let mut reader = Reader::new(body);
    let mut header = reader.sub(usize::from(reader.peek_u8().ok()?)).ok()?;
    header.skip(1).ok()?;
    Some((header.u8().ok()?, header.u8().ok()?, header.u8().ok()?, reader.rest()))
}

/// The cEMI message that a service carries.
pub(super) fn cemi(service: u16, body: &[u8]) -> Option<&[u8]> {
    match service {
        service::TUNNELLING_REQUEST | service::DEVICE_CONFIGURATION_REQUEST => {
            connection(body).map(|(_, _, _, rest)| rest)
        }
        service::ROUTING_INDICATION | service::ROUTING_SYSTEM_BROADCAST => Some(body),
        _ => None,
    }
}

/// The status of a service that tells one.
pub(super) fn status(service: u16, body: &[u8]) -> Option<u8> {
    match service {
        0x0206 | 0x0208 | 0x020a => body.get(1).copied(),
        0x0311 | 0x0421 => body.get(3).copied(),
        0x0423 => body.get(5).copied(),
        _ => None,
    }
}

/// Type and contents of each description block.
fn blocks(bytes: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let mut reader = Reader::new(bytes);
    std::iter::from_fn(move || {
        let length = usize::from(reader.peek_u8().ok()?);
        let mut block = reader.sub(length).ok()?;
        block.skip(1).ok()?;
        Some((block.u8().ok()?, block.rest()))
    })
    .take(MAX_BLOCKS)
}

/// Description blocks of a response.
fn described(service: u16, body: &[u8]) -> Option<&[u8]> {
    match service {
        service::SEARCH_RESPONSE | service::SEARCH_RESPONSE_EXTENDED => body.get(8..),
        service::DESCRIPTION_RESPONSE => Some(body),
        _ => None,
    }
}

/// Device information (03_08_02, 7.5.4.2).
struct Device<'a> {
    medium: u8,
    status: u8,
    address: u16,
    project: u16,
    serial: &'a [u8],
    multicast: sightglass_wire::Ip,
    mac: sightglass_wire::Mac,
    name: &'a [u8],
}

fn device(block: &[u8]) -> Option<Device<'_>> {
    let mut reader = Reader::new(block);
    Some(Device {
        medium: reader.u8().ok()?,
        status: reader.u8().ok()?,
        address: reader.be_u16().ok()?,
        project: reader.be_u16().ok()?,
        serial: reader.take(6).ok()?,
        multicast: ipv4(&mut reader)?,
        mac: mac(&mut reader)?,
        name: until_nul(reader.rest()),
    })
}

/// What a description says of the device that sends it.
pub(super) fn observe(service: u16, body: &[u8], sink: &mut dyn Sink) {
    let Some(bytes) = described(service, body) else { return };
    for (kind, block) in blocks(bytes) {
        let Some(device) = (kind == DEVICE_INFORMATION).then(|| device(block)).flatten() else { continue };
        let mut say = |attribute, value: &str| {
            let value = value.trim();
            if !value.is_empty() {
                let (subject, path, protocol) = (Subject::Sender, Reference::None, Protocol::Knx);
                let confidence = confidence::IDENTITY;
                sink.observe(&Observation { subject, path, attribute, value, protocol, confidence });
            }
        };
        // ISO 8859-1 (7.5.4.2): every byte is its own code point.
        let name: String = device.name.iter().map(|byte| char::from(*byte)).collect();
        say("product_name", &name);
        say("serial", &hex(device.serial));
        // The first two bytes of the serial number are the manufacturer's code (03_05_01).
        if let Some(code) = device.serial.first_chunk::<2>() {
            say("vendor_id", Text::<8>::of(format_args!("{}", u16::from_be_bytes(*code))).as_str());
        }
        say(
            "knx_individual_address",
            Text::<16>::of(format_args!("{}", Individual(device.address))).as_str(),
        );
        say("mac_address", shown_mac(device.mac).as_str());
    }
}

fn endpoint(name: &'static str, reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Option<()> {
    let mut inner = reader.sub(usize::from(reader.peek_u8().ok()?)).ok()?;
    inner.skip(1).ok()?;
    let protocol = inner.u8().ok()?;
    let ip = ipv4(&mut inner)?;
    let port = inner.be_u16().ok()?;
    visitor.begin_object(name);
    visitor.named("protocol", u64::from(protocol), if protocol == 2 { "tcp" } else { "udp" });
    visitor.text("ip", shown_ip(ip).as_str());
    visitor.uint("port", u64::from(port));
    visitor.end_object();
    Some(())
}

/// Shows a body; what has no structure here stays bytes.
pub(super) fn visit(code: u16, body: &[u8], visitor: &mut dyn Visitor) {
    let mut reader = Reader::new(body);
    let _ = show(code, &mut reader, visitor);
}

fn show(code: u16, reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Option<()> {
    match code {
        0x0201 | 0x020b => {
            endpoint("discovery_endpoint", reader, visitor)?;
            if !reader.is_empty() {
                visitor.bytes("search_parameters", reader.rest());
            }
        }
        0x0203 => endpoint("control_endpoint", reader, visitor)?,
        0x0202 | 0x0204 | 0x020c => {
            if code != 0x0204 {
                endpoint("control_endpoint", reader, visitor)?;
            }
            descriptions(reader.rest(), visitor);
        }
        0x0205 => {
            endpoint("control_endpoint", reader, visitor)?;
            endpoint("data_endpoint", reader, visitor)?;
            connection_block(reader, true, visitor)?;
        }
        0x0206 => {
            visitor.uint("channel", u64::from(reader.u8().ok()?));
            let status = reader.u8().ok()?;
            visitor.named("status", u64::from(status), status_name(status));
            endpoint("data_endpoint", reader, visitor)?;
            connection_block(reader, false, visitor)?;
        }
        0x0207 | 0x0209 => {
            visitor.uint("channel", u64::from(reader.u8().ok()?));
            reader.skip(1).ok()?;
            endpoint("control_endpoint", reader, visitor)?;
        }
        0x0208 | 0x020a => {
            visitor.uint("channel", u64::from(reader.u8().ok()?));
            let status = reader.u8().ok()?;
            visitor.named("status", u64::from(status), status_name(status));
        }
        0x0310 | 0x0311 | 0x0420..=0x0425 => {
            let (channel, sequence, status, rest) = connection(reader.rest())?;
            visitor.uint("channel", u64::from(channel));
            visitor.uint("sequence", u64::from(sequence));
            match code {
                0x0311 | 0x0421 => visitor.named("status", u64::from(status), status_name(status)),
                0x0422.. => {
                    let mut inner = Reader::new(rest);
                    let feature = inner.u8().ok()?;
                    visitor.named("feature", u64::from(feature), feature_name(feature));
                    let returned = inner.u8().ok()?;
                    if code == 0x0423 {
                        visitor.uint("return_code", u64::from(returned));
                    }
                    if !inner.is_empty() {
                        visitor.bytes("value", inner.rest());
                    }
                }
                _ => {}
            }
        }
        0x0531 => {
            reader.skip(1).ok()?;
            visitor.uint("device_state", u64::from(reader.u8().ok()?));
            visitor.uint("lost_messages", u64::from(reader.be_u16().ok()?));
        }
        0x0532 => {
            reader.skip(1).ok()?;
            visitor.uint("device_state", u64::from(reader.u8().ok()?));
            visitor.uint("wait_time_ms", u64::from(reader.be_u16().ok()?));
            visitor.uint("control", u64::from(reader.be_u16().ok()?));
        }
        0x0950 => {
            visitor.uint("session_id", u64::from(reader.be_u16().ok()?));
            visitor.uint("sequence", reader.be_u48().ok()?);
            visitor.bytes("serial_number", reader.take(6).ok()?);
            visitor.uint("message_tag", u64::from(reader.be_u16().ok()?));
            visitor.uint("encrypted_length", u64::try_from(reader.remaining()).unwrap_or(0));
        }
        0x0951 => endpoint("control_endpoint", reader, visitor)?,
        0x0952 => visitor.uint("session_id", u64::from(reader.be_u16().ok()?)),
        0x0953 => {
            reader.skip(1).ok()?;
            visitor.uint("user_id", u64::from(reader.u8().ok()?));
        }
        0x0954 => {
            let status = reader.u8().ok()?;
            let name = match status {
                0 => "authentication_success",
                1 => "authentication_failed",
                2 => "unauthenticated",
                3 => "timeout",
                4 => "keepalive",
                5 => "close",
                _ => "unknown",
            };
            visitor.named("session_status", u64::from(status), name);
        }
        0x0955 => {
            visitor.uint("timer", reader.be_u48().ok()?);
            visitor.bytes("serial_number", reader.take(6).ok()?);
            visitor.uint("message_tag", u64::from(reader.be_u16().ok()?));
        }
        0x0740..=0x0743 => {
            endpoint("discovery_endpoint", reader, visitor)?;
            visitor.bytes("data", reader.rest());
        }
        0x0530 | 0x0533 => {}
        _ if !reader.is_empty() => visitor.bytes("data", reader.rest()),
        _ => {}
    }
    Some(())
}

/// Connection request or response information.
fn connection_block(reader: &mut Reader<'_>, is_request: bool, visitor: &mut dyn Visitor) -> Option<()> {
    let mut inner = reader.sub(usize::from(reader.peek_u8().ok()?)).ok()?;
    inner.skip(1).ok()?;
    let kind = inner.u8().ok()?;
    visitor.named("connection_type", u64::from(kind), connection_name(kind));
    if is_request && kind == 4 {
        let layer = inner.u8().ok()?;
        let name = match layer {
            0x02 => "link_layer",
            0x04 => "raw",
            0x80 => "busmonitor",
            _ => "unknown",
        };
        visitor.named("knx_layer", u64::from(layer), name);
    } else if !is_request && kind == 4 {
        let address = inner.be_u16().ok()?;
        visitor.text("individual_address", Text::<16>::of(format_args!("{}", Individual(address))).as_str());
    }
    Some(())
}

fn descriptions(bytes: &[u8], visitor: &mut dyn Visitor) {
    visitor.begin_list("descriptions");
    for (kind, block) in blocks(bytes) {
        visitor.begin_object("");
        let name = match kind {
            1 => "device_information",
            2 => "supported_service_families",
            3 => "ip_configuration",
            4 => "ip_current_configuration",
            5 => "knx_addresses",
            6 => "secured_services",
            7 => "tunnelling_information",
            8 => "extended_device_information",
            0xfe => "manufacturer_data",
            _ => "unknown",
        };
        visitor.named("type", u64::from(kind), name);
        match (kind, device(block)) {
            (DEVICE_INFORMATION, Some(device)) => {
                let medium = match device.medium {
                    0x02 => "tp1",
                    0x04 => "pl110",
                    0x10 => "rf",
                    0x20 => "ip",
                    _ => "unknown",
                };
                visitor.named("medium", u64::from(device.medium), medium);
                visitor.flag("programming_mode", device.status & 1 != 0);
                let address = Text::<16>::of(format_args!("{}", Individual(device.address)));
                visitor.text("individual_address", address.as_str());
                visitor.uint("project_installation_id", u64::from(device.project));
                visitor.text("serial_number", &hex(device.serial));
                visitor.text("multicast_address", shown_ip(device.multicast).as_str());
                visitor.text("mac_address", shown_mac(device.mac).as_str());
                visitor.text("friendly_name", &printable(device.name));
            }
            (2 | 6, _) => {
                visitor.begin_list("families");
                for pair in block.as_chunks::<2>().0 {
                    let [family, version] = *pair;
                    visitor.begin_object("");
                    visitor.uint("family", u64::from(family));
                    visitor.uint("version", u64::from(version));
                    visitor.end_object();
                }
                visitor.end_list();
            }
            _ => visitor.bytes("data", block),
        }
        visitor.end_object();
    }
    visitor.end_list();
}
