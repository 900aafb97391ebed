//! The flow table: one entry per key, bounded in number and in idle time.
//!
//! A hash index of slot numbers points into two arrays of slots: heads of one cache line (key, time of the
//! last packet, place in an idle list), which every packet reads, and the caller's state beside them. Each
//! [`Class`] of flows has its own idle timeout and its own list, oldest first. To save the list's cache misses
//! an entry moves to its list's end at most once in about a second of packet time, so eviction at the cap is
//! least-recently-used to that precision; timeouts are exact.

mod lru;

use core::hash::{BuildHasher, Hash};

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use crate::FlowKey;
use lru::{Links, List, NIL, Slots};

/// How long an idle flow is kept, and how much it is worth keeping when the table is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Class {
    /// TCP: opened by one side and not yet answered.
    HalfOpen = 0,
    /// TCP: both sides agreed, or data is under way.
    Established = 1,
    /// TCP: over.
    Closed = 2,
    /// UDP.
    Udp = 3,
    /// Everything else: ICMP, other IP protocols, layer 2.
    Other = 4,
}

impl Class {
    const ALL: [Self; 5] = [Self::HalfOpen, Self::Established, Self::Closed, Self::Udp, Self::Other];
}

const CLASSES: usize = Class::ALL.len();

/// Entries move to the end of their list when this part of their time changes: 2^30 ns.
const TICK_BITS: u32 = 30;

const SECOND_NS: i64 = 1_000_000_000;

/// Caps of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Entries; at most `u32::MAX - 1`, at least 1.
    pub flows: usize,
    /// Idle time in nanoseconds after which an entry of each [`Class`] is over, indexed by class.
    pub idle_ns: [i64; CLASSES],
}

impl Limits {
    /// Entries in one table by default: 64 shards of this are a million flows.
    pub const FLOWS: usize = 16_384;

    /// Set the idle time of one class, in seconds.
    #[must_use]
    pub fn with_idle_s(mut self, class: Class, idle_s: u32) -> Self {
        if let Some(idle_ns) = self.idle_ns.get_mut(class as usize) {
            *idle_ns = i64::from(idle_s).saturating_mul(SECOND_NS);
        }
        self
    }

    fn idle_ns(&self, class: Class) -> i64 {
        self.idle_ns.get(class as usize).copied().unwrap_or(i64::MAX)
    }
}

impl Default for Limits {
    /// Half-open 60 s, established 1 h, closed 30 s, UDP 120 s, other 120 s.
    fn default() -> Self {
        Self {
            flows: Self::FLOWS,
            idle_ns: [60 * SECOND_NS, 3600 * SECOND_NS, 30 * SECOND_NS, 120 * SECOND_NS, 120 * SECOND_NS],
        }
    }
}

/// Why an entry left the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// Idle for its class's time.
    Expired,
    /// The table was full.
    Evicted,
    /// The caller took it out.
    Removed,
}

/// An entry that left the table.
#[derive(Debug)]
pub struct Gone<F, K = FlowKey> {
    /// What it was found by.
    pub key: K,
    /// The caller's state.
    pub value: F,
    /// Its slot, which may be used again at once.
    pub index: u32,
    /// Packet time of its last packet.
    pub last_ns: i64,
    /// Why.
    pub cause: Cause,
}

/// What happened in a table since it was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Entries made.
    pub inserted: u64,
    /// Entries that went because the table was full, by class.
    pub evicted: [u64; CLASSES],
    /// Entries that went because they were idle, by class.
    pub expired: [u64; CLASSES],
}

impl Counters {
    /// Entries that went because the table was full: loss, to be shown to the user.
    pub fn evicted_total(&self) -> u64 {
        self.evicted.iter().sum()
    }
}

/// The part of an entry that every packet reads: 64 bytes with a [`FlowKey`].
#[derive(Clone, Copy, Debug)]
struct Head<K> {
    key: K,
    last_ns: i64,
    links: Links,
    /// Tick of the entry's move to the end of its list; never larger than that of later entries of the list.
    listed: u32,
    class: Class,
}

struct Heads<K>(Vec<Head<K>>);

impl<K> Heads<K> {
    fn get(&self, slot: u32) -> Option<&Head<K>> {
        self.0.get(slot as usize)
    }

    fn get_mut(&mut self, slot: u32) -> Option<&mut Head<K>> {
        self.0.get_mut(slot as usize)
    }
}

