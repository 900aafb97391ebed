//! Remote desktop: connection requests, negotiated security and the client's own words.
//!
//! Spec: [MS-RDPBCGR] 2.2.1 (connection sequence), 2.2.1.3.2 (client core data); T.123 and X.224 (framing), T.125 (MCS).
//! Usual port TCP 3389; recognised by content on any port: an X.224 connection request or confirm with a negotiation
//! or a cookie and without selectors. The cookie often holds a user name and is told by presence only. After the
//! negotiation of TLS the connection is read as TLS. `code` is absent.

use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Input, Kind, Message, Outcome, Over, Probe,
    Protocol, Reader, Reference, Session, Sink, Step, Transport, Verdict, Visitor, confidence, said, tls,
};

const PORTS: &[u16] = &[3389];
/// Bytes of TPKT and of the fixed part of a connection TPDU.
const TPKT: usize = 4;
const FIXED: usize = 7;
/// X.224 codes.
const REQUEST: u8 = 0xe0;
const CONFIRM: u8 = 0xd0;
const DATA: u8 = 0xf0;
/// Negotiation structures (2.2.1.1.1, 2.2.1.2.1, 2.2.1.2.2).
const NEG_REQUEST: u8 = 1;
const NEG_RESPONSE: u8 = 2;
const NEG_FAILURE: u8 = 3;
/// Longest packet that is waited for; set-up packets have some hundred bytes.
const MAX_PACKET: usize = 8 * 1024;
/// First bytes of a connect initial in which client data begins.
const MAX_SEARCH: usize = 512;

/// Remote desktop as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Rdp,
    over: &[Over::Tcp(PORTS)],
    probe,
    open: || Box::<Rdp>::default(),
    max_message: MAX_PACKET,
    fields: FIELDS,
    not_decoded: &["channels, input and graphics", "remote desktop over UDP", "licensing"],
};

const FIELDS: &[Field] = &[
    Field { name: "has_cookie", doc: "A routing token or user name is there; not shown." },
    Field {
        name: "requested_protocols",
        doc: "Security asked for: 1 TLS, 2 CredSSP, 8 with early user authorization.",
    },
    Field { name: "selected_protocol", doc: "Security chosen; 0 is the protocol's own." },
    Field { name: "failure_code", doc: "Why the negotiation failed (2.2.1.2.2)." },
    Field { name: "client_name", doc: "Name of the client computer." },
    Field { name: "client_build", doc: "Build of the client software." },
    Field { name: "client_version", doc: "Protocol version of the client." },
    Field { name: "keyboard_layout", doc: "Keyboard layout of the client." },
    Field { name: "width", doc: "Width of the desktop in pixels." },
    Field { name: "height", doc: "Height of the desktop in pixels." },
];

/// Length of the TPKT that begins here and the code of its TPDU.
fn packet(data: &[u8]) -> Option<(usize, u8, u8)> {
    let &[3, 0, high, low, indicator, code] = data.first_chunk::<6>()? else { return None };
    let length = usize::from(u16::from_be_bytes([high, low]));
    // The shortest header is that of data, two bytes (X.224, 13.7.1).
    (length >= FIXED && indicator >= 2 && usize::from(indicator).saturating_add(5) <= length)
        .then_some((length, indicator, code))
}

/// What follows the fixed part of a connection request or confirm: cookie and negotiation.
struct Opening<'a> {
    cookie: Option<&'a [u8]>,
    /// Type and value of the negotiation.
    negotiation: Option<(u8, u32)>,
}

