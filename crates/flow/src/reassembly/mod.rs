//! The byte stream of one direction of a TCP connection, put together from what was captured.
//!
//! Spec: RFC 9293 (3.4 sequence numbers, 3.8.6 and 3.8.4 probes and keep-alives).
//!
//! A segment that comes in its turn goes straight from the packet to the receiver: a compare and a call.
//! Others wait, within a [`Budget`]. What was seen first stands; a repetition brings nothing, and one with
//! other content is told (`history` says how far that reaches). A hole is given up, and told as a gap, when
//! - the receiver acknowledged bytes behind it: they arrived, but not in the capture;
//! - 256 later segments came, or 16 where no acknowledgement was ever seen, or two seconds passed without the
//!   stream moving on;
//! - there is no budget left to wait;
//! - the flow ends.
//!
//! Bytes of a hole that come after it was given up, which happens where a capture is out of order, are still
//! delivered, as [`Deliver::late`].
//!
//! A direction that is met midway begins with its first payload byte. Segments that no window can explain are
//! dropped and counted, until four in a row continue each other: then the stream goes on there.

mod budget;
mod deliver;
mod history;
mod intake;
mod lost;
mod pending;
mod settle;

pub use budget::{Budget, Counters};
pub use deliver::{DataInfo, Deliver, Gap, GapCause, LateInfo, Moment, Overlap, Retransmission, Segment};

use history::History;
use lost::Lost;
use pending::Pending;

/// The largest window (RFC 7323, 2.3): nothing real lies further ahead.
const FAR_AHEAD: i64 = 1 << 30;

const BASED: u8 = 1; // `next_seq` is known
const ACKS: u8 = 2; // the other direction acknowledges
const AHEAD: u8 = 4; // `acked` lies behind `next_seq` in the stream: bytes arrived that were not captured
const FIN: u8 = 8; // `fin_at` is known
const ENDED: u8 = 16; // nothing more is delivered
const MIDWAY: u8 = 32; // began without a SYN, and nothing came from before yet

/// Puts one direction together. Give what waits back with [`Reassembler::flush`] before dropping it.
#[derive(Debug, Default)]
pub struct Reassembler {
    /// Sequence number of the next byte to deliver.
    next_seq: u32,
    /// Largest acknowledgement number of the other side.
    acked: u32,
    /// Place of the next byte in the stream.
    offset: u64,
    /// Place behind the last byte.
    fin_at: u64,
    pending: Option<Box<Pending>>,
    /// Holes that were given up.
    lost: Option<Box<Lost>>,
    history: History,
    /// Sequence number that would continue a run of strays.
    stray_next: u32,
    /// `next_seq` when that run began; a stream that moves on is no place for strays.
    stray_base: u32,
    stray_run: u8,
    turn: u8,
    flags: u8,
}

/// The caller's budget and receiver, and the frame at hand.
struct Context<'a, D> {
    at: Moment,
    budget: &'a mut Budget,
    sink: &'a mut D,
}

impl Reassembler {
    /// A direction whose first byte has this sequence number, as [`crate::TcpState::stream_start`] gives it.
    pub fn starting_at(seq: u32) -> Self {
        Self { next_seq: seq, flags: BASED, ..Self::default() }
    }

    /// Bytes delivered or given up so far.
    pub const fn offset(&self) -> u64 {
        self.offset
    }

    /// True when out-of-order bytes wait.
    pub const fn is_waiting(&self) -> bool {
        self.pending.is_some()
    }

    /// True after the end was delivered.
    pub const fn is_ended(&self) -> bool {
        self.flags & ENDED != 0
    }

