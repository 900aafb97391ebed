//! Doubly linked lists through the slots of a slab, oldest entry first.

/// No slot.
pub(super) const NIL: u32 = u32::MAX;

/// The place of one slot in the list that holds it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Links {
    pub(super) prev: u32,
    pub(super) next: u32,
}

impl Links {
    pub(super) const NONE: Self = Self { prev: NIL, next: NIL };
}

/// A slab whose slots can be linked.
pub(super) trait Slots {
    /// The links of `slot`, `None` when there is no such slot.
    fn links(&mut self, slot: u32) -> Option<&mut Links>;
}

/// Ends of one list.
#[derive(Clone, Copy, Debug)]
pub(super) struct List {
    pub(super) head: u32,
    tail: u32,
    pub(super) len: u32,
}

impl List {
    pub(super) const EMPTY: Self = Self { head: NIL, tail: NIL, len: 0 };

    /// Append `slot`, which must be in no list.
    pub(super) fn push_back(&mut self, slots: &mut impl Slots, slot: u32) {
        if let Some(links) = slots.links(slot) {
            *links = Links { prev: self.tail, next: NIL };
        }
        match slots.links(self.tail) {
            Some(links) => links.next = slot,
            None => self.head = slot,
        }
        self.tail = slot;
        self.len = self.len.saturating_add(1);
    }

    /// Take `slot`, which must be in this list, out of it.
    pub(super) fn unlink(&mut self, slots: &mut impl Slots, slot: u32) {
        let Some(links) = slots.links(slot) else { return };
        let Links { prev, next } = core::mem::replace(links, Links::NONE);
        match slots.links(prev) {
            Some(links) => links.next = next,
            None => self.head = next,
        }
        match slots.links(next) {
            Some(links) => links.prev = prev,
            None => self.tail = prev,
        }
        self.len = self.len.saturating_sub(1);
    }

    pub(super) const fn is_last(&self, slot: u32) -> bool {
        self.tail == slot
    }
}
