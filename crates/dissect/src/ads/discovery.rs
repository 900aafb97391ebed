//! Discovery and route set-up of AMS routers over UDP 48899.
//!
//! Spec: none is published; the layout follows Beckhoff's own open ADS library and what routers send: magic, invoke id,
//! service, the sender's AMS address, tagged items.

use super::NetId;
use super::body::version;
use crate::{
    Anomalies, Category, Fields, Function, Kind, Message, Observation, Outcome, Protocol, Reader, Reference,
    Sink, Subject, Text, Visitor, confidence, printable,
};

/// First four bytes, little-endian.
pub(super) const MAGIC: u32 = 0x7114_6603;
const RESPONSE: u32 = 0x8000_0000;
/// Services.
const SERVER_INFO: u32 = 1;
const ADD_ROUTE: u32 = 6;
/// Most items of a message that are read; real ones have seven.
const MAX_ITEMS: usize = 32;

/// One message.
#[derive(Debug, Clone, Copy)]
pub(super) struct Discovery<'a> {
    invoke_id: u32,
    service: u32,
    net_id: NetId,
    port: u16,
    count: u32,
    items: &'a [u8],
}

impl<'a> Discovery<'a> {
    /// `None` when it is none or ends before its items.
    pub(super) fn read(data: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(data);
        if reader.le_u32().ok()? != MAGIC {
            return None;
        }
        Some(Self {
            invoke_id: reader.le_u32().ok()?,
            service: reader.le_u32().ok()?,
            net_id: NetId(reader.array().ok()?),
            port: reader.le_u16().ok()?,
            count: reader.le_u32().ok()?,
            items: reader.rest(),
        })
    }

    const fn is_response(&self) -> bool {
        self.service & RESPONSE != 0
    }

    /// Tag and bytes of every item that is whole.
    fn items(&self) -> impl Iterator<Item = (u16, &'a [u8])> + use<'a> {
        let mut reader = Reader::new(self.items);
        let most = usize::try_from(self.count).unwrap_or(MAX_ITEMS).min(MAX_ITEMS);
        let next = move || {
            let tag = reader.le_u16().ok()?;
            let length = usize::from(reader.le_u16().ok()?);
            Some((tag, reader.take(length).ok()?))
        };
        std::iter::from_fn(next).take(most)
    }

    /// Whether the items fill the message exactly.
    pub(super) fn is_whole(&self) -> bool {
        let (mut count, mut used) = (0u32, 0usize);
        for (_, bytes) in self.items() {
            count = count.saturating_add(1);
            used = used.saturating_add(bytes.len()).saturating_add(4);
        }
        count == self.count && used <= self.items.len()
    }

    pub(super) fn emit(&self, mut anomalies: Anomalies, sink: &mut dyn Sink) {
        let (name, category) = match self.service & !RESPONSE {
            SERVER_INFO => (Function::Known("discover"), Category::Discovery),
            ADD_ROUTE => (Function::Known("add_route"), Category::Configuration),
            other => (Function::Unknown(other), Category::Other),
        };
        anomalies = anomalies.with_if(matches!(name, Function::Unknown(_)), Anomalies::UNKNOWN_FUNCTION);
        if !anomalies.contains(Anomalies::TRUNCATED) {
            anomalies = anomalies.with_if(!self.is_whole(), Anomalies::BAD_LENGTH);
        }
        let status = self.items().find(|item| item.0 == 1).and_then(|item| Reader::new(item.1).le_u32().ok());
        let net_id = self.net_id.text();
        sink.message(&Message {
            protocol: Protocol::Ads,
            kind: if self.is_response() { Kind::Response } else { Kind::Request },
            function: name,
            code: None,
            category,
            outcome: match (self.is_response(), status) {
                (false, _) => Outcome::Pending,
                (true, Some(code)) if code != 0 => Outcome::Error(super::names::error(code)),
                _ => Outcome::Ok,
            },
            address: Reference::None,
            object: Reference::None,
            anomalies,
            fields: self,
        });
        let mut tell = |attribute, value: &str| {
            if !value.is_empty() {
                sink.observe(&Observation {
                    subject: Subject::Sender,
                    path: Reference::None,
                    attribute,
                    value,
                    protocol: Protocol::Ads,
                    confidence: confidence::IDENTITY,
                });
            }
        };
        if !self.net_id.is_null() {
            tell("ams_net_id", net_id.as_str());
        }
        if !self.is_response() {
            return;
        }
        for (tag, bytes) in self.items() {
            match (tag, bytes) {
                (3, &[major, minor, low, high, ..]) => {
                    tell("firmware", version(major, minor, u16::from_le_bytes([low, high])).as_str());
                }
                (4, bytes) => {
                    if let Some(system) = system(bytes) {
                        tell("os", system.as_str());
                    }
                }
                (5, name) => tell("name", printable(name).trim()),
                _ => {}
            }
        }
    }
}

/// Windows' own version structure: size, major, minor, build, platform.
fn system(bytes: &[u8]) -> Option<Text<48>> {
    let mut reader = Reader::new(bytes);
    reader.skip(4).ok()?;
    let (major, minor) = (reader.le_u32().ok()?, reader.le_u32().ok()?);
    let (build, platform) = (reader.le_u32().ok()?, reader.le_u32().ok()?);
    let name = match platform {
        2 => "Windows NT",
        3 => "Windows CE",
        _ => return Some(Text::of(format_args!("{major}.{minor}.{build}"))),
    };
    Some(Text::of(format_args!("{name} {major}.{minor}.{build}")))
}

impl Fields for Discovery<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.uint("invoke_id", u64::from(self.invoke_id));
        visitor.uint("service", u64::from(self.service & !RESPONSE));
        visitor.text("source_net_id", self.net_id.text().as_str());
        visitor.uint("source_port", u64::from(self.port));
        for (tag, bytes) in self.items() {
            match tag {
                1 => {
                    if let Ok(code) = Reader::new(bytes).le_u32() {
                        visitor.named("response_code", u64::from(code), super::names::error(code));
                    }
                }
                3 => {
                    if let &[major, minor, low, high, ..] = bytes {
                        let shown = version(major, minor, u16::from_le_bytes([low, high]));
                        visitor.text("device_version", shown.as_str());
                    }
                }
                4 => {
                    if let Some(system) = system(bytes) {
                        visitor.text("operating_system", system.as_str());
                    }
                }
                5 => visitor.text("host_name", &printable(bytes)),
                7 => {
                    if let Some(bytes) = bytes.first_chunk::<6>() {
                        visitor.text("route_net_id", NetId(*bytes).text().as_str());
                    }
                }
                12 => visitor.text("route_name", &printable(bytes)),
                // A password is never shown; that one was sent in the clear is.
                2 => visitor.flag("password_in_clear", !bytes.is_empty()),
                13 => visitor.text("user_name", &printable(bytes)),
                18 => visitor.text("fingerprint", &printable(bytes)),
                _ => {}
            }
        }
    }
}
