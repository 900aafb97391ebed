//! What a message is about: a unit behind an address, or an object within it.

use std::fmt;

/// One labelled number, e.g. `unit 1` or `class 0x6b`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Part {
    /// What the number counts, in the protocol's words.
    pub label: &'static str,
    /// The number.
    pub value: u64,
}

/// A protocol address or object without allocation; its text is what outputs and baselines show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Reference<'a> {
    /// Nothing is addressed beyond the host.
    #[default]
    None,
    /// One number: `unit 1`, `slot 3`.
    One(Part),
    /// Two numbers: `rack 0 slot 2`, `object_type 8 instance 1234`.
    Two(Part, Part),
    /// Three numbers: `class 6 instance 1 attribute 3`.
    Three(Part, Part, Part),
    /// An inclusive range: `holding_register 0-9`.
    Range {
        /// The table or space that is addressed.
        label: &'static str,
        /// First address.
        first: u64,
        /// Last address, inclusive.
        last: u64,
    },
    /// A name as the wire carried it; cleaned where it is shown.
    Text(&'a str),
}

impl Reference<'_> {
    /// A reference of one labelled number.
    pub const fn one(label: &'static str, value: u64) -> Self {
        Self::One(Part { label, value })
    }

    /// A reference of two labelled numbers.
    pub const fn two(first: (&'static str, u64), second: (&'static str, u64)) -> Self {
        Self::Two(Part { label: first.0, value: first.1 }, Part { label: second.0, value: second.1 })
    }

    /// `count` consecutive addresses from `first` on; a count of zero names the first alone.
    pub const fn range(label: &'static str, first: u64, count: u64) -> Self {
        Self::Range { label, first, last: first.saturating_add(count.saturating_sub(1)) }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.label, self.value)
    }
}

impl fmt::Display for Reference<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::One(a) => write!(f, "{a}"),
            Self::Two(a, b) => write!(f, "{a} {b}"),
            Self::Three(a, b, c) => write!(f, "{a} {b} {c}"),
            Self::Range { label, first, last } if first == last => write!(f, "{label} {first}"),
            Self::Range { label, first, last } => write!(f, "{label} {first}-{last}"),
            Self::Text(text) => f.write_str(text),
        }
    }
}
