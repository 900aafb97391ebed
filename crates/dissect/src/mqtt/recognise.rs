//! Recognition: a connection's first packet, or packets from its middle.

use super::PORTS;
use super::packet::{
    AUTH, Begin, CONNACK, CONNECT, DISCONNECT, Head, PUBACK, PUBCOMP, PUBLISH, PUBREC, PUBREL, Parts,
    SUBSCRIBE, UNSUBACK, UNSUBSCRIBE, VERSION_5,
};
use crate::{Probe, Transport, Verdict};

/// Looks at the start of a flow.
pub(super) fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.transport != Transport::Tcp {
        return Verdict::No;
    }
    let data = probe.data;
    let usual = probe.on_port(PORTS);
    let Some(first) = data.first() else { return Verdict::No };
    if *first != 0x10 && !usual && !matches!(*first, 0x20 | 0x82) {
        return Verdict::No;
    }
    let head = match Head::parse(data) {
        Begin::Whole(head) if head.flags_fit() && head.length_fits() => head,
        Begin::Short if data.len() < 5 && (usual || *first == 0x10) => return Verdict::More,
        _ => return Verdict::No,
    };
    let body = data.get(head.size..).unwrap_or_default();
    if head.kind == CONNECT {
        let names: [&[u8]; 2] = [b"\0\x04MQTT", b"\0\x06MQIsdp"];
        let named = names.iter().find(|name| body.starts_with(name));
        return match named {
            Some(name) => match body.get(name.len()) {
                Some(level) if matches!(level & 0x7f, 3..=5) => Verdict::Sure,
                Some(_) => Verdict::Likely,
                None => Verdict::More,
            },
            None if names.iter().any(|name| name.starts_with(body)) => Verdict::More,
            None => Verdict::No,
        };
    }
    let is_whole = body.len() >= head.remaining;
    let own = body.get(..head.remaining).unwrap_or(body);
    let follows = body.get(head.remaining..).unwrap_or_default();
    let followed = match Head::parse(follows) {
        Begin::Whole(next) => next.flags_fit() && next.length_fits(),
        Begin::Short => true,
        Begin::Wrong => false,
    };
    if !followed {
        return Verdict::No;
    }
    let parts = Parts::parse(&head, guess_version(&head, own), own);
    match head.kind {
        _ if usual && !is_whole => {
            let fits = head.kind == PUBLISH && is_topic(parts.topic);
            if fits { Verdict::Likely } else { Verdict::No }
        }
        PUBLISH if !is_topic(parts.topic) => Verdict::No,
        CONNACK if !usual => {
            if data == [0x20, 2, 0, 0] {
                Verdict::Likely
            } else {
                Verdict::No
            }
        }
        SUBSCRIBE if !usual => {
            if is_whole && parts.anomalies.is_empty() && is_topic(parts.topic) {
                Verdict::Likely
            } else {
                Verdict::No
            }
        }
        _ if usual && parts.anomalies.is_empty() => Verdict::Likely,
        _ => Verdict::No,
    }
}

/// Whether a message begins with a connection.
pub(crate) fn is_connect(data: &[u8]) -> bool {
    let Begin::Whole(head) = Head::parse(data) else { return false };
    let body = data.get(head.size..).unwrap_or_default();
    head.kind == CONNECT && (body.starts_with(b"\0\x04MQTT") || body.starts_with(b"\0\x06MQIsdp"))
}

/// Whether a topic is text as brokers allow it.
fn is_topic(topic: &[u8]) -> bool {
    std::str::from_utf8(topic).is_ok_and(|text| !text.is_empty() && !text.chars().any(char::is_control))
}

/// The version that a packet of a connection whose start was not seen fits to.
pub(super) fn guess_version(head: &Head, body: &[u8]) -> u8 {
    let fits = |version| {
        let parts = Parts::parse(head, version, body);
        parts.anomalies.is_empty()
    };
    let is_5 = match head.kind {
        CONNACK | UNSUBACK => head.remaining > 2,
        PUBACK | PUBREC | PUBREL | PUBCOMP => head.remaining > 2,
        DISCONNECT | AUTH => head.remaining > 0,
        SUBSCRIBE | UNSUBSCRIBE => !fits(4) && fits(VERSION_5),
        _ => false,
    };
    if is_5 { VERSION_5 } else { 4 }
}
