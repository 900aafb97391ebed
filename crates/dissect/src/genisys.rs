//! Genisys: a railway signalling protocol of Union Switch & Signal, carried over TCP.
//!
//! Not published as a specification; decoded as far as public descriptions reach: the protocol notes in Wireshark's
//! issue 3422 and the message list of CISA's ICSNPP Genisys parser. Usual port TCP 10001; recognised by a control
//! character, a terminator and the CRC between, on any port.

use crate::crc16::crc16;
use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Input, Kind, Message, Number, Outcome, Over,
    Probe, Protocol, Reference, Session, Sink, Step, Transport, Value, Verdict, Visitor,
};

const PORTS: &[u16] = &[10_001];
/// Marks an escaped byte: the next one's low half is added to 0xf0.
const ESCAPE: u8 = 0xf0;
const TERMINATOR: u8 = 0xf6;
/// First of the control characters, which data never holds.
const CONTROL: u8 = 0xf0;
/// Most bytes of one message on the wire: a station has 256 bytes of data at most, each with an address, all escaped.
const MAX_MESSAGE: usize = 1_040;
/// Start of the CRC.
const INITIAL: u16 = 0xffff;

/// Genisys as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Genisys,
    over: &[Over::Tcp(PORTS)],
    probe,
    open: || Box::<Genisys>::default(),
    max_message: MAX_MESSAGE,
    fields: &[
        Field { name: "server", doc: "Address of the field station." },
        Field {
            name: "crc_transmitted",
            doc: "CRC-16 as sent; absent in polls and acknowledgements without security.",
        },
        Field { name: "crc_calculated", doc: "CRC-16 of the bytes." },
        Field { name: "payload", doc: "Bytes of data with their addresses." },
        Field { name: "data", doc: "Bytes that are no whole pair of address and data." },
    ],
    not_decoded: &["meaning of the bytes (bits of signals and switches, by the station's own tables)"],
};

/// Name, category and kind of a control character.
const fn describe(header: u8) -> Option<(&'static str, Category, Kind)> {
    Some(match header {
        0xf1 => ("acknowledge_client", Category::Read, Kind::Response),
        0xf2 => ("indication_data", Category::Read, Kind::Response),
        0xf3 => ("control_data_checkback", Category::Write, Kind::Response),
        0xf9 => ("common_control_data", Category::Write, Kind::Request),
        0xfa => ("acknowledge_server", Category::Read, Kind::Request),
        0xfb => ("poll", Category::Read, Kind::Request),
        0xfc => ("control_data", Category::Write, Kind::Request),
        0xfd => ("recall_header", Category::Read, Kind::Request),
        0xfe => ("execute_controls", Category::Control, Kind::Request),
        _ => return None,
    })
}

/// One message between its control character and its terminator, still escaped.
#[derive(Debug, Clone, Copy)]
struct Frame<'a> {
    header: u8,
    /// Escaped bytes after the control character, terminator excluded.
    escaped: &'a [u8],
    /// Bytes after unescaping.
    length: usize,
    /// An escape without its byte, or one that means nothing.
    bad_escape: bool,
    /// The terminator is there.
    ended: bool,
    /// The CRC is not escaped.
    raw_crc: bool,
}

/// Takes escapes out.
fn unescaped(escaped: &[u8]) -> impl Iterator<Item = u8> + use<'_> {
    let mut bytes = escaped.iter();
    std::iter::from_fn(move || match bytes.next() {
        Some(&ESCAPE) => Some(ESCAPE | bytes.next()? & 0x0f),
        Some(byte) => Some(*byte),
        None => None,
    })
}

/// What the start of some bytes is.
enum Start<'a> {
    /// A message and its bytes on the wire.
    Message(Frame<'a>, usize),
    /// The next bytes decide.
    Open,
}

