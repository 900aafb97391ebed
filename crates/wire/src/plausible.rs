//! Does content look like the layer that a header or a port announces?
//!
//! Tunnels are entered only when it does, since numbers and ports are reused.

use crate::span::Span;

const IPV4_HEADER: usize = 20;
const IPV6_HEADER: usize = 40;

/// An IPv4 header whose lengths fit what was on the wire.
pub(crate) fn ipv4(span: Span<'_>) -> bool {
    let Some((&[first, _, l0, l1, ..], _)) = span.header::<IPV4_HEADER>() else { return false };
    let header = usize::from(first & 0x0f) << 2;
    let total = usize::from(u16::from_be_bytes([l0, l1]));
    first >> 4 == 4 && header >= IPV4_HEADER && total >= header && total <= span.wire_length()
}

/// An IPv4 header with the right checksum (RFC 1071): for places without any other hint.
pub(crate) fn ipv4_checksum(span: Span<'_>) -> bool {
    let header = span.byte(0).map_or(0, |first| usize::from(first & 0x0f) << 2);
    let Some((bytes, _)) = span.split(header) else { return false };
    let (words, _) = bytes.as_chunks::<2>();
    let sum = words.iter().fold(0_u32, |sum, word| sum.saturating_add(u16::from_be_bytes(*word).into()));
    // At most 30 words: one fold leaves at most one carry.
    let folded = (sum & 0xffff).saturating_add(sum >> 16);
    header >= IPV4_HEADER && matches!(folded, 0xffff | 0x1_fffe)
}

/// An IPv6 header whose payload length fits what was on the wire.
pub(crate) fn ipv6(span: Span<'_>) -> bool {
    let Some((&[first, _, _, _, l0, l1, ..], _)) = span.header::<IPV6_HEADER>() else { return false };
    let length = usize::from(u16::from_be_bytes([l0, l1])).saturating_add(IPV6_HEADER);
    first >> 4 == 6 && length <= span.wire_length()
}

/// Either version of IP.
pub(crate) fn ip(span: Span<'_>) -> bool {
    ipv4(span) || ipv6(span)
}

/// Content that fits an `EtherType` known to be bridged; false for any other type.
fn content(ethertype: u16, span: Span<'_>) -> bool {
    match ethertype {
        0x0800 => ipv4(span),
        0x86dd => ipv6(span),
        // Hardware type Ethernet.
        0x0806 | 0x8035 => span.be_u16(0) == Some(1),
        0x8100 | 0x88a8 | 0x9100 => span.be_u16(2).is_some_and(|inner| inner >= 0x0600 || inner <= 1500),
        0x88cc | 0x8892 | 0x88a4 | 0x88b8 | 0x88ba | 0x88f7 | 0x8809 | 0x888e | 0x8847 | 0x8848 | 0x8863
        | 0x8864 | 0x88e3 | 0x88e5 | 0x8902 | 0x9000 => true,
        // 802.3: the length fits and the access points are a usual pair.
        0..=1500 => {
            usize::from(ethertype) <= span.wire_length()
                && matches!(span.be_u16(0), Some(0x4242 | 0xaaaa | 0xfefe | 0xe0e0 | 0xf0f0 | 0x8282))
        }
        _ => false,
    }
}

/// An Ethernet frame, with nothing but its own bytes to go by.
pub(crate) fn ethernet_strict(span: Span<'_>) -> bool {
    match (span.byte(6), span.be_u16(12)) {
        (Some(source), Some(ethertype)) => source & 1 == 0 && content(ethertype, span.after(14)),
        _ => false,
    }
}

/// An Ethernet frame where a header already says so: unknown types pass when the source can be one.
pub(crate) fn ethernet(span: Span<'_>) -> bool {
    let Some((source, ethertype)) = span.byte(6).zip(span.be_u16(12)) else { return false };
    let inner = span.after(14);
    match ethertype {
        // IP that fits is proof enough, also of made-up addresses.
        0x0800 => ipv4(inner),
        0x86dd => ipv6(inner),
        _ if source & 1 != 0 => false,
        0..=1500 => usize::from(ethertype) <= inner.wire_length(),
        _ => ethertype >= 0x0600,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksum_of_a_header() {
        // RFC 1071's sum over a common example header.
        let mut header =
            [0x45, 0, 0, 0x73, 0, 0, 0x40, 0, 0x40, 0x11, 0xb8, 0x61, 0xc0, 0xa8, 0, 1, 0xc0, 0xa8, 0, 0xc7];
        assert!(ipv4_checksum(Span::new(&header)));
        header[3] = 0x74;
        assert!(!ipv4_checksum(Span::new(&header)));
        assert!(!ipv4_checksum(Span::new(&[0x40; 4])));
    }

    #[test]
    fn lengths_must_fit() {
        let mut header = [0; 20];
        (header[0], header[3]) = (0x45, 20);
        assert!(ipv4(Span::new(&header)));
        header[3] = 21;
        assert!(!ipv4(Span::new(&header)));
        assert!(ipv4(Span { bytes: &header, missing: 1 }));
        let mut six = [0; 40];
        six[0] = 0x60;
        assert!(ipv6(Span::new(&six)));
        six[5] = 1;
        assert!(!ipv6(Span::new(&six)));
    }
}
