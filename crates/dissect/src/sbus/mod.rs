//! S-Bus: the protocol of SAIA PCD controllers, over UDP.
//!
//! Spec: SAIA S-Bus manual for the commands' data; the Ether-S-Bus header, the whole list of commands and the refusal
//! codes as public decoders have them. CRC-16 with polynomial 0x1021 and start 0. Usual port UDP 5050; recognised by a
//! length that fills the datagram and a right CRC on any port. `code` is the command, also on responses and
//! acknowledgements, which do not carry it: they are matched by sequence number.

mod command;

use command::Space;

use crate::shown::Shown;
use crate::{
    Anomalies, Category, Dissector, Field, Function, Input, Kind, Message, Number, Outcome, Over, Pending,
    Probe, Protocol, Reader, Reference, Session, Sink, Step, Subject, Transport, Value, ValueBlock, Verdict,
    Visitor, confidence, printable, said,
};

/// Registered port.
const PORTS: &[u16] = &[5050];
/// Telegram attributes.
const REQUEST: u8 = 0;
const RESPONSE: u8 = 1;
const ACKNOWLEDGEMENT: u8 = 2;
/// Header and CRC without anything between.
const SHORTEST: usize = 11;
const READ_FIRMWARE_VERSION: u8 = 0x20;
const READ_PCD_STATUS: std::ops::RangeInclusive<u8> = 0x14..=0x1b;

/// S-Bus as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Sbus,
    over: &[Over::Udp(PORTS)],
    probe,
    open: || Box::<Sbus>::default(),
    max_message: 65_507,
    fields: FIELDS,
    not_decoded: &[
        "S-Bus over serial lines and its parity and data modes",
        "fields of program, block, text and system commands beyond their bytes",
    ],
};

const FIELDS: &[Field] = &[
    Field { name: "length", doc: "Bytes of the telegram." },
    Field { name: "version", doc: "Version of the header." },
    Field { name: "protocol_type", doc: "Protocol type; 0 for S-Bus." },
    Field { name: "sequence", doc: "Sequence number; an answer repeats it." },
    Field { name: "attribute", doc: "Request, response or acknowledgement." },
    Field { name: "station", doc: "S-Bus station that is addressed." },
    Field { name: "address", doc: "First counter, register, timer, flag, input or output." },
    Field { name: "quantity", doc: "How many of them." },
    Field { name: "values", doc: "32-bit values, or bits as 0 and 1." },
    Field { name: "acknowledgement", doc: "0 acknowledged, else why not." },
    Field { name: "cpu_status", doc: "State of the processor: a letter." },
    Field { name: "pcd_type", doc: "Type of the controller." },
    Field { name: "firmware_version", doc: "Version of its firmware." },
    Field { name: "data", doc: "Bytes without a decoded structure." },
    Field { name: "crc", doc: "CRC as sent." },
];

/// The CRC over all bytes before it.
fn crc(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0u16, |mut crc, byte| {
        crc ^= u16::from(*byte) << 8;
        for _ in 0..8 {
            crc = if crc & 0x8000 != 0 { (crc << 1) ^ 0x1021 } else { crc << 1 };
        }
        crc
    })
}

/// One telegram.
#[derive(Debug, Clone, Copy)]
struct Telegram<'a> {
    length: u32,
    version: u8,
    protocol_type: u8,
    sequence: u16,
    attribute: u8,
    /// Bytes between attribute and CRC.
    body: &'a [u8],
    crc: Option<u16>,
    is_sound: bool,
}

