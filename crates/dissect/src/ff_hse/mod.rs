//! FOUNDATION Fieldbus High Speed Ethernet: field device access, system management, FMS and LAN redundancy.
//!
//! Spec: FF-588 HSE Field Device Access Agent, FF-589 HSE System Management, FF-593 HSE Redundancy; IEC 61158-6-5 (FMS
//! services). Ports 1089 (annunciation), 1090 (FMS), 1091 (system management) and 3622 (LAN redundancy), TCP and UDP;
//! recognised by version, protocol, a service that it has, and a length that fits.

mod service;

use crate::said::of_sender_bytes;
use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Input, Kind, Message, Outcome, Over, Pending,
    Probe, Protocol, Reader, Reference, Session, Sink, Step, Transport, Verdict, Visitor, confidence,
    printable,
};
use service::{FMS, Place, SM};

const PORTS: &[u16] = &[1_089, 1_090, 1_091, 3_622];
/// Bytes of the header.
const HEADER: usize = 12;
/// Largest message that is believed.
const MAX_LENGTH: u32 = 65_535;
/// Largest version in use.
const MAX_VERSION: u8 = 1;
/// Message types, in the lower two bits of the third byte.
const REQUEST: u8 = 0;
const RESPONSE: u8 = 1;
const ERROR: u8 = 2;
/// Bit of a confirmed service.
const CONFIRMED: u8 = 0x80;
/// Parts of a trailer, as options announce them, with their bytes.
const TRAILER: [(u8, &str, usize); 4] = [
    (0x80, "message_number", 4),
    (0x40, "invoke_id", 4),
    (0x20, "time_stamp", 8),
    (0x08, "extended_control", 4),
];
/// Bytes of a name or tag.
const NAME: usize = 32;
/// Places in the answer to identify and in an annunciation: address, device id and tag.
const DEVICE_ID_AT: usize = 24;
const TAG_AT: usize = 56;

/// FOUNDATION Fieldbus HSE as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::FfHse,
    over: &[Over::Tcp(PORTS), Over::Udp(PORTS)],
    probe,
    open: || Box::<Hse>::default(),
    max_message: MAX_LENGTH as usize,
    fields: FIELDS,
    not_decoded: &[
        "values of FMS services (their types are in the device's object dictionary)",
        "object descriptions, and domains in transfer put together",
        "tables of LAN redundancy and version lists of annunciations",
    ],
};

const FIELDS: &[Field] = &[
    Field { name: "version", doc: "Version of the message." },
    Field { name: "options", doc: "Which parts the trailer has, and bytes of padding." },
    Field { name: "protocol_id", doc: "1 FDA sessions, 2 system management, 3 FMS, 4 LAN redundancy." },
    Field { name: "message_type", doc: "0 request, 1 response, 2 error." },
    Field { name: "service_id", doc: "Service of the protocol." },
    Field { name: "confirmed", doc: "The service is answered." },
    Field { name: "fda_address", doc: "Link, node and selector of the fieldbus object." },
    Field { name: "length", doc: "Bytes of the whole message." },
    Field { name: "index", doc: "Index in the object dictionary." },
    Field { name: "subindex", doc: "Part of the object." },
    Field { name: "error_class", doc: "Class of an error." },
    Field { name: "error_code", doc: "Code within its class." },
    Field { name: "additional_code", doc: "Further code of an error." },
    Field { name: "additional_description", doc: "Text of an error." },
    Field { name: "vendor_name", doc: "Maker of the device." },
    Field { name: "model_name", doc: "Model of the device." },
    Field { name: "revision", doc: "Revision of the device." },
    Field { name: "device_id", doc: "Identifier of the device, unique in the world." },
    Field { name: "pd_tag", doc: "Tag of the device." },
    Field { name: "query_type", doc: "What a tag query looks for." },
    Field { name: "message_number", doc: "Number of the message." },
    Field { name: "invoke_id", doc: "Number of the request; a response repeats it." },
    Field { name: "time_stamp", doc: "Time stamp of the sender." },
    Field { name: "extended_control", doc: "Extended control field." },
    Field { name: "data", doc: "Bytes that are not decoded further." },
];

