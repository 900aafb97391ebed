//! Internet Protocol version 6 and its extension headers.
//!
//! Spec: RFC 8200; RFC 2675 (jumbograms); RFC 4302 (authentication header).

use crate::packet::Fragment;
use crate::span::{Fit, Span};
use crate::walk::{Next, damaged};
use crate::{Anomalies, Ip, Net, Packet, ipv4, protocol};

/// Extension headers followed; RFC 8200 section 4.1 lists seven for a packet.
const MAX_EXTENSIONS: usize = 16;

pub(crate) const HOP_BY_HOP: u8 = 0;
pub(crate) const ROUTING: u8 = 43;
pub(crate) const FRAGMENT: u8 = 44;
pub(crate) const AUTHENTICATION: u8 = 51;
pub(crate) const DESTINATION: u8 = 60;
pub(crate) const MOBILITY: u8 = 135;
pub(crate) const HOST_IDENTITY: u8 = 139;
pub(crate) const SHIM6: u8 = 140;
const TCP: u8 = 6;

#[inline]
pub(crate) fn decode<'a>(packet: &mut Packet<'a>, span: Span<'a>) -> Next<'a> {
    let Some((header, rest)) = span.header::<40>() else {
        return damaged(packet, span, Anomalies::TRUNCATED_NETWORK);
    };
    let &[v0, v1, v2, v3, l0, l1, next_header, ttl, ref addresses @ ..] = header;
    if v0 >> 4 != 6 {
        return damaged(packet, span, Anomalies::BAD_IP_VERSION);
    }
    let (Some(src), Some(dst)) = (addresses.first_chunk::<16>(), addresses.last_chunk::<16>()) else {
        return damaged(packet, span, Anomalies::TRUNCATED_NETWORK);
    };
    let word = u32::from_be_bytes([v0, v1, v2, v3]);
    let payload_length = u16::from_be_bytes([l0, l1]);
    let class = (word >> 20).to_le_bytes()[0];
    packet.ethertype = 0x86dd;
    packet.net = Net::V6 {
        src: Ip(*src),
        dst: Ip(*dst),
        ttl,
        protocol: next_header,
        flow_label: word & 0x000f_ffff,
        payload_length,
        dscp: class >> 2,
        ecn: class & 3,
    };
    let body = if payload_length == 0 && matches!(next_header, HOP_BY_HOP | TCP) {
        // A jumbogram, or segmentation offload as in IPv4.
        if next_header == TCP {
            packet.anomalies.insert(Anomalies::ZERO_TOTAL_LENGTH);
        }
        rest
    } else {
        let (body, fit) = rest.limit(payload_length.into());
        if fit == Fit::Beyond {
            packet.anomalies.insert(Anomalies::BAD_TOTAL_LENGTH);
        }
        body
    };
    match next_header {
        HOP_BY_HOP | ROUTING | FRAGMENT | AUTHENTICATION | DESTINATION | MOBILITY | HOST_IDENTITY | SHIM6 => {
            extensions(packet, next_header, body)
        }
        _ => protocol::decode(packet, next_header, body),
    }
}

/// Follow the chain of extension headers to the transport or a fragment.
fn extensions<'a>(packet: &mut Packet<'a>, first: u8, span: Span<'a>) -> Next<'a> {
    let mut kind = first;
    let mut rest = span;
    for position in 0..MAX_EXTENSIONS {
        let unit = match kind {
            HOP_BY_HOP | ROUTING | DESTINATION | MOBILITY | HOST_IDENTITY | SHIM6 => 8_usize,
            AUTHENTICATION => 4,
            FRAGMENT => {
                match fragment(packet, rest) {
                    Ok((next, after)) => (kind, rest) = (next, after),
                    Err(done) => return done,
                }
                continue;
            }
            _ => {
                set_protocol(packet, kind);
                return protocol::decode(packet, kind, rest);
            }
        };
        if kind == HOP_BY_HOP && position != 0 {
            packet.anomalies.insert(Anomalies::BAD_IPV6_EXTENSION);
        }
        // Length in units beyond the first 8 bytes; AH counts 32-bit words beyond two.
        let split = rest.header::<2>().and_then(|(&[next, units], _)| {
            Some((next, usize::from(units).checked_mul(unit)?.checked_add(8)?))
        });
        let Some((next, after)) = split.and_then(|(next, length)| Some((next, rest.split(length)?.1))) else {
            return damaged(
                packet,
                Span { bytes: &[], missing: rest.missing },
                Anomalies::BAD_IPV6_EXTENSION,
            );
        };
        (kind, rest) = (next, after);
    }
    damaged(packet, rest, Anomalies::BAD_IPV6_EXTENSION)
}

/// `Ok` with what follows an atomic fragment (RFC 6946), which is a whole packet.
fn fragment<'a>(packet: &mut Packet<'a>, span: Span<'a>) -> Result<(u8, Span<'a>), Next<'a>> {
    let Some((&[next, _, o0, o1, i0, i1, i2, i3], rest)) = span.header::<8>() else {
        return Err(damaged(packet, span, Anomalies::BAD_IPV6_EXTENSION));
    };
    let field = u16::from_be_bytes([o0, o1]);
    let (offset, more) = (field & 0xfff8, field & 1 != 0);
    if offset == 0 && !more {
        return Ok((next, rest));
    }
    set_protocol(packet, next);
    let id = u32::from_be_bytes([i0, i1, i2, i3]);
    Err(ipv4::part(packet, Fragment { id, offset, more, protocol: next }, rest))
}

/// The network layer's protocol is what the chain led to.
pub(crate) fn set_protocol(packet: &mut Packet<'_>, number: u8) {
    if let Net::V4 { protocol, .. } | Net::V6 { protocol, .. } = &mut packet.net {
        *protocol = number;
    }
}
