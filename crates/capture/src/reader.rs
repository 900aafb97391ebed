//! One open capture: its source of bytes, its format, and the way of each frame into a batch.

use std::borrow::Cow;
use std::path::Path;

use crate::batch::{BATCH_BYTES, Batch, Frame, TimeQuality};
use crate::error::CaptureError;
use crate::filter::Filter;
use crate::info::{CaptureInfo, Format, InterfaceInfo, Timestamp, WarningKind};
use crate::pcap::{FILE_HEADER, Pcap};
use crate::pcapng::{Pcapng, byte_order};
use crate::source::{Ended, Source};

/// Bytes of chunks that a capture may keep in memory however many there are.
const LEAST_BUDGET: usize = 256 << 10;

/// Packets read without a look at what else is to be done (memory to be given back, a file that shrank).
const PAUSE_PACKETS: u64 = 64 << 10;

/// Why a format's reader gave control back.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The batch has all the frames it may have.
    Full,
    /// The next record has this many bytes or more, and the window has fewer.
    Need(usize),
    /// The file cannot be read beyond this point.
    Corrupt(&'static str),
}

/// A packet as a format's reader found it.
#[derive(Clone, Copy)]
pub(crate) struct Packet {
    pub(crate) ts_ns: i64,
    /// Offset of its first byte in the window.
    pub(crate) offset: usize,
    pub(crate) original: u32,
    pub(crate) link: u32,
    pub(crate) interface: u16,
    pub(crate) time: TimeQuality,
}

/// Counters and clocks of one capture while it is read.
#[derive(Clone, Debug)]
pub(crate) struct Tally {
    source: u16,
    packets: u64,
    bytes: u64,
    filtered: u64,
    /// Time of the packet before, for those without one.
    pub(crate) previous_ns: i64,
    /// Running maximum of time, by which captures are merged.
    clock: i64,
    first: Option<Timestamp>,
    /// Last recorded time in range, and the last of all when that was not.
    last_ns: Option<i64>,
    last_exact: Option<Timestamp>,
}

impl Tally {
    fn new(source: u16) -> Self {
        Self {
            source,
            packets: 0,
            bytes: 0,
            filtered: 0,
            previous_ns: 0,
            clock: i64::MIN,
            first: None,
            last_ns: None,
            last_exact: None,
        }
    }

    /// Note a time that nanoseconds in 64 bits cannot hold.
    pub(crate) fn note_exact(&mut self, time: Timestamp) {
        self.first.get_or_insert(time);
        self.last_exact = Some(time);
        self.last_ns = None;
    }

    fn write_to(&self, info: &mut CaptureInfo) {
        info.packets = self.packets;
        info.bytes = self.bytes;
        info.filtered = self.filtered;
        info.first_time = self.first;
        info.last_time = self.last_ns.map(Timestamp::from_ns).or(self.last_exact);
    }
}

/// Where packets go: the batch, past the filter.
pub(crate) struct Sink<'a> {
    batch: &'a mut Batch,
    /// For each frame the time by which it is merged; only filled when captures are merged.
    keys: Option<&'a mut Vec<i64>>,
    filter: Option<&'a Filter>,
    limit: usize,
    /// Number of packets after which to stop and look around, whether or not the filter let any through.
    pause_at: u64,
    backing: u16,
    pub(crate) tally: &'a mut Tally,
}

