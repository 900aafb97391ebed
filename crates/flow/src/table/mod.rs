//! The flow table: one entry per key, bounded in number and in idle time.
//!
//! A hash index of slot numbers points into an array of slots, which begin with a head of one cache line (key,
//! time of the last packet, place in an idle list) before the caller's state. Each [`Class`] of flows has its
//! own idle timeout and its own list, oldest first. To save the list's cache misses an entry moves to its
//! list's end at most once in about a second of packet time, so eviction at the cap is least-recently-used to
//! that precision; timeouts are exact.

mod lru;
mod policy;
mod slab;

use core::hash::{BuildHasher, Hash};

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use crate::FlowKey;
use lru::{Links, List, NIL};
use policy::CLASSES;
pub use policy::{Cause, Class, Counters, Gone, Limits};
use slab::{Head, Slab, Slot};

/// Entries move to the end of their list when this part of their time changes: 2^30 ns.
const TICK_BITS: u32 = 30;

/// Flows by key, with state `F` each.
pub struct Table<F, K = FlowKey> {
    index: HashTable<u32>,
    slots: Slab<F, K>,
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
            slots: Slab(Vec::new()),
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
        let slots = self.slots.0.capacity().saturating_mul(size_of::<Slot<F, K>>());
        let free = self.free.capacity().saturating_mul(size_of::<u32>());
        slots.saturating_add(free).saturating_add(self.index.allocation_size())
    }

    /// Slot of an entry, idle or not, without counting it as used.
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
        mut gone: impl FnMut(Gone<F, K>),
    ) -> (u32, &mut F, bool) {
        self.advance(ts_ns);
        let (slot, is_new) = match self.locate(&key) {
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
        let place = match self.slots.get_mut(slot) {
            Some(slot) => &mut slot.value,
            None => &mut self.spare,
        };
        (slot, place.get_or_insert_with(make), is_new)
    }

    /// State of a slot; `None` when it is free.
    pub fn get(&self, index: u32) -> Option<&F> {
        self.slots.get(index)?.value.as_ref()
    }

    /// State of a slot, to change it; `None` when it is free.
    pub fn get_mut(&mut self, index: u32) -> Option<&mut F> {
        self.slots.get_mut(index)?.value.as_mut()
    }

    /// Key of a slot; `None` when it is free.
    pub fn key(&self, index: u32) -> Option<&K> {
        self.slots.live(index).map(|(head, _)| &head.key)
    }

    /// Packet time of the entry's last packet; `None` when the slot is free.
    pub fn last_ns(&self, index: u32) -> Option<i64> {
        self.slots.live(index).map(|(head, _)| head.last_ns)
    }

    /// Put an entry under another timeout; nothing happens when it is there already or the slot is free.
    #[inline]
    pub fn set_class(&mut self, index: u32, class: Class) {
        let tick = self.tick();
        let Some(slot) = self.slots.get_mut(index) else { return };
        let old = slot.head.class;
        if old == class || slot.value.is_none() {
            return;
        }
        slot.head.class = class;
        slot.head.listed = tick;
        if let Some(list) = self.lists.get_mut(old as usize) {
            list.unlink(&mut self.slots, index);
        }
        if let Some(list) = self.lists.get_mut(class as usize) {
            list.push_back(&mut self.slots, index);
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
            while let Some(head) = self.slots.head(at) {
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
        for slot in 0..u32::try_from(self.slots.0.len()).unwrap_or(NIL) {
            self.remove_as(slot, Cause::Removed, &mut gone);
        }
    }

    /// Slots, keys and states of all entries, in the order of their slots.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &K, &F)> {
        let slots = (0u32..).zip(&self.slots.0);
        slots.filter_map(|(number, slot)| Some((number, &slot.head.key, slot.value.as_ref()?)))
    }

    /// As [`Table::iter`], to change the states.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (u32, &K, &mut F)> {
        let slots = (0u32..).zip(&mut self.slots.0);
        slots.filter_map(|(number, slot)| Some((number, &slot.head.key, slot.value.as_mut()?)))
    }

    fn is_at(&self, slot: u32, key: &K) -> bool {
        self.slots.head(slot).is_some_and(|head| head.key == *key)
    }

    fn is_over(&self, slot: u32) -> bool {
        self.slots
            .head(slot)
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
        let Some(Slot { head, .. }) = self.slots.get_mut(slot) else { return };
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
            list.unlink(&mut self.slots, slot);
            list.push_back(&mut self.slots, slot);
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
            if let Some(place) = self.slots.get_mut(slot) {
                place.head = head;
            }
            slot
        } else {
            let slot = u32::try_from(self.slots.0.len()).unwrap_or(NIL);
            self.slots.0.push(Slot { head, value: None });
            slot
        };
        let hash = self.hasher.hash_one(key);
        let (slots, hasher) = (&self.slots, &self.hasher);
        // A slot always has a head, so the fallback of the re-hash is never taken.
        self.index
            .insert_unique(hash, slot, |&slot| slots.head(slot).map_or(0, |head| hasher.hash_one(head.key)));
        if let Some(list) = self.lists.get_mut(class as usize) {
            list.push_back(&mut self.slots, slot);
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
            self.lists.iter().filter_map(|list| Some((self.slots.head(list.head)?.last_ns, list.head))).min();
        oldest.map_or(NIL, |(_, slot)| slot)
    }

    fn remove_as(&mut self, slot: u32, cause: Cause, gone: &mut impl FnMut(Gone<F, K>)) {
        let Some(place) = self.slots.get_mut(slot) else { return };
        let Some(value) = place.value.take() else { return };
        let Head { key, last_ns, class, .. } = place.head;
        let hash = self.hasher.hash_one(key);
        if let Ok(entry) = self.index.find_entry(hash, |&at| at == slot) {
            entry.remove();
        }
        if let Some(list) = self.lists.get_mut(class as usize) {
            list.unlink(&mut self.slots, slot);
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
