//! OCPP: charge points and their management, JSON over WebSocket.
//!
//! Spec: OCPP-J 1.6, the 1.6 security whitepaper, OCPP 2.0.1 parts 2 and 4. No usual port; found after an HTTP upgrade, or
//! in the middle of a connection by a text frame that holds a call with a known action. Payloads hold tokens and keys and
//! are not shown beyond what is named here.

mod action;

use crate::shown::Shown;
use crate::websocket::{Frame, WebSocket};
use crate::{
    Anomalies, Category, Dissector, Field, Function, Kind, Message, Observation, Outcome, Over, Pending,
    Probe, Protocol, Reference, Sink, Subject, Text, Transport, Verdict, Visitor, confidence, printable,
};

/// Message types (OCPP-J 1.6, 4.1.3).
const CALL: u8 = b'2';
const RESULT: u8 = b'3';
const ERROR: u8 = b'4';
/// Longest identifier of a message (2.0.1 part 4, 4.1.4).
const MAX_ID: usize = 36;
/// Longest value that is shown, in bytes.
const MAX_VALUE: usize = 128;

/// OCPP as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Ocpp,
    over: &[Over::Tcp(&[])],
    probe,
    open: || Box::<WebSocket>::default(),
    max_message: 256 * 1024,
    fields: FIELDS,
    not_decoded: &[
        "payloads beyond identity, status, connector and transaction",
        "OCPP-S (SOAP) of 1.5 and 1.6",
        "compressed WebSocket messages",
        "OCPI: it is HTTP with JSON and shows as http",
    ],
};

const FIELDS: &[Field] = &[
    Field { name: "message_type", doc: "2 call, 3 result, 4 error." },
    Field { name: "message_id", doc: "Identifier; a result repeats its call's." },
    Field { name: "action", doc: "Action of a call." },
    Field { name: "error_code", doc: "Code of an error." },
    Field { name: "status", doc: "Status in the payload." },
    Field { name: "connector_id", doc: "Connector in the payload." },
    Field { name: "transaction_id", doc: "Transaction in the payload." },
    Field { name: "reset_type", doc: "Type in the payload of a reset." },
    Field { name: "payload_length", doc: "Bytes of the whole message." },
];

/// A message, as far as it is read.
#[derive(Debug, Clone, Copy)]
struct Parsed<'a> {
    kind: u8,
    id: &'a [u8],
    /// Action of a call, code of an error.
    word: &'a [u8],
    payload: &'a [u8],
}

/// A JSON string at the start, and what follows it and a comma.
fn string(data: &[u8]) -> Option<(&[u8], &[u8])> {
    let rest = data.trim_ascii_start().strip_prefix(b"\"")?;
    let mut escaped = false;
    let end = rest.iter().position(|byte| {
        let ends = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        ends
    })?;
    let after = rest.get(end..)?.get(1..)?.trim_ascii_start();
    Some((rest.get(..end)?, after.strip_prefix(b",").unwrap_or(after)))
}

impl<'a> Parsed<'a> {
    /// `[2,"id","Action",{...}]`, `[3,"id",{...}]`, `[4,"id","Code","text",{...}]`.
    fn parse(message: &'a [u8]) -> Option<Self> {
        let inner = message.trim_ascii().strip_prefix(b"[")?.strip_suffix(b"]")?.trim_ascii_start();
        let (kind, rest) = inner.split_first()?;
        let rest = rest.trim_ascii_start().strip_prefix(b",")?;
        let (id, rest) = string(rest)?;
        let (word, payload) = match *kind {
            CALL | ERROR => string(rest)?,
            RESULT => (&[][..], rest),
            _ => return None,
        };
        let payload = payload.trim_ascii();
        let is_object = *kind == ERROR || payload.starts_with(b"{");
        (is_object && !id.is_empty()).then_some(Self { kind: *kind, id, word, payload })
    }

