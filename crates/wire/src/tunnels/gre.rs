//! Generic routing encapsulation.
//!
//! Spec: RFC 2784, RFC 2890 (key, sequence), RFC 1701 (routing), RFC 7637 (NVGRE), RFC 2637 (version 1, PPP).

use super::erspan;
use crate::packet::TunnelKind;
use crate::span::Span;
use crate::walk::{Next, damaged, enter};
use crate::{Anomalies, Packet, plausible, protocol};

const CHECKSUM: u16 = 0x8000;
const ROUTING: u16 = 0x4000;
const KEY: u16 = 0x2000;
const SEQUENCE: u16 = 0x1000;
const ACKNOWLEDGEMENT: u16 = 0x0080; // version 1 only
const VERSION: u16 = 0x0007;
/// Source route entries followed (RFC 1701); the format is obsolete.
const MAX_ROUTES: usize = 16;

const IPV4: u16 = 0x0800;
const IPV6: u16 = 0x86dd;
const BRIDGED_ETHERNET: u16 = 0x6558;
const ERSPAN: u16 = 0x88be;
const ERSPAN_III: u16 = 0x22eb;
const PPP: u16 = 0x880b;
const WCCP: u16 = 0x883e;

/// IP protocol 47. What cannot be unwrapped stays the payload of protocol 47.
pub(crate) fn decode<'a>(packet: &mut Packet<'a>, number: u8, span: Span<'a>) -> Next<'a> {
    let outside = protocol::other(packet, number, span);
    let Some((flags, protocol_type)) = span.be_u16(0).zip(span.be_u16(2)) else {
        return damaged(packet, span, Anomalies::TRUNCATED_TUNNEL);
    };
    let fields = match flags & VERSION {
        0 => version_0(flags, span),
        1 => version_1(flags, protocol_type, span),
        _ => None,
    };
    let Some(Fields { id, inner }) = fields else {
        return damaged(packet, span, Anomalies::BAD_TUNNEL_HEADER);
    };
    let found = match protocol_type {
        IPV4 if plausible::ipv4(inner) => Some((TunnelKind::Gre, id, Next::EtherType(IPV4, inner))),
        IPV6 if plausible::ipv6(inner) => Some((TunnelKind::Gre, id, Next::EtherType(IPV6, inner))),
        BRIDGED_ETHERNET if plausible::ethernet(inner) => {
            Some((TunnelKind::Nvgre, id >> 8, Next::Ethernet(inner)))
        }
        ERSPAN | ERSPAN_III => {
            return erspan::decode(packet, protocol_type, flags & SEQUENCE != 0, inner).unwrap_or(outside);
        }
        // Carries ARP, tags and labels in some vendors' tunnels.
        0x0806 | 0x8100 | 0x88a8 | 0x8847 | 0x8848 => {
            Some((TunnelKind::Gre, id, Next::EtherType(protocol_type, inner)))
        }
        PPP if super::ppp::ip_content(inner).is_some() => Some((TunnelKind::Gre, id, Next::Ppp(inner))),
        WCCP => {
            // Version 2 puts a redirect header of four bytes before the packet.
            let inner = if plausible::ip(inner) { inner } else { inner.after(4) };
            plausible::ip(inner).then_some((TunnelKind::Gre, id, Next::Ip(inner)))
        }
        _ => None,
    };
    match found {
        Some((kind, id, next)) if enter(packet, kind, id) => next,
        _ => outside,
    }
}

struct Fields<'a> {
    id: u32,
    inner: Span<'a>,
}

fn version_0(flags: u16, span: Span<'_>) -> Option<Fields<'_>> {
    let mut rest = span.split(4)?.1;
    let mut id = 0;
    if flags & (CHECKSUM | ROUTING) != 0 {
        rest = rest.split(4)?.1;
    }
    if flags & KEY != 0 {
        id = rest.be_u32(0)?;
        rest = rest.split(4)?.1;
    }
    if flags & SEQUENCE != 0 {
        rest = rest.split(4)?.1;
    }
    if flags & ROUTING != 0 {
        rest = routes(rest)?;
    }
    Some(Fields { id, inner: rest })
}

/// Source route entries up to the one of length 0.
fn routes(span: Span<'_>) -> Option<Span<'_>> {
    let mut rest = span;
    for _ in 0..MAX_ROUTES {
        let (&[family0, family1, _, length], after) = rest.header::<4>()?;
        if (family0, family1, length) == (0, 0, 0) {
            return Some(after);
        }
        rest = after.split(length.into())?.1;
    }
    None
}

/// Always has a key: payload length and call id.
fn version_1(flags: u16, protocol_type: u16, span: Span<'_>) -> Option<Fields<'_>> {
    if flags & KEY == 0 || flags & (CHECKSUM | ROUTING) != 0 || protocol_type != PPP {
        return None;
    }
    let (&[_, _, _, _, l0, l1, c0, c1], mut rest) = span.header::<8>()?;
    for present in [SEQUENCE, ACKNOWLEDGEMENT] {
        if flags & present != 0 {
            rest = rest.split(4)?.1;
        }
    }
    let (inner, _) = rest.limit(u16::from_be_bytes([l0, l1]).into());
    Some(Fields { id: u16::from_be_bytes([c0, c1]).into(), inner })
}
