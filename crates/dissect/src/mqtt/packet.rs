//! Control packets: types, the fixed header and what stands before the payload.

use crate::{Anomalies, Reader};

pub(super) const CONNECT: u8 = 1;
pub(super) const CONNACK: u8 = 2;
pub(super) const PUBLISH: u8 = 3;
pub(super) const PUBACK: u8 = 4;
pub(super) const PUBREC: u8 = 5;
pub(super) const PUBREL: u8 = 6;
pub(super) const PUBCOMP: u8 = 7;
pub(super) const SUBSCRIBE: u8 = 8;
pub(super) const SUBACK: u8 = 9;
pub(super) const UNSUBSCRIBE: u8 = 10;
pub(super) const UNSUBACK: u8 = 11;
pub(super) const PINGREQ: u8 = 12;
pub(super) const PINGRESP: u8 = 13;
pub(super) const DISCONNECT: u8 = 14;
pub(super) const AUTH: u8 = 15;
/// Protocol level of MQTT 5 (MQTT 5.0, 3.1.2.2).
pub(super) const VERSION_5: u8 = 5;

/// Names of the packet types (MQTT 5.0, table 2-1).
pub(super) const fn name(kind: u8) -> Option<&'static str> {
    Some(match kind {
        CONNECT => "connect",
        CONNACK => "connack",
        PUBLISH => "publish",
        PUBACK => "puback",
        PUBREC => "pubrec",
        PUBREL => "pubrel",
        PUBCOMP => "pubcomp",
        SUBSCRIBE => "subscribe",
        SUBACK => "suback",
        UNSUBSCRIBE => "unsubscribe",
        UNSUBACK => "unsuback",
        PINGREQ => "pingreq",
        PINGRESP => "pingresp",
        DISCONNECT => "disconnect",
        AUTH => "auth",
        _ => return None,
    })
}

/// The fixed header (MQTT 5.0, 2.1).
#[derive(Debug, Clone, Copy)]
pub(super) struct Head {
    pub(super) kind: u8,
    pub(super) flags: u8,
    /// Bytes after the fixed header.
    pub(super) remaining: usize,
    /// Bytes of the fixed header.
    pub(super) size: usize,
}

/// What the first bytes are.
pub(super) enum Begin {
    Whole(Head),
    Short,
    Wrong,
}

impl Head {
    pub(super) fn parse(data: &[u8]) -> Begin {
        let Some((first, rest)) = data.split_first() else { return Begin::Short };
        let (kind, flags) = (first >> 4, first & 0x0f);
        if kind == 0 {
            return Begin::Wrong;
        }
        let mut reader = Reader::new(rest);
        match variable(&mut reader) {
            Variable::Number(remaining) => Begin::Whole(Self {
                kind,
                flags,
                remaining: usize::try_from(remaining).unwrap_or(usize::MAX),
                size: reader.position().saturating_add(1),
            }),
            Variable::Short => Begin::Short,
            Variable::TooLong => Begin::Wrong,
        }
    }

    pub(super) const fn qos(&self) -> u8 {
        (self.flags >> 1) & 3
    }

    /// Whether the flag bits are what the type demands (MQTT 5.0, table 2-2).
    pub(super) const fn flags_fit(&self) -> bool {
        match self.kind {
            PUBLISH => self.qos() != 3,
            PUBREL | SUBSCRIBE | UNSUBSCRIBE => self.flags == 2,
            _ => self.flags == 0,
        }
    }

    /// Whether the length can be that of the type.
    pub(super) const fn length_fits(&self) -> bool {
        match self.kind {
            PINGREQ | PINGRESP => self.remaining == 0,
            CONNECT => self.remaining >= 10,
            SUBSCRIBE => self.remaining >= 6,
            UNSUBSCRIBE => self.remaining >= 5,
            SUBACK => self.remaining >= 3,
            DISCONNECT | AUTH => true,
            _ => self.remaining >= 2,
        }
    }
}

pub(super) enum Variable {
    Number(u32),
    Short,
    TooLong,
}

/// A variable byte integer of up to four bytes (MQTT 5.0, 1.5.5).
pub(super) fn variable(reader: &mut Reader<'_>) -> Variable {
    let mut value = 0u32;
    for shift in [0u32, 7, 14, 21] {
        let Ok(byte) = reader.u8() else { return Variable::Short };
        value |= u32::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Variable::Number(value);
        }
    }
    Variable::TooLong
}

/// A text or binary value with its two-byte length.
pub(super) fn string<'a>(reader: &mut Reader<'a>) -> Option<&'a [u8]> {
    let length = reader.be_u16().ok()?;
    reader.take(usize::from(length)).ok()
}