impl<K> Slots for Heads<K> {
    fn links(&mut self, slot: u32) -> Option<&mut Links> {
        self.get_mut(slot).map(|head| &mut head.links)
    }
}

/// Flows by key, with state `F` each.
pub struct Table<F, K = FlowKey> {
    index: HashTable<u32>,
    heads: Heads<K>,
    /// State of each slot; `None` in free ones.
    values: Vec<Option<F>>,
    free: Vec<u32>,
    lists: [List; CLASSES],
    hasher: FixedState,
    limits: Limits,
    /// Largest time seen; time never steps back within a table.
    clock_ns: i64,
    /// Where ticks count from: the first time seen.
    epoch_ns: Option<i64>,
    counters: Counters,
    /// Never used: what a lookup gives if a slot had no place, so that no path can panic.
    spare: Option<F>,
}

impl<F, K: Copy + Eq + Hash> Table<F, K> {
    /// An empty table; it takes memory as it fills.
    ///
    /// The seed of the hash is fixed, since results must not depend on it and do not; a sensor that faces
    /// hostile networks sets its own with [`Table::with_seed`].
    pub fn new(limits: Limits) -> Self {
        Self::with_seed(limits, 0)
    }

    /// As [`Table::new`], with a seed for the hash.
    pub fn with_seed(limits: Limits, seed: u64) -> Self {
        let flows = limits.flows.clamp(1, (NIL - 1) as usize);
        Self {
            index: HashTable::new(),
            heads: Heads(Vec::new()),
            values: Vec::new(),
            free: Vec::new(),
            lists: [List::EMPTY; CLASSES],
            hasher: FixedState::with_seed(seed),
            limits: Limits { flows, ..limits },
            clock_ns: i64::MIN,
            epoch_ns: None,
            counters: Counters::default(),
            spare: None,
        }
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// True without entries.
    pub fn is_empty(&self) -> bool {
        self.index.is_empty()
    }

    /// What happened so far.
    pub const fn counters(&self) -> &Counters {
        &self.counters
    }

    /// Memory of the table itself in bytes, without what the states point to.
    pub fn memory_bytes(&self) -> usize {
        let heads = self.heads.0.capacity().saturating_mul(size_of::<Head<K>>());
        let values = self.values.capacity().saturating_mul(size_of::<Option<F>>());
        let free = self.free.capacity().saturating_mul(size_of::<u32>());
        heads.saturating_add(values).saturating_add(free).saturating_add(self.index.allocation_size())
    }

    /// Slot of an entry, without counting it as used; for looking ahead over a batch, so that the memory of
    /// its flows is on the way before the first is needed. Give it to [`Table::get_or_insert_at`].
    #[inline]
    pub fn locate(&self, key: &K) -> Option<u32> {
        let hash = self.hasher.hash_one(key);
        self.index.find(hash, |&slot| self.is_at(slot, key)).copied()
    }

    /// The entry of `key`, made when there is none or the one there was idle for too long.
    ///
    /// Gives its slot, its state, and whether it is new. `ts_ns` is the packet clock; a time before the
    /// largest one seen counts as that one. `class` and `make` are for a new entry only. What had to leave
    /// (the idle predecessor, or at the cap another flow) goes to `gone` first.
    #[inline]
    pub fn get_or_insert(
        &mut self,
        key: K,
        ts_ns: i64,
        class: Class,
        make: impl FnOnce() -> F,
        gone: impl FnMut(Gone<F, K>),
    ) -> (u32, &mut F, bool) {
        self.get_or_insert_at(None, key, ts_ns, class, make, gone)
    }

    /// As [`Table::get_or_insert`], with the slot where [`Table::locate`] saw the entry; a wrong or outdated
    /// slot costs time only.
    #[inline]
    pub fn get_or_insert_at(
        &mut self,
        hint: Option<u32>,
        key: K,
        ts_ns: i64,
        class: Class,
        make: impl FnOnce() -> F,
        mut gone: impl FnMut(Gone<F, K>),
    ) -> (u32, &mut F, bool) {
        self.advance(ts_ns);
        let found = match hint {
            Some(slot) if self.is_live_at(slot, &key) => Some(slot),
            _ => self.locate(&key),
        };
        let (slot, is_new) = match found {
            Some(slot) if !self.is_over(slot) => {
                self.touch(slot);
                (slot, false)
            }
            stale => {
                if let Some(slot) = stale {
                    self.remove_as(slot, Cause::Expired, &mut gone);
                }
                (self.insert(key, class, &mut gone), true)
            }
        };
        let place = match self.values.get_mut(slot as usize) {
            Some(place) => place,
            None => &mut self.spare,
        };
        (slot, place.get_or_insert_with(make), is_new)
    }

    /// State of a slot; `None` when it is free.
    pub fn get(&self, index: u32) -> Option<&F> {
        self.values.get(index as usize)?.as_ref()
    }

    /// State of a slot, to change it; `None` when it is free.
    pub fn get_mut(&mut self, index: u32) -> Option<&mut F> {
        self.values.get_mut(index as usize)?.as_mut()
    }

    /// Key of a slot; `None` when it is free.
    pub fn key(&self, index: u32) -> Option<&K> {
        self.get(index)?;
        self.heads.get(index).map(|head| &head.key)
    }

    /// Packet time of the entry's last packet; `None` when the slot is free.
    pub fn last_ns(&self, index: u32) -> Option<i64> {
        self.get(index)?;
        self.heads.get(index).map(|head| head.last_ns)
    }

    /// Put an entry under another timeout; nothing happens when it is there already or the slot is free.
    #[inline]
    pub fn set_class(&mut self, index: u32, class: Class) {
        let tick = self.tick();
        let is_live = self.get(index).is_some();
        let Some(head) = self.heads.get_mut(index) else { return };
        let old = head.class;
        if old == class || !is_live {
            return;
        }
        head.class = class;
        head.listed = tick;
        if let Some(list) = self.lists.get_mut(old as usize) {
            list.unlink(&mut self.heads, index);
        }
        if let Some(list) = self.lists.get_mut(class as usize) {
            list.push_back(&mut self.heads, index);
        }
    }

    /// Take an entry out.
    pub fn remove(&mut self, index: u32) -> Option<Gone<F, K>> {
        let mut taken = None;
        self.remove_as(index, Cause::Removed, &mut |gone| taken = Some(gone));
        taken
    }

    /// Hand over all entries that are idle for too long at `now_ns`: class by class, oldest first.
    ///
    /// An idle entry is never found again even when this is not called, so results do not depend on how often
    /// it is; memory does. Call it at fixed boundaries of packet time, for example once a second.
    pub fn expire(&mut self, now_ns: i64, mut gone: impl FnMut(Gone<F, K>)) {
        self.advance(now_ns);
        for class in Class::ALL {
            let idle_ns = self.limits.idle_ns(class);
            let mut at = self.lists.get(class as usize).map_or(NIL, |list| list.head);
            while let Some(head) = self.heads.get(at) {
                // Entries behind this one were listed later, so they are not idle for long enough either.
                if self.listed_ns(head.listed).saturating_add(idle_ns) > self.clock_ns {
                    break;
                }
                let next = head.links.next;
                if self.is_over(at) {
                    self.remove_as(at, Cause::Expired, &mut gone);
                }
                at = next;
            }
        }
    }

    /// Hand over all entries that are left, in the order of their slots; for the end of the input.
    pub fn drain(&mut self, mut gone: impl FnMut(Gone<F, K>)) {
        for slot in 0..u32::try_from(self.values.len()).unwrap_or(NIL) {
            self.remove_as(slot, Cause::Removed, &mut gone);
        }
    }

    /// Slots, keys and states of all entries, in the order of their slots.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &K, &F)> {
        let slots = (0u32..).zip(self.heads.0.iter().zip(&self.values));
        slots.filter_map(|(slot, (head, value))| Some((slot, &head.key, value.as_ref()?)))
    }

