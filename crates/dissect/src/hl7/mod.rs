//! HL7 version 2 over MLLP: messages between medical systems and devices.
//!
//! Spec: HL7 v2.x chapters 2 (control) and appendix A (tables); MLLP release 1 (transport specification: HL7, MLLP). No
//! registered port, TCP 2575 by IANA; recognised by the header segment and its repeated field separator. Names, results
//! and all other contents of segments are never shown: only the header, the acknowledgement and the segments' names.

mod kinds;

use crate::shown::Shown;
use crate::{
    Anomalies, Category, Dissector, Field, Function, Input, Kind, Message, Observation, Outcome, Over,
    Pending, Probe, Protocol, Reference, Session, Sink, Step, Subject, Text, Transport, Verdict, Visitor,
    confidence, printable,
};

/// Registered port.
const PORTS: &[u16] = &[2575];
/// Block characters of MLLP.
const START: u8 = 0x0b;
const END: u8 = 0x1c;
/// Largest message that is waited for; documents travel inside segments.
const MAX_MESSAGE: usize = 1024 * 1024;
/// Segments of one message whose names are listed.
const MAX_SEGMENTS: usize = 256;
/// Longest field of the header that is shown, in bytes.
const MAX_FIELD: usize = 128;

/// HL7 as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Hl7,
    over: &[Over::Tcp(PORTS)],
    probe,
    open: || Box::<Hl7>::default(),
    max_message: MAX_MESSAGE,
    fields: FIELDS,
    not_decoded: &[
        "contents of segments other than MSH and MSA, on purpose",
        "MLLP release 2",
        "HL7 version 3, FHIR",
    ],
};

const FIELDS: &[Field] = &[
    Field { name: "message_type", doc: "MSH-9, first component." },
    Field { name: "trigger_event", doc: "MSH-9, second component." },
    Field { name: "message_structure", doc: "MSH-9, third component." },
    Field { name: "sending_application", doc: "MSH-3." },
    Field { name: "sending_facility", doc: "MSH-4." },
    Field { name: "receiving_application", doc: "MSH-5." },
    Field { name: "receiving_facility", doc: "MSH-6." },
    Field { name: "control_id", doc: "MSH-10; an acknowledgement names it." },
    Field { name: "processing_id", doc: "MSH-11: P production, T training, D debugging." },
    Field { name: "version", doc: "MSH-12." },
    Field { name: "acknowledgement", doc: "MSA-1." },
    Field { name: "acknowledged_control_id", doc: "MSA-2." },
    Field { name: "segments", doc: "Names of the segments in order." },
    Field { name: "length", doc: "Bytes of the message without its block characters." },
];

/// The header segment, or that of a batch or file.
#[derive(Debug, Clone, Copy)]
struct Header<'a> {
    separator: u8,
    component: u8,
    text: &'a [u8],
    /// The whole message.
    all: &'a [u8],
}

const HEADS: [&[u8]; 3] = [b"MSH", b"BHS", b"FHS"];

impl<'a> Header<'a> {
    /// MSH-1 is the separator, MSH-2 up to five encoding characters, and the separator follows again (chapter 2, MSH).
    fn parse(message: &'a [u8]) -> Option<Self> {
        let rest = HEADS.iter().find_map(|head| message.strip_prefix(*head))?;
        let (separator, rest) = rest.split_first()?;
        let component = *rest.first()?;
        let encoding = rest.iter().position(|byte| byte == separator)?;
        let fits = (2..=5).contains(&encoding)
            && separator.is_ascii_punctuation()
            && rest.get(..encoding)?.iter().all(u8::is_ascii_punctuation);
        let line = segments(message).next()?;
        fits.then_some(Self { separator: *separator, component, text: line, all: message })
    }

