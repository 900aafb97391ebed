//! CSP: the client/server protocol of PLC-5, SLC 500 and MicroLogix controllers with Ethernet, which carries PCCC.
//!
//! Not published by its maker; decoded as public implementations describe it (abtcp, TuxPLC ABEL, libplctag's history):
//! a header of 28 bytes with mode, submode, length and connection, then PCCC. Usual port TCP 2222; recognised by mode,
//! submode and a length that fits, on any port only with a PCCC command that is known.

use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Input, Kind, Message, Outcome, Over, Probe,
    Protocol, Reader, Reference, Session, Sink, Step, Transport, Verdict, Visitor, pccc,
};

const PORTS: &[u16] = &[2_222, 2_221, 2_223];
/// Bytes of the header.
const HEADER: usize = 28;
/// Modes: a request and its answer.
const REQUEST: u8 = 1;
const ANSWER: u8 = 2;
/// Submodes: open a connection, and PCCC.
const CONNECT: u8 = 1;
const PCCC: u8 = 7;
/// Largest submode that is believed.
const MAX_SUBMODE: u8 = 0x10;
/// Largest length that is believed; PCCC has at most 244 bytes of data.
const MAX_LENGTH: u16 = 512;
/// Commands that wait for their reply.
const MAX_WAITING: usize = 16;
/// Bytes kept of a command, for its reply.
const MAX_KEPT: usize = 64;

/// CSP as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Csp,
    over: &[Over::Tcp(PORTS)],
    probe,
    open: || Box::<Csp>::default(),
    max_message: HEADER + MAX_LENGTH as usize,
    fields: &[
        Field { name: "mode", doc: "1 request, 2 answer." },
        Field { name: "submode", doc: "1 connect, 7 PCCC." },
        Field { name: "length", doc: "Bytes after the header." },
        Field { name: "connection_id", doc: "Connection, as the controller's answer to connect gave it." },
        Field { name: "status", doc: "0 without error." },
        Field { name: "context", doc: "Sixteen bytes that an answer repeats." },
        Field { name: "data", doc: "Bytes after the header that are no PCCC." },
    ],
    not_decoded: &["submodes other than 1 and 7, which no public source names", "meaning of the context"],
};

/// One header and what follows.
#[derive(Debug, Clone, Copy)]
struct Frame<'a> {
    mode: u8,
    submode: u8,
    length: u16,
    connection: u32,
    status: u32,
    context: &'a [u8],
    data: &'a [u8],
}

impl<'a> Frame<'a> {
    fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let mode = reader.u8().ok()?;
        let submode = reader.u8().ok()?;
        let length = reader.be_u16().ok()?;
        let connection = reader.be_u32().ok()?;
        let status = reader.be_u32().ok()?;
        let context = reader.take(16).ok()?;
        let data = reader.take_up_to(usize::from(length));
        let fits = matches!(mode, REQUEST | ANSWER)
            && (CONNECT..=MAX_SUBMODE).contains(&submode)
            && length <= MAX_LENGTH;
        fits.then_some(Self { mode, submode, length, connection, status, context, data })
    }

    fn is_whole(&self) -> bool {
        self.data.len() >= usize::from(self.length)
    }
}

/// Whether fewer bytes than a header can begin one.
fn fits_prefix(bytes: &[u8]) -> bool {
    bytes.first().is_none_or(|mode| matches!(*mode, REQUEST | ANSWER))
        && bytes.get(1).is_none_or(|submode| (CONNECT..=MAX_SUBMODE).contains(submode))
        && bytes.get(2).is_none_or(|high| *high <= 1)
}

fn probe(probe: &Probe<'_>) -> Verdict {
    let named = probe.data.get(1).is_none_or(|submode| matches!(*submode, CONNECT | PCCC));
    if probe.transport != Transport::Tcp || !named || !fits_prefix(probe.data) {
        return Verdict::No;
    }
    let usual = probe.on_port(PORTS);
    let Some(frame) = Frame::parse(probe.data) else {
        return if usual && probe.data.len() < HEADER { Verdict::More } else { Verdict::No };
    };
    if !frame.is_whole() {
        return if usual { Verdict::More } else { Verdict::No };
    }
    let fills = probe.data.len() == HEADER.saturating_add(frame.data.len());
    // A command of the kind that asks (0x0f and the basic ones) or its reply, without priority bits.
    let command = frame.data.first().is_some_and(|byte| match frame.mode {
        REQUEST => matches!(byte, 0x00..=0x0f),
        _ => matches!(byte, 0x40..=0x4f),
    });
    match frame.submode {
        CONNECT if fills && frame.length == 0 && usual => Verdict::Likely,
        PCCC if fills && command && frame.connection != 0 && frame.length >= 4 => {
            if frame.status == 0 && usual {
                Verdict::Sure
            } else if frame.status == 0 {
                Verdict::Likely
            } else {
                Verdict::No
            }
        }
        _ => Verdict::No,
    }
}

#[derive(Debug, Default)]
struct Csp {
    /// Commands by transaction number, with their first bytes.
    waiting: Vec<(u16, Vec<u8>)>,
}