impl Sink<'_> {
    #[inline]
    pub(crate) fn is_full(&self) -> bool {
        self.batch.frames.len() >= self.limit || self.tally.packets >= self.pause_at
    }

    /// Count a packet and put it into the batch unless the filter leaves it out.
    #[expect(
        clippy::inline_always,
        reason = "the innermost loop; a call costs a tenth of the time per packet"
    )]
    #[inline(always)]
    pub(crate) fn push(&mut self, packet: Packet, data: &[u8]) {
        let tally = &mut *self.tally;
        tally.packets = tally.packets.wrapping_add(1);
        tally.bytes = tally.bytes.wrapping_add(u64::from(packet.original));
        tally.previous_ns = packet.ts_ns;
        tally.clock = tally.clock.max(packet.ts_ns);
        if packet.time == TimeQuality::Recorded {
            tally.last_ns = Some(packet.ts_ns);
            if tally.first.is_none() {
                tally.first = Some(Timestamp::from_ns(packet.ts_ns));
            }
        }
        if let Some(filter) = self.filter
            && !filter.matches_frame(packet.link, data, packet.original)
        {
            tally.filtered = tally.filtered.wrapping_add(1);
            return;
        }
        if let Some(keys) = &mut self.keys {
            keys.push(tally.clock);
        }
        self.batch.frames.push(Frame {
            ts_ns: packet.ts_ns,
            number: tally.packets,
            offset: packet.offset,
            len: u32::try_from(data.len()).unwrap_or(u32::MAX),
            orig_len: packet.original,
            link: packet.link,
            backing: self.backing,
            source: tally.source,
            interface: packet.interface,
            time: packet.time,
        });
    }
}

/// Reader of the records or blocks of a format.
enum Records {
    Pcap(Pcap),
    Pcapng(Box<Pcapng>),
}

/// An open capture.
pub(crate) struct Reader {
    source: Source,
    records: Records,
    /// Position in the source's window.
    at: usize,
    tally: Tally,
    /// Bytes of chunks that one call of [`Reader::fill`] may keep in memory.
    budget: usize,
    ended: bool,
}

impl Reader {
    /// Recognise the format of `source`; `path` is for the error.
    pub(crate) fn new(source: Source, path: &Path, index: u16) -> Result<Self, CaptureError> {
        let (_, start) = source.window();
        let (records, at) = if start.is_empty() && source.compression.is_none() {
            return Err(CaptureError::Empty(path.to_path_buf()));
        } else if let Some(pcap) = Pcap::new(start) {
            (Records::Pcap(pcap), FILE_HEADER.min(start.len()))
        } else if Pcapng::is_pcapng(start) {
            if start.len() >= 12 && byte_order(start).is_none() {
                let what = "no byte-order magic in the first section header";
                return Err(CaptureError::BadHeader { path: path.to_path_buf(), what });
            }
            (Records::Pcapng(Box::default()), 0)
        } else {
            let (found, advice) = if source.is_damaged_at_start() && source.compression.is_some() {
                ("compressed data that is damaged or cut at its start", "copy or download the file again")
            } else {
                crate::discover::describe(start)
            };
            return Err(CaptureError::NotACapture { path: path.to_path_buf(), found, advice });
        };
        Ok(Self { source, records, at, tally: Tally::new(index), budget: BATCH_BYTES, ended: false })
    }

    /// Use less memory, because so many captures are read side by side.
    pub(crate) fn share(&mut self, captures: usize) {
        self.source.share(captures);
        self.budget = BATCH_BYTES.checked_div(captures).unwrap_or(BATCH_BYTES).max(LEAST_BUDGET);
    }

    /// Put what the file header says into `info`.
    pub(crate) fn describe(&self, info: &mut CaptureInfo) {
        info.compression = self.source.compression;
        info.interfaces.clear();
        match &self.records {
            Records::Pcap(pcap) => {
                info.format = pcap.format;
                info.interfaces.push(InterfaceInfo {
                    name: String::new(),
                    link: pcap.link,
                    snaplen: pcap.snaplen,
                    dropped: 0,
                });
            }
            Records::Pcapng(_) => info.format = Format::Pcapng,
        }
    }

