//! CIP: explicit messages, as EtherNet/IP carries them connected and unconnected.
//!
//! Spec: The CIP Networks Library, volume 1 (common), 2 (EtherNet/IP), 5 (Safety), 7 (Modbus), 8 (Security);
//! Logix 5000 Controllers Data Access, 1756-PM020 (tags). A layer of [`crate::enip`]; every service gives a message of
//! its own, containers (Unconnected Send, multiple service packet) and what is inside them alike.

mod attribute;
mod body;
mod class;
mod connection;
mod data_type;
mod emit;
mod exchange;
mod identity;
mod list;
mod manager;
mod message;
mod path;
mod segment;
mod service;
mod status;
mod tag;
mod words;

pub(crate) use attribute::revision;

use crate::{
    Anomalies, Dissector, Field, Kind, Message, Outcome, Protocol, Reference, Sink, Text, Verdict, confidence,
};
use connection::{Connection, Connections, Open, Triad};
use exchange::{Exchanges, Key, Waiting};
use message::{Packet, Request, Response};
use path::{NAME, Path};

/// Containers within containers: an Unconnected Send, a packet in it, a service in that, and one to spare.
const MAX_DEPTH: u8 = 4;
/// Messages that one encapsulated item may hold; the largest connection has room for about 500 tag reads.
const MAX_MESSAGES: u16 = 2_048;
/// Confidence in who answers on a connection whose opening, and with it the route, was not seen: a module behind the
/// host may.
const UNROUTED: u8 = 50;
/// Object at the end of connections to a DH+ network, which carry PCCC with a link header (1756-PM020 knows it by
/// number only).
const DH_PLUS: u32 = 0xa6;

/// CIP as the registry knows it: found inside EtherNet/IP, never by itself.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Cip,
    over: &[],
    probe: |_| Verdict::No,
    open: crate::enip::open,
    max_message: 65_535,
    fields: FIELDS,
    not_decoded: &[
        "values of vendor-specific classes",
        "structures of tags (their templates are shown as bytes)",
        "CIP Safety validation of cyclic data",
    ],
};

const FIELDS: &[Field] = &[
    Field { name: "class", doc: "Object class addressed; a response has its request's (volume 1, 5)." },
    Field { name: "instance", doc: "Instance of the class; 0 is the class itself." },
    Field { name: "attribute", doc: "Attribute of the instance." },
    Field { name: "member", doc: "Member number, or index of a tag's element." },
    Field { name: "connection_point", doc: "Assembly instance that a connection transports." },
    Field { name: "safety", doc: "The class, or the connection, belongs to CIP Safety (volume 5)." },
    Field { name: "scope", doc: "Objects within which the addressed one lies, e.g. the program of a tag." },
    Field { name: "tag", doc: "Tag addressed by name." },
    Field { name: "path", doc: "The whole path in words." },
    Field { name: "status", doc: "General status of a response (volume 1, B-1)." },
    Field { name: "extended_status", doc: "Additional status words." },
    Field { name: "route_path", doc: "Hops over which an Unconnected Send travels." },
    Field { name: "unconnected_send", doc: "Path of the Unconnected Send that this response answers." },
    Field { name: "connection", doc: "Path of the connection that carries this message or is opened." },
    Field { name: "closed", doc: "Path of the connection that is closed, as its forward open gave it." },
    Field { name: "services", doc: "Number of services in a multiple service packet." },
    Field { name: "data_type", doc: "Data type of a tag's values (volume 1, C-6)." },
    Field { name: "elements", doc: "Number of elements read or written." },
    Field { name: "values", doc: "Values read or written." },
    Field { name: "attributes", doc: "Attributes asked, given or set, each with its value or status." },
    Field { name: "data", doc: "Bytes without a public structure." },
];

/// How an item travels.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Carrier {
    /// Unconnected, with the encapsulation's sender context.
    Unconnected {
        /// Sender context, which a response repeats.
        context: u64,
    },
    /// On a connection.
    Connected {
        /// Connection id of the address item.
        id: u32,
    },
}

/// CIP state of one flow.
#[derive(Debug, Default)]
pub(crate) struct Cip {
    exchanges: Exchanges,
    connections: Connections,
    /// Size of the firmware image that is being transferred.
    image_bytes: Option<u32>,
}

