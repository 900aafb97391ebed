//! Addresses and objects that outlive their message; their text is made only where somebody reads it.

use std::fmt;
use std::hash::{Hash, Hasher};

use sightglass_dissect::{Part, Reference};

use crate::clean::clean;

/// A reference that outlives its message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// Numbers with labels.
    Plain(Reference<'static>),
    /// Text of the wire, as it was.
    Text(Box<str>),
}

impl Kept {
    pub(crate) fn of(reference: Reference<'_>) -> Self {
        match reference {
            Reference::Text(text) => Self::Text(text.into()),
            Reference::None => Self::Plain(Reference::None),
            Reference::One(a) => Self::Plain(Reference::One(a)),
            Reference::Two(a, b) => Self::Plain(Reference::Two(a, b)),
            Reference::Three(a, b, c) => Self::Plain(Reference::Three(a, b, c)),
            Reference::Range { label, first, last } => Self::Plain(Reference::Range { label, first, last }),
        }
    }

    #[inline]
    pub(crate) fn is(&self, reference: &Reference<'_>) -> bool {
        match (self, reference) {
            (Self::Text(own), Reference::Text(other)) => **own == **other,
            (Self::Plain(own), other) => same(own, other),
            _ => false,
        }
    }
}

impl fmt::Display for Kept {
    /// Fit to show: wire text is cleaned and bounded.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain(reference) => reference.fmt(f),
            Self::Text(text) => f.write_str(&clean(text)),
        }
    }
}

/// Labels come from one place each, so their addresses nearly always decide.
#[inline]
pub(crate) fn same_label(a: &'static str, b: &'static str) -> bool {
    std::ptr::eq(a, b) || a == b
}

#[inline]
fn same_part(a: &Part, b: &Part) -> bool {
    a.value == b.value && same_label(a.label, b.label)
}

#[inline]
fn same(own: &Reference<'static>, other: &Reference<'_>) -> bool {
    match (own, other) {
        (Reference::None, Reference::None) => true,
        (Reference::One(a), Reference::One(x)) => same_part(a, x),
        (Reference::Two(a, b), Reference::Two(x, y)) => same_part(a, x) && same_part(b, y),
        (Reference::Three(a, b, c), Reference::Three(x, y, z)) => {
            same_part(a, x) && same_part(b, y) && same_part(c, z)
        }
        (Reference::Range { label, first, last }, Reference::Range { label: l, first: f, last: t }) => {
            first == f && last == t && same_label(label, l)
        }
        _ => false,
    }
}

/// Feeds a reference to a hash: numbers and names, labels by length only (they follow from protocol and function).
#[inline]
pub(crate) fn hash_reference(reference: &Reference<'_>, state: &mut impl Hasher) {
    match reference {
        Reference::None => state.write_u8(0),
        Reference::One(a) => state.write_u64(a.value.wrapping_add(1)),
        Reference::Two(a, b) => {
            state.write_u64(a.value);
            state.write_u64(b.value);
        }
        Reference::Three(a, b, c) => {
            state.write_u64(a.value);
            state.write_u64(b.value);
            state.write_u64(c.value);
        }
        Reference::Range { first, last, .. } => {
            state.write_u64(*first);
            state.write_u64(*last);
        }
        Reference::Text(text) => text.hash(state),
    }
}
