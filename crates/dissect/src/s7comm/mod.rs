//! S7 communication: the protocol of SIMATIC S7-300, S7-400 and of others in compatibility mode.
//!
//! No public specification; facts from the manufacturer's manuals (System Software for S7-300/400, System and Standard
//! Functions: partial lists, status codes; STEP 7 programming), from published research and from observation.
//! Rides on ISO transport (`cotp`, usual port TCP 102), which hands over whole PDUs; recognised by protocol id 0x32, a
//! known message type and lengths that fill the PDU.

mod block;
mod datum;
mod error;
mod function;
mod item;
mod job;
mod pi;
mod szl;
mod time;
mod userdata;

use crate::cotp::{self, Layer, Tsdu, Upper};
use crate::{
    Anomalies, Dissector, Field, Function, Input, Kind, Message, Outcome, Pending, Protocol, Reader,
    Reference, Sink, Verdict, Visitor,
};
use block::{Name, Transfers};
use function::{
    DOWNLOAD_BLOCK, DOWNLOAD_ENDED, END_UPLOAD, PI_SERVICE, PLC_STOP, READ_VAR, REQUEST_DOWNLOAD,
    START_UPLOAD, UPLOAD, WRITE_VAR,
};

/// First byte of every PDU.
const PROTOCOL_ID: u8 = 0x32;
/// Message types.
const JOB: u8 = 1;
const ACK: u8 = 2;
const ACK_DATA: u8 = 3;
const USERDATA: u8 = 7;
/// Bytes of the header; acknowledgements have two more for their error.
const HEADER: usize = 10;
/// Most item lists that are kept for reuse.
const MAX_SPARE: usize = 8;

/// S7 communication as a layer above ISO transport.
pub(crate) static LAYER: Layer =
    Layer { protocol: Protocol::S7comm, recognise, open: || Box::<S7comm>::default() };

/// S7 communication as the registry knows it; flows are found by `cotp`.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::S7comm,
    over: &[],
    probe: |_| Verdict::No,
    open: cotp::open,
    max_message: 65_535,
    fields: FIELDS,
    not_decoded: &[
        "numbers in byte ranges longer than eight bytes: only the program knows their types",
        "contents of block status, stacks and time measurements of the test functions",
        "associated values of alarms beyond their bytes",
        "file contents of numerical controls",
        "partial lists without a published layout (0x1a, 0x1b, 0x3a): their bytes are shown",
    ],
};

