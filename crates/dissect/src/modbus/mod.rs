//! Modbus: MBAP header and application PDU over TCP and UDP, and serial line frames (RTU, ASCII) that gateways put
//! into TCP or UDP as they are.
//!
//! Spec: MODBUS Application Protocol V1.1b3; MODBUS Messaging on TCP/IP Implementation Guide V1.0b; MODBUS over Serial
//! Line V1.02. Usual port 502; recognised by content on any port: protocol id 0 and a length that fits the function's
//! own counts, or the CRC or LRC of a serial frame and its function's length.

mod body;
mod function;
mod identity;
mod serial;

use std::ops::RangeInclusive;

use crate::{
    Anomalies, Dissector, Field, Fields, Input, Kind, Message, Outcome, Over, Pending, Probe, Protocol,
    Reader, Reference, Session, Short, Sink, Step, Transport, ValueBlock, Verdict, Visitor,
};
use body::Body;

/// Registered ports: 502, and 802 is Modbus Security (TLS, not decoded).
const PORTS: &[u16] = &[502];
/// Values of the MBAP length field: unit identifier and a PDU of 1 to 253 bytes (Messaging guide 3.1.3).
const LENGTH: RangeInclusive<u16> = 2..=254;
/// What is read all the same and marked: programming devices agree on larger frames for UMAS.
const LONGEST: u16 = 2048;
/// Bit that marks an exception response (Application protocol 7).
const EXCEPTION_BIT: u8 = 0x80;

/// Modbus as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Modbus,
    over: &[Over::Tcp(PORTS), Over::Udp(PORTS)],
    probe,
    open,
    max_message: LONGEST as usize + 6,
    fields: FIELDS,
    not_decoded: &["Modbus Security (TLS on port 802)"],
};

const FIELDS: &[Field] = &[
    Field { name: "transaction_id", doc: "MBAP transaction identifier; a response repeats its request's." },
    Field {
        name: "framing",
        doc: "`rtu` or `ascii` where a serial line frame travels instead of an MBAP header.",
    },
    Field { name: "checksum", doc: "CRC or LRC of a serial line frame." },
    Field { name: "length", doc: "MBAP length in bytes: unit identifier and PDU." },
    Field {
        name: "unit_id",
        doc: "Unit identifier: the device behind the address; 0 or 255 for the host itself.",
    },
    Field { name: "exception", doc: "Exception code of a refusing response (Application protocol 7)." },
    Field { name: "address", doc: "First address, counted from 0 as on the wire." },
    Field { name: "quantity", doc: "Number of coils, inputs or registers." },
    Field { name: "values", doc: "Coils as 0 or 1, registers as unsigned 16-bit numbers." },
    Field { name: "value", doc: "The single value written: coil 0xff00 or 0x0000, or a register." },
    Field { name: "byte_count", doc: "Bytes of data that follow, as the message says." },
    Field { name: "and_mask", doc: "AND mask of mask write register." },
    Field { name: "or_mask", doc: "OR mask of mask write register." },
    Field { name: "read_address", doc: "First register read by read/write multiple registers." },
    Field { name: "read_quantity", doc: "Registers read by read/write multiple registers." },
    Field { name: "sub_function", doc: "Sub-function of diagnostics (Application protocol 6.8)." },
    Field { name: "status", doc: "Exception status, event status or run indicator." },
    Field { name: "event_count", doc: "Events counted by the device's communication counter." },
    Field { name: "message_count", doc: "Messages processed since restart." },
    Field { name: "events", doc: "Bytes of the communication event log." },
    Field { name: "records", doc: "File sub-requests: file number, record number, record length, data." },
    Field { name: "server_id", doc: "Device-specific bytes of report server id." },
    Field { name: "mei_type", doc: "Encapsulated interface: 13 CANopen, 14 device identification." },
    Field { name: "read_device_id", doc: "Category asked: 1 basic, 2 regular, 3 extended, 4 one object." },
    Field { name: "object_id", doc: "First or only identification object." },
    Field { name: "conformity_level", doc: "Identification level the device supports." },
    Field { name: "more_follows", doc: "Further objects need another request." },
    Field { name: "next_object_id", doc: "Object to ask for next." },
    Field { name: "objects", doc: "Identification objects: id and text." },
    Field { name: "data", doc: "Bytes without a defined structure, or after what could be decoded." },
];

