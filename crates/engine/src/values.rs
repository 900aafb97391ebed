//! Process variables: last, smallest and largest value, and how often it changed.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;
use hashbrown::HashTable;
use sightglass_dissect::{Number, Protocol, Value, ValueBlock};

use crate::ValueRow;
use crate::kept::{Kept, hash_reference};
use crate::pairs::{Moment, Pairs};

/// Variables of one shard, single and in blocks.
pub(crate) const MAX_VARIABLES: usize = 65_536;

#[derive(Debug, Clone, Copy)]
struct Track {
    last: f64,
    minimum: f64,
    maximum: f64,
    changes: u64,
}

impl Track {
    const fn new(value: f64) -> Self {
        Self { last: value, minimum: value, maximum: value, changes: 0 }
    }

    #[inline]
    fn update(&mut self, value: f64) {
        #[expect(clippy::float_cmp, reason = "the same bits mean that nothing changed")]
        let changed = value != self.last;
        if changed {
            self.last = value;
            self.changes = self.changes.wrapping_add(1);
            if value < self.minimum {
                self.minimum = value;
            }
            if value > self.maximum {
                self.maximum = value;
            }
        }
    }
}

impl Track {
    /// The statistics of this interval and those before.
    fn with(&self, before: Option<&Self>) -> Self {
        let Some(before) = before else { return *self };
        Self {
            last: self.last,
            minimum: self.minimum.min(before.minimum),
            maximum: self.maximum.max(before.maximum),
            changes: self.changes.wrapping_add(before.changes),
        }
    }

    /// Closes an interval: gives its statistics where something changed or was seen first, and begins the next.
    fn close(&mut self, before: &mut Option<Self>) -> Option<Self> {
        let own = *self;
        let told = before.is_none() || own.changes > 0;
        *before = Some(own.with(before.as_ref()));
        *self = Self::new(own.last);
        told.then_some(own)
    }
}

/// Registers or bits of one block; integers, so that a change is one comparison.
#[derive(Debug)]
struct Block {
    pair: u32,
    protocol: Protocol,
    address: Kept,
    label: &'static str,
    first: u32,
    bits: u8,
    /// The bytes as last seen: equal bytes need no look at the single values.
    data: Box<[u8]>,
    tracks: Vec<Track>,
    samples: u64,
    at: Moment,
    /// Statistics and samples of the intervals that are over; empty where none are asked for.
    before: Vec<Option<Track>>,
    counted: u64,
}

#[derive(Debug)]
struct Single {
    pair: u32,
    protocol: Protocol,
    address: Kept,
    object: Kept,
    kind: &'static str,
    track: Track,
    samples: u64,
    at: Moment,
    before: Option<Track>,
    counted: u64,
}

/// The process variables of a shard.
#[derive(Debug, Default)]
pub(crate) struct Values {
    hasher: FixedState,
    blocks: Vec<Block>,
    block_index: HashTable<(u64, u32)>,
    singles: Vec<Single>,
    single_index: HashTable<(u64, u32)>,
    variables: usize,
    pub(crate) overflow: u64,
}

/// The `index`th value of a block.
fn element(data: &[u8], bits: u8, index: usize) -> Option<f64> {
    if bits == 1 {
        let byte = data.get(index / 8)?;
        let bit = u32::try_from(index % 8).ok()?;
        Some(f64::from(byte.checked_shr(bit)? & 1))
    } else {
        let at = index.checked_mul(2)?;
        let bytes = data.get(at..at.checked_add(2)?)?.first_chunk::<2>()?;
        Some(f64::from(u16::from_be_bytes(*bytes)))
    }
}

impl Values {
    /// Takes a run of values.
    #[inline]
    pub(crate) fn block(&mut self, pair: u32, given: &ValueBlock<'_>, at: Moment) {
        let mut state = self.hasher.build_hasher();
        state.write_u32(pair);
        state.write_u32(given.first);
        state.write_u32(given.count);
        state.write_u8(given.protocol as u8);
        state.write_usize(given.label.len());
        hash_reference(&given.address, &mut state);
        let hash = state.finish();
        let blocks = &mut self.blocks;
        let found = self.block_index.find(hash, |(_, number)| {
            blocks.get(*number as usize).is_some_and(|block| {
                block.pair == pair
                    && block.first == given.first
                    && block.tracks.len() == given.count as usize
                    && block.protocol == given.protocol
                    && block.label == given.label
                    && block.address.is(&given.address)
            })
        });
        if let Some((_, number)) = found {
            let Some(block) = blocks.get_mut(*number as usize) else { return };
            block.samples = block.samples.wrapping_add(1);
            block.at = at;
            if *block.data == *given.data {
                return;
            }
            for (index, track) in block.tracks.iter_mut().enumerate() {
                if let Some(value) = element(given.data, given.bits, index) {
                    track.update(value);
                }
            }
            if block.data.len() == given.data.len() {
                block.data.copy_from_slice(given.data);
            } else {
                block.data = given.data.into();
            }
            return;
        }
        let count = given.count as usize;
        if self.variables.saturating_add(count) > MAX_VARIABLES {
            self.overflow = self.overflow.wrapping_add(u64::from(given.count));
            return;
        }
        let Ok(number) = u32::try_from(self.blocks.len()) else { return };
        self.variables = self.variables.saturating_add(count);
        let tracks =
            (0..count).filter_map(|index| element(given.data, given.bits, index).map(Track::new)).collect();
        self.blocks.push(Block {
            pair,
            protocol: given.protocol,
            address: Kept::of(given.address),
            label: given.label,
            first: given.first,
            bits: given.bits,
            data: given.data.into(),
            tracks,
            samples: 1,
            at,
            before: Vec::new(),
            counted: 0,
        });
        self.block_index.insert_unique(hash, (hash, number), |(hash, _)| *hash);
    }

