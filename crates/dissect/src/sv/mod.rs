//! Sampled values: streams of digitised currents and voltages, multicast on layer 2; their routed form over UDP.
//!
//! Spec: IEC 61850-9-2, 8 (ethertype 0x88ba), the implementation guideline for 80 and 256 samples per period, IEC 61869-9;
//! IEC 61850-90-5 (routed, UDP port 102). Recognised by the ethertype with a length and a PDU that fit, routed ones by
//! their session header. Samples are read as pairs of a 32-bit value and its quality, which is what the guideline and
//! IEC 61869-9 fix; other data sets are only known to the configuration.

use crate::ber::{self, Class, Element};
use crate::iec61850::{data, routed};
use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Input, Kind, Message, Number, Observation,
    Outcome, Over, Probe, Protocol, Reader, Reference, Session, Sink, Step, Subject, Transport, Value,
    Verdict, Visitor, confidence, printable,
};

const ETHERTYPE: u16 = 0x88ba;
/// Application tag of `savPdu`.
const SAV_PDU: u32 = 0;
const SIMULATED: u16 = 0x8000;
/// Streams that one flow follows, and their longest name.
const MAX_STREAMS: usize = 64;
const MAX_NAME: usize = 160;
/// A sample of the guideline: value and quality, 4 bytes each.
const SAMPLE: usize = 8;

/// Sampled values as the registry knows them.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Sv,
    over: &[Over::Ether(ETHERTYPE), Over::Udp(routed::PORTS)],
    probe,
    open: || Box::<Sv>::default(),
    max_message: 65_535,
    fields: FIELDS,
    not_decoded: &[
        "data sets other than pairs of 32-bit value and quality: their bytes are shown",
        "scaling of values: only the configuration has it",
        "encrypted payloads of routed messages, and signatures",
    ],
};

const FIELDS: &[Field] = &[
    Field { name: "app_id", doc: "Application identifier." },
    Field { name: "length", doc: "Bytes from the application identifier on." },
    Field { name: "simulated", doc: "Simulation bit of the header." },
    Field { name: "no_asdu", doc: "Number of ASDUs in the message." },
    Field { name: "sv_id", doc: "Identifier of the stream, of the first ASDU." },
    Field { name: "smp_cnt", doc: "Number of the sample, of the first ASDU." },
    Field { name: "conf_rev", doc: "Revision of the configuration, of the first ASDU." },
    Field {
        name: "asdus",
        doc: "ASDUs: sv_id, dat_set, smp_cnt, conf_rev, refr_tm, smp_synch, smp_rate, samples, smp_mod, gm_identity.",
    },
    Field { name: "session_id", doc: "Routed: kind of session; further fields of its header follow." },
    Field { name: "spdu_number", doc: "Routed: number of the message." },
    Field { name: "encryption_algorithm", doc: "Routed: how the payload is encrypted." },
    Field { name: "authentication_algorithm", doc: "Routed: how the message is signed." },
    Field { name: "key_id", doc: "Routed: number of the key." },
];

struct Frame<'a> {
    header: Option<routed::Header<'a>>,
    app_id: u16,
    length: u16,
    simulated: bool,
    pdu: Option<Element<'a>>,
    anomalies: Anomalies,
}

/// Bits of the fields that must be there: identifier, count, revision, synchronisation, samples.
const MANDATORY: u32 = 0b1010_1101;

/// One ASDU of a message (IEC 61850-9-2, 8.5.2).
#[derive(Debug, Clone, Copy, Default)]
struct Asdu<'a> {
    id: &'a [u8],
    count: u16,
    synch: u8,
    samples: &'a [u8],
    value: &'a [u8],
    complete: bool,
}

impl<'a> Frame<'a> {
    fn parse(input: &Input<'a>) -> Option<Self> {
        if input.transport == Transport::Udp {
            let header = routed::Header::parse(input.data)?;
            let payload = header.payload()?;
            let pdu = ber::elements(payload.data).next().filter(|_| !header.is_encrypted());
            let cut = pdu.is_some_and(|pdu| pdu.missing > 0);
            return Some(Self {
                header: Some(header),
                app_id: payload.app_id,
                length: payload.length,
                simulated: payload.simulated,
                pdu,
                anomalies: Anomalies::NONE.with_if(cut, Anomalies::TRUNCATED),
            });
        }
        let mut reader = Reader::new(input.data);
        let app_id = reader.be_u16().ok()?;
        let length = reader.be_u16().ok()?;
        let reserved = reader.be_u16().ok()?;
        reader.skip(2).ok()?;
        let bytes = reader.take_up_to(usize::from(length).saturating_sub(8));
        let pdu = ber::elements(bytes).next()?;
        let short = input.data.len() < usize::from(length);
        let anomalies = Anomalies::NONE
            .with_if(short && input.missing > 0, Anomalies::TRUNCATED)
            .with_if(short && input.missing == 0, Anomalies::BAD_LENGTH)
            .with_if(!short && pdu.missing > 0, Anomalies::BAD_LENGTH);
        Some(Self {
            header: None,
            app_id,
            length,
            simulated: reserved & SIMULATED != 0,
            pdu: Some(pdu),
            anomalies,
        })
    }