/// How the PDU is wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Framing {
    /// MBAP header.
    Tcp,
    /// Serial line, binary with CRC.
    Rtu,
    /// Serial line, hexadecimal text with LRC.
    Ascii,
}

/// One Modbus message, as the wire carried it.
#[derive(Debug, Clone, Copy)]
struct Frame<'a> {
    framing: Framing,
    /// 0 on serial lines, as is `length`.
    transaction_id: u16,
    length: u16,
    /// CRC or LRC of a serial frame.
    checksum: u16,
    unit_id: u8,
    function: u8,
    /// Bytes after the function code.
    data: &'a [u8],
    anomalies: Anomalies,
}

enum Stop {
    NeedMore,
    NotModbus,
}

impl From<Short> for Stop {
    fn from(_: Short) -> Self {
        Self::NeedMore
    }
}

/// Decodes the first frame of `input`; returns it and the number of bytes it takes.
fn parse(input: &[u8], request: bool, last: bool) -> Result<(Frame<'_>, usize), Stop> {
    let mut reader = Reader::new(input);
    let transaction_id = reader.be_u16()?;
    let protocol_id = reader.be_u16()?;
    let length = reader.be_u16()?;
    let is_echo = !request && is_echoing_exception(input);
    if protocol_id != 0 && !request && !last && input.len() < 9 && length == 3 {
        return Err(Stop::NeedMore);
    }
    if (protocol_id != 0 && !is_echo) || !(*LENGTH.start()..=LONGEST).contains(&length) {
        return Err(Stop::NotModbus);
    }
    let unit_id = reader.u8()?;
    let function = reader.u8()?;
    let wanted = usize::from(length).saturating_sub(2);
    let there = wanted.min(reader.remaining());
    if there < wanted && !last {
        return Err(Stop::NeedMore);
    }
    let data = reader.take(there)?;
    let anomalies = Anomalies::NONE
        .with_if(there < wanted, Anomalies::TRUNCATED)
        .with_if(is_echo && protocol_id != 0, Anomalies::BAD_VALUE)
        .with_if(!LENGTH.contains(&length), Anomalies::BAD_LENGTH);
    let frame = Frame {
        framing: Framing::Tcp,
        transaction_id,
        length,
        checksum: 0,
        unit_id,
        function,
        data,
        anomalies,
    };
    Ok((frame, reader.position()))
}

/// Opens a session, for layers above as well.
pub(crate) fn open() -> Box<dyn Session> {
    Box::<Modbus>::default()
}

fn probe(probe: &Probe<'_>) -> Verdict {
    match serial_probe(probe) {
        Verdict::No => network_probe(probe),
        verdict => verdict,
    }
}

/// Two checks each: the CRC and the length of the function, or characters, LRC and end of line.
fn serial_probe(probe: &Probe<'_>) -> Verdict {
    let datagram = probe.transport != Transport::Tcp;
    let data = probe.data;
    if serial::may_begin_ascii(data) {
        let mut buffer = [0; serial::LONGEST_RTU];
        return match serial::ascii(data, &mut buffer) {
            Ok((frame, _)) if frame.anomalies.is_empty() => Verdict::Sure,
            Err(Stop::NeedMore) if !datagram => Verdict::More,
            _ => Verdict::No,
        };
    }
    match serial::begins_rtu(data) {
        Some(size) if probe.on_port(PORTS) || data.get(..size).is_some_and(serial::is_telling) => {
            match size == data.len() {
                true => Verdict::Sure,
                false if datagram => Verdict::No,
                false => Verdict::Likely,
            }
        }
        // The answer will tell.
        Some(size) if size == data.len() || !datagram => Verdict::More,
        // A read of a possible number of things, its CRC not yet there.
        None if !datagram && data.len() < 8 && serial::may_begin_rtu(data) => Verdict::More,
        _ => Verdict::No,
    }
}

