//! IP fragments put together again.
//!
//! Spec: RFC 791 (3.2 fragmentation and reassembly), RFC 8200 (4.5), RFC 5722 (overlaps), RFC 6946 (atomic
//! fragments), RFC 1858 and 3128 (tiny fragments).
//!
//! A datagram comes out as a whole IP packet, header included, so that it can be decoded as if it had never
//! been cut. Bytes seen first stand; receivers differ in this, so every overlap is told.

mod datagram;
mod rebuild;

use std::collections::BTreeMap;

use core::hash::{BuildHasher, Hash, Hasher};

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use sightglass_wire::Ip;

use datagram::{Added, Parts};

/// One fragment of an IP packet.
#[derive(Clone, Copy, Debug)]
pub struct Fragment<'a> {
    /// Source address.
    pub src: Ip,
    /// Destination address.
    pub dst: Ip,
    /// IPv4: the protocol field; IPv6: the fragment header's next header.
    pub proto: u8,
    /// Identification: 16 bits in IPv4, 32 in IPv6.
    pub id: u32,
    /// Outermost 802.1Q VLAN id, 0 when untagged.
    pub vlan: u16,
    /// Place of the payload in the datagram, in bytes.
    pub offset: u32,
    /// More fragments follow.
    pub more: bool,
    /// The IP header of this fragment with its options; in IPv6 the headers before the fragment header too.
    pub header: &'a [u8],
    /// What follows: in IPv6 behind the fragment header.
    pub payload: &'a [u8],
    /// Bytes of payload that the capture's snap length cut off.
    pub missing: u32,
    /// Frame number.
    pub frame: u64,
    /// Packet time, Unix nanoseconds.
    pub ts_ns: i64,
}

/// What was odd about a datagram's fragments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent marks, each with its own name in events")]
pub struct FragmentAnomalies {
    /// Fragments overlap with the same content.
    pub overlap: bool,
    /// Fragments overlap with different content (teardrop and its kin).
    pub overlap_differs: bool,
    /// A fragment other than the last is too small to hold a transport header, or not a multiple of 8 bytes.
    pub tiny: bool,
    /// Fragments disagree about where the datagram ends.
    pub end_differs: bool,
}

impl FragmentAnomalies {
    /// True when anything is set.
    pub const fn any(self) -> bool {
        self.overlap || self.overlap_differs || self.tiny || self.end_differs
    }
}

/// A datagram that is whole again.
#[derive(Debug, PartialEq, Eq)]
pub struct Datagram {
    /// The IP packet: header without traces of fragmentation, and payload.
    pub bytes: Vec<u8>,
    /// Bytes at its end that the capture cut off.
    pub missing: u32,
    /// Frame of its first fragment by arrival; the frame at hand completed it.
    pub first_frame: u64,
    /// Fragments it came in, repetitions included.
    pub fragments: u32,
    /// What was odd.
    pub anomalies: FragmentAnomalies,
}

/// Why a fragment was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dropped {
    /// The whole would be larger than an IP packet can be (ping of death); its datagram is given up.
    Oversized,
    /// All of it was known.
    Duplicate,
    /// It has no payload.
    Empty,
    /// Its datagram has too many fragments and is given up.
    TooManyFragments,
    /// The header given is none of an IP packet.
    BadHeader,
    /// The capture cut it short, so that the datagram cannot become whole.
    Cut,
}

/// What became of a fragment.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// More have to come.
    Waiting,
    /// It was the last one missing.
    Whole(Datagram),
    /// It was not taken.
    Dropped(Dropped),
}

/// Caps of a [`Defragmenter`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Unfinished datagrams at a time.
    pub datagrams: usize,
    /// Bytes of all of them, bookkeeping included.
    pub bytes: usize,
    /// How long one may take from its first fragment, in nanoseconds of packet time.
    pub age_ns: i64,
}

impl Limits {
    /// Unfinished datagrams.
    pub const DATAGRAMS: usize = 1024;
    /// Bytes of unfinished datagrams.
    pub const BYTES: usize = 8 << 20;
    /// Age of unfinished datagrams: what common systems wait.
    pub const AGE_NS: i64 = 30_000_000_000;
}

