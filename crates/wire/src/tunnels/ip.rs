//! IP and Ethernet directly in IP.
//!
//! Spec: RFC 2003 (4 in 4), RFC 4213 (6 in 4), RFC 2473 (in IPv6), RFC 3378 (`EtherIP`), RFC 4023 (MPLS in IP).

use super::mpls;
use crate::packet::TunnelKind;
use crate::span::Span;
use crate::walk::{Next, enter};
use crate::{Net, Packet, plausible, protocol};

pub(crate) const IPV4: u8 = 4;
pub(crate) const IPV6: u8 = 41;
pub(crate) const ETHER_IP: u8 = 97;
pub(crate) const MPLS: u8 = 137;

pub(crate) fn decode<'a>(packet: &mut Packet<'a>, number: u8, span: Span<'a>) -> Next<'a> {
    let outside = protocol::other(packet, number, span);
    let in_six = matches!(packet.net, Net::V6 { .. });
    let found = match number {
        IPV4 if plausible::ipv4(span) => {
            let kind = if in_six { TunnelKind::FourInSix } else { TunnelKind::IpIp };
            Some((kind, 0, Next::EtherType(0x0800, span)))
        }
        IPV6 if plausible::ipv6(span) => {
            let kind = if in_six { TunnelKind::SixInSix } else { TunnelKind::SixInFour };
            Some((kind, 0, Next::EtherType(0x86dd, span)))
        }
        // Version 3 and twelve reserved bits.
        ETHER_IP if span.be_u16(0) == Some(0x3000) && plausible::ethernet(span.after(2)) => {
            Some((TunnelKind::EtherIp, 0, Next::Ethernet(span.after(2))))
        }
        MPLS => mpls::find(span).map(|found| (found.kind, found.id, found.next)),
        _ => None,
    };
    match found {
        Some((kind, id, next)) if enter(packet, kind, id) => next,
        _ => outside,
    }
}
