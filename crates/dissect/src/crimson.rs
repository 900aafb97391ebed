//! Crimson 3: programming of Red Lion's operator panels and controllers over TCP.
//!
//! Not published by its maker; decoded as far as a public identification script (Redpoint and Nmap, cr3-fingerprint)
//! describes it. Usual port TCP 789; recognised by a length that fills the segment and a register and type that belong
//! together.

use crate::said::of_sender_bytes;
use crate::tell::until_nul;
use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Input, Kind, Message, Outcome, Over, Probe,
    Protocol, Reader, Reference, Session, Sink, Step, Transport, Verdict, Visitor, confidence, printable,
};

const PORTS: &[u16] = &[789];
/// Bytes of the length field and of what it counts at least.
const LENGTH: usize = 2;
const HEAD: u16 = 4;
/// Largest length that is believed.
const MAX_LENGTH: u16 = 4_096;
/// Registers that hold the model and the manufacturer, and the types of requests for them.
const MODEL: u16 = 0x012a;
const MANUFACTURER: u16 = 0x012b;
const ASK_MODEL: u16 = 0x1a00;
const ASK_MANUFACTURER: u16 = 0x1b00;

/// Crimson as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Crimson,
    over: &[Over::Tcp(PORTS)],
    probe,
    open: || Box::new(Crimson),
    max_message: MAX_LENGTH as usize + LENGTH,
    fields: &[
        Field { name: "length", doc: "Bytes after the length." },
        Field { name: "register", doc: "Register that is asked: 0x012a model, 0x012b manufacturer." },
        Field { name: "type", doc: "Type of the message." },
        Field { name: "text", doc: "Text of an answer." },
        Field { name: "data", doc: "Bytes without a public structure." },
    ],
    not_decoded: &[
        "every register but model and manufacturer, types, and downloads of databases and firmware",
    ],
};

/// One message.
#[derive(Debug, Clone, Copy)]
struct Frame<'a> {
    length: u16,
    register: u16,
    kind: u16,
    data: &'a [u8],
}

impl<'a> Frame<'a> {
    fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let length = reader.be_u16().ok()?;
        let register = reader.be_u16().ok()?;
        let kind = reader.be_u16().ok()?;
        let data = reader.take_up_to(usize::from(length.checked_sub(HEAD)?));
        (length <= MAX_LENGTH).then_some(Self { length, register, kind, data })
    }

    fn is_whole(&self) -> bool {
        self.data.len() >= usize::from(self.length.saturating_sub(HEAD))
    }

    /// Whether this asks for a text whose answer is known.
    fn asks(&self) -> bool {
        self.data.is_empty()
            && matches!((self.register, self.kind), (MODEL, ASK_MODEL) | (MANUFACTURER, ASK_MANUFACTURER))
    }

    /// The text of an answer.
    fn text(&self) -> Option<&'a [u8]> {
        let text = until_nul(self.data);
        let readable = text.len() >= 2 && text.iter().all(|byte| (0x20..0x7f).contains(byte));
        (matches!(self.register, MODEL | MANUFACTURER) && readable).then_some(text)
    }
}

fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.transport != Transport::Tcp {
        return Verdict::No;
    }
    let usual = probe.on_port(PORTS);
    let Some(frame) = Frame::parse(probe.data) else {
        let begins = probe.data.first().is_some_and(|high| *high <= 0x10) && probe.data.len() < 6;
        return if usual && begins { Verdict::More } else { Verdict::No };
    };
    let fills = frame.is_whole() && probe.data.len() == LENGTH.saturating_add(usize::from(frame.length));
    match fills {
        true if frame.asks() || frame.text().is_some() => Verdict::Sure,
        true if usual => Verdict::Likely,
        _ => Verdict::No,
    }
}

#[derive(Debug)]
struct Crimson;

