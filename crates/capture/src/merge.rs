//! Several captures as one, in order of time.
//!
//! Each capture is a lane whose key never steps back: the running maximum of its times. The lane with the smallest
//! key goes next, ties by source; so frames of one capture keep their order whatever its clock does. A lane whose
//! file can be opened again stays closed until its first frame is due, so that a folder of rotated files needs as
//! many open files as overlap in time.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::path::PathBuf;

use crate::batch::{BATCH_BYTES, BATCH_FRAMES, Batch, Frame};
use crate::error::CaptureError;
use crate::filter::Filter;
use crate::info::{CaptureInfo, WarningKind};
use crate::reader::Reader;
use crate::source::Source;

/// Frames that a lane reads ahead.
const BLOCK_FRAMES: usize = 256;

/// Pipes are opened before it is known how many captures there are; what they share memory for instead.
const PIPES: usize = 16;

/// One capture in the merge.
pub(crate) struct Lane {
    reader: Option<Reader>,
    /// Where the capture is, while it waits for its first frame to be due.
    waiting: Option<PathBuf>,
    source: u16,
    block: Batch,
    keys: Vec<i64>,
    /// Next frame of the block.
    next: usize,
    /// The block's backing that was last looked up, and its index in the batch being filled.
    backing: Option<(u16, u16)>,
}

/// What a lane is about to do.
enum Turn {
    /// Its next frame has this key.
    Due(i64),
    /// The batch holds all the memory it may.
    Pause(i64),
    /// No more frames.
    Over,
}

impl Lane {
    pub(crate) fn new(reader: Reader, source: u16) -> Self {
        Self {
            reader: Some(reader),
            waiting: None,
            source,
            block: Batch::default(),
            keys: Vec::new(),
            next: 0,
            backing: None,
        }
    }

    /// Read the next block; returns its first key, `None` at the end.
    fn refill(&mut self, filter: Option<&Filter>, limit: usize, info: &mut CaptureInfo) -> Option<i64> {
        self.block.frames.clear();
        self.keys.clear();
        self.next = 0;
        self.backing = None;
        while self.block.frames.is_empty() {
            // Chunks that gave no frame (all filtered out) need not be kept.
            self.block.backings.clear();
            let reader = self.reader.as_mut()?;
            if !reader.fill(&mut self.block, Some(&mut self.keys), filter, limit, info) {
                self.reader = None;
            }
        }
        self.keys.first().copied()
    }

    /// Find the first key, then close the file until its turn comes.
    ///
    /// Without the filter: the key may then come early, which costs a look, never the order.
    fn wait(&mut self, path: PathBuf, info: &mut CaptureInfo) -> Option<i64> {
        let key = self.refill(None, 1, info)?;
        (self.block, self.keys, self.next, self.reader) = (Batch::default(), Vec::new(), 0, None);
        self.waiting = Some(path);
        info.restart();
        Some(key)
    }

    /// Open the file that waited; a lane whose file has gone is over, with a warning.
    fn wake(&mut self, captures: usize, info: &mut CaptureInfo) {
        let Some(path) = self.waiting.take() else { return };
        let opened = match Source::open(&path) {
            Ok(source) => Reader::new(source, &path, self.source),
            Err(source) => Err(CaptureError::Unreadable { path, source }),
        };
        match opened {
            Ok(mut reader) => {
                reader.share(captures);
                self.reader = Some(reader);
            }
            Err(error) => info.warn(WarningKind::ReadFailed, || error.to_string().into()),
        }
    }

