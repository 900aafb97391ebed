//! SNMP versions 1, 2c and 3.
//!
//! Spec: RFC 1157, RFC 1901, RFC 3416 (operations), RFC 3412 and 3414 (version 3, user security). UDP ports 161 and 162;
//! recognised on any port by the version, and a community and operation, or a version 3 header, that fit each other.
//! Communities and user names are secrets: only what kind of community it is, is told.

mod identity;
mod v3;

use crate::ber::{Class, Element, Elements, elements, oid_text, universal};
use crate::tell::shown_ip;
use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Input, Kind, Message, Outcome, Over, Pending,
    Probe, Protocol, Reference, Session, Sink, Step, Transport, Verdict, Visitor, printable,
};
use sightglass_wire::Ip;
use v3::Security;

const PORTS: &[u16] = &[161, 162];
/// Version numbers on the wire.
const V1: i64 = 0;
const V2C: i64 = 1;
const V3: i64 = 3;
/// Operations (RFC 3416, 3): tags of context class.
const GET: u32 = 0;
const GET_NEXT: u32 = 1;
const RESPONSE: u32 = 2;
const SET: u32 = 3;
const TRAP_V1: u32 = 4;
const GET_BULK: u32 = 5;
const INFORM: u32 = 6;
const TRAP: u32 = 7;
const REPORT: u32 = 8;
/// Variables of one message that are looked at; a datagram of 64 KiB has room for about 9,000 empty ones.
const MAX_VARIABLES: usize = 1_024;

/// SNMP as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Snmp,
    over: &[Over::Udp(PORTS)],
    probe,
    open: || Box::<Snmp>::default(),
    max_message: 65_535,
    fields: &[
        Field { name: "version", doc: "0 version 1, 1 version 2c, 3 version 3." },
        Field {
            name: "community_kind",
            doc: "`public`, `private`, `empty` or `other`; the community is never shown.",
        },
        Field { name: "pdu", doc: "Operation by its tag." },
        Field { name: "request_id", doc: "A response repeats its request's." },
        Field { name: "error_status", doc: "0 no error (RFC 3416, 3)." },
        Field { name: "error_index", doc: "Variable that is in error, counted from 1." },
        Field { name: "non_repeaters", doc: "Variables of a bulk request that are asked once." },
        Field { name: "max_repetitions", doc: "How often the others are asked." },
        Field { name: "enterprise", doc: "What a version 1 trap is about." },
        Field { name: "generic_trap", doc: "0 cold start ... 6 enterprise specific (RFC 1157, 4.1.6)." },
        Field { name: "oids", doc: "Object identifiers of the variables." },
        Field { name: "variables", doc: "Object identifier, type and value." },
        Field { name: "message_id", doc: "Version 3: number of the message." },
        Field { name: "message_flags", doc: "Version 3: authenticated, encrypted, reportable." },
        Field { name: "engine_id", doc: "Version 3: the authoritative engine." },
        Field { name: "context_name", doc: "Version 3: context." },
    ],
    not_decoded: &["encrypted version 3 (its header is shown)", "SNMP over TCP and DTLS"],
};

/// Who may ask, without saying it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Community {
    Public,
    Private,
    Empty,
    Other,
}

impl Community {
    const fn of(value: &[u8]) -> Self {
        match value {
            b"public" => Self::Public,
            b"private" => Self::Private,
            b"" => Self::Empty,
            _ => Self::Other,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
            Self::Empty => "empty",
            Self::Other => "other",
        }
    }
}

/// An operation with its variables.
#[derive(Debug, Clone, Copy)]
struct Pdu<'a> {
    tag: u32,
    missing: usize,
    /// Request id, error status or non-repeaters, error index or max repetitions.
    numbers: [i64; 3],
    trap: Option<TrapV1<'a>>,
    variables: &'a [u8],
    whole: bool,
}

