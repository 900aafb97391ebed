//! Syslog over UDP.
//!
//! Spec: RFC 5424, RFC 3164. UDP port 514; recognised on any port by a priority and, behind it, a version and time of
//! RFC 5424 or a date of RFC 3164; on its port by the priority alone.

use crate::tell::Teller;
use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Input, Kind, Message, Outcome, Over, Probe,
    Protocol, Reference, Session, Sink, Step, Subject, Transport, Verdict, Visitor, confidence, printable,
};

const PORTS: &[u16] = &[514];
/// Largest priority: facility 23, severity 7 (RFC 5424, 6.2.1).
const MAX_PRIORITY: u16 = 191;
const MONTHS: [&[u8]; 12] =
    [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];

/// Syslog as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Syslog,
    over: &[Over::Udp(PORTS)],
    probe,
    open: || Box::new(Syslog),
    max_message: 65_535,
    fields: &[
        Field { name: "facility", doc: "Part of the system that speaks." },
        Field { name: "severity", doc: "0 emergency ... 7 debug." },
        Field { name: "version", doc: "1 for RFC 5424; absent for RFC 3164." },
        Field { name: "timestamp", doc: "Sender's time as it stands." },
        Field { name: "hostname", doc: "Sender's name or address." },
        Field { name: "application", doc: "Program that speaks." },
        Field { name: "process_id", doc: "Its process." },
        Field { name: "message_id", doc: "Kind of message (RFC 5424)." },
        Field { name: "message", doc: "The rest, structured data included." },
    ],
    not_decoded: &["syslog over TCP and TLS"],
};

/// The parts of a message; empty where it has none.
#[derive(Debug, Clone, Copy, Default)]
struct Parts<'a> {
    priority: u16,
    version: bool,
    dated: bool,
    timestamp: &'a [u8],
    hostname: &'a [u8],
    application: &'a [u8],
    process: &'a [u8],
    message_id: &'a [u8],
    message: &'a [u8],
}

/// A word and what follows its blank.
fn word(data: &[u8]) -> (&[u8], &[u8]) {
    let end = data.iter().position(|byte| *byte == b' ').unwrap_or(data.len());
    (data.get(..end).unwrap_or_default(), data.get(end.saturating_add(1)..).unwrap_or_default())
}

impl<'a> Parts<'a> {
    fn parse(data: &'a [u8]) -> Option<Self> {
        let rest = data.strip_prefix(b"<")?;
        let end = rest.iter().take(4).position(|byte| *byte == b'>')?;
        let digits =
            rest.get(..end).filter(|digits| !digits.is_empty() && digits.iter().all(u8::is_ascii_digit))?;
        let priority =
            std::str::from_utf8(digits).ok()?.parse().ok().filter(|number| *number <= MAX_PRIORITY)?;
        let rest = rest.get(end.saturating_add(1)..)?;
        let mut parts = Self { priority, message: rest, ..Self::default() };
        if let Some(rest) = rest.strip_prefix(b"1 ") {
            parts.version = true;
            let (timestamp, rest) = word(rest);
            let (hostname, rest) = word(rest);
            let (application, rest) = word(rest);
            let (process, rest) = word(rest);
            let (message_id, rest) = word(rest);
            parts.dated = timestamp == b"-" || timestamp.get(10) == Some(&b'T');
            let none = |field: &'a [u8]| if field == b"-" { &[][..] } else { field };
            parts.timestamp = none(timestamp);
            parts.hostname = none(hostname);
            parts.application = none(application);
            parts.process = none(process);
            parts.message_id = none(message_id);
            parts.message = rest;
        } else if rest.get(..3).is_some_and(|month| MONTHS.contains(&month)) && rest.get(15) == Some(&b' ') {
            // "Mmm dd hh:mm:ss host tag[pid]: text" (RFC 3164, 4.1).
            parts.dated = true;
            parts.timestamp = rest.get(..15)?;
            let (hostname, rest) = word(rest.get(16..)?);
            // Some leave the host out: then the tag with its colon or bracket comes first.
            if hostname.ends_with(b":") || hostname.contains(&b'[') {
                parts.tag(parts.message.get(16..)?);
            } else {
                parts.hostname = hostname;
                parts.tag(rest);
            }
        }
        Some(parts)
    }

    fn tag(&mut self, rest: &'a [u8]) {
        let end = rest.iter().position(|byte| !(byte.is_ascii_alphanumeric() || b"-_./".contains(byte)));
        let end = end.unwrap_or(rest.len());
        let after = rest.get(end..).unwrap_or_default();
        match after.first() {
            Some(b':') => self.message = after.get(1..).unwrap_or_default(),
            Some(b'[') => {
                let close = after.iter().position(|byte| *byte == b']').unwrap_or(after.len());
                self.process = after.get(1..close).unwrap_or_default();
                let text = after.get(close.saturating_add(1)..).unwrap_or_default();
                self.message = text.strip_prefix(b":").unwrap_or(text);
            }
            _ => {
                self.message = rest;
                return;
            }
        }
        self.application = rest.get(..end).unwrap_or_default();
    }
}

fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.transport != Transport::Udp {
        return Verdict::No;
    }
    match Parts::parse(probe.data) {
        Some(parts) if parts.dated => Verdict::Sure,
        Some(_) if probe.on_port(PORTS) => Verdict::Likely,
        _ => Verdict::No,
    }
}

const fn severity_name(severity: u16) -> &'static str {
    match severity {
        0 => "emergency",
        1 => "alert",
        2 => "critical",
        3 => "error",
        4 => "warning",
        5 => "notice",
        6 => "informational",
        _ => "debug",
    }
}

// RFC 5424, 6.2.1, table 1.
const fn facility_name(facility: u16) -> &'static str {
    match facility {
        0 => "kernel",
        1 => "user",
        2 => "mail",
        3 => "daemon",
        4 => "security",
        5 => "syslog",
        6 => "printer",
        7 => "news",
        8 => "uucp",
        9 => "clock",
        10 => "authorization",
        11 => "ftp",
        12 => "ntp",
        13 => "audit",
        14 => "alert",
        15 => "cron",
        _ => "local",
    }
}

struct Syslog;

impl Session for Syslog {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let Some(parts) = Parts::parse(input.data) else { return Step::Lost };
        let severity = parts.priority & 7;
        sink.message(&Message {
            protocol: Protocol::Syslog,
            kind: Kind::Event,
            function: Function::Known(severity_name(severity)),
            code: Some(u32::from(severity)),
            category: Category::Diagnostics,
            outcome: Outcome::Event,
            address: Reference::None,
            object: Reference::Text(facility_name(parts.priority >> 3)),
            anomalies: Anomalies::NONE.with_if(input.missing > 0, Anomalies::TRUNCATED),
            fields: &parts,
        });
        let told = Teller::new(Subject::Sender, Protocol::Syslog, confidence::NAMING);
        // Relays pass on messages of others, so an address here names nobody for sure.
        let name = printable(parts.hostname);
        if !name.contains(':') && name.parse::<std::net::IpAddr>().is_err() {
            told.tell("hostname", &name, sink);
        }
        Step::Took(input.data.len())
    }
}

impl Fields for Parts<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        let (facility, severity) = (self.priority >> 3, self.priority & 7);
        visitor.named("facility", u64::from(facility), facility_name(facility));
        visitor.named("severity", u64::from(severity), severity_name(severity));
        if self.version {
            visitor.uint("version", 1);
        }
        for (name, value) in [
            ("timestamp", self.timestamp),
            ("hostname", self.hostname),
            ("application", self.application),
            ("process_id", self.process),
            ("message_id", self.message_id),
            ("message", self.message),
        ] {
            if !value.is_empty() {
                visitor.text(name, printable(value).trim_start());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check_datagrams, client, probe as look};

    const OLD: &[u8] = b"<34>Oct 11 22:14:15 hmi-1 su[12]: failed";
    const NEW: &[u8] = b"<165>1 2003-10-11T22:14:15.003Z gw.plant evntslog - ID47 [x a=\"b\"] up";

    #[test]
    fn both_forms_are_taken_apart() {
        let log = check_datagrams(&DISSECTOR, Transport::Udp, 514, &[client(OLD), client(NEW)]);
        assert_eq!(
            log.messages,
            [
                "syslog event critical code=2 diagnostics Event [] [security] [] {facility=4(security) \
                 severity=2(critical) timestamp=\"Oct 11 22:14:15\" hostname=\"hmi-1\" application=\"su\" \
                 process_id=\"12\" message=\"failed\"}",
                "syslog event notice code=5 diagnostics Event [] [local] [] {facility=20(local) severity=5(notice) \
                 version=1 timestamp=\"2003-10-11T22:14:15.003Z\" hostname=\"gw.plant\" application=\"evntslog\" \
                 message_id=\"ID47\" message=\"[x a=\\\"b\\\"] up\"}",
            ]
        );
        assert_eq!(log.observations.len(), 2);
        let log =
            check_datagrams(&DISSECTOR, Transport::Udp, 514, &[client(b"<13>Oct 11 22:14:15 su: text")]);
        assert!(
            log.messages[0].contains("application=\"su\" message=\"text\"") && log.observations.is_empty()
        );
    }

    #[test]
    fn content_decides() {
        assert_eq!(look(&DISSECTOR, Transport::Udp, 5514, OLD), Verdict::Sure);
        assert_eq!(look(&DISSECTOR, Transport::Udp, 514, b"<5>text"), Verdict::Likely);
        assert_eq!(look(&DISSECTOR, Transport::Udp, 5514, b"<5>text"), Verdict::No);
        assert_eq!(look(&DISSECTOR, Transport::Udp, 514, b"<html>"), Verdict::No);
        assert_eq!(look(&DISSECTOR, Transport::Udp, 514, b"<999>x"), Verdict::No);
    }
}
