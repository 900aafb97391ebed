//! KNXnet/IP: building automation over UDP, multicast and TCP, with the bus telegrams inside.
//!
//! Spec: KNX Standard 3.0, volumes 03_08 (KNXnet/IP), 03_06_03 (cEMI), 03_03_07 (application layer). Usual port UDP and
//! TCP 3671; recognised by header size, version, a known service and a total length that fits. Each service is a message
//! whose `code` is the service type; a bus telegram inside is a second message whose `code` is its application service.

mod apci;
mod body;
mod cemi;
mod service;

use cemi::{Cemi, Group, Individual};

use crate::shown::Shown;
use crate::{
    Anomalies, Category, Dissector, Field, Function, Input, Kind, Message, Number, Observation, Outcome,
    Over, Pending, Probe, Protocol, Reader, Reference, Session, Sink, Step, Subject, Text, Transport, Value,
    Verdict, Visitor, confidence, hex,
};

/// Registered port.
const PORTS: &[u16] = &[3671];
/// Size of the header and protocol version 1.0 (03_08_02, 2.3).
const HEADER: [u8; 2] = [0x06, 0x10];
/// Largest message that is waited for on a stream: bodies hold at most a few hundred bytes.
const MAX_MESSAGE: usize = 4_096;

/// KNXnet/IP as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Knx,
    over: &[Over::Udp(PORTS), Over::Tcp(PORTS)],
    probe,
    open: || Box::<Knx>::default(),
    max_message: MAX_MESSAGE,
    fields: FIELDS,
    not_decoded: &[
        "contents of secure wrappers and of data secure services",
        "datapoint types: group values are shown as numbers",
        "object server and remote logging services",
    ],
};

const FIELDS: &[Field] = &[
    Field { name: "service_type", doc: "Service of the KNXnet/IP header." },
    Field { name: "total_length", doc: "Bytes with the header." },
    Field { name: "channel", doc: "Communication channel." },
    Field { name: "sequence", doc: "Sequence counter of the connection." },
    Field { name: "status", doc: "Status code of an answer." },
    Field { name: "descriptions", doc: "Description blocks of a device." },
    Field { name: "message_code", doc: "cEMI message code." },
    Field { name: "source", doc: "Individual address of the sender on the bus." },
    Field { name: "destination", doc: "Group or individual address." },
    Field { name: "apci", doc: "Application service as sent, with its data bits." },
    Field { name: "data", doc: "Data of the application service." },
];

/// One message.
#[derive(Debug, Clone, Copy)]
struct Frame<'a> {
    service: u16,
    length: u16,
    body: &'a [u8],
    is_cut: bool,
}

/// `None` when it cannot be KNXnet/IP; `Some(None)` while the header is not whole.
fn parse(data: &[u8]) -> Option<Option<Frame<'_>>> {
    let known = data.get(..2.min(data.len())).unwrap_or_default();
    if !HEADER.starts_with(known) {
        return None;
    }
    let mut reader = Reader::new(data);
    let (Ok(()), Ok(service), Ok(length)) = (reader.skip(2), reader.be_u16(), reader.be_u16()) else {
        return Some(None);
    };
    let wanted = usize::from(length).checked_sub(6)?;
    let body = reader.take_up_to(wanted);
    Some(Some(Frame { service, length, body, is_cut: body.len() < wanted }))
}

fn probe(probe: &Probe<'_>) -> Verdict {
    if !matches!(probe.transport, Transport::Tcp | Transport::Udp) {
        return Verdict::No;
    }
    match parse(probe.data) {
        Some(Some(frame)) if service::describe(frame.service).is_some() => {
            let whole = usize::from(frame.length);
            if probe.transport == Transport::Udp && !frame.is_cut && whole < probe.data.len() {
                return Verdict::No;
            }
            if frame.is_cut
                && (probe.transport == Transport::Udp && probe.missing == 0 || whole > MAX_MESSAGE)
            {
                return Verdict::No;
            }
            Verdict::Sure
        }
        Some(None) if probe.transport == Transport::Tcp && !probe.data.is_empty() => Verdict::More,
        _ => Verdict::No,
    }
}

#[derive(Default)]
struct Knx {
    /// Requests by service and channel.
    pending: Pending<(u16, u8), ()>,
    watched: bool,
}

