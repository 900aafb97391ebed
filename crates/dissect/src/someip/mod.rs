//! SOME/IP: services of vehicles and machines, with service discovery.
//!
//! Spec: AUTOSAR Foundation, SOME/IP Protocol Specification and SOME/IP Service Discovery (R22-11). Usual port UDP and TCP
//! 30490 for discovery; services choose theirs. Recognised by discovery's message id and version, elsewhere by a length
//! that fills the datagram, version and type, in two messages. `code` is the message type.

mod discovery;

use crate::shown::Shown;
use crate::{
    Anomalies, Category, Dissector, Field, Function, Input, Kind, Message, Outcome, Over, Pending, Probe,
    Protocol, Reader, Reference, Session, Sink, Step, Transport, Verdict, Visitor,
};

/// Port of service discovery.
const PORTS: &[u16] = &[30_490];
const HEADER: usize = 16;
const PROTOCOL_VERSION: u8 = 1;
/// Message id of service discovery (SOME/IP SD).
const DISCOVERY: (u16, u16) = (0xffff, 0x8100);
/// Largest message of a stream that is waited for.
const MAX_MESSAGE: usize = 256 * 1024;
/// Flag of the message type: a segment of a larger message (SOME/IP-TP).
const SEGMENT: u8 = 0x20;

/// SOME/IP as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Someip,
    over: &[Over::Udp(PORTS), Over::Tcp(PORTS)],
    probe,
    open: || Box::<Someip>::default(),
    max_message: MAX_MESSAGE,
    fields: FIELDS,
    not_decoded: &[
        "payloads: interface descriptions are not on the wire",
        "reassembly of SOME/IP-TP segments",
    ],
};

const FIELDS: &[Field] = &[
    Field { name: "service", doc: "Service id." },
    Field { name: "method", doc: "Method or event id." },
    Field { name: "length", doc: "Bytes from the request id on." },
    Field { name: "client", doc: "Client id." },
    Field { name: "session", doc: "Session id; a response repeats it." },
    Field { name: "interface_version", doc: "Major version of the service." },
    Field { name: "return_code", doc: "Result of a call." },
    Field { name: "entries", doc: "Entries of service discovery." },
    Field { name: "options", doc: "Endpoints and configurations that entries refer to." },
    Field { name: "payload_length", doc: "Bytes of payload." },
];

/// One message.
#[derive(Debug, Clone, Copy)]
struct Frame<'a> {
    service: u16,
    method: u16,
    length: u32,
    client: u16,
    session: u16,
    version: u8,
    interface: u8,
    kind: u8,
    return_code: u8,
    payload: &'a [u8],
    is_cut: bool,
}

impl<'a> Frame<'a> {
    fn parse(data: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(data);
        let (service, method) = (reader.be_u16().ok()?, reader.be_u16().ok()?);
        let length = reader.be_u32().ok()?;
        let (client, session) = (reader.be_u16().ok()?, reader.be_u16().ok()?);
        let (version, interface) = (reader.u8().ok()?, reader.u8().ok()?);
        let (kind, return_code) = (reader.u8().ok()?, reader.u8().ok()?);
        let wanted = usize::try_from(length).ok()?.checked_sub(8)?;
        let payload = reader.take_up_to(wanted);
        let is_cut = payload.len() < wanted;
        Some(Self {
            service,
            method,
            length,
            client,
            session,
            version,
            interface,
            kind,
            return_code,
            payload,
            is_cut,
        })
    }

    fn is_discovery(&self) -> bool {
        (self.service, self.method) == DISCOVERY
    }

    fn fits(&self) -> bool {
        self.version == PROTOCOL_VERSION
            && describe(self.kind).is_some()
            && self.return_code <= 0x5e
            && !matches!(self.service, 0)
    }

    fn size(&self) -> usize {
        self.payload.len().saturating_add(HEADER)
    }
}

/// Message types (SOME/IP), the segment flag left out.
const fn describe(kind: u8) -> Option<(&'static str, Kind)> {
    Some(match kind & !SEGMENT {
        0x00 => ("request", Kind::Request),
        0x01 => ("request_no_return", Kind::Event),
        0x02 => ("notification", Kind::Event),
        0x40 => ("request_ack", Kind::Control),
        0x41 => ("request_no_return_ack", Kind::Control),
        0x42 => ("notification_ack", Kind::Control),
        0x80 => ("response", Kind::Response),
        0x81 => ("error", Kind::Response),
        0xc0 => ("response_ack", Kind::Control),
        0xc1 => ("error_ack", Kind::Control),
        _ => return None,
    })
}

/// Return codes (SOME/IP).
const fn return_name(code: u8) -> &'static str {
    match code {
        0x00 => "ok",
        0x01 => "not_ok",
        0x02 => "unknown_service",
        0x03 => "unknown_method",
        0x04 => "not_ready",
        0x05 => "not_reachable",
        0x06 => "timeout",
        0x07 => "wrong_protocol_version",
        0x08 => "wrong_interface_version",
        0x09 => "malformed_message",
        0x0a => "wrong_message_type",
        0x0b => "e2e_repeated",
        0x0c => "e2e_wrong_sequence",
        0x0d => "e2e",
        0x0e => "e2e_not_available",
        0x0f => "e2e_no_new_data",
        0x20..=0x5e => "service_specific",
        _ => "reserved",
    }
}

