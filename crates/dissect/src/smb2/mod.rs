//! SMB 2 and 3: file sharing and named pipes.
//!
//! Spec: [MS-SMB2]; security tokens are NTLM ([MS-NLMP]) within SPNEGO. Framing and recognition in `nbss`, usual port
//! TCP 445. `code` is the command; each command of a compound is a message. Contents of files are passed over; calls
//! over named pipes go to `dcerpc`. Encrypted and compressed messages are named as such.

mod command;
mod header;
mod shown;

use std::sync::Arc;

use crate::nbss::{self, Generation, MAX_WHOLE};
use crate::smb::{share, status};
use crate::{
    Anomalies, Category, Dissector, Field, Function, Input, Kind, Message, NoFields, Outcome, Over, Pending,
    Protocol, Reference, Sink, confidence, dcerpc, ntlm, said,
};
use command::{
    CHANGE_NOTIFY, CLOSE, CREATE, FLUSH, IOCTL, LOCK, NEGOTIATE, OPLOCK_BREAK, QUERY_DIRECTORY, QUERY_INFO,
    READ, SESSION_SETUP, SET_INFO, TREE_CONNECT, WRITE,
};
use header::{HEADER, Header, buffer, file_at, u16_at, u32_at};
use shown::Shown;

/// First bytes of a read or write that are looked at: header, fixed part and the start of pipe data.
const PEEK: usize = 128;
/// Commands in one compound that are read.
const MAX_CHAIN: usize = 64;
/// Identifier of a file opened earlier in the same compound ([MS-SMB2] 3.2.4.1.4).
const RELATED: u128 = u128::MAX;
/// A call over a pipe in one exchange (FSCTL_PIPE_TRANSCEIVE).
const PIPE_TRANSCEIVE: u32 = 0x0011_c017;

/// SMB 2 and 3 as the registry knows them.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Smb2,
    over: &[Over::Tcp(nbss::PORTS)],
    probe: |probe| nbss::probe(probe, Generation::Two),
    open: nbss::open,
    max_message: MAX_WHOLE + 4,
    fields: FIELDS,
    not_decoded: &[
        "contents of files, directory lists and security descriptors",
        "messages that are encrypted or compressed",
        "SMB over QUIC and over RDMA",
    ],
};

const FIELDS: &[Field] = &[
    Field { name: "message_id", doc: "Number of the request; its answer repeats it." },
    Field { name: "session_id", doc: "Session." },
    Field { name: "tree_id", doc: "Connected share." },
    Field { name: "status", doc: "NTSTATUS of an answer." },
    Field { name: "dialects", doc: "Dialects that a client offers." },
    Field { name: "dialect", doc: "Dialect that the server chose." },
    Field { name: "security_mode", doc: "1 signing enabled, 2 signing required." },
    Field { name: "server_guid", doc: "Identifier of the server." },
    Field { name: "session_flags", doc: "1 guest, 2 anonymous, 4 encrypted." },
    Field { name: "path", doc: "Share that is connected." },
    Field { name: "share_type", doc: "1 disk, 2 pipe, 3 printer." },
    Field { name: "file_name", doc: "File, directory or pipe that the request is about." },
    Field { name: "desired_access", doc: "Access rights asked for." },
    Field { name: "disposition", doc: "What to do when the file exists or not." },
    Field { name: "create_action", doc: "What was done: 1 opened, 2 created, 3 overwritten." },
    Field { name: "file_id", doc: "Identifier of the open file." },
    Field { name: "length", doc: "Bytes to read or write, or that were." },
    Field { name: "offset", doc: "Place in the file, in bytes." },
    Field { name: "control_code", doc: "Function of a control request." },
    Field { name: "info_type", doc: "What is queried or set: 1 file, 2 file system, 3 security, 4 quota." },
    Field { name: "info_class", doc: "Information class." },
    Field { name: "pattern", doc: "Search pattern of a directory query." },
];

