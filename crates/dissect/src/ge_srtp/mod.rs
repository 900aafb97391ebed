//! GE SRTP: service requests to controllers of GE (Series 90, PACSystems) over TCP.
//!
//! Not published by its maker; decoded as far as public documents reach: G. Denton, F. Karpisek, F. Breitinger,
//! I. Baggili, "Leveraging the SRTP protocol for over-the-network memory acquisition of a GE Fanuc Series 90-30"
//! (DFRWS 2017); GFK-0529, Series 90 PLC Serial Communications (the mailbox messages and status words that SRTP carries).
//! Usual port TCP 18245; recognised by a 56-byte header whose constant bytes fit, on any port.

mod service;
mod shown;

use crate::said::of_sender;
use crate::{
    Anomalies, Category, Dissector, Field, Function, Input, Kind, Message, Number, Outcome, Over, Pending,
    Probe, Protocol, Reader, Reference, Session, Sink, Step, Text, Transport, Value, Verdict, confidence,
    printable,
};
use service::{CONTROLLER_ID, PROGRAM_NAMES};
use shown::Shown;

const PORTS: &[u16] = &[18_245];
/// Bytes of every header.
const HEADER: usize = 56;
/// Types of a message.
const CONNECT: u8 = 0;
const CONNECT_REPLY: u8 = 1;
const REQUEST: u8 = 2;
const REPLY: u8 = 3;
/// Mailbox message types (GFK-0529, table 3-7).
const ASK: u8 = 0xc0;
const ASK_TEXT: u8 = 0x80;
const DONE: u8 = 0xd4;
const DONE_TEXT: u8 = 0x94;
const REFUSED: u8 = 0xd1;
/// Most bytes of text of one message that are waited for: the length field's range.
const MAX_TEXT: usize = 65_535;
/// Largest high byte of a length that is believed while a header is not whole.
const MAX_LENGTH_HIGH: u8 = 0x20;
/// Bytes of an answer that fit its header.
const INLINE: usize = 6;
/// Most values told from one answer.
const MAX_VALUES: usize = 1_024;

/// GE SRTP as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::GeSrtp,
    over: &[Over::Tcp(PORTS)],
    probe,
    open: || Box::<Srtp>::default(),
    max_message: HEADER + MAX_TEXT,
    fields: FIELDS,
    not_decoded: &[
        "contents of programs and of fault tables, and transfers of programs put together (their records are not public)",
        "types of the values (registers are shown as unsigned words)",
        "services and message types beyond those of the cited documents",
    ],
};

const FIELDS: &[Field] = &[
    Field { name: "type", doc: "0 connect, 1 connect reply, 2 request, 3 reply." },
    Field { name: "sequence", doc: "Number of a request; its reply repeats it." },
    Field { name: "text_length", doc: "Bytes after the header." },
    Field {
        name: "message_type",
        doc: "Mailbox message: 0xc0, 0x80 request; 0xd4, 0x94 done; 0xd1 refused.",
    },
    Field { name: "mailbox_source", doc: "Sending mailbox." },
    Field {
        name: "mailbox_destination",
        doc: "Receiving mailbox; its first bytes hold the slot of the CPU.",
    },
    Field { name: "packet", doc: "Number of this packet of the service." },
    Field { name: "packets", doc: "Packets of the service." },
    Field { name: "segment_selector", doc: "Memory area and width of its elements." },
    Field { name: "offset", doc: "First element, from 0; the areas count from 1." },
    Field { name: "length", doc: "Number of elements." },
    Field { name: "status", doc: "Major status of a reply." },
    Field { name: "minor_status", doc: "Minor status of a reply." },
    Field { name: "control_program", doc: "Number of the control program that the client is logged into." },
    Field { name: "privilege_level", doc: "Privilege of the client." },
    Field { name: "sweep_time", doc: "Time of the last sweep in steps of 100 microseconds." },
    Field { name: "plc_status", doc: "Status word: faults, switches, and the state in the upper four bits." },
    Field { name: "plc_state", doc: "State of the controller, from its status word." },
    Field { name: "constant_sweep", doc: "The sweep is of constant time." },
    Field { name: "plc_fault", doc: "The fault table of the controller has entries." },
    Field { name: "io_fault", doc: "The fault table of the inputs and outputs has entries." },
    Field { name: "programmer_attached", doc: "A programmer is attached." },
    Field { name: "run_switch", doc: "The switch at the front stands at run." },
    Field { name: "oem_protected", doc: "OEM protection is in effect." },
    Field { name: "state", doc: "State asked for by set PLC run/stop." },
    Field { name: "controller_id", doc: "Name that the controller was given." },
    Field { name: "major_type", doc: "Major type of the controller." },
    Field { name: "minor_type", doc: "Minor type of the controller." },
    Field { name: "program_names", doc: "Names of the control programs." },
    Field { name: "values", doc: "Registers as unsigned words." },
    Field { name: "data", doc: "Bytes of data." },
];

