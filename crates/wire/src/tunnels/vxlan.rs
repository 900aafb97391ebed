//! VXLAN and its generic protocol extension.
//!
//! Spec: RFC 7348, 5; draft-ietf-nvo3-vxlan-gpe. UDP 4789 (8472 in older Linux), GPE 4790.

use super::udp::Found;
use crate::packet::TunnelKind;
use crate::plausible;
use crate::span::Span;
use crate::walk::Next;

/// The network identifier is valid.
const FLAG_VNI: u8 = 0x08;
/// A next-protocol field is present (GPE).
const FLAG_PROTOCOL: u8 = 0x04;
/// Group policy (draft-smith-vxlan-group-policy) is the one extension seen on the VXLAN port.
const FLAG_GROUP_POLICY: u8 = 0x80;

pub(super) fn find(data: Span<'_>) -> Option<Found<'_>> {
    let (&[flags, policy, p0, p1, v0, v1, v2, reserved], inner) = data.header::<8>()?;
    let clean = reserved == 0 && (flags & FLAG_GROUP_POLICY != 0 || [policy, p0, p1] == [0; 3]);
    if flags & !FLAG_GROUP_POLICY != FLAG_VNI || !clean || !plausible::ethernet(inner) {
        return None;
    }
    let id = u32::from_be_bytes([0, v0, v1, v2]);
    Some(Found { kind: TunnelKind::Vxlan, id, next: Next::Ethernet(inner) })
}

pub(super) fn find_generic(data: Span<'_>) -> Option<Found<'_>> {
    let (&[flags, r0, r1, protocol, v0, v1, v2, reserved], inner) = data.header::<8>()?;
    if flags & FLAG_VNI == 0 || flags & 0xc0 != 0 || [r0, r1, reserved] != [0; 3] {
        return None;
    }
    let next = match if flags & FLAG_PROTOCOL == 0 { 3 } else { protocol } {
        1 if plausible::ipv4(inner) => Next::EtherType(0x0800, inner),
        2 if plausible::ipv6(inner) => Next::EtherType(0x86dd, inner),
        3 if plausible::ethernet(inner) => Next::Ethernet(inner),
        _ => return None,
    };
    Some(Found { kind: TunnelKind::Vxlan, id: u32::from_be_bytes([0, v0, v1, v2]), next })
}