/// What surrounds a message.
struct Around<'x> {
    sink: &'x mut dyn Sink,
    connection: Option<&'x Connection>,
    /// All that are open: a forward close names one of them.
    connections: &'x Connections,
    cut: bool,
    watched: bool,
    /// How sure it is that the host itself, or the module its route names, answers.
    confidence: u8,
    budget: u16,
    /// Size of a firmware image under transfer, before and after.
    image_bytes: Option<u32>,
}

impl Cip {
    /// Forgets what a loss made uncertain.
    pub(crate) fn gap(&mut self) {
        self.exchanges.clear();
    }

    /// Takes the data of one item; `cut` when bytes of it are lost.
    pub(crate) fn take(&mut self, data: &[u8], carrier: Carrier, cut: bool, sink: &mut dyn Sink) {
        match carrier {
            Carrier::Unconnected { context } => {
                self.explicit(data, Key::Context(context), None, cut, true, sink);
            }
            Carrier::Connected { id } => {
                let Some((sequence, data)) = data.split_first_chunk::<2>() else { return };
                let sequence = u16::from_le_bytes(*sequence);
                let known = self.connections.find(id);
                let explicit = known.is_some_and(|connection| connection.class == 3);
                if known.is_some_and(|connection| connection.class < 2) {
                    return;
                }
                if known.is_some_and(|connection| connection.path().target().class == Some(DH_PLUS)) {
                    self.dh_plus(data, id, cut, sink);
                    return;
                }
                let request = data.first().is_some_and(|service| service & message::RESPONSE == 0);
                let key = if request { Some(id) } else { self.connections.request_id(id) };
                self.explicit(data, Key::Sequence(sequence, key), Some(id), cut, explicit, sink);
            }
        }
    }

    fn explicit(
        &mut self,
        data: &[u8],
        key: Key,
        connection: Option<u32>,
        cut: bool,
        sure: bool,
        sink: &mut dyn Sink,
    ) {
        if let Some(request) = Request::parse(data) {
            if !sure && !request.plausible() {
                return;
            }
            self.exchanges.insert(key, request.service, data);
            let connection = connection.and_then(|id| self.connections.find(id));
            let watched = self.exchanges.watched;
            let mut around = Around {
                sink,
                connection,
                connections: &self.connections,
                cut,
                watched,
                confidence: confidence::IDENTITY,
                budget: MAX_MESSAGES,
                image_bytes: self.image_bytes,
            };
            let route = connection.map(Connection::path).unwrap_or_default();
            around.request(&request, route, 0);
            self.image_bytes = around.image_bytes;
            return;
        }
        let Some(response) = Response::parse(data) else { return };
        if !sure && !response.plausible() {
            return;
        }
        let waiting = self.exchanges.take(key, |waiting| answers(waiting, &response));
        if let (Some(id), Some(Waiting { key: Key::Sequence(_, Some(asked)), .. })) = (connection, &waiting) {
            self.connections.pair(*asked, id);
        }
        let asked = waiting.as_ref().and_then(|waiting| Request::parse(&waiting.bytes));
        let known = connection.and_then(|id| self.connections.find(id));
        let route = known.map(Connection::path).unwrap_or_default();
        let unrouted = connection.is_some() && route.bytes.is_empty();
        let mut around = Around {
            sink,
            connection: known,
            connections: &self.connections,
            cut,
            watched: self.exchanges.watched,
            confidence: if unrouted { UNROUTED } else { confidence::IDENTITY },
            budget: MAX_MESSAGES,
            image_bytes: self.image_bytes,
        };
        match asked {
            Some(outer) if outer.is_unconnected_send() => around.sent(&response, &outer),
            asked => around.response(&response, asked.as_ref(), None, route, 0),
        }
        self.image_bytes = around.image_bytes;
        if let Some(asked) = asked {
            self.connected(&asked, &response);
        }
        if let Some(waiting) = waiting {
            self.exchanges.recycle(waiting);
        }
    }

