//! CoAP: the web of constrained devices, over UDP and TCP, with marks of Lightweight M2M.
//!
//! Spec: RFC 7252; RFC 7641 (observe), RFC 7959 (blocks), RFC 8132 (fetch, patch), RFC 8323 (streams); OMA LwM2M 1.1.
//! Usual ports UDP and TCP 5683 (5684 is DTLS or TLS). Recognised by version, token length, code and options that fill the
//! message; on other ports only with known options in two messages. `code` is the method's, also on its response, whose
//! own code stands in `message_code`.

mod frame;
mod lwm2m;

use frame::{BLOCK1, BLOCK2, Begin, Block, CONTENT_FORMAT, CSM, Frame, OBSERVE, URI_PATH, URI_QUERY};

use crate::shown::Shown;
use crate::{
    Anomalies, Category, Direction, Dissector, Field, FileChunk, Function, Input, Kind, Message, Outcome,
    Over, Pending, Probe, Protocol, Reference, Session, Sink, Step, Text, Transport, Verdict, Visitor,
    confidence, printable, said,
};

/// Registered port.
const PORTS: &[u16] = &[5683];
/// Largest message of a stream that is waited for; the default of Max-Message-Size is 1152 (RFC 8323, 5.3.1).
const MAX_MESSAGE: usize = 256 * 1024;
/// Longest path that is kept and shown as the object.
const MAX_PATH: usize = 128;
/// Longest payload shown, in bytes.
const MAX_SHOWN: usize = 512;

/// CoAP as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Coap,
    over: &[Over::Udp(PORTS), Over::Tcp(PORTS)],
    probe,
    open: || Box::<Coap>::default(),
    max_message: MAX_MESSAGE,
    fields: FIELDS,
    not_decoded: &[
        "OSCORE and DTLS contents",
        "WebSocket transport (RFC 8323, 4)",
        "CBOR and SenML payloads",
    ],
};

const FIELDS: &[Field] = &[
    Field { name: "message_type", doc: "Confirmable, non-confirmable, acknowledgement or reset." },
    Field { name: "message_code", doc: "Code of this message: class in the upper three bits." },
    Field { name: "message_id", doc: "Message id; an acknowledgement repeats it." },
    Field { name: "token", doc: "Token; a response repeats it." },
    Field { name: "uri_path", doc: "Segments of the path." },
    Field { name: "uri_query", doc: "Arguments." },
    Field { name: "lwm2m_object", doc: "LwM2M object that a numeric path names." },
    Field { name: "options", doc: "Other options: number and value." },
    Field { name: "payload_length", doc: "Bytes of payload." },
    Field { name: "payload", doc: "The payload, at most 512 bytes." },
];

fn probe(probe: &Probe<'_>) -> Verdict {
    let usual = probe.on_port(PORTS);
    if probe.transport == Transport::Tcp {
        return probe_stream(probe.data, usual);
    }
    // Version 1 and a token length of at most 8 stand in the first byte.
    if !probe.data.first().is_some_and(|first| first >> 6 == 1 && first & 0x0f <= 8) {
        return Verdict::No;
    }
    let Some(frame) = Frame::datagram(probe.data) else { return Verdict::No };
    let is_cut = probe.missing > 0;
    if frame::code_name(frame.code).is_none() || frame.class() == 7 || (frame.is_broken && !is_cut) {
        return Verdict::No;
    }
    if frame.code == 0 {
        // An empty message is its header alone (RFC 7252, 4.1).
        return if usual && probe.data.len() == 4 { Verdict::Likely } else { Verdict::No };
    }
    if frame.lacks_payload {
        return Verdict::No;
    }
    let (count, known) = frame.known_options();
    let request_fits = !(frame.is_request() && frame.kind.is_some_and(|kind| kind >= 2));
    match (usual, known && request_fits) {
        (true, true) => Verdict::Sure,
        (true, false) => Verdict::Likely,
        (false, true) if count > 0 => Verdict::Likely,
        _ => Verdict::No,
    }
}

/// A connection begins with a capabilities and settings message (RFC 8323, 5.3).
fn probe_stream(data: &[u8], usual: bool) -> Verdict {
    // The message has no token: the low half of its first byte is zero (RFC 8323, 3.2 and 5.3).
    if !data.first().is_some_and(|first| usual || first & 0x0f == 0) {
        return Verdict::No;
    }
    match Frame::stream(data) {
        Some(Begin::Whole(frame, _)) if frame.code == CSM && frame.token.is_empty() && !frame.is_broken => {
            let known = frame.options().all(|(number, value)| matches!(number, 2 | 4) && value.len() <= 4);
            match (known, usual) {
                (true, true) => Verdict::Sure,
                (false, true) => Verdict::Likely,
                // Two bytes without an option could be anything's; a setting of the right number and size is not.
                (true, false) if frame.options().next().is_some() => Verdict::Sure,
                _ => Verdict::No,
            }
        }
        Some(Begin::Short | Begin::Cut(..)) if !usual => Verdict::No,
        Some(Begin::Short) => Verdict::More,
        Some(Begin::Cut(frame, _)) if frame.code == CSM => Verdict::More,
        _ => Verdict::No,
    }
}

