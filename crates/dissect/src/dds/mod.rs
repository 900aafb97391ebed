//! DDS: the wire protocol RTPS of the Data Distribution Service.
//!
//! Spec: OMG DDSI-RTPS 2.5, 8.3 and 9.4 to 9.6; DDS Security 1.1. Usual ports UDP 7400 and up, by domain and participant;
//! recognised by the magic, version and submessages that fill the datagram, on any port. Every submessage is a message;
//! `code` is its kind.

mod parameter;

use crate::shown::Shown;
use crate::{
    Anomalies, Category, Dissector, Field, Function, Input, Kind, Message, Outcome, Over, Probe, Protocol,
    Reader, Reference, Session, Sink, Step, Text, Transport, Verdict, Visitor,
};

/// Ports of the first participants of domain 0 (9.6).
const PORTS: &[u16] = &[7400, 7401, 7410, 7411, 7412, 7413];
const HEADER: usize = 20;
/// Submessages of one datagram that are looked at.
const MAX_SUBMESSAGES: usize = 64;
const DATA: u8 = 0x15;
const DATA_FRAG: u8 = 0x16;
const PAD: u8 = 0x01;
const INFO_TS: u8 = 0x09;
/// Writers of discovery (9.3.1.5): participants, publications, subscriptions.
const PARTICIPANT_WRITER: u32 = 0x0001_00c2;
const PUBLICATIONS_WRITER: u32 = 0x0000_03c2;
const SUBSCRIPTIONS_WRITER: u32 = 0x0000_04c2;

/// DDS as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Dds,
    over: &[Over::Udp(PORTS)],
    probe,
    open: || Box::<Dds>::default(),
    max_message: 65_507,
    fields: FIELDS,
    not_decoded: &[
        "data of applications: their types are not on the wire",
        "RTPS over TCP and shared memory",
        "contents that DDS Security encrypts",
        "fragments of discovery data",
    ],
};

const FIELDS: &[Field] = &[
    Field { name: "version", doc: "RTPS version." },
    Field { name: "vendor_id", doc: "Implementation, two numbers." },
    Field { name: "guid_prefix", doc: "Participant that sends." },
    Field { name: "flags", doc: "Flags of the submessage." },
    Field { name: "reader_id", doc: "Entity that reads." },
    Field { name: "writer_id", doc: "Entity that writes." },
    Field { name: "sequence_number", doc: "Number of the change." },
    Field { name: "first", doc: "First change that the writer holds." },
    Field { name: "last", doc: "Last change that the writer holds." },
    Field { name: "base", doc: "First change that lacks, or first after a gap." },
    Field { name: "count", doc: "Counter of heartbeats or acknowledgements." },
    Field { name: "parameters", doc: "Parameters of discovery data." },
    Field { name: "data_length", doc: "Bytes of serialized data." },
];

/// Name and category of a submessage (9.4.5.1.1; DDS Security, table 19).
const fn describe(kind: u8) -> Option<(&'static str, Category)> {
    Some(match kind {
        PAD => ("pad", Category::Session),
        0x06 => ("acknack", Category::Session),
        0x07 => ("heartbeat", Category::Session),
        0x08 => ("gap", Category::Session),
        INFO_TS => ("info_ts", Category::TimeSync),
        0x0c => ("info_src", Category::Session),
        0x0d => ("info_reply_ip4", Category::Session),
        0x0e => ("info_dst", Category::Session),
        0x0f => ("info_reply", Category::Session),
        0x12 => ("nack_frag", Category::Session),
        0x13 => ("heartbeat_frag", Category::Session),
        DATA => ("data", Category::Read),
        DATA_FRAG => ("data_frag", Category::Read),
        0x30 => ("sec_body", Category::Other),
        0x31 => ("sec_prefix", Category::Other),
        0x32 => ("sec_postfix", Category::Other),
        0x33 => ("srtps_prefix", Category::Other),
        0x34 => ("srtps_postfix", Category::Other),
        _ => return None,
    })
}

/// The message header (8.3.3).
#[derive(Debug, Clone, Copy)]
struct Head<'a> {
    version: [u8; 2],
    vendor: [u8; 2],
    prefix: &'a [u8],
}

/// One submessage (8.3.3.2).
#[derive(Debug, Clone, Copy)]
struct Sub<'a> {
    kind: u8,
    flags: u8,
    body: &'a [u8],
    is_cut: bool,
}

