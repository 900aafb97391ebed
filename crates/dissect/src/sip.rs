//! SIP: requests and responses of telephony.
//!
//! Spec: RFC 3261, and RFC 3262, 3265, 3311, 3428, 3515, 3903, 6086 for methods. Usual ports UDP and TCP 5060;
//! recognised by content on any port: a start line with method or status and version. A response has the function of
//! its CSeq; `code` is absent: methods are words; `method` stands on requests, `status` on responses.

use crate::headers::{self, Head, MAX_HEAD, Scan};
use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Input, Kind, Message, Outcome, Over, Probe,
    Protocol, Reference, Session, Sink, Step, Transport, Verdict, Visitor, confidence, printable, said,
};

const PORTS: &[u16] = &[5060];
/// Version at the end of requests and the start of responses.
const VERSION: &[u8] = b"SIP/2.0";

/// Methods and what they do.
const METHODS: &[(&str, &str, Category)] = &[
    ("INVITE", "invite", Category::Session),
    ("ACK", "ack", Category::Session),
    ("BYE", "bye", Category::Session),
    ("CANCEL", "cancel", Category::Session),
    ("REGISTER", "register", Category::Authentication),
    ("OPTIONS", "options", Category::Discovery),
    ("PRACK", "prack", Category::Session),
    ("SUBSCRIBE", "subscribe", Category::Session),
    ("NOTIFY", "notify", Category::Other),
    ("PUBLISH", "publish", Category::Other),
    ("INFO", "info", Category::Other),
    ("REFER", "refer", Category::Other),
    ("MESSAGE", "message", Category::Other),
    ("UPDATE", "update", Category::Session),
];

/// SIP as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Sip,
    over: &[Over::Udp(PORTS), Over::Tcp(PORTS), Over::Sctp(PORTS)],
    probe,
    open: || Box::<Sip>::default(),
    max_message: MAX_HEAD,
    fields: FIELDS,
    not_decoded: &["session descriptions and other bodies", "compact names of fields beyond those shown"],
};

const FIELDS: &[Field] = &[
    Field { name: "method", doc: "Method of a request." },
    Field { name: "uri_host", doc: "Host of the request's URI; the user is not shown." },
    Field { name: "status", doc: "Status code of a response." },
    Field { name: "reason", doc: "Reason phrase of a response." },
    Field { name: "cseq", doc: "Sequence number and method." },
    Field { name: "user_agent", doc: "User-Agent field." },
    Field { name: "server", doc: "Server field." },
    Field { name: "content_type", doc: "Type of the body." },
];

enum Start<'a> {
    Request { method: &'a [u8], uri: &'a [u8] },
    Response { status: u16, reason: &'a [u8] },
}

fn start_line(line: &[u8]) -> Option<Start<'_>> {
    let [first, second, third] = headers::words(line);
    if first == VERSION {
        let status = u16::try_from(headers::number(second)?).ok()?;
        return (100..700).contains(&status).then_some(Start::Response { status, reason: third });
    }
    let is_token = !first.is_empty() && first.len() <= 20 && first.iter().all(u8::is_ascii_alphabetic);
    (is_token && headers::trim(third) == VERSION && second.contains(&b':'))
        .then_some(Start::Request { method: first, uri: second })
}

fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.data.is_empty() {
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
    let plausible = begins(b"SIP/2.0 ") || METHODS.iter().any(|(name, ..)| begins(name.as_bytes()));
    let fits = plausible && (data.len() < 12 || data.contains(&b':') || begins(VERSION));
    if fits && data.len() < 2048 && probe.transport == Transport::Tcp { Verdict::More } else { Verdict::No }
}

#[derive(Debug, Default)]
struct Sip {
    /// By direction, of streams: search for the end of the head, and bytes of body.
    scans: [Scan; 2],
    left: [u64; 2],
}

impl Session for Sip {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let data = input.data;
        let at = usize::from(input.to_server(PORTS));
        let (Some(scan), Some(left)) = (self.scans.get_mut(at), self.left.get_mut(at)) else {
            return Step::Lost;
        };
        let is_stream = input.transport == Transport::Tcp;
        if is_stream && *left > 0 && !data.is_empty() {
            let taken = usize::try_from(*left).unwrap_or(usize::MAX).min(data.len());
            *left = left.saturating_sub(taken as u64);
            return Step::Took(taken);
        }
        // Keep-alives (RFC 5626 clause 3.5.1, RFC 3261 clause 7.5).
        if let Some(blank) =
            data.iter().position(|byte| !matches!(byte, b'\r' | b'\n' | 0)).or(Some(data.len()))
            && blank > 0
        {
            return Step::Took(blank);
        }
        let (bytes, cut) = match scan.end(data) {
            Some(length) => (data.get(..length).unwrap_or(data), false),
            None if !input.last && data.len() < MAX_HEAD => return Step::More,
            None => (data, true),
        };
        scan.reset();
        let head = Head::of(bytes);
        let Some(start) = start_line(head.start) else { return Step::Lost };
        let length =
            head.get("Content-Length").or_else(|| head.get("l")).and_then(headers::number).unwrap_or(0);
        let marks = Anomalies::NONE.with_if(cut && input.missing == 0 && is_stream, Anomalies::TRUNCATED);
        message(&start, &head, marks.with_if(cut && input.missing > 0, Anomalies::TRUNCATED), sink);
        if is_stream {
            *left = length;
            return Step::Took(bytes.len());
        }
        Step::Took(data.len())
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
    }
}

