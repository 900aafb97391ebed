//! A whole IP packet from a fragment's header and the payload of all.

use super::{Datagram, Fragment, FragmentAnomalies};

/// Largest IP packet without jumbograms, in bytes.
pub(super) const MAX_PACKET: u32 = 65_535;

const IPV4_HEADER: usize = 20;
const IPV6_HEADER: usize = 40;
const FRAGMENT: u8 = 44;

/// Headers that may stand before the fragment header (RFC 8200, 4.5: hop-by-hop, destination, routing).
const BEFORE_FRAGMENT: [u8; 3] = [0, 60, 43];
/// More than any real chain of them.
const MAX_CHAIN: usize = 16;

/// The packet that an atomic fragment holds; `None` when the header is none of IP.
pub(super) fn whole(fragment: &Fragment<'_>) -> Option<Datagram> {
    Some(Datagram {
        bytes: packet(fragment.header, fragment.proto, core::iter::once(fragment.payload))?,
        missing: fragment.missing,
        first_frame: fragment.frame,
        fragments: 1,
        anomalies: FragmentAnomalies::default(),
    })
}

/// `header` followed by `payload`, with lengths, checksum and protocol of a packet that was never cut.
pub(super) fn packet<'a>(
    header: &[u8],
    proto: u8,
    payload: impl Iterator<Item = &'a [u8]>,
) -> Option<Vec<u8>> {
    let mut bytes = header.to_vec();
    for part in payload {
        bytes.extend_from_slice(part);
    }
    match header.first()? >> 4 {
        4 => as_ipv4(&mut bytes, header.len())?,
        6 => as_ipv6(&mut bytes, header.len(), proto)?,
        _ => return None,
    }
    Some(bytes)
}

/// RFC 791, 3.1: total length, no flags but "don't fragment", no offset, header checksum.
fn as_ipv4(bytes: &mut [u8], header_len: usize) -> Option<()> {
    if header_len < IPV4_HEADER {
        return None;
    }
    // A payload of nearly 64 KiB behind a header with options can exceed the field; the bytes stay.
    let total = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    let header = bytes.get_mut(..header_len)?;
    put(header, 2, total)?;
    put(header, 6, 0)?;
    put(header, 10, 0)?;
    let sum = header.chunks(2).fold(0u32, |sum, pair| {
        let word = match *pair {
            [high, low] => u16::from_be_bytes([high, low]),
            [high] => u16::from_be_bytes([high, 0]),
            _ => 0,
        };
        // 30 words of 16 bits fit easily.
        sum.wrapping_add(u32::from(word))
    });
    let folded = (sum & 0xffff).wrapping_add(sum >> 16);
    let folded = (folded & 0xffff).wrapping_add(folded >> 16);
    put(header, 10, u16::try_from(!folded & 0xffff).unwrap_or_default())
}

/// RFC 8200, 4.5: payload length, and the last header names what the fragment header named.
fn as_ipv6(bytes: &mut [u8], header_len: usize, proto: u8) -> Option<()> {
    let length = u16::try_from(bytes.len().checked_sub(IPV6_HEADER)?).unwrap_or(u16::MAX);
    let header = bytes.get_mut(..header_len)?;
    put(header, 4, length)?;
    let mut place = 6;
    let mut next = IPV6_HEADER;
    for _ in 0..MAX_CHAIN {
        let kind = header.get_mut(place)?;
        if *kind == FRAGMENT {
            *kind = proto;
            return Some(());
        }
        if !BEFORE_FRAGMENT.contains(kind) {
            return None;
        }
        place = next;
        let units = usize::from(*header.get(next.checked_add(1)?)?);
        next = next.checked_add(units.checked_add(1)?.checked_mul(8)?)?;
    }
    None
}

fn put(bytes: &mut [u8], place: usize, value: u16) -> Option<()> {
    bytes.get_mut(place..)?.first_chunk_mut::<2>().map(|field| *field = value.to_be_bytes())
}
