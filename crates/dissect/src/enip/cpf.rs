//! Common packet format: a count of items, each with type and length (volume 2, chapter 2-6).

use crate::{Anomalies, Reader, Text, Visitor};

pub(crate) const NULL: u16 = 0x0000;
pub(crate) const IDENTITY: u16 = 0x000c;
pub(crate) const CONNECTED_ADDRESS: u16 = 0x00a1;
pub(crate) const CONNECTED_DATA: u16 = 0x00b1;
pub(crate) const UNCONNECTED_DATA: u16 = 0x00b2;
pub(crate) const LIST_SERVICES: u16 = 0x0100;
pub(crate) const SOCKADDR_O_T: u16 = 0x8000;
pub(crate) const SOCKADDR_T_O: u16 = 0x8001;
pub(crate) const SEQUENCED_ADDRESS: u16 = 0x8002;

/// Items of one message; the specification's longest list has four, identities over TCP come one at a time.
pub(crate) const MAX_ITEMS: u16 = 64;

/// Name of an item type (table 2-6.3).
pub(crate) const fn name(kind: u16) -> &'static str {
    match kind {
        NULL => "null_address",
        0x0001 => "list_targets_response",
        IDENTITY => "list_identity_response",
        0x0086 => "cip_security_information",
        0x0087 => "ethernet_ip_capability",
        0x0088 => "ethernet_ip_usage",
        CONNECTED_ADDRESS => "connected_address",
        CONNECTED_DATA => "connected_data",
        UNCONNECTED_DATA => "unconnected_data",
        LIST_SERVICES => "list_services_response",
        SOCKADDR_O_T => "sockaddr_info_o_t",
        SOCKADDR_T_O => "sockaddr_info_t_o",
        SEQUENCED_ADDRESS => "sequenced_address",
        0x8003 => "unconnected_message_over_udp",
        _ => "unknown",
    }
}

/// One item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Item<'a> {
    pub(crate) kind: u16,
    pub(crate) data: &'a [u8],
    /// Bytes that the item should have but are not there.
    pub(crate) lacking: usize,
}

/// A list of items.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Items<'a> {
    pub(crate) count: u16,
    bytes: &'a [u8],
}

impl<'a> Items<'a> {
    /// Reads the count; the items are read as they are asked for.
    pub(crate) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let count = reader.le_u16().ok()?;
        Some(Self { count, bytes: reader.rest() })
    }

    /// The items; the last one may lack bytes.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Item<'a>> + use<'a> {
        let mut reader = Reader::new(self.bytes);
        (0..self.count.min(MAX_ITEMS)).map_while(move |_| {
            let kind = reader.le_u16().ok()?;
            let length = usize::from(reader.le_u16().ok()?);
            let data = reader.take_up_to(length);
            Some(Item { kind, data, lacking: length.saturating_sub(data.len()) })
        })
    }

    /// Whether the bytes hold just these items, each as long as it says.
    pub(crate) fn is_exact(&self) -> bool {
        let mut found = 0u16;
        let mut used = 0usize;
        for item in self.iter() {
            if item.lacking > 0 {
                return false;
            }
            found = found.saturating_add(1);
            used = used.saturating_add(item.data.len()).saturating_add(4);
        }
        found == self.count && used == self.bytes.len()
    }

    /// What is odd about the list.
    pub(crate) fn anomalies(&self) -> Anomalies {
        let mut found = 0u16;
        let mut used = 0usize;
        let mut marks = Anomalies::NONE;
        for item in self.iter() {
            found = found.saturating_add(1);
            used = used.saturating_add(item.data.len()).saturating_add(4);
            marks = marks
                .with_if(item.lacking > 0, Anomalies::BAD_LENGTH)
                .with_if(name(item.kind) == "unknown", Anomalies::UNKNOWN_OBJECT);
        }
        marks
            .with_if(self.count > MAX_ITEMS, Anomalies::TOO_LARGE)
            .with_if(found < self.count.min(MAX_ITEMS), Anomalies::BAD_LENGTH)
            .with_if(found == self.count && used < self.bytes.len(), Anomalies::TRAILING_BYTES)
    }
}

/// A socket address in network byte order (volume 2, 2-6.3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SocketAddress {
    pub(crate) family: u16,
    pub(crate) port: u16,
    pub(crate) ip: [u8; 4],
}

impl SocketAddress {
    pub(crate) fn parse(reader: &mut Reader<'_>) -> Option<Self> {
        let family = reader.be_u16().ok()?;
        let port = reader.be_u16().ok()?;
        let ip = reader.array().ok()?;
        reader.skip(8).ok()?;
        Some(Self { family, port, ip })
    }

    pub(crate) fn visit(&self, name: &'static str, visitor: &mut dyn Visitor) {
        let [a, b, c, d] = self.ip;
        visitor.begin_object(name);
        visitor.uint("family", u64::from(self.family));
        visitor.uint("port", u64::from(self.port));
        visitor.text("address", Text::<16>::of(format_args!("{a}.{b}.{c}.{d}")).as_str());
        visitor.end_object();
    }
}