/// What a response needs to know of its request.
#[derive(Clone, Copy)]
struct Asked {
    code: u8,
    object: Text<MAX_PATH>,
}

type Token = ([u8; 8], usize);

fn token(bytes: &[u8]) -> Token {
    let mut all = [0u8; 8];
    for (to, from) in all.iter_mut().zip(bytes) {
        *to = *from;
    }
    (all, bytes.len())
}

#[derive(Default)]
struct Coap {
    pending: Pending<Token, Asked>,
    /// Requests whose resource is observed: they are answered again and again.
    observed: Pending<Token, Asked>,
    /// Tokens of confirmable requests by message id, for empty acknowledgements.
    tokens: Pending<u16, Asked>,
    watched: bool,
}

impl Session for Coap {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        if input.transport != Transport::Tcp {
            let Some(frame) = Frame::datagram(input.data) else { return Step::Lost };
            self.message(&frame, input.missing > 0, input, sink);
            return Step::Took(input.data.len());
        }
        match Frame::stream(input.data) {
            Some(Begin::Whole(frame, taken)) => {
                self.message(&frame, false, input, sink);
                Step::Took(taken)
            }
            Some(Begin::Cut(frame, taken)) if input.last => {
                self.message(&frame, true, input, sink);
                Step::Took(taken)
            }
            Some(Begin::Cut(..) | Begin::Short) if !input.last => Step::More,
            _ => Step::Lost,
        }
    }

    fn resumes(&self, data: &[u8]) -> bool {
        match Frame::stream(data) {
            Some(Begin::Whole(frame, _)) => !frame.is_broken && frame::code_name(frame.code).is_some(),
            _ => false,
        }
    }

    fn gap(&mut self, _from_client: Option<bool>) {
        *self = Self::default();
    }
}

/// The path as one text.
fn path(frame: &Frame<'_>) -> Text<MAX_PATH> {
    use std::fmt::Write as _;
    let mut text = Text::default();
    for part in frame.all(URI_PATH) {
        let _ = write!(text, "/{}", printable(part));
    }
    if text.as_str().is_empty() && frame.is_request() {
        let _ = text.write_str("/");
    }
    text
}

fn category(code: u8, object: &str) -> Category {
    let lwm2m = lwm2m::Path::parse(object);
    match code {
        _ if object.starts_with("/.well-known") => Category::Discovery,
        _ if object == "/rd" || object.starts_with("/rd/") || object == "/bs" => Category::Discovery,
        1 | 5 => Category::Read,
        2..=4 | 6 | 7 => lwm2m.map_or(Category::Write, lwm2m::Path::category),
        _ => Category::Other,
    }
}

impl Coap {
    fn message(&mut self, frame: &Frame<'_>, is_cut: bool, input: &Input<'_>, sink: &mut dyn Sink) {
        let own = path(frame);
        let key = token(frame.token);
        let observe = frame.option(OBSERVE);
        let mut anomalies = Anomalies::NONE
            .with_if(is_cut, Anomalies::TRUNCATED)
            .with_if(frame.is_broken && !is_cut, Anomalies::BAD_LENGTH)
            .with_if(frame.lacks_payload && !is_cut, Anomalies::MISSING_FIELD)
            .with_if(frame::code_name(frame.code).is_none(), Anomalies::UNKNOWN_FUNCTION);
        let asked = if frame.is_request() {
            let asked = Asked { code: frame.code, object: own };
            self.watched = true;
            self.pending.insert(key, asked);
            if frame.kind == Some(0) {
                self.tokens.insert(frame.message_id, asked);
            }
            match observe.map(frame::uint) {
                Some(0) => {
                    self.observed.insert(key, asked);
                }
                Some(_) => {
                    self.observed.take(&key);
                }
                None => {}
            }
            Some(asked)
        } else if matches!(frame.class(), 2..=5) {
            if frame.kind == Some(2) {
                self.tokens.take(&frame.message_id);
            }
            let asked = self.pending.take(&key).or_else(|| self.observed.get(&key).copied());
            anomalies = anomalies.with_if(asked.is_none() && self.watched, Anomalies::UNEXPECTED_RESPONSE);
            asked
        } else if frame.code == 0 {
            self.tokens.take(&frame.message_id)
        } else {
            None
        };
        let (kind, function, outcome) = role(frame, asked.as_ref());
        let object = asked.as_ref().map_or(&own, |asked| &asked.object);
        let category = match asked {
            Some(asked) => category(asked.code, asked.object.as_str()),
            None if frame.class() == 7 || frame.code == 0 => Category::Session,
            None => Category::Other,
        };
        let code =
            asked.map(|asked| asked.code).or((frame.class() == 7 || frame.code == 0).then_some(frame.code));
        let lwm2m = lwm2m::Path::parse(object.as_str());
        let shown = Shown(|visitor: &mut dyn Visitor| show(frame, lwm2m, visitor));
        sink.message(&Message {
            protocol: Protocol::Coap,
            kind,
            function,
            code: code.map(u32::from),
            category,
            outcome,
            address: Reference::None,
            object: if object.as_str().is_empty() {
                Reference::None
            } else {
                Reference::Text(object.as_str())
            },
            anomalies,
            fields: &shown,
        });
        if is_cut || frame.is_broken {
            return;
        }
        if frame.code == 2 && own.as_str() == "/rd" {
            // Registration names the endpoint (LwM2M transport).
            for query in frame.all(URI_QUERY) {
                if let Some(name) = query.strip_prefix(b"ep=") {
                    said::of_sender_bytes(sink, Protocol::Coap, confidence::NAMING, "lwm2m_endpoint", name);
                }
            }
        }
        if let Some(path) = lwm2m
            && matches!(frame.class(), 2)
            && asked.is_some_and(|asked| asked.code == 1)
        {
            let format = frame.option(CONTENT_FORMAT).map_or(0, frame::uint);
            lwm2m::identity(path, format, frame.payload, &mut |attribute, text| {
                said::of_sender(sink, Protocol::Coap, confidence::IDENTITY, attribute, text);
            });
        }
        if sink.wants().files && input.missing == 0 {
            transfer(frame, object.as_str(), &key, sink);
        }
    }
}

