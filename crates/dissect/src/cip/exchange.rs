//! Requests that wait for their responses. A response says neither class nor tag, so the request is kept as it was.

/// Requests that wait at once on one flow; clients keep a handful open.
const CAPACITY: usize = 64;
/// Bytes of a request that are kept: the largest connection carries about 4,000 (volume 1, 3-5.5.1.1).
const KEPT: usize = 4_096;
/// Buffers kept for reuse, and the size above which one is given back.
const SPARE: usize = 2;
const SPARE_BYTES: usize = 1_024;

/// How request and response are paired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    /// Sender context of the encapsulation.
    Context(u64),
    /// Sequence count, and the connection id of the request's direction where it is known.
    Sequence(u16, Option<u32>),
    /// PCCC transaction on a DH+ connection.
    Transaction(u16),
}

impl Key {
    fn fits(self, waiting: Self) -> bool {
        match (self, waiting) {
            (Self::Sequence(a, None), Self::Sequence(b, _)) => a == b,
            (a, b) => a == b,
        }
    }
}

/// A request that waits.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) key: Key,
    pub(super) service: u8,
    pub(super) bytes: Vec<u8>,
}

/// All that wait on one flow.
#[derive(Debug, Default)]
pub(super) struct Exchanges {
    waiting: Vec<Waiting>,
    spare: Vec<Vec<u8>>,
    /// A request was seen since the last loss.
    pub(super) watched: bool,
}

impl Exchanges {
    /// Remembers a request; one with the same key is replaced.
    pub(super) fn insert(&mut self, key: Key, service: u8, request: &[u8]) {
        self.watched = true;
        let kept = request.get(..KEPT).unwrap_or(request);
        // Clients that never change their context have one request open at a time, so the newest is the one asked.
        if let Some(same) = self.waiting.iter_mut().find(|waiting| waiting.key == key) {
            same.service = service;
            same.bytes.clear();
            same.bytes.extend_from_slice(kept);
            return;
        }
        if self.waiting.len() >= CAPACITY {
            let oldest = self.waiting.remove(0);
            self.recycle(oldest);
        }
        let mut bytes = self.spare.pop().unwrap_or_default();
        bytes.extend_from_slice(kept);
        self.waiting.push(Waiting { key, service, bytes });
    }

    /// Takes the oldest request that `key` and `accepts` fit.
    pub(super) fn take(&mut self, key: Key, accepts: impl Fn(&Waiting) -> bool) -> Option<Waiting> {
        let at = self.waiting.iter().position(|waiting| key.fits(waiting.key) && accepts(waiting))?;
        Some(self.waiting.remove(at))
    }

    /// Takes back the buffer of a request that was answered.
    pub(super) fn recycle(&mut self, waiting: Waiting) {
        let mut bytes = waiting.bytes;
        if self.spare.len() < SPARE && bytes.capacity() <= SPARE_BYTES {
            bytes.clear();
            self.spare.push(bytes);
        }
    }

    /// Forgets every request.
    pub(super) fn clear(&mut self) {
        self.waiting.clear();
        self.watched = false;
    }
}
