//! Requests and their answers: what an APDU says, matched by invoke id and both ends' addresses.

use sightglass_wire::{Ip, Mac};

use super::apdu::{self, Apdu};
use super::bvlc::Endpoint;
use super::carrier::Carrier;
use super::identity::{Seen, Witness};
use super::npdu::{Npdu, Station};
use super::segments::{Joined, Segments};
use super::services::{self, Service};
use super::show::{Parameters, Shown};
use super::subject::{self, Layout, Subject};
use super::tag::{self, ObjectId, Structure, Tag};
use super::{MSTP_LINK, names, process};
use crate::{
    Anomalies, Category, Function, Input, Kind, Message, Outcome, Pending, Protocol, Reader, Reference, Sink,
    Subject as Whom, Text, Transport,
};

/// One end of a flow, or a node of a bus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Peer {
    ip: Ip,
    port: u16,
    mac: Mac,
    node: u8,
}

/// What tells one transaction from every other of a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Key {
    client: Peer,
    invoke_id: u8,
    /// Where client and server stand behind routers.
    client_station: Option<Station>,
    server_station: Option<Station>,
}

/// What an answer needs to know of its request.
#[derive(Debug, Clone, Copy)]
struct Asked {
    service: u8,
    subject: Subject,
}

/// Transactions of one flow.
#[derive(Debug, Default)]
pub(super) struct Exchange {
    pending: Pending<Key, Asked>,
    /// Keyed by transaction and whether the result, not the request, is in segments.
    segments: Segments<(Key, bool)>,
    /// A confirmed request was seen: answers without one are odd from then on.
    watched: bool,
    seen: Seen,
}

/// An APDU with all that brought it.
pub(super) struct Arrived<'a> {
    pub(super) input: &'a Input<'a>,
    pub(super) carrier: &'a Carrier<'a>,
    pub(super) npdu: &'a Npdu<'a>,
    pub(super) apdu: &'a Apdu<'a>,
    pub(super) anomalies: Anomalies,
}

impl Arrived<'_> {
    /// Sender and receiver.
    fn peers(&self) -> (Peer, Peer) {
        let input = self.input;
        let nodes = match self.carrier {
            Carrier::Mstp(frame) => (frame.source, frame.destination),
            _ => (0, 0),
        };
        let macs = match input.transport {
            Transport::Link => (input.src_mac, input.dst_mac),
            _ => (Mac::default(), Mac::default()),
        };
        (
            Peer { ip: input.src, port: input.src_port, mac: macs.0, node: nodes.0 },
            Peer { ip: input.dst, port: input.dst_port, mac: macs.1, node: nodes.1 },
        )
    }

    fn key(&self, from_server: bool) -> Option<Key> {
        let invoke_id = self.apdu.invoke_id?;
        let (sender, receiver) = self.peers();
        let (source, destination) = (self.npdu.source, self.npdu.destination);
        Some(if from_server {
            Key { client: receiver, invoke_id, client_station: destination, server_station: source }
        } else {
            Key { client: sender, invoke_id, client_station: source, server_station: destination }
        })
    }

    fn origin(&self) -> Option<Endpoint> {
        match self.carrier {
            Carrier::Virtual(bvlc) => bvlc.origin.filter(|origin| origin.ip != self.input.src),
            _ => None,
        }
    }

    /// The station behind the serving side's address.
    fn address<'t>(&self, from_server: bool, text: &'t mut Text<64>) -> Reference<'t> {
        let (own, other) = (self.npdu.source, self.npdu.destination);
        if let Some(station) = if from_server { own } else { other }.filter(Station::is_unicast) {
            return station.reference(text);
        }
        // A capture of the bus has no other addresses than the nodes'.
        match self.carrier {
            Carrier::Mstp(frame) if self.input.link == MSTP_LINK => {
                let node = if from_server { frame.source } else { frame.destination };
                Reference::one("station", u64::from(node))
            }
            _ => Reference::None,
        }
    }
}

