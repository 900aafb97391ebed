//! Serial line frames that gateways put into TCP or UDP as they are: RTU, known by its CRC, and ASCII, by its LRC.
//!
//! Spec: MODBUS over Serial Line V1.02 (2.5.1 RTU, 2.5.2 ASCII, 6.2 checksums).

use super::function::{DIAGNOSTICS, ENCAPSULATED};
use super::{EXCEPTION_BIT, Frame, Framing, Stop};
use crate::crc16::crc16;
use crate::{Anomalies, Reader};

/// Unit, function and checksum.
const SHORTEST_RTU: usize = 4;
/// Most bytes of an RTU frame (2.5.1.1), and so of a decoded ASCII frame with its one byte of LRC.
pub(super) const LONGEST_RTU: usize = 256;
/// Colon, two characters a byte, carriage return, line feed (2.5.2.1).
const LONGEST_ASCII: usize = 2 * LONGEST_RTU + 3;
/// Largest address of a unit; 0 is broadcast, the others are reserved (2.2).
const MAX_UNIT: u8 = 247;
const COLON: u8 = b':';

/// The LRC makes the sum of all bytes zero (6.2.1).
fn lrc(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte)).wrapping_neg()
}

/// What a function says of the length of its data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Length {
    Exact(usize),
    /// The byte that tells it is not there yet.
    NotYet,
    /// The function has no rule.
    Unknown,
    /// The function does not go this way.
    Wrong,
}

/// Bytes after the function code (Application protocol 6).
fn length(function: u8, request: bool, data: &[u8]) -> Length {
    let counted = |at: usize, more: usize| match data.get(at) {
        Some(count) => Length::Exact(usize::from(*count).saturating_add(more)),
        None => Length::NotYet,
    };
    match (function, request) {
        (EXCEPTION_BIT.., false) => Length::Exact(1),
        (EXCEPTION_BIT.., true) => Length::Wrong,
        (0x01..=0x06, true) | (0x05 | 0x06 | 0x0b | 0x0f | 0x10, false) | (DIAGNOSTICS, _) => {
            Length::Exact(4)
        }
        (0x07 | 0x0b | 0x0c | 0x11, true) => Length::Exact(0),
        (0x0f | 0x10, true) => counted(4, 5),
        (0x14 | 0x15, _) | (0x01..=0x04 | 0x0c | 0x11 | 0x17, false) => counted(0, 1),
        (0x16, _) => Length::Exact(6),
        (0x17, true) => counted(8, 9),
        (0x18, true) => Length::Exact(2),
        (0x18, false) => match data.first_chunk() {
            Some(count) => Length::Exact(usize::from(u16::from_be_bytes(*count)).saturating_add(2)),
            None => Length::NotYet,
        },
        (0x07, false) => Length::Exact(1),
        (ENCAPSULATED, true) => match data.first() {
            Some(14) => Length::Exact(3),
            Some(_) => Length::Unknown,
            None => Length::NotYet,
        },
        (ENCAPSULATED, false) => identification(data),
        _ => Length::Unknown,
    }
}

/// A device identification response ends with its last object (Application protocol 6.21).
fn identification(data: &[u8]) -> Length {
    match (data.first(), data.get(5)) {
        (Some(14), Some(objects)) => {
            let mut reader = Reader::new(data);
            let mut walk = || -> Result<usize, crate::Short> {
                reader.skip(6)?;
                for _ in 0..*objects {
                    reader.skip(1)?;
                    let length = reader.u8()?;
                    reader.skip(usize::from(length))?;
                }
                Ok(reader.position())
            };
            walk().map_or(Length::NotYet, Length::Exact)
        }
        (None | Some(14), _) => Length::NotYet,
        _ => Length::Unknown,
    }
}