impl<'a> Telegram<'a> {
    fn parse(data: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(data);
        let length = reader.be_u32().ok()?;
        let (version, protocol_type) = (reader.u8().ok()?, reader.u8().ok()?);
        let sequence = reader.be_u16().ok()?;
        let attribute = reader.u8().ok()?;
        let whole = usize::try_from(length).ok()?;
        let (body, sum) = match data.get(..whole).and_then(<[u8]>::split_last_chunk::<2>) {
            Some((before, sum)) => (before.get(9..)?, Some((before, u16::from_be_bytes(*sum)))),
            None => (reader.rest(), None),
        };
        Some(Self {
            length,
            version,
            protocol_type,
            sequence,
            attribute,
            body,
            crc: sum.map(|(_, sum)| sum),
            is_sound: sum.is_some_and(|(before, sum)| crc(before) == sum),
        })
    }

    fn fits(&self) -> bool {
        self.attribute <= ACKNOWLEDGEMENT && self.version <= 1 && self.protocol_type <= 1
    }
}

fn probe(probe: &Probe<'_>) -> Verdict {
    // The length is small: its upper half is zero in every telegram of one datagram.
    if probe.transport != Transport::Udp || !probe.data.starts_with(&[0, 0]) || probe.data.len() < SHORTEST {
        return Verdict::No;
    }
    let Some(telegram) = Telegram::parse(probe.data).filter(Telegram::fits) else { return Verdict::No };
    let whole = usize::try_from(telegram.length).unwrap_or(usize::MAX);
    let there = probe.data.len().saturating_add(usize::try_from(probe.missing).unwrap_or(0));
    match (whole == there, telegram.is_sound) {
        (true, true) => Verdict::Sure,
        (true, false) if probe.on_port(PORTS) => Verdict::Likely,
        _ => Verdict::No,
    }
}

/// What an answer needs to know of its request.
#[derive(Debug, Clone, Copy)]
struct Asked {
    station: u8,
    command: u8,
    /// First address and count.
    range: Option<(u16, u16)>,
}

#[derive(Default)]
struct Sbus {
    pending: Pending<u16, Asked>,
    watched: bool,
}

impl Session for Sbus {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let Some(telegram) = Telegram::parse(input.data).filter(Telegram::fits) else { return Step::Lost };
        let whole = usize::try_from(telegram.length).unwrap_or(usize::MAX);
        if telegram.attribute == REQUEST && telegram.body.len() < 2 {
            return Step::Lost;
        }
        let anomalies = Anomalies::NONE
            .with_if(telegram.crc.is_none() && input.missing > 0, Anomalies::TRUNCATED)
            .with_if(telegram.crc.is_none() && input.missing == 0, Anomalies::BAD_LENGTH)
            .with_if(telegram.crc.is_some() && !telegram.is_sound, Anomalies::BAD_CHECKSUM)
            .with_if(telegram.protocol_type != 0, Anomalies::BAD_VALUE)
            .with_if(whole < input.data.len(), Anomalies::TRAILING_BYTES);
        self.telegram(&telegram, anomalies, sink);
        Step::Took(input.data.len())
    }
}

