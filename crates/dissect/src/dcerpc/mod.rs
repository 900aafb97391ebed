//! DCE/RPC: connection oriented over TCP and over named pipes of SMB, and connectionless over UDP.
//!
//! Spec: C706 (DCE 1.1: Remote Procedure Call) chapter 12, [MS-RPCE] 2.2. Usual port TCP 135 (endpoint mapper), others
//! are dynamic; recognised by content on any port: version 5, packet type, data representation and lengths that fit.
//! For version 4 over UDP see [`connectionless`].
//! `code` is the operation number of calls, on responses that of their request; other packets have none.

mod connectionless;
mod pdu;

use std::fmt::Write as _;

use crate::{
    Anomalies, Category, Dissector, Field, Fields, Input, Kind, Message, Outcome, Over, Pending, Probe,
    Protocol, Reader, Reference, Session, Short, Sink, Step, Text, Transport, Verdict, Visitor, ntlm,
};
use pdu::{HEADER, Header, Uuid};

const PORTS: &[u16] = &[135];
/// Presentation contexts of one association that are remembered.
const MAX_CONTEXTS: usize = 64;
/// Context elements of one bind that are read; scanners hide theirs among many.
const MAX_ELEMENTS: usize = 64;
/// Authentication by NTLM, alone or negotiated ([MS-RPCE] 2.2.1.1.7).
const AUTH_NEGOTIATE: u8 = 9;
const AUTH_NTLM: u8 = 10;

/// DCE/RPC as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Dcerpc,
    over: &[Over::Tcp(PORTS), Over::Udp(connectionless::PORTS)],
    probe,
    open: || Box::<Either>::default(),
    max_message: 65_535,
    fields: FIELDS,
    not_decoded: &["stub data of the interfaces", "sealed calls"],
};

const FIELDS: &[Field] = &[
    Field { name: "packet_type", doc: "Packet type, 0 request, 2 response, 3 fault, 11 bind." },
    Field { name: "call_id", doc: "Number of the call; its answer repeats it." },
    Field { name: "fragment_length", doc: "Bytes of this fragment." },
    Field { name: "first_fragment", doc: "Begins a message." },
    Field { name: "last_fragment", doc: "Ends a message." },
    Field { name: "auth_type", doc: "Authentication service, where there is a verifier." },
    Field { name: "interfaces", doc: "Interfaces asked for: context, uuid, version." },
    Field { name: "results", doc: "Answer to each context: 0 accepted." },
    Field { name: "context_id", doc: "Presentation context of a call." },
    Field { name: "opnum", doc: "Operation number within the interface." },
    Field { name: "interface", doc: "UUID of the interface, where its bind was seen." },
    Field { name: "fault_status", doc: "Status of a fault." },
    Field { name: "reject_reason", doc: "Why a bind was refused." },
    Field { name: "object", doc: "Object that a connectionless call is for." },
    Field {
        name: "activity",
        doc: "Activity of a connectionless call; with the call's number it names the call.",
    },
];

/// Opens a session on datagrams; the PROFINET entry of the registry uses it too.
pub(crate) fn open_datagrams() -> Box<dyn Session> {
    Box::<Either>::default()
}

fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.transport == Transport::Udp {
        return connectionless::probe(probe);
    }
    if probe.transport != Transport::Tcp || probe.data.is_empty() {
        return Verdict::No;
    }
    match Header::parse(probe.data) {
        Ok(header) if header.fits() => Verdict::Sure,
        Ok(_) => Verdict::No,
        Err(Short { .. }) if Header::may_begin(probe.data) => Verdict::More,
        Err(_) => Verdict::No,
    }
}

/// Whether a PDU begins here; for data in pipes.
pub(crate) fn begins(data: &[u8]) -> bool {
    Header::parse(data).is_ok_and(|header| header.fits())
}

/// What a response needs to know of its call.
#[derive(Debug, Clone, Copy)]
struct Asked {
    opnum: u16,
    interface: Option<Uuid>,
}

