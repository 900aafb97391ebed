//! Blocks: their names on the wire, and their up- and downloads.

use std::fmt::Write;

use crate::{Direction, FileChunk, Protocol, Reader, Sink, Text, Visitor, printable};

/// Most transfers of one session that are followed at once; controllers allow one or two.
const MAX_TRANSFERS: usize = 8;

/// A block's name as engineers write it, e.g. `OB1`.
pub(super) type Name = Text<48>;

/// Name of a block type by its two hexadecimal digits.
pub(super) const fn type_name(digits: &[u8]) -> Option<&'static str> {
    Some(match digits {
        b"08" => "OB",
        b"09" => "CMOD",
        b"0A" | b"0a" => "DB",
        b"0B" | b"0b" => "SDB",
        b"0C" | b"0c" => "FC",
        b"0D" | b"0d" => "SFC",
        b"0E" | b"0e" => "FB",
        b"0F" | b"0f" => "SFB",
        _ => return None,
    })
}

/// Text of wire bytes on the stack, each byte a character.
pub(super) fn text<const N: usize>(bytes: &[u8]) -> Text<N> {
    let mut text = Text::default();
    for byte in bytes {
        if text.write_char(char::from(*byte)).is_err() {
            break;
        }
    }
    text
}

/// Two digits of type, five of number and a file system letter; with or without a leading identifier.
fn split(name: &[u8]) -> Option<(&'static str, u32, u8)> {
    let plain = match name {
        [b'_' | b'$', rest @ ..] if name.len() == 9 => rest,
        _ if name.len() == 8 => name,
        _ => return None,
    };
    let kind = type_name(plain.get(..2)?)?;
    let number = std::str::from_utf8(plain.get(2..7)?).ok()?.parse().ok()?;
    Some((kind, number, *plain.get(7)?))
}

/// `OB1` for `_0800001P`; other names as they are.
pub(super) fn name(wire: &[u8]) -> Name {
    match split(wire) {
        Some((kind, number, _)) => Text::of(format_args!("{kind}{number}")),
        None => text(wire),
    }
}

const fn file_system(letter: u8) -> &'static str {
    match letter {
        b'P' => "passive",
        b'A' => "active",
        b'B' => "active_and_passive",
        _ => "unknown",
    }
}

/// Shows a block's name and its parts.
pub(super) fn visit(wire: &[u8], visitor: &mut dyn Visitor) {
    visitor.text("file_name", &printable(wire));
    if let Some((kind, number, letter)) = split(wire) {
        visitor.text("block", name(wire).as_str());
        visitor.text("block_type", kind);
        visitor.uint("block_number", u64::from(number));
        visitor.text("file_system", file_system(letter));
    }
}

/// Name of a programming language in a block's header.
pub(super) const fn language(language: u8) -> &'static str {
    match language {
        0 => "undefined",
        1 => "awl",
        2 => "kop",
        3 => "fup",
        4 => "scl",
        5 => "db",
        6 => "graph",
        7 => "sdb",
        8 => "cpu_db",
        0x11 => "sdb_after_overall_reset",
        0x12 => "sdb_routing",
        0x29 => "encrypted",
        _ => "unknown",
    }
}

/// One up- or download in progress.
#[derive(Clone, Copy)]
struct Transfer {
    direction: Direction,
    name: Name,
    /// Identifier that the controller gave an upload; 0 with downloads, which go by name.
    id: u32,
    handle: u64,
    /// Bytes that were announced, and that came.
    announced: Option<u64>,
    received: u64,
    /// Bytes of the conversation are lost: only the announced length can tell whether the block is whole.
    gap: bool,
}

/// Up- and downloads of one session.
#[derive(Default)]
pub(super) struct Transfers {
    open: Vec<Transfer>,
    handles: u64,
}

impl Transfers {
    /// Begins a transfer; one with the same name and direction is given up.
    pub(super) fn begin(&mut self, direction: Direction, name: Name, id: u32, announced: Option<u64>) {
        self.open.retain(|open| open.direction != direction || open.name.as_str() != name.as_str());
        if self.open.len() >= MAX_TRANSFERS {
            self.open.remove(0);
        }
        self.handles = self.handles.wrapping_add(1);
        let handle = self.handles;
        self.open.push(Transfer { direction, name, id, handle, announced, received: 0, gap: false });
    }

    /// Name of the block that travels under an upload identifier.
    pub(super) fn uploaded(&self, id: u32) -> Option<Name> {
        self.open
            .iter()
            .rev()
            .find(|open| open.direction == Direction::Upload && open.id == id)
            .map(|o| o.name)
    }

    /// Hands a piece of a block to `sink`; a transfer whose start was not seen begins here.
    pub(super) fn piece(
        &mut self,
        direction: Direction,
        name: Name,
        data: &[u8],
        last: bool,
        sink: &mut dyn Sink,
    ) {
        let find = |open: &Transfer| open.direction == direction && open.name.as_str() == name.as_str();
        if !self.open.iter().any(find) {
            self.begin(direction, name, 0, None);
        }
        let Some(transfer) = self.open.iter_mut().find(|open| find(open)) else { return };
        transfer.received = transfer.received.saturating_add(data.len() as u64);
        let whole = !transfer.gap || transfer.announced == Some(transfer.received);
        sink.file(&FileChunk {
            protocol: Protocol::S7comm,
            handle: transfer.handle,
            name: transfer.name.as_str(),
            direction,
            offset: None,
            data,
            last: last && whole,
        });
        if last && direction == Direction::Download {
            self.open.retain(|open| !find(open));
        }
    }

    /// An upload is over.
    pub(super) fn end(&mut self, id: u32) {
        self.open.retain(|open| open.direction != Direction::Upload || open.id != id);
    }

    /// Bytes of one direction, or of either, are lost. Downloads travel to the controller, which accepted the connection.
    pub(super) fn gap(&mut self, to_server: Option<bool>) {
        for open in &mut self.open {
            open.gap |=
                to_server.is_none_or(|to_server| to_server == (open.direction == Direction::Download));
        }
    }
}

/// The bytes of a piece: length, two fixed bytes, then the piece.
pub(super) fn piece(data: &[u8]) -> Option<&[u8]> {
    let mut reader = Reader::new(data);
    let length = reader.be_u16().ok()?;
    reader.skip(2).ok()?;
    Some(reader.take_up_to(usize::from(length)))
}