    /// Number of ASDUs as stated.
    fn stated(&self) -> Option<u64> {
        self.pdu?.inner().find(|field| field.class == Class::Context && field.number == 0)?.unsigned()
    }

    fn asdus(&self) -> impl Iterator<Item = Asdu<'a>> + use<'a> {
        self.pdu
            .and_then(|pdu| pdu.inner().find(|field| field.class == Class::Context && field.number == 2))
            .into_iter()
            .flat_map(|sequence| sequence.inner())
            .filter(|element| element.is(ber::universal::SEQUENCE))
            .map(|element| Asdu::parse(&element))
    }
}

impl<'a> Asdu<'a> {
    fn parse(element: &Element<'a>) -> Self {
        let mut asdu = Self { value: element.value, ..Self::default() };
        let mut seen = 0u32;
        for field in element.inner().filter(|field| field.class == Class::Context) {
            seen |= 1u32.checked_shl(field.number).unwrap_or(0);
            match field.number {
                0 => asdu.id = field.value,
                2 => {
                    let count = field.unsigned().and_then(|value| u16::try_from(value).ok());
                    asdu.count = count.unwrap_or(u16::MAX);
                }
                5 => asdu.synch = field.value.first().copied().unwrap_or(0),
                7 => asdu.samples = field.value,
                _ => {}
            }
        }
        asdu.complete = seen & MANDATORY == MANDATORY && element.missing == 0;
        asdu
    }

    /// Values with their qualities; nothing where the samples are no such pairs.
    fn pairs(&self) -> impl Iterator<Item = (i32, u32)> + use<'a> {
        let fits = self.samples.len().is_multiple_of(SAMPLE);
        let mut reader = Reader::new(if fits { self.samples } else { &[] });
        std::iter::from_fn(move || Some((reader.be_i32().ok()?, reader.be_u32().ok()?)))
    }

    fn visit(&self, visitor: &mut dyn Visitor) {
        for field in ber::elements(self.value).filter(|field| field.class == Class::Context) {
            match field.number {
                0 => visitor.text("sv_id", &printable(field.value)),
                1 => visitor.text("dat_set", &printable(field.value)),
                2 => uint("smp_cnt", &field, visitor),
                3 => uint("conf_rev", &field, visitor),
                4 => data::visit_utc("refr_tm", field.value, visitor),
                5 => visitor.named(
                    "smp_synch",
                    u64::from(self.synch),
                    match self.synch {
                        0 => "none",
                        1 => "local",
                        2 => "global",
                        5..=254 => "local_clock",
                        _ => "reserved",
                    },
                ),
                6 => uint("smp_rate", &field, visitor),
                7 if self.samples.len().is_multiple_of(SAMPLE) => {
                    visitor.begin_list("samples");
                    for (value, quality) in self.pairs() {
                        visitor.begin_object("");
                        visitor.int("value", i64::from(value));
                        visitor.uint("quality", u64::from(quality));
                        visitor.end_object();
                    }
                    visitor.end_list();
                }
                7 => visitor.bytes("sample_bytes", field.value),
                8 => uint("smp_mod", &field, visitor),
                9 => visitor.bytes("gm_identity", field.value),
                _ => visitor.bytes("unknown", field.value),
            }
        }
    }
}

fn uint(name: &'static str, field: &Element<'_>, visitor: &mut dyn Visitor) {
    match field.unsigned() {
        Some(value) => visitor.uint(name, value),
        None => visitor.bytes(name, field.value),
    }
}

fn probe(probe: &Probe<'_>) -> Verdict {
    match probe.transport {
        Transport::Link if probe.ethertype == ETHERTYPE => {
            let Some(&[_, _, high, low, _, _, _, _, 0x60, _]) = probe.data.first_chunk::<10>() else {
                return Verdict::No;
            };
            let length = usize::from(u16::from_be_bytes([high, low]));
            if length <= probe.data.len() || probe.missing > 0 { Verdict::Sure } else { Verdict::Likely }
        }
        Transport::Udp if routed::begins(probe.data, routed::SAMPLED_VALUES) => Verdict::Sure,
        _ => Verdict::No,
    }
}

#[derive(Debug)]
struct Stream {
    name: Box<[u8]>,
    count: u16,
}

#[derive(Debug, Default)]
struct Sv {
    streams: Vec<Stream>,
}

