//! Messages out of chunks: what state a connection has, how chunks join, what a message tells.

use super::PORTS;
use super::chunk::{self, Chunk, Header, Security, Type};
use super::fields::{Connection, Shown, Unread, Whole};
use super::gather::{self, Items, Learn, Source, Summary, Values};
use super::identity::{self, Identity};
use super::schema::{REQUEST_HEADER, RESPONSE_HEADER, Service, services};
use super::status;
use super::walk::{Blind, Flaw, Walk};
use crate::{
    Anomalies, Category, Function, Input, Kind, Message, Outcome, Pending, Protocol, Reader, Reference, Sink,
    Text,
};

/// Messages of several chunks that are put together at once, and bytes kept of each.
const MAX_PARTIAL: usize = 4;
const MAX_MESSAGE: usize = 1 << 20;
/// Bytes of a read request that are kept until its answer; longer ones name no variables.
const MAX_READ: usize = 16 * 1024;
/// Service ids (Part 6, Annex A.3) that this file treats apart.
const FAULT: u32 = 397;
const FIND_SERVERS_RESPONSE: u32 = 425;
const GET_ENDPOINTS_RESPONSE: u32 = 431;
const CREATE_SESSION_REQUEST: u32 = 461;
const CREATE_SESSION_RESPONSE: u32 = 464;
const READ_REQUEST: u32 = 631;
const READ_RESPONSE: u32 = 634;
const WRITE_REQUEST: u32 = 673;
const CREATE_MONITORED_ITEMS_REQUEST: u32 = 751;
const PUBLISH_RESPONSE: u32 = 829;

/// What a response needs to know of its request.
struct Asked {
    service: Service,
    object: Text<96>,
    /// Body of a read request.
    read: Vec<u8>,
}

/// A message of which some chunks are there.
#[derive(Debug)]
struct Partial {
    from_client: bool,
    channel: u32,
    request_id: u32,
    data: Vec<u8>,
    chunks: u32,
    too_large: bool,
}

/// One connection.
#[derive(Default)]
pub(super) struct OpcUa {
    security: Security,
    pending: Pending<u32, Asked>,
    partial: Vec<Partial>,
    items: Items,
    /// Buffers of answered requests, to be used again.
    spare: Vec<Vec<u8>>,
    /// Last channel and sequence number, by direction.
    sequence: [Option<(u32, u32)>; 2],
    /// Bytes of an oversized chunk that are still to come, by direction.
    skip: [usize; 2],
    watched: bool,
    /// The server opened the connection (Part 6, 7.1.3).
    reversed: bool,
}

impl OpcUa {
    /// Bytes of these that belong to a chunk already reported.
    pub(super) fn skipped(&mut self, there: usize, input: &Input<'_>) -> usize {
        let side = usize::from(input.to_server(PORTS));
        let Some(left) = self.skip.get_mut(side) else { return 0 };
        let now = there.min(*left);
        *left = left.saturating_sub(now);
        now
    }

    pub(super) fn skip(&mut self, more: usize, input: &Input<'_>) {
        if let Some(left) = self.skip.get_mut(usize::from(input.to_server(PORTS))) {
            *left = more;
        }
    }

    pub(super) fn forget(&mut self) {
        self.pending.clear();
        self.partial.clear();
        self.sequence = [None; 2];
        self.skip = [0; 2];
        self.watched = false;
    }

    /// One chunk; `body` is what follows its first eight bytes, `there` its bytes that are there.
    pub(super) fn chunk(
        &mut self,
        header: &Header,
        body: &[u8],
        there: usize,
        input: &Input<'_>,
        sink: &mut dyn Sink,
    ) {
        let short = there < usize::try_from(header.size).unwrap_or(usize::MAX);
        let cut = if short && input.last { Anomalies::TRUNCATED } else { Anomalies::TOO_LARGE };
        let anomalies = Anomalies::NONE.with_if(short, cut);
        match header.kind {
            Type::Hello | Type::Acknowledge | Type::Error | Type::ReverseHello => {
                self.connection(header, body, anomalies, input, sink);
            }
            Type::Open | Type::Close | Type::Message => match Chunk::read(header.kind, body) {
                Ok(chunk) => self.conversation(header, &chunk, anomalies, input, sink),
                Err(_) => self.other(header, None, anomalies | Anomalies::BAD_LENGTH, input, sink),
            },
        }
    }

