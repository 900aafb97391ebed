//! Classes and methods of AMQP 0.9.1 with their arguments.
//!
//! Spec: AMQP 0-9-1 XML definition and its published extensions (confirm, nack, exchange binding, blocked).

/// The form of an argument (AMQP 0-9-1, 4.2.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Octet,
    Short,
    Long,
    LongLong,
    ShortString,
    LongString,
    /// A long string that proves who somebody is: never shown.
    Secret,
    Table,
    /// Bits are packed into octets in order.
    Bit,
}

use Form::{Bit, Long, LongLong, LongString, Octet, Secret, Short, ShortString, Table};

/// Arguments in wire order; reserved ones have no name.
pub(super) type Arguments = &'static [(&'static str, Form)];

const CLOSE: Arguments = &[
    ("reply_code", Short),
    ("reply_text", ShortString),
    ("failing_class_id", Short),
    ("failing_method_id", Short),
];
const TUNE: Arguments = &[("channel_max", Short), ("frame_max", Long), ("heartbeat", Short)];
const EXCHANGE_BIND: Arguments = &[
    ("", Short),
    ("destination", ShortString),
    ("source", ShortString),
    ("routing_key", ShortString),
    ("no_wait", Bit),
    ("arguments", Table),
];
const REQUEUE: Arguments = &[("requeue", Bit)];
const CONSUMER: Arguments = &[("consumer_tag", ShortString)];
const COUNT: Arguments = &[("message_count", Long)];
const NONE: Arguments = &[];

/// Name and arguments of a method.
pub(super) const fn method(class: u16, method: u16) -> Option<(&'static str, Arguments)> {
    Some(match (class, method) {
        (10, 10) => (
            "connection_start",
            &[
                ("version_major", Octet),
                ("version_minor", Octet),
                ("server_properties", Table),
                ("mechanisms", LongString),
                ("locales", LongString),
            ],
        ),
        (10, 11) => (
            "connection_start_ok",
            &[
                ("client_properties", Table),
                ("mechanism", ShortString),
                ("response", Secret),
                ("locale", ShortString),
            ],
        ),
        (10, 20) => ("connection_secure", &[("challenge", Secret)]),
        (10, 21) => ("connection_secure_ok", &[("response", Secret)]),
        (10, 30) => ("connection_tune", TUNE),
        (10, 31) => ("connection_tune_ok", TUNE),
        (10, 40) => ("connection_open", &[("virtual_host", ShortString), ("", ShortString), ("", Bit)]),
        (10, 41) => ("connection_open_ok", NONE),
        (10, 50) => ("connection_close", CLOSE),
        (10, 51) => ("connection_close_ok", NONE),
        (10, 60) => ("connection_blocked", &[("reason", ShortString)]),
        (10, 61) => ("connection_unblocked", NONE),
        (10, 70) => ("connection_update_secret", &[("new_secret", Secret), ("reason", ShortString)]),
        (10, 71) => ("connection_update_secret_ok", NONE),
        (20, 10) => ("channel_open", NONE),
        (20, 11) => ("channel_open_ok", NONE),
        (20, 20) => ("channel_flow", &[("active", Bit)]),
        (20, 21) => ("channel_flow_ok", &[("active", Bit)]),
        (20, 40) => ("channel_close", CLOSE),
        (20, 41) => ("channel_close_ok", NONE),
        (30, 10) => (
            "access_request",
            &[
                ("realm", ShortString),
                ("exclusive", Bit),
                ("passive", Bit),
                ("active", Bit),
                ("write", Bit),
                ("read", Bit),
            ],
        ),
        (30, 11) => ("access_request_ok", &[("ticket", Short)]),
        (40, 10) => (
            "exchange_declare",
            &[
                ("", Short),
                ("exchange", ShortString),
                ("type", ShortString),
                ("passive", Bit),
                ("durable", Bit),
                ("auto_delete", Bit),
                ("internal", Bit),
                ("no_wait", Bit),
                ("arguments", Table),
            ],
        ),
        (40, 11) => ("exchange_declare_ok", NONE),
        (40, 20) => (
            "exchange_delete",
            &[("", Short), ("exchange", ShortString), ("if_unused", Bit), ("no_wait", Bit)],
        ),
        (40, 21) => ("exchange_delete_ok", NONE),
        (40, 30) => ("exchange_bind", EXCHANGE_BIND),
        (40, 31) => ("exchange_bind_ok", NONE),
        (40, 40) => ("exchange_unbind", EXCHANGE_BIND),
        (40, 51) => ("exchange_unbind_ok", NONE),
        (50, 10) => (
            "queue_declare",
            &[
                ("", Short),
                ("queue", ShortString),
                ("passive", Bit),
                ("durable", Bit),
                ("exclusive", Bit),
                ("auto_delete", Bit),
                ("no_wait", Bit),
                ("arguments", Table),
            ],
        ),
        (50, 11) => {
            ("queue_declare_ok", &[("queue", ShortString), ("message_count", Long), ("consumer_count", Long)])
        }
        (50, 20) => (
            "queue_bind",
            &[
                ("", Short),
                ("queue", ShortString),
                ("exchange", ShortString),
                ("routing_key", ShortString),
                ("no_wait", Bit),
                ("arguments", Table),
            ],
        ),
        (50, 21) => ("queue_bind_ok", NONE),
        (50, 30) => ("queue_purge", &[("", Short), ("queue", ShortString), ("no_wait", Bit)]),
        (50, 31) => ("queue_purge_ok", COUNT),
        (50, 40) => (
            "queue_delete",
            &[("", Short), ("queue", ShortString), ("if_unused", Bit), ("if_empty", Bit), ("no_wait", Bit)],
        ),
        (50, 41) => ("queue_delete_ok", COUNT),
        (50, 50) => (
            "queue_unbind",
            &[
                ("", Short),
                ("queue", ShortString),
                ("exchange", ShortString),
                ("routing_key", ShortString),
                ("arguments", Table),
            ],
        ),
        (50, 51) => ("queue_unbind_ok", NONE),
        (60, 10) => ("basic_qos", &[("prefetch_size", Long), ("prefetch_count", Short), ("global", Bit)]),
        (60, 11) => ("basic_qos_ok", NONE),
        (60, 20) => (
            "basic_consume",
            &[
                ("", Short),
                ("queue", ShortString),
                ("consumer_tag", ShortString),
                ("no_local", Bit),
                ("no_ack", Bit),
                ("exclusive", Bit),
                ("no_wait", Bit),
                ("arguments", Table),
            ],
        ),
        (60, 21) => ("basic_consume_ok", CONSUMER),
        (60, 30) => ("basic_cancel", &[("consumer_tag", ShortString), ("no_wait", Bit)]),
        (60, 31) => ("basic_cancel_ok", CONSUMER),
        (60, 40) => (
            "basic_publish",
            &[
                ("", Short),
                ("exchange", ShortString),
                ("routing_key", ShortString),
                ("mandatory", Bit),
                ("immediate", Bit),
            ],
        ),
        (60, 50) => (
            "basic_return",
            &[
                ("reply_code", Short),
                ("reply_text", ShortString),
                ("exchange", ShortString),
                ("routing_key", ShortString),
            ],
        ),
        (60, 60) => (
            "basic_deliver",
            &[
                ("consumer_tag", ShortString),
                ("delivery_tag", LongLong),
                ("redelivered", Bit),
                ("exchange", ShortString),
                ("routing_key", ShortString),
            ],
        ),
        (60, 70) => ("basic_get", &[("", Short), ("queue", ShortString), ("no_ack", Bit)]),
        (60, 71) => (
            "basic_get_ok",
            &[
                ("delivery_tag", LongLong),
                ("redelivered", Bit),
                ("exchange", ShortString),
                ("routing_key", ShortString),
                ("message_count", Long),
            ],
        ),
        (60, 72) => ("basic_get_empty", NONE),
        (60, 80) => ("basic_ack", &[("delivery_tag", LongLong), ("multiple", Bit)]),
        (60, 90) => ("basic_reject", &[("delivery_tag", LongLong), ("requeue", Bit)]),
        (60, 100) => ("basic_recover_async", REQUEUE),
        (60, 110) => ("basic_recover", REQUEUE),
        (60, 111) => ("basic_recover_ok", NONE),
        (60, 120) => ("basic_nack", &[("delivery_tag", LongLong), ("multiple", Bit), ("requeue", Bit)]),
        (85, 10) => ("confirm_select", &[("nowait", Bit)]),
        (85, 11) => ("confirm_select_ok", NONE),
        (90, 10) => ("tx_select", NONE),
        (90, 11) => ("tx_select_ok", NONE),
        (90, 20) => ("tx_commit", NONE),
        (90, 21) => ("tx_commit_ok", NONE),
        (90, 30) => ("tx_rollback", NONE),
        (90, 31) => ("tx_rollback_ok", NONE),
        _ => return None,
    })
}