impl Exchange {
    pub(super) fn gap(&mut self) {
        self.pending.clear();
        self.segments.clear();
        self.watched = false;
    }

    /// Takes one APDU.
    pub(super) fn take(&mut self, arrived: &Arrived<'_>, sink: &mut dyn Sink) {
        let apdu = arrived.apdu;
        let intact = !arrived.anomalies.contains(Anomalies::TRUNCATED)
            && !arrived.anomalies.contains(Anomalies::BAD_LENGTH);
        let key = arrived.key(apdu.sent_by_server().unwrap_or(false));
        let mut anomalies = arrived
            .anomalies
            .with_if(apdu.reserved_bits, Anomalies::RESERVED_BITS)
            .with_if(apdu.has_excess() && intact, Anomalies::TRAILING_BYTES);

        let mut joined = None;
        let mut partial = false;
        if let (Some(segment), Some(key), true) = (apdu.segment, key, apdu.kind != apdu::SEGMENT_ACK) {
            let result = apdu.kind == apdu::COMPLEX_ACK;
            match self.segments.take((key, result), segment, apdu.data, intact) {
                Joined::Waiting => partial = true,
                Joined::Whole(data) => joined = Some(data),
                Joined::Broken => {
                    partial = true;
                    anomalies = anomalies.with_if(intact, Anomalies::BAD_SEQUENCE);
                }
            }
        }
        let data = joined.as_deref().unwrap_or(apdu.data);
        if intact && !partial && apdu.service.is_some() {
            anomalies |= match tag::structure(data) {
                Structure::Whole => Anomalies::NONE,
                Structure::Broken => Anomalies::BAD_ENCODING,
                Structure::TooDeep => Anomalies::TOO_DEEP,
            };
        }

        let asked = key.and_then(|key| self.asked(apdu, &key));
        let layout = apdu.service.map_or(Layout::None, |choice| subject::layout(apdu.kind, choice));
        let own = Subject::of(layout, data);
        anomalies |= self.check(apdu, asked.as_ref(), &own);
        let asked = asked.filter(|asked| apdu.service.is_none_or(|choice| choice == asked.service));
        let about = match asked {
            Some(asked) if apdu.kind != apdu::CONFIRMED_REQUEST || own.object.is_none() => asked.subject,
            _ => own,
        };
        if let (apdu::CONFIRMED_REQUEST, Some(service), Some(key)) = (apdu.kind, apdu.service, key) {
            self.watched = true;
            self.pending.insert(key, Asked { service, subject: about });
        }

        let service = self::service(apdu);
        let answered = asked.map(|asked| asked.service);
        let parameters = if partial {
            Parameters::Segment(apdu.data.len())
        } else {
            Parameters::of(apdu, service, data, asked.map(|asked| asked.subject))
        };
        let (function, category) = describe(apdu, service, answered);
        let (kind, outcome) = part(apdu, data);
        let mut station = Text::default();
        let mut object = Text::default();
        let address = arrived.address(apdu.sent_by_server().unwrap_or_else(|| is_event(apdu)), &mut station);
        let shown = Shown {
            carrier: arrived.carrier,
            npdu: Some(arrived.npdu),
            apdu: Some(apdu),
            answered,
            parameters,
        };
        // What another version of the protocol means is not known, nor what a damaged frame said.
        let doubtful =
            anomalies.contains(Anomalies::BAD_VERSION) || anomalies.contains(Anomalies::BAD_CHECKSUM);
        let learns = !partial && intact && !doubtful;
        // What is notified is the sender's, but a confirmed notification makes the sender the client of an act whose
        // server would hold what follows.
        if learns && sink.wants().values && is_notification(apdu) {
            subject::each(layout, data, &mut |item| process::value(&item, address, sink));
        }
        sink.message(&Message {
            protocol: Protocol::Bacnet,
            kind,
            function,
            code: apdu.service.map(u32::from),
            category,
            outcome,
            address,
            object: about.reference(&mut object),
            anomalies: anomalies
                .with_if(matches!(function, Function::Unknown(_)), Anomalies::UNKNOWN_FUNCTION),
            fields: &shown,
        });
        if !learns {
            return;
        }
        self.learn(arrived, layout, data, address, sink);
        if let Some(choice) = apdu.service {
            let file = asked.and_then(|asked| asked.subject.object);
            if sink.wants().files && matches!(apdu.kind, apdu::CONFIRMED_REQUEST | apdu::COMPLEX_ACK) {
                process::file(choice, apdu.kind == apdu::COMPLEX_ACK, file, data, sink);
            }
        }
    }

