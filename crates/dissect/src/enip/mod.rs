//! EtherNet/IP: encapsulation of CIP, over TCP and UDP.
//!
//! Spec: The CIP Networks Library, volume 2: EtherNet/IP Adaptation of CIP, chapter 2. Usual port 44818 (TCP, UDP);
//! recognised by content (command, length, zero options, and the command's own data) on any port. The CIP messages
//! inside are [`crate::cip`]; cyclic data on UDP 2222 is [`crate::cip_io`].

mod command;
pub(crate) mod cpf;
mod identity;

use crate::cip::{Carrier, Cip};
use crate::{
    Anomalies, Dissector, Field, Fields, Input, Kind, Message, Outcome, Over, Probe, Protocol, Reader,
    Reference, Session, Short, Sink, Step, Transport, Verdict, Visitor,
};
use command::{REGISTER_SESSION, SEND_RR_DATA, SEND_UNIT_DATA};
use cpf::Items;

/// Registered port; 2221 is EtherNet/IP over TLS and DTLS.
const PORTS: &[u16] = &[44818];
/// Bytes of the encapsulation header (2-3.1).
const HEADER: usize = 24;
/// Most bytes of command-specific data (2-3.1: a message has at most 65,535 bytes).
const MAX_DATA: u16 = 65_511;
/// Version of register_session and interface handle of CIP (2-4.5, 2-4.7).
const VERSION: u16 = 1;
const CIP_INTERFACE: u32 = 0;

/// EtherNet/IP as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Enip,
    over: &[Over::Tcp(PORTS), Over::Udp(PORTS)],
    probe,
    open,
    max_message: 65_535,
    fields: FIELDS,
    not_decoded: &["EtherNet/IP over TLS and DTLS (port 2221)"],
};

/// Opens a session on a flow; the registry's entries of the layers inside use it too.
pub(crate) fn open() -> Box<dyn Session> {
    Box::<Enip>::default()
}

const FIELDS: &[Field] = &[
    Field { name: "length", doc: "Bytes after the encapsulation header." },
    Field { name: "session_handle", doc: "Session that register_session gave; 0 without one." },
    Field { name: "status", doc: "Encapsulation status; 0 in requests (2-3.3)." },
    Field { name: "sender_context", doc: "Eight bytes that a response repeats." },
    Field { name: "options", doc: "Option flags; must be 0." },
    Field { name: "protocol_version", doc: "Version of a session, identity or service." },
    Field { name: "session_options", doc: "Options of register_session; must be 0." },
    Field { name: "interface_handle", doc: "0 for CIP." },
    Field { name: "timeout_s", doc: "Seconds a router may take; 0 in responses." },
    Field {
        name: "items",
        doc: "Items of the common packet format: type, length, and what each type holds.",
    },
    Field { name: "data", doc: "Bytes without a defined structure." },
];

/// One encapsulation message.
#[derive(Debug, Clone, Copy)]
struct Frame<'a> {
    command: u16,
    length: u16,
    session: u32,
    status: u32,
    context: [u8; 8],
    options: u32,
    data: &'a [u8],
    anomalies: Anomalies,
}

enum Stop {
    NeedMore,
    NotEnip,
}

impl From<Short> for Stop {
    fn from(_: Short) -> Self {
        Self::NeedMore
    }
}

/// Decodes the first message of `input`; returns it and the number of bytes it takes.
fn parse(input: &[u8], last: bool) -> Result<(Frame<'_>, usize), Stop> {
    let mut reader = Reader::new(input);
    let command = reader.le_u16()?;
    let length = reader.le_u16()?;
    if !command::is_known(command) && command > 0x00ff || length > MAX_DATA {
        return Err(Stop::NotEnip);
    }
    let session = reader.le_u32()?;
    let status = reader.le_u32()?;
    let context = reader.array()?;
    let options = reader.le_u32()?;
    let wanted = usize::from(length);
    let there = wanted.min(reader.remaining());
    if there < wanted && !last {
        return Err(Stop::NeedMore);
    }
    let data = reader.take(there)?;
    let anomalies = Anomalies::NONE
        .with_if(there < wanted, Anomalies::TRUNCATED)
        .with_if(options != 0, Anomalies::BAD_VALUE)
        .with_if(!command::is_known(command), Anomalies::UNKNOWN_FUNCTION);
    Ok((Frame { command, length, session, status, context, options, data, anomalies }, reader.position()))
}

