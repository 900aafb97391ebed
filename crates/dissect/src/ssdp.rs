//! SSDP: discovery of UPnP devices.
//!
//! Spec: UPnP Device Architecture 2.0, 1.2 and 1.3. UDP port 1900; recognised on any port by its request line or, for
//! answers, by the status line and the headers that only SSDP has.

use crate::tell::{Teller, trimmed};
use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Input, Kind, Message, Outcome, Over, Probe,
    Protocol, Reference, Session, Sink, Step, Subject, Transport, Verdict, Visitor, confidence, printable,
};

const PORTS: &[u16] = &[1900];
/// Headers of one message that are looked at.
const MAX_HEADERS: usize = 64;

/// SSDP as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Ssdp,
    over: &[Over::Udp(PORTS)],
    probe,
    open: || Box::new(Ssdp),
    max_message: 65_535,
    fields: &[
        Field { name: "method", doc: "M-SEARCH or NOTIFY." },
        Field { name: "status", doc: "Status of an answer." },
        Field { name: "search_target", doc: "ST or NT: what is looked for or announced." },
        Field { name: "usn", doc: "Unique service name." },
        Field { name: "location", doc: "Address of the description." },
        Field { name: "server", doc: "Operating system, UPnP version and product." },
        Field { name: "headers", doc: "All headers: name and value." },
    ],
    not_decoded: &["event notifications with a body (UPnP multicast events)"],
};

/// A line's bytes without its end; the rest.
fn line(data: &[u8]) -> (&[u8], &[u8]) {
    let end = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let rest = data.get(end.saturating_add(1)..).unwrap_or_default();
    let line = data.get(..end).unwrap_or_default();
    (line.strip_suffix(b"\r").unwrap_or(line), rest)
}

/// Name and value of each header.
fn headers(data: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let (_, mut rest) = line(data);
    std::iter::from_fn(move || {
        let (this, after) = line(rest);
        rest = after;
        let colon = this.iter().position(|byte| *byte == b':')?;
        Some((this.get(..colon)?.trim_ascii(), this.get(colon.saturating_add(1)..)?.trim_ascii()))
    })
    .take(MAX_HEADERS)
}

fn find<'a>(data: &'a [u8], name: &str) -> Option<&'a [u8]> {
    headers(data).find(|(known, _)| known.eq_ignore_ascii_case(name.as_bytes())).map(|(_, value)| value)
}

/// What the first line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Start {
    Search,
    Notify,
    Answer(u16),
}

fn start(data: &[u8]) -> Option<Start> {
    let (first, _) = line(data);
    let mut words = first.split(|byte| *byte == b' ');
    let (word, second) = (words.next()?, words.next()?);
    let version = words.next().unwrap_or_default();
    match word {
        b"M-SEARCH" if version.starts_with(b"HTTP/1.") => Some(Start::Search),
        b"NOTIFY" if version.starts_with(b"HTTP/1.") => Some(Start::Notify),
        _ if word.starts_with(b"HTTP/1.") => {
            Some(Start::Answer(std::str::from_utf8(second).ok()?.parse().ok()?))
        }
        _ => None,
    }
}

fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.transport != Transport::Udp {
        return Verdict::No;
    }
    let has = |name| find(probe.data, name).is_some();
    match start(probe.data) {
        Some(Start::Search) if has("MAN") || has("ST") => Verdict::Sure,
        Some(Start::Notify) if has("NT") || has("NTS") => Verdict::Sure,
        Some(Start::Answer(_)) if has("ST") && (has("USN") || has("LOCATION")) => Verdict::Sure,
        Some(_) if probe.on_port(PORTS) => Verdict::Likely,
        _ => Verdict::No,
    }
}

struct Ssdp;

impl Session for Ssdp {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let Some(start) = start(input.data) else { return Step::Lost };
        let (function, kind, outcome) = match start {
            Start::Search => ("m_search", Kind::Request, Outcome::Pending),
            Start::Notify => ("notify", Kind::Event, Outcome::Event),
            Start::Answer(200..=299) => ("m_search", Kind::Response, Outcome::Ok),
            Start::Answer(_) => ("m_search", Kind::Response, Outcome::Error("refused")),
        };
        let ended = input.data.windows(4).any(|four| four == b"\r\n\r\n");
        let anomalies = Anomalies::NONE
            .with_if(input.missing > 0, Anomalies::TRUNCATED)
            .with_if(input.missing == 0 && !ended, Anomalies::BAD_ENCODING);
        sink.message(&Message {
            protocol: Protocol::Ssdp,
            kind,
            function: Function::Known(function),
            code: None,
            category: Category::Discovery,
            outcome,
            address: Reference::None,
            object: Reference::None,
            anomalies,
            fields: &Shown { data: input.data, start },
        });
        observe(input.data, start, sink);
        Step::Took(input.data.len())
    }
}