fn network_probe(probe: &Probe<'_>) -> Verdict {
    let datagram = probe.transport != Transport::Tcp;
    let usual = probe.on_port(PORTS);
    let Some(&[_, _, high_id, low_id, high, low, _unit, code]) = probe.data.first_chunk::<8>() else {
        let header = [0u8; 2];
        let seen = probe.data.get(2..4.min(probe.data.len())).unwrap_or_default();
        let fits = header.starts_with(seen);
        return if fits && !datagram { Verdict::More } else { Verdict::No };
    };
    if [high_id, low_id] != [0, 0] {
        let from_server = PORTS.contains(&probe.src_port) && probe.from_client != Some(true);
        return if from_server && is_echoing_exception(probe.data) { Verdict::Likely } else { Verdict::No };
    }
    // Codes 128 to 255 are for exception responses alone (Application protocol 4.1), so no client begins with one.
    if code & EXCEPTION_BIT != 0 && probe.from_client == Some(true) {
        return Verdict::No;
    }
    let length = u16::from_be_bytes([high, low]);
    let is_defined = function::is_defined(code & !EXCEPTION_BIT);
    if !LENGTH.contains(&length) || !(is_defined || usual) {
        return Verdict::No;
    }
    let pdu = probe.data.get(8..).unwrap_or_default();
    let wanted = usize::from(length).saturating_sub(2);
    if datagram && pdu.len() != wanted && probe.missing == 0 {
        return Verdict::No;
    }
    let is_whole = pdu.len() == wanted;
    let pdu = pdu.get(..wanted).unwrap_or(pdu);
    // The function's own length rule is the second, independent check; on the registered port an exact header is.
    match body::fits(code, pdu, wanted) {
        body::Fit::Exact if datagram && !usual => Verdict::Likely,
        body::Fit::Exact if is_defined => Verdict::Sure,
        body::Fit::Told if is_whole => Verdict::Likely,
        _ if usual && is_whole => Verdict::Likely,
        body::Fit::Possible if usual => Verdict::Likely,
        _ => Verdict::No,
    }
}

/// Servers that answer anything whatever (other protocols' first bytes on port 502) echo the first four bytes as
/// transaction and protocol identifier in front of an exception; nine bytes in all.
fn is_echoing_exception(data: &[u8]) -> bool {
    matches!(data, &[_, _, _, _, 0, 3, _, function, code] if function & EXCEPTION_BIT != 0 && matches!(code, 1..=11))
}

/// What a response needs to know of its request.
#[derive(Debug, Clone, Copy)]
struct Asked {
    function: u8,
    sub: u16,
    address: u16,
    quantity: u16,
    /// Address and quantity of the registers that read/write multiple registers reads.
    read: (u16, u16),
}

#[derive(Debug, Default)]
struct Modbus {
    pending: Pending<(u16, u8), Asked>,
    watched: bool,
    /// What travels in function 90.
    umas: crate::umas::Umas,
    /// Known from the first message on.
    framing: Option<Framing>,
    /// The side that accepted the connection asks: a serial unit behind a modem called its master; or the ports lied.
    turned: bool,
    /// Which side asks is settled: by a handshake, the registered port or a message that only one side sends.
    settled: bool,
}

/// How the message that begins here is wrapped; `None` while too little is there.
fn framing(data: &[u8], last: bool) -> Option<Framing> {
    if data.len() >= 4 && serial::may_begin_ascii(data) {
        return Some(Framing::Ascii);
    }
    if serial::begins_rtu(data).is_some() {
        return Some(Framing::Rtu);
    }
    (data.len() >= 8 || last).then_some(Framing::Tcp)
}

