//! FoE: files over mailboxes, mostly firmware (ETG.1000.6, 5.8).

use super::mailbox::Said;
use crate::{Category, Direction, FileChunk, Protocol, Reader, Reference, Sink, Text, Visitor, printable};

const READ: u8 = 1;
const WRITE: u8 = 2;
const DATA: u8 = 3;
const ACK: u8 = 4;
const ERROR: u8 = 5;
/// Transfers of one segment that are followed at once.
const MAX_TRANSFERS: usize = 16;

/// What the mailbox says.
pub(super) fn say(data: &[u8]) -> Said {
    let name = match data.first().copied().unwrap_or(0) {
        READ => "foe_read_request",
        WRITE => "foe_write_request",
        DATA => "foe_data",
        ACK => "foe_ack",
        ERROR => "foe_error",
        _ => "foe_busy",
    };
    let error = if name == "foe_error" { Some("foe_error") } else { None };
    Said { object: Reference::None, error, ..Said::plain(name, Category::FileTransfer) }
}

/// Shows the fields of a FoE mailbox.
pub(super) fn visit(data: &[u8], visitor: &mut dyn Visitor) {
    let mut reader = Reader::new(data.get(2..).unwrap_or_default());
    let number = reader.le_u32().unwrap_or(0);
    match data.first().copied().unwrap_or(0) {
        // The number ahead of a file's name is its password: not shown.
        READ | WRITE => visitor.text("file_name", &printable(reader.rest())),
        DATA => {
            visitor.uint("packet_number", u64::from(number));
            visitor.uint("length", reader.remaining() as u64);
        }
        ACK => visitor.uint("packet_number", u64::from(number)),
        ERROR => {
            visitor.uint("error_code", u64::from(number));
            visitor.text("error_text", &printable(reader.rest()));
        }
        _ => visitor.bytes("data", data.get(2..).unwrap_or_default()),
    }
}

#[derive(Clone, Copy)]
struct Transfer {
    station: u16,
    direction: Direction,
    name: Text<64>,
    handle: u64,
    /// Packet expected next.
    next: u32,
    /// Bytes of a full packet: the first one's. A shorter one ends the file.
    full: usize,
}

/// Files of one segment; one for each station at a time.
#[derive(Default)]
pub(super) struct Transfers {
    open: Vec<Transfer>,
    handles: u64,
}

impl Transfers {
    pub(super) fn clear(&mut self) {
        self.open.clear();
    }

    /// Takes a FoE mailbox on its way back.
    pub(super) fn take(&mut self, station: u16, data: &[u8], sink: &mut dyn Sink) {
        let mut reader = Reader::new(data.get(2..).unwrap_or_default());
        let Ok(number) = reader.le_u32() else { return };
        match data.first().copied() {
            Some(READ) => self.begin(station, Direction::Upload, reader.rest()),
            Some(WRITE) => self.begin(station, Direction::Download, reader.rest()),
            Some(DATA) => self.piece(station, number, reader.rest(), sink),
            Some(ERROR) => self.open.retain(|transfer| transfer.station != station),
            _ => {}
        }
    }

    fn begin(&mut self, station: u16, direction: Direction, name: &[u8]) {
        self.open.retain(|transfer| transfer.station != station);
        if self.open.len() >= MAX_TRANSFERS {
            self.open.remove(0);
        }
        self.handles = self.handles.wrapping_add(1);
        self.open.push(Transfer {
            station,
            direction,
            name: Text::of(format_args!("{}", printable(name))),
            handle: self.handles,
            next: 1,
            full: 0,
        });
    }

    fn piece(&mut self, station: u16, number: u32, data: &[u8], sink: &mut dyn Sink) {
        let Some(at) = self.open.iter().position(|transfer| transfer.station == station) else { return };
        let Some(transfer) = self.open.get_mut(at) else { return };
        if number != transfer.next {
            return;
        }
        transfer.next = transfer.next.wrapping_add(1);
        transfer.full = transfer.full.max(data.len());
        let last = data.len() < transfer.full;
        if sink.wants().files {
            sink.file(&FileChunk {
                protocol: Protocol::Ethercat,
                handle: transfer.handle,
                name: transfer.name.as_str(),
                direction: transfer.direction,
                offset: None,
                data,
                last,
            });
        }
        if last {
            self.open.remove(at);
        }
    }
}
