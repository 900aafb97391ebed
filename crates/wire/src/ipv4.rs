//! Internet Protocol version 4.
//!
//! Spec: RFC 791, RFC 2474 (DSCP), RFC 3168 (ECN). Options are passed over. The header checksum is not verified.

use crate::packet::Fragment;
use crate::span::{Fit, Span};
use crate::walk::{Next, damaged, finish};
use crate::{Anomalies, Ip, Net, Packet, protocol};

/// Header without options.
const MIN_HEADER: usize = 20;
const RESERVED: u16 = 0x8000;
const DONT_FRAGMENT: u16 = 0x4000;
const MORE_FRAGMENTS: u16 = 0x2000;
const OFFSET: u16 = 0x1fff;

#[inline]
pub(crate) fn decode<'a>(packet: &mut Packet<'a>, span: Span<'a>) -> Next<'a> {
    let Some((header, _)) = span.header::<MIN_HEADER>() else {
        return damaged(packet, span, Anomalies::TRUNCATED_NETWORK);
    };
    let &[first, service, l0, l1, i0, i1, f0, f1, ttl, number, _, _, s0, s1, s2, s3, d0, d1, d2, d3] = header;
    if first >> 4 != 4 {
        return damaged(packet, span, Anomalies::BAD_IP_VERSION);
    }
    let header_length = (first & 0x0f) << 2;
    let total_length = u16::from_be_bytes([l0, l1]);
    let id = u16::from_be_bytes([i0, i1]);
    let flags = u16::from_be_bytes([f0, f1]);
    packet.ethertype = 0x0800;
    packet.net = Net::V4 {
        src: Ip::v4([s0, s1, s2, s3]),
        dst: Ip::v4([d0, d1, d2, d3]),
        ttl,
        protocol: number,
        id,
        total_length,
        dscp: service >> 2,
        ecn: service & 3,
        dont_fragment: flags & DONT_FRAGMENT != 0,
        header_length,
    };
    let header_bytes = usize::from(header_length);
    if header_bytes < MIN_HEADER {
        return damaged(packet, span.after(MIN_HEADER), Anomalies::BAD_IP_HEADER_LENGTH);
    }
    let whole = if usize::from(total_length) >= header_bytes {
        let (whole, fit) = span.limit(total_length.into());
        if fit == Fit::Beyond {
            packet.anomalies.insert(Anomalies::BAD_TOTAL_LENGTH);
        }
        whole
    } else if total_length == 0 {
        // The network card was to fill in the length of each segment it cuts; the frame knows it here.
        packet.anomalies.insert(Anomalies::ZERO_TOTAL_LENGTH);
        span
    } else {
        return damaged(packet, span.after(header_bytes), Anomalies::BAD_TOTAL_LENGTH);
    };
    let Some((_, body)) = whole.split(header_bytes) else {
        let anomaly =
            if whole.missing == 0 { Anomalies::BAD_IP_HEADER_LENGTH } else { Anomalies::TRUNCATED_NETWORK };
        return damaged(packet, whole.after(header_bytes), anomaly);
    };
    if flags & RESERVED != 0 {
        packet.anomalies.insert(Anomalies::IP_RESERVED_FLAG);
    }
    if flags & (MORE_FRAGMENTS | OFFSET) != 0 {
        let more = flags & MORE_FRAGMENTS != 0;
        let fragment = Fragment { id: id.into(), offset: (flags & OFFSET) << 3, more, protocol: number };
        return part(packet, fragment, body);
    }
    protocol::decode(packet, number, body)
}

/// A fragment's bytes are the payload; whoever reassembles them calls [`crate::decode_ip`].
#[cold]
pub(crate) fn part<'a>(packet: &mut Packet<'a>, fragment: Fragment, body: Span<'a>) -> Next<'a> {
    let length = body.wire_length();
    let beyond = length.saturating_add(fragment.offset.into()) > usize::from(u16::MAX);
    if beyond || (fragment.more && length & 7 != 0) {
        packet.anomalies.insert(Anomalies::BAD_FRAGMENT);
    }
    packet.fragment = Some(fragment);
    finish(packet, body)
}
