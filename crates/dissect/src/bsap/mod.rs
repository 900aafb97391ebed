//! BSAP: Bristol Babcock's (Emerson's) protocol of ControlWave and older controllers, over IP and in its serial form.
//!
//! Spec: ControlWave/OpenBSI BSAP Communications Application Programmer's Reference, D301401X012 (functions, remote
//! database access); the header over IP as CISA's ICSNPP BSAP parser describes it. Usual ports UDP 1234 and 1235;
//! recognised by a header length, a message type and a data length that fill the datagram.

mod function;

use crate::tell::until_nul;
use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Input, Kind, Message, Outcome, Over, Pending,
    Probe, Protocol, Reader, Reference, Session, Sink, Step, Transport, Verdict, Visitor, printable,
};
use function::{application, database, describe};

const PORTS: &[u16] = &[1_234, 1_235];
/// Lengths of the header over IP.
const SHORT: u16 = 14;
const LONG: u16 = 22;
/// Start of a message in the serial form: DLE STX.
const SERIAL: [u8; 2] = [0x10, 0x02];
const DLE: u8 = 0x10;
const ETX: u8 = 0x03;
/// Bit of a serial address that marks a global header.
const GLOBAL: u8 = 0x80;
/// Application function of remote database access, and of its extension.
const RDB: u8 = 0xa0;
const RDB_EXTENSION: u8 = 0xa1;
/// Types of a message over IP.
const POLL: u16 = 0;
const RESPONSE_CONTINUED: u16 = 1;
const RESPONSE: u16 = 5;
const REQUESTS: [u16; 3] = [6, 0x84, 0x86];
/// Bytes of a message's own header: length, kind, sequence.
const OWN: usize = 9;
/// Most messages of one datagram.
const MAX_MESSAGES: u16 = 64;

/// BSAP as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Bsap,
    over: &[Over::Udp(PORTS)],
    probe,
    open: || Box::<Bsap>::default(),
    max_message: 65_507,
    fields: &[
        Field { name: "header_length", doc: "Bytes of the header over IP." },
        Field { name: "num_messages", doc: "Messages in the datagram; 0 in a poll." },
        Field {
            name: "message_type",
            doc: "0 poll, 1 response continued, 5 response, 6, 0x84, 0x86 request.",
        },
        Field { name: "message_sequence", doc: "Number of the datagram." },
        Field { name: "response_sequence", doc: "Number of the datagram last received." },
        Field { name: "data_length", doc: "Bytes of the message after the header." },
        Field { name: "sequence", doc: "Number of a request; its response repeats it." },
        Field {
            name: "application_function",
            doc: "0xa0 remote database access, 0xa8 to 0xaa alarms and so on.",
        },
        Field { name: "node_status", doc: "Node status byte." },
        Field { name: "function_code", doc: "Function of remote database access." },
        Field { name: "response_status", doc: "Error byte of a response; 0 without error." },
        Field { name: "variable_count", doc: "Signals addressed or answered." },
        Field { name: "variables", doc: "Names of the signals." },
        Field { name: "more_messages", doc: "Messages of the datagram after the first." },
        Field { name: "address", doc: "Local address of a serial message." },
        Field { name: "serial_number", doc: "Number of a serial message." },
        Field { name: "destination", doc: "Global address of the receiver." },
        Field { name: "source", doc: "Global address of the sender." },
        Field { name: "control", doc: "Control byte of a global header." },
        Field { name: "destination_function", doc: "Function that the message goes to." },
        Field { name: "source_function", doc: "Function that the message comes from." },
        Field { name: "data", doc: "Bytes that are not decoded further." },
    ],
    not_decoded: &[
        "values in responses (which fields a signal has depends on the field selectors of the request)",
        "the CRC of the serial form",
        "messages of a datagram after its first",
        "application functions other than remote database access beyond their names",
    ],
};

/// A message over IP: the header, and the first message after it.
#[derive(Debug, Clone, Copy)]
struct Frame<'a> {
    header_length: u16,
    messages: u16,
    kind: u16,
    message_sequence: u32,
    response_sequence: u32,
    first: Option<Own<'a>>,
}

#[derive(Debug, Clone, Copy)]
struct Own<'a> {
    length: u32,
    sequence: u32,
    /// Application function, node status and function of a request; status and count of a response.
    body: &'a [u8],
    cut: bool,
    /// Bytes of further messages.
    rest: usize,
}

