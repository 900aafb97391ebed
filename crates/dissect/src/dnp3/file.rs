//! Files, group 70: commands, status, blocks and descriptors, and the transfers they make up (IEEE 1815-2012, 5.2 and
//! A.25).

use std::borrow::Cow;

use super::datum::milliseconds;
use super::object::Header;
use crate::{Direction, FileChunk, Protocol, Reader, Short, Sink, Visitor, printable};

/// Group of file objects.
pub(super) const GROUP: u8 = 70;
/// Set in the block number of a file's last block.
const LAST_BLOCK: u32 = 0x8000_0000;
/// Files that one flow has open at once; the oldest is given up.
const MAX_OPEN: usize = 16;

/// What the first file object of a fragment says.
#[derive(Debug, Clone)]
pub(super) enum Act<'a> {
    /// Variation 3 or 7: a file by name.
    Named { name: Cow<'a, str> },
    /// Variation 4: how a command ended.
    Status { handle: u32, block_size: u16, status: u8 },
    /// Variation 5: a block, or which block is asked for.
    Block { handle: u32, block: u32, data: &'a [u8] },
    /// Variation 6: how writing a block ended.
    BlockStatus { handle: u32, status: u8 },
}

impl<'a> Act<'a> {
    /// What the first object of a header of group 70 says.
    pub(super) fn of(header: &Header<'a>) -> Option<Self> {
        let item = header.items().next()?;
        Self::parse(header.variation, item.data).ok().flatten()
    }

    fn parse(variation: u8, data: &'a [u8]) -> Result<Option<Self>, Short> {
        let mut reader = Reader::new(data);
        Ok(Some(match variation {
            3 | 7 => Self::Named { name: text_at(data, &mut reader)? },
            4 => {
                let handle = reader.le_u32()?;
                reader.skip(4)?;
                let block_size = reader.le_u16()?;
                reader.skip(2)?;
                Self::Status { handle, block_size, status: reader.u8()? }
            }
            5 => Self::Block { handle: reader.le_u32()?, block: reader.le_u32()?, data: reader.rest() },
            6 => {
                let handle = reader.le_u32()?;
                reader.skip(4)?;
                Self::BlockStatus { handle, status: reader.u8()? }
            }
            _ => return Ok(None),
        }))
    }

    /// The refusal that the object states.
    pub(super) const fn error(&self) -> Option<&'static str> {
        match self {
            Self::Status { status, .. } | Self::BlockStatus { status, .. } if *status != 0 => {
                Some(status_name(*status))
            }
            _ => None,
        }
    }

    const fn handle(&self) -> Option<u32> {
        match self {
            Self::Named { .. } => None,
            Self::Status { handle, .. } | Self::Block { handle, .. } | Self::BlockStatus { handle, .. } => {
                Some(*handle)
            }
        }
    }
}

/// The string of `data` that an offset and a size at the cursor point to.
fn text_at<'a>(data: &'a [u8], reader: &mut Reader<'_>) -> Result<Cow<'a, str>, Short> {
    let (offset, size) = (usize::from(reader.le_u16()?), usize::from(reader.le_u16()?));
    let end = offset.saturating_add(size).min(data.len());
    Ok(printable(data.get(offset..end).unwrap_or_default()))
}

#[derive(Debug)]
struct Open {
    outstation: u16,
    handle: u32,
    /// Tells this transfer from others of the same handle.
    number: u32,
    name: Box<str>,
    block_size: u16,
    next_block: u32,
    position: u64,
}

/// The files that are open on a flow.
#[derive(Debug, Default)]
pub(super) struct Files {
    open: Vec<Open>,
    opened: u32,
}

impl Files {
    fn find(&mut self, outstation: u16, handle: u32) -> Option<&mut Open> {
        self.open.iter_mut().find(|file| file.outstation == outstation && file.handle == handle)
    }

    /// Name of the file that an object is about, where it is known.
    pub(super) fn name<'a>(&'a self, outstation: u16, act: &'a Act<'_>) -> Option<&'a str> {
        if let Act::Named { name } = act {
            return Some(name);
        }
        let handle = act.handle()?;
        let open = self.open.iter().find(|file| file.outstation == outstation && file.handle == handle)?;
        Some(&open.name)
    }

    fn insert(&mut self, outstation: u16, handle: u32, name: &str, block_size: u16) {
        self.open.retain(|file| file.outstation != outstation || file.handle != handle);
        if self.open.len() >= MAX_OPEN {
            self.open.remove(0);
        }
        self.opened = self.opened.wrapping_add(1);
        let number = self.opened;
        self.open.push(Open {
            outstation,
            handle,
            number,
            name: name.into(),
            block_size,
            next_block: 0,
            position: 0,
        });
    }

    /// A file was opened: its handle stands for `name` from now on.
    pub(super) fn opened(&mut self, outstation: u16, act: &Act<'_>, name: &str) {
        if let Act::Status { handle, block_size, status: 0 } = act {
            self.insert(outstation, *handle, name, *block_size);
        }
    }

    /// A file was closed.
    pub(super) fn closed(&mut self, outstation: u16, act: &Act<'_>) {
        if let Some(handle) = act.handle() {
            self.open.retain(|file| file.outstation != outstation || file.handle != handle);
        }
    }

    /// Hands a block of a file to `sink`; repeated ones add nothing.
    pub(super) fn block(
        &mut self,
        outstation: u16,
        (handle, block, data): (u32, u32, &[u8]),
        direction: Direction,
        sink: &mut dyn Sink,
    ) {
        if self.find(outstation, handle).is_none() {
            // Opened before the capture began: nameless, and only whole when this is its first block.
            self.insert(outstation, handle, "", 0);
        }
        let Some(file) = self.find(outstation, handle) else { return };
        let number = block & !LAST_BLOCK;
        if number < file.next_block {
            return;
        }
        let missing = number.saturating_sub(file.next_block);
        // Blocks that were not seen leave a hole; where their size is not known at least one byte of it.
        let hole = u64::from(missing).saturating_mul(u64::from(file.block_size.max(1)));
        let offset = file.position.saturating_add(hole);
        file.position = offset.saturating_add(data.len() as u64);
        file.next_block = number.saturating_add(1);
        sink.file(&FileChunk {
            protocol: Protocol::Dnp3,
            handle: u64::from(file.number),
            name: &file.name,
            direction,
            offset: Some(offset),
            data,
            last: block & LAST_BLOCK != 0,
        });
    }
}