    /// Messages of the connection protocol itself.
    fn connection(
        &mut self,
        header: &Header,
        body: &[u8],
        mut anomalies: Anomalies,
        input: &Input<'_>,
        sink: &mut dyn Sink,
    ) {
        let mut error = None;
        let client = match header.kind {
            Type::Hello => true,
            Type::ReverseHello => {
                self.reversed = true;
                false
            }
            _ => false,
        };
        if header.kind == Type::Error {
            error = Reader::new(body).le_u32().ok();
        } else if header.kind != Type::ReverseHello {
            self.forget();
            self.items.clear();
            self.security = Security::Unknown;
        }
        let wrong = input.from_client.is_some_and(|from| (from ^ self.reversed) != client);
        anomalies = anomalies.with_if(wrong && header.kind != Type::Error, Anomalies::WRONG_DIRECTION);
        let fields = Connection { header, body };
        if !anomalies.contains(Anomalies::TRUNCATED) {
            anomalies |= fields.check();
        }
        let (name, kind) = match header.kind {
            Type::Hello => ("hello", Kind::Request),
            Type::Acknowledge => ("acknowledge", Kind::Response),
            Type::Error => ("error", Kind::Response),
            _ => ("reverse_hello", Kind::Control),
        };
        sink.message(&Message {
            protocol: Protocol::Opcua,
            kind,
            function: Function::Known(name),
            code: None,
            category: Category::Session,
            outcome: match (kind, error) {
                (Kind::Request, _) => Outcome::Pending,
                (_, Some(code)) => Outcome::Error(status::name(code)),
                (Kind::Control, _) => Outcome::Event,
                _ => Outcome::Ok,
            },
            address: Reference::None,
            object: Reference::None,
            anomalies,
            fields: &fields,
        });
    }

    /// Messages of the secure conversation.
    fn conversation(
        &mut self,
        header: &Header,
        chunk: &Chunk<'_>,
        mut anomalies: Anomalies,
        input: &Input<'_>,
        sink: &mut dyn Sink,
    ) {
        if let Some(policy) = chunk.policy {
            self.security = Security::of(policy);
            if !chunk.certificate.is_empty() {
                identity::certificate(chunk.certificate, sink);
            }
        }
        let from_client = input.to_server(PORTS);
        let numbers = chunk.sequence().ok();
        let goes_on = numbers.is_some_and(|(_, request_id, _)| {
            self.partial.iter().any(|one| {
                one.from_client == from_client && one.channel == chunk.channel && one.request_id == request_id
            })
        });
        let plain = match self.security {
            Security::None => true,
            // The bytes of an opening that is not in the clear are encrypted always.
            Security::Protected(_) if header.kind == Type::Open => false,
            Security::Protected(_) | Security::Unknown => goes_on || chunk.is_plain(),
        };
        let Some((sequence, request_id, body)) = numbers.filter(|_| plain) else {
            return self.other(header, Some(chunk), anomalies, input, sink);
        };
        anomalies |= self.in_sequence(from_client, chunk.channel, sequence);
        let body = match self.security {
            Security::Protected(signature) if !anomalies.contains(Anomalies::TRUNCATED) => {
                body.get(..body.len().saturating_sub(usize::from(signature))).unwrap_or_default()
            }
            _ => body,
        };
        let place = self.partial.iter().position(|one| {
            one.from_client == from_client && one.channel == chunk.channel && one.request_id == request_id
        });
        match header.part {
            b'C' => {
                self.keep(place, from_client, chunk.channel, request_id, body);
                self.other(header, Some(chunk), anomalies, input, sink);
            }
            b'A' => {
                if let Some(place) = place {
                    self.partial.swap_remove(place);
                }
                self.other(header, Some(chunk), anomalies, input, sink);
            }
            _ => {
                let joined = place.map(|place| {
                    self.keep(Some(place), from_client, chunk.channel, request_id, body);
                    self.partial.swap_remove(place)
                });
                let whole = joined.as_ref().map_or(body, |joined| joined.data.as_slice());
                let too_large = joined.as_ref().is_some_and(|joined| joined.too_large);
                anomalies = anomalies.with_if(too_large, Anomalies::TOO_LARGE);
                let chunks = joined.as_ref().map_or(1, |joined| joined.chunks);
                let one = Whole { header, chunk, sequence, request_id, chunks };
                self.service(&one, whole, anomalies, input, sink);
            }
        }
    }

