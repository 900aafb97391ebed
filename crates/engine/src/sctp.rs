//! SCTP associations: from data chunks to user messages.
//!
//! Spec: RFC 9260, 3.2 (chunks), 3.3.1 (DATA), 6.9 (fragmentation). Interleaved data (RFC 8260) is not put together;
//! the checksum is not verified.

use sightglass_flow::Side;

/// Fragments of one direction that wait for others; a sender has one message under way in each stream.
pub(crate) const MAX_FRAGMENTS: usize = 64;
/// Bytes of them.
pub(crate) const MAX_FRAGMENT_BYTES: usize = 128 * 1024;
/// Chunk types (RFC 9260, 3.2).
const DATA: u8 = 0;
const INIT: u8 = 1;
/// Flags of a data chunk (RFC 9260, 3.3.1): it ends a message, it begins one.
const ENDS: u8 = 1;
const BEGINS: u8 = 2;
/// Bytes of a chunk's header, and of a data chunk's behind it.
const HEADER: usize = 4;
const DATA_HEADER: usize = 12;
/// Transmission numbers below the highest of which is known whether they came.
const WINDOW: u32 = 64;

/// One chunk.
struct Chunk<'a> {
    kind: u8,
    flags: u8,
    value: &'a [u8],
    /// Bytes of it that the capture cut off.
    missing: u32,
}

/// The chunks of a packet.
struct Chunks<'a>(&'a [u8]);

impl<'a> Iterator for Chunks<'a> {
    type Item = Chunk<'a>;

    fn next(&mut self) -> Option<Chunk<'a>> {
        let (&[kind, flags, high, low], rest) = self.0.split_first_chunk::<HEADER>()?;
        let length = usize::from(u16::from_be_bytes([high, low])).checked_sub(HEADER)?;
        let value = rest.get(..length).unwrap_or(rest);
        let missing = u32::try_from(length.saturating_sub(value.len())).unwrap_or(u32::MAX);
        // Chunks are padded to four bytes, which the length does not count.
        self.0 = rest.get(length.next_multiple_of(HEADER)..).unwrap_or_default();
        Some(Chunk { kind, flags, value, missing })
    }
}

struct Fragment {
    number: u32,
    stream: u16,
    flags: u8,
    frame: u64,
    data: Vec<u8>,
}

/// What one side sent.
#[derive(Default)]
struct Sent {
    /// Highest transmission number, and a bit for each of those up to it that came.
    highest: Option<u32>,
    came: u64,
    /// In the order of their numbers.
    fragments: Vec<Fragment>,
    bytes: usize,
}

/// An association.
#[derive(Default)]
pub(crate) struct Association {
    sent: [Sent; 2],
    /// Who opened it, where that was seen.
    pub(crate) opener: Option<Side>,
    /// Fragments that were dropped.
    pub(crate) dropped: u64,
}

/// A user message.
pub(crate) struct Whole<'a> {
    pub(crate) data: std::borrow::Cow<'a, [u8]>,
    pub(crate) missing: u32,
    /// Frame of its first fragment.
    pub(crate) first_frame: u64,
}

impl Association {
    /// Takes the chunks of a packet and gives the messages that they complete, in the order of the wire.
    pub(crate) fn packet<'a>(
        &mut self,
        side: Side,
        payload: &'a [u8],
        frame: u64,
        mut give: impl FnMut(Option<Side>, Whole<'a>),
    ) {
        for chunk in Chunks(payload) {
            if chunk.kind == INIT {
                // An association anew, with numbers of its own.
                self.sent = Default::default();
                self.opener = Some(side);
            }
            if chunk.kind != DATA {
                continue;
            }
            let Some((&[a, b, c, d, high, low, ..], data)) = chunk.value.split_first_chunk::<DATA_HEADER>()
            else {
                continue;
            };
            let number = u32::from_be_bytes([a, b, c, d]);
            let sent = side.of_mut(&mut self.sent);
            if !sent.is_new(number) {
                continue;
            }
            let flags = chunk.flags & (BEGINS | ENDS);
            if flags == BEGINS | ENDS {
                give(self.opener, Whole { data: data.into(), missing: chunk.missing, first_frame: frame });
                continue;
            }
            if chunk.missing > 0 {
                self.dropped = self.dropped.saturating_add(1);
                continue;
            }
            let stream = u16::from_be_bytes([high, low]);
            let dropped = sent.insert(Fragment { number, stream, flags, frame, data: data.to_vec() });
            self.dropped = self.dropped.saturating_add(dropped);
            if let Some((first_frame, data)) = sent.complete(number) {
                give(self.opener, Whole { data: data.into(), missing: 0, first_frame });
            }
        }
    }
}

/// How far a number lies behind another (RFC 9260, 1.6: serial arithmetic).
const fn behind(number: u32, other: u32) -> i32 {
    number.wrapping_sub(other).cast_signed()
}

impl Sent {
    /// Whether a transmission number comes for the first time; very late ones count as repeated.
    fn is_new(&mut self, number: u32) -> bool {
        let Some(highest) = self.highest else {
            (self.highest, self.came) = (Some(number), 1);
            return true;
        };
        let step = behind(number, highest);
        if step > 0 {
            self.came = self.came.checked_shl(step.unsigned_abs()).unwrap_or(0) | 1;
            self.highest = Some(number);
            return true;
        }
        if step.unsigned_abs() >= WINDOW {
            return false;
        }
        let bit = 1u64.checked_shl(step.unsigned_abs()).unwrap_or(0);
        let new = self.came & bit == 0;
        self.came |= bit;
        new
    }