/// The properties of a packet without their length.
pub(super) fn properties<'a>(reader: &mut Reader<'a>) -> Option<&'a [u8]> {
    let Variable::Number(length) = variable(reader) else { return None };
    reader.take(usize::try_from(length).ok()?).ok()
}

/// Who connects, and how.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Connect<'a> {
    pub(super) protocol_name: &'a [u8],
    pub(super) level: u8,
    pub(super) flags: u8,
    pub(super) keep_alive_s: u16,
    pub(super) client_id: &'a [u8],
    pub(super) will_topic: &'a [u8],
    pub(super) will_length: usize,
}

impl Connect<'_> {
    pub(super) const fn has_user_name(&self) -> bool {
        self.flags & 0x80 != 0
    }

    pub(super) const fn has_password(&self) -> bool {
        self.flags & 0x40 != 0
    }

    pub(super) const fn has_will(&self) -> bool {
        self.flags & 0x04 != 0
    }
}

/// The parts of a packet, as far as they are there.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Parts<'a> {
    pub(super) packet_id: Option<u16>,
    /// Topic name of a publish; the first filter of a subscription.
    pub(super) topic: &'a [u8],
    pub(super) reason: Option<u8>,
    pub(super) session_present: bool,
    pub(super) properties: &'a [u8],
    /// Application message, list of filters or of reasons.
    pub(super) payload: &'a [u8],
    pub(super) connect: Option<Connect<'a>>,
    pub(super) anomalies: Anomalies,
}

impl<'a> Parts<'a> {
    /// Reads `body` as `version`; what lacks is marked.
    pub(super) fn parse(head: &Head, version: u8, body: &'a [u8]) -> Self {
        let mut parts = Self::default();
        let mut reader = Reader::new(body);
        if parts.read(head, version, &mut reader).is_none() {
            parts.anomalies.insert(Anomalies::BAD_LENGTH);
        }
        parts
    }

    fn read(&mut self, head: &Head, version: u8, reader: &mut Reader<'a>) -> Option<()> {
        let is_5 = version >= VERSION_5;
        match head.kind {
            CONNECT => return self.connect(reader),
            CONNACK => {
                let flags = reader.u8().ok()?;
                self.session_present = flags & 1 != 0;
                self.anomalies = self.anomalies.with_if(flags & 0xfe != 0, Anomalies::RESERVED_BITS);
                self.reason = Some(reader.u8().ok()?);
                if is_5 {
                    self.properties = properties(reader)?;
                }
            }
            PUBLISH => {
                self.topic = string(reader)?;
                self.anomalies = self.anomalies.with_if(
                    self.topic.iter().any(|byte| matches!(byte, b'#' | b'+' | 0)),
                    Anomalies::BAD_VALUE,
                );
                if head.qos() > 0 {
                    self.packet_id = Some(reader.be_u16().ok()?);
                }
                if is_5 {
                    self.properties = properties(reader)?;
                }
                self.payload = reader.rest();
                return Some(());
            }
            PUBACK | PUBREC | PUBREL | PUBCOMP => {
                self.packet_id = Some(reader.be_u16().ok()?);
                self.reason = Some(reader.u8().unwrap_or(0));
                if !reader.is_empty() {
                    self.properties = properties(reader)?;
                }
            }
            SUBSCRIBE | UNSUBSCRIBE => {
                self.packet_id = Some(reader.be_u16().ok()?);
                if is_5 {
                    self.properties = properties(reader)?;
                }
                self.payload = reader.rest();
                let mut count = 0u32;
                for filter in filters(head.kind, self.payload) {
                    let (topic, _) = filter?;
                    if count == 0 {
                        self.topic = topic;
                    }
                    count = count.saturating_add(1);
                }
                self.anomalies = self.anomalies.with_if(count == 0, Anomalies::MISSING_FIELD);
                return Some(());
            }
            SUBACK | UNSUBACK => {
                self.packet_id = Some(reader.be_u16().ok()?);
                if is_5 {
                    self.properties = properties(reader)?;
                }
                self.payload = reader.rest();
                // The worst of the answers is the outcome.
                self.reason = self.payload.iter().copied().max();
                return Some(());
            }
            DISCONNECT | AUTH => {
                if !reader.is_empty() {
                    self.reason = Some(reader.u8().ok()?);
                }
                if !reader.is_empty() {
                    self.properties = properties(reader)?;
                }
            }
            _ => {}
        }
        self.anomalies = self.anomalies.with_if(!reader.is_empty(), Anomalies::TRAILING_BYTES);
        Some(())
    }