    /// The request that a PDU answers or continues.
    fn asked(&mut self, apdu: &Apdu<'_>, key: &Key) -> Option<Asked> {
        let goes_on = apdu.segment.is_some_and(|segment| segment.more) || apdu.kind == apdu::SEGMENT_ACK;
        match apdu.kind {
            // Later segments of a request name no object.
            apdu::CONFIRMED_REQUEST if apdu.segment.is_some_and(|segment| segment.sequence > 0) => {
                self.pending.get(key).copied()
            }
            apdu::CONFIRMED_REQUEST => None,
            _ if goes_on => self.pending.get(key).copied(),
            _ => self.pending.take(key),
        }
    }

    fn check(&self, apdu: &Apdu<'_>, asked: Option<&Asked>, own: &Subject) -> Anomalies {
        if !apdu.is_response() {
            return Anomalies::NONE;
        }
        let Some(asked) = asked else {
            let expected = self.watched && apdu.segment.is_none();
            return Anomalies::NONE.with_if(expected, Anomalies::UNEXPECTED_RESPONSE);
        };
        let other_service = apdu.service.is_some_and(|choice| choice != asked.service);
        let other_object = apdu.kind == apdu::COMPLEX_ACK
            && apdu.service == Some(services::READ_PROPERTY)
            && !own.answers(&asked.subject);
        Anomalies::NONE.with_if(other_service || other_object, Anomalies::MISMATCHED_RESPONSE)
    }

    /// Identity and process values.
    fn learn(
        &mut self,
        arrived: &Arrived<'_>,
        layout: Layout,
        data: &[u8],
        address: Reference<'_>,
        sink: &mut dyn Sink,
    ) {
        let apdu = arrived.apdu;
        let (sender, receiver) = arrived.peers();
        let origin = arrived.origin();
        let result = apdu.kind == apdu::COMPLEX_ACK;
        let valued = matches!(
            layout,
            Layout::One(true) | Layout::Many(_) | Layout::Notification | Layout::Notifications
        );
        if valued && sink.wants().values && carries_values(apdu) {
            subject::each(layout, data, &mut |item| process::value(&item, address, sink));
        }
        let whom = origin.map_or(Whom::Sender, |origin| Whom::Host { ip: Some(origin.ip), mac: None });
        let routed = arrived.npdu.source.is_some()
            || matches!(arrived.carrier, Carrier::Mstp(_)) && arrived.input.link == MSTP_LINK;
        let mut witness = Witness {
            sink,
            whom,
            routed,
            station: arrived.npdu.source,
            seen: &mut self.seen,
            side: usize::from(sender > receiver),
        };
        witness.mentions(layout, data);
        match (apdu.kind, apdu.service) {
            (apdu::UNCONFIRMED_REQUEST, Some(choice)) => witness.unconfirmed(choice, data),
            _ if result && valued => subject::each(layout, data, &mut |item| witness.property(&item)),
            _ => {}
        }
        if is_notification(apdu)
            && let Some(device) = initiating_device(data)
        {
            witness.is_device(device.instance);
        }
    }
}

