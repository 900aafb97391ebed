//! Ethernet II and IEEE 802.3 frames.
//!
//! Spec: IEEE 802.3-2018, 3.2. Preamble and FCS are not part of captured frames.

use crate::span::Span;
use crate::walk::{Next, damaged};
use crate::{Anomalies, Mac, Packet, redundancy, tags};

/// Bytes of destination, source and type field.
const HEADER: usize = 14;

/// The frame as captured: may end with a redundancy trailer.
#[inline]
pub(crate) fn decode_outer<'a>(packet: &mut Packet<'a>, span: Span<'a>) -> Next<'a> {
    let Some((ethertype, rest)) = header(packet, span) else {
        return damaged(packet, span, Anomalies::TRUNCATED_LINK);
    };
    let rest = redundancy::take_trailer(packet, rest);
    tags::decode(packet, ethertype, rest)
}

/// A frame within a tunnel.
pub(crate) fn decode<'a>(packet: &mut Packet<'a>, span: Span<'a>) -> Next<'a> {
    decode_mirrored(packet, 0, span)
}

/// A frame from a mirror session; `vlan` is what the session says, and holds when the frame has no tag.
pub(crate) fn decode_mirrored<'a>(packet: &mut Packet<'a>, vlan: u16, span: Span<'a>) -> Next<'a> {
    packet.vlans.clear();
    packet.llc = None;
    packet.ethertype = 0;
    let Some((ethertype, rest)) = header(packet, span) else {
        return damaged(packet, span, Anomalies::TRUNCATED_LINK);
    };
    if vlan & 0x0fff != 0 && !tags::is_vlan(ethertype) {
        // The list was just cleared, so there is room.
        let _ = packet.vlans.push(vlan);
    }
    tags::decode(packet, ethertype, rest)
}

#[inline]
fn header<'a>(packet: &mut Packet<'a>, span: Span<'a>) -> Option<(u16, Span<'a>)> {
    let (&[d0, d1, d2, d3, d4, d5, s0, s1, s2, s3, s4, s5, t0, t1], rest) = span.header::<HEADER>()?;
    packet.dst_mac = Some(Mac([d0, d1, d2, d3, d4, d5]));
    packet.src_mac = Some(Mac([s0, s1, s2, s3, s4, s5]));
    Some((u16::from_be_bytes([t0, t1]), rest))
}