    /// MSH-n; the separator itself is the first field.
    fn field(&self, number: usize) -> &'a [u8] {
        let index = number.saturating_sub(1);
        self.text.split(|byte| *byte == self.separator).nth(index).unwrap_or_default()
    }

    fn component(&self, number: usize, part: usize) -> &'a [u8] {
        self.field(number).split(|byte| *byte == self.component).nth(part).unwrap_or_default()
    }

    /// Fields of the first segment with this name; field 0 is the name.
    fn segment(&self, name: &[u8]) -> Option<impl Iterator<Item = &'a [u8]> + use<'a>> {
        let separator = self.separator;
        let found = segments(self.all).find(|segment| {
            segment.strip_prefix(name).is_some_and(|rest| rest.first() == Some(&separator))
        })?;
        Some(found.split(move |byte| *byte == separator))
    }
}

/// Segments end with a carriage return; some systems send line feeds.
fn segments(message: &[u8]) -> impl Iterator<Item = &[u8]> {
    message.split(|byte| matches!(byte, b'\r' | b'\n')).filter(|segment| !segment.is_empty())
}

fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.transport != Transport::Tcp {
        return Verdict::No;
    }
    let (framed, data) = match probe.data.split_first() {
        Some((&START, rest)) => (true, rest),
        Some(_) => (false, probe.data),
        None => return Verdict::No,
    };
    if Header::parse(data).is_some() {
        return if framed { Verdict::Sure } else { Verdict::Likely };
    }
    let start = data.get(..3.min(data.len())).unwrap_or_default();
    let begins = HEADS.iter().any(|head| head.starts_with(start)) && data.len() < 9;
    if framed && begins { Verdict::More } else { Verdict::No }
}

/// What an acknowledgement needs to know of its message.
#[derive(Clone, Copy)]
struct Asked {
    function: Function,
    category: Category,
    event: Text<64>,
}

#[derive(Default)]
struct Hl7 {
    pending: Pending<Text<64>, Asked>,
    /// How far the end of the block was searched for, by direction.
    searched: [usize; 2],
    watched: bool,
}

impl PartialEq for Text<64> {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Session for Hl7 {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let data = input.data;
        // Line ends between blocks carry nothing.
        let blank = data.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        if blank > 0 {
            return Step::Took(blank);
        }
        let side = usize::from(input.to_server(PORTS));
        let searched = self.searched.get(side).copied().unwrap_or(0).min(data.len());
        let found = data.get(searched..).and_then(|rest| rest.iter().position(|byte| *byte == END));
        let end = found.map(|at| at.saturating_add(searched));
        if end.is_none() && !input.last {
            if let Some(place) = self.searched.get_mut(side) {
                *place = data.len();
            }
            return Step::More;
        }
        if let Some(place) = self.searched.get_mut(side) {
            *place = 0;
        }
        let whole = data.get(..end.unwrap_or(data.len())).unwrap_or(data);
        let framed = whole.first() == Some(&START);
        let message = whole.strip_prefix(&[START]).unwrap_or(whole);
        let Some(header) = Header::parse(message) else { return Step::Lost };
        let anomalies = Anomalies::NONE
            .with_if(end.is_none(), Anomalies::TRUNCATED)
            .with_if(!framed, Anomalies::MISSING_FIELD);
        self.message(&header, anomalies, sink);
        // The end block is followed by a carriage return, which may come later.
        Step::Took(end.map_or(data.len(), |end| end.saturating_add(1)))
    }

    fn resumes(&self, data: &[u8]) -> bool {
        data.first() == Some(&START) && Header::parse(data.get(1..).unwrap_or_default()).is_some()
    }

    fn gap(&mut self, _from_client: Option<bool>) {
        *self = Self::default();
    }
}

fn short(bytes: &[u8]) -> Text<64> {
    Text::of(format_args!("{}", printable(bytes)))
}

