//! Niagara Fox: the session protocol between Niagara stations and workbenches.
//!
//! Spec: none by its maker beyond ports (TCP 1911; 4911 with TLS) and outline in the NiagaraAX Networking and IT Guide.
//! Frame letters, value types and the commands of the `fox` and `circuit` channels follow public research notes on the
//! frames of Niagara 4; in captures only `hello`, `challenge` and `rejected` were seen. Recognised by the word `fox`, a
//! frame letter, two numbers, channel and command, on any port. A message is a line and a block of properties; blobs carry
//! their length. Answers to challenges are never shown.

use crate::shown::Shown;
use crate::{
    Anomalies, Category, Dissector, Field, Function, Input, Kind, Message, Observation, Outcome, Over, Probe,
    Protocol, Reference, Session, Sink, Step, Subject, Text, Transport, Verdict, Visitor, confidence,
    printable,
};

/// Usual port of plain sessions, and of sessions in TLS.
const PORTS: &[u16] = &[1911, 4911];
/// Largest message that is waited for; station files travel in larger ones.
const MAX_MESSAGE: usize = 512 * 1024;
/// Longest first line.
const MAX_LINE: usize = 256;
/// Properties of one message that are looked at.
const MAX_PROPERTIES: usize = 512;
/// Longest value that is shown, in bytes.
const MAX_VALUE: usize = 256;

/// Fox as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Fox,
    over: &[Over::Tcp(PORTS)],
    probe,
    open: || Box::<Fox>::default(),
    max_message: MAX_MESSAGE,
    fields: FIELDS,
    not_decoded: &[
        "sessions in TLS",
        "names of commands outside the channels fox and circuit, and what they carry: nothing public describes them",
        "blobs and encoded objects, and so the streams of circuits",
        "station discovery by multicast: its messages are not published",
    ],
};

const FIELDS: &[Field] = &[
    Field { name: "message_kind", doc: "Frame letter of the first line." },
    Field { name: "sequence", doc: "Number of the message." },
    Field { name: "reply_to", doc: "Number of the message that is answered; -1 for none." },
    Field { name: "channel", doc: "Channel of the session." },
    Field { name: "command", doc: "Command of the channel." },
    Field { name: "properties", doc: "Name, type letter and value; credentials by name only." },
];

/// The first line: `fox KIND NUMBER REPLY CHANNEL COMMAND`.
#[derive(Debug, Clone, Copy)]
struct Line<'a> {
    kind: u8,
    number: i64,
    reply: i64,
    channel: &'a [u8],
    command: &'a [u8],
}

impl<'a> Line<'a> {
    fn parse(line: &'a [u8]) -> Option<Self> {
        let mut words = line.strip_suffix(b"\r").unwrap_or(line).split(|byte| *byte == b' ');
        let (b"fox", kind) = (words.next()?, words.next()?) else { return None };
        let mut number = || std::str::from_utf8(words.next()?).ok()?.parse::<i64>().ok();
        let (number, reply) = (number()?, number()?);
        let (channel, command) = (words.next()?, words.next()?);
        let is_word = |word: &[u8]| !word.is_empty() && word.iter().all(u8::is_ascii_graphic);
        match kind {
            [kind] if kind.is_ascii_lowercase() && is_word(channel) && is_word(command) => {
                Some(Self { kind: *kind, number, reply, channel, command })
            }
            _ => None,
        }
    }
}

/// One property.
#[derive(Debug, Clone, Copy)]
struct Property<'a> {
    name: &'a [u8],
    kind: u8,
    value: &'a [u8],
}

/// What stands next in a block.
enum Next<'a> {
    Property(Property<'a>, usize),
    /// The end of the block and the bytes it takes.
    End(usize),
    Short,
}

fn line_end(data: &[u8]) -> Option<usize> {
    data.iter().position(|byte| *byte == b'\n')
}

/// Reads one entry: `name=t:value` up to the line's end, `name=b:LENGTH[bytes]` or `name=o:type LENGTH[bytes]`.
fn next(data: &[u8]) -> Next<'_> {
    if data.starts_with(b"};;") {
        return match data.get(3) {
            Some(b'\n') => Next::End(4),
            Some(b'\r') if data.get(4) == Some(&b'\n') => Next::End(5),
            Some(_) => Next::End(3),
            None => Next::End(3),
        };
    }
    let Some(end) = line_end(data) else { return Next::Short };
    let line = data.get(..end).unwrap_or_default();
    let after = end.saturating_add(1);
    let plain = |name, kind, value| Next::Property(Property { name, kind, value }, after);
    let Some(equals) = line.iter().position(|byte| *byte == b'=') else { return plain(line, 0, &[]) };
    let (name, rest) = line.split_at(equals);
    let [_, kind, b':', value @ ..] = rest else { return plain(name, 0, rest.get(1..).unwrap_or_default()) };
    if matches!(kind, b'b' | b'o')
        && let Some(open) = value.iter().position(|byte| *byte == b'[')
    {
        let head = value.get(..open).unwrap_or_default();
        let digits = head.rsplit(|byte| *byte == b' ').next().unwrap_or_default();
        if let Some(length) = crate::headers::number(digits).and_then(|length| usize::try_from(length).ok()) {
            let start = equals.saturating_add(4).saturating_add(open);
            let Some(stop) = start.checked_add(length) else { return Next::Short };
            let Some(value) = data.get(start..stop) else { return Next::Short };
            let Some(end) = data.get(stop..).and_then(line_end) else { return Next::Short };
            let taken = stop.saturating_add(end).saturating_add(1);
            return Next::Property(Property { name, kind: *kind, value }, taken);
        }
    }
    plain(name, *kind, value.strip_suffix(b"\r").unwrap_or(value))
}