/// The request that a method answers.
pub(super) const fn answers(class: u16, method: u16) -> Option<u16> {
    Some(match (class, method) {
        (10, 11 | 21 | 31 | 41 | 51 | 71) => method.saturating_sub(1),
        (20, 11 | 21 | 41) | (30, 11) | (40, 11 | 21 | 31) => method.saturating_sub(1),
        (40, 51) => 40,
        (50, 11 | 21 | 31 | 41 | 51) => method.saturating_sub(1),
        (60, 11 | 21 | 31 | 71 | 111) => method.saturating_sub(1),
        (60, 72) => 70,
        (85, 11) | (90, 11 | 21 | 31) => method.saturating_sub(1),
        _ => return None,
    })
}

/// Whether a method is answered by another.
pub(super) const fn is_request(class: u16, method: u16) -> bool {
    match (class, method) {
        (60, 70) => true,
        (40, 40) => true,
        (60, 40 | 50 | 60 | 80 | 90 | 100 | 120) | (10, 60 | 61) => false,
        _ => answers(class, method).is_none(),
    }
}

/// Names of reply codes (AMQP 0-9-1, constants).
pub(super) const fn reply_name(code: u16) -> &'static str {
    match code {
        200 => "reply_success",
        311 => "content_too_large",
        312 => "no_route",
        313 => "no_consumers",
        320 => "connection_forced",
        402 => "invalid_path",
        403 => "access_refused",
        404 => "not_found",
        405 => "resource_locked",
        406 => "precondition_failed",
        501 => "frame_error",
        502 => "syntax_error",
        503 => "command_invalid",
        504 => "channel_error",
        505 => "unexpected_frame",
        506 => "resource_error",
        530 => "not_allowed",
        540 => "not_implemented",
        541 => "internal_error",
        _ => "unknown_reply",
    }
}