/// Where the file data of a read answer or write request begins.
fn data_place(header: &Header, message: &[u8]) -> Option<usize> {
    let body = message.get(HEADER..)?;
    match (header.command, header.is_response()) {
        (READ, true) => body.get(2).map(|at| usize::from(*at)),
        (WRITE, false) => u16_at(body, 2).map(usize::from),
        _ => None,
    }
}

/// What a response needs to know of its request.
#[derive(Debug, Clone)]
struct Asked {
    command: u16,
    object: Option<Arc<str>>,
    file: Option<u128>,
}

/// State of one connection.
#[derive(Debug, Default)]
pub(crate) struct Smb2 {
    pending: Pending<u64, Asked>,
    files: share::Files,
    pipes: dcerpc::Pipes,
    /// Name of the file that the compound being read opened.
    related: Option<Arc<str>>,
    watched: bool,
}

impl Smb2 {
    /// Bytes of a message that are waited for: file contents are not.
    pub(crate) fn wanted(&self, message: &[u8], length: usize) -> usize {
        let peek = length.min(PEEK);
        let whole = length.min(MAX_WHOLE);
        let Some(bytes) = message.get(..peek) else { return peek };
        if bytes.first() != Some(&0xfe) {
            return peek;
        }
        let Ok(header) = Header::parse(bytes) else { return peek };
        match data_place(&header, bytes) {
            Some(at)
                if header.next == 0
                    && !bytes.get(at..).is_some_and(dcerpc::begins)
                    && !self.pipes.is_waiting() =>
            {
                peek
            }
            _ => whole,
        }
    }

    /// Bytes are lost: answers may come whose requests were not seen.
    pub(crate) fn gap(&mut self) {
        self.pipes.gap();
        self.pending.clear();
        self.watched = false;
    }

    /// Takes one message, which may be a compound; of file contents only the beginning is there.
    pub(crate) fn take(&mut self, input: &Input<'_>, cut: bool, sink: &mut dyn Sink) {
        match input.data.first() {
            Some(0xfe) => {}
            Some(0xfd) => return opaque("encrypted", sink),
            _ => return opaque("compressed", sink),
        }
        self.related = None;
        let mut rest = input.data;
        for _ in 0..MAX_CHAIN {
            let Ok(header) = Header::parse(rest) else { return };
            let next = usize::try_from(header.next).unwrap_or(usize::MAX);
            let message = if next >= HEADER { rest.get(..next).unwrap_or(rest) } else { rest };
            let cut = cut && message.len() == rest.len();
            self.command(&header, message, cut, sink);
            match rest.get(next..) {
                Some(after) if next >= HEADER && nbss::generation(after) == Some(Generation::Two) => {
                    rest = after;
                }
                _ => return,
            }
        }
    }

    fn command(&mut self, header: &Header, message: &[u8], cut: bool, sink: &mut dyn Sink) {
        let body = message.get(HEADER..).unwrap_or_default();
        let (function, category) = command::describe(header.command);
        let mut marks = Anomalies::NONE
            .with_if(cut, Anomalies::TRUNCATED)
            .with_if(matches!(function, Function::Unknown(_)), Anomalies::UNKNOWN_FUNCTION);
        let (kind, outcome, asked) = if header.is_response() {
            let asked = if header.status == status::PENDING {
                self.pending.get(&header.message_id).cloned()
            } else {
                self.pending.take(&header.message_id)
            };
            // Breaks come unasked, with all bits of the identifier set.
            let unasked = header.message_id == u64::MAX;
            let fits = asked.as_ref().is_none_or(|asked| asked.command == header.command);
            marks = marks
                .with_if(asked.is_none() && self.watched && !unasked, Anomalies::UNEXPECTED_RESPONSE)
                .with_if(!fits, Anomalies::MISMATCHED_RESPONSE);
            let outcome = status::refusal(header.status).map_or(Outcome::Ok, Outcome::Error);
            (Kind::Response, outcome, asked.filter(|asked| asked.command == header.command))
        } else {
            let asked = self.asked(header, message, body);
            self.pending.insert(header.message_id, asked.clone());
            self.watched = true;
            (Kind::Request, Outcome::Pending, Some(asked))
        };
        let object = asked.as_ref().and_then(|asked| asked.object.as_deref());
        sink.message(&Message {
            protocol: Protocol::Smb2,
            kind,
            function,
            code: Some(u32::from(header.command)),
            category,
            outcome,
            address: Reference::None,
            object: object.map_or(Reference::None, Reference::Text),
            anomalies: marks,
            fields: &Shown { header, message, body, object },
        });
        let file = asked.as_ref().and_then(|asked| asked.file);
        self.learn(header, message, body, object, file, sink);
    }

