//! Multiprotocol label switching, with IP or an Ethernet pseudowire behind the labels.
//!
//! Spec: RFC 3032 (label stack), RFC 4385 (control word), RFC 4448 (Ethernet). The labels do not say what they
//! carry: the first nibble and the lengths behind it do (RFC 4928).

use super::udp::Found;
use crate::packet::TunnelKind;
use crate::span::Span;
use crate::walk::{Next, damaged, finish, tunnel};
use crate::{Anomalies, Packet, plausible};

/// Labels followed; deployed stacks have up to about ten.
const MAX_LABELS: usize = 16;
const BOTTOM_OF_STACK: u32 = 0x100;
/// Bytes of a pseudowire's control word.
const CONTROL_WORD: usize = 4;

/// `EtherType` 0x8847 or 0x8848.
pub(crate) fn decode<'a>(packet: &mut Packet<'a>, span: Span<'a>) -> Next<'a> {
    let Some((label, inner)) = labels(span) else {
        return damaged(packet, span, Anomalies::TRUNCATED_TUNNEL);
    };
    match content(inner) {
        Some(next) => tunnel(packet, TunnelKind::Mpls, label, inner, next),
        None => finish(packet, span),
    }
}

/// In IP or UDP.
pub(super) fn find(data: Span<'_>) -> Option<Found<'_>> {
    let (id, inner) = labels(data)?;
    Some(Found { kind: TunnelKind::Mpls, id, next: content(inner)? })
}

/// The bottom label, and what is behind the stack.
fn labels(span: Span<'_>) -> Option<(u32, Span<'_>)> {
    let mut rest = span;
    for _ in 0..MAX_LABELS {
        let entry = rest.be_u32(0)?;
        rest = rest.after(4);
        if entry & BOTTOM_OF_STACK != 0 {
            return Some((entry >> 12, rest));
        }
    }
    None
}

fn content(inner: Span<'_>) -> Option<Next<'_>> {
    let behind_word = inner.after(CONTROL_WORD);
    let ethernet = |span| plausible::ethernet_strict(span).then_some(Next::Ethernet(span));
    match inner.byte(0)? >> 4 {
        // A hardware address may begin with 4 or 6 as well; then lengths and sum are hardly right.
        4 if plausible::ipv4(inner) => {
            let bridged = if plausible::ipv4_checksum(inner) { None } else { ethernet(inner) };
            Some(bridged.unwrap_or(Next::EtherType(0x0800, inner)))
        }
        6 if plausible::ipv6(inner) => Some(Next::EtherType(0x86dd, inner)),
        0 => ethernet(behind_word).or_else(|| ethernet(inner)),
        _ => ethernet(inner),
    }
}
