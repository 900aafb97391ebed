//! NetBIOS session service and direct TCP transport: the framing that both generations of SMB share.
//!
//! Spec: RFC 1002 clause 4.3 (session packets, port 139), [MS-SMB2] 2.1 (direct TCP, port 445). Which generation a
//! message belongs to is told by its first four bytes; both may occur on one connection, since clients negotiate with
//! the first and go on with the second.

use crate::smb::Smb;
use crate::smb2::Smb2;
use crate::{
    Anomalies, Category, Fields, Function, Input, Kind, Message, Outcome, Probe, Protocol, Reference,
    Session, Sink, Step, Subject, Text, Transport, Verdict, Visitor, confidence, said,
};

/// Session service and direct TCP.
pub(crate) const PORTS: &[u16] = &[139, 445];
/// Bytes of the packet header.
const HEADER: usize = 4;
/// Most bytes of one message that are waited for; of larger ones the beginning is read and the rest passed over.
pub(crate) const MAX_WHOLE: usize = 64 * 1024;
/// Bytes that tell the generation.
const PROTOCOL: usize = 4;
/// Session request and the answers to it, keep-alive (RFC 1002 clause 4.3.1).
const REQUEST: u8 = 0x81;
const KEEP_ALIVE: u8 = 0x85;

/// A generation of the protocol by the first four bytes of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Generation {
    /// `\xffSMB`.
    One,
    /// `\xfeSMB`, encrypted `\xfdSMB`, compressed `\xfcSMB`.
    Two,
}

/// The generation of the message that begins here.
pub(crate) fn generation(message: &[u8]) -> Option<Generation> {
    match message.first_chunk::<PROTOCOL>()? {
        [0xff, b'S', b'M', b'B'] => Some(Generation::One),
        [0xfc..=0xfe, b'S', b'M', b'B'] => Some(Generation::Two),
        _ => None,
    }
}

/// Length of the session message that begins here; the upper bits are used by direct TCP only.
fn length(data: &[u8]) -> Option<(u8, usize)> {
    let &[kind, a, b, c] = data.first_chunk::<HEADER>()?;
    Some((kind, usize::try_from(u32::from_be_bytes([0, a, b, c])).unwrap_or(usize::MAX)))
}

/// Looks at the first bytes of a flow for a message of one generation.
pub(crate) fn probe(probe: &Probe<'_>, wanted: Generation) -> Verdict {
    if probe.transport != Transport::Tcp || probe.data.is_empty() {
        return Verdict::No;
    }
    let Some((kind, length)) = length(probe.data) else {
        return if matches!(probe.data.first(), Some(&(0 | REQUEST))) { Verdict::More } else { Verdict::No };
    };
    if kind == REQUEST {
        // Two encoded names (RFC 1002 clause 4.3.2).
        let names = probe.data.get(HEADER..).unwrap_or_default();
        let fits = (68..=512).contains(&length) && names.first().is_none_or(|label| *label == 32);
        return match (fits && wanted == Generation::One, names.len() >= 68) {
            (false, _) => Verdict::No,
            (true, false) => Verdict::More,
            (true, true) if netbios_name(names).is_some() => Verdict::Sure,
            (true, true) => Verdict::No,
        };
    }
    let body = probe.data.get(HEADER..).unwrap_or_default();
    if kind != 0 || length < 32 {
        return Verdict::No;
    }
    match generation(body) {
        Some(found) if found == wanted => Verdict::Sure,
        None if body.len() < PROTOCOL && b"SMB".starts_with(body.get(1..).unwrap_or_default()) => {
            Verdict::More
        }
        _ => Verdict::No,
    }
}

/// Opens a session; the entries of both generations use it.
pub(crate) fn open() -> Box<dyn Session> {
    Box::<Nbss>::default()
}

#[derive(Default)]
struct Nbss {
    one: Smb,
    two: Smb2,
    /// By direction: bytes of the present message that are passed over.
    left: [usize; 2],
    current: Option<Protocol>,
}