impl Sbus {
    fn telegram(&mut self, telegram: &Telegram<'_>, mut anomalies: Anomalies, sink: &mut dyn Sink) {
        let is_request = telegram.attribute == REQUEST;
        let (asked, data) = match telegram.body {
            [station, command, data @ ..] if is_request => {
                let asked = Asked { station: *station, command: *command, range: range(*command, data) };
                self.watched = true;
                self.pending.insert(telegram.sequence, asked);
                (Some(asked), data)
            }
            body => (self.pending.take(&telegram.sequence), body),
        };
        anomalies = anomalies.with_if(asked.is_none() && self.watched, Anomalies::UNEXPECTED_RESPONSE);
        let described = asked.map(|asked| (asked.command, command::describe(asked.command)));
        let (function, category) = match described {
            Some((_, Some((name, category)))) => (Function::Known(name), category),
            Some((code, None)) => (Function::Unknown(u32::from(code)), Category::Other),
            None if telegram.attribute == RESPONSE => (Function::Known("response"), Category::Other),
            None => (Function::Known("acknowledgement"), Category::Other),
        };
        anomalies = anomalies.with_if(matches!(described, Some((_, None))), Anomalies::UNKNOWN_FUNCTION);
        let outcome = match telegram.attribute {
            REQUEST => Outcome::Pending,
            ACKNOWLEDGEMENT => match acknowledgement(data) {
                Some(0) | None => Outcome::Ok,
                Some(code) => Outcome::Error(refusal(code)),
            },
            _ => Outcome::Ok,
        };
        let object = match asked.map(|asked| (command::space(asked.command), asked.range)) {
            Some((Some(Space::Words(label) | Space::Bits(label)), Some((first, count)))) => {
                Reference::range(label, u64::from(first), u64::from(count))
            }
            _ => Reference::None,
        };
        let address = match asked {
            Some(asked) => Reference::one("station", u64::from(asked.station)),
            None => Reference::None,
        };
        let shown = Shown(|visitor: &mut dyn Visitor| show(telegram, asked.as_ref(), data, visitor));
        sink.message(&Message {
            protocol: Protocol::Sbus,
            kind: if is_request { Kind::Request } else { Kind::Response },
            function,
            code: asked.map(|asked| u32::from(asked.command)),
            category,
            outcome,
            address,
            object,
            anomalies,
            fields: &shown,
        });
        let Some(asked) = asked.filter(|_| telegram.is_sound) else { return };
        if telegram.attribute == RESPONSE {
            observe(&asked, data, sink);
        }
        if sink.wants().values {
            values(&asked, telegram.attribute, data, address, sink);
        }
    }
}

/// Base address and count of a command that addresses a space. Reads give the count less one; writes the bytes that
/// follow less one.
fn range(command: u8, data: &[u8]) -> Option<(u16, u16)> {
    let space = command::space(command)?;
    let mut reader = Reader::new(data);
    let count = u16::from(reader.u8().ok()?);
    let first = reader.be_u16().ok()?;
    let quantity = match (command::writes(command), space) {
        (false, _) => count.saturating_add(1),
        (true, Space::Words(_)) => count.saturating_sub(1) / 4,
        (true, Space::Bits(_)) => u16::from(reader.u8().ok()?).saturating_add(1),
    };
    Some((first, quantity))
}

/// The values among the data of a message: after the counts in writes, all of it in responses.
fn carried<'a>(asked: &Asked, attribute: u8, data: &'a [u8]) -> Option<(Space, &'a [u8])> {
    let space = command::space(asked.command)?;
    match (attribute, command::writes(asked.command), space) {
        (RESPONSE, false, _) => Some((space, data)),
        (REQUEST, true, Space::Words(_)) => Some((space, data.get(3..)?)),
        (REQUEST, true, Space::Bits(_)) => Some((space, data.get(4..)?)),
        _ => None,
    }
}

fn values(asked: &Asked, attribute: u8, data: &[u8], address: Reference<'_>, sink: &mut dyn Sink) {
    let Some(((space, bytes), (first, count))) = carried(asked, attribute, data).zip(asked.range) else {
        return;
    };
    match space {
        Space::Bits(label) => {
            let there = u32::try_from(bytes.len().saturating_mul(8)).unwrap_or(0);
            let count = u32::from(count).min(there);
            let first = u32::from(first);
            if count > 0 {
                let protocol = Protocol::Sbus;
                sink.values(&ValueBlock { protocol, address, label, first, count, bits: 1, data: bytes });
            }
        }
        Space::Words(label) => {
            for (word, at) in bytes.as_chunks::<4>().0.iter().zip(0..count) {
                sink.value(&Value {
                    protocol: Protocol::Sbus,
                    address,
                    object: Reference::one(label, u64::from(first.saturating_add(at))),
                    kind: "int32",
                    number: Number::Int(i64::from(i32::from_be_bytes(*word))),
                });
            }
        }
    }
}

/// Why a telegram is not acknowledged; two bytes.
fn acknowledgement(data: &[u8]) -> Option<u16> {
    Reader::new(data).be_u16().ok()
}

