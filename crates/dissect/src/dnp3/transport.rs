//! Transport segments and the application fragments they are put together to (IEEE 1815-2012, clause 8).

use crate::{Anomalies, Visitor};

/// Set on the last segment of a fragment (8.2.2.1).
const FINAL: u8 = 0x80;
/// Set on the first segment of a fragment.
const FIRST: u8 = 0x40;
/// Bits of the sequence number.
const SEQUENCE: u8 = 0x3f;
/// Largest fragment that is put together. Devices take 2,048 bytes by default and say up to 65,535 in their
/// attributes; what is larger than this is marked and dropped.
const MAX_FRAGMENT: usize = 32_768;
/// Pairs of link addresses of one flow that have a fragment under way at once; the oldest is given up.
const MAX_ASSEMBLIES: usize = 8;

/// The byte before every segment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Header(pub(super) u8);

impl Header {
    /// Begins a fragment.
    pub(super) const fn is_first(self) -> bool {
        self.0 & FIRST != 0
    }

    /// Ends a fragment.
    pub(super) const fn is_final(self) -> bool {
        self.0 & FINAL != 0
    }

    const fn sequence(self) -> u8 {
        self.0 & SEQUENCE
    }

    pub(super) fn visit(self, visitor: &mut dyn Visitor) {
        visitor.begin_object("transport");
        visitor.flag("fir", self.is_first());
        visitor.flag("fin", self.is_final());
        visitor.uint("sequence", u64::from(self.sequence()));
        visitor.end_object();
    }
}

#[derive(Debug)]
struct Assembly {
    source: u16,
    destination: u16,
    last: u8,
    data: Vec<u8>,
}

/// Fragments under way, by source and destination.
#[derive(Debug, Default)]
pub(super) struct Assemblies {
    list: Vec<Assembly>,
}

/// What a segment that is not a whole fragment leads to.
pub(super) enum Joined {
    /// The fragment is whole.
    Whole(Vec<u8>),
    /// More segments follow, or this one is dropped.
    Waiting(Anomalies),
}

impl Assemblies {
    /// Takes a segment of a fragment of several; `cut` when bytes of the segment are missing.
    pub(super) fn push(
        &mut self,
        source: u16,
        destination: u16,
        header: Header,
        data: &[u8],
        cut: bool,
    ) -> Joined {
        let at = self.list.iter().position(|each| each.source == source && each.destination == destination);
        if header.is_first() {
            let mut anomalies = Anomalies::NONE;
            if let Some(at) = at {
                // A new start drops what was under way (8.2.2.3).
                self.list.remove(at);
                anomalies |= Anomalies::BAD_SEQUENCE;
            }
            if cut {
                return Joined::Waiting(anomalies);
            }
            if self.list.len() >= MAX_ASSEMBLIES {
                self.list.remove(0);
            }
            self.list.push(Assembly { source, destination, last: header.sequence(), data: data.to_vec() });
            return Joined::Waiting(anomalies);
        }
        let Some(at) = at else { return Joined::Waiting(Anomalies::BAD_SEQUENCE) };
        let Some(assembly) = self.list.get_mut(at) else { return Joined::Waiting(Anomalies::BAD_SEQUENCE) };
        let expected = assembly.last.wrapping_add(1) & SEQUENCE;
        if header.sequence() != expected {
            // The same segment again is passed over, any other ends the fragment (8.2.2.3).
            let again = header.sequence() == assembly.last && assembly.data.ends_with(data);
            if !again {
                self.list.remove(at);
            }
            let mark = if again { Anomalies::DUPLICATE } else { Anomalies::BAD_SEQUENCE };
            return Joined::Waiting(mark);
        }
        if assembly.data.len().saturating_add(data.len()) > MAX_FRAGMENT {
            self.list.remove(at);
            return Joined::Waiting(Anomalies::TOO_LARGE);
        }
        assembly.last = expected;
        assembly.data.extend_from_slice(data);
        if header.is_final() {
            return Joined::Whole(self.list.remove(at).data);
        }
        if cut {
            self.list.remove(at);
        }
        Joined::Waiting(Anomalies::NONE)
    }

    /// A fragment of one segment drops what was under way between the two.
    pub(super) fn drop_between(&mut self, source: u16, destination: u16) -> bool {
        let before = self.list.len();
        self.list.retain(|each| each.source != source || each.destination != destination);
        self.list.len() < before
    }

    /// Bytes are lost: nothing under way can be completed.
    pub(super) fn clear(&mut self) {
        self.list.clear();
    }
}