    /// Takes one value.
    #[inline]
    pub(crate) fn single(&mut self, pair: u32, given: &Value<'_>, at: Moment) {
        let number = match given.number {
            Number::Bool(value) => f64::from(u8::from(value)),
            #[expect(
                clippy::cast_precision_loss,
                reason = "statistics of a process value, not an identifier"
            )]
            Number::Int(value) => value as f64,
            #[expect(
                clippy::cast_precision_loss,
                reason = "statistics of a process value, not an identifier"
            )]
            Number::Uint(value) => value as f64,
            Number::Float(value) if value.is_finite() => value,
            Number::Float(_) => return,
        };
        let mut state = self.hasher.build_hasher();
        state.write_u32(pair);
        state.write_u8(given.protocol as u8);
        hash_reference(&given.address, &mut state);
        hash_reference(&given.object, &mut state);
        let hash = state.finish();
        let singles = &mut self.singles;
        let found = self.single_index.find(hash, |(_, at)| {
            singles.get(*at as usize).is_some_and(|single| {
                single.pair == pair
                    && single.protocol == given.protocol
                    && single.kind == given.kind
                    && single.object.is(&given.object)
                    && single.address.is(&given.address)
            })
        });
        if let Some((_, place)) = found {
            let Some(single) = singles.get_mut(*place as usize) else { return };
            single.samples = single.samples.wrapping_add(1);
            single.at = at;
            single.track.update(number);
            return;
        }
        if self.variables >= MAX_VARIABLES {
            self.overflow = self.overflow.wrapping_add(1);
            return;
        }
        let Ok(place) = u32::try_from(self.singles.len()) else { return };
        self.variables = self.variables.saturating_add(1);
        self.singles.push(Single {
            pair,
            protocol: given.protocol,
            address: Kept::of(given.address),
            object: Kept::of(given.object),
            kind: given.kind,
            track: Track::new(number),
            samples: 1,
            at,
            before: None,
            counted: 0,
        });
        self.single_index.insert_unique(hash, (hash, place), |(hash, _)| *hash);
    }

    /// Totals of every variable, in the order of first sight, blocks first.
    pub(crate) fn totals(&self, pairs: &Pairs, mut give: impl FnMut(ValueRow)) {
        for block in &self.blocks {
            let address = block.address.to_string().into_boxed_str();
            for (index, track) in block.tracks.iter().enumerate() {
                let track = track.with(block.before.get(index).and_then(Option::as_ref));
                give(block.row(pairs, &address, index, &track, block.samples, "final"));
            }
        }
        for single in &self.singles {
            give(single.row(pairs, &single.track.with(single.before.as_ref()), single.samples, "final"));
        }
    }

    /// Closes an interval: the variables that changed in it or were seen first.
    pub(crate) fn interval(&mut self, pairs: &Pairs, mut give: impl FnMut(ValueRow)) {
        for block in &mut self.blocks {
            let samples = block.samples.wrapping_sub(block.counted);
            if samples == 0 {
                continue;
            }
            block.counted = block.samples;
            block.before.resize(block.tracks.len(), None);
            let mut told = Vec::new();
            for (index, (track, before)) in block.tracks.iter_mut().zip(&mut block.before).enumerate() {
                told.extend(track.close(before).map(|track| (index, track)));
            }
            let address = block.address.to_string().into_boxed_str();
            for (index, track) in told {
                give(block.row(pairs, &address, index, &track, samples, "interval"));
            }
        }
        for single in &mut self.singles {
            let samples = single.samples.wrapping_sub(single.counted);
            if samples == 0 {
                continue;
            }
            single.counted = single.samples;
            if let Some(track) = single.track.close(&mut single.before) {
                give(single.row(pairs, &track, samples, "interval"));
            }
        }
    }
}

impl Block {
    fn row(
        &self,
        pairs: &Pairs,
        address: &str,
        index: usize,
        track: &Track,
        samples: u64,
        event: &'static str,
    ) -> ValueRow {
        let number = self.first.saturating_add(u32::try_from(index).unwrap_or(u32::MAX));
        let object = format!("{} {number}", self.label).into();
        let kind = if self.bits == 1 { "bool" } else { "uint16" };
        row(pairs, self.pair, self.protocol, address.into(), object, kind, track, samples, self.at, event)
    }
}

impl Single {
    fn row(&self, pairs: &Pairs, track: &Track, samples: u64, event: &'static str) -> ValueRow {
        let (address, object) =
            (self.address.to_string().into_boxed_str(), self.object.to_string().into_boxed_str());
        row(pairs, self.pair, self.protocol, address, object, self.kind, track, samples, self.at, event)
    }
}

#[expect(clippy::too_many_arguments, reason = "the two callers give the parts of one row")]
fn row(
    pairs: &Pairs,
    pair: u32,
    protocol: Protocol,
    address: Box<str>,
    object: Box<str>,
    kind: &'static str,
    track: &Track,
    samples: u64,
    at: Moment,
    event: &'static str,
) -> ValueRow {
    let pair = pairs.get(pair);
    ValueRow {
        order: at.order,
        server_ip: pair.and_then(|pair| pair.key.server.ip()),
        server_mac: pair.and_then(|pair| pair.server_mac),
        vlan: pair.and_then(|pair| pair.key.vlan),
        protocol: protocol.name(),
        address,
        object,
        kind,
        last: track.last,
        minimum: track.minimum,
        maximum: track.maximum,
        changes: track.changes,
        samples,
        ts_ns: at.ts_ns,
        frame: at.frame,
        source: at.source,
        event,
    }
}