    fn connect(&mut self, reader: &mut Reader<'a>) -> Option<()> {
        let mut connect = Connect { protocol_name: string(reader)?, ..Connect::default() };
        connect.level = reader.u8().ok()? & 0x7f;
        connect.flags = reader.u8().ok()?;
        connect.keep_alive_s = reader.be_u16().ok()?;
        self.connect = Some(connect);
        if connect.level >= VERSION_5 {
            self.properties = properties(reader)?;
        }
        connect.client_id = string(reader)?;
        self.connect = Some(connect);
        if connect.has_will() {
            if connect.level >= VERSION_5 {
                properties(reader)?;
            }
            connect.will_topic = string(reader)?;
            connect.will_length = string(reader)?.len();
            self.connect = Some(connect);
        }
        for there in [connect.has_user_name(), connect.has_password()] {
            if there {
                string(reader)?;
            }
        }
        self.anomalies = self
            .anomalies
            .with_if(!reader.is_empty(), Anomalies::TRAILING_BYTES)
            .with_if(!matches!(connect.level, 3..=5), Anomalies::BAD_VERSION)
            .with_if(connect.flags & 1 != 0, Anomalies::RESERVED_BITS)
            .with_if(!connect.has_will() && connect.flags & 0x38 != 0, Anomalies::BAD_VALUE);
        Some(())
    }
}

/// Filters of a subscription with their options; a broken one ends the list with `None`.
pub(super) fn filters(kind: u8, payload: &[u8]) -> impl Iterator<Item = Option<(&[u8], Option<u8>)>> {
    let mut reader = Reader::new(payload);
    let mut broken = false;
    std::iter::from_fn(move || {
        if broken || reader.is_empty() {
            return None;
        }
        let next = (|| {
            let topic = string(&mut reader)?;
            let options = if kind == SUBSCRIBE { Some(reader.u8().ok()?) } else { None };
            Some((topic, options))
        })();
        broken = next.is_none();
        Some(next)
    })
}

/// Names of the reason codes (MQTT 5.0, 2.4); of a connection's answer before version 5 see `level`.
pub(super) const fn reason_name(kind: u8, version: u8, code: u8) -> &'static str {
    if kind == CONNACK && version < VERSION_5 {
        // MQTT 3.1.1, table 3.1.
        return match code {
            0 => "accepted",
            1 => "unacceptable_protocol_version",
            2 => "identifier_rejected",
            3 => "server_unavailable",
            4 => "bad_user_name_or_password",
            5 => "not_authorized",
            _ => "reserved",
        };
    }
    match code {
        0x00 if kind == SUBACK => "granted_qos_0",
        0x00 if kind == DISCONNECT => "normal_disconnection",
        0x00 => "success",
        0x01 => "granted_qos_1",
        0x02 => "granted_qos_2",
        0x04 => "disconnect_with_will_message",
        0x10 => "no_matching_subscribers",
        0x11 => "no_subscription_existed",
        0x18 => "continue_authentication",
        0x19 => "re_authenticate",
        0x80 => "unspecified_error",
        0x81 => "malformed_packet",
        0x82 => "protocol_error",
        0x83 => "implementation_specific_error",
        0x84 => "unsupported_protocol_version",
        0x85 => "client_identifier_not_valid",
        0x86 => "bad_user_name_or_password",
        0x87 => "not_authorized",
        0x88 => "server_unavailable",
        0x89 => "server_busy",
        0x8a => "banned",
        0x8b => "server_shutting_down",
        0x8c => "bad_authentication_method",
        0x8d => "keep_alive_timeout",
        0x8e => "session_taken_over",
        0x8f => "topic_filter_invalid",
        0x90 => "topic_name_invalid",
        0x91 => "packet_identifier_in_use",
        0x92 => "packet_identifier_not_found",
        0x93 => "receive_maximum_exceeded",
        0x94 => "topic_alias_invalid",
        0x95 => "packet_too_large",
        0x96 => "message_rate_too_high",
        0x97 => "quota_exceeded",
        0x98 => "administrative_action",
        0x99 => "payload_format_invalid",
        0x9a => "retain_not_supported",
        0x9b => "qos_not_supported",
        0x9c => "use_another_server",
        0x9d => "server_moved",
        0x9e => "shared_subscriptions_not_supported",
        0x9f => "connection_rate_exceeded",
        0xa0 => "maximum_connect_time",
        0xa1 => "subscription_identifiers_not_supported",
        0xa2 => "wildcard_subscriptions_not_supported",
        _ => "unknown_reason",
    }
}

/// Whether an answer refuses.
pub(super) const fn refuses(kind: u8, version: u8, code: u8) -> bool {
    code >= 0x80 || (kind == CONNACK && version < VERSION_5 && code != 0)
}
