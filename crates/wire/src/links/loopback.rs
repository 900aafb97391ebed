//! BSD loopback: a protocol family, then IP.
//!
//! Facts: `LINKTYPE_NULL` (the capturing host's byte order) and `LINKTYPE_LOOP` (network order).

use crate::span::Span;
use crate::walk::{Next, damaged, finish};
use crate::{Anomalies, Packet, plausible};

const INET: u32 = 2;
/// Of Linux, Windows, NetBSD with OpenBSD, FreeBSD, and macOS.
const INET6: [u32; 5] = [10, 23, 24, 28, 30];

pub(super) fn decode<'a>(packet: &mut Packet<'a>, span: Span<'a>) -> Next<'a> {
    let Some((bytes, rest)) = span.header::<4>() else {
        return damaged(packet, span, Anomalies::TRUNCATED_LINK);
    };
    // Families are small numbers, so the order shows; both link types are found with either.
    let little = u32::from_le_bytes(*bytes);
    let family = if little > 0xffff { u32::from_be_bytes(*bytes) } else { little };
    match family {
        INET => Next::EtherType(0x0800, rest),
        _ if INET6.contains(&family) => Next::EtherType(0x86dd, rest),
        _ if plausible::ip(rest) => Next::Ip(rest),
        _ => finish(packet, rest),
    }
}
