//! FTP: commands and replies of the control connection, and the files of data connections.
//!
//! Spec: RFC 959, RFC 2228 (security), RFC 2389 and 2428 (extensions), RFC 3659, RFC 4217 (TLS). Usual port TCP 21;
//! recognised by content on any port: a greeting that names FTP, or commands and replies of it on both sides. A reply
//! has the function of its command; `code` is absent, `response_code` stands on replies. Names of users and their
//! passwords are never shown. A data connection has no bytes of its own that tell it: it is known by the addresses and
//! ports that the control connection agrees on, and gives its file as the bytes travelled.

mod command;
mod data;

use crate::headers::{line, number, trim};
use crate::{
    Anomalies, Category, Dissector, Expectation, Field, Fields, Function, Input, Kind, Message, Outcome,
    Over, Pending, Probe, Protocol, Reference, Session, Sink, Step, Transport, Verdict, Visitor, confidence,
    printable, said, tls,
};
use data::{Data, Place, Transfer};

const PORTS: &[u16] = &[21];
/// Longest line that is waited for, in bytes.
const MAX_LINE: usize = 4096;
/// Longest reply of several lines that is put together: lines beyond are passed over.
const MAX_LINES: u16 = 2048;
/// Longest path that an activity is named by.
const MAX_OBJECT: usize = 256;

/// FTP as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Ftp,
    over: &[Over::Tcp(PORTS)],
    probe,
    open: || Box::<Ftp>::default(),
    max_message: MAX_LINE,
    fields: FIELDS,
    not_decoded: &[
        "data connections to third hosts",
        "block and compressed transfer modes",
        "listings",
        "what follows AUTH beyond TLS",
    ],
};

const FIELDS: &[Field] = &[
    Field { name: "command", doc: "Command, upper case." },
    Field { name: "argument", doc: "Argument of a command; absent where it is a name or a secret." },
    Field { name: "response_code", doc: "Three-digit reply code (RFC 959 clause 4.2)." },
    Field { name: "text", doc: "Text of a reply, its first line." },
];

fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.transport != Transport::Tcp || probe.data.is_empty() {
        return Verdict::No;
    }
    let data = probe.data;
    let usual = probe.on_port(PORTS);
    let window = data.get(..512).unwrap_or(data);
    if !window.contains(&b'\n') {
        let plausible = window.iter().all(|byte| matches!(byte, b' '..=b'~' | b'\t' | b'\r' | 0x80..));
        let begins = if window.first().is_some_and(u8::is_ascii_digit) {
            reply(window).is_some() || window.len() < 4
        } else {
            window.iter().take(4).all(u8::is_ascii_alphabetic)
        };
        return if plausible && begins && data.len() < 512 && (usual || is_greeting(window)) {
            Verdict::More
        } else {
            Verdict::No
        };
    }
    let (text, _) = line(data);
    if let Some((code, words)) = reply(text) {
        let words = words.to_ascii_uppercase();
        let says = |word: &[u8]| words.windows(word.len()).any(|part| part == word);
        return match code {
            220 if says(b"FTP") && !says(b"SMTP") => Verdict::Sure,
            _ if usual => Verdict::Likely,
            _ => Verdict::No,
        };
    }
    let (word, _) = command::split(text);
    match command::describe(word) {
        Some(_) if usual => Verdict::Likely,
        // Mail and chat have USER, PASS and QUIT as well.
        Some(_) if command::is_own(word) => Verdict::Likely,
        _ => Verdict::No,
    }
}

/// Few bytes that could become a greeting.
fn is_greeting(data: &[u8]) -> bool {
    let shared = data.len().min(3);
    data.get(..shared) == b"220".get(..shared)
}

/// Code and text of a reply line.
fn reply(text: &[u8]) -> Option<(u16, &[u8])> {
    let digits = text.get(..3)?;
    if !matches!(text.get(3), Some(b' ' | b'-') | None) || !matches!(digits.first(), Some(b'1'..=b'6')) {
        return None;
    }
    let code = u16::try_from(number(digits)?).ok()?;
    Some((code, trim(text.get(4..).unwrap_or_default())))
}

/// What a reply needs to know of its command.
#[derive(Debug, Clone)]
struct Asked {
    name: &'static str,
    category: Category,
    object: String,
}

#[derive(Default)]
struct Ftp {
    /// The commands in order; the key counts them.
    waiting: Pending<u32, Asked>,
    sent: u32,
    answered: u32,
    watched: bool,
    /// Code that ends the present reply of several lines, with how many came.
    multi: Option<(u16, u16)>,
    greeted: bool,
    secure: Option<Box<tls::Tls>>,
    /// Where the next data connection goes, until a transfer uses it.
    place: Option<Place>,
    /// What was asked for before its place was known.
    wanted: Option<Transfer>,
    /// Offset that the next transfer begins at.
    restart: u64,
    /// Set where this flow is a data connection.
    data: Option<Data>,
}

