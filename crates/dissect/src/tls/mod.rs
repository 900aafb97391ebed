//! TLS: records, handshakes, certificates and alerts; what is encrypted is counted and passed over.
//!
//! Spec: RFC 8446 (1.3), RFC 5246 (1.2), RFC 4346 (1.1), RFC 2246 (1.0), RFC 6101 (SSL 3.0), RFC 6520 (heartbeat).
//! Usual port TCP 443 and those of its users; recognised by content on any port: a record that holds a hello, or a
//! chain of records. `code` is the handshake type; records of other kinds have none.

mod certificates;
mod digest;
mod hello;
mod names;
mod probe;

use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Input, Kind, Message, NoFields, Outcome, Over,
    Protocol, Reference, Session, Sink, Step, Visitor, confidence, said,
};
use certificates::Chain;
use hello::{ClientHello, ServerHello};
pub(crate) use probe::begins;
use probe::{HEADER, header, old_hello};

/// HTTPS and the ports that registries give to protocols over TLS.
const PORTS: &[u16] =
    &[443, 465, 563, 636, 802, 853, 989, 990, 992, 993, 994, 995, 4843, 5061, 5671, 5986, 8443, 8883, 9443];
/// Largest handshake message that is put together, in bytes: certificate chains of a few kilobytes are common.
const MAX_HANDSHAKE: usize = 64 * 1024;

/// TLS as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Tls,
    over: &[Over::Tcp(PORTS)],
    probe: |given| probe::probe(given, PORTS),
    open: || Box::<Tls>::default(),
    max_message: probe::MAX_RECORD + HEADER,
    fields: FIELDS,
    not_decoded: &[
        "what is encrypted, certificates of TLS 1.3 among it",
        "SSL 2.0 beyond the client hello",
        "signatures and chains are not verified",
    ],
};

const FIELDS: &[Field] = &[
    Field {
        name: "version",
        doc: "Version offered in the client hello's own field, or chosen by the server.",
    },
    Field { name: "sni", doc: "Server name that the client asks for." },
    Field { name: "session_id_length", doc: "Bytes of session id." },
    Field { name: "cipher_suites", doc: "Cipher suites offered, IANA numbers in the client's order." },
    Field { name: "cipher_suite", doc: "Cipher suite chosen." },
    Field { name: "hello_retry_request", doc: "The server asks for another client hello." },
    Field { name: "extensions", doc: "Extension types in wire order." },
    Field { name: "supported_versions", doc: "Versions offered in the extension." },
    Field { name: "alpn", doc: "Application protocols offered or chosen." },
    Field { name: "ja3", doc: "JA3 fingerprint of the client." },
    Field { name: "ja4", doc: "JA4 fingerprint of the client." },
    Field {
        name: "certificates",
        doc: "Chain as sent: serial, subject, issuer, not_before, not_after, alternative_names.",
    },
    Field { name: "level", doc: "Alert level: 1 warning, 2 fatal." },
    Field { name: "description", doc: "Alert description." },
    Field { name: "length", doc: "Bytes of the record or handshake message." },
];

/// One direction.
#[derive(Debug, Default)]
struct Side {
    /// Bytes of the present record that are passed over.
    left: usize,
    /// Everything after the change of cipher is encrypted.
    encrypted: bool,
    /// A handshake message that goes on in the next record.
    part: Vec<u8>,
    /// Bytes of a handshake message too large to be put together.
    beyond: usize,
}

/// TLS on one connection; other protocols hand it their connection when they upgrade.
#[derive(Debug, Default)]
pub(crate) struct Tls {
    /// By direction: from the server, to the server.
    sides: [Side; 2],
}

