//! SMB 1 (CIFS): file sharing, named pipes and mailslots.
//!
//! Spec: [MS-CIFS], [MS-SMB]. Framing and recognition in `nbss`, usual ports TCP 139 and 445; mailslots in NetBIOS
//! datagrams belong to `browser`. `code` is the command; each command of a chain (AndX) is a message. Contents of files
//! are passed over; calls over named pipes go to `dcerpc`, security tokens to `ntlm`.

mod block;
mod command;
mod setup;
pub(crate) mod share;
mod shown;
pub(crate) mod status;

use std::sync::Arc;

use crate::nbss::{self, Generation, MAX_WHOLE};
use crate::{
    Anomalies, Dissector, Field, Function, Input, Kind, Message, Outcome, Over, Pending, Protocol, Reference,
    Sink, dcerpc, ntlm,
};
use block::{Block, HEADER, Header};
use command::{
    CLOSE, NEGOTIATE, NT_CREATE_ANDX, OPEN_ANDX, READ_ANDX, SESSION_SETUP_ANDX, TRANSACTION, TREE_CONNECT,
    TREE_CONNECT_ANDX, WRITE_ANDX,
};
use shown::Shown;

/// First bytes of a read or write that are looked at: header, words and the start of pipe data.
const PEEK: usize = 96;
/// Commands in one chain that are read.
const MAX_CHAIN: usize = 8;
/// Sub-command of a transaction that sends a call over a pipe and brings its answer ([MS-CIFS] 2.2.5.6).
const TRANSACT_NAMED_PIPE: u16 = 0x26;

/// SMB 1 as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Smb,
    over: &[Over::Tcp(nbss::PORTS)],
    probe: |probe| nbss::probe(probe, Generation::One),
    open: nbss::open,
    max_message: MAX_WHOLE + 4,
    fields: FIELDS,
    not_decoded: &[
        "contents of files, directory lists and security descriptors",
        "parts of transactions in secondary requests",
        "SMB over IPX and over NetBEUI",
    ],
};

const FIELDS: &[Field] = &[
    Field { name: "called_name", doc: "NetBIOS name that a session request asks for, with its type." },
    Field { name: "calling_name", doc: "NetBIOS name of the asking host, with its type." },
    Field { name: "error", doc: "Why a session was refused." },
    Field { name: "multiplex_id", doc: "Number of the request; its answer repeats it." },
    Field { name: "process_id", doc: "Process of the client." },
    Field { name: "tree_id", doc: "Connected share." },
    Field { name: "user_id", doc: "Session." },
    Field { name: "status", doc: "NTSTATUS or DOS error of an answer." },
    Field { name: "dialects", doc: "Dialects that a client offers." },
    Field { name: "dialect_index", doc: "Place of the chosen dialect in the offer; 65535 none." },
    Field { name: "native_os", doc: "Operating system as the sender calls it." },
    Field { name: "native_lanman", doc: "LAN manager as the sender calls it." },
    Field { name: "domain", doc: "Domain or workgroup." },
    Field { name: "has_user", doc: "An account name is there." },
    Field { name: "path", doc: "Share that is connected." },
    Field { name: "file_name", doc: "File, pipe or mailslot that the message is about." },
    Field { name: "desired_access", doc: "Access rights asked for." },
    Field { name: "disposition", doc: "What to do when the file exists or not." },
    Field { name: "file_id", doc: "Identifier of the open file." },
    Field { name: "offset", doc: "Place in the file, in bytes." },
    Field { name: "length", doc: "Bytes to read or write, or that were." },
    Field { name: "sub_command", doc: "What a transaction does." },
];

/// Where the file data of a lone read answer or write request begins.
fn data_place(header: &Header, message: &[u8]) -> Option<usize> {
    let block = Block::parse(message, HEADER, header.command, header.is_unicode())?;
    if block.chained().is_some() {
        return None;
    }
    match (header.command, header.is_reply(), block.word_count()) {
        (READ_ANDX, true, 12) => block.u16(12).map(usize::from),
        (WRITE_ANDX, false, 12 | 14) => block.u16(22).map(usize::from),
        _ => None,
    }
}

