//! ANSI C12.22: electricity meters of North America over networks.
//!
//! Spec: ANSI C12.22 (ACSE and EPSEM), ANSI C12.19 (tables and procedures), RFC 6142 (TCP and UDP port 1153). Recognised
//! by content on any port: an application unit whose length fits, with application titles or invocations, and an EPSEM
//! in its user information. Every service of an EPSEM gives a message; ciphered ones give one, reported as such.

mod fields;
mod service;

use crate::ber::{self, Class, Element, elements, universal};
use crate::{
    Anomalies, Category, Dissector, Fields, Function, Input, Kind, Message, Observation, Outcome, Over,
    Pending, Probe, Protocol, Reader, Reference, Session, Sink, Step, Subject, Text, Transport, Verdict,
    Visitor, confidence, printable,
};
use service::{FULL_READ, IDENTIFICATION, MANUFACTURER, Service};

const PORTS: &[u16] = &[1153];
/// Tag of every message: `[APPLICATION 0]`.
const MESSAGE: u8 = 0x60;
const EXTERNAL: u32 = 8;
/// Fields of a message (C12.22).
const CALLED_TITLE: u32 = 2;
const CALLED_INVOCATION: u32 = 4;
const CALLING_TITLE: u32 = 6;
const CALLING_INVOCATION: u32 = 8;
const AUTHENTICATION: u32 = 12;
const USER_INFORMATION: u32 = 30;
/// Bits of the EPSEM control byte (C12.22).
const RESERVED_ONE: u8 = 0x80;
const HAS_CLASS: u8 = 0x10;
/// Services of one message that are matched with their answers; messages with more are rare.
const MAX_ASKED: usize = 8;
/// Services that one message shows.
const MAX_SERVICES: usize = 64;

/// C12.22 as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::C1222,
    over: &[Over::Tcp(PORTS), Over::Udp(PORTS)],
    probe,
    open: || Box::<C1222>::default(),
    max_message: 65_535,
    fields: fields::FIELDS,
    not_decoded: &[
        "ciphered contents: there are no keys",
        "application units that are cut into segments",
        "tables beyond manufacturer, device identification and procedures: their bytes are shown",
        "C12.18 and C12.21 on serial lines",
    ],
};

/// The EPSEM of a message.
#[derive(Debug, Clone, Copy)]
struct Epsem<'a> {
    control: u8,
    class: &'a [u8],
    /// Services, or what hides them.
    content: &'a [u8],
    mac: &'a [u8],
}

impl<'a> Epsem<'a> {
    fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let control = reader.u8().ok()?;
        let class = if control & HAS_CLASS != 0 { reader.take(4).ok()? } else { &[] };
        let rest = reader.rest();
        let mac = if control >> 2 & 3 == 0 { 0 } else { 4 };
        let (content, mac) = rest.split_at_checked(rest.len().checked_sub(mac)?)?;
        Some(Self { control, class, content, mac })
    }

    const fn mode(&self) -> u8 {
        self.control >> 2 & 3
    }

    const fn is_ciphered(&self) -> bool {
        self.mode() >= 2
    }

    /// The services, where they can be seen.
    fn services(&self) -> impl Iterator<Item = Service<'a>> + use<'a> {
        let mut reader = Reader::new(if self.is_ciphered() { &[] } else { self.content });
        std::iter::from_fn(move || {
            loop {
                let first = reader.u8().ok()?;
                let mut length = usize::from(first);
                if first & 0x80 != 0 {
                    length = 0;
                    for byte in reader.take(usize::from(first & 0x7f).min(4)).ok()? {
                        length = length << 8 | usize::from(*byte);
                    }
                }
                // Padding before an authentication code has no length.
                if length == 0 {
                    continue;
                }
                let bytes = reader.take_up_to(length);
                let (code, data) = bytes.split_first()?;
                return Some(Service { code: *code, data, short: bytes.len() < length });
            }
        })
        .take(MAX_SERVICES)
    }
}

/// One message, as the wire carried it.
#[derive(Debug, Clone, Copy)]
struct Apdu<'a> {
    value: &'a [u8],
    epsem: Option<Epsem<'a>>,
    called_invocation: Option<u64>,
    calling_invocation: Option<u64>,
    missing: bool,
}

impl<'a> Apdu<'a> {
    fn parse(element: &Element<'a>) -> Self {
        let number = |tag| field(element.value, tag).and_then(|field| field.inner().next()?.unsigned());
        let epsem = field(element.value, USER_INFORMATION)
            .and_then(|information| information.inner().find(|inner| inner.is(EXTERNAL)))
            .and_then(|external| external.inner().find(|part| part.class == Class::Context))
            .and_then(|part| Epsem::parse(part.value));
        Self {
            value: element.value,
            epsem,
            called_invocation: number(CALLED_INVOCATION),
            calling_invocation: number(CALLING_INVOCATION),
            missing: element.missing > 0,
        }
    }