/// One message.
#[derive(Debug, Clone, Copy)]
struct Frame<'a> {
    kind: u8,
    sequence: u16,
    text_length: u16,
    message_type: u8,
    source: u32,
    destination: u32,
    packet: u8,
    packets: u8,
    /// From byte 42 on: service and parameters of a request, status and data of a reply.
    body: [u8; 8],
    /// From byte 50 on: the status of the controller in a reply.
    tail: [u8; 6],
    text: &'a [u8],
    truncated: bool,
}

enum Stop {
    NeedMore,
    Not,
}

impl<'a> Frame<'a> {
    fn parse(input: &'a [u8], last: bool) -> Result<(Self, usize), Stop> {
        let mut reader = Reader::new(input);
        let Ok(head) = reader.array::<HEADER>() else {
            return Err(if last || !fits_prefix(input) { Stop::Not } else { Stop::NeedMore });
        };
        if !fits(&head) {
            return Err(Stop::Not);
        }
        let mut fields = Reader::new(&head);
        let frame = Self::header(&mut fields).ok_or(Stop::Not)?;
        let wanted = usize::from(frame.text_length);
        let text = reader.take_up_to(wanted);
        if text.len() < wanted && !last {
            return Err(Stop::NeedMore);
        }
        Ok((Self { text, truncated: text.len() < wanted, ..frame }, reader.position()))
    }

    fn header(reader: &mut Reader<'_>) -> Option<Self> {
        let kind = reader.u8().ok()?;
        reader.skip(1).ok()?;
        let sequence = reader.le_u16().ok()?;
        let text_length = reader.le_u16().ok()?;
        reader.skip(25).ok()?;
        Some(Self {
            kind,
            sequence,
            text_length,
            message_type: reader.u8().ok()?,
            source: reader.be_u32().ok()?,
            destination: reader.be_u32().ok()?,
            packet: reader.u8().ok()?,
            packets: reader.u8().ok()?,
            body: reader.array().ok()?,
            tail: reader.array().ok()?,
            text: &[],
            truncated: false,
        })
    }

    const fn is_request(&self) -> bool {
        matches!(self.kind, CONNECT | REQUEST)
    }

    fn service(&self) -> u8 {
        // Requests with text have their service after the text's own length and packet numbers.
        if self.message_type == ASK_TEXT { self.tail[0] } else { self.body[0] }
    }

    /// Selector, offset and length of a request that addresses memory.
    fn place(&self) -> (u8, u16, u16) {
        let [_, selector, low, high, small, large, ..] = self.body;
        if self.message_type == ASK_TEXT {
            let [_, selector, low, high, small, large] = self.tail;
            return (selector, u16::from_le_bytes([low, high]), u16::from_le_bytes([small, large]));
        }
        (selector, u16::from_le_bytes([low, high]), u16::from_le_bytes([small, large]))
    }

    /// Data that a reply carries, in its header or as text.
    fn data(&self) -> &[u8] {
        match (self.kind, self.message_type) {
            (REPLY, DONE) if self.text.is_empty() => self.body.get(2..2 + INLINE).unwrap_or_default(),
            (REPLY, DONE | DONE_TEXT) => self.text,
            (REQUEST, ASK_TEXT) => self.text,
            _ => &[],
        }
    }

    const fn plc_status(&self) -> u16 {
        u16::from_le_bytes([self.tail[4], self.tail[5]])
    }

    /// Major and minor status; a reply with text has none, for it succeeded.
    const fn status(&self) -> (u8, u8) {
        if matches!(self.message_type, DONE | REFUSED) { (self.body[0], self.body[1]) } else { (0, 0) }
    }
}

