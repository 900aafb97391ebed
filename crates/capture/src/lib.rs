//! Capture files, filters and packet sources.
//!
//! [`Input::open`] takes files, folders and `-` (standard input) as one network and hands out [`Batch`]es of
//! frames in order of time. Plain files are mapped ([`mod@map`] holds the crate's only `unsafe`), compressed ones and
//! streams are read in chunks of at most a few MiB, so that memory stays bounded for any length of input.
//!
//! Formats: pcap (micro- and nanosecond, both byte orders, the "modified" variant with 24-byte record headers)
//! and pcapng, each also inside gzip or zstd. Not read: snoop, ERF, Network Monitor and other vendors' formats, which are
//! named in the error with the way to convert them.

mod batch;
mod decompress;
mod discover;
mod error;
pub mod filter;
mod info;
mod input;
mod link;
mod map;
mod merge;
mod pcap;
mod pcapng;
mod reader;
mod source;
mod write;

pub use batch::{BATCH_FRAMES, Batch, Frame, TimeQuality};
pub use error::CaptureError;
pub use filter::{Filter, FilterError};
pub use info::{CaptureInfo, Format, InterfaceInfo, Timestamp, Warning, WarningKind};
pub use input::{Input, InputStats, MAX_CAPTURES, Options};
pub use link::{LINK_CUSTOM_BLOCK, link_name};
pub use write::PcapngWriter;
