//! What no dissector claims, counted so that the user sees what is not understood.

use foldhash::fast::FixedState;
use hashbrown::HashMap;

/// Different kinds of unknown traffic of one shard.
const MAX_KINDS: usize = 1_024;
/// Bytes of one kind in one shard that its entropy is taken from; a count of 16 bits holds them.
const MAX_LOOKED_AT: u32 = 16_384;
/// Bytes of one payload that count: every conversation of a kind shall have its say.
const MAX_OF_PAYLOAD: usize = 1_024;
/// Kinds of one shard whose bytes are looked at.
const MAX_HISTOGRAMS: usize = 256;
/// Payload bytes that are shown.
pub(crate) const MAX_SAMPLE: usize = 16;

/// How unknown traffic is told apart: by the serving port, ethertype or IP protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnknownKey {
    /// `tcp`, `udp`, `sctp`, `ip`, `ethertype`, `llc`, `snap`.
    pub layer: &'static str,
    /// Port, protocol number, ethertype, service access points or SNAP protocol id.
    pub number: u32,
}

/// Counters of one kind of unknown traffic.
#[derive(Debug, Clone, Default)]
pub struct UnknownCount {
    /// Flows.
    pub flows: u64,
    /// Packets with payload.
    pub packets: u64,
    /// Payload bytes.
    pub bytes: u64,
    /// Payloads whose size was looked at.
    pub payloads: u64,
    /// Smallest and largest payload in bytes.
    pub sizes: Option<(u16, u16)>,
    /// Place in the input of the flow that `sample` is of, so that it does not depend on the order of shards.
    pub(crate) order: u64,
    /// First 16 payload bytes of the flow that began first.
    pub sample: [u8; MAX_SAMPLE],
    /// How many of them there were.
    pub sampled: u8,
    /// How often each byte value occurs in what was looked at.
    histogram: Option<Box<Histogram>>,
}

#[derive(Debug, Clone)]
struct Histogram {
    of: [u32; 256],
    bytes: u32,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { of: [0; 256], bytes: 0 }
    }
}

impl UnknownCount {
    /// Adds another count of the same kind.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.flows = self.flows.saturating_add(other.flows);
        self.packets = self.packets.saturating_add(other.packets);
        self.bytes = self.bytes.saturating_add(other.bytes);
        self.payloads = self.payloads.saturating_add(other.payloads);
        self.sizes = match (self.sizes, other.sizes) {
            (Some((least, most)), Some((small, large))) => Some((least.min(small), most.max(large))),
            (own, new) => own.or(new),
        };
        if other.sampled > 0 && (self.sampled == 0 || other.order < self.order) {
            self.order = other.order;
            self.sample = other.sample;
            self.sampled = other.sampled;
        }
        if let Some(other) = &other.histogram {
            let own = self.histogram.get_or_insert_default();
            own.bytes = own.bytes.saturating_add(other.bytes);
            for (own, more) in own.of.iter_mut().zip(&other.of) {
                *own = own.saturating_add(*more);
            }
        }
    }

    fn look(&mut self, bytes: &[u8]) {
        let histogram = self.histogram.get_or_insert_default();
        for byte in bytes.iter().take(MAX_OF_PAYLOAD) {
            if histogram.bytes >= MAX_LOOKED_AT {
                return;
            }
            histogram.bytes = histogram.bytes.saturating_add(1);
            if let Some(count) = histogram.of.get_mut(usize::from(*byte)) {
                *count = count.saturating_add(1);
            }
        }
    }

    /// Bytes that the entropy is taken from.
    pub fn looked_at(&self) -> u32 {
        self.histogram.as_ref().map_or(0, |histogram| histogram.bytes)
    }

    /// Shannon entropy of the bytes looked at, in bits per byte: near 8 is encrypted or compressed, text 4 to 5, tables
    /// and counters less. Few bytes cannot show more than the logarithm of their number. `None` without bytes.
    pub fn entropy(&self) -> Option<f64> {
        let histogram = self.histogram.as_ref().filter(|histogram| histogram.bytes > 0)?;
        let all = f64::from(histogram.bytes);
        let share = |count: &u32| f64::from(*count) / all;
        let bits = |count: &&u32| **count > 0;
        Some(
            histogram
                .of
                .iter()
                .filter(bits)
                .map(share)
                .map(|share| -share * share.log2())
                .sum::<f64>()
                .max(0.0),
        )
    }

    /// Mean size of a payload in bytes; `None` without payloads.
    pub fn mean(&self) -> Option<u64> {
        self.bytes.checked_div(self.payloads)
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
    /// Smallest and largest payload, and how many there were.
    pub(crate) sizes: (u16, u16, u32),
    /// Its first payload bytes.
    pub(crate) sample: &'a [u8],
}

