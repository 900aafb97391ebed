//! SSH: version banners and the names of algorithms that both sides offer; what follows is encrypted.
//!
//! Spec: RFC 4253 clauses 4.2 (version exchange), 6 (binary packets), 7.1 (algorithm negotiation); RFC 4250 4.1.2
//! (message numbers). Usual port TCP 22; recognised by content on any port: the version line. `code` is the message
//! number.

use crate::headers::line;
use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Input, Kind, Message, NoFields, Outcome, Over,
    Probe, Protocol, Reader, Reference, Session, Sink, Step, Transport, Verdict, Visitor, confidence,
    printable, said,
};

const PORTS: &[u16] = &[22];
/// Longest version line with its end (RFC 4253 clause 4.2).
const MAX_LINE: usize = 255;
/// Lines that a server may send before its version; a few are usual.
const MAX_LINES: u8 = 32;
/// Largest packet before encryption (RFC 4253 clause 6.1).
const MAX_PACKET: usize = 35_000;
/// Name lists of a negotiation (RFC 4253 clause 7.1).
const LISTS: [&str; 10] = [
    "kex_algorithms",
    "server_host_key_algorithms",
    "encryption_client_to_server",
    "encryption_server_to_client",
    "mac_client_to_server",
    "mac_server_to_client",
    "compression_client_to_server",
    "compression_server_to_client",
    "languages_client_to_server",
    "languages_server_to_client",
];
/// Message numbers.
const KEXINIT: u8 = 20;
const NEWKEYS: u8 = 21;

/// SSH as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Ssh,
    over: &[Over::Tcp(PORTS)],
    probe,
    open: || Box::<Ssh>::default(),
    max_message: MAX_PACKET + 4,
    fields: FIELDS,
    not_decoded: &[
        "packets of SSH 1",
        "contents of key exchange messages",
        "everything after the keys are in use",
    ],
};

const FIELDS: &[Field] = &[
    Field { name: "version", doc: "Version line: protocol, software and comment." },
    Field { name: "kex_algorithms", doc: "Key exchange methods; the other lists as in RFC 4253 clause 7.1." },
    Field { name: "server_host_key_algorithms", doc: "Host key algorithms." },
    Field { name: "encryption_client_to_server", doc: "Ciphers of the client's direction." },
    Field { name: "encryption_server_to_client", doc: "Ciphers of the server's direction." },
    Field { name: "mac_client_to_server", doc: "Integrity algorithms of the client's direction." },
    Field { name: "mac_server_to_client", doc: "Integrity algorithms of the server's direction." },
    Field { name: "compression_client_to_server", doc: "Compression of the client's direction." },
    Field { name: "compression_server_to_client", doc: "Compression of the server's direction." },
    Field { name: "languages_client_to_server", doc: "Languages of the client's direction." },
    Field { name: "languages_server_to_client", doc: "Languages of the server's direction." },
];

fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.transport != Transport::Tcp || probe.data.is_empty() {
        return Verdict::No;
    }
    let data = probe.data;
    let shared = data.len().min(4);
    if data.get(..shared) != b"SSH-".get(..shared) {
        return Verdict::No;
    }
    match data.get(4..) {
        None | Some([]) => Verdict::More,
        Some([b'1' | b'2'] | [b'1' | b'2', b'.']) => Verdict::More,
        Some([b'1' | b'2', b'.', minor, rest @ ..]) if minor.is_ascii_digit() => {
            if rest.contains(&b'-') {
                Verdict::Sure
            } else if rest.len() < 4 {
                Verdict::More
            } else {
                Verdict::No
            }
        }
        Some(_) => Verdict::No,
    }
}

/// Where one direction is.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before its version line; how many others came.
    Lines(u8),
    /// Packets in the clear.
    Packets,
    /// Nothing more can be read.
    #[default]
    Start,
    Opaque,
}

#[derive(Debug, Default)]
struct Ssh {
    /// By direction: from the server, to the server.
    sides: [State; 2],
}

impl Session for Ssh {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let data = input.data;
        let Some(side) = self.sides.get_mut(usize::from(input.to_server(PORTS))) else { return Step::Lost };
        if data.is_empty() {
            return if input.last { Step::Lost } else { Step::More };
        }
        match *side {
            State::Start | State::Lines(_) => version(side, input, sink),
            State::Packets => packet(side, input, sink),
            State::Opaque => Step::Took(data.len()),
        }
    }

    fn resumes(&self, data: &[u8]) -> bool {
        !data.is_empty()
    }

    fn gap(&mut self, from_client: Option<bool>) {
        for (at, side) in self.sides.iter_mut().enumerate() {
            if from_client.is_none_or(|from_client| usize::from(from_client) == at) && *side != State::Start {
                *side = State::Opaque;
            }
        }
    }
}

fn version(side: &mut State, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
    let data = input.data;
    let window = data.get(..MAX_LINE).unwrap_or(data);
    let Some(end) = window.iter().position(|byte| *byte == b'\n') else {
        if window.len() < MAX_LINE && !input.last {
            return Step::More;
        }
        *side = State::Opaque;
        return Step::Took(data.len());
    };
    let (text, _) = line(data);
    let taken = end.saturating_add(1);
    if !text.starts_with(b"SSH-") {
        let count = if let State::Lines(count) = *side { count } else { 0 };
        *side = if count < MAX_LINES { State::Lines(count.saturating_add(1)) } else { State::Opaque };
        return Step::Took(taken);
    }
    // Version 1.99 speaks both; 1.x only the older one (RFC 4253 clause 5.1).
    let is_new = text.starts_with(b"SSH-2.") || text.starts_with(b"SSH-1.99");
    *side = if is_new { State::Packets } else { State::Opaque };
    let banner = printable(text);
    give(Kind::Event, Function::Known("version_exchange"), None, Anomalies::NONE, &Version(&banner), sink);
    said::of_sender(sink, Protocol::Ssh, confidence::BANNER, "banner", &banner);
    Step::Took(taken)
}

