//! VNC (RFB): version, security types and the name of the desktop.
//!
//! Spec: RFC 6143 clause 7.1 to 7.3. Usual ports TCP 5900 to 5909; recognised by content on any port: the version line.
//! After the initialisation the session is passed over.

use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Input, Kind, Message, Outcome, Over, Probe,
    Protocol, Reader, Reference, Session, Sink, Step, Transport, Verdict, Visitor, confidence, printable,
    said,
};

const PORTS: &[u16] = &[5900, 5901, 5902, 5903, 5904, 5905, 5906, 5907, 5908, 5909];
/// `RFB 003.008\n` (RFC 6143 clause 7.1.1).
const VERSION: usize = 12;
/// Security types: none, VNC authentication (clause 7.2).
const NONE: u8 = 1;
const VNC: u8 = 2;
/// Longest desktop name or reason that is waited for, in bytes.
const MAX_TEXT: usize = 1024;

/// VNC as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Vnc,
    over: &[Over::Tcp(PORTS)],
    probe,
    open: || Box::<Vnc>::default(),
    max_message: MAX_TEXT + 24,
    fields: FIELDS,
    not_decoded: &["security types other than none and VNC authentication", "screen contents and input"],
};

const FIELDS: &[Field] = &[
    Field { name: "version", doc: "Version as on the wire, e.g. 003.008." },
    Field { name: "security_types", doc: "Security types that the server offers." },
    Field { name: "security_type", doc: "Security type that is used." },
    Field { name: "result", doc: "0 when the authentication succeeded." },
    Field { name: "width", doc: "Width of the desktop in pixels." },
    Field { name: "height", doc: "Height of the desktop in pixels." },
    Field { name: "desktop", doc: "Name of the desktop." },
];

fn is_version(data: &[u8; VERSION]) -> bool {
    matches!(data, [b'R', b'F', b'B', b' ', a, b, c, b'.', d, e, f, b'\n']
        if [a, b, c, d, e, f].iter().all(|digit| digit.is_ascii_digit()))
}

fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.transport != Transport::Tcp || probe.data.is_empty() {
        return Verdict::No;
    }
    match probe.data.first_chunk::<VERSION>() {
        Some(version) if is_version(version) => Verdict::Sure,
        None if b"RFB ".starts_with(probe.data.get(..4).unwrap_or(probe.data)) => Verdict::More,
        _ => Verdict::No,
    }
}

/// Where one direction is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum State {
    #[default]
    Version,
    /// Server: offer of security types. Client: its choice.
    Security,
    /// Server: challenge. Client: response, 16 bytes each.
    Challenge,
    /// Server: outcome of the authentication.
    Result,
    /// Server: desktop. Client: whether to share it.
    Init,
    Opaque,
}

#[derive(Debug, Default)]
struct Vnc {
    server: State,
    client: State,
    /// Minor version that both speak: 3, 7 or 8.
    minor: u8,
}

impl Session for Vnc {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let data = input.data;
        if data.is_empty() {
            return if input.last { Step::Lost } else { Step::More };
        }
        let taken = if input.to_server(PORTS) { self.client(data, sink) } else { self.server(data, sink) };
        match taken {
            Some(taken) => Step::Took(taken),
            None if input.last => Step::Took(data.len()),
            None => Step::More,
        }
    }

    fn gap(&mut self, _from_client: Option<bool>) {
        self.server = State::Opaque;
        self.client = State::Opaque;
    }
}

impl Vnc {
    fn version(&mut self, data: &[u8], from_server: bool, sink: &mut dyn Sink) -> Option<usize> {
        let bytes = data.first_chunk::<VERSION>()?;
        let next = if is_version(bytes) { State::Security } else { State::Opaque };
        if from_server {
            self.server = next;
        } else {
            self.client = next;
        }
        if next == State::Opaque {
            return Some(data.len());
        }
        let text = printable(bytes.get(4..11).unwrap_or_default());
        // The client's answer is what both speak; later versions than 3.8 count as 3.8.
        let minor = bytes.get(10).map_or(8, |digit| digit.wrapping_sub(b'0'));
        self.minor = if self.minor == 0 { minor } else { self.minor.min(minor) };
        give("protocol_version", Outcome::Event, &Shown::Version(&text), sink);
        said::of_sender(sink, Protocol::Vnc, confidence::BANNER, "vnc_version", &text);
        Some(VERSION)
    }