impl<'a> Frame<'a> {
    /// The message at the start of `data`. One that has no end, because another control character comes first or the
    /// bytes run out, is given without `ended`.
    fn parse(data: &'a [u8], last: bool) -> Option<Start<'a>> {
        let (header, rest) = data.split_first()?;
        describe(*header)?;
        let rest = rest.get(..MAX_MESSAGE).unwrap_or(rest);
        let end = rest.iter().position(|byte| *byte > CONTROL);
        let plain =
            Self::with(*header, rest.get(..end.unwrap_or(rest.len()))?, end.and_then(|end| rest.get(end)));
        if plain.ended && !plain.bad_escape && (!plain.is_secure() || plain.crc_is_right()) {
            let taken = plain.escaped.len().saturating_add(2);
            return Some(Start::Message(plain, taken));
        }
        if end.is_none() && !last && rest.len() < MAX_MESSAGE {
            return Some(Start::Open);
        }
        // Some senders do not escape the CRC: one of its bytes looks like a control character or an escape.
        let from = end.unwrap_or(rest.len());
        for at in from..from.saturating_add(3) {
            match rest.get(at) {
                Some(&TERMINATOR) => {
                    let raw =
                        Self { raw_crc: true, ..Self::with(*header, rest.get(..at)?, Some(&TERMINATOR)) };
                    if at >= 3 && raw.crc_is_right() {
                        return Some(Start::Message(raw, at.saturating_add(2)));
                    }
                }
                Some(_) => {}
                None if last || rest.len() >= MAX_MESSAGE => {}
                None => return Some(Start::Open),
            }
        }
        let taken = plain.escaped.len().saturating_add(1).saturating_add(usize::from(plain.ended));
        Some(Start::Message(plain, taken))
    }

    fn with(header: u8, escaped: &'a [u8], end: Option<&u8>) -> Self {
        let mut bad_escape = false;
        let mut length = 0usize;
        let mut bytes = escaped.iter();
        while let Some(byte) = bytes.next() {
            if *byte == ESCAPE {
                bad_escape |= bytes.next().is_none_or(|next| *next > 0x0f);
            }
            length = length.saturating_add(1);
        }
        Self { header, escaped, length, bad_escape, ended: end == Some(&TERMINATOR), raw_crc: false }
    }

    fn crc_is_right(&self) -> bool {
        self.crc_transmitted() == self.crc_calculated()
    }

    /// Bytes ahead of the CRC, unescaped.
    fn covered(&self) -> impl Iterator<Item = u8> + use<'a> {
        let end = self.escaped.len().saturating_sub(2);
        let escaped = if self.raw_crc { self.escaped.get(..end).unwrap_or_default() } else { self.escaped };
        let most = if self.raw_crc { usize::MAX } else { self.length.saturating_sub(2) };
        unescaped(escaped).take(most)
    }

    fn server(&self) -> Option<u8> {
        unescaped(self.escaped).next()
    }

    /// Whether a CRC ends the message: only bare polls and acknowledgements have none.
    const fn is_secure(&self) -> bool {
        self.raw_crc || self.length >= 3
    }

    fn crc_transmitted(&self) -> u16 {
        if self.raw_crc {
            return self.escaped.last_chunk().map_or(0, |bytes| u16::from_le_bytes(*bytes));
        }
        let mut last = unescaped(self.escaped).skip(self.length.saturating_sub(2));
        u16::from_le_bytes([last.next().unwrap_or(0), last.next().unwrap_or(0)])
    }

    fn crc_calculated(&self) -> u16 {
        crc16(INITIAL, std::iter::once(self.header).chain(self.covered()))
    }

    /// Pairs of address and data.
    fn pairs(&self) -> impl Iterator<Item = (u8, u8)> + use<'a> {
        let mut bytes = self.covered().skip(1);
        std::iter::from_fn(move || Some((bytes.next()?, bytes.next()?)))
    }
}

