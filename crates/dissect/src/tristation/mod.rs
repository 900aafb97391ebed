//! TriStation: engineering access to Triconex safety controllers over UDP.
//!
//! Not published by its maker; decoded as far as the research on the TRITON attack documents it: Nozomi Networks,
//! "TRITON: The first ICS cyber attack on safety instrument systems" (Black Hat USA 2018) and its list of codes; FireEye
//! and MDudek on the TriStation implementation found in the malware (2017, 2018). Usual port UDP 1502; recognised by a
//! length that fills the datagram and a CRC that is right.

mod command;

use crate::crc16::crc16;
use crate::said::of_sender;
use crate::tell::until_nul;
use crate::{
    Anomalies, Category, Direction, Dissector, Field, Fields, FileChunk, Function, Input, Kind, Message,
    Outcome, Over, Pending, Probe, Protocol, Reader, Reference, Session, Sink, Step, Text, Transport,
    Verdict, Visitor, confidence, printable,
};
use command::{
    ALLOCATE_FUNCTION, ALLOCATE_PROGRAM, CP_STATUS, FUNCTION_UPLOADED, PROGRAM_UPLOADED, REJECTED,
};

const PORTS: &[u16] = &[1_502];
/// Message of the communication module that carries a command.
const COMMAND: u8 = 5;
/// Bytes of the module's header, and of header and CRC.
const HEADER: usize = 4;
const OVERHEAD: usize = 6;
/// Bytes of a command's own header.
const COMMAND_HEADER: usize = 10;
/// Bytes of one word of a program.
const WORD: u64 = 4;
/// Parts of a program that are followed at once.
const MAX_PARTS: usize = 8;

/// TriStation as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Tristation,
    over: &[Over::Udp(PORTS)],
    probe,
    open: || Box::<TriStation>::default(),
    max_message: 65_507,
    fields: FIELDS,
    not_decoded: &[
        "data of commands beyond program transfers and the state of the control program",
        "codes that no public source names (75 to 79, 81, 83 and gaps among the answers)",
    ],
};

const FIELDS: &[Field] = &[
    Field {
        name: "type",
        doc: "Message of the communication module: 1 connect, 4 disconnect, 5 command, 6 ping.",
    },
    Field { name: "channel", doc: "Channel of the communication module." },
    Field { name: "length", doc: "Bytes between header and CRC." },
    Field { name: "direction", doc: "0 from the workstation, 1 from the controller." },
    Field { name: "connection_id", doc: "Connection." },
    Field { name: "command", doc: "Code of the command, or of the answer, with its name." },
    Field { name: "sequence", doc: "Sequence number; an answer repeats its command's." },
    Field { name: "checksum", doc: "Checksum of the command." },
    Field { name: "reason", doc: "Why a command was rejected." },
    Field { name: "program_id", doc: "Number of the program or function." },
    Field { name: "next", doc: "Number of the next program or function." },
    Field { name: "total_words", doc: "Words of the whole program or function, of four bytes." },
    Field { name: "offset_words", doc: "First word of this part." },
    Field { name: "words", doc: "Words of this part." },
    Field { name: "load_state", doc: "State of loading." },
    Field { name: "key_state", doc: "Position of the key switch." },
    Field { name: "run_state", doc: "Whether the control program runs." },
    Field { name: "project_version", doc: "Version of the project." },
    Field { name: "project", doc: "Name of the project." },
    Field { name: "data", doc: "Bytes without a public structure." },
];

/// One datagram.
#[derive(Debug, Clone, Copy)]
struct Frame<'a> {
    kind: u8,
    channel: u8,
    length: u16,
    crc_ok: bool,
    command: Option<Command<'a>>,
    body: &'a [u8],
}

/// A command or its answer.
#[derive(Debug, Clone, Copy)]
struct Command<'a> {
    direction: u8,
    connection: u8,
    code: u8,
    sequence: u8,
    checksum: u16,
    length: u16,
    data: &'a [u8],
}