impl Hl7 {
    fn message(&mut self, header: &Header<'_>, mut anomalies: Anomalies, sink: &mut dyn Sink) {
        let kind_of = header.component(9, 0);
        let own = kinds::describe(kind_of);
        let mut answer = header.segment(b"MSA").map(|fields| fields.skip(1));
        let (code, acknowledged) = match &mut answer {
            Some(fields) => (fields.next().unwrap_or_default(), fields.next().unwrap_or_default()),
            None => (&[][..], &[][..]),
        };
        let is_answer = answer.is_some();
        let mut asked = Asked {
            function: own.map_or_else(|| kinds::unknown(kind_of), |(name, _)| Function::Known(name)),
            category: own.map_or(Category::Other, |(_, category)| category),
            event: short(header.component(9, 1)),
        };
        anomalies = anomalies.with_if(own.is_none(), Anomalies::UNKNOWN_FUNCTION).with_if(
            header.field(10).is_empty() && header.text.starts_with(b"MSH"),
            Anomalies::MISSING_FIELD,
        );
        let outcome = if is_answer {
            let found = self.pending.take(&short(acknowledged));
            anomalies = anomalies.with_if(found.is_none() && self.watched, Anomalies::UNEXPECTED_RESPONSE);
            asked = found.unwrap_or(asked);
            match code {
                b"AA" | b"CA" => Outcome::Ok,
                other => Outcome::Error(acknowledgement(other)),
            }
        } else {
            self.pending.insert(short(header.field(10)), asked);
            self.watched = true;
            Outcome::Pending
        };
        let shown = Shown(|visitor: &mut dyn Visitor| show(header, code, acknowledged, visitor));
        sink.message(&Message {
            protocol: Protocol::Hl7,
            kind: if is_answer { Kind::Response } else { Kind::Request },
            function: asked.function,
            code: None,
            category: asked.category,
            outcome,
            address: Reference::None,
            object: match asked.event.as_str() {
                "" => Reference::None,
                text => Reference::Text(text),
            },
            anomalies,
            fields: &shown,
        });
        if anomalies.contains(Anomalies::TRUNCATED) && header.field(12).is_empty() {
            return;
        }
        for (subject, attribute, field) in [
            (Subject::Sender, "hl7_application", 3),
            (Subject::Sender, "hl7_facility", 4),
            (Subject::Receiver, "hl7_addressed_application", 5),
            (Subject::Receiver, "hl7_addressed_facility", 6),
            (Subject::Sender, "hl7_version", 12),
        ] {
            let text = printable(header.component(field, 0));
            let value = crate::said::cut(text.trim(), MAX_FIELD);
            // What the receiver is called stands in the sender's configuration.
            let confidence =
                if subject == Subject::Sender { confidence::BANNER } else { confidence::HEARSAY };
            if !value.is_empty() {
                let (path, protocol) = (Reference::None, Protocol::Hl7);
                sink.observe(&Observation { subject, path, attribute, value, protocol, confidence });
            }
        }
    }
}

/// Acknowledgement codes (table 0008).
const fn acknowledgement(code: &[u8]) -> &'static str {
    match code {
        b"AA" => "application_accept",
        b"AE" => "application_error",
        b"AR" => "application_reject",
        b"CA" => "commit_accept",
        b"CE" => "commit_error",
        b"CR" => "commit_reject",
        _ => "unknown_acknowledgement",
    }
}

fn show(header: &Header<'_>, code: &[u8], acknowledged: &[u8], visitor: &mut dyn Visitor) {
    let mut text = |name, bytes: &[u8]| {
        if !bytes.is_empty() {
            visitor.text(name, crate::said::cut(&printable(bytes), MAX_FIELD));
        }
    };
    text("message_type", header.component(9, 0));
    text("trigger_event", header.component(9, 1));
    text("message_structure", header.component(9, 2));
    for (name, number) in [
        ("sending_application", 3),
        ("sending_facility", 4),
        ("receiving_application", 5),
        ("receiving_facility", 6),
        ("timestamp", 7),
        ("control_id", 10),
        ("processing_id", 11),
        ("version", 12),
    ] {
        text(name, header.component(number, 0));
    }
    if !code.is_empty() {
        text("acknowledgement", code);
        text("acknowledgement_name", acknowledgement(code).as_bytes());
    }
    text("acknowledged_control_id", acknowledged);
    visitor.begin_list("segments");
    for segment in segments(header.all).take(MAX_SEGMENTS) {
        let name = segment.get(..3).unwrap_or(segment);
        if name.iter().all(u8::is_ascii_alphanumeric) {
            visitor.text("", &printable(name));
        }
    }
    visitor.end_list();
    visitor.uint("length", u64::try_from(header.all.len()).unwrap_or(0));
}

#[cfg(test)]
mod tests;