    /// Add frames to `batch` until it holds `limit`; returns whether there may be more.
    pub(crate) fn fill(
        &mut self,
        batch: &mut Batch,
        mut keys: Option<&mut Vec<i64>>,
        filter: Option<&Filter>,
        limit: usize,
        info: &mut CaptureInfo,
    ) -> bool {
        while !self.ended {
            let (backing, window) = self.source.window();
            let held = batch.backings.len();
            let Some(index) = batch.backing_index(backing) else { break };
            let before = batch.frames.len();
            let mut sink = Sink {
                batch,
                keys: keys.as_deref_mut(),
                filter,
                limit,
                pause_at: self.tally.packets.saturating_add(PAUSE_PACKETS),
                backing: index,
                tally: &mut self.tally,
            };
            let stop = match &mut self.records {
                Records::Pcap(pcap) => pcap.run(window, &mut self.at, &mut sink),
                Records::Pcapng(pcapng) => pcapng.run(window, &mut self.at, &mut sink, info),
            };
            // Chunks of which the filter let nothing through need not be kept.
            if batch.frames.len() == before {
                batch.backings.truncate(held);
            }
            // What the file lost meanwhile reads as zeros; what was made of them is taken back.
            if let Some(intact) = self.source.trim()
                && self.at > intact
            {
                self.forget_lost(batch, keys.as_deref_mut(), before, intact);
                self.finish(WarningKind::Shrunk, intact, info);
                break;
            }
            match stop {
                Stop::Full if batch.frames.len() >= limit => break,
                Stop::Full => self.source.release_before(self.at),
                Stop::Need(_) if batch.pinned_bytes() >= self.budget && !batch.frames.is_empty() => break,
                Stop::Need(wanted) => {
                    if !self.source.more(&mut self.at, wanted) {
                        self.end_of_input(info);
                    }
                }
                Stop::Corrupt(what) => {
                    let text = self.where_it_ends(what);
                    info.warn(WarningKind::CorruptRecord, || text);
                    self.ended = true;
                }
            }
        }
        self.source.release_before(self.at);
        self.tally.write_to(info);
        !self.ended
    }

    /// Take back frames whose bytes the file lost while they were read.
    fn forget_lost(&mut self, batch: &mut Batch, keys: Option<&mut Vec<i64>>, before: usize, intact: usize) {
        let kept = batch
            .frames
            .iter()
            .skip(before)
            .take_while(|frame| frame.offset.saturating_add(frame.len as usize) <= intact);
        let keep = before.saturating_add(kept.count());
        for lost in batch.frames.drain(keep..) {
            self.tally.packets = self.tally.packets.saturating_sub(1);
            self.tally.bytes = self.tally.bytes.saturating_sub(u64::from(lost.orig_len));
        }
        if let Some(keys) = keys {
            keys.truncate(keep);
        }
    }

    /// No more bytes: tell a clean end from a cut one.
    fn end_of_input(&mut self, info: &mut CaptureInfo) {
        let left = self.source.window().1.len().saturating_sub(self.at);
        match self.source.ended() {
            Ended::Complete if left == 0 && !self.header_is_cut() => self.ended = true,
            Ended::Complete => {
                info.cut = true;
                self.finish(WarningKind::Cut, self.at, info);
            }
            Ended::Damaged => {
                info.cut = true;
                self.finish(WarningKind::DamagedCompression, self.at, info);
            }
            Ended::Failed(error) => {
                info.cut = true;
                let text = self.where_it_ends(&format!("reading failed ({error})"));
                info.warn(WarningKind::ReadFailed, || text);
                self.ended = true;
            }
            Ended::Shrunk => self.finish(WarningKind::Shrunk, self.at, info),
        }
    }

    /// Whether the file ends inside its own header.
    fn header_is_cut(&self) -> bool {
        matches!(self.records, Records::Pcap(_))
            && self.tally.packets == 0
            && self.source.base() == 0
            && self.at < FILE_HEADER
    }

    fn finish(&mut self, kind: WarningKind, at: usize, info: &mut CaptureInfo) {
        self.at = at;
        let what = match kind {
            WarningKind::Shrunk => "the file became shorter while it was read",
            WarningKind::DamagedCompression => "the compressed data is damaged or cut",
            _ => "the file ends inside a packet",
        };
        if kind == WarningKind::Shrunk {
            info.cut = true;
        }
        let text = self.where_it_ends(what);
        info.warn(kind, || text);
        self.ended = true;
    }

    /// `what` with the number of frames before it and the offset in the capture.
    fn where_it_ends(&self, what: &str) -> Cow<'static, str> {
        let offset = self.source.base().saturating_add(u64::try_from(self.at).unwrap_or(u64::MAX));
        format!("{what}; read up to frame {} (byte {offset})", self.tally.packets).into()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::sync::OnceLock;

