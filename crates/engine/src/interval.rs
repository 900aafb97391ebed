//! Time in intervals: what each of them brought, beside the totals.
//!
//! Nothing is counted twice on the way of a packet: when an interval is over, what is counted is compared with what was
//! counted before. A shard closes an interval at its first frame after it, so rows depend on the shard's frames alone.

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use crate::flow_state::Flow;

/// Length of an interval in packet time.
pub(crate) const INTERVAL_NS: i64 = 60_000_000_000;

/// Packets and bytes of both sides.
type Counts = [u64; 4];

/// The intervals of one shard.
#[derive(Debug, Default)]
pub(crate) struct Clockwork {
    /// Number of the interval under way; none before the first frame.
    now: Option<i64>,
    /// What each open flow had counted when the last interval ended.
    flows: HashMap<u64, Counts, FixedState>,
}

/// What a flow brought in an interval.
pub(crate) struct Part {
    pub(crate) packets: [u64; 2],
    pub(crate) bytes: [u64; 2],
    /// No interval before had packets of it.
    pub(crate) is_new: bool,
}

impl Clockwork {
    /// The beginning of the interval that the packet clock has left with this frame.
    pub(crate) fn over(&mut self, clock_ns: i64) -> Option<i64> {
        let number = clock_ns.div_euclid(INTERVAL_NS);
        let before = self.now.replace(number).filter(|before| *before < number)?;
        Some(before.saturating_mul(INTERVAL_NS))
    }

    /// The beginning of the interval under way.
    pub(crate) fn start_ns(&self) -> i64 {
        self.now.unwrap_or(0).saturating_mul(INTERVAL_NS)
    }

    /// What a flow brought since the last interval ended; none where that is nothing.
    pub(crate) fn part(&mut self, flow: &Flow, closed: bool) -> Option<Part> {
        let now = [flow.packets[0], flow.packets[1], flow.bytes[0], flow.bytes[1]];
        let before = if closed { self.flows.remove(&flow.id) } else { self.flows.insert(flow.id, now) };
        let is_new = before.is_none();
        let before = before.unwrap_or_default();
        (now != before).then(|| Part {
            packets: [now[0].wrapping_sub(before[0]), now[1].wrapping_sub(before[1])],
            bytes: [now[2].wrapping_sub(before[2]), now[3].wrapping_sub(before[3])],
            is_new,
        })
    }
}