/// Reads the variable part; `None` when it holds anything else, such as selectors.
fn opening(variable: &[u8]) -> Option<Opening<'_>> {
    let (cookie, rest) = match variable {
        [b'C', b'o', b'o', b'k', ..] | [b't', b's', b'v', ..] | [b'm', b's', b't', ..] => {
            let end = variable.windows(2).position(|pair| pair == b"\r\n")?;
            (variable.get(..end), variable.get(end.saturating_add(2)..).unwrap_or_default())
        }
        _ => (None, variable),
    };
    let negotiation = match rest.first_chunk::<8>() {
        Some(&[kind @ NEG_REQUEST..=NEG_FAILURE, _, 8, 0, a, b, c, d]) => {
            Some((kind, u32::from_le_bytes([a, b, c, d])))
        }
        _ if rest.is_empty() => None,
        _ => return None,
    };
    Some(Opening { cookie, negotiation })
}

fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.transport != Transport::Tcp || probe.data.is_empty() {
        return Verdict::No;
    }
    let Some((length, _, code)) = packet(probe.data) else {
        let fits = [3, 0].starts_with(probe.data.get(..2).unwrap_or(probe.data)) && probe.data.len() < 6;
        return if fits { Verdict::More } else { Verdict::No };
    };
    if !matches!(code, REQUEST | CONFIRM) || length > 512 {
        return Verdict::No;
    }
    let Some(body) = probe.data.get(..length) else { return Verdict::More };
    match opening(body.get(TPKT.saturating_add(FIXED)..).unwrap_or_default()) {
        Some(found) if found.cookie.is_some() || found.negotiation.is_some() => Verdict::Sure,
        // Old clients send neither.
        Some(_) if length == TPKT.saturating_add(FIXED) && probe.on_port(PORTS) => Verdict::Likely,
        _ => Verdict::No,
    }
}

#[derive(Default)]
struct Rdp {
    /// By direction: bytes of the present packet that are passed over.
    left: [usize; 2],
    /// The server chose TLS.
    secure: Option<Box<tls::Tls>>,
}

impl Session for Rdp {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let data = input.data;
        if data.is_empty() {
            return if input.last { Step::Lost } else { Step::More };
        }
        if let Some(secure) = &mut self.secure {
            return match secure.next(input, sink) {
                Step::Lost => Step::Took(data.len()),
                step => step,
            };
        }
        let Some(left) = self.left.get_mut(usize::from(input.to_server(PORTS))) else { return Step::Lost };
        if *left > 0 {
            let taken = (*left).min(data.len());
            *left = left.saturating_sub(taken);
            return Step::Took(taken);
        }
        let short = if input.last { Step::Took(data.len()) } else { Step::More };
        // Fast-path packets (2.2.9.1.2): length in one byte, or in two with the upper bit set.
        if data.first().is_some_and(|first| first.trailing_zeros() >= 2) {
            let length = match data {
                [_, high @ 0x80..=0xff, low, ..] => usize::from(u16::from_be_bytes([high & 0x7f, *low])),
                [_, length @ 0..=0x7f, ..] => usize::from(*length),
                _ => return short,
            };
            if length < 2 {
                return Step::Lost;
            }
            let taken = length.min(data.len());
            *left = length.saturating_sub(taken);
            return Step::Took(taken);
        }
        let Some((length, _, code)) = packet(data) else {
            return if data.len() < 6 { short } else { Step::Lost };
        };
        if code == DATA && length >= 9 && data.len() < 9 {
            return short;
        }
        let is_initial = code == DATA && length >= 9 && data.get(7..9) == Some(&[0x7f, 0x65]);
        if !(matches!(code, REQUEST | CONFIRM) || is_initial && length <= MAX_PACKET) {
            let taken = length.min(data.len());
            *left = length.saturating_sub(taken);
            return Step::Took(taken);
        }
        if length > MAX_PACKET {
            return Step::Lost;
        }
        if data.len() < length {
            return short;
        }
        let body = data.get(..length).unwrap_or(data);
        if is_initial {
            connect_initial(body, sink);
        } else {
            self.connection(code, body.get(TPKT.saturating_add(FIXED)..).unwrap_or_default(), sink);
        }
        Step::Took(length)
    }

    fn resumes(&self, data: &[u8]) -> bool {
        packet(data).is_some() || self.secure.as_ref().is_some_and(|secure| secure.resumes(data))
    }

    fn gap(&mut self, from_client: Option<bool>) {
        for (at, left) in self.left.iter_mut().enumerate() {
            if from_client.is_none_or(|from_client| usize::from(from_client) == at) {
                *left = 0;
            }
        }
        if let Some(secure) = &mut self.secure {
            secure.gap(from_client);
        }
    }
}

