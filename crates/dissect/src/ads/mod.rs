//! Beckhoff ADS: AMS over TCP, and discovery of AMS routers over UDP.
//!
//! Spec: Beckhoff Information System, TwinCAT ADS specification (AMS/TCP packet, AMS header, ADS commands). Usual ports
//! TCP 48898, UDP 48899; recognised by two lengths that agree, command and state flags.

mod act;
mod body;
mod discovery;
mod names;

use std::collections::BTreeMap;

use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Input, Kind, Message, Observation, Outcome,
    Over, Pending, Probe, Protocol, Reader, Reference, Session, Sink, Step, Subject, Text, Transport,
    Verdict, Visitor, confidence, printable,
};
use act::{Shown, category, give, place, symbol};
use body::{Body, Index};
use discovery::Discovery;

/// Registered ports of AMS over TCP; 8016 is the same under TLS.
const TCP_PORTS: &[u16] = &[48_898];
const UDP_PORTS: &[u16] = &[48_899];
/// Bytes of the AMS/TCP header.
const TCP_HEADER: usize = 6;
/// Longest message that is waited for, in bytes; longer ones (symbol uploads) are decoded up to here.
const LONGEST: usize = 1 << 20;
/// Longest message that is believed.
const BELIEVED: u32 = 64 << 20;
/// State flags: bit 0 marks a response, bit 2 an ADS command.
const IS_RESPONSE: u16 = 0x0001;
const IS_ADS: u16 = 0x0004;
/// Most symbol and notification handles that are remembered for a flow.
const MAX_HANDLES: usize = 1_024;
/// Index groups that give and take symbol handles.
const HANDLE_BY_NAME: u32 = 0xf003;
const VALUE_BY_HANDLE: u32 = 0xf005;
const RELEASE_HANDLE: u32 = 0xf006;

/// ADS as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Ads,
    over: &[Over::Tcp(TCP_PORTS), Over::Udp(UDP_PORTS)],
    probe,
    open: || Box::<Ads>::default(),
    max_message: LONGEST,
    fields: FIELDS,
    not_decoded: &[
        "parts of sum commands and of symbol and data type tables, shown as bytes",
        "types of variables: values of one, two, four and eight bytes are given as unsigned numbers",
        "Secure ADS (TLS on port 8016), ADS over MQTT",
    ],
};

const FIELDS: &[Field] = &[
    Field { name: "target_net_id", doc: "AMS network address of the receiver." },
    Field {
        name: "target_port",
        doc: "AMS port of the receiver: 801, 851... PLC, 10000 system service, 300 I/O.",
    },
    Field { name: "source_net_id", doc: "AMS network address of the sender." },
    Field { name: "source_port", doc: "AMS port of the sender." },
    Field { name: "state_flags", doc: "0x0001 response, 0x0004 ADS command." },
    Field {
        name: "length",
        doc: "Bytes after the AMS header; in a notification request the bytes of the variable.",
    },
    Field { name: "error_code", doc: "Error of the AMS header." },
    Field { name: "invoke_id", doc: "A response repeats its request's." },
    Field { name: "index_group", doc: "Group of the place that is read or written." },
    Field { name: "index_offset", doc: "Offset within the group; for some groups a handle." },
    Field { name: "read_length", doc: "Bytes to read." },
    Field { name: "symbol", doc: "Name of the variable that is looked up." },
    Field { name: "data", doc: "Bytes read or written." },
    Field { name: "result", doc: "ADS return code of a response." },
    Field { name: "ads_state", doc: "State of the server, or the state that it is ordered into." },
    Field { name: "device_state", doc: "State of the device, its own meaning." },
    Field { name: "device_name", doc: "Name of the server." },
    Field { name: "device_version", doc: "Version of the server: major, minor, build." },
    Field { name: "transmission_mode", doc: "How a notification is sent." },
    Field { name: "max_delay", doc: "Longest delay of a notification, in units of 100 ns." },
    Field { name: "cycle_time", doc: "Period of checking, in units of 100 ns." },
    Field { name: "notification_handle", doc: "Names a notification between both ends." },
    Field { name: "samples", doc: "Values of a notification." },
    Field { name: "service", doc: "Of discovery: 1 server information, 6 add route." },
    Field { name: "response_code", doc: "Of discovery: status of the answer." },
    Field { name: "operating_system", doc: "Operating system that a router names." },
    Field { name: "host_name", doc: "Name of the host." },
    Field { name: "route_net_id", doc: "AMS network address of the route to add." },
    Field { name: "route_name", doc: "Name of the route." },
    Field { name: "user_name", doc: "User that adds the route." },
    Field { name: "password_in_clear", doc: "The request carries a password; it is not shown." },
];