fn probe(probe: &Probe<'_>) -> Verdict {
    let usual = probe.on_port(PORTS);
    if probe.transport != Transport::Tcp || !matches!(probe.data.first(), Some(0xf1..=0xf3 | 0xf9..=0xfe)) {
        return Verdict::No;
    }
    let frame = match Frame::parse(probe.data, false) {
        Some(Start::Message(frame, _)) if frame.ended => frame,
        Some(Start::Open) if usual => return Verdict::More,
        _ => return Verdict::No,
    };
    if frame.bad_escape && !frame.raw_crc {
        return Verdict::No;
    }
    match frame.is_secure() {
        true if frame.crc_transmitted() == frame.crc_calculated() => Verdict::Sure,
        false if frame.length == 1 && matches!(frame.header, 0xf1 | 0xfa | 0xfb) && usual => Verdict::Likely,
        _ => Verdict::No,
    }
}

#[derive(Debug, Default)]
struct Genisys;

impl Session for Genisys {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let (frame, taken) = match Frame::parse(input.data, input.last) {
            Some(Start::Message(frame, taken)) => (frame, taken),
            Some(Start::Open) => return Step::More,
            None => return Step::Lost,
        };
        let open = !frame.ended && taken == input.data.len();
        message(&frame, open, sink);
        Step::Took(taken)
    }

    fn resumes(&self, data: &[u8]) -> bool {
        data.first().is_some_and(|header| describe(*header).is_some())
    }
}

fn message(frame: &Frame<'_>, cut: bool, sink: &mut dyn Sink) {
    let Some((name, category, kind)) = describe(frame.header) else { return };
    let bad_crc = frame.ended && frame.is_secure() && !frame.crc_is_right();
    let anomalies = Anomalies::NONE
        .with_if(cut, Anomalies::TRUNCATED)
        .with_if(!cut && !frame.ended, Anomalies::MISSING_FIELD)
        .with_if(frame.ended && !frame.is_secure() && frame.length != 1, Anomalies::BAD_LENGTH)
        .with_if(frame.bad_escape || frame.raw_crc, Anomalies::BAD_ENCODING)
        .with_if(bad_crc, Anomalies::BAD_CHECKSUM);
    let address =
        frame.server().map_or(Reference::None, |server| Reference::one("server", u64::from(server)));
    sink.message(&Message {
        protocol: Protocol::Genisys,
        kind,
        function: Function::Known(name),
        code: Some(u32::from(frame.header)),
        category,
        outcome: if kind == Kind::Response { Outcome::Ok } else { Outcome::Pending },
        address,
        object: Reference::None,
        anomalies,
        fields: frame,
    });
    if !cut && !bad_crc && matches!(frame.header, 0xf2 | 0xfc) && sink.wants().values {
        let label = if frame.header == 0xf2 { "indication" } else { "control" };
        for (place, data) in frame.pairs() {
            sink.value(&Value {
                protocol: Protocol::Genisys,
                address,
                object: Reference::one(label, u64::from(place)),
                kind: "byte",
                number: Number::Uint(u64::from(data)),
            });
        }
    }
}

