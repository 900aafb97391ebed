//! Bytes of a stream that do not make a whole message yet.

/// What [`StreamBuffer::keep`] did with the bytes that were left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// They wait for more; how many.
    Bytes(usize),
    /// They would have exceeded the cap and are lost, how many: framing has to start anew as after a gap.
    Dropped(usize),
}

/// Holds the tail of a stream between deliveries: [`StreamBuffer::with`] the new bytes, take messages off the
/// front, [`StreamBuffer::keep`] the rest.
///
/// While nothing is left over, bytes are not copied and nothing is allocated.
///
/// ```
/// use sightglass_flow::{Kept, StreamBuffer};
/// let mut buffer = StreamBuffer::default();
/// assert_eq!(buffer.with(b"ab", 1), b"ab");
/// assert_eq!(buffer.keep(1, b"ab"), Kept::Bytes(1));
/// assert_eq!(buffer.with(b"cd", 2), b"bcd");
/// assert_eq!((buffer.frame_at(0), buffer.frame_at(1)), (1, 2));
/// ```
#[derive(Debug, Default)]
pub struct StreamBuffer {
    /// Allocated when a message is first split.
    tail: Option<Box<Tail>>,
    /// Frame of the bytes given last.
    frame: u64,
}

#[derive(Debug, Default)]
struct Tail {
    bytes: Vec<u8>,
    /// Where each delivery begins in `bytes` and its frame, in order; the first is at 0 when there are bytes.
    marks: Vec<(usize, u64)>,
    /// How many bytes of `bytes` were left over, before the new ones were added.
    old: usize,
}

/// Marks kept; in a tail of more deliveries, later ones count to the frame of the last mark.
const MARKS: usize = 256;

/// A tail that once was large gives its memory back when it has emptied.
const IDLE_CAPACITY: usize = 4096;

impl StreamBuffer {
    /// Bytes that may wait, by default: larger than any message that is decoded.
    pub const CAP_BYTES: usize = 1 << 20;

    /// Unconsumed bytes followed by `new` ones of `frame`.
    #[inline]
    pub fn with<'s>(&'s mut self, new: &'s [u8], frame: u64) -> &'s [u8] {
        self.frame = frame;
        match &mut self.tail {
            Some(tail) if !tail.bytes.is_empty() => tail.join(new, frame),
            _ => new,
        }
    }

    /// Consume the first `used` bytes of what [`StreamBuffer::with`] gave for the same `new`, and keep the
    /// rest, at most [`StreamBuffer::CAP_BYTES`].
    #[inline]
    pub fn keep(&mut self, used: usize, new: &[u8]) -> Kept {
        self.keep_within(used, new, Self::CAP_BYTES)
    }

    /// As [`StreamBuffer::keep`], with another cap.
    #[inline]
    pub fn keep_within(&mut self, used: usize, new: &[u8], cap_bytes: usize) -> Kept {
        let is_joined = self.tail.as_ref().is_some_and(|tail| !tail.bytes.is_empty());
        if !is_joined && used >= new.len() {
            return Kept::Bytes(0);
        }
        let frame = self.frame;
        let tail = self.tail.get_or_insert_default();
        if is_joined {
            tail.consume(used);
        } else {
            tail.join(new.get(used..).unwrap_or_default(), frame);
        }
        let left = tail.bytes.len();
        if left > cap_bytes {
            self.tail = None;
            return Kept::Dropped(left);
        }
        tail.old = left;
        Kept::Bytes(left)
    }

    /// Number of bytes that wait.
    pub fn len(&self) -> usize {
        self.tail.as_ref().map_or(0, |tail| tail.bytes.len())
    }

    /// True when nothing waits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Frame that brought the byte at `place` of what [`StreamBuffer::with`] gave last; between calls, of
    /// what waits.
    pub fn frame_at(&self, place: usize) -> u64 {
        let Some(tail) = self.tail.as_ref().filter(|tail| !tail.bytes.is_empty()) else { return self.frame };
        let behind = tail.marks.partition_point(|&(start, _)| start <= place);
        tail.marks.get(behind.saturating_sub(1)).map_or(self.frame, |&(_, frame)| frame)
    }

