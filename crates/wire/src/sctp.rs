//! Stream Control Transmission Protocol: the common header.
//!
//! Spec: RFC 9260, 3.1. The checksum is not verified; chunks are for the reader of the payload.

use crate::span::Span;
use crate::walk::{Next, damaged, finish};
use crate::{Anomalies, Packet, Transport};

pub(crate) fn decode<'a>(packet: &mut Packet<'a>, span: Span<'a>) -> Next<'a> {
    let Some((&[s0, s1, d0, d1, t0, t1, t2, t3, _, _, _, _], rest)) = span.header::<12>() else {
        packet.transport = Transport::Other(132);
        return damaged(packet, span, Anomalies::TRUNCATED_TRANSPORT);
    };
    packet.transport = Transport::Sctp {
        src_port: u16::from_be_bytes([s0, s1]),
        dst_port: u16::from_be_bytes([d0, d1]),
        tag: u32::from_be_bytes([t0, t1, t2, t3]),
    };
    finish(packet, rest)
}
