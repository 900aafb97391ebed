//! Holes that are filled or given up, and the end.

use super::pending::slice;
use super::{ACKS, AHEAD, Context, Deliver, FIN, Gap, GapCause, Reassembler, distance, low_half};

/// Later segments after which a hole is given up when the other direction acknowledges: more than the
/// segments of a usual window, which may all come before the one retransmitted.
const LATER_SEGMENTS: u16 = 256;
/// The same when no acknowledgement was ever seen, so that none can be expected to tell.
const LATER_SEGMENTS_ONE_SIDED: u16 = 16;
/// Packet time without progress after which a hole is given up: past most retransmission timeouts.
const OVERDUE_NS: i64 = 2_000_000_000;
/// Pieces ahead of a stream that moves on without ever reaching them are dropped after this time.
const ABANDON_NS: i64 = 60_000_000_000;

impl Reassembler {
    /// Place of the first byte that waits.
    pub(super) fn front(&self) -> Option<u64> {
        Some(self.pending.as_ref()?.front()?.start)
    }

    /// Place up to which the other side acknowledged; `offset` when that is not beyond it.
    pub(super) fn acked_at(&self) -> u64 {
        if self.flags & AHEAD == 0 {
            return self.offset;
        }
        let beyond = u64::try_from(distance(self.acked, self.next_seq)).unwrap_or(0);
        self.offset.saturating_add(beyond)
    }

    /// Deliver the waiting pieces that are next.
    pub(super) fn drain<D: Deliver>(&mut self, context: &mut Context<'_, D>) {
        while let Some(piece) = self.pending.as_mut().and_then(|pending| pending.pop_at(self.offset)) {
            context.budget.give_back(piece.cost());
            let end = piece.end();
            let bytes = slice(&piece.bytes, piece.start, self.offset, end);
            if !bytes.is_empty() {
                self.deliver(bytes, piece.from, context.at, piece.starts_segment, true, context.sink);
            }
            if piece.missing > 0 && self.offset == end {
                self.skip_cut(end.saturating_add(piece.missing.into()), context);
            }
        }
        self.pending.take_if(|pending| pending.is_empty());
    }

    /// Pass bytes that the capture cut off, up to what another segment brought of them; the caller drains.
    pub(super) fn skip_cut<D: Deliver>(&mut self, end: u64, context: &mut Context<'_, D>) {
        let end = self.front().map_or(end, |front| end.min(front));
        self.tell_gap(end, GapCause::Cut, context);
    }

    /// Give up everything before `place`, and deliver what waits there.
    pub(super) fn skip_to<D: Deliver>(&mut self, place: u64, cause: GapCause, context: &mut Context<'_, D>) {
        self.tell_gap(place, cause, context);
        self.drain(context);
        if let Some(pending) = &mut self.pending {
            pending.later = 0;
            pending.since_ns = context.at.ts_ns;
        }
    }

    fn tell_gap<D: Deliver>(&mut self, place: u64, cause: GapCause, context: &mut Context<'_, D>) {
        let missing = place.saturating_sub(self.offset);
        if missing == 0 {
            return;
        }
        let offset = self.offset;
        self.offset = place;
        self.next_seq = self.next_seq.wrapping_add(low_half(missing));
        let counters = &mut context.budget.counters;
        counters.gaps = counters.gaps.saturating_add(1);
        counters.gap_bytes = counters.gap_bytes.saturating_add(missing);
        counters.budget_gaps = counters.budget_gaps.saturating_add(u64::from(cause == GapCause::Budget));
        if cause != GapCause::Cut && cause != GapCause::End {
            let (start, end) = (offset.cast_signed(), place.cast_signed());
            self.lost.get_or_insert_default().add(start, end, context.budget);
        }
        context.sink.gap(Gap { missing, offset, cause, at: context.at });
    }

    /// Deliver all that waits, with the gaps between.
    pub(super) fn give_up_all<D: Deliver>(&mut self, cause: GapCause, context: &mut Context<'_, D>) {
        while let Some(front) = self.front() {
            self.skip_to(front, cause, context);
        }
    }

    /// Deliver what has become next, give up what is overdue, end where the FIN is.
    pub(super) fn settle_in<D: Deliver>(&mut self, context: &mut Context<'_, D>) {
        if self.is_ended() {
            return;
        }
        self.drain(context);
        loop {
            if self.flags & FIN != 0 && self.offset >= self.fin_at {
                return self.finish(context);
            }
            let fin_at = if self.flags & FIN != 0 { Some(self.fin_at) } else { None };
            let Some(hole_end) = self.front().or(fin_at) else { break };
            let cause = if self.acked_at() >= hole_end {
                GapCause::Acknowledged
            } else if self.is_overdue(context.at.ts_ns) {
                GapCause::Overdue
            } else {
                self.abandon(context);
                break;
            };
            self.skip_to(hole_end, cause, context);
        }
        if self.flags & AHEAD != 0 && distance(self.acked, self.next_seq) <= 0 {
            self.flags &= !AHEAD;
        }
    }

    fn is_overdue(&self, now_ns: i64) -> bool {
        let Some(pending) = &self.pending else { return false };
        let later = if self.flags & ACKS != 0 { LATER_SEGMENTS } else { LATER_SEGMENTS_ONE_SIDED };
        pending.later >= later || now_ns.saturating_sub(pending.since_ns) >= OVERDUE_NS
    }

    /// Drop pieces that waited too long while the stream moved on elsewhere.
    fn abandon<D: Deliver>(&mut self, context: &mut Context<'_, D>) {
        let Some(pending) = &mut self.pending else { return };
        let oldest_ns = context.at.ts_ns.saturating_sub(ABANDON_NS);
        while pending.front().is_some_and(|piece| piece.from.ts_ns < oldest_ns) {
            if let Some(piece) = pending.pop() {
                context.budget.give_back(piece.cost());
                context.budget.counters.abandoned = context.budget.counters.abandoned.saturating_add(1);
            }
        }
        self.pending.take_if(|pending| pending.is_empty());
    }

    pub(super) fn finish<D: Deliver>(&mut self, context: &mut Context<'_, D>) {
        self.end(context.budget);
        context.sink.end(context.at);
    }
}
