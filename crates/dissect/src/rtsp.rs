//! RTSP: control of streams, as cameras and recorders use it.
//!
//! Spec: RFC 2326 (1.0), RFC 7826 (2.0). Usual ports TCP 554 and 8554; recognised by content on any port: a start line
//! with method or status and version. Media in the same connection (RFC 2326 clause 10.12) is passed over. `code` is
//! absent: methods are words; `method` stands on requests, `status` on responses.

use crate::headers::{self, Head, MAX_HEAD, Scan};
use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Input, Kind, Message, Outcome, Over, Pending,
    Probe, Protocol, Reference, Session, Sink, Step, Subject, Transport, Verdict, Visitor, confidence,
    printable, said,
};

const PORTS: &[u16] = &[554, 8554];
/// Marks a frame of media between messages.
const INTERLEAVED: u8 = b'$';

/// Methods and what they do.
const METHODS: &[(&str, &str, Category)] = &[
    ("OPTIONS", "options", Category::Discovery),
    ("DESCRIBE", "describe", Category::Read),
    ("ANNOUNCE", "announce", Category::Other),
    ("SETUP", "setup", Category::Session),
    ("PLAY", "play", Category::Session),
    ("PAUSE", "pause", Category::Session),
    ("TEARDOWN", "teardown", Category::Session),
    ("GET_PARAMETER", "get_parameter", Category::Read),
    ("SET_PARAMETER", "set_parameter", Category::Other),
    ("REDIRECT", "redirect", Category::Session),
    ("RECORD", "record", Category::Session),
    ("PLAY_NOTIFY", "play_notify", Category::Session),
];

/// RTSP as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Rtsp,
    over: &[Over::Tcp(PORTS)],
    probe,
    open: || Box::<Rtsp>::default(),
    max_message: MAX_HEAD,
    fields: FIELDS,
    not_decoded: &["session descriptions and other bodies", "media", "tunnelling in HTTP"],
};

const FIELDS: &[Field] = &[
    Field { name: "method", doc: "Method of a request." },
    Field { name: "url", doc: "URL of a request without user information." },
    Field { name: "status", doc: "Status code of a response." },
    Field { name: "reason", doc: "Reason phrase of a response." },
    Field { name: "cseq", doc: "Sequence number; a response repeats its request's." },
    Field { name: "user_agent", doc: "User-Agent field." },
    Field { name: "server", doc: "Server field." },
    Field { name: "content_type", doc: "Type of the body." },
    Field { name: "transport", doc: "Transport field." },
];

enum Start<'a> {
    Request { method: &'a [u8], url: &'a [u8] },
    Response { status: u16, reason: &'a [u8] },
}

fn is_version(text: &[u8]) -> bool {
    matches!(text, b"RTSP/1.0" | b"RTSP/2.0")
}

fn start_line(line: &[u8]) -> Option<Start<'_>> {
    let [first, second, third] = headers::words(line);
    if is_version(first) {
        let status = u16::try_from(headers::number(second)?).ok()?;
        return (100..600).contains(&status).then_some(Start::Response { status, reason: third });
    }
    let is_token = !first.is_empty()
        && first.len() <= 20
        && first.iter().all(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
    (is_token && is_version(headers::trim(third)) && !second.is_empty())
        .then_some(Start::Request { method: first, url: second })
}

fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.transport != Transport::Tcp || probe.data.is_empty() {
        return Verdict::No;
    }
    let data = probe.data.get(..2048).unwrap_or(probe.data);
    if data.contains(&b'\n') {
        return if start_line(headers::line(data).0).is_some() { Verdict::Sure } else { Verdict::No };
    }
    let begins = |word: &[u8]| {
        let shared = data.len().min(word.len());
        data.get(..shared) == word.get(..shared)
    };
    let plausible = begins(b"RTSP/1.0 ")
        || METHODS
            .iter()
            .any(|(name, ..)| begins(name.as_bytes()) && data.get(name.len()).is_none_or(|b| *b == b' '));
    let is_target =
        |at: usize| data.get(at..).is_some_and(|rest| rest.starts_with(b"rtsp") || rest.len() < 4);
    let blank = data.iter().position(|byte| *byte == b' ').map(|at| at.saturating_add(1));
    let fits = plausible
        && (begins(b"RTSP/") || blank.is_none_or(|at| is_target(at) || data.get(at) == Some(&b'*')));
    if fits && data.len() < 2048 { Verdict::More } else { Verdict::No }
}

