//! Point-to-point protocol, alone and over Ethernet.
//!
//! Spec: RFC 1661, 2; RFC 1662, 3.1 (address and control); RFC 2516, 4 (`PPPoE`).

use crate::packet::TunnelKind;
use crate::span::{Fit, Span};
use crate::walk::{Next, damaged, finish, tunnel};
use crate::{Anomalies, Packet, plausible};

const IPV4: u16 = 0x0021;
const IPV6: u16 = 0x0057;
const MPLS: u16 = 0x0281;
/// All stations, unnumbered information.
const ADDRESS_CONTROL: u16 = 0xff03;
/// `PPPoE` version 1, type 1; code of session data.
const PPPOE: u16 = 0x1100;

/// The protocol number and what it announces; the number may be compressed to one byte.
fn protocol(span: Span<'_>) -> Option<(u16, Span<'_>)> {
    let span = if span.be_u16(0) == Some(ADDRESS_CONTROL) { span.after(2) } else { span };
    match span.byte(0)? {
        first if first & 1 != 0 => Some((first.into(), span.after(1))),
        _ => Some((span.be_u16(0)?, span.after(2))),
    }
}

/// What is in the frame when it carries IP.
pub(super) fn ip_content(span: Span<'_>) -> Option<Next<'_>> {
    match protocol(span)? {
        (IPV4, inner) if plausible::ipv4(inner) => Some(Next::EtherType(0x0800, inner)),
        (IPV6, inner) if plausible::ipv6(inner) => Some(Next::EtherType(0x86dd, inner)),
        _ => None,
    }
}

/// A PPP frame; the payload of one without IP begins with its protocol number.
pub(crate) fn decode<'a>(packet: &mut Packet<'a>, span: Span<'a>) -> Next<'a> {
    match protocol(span) {
        Some((IPV4, inner)) => Next::EtherType(0x0800, inner),
        Some((IPV6, inner)) => Next::EtherType(0x86dd, inner),
        Some((MPLS, inner)) => Next::EtherType(0x8847, inner),
        Some(_) => finish(packet, if span.be_u16(0) == Some(ADDRESS_CONTROL) { span.after(2) } else { span }),
        None => damaged(packet, span, Anomalies::TRUNCATED_LINK),
    }
}

/// `EtherType` 0x8864.
pub(crate) fn over_ethernet<'a>(packet: &mut Packet<'a>, span: Span<'a>) -> Next<'a> {
    let Some((&[v, code, s0, s1, l0, l1], rest)) = span.header::<6>() else {
        return damaged(packet, span, Anomalies::TRUNCATED_TUNNEL);
    };
    if u16::from_be_bytes([v, code]) != PPPOE {
        return damaged(packet, span, Anomalies::BAD_TUNNEL_HEADER);
    }
    let (inner, fit) = rest.limit(u16::from_be_bytes([l0, l1]).into());
    if fit == Fit::Beyond {
        packet.anomalies.insert(Anomalies::BAD_TUNNEL_HEADER);
    }
    let session = u16::from_be_bytes([s0, s1]).into();
    tunnel(packet, TunnelKind::Pppoe, session, inner, Next::Ppp(inner))
}