    /// The value behind the first key with this name: text without quotes, or a number.
    fn value(&self, key: &[u8]) -> Option<&'a [u8]> {
        let mut rest = self.payload;
        loop {
            let at = rest.iter().position(|byte| *byte == b'"')?;
            let (name, after) = string(rest.get(at..)?)?;
            rest = after;
            if name != key {
                continue;
            }
            let Some(value) = after.trim_ascii_start().strip_prefix(b":") else { continue };
            let value = value.trim_ascii_start();
            if let Some((text, _)) = string(value) {
                return Some(text);
            }
            let end = value.iter().position(|byte| matches!(byte, b',' | b'}' | b']'));
            let number = value.get(..end.unwrap_or(value.len()))?.trim_ascii();
            return number
                .first()
                .is_some_and(|byte| byte.is_ascii_digit() || *byte == b'-')
                .then_some(number);
        }
    }
}

/// Whether a text begins a conversation of OCPP: a call with a known action, or an answer.
pub(crate) fn is_message(text: &[u8]) -> bool {
    Parsed::parse(text).is_some_and(|parsed| match parsed.kind {
        CALL => action::describe(parsed.word).is_some(),
        ERROR => is_error_code(parsed.word),
        _ => parsed.id.len() <= MAX_ID,
    })
}

/// Error codes (OCPP-J 1.6, table 7; 2.0.1 part 4, 4.3).
fn is_error_code(code: &[u8]) -> bool {
    error_name(code) != "unknown_error"
}

fn error_name(code: &[u8]) -> &'static str {
    match code {
        b"NotImplemented" => "not_implemented",
        b"NotSupported" => "not_supported",
        b"InternalError" => "internal_error",
        b"ProtocolError" => "protocol_error",
        b"SecurityError" => "security_error",
        b"FormationViolation" | b"FormatViolation" => "format_violation",
        b"PropertyConstraintViolation" => "property_constraint_violation",
        b"OccurenceConstraintViolation" | b"OccurrenceConstraintViolation" => {
            "occurrence_constraint_violation"
        }
        b"TypeConstraintViolation" => "type_constraint_violation",
        b"MessageTypeNotSupported" => "message_type_not_supported",
        b"RpcFrameworkError" => "rpc_framework_error",
        b"GenericError" => "generic_error",
        _ => "unknown_error",
    }
}

/// In the middle of a connection: a whole, final text frame that holds a call with a known action.
fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.transport != Transport::Tcp || probe.data.first() != Some(&0x81) {
        return Verdict::No;
    }
    let Some(frame) = Frame::parse(probe.data) else { return Verdict::No };
    let mut start = frame.unmasked();
    let begins = start.next() == Some(b'[') && matches!(start.next(), Some(CALL | RESULT | ERROR | b' '));
    if !begins {
        return Verdict::No;
    }
    if !frame.is_whole(probe.data) {
        return Verdict::More;
    }
    let text: Vec<u8> = frame.unmasked().collect();
    match Parsed::parse(&text) {
        Some(parsed) if parsed.kind == CALL && action::describe(parsed.word).is_some() => Verdict::Sure,
        Some(parsed) if parsed.kind == ERROR && is_error_code(parsed.word) => Verdict::Sure,
        Some(parsed) if parsed.kind == RESULT => Verdict::Likely,
        _ => Verdict::No,
    }
}

/// What a result needs to know of its call.
#[derive(Clone, Copy)]
struct Asked {
    function: Function,
    category: Category,
    connector: Option<u64>,
}

/// The calls of a connection that wait, by who called.
#[derive(Default)]
pub(crate) struct Ocpp {
    pending: Pending<(bool, [u8; MAX_ID]), Asked>,
    watched: bool,
}

fn key(id: &[u8]) -> [u8; MAX_ID] {
    let mut all = [0u8; MAX_ID];
    for (to, from) in all.iter_mut().zip(id) {
        *to = *from;
    }
    all
}

