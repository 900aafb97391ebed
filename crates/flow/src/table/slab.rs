//! The slots of a table.

use super::lru::{Links, Slots};
use super::policy::Class;

/// The part of an entry that every packet reads: 64 bytes with a [`crate::FlowKey`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Head<K> {
    pub(super) key: K,
    pub(super) last_ns: i64,
    pub(super) links: Links,
    /// Tick of the entry's move to the end of its list; never larger than that of later entries of the list.
    pub(super) listed: u32,
    pub(super) class: Class,
}

/// One place of the table; aligned, so that the head fills one cache line and the state begins in the next,
/// which processors fetch along with it.
#[derive(Debug)]
#[repr(C, align(64))]
pub(super) struct Slot<F, K> {
    pub(super) head: Head<K>,
    /// `None` in a free slot.
    pub(super) value: Option<F>,
}

/// Slots by number.
#[derive(Debug)]
pub(super) struct Slab<F, K>(pub(super) Vec<Slot<F, K>>);

impl<F, K> Slab<F, K> {
    pub(super) fn get(&self, slot: u32) -> Option<&Slot<F, K>> {
        self.0.get(slot as usize)
    }

    pub(super) fn get_mut(&mut self, slot: u32) -> Option<&mut Slot<F, K>> {
        self.0.get_mut(slot as usize)
    }

    pub(super) fn head(&self, slot: u32) -> Option<&Head<K>> {
        self.get(slot).map(|slot| &slot.head)
    }

    /// The slot when it is in use.
    pub(super) fn live(&self, slot: u32) -> Option<(&Head<K>, &F)> {
        let slot = self.get(slot)?;
        Some((&slot.head, slot.value.as_ref()?))
    }
}

impl<F, K> Slots for Slab<F, K> {
    fn links(&mut self, slot: u32) -> Option<&mut Links> {
        self.get_mut(slot).map(|slot| &mut slot.head.links)
    }
}