impl Session for Crimson {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let Some(frame) = Frame::parse(input.data) else {
            let short = input.data.len() < LENGTH.saturating_add(usize::from(HEAD));
            return if short && !input.last { Step::More } else { Step::Lost };
        };
        if !frame.is_whole() && !input.last {
            return Step::More;
        }
        message(&frame, input, sink);
        Step::Took(frame.data.len().saturating_add(LENGTH).saturating_add(usize::from(HEAD)))
    }

    fn resumes(&self, data: &[u8]) -> bool {
        Frame::parse(data).is_some_and(|frame| frame.asks() || frame.text().is_some())
    }
}

fn message(frame: &Frame<'_>, input: &Input<'_>, sink: &mut dyn Sink) {
    let request = input.to_server(PORTS);
    let (function, category) = match frame.register {
        MODEL => (Function::Known("read_model"), Category::Diagnostics),
        MANUFACTURER => (Function::Known("read_manufacturer"), Category::Diagnostics),
        register => (Function::Unknown(u32::from(register)), Category::Other),
    };
    sink.message(&Message {
        protocol: Protocol::Crimson,
        kind: if request { Kind::Request } else { Kind::Response },
        function,
        code: Some(u32::from(frame.register)),
        category,
        outcome: if request { Outcome::Pending } else { Outcome::Ok },
        address: Reference::None,
        object: Reference::None,
        anomalies: Anomalies::NONE
            .with_if(!frame.is_whole(), Anomalies::TRUNCATED)
            .with_if(matches!(function, Function::Unknown(_)), Anomalies::UNKNOWN_FUNCTION),
        fields: frame,
    });
    if let Some(text) = frame.text().filter(|_| !request && frame.is_whole()) {
        let attribute = if frame.register == MODEL { "model" } else { "vendor" };
        of_sender_bytes(sink, Protocol::Crimson, confidence::IDENTITY, attribute, text);
    }
}

impl Fields for Frame<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.uint("length", u64::from(self.length));
        visitor.uint("register", u64::from(self.register));
        visitor.uint("type", u64::from(self.kind));
        match self.text() {
            Some(text) => visitor.text("text", &printable(text)),
            None if self.data.is_empty() => {}
            None => visitor.bytes("data", self.data),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check_stream, client, probe as look, server};

    const ASK: &[u8] = &[0, 4, 1, 0x2b, 0x1b, 0];

    #[test]
    fn manufacturer_and_model_are_observed() {
        let answer = [&[0, 13, 1, 0x2b, 3, 0][..], b"Red Lion\0"].concat();
        let model = [&[0, 8, 1, 0x2a, 3, 0][..], b"G30\0"].concat();
        let log = check_stream(
            &DISSECTOR,
            789,
            &[client(ASK), server(&answer), client(&[0, 4, 1, 0x2a, 0x1a, 0]), server(&model)],
        );
        assert_eq!(
            log.messages[0],
            "crimson request read_manufacturer code=299 diagnostics Pending [] [] [] {length=4 register=299 type=6912}"
        );
        assert!(
            log.messages[1].ends_with("text=\"Red Lion\"}")
                && log.messages[3].contains("read_model code=298")
        );
        assert_eq!(
            log.observations,
            ["Sender [] vendor=\"Red Lion\" crimson 95", "Sender [] model=\"G30\" crimson 95"]
        );
    }

    #[test]
    fn other_registers_are_kept_and_marked() {
        let log = check_stream(&DISSECTOR, 789, &[client(&[0, 6, 1, 0x66, 1, 0, 9, 9])]);
        assert!(log.messages[0].contains("unknown_0x166") && log.messages[0].contains("data=0x0909"));
    }

    #[test]
    fn content_decides() {
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 789, ASK), Verdict::Sure);
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 8_000, ASK), Verdict::Sure);
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 789, &[0, 6, 1, 0x66, 1, 0, 9, 9]), Verdict::Likely);
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 8_000, &[0, 6, 1, 0x66, 1, 0, 9, 9]), Verdict::No);
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 789, b"GET / HTTP/1.1\r\n\r\n"), Verdict::No);
    }
}