impl Rdp {
    fn connection(&mut self, code: u8, variable: &[u8], sink: &mut dyn Sink) {
        let found = opening(variable);
        let marks = Anomalies::NONE.with_if(found.is_none(), Anomalies::BAD_VALUE);
        let found = found.unwrap_or(Opening { cookie: None, negotiation: None });
        let (name, kind, outcome) = match (code, found.negotiation) {
            (REQUEST, _) => ("connection_request", Kind::Request, Outcome::Pending),
            (_, Some((NEG_FAILURE, _))) => {
                ("connection_confirm", Kind::Response, Outcome::Error("negotiation_failed"))
            }
            _ => ("connection_confirm", Kind::Response, Outcome::Ok),
        };
        let shown =
            Shown { has_cookie: found.cookie.is_some(), negotiation: found.negotiation, client: None };
        give(name, kind, outcome, marks, &shown, sink);
        if let Some((NEG_RESPONSE, selected)) = found.negotiation {
            let text = match selected {
                0 => "standard RDP security",
                1 => "TLS",
                2 | 8 => "CredSSP",
                _ => "other",
            };
            said::of_sender(sink, Protocol::Rdp, confidence::BANNER, "rdp_security", text);
            if selected != 0 {
                self.secure = Some(Box::default());
            }
        }
    }
}

/// What a client says of itself.
struct Client {
    version: u32,
    width: u16,
    height: u16,
    keyboard: u32,
    build: u32,
    name: String,
}

/// The core data block in a connect initial: its type 0xc001 follows the conference's user data (2.2.1.3).
fn core_data(body: &[u8]) -> Option<Client> {
    let window = body.get(..MAX_SEARCH).unwrap_or(body);
    // `Duca` is the client-to-server key of T.124 (2.2.1.3).
    let key = window.windows(4).position(|part| part == b"Duca")?;
    let after = body.get(key.saturating_add(4)..)?;
    let at = after.windows(2).take(8).position(|part| part == [0x01, 0xc0])?;
    let mut reader = Reader::new(after.get(at.saturating_add(2)..)?);
    reader.skip(2).ok()?;
    let version = reader.le_u32().ok()?;
    let (width, height) = (reader.le_u16().ok()?, reader.le_u16().ok()?);
    reader.skip(4).ok()?;
    let (keyboard, build) = (reader.le_u32().ok()?, reader.le_u32().ok()?);
    let name = said::utf16(reader.take(32).ok()?);
    Some(Client { version, width, height, keyboard, build, name })
}

fn connect_initial(body: &[u8], sink: &mut dyn Sink) {
    let client = core_data(body);
    let marks = Anomalies::NONE.with_if(client.is_none(), Anomalies::MISSING_FIELD);
    let shown = Shown { has_cookie: false, negotiation: None, client };
    give("mcs_connect_initial", Kind::Request, Outcome::Pending, marks, &shown, sink);
    if let Some(client) = &shown.client {
        said::of_sender(sink, Protocol::Rdp, confidence::NAMING, "hostname", &client.name);
        let build = client.build.to_string();
        said::of_sender(sink, Protocol::Rdp, confidence::NAMING, "rdp_client_build", &build);
    }
}

struct Shown {
    has_cookie: bool,
    negotiation: Option<(u8, u32)>,
    client: Option<Client>,
}

