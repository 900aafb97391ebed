//! The header of an SMB 2 message ([MS-SMB2] 2.2.1) and places within its body.

use crate::{Reader, Short};

/// Bytes of the header.
pub(super) const HEADER: usize = 64;
/// Flags: an answer; asynchronous; continues the operation before.
const SERVER_TO_REDIR: u32 = 1;
const ASYNC: u32 = 2;

/// One header.
#[derive(Debug, Clone, Copy)]
pub(super) struct Header {
    pub(super) status: u32,
    pub(super) command: u16,
    flags: u32,
    pub(super) next: u32,
    pub(super) message_id: u64,
    pub(super) tree_id: Option<u32>,
    pub(super) session_id: u64,
}

impl Header {
    pub(super) fn parse(message: &[u8]) -> Result<Self, Short> {
        let mut reader = Reader::new(message);
        reader.skip(8)?;
        let status = reader.le_u32()?;
        let command = reader.le_u16()?;
        reader.skip(2)?;
        let flags = reader.le_u32()?;
        let next = reader.le_u32()?;
        let message_id = reader.le_u64()?;
        reader.skip(4)?;
        let tree = reader.le_u32()?;
        let session_id = reader.le_u64()?;
        reader.skip(16)?;
        let tree_id = (flags & ASYNC == 0).then_some(tree);
        Ok(Self { status, command, flags, next, message_id, tree_id, session_id })
    }

    pub(super) const fn is_response(&self) -> bool {
        self.flags & SERVER_TO_REDIR != 0
    }
}

/// A 16-bit number of the body.
pub(super) fn u16_at(body: &[u8], at: usize) -> Option<u16> {
    Reader::new(body.get(at..)?).le_u16().ok()
}

/// A 32-bit number of the body.
pub(super) fn u32_at(body: &[u8], at: usize) -> Option<u32> {
    Reader::new(body.get(at..)?).le_u32().ok()
}

/// A 64-bit number of the body.
pub(super) fn u64_at(body: &[u8], at: usize) -> Option<u64> {
    Reader::new(body.get(at..)?).le_u64().ok()
}

/// A file identifier of the body.
pub(super) fn file_at(body: &[u8], at: usize) -> Option<u128> {
    body.get(at..)?.first_chunk().map(|id| u128::from_le_bytes(*id))
}

/// Bytes that the body points to by an offset from the start of the message.
pub(super) fn buffer(message: &[u8], offset: Option<u32>, length: Option<u32>) -> Option<&[u8]> {
    let (offset, length) = (usize::try_from(offset?).ok()?, usize::try_from(length?).ok()?);
    message.get(offset..offset.checked_add(length)?)
}