/// Shows an object of group 70.
///
/// # Errors
/// When the object ends too early; what was there has been shown.
pub(super) fn visit(variation: u8, data: &[u8], visitor: &mut dyn Visitor) -> Result<(), Short> {
    let mut reader = Reader::new(data);
    match variation {
        2 => {
            visitor.text("user_name", &text_at(data, &mut reader)?);
            reader.skip(2)?;
            // The password and the key are secrets: only that they are there.
            visitor.uint("password_length", u64::from(reader.le_u16()?));
            visitor.flag("has_authentication_key", reader.le_u32()? != 0);
        }
        3 => {
            visitor.text("file_name", &text_at(data, &mut reader)?);
            visitor.uint("created_ms", milliseconds(&mut reader)?);
            permissions(reader.le_u16()?, visitor);
            visitor.flag("has_authentication_key", reader.le_u32()? != 0);
            visitor.uint("file_size", u64::from(reader.le_u32()?));
            let mode = reader.le_u16()?;
            visitor.named("mode", u64::from(mode), mode_name(mode));
            visitor.uint("max_block_size", u64::from(reader.le_u16()?));
            visitor.uint("request_id", u64::from(reader.le_u16()?));
        }
        4 => {
            visitor.uint("file_handle", u64::from(reader.le_u32()?));
            visitor.uint("file_size", u64::from(reader.le_u32()?));
            visitor.uint("max_block_size", u64::from(reader.le_u16()?));
            visitor.uint("request_id", u64::from(reader.le_u16()?));
            status(&mut reader, visitor)?;
        }
        5 => {
            block(&mut reader, visitor)?;
            visitor.uint("data_length", reader.remaining() as u64);
        }
        6 => {
            block(&mut reader, visitor)?;
            status(&mut reader, visitor)?;
        }
        7 => {
            visitor.text("file_name", &text_at(data, &mut reader)?);
            let kind = reader.le_u16()?;
            visitor.named("file_type", u64::from(kind), type_name(kind));
            visitor.uint("file_size", u64::from(reader.le_u32()?));
            visitor.uint("created_ms", milliseconds(&mut reader)?);
            permissions(reader.le_u16()?, visitor);
            visitor.uint("request_id", u64::from(reader.le_u16()?));
        }
        8 => visitor.text("file_specification", &printable(data)),
        _ => visitor.bytes("data", data),
    }
    Ok(())
}

fn block(reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Result<(), Short> {
    visitor.uint("file_handle", u64::from(reader.le_u32()?));
    let number = reader.le_u32()?;
    visitor.uint("block_number", u64::from(number & !LAST_BLOCK));
    visitor.flag("last_block", number & LAST_BLOCK != 0);
    Ok(())
}

fn status(reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Result<(), Short> {
    let code = reader.u8()?;
    visitor.named("status", u64::from(code), status_name(code));
    if !reader.is_empty() {
        visitor.text("status_text", &printable(reader.rest()));
    }
    Ok(())
}

/// Nine permission bits: execute, write and read for world, group and owner.
fn permissions(bits: u16, visitor: &mut dyn Visitor) {
    const NAMES: [&str; 9] = [
        "world_execute",
        "world_write",
        "world_read",
        "group_execute",
        "group_write",
        "group_read",
        "owner_execute",
        "owner_write",
        "owner_read",
    ];
    let names = super::function::bit_names::<160>(u32::from(bits), &NAMES);
    visitor.named("permissions", u64::from(bits), names.as_str());
}

const fn mode_name(mode: u16) -> &'static str {
    match mode {
        0 => "null",
        1 => "read",
        2 => "write",
        3 => "append",
        _ => "reserved",
    }
}

const fn type_name(kind: u16) -> &'static str {
    match kind {
        0 => "directory",
        1 => "file",
        _ => "reserved",
    }
}

/// Name of a file status code (table 11-11).
const fn status_name(status: u8) -> &'static str {
    match status {
        0 => "success",
        1 => "permission_denied",
        2 => "invalid_mode",
        3 => "file_not_found",
        4 => "file_locked",
        5 => "too_many_open",
        6 => "invalid_handle",
        7 => "write_block_size",
        8 => "comm_lost",
        9 => "cannot_abort",
        16 => "not_opened",
        17 => "handle_expired",
        18 => "buffer_overrun",
        19 => "fatal",
        20 => "block_sequence",
        255 => "undefined",
        _ => "reserved",
    }
}
