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
mod lost;
mod pending;

pub use budget::{Budget, Counters};
pub use deliver::{DataInfo, Deliver, Gap, GapCause, LateInfo, Moment, Overlap, Retransmission, Segment};

use history::History;
use lost::Lost;
use pending::{PIECE_COST, Pending, Piece, slice};

/// Later segments after which a hole is given up when the other direction acknowledges: more than the
/// segments of a usual window, which may all come before the one retransmitted.
const LATER_SEGMENTS: u16 = 256;
/// The same when no acknowledgement was ever seen, so that none can be expected to tell.
const LATER_SEGMENTS_ONE_SIDED: u16 = 16;
/// Packet time without progress after which a hole is given up: past most retransmission timeouts.
const OVERDUE_NS: i64 = 2_000_000_000;
/// Pieces ahead of a stream that moves on without ever reaching them are dropped after this time.
const ABANDON_NS: i64 = 60_000_000_000;
/// The largest window (RFC 7323, 2.3): nothing real lies further ahead.
const FAR_AHEAD: i64 = 1 << 30;
/// Nothing real is repeated from further back.
const FAR_BEHIND: i64 = 1 << 24;
/// Segments in a row outside any window that make the stream go on there.
const STRAY_RUN: u8 = 4;

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

/// The part of a segment that is not behind the stream.
struct Fresh<'a> {
    bytes: &'a [u8],
    /// Place of `bytes` in the stream.
    start: u64,
    /// Bytes behind that the capture cut off.
    missing: u32,
    /// `bytes` begin where the segment's payload began.
    starts_segment: bool,
}

