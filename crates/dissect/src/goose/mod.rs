//! GOOSE: events of protection and control, multicast on layer 2 and repeated; its routed form over UDP, and GSE
//! management.
//!
//! Spec: IEC 61850-8-1, 18 and annex A (ethertypes 0x88b8, 0x88b9); IEC 61850-90-5 (routed, UDP port 102). Recognised by
//! the ethertype with a length and a PDU that fit, routed ones by their session header and PDU on any port.
//! Steady repetition is cheap: the values of a message are given only when its state number is new.

mod pdu;

use crate::ber::{self, Element};
use crate::iec61850::{data, routed};
use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Input, Kind, Message, Observation, Outcome,
    Over, Probe, Protocol, Reader, Reference, Session, Sink, Step, Subject, Transport, Value, Verdict,
    Visitor, confidence, printable,
};
use pdu::Pdu;

const GOOSE_TYPE: u16 = 0x88b8;
const MANAGEMENT_TYPE: u16 = 0x88b9;
/// Application tags: GSE management, GOOSE.
const MANAGEMENT: u32 = 0;
const GOOSE: u32 = 1;
/// Bit of the first reserved word: simulated (IEC 61850-8-1, annex C).
const SIMULATED: u16 = 0x8000;
/// Control blocks that one flow follows; a device publishes a handful to each group address.
const MAX_BLOCKS: usize = 64;
/// Longest control block reference that is kept (IEC 61850-8-1: 129 letters).
const MAX_NAME: usize = 160;

/// GOOSE as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Goose,
    over: &[Over::Ether(GOOSE_TYPE), Over::Ether(MANAGEMENT_TYPE), Over::Udp(routed::PORTS)],
    probe,
    open: || Box::<Goose>::default(),
    max_message: 65_535,
    fields: FIELDS,
    not_decoded: &[
        "names of the data set's members: only the configuration of the device has them",
        "contents of GSE management requests beyond their service",
        "encrypted payloads of routed messages, and signatures",
        "the older GSSE on LLC",
    ],
};

const FIELDS: &[Field] = &[
    Field { name: "app_id", doc: "Application identifier." },
    Field { name: "length", doc: "Bytes from the application identifier on." },
    Field { name: "simulated", doc: "Simulation bit of the header." },
    Field { name: "gocb_ref", doc: "Reference of the control block." },
    Field { name: "logical_device", doc: "Logical device of the control block." },
    Field { name: "time_allowed_to_live", doc: "Milliseconds until the next message is due." },
    Field { name: "dat_set", doc: "Reference of the data set." },
    Field { name: "go_id", doc: "Identifier of the message as configured." },
    Field { name: "t", doc: "When the state number last changed." },
    Field {
        name: "time_quality",
        doc: "Quality of that time: leap seconds, failure, not synchronised, accuracy.",
    },
    Field { name: "st_num", doc: "State number: counts changes." },
    Field { name: "sq_num", doc: "Sequence number: counts repetitions." },
    Field { name: "test", doc: "Test or simulation." },
    Field { name: "conf_rev", doc: "Revision of the configuration." },
    Field { name: "nds_com", doc: "The control block needs commissioning." },
    Field { name: "num_dat_set_entries", doc: "Members of the data set." },
    Field { name: "all_data", doc: "Values: type and value." },
    Field { name: "service", doc: "Service of GSE management." },
    Field { name: "state_id", doc: "Number that pairs management requests and responses." },
    Field { name: "session_id", doc: "Routed: kind of session; further fields of its header follow." },
    Field { name: "spdu_number", doc: "Routed: number of the message." },
    Field { name: "encryption_algorithm", doc: "Routed: how the payload is encrypted." },
    Field { name: "authentication_algorithm", doc: "Routed: how the message is signed." },
    Field { name: "key_id", doc: "Routed: number of the key." },
];

/// One message, as the wire carried it.
struct Frame<'a> {
    header: Option<routed::Header<'a>>,
    app_id: u16,
    length: u16,
    simulated: bool,
    /// The PDU with its tag; none where it is encrypted.
    pdu: Option<Element<'a>>,
    anomalies: Anomalies,
}

impl<'a> Frame<'a> {
    fn parse(input: &Input<'a>) -> Option<Self> {
        if input.transport == Transport::Udp {
            return Self::routed(input.data);
        }
        let mut reader = Reader::new(input.data);
        let app_id = reader.be_u16().ok()?;
        let length = reader.be_u16().ok()?;
        let reserved = reader.be_u16().ok()?;
        reader.skip(2).ok()?;
        // Padding of short frames follows the stated length.
        let bytes = reader.take_up_to(usize::from(length).saturating_sub(8));
        let pdu = ber::elements(bytes).next()?;
        let short = input.data.len() < usize::from(length);
        let anomalies = Anomalies::NONE
            .with_if(short && input.missing > 0, Anomalies::TRUNCATED)
            .with_if(short && input.missing == 0, Anomalies::BAD_LENGTH)
            .with_if(!short && pdu.missing > 0, Anomalies::BAD_LENGTH);
        Some(Self {
            header: None,
            app_id,
            length,
            simulated: reserved & SIMULATED != 0,
            pdu: Some(pdu),
            anomalies,
        })
    }