const FIELDS: &[Field] = &[
    Field { name: "rosctr", doc: "Message type: 1 job, 2 acknowledgement, 3 with data, 7 userdata." },
    Field { name: "redundancy_id", doc: "Reserved, 0." },
    Field { name: "pdu_reference", doc: "Number of the job; its answer repeats it." },
    Field { name: "error_class", doc: "Error class of an acknowledgement." },
    Field { name: "error_code", doc: "Error code of an acknowledgement, or of a userdata answer." },
    Field { name: "error", doc: "Name of the error by class and code." },
    Field { name: "max_amq_calling", doc: "Parallel jobs that the caller may have open." },
    Field { name: "max_amq_called", doc: "Parallel jobs that the called side may have open." },
    Field { name: "pdu_length", doc: "Largest PDU in bytes." },
    Field { name: "item_count", doc: "Number of items." },
    Field {
        name: "items",
        doc: "Items: name, syntax, area, db, address, bit, transport size, count, return code, value or data.",
    },
    Field { name: "function_status", doc: "Status of a block transfer: bit 0 more follows, bit 1 error." },
    Field { name: "more_follows", doc: "Further pieces follow." },
    Field { name: "error_flag", doc: "Bit 1 of the function status." },
    Field { name: "end_code", doc: "Error code with which a transfer ended." },
    Field { name: "upload_id", doc: "Identifier that the controller gave the upload." },
    Field { name: "file_name", doc: "Block name on the wire: identifier, type, number, file system." },
    Field { name: "block", doc: "Block as engineers write it, e.g. OB1." },
    Field { name: "block_type", doc: "Block type." },
    Field { name: "block_number", doc: "Block number." },
    Field { name: "file_system", doc: "Passive (copied) or active (linked)." },
    Field { name: "block_length", doc: "Length of an uploaded block in bytes, decimal digits." },
    Field { name: "load_memory_length", doc: "Bytes of load memory that a download announces." },
    Field { name: "mc7_code_length", doc: "Bytes of code that a download announces." },
    Field { name: "length", doc: "Bytes of a piece." },
    Field { name: "pi_service", doc: "Program invocation service." },
    Field { name: "pi_meaning", doc: "What the service does." },
    Field { name: "argument_length", doc: "Bytes of the service's argument." },
    Field { name: "argument", doc: "Argument; never shown where it may hold a password." },
    Field { name: "blocks", doc: "Blocks that are linked, deleted or listed." },
    Field { name: "method", doc: "0x11 request, 0x12 response form of the userdata parameters." },
    Field { name: "type", doc: "Userdata type: 0 push, 1 request, 2 response." },
    Field { name: "group", doc: "Function group of userdata." },
    Field { name: "subfunction", doc: "Subfunction within the group." },
    Field { name: "sequence", doc: "Sequence number of the userdata exchange." },
    Field { name: "data_unit_reference", doc: "Tells multi-part answers apart." },
    Field { name: "last_data_unit", doc: "No further parts follow." },
    Field { name: "return_code", doc: "Return code of the userdata." },
    Field { name: "transport_size", doc: "Form of the userdata." },
    Field { name: "szl_id", doc: "System status list id." },
    Field { name: "szl_index", doc: "System status list index." },
    Field { name: "record_length", doc: "Bytes of one record of the list." },
    Field { name: "record_count", doc: "Number of records." },
    Field { name: "records", doc: "Records of the list by their published layout." },
    Field { name: "part_length", doc: "Bytes of one part; the last part's message shows the whole." },
    Field { name: "mode", doc: "Operating mode after a transition." },
    Field { name: "interval_time_base", doc: "Unit of a cyclic subscription: 100 ms, 1 s or 10 s." },
    Field { name: "interval_time_factor", doc: "Units between two pushes." },
    Field { name: "test_parameters", doc: "Trigger and frequency of a test function, undecoded." },
    Field { name: "job_function", doc: "Test function whose job is enabled, read or deleted." },
    Field { name: "job_sequence", doc: "Number of that job." },
    Field { name: "info_length", doc: "Bytes of block information; its fields follow by their own names." },
    Field { name: "alarm_type", doc: "Kind of alarm that is subscribed to." },
    Field { name: "alarm_function", doc: "Function identifier of an alarm message." },
    Field { name: "alarm_count", doc: "Number of alarm objects." },
    Field { name: "result", doc: "Result of a subscription to messages." },
    Field { name: "clock", doc: "Clock time, as the device keeps it." },
    Field { name: "events", doc: "Messages that are subscribed to: bits of the message service." },
    Field { name: "user_name", doc: "Name under which messages are subscribed to." },
    Field { name: "alarms", doc: "Alarm objects: event id, states, acknowledgements." },
    Field { name: "password_length", doc: "Bytes of a password; the password itself is never shown." },
    Field { name: "r_id", doc: "Request id of a block connection." },
    Field { name: "data", doc: "Bytes without a known structure." },
    Field { name: "parameters", doc: "Parameters of a function without a known structure." },
];

/// One PDU, as the wire carried it.
#[derive(Debug, Clone, Copy)]
struct Pdu<'a> {
    rosctr: u8,
    redundancy: u16,
    reference: u16,
    /// Class and code of an acknowledgement.
    error: Option<(u8, u8)>,
    parameters: &'a [u8],
    data: &'a [u8],
    anomalies: Anomalies,
}

impl<'a> Pdu<'a> {
    /// `None` when even the header is cut.
    fn parse(bytes: &'a [u8], cut: bool) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        reader.skip(1).ok()?;
        let rosctr = reader.u8().ok()?;
        let redundancy = reader.be_u16().ok()?;
        let reference = reader.be_u16().ok()?;
        let parameter_length = usize::from(reader.be_u16().ok()?);
        let data_length = usize::from(reader.be_u16().ok()?);
        let error = if matches!(rosctr, ACK | ACK_DATA) {
            Some((reader.u8().ok()?, reader.u8().ok()?))
        } else {
            None
        };
        let parameters = reader.take_up_to(parameter_length);
        let data = reader.take_up_to(data_length);
        let short = parameters.len() < parameter_length || data.len() < data_length;
        let anomalies = Anomalies::NONE
            .with_if(cut && short, Anomalies::TRUNCATED)
            .with_if(!cut && short, Anomalies::BAD_LENGTH)
            .with_if(reader.remaining() > 0, Anomalies::TRAILING_BYTES);
        Some(Self { rosctr, redundancy, reference, error, parameters, data, anomalies })
    }

