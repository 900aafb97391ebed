//! Frames and the batches that carry them.

use std::sync::Arc;

use crate::map::Mapping;

/// Most frames in one [`Batch`]: large enough that per-batch work vanishes, small enough for the caches.
pub const BATCH_FRAMES: usize = 4096;

/// Bytes of frames after which a batch closes early, so that jumbo frames do not pin hundreds of chunks.
pub(crate) const BATCH_BYTES: usize = 16 << 20;

/// What the capture says about a frame's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeQuality {
    /// The time stands in the file.
    Recorded,
    /// The file has none (pcapng simple packets, custom blocks): the time of the frame before it is used, or 0.
    Missing,
    /// The time in the file lies outside what 64-bit nanoseconds hold (1677 to 2262) and was clamped to that.
    OutOfRange,
}

/// One captured frame; its bytes are in the [`Batch`] that carries it.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    /// Capture time, Unix nanoseconds; see [`Frame::time_quality`].
    pub ts_ns: i64,
    /// 1-based number in the original file, as Wireshark numbers it.
    pub number: u64,
    pub(crate) offset: usize,
    pub(crate) len: u32,
    /// Length on the wire in bytes; more than the bytes at hand when a snapshot length cut the frame.
    pub orig_len: u32,
    /// LINKTYPE of the frame's first header (Ethernet is 1), or [`crate::LINK_CUSTOM_BLOCK`].
    pub link: u32,
    pub(crate) backing: u16,
    /// Index of the capture in [`crate::Input::captures`].
    pub source: u16,
    /// Index in [`crate::CaptureInfo::interfaces`]; 0 for pcap, `u16::MAX` when the file names none.
    pub interface: u16,
    pub(crate) time: TimeQuality,
}

impl Frame {
    /// Bytes of the frame that the capture holds.
    pub fn captured_len(&self) -> u32 {
        self.len
    }

    /// Whether [`Frame::ts_ns`] stands in the file.
    pub fn time_quality(&self) -> TimeQuality {
        self.time
    }
}

/// The bytes that frames point into: a mapped file, or one chunk of a stream.
#[derive(Clone, Debug)]
pub(crate) enum Backing {
    Mapped(Arc<Mapping>),
    Chunk(Arc<Vec<u8>>),
}

impl Backing {
    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Self::Mapped(mapping) => mapping.bytes(),
            Self::Chunk(chunk) => chunk,
        }
    }

    /// Whether both are the same memory.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Mapped(a), Self::Mapped(b)) => Arc::ptr_eq(a, b),
            (Self::Chunk(a), Self::Chunk(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }
}

/// Up to [`BATCH_FRAMES`] frames in order of time, with their bytes. Share it as `Arc<Batch>`.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// The frames, ordered as [`crate::Input`] says.
    pub frames: Vec<Frame>,
    pub(crate) backings: Vec<Backing>,
}

impl Batch {
    /// The captured bytes of one of this batch's frames; empty for a frame of another batch.
    #[inline]
    pub fn data(&self, frame: &Frame) -> &[u8] {
        let Some(backing) = self.backings.get(usize::from(frame.backing)) else { return &[] };
        let end = frame.offset.saturating_add(frame.len as usize);
        backing.bytes().get(frame.offset..end).unwrap_or_default()
    }

    /// Bytes of memory that the batch keeps beside mapped files.
    pub fn pinned_bytes(&self) -> usize {
        let chunks = self.backings.iter().map(|backing| match backing {
            Backing::Chunk(chunk) => chunk.len(),
            Backing::Mapped(_) => 0,
        });
        chunks.fold(0, usize::saturating_add)
    }

    /// A batch made from bytes at hand, numbered from 1: for tests and for tools without a file.
    ///
    /// `packets` are `(ts_ns, bytes)`, all of link type `link`.
    pub fn from_packets(link: u32, packets: &[(i64, &[u8])]) -> Self {
        let mut bytes = Vec::new();
        let mut frames = Vec::with_capacity(packets.len());
        for ((ts_ns, data), number) in packets.iter().zip(1_u64..) {
            let len = u32::try_from(data.len()).unwrap_or(u32::MAX);
            let offset = bytes.len();
            bytes.extend_from_slice(data);
            frames.push(Frame {
                ts_ns: *ts_ns,
                number,
                offset,
                len,
                orig_len: len,
                link,
                backing: 0,
                source: 0,
                interface: 0,
                time: TimeQuality::Recorded,
            });
        }
        Self { frames, backings: vec![Backing::Chunk(Arc::new(bytes))] }
    }

    /// Index for frames whose bytes lie in `backing`; registers it when the last one differs.
    pub(crate) fn backing_index(&mut self, backing: &Backing) -> Option<u16> {
        if let (Some(last), Some(index)) = (self.backings.last(), self.backings.len().checked_sub(1))
            && last.is_same(backing)
        {
            return u16::try_from(index).ok();
        }
        let index = u16::try_from(self.backings.len()).ok()?;
        self.backings.push(backing.clone());
        Some(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_shared_between_threads() {
        fn shared<T: Send + Sync + 'static>() {}
        shared::<Arc<Batch>>();
    }

    #[test]
    fn frames_give_their_bytes_and_foreign_ones_give_none() {
        let batch = Batch::from_packets(1, &[(5, b"abc"), (6, b""), (7, b"defg")]);
        let bytes: Vec<&[u8]> = batch.frames.iter().map(|frame| batch.data(frame)).collect();
        assert_eq!(bytes, [&b"abc"[..], b"", b"defg"]);
        assert_eq!(Batch::default().data(&batch.frames[2]), b"");
        assert_eq!(batch.frames[2].number, 3);
    }

    #[test]
    fn a_frame_stays_small() {
        assert!(size_of::<Frame>() <= 48, "{} bytes", size_of::<Frame>());
    }
}