impl Session for Modbus {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        if self.framing.is_none() {
            self.framing = framing(input.data, input.last);
        }
        let request = input.to_server(PORTS) != self.turned;
        let taken = match self.framing {
            None => Err(Stop::NeedMore),
            Some(Framing::Tcp) => parse(input.data, request, input.last).map(|(frame, taken)| {
                let request = self.settle(&frame, request, input);
                self.message(&frame, request, input, sink);
                taken
            }),
            Some(Framing::Rtu) => serial::rtu(input.data, request).map(|(frame, taken, turned)| {
                self.turned ^= turned;
                self.message(&frame, request != turned, input, sink);
                taken
            }),
            Some(Framing::Ascii) => {
                let mut buffer = [0; serial::LONGEST_RTU];
                serial::ascii(input.data, &mut buffer).map(|(frame, taken)| {
                    self.message(&frame, request, input, sink);
                    taken
                })
            }
        };
        match taken {
            Ok(taken) => Step::Took(taken),
            Err(Stop::NeedMore) if !input.last => Step::More,
            Err(_) => Step::Lost,
        }
    }

    fn resumes(&self, data: &[u8]) -> bool {
        match self.framing {
            Some(Framing::Rtu) => return serial::begins_rtu(data).is_some(),
            Some(Framing::Ascii) => return serial::may_begin_ascii(data),
            _ => {}
        }
        is_echoing_exception(data)
            || matches!(data.first_chunk::<8>(), Some(&[_, _, 0, 0, high, low, _, code])
                if (*LENGTH.start()..=LONGEST).contains(&u16::from_be_bytes([high, low]))
                    && function::is_defined(code & !EXCEPTION_BIT))
    }

    fn gap(&mut self, _from_client: Option<bool>) {
        self.pending.clear();
        self.watched = false;
        self.umas.clear();
    }
}

impl Modbus {
    /// Where neither handshake nor port says who asks, the first message that only one side sends does.
    fn settle(&mut self, frame: &Frame<'_>, request: bool, input: &Input<'_>) -> bool {
        if self.settled {
            return request;
        }
        if input.from_client.is_some() || PORTS.contains(&input.dst_port) != PORTS.contains(&input.src_port) {
            self.settled = true;
            return request;
        }
        if frame.anomalies.contains(Anomalies::TRUNCATED) {
            return request;
        }
        let Some(asks) = body::asks(frame.function, frame.data) else { return request };
        self.settled = true;
        self.turned ^= asks != request;
        asks
    }

