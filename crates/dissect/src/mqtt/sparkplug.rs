//! Sparkplug B: industrial payloads over MQTT.
//!
//! Spec: Eclipse Sparkplug 3.0, chapters 4 (topics) and 6.4 (payloads). Metrics are named in births; later messages may
//! give their alias only, so the names of births are kept.

use std::collections::BTreeMap;

use super::protobuf::{Field, fields};
use crate::{
    Category, Number, Observation, Protocol, Reference, Sink, Subject, Text, Value, Visitor, confidence,
    printable,
};

/// Names behind aliases that one connection keeps.
const MAX_ALIASES: usize = 4_096;
/// Longest name that is kept, in bytes.
const MAX_NAME: usize = 256;
/// Metrics of one payload that are looked at.
const MAX_METRICS: usize = 4_096;

/// Parts of a topic (Sparkplug 3.0, 4.1): namespace, group, type, edge node, device.
#[derive(Debug, Clone, Copy)]
pub(super) struct Topic<'a> {
    pub(super) group: &'a str,
    pub(super) kind: &'a str,
    pub(super) edge_node: &'a str,
    pub(super) device: Option<&'a str>,
    /// The topic without the message type: who is meant.
    key: u64,
}

impl<'a> Topic<'a> {
    pub(super) fn parse(topic: &'a [u8]) -> Option<Self> {
        let text = std::str::from_utf8(topic.strip_prefix(b"spBv1.0/")?).ok()?;
        let mut parts = text.splitn(4, '/');
        let (group, kind, edge_node) = (parts.next()?, parts.next()?, parts.next()?);
        let is_known =
            matches!(kind, "NBIRTH" | "NDEATH" | "NDATA" | "NCMD" | "DBIRTH" | "DDEATH" | "DDATA" | "DCMD");
        // Aliases are unique within an edge node (6.4.6), its devices included.
        let key = [group, "/", edge_node]
            .iter()
            .flat_map(|part| part.bytes())
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
            });
        is_known.then_some(Self { group, kind, edge_node, device: parts.next(), key })
    }

    pub(super) fn is_birth(&self) -> bool {
        self.kind.ends_with("BIRTH")
    }

    pub(super) fn category(&self) -> Category {
        match self.kind {
            "NCMD" | "DCMD" => Category::Write,
            "NBIRTH" | "DBIRTH" => Category::Discovery,
            "NDEATH" | "DDEATH" => Category::Alarm,
            _ => Category::Read,
        }
    }
}

/// Names of the data types (Sparkplug 3.0, 6.4.16).
const fn type_name(kind: u64) -> &'static str {
    match kind {
        1 => "int8",
        2 => "int16",
        3 => "int32",
        4 => "int64",
        5 => "uint8",
        6 => "uint16",
        7 => "uint32",
        8 => "uint64",
        9 => "float",
        10 => "double",
        11 => "boolean",
        12 => "string",
        13 => "date_time",
        14 => "text",
        15 => "uuid",
        16 => "data_set",
        17 => "bytes",
        18 => "file",
        19 => "template",
        20 => "property_set",
        21 => "property_set_list",
        22..=34 => "array",
        _ => "unknown",
    }
}

#[derive(Debug, Clone, Copy)]
enum Held<'a> {
    Nothing,
    Integer(u64),
    Float(f64),
    Flag(bool),
    Text(&'a [u8]),
    Bytes(&'a [u8]),
}

#[derive(Debug, Clone, Copy)]
struct Metric<'a> {
    name: &'a [u8],
    alias: Option<u64>,
    timestamp_ms: Option<u64>,
    kind: u64,
    is_historical: bool,
    is_null: bool,
    value: Held<'a>,
}