/// How well a header and the first bytes of its data fit together.
fn fit(data: &[u8]) -> Verdict {
    let mut reader = Reader::new(data);
    let (Ok(command), Ok(length)) = (reader.le_u16(), reader.le_u16()) else { return Verdict::More };
    if !command::is_known(command) || length > MAX_DATA {
        return Verdict::No;
    }
    let (Ok(_session), Ok(status)) = (reader.le_u32(), reader.le_u32()) else { return Verdict::More };
    if command::status_name(status) == "reserved" {
        return Verdict::No;
    }
    let (Ok(_context), Ok(options)) = (reader.array::<8>(), reader.le_u32()) else { return Verdict::More };
    if options != 0 {
        return Verdict::No;
    }
    let mut body = Reader::new(reader.take_up_to(usize::from(length)));
    match command {
        SEND_RR_DATA | SEND_UNIT_DATA if length == 0 && status != 0 => Verdict::Likely,
        SEND_RR_DATA | SEND_UNIT_DATA if length < 6 => Verdict::No,
        SEND_RR_DATA | SEND_UNIT_DATA => match (body.le_u32(), body.skip(2), body.le_u16(), body.le_u16()) {
            (Ok(CIP_INTERFACE), Ok(()), Ok(1..=4), Ok(kind)) if cpf::name(kind) != "unknown" => Verdict::Sure,
            (Ok(CIP_INTERFACE), Ok(()), Ok(0), _) => Verdict::Likely,
            (Ok(CIP_INTERFACE), _, _, Err(_)) if usize::from(length) > body.position() => Verdict::More,
            _ => Verdict::No,
        },
        REGISTER_SESSION if length == 4 => match (body.le_u16(), body.le_u16()) {
            (Ok(VERSION), Ok(0)) => Verdict::Sure,
            (Err(_), _) | (_, Err(_)) => Verdict::More,
            _ => Verdict::Likely,
        },
        REGISTER_SESSION => Verdict::No,
        command::LIST_IDENTITY
        | command::LIST_SERVICES
        | command::LIST_INTERFACES
        | command::LIST_TARGETS => lists(length, &mut body),
        command::UNREGISTER_SESSION if length == 0 => Verdict::Likely,
        command::NOP | command::INDICATE_STATUS | command::CANCEL => Verdict::Likely,
        command::START_DTLS if length <= 16 => Verdict::Likely,
        _ => Verdict::No,
    }
}

/// The list commands ask with nothing and answer with items.
fn lists(length: u16, body: &mut Reader<'_>) -> Verdict {
    if length == 0 {
        return Verdict::Likely;
    }
    match (body.le_u16(), body.le_u16()) {
        (Ok(0), _) if length == 2 => Verdict::Likely,
        (Ok(1..=cpf::MAX_ITEMS), Ok(kind)) if cpf::name(kind) != "unknown" => Verdict::Sure,
        (Err(_), _) | (_, Err(_)) => Verdict::More,
        _ => Verdict::No,
    }
}

fn probe(probe: &Probe<'_>) -> Verdict {
    let usual = probe.on_port(PORTS);
    let verdict = fit(probe.data);
    match verdict {
        Verdict::More if probe.transport != Transport::Tcp => Verdict::No,
        Verdict::More => more(probe.data, usual),
        Verdict::Likely if probe.data.starts_with(&[0, 0]) && !usual => Verdict::No,
        // A datagram is one message and nothing more.
        Verdict::Likely | Verdict::Sure if probe.transport != Transport::Tcp => {
            let length = probe.data.get(2..4).and_then(|bytes| Reader::new(bytes).le_u16().ok()).unwrap_or(0);
            let whole = usize::from(length).saturating_add(HEADER);
            let there = probe.data.len().saturating_add(usize::try_from(probe.missing).unwrap_or(0));
            if there == whole || usual { verdict } else { Verdict::No }
        }
        verdict => verdict,
    }
}