impl Session for Knx {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let frame = match parse(input.data) {
            Some(Some(frame)) if usize::from(frame.length) <= MAX_MESSAGE => frame,
            Some(None) if !input.last => return Step::More,
            _ => return Step::Lost,
        };
        if frame.is_cut && !input.last {
            return Step::More;
        }
        self.message(&frame, sink);
        let taken = frame.body.len().saturating_add(6);
        Step::Took(if input.transport == Transport::Tcp { taken } else { input.data.len() })
    }

    fn resumes(&self, data: &[u8]) -> bool {
        matches!(parse(data), Some(Some(frame)) if service::describe(frame.service).is_some())
    }

    fn gap(&mut self, _from_client: Option<bool>) {
        *self = Self::default();
    }
}

/// The channel by which request and response belong together; discovery has none.
fn channel(frame: &Frame<'_>) -> u8 {
    match frame.service {
        0x0207..=0x020a => frame.body.first().copied().unwrap_or(0),
        0x0310..=0x0425 => frame.body.get(1).copied().unwrap_or(0),
        _ => 0,
    }
}

impl Knx {
    fn message(&mut self, frame: &Frame<'_>, sink: &mut dyn Sink) {
        let described = service::describe(frame.service);
        let (name, kind, category) = described.map_or(
            (Function::Unknown(u32::from(frame.service)), Kind::Event, Category::Other),
            |(name, kind, category)| (Function::Known(name), kind, category),
        );
        let mut anomalies = Anomalies::NONE
            .with_if(frame.is_cut, Anomalies::TRUNCATED)
            .with_if(described.is_none(), Anomalies::UNKNOWN_FUNCTION);
        let channel = channel(frame);
        if let Some(asked) = service::request_of(frame.service) {
            let found = self.pending.take(&(asked, channel)).is_some();
            // Many devices answer one search.
            let is_search = matches!(frame.service, 0x0202 | 0x020c);
            anomalies =
                anomalies.with_if(!found && self.watched && !is_search, Anomalies::UNEXPECTED_RESPONSE);
        } else if kind == Kind::Request {
            self.pending.insert((frame.service, channel), ());
            self.watched = true;
        }
        let status = body::status(frame.service, frame.body);
        let outcome = match (kind, status) {
            (_, Some(code)) if code != 0 => Outcome::Error(service::status_name(code)),
            (Kind::Response, _) => Outcome::Ok,
            (Kind::Request, _) => Outcome::Pending,
            (Kind::Control, _) if matches!(frame.body.first(), Some(1..=3)) => {
                Outcome::Error("session_refused")
            }
            _ => Outcome::Event,
        };
        let telegram = body::cemi(frame.service, frame.body).and_then(Cemi::parse);
        if !frame.is_cut {
            let short = telegram.as_ref().is_some_and(|telegram| telegram.is_short);
            anomalies = anomalies.with_if(short, Anomalies::BAD_LENGTH);
        }
        let shown = Shown(|visitor: &mut dyn Visitor| {
            let label = described.map_or("unknown", |(name, ..)| name);
            visitor.named("service_type", u64::from(frame.service), label);
            visitor.uint("total_length", u64::from(frame.length));
            body::visit(frame.service, frame.body, visitor);
            if let Some(telegram) = telegram.as_ref().filter(|telegram| telegram.application().is_none()) {
                telegram.visit(visitor);
            }
        });
        let address = match frame.service {
            0x0207..=0x020a | 0x0310..=0x0425 => Reference::one("channel", u64::from(channel)),
            _ => Reference::None,
        };
        let local = telegram.as_ref().map_or(category, |telegram| management(telegram, category));
        sink.message(&Message {
            protocol: Protocol::Knx,
            kind,
            function: name,
            code: Some(u32::from(frame.service)),
            category: local,
            outcome,
            address,
            object: Reference::None,
            anomalies,
            fields: &shown,
        });
        if !frame.is_cut {
            body::observe(frame.service, frame.body, sink);
            if let Some(telegram) = &telegram {
                application(telegram, sink);
                properties(telegram, sink);
            }
        }
    }
}

/// What local device management does.
const fn management(telegram: &Cemi<'_>, otherwise: Category) -> Category {
    match telegram.code {
        0xf1 => Category::Control,
        0xf6 | 0xf8 => Category::Configuration,
        0xf7 | 0xfa | 0xfb | 0xfc => Category::Read,
        _ => otherwise,
    }
}

