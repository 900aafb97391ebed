//! Headers that capture programs put before a wireless frame.
//!
//! Facts: radiotap.org; PPI header definition 1.0.10; `LINKTYPE_IEEE802_11_PRISM` and _AVS.

use crate::LinkType;
use crate::span::Span;

/// Radiotap: another word of presence bits follows.
const MORE_WORDS: u32 = 1 << 31;
const TIMER: u32 = 1;
const FLAGS: u32 = 2;
const FLAG_FCS: u8 = 0x10;
const FLAG_PADDED: u8 = 0x20;
/// Presence words followed; one per antenna.
const MAX_WORDS: usize = 32;
const FCS: u32 = 4;
/// Prism's header has this length always.
const PRISM: usize = 144;
/// AVS begins with a magic number and its length.
const AVS_MAGIC: u32 = 0x8021_1000;

/// The link type within a PPI packet, and its frame.
pub(super) fn ppi(span: Span<'_>) -> Option<(LinkType, Span<'_>)> {
    let (&[version, _, l0, l1, d0, d1, d2, d3], _) = span.header::<8>()?;
    let length = usize::from(u16::from_le_bytes([l0, l1]));
    if version != 0 || length < 8 {
        return None;
    }
    Some((LinkType(u32::from_le_bytes([d0, d1, d2, d3])), span.split(length)?.1))
}

/// The 802.11 frame, and whether padding follows its header.
pub(super) fn before_802_11(link: LinkType, span: Span<'_>) -> Option<(Span<'_>, bool)> {
    match (link, span.be_u32(0)) {
        // Programs write the AVS header under Prism's number as well.
        (LinkType::PRISM | LinkType::AVS, Some(first)) if first & 0xffff_f000 == AVS_MAGIC => {
            Some((span.split(usize::try_from(span.be_u32(4)?).ok()?)?.1, false))
        }
        (LinkType::PRISM, _) => Some((span.split(PRISM)?.1, false)),
        (LinkType::RADIOTAP, _) => radiotap(span),
        _ => None,
    }
}

fn radiotap(span: Span<'_>) -> Option<(Span<'_>, bool)> {
    let (&[version, _, l0, l1], words) = span.header::<4>()?;
    if version != 0 {
        return None;
    }
    let (header, frame) = span.split(u16::from_le_bytes([l0, l1]).into())?;
    let mut rest = words;
    let mut present = None;
    for _ in 0..MAX_WORDS {
        let (word, after) = rest.header::<4>()?;
        let word = u32::from_le_bytes(*word);
        present = present.or(Some(word));
        rest = after;
        if word & MORE_WORDS == 0 {
            break;
        }
    }
    let present = present?;
    let mut flags = 0;
    if present & FLAGS != 0 {
        // The flags are the second field; a timer of eight bytes, aligned to eight, may come before.
        let start = span.bytes.len().checked_sub(rest.bytes.len())?;
        let at =
            if present & TIMER == 0 { start } else { start.checked_next_multiple_of(8)?.checked_add(8)? };
        flags = header.get(at).copied()?;
    }
    let frame = if flags & FLAG_FCS == 0 { frame } else { frame.without_trailer(FCS) };
    Some((frame, flags & FLAG_PADDED != 0))
}
