//! The fragments of one datagram.

use super::rebuild::{self, MAX_PACKET};
use super::{Datagram, Dropped, Fragment, FragmentAnomalies};

/// Fragments kept of one datagram: a full-size packet over the smallest IPv4 link (68 bytes, 48 of them
/// payload) comes in 1,366.
const MAX_PIECES: usize = 2048;

/// What a piece costs beside its bytes.
const PIECE_COST: usize = 64;
/// What a datagram costs beside its pieces.
const DATAGRAM_COST: usize = 256;

const TCP: u8 = 6;
/// Smallest first fragment that cannot hide transport fields: RFC 1858, 3 for TCP, else the UDP header.
const TINY_TCP: usize = 20;
const TINY: usize = 8;

#[derive(Debug)]
struct Piece {
    start: u32,
    bytes: Box<[u8]>,
}

impl Piece {
    fn end(&self) -> u32 {
        self.start.saturating_add(len_of(&self.bytes))
    }
}

/// What became of a fragment added to a datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Added {
    Waiting,
    Complete,
    Duplicate,
    Hopeless(Dropped),
}

/// Fragments of one datagram so far.
#[derive(Debug)]
pub(super) struct Parts {
    /// In order and without overlap.
    pieces: Vec<Piece>,
    /// Sum of the pieces' bytes.
    held: usize,
    /// Header of the fragment at 0, and the protocol it names.
    header: Option<(Box<[u8]>, u8)>,
    /// Size of the datagram's payload, once its last fragment is here.
    size: Option<u32>,
    first_frame: u64,
    pub(super) first_ns: i64,
    fragments: u32,
    anomalies: FragmentAnomalies,
}

impl Parts {
    pub(super) const fn new(first_frame: u64, first_ns: i64) -> Self {
        Self {
            pieces: Vec::new(),
            held: 0,
            header: None,
            size: None,
            first_frame,
            first_ns,
            fragments: 0,
            anomalies: FragmentAnomalies {
                overlap: false,
                overlap_differs: false,
                tiny: false,
                end_differs: false,
            },
        }
    }

    /// Memory in bytes, with bookkeeping.
    pub(super) fn cost(&self) -> usize {
        let header = self.header.as_ref().map_or(0, |(bytes, _)| bytes.len());
        let pieces = self.pieces.len().saturating_mul(PIECE_COST);
        DATAGRAM_COST.saturating_add(self.held).saturating_add(header).saturating_add(pieces)
    }

    pub(super) fn add(&mut self, fragment: &Fragment<'_>) -> Added {
        self.fragments = self.fragments.saturating_add(1);
        if fragment.missing > 0 {
            return Added::Hopeless(Dropped::Cut);
        }
        let start = fragment.offset;
        let end = start.saturating_add(len_of(fragment.payload));
        if end > MAX_PACKET {
            return Added::Hopeless(Dropped::Oversized);
        }
        self.note_shape(fragment);
        if start == 0 && self.header.is_none() {
            self.header = Some((fragment.header.into(), fragment.proto));
        }
        let known_end = self.pieces.last().map_or(0, Piece::end);
        let limit = match (self.size, fragment.more) {
            (None, true) => end,
            (None, false) => {
                self.anomalies.end_differs |= known_end > end;
                self.size = Some(end.max(known_end));
                end
            }
            (Some(size), more) => {
                self.anomalies.end_differs |= end > size || !more && end != size;
                end.min(size)
            }
        };
        let (added, known) = self.insert(start, limit, fragment.payload);
        if self.pieces.len() > MAX_PIECES {
            return Added::Hopeless(Dropped::TooManyFragments);
        }
        let whole = self.size == u32::try_from(self.held).ok() && self.header.is_some();
        match (whole, added || !known) {
            (true, _) => Added::Complete,
            (false, true) => Added::Waiting,
            (false, false) => Added::Duplicate,
        }
    }

    fn note_shape(&mut self, fragment: &Fragment<'_>) {
        let len = fragment.payload.len();
        let smallest = if fragment.offset == 0 && fragment.proto == TCP { TINY_TCP } else { TINY };
        // RFC 1858, 3: a TCP fragment at offset 8 can only be there to rewrite the flags.
        let rewrites_flags = fragment.offset == 8 && fragment.proto == TCP;
        let is_tiny = fragment.more && (len < smallest || !len.is_multiple_of(8));
        self.anomalies.tiny |= is_tiny || rewrites_flags;
    }

    /// Put in what is new of `payload` within `start..end`. Gives whether anything was, and whether anything
    /// was known.
    fn insert(&mut self, start: u32, end: u32, payload: &[u8]) -> (bool, bool) {
        let mut at = self.pieces.partition_point(|piece| piece.end() <= start);
        let mut low = start;
        let (mut added, mut known) = (false, false);
        while low < end {
            let next = self.pieces.get(at);
            let free_end = next.map_or(end, |piece| piece.start.min(end));
            if low < free_end {
                let bytes = part(payload, start, low, free_end);
                self.held = self.held.saturating_add(bytes.len());
                self.pieces.insert(at, Piece { start: low, bytes: bytes.into() });
                added = true;
                low = free_end;
                at = at.saturating_add(1);
                continue;
            }
            let Some(piece) = next else { break };
            let stop = piece.end().min(end);
            known = true;
            if part(payload, start, low, stop) != part(&piece.bytes, piece.start, low, stop) {
                self.anomalies.overlap_differs = true;
            }
            let is_same = piece.start == start && piece.end() == end;
            self.anomalies.overlap |= !is_same;
            low = stop.max(low.saturating_add(1));
            at = at.saturating_add(1);
        }
        (added, known)
    }

    /// The whole packet; `None` when its header is none of IP.
    pub(super) fn into_datagram(self) -> Option<Datagram> {
        let (header, proto) = self.header?;
        let payload = self.pieces.iter().map(|piece| &*piece.bytes);
        let bytes = rebuild::packet(&header, proto, payload)?;
        Some(Datagram {
            bytes,
            missing: 0,
            first_frame: self.first_frame,
            fragments: self.fragments,
            anomalies: self.anomalies,
        })
    }
}

/// The part `low..high` (places in the datagram) of `bytes`, which begin at `start`.
fn part(bytes: &[u8], start: u32, low: u32, high: u32) -> &[u8] {
    let place = |at: u32| at.saturating_sub(start) as usize;
    bytes.get(place(low)..place(high)).unwrap_or_default()
}

fn len_of(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX)
}