impl<'a> Frame<'a> {
    fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let kind = reader.u8().ok()?;
        command::module_message(kind)?;
        let channel = reader.u8().ok()?;
        let length = reader.le_u16().ok()?;
        let body = reader.take_up_to(usize::from(length));
        let crc = reader.le_u16().ok();
        let covered = bytes.get(..HEADER.saturating_add(body.len())).unwrap_or_default();
        let crc_ok = crc == Some(crc16(0, covered.iter().copied()));
        let command = if kind == COMMAND { Command::parse(body) } else { None };
        Some(Self { kind, channel, length, crc_ok, command, body })
    }
}

impl<'a> Command<'a> {
    fn parse(body: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(body);
        let direction = reader.u8().ok()?;
        let connection = reader.u8().ok()?;
        let code = reader.u8().ok()?;
        let sequence = reader.u8().ok()?;
        reader.skip(2).ok()?;
        let checksum = reader.le_u16().ok()?;
        let length = reader.le_u16().ok()?;
        Some(Self { direction, connection, code, sequence, checksum, length, data: reader.rest() })
    }

    const fn is_request(&self) -> bool {
        self.direction == 0
    }

    /// A part of a program or function.
    fn part(&self) -> Option<Part<'a>> {
        let is_part = matches!(
            (self.is_request(), self.code),
            (true, ALLOCATE_PROGRAM | ALLOCATE_FUNCTION) | (false, PROGRAM_UPLOADED | FUNCTION_UPLOADED)
        );
        if !is_part {
            return None;
        }
        let mut reader = Reader::new(self.data);
        let id = reader.le_u16().ok()?;
        let next = reader.le_u16().ok()?;
        let total = reader.le_u16().ok()?;
        let offset = reader.le_u16().ok()?;
        let words = reader.le_u16().ok()?;
        Some(Part { id, next, total, offset, words, data: reader.rest() })
    }

    /// The state of the control program, in the answer to get CP status.
    fn status(&self) -> Option<Status<'a>> {
        if self.is_request() || self.code != CP_STATUS {
            return None;
        }
        let byte = |at: usize| self.data.get(at).copied();
        let mut version = Reader::new(self.data.get(58..)?);
        Some(Status {
            load: byte(4)?,
            key: byte(7)?,
            run: byte(8)?,
            minor: version.le_u16().ok()?,
            major: version.le_u16().ok()?,
            project: until_nul(self.data.get(66..self.data.len().min(76))?),
        })
    }
}

#[derive(Debug, Clone, Copy)]
struct Part<'a> {
    id: u16,
    next: u16,
    total: u16,
    offset: u16,
    words: u16,
    data: &'a [u8],
}

struct Status<'a> {
    load: u8,
    key: u8,
    run: u8,
    minor: u16,
    major: u16,
    project: &'a [u8],
}

const fn key_name(key: u8) -> &'static str {
    match key {
        0 => "stop",
        1 => "program",
        2 => "run",
        3 => "remote",
        _ => "unknown",
    }
}

const fn run_name(run: u8) -> &'static str {
    match run {
        0 => "running",
        1 => "halted",
        2 => "paused",
        _ => "unknown",
    }
}

fn probe(probe: &Probe<'_>) -> Verdict {
    let &[kind, _, low, high, ..] = probe.data else { return Verdict::No };
    let whole = usize::from(u16::from_le_bytes([low, high])).saturating_add(OVERHEAD) == probe.data.len();
    if probe.transport != Transport::Udp || command::module_message(kind).is_none() {
        return Verdict::No;
    }
    if !whole {
        return if probe.missing > 0 && probe.on_port(PORTS) { Verdict::Likely } else { Verdict::No };
    }
    match Frame::parse(probe.data) {
        Some(frame) if frame.crc_ok => Verdict::Sure,
        _ => Verdict::No,
    }
}

#[derive(Debug, Default)]
struct TriStation {
    /// Commands by sequence number; controllers answer with a connection number of their own.
    pending: Pending<u8, u8>,
    watched: bool,
    /// State last told.
    told: Option<(u8, u8)>,
    parts: Vec<(u64, u64)>,
}