impl Session for Csp {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        if input.data.len() < HEADER {
            return if !input.last && fits_prefix(input.data) { Step::More } else { Step::Lost };
        }
        let Some(frame) = Frame::parse(input.data) else { return Step::Lost };
        if !frame.is_whole() && !input.last {
            return Step::More;
        }
        self.message(&frame, sink);
        Step::Took(HEADER.saturating_add(frame.data.len()))
    }

    fn resumes(&self, data: &[u8]) -> bool {
        fits_prefix(data) && Frame::parse(data).is_some_and(|frame| frame.is_whole())
    }

    fn gap(&mut self, _from_client: Option<bool>) {
        self.waiting.clear();
    }
}

/// The transaction number of a PCCC message.
fn transaction(data: &[u8]) -> u16 {
    Reader::new(data.get(2..).unwrap_or_default()).le_u16().unwrap_or(0)
}

impl Csp {
    fn message(&mut self, frame: &Frame<'_>, sink: &mut dyn Sink) {
        let request = frame.mode == REQUEST;
        let cut = !frame.is_whole();
        let (function, category) = match frame.submode {
            CONNECT => (Function::Known("connect"), Category::Session),
            PCCC => (Function::Known("pccc"), Category::Other),
            other => (Function::Unknown(u32::from(other)), Category::Other),
        };
        sink.message(&Message {
            protocol: Protocol::Csp,
            kind: if request { Kind::Request } else { Kind::Response },
            function,
            code: Some(u32::from(frame.submode)),
            category,
            outcome: match (request, frame.status) {
                (true, _) => Outcome::Pending,
                (false, 0) => Outcome::Ok,
                _ => Outcome::Error("refused"),
            },
            address: Reference::None,
            object: Reference::None,
            anomalies: Anomalies::NONE
                .with_if(cut, Anomalies::TRUNCATED)
                .with_if(matches!(function, Function::Unknown(_)), Anomalies::UNKNOWN_FUNCTION),
            fields: frame,
        });
        if frame.submode != PCCC {
            return;
        }
        let number = transaction(frame.data);
        let known = self.waiting.iter().position(|(waiting, _)| *waiting == number);
        if request {
            if let Some(at) = known {
                self.waiting.remove(at);
            }
            if self.waiting.len() >= MAX_WAITING {
                self.waiting.remove(0);
            }
            let kept = frame.data.get(..frame.data.len().min(MAX_KEPT)).unwrap_or_default();
            self.waiting.push((number, kept.to_vec()));
            pccc::request(frame.data, Reference::None, cut, sink);
        } else {
            let asked = known.map(|at| self.waiting.remove(at).1);
            pccc::response(frame.data, asked.as_deref(), Reference::None, cut, sink);
        }
    }
}

impl Fields for Frame<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.uint("mode", u64::from(self.mode));
        visitor.uint("submode", u64::from(self.submode));
        visitor.uint("length", u64::from(self.length));
        visitor.uint("connection_id", u64::from(self.connection));
        visitor.uint("status", u64::from(self.status));
        visitor.bytes("context", self.context);
        if self.submode != PCCC && !self.data.is_empty() {
            visitor.bytes("data", self.data);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check_stream, client, probe as look, server};

    fn frame(mode: u8, submode: u8, data: &[u8]) -> Vec<u8> {
        let mut bytes = vec![mode, submode, 0, u8::try_from(data.len()).unwrap(), 0, 0, 0, 9];
        bytes.extend_from_slice(&[0; 20]);
        bytes.extend_from_slice(data);
        bytes
    }

    #[test]
    fn pccc_travels_in_csp() {
        // Diagnostic status: command 0x06, function 0x03 (1770-6.5.16, 7-9).
        let log = check_stream(
            &DISSECTOR,
            2_222,
            &[
                client(&frame(1, 1, &[])),
                server(&frame(2, 1, &[])),
                client(&frame(1, 7, &[6, 0, 0x34, 0x12, 3])),
                server(&frame(2, 7, &[0x46, 0x10, 0x34, 0x12])),
            ],
        );
        assert!(log.messages[0].starts_with("csp request connect code=1 session Pending"));
        assert!(log.messages[1].starts_with("csp response connect code=1 session Ok"));
        assert!(log.messages[2].starts_with("csp request pccc code=7 other Pending"));
        assert!(log.messages[3].starts_with("pccc request ") && log.messages[3].contains("code=6"));
        assert!(log.messages[5].starts_with("pccc response ") && log.messages[5].contains("Error("));
    }

    #[test]
    fn another_submode_is_marked() {
        let log = check_stream(&DISSECTOR, 2_222, &[client(&frame(1, 5, &[1]))]);
        assert!(log.messages[0].contains("unknown_0x05") && log.messages[0].contains("data=0x01"));
    }

    #[test]
    fn content_decides() {
        let ask = frame(1, 7, &[6, 0, 0x34, 0x12, 3]);
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 2_222, &ask), Verdict::Sure);
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 7_000, &ask), Verdict::Likely);
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 2_222, &ask[..10]), Verdict::More);
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 2_222, b"SSH-2.0-x\r\n"), Verdict::No);
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 7_000, &frame(1, 1, &[])), Verdict::No);
    }
}
