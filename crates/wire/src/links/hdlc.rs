//! Serial and wide-area links: PPP and Cisco HDLC, frame relay, ATM.
//!
//! Spec: RFC 1662 (PPP in HDLC framing); RFC 2427 (frame relay); RFC 2684 (ATM).

use crate::span::Span;
use crate::tunnels::ppp as ppp_frame;
use crate::walk::{Next, damaged, finish};
use crate::{Anomalies, Packet, llc};

/// Unicast and multicast address of Cisco's HDLC.
const CISCO_ADDRESS: [u8; 2] = [0x0f, 0x8f];
const UNNUMBERED_INFORMATION: u8 = 0x03;
/// Network layer protocol identifiers (RFC 2427, appendix).
const NLPID_PADDING: u8 = 0x00;
const NLPID_SNAP: u8 = 0x80;
const NLPID_IPV6: u8 = 0x8e;
const NLPID_IPV4: u8 = 0xcc;
const NLPID_PPP: u8 = 0xcf;
/// Address bytes of a frame relay header: two to four, the last has the lowest bit set.
const MAX_ADDRESS: usize = 4;

/// PPP, which on serial lines may be Cisco's HDLC instead.
pub(super) fn ppp<'a>(packet: &mut Packet<'a>, span: Span<'a>) -> Next<'a> {
    match span.byte(0) {
        Some(first) if CISCO_ADDRESS.contains(&first) => cisco(packet, span),
        _ => ppp_frame::decode(packet, span),
    }
}

/// Address, control, `EtherType`.
pub(super) fn cisco<'a>(packet: &mut Packet<'a>, span: Span<'a>) -> Next<'a> {
    let Some((&[_, _, t0, t1], rest)) = span.header::<4>() else {
        return damaged(packet, span, Anomalies::TRUNCATED_LINK);
    };
    match u16::from_be_bytes([t0, t1]) {
        // Cisco's keep-alive has the number of reverse ARP.
        keepalive @ 0x8035 => {
            packet.ethertype = keepalive;
            finish(packet, rest)
        }
        ethertype @ 0x0600.. => Next::EtherType(ethertype, rest),
        _ => finish(packet, rest),
    }
}

/// Q.922 address, then RFC 2427 or Cisco's two-byte `EtherType`.
pub(super) fn frame_relay<'a>(packet: &mut Packet<'a>, span: Span<'a>) -> Next<'a> {
    let address = span.bytes.iter().take(MAX_ADDRESS).position(|byte| byte & 1 != 0);
    let Some(rest) = address.and_then(|last| Some(span.split(last.checked_add(1)?)?.1)) else {
        return damaged(packet, span, Anomalies::TRUNCATED_LINK);
    };
    if rest.byte(0) != Some(UNNUMBERED_INFORMATION) {
        return match rest.be_u16(0) {
            Some(ethertype @ 0x0600..) => Next::EtherType(ethertype, rest.after(2)),
            _ => finish(packet, rest),
        };
    }
    let padded = rest.byte(1) == Some(NLPID_PADDING);
    let rest = rest.after(if padded { 2 } else { 1 });
    let inner = rest.after(1);
    match rest.byte(0) {
        Some(NLPID_IPV4) => Next::EtherType(0x0800, inner),
        Some(NLPID_IPV6) => Next::EtherType(0x86dd, inner),
        Some(NLPID_PPP) => Next::Ppp(inner),
        Some(NLPID_SNAP) => llc::snap_only(packet, inner),
        _ => finish(packet, rest),
    }
}

/// Flags, virtual path, virtual channel; the low nibble of the flags is the traffic type.
pub(super) fn sun_atm<'a>(packet: &mut Packet<'a>, span: Span<'a>) -> Next<'a> {
    const LANE: u8 = 1;
    const LLC: u8 = 2;
    let Some((&[flags, _, _, _], rest)) = span.header::<4>() else {
        return damaged(packet, span, Anomalies::TRUNCATED_LINK);
    };
    match flags & 0x0f {
        LLC => llc::decode(packet, rest),
        // LAN emulation: client id, then Ethernet; control frames begin with 0xff00.
        LANE if rest.be_u16(0) != Some(0xff00) => Next::Ethernet(rest.after(2)),
        _ => finish(packet, rest),
    }
}
