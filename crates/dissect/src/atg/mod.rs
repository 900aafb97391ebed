//! Automatic tank gauges that speak Veeder-Root's TLS serial commands, over TCP.
//!
//! Spec: Veeder-Root TLS-3XX Series Consoles Serial Interface Manual, 576013-635: 5.1 command format, 7.1 to 7.5
//! functions. Usual port TCP 10001 (a serial port behind a converter); recognised by SOH, a letter and five characters
//! that are a function and a tank, and the end of the command, on any port.

mod command;

use crate::said::of_sender_bytes;
use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Input, Kind, Message, Number, Outcome, Over,
    Probe, Protocol, Reference, Session, Sink, Step, Text, Transport, Value, Verdict, Visitor, confidence,
    printable,
};

const PORTS: &[u16] = &[10_001];
const SOH: u8 = 0x01;
const ETX: u8 = 0x03;
/// Bytes of a letter, a function and a tank.
const COMMAND: usize = 6;
/// Answer to a command that the gauge does not know.
const REFUSED: &[u8] = b"9999FF1B";
/// Largest answer that is waited for; an inventory of all tanks has about 2 KiB.
const MAX_ANSWER: usize = 16_384;
/// Largest command that is waited for.
const MAX_COMMAND: usize = 512;
/// Characters ahead of the tanks in a computer-format inventory: SOH, command, date and time.
const COMPUTER_HEAD: usize = 17;
/// Commands that wait for their answer; a serial line has one at a time.
const MAX_WAITING: usize = 16;
/// Most tanks of one answer.
const MAX_TANKS: usize = 32;
/// Values of a tank in an inventory report, in order (7.2, function 201).
const READINGS: [&str; 7] =
    ["volume", "tc_volume", "ullage", "height", "water", "temperature", "water_volume"];

/// Automatic tank gauges as the registry knows them.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Atg,
    over: &[Over::Tcp(PORTS)],
    probe,
    open: || Box::<Atg>::default(),
    max_message: MAX_ANSWER,
    fields: &[
        Field {
            name: "command",
            doc: "Letter, function and tank; a small letter asks for the computer format.",
        },
        Field { name: "tank", doc: "Tank or device; 0 all." },
        Field { name: "computer_format", doc: "The answer is packed for a computer, not for a printer." },
        Field { name: "text", doc: "Text after the command." },
        Field { name: "header", doc: "Name of the station, from the head of a printed report." },
    ],
    not_decoded: &[
        "functions beyond the reports, resets and labels that are named",
        "values of printed reports, and of computer-format reports other than the inventory",
        "the six-digit security code that may come before a command",
    ],
};

/// A command, or the echo of it that begins an answer.
#[derive(Debug, Clone, Copy)]
struct Command {
    text: [u8; COMMAND],
}

impl Command {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let text = *bytes.first_chunk::<COMMAND>()?;
        let [letter, a, b, c, tens, ones] = text;
        let is_code = [a, b, c].iter().all(u8::is_ascii_alphanumeric);
        let fits = matches!(letter, b'I' | b'S' | b'i' | b's') && a.is_ascii_digit() && is_code;
        (fits && tens.is_ascii_digit() && ones.is_ascii_digit()).then_some(Self { text })
    }

    const fn is_set(&self) -> bool {
        matches!(self.text[0], b'S' | b's')
    }

    const fn is_computer(&self) -> bool {
        self.text[0].is_ascii_lowercase()
    }

    const fn code(&self) -> [u8; 3] {
        [
            self.text[1].to_ascii_uppercase(),
            self.text[2].to_ascii_uppercase(),
            self.text[3].to_ascii_uppercase(),
        ]
    }

    fn tank(&self) -> u64 {
        let digit = |at: u8| u64::from(at.wrapping_sub(b'0'));
        digit(self.text[4]).saturating_mul(10).saturating_add(digit(self.text[5]))
    }

    /// The function as a hexadecimal number, as its characters read.
    fn number(&self) -> Option<u32> {
        u32::from_str_radix(std::str::from_utf8(&self.code()).ok()?, 16).ok()
    }
}

/// Bytes that a terminal or a sloppy script puts around commands: line ends, and Telnet's three-byte orders.
fn filler(data: &[u8]) -> usize {
    match data {
        [0xff, 0xf1..=0xf9, ..] => 2,
        [0xff, 0xfb..=0xfe, _, ..] => 3,
        [b'\r' | b'\n' | b' ' | 0, ..] => 1,
        _ => 0,
    }
}

fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.transport != Transport::Tcp || probe.data.first() != Some(&SOH) {
        return Verdict::No;
    }
    let rest = probe.data.get(1..).unwrap_or_default();
    let Some(command) = Command::parse(rest) else {
        let begins = rest.len() < COMMAND
            && rest.first().is_none_or(|letter| matches!(letter, b'I' | b'S' | b'i' | b's'))
            && rest.iter().skip(1).all(u8::is_ascii_alphanumeric);
        return if begins && probe.on_port(PORTS) { Verdict::More } else { Verdict::No };
    };
    let ends =
        rest.get(COMMAND).is_none_or(|byte| matches!(*byte, b'\r' | b'\n' | ETX) || byte.is_ascii_graphic());
    match (ends, command::describe(command.is_set(), command.code())) {
        (true, Some(_)) => Verdict::Sure,
        (true, None) => Verdict::Likely,
        (false, _) => Verdict::No,
    }
}

#[derive(Debug, Default)]
struct Atg {
    /// Commands without an answer, oldest first.
    asked: Vec<Command>,
}

impl Session for Atg {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let passed = filler(input.data);
        if passed > 0 {
            // A prompt or an order of the terminal is no message, but an answer may begin with a line end.
            return Step::Took(passed);
        }
        if input.data.first() == Some(&0xff) && !input.last {
            return Step::More;
        }
        if input.to_server(PORTS) { self.command(input, sink) } else { self.answer(input, sink) }
    }

    fn resumes(&self, data: &[u8]) -> bool {
        data.first() == Some(&SOH) && Command::parse(data.get(1..).unwrap_or_default()).is_some()
    }

    fn gap(&mut self, _from_client: Option<bool>) {
        self.asked.clear();
    }
}

impl Atg {
    fn command(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let start = usize::from(input.data.first() == Some(&SOH));
        let body = input.data.get(start..).unwrap_or_default();
        let Some(command) = Command::parse(body) else {
            let short = body.len() < COMMAND && input.data.len() < MAX_COMMAND;
            return if short && !input.last { Step::More } else { Step::Lost };
        };
        // An inquiry ends with its tank; a set has data up to the end of the line.
        let rest = body.get(COMMAND..).unwrap_or_default();
        let rest = rest.get(..MAX_COMMAND).unwrap_or(rest);
        let end = rest.iter().position(|byte| matches!(*byte, b'\r' | b'\n' | ETX | SOH));
        let length = match (command.is_set() || !rest.is_empty(), end) {
            (true, Some(end)) => end,
            (true, None) if !input.last && rest.len() < MAX_COMMAND && command.is_set() => return Step::More,
            (true, None) if command.is_set() => rest.len(),
            _ => 0,
        };
        if self.asked.len() >= MAX_WAITING {
            self.asked.remove(0);
        }
        self.asked.push(command);
        let text = rest.get(..length).unwrap_or_default();
        let shown = Shown { command: Some(command), text, header: None };
        emit(Some(command), true, Outcome::Pending, start == 0, &shown, Anomalies::NONE, sink);
        Step::Took(start.saturating_add(COMMAND).saturating_add(length))
    }

    fn answer(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let window = input.data.get(..MAX_ANSWER).unwrap_or(input.data);
        // The echo of the command may stand on a line of its own.
        let start = window.iter().take_while(|byte| matches!(**byte, SOH | b'\r' | b'\n')).count();
        let body = window.get(start..).unwrap_or_default();
        if body.starts_with(REFUSED) {
            let asked = if self.asked.is_empty() { None } else { Some(self.asked.remove(0)) };
            let shown = Shown { command: asked, text: REFUSED, header: None };
            emit(asked, false, Outcome::Error("unrecognised_command"), false, &shown, Anomalies::NONE, sink);
            return Step::Took(start.saturating_add(REFUSED.len()));
        }
        let end = answer_end(body);
        if end.is_none() && !input.last && window.len() < MAX_ANSWER {
            return Step::More;
        }
        let Some(command) = Command::parse(body) else { return Step::Lost };
        let ends = end.is_some_and(|end| body.get(end) == Some(&ETX));
        let taken = end.map_or(body.len(), |end| end.saturating_add(usize::from(ends)));
        let text = body.get(COMMAND..end.unwrap_or(body.len())).unwrap_or_default();
        let asked = self.asked.iter().position(|asked| asked.code() == command.code());
        let waited = !self.asked.is_empty();
        if let Some(at) = asked {
            self.asked.drain(..=at);
        }
        let header = if command.is_computer() { None } else { station(text) };
        let anomalies = Anomalies::NONE
            .with_if(!ends, Anomalies::MISSING_FIELD)
            .with_if(waited && asked.is_none(), Anomalies::MISMATCHED_RESPONSE);
        let shown = Shown { command: Some(command), text, header };
        emit(Some(command), false, Outcome::Ok, false, &shown, anomalies, sink);
        if let Some(header) = header {
            of_sender_bytes(sink, Protocol::Atg, confidence::IDENTITY, "location", header);
        }
        if sink.wants().values && command.is_computer() && command.code() == *b"201" {
            inventory(body, sink);
        }
        Step::Took(start.saturating_add(taken))
    }
}

