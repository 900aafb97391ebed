//! From layer to layer: each decoder returns what follows, one loop goes on.
//!
//! A loop instead of calls into each other keeps stack use constant whatever the nesting.

use crate::links::{self, wlan};
use crate::packet::{Tunnel, TunnelKind};
use crate::span::Span;
use crate::tunnels::ppp;
use crate::{Anomalies, Ip, LinkType, Net, Packet, Transport, ethernet, ipv4, ipv6, llc, protocol, tags};

/// Layers followed in one frame: eight tunnels of up to seven layers each, more is an attack on the reader.
const MAX_LAYERS: usize = 64;

/// What the next bytes are.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Next<'a> {
    /// Nothing further; the payload is set.
    Done,
    /// An Ethernet header, or an 802.3 one.
    Ethernet(Span<'a>),
    /// What an `EtherType` (or 802.3 length) announces.
    EtherType(u16, Span<'a>),
    /// An 802.2 header.
    Llc(Span<'a>),
    /// IP of the version in its first nibble.
    Ip(Span<'a>),
    /// What an IP protocol number announces.
    Protocol(u8, Span<'a>),
    /// A PPP frame.
    Ppp(Span<'a>),
    /// An IEEE 802.11 frame.
    Wlan(Span<'a>),
    /// An Ethernet header from a mirror session that tells the VLAN (as tag control information) beside it.
    Mirrored { vlan: u16, span: Span<'a> },
    /// Opaque bytes.
    Payload(Span<'a>),
}

impl<'a> Next<'a> {
    const fn span(self) -> Option<Span<'a>> {
        match self {
            Next::Done => None,
            Next::Ethernet(span)
            | Next::EtherType(_, span)
            | Next::Llc(span)
            | Next::Ip(span)
            | Next::Protocol(_, span)
            | Next::Ppp(span)
            | Next::Wlan(span)
            | Next::Mirrored { span, .. }
            | Next::Payload(span) => Some(span),
        }
    }
}

/// Decode one frame into `packet`, replacing what it held.
///
/// `orig_len` is the frame's length on the wire in bytes; less than `frame.len()` counts as not cut.
/// Never fails: a damaged frame gives what could be read, and [`Packet::anomalies`].
pub fn decode<'a>(link: LinkType, frame: &'a [u8], orig_len: u32, packet: &mut Packet<'a>) {
    packet.reset(LinkType(link.number()));
    let captured = u32::try_from(frame.len()).unwrap_or(u32::MAX);
    let mut span = Span { bytes: frame, missing: orig_len.saturating_sub(captured) };
    let fcs = link.fcs_length();
    if fcs != 0 {
        span = span.without_trailer(fcs);
    }
    let first = links::first(packet, span);
    walk(packet, first);
}

/// Decode from the start of an IP header, as after reassembly of fragments.
///
/// Layer-2 facts, tunnels and anomalies of `packet` stay; network layer and everything behind it are replaced.
pub fn decode_ip<'a>(ip_packet: &'a [u8], packet: &mut Packet<'a>) {
    packet.net = Net::None;
    packet.fragment = None;
    packet.transport = Transport::None;
    packet.payload = &[];
    packet.payload_missing = 0;
    walk(packet, Next::Ip(Span::new(ip_packet)));
}

fn walk<'a>(packet: &mut Packet<'a>, first: Next<'a>) {
    let mut next = first;
    for _ in 0..MAX_LAYERS {
        next = match next {
            Next::Done => return,
            Next::Ethernet(span) => ethernet::decode(packet, span),
            Next::EtherType(ethertype, span) => tags::decode(packet, ethertype, span),
            Next::Llc(span) => llc::decode(packet, span),
            Next::Ip(span) => ip(packet, span),
            Next::Protocol(number, span) => protocol::decode(packet, number, span),
            Next::Ppp(span) => ppp::decode(packet, span),
            Next::Wlan(span) => wlan::decode(packet, span),
            Next::Mirrored { vlan, span } => ethernet::decode_mirrored(packet, vlan, span),
            Next::Payload(span) => finish(packet, span),
        };
    }
    if let Some(span) = next.span() {
        damaged(packet, span, Anomalies::NESTING_LIMIT);
    }
}

fn ip<'a>(packet: &mut Packet<'a>, span: Span<'a>) -> Next<'a> {
    match span.byte(0).map(|b| b >> 4) {
        Some(4) => ipv4::decode(packet, span),
        Some(6) => ipv6::decode(packet, span),
        Some(_) => damaged(packet, span, Anomalies::BAD_IP_VERSION),
        None => damaged(packet, span, Anomalies::TRUNCATED_NETWORK),
    }
}

/// The rest is the payload.
#[inline]
pub(crate) fn finish<'a>(packet: &mut Packet<'a>, span: Span<'a>) -> Next<'a> {
    packet.payload = span.bytes;
    packet.payload_missing = span.missing;
    Next::Done
}

/// The rest is the payload, for it cannot be read further.
#[cold]
pub(crate) fn damaged<'a>(packet: &mut Packet<'a>, span: Span<'a>, anomaly: Anomalies) -> Next<'a> {
    packet.anomalies.insert(anomaly);
    finish(packet, span)
}

/// Note a tunnel and forget the outer network and transport layer; false when there are too many.
pub(crate) fn enter(packet: &mut Packet<'_>, kind: TunnelKind, id: u32) -> bool {
    let (src, dst) = match packet.net {
        Net::V4 { src, dst, .. } | Net::V6 { src, dst, .. } => (src, dst),
        Net::None | Net::Arp => (Ip::UNSPECIFIED, Ip::UNSPECIFIED),
    };
    if !packet.tunnels.push(Tunnel { kind, id, src, dst }) {
        packet.anomalies.insert(Anomalies::NESTING_LIMIT);
        return false;
    }
    packet.net = Net::None;
    packet.transport = Transport::None;
    packet.fragment = None;
    true
}

/// Enter a tunnel; at the nesting limit its content is the payload.
pub(crate) fn tunnel<'a>(
    packet: &mut Packet<'a>,
    kind: TunnelKind,
    id: u32,
    content: Span<'a>,
    next: Next<'a>,
) -> Next<'a> {
    if enter(packet, kind, id) { next } else { finish(packet, content) }
}