impl Session for Tls {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let data = input.data;
        let at = usize::from(input.to_server(PORTS));
        let Some(side) = self.sides.get_mut(at) else { return Step::Lost };
        if side.left > 0 && !data.is_empty() {
            let taken = side.left.min(data.len());
            side.left = side.left.saturating_sub(taken);
            return Step::Took(taken);
        }
        if let Some(length) = old_hello(data) {
            return Self::old_hello(data, length, input.last, sink);
        }
        let Some((kind, length)) = header(data) else {
            let short = data.len() < HEADER || (data.first() >= Some(&0x80) && data.len() < 11);
            return if short && !input.last { Step::More } else { Step::Lost };
        };
        let body = data.get(HEADER..).unwrap_or_default();
        if kind == 23
            || (kind == 22 && side.encrypted && !is_plain_hello(body, length))
            || length > MAX_HANDSHAKE
        {
            if kind == 22 && body.len() < length.min(4) && !input.last {
                return Step::More;
            }
            let name = if kind == 23 { "application_data" } else { "encrypted_handshake_message" };
            give(
                Kind::Event,
                Function::Known(name),
                None,
                Outcome::Event,
                Anomalies::NONE,
                &Length(length),
                sink,
            );
            let taken = body.len().min(length);
            side.left = length.saturating_sub(taken);
            return Step::Took(HEADER.saturating_add(taken));
        }
        if body.len() < length && !input.last {
            return Step::More;
        }
        let cut = body.len() < length;
        let body = body.get(..length).unwrap_or(body);
        match kind {
            20 => {
                side.encrypted = true;
                side.part.clear();
                let anomalies = Anomalies::NONE.with_if(body != [1], Anomalies::BAD_VALUE);
                give(
                    Kind::Control,
                    Function::Known("change_cipher_spec"),
                    None,
                    Outcome::Event,
                    anomalies,
                    &NoFields,
                    sink,
                );
            }
            21 => alert(body, side.encrypted, sink),
            22 => self.handshakes(at, body, cut, sink),
            _ => heartbeat(body, cut, side.encrypted, sink),
        }
        Step::Took(HEADER.saturating_add(body.len()))
    }

    fn resumes(&self, data: &[u8]) -> bool {
        header(data).is_some()
    }

    fn gap(&mut self, from_client: Option<bool>) {
        for (at, side) in self.sides.iter_mut().enumerate() {
            if from_client.is_none_or(|from_client| usize::from(from_client) == at) {
                *side = Side { encrypted: side.encrypted, ..Side::default() };
            }
        }
    }
}

/// A hello in the clear after a change of cipher: in TLS 1.3 that change means nothing.
fn is_plain_hello(body: &[u8], length: usize) -> bool {
    matches!(body.first_chunk::<4>(), Some(&[1 | 2, 0, high, low])
        if usize::from(u16::from_be_bytes([high, low])).saturating_add(4) == length)
}

impl Tls {
    fn old_hello(data: &[u8], length: usize, last: bool, sink: &mut dyn Sink) -> Step {
        if data.len() < length && !last {
            return Step::More;
        }
        let anomalies = Anomalies::NONE.with_if(data.len() < length, Anomalies::TRUNCATED);
        let function = Function::Known("client_hello_v2");
        give(Kind::Request, function, None, Outcome::Pending, anomalies, &Length(length), sink);
        Step::Took(length.min(data.len()))
    }

    /// Takes the handshake messages of one record, joined with what the records before left over.
    fn handshakes(&mut self, at: usize, body: &[u8], cut: bool, sink: &mut dyn Sink) {
        let Some(side) = self.sides.get_mut(at) else { return };
        let skipped = side.beyond.min(body.len());
        side.beyond = side.beyond.saturating_sub(skipped);
        let body = body.get(skipped..).unwrap_or_default();
        let mut part = std::mem::take(&mut side.part);
        let mut rest = if part.is_empty() {
            body
        } else {
            part.extend_from_slice(body);
            part.as_slice()
        };
        while let Some((&[kind, a, b, c], after)) = rest.split_first_chunk::<4>() {
            let length = usize::try_from(u32::from_be_bytes([0, a, b, c])).unwrap_or(usize::MAX);
            if matches!(names::handshake(kind), Function::Unknown(_)) {
                // Mid-stream after an unseen change of cipher, or nonsense.
                side.encrypted = true;
                let function = Function::Known("encrypted_handshake_message");
                give(Kind::Event, function, None, Outcome::Event, Anomalies::NONE, &Length(rest.len()), sink);
                return;
            }
            let whole = after.get(..length);
            let is_too_large = length > MAX_HANDSHAKE;
            if let Some(message) = whole {
                handshake(kind, message, Anomalies::NONE, sink);
                rest = after.get(length..).unwrap_or_default();
            } else if cut || is_too_large {
                let mark = if is_too_large { Anomalies::TOO_LARGE } else { Anomalies::TRUNCATED };
                handshake(kind, after, mark, sink);
                side.beyond = if cut { 0 } else { length.saturating_sub(after.len()) };
                return;
            } else {
                break;
            }
        }
        side.part = rest.to_vec();
    }
}