    fn title(&self, tag: u32) -> Text<96> {
        field(self.value, tag).map_or_else(Text::default, |field| title(&field))
    }
}

fn field(value: &[u8], number: u32) -> Option<Element<'_>> {
    elements(value).find(|field| field.class == Class::Context && field.number == number)
}

/// A title: an object identifier, or [0] one relative to that of the network.
fn title(field: &Element<'_>) -> Text<96> {
    let Some(inner) = field.inner().next() else { return Text::default() };
    if inner.is(universal::OBJECT_IDENTIFIER) {
        return Text::of(format_args!("{}", ber::oid_text(inner.value)));
    }
    let mut text = Text::default();
    let mut number = 0u64;
    for byte in inner.value {
        number = number << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            let _ = std::fmt::Write::write_fmt(&mut text, format_args!(".{number}"));
            number = 0;
        }
    }
    text
}

/// Bytes of the first message with tag and length, where these are there.
fn extent(data: &[u8]) -> Option<usize> {
    let mut reader = Reader::new(data);
    if reader.u8().ok()? != MESSAGE {
        return None;
    }
    let first = reader.u8().ok()?;
    let mut length = usize::from(first);
    if first & 0x80 != 0 {
        length = 0;
        let bytes = reader.take(usize::from(first & 0x7f)).ok()?;
        for byte in bytes.get(..4.min(bytes.len()))? {
            length = length << 8 | usize::from(*byte);
        }
    }
    Some(reader.position().saturating_add(length))
}

/// Whether the fields that are there are those of a message.
fn is_message(element: &Element<'_>) -> bool {
    let mut titled = false;
    for field in element.inner() {
        let known = matches!(field.number, 1..=4 | 6..=8 | 10..=12 | 30);
        if field.class != Class::Context || !known {
            return false;
        }
        titled |=
            matches!(field.number, CALLED_TITLE | CALLED_INVOCATION | CALLING_TITLE | CALLING_INVOCATION);
    }
    let apdu = Apdu::parse(element);
    titled && apdu.epsem.is_some_and(|epsem| epsem.control & RESERVED_ONE != 0)
}

fn probe(probe: &Probe<'_>) -> Verdict {
    let datagram = probe.transport == Transport::Udp;
    if !(datagram || probe.transport == Transport::Tcp) || probe.data.first() != Some(&MESSAGE) {
        return Verdict::No;
    }
    let Some(extent) = extent(probe.data) else {
        return if datagram || probe.data.len() > 5 { Verdict::No } else { Verdict::More };
    };
    // The first field is the context or a title.
    let first = elements(probe.data).next().and_then(|message| message.value.first().copied());
    if first.is_some_and(|tag| !matches!(tag, 0xa1..=0xa4 | 0xa6..=0xa8)) {
        return Verdict::No;
    }
    if extent > probe.data.len() {
        return if datagram || extent > usize::from(u16::MAX) { Verdict::No } else { Verdict::More };
    }
    match elements(probe.data).next() {
        Some(element) if is_message(&element) => Verdict::Sure,
        _ => Verdict::No,
    }
}

/// Services that wait for their answers: code and table.
#[derive(Debug, Clone, Copy, Default)]
struct Asked {
    services: [(u8, u16); MAX_ASKED],
    procedure: Option<(u16, bool)>,
}

#[derive(Debug, Default)]
struct C1222 {
    /// By invocation of the caller.
    pending: Pending<u64, Asked>,
    watched: bool,
}

impl Session for C1222 {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let data = input.data;
        if data.first() != Some(&MESSAGE) {
            return Step::Lost;
        }
        let extent = match extent(data) {
            Some(extent) if u16::try_from(extent).is_ok() => extent,
            None if !input.last && data.len() < 8 => return Step::More,
            _ => return Step::Lost,
        };
        if extent > data.len() && !input.last {
            return Step::More;
        }
        let bytes = data.get(..extent).unwrap_or(data);
        let Some(element) = elements(bytes).next() else { return Step::Lost };
        self.message(&Apdu::parse(&element), sink);
        Step::Took(bytes.len())
    }

    fn resumes(&self, data: &[u8]) -> bool {
        data.first() == Some(&MESSAGE) && elements(data).next().is_some_and(|element| is_message(&element))
    }

    fn gap(&mut self, _from_client: Option<bool>) {
        self.pending.clear();
        self.watched = false;
    }
}

