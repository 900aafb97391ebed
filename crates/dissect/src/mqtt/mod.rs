//! MQTT: publish and subscribe, with Sparkplug B payloads.
//!
//! Spec: MQTT 3.1 (IBM), 3.1.1 and 5.0 (OASIS); Eclipse Sparkplug 3.0. Usual port TCP 1883 (8883 is TLS); recognised by
//! content on any port: a connection's protocol name and level. `code` is the packet type. User names and passwords are
//! read over and never shown.
//! A publish counts as `write` when its topic says so (a segment such as `set` or `cmd`, Sparkplug commands), else as
//! `read`: devices publish what they measure.

mod packet;
mod property;
mod protobuf;
mod recognise;
mod sparkplug;

use packet::{
    AUTH, Begin, CONNACK, CONNECT, Connect, Head, PINGREQ, PINGRESP, PUBACK, PUBCOMP, PUBLISH, PUBREC,
    PUBREL, Parts, SUBACK, SUBSCRIBE, UNSUBACK, UNSUBSCRIBE, VERSION_5,
};
pub(crate) use recognise::is_connect;
use recognise::{guess_version, probe};
use sparkplug::{Names, Topic};

use crate::shown::Shown;
use crate::{
    Anomalies, Category, Dissector, Field, Function, Input, Kind, Message, Number, Outcome, Over, Pending,
    Protocol, Reference, Session, Sink, Step, Subject, Text, Value, Visitor, confidence, printable, said,
};

/// Registered ports.
const PORTS: &[u16] = &[1883];
/// Packets up to this size are waited for; of a larger publish the start is read and the rest passed over.
const MAX_WHOLE: usize = 64 * 1024;
/// Topics are kept and shown as objects up to this length.
const MAX_TOPIC: usize = 128;
/// Topic aliases of one direction (MQTT 5.0, 3.3.2.3.4 allows 65,535).
const MAX_ALIASES: usize = 256;
/// Longest payload shown, in bytes.
const MAX_SHOWN: usize = 512;
/// Longest payload that is read as one number.
const MAX_NUMBER: usize = 24;

/// MQTT as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Mqtt,
    over: &[Over::Tcp(PORTS)],
    probe,
    open: || Box::<Mqtt>::default(),
    max_message: MAX_WHOLE + 5,
    fields: FIELDS,
    not_decoded: &["MQTT-SN", "payloads of publishes above 64 KiB", "Sparkplug data sets and templates"],
};

const FIELDS: &[Field] = &[
    Field { name: "qos", doc: "Quality of service of a publish: 0, 1, 2." },
    Field { name: "dup", doc: "The publish may be a repetition." },
    Field { name: "retain", doc: "The broker keeps or kept the message." },
    Field { name: "packet_id", doc: "Packet identifier; an answer repeats it." },
    Field { name: "topic", doc: "Topic name of a publish." },
    Field { name: "topic_alias", doc: "Alias in place of or beside the topic." },
    Field { name: "topics", doc: "Filters of a subscription, with the maximum quality of service." },
    Field { name: "protocol_name", doc: "`MQTT`, or `MQIsdp` for 3.1." },
    Field { name: "protocol_level", doc: "3 for 3.1, 4 for 3.1.1, 5 for 5.0." },
    Field { name: "client_id", doc: "Client identifier." },
    Field { name: "clean_start", doc: "The session begins anew." },
    Field { name: "keep_alive", doc: "Seconds between packets of the client at most." },
    Field { name: "has_user_name", doc: "A user name was sent; it is never shown." },
    Field { name: "has_password", doc: "A password was sent; it is never shown." },
    Field { name: "will_topic", doc: "Topic of the message published when the client is lost." },
    Field { name: "session_present", doc: "The broker continues a session." },
    Field { name: "reason_code", doc: "Return or reason code." },
    Field { name: "reason_codes", doc: "One per filter." },
    Field { name: "properties", doc: "Properties of version 5: id, value." },
    Field { name: "payload_length", doc: "Bytes of the application message." },
    Field { name: "payload", doc: "The application message, at most 512 bytes." },
    Field { name: "sparkplug", doc: "Sparkplug B topic and metrics." },
];

