//! Header and parameter blocks of an SMB 1 message ([MS-CIFS] 2.2.3).

use crate::{Reader, Short, printable, said};

/// Bytes of the header.
pub(super) const HEADER: usize = 32;
/// Flags: an answer. Flags 2: statuses are NTSTATUS, texts are Unicode.
const REPLY: u8 = 0x80;
const NT_STATUS: u16 = 0x4000;
const UNICODE: u16 = 0x8000;

/// One header.
#[derive(Debug, Clone, Copy)]
pub(super) struct Header {
    pub(super) command: u8,
    pub(super) status: u32,
    flags: u8,
    flags2: u16,
    pub(super) tree_id: u16,
    pub(super) process_id: u16,
    pub(super) user_id: u16,
    pub(super) multiplex_id: u16,
}

impl Header {
    pub(super) fn parse(message: &[u8]) -> Result<Self, Short> {
        let mut reader = Reader::new(message);
        reader.skip(4)?;
        let command = reader.u8()?;
        let status = reader.le_u32()?;
        let flags = reader.u8()?;
        let flags2 = reader.le_u16()?;
        reader.skip(12)?;
        let tree_id = reader.le_u16()?;
        let process_id = reader.le_u16()?;
        let user_id = reader.le_u16()?;
        let multiplex_id = reader.le_u16()?;
        Ok(Self { command, status, flags, flags2, tree_id, process_id, user_id, multiplex_id })
    }

    pub(super) const fn is_reply(&self) -> bool {
        self.flags & REPLY != 0
    }

    pub(super) const fn is_unicode(&self) -> bool {
        self.flags2 & UNICODE != 0
    }

    pub(super) const fn is_nt_status(&self) -> bool {
        self.flags2 & NT_STATUS != 0
    }
}

/// One command's words and bytes, within its whole message.
#[derive(Debug, Clone, Copy)]
pub(super) struct Block<'a> {
    pub(super) command: u8,
    pub(super) message: &'a [u8],
    /// Parameter words as bytes.
    pub(super) words: &'a [u8],
    /// Data bytes.
    pub(super) bytes: &'a [u8],
    /// Where the data bytes begin in the message: texts are aligned to even places.
    at: usize,
    pub(super) is_unicode: bool,
    /// The message ends before its byte count says.
    pub(super) is_short: bool,
}

impl<'a> Block<'a> {
    /// Reads the block that begins at `place` of the message.
    pub(super) fn parse(message: &'a [u8], place: usize, command: u8, is_unicode: bool) -> Option<Self> {
        let mut reader = Reader::new(message.get(place..)?);
        let count = reader.u8().ok()?;
        let words = reader.take_up_to(usize::from(count).saturating_mul(2));
        let announced = reader.le_u16().unwrap_or(0);
        let at = place.saturating_add(reader.position());
        let bytes = reader.take_up_to(usize::from(announced));
        let is_short =
            bytes.len() < usize::from(announced) || words.len() < usize::from(count).saturating_mul(2);
        Some(Self { command, message, words, bytes, at, is_unicode, is_short })
    }

    /// Number of parameter words.
    pub(super) fn word_count(&self) -> usize {
        self.words.len() / 2
    }

    pub(super) fn u8(&self, at: usize) -> Option<u8> {
        self.words.get(at).copied()
    }

    pub(super) fn u16(&self, at: usize) -> Option<u16> {
        Reader::new(self.words.get(at..)?).le_u16().ok()
    }

    pub(super) fn u32(&self, at: usize) -> Option<u32> {
        Reader::new(self.words.get(at..)?).le_u32().ok()
    }

    /// The next command of a chain and its place.
    pub(super) fn chained(&self) -> Option<(u8, usize)> {
        if !super::command::is_chained(self.command) {
            return None;
        }
        let next = self.u8(0).filter(|next| *next != super::command::NONE)?;
        Some((next, usize::from(self.u16(2)?)))
    }

    /// Bytes that offset and length, from the start of the message, point to.
    pub(super) fn buffer(&self, offset: Option<u16>, length: Option<u16>) -> Option<&'a [u8]> {
        let (offset, length) = (usize::from(offset?), usize::from(length?));
        self.message.get(offset..offset.checked_add(length)?)
    }

    /// The texts in the data bytes from `skip` on.
    pub(super) fn texts(&self, skip: usize) -> Texts<'a> {
        Texts { bytes: self.bytes, at: self.at, place: skip, is_unicode: self.is_unicode }
    }
}

/// Reads texts one after another.
pub(super) struct Texts<'a> {
    bytes: &'a [u8],
    at: usize,
    place: usize,
    pub(super) is_unicode: bool,
}

impl Texts<'_> {
    /// The next text, up to its NUL or the end.
    pub(super) fn next(&mut self) -> Option<String> {
        if self.is_unicode && self.at.saturating_add(self.place) % 2 == 1 {
            self.place = self.place.saturating_add(1);
        }
        let rest = self.bytes.get(self.place..).filter(|rest| !rest.is_empty())?;
        if self.is_unicode {
            let units = rest.as_chunks::<2>().0;
            let length = units.iter().position(|unit| *unit == [0, 0]).unwrap_or(units.len());
            self.place = self.place.saturating_add(length.saturating_add(1).saturating_mul(2));
            return Some(said::utf16(rest));
        }
        let length = rest.iter().position(|byte| *byte == 0).unwrap_or(rest.len());
        self.place = self.place.saturating_add(length).saturating_add(1);
        Some(printable(rest.get(..length).unwrap_or_default()).into_owned())
    }

    /// The next text in single bytes, whatever the message uses.
    pub(super) fn next_ascii(&mut self) -> Option<String> {
        let unicode = std::mem::replace(&mut self.is_unicode, false);
        let text = self.next();
        self.is_unicode = unicode;
        text
    }

    /// Passes over a format byte (0x04 text, 0x02 dialect) where there is one.
    pub(super) fn skip_format(&mut self) {
        if matches!(self.bytes.get(self.place), Some(1..=5)) {
            self.place = self.place.saturating_add(1);
        }
    }
}
