//! pcap records.
//!
//! Format: draft-ietf-opsawg-pcap, section 4 (file header) and 5 (packet record). Read here: both byte orders, micro- and
//! nanoseconds, the "modified" format with 24-byte record headers, and lengths swapped by writers before 2.4.

use crate::batch::TimeQuality;
use crate::info::Format;
use crate::link::pseudo_header;
use crate::reader::{Packet, Sink, Stop};

/// Bytes of the file header.
pub(crate) const FILE_HEADER: usize = 24;
/// Bytes of a record header, and of one in the modified format.
const RECORD_HEADER: usize = 16;
const MODIFIED_RECORD_HEADER: usize = 24;
/// Longest packet that is believed whatever the file's snapshot length says: the limit common tools capture with.
const USUAL_LIMIT: u32 = 256 << 10;
/// Longest packet that is believed at all.
pub(crate) const HARD_LIMIT: u32 = 16 << 20;

const MICROSECONDS: u32 = 0xa1b2_c3d4;
const NANOSECONDS: u32 = 0xa1b2_3c4d;
const MODIFIED: u32 = 0xa1b2_cd34;

/// Who wrote the two lengths of a record in which order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lengths {
    /// Captured, original.
    Usual,
    /// Original, captured: files before version 2.3.
    Swapped,
    /// Version 2.3 had both; the larger one is the original length.
    Unclear,
}

/// Reader of records; knows what the file header said.
#[derive(Clone, Debug)]
pub(crate) struct Pcap {
    big_endian: bool,
    /// Nanoseconds in one unit of the fraction field.
    fraction_ns: u32,
    record_header: usize,
    lengths: Lengths,
    /// What the original length counts beside the packet.
    added: u32,
    /// Longest captured length that is believed.
    limit: u32,
    pub(crate) link: u32,
    pub(crate) snaplen: u32,
    pub(crate) format: Format,
}

/// Whether the file's first bytes are a magic number of pcap: byte order and number.
fn magic(start: &[u8]) -> Option<(bool, u32)> {
    let bytes = *start.first_chunk::<4>()?;
    [(false, u32::from_le_bytes(bytes)), (true, u32::from_be_bytes(bytes))]
        .into_iter()
        .find(|(_, number)| matches!(*number, MICROSECONDS | NANOSECONDS | MODIFIED))
}

impl Pcap {
    /// Read the file header; bytes that are missing at its end count as zero, so that a cut header is an empty file.
    pub(crate) fn new(start: &[u8]) -> Option<Self> {
        let (big_endian, number) = magic(start)?;
        let mut header = [0; FILE_HEADER];
        for (to, from) in header.iter_mut().zip(start) {
            *to = *from;
        }
        let half =
            |a: u8, b: u8| if big_endian { u16::from_be_bytes([a, b]) } else { u16::from_le_bytes([a, b]) };
        let word = |b: [u8; 4]| if big_endian { u32::from_be_bytes(b) } else { u32::from_le_bytes(b) };
        let version = (half(header[4], header[5]), half(header[6], header[7]));
        let snaplen = word([header[16], header[17], header[18], header[19]]);
        let network = word([header[20], header[21], header[22], header[23]]);
        let (format, fraction_ns, record_header) = match number {
            NANOSECONDS => (Format::PcapNanosecond, 1, RECORD_HEADER),
            MODIFIED => (Format::PcapModified, 1000, MODIFIED_RECORD_HEADER),
            _ => (Format::Pcap, 1000, RECORD_HEADER),
        };
        let lengths = match version {
            (2, 3) => Lengths::Unclear,
            (2, 0..3) => Lengths::Swapped,
            _ => Lengths::Usual,
        };
        let link = network & 0xffff; // section 4: the upper half holds the length of frame check sequences
        Some(Self {
            big_endian,
            added: pseudo_header(link),
            fraction_ns,
            record_header,
            lengths,
            limit: snaplen.clamp(USUAL_LIMIT, HARD_LIMIT),
            link,
            snaplen,
            format,
        })
    }

    /// Hand records from `at` on to `sink` until it is full or the window ends.
    pub(crate) fn run(&self, window: &[u8], at: &mut usize, sink: &mut Sink<'_>) -> Stop {
        if self.big_endian {
            self.records::<true>(window, at, sink)
        } else {
            self.records::<false>(window, at, sink)
        }
    }

    fn records<const BIG: bool>(&self, window: &[u8], at: &mut usize, sink: &mut Sink<'_>) -> Stop {
        let word = |b: [u8; 4]| if BIG { u32::from_be_bytes(b) } else { u32::from_le_bytes(b) };
        let mut rest = window.get(*at..).unwrap_or_default();
        loop {
            if sink.is_full() {
                return Stop::Full;
            }
            let Some(h) = rest.first_chunk::<RECORD_HEADER>() else {
                return Stop::Need(self.record_header);
            };
            let seconds = word([h[0], h[1], h[2], h[3]]);
            let fraction = word([h[4], h[5], h[6], h[7]]);
            let (mut captured, mut original) =
                (word([h[8], h[9], h[10], h[11]]), word([h[12], h[13], h[14], h[15]]));
            if self.lengths != Lengths::Usual && (self.lengths == Lengths::Swapped || captured > original) {
                std::mem::swap(&mut captured, &mut original);
            }
            if captured > self.limit {
                return Stop::Corrupt("a packet's length cannot be right");
            }
            let size = self.record_header.saturating_add(captured as usize);
            let Some((record, after)) = rest.split_at_checked(size) else {
                return Stop::Need(size);
            };
            let data = record.get(self.record_header..).unwrap_or_default();
            // At most 2^32 seconds and 2^32 fractions of up to 1000 ns: 63 bits hold it.
            let ts_ns = i64::from(seconds)
                .wrapping_mul(1_000_000_000)
                .wrapping_add(i64::from(fraction).wrapping_mul(i64::from(self.fraction_ns)));
            let offset = at.saturating_add(self.record_header);
            let original = original.saturating_sub(self.added);
            *at = at.saturating_add(size);
            rest = after;
            sink.push(
                Packet {
                    ts_ns,
                    offset,
                    original,
                    link: self.link,
                    interface: 0,
                    time: TimeQuality::Recorded,
                },
                data,
            );
        }
    }
}