    /// Class and code as one number; 0 without an error.
    fn error_number(&self) -> u16 {
        self.error.map_or(0, |(class, code)| u16::from_be_bytes([class, code]))
    }

    fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.uint("rosctr", u64::from(self.rosctr));
        if self.redundancy != 0 {
            visitor.uint("redundancy_id", u64::from(self.redundancy));
        }
        visitor.uint("pdu_reference", u64::from(self.reference));
        if let Some((class, code)) = self.error {
            visitor.named("error_class", u64::from(class), error::class(class));
            visitor.uint("error_code", u64::from(code));
            if self.error_number() != 0 {
                visitor.text("error", error::name(self.error_number()));
            }
        }
    }
}

fn recognise(data: &[u8]) -> Verdict {
    let Some(&[PROTOCOL_ID, rosctr, _, _, _, _, p1, p2, d1, d2]) = data.first_chunk::<HEADER>() else {
        return match data {
            [] | [PROTOCOL_ID] => Verdict::More,
            [PROTOCOL_ID, JOB | ACK | ACK_DATA | USERDATA, ..] => Verdict::More,
            _ => Verdict::No,
        };
    };
    let extra = match rosctr {
        JOB | USERDATA => 0usize,
        ACK | ACK_DATA => 2,
        _ => return Verdict::No,
    };
    let length = usize::from(u16::from_be_bytes([p1, p2]))
        .saturating_add(usize::from(u16::from_be_bytes([d1, d2])))
        .saturating_add(HEADER)
        .saturating_add(extra);
    if length == data.len() { Verdict::Sure } else { Verdict::Likely }
}

/// What an answer needs to know of its job.
#[derive(Default)]
struct Asked {
    /// Job function, or group and subfunction of userdata.
    function: u8,
    userdata: Option<(u8, u8)>,
    object: Name,
    count: u8,
    /// Items of a read or write job, as on the wire.
    items: Vec<u8>,
    /// PI service: its category depends on its name.
    service: Name,
    szl: Option<(u16, u16)>,
}

/// Whose job, and which: each side numbers its own.
type Key = (u16, u16);

#[derive(Default)]
struct S7comm {
    pending: Pending<Key, Asked>,
    /// Item lists of answered jobs, to be filled again without allocating.
    spare: Vec<Vec<u8>>,
    transfers: Transfers,
    parts: userdata::Parts,
    /// Answers matched so far: before the first, jobs may have been sent before the capture began.
    matched: bool,
}

impl Upper for S7comm {
    fn take(&mut self, tsdu: &Tsdu<'_>, sink: &mut dyn Sink) {
        let Some(pdu) = Pdu::parse(tsdu.input.data, tsdu.cut) else {
            return;
        };
        match pdu.rosctr {
            JOB => self.job(&pdu, tsdu, sink),
            ACK | ACK_DATA => self.answer(&pdu, tsdu, sink),
            _ => self.userdata(&pdu, tsdu, sink),
        }
    }

    fn gap(&mut self, to_server: Option<bool>) {
        // Jobs that wait may still be answered; answers without a job prove nothing now.
        self.matched = false;
        self.transfers.gap(to_server);
        self.parts.gap(to_server);
    }
}

/// Key of a job that the sender of this input asks, or of the job of its receiver that it answers.
fn key(input: &Input<'_>, request: bool, reference: u16) -> Key {
    (if request { input.src_port } else { input.dst_port }, reference)
}