    /// Numbers rise by one for each chunk of a direction, also from an opening without a channel yet on; they start again near the end (Part 6, 6.7.2.4).
    fn in_sequence(&mut self, from_client: bool, channel: u32, number: u32) -> Anomalies {
        const LAST: u32 = 4_294_966_271;
        let Some(before) = self.sequence.get_mut(usize::from(from_client)) else { return Anomalies::NONE };
        let fits = match before.replace((channel, number)) {
            Some((same, last)) if same == channel || same == 0 => {
                last.checked_add(1) == Some(number) || (last >= LAST.saturating_sub(1_024) && number < 1_024)
            }
            _ => true,
        };
        Anomalies::NONE.with_if(!fits, Anomalies::BAD_SEQUENCE)
    }

    fn keep(&mut self, place: Option<usize>, from_client: bool, channel: u32, request_id: u32, body: &[u8]) {
        if place.is_none() {
            if self.partial.len() >= MAX_PARTIAL {
                self.partial.remove(0);
            }
            let data = self.spare.pop().unwrap_or_default();
            self.partial.push(Partial {
                from_client,
                channel,
                request_id,
                data,
                chunks: 0,
                too_large: false,
            });
        }
        let place = place.unwrap_or(self.partial.len().saturating_sub(1));
        let Some(partial) = self.partial.get_mut(place) else { return };
        partial.chunks = partial.chunks.saturating_add(1);
        let room = MAX_MESSAGE.saturating_sub(partial.data.len());
        partial.too_large |= body.len() > room;
        partial.data.extend_from_slice(body.get(..room).unwrap_or(body));
    }

    /// A chunk without a service that could be read: encrypted, one of several, given up or damaged.
    fn other(
        &mut self,
        header: &Header,
        chunk: Option<&Chunk<'_>>,
        anomalies: Anomalies,
        input: &Input<'_>,
        sink: &mut dyn Sink,
    ) {
        let request = input.to_server(PORTS) ^ self.reversed;
        let clear = matches!(header.part, b'C' | b'A');
        let encrypted = chunk.is_some() && !clear && self.security != Security::None;
        let mut error = None;
        if header.part == b'A' && self.security == Security::None {
            error = chunk.and_then(|chunk| chunk.sequence().ok()).map(|(_, _, body)| body);
        }
        let code = error.and_then(|body| Reader::new(body).le_u32().ok());
        let name = match (header.kind, header.part) {
            (Type::Open, _) => "open_secure_channel",
            (Type::Close, _) => "close_secure_channel",
            (_, b'C') => "chunk",
            (_, b'A') => "abort",
            _ if encrypted => "encrypted_message",
            _ => "message",
        };
        let kind = match (name, request) {
            ("chunk", _) => Kind::Control,
            (_, true) => Kind::Request,
            (_, false) => Kind::Response,
        };
        sink.message(&Message {
            protocol: Protocol::Opcua,
            kind,
            function: Function::Known(name),
            code: None,
            category: if name == "encrypted_message" { Category::Other } else { Category::Session },
            outcome: match (kind, code) {
                (_, Some(code)) => Outcome::Error(status::name(code)),
                (Kind::Request, None) => Outcome::Pending,
                (Kind::Response, None) => Outcome::Ok,
                _ => Outcome::Event,
            },
            address: Reference::None,
            object: Reference::None,
            anomalies,
            fields: &Unread { header, chunk, encrypted, error },
        });
    }