const fn refusal(code: u16) -> &'static str {
    match code {
        0 => "acknowledged",
        1 => "not_acknowledged",
        2 => "password_required",
        3 => "port_in_reduced_protocol",
        4 => "port_already_used",
        _ => "unknown_reason",
    }
}

const fn cpu_state(status: u8) -> &'static str {
    match status {
        b'R' => "run",
        b'C' => "conditional_run",
        b'S' => "stop",
        b'H' => "halt",
        _ => "other",
    }
}

/// Type and version in an answer to read firmware version: five and three letters.
fn firmware(data: &[u8]) -> Option<(&[u8], &[u8])> {
    Some((data.get(..5)?, data.get(5..8)?))
}

fn observe(asked: &Asked, data: &[u8], sink: &mut dyn Sink) {
    let mut say = |attribute, text: &str| {
        said::of(sink, Subject::Sender, Protocol::Sbus, confidence::IDENTITY, attribute, text);
    };
    if asked.command == READ_FIRMWARE_VERSION
        && let Some((kind, version)) = firmware(data)
    {
        say("model", &printable(kind));
        say("firmware", &printable(version));
    } else if READ_PCD_STATUS.contains(&asked.command)
        && let [status] = data
        && cpu_state(*status) != "other"
    {
        say("cpu_state", cpu_state(*status));
    }
}

fn show(telegram: &Telegram<'_>, asked: Option<&Asked>, data: &[u8], visitor: &mut dyn Visitor) {
    visitor.uint("length", u64::from(telegram.length));
    visitor.uint("version", u64::from(telegram.version));
    visitor.uint("protocol_type", u64::from(telegram.protocol_type));
    visitor.uint("sequence", u64::from(telegram.sequence));
    let name = match telegram.attribute {
        REQUEST => "request",
        RESPONSE => "response",
        _ => "acknowledgement",
    };
    visitor.named("attribute", u64::from(telegram.attribute), name);
    let mut rest = data;
    if let Some(asked) = asked {
        visitor.uint("station", u64::from(asked.station));
        if let Some((first, count)) = asked.range {
            visitor.uint("address", u64::from(first));
            visitor.uint("quantity", u64::from(count));
            if telegram.attribute == REQUEST {
                rest = &[];
            }
        }
        if let Some((space, bytes)) = carried(asked, telegram.attribute, data) {
            rest = &[];
            visitor.begin_list("values");
            match space {
                Space::Words(_) => {
                    for word in bytes.as_chunks::<4>().0 {
                        visitor.int("", i64::from(i32::from_be_bytes(*word)));
                    }
                }
                Space::Bits(_) => {
                    let count = usize::from(asked.range.map_or(0, |(_, count)| count));
                    let bits = bytes.iter().flat_map(|byte| (0u32..8).map(move |bit| (byte >> bit) & 1));
                    for bit in bits.take(count) {
                        visitor.uint("", u64::from(bit));
                    }
                }
            }
            visitor.end_list();
        }
        if telegram.attribute == RESPONSE && asked.command == READ_FIRMWARE_VERSION {
            if let Some((kind, version)) = firmware(data) {
                visitor.text("pcd_type", &printable(kind));
                visitor.text("firmware_version", &printable(version));
                rest = &[];
            }
        } else if telegram.attribute == RESPONSE
            && READ_PCD_STATUS.contains(&asked.command)
            && let [status] = data
        {
            visitor.named("cpu_status", u64::from(*status), cpu_state(*status));
            rest = &[];
        }
    }
    if telegram.attribute == ACKNOWLEDGEMENT
        && let Some(code) = acknowledgement(data)
    {
        visitor.named("acknowledgement", u64::from(code), refusal(code));
        rest = &[];
    }
    if !rest.is_empty() {
        visitor.bytes("data", rest);
    }
    if let Some(sum) = telegram.crc {
        visitor.uint("crc", u64::from(sum));
    }
}

#[cfg(test)]
mod tests;