impl<'a> Metric<'a> {
    /// Spec 6.4.6; parts that are messages of their own (data sets, templates) stay bytes.
    fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut metric = Self {
            name: &[],
            alias: None,
            timestamp_ms: None,
            kind: 0,
            is_historical: false,
            is_null: false,
            value: Held::Nothing,
        };
        for field in fields(bytes) {
            match field? {
                (1, Field::Bytes(name)) => metric.name = name,
                (2, Field::Varint(alias)) => metric.alias = Some(alias),
                (3, Field::Varint(time)) => metric.timestamp_ms = Some(time),
                (4, Field::Varint(kind)) => metric.kind = kind,
                (5, Field::Varint(flag)) => metric.is_historical = flag != 0,
                (7, Field::Varint(flag)) => metric.is_null = flag != 0,
                (10 | 11, Field::Varint(number)) => metric.value = Held::Integer(number),
                (12, Field::Fixed32(bits)) => metric.value = Held::Float(f64::from(f32::from_bits(bits))),
                (13, Field::Fixed64(bits)) => metric.value = Held::Float(f64::from_bits(bits)),
                (14, Field::Varint(flag)) => metric.value = Held::Flag(flag != 0),
                (15, Field::Bytes(text)) => metric.value = Held::Text(text),
                (16..=19, Field::Bytes(data)) => metric.value = Held::Bytes(data),
                _ => {}
            }
        }
        Some(metric)
    }

    /// Integers travel unsigned; smaller signed types are the low bits (6.4.16).
    fn number(&self) -> Option<Number> {
        Some(match (self.value, self.kind) {
            (Held::Integer(bits), 1..=3) => {
                let low = u32::try_from(bits & 0xffff_ffff).unwrap_or(0);
                Number::Int(match self.kind {
                    1 => i64::from(low.to_le_bytes().first().copied().unwrap_or(0).cast_signed()),
                    2 => i64::from(u16::try_from(low & 0xffff).unwrap_or(0).cast_signed()),
                    _ => i64::from(low.cast_signed()),
                })
            }
            (Held::Integer(bits), 4) => Number::Int(bits.cast_signed()),
            (Held::Integer(bits), _) => Number::Uint(bits),
            (Held::Float(value), _) => Number::Float(value),
            (Held::Flag(value), _) => Number::Bool(value),
            _ => return None,
        })
    }
}

/// Metrics of a payload (field 2), whole ones.
fn metrics(payload: &[u8]) -> impl Iterator<Item = Metric<'_>> {
    fields(payload)
        .flatten()
        .filter_map(|field| match field {
            (2, Field::Bytes(bytes)) => Metric::parse(bytes),
            _ => None,
        })
        .take(MAX_METRICS)
}

/// Whether a payload reads to its end.
pub(super) fn is_intact(payload: &[u8]) -> bool {
    fields(payload).all(|field| field.is_some())
}

/// The names that births gave to aliases, and their types.
#[derive(Debug, Default)]
pub(super) struct Names(BTreeMap<(u64, u64), (Box<str>, u64)>);

impl Names {
    /// Keeps what a birth names.
    pub(super) fn learn(&mut self, topic: &Topic<'_>, payload: &[u8]) {
        for metric in metrics(payload) {
            let Some(alias) = metric.alias else { continue };
            if metric.name.is_empty() || metric.name.len() > MAX_NAME {
                continue;
            }
            if self.0.len() >= MAX_ALIASES && !self.0.contains_key(&(topic.key, alias)) {
                return;
            }
            self.0.insert((topic.key, alias), (printable(metric.name).into(), metric.kind));
        }
    }

    fn of(&self, topic: &Topic<'_>, metric: &Metric<'_>) -> Option<&(Box<str>, u64)> {
        self.0.get(&(topic.key, metric.alias?))
    }

    /// Hands over the numbers of a payload.
    pub(super) fn values(&self, topic: &Topic<'_>, payload: &[u8], sink: &mut dyn Sink) {
        for mut metric in metrics(payload).filter(|metric| !metric.is_null) {
            let born = self.of(topic, &metric);
            if metric.kind == 0
                && let Some((_, kind)) = born
            {
                metric.kind = *kind;
            }
            let Some(number) = metric.number() else { continue };
            let name = match born {
                Some((name, _)) if metric.name.is_empty() => name.as_ref().into(),
                _ => printable(metric.name),
            };
            let alias = Text::<24>::of(format_args!("alias {}", metric.alias.unwrap_or(0)));
            let name = if name.is_empty() { alias.as_str() } else { &name };
            let address = match topic.device {
                Some(device) => {
                    Text::<MAX_NAME>::of(format_args!("{}/{}/{device}", topic.group, topic.edge_node))
                }
                None => Text::of(format_args!("{}/{}", topic.group, topic.edge_node)),
            };
            sink.value(&Value {
                protocol: Protocol::Mqtt,
                address: Reference::Text(address.as_str()),
                object: Reference::Text(name),
                kind: type_name(metric.kind),
                number,
            });
        }
    }

