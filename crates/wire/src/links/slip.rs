//! SLIP as BSD captures it: direction, fifteen bytes of the link's own header, then IP.
//!
//! Facts: `LINKTYPE_SLIP`. Compressed headers (RFC 1144) are given expanded by the driver.

use crate::span::Span;
use crate::walk::{Next, damaged, finish};
use crate::{Anomalies, Packet, plausible};

pub(super) fn decode<'a>(packet: &mut Packet<'a>, span: Span<'a>) -> Next<'a> {
    match span.split(16) {
        Some((_, inner)) if plausible::ip(inner) => Next::Ip(inner),
        Some((_, inner)) => finish(packet, inner),
        None => damaged(packet, span, Anomalies::TRUNCATED_LINK),
    }
}