    /// What a request is about.
    fn asked(&mut self, header: &Header, message: &[u8], body: &[u8]) -> Asked {
        let place = match header.command {
            CLOSE | FLUSH | LOCK | IOCTL | QUERY_DIRECTORY | CHANGE_NOTIFY | OPLOCK_BREAK => Some(8),
            READ | WRITE | SET_INFO => Some(16),
            QUERY_INFO => Some(24),
            _ => None,
        };
        let file = place.and_then(|at| file_at(body, at));
        let object = match (header.command, file) {
            (TREE_CONNECT, _) => shown::path(message, body).and_then(|path| share::name(&path)),
            (CREATE, _) => shown::file_name(message, body).and_then(|name| share::name(&name)),
            (_, Some(RELATED)) => self.related.clone(),
            (_, Some(id)) => self.files.get(id),
            _ => None,
        };
        if header.command == CREATE {
            self.related.clone_from(&object);
        }
        Asked { command: header.command, object, file }
    }

    /// Takes over what the message tells beyond itself: names, identifiers, tokens, calls.
    fn learn(
        &mut self,
        header: &Header,
        message: &[u8],
        body: &[u8],
        object: Option<&str>,
        file: Option<u128>,
        sink: &mut dyn Sink,
    ) {
        let wide = |at: usize| u16_at(body, at).map(u32::from);
        match (header.command, header.is_response()) {
            (NEGOTIATE, true) => {
                if let Some(dialect) = u16_at(body, 4).and_then(command::dialect) {
                    said::of_sender(sink, Protocol::Smb2, confidence::BANNER, "smb_dialect", dialect);
                }
            }
            (SESSION_SETUP, false) => {
                ntlm_token(buffer(message, wide(12), wide(14)), sink);
            }
            (SESSION_SETUP, true) => {
                ntlm_token(buffer(message, wide(4), wide(6)), sink);
            }
            (CREATE, true) if header.status == 0 => {
                if let (Some(id), Some(name)) = (file_at(body, 64), object.and_then(share::name)) {
                    self.files.insert(id, name);
                }
            }
            (CLOSE, true) => {
                if let Some(id) = file {
                    self.files.remove(id);
                    self.pipes.close(id);
                }
            }
            (READ, true) | (WRITE, false) => {
                let data = data_place(header, message).and_then(|at| message.get(at..));
                if let (Some(data), Some(file)) = (data, file) {
                    self.pipes.data(file, !header.is_response(), data, sink);
                }
            }
            (IOCTL, response) if u32_at(body, 4) == Some(PIPE_TRANSCEIVE) => {
                let at = if response { 32 } else { 24 };
                let data = buffer(message, u32_at(body, at), u32_at(body, at.saturating_add(4)));
                if let (Some(data), Some(file)) = (data, file_at(body, 8)) {
                    self.pipes.data(file, !header.is_response(), data, sink);
                }
            }
            _ => {}
        }
    }
}

fn ntlm_token(token: Option<&[u8]>, sink: &mut dyn Sink) {
    if let Some(token) = token {
        ntlm::take(token, sink);
    }
}

/// A message whose content cannot be read.
fn opaque(name: &'static str, sink: &mut dyn Sink) {
    sink.message(&Message {
        protocol: Protocol::Smb2,
        kind: Kind::Event,
        function: Function::Known(name),
        code: None,
        category: Category::Other,
        outcome: Outcome::Event,
        address: Reference::None,
        object: Reference::None,
        anomalies: Anomalies::NONE,
        fields: &NoFields,
    });
}

#[cfg(test)]
mod tests;
