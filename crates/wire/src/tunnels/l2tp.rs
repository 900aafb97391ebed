//! Layer 2 tunnelling protocol, data messages only.
//!
//! Spec: RFC 2661, 3.1 (version 2, PPP in UDP 1701); RFC 3931, 4.1 (version 3, UDP or IP protocol 115).
//! Version 3 does not say on the wire how long its cookie is or what it carries: Ethernet is searched for at
//! the four places where it can begin.

use super::udp::Found;
use crate::packet::TunnelKind;
use crate::plausible;
use crate::span::{Fit, Span};
use crate::walk::{Next, enter};
use crate::{Packet, protocol};

const CONTROL: u16 = 0x8000;
const LENGTH: u16 = 0x4000;
const SEQUENCE: u16 = 0x0800;
const OFFSET: u16 = 0x0200;
const RESERVED: u16 = 0x34f0;
const VERSION: u16 = 0x000f;
/// A cookie of 0, 4 or 8 bytes, and a sublayer of 0 or 4.
const STARTS: [usize; 4] = [0, 4, 8, 12];

pub(super) fn find_udp(data: Span<'_>) -> Option<Found<'_>> {
    let flags = data.be_u16(0)?;
    if flags & (CONTROL | RESERVED) != 0 {
        return None;
    }
    match flags & VERSION {
        2 => version_2(flags, data),
        3 if flags == 3 && data.be_u16(2)? == 0 => version_3(data.after(4)),
        _ => None,
    }
}

fn version_2(flags: u16, data: Span<'_>) -> Option<Found<'_>> {
    let mut rest = data.after(2);
    if flags & LENGTH != 0 {
        let (limited, fit) = data.limit(data.be_u16(2)?.into());
        if fit == Fit::Beyond {
            return None;
        }
        rest = limited.split(4)?.1;
    }
    let (&[t0, t1, s0, s1], mut inner) = rest.header::<4>()?;
    if flags & SEQUENCE != 0 {
        inner = inner.split(4)?.1;
    }
    if flags & OFFSET != 0 {
        let padding = usize::from(inner.be_u16(0)?).checked_add(2)?;
        inner = inner.split(padding)?.1;
    }
    super::ppp::ip_content(inner)?;
    let id = u32::from_be_bytes([t0, t1, s0, s1]);
    Some(Found { kind: TunnelKind::L2tp, id, next: Next::Ppp(inner) })
}

fn version_3(data: Span<'_>) -> Option<Found<'_>> {
    let id = data.be_u32(0).filter(|session| *session != 0)?;
    let rest = data.after(4);
    let inner =
        STARTS.iter().map(|start| rest.after(*start)).find(|inner| plausible::ethernet_strict(*inner))?;
    Some(Found { kind: TunnelKind::L2tp, id, next: Next::Ethernet(inner) })
}

/// IP protocol 115.
pub(crate) fn decode<'a>(packet: &mut Packet<'a>, number: u8, span: Span<'a>) -> Next<'a> {
    let outside = protocol::other(packet, number, span);
    match version_3(span) {
        Some(found) if enter(packet, found.kind, found.id) => found.next,
        _ => outside,
    }
}
