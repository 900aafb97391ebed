//! Workers over shards: each decodes every frame's headers, and takes the frames of its own shards.
//!
//! Headers cost a tenth of the work, so decoding them on every worker is cheaper than passing packets between threads,
//! and leaves nothing to share: whatever the number of workers, a shard sees the same frames in the same order.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use sightglass_capture::Batch as Frames;
use sightglass_wire::Packet;

use crate::SHARDS;
use crate::front::Front;
use crate::pairs::Moment;
use crate::recognise::Recogniser;
use crate::shard::{Arrived, Shard};
use crate::state::Mode;

/// One worker: the shards whose number leaves its own number when divided by the number of workers.
pub(crate) struct Worker {
    number: usize,
    workers: usize,
    pub(crate) front: Front,
    pub(crate) shards: Vec<Shard>,
    order: u64,
    last: Moment,
    pub(crate) panics: u64,
}

impl Worker {
    pub(crate) fn new(number: usize, workers: usize, mut mode: impl FnMut() -> Mode) -> Self {
        let recogniser = Arc::new(Recogniser::new());
        let own = (0..SHARDS).filter(|shard| shard.checked_rem(workers) == Some(number));
        Self {
            number,
            workers: workers.max(1),
            front: Front::new(),
            shards: own.map(|_| Shard::new(Arc::clone(&recogniser), mode())).collect(),
            order: 0,
            last: Moment::default(),
            panics: 0,
        }
    }

    /// Takes the frames of a batch. A fault on one frame is counted, and the next frame goes on.
    pub(crate) fn batch(&mut self, frames: &Frames) {
        let mut next = 0usize;
        while next < frames.frames.len() {
            let done = catch_unwind(AssertUnwindSafe(|| self.frames(frames, &mut next)));
            if done.is_err() {
                self.panics = self.panics.saturating_add(1);
            }
        }
    }

    fn frames(&mut self, frames: &Frames, next: &mut usize) {
        let Self { number, workers, front, shards, order, last, .. } = self;
        let mut packet = Packet::new();
        while let Some(frame) = frames.frames.get(*next) {
            *next = next.saturating_add(1);
            let at = Moment { ts_ns: frame.ts_ns, frame: frame.number, order: *order, source: frame.source };
            *order = order.wrapping_add(1);
            *last = at;
            front.frame(&mut packet, frame, frames.data(frame), |front, packet, clock_ns| {
                give(front, shards, (*number, *workers), packet, at, clock_ns, frame.orig_len);
            });
        }
    }

    /// Ends all flows of all shards.
    pub(crate) fn end(&mut self) {
        let at = self.last;
        for shard in &mut self.shards {
            if catch_unwind(AssertUnwindSafe(|| shard.end(at))).is_err() {
                self.panics = self.panics.saturating_add(1);
            }
        }
    }
}

#[inline]
fn give(
    front: &Front,
    shards: &mut [Shard],
    (number, workers): (usize, usize),
    packet: &Packet<'_>,
    at: Moment,
    clock_ns: i64,
    wire_len: u32,
) {
    let shard = front.shard(packet);
    let own = match (shard.checked_rem(workers), shard.checked_div(workers)) {
        (Some(of), Some(own)) if of == number => own,
        _ => return,
    };
    if let Some(shard) = shards.get_mut(own) {
        shard.frame(&Arrived { packet, at, clock_ns, wire_len });
    }
}
