//! HTTP/1: requests and responses.
//!
//! Spec: RFC 9110 (semantics), RFC 9112 (HTTP/1.1), RFC 1945 (HTTP/1.0), RFC 7617 (basic), RFC 4559 (Negotiate, NTLM).
//! Usual ports TCP 80 and others; recognised by content on any port: a start line with method or status and version.
//! Bodies are passed over by their length and never kept; of a page the title is read. `code` is absent: methods are
//! words; `method` stands on requests, `status` on responses, and a response has the function of its request.

mod base64;
mod body;
mod head;
mod method;
mod transfer;

use std::collections::VecDeque;

use crate::headers::{self, Head, MAX_HEAD, Scan};
use crate::websocket::WebSocket;
use crate::{
    Anomalies, Category, Direction, Dissector, Field, Function, Input, Kind, Message, Outcome, Over, Probe,
    Protocol, Reference, Session, Sink, Step, Subject, Transport, Verdict, confidence, ntlm, said, tls,
};
use body::{Next, Passed, TITLE_WINDOW};
use head::{Parsed, Start};
use transfer::Transfer;

/// Registered and common ports; the last two are WS-Management and CUPS.
const PORTS: &[u16] = &[80, 8080, 8000, 8008, 8081, 8088, 8888, 3128, 5985, 631];
/// Requests of one connection that wait for their responses; clients seldom have more than a handful in flight.
const MAX_WAITING: usize = 64;
/// Pages of one connection whose title is looked for.
const MAX_TITLES: u8 = 8;
/// Bytes of a first line after which it must have ended.
const MAX_LINE: usize = 8192;

/// HTTP as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Http,
    over: &[Over::Tcp(PORTS)],
    probe,
    open: || Box::<Http>::default(),
    max_message: MAX_HEAD,
    fields: FIELDS,
    not_decoded: &[
        "HTTP/2 and HTTP/3 (their preface gives one message)",
        "bodies other than programs, archives and attachments, and those with a content coding",
    ],
};

const FIELDS: &[Field] = &[
    Field { name: "method", doc: "Method of a request, as on the wire." },
    Field { name: "uri", doc: "Target of a request; user information and telling query values are masked." },
    Field { name: "status", doc: "Status code of a response." },
    Field { name: "reason", doc: "Reason phrase of a response." },
    Field { name: "version", doc: "Protocol version, e.g. 1.1." },
    Field { name: "host", doc: "Host field." },
    Field { name: "user_agent", doc: "User-Agent field." },
    Field { name: "server", doc: "Server field." },
    Field { name: "content_type", doc: "Content-Type field." },
    Field { name: "upgrade", doc: "Upgrade field." },
    Field { name: "content_length", doc: "Content-Length field in bytes." },
    Field { name: "chunked", doc: "The body comes in chunks." },
    Field { name: "location", doc: "Location field, masked as uri." },
    Field { name: "www_authenticate", doc: "Scheme of the challenge." },
    Field { name: "realm", doc: "Realm of the challenge." },
    Field { name: "authorization", doc: "Scheme of the credentials; never the credentials." },
];

fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.transport != Transport::Tcp || probe.data.is_empty() {
        return Verdict::No;
    }
    let data = probe.data;
    let is_whole = data.iter().take(MAX_LINE).any(|byte| *byte == b'\n');
    if is_whole {
        let (line, _) = headers::line(data);
        return match (head::start_line(line), head::simple_request(line)) {
            (Some(_), _) => Verdict::Sure,
            (None, Some(_)) if probe.on_port(PORTS) => Verdict::Likely,
            _ => Verdict::No,
        };
    }
    if !may_begin(data) {
        return Verdict::No;
    }
    // A request line may be long; a method and a target that fits are two checks.
    match data.len() {
        0..1024 => Verdict::More,
        _ if begins(data) => Verdict::Sure,
        _ => Verdict::No,
    }
}

/// Whether a head may begin with these bytes, however few.
fn may_begin(data: &[u8]) -> bool {
    let version = b"HTTP/1.";
    let shared = data.len().min(version.len());
    data.get(..shared) == version.get(..shared) || method::may_begin(data)
}

