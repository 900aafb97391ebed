//! HDLC frames of the three-layer profile (IEC 62056-46, 6.4).

use crate::{Reader, crc16};

/// First and last byte of a frame.
pub(super) const FLAG: u8 = 0x7e;
/// Frame format type 3 in the upper four bits of the format field.
const FORMAT: u8 = 0xa0;
/// Bytes between the flags: format, two addresses, control, checksum.
const SHORTEST: usize = 7;

/// One frame, as the wire carried it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame<'a> {
    pub(super) destination: u32,
    pub(super) source: u32,
    pub(super) control: u8,
    /// Further segments of the same unit follow.
    pub(super) segmented: bool,
    pub(super) information: &'a [u8],
    pub(super) checksum_fits: bool,
}

/// What stands at the start of the bytes.
pub(super) enum Found<'a> {
    /// A frame, and the bytes it takes up to its closing flag.
    Frame(Frame<'a>, usize),
    /// More bytes are needed.
    More,
    /// No frame.
    No,
}

/// Reads the frame at the start of `data`.
pub(super) fn parse(data: &[u8]) -> Found<'_> {
    let mut reader = Reader::new(data);
    if reader.u8() != Ok(FLAG) {
        return Found::No;
    }
    // Flags may be repeated between frames.
    while reader.peek_u8() == Ok(FLAG) {
        let _ = reader.skip(1);
    }
    let mut ahead = reader;
    let Ok([first, second]) = ahead.array() else {
        return if reader.peek_u8().is_ok_and(|first| first & 0xf0 != FORMAT) {
            Found::No
        } else {
            Found::More
        };
    };
    let length = usize::from(u16::from_be_bytes([first & 0x07, second]));
    if first & 0xf0 != FORMAT || length < SHORTEST {
        return Found::No;
    }
    let Ok(bytes) = reader.take(length) else { return Found::More };
    // The closing flag stays: it may be the opening one of the next frame.
    match reader.peek_u8() {
        Ok(FLAG) => {}
        Ok(_) => return Found::No,
        Err(_) => return Found::More,
    }
    match content(bytes) {
        Some(frame) => Found::Frame(frame, reader.position()),
        None => Found::No,
    }
}

fn content(bytes: &[u8]) -> Option<Frame<'_>> {
    let (body, checksum) = bytes.split_at_checked(bytes.len().checked_sub(2)?)?;
    let checksum_fits = crc16::hdlc(body).to_le_bytes() == *checksum;
    let mut reader = Reader::new(body);
    let segmented = reader.u8().ok()? & 0x08 != 0;
    reader.skip(1).ok()?;
    let destination = address(&mut reader)?;
    let source = address(&mut reader)?;
    let control = reader.u8().ok()?;
    // A header checksum stands only before information.
    let information = if reader.remaining() > 2 {
        reader.skip(2).ok()?;
        reader.rest()
    } else {
        &[]
    };
    Some(Frame { destination, source, control, segmented, information, checksum_fits })
}

/// An address of one, two or four bytes, whose last has its lowest bit set; seven bits each.
fn address(reader: &mut Reader<'_>) -> Option<u32> {
    let mut value = 0u32;
    for _ in 0..4 {
        let byte = reader.u8().ok()?;
        value = value << 7 | u32::from(byte >> 1);
        if byte & 1 == 1 {
            return Some(value);
        }
    }
    None
}

/// What a frame does, and whether it answers (ISO 13239).
pub(super) const fn command(control: u8) -> (&'static str, bool) {
    match control & 0xef {
        0x83 => ("set_normal_response_mode", false),
        0x63 => ("unnumbered_acknowledge", true),
        0x43 => ("disconnect", false),
        0x0f => ("disconnected_mode", true),
        0x87 => ("frame_reject", true),
        0x03 => ("unnumbered_information", false),
        _ => match control & 0x0f {
            0x01 => ("receive_ready", true),
            0x05 => ("receive_not_ready", true),
            _ => ("unknown_frame", false),
        },
    }
}

/// Whether a frame carries application data: information, numbered or not.
pub(super) const fn is_information(control: u8) -> bool {
    control & 1 == 0 || control & 0xef == 0x03
}
