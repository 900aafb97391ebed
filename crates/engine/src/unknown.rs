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
    /// First 16 payload bytes of the first packet.
    pub sample: [u8; 16],
    /// How many of them there were.
    pub sampled: u8,
}

/// Unknown traffic of a shard.
#[derive(Debug, Default)]
pub(crate) struct Unknown {
    kinds: HashMap<UnknownKey, UnknownCount, FixedState>,
    pub(crate) overflow: u64,
}

impl Unknown {
    /// Adds a flow that ended, or a frame, without a protocol.
    pub(crate) fn add(&mut self, key: UnknownKey, flows: u64, packets: u64, bytes: u64, sample: &[u8]) {
        if self.kinds.len() >= MAX_KINDS && !self.kinds.contains_key(&key) {
            self.overflow = self.overflow.saturating_add(packets);
            return;
        }
        let count = self.kinds.entry(key).or_default();
        count.flows = count.flows.saturating_add(flows);
        count.packets = count.packets.saturating_add(packets);
        count.bytes = count.bytes.saturating_add(bytes);
        if count.sampled == 0 {
            for (to, from) in count.sample.iter_mut().zip(sample) {
                *to = *from;
                count.sampled = count.sampled.saturating_add(1);
            }
        }
    }

    /// Every kind with its counters.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&UnknownKey, &UnknownCount)> {
        self.kinds.iter()
    }
}