/// Whether a head begins here: a version, or a known method with a target.
fn begins(data: &[u8]) -> bool {
    if let Some([major, b'.', minor, b' ', ..]) = data.strip_prefix(b"HTTP/") {
        return major.is_ascii_digit() && minor.is_ascii_digit();
    }
    let window = data.get(..method::LONGEST.saturating_add(2)).unwrap_or(data);
    let Some(blank) = window.iter().position(|byte| *byte == b' ') else { return false };
    let (method, target) = window.split_at(blank);
    let fits = matches!(target.get(1), Some(first) if first.is_ascii_alphanumeric() || matches!(first, b'/' | b'*' | b'['));
    fits && method::is_known(method)
}

/// What a response needs to know of its request.
#[derive(Debug, Clone)]
struct Asked {
    function: Function,
    category: Category,
    is_head: bool,
    is_connect: bool,
    /// Last segment of the target.
    name: String,
}

/// One direction.
#[derive(Default)]
struct Side {
    next: Next,
    scan: Scan,
    /// The body that comes next is a page whose title is wanted.
    is_page: bool,
    /// The body that comes next is a file.
    transfer: Option<Transfer>,
    tunnel: Option<Box<tls::Tls>>,
    /// The tunnel's first bytes have been looked at.
    is_decided: bool,
}

#[derive(Default)]
struct Http {
    /// By direction: from the server, to the server.
    sides: [Side; 2],
    waiting: VecDeque<Asked>,
    watched: bool,
    titles: u8,
    /// The connection became a WebSocket.
    websocket: Option<Box<WebSocket>>,
    /// Files so far, to tell them apart.
    transfers: u64,
    /// Credentials were sent and accepted: those that follow on this connection say nothing new.
    authenticated: bool,
}

impl Session for Http {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let data = input.data;
        if data.is_empty() {
            return if input.last { Step::Lost } else { Step::More };
        }
        let at = usize::from(input.to_server(PORTS));
        let Some(side) = self.sides.get_mut(at) else { return Step::Lost };
        if side.is_page && side.next.run() > 0 {
            let wanted = usize::try_from(side.next.run().min(TITLE_WINDOW)).unwrap_or(usize::MAX);
            if data.len() < wanted && !input.last {
                return Step::More;
            }
            side.is_page = false;
            if let Some(title) = body::title(data.get(..wanted).unwrap_or(data)) {
                said::of_sender(sink, Protocol::Http, confidence::BANNER, "http_title", &title);
            }
        }
        match side.next {
            Next::Head => self.head(at, input, sink),
            Next::Tunnel => match &mut self.websocket {
                Some(websocket) => match websocket.next(input, sink) {
                    Step::Lost => {
                        self.websocket = None;
                        Step::Took(data.len())
                    }
                    step => step,
                },
                None => side.tunnel(input, sink),
            },
            before => match side.next.pass(data, input.last) {
                Passed::Took(taken) => {
                    let after = side.next;
                    if side.transfer.as_ref().is_some_and(|file| file.pass(before, after, data, taken, sink))
                    {
                        side.transfer = None;
                    }
                    Step::Took(taken)
                }
                Passed::More => Step::More,
                Passed::Broken => {
                    side.next = Next::Head;
                    Step::Lost
                }
            },
        }
    }

    fn resumes(&self, data: &[u8]) -> bool {
        match &self.websocket {
            Some(websocket) => websocket.resumes(data),
            None => begins(data),
        }
    }

    fn gap(&mut self, from_client: Option<bool>) {
        for (at, side) in self.sides.iter_mut().enumerate() {
            let is_hit = from_client.is_none_or(|from_client| usize::from(from_client) == at);
            if is_hit && side.next != Next::Tunnel {
                *side = Side::default();
            }
        }
        self.waiting.clear();
        self.watched = false;
        if let Some(websocket) = &mut self.websocket {
            websocket.gap(from_client);
        }
    }

    fn protocol(&self) -> Option<Protocol> {
        self.websocket.as_ref()?.protocol()
    }
}

impl Side {
    /// Bytes of another protocol: TLS is read on, everything else passed over.
    fn tunnel(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        if !self.is_decided {
            match tls::begins(input.data) {
                Verdict::More if !input.last => return Step::More,
                Verdict::Sure => self.tunnel = Some(Box::default()),
                _ => {}
            }
            self.is_decided = true;
        }
        match self.tunnel.as_mut().map(|tls| tls.next(input, sink)) {
            None => Step::Took(input.data.len()),
            Some(Step::Lost) => {
                self.tunnel = None;
                Step::Took(input.data.len())
            }
            Some(step) => step,
        }
    }
}