/// An AMS network address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct NetId([u8; 6]);

impl NetId {
    fn text(self) -> Text<24> {
        let [a, b, c, d, e, f] = self.0;
        Text::of(format_args!("{a}.{b}.{c}.{d}.{e}.{f}"))
    }

    fn is_null(self) -> bool {
        self.0 == [0; 6]
    }
}

/// The AMS header and what follows it.
#[derive(Debug, Clone, Copy)]
struct Frame<'a> {
    target: NetId,
    target_port: u16,
    source: NetId,
    source_port: u16,
    command: u16,
    flags: u16,
    length: u32,
    error: u32,
    invoke_id: u32,
    body: &'a [u8],
}

impl<'a> Frame<'a> {
    fn read(data: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(data);
        Some(Self {
            target: NetId(reader.array().ok()?),
            target_port: reader.le_u16().ok()?,
            source: NetId(reader.array().ok()?),
            source_port: reader.le_u16().ok()?,
            command: reader.le_u16().ok()?,
            flags: reader.le_u16().ok()?,
            length: reader.le_u32().ok()?,
            error: reader.le_u32().ok()?,
            invoke_id: reader.le_u32().ok()?,
            body: reader.rest(),
        })
    }

    const fn is_response(&self) -> bool {
        self.flags & IS_RESPONSE != 0
    }
}

/// Command and length of an AMS/TCP header; commands other than 0 are a router's own.
fn tcp_header(data: &[u8]) -> Option<(u16, u32)> {
    let mut reader = Reader::new(data);
    Some((reader.le_u16().ok()?, reader.le_u32().ok()?))
}

fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.transport == Transport::Udp {
        return match Discovery::read(probe.data) {
            Some(discovery) if discovery.is_whole() => Verdict::Sure,
            Some(_) => Verdict::Likely,
            None => Verdict::No,
        };
    }
    let zeros = probe.data.iter().take(2).all(|byte| *byte == 0);
    if !zeros {
        return Verdict::No;
    }
    let Some((_, length)) = tcp_header(probe.data) else { return Verdict::More };
    if !(32..=BELIEVED).contains(&length) {
        return Verdict::No;
    }
    match Frame::read(probe.data.get(TCP_HEADER..).unwrap_or_default()) {
        Some(frame) => {
            let fits = frame.length.checked_add(32) == Some(length)
                && frame.flags & !0x00ff == 0
                && frame.flags & IS_ADS != 0
                && names::command(frame.command).is_some();
            if fits { Verdict::Sure } else { Verdict::No }
        }
        None => Verdict::More,
    }
}

/// What a response needs to know of its request.
#[derive(Debug, Clone)]
struct Asked {
    command: u16,
    index: Option<Index>,
    /// Name whose handle is asked for.
    symbol: Option<Box<str>>,
}

/// One connection between two routers.
#[derive(Debug, Default)]
struct Ads {
    pending: Pending<(u32, u16), Asked>,
    watched: bool,
    /// Symbol handles of a server's AMS port, by their names.
    symbols: BTreeMap<(u16, u32), Box<str>>,
    /// Notification handles of a server's AMS port.
    notes: BTreeMap<(u16, u32), Index>,
    /// Addresses already told, by direction.
    told: [NetId; 2],
    /// Bytes of an oversized message that are still to come, by direction.
    skip: [usize; 2],
}

