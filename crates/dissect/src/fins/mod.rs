//! Omron FINS over UDP and TCP.
//!
//! Spec: Omron W227 (FINS commands reference), W342 (CS/CJ/CP communications commands), W421 (Ethernet units: FINS/UDP,
//! FINS/TCP header). Usual port 9600 over UDP and TCP; recognised by header, command and the length the command asks for.

mod body;
mod command;

use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Input, Kind, Message, Outcome, Over, Pending,
    Probe, Protocol, Reader, Reference, Session, Sink, Step, Transport, Verdict, Visitor,
};
use body::{Asked, Body};

/// Registered by Omron for FINS.
const PORTS: &[u16] = &[9600];
/// Bytes of the FINS/TCP header (W421, 7-4-2).
const TCP_HEADER: usize = 16;
const MAGIC: &[u8; 4] = b"FINS";
/// Longest FINS frame: 2,012 bytes of command with its header (W227, 2-1), some units take more.
const LONGEST: u32 = 4_096;
/// Information control field: gateway in use, response, no response wanted.
const IS_RESPONSE: u8 = 0x40;
const NO_RESPONSE: u8 = 0x01;
const RESERVED: u8 = 0x3e;

/// FINS as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Fins,
    over: &[Over::Udp(PORTS), Over::Tcp(PORTS)],
    probe,
    open: || Box::<Fins>::default(),
    max_message: LONGEST as usize + TCP_HEADER,
    fields: FIELDS,
    not_decoded: &[
        "contents of parameter areas, data link tables and error logs, shown as bytes",
        "passwords of program protection, which are never shown",
        "FINS over Host Link (serial lines) and Controller Link",
    ],
};

const FIELDS: &[Field] = &[
    Field { name: "tcp_command", doc: "FINS/TCP: 0 and 1 node address, 2 frame, 3 error, 6 confirmation." },
    Field { name: "tcp_error", doc: "FINS/TCP error code." },
    Field { name: "client_node", doc: "Node that the client asks for (0 for any) or is given." },
    Field { name: "server_node", doc: "Node of the server." },
    Field { name: "icf", doc: "Information control field: 0x40 response, 0x01 no response wanted." },
    Field { name: "gateway_count", doc: "Gateways that the frame may still pass." },
    Field { name: "destination", doc: "Network, node and unit that the frame is for." },
    Field { name: "source", doc: "Network, node and unit that it comes from." },
    Field { name: "service_id", doc: "A response repeats its command's." },
    Field { name: "response_code", doc: "End code of a response." },
    Field { name: "area", doc: "Memory area code and name." },
    Field { name: "bank", doc: "Bank of extended memory." },
    Field { name: "address", doc: "First word." },
    Field { name: "bit", doc: "Bit within the word." },
    Field { name: "count", doc: "Number of elements." },
    Field { name: "values", doc: "Words as unsigned numbers, bits as 0 or 1." },
    Field { name: "items", doc: "Elements of a multiple read or of a forced set." },
    Field { name: "parameter_area", doc: "Parameter area code." },
    Field { name: "program_number", doc: "Program." },
    Field { name: "mode", doc: "Operating mode: 0 program, 1 debug, 2 monitor, 4 run." },
    Field { name: "controller_model", doc: "Model of the controller." },
    Field { name: "controller_version", doc: "Version of the controller." },
    Field { name: "internal_version", doc: "Further version of the controller, for its maker." },
    Field { name: "status", doc: "Of a controller: 0 stop, 1 run, 128 standby." },
    Field { name: "fatal_error", doc: "Fatal error flags." },
    Field { name: "non_fatal_error", doc: "Non-fatal error flags." },
    Field { name: "error_message", doc: "Text of the error." },
    Field { name: "clock", doc: "Date and time of the controller." },
    Field { name: "disk", doc: "File device: 1 memory card, 2 EM file memory." },
    Field { name: "file_name", doc: "Name of a file." },
    Field { name: "position", doc: "Offset in bytes." },
    Field { name: "name", doc: "Name set or read." },
    Field { name: "body", doc: "Bytes without a known structure." },
];

