//! Data connections: where they go, and the file that one carries.

use sightglass_wire::Ip;

use crate::headers::{number, trim};
use crate::{Direction, Expectation, FileChunk, Input, Protocol, Sink, Step, Text};

/// Longest name of a file that is kept, in bytes.
const MAX_NAME: usize = 256;
/// IP protocol number of TCP.
const TCP: u8 = 6;
/// The token's low bits tell the kind, those above the offset that the transfer begins at.
const KIND_BITS: u32 = 2;
const KIND_MASK: u64 = 3;

/// What a data connection carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum What {
    /// Nobody said.
    #[default]
    Unknown,
    /// A listing of a directory.
    Listing,
    /// A file out of the server.
    Retrieve,
    /// A file into the server.
    Store,
}

/// The kind of a transfer command, by its function's name.
pub(super) fn kind(function: &str) -> Option<What> {
    Some(match function {
        "retr" => What::Retrieve,
        "stor" | "stou" | "appe" => What::Store,
        "list" | "nlst" | "mlsd" => What::Listing,
        _ => return None,
    })
}

/// A transfer as its command asked for it.
#[derive(Debug, Clone, Default)]
pub(super) struct Transfer {
    pub(super) kind: What,
    /// Offset in the file of its first byte (RFC 3659, 5).
    pub(super) restart: u64,
    pub(super) name: String,
}

/// Where a data connection will go.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) ip: Ip,
    pub(super) port: u16,
    pub(super) peer: Ip,
    /// The server waits there (passive).
    pub(super) serves: bool,
}

impl Place {
    pub(super) fn expect(&self, transfer: &Transfer, sink: &mut dyn Sink) {
        let kind = match transfer.kind {
            What::Unknown => 0,
            What::Listing => 1,
            What::Retrieve => 2,
            What::Store => 3,
        };
        sink.expect(&Expectation {
            ip: self.ip,
            port: self.port,
            peer: Some(self.peer),
            transport: TCP,
            protocol: Protocol::Ftp,
            serves: self.serves,
            token: transfer.restart << KIND_BITS | kind,
            name: &transfer.name,
        });
    }
}

/// The port of six numbers `h1,h2,h3,h4,p1,p2`; the address is taken from the packet, since others lie.
pub(super) fn port(text: &[u8]) -> Option<u16> {
    let mut numbers = text
        .split(|byte| matches!(byte, b',' | b')' | b' '))
        .map(|part| number(trim(part)).and_then(|number| u8::try_from(number).ok()));
    for _ in 0..4 {
        numbers.next()??;
    }
    Some(u16::from_be_bytes([numbers.next()??, numbers.next()??]))
}

/// The port of the extended form `|1|address|port|`, whose first parts may be empty (RFC 2428, 2 and 3).
pub(super) fn extended_port(text: &[u8]) -> Option<u16> {
    let (delimiter, rest) = text.split_first()?;
    u16::try_from(number(rest.split(|byte| byte == delimiter).nth(2)?)?).ok()
}

/// A data connection.
pub(super) struct Data {
    what: What,
    name: Text<MAX_NAME>,
    /// Offset of the next byte.
    offset: u64,
    /// Who sends; the other side only closes.
    sender: Option<(Ip, u16)>,
}

impl Data {
    pub(super) fn of(by: &Expectation<'_>) -> Self {
        let what = match by.token & KIND_MASK {
            0 => What::Unknown,
            1 => What::Listing,
            2 => What::Retrieve,
            _ => What::Store,
        };
        Self {
            what,
            name: Text::of(format_args!("{}", by.name)),
            offset: by.token >> KIND_BITS,
            sender: None,
        }
    }

    pub(super) fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        if input.data.is_empty() {
            return if input.last { Step::Lost } else { Step::More };
        }
        let from = (input.src, input.src_port);
        if *self.sender.get_or_insert(from) == from {
            self.give(input.data, false, sink);
            self.offset = self.offset.saturating_add(input.data.len() as u64);
        }
        Step::Took(input.data.len())
    }

    /// The sender closed the connection, which ends the file (RFC 959, 3.4.1).
    pub(super) fn ended(&mut self, input: &Input<'_>, sink: &mut dyn Sink) {
        if self.sender == Some((input.src, input.src_port)) {
            self.give(&[], true, sink);
            self.sender = None;
            self.what = What::Unknown;
        }
    }

    fn give(&self, data: &[u8], last: bool, sink: &mut dyn Sink) {
        let direction = match self.what {
            What::Retrieve => Direction::Upload,
            What::Store => Direction::Download,
            What::Unknown | What::Listing => return,
        };
        if sink.wants().files {
            sink.file(&FileChunk {
                protocol: Protocol::Ftp,
                handle: 0,
                name: self.name.as_str(),
                direction,
                offset: Some(self.offset),
                data,
                last,
            });
        }
    }
}