    fn routed(bytes: &'a [u8]) -> Option<Self> {
        let header = routed::Header::parse(bytes)?;
        let payload = header.payload()?;
        let pdu = ber::elements(payload.data).next().filter(|_| !header.is_encrypted());
        let anomalies = Anomalies::NONE.with_if(pdu.is_some_and(|pdu| pdu.missing > 0), Anomalies::TRUNCATED);
        let (app_id, length, simulated) = (payload.app_id, payload.length, payload.simulated);
        Some(Self { header: Some(header), app_id, length, simulated, pdu, anomalies })
    }
}

fn probe(probe: &Probe<'_>) -> Verdict {
    match probe.transport {
        Transport::Link if matches!(probe.ethertype, GOOSE_TYPE | MANAGEMENT_TYPE) => {
            let Some(&[_, _, high, low, _, _, _, _, tag, _]) = probe.data.first_chunk::<10>() else {
                return Verdict::No;
            };
            let length = usize::from(u16::from_be_bytes([high, low]));
            if !matches!(tag, 0x60 | 0x61) || length < 10 {
                return Verdict::No;
            }
            if length <= probe.data.len() || probe.missing > 0 { Verdict::Sure } else { Verdict::Likely }
        }
        Transport::Udp if routed::begins(probe.data, routed::GOOSE) => Verdict::Sure,
        _ => Verdict::No,
    }
}

/// What a control block last said.
#[derive(Debug)]
struct Block {
    name: Box<[u8]>,
    go_id: Box<[u8]>,
    state: u32,
    sequence: u32,
}

#[derive(Debug, Default)]
struct Goose {
    blocks: Vec<Block>,
}

/// What is new about a message.
struct News {
    state: bool,
    name: bool,
    anomalies: Anomalies,
}

impl Session for Goose {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let Some(frame) = Frame::parse(input) else { return Step::Lost };
        match frame.pdu {
            Some(element) if element.number == GOOSE => self.goose(&frame, &element, sink),
            Some(element) if element.number == MANAGEMENT => management(&frame, &element, sink),
            Some(_) => return Step::Lost,
            None => encrypted(&frame, sink),
        }
        Step::Took(input.data.len())
    }
}

impl Goose {
    fn goose(&mut self, frame: &Frame<'_>, element: &Element<'_>, sink: &mut dyn Sink) {
        let pdu = Pdu::parse(element);
        let news = self.follow(&pdu);
        let name = std::str::from_utf8(pdu.gocb_ref).unwrap_or_default();
        let data_set = std::str::from_utf8(pdu.dat_set).unwrap_or_default();
        let cut = frame.anomalies.contains(Anomalies::TRUNCATED);
        let mut anomalies = frame.anomalies | news.anomalies;
        if !cut {
            anomalies |= pdu.anomalies;
        }
        sink.message(&Message {
            protocol: Protocol::Goose,
            kind: Kind::Event,
            function: Function::Known("send_goose_message"),
            code: None,
            category: Category::Read,
            outcome: Outcome::Event,
            address: Reference::Text(name),
            object: Reference::Text(data_set),
            anomalies,
            fields: &Shown { frame, pdu: &pdu },
        });
        if news.name {
            for (attribute, text) in [("goose_id", pdu.go_id), ("goose_control_block", pdu.gocb_ref)] {
                tell(attribute, text, sink);
            }
            tell("goose_data_set", pdu.dat_set, sink);
            tell("logical_device", pdu.logical_device(), sink);
        }
        if news.state && sink.wants().values {
            for (at, entry) in pdu.entries().enumerate() {
                give_value(name, &entry, (at as u64, None), sink);
            }
        }
    }

    /// Compares a message with the one before it of the same control block (IEC 61850-8-1, 18.1.2.5).
    fn follow(&mut self, pdu: &Pdu<'_>) -> News {
        if pdu.gocb_ref.is_empty() || pdu.gocb_ref.len() > MAX_NAME {
            return News { state: true, name: false, anomalies: Anomalies::NONE };
        }
        let Some(block) = self.blocks.iter_mut().find(|block| *block.name == *pdu.gocb_ref) else {
            if self.blocks.len() >= MAX_BLOCKS {
                self.blocks.remove(0);
            }
            let (name, go_id) = (pdu.gocb_ref.into(), pdu.go_id.get(..MAX_NAME).unwrap_or(pdu.go_id).into());
            self.blocks.push(Block { name, go_id, state: pdu.st_num, sequence: pdu.sq_num });
            return News { state: true, name: true, anomalies: Anomalies::NONE };
        };
        let name = *block.go_id != *pdu.go_id && pdu.go_id.len() <= MAX_NAME;
        if name {
            block.go_id = pdu.go_id.into();
        }
        let (state, sequence) = (block.state, block.sequence);
        (block.state, block.sequence) = (pdu.st_num, pdu.sq_num);
        // Both count up; after the highest number comes 1, for 0 stands for the first message of a new state.
        let after = |number: u32| number.checked_add(1).unwrap_or(1);
        let anomalies = if pdu.st_num == state {
            Anomalies::NONE
                .with_if(pdu.sq_num == sequence, Anomalies::DUPLICATE)
                .with_if(pdu.sq_num != sequence && pdu.sq_num != after(sequence), Anomalies::BAD_SEQUENCE)
        } else {
            let next = pdu.st_num == after(state) && pdu.sq_num == 0;
            Anomalies::NONE.with_if(!next, Anomalies::BAD_SEQUENCE)
        };
        News { state: pdu.st_num != state, name, anomalies }
    }
}