    /// Take in the next segment of this direction.
    #[inline]
    pub fn push<D: Deliver>(&mut self, segment: Segment<'_>, budget: &mut Budget, sink: &mut D) {
        let is_plain = !(segment.syn | segment.fin | segment.rst) && segment.missing == 0;
        let is_next =
            segment.seq == self.next_seq && self.flags & !(ACKS | MIDWAY) == BASED && self.pending.is_none();
        let at = Moment { frame: segment.frame, ts_ns: segment.ts_ns };
        if is_plain && is_next {
            if !segment.payload.is_empty() {
                self.deliver(segment.payload, at, at, true, false, sink);
            }
            return;
        }
        self.push_slow(&segment, &mut Context { at, budget, sink });
    }

    /// The other side acknowledged everything before sequence number `ack`. Call it before pushing what the
    /// same packet carries in its own direction, so that a request comes before its response.
    #[inline]
    pub fn acknowledged<D: Deliver>(&mut self, ack: u32, at: Moment, budget: &mut Budget, sink: &mut D) {
        if self.flags & (BASED | ENDED) != BASED {
            return;
        }
        self.flags |= ACKS;
        let beyond = distance(ack, self.next_seq);
        if beyond > 0 && beyond <= FAR_AHEAD {
            if self.flags & AHEAD == 0 || distance(ack, self.acked) > 0 {
                self.acked = ack;
                self.flags |= AHEAD;
            }
            self.settle_in(&mut Context { at, budget, sink });
        }
    }

    /// Give up holes whose time is over; packets do this by themselves, so this is for quiet flows.
    pub fn settle<D: Deliver>(&mut self, at: Moment, budget: &mut Budget, sink: &mut D) {
        self.settle_in(&mut Context { at, budget, sink });
    }

    /// The flow is over: deliver what waits, with the gaps between, and the end.
    pub fn flush<D: Deliver>(&mut self, at: Moment, budget: &mut Budget, sink: &mut D) {
        if self.is_ended() {
            return self.discard(budget);
        }
        let context = &mut Context { at, budget, sink };
        self.give_up_all(GapCause::End, context);
        // One byte beyond may be a FIN that was not captured.
        let acked_at = self.acked_at();
        if self.flags & FIN != 0 {
            self.skip_to(self.fin_at, GapCause::End, context);
        } else if acked_at > self.offset.saturating_add(1) {
            self.skip_to(acked_at, GapCause::End, context);
        }
        self.finish(context);
        self.discard(context.budget);
    }

    /// Forget what waits without delivering it, and give its budget back.
    pub fn discard(&mut self, budget: &mut Budget) {
        self.end(budget);
        if let Some(mut lost) = self.lost.take() {
            lost.clear(budget);
        }
    }

    fn end(&mut self, budget: &mut Budget) {
        if let Some(pending) = self.pending.take() {
            budget.give_back(pending.cost);
        }
        self.flags |= ENDED;
    }

    #[inline]
    fn deliver<D: Deliver>(
        &mut self,
        bytes: &[u8],
        from: Moment,
        at: Moment,
        starts_segment: bool,
        filled: bool,
        sink: &mut D,
    ) {
        self.history.record(self.turn, self.next_seq, bytes);
        self.turn = self.turn.wrapping_add(1);
        let offset = self.offset;
        // An IP packet's payload fits 32 bits.
        self.next_seq = self.next_seq.wrapping_add(low_half(bytes.len() as u64));
        self.offset = offset.saturating_add(bytes.len() as u64);
        let info = DataInfo {
            first_frame: from.frame,
            frame: at.frame,
            ts_ns: at.ts_ns,
            offset,
            starts_segment,
            filled,
        };
        sink.data(bytes, info);
    }
}

/// How far sequence number `a` lies behind `b` in the stream (RFC 9293, 3.4).
#[inline]
fn distance(a: u32, b: u32) -> i64 {
    i64::from(a.wrapping_sub(b).cast_signed())
}

/// The part of a stream's place that sequence numbers keep.
#[inline]
const fn low_half(place: u64) -> u32 {
    let [a, b, c, d, ..] = place.to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}

#[cfg(test)]
mod tests;