/// One association: its contexts and its calls.
#[derive(Debug, Default)]
pub(crate) struct Association {
    contexts: Vec<(u16, Uuid)>,
    calls: Pending<u32, Asked>,
}

/// What became of a PDU.
pub(crate) enum Taken {
    /// Bytes of the PDU in all; the data may hold fewer.
    Pdu(usize),
    /// More bytes are needed.
    More,
    /// No PDU.
    No,
}

impl Association {
    /// Takes the PDU at the start of `data`: calls with their header only, others whole.
    pub(crate) fn pdu(&mut self, data: &[u8], last: bool, sink: &mut dyn Sink) -> Taken {
        let header = match Header::parse(data) {
            Ok(header) if header.fits() => header,
            Err(_) if !last && Header::may_begin(data) => return Taken::More,
            _ => return Taken::No,
        };
        let length = usize::from(header.length);
        let is_call = matches!(header.kind, pdu::REQUEST | pdu::RESPONSE);
        let wanted = if is_call { length.min(pdu::CALL_HEADER) } else { length };
        if data.len() < wanted && !last {
            return Taken::More;
        }
        let bytes = data.get(..length).unwrap_or(data);
        let marks = Anomalies::NONE.with_if(bytes.len() < wanted, Anomalies::TRUNCATED);
        self.message(&header, bytes, marks, sink);
        Taken::Pdu(length)
    }

    fn message(&mut self, header: &Header, bytes: &[u8], marks: Anomalies, sink: &mut dyn Sink) {
        let (function, kind) = pdu::describe(header.kind);
        let body = bytes.get(HEADER..).unwrap_or_default();
        let mut shown = Shown { header, kind: header.kind, body, asked: None, context: None };
        let mut outcome = if kind == Kind::Response { Outcome::Ok } else { Outcome::Pending };
        let category = match header.kind {
            pdu::REQUEST | pdu::RESPONSE | pdu::FAULT => Category::Other,
            _ => Category::Session,
        };
        match header.kind {
            pdu::BIND | pdu::ALTER_CONTEXT => self.bind(header, body),
            pdu::BIND_NAK => outcome = Outcome::Error("bind_rejected"),
            pdu::REQUEST => {
                let mut reader = Reader::new(body);
                let read =
                    reader.skip(4).and_then(|()| Ok((header.u16(&mut reader)?, header.u16(&mut reader)?)));
                if let Ok((context, opnum)) = read {
                    let known = self.contexts.iter().find(|(id, _)| *id == context);
                    let asked = Asked { opnum, interface: known.map(|(_, uuid)| *uuid) };
                    self.calls.insert(header.call_id, asked);
                    shown.asked = Some(asked);
                    shown.context = Some(context);
                }
            }
            pdu::RESPONSE | pdu::FAULT => {
                shown.asked = if header.is_last() {
                    self.calls.take(&header.call_id)
                } else {
                    self.calls.get(&header.call_id).copied()
                };
                if header.kind == pdu::FAULT {
                    outcome = Outcome::Error("fault");
                }
            }
            _ => {}
        }
        if !matches!(kind, Kind::Request | Kind::Response) {
            outcome = Outcome::Event;
        }
        let object = shown.asked.map(|asked| asked.text());
        sink.message(&Message {
            protocol: Protocol::Dcerpc,
            kind,
            function,
            code: shown.asked.map(|asked| u32::from(asked.opnum)),
            category,
            outcome,
            address: Reference::None,
            object: object.as_ref().map_or(Reference::None, |text| Reference::Text(text.as_str())),
            anomalies: marks,
            fields: &shown,
        });
        if let Some((AUTH_NEGOTIATE | AUTH_NTLM, token)) = header.verifier(bytes) {
            ntlm::take(token, sink);
        }
    }

    fn bind(&mut self, header: &Header, body: &[u8]) {
        for (context, interface, _) in pdu::elements(header, body).take(MAX_ELEMENTS) {
            if let Some(known) = self.contexts.iter_mut().find(|(id, _)| *id == context) {
                known.1 = interface;
            } else if self.contexts.len() < MAX_CONTEXTS {
                self.contexts.push((context, interface));
            }
        }
    }
}

