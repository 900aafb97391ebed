//! Mitsubishi MELSEC communication protocol (MC, SLMP): 3E, 4E and 1E frames, and MELSOFT as far as it shows itself.
//!
//! Spec: Mitsubishi SH-080008 (MELSEC communication protocol reference), SH-080956 (SLMP reference). MELSOFT is not
//! published; what is read of it was seen in captures. Ports are set by the user; 5006, 5007, 5560 and 5562 are usual for
//! MELSOFT, the others are often near them. Recognised by subheader, lengths and command.

mod frame;
mod names;

use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Input, Kind, Message, Number, Outcome, Over,
    Part, Pending, Probe, Protocol, Reader, Reference, Session, Sink, Step, Transport, Value, Verdict,
    Visitor, confidence, printable, said,
};
use frame::{Form, Frame, Start};

const PORTS: &[u16] = &[5006, 5007, 5560, 5562];
/// Largest message that is waited for, in bytes.
const LONGEST: usize = 16_640;
/// Most points given as values and shown of one message; a command reads 960 words or 7,168 bits at most.
const MAX_POINTS: usize = 1_024;

/// The MELSEC protocol as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Melsec,
    over: &[Over::Tcp(PORTS), Over::Udp(PORTS)],
    probe,
    open: || Box::<Melsec>::default(),
    max_message: LONGEST,
    fields: FIELDS,
    not_decoded: &[
        "1E frames over TCP and in ASCII; contents of random, block, label, monitor and file commands, shown as bytes",
        "extended device specifications (subcommand bit 7), shown as bytes",
        "MELSOFT commands other than reading the type name: their numbers and sizes are shown",
        "remote passwords, which are never shown",
    ],
};

const FIELDS: &[Field] = &[
    Field {
        name: "form",
        doc: "3e_binary, 3e_ascii, 4e_binary, 4e_ascii, 1e_binary, melsoft or melsoft_search.",
    },
    Field { name: "serial_number", doc: "Of 4E and MELSOFT frames; a response repeats its request's." },
    Field { name: "network", doc: "Network of the addressed station; 0 is the own one." },
    Field { name: "station", doc: "Station (PC number); 255 is the own one." },
    Field { name: "module_io", doc: "I/O number of the addressed module; 0x03ff is the own CPU." },
    Field { name: "multidrop_station", doc: "Station behind a serial module." },
    Field { name: "monitoring_timer", doc: "How long the station may take, in units of 250 ms; 0 for ever." },
    Field { name: "command", doc: "Command number." },
    Field { name: "subcommand", doc: "0 words, 1 bits, 2 and 3 the same for large devices." },
    Field { name: "response_code", doc: "End code of a response; 0 for success." },
    Field { name: "device", doc: "Letters of the device." },
    Field { name: "address", doc: "First point." },
    Field { name: "count", doc: "Number of points." },
    Field { name: "values", doc: "Words as unsigned numbers, bits as 0 or 1." },
    Field { name: "mode", doc: "Of remote run and pause: 1 normal, 3 forced." },
    Field { name: "model", doc: "Type name of the CPU." },
    Field { name: "model_code", doc: "Number of the CPU's type." },
    Field { name: "body", doc: "Bytes without a known structure." },
];

fn probe(probe: &Probe<'_>) -> Verdict {
    if !matches!(
        probe.data.first(),
        Some(0x50 | 0xd0 | 0x54 | 0xd4 | b'5' | b'D' | 0x57 | 0xd7 | 0x5a | 0xda | 0..=0x24)
    ) {
        return Verdict::No;
    }
    let datagram = probe.transport == Transport::Udp;
    let usual = probe.on_port(PORTS);
    match frame::read(probe.data, datagram) {
        Start::Frame(frame) => {
            let exact = frame.size == probe.data.len() && !frame.short;
            let named = frame.response || frame.form == Form::Melsoft || names::is_known(frame.command);
            if !exact || !named {
                return Verdict::No;
            }
            match frame.form {
                Form::Melsoft => Verdict::Sure,
                _ if !frame.response && fits(&frame) => Verdict::Sure,
                _ if frame.response && frame.end_code != Some(0) && !usual => Verdict::No,
                _ => Verdict::Likely,
            }
        }
        Start::More if !datagram => Verdict::More,
        _ if datagram && usual && frame::search(probe.data).is_some() => Verdict::Likely,
        _ if datagram && usual && frame::request_1e(probe.data).is_some() => Verdict::Likely,
        _ => Verdict::No,
    }
}

