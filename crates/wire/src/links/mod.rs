//! How a frame begins for each link type of a capture.

mod arcnet;
mod hdlc;
mod loopback;
mod monitor;
mod slip;
mod sll;
mod token;
pub(crate) mod wlan;

use crate::span::Span;
use crate::tunnels::ppp;
use crate::walk::{Next, damaged, finish};
use crate::{Anomalies, LinkType, Packet, ethernet, llc};

/// Go to the first header of `span`.
#[inline]
pub(crate) fn first<'a>(packet: &mut Packet<'a>, span: Span<'a>) -> Next<'a> {
    if packet.link == LinkType::ETHERNET { ethernet::decode_outer(packet, span) } else { other(packet, span) }
}

fn other<'a>(packet: &mut Packet<'a>, span: Span<'a>) -> Next<'a> {
    match packet.link {
        LinkType::PPI => match monitor::ppi(span) {
            // One in another would be a loop without use.
            Some((LinkType::PPI, _)) | None => damaged(packet, span, Anomalies::TRUNCATED_LINK),
            Some((link, inner)) => {
                packet.link = link;
                plain(packet, inner)
            }
        },
        _ => plain(packet, span),
    }
}

fn plain<'a>(packet: &mut Packet<'a>, span: Span<'a>) -> Next<'a> {
    match packet.link {
        LinkType::ETHERNET => ethernet::decode_outer(packet, span),
        LinkType::RAW | LinkType::RAW_BSD | LinkType::RAW_OPENBSD | LinkType::IPV4 | LinkType::IPV6 => {
            Next::Ip(span)
        }
        LinkType::NULL | LinkType::LOOP => loopback::decode(packet, span),
        LinkType::LINUX_SLL => sll::version_1(packet, span),
        LinkType::LINUX_SLL2 => sll::version_2(packet, span),
        LinkType::PPP | LinkType::PPP_HDLC => hdlc::ppp(packet, span),
        LinkType::PPP_WITH_DIR => ppp::decode(packet, span.after(1)),
        LinkType::PPP_ETHER => ppp::over_ethernet(packet, span),
        LinkType::C_HDLC => hdlc::cisco(packet, span),
        LinkType::FRAME_RELAY => hdlc::frame_relay(packet, span),
        LinkType::ATM_RFC1483 => llc::decode(packet, span),
        LinkType::SUNATM => hdlc::sun_atm(packet, span),
        LinkType::SLIP => slip::decode(packet, span),
        LinkType::IEEE802_5 => token::ring(packet, span),
        LinkType::FDDI => token::fddi(packet, span),
        LinkType::ARCNET_BSD | LinkType::ARCNET_LINUX => arcnet::decode(packet, span),
        LinkType::IEEE802_11 => wlan::decode(packet, span),
        LinkType::RADIOTAP | LinkType::PRISM | LinkType::AVS => {
            match monitor::before_802_11(packet.link, span) {
                Some((inner, padded)) => wlan::decode_padded(packet, inner, padded),
                None => damaged(packet, span, Anomalies::TRUNCATED_LINK),
            }
        }
        // The frame itself is what its dissector reads.
        LinkType::BACNET_MS_TP => finish(packet, span),
        _ => damaged(packet, span, Anomalies::UNSUPPORTED_LINK_TYPE),
    }
}