/// The MQTT connection of a flow.
#[derive(Default)]
pub(crate) struct Mqtt {
    /// 0 until known.
    version: u8,
    /// Bytes of a large publish still to pass over, by direction.
    skip: [usize; 2],
    /// Topics of what waits for its answer, by direction of the request, type class and packet identifier.
    pending: Pending<(bool, u8, u16), Text<MAX_TOPIC>>,
    aliases: [Vec<(u32, Text<MAX_TOPIC>)>; 2],
    names: Names,
    watched: bool,
}

impl Session for Mqtt {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let side = usize::from(input.to_server(PORTS));
        if let Some(skip) = self.skip.get_mut(side).filter(|skip| **skip > 0) {
            let taken = (*skip).min(input.data.len());
            *skip = skip.saturating_sub(taken);
            return if taken > 0 { Step::Took(taken) } else { Step::More };
        }
        let head = match Head::parse(input.data) {
            Begin::Whole(head) => head,
            Begin::Short if !input.last => return Step::More,
            _ => return Step::Lost,
        };
        let body = input.data.get(head.size..).unwrap_or_default();
        let is_large = head.remaining > MAX_WHOLE;
        // Of what is larger than any real packet but a publish the length is damage.
        if is_large && (head.kind != PUBLISH || self.version == 0 && !head.flags_fit()) {
            return Step::Lost;
        }
        let wanted = head.remaining.min(MAX_WHOLE);
        if body.len() < wanted && !input.last {
            return Step::More;
        }
        let own = body.get(..wanted).unwrap_or(body);
        self.packet(&head, own, input, sink);
        let left = head.remaining.saturating_sub(own.len());
        if is_large && let Some(skip) = self.skip.get_mut(side) {
            *skip = if input.last { 0 } else { left };
        }
        Step::Took(head.size.saturating_add(own.len()))
    }

    fn resumes(&self, data: &[u8]) -> bool {
        let Begin::Whole(head) = Head::parse(data) else { return false };
        let body = data.get(head.size..).unwrap_or_default();
        let next = body.get(head.remaining..).unwrap_or_default();
        head.flags_fit()
            && head.length_fits()
            && matches!(Head::parse(next), Begin::Short | Begin::Whole(_))
            && (body.len() >= head.remaining || head.kind == PUBLISH)
    }

    fn gap(&mut self, _from_client: Option<bool>) {
        self.skip = [0; 2];
        self.pending.clear();
        self.watched = false;
    }
}

