//! What no dissector claims, counted so that the user sees what is not understood.

use foldhash::fast::FixedState;
use hashbrown::HashMap;

/// Different kinds of unknown traffic of one shard.
const MAX_KINDS: usize = 1_024;

/// How unknown traffic is told apart: by the serving port, ethertype or IP protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnknownKey {
    /// `tcp`, `udp`, `sctp`, `ip`, `ethertype`, `llc`.
    pub layer: &'static str,
    /// Port, protocol number, ethertype or service access point.
    pub number: u32,
}

/// Counters of one kind of unknown traffic.
#[derive(Debug, Clone, Copy, Default)]
pub struct UnknownCount {
    /// Flows.
    pub flows: u64,
    /// Packets with payload.
    pub packets: u64,
    /// Payload bytes.
    pub bytes: u64,
    /// Place in the input of the flow that `sample` is of, so that it does not depend on the order of shards.
    pub(crate) order: u64,
    /// First 16 payload bytes of the flow that began first.
    pub sample: [u8; 16],
    /// How many of them there were.
    pub sampled: u8,
}

impl UnknownCount {
    /// Adds another count of the same kind.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.flows = self.flows.saturating_add(other.flows);
        self.packets = self.packets.saturating_add(other.packets);
        self.bytes = self.bytes.saturating_add(other.bytes);
        if other.sampled > 0 && (self.sampled == 0 || other.order < self.order) {
            self.order = other.order;
            self.sample = other.sample;
            self.sampled = other.sampled;
        }
    }
}

/// A flow that ended without a protocol.
#[derive(Debug, Clone, Copy)]
pub(crate) struct UnknownFlow<'a> {
    /// Its place in the input.
    pub(crate) order: u64,
    pub(crate) packets: u64,
    /// Payload bytes.
    pub(crate) bytes: u64,
    /// Its first payload bytes.
    pub(crate) sample: &'a [u8],
}

/// Unknown traffic of a shard.
#[derive(Debug, Default)]
pub(crate) struct Unknown {
    kinds: HashMap<UnknownKey, UnknownCount, FixedState>,
    pub(crate) overflow: u64,
}

impl Unknown {
    /// Adds a flow that ended without a protocol.
    pub(crate) fn add(&mut self, key: UnknownKey, flow: &UnknownFlow<'_>) {
        if self.kinds.len() >= MAX_KINDS && !self.kinds.contains_key(&key) {
            self.overflow = self.overflow.saturating_add(flow.packets);
            return;
        }
        let mut one = UnknownCount {
            flows: 1,
            packets: flow.packets,
            bytes: flow.bytes,
            order: flow.order,
            sample: [0; 16],
            sampled: 0,
        };
        for (to, from) in one.sample.iter_mut().zip(flow.sample) {
            *to = *from;
            one.sampled = one.sampled.saturating_add(1);
        }
        self.kinds.entry(key).and_modify(|count| count.merge(&one)).or_insert(one);
    }

    /// Every kind with its counters.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&UnknownKey, &UnknownCount)> {
        self.kinds.iter()
    }
}
