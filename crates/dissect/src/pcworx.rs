//! PCWorx: engineering access to controllers of Phoenix Contact over TCP.
//!
//! Not published by its maker; decoded as far as public identification scripts (Redpoint and Nmap, pcworx-info) describe
//! it, and by observation. Usual port TCP 1962; recognised by a total length that fits and either the login text or the
//! texts of an identity answer, on its own port by the header alone.

use crate::said::of_sender_bytes;
use crate::tell::until_nul;
use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Input, Kind, Message, Outcome, Over, Pending,
    Probe, Protocol, Reader, Reference, Session, Sink, Step, Transport, Verdict, Visitor, confidence,
    printable,
};

const PORTS: &[u16] = &[1_962];
const REQUEST: u8 = 0x01;
const RESPONSE: u8 = 0x81;
/// Bytes of the header.
const HEADER: usize = 12;
/// Largest length that is believed.
const MAX_LENGTH: u16 = 4_096;
/// Commands that public sources name.
const INIT: u8 = 0x01;
const INIT_2: u8 = 0x05;
const INFORMATION: u8 = 0x06;
/// Text with which a client introduces itself.
const LOGIN: &[u8] = b"IBETH01N0_M";
/// Places of the texts in an answer with information.
const TYPE_AT: usize = 30;
const FIRMWARE_AT: usize = 66;
const DATE_AT: usize = 79;
const TIME_AT: usize = 91;
const ORDER_AT: usize = 152;

/// PCWorx as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Pcworx,
    over: &[Over::Tcp(PORTS)],
    probe,
    open: || Box::<Pcworx>::default(),
    max_message: MAX_LENGTH as usize,
    fields: &[
        Field { name: "type", doc: "0x01 request, 0x81 response." },
        Field { name: "length", doc: "Bytes of the whole message." },
        Field { name: "sequence", doc: "Number of the request; a response repeats it." },
        Field { name: "session", doc: "Session, in the last two bytes of a request's header." },
        Field { name: "plc_type", doc: "Name of the controller." },
        Field { name: "firmware_version", doc: "Version of the firmware." },
        Field { name: "firmware_date", doc: "Day of the firmware." },
        Field { name: "firmware_time", doc: "Time of the firmware." },
        Field { name: "model_number", doc: "Order number of the controller." },
        Field { name: "data", doc: "Bytes without a public structure." },
    ],
    not_decoded: &[
        "commands other than 1, 5 and 6, which no public source names",
        "parameters and status of any command",
    ],
};

/// Name and category of a command.
const fn describe(command: u8) -> (Function, Category) {
    match command {
        INIT => (Function::Known("init_comms"), Category::Session),
        INIT_2 => (Function::Known("init_comms_2"), Category::Session),
        INFORMATION => (Function::Known("request_information"), Category::Diagnostics),
        _ => (Function::Unknown(command as u32), Category::Other),
    }
}

/// One message.
#[derive(Debug, Clone, Copy)]
struct Frame<'a> {
    kind: u8,
    command: u8,
    length: u16,
    sequence: u16,
    session: u16,
    /// The whole message, for the places of its texts.
    bytes: &'a [u8],
}

impl<'a> Frame<'a> {
    fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let kind = reader.u8().ok()?;
        let command = reader.u8().ok()?;
        let length = reader.be_u16().ok()?;
        let sequence = reader.be_u16().ok()?;
        reader.skip(4).ok()?;
        let session = reader.be_u16().ok()?;
        let fits = matches!(kind, REQUEST | RESPONSE) && (12..=MAX_LENGTH).contains(&length);
        let bytes = bytes.get(..usize::from(length).min(bytes.len()))?;
        fits.then_some(Self { kind, command, length, sequence, session, bytes })
    }

    fn text(&self, at: usize) -> &'a [u8] {
        until_nul(self.bytes.get(at..).unwrap_or_default())
    }

    /// Whether this is an answer with information: its first texts can be read.
    fn has_identity(&self) -> bool {
        let is_text =
            |text: &[u8]| text.len() >= 3 && text.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ');
        self.kind == RESPONSE
            && self.command == INFORMATION
            && is_text(self.text(TYPE_AT))
            && is_text(self.text(FIRMWARE_AT))
    }
}

fn probe(probe: &Probe<'_>) -> Verdict {
    let usual = probe.on_port(PORTS);
    if probe.transport != Transport::Tcp || !matches!(probe.data.first(), Some(&(REQUEST | RESPONSE))) {
        return Verdict::No;
    }
    let Some(frame) = Frame::parse(probe.data) else {
        let begins = probe.data.iter().skip(1).take(2).all(|byte| *byte <= 0x10);
        return if usual && begins && probe.data.len() < HEADER { Verdict::More } else { Verdict::No };
    };
    let whole = probe.data.len() == usize::from(frame.length);
    let login = frame.command == INIT && frame.bytes.windows(LOGIN.len()).any(|text| text == LOGIN);
    match whole {
        true if login || frame.has_identity() => Verdict::Sure,
        true if usual => Verdict::Likely,
        false if usual && probe.data.len() < usize::from(frame.length) && frame.command <= 0x10 => {
            Verdict::More
        }
        _ => Verdict::No,
    }
}

#[derive(Debug, Default)]
struct Pcworx {
    pending: Pending<u16, u8>,
    watched: bool,
}