/// Blocks of a larger representation are pieces of a file (RFC 7959).
fn transfer(frame: &Frame<'_>, name: &str, key: &Token, sink: &mut dyn Sink) {
    let (number, direction) =
        if frame.is_request() { (BLOCK1, Direction::Download) } else { (BLOCK2, Direction::Upload) };
    let Some(block) = frame.option(number).map(Block::of) else { return };
    if frame.payload.is_empty() || (block.number == 0 && !block.more) {
        return;
    }
    // Every block may have a token of its own; the name tells transfers apart.
    let _ = key;
    let handle = name
        .bytes()
        .fold(u64::from(number), |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    sink.file(&FileChunk {
        protocol: Protocol::Coap,
        handle,
        name,
        direction,
        offset: Some(block.offset()),
        data: frame.payload,
        last: !block.more,
    });
}

fn role(frame: &Frame<'_>, asked: Option<&Asked>) -> (Kind, Function, Outcome) {
    let method = |code: u8| frame::method(code).map_or(Function::Unknown(u32::from(code)), Function::Known);
    let name = frame::code_name(frame.code);
    match (frame.class(), frame.code) {
        (0, 0) => match frame.kind {
            Some(2) => (Kind::Control, Function::Known("acknowledgement"), Outcome::Event),
            Some(3) => (Kind::Control, Function::Known("reset"), Outcome::Error("reset")),
            _ => (Kind::Control, Function::Known("ping"), Outcome::Event),
        },
        (0, code) => (Kind::Request, method(code), Outcome::Pending),
        (2..=5, _) => {
            let function = asked.map_or(Function::Known("response"), |asked| method(asked.code));
            let outcome = if frame.class() == 2 {
                Outcome::Ok
            } else {
                Outcome::Error(name.unwrap_or("unknown_error"))
            };
            (Kind::Response, function, outcome)
        }
        (7, code) => {
            let function = name.map_or(Function::Unknown(u32::from(code)), Function::Known);
            (Kind::Control, function, Outcome::Event)
        }
        (_, code) => (Kind::Event, Function::Unknown(u32::from(code)), Outcome::Event),
    }
}

fn show(frame: &Frame<'_>, lwm2m: Option<lwm2m::Path>, visitor: &mut dyn Visitor) {
    if let Some(kind) = frame.kind {
        let name = match kind {
            0 => "confirmable",
            1 => "non_confirmable",
            2 => "acknowledgement",
            _ => "reset",
        };
        visitor.named("message_type", u64::from(kind), name);
    }
    visitor.named("message_code", u64::from(frame.code), frame::code_name(frame.code).unwrap_or("unknown"));
    if frame.kind.is_some() {
        visitor.uint("message_id", u64::from(frame.message_id));
    }
    if !frame.token.is_empty() {
        visitor.bytes("token", frame.token);
    }
    for (name, number) in [("uri_path", URI_PATH), ("uri_query", URI_QUERY)] {
        if frame.option(number).is_some() {
            visitor.begin_list(name);
            for part in frame.all(number) {
                visitor.text("", &printable(part));
            }
            visitor.end_list();
        }
    }
    if let Some(path) = lwm2m {
        visitor.named("lwm2m_object", u64::from(path.object), path.object_name());
    }
    frame.visit_options(visitor);
    if !frame.payload.is_empty() {
        visitor.uint("payload_length", u64::try_from(frame.payload.len()).unwrap_or(0));
        let start = frame.payload.get(..MAX_SHOWN).unwrap_or(frame.payload);
        match std::str::from_utf8(start) {
            Ok(text) => visitor.text("payload", text),
            Err(_) => visitor.bytes("payload", start),
        }
    }
}

#[cfg(test)]
mod tests;