/// The application service of a bus telegram, as a message of its own.
fn application(telegram: &Cemi<'_>, sink: &mut dyn Sink) {
    let Some((bits, data)) = telegram.application() else { return };
    let service = apci::service(bits);
    let described = apci::describe(service);
    let (function, kind, category) = described.map_or(
        (Function::Unknown(u32::from(service)), Kind::Event, Category::Other),
        |(name, kind, category)| (Function::Known(name), kind, category),
    );
    let destination: Text<16> = if telegram.to_group {
        Text::of(format_args!("{}", Group(telegram.destination)))
    } else {
        Text::of(format_args!("{}", Individual(telegram.destination)))
    };
    let (address, object) = match (telegram.is_link, telegram.to_group) {
        (false, _) => (Reference::None, Reference::None),
        (true, true) => (Reference::None, Reference::Text(destination.as_str())),
        (true, false) => (Reference::Text(destination.as_str()), Reference::None),
    };
    // Keys and access codes are not shown.
    let hides = matches!(service, 0x3d1 | 0x3d3);
    let small = matches!(service, 0x040 | 0x080).then_some(bits & 0x3f);
    let shown = Shown(|visitor: &mut dyn Visitor| {
        telegram.visit(visitor);
        visitor.uint("apci", u64::from(bits));
        if let Some(value) = small.filter(|_| data.is_empty()) {
            visitor.uint("value", u64::from(value));
        }
        if !data.is_empty() && !hides {
            visitor.bytes("data", data);
        }
    });
    sink.message(&Message {
        protocol: Protocol::Knx,
        kind,
        function,
        code: Some(u32::from(service)),
        category,
        outcome: match kind {
            Kind::Request => Outcome::Pending,
            Kind::Response => Outcome::Ok,
            _ => Outcome::Event,
        },
        address,
        object,
        anomalies: Anomalies::NONE.with_if(described.is_none(), Anomalies::UNKNOWN_FUNCTION),
        fields: &shown,
    });
    if sink.wants().values
        && telegram.to_group
        && let Some(small) = small
        && data.len() <= 8
    {
        let wide = data.iter().fold(0u64, |sum, byte| (sum << 8) | u64::from(*byte));
        let (kind, number) = if data.is_empty() { ("bits6", u64::from(small)) } else { ("raw", wide) };
        sink.value(&Value {
            protocol: Protocol::Knx,
            address: Reference::None,
            object: Reference::Text(destination.as_str()),
            kind,
            number: Number::Uint(number),
        });
    }
}

/// Properties of the device object that identify it: local answers and those of bus devices.
fn properties(telegram: &Cemi<'_>, sink: &mut dyn Sink) {
    let local = telegram.property().filter(|property| telegram.code == 0xfb && property.object_type == 0);
    let remote = telegram.application().and_then(|(bits, data)| match data {
        // Object index 0 is the device object (03_05_01).
        [0, id, _, _, value @ ..] if bits == 0x3d6 => Some((*id, value)),
        _ => None,
    });
    let (id, value, path) = match (local, remote) {
        (Some(property), _) => (property.id, property.data, Text::default()),
        (None, Some((id, value))) => {
            (id, value, Text::<16>::of(format_args!("{}", Individual(telegram.source))))
        }
        _ => return,
    };
    let attribute = match (id, value.len()) {
        (11, 6) => "serial",
        (12, 2) => "vendor_id",
        (15, 10) => "order_number",
        (25, 2) => "firmware",
        (78, 6) => "hardware_revision",
        _ => return,
    };
    let text = match (id, value) {
        (12, [high, low]) => Text::<64>::of(format_args!("{}", u16::from_be_bytes([*high, *low]))),
        // Five bits magic, five version, six revision.
        (25, [high, low]) => {
            let bits = u16::from_be_bytes([*high, *low]);
            Text::of(format_args!("{}.{}.{}", bits >> 11, (bits >> 6) & 0x1f, bits & 0x3f))
        }
        _ => Text::of(format_args!("{}", hex(value))),
    };
    let path = if path.as_str().is_empty() { Reference::None } else { Reference::Text(path.as_str()) };
    sink.observe(&Observation {
        subject: Subject::Sender,
        path,
        attribute,
        value: text.as_str(),
        protocol: Protocol::Knx,
        confidence: confidence::IDENTITY,
    });
}

#[cfg(test)]
mod tests;
