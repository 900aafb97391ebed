//! ROC Plus: flow computers and remote terminals of Emerson (ROC800, FloBoss, DL8000) over TCP and UDP.
//!
//! Spec: ROC Plus Protocol Specification Manual, D301180X012 (Emerson): 1.2 message format, chapter 2 opcodes, opcode 255
//! errors. Usual port 4000; recognised by a known opcode, a length that fits and the CRC, on any port.

mod body;
mod opcode;

use crate::crc16::crc16;
use crate::said::of_sender;
use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Input, Kind, Message, Outcome, Over, Probe,
    Protocol, Reader, Reference, Session, Sink, Step, Transport, Verdict, Visitor, confidence,
};

const PORTS: &[u16] = &[4_000];
/// Bytes ahead of the data, and with the CRC after it (1.2).
const HEADER: usize = 6;
const OVERHEAD: usize = 8;
/// Start of the CRC.
const INITIAL: u16 = 0xffff;
/// Requests of one flow that wait; a host keeps few open.
const MAX_WAITING: usize = 16;

/// ROC Plus as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::RocPlus,
    over: &[Over::Tcp(PORTS), Over::Udp(PORTS)],
    probe,
    open: || Box::<RocPlus>::default(),
    max_message: 255 + OVERHEAD,
    fields: FIELDS,
    not_decoded: &[
        "values of parameters and of history (their types are the device's point tables)",
        "records of alarms and events, and transactions",
        "contents of file transfers, put together",
        "peer-to-peer network messages (opcode 205) beyond their bytes",
    ],
};

const FIELDS: &[Field] = &[
    Field { name: "destination_unit", doc: "Address of the receiver within its group." },
    Field { name: "destination_group", doc: "Group of the receiver." },
    Field { name: "source_unit", doc: "Address of the sender within its group." },
    Field { name: "source_group", doc: "Group of the sender." },
    Field { name: "data_length", doc: "Bytes of data." },
    Field { name: "system_mode", doc: "0 firmware update, 1 run." },
    Field { name: "comm_port", doc: "Port that this request came through." },
    Field { name: "security_access_mode", doc: "Security of that port." },
    Field { name: "logical_compatibility", doc: "How logical points are numbered." },
    Field { name: "opcode_revision", doc: "0 original, 1 extended." },
    Field { name: "roc_subtype", doc: "0 series 1, 1 series 2." },
    Field { name: "type_of_roc", doc: "Kind of device." },
    Field { name: "logical_points", doc: "Numbers of logical points by point type." },
    Field { name: "clock", doc: "The device's local time." },
    Field { name: "day_of_week", doc: "1 Sunday to 7 Saturday." },
    Field { name: "table_number", doc: "Configurable opcode table." },
    Field { name: "starting_location", doc: "First location of the table." },
    Field { name: "locations", doc: "Number of locations." },
    Field {
        name: "login_length",
        doc: "Bytes of a login; its form depends on them. Passwords are not shown.",
    },
    Field { name: "operator_id", doc: "Who logs in." },
    Field { name: "path", doc: "Units and groups over which a message is forwarded." },
    Field { name: "desired_opcode", doc: "Opcode that is forwarded." },
    Field { name: "io_data_type", doc: "0 point types asked, 1 logical numbers." },
    Field { name: "command", doc: "Part of an opcode that has several." },
    Field { name: "start_point", doc: "First point." },
    Field { name: "number_of_points", doc: "Number of points." },
    Field { name: "history_segment", doc: "Segment of the history." },
    Field { name: "point_number", doc: "Point of the history." },
    Field { name: "points", doc: "Points asked." },
    Field { name: "history_type", doc: "0 minute, 1 periodic, 2 daily." },
    Field { name: "number_of_entries", doc: "Alarms or events." },
    Field { name: "start_index", doc: "First entry." },
    Field { name: "current_index", doc: "Entry that is written next." },
    Field { name: "number_of_values", doc: "Values of the history." },
    Field { name: "number_of_periods", doc: "Periods of the history." },
    Field { name: "day", doc: "Day of the history." },
    Field { name: "month", doc: "Month of the history." },
    Field { name: "point_type", doc: "Type of point (T of TLP)." },
    Field { name: "logical_number", doc: "Logical number of the point (L of TLP)." },
    Field { name: "number_of_parameters", doc: "Parameters addressed." },
    Field { name: "start_parameter", doc: "First parameter (P of TLP)." },
    Field { name: "parameters", doc: "Points by type, logical number and parameter." },
    Field {
        name: "file_command",
        doc: "1 open, 2 read, 3 write, 4 close, 5 delete, 6 and 64 read directory.",
    },
    Field { name: "file_path", doc: "Folder that is opened or listed." },
    Field { name: "alarm_index", doc: "Entry of the alarm log that caused a report." },
    Field { name: "errors", doc: "Error codes with the byte of the request they are about." },
    Field { name: "data", doc: "Bytes that are not decoded further." },
];

/// One message.
#[derive(Debug, Clone, Copy)]
struct Frame<'a> {
    destination: (u8, u8),
    source: (u8, u8),
    opcode: u8,
    length: u8,
    data: &'a [u8],
    crc_ok: bool,
    request: bool,
}

impl<'a> Frame<'a> {
    fn parse(bytes: &'a [u8], request: bool) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let destination = (reader.u8().ok()?, reader.u8().ok()?);
        let source = (reader.u8().ok()?, reader.u8().ok()?);
        let opcode = reader.u8().ok()?;
        let length = reader.u8().ok()?;
        let data = reader.take_up_to(usize::from(length));
        let covered = bytes.get(..HEADER.saturating_add(data.len())).unwrap_or_default();
        let crc_ok = reader.le_u16().ok() == Some(crc16(INITIAL, covered.iter().copied()));
        Some(Self { destination, source, opcode, length, data, crc_ok, request })
    }
}

