//! AMQP: message queuing, versions 0.9.1 and 1.0.
//!
//! Spec: AMQP 0-9-1 specification and XML definition with its published extensions; OASIS AMQP 1.0 parts 1 to 5.
//! Usual port TCP 5672 (5671 is TLS); recognised by the protocol header on any port, in the middle of a connection by a
//! frame whose class, method and end octet fit. `code` is the method id (0.9.1, beside `class_id`) or the descriptor of
//! the performative (1.0). Responses of SASL are never shown.

mod frame;
mod method;
mod performative;
mod table;
mod v1;

use frame::{Frame, Frame1};
use v1::Performative;

use crate::shown::Shown;
use crate::{
    Anomalies, Category, Dissector, Field, Function, Input, Kind, Message, Outcome, Over, Pending, Probe,
    Protocol, Reader, Reference, Session, Sink, Step, Subject, Text, Transport, Verdict, Visitor, confidence,
    printable, said,
};

/// Registered port.
const PORTS: &[u16] = &[5672];
/// Types of frames of 0.9.1 (2.3.5).
const METHOD: u8 = 1;
const HEADER: u8 = 2;
const BODY: u8 = 3;
const HEARTBEAT: u8 = 8;
/// Octet that ends every frame of 0.9.1.
const FRAME_END: u8 = 0xce;
/// Largest frame that is waited for; brokers agree on 128 KiB by default.
const MAX_FRAME: usize = 1024 * 1024;
/// Names of queues and links are kept up to this length.
const MAX_NAME: usize = 128;
/// Links of one connection that are remembered.
const MAX_LINKS: usize = 256;

/// AMQP as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Amqp,
    over: &[Over::Tcp(PORTS)],
    probe,
    open: || Box::<Amqp>::default(),
    max_message: MAX_FRAME,
    fields: FIELDS,
    not_decoded: &[
        "contents of messages",
        "AMQP 0-8 and 0-10 where they differ",
        "sections of AMQP 1.0 messages",
    ],
};

const FIELDS: &[Field] = &[
    Field { name: "version", doc: "Version of a protocol header." },
    Field { name: "channel", doc: "Channel of the frame." },
    Field { name: "class_id", doc: "Class of a method (0.9.1)." },
    Field { name: "method_id", doc: "Method (0.9.1)." },
    Field { name: "body_size", doc: "Bytes of the content that follows (0.9.1)." },
    Field { name: "body_length", doc: "Bytes of content in this frame." },
    Field { name: "reply_code", doc: "Why a channel or connection is closed, or content returned." },
    Field { name: "server_properties", doc: "What the broker says of itself: name, value." },
    Field { name: "client_properties", doc: "What the client says of itself: name, value." },
    Field { name: "exchange", doc: "Exchange." },
    Field { name: "routing_key", doc: "Routing key." },
    Field { name: "queue", doc: "Queue." },
    Field { name: "container_id", doc: "Who opens the connection (1.0)." },
    Field { name: "source", doc: "Source of a link (1.0)." },
    Field { name: "target", doc: "Target of a link (1.0)." },
];

/// Length of a protocol header.
const PROTOCOL_HEADER: usize = 8;

/// Version of a protocol header: `AMQP`, then 0 0 9 1, or protocol id, 1, 0, 0; old brokers send 1 1 0 9 and 1 1 8 0.
fn header_version(data: &[u8]) -> Option<(Version, [u8; 4])> {
    let (b"AMQP", rest) = data.split_first_chunk::<4>()? else { return None };
    let four = *rest.first_chunk::<4>()?;
    match four {
        [0, 0, 9, 1] | [1, 1, 0, 9 | 10] | [1, 1, 8, 0] | [1, 1, 9, 1] => Some((Version::V09, four)),
        [0 | 2 | 3, 1, 0, 0] => Some((Version::V1, four)),
        _ => None,
    }
}

fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.transport != Transport::Tcp {
        return Verdict::No;
    }
    let data = probe.data;
    let usual = probe.on_port(PORTS);
    match data.first().copied() {
        Some(b'A') => {
            if header_version(data).is_some() {
                return Verdict::Sure;
            }
            let is_start = data.len() < PROTOCOL_HEADER && b"AMQP".starts_with(data.get(..4).unwrap_or(data));
            return if is_start { Verdict::More } else { Verdict::No };
        }
        Some(METHOD | HEADER | BODY | HEARTBEAT) => {
            let Some(frame) = Frame::parse(data) else {
                return if usual { Verdict::More } else { Verdict::No };
            };
            return match frame.kind {
                _ if !frame.fits() => Verdict::No,
                METHOD if frame.ends => Verdict::Sure,
                METHOD | HEADER if usual => Verdict::Likely,
                HEARTBEAT | BODY if usual && frame.ends => Verdict::Likely,
                _ => Verdict::No,
            };
        }
        // A frame of 1.0 begins with its size, which is seldom above 16 MiB.
        Some(0) => {}
        _ => return Verdict::No,
    }
    let Some(frame) = Frame1::parse(data) else { return Verdict::No };
    let known = Performative::parse(frame.body).is_some_and(|it| v1::name(it.descriptor).is_some());
    match (known, usual) {
        (true, _) if !frame.is_cut => Verdict::Sure,
        (true, true) => Verdict::Likely,
        (false, true) if frame.body.is_empty() && data.len() == 8 => Verdict::Likely,
        _ => Verdict::No,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Version {
    V09,
    V1,
}

type Name = Text<MAX_NAME>;

#[derive(Default)]
struct Amqp {
    version: Option<Version>,
    /// Objects of methods that wait for their answer, by who asked, channel, class and method.
    pending: Pending<(bool, u16, u16, u16), Name>,
    /// Links of 1.0: by who attached, channel and handle.
    links: Vec<((bool, u16, u64), Name)>,
    watched: bool,
}

impl Session for Amqp {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let data = input.data;
        if data.first() == Some(&b'A') && b"AMQP".starts_with(data.get(..4).unwrap_or(data)) {
            return match header_version(data) {
                Some((version, four)) => {
                    self.version = Some(version);
                    self.watched = true;
                    protocol_header(version, four, input, sink);
                    Step::Took(PROTOCOL_HEADER)
                }
                None if data.len() < PROTOCOL_HEADER && !input.last => Step::More,
                None => Step::Lost,
            };
        }
        let version = self.version.or_else(|| match data.first().copied()? {
            0 => Some(Version::V1),
            METHOD | HEADER | BODY | HEARTBEAT => Some(Version::V09),
            _ => None,
        });
        match version {
            Some(Version::V09) => self.next_frame(input, sink),
            Some(Version::V1) => self.next_frame1(input, sink),
            None => Step::Lost,
        }
    }

    fn resumes(&self, data: &[u8]) -> bool {
        match self.version {
            Some(Version::V1) => Frame1::parse(data)
                .is_some_and(|frame| frame.body.is_empty() || Performative::parse(frame.body).is_some()),
            _ => Frame::parse(data).is_some_and(|frame| frame.fits() && (frame.ends || frame.is_cut)),
        }
    }

    fn gap(&mut self, _from_client: Option<bool>) {
        self.pending.clear();
        self.watched = false;
    }
}

fn protocol_header(version: Version, four: [u8; 4], input: &Input<'_>, sink: &mut dyn Sink) {
    let [id, major, minor, revision] = four;
    let shown = Shown(move |visitor: &mut dyn Visitor| {
        let text = match version {
            Version::V09 if id == 0 => Text::<16>::of(format_args!("{major}.{minor}.{revision}")),
            Version::V09 => Text::of(format_args!("{minor}.{revision}")),
            Version::V1 => Text::of(format_args!("{major}.{minor}.{revision}")),
        };
        visitor.text("version", text.as_str());
        if version == Version::V1 {
            let name = match id {
                0 => "amqp",
                2 => "tls",
                _ => "sasl",
            };
            visitor.named("protocol_id", u64::from(id), name);
        }
    });
    let asks = input.to_server(PORTS);
    sink.message(&Message {
        protocol: Protocol::Amqp,
        kind: if asks { Kind::Request } else { Kind::Response },
        function: Function::Known("protocol_header"),
        code: None,
        category: Category::Session,
        outcome: if asks { Outcome::Pending } else { Outcome::Ok },
        address: Reference::None,
        object: Reference::None,
        anomalies: Anomalies::NONE,
        fields: &shown,
    });
}

impl Amqp {
    fn next_frame(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        if Frame::size(input.data).is_some_and(|size| size > MAX_FRAME) {
            return Step::Lost;
        }
        let Some(frame) = Frame::parse(input.data) else {
            return if input.last { Step::Lost } else { Step::More };
        };
        if !matches!(frame.kind, METHOD | HEADER | BODY | HEARTBEAT) {
            return Step::Lost;
        }
        if frame.is_cut && !input.last {
            return Step::More;
        }
        if !frame.is_cut && !frame.ends && !frame.fits() {
            return Step::Lost;
        }
        self.version = Some(Version::V09);
        let anomalies = Anomalies::NONE
            .with_if(frame.is_cut, Anomalies::TRUNCATED)
            .with_if(!frame.is_cut && !frame.ends, Anomalies::BAD_VALUE);
        match frame.method() {
            Some(parts) => self.method(&frame, parts, anomalies, input, sink),
            None if frame.kind == METHOD => return Step::Lost,
            None => content(&frame, anomalies, sink),
        }
        Step::Took(frame.taken)
    }