/// One message.
#[derive(Debug, Clone, Copy)]
struct Frame<'a> {
    version: u8,
    options: u8,
    protocol: u8,
    kind: u8,
    service: u8,
    fda_address: u32,
    length: u32,
    /// User data between header and trailer.
    data: &'a [u8],
    trailer: &'a [u8],
    cut: bool,
}

impl<'a> Frame<'a> {
    fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let version = reader.u8().ok()?;
        let options = reader.u8().ok()?;
        let kinds = reader.u8().ok()?;
        let service = reader.u8().ok()?;
        let fda_address = reader.be_u32().ok()?;
        let length = reader.be_u32().ok()?;
        let trailer_length: usize =
            TRAILER.iter().filter(|(bit, ..)| options & bit != 0).map(|(_, _, size)| *size).sum();
        let wanted = usize::try_from(length).ok()?.checked_sub(HEADER)?;
        let body = reader.take_up_to(wanted);
        let cut = body.len() < wanted;
        let split = if cut { body.len() } else { body.len().saturating_sub(trailer_length) };
        let (data, trailer) = body.split_at_checked(split)?;
        Some(Self {
            version,
            options,
            protocol: kinds >> 2,
            kind: kinds & 3,
            service,
            fda_address,
            length,
            data,
            trailer,
            cut,
        })
    }

    const fn is_confirmed(&self) -> bool {
        self.service & CONFIRMED != 0
    }

    const fn service_id(&self) -> u8 {
        self.service & !CONFIRMED
    }

    fn describe(&self) -> Option<(Function, Category)> {
        service::describe(self.protocol, self.is_confirmed(), self.service_id())
    }

    /// A number of the trailer.
    fn trailing(&self, wanted: u8) -> Option<u64> {
        let mut reader = Reader::new(self.trailer);
        for (bit, _, size) in TRAILER {
            if self.options & bit == 0 {
                continue;
            }
            let value = if size == 8 { reader.be_u64().ok()? } else { u64::from(reader.be_u32().ok()?) };
            if bit == wanted {
                return Some(value);
            }
        }
        None
    }

    fn object(&self) -> Reference<'static> {
        let mut reader = Reader::new(self.data);
        if self.kind != REQUEST {
            return Reference::None;
        }
        match service::place(self.protocol, self.is_confirmed(), self.service_id()) {
            Place::None => Reference::None,
            Place::Index => {
                reader.be_u32().map_or(Reference::None, |index| Reference::one("index", u64::from(index)))
            }
            Place::Subindex => match (reader.be_u32(), reader.be_u32()) {
                (Ok(index), Ok(sub)) => {
                    Reference::two(("index", u64::from(index)), ("subindex", u64::from(sub)))
                }
                _ => Reference::None,
            },
        }
    }

    fn text(&self, at: usize) -> Option<&'a [u8]> {
        self.data.get(at..at.checked_add(NAME)?)
    }

    /// Whether the data is that of identify's answer or an annunciation.
    const fn announces(&self) -> bool {
        matches!(
            (self.protocol, self.is_confirmed(), self.service_id(), self.kind),
            (SM, true, 3, RESPONSE) | (SM, false, 16, REQUEST)
        )
    }

    /// Whether the data is that of FMS identify's answer.
    const fn identifies(&self) -> bool {
        matches!((self.protocol, self.is_confirmed(), self.service_id(), self.kind), (FMS, true, 1, RESPONSE))
    }
}

/// Whether fewer bytes than a header can begin one.
fn fits_prefix(bytes: &[u8]) -> bool {
    bytes.first().is_none_or(|version| *version <= MAX_VERSION)
        && bytes.get(2).is_none_or(|kinds| matches!(kinds >> 2, 1..=4) && kinds & 3 <= ERROR)
}