/// Whether a result or request with values says them of the server's objects, as they are or shall be.
fn carries_values(apdu: &Apdu<'_>) -> bool {
    apdu.kind == apdu::COMPLEX_ACK
        || apdu.kind == apdu::CONFIRMED_REQUEST
            && matches!(apdu.service, Some(services::WRITE_PROPERTY | services::WRITE_PROPERTY_MULTIPLE))
}

fn is_notification(apdu: &Apdu<'_>) -> bool {
    matches!(
        (apdu.kind, apdu.service),
        (
            apdu::CONFIRMED_REQUEST,
            Some(services::CONFIRMED_COV | services::CONFIRMED_EVENT | services::CONFIRMED_COV_MULTIPLE)
        ) | (
            apdu::UNCONFIRMED_REQUEST,
            Some(
                services::UNCONFIRMED_COV | services::UNCONFIRMED_EVENT | services::UNCONFIRMED_COV_MULTIPLE
            )
        )
    )
}

/// The device under context tag 1 of a notification.
fn initiating_device(data: &[u8]) -> Option<ObjectId> {
    let mut reader = Reader::new(data);
    let _process = Tag::read(&mut reader)?;
    let device = Tag::read(&mut reader).filter(|tag| tag.is_value(1))?;
    ObjectId::of(device.value)
}

fn service(apdu: &Apdu<'_>) -> Option<&'static Service> {
    match (apdu.kind, apdu.service?) {
        (apdu::UNCONFIRMED_REQUEST, choice) => services::unconfirmed(choice),
        (_, choice) => services::confirmed(choice),
    }
}

fn describe(
    apdu: &Apdu<'_>,
    service: Option<&'static Service>,
    answered: Option<u8>,
) -> (Function, Category) {
    match (apdu.service, apdu::kind_name(apdu.kind)) {
        (Some(choice), _) => services::describe(service, choice),
        (None, Some(name)) => {
            let category = answered.and_then(services::confirmed).map(|service| service.category);
            let category = if apdu.kind == apdu::SEGMENT_ACK { None } else { category };
            (Function::Known(name), category.unwrap_or(Category::Session))
        }
        (None, None) => (Function::Unknown(u32::from(apdu.kind)), Category::Other),
    }
}

/// Whether an unconfirmed message announces something; the others ask or order.
fn is_event(apdu: &Apdu<'_>) -> bool {
    apdu.kind == apdu::UNCONFIRMED_REQUEST && matches!(apdu.service, Some(0..=3 | 5 | 11 | 12))
}

fn part(apdu: &Apdu<'_>, data: &[u8]) -> (Kind, Outcome) {
    match apdu.kind {
        apdu::CONFIRMED_REQUEST => (Kind::Request, Outcome::Pending),
        apdu::UNCONFIRMED_REQUEST if is_event(apdu) => (Kind::Event, Outcome::Event),
        apdu::UNCONFIRMED_REQUEST => (Kind::Request, Outcome::Pending),
        apdu::SIMPLE_ACK | apdu::COMPLEX_ACK => (Kind::Response, Outcome::Ok),
        apdu::ERROR => (Kind::Response, Outcome::Error(failure(data))),
        apdu::REJECT => {
            (Kind::Response, Outcome::Error(names::reject_reason(apdu.reason.unwrap_or_default())))
        }
        apdu::ABORT => (Kind::Response, Outcome::Error(names::abort_reason(apdu.reason.unwrap_or_default()))),
        apdu::SEGMENT_ACK => (Kind::Control, Outcome::Event),
        _ => (Kind::Event, Outcome::Event),
    }
}

/// Name of the error code of an error PDU.
fn failure(data: &[u8]) -> &'static str {
    let mut reader = Reader::new(data);
    let first = Tag::read(&mut reader);
    if !first.is_some_and(|tag| tag.opens(0)) {
        reader = Reader::new(data);
    }
    let _class = Tag::read(&mut reader);
    let code = Tag::read(&mut reader).filter(|tag| !tag.context && tag.number == tag::ENUMERATED);
    code.and_then(|code| tag::unsigned(code.value)).map_or("error", names::error_code)
}