    fn method(
        &mut self,
        frame: &Frame<'_>,
        (class, id, data): (u16, u16, &[u8]),
        mut anomalies: Anomalies,
        input: &Input<'_>,
        sink: &mut dyn Sink,
    ) {
        let known = method::method(class, id);
        let arguments = known.map_or(&[][..], |(_, arguments)| arguments);
        let is_whole = table::arguments(arguments, data).all(|each| each.is_some());
        anomalies = anomalies
            .with_if(!is_whole && !frame.is_cut, Anomalies::BAD_LENGTH)
            .with_if(known.is_none(), Anomalies::UNKNOWN_FUNCTION);
        let to_server = input.to_server(PORTS);
        let mut object = object(class, id, arguments, data);
        let kind = match method::answers(class, id) {
            Some(asked) => {
                let found = self.pending.take(&(!to_server, frame.channel, class, asked));
                anomalies =
                    anomalies.with_if(found.is_none() && self.watched, Anomalies::UNEXPECTED_RESPONSE);
                object = found.unwrap_or(object);
                Kind::Response
            }
            None if known.is_some() && method::is_request(class, id) => {
                self.pending.insert((to_server, frame.channel, class, id), object);
                Kind::Request
            }
            None => Kind::Event,
        };
        let outcome = match (kind, class, id) {
            (_, 10 | 60, 50) | (_, 20, 40) => {
                let code = Reader::new(data).be_u16().unwrap_or(0);
                if code >= 300 { Outcome::Error(method::reply_name(code)) } else { Outcome::Pending }
            }
            (Kind::Response, ..) => Outcome::Ok,
            (Kind::Request, ..) => Outcome::Pending,
            _ => Outcome::Event,
        };
        let shown = Shown(|visitor: &mut dyn Visitor| {
            visitor.uint("channel", u64::from(frame.channel));
            visitor.uint("class_id", u64::from(class));
            visitor.uint("method_id", u64::from(id));
            table::visit(arguments, data, visitor);
        });
        let code = u32::from(id);
        sink.message(&Message {
            protocol: Protocol::Amqp,
            kind,
            function: known
                .map_or(Function::Unknown(u32::from(class) << 16 | code), |(name, _)| Function::Known(name)),
            code: Some(code),
            category: category(class, id),
            outcome,
            address: Reference::None,
            object: named(&object),
            anomalies,
            fields: &shown,
        });
        if class == 10 && is_whole && matches!(id, 10 | 11) {
            if id == 10 {
                said::of_sender(sink, Protocol::Amqp, confidence::BEHAVIOUR, "role", "amqp_broker");
            } else if table::text(arguments, data, "mechanism")
                .is_some_and(|mechanism| matches!(mechanism, b"PLAIN" | b"AMQPLAIN"))
            {
                credentials(sink);
            }
            for (name, text) in table::texts(table::table(arguments, data).unwrap_or_default()) {
                tell(name, text, sink);
            }
        }
    }

    fn next_frame1(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let Some(frame) = Frame1::parse(input.data) else {
            return if input.data.len() < 8 && !input.last { Step::More } else { Step::Lost };
        };
        if frame.is_cut && !input.last {
            return Step::More;
        }
        self.version = Some(Version::V1);
        let to_server = input.to_server(PORTS);
        if frame.body.is_empty() && !frame.is_cut {
            performative::give(
                None,
                &frame,
                (Kind::Control, Outcome::Event),
                &Name::default(),
                Anomalies::NONE,
                sink,
            );
            return Step::Took(frame.taken);
        }
        let Some(performative) = Performative::parse(frame.body) else {
            return Step::Lost;
        };
        let anomalies = Anomalies::NONE
            .with_if(frame.is_cut, Anomalies::TRUNCATED)
            .with_if(v1::name(performative.descriptor).is_none(), Anomalies::UNKNOWN_FUNCTION);
        let object = self.link(&performative, frame.channel, to_server);
        let role = performative::role(&performative, to_server);
        performative::give(Some(&performative), &frame, role, &object, anomalies, sink);
        performative::facts(&performative, to_server, sink);
        Step::Took(frame.taken)
    }

