//! Analysis of captures: events out, totals at the end.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, bounded};
use sightglass_capture::{Batch as Frames, CaptureError, Filter, Input};

use crate::batch::{Batch, Events};
use crate::expected::Leaving;
use crate::foreign::ForeignProtocol;
use crate::rules::Rules;
use crate::state::Mode;
use crate::stats::Summary;
use crate::workers::Worker;

/// Frames after which events are handed over: counted in frames alone, so that any number of workers gives the same
/// batches.
const HAND_OVER_FRAMES: u64 = 65_536;
/// Batches of frames that wait for a worker.
const QUEUE: usize = 4;
/// Most workers; more than shards would idle.
const MAX_WORKERS: usize = 32;

/// How to analyze.
pub struct Options {
    /// Threads that take frames apart, 1 to 32.
    pub workers: usize,
    /// Frames to look at.
    pub filter: Option<Filter>,
    /// Content rules.
    pub rules: Rules,
    /// Whether process values are followed.
    pub values: bool,
    /// Whether the totals of activities are handed over; those of relations always are.
    pub activities: bool,
    /// Whether rows of intervals are handed over beside the totals.
    pub intervals: bool,
    /// Whether the captures' hashes are computed for the summary.
    pub hash: bool,
    /// Whether the contents of files in transfer are kept and handed over.
    pub contents: bool,
    /// Protocols of plug-ins.
    pub foreign: Vec<ForeignProtocol>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            workers: 1,
            filter: None,
            rules: Rules::default(),
            values: true,
            activities: true,
            intervals: false,
            hash: true,
            contents: false,
            foreign: Vec::new(),
        }
    }
}

/// Starts the analysis of captures as one network.
///
/// # Errors
/// [`CaptureError`] when a capture cannot be read at all.
pub fn analyze(paths: &[PathBuf], options: Options) -> Result<Analysis, CaptureError> {
    let input = Input::open(paths, sightglass_capture::Options { filter: options.filter })?;
    let rules = Arc::new(options.rules);
    let Options { values, activities, contents, intervals, .. } = options;
    let mode = move || Mode::Analyze { rules: Arc::clone(&rules), values, activities, contents, intervals };
    let crew = Crew::start(options.workers.clamp(1, MAX_WORKERS), &options.foreign.into(), mode);
    Ok(Analysis {
        input,
        crew,
        frames: 0,
        bytes: 0,
        done: false,
        hash: options.hash,
        summary: Summary::default(),
    })
}

/// An analysis under way; call [`Analysis::next_batch`] until it gives `None`.
pub struct Analysis {
    input: Input,
    crew: Crew,
    frames: u64,
    bytes: u64,
    done: bool,
    hash: bool,
    summary: Summary,
}

impl Analysis {
    /// The next events; the last batch holds the totals.
    pub fn next_batch(&mut self) -> Option<Batch> {
        if self.done {
            return None;
        }
        let start = self.frames;
        loop {
            let Some(frames) = self.input.next_batch() else { return Some(self.finish()) };
            self.take(frames);
            let waited = self.frames.saturating_sub(start);
            if waited >= HAND_OVER_FRAMES {
                let events = self.crew.hand_over(&mut self.summary);
                return Some(Batch { events, frames: self.frames, bytes: self.bytes, last: false });
            }
        }
    }

    fn take(&mut self, frames: Frames) {
        self.frames = self.frames.saturating_add(frames.frames.len() as u64);
        for frame in &frames.frames {
            self.bytes = self.bytes.saturating_add(u64::from(frame.orig_len));
            let summary = &mut self.summary;
            summary.first_ts_ns =
                Some(summary.first_ts_ns.map_or(frame.ts_ns, |first| first.min(frame.ts_ns)));
            summary.last_ts_ns = Some(summary.last_ts_ns.map_or(frame.ts_ns, |last| last.max(frame.ts_ns)));
        }
        self.crew.take(frames);
    }

    /// Ends the analysis where it is: flows are closed and totals handed over.
    pub fn finish(&mut self) -> Batch {
        self.done = true;
        self.crew.end();
        let events = self.crew.hand_over(&mut self.summary);
        self.crew.sum(&mut self.summary);
        self.summary.packets = self.frames;
        self.summary.bytes = self.bytes;
        self.summary.captures(self.input.captures(), self.input.skipped(), self.hash);
        Batch { events, frames: self.frames, bytes: self.bytes, last: true }
    }

    /// What was counted; complete after the last batch.
    pub const fn summary(&self) -> &Summary {
        &self.summary
    }

    /// Size of all input in bytes where it is known, for progress.
    pub fn total_bytes(&self) -> u64 {
        self.input
            .captures()
            .iter()
            .filter_map(|capture| std::fs::metadata(capture.path.as_ref()?).ok().map(|data| data.len()))
            .sum()
    }
}