impl Session for Pcworx {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let Some(frame) = Frame::parse(input.data) else {
            return if input.data.len() < HEADER && !input.last { Step::More } else { Step::Lost };
        };
        let cut = frame.bytes.len() < usize::from(frame.length);
        if cut && !input.last {
            return Step::More;
        }
        self.message(&frame, cut, sink);
        Step::Took(frame.bytes.len())
    }

    fn resumes(&self, data: &[u8]) -> bool {
        Frame::parse(data).is_some()
    }

    fn gap(&mut self, _from_client: Option<bool>) {
        self.pending.clear();
        self.watched = false;
    }
}

impl Pcworx {
    fn message(&mut self, frame: &Frame<'_>, cut: bool, sink: &mut dyn Sink) {
        let request = frame.kind == REQUEST;
        let mut anomalies = Anomalies::NONE.with_if(cut, Anomalies::TRUNCATED);
        if request {
            self.pending.insert(frame.sequence, frame.command);
            self.watched = true;
        } else {
            let asked = self.pending.take(&frame.sequence);
            anomalies = anomalies
                .with_if(asked.is_none() && self.watched, Anomalies::UNEXPECTED_RESPONSE)
                .with_if(asked.is_some_and(|asked| asked != frame.command), Anomalies::MISMATCHED_RESPONSE);
        }
        let (function, category) = describe(frame.command);
        sink.message(&Message {
            protocol: Protocol::Pcworx,
            kind: if request { Kind::Request } else { Kind::Response },
            function,
            code: Some(u32::from(frame.command)),
            category,
            outcome: if request { Outcome::Pending } else { Outcome::Ok },
            address: Reference::None,
            object: Reference::None,
            anomalies: anomalies
                .with_if(matches!(function, Function::Unknown(_)), Anomalies::UNKNOWN_FUNCTION),
            fields: frame,
        });
        if frame.has_identity() && !cut {
            let mut tell = |attribute, text: &[u8]| {
                of_sender_bytes(sink, Protocol::Pcworx, confidence::IDENTITY, attribute, text);
            };
            tell("vendor", b"Phoenix Contact");
            tell("model", frame.text(TYPE_AT));
            tell("firmware", frame.text(FIRMWARE_AT));
            tell("order_number", frame.text(ORDER_AT));
        }
    }
}

impl Fields for Frame<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.uint("type", u64::from(self.kind));
        visitor.uint("length", u64::from(self.length));
        visitor.uint("sequence", u64::from(self.sequence));
        if self.kind == REQUEST {
            visitor.uint("session", u64::from(self.session));
        }
        if self.has_identity() {
            for (name, at) in [
                ("plc_type", TYPE_AT),
                ("firmware_version", FIRMWARE_AT),
                ("firmware_date", DATE_AT),
                ("firmware_time", TIME_AT),
                ("model_number", ORDER_AT),
            ] {
                visitor.text(name, &printable(self.text(at)));
            }
        } else {
            visitor.bytes("data", self.bytes.get(HEADER..).unwrap_or_default());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check_stream, client, probe as look, server};

    const ASK: &[u8] = &[1, 6, 0, 14, 0, 2, 0, 0, 0, 0, 0, 0x4c, 4, 0];

    fn identity() -> Vec<u8> {
        let mut bytes = vec![0; 176];
        bytes[..6].copy_from_slice(&[0x81, 6, 0, 176, 0, 2]);
        for (at, text) in [
            (TYPE_AT, &b"ILC 1 ETH"[..]),
            (FIRMWARE_AT, b"4.10"),
            (DATE_AT, b"01/02/16"),
            (ORDER_AT, b"2701234"),
        ] {
            bytes[at..at + text.len()].copy_from_slice(text);
        }
        bytes
    }

    #[test]
    fn information_identifies_the_controller() {
        let log = check_stream(&DISSECTOR, 1_962, &[client(ASK), server(&identity())]);
        assert_eq!(
            log.messages[0],
            "pcworx request request_information code=6 diagnostics Pending [] [] [] {type=1 length=14 sequence=2 \
             session=76 data=0x0400}"
        );
        assert!(
            log.messages[1]
                .contains("plc_type=\"ILC 1 ETH\" firmware_version=\"4.10\" firmware_date=\"01/02/16\"")
        );
        assert_eq!(
            log.observations,
            [
                "Sender [] vendor=\"Phoenix Contact\" pcworx 95",
                "Sender [] model=\"ILC 1 ETH\" pcworx 95",
                "Sender [] firmware=\"4.10\" pcworx 95",
                "Sender [] order_number=\"2701234\" pcworx 95",
            ]
        );
    }

    #[test]
    fn other_commands_are_kept_and_marked() {
        let log = check_stream(
            &DISSECTOR,
            1_962,
            &[
                client(&[1, 0x0b, 0, 12, 0, 3, 0, 0, 0, 0, 0, 0]),
                server(&[0x81, 5, 0, 12, 0, 3, 0, 1, 0, 0, 0, 0]),
            ],
        );
        assert!(
            log.messages[0].contains("unknown_0x0b code=11 other Pending")
                && log.messages[0].contains("unknown_function")
        );
        assert!(
            log.messages[1].contains("init_comms_2 code=5 session Ok")
                && log.messages[1].contains("mismatched_response")
        );
    }

    #[test]
    fn content_decides() {
        let login = [&[1, 1, 0, 26, 0, 0, 0, 0, 0x78, 0x80, 0, 3, 0, 12][..], LOGIN, &[0]].concat();
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 9_999, &login), Verdict::Sure);
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 9_999, &identity()), Verdict::Sure);
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 1_962, ASK), Verdict::Likely);
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 9_999, ASK), Verdict::No);
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 1_962, &ASK[..9]), Verdict::More);
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 1_962, b"\x01I20100\n"), Verdict::No);
    }
}