fn head(data: &[u8]) -> Option<(Head<'_>, &[u8])> {
    let mut reader = Reader::new(data);
    let magic = reader.take(4).ok()?;
    let version: [u8; 2] = reader.array().ok()?;
    let vendor = reader.array().ok()?;
    let prefix = reader.take(12).ok()?;
    let known = matches!(magic, b"RTPS" | b"RTPX") && matches!(version, [1 | 2, 0..=9]);
    known.then_some((Head { version, vendor, prefix }, reader.rest()))
}

/// Submessages in order. A length of zero reaches to the end, except where there is nothing (8.3.3.2.3).
fn submessages(bytes: &[u8]) -> impl Iterator<Item = Sub<'_>> {
    let mut reader = Reader::new(bytes);
    std::iter::from_fn(move || {
        let (kind, flags) = (reader.u8().ok()?, reader.u8().ok()?);
        let length = if flags & 1 != 0 { reader.le_u16() } else { reader.be_u16() }.ok()?;
        let wanted = match length {
            0 if !matches!(kind, PAD | INFO_TS) => reader.remaining(),
            length => usize::from(length),
        };
        let body = reader.take_up_to(wanted);
        Some(Sub { kind, flags, body, is_cut: body.len() < wanted })
    })
    .take(MAX_SUBMESSAGES)
}

/// The ping that one implementation sends in place of submessages to keep paths open.
const PING: &[u8] = b"NDDSPING";

fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.transport != Transport::Udp || !probe.data.starts_with(b"RTP") {
        return Verdict::No;
    }
    let Some((head, rest)) = head(probe.data) else {
        return Verdict::No;
    };
    if head.prefix.ends_with(PING) || rest.starts_with(PING) {
        return Verdict::Likely;
    }
    match submessages(rest).next() {
        Some(first) if describe(first.kind).is_some() || first.kind >= 0x80 => Verdict::Sure,
        _ => Verdict::No,
    }
}

#[derive(Default)]
struct Dds;

impl Session for Dds {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let Some((head, rest)) = head(input.data) else {
            // The ping is shorter than a header.
            return if input.data.starts_with(b"RTPS") && input.data.ends_with(PING) {
                Step::Took(input.data.len())
            } else {
                Step::Lost
            };
        };
        for sub in submessages(rest) {
            submessage(&head, &sub, input.missing > 0, sink);
        }
        Step::Took(input.data.len().max(HEADER.min(input.data.len())))
    }
}

/// Entities and numbers of a submessage, by its kind.
#[derive(Default)]
struct Parts<'a> {
    reader: Option<u32>,
    writer: Option<u32>,
    sequence: Option<i64>,
    range: Option<(i64, i64)>,
    base: Option<i64>,
    count: Option<u32>,
    seconds: Option<u32>,
    prefix: &'a [u8],
    payload: &'a [u8],
    is_short: bool,
}

impl<'a> Parts<'a> {
    fn parse(sub: &Sub<'a>) -> Self {
        let mut parts = Self::default();
        parts.is_short = parts.read(sub).is_none();
        parts
    }

    fn read(&mut self, sub: &Sub<'a>) -> Option<()> {
        let little = sub.flags & 1 != 0;
        let mut reader = Reader::new(sub.body);
        let word = |reader: &mut Reader<'a>| if little { reader.le_u32() } else { reader.be_u32() }.ok();
        // High and low word.
        let number = |reader: &mut Reader<'a>| {
            let (high, low) = (word(reader)?, word(reader)?);
            Some((u64::from(high) << 32 | u64::from(low)).cast_signed())
        };
        match sub.kind {
            DATA | DATA_FRAG => {
                reader.skip(2).ok()?;
                let to_qos = if little { reader.le_u16() } else { reader.be_u16() }.ok()?;
                let after = reader.rest();
                self.reader = Some(reader.be_u32().ok()?);
                self.writer = Some(reader.be_u32().ok()?);
                self.sequence = Some(number(&mut reader)?);
                let mut inner = Reader::new(after.get(usize::from(to_qos)..)?);
                if sub.flags & 2 != 0 {
                    parameter::skip(&mut inner, little)?;
                }
                self.payload = inner.rest();
            }
            0x06 => {
                self.entities(&mut reader)?;
                self.base = Some(number(&mut reader)?);
                let bits = word(&mut reader)?;
                reader.skip(usize::try_from(bits.div_ceil(32)).ok()?.checked_mul(4)?).ok()?;
                self.count = Some(word(&mut reader)?);
            }
            0x07 => {
                self.entities(&mut reader)?;
                self.range = Some((number(&mut reader)?, number(&mut reader)?));
                self.count = Some(word(&mut reader)?);
            }
            0x08 => {
                self.entities(&mut reader)?;
                self.sequence = Some(number(&mut reader)?);
                self.base = Some(number(&mut reader)?);
            }
            0x12 | 0x13 => {
                self.entities(&mut reader)?;
                self.sequence = Some(number(&mut reader)?);
            }
            INFO_TS if sub.flags & 2 == 0 => self.seconds = Some(word(&mut reader)?),
            0x0c => {
                reader.skip(8).ok()?;
                self.prefix = reader.take(12).ok()?;
            }
            0x0e => self.prefix = reader.take(12).ok()?,
            _ => {}
        }
        Some(())
    }

    /// Entity ids are four bytes in wire order.
    fn entities(&mut self, reader: &mut Reader<'a>) -> Option<()> {
        self.reader = Some(reader.be_u32().ok()?);
        self.writer = Some(reader.be_u32().ok()?);
        Some(())
    }
}