    /// The address or name of the link that a performative is about.
    fn link(&mut self, performative: &Performative<'_>, channel: u16, to_server: bool) -> Name {
        let handle = match performative.descriptor {
            v1::ATTACH => performative.uint(1),
            v1::FLOW => performative.uint(4),
            v1::TRANSFER | v1::DETACH => performative.uint(0),
            _ => None,
        };
        let Some(handle) = handle else { return Name::default() };
        let key = (to_server, channel, handle);
        if performative.descriptor != v1::ATTACH {
            let known = self.links.iter().find(|(known, _)| *known == key);
            return known.map(|(_, name)| *name).unwrap_or_default();
        }
        // A sender (role false) writes to its target, a receiver reads from its source.
        let receives = matches!(performative.field(2), Some(v1::Value::Flag(true)));
        let (first, second) = if receives { (5, 6) } else { (6, 5) };
        let address = performative.address(first).or_else(|| performative.address(second));
        let name = address.or_else(|| performative.text(0)).unwrap_or_default();
        let name = Name::of(format_args!("{}", printable(name)));
        if let Some(known) = self.links.iter_mut().find(|(known, _)| *known == key) {
            known.1 = name;
        } else if self.links.len() < MAX_LINKS {
            self.links.push((key, name));
        }
        name
    }
}

fn named(name: &Name) -> Reference<'_> {
    if name.as_str().is_empty() { Reference::None } else { Reference::Text(name.as_str()) }
}

fn credentials(sink: &mut dyn Sink) {
    let text = "clear text credentials";
    said::of(sink, Subject::Receiver, Protocol::Amqp, confidence::BANNER, "amqp_credentials", text);
}

/// Properties by which both sides name their software.
fn tell(name: &[u8], text: &[u8], sink: &mut dyn Sink) {
    let attribute = match name {
        b"product" => "amqp_product",
        b"version" => "amqp_version",
        b"platform" => "amqp_platform",
        b"cluster_name" => "amqp_cluster_name",
        b"connection_name" => "amqp_connection_name",
        b"hostname" => "hostname",
        _ => return,
    };
    said::of_sender_bytes(sink, Protocol::Amqp, confidence::BANNER, attribute, text);
}

/// What a method is about: its queue, its exchange and key, or its consumer.
fn object(class: u16, id: u16, arguments: method::Arguments, data: &[u8]) -> Name {
    let text = |name| table::text(arguments, data, name).filter(|text| !text.is_empty());
    let exchange = text("exchange").or_else(|| text("destination"));
    let key = text("routing_key");
    match (class, exchange, key) {
        (60, Some(exchange), Some(key)) => {
            Name::of(format_args!("{}/{}", printable(exchange), printable(key)))
        }
        (50, ..) | (60, None, None) => {
            let name = text("queue").or_else(|| text("consumer_tag")).unwrap_or_default();
            Name::of(format_args!("{}", printable(name)))
        }
        (10, ..) if id == 40 => {
            Name::of(format_args!("{}", printable(text("virtual_host").unwrap_or_default())))
        }
        (_, exchange, key) => Name::of(format_args!("{}", printable(exchange.or(key).unwrap_or_default()))),
    }
}

const fn category(class: u16, id: u16) -> Category {
    match (class, id) {
        (10, 10..=21 | 70 | 71) => Category::Authentication,
        (10 | 20 | 30 | 85 | 90, _) => Category::Session,
        (40 | 50, _) => Category::Configuration,
        (60, 40) => Category::Write,
        (60, 20 | 21 | 60 | 70..=72) => Category::Read,
        (60, _) => Category::Session,
        _ => Category::Other,
    }
}

/// Content headers, bodies and heartbeats.
fn content(frame: &Frame<'_>, anomalies: Anomalies, sink: &mut dyn Sink) {
    let (function, kind, category) = match frame.kind {
        HEADER => ("content_header", Kind::Event, Category::Other),
        BODY => ("content_body", Kind::Event, Category::Other),
        _ => ("heartbeat", Kind::Control, Category::Session),
    };
    let shown = Shown(|visitor: &mut dyn Visitor| {
        visitor.uint("channel", u64::from(frame.channel));
        if frame.kind == HEADER {
            let _ = table::content_header(frame.payload, visitor);
        } else if frame.kind == BODY {
            visitor.uint("body_length", u64::try_from(frame.payload.len()).unwrap_or(0));
        }
    });
    sink.message(&Message {
        protocol: Protocol::Amqp,
        kind,
        function: Function::Known(function),
        code: None,
        category,
        outcome: Outcome::Event,
        address: Reference::None,
        object: Reference::None,
        anomalies,
        fields: &shown,
    });
}

#[cfg(test)]
mod tests;
