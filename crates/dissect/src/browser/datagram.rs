//! The datagram service (RFC 1002, 4.4).

use sightglass_wire::Ip;

use crate::netbios::{ENCODED, NetbiosName};
use crate::tell::{ipv4, shown_ip};
use crate::{Reader, Visitor};

/// Datagram types (RFC 1002, 4.4.1).
const DIRECT_UNIQUE: u8 = 0x10;
const BROADCAST: u8 = 0x12;
const ERROR: u8 = 0x13;
const QUERY_REQUEST: u8 = 0x14;
const NEGATIVE_RESPONSE: u8 = 0x16;
/// Commands of NetBIOS frames on LLC (IBM Local Area Network Technical Reference, NetBIOS frames): datagrams.
const FRAME_DATAGRAM: u8 = 0x08;
const FRAME_BROADCAST: u8 = 0x09;
/// Header length and delimiter of such a frame.
const FRAME_HEAD: [u8; 4] = [44, 0, 0xff, 0xef];
/// The datagram length counts from the byte after the offset field.
const BEFORE_LENGTH: usize = 14;
/// Labels of a scope that are passed at most; a name has 255 bytes.
const MAX_LABELS: usize = 64;

/// What a datagram of a type holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Content<'a> {
    /// Data from one name to another.
    Data { source: NetbiosName, destination: Option<NetbiosName>, user: &'a [u8] },
    /// A refusal.
    Error(u8),
    /// Question or answer about a name.
    Query(Option<NetbiosName>),
}

/// One datagram.
#[derive(Debug, Clone, Copy)]
pub(super) struct Datagram<'a> {
    kind: u8,
    flags: u8,
    id: u16,
    source_ip: Ip,
    source_port: u16,
    pub(super) length_fits: bool,
    pub(super) content: Content<'a>,
}

/// A name of labels, of which the first should be encoded.
struct Labelled(Option<NetbiosName>);

fn name(reader: &mut Reader<'_>) -> Option<Labelled> {
    let mut first = None;
    for at in 0..MAX_LABELS {
        let length = usize::from(reader.u8().ok()?);
        if length == 0 {
            return Some(Labelled(first));
        }
        let label = reader.take(length).ok()?;
        if at == 0 && length == ENCODED {
            first = NetbiosName::decode(label);
        }
    }
    None
}

impl<'a> Datagram<'a> {
    pub(super) fn parse(data: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(data);
        let (kind, flags) = (reader.u8().ok()?, reader.u8().ok()?);
        let id = reader.be_u16().ok()?;
        let source_ip = ipv4(&mut reader)?;
        let source_port = reader.be_u16().ok()?;
        let mut length_fits = true;
        let content = match kind {
            DIRECT_UNIQUE..=BROADCAST => {
                let length = usize::from(reader.be_u16().ok()?);
                let _offset = reader.be_u16().ok()?;
                length_fits = length == data.len().saturating_sub(BEFORE_LENGTH);
                let source = name(&mut reader)?.0?;
                let destination = name(&mut reader)?.0;
                Content::Data { source, destination, user: reader.rest() }
            }
            ERROR => Content::Error(reader.u8().ok()?),
            QUERY_REQUEST..=NEGATIVE_RESPONSE => Content::Query(name(&mut reader)?.0),
            _ => return None,
        };
        Some(Self { kind, flags, id, source_ip, source_port, length_fits, content })
    }

    /// The same datagrams without IP, as NetBIOS frames; other frames are sessions and name queries.
    pub(super) fn parse_frame(data: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(data);
        if reader.array::<4>().ok()? != FRAME_HEAD {
            return None;
        }
        let kind = reader.u8().ok().filter(|kind| matches!(*kind, FRAME_DATAGRAM | FRAME_BROADCAST))?;
        // Optional data and correlators mean nothing here.
        reader.skip(7).ok()?;
        let destination = (kind == FRAME_DATAGRAM).then_some(NetbiosName::plain(reader.array().ok()?));
        let source = NetbiosName::plain(reader.array().ok()?);
        let content = Content::Data { source, destination, user: reader.rest() };
        Some(Self {
            kind,
            flags: 0,
            id: 0,
            source_ip: Ip::UNSPECIFIED,
            source_port: 0,
            length_fits: true,
            content,
        })
    }

    pub(super) const fn type_name(&self) -> &'static str {
        match self.kind {
            FRAME_DATAGRAM => "datagram_frame",
            FRAME_BROADCAST => "broadcast_datagram_frame",
            DIRECT_UNIQUE => "direct_unique_datagram",
            0x11 => "direct_group_datagram",
            BROADCAST => "broadcast_datagram",
            ERROR => "datagram_error",
            QUERY_REQUEST => "datagram_query_request",
            0x15 => "datagram_positive_query_response",
            _ => "datagram_negative_query_response",
        }
    }

    pub(super) fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.named("datagram_type", u64::from(self.kind), self.type_name());
        if self.kind >= DIRECT_UNIQUE {
            visitor.uint("datagram_flags", u64::from(self.flags));
            visitor.uint("datagram_id", u64::from(self.id));
            visitor.text("source_ip", shown_ip(self.source_ip).as_str());
            visitor.uint("source_port", u64::from(self.source_port));
        }
        match self.content {
            Content::Data { source, destination, .. } => {
                visitor.text("source_name", source.with_suffix().as_str());
                if let Some(destination) = destination {
                    visitor.text("destination_name", destination.with_suffix().as_str());
                }
            }
            Content::Error(code) => {
                let name = match code {
                    0x82 => "destination_name_not_present",
                    0x83 => "invalid_source_name",
                    0x84 => "invalid_destination_name",
                    _ => "unknown",
                };
                visitor.named("error_code", u64::from(code), name);
            }
            Content::Query(name) => {
                if let Some(name) = name {
                    visitor.text("destination_name", name.with_suffix().as_str());
                }
            }
        }
    }
}