fn packet(side: &mut State, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
    let data = input.data;
    let Some(length) = Reader::new(data).be_u32().ok().and_then(|length| usize::try_from(length).ok()) else {
        return if input.last { Step::Took(data.len()) } else { Step::More };
    };
    if !(2..=MAX_PACKET).contains(&length) {
        *side = State::Opaque;
        return Step::Took(data.len());
    }
    let whole = length.saturating_add(4);
    if data.len() < whole && !input.last {
        return Step::More;
    }
    let body = data.get(4..whole.min(data.len())).unwrap_or_default();
    let payload = body.get(1..).unwrap_or_default();
    let Some((number, content)) = payload.split_first() else {
        *side = State::Opaque;
        return Step::Took(data.len());
    };
    let marks = Anomalies::NONE.with_if(data.len() < whole, Anomalies::TRUNCATED);
    match name(*number) {
        Some(name) => {
            let fields: &dyn Fields = if *number == KEXINIT { &Offer(content) } else { &NoFields };
            give(Kind::Control, Function::Known(name), Some(u32::from(*number)), marks, fields, sink);
            if *number == NEWKEYS {
                *side = State::Opaque;
            }
        }
        None => *side = State::Opaque,
    }
    Step::Took(whole.min(data.len()))
}

/// Messages that may come in the clear (RFC 4250 clause 4.1.2, RFC 4419, RFC 5656).
const fn name(number: u8) -> Option<&'static str> {
    Some(match number {
        1 => "disconnect",
        2 => "ignore",
        3 => "unimplemented",
        4 => "debug",
        KEXINIT => "kexinit",
        NEWKEYS => "newkeys",
        30 => "kex_init",
        31 => "kex_reply",
        32 => "kex_gex_init",
        33 => "kex_gex_reply",
        34 => "kex_gex_request",
        _ => return None,
    })
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
        protocol: Protocol::Ssh,
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

struct Version<'a>(&'a str);

impl Fields for Version<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.text("version", self.0);
    }
}

/// A negotiation after its message number: cookie and name lists.
struct Offer<'a>(&'a [u8]);

impl Fields for Offer<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        let mut reader = Reader::new(self.0.get(16..).unwrap_or_default());
        for name in LISTS {
            let Ok(length) = reader.be_u32() else { return };
            let text = reader.take_up_to(usize::try_from(length).unwrap_or(usize::MAX));
            visitor.text(name, &printable(text));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check_stream, client, probe as look, server};

    #[test]
    fn both_sides_show_their_version_and_offer() {
        let mut offer = vec![0; 17];
        offer[0] = KEXINIT;
        for name in ["curve25519-sha256", "ssh-ed25519", "", "", "", "", "none", "none", "", ""] {
            offer.extend_from_slice(&u32::try_from(name.len()).unwrap().to_be_bytes());
            offer.extend_from_slice(name.as_bytes());
        }
        offer.extend_from_slice(&[0; 5]);
        let mut packet = u32::try_from(offer.len() + 5).unwrap().to_be_bytes().to_vec();
        packet.push(4);
        packet.extend_from_slice(&offer);
        packet.extend_from_slice(&[0; 4]);
        let keys = [0, 0, 0, 12, 10, 21, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        let hello =
            [b"Welcome\r\nSSH-2.0-dropbear_2019.78\r\n", packet.as_slice(), &keys, &[0xaa; 40]].concat();
        let log = check_stream(&DISSECTOR, 22, &[client(b"SSH-2.0-OpenSSH_9.2 Debian\r\n"), server(&hello)]);
        assert_eq!(log.messages.len(), 4, "{:?}", log.messages);
        assert_eq!(
            log.messages[1],
            "ssh event version_exchange code=- session Event [] [] [] {version=\"SSH-2.0-dropbear_2019.78\"}"
        );
        assert!(log.messages[2].contains("kexinit code=20"), "{}", log.messages[2]);
        assert!(
            log.messages[2].contains("server_host_key_algorithms=\"ssh-ed25519\""),
            "{}",
            log.messages[2]
        );
        assert!(log.messages[3].contains("newkeys code=21"), "{}", log.messages[3]);
        assert_eq!(
            log.observations,
            [
                "Sender [] banner=\"SSH-2.0-OpenSSH_9.2 Debian\" ssh 70",
                "Sender [] banner=\"SSH-2.0-dropbear_2019.78\" ssh 70",
            ]
        );
    }

    #[test]
    fn content_decides() {
        for port in [22, 4022] {
            assert_eq!(look(&DISSECTOR, Transport::Tcp, port, b"SSH-2.0-x\r\n"), Verdict::Sure);
            assert_eq!(look(&DISSECTOR, Transport::Tcp, port, b"SSH"), Verdict::More);
            assert_eq!(look(&DISSECTOR, Transport::Tcp, port, b"GET / HTTP/1.1\r\n"), Verdict::No);
            assert_eq!(look(&DISSECTOR, Transport::Tcp, port, b"SSH-x"), Verdict::No);
        }
    }
}