impl C1222 {
    fn message(&mut self, apdu: &Apdu<'_>, sink: &mut dyn Sink) {
        let answers = apdu.called_invocation.is_some();
        let title = apdu.title(if answers { CALLING_TITLE } else { CALLED_TITLE });
        let mut anomalies = Anomalies::NONE
            .with_if(apdu.missing, Anomalies::TRUNCATED)
            .with_if(!apdu.missing && apdu.epsem.is_none(), Anomalies::MISSING_FIELD);
        let asked = apdu.called_invocation.and_then(|id| self.pending.take(&id));
        if !answers {
            self.remember(apdu);
        }
        anomalies =
            anomalies.with_if(answers && asked.is_none() && self.watched, Anomalies::UNEXPECTED_RESPONSE);
        let reserved = apdu.epsem.is_some_and(|epsem| epsem.control & RESERVED_ONE == 0);
        anomalies = anomalies.with_if(reserved, Anomalies::RESERVED_BITS);
        let mut given = false;
        for (at, service) in apdu.epsem.iter().flat_map(Epsem::services).enumerate() {
            given = true;
            let before =
                asked.as_ref().and_then(|asked| asked.services.get(at)).copied().filter(|act| act.0 != 0);
            let procedure = asked.as_ref().filter(|_| at == 0).and_then(|asked| asked.procedure);
            give(apdu, &service, before, procedure, title.as_str(), anomalies, sink);
            if let (0, Some((FULL_READ, table)), false) = (service.code, before, service.short) {
                identity(table, service.data, sink);
            }
        }
        if !given {
            let ciphered = apdu.epsem.is_some_and(|epsem| epsem.is_ciphered());
            let (kind, outcome) =
                if answers { (Kind::Response, Outcome::Ok) } else { (Kind::Request, Outcome::Pending) };
            sink.message(&Message {
                protocol: Protocol::C1222,
                kind,
                function: Function::Known(if ciphered { "encrypted" } else { "empty" }),
                code: None,
                category: Category::Other,
                outcome,
                address: reference(title.as_str()),
                object: Reference::None,
                anomalies,
                fields: &Shown { apdu, service: None, asked: None },
            });
        }
    }

    fn remember(&mut self, apdu: &Apdu<'_>) {
        let Some(id) = apdu.calling_invocation else { return };
        let mut asked = Asked::default();
        for (place, service) in asked.services.iter_mut().zip(apdu.epsem.iter().flat_map(Epsem::services)) {
            *place = (service.code, service.table().unwrap_or(0));
        }
        asked.procedure =
            apdu.epsem.iter().flat_map(Epsem::services).next().and_then(|first| first.procedure());
        self.pending.insert(id, asked);
        self.watched = true;
    }
}

fn reference(text: &str) -> Reference<'_> {
    if text.is_empty() { Reference::None } else { Reference::Text(text) }
}

fn give(
    apdu: &Apdu<'_>,
    service: &Service<'_>,
    asked: Option<(u8, u16)>,
    procedure: Option<(u16, bool)>,
    title: &str,
    anomalies: Anomalies,
    sink: &mut dyn Sink,
) {
    let request = service.is_request();
    let (code, table, procedure) = match (request, asked) {
        (true, _) => (Some(service.code), service.table(), service.procedure()),
        (false, Some((code, table))) => {
            let table = matches!(code, 0x30..=0x4f).then_some(table);
            (Some(code), table, procedure)
        }
        (false, None) => (None, None, None),
    };
    let (function, category) = code.map_or((Function::Known("response"), Category::Other), |code| {
        service::describe(code, table, procedure)
    });
    let (kind, outcome) = match (request, service.code) {
        (true, _) => (Kind::Request, Outcome::Pending),
        (false, 0) => (Kind::Response, Outcome::Ok),
        (false, code) => (Kind::Response, Outcome::Error(service::result_name(code))),
    };
    let answers_read = asked.is_some_and(|(code, _)| matches!(code, 0x30..=0x3f));
    sink.message(&Message {
        protocol: Protocol::C1222,
        kind,
        function,
        code: code.map(u32::from),
        category,
        outcome,
        address: reference(title),
        object: table.map_or(Reference::None, |table| Reference::one("table", u64::from(table))),
        anomalies: anomalies
            .with_if(service.short && !apdu.missing, Anomalies::BAD_LENGTH)
            .with_if(matches!(function, Function::Unknown(_)), Anomalies::UNKNOWN_FUNCTION)
            .with_if(!service.short && service.bad_checksum(answers_read), Anomalies::BAD_CHECKSUM),
        fields: &Shown { apdu, service: Some(service), asked },
    });
}

