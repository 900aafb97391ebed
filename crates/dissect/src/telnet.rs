//! Telnet: option negotiation and the first words of the server.
//!
//! Spec: RFC 854 (commands), RFC 855 (options), RFC 1091 (terminal type). Usual port TCP 23; recognised by content on
//! any port: two commands of negotiation in a row. `code` is the command. What people type is never shown.

use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Input, Kind, Message, NoFields, Outcome, Over,
    Probe, Protocol, Reference, Session, Sink, Step, Transport, Verdict, Visitor, confidence, printable,
    said,
};

const PORTS: &[u16] = &[23];
/// Interpret as command.
const IAC: u8 = 0xff;
/// Commands (RFC 854).
const SE: u8 = 0xf0;
const SB: u8 = 0xfa;
const WILL: u8 = 0xfb;
const DONT: u8 = 0xfe;
/// Longest sub-negotiation that is waited for, in bytes.
const MAX_SUB: usize = 1024;
/// Bytes of one direction that are searched for commands; later ones are passed over unread.
const MAX_SEARCHED: usize = 16 * 1024;
/// Longest greeting that is observed, in bytes.
const MAX_BANNER: usize = 256;

/// Telnet as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Telnet,
    over: &[Over::Tcp(PORTS)],
    probe,
    open: || Box::<Telnet>::default(),
    max_message: MAX_SUB,
    fields: FIELDS,
    not_decoded: &[
        "the text of the session beyond the server's first line",
        "commands after the first 16 KiB",
    ],
};

const FIELDS: &[Field] = &[
    Field { name: "option", doc: "Option that is negotiated." },
    Field { name: "length", doc: "Bytes of the sub-negotiation." },
];

/// Options of the IANA registry: the assigned ones and a few that are used.
const fn is_option(option: u8) -> bool {
    matches!(option, 0..=49 | 69..=70 | 85..=93 | 138..=140 | 200 | 255)
}

fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.transport != Transport::Tcp || probe.data.is_empty() {
        return Verdict::No;
    }
    let mut commands = 0u8;
    let mut rest = probe.data;
    while let [IAC, WILL..=DONT, option, after @ ..] = rest {
        if !is_option(*option) {
            return Verdict::No;
        }
        commands = commands.saturating_add(1);
        rest = after;
    }
    let goes_on = matches!(rest, [] | [IAC] | [IAC, WILL..=DONT] | [IAC, SB, ..]);
    match (commands, probe.on_port(PORTS)) {
        (2.., _) => Verdict::Sure,
        (1, true) => Verdict::Likely,
        (1, false) if goes_on && rest.len() < 3 => Verdict::Likely,
        (0, _) if goes_on && matches!(rest, [IAC, ..]) && rest.len() < 3 => Verdict::More,
        // A server on the usual port may greet without negotiation.
        (0, true) if is_text(rest) && probe.from_client != Some(true) => Verdict::Likely,
        _ => Verdict::No,
    }
}

/// Text as servers greet with.
fn is_text(data: &[u8]) -> bool {
    !data.is_empty()
        && data.iter().take(64).all(|byte| matches!(byte, b' '..=b'~' | b'\r' | b'\n' | b'\t' | 0x1b | 0))
}

#[derive(Debug, Default)]
struct Side {
    searched: usize,
    banner: Vec<u8>,
    told: bool,
}

#[derive(Debug, Default)]
struct Telnet {
    /// By direction: from the server, to the server.
    sides: [Side; 2],
}

impl Session for Telnet {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let data = input.data;
        let to_server = input.to_server(PORTS);
        let Some(side) = self.sides.get_mut(usize::from(to_server)) else { return Step::Lost };
        if data.is_empty() {
            return if input.last { Step::Lost } else { Step::More };
        }
        if side.searched >= MAX_SEARCHED {
            return Step::Took(data.len());
        }
        let step = if let [IAC, rest @ ..] = data {
            command(rest, input.last, sink)
        } else {
            let window = data.get(..MAX_SEARCHED.saturating_sub(side.searched)).unwrap_or(data);
            let length = window.iter().position(|byte| *byte == IAC).unwrap_or(window.len());
            if !to_server {
                side.text(data.get(..length).unwrap_or_default(), sink);
            }
            Step::Took(length)
        };
        if let Step::Took(taken) = step {
            side.searched = side.searched.saturating_add(taken);
        }
        step
    }

    fn gap(&mut self, _from_client: Option<bool>) {
        for side in &mut self.sides {
            side.told = true;
        }
    }
}

impl Side {
    /// Gathers the first line that holds more than blanks.
    fn text(&mut self, text: &[u8], sink: &mut dyn Sink) {
        for byte in text {
            if self.told {
                return;
            }
            match byte {
                b'\r' | b'\n' | 0 if self.banner.iter().all(u8::is_ascii_whitespace) => self.banner.clear(),
                // A prompt waits for an answer on the same line.
                b'\r' | b'\n' | b':' => self.tell(sink),
                _ => self.banner.push(*byte),
            }
            if self.banner.len() >= MAX_BANNER {
                self.tell(sink);
            }
        }
    }