/// One FINS frame.
#[derive(Debug, Clone, Copy)]
struct Frame<'a> {
    icf: u8,
    reserved: u8,
    gateways: u8,
    destination: [u8; 3],
    source: [u8; 3],
    service_id: u8,
    command: u16,
    /// End code of a response.
    end_code: Option<u16>,
    body: &'a [u8],
}

impl<'a> Frame<'a> {
    /// `None` when it ends before its command code.
    fn read(data: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(data);
        let [icf, reserved, gateways] = reader.array().ok()?;
        let destination = reader.array().ok()?;
        let source = reader.array().ok()?;
        let service_id = reader.u8().ok()?;
        let command = reader.be_u16().ok()?;
        let is_response = icf & IS_RESPONSE != 0;
        let end_code = if is_response { reader.be_u16().ok() } else { None };
        let body = reader.rest();
        Some(Self { icf, reserved, gateways, destination, source, service_id, command, end_code, body })
    }

    const fn is_response(&self) -> bool {
        self.icf & IS_RESPONSE != 0
    }

    /// Whether the header's fixed parts hold.
    fn fits(&self) -> bool {
        self.icf & RESERVED == 0
            && self.reserved == 0
            && self.gateways <= 7
            && self.destination[0] < 128
            && self.source[0] < 128
            && command::is_known(self.command)
    }

    /// Marks of the header.
    fn anomalies(&self) -> Anomalies {
        let unknown = !command::is_known(self.command);
        Anomalies::NONE
            .with_if(self.icf & RESERVED != 0 || self.reserved != 0, Anomalies::RESERVED_BITS)
            .with_if(unknown, Anomalies::UNKNOWN_FUNCTION)
            .with_if(self.is_response() && self.end_code.is_none(), Anomalies::BAD_LENGTH)
    }
}

fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.transport == Transport::Tcp {
        return probe_stream(probe.data);
    }
    if !matches!(probe.data.first(), Some(0x00 | 0x01 | 0x40 | 0x41 | 0x80 | 0x81 | 0xc0 | 0xc1)) {
        return Verdict::No;
    }
    let Some(frame) = Frame::read(probe.data).filter(Frame::fits) else { return Verdict::No };
    let usual = probe.on_port(PORTS);
    let whole = Body::parse(frame.command, frame.is_response(), frame.body, None).1.is_empty();
    let plain = frame.icf & 0x80 != 0 && matches!(frame.gateways, 2 | 7);
    match (usual, whole && probe.missing == 0) {
        (true, true) if plain => Verdict::Sure,
        (true, _) => Verdict::Likely,
        (false, true) if plain && frame.end_code.is_none_or(|code| command::end_code(code) != "unknown") => {
            Verdict::Likely
        }
        _ => Verdict::No,
    }
}

fn probe_stream(data: &[u8]) -> Verdict {
    let seen = data.get(..4).unwrap_or(data);
    if !MAGIC.starts_with(seen) {
        return Verdict::No;
    }
    match Tcp::read(data) {
        Some(tcp) if tcp.fits() => Verdict::Sure,
        Some(_) => Verdict::No,
        None => Verdict::More,
    }
}

/// The FINS/TCP header.
#[derive(Debug, Clone, Copy)]
struct Tcp {
    length: u32,
    command: u32,
    error: u32,
}

impl Tcp {
    fn read(data: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(data.get(..TCP_HEADER)?);
        reader.skip(4).ok()?;
        Some(Self {
            length: reader.be_u32().ok()?,
            command: reader.be_u32().ok()?,
            error: reader.be_u32().ok()?,
        })
    }

    /// Length counts from the command on.
    fn fits(&self) -> bool {
        matches!(self.command, 0..=3 | 6) && (8..=LONGEST).contains(&self.length) && self.error < 0x100
    }

