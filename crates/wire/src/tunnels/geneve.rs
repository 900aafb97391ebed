//! Geneve.
//!
//! Spec: RFC 8926, 3.4. UDP 6081. Options are passed over.

use super::udp::Found;
use crate::packet::TunnelKind;
use crate::plausible;
use crate::span::Span;
use crate::walk::Next;

const BRIDGED_ETHERNET: u16 = 0x6558;
/// Six bits beside the O and C flags that must be 0.
const RESERVED: u8 = 0x3f;

pub(super) fn find(data: Span<'_>) -> Option<Found<'_>> {
    let (&[first, flags, p0, p1, v0, v1, v2, reserved], rest) = data.header::<8>()?;
    // Version 0 in the upper two bits, then the length of the options in words.
    if first >> 6 != 0 || flags & RESERVED != 0 || reserved != 0 {
        return None;
    }
    let (_, inner) = rest.split(usize::from(first & 0x3f) << 2)?;
    let next = match u16::from_be_bytes([p0, p1]) {
        BRIDGED_ETHERNET if plausible::ethernet(inner) => Next::Ethernet(inner),
        0x0800 if plausible::ipv4(inner) => Next::EtherType(0x0800, inner),
        0x86dd if plausible::ipv6(inner) => Next::EtherType(0x86dd, inner),
        _ => return None,
    };
    Some(Found { kind: TunnelKind::Geneve, id: u32::from_be_bytes([0, v0, v1, v2]), next })
}