/// Whether a header's bytes belong together.
fn fits(head: &[u8; HEADER]) -> bool {
    let message_type = head[31];
    match head[0] {
        CONNECT => head.iter().all(|byte| *byte == 0),
        CONNECT_REPLY => {
            head[1] == 0 && head.get(16..).is_some_and(|rest| rest.iter().all(|byte| *byte == 0))
        }
        REQUEST => {
            head[1] == 0 && matches!(message_type, ASK | ASK_TEXT) && head[40] >= 1 && head[40] <= head[41]
        }
        REPLY => head[1] == 0 && matches!(message_type, DONE | DONE_TEXT | REFUSED),
        _ => false,
    }
}

/// Whether fewer bytes than a header can begin one.
fn fits_prefix(bytes: &[u8]) -> bool {
    match bytes {
        [] => true,
        [CONNECT, rest @ ..] => rest.iter().all(|byte| *byte == 0),
        [kind @ (CONNECT_REPLY | REQUEST | REPLY), rest @ ..] => {
            // Zero but for sequence and length; a request has a one in its tenth byte.
            let at = |place: usize| rest.get(place.saturating_sub(1)).copied();
            at(1).is_none_or(|byte| byte == 0)
                && at(5).is_none_or(|byte| byte <= MAX_LENGTH_HIGH)
                && (6..=8)
                    .chain(10..=16)
                    .all(|place| at(place).is_none_or(|byte| byte == 0) || *kind == CONNECT_REPLY)
                && (*kind != REPLY || at(9).is_none_or(|byte| byte == 0))
        }
        _ => false,
    }
}

fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.transport != Transport::Tcp {
        return Verdict::No;
    }
    let Some(head) = probe.data.first_chunk::<HEADER>() else {
        return if !probe.data.is_empty() && fits_prefix(probe.data) { Verdict::More } else { Verdict::No };
    };
    if !fits(head) || probe.data.get(6..8) != Some(&[0, 0]) {
        return Verdict::No;
    }
    // A connect is nothing but zeros, and says something on its own port only.
    match head[0] {
        CONNECT | CONNECT_REPLY => {
            if probe.on_port(PORTS) {
                Verdict::Likely
            } else {
                Verdict::No
            }
        }
        _ if head.get(18..26).is_some_and(|middle| middle.iter().filter(|byte| **byte != 0).count() <= 2) => {
            Verdict::Sure
        }
        _ => Verdict::Likely,
    }
}

/// What a reply needs to know of its request.
#[derive(Debug, Clone, Copy)]
struct Asked {
    service: u8,
    selector: u8,
    offset: u16,
    length: u16,
}

#[derive(Debug, Default)]
struct Srtp {
    pending: Pending<u16, Asked>,
    watched: bool,
    /// State last told, so that it is told again only when it changes.
    told: Option<u16>,
}

impl Session for Srtp {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        match Frame::parse(input.data, input.last) {
            Ok((frame, taken)) => {
                self.message(&frame, sink);
                Step::Took(taken)
            }
            Err(Stop::NeedMore) => Step::More,
            Err(Stop::Not) => Step::Lost,
        }
    }

    fn resumes(&self, data: &[u8]) -> bool {
        data.first_chunk::<HEADER>().is_some_and(fits)
    }

    fn gap(&mut self, _from_client: Option<bool>) {
        self.pending.clear();
        self.watched = false;
    }
}

