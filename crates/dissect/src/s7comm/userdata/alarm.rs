//! Messages and alarms: subscription, indications, acknowledgements, locks and queries.

use super::super::datum;
use super::super::time;
use super::PUSH;
use crate::{Reader, Visitor, printable};

/// First byte of a message object.
const SPECIFICATION: u8 = 0x12;
/// Syntaxes of message objects.
const LOCK: u8 = 0x15;
const INDICATION: u8 = 0x16;
const ACKNOWLEDGE: u8 = 0x19;
const QUERY: u8 = 0x1a;
const NOTIFY: u8 = 0x1c;

/// Subscription to messages: event bits, name of the subscriber, alarm type; or its result.
pub(super) fn visit_service(request: bool, data: &[u8], visitor: &mut dyn Visitor) -> Option<()> {
    let mut reader = Reader::new(data);
    if !request {
        visitor.uint("result", u64::from(reader.u8().ok()?));
        let _ = reader.take_up_to(1);
        if let Ok(alarm_type) = reader.u8() {
            visitor.named("alarm_type", u64::from(alarm_type), alarm_name(alarm_type));
        }
        return Some(());
    }
    let events = reader.u8().ok()?;
    visitor.uint("events", u64::from(events));
    for (bit, name) in
        [(0x01, "mode_transition"), (0x02, "system_diagnostics"), (0x04, "user_defined"), (0x80, "alarms")]
    {
        visitor.flag(name, events & bit != 0);
    }
    reader.skip(1).ok()?;
    visitor.text("user_name", &printable(reader.take(8).ok()?));
    if let Ok(alarm_type) = reader.u8() {
        visitor.named("alarm_type", u64::from(alarm_type), alarm_name(alarm_type));
    }
    Some(())
}

const fn alarm_name(alarm_type: u8) -> &'static str {
    match alarm_type {
        0x00 => "scan_abort",
        0x01 => "scan_initiate",
        0x04 => "alarm_abort",
        0x05 => "alarm_initiate",
        0x08 => "alarm_s_abort",
        0x09 => "alarm_s_initiate",
        _ => "unknown",
    }
}

/// Only indications carry a time; acknowledgements and locks are told without one.
const fn has_time(kind: u8, subfunction: u8) -> bool {
    kind == PUSH && matches!(subfunction, 0x05 | 0x06 | 0x09 | 0x11 | 0x12 | 0x16)
}

/// The first alarm that a message is about: its event id.
pub(super) fn subject(kind: u8, subfunction: u8, data: &[u8]) -> Option<u32> {
    if !matches!(subfunction, 0x05..=0x16) {
        return None;
    }
    let mut reader = Reader::new(data);
    if has_time(kind, subfunction) {
        reader.skip(8).ok()?;
    }
    // Function and count, then the object: its head, length, syntax and number of values.
    reader.skip(2).ok()?;
    let [SPECIFICATION, _, INDICATION | NOTIFY | ACKNOWLEDGE | LOCK, _] = reader.array().ok()? else {
        return None;
    };
    reader.be_u32().ok()
}

/// Shows an alarm message: pushes begin with the time of the event.
pub(super) fn visit(kind: u8, subfunction: u8, data: &[u8], visitor: &mut dyn Visitor) -> Option<()> {
    let mut reader = Reader::new(data);
    if has_time(kind, subfunction) {
        time::visit("clock", reader.take(8).ok()?, visitor);
    }
    let function = reader.u8().ok()?;
    let count = reader.u8().ok()?;
    visitor.uint("alarm_function", u64::from(function));
    visitor.uint("alarm_count", u64::from(count));
    visitor.begin_list("alarms");
    for _ in 0..count {
        if reader.peek_u8() != Ok(SPECIFICATION) {
            break;
        }
        visitor.begin_object("");
        let known = object(&mut reader, visitor);
        visitor.end_object();
        if known.is_none() {
            break;
        }
    }
    visitor.end_list();
    if reader.remaining() > 0 {
        visitor.bytes("data", reader.rest());
    }
    Some(())
}

fn object(reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Option<()> {
    reader.skip(1).ok()?;
    let length = usize::from(reader.u8().ok()?);
    let mut body = reader.sub(length).ok()?;
    let syntax = body.u8().ok()?;
    let name = match syntax {
        LOCK => "alarm_lock_free",
        INDICATION => "alarm_indication",
        ACKNOWLEDGE => "alarm_acknowledge",
        QUERY => "alarm_query",
        NOTIFY => "notify_indication",
        _ => "unknown",
    };
    visitor.named("syntax_id", u64::from(syntax), name);
    match syntax {
        INDICATION | NOTIFY | ACKNOWLEDGE | LOCK => {
            let values = body.u8().ok()?;
            visitor.uint("event_id", u64::from(body.be_u32().ok()?));
            match syntax {
                INDICATION | NOTIFY => {
                    for field in ["event_state", "state", "acknowledged_going", "acknowledged_coming"] {
                        match body.u8() {
                            Ok(value) => visitor.uint(field, u64::from(value)),
                            Err(_) => break,
                        }
                    }
                    visitor.begin_list("associated_values");
                    for _ in 0..values {
                        let Some(datum) = datum::datum(reader) else { break };
                        visitor.begin_object("");
                        datum::visit(&datum, None, visitor);
                        visitor.end_object();
                    }
                    visitor.end_list();
                }
                ACKNOWLEDGE => {
                    for field in ["acknowledged_going", "acknowledged_coming"] {
                        match body.u8() {
                            Ok(value) => visitor.uint(field, u64::from(value)),
                            Err(_) => break,
                        }
                    }
                }
                _ => {}
            }
        }
        QUERY => {
            body.skip(1).ok()?;
            visitor.uint("query_type", u64::from(body.u8().ok()?));
            body.skip(1).ok()?;
            visitor.uint("query", u64::from(body.be_u32().ok()?));
        }
        _ => visitor.bytes("data", body.rest()),
    }
    Some(())
}