    /// Shows topic and payload.
    pub(super) fn visit(&self, topic: &Topic<'_>, payload: &[u8], visitor: &mut dyn Visitor) {
        visitor.begin_object("sparkplug");
        visitor.text("message_type", topic.kind);
        visitor.text("group_id", topic.group);
        visitor.text("edge_node_id", topic.edge_node);
        if let Some(device) = topic.device {
            visitor.text("device_id", device);
        }
        for field in fields(payload).flatten() {
            match field {
                (1, Field::Varint(time)) => visitor.uint("timestamp", time),
                (3, Field::Varint(sequence)) => visitor.uint("seq", sequence),
                (4, Field::Bytes(uuid)) => visitor.text("uuid", &printable(uuid)),
                (5, Field::Bytes(body)) => visitor.bytes("body", body),
                _ => {}
            }
        }
        visitor.begin_list("metrics");
        for metric in metrics(payload) {
            self.visit_metric(topic, metric, visitor);
        }
        visitor.end_list();
        visitor.end_object();
    }

    fn visit_metric(&self, topic: &Topic<'_>, mut metric: Metric<'_>, visitor: &mut dyn Visitor) {
        visitor.begin_object("");
        let born = self.of(topic, &metric);
        match born {
            Some((name, _)) if metric.name.is_empty() => visitor.text("name", name),
            _ if !metric.name.is_empty() => visitor.text("name", &printable(metric.name)),
            _ => {}
        }
        if let Some(alias) = metric.alias {
            visitor.uint("alias", alias);
        }
        if let Some(time) = metric.timestamp_ms {
            visitor.uint("timestamp", time);
        }
        if metric.kind != 0 {
            visitor.named("datatype", metric.kind, type_name(metric.kind));
        } else if let Some((_, kind)) = born {
            metric.kind = *kind;
        }
        if metric.is_historical {
            visitor.flag("is_historical", true);
        }
        match (metric.is_null, metric.number(), metric.value) {
            (true, ..) => visitor.flag("is_null", true),
            (_, Some(Number::Int(value)), _) => visitor.int("value", value),
            (_, Some(Number::Uint(value)), _) => visitor.uint("value", value),
            (_, Some(Number::Float(value)), _) => visitor.float("value", value),
            (_, Some(Number::Bool(value)), _) => visitor.flag("value", value),
            (_, None, Held::Text(text)) => visitor.text("value", &printable(text)),
            (_, None, Held::Bytes(data)) => visitor.bytes("value", data),
            _ => {}
        }
        visitor.end_object();
    }
}

/// Attribute of a metric that names hardware or software: the last words of names in use (Sparkplug 3.0, 6.4.21, lists
/// `Properties/...` as non-normative examples).
fn attribute(name: &[u8]) -> Option<&'static str> {
    let name = name.strip_prefix(b"Properties/").or_else(|| name.strip_prefix(b"Node Info/"))?;
    Some(match name {
        b"Hardware Make" => "vendor",
        b"Hardware Model" => "model",
        b"Hardware Revision" => "hardware_revision",
        b"OS" => "os",
        b"OS Version" => "os_version",
        b"FW" | b"FW Version" | b"Firmware Version" => "firmware",
        b"Serial Number" => "serial",
        _ => return None,
    })
}

/// What a birth says of who sends it: the edge node, and devices behind it.
pub(super) fn observe(topic: &Topic<'_>, payload: &[u8], sink: &mut dyn Sink) {
    let path = topic.device.map_or(Reference::None, Reference::Text);
    let mut say = |path, attribute, value: &str, confidence| {
        let value = value.trim();
        if !value.is_empty() {
            let (subject, protocol) = (Subject::Sender, Protocol::Mqtt);
            sink.observe(&Observation { subject, path, attribute, value, protocol, confidence });
        }
    };
    say(Reference::None, "sparkplug_edge_node", topic.edge_node, confidence::ANNOUNCEMENT);
    for metric in metrics(payload) {
        if let (Some(attribute), Held::Text(text)) = (attribute(metric.name), metric.value) {
            say(path, attribute, &printable(text), confidence::ANNOUNCEMENT);
        }
    }
}
