//! TRDP: train real-time data, process and message data.
//!
//! Spec: IEC 61375-2-3, annex A. Usual ports UDP 17224 (process data), UDP and TCP 17225 (message data). Recognised by
//! version, message type and a right header checksum, on any port. `code` is the message type, two letters.

use crate::crc32::crc32;
use crate::shown::Shown;
use crate::{
    Anomalies, Category, Dissector, Field, Function, Input, Kind, Message, Outcome, Over, Pending, Probe,
    Protocol, Reader, Reference, Session, Sink, Step, Transport, Verdict, Visitor, confidence, printable,
    said,
};

const PROCESS_PORTS: &[u16] = &[17_224, 17_225];
const MESSAGE_PORTS: &[u16] = &[17_225];
/// Sizes of the two headers with their checksum (annex A).
const PROCESS_HEADER: usize = 40;
const MESSAGE_HEADER: usize = 116;
/// Largest data set (annex A).
const MAX_DATA: usize = 65_388;
/// First byte of every known version.
const MAJOR_VERSION: u8 = 1;

/// TRDP as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Trdp,
    over: &[Over::Udp(PROCESS_PORTS), Over::Tcp(MESSAGE_PORTS)],
    probe,
    open: || Box::<Trdp>::default(),
    max_message: MESSAGE_HEADER + MAX_DATA + 4,
    fields: FIELDS,
    not_decoded: &[
        "contents of data sets: a train's configuration describes them",
        "safe data trailers (SDTv2)",
    ],
};

const FIELDS: &[Field] = &[
    Field { name: "sequence", doc: "Sequence counter." },
    Field { name: "version", doc: "Protocol version, major and minor." },
    Field { name: "com_id", doc: "Identifier of the data." },
    Field { name: "etb_topo_count", doc: "Counter of the train backbone's topology." },
    Field { name: "op_train_topo_count", doc: "Counter of the operational topology." },
    Field { name: "dataset_length", doc: "Bytes of data." },
    Field { name: "reply_com_id", doc: "Data that is asked for (process data)." },
    Field { name: "reply_ip", doc: "Where it is to be sent (process data)." },
    Field { name: "reply_status", doc: "Status of a reply (message data)." },
    Field { name: "session_id", doc: "Session of message data." },
    Field { name: "source_uri", doc: "User part of the sender." },
    Field { name: "destination_uri", doc: "User part of the receiver." },
];

const fn describe(kind: [u8; 2]) -> Option<(&'static str, Kind, Category)> {
    Some(match &kind {
        b"Pd" => ("process_data", Kind::Event, Category::Read),
        b"Pp" => ("process_data_reply", Kind::Response, Category::Read),
        b"Pr" => ("process_data_request", Kind::Request, Category::Read),
        b"Pe" => ("process_data_error", Kind::Response, Category::Read),
        b"Mn" => ("message_notify", Kind::Event, Category::Write),
        b"Mr" => ("message_request", Kind::Request, Category::Write),
        b"Mp" => ("message_reply", Kind::Response, Category::Write),
        b"Mq" => ("message_reply_with_confirm", Kind::Response, Category::Write),
        b"Mc" => ("message_confirm", Kind::Control, Category::Session),
        b"Me" => ("message_error", Kind::Response, Category::Write),
        _ => return None,
    })
}

#[derive(Debug, Clone, Copy)]
struct Frame<'a> {
    sequence: u32,
    version: [u8; 2],
    kind: [u8; 2],
    com_id: u32,
    topology: [u32; 2],
    length: u32,
    /// Header fields after the common ones, without the checksum.
    rest: &'a [u8],
    is_sound: bool,
    /// Bytes of header, data and padding.
    whole: usize,
}

impl<'a> Frame<'a> {
    /// `None` when it cannot be TRDP; `Some(None)` while the header is not whole.
    fn parse(data: &'a [u8]) -> Option<Option<Self>> {
        if data.get(4).is_some_and(|major| *major != MAJOR_VERSION) {
            return None;
        }
        let Some(kind) = data.get(6..8).and_then(|kind| kind.first_chunk::<2>().copied()) else {
            return Some(None);
        };
        describe(kind)?;
        let size = if kind.first() == Some(&b'P') { PROCESS_HEADER } else { MESSAGE_HEADER };
        let Some(header) = data.get(..size) else { return Some(None) };
        let (body, sum) = header.split_last_chunk::<4>()?;
        let mut reader = Reader::new(body);
        let sequence = reader.be_u32().ok()?;
        let version = reader.array().ok()?;
        reader.skip(2).ok()?;
        let com_id = reader.be_u32().ok()?;
        let topology = [reader.be_u32().ok()?, reader.be_u32().ok()?];
        let length = reader.be_u32().ok()?;
        let padded = usize::try_from(length).ok()?.checked_next_multiple_of(4)?;
        // The checksum is sent with its lowest byte first.
        let is_sound = crc32(body) == u32::from_le_bytes(*sum);
        let whole = size.checked_add(padded)?;
        let rest = reader.rest();
        Some(Some(Self { sequence, version, kind, com_id, topology, length, rest, is_sound, whole }))
    }

    fn is_process(&self) -> bool {
        self.kind.first() == Some(&b'P')
    }

    fn session(&self) -> Option<[u8; 16]> {
        if self.is_process() { None } else { self.rest.get(4..)?.first_chunk().copied() }
    }
}

