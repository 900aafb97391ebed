//! Segments out of turn: repeated, early, late, cut, stray, and those that open or end a stream.

use super::pending::{PIECE_COST, Pending, Piece, slice};
use super::{
    AHEAD, BASED, Context, DataInfo, Deliver, FAR_AHEAD, FIN, Gap, GapCause, LateInfo, MIDWAY, Overlap,
    Reassembler, Retransmission, Segment, distance, low_half,
};

/// Nothing real is repeated from further back.
const FAR_BEHIND: i64 = 1 << 24;
/// Segments in a row outside any window that make the stream go on there.
const STRAY_RUN: u8 = 4;

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
    #[cold]
    #[inline(never)]
    pub(super) fn push_slow<D: Deliver>(&mut self, segment: &Segment<'_>, context: &mut Context<'_, D>) {
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
            let differs =
                self.take_old(seq, ahead, payload.get(..old).unwrap_or_default(), payload.len(), context);
            payload = payload.get(old..).unwrap_or_default();
            skipped = true;
            if differs && !payload.is_empty() && self.rival_takes(segment, context) {
                self.pass(payload);
                payload = &[];
            }
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
    /// repeated. The segment has `len` bytes. True when they differ from those seen first.
    fn take_old<D: Deliver>(
        &mut self,
        seq: u32,
        ahead: i64,
        bytes: &[u8],
        len: usize,
        context: &mut Context<'_, D>,
    ) -> bool {
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
        differs
    }

    /// Offers a segment that contradicts what stood in its place; never while others wait.
    fn rival_takes<D: Deliver>(&self, segment: &Segment<'_>, context: &mut Context<'_, D>) -> bool {
        let at = context.at;
        let info = DataInfo {
            first_frame: at.frame,
            frame: at.frame,
            ts_ns: at.ts_ns,
            offset: self.offset,
            starts_segment: true,
            filled: false,
        };
        !self.is_ended()
            && self.pending.is_none()
            && segment.missing == 0
            && context.sink.rival(segment.payload, info)
    }

    /// Moves behind bytes that the receiver has.
    fn pass(&mut self, bytes: &[u8]) {
        self.history.record(self.turn, self.next_seq, bytes);
        self.turn = self.turn.wrapping_add(1);
        self.next_seq = self.next_seq.wrapping_add(low_half(bytes.len() as u64));
        self.offset = self.offset.saturating_add(bytes.len() as u64);
    }

    /// Tell of bytes of a segment that wait already.
    fn tell_waiting<D: Deliver>(&self, fresh: &Fresh<'_>, context: &mut Context<'_, D>) {
        let Some(pending) = &self.pending else { return };
        let (known, differs) = pending.compare(fresh.start, fresh.bytes);
        if known > 0 {
            tell(known, differs, known == fresh.bytes.len() as u64, context);
        }
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
