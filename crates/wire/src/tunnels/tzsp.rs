//! `TaZmen` Sniffer Protocol: frames mirrored over UDP by wireless and access equipment.
//!
//! Facts: the protocol's public description as used by several vendors. UDP 37008.

use super::udp::Found;
use crate::packet::TunnelKind;
use crate::plausible;
use crate::span::Span;
use crate::walk::Next;

const VERSION: u8 = 1;
/// Received, and for transmission.
const TYPES: core::ops::RangeInclusive<u8> = 0..=1;
const ETHERNET: u16 = 1;
const TAG_PADDING: u8 = 0;
const TAG_END: u8 = 1;
/// Tags followed; about ten are defined.
const MAX_TAGS: usize = 32;

pub(super) fn find(data: Span<'_>) -> Option<Found<'_>> {
    let (&[version, kind, e0, e1], mut rest) = data.header::<4>()?;
    if version != VERSION || !TYPES.contains(&kind) || u16::from_be_bytes([e0, e1]) != ETHERNET {
        return None;
    }
    for _ in 0..MAX_TAGS {
        let (&[tag], after) = rest.header::<1>()?;
        rest = match tag {
            TAG_PADDING => after,
            TAG_END => {
                return plausible::ethernet(after).then_some(Found {
                    kind: TunnelKind::Tzsp,
                    id: 0,
                    next: Next::Ethernet(after),
                });
            }
            _ => {
                let (&[length], after) = after.header::<1>()?;
                after.split(length.into())?.1
            }
        };
    }
    None
}