impl Session for Nbss {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let data = input.data;
        let Some(left) = self.left.get_mut(usize::from(input.to_server(PORTS))) else { return Step::Lost };
        if *left > 0 && !data.is_empty() {
            let taken = (*left).min(data.len());
            *left = left.saturating_sub(taken);
            return Step::Took(taken);
        }
        let Some((kind, length)) = length(data) else {
            return if input.last { Step::Lost } else { Step::More };
        };
        let body = data.get(HEADER..).unwrap_or_default();
        match kind {
            0 => {}
            REQUEST..=KEEP_ALIVE if length <= 512 => {
                if body.len() < length && !input.last {
                    return Step::More;
                }
                let body = body.get(..length).unwrap_or(body);
                control(kind, body, sink);
                return Step::Took(HEADER.saturating_add(body.len()));
            }
            _ => return Step::Lost,
        }
        if length == 0 {
            return Step::Took(HEADER);
        }
        if body.len() < PROTOCOL {
            return if input.last { Step::Lost } else { Step::More };
        }
        let Some(generation) = generation(body) else { return Step::Lost };
        let wanted = match generation {
            Generation::One => self.one.wanted(body, length),
            Generation::Two => self.two.wanted(body, length),
        };
        if body.len() < wanted && !input.last {
            return Step::More;
        }
        let present = body.get(..length).unwrap_or(body);
        let given = body.get(..wanted).unwrap_or(body);
        let cut = body.len() < wanted;
        let input = input.with_data(given);
        match generation {
            Generation::One => {
                self.current = Some(Protocol::Smb);
                self.one.take(&input, cut, sink);
            }
            Generation::Two => {
                self.current = Some(Protocol::Smb2);
                self.two.take(&input, cut, sink);
            }
        }
        *left = length.saturating_sub(present.len());
        Step::Took(HEADER.saturating_add(present.len()))
    }

    fn resumes(&self, data: &[u8]) -> bool {
        length(data).is_some_and(|(kind, _)| kind == 0) && data.get(HEADER..).and_then(generation).is_some()
    }

    fn gap(&mut self, from_client: Option<bool>) {
        for (at, left) in self.left.iter_mut().enumerate() {
            if from_client.is_none_or(|from_client| usize::from(from_client) == at) {
                *left = 0;
            }
        }
        self.one.gap();
        self.two.gap();
    }

    fn protocol(&self) -> Option<Protocol> {
        self.current
    }
}

/// A name in first-level encoding (RFC 1001 clause 14.1): 32 letters, two for each byte; its type is the last byte.
fn netbios_name(encoded: &[u8]) -> Option<(String, u8)> {
    let (32, letters) = encoded.split_first().map(|(length, rest)| (*length, rest))? else { return None };
    let mut bytes = [0u8; 16];
    for (byte, pair) in bytes.iter_mut().zip(letters.get(..32)?.as_chunks::<2>().0) {
        let [high, low] = pair.map(|letter| letter.wrapping_sub(b'A'));
        if high > 15 || low > 15 {
            return None;
        }
        *byte = (high << 4) | low;
    }
    let [name @ .., kind] = bytes;
    Some((crate::printable(&name).into_owned(), kind))
}

struct Names {
    called: Option<(String, u8)>,
    calling: Option<(String, u8)>,
    error: Option<u8>,
}

impl Fields for Names {
    fn visit(&self, visitor: &mut dyn Visitor) {
        for (name, value) in [("called_name", &self.called), ("calling_name", &self.calling)] {
            if let Some((text, kind)) = value {
                visitor.text(name, Text::<64>::of(format_args!("{text}<{kind:02x}>")).as_str());
            }
        }
        if let Some(error) = self.error {
            visitor.uint("error", u64::from(error));
        }
    }
}

/// Session requests and their answers; keep-alives give no message.
fn control(kind: u8, body: &[u8], sink: &mut dyn Sink) {
    let mut names = Names { called: None, calling: None, error: None };
    let (role, outcome) = match kind {
        REQUEST => {
            names.called = netbios_name(body);
            names.calling = body.get(34..).and_then(netbios_name);
            (Kind::Request, Outcome::Pending)
        }
        0x82 => (Kind::Response, Outcome::Ok),
        0x83 => {
            names.error = body.first().copied();
            (Kind::Response, Outcome::Error("session_refused"))
        }
        0x84 => (Kind::Response, Outcome::Error("retarget")),
        _ => return,
    };
    sink.message(&Message {
        protocol: Protocol::Smb,
        kind: role,
        function: Function::Known("netbios_session"),
        code: None,
        category: Category::Session,
        outcome,
        address: Reference::None,
        object: Reference::None,
        anomalies: Anomalies::NONE
            .with_if(kind == REQUEST && names.calling.is_none(), Anomalies::BAD_ENCODING),
        fields: &names,
    });
    if let Some((name, _)) = &names.calling {
        said::of_sender(sink, Protocol::Smb, confidence::NAMING, "hostname", name);
    }
    // Clients that do not know the name ask for `*SMBSERVER`.
    if let Some((name, _)) = names.called.filter(|(name, _)| !name.starts_with('*')) {
        said::of(sink, Subject::Receiver, Protocol::Smb, confidence::HEARSAY, "hostname", &name);
    }
}