fn observe(data: &[u8], start: Start, sink: &mut dyn Sink) {
    let told = Teller::new(Subject::Sender, Protocol::Ssdp, confidence::NAMING);
    let leaves = find(data, "NTS").is_some_and(|value| value.eq_ignore_ascii_case(b"ssdp:byebye"));
    for (name, value) in headers(data) {
        let text = printable(value);
        match name.to_ascii_uppercase().as_slice() {
            b"SERVER" => told.tell("http_server", &text, sink),
            b"USER-AGENT" => told.tell("http_user_agent", &text, sink),
            b"LOCATION" if start != Start::Search => told.tell("location_url", &text, sink),
            b"USN" if !leaves => {
                if let Some(uuid) = text.strip_prefix("uuid:") {
                    told.tell("uuid", uuid.split("::").next().unwrap_or(uuid), sink);
                }
            }
            // What is announced or answered; what is looked for says nothing about the seeker.
            b"NT" | b"ST" if start != Start::Search && !leaves && text.starts_with("urn:") => {
                told.tell("services", trimmed(&text), sink);
            }
            b"HUE-BRIDGEID" => told.tell("serial", &text, sink),
            b"CPFN.UPNP.ORG" => told.tell("name", &text, sink),
            _ => {}
        }
    }
}

struct Shown<'a> {
    data: &'a [u8],
    start: Start,
}

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        match self.start {
            Start::Search => visitor.text("method", "M-SEARCH"),
            Start::Notify => visitor.text("method", "NOTIFY"),
            Start::Answer(status) => visitor.uint("status", u64::from(status)),
        }
        for (field, header) in [
            ("search_target", "ST"),
            ("search_target", "NT"),
            ("usn", "USN"),
            ("location", "LOCATION"),
            ("server", "SERVER"),
        ] {
            if let Some(value) = find(self.data, header) {
                visitor.text(field, &printable(value));
            }
        }
        visitor.begin_list("headers");
        for (name, value) in headers(self.data) {
            visitor.begin_object("");
            visitor.text("name", &printable(name));
            visitor.text("value", &printable(value));
            visitor.end_object();
        }
        visitor.end_list();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check_datagrams, client, probe as look, server};

    const SEARCH: &[u8] = b"M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\nST: ssdp:all\r\n\r\n";
    const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nST: urn:schemas-upnp-org:device:Basic:1\r\nUSN: uuid:12-34::urn:x\r\nSERVER: Linux/3 UPnP/1.0 Cam/2\r\nLOCATION: http://10.0.0.2/d.xml\r\n\r\n";

    #[test]
    fn searches_answers_and_announcements() {
        let notify = b"NOTIFY * HTTP/1.1\r\nNT: upnp:rootdevice\r\nNTS: ssdp:byebye\r\nUSN: uuid:1::upnp:rootdevice\r\n\r\n";
        let log = check_datagrams(
            &DISSECTOR,
            Transport::Udp,
            1900,
            &[client(SEARCH), server(ANSWER), server(notify)],
        );
        let heads: Vec<_> = log.messages.iter().map(|line| line.split(" {").next().unwrap()).collect();
        assert_eq!(
            heads,
            [
                "ssdp request m_search code=- discovery Pending [] [] []",
                "ssdp response m_search code=- discovery Ok [] [] []",
                "ssdp event notify code=- discovery Event [] [] []",
            ]
        );
        assert!(log.messages[0].contains("{method=\"M-SEARCH\" search_target=\"ssdp:all\""));
        let told: Vec<_> = log.observations.iter().map(|line| line.replace("Sender [] ", "")).collect();
        assert_eq!(
            told,
            [
                "services=\"urn:schemas-upnp-org:device:Basic:1\" ssdp 60",
                "uuid=\"12-34\" ssdp 60",
                "http_server=\"Linux/3 UPnP/1.0 Cam/2\" ssdp 60",
                "location_url=\"http://10.0.0.2/d.xml\" ssdp 60",
            ]
        );
    }

    #[test]
    fn content_decides() {
        assert_eq!(look(&DISSECTOR, Transport::Udp, 1900, SEARCH), Verdict::Sure);
        assert_eq!(look(&DISSECTOR, Transport::Udp, 40_000, ANSWER), Verdict::Sure);
        assert_eq!(look(&DISSECTOR, Transport::Udp, 1900, b"GET / HTTP/1.1\r\n\r\n"), Verdict::No);
        assert_eq!(look(&DISSECTOR, Transport::Udp, 40_000, b"HTTP/1.1 200 OK\r\n\r\n"), Verdict::No);
        assert_eq!(look(&DISSECTOR, Transport::Udp, 1900, &[0x30, 1, 2]), Verdict::No);
    }
}
