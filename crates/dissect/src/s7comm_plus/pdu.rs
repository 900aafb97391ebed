//! PDUs: header, digest, trailer, the pieces of large ones, and what all jobs have in common.

use crate::{Anomalies, Reader, Verdict};

/// First byte of every PDU.
pub(super) const PROTOCOL_ID: u8 = 0x72;
/// Versions: session set-up, jobs, jobs with a digest; system events and keep-alives have their own.
const CONNECT: u8 = 1;
const JOBS: u8 = 2;
const PROTECTED: u8 = 3;
pub(super) const SYSTEM_EVENT: u8 = 0xfe;
pub(super) const KEEP_ALIVE: u8 = 0xff;
/// Bytes of header and of trailer.
const HEADER: usize = 4;
/// Bytes of a digest, which a byte with their number precedes.
const DIGEST: usize = 32;

/// Opcodes.
pub(super) const RESPONSE_2: u8 = 0x02;
pub(super) const REQUEST: u8 = 0x31;
pub(super) const RESPONSE: u8 = 0x32;
pub(super) const NOTIFICATION: u8 = 0x33;

/// Most bytes of a job in pieces that are put together. Blocks of some hundred kilobytes exist; they travel compressed.
const MAX_JOB: usize = 512 * 1024;

/// Looks at the start of a TSDU.
pub(super) fn recognise(data: &[u8]) -> Verdict {
    match data {
        [] | [PROTOCOL_ID] => return Verdict::More,
        [PROTOCOL_ID, CONNECT..=PROTECTED | SYSTEM_EVENT | KEEP_ALIVE, ..] => {}
        // TLS within transport connections is this protocol's own way to encrypt.
        [20..=23, 3, 0..=4, high, low, rest @ ..] => {
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            return if length > 0 && (length == rest.len() || is_chain(data)) {
                Verdict::Likely
            } else {
                Verdict::No
            };
        }
        _ => return Verdict::No,
    }
    let Some(&[_, version, high, low]) = data.first_chunk::<HEADER>() else { return Verdict::More };
    let length = usize::from(u16::from_be_bytes([high, low])).saturating_add(HEADER);
    if version == KEEP_ALIVE {
        return if data.len() <= HEADER.saturating_mul(2) { Verdict::Likely } else { Verdict::No };
    }
    let whole = length == data.len() && (version == SYSTEM_EVENT || length > HEADER);
    let closed = data.get(length..) == Some(&[PROTOCOL_ID, version, 0, 0]);
    match (whole, closed) {
        (_, true) => Verdict::Sure,
        (true, _) if version == SYSTEM_EVENT => Verdict::Sure,
        // A piece of a job: the first shows its opcode.
        (true, _) => Verdict::Likely,
        // A cut one, or one that is not whole yet.
        _ if length > data.len() => Verdict::Likely,
        _ => Verdict::No,
    }
}

/// Whether the bytes are TLS records to their end.
fn is_chain(data: &[u8]) -> bool {
    let mut reader = Reader::new(data);
    while !reader.is_empty() {
        let Ok([20..=23, 3, 0..=4, high, low]) = reader.array() else { return false };
        if reader.skip(usize::from(u16::from_be_bytes([high, low]))).is_err() {
            return false;
        }
    }
    true
}

/// One PDU as it travels: a whole job or a piece of one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head<'a> {
    pub(super) version: u8,
    /// What follows header and digest.
    pub(super) body: &'a [u8],
    /// A digest precedes the body.
    pub(super) digest: bool,
    /// The trailer is there: the job ends here.
    pub(super) is_last: bool,
    pub(super) anomalies: Anomalies,
}

