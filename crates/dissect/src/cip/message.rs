//! Message router requests and responses (volume 1, 2-4), and the containers that hold further ones.

use super::class::CONNECTION_MANAGER;
use super::path::{Path, Target};
use super::service::{self, MULTIPLE_SERVICE_PACKET, Place, UNCONNECTED_SEND};
use crate::{Anomalies, Reader};

/// Bit that marks a response.
pub(super) const RESPONSE: u8 = 0x80;

/// A request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request<'a> {
    pub(super) service: u8,
    pub(super) path: Path<'a>,
    pub(super) target: Target,
    pub(super) data: &'a [u8],
    pub(super) anomalies: Anomalies,
}

impl<'a> Request<'a> {
    /// Reads a request; a path that is cut keeps what is there.
    pub(super) fn parse(data: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(data);
        let service = reader.u8().ok().filter(|service| service & RESPONSE == 0)?;
        let length = usize::from(reader.u8().unwrap_or(0)).saturating_mul(2);
        let path = Path { bytes: reader.take_up_to(length) };
        let target = path.target();
        let anomalies = Anomalies::NONE
            .with_if(path.bytes.len() < length || data.len() < 2, Anomalies::BAD_LENGTH)
            .with_if(!target.whole && path.bytes.len() == length, Anomalies::BAD_ENCODING);
        Some(Self { service, path, target, data: reader.rest(), anomalies })
    }

    /// Whether bytes of unknown meaning can be a request: a path that is whole and leads somewhere.
    pub(super) fn plausible(&self) -> bool {
        self.anomalies.is_empty()
            && self.target.segments > 0
            && (self.target.class.is_some() || self.target.symbols > 0)
            && self.service != 0
    }

    /// What it addresses.
    pub(super) fn place(&self) -> Place {
        Place::of(&self.target)
    }

    /// Whether this is an Unconnected Send, which carries another request over a route.
    pub(super) fn is_unconnected_send(&self) -> bool {
        self.service == UNCONNECTED_SEND && self.target.class == Some(CONNECTION_MANAGER)
    }

    /// The request and route inside an Unconnected Send.
    pub(super) fn unconnected_send(&self) -> Option<Sent<'a>> {
        if self.is_unconnected_send() { Sent::parse(self.data) } else { None }
    }
}

/// A response.
#[derive(Debug, Clone, Copy)]
pub(super) struct Response<'a> {
    /// Without the response bit.
    pub(super) service: u8,
    pub(super) status: u8,
    /// Extended status words as bytes.
    pub(super) extended: &'a [u8],
    pub(super) data: &'a [u8],
    pub(super) anomalies: Anomalies,
}

impl<'a> Response<'a> {
    /// Reads a response; one that ends before its status keeps status 0 and is marked.
    pub(super) fn parse(data: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(data);
        let service = reader.u8().ok().filter(|service| service & RESPONSE != 0)? & !RESPONSE;
        let reserved = reader.u8().unwrap_or(0);
        let status = reader.u8().unwrap_or(0);
        let length = usize::from(reader.u8().unwrap_or(0)).saturating_mul(2);
        let extended = reader.take_up_to(length);
        let anomalies = Anomalies::NONE
            .with_if(extended.len() < length || data.len() < 4, Anomalies::BAD_LENGTH)
            .with_if(reserved != 0, Anomalies::RESERVED_BITS);
        Some(Self { service, status, extended, data: reader.rest(), anomalies })
    }

    /// Whether bytes of unknown meaning can be a response.
    pub(super) fn plausible(&self) -> bool {
        self.anomalies.is_empty()
            && super::status::name(self.status) != "reserved"
            && self.extended.len() <= 16
    }

    /// First word of the extended status.
    pub(super) fn extended_status(&self) -> Option<u16> {
        self.extended.first_chunk().map(|bytes| u16::from_le_bytes(*bytes))
    }

    /// Whether this is a router's refusal to forward, not the answer of the service asked inside: the router's own
    /// error classes, with at most the remaining path size behind them (volume 1, 3-5.5.4).
    pub(super) fn is_router_error(&self) -> bool {
        self.service == UNCONNECTED_SEND
            && matches!(self.status, 0x01 | 0x02 | 0x04 | 0x05 | 0x07 | 0x1a | 0x1b | 0x20)
            && self.data.len() <= 2
    }
}

/// What an Unconnected Send carries.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sent<'a> {
    pub(super) tick: u8,
    pub(super) ticks: u8,
    pub(super) message: &'a [u8],
    pub(super) route: Path<'a>,
    pub(super) anomalies: Anomalies,
}

impl<'a> Sent<'a> {
    fn parse(data: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(data);
        let tick = reader.u8().ok()?;
        let ticks = reader.u8().ok()?;
        let length = usize::from(reader.le_u16().ok()?);
        let message = reader.take_up_to(length);
        if length % 2 == 1 {
            let _ = reader.skip(1);
        }
        let words = usize::from(reader.u8().unwrap_or(0));
        let _ = reader.skip(1);
        let route = Path { bytes: reader.take_up_to(words.saturating_mul(2)) };
        let anomalies = Anomalies::NONE
            .with_if(
                message.len() < length || route.bytes.len() < words.saturating_mul(2),
                Anomalies::BAD_LENGTH,
            )
            .with_if(!reader.is_empty(), Anomalies::TRAILING_BYTES);
        Some(Self { tick, ticks, message, route, anomalies })
    }
}

/// The services inside a multiple service packet (volume 1, A-4.10): a count, as many offsets, the messages.
#[derive(Debug, Clone, Copy)]
pub(super) struct Packet<'a> {
    data: &'a [u8],
    pub(super) count: usize,
    pub(super) anomalies: Anomalies,
}

impl<'a> Packet<'a> {
    /// Reads the table of a multiple service packet's data.
    pub(super) fn parse(service: u8, data: &'a [u8]) -> Option<Self> {
        if service != MULTIPLE_SERVICE_PACKET {
            return None;
        }
        let count = usize::from(Reader::new(data).le_u16().ok()?);
        let room = data.len().saturating_sub(2) / 2;
        let anomalies = Anomalies::NONE.with_if(count > room || count == 0, Anomalies::BAD_LENGTH);
        Some(Self { data, count: count.min(room), anomalies })
    }

    /// The bytes of the service with this number; none when its offset points nowhere.
    pub(super) fn get(&self, at: usize) -> Option<&'a [u8]> {
        if at >= self.count {
            return None;
        }
        let start = self.offset(at)?;
        let end = match self.offset(at.saturating_add(1)) {
            Some(next) if at.saturating_add(1) < self.count && next > start => next.min(self.data.len()),
            _ => self.data.len(),
        };
        self.data.get(start..end).filter(|bytes| !bytes.is_empty())
    }

    fn offset(&self, at: usize) -> Option<usize> {
        let place = at.checked_mul(2)?.checked_add(2)?;
        let mut reader = Reader::new(self.data.get(place..)?);
        reader.le_u16().ok().map(usize::from)
    }
}

/// Whether a service is one of the tag services at this place.
pub(super) fn is_tag_service(service: u8, place: Place) -> bool {
    place.is_tag()
        && matches!(
            service,
            service::READ_TAG
                | service::WRITE_TAG
                | service::READ_MODIFY_WRITE_TAG
                | service::READ_TAG_FRAGMENTED
                | service::WRITE_TAG_FRAGMENTED
        )
}