impl Fields for Shown {
    fn visit(&self, visitor: &mut dyn Visitor) {
        if self.has_cookie {
            visitor.flag("has_cookie", true);
        }
        match self.negotiation {
            Some((NEG_REQUEST, value)) => visitor.uint("requested_protocols", u64::from(value)),
            Some((NEG_RESPONSE, value)) => visitor.uint("selected_protocol", u64::from(value)),
            Some((_, value)) => visitor.uint("failure_code", u64::from(value)),
            None => {}
        }
        if let Some(client) = &self.client {
            visitor.text("client_name", &client.name);
            visitor.uint("client_build", u64::from(client.build));
            visitor.uint("client_version", u64::from(client.version));
            visitor.uint("keyboard_layout", u64::from(client.keyboard));
            visitor.uint("width", u64::from(client.width));
            visitor.uint("height", u64::from(client.height));
        }
    }
}

fn give(
    name: &'static str,
    kind: Kind,
    outcome: Outcome,
    anomalies: Anomalies,
    fields: &dyn Fields,
    sink: &mut dyn Sink,
) {
    sink.message(&Message {
        protocol: Protocol::Rdp,
        kind,
        function: Function::Known(name),
        code: None,
        category: Category::Session,
        outcome,
        address: Reference::None,
        object: Reference::None,
        anomalies,
        fields,
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check_stream, client, probe as look, server};

    fn request() -> Vec<u8> {
        let cookie = b"Cookie: mstshash=operator\r\n";
        let negotiation = [1, 0, 8, 0, 3, 0, 0, 0];
        let length = u8::try_from(cookie.len().wrapping_add(TPKT + FIXED + 8)).unwrap();
        [&[3, 0, 0, length, length.wrapping_sub(5), REQUEST, 0, 0, 0, 0, 0][..], cookie, &negotiation]
            .concat()
    }

    #[test]
    fn the_negotiation_is_told_without_the_user() {
        let confirm = [3, 0, 0, 19, 14, CONFIRM, 0, 0, 0x12, 0x34, 0, 2, 0, 8, 0, 0, 0, 0, 0];
        let mut core = vec![0x01, 0xc0, 216, 0, 4, 0, 8, 0, 0x00, 5, 0x00, 4, 1, 0xca, 3, 0xaa, 9, 4, 0, 0];
        core.extend_from_slice(&2600u32.to_le_bytes());
        let mut name: Vec<u8> = "ES-01".encode_utf16().flat_map(u16::to_le_bytes).collect();
        name.resize(32, 0);
        core.extend_from_slice(&name);
        let mcs = [&[0x7f, 0x65, 0x82, 0, 0][..], &[4; 40], b"Duca", &[0x80, 0xd8], &core].concat();
        let length = u8::try_from(mcs.len() + 7).unwrap();
        let initial = [&[3, 0, 0, length, 2, DATA, 0x80][..], &mcs].concat();
        let fast = [0u8, 6, 1, 2, 3, 4];
        let log = check_stream(
            &DISSECTOR,
            3389,
            &[client(&request()), server(&confirm), client(&initial), server(&fast)],
        );
        assert_eq!(
            log.messages,
            [
                "rdp request connection_request code=- session Pending [] [] [] {has_cookie=true requested_protocols=3}",
                "rdp response connection_confirm code=- session Ok [] [] [] {selected_protocol=0}",
                "rdp request mcs_connect_initial code=- session Pending [] [] [] {client_name=\"ES-01\" \
                 client_build=2600 client_version=524292 keyboard_layout=1033 width=1280 height=1024}",
            ]
        );
        assert_eq!(log.observations[1], "Sender [] hostname=\"ES-01\" rdp 60");
        assert!(!format!("{log:?}").contains("operator"));
    }

    #[test]
    fn content_decides() {
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 4000, &request()), Verdict::Sure);
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 4000, &request()[..9]), Verdict::More);
        // ISO transport with selectors.
        let iso = [3, 0, 0, 22, 17, 0xe0, 0, 0, 0, 1, 0, 0xc1, 2, 1, 0, 0xc2, 2, 1, 2, 0xc0, 1, 0x0a];
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 3389, &iso), Verdict::No);
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 3389, b"GET / HTTP/1.1\r\n"), Verdict::No);
    }
}