fn tell(attribute: &'static str, text: &[u8], sink: &mut dyn Sink) {
    let text = printable(text);
    if text.is_empty() {
        return;
    }
    sink.observe(&Observation {
        subject: Subject::Sender,
        path: Reference::None,
        attribute,
        value: &text,
        protocol: Protocol::Goose,
        confidence: confidence::ANNOUNCEMENT,
    });
}

/// Gives one entry, or the elements of a structure.
fn give_value(name: &str, entry: &Element<'_>, at: (u64, Option<u64>), sink: &mut dyn Sink) {
    if data::is_nested(entry) && at.1.is_none() {
        for (inner, element) in entry.inner().enumerate() {
            give_value(name, &element, (at.0, Some(inner as u64)), sink);
        }
        return;
    }
    if let Some((kind, number)) = data::number(entry) {
        // Qualities are bit strings of 13; they are no process values.
        if kind == "bit_string" && entry.value.len() == 3 && entry.value.first() == Some(&3) {
            return;
        }
        let object = match at {
            (entry, None) => Reference::one("entry", entry),
            (entry, Some(element)) => Reference::two(("entry", entry), ("element", element)),
        };
        sink.value(&Value {
            protocol: Protocol::Goose,
            address: Reference::Text(name),
            object,
            kind,
            number,
        });
    }
}

fn encrypted(frame: &Frame<'_>, sink: &mut dyn Sink) {
    sink.message(&Message {
        protocol: Protocol::Goose,
        kind: Kind::Event,
        function: Function::Known("encrypted"),
        code: None,
        category: Category::Other,
        outcome: Outcome::Event,
        address: Reference::None,
        object: Reference::None,
        anomalies: frame.anomalies,
        fields: &Header(frame),
    });
}

/// GSE management: [0] state id, then requests [1], responses [2] or "not supported" (IEC 61850-8-1, annex A).
fn management(frame: &Frame<'_>, element: &Element<'_>, sink: &mut dyn Sink) {
    let inner: Vec<Element<'_>> = element.inner().take(3).collect();
    let service = inner.iter().find(|inner| inner.number != 0 || inner.constructed);
    let response = service.is_some_and(|service| service.number == 2);
    let number = service.and_then(|service| service.inner().next()).map_or(0, |choice| choice.number);
    let name = match number {
        1 => "get_go_reference",
        2 => "get_goose_element_number",
        3 => "get_gs_reference",
        4 => "get_gsse_data_offset",
        _ => "gse_management",
    };
    let (kind, outcome) = if service.is_some_and(|service| service.number > 2) {
        (Kind::Response, Outcome::Error("not_supported"))
    } else if response {
        (Kind::Response, Outcome::Ok)
    } else {
        (Kind::Request, Outcome::Pending)
    };
    let state_id = inner.iter().find(|inner| inner.number == 0).and_then(Element::unsigned);
    sink.message(&Message {
        protocol: Protocol::Goose,
        kind,
        function: Function::Known(name),
        code: None,
        category: Category::Discovery,
        outcome,
        address: Reference::None,
        object: Reference::None,
        anomalies: frame.anomalies,
        fields: &Management { frame, state_id, data: element.value },
    });
}

struct Header<'a>(&'a Frame<'a>);

impl Fields for Header<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        if let Some(header) = &self.0.header {
            header.visit(visitor);
        }
        visitor.uint("app_id", u64::from(self.0.app_id));
        visitor.uint("length", u64::from(self.0.length));
        visitor.flag("simulated", self.0.simulated);
    }
}

struct Management<'a> {
    frame: &'a Frame<'a>,
    state_id: Option<u64>,
    data: &'a [u8],
}

impl Fields for Management<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        Header(self.frame).visit(visitor);
        if let Some(state_id) = self.state_id {
            visitor.uint("state_id", state_id);
        }
        visitor.bytes("data", self.data);
    }
}

struct Shown<'a> {
    frame: &'a Frame<'a>,
    pdu: &'a Pdu<'a>,
}

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        Header(self.frame).visit(visitor);
        self.pdu.visit(visitor);
    }
}

#[cfg(test)]
mod tests;