/// Unknown traffic of a shard.
#[derive(Debug, Default)]
pub(crate) struct Unknown {
    kinds: HashMap<UnknownKey, UnknownCount, FixedState>,
    histograms: usize,
    pub(crate) overflow: u64,
}

impl Unknown {
    fn kind(&mut self, key: UnknownKey) -> Option<&mut UnknownCount> {
        if self.kinds.len() >= MAX_KINDS && !self.kinds.contains_key(&key) {
            return None;
        }
        Some(self.kinds.entry(key).or_default())
    }

    /// Looks at the bytes of a payload that nobody claims so far. A flow may be recognised later, but the bytes before
    /// that are not understood all the same.
    pub(crate) fn bytes(&mut self, key: UnknownKey, bytes: &[u8]) {
        let more = self.histograms < MAX_HISTOGRAMS;
        let Some(kind) = self.kind(key) else { return };
        let new = kind.histogram.is_none();
        if more || !new {
            kind.look(bytes);
            self.histograms = self.histograms.saturating_add(usize::from(new));
        }
    }

    /// Adds a flow that ended without a protocol.
    pub(crate) fn add(&mut self, key: UnknownKey, flow: &UnknownFlow<'_>) {
        let mut one = UnknownCount {
            flows: 1,
            packets: flow.packets,
            bytes: flow.bytes,
            payloads: u64::from(flow.sizes.2),
            sizes: (flow.sizes.2 > 0).then_some((flow.sizes.0, flow.sizes.1)),
            order: flow.order,
            ..UnknownCount::default()
        };
        for (to, from) in one.sample.iter_mut().zip(flow.sample) {
            *to = *from;
            one.sampled = one.sampled.saturating_add(1);
        }
        match self.kind(key) {
            Some(kind) => kind.merge(&one),
            None => self.overflow = self.overflow.saturating_add(flow.packets),
        }
    }

    /// Every kind with its counters, those left out whose flows were all recognised after all.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&UnknownKey, &UnknownCount)> {
        self.kinds.iter().filter(|(_, count)| count.flows > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: UnknownKey = UnknownKey { layer: "udp", number: 4000 };

    fn entropy(bytes: &[u8]) -> f64 {
        let mut count = UnknownCount::default();
        count.look(bytes);
        count.entropy().unwrap()
    }

    #[test]
    fn entropy_is_in_bits_per_byte() {
        assert!(entropy(&[7; 100]).abs() < 1e-9);
        assert!((entropy(&[0, 1].repeat(50)) - 1.0).abs() < 1e-9);
        let every: Vec<u8> = (0..=255).collect();
        assert!((entropy(&every) - 8.0).abs() < 1e-9);
        assert_eq!(UnknownCount::default().entropy(), None);
    }

    #[test]
    fn sizes_and_the_first_sample_survive_a_merge_in_any_order() {
        let flow = |order, least, most, sample| UnknownFlow {
            order,
            packets: 2,
            bytes: 30,
            sizes: (least, most, 2),
            sample,
        };
        let (late, early) = (flow(9, 4, 20, &[9u8][..]), flow(3, 10, 26, &[3u8, 3][..]));
        for flows in [[late, early], [early, late]] {
            let mut unknown = Unknown::default();
            flows.iter().for_each(|flow| unknown.add(KEY, flow));
            let (_, count) = unknown.iter().next().unwrap();
            assert_eq!((count.sizes, count.mean()), (Some((4, 26)), Some(15)));
            assert_eq!((count.sample[0], count.sampled), (3, 2));
        }
    }

    #[test]
    fn kinds_are_bounded_and_the_rest_is_counted() {
        let mut unknown = Unknown::default();
        for number in 0..2_000 {
            let key = UnknownKey { layer: "udp", number };
            unknown.bytes(key, b"abc");
            unknown
                .add(key, &UnknownFlow { order: 0, packets: 1, bytes: 3, sizes: (3, 3, 1), sample: b"abc" });
        }
        assert_eq!(unknown.iter().count(), MAX_KINDS);
        assert_eq!(unknown.overflow, 2_000 - MAX_KINDS as u64);
    }

    #[test]
    fn bytes_of_flows_that_were_recognised_after_all_make_no_kind() {
        let mut unknown = Unknown::default();
        unknown.bytes(KEY, b"abc");
        assert_eq!(unknown.iter().count(), 0);
    }
}