/// A header that is not whole: worth waiting for where its zeros are in place.
fn more(data: &[u8], usual: bool) -> Verdict {
    let known = data.first_chunk().is_none_or(|bytes| command::is_known(u16::from_le_bytes(*bytes)));
    let status = data.get(8..12.min(data.len())).unwrap_or_default();
    let quiet = status.iter().skip(1).all(|byte| *byte == 0);
    let promising = data.len() < 4 || quiet && (usual || !data.starts_with(&[0, 0]));
    if known && promising { Verdict::More } else { Verdict::No }
}

#[derive(Debug, Default)]
struct Enip {
    cip: Cip,
}

impl Session for Enip {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        match parse(input.data, input.last) {
            Ok((frame, taken)) => {
                self.message(&frame, is_request(&frame, input), sink);
                Step::Took(taken)
            }
            Err(Stop::NeedMore) if !input.last => Step::More,
            Err(Stop::NeedMore) => headless(input, sink),
            Err(Stop::NotEnip) => Step::Lost,
        }
    }

    fn resumes(&self, data: &[u8]) -> bool {
        match fit(data) {
            Verdict::Sure => true,
            // Zeros fit a nop.
            Verdict::Likely | Verdict::More => !data.starts_with(&[0, 0]),
            Verdict::No => false,
        }
    }

    fn gap(&mut self, _from_client: Option<bool>) {
        self.cip.gap();
    }
}

/// A message that ends within its header: its command still counts.
fn headless(input: &Input<'_>, sink: &mut dyn Sink) -> Step {
    let mut reader = Reader::new(input.data);
    let (Ok(command), Ok(length)) = (reader.le_u16(), reader.le_u16()) else { return Step::Lost };
    if !command::is_known(command) || command == command::NOP {
        return Step::Lost;
    }
    let frame = Frame {
        command,
        length,
        session: reader.le_u32().unwrap_or(0),
        status: reader.le_u32().unwrap_or(0),
        context: reader.array().unwrap_or_default(),
        options: 0,
        data: &[],
        anomalies: Anomalies::TRUNCATED,
    };
    give(&frame, is_request(&frame, input), Anomalies::NONE, sink);
    Step::Took(input.data.len())
}

/// What goes to the side that accepted the connection is a request; over UDP the port tells, and where both ends use
/// it, only answers to the list commands have data. Without a handshake on another port, the message tells.
fn is_request(frame: &Frame<'_>, input: &Input<'_>) -> bool {
    if input.transport == Transport::Tcp {
        let known =
            input.from_client.is_some() || PORTS.contains(&input.dst_port) != PORTS.contains(&input.src_port);
        let said = if known { None } else { asks(frame) };
        return said.unwrap_or_else(|| input.to_server(PORTS));
    }
    match (PORTS.contains(&input.dst_port), PORTS.contains(&input.src_port)) {
        (true, false) => true,
        (false, true) => false,
        _ => frame.data.is_empty() || !command_lists(frame.command),
    }
}

/// What only one side says: the response bit of CIP (volume 1, chapter 2), and who has no session yet.
fn asks(frame: &Frame<'_>) -> Option<bool> {
    match frame.command {
        SEND_RR_DATA | SEND_UNIT_DATA => items(frame)?.iter().find_map(|item| {
            let service = match item.kind {
                cpf::UNCONNECTED_DATA => item.data.first(),
                cpf::CONNECTED_DATA => item.data.get(2),
                _ => None,
            };
            service.map(|service| service & 0x80 == 0)
        }),
        command::REGISTER_SESSION => Some(frame.session == 0),
        _ => None,
    }
}

const fn command_lists(command: u16) -> bool {
    matches!(
        command,
        command::LIST_IDENTITY | command::LIST_SERVICES | command::LIST_INTERFACES | command::LIST_TARGETS
    )
}

