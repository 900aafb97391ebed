//! Transmission Control Protocol.
//!
//! Spec: RFC 9293; options RFC 7323 and RFC 2018. The checksum is not verified.

use crate::span::Span;
use crate::walk::{Next, finish};
use crate::{Anomalies, Packet, Reader, Transport};

/// No more data from the sender.
pub const FIN: u8 = 0x01;
/// Opens a connection.
pub const SYN: u8 = 0x02;
/// Aborts a connection.
pub const RST: u8 = 0x04;
/// Hand over to the application at once.
pub const PSH: u8 = 0x08;
/// The acknowledgement number is valid.
pub const ACK: u8 = 0x10;
/// The urgent pointer is valid.
pub const URG: u8 = 0x20;
/// Congestion was seen (RFC 3168).
pub const ECE: u8 = 0x40;
/// The congestion window was reduced (RFC 3168).
pub const CWR: u8 = 0x80;

/// Header without options.
const MIN_HEADER: usize = 20;

#[inline]
pub(crate) fn decode<'a>(packet: &mut Packet<'a>, span: Span<'a>) -> Next<'a> {
    let Some((header, _)) = span.header::<MIN_HEADER>() else { return ports_only(packet, span) };
    let &[s0, s1, d0, d1, q0, q1, q2, q3, a0, a1, a2, a3, offset, flags, w0, w1, _, _, u0, u1] = header;
    let header_bytes = usize::from(offset >> 4) << 2;
    let split = if header_bytes < MIN_HEADER { None } else { span.split(header_bytes) };
    let (options, rest) = if let Some((head, rest)) = split {
        (head.get(MIN_HEADER..).unwrap_or(&[]), rest)
    } else {
        // Where the options end is unknown, so nothing is data.
        let cut_off = header_bytes >= MIN_HEADER && span.missing != 0;
        packet.anomalies.insert(if cut_off {
            Anomalies::TRUNCATED_TRANSPORT
        } else {
            Anomalies::BAD_TCP_DATA_OFFSET
        });
        let beyond = u32::try_from(header_bytes.saturating_sub(span.bytes.len())).unwrap_or(u32::MAX);
        (&[][..], Span { bytes: &[], missing: span.missing.saturating_sub(beyond) })
    };
    packet.transport = Transport::Tcp {
        src_port: u16::from_be_bytes([s0, s1]),
        dst_port: u16::from_be_bytes([d0, d1]),
        seq: u32::from_be_bytes([q0, q1, q2, q3]),
        ack: u32::from_be_bytes([a0, a1, a2, a3]),
        flags,
        window: u16::from_be_bytes([w0, w1]),
        urgent: u16::from_be_bytes([u0, u1]),
        options,
    };
    finish(packet, rest)
}

#[cold]
fn ports_only<'a>(packet: &mut Packet<'a>, span: Span<'a>) -> Next<'a> {
    packet.anomalies.insert(Anomalies::TRUNCATED_TRANSPORT);
    packet.transport = match span.header::<4>() {
        Some((&[s0, s1, d0, d1], _)) => Transport::Tcp {
            src_port: u16::from_be_bytes([s0, s1]),
            dst_port: u16::from_be_bytes([d0, d1]),
            seq: 0,
            ack: 0,
            flags: 0,
            window: 0,
            urgent: 0,
            options: &[],
        },
        None => Transport::Other(6),
    };
    Next::Done
}

/// One TCP option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TcpOption<'a> {
    /// Largest segment the sender accepts, in bytes.
    MaximumSegmentSize(u16),
    /// Shift count for the window.
    WindowScale(u8),
    /// Selective acknowledgements are understood.
    SackPermitted,
    /// Timestamp value and echo reply.
    Timestamps(u32, u32),
    /// Any other option with its data, or a known one of a wrong length.
    Other(u8, &'a [u8]),
}

/// The options of a header, up to the end mark or the first that is cut short; padding is left out.
pub fn options(raw: &[u8]) -> impl Iterator<Item = TcpOption<'_>> {
    let mut reader = Reader::new(raw);
    core::iter::from_fn(move || {
        loop {
            return match reader.u8().ok()? {
                0 => None,
                1 => continue,
                kind => {
                    let length = usize::from(reader.u8().ok()?);
                    let data = reader.take(length.checked_sub(2)?).ok()?;
                    Some(match (kind, data) {
                        (2, &[a, b]) => TcpOption::MaximumSegmentSize(u16::from_be_bytes([a, b])),
                        (3, &[shift]) => TcpOption::WindowScale(shift),
                        (4, &[]) => TcpOption::SackPermitted,
                        (8, &[v0, v1, v2, v3, e0, e1, e2, e3]) => TcpOption::Timestamps(
                            u32::from_be_bytes([v0, v1, v2, v3]),
                            u32::from_be_bytes([e0, e1, e2, e3]),
                        ),
                        _ => TcpOption::Other(kind, data),
                    })
                }
            };
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_of_a_usual_syn() {
        let raw = [
            2, 4, 0x05, 0xb4, // maximum segment size 1460
            4, 2, // SACK permitted
            8, 10, 0, 0, 0, 9, 0, 0, 0, 7, // timestamps
            1, // padding
            3, 3, 7, // window scale
            0, 99, // end, and what follows it
        ];
        let all: Vec<_> = options(&raw).collect();
        assert_eq!(
            all,
            [
                TcpOption::MaximumSegmentSize(1460),
                TcpOption::SackPermitted,
                TcpOption::Timestamps(9, 7),
                TcpOption::WindowScale(7)
            ]
        );
    }

    #[test]
    fn a_broken_option_ends_the_list() {
        for raw in [&[2, 4, 5][..], &[2, 0, 5, 5], &[2, 1], &[8]] {
            assert_eq!(options(raw).count(), 0, "{raw:?}");
        }
        assert_eq!(options(&[2, 3, 5]).collect::<Vec<_>>(), [TcpOption::Other(2, &[5])]);
    }
}