fn probe(probe: &Probe<'_>) -> Verdict {
    if !fits_prefix(probe.data) || !matches!(probe.transport, Transport::Tcp | Transport::Udp) {
        return Verdict::No;
    }
    let usual = probe.on_port(PORTS);
    let stream = probe.transport == Transport::Tcp;
    if probe.data.len() < HEADER {
        return if stream && usual && !probe.data.is_empty() { Verdict::More } else { Verdict::No };
    }
    let Some(frame) = Frame::parse(probe.data) else { return Verdict::No };
    if frame.length > MAX_LENGTH
        || frame.describe().is_none()
        || !frame.is_confirmed() && frame.kind != REQUEST
    {
        return Verdict::No;
    }
    let there = probe.data.len().saturating_add(usize::try_from(probe.missing).unwrap_or(0));
    let length = usize::try_from(frame.length).unwrap_or(usize::MAX);
    match (stream, usual) {
        (true, true) if length > there => Verdict::More,
        (false, true) if length == there => Verdict::Sure,
        (true, true) => Verdict::Sure,
        // Elsewhere a message with a trailer must fill what is there.
        (_, false) if length == there && frame.options & 0xc0 != 0 && length > HEADER => Verdict::Likely,
        _ => Verdict::No,
    }
}

#[derive(Debug, Default)]
struct Hse {
    pending: Pending<(u64, u8, u8), Reference<'static>>,
    watched: bool,
}

impl Session for Hse {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        if input.data.len() < HEADER {
            let begins = input.data.first().is_none_or(|version| *version <= MAX_VERSION);
            return if !input.last && begins { Step::More } else { Step::Lost };
        }
        let Some(frame) = Frame::parse(input.data) else { return Step::Lost };
        if frame.length > MAX_LENGTH || frame.version > MAX_VERSION {
            return Step::Lost;
        }
        if frame.cut && !input.last {
            return Step::More;
        }
        self.message(&frame, input, sink);
        let body = frame.data.len().saturating_add(frame.trailer.len());
        Step::Took(HEADER.saturating_add(body).min(input.data.len()))
    }

    fn resumes(&self, data: &[u8]) -> bool {
        fits_prefix(data) && Frame::parse(data).is_some_and(|frame| frame.describe().is_some())
    }

    fn gap(&mut self, _from_client: Option<bool>) {
        self.pending.clear();
        self.watched = false;
    }
}

impl Hse {
    fn message(&mut self, frame: &Frame<'_>, input: &Input<'_>, sink: &mut dyn Sink) {
        let known = frame.describe();
        let (function, category) =
            known.unwrap_or((Function::Unknown(u32::from(frame.service_id())), Category::Other));
        let key = (frame.trailing(0x40).unwrap_or(0), frame.protocol, frame.service);
        let confirmed = frame.is_confirmed();
        let mut anomalies = Anomalies::NONE
            .with_if(
                frame.cut && (input.transport == Transport::Tcp || input.missing > 0),
                Anomalies::TRUNCATED,
            )
            .with_if(
                frame.cut && input.transport == Transport::Udp && input.missing == 0,
                Anomalies::BAD_LENGTH,
            )
            .with_if(known.is_none(), Anomalies::UNKNOWN_FUNCTION)
            .with_if(!confirmed && frame.kind != REQUEST, Anomalies::BAD_VALUE);
        let object = match (frame.kind, confirmed) {
            (REQUEST, true) => {
                let object = frame.object();
                self.pending.insert(key, object);
                self.watched = true;
                object
            }
            (REQUEST, false) => frame.object(),
            _ => {
                let asked = self.pending.take(&key);
                anomalies = anomalies
                    .with_if(asked.is_none() && self.watched && confirmed, Anomalies::UNEXPECTED_RESPONSE);
                asked.unwrap_or_default()
            }
        };
        let (kind, outcome) = match (frame.kind, confirmed) {
            (REQUEST, true) => (Kind::Request, Outcome::Pending),
            (REQUEST, false) => (Kind::Event, Outcome::Event),
            (ERROR, _) => {
                let class = frame.data.first().copied().unwrap_or(0);
                (Kind::Response, Outcome::Error(service::error_class(class)))
            }
            _ => (Kind::Response, Outcome::Ok),
        };
        let address = match frame.fda_address {
            0 => Reference::None,
            address => {
                Reference::two(("link", u64::from(address >> 16)), ("selector", u64::from(address & 0xffff)))
            }
        };
        sink.message(&Message {
            protocol: Protocol::FfHse,
            kind,
            function,
            code: Some(u32::from(frame.service_id())),
            category,
            outcome,
            address,
            object,
            anomalies,
            fields: frame,
        });
        if !frame.cut {
            observe(frame, sink);
        }
    }
}

