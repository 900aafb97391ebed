//! What every worker does with every frame: headers, fragments, the packet clock, and which shard it belongs to.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;
use sightglass_capture::Frame;
use sightglass_flow::{DefragLimits, Defragmenter, Fragment, Outcome};
use sightglass_wire::{Ip, LinkType, Net, Packet, decode, decode_ip};

use crate::SHARDS;
use crate::clock::Clock;

/// Number of the fragment extension header (RFC 8200, 4.5).
const FRAGMENT_HEADER: u8 = 44;

/// State that sees all frames; the same on every worker.
pub(crate) struct Front {
    pub(crate) clock: Clock,
    defragmenter: Defragmenter,
    hasher: FixedState,
    pub(crate) fragments_odd: u64,
}

impl Front {
    pub(crate) fn new() -> Self {
        Self {
            clock: Clock::default(),
            defragmenter: Defragmenter::new(DefragLimits::default()),
            hasher: FixedState::with_seed(0),
            fragments_odd: 0,
        }
    }

    /// The shard of a packet: by unordered address pair, so that both directions meet.
    #[inline]
    pub(crate) fn shard(&self, packet: &Packet<'_>) -> usize {
        let mut state = self.hasher.build_hasher();
        match packet.net {
            Net::V4 { src, dst, .. } | Net::V6 { src, dst, .. } => {
                let (a, b) = (u128::from_le_bytes(src.0), u128::from_le_bytes(dst.0));
                state.write_u128(a.min(b));
                state.write_u128(a.max(b));
            }
            Net::None | Net::Arp => {
                let number = |mac: Option<sightglass_wire::Mac>| {
                    let mac = mac.map_or([0; 6], |mac| mac.0);
                    u64::from_be_bytes([0, 0, mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]])
                };
                let (a, b) = (number(packet.src_mac), number(packet.dst_mac));
                state.write_u64(a.min(b));
                state.write_u64(a.max(b));
            }
        }
        usize::try_from(state.finish() >> 32).unwrap_or(0) % SHARDS
    }

    /// The clock after a frame.
    #[inline]
    pub(crate) fn clock(&mut self, frame: &Frame) -> i64 {
        self.clock.advance(frame.ts_ns)
    }

    /// Takes a fragment; gives what it completes. An unfinished one is itself without payload, so that it counts for
    /// its sender.
    pub(crate) fn fragment(&mut self, packet: &Packet<'_>, number: u64, clock_ns: i64) -> Option<Whole> {
        let part = packet.fragment?;
        let header = header_of(packet);
        let (src, dst) = (packet.src_ip()?, packet.dst_ip()?);
        let outcome = self.defragmenter.push(&Fragment {
            src,
            dst,
            proto: part.protocol,
            id: part.id,
            vlan: packet.vlans.outer().unwrap_or(0),
            offset: u32::from(part.offset),
            more: part.more,
            header: &header,
            payload: packet.payload,
            missing: packet.payload_missing,
            frame: number,
            ts_ns: clock_ns,
        });
        Some(match outcome {
            Outcome::Whole(datagram) => {
                if datagram.anomalies.any() {
                    self.fragments_odd = self.fragments_odd.saturating_add(1);
                }
                Whole(Some(datagram.bytes))
            }
            Outcome::Waiting | Outcome::Dropped(_) => Whole(None),
        })
    }

    /// Counters of fragments, by name.
    pub(crate) fn loss(&self, mut add: impl FnMut(&'static str, u64)) {
        let counters = self.defragmenter.counters();
        add("fragments_dropped", counters.dropped);
        add("fragments_odd", self.fragments_odd);
        add("packets_odd_time", self.clock.odd);
    }
}

/// Decodes the headers of one frame.
#[inline]
pub(crate) fn headers<'a>(packet: &mut Packet<'a>, frame: &Frame, data: &'a [u8]) {
    decode(LinkType(frame.link), data, frame.orig_len, packet);
}

/// The bytes of a reassembled datagram, or nothing while fragments are missing.
pub(crate) struct Whole(Option<Vec<u8>>);

impl Whole {
    /// What its shard gets to see: the datagram with the layer-2 facts of its last fragment, or the bare fragment.
    pub(crate) fn packet<'a>(&'a self, fragment: &Packet<'a>) -> Packet<'a> {
        if let Some(bytes) = &self.0 {
            return with_link_of(fragment, bytes);
        }
        let mut bare = fragment.clone();
        bare.payload = &[];
        bare
    }
}

/// Decodes a reassembled IP packet with the layer-2 facts of its last fragment.
fn with_link_of<'a>(from: &Packet<'_>, bytes: &'a [u8]) -> Packet<'a> {
    let mut packet = Packet::new();
    packet.link = from.link;
    packet.src_mac = from.src_mac;
    packet.dst_mac = from.dst_mac;
    packet.ethertype = from.ethertype;
    packet.vlans = from.vlans;
    packet.tunnels = from.tunnels;
    packet.redundancy = from.redundancy;
    decode_ip(bytes, &mut packet);
    packet
}

/// A plain IP header with the addresses of a fragment; reassembly sets lengths and protocol.
fn header_of(packet: &Packet<'_>) -> Vec<u8> {
    fn v4(ip: Ip) -> [u8; 4] {
        let bytes = ip.0;
        [bytes[12], bytes[13], bytes[14], bytes[15]]
    }
    match packet.net {
        Net::V4 { src, dst, ttl, protocol, id, dscp, ecn, .. } => {
            let mut header = vec![0x45, dscp << 2 | ecn & 3, 0, 0];
            header.extend_from_slice(&id.to_be_bytes());
            header.extend_from_slice(&[0, 0, ttl, protocol, 0, 0]);
            header.extend_from_slice(&v4(src));
            header.extend_from_slice(&v4(dst));
            header
        }
        Net::V6 { src, dst, ttl, .. } => {
            let mut header = vec![0x60, 0, 0, 0, 0, 0, FRAGMENT_HEADER, ttl];
            header.extend_from_slice(&src.0);
            header.extend_from_slice(&dst.0);
            header
        }
        Net::None | Net::Arp => Vec::new(),
    }
}