/// The head of a version 1 trap (RFC 1157, 4.1.6).
#[derive(Debug, Clone, Copy)]
struct TrapV1<'a> {
    enterprise: &'a [u8],
    agent: Option<Ip>,
    generic: i64,
    specific: i64,
    time: u64,
}

impl<'a> Pdu<'a> {
    fn parse(element: &Element<'a>) -> Option<Self> {
        if element.class != Class::Context || !element.constructed || element.number > REPORT {
            return None;
        }
        let mut pdu = Self {
            tag: element.number,
            missing: element.missing,
            numbers: [0; 3],
            trap: None,
            variables: &[],
            whole: false,
        };
        pdu.whole = pdu.fill(element.inner()).is_some();
        Some(pdu)
    }

    fn fill(&mut self, mut parts: Elements<'a>) -> Option<()> {
        if self.tag == TRAP_V1 {
            let enterprise = parts.expect(universal::OBJECT_IDENTIFIER)?.value;
            let agent = <[u8; 4]>::try_from(parts.next()?.value).ok().map(Ip::v4);
            let generic = parts.expect(universal::INTEGER)?.integer()?;
            let specific = parts.expect(universal::INTEGER)?.integer()?;
            let time = parts.next()?.unsigned()?;
            self.trap = Some(TrapV1 { enterprise, agent, generic, specific, time });
        } else {
            for number in &mut self.numbers {
                *number = parts.expect(universal::INTEGER)?.integer()?;
            }
        }
        self.variables = parts.expect(universal::SEQUENCE)?.value;
        Some(())
    }

    /// Object identifier and value of each variable.
    fn variables(&self) -> impl Iterator<Item = (&'a [u8], Element<'a>)> + use<'a> {
        elements(self.variables).take(MAX_VARIABLES).filter_map(|pair| {
            let mut parts = pair.inner();
            Some((parts.expect(universal::OBJECT_IDENTIFIER)?.value, parts.next()?))
        })
    }
}

/// One message.
#[derive(Debug, Clone, Copy)]
struct Frame<'a> {
    version: i64,
    community: Option<Community>,
    security: Option<Security<'a>>,
    pdu: Option<Pdu<'a>>,
    encrypted: bool,
    missing: usize,
}

impl<'a> Frame<'a> {
    fn parse(data: &'a [u8]) -> Option<Self> {
        let outer = elements(data).next().filter(|outer| outer.is(universal::SEQUENCE))?;
        let mut parts = outer.inner();
        let version = parts.expect(universal::INTEGER)?.integer()?;
        let mut frame = Self {
            version,
            community: None,
            security: None,
            pdu: None,
            encrypted: false,
            missing: outer.missing,
        };
        match version {
            V1 | V2C => {
                let community = parts.expect(universal::OCTET_STRING)?;
                frame.community = Some(Community::of(community.value));
                // Cut right after the community, nothing tells the operation.
                frame.pdu = Some(Pdu::parse(&parts.next()?)?);
            }
            V3 => {
                let (security, scoped) = Security::parse(&mut parts)?;
                frame.security = Some(security);
                match scoped {
                    Some(v3::Scoped::Plain(pdu)) => frame.pdu = Pdu::parse(&pdu),
                    Some(v3::Scoped::Encrypted) => frame.encrypted = true,
                    None => {}
                }
            }
            _ => return None,
        }
        Some(frame)
    }
}

fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.transport != Transport::Udp {
        return Verdict::No;
    }
    match Frame::parse(probe.data) {
        Some(frame) if frame.missing == 0 && (frame.encrypted || frame.pdu.is_some_and(|pdu| pdu.whole)) => {
            Verdict::Sure
        }
        Some(_) if probe.on_port(PORTS) => Verdict::Likely,
        _ => Verdict::No,
    }
}

/// What a response needs to know of its request.
#[derive(Debug, Clone, Copy)]
struct Asked {
    tag: u32,
}

#[derive(Debug, Default)]
struct Snmp {
    pending: Pending<i64, Asked>,
}