fn observe(frame: &Frame<'_>, sink: &mut dyn Sink) {
    let facts: &[(&'static str, usize)] = if frame.identifies() {
        &[("vendor", 0), ("model", NAME), ("firmware", 2 * NAME)]
    } else if frame.announces() {
        &[("device_id", DEVICE_ID_AT), ("name", TAG_AT)]
    } else {
        &[]
    };
    for (attribute, at) in facts {
        // Texts are blank-filled; anything else is no name.
        if let Some(text) = frame.text(*at).map(crate::tell::until_nul)
            && text.iter().all(|byte| (0x20..0x7f).contains(byte))
        {
            of_sender_bytes(sink, Protocol::FfHse, confidence::IDENTITY, attribute, text);
        }
    }
}

impl Fields for Frame<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.uint("version", u64::from(self.version));
        visitor.uint("options", u64::from(self.options));
        visitor.named("protocol_id", u64::from(self.protocol), service::protocol_name(self.protocol));
        visitor.uint("message_type", u64::from(self.kind));
        visitor.uint("service_id", u64::from(self.service_id()));
        visitor.flag("confirmed", self.is_confirmed());
        visitor.uint("fda_address", u64::from(self.fda_address));
        visitor.uint("length", u64::from(self.length));
        let mut reader = Reader::new(self.data);
        self.visit_data(&mut reader, visitor);
        if !reader.is_empty() {
            visitor.bytes("data", reader.rest());
        }
        for (bit, name, _) in TRAILER {
            if let Some(value) = self.trailing(bit) {
                visitor.uint(name, value);
            }
        }
    }
}

impl Frame<'_> {
    fn visit_data(&self, reader: &mut Reader<'_>, visitor: &mut dyn Visitor) {
        if self.kind == ERROR {
            if let (Ok(class), Ok(code), Ok(more)) = (reader.u8(), reader.u8(), reader.be_u16()) {
                visitor.named("error_class", u64::from(class), service::error_class(class));
                visitor.uint("error_code", u64::from(code));
                visitor.uint("additional_code", u64::from(more));
                visitor.text("additional_description", &printable(reader.take_up_to(16)));
            }
            return;
        }
        let texts: &[(&'static str, usize)] = match (self.protocol, self.is_confirmed(), self.service_id()) {
            _ if self.identifies() => &[("vendor_name", 0), ("model_name", NAME), ("revision", 2 * NAME)],
            _ if self.announces() => &[("device_id", DEVICE_ID_AT), ("pd_tag", TAG_AT)],
            (SM, true, 12 | 14 | 15) if self.kind == REQUEST => &[("device_id", 0), ("pd_tag", NAME)],
            (SM, false, 1) => &[("pd_tag", 8)],
            (SM, false, 2) => &[("device_id", 32), ("pd_tag", 64)],
            _ => &[],
        };
        if matches!((self.protocol, self.is_confirmed(), self.service_id()), (SM, false, 1 | 2))
            && let Some(query) = self.data.first()
        {
            visitor.uint("query_type", u64::from(*query));
        }
        let mut end = 0usize;
        for (name, at) in texts {
            if let Some(text) = self.text(*at) {
                visitor.text(name, &printable(text));
                end = at.saturating_add(NAME);
            }
        }
        let _ = reader.take_up_to(end);
        if self.kind != REQUEST {
            return;
        }
        let place = service::place(self.protocol, self.is_confirmed(), self.service_id());
        if place != Place::None
            && let Ok(index) = reader.be_u32()
        {
            visitor.uint("index", u64::from(index));
        }
        if place == Place::Subindex
            && let Ok(sub) = reader.be_u32()
        {
            visitor.uint("subindex", u64::from(sub));
        }
    }
}

#[cfg(test)]
mod tests;
