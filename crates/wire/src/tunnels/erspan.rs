//! Encapsulated remote switch port analyser: a mirror session over GRE.
//!
//! Spec: draft-foschiano-erspan-03, 4.1 (type I), 4.2 (type II), 4.3 (type III).

use crate::packet::TunnelKind;
use crate::span::Span;
use crate::walk::{Next, enter};
use crate::{Packet, plausible};

const TYPE_III: u16 = 0x22eb;
/// Frame type 2 of type III: IP without an Ethernet header.
const FRAME_IP: u8 = 2;
/// A platform-specific subheader of eight bytes follows.
const SUBHEADER: u8 = 0x01;

struct Header<'a> {
    kind: TunnelKind,
    vlan: u16,
    session: u32,
    is_ip: bool,
    inner: Span<'a>,
}

/// `None` when neither header nor content fits.
pub(super) fn decode<'a>(
    packet: &mut Packet<'a>,
    protocol_type: u16,
    has_sequence: bool,
    span: Span<'a>,
) -> Option<Next<'a>> {
    let header = if protocol_type == TYPE_III {
        type_3(span)
    } else if has_sequence {
        type_2(span)
    } else {
        // Type I is known by the missing sequence number; some senders of type II leave it out as well.
        type_1(span).or_else(|| type_2(span))
    }?;
    if !enter(packet, header.kind, header.session) {
        return None;
    }
    Some(if header.is_ip {
        Next::Ip(header.inner)
    } else {
        Next::Mirrored { vlan: header.vlan, span: header.inner }
    })
}

fn type_1(span: Span<'_>) -> Option<Header<'_>> {
    plausible::ethernet_strict(span).then_some(Header {
        kind: TunnelKind::ErspanI,
        vlan: 0,
        session: 0,
        is_ip: false,
        inner: span,
    })
}

/// Version and VLAN; class of service, encapsulation, truncated, session; port index.
fn type_2(span: Span<'_>) -> Option<Header<'_>> {
    let (&[v0, v1, s0, s1, ..], inner) = span.header::<8>()?;
    if v0 >> 4 != 1 || !plausible::ethernet(inner) && inner.missing == 0 {
        return None;
    }
    Some(Header {
        kind: TunnelKind::ErspanII,
        vlan: tag(v0, v1, s0),
        session: session(s0, s1),
        is_ip: false,
        inner,
    })
}

/// As type II, then timestamp, security group, and the frame's type and hardware id.
fn type_3(span: Span<'_>) -> Option<Header<'_>> {
    let (&[v0, v1, s0, s1, _, _, _, _, _, _, frame, options], mut inner) = span.header::<12>()?;
    if v0 >> 4 != 2 {
        return None;
    }
    if options & SUBHEADER != 0 {
        inner = inner.split(8)?.1;
    }
    let is_ip = frame >> 2 & 0x1f == FRAME_IP;
    let fits = if is_ip { plausible::ip(inner) } else { plausible::ethernet(inner) };
    if !fits && inner.missing == 0 {
        return None;
    }
    Some(Header {
        kind: TunnelKind::ErspanIII,
        vlan: tag(v0, v1, s0),
        session: session(s0, s1),
        is_ip,
        inner,
    })
}

/// As the tag control information of 802.1Q: priority and VLAN id.
fn tag(v0: u8, v1: u8, s0: u8) -> u16 {
    u16::from_be_bytes([s0 & 0xe0 | v0 & 0x0f, v1])
}

fn session(s0: u8, s1: u8) -> u32 {
    u16::from_be_bytes([s0 & 0x03, s1]).into()
}
