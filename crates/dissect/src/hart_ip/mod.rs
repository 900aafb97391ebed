//! HART-IP: HART commands to field devices and gateways over TCP and UDP.
//!
//! Spec: FieldComm Group HCF_SPEC-85 (HART over IP), HCF_SPEC-81 (token-passing data link). Usual port 5094 over TCP and
//! UDP; recognised by version, message type and id, and lengths and check byte of what is carried.

mod command;
mod data;
mod pdu;

use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Input, Kind, Message, Outcome, Over, Pending,
    Probe, Protocol, Reader, Reference, Session, Sink, Step, Text, Transport, Verdict, Visitor,
};
use pdu::Pdu;

/// Registered port.
const PORTS: &[u16] = &[5094];
/// Bytes of the header (HCF_SPEC-85).
const HEADER: usize = 8;
/// Most bytes of a message that are believed; a HART command carries 255 at most, a direct PDU or audit log some of them.
const LONGEST: u16 = 4_096;

/// HART-IP as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::HartIp,
    over: &[Over::Tcp(PORTS), Over::Udp(PORTS)],
    probe,
    open: || Box::<HartIp>::default(),
    max_message: LONGEST as usize,
    fields: FIELDS,
    not_decoded: &[
        "data of common practice commands beyond the most used, of wireless and of device-specific commands, shown as bytes",
        "sessions under TLS and DTLS (version 2 with security)",
    ],
};

const FIELDS: &[Field] = &[
    Field { name: "version", doc: "1, or 2 for devices with security." },
    Field { name: "message_type", doc: "0 request, 1 response, 2 publish, 15 not acknowledged." },
    Field {
        name: "message_id",
        doc: "0 session initiate, 1 session close, 2 keep alive, 3 token-passing PDU, 4 direct PDU, 5 read audit log.",
    },
    Field { name: "status", doc: "Status of the message itself; 0 success." },
    Field { name: "sequence_number", doc: "A response repeats its request's." },
    Field { name: "length", doc: "Bytes of the message with its header." },
    Field { name: "master_type", doc: "Of session initiate: 0 secondary, 1 primary master." },
    Field { name: "inactivity_close_time", doc: "Of session initiate, in milliseconds." },
    Field { name: "delimiter", doc: "First byte of a token-passing frame: frame type, address type." },
    Field {
        name: "address",
        doc: "Polling address, or manufacturer, type and id of the device as five bytes.",
    },
    Field { name: "command", doc: "HART command; of a direct PDU each has its own." },
    Field { name: "byte_count", doc: "Bytes of data of the command." },
    Field { name: "response_code", doc: "Code of a command's answer; from 128 on a communication error." },
    Field {
        name: "device_status",
        doc: "0x80 malfunction, 0x40 configuration changed, 0x20 cold start, 0x10 more status, 0x08 current fixed, 0x04 \
              current saturated, 0x02 and 0x01 variables out of limits.",
    },
    Field { name: "extended_device_status", doc: "0x01 maintenance required, 0x02 device variable alert." },
    Field { name: "commands", doc: "Commands of a direct PDU with their data." },
    Field { name: "variables", doc: "Repeated data of a command: units, values, status." },
    Field { name: "start_record", doc: "First record of the audit log." },
    Field { name: "records", doc: "Number of records of the audit log." },
    Field {
        name: "sessions",
        doc: "Records of the audit log: client, ports, times, status, configuration counters, messages.",
    },
    Field { name: "body", doc: "Bytes without a known structure." },
];

/// Message ids (HCF_SPEC-85).
const INITIATE: u8 = 0;
const CLOSE: u8 = 1;
const KEEP_ALIVE: u8 = 2;
const TOKEN_PASSING: u8 = 3;
const DIRECT: u8 = 4;
const AUDIT_LOG: u8 = 5;
/// Message types (HCF_SPEC-85).
const REQUEST: u8 = 0;
const RESPONSE: u8 = 1;
const PUBLISH: u8 = 2;
const NAK: u8 = 15;

/// The header of a message and the bytes it carries.
#[derive(Debug, Clone, Copy)]
struct Frame<'a> {
    version: u8,
    kind: u8,
    id: u8,
    status: u8,
    sequence: u16,
    length: u16,
    body: &'a [u8],
    short: bool,
}

impl<'a> Frame<'a> {
    /// `None` when no message begins here.
    fn read(data: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(data);
        let version = reader.u8().ok()?;
        let kind = reader.u8().ok()?;
        let id = reader.u8().ok()?;
        let status = reader.u8().ok()?;
        let sequence = reader.be_u16().ok()?;
        let length = reader.be_u16().ok()?;
        let fits = matches!(version, 1 | 2)
            && matches!(kind, REQUEST | RESPONSE | PUBLISH | NAK)
            && id <= AUDIT_LOG
            && (8..=LONGEST).contains(&length);
        if !fits {
            return None;
        }
        let wanted = usize::from(length).saturating_sub(HEADER);
        let body = reader.take_up_to(wanted);
        Some(Self { version, kind, id, status, sequence, length, body, short: body.len() < wanted })
    }