impl Session for Sv {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let Some(frame) = Frame::parse(input) else { return Step::Lost };
        if frame.pdu.is_some_and(|pdu| pdu.class != Class::Application || pdu.number != SAV_PDU) {
            return Step::Lost;
        }
        self.message(&frame, sink);
        Step::Took(input.data.len())
    }
}

impl Sv {
    fn message(&mut self, frame: &Frame<'_>, sink: &mut dyn Sink) {
        let mut anomalies = frame.anomalies;
        let mut asdus = 0u64;
        let mut first = Asdu::default();
        for asdu in frame.asdus() {
            if asdus == 0 {
                first = asdu;
            }
            asdus = asdus.saturating_add(1);
            let (new, marks) = self.follow(&asdu);
            anomalies |= marks;
            if !frame.anomalies.contains(Anomalies::TRUNCATED) {
                anomalies = anomalies.with_if(!asdu.complete, Anomalies::MISSING_FIELD);
            }
            if new {
                tell(&asdu, sink);
            }
        }
        let miscounted = frame.stated().is_some_and(|stated| stated != asdus);
        anomalies = anomalies.with_if(miscounted && anomalies.is_empty(), Anomalies::BAD_LENGTH);
        let name = std::str::from_utf8(first.id).unwrap_or_default();
        let encrypted = frame.pdu.is_none();
        sink.message(&Message {
            protocol: Protocol::Sv,
            kind: Kind::Event,
            function: Function::Known(if encrypted { "encrypted" } else { "send_msv_message" }),
            code: None,
            category: if encrypted { Category::Other } else { Category::Read },
            outcome: Outcome::Event,
            address: if name.is_empty() { Reference::None } else { Reference::Text(name) },
            object: Reference::None,
            anomalies,
            fields: &Shown { frame, first: &first },
        });
        if sink.wants().values {
            for asdu in frame.asdus() {
                give_values(&asdu, sink);
            }
        }
    }

    /// Compares an ASDU with the one before it of the same stream: counts run on, or begin again with each second.
    fn follow(&mut self, asdu: &Asdu<'_>) -> (bool, Anomalies) {
        if asdu.id.is_empty() || asdu.id.len() > MAX_NAME {
            return (false, Anomalies::NONE);
        }
        let Some(stream) = self.streams.iter_mut().find(|stream| *stream.name == *asdu.id) else {
            if self.streams.len() >= MAX_STREAMS {
                self.streams.remove(0);
            }
            self.streams.push(Stream { name: asdu.id.into(), count: asdu.count });
            return (true, Anomalies::NONE);
        };
        let before = std::mem::replace(&mut stream.count, asdu.count);
        let same = asdu.count == before;
        let follows = asdu.count == before.wrapping_add(1) || asdu.count == 0;
        let marks = Anomalies::NONE
            .with_if(same, Anomalies::DUPLICATE)
            .with_if(!same && !follows, Anomalies::BAD_SEQUENCE);
        (false, marks)
    }
}

fn tell(asdu: &Asdu<'_>, sink: &mut dyn Sink) {
    let text = printable(asdu.id);
    sink.observe(&Observation {
        subject: Subject::Sender,
        path: Reference::None,
        attribute: "sv_id",
        value: &text,
        protocol: Protocol::Sv,
        confidence: confidence::ANNOUNCEMENT,
    });
}

fn give_values(asdu: &Asdu<'_>, sink: &mut dyn Sink) {
    let name = std::str::from_utf8(asdu.id).unwrap_or_default();
    for (at, (value, _)) in asdu.pairs().enumerate() {
        sink.value(&Value {
            protocol: Protocol::Sv,
            address: Reference::Text(name),
            object: Reference::one("channel", at as u64),
            kind: "int32",
            number: Number::Int(i64::from(value)),
        });
    }
}

struct Shown<'a> {
    frame: &'a Frame<'a>,
    first: &'a Asdu<'a>,
}

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        let frame = self.frame;
        if let Some(header) = &frame.header {
            header.visit(visitor);
        }
        visitor.uint("app_id", u64::from(frame.app_id));
        visitor.uint("length", u64::from(frame.length));
        visitor.flag("simulated", frame.simulated);
        if frame.pdu.is_none() {
            return;
        }
        if let Some(stated) = frame.stated() {
            visitor.uint("no_asdu", stated);
        }
        visitor.text("sv_id", &printable(self.first.id));
        visitor.uint("smp_cnt", u64::from(self.first.count));
        for field in ber::elements(self.first.value) {
            if field.class == Class::Context && field.number == 3 {
                uint("conf_rev", &field, visitor);
            }
        }
        visitor.begin_list("asdus");
        for asdu in frame.asdus() {
            visitor.begin_object("");
            asdu.visit(visitor);
            visitor.end_object();
        }
        visitor.end_list();
    }
}

#[cfg(test)]
mod tests;