impl S7comm {
    fn job(&mut self, pdu: &Pdu<'_>, tsdu: &Tsdu<'_>, sink: &mut dyn Sink) {
        let function = pdu.parameters.first().copied();
        let mut asked = Asked { function: function.unwrap_or(0), ..Asked::default() };
        let mut anomalies = pdu.anomalies;
        let truncated = anomalies.contains(Anomalies::TRUNCATED);
        let (count, specification) = job::specification(pdu.parameters);
        match asked.function {
            READ_VAR | WRITE_VAR => {
                asked.object = item::areas(specification, count);
                asked.count = count;
                asked.items = self.spare.pop().unwrap_or_default();
                asked.items.extend_from_slice(specification);
                let whole = item::items(specification, count).count() == usize::from(count)
                    && (asked.function == READ_VAR
                        || datum::data(pdu.data, count).count() == usize::from(count));
                anomalies = anomalies
                    .with_if(!whole && !truncated, Anomalies::BAD_LENGTH)
                    .with_if(count == 0, Anomalies::BAD_VALUE);
            }
            REQUEST_DOWNLOAD | DOWNLOAD_BLOCK | DOWNLOAD_ENDED | START_UPLOAD => {
                match job::file_name(pdu.parameters) {
                    Some(name) => asked.object = block::name(name),
                    None => anomalies = anomalies.with_if(!truncated, Anomalies::BAD_LENGTH),
                }
                if asked.function == REQUEST_DOWNLOAD {
                    let length = job::announced(pdu.parameters);
                    self.transfers.begin(crate::Direction::Download, asked.object, 0, length);
                }
            }
            UPLOAD | END_UPLOAD => {
                let id = job::upload_id(pdu.parameters);
                asked.object = id.and_then(|id| self.transfers.uploaded(id)).unwrap_or_default();
                if asked.function == END_UPLOAD
                    && let Some(id) = id
                {
                    self.transfers.end(id);
                }
            }
            PI_SERVICE | PLC_STOP => {
                let data = pdu.parameters.get(1..).unwrap_or_default();
                let invocation =
                    if asked.function == PLC_STOP { pi::parse_stop(data) } else { pi::parse(data) };
                match invocation {
                    Some(invocation) => {
                        asked.object = pi::object(&invocation);
                        asked.service = block::text(invocation.service);
                    }
                    None => anomalies = anomalies.with_if(!truncated, Anomalies::BAD_LENGTH),
                }
            }
            _ => {}
        }
        let (name, category) = function::job(asked.function, asked.service.as_str().as_bytes());
        anomalies = anomalies
            .with_if(function.is_some() && matches!(name, Function::Unknown(_)), Anomalies::UNKNOWN_FUNCTION)
            .with_if(function.is_none() && !truncated, Anomalies::MISSING_FIELD);
        let shown = job::Shown { pdu, request: true, function, asked: Some(&asked) };
        sink.message(&Message {
            protocol: Protocol::S7comm,
            kind: Kind::Request,
            function: name,
            code: function.map(u32::from),
            category,
            outcome: Outcome::Pending,
            address: tsdu.connection.address,
            object: text(&asked.object),
            anomalies,
            fields: &shown,
        });
        if asked.function == WRITE_VAR && !truncated && sink.wants().values {
            datum::emit(specification, count, pdu.data, true, tsdu.connection.address, sink);
        }
        if let Some(replaced) = self.pending.insert(key(tsdu.input, true, pdu.reference), asked) {
            self.recycle(replaced);
        }
    }