/// Whether a request's content has the length that its command asks for.
fn fits(frame: &Frame<'_>) -> bool {
    let points = Points::read(frame);
    match (frame.command, points) {
        (0x0401, Some((_, rest))) => rest.is_empty(),
        (0x1401, Some((points, rest))) => rest.len() == points.bytes(frame.form.is_ascii()),
        (0x0101 | 0x1002 | 0x1005 | 0x0802 | 0x1617, _) => frame.body.is_empty(),
        (0x1001 | 0x1003 | 0x1006, _) => matches!(frame.body.len(), 2 | 4 | 8),
        (0x0401 | 0x1401, None) => false,
        _ => true,
    }
}

/// Consecutive points of one device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Points {
    device: u16,
    first: u32,
    count: u16,
    bits: bool,
}

impl Points {
    /// Of a read or write of consecutive points, with what follows.
    fn read<'a>(frame: &Frame<'a>) -> Option<(Self, &'a [u8])> {
        if !matches!(frame.command, 0x0401 | 0x1401) || frame.subcommand > 3 {
            return None;
        }
        let mut reader = Reader::new(frame.body);
        let bits = frame.subcommand & 1 != 0;
        let large = frame.subcommand & 2 != 0;
        let (device, first, count) = if frame.form.is_ascii() {
            let letters = reader.take(if large { 4 } else { 2 }).ok()?;
            let device = names::device_by_letters(letters)?;
            let digits = std::str::from_utf8(reader.take(if large { 8 } else { 6 }).ok()?).ok()?;
            // Inputs, outputs and links count in hexadecimal digits (SH-080008).
            let radix =
                if matches!(device, 0x9c | 0x9d | 0xa0 | 0xb4 | 0xa1 | 0xb5 | 0xa2 | 0xa3) { 16 } else { 10 };
            let first = u32::from_str_radix(digits.trim(), radix).ok()?;
            let count = std::str::from_utf8(reader.take(4).ok()?).ok()?;
            (device, first, u16::from_str_radix(count, 16).ok()?)
        } else if large {
            let first = reader.le_u32().ok()?;
            (reader.le_u16().ok()?, first, reader.le_u16().ok()?)
        } else {
            let first = reader.le_u24().ok()?;
            (u16::from(reader.u8().ok()?), first, reader.le_u16().ok()?)
        };
        names::device(device)?;
        Some((Self { device, first, count, bits }, reader.rest()))
    }

    fn label(self) -> &'static str {
        names::device(self.device).map_or("", |device| device.0)
    }

    /// Bytes that the points' values take: a bit half a byte, a word two; in ASCII twice that.
    fn bytes(self, ascii: bool) -> usize {
        let count = usize::from(self.count);
        match (self.bits, ascii) {
            (true, true) => count,
            (true, false) => count.div_ceil(2),
            (false, true) => count.saturating_mul(4),
            (false, false) => count.saturating_mul(2),
        }
    }

    fn object(self) -> Reference<'static> {
        Reference::range(self.label(), u64::from(self.first), u64::from(self.count))
    }

    /// The points' values, as far as the bytes go.
    fn values(self, data: &[u8], ascii: bool) -> impl Iterator<Item = u16> + use<'_> {
        let mut reader = Reader::new(data);
        let mut half = None;
        let next = move || match (self.bits, ascii) {
            (true, true) => Some(u16::from(reader.u8().ok()? == b'1')),
            (true, false) => {
                if let Some(low) = half.take() {
                    return Some(low);
                }
                let byte = u16::from(reader.u8().ok()?);
                half = Some(byte & 1);
                Some(byte >> 4 & 1)
            }
            (false, true) => {
                let digits = std::str::from_utf8(reader.take(4).ok()?).ok()?;
                u16::from_str_radix(digits, 16).ok()
            }
            (false, false) => reader.le_u16().ok(),
        };
        std::iter::from_fn(next).take(usize::from(self.count).min(MAX_POINTS))
    }
}

/// What a response needs to know of its request.
#[derive(Debug, Clone, Copy)]
struct Asked {
    command: u16,
    points: Option<Points>,
}

/// One connection or pair of addresses.
#[derive(Debug, Default)]
struct Melsec {
    pending: Pending<u16, Asked>,
    /// The last 1E request: its responses have no number.
    last_1e: Option<u8>,
    watched: bool,
}