/// Manufacturer and device identification tables (C12.19, tables 1 and 5).
fn identity(table: u16, answer: &[u8], sink: &mut dyn Sink) {
    let Some((data, _)) = service::table_data(answer) else { return };
    let mut reader = Reader::new(data);
    match table {
        MANUFACTURER => {
            let (Ok(vendor), Ok(model), Ok([hardware, hardware_minor, firmware, firmware_minor])) =
                (reader.take(4), reader.take(8), reader.array())
            else {
                return;
            };
            tell("vendor_id", &printable(vendor), sink);
            tell("model", &printable(model), sink);
            let version = Text::<8>::of(format_args!("{hardware}.{hardware_minor}"));
            tell("hardware_revision", version.as_str(), sink);
            let version = Text::<8>::of(format_args!("{firmware}.{firmware_minor}"));
            tell("firmware", version.as_str(), sink);
            if let Ok(serial) = reader.take(16) {
                tell("serial", &printable(serial), sink);
            }
        }
        IDENTIFICATION => tell("name", &printable(data), sink),
        _ => {}
    }
}

fn tell(attribute: &'static str, value: &str, sink: &mut dyn Sink) {
    let value = value.trim_matches(|letter: char| letter.is_whitespace() || letter == '\0');
    // Packed decimal digits read as text would be noise.
    if value.is_empty() || value.chars().any(char::is_control) {
        return;
    }
    sink.observe(&Observation {
        subject: Subject::Sender,
        path: Reference::None,
        attribute,
        value,
        protocol: Protocol::C1222,
        confidence: confidence::IDENTITY,
    });
}

struct Shown<'a> {
    apdu: &'a Apdu<'a>,
    service: Option<&'a Service<'a>>,
    asked: Option<(u8, u16)>,
}

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        for field in elements(self.apdu.value).filter(|field| field.class == Class::Context) {
            visit_field(&field, visitor);
        }
        if let Some(epsem) = &self.apdu.epsem {
            visit_epsem(epsem, visitor);
        }
        if let Some(service) = self.service {
            if !service.is_request() {
                let code = service.code;
                visitor.named("response_code", u64::from(code), service::result_name(code));
            }
            service::visit(service, self.asked, visitor);
        }
    }
}

fn visit_field(field: &Element<'_>, visitor: &mut dyn Visitor) {
    let number = || field.inner().next().and_then(|inner| inner.unsigned());
    match field.number {
        1 => visitor.text("aso_context", title(field).as_str()),
        CALLED_TITLE => visitor.text("called_ap_title", title(field).as_str()),
        CALLING_TITLE => visitor.text("calling_ap_title", title(field).as_str()),
        CALLED_INVOCATION | CALLING_INVOCATION | 3 | 7 => {
            let name = match field.number {
                CALLED_INVOCATION => "called_ap_invocation_id",
                CALLING_INVOCATION => "calling_ap_invocation_id",
                3 => "called_ae_qualifier",
                _ => "calling_ae_qualifier",
            };
            if let Some(value) = number() {
                visitor.uint(name, value);
            }
        }
        11 => visitor.text("mechanism_name", ber::oid_text(field.value).as_str()),
        AUTHENTICATION => {
            // EXTERNAL [2], its single type [0], then [1] the form of C12.22 with key and vector.
            let form = field
                .inner()
                .next()
                .and_then(|external| external.inner().next())
                .and_then(|single| single.inner().find(|form| form.number == 1));
            for part in form.iter().flat_map(Element::inner) {
                match (part.number, part.unsigned()) {
                    (0, Some(key)) => visitor.uint("key_id", key),
                    (1, Some(vector)) => visitor.uint("initialization_vector", vector),
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

fn visit_epsem(epsem: &Epsem<'_>, visitor: &mut dyn Visitor) {
    visitor.flag("recovery", epsem.control & 0x40 != 0);
    visitor.flag("proxy_service", epsem.control & 0x20 != 0);
    visitor.named(
        "security_mode",
        u64::from(epsem.mode()),
        match epsem.mode() {
            0 => "cleartext",
            1 => "cleartext_with_authentication",
            2 => "ciphertext_with_authentication",
            _ => "reserved",
        },
    );
    visitor.named(
        "response_control",
        u64::from(epsem.control & 3),
        match epsem.control & 3 {
            0 => "always_respond",
            1 => "respond_on_exception",
            2 => "never_respond",
            _ => "reserved",
        },
    );
    if !epsem.class.is_empty() {
        visitor.bytes("ed_class", epsem.class);
    }
    if !epsem.mac.is_empty() {
        visitor.bytes("mac", epsem.mac);
    }
}

#[cfg(test)]
mod tests;