    const fn is_request(&self) -> bool {
        self.kind == REQUEST
    }
}

fn probe(probe: &Probe<'_>) -> Verdict {
    let datagram = probe.transport == Transport::Udp;
    if !matches!(probe.data.first(), Some(1 | 2)) {
        return Verdict::No;
    }
    if probe.data.len() < HEADER {
        let fits = probe.data.get(1).is_none_or(|kind| matches!(kind, 0..=2 | 15))
            && probe.data.get(2).is_none_or(|id| *id <= AUDIT_LOG);
        return if fits && !datagram { Verdict::More } else { Verdict::No };
    }
    let Some(frame) = Frame::read(probe.data) else { return Verdict::No };
    if datagram && probe.missing == 0 && probe.data.len() != usize::from(frame.length) {
        return Verdict::No;
    }
    let usual = probe.on_port(PORTS);
    match frame.id {
        _ if frame.short => {
            if usual {
                Verdict::Likely
            } else if datagram {
                Verdict::No
            } else {
                Verdict::More
            }
        }
        INITIATE => match frame.body {
            [0 | 1, _, _, _, _] => Verdict::Sure,
            [] if frame.kind != REQUEST && frame.status != 0 => Verdict::Likely,
            _ => Verdict::No,
        },
        CLOSE | KEEP_ALIVE if frame.body.is_empty() => {
            if usual {
                Verdict::Sure
            } else {
                Verdict::Likely
            }
        }
        CLOSE | KEEP_ALIVE => Verdict::No,
        TOKEN_PASSING => match Pdu::token_passing(frame.body) {
            Some((_, anomalies)) if anomalies.is_empty() => Verdict::Sure,
            Some(_) if usual => Verdict::Likely,
            _ => Verdict::No,
        },
        DIRECT => {
            let (pdu, anomalies) = Pdu::direct(frame.body, frame.is_request());
            match pdu.first() {
                Some(_) if anomalies.is_empty() => {
                    let known =
                        pdu.iter().all(|one| matches!(command::describe(one.number).0, Function::Known(_)));
                    if known || usual { Verdict::Sure } else { Verdict::Likely }
                }
                _ => Verdict::No,
            }
        }
        _ if usual => Verdict::Likely,
        _ => Verdict::No,
    }
}

/// One session between a host and a device or gateway.
#[derive(Debug, Default)]
struct HartIp {
    pending: Pending<(u16, u8), Option<u16>>,
    watched: bool,
    /// The device that answered without a device address: the host itself.
    own: Option<u64>,
}

impl Session for HartIp {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        if input.data.len() < HEADER && !input.last {
            return Step::More;
        }
        let Some(frame) = Frame::read(input.data) else { return Step::Lost };
        if frame.short && !input.last {
            return Step::More;
        }
        self.message(&frame, sink);
        Step::Took(frame.body.len().saturating_add(HEADER))
    }

    fn resumes(&self, data: &[u8]) -> bool {
        Frame::read(data).is_some()
    }

    fn gap(&mut self, _from_client: Option<bool>) {
        self.pending.clear();
        self.watched = false;
    }
}