    /// A whole service message.
    fn service(
        &mut self,
        one: &Whole<'_>,
        whole: &[u8],
        mut anomalies: Anomalies,
        input: &Input<'_>,
        sink: &mut dyn Sink,
    ) {
        let Some((id, rest)) = chunk::service(whole) else {
            let odd = if anomalies.is_empty() { Anomalies::BAD_ENCODING } else { Anomalies::NONE };
            return self.other(one.header, Some(one.chunk), anomalies | odd, input, sink);
        };
        let own = services::find(id);
        let kind = own.map_or(
            if input.to_server(PORTS) ^ self.reversed { Kind::Request } else { Kind::Response },
            |own| own.kind,
        );
        let mut walk = Walk::new(rest);
        let head = if kind == Kind::Request { REQUEST_HEADER } else { RESPONSE_HEADER };
        let header = walk.structure(head, &mut Blind);
        let body = walk.reader.rest();
        let mut summary = Summary::default();
        let flaw = header.and_then(|()| match own {
            Some(own) => {
                walk.structure(own.body, &mut summary)?;
                let test = own.category == Category::Diagnostics;
                if walk.reader.is_empty() || test { Ok(()) } else { Err(Flaw::TRAILING_BYTES) }
            }
            None => Err(Flaw::UNKNOWN_FUNCTION),
        });
        let is_cut = anomalies.contains(Anomalies::TRUNCATED) || anomalies.contains(Anomalies::TOO_LARGE);
        if let (Err(flaw), false) = (flaw, is_cut) {
            anomalies |= flaw;
        }
        let mut object = summary.first.map_or(Text::default(), |node| Text::of(format_args!("{node}")));
        let mut known = own;
        let mut read = Vec::new();
        if kind == Kind::Request {
            self.watched = true;
            if let Some(service) = own {
                let mut kept = Vec::new();
                if id == READ_REQUEST && body.len() <= MAX_READ {
                    kept = self.spare.pop().unwrap_or_default();
                    kept.extend_from_slice(body);
                }
                let replaced = self.pending.insert(one.request_id, Asked { service, object, read: kept });
                anomalies = anomalies.with_if(replaced.is_some(), Anomalies::DUPLICATE);
                replaced.into_iter().for_each(|old| self.recycle(old.read));
            }
        } else if let Some(asked) = self.pending.take(&one.request_id) {
            let fits = id == FAULT || own.is_none_or(|own| own.name == asked.service.name);
            anomalies = anomalies.with_if(!fits, Anomalies::MISMATCHED_RESPONSE);
            if fits {
                object = asked.object;
                known = Some(asked.service);
                read = asked.read;
            }
        } else {
            anomalies = anomalies.with_if(self.watched, Anomalies::UNEXPECTED_RESPONSE);
        }
        let result = (kind == Kind::Response).then(|| service_result(rest)).flatten();
        let shown = Shown { one, id, rest, head, own, security: self.security };
        sink.message(&Message {
            protocol: Protocol::Opcua,
            kind,
            function: known.map_or(Function::Unknown(id), |known| Function::Known(known.name)),
            code: Some(id),
            category: known.map_or(Category::Other, |known| known.category),
            outcome: match (kind, result) {
                (Kind::Request, _) => Outcome::Pending,
                (_, Some(code)) if status::is_bad(code) => Outcome::Error(status::name(code)),
                _ => match summary.refusal() {
                    Some(code) => Outcome::Error(status::name(code)),
                    None => Outcome::Ok,
                },
            },
            address: Reference::None,
            object: if object.as_str().is_empty() {
                Reference::None
            } else {
                Reference::Text(object.as_str())
            },
            anomalies,
            fields: &shown,
        });
        self.tell(id, own, body, &read, sink);
        self.recycle(read);
    }

    /// What a body says of devices and the process.
    fn tell(&mut self, id: u32, own: Option<Service>, body: &[u8], read: &[u8], sink: &mut dyn Sink) {
        let Some(own) = own else { return };
        let mut walk = Walk::new(body);
        // What is read before a flaw holds; the flaw is marked already.
        let _ = match id {
            GET_ENDPOINTS_RESPONSE | CREATE_SESSION_REQUEST | CREATE_SESSION_RESPONSE => {
                walk.structure(own.body, &mut Identity::new(sink))
            }
            // A list of several servers speaks of others than its sender.
            FIND_SERVERS_RESPONSE if body.starts_with(&[1, 0, 0, 0]) => {
                walk.structure(own.body, &mut Identity::new(sink))
            }
            READ_RESPONSE => {
                let source = Source::Read(gather::Asked::new(read));
                walk.structure(own.body, &mut Values::new(source, sink))
            }
            WRITE_REQUEST if sink.wants().values => {
                walk.structure(own.body, &mut Values::new(Source::Write, sink))
            }
            CREATE_MONITORED_ITEMS_REQUEST => walk.structure(own.body, &mut Learn::new(&mut self.items)),
            PUBLISH_RESPONSE if sink.wants().values => {
                walk.structure(own.body, &mut Values::new(Source::Publish(&self.items), sink))
            }
            _ => Ok(()),
        };
    }

    fn recycle(&mut self, mut buffer: Vec<u8>) {
        if buffer.capacity() > 0 && buffer.capacity() <= 2 * MAX_READ && self.spare.len() < 8 {
            buffer.clear();
            self.spare.push(buffer);
        }
    }
}

/// The status in a response's header: after time and handle.
fn service_result(rest: &[u8]) -> Option<u32> {
    let mut reader = Reader::new(rest);
    reader.skip(12).ok()?;
    reader.le_u32().ok()
}