#[derive(Debug, Clone, Copy)]
struct Asked {
    function: &'static str,
    category: Category,
}

#[derive(Debug, Default)]
struct Rtsp {
    /// By direction: search for the end of the head, and bytes of body or media.
    scans: [Scan; 2],
    left: [u64; 2],
    pending: Pending<u64, Asked>,
    watched: bool,
}

impl Session for Rtsp {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let data = input.data;
        let at = usize::from(input.to_server(PORTS));
        let (Some(scan), Some(left)) = (self.scans.get_mut(at), self.left.get_mut(at)) else {
            return Step::Lost;
        };
        if *left > 0 && !data.is_empty() {
            let taken = usize::try_from(*left).unwrap_or(usize::MAX).min(data.len());
            *left = left.saturating_sub(taken as u64);
            return Step::Took(taken);
        }
        match data {
            [] => return if input.last { Step::Lost } else { Step::More },
            [INTERLEAVED, _, high, low, ..] => {
                *left = u64::from(u16::from_be_bytes([*high, *low]));
                return Step::Took(4);
            }
            [INTERLEAVED, ..] => return if input.last { Step::Took(data.len()) } else { Step::More },
            [b'\r' | b'\n', ..] => return Step::Took(1),
            _ => {}
        }
        let (bytes, cut) = match scan.end(data) {
            Some(length) => (data.get(..length).unwrap_or(data), false),
            None if !input.last && data.len() < MAX_HEAD => return Step::More,
            None => (data, true),
        };
        scan.reset();
        let head = Head::of(bytes);
        let Some(start) = start_line(head.start) else { return Step::Lost };
        *left = head.get("Content-Length").and_then(headers::number).unwrap_or(0);
        self.message(&start, &head, Anomalies::NONE.with_if(cut, Anomalies::TRUNCATED), sink);
        Step::Took(bytes.len())
    }

    fn resumes(&self, data: &[u8]) -> bool {
        start_line(headers::line(data).0).is_some()
    }

    fn gap(&mut self, from_client: Option<bool>) {
        for at in 0..2 {
            if from_client.is_none_or(|from_client| usize::from(from_client) == at)
                && let (Some(scan), Some(left)) = (self.scans.get_mut(at), self.left.get_mut(at))
            {
                scan.reset();
                *left = 0;
            }
        }
        self.pending.clear();
        self.watched = false;
    }
}

impl Rtsp {
    fn message(&mut self, start: &Start<'_>, head: &Head<'_>, mut marks: Anomalies, sink: &mut dyn Sink) {
        let cseq = head.get("CSeq").and_then(headers::number).unwrap_or(0);
        let (asked, kind, outcome) = match start {
            Start::Request { method, .. } => {
                let known = METHODS.iter().find(|(name, ..)| name.as_bytes() == *method);
                let (function, category) = known
                    .map_or(("other_method", Category::Other), |(_, function, category)| {
                        (*function, *category)
                    });
                marks = marks.with_if(known.is_none(), Anomalies::UNKNOWN_FUNCTION);
                let category =
                    if head.get("Authorization").is_some() { Category::Authentication } else { category };
                let asked = Asked { function, category };
                self.pending.insert(cseq, asked);
                self.watched = true;
                (asked, Kind::Request, Outcome::Pending)
            }
            Start::Response { status, .. } => {
                let asked = self.pending.take(&cseq);
                marks = marks.with_if(asked.is_none() && self.watched, Anomalies::UNEXPECTED_RESPONSE);
                let outcome = if *status < 400 { Outcome::Ok } else { Outcome::Error(refusal(*status)) };
                let unknown = Asked { function: "response", category: Category::Other };
                (asked.unwrap_or(unknown), Kind::Response, outcome)
            }
        };
        sink.message(&Message {
            protocol: Protocol::Rtsp,
            kind,
            function: Function::Known(asked.function),
            code: None,
            category: asked.category,
            outcome,
            address: Reference::None,
            object: Reference::None,
            anomalies: marks,
            fields: &Shown { start, head },
        });
        for (name, attribute) in [("User-Agent", "rtsp_user_agent"), ("Server", "rtsp_server")] {
            if let Some(text) = head.get(name) {
                said::of_sender_bytes(sink, Protocol::Rtsp, confidence::BANNER, attribute, text);
            }
        }
        let basic = head.get("Authorization").is_some_and(|value| headers::begins_with(value, "Basic"));
        if basic {
            let text = "clear text credentials";
            said::of(sink, Subject::Receiver, Protocol::Rtsp, confidence::BANNER, "rtsp_basic_auth", text);
        }
    }
}