    use super::*;

    /// Gives a few bytes at a time, as a slow pipe does.
    struct Dribble {
        bytes: Vec<u8>,
        at: usize,
        step: usize,
    }

    impl Read for Dribble {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let end = self.at.saturating_add(self.step.min(buffer.len())).min(self.bytes.len());
            let part = &self.bytes[self.at..end];
            buffer[..part.len()].copy_from_slice(part);
            self.at = end;
            Ok(part.len())
        }
    }

    fn info() -> CaptureInfo {
        CaptureInfo {
            name: "-".to_owned(),
            packets: 0,
            bytes: 0,
            filtered: 0,
            first_time: None,
            last_time: None,
            cut: false,
            warnings: Vec::new(),
            warnings_dropped: 0,
            format: Format::Pcap,
            compression: None,
            interfaces: Vec::new(),
            path: None,
            digest: OnceLock::new(),
        }
    }

    fn pcap(lengths: &[u32]) -> Vec<u8> {
        let mut file = [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 65_535, 1].map(u32::to_le_bytes).concat();
        for (length, number) in lengths.iter().zip(0_u8..) {
            file.extend([u32::from(number), 0, *length, *length].map(u32::to_le_bytes).concat());
            file.extend(vec![number; *length as usize]);
        }
        file
    }

    #[test]
    fn any_split_of_a_stream_gives_the_same_frames() {
        let lengths = [0, 1, 59, 1500, 200_000, 3, 262_144, 70_000, 0];
        for step in [1, 7, 1000, 70_000, usize::MAX / 2] {
            let stream = Dribble { bytes: pcap(&lengths), at: 0, step };
            let mut reader =
                Reader::new(Source::stream(Box::new(stream)).unwrap(), Path::new("-"), 0).unwrap();
            let (mut info, mut seen) = (info(), Vec::new());
            loop {
                let mut batch = Batch::default();
                let more = reader.fill(&mut batch, None, None, 2, &mut info);
                for frame in &batch.frames {
                    let number = u8::try_from(frame.number).unwrap() - 1;
                    assert!(batch.data(frame).iter().all(|byte| *byte == number), "step {step}");
                    seen.push(frame.len);
                }
                if !more {
                    break;
                }
            }
            assert_eq!(seen, lengths, "step {step}");
            assert!(info.warnings.is_empty() && !info.cut);
        }
    }

    #[test]
    fn a_claimed_length_does_not_take_memory_before_its_bytes_come() {
        let mut bytes = pcap(&[]);
        bytes[16..20].copy_from_slice(&(16_u32 << 20).to_le_bytes());
        bytes.extend([0, 0, 16 << 20, 16 << 20].map(u32::to_le_bytes).concat());
        let stream = Dribble { bytes, at: 0, step: 64 };
        let mut reader = Reader::new(Source::stream(Box::new(stream)).unwrap(), Path::new("-"), 0).unwrap();
        let (mut info, mut batch) = (info(), Batch::default());
        assert!(!reader.fill(&mut batch, None, None, 2, &mut info));
        assert!(info.cut && batch.frames.is_empty());
        assert!(reader.source.window().1.len() < 1000);
    }

    #[test]
    fn chunks_without_matching_frames_are_let_go() {
        let lengths = vec![250_000; 200];
        let stream = Dribble { bytes: pcap(&lengths), at: 0, step: usize::MAX / 2 };
        let mut reader = Reader::new(Source::stream(Box::new(stream)).unwrap(), Path::new("-"), 0).unwrap();
        let filter = Filter::compile("ether[0] = 199").unwrap();
        let (mut info, mut batch) = (info(), Batch::default());
        while reader.fill(&mut batch, None, Some(&filter), 4096, &mut info) {}
        assert_eq!((batch.frames.len(), info.filtered), (1, 199));
        assert!(batch.pinned_bytes() <= 4 << 20, "{} bytes", batch.pinned_bytes());
    }
}