/// What a response needs to know of its request: one entry for each command of the chain.
#[derive(Debug, Clone)]
struct Asked {
    commands: Vec<(u8, Option<Arc<str>>)>,
    file: Option<u128>,
}

/// State of one connection.
#[derive(Debug, Default)]
pub(crate) struct Smb {
    /// By multiplex and process identifier.
    pending: Pending<(u16, u16), Asked>,
    files: share::Files,
    pipes: dcerpc::Pipes,
    dialects: Vec<String>,
    watched: bool,
}

impl Smb {
    /// Bytes of a message that are waited for: file contents are not.
    pub(crate) fn wanted(&self, message: &[u8], length: usize) -> usize {
        let peek = length.min(PEEK);
        let whole = length.min(MAX_WHOLE);
        let Some(bytes) = message.get(..peek) else { return peek };
        let Ok(header) = Header::parse(bytes) else { return whole };
        match data_place(&header, bytes) {
            Some(at) if !bytes.get(at..).is_some_and(dcerpc::begins) && !self.pipes.is_waiting() => peek,
            _ => whole,
        }
    }

    /// Bytes are lost: answers may come whose requests were not seen.
    pub(crate) fn gap(&mut self) {
        self.pipes.gap();
        self.pending.clear();
        self.watched = false;
    }

    /// Takes one message with its chain of commands; of file contents only the beginning is there.
    pub(crate) fn take(&mut self, input: &Input<'_>, cut: bool, sink: &mut dyn Sink) {
        let message = input.data;
        let Ok(header) = Header::parse(message) else { return };
        let key = (header.multiplex_id, header.process_id);
        let asked = if header.is_reply() { self.pending.take(&key) } else { None };
        let is_orphan = header.is_reply() && asked.is_none() && self.watched;
        let mut sent = Asked { commands: Vec::new(), file: None };
        let (mut command, mut place) = (header.command, HEADER);
        for link in 0..MAX_CHAIN {
            let block = Block::parse(message, place, command, header.is_unicode());
            let known =
                asked.as_ref().and_then(|asked| asked.commands.get(link)).filter(|(own, _)| *own == command);
            let file = match (&block, &asked) {
                (_, Some(asked)) => asked.file,
                (Some(block), None) if !header.is_reply() => file_of(block),
                _ => None,
            };
            let object = match (&block, known) {
                (_, Some((_, object))) => object.clone(),
                (Some(block), None) if !header.is_reply() => self.object(block, file),
                _ => None,
            };
            let marks = Anomalies::NONE
                .with_if(cut || block.is_none(), Anomalies::TRUNCATED)
                .with_if(is_orphan && link == 0, Anomalies::UNEXPECTED_RESPONSE);
            give(&header, command, block.as_ref(), object.as_deref(), marks, sink);
            let Some(block) = block else { break };
            self.learn(&header, &block, object.as_ref(), file, sink);
            if !header.is_reply() {
                sent.file = sent.file.or(file);
                sent.commands.push((command, object));
            }
            match block.chained() {
                Some((next, at)) if at > place => (command, place) = (next, at),
                _ => break,
            }
        }
        if !header.is_reply() {
            self.pending.insert(key, sent);
            self.watched = true;
        }
    }

    /// What a request is about.
    fn object(&self, block: &Block<'_>, file: Option<u128>) -> Option<Arc<str>> {
        let text = match block.command {
            TREE_CONNECT_ANDX => block.texts(block.u16(6).map_or(0, usize::from)).next(),
            NT_CREATE_ANDX | OPEN_ANDX => block.texts(0).next(),
            TRANSACTION => block.texts(0).next(),
            // Text in a format byte: opens, deletes, renames and queries by name, and the old tree connect.
            0x00..=0x03 | 0x06..=0x09 | 0x0e..=0x10 | TREE_CONNECT => {
                let mut texts = block.texts(0);
                texts.skip_format();
                if block.command == TREE_CONNECT { texts.next_ascii() } else { texts.next() }
            }
            _ => return file.and_then(|file| self.files.get(file)),
        };
        text.and_then(|text| share::name(&text))
    }

