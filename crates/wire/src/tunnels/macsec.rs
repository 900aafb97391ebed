//! `MACsec`: the security tag, and what follows when it only protects integrity.
//!
//! Spec: IEEE 802.1AE-2018, 9.3 to 9.8.

use crate::packet::TunnelKind;
use crate::span::Span;
use crate::walk::{Next, damaged, tunnel};
use crate::{Anomalies, Packet};

const VERSION: u8 = 0x80;
const HAS_CHANNEL: u8 = 0x20;
/// Encrypted, or changed by another cipher.
const OPAQUE: u8 = 0x0c;
/// Length of the integrity check value of the default cipher suite (14.5).
const INTEGRITY_CHECK: u32 = 16;

/// `EtherType` 0x88e5. The payload of an encrypted frame is its secure data with the check value.
pub(crate) fn decode<'a>(packet: &mut Packet<'a>, span: Span<'a>) -> Next<'a> {
    let Some((&[control, short, n0, n1, n2, n3], mut rest)) = span.header::<6>() else {
        return damaged(packet, span, Anomalies::TRUNCATED_TUNNEL);
    };
    if control & VERSION != 0 {
        return damaged(packet, span, Anomalies::BAD_TUNNEL_HEADER);
    }
    if control & HAS_CHANNEL != 0 {
        let Some((_, after)) = rest.split(8) else {
            return damaged(packet, span, Anomalies::TRUNCATED_TUNNEL);
        };
        rest = after;
    }
    // A short length counts the secure data of frames that had to be padded.
    if short != 0 {
        let check = usize::try_from(INTEGRITY_CHECK).unwrap_or(usize::MAX);
        rest = rest.limit(usize::from(short & 0x3f).saturating_add(check)).0;
    }
    let number = u32::from_be_bytes([n0, n1, n2, n3]);
    let clear = rest.without_trailer(INTEGRITY_CHECK);
    let next = match clear.be_u16(0) {
        Some(ethertype) if control & OPAQUE == 0 => Next::EtherType(ethertype, clear.after(2)),
        _ => Next::Payload(rest),
    };
    tunnel(packet, TunnelKind::MacSec, number, rest, next)
}