/// Bytes of the message that begins here.
fn size(bytes: &[u8]) -> Option<usize> {
    bytes.get(HEADER - 1).map(|length| usize::from(*length).saturating_add(OVERHEAD))
}

fn probe(probe: &Probe<'_>) -> Verdict {
    let usual = probe.on_port(PORTS);
    let stream = probe.transport == Transport::Tcp;
    if let Some(code) = probe.data.get(4)
        && opcode::describe(*code).is_none()
    {
        return Verdict::No;
    }
    let Some(size) = size(probe.data) else {
        return if stream && usual && !probe.data.is_empty() { Verdict::More } else { Verdict::No };
    };
    if probe.data.len() < size {
        return if stream && usual { Verdict::More } else { Verdict::No };
    }
    if !stream && probe.data.len() != size {
        return Verdict::No;
    }
    match Frame::parse(probe.data, true) {
        Some(frame) if frame.crc_ok => Verdict::Sure,
        _ => Verdict::No,
    }
}

#[derive(Debug, Clone, Copy)]
struct Asked {
    opcode: u8,
    object: Reference<'static>,
}

#[derive(Debug, Default)]
struct RocPlus {
    /// Requests without an answer, oldest first; the protocol numbers none.
    waiting: Vec<Asked>,
    watched: bool,
}

impl Session for RocPlus {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let Some(size) = size(input.data) else {
            return if input.last { Step::Lost } else { Step::More };
        };
        if input.data.len() < size && !input.last {
            return Step::More;
        }
        let Some(frame) = Frame::parse(input.data, input.to_server(PORTS)) else { return Step::Lost };
        let cut = input.data.len() < size;
        if !cut && !frame.crc_ok && opcode::describe(frame.opcode).is_none() {
            return Step::Lost;
        }
        self.message(&frame, cut, sink);
        Step::Took(size.min(input.data.len()))
    }

    fn resumes(&self, data: &[u8]) -> bool {
        let whole = size(data).is_some_and(|size| data.len() >= size);
        whole && Frame::parse(data, true).is_some_and(|frame| frame.crc_ok)
    }

    fn gap(&mut self, _from_client: Option<bool>) {
        self.waiting.clear();
        self.watched = false;
    }
}

impl RocPlus {
    /// The request that an answer belongs to: the oldest with its opcode, or for an error the oldest.
    fn take(&mut self, opcode: u8) -> Option<Asked> {
        let at = self.waiting.iter().position(|asked| opcode == opcode::ERROR || asked.opcode == opcode)?;
        Some(self.waiting.remove(at))
    }

    fn message(&mut self, frame: &Frame<'_>, cut: bool, sink: &mut dyn Sink) {
        let signal = matches!(frame.opcode, opcode::SRBX);
        let asked = if frame.request {
            let asked = Asked { opcode: frame.opcode, object: body::object(frame) };
            if self.waiting.len() >= MAX_WAITING {
                self.waiting.remove(0);
            }
            self.waiting.push(asked);
            self.watched = true;
            Some(asked)
        } else {
            self.take(frame.opcode)
        };
        let failed = frame.opcode == opcode::ERROR && !frame.request;
        let code = if failed { asked.map_or(frame.opcode, |asked| asked.opcode) } else { frame.opcode };
        let known = opcode::describe(code);
        let (function, category) = known.unwrap_or((Function::Unknown(u32::from(code)), Category::Other));
        let anomalies = Anomalies::NONE
            .with_if(cut, Anomalies::TRUNCATED)
            .with_if(!cut && !frame.crc_ok, Anomalies::BAD_CHECKSUM)
            .with_if(known.is_none(), Anomalies::UNKNOWN_FUNCTION)
            .with_if(
                !frame.request && asked.is_none() && self.watched && !signal,
                Anomalies::UNEXPECTED_RESPONSE,
            );
        let outcome = match (frame.request, body::error(frame)) {
            (true, _) => Outcome::Pending,
            (false, Some(code)) => Outcome::Error(opcode::error_name(code)),
            (false, None) => Outcome::Ok,
        };
        let unit = if frame.request { frame.destination } else { frame.source };
        sink.message(&Message {
            protocol: Protocol::RocPlus,
            kind: match (frame.request, signal) {
                (_, true) => Kind::Event,
                (true, false) => Kind::Request,
                (false, false) => Kind::Response,
            },
            function,
            code: Some(u32::from(code)),
            category,
            outcome: if signal { Outcome::Event } else { outcome },
            address: Reference::two(("group", u64::from(unit.1)), ("unit", u64::from(unit.0))),
            object: asked.map_or_else(|| body::object(frame), |asked| asked.object),
            anomalies,
            fields: frame,
        });
        if !frame.request
            && !cut
            && frame.crc_ok
            && let Some(model) = body::device_type(frame).and_then(opcode::type_name)
        {
            of_sender(sink, Protocol::RocPlus, confidence::IDENTITY, "vendor", "Emerson");
            of_sender(sink, Protocol::RocPlus, confidence::IDENTITY, "model", model);
        }
    }
}

impl Fields for Frame<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.uint("destination_unit", u64::from(self.destination.0));
        visitor.uint("destination_group", u64::from(self.destination.1));
        visitor.uint("source_unit", u64::from(self.source.0));
        visitor.uint("source_group", u64::from(self.source.1));
        visitor.uint("data_length", u64::from(self.length));
        body::visit(self, visitor);
    }
}

#[cfg(test)]
mod tests;