/// Properties of a block, as far as they are whole.
fn properties(block: &[u8]) -> impl Iterator<Item = Property<'_>> {
    let mut rest = block;
    std::iter::from_fn(move || match next(rest) {
        Next::Property(property, taken) => {
            rest = rest.get(taken..).unwrap_or_default();
            Some(property)
        }
        _ => None,
    })
    .take(MAX_PROPERTIES)
}

fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.transport != Transport::Tcp {
        return Verdict::No;
    }
    let start = probe.data.get(..4.min(probe.data.len())).unwrap_or_default();
    if start.is_empty() || !b"fox ".starts_with(start) {
        return Verdict::No;
    }
    match line_end(probe.data) {
        Some(end) if Line::parse(probe.data.get(..end).unwrap_or_default()).is_some() => Verdict::Sure,
        None if probe.data.len() <= MAX_LINE => Verdict::More,
        _ => Verdict::No,
    }
}

#[derive(Default)]
struct Fox {
    /// How far the entries of the message at hand were read, by direction, so that none is read twice.
    read: [usize; 2],
}

impl Session for Fox {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let data = input.data;
        let blank = data.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        if blank > 0 {
            return Step::Took(blank);
        }
        let start = data.get(..4.min(data.len())).unwrap_or_default();
        if !b"fox ".starts_with(start) {
            return Step::Lost;
        }
        let Some(end) = line_end(data) else {
            return if input.last || data.len() > MAX_LINE { Step::Lost } else { Step::More };
        };
        let Some(line) = Line::parse(data.get(..end).unwrap_or_default()) else { return Step::Lost };
        let brace = data.get(end.saturating_add(1)..).unwrap_or_default();
        let opens = if brace.starts_with(b"{\r\n") { 3 } else { 2 };
        if !(brace.starts_with(b"{\n") || brace.starts_with(b"{\r\n")) {
            return match brace {
                [] | [b'{'] | [b'{', b'\r'] if !input.last => Step::More,
                [] | [b'{', ..] => {
                    give(&line, &[], Anomalies::TRUNCATED, sink);
                    Step::Took(data.len())
                }
                _ => Step::Lost,
            };
        }
        let begin = end.saturating_add(1).saturating_add(opens);
        let side = usize::from(input.to_server(PORTS));
        let mut at = self.read.get(side).copied().unwrap_or(0).max(begin);
        let (taken, anomalies) = loop {
            match next(data.get(at..).unwrap_or_default()) {
                Next::Property(_, taken) => at = at.saturating_add(taken),
                // The line end after the block may come later; blanks between messages are passed over.
                Next::End(taken) => break (at.saturating_add(taken).min(data.len()), Anomalies::NONE),
                Next::Short if input.last => break (data.len(), Anomalies::TRUNCATED),
                Next::Short => {
                    if let Some(read) = self.read.get_mut(side) {
                        *read = at;
                    }
                    return Step::More;
                }
            }
        };
        if let Some(read) = self.read.get_mut(side) {
            *read = 0;
        }
        give(&line, data.get(begin..at).unwrap_or_default(), anomalies, sink);
        Step::Took(taken)
    }

    fn resumes(&self, data: &[u8]) -> bool {
        line_end(data).is_some_and(|end| Line::parse(data.get(..end).unwrap_or_default()).is_some())
    }

    fn gap(&mut self, _from_client: Option<bool>) {
        self.read = [0; 2];
    }
}

/// Frame letters: synchronous request, reply, error, reply without content, keep-alive and close; tuning and all that
/// is not waited for is `a`.
const SYNC: u8 = b's';
const REPLY: u8 = b'r';
const ERROR: u8 = b'e';
const NULL: u8 = b'n';
const KEEP_ALIVE: u8 = b'k';
const CLOSE: u8 = b'c';