impl Mqtt {
    fn packet(&mut self, head: &Head, body: &[u8], input: &Input<'_>, sink: &mut dyn Sink) {
        let to_server = match head.kind {
            CONNECT | SUBSCRIBE | UNSUBSCRIBE | PINGREQ => true,
            CONNACK | SUBACK | UNSUBACK | PINGRESP => false,
            _ => input.to_server(PORTS),
        };
        let misdirected = input.from_client.is_some_and(|from_client| from_client != to_server);
        let is_cut = body.len() < head.remaining && head.remaining <= MAX_WHOLE;
        if head.kind == CONNECT {
            *self = Self { watched: true, ..Self::default() };
        }
        let guessed = guess_version(head, body);
        let version = if self.version == 0 { guessed } else { self.version };
        let parts = Parts::parse(head, version, body);
        if let Some(connect) = parts.connect {
            self.version = connect.level;
        } else if self.version == 0 && guessed == VERSION_5 {
            self.version = guessed;
        }
        let known = if is_cut { Anomalies::TRUNCATED } else { parts.anomalies };
        let mut anomalies = known
            .with_if(!head.flags_fit(), Anomalies::RESERVED_BITS)
            .with_if(!is_cut && !head.length_fits(), Anomalies::BAD_LENGTH)
            .with_if(misdirected, Anomalies::WRONG_DIRECTION)
            .with_if(head.kind == AUTH && version < VERSION_5, Anomalies::RESERVED_FUNCTION)
            .with_if(head.remaining > MAX_WHOLE, Anomalies::TOO_LARGE);
        let topic = self.topic(head, &parts, to_server);
        let object = self.pair(head, &parts, to_server, &topic, &mut anomalies);
        let sparkplug = Topic::parse(topic.as_str().as_bytes()).filter(|_| head.kind == PUBLISH);
        let (kind, outcome) = role(head, version, parts.reason);
        let category = category(head.kind, &parts, sparkplug.as_ref(), object.as_str());
        if let Some(sparkplug) = &sparkplug
            && !is_cut
            && head.remaining <= MAX_WHOLE
        {
            anomalies = anomalies.with_if(!sparkplug::is_intact(parts.payload), Anomalies::BAD_ENCODING);
            if sparkplug.is_birth() {
                self.names.learn(sparkplug, parts.payload);
            }
        }
        let whole = head.remaining.saturating_sub(body.len().saturating_sub(parts.payload.len()));
        let names = &self.names;
        let shown = Shown(|visitor: &mut dyn Visitor| {
            show(head, version, &parts, whole, visitor);
            if let Some(sparkplug) = &sparkplug {
                names.visit(sparkplug, parts.payload, visitor);
            } else if head.kind == PUBLISH {
                payload(parts.payload, visitor);
            }
        });
        sink.message(&Message {
            protocol: Protocol::Mqtt,
            kind,
            function: packet::name(head.kind)
                .map_or(Function::Unknown(u32::from(head.kind)), Function::Known),
            code: Some(u32::from(head.kind)),
            category,
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
        if !is_cut {
            self.facts(head, &parts, sparkplug.as_ref(), topic.as_str(), to_server, sink);
        }
    }

    /// The topic of a publish, also where an alias stands for it.
    fn topic(&mut self, head: &Head, parts: &Parts<'_>, to_server: bool) -> Text<MAX_TOPIC> {
        let topic = Text::of(format_args!("{}", printable(parts.topic)));
        if head.kind != PUBLISH || parts.properties.is_empty() {
            return topic;
        }
        let Some(alias) = property::number(parts.properties, property::TOPIC_ALIAS) else { return topic };
        let Some(aliases) = self.aliases.get_mut(usize::from(to_server)) else { return topic };
        let known = aliases.iter_mut().find(|(known, _)| *known == alias);
        match (parts.topic.is_empty(), known) {
            (true, known) => known.map_or(topic, |(_, known)| *known),
            (false, Some((_, known))) => {
                *known = topic;
                topic
            }
            (false, None) => {
                if aliases.len() < MAX_ALIASES {
                    aliases.push((alias, topic));
                }
                topic
            }
        }
    }

    /// The object of a packet: its topic, or that of the packet it answers.
    fn pair(
        &mut self,
        head: &Head,
        parts: &Parts<'_>,
        to_server: bool,
        topic: &Text<MAX_TOPIC>,
        anomalies: &mut Anomalies,
    ) -> Text<MAX_TOPIC> {
        let Some(id) = parts.packet_id else { return *topic };
        anomalies.insert(Anomalies::NONE.with_if(id == 0, Anomalies::BAD_VALUE));
        let (class, asked) = match head.kind {
            PUBLISH | SUBSCRIBE | UNSUBSCRIBE => {
                let class = if head.kind == PUBLISH { PUBLISH } else { head.kind };
                let replaced = self.pending.insert((to_server, class, id), *topic);
                let repeats = head.kind == PUBLISH && head.flags & 8 != 0;
                anomalies
                    .insert(Anomalies::NONE.with_if(replaced.is_some() && !repeats, Anomalies::DUPLICATE));
                return *topic;
            }
            // The three steps of quality 2 belong to one publish.
            PUBREC => (PUBLISH, self.pending.get(&(!to_server, PUBLISH, id)).copied()),
            PUBREL => (PUBLISH, self.pending.get(&(to_server, PUBLISH, id)).copied()),
            PUBACK | PUBCOMP => (PUBLISH, self.pending.take(&(!to_server, PUBLISH, id))),
            SUBACK => (SUBSCRIBE, self.pending.take(&(!to_server, SUBSCRIBE, id))),
            _ => (UNSUBSCRIBE, self.pending.take(&(!to_server, UNSUBSCRIBE, id))),
        };
        let _ = class;
        anomalies
            .insert(Anomalies::NONE.with_if(asked.is_none() && self.watched, Anomalies::UNEXPECTED_RESPONSE));
        asked.unwrap_or_default()
    }

    fn facts(
        &self,
        head: &Head,
        parts: &Parts<'_>,
        sparkplug: Option<&Topic<'_>>,
        topic: &str,
        to_server: bool,
        sink: &mut dyn Sink,
    ) {
        if let Some(connect) = &parts.connect {
            let id = printable(connect.client_id);
            said::of_sender(sink, Protocol::Mqtt, confidence::NAMING, "mqtt_client_id", &id);
            if connect.has_password() {
                let text = "clear text credentials";
                let trust = confidence::BANNER;
                said::of(sink, Subject::Receiver, Protocol::Mqtt, trust, "mqtt_credentials", text);
            }
        }
        if head.kind == CONNACK {
            said::of_sender(sink, Protocol::Mqtt, confidence::BEHAVIOUR, "role", "mqtt_broker");
            if let Some(id) = property::text(parts.properties, property::ASSIGNED_CLIENT_IDENTIFIER) {
                let (subject, id) = (Subject::Receiver, printable(id));
                said::of(sink, subject, Protocol::Mqtt, confidence::NAMING, "mqtt_client_id", &id);
            }
        }
        if head.kind != PUBLISH || head.remaining > MAX_WHOLE {
            return;
        }
        if let Some(sparkplug) = sparkplug {
            if to_server && sparkplug.is_birth() {
                sparkplug::observe(sparkplug, parts.payload, sink);
            }
            if sink.wants().values {
                self.names.values(sparkplug, parts.payload, sink);
            }
        } else if sink.wants().values && parts.payload.len() <= MAX_NUMBER {
            let text = std::str::from_utf8(parts.payload).unwrap_or_default().trim();
            if let Ok(number) = text.parse::<f64>()
                && number.is_finite()
            {
                sink.value(&Value {
                    protocol: Protocol::Mqtt,
                    address: Reference::None,
                    object: Reference::Text(topic),
                    kind: "text",
                    number: Number::Float(number),
                });
            }
        }
    }
}

fn role(head: &Head, version: u8, reason: Option<u8>) -> (Kind, Outcome) {
    let answer = match reason {
        Some(code) if packet::refuses(head.kind, version, code) => {
            Outcome::Error(packet::reason_name(head.kind, version, code))
        }
        _ => Outcome::Ok,
    };
    match head.kind {
        CONNECT | SUBSCRIBE | UNSUBSCRIBE | PINGREQ | PUBREL => (Kind::Request, Outcome::Pending),
        PUBLISH if head.qos() == 0 => (Kind::Event, Outcome::Event),
        PUBLISH => (Kind::Request, Outcome::Pending),
        CONNACK | PUBACK | PUBREC | PUBCOMP | SUBACK | UNSUBACK | PINGRESP => (Kind::Response, answer),
        _ => (Kind::Control, if answer == Outcome::Ok { Outcome::Event } else { answer }),
    }
}

/// Segments of topics by which devices are told to do something, as common conventions have them.
const COMMANDS: [&str; 8] = ["set", "cmd", "command", "commands", "cmnd", "control", "write", "desired"];

fn category(kind: u8, parts: &Parts<'_>, sparkplug: Option<&Topic<'_>>, topic: &str) -> Category {
    match (kind, sparkplug) {
        (PUBLISH, Some(sparkplug)) => sparkplug.category(),
        (PUBLISH | PUBACK | PUBREC | PUBREL | PUBCOMP, None) => {
            let orders =
                topic.split('/').any(|part| COMMANDS.iter().any(|word| part.eq_ignore_ascii_case(word)));
            if orders { Category::Write } else { Category::Read }
        }
        (SUBSCRIBE | SUBACK | UNSUBSCRIBE | UNSUBACK, _) => Category::Read,
        (CONNECT, _) if parts.connect.as_ref().is_some_and(Connect::has_user_name) => {
            Category::Authentication
        }
        (AUTH, _) => Category::Authentication,
        _ => Category::Session,
    }
}

fn show(head: &Head, version: u8, parts: &Parts<'_>, whole: usize, visitor: &mut dyn Visitor) {
    if head.kind == PUBLISH {
        visitor.uint("qos", u64::from(head.qos()));
        visitor.flag("dup", head.flags & 8 != 0);
        visitor.flag("retain", head.flags & 1 != 0);
        if !parts.topic.is_empty() {
            visitor.text("topic", &printable(parts.topic));
        }
        if let Some(alias) = property::number(parts.properties, property::TOPIC_ALIAS) {
            visitor.uint("topic_alias", u64::from(alias));
        }
    }
    if let Some(id) = parts.packet_id {
        visitor.uint("packet_id", u64::from(id));
    }
    if let Some(connect) = &parts.connect {
        visitor.text("protocol_name", &printable(connect.protocol_name));
        visitor.uint("protocol_level", u64::from(connect.level));
        visitor.text("client_id", &printable(connect.client_id));
        visitor.flag("clean_start", connect.flags & 2 != 0);
        visitor.uint("keep_alive", u64::from(connect.keep_alive_s));
        visitor.flag("has_user_name", connect.has_user_name());
        visitor.flag("has_password", connect.has_password());
        if connect.has_will() {
            visitor.text("will_topic", &printable(connect.will_topic));
            visitor.uint("will_qos", u64::from((connect.flags >> 3) & 3));
            visitor.flag("will_retain", connect.flags & 0x20 != 0);
            visitor.uint("will_length", u64::try_from(connect.will_length).unwrap_or(0));
        }
    }
    if head.kind == CONNACK {
        visitor.flag("session_present", parts.session_present);
    }
    match (head.kind, parts.reason) {
        (SUBACK | UNSUBACK, _) => {
            visitor.begin_list("reason_codes");
            for code in parts.payload {
                visitor.named("", u64::from(*code), packet::reason_name(head.kind, version, *code));
            }
            visitor.end_list();
        }
        (_, Some(code)) => {
            visitor.named("reason_code", u64::from(code), packet::reason_name(head.kind, version, code));
        }
        _ => {}
    }
    property::visit(parts.properties, visitor);
    if matches!(head.kind, SUBSCRIBE | UNSUBSCRIBE) {
        visitor.begin_list("topics");
        for (topic, options) in packet::filters(head.kind, parts.payload).flatten() {
            visitor.begin_object("");
            visitor.text("topic", &printable(topic));
            if let Some(options) = options {
                visitor.uint("qos", u64::from(options & 3));
                if version >= VERSION_5 {
                    visitor.flag("no_local", options & 4 != 0);
                    visitor.flag("retain_as_published", options & 8 != 0);
                    visitor.uint("retain_handling", u64::from((options >> 4) & 3));
                }
            }
            visitor.end_object();
        }
        visitor.end_list();
    }
    if head.kind == PUBLISH {
        visitor.uint("payload_length", u64::try_from(whole).unwrap_or(u64::MAX));
    }
}

/// The application message: text where it is text.
fn payload(bytes: &[u8], visitor: &mut dyn Visitor) {
    let start = bytes.get(..MAX_SHOWN).unwrap_or(bytes);
    match std::str::from_utf8(start) {
        Ok("") => {}
        Ok(text) => visitor.text("payload", text),
        Err(_) => visitor.bytes("payload", start),
    }
}

#[cfg(test)]
mod tests;