    fn server(&mut self, data: &[u8], sink: &mut dyn Sink) -> Option<usize> {
        let mut reader = Reader::new(data);
        match self.server {
            State::Version => return self.version(data, true, sink),
            State::Security if self.minor <= 3 => {
                let kind = reader.be_u32().ok()?;
                let kind = u8::try_from(kind).unwrap_or(u8::MAX);
                give("security_types", Outcome::Event, &Shown::Types(&[kind]), sink);
                self.choose(kind);
            }
            State::Security => {
                let count = usize::from(reader.u8().ok()?);
                let kinds = reader.take(count).ok()?;
                give("security_types", Outcome::Event, &Shown::Types(kinds), sink);
                // The client's choice decides what comes next; it may already be there.
                self.server = match self.client {
                    State::Challenge => State::Challenge,
                    State::Init | State::Opaque if count > 0 => self.server_after_none(),
                    _ if count == 0 => State::Opaque,
                    _ => State::Challenge,
                };
            }
            State::Challenge if self.client == State::Init => {
                self.server = self.server_after_none();
                return self.server(data, sink);
            }
            State::Challenge if self.client == State::Opaque => self.server = State::Opaque,
            State::Challenge => {
                reader.skip(16).ok()?;
                self.server = State::Result;
            }
            State::Result => {
                let result = reader.be_u32().ok()?;
                let outcome = if result == 0 { Outcome::Ok } else { Outcome::Error("authentication_failed") };
                give("security_result", outcome, &Shown::Result(result), sink);
                self.server = if result == 0 { State::Init } else { State::Opaque };
            }
            State::Init => {
                let (width, height) = (reader.be_u16().ok()?, reader.be_u16().ok()?);
                reader.skip(16).ok()?;
                let length = usize::try_from(reader.be_u32().ok()?).ok().filter(|length| *length <= MAX_TEXT);
                let Some(length) = length else {
                    self.server = State::Opaque;
                    return Some(data.len());
                };
                let name = printable(reader.take(length).ok()?);
                give("server_init", Outcome::Event, &Shown::Desktop { width, height, name: &name }, sink);
                said::of_sender(sink, Protocol::Vnc, confidence::BANNER, "vnc_desktop", &name);
                self.server = State::Opaque;
            }
            State::Opaque => return Some(data.len()),
        }
        Some(reader.position().max(1))
    }

    /// Version 3.8 tells a result even without authentication (clause 7.1.3).
    const fn server_after_none(&self) -> State {
        if self.minor >= 8 { State::Result } else { State::Init }
    }

    /// The security type is settled.
    fn choose(&mut self, kind: u8) {
        (self.server, self.client) = match kind {
            NONE => (if self.minor <= 3 { State::Init } else { self.server }, State::Init),
            VNC => (if self.minor <= 3 { State::Challenge } else { self.server }, State::Challenge),
            _ => (State::Opaque, State::Opaque),
        };
    }

    fn client(&mut self, data: &[u8], sink: &mut dyn Sink) -> Option<usize> {
        match self.client {
            State::Version => self.version(data, false, sink),
            State::Security => {
                let kind = *data.first()?;
                give("security_type", Outcome::Event, &Shown::Type(kind), sink);
                self.choose(kind);
                Some(1)
            }
            State::Challenge => {
                data.get(..16)?;
                self.client = State::Init;
                // The server's challenge was answered: its result follows.
                if self.server == State::Challenge {
                    self.server = State::Result;
                }
                Some(16)
            }
            State::Init | State::Result => {
                self.client = State::Opaque;
                Some(1)
            }
            State::Opaque => Some(data.len()),
        }
    }
}

enum Shown<'a> {
    Version(&'a str),
    Types(&'a [u8]),
    Type(u8),
    Result(u32),
    Desktop { width: u16, height: u16, name: &'a str },
}

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        match self {
            Self::Version(version) => visitor.text("version", version),
            Self::Types(types) => {
                visitor.begin_list("security_types");
                types.iter().for_each(|kind| visitor.uint("", u64::from(*kind)));
                visitor.end_list();
            }
            Self::Type(kind) => visitor.uint("security_type", u64::from(*kind)),
            Self::Result(result) => visitor.uint("result", u64::from(*result)),
            Self::Desktop { width, height, name } => {
                visitor.uint("width", u64::from(*width));
                visitor.uint("height", u64::from(*height));
                visitor.text("desktop", name);
            }
        }
    }
}

fn give(name: &'static str, outcome: Outcome, fields: &dyn Fields, sink: &mut dyn Sink) {
    let category = if name.starts_with("security") { Category::Authentication } else { Category::Session };
    sink.message(&Message {
        protocol: Protocol::Vnc,
        kind: Kind::Control,
        function: Function::Known(name),
        code: None,
        category,
        outcome,
        address: Reference::None,
        object: Reference::None,
        anomalies: Anomalies::NONE,
        fields,
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check_stream, client, probe as look, server};

    #[test]
    fn a_session_with_password_names_its_desktop() {
        let mut init = vec![4, 0, 3, 0];
        init.extend_from_slice(&[0; 16]);
        init.extend_from_slice(&[0, 0, 0, 6]);
        init.extend_from_slice(b"HMI-01");
        let log = check_stream(
            &DISSECTOR,
            5900,
            &[
                server(b"RFB 003.008\n"),
                client(b"RFB 003.008\n"),
                server(&[2, 1, 2]),
                client(&[2]),
                server(&[7; 16]),
                client(&[9; 16]),
                server(&[0, 0, 0, 0]),
                client(&[1]),
                server(&init),
                server(&[0; 30]),
            ],
        );
        assert_eq!(
            log.messages[2..],
            [
                "vnc control security_types code=- authentication Event [] [] [] {security_types=[1 2]}",
                "vnc control security_type code=- authentication Event [] [] [] {security_type=2}",
                "vnc control security_result code=- authentication Ok [] [] [] {result=0}",
                "vnc control server_init code=- session Event [] [] [] {width=1024 height=768 desktop=\"HMI-01\"}",
            ]
        );
        assert_eq!(log.observations[0], "Sender [] vnc_version=\"003.008\" vnc 70");
        assert_eq!(log.observations[2], "Sender [] vnc_desktop=\"HMI-01\" vnc 70");
    }

    #[test]
    fn content_decides() {
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 5999, b"RFB 003.003\n"), Verdict::Sure);
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 5900, b"RFB 00"), Verdict::More);
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 5900, b"RFB 003x003\n"), Verdict::No);
    }
}
