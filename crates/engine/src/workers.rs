//! Workers over shards: each decodes every frame's headers, and takes the frames of its own shards.
//!
//! Headers cost a tenth of the work, so decoding them on every worker is cheaper than passing packets between threads,
//! and leaves nothing to share: whatever the number of workers, a shard sees the same frames in the same order.
//!
//! Frames are taken in rounds. First each frame's headers tell its shard; then shard after shard takes its frames of the
//! round, headers decoded once more. A shard's flows and activities fit into the processor's cache where those of all
//! shards together do not, and that is worth far more than the second look at the headers.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use sightglass_capture::{Batch as Frames, Frame};
use sightglass_wire::Packet;

use crate::SHARDS;
use crate::foreign::ForeignProtocol;
use crate::front::{Front, headers};
use crate::pairs::Moment;
use crate::recognise::Recogniser;
use crate::shard::{Arrived, Shard};
use crate::state::Mode;

/// Frames of a round: enough that a shard meets a flow several times in one.
const ROUND_FRAMES: usize = 65_536;
/// Bytes of frames beside mapped files that a round keeps.
const ROUND_BYTES: usize = 16 << 20;

/// Frames whose bytes are loaded together, ahead of their turn.
const AHEAD: usize = 16;
/// Bytes that a processor loads at once, and how many such lines of each frame: headers and most messages.
const CACHE_LINE: usize = 64;
const TOUCHED_LINES: usize = 3;

/// One worker: the shards whose number leaves its own number when divided by the number of workers.
pub(crate) struct Worker {
    number: usize,
    workers: usize,
    pub(crate) front: Front,
    pub(crate) shards: Vec<Shard>,
    /// Frames of this round that wait for each shard.
    waiting: Vec<Vec<Waiting>>,
    /// The batches they lie in.
    batches: Vec<Arc<Frames>>,
    frames: usize,
    bytes: usize,
    order: u64,
    last: Moment,
    pub(crate) panics: u64,
}

/// A frame on its way to its shard.
#[derive(Clone, Copy)]
struct Waiting {
    batch: u32,
    frame: u32,
    clock_ns: i64,
    order: u64,
}

impl Worker {
    pub(crate) fn new(
        number: usize,
        workers: usize,
        foreign: Arc<[ForeignProtocol]>,
        mut mode: impl FnMut() -> Mode,
    ) -> Self {
        let recogniser = Arc::new(Recogniser::new(foreign));
        let own = (0..SHARDS).filter(|shard| shard.checked_rem(workers) == Some(number));
        let shards: Vec<_> = own.map(|_| Shard::new(Arc::clone(&recogniser), mode())).collect();
        Self {
            number,
            workers: workers.max(1),
            front: Front::new(),
            waiting: vec![Vec::new(); shards.len()],
            shards,
            batches: Vec::new(),
            frames: 0,
            bytes: 0,
            order: 0,
            last: Moment::default(),
            panics: 0,
        }
    }

    /// Takes the frames of a batch; what they tell is known after [`Worker::settle`]. A fault on one frame is counted,
    /// and the next frame goes on.
    pub(crate) fn batch(&mut self, frames: &Arc<Frames>) {
        let mut next = 0usize;
        self.batches.push(Arc::clone(frames));
        while next < frames.frames.len() {
            let done = catch_unwind(AssertUnwindSafe(|| self.sort(frames, &mut next)));
            if done.is_err() {
                self.panics = self.panics.saturating_add(1);
            }
        }
        self.frames = self.frames.saturating_add(frames.frames.len());
        self.bytes = self.bytes.saturating_add(frames.pinned_bytes());
        if self.frames >= ROUND_FRAMES || self.bytes >= ROUND_BYTES {
            self.settle();
        }
    }

    /// Lets every shard take the frames that wait for it.
    pub(crate) fn settle(&mut self) {
        for shard in 0..self.shards.len() {
            self.settle_shard(shard);
        }
        self.batches.clear();
        self.frames = 0;
        self.bytes = 0;
    }

