//! User Datagram Protocol.
//!
//! Tunnels in it are entered where their content is right.
//!
//! Spec: RFC 768; RFC 2675, 4 (length 0 in jumbograms). The checksum is not verified.

use crate::span::{Fit, Span};
use crate::walk::{Next, finish};
use crate::{Anomalies, Packet, Transport, tunnels};

/// Fixed header.
const HEADER: u16 = 8;

#[inline]
pub(crate) fn decode<'a>(packet: &mut Packet<'a>, span: Span<'a>) -> Next<'a> {
    let Some((&[s0, s1, d0, d1, l0, l1, _, _], rest)) = span.header::<8>() else {
        return ports_only(packet, span);
    };
    let length = u16::from_be_bytes([l0, l1]);
    let src_port = u16::from_be_bytes([s0, s1]);
    let dst_port = u16::from_be_bytes([d0, d1]);
    packet.transport = Transport::Udp { src_port, dst_port, length };
    let data = if let Some(length) = length.checked_sub(HEADER) {
        let (data, fit) = rest.limit(length.into());
        if fit == Fit::Beyond {
            packet.anomalies.insert(Anomalies::BAD_UDP_LENGTH);
        }
        data
    } else {
        if length != 0 {
            packet.anomalies.insert(Anomalies::BAD_UDP_LENGTH);
        }
        rest
    };
    match tunnels::udp::decode(packet, src_port, dst_port, data) {
        Some(next) => next,
        None => finish(packet, data),
    }
}

#[cold]
fn ports_only<'a>(packet: &mut Packet<'a>, span: Span<'a>) -> Next<'a> {
    packet.anomalies.insert(Anomalies::TRUNCATED_TRANSPORT);
    packet.transport = match span.header::<4>() {
        Some((&[s0, s1, d0, d1], _)) => Transport::Udp {
            src_port: u16::from_be_bytes([s0, s1]),
            dst_port: u16::from_be_bytes([d0, d1]),
            length: span.be_u16(4).unwrap_or(0),
        },
        None => Transport::Other(17),
    };
    Next::Done
}