impl Fresh<'_> {
    fn end(&self) -> u64 {
        self.start.saturating_add(self.bytes.len() as u64)
    }
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

    #[cold]
    #[inline(never)]
    fn push_slow<D: Deliver>(&mut self, segment: &Segment<'_>, context: &mut Context<'_, D>) {
        if segment.rst {
            return;
        }
        let is_empty = segment.payload.is_empty() && segment.missing == 0;
        if is_empty && !segment.fin && !segment.syn {
            // A bare acknowledgement; it may be a keep-alive, so it sets no start.
            return self.settle_in(context);
        }
        let Some(seq) = self.place(segment) else {
            context.budget.counters.outside = context.budget.counters.outside.saturating_add(1);
            return;
        };
        let len = segment.payload.len() as u64;
        let mut ahead = distance(seq, self.next_seq);
        let is_keep_alive = ahead == -1 && len <= 1 && segment.missing == 0 && !segment.fin && !segment.syn;
        if is_empty && !segment.fin || is_keep_alive {
            return;
        }
        let is_stray = ahead > FAR_AHEAD || ahead.saturating_add_unsigned(len) < -FAR_BEHIND;
        if is_stray && !self.is_ended() {
            if !self.goes_on_at(seq, len, context) {
                return;
            }
            ahead = 0;
        }
        self.take_in(segment, seq, ahead, context);
    }

    /// Sequence number of the segment's first payload byte; sets the start of the stream where it is not
    /// known. `None` for a SYN that does not belong to this stream.
    fn place(&mut self, segment: &Segment<'_>) -> Option<u32> {
        let seq = segment.seq.wrapping_add(u32::from(segment.syn));
        let is_untouched = self.offset == 0 && self.pending.is_none() && !self.is_ended();
        if self.flags & BASED == 0 || segment.syn && is_untouched {
            self.next_seq = seq;
            self.flags |= BASED;
            self.flags |= if segment.syn { 0 } else { MIDWAY };
        } else if segment.syn && seq != self.next_seq.wrapping_sub(low_half(self.offset)) {
            return None;
        }
        Some(seq)
    }

    /// Count a segment that no window explains; true when enough of them continue each other, and the stream
    /// has moved to this one.
    fn goes_on_at<D: Deliver>(&mut self, seq: u32, len: u64, context: &mut Context<'_, D>) -> bool {
        let continues = self.stray_run > 0 && self.stray_base == self.next_seq && self.stray_next == seq;
        self.stray_run = if continues { self.stray_run.saturating_add(1) } else { 1 };
        self.stray_base = self.next_seq;
        self.stray_next = seq.wrapping_add(low_half(len));
        if self.stray_run < STRAY_RUN {
            context.budget.counters.outside = context.budget.counters.outside.saturating_add(1);
            return false;
        }
        self.stray_run = 0;
        self.give_up_all(GapCause::Jump, context);
        context.budget.counters.gaps = context.budget.counters.gaps.saturating_add(1);
        context.sink.gap(Gap { missing: 0, offset: self.offset, cause: GapCause::Jump, at: context.at });
        self.next_seq = seq;
        self.flags &= !(AHEAD | FIN);
        true
    }

    /// Work on a segment whose first payload byte is `ahead` bytes from the next one to deliver.
    fn take_in<D: Deliver>(
        &mut self,
        segment: &Segment<'_>,
        seq: u32,
        ahead: i64,
        context: &mut Context<'_, D>,
    ) {
        let before = self.offset;
        let mut payload = segment.payload;
        let mut skipped = false;
        if ahead < 0 {
            let old = usize::try_from(ahead.unsigned_abs()).unwrap_or(usize::MAX).min(payload.len());
            self.take_old(seq, ahead, payload.get(..old).unwrap_or_default(), payload.len(), context);
            payload = payload.get(old..).unwrap_or_default();
            skipped = true;
        }
        if self.is_ended() {
            if !payload.is_empty() {
                context.budget.counters.outside = context.budget.counters.outside.saturating_add(1);
            }
            return;
        }
        let start = self.offset.saturating_add(u64::try_from(ahead).unwrap_or(0));
        let fresh = Fresh { bytes: payload, start, missing: segment.missing, starts_segment: !skipped };
        // All of the segment is old, with a cut tail that is old or cannot be placed.
        let is_old = skipped && payload.is_empty();
        if !is_old {
            self.tell_waiting(&fresh, context);
            let kept = self.store(&fresh, context);
            if segment.missing > 0 && self.offset == fresh.end() {
                self.skip_cut(fresh.end().saturating_add(segment.missing.into()), context);
            }
            if let Some(pending) = &mut self.pending {
                if self.offset != before {
                    pending.later = 0;
                    pending.since_ns = context.at.ts_ns;
                } else if kept {
                    pending.later = pending.later.saturating_add(1);
                }
            }
        }
        if segment.fin && self.flags & FIN == 0 {
            let behind = ahead.saturating_add_unsigned(segment.payload.len() as u64);
            let fin_at = self.fin_place(before, behind.saturating_add(segment.missing.into()));
            if let Some(fin_at) = fin_at {
                self.fin_at = fin_at;
                self.flags |= FIN;
            }
        }
        self.settle_in(context);
    }

    /// Place of a FIN that stands `behind` bytes from where the stream stood; `None` when that is over.
    fn fin_place(&self, before: u64, behind: i64) -> Option<u64> {
        before.checked_add_signed(behind).filter(|&fin_at| fin_at >= self.offset)
    }

    /// Deliver what is next of a segment, keep what is early. True when something was kept.
    fn store<D: Deliver>(&mut self, fresh: &Fresh<'_>, context: &mut Context<'_, D>) -> bool {
        let limit = if self.flags & FIN != 0 { self.fin_at } else { u64::MAX };
        let end = fresh.end().min(limit);
        let mut place = fresh.start;
        let mut kept = false;
        // Each turn moves `place` on, or gives up a hole and with it waiting pieces: it ends.
        while place < end {
            if place <= self.offset {
                let stop = self.front().map_or(end, |front| front.min(end));
                let bytes = slice(fresh.bytes, fresh.start, self.offset, stop);
                if !bytes.is_empty() {
                    let starts_segment = fresh.starts_segment && place == fresh.start;
                    self.deliver(bytes, context.at, context.at, starts_segment, false, context.sink);
                }
                self.drain(context);
                place = self.offset.max(stop);
                continue;
            }
            let free = match &self.pending {
                Some(pending) => pending.first_free(place, end),
                None => Some((place, end)),
            };
            let Some((low, high)) = free else { break };
            let front = self.front().filter(|&front| front < low);
            if front.is_none() && self.acked_at() >= low {
                self.skip_to(low, GapCause::Acknowledged, context);
                place = low;
            } else if self.keep(fresh, low, high, context) {
                kept = true;
                place = high;
            } else {
                self.skip_to(front.unwrap_or(low), GapCause::Budget, context);
                place = low;
            }
        }
        if fresh.bytes.is_empty() && fresh.missing > 0 && fresh.start > self.offset {
            kept |= self.keep(fresh, fresh.start, fresh.start, context);
        }
        kept
    }

    /// Keep the part `low..high` of a segment until its turn; false when there is no budget for it.
    fn keep<D: Deliver>(
        &mut self,
        fresh: &Fresh<'_>,
        low: u64,
        high: u64,
        context: &mut Context<'_, D>,
    ) -> bool {
        let bytes = slice(fresh.bytes, fresh.start, low, high);
        let held = self.pending.as_ref().map_or(0, |pending| pending.cost);
        if !context.budget.take(held, bytes.len().saturating_add(PIECE_COST)) {
            return false;
        }
        let piece = Piece {
            start: low,
            bytes: bytes.into(),
            missing: if high == fresh.end() { fresh.missing } else { 0 },
            starts_segment: fresh.starts_segment && low == fresh.start,
            from: context.at,
        };
        self.pending.get_or_insert_with(|| Box::new(Pending::new(context.at.ts_ns))).insert(piece);
        true
    }

    /// Work on the bytes of a segment that lie behind the stream: those of given-up holes are late, the others
    /// repeated. The segment has `len` bytes.
    fn take_old<D: Deliver>(
        &mut self,
        seq: u32,
        ahead: i64,
        bytes: &[u8],
        len: usize,
        context: &mut Context<'_, D>,
    ) {
        let differs = self.history.differs(seq, bytes);
        let start = self.offset.cast_signed().saturating_add(ahead);
        let end = start.saturating_add_unsigned(bytes.len() as u64);
        if self.flags & MIDWAY != 0 && start < 0 {
            self.flags &= !MIDWAY;
            self.lost.get_or_insert_default().add(-FAR_BEHIND, 0, context.budget);
        }
        let mut late = 0u64;
        while let Some((low, high)) =
            self.lost.as_mut().and_then(|lost| lost.take(start, end, context.budget))
        {
            let skipped = low.abs_diff(start);
            let part = slice(bytes, 0, skipped, high.abs_diff(start));
            let seq = seq.wrapping_add(low_half(skipped));
            self.history.record(self.turn, seq, part);
            self.turn = self.turn.wrapping_add(1);
            late = late.saturating_add(part.len() as u64);
            let info = LateInfo { offset: low, starts_segment: skipped == 0, at: context.at };
            context.sink.late(part, info);
        }
        let counters = &mut context.budget.counters;
        counters.late_bytes = counters.late_bytes.saturating_add(late);
        let repeated = (bytes.len() as u64).saturating_sub(late);
        if repeated > 0 {
            tell(repeated, differs, repeated == len as u64, context);
        }
    }

    /// Tell of bytes of a segment that wait already.
    fn tell_waiting<D: Deliver>(&self, fresh: &Fresh<'_>, context: &mut Context<'_, D>) {
        let Some(pending) = &self.pending else { return };
        let (known, differs) = pending.compare(fresh.start, fresh.bytes);
        if known > 0 {
            tell(known, differs, known == fresh.bytes.len() as u64, context);
        }
    }

    /// Place of the first byte that waits.
    fn front(&self) -> Option<u64> {
        Some(self.pending.as_ref()?.front()?.start)
    }

    /// Place up to which the other side acknowledged; `offset` when that is not beyond it.
    fn acked_at(&self) -> u64 {
        if self.flags & AHEAD == 0 {
            return self.offset;
        }
        let beyond = u64::try_from(distance(self.acked, self.next_seq)).unwrap_or(0);
        self.offset.saturating_add(beyond)
    }

    /// Deliver the waiting pieces that are next.
    fn drain<D: Deliver>(&mut self, context: &mut Context<'_, D>) {
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
    fn skip_cut<D: Deliver>(&mut self, end: u64, context: &mut Context<'_, D>) {
        let end = self.front().map_or(end, |front| end.min(front));
        self.tell_gap(end, GapCause::Cut, context);
    }

    /// Give up everything before `place`, and deliver what waits there.
    fn skip_to<D: Deliver>(&mut self, place: u64, cause: GapCause, context: &mut Context<'_, D>) {
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
    fn give_up_all<D: Deliver>(&mut self, cause: GapCause, context: &mut Context<'_, D>) {
        while let Some(front) = self.front() {
            self.skip_to(front, cause, context);
        }
    }

    /// Deliver what has become next, give up what is overdue, end where the FIN is.
    fn settle_in<D: Deliver>(&mut self, context: &mut Context<'_, D>) {
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

    fn finish<D: Deliver>(&mut self, context: &mut Context<'_, D>) {
        self.end(context.budget);
        context.sink.end(context.at);
    }
}

/// Tell of a segment that repeats `bytes` known ones; `whole` when it has no others.
fn tell<D: Deliver>(bytes: u64, differs: bool, whole: bool, context: &mut Context<'_, D>) {
    let at = context.at;
    let counters = &mut context.budget.counters;
    if differs || !whole {
        counters.differing = counters.differing.saturating_add(u64::from(differs));
        context.sink.overlap(Overlap { differs, bytes, at });
    } else {
        counters.retransmissions = counters.retransmissions.saturating_add(1);
        context.sink.retransmission(Retransmission { bytes, at });
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
