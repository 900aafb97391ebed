//! The summary of an input: what was read, what was spoken, what was lost, what was not understood.

use std::collections::BTreeMap;

use sightglass_capture::{CaptureInfo, Warning};
use sightglass_dissect::{Function, hex};

use crate::foreign::ForeignCounts;
use crate::shard::Shard;
use crate::unknown::{UnknownCount, UnknownKey};

/// Kinds of unknown traffic shown, most bytes first; the rest is summed.
const MAX_UNKNOWN: usize = 64;

/// Counters of one protocol.
#[derive(Debug, Default, Clone)]
pub struct ProtocolCounts {
    /// Messages.
    pub messages: u64,
    /// Flows that spoke it, confirmed by content.
    pub flows: u64,
    /// Payload bytes of these flows; inner layers travel in those of the outer one.
    pub bytes: u64,
    /// Messages that are out of their specification.
    pub malformed: u64,
    /// Messages whose function has no name.
    pub unknown_functions: u64,
    /// Messages by function.
    pub functions: BTreeMap<String, u64>,
}

/// Totals of an input.
#[derive(Debug, Default)]
pub struct Summary {
    /// Frames read, the filtered ones left out.
    pub packets: u64,
    /// Bytes of them on the wire.
    pub bytes: u64,
    /// Earliest time in Unix nanoseconds.
    pub first_ts_ns: Option<i64>,
    /// Latest time in Unix nanoseconds.
    pub last_ts_ns: Option<i64>,
    /// By protocol.
    pub protocols: BTreeMap<&'static str, ProtocolCounts>,
    /// Loss and damage, by counter; zeros included.
    pub loss: BTreeMap<&'static str, u64>,
    /// What plug-ins did, by protocol.
    pub plugins: BTreeMap<&'static str, ForeignCounts>,
    /// Traffic that no dissector claims.
    pub unknown: Vec<(UnknownKey, UnknownCount)>,
    /// The captures, in the order of input.
    pub captures: Vec<CaptureSummary>,
    /// Files of a folder that were left out.
    pub skipped: Vec<String>,
}

/// What is said of one capture.
#[derive(Debug, Clone)]
pub struct CaptureSummary {
    /// File name without folders.
    pub name: String,
    /// First 16 hexadecimal digits of its SHA-256.
    pub sha256: String,
    /// Packets read.
    pub packets: u64,
    /// Whether it ends inside a packet.
    pub cut: bool,
    /// What the user should know.
    pub warnings: Vec<String>,
}

impl Summary {
    /// Adds what one shard counted.
    pub(crate) fn add(&mut self, shard: &Shard) {
        let state = &shard.state;
        for (protocol, function, count) in state.activities.counts() {
            let counts = self.protocols.entry(protocol.name()).or_default();
            counts.messages = counts.messages.saturating_add(count);
            if matches!(function, Function::Unknown(_)) {
                counts.unknown_functions = counts.unknown_functions.saturating_add(count);
            }
            let by_function = counts.functions.entry(function.to_string()).or_default();
            *by_function = by_function.saturating_add(count);
        }
        for (protocol, (bytes, malformed)) in &state.spoken.counts {
            let counts = self.protocols.entry(protocol.name()).or_default();
            counts.bytes = counts.bytes.saturating_add(*bytes);
            counts.malformed = counts.malformed.saturating_add(*malformed);
        }
        state.foreign(|protocol, counts| self.plugins.entry(protocol).or_default().merge(counts));
        shard.loss(|name, count| self.lose(name, count));
        for (key, count) in state.unknown.iter() {
            match self.unknown.iter_mut().find(|(known, _)| known == key) {
                Some((_, sum)) => sum.merge(count),
                None => self.unknown.push((*key, count.clone())),
            }
        }
    }

    /// Counts a confirmed flow.
    pub(crate) fn flow(&mut self, protocol: &'static str) {
        let counts = self.protocols.entry(protocol).or_default();
        counts.flows = counts.flows.saturating_add(1);
    }

    pub(crate) fn lose(&mut self, name: &'static str, count: u64) {
        let sum = self.loss.entry(name).or_default();
        *sum = sum.saturating_add(count);
    }

    /// Takes over what is known of the captures; `hash` reads each file once more.
    pub(crate) fn captures(&mut self, captures: &[CaptureInfo], skipped: &[Warning], hash: bool) {
        self.captures = captures
            .iter()
            .map(|capture| CaptureSummary {
                name: capture.name.clone(),
                sha256: if hash { capture.sha256().unwrap_or_default().to_owned() } else { String::new() },
                packets: capture.packets,
                cut: capture.cut,
                warnings: capture.warnings.iter().map(|warning| warning.text.clone()).collect(),
            })
            .collect();
        self.skipped = skipped.iter().map(|warning| warning.text.clone()).collect();
    }

    /// The summary as one JSON object.
    pub fn to_json(&self) -> String {
        let mut unknown: Vec<_> = self.unknown.iter().collect();
        unknown.sort_by_key(|(key, count)| (std::cmp::Reverse(count.bytes), *key));
        let shown: Vec<_> = unknown
            .iter()
            .take(MAX_UNKNOWN)
            .map(|(key, count)| {
                let sample = count.sample.get(..usize::from(count.sampled)).unwrap_or_default();
                serde_json::json!({
                    "layer": key.layer, "number": key.number, "flows": count.flows, "packets": count.packets,
                    "bytes": count.bytes, "sample": hex(sample), "smallest": count.sizes.map(|sizes| sizes.0),
                    "mean": count.mean(), "largest": count.sizes.map(|sizes| sizes.1),
                    "entropy": count.entropy().map(|bits| (bits * 100.0).round() / 100.0),
                    "entropy_bytes": count.looked_at(),
                })
            })
            .collect();
        let protocols: serde_json::Map<_, _> = self
            .protocols
            .iter()
            .map(|(name, counts)| {
                let value = serde_json::json!({
                    "messages": counts.messages, "flows": counts.flows, "functions": counts.functions,
                    "bytes": counts.bytes, "malformed": counts.malformed,
                    "unknown_functions": counts.unknown_functions,
                });
                ((*name).to_owned(), value)
            })
            .collect();
        let plugins: serde_json::Map<_, _> = self
            .plugins
            .iter()
            .map(|(name, counts)| {
                let fault = counts.first_fault.as_ref();
                let value = serde_json::json!({
                    "asked": counts.asked, "claimed": counts.claimed, "bytes": counts.bytes,
                    "bytes_left_out": counts.bytes_left_out, "exceptions": counts.exceptions,
                    "too_slow": counts.too_slow, "wrong_returns": counts.wrong_returns,
                    "switched_off": counts.switched_off, "first_fault": fault.map(|(_, _, text)| text),
                    "first_fault_frame": fault.map(|(_, frame, _)| frame),
                    "warning": counts.warning(name),
                });
                ((*name).to_owned(), value)
            })
            .collect();
        let captures: Vec<_> = self
            .captures
            .iter()
            .map(|capture| {
                serde_json::json!({
                    "name": capture.name, "sha256": capture.sha256, "packets": capture.packets, "cut": capture.cut,
                    "warnings": capture.warnings,
                })
            })
            .collect();
        serde_json::json!({
            "packets": self.packets, "bytes": self.bytes, "first_ts_ns": self.first_ts_ns,
            "last_ts_ns": self.last_ts_ns, "protocols": protocols, "loss": self.loss, "unknown": shown, "plugins": plugins,
            "unknown_kinds": self.unknown.len(), "captures": captures, "skipped": self.skipped,
        })
        .to_string()
    }
}