    /// Finds the shard of each frame.
    fn sort(&mut self, frames: &Arc<Frames>, next: &mut usize) {
        let mut packet = Packet::new();
        let batch = u32::try_from(self.batches.len().saturating_sub(1)).unwrap_or(u32::MAX);
        while let Some(frame) = frames.frames.get(*next) {
            let number = u32::try_from(*next).unwrap_or(u32::MAX);
            *next = next.saturating_add(1);
            let order = self.order;
            self.order = order.wrapping_add(1);
            self.last = moment(frame, order);
            let clock_ns = self.front.clock(frame);
            headers(&mut packet, frame, frames.data(frame));
            if packet.fragment.is_some() {
                self.fragment(&packet, frame, self.last, clock_ns);
            } else if let Some(own) = own(self.front.shard(&packet), self.number, self.workers)
                && let Some(waiting) = self.waiting.get_mut(own)
            {
                waiting.push(Waiting { batch, frame: number, clock_ns, order });
            }
        }
    }

    /// A fragment goes to its shard at once, after all that came before it.
    #[cold]
    fn fragment(&mut self, packet: &Packet<'_>, frame: &Frame, at: Moment, clock_ns: i64) {
        let Some(whole) = self.front.fragment(packet, frame.number, clock_ns) else { return };
        let whole = whole.packet(packet);
        let Some(own) = own(self.front.shard(&whole), self.number, self.workers) else { return };
        self.settle_shard(own);
        if let Some(shard) = self.shards.get_mut(own) {
            shard.frame(&Arrived { packet: &whole, at, clock_ns, wire_len: frame.orig_len });
        }
    }

    fn settle_shard(&mut self, own: usize) {
        let Some(waiting) = self.waiting.get_mut(own).map(std::mem::take) else { return };
        let mut next = 0usize;
        while next < waiting.len() {
            let done = catch_unwind(AssertUnwindSafe(|| self.frames(own, &waiting, &mut next)));
            if done.is_err() {
                self.panics = self.panics.saturating_add(1);
            }
        }
        if let Some(place) = self.waiting.get_mut(own) {
            *place = waiting;
            place.clear();
        }
    }

    fn frames(&mut self, own: usize, waiting: &[Waiting], next: &mut usize) {
        let Self { shards, batches, .. } = self;
        let Some(shard) = shards.get_mut(own) else { return };
        let mut packet = Packet::new();
        while let Some(entry) = waiting.get(*next) {
            if next.checked_rem(AHEAD) == Some(0) {
                touch(batches, waiting.get(*next..).unwrap_or_default());
            }
            *next = next.saturating_add(1);
            let Some(batch) = batches.get(entry.batch as usize) else { continue };
            let Some(frame) = batch.frames.get(entry.frame as usize) else { continue };
            headers(&mut packet, frame, batch.data(frame));
            let at = moment(frame, entry.order);
            let arrived = Arrived { packet: &packet, at, clock_ns: entry.clock_ns, wire_len: frame.orig_len };
            shard.frame(&arrived);
        }
    }

    /// Ends all flows of all shards.
    pub(crate) fn end(&mut self) {
        self.settle();
        let at = self.last;
        for shard in &mut self.shards {
            if catch_unwind(AssertUnwindSafe(|| shard.end(at))).is_err() {
                self.panics = self.panics.saturating_add(1);
            }
        }
    }
}

/// Loads the beginnings of the next frames together: they lie far apart, and misses that overlap cost as much as one.
#[inline]
fn touch(batches: &[Arc<Frames>], waiting: &[Waiting]) {
    let mut sum = 0u8;
    for entry in waiting.iter().take(AHEAD) {
        let Some(batch) = batches.get(entry.batch as usize) else { continue };
        let Some(frame) = batch.frames.get(entry.frame as usize) else { continue };
        for line in batch.data(frame).chunks(CACHE_LINE).take(TOUCHED_LINES) {
            sum ^= line.first().copied().unwrap_or_default();
        }
    }
    std::hint::black_box(sum);
}

const fn moment(frame: &Frame, order: u64) -> Moment {
    Moment { ts_ns: frame.ts_ns, frame: frame.number, order, source: frame.source }
}

/// The index of a shard among a worker's own, where it is one of them.
#[inline]
fn own(shard: usize, number: usize, workers: usize) -> Option<usize> {
    (shard.checked_rem(workers)? == number).then(|| shard.checked_div(workers)).flatten()
}
