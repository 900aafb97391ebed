//! One pass from frames to events.
//!
//! Frames are decoded (`wire`), put together and assigned to flows (`flow`), taken apart (`dissect`) and turned into
//! [`Events`]: what is new at once, what repeats as totals. State is split into [`SHARDS`] fixed shards by unordered
//! address pair; workers take shards and never share one, so any number of workers gives the same output.

mod activity;
mod analyze;
mod batch;
mod clean;
mod clock;
mod decode;
mod evidence;
mod expected;
mod files;
mod flow_state;
mod foreign;
mod front;
mod interval;
mod json;
mod jsonl;
mod kept;
mod observe;
mod pairs;
mod recognise;
mod relation;
mod rows;
mod rules;
mod sctp;
mod shard;
mod state;
mod stats;
mod table;
mod unknown;
mod values;
mod workers;

pub use analyze::{Analysis, Options, analyze};
pub use batch::{Batch, Events, Intervals};
pub use decode::{DecodeOptions, Decoding, decode};
pub use evidence::{EvidenceError, Wish, Written, write_evidence};
pub use files::FileContent;
pub use foreign::{
    Fault, FaultKind, Foreign, ForeignCounts, ForeignFact, ForeignField, ForeignMessage, ForeignProtocol,
    ForeignSession, ForeignValue, MAX_FAULTS, Parsed, ParsedEnd,
};
pub use rows::*;
pub use rules::{RuleError, Rules};
pub use sightglass_capture::CaptureError;
pub use stats::Summary;
pub use table::{Cell, ColumnType, Row};

/// Fixed number of shards: more than any number of workers, so that the split never depends on it.
pub const SHARDS: usize = 64;