fn submessage(head: &Head<'_>, sub: &Sub<'_>, cut: bool, sink: &mut dyn Sink) {
    let parts = Parts::parse(sub);
    let described = describe(sub.kind);
    let discovery = match parts.writer {
        Some(PARTICIPANT_WRITER | PUBLICATIONS_WRITER | SUBSCRIPTIONS_WRITER) if sub.kind == DATA => {
            Some(parameter::Parameters::of(parts.payload))
        }
        _ => None,
    };
    let anomalies = Anomalies::NONE
        .with_if(sub.is_cut && cut, Anomalies::TRUNCATED)
        .with_if((sub.is_cut || parts.is_short) && !cut, Anomalies::BAD_LENGTH)
        .with_if(described.is_none() && sub.kind < 0x80, Anomalies::UNKNOWN_FUNCTION);
    let (name, category) = match (described, parts.writer) {
        (_, Some(PARTICIPANT_WRITER)) if sub.kind == DATA => ("data_participant", Category::Discovery),
        (_, Some(PUBLICATIONS_WRITER)) if sub.kind == DATA => ("data_publication", Category::Discovery),
        (_, Some(SUBSCRIPTIONS_WRITER)) if sub.kind == DATA => ("data_subscription", Category::Discovery),
        (Some((name, category)), _) => (name, category),
        (None, _) => ("", Category::Other),
    };
    let topic = discovery.as_ref().and_then(parameter::Parameters::topic).unwrap_or_default();
    let object = match parts.writer {
        _ if !topic.is_empty() => Text::<128>::of(format_args!("{topic}")),
        Some(writer) => Text::of(format_args!("writer 0x{writer:08x}")),
        None => Text::default(),
    };
    let shown = Shown(|visitor: &mut dyn Visitor| {
        let [major, minor] = head.version;
        visitor.text("version", Text::<8>::of(format_args!("{major}.{minor}")).as_str());
        let [first, second] = head.vendor;
        visitor.text("vendor_id", Text::<8>::of(format_args!("{first}.{second}")).as_str());
        visitor.bytes("guid_prefix", head.prefix);
        visitor.uint("flags", u64::from(sub.flags));
        if !parts.prefix.is_empty() {
            visitor.bytes("other_guid_prefix", parts.prefix);
        }
        for (name, entity) in [("reader_id", parts.reader), ("writer_id", parts.writer)] {
            if let Some(entity) = entity {
                visitor.uint(name, u64::from(entity));
            }
        }
        if let Some(number) = parts.sequence {
            visitor.int("sequence_number", number);
        }
        if let Some((first, last)) = parts.range {
            visitor.int("first", first);
            visitor.int("last", last);
        }
        if let Some(base) = parts.base {
            visitor.int("base", base);
        }
        if let Some(count) = parts.count {
            visitor.uint("count", u64::from(count));
        }
        if let Some(seconds) = parts.seconds {
            visitor.uint("seconds", u64::from(seconds));
        }
        if let Some(parameters) = &discovery {
            parameters.visit(visitor);
        } else if !parts.payload.is_empty() {
            visitor.uint("data_length", u64::try_from(parts.payload.len()).unwrap_or(0));
        }
    });
    sink.message(&Message {
        protocol: Protocol::Dds,
        kind: if category == Category::Session { Kind::Control } else { Kind::Event },
        function: if name.is_empty() {
            Function::Unknown(u32::from(sub.kind))
        } else {
            Function::Known(name)
        },
        code: Some(u32::from(sub.kind)),
        category,
        outcome: Outcome::Event,
        address: Reference::None,
        object: if object.as_str().is_empty() { Reference::None } else { Reference::Text(object.as_str()) },
        anomalies,
        fields: &shown,
    });
    if parts.writer == Some(PARTICIPANT_WRITER)
        && let Some(parameters) = &discovery
    {
        parameters.observe(sink);
    }
}

#[cfg(test)]
mod tests;
