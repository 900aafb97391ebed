//! Writing frames as pcapng: evidence that other tools open.
//!
//! Format: draft-ietf-opsawg-pcapng; little-endian, one section, times in nanoseconds.

use std::collections::HashMap;
use std::io::{self, Write};

use crate::batch::{Batch, Frame};
use crate::info::CaptureInfo;
use crate::link::LINK_CUSTOM_BLOCK;

// Block types and options, sections 3.5, 4.1 to 4.3 of the draft.
const SECTION_HEADER: u32 = 0x0a0d_0d0a;
const INTERFACE_DESCRIPTION: u32 = 1;
const ENHANCED_PACKET: u32 = 6;
const BYTE_ORDER: u32 = 0x1a2b_3c4d;
const OPT_COMMENT: u16 = 1;
const SHB_USERAPPL: u16 = 4;
const IF_NAME: u16 = 2;
const IF_TSRESOL: u16 = 9;
/// `if_tsresol` of times in nanoseconds.
const NANOSECONDS: u8 = 9;

/// Longest text of an option in bytes; longer ones are cut at a character.
const MAX_TEXT: usize = 4096;
/// Interfaces of one file; frames of further ones are refused.
const MAX_INTERFACES: usize = 65_535;

/// Writer of one pcapng file.
#[derive(Debug)]
pub struct PcapngWriter<W: Write> {
    out: W,
    /// Numbers of the interfaces written for frames, by capture, interface and link type.
    interfaces: HashMap<(u16, u16, u32), u32>,
    written: usize,
    block: Vec<u8>,
}

impl<W: Write> PcapngWriter<W> {
    /// Begin a file: the section header with the writing program and a comment, both left out when empty.
    ///
    /// # Errors
    /// What `out` reports.
    pub fn new(out: W, application: &str, comment: &str) -> io::Result<Self> {
        let mut writer = Self { out, interfaces: HashMap::new(), written: 0, block: Vec::new() };
        writer.begin(SECTION_HEADER);
        writer.put(&BYTE_ORDER.to_le_bytes());
        writer.put(&[1, 0, 0, 0]); // version 1.0
        writer.put(&[0xff; 8]); // section length not stated
        writer.text(OPT_COMMENT, comment);
        writer.text(SHB_USERAPPL, application);
        writer.finish_block()?;
        Ok(writer)
    }

    /// Describe an interface; returns its number for [`PcapngWriter::packet`].
    ///
    /// # Errors
    /// What the output reports, or `InvalidInput` for a link type above 65,535 or too many interfaces.
    pub fn interface(&mut self, name: &str, link: u32, snaplen: u32) -> io::Result<u32> {
        let (Ok(link), true) = (u16::try_from(link), self.written < MAX_INTERFACES) else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        let number = u32::try_from(self.written).unwrap_or(u32::MAX);
        self.written = self.written.saturating_add(1);
        self.begin(INTERFACE_DESCRIPTION);
        self.put(&link.to_le_bytes());
        self.put(&[0, 0]);
        self.put(&snaplen.to_le_bytes());
        self.text(IF_NAME, name);
        self.option(IF_TSRESOL, &[NANOSECONDS]);
        self.finish_block()?;
        Ok(number)
    }

    /// Write one packet. `ts_ns` is Unix nanoseconds, not before 1970; `orig_len` its length on the wire in bytes.
    ///
    /// # Errors
    /// What the output reports, or `InvalidInput` when the interface was not described.
    pub fn packet(
        &mut self,
        interface: u32,
        ts_ns: i64,
        orig_len: u32,
        data: &[u8],
        comment: &str,
    ) -> io::Result<()> {
        let length = u32::try_from(data.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
        if interface as usize >= self.written {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let ticks = u64::try_from(ts_ns).unwrap_or(0).rotate_left(32); // the high word goes first
        self.begin(ENHANCED_PACKET);
        self.put(&interface.to_le_bytes());
        self.put(&ticks.to_le_bytes());
        self.put(&length.to_le_bytes());
        self.put(&orig_len.to_le_bytes());
        self.put(data);
        self.pad();
        self.text(OPT_COMMENT, comment);
        self.finish_block()
    }

    /// Write a frame of a batch, on an interface that names its capture and the interface there.
    ///
    /// Returns whether it was written: custom blocks hold no packet and are left out.
    ///
    /// # Errors
    /// As [`PcapngWriter::interface`] and [`PcapngWriter::packet`].
    pub fn frame(
        &mut self,
        batch: &Batch,
        frame: &Frame,
        captures: &[CaptureInfo],
        comment: &str,
    ) -> io::Result<bool> {
        if frame.link == LINK_CUSTOM_BLOCK {
            return Ok(false);
        }
        let key = (frame.source, frame.interface, frame.link);
        let interface = if let Some(known) = self.interfaces.get(&key) {
            *known
        } else {
            let capture = captures.get(usize::from(frame.source));
            let own = capture.and_then(|capture| capture.interfaces.get(usize::from(frame.interface)));
            let capture = capture.map_or("", |capture| capture.name.as_str());
            let name = match own {
                Some(own) if !own.name.is_empty() => format!("{capture}: {}", own.name),
                _ => capture.to_owned(),
            };
            let number = self.interface(&name, frame.link, own.map_or(0, |own| own.snaplen))?;
            self.interfaces.insert(key, number);
            number
        };
        self.packet(interface, frame.ts_ns, frame.orig_len, batch.data(frame), comment)?;
        Ok(true)
    }

    /// Flush, and give the output back.
    ///
    /// # Errors
    /// What the output reports.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.flush()?;
        Ok(self.out)
    }

    fn begin(&mut self, kind: u32) {
        self.block.clear();
        self.put(&kind.to_le_bytes());
        self.put(&[0; 4]); // the length, known at the end
    }

    fn put(&mut self, bytes: &[u8]) {
        self.block.extend_from_slice(bytes);
    }

    fn pad(&mut self) {
        self.block.resize(self.block.len().next_multiple_of(4), 0);
    }

    fn option(&mut self, code: u16, value: &[u8]) {
        let Ok(length) = u16::try_from(value.len()) else { return };
        self.put(&code.to_le_bytes());
        self.put(&length.to_le_bytes());
        self.put(value);
        self.pad();
    }

    fn text(&mut self, code: u16, text: &str) {
        let text = text.get(..text.floor_char_boundary(MAX_TEXT)).unwrap_or_default();
        if !text.is_empty() {
            self.option(code, text.as_bytes());
        }
    }

    fn finish_block(&mut self) -> io::Result<()> {
        self.put(&[0; 4]); // end of options
        let length = self.block.len().saturating_add(4);
        let length = u32::try_from(length).map_err(|_| io::ErrorKind::InvalidInput)?.to_le_bytes();
        if let Some(field) = self.block.get_mut(4..8) {
            field.copy_from_slice(&length);
        }
        self.put(&length);
        self.out.write_all(&self.block)
    }
}
