//! What the last delivered segments held, to notice a repetition with other content.
//!
//! Keeping delivered bytes would cost kilobytes a flow, so this keeps place, length and a 16-bit hash of the
//! last eight segments: one cache line. A repeated range is compared wherever it covers one of these segments
//! whole, which is what senders do: they repeat a segment, or several in one. Not noticed are a difference in
//! a range that covers no kept segment, in the middle of a segment beyond the hashed parts, in older
//! segments, and one in 65,536 others. Overlaps with bytes that still wait are compared byte by byte.

use core::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;

const SEGMENTS: usize = 8;

/// Of longer segments this much of the start and of the end goes into the hash: bulk transfer must not be
/// hashed whole, and commands are shorter.
const HASHED_ENDS: usize = 256;

#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    seq: u32,
    len: u16, // 0: free
    hash: u16,
}

/// The last segments delivered of one direction.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct History {
    ring: [Entry; SEGMENTS],
}

impl History {
    /// Remember a delivered segment; `turn` is any number that grows with each.
    #[inline]
    pub(super) fn record(&mut self, turn: u8, seq: u32, bytes: &[u8]) {
        let Ok(len) = u16::try_from(bytes.len()) else { return };
        if let Some(entry) = self.ring.get_mut(usize::from(turn) % SEGMENTS) {
            *entry = Entry { seq, len, hash: hash(bytes) };
        }
    }

    /// True when `bytes` at `seq` cover a kept segment whose content was another.
    pub(super) fn differs(&self, seq: u32, bytes: &[u8]) -> bool {
        self.ring.iter().filter(|entry| entry.len > 0).any(|entry| {
            let start = entry.seq.wrapping_sub(seq) as usize;
            let end = start.saturating_add(usize::from(entry.len));
            bytes.get(start..end).is_some_and(|same_range| hash(same_range) != entry.hash)
        })
    }
}

#[inline]
fn hash(bytes: &[u8]) -> u16 {
    let mut hasher = FixedState::with_seed(0x5347).build_hasher();
    match (bytes.first_chunk::<HASHED_ENDS>(), bytes.last_chunk::<HASHED_ENDS>()) {
        (Some(head), Some(tail)) if bytes.len() > 2 * HASHED_ENDS => {
            hasher.write(head);
            hasher.write(tail);
        }
        _ => hasher.write(bytes),
    }
    let [a, b, ..] = hasher.finish().to_le_bytes();
    u16::from_le_bytes([a, b])
}
