//! Which tunnel a datagram may be.
//!
//! A port only suggests one: each reader answers `None` unless the content is structurally right, and the
//! datagram then keeps its bytes as payload.

use super::{capwap, geneve, gtp, l2tp, mpls, teredo, tzsp, vxlan};
use crate::Packet;
use crate::packet::TunnelKind;
use crate::span::Span;
use crate::walk::{Next, enter};

/// What a tunnel header leads to, once it was found to be right.
pub(super) struct Found<'a> {
    pub(super) kind: TunnelKind,
    pub(super) id: u32,
    pub(super) next: Next<'a>,
}

/// Go on within the tunnel, or `None` for an ordinary datagram.
#[inline]
pub(crate) fn decode<'a>(
    packet: &mut Packet<'a>,
    src_port: u16,
    dst_port: u16,
    data: Span<'a>,
) -> Option<Next<'a>> {
    let found = match (src_port, dst_port) {
        (_, 4789 | 8472) => vxlan::find(data),
        (_, 4790) => vxlan::find_generic(data),
        (_, 6081) => geneve::find(data),
        (_, 2152) | (2152, _) => gtp::find(data),
        (_, 3544) | (3544, _) => teredo::find(data),
        (_, 5247) | (5247, _) => capwap::find(data),
        (_, 1701) | (1701, _) => l2tp::find_udp(data),
        (_, 6635) => mpls::find(data),
        (_, 37008) => tzsp::find(data),
        _ if teredo::maybe(data) => teredo::find_anywhere(data),
        _ => return None,
    }?;
    enter(packet, found.kind, found.id).then_some(found.next)
}
