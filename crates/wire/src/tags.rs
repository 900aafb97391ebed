//! What a type field announces: a network layer, a tag before another type field, or a length.

use crate::span::{Fit, Span};
use crate::tunnels::{bridging, macsec, mpls, ppp};
use crate::walk::{Next, damaged, finish};
use crate::{Anomalies, Net, Packet, ipv4, ipv6, llc, redundancy};

/// Largest value that is an 802.3 length (IEEE 802.3, 3.2.6).
const MAX_LENGTH: u16 = 1500;
/// Smallest `EtherType` (IEEE 802.3, 3.2.6).
const MIN_ETHERTYPE: u16 = 0x0600;
/// Smallest 802.2 header.
const MIN_LLC: u16 = 3;
/// Bytes of tag control information and the type field after it.
const VLAN_TAG: usize = 4;

/// 802.1Q, 802.1ad, and the numbers that switches used before it.
#[inline]
pub(crate) const fn is_vlan(ethertype: u16) -> bool {
    matches!(ethertype, 0x8100 | 0x88a8 | 0x9100 | 0x9200 | 0x9300)
}

/// Go on behind a type field.
#[inline]
pub(crate) fn decode<'a>(packet: &mut Packet<'a>, ethertype: u16, span: Span<'a>) -> Next<'a> {
    packet.ethertype = ethertype;
    match ethertype {
        0x0800 => ipv4::decode(packet, span),
        0x86dd => ipv6::decode(packet, span),
        _ if is_vlan(ethertype) => vlan(packet, span),
        0x0806 | 0x8035 => {
            packet.net = Net::Arp;
            finish(packet, span)
        }
        0x8847 | 0x8848 => mpls::decode(packet, span),
        0x8864 => ppp::over_ethernet(packet, span),
        0x892f => redundancy::hsr(packet, span),
        0x88e7 => bridging::pbb(packet, span),
        0x8926 => bridging::vn_tag(packet, span),
        0x8903 => bridging::fabric_path(packet, span),
        0x22f3 => bridging::trill(packet, span),
        0x8909 => bridging::cisco_metadata(packet, span),
        0x88e5 => macsec::decode(packet, span),
        0..=MAX_LENGTH => length(packet, ethertype, span),
        MIN_ETHERTYPE.. => finish(packet, span),
        _ => damaged(packet, span, Anomalies::BAD_FRAME_LENGTH),
    }
}

/// 802.1Q or 802.1ad tag.
fn vlan<'a>(packet: &mut Packet<'a>, span: Span<'a>) -> Next<'a> {
    let Some((&[c0, c1, t0, t1], rest)) = span.header::<VLAN_TAG>() else {
        return damaged(packet, span, Anomalies::TRUNCATED_LINK);
    };
    if !packet.vlans.push(u16::from_be_bytes([c0, c1])) {
        packet.anomalies.insert(Anomalies::VLAN_LIMIT);
    }
    let ethertype = u16::from_be_bytes([t0, t1]);
    // The usual content without another turn of the loop.
    if ethertype == 0x0800 {
        packet.ethertype = ethertype;
        return ipv4::decode(packet, rest);
    }
    Next::EtherType(ethertype, rest)
}

/// 802.3: the type field is the length of what follows, the rest of the frame is padding.
fn length<'a>(packet: &mut Packet<'a>, length: u16, span: Span<'a>) -> Next<'a> {
    packet.ethertype = 0;
    if length < MIN_LLC && span.wire_length() > MIN_LLC.into() {
        // No 802.2 header fits: proprietary protocols use such numbers as a type.
        return damaged(packet, span, Anomalies::BAD_FRAME_LENGTH);
    }
    let (span, fit) = span.limit(length.into());
    if fit == Fit::Beyond {
        packet.anomalies.insert(Anomalies::BAD_FRAME_LENGTH);
    }
    // Novell's raw 802.3: an IPX checksum of all ones stands where the access points would.
    if span.be_u16(0) == Some(0xffff) {
        return finish(packet, span);
    }
    llc::decode(packet, span)
}