enum Order {
    Frames(Arc<Frames>),
    End,
    HandOver,
}

/// One worker on the caller's thread, or several on their own.
pub(crate) enum Crew {
    Here(Box<Worker>),
    Threads(Vec<Thread>),
}

pub(crate) struct Thread {
    orders: Sender<Order>,
    answers: Receiver<Box<Worker>>,
    back: Sender<Box<Worker>>,
    handle: Option<JoinHandle<()>>,
}

impl Crew {
    pub(crate) fn start(workers: usize, foreign: &Arc<[ForeignProtocol]>, mode: impl Fn() -> Mode) -> Self {
        if workers == 1 {
            return Self::Here(Box::new(Worker::new(0, 1, Arc::clone(foreign), mode)));
        }
        let worker = |number| Worker::new(number, workers, Arc::clone(foreign), &mode);
        Self::Threads((0..workers).map(|number| Thread::start(worker(number))).collect())
    }

    pub(crate) fn take(&mut self, frames: Frames) {
        let frames = Arc::new(frames);
        match self {
            Self::Here(worker) => worker.batch(&frames),
            Self::Threads(threads) => {
                for thread in threads {
                    thread.order(Order::Frames(Arc::clone(&frames)));
                }
            }
        }
    }

    pub(crate) fn end(&mut self) {
        match self {
            Self::Here(worker) => worker.end(),
            Self::Threads(threads) => threads.iter_mut().for_each(|thread| thread.order(Order::End)),
        }
    }

    /// Calls `look` on every worker, after all it was given is done.
    pub(crate) fn each(&mut self, mut look: impl FnMut(&mut Worker)) {
        match self {
            Self::Here(worker) => {
                worker.settle();
                look(worker);
            }
            Self::Threads(threads) => {
                for thread in threads.iter_mut() {
                    thread.order(Order::HandOver);
                }
                for thread in threads {
                    if let Ok(mut worker) = thread.answers.recv() {
                        look(&mut worker);
                        // The thread waits for its worker; it is gone only when it panicked, which is counted below.
                        let _ = thread.back.send(worker);
                    }
                }
            }
        }
    }

    /// Gives what shards expect of each other to all of them.
    pub(crate) fn announce(&mut self, mut leaving: Vec<Leaving>) {
        if leaving.is_empty() {
            return;
        }
        // Those of one frame come from one shard and keep their order.
        leaving.sort_by_key(|(_, coming)| coming.order);
        self.each(|worker| {
            for shard in &mut worker.shards {
                for (key, coming) in &leaving {
                    shard.state.expected.insert(*key, coming.clone());
                }
            }
        });
    }

    fn hand_over(&mut self, summary: &mut Summary) -> Events {
        let (mut parts, mut leaving) = (Vec::new(), Vec::new());
        self.each(|worker| {
            for shard in &mut worker.shards {
                leaving.append(&mut shard.state.expected.leaving);
            }
            for shard in &mut worker.shards {
                shard.state.files.handed_over();
                parts.push(std::mem::take(&mut shard.state.events));
            }
        });
        self.announce(leaving);
        let events = Events::merge(parts);
        for row in &events.flows {
            if row.event == "final" && matches!(row.recognised_by, "handshake" | "content") {
                summary.flow(row.protocol);
            }
        }
        events
    }

    fn sum(&mut self, summary: &mut Summary) {
        let mut first = true;
        self.each(|worker| {
            for shard in &worker.shards {
                summary.add(shard);
            }
            summary.lose("panics", worker.panics);
            // Every worker sees all fragments; they count once.
            if std::mem::take(&mut first) {
                worker.front.loss(|name, count| summary.lose(name, count));
            }
        });
    }
}

impl Thread {
    fn start(worker: Worker) -> Self {
        let (orders, inbox) = bounded(QUEUE);
        let (outbox, answers) = bounded(1);
        let (back, returned) = bounded::<Box<Worker>>(1);
        let mut worker = Box::new(worker);
        let handle = std::thread::spawn(move || {
            while let Ok(order) = inbox.recv() {
                match order {
                    Order::Frames(frames) => worker.batch(&frames),
                    Order::End => worker.end(),
                    Order::HandOver => {
                        worker.settle();
                        if outbox.send(worker).is_err() {
                            return;
                        }
                        match returned.recv() {
                            Ok(again) => worker = again,
                            Err(_) => return,
                        }
                    }
                }
            }
        });
        Self { orders, answers, back, handle: Some(handle) }
    }

    fn order(&self, order: Order) {
        // A worker ends only with its channel, so sending cannot fail while the crew is there.
        let _ = self.orders.send(order);
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        let (closed, _) = bounded(0);
        self.orders = closed;
        let (back, _) = bounded(0);
        self.back = back;
        if let Some(handle) = self.handle.take() {
            // A worker catches panics by itself; nothing is left to say about one here.
            let _ = handle.join();
        }
    }
}
