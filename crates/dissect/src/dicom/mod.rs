//! DICOM: medical imaging, associations and messages.
//!
//! Spec: DICOM PS3.8 (upper layer), PS3.7 (messages). Usual ports TCP 104 and 11112; recognised by an association request
//! whose titles and application context fit, on any port. Data sets hold patients' data and are never decoded; `code` is
//! the type of the data unit, or the command field without its response bit.

mod dimse;
mod pdu;

use dimse::Command;
use pdu::Associate;

use crate::shown::Shown;
use crate::{
    Anomalies, Category, Dissector, Field, Function, Input, Kind, Message, Outcome, Over, Pending, Probe,
    Protocol, Reader, Reference, Session, Sink, Step, Subject, Text, Transport, Verdict, Visitor, confidence,
    printable, said,
};

/// Registered ports.
const PORTS: &[u16] = &[104, 11_112];
/// Data units up to this size are waited for; of larger ones the start is read.
const MAX_WHOLE: usize = 256 * 1024;
/// Longest command set that is put together from fragments; they hold some hundred bytes.
const MAX_COMMAND: usize = 16 * 1024;
const HEADER: usize = 6;

/// DICOM as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Dicom,
    over: &[Over::Tcp(PORTS)],
    probe,
    open: || Box::<Dicom>::default(),
    max_message: MAX_WHOLE + HEADER,
    fields: FIELDS,
    not_decoded: &[
        "data sets and instance identifiers, on purpose",
        "DICOMweb",
        "data units above 256 KiB beyond their start",
    ],
};

const FIELDS: &[Field] = &[
    Field { name: "pdu_length", doc: "Bytes of the data unit after its header." },
    Field { name: "called_ae_title", doc: "Application entity that is called." },
    Field { name: "calling_ae_title", doc: "Application entity that calls." },
    Field { name: "presentation_contexts", doc: "Services and encodings proposed or accepted." },
    Field { name: "maximum_length", doc: "Largest data unit that the sender takes." },
    Field { name: "implementation_class_uid", doc: "Implementation, by number." },
    Field { name: "implementation_version_name", doc: "Implementation, by name." },
    Field { name: "message_id", doc: "Message; its response repeats it." },
    Field { name: "sop_class", doc: "Service class that a message is about." },
    Field { name: "status", doc: "Status of a response." },
    Field { name: "move_destination", doc: "Application entity that images are to go to." },
];

fn length_of(data: &[u8]) -> Option<(u8, usize)> {
    let mut reader = Reader::new(data);
    let kind = reader.u8().ok()?;
    reader.skip(1).ok()?;
    Some((kind, usize::try_from(reader.be_u32().ok()?).ok()?))
}

fn probe(probe: &Probe<'_>) -> Verdict {
    // The second byte is reserved and sent as zero.
    if probe.transport != Transport::Tcp
        || !matches!(probe.data.first(), Some(1..=7))
        || probe.data.get(1).is_some_and(|byte| *byte != 0)
    {
        return Verdict::No;
    }
    let usual = probe.on_port(PORTS);
    let Some((kind, length)) = length_of(probe.data) else {
        return if usual { Verdict::More } else { Verdict::No };
    };
    let body = probe.data.get(HEADER..).unwrap_or_default();
    match kind {
        pdu::ASSOCIATE_RQ | pdu::ASSOCIATE_AC if (68..=65_536).contains(&length) => {
            match Associate::parse(body) {
                Some(associate) if associate.fits() && !associate.items.is_empty() => Verdict::Sure,
                Some(associate) if associate.fits() => Verdict::More,
                Some(_) => Verdict::No,
                None if body.len() < 68 && body.get(..2).is_none_or(|version| version == [0, 1]) => {
                    Verdict::More
                }
                None => Verdict::No,
            }
        }
        pdu::ASSOCIATE_RJ | pdu::RELEASE_RQ | pdu::RELEASE_RP | pdu::ABORT if usual => {
            if length == 4 && body.len() <= 4 { Verdict::Likely } else { Verdict::No }
        }
        pdu::DATA if usual => match values(body).next() {
            Some((context, control, _)) if context % 2 == 1 && control <= 3 => Verdict::Likely,
            _ => Verdict::No,
        },
        _ => Verdict::No,
    }
}