impl Session for Ads {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        if input.transport == Transport::Udp {
            let cut = Anomalies::NONE.with_if(input.missing > 0, Anomalies::TRUNCATED);
            return match Discovery::read(input.data) {
                Some(discovery) => {
                    discovery.emit(cut, sink);
                    Step::Took(input.data.len())
                }
                None => Step::Lost,
            };
        }
        let side = usize::from(input.to_server(TCP_PORTS));
        if let Some(left) = self.skip.get_mut(side).filter(|left| **left > 0) {
            let now = input.data.len().min(*left);
            *left = left.saturating_sub(now);
            return Step::Took(now);
        }
        if input.data.len() < TCP_HEADER && !input.last {
            return Step::More;
        }
        let Some((kind, length)) = tcp_header(input.data) else { return Step::Lost };
        if !believes(kind, length) {
            return Step::Lost;
        }
        let size = usize::try_from(length).unwrap_or(usize::MAX).saturating_add(TCP_HEADER);
        let wanted = size.min(LONGEST);
        if input.data.len() < wanted && !input.last {
            return Step::More;
        }
        let there = wanted.min(input.data.len());
        let body = input.data.get(TCP_HEADER..there).unwrap_or_default();
        let large = there < size && there == LONGEST;
        let anomalies = Anomalies::NONE
            .with_if(there < size && !large, Anomalies::TRUNCATED)
            .with_if(large, Anomalies::TOO_LARGE);
        if large && let Some(left) = self.skip.get_mut(side) {
            *left = size.saturating_sub(there);
        }
        match Frame::read(body).filter(|_| kind == 0) {
            Some(frame) => self.frame(&frame, anomalies, side, sink),
            None => router(kind, body, anomalies, sink),
        }
        Step::Took(there)
    }

    fn resumes(&self, data: &[u8]) -> bool {
        tcp_header(data).is_some_and(|(kind, length)| believes(kind, length))
            && Frame::read(data.get(TCP_HEADER..).unwrap_or_default())
                .is_none_or(|frame| names::command(frame.command).is_some())
    }

    fn gap(&mut self, _from_client: Option<bool>) {
        self.pending.clear();
        self.skip = [0; 2];
        self.watched = false;
    }
}

/// Whether a message may begin with these: AMS commands, and the router's own between programs of one host.
const fn believes(kind: u16, length: u32) -> bool {
    match kind {
        0 => length >= 32 && length <= BELIEVED,
        1 | 0x1000..=0x1002 => length <= 64,
        _ => false,
    }
}

/// Messages of the router itself.
fn router(kind: u16, body: &[u8], anomalies: Anomalies, sink: &mut dyn Sink) {
    struct Raw<'a>(u16, &'a [u8]);
    impl Fields for Raw<'_> {
        fn visit(&self, visitor: &mut dyn Visitor) {
            visitor.uint("router_command", u64::from(self.0));
            if !self.1.is_empty() {
                visitor.bytes("data", self.1);
            }
        }
    }
    let name = match kind {
        0 => "ams",
        1 => "port_close",
        0x1000 => "port_connect",
        0x1001 => "router_notification",
        _ => "get_local_net_id",
    };
    sink.message(&Message {
        protocol: Protocol::Ads,
        kind: Kind::Control,
        function: Function::Known(name),
        code: None,
        category: Category::Session,
        outcome: Outcome::Event,
        address: Reference::None,
        object: Reference::None,
        anomalies,
        fields: &Raw(kind, body),
    });
}

impl Ads {
    fn frame(&mut self, frame: &Frame<'_>, mut anomalies: Anomalies, side: usize, sink: &mut dyn Sink) {
        let response = frame.is_response();
        let is_cut = !anomalies.is_empty();
        let wanted = usize::try_from(frame.length).unwrap_or(usize::MAX);
        let mut reader = Reader::new(frame.body);
        // A router that cannot deliver answers without content.
        let refused = response && frame.error != 0 && frame.body.is_empty();
        let body = if let Ok(body) = Body::read(frame.command, response, &mut reader) {
            let rest = !reader.is_empty() || wanted != frame.body.len();
            anomalies = anomalies.with_if(rest && !is_cut, Anomalies::TRAILING_BYTES);
            body
        } else {
            anomalies = anomalies.with_if(!is_cut && !refused, Anomalies::BAD_LENGTH);
            Body::Bytes(frame.body)
        };
        let name = names::command(frame.command);
        anomalies = anomalies
            .with_if(name.is_none(), Anomalies::UNKNOWN_FUNCTION)
            .with_if(frame.flags & IS_ADS == 0, Anomalies::RESERVED_BITS);
        // The server's end: its AMS port names the unit behind the address.
        let notifies = frame.command == 8;
        let (server, server_port, client_port) = if response || notifies {
            (frame.source, frame.source_port, frame.target_port)
        } else {
            (frame.target, frame.target_port, frame.source_port)
        };
        let mut asked = None;
        if response {
            asked = self.pending.take(&(frame.invoke_id, client_port));
            let fits = asked.as_ref().is_none_or(|asked| asked.command == frame.command);
            anomalies = anomalies
                .with_if(asked.is_none() && self.watched, Anomalies::UNEXPECTED_RESPONSE)
                .with_if(!fits, Anomalies::MISMATCHED_RESPONSE);
            asked = asked.filter(|_| fits);
        } else if !notifies {
            self.watched = true;
            let one = Asked { command: frame.command, index: body.index(), symbol: symbol(&body) };
            let replaced = self.pending.insert((frame.invoke_id, client_port), one.clone());
            anomalies = anomalies.with_if(replaced.is_some(), Anomalies::DUPLICATE);
            asked = Some(one);
        }
        let index = asked.as_ref().and_then(|asked| asked.index);
        let unit = Text::<32>::of(format_args!("{}:{server_port}", server.text()));
        let address = Reference::Text(unit.as_str());
        let wanted_symbol = asked.as_ref().and_then(|asked| asked.symbol.as_deref());
        let known = index.and_then(|index| self.symbol_of(server_port, index));
        let object = match (wanted_symbol.or(known), index) {
            (Some(name), _) => Reference::Text(name),
            (None, Some(index)) => place(index),
            (None, None) => Reference::None,
        };
        let error = [frame.error, body.result().unwrap_or(0)].into_iter().find(|code| *code != 0);
        sink.message(&Message {
            protocol: Protocol::Ads,
            kind: match (notifies, response) {
                (true, _) => Kind::Event,
                (_, true) => Kind::Response,
                _ => Kind::Request,
            },
            function: name.map_or(Function::Unknown(u32::from(frame.command)), Function::Known),
            code: Some(u32::from(frame.command)),
            category: category(frame.command, index, server_port),
            outcome: match (notifies, response, error) {
                (true, ..) => Outcome::Event,
                (_, false, _) => Outcome::Pending,
                (_, true, Some(code)) => Outcome::Error(names::error(code)),
                _ => Outcome::Ok,
            },
            address,
            object,
            anomalies,
            fields: &Shown { frame, body: &body },
        });
        if sink.wants().values && !is_cut {
            self.values(&body, index, object, server_port, address, sink);
        }
        self.tell(frame, &body, side, sink);
        if response && error.is_none() {
            self.learn(&body, asked.as_ref(), server_port);
        }
    }

