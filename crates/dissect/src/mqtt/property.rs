//! Properties of MQTT 5 (2.2.2.2).

use super::packet::{Variable, string, variable};
use crate::{Reader, Visitor, printable};

/// Properties of one packet that are looked at; user properties may repeat.
const MAX_PROPERTIES: usize = 256;
pub(super) const ASSIGNED_CLIENT_IDENTIFIER: u32 = 18;
pub(super) const TOPIC_ALIAS: u32 = 35;
const AUTHENTICATION_DATA: u32 = 22;

/// What a property holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value<'a> {
    Number(u32),
    Text(&'a [u8]),
    Binary(&'a [u8]),
    Pair(&'a [u8], &'a [u8]),
}

const fn name(id: u32) -> &'static str {
    match id {
        1 => "payload_format_indicator",
        2 => "message_expiry_interval",
        3 => "content_type",
        8 => "response_topic",
        9 => "correlation_data",
        11 => "subscription_identifier",
        17 => "session_expiry_interval",
        18 => "assigned_client_identifier",
        19 => "server_keep_alive",
        21 => "authentication_method",
        22 => "authentication_data",
        23 => "request_problem_information",
        24 => "will_delay_interval",
        25 => "request_response_information",
        26 => "response_information",
        28 => "server_reference",
        31 => "reason_string",
        33 => "receive_maximum",
        34 => "topic_alias_maximum",
        35 => "topic_alias",
        36 => "maximum_qos",
        37 => "retain_available",
        38 => "user_property",
        39 => "maximum_packet_size",
        40 => "wildcard_subscription_available",
        41 => "subscription_identifiers_available",
        42 => "shared_subscription_available",
        _ => "unknown",
    }
}

/// Every property in wire order; a broken or unknown one ends the list with `None`.
pub(super) fn properties(bytes: &[u8]) -> impl Iterator<Item = Option<(u32, Value<'_>)>> {
    let mut reader = Reader::new(bytes);
    let mut broken = false;
    std::iter::from_fn(move || {
        if broken || reader.is_empty() {
            return None;
        }
        let next = one(&mut reader);
        broken = next.is_none();
        Some(next)
    })
    .take(MAX_PROPERTIES)
}

fn one<'a>(reader: &mut Reader<'a>) -> Option<(u32, Value<'a>)> {
    let Variable::Number(id) = variable(reader) else { return None };
    let value = match id {
        1 | 23 | 25 | 36 | 37 | 40..=42 => Value::Number(u32::from(reader.u8().ok()?)),
        19 | 33..=35 => Value::Number(u32::from(reader.be_u16().ok()?)),
        2 | 17 | 24 | 39 => Value::Number(reader.be_u32().ok()?),
        11 => match variable(reader) {
            Variable::Number(number) => Value::Number(number),
            _ => return None,
        },
        3 | 8 | 18 | 21 | 26 | 28 | 31 => Value::Text(string(reader)?),
        9 | 22 => Value::Binary(string(reader)?),
        38 => Value::Pair(string(reader)?, string(reader)?),
        _ => return None,
    };
    Some((id, value))
}

/// The number of one property.
pub(super) fn number(bytes: &[u8], wanted: u32) -> Option<u32> {
    properties(bytes).flatten().find_map(|(id, value)| match value {
        Value::Number(number) if id == wanted => Some(number),
        _ => None,
    })
}

/// The text of one property.
pub(super) fn text(bytes: &[u8], wanted: u32) -> Option<&[u8]> {
    properties(bytes).flatten().find_map(|(id, value)| match value {
        Value::Text(text) if id == wanted => Some(text),
        _ => None,
    })
}

/// Shows all properties; data of an authentication by its length only.
pub(super) fn visit(bytes: &[u8], visitor: &mut dyn Visitor) {
    if bytes.is_empty() {
        return;
    }
    visitor.begin_list("properties");
    for (id, value) in properties(bytes).flatten() {
        visitor.begin_object("");
        visitor.named("id", u64::from(id), name(id));
        match value {
            Value::Number(number) => visitor.uint("value", u64::from(number)),
            Value::Text(text) => visitor.text("value", &printable(text)),
            Value::Binary(data) if id == AUTHENTICATION_DATA => {
                visitor.uint("length", u64::try_from(data.len()).unwrap_or(0));
            }
            Value::Binary(data) => visitor.bytes("value", data),
            Value::Pair(key, text) => {
                visitor.text("key", &printable(key));
                visitor.text("value", &printable(text));
            }
        }
        visitor.end_object();
    }
    visitor.end_list();
}