impl Asked {
    fn text(&self) -> Text<64> {
        let mut text = Text::default();
        // Sixty bytes always fit.
        let _ = match &self.interface {
            Some(uuid) => write!(text, "{uuid} opnum {}", self.opnum),
            None => write!(text, "opnum {}", self.opnum),
        };
        text
    }
}

struct Shown<'a> {
    header: &'a Header,
    kind: u8,
    body: &'a [u8],
    asked: Option<Asked>,
    context: Option<u16>,
}

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        let header = self.header;
        visitor.uint("packet_type", u64::from(header.kind));
        visitor.uint("call_id", u64::from(header.call_id));
        visitor.uint("fragment_length", u64::from(header.length));
        visitor.flag("first_fragment", header.is_first());
        visitor.flag("last_fragment", header.is_last());
        if let Some(kind) = header.auth_type(self.body) {
            visitor.uint("auth_type", u64::from(kind));
        }
        match self.kind {
            pdu::BIND | pdu::ALTER_CONTEXT => {
                visitor.begin_list("interfaces");
                for (context, uuid, version) in pdu::elements(header, self.body).take(MAX_ELEMENTS) {
                    visitor.begin_object("");
                    visitor.uint("context_id", u64::from(context));
                    visitor.text("uuid", Text::<40>::of(format_args!("{uuid}")).as_str());
                    visitor.text(
                        "version",
                        Text::<16>::of(format_args!("{}.{}", version & 0xffff, version >> 16)).as_str(),
                    );
                    visitor.end_object();
                }
                visitor.end_list();
            }
            pdu::BIND_ACK | pdu::ALTER_CONTEXT_RESPONSE => {
                visitor.begin_list("results");
                pdu::results(header, self.body)
                    .take(MAX_ELEMENTS)
                    .for_each(|result| visitor.uint("", u64::from(result)));
                visitor.end_list();
            }
            pdu::BIND_NAK => {
                if let Ok(reason) = header.u16(&mut Reader::new(self.body)) {
                    visitor.uint("reject_reason", u64::from(reason));
                }
            }
            pdu::FAULT => {
                if let Ok(status) = header.u32(&mut Reader::new(self.body.get(8..).unwrap_or_default())) {
                    visitor.uint("fault_status", u64::from(status));
                }
            }
            _ => {}
        }
        if let Some(context) = self.context {
            visitor.uint("context_id", u64::from(context));
        }
        if let Some(asked) = &self.asked {
            // Without the interface an answer's number would be hearsay.
            if self.kind == pdu::REQUEST || asked.interface.is_some() {
                visitor.uint("opnum", u64::from(asked.opnum));
            }
            if let Some(interface) = &asked.interface {
                visitor.text("interface", Text::<40>::of(format_args!("{interface}")).as_str());
            }
        }
    }
}

/// Pipes of one SMB connection that carry calls.
const MAX_PIPES: usize = 16;
/// PDUs in one piece of pipe data.
const MAX_PDUS: usize = 16;

/// Most bytes of a PDU in pieces that are kept.
const MAX_HELD: usize = 65_535;

/// What is left over of one direction of a pipe.
#[derive(Debug, Default)]
struct Rest {
    /// Beginning of a PDU that is not whole.
    held: Vec<u8>,
    /// Bytes of a call that are passed over.
    skip: usize,
}

/// One named pipe.
#[derive(Debug, Default)]
struct Pipe {
    association: Association,
    /// By direction: from the server, to the server.
    rests: [Rest; 2],
}

/// Associations over the named pipes of one SMB connection, by file identifier.
#[derive(Debug, Default)]
pub(crate) struct Pipes {
    open: Vec<(u128, Pipe)>,
}

