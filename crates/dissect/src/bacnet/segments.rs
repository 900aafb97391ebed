//! Segmented requests and results, put together (ASHRAE 135, 5.2).

use super::apdu::Segment;

/// Transfers of one flow that are under way; a device has one or two.
const MAX_TRANSFERS: usize = 4;
/// Largest result that is put together: an object list of some ten thousand objects.
const MAX_BYTES: usize = 65_536;

/// What a segment does to its transfer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Joined {
    /// More segments follow.
    Waiting,
    /// This was the last: the parameters of all.
    Whole(Vec<u8>),
    /// Segments before this one are lost, or it is too large.
    Broken,
}

#[derive(Debug)]
struct Transfer<K> {
    key: K,
    next: u8,
    data: Vec<u8>,
}

/// The transfers of a flow.
#[derive(Debug)]
pub(super) struct Segments<K> {
    list: Vec<Transfer<K>>,
}

impl<K> Default for Segments<K> {
    fn default() -> Self {
        Self { list: Vec::new() }
    }
}

impl<K: PartialEq> Segments<K> {
    /// Takes a segment. `intact` is false where some of its bytes are lost.
    pub(super) fn take(&mut self, key: K, segment: Segment, data: &[u8], intact: bool) -> Joined {
        let known = self.list.iter().position(|transfer| transfer.key == key);
        let at = match (segment.sequence, known) {
            // A new transfer; also sequence number 0 after 255 of a long one.
            (0, Some(at)) if self.list.get(at).is_some_and(|transfer| transfer.next == 0) => at,
            (0, _) => {
                if let Some(at) = known {
                    self.list.remove(at);
                }
                if self.list.len() >= MAX_TRANSFERS {
                    self.list.remove(0);
                }
                self.list.push(Transfer { key, next: 0, data: Vec::new() });
                self.list.len().saturating_sub(1)
            }
            (_, Some(at)) => at,
            (_, None) => return Joined::Broken,
        };
        let Some(transfer) = self.list.get_mut(at) else { return Joined::Broken };
        let ahead = segment.sequence.wrapping_sub(transfer.next);
        if ahead > 127 {
            // Sent again within the window.
            return Joined::Waiting;
        }
        if ahead != 0 || !intact || transfer.data.len().saturating_add(data.len()) > MAX_BYTES {
            self.list.remove(at);
            return Joined::Broken;
        }
        transfer.data.extend_from_slice(data);
        transfer.next = segment.sequence.wrapping_add(1);
        if segment.more { Joined::Waiting } else { Joined::Whole(self.list.remove(at).data) }
    }

    /// Forgets every transfer.
    pub(super) fn clear(&mut self) {
        self.list.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(sequence: u8, more: bool) -> Segment {
        Segment { sequence, window: 4, more }
    }

    #[test]
    fn segments_in_order_give_the_whole() {
        let mut segments = Segments::default();
        assert_eq!(segments.take(1, segment(0, true), b"ab", true), Joined::Waiting);
        assert_eq!(segments.take(2, segment(0, true), b"xx", true), Joined::Waiting);
        assert_eq!(segments.take(1, segment(1, true), b"cd", true), Joined::Waiting);
        assert_eq!(segments.take(1, segment(1, true), b"cd", true), Joined::Waiting, "sent again");
        assert_eq!(segments.take(1, segment(2, false), b"e", true), Joined::Whole(b"abcde".to_vec()));
        assert_eq!(segments.take(1, segment(2, false), b"e", true), Joined::Broken, "nothing waits any more");
        assert_eq!(segments.take(2, segment(2, false), b"e", true), Joined::Broken, "one is lost");
    }

    #[test]
    fn long_transfers_wrap_and_stay_bounded() {
        let mut segments = Segments::default();
        for number in 0..300u16 {
            let sequence = number.to_le_bytes()[0];
            assert_eq!(
                segments.take(1, segment(sequence, true), &[7; 100], true),
                Joined::Waiting,
                "{number}"
            );
        }
        assert_eq!(segments.take(1, segment(44, true), &vec![7; MAX_BYTES], true), Joined::Broken);
        for key in 0..100 {
            segments.take(key, segment(0, true), &[], true);
        }
        assert_eq!(segments.list.len(), MAX_TRANSFERS);
    }
}
