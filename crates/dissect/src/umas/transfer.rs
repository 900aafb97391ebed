//! Programs on their way into and out of a controller.

use super::Frame;
use super::function::{
    DOWNLOAD_BLOCK, END_DOWNLOAD, END_UPLOAD, INITIALIZE_DOWNLOAD, INITIALIZE_UPLOAD, UPLOAD_BLOCK,
};
use crate::{Direction, FileChunk, Protocol, Reader, Sink};

/// Name of the one program that a controller holds; the wire gives none.
const NAME: &str = "program.apx";

/// The transfer of one flow; a controller has one program and one owner.
#[derive(Default, Debug)]
pub(super) struct Transfers {
    open: Option<Open>,
    handles: u64,
}

#[derive(Debug, Clone, Copy)]
struct Open {
    direction: Direction,
    handle: u64,
    /// Number of the last block taken; blocks count from 1 and may be sent again.
    last: u16,
    /// Bytes are missing: the file cannot be whole.
    broken: bool,
}

impl Transfers {
    /// Bytes of the flow are lost, and with them perhaps a block.
    pub(super) fn gap(&mut self) {
        if let Some(open) = &mut self.open {
            open.broken = true;
        }
    }

    /// Takes the program bytes of a request that sends, or of an answer that gives.
    pub(super) fn take(&mut self, frame: &Frame<'_>, block: u16, sink: &mut dyn Sink) {
        match (frame.function, frame.request) {
            (Some(INITIALIZE_UPLOAD), false) => self.begin(Direction::Download),
            (Some(INITIALIZE_DOWNLOAD), false) => self.begin(Direction::Upload),
            (Some(UPLOAD_BLOCK), true) => self.piece(Direction::Download, block, frame.data, 4, sink),
            (Some(DOWNLOAD_BLOCK), false) => self.piece(Direction::Upload, block, frame.data, 2, sink),
            (Some(END_UPLOAD), false) => self.end(Direction::Download, sink),
            (Some(END_DOWNLOAD), false) => self.end(Direction::Upload, sink),
            _ => {}
        }
    }

    fn begin(&mut self, direction: Direction) {
        self.handles = self.handles.wrapping_add(1);
        self.open = Some(Open { direction, handle: self.handles, last: 0, broken: false });
    }

    /// A block of program bytes, after `head` bytes and a length.
    fn piece(&mut self, direction: Direction, block: u16, data: &[u8], head: usize, sink: &mut dyn Sink) {
        if !matches!(self.open, Some(open) if open.direction == direction) {
            // The opening was not seen: what follows is a part of the program.
            self.begin(direction);
            if block > 1
                && let Some(open) = &mut self.open
            {
                open.last = block.saturating_sub(1);
                open.broken = true;
            }
        }
        let Some(open) = &mut self.open else { return };
        if block != 0 && block <= open.last {
            return;
        }
        open.broken |= block != open.last.saturating_add(1);
        open.last = block;
        let handle = open.handle;
        let mut reader = Reader::new(data);
        let Ok(length) = reader.skip(head).and_then(|()| reader.le_u16()) else { return };
        let data = reader.take_up_to(usize::from(length));
        if sink.wants().files {
            sink.file(&FileChunk {
                protocol: Protocol::Umas,
                handle,
                name: NAME,
                direction,
                offset: None,
                data,
                last: false,
            });
        }
    }

    fn end(&mut self, direction: Direction, sink: &mut dyn Sink) {
        let Some(open) = self.open.take_if(|open| open.direction == direction) else { return };
        if !open.broken && open.last > 0 && sink.wants().files {
            sink.file(&FileChunk {
                protocol: Protocol::Umas,
                handle: open.handle,
                name: NAME,
                direction,
                offset: None,
                data: &[],
                last: true,
            });
        }
    }
}