    const fn error_name(&self) -> &'static str {
        match self.error {
            0 => "normal",
            1 => "header_is_not_fins",
            2 => "data_length_too_long",
            3 => "command_not_supported",
            0x20 => "all_connections_in_use",
            0x21 => "node_already_connected",
            0x22 => "protected_node",
            0x23 => "client_node_out_of_range",
            0x24 => "same_node_address",
            0x25 => "all_node_addresses_in_use",
            _ => "unknown",
        }
    }
}

/// One conversation.
#[derive(Debug, Default)]
struct Fins {
    pending: Pending<(u8, [u8; 3]), Asked>,
    watched: bool,
}

impl Session for Fins {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        if input.transport != Transport::Tcp {
            let Some(frame) = Frame::read(input.data) else { return Step::Lost };
            let cut = Anomalies::NONE.with_if(input.missing > 0, Anomalies::TRUNCATED);
            self.frame(&frame, cut, input, sink);
            return Step::Took(input.data.len());
        }
        if input.data.len() < TCP_HEADER && !input.last {
            return Step::More;
        }
        let Some(tcp) = Tcp::read(input.data).filter(|tcp| input.data.starts_with(MAGIC) && tcp.fits())
        else {
            return Step::Lost;
        };
        let size = usize::try_from(tcp.length).unwrap_or(usize::MAX).saturating_add(8);
        if input.data.len() < size && !input.last {
            return Step::More;
        }
        let there = size.min(input.data.len());
        let body = input.data.get(TCP_HEADER..there).unwrap_or_default();
        let cut = Anomalies::NONE.with_if(there < size, Anomalies::TRUNCATED);
        match Frame::read(body).filter(|_| tcp.command == 2) {
            Some(frame) => self.frame(&frame, cut, input, sink),
            None => handshake(&tcp, body, cut, sink),
        }
        Step::Took(there)
    }

    fn resumes(&self, data: &[u8]) -> bool {
        data.starts_with(MAGIC)
    }

    fn gap(&mut self, _from_client: Option<bool>) {
        self.pending.clear();
        self.watched = false;
    }
}

/// Messages of FINS/TCP itself.
fn handshake(tcp: &Tcp, body: &[u8], mut anomalies: Anomalies, sink: &mut dyn Sink) {
    let (name, kind, wanted) = match tcp.command {
        0 => ("node_address_data_send_client", Kind::Request, 4),
        1 => ("node_address_data_send_server", Kind::Response, 8),
        2 => ("frame_send", Kind::Control, body.len()),
        3 => ("frame_send_error_notification", Kind::Control, 0),
        _ => ("connection_confirmation", Kind::Control, 0),
    };
    if !anomalies.contains(Anomalies::TRUNCATED) {
        anomalies = anomalies.with_if(body.len() != wanted || tcp.command == 2, Anomalies::BAD_LENGTH);
    }
    sink.message(&Message {
        protocol: Protocol::Fins,
        kind,
        function: Function::Known(name),
        code: None,
        category: Category::Session,
        outcome: match (kind, tcp.error) {
            (Kind::Request, _) => Outcome::Pending,
            (_, 0) if kind == Kind::Response => Outcome::Ok,
            (_, 0) => Outcome::Event,
            _ => Outcome::Error(tcp.error_name()),
        },
        address: Reference::None,
        object: Reference::None,
        anomalies,
        fields: &Handshake { tcp, body },
    });
}