impl Srtp {
    fn message(&mut self, frame: &Frame<'_>, sink: &mut dyn Sink) {
        let request = frame.is_request();
        let mut anomalies = Anomalies::NONE.with_if(frame.truncated, Anomalies::TRUNCATED);
        let asked = match frame.kind {
            REQUEST => {
                let service = frame.service();
                let (selector, offset, length) =
                    if service::addresses(service) { frame.place() } else { (0, 0, 0) };
                let asked = Asked { service, selector, offset, length };
                self.watched = true;
                if self.pending.insert(frame.sequence, asked).is_some() {
                    anomalies.insert(Anomalies::DUPLICATE);
                }
                Some(asked)
            }
            REPLY => {
                let asked = self.pending.take(&frame.sequence);
                anomalies =
                    anomalies.with_if(asked.is_none() && self.watched, Anomalies::UNEXPECTED_RESPONSE);
                asked
            }
            _ => None,
        };
        let (function, category) = match (frame.kind, asked) {
            (CONNECT | CONNECT_REPLY, _) => (Function::Known("connect"), Category::Session),
            (_, Some(asked)) => service::describe(asked.service),
            (_, None) => (Function::Known("reply"), Category::Other),
        };
        if matches!(function, Function::Unknown(_)) {
            anomalies.insert(Anomalies::UNKNOWN_FUNCTION);
        }
        let (major, minor) = frame.status();
        let outcome = match (request, major) {
            (true, _) => Outcome::Pending,
            (false, 0) if frame.message_type != REFUSED => Outcome::Ok,
            (false, 5) => Outcome::Error(service::minor_name(minor)),
            (false, major) => Outcome::Error(service::status_name(major)),
        };
        let object = asked.map_or(Reference::None, |asked| object(&asked));
        let shown = Shown { frame, asked: asked.as_ref() };
        sink.message(&Message {
            protocol: Protocol::GeSrtp,
            kind: if request { Kind::Request } else { Kind::Response },
            function,
            code: asked.map(|asked| u32::from(asked.service)),
            category,
            outcome,
            address: Reference::None,
            object,
            anomalies,
            fields: &shown,
        });
        if frame.kind == REPLY && outcome == Outcome::Ok && !frame.truncated {
            self.observe(frame, asked.as_ref(), sink);
            if let Some(asked) = asked
                && sink.wants().values
            {
                values(frame, &asked, sink);
            }
        }
    }

    fn observe(&mut self, frame: &Frame<'_>, asked: Option<&Asked>, sink: &mut dyn Sink) {
        let state = frame.plc_status();
        if self.told.map(|told| told >> 12) != Some(state >> 12) {
            self.told = Some(state);
            of_sender(sink, Protocol::GeSrtp, confidence::IDENTITY, "cpu_state", service::state_name(state));
        }
        match asked.map(|asked| asked.service) {
            Some(CONTROLLER_ID) => {
                if let Some((name, _, _)) = identity(frame.data()) {
                    of_sender(sink, Protocol::GeSrtp, confidence::IDENTITY, "name", name.as_str());
                }
            }
            Some(PROGRAM_NAMES) => {
                for name in names(frame.data()) {
                    of_sender(sink, Protocol::GeSrtp, confidence::IDENTITY, "application", &printable(name));
                }
            }
            _ => {}
        }
    }
}

fn object(asked: &Asked) -> Reference<'static> {
    if !service::addresses(asked.service) {
        return Reference::None;
    }
    match service::area(asked.selector) {
        Some(area) => {
            Reference::range(area.name, u64::from(asked.offset).saturating_add(1), u64::from(asked.length))
        }
        None => Reference::one("segment", u64::from(asked.selector)),
    }
}

/// Name, major and minor type of the answer to return controller type and id (GFK-0529: eight characters and two codes).
fn identity(data: &[u8]) -> Option<(Text<16>, u8, u8)> {
    let (name, rest) = data.split_first_chunk::<8>()?;
    let name = crate::tell::until_nul(name);
    if !name.iter().all(u8::is_ascii_graphic) {
        return None;
    }
    Some((Text::of(format_args!("{}", printable(name))), *rest.first()?, *rest.get(1)?))
}

/// Names of programs: runs of letters, digits and underscores, up to eight characters each.
fn names(data: &[u8]) -> impl Iterator<Item = &[u8]> {
    data.split(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'_'))
        .filter(|name| (2..=8).contains(&name.len()) && name.first().is_some_and(u8::is_ascii_alphabetic))
        .take(16)
}

/// Words of a read, as the area's elements.
fn values(frame: &Frame<'_>, asked: &Asked, sink: &mut dyn Sink) {
    if asked.service != service::READ_SYSTEM {
        return;
    }
    let Some(area) = service::area(asked.selector).filter(|area| area.bits == 16) else { return };
    let count = usize::from(asked.length).min(MAX_VALUES);
    for (at, word) in frame.data().chunks_exact(2).take(count).enumerate() {
        let Some(word) = word.first_chunk().map(|bytes| u16::from_le_bytes(*bytes)) else { break };
        let number = u64::from(asked.offset).saturating_add(at as u64).saturating_add(1);
        sink.value(&Value {
            protocol: Protocol::GeSrtp,
            address: Reference::None,
            object: Reference::one(area.name, number),
            kind: "word",
            number: Number::Uint(u64::from(word)),
        });
    }
}

#[cfg(test)]
mod tests;