const fn operation(tag: u32) -> (&'static str, Kind, Category) {
    match tag {
        GET => ("get_request", Kind::Request, Category::Diagnostics),
        GET_NEXT => ("get_next_request", Kind::Request, Category::Diagnostics),
        RESPONSE => ("response", Kind::Response, Category::Diagnostics),
        SET => ("set_request", Kind::Request, Category::Configuration),
        TRAP_V1 => ("trap", Kind::Event, Category::Alarm),
        GET_BULK => ("get_bulk_request", Kind::Request, Category::Diagnostics),
        INFORM => ("inform_request", Kind::Request, Category::Alarm),
        TRAP => ("snmpv2_trap", Kind::Event, Category::Alarm),
        _ => ("report", Kind::Response, Category::Session),
    }
}

impl Session for Snmp {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let Some(frame) = Frame::parse(input.data) else { return Step::Lost };
        let short = frame.missing > 0 || frame.pdu.is_some_and(|pdu| pdu.missing > 0);
        let broken = frame.pdu.is_some_and(|pdu| !pdu.whole) || (frame.pdu.is_none() && !frame.encrypted);
        let mut anomalies = Anomalies::NONE
            .with_if(short && input.missing > 0, Anomalies::TRUNCATED)
            .with_if((short || broken) && input.missing == 0, Anomalies::BAD_LENGTH);
        let (name, kind, category, outcome, code) = if let Some(pdu) = frame.pdu {
            let [request_id, status, _] = pdu.numbers;
            let (mut name, kind, mut category) = operation(pdu.tag);
            if kind == Kind::Request {
                let replaced = self.pending.insert(request_id, Asked { tag: pdu.tag });
                // Repeating a request is normal over UDP; another one under its number is not.
                anomalies = anomalies
                    .with_if(replaced.is_some_and(|asked| asked.tag != pdu.tag), Anomalies::DUPLICATE);
            }
            // A report ends its request too, but under its own name: it is about the session.
            let asked = if kind == Kind::Response { self.pending.take(&request_id) } else { None };
            if let (RESPONSE, Some(asked)) = (pdu.tag, asked) {
                (name, _, category) = operation(asked.tag);
            }
            let outcome = match kind {
                Kind::Request => Outcome::Pending,
                Kind::Response if pdu.tag == RESPONSE && status != 0 => Outcome::Error(error_name(status)),
                Kind::Response => Outcome::Ok,
                _ => Outcome::Event,
            };
            (name, kind, category, outcome, Some(pdu.tag))
        } else {
            let request = input.to_server(PORTS);
            let kind = if request { Kind::Request } else { Kind::Response };
            let outcome = if request { Outcome::Pending } else { Outcome::Ok };
            ("encrypted", kind, Category::Other, outcome, None)
        };
        sink.message(&Message {
            protocol: Protocol::Snmp,
            kind,
            function: Function::Known(name),
            code,
            category,
            outcome,
            address: Reference::None,
            object: Reference::None,
            anomalies,
            fields: &frame,
        });
        identity::observe(&frame, kind, sink);
        Step::Took(input.data.len())
    }
}

// RFC 3416, 3: error-status.
const fn error_name(status: i64) -> &'static str {
    match status {
        0 => "no_error",
        1 => "too_big",
        2 => "no_such_name",
        3 => "bad_value",
        4 => "read_only",
        5 => "general_error",
        6 => "no_access",
        7 => "wrong_type",
        8 => "wrong_length",
        9 => "wrong_encoding",
        10 => "wrong_value",
        11 => "no_creation",
        12 => "inconsistent_value",
        13 => "resource_unavailable",
        14 => "commit_failed",
        15 => "undo_failed",
        16 => "authorization_error",
        17 => "not_writable",
        18 => "inconsistent_name",
        _ => "unknown_error",
    }
}

