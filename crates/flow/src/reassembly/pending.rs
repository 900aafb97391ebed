//! Segments that came before their turn.

use super::Moment;

/// What a waiting piece costs beside its bytes, so that a flood of one-byte segments is bounded too.
pub(super) const PIECE_COST: usize = 64;

/// A run of bytes that waits. Pieces do not overlap.
#[derive(Debug)]
pub(super) struct Piece {
    /// Place in the stream.
    pub(super) start: u64,
    pub(super) bytes: Box<[u8]>,
    /// Bytes behind that the capture cut off.
    pub(super) missing: u32,
    /// The piece begins where its segment's payload began.
    pub(super) starts_segment: bool,
    pub(super) from: Moment,
}

impl Piece {
    pub(super) fn end(&self) -> u64 {
        self.start.saturating_add(self.bytes.len() as u64)
    }

    pub(super) fn cost(&self) -> usize {
        self.bytes.len().saturating_add(PIECE_COST)
    }
}

/// Pieces of one direction, in stream order.
#[derive(Debug)]
pub(super) struct Pending {
    pieces: Vec<Piece>,
    /// Sum of the pieces' cost.
    pub(super) cost: usize,
    /// Segments that came ahead of the hole since the stream last moved on.
    pub(super) later: u16,
    /// When the stream last moved on.
    pub(super) since_ns: i64,
}

impl Pending {
    pub(super) const fn new(since_ns: i64) -> Self {
        Self { pieces: Vec::new(), cost: 0, later: 0, since_ns }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Place of the first byte that waits.
    pub(super) fn front(&self) -> Option<&Piece> {
        self.pieces.first()
    }

    /// Take out the first piece when it begins at `offset` or before.
    pub(super) fn pop_at(&mut self, offset: u64) -> Option<Piece> {
        if self.pieces.first()?.start > offset {
            return None;
        }
        let piece = self.pieces.remove(0);
        self.cost = self.cost.saturating_sub(piece.cost());
        Some(piece)
    }

    /// Take out the first piece.
    pub(super) fn pop(&mut self) -> Option<Piece> {
        self.pop_at(u64::MAX)
    }

    /// How many of `bytes` at `start` wait already, and whether any of them differ.
    pub(super) fn compare(&self, start: u64, bytes: &[u8]) -> (u64, bool) {
        let end = start.saturating_add(bytes.len() as u64);
        let mut known = 0u64;
        let mut differs = false;
        let from = self.pieces.partition_point(|piece| piece.end() <= start);
        for piece in self.pieces.iter().skip(from).take_while(|piece| piece.start < end) {
            let (low, high) = (piece.start.max(start), piece.end().min(end));
            known = known.saturating_add(high.saturating_sub(low));
            differs |= slice(bytes, start, low, high) != slice(&piece.bytes, piece.start, low, high);
        }
        (known, differs)
    }

    /// The first run of bytes within `start..end` that does not wait yet.
    pub(super) fn first_free(&self, start: u64, end: u64) -> Option<(u64, u64)> {
        let mut low = start;
        let from = self.pieces.partition_point(|piece| piece.end() <= start);
        for piece in self.pieces.iter().skip(from) {
            if piece.start > low {
                return (low < end).then_some((low, piece.start.min(end)));
            }
            low = low.max(piece.end());
        }
        (low < end).then_some((low, end))
    }

    /// Keep a piece that overlaps no other.
    pub(super) fn insert(&mut self, piece: Piece) {
        self.cost = self.cost.saturating_add(piece.cost());
        let place = self.pieces.partition_point(|other| other.start <= piece.start);
        self.pieces.insert(place, piece);
    }
}

/// The part `low..high` (places in the stream) of `bytes`, which begin at `start`.
pub(super) fn slice(bytes: &[u8], start: u64, low: u64, high: u64) -> &[u8] {
    let place = |at: u64| usize::try_from(at.saturating_sub(start)).unwrap_or(usize::MAX);
    bytes.get(place(low)..place(high)).unwrap_or_default()
}