/// Whether the first `size` bytes are a frame by their CRC, which is preset to ones (6.2.2).
fn is_whole(input: &[u8], size: usize) -> bool {
    let Some((frame, sum)) = input.get(..size).and_then(|frame| frame.split_last_chunk::<2>()) else {
        return false;
    };
    size >= SHORTEST_RTU && u16::from_le_bytes(*sum) == crc16(0xffff, frame.iter().copied())
}

/// Size of the RTU frame at the start of `input` in this direction, its CRC being right.
///
/// # Errors
/// `NeedMore` while it is not whole, `NotModbus` when it cannot be one.
fn size(input: &[u8], request: bool) -> Result<usize, Stop> {
    let (Some(unit), Some(function)) = (input.first(), input.get(1)) else { return Err(Stop::NeedMore) };
    let data = input.get(2..).unwrap_or_default();
    if *unit > MAX_UNIT || *function & !EXCEPTION_BIT == 0 {
        return Err(Stop::NotModbus);
    }
    let size = match length(*function, request, data) {
        Length::Exact(length) => length.saturating_add(SHORTEST_RTU),
        Length::NotYet => return Err(Stop::NeedMore),
        Length::Unknown => return scan(input),
        Length::Wrong => return Err(Stop::NotModbus),
    };
    if input.len() < size.min(LONGEST_RTU) {
        return Err(Stop::NeedMore);
    }
    match is_whole(input, size) {
        true => Ok(size),
        // Return query data repeats whatever it is given.
        false if *function == DIAGNOSTICS => scan(input),
        false => Err(Stop::NotModbus),
    }
}

/// Functions without a length of their own end where the CRC first fits.
fn scan(input: &[u8]) -> Result<usize, Stop> {
    let most = input.len().min(LONGEST_RTU);
    let found = (SHORTEST_RTU..=most).find(|size| is_whole(input, *size));
    let short = if input.len() < LONGEST_RTU { Stop::NeedMore } else { Stop::NotModbus };
    found.ok_or(short)
}

/// The RTU frame at the start of `input`, its size, and whether it goes the other way than `request` says: a unit
/// behind a modem may have opened the connection.
///
/// # Errors
/// As [`size`].
pub(super) fn rtu(input: &[u8], request: bool) -> Result<(Frame<'_>, usize, bool), Stop> {
    let (size, turned) = match (size(input, request), size(input, !request)) {
        (Ok(size), _) => (size, false),
        (Err(_), Ok(size)) => (size, true),
        (Err(Stop::NeedMore), _) | (_, Err(Stop::NeedMore)) => return Err(Stop::NeedMore),
        _ => return Err(Stop::NotModbus),
    };
    let frame = input.get(..size).and_then(|whole| whole.split_last_chunk::<2>());
    let Some((&[unit_id, function, ref data @ ..], sum)) = frame else { return Err(Stop::NotModbus) };
    let frame = Frame {
        framing: Framing::Rtu,
        transaction_id: 0,
        length: 0,
        checksum: u16::from_le_bytes(*sum),
        unit_id,
        function,
        data,
        anomalies: Anomalies::NONE,
    };
    Ok((frame, size, turned))
}

/// Whether an RTU frame of a function with a length of its own begins here, in either direction.
pub(super) fn begins_rtu(input: &[u8]) -> Option<usize> {
    let function = *input.get(1)?;
    let data = input.get(2..)?;
    [true, false].into_iter().find_map(|request| match length(function, request, data) {
        Length::Exact(_) => size(input, request).ok(),
        _ => None,
    })
}