impl Session for TriStation {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let Some(frame) = Frame::parse(input.data) else { return Step::Lost };
        let cut = frame.body.len() < usize::from(frame.length);
        let whole = usize::from(frame.length).saturating_add(OVERHEAD);
        let anomalies = Anomalies::NONE
            .with_if(cut && input.missing > 0, Anomalies::TRUNCATED)
            .with_if(cut && input.missing == 0, Anomalies::BAD_LENGTH)
            .with_if(!cut && input.missing == 0 && !frame.crc_ok, Anomalies::BAD_CHECKSUM)
            .with_if(input.data.len() > whole, Anomalies::TRAILING_BYTES);
        match frame.command {
            Some(command) => self.command(&frame, &command, anomalies, sink),
            None => module_message(&frame, anomalies, input, sink),
        }
        Step::Took(input.data.len())
    }

    fn gap(&mut self, _from_client: Option<bool>) {
        self.pending.clear();
        self.watched = false;
    }
}

impl TriStation {
    fn command(
        &mut self,
        frame: &Frame<'_>,
        command: &Command<'_>,
        mut anomalies: Anomalies,
        sink: &mut dyn Sink,
    ) {
        let key = command.sequence;
        let (asked, outcome) = if command.is_request() {
            self.pending.insert(key, command.code);
            self.watched = true;
            (Some(command.code), Outcome::Pending)
        } else {
            let asked = self.pending.take(&key);
            anomalies = anomalies.with_if(asked.is_none() && self.watched, Anomalies::UNEXPECTED_RESPONSE);
            let belongs = command::answered(command.code);
            if let (Some(asked), Some(belongs)) = (asked, belongs) {
                anomalies = anomalies.with_if(asked != belongs, Anomalies::MISMATCHED_RESPONSE);
            }
            (asked.or(belongs), answer_outcome(command))
        };
        let (function, category) = match asked {
            Some(code) => command::describe(code),
            None => (Function::Known(command::answer_name(command.code)), Category::Other),
        };
        anomalies =
            anomalies.with_if(matches!(function, Function::Unknown(_)), Anomalies::UNKNOWN_FUNCTION).with_if(
                !anomalies.contains(Anomalies::TRUNCATED)
                    && usize::from(command.length) != command.data.len().saturating_add(COMMAND_HEADER),
                Anomalies::BAD_LENGTH,
            );
        sink.message(&Message {
            protocol: Protocol::Tristation,
            kind: if command.is_request() { Kind::Request } else { Kind::Response },
            function,
            code: Some(u32::from(asked.unwrap_or(command.code))),
            category,
            outcome,
            address: Reference::None,
            object: Reference::None,
            anomalies,
            fields: frame,
        });
        if anomalies.contains(Anomalies::TRUNCATED) || anomalies.contains(Anomalies::BAD_CHECKSUM) {
            return;
        }
        if let Some(status) = command.status() {
            self.observe(&status, sink);
        }
        if let Some(part) = command.part()
            && sink.wants().files
        {
            self.part(command, &part, sink);
        }
    }

    fn observe(&mut self, status: &Status<'_>, sink: &mut dyn Sink) {
        if self.told == Some((status.key, status.run)) {
            return;
        }
        self.told = Some((status.key, status.run));
        let mut tell = |attribute, text: &str| {
            of_sender(sink, Protocol::Tristation, confidence::IDENTITY, attribute, text);
        };
        tell("key_state", key_name(status.key));
        tell("cpu_state", run_name(status.run));
        tell("application", &printable(status.project));
    }

    /// Hands a part of a program over; parts come in order, and again when an answer was lost.
    fn part(&mut self, command: &Command<'_>, part: &Part<'_>, sink: &mut dyn Sink) {
        let is_function = matches!(command.code, ALLOCATE_FUNCTION | FUNCTION_UPLOADED);
        let direction = if command.is_request() { Direction::Download } else { Direction::Upload };
        let handle =
            u64::from(part.id) | u64::from(is_function) << 16 | u64::from(command.is_request()) << 17;
        let end = u64::from(part.offset).saturating_add(u64::from(part.words));
        let known = self.parts.iter().position(|(known, _)| *known == handle);
        let reached = known.and_then(|at| self.parts.get(at)).map_or(0, |(_, reached)| *reached);
        // A transfer that begins in the middle, or that skips, cannot become whole.
        let last = end >= u64::from(part.total) && reached >= u64::from(part.offset);
        if let Some(at) = known {
            self.parts.remove(at);
        }
        if !last {
            if self.parts.len() >= MAX_PARTS {
                self.parts.remove(0);
            }
            let continues = reached >= u64::from(part.offset);
            self.parts.push((handle, if continues { end.max(reached) } else { reached }));
        }
        let kind = if is_function { "function" } else { "program" };
        let name = Text::<24>::of(format_args!("{kind}_{}", part.id));
        let length = usize::from(part.words).saturating_mul(4).min(part.data.len());
        sink.file(&FileChunk {
            protocol: Protocol::Tristation,
            handle,
            name: name.as_str(),
            direction,
            offset: Some(u64::from(part.offset).saturating_mul(WORD)),
            data: part.data.get(..length).unwrap_or_default(),
            last,
        });
    }
}