    fn symbol_of(&self, port: u16, index: Index) -> Option<&str> {
        let by_handle = matches!(index.group, VALUE_BY_HANDLE | RELEASE_HANDLE);
        self.symbols.get(&(port, index.offset)).filter(|_| by_handle).map(AsRef::as_ref)
    }

    /// Handles that a response gave or took.
    fn learn(&mut self, body: &Body<'_>, asked: Option<&Asked>, port: u16) {
        let Some(asked) = asked else { return };
        match (body, asked.index) {
            (Body::Data(_, data), Some(index)) if index.group == HANDLE_BY_NAME => {
                let (Ok(handle), Some(name)) = (Reader::new(data).le_u32(), asked.symbol.clone()) else {
                    return;
                };
                if self.symbols.len() < MAX_HANDLES {
                    self.symbols.insert((port, handle), name);
                }
            }
            (Body::Handle(_, handle), Some(index)) if self.notes.len() < MAX_HANDLES => {
                self.notes.insert((port, *handle), index);
            }
            _ => {}
        }
    }

    fn values(
        &self,
        body: &Body<'_>,
        index: Option<Index>,
        object: Reference<'_>,
        port: u16,
        address: Reference<'_>,
        sink: &mut dyn Sink,
    ) {
        let data = match *body {
            Body::Write(_, data) | Body::Data(0, data) => data,
            Body::Samples(stamps, bytes) => {
                body::samples(stamps, bytes, |handle, data| {
                    let Some(index) = self.notes.get(&(port, handle)).copied() else { return };
                    let object = self.symbol_of(port, index).map_or_else(|| place(index), Reference::Text);
                    give(index, object, data, address, sink);
                });
                return;
            }
            _ => return,
        };
        if let Some(index) = index {
            give(index, object, data, address, sink);
        }
    }

    /// Addresses and what servers say of themselves.
    fn tell(&mut self, frame: &Frame<'_>, body: &Body<'_>, side: usize, sink: &mut dyn Sink) {
        let mut tell = |path, attribute, value: &str| {
            if !value.is_empty() {
                sink.observe(&Observation {
                    subject: Subject::Sender,
                    path,
                    attribute,
                    value,
                    protocol: Protocol::Ads,
                    confidence: confidence::IDENTITY,
                });
            }
        };
        if let Some(told) = self.told.get_mut(side).filter(|told| **told != frame.source) {
            *told = frame.source;
            if !frame.source.is_null() {
                tell(Reference::None, "ams_net_id", frame.source.text().as_str());
            }
        }
        let path = Reference::one("ams_port", u64::from(frame.source_port));
        match *body {
            Body::Info { result: 0, major, minor, build, name } => {
                tell(path, "product_name", printable(name).trim());
                tell(path, "firmware", body::version(major, minor, build).as_str());
            }
            Body::State(0, state, _) => tell(path, "cpu_state", names::state(state)),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