/// Names of refusing responses (RFC 2326 clause 11).
const fn refusal(status: u16) -> &'static str {
    match status {
        400 => "bad_request",
        401 => "unauthorized",
        403 => "forbidden",
        404 => "not_found",
        405 => "method_not_allowed",
        453 => "not_enough_bandwidth",
        454 => "session_not_found",
        455 => "method_not_valid_in_this_state",
        457 => "invalid_range",
        461 => "unsupported_transport",
        503 => "service_unavailable",
        551 => "option_not_supported",
        _ if status < 500 => "client_error",
        _ => "server_error",
    }
}

struct Shown<'a> {
    start: &'a Start<'a>,
    head: &'a Head<'a>,
}

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        match self.start {
            Start::Request { method, url } => {
                visitor.text("method", &printable(method));
                let url = printable(url);
                match url.split_once("://").and_then(|(scheme, rest)| Some((scheme, rest.split_once('@')?.1)))
                {
                    Some((scheme, rest)) => visitor.text("url", &format!("{scheme}://***@{rest}")),
                    None => visitor.text("url", &url),
                }
            }
            Start::Response { status, reason } => {
                visitor.uint("status", u64::from(*status));
                visitor.text("reason", &printable(reason));
            }
        }
        let fields = [
            ("cseq", "CSeq"),
            ("user_agent", "User-Agent"),
            ("server", "Server"),
            ("content_type", "Content-Type"),
            ("transport", "Transport"),
        ];
        for (name, field) in fields {
            if let Some(value) = self.head.get(field) {
                visitor.text(name, &printable(value));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check_stream, client, probe as look, server};

    const DESCRIBE: &[u8] =
        b"DESCRIBE rtsp://op:pw@10.0.0.2/stream1 RTSP/1.0\r\nCSeq: 2\r\nUser-Agent: viewer/1\r\n\r\n";

    #[test]
    fn media_between_messages_is_passed_over() {
        let answer =
            b"RTSP/1.0 200 OK\r\nCSeq: 2\r\nServer: Cam/4.1\r\nContent-Length: 5\r\n\r\nv=0\r\n$\0\0\x03abc\
            RTSP/1.0 454 Session Not Found\r\nCSeq: 9\r\n\r\n";
        let log = check_stream(&DISSECTOR, 554, &[client(DESCRIBE), server(answer)]);
        assert_eq!(
            log.messages,
            [
                "rtsp request describe code=- read Pending [] [] [] {method=\"DESCRIBE\" \
                 url=\"rtsp://***@10.0.0.2/stream1\" cseq=\"2\" user_agent=\"viewer/1\"}",
                "rtsp response describe code=- read Ok [] [] [] {status=200 reason=\"OK\" cseq=\"2\" server=\"Cam/4.1\"}",
                "rtsp response response code=- other Error(\"session_not_found\") [] [] [\"unexpected_response\"] \
                 {status=454 reason=\"Session Not Found\" cseq=\"9\"}",
            ]
        );
        assert_eq!(
            log.observations,
            ["Sender [] rtsp_user_agent=\"viewer/1\" rtsp 70", "Sender [] rtsp_server=\"Cam/4.1\" rtsp 70"]
        );
    }

    #[test]
    fn content_decides() {
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 9000, DESCRIBE), Verdict::Sure);
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 9000, b"OPTIONS rtsp://a"), Verdict::More);
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 554, b"OPTIONS / HTTP/1.1\r\n\r\n"), Verdict::No);
    }
}