impl Enip {
    fn message(&mut self, frame: &Frame<'_>, request: bool, sink: &mut dyn Sink) {
        let cut = frame.anomalies.contains(Anomalies::TRUNCATED);
        let items = items(frame);
        let mut anomalies = match items {
            Some(items) if !cut => items.anomalies(),
            _ => Anomalies::NONE,
        };
        let needs = matches!(frame.command, SEND_RR_DATA | SEND_UNIT_DATA) && frame.status == 0;
        anomalies = anomalies.with_if(needs && items.is_none() && !cut, Anomalies::BAD_LENGTH).with_if(
            !request && command::is_unanswered(frame.command) && frame.command != command::NOP,
            Anomalies::WRONG_DIRECTION,
        );
        give(frame, request, anomalies, sink);
        let Some(items) = items else { return };
        if frame.command == command::LIST_IDENTITY {
            let whole = items.iter().filter(|item| item.kind == cpf::IDENTITY && item.lacking == 0);
            for identity in whole.filter_map(|item| identity::Identity::parse(item.data)) {
                identity.observe(sink);
            }
        }
        if !matches!(frame.command, SEND_RR_DATA | SEND_UNIT_DATA) {
            return;
        }
        let mut connection = None;
        for item in items.iter() {
            let cut = item.lacking > 0;
            match item.kind {
                cpf::CONNECTED_ADDRESS => connection = Reader::new(item.data).le_u32().ok(),
                cpf::CONNECTED_DATA => {
                    if let Some(id) = connection {
                        self.cip.take(item.data, Carrier::Connected { id }, cut, sink);
                    }
                }
                cpf::UNCONNECTED_DATA => {
                    let context = u64::from_le_bytes(frame.context);
                    self.cip.take(item.data, Carrier::Unconnected { context }, cut, sink);
                }
                _ => {}
            }
        }
    }
}

/// The items of commands that have some.
fn items<'a>(frame: &Frame<'a>) -> Option<Items<'a>> {
    match frame.command {
        SEND_RR_DATA | SEND_UNIT_DATA => Items::parse(frame.data.get(6..)?),
        command if command_lists(command) => Items::parse(frame.data),
        _ => None,
    }
}

fn give(frame: &Frame<'_>, request: bool, anomalies: Anomalies, sink: &mut dyn Sink) {
    let (function, category) = command::describe(frame.command);
    let outcome = match (request, frame.status) {
        (true, _) => Outcome::Pending,
        (false, 0) => Outcome::Ok,
        (false, status) => Outcome::Error(command::status_name(status)),
    };
    sink.message(&Message {
        protocol: Protocol::Enip,
        kind: if request { Kind::Request } else { Kind::Response },
        function,
        code: Some(u32::from(frame.command)),
        category,
        outcome,
        address: Reference::None,
        object: Reference::None,
        anomalies: frame.anomalies | anomalies,
        fields: frame,
    });
}

impl Fields for Frame<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.uint("length", u64::from(self.length));
        visitor.uint("session_handle", u64::from(self.session));
        visitor.named("status", u64::from(self.status), command::status_name(self.status));
        visitor.bytes("sender_context", &self.context);
        if self.options != 0 {
            visitor.uint("options", u64::from(self.options));
        }
        let mut reader = Reader::new(self.data);
        match self.command {
            REGISTER_SESSION => {
                if let (Ok(version), Ok(options)) = (reader.le_u16(), reader.le_u16()) {
                    visitor.uint("protocol_version", u64::from(version));
                    visitor.uint("session_options", u64::from(options));
                }
            }
            SEND_RR_DATA | SEND_UNIT_DATA => {
                if let (Ok(handle), Ok(timeout)) = (reader.le_u32(), reader.le_u16()) {
                    visitor.uint("interface_handle", u64::from(handle));
                    visitor.uint("timeout_s", u64::from(timeout));
                }
            }
            _ => {}
        }
        if let Some(items) = items(self) {
            visitor.begin_list("items");
            for item in items.iter() {
                identity::visit_item(&item, visitor);
            }
            visitor.end_list();
        } else if !reader.is_empty() {
            visitor.bytes("data", reader.rest());
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
