//! What the list commands tell: identity, services, targets (volume 2, chapter 2-4).

use super::cpf::{self, Item, SocketAddress};
use crate::{
    Observation, Protocol, Reader, Reference, Sink, Subject, Text, Visitor, cip, confidence, printable,
};

/// Identity item of a list_identity response (table 2-4.4).
#[derive(Debug, Clone, Copy)]
pub(super) struct Identity<'a> {
    version: u16,
    socket: SocketAddress,
    vendor_id: u16,
    device_type: u16,
    product_code: u16,
    major: u8,
    minor: u8,
    status: u16,
    serial: u32,
    name: &'a [u8],
    state: Option<u8>,
}

impl<'a> Identity<'a> {
    pub(super) fn parse(data: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(data);
        let version = reader.le_u16().ok()?;
        let socket = SocketAddress::parse(&mut reader)?;
        let vendor_id = reader.le_u16().ok()?;
        let device_type = reader.le_u16().ok()?;
        let product_code = reader.le_u16().ok()?;
        let major = reader.u8().ok()?;
        let minor = reader.u8().ok()?;
        let status = reader.le_u16().ok()?;
        let serial = reader.le_u32().ok()?;
        let length = usize::from(reader.u8().ok()?);
        let name = reader.take_up_to(length);
        let state = reader.u8().ok();
        Some(Self {
            version,
            socket,
            vendor_id,
            device_type,
            product_code,
            major,
            minor,
            status,
            serial,
            name,
            state,
        })
    }

    fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.uint("protocol_version", u64::from(self.version));
        self.socket.visit("socket_address", visitor);
        visitor.uint("vendor_id", u64::from(self.vendor_id));
        visitor.uint("device_type", u64::from(self.device_type));
        visitor.uint("product_code", u64::from(self.product_code));
        visitor.text("revision", cip::revision(self.major, self.minor).as_str());
        visitor.uint("device_status", u64::from(self.status));
        visitor.text("serial_number", Text::<8>::of(format_args!("{:08x}", self.serial)).as_str());
        visitor.text("product_name", &printable(self.name));
        if let Some(state) = self.state {
            visitor.named("state", u64::from(state), state_name(state));
        }
    }

    /// Says who sent this.
    pub(super) fn observe(&self, sink: &mut dyn Sink) {
        let number = |value: u16| Text::<8>::of(format_args!("{value}"));
        let serial = Text::<8>::of(format_args!("{:08x}", self.serial));
        let name = printable(self.name);
        let facts = [
            ("vendor_id", number(self.vendor_id).as_str()),
            ("device_type", number(self.device_type).as_str()),
            ("product_code", number(self.product_code).as_str()),
            ("firmware", cip::revision(self.major, self.minor).as_str()),
            ("serial", if self.serial == 0 { "" } else { serial.as_str() }),
            ("product_name", name.trim()),
        ]
        .map(|(attribute, value)| (attribute, Text::<256>::of(format_args!("{value}"))));
        for (attribute, value) in facts {
            if value.as_str().is_empty() {
                continue;
            }
            sink.observe(&Observation {
                subject: Subject::Sender,
                path: Reference::None,
                attribute,
                value: value.as_str(),
                protocol: Protocol::Enip,
                confidence: confidence::IDENTITY,
            });
        }
    }
}

/// State of a device (volume 1, 5A-2.2.8).
const fn state_name(state: u8) -> &'static str {
    match state {
        0 => "nonexistent",
        1 => "self_testing",
        2 => "standby",
        3 => "operational",
        4 => "major_recoverable_fault",
        5 => "major_unrecoverable_fault",
        0xff => "unknown",
        _ => "reserved",
    }
}

/// Shows one item.
pub(super) fn visit_item(item: &Item<'_>, visitor: &mut dyn Visitor) {
    visitor.begin_object("");
    visitor.named("type", u64::from(item.kind), cpf::name(item.kind));
    visitor.uint("length", item.data.len().saturating_add(item.lacking) as u64);
    let mut reader = Reader::new(item.data);
    if visit_data(item, &mut reader, visitor).is_none() && !reader.is_empty() {
        visitor.bytes("data", reader.rest());
    }
    visitor.end_object();
}

fn visit_data(item: &Item<'_>, reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Option<()> {
    match item.kind {
        cpf::IDENTITY => Identity::parse(item.data)?.visit(visitor),
        cpf::CONNECTED_ADDRESS => visitor.uint("connection_id", u64::from(reader.le_u32().ok()?)),
        cpf::SEQUENCED_ADDRESS => {
            visitor.uint("connection_id", u64::from(reader.le_u32().ok()?));
            visitor.uint("sequence_number", u64::from(reader.le_u32().ok()?));
        }
        cpf::CONNECTED_DATA => visitor.uint("sequence_count", u64::from(reader.le_u16().ok()?)),
        // Shown by the layer above.
        cpf::UNCONNECTED_DATA => {}
        cpf::LIST_SERVICES => {
            visitor.uint("protocol_version", u64::from(reader.le_u16().ok()?));
            let flags = reader.le_u16().ok()?;
            visitor.uint("capability_flags", u64::from(flags));
            visitor.flag("cip_over_tcp", flags & 0x0020 != 0);
            visitor.flag("cip_io_over_udp", flags & 0x0100 != 0);
            visitor.text("service_name", &printable(reader.rest()));
        }
        cpf::SOCKADDR_O_T | cpf::SOCKADDR_T_O => {
            SocketAddress::parse(reader)?.visit("socket_address", visitor);
        }
        // Answer to the reserved command 0x0001: version, address and its text.
        0x0001 => {
            visitor.uint("protocol_version", u64::from(reader.le_u16().ok()?));
            visitor.uint("flags", u64::from(reader.le_u16().ok()?));
            SocketAddress::parse(reader)?.visit("socket_address", visitor);
            visitor.text("target_name", &printable(reader.rest()));
        }
        _ => return None,
    }
    Some(())
}
