//! DNS over UDP and TCP; its message format also serves mDNS, LLMNR and NetBIOS names.
//!
//! Spec: RFC 1035; RFC 2136 (update), RFC 1996 (notify), RFC 3596, 2782, 6891, 4034, 9460 (record types). Usual port 53;
//! recognised on any port by a header, questions and records that fill the message to its last byte.

mod identity;
pub(crate) mod message;
mod name;
pub(crate) mod rdata;
mod record;
mod show;

use crate::{
    Anomalies, Category, Dissector, Field, Function, Input, Kind, Message as Told, Outcome, Over, Pending,
    Probe, Protocol, Reader, Reference, Session, Sink, Step, Transport, Verdict,
};
pub(crate) use identity::observe_local;
pub(crate) use message::{Message, Shape};
pub(crate) use name::Name;
pub(crate) use record::{Record, reference};
pub(crate) use show::Shown;

const PORTS: &[u16] = &[53];
/// Ports whose messages have this format and a name of their own.
const OTHERS: &[u16] = &[137, 5353, 5355];
/// Shortest message.
const HEADER: usize = 12;

/// DNS as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Dns,
    over: &[Over::Udp(PORTS), Over::Tcp(PORTS)],
    probe,
    open: || Box::<Dns>::default(),
    max_message: 65_537,
    fields: FIELDS,
    not_decoded: &[
        "stateful operations (RFC 8490) beyond their header",
        "record types without use in plants (raw)",
    ],
};

/// Fields of DNS and of the protocols with its format.
pub(crate) const FIELDS: &[Field] = &[
    Field { name: "id", doc: "Transaction id; a response repeats its request's." },
    Field { name: "flags", doc: "Response, opcode, flags and response code as one number." },
    Field { name: "opcode", doc: "0 query, 2 status, 4 notify, 5 update, 6 stateful." },
    Field { name: "rcode", doc: "0 no error, 3 name does not exist ..." },
    Field { name: "authoritative", doc: "The answer comes from who owns the name." },
    Field { name: "truncated", doc: "The answer did not fit." },
    Field { name: "recursion_desired", doc: "The server shall ask others." },
    Field { name: "recursion_available", doc: "The server asks others." },
    Field { name: "questions", doc: "Name, type and class asked." },
    Field { name: "answers", doc: "Records: name, type, class, time to live, and data by type." },
    Field { name: "authorities", doc: "Records about the authority, or those of an update." },
    Field { name: "additionals", doc: "Further records." },
];

fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.on_port(OTHERS) {
        return Verdict::No;
    }
    match probe.transport {
        Transport::Udp => message::verdict(probe.data, probe.missing, probe.on_port(PORTS)),
        Transport::Tcp => probe_stream(probe),
        _ => Verdict::No,
    }
}

/// A message behind its length: the header and a whole first question must fit.
fn probe_stream(probe: &Probe<'_>) -> Verdict {
    let mut reader = Reader::new(probe.data);
    let Ok(length) = reader.be_u16() else {
        return if probe.on_port(PORTS) { Verdict::More } else { Verdict::No };
    };
    let data = reader.take_up_to(usize::from(length));
    if usize::from(length) < HEADER.saturating_add(5) {
        return Verdict::No;
    }
    if data.len() < HEADER {
        return if probe.on_port(PORTS) { Verdict::More } else { Verdict::No };
    }
    if data.len() == usize::from(length) {
        return message::verdict(data, 0, probe.on_port(PORTS));
    }
    match Message::parse(data) {
        Some(message) if message.header.is_plausible() && message.first_question_is_known() => Verdict::Sure,
        Some(message) if message.header.is_plausible() && probe.on_port(PORTS) => Verdict::More,
        _ => Verdict::No,
    }
}

#[derive(Debug, Default)]
struct Dns {
    pending: Pending<u16, u16>,
}

impl Session for Dns {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        if input.transport != Transport::Tcp {
            return if self.message(input.data, input.missing > 0, sink) {
                Step::Took(input.data.len())
            } else {
                Step::Lost
            };
        }
        let mut reader = Reader::new(input.data);
        let Ok(length) = reader.be_u16() else { return if input.last { Step::Lost } else { Step::More } };
        if usize::from(length) < HEADER {
            return Step::Lost;
        }
        let data = reader.take_up_to(usize::from(length));
        let cut = data.len() < usize::from(length);
        if cut && !input.last {
            return Step::More;
        }
        if self.message(data, cut, sink) { Step::Took(reader.position()) } else { Step::Lost }
    }

    fn resumes(&self, data: &[u8]) -> bool {
        data.get(2..).and_then(Message::parse).is_some_and(|message| message.header.is_plausible())
    }

    fn gap(&mut self, _from_client: Option<bool>) {
        self.pending.clear();
    }
}

impl Dns {
    fn message(&mut self, data: &[u8], cut: bool, sink: &mut dyn Sink) -> bool {
        let Some(message) = Message::parse(data) else { return false };
        let object = object(&message, &mut self.pending);
        emit(Protocol::Dns, &message, cut, object, sink);
        if message.header.is_response() {
            identity::observe_answers(&message, sink);
        }
        true
    }
}

/// The type that is asked or answered: names would be without number.
fn object(message: &Message<'_>, pending: &mut Pending<u16, u16>) -> Reference<'static> {
    let own = message.questions().next().map(|question| question.kind);
    let kind = if message.header.is_response() {
        pending.take(&message.header.id).or(own)
    } else {
        if let Some(kind) = own {
            pending.insert(message.header.id, kind);
        }
        own
    };
    kind.map_or(Reference::None, reference)
}

/// Hands a message of DNS or a protocol with its format to the sink.
pub(crate) fn emit(
    protocol: Protocol,
    message: &Message<'_>,
    cut: bool,
    object: Reference<'_>,
    sink: &mut dyn Sink,
) {
    let header = message.header;
    let opcode = header.opcode();
    let (function, category) = match opcode {
        0 => (Function::Known("query"), Category::Discovery),
        1 => (Function::Known("inverse_query"), Category::Discovery),
        2 => (Function::Known("status"), Category::Diagnostics),
        4 => (Function::Known("notify"), Category::Other),
        5 => (Function::Known("update"), Category::Configuration),
        6 => (Function::Known("stateful_operation"), Category::Session),
        other => (Function::Unknown(u32::from(other)), Category::Other),
    };
    let shape = message.shape();
    let anomalies = Anomalies::NONE
        .with_if(cut, Anomalies::TRUNCATED)
        .with_if(!cut && shape == Shape::Broken, Anomalies::BAD_LENGTH)
        .with_if(!cut && shape == Shape::Longer, Anomalies::TRAILING_BYTES)
        .with_if(matches!(function, Function::Unknown(_)), Anomalies::UNKNOWN_FUNCTION)
        .with_if(header.flags & 0x0040 != 0, Anomalies::RESERVED_BITS);
    let (kind, outcome) = match (header.is_response(), header.rcode()) {
        (false, _) => (Kind::Request, Outcome::Pending),
        (true, 0) => (Kind::Response, Outcome::Ok),
        (true, code) => (Kind::Response, Outcome::Error(message::rcode_name(code))),
    };
    sink.message(&Told {
        protocol,
        kind,
        function,
        code: Some(u32::from(opcode)),
        category,
        outcome,
        address: Reference::None,
        object,
        anomalies,
        fields: &Shown { message },
    });
}

#[cfg(test)]
mod tests;
