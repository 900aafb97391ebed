//! Acyclic real-time PDUs: alarms, their acknowledgements, errors (IEC 61158-6-10, 4.8).

use crate::profinet_cm::alarm::Alarm;
use crate::profinet_cm::block::{Block, blocks};
use crate::profinet_cm::status;
use crate::{
    Anomalies, Category, Fields, Function, Input, Kind, Message, Outcome, Protocol, Reader, Reference, Sink,
    Visitor,
};

/// Kinds of PDU.
const DATA: u8 = 1;
const NACK: u8 = 2;
const ACK: u8 = 3;
const ERROR: u8 = 4;
/// First bytes of an undecoded PDU that are shown.
const SHOWN: usize = 64;

/// One PDU.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rta<'a> {
    destination: u16,
    source: u16,
    /// Version and kind.
    pdu_type: u8,
    flags: u8,
    send_sequence: u16,
    ack_sequence: u16,
    length: u16,
    body: &'a [u8],
}

impl<'a> Rta<'a> {
    /// Reads what follows the frame id; `None` when it is cut before its body.
    pub(super) fn parse(data: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(data);
        let (destination, source) = (reader.be_u16().ok()?, reader.be_u16().ok()?);
        let (pdu_type, flags) = (reader.u8().ok()?, reader.u8().ok()?);
        let (send_sequence, ack_sequence) = (reader.be_u16().ok()?, reader.be_u16().ok()?);
        let length = reader.be_u16().ok()?;
        let body = reader.take_up_to(usize::from(length));
        Some(Self { destination, source, pdu_type, flags, send_sequence, ack_sequence, length, body })
    }

    const fn kind(&self) -> u8 {
        self.pdu_type & 0x0f
    }

    /// Whether version, kind and length belong together.
    pub(super) const fn fits(&self) -> bool {
        let known = matches!(self.pdu_type >> 4, 1 | 2) && matches!(self.kind(), 1..=7);
        let length = match self.kind() {
            NACK | ACK => self.length == 0,
            ERROR => self.length >= 4,
            _ => true,
        };
        known && length && self.body.len() == self.length as usize
    }

    fn block(&self) -> Option<Block<'a>> {
        if self.kind() == DATA { blocks(self.body).next() } else { None }
    }

    fn error(&self) -> Option<u32> {
        if self.kind() == ERROR { Reader::new(self.body).be_u32().ok() } else { None }
    }
}

/// Hands over one PDU.
pub(super) fn take(id: u16, name: &'static str, rest: &[u8], input: &Input<'_>, sink: &mut dyn Sink) {
    let rta = Rta::parse(rest);
    let block = rta.and_then(|rta| rta.block());
    let alarm = block.and_then(|block| Alarm::parse(&block));
    let short = rta.is_none_or(|rta| rta.body.len() < usize::from(rta.length));
    let cut = input.missing > 0;
    let kind_known = rta.is_some_and(|rta| matches!(rta.kind(), 1..=7));
    let anomalies = Anomalies::NONE
        .with_if(short && cut, Anomalies::TRUNCATED)
        .with_if(short && !cut, Anomalies::BAD_LENGTH)
        .with_if(rta.is_some() && !kind_known, Anomalies::UNKNOWN_FUNCTION)
        .with_if(block.is_some_and(|block| alarm.is_none() && !block.short), Anomalies::UNKNOWN_OBJECT);
    let acknowledges = alarm.is_some_and(|alarm| alarm.status.is_some());
    let refused = alarm.and_then(|alarm| alarm.status).filter(|status| *status != 0);
    let error = rta.and_then(|rta| rta.error());
    let (kind, outcome) = match (error, refused) {
        (Some(error), _) => (Kind::Control, Outcome::Error(status(error))),
        (None, Some(refused)) => (Kind::Response, Outcome::Error(status(refused))),
        _ if acknowledges => (Kind::Response, Outcome::Ok),
        // Notifications are events: their acknowledgement is a matter of the two stations.
        _ if alarm.is_some() => (Kind::Event, Outcome::Event),
        _ => (Kind::Control, Outcome::Event),
    };
    let category = if alarm.is_some() || error.is_some() { Category::Alarm } else { Category::Session };
    sink.message(&Message {
        protocol: Protocol::ProfinetRt,
        kind,
        function: Function::Known(name),
        code: alarm.map(|alarm| u32::from(alarm.kind)),
        category,
        outcome,
        address: alarm.map_or(Reference::None, |alarm| alarm.address()),
        object: alarm.map_or(Reference::None, |alarm| Reference::Text(alarm.name())),
        anomalies,
        fields: &Shown { id, rta, block, alarm, rest },
    });
}

struct Shown<'a> {
    id: u16,
    rta: Option<Rta<'a>>,
    block: Option<Block<'a>>,
    alarm: Option<Alarm<'a>>,
    rest: &'a [u8],
}

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.uint("frame_id", u64::from(self.id));
        let Some(rta) = &self.rta else {
            visitor.bytes("data", self.rest.get(..SHOWN).unwrap_or(self.rest));
            return;
        };
        visitor.uint("alarm_destination", u64::from(rta.destination));
        visitor.uint("alarm_source", u64::from(rta.source));
        let name = match rta.kind() {
            DATA => "data",
            NACK => "nack",
            ACK => "ack",
            ERROR => "error",
            5 => "freq",
            6 => "fresp",
            7 => "srequest",
            _ => "unknown",
        };
        visitor.named("pdu_type", u64::from(rta.kind()), name);
        visitor.uint("window_size", u64::from(rta.flags & 0x0f));
        visitor.flag("tack", rta.flags & 0x10 != 0);
        visitor.uint("send_sequence", u64::from(rta.send_sequence));
        visitor.uint("ack_sequence", u64::from(rta.ack_sequence));
        if let Some(error) = rta.error() {
            visitor.named("status", u64::from(error), status(error));
        }
        if let Some(block) = &self.block {
            visitor.uint("block_type", u64::from(block.kind));
        }
        if let Some(alarm) = &self.alarm {
            alarm.visit(visitor);
        } else if rta.error().is_none() && !rta.body.is_empty() {
            visitor.bytes("data", rta.body.get(..SHOWN).unwrap_or(rta.body));
        }
    }
}