impl Session for Ftp {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let data = input.data;
        if let Some(own) = &mut self.data {
            return own.next(input, sink);
        }
        if let Some(secure) = &mut self.secure {
            return match secure.next(input, sink) {
                Step::Lost => Step::Took(data.len().max(1)),
                step => step,
            };
        }
        let window = data.get(..MAX_LINE).unwrap_or(data);
        let (text, taken, cut) = match window.iter().position(|byte| *byte == b'\n') {
            Some(end) => (line(window).0, end.saturating_add(1), false),
            None if window.len() < MAX_LINE && !input.last => return Step::More,
            None if window.is_empty() => return Step::Lost,
            None => (window, window.len(), true),
        };
        if self.multi.is_some() || reply(text).is_some() {
            self.reply(text, cut, input, sink);
            return Step::Took(taken);
        }
        // Telnet commands may precede an urgent one (RFC 959 clause 4.1.3).
        let text =
            text.iter().position(|byte| *byte < 0xf0).map_or(text, |at| text.get(at..).unwrap_or(text));
        let (word, argument) = command::split(text);
        if word.is_empty() {
            return if text.is_empty() { Step::Took(taken) } else { Step::Lost };
        }
        self.command(word, argument, cut, input, sink);
        Step::Took(taken)
    }

    fn expected(&mut self, by: &Expectation<'_>) {
        self.data = Some(Data::of(by));
    }

    fn ended(&mut self, input: &Input<'_>, sink: &mut dyn Sink) {
        if let Some(data) = &mut self.data {
            data.ended(input, sink);
        }
    }

    fn resumes(&self, data: &[u8]) -> bool {
        if self.data.is_some() {
            return true;
        }
        let (text, _) = line(data);
        reply(text).is_some() || command::describe(command::split(text).0).is_some()
    }

    fn gap(&mut self, _from_client: Option<bool>) {
        self.waiting.clear();
        self.answered = self.sent;
        self.watched = false;
        self.multi = None;
    }
}

impl Ftp {
    fn command(&mut self, word: &[u8], argument: &[u8], cut: bool, input: &Input<'_>, sink: &mut dyn Sink) {
        let known = command::describe(word);
        let (name, category, shows) =
            known.unwrap_or(("other_command", Category::Other, command::Shows::Nothing));
        let object = match shows {
            command::Shows::Path => said::cut(&printable(argument), MAX_OBJECT).to_owned(),
            _ => String::new(),
        };
        self.waiting.insert(self.sent, Asked { name, category, object: object.clone() });
        self.sent = self.sent.wrapping_add(1);
        self.watched = true;
        let marks = Anomalies::NONE
            .with_if(cut, Anomalies::TRUNCATED)
            .with_if(known.is_none(), Anomalies::UNKNOWN_FUNCTION);
        let shown = (shows != command::Shows::Nothing).then(|| printable(argument));
        let fields = Command { word: &printable(word).to_ascii_uppercase(), argument: shown.as_deref() };
        give(Kind::Request, name, category, Outcome::Pending, &object, marks, &fields, sink);
        self.follow(name, argument, &object, input, sink);
    }

    /// Keeps what a command says of the data connection to come.
    fn follow(&mut self, name: &str, argument: &[u8], object: &str, input: &Input<'_>, sink: &mut dyn Sink) {
        match name {
            "pasv" | "epsv" => (self.place, self.wanted) = (None, None),
            "port" | "eprt" => {
                let port = if name == "port" { data::port(argument) } else { data::extended_port(argument) };
                self.wanted = None;
                self.place = port.map(|port| Place { ip: input.src, port, peer: input.dst, serves: false });
                if let Some(place) = self.place {
                    place.expect(&Transfer::default(), sink);
                }
            }
            "rest" => self.restart = number(argument).unwrap_or(0),
            _ => {
                let Some(kind) = data::kind(name) else { return };
                let transfer =
                    Transfer { kind, restart: std::mem::take(&mut self.restart), name: object.to_owned() };
                match self.place.take() {
                    Some(place) => place.expect(&transfer, sink),
                    None => self.wanted = Some(transfer),
                }
            }
        }
    }

    /// The server says where it waits for the data connection.
    fn waits(&mut self, port: Option<u16>, input: &Input<'_>, sink: &mut dyn Sink) {
        let Some(port) = port else { return };
        let place = Place { ip: input.src, port, peer: input.dst, serves: true };
        if let Some(transfer) = self.wanted.take() {
            place.expect(&transfer, sink);
        } else {
            place.expect(&Transfer::default(), sink);
            self.place = Some(place);
        }
    }