/// Presentation data values: context, control header, fragment (PS3.8, 9.3.5.1); the last may be cut.
fn values(body: &[u8]) -> impl Iterator<Item = (u8, u8, &[u8])> {
    let mut reader = Reader::new(body);
    std::iter::from_fn(move || {
        let length = usize::try_from(reader.be_u32().ok()?).ok()?;
        let context = reader.u8().ok()?;
        let control = reader.u8().ok()?;
        Some((context, control, reader.take_up_to(length.checked_sub(2)?)))
    })
}

/// What a response needs to know of its request.
#[derive(Clone, Copy)]
struct Asked {
    command: u16,
    class: Text<64>,
}

#[derive(Default)]
struct Dicom {
    /// Requests by who asked and message id.
    pending: Pending<(bool, u16), Asked>,
    /// Fragments of command sets, by direction.
    commands: [Vec<u8>; 2],
    /// Bytes of a large data unit still to pass over, by direction.
    skip: [usize; 2],
    watched: bool,
}

impl Session for Dicom {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let to_server = input.to_server(PORTS);
        let side = usize::from(to_server);
        if let Some(skip) = self.skip.get_mut(side).filter(|skip| **skip > 0) {
            let taken = (*skip).min(input.data.len());
            *skip = skip.saturating_sub(taken);
            return if taken > 0 { Step::Took(taken) } else { Step::More };
        }
        let Some((kind, length)) = length_of(input.data) else {
            return if input.last { Step::Lost } else { Step::More };
        };
        if pdu::name(kind).is_none() || (length > MAX_WHOLE && kind != pdu::DATA) {
            return Step::Lost;
        }
        let body = input.data.get(HEADER..).unwrap_or_default();
        let wanted = length.min(MAX_WHOLE);
        if body.len() < wanted && !input.last {
            return Step::More;
        }
        let own = body.get(..wanted).unwrap_or(body);
        let anomalies = Anomalies::NONE
            .with_if(own.len() < wanted, Anomalies::TRUNCATED)
            .with_if(length > MAX_WHOLE, Anomalies::TOO_LARGE);
        if let Some(skip) = self.skip.get_mut(side) {
            *skip = if input.last { 0 } else { length.saturating_sub(own.len()) };
        }
        if kind == pdu::DATA {
            self.data(length, own, to_server, anomalies, sink);
        } else {
            control(kind, length, own, anomalies, sink);
        }
        Step::Took(own.len().saturating_add(HEADER))
    }

    fn resumes(&self, data: &[u8]) -> bool {
        match length_of(data) {
            Some((pdu::DATA, length)) => {
                let body = data.get(HEADER..).unwrap_or_default();
                let size = Reader::new(body).be_u32().ok().and_then(|size| usize::try_from(size).ok());
                size.is_some_and(|size| size.saturating_add(4) <= length)
                    && values(body)
                        .next()
                        .is_some_and(|(context, control, _)| context % 2 == 1 && control <= 3)
            }
            Some((pdu::ASSOCIATE_RQ | pdu::ASSOCIATE_AC, length)) => (68..=65_536).contains(&length),
            Some((kind, length)) => pdu::name(kind).is_some() && length == 4 && data.get(1) == Some(&0),
            None => false,
        }
    }

    fn gap(&mut self, _from_client: Option<bool>) {
        *self = Self::default();
    }
}