fn message(start: &Start<'_>, head: &Head<'_>, marks: Anomalies, sink: &mut dyn Sink) {
    let cseq = head.get("CSeq").unwrap_or_default();
    let method = match start {
        Start::Request { method, .. } => method,
        Start::Response { .. } => headers::words(cseq)[1],
    };
    let known = METHODS.iter().find(|(name, ..)| name.as_bytes() == method);
    let (function, category) =
        known.map_or(("other_method", Category::Other), |(_, function, category)| (function, *category));
    let (kind, outcome) = match start {
        Start::Request { .. } => (Kind::Request, Outcome::Pending),
        Start::Response { status: ..400, .. } => (Kind::Response, Outcome::Ok),
        Start::Response { status, .. } => (Kind::Response, Outcome::Error(refusal(*status))),
    };
    sink.message(&Message {
        protocol: Protocol::Sip,
        kind,
        function: Function::Known(function),
        code: None,
        category,
        outcome,
        address: Reference::None,
        object: Reference::None,
        anomalies: marks.with_if(known.is_none(), Anomalies::UNKNOWN_FUNCTION),
        fields: &Shown { start, head, cseq },
    });
    for (name, attribute) in [("User-Agent", "sip_user_agent"), ("Server", "sip_server")] {
        if let Some(text) = head.get(name) {
            said::of_sender_bytes(sink, Protocol::Sip, confidence::BANNER, attribute, text);
        }
    }
}

/// Names of refusing responses (RFC 3261 clause 21).
const fn refusal(status: u16) -> &'static str {
    match status {
        400 => "bad_request",
        401 => "unauthorized",
        403 => "forbidden",
        404 => "not_found",
        405 => "method_not_allowed",
        407 => "proxy_authentication_required",
        408 => "request_timeout",
        480 => "temporarily_unavailable",
        481 => "call_does_not_exist",
        486 => "busy_here",
        487 => "request_terminated",
        488 => "not_acceptable_here",
        _ if status < 500 => "client_error",
        _ if status < 600 => "server_error",
        _ => "global_failure",
    }
}

struct Shown<'a> {
    start: &'a Start<'a>,
    head: &'a Head<'a>,
    cseq: &'a [u8],
}

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        match self.start {
            Start::Request { method, uri } => {
                visitor.text("method", &printable(method));
                let place = |wanted: u8| uri.iter().position(|byte| *byte == wanted);
                let begin = place(b'@').or_else(|| place(b':')).map_or(0, |at| at.saturating_add(1));
                let host = uri.get(begin..).unwrap_or_default();
                visitor.text("uri_host", &printable(host));
            }
            Start::Response { status, reason } => {
                visitor.uint("status", u64::from(*status));
                visitor.text("reason", &printable(reason));
            }
        }
        visitor.text("cseq", &printable(self.cseq));
        for (name, field) in
            [("user_agent", "User-Agent"), ("server", "Server"), ("content_type", "Content-Type")]
        {
            if let Some(value) = self.head.get(field) {
                visitor.text(name, &printable(value));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check_datagrams, check_stream, client, probe as look, server};

    const REGISTER: &[u8] =
        b"REGISTER sip:pbx.example SIP/2.0\r\nCSeq: 1 REGISTER\r\nUser-Agent: Desk Phone 7\r\n\
        Content-Length: 0\r\n\r\n";
    const REFUSED: &[u8] =
        b"SIP/2.0 401 Unauthorized\r\nCSeq: 1 REGISTER\r\nServer: pbx/1\r\nContent-Length: 4\r\n\r\nbody";

    #[test]
    fn a_registration_is_refused() {
        let expected = [
            "sip request register code=- authentication Pending [] [] [] {method=\"REGISTER\" \
             uri_host=\"pbx.example\" cseq=\"1 REGISTER\" user_agent=\"Desk Phone 7\"}",
            "sip response register code=- authentication Error(\"unauthorized\") [] [] [] {status=401 \
             reason=\"Unauthorized\" cseq=\"1 REGISTER\" server=\"pbx/1\"}",
        ];
        let pieces = [client(REGISTER), server(REFUSED)];
        let log = check_datagrams(&DISSECTOR, Transport::Udp, 5060, &pieces);
        assert_eq!(log.messages, expected);
        assert_eq!(log.observations[0], "Sender [] sip_user_agent=\"Desk Phone 7\" sip 70");
        assert_eq!(check_stream(&DISSECTOR, 5060, &pieces).messages, expected);
    }

    #[test]
    fn content_decides() {
        assert_eq!(look(&DISSECTOR, Transport::Udp, 7060, REGISTER), Verdict::Sure);
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 7060, &REGISTER[..10]), Verdict::More);
        assert_eq!(look(&DISSECTOR, Transport::Udp, 5060, b"NOTIFY * HTTP/1.1\r\n\r\n"), Verdict::No);
        assert_eq!(look(&DISSECTOR, Transport::Udp, 5060, b"\0\0\0\0"), Verdict::No);
    }
}