    fn reply(&mut self, text: &[u8], cut: bool, input: &Input<'_>, sink: &mut dyn Sink) {
        if let Some((code, count)) = self.multi {
            // The last line repeats the code with a blank (RFC 959 clause 4.2).
            let ends = reply(text).is_some_and(|(own, _)| own == code) && text.get(3) != Some(&b'-');
            self.multi =
                if ends || count >= MAX_LINES { None } else { Some((code, count.saturating_add(1))) };
            return;
        }
        let Some((code, words)) = reply(text) else { return };
        if text.get(3) == Some(&b'-') {
            self.multi = Some((code, 0));
        }
        // A preliminary reply announces another; greetings and farewells come unasked.
        let key = self.answered;
        let asked = if code < 200 { self.waiting.get(&key).cloned() } else { self.waiting.take(&key) };
        if asked.is_some() && code >= 200 {
            self.answered = self.answered.wrapping_add(1);
        }
        let is_unasked = matches!(code, 120 | 220 | 221 | 421) || !self.watched;
        let marks = Anomalies::NONE
            .with_if(cut, Anomalies::TRUNCATED)
            .with_if(asked.is_none() && !is_unasked, Anomalies::UNEXPECTED_RESPONSE);
        let name = match (&asked, code) {
            (Some(asked), _) => asked.name,
            (None, 120 | 220) => "greeting",
            (None, _) => "reply",
        };
        let category = asked.as_ref().map_or(Category::Session, |asked| asked.category);
        let outcome = if code < 400 { Outcome::Ok } else { Outcome::Error(refusal(code)) };
        let words_text = printable(words);
        // Replies to USER and PASS repeat the name.
        let shown = (category != Category::Authentication).then_some(&*words_text);
        let object = asked.as_ref().map_or("", |asked| asked.object.as_str());
        give(Kind::Response, name, category, outcome, object, marks, &Reply { code, text: shown }, sink);
        match code {
            220 if !self.greeted && asked.is_none() => {
                self.greeted = true;
                said::of_sender(sink, Protocol::Ftp, confidence::BANNER, "banner", &words_text);
            }
            215 => said::of_sender(sink, Protocol::Ftp, confidence::BANNER, "ftp_system", &words_text),
            227 => {
                let port = words.split(|byte| *byte == b'(').nth(1).and_then(data::port);
                self.waits(port, input, sink);
            }
            229 => {
                let port = words.split(|byte| *byte == b'(').nth(1).and_then(data::extended_port);
                self.waits(port, input, sink);
            }
            234 => self.secure = Some(Box::default()),
            _ => {}
        }
    }
}

/// Names of refusing replies (RFC 959 clause 4.2).
const fn refusal(code: u16) -> &'static str {
    match code {
        421 => "service_not_available",
        425 => "cannot_open_data_connection",
        426 => "connection_closed",
        430 => "invalid_credentials",
        450 => "file_unavailable",
        451 => "local_error",
        452 => "insufficient_storage",
        500 => "syntax_error",
        501 => "syntax_error_in_argument",
        502 => "not_implemented",
        503 => "bad_sequence",
        504 => "parameter_not_implemented",
        530 => "not_logged_in",
        532 => "need_account",
        550 => "file_unavailable",
        551 => "page_type_unknown",
        552 => "exceeded_storage",
        553 => "file_name_not_allowed",
        400..=499 => "transient_error",
        _ => "permanent_error",
    }
}

#[expect(clippy::too_many_arguments, reason = "commands and replies alike")]
fn give(
    kind: Kind,
    name: &'static str,
    category: Category,
    outcome: Outcome,
    object: &str,
    anomalies: Anomalies,
    fields: &dyn Fields,
    sink: &mut dyn Sink,
) {
    sink.message(&Message {
        protocol: Protocol::Ftp,
        kind,
        function: Function::Known(name),
        code: None,
        category,
        outcome,
        address: Reference::None,
        object: if object.is_empty() { Reference::None } else { Reference::Text(object) },
        anomalies,
        fields,
    });
}

struct Command<'a> {
    word: &'a str,
    argument: Option<&'a str>,
}

impl Fields for Command<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.text("command", self.word);
        if let Some(argument) = self.argument.filter(|argument| !argument.is_empty()) {
            visitor.text("argument", argument);
        }
    }
}

struct Reply<'a> {
    code: u16,
    text: Option<&'a str>,
}

impl Fields for Reply<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.uint("response_code", u64::from(self.code));
        if let Some(text) = self.text {
            visitor.text("text", text);
        }
    }
}

#[cfg(test)]
mod tests;