/// Whether a frame says about itself what only Modbus says. A read request is four free bytes, and other protocols of
/// telecontrol end their messages with the same CRC.
pub(super) fn is_telling(frame: &[u8]) -> bool {
    let Some((&[_, function, ref data @ ..], _)) = frame.split_last_chunk::<2>() else { return false };
    match (function, data) {
        (EXCEPTION_BIT.., &[code]) => matches!(code, 1..=11),
        // Three bytes of bits are as long as a request.
        (0x01 | 0x02, &[count, ref values @ ..]) => {
            !matches!(count, 0 | 3) && usize::from(count) == values.len()
        }
        (0x03 | 0x04 | 0x17, &[count, ref values @ ..]) => {
            count > 0 && count.is_multiple_of(2) && usize::from(count) == values.len()
        }
        (0x05, &[_, _, 0 | 0xff, 0]) => true,
        (0x0f, &[_, _, high, low, count, ref values @ ..]) => {
            let bytes = u16::from_be_bytes([high, low]).div_ceil(8);
            bytes > 0 && u16::from(count) == bytes && usize::from(count) == values.len()
        }
        (0x10, &[_, _, 0, registers, count, ref values @ ..]) => {
            registers > 0 && registers.checked_mul(2) == Some(count) && usize::from(count) == values.len()
        }
        (0x11, &[count, ref values @ ..]) => count > 1 && usize::from(count) == values.len(),
        (0x14 | 0x15, &[_, 6, ..] | &[_, _, 6, ..]) | (ENCAPSULATED, &[14, ..]) => true,
        _ => false,
    }
}

/// Whether the start of an RTU request that asks for a possible number of things may stand here.
pub(super) fn may_begin_rtu(input: &[u8]) -> bool {
    matches!(input, &[unit, 0x01..=0x04, _, _, high, low, ..]
        if (1..=MAX_UNIT).contains(&unit) && (1..=2000).contains(&u16::from_be_bytes([high, low])))
}

/// Whether an ASCII frame may begin with these bytes, as far as they reach.
pub(super) fn may_begin_ascii(input: &[u8]) -> bool {
    let digits = input.iter().skip(1).take(LONGEST_ASCII).take_while(|byte| is_digit(**byte)).count();
    let rest = input.get(digits.saturating_add(1)..).unwrap_or_default();
    input.first() == Some(&COLON) && (rest.is_empty() || rest == b"\r" || rest.starts_with(b"\r\n"))
}

const fn is_digit(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'A'..=b'F')
}

fn nibble(byte: u8) -> u8 {
    if byte.is_ascii_digit() { byte.wrapping_sub(b'0') } else { byte.wrapping_sub(b'A').wrapping_add(10) }
}

/// The ASCII frame at the start of `input`, decoded into `buffer`, and the bytes it takes.
///
/// # Errors
/// `NeedMore` while its end is missing, `NotModbus` when it is none.
pub(super) fn ascii<'b>(input: &[u8], buffer: &'b mut [u8; LONGEST_RTU]) -> Result<(Frame<'b>, usize), Stop> {
    if !may_begin_ascii(input) {
        return Err(Stop::NotModbus);
    }
    let Some(end) = input.iter().take(LONGEST_ASCII).position(|byte| *byte == b'\n') else {
        return Err(if input.len() < LONGEST_ASCII { Stop::NeedMore } else { Stop::NotModbus });
    };
    let digits = input.get(1..end.saturating_sub(1)).unwrap_or_default();
    let pairs = digits.chunks_exact(2);
    if !pairs.remainder().is_empty() || digits.len() < 6 || digits.len() > 2 * LONGEST_RTU {
        return Err(Stop::NotModbus);
    }
    let size = digits.len() / 2;
    for (byte, pair) in buffer.iter_mut().zip(pairs) {
        if let [high, low] = *pair {
            *byte = nibble(high) << 4 | nibble(low);
        }
    }
    let whole = buffer.get(..size).and_then(|whole| whole.split_last());
    let Some((sum, frame @ &[unit_id, function, ref data @ ..])) = whole else { return Err(Stop::NotModbus) };
    let (sum, wanted) = (*sum, lrc(frame));
    let frame = Frame {
        framing: Framing::Ascii,
        transaction_id: 0,
        length: 0,
        checksum: u16::from(sum),
        unit_id,
        function,
        data,
        anomalies: Anomalies::NONE.with_if(wanted != sum, Anomalies::BAD_CHECKSUM),
    };
    Ok((frame, end.saturating_add(1)))
}