impl Default for Limits {
    fn default() -> Self {
        Self { datagrams: Self::DATAGRAMS, bytes: Self::BYTES, age_ns: Self::AGE_NS }
    }
}

/// What happened in a [`Defragmenter`] since it was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Fragments given.
    pub fragments: u64,
    /// Datagrams that became whole.
    pub whole: u64,
    /// Unfinished datagrams that were too old.
    pub expired: u64,
    /// Unfinished datagrams that made room for others.
    pub evicted: u64,
    /// Fragments dropped, with their datagrams where these could not become whole any more.
    pub dropped: u64,
}

/// What the fragments of one datagram share. IPv6 receivers do not look at the protocol (RFC 8200, 4.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Key {
    src: Ip,
    dst: Ip,
    id: u32,
    vlan: u16,
    proto: Option<u8>,
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u128(u128::from_le_bytes(self.src.0));
        state.write_u128(u128::from_le_bytes(self.dst.0));
        let proto = self.proto.map_or(0x100, u64::from);
        state.write_u64(u64::from(self.id) | u64::from(self.vlan) << 32 | proto << 48);
    }
}

/// The fragment that completed a datagram, to know its copy on a port mirrored twice.
#[derive(Clone, Copy, Debug)]
struct Completion {
    key: Key,
    offset: u32,
    hash: u64,
    ts_ns: i64,
}

/// Completions remembered, and for how long. Copies follow at once; ids come again.
const COMPLETIONS: usize = 32;
const COPY_NS: i64 = 1_000_000_000;

/// Collects fragments until their datagrams are whole.
#[derive(Debug)]
pub struct Defragmenter {
    /// Number of the unfinished datagram of a key.
    numbers: HashMap<Key, u64, FixedState>,
    /// Unfinished datagrams by number, oldest first.
    unfinished: BTreeMap<u64, (Key, Parts)>,
    next_number: u64,
    used_bytes: usize,
    completions: Vec<Completion>,
    next_completion: usize,
    clock_ns: i64,
    limits: Limits,
    counters: Counters,
}

impl Default for Defragmenter {
    fn default() -> Self {
        Self::new(Limits::default())
    }
}

impl Defragmenter {
    /// An empty one; it takes memory as it fills.
    pub fn new(limits: Limits) -> Self {
        Self {
            numbers: HashMap::with_hasher(FixedState::with_seed(0)),
            unfinished: BTreeMap::new(),
            next_number: 0,
            used_bytes: 0,
            completions: Vec::new(),
            next_completion: 0,
            clock_ns: i64::MIN,
            limits,
            counters: Counters::default(),
        }
    }

    /// What happened so far.
    pub const fn counters(&self) -> &Counters {
        &self.counters
    }

    /// Number of unfinished datagrams.
    pub fn len(&self) -> usize {
        self.unfinished.len()
    }

    /// True without unfinished datagrams.
    pub fn is_empty(&self) -> bool {
        self.unfinished.is_empty()
    }

    /// Bytes of unfinished datagrams, bookkeeping included.
    pub const fn used_bytes(&self) -> usize {
        self.used_bytes
    }

    /// Take in one fragment.
    pub fn push(&mut self, fragment: &Fragment<'_>) -> Outcome {
        self.counters.fragments = self.counters.fragments.saturating_add(1);
        let outcome = self.take_in(fragment);
        match &outcome {
            Outcome::Whole(_) => self.counters.whole = self.counters.whole.saturating_add(1),
            Outcome::Dropped(_) => self.counters.dropped = self.counters.dropped.saturating_add(1),
            Outcome::Waiting => {}
        }
        outcome
    }

    /// Give up what is too old at `now_ns`. [`Defragmenter::push`] does this too.
    pub fn expire(&mut self, now_ns: i64) {
        self.clock_ns = self.clock_ns.max(now_ns);
        while let Some((&number, (_, parts))) = self.unfinished.first_key_value() {
            if parts.first_ns.saturating_add(self.limits.age_ns) > self.clock_ns {
                break;
            }
            self.give_up(number);
            self.counters.expired = self.counters.expired.saturating_add(1);
        }
    }