impl Session for Melsec {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let datagram = input.transport != Transport::Tcp;
        let frame = match frame::read(input.data, input.last) {
            Start::Frame(frame) => Some(frame),
            Start::More if !input.last => return Step::More,
            _ if datagram => frame::search(input.data)
                .or_else(|| self.last_1e.and_then(|asked| frame::response_1e(input.data, asked)))
                .or_else(|| frame::request_1e(input.data)),
            _ => None,
        };
        let Some(frame) = frame else { return Step::Lost };
        self.frame(&frame, sink);
        Step::Took(frame.size.max(1))
    }

    fn resumes(&self, data: &[u8]) -> bool {
        !matches!(frame::read(data, false), Start::No)
    }

    fn gap(&mut self, _from_client: Option<bool>) {
        self.pending.clear();
        self.last_1e = None;
        self.watched = false;
    }
}

impl Melsec {
    fn frame(&mut self, frame: &Frame<'_>, sink: &mut dyn Sink) {
        let mut anomalies = Anomalies::NONE.with_if(frame.short, Anomalies::TRUNCATED);
        let own = Asked { command: frame.command, points: Points::read(frame).map(|found| found.0) };
        let asked = if frame.response {
            let asked = self.pending.take(&frame.serial);
            let search = frame.form == Form::MelsoftSearch;
            anomalies =
                anomalies.with_if(asked.is_none() && self.watched && !search, Anomalies::UNEXPECTED_RESPONSE);
            asked
        } else {
            self.watched = true;
            self.last_1e = (frame.form == Form::Binary1e).then(|| u8::try_from(frame.command).unwrap_or(0));
            let replaced = self.pending.insert(frame.serial, own);
            anomalies = anomalies.with_if(replaced.is_some(), Anomalies::DUPLICATE);
            let counted =
                matches!(frame.form, Form::Binary3e | Form::Binary4e | Form::Ascii3e | Form::Ascii4e);
            if counted && !frame.short && !fits(frame) {
                anomalies |= Anomalies::BAD_LENGTH;
            }
            None
        };
        let known = match frame.form {
            Form::Binary3e | Form::Binary4e | Form::Ascii3e | Form::Ascii4e if frame.response => asked,
            _ => Some(own),
        };
        let (function, category) = function(frame, known.map(|known| known.command));
        anomalies = anomalies.with_if(
            matches!(function, Function::Unknown(_)) && frame.form != Form::Melsoft,
            Anomalies::UNKNOWN_FUNCTION,
        );
        let part = |label, value| Part { label, value };
        let address = match frame.form {
            Form::MelsoftSearch => Reference::None,
            _ => Reference::Three(
                part("network", u64::from(frame.network)),
                part("station", u64::from(frame.station)),
                part("module", u64::from(frame.module_io)),
            ),
        };
        let refused = frame.end_code.is_some_and(|code| code != 0);
        let points = asked.and_then(|asked| asked.points).or(own.points);
        sink.message(&Message {
            protocol: Protocol::Melsec,
            kind: if frame.response { Kind::Response } else { Kind::Request },
            function,
            code: known.map(|known| u32::from(known.command)).filter(|_| frame.form != Form::MelsoftSearch),
            category,
            outcome: match (frame.response, frame.end_code) {
                (false, _) => Outcome::Pending,
                (true, Some(code)) if refused => Outcome::Error(end_name(frame.form, code)),
                _ => Outcome::Ok,
            },
            address,
            object: points.map_or(Reference::None, Points::object),
            anomalies,
            fields: &Shown { frame, asked: known, points },
        });
        if refused || frame.short {
            return;
        }
        if let (Some(points), true) = (points, sink.wants().values) {
            values(frame, points, address, sink);
        }
        if frame.response {
            observe(frame, known, sink);
        }
    }
}

/// Name and category, by the frame's form.
fn function(frame: &Frame<'_>, command: Option<u16>) -> (Function, Category) {
    match (frame.form, command) {
        (Form::MelsoftSearch, _) => (Function::Known("search"), Category::Discovery),
        (Form::Binary1e, Some(command)) => {
            let known = u8::try_from(command).ok().and_then(names::describe_1e);
            known.map_or((Function::Unknown(u32::from(command)), Category::Other), |(name, category)| {
                (Function::Known(name), category)
            })
        }
        (Form::Melsoft, Some(0x0101 | 0x0121)) => (Function::Known("read_type_name"), Category::Diagnostics),
        (Form::Melsoft, Some(command)) => (Function::Unknown(u32::from(command)), Category::Other),
        (_, Some(command)) => names::describe(command),
        (_, None) => (Function::Known("response"), Category::Other),
    }
}

fn end_name(form: Form, code: u16) -> &'static str {
    if form == Form::Binary1e || form == Form::Melsoft { "error" } else { names::end_code(code) }
}