impl Pipes {
    /// Takes a piece of pipe data; data of pipes that carry no calls is passed over.
    pub(crate) fn data(&mut self, id: u128, to_server: bool, data: &[u8], sink: &mut dyn Sink) {
        let at = match self.open.iter().position(|(own, _)| *own == id) {
            Some(at) => at,
            None if begins(data) || (8..HEADER).contains(&data.len()) && Header::may_begin(data) => {
                if self.open.len() >= MAX_PIPES {
                    self.open.remove(0);
                }
                self.open.push((id, Pipe::default()));
                self.open.len().saturating_sub(1)
            }
            None => return,
        };
        let Some((_, pipe)) = self.open.get_mut(at) else { return };
        let Some(rest) = pipe.rests.get_mut(usize::from(to_server)) else { return };
        let skipped = rest.skip.min(data.len());
        rest.skip = rest.skip.saturating_sub(skipped);
        let data = data.get(skipped..).unwrap_or_default();
        let mut held = std::mem::take(&mut rest.held);
        let mut bytes = if held.is_empty() {
            data
        } else {
            held.extend_from_slice(data);
            held.as_slice()
        };
        for _ in 0..MAX_PDUS {
            if bytes.is_empty() {
                return;
            }
            match pipe.association.pdu(bytes, false, sink) {
                Taken::Pdu(length) => {
                    rest.skip = length.saturating_sub(bytes.len());
                    bytes = bytes.get(length..).unwrap_or_default();
                }
                Taken::More if bytes.len() < MAX_HELD => {
                    rest.held = bytes.to_vec();
                    return;
                }
                Taken::More | Taken::No => return,
            }
        }
    }

    /// Whether pieces of a PDU are to come: then data of pipes is wanted whole.
    pub(crate) fn is_waiting(&self) -> bool {
        self.open.iter().flat_map(|(_, pipe)| &pipe.rests).any(|rest| rest.skip > 0 || !rest.held.is_empty())
    }

    /// Forgets what is left over.
    pub(crate) fn gap(&mut self) {
        for (_, pipe) in &mut self.open {
            pipe.rests = Default::default();
        }
    }

    /// Forgets a pipe that was closed.
    pub(crate) fn close(&mut self, id: u128) {
        self.open.retain(|(own, _)| *own != id);
    }
}

/// Calls over the way that the first bytes show; a flow is of one kind only.
#[derive(Debug, Default)]
struct Either {
    stream: Stream,
    datagrams: connectionless::Datagrams,
}

impl Session for Either {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        if input.transport == Transport::Udp {
            self.datagrams.next(input, sink)
        } else {
            self.stream.next(input, sink)
        }
    }

    fn resumes(&self, data: &[u8]) -> bool {
        self.stream.resumes(data)
    }

    fn gap(&mut self, from_client: Option<bool>) {
        self.stream.gap(from_client);
    }

    fn protocol(&self) -> Option<Protocol> {
        self.datagrams.protocol()
    }
}

/// An association over TCP.
#[derive(Debug, Default)]
struct Stream {
    association: Association,
    /// By direction: bytes of the present call that are passed over.
    left: [usize; 2],
}

impl Session for Stream {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let data = input.data;
        let at = usize::from(input.to_server(PORTS));
        let Some(left) = self.left.get_mut(at) else { return Step::Lost };
        if *left > 0 && !data.is_empty() {
            let taken = (*left).min(data.len());
            *left = left.saturating_sub(taken);
            return Step::Took(taken);
        }
        match self.association.pdu(data, input.last, sink) {
            Taken::Pdu(length) => {
                let taken = length.min(data.len());
                *left = length.saturating_sub(taken);
                Step::Took(taken)
            }
            Taken::More => Step::More,
            Taken::No => Step::Lost,
        }
    }

    fn resumes(&self, data: &[u8]) -> bool {
        begins(data)
    }

    fn gap(&mut self, from_client: Option<bool>) {
        for (at, left) in self.left.iter_mut().enumerate() {
            if from_client.is_none_or(|from_client| usize::from(from_client) == at) {
                *left = 0;
            }
        }
        self.association.calls.clear();
    }
}

#[cfg(test)]
mod tests;
