//! Messages and facts of version 1.0's performatives.

use super::frame::Frame1;
use super::v1::{self, Performative};
use super::{Name, credentials, named, tell};
use crate::shown::Shown;
use crate::{
    Anomalies, Category, Function, Kind, Message, Outcome, Protocol, Reference, Sink, Visitor, confidence,
    said,
};

/// Kind and outcome of a performative.
pub(super) fn role(performative: &Performative<'_>, to_server: bool) -> (Kind, Outcome) {
    if performative.error().is_some() {
        return (Kind::Control, Outcome::Error("closed_with_error"));
    }
    match performative.descriptor {
        v1::TRANSFER | v1::FLOW | v1::DISPOSITION => (Kind::Event, Outcome::Event),
        v1::SASL_OUTCOME => {
            let code = performative.uint(0).unwrap_or(u64::MAX);
            let outcome = if code == 0 { Outcome::Ok } else { Outcome::Error(v1::outcome_name(code)) };
            (Kind::Response, outcome)
        }
        // Mechanisms, challenges and answers of the server ask the client; all else is asked by whoever begins.
        _ if to_server => (Kind::Request, Outcome::Pending),
        _ => (Kind::Response, Outcome::Ok),
    }
}

/// Emits a performative, or a heartbeat where there is none.
pub(super) fn give(
    performative: Option<&Performative<'_>>,
    frame: &Frame1<'_>,
    (kind, outcome): (Kind, Outcome),
    object: &Name,
    anomalies: Anomalies,
    sink: &mut dyn Sink,
) {
    let (function, category) = match performative {
        None => (Function::Known("heartbeat"), Category::Session),
        Some(it) => {
            let number = u32::try_from(it.descriptor).unwrap_or(u32::MAX);
            let category = match it.descriptor {
                0x40..=0x44 => Category::Authentication,
                v1::TRANSFER if kind == Kind::Event => Category::Write,
                v1::DISPOSITION | v1::FLOW => Category::Session,
                _ => Category::Session,
            };
            (v1::name(it.descriptor).map_or(Function::Unknown(number), Function::Known), category)
        }
    };
    let shown = Shown(|visitor: &mut dyn Visitor| {
        visitor.uint("channel", u64::from(frame.channel));
        visitor.uint("frame_type", u64::from(frame.kind));
        if let Some(performative) = performative {
            v1::visit(performative, visitor);
            if performative.descriptor == v1::TRANSFER {
                visitor.uint("body_length", u64::try_from(performative.payload.len()).unwrap_or(0));
            }
        }
    });
    sink.message(&Message {
        protocol: Protocol::Amqp,
        kind,
        function,
        code: performative.and_then(|it| u32::try_from(it.descriptor).ok()),
        category,
        outcome,
        address: Reference::None,
        object: named(object),
        anomalies,
        fields: &shown,
    });
}

/// Observes what a performative tells of its sender.
pub(super) fn facts(performative: &Performative<'_>, to_server: bool, sink: &mut dyn Sink) {
    match performative.descriptor {
        v1::OPEN => {
            if let Some(id) = performative.text(0) {
                said::of_sender_bytes(sink, Protocol::Amqp, confidence::NAMING, "amqp_container_id", id);
            }
            if let Some(v1::Value::Map(pairs)) = performative.field(9) {
                let mut pairs = v1::items(pairs);
                while let (Some(key), Some(value)) = (pairs.next(), pairs.next()) {
                    if let (v1::Value::Text(key), v1::Value::Text(value)) = (key, value) {
                        tell(key, value, sink);
                    }
                }
            }
            if !to_server {
                said::of_sender(sink, Protocol::Amqp, confidence::BEHAVIOUR, "role", "amqp_broker");
            }
        }
        v1::SASL_INIT if performative.text(0).is_some_and(|mechanism| mechanism == b"PLAIN") => {
            credentials(sink);
        }
        _ => {}
    }
}
