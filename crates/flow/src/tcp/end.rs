//! What is known of one side of a TCP connection.

use super::{TcpFlags, TcpPacket};

const SEEN: u8 = 1; // a packet of this side was seen
const ISN: u8 = 2; // `isn` is known
const ACKED: u8 = 4; // `acked` is known
const FIN: u8 = 8; // its FIN was seen
const SCALED: u8 = 16; // its SYN had the window scale option

/// RFC 7323, 2.3: larger shifts count as 14.
const MAX_SHIFT: u8 = 14;

/// One side: what it sent and what it acknowledged.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct End {
    /// Initial sequence number.
    pub(super) isn: u32,
    /// Sequence number behind the last byte it sent.
    pub(super) next: u32,
    /// Largest acknowledgement number it sent.
    acked: u32,
    /// Its last window as in the header.
    window: u16,
    shift: u8,
    flags: u8,
}

impl End {
    pub(super) const fn is_seen(&self) -> bool {
        self.flags & SEEN != 0
    }

    pub(super) const fn has_isn(&self) -> bool {
        self.flags & ISN != 0
    }

    pub(super) const fn has_fin(&self) -> bool {
        self.flags & FIN != 0
    }

    pub(super) fn note_fin(&mut self) {
        self.flags |= FIN;
    }

    pub(super) fn note_seen(&mut self) {
        self.flags |= SEEN;
    }

    /// Its stream begins with this SYN.
    pub(super) fn start(&mut self, packet: &TcpPacket) {
        let next = if self.is_seen() { self.next } else { packet.seq };
        self.isn = packet.seq;
        self.next = next;
        self.flags |= ISN;
        self.note_scale(packet);
        // An attempt that replaces another begins anew.
        if !at_or_after(self.next, packet.seq) || self.next.wrapping_sub(packet.seq) > 1 << 16 {
            self.next = packet.seq;
        }
        self.advance(packet);
    }

    /// Its SYN had this sequence number, as the other side says.
    pub(super) fn infer_start(&mut self, isn: u32) {
        self.isn = isn;
        if !self.is_seen() {
            self.next = isn.wrapping_add(1);
        }
        self.flags |= ISN;
    }

    pub(super) fn infer_start_if_unknown(&mut self, isn: u32) {
        if !self.has_isn() {
            self.infer_start(isn);
        }
    }

    pub(super) fn note_scale(&mut self, packet: &TcpPacket) {
        if let Some(shift) = packet.window_scale {
            self.shift = shift.min(MAX_SHIFT);
            self.flags |= SCALED;
        }
    }

    /// Take in one more packet of this side.
    #[inline]
    pub(super) fn advance(&mut self, packet: &TcpPacket) {
        let control = u32::from(packet.flags.has(TcpFlags::SYN))
            .wrapping_add(u32::from(packet.flags.has(TcpFlags::FIN)));
        let behind = packet.seq.wrapping_add(packet.payload_bytes).wrapping_add(control);
        if !self.is_seen() || at_or_after(behind, self.next) {
            self.next = behind;
        }
        if packet.flags.has(TcpFlags::ACK) {
            if self.flags & ACKED == 0 || at_or_after(packet.ack, self.acked) {
                self.acked = packet.ack;
            }
            self.flags |= ACKED;
        }
        self.window = packet.window;
        self.flags |= SEEN;
    }

    /// True when this side would take a RST with that sequence number from `sender` as real: it lies in its
    /// receive window (RFC 9293, 3.10.7.4), or it is where the sender's stream stands, or too little is known.
    pub(super) fn would_accept(&self, seq: u32, sender: &Self) -> bool {
        if self.flags & ACKED == 0 || !sender.is_seen() {
            return true;
        }
        // Without its SYN the scale is unknown, so the widest has to be assumed.
        let shift = match (self.has_isn(), self.flags & SCALED != 0) {
            (_, true) => self.shift,
            (true, false) => 0,
            (false, false) => MAX_SHIFT,
        };
        let window = u32::from(self.window).checked_shl(u32::from(shift)).unwrap_or(u32::MAX);
        let in_window = at_or_after(seq, self.acked) && seq.wrapping_sub(self.acked) <= window;
        in_window || seq == sender.next
    }
}

/// Order of sequence numbers (RFC 9293, 3.4): true when `a` is `b` or up to 2^31 - 1 behind it in the stream.
pub(super) const fn at_or_after(a: u32, b: u32) -> bool {
    a.wrapping_sub(b) < 1 << 31
}
