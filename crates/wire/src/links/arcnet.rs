//! ARCNET: one-byte addresses, a system code, then BACnet, IP or others.
//!
//! Spec: ANSI/ATA 878.1; RFC 1201 and RFC 1051 (IP); ANSI/ASHRAE 135, clause 8 (BACnet: system code and LLC).
//! The node addresses are not hardware addresses of six bytes: see [`Packet::nodes`].

use crate::span::Span;
use crate::walk::{Next, damaged, finish};
use crate::{Anomalies, Net, Packet, llc};

const BACNET: u8 = 0xcd;
const IP: u8 = 0xd4;
const ARP: u8 = 0xd5;
const IPV6: u8 = 0xc4;
const IP_RFC1051: u8 = 0xf0;
const ARP_RFC1051: u8 = 0xf1;
/// Split flag and sequence number of RFC 1201.
const SPLIT_HEADER: usize = 3;
/// Sizes of an ARCNET buffer; an offset counts back from its end.
const SHORT_BUFFER: usize = 256;
const LONG_BUFFER: usize = 512;

pub(super) fn decode<'a>(packet: &mut Packet<'a>, span: Span<'a>) -> Next<'a> {
    let Some((&[src, dst], rest)) = span.header::<2>() else {
        return damaged(packet, span, Anomalies::TRUNCATED_LINK);
    };
    packet.nodes = Some((src, dst));
    let rest = without_offset(rest);
    let Some((&[system_code], inner)) = rest.header::<1>() else {
        return damaged(packet, rest, Anomalies::TRUNCATED_LINK);
    };
    packet.ethertype = system_code.into();
    match system_code {
        BACNET => llc::decode(packet, inner),
        IP | IPV6 if inner.byte(0) == Some(0) => Next::Ip(inner.after(SPLIT_HEADER)),
        IP_RFC1051 => Next::Ip(inner),
        ARP | ARP_RFC1051 => {
            packet.net = Net::Arp;
            finish(packet, inner)
        }
        _ => finish(packet, inner),
    }
}

/// Linux, and writers that took its layout under the other number, put the buffer offset before the system
/// code: one byte and a zero, or a zero and one byte, each counting back from the end of the buffer.
fn without_offset(span: Span<'_>) -> Span<'_> {
    let Some((&[first, second], inner)) = span.header::<2>() else { return span };
    let length = inner.wire_length();
    let counts = |buffer: usize, offset: u8| buffer.checked_sub(usize::from(offset)) == Some(length);
    let short = second == 0 && counts(SHORT_BUFFER, first);
    let long = first == 0 && counts(LONG_BUFFER, second);
    if short || long { inner } else { span }
}