    /// Keeps the table of connections after an answered open or close.
    fn connected(&mut self, asked: &Request<'_>, response: &Response<'_>) {
        let inner = asked.unconnected_send().and_then(|sent| Request::parse(sent.message));
        let asked = inner.as_ref().unwrap_or(asked);
        if asked.target.class != Some(class::CONNECTION_MANAGER) || !status::is_ok(response.status) {
            return;
        }
        let mut reader = crate::Reader::new(response.data);
        match asked.service {
            service::FORWARD_OPEN | service::LARGE_FORWARD_OPEN => {
                let large = asked.service == service::LARGE_FORWARD_OPEN;
                let Some(open) = Open::parse(asked.data, large) else { return };
                if let (Ok(o_t_id), Ok(t_o_id)) = (reader.le_u32(), reader.le_u32()) {
                    self.connections.open(&open, o_t_id, t_o_id);
                }
            }
            service::FORWARD_CLOSE => {
                if let Some(triad) = Triad::parse(&mut reader) {
                    self.connections.close(triad);
                }
            }
            _ => {}
        }
    }

    /// PCCC on a connection to a DH+ link: destination and source link and node ahead of the command.
    fn dh_plus(&mut self, data: &[u8], id: u32, cut: bool, sink: &mut dyn Sink) {
        let Some((_, command)) = data.split_at_checked(8) else { return };
        let Some(&[code, _, low, high]) = command.first_chunk::<4>() else { return };
        let key = Key::Transaction(u16::from_le_bytes([low, high]));
        let mut text = Text::<NAME>::default();
        let connection = self.connections.find(id);
        let path = connection.map(Connection::path).unwrap_or_default();
        let address = path.address(&mut text);
        if code & crate::pccc::REPLY == 0 {
            self.exchanges.insert(key, 0, command);
            crate::pccc::request(command, address, cut, sink);
        } else {
            let waiting = self.exchanges.take(key, |_| true);
            let asked = waiting.as_ref().map(|waiting| waiting.bytes.as_slice());
            crate::pccc::response(command, asked, address, cut, sink);
            if let Some(waiting) = waiting {
                self.exchanges.recycle(waiting);
            }
        }
    }
}

/// Whether a response can answer a waiting request: the same service, or what an Unconnected Send carries.
fn answers(waiting: &Waiting, response: &Response<'_>) -> bool {
    if waiting.service == response.service {
        return true;
    }
    let sent = Request::parse(&waiting.bytes).and_then(|request| request.unconnected_send());
    sent.is_some_and(|sent| sent.message.first() == Some(&response.service))
}