impl Fins {
    fn frame(&mut self, frame: &Frame<'_>, mut anomalies: Anomalies, input: &Input<'_>, sink: &mut dyn Sink) {
        anomalies |= frame.anomalies();
        // A response that waits for none and yet goes to the serving side contradicts itself: it is sent like a command.
        let sent_as_command = frame.is_response()
            && frame.icf & NO_RESPONSE != 0
            && PORTS.contains(&input.dst_port)
            && !PORTS.contains(&input.src_port);
        anomalies = anomalies.with_if(sent_as_command, Anomalies::WRONG_DIRECTION);
        let response = frame.is_response();
        let partner = if response { frame.source } else { frame.destination };
        let key = (frame.service_id, partner);
        let asked = if response {
            let asked = self.pending.take(&key);
            anomalies = anomalies.with_if(asked.is_none() && self.watched, Anomalies::UNEXPECTED_RESPONSE);
            let fits = asked.as_ref().is_none_or(|asked| asked.command == frame.command);
            anomalies = anomalies.with_if(!fits, Anomalies::MISMATCHED_RESPONSE);
            asked.filter(|_| fits)
        } else {
            None
        };
        let refused = frame.end_code.is_some_and(|code| command::main_code(code) != 0);
        let (body, flaw) = if refused {
            (Body::Bytes(frame.body), Anomalies::NONE)
        } else {
            Body::parse(frame.command, response, frame.body, asked.as_ref())
        };
        if !anomalies.contains(Anomalies::TRUNCATED) {
            anomalies |= flaw;
        }
        if !response {
            self.watched = true;
            if frame.icf & NO_RESPONSE == 0 {
                let replaced = self.pending.insert(key, body.asked(frame.command));
                anomalies = anomalies.with_if(replaced.is_some(), Anomalies::DUPLICATE);
            }
        }
        let [network, node, unit] = partner.map(u64::from);
        let part = |label, value| crate::Part { label, value };
        let address = Reference::Three(part("network", network), part("node", node), part("unit", unit));
        let own = body.asked(frame.command);
        let known = asked.as_ref().unwrap_or(&own);
        let (function, category) = command::describe(frame.command);
        sink.message(&Message {
            protocol: Protocol::Fins,
            kind: if response && !sent_as_command { Kind::Response } else { Kind::Request },
            function,
            code: Some(u32::from(frame.command)),
            category,
            outcome: match (response, frame.end_code) {
                (false, _) => Outcome::Pending,
                (true, Some(code)) if refused => Outcome::Error(command::end_code(code)),
                _ => Outcome::Ok,
            },
            address,
            object: known.object(),
            anomalies,
            fields: &Shown { frame, body: &body, asked: asked.as_ref() },
        });
        if refused {
            return;
        }
        if sink.wants().values && !anomalies.contains(Anomalies::TRUNCATED) {
            body.values(known, address, sink);
        }
        body.file(known, response, sink);
        if response {
            body.observe(sink);
        }
    }
}

struct Handshake<'a> {
    tcp: &'a Tcp,
    body: &'a [u8],
}

impl Fields for Handshake<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.uint("tcp_command", u64::from(self.tcp.command));
        visitor.named("tcp_error", u64::from(self.tcp.error), self.tcp.error_name());
        let mut reader = Reader::new(self.body);
        for name in ["client_node", "server_node"] {
            if self.tcp.command > 1 {
                break;
            }
            let Ok(node) = reader.be_u32() else { return };
            visitor.uint(name, u64::from(node));
        }
        if !reader.is_empty() {
            visitor.bytes("body", reader.rest());
        }
    }
}

struct Shown<'a> {
    frame: &'a Frame<'a>,
    body: &'a Body<'a>,
    asked: Option<&'a Asked>,
}

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        let frame = self.frame;
        visitor.uint("icf", u64::from(frame.icf));
        visitor.uint("gateway_count", u64::from(frame.gateways));
        for (name, [network, node, unit]) in [("destination", frame.destination), ("source", frame.source)] {
            visitor.begin_object(name);
            visitor.uint("network", u64::from(network));
            visitor.uint("node", u64::from(node));
            visitor.uint("unit", u64::from(unit));
            visitor.end_object();
        }
        visitor.uint("service_id", u64::from(frame.service_id));
        if let Some(code) = frame.end_code {
            visitor.named("response_code", u64::from(code), command::end_code(code));
        }
        self.body.visit(self.asked, visitor);
    }
}

#[cfg(test)]
mod tests;