    /// Frame that brought the first byte that waits; `None` when nothing does.
    pub fn first_frame(&self) -> Option<u64> {
        (!self.is_empty()).then(|| self.frame_at(0))
    }

    /// Forget what waits, as after a gap; gives how many bytes that were.
    pub fn clear(&mut self) -> usize {
        let len = self.len();
        self.tail = None;
        len
    }
}

impl Tail {
    fn join(&mut self, new: &[u8], frame: u64) -> &[u8] {
        // Bytes that were given before but never kept are not counted twice.
        self.bytes.truncate(self.old);
        while self.marks.last().is_some_and(|&(start, _)| start >= self.old && start > 0) {
            self.marks.pop();
        }
        if self.marks.len() < MARKS {
            self.marks.push((self.bytes.len(), frame));
        }
        self.bytes.extend_from_slice(new);
        &self.bytes
    }

    fn consume(&mut self, used: usize) {
        let used = used.min(self.bytes.len());
        self.bytes.drain(..used);
        if self.bytes.is_empty() {
            self.marks.clear();
            self.bytes.shrink_to(IDLE_CAPACITY);
            return;
        }
        let gone = self.marks.partition_point(|&(start, _)| start <= used).saturating_sub(1);
        self.marks.drain(..gone);
        for (start, _) in &mut self.marks {
            *start = start.saturating_sub(used);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_messages_are_never_copied() {
        let mut buffer = StreamBuffer::default();
        let packet = [1u8, 2, 3];
        assert_eq!(buffer.with(&packet, 7).as_ptr(), packet.as_ptr());
        assert_eq!(buffer.keep(3, &packet), Kept::Bytes(0));
        assert!(buffer.tail.is_none());
        assert_eq!((buffer.len(), buffer.first_frame()), (0, None));
    }

    #[test]
    fn what_is_left_comes_before_what_is_new_with_its_frame() {
        let mut buffer = StreamBuffer::default();
        for (frame, byte) in [(1, b'a'), (2, b'b'), (3, b'c')] {
            let new = [byte; 2];
            buffer.with(&new, frame);
            buffer.keep(0, &new);
        }
        assert_eq!(buffer.first_frame(), Some(1));
        assert_eq!(buffer.with(b"d", 4), b"aabbccd");
        assert_eq!((0..7).map(|place| buffer.frame_at(place)).collect::<Vec<_>>(), [1, 1, 2, 2, 3, 3, 4]);
        assert_eq!(buffer.keep(3, b"d"), Kept::Bytes(4));
        assert_eq!(buffer.first_frame(), Some(2));
        assert_eq!(buffer.with(b"", 5), b"bccd");
        assert_eq!(buffer.keep(4, b""), Kept::Bytes(0));
        assert_eq!(buffer.with(b"e", 6), b"e");
        assert_eq!(buffer.frame_at(0), 6);
    }

    #[test]
    fn the_cap_holds_and_is_told() {
        let mut buffer = StreamBuffer::default();
        buffer.with(&[0; 600], 1);
        assert_eq!(buffer.keep_within(0, &[0; 600], 1000), Kept::Bytes(600));
        buffer.with(&[0; 600], 2);
        assert_eq!(buffer.keep_within(100, &[0; 600], 1000), Kept::Dropped(1100));
        assert!(buffer.is_empty());
        assert_eq!(buffer.with(b"x", 3), b"x");
    }

    #[test]
    fn many_tiny_deliveries_keep_few_marks() {
        let mut buffer = StreamBuffer::default();
        for frame in 0..2000 {
            buffer.with(b"x", frame);
            buffer.keep(0, b"x");
        }
        assert_eq!(buffer.len(), 2000);
        assert!(buffer.tail.as_ref().is_some_and(|tail| tail.marks.len() <= MARKS));
        assert_eq!((buffer.frame_at(0), buffer.frame_at(10), buffer.frame_at(1999)), (0, 10, 255));
    }
}
