//! PROFINET DCP: discovery and basic configuration of PROFINET devices.
//!
//! Spec: IEC 61158-5-10 and 61158-6-10, 4.3 (DCP). Ethertype 0x8892, frame ids 0xfefc to 0xfeff; other frame ids of the
//! ethertype are real-time data and belong to others. Recognised by frame id, service and a length that fits the frame.

mod block;
mod identity;
mod option;

use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Input, Kind, Message, Outcome, Over, Pending,
    Probe, Protocol, Reader, Reference, Session, Sink, Step, Transport, Verdict, Visitor,
};
use block::{Block, Form, blocks};
use option::{Key, NAME_OF_STATION};

const ETHERTYPE: u16 = 0x8892;
/// Frame ids (IEC 61158-6-10, table of frame ids).
const HELLO_FRAME: u16 = 0xfefc;
const GET_SET_FRAME: u16 = 0xfefd;
const IDENTIFY_REQUEST_FRAME: u16 = 0xfefe;
const IDENTIFY_RESPONSE_FRAME: u16 = 0xfeff;
/// Services.
const GET: u8 = 3;
const SET: u8 = 4;
const IDENTIFY: u8 = 5;
const HELLO: u8 = 6;
/// Service type: bit 0 marks a response, bit 2 one that does not support the request.
const IS_RESPONSE: u8 = 0x01;
const NOT_SUPPORTED: u8 = 0x04;

/// PROFINET DCP as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::ProfinetDcp,
    over: &[Over::Ether(ETHERTYPE)],
    probe,
    open: || Box::<Dcp>::default(),
    max_message: 1_500,
    fields: FIELDS,
    not_decoded: &["values of manufacturer-specific options and of DHCP options without text"],
};

const FIELDS: &[Field] = &[
    Field { name: "frame_id", doc: "0xfefc hello, 0xfefd get and set, 0xfefe and 0xfeff identify." },
    Field { name: "service_id", doc: "3 get, 4 set, 5 identify, 6 hello." },
    Field { name: "service_type", doc: "0 request, 1 response, 5 response: not supported." },
    Field { name: "xid", doc: "Transaction id; a response repeats its request's." },
    Field { name: "response_delay", doc: "Spread of the answers to an identify request, in steps of 10 ms." },
    Field { name: "data_length", doc: "Bytes of blocks." },
    Field { name: "station_name", doc: "Name of station of this frame." },
    Field { name: "vendor_id", doc: "PROFINET vendor number." },
    Field { name: "device_id", doc: "Vendor's device number." },
    Field {
        name: "options",
        doc: "Blocks: option, suboption, qualifier or information, and the value by its own names.",
    },
];

/// One DCP frame, as the wire carried it.
#[derive(Debug, Clone, Copy)]
struct Frame<'a> {
    id: u16,
    service_id: u8,
    service_type: u8,
    xid: u32,
    response_delay: u16,
    data_length: u16,
    blocks: &'a [u8],
    /// Bytes of blocks that are not there.
    short: bool,
}

impl<'a> Frame<'a> {
    /// `None` when it is no DCP frame, or cut before its blocks.
    fn parse(data: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(data);
        let id = reader.be_u16().ok()?;
        if !(HELLO_FRAME..=IDENTIFY_RESPONSE_FRAME).contains(&id) {
            return None;
        }
        let service_id = reader.u8().ok()?;
        let service_type = reader.u8().ok()?;
        let xid = reader.be_u32().ok()?;
        let response_delay = reader.be_u16().ok()?;
        let data_length = reader.be_u16().ok()?;
        let blocks = reader.take_up_to(usize::from(data_length));
        let short = blocks.len() < usize::from(data_length);
        Some(Self { id, service_id, service_type, xid, response_delay, data_length, blocks, short })
    }

    const fn is_response(&self) -> bool {
        self.service_type & IS_RESPONSE != 0
    }

    const fn form(&self) -> Form {
        match (self.service_id, self.is_response()) {
            (GET, false) => Form::Bare,
            (SET, false) => Form::Qualifier,
            (IDENTIFY, false) => Form::Plain,
            _ => Form::Information,
        }
    }

    fn blocks(&self) -> impl Iterator<Item = Block<'a>> + use<'a> {
        blocks(self.blocks, self.form())
    }

    /// Whether frame id, service and service type belong together.
    const fn fits(&self) -> bool {
        matches!(
            (self.id, self.service_id, self.service_type),
            (HELLO_FRAME, HELLO, 0)
                | (GET_SET_FRAME, GET | SET, 0 | IS_RESPONSE | 0x05)
                | (IDENTIFY_REQUEST_FRAME, IDENTIFY, 0)
                | (IDENTIFY_RESPONSE_FRAME, IDENTIFY, IS_RESPONSE | 0x05)
        )
    }
}

fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.transport != Transport::Link || probe.ethertype != ETHERTYPE {
        return Verdict::No;
    }
    match Frame::parse(probe.data) {
        Some(frame) if frame.fits() && (!frame.short || probe.missing > 0) => Verdict::Sure,
        Some(frame) if frame.fits() => Verdict::Likely,
        _ => Verdict::No,
    }
}

/// What a response needs to know of its request.
#[derive(Debug, Clone, Copy)]
struct Asked {
    service_id: u8,
    subject: Option<Key>,
}

#[derive(Debug, Default)]
struct Dcp {
    pending: Pending<u32, Asked>,
    /// Names and addresses that a set request gives and its response has not confirmed yet.
    given: Pending<u32, identity::Given>,
}