fn handshake(kind: u8, body: &[u8], anomalies: Anomalies, sink: &mut dyn Sink) {
    let function = names::handshake(kind);
    let code = Some(u32::from(kind));
    let bad = |is_bad: bool| anomalies.with_if(is_bad && anomalies.is_empty(), Anomalies::BAD_LENGTH);
    match kind {
        1 => {
            let hello = ClientHello::parse(body);
            let marks = bad(hello.is_err());
            let hello = hello.unwrap_or_default();
            give(Kind::Request, function, code, Outcome::Pending, marks, &Client(hello), sink);
            if marks.is_empty() {
                observe_client(&hello, sink);
            }
        }
        2 => {
            let hello = ServerHello::parse(body);
            let marks = bad(hello.is_err());
            let hello = hello.unwrap_or_default();
            give(Kind::Response, function, code, Outcome::Ok, marks, &Server(hello), sink);
            if let Some(version) = names::version(hello.version()).filter(|_| marks.is_empty()) {
                said::of_sender(sink, Protocol::Tls, confidence::BANNER, "tls_version", version);
            }
        }
        11 => {
            let (chain, whole) = Chain::parse(body);
            give(Kind::Control, function, code, Outcome::Event, bad(!whole), &chain, sink);
            chain.observe(sink);
        }
        _ => give(Kind::Control, function, code, Outcome::Event, anomalies, &Length(body.len()), sink),
    }
}

fn observe_client(hello: &ClientHello<'_>, sink: &mut dyn Sink) {
    let mut tell =
        |attribute, text: &str| said::of_sender(sink, Protocol::Tls, confidence::BANNER, attribute, text);
    tell("ja3", &hello.ja3());
    tell("ja4", &hello.ja4());
    if let Some(name) = hello.server_name() {
        tell("tls_sni", &crate::printable(name));
    }
}

fn alert(body: &[u8], encrypted: bool, sink: &mut dyn Sink) {
    let &[level @ 1..=2, description] = body else {
        let known = encrypted || body.len() > 2;
        let marks = Anomalies::NONE.with_if(!known, Anomalies::BAD_LENGTH);
        let function = Function::Known("encrypted_alert");
        give(Kind::Event, function, None, Outcome::Event, marks, &Length(body.len()), sink);
        return;
    };
    let outcome = if level == 2 { Outcome::Error(names::alert(description)) } else { Outcome::Event };
    let fields = Alert { level, description };
    give(Kind::Event, Function::Known("alert"), None, outcome, Anomalies::NONE, &fields, sink);
}

/// A heartbeat in the clear whose payload is said to be longer than the record asks for memory of the other side
/// (RFC 6520 clause 4: such messages must be discarded).
fn heartbeat(body: &[u8], cut: bool, encrypted: bool, sink: &mut dyn Sink) {
    let lies = matches!(body.first_chunk::<3>(), Some(&[1 | 2, high, low])
        if usize::from(u16::from_be_bytes([high, low])).saturating_add(3) > body.len());
    let marks = Anomalies::NONE
        .with_if(lies && !cut && !encrypted, Anomalies::BAD_LENGTH)
        .with_if(cut, Anomalies::TRUNCATED);
    give(Kind::Event, Function::Known("heartbeat"), None, Outcome::Event, marks, &Length(body.len()), sink);
}

fn give(
    kind: Kind,
    function: Function,
    code: Option<u32>,
    outcome: Outcome,
    anomalies: Anomalies,
    fields: &dyn Fields,
    sink: &mut dyn Sink,
) {
    sink.message(&Message {
        protocol: Protocol::Tls,
        kind,
        function,
        code,
        category: Category::Session,
        outcome,
        address: Reference::None,
        object: Reference::None,
        anomalies,
        fields,
    });
}

struct Client<'a>(ClientHello<'a>);

impl Fields for Client<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        self.0.visit(visitor);
    }
}

struct Server<'a>(ServerHello<'a>);

impl Fields for Server<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        self.0.visit(visitor);
    }
}

struct Length(usize);

impl Fields for Length {
    fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.uint("length", self.0 as u64);
    }
}

struct Alert {
    level: u8,
    description: u8,
}

impl Fields for Alert {
    fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.named("level", u64::from(self.level), if self.level == 2 { "fatal" } else { "warning" });
        visitor.named("description", u64::from(self.description), names::alert(self.description));
    }
}

#[cfg(test)]
mod tests;