impl Dicom {
    fn data(
        &mut self,
        length: usize,
        body: &[u8],
        to_server: bool,
        anomalies: Anomalies,
        sink: &mut dyn Sink,
    ) {
        let mut told = false;
        for (context, control, fragment) in values(body) {
            let (is_command, is_last) = (control & 1 != 0, control & 2 != 0);
            if !is_command {
                continue;
            }
            let mut bytes =
                self.commands.get_mut(usize::from(to_server)).map(std::mem::take).unwrap_or_default();
            if bytes.len().saturating_add(fragment.len()) <= MAX_COMMAND {
                bytes.extend_from_slice(fragment);
            }
            if is_last {
                if let Some(command) = Command::parse(&bytes) {
                    self.command(&command, context, to_server, anomalies, sink);
                    told = true;
                }
            } else if let Some(kept) = self.commands.get_mut(usize::from(to_server)) {
                *kept = bytes;
            }
        }
        if told {
            return;
        }
        let shown = Shown(|visitor: &mut dyn Visitor| {
            visitor.uint("pdu_length", u64::try_from(length).unwrap_or(0));
            if let Some((context, ..)) = values(body).next() {
                visitor.uint("context_id", u64::from(context));
            }
        });
        sink.message(&Message {
            protocol: Protocol::Dicom,
            kind: Kind::Event,
            function: Function::Known("p_data_tf"),
            code: Some(u32::from(pdu::DATA)),
            category: Category::Other,
            outcome: Outcome::Event,
            address: Reference::None,
            object: Reference::None,
            anomalies,
            fields: &shown,
        });
    }

    fn command(
        &mut self,
        command: &Command<'_>,
        context: u8,
        to_server: bool,
        mut anomalies: Anomalies,
        sink: &mut dyn Sink,
    ) {
        let own = command.field & !dimse::RESPONSE;
        let class = command.class_uid.strip_suffix(b"\0").unwrap_or(command.class_uid);
        let mut object = Text::<64>::of(format_args!("{}", printable(class)));
        let described = dimse::describe(own);
        let response = command.is_response();
        anomalies = anomalies
            .with_if(described.is_none(), Anomalies::UNKNOWN_FUNCTION)
            .with_if(command.is_broken, Anomalies::BAD_LENGTH);
        if response {
            let key = (!to_server, command.message_id);
            // A pending status announces further responses.
            let continues = command.status.is_some_and(|status| status & 0xff00 == 0xff00);
            let asked = if continues { self.pending.get(&key).copied() } else { self.pending.take(&key) };
            anomalies = anomalies
                .with_if(asked.is_none() && self.watched, Anomalies::UNEXPECTED_RESPONSE)
                .with_if(asked.is_some_and(|asked| asked.command != own), Anomalies::MISMATCHED_RESPONSE);
            // A response may leave out its class.
            object = asked.map_or(object, |asked| asked.class);
        } else if own != 0x0fff {
            self.watched = true;
            self.pending.insert((to_server, command.message_id), Asked { command: own, class: object });
        }
        let outcome = match (response, command.status.and_then(dimse::error)) {
            (false, _) => Outcome::Pending,
            (true, Some(name)) => Outcome::Error(name),
            (true, None) => Outcome::Ok,
        };
        let shown = Shown(|visitor: &mut dyn Visitor| {
            visitor.uint("context_id", u64::from(context));
            visitor.uint("message_id", u64::from(command.message_id));
            if !class.is_empty() {
                visitor.text("sop_class", &printable(class));
                visitor.text("sop_class_name", pdu::uid_name(class));
            }
            if let Some(priority) = command.priority {
                visitor.uint("priority", u64::from(priority));
            }
            visitor.flag("has_data_set", command.has_data_set);
            if !command.move_destination.is_empty() {
                visitor.text("move_destination", &printable(command.move_destination));
            }
            if let Some(status) = command.status {
                let name = match status {
                    0 => "success",
                    0xff00 | 0xff01 => "pending",
                    _ => dimse::error(status).unwrap_or("warning"),
                };
                visitor.named("status", u64::from(status), name);
            }
            let names = ["remaining", "completed", "failed", "warnings"];
            for (name, count) in names.iter().zip(command.sub_operations) {
                if let Some(count) = count {
                    visitor.uint(name, u64::from(count));
                }
            }
        });
        sink.message(&Message {
            protocol: Protocol::Dicom,
            kind: if response { Kind::Response } else { Kind::Request },
            function: described.map_or(Function::Unknown(u32::from(own)), |(name, _)| Function::Known(name)),
            code: Some(u32::from(own)),
            category: described.map_or(Category::Other, |(_, category)| category),
            outcome,
            address: Reference::None,
            object: if object.as_str().is_empty() {
                Reference::None
            } else {
                Reference::Text(object.as_str())
            },
            anomalies,
            fields: &shown,
        });
    }
}