impl Http {
    fn head(&mut self, at: usize, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let data = input.data;
        // Empty lines before a start line are allowed (RFC 9112 clause 2.2).
        if let [b'\r', b'\n', ..] | [b'\n', ..] = data {
            return Step::Took(if data.first() == Some(&b'\n') { 1 } else { 2 });
        }
        if data.starts_with(b"GET ")
            && let (line, _) = headers::line(data.get(..MAX_LINE).unwrap_or(data))
            && data.get(line.len()).is_some()
            && let Some(target) = head::simple_request(line)
        {
            return self.simple_request(at, line, target, sink);
        }
        let Some(side) = self.sides.get_mut(at) else { return Step::Lost };
        let (bytes, cut) = match side.scan.end(data) {
            Some(length) => (data.get(..length).unwrap_or(data), false),
            None if !input.last && data.len() < MAX_HEAD => {
                let looks = data.len() >= 1024 || may_begin(data) || !data.contains(&b'\n');
                if looks {
                    return Step::More;
                }
                side.scan.reset();
                let (line, _) = headers::line(data);
                // An unknown method: its line decides.
                return if head::start_line(line).is_some() { Step::More } else { Step::Lost };
            }
            None => (data, true),
        };
        side.scan.reset();
        if cut && !bytes.contains(&b'\n') {
            return Step::Lost;
        }
        let Some(parsed) = Parsed::of(&Head::of(bytes)) else { return Step::Lost };
        let anomalies = Anomalies::NONE.with_if(cut, Anomalies::TRUNCATED).with_if(
            parsed.bad_length || (parsed.is_chunked && parsed.content_length.is_some()),
            Anomalies::BAD_LENGTH,
        );
        match parsed.start {
            Start::Request { method, .. } => self.request(at, method, &parsed, anomalies, sink),
            Start::Response { status, .. } => self.response(at, status, &parsed, anomalies, sink),
        }
        Step::Took(bytes.len())
    }

    /// A request of HTTP/0.9: the answer is a body without head, up to the end of the connection.
    fn simple_request(&mut self, at: usize, line: &[u8], target: &[u8], sink: &mut dyn Sink) -> Step {
        let start = Start::Request { method: b"GET", target, version: b"0.9" };
        self.request(at, b"GET", &Parsed::empty(start), Anomalies::NONE, sink);
        for (own, side) in self.sides.iter_mut().enumerate() {
            if own != at {
                side.next = Next::UntilClose;
            }
        }
        Step::Took(line.len())
    }

    fn request(
        &mut self,
        at: usize,
        method: &[u8],
        parsed: &Parsed<'_>,
        anomalies: Anomalies,
        sink: &mut dyn Sink,
    ) {
        let (function, mut category) = method::describe(method);
        if parsed.credentials.is_some() && !self.authenticated {
            category = Category::Authentication;
        }
        let name = match parsed.start {
            Start::Request { target, .. } => transfer::last_segment(target),
            Start::Response { .. } => String::new(),
        };
        self.transfers = self.transfers.wrapping_add(1);
        let sent = Transfer::of(parsed, &name, Direction::Download, self.transfers);
        let is_head = method == b"HEAD";
        let asked = Asked { function, category, is_head, is_connect: method == b"CONNECT", name };
        if self.waiting.len() >= MAX_WAITING {
            self.waiting.pop_front();
        }
        self.waiting.push_back(asked);
        self.watched = true;
        if let Some(side) = self.sides.get_mut(at) {
            side.next = match parsed.content_length {
                _ if method == b"PRI" => Next::Tunnel,
                _ if parsed.is_chunked => Next::ChunkSize,
                Some(length) if length > 0 => Next::Length(length),
                _ => Next::Head,
            };
            side.is_page = false;
            let has_body = !matches!(side.next, Next::Head | Next::Tunnel);
            side.transfer = sent.filter(|_| has_body && sink.wants().files);
        }
        let marks = anomalies.with_if(!method::is_known(method), Anomalies::UNKNOWN_FUNCTION);
        give(Kind::Request, function, category, Outcome::Pending, marks, parsed, sink);
        observe(parsed, sink);
    }

