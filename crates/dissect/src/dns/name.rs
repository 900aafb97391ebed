//! Domain names with compression, bounded in length and jumps.

use std::fmt::{self, Write as _};

use crate::{Text, printable};

/// Longest name on the wire (RFC 1035, 2.3.4), and most labels in it.
const MAX_WIRE: usize = 255;
/// Pointers followed in one name. Each must point before the part it stands in, so loops end anyway; this bounds the
/// work on messages made to be slow.
const MAX_JUMPS: usize = 32;

/// Where a name stands in its message.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Name<'a> {
    message: &'a [u8],
    at: usize,
}

/// A name is not whole, has a label of a reserved kind, or runs in circles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Broken;

impl<'a> Name<'a> {
    /// The name at an offset, and the offset after it. Every part is checked.
    pub(crate) fn parse(message: &'a [u8], at: usize) -> Result<(Self, usize), Broken> {
        let name = Self { message, at };
        let mut labels = name.labels();
        let mut wire = 1usize;
        for label in labels.by_ref() {
            wire = wire.saturating_add(label.len()).saturating_add(1);
        }
        if labels.broken || wire > MAX_WIRE {
            return Err(Broken);
        }
        Ok((name, labels.after.unwrap_or(labels.at)))
    }

    /// Labels from the leftmost on.
    pub(crate) fn labels(&self) -> Labels<'a> {
        Labels {
            message: self.message,
            at: self.at,
            floor: self.at,
            after: None,
            jumps: 0,
            done: false,
            broken: false,
        }
    }

    /// The name with dots between its labels; the root is a dot.
    pub(crate) fn text(&self) -> Text<512> {
        Text::of(format_args!("{self}"))
    }

    /// Whether this is the root.
    pub(crate) fn is_root(&self) -> bool {
        self.labels().next().is_none()
    }

    /// Whether the name ends with these labels, in any case.
    pub(crate) fn ends_with(&self, tail: &[&str]) -> bool {
        let count = self.labels().count();
        count >= tail.len()
            && self
                .labels()
                .skip(count.saturating_sub(tail.len()))
                .zip(tail)
                .all(|(label, wanted)| label.eq_ignore_ascii_case(wanted.as_bytes()))
    }

    /// Whether two names are the same, in any case.
    pub(crate) fn equals(&self, other: &Name<'_>) -> bool {
        let (mut mine, mut theirs) = (self.labels(), other.labels());
        loop {
            match (mine.next(), theirs.next()) {
                (None, None) => return true,
                (Some(a), Some(b)) if a.eq_ignore_ascii_case(b) => {}
                _ => return false,
            }
        }
    }
}

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut any = false;
        for label in self.labels() {
            if any {
                f.write_char('.')?;
            }
            any = true;
            // Text after the last blank counts too in a label.
            match std::str::from_utf8(label) {
                Ok(text) => f.write_str(text)?,
                Err(_) => f.write_str(&printable(label))?,
            }
        }
        if any { Ok(()) } else { f.write_char('.') }
    }
}

/// Walks over the labels of a name.
#[derive(Debug, Clone)]
pub(crate) struct Labels<'a> {
    message: &'a [u8],
    at: usize,
    /// Start of the part that is read: pointers must go before it.
    floor: usize,
    /// Where the name ends in the part it began in, once a pointer was followed.
    after: Option<usize>,
    jumps: usize,
    done: bool,
    broken: bool,
}

impl<'a> Labels<'a> {
    fn fail(&mut self) -> Option<&'a [u8]> {
        self.done = true;
        self.broken = true;
        None
    }
}

impl<'a> Iterator for Labels<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        if self.done {
            return None;
        }
        loop {
            let Some(&head) = self.message.get(self.at) else { return self.fail() };
            let next = self.at.saturating_add(1);
            match head {
                0 => {
                    self.at = next;
                    self.done = true;
                    return None;
                }
                1..=63 => {
                    let end = next.saturating_add(usize::from(head));
                    let Some(label) = self.message.get(next..end) else { return self.fail() };
                    self.at = end;
                    return Some(label);
                }
                0xc0.. => {
                    let Some(&low) = self.message.get(next) else { return self.fail() };
                    let target = usize::from(u16::from_be_bytes([head & 0x3f, low]));
                    if self.after.is_none() {
                        self.after = Some(next.saturating_add(1));
                    }
                    self.jumps = self.jumps.saturating_add(1);
                    if target >= self.floor || self.jumps > MAX_JUMPS {
                        return self.fail();
                    }
                    self.floor = target;
                    self.at = target;
                }
                _ => return self.fail(),
            }
        }
    }
}
