//! IEEE 802.2 logical link control and SNAP.

use crate::packet::{Llc, Snap};
use crate::span::Span;
use crate::walk::{Next, damaged, finish};
use crate::{Anomalies, Packet};

const SAP_SNAP: u8 = 0xaa;
const SAP_IP: u8 = 0x06; // RFC 1042 lists it, few use it
const UNNUMBERED: u8 = 0x03; // low two bits of a one-byte control field
/// "`EtherType` follows": RFC 1042, and the bridge tunnel of 802.1H.
const OUI_ETHERTYPE: [u32; 2] = [0x00_0000, 0x00_00f8];
const OUI_IEEE_802_1: u32 = 0x00_80c2; // RFC 2684, 5.2: bridged frames

pub(crate) fn decode<'a>(packet: &mut Packet<'a>, span: Span<'a>) -> Next<'a> {
    let Some((&[dsap, ssap, low], rest)) = span.header::<3>() else {
        return damaged(packet, span, Anomalies::TRUNCATED_LINK);
    };
    let mut header = Llc { dsap, ssap, control: low.into(), snap: None };
    let mut rest = rest;
    if low & UNNUMBERED != UNNUMBERED {
        let Some((&[high], after)) = rest.header::<1>() else {
            packet.llc = Some(header);
            return damaged(packet, rest, Anomalies::TRUNCATED_LINK);
        };
        header.control = u16::from_be_bytes([high, low]);
        rest = after;
    }
    packet.llc = Some(header);
    match (dsap, ssap) {
        (SAP_SNAP, SAP_SNAP) if header.control == UNNUMBERED.into() => snap(packet, header, rest),
        (SAP_IP, SAP_IP) => Next::Ip(rest),
        _ => finish(packet, rest),
    }
}

/// SNAP without LLC before it, as on frame relay.
pub(crate) fn snap_only<'a>(packet: &mut Packet<'a>, span: Span<'a>) -> Next<'a> {
    let header = Llc { dsap: SAP_SNAP, ssap: SAP_SNAP, control: UNNUMBERED.into(), snap: None };
    snap(packet, header, span)
}

fn snap<'a>(packet: &mut Packet<'a>, header: Llc, span: Span<'a>) -> Next<'a> {
    let Some((&[o0, o1, o2, p0, p1], rest)) = span.header::<5>() else {
        return damaged(packet, span, Anomalies::TRUNCATED_LINK);
    };
    let oui = u32::from_be_bytes([0, o0, o1, o2]);
    let pid = u16::from_be_bytes([p0, p1]);
    packet.llc = Some(Llc { snap: Some(Snap { oui, pid }), ..header });
    if OUI_ETHERTYPE.contains(&oui) && pid >= 0x0600 {
        return Next::EtherType(pid, rest);
    }
    match (oui, pid) {
        // Bridged Ethernet with and without FCS, after two bytes of padding.
        (OUI_IEEE_802_1, 0x0001 | 0x0007) => Next::Ethernet(rest.after(2)),
        _ => finish(packet, rest),
    }
}