fn answer_outcome(command: &Command<'_>) -> Outcome {
    match command.code {
        REJECTED => Outcome::Error(match rejected_for(command) {
            Some(code) => command::reason(code),
            None => "command_rejected",
        }),
        200.. => Outcome::Error(command::reason(command.code)),
        _ => Outcome::Ok,
    }
}

/// The reason that follows a rejection.
fn rejected_for(command: &Command<'_>) -> Option<u8> {
    command.data.first().copied().filter(|code| *code >= 200)
}

/// Set-up and teardown of a connection with the communication module.
fn module_message(frame: &Frame<'_>, anomalies: Anomalies, input: &Input<'_>, sink: &mut dyn Sink) {
    let name = command::module_message(frame.kind).unwrap_or("unknown");
    let outcome = match frame.kind {
        7..=11 => Outcome::Error(name),
        _ => Outcome::Event,
    };
    let request = matches!(frame.kind, 1 | 4) || frame.kind == 6 && input.to_server(PORTS);
    sink.message(&Message {
        protocol: Protocol::Tristation,
        kind: Kind::Control,
        function: Function::Known(name),
        code: None,
        category: Category::Session,
        outcome: if request { Outcome::Pending } else { outcome },
        address: Reference::None,
        object: Reference::None,
        anomalies: anomalies.with_if(frame.kind == COMMAND && !frame.body.is_empty(), Anomalies::BAD_LENGTH),
        fields: frame,
    });
}

impl Fields for Frame<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        let name = command::module_message(self.kind).unwrap_or("unknown");
        visitor.named("type", u64::from(self.kind), name);
        visitor.uint("channel", u64::from(self.channel));
        visitor.uint("length", u64::from(self.length));
        let Some(command) = &self.command else {
            if !self.body.is_empty() {
                visitor.bytes("data", self.body);
            }
            return;
        };
        visitor.uint("direction", u64::from(command.direction));
        visitor.uint("connection_id", u64::from(command.connection));
        let label = match (command.is_request(), command::describe(command.code).0) {
            (true, Function::Known(name)) => name,
            (true, Function::Unknown(_)) => "unknown",
            (false, _) => command::answer_name(command.code),
        };
        visitor.named("command", u64::from(command.code), label);
        visitor.uint("sequence", u64::from(command.sequence));
        visitor.uint("checksum", u64::from(command.checksum));
        if let Some(part) = command.part() {
            visitor.uint("program_id", u64::from(part.id));
            visitor.uint("next", u64::from(part.next));
            visitor.uint("total_words", u64::from(part.total));
            visitor.uint("offset_words", u64::from(part.offset));
            visitor.uint("words", u64::from(part.words));
            return;
        }
        if let Some(status) = command.status() {
            visitor.uint("load_state", u64::from(status.load));
            visitor.named("key_state", u64::from(status.key), key_name(status.key));
            visitor.named("run_state", u64::from(status.run), run_name(status.run));
            let version = Text::<16>::of(format_args!("{}.{}", status.major, status.minor));
            visitor.text("project_version", version.as_str());
            visitor.text("project", &printable(status.project));
            return;
        }
        if let Some(code) =
            rejected_for(command).filter(|_| !command.is_request() && command.code == REJECTED)
        {
            visitor.named("reason", u64::from(code), command::reason(code));
        } else if !command.data.is_empty() {
            visitor.bytes("data", command.data);
        }
    }
}

#[cfg(test)]
mod tests;
