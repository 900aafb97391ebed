//! CAPWAP data channel: frames between access points and their controller.
//!
//! Spec: RFC 5415, 4.3; RFC 5416 (802.11 binding). UDP 5247. Fragments, keep-alives and DTLS stay payload.

use super::udp::Found;
use crate::links::wlan;
use crate::packet::TunnelKind;
use crate::plausible;
use crate::span::Span;
use crate::walk::Next;

/// Version 0 and type 0: a CAPWAP header, not DTLS.
const PREAMBLE: u8 = 0;
/// Native frame format (T), fragment (F), keep-alive (K), in the header's third and fourth byte.
const NATIVE: u8 = 0x01;
const FRAGMENT: u8 = 0x80;
const KEEP_ALIVE: u8 = 0x08;
/// Wireless binding 1 is 802.11.
const BINDING_802_11: u8 = 1;

pub(super) fn find(data: Span<'_>) -> Option<Found<'_>> {
    let (&[preamble, h0, h1, flags, ..], _) = data.header::<8>()?;
    if preamble != PREAMBLE || flags & (FRAGMENT | KEEP_ALIVE) != 0 {
        return None;
    }
    // Five bits each: header length in words, radio, wireless binding.
    let header = usize::from(h0 >> 3) << 2;
    let radio = (h0 & 7) << 2 | h1 >> 6;
    let binding = h1 >> 1 & 0x1f;
    if header < 8 {
        return None;
    }
    let (_, inner) = data.split(header)?;
    let next = if h1 & NATIVE == 0 {
        plausible::ethernet(inner).then_some(Next::Ethernet(inner))?
    } else if binding == BINDING_802_11 && wlan::is_open_data(inner) {
        Next::Wlan(inner)
    } else {
        return None;
    };
    Some(Found { kind: TunnelKind::Capwap, id: u32::from(radio) << 8 | u32::from(binding), next })
}
