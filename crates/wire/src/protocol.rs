//! What an IP protocol number announces (IANA protocol numbers).

use crate::span::Span;
use crate::tunnels::{gre, ip as tunnel, l2tp};
use crate::walk::{Next, damaged, finish};
use crate::{Anomalies, Packet, Transport, icmp, ipv6, sctp, tcp, udp};

const NO_NEXT_HEADER: u8 = 59;

#[inline]
pub(crate) fn decode<'a>(packet: &mut Packet<'a>, number: u8, span: Span<'a>) -> Next<'a> {
    match number {
        6 => tcp::decode(packet, span),
        17 => udp::decode(packet, span),
        1 | 2 | 58 => icmp::decode(packet, number, span),
        132 => sctp::decode(packet, span),
        ipv6::AUTHENTICATION => authentication(packet, span),
        NO_NEXT_HEADER => finish(packet, span),
        47 => gre::decode(packet, number, span),
        tunnel::IPV4 | tunnel::IPV6 | tunnel::ETHER_IP | tunnel::MPLS => tunnel::decode(packet, number, span),
        115 => l2tp::decode(packet, number, span),
        _ => other(packet, number, span),
    }
}

/// A protocol that is not taken apart.
pub(crate) fn other<'a>(packet: &mut Packet<'a>, number: u8, span: Span<'a>) -> Next<'a> {
    packet.transport = Transport::Other(number);
    finish(packet, span)
}

/// IP authentication header (RFC 4302, 2): what it protects follows in the clear.
fn authentication<'a>(packet: &mut Packet<'a>, span: Span<'a>) -> Next<'a> {
    let after = span.header::<2>().and_then(|(&[next, words], _)| {
        let length = usize::from(words).checked_mul(4)?.checked_add(8)?;
        Some((next, span.split(length)?.1))
    });
    let Some((next, rest)) = after else {
        packet.transport = Transport::Other(ipv6::AUTHENTICATION);
        return damaged(packet, span, Anomalies::TRUNCATED_TRANSPORT);
    };
    ipv6::set_protocol(packet, next);
    Next::Protocol(next, rest)
}
