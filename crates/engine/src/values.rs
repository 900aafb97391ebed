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
        });
        self.single_index.insert_unique(hash, (hash, place), |(hash, _)| *hash);
    }

    /// Totals of every variable, in the order of first sight, blocks first.
    pub(crate) fn totals(&self, pairs: &Pairs, mut give: impl FnMut(ValueRow)) {
        for block in &self.blocks {
            let address = block.address.to_string().into_boxed_str();
            for (index, track) in (0u32..).zip(&block.tracks) {
                let object = format!("{} {}", block.label, block.first.saturating_add(index)).into();
                let kind = if block.bits == 1 { "bool" } else { "uint16" };
                give(row(
                    pairs,
                    block.pair,
                    block.protocol,
                    address.clone(),
                    object,
                    kind,
                    track,
                    block.samples,
                    block.at,
                ));
            }
        }
        for single in &self.singles {
            let (address, object) =
                (single.address.to_string().into_boxed_str(), single.object.to_string().into_boxed_str());
            give(row(
                pairs,
                single.pair,
                single.protocol,
                address,
                object,
                single.kind,
                &single.track,
                single.samples,
                single.at,
            ));
        }
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
    }
}