    fn response(
        &mut self,
        at: usize,
        status: u16,
        parsed: &Parsed<'_>,
        mut anomalies: Anomalies,
        sink: &mut dyn Sink,
    ) {
        // An interim response announces the final one (RFC 9110 clause 15.2); switching protocols is final.
        let is_interim = status < 200 && status != 101;
        let asked = if is_interim { self.waiting.front().cloned() } else { self.waiting.pop_front() };
        anomalies = anomalies.with_if(asked.is_none() && self.watched, Anomalies::UNEXPECTED_RESPONSE);
        let opens_tunnel = status == 101
            || (asked.as_ref().is_some_and(|asked| asked.is_connect) && (200..300).contains(&status));
        let has_body =
            !is_interim && !matches!(status, 204 | 304) && !asked.as_ref().is_some_and(|asked| asked.is_head);
        let next = match parsed.content_length {
            _ if opens_tunnel => Next::Tunnel,
            _ if !has_body => Next::Head,
            _ if parsed.is_chunked => Next::ChunkSize,
            Some(0) => Next::Head,
            Some(length) => Next::Length(length),
            None => Next::UntilClose,
        };
        let is_page = parsed.is_page() && has_body && self.titles < MAX_TITLES;
        self.titles = self.titles.saturating_add(u8::from(is_page));
        if opens_tunnel {
            let is_websocket = parsed.upgrade.is_some_and(|name| name.eq_ignore_ascii_case(b"websocket"));
            self.websocket = (status == 101 && is_websocket).then(Box::default);
            for side in &mut self.sides {
                *side = Side { next: Next::Tunnel, ..Side::default() };
            }
        } else if let Some(side) = self.sides.get_mut(at) {
            side.next = next;
            side.is_page = is_page;
            self.transfers = self.transfers.wrapping_add(1);
            let name = asked.as_ref().map_or("", |asked| asked.name.as_str());
            let wanted = sink.wants().files && status == 200 && next != Next::Head;
            side.transfer =
                if wanted { Transfer::of(parsed, name, Direction::Upload, self.transfers) } else { None };
        }
        let (function, category) = asked
            .map_or((Function::Known("response"), Category::Other), |asked| (asked.function, asked.category));
        if category == Category::Authentication {
            self.authenticated = status < 400;
        } else if status == 401 {
            self.authenticated = false;
        }
        let outcome = if status < 400 { Outcome::Ok } else { Outcome::Error(method::refusal(status)) };
        give(Kind::Response, function, category, outcome, anomalies, parsed, sink);
        observe(parsed, sink);
    }
}

fn give(
    kind: Kind,
    function: Function,
    category: Category,
    outcome: Outcome,
    anomalies: Anomalies,
    parsed: &Parsed<'_>,
    sink: &mut dyn Sink,
) {
    sink.message(&Message {
        protocol: Protocol::Http,
        kind,
        function,
        code: None,
        category,
        outcome,
        address: Reference::None,
        object: Reference::None,
        anomalies,
        fields: parsed,
    });
}

/// Hands over what a head says about its sender, and credentials by kind.
fn observe(parsed: &Parsed<'_>, sink: &mut dyn Sink) {
    let banner = |sink: &mut dyn Sink, attribute, value: Option<&[u8]>| {
        if let Some(value) = value {
            said::of_sender_bytes(sink, Protocol::Http, confidence::BANNER, attribute, value);
        }
    };
    banner(sink, "http_server", parsed.server);
    banner(sink, "http_user_agent", parsed.user_agent);
    banner(sink, "http_realm", parsed.challenge.and_then(head::realm));
    if let Some(credentials) = parsed.credentials
        && head::scheme(credentials).eq_ignore_ascii_case(b"Basic")
    {
        let text = "clear text credentials";
        said::of(sink, Subject::Receiver, Protocol::Http, confidence::BANNER, "http_basic_auth", text);
    }
    for token in [parsed.challenge, parsed.credentials].into_iter().flatten().filter_map(head::token) {
        if let Some(message) = base64::decode(token) {
            ntlm::take(&message, sink);
        }
    }
}

#[cfg(test)]
mod tests;
