//! ICMP, `ICMPv6` and IGMP: type and code; the rest is for their dissectors.
//!
//! Spec: RFC 792; RFC 4443; RFC 3376. Packets quoted in errors are never followed.

use crate::span::Span;
use crate::walk::{Next, damaged, finish};
use crate::{Anomalies, Packet, Transport};

pub(crate) fn decode<'a>(packet: &mut Packet<'a>, protocol: u8, span: Span<'a>) -> Next<'a> {
    let Some((&[kind, code, _, _], rest)) = span.header::<4>() else {
        packet.transport = Transport::Other(protocol);
        return damaged(packet, span, Anomalies::TRUNCATED_TRANSPORT);
    };
    packet.transport = match protocol {
        1 => Transport::Icmp { kind, code },
        58 => Transport::Icmpv6 { kind, code },
        _ => Transport::Igmp { kind, code },
    };
    finish(packet, rest)
}
