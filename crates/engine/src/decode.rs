//! Decoding of captures: every application message as a line of JSON, in frame order.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use sightglass_capture::{CaptureError, Filter, Input};
use sightglass_dissect::Protocol;

use crate::FlowRow;
use crate::analyze::Crew;
use crate::foreign::{ForeignCounts, ForeignProtocol};
use crate::jsonl::Lines;
use crate::state::Mode;

/// Frames after which lines are handed over.
const HAND_OVER_FRAMES: u64 = 16_384;

/// How to decode.
#[derive(Default)]
pub struct DecodeOptions {
    /// Only messages of these protocols; all without it.
    pub protocols: Option<Vec<Protocol>>,
    /// Frames to look at.
    pub filter: Option<Filter>,
    /// Threads.
    pub workers: usize,
    /// Whether lines say the transport (`proto`), and flows are handed over when they end.
    pub flows: bool,
    /// Protocols of plug-ins.
    pub foreign: Vec<ForeignProtocol>,
}

/// Starts decoding captures as one network.
///
/// # Errors
/// [`CaptureError`] when a capture cannot be read at all.
pub fn decode(paths: &[PathBuf], options: DecodeOptions) -> Result<Decoding, CaptureError> {
    let input = Input::open(paths, sightglass_capture::Options { filter: options.filter })?;
    let several = input.captures().len() > 1;
    let names: Arc<[String]> = if several {
        input.captures().iter().map(|capture| capture.name.clone()).collect()
    } else {
        Arc::new([])
    };
    let protocols: Option<Arc<[Protocol]>> = options.protocols.map(Into::into);
    let flows = options.flows;
    let mode = move || Mode::Decode(Lines::new(protocols.clone(), Arc::clone(&names), flows));
    let crew = Crew::start(options.workers.clamp(1, 32), &options.foreign.into(), mode);
    Ok(Decoding { input, crew, flows: Vec::new(), done: false, foreign: BTreeMap::new() })
}

/// Decoding under way.
pub struct Decoding {
    input: Input,
    crew: Crew,
    flows: Vec<FlowRow>,
    done: bool,
    foreign: BTreeMap<&'static str, ForeignCounts>,
}

impl Decoding {
    /// The next lines, newline-terminated; `None` at the end.
    pub fn next_lines(&mut self) -> Option<String> {
        if self.done {
            return None;
        }
        let mut frames = 0u64;
        while frames < HAND_OVER_FRAMES {
            let Some(batch) = self.input.next_batch() else {
                self.crew.end();
                self.done = true;
                break;
            };
            frames = frames.saturating_add(batch.frames.len() as u64);
            self.crew.take(batch);
        }
        let mut lines: Vec<(u64, String)> = Vec::new();
        let mut leaving = Vec::new();
        self.crew.each(|worker| {
            for shard in &mut worker.shards {
                leaving.append(&mut shard.state.expected.leaving);
                if let Mode::Decode(own) = &mut shard.state.mode {
                    lines.append(&mut own.lines);
                }
                self.flows.append(&mut shard.state.events.flows);
            }
        });
        self.crew.announce(leaving);
        if self.done {
            let foreign = &mut self.foreign;
            self.crew.each(|worker| {
                for shard in &worker.shards {
                    shard
                        .state
                        .foreign(|protocol, counts| foreign.entry(protocol).or_default().merge(counts));
                }
            });
        }
        lines.sort_by_key(|(order, _)| *order);
        Some(lines.into_iter().map(|(_, line)| line).collect())
    }

    /// The flows that ended since the last call, in the order of their first frames; none unless they were asked for.
    pub fn take_flows(&mut self) -> Vec<FlowRow> {
        let mut flows = std::mem::take(&mut self.flows);
        flows.sort_by_key(|flow| flow.order);
        flows
    }

    /// What the user should know about the captures, after the end.
    pub fn warnings(&self) -> Vec<String> {
        let own = self.input.captures().iter().flat_map(|capture| &capture.warnings);
        let own = own.chain(self.input.skipped()).map(|warning| warning.text.clone());
        own.chain(self.foreign.iter().filter_map(|(name, counts)| counts.warning(name))).collect()
    }
}
