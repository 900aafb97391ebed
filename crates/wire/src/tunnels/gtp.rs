//! GPRS tunnelling protocol, user plane.
//!
//! Spec: 3GPP TS 29.281, 5.1 and 5.2. UDP 2152. Only G-PDUs carry a user's packet.

use super::udp::Found;
use crate::packet::TunnelKind;
use crate::plausible;
use crate::span::{Fit, Span};
use crate::walk::Next;

/// Version 1, protocol type GTP, reserved bit 0.
const VERSION: u8 = 0x30;
const VERSION_MASK: u8 = 0xf8;
/// Extension header, sequence number or N-PDU number present: four more bytes.
const OPTIONAL: u8 = 0x07;
const EXTENSION: u8 = 0x04;
const G_PDU: u8 = 255;
/// Extension headers followed; the specification defines about ten types, each used once.
const MAX_EXTENSIONS: usize = 16;

pub(super) fn find(data: Span<'_>) -> Option<Found<'_>> {
    let (&[flags, kind, l0, l1, t0, t1, t2, t3], rest) = data.header::<8>()?;
    if flags & VERSION_MASK != VERSION || kind != G_PDU {
        return None;
    }
    let (mut inner, fit) = rest.limit(u16::from_be_bytes([l0, l1]).into());
    if fit == Fit::Beyond {
        return None;
    }
    if flags & OPTIONAL != 0 {
        let (&[_, _, _, first], after) = inner.header::<4>()?;
        inner = after;
        if flags & EXTENSION != 0 {
            inner = extensions(first, inner)?;
        }
    }
    let id = u32::from_be_bytes([t0, t1, t2, t3]);
    plausible::ip(inner).then_some(Found { kind: TunnelKind::GtpU, id, next: Next::Ip(inner) })
}

/// Each extension begins with its length in words and ends with the type of the next.
fn extensions(first: u8, span: Span<'_>) -> Option<Span<'_>> {
    let mut kind = first;
    let mut rest = span;
    for _ in 0..MAX_EXTENSIONS {
        if kind == 0 {
            return Some(rest);
        }
        let words = rest.byte(0)?;
        let (extension, after) = rest.split(usize::from(words) << 2)?;
        kind = *extension.last()?;
        rest = after;
    }
    None
}
