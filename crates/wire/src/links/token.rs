//! Token ring and FDDI: access bytes, addresses, a route in the first, then LLC.
//!
//! Spec: IEEE 802.5, 3.2; ISO 9314-2, 7.3.

use crate::span::Span;
use crate::walk::{Next, damaged, finish};
use crate::{Anomalies, Mac, Packet, llc};

/// Group bit of a source address: routing information follows (802.5, annex C).
const HAS_ROUTE: u8 = 0x80;

/// Access control, frame control, destination, source.
pub(super) fn ring<'a>(packet: &mut Packet<'a>, span: Span<'a>) -> Next<'a> {
    let Some((&[_, control, addresses @ ..], mut rest)) = span.header::<14>() else {
        return damaged(packet, span, Anomalies::TRUNCATED_LINK);
    };
    let [d0, d1, d2, d3, d4, d5, s0, s1, s2, s3, s4, s5] = addresses;
    packet.dst_mac = Some(Mac([d0, d1, d2, d3, d4, d5]));
    packet.src_mac = Some(Mac([s0 & !HAS_ROUTE, s1, s2, s3, s4, s5]));
    if s0 & HAS_ROUTE != 0 {
        let length = rest.byte(0).unwrap_or(0) & 0x1f;
        let Some((_, after)) = rest.split(length.into()) else {
            return damaged(packet, rest, Anomalies::TRUNCATED_LINK);
        };
        rest = after;
    }
    // Frame types: 0 access control, 1 LLC.
    if control >> 6 == 1 { llc::decode(packet, rest) } else { finish(packet, rest) }
}

/// Frame control, destination, source.
pub(super) fn fddi<'a>(packet: &mut Packet<'a>, span: Span<'a>) -> Next<'a> {
    let Some((&[control, addresses @ ..], rest)) = span.header::<13>() else {
        return damaged(packet, span, Anomalies::TRUNCATED_LINK);
    };
    let [d0, d1, d2, d3, d4, d5, s0, s1, s2, s3, s4, s5] = addresses;
    packet.dst_mac = Some(Mac([d0, d1, d2, d3, d4, d5]));
    packet.src_mac = Some(Mac([s0, s1, s2, s3, s4, s5]));
    // Asynchronous LLC frames: C L FF = x101, the low bits are a priority.
    if control & 0x70 == 0x50 { llc::decode(packet, rest) } else { finish(packet, rest) }
}