impl<'a> Frame<'a> {
    fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let header_length = reader.le_u16().ok()?;
        let messages = reader.le_u16().ok()?;
        let kind = reader.le_u16().ok()?;
        let known =
            kind == POLL || kind == RESPONSE_CONTINUED || kind == RESPONSE || REQUESTS.contains(&kind);
        if !matches!(header_length, SHORT | LONG) || messages > MAX_MESSAGES || !known {
            return None;
        }
        let mut header = Reader::new(reader.take_up_to(usize::from(header_length).saturating_sub(6)));
        let message_sequence = header.le_u32().ok()?;
        let response_sequence = header.le_u32().ok()?;
        let first = if messages == 0 { None } else { Own::parse(&mut reader) };
        Some(Self { header_length, messages, kind, message_sequence, response_sequence, first })
    }

    fn is_request(&self) -> bool {
        REQUESTS.contains(&self.kind)
    }
}

impl<'a> Own<'a> {
    fn parse(reader: &mut Reader<'a>) -> Option<Self> {
        let length = reader.le_u32().ok()?;
        reader.skip(1).ok()?;
        let sequence = reader.le_u32().ok()?;
        let wanted = usize::try_from(length).unwrap_or(usize::MAX).saturating_sub(OWN);
        let body = reader.take_up_to(wanted);
        Some(Self { length, sequence, body, cut: body.len() < wanted, rest: reader.remaining() })
    }
}

/// Field selectors, security level and count of a request of remote database access, and the names after them.
struct Names<'a> {
    count: u8,
    names: Reader<'a>,
}

impl<'a> Names<'a> {
    fn parse(function: u8, data: &'a [u8]) -> Option<Self> {
        if !matches!(function, 0x04 | 0x06 | 0x84) {
            return None;
        }
        let mut reader = Reader::new(data);
        let selectors = reader.u8().ok()?;
        reader.skip(usize::try_from((selectors & 0x0f).count_ones()).unwrap_or(0)).ok()?;
        reader.skip(1).ok()?;
        Some(Self { count: reader.u8().ok()?, names: reader })
    }
}

fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.transport != Transport::Udp {
        return Verdict::No;
    }
    if probe.data.starts_with(&SERIAL) {
        let known = Serial::parse(probe.data)
            .is_some_and(|serial| serial.ended && application(serial.destination_function).is_some());
        return if known && probe.on_port(PORTS) { Verdict::Likely } else { Verdict::No };
    }
    if !matches!(probe.data.first(), Some(14 | 22)) {
        return Verdict::No;
    }
    match Frame::parse(probe.data) {
        Some(frame) if frame.messages == 0 => {
            let bare = frame.kind == POLL && probe.data.len() == usize::from(frame.header_length);
            if bare && probe.on_port(PORTS) { Verdict::Likely } else { Verdict::No }
        }
        Some(Frame { messages, first: Some(own), .. })
            if own.length >= 9 && (!own.cut || probe.missing > 0) && (messages > 1 || own.rest == 0) =>
        {
            Verdict::Sure
        }
        _ => Verdict::No,
    }
}

#[derive(Debug, Clone, Copy)]
struct Asked {
    application: u8,
    function: Option<u8>,
    count: u8,
}

#[derive(Debug, Default)]
struct Bsap {
    pending: Pending<u32, Asked>,
    watched: bool,
}

impl Session for Bsap {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        if input.data.starts_with(&SERIAL) {
            let Some(serial) = Serial::parse(input.data) else { return Step::Lost };
            serial_message(&serial, input, sink);
            return Step::Took(input.data.len());
        }
        let Some(frame) = Frame::parse(input.data) else { return Step::Lost };
        self.message(&frame, input, sink);
        Step::Took(input.data.len())
    }

    fn gap(&mut self, _from_client: Option<bool>) {
        self.pending.clear();
        self.watched = false;
    }
}