impl Session for Dcp {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        match Frame::parse(input.data) {
            Some(frame) => {
                self.message(&frame, input, sink);
                Step::Took(input.data.len())
            }
            // Real-time data of the same pair of stations is no damage.
            None if input.data.len() >= 2 && !is_dcp(input.data) => Step::Took(input.data.len()),
            None => Step::Lost,
        }
    }
}

fn is_dcp(data: &[u8]) -> bool {
    data.first_chunk()
        .is_some_and(|id| (HELLO_FRAME..=IDENTIFY_RESPONSE_FRAME).contains(&u16::from_be_bytes(*id)))
}

/// The option that a request is about: the first that is no transaction bracket.
fn subject(frame: &Frame<'_>) -> Option<Key> {
    let mut keys = frame.blocks().map(|block| block.answer().map_or(block.key, |(key, _)| key));
    let first = keys.next()?;
    if matches!(first, (option::CONTROL, 1 | 2)) {
        return Some(keys.find(|key| !matches!(key, (option::CONTROL, 1 | 2))).unwrap_or(first));
    }
    Some(first)
}

impl Dcp {
    fn message(&mut self, frame: &Frame<'_>, input: &Input<'_>, sink: &mut dyn Sink) {
        let response = frame.is_response();
        let mut anomalies = Anomalies::NONE
            .with_if(frame.short && input.missing > 0, Anomalies::TRUNCATED)
            .with_if(frame.short && input.missing == 0, Anomalies::BAD_LENGTH)
            .with_if(!frame.fits(), Anomalies::BAD_VALUE);
        let mut refused = None;
        for block in frame.blocks() {
            if !frame.short {
                anomalies |= block.anomalies;
            }
            if let Some((_, code @ 1..)) = block.answer() {
                refused = refused.or(Some(code));
            }
        }
        let paired = matches!(frame.service_id, GET | SET);
        let asked = if paired && response { self.pending.take(&frame.xid) } else { None };
        let mismatched = asked.is_some_and(|asked| asked.service_id != frame.service_id);
        anomalies = anomalies.with_if(mismatched, Anomalies::MISMATCHED_RESPONSE);
        let asked = asked.filter(|_| !mismatched);
        let subject = asked.and_then(|asked| asked.subject).or_else(|| subject(frame));
        if paired && !response {
            self.pending.insert(frame.xid, Asked { service_id: frame.service_id, subject });
        }
        let (function, category) = match frame.service_id {
            GET => (Function::Known("get"), Category::Discovery),
            SET => (Function::Known("set"), subject.map_or(Category::Configuration, option::category)),
            IDENTIFY => (Function::Known("identify"), Category::Discovery),
            HELLO => (Function::Known("hello"), Category::Discovery),
            other => (Function::Unknown(u32::from(other)), Category::Other),
        };
        anomalies = anomalies.with_if(matches!(function, Function::Unknown(_)), Anomalies::UNKNOWN_FUNCTION);
        let (kind, outcome) = match (frame.service_id, response) {
            (HELLO, _) => (Kind::Event, Outcome::Event),
            (_, false) => (Kind::Request, Outcome::Pending),
            _ if frame.service_type & NOT_SUPPORTED != 0 => {
                (Kind::Response, Outcome::Error("service_not_supported"))
            }
            _ => (Kind::Response, refused.map_or(Outcome::Ok, |code| Outcome::Error(option::error(code)))),
        };
        let object = match (frame.service_id, subject) {
            (GET | SET, Some(key)) => Reference::Text(option::name(key)),
            (IDENTIFY, Some(key)) if !response => Reference::Text(option::name(key)),
            _ => Reference::None,
        };
        sink.message(&Message {
            protocol: Protocol::ProfinetDcp,
            kind,
            function,
            code: Some(u32::from(frame.service_id)),
            category,
            outcome,
            address: Reference::None,
            object,
            anomalies,
            fields: &Shown { frame },
        });
        if anomalies.contains(Anomalies::BAD_LENGTH) {
            return;
        }
        let done = outcome == Outcome::Ok;
        match (frame.service_id, response) {
            (HELLO, _) => identity::observe(frame.blocks(), sink),
            (GET | IDENTIFY, true) => identity::observe(frame.blocks(), sink),
            (IDENTIFY, false) => identity::asked(frame.blocks(), sink),
            (SET, false) => {
                let given = identity::Given::of(frame.blocks());
                given.announce(sink);
                self.given.insert(frame.xid, given);
            }
            (SET, true) => {
                if let Some(given) = self.given.take(&frame.xid).filter(|_| done) {
                    given.confirm(sink);
                }
            }
            _ => {}
        }
    }
}

struct Shown<'a> {
    frame: &'a Frame<'a>,
}

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        let frame = self.frame;
        visitor.uint("frame_id", u64::from(frame.id));
        visitor.uint("service_id", u64::from(frame.service_id));
        visitor.uint("service_type", u64::from(frame.service_type));
        visitor.uint("xid", u64::from(frame.xid));
        if frame.id == IDENTIFY_REQUEST_FRAME {
            visitor.uint("response_delay", u64::from(frame.response_delay));
        }
        visitor.uint("data_length", u64::from(frame.data_length));
        let form = frame.form();
        for block in frame.blocks().filter(|_| form != Form::Bare) {
            match (block.key, block.device_id()) {
                (NAME_OF_STATION, _) => visitor.text("station_name", &block.text()),
                (option::DEVICE_ID, Some((vendor, device))) => {
                    visitor.uint("vendor_id", u64::from(vendor));
                    visitor.uint("device_id", u64::from(device));
                }
                _ => {}
            }
        }
        visitor.begin_list("options");
        for block in frame.blocks() {
            visitor.begin_object("");
            block.visit(form, visitor);
            visitor.end_object();
        }
        visitor.end_list();
    }
}

#[cfg(test)]
mod tests;