impl HartIp {
    fn message(&mut self, frame: &Frame<'_>, sink: &mut dyn Sink) {
        let mut anomalies = Anomalies::NONE.with_if(frame.short, Anomalies::TRUNCATED);
        let (pdu, flaw) = match frame.id {
            TOKEN_PASSING => Pdu::token_passing(frame.body)
                .map_or((Pdu::default(), Anomalies::BAD_LENGTH), |(token, flaw)| (Pdu::of(token), flaw)),
            DIRECT => Pdu::direct(frame.body, frame.is_request()),
            INITIATE if frame.is_request() && frame.body.len() != 5 => {
                (Pdu::default(), Anomalies::BAD_LENGTH)
            }
            CLOSE | KEEP_ALIVE if !frame.body.is_empty() => (Pdu::default(), Anomalies::TRAILING_BYTES),
            _ => (Pdu::default(), Anomalies::NONE),
        };
        if !frame.short {
            anomalies |= flaw;
        }
        let key = (frame.sequence, frame.id);
        let first = pdu.first().map(|one| one.number);
        match frame.kind {
            REQUEST => {
                self.watched = true;
                let replaced = self.pending.insert(key, first);
                anomalies = anomalies.with_if(replaced.is_some(), Anomalies::DUPLICATE);
            }
            RESPONSE | NAK => match self.pending.take(&key) {
                Some(asked) => {
                    let fits = asked.is_none() || first.is_none() || asked == first;
                    anomalies = anomalies.with_if(!fits, Anomalies::MISMATCHED_RESPONSE);
                }
                None => anomalies = anomalies.with_if(self.watched, Anomalies::UNEXPECTED_RESPONSE),
            },
            _ => {}
        }
        let (function, mut category) = match (frame.id, first) {
            (INITIATE, _) => (Function::Known("session_initiate"), Category::Session),
            (CLOSE, _) => (Function::Known("session_close"), Category::Session),
            (KEEP_ALIVE, _) => (Function::Known("keep_alive"), Category::Session),
            (AUDIT_LOG, _) => (Function::Known("read_audit_log"), Category::Diagnostics),
            (_, Some(number)) => command::describe(number),
            (TOKEN_PASSING, None) => (Function::Known("token_passing_pdu"), Category::Other),
            _ => (Function::Known("direct_pdu"), Category::Other),
        };
        // Of several commands in one PDU the one that changes something counts.
        for one in pdu.iter() {
            let (name, own) = command::describe(one.number);
            anomalies =
                anomalies.with_if(matches!(name, Function::Unknown(0..=127)), Anomalies::UNKNOWN_FUNCTION);
            if own.is_sensitive() && !category.is_sensitive() {
                category = own;
            }
        }
        let kind = match frame.kind {
            REQUEST => Kind::Request,
            PUBLISH => Kind::Event,
            _ => Kind::Response,
        };
        let refusal = pdu.iter().filter_map(|one| one.response_code).find(|code| command::refuses(*code));
        let outcome = match kind {
            Kind::Request => Outcome::Pending,
            Kind::Event => Outcome::Event,
            _ if frame.kind == NAK || command::refuses(frame.status) => {
                Outcome::Error(command::response_code(frame.status))
            }
            _ => refusal.map_or(Outcome::Ok, |code| Outcome::Error(command::response_code(code))),
        };
        let unit = pdu.token.as_ref().and_then(pdu::Token::device);
        let name = unit.map(|unit| Text::<16>::of(format_args!("{unit:010x}")));
        let address = match (&name, pdu.token) {
            (Some(name), _) => Reference::Text(name.as_str()),
            (None, Some(token)) => Reference::one("polling_address", token.polling_address()),
            (None, None) => Reference::None,
        };
        let object = pdu.first().and_then(|one| data::object(one, frame.is_request())).unwrap_or_default();
        sink.message(&Message {
            protocol: Protocol::HartIp,
            kind,
            function,
            code: first.filter(|_| frame.id == TOKEN_PASSING).map(u32::from),
            category,
            outcome,
            address,
            object,
            anomalies,
            fields: &Shown { frame, pdu: &pdu },
        });
        if frame.short || frame.is_request() {
            if sink.wants().values && frame.is_request() && !frame.short {
                pdu.iter().for_each(|one| data::values(&one, true, address, sink));
            }
            return;
        }
        for one in pdu.iter() {
            // A gateway answers for itself without a device address; others are devices behind it.
            let told = data::identity(&one);
            if unit.is_none() && self.own.is_none() {
                self.own = told;
            }
            let path = if unit.is_some() && self.own.is_some() && unit != self.own {
                address
            } else {
                Reference::None
            };
            data::observe(&one, path, sink);
            if sink.wants().values {
                data::values(&one, false, address, sink);
            }
        }
    }
}

struct Shown<'a> {
    frame: &'a Frame<'a>,
    pdu: &'a Pdu<'a>,
}

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        let frame = self.frame;
        visitor.uint("version", u64::from(frame.version));
        visitor.uint("message_type", u64::from(frame.kind));
        visitor.uint("message_id", u64::from(frame.id));
        let status = command::response_code(frame.status);
        visitor.named("status", u64::from(frame.status), status);
        visitor.uint("sequence_number", u64::from(frame.sequence));
        visitor.uint("length", u64::from(frame.length));
        let mut reader = Reader::new(frame.body);
        match frame.id {
            INITIATE => {
                if let (Ok(master), Ok(time)) = (reader.u8(), reader.be_u32()) {
                    let name = if master == 1 { "primary" } else { "secondary" };
                    visitor.named("master_type", u64::from(master), name);
                    visitor.uint("inactivity_close_time", u64::from(time));
                }
            }
            TOKEN_PASSING => {
                if let Some(token) = self.pdu.token {
                    token.visit(visitor);
                }
                if let Some(one) = self.pdu.first() {
                    one.visit(frame.is_request(), visitor);
                }
            }
            DIRECT => {
                if let (Some(status), Some(extended)) = (self.pdu.device_status, self.pdu.extended_status) {
                    visitor.uint("device_status", u64::from(status));
                    visitor.uint("extended_device_status", u64::from(extended));
                }
                visitor.begin_list("commands");
                for one in self.pdu.iter() {
                    visitor.begin_object("");
                    one.visit(frame.is_request(), visitor);
                    visitor.end_object();
                }
                visitor.end_list();
            }
            AUDIT_LOG => {
                if let (Ok(start), Ok(records)) = (reader.u8(), reader.u8()) {
                    visitor.uint("start_record", u64::from(start));
                    visitor.uint("records", u64::from(records));
                }
                if let (Ok(power_up), Ok(changed)) = (reader.be_u64(), reader.be_u64()) {
                    visitor.uint("server_power_up_time", power_up);
                    visitor.uint("last_security_change", changed);
                }
                if let (Ok(status), Ok(size)) = (reader.be_u16(), reader.be_u16()) {
                    visitor.uint("server_status", u64::from(status));
                    visitor.uint("record_size", u64::from(size));
                    data::visit_sessions(&mut reader, usize::from(size), visitor);
                }
            }
            _ if !frame.body.is_empty() => visitor.bytes("body", frame.body),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
