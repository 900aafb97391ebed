//! What a table may hold, for how long, and what it tells of what it gave up.

use crate::FlowKey;

/// How long an idle flow is kept, and how much it is worth keeping when the table is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Class {
    /// TCP: opened by one side and not yet answered.
    HalfOpen = 0,
    /// TCP: both sides agreed, or data is under way.
    Established = 1,
    /// TCP: over.
    Closed = 2,
    /// UDP.
    Udp = 3,
    /// Everything else: ICMP, other IP protocols, layer 2.
    Other = 4,
}

impl Class {
    pub(super) const ALL: [Self; 5] =
        [Self::HalfOpen, Self::Established, Self::Closed, Self::Udp, Self::Other];
}

pub(super) const CLASSES: usize = Class::ALL.len();

pub(super) const SECOND_NS: i64 = 1_000_000_000;

/// Caps of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Entries; at most `u32::MAX - 1`, at least 1.
    pub flows: usize,
    /// Idle time in nanoseconds after which an entry of each [`Class`] is over, indexed by class.
    pub idle_ns: [i64; CLASSES],
}

impl Limits {
    /// Entries in one table by default: 64 shards of this are a million flows.
    pub const FLOWS: usize = 16_384;

    /// Set the idle time of one class, in seconds.
    #[must_use]
    pub fn with_idle_s(mut self, class: Class, idle_s: u32) -> Self {
        if let Some(idle_ns) = self.idle_ns.get_mut(class as usize) {
            *idle_ns = i64::from(idle_s).saturating_mul(SECOND_NS);
        }
        self
    }

    pub(super) fn idle_ns(&self, class: Class) -> i64 {
        self.idle_ns.get(class as usize).copied().unwrap_or(i64::MAX)
    }
}

impl Default for Limits {
    /// Half-open 60 s, established 1 h, closed 30 s, UDP 120 s, other 120 s.
    fn default() -> Self {
        Self {
            flows: Self::FLOWS,
            idle_ns: [60 * SECOND_NS, 3600 * SECOND_NS, 30 * SECOND_NS, 120 * SECOND_NS, 120 * SECOND_NS],
        }
    }
}

/// Why an entry left the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// Idle for its class's time.
    Expired,
    /// The table was full.
    Evicted,
    /// The caller took it out.
    Removed,
}

/// An entry that left the table.
#[derive(Debug)]
pub struct Gone<F, K = FlowKey> {
    /// What it was found by.
    pub key: K,
    /// The caller's state.
    pub value: F,
    /// Its slot, which may be used again at once.
    pub index: u32,
    /// Packet time of its last packet.
    pub last_ns: i64,
    /// Why.
    pub cause: Cause,
}

/// What happened in a table since it was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Entries made.
    pub inserted: u64,
    /// Entries that went because the table was full, by class.
    pub evicted: [u64; CLASSES],
    /// Entries that went because they were idle, by class.
    pub expired: [u64; CLASSES],
}

impl Counters {
    /// Entries that went because the table was full: loss, to be shown to the user.
    pub fn evicted_total(&self) -> u64 {
        self.evicted.iter().sum()
    }
}