    fn tell(&mut self, sink: &mut dyn Sink) {
        self.told = true;
        let banner = std::mem::take(&mut self.banner);
        give(Kind::Event, Function::Known("greeting"), None, Anomalies::NONE, &NoFields, sink);
        said::of_sender(sink, Protocol::Telnet, confidence::BANNER, "banner", &printable(&banner));
    }
}

/// A command, given what follows its first byte.
fn command(rest: &[u8], last: bool, sink: &mut dyn Sink) -> Step {
    let more = if last { Step::Took(rest.len().saturating_add(1)) } else { Step::More };
    let Some((code, after)) = rest.split_first() else { return more };
    match *code {
        SB => {
            let window = after.get(..MAX_SUB).unwrap_or(after);
            let Some(end) = window.windows(2).position(|pair| pair == [IAC, SE]) else {
                return if window.len() < MAX_SUB && !last { Step::More } else { more_or(rest.len()) };
            };
            let fields = Negotiated { option: after.first().copied(), length: Some(end) };
            give(Kind::Control, name(SB), Some(u32::from(SB)), Anomalies::NONE, &fields, sink);
            Step::Took(end.saturating_add(4))
        }
        WILL..=DONT => {
            let Some(option) = after.first() else { return more };
            let marks = Anomalies::NONE.with_if(!is_option(*option), Anomalies::UNKNOWN_OBJECT);
            let fields = Negotiated { option: Some(*option), length: None };
            give(Kind::Control, name(*code), Some(u32::from(*code)), marks, &fields, sink);
            Step::Took(3)
        }
        // A doubled byte is data.
        IAC => Step::Took(2),
        0xec..=0xf9 => {
            give(Kind::Control, name(*code), Some(u32::from(*code)), Anomalies::NONE, &NoFields, sink);
            Step::Took(2)
        }
        _ => Step::Took(2),
    }
}

/// Passes over a sub-negotiation without end.
fn more_or(length: usize) -> Step {
    Step::Took(length.min(MAX_SUB).saturating_add(1))
}

const fn name(code: u8) -> Function {
    Function::Known(match code {
        0xec => "end_of_file",
        0xed => "suspend",
        0xee => "abort",
        0xef => "end_of_record",
        SE => "subnegotiation_end",
        0xf1 => "no_operation",
        0xf2 => "data_mark",
        0xf3 => "break",
        0xf4 => "interrupt_process",
        0xf5 => "abort_output",
        0xf6 => "are_you_there",
        0xf7 => "erase_character",
        0xf8 => "erase_line",
        0xf9 => "go_ahead",
        SB => "subnegotiation",
        WILL => "will",
        0xfc => "wont",
        0xfd => "do",
        DONT => "dont",
        _ => return Function::Unknown(code as u32),
    })
}

struct Negotiated {
    option: Option<u8>,
    length: Option<usize>,
}

impl Fields for Negotiated {
    fn visit(&self, visitor: &mut dyn Visitor) {
        if let Some(option) = self.option {
            visitor.uint("option", u64::from(option));
        }
        if let Some(length) = self.length {
            visitor.uint("length", length as u64);
        }
    }
}

fn give(
    kind: Kind,
    function: Function,
    code: Option<u32>,
    anomalies: Anomalies,
    fields: &dyn Fields,
    sink: &mut dyn Sink,
) {
    sink.message(&Message {
        protocol: Protocol::Telnet,
        kind,
        function,
        code,
        category: Category::Session,
        outcome: Outcome::Event,
        address: Reference::None,
        object: Reference::None,
        anomalies,
        fields,
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check_stream, client, probe as look, server};

    #[test]
    fn negotiation_and_the_first_line_are_told() {
        let hello = b"\xff\xfd\x18\xff\xfb\x03\xff\xfa\x18\x01\xff\xf0\r\n\r\nEDS-408A Switch\r\nlogin: ";
        let log =
            check_stream(&DISSECTOR, 23, &[server(hello), client(b"\xff\xfc\x18operator\r\nsecret\r\n")]);
        assert_eq!(
            log.messages,
            [
                "telnet control do code=253 session Event [] [] [] {option=24}",
                "telnet control will code=251 session Event [] [] [] {option=3}",
                "telnet control subnegotiation code=250 session Event [] [] [] {option=24 length=2}",
                "telnet event greeting code=- session Event [] [] [] {}",
                "telnet control wont code=252 session Event [] [] [] {option=24}",
            ]
        );
        assert_eq!(log.observations, ["Sender [] banner=\"EDS-408A Switch\" telnet 70"]);
        assert!(!format!("{log:?}").contains("secret"));
    }

    #[test]
    fn content_decides() {
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 23, b"\xff\xfd\x18\xff\xfb\x03"), Verdict::Sure);
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 2323, b"\xff\xfd\x18\xff\xfb\x03"), Verdict::Sure);
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 2323, b"\xff\xfd"), Verdict::More);
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 2323, b"\xff\xfd\xf0\xff"), Verdict::No);
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 23, b"\x16\x03\x01\x00"), Verdict::No);
    }
}
