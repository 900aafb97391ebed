//! pcapng blocks.
//!
//! Format: draft-ietf-opsawg-pcapng. Read: section headers (both byte orders, any number of sections), interface
//! descriptions, enhanced, simple and obsolete packet blocks, interface statistics (lost packets only). Custom and
//! systemd journal blocks are handed out as frames without a packet, because Wireshark numbers them so; name
//! resolution and decryption secrets are passed over, blocks of other types too, and counted.

use crate::batch::TimeQuality;
use crate::info::{CaptureInfo, InterfaceInfo, Timestamp, WarningKind};
use crate::link::LINK_CUSTOM_BLOCK;
use crate::pcap::HARD_LIMIT;
use crate::reader::{Packet, Sink, Stop};

// Block types, section 11.1 of the draft.
const SECTION_HEADER: u32 = 0x0a0d_0d0a;
const INTERFACE_DESCRIPTION: u32 = 1;
const PACKET_OBSOLETE: u32 = 2;
const SIMPLE_PACKET: u32 = 3;
const NAME_RESOLUTION: u32 = 4;
const INTERFACE_STATISTICS: u32 = 5;
const ENHANCED_PACKET: u32 = 6;
const SYSTEMD_JOURNAL: u32 = 9;
const DECRYPTION_SECRETS: u32 = 10;
const CUSTOM: u32 = 0x0bad;
const CUSTOM_NOT_COPIED: u32 = 0x4000_0bad;

/// Byte-order magic of a section header, 4.1.
const BYTE_ORDER: u32 = 0x1a2b_3c4d;

// Options of an interface description, 4.2, and of interface statistics, 4.6.
const IF_NAME: u16 = 2;
const IF_TSRESOL: u16 = 9;
const IF_TSOFFSET: u16 = 14;
const ISB_IFDROP: u16 = 5;
const ISB_OSDROP: u16 = 7;

/// Type, total length in front and behind.
const SMALLEST_BLOCK: usize = 12;
/// Longest block that is believed: the longest packet with its header and generous options.
const LONGEST_BLOCK: usize = HARD_LIMIT as usize + (1 << 20);
/// Interfaces kept in a section and in a capture; frames number them with 16 bits, the last number means none.
const MAX_INTERFACES: usize = u16::MAX as usize;
/// Characters kept of an interface's name.
const MAX_NAME: usize = 64;

/// Nanoseconds per second.
const SECOND: i128 = 1_000_000_000;

/// How an interface counts time, 4.2 `if_tsresol`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Resolution {
    /// A tick is this many nanoseconds.
    Multiply(u64),
    /// This many ticks are a nanosecond.
    Divide(u128),
    /// This power of two ticks are a second.
    Binary(u32),
}

impl Resolution {
    const MICROSECONDS: Self = Self::Multiply(1000);

    fn from_option(value: u8) -> Self {
        let power = u32::from(value & 0x7f);
        if value & 0x80 != 0 {
            return Self::Binary(power);
        }
        match 9_u32.checked_sub(power) {
            Some(power) => Self::Multiply(10_u64.pow(power)),
            // More than 10^38 ticks a nanosecond: no 64-bit count of them reaches one.
            None => Self::Divide(10_u128.checked_pow(power.saturating_sub(9)).unwrap_or(u128::MAX)),
        }
    }

    /// Nanoseconds of so many ticks; at most 10^9 times 2^64.
    fn nanoseconds(self, ticks: u64) -> i128 {
        let ticks = u128::from(ticks);
        let nanoseconds = match self {
            Self::Multiply(factor) => ticks.saturating_mul(u128::from(factor)),
            Self::Divide(divisor) => ticks.checked_div(divisor).unwrap_or(0),
            Self::Binary(power) => {
                ticks.saturating_mul(SECOND.unsigned_abs()).checked_shr(power).unwrap_or(0)
            }
        };
        i128::try_from(nanoseconds).unwrap_or(i128::MAX)
    }
}

/// What is needed of an interface for each packet.
#[derive(Clone, Copy, Debug)]
struct Interface {
    link: u32,
    snaplen: u32,
    resolution: Resolution,
    /// Seconds to add to each time.
    offset_s: i64,
}

