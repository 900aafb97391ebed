//! Tags of switches: a few bytes, then a whole frame or another type field.
//!
//! Spec: IEEE 802.1ah (PBB, 9.7 of 802.1Q), RFC 6325 (TRILL, 3), IEEE 802.1BR / 802.1Qbh drafts (VN-Tag),
//! Cisco `FabricPath` (public configuration guides) and metadata tag.

use crate::packet::TunnelKind;
use crate::span::Span;
use crate::walk::{Next, damaged, finish, tunnel};
use crate::{Anomalies, Packet, plausible};

/// `EtherType` 0x88e7: priority, flags and service instance, then the customer's frame.
pub(crate) fn pbb<'a>(packet: &mut Packet<'a>, span: Span<'a>) -> Next<'a> {
    let Some((&[_, i0, i1, i2], inner)) = span.header::<4>() else { return cut(packet, span) };
    let instance = u32::from_be_bytes([0, i0, i1, i2]);
    tunnel(packet, TunnelKind::Pbb, instance, inner, Next::Ethernet(inner))
}

/// `EtherType` 0x8926: direction, destination and source interface, then a type field.
pub(crate) fn vn_tag<'a>(packet: &mut Packet<'a>, span: Span<'a>) -> Next<'a> {
    let Some((&[d0, d1, s0, s1, t0, t1], inner)) = span.header::<6>() else { return cut(packet, span) };
    let id = u32::from_be_bytes([d0 & 0x3f, d1, s0 & 0x0f, s1]);
    let next = Next::EtherType(u16::from_be_bytes([t0, t1]), inner);
    tunnel(packet, TunnelKind::VnTag, id, inner, next)
}

/// `EtherType` 0x8903: forwarding tag (10 bits) and hops to live (6 bits), then the host's frame.
pub(crate) fn fabric_path<'a>(packet: &mut Packet<'a>, span: Span<'a>) -> Next<'a> {
    let Some((&[f0, f1], inner)) = span.header::<2>() else { return cut(packet, span) };
    if !plausible::ethernet(inner) && inner.missing == 0 {
        return finish(packet, span);
    }
    let tag = u32::from(u16::from_be_bytes([f0, f1]) >> 6);
    tunnel(packet, TunnelKind::FabricPath, tag, inner, Next::Ethernet(inner))
}

/// `EtherType` 0x22f3: flags with the options' length in words, two nicknames, options, then the frame.
pub(crate) fn trill<'a>(packet: &mut Packet<'a>, span: Span<'a>) -> Next<'a> {
    let Some((&[f0, f1, e0, e1, i0, i1], rest)) = span.header::<6>() else { return cut(packet, span) };
    let words = usize::from(u16::from_be_bytes([f0, f1]) >> 6 & 0x1f);
    let Some((_, inner)) = rest.split(words << 2) else { return cut(packet, span) };
    let nicknames = u32::from_be_bytes([e0, e1, i0, i1]);
    tunnel(packet, TunnelKind::Trill, nicknames, inner, Next::Ethernet(inner))
}

/// `EtherType` 0x8909: version 1 and the number of four-byte options, then a type field.
pub(crate) fn cisco_metadata<'a>(packet: &mut Packet<'a>, span: Span<'a>) -> Next<'a> {
    let Some((&[version, options], rest)) = span.header::<2>() else { return cut(packet, span) };
    let Some((list, rest)) = rest.split(usize::from(options) << 2) else { return cut(packet, span) };
    let Some((ethertype, tag)) = rest.be_u16(0).zip(Some(list)) else { return cut(packet, span) };
    if version != 1 {
        return damaged(packet, span, Anomalies::BAD_TUNNEL_HEADER);
    }
    let group = match tag {
        [_, _, g0, g1, ..] => u16::from_be_bytes([*g0, *g1]).into(),
        _ => 0,
    };
    let inner = rest.after(2);
    tunnel(packet, TunnelKind::CiscoMetadata, group, inner, Next::EtherType(ethertype, inner))
}

fn cut<'a>(packet: &mut Packet<'a>, span: Span<'a>) -> Next<'a> {
    damaged(packet, span, Anomalies::TRUNCATED_TUNNEL)
}
