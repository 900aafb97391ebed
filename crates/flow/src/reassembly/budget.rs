//! How much may wait in all streams of a table together.

/// What reassembly gave up and met, over all streams that share a [`Budget`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Holes given up, for whatever cause.
    pub gaps: u64,
    /// Bytes in them.
    pub gap_bytes: u64,
    /// Holes given up because a budget was used up.
    pub budget_gaps: u64,
    /// Segments that repeat known bytes.
    pub retransmissions: u64,
    /// Overlaps with other content than that seen first.
    pub differing: u64,
    /// Segments behind the FIN, or far outside any window, that were dropped.
    pub outside: u64,
    /// Segments ahead of the stream that were dropped because the stream never came near.
    pub abandoned: u64,
    /// Bytes that came after their hole had been given up.
    pub late_bytes: u64,
}

/// Holes remembered of one direction after they were given up.
pub(super) const MAX_LOST_RANGES: usize = 32;
/// The same for all directions that share a budget: 64 KiB.
const MAX_LOST_RANGES_IN_ALL: usize = 4096;

/// Bytes that may wait for holes in TCP streams, shared by the streams of a table.
#[derive(Clone, Debug)]
pub struct Budget {
    limit_bytes: usize,
    stream_bytes: usize,
    used_bytes: usize,
    peak_bytes: usize,
    lost_ranges: usize,
    pub(super) counters: Counters,
}

impl Budget {
    /// Default for one table: with 64 tables 64 MiB.
    pub const TABLE_BYTES: usize = 1 << 20;
    /// Default for the two directions of a flow: 256 KiB, half of it for each.
    pub const FLOW_BYTES: usize = 256 << 10;

    /// A budget of `table_bytes` in all, of which one flow may use `flow_bytes`.
    pub const fn new(table_bytes: usize, flow_bytes: usize) -> Self {
        Self {
            limit_bytes: table_bytes,
            stream_bytes: flow_bytes / 2,
            used_bytes: 0,
            peak_bytes: 0,
            lost_ranges: 0,
            counters: Counters {
                gaps: 0,
                gap_bytes: 0,
                budget_gaps: 0,
                retransmissions: 0,
                differing: 0,
                outside: 0,
                abandoned: 0,
                late_bytes: 0,
            },
        }
    }

    /// Bytes that wait now, with what their bookkeeping takes.
    pub const fn used_bytes(&self) -> usize {
        self.used_bytes
    }

    /// The most that ever waited at a time.
    pub const fn peak_bytes(&self) -> usize {
        self.peak_bytes
    }

    /// What was given up so far.
    pub const fn counters(&self) -> &Counters {
        &self.counters
    }

    /// Reserve `bytes` for a stream that holds `held` already; false when they are not there.
    pub(super) fn take(&mut self, held: usize, bytes: usize) -> bool {
        let used = self.used_bytes.saturating_add(bytes);
        if used > self.limit_bytes || held.saturating_add(bytes) > self.stream_bytes {
            return false;
        }
        self.used_bytes = used;
        self.peak_bytes = self.peak_bytes.max(used);
        true
    }

    pub(super) fn give_back(&mut self, bytes: usize) {
        self.used_bytes = self.used_bytes.saturating_sub(bytes);
    }

    /// Reserve the memory of one given-up hole; false when it is not there.
    pub(super) fn take_range(&mut self) -> bool {
        let is_free = self.lost_ranges < MAX_LOST_RANGES_IN_ALL;
        self.lost_ranges = self.lost_ranges.saturating_add(usize::from(is_free));
        is_free
    }

    pub(super) fn give_back_ranges(&mut self, ranges: usize) {
        self.lost_ranges = self.lost_ranges.saturating_sub(ranges);
    }
}

impl Default for Budget {
    fn default() -> Self {
        Self::new(Self::TABLE_BYTES, Self::FLOW_BYTES)
    }
}