/// Reader of blocks; keeps what the current section says.
#[derive(Debug, Default)]
pub(crate) struct Pcapng {
    big_endian: bool,
    in_section: bool,
    interfaces: Vec<Interface>,
    /// Interfaces of the sections before this one.
    base: usize,
}

/// What the first bytes of a section header say.
pub(crate) fn byte_order(start: &[u8]) -> Option<bool> {
    let bytes = *start.get(8..)?.first_chunk::<4>()?;
    match (u32::from_le_bytes(bytes), u32::from_be_bytes(bytes)) {
        (BYTE_ORDER, _) => Some(false),
        (_, BYTE_ORDER) => Some(true),
        _ => None,
    }
}

impl Pcapng {
    pub(crate) fn is_pcapng(start: &[u8]) -> bool {
        start.starts_with(&SECTION_HEADER.to_be_bytes())
    }

    fn half(&self, body: &[u8], at: usize) -> Option<u16> {
        let bytes = *body.get(at..)?.first_chunk::<2>()?;
        Some(if self.big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    }

    fn word(&self, body: &[u8], at: usize) -> Option<u32> {
        let bytes = *body.get(at..)?.first_chunk::<4>()?;
        Some(if self.big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }

    fn long(&self, body: &[u8], at: usize) -> Option<u64> {
        let bytes = *body.get(at..)?.first_chunk::<8>()?;
        Some(if self.big_endian { u64::from_be_bytes(bytes) } else { u64::from_le_bytes(bytes) })
    }

    /// Hand packets from `at` on to `sink` until it is full or the window ends.
    pub(crate) fn run(
        &mut self,
        window: &[u8],
        at: &mut usize,
        sink: &mut Sink<'_>,
        info: &mut CaptureInfo,
    ) -> Stop {
        loop {
            if sink.is_full() {
                return Stop::Full;
            }
            let rest = window.get(*at..).unwrap_or_default();
            let Some(kind) = self.word(rest, 0) else { return Stop::Need(SMALLEST_BLOCK) };
            if kind == SECTION_HEADER {
                if rest.len() < SMALLEST_BLOCK {
                    return Stop::Need(SMALLEST_BLOCK);
                }
                let Some(big_endian) = byte_order(rest) else {
                    return Stop::Corrupt("a section header has no byte-order magic");
                };
                self.big_endian = big_endian;
            } else if !self.in_section {
                return Stop::Corrupt("a block stands before the first section header");
            }
            let Some(length) = self.word(rest, 4) else { return Stop::Need(SMALLEST_BLOCK) };
            let length = length as usize;
            if !is_sane(length) {
                return Stop::Corrupt("a block's length cannot be right");
            }
            let Some((block, after)) = rest.split_at_checked(length) else { return Stop::Need(length) };
            let trailer = length.saturating_sub(4);
            if self.word(block, trailer) != Some(block_length(length)) {
                // The length in front counts when a block follows where it says; else nothing can be trusted.
                if !after.is_empty() && !self.begins_block(after) {
                    return Stop::Corrupt("a block's two lengths differ");
                }
                info.warn(WarningKind::CorruptRecord, || {
                    "a block's two lengths differ; the first one is used".into()
                });
            }
            let body = block.get(8..trailer).unwrap_or_default();
            let offset = at.saturating_add(8);
            if self.block(kind, body, offset, sink, info).is_none() {
                info.warn(WarningKind::CorruptRecord, || {
                    "a block is shorter than its content; left out".into()
                });
            }
            *at = at.saturating_add(length);
        }
    }

    /// Whether a block with a believable length begins here.
    fn begins_block(&self, rest: &[u8]) -> bool {
        if Self::is_pcapng(rest) {
            return byte_order(rest).is_some();
        }
        self.word(rest, 4).is_some_and(|length| is_sane(length as usize))
    }

    /// Act on one block; `None` when its content does not fit into it.
    #[inline]
    fn block(
        &mut self,
        kind: u32,
        body: &[u8],
        offset: usize,
        sink: &mut Sink<'_>,
        info: &mut CaptureInfo,
    ) -> Option<()> {
        match kind {
            ENHANCED_PACKET => {
                let interface = self.word(body, 0)?;
                let lengths = (self.word(body, 12)?, self.word(body, 16)?);
                self.packet(interface, self.ticks(body, 4)?, lengths, (body, 20, offset), sink, info)?;
            }
            PACKET_OBSOLETE => {
                let interface = u32::from(self.half(body, 0)?);
                let lengths = (self.word(body, 12)?, self.word(body, 16)?);
                self.packet(interface, self.ticks(body, 4)?, lengths, (body, 20, offset), sink, info)?;
            }
            SIMPLE_PACKET => {
                let original = self.word(body, 0)?;
                let data = body.get(4..)?;
                let Some(interface) = self.interfaces.first().copied() else {
                    unknown_interface(info);
                    return Some(());
                };
                let snaplen = if interface.snaplen == 0 { u32::MAX } else { interface.snaplen };
                let data = data.get(..original.min(snaplen) as usize).unwrap_or(data);
                let number = self.global(0);
                Self::without_time(data, original, interface.link, number, offset.saturating_add(4), sink);
            }
            CUSTOM | CUSTOM_NOT_COPIED => {
                let data = body.get(4..)?; // after the private enterprise number
                let length = u32::try_from(data.len()).ok()?;
                Self::without_time(data, length, LINK_CUSTOM_BLOCK, u16::MAX, offset.saturating_add(4), sink);
            }
            SYSTEMD_JOURNAL => {
                let length = u32::try_from(body.len()).ok()?;
                Self::without_time(body, length, LINK_CUSTOM_BLOCK, u16::MAX, offset, sink);
            }
            SECTION_HEADER => {
                self.base = self.base.saturating_add(self.interfaces.len());
                self.interfaces.clear();
                self.in_section = true;
            }
            INTERFACE_DESCRIPTION => self.interface(body, info)?,
            INTERFACE_STATISTICS => self.statistics(body, info)?,
            NAME_RESOLUTION | DECRYPTION_SECRETS => {}
            _ => info.warn(WarningKind::UnknownBlock, || {
                format!("blocks of unknown type {kind:#x} and others were left out").into()
            }),
        }
        Some(())
    }

    /// The 64-bit time of packets and statistics: high word first in either byte order, 4.3.
    fn ticks(&self, body: &[u8], at: usize) -> Option<u64> {
        let high = u64::from(self.word(body, at)?);
        let low = u64::from(self.word(body, at.saturating_add(4))?);
        Some(high << 32 | low)
    }

    /// A packet with interface and time; its data begin at `start` of the body, whose offset is given beside it.
    #[inline]
    fn packet(
        &self,
        interface: u32,
        ticks: u64,
        (captured, original): (u32, u32),
        (body, start, offset): (&[u8], usize, usize),
        sink: &mut Sink<'_>,
        info: &mut CaptureInfo,
    ) -> Option<()> {
        let end = start.checked_add(captured as usize)?;
        let data = body.get(start..end)?;
        let Some(known) = self.interfaces.get(interface as usize) else {
            unknown_interface(info);
            return Some(());
        };
        // Nearly always a whole number of nanoseconds that fits; everything else takes the slow way.
        let quick = match known.resolution {
            Resolution::Multiply(factor) if known.offset_s == 0 => {
                ticks.checked_mul(factor).and_then(|ts_ns| i64::try_from(ts_ns).ok())
            }
            _ => None,
        };
        let (ts_ns, time) = match quick {
            Some(ts_ns) => (ts_ns, TimeQuality::Recorded),
            None => known.slow_time(ticks, sink, info),
        };
        let packet = Packet {
            ts_ns,
            offset: offset.saturating_add(start),
            original,
            link: known.link,
            interface: self.global(interface as usize),
            time,
        };
        sink.push(packet, data);
        Some(())
    }

    /// A record that has no time of its own.
    fn without_time(
        data: &[u8],
        original: u32,
        link: u32,
        interface: u16,
        offset: usize,
        sink: &mut Sink<'_>,
    ) {
        let ts_ns = sink.tally.previous_ns;
        sink.push(Packet { ts_ns, offset, original, link, interface, time: TimeQuality::Missing }, data);
    }

    /// Number of an interface of this section among those of the whole capture.
    fn global(&self, interface: usize) -> u16 {
        u16::try_from(self.base.saturating_add(interface)).unwrap_or(u16::MAX)
    }

    fn interface(&mut self, body: &[u8], info: &mut CaptureInfo) -> Option<()> {
        let mut interface = Interface {
            link: u32::from(self.half(body, 0)?),
            snaplen: self.word(body, 4)?,
            resolution: Resolution::MICROSECONDS,
            offset_s: 0,
        };
        let mut name = String::new();
        for (code, value) in self.options(body.get(8..)?) {
            match (code, value) {
                (IF_NAME, _) => name = clean_name(value),
                (IF_TSRESOL, [resolution, ..]) => interface.resolution = Resolution::from_option(*resolution),
                (IF_TSOFFSET, _) => interface.offset_s = self.long(value, 0).unwrap_or(0).cast_signed(),
                _ => {}
            }
        }
        if self.interfaces.len() >= MAX_INTERFACES {
            info.warn(WarningKind::TooManyInterfaces, || "further interfaces are left out".into());
            return Some(());
        }
        if info.interfaces.len() < MAX_INTERFACES {
            let (link, snaplen) = (interface.link, interface.snaplen);
            info.interfaces.push(InterfaceInfo { name, link, snaplen, dropped: 0 });
        }
        self.interfaces.push(interface);
        Some(())
    }

    /// Keep the counts of lost packets; they are totals, so the highest of several stands.
    fn statistics(&self, body: &[u8], info: &mut CaptureInfo) -> Option<()> {
        let interface = self.global(self.word(body, 0)? as usize);
        let lost = self
            .options(body.get(12..)?)
            .filter(|(code, _)| matches!(*code, ISB_IFDROP | ISB_OSDROP))
            .fold(0, |lost: u64, (_, value)| lost.saturating_add(self.long(value, 0).unwrap_or(0)));
        if let Some(interface) = info.interfaces.get_mut(usize::from(interface)) {
            interface.dropped = interface.dropped.max(lost);
        }
        Some(())
    }

    /// Code and value of each option; ends at the end mark or where the rest is too short, 3.5.
    fn options<'a>(&self, mut rest: &'a [u8]) -> impl Iterator<Item = (u16, &'a [u8])> {
        std::iter::from_fn(move || {
            let (code, length) = (self.half(rest, 0)?, usize::from(self.half(rest, 2)?));
            let value = rest.get(4..length.checked_add(4)?)?;
            rest = rest.get(length.next_multiple_of(4).checked_add(4)?..).unwrap_or_default();
            (code != 0).then_some((code, value))
        })
    }
}

impl Interface {
    /// Time with an offset, an odd resolution or outside the range of 64-bit nanoseconds.
    #[cold]
    fn slow_time(&self, ticks: u64, sink: &mut Sink<'_>, info: &mut CaptureInfo) -> (i64, TimeQuality) {
        let offset = i128::from(self.offset_s).saturating_mul(SECOND);
        let total = self.resolution.nanoseconds(ticks).saturating_add(offset);
        if let Ok(ts_ns) = i64::try_from(total) {
            return (ts_ns, TimeQuality::Recorded);
        }
        info.warn(WarningKind::TimeOutOfRange, || "times outside the years 1677 to 2262; clamped".into());
        sink.tally.note_exact(Timestamp {
            seconds: i64::try_from(total.div_euclid(SECOND)).unwrap_or(i64::MAX),
            nanoseconds: u32::try_from(total.rem_euclid(SECOND)).unwrap_or(0),
        });
        (if total < 0 { i64::MIN } else { i64::MAX }, TimeQuality::OutOfRange)
    }
}

fn is_sane(length: usize) -> bool {
    (SMALLEST_BLOCK..=LONGEST_BLOCK).contains(&length) && length.is_multiple_of(4)
}

fn block_length(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn unknown_interface(info: &mut CaptureInfo) {
    info.warn(WarningKind::UnknownInterface, || {
        "packets of an interface that the file does not describe were left out".into()
    });
}

fn clean_name(value: &[u8]) -> String {
    String::from_utf8_lossy(value).chars().filter(|c| !c.is_control()).take(MAX_NAME).collect()
}