    /// Takes over what the message tells beyond itself: names, identifiers, tokens, calls.
    fn learn(
        &mut self,
        header: &Header,
        block: &Block<'_>,
        object: Option<&Arc<str>>,
        file: Option<u128>,
        sink: &mut dyn Sink,
    ) {
        match (block.command, header.is_reply()) {
            (NEGOTIATE, false) => self.dialects = setup::dialects(block),
            (NEGOTIATE, true) => setup::negotiated(block, &self.dialects, sink),
            (SESSION_SETUP_ANDX, reply) => {
                if !block.is_short {
                    setup::read(block, reply).observe(reply, sink);
                }
                if let Some(token) = setup::token(block, reply) {
                    ntlm::take(token, sink);
                }
            }
            (NT_CREATE_ANDX, true) => self.opened(block.u16(5), object),
            (OPEN_ANDX, true) => self.opened(block.u16(4), object),
            (CLOSE, true) => {
                if let Some(file) = file {
                    self.files.remove(file);
                    self.pipes.close(file);
                }
            }
            (READ_ANDX, true) | (WRITE_ANDX, false) => {
                let data = data_place(header, block.message).and_then(|at| block.message.get(at..));
                if let (Some(data), Some(file)) = (data, file) {
                    self.pipes.data(file, !header.is_reply(), data, sink);
                }
            }
            (TRANSACTION, false) => {
                if let (Some(data), Some(file)) = (block.buffer(block.u16(24), block.u16(22)), file) {
                    self.pipes.data(file, !header.is_reply(), data, sink);
                }
            }
            (TRANSACTION, true) => {
                if let (Some(data), Some(file)) = (block.buffer(block.u16(14), block.u16(12)), file) {
                    self.pipes.data(file, !header.is_reply(), data, sink);
                }
            }
            _ => {}
        }
    }

    fn opened(&mut self, id: Option<u16>, name: Option<&Arc<str>>) {
        if let (Some(id), Some(name)) = (id, name) {
            self.files.insert(u128::from(id), Arc::clone(name));
        }
    }
}

/// The open file that a request uses.
fn file_of(block: &Block<'_>) -> Option<u128> {
    let at = match block.command {
        CLOSE | 0x05 | 0x0a | 0x0b => 0,
        READ_ANDX | WRITE_ANDX | 0x24 => 4,
        TRANSACTION if block.u16(28) == Some(TRANSACT_NAMED_PIPE) => 30,
        _ => return None,
    };
    block.u16(at).map(u128::from)
}

fn give(
    header: &Header,
    command: u8,
    block: Option<&Block<'_>>,
    object: Option<&str>,
    marks: Anomalies,
    sink: &mut dyn Sink,
) {
    let (function, category) = command::describe(command);
    let outcome = match (header.is_reply(), header.is_nt_status()) {
        (false, _) => Outcome::Pending,
        (true, true) => status::refusal(header.status).map_or(Outcome::Ok, Outcome::Error),
        // DOS errors: a class of zero is success ([MS-CIFS] 2.2.2.4).
        (true, false) if header.status.trailing_zeros() >= 8 => Outcome::Ok,
        (true, false) => Outcome::Error("dos_error"),
    };
    sink.message(&Message {
        protocol: Protocol::Smb,
        kind: if header.is_reply() { Kind::Response } else { Kind::Request },
        function,
        code: Some(u32::from(command)),
        category,
        outcome,
        address: Reference::None,
        object: object.map_or(Reference::None, Reference::Text),
        anomalies: marks
            .with_if(matches!(function, Function::Unknown(_)), Anomalies::UNKNOWN_FUNCTION)
            .with_if(
                marks.is_empty() && block.is_some_and(|block| block.is_short) && !is_file_data(command),
                Anomalies::BAD_LENGTH,
            ),
        fields: &Shown { header, block, object },
    });
}

/// Commands whose data is not waited for.
const fn is_file_data(command: u8) -> bool {
    matches!(command, READ_ANDX | WRITE_ANDX)
}

#[cfg(test)]
mod tests;
