//! UMAS: the programming services of Schneider Electric controllers, inside Modbus function 90.
//!
//! Not published by its maker; decoded as far as public research describes it: M. Martín Liras, "The Unity (UMAS)
//! protocol", parts I to IV (2017); the UMAS definitions of Apache PLC4X; Kaspersky ICS CERT, "The secrets of Schneider
//! Electric's UMAS protocol" (2022). A layer of [`crate::modbus`], without ports of its own: a session key, a function
//! code (0xfe and 0xfd in answers) and data with little-endian numbers.

mod body;
mod function;
mod transfer;

use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Kind, Message, Outcome, Pending, Protocol,
    Reader, Reference, Sink, Verdict, Visitor,
};
use function::{OK, REFUSED};
use transfer::Transfers;

/// UMAS as the registry knows it: found inside Modbus, never by itself.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Umas,
    over: &[],
    probe: |_| Verdict::No,
    open: crate::modbus::open,
    max_message: 2_048,
    fields: FIELDS,
    not_decoded: &[
        "monitoring requests (0x50), coil and register access (0x24, 0x25) and I/O objects (0x70, 0x71) beyond their bytes",
        "the answer of read PLC info beyond its block checksums",
        "signed requests of controllers with application passwords",
    ],
};

/// Whether a PDU's data, from the session key on, are a request with a known function (`true`) or an answer (`false`).
pub(crate) fn asks(data: &[u8]) -> Option<bool> {
    match *data.get(1)? {
        OK | REFUSED => Some(false),
        code => matches!(function::describe(code).0, Function::Known(_)).then_some(true),
    }
}

const FIELDS: &[Field] = &[
    Field { name: "session_key", doc: "Key that a reservation gave its owner; 0 without a reservation." },
    Field { name: "status", doc: "Answer code: 0xfe done, 0xfd refused." },
    Field { name: "max_frame_size", doc: "Largest frame in bytes that both sides agree on." },
    Field { name: "firmware_version", doc: "Firmware of the communication part, as a number." },
    Field { name: "hostname", doc: "Name that the controller gives itself." },
    Field { name: "range", doc: "Hardware family, or memory range." },
    Field { name: "hardware_id", doc: "Hardware identifier of the controller." },
    Field { name: "model", doc: "Model number." },
    Field { name: "com_version", doc: "Version of the firmware, in binary-coded decimals." },
    Field { name: "com_patch", doc: "Patch level of the firmware." },
    Field { name: "int_version", doc: "Internal version." },
    Field { name: "hardware_version", doc: "Version of the hardware." },
    Field { name: "crash_code", doc: "Code of the last crash." },
    Field { name: "device_name", doc: "Order name of the controller." },
    Field { name: "memory_banks", doc: "Number of memory banks listed after the name." },
    Field { name: "project_name", doc: "Name of the project in the controller." },
    Field { name: "project_revision", doc: "Revision of the project." },
    Field { name: "created", doc: "When the project was created, the controller's local time." },
    Field { name: "modified", doc: "When the project was last changed, the controller's local time." },
    Field { name: "block_checksums", doc: "Checksums of the program's parts; they change with the program." },
    Field { name: "client_name", doc: "Name of the station that reserves the controller." },
    Field { name: "client_id", doc: "Number of the station that reserves the controller." },
    Field { name: "granted_key", doc: "Session key that the reservation gives." },
    Field { name: "block", doc: "Memory or program block." },
    Field { name: "offset", doc: "First byte within the block." },
    Field { name: "length", doc: "Number of bytes." },
    Field { name: "project_checksum", doc: "Checksum of the project that the request was made for." },
    Field { name: "variables", doc: "Variables addressed: block, base offset, offset, size, elements." },
    Field { name: "record_type", doc: "Kind of data dictionary entries asked." },
    Field { name: "index", doc: "First data dictionary entry asked." },
    Field { name: "data", doc: "Bytes without a public structure." },
];

/// What an answer needs to know of its request.
#[derive(Debug, Clone, Copy)]
struct Asked {
    function: u8,
    object: Reference<'static>,
    block: u16,
}

/// The UMAS conversations of one Modbus flow.
#[derive(Default, Debug)]
pub(crate) struct Umas {
    pending: Pending<(u16, u8), Asked>,
    transfers: Transfers,
}

/// One request or answer.
#[derive(Debug, Clone, Copy)]
struct Frame<'a> {
    session_key: u8,
    /// The code on the wire: the function, or the answer code.
    code: u8,
    request: bool,
    /// The function; an answer has its request's where that was seen.
    function: Option<u8>,
    /// Program block, or part of the project, that the request named.
    block: u16,
    data: &'a [u8],
}

impl Umas {
    /// Forgets what waits: bytes of the flow are lost.
    pub(crate) fn clear(&mut self) {
        self.pending.clear();
        self.transfers.gap();
    }

    /// Takes the data of a Modbus message with function 90.
    pub(crate) fn message(
        &mut self,
        data: &[u8],
        request: bool,
        key: (u16, u8),
        cut: bool,

        sink: &mut dyn Sink,
    ) {
        let mut reader = Reader::new(data);
        let (Ok(session_key), Ok(code)) = (reader.u8(), reader.u8()) else { return };
        let asked = if request { None } else { self.pending.take(&key) };
        let function = if request { Some(code) } else { asked.map(|asked| asked.function) };
        let mut frame = Frame { session_key, code, request, function, block: 0, data: reader.rest() };
        let (object, block) = match asked {
            Some(asked) => (asked.object, asked.block),
            None => body::object(&frame),
        };
        frame.block = block;
        if let (true, Some(function)) = (request, function) {
            self.pending.insert(key, Asked { function, object, block });
        }
        let (name, category) = match (function, code) {
            (Some(function), _) => function::describe(function),
            (None, OK) => (Function::Known("response_ok"), Category::Other),
            (None, REFUSED) => (Function::Known("response_error"), Category::Other),
            (None, code) => (Function::Unknown(u32::from(code)), Category::Other),
        };
        let known = matches!(name, Function::Known(_));
        let anomalies = Anomalies::NONE
            .with_if(!known, Anomalies::UNKNOWN_FUNCTION)
            .with_if(!request && !matches!(code, OK | REFUSED), Anomalies::BAD_VALUE)
            .with_if(cut, Anomalies::TRUNCATED)
            .with_if(!cut && !body::is_complete(&frame), Anomalies::BAD_LENGTH);
        sink.message(&Message {
            protocol: Protocol::Umas,
            kind: if request { Kind::Request } else { Kind::Response },
            function: name,
            code: Some(u32::from(function.unwrap_or(code))),
            category,
            outcome: match (request, code) {
                (true, _) => Outcome::Pending,
                (false, OK) => Outcome::Ok,
                (false, REFUSED) => Outcome::Error("refused"),
                (false, _) => Outcome::Error("unknown_answer"),
            },
            address: Reference::one("unit", u64::from(key.1)),
            object,
            anomalies,
            fields: &frame,
        });
        if cut || (!request && code != OK) {
            return;
        }
        body::observe(&frame, sink);
        self.transfers.take(&frame, block, sink);
    }
}

impl Fields for Frame<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.uint("session_key", u64::from(self.session_key));
        if !self.request {
            let label = match self.code {
                OK => "ok",
                REFUSED => "refused",
                _ => "unknown",
            };
            visitor.named("status", u64::from(self.code), label);
        }
        body::visit(self, visitor);
    }
}

#[cfg(test)]
mod tests;