impl Around<'_> {
    /// The answer to an Unconnected Send: the router's own refusal, or what the service inside gave.
    fn sent(&mut self, response: &Response<'_>, outer: &Request<'_>) {
        let Some(sent) = outer.unconnected_send() else { return };
        let inner = Request::parse(sent.message).filter(|inner| inner.service == response.service);
        match inner {
            Some(inner) if !response.is_router_error() => {
                self.response(response, Some(&inner), Some(outer), sent.route, 1);
            }
            _ => self.response(response, Some(outer), None, Path::default(), 0),
        }
    }

    fn request(&mut self, request: &Request<'_>, route: Path<'_>, depth: u8) {
        let Some(budget) = self.budget.checked_sub(1) else { return };
        self.budget = budget;
        let sent = request.unconnected_send();
        let packet = Packet::parse(request.service, request.data);
        let place = request.place();
        let (function, category) = service::describe(request.service, place);
        let deep = depth >= MAX_DEPTH && (sent.is_some() || packet.is_some());
        let many = packet.is_some_and(|packet| packet.count > usize::from(self.budget));
        let anomalies = request
            .anomalies
            .with_if(self.cut, Anomalies::TRUNCATED)
            .with_if(deep, Anomalies::TOO_DEEP)
            .with_if(many, Anomalies::TOO_LARGE)
            | sent.map_or(Anomalies::NONE, |sent| sent.anomalies)
            | packet.map_or(Anomalies::NONE, |packet| packet.anomalies);
        let (mut hops, mut name) = (Text::<NAME>::default(), Text::<NAME>::default());
        let address = route.address(&mut hops);
        let object = request.path.object(&request.target, &mut name);
        let connection = self.connection.filter(|_| depth == 0);
        self.give(&Message {
            protocol: Protocol::Cip,
            kind: Kind::Request,
            function,
            code: Some(u32::from(request.service)),
            category,
            outcome: Outcome::Pending,
            address,
            object,
            anomalies,
            fields: &body::ShownRequest {
                request,
                connection,
                closed: manager::closed(request).and_then(|triad| self.connections.named(triad)),
            },
        });
        if deep {
            return;
        }
        if let Some(sent) = sent {
            if let Some(inner) = Request::parse(sent.message) {
                self.request(&inner, sent.route, depth.saturating_add(1));
            }
            return;
        }
        if let Some(packet) = packet {
            for at in 0..packet.count {
                if let Some(inner) = packet.get(at).and_then(Request::parse) {
                    self.request(&inner, route, depth.saturating_add(1));
                }
            }
            return;
        }
        self.request_effects(request, place, address, object);
    }

    fn response(
        &mut self,
        response: &Response<'_>,
        asked: Option<&Request<'_>>,
        outer: Option<&Request<'_>>,
        route: Path<'_>,
        depth: u8,
    ) {
        let Some(budget) = self.budget.checked_sub(1) else { return };
        self.budget = budget;
        let packet = Packet::parse(response.service, response.data)
            .filter(|_| status::is_ok(response.status) || response.status == status::EMBEDDED_SERVICE_ERROR);
        let place = asked.map_or(service::Place::Unknown, Request::place);
        let (function, category) = service::describe(response.service, place);
        let deep = depth >= MAX_DEPTH && packet.is_some();
        let many = packet.is_some_and(|packet| packet.count > usize::from(self.budget));
        let anomalies = response
            .anomalies
            .with_if(self.cut, Anomalies::TRUNCATED)
            .with_if(deep, Anomalies::TOO_DEEP)
            .with_if(many, Anomalies::TOO_LARGE)
            .with_if(asked.is_none() && self.watched && depth == 0, Anomalies::UNEXPECTED_RESPONSE)
            | packet.map_or(Anomalies::NONE, |packet| packet.anomalies);
        let (mut hops, mut name) = (Text::<NAME>::default(), Text::<NAME>::default());
        let address = route.address(&mut hops);
        let object = match asked {
            Some(asked) => asked.path.object(&asked.target, &mut name),
            None => Reference::None,
        };
        let outcome = match response.status {
            status if status::is_ok(status) => Outcome::Ok,
            status => Outcome::Error(error_name(status, response, place)),
        };
        let connection = self.connection.filter(|_| depth == 0);
        self.give(&Message {
            protocol: Protocol::Cip,
            kind: Kind::Response,
            function,
            code: Some(u32::from(response.service)),
            category,
            outcome,
            address,
            object,
            anomalies,
            fields: &body::ShownResponse {
                response,
                asked,
                outer,
                connection,
                closed: asked
                    .and_then(|asked| manager::has_closed(asked, response))
                    .and_then(|triad| self.connections.named(triad)),
            },
        });
        if deep {
            return;
        }
        if let Some(packet) = packet {
            let requests = asked.and_then(|asked| Packet::parse(asked.service, asked.data));
            for at in 0..packet.count {
                let Some(inner) = packet.get(at).and_then(Response::parse) else { continue };
                let request = requests
                    .and_then(|requests| requests.get(at))
                    .and_then(Request::parse)
                    .filter(|request| request.service == inner.service);
                self.response(&inner, request.as_ref(), None, route, depth.saturating_add(1));
            }
            return;
        }
        if let Some(asked) = asked {
            self.response_effects(response, asked, place, address, object);
        }
    }

    fn give(&mut self, message: &Message<'_>) {
        self.sink.message(message);
    }
}

/// The most telling name of an error: the connection manager's and the tag services' extended status, else the
/// general one.
fn error_name(status: u8, response: &Response<'_>, place: service::Place) -> &'static str {
    let extended = response.extended_status();
    let special = match extended {
        Some(extended) if status == 0x01 => status::connection(extended),
        Some(extended) if status == 0xff && place.is_tag() => status::tag(extended),
        _ => "unknown",
    };
    if special == "unknown" { status::name(status) } else { special }
}

#[cfg(test)]
mod tests;