/// Data units that open and end associations.
fn control(kind: u8, length: usize, body: &[u8], mut anomalies: Anomalies, sink: &mut dyn Sink) {
    let associate = match kind {
        pdu::ASSOCIATE_RQ | pdu::ASSOCIATE_AC => Associate::parse(body),
        _ => None,
    };
    let wants_more = matches!(kind, pdu::ASSOCIATE_RQ | pdu::ASSOCIATE_AC) && associate.is_none();
    anomalies = anomalies
        .with_if(wants_more && !anomalies.contains(Anomalies::TRUNCATED), Anomalies::BAD_LENGTH)
        .with_if(associate.is_some_and(|associate| !associate.fits()), Anomalies::BAD_VALUE);
    let (result, source, reason) = match (kind, body) {
        (pdu::ASSOCIATE_RJ | pdu::ABORT, [_, result, source, reason, ..]) => (*result, *source, *reason),
        _ => (0, 0, 0),
    };
    let (kind_of, outcome) = match kind {
        pdu::ASSOCIATE_RQ | pdu::RELEASE_RQ => (Kind::Request, Outcome::Pending),
        pdu::ASSOCIATE_RJ => (Kind::Response, Outcome::Error(pdu::rejection(source, reason))),
        pdu::ABORT => (Kind::Control, Outcome::Error("aborted")),
        _ => (Kind::Response, Outcome::Ok),
    };
    let category = if matches!(kind, 1..=3) { Category::Authentication } else { Category::Session };
    let title = |bytes: &[u8]| Text::<16>::of(format_args!("{}", printable(bytes).trim()));
    let called = associate.map(|associate| title(associate.called)).unwrap_or_default();
    let shown = Shown(|visitor: &mut dyn Visitor| {
        visitor.uint("pdu_length", u64::try_from(length).unwrap_or(0));
        if let Some(associate) = &associate {
            visitor.uint("protocol_version", u64::from(associate.version));
            visitor.text("called_ae_title", called.as_str());
            visitor.text("calling_ae_title", title(associate.calling).as_str());
            pdu::visit_items(associate.items, visitor);
        } else if matches!(kind, pdu::ASSOCIATE_RJ | pdu::ABORT) {
            if kind == pdu::ASSOCIATE_RJ {
                visitor.named("result", u64::from(result), pdu::refusal(result));
            }
            visitor.uint("source", u64::from(source));
            let name = if kind == pdu::ASSOCIATE_RJ { pdu::rejection(source, reason) } else { "abort" };
            visitor.named("reason", u64::from(reason), name);
        }
    });
    sink.message(&Message {
        protocol: Protocol::Dicom,
        kind: kind_of,
        function: pdu::name(kind).map_or(Function::Unknown(u32::from(kind)), Function::Known),
        code: Some(u32::from(kind)),
        category,
        outcome,
        address: Reference::None,
        object: if called.as_str().is_empty() { Reference::None } else { Reference::Text(called.as_str()) },
        anomalies,
        fields: &shown,
    });
    let Some(associate) = associate.filter(|_| anomalies.is_empty()) else { return };
    let mut say = |subject, attribute, text: &[u8], trust| {
        said::of(sink, subject, Protocol::Dicom, trust, attribute, &printable(text));
    };
    if kind == pdu::ASSOCIATE_RQ {
        say(Subject::Sender, "dicom_ae_title", associate.calling, confidence::IDENTITY);
        say(Subject::Receiver, "dicom_called_ae_title", associate.called, confidence::HEARSAY);
    } else {
        // The answer repeats the titles of the request: whoever accepts answers to the called one.
        say(Subject::Sender, "dicom_ae_title", associate.called, confidence::BANNER);
    }
    if let Some(name) = associate.user_text(0x55) {
        say(Subject::Sender, "dicom_implementation_version", name, confidence::IDENTITY);
    }
    if let Some(uid) = associate.user_text(0x52) {
        say(Subject::Sender, "dicom_implementation_class_uid", uid, confidence::IDENTITY);
    }
}

#[cfg(test)]
mod tests;