    fn message(&mut self, frame: &Frame<'_>, request: bool, input: &Input<'_>, sink: &mut dyn Sink) {
        let code = frame.function & !EXCEPTION_BIT;
        let exception = !request && frame.function & EXCEPTION_BIT != 0;
        let mut anomalies = frame.anomalies;
        let body = Body::parse(frame.function, request, frame.data);
        if !anomalies.contains(Anomalies::TRUNCATED) {
            anomalies |= body.anomalies;
        }
        anomalies = anomalies
            .with_if(!function::is_defined(code), Anomalies::UNKNOWN_FUNCTION)
            .with_if(request && frame.function & EXCEPTION_BIT != 0, Anomalies::BAD_VALUE);
        let key = (frame.transaction_id, frame.unit_id);
        let asked = if request {
            let asked = body.asked(code);
            let replaced = self.pending.insert(key, asked);
            self.watched = true;
            // Serial lines have no transactions: a request that is repeated there got no answer.
            let numbered = frame.framing == Framing::Tcp;
            anomalies = anomalies.with_if(replaced.is_some() && numbered, Anomalies::DUPLICATE);
            Some(asked)
        } else {
            let asked = self.pending.take(&key);
            anomalies = anomalies
                .with_if(asked.is_none() && self.watched, Anomalies::UNEXPECTED_RESPONSE)
                .with_if(asked.is_some_and(|asked| asked.function != code), Anomalies::MISMATCHED_RESPONSE);
            let asked = asked.filter(|asked| asked.function == code);
            if let Some(asked) = asked {
                anomalies =
                    anomalies.with_if(!exception && !body.answers(&asked), Anomalies::MISMATCHED_RESPONSE);
            }
            asked
        };
        let known = asked.unwrap_or_else(|| body.asked(code));
        let space = function::space(code);
        let object = match space {
            Some(label) if asked.is_some() || body.addressed => {
                Reference::range(label, u64::from(known.address), u64::from(known.quantity))
            }
            None if matches!(code, 0x14 | 0x15) && known.address > 0 => {
                Reference::one("file", u64::from(known.address))
            }
            _ => function::object(code, known.sub),
        };
        let (name, category) = function::describe(code, known.sub);
        let outcome = match (request, exception) {
            (true, _) => Outcome::Pending,
            (false, true) => {
                Outcome::Error(function::exception_name(frame.data.first().copied().unwrap_or(0)))
            }
            (false, false) => Outcome::Ok,
        };
        let address = Reference::one("unit", u64::from(frame.unit_id));
        let shown = Shown { frame, request, body: &body, asked: asked.as_ref() };
        sink.message(&Message {
            protocol: Protocol::Modbus,
            kind: if request { Kind::Request } else { Kind::Response },
            function: name,
            code: Some(u32::from(code)),
            category,
            outcome,
            address,
            object,
            anomalies,
            fields: &shown,
        });
        if code == function::UMAS && !exception {
            let cut = anomalies.contains(Anomalies::TRUNCATED);
            self.umas.message(frame.data, request, key, cut, sink);
        }
        if exception || anomalies.contains(Anomalies::TRUNCATED) {
            return;
        }
        if sink.wants().values {
            emit_values(code, request, &body, asked.as_ref(), address, sink);
        }
        if !request {
            identity::observe(code, frame, &body, input, sink);
        }
    }
}

/// Reads give their values in the response, writes in the request.
fn emit_values(
    code: u8,
    request: bool,
    body: &Body<'_>,
    asked: Option<&Asked>,
    address: Reference<'_>,
    sink: &mut dyn Sink,
) {
    let Some(label) = function::space(code) else { return };
    let (first, count) = match (function::reads(code), request, asked) {
        (true, false, Some(asked)) => (asked.address, asked.quantity),
        (false, false, Some(asked)) if code == 0x17 => asked.read,
        (false, true, _) if code != 0x16 => (body.address, body.quantity),
        _ => return,
    };
    let bits = function::width(code);
    let there = if bits == 1 { body.values.len().saturating_mul(8) } else { body.values.len() / 2 };
    let count = u32::from(count).min(u32::try_from(there).unwrap_or(u32::MAX));
    if count > 0 {
        sink.values(&ValueBlock {
            protocol: Protocol::Modbus,
            address,
            label,
            first: u32::from(first),
            count,
            bits,
            data: body.values,
        });
    }
}

struct Shown<'a> {
    frame: &'a Frame<'a>,
    request: bool,
    body: &'a Body<'a>,
    asked: Option<&'a Asked>,
}

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        match self.frame.framing {
            Framing::Tcp => {
                visitor.uint("transaction_id", u64::from(self.frame.transaction_id));
                visitor.uint("length", u64::from(self.frame.length));
            }
            Framing::Rtu => visitor.text("framing", "rtu"),
            Framing::Ascii => visitor.text("framing", "ascii"),
        }
        visitor.uint("unit_id", u64::from(self.frame.unit_id));
        if self.frame.framing != Framing::Tcp {
            visitor.uint("checksum", u64::from(self.frame.checksum));
        }
        if !self.request && self.frame.function & EXCEPTION_BIT != 0 {
            if let Some(code) = self.frame.data.first() {
                visitor.named("exception", u64::from(*code), function::exception_name(*code));
            }
            return;
        }
        self.body.visit(self.frame.function, self.request, self.asked, visitor);
    }
}

#[cfg(test)]
mod tests;