/// Values of a write's request or a read's response.
fn values(frame: &Frame<'_>, points: Points, address: Reference<'_>, sink: &mut dyn Sink) {
    let data = match Points::read(frame) {
        Some((_, rest)) if frame.command == 0x1401 => rest,
        Some(_) => return,
        None if frame.response => frame.body,
        None => return,
    };
    for (at, value) in (u64::from(points.first)..).zip(points.values(data, frame.form.is_ascii())) {
        let (kind, number) = if points.bits {
            ("bool", Number::Bool(value != 0))
        } else {
            ("uint16", Number::Uint(u64::from(value)))
        };
        let object = Reference::one(points.label(), at);
        sink.value(&Value { protocol: Protocol::Melsec, address, object, kind, number });
    }
}

/// Type name and code of the CPU in the answers that hold them.
fn type_name<'a>(frame: &Frame<'a>, known: Option<Asked>) -> Option<(&'a [u8], Option<u16>)> {
    let reads_type = match frame.form {
        Form::Binary3e | Form::Binary4e | Form::Ascii3e | Form::Ascii4e => known?.command == 0x0101,
        Form::Melsoft => matches!(frame.command, 0x0101 | 0x0121),
        _ => false,
    };
    let mut reader = Reader::new(frame.body);
    let name = reader.take(16).ok().filter(|_| reads_type && frame.response)?;
    let code = if frame.form.is_ascii() {
        let digits = reader.take(4).ok().and_then(|digits| std::str::from_utf8(digits).ok());
        digits.and_then(|digits| u16::from_str_radix(digits, 16).ok())
    } else {
        reader.le_u16().ok()
    };
    Some((name, code))
}

fn observe(frame: &Frame<'_>, known: Option<Asked>, sink: &mut dyn Sink) {
    if let Some((name, _)) = type_name(frame, known) {
        said::of_sender_bytes(sink, Protocol::Melsec, confidence::IDENTITY, "model", name);
    }
}

struct Shown<'a> {
    frame: &'a Frame<'a>,
    asked: Option<Asked>,
    points: Option<Points>,
}

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        let frame = self.frame;
        visitor.text("form", frame.form.name());
        if matches!(frame.form, Form::Binary4e | Form::Ascii4e | Form::Melsoft) {
            visitor.uint("serial_number", u64::from(frame.serial));
        }
        if !matches!(frame.form, Form::MelsoftSearch | Form::Melsoft | Form::Binary1e) {
            visitor.uint("network", u64::from(frame.network));
            visitor.uint("station", u64::from(frame.station));
            visitor.uint("module_io", u64::from(frame.module_io));
            visitor.uint("multidrop_station", u64::from(frame.multidrop));
        }
        match frame.end_code {
            Some(code) => visitor.named(
                "response_code",
                u64::from(code),
                if code == 0 { "normal" } else { end_name(frame.form, code) },
            ),
            None if frame.form != Form::MelsoftSearch => {
                visitor.uint("monitoring_timer", u64::from(frame.timer));
                visitor.uint("command", u64::from(frame.command));
                visitor.uint("subcommand", u64::from(frame.subcommand));
            }
            None => {}
        }
        let mut data = frame.body;
        if let Some((points, rest)) = Points::read(frame) {
            visitor.text("device", points.label());
            visitor.uint("address", u64::from(points.first));
            visitor.uint("count", u64::from(points.count));
            data = rest;
        } else if let Some((name, code)) = type_name(frame, self.asked) {
            visitor.text("model", &printable(name));
            if let Some(code) = code {
                visitor.uint("model_code", u64::from(code));
            }
            return;
        }
        // A remote password is a secret.
        let secret = matches!(frame.command, 0x1630 | 0x1631) && !frame.response;
        if data.is_empty() || secret {
            return;
        }
        match (self.points, frame.command, frame.response) {
            (Some(points), ..) if !matches!(frame.end_code, Some(1..)) => {
                visitor.begin_list("values");
                for value in points.values(data, frame.form.is_ascii()) {
                    visitor.uint("", u64::from(value));
                }
                visitor.end_list();
            }
            (_, 0x1001 | 0x1003, false) if !frame.form.is_ascii() => {
                if let Ok(mode) = Reader::new(data).le_u16() {
                    visitor.named("mode", u64::from(mode), if mode == 3 { "forced" } else { "normal" });
                }
            }
            _ => visitor.bytes("body", data.get(..1_024).unwrap_or(data)),
        }
    }
}

#[cfg(test)]
mod tests;