    /// Keeps a fragment; gives how many were dropped for it.
    fn insert(&mut self, fragment: Fragment) -> u64 {
        self.bytes = self.bytes.saturating_add(fragment.data.len());
        let at = self.fragments.partition_point(|other| behind(other.number, fragment.number) < 0);
        self.fragments.insert(at, fragment);
        let mut dropped = 0u64;
        while self.fragments.len() > MAX_FRAGMENTS || self.bytes > MAX_FRAGMENT_BYTES {
            let old = self.fragments.remove(0);
            self.bytes = self.bytes.saturating_sub(old.data.len());
            dropped = dropped.saturating_add(1);
        }
        dropped
    }

    /// The message that a fragment belongs to, once it is whole: its numbers follow one another.
    fn complete(&mut self, number: u32) -> Option<(u64, Vec<u8>)> {
        let own = self.fragments.iter().position(|fragment| fragment.number == number)?;
        let stream = self.fragments.get(own)?.stream;
        let mut first = own;
        while self.fragments.get(first)?.flags & BEGINS == 0 {
            let before = self.fragments.get(first.checked_sub(1)?)?;
            if behind(self.fragments.get(first)?.number, before.number) != 1 || before.stream != stream {
                return None;
            }
            first = first.saturating_sub(1);
        }
        let mut last = own;
        while self.fragments.get(last)?.flags & ENDS == 0 {
            let after = self.fragments.get(last.saturating_add(1))?;
            if behind(after.number, self.fragments.get(last)?.number) != 1 || after.stream != stream {
                return None;
            }
            last = last.saturating_add(1);
        }
        let first_frame = self.fragments.get(first)?.frame;
        let mut data = Vec::new();
        for fragment in self.fragments.drain(first..=last) {
            data.extend_from_slice(&fragment.data);
        }
        self.bytes = self.bytes.saturating_sub(data.len());
        Some((first_frame, data))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(number: u32, flags: u8, data: &[u8]) -> Vec<u8> {
        let mut bytes = vec![DATA, flags];
        bytes.extend(
            u16::try_from(HEADER.wrapping_add(DATA_HEADER).wrapping_add(data.len()))
                .unwrap_or(0)
                .to_be_bytes(),
        );
        bytes.extend(number.to_be_bytes());
        bytes.extend([0, 1, 0, 0, 0, 0, 0, 0]);
        bytes.extend(data);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    }

    /// `first frame, missing: text` of every message; each packet has a frame of its own, from 1 on.
    fn messages(association: &mut Association, packets: &[Vec<u8>]) -> Vec<String> {
        let mut found = Vec::new();
        for (frame, packet) in (1..).zip(packets) {
            association.packet(Side::A, packet, frame, |_, whole| {
                let text = String::from_utf8_lossy(&whole.data).into_owned();
                found.push(format!("{},{}: {text}", whole.first_frame, whole.missing));
            });
        }
        found
    }

    #[test]
    fn chunks_of_one_packet_are_messages_and_repeated_ones_are_none() {
        let both = [chunk(u32::MAX, 3, b"one"), chunk(0, 3, b"two")].concat();
        let packets = [both, chunk(0, 3, b"two"), chunk(u32::MAX, 3, b"one"), chunk(1, 7, b"three")];
        let mut association = Association::default();
        assert_eq!(messages(&mut association, &packets), ["1,0: one", "1,0: two", "4,0: three"]);
    }

    #[test]
    fn fragments_come_in_any_order() {
        let parts = [chunk(7, 2, b"a"), chunk(8, 0, b"b"), chunk(9, 1, b"c")];
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
            let packets: Vec<_> = order.iter().filter_map(|at: &usize| parts.get(*at).cloned()).collect();
            let found = messages(&mut Association::default(), &packets);
            assert!(found.len() == 1 && found.concat().ends_with(",0: abc"), "{found:?}");
        }
        assert_eq!(messages(&mut Association::default(), &[chunk(7, 2, b"a"), chunk(9, 1, b"c")]).len(), 0);
    }

    #[test]
    fn what_waits_is_bounded_and_what_is_dropped_is_counted() {
        let packets: Vec<_> = (0..200).map(|number| chunk(number * 2, 0, b"x")).collect();
        let mut association = Association::default();
        assert_eq!(messages(&mut association, &packets).len(), 0);
        assert_eq!(association.sent[0].fragments.len(), MAX_FRAGMENTS);
        assert_eq!(association.dropped, 200 - MAX_FRAGMENTS as u64);
    }

    #[test]
    fn every_cut_is_survived_and_a_cut_message_says_so() {
        let packet = chunk(1, 3, b"abcdefgh");
        for end in 0..packet.len() {
            let cut = packet.get(..end).unwrap_or_default().to_vec();
            let found = messages(&mut Association::default(), &[cut]);
            assert_eq!(found.is_empty(), end < HEADER + DATA_HEADER, "{end}");
        }
        let cut = packet.get(..packet.len() - 3).unwrap_or_default().to_vec();
        assert_eq!(messages(&mut Association::default(), &[cut]), ["1,3: abcde"]);
        assert_eq!(messages(&mut Association::default(), &[vec![0, 0, 0, 0, 1, 2, 3, 4]]).len(), 0);
    }

    #[test]
    fn an_association_anew_begins_to_count_anew() {
        let packets = [chunk(1, 3, b"a"), vec![INIT, 0, 0, 4], chunk(1, 3, b"a")];
        let mut association = Association::default();
        assert_eq!(messages(&mut association, &packets), ["1,0: a", "3,0: a"]);
        assert_eq!(association.opener, Some(Side::A));
    }
}