impl<'a> Head<'a> {
    /// `None` when even the header is cut.
    pub(super) fn parse(data: &'a [u8], cut: bool) -> Option<Self> {
        let mut reader = Reader::new(data);
        let [_, version, high, low] = reader.array().ok()?;
        if version == KEEP_ALIVE {
            let head = Self {
                version,
                body: data.get(2..4)?,
                digest: false,
                is_last: true,
                anomalies: Anomalies::NONE,
            };
            return Some(head);
        }
        let length = usize::from(u16::from_be_bytes([high, low]));
        let mut body = reader.take_up_to(length);
        let short = body.len() < length;
        let trailer = reader.rest();
        let closed = matches!(trailer, [PROTOCOL_ID, own, 0, 0] if *own == version);
        let anomalies = Anomalies::NONE
            .with_if(short && cut, Anomalies::TRUNCATED)
            .with_if(short && !cut, Anomalies::BAD_LENGTH)
            .with_if(!trailer.is_empty() && !closed, Anomalies::TRAILING_BYTES);
        let mut digest = false;
        if version == PROTECTED
            && let Some((&length, rest)) = body.split_first()
            && usize::from(length) == DIGEST
            && rest.len() >= DIGEST
        {
            digest = true;
            body = rest.get(DIGEST..)?;
        }
        let is_last = closed || version == SYSTEM_EVENT || short;
        Some(Self { version, body, digest, is_last, anomalies })
    }
}

/// Pieces of a job.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) bytes: Vec<u8>,
    pub(super) count: usize,
    pub(super) anomalies: Anomalies,
}

impl Parts {
    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Adds a piece; true when the job ends with it.
    pub(super) fn add(&mut self, head: &Head<'_>) -> bool {
        let room = MAX_JOB.saturating_sub(self.bytes.len());
        self.anomalies =
            (self.anomalies | head.anomalies).with_if(head.body.len() > room, Anomalies::TOO_LARGE);
        self.bytes.extend_from_slice(head.body.get(..room).unwrap_or(head.body));
        self.count = self.count.saturating_add(1);
        head.is_last
    }

    /// Bytes are lost in the middle of a job.
    pub(super) fn cut(&mut self) {
        if !self.is_empty() {
            self.anomalies |= Anomalies::TRUNCATED;
        }
    }

    /// Begins anew and keeps the room of ordinary jobs.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.bytes.shrink_to(64 * 1024);
        self.count = 0;
        self.anomalies = Anomalies::NONE;
    }
}

/// A whole job.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pdu<'a> {
    pub(super) version: u8,
    pub(super) opcode: u8,
    pub(super) function: u16,
    pub(super) sequence: u16,
    pub(super) session: Option<u32>,
    pub(super) transport_flags: u8,
    /// What follows; in requests after the session, in notifications after the opcode.
    pub(super) body: &'a [u8],
    /// A digest follows the job: so did the first controllers that had one.
    pub(super) digest: bool,
}

impl<'a> Pdu<'a> {
    /// `None` when it is cut before its function.
    pub(super) fn parse(version: u8, bytes: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let opcode = reader.u8().ok()?;
        let mut pdu = Self {
            version,
            opcode,
            function: 0,
            sequence: 0,
            session: None,
            transport_flags: 0,
            body: reader.rest(),
            digest: false,
        };
        if !matches!(opcode, REQUEST | RESPONSE | RESPONSE_2) {
            return Some(pdu);
        }
        reader.skip(2).ok()?;
        pdu.function = reader.be_u16().ok()?;
        // What is cut behind the function stays 0.
        let _ = reader.skip(2);
        pdu.sequence = reader.be_u16().unwrap_or(0);
        if opcode == REQUEST {
            pdu.session = reader.be_u32().ok();
        }
        pdu.transport_flags = reader.u8().unwrap_or(0);
        pdu.body = reader.rest();
        let at = pdu.body.len().checked_sub(DIGEST.saturating_add(1));
        let marked = at.and_then(|at| pdu.body.get(at)) == Some(&0x20);
        // Without a digest a job ends with four zeros.
        if version != CONNECT && marked && !pdu.body.ends_with(&[0, 0, 0, 0]) {
            pdu.digest = true;
            pdu.body = at.and_then(|at| pdu.body.get(..at))?;
        }
        Some(pdu)
    }

    /// Name of the opcode.
    pub(super) const fn opcode_name(&self) -> &'static str {
        match self.opcode {
            REQUEST => "request",
            RESPONSE => "response",
            RESPONSE_2 => "response_2",
            NOTIFICATION => "notification",
            _ => "unknown",
        }
    }

    /// Name of the version.
    pub(super) const fn version_name(&self) -> &'static str {
        match self.version {
            CONNECT => "v1",
            JOBS => "v2",
            PROTECTED => "v3",
            _ => "unknown",
        }
    }
}