    /// As [`Table::iter`], to change the states.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (u32, &K, &mut F)> {
        let slots = (0u32..).zip(self.heads.0.iter().zip(&mut self.values));
        slots.filter_map(|(slot, (head, value))| Some((slot, &head.key, value.as_mut()?)))
    }

    fn is_at(&self, slot: u32, key: &K) -> bool {
        self.heads.get(slot).is_some_and(|head| head.key == *key)
    }

    fn is_live_at(&self, slot: u32, key: &K) -> bool {
        self.is_at(slot, key) && self.get(slot).is_some()
    }

    fn is_over(&self, slot: u32) -> bool {
        self.heads
            .get(slot)
            .is_some_and(|head| head.last_ns.saturating_add(self.limits.idle_ns(head.class)) <= self.clock_ns)
    }

    #[inline]
    fn advance(&mut self, ts_ns: i64) {
        self.clock_ns = self.clock_ns.max(ts_ns);
        if self.epoch_ns.is_none() {
            self.epoch_ns = Some(ts_ns);
        }
    }

    fn tick(&self) -> u32 {
        let since_ns = self.clock_ns.saturating_sub(self.epoch_ns.unwrap_or(0));
        u32::try_from(since_ns >> TICK_BITS).unwrap_or(u32::MAX)
    }

    fn listed_ns(&self, tick: u32) -> i64 {
        self.epoch_ns.unwrap_or(0).saturating_add(i64::from(tick) << TICK_BITS)
    }

    #[inline]
    fn touch(&mut self, slot: u32) {
        let (clock_ns, tick) = (self.clock_ns, self.tick());
        let Some(head) = self.heads.get_mut(slot) else { return };
        head.last_ns = clock_ns;
        if head.listed != tick {
            head.listed = tick;
            let class = head.class;
            self.move_to_end(slot, class);
        }
    }

    fn move_to_end(&mut self, slot: u32, class: Class) {
        let Some(list) = self.lists.get_mut(class as usize) else { return };
        if !list.is_last(slot) {
            list.unlink(&mut self.heads, slot);
            list.push_back(&mut self.heads, slot);
        }
    }

    #[cold]
    #[inline(never)]
    fn insert(&mut self, key: K, class: Class, gone: &mut impl FnMut(Gone<F, K>)) -> u32 {
        if self.len() >= self.limits.flows {
            let victim = self.victim();
            self.remove_as(victim, Cause::Evicted, gone);
        }
        let head = Head { key, last_ns: self.clock_ns, links: Links::NONE, listed: self.tick(), class };
        let slot = if let Some(slot) = self.free.pop() {
            if let Some(place) = self.heads.get_mut(slot) {
                *place = head;
            }
            slot
        } else {
            let slot = u32::try_from(self.values.len()).unwrap_or(NIL);
            self.heads.0.push(head);
            self.values.push(None);
            slot
        };
        let hash = self.hasher.hash_one(key);
        let (heads, hasher) = (&self.heads, &self.hasher);
        // A slot always has a head, so the fallback of the re-hash is never taken.
        self.index
            .insert_unique(hash, slot, |&slot| heads.get(slot).map_or(0, |head| hasher.hash_one(head.key)));
        if let Some(list) = self.lists.get_mut(class as usize) {
            list.push_back(&mut self.heads, slot);
        }
        self.counters.inserted = self.counters.inserted.saturating_add(1);
        slot
    }

    /// What to give up for a new entry: the oldest connection that is over; else, when half-open ones fill a
    /// quarter of the table, as in a flood of SYNs, the oldest of these; else the oldest entry of all.
    fn victim(&self) -> u32 {
        let head_of = |class: Class| self.lists.get(class as usize).copied().unwrap_or(List::EMPTY);
        let closed = head_of(Class::Closed);
        if closed.len > 0 {
            return closed.head;
        }
        let half_open = head_of(Class::HalfOpen);
        if half_open.len as usize > self.limits.flows / 4 {
            return half_open.head;
        }
        let oldest =
            self.lists.iter().filter_map(|list| Some((self.heads.get(list.head)?.last_ns, list.head))).min();
        oldest.map_or(NIL, |(_, slot)| slot)
    }

    fn remove_as(&mut self, slot: u32, cause: Cause, gone: &mut impl FnMut(Gone<F, K>)) {
        let Some(value) = self.values.get_mut(slot as usize).and_then(Option::take) else { return };
        let Some(&Head { key, last_ns, class, .. }) = self.heads.get(slot) else { return };
        let hash = self.hasher.hash_one(key);
        if let Ok(entry) = self.index.find_entry(hash, |&at| at == slot) {
            entry.remove();
        }
        if let Some(list) = self.lists.get_mut(class as usize) {
            list.unlink(&mut self.heads, slot);
        }
        let counted = match cause {
            Cause::Expired => self.counters.expired.get_mut(class as usize),
            Cause::Evicted => self.counters.evicted.get_mut(class as usize),
            Cause::Removed => None,
        };
        if let Some(counter) = counted {
            *counter = counter.saturating_add(1);
        }
        self.free.push(slot);
        gone(Gone { key, value, index: slot, last_ns, cause });
    }
}

#[cfg(test)]
mod tests;
