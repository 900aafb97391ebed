//! Linux "cooked" captures, as taken on the pseudo-interface `any`.
//!
//! Facts: `LINKTYPE_LINUX_SLL` and `LINKTYPE_LINUX_SLL2`.

use crate::span::Span;
use crate::walk::{Next, damaged, finish};
use crate::{Anomalies, Mac, Packet};

/// Values of the protocol field that are no `EtherType`.
const LLC: u16 = 0x0004;
/// Hardware types of Linux with another meaning of the protocol field.
const NETLINK: u16 = 824;
const RADIOTAP: u16 = 803;
const GRE: u16 = 778;

/// Packet type, hardware type, address length, address (8), protocol.
pub(super) fn version_1<'a>(packet: &mut Packet<'a>, span: Span<'a>) -> Next<'a> {
    let Some((&[_, _, h0, h1, n0, n1, address @ .., p0, p1], rest)) = span.header::<16>() else {
        return damaged(packet, span, Anomalies::TRUNCATED_LINK);
    };
    packet.src_mac = mac(u16::from_be_bytes([n0, n1]), address);
    content(packet, u16::from_be_bytes([h0, h1]), u16::from_be_bytes([p0, p1]), rest)
}

/// Protocol, reserved, interface index, hardware type, packet type, address length, address (8).
pub(super) fn version_2<'a>(packet: &mut Packet<'a>, span: Span<'a>) -> Next<'a> {
    let Some((&[p0, p1, _, _, _, _, _, _, h0, h1, _, length, address @ ..], rest)) = span.header::<20>()
    else {
        return damaged(packet, span, Anomalies::TRUNCATED_LINK);
    };
    packet.src_mac = mac(length.into(), address);
    content(packet, u16::from_be_bytes([h0, h1]), u16::from_be_bytes([p0, p1]), rest)
}

/// A loopback interface has six zeros, which is nobody's address.
fn mac(length: u16, address: [u8; 8]) -> Option<Mac> {
    let [a @ .., _, _] = address;
    Some(Mac(a)).filter(|mac| length == 6 && !mac.is_zero())
}

fn content<'a>(packet: &mut Packet<'a>, hardware: u16, protocol: u16, rest: Span<'a>) -> Next<'a> {
    match (hardware, protocol) {
        (NETLINK | RADIOTAP | GRE, _) => finish(packet, rest),
        (_, LLC) => Next::Llc(rest),
        (_, 0x0600..) => Next::EtherType(protocol, rest),
        _ => {
            packet.ethertype = protocol;
            finish(packet, rest)
        }
    }
}