impl Fields for Frame<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        let version = match self.version {
            V1 => "v1",
            V2C => "v2c",
            _ => "v3",
        };
        visitor.named("version", self.version.unsigned_abs(), version);
        if let Some(community) = self.community {
            visitor.text("community_kind", community.name());
        }
        if let Some(security) = &self.security {
            security.visit(visitor);
        }
        if let Some(pdu) = &self.pdu {
            pdu.visit(visitor);
        }
    }
}

impl Pdu<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.named("pdu", u64::from(self.tag), operation(self.tag).0);
        let [request_id, second, third] = self.numbers;
        if let Some(trap) = &self.trap {
            visitor.text("enterprise", oid_text(trap.enterprise).as_str());
            if let Some(agent) = trap.agent {
                visitor.text("agent_address", shown_ip(agent).as_str());
            }
            let generic = match trap.generic {
                0 => "cold_start",
                1 => "warm_start",
                2 => "link_down",
                3 => "link_up",
                4 => "authentication_failure",
                5 => "egp_neighbor_loss",
                6 => "enterprise_specific",
                _ => "unknown",
            };
            visitor.named("generic_trap", trap.generic.unsigned_abs(), generic);
            visitor.int("specific_trap", trap.specific);
            visitor.uint("uptime_ticks", trap.time);
        } else {
            visitor.int("request_id", request_id);
            if self.tag == GET_BULK {
                visitor.int("non_repeaters", second);
                visitor.int("max_repetitions", third);
            } else {
                visitor.named("error_status", second.unsigned_abs(), error_name(second));
                visitor.int("error_index", third);
            }
        }
        visitor.begin_list("oids");
        for (oid, _) in self.variables() {
            visitor.text("", oid_text(oid).as_str());
        }
        visitor.end_list();
        visitor.begin_list("variables");
        for (oid, value) in self.variables() {
            visitor.begin_object("");
            visitor.text("oid", oid_text(oid).as_str());
            visit_value(&value, visitor);
            visitor.end_object();
        }
        visitor.end_list();
    }
}

/// A value by its type (RFC 2578, 7.1; RFC 3416, 3).
fn visit_value(value: &Element<'_>, visitor: &mut dyn Visitor) {
    let number = || value.unsigned().unwrap_or(0);
    let kind = match (value.class, value.number) {
        (Class::Universal, universal::INTEGER) => "integer",
        (Class::Universal, universal::OCTET_STRING) => "octet_string",
        (Class::Universal, universal::NULL) => "null",
        (Class::Universal, universal::OBJECT_IDENTIFIER) => "object_identifier",
        (Class::Application, 0) => "ip_address",
        (Class::Application, 1) => "counter32",
        (Class::Application, 2) => "gauge32",
        (Class::Application, 3) => "time_ticks",
        (Class::Application, 4) => "opaque",
        (Class::Application, 6) => "counter64",
        (Class::Application, 7) => "unsigned32",
        (Class::Context, 0) => "no_such_object",
        (Class::Context, 1) => "no_such_instance",
        (Class::Context, 2) => "end_of_mib_view",
        _ => "unknown",
    };
    visitor.text("value_type", kind);
    match kind {
        "integer" => visitor.int("value", value.integer().unwrap_or(0)),
        "counter32" | "gauge32" | "time_ticks" | "counter64" | "unsigned32" => {
            visitor.uint("value", number());
        }
        "object_identifier" => visitor.text("value", oid_text(value.value).as_str()),
        "ip_address" => match <[u8; 4]>::try_from(value.value) {
            Ok(ip) => visitor.text("value", shown_ip(Ip::v4(ip)).as_str()),
            Err(_) => visitor.bytes("value", value.value),
        },
        "octet_string" if is_text(value.value) => visitor.text("value", &printable(value.value)),
        "null" | "no_such_object" | "no_such_instance" | "end_of_mib_view" => {}
        _ => visitor.bytes("value", value.value),
    }
}

/// Whether bytes are meant to be read.
fn is_text(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| {
        !text.contains(|letter: char| letter.is_control() && !matches!(letter, '\r' | '\n' | '\t'))
    })
}

#[cfg(test)]
mod tests;