impl Fields for Frame<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        if let Some(server) = self.server() {
            visitor.uint("server", u64::from(server));
        }
        if !self.is_secure() || !self.ended {
            return;
        }
        visitor.begin_list("payload");
        for (address, data) in self.pairs() {
            visitor.begin_object("");
            visitor.uint("address", u64::from(address));
            visitor.uint("data", u64::from(data));
            visitor.end_object();
        }
        visitor.end_list();
        visitor.uint("crc_transmitted", u64::from(self.crc_transmitted()));
        visitor.uint("crc_calculated", u64::from(self.crc_calculated()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check_stream, client, probe as look, server};

    /// A message of these bytes, with CRC, escapes and terminator.
    fn frame(bytes: &[u8]) -> Vec<u8> {
        let crc = crc16(INITIAL, bytes.iter().copied()).to_le_bytes();
        let mut wire = vec![bytes[0]];
        for byte in bytes[1..].iter().chain(&crc) {
            if *byte >= CONTROL {
                wire.extend_from_slice(&[ESCAPE, byte & 0x0f]);
            } else {
                wire.push(*byte);
            }
        }
        wire.push(TERMINATOR);
        wire
    }

    #[test]
    fn a_poll_is_answered_by_indications() {
        let log = check_stream(
            &DISSECTOR,
            10_001,
            &[
                client(&[0xfb, 1, 0xf6]),
                server(&frame(&[0xf2, 1, 3, 0xf5, 4, 9])),
                client(&frame(&[0xfa, 1])),
            ],
        );
        assert_eq!(log.messages[0], "genisys request poll code=251 read Pending [server 1] [] [] {server=1}");
        assert!(log.messages[1].starts_with(
            "genisys response indication_data code=242 read Ok [server 1] [] [] {server=1 \
             payload=[{address=3 data=245} {address=4 data=9}] crc_transmitted="
        ));
        assert!(log.messages[2].starts_with("genisys request acknowledge_server code=250 read"));
        assert_eq!(
            log.values,
            [
                "genisys [server 1] [indication 3] byte Uint(245)",
                "genisys [server 1] [indication 4] byte Uint(9)",
            ]
        );
    }

    #[test]
    fn every_control_character_is_named() {
        for (header, expected) in [
            (0xf1u8, "response acknowledge_client code=241 read Ok"),
            (0xf3, "response control_data_checkback code=243 write Ok"),
            (0xf9, "request common_control_data code=249 write Pending"),
            (0xfc, "request control_data code=252 write Pending"),
            (0xfd, "request recall_header code=253 read Pending"),
            (0xfe, "request execute_controls code=254 control Pending"),
        ] {
            let log = check_stream(&DISSECTOR, 10_001, &[client(&frame(&[header, 7]))]);
            assert!(
                log.messages[0].starts_with(&format!("genisys {expected} [server 7]")),
                "{}",
                log.messages[0]
            );
        }
    }

    #[test]
    fn damage_is_marked() {
        let mut bad = frame(&[0xfd, 1]);
        bad[1] = 2;
        let log =
            check_stream(&DISSECTOR, 10_001, &[client(&bad), client(&[0xfb, 1, 0xfb, 1, 0xf6, 0xfb, 1])]);
        assert!(log.messages[0].contains("bad_checksum"));
        assert!(log.messages[1].contains("missing_field"));
        assert!(log.messages[3].contains("truncated"));
    }

    #[test]
    fn a_crc_without_escapes_is_read_and_marked() {
        let mut tried = 0;
        for place in 0..=255u8 {
            let bytes = [0xf2, 1, place & 0x7f, place >> 1];
            let crc = crc16(INITIAL, bytes.iter().copied()).to_le_bytes();
            if crc.iter().all(|byte| *byte < CONTROL) {
                continue;
            }
            tried += 1;
            let wire = [bytes.as_slice(), &crc, &[TERMINATOR]].concat();
            let log = check_stream(&DISSECTOR, 10_001, &[server(&wire), server(&[0xf1, 1, TERMINATOR])]);
            assert_eq!(log.messages.len(), 2, "{wire:02x?}");
            assert!(log.messages[0].contains("[\"bad_encoding\"]") && log.messages[0].contains("payload=[{"));
        }
        assert!(tried > 10);
    }

    #[test]
    fn content_decides() {
        let poll = frame(&[0xfb, 1]);
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 10_001, &poll), Verdict::Sure);
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 4_001, &poll), Verdict::Sure);
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 10_001, &poll[..3]), Verdict::More);
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 10_001, &[0xfb, 1, 0xf6]), Verdict::Likely);
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 4_001, &[0xfb, 1, 0xf6]), Verdict::No);
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 10_001, &[0xff, 0xfd, 1, 0xff, 0xfb, 3]), Verdict::No);
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 10_001, b"\x01I20100\n"), Verdict::No);
    }
}