    fn answer(&mut self, pdu: &Pdu<'_>, tsdu: &Tsdu<'_>, sink: &mut dyn Sink) {
        let told = pdu.parameters.first().copied();
        let asked = self.pending.take(&key(tsdu.input, false, pdu.reference));
        let mut anomalies =
            pdu.anomalies.with_if(asked.is_none() && self.matched, Anomalies::UNEXPECTED_RESPONSE);
        let fits = asked.as_ref().is_some_and(|asked| {
            asked.userdata.is_none() && told.is_none_or(|function| function == asked.function)
        });
        anomalies = anomalies.with_if(asked.is_some() && !fits, Anomalies::MISMATCHED_RESPONSE);
        self.matched |= fits;
        let asked = asked.filter(|_| fits);
        let function = told.or(asked.as_ref().map(|asked| asked.function));
        let count = pdu.parameters.get(1).copied().unwrap_or(0);
        let mut outcome = match pdu.error_number() {
            0 => Outcome::Ok,
            code => Outcome::Error(error::name(code)),
        };
        let truncated = anomalies.contains(Anomalies::TRUNCATED);
        if matches!(function, Some(READ_VAR | WRITE_VAR)) && outcome == Outcome::Ok && pdu.rosctr == ACK_DATA
        {
            let read = function == Some(READ_VAR);
            let items = if read { datum::data(pdu.data, count).count() } else { pdu.data.len() };
            let asked_count = asked.as_ref().map_or(count, |asked| asked.count);
            anomalies = anomalies
                .with_if(!truncated && items != usize::from(count), Anomalies::BAD_LENGTH)
                .with_if(count != asked_count, Anomalies::MISMATCHED_RESPONSE);
            if let Some(code) = refusal(read, count, pdu.data) {
                outcome = Outcome::Error(error::return_code(code));
            }
        }
        if outcome == Outcome::Ok {
            self.transfer(function, pdu, asked.as_ref(), sink);
        }
        let service = asked.as_ref().map(|asked| asked.service).unwrap_or_default();
        let (name, category) = match function {
            Some(function) => function::job(function, service.as_str().as_bytes()),
            None => (Function::Known("ack"), crate::Category::Other),
        };
        anomalies = anomalies
            .with_if(function.is_some() && matches!(name, Function::Unknown(_)), Anomalies::UNKNOWN_FUNCTION);
        let object = asked.as_ref().map(|asked| asked.object).unwrap_or_default();
        let shown = job::Shown { pdu, request: false, function, asked: asked.as_ref() };
        sink.message(&Message {
            protocol: Protocol::S7comm,
            kind: Kind::Response,
            function: name,
            // An acknowledgement without parameters names no function.
            code: told.filter(|_| pdu.rosctr == ACK_DATA).map(u32::from),
            category,
            outcome,
            address: tsdu.connection.address,
            object: text(&object),
            anomalies,
            fields: &shown,
        });
        let Some(asked) = asked else { return };
        if function == Some(READ_VAR) && !truncated && sink.wants().values {
            let count = count.min(asked.count);
            datum::emit(&asked.items, count, pdu.data, false, tsdu.connection.address, sink);
        }
        self.recycle(asked);
    }

    /// Follows the blocks that travel in answers: pieces of a download come from the engineering station, as answers
    /// to the controller's jobs.
    fn transfer(&mut self, function: Option<u8>, pdu: &Pdu<'_>, asked: Option<&Asked>, sink: &mut dyn Sink) {
        let object = asked.map(|asked| asked.object).unwrap_or_default();
        let direction = match function {
            Some(START_UPLOAD) => {
                if let Some(id) = job::upload_id(pdu.parameters) {
                    let length = pdu.parameters.get(9..).and_then(job::number);
                    self.transfers.begin(crate::Direction::Upload, object, id, length);
                }
                return;
            }
            Some(DOWNLOAD_BLOCK) => crate::Direction::Download,
            Some(UPLOAD) => crate::Direction::Upload,
            _ => return,
        };
        if !sink.wants().files {
            return;
        }
        if pdu.anomalies.contains(Anomalies::TRUNCATED) {
            self.transfers.gap(None);
            return;
        }
        if let Some(piece) = block::piece(pdu.data) {
            self.transfers.piece(direction, object, piece, !job::more_follows(pdu.parameters), sink);
        }
    }

    fn recycle(&mut self, asked: Asked) {
        let mut items = asked.items;
        if items.capacity() > 0 && self.spare.len() < MAX_SPARE {
            items.clear();
            self.spare.push(items);
        }
    }
}

/// The first item that was refused.
fn refusal(read: bool, count: u8, data: &[u8]) -> Option<u8> {
    if read {
        datum::data(data, count).map(|datum| datum.return_code).find(|code| *code != error::SUCCESS)
    } else {
        data.iter().copied().find(|code| *code != error::SUCCESS)
    }
}

fn text(name: &Name) -> Reference<'_> {
    if name.as_str().is_empty() { Reference::None } else { Reference::Text(name.as_str()) }
}

#[cfg(test)]
mod tests;