    fn take_in(&mut self, fragment: &Fragment<'_>) -> Outcome {
        self.expire(fragment.ts_ns);
        let proto = fragment.src.octets_v4().map(|_| fragment.proto);
        let key = Key { src: fragment.src, dst: fragment.dst, id: fragment.id, vlan: fragment.vlan, proto };
        if fragment.offset == 0 && !fragment.more {
            // An atomic fragment stands for itself, whatever else has its id (RFC 6946, 4).
            return rebuild::whole(fragment).map_or(Outcome::Dropped(Dropped::BadHeader), Outcome::Whole);
        }
        if fragment.payload.is_empty() && fragment.missing == 0 {
            return Outcome::Dropped(Dropped::Empty);
        }
        let number = match self.numbers.get(&key) {
            Some(&number) => number,
            None if self.is_copy(&key, fragment) => return Outcome::Dropped(Dropped::Duplicate),
            None => self.begin(key, fragment),
        };
        let Some((_, parts)) = self.unfinished.get_mut(&number) else { return Outcome::Waiting };
        let before = parts.cost();
        let added = parts.add(fragment);
        let after = parts.cost();
        self.used_bytes = self.used_bytes.saturating_sub(before).saturating_add(after);
        match added {
            Added::Waiting => {
                self.make_room(number);
                Outcome::Waiting
            }
            Added::Duplicate => Outcome::Dropped(Dropped::Duplicate),
            Added::Hopeless(why) => {
                self.give_up(number);
                Outcome::Dropped(why)
            }
            Added::Complete => {
                self.remember(key, fragment);
                let whole = self.take(number).and_then(Parts::into_datagram);
                whole.map_or(Outcome::Dropped(Dropped::BadHeader), Outcome::Whole)
            }
        }
    }

    fn begin(&mut self, key: Key, fragment: &Fragment<'_>) -> u64 {
        while self.unfinished.len() >= self.limits.datagrams.max(1) {
            if !self.evict_oldest() {
                break;
            }
        }
        let number = self.next_number;
        self.next_number = self.next_number.wrapping_add(1);
        let parts = Parts::new(fragment.frame, self.clock_ns);
        self.used_bytes = self.used_bytes.saturating_add(parts.cost());
        self.numbers.insert(key, number);
        self.unfinished.insert(number, (key, parts));
        number
    }

    /// Evict the oldest until the bytes fit; `number`, at hand, goes last.
    fn make_room(&mut self, number: u64) {
        while self.used_bytes > self.limits.bytes {
            let oldest = self.unfinished.keys().copied().find(|&other| other != number);
            self.give_up(oldest.unwrap_or(number));
            self.counters.evicted = self.counters.evicted.saturating_add(1);
            if oldest.is_none() {
                break;
            }
        }
    }

    fn evict_oldest(&mut self) -> bool {
        let Some((&number, _)) = self.unfinished.first_key_value() else { return false };
        self.give_up(number);
        self.counters.evicted = self.counters.evicted.saturating_add(1);
        true
    }

    fn give_up(&mut self, number: u64) {
        self.take(number);
    }

    fn take(&mut self, number: u64) -> Option<Parts> {
        let (key, parts) = self.unfinished.remove(&number)?;
        self.numbers.remove(&key);
        self.used_bytes = self.used_bytes.saturating_sub(parts.cost());
        Some(parts)
    }

    fn is_copy(&self, key: &Key, fragment: &Fragment<'_>) -> bool {
        let since_ns = fragment.ts_ns.saturating_sub(COPY_NS);
        self.completions.iter().any(|seen| {
            seen.key == *key
                && seen.offset == fragment.offset
                && seen.ts_ns >= since_ns
                && seen.hash == content_hash(fragment.payload)
        })
    }

    fn remember(&mut self, key: Key, fragment: &Fragment<'_>) {
        let hash = content_hash(fragment.payload);
        let completion = Completion { key, offset: fragment.offset, hash, ts_ns: fragment.ts_ns };
        match self.completions.get_mut(self.next_completion) {
            Some(place) => *place = completion,
            None => self.completions.push(completion),
        }
        self.next_completion = self.next_completion.wrapping_add(1) % COMPLETIONS;
    }
}

fn content_hash(bytes: &[u8]) -> u64 {
    FixedState::with_seed(0).hash_one(bytes)
}

#[cfg(test)]
mod tests;