    /// Add frames to `batch` until another lane is due, the batch is full or the capture is over.
    fn advance(
        &mut self,
        batch: &mut Batch,
        rival: Option<(i64, u16)>,
        filter: Option<&Filter>,
        info: &mut CaptureInfo,
    ) -> Turn {
        loop {
            let Some((frame, key)) = self.block.frames.get(self.next).zip(self.keys.get(self.next)) else {
                if rival.is_none() {
                    // Alone, now and for good: no need to go through a block.
                    let more = self
                        .reader
                        .as_mut()
                        .is_some_and(|reader| reader.fill(batch, None, filter, BATCH_FRAMES, info));
                    return if more { Turn::Pause(i64::MIN) } else { Turn::Over };
                }
                match self.refill(filter, BLOCK_FRAMES, info) {
                    None => return Turn::Over,
                    Some(key) if batch.pinned_bytes() >= BATCH_BYTES => return Turn::Pause(key),
                    Some(_) => continue,
                }
            };
            if batch.frames.len() >= BATCH_FRAMES || rival.is_some_and(|rival| rival < (*key, self.source)) {
                return Turn::Due(*key);
            }
            let index = match self.backing {
                Some((own, index)) if own == frame.backing => index,
                _ => {
                    let backing = self.block.backings.get(usize::from(frame.backing));
                    let Some(index) = backing.and_then(|backing| batch.backing_index(backing)) else {
                        return Turn::Pause(*key);
                    };
                    self.backing = Some((frame.backing, index));
                    index
                }
            };
            batch.frames.push(Frame { backing: index, ..*frame });
            self.next = self.next.saturating_add(1);
        }
    }
}

/// The merge of all lanes.
pub(crate) struct Merge {
    lanes: Vec<Lane>,
    /// Lanes that have frames, the next one first: key and source.
    order: BinaryHeap<Reverse<(i64, u16)>>,
}

impl Merge {
    /// `lanes` in the order of their sources, with what is known of each.
    pub(crate) fn new() -> Self {
        Self { lanes: Vec::new(), order: BinaryHeap::new() }
    }

    /// Add the only capture of the input.
    pub(crate) fn add_single(&mut self, reader: Reader) {
        self.order.push(Reverse((i64::MIN, 0)));
        self.lanes.push(Lane::new(reader, 0));
    }

    /// Add one of several captures; `reopen` is its path when it can be opened again later.
    pub(crate) fn add(
        &mut self,
        reader: Reader,
        source: u16,
        reopen: Option<PathBuf>,
        filter: Option<&Filter>,
        info: &mut CaptureInfo,
    ) {
        let mut lane = Lane::new(reader, source);
        let key = if let Some(path) = reopen {
            lane.wait(path, info)
        } else {
            if let Some(reader) = &mut lane.reader {
                reader.share(PIPES);
            }
            lane.refill(filter, BLOCK_FRAMES, info)
        };
        self.order.extend(key.map(|key| Reverse((key, source))));
        self.lanes.push(lane);
    }

    /// The next frames in order; `None` after the last.
    pub(crate) fn next_batch(&mut self, infos: &mut [CaptureInfo], filter: Option<&Filter>) -> Option<Batch> {
        let mut batch = Batch { frames: Vec::with_capacity(BATCH_FRAMES), backings: Vec::new() };
        let mut touched = Vec::new();
        let captures = self.lanes.len();
        while batch.frames.len() < BATCH_FRAMES {
            let Some(Reverse((_, source))) = self.order.pop() else { break };
            let index = usize::from(source);
            let (Some(lane), Some(info)) = (self.lanes.get_mut(index), infos.get_mut(index)) else { break };
            let rival = self.order.peek().map(|Reverse(rival)| *rival);
            if lane.backing.is_none() {
                touched.push(index);
            }
            lane.wake(captures, info);
            match lane.advance(&mut batch, rival, filter, info) {
                Turn::Due(key) => self.order.push(Reverse((key, source))),
                Turn::Pause(key) => {
                    self.order.push(Reverse((key, source)));
                    if !batch.frames.is_empty() {
                        break;
                    }
                    batch.backings.clear();
                }
                Turn::Over => {}
            }
        }
        // What a lane knows of this batch's backings says nothing about the next one's.
        for index in touched {
            if let Some(lane) = self.lanes.get_mut(index) {
                lane.backing = None;
            }
        }
        (!batch.frames.is_empty()).then_some(batch)
    }
}