impl Bsap {
    fn message(&mut self, frame: &Frame<'_>, input: &Input<'_>, sink: &mut dyn Sink) {
        let cut = frame.messages > 0 && frame.first.is_none_or(|own| own.cut);
        let mut anomalies = Anomalies::NONE
            .with_if(cut && input.missing > 0, Anomalies::TRUNCATED)
            .with_if(cut && input.missing == 0, Anomalies::BAD_LENGTH)
            .with_if(frame.messages == 0 && frame.kind != POLL, Anomalies::MISSING_FIELD);
        let Some(own) = frame.first else {
            emit(frame, None, Kind::Control, Outcome::Event, Reference::None, anomalies, sink);
            return;
        };
        let request = frame.is_request();
        let asked = if request {
            let mut reader = Reader::new(own.body);
            let application = reader.u8().unwrap_or(0);
            let _node_status = reader.u8();
            let function = if application == RDB { reader.u8().ok() } else { None };
            let count = function
                .and_then(|function| Names::parse(function, reader.rest()))
                .map_or(0, |names| names.count);
            let asked = Asked { application, function, count };
            self.pending.insert(own.sequence, asked);
            self.watched = true;
            Some(asked)
        } else {
            let asked = self.pending.take(&own.sequence);
            anomalies = anomalies.with_if(asked.is_none() && self.watched, Anomalies::UNEXPECTED_RESPONSE);
            asked
        };
        let status = own.body.first().copied().unwrap_or(0);
        let (kind, outcome) = match (request, status) {
            (true, _) => (Kind::Request, Outcome::Pending),
            (false, 0x80..) => (Kind::Response, Outcome::Error("error_in_response")),
            (false, _) => (Kind::Response, Outcome::Ok),
        };
        let name =
            if request && asked.is_some_and(|asked| asked.count == 1) { only_name(&own) } else { None };
        let object = name.as_deref().map_or(Reference::None, Reference::Text);
        emit(frame, asked, kind, outcome, object, anomalies, sink);
    }
}

/// The name in a request for one signal.
fn only_name<'a>(own: &Own<'a>) -> Option<std::borrow::Cow<'a, str>> {
    let function = *own.body.get(2)?;
    let names = Names::parse(function, own.body.get(3..)?)?;
    Some(printable(until_nul(names.names.rest())))
}

fn emit(
    frame: &Frame<'_>,
    asked: Option<Asked>,
    kind: Kind,
    outcome: Outcome,
    object: Reference<'_>,
    mut anomalies: Anomalies,
    sink: &mut dyn Sink,
) {
    let (function, category, code) = match asked {
        Some(asked) => {
            let (function, category, code) = describe(asked.application, asked.function);
            (function, category, Some(code))
        }
        None if frame.first.is_none() => (Function::Known("poll"), Category::Session, None),
        None => (Function::Known("response"), Category::Other, None),
    };
    anomalies = anomalies.with_if(matches!(function, Function::Unknown(_)), Anomalies::UNKNOWN_FUNCTION);
    sink.message(&Message {
        protocol: Protocol::Bsap,
        kind,
        function,
        code,
        category,
        outcome,
        address: Reference::None,
        object,
        anomalies,
        fields: frame,
    });
}

impl Fields for Frame<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        let kind = match self.kind {
            POLL => "poll",
            RESPONSE_CONTINUED => "response_continued",
            RESPONSE => "response",
            _ => "request",
        };
        visitor.uint("header_length", u64::from(self.header_length));
        visitor.uint("num_messages", u64::from(self.messages));
        visitor.named("message_type", u64::from(self.kind), kind);
        visitor.uint("message_sequence", u64::from(self.message_sequence));
        visitor.uint("response_sequence", u64::from(self.response_sequence));
        let Some(own) = &self.first else { return };
        visitor.uint("data_length", u64::from(own.length));
        visitor.uint("sequence", u64::from(own.sequence));
        let mut reader = Reader::new(own.body);
        if self.is_request() {
            visit_request(&mut reader, visitor);
        } else {
            if let Ok(status) = reader.u8() {
                visitor.uint("response_status", u64::from(status));
            }
            if let Ok(count) = reader.u8() {
                visitor.uint("variable_count", u64::from(count));
            }
        }
        if !reader.is_empty() {
            visitor.bytes("data", reader.rest());
        }
        if self.messages > 1 {
            visitor.uint("more_messages", u64::from(self.messages.saturating_sub(1)));
        }
    }
}