/// What a message does: commands of the session's own channel (login, keep-alive) and of circuits have names.
const fn describe(kind: u8, channel: &[u8], command: &[u8]) -> (&'static str, Category) {
    match (kind, channel, command) {
        (KEEP_ALIVE, ..) => ("keep_alive", Category::Session),
        (CLOSE, ..) => ("close", Category::Session),
        (_, b"fox", b"hello") => ("hello", Category::Discovery),
        (_, b"fox", b"kerberos") => ("kerberos", Category::Authentication),
        (_, b"fox", b"username") => ("username", Category::Authentication),
        (_, b"fox", b"challenge") => ("challenge", Category::Authentication),
        (_, b"fox", b"clientKeyExchangeMethod") => ("key_exchange_method", Category::Authentication),
        (_, b"fox", b"authMessage1" | b"authMessage2") => {
            ("authentication_message", Category::Authentication)
        }
        (_, b"fox", b"welcome") => ("welcome", Category::Authentication),
        (_, b"fox", b"retry") => ("retry", Category::Authentication),
        (_, b"fox", b"rejected") => ("rejected", Category::Authentication),
        (_, b"fox", b"redirect") => ("redirect", Category::Session),
        (_, b"fox", b"ping") => ("ping", Category::Session),
        (_, b"fox", b"close") => ("close", Category::Session),
        (_, b"fox", _) => ("session_command", Category::Session),
        (_, b"circuit", b"open") => ("open_circuit", Category::Session),
        (_, b"circuit", b"stream") => ("stream", Category::Other),
        (_, b"circuit", b"close") => ("close_circuit", Category::Session),
        (_, b"file", _) => ("file_command", Category::FileTransfer),
        _ => ("channel_command", Category::Other),
    }
}

/// Properties that may hold what proves who somebody is.
fn is_secret(name: &[u8]) -> bool {
    let name = name.to_ascii_lowercase();
    let words: [&[u8]; 9] =
        [b"pass", b"cred", b"nonce", b"digest", b"token", b"hash", b"handshake", b"kerbkey", b"srp6"];
    words.iter().any(|word| name.windows(word.len()).any(|part| part == *word))
        || matches!(name.as_slice(), b"response" | b"username")
}

fn give(line: &Line<'_>, block: &[u8], anomalies: Anomalies, sink: &mut dyn Sink) {
    let (name, category) = describe(line.kind, line.channel, line.command);
    let (kind, outcome) = match (name, line.kind) {
        ("rejected", _) => (Kind::Response, Outcome::Error("rejected")),
        (_, ERROR) => (Kind::Response, Outcome::Error("error")),
        ("welcome" | "retry" | "redirect", _) | (_, REPLY | NULL) => (Kind::Response, Outcome::Ok),
        (_, SYNC) => (Kind::Request, Outcome::Pending),
        _ => (Kind::Control, Outcome::Event),
    };
    let object = Text::<128>::of(format_args!("{} {}", printable(line.channel), printable(line.command)));
    let shown = Shown(|visitor: &mut dyn Visitor| {
        visitor.text("message_kind", &printable(&[line.kind]));
        visitor.int("sequence", line.number);
        visitor.int("reply_to", line.reply);
        visitor.text("channel", &printable(line.channel));
        visitor.text("command", &printable(line.command));
        visitor.begin_list("properties");
        for property in properties(block) {
            visitor.begin_object("");
            visitor.text("name", &printable(property.name));
            visitor.text("type", &printable(&[property.kind]));
            if matches!(property.kind, b'b' | b'o') || is_secret(property.name) {
                visitor.uint("length", u64::try_from(property.value.len()).unwrap_or(0));
            } else {
                visitor.text("value", crate::said::cut(&printable(property.value), MAX_VALUE));
            }
            visitor.end_object();
        }
        visitor.end_list();
    });
    sink.message(&Message {
        protocol: Protocol::Fox,
        kind,
        function: Function::Known(name),
        code: None,
        category,
        outcome,
        address: Reference::None,
        object: Reference::Text(object.as_str()),
        anomalies,
        fields: &shown,
    });
    if name != "hello" {
        return;
    }
    // A station runs on a controller, whose software is the firmware; workbenches are programs.
    let is_station =
        properties(block).any(|property| property.name == b"app.name" && property.value == b"Station");
    for property in properties(block) {
        let attribute = match property.name {
            b"app.version" if is_station => "firmware",
            b"hostName" => "hostname",
            b"hostAddress" => "fox_host_address",
            b"hostId" => "fox_host_id",
            b"app.name" => "application",
            b"app.version" => "application_version",
            b"vm.name" => "vm_name",
            b"vm.version" => "vm_version",
            b"os.name" => "os",
            b"os.version" => "os_version",
            b"station.name" => "name",
            b"brandId" => "brand",
            b"vmUuid" => "vm_uuid",
            b"timeZone" => "time_zone",
            _ => continue,
        };
        let text = printable(property.value);
        // A time zone goes on with its rules.
        let value = if attribute == "time_zone" { text.split(';').next().unwrap_or_default() } else { &text };
        let value = crate::said::cut(value.trim(), MAX_VALUE);
        if !value.is_empty() {
            sink.observe(&Observation {
                subject: Subject::Sender,
                path: Reference::None,
                attribute,
                value,
                protocol: Protocol::Fox,
                confidence: confidence::IDENTITY,
            });
        }
    }
}

#[cfg(test)]
mod tests;
