//! IEEE 802.11 frames: addresses, and the network layer of data frames that are not encrypted.
//!
//! Spec: IEEE 802.11-2020, 9.2 and 9.3. Of an aggregate (A-MSDU) the first frame is taken.

use crate::span::Span;
use crate::walk::{Next, damaged, finish};
use crate::{Anomalies, Mac, Packet};

/// Frame control, duration, three addresses, sequence control.
const HEADER: usize = 24;
const TYPE_MANAGEMENT: u8 = 0;
const TYPE_DATA: u8 = 2;
/// Subtype bits of data frames.
const NO_DATA: u8 = 0x40;
const QOS: u8 = 0x80;
/// Flags, the second byte of frame control.
const TO_DS: u8 = 0x01;
const FROM_DS: u8 = 0x02;
const PROTECTED: u8 = 0x40;
const ORDER: u8 = 0x80;
/// Quality of service control: the body is an aggregate.
const AGGREGATE: u8 = 0x80;

/// Protocol version of a frame control's first byte; only 0 exists.
const fn version(first: u8) -> u8 {
    first & 3
}

/// Frame control in wire order. Some controllers send its two bytes swapped: then the version is not 0.
fn control(span: Span<'_>) -> Option<(u8, u8)> {
    let (&[first, second], _) = span.header::<2>()?;
    Some(if version(first) != 0 && version(second) == 0 { (second, first) } else { (first, second) })
}

/// A data frame with a body that can be read.
pub(crate) fn is_open_data(span: Span<'_>) -> bool {
    control(span).is_some_and(|(first, flags)| {
        version(first) == 0 && first >> 2 & 3 == TYPE_DATA && first & NO_DATA == 0 && flags & PROTECTED == 0
    })
}

pub(crate) fn decode<'a>(packet: &mut Packet<'a>, span: Span<'a>) -> Next<'a> {
    decode_padded(packet, span, false)
}

/// `padded`: the body is aligned to four bytes.
pub(super) fn decode_padded<'a>(packet: &mut Packet<'a>, span: Span<'a>, padded: bool) -> Next<'a> {
    packet.vlans.clear();
    packet.llc = None;
    packet.ethertype = 0;
    let Some((first, flags)) = control(span) else {
        return damaged(packet, span, Anomalies::TRUNCATED_LINK);
    };
    let kind = first >> 2 & 3;
    if !matches!(kind, TYPE_MANAGEMENT | TYPE_DATA) {
        return finish(packet, span);
    }
    let Some((&[_, _, _, _, addresses @ .., _, _], mut rest)) = span.header::<HEADER>() else {
        return damaged(packet, span, Anomalies::TRUNCATED_LINK);
    };
    let [a1 @ .., _, _, _, _, _, _, _, _, _, _, _, _] = addresses;
    let [_, _, _, _, _, _, a2 @ .., _, _, _, _, _, _] = addresses;
    let [_, _, _, _, _, _, _, _, _, _, _, _, a3 @ ..] = addresses;
    let mut length = HEADER;
    let (to, from) =
        if kind == TYPE_DATA { (flags & TO_DS != 0, flags & FROM_DS != 0) } else { (false, false) };
    let (dst, src) = match (to, from) {
        (false, false) => (a1, a2),
        (true, false) => (a3, a2),
        (false, true) => (a1, a3),
        (true, true) => {
            let Some((a4, after)) = rest.header::<6>() else {
                return damaged(packet, span, Anomalies::TRUNCATED_LINK);
            };
            (rest, length) = (after, length.saturating_add(6));
            (a3, *a4)
        }
    };
    (packet.dst_mac, packet.src_mac) = (Some(Mac(dst)), Some(Mac(src)));
    if kind == TYPE_MANAGEMENT {
        return finish(packet, rest);
    }
    let mut aggregate = false;
    if first & QOS != 0 {
        let Some((&[qos, _], after)) = rest.header::<2>() else {
            return damaged(packet, rest, Anomalies::TRUNCATED_LINK);
        };
        aggregate = qos & AGGREGATE != 0;
        (rest, length) = (after, length.saturating_add(2));
        if flags & ORDER != 0 {
            (rest, length) = (rest.after(4), length.saturating_add(4));
        }
    }
    if first & NO_DATA != 0 || flags & PROTECTED != 0 {
        return finish(packet, rest);
    }
    if padded {
        rest = rest.after(length.wrapping_neg() & 3);
    }
    // A subframe of an aggregate looks like an 802.3 frame.
    if aggregate { Next::Ethernet(rest) } else { Next::Llc(rest) }
}