impl Ocpp {
    /// Takes one text message; what is none of OCPP is passed over.
    pub(crate) fn message(&mut self, text: &[u8], to_server: bool, sink: &mut dyn Sink) {
        let Some(parsed) = Parsed::parse(text) else { return };
        let mut anomalies = Anomalies::NONE;
        let asked = if parsed.kind == CALL {
            let described = action::describe(parsed.word);
            anomalies = anomalies.with_if(described.is_none(), Anomalies::UNKNOWN_FUNCTION);
            let (function, category) = described
                .map_or((Function::Known("unknown_action"), Category::Other), |(name, category)| {
                    (Function::Known(name), category)
                });
            let connector = parsed.value(b"connectorId").or_else(|| parsed.value(b"evseId"));
            let connector = connector.and_then(crate::headers::number);
            let asked = Asked { function, category, connector };
            self.pending.insert((to_server, key(parsed.id)), asked);
            self.watched = true;
            Some(asked)
        } else {
            let asked = self.pending.take(&(!to_server, key(parsed.id)));
            anomalies = anomalies.with_if(asked.is_none() && self.watched, Anomalies::UNEXPECTED_RESPONSE);
            asked
        };
        let status = parsed.value(b"status").unwrap_or_default();
        let (kind, outcome) = match parsed.kind {
            CALL => (Kind::Request, Outcome::Pending),
            ERROR => (Kind::Response, Outcome::Error(error_name(parsed.word))),
            _ if matches!(status, b"Rejected" | b"Failed" | b"UnlockFailed") => {
                (Kind::Response, Outcome::Error("rejected"))
            }
            _ if matches!(status, b"NotSupported" | b"NotImplemented" | b"UnknownMessageId") => {
                (Kind::Response, Outcome::Error("not_supported"))
            }
            _ => (Kind::Response, Outcome::Ok),
        };
        let shown = Shown(|visitor: &mut dyn Visitor| show(&parsed, text.len(), visitor));
        sink.message(&Message {
            protocol: Protocol::Ocpp,
            kind,
            function: asked.map_or(Function::Known("response"), |asked| asked.function),
            code: None,
            category: asked.map_or(Category::Other, |asked| asked.category),
            outcome,
            address: Reference::None,
            object: match asked.and_then(|asked| asked.connector) {
                Some(number) => Reference::one("connector", number),
                None => Reference::None,
            },
            anomalies,
            fields: &shown,
        });
        if parsed.kind == CALL && parsed.word == b"BootNotification" {
            observe(&parsed, sink);
        }
    }
}

fn show(parsed: &Parsed<'_>, length: usize, visitor: &mut dyn Visitor) {
    let name = match parsed.kind {
        CALL => "call",
        RESULT => "call_result",
        _ => "call_error",
    };
    visitor.named("message_type", u64::from(parsed.kind.saturating_sub(b'0')), name);
    let mut text = |name, value: &[u8]| {
        visitor.text(name, crate::said::cut(&printable(value), MAX_VALUE));
    };
    text("message_id", parsed.id);
    match parsed.kind {
        CALL => text("action", parsed.word),
        ERROR => text("error_code", parsed.word),
        _ => {}
    }
    for (name, key) in [
        ("status", &b"status"[..]),
        ("connector_id", b"connectorId"),
        ("evse_id", b"evseId"),
        ("transaction_id", b"transactionId"),
        ("fault_code", b"errorCode"),
    ] {
        if let Some(value) = parsed.value(key) {
            text(name, value);
        }
    }
    if parsed.word == b"Reset"
        && let Some(value) = parsed.value(b"type")
    {
        text("reset_type", value);
    }
    visitor.uint("payload_length", u64::try_from(length).unwrap_or(0));
}

/// What a charge point says of itself when it starts (1.6, 4.2; 2.0.1, 1.6.1).
fn observe(parsed: &Parsed<'_>, sink: &mut dyn Sink) {
    for (key, attribute) in [
        (&b"chargePointVendor"[..], "vendor"),
        (b"vendorName", "vendor"),
        (b"chargePointModel", "model"),
        (b"model", "model"),
        (b"chargePointSerialNumber", "serial"),
        (b"serialNumber", "serial"),
        (b"chargeBoxSerialNumber", "charge_box_serial"),
        (b"firmwareVersion", "firmware"),
        (b"meterType", "meter_type"),
        (b"meterSerialNumber", "meter_serial"),
    ] {
        let Some(value) = parsed.value(key) else { continue };
        let text = Text::<MAX_VALUE>::of(format_args!("{}", printable(value)));
        let value = text.as_str().trim();
        if !value.is_empty() {
            sink.observe(&Observation {
                subject: Subject::Sender,
                path: Reference::None,
                attribute,
                value,
                protocol: Protocol::Ocpp,
                confidence: confidence::IDENTITY,
            });
        }
    }
}

#[cfg(test)]
mod tests;