fn probe(probe: &Probe<'_>) -> Verdict {
    if !matches!(probe.transport, Transport::Tcp | Transport::Udp)
        || probe.data.get(12).is_some_and(|version| *version != PROTOCOL_VERSION)
    {
        return Verdict::No;
    }
    let usual = probe.on_port(PORTS);
    let Some(frame) = Frame::parse(probe.data) else {
        let waits = probe.transport == Transport::Tcp && usual && probe.data.len() < HEADER;
        return if waits { Verdict::More } else { Verdict::No };
    };
    let whole = !frame.is_cut || probe.missing > 0 || (probe.transport == Transport::Tcp && usual);
    if !frame.fits() || !whole || frame.length > 0x0010_0000 {
        return Verdict::No;
    }
    let rest = probe.data.get(frame.size()..).unwrap_or_default();
    let follows = rest.is_empty() || Frame::parse(rest).is_some_and(|next| next.fits());
    match (frame.is_discovery(), usual) {
        (true, _) if frame.kind == 2 && frame.interface == 1 => Verdict::Sure,
        (_, true) if follows => Verdict::Likely,
        (false, false) if follows && matches!(frame.kind, 0..=2 | 0x80 | 0x81) => {
            // A request carries no result, and method ids of events have the top bit.
            let fits = match frame.kind {
                0x00 | 0x01 => frame.return_code == 0 && frame.method & 0x8000 == 0 && frame.session != 0,
                0x02 => frame.return_code == 0 && frame.method & 0x8000 != 0,
                0x80 => frame.return_code == 0 && frame.method & 0x8000 == 0 && frame.session != 0,
                _ => frame.return_code != 0,
            };
            if fits { Verdict::Likely } else { Verdict::No }
        }
        _ => Verdict::No,
    }
}

#[derive(Default)]
struct Someip {
    /// Calls that wait: service, method, client, session.
    pending: Pending<(u16, u16, u16, u16), ()>,
    watched: bool,
}

impl Session for Someip {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let Some(frame) = Frame::parse(input.data) else {
            return if input.last || input.data.len() >= HEADER { Step::Lost } else { Step::More };
        };
        if !frame.fits() || usize::try_from(frame.length).unwrap_or(usize::MAX) > MAX_MESSAGE {
            return Step::Lost;
        }
        if frame.is_cut && !input.last {
            return Step::More;
        }
        self.message(&frame, input.transport == Transport::Tcp || input.missing > 0, sink);
        Step::Took(frame.size())
    }

    fn resumes(&self, data: &[u8]) -> bool {
        Frame::parse(data).is_some_and(|frame| frame.fits())
    }

    fn gap(&mut self, _from_client: Option<bool>) {
        *self = Self::default();
    }
}

impl Someip {
    fn message(&mut self, frame: &Frame<'_>, may_be_cut: bool, sink: &mut dyn Sink) {
        let Some((name, kind)) = describe(frame.kind) else { return };
        let mut anomalies = Anomalies::NONE
            .with_if(frame.is_cut && may_be_cut, Anomalies::TRUNCATED)
            .with_if(frame.is_cut && !may_be_cut, Anomalies::BAD_LENGTH);
        let key = (frame.service, frame.method, frame.client, frame.session);
        let mut function = name;
        match kind {
            Kind::Request => {
                self.pending.insert(key, ());
                self.watched = true;
            }
            Kind::Response => {
                let asked = self.pending.take(&key).is_some();
                anomalies = anomalies.with_if(!asked && self.watched, Anomalies::UNEXPECTED_RESPONSE);
                function = "request";
            }
            _ => {}
        }
        let found = frame.is_discovery().then(|| discovery::Discovery::parse(frame.payload)).flatten();
        if frame.is_discovery() {
            anomalies = anomalies.with_if(found.is_none() && !frame.is_cut, Anomalies::BAD_LENGTH);
        }
        if let Some(first) = found.as_ref().and_then(|found| found.entries().next()) {
            function = first.name();
        }
        let object = match &found {
            Some(found) => match found.entries().next() {
                Some(entry) => Reference::two(
                    ("service", u64::from(entry.service)),
                    ("instance", u64::from(entry.instance)),
                ),
                None => Reference::None,
            },
            None => {
                Reference::two(("service", u64::from(frame.service)), ("method", u64::from(frame.method)))
            }
        };
        let outcome = match kind {
            Kind::Request => Outcome::Pending,
            Kind::Response if frame.return_code != 0 || frame.kind & !SEGMENT == 0x81 => {
                Outcome::Error(return_name(frame.return_code))
            }
            Kind::Response => Outcome::Ok,
            _ => Outcome::Event,
        };
        let shown = Shown(|visitor: &mut dyn Visitor| {
            visitor.uint("service", u64::from(frame.service));
            visitor.uint("method", u64::from(frame.method));
            visitor.uint("length", u64::from(frame.length));
            visitor.uint("client", u64::from(frame.client));
            visitor.uint("session", u64::from(frame.session));
            visitor.uint("interface_version", u64::from(frame.interface));
            visitor.flag("segment", frame.kind & SEGMENT != 0);
            visitor.named("return_code", u64::from(frame.return_code), return_name(frame.return_code));
            match &found {
                Some(found) => found.visit(visitor),
                None => visitor.uint("payload_length", u64::try_from(frame.payload.len()).unwrap_or(0)),
            }
        });
        let category = match kind {
            _ if frame.is_discovery() => Category::Discovery,
            // A call may read or change; its name is not on the wire.
            Kind::Event if frame.kind & !SEGMENT == 0x02 => Category::Read,
            Kind::Control => Category::Session,
            _ => Category::Write,
        };
        sink.message(&Message {
            protocol: Protocol::Someip,
            kind,
            function: Function::Known(function),
            code: Some(u32::from(frame.kind)),
            category,
            outcome,
            address: Reference::None,
            object,
            anomalies,
            fields: &shown,
        });
    }
}

#[cfg(test)]
mod tests;
