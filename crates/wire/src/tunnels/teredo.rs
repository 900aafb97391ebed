//! Teredo: IPv6 in UDP.
//!
//! Spec: RFC 4380, 5.1.1. Servers use UDP 3544; between clients and relays the ports are any, and the
//! Teredo prefix tells.

use super::udp::Found;
use crate::packet::TunnelKind;
use crate::plausible;
use crate::span::Span;
use crate::walk::Next;

const AUTHENTICATION: u16 = 0x0001;
const ORIGIN: u16 = 0x0000;
/// Origin indication: type, port, address.
const ORIGIN_LENGTH: usize = 8;
/// RFC 4380, 2.6.
const PREFIX: [u8; 4] = [0x20, 0x01, 0, 0];

/// On the server's port.
pub(super) fn find(data: Span<'_>) -> Option<Found<'_>> {
    let mut inner = data;
    if inner.be_u16(0) == Some(AUTHENTICATION) {
        let (&[_, _, id, auth], rest) = inner.header::<4>()?;
        // Client identifier, authentication value, nonce and confirmation byte.
        let length = usize::from(id).checked_add(auth.into())?.checked_add(9)?;
        inner = rest.split(length)?.1;
    }
    if inner.be_u16(0) == Some(ORIGIN) {
        inner = inner.split(ORIGIN_LENGTH)?.1;
    }
    found(inner)
}

/// A first look at a datagram on any port, cheap enough for all of them.
#[inline]
pub(super) fn maybe(data: Span<'_>) -> bool {
    data.byte(0).is_some_and(|first| first & 0xf0 == 0x60)
        && [8..12, 24..28].into_iter().any(|address| data.bytes.get(address) == Some(&PREFIX))
}

/// On any port: [`maybe`] holds, and the length is exactly that of the datagram.
pub(super) fn find_anywhere(data: Span<'_>) -> Option<Found<'_>> {
    let length = usize::from(data.be_u16(4)?).checked_add(40)?;
    if length == data.wire_length() { found(data) } else { None }
}

fn found(inner: Span<'_>) -> Option<Found<'_>> {
    plausible::ipv6(inner).then_some(Found {
        kind: TunnelKind::Teredo,
        id: 0,
        next: Next::EtherType(0x86dd, inner),
    })
}