/// Where an answer ends: at ETX, or, where a gauge sends none, at the next answer.
fn answer_end(body: &[u8]) -> Option<usize> {
    body.iter().enumerate().skip(COMMAND).find_map(|(at, byte)| {
        let rest = body.get(at..)?;
        let begins = match *byte {
            ETX => true,
            b'9' => rest.starts_with(REFUSED),
            b'\n' => {
                let echo = rest.get(1..).unwrap_or_default();
                Command::parse(echo).is_some() && matches!(echo.get(COMMAND), Some(b'\r' | b'\n'))
            }
            _ => false,
        };
        begins.then_some(at)
    })
}

fn emit(
    command: Option<Command>,
    request: bool,
    outcome: Outcome,
    without_soh: bool,
    shown: &Shown<'_>,
    anomalies: Anomalies,
    sink: &mut dyn Sink,
) {
    let code = command.and_then(|command| command.number());
    let known = command.and_then(|command| command::describe(command.is_set(), command.code()));
    let (function, category) = match (known, code) {
        (Some((name, category)), _) => (Function::Known(name), category),
        (None, Some(code)) => (Function::Unknown(code), Category::Other),
        (None, None) => (Function::Known("answer"), Category::Other),
    };
    let tank = command.map_or(0, |command| command.tank());
    sink.message(&Message {
        protocol: Protocol::Atg,
        kind: if request { Kind::Request } else { Kind::Response },
        function,
        code,
        category,
        outcome,
        address: if command.is_some() { Reference::one("tank", tank) } else { Reference::None },
        object: Reference::None,
        anomalies: anomalies
            .with_if(known.is_none() && command.is_some(), Anomalies::UNKNOWN_FUNCTION)
            .with_if(without_soh, Anomalies::MISSING_FIELD),
        fields: shown,
    });
}

/// The first line of the printed header, after the date: the station's own name.
fn station(text: &[u8]) -> Option<&[u8]> {
    let mut lines = text
        .split(|byte| matches!(byte, b'\r' | b'\n'))
        .map(<[u8]>::trim_ascii)
        .filter(|line| !line.is_empty());
    let _date = lines.next()?;
    // Without a header the title of the report follows at once.
    let name = lines.next()?;
    let titles: [&[u8]; 4] = [b"IN-TANK", b"SYSTEM", b"TANK", b"LIQUID"];
    let is_title = titles.iter().any(|title| name.starts_with(title));
    (!is_title && name.len() <= 40 && name.is_ascii()).then_some(name)
}

/// Hexadecimal IEEE 754 numbers of each tank: `TTpssssNN` and NN numbers of eight digits (function 201).
fn inventory(body: &[u8], sink: &mut dyn Sink) {
    let mut rest = body.get(COMPUTER_HEAD.saturating_sub(1)..).unwrap_or_default();
    for _ in 0..MAX_TANKS {
        let Some((head, after)) = rest.split_at_checked(9) else { return };
        let text = |from: usize, to: usize| std::str::from_utf8(head.get(from..to).unwrap_or_default()).ok();
        let Some(tank) = text(0, 2).and_then(|digits| digits.parse::<u64>().ok()) else { return };
        let Some(count) = text(7, 9).and_then(|digits| usize::from_str_radix(digits, 16).ok()) else {
            return;
        };
        let Some((numbers, after)) = after.split_at_checked(count.saturating_mul(8)) else { return };
        for (name, digits) in READINGS.iter().zip(numbers.chunks_exact(8)) {
            let bits =
                std::str::from_utf8(digits).ok().and_then(|digits| u32::from_str_radix(digits, 16).ok());
            let Some(bits) = bits else { return };
            sink.value(&Value {
                protocol: Protocol::Atg,
                address: Reference::one("tank", tank),
                object: Reference::Text(name),
                kind: "real",
                number: Number::Float(f64::from(f32::from_bits(bits))),
            });
        }
        rest = after;
    }
}

struct Shown<'a> {
    command: Option<Command>,
    text: &'a [u8],
    header: Option<&'a [u8]>,
}

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        if let Some(command) = &self.command {
            let text = Text::<8>::of(format_args!("{}", printable(&command.text)));
            visitor.text("command", text.as_str());
            visitor.uint("tank", command.tank());
            visitor.flag("computer_format", command.is_computer());
        }
        if let Some(header) = self.header {
            visitor.text("header", &printable(header));
        }
        if !self.text.is_empty() {
            visitor.text("text", &printable(self.text));
        }
    }
}

#[cfg(test)]
mod tests;