fn visit_request(reader: &mut Reader<'_>, visitor: &mut dyn Visitor) {
    let Ok(code) = reader.u8() else { return };
    visitor.named(
        "application_function",
        u64::from(code),
        application(code).map_or("unknown", |known| known.0),
    );
    if let Ok(status) = reader.u8() {
        visitor.uint("node_status", u64::from(status));
    }
    if code != RDB {
        return;
    }
    let Ok(function) = reader.u8() else { return };
    visitor.named(
        "function_code",
        u64::from(function),
        database(function).map_or("unknown", |known| known.0),
    );
    let Some(mut names) = Names::parse(function, reader.rest()) else { return };
    visitor.uint("variable_count", u64::from(names.count));
    visitor.begin_list("variables");
    for _ in 0..names.count {
        if names.names.is_empty() {
            break;
        }
        visitor.text("", &printable(crate::tell::take_until_nul(&mut names.names)));
    }
    visitor.end_list();
    *reader = names.names;
}

/// A message in the serial form, its DLE characters doubled on the wire.
#[derive(Debug, Clone, Copy)]
struct Serial<'a> {
    address: u8,
    serial_number: u8,
    global: Option<(u16, u16, u8)>,
    destination_function: u8,
    sequence: u16,
    source_function: u8,
    node_status: u8,
    /// Data with doubled DLE, up to DLE ETX.
    data: &'a [u8],
    ended: bool,
}

impl<'a> Serial<'a> {
    fn parse(bytes: &'a [u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(&SERIAL)?;
        let end = rest.windows(2).position(|pair| pair == [DLE, ETX]);
        let mut reader = Reader::new(rest.get(..end.unwrap_or(rest.len()))?);
        let address = byte(&mut reader)?;
        let serial_number = byte(&mut reader)?;
        let global = if address & GLOBAL == 0 {
            None
        } else {
            Some((word(&mut reader)?, word(&mut reader)?, byte(&mut reader)?))
        };
        Some(Self {
            address,
            serial_number,
            global,
            destination_function: byte(&mut reader)?,
            sequence: word(&mut reader)?,
            source_function: byte(&mut reader)?,
            node_status: byte(&mut reader)?,
            data: reader.rest(),
            ended: end.is_some(),
        })
    }
}

/// The next byte; a doubled DLE is one.
fn byte(reader: &mut Reader<'_>) -> Option<u8> {
    let byte = reader.u8().ok()?;
    if byte == DLE && reader.peek_u8() == Ok(DLE) {
        let _ = reader.u8();
    }
    Some(byte)
}

fn word(reader: &mut Reader<'_>) -> Option<u16> {
    Some(u16::from_le_bytes([byte(reader)?, byte(reader)?]))
}

fn serial_message(serial: &Serial<'_>, input: &Input<'_>, sink: &mut dyn Sink) {
    // An answer goes to the function that asked; requests come from the master's own (0 to 0x3f).
    let request = serial.destination_function >= 0x40;
    let asked = if request { serial.destination_function } else { serial.source_function };
    let function = if request && asked == RDB { serial.data.first().copied() } else { None };
    let (name, category, code) = describe(asked, function);
    sink.message(&Message {
        protocol: Protocol::Bsap,
        kind: if request { Kind::Request } else { Kind::Response },
        function: name,
        code: Some(code),
        category,
        outcome: if request { Outcome::Pending } else { Outcome::Ok },
        address: Reference::one("node", u64::from(serial.address & !GLOBAL)),
        object: Reference::None,
        anomalies: Anomalies::NONE
            .with_if(!serial.ended && input.missing > 0, Anomalies::TRUNCATED)
            .with_if(!serial.ended && input.missing == 0, Anomalies::MISSING_FIELD)
            .with_if(matches!(name, Function::Unknown(_)), Anomalies::UNKNOWN_FUNCTION),
        fields: serial,
    });
}

impl Fields for Serial<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.uint("address", u64::from(self.address & !GLOBAL));
        visitor.uint("serial_number", u64::from(self.serial_number));
        if let Some((destination, source, control)) = self.global {
            visitor.uint("destination", u64::from(destination));
            visitor.uint("source", u64::from(source));
            visitor.uint("control", u64::from(control));
        }
        let label = |code| application(code).map_or("unknown", |known| known.0);
        visitor.named(
            "destination_function",
            u64::from(self.destination_function),
            label(self.destination_function),
        );
        visitor.uint("sequence", u64::from(self.sequence));
        visitor.named("source_function", u64::from(self.source_function), label(self.source_function));
        visitor.uint("node_status", u64::from(self.node_status));
        if !self.data.is_empty() {
            visitor.bytes("data", self.data);
        }
    }
}

#[cfg(test)]
mod tests;