fn probe(probe: &Probe<'_>) -> Verdict {
    let ports = match probe.transport {
        Transport::Udp => PROCESS_PORTS,
        Transport::Tcp => MESSAGE_PORTS,
        _ => return Verdict::No,
    };
    if probe.data.get(4).is_some_and(|major| *major != MAJOR_VERSION) {
        return Verdict::No;
    }
    match Frame::parse(probe.data) {
        Some(Some(frame)) if frame.is_sound => Verdict::Sure,
        Some(Some(frame)) if probe.on_port(ports) && frame.whole <= MESSAGE_HEADER + MAX_DATA + 4 => {
            Verdict::Likely
        }
        Some(None) if probe.transport == Transport::Tcp && probe.on_port(ports) => Verdict::More,
        _ => Verdict::No,
    }
}

#[derive(Default)]
struct Trdp {
    /// Data that sessions of message data are about.
    pending: Pending<[u8; 16], u32>,
}

impl Session for Trdp {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let frame = match Frame::parse(input.data) {
            Some(Some(frame)) => frame,
            Some(None) if !input.last => return Step::More,
            _ => return Step::Lost,
        };
        if usize::try_from(frame.length).unwrap_or(usize::MAX) > MAX_DATA {
            return Step::Lost;
        }
        let is_stream = input.transport == Transport::Tcp;
        let is_short = frame.whole > input.data.len();
        if is_short && !input.last {
            return Step::More;
        }
        let cut = is_short && (is_stream || input.missing > 0);
        let anomalies = Anomalies::NONE
            .with_if(cut, Anomalies::TRUNCATED)
            .with_if(is_short && !cut, Anomalies::BAD_LENGTH)
            .with_if(!frame.is_sound, Anomalies::BAD_CHECKSUM);
        self.message(&frame, anomalies, sink);
        Step::Took(if is_stream { frame.whole.min(input.data.len()) } else { input.data.len() })
    }

    fn resumes(&self, data: &[u8]) -> bool {
        matches!(Frame::parse(data), Some(Some(frame)) if frame.is_sound)
    }
}

impl Trdp {
    fn message(&mut self, frame: &Frame<'_>, anomalies: Anomalies, sink: &mut dyn Sink) {
        let Some((name, kind, category)) = describe(frame.kind) else { return };
        let mut com_id = frame.com_id;
        if let Some(session) = frame.session() {
            match kind {
                Kind::Request => {
                    self.pending.insert(session, com_id);
                }
                _ => com_id = self.pending.take(&session).unwrap_or(com_id),
            }
        }
        let status = (!frame.is_process()).then(|| Reader::new(frame.rest).be_i32().ok()).flatten();
        let outcome = match kind {
            _ if matches!(&frame.kind, b"Pe" | b"Me") => Outcome::Error("error"),
            Kind::Response if status.is_some_and(|status| status < 0) => Outcome::Error("reply_status"),
            Kind::Response => Outcome::Ok,
            Kind::Request => Outcome::Pending,
            _ => Outcome::Event,
        };
        let shown = Shown(|visitor: &mut dyn Visitor| show(frame, visitor));
        sink.message(&Message {
            protocol: Protocol::Trdp,
            kind,
            function: Function::Known(name),
            code: Some(u32::from(u16::from_be_bytes(frame.kind))),
            category,
            outcome,
            address: Reference::None,
            object: Reference::one("com_id", u64::from(com_id)),
            anomalies,
            fields: &shown,
        });
        if !frame.is_process()
            && frame.is_sound
            && let Some(uri) = frame.rest.get(24..56)
        {
            said::of_sender_bytes(
                sink,
                Protocol::Trdp,
                confidence::NAMING,
                "trdp_uri",
                crate::tell::until_nul(uri),
            );
        }
    }
}

fn show(frame: &Frame<'_>, visitor: &mut dyn Visitor) {
    use crate::tell::{ipv4, shown_ip, until_nul};
    let [major, minor] = frame.version;
    visitor.uint("sequence", u64::from(frame.sequence));
    visitor.text("version", crate::Text::<8>::of(format_args!("{major}.{minor}")).as_str());
    visitor.uint("com_id", u64::from(frame.com_id));
    let [backbone, operational] = frame.topology;
    visitor.uint("etb_topo_count", u64::from(backbone));
    visitor.uint("op_train_topo_count", u64::from(operational));
    visitor.uint("dataset_length", u64::from(frame.length));
    let mut reader = Reader::new(frame.rest);
    if frame.is_process() {
        if reader.skip(4).is_ok()
            && let Ok(com_id) = reader.be_u32()
            && let Some(ip) = ipv4(&mut reader)
        {
            visitor.uint("reply_com_id", u64::from(com_id));
            visitor.text("reply_ip", shown_ip(ip).as_str());
        }
        return;
    }
    if let (Ok(status), Ok(session), Ok(timeout), Ok(source), Ok(destination)) =
        (reader.be_i32(), reader.take(16), reader.be_u32(), reader.take(32), reader.take(32))
    {
        visitor.int("reply_status", i64::from(status));
        visitor.bytes("session_id", session);
        visitor.uint("reply_timeout_us", u64::from(timeout));
        visitor.text("source_uri", &printable(until_nul(source)));
        visitor.text("destination_uri", &printable(until_nul(destination)));
    }
}

#[cfg(test)]
mod tests;
