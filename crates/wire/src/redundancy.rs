//! Redundant frames of IEC 62439-3: PRP trailers and HSR tags.

use crate::packet::Redundancy;
use crate::span::Span;
use crate::walk::{Next, damaged};
use crate::{Anomalies, Packet};

/// Last two bytes of a redundancy control trailer (IEC 62439-3:2016, 4.1.10).
const SUFFIX: [u8; 2] = [0x88, 0xfb];
/// Sequence number, LAN id with size, suffix.
const TRAILER: usize = 6;
/// A frame check sequence that some capture hardware leaves behind the trailer.
const FCS: usize = 4;

/// Note and cut off a PRP trailer. `span` begins after the type field.
#[inline]
pub(crate) fn take_trailer<'a>(packet: &mut Packet<'a>, span: Span<'a>) -> Span<'a> {
    let bytes = span.bytes;
    if bytes.last_chunk::<2>() == Some(&SUFFIX) {
        return trailer(packet, span, bytes);
    }
    if let Some((before, _)) = bytes.split_last_chunk::<FCS>()
        && before.last_chunk::<2>() == Some(&SUFFIX)
    {
        return trailer(packet, span, before);
    }
    span
}

/// `bytes` ends in what may be a trailer. Its size field tells: it counts from after the last VLAN tag.
#[cold]
fn trailer<'a>(packet: &mut Packet<'a>, span: Span<'a>, bytes: &'a [u8]) -> Span<'a> {
    let Some((body, &[q0, q1, lan, size, ..])) = bytes.split_last_chunk::<TRAILER>() else { return span };
    if span.missing != 0 || !matches!(lan >> 4, 0xa | 0xb) {
        return span;
    }
    let size = usize::from(u16::from_be_bytes([lan & 0x0f, size]));
    let untagged = bytes.len() == size;
    let tagged = [4, 8].iter().any(|tags| size.checked_add(*tags) == Some(bytes.len()));
    if !untagged && !tagged {
        return span;
    }
    packet.redundancy = Some(Redundancy::Prp { lan_id: lan >> 4, sequence: u16::from_be_bytes([q0, q1]) });
    Span::new(body)
}

/// HSR tag: path and size, sequence number, then the type field (IEC 62439-3:2016, 5.7).
pub(crate) fn hsr<'a>(packet: &mut Packet<'a>, span: Span<'a>) -> Next<'a> {
    let wire_length = span.wire_length();
    let Some((&[path, size, q0, q1, t0, t1], rest)) = span.header::<6>() else {
        return damaged(packet, span, Anomalies::TRUNCATED_LINK);
    };
    // The size counts the tag without its own type field, and the payload; padding may follow.
    if usize::from(u16::from_be_bytes([path & 0x0f, size])) > wire_length {
        packet.anomalies.insert(Anomalies::BAD_REDUNDANCY_SIZE);
    }
    if packet.redundancy.is_none() {
        packet.redundancy =
            Some(Redundancy::Hsr { path_id: path >> 4, sequence: u16::from_be_bytes([q0, q1]) });
    }
    Next::EtherType(u16::from_be_bytes([t0, t1]), rest)
}
