//! Files and program blocks in transfer: size and hash, and where they are asked for the bytes.

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use sha2::{Digest, Sha256};
use sightglass_dissect::{Direction, FileChunk, Protocol, hex};

use crate::FileRow;
use crate::clean::clean;
use crate::pairs::{Moment, Pair};

/// Transfers of one shard that are under way.
pub(crate) const MAX_TRANSFERS: usize = 256;
/// Most bytes of one file that are kept where contents are asked for: larger than the firmware images of controllers.
pub(crate) const MAX_FILE_CONTENT: usize = 32 << 20;
/// Most bytes of contents that a shard holds at a time, of transfers under way and of those not handed over yet.
pub(crate) const MAX_HELD_CONTENT: usize = 32 << 20;

struct Transfer {
    name: Box<str>,
    hash: Sha256,
    size: u64,
    whole: bool,
    first: Moment,
    direction: Direction,
    touched: u64,
    /// Bytes from the beginning without a gap; none where they are not asked for or too many.
    content: Option<Vec<u8>>,
}

/// The transfers of a shard.
#[derive(Default)]
pub(crate) struct Files {
    open: HashMap<(u64, Protocol, u64), Transfer, FixedState>,
    pub(crate) overflow: u64,
    /// Files whose contents a cap kept from being held.
    pub(crate) contents_overflow: u64,
    /// Bytes of contents held: of open transfers, and of those that wait to be handed over.
    held: usize,
    waiting: usize,
}

/// What a file held; goes with the [`FileRow`] at the same place of its list.
#[derive(Debug, Clone)]
pub struct FileContent {
    /// Position of its frame in all input, as in its row.
    pub order: u64,
    /// Bytes from the beginning to the first gap; none where a cap kept them from being held.
    pub bytes: Option<Box<[u8]>>,
}

impl Files {
    /// Takes a piece; gives the row when it ends the transfer, and with `keep` what was in it.
    pub(crate) fn take(
        &mut self,
        flow_id: u64,
        pair: Option<&Pair>,
        chunk: &FileChunk<'_>,
        at: Moment,
        keep: bool,
    ) -> Option<(FileRow, Option<FileContent>)> {
        let key = (flow_id, chunk.protocol, chunk.handle);
        if !self.open.contains_key(&key) && self.open.len() >= MAX_TRANSFERS {
            self.overflow = self.overflow.wrapping_add(1);
            let oldest = self
                .open
                .iter()
                .min_by_key(|(key, transfer)| (transfer.touched, key.0, key.2))
                .map(|(key, _)| *key);
            if let Some(oldest) = oldest {
                let gone = self.open.remove(&oldest).and_then(|transfer| transfer.content);
                self.held = self.held.saturating_sub(gone.map_or(0, |content| content.len()));
            }
        }
        let transfer = self.open.entry(key).or_insert_with(|| Transfer {
            name: clean(chunk.name),
            hash: Sha256::new(),
            size: 0,
            whole: true,
            first: at,
            direction: chunk.direction,
            touched: at.order,
            content: keep.then(Vec::new),
        });
        if transfer.name.is_empty() {
            transfer.name = clean(chunk.name);
        }
        transfer.touched = at.order;
        if chunk.offset.is_some_and(|offset| offset != transfer.size) {
            // A repeated piece adds nothing; a missing one makes the hash meaningless.
            let end = chunk.offset.unwrap_or(0).saturating_add(chunk.data.len() as u64);
            transfer.whole = transfer.whole && end <= transfer.size;
        } else {
            transfer.hash.update(chunk.data);
            transfer.size = transfer.size.saturating_add(chunk.data.len() as u64);
            if transfer.whole {
                hold(
                    &mut transfer.content,
                    chunk.data,
                    &mut self.held,
                    self.waiting,
                    &mut self.contents_overflow,
                );
            }
        }
        if !chunk.last {
            return None;
        }
        self.end(key, pair, true, at, keep)
    }

    fn end(
        &mut self,
        key: (u64, Protocol, u64),
        pair: Option<&Pair>,
        ended: bool,
        at: Moment,
        keep: bool,
    ) -> Option<(FileRow, Option<FileContent>)> {
        let mut transfer = self.open.remove(&key)?;
        let bytes = transfer.content.take().map(Vec::into_boxed_slice);
        let length = bytes.as_ref().map_or(0, |content| content.len());
        self.held = self.held.saturating_sub(length);
        self.waiting = self.waiting.saturating_add(length);
        let row = transfer.row(key.0, pair, key.1, ended, at);
        let content = keep.then_some(FileContent { order: row.order, bytes });
        Some((row, content))
    }

    /// What waited was handed over.
    pub(crate) const fn handed_over(&mut self) {
        self.waiting = 0;
    }

    /// Gives the transfers of a flow that ended without their end.
    pub(crate) fn close(
        &mut self,
        flow_id: u64,
        pair: Option<&Pair>,
        at: Moment,
        keep: bool,
    ) -> Vec<(FileRow, Option<FileContent>)> {
        if self.open.is_empty() {
            return Vec::new();
        }
        let mut keys: Vec<_> = self.open.keys().copied().filter(|key| key.0 == flow_id).collect();
        keys.sort_unstable();
        keys.into_iter().filter_map(|key| self.end(key, pair, false, at, keep)).collect()
    }

    /// Bytes of one flow are lost: the hashes of its transfers mean nothing any more.
    pub(crate) fn gap(&mut self, flow_id: u64) {
        for (key, transfer) in &mut self.open {
            if key.0 == flow_id {
                transfer.whole = false;
            }
        }
    }
}

/// Adds a piece to what is held of a file, or gives the file's content up where a cap says so.
fn hold(content: &mut Option<Vec<u8>>, piece: &[u8], held: &mut usize, waiting: usize, overflow: &mut u64) {
    let Some(own) = content else { return };
    let length = own.len().saturating_add(piece.len());
    let all = held.saturating_add(waiting).saturating_add(piece.len());
    if length > MAX_FILE_CONTENT || all > MAX_HELD_CONTENT {
        *held = held.saturating_sub(own.len());
        *overflow = overflow.saturating_add(1);
        *content = None;
        return;
    }
    own.extend_from_slice(piece);
    *held = held.saturating_add(piece.len());
}

impl Transfer {
    fn row(self, flow_id: u64, pair: Option<&Pair>, protocol: Protocol, ended: bool, at: Moment) -> FileRow {
        // Flows of several shards may end at one frame, the last of the input: the first piece tells their files apart.
        let order = if ended { at.order } else { self.first.order };
        FileRow {
            order,
            protocol: protocol.name(),
            client_ip: pair.and_then(|pair| pair.key.client.ip()),
            server_ip: pair.and_then(|pair| pair.key.server.ip()),
            client_mac: pair.and_then(|pair| pair.client_mac),
            server_mac: pair.and_then(|pair| pair.server_mac),
            vlan: pair.and_then(|pair| pair.key.vlan),
            direction: match self.direction {
                Direction::Download => "download",
                Direction::Upload => "upload",
            },
            name: self.name,
            size: self.size,
            sha256: if self.whole { hex(&self.hash.finalize()).into() } else { "".into() },
            complete: self.whole && ended,
            ts_ns: at.ts_ns,
            frame: at.frame,
            first_frame: self.first.frame,
            source: self.first.source,
            flow_id,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(handle: u64, offset: Option<u64>, data: &[u8], last: bool) -> FileChunk<'_> {
        let (protocol, direction) = (Protocol::Tftp, Direction::Download);
        FileChunk { protocol, handle, name: "a", direction, offset, data, last }
    }

    fn content(file: Option<(FileRow, Option<FileContent>)>) -> Option<Box<[u8]>> {
        file.and_then(|(row, content)| {
            let content = content?;
            assert_eq!(content.order, row.order);
            content.bytes
        })
    }

    #[test]
    fn contents_are_kept_only_where_they_are_asked_for() {
        let mut files = Files::default();
        assert!(files.take(1, None, &piece(0, None, b"one ", false), Moment::default(), true).is_none());
        let file = files.take(1, None, &piece(0, None, b"two", true), Moment::default(), true);
        assert_eq!(content(file).as_deref(), Some(&b"one two"[..]));
        let (row, none) =
            files.take(1, None, &piece(0, None, b"three", true), Moment::default(), false).unwrap();
        assert!(none.is_none() && row.size == 5 && row.complete);
    }

    #[test]
    fn content_ends_at_the_first_gap() {
        let mut files = Files::default();
        files.take(1, None, &piece(0, Some(0), b"one ", false), Moment::default(), true);
        files.gap(1);
        files.take(1, None, &piece(0, Some(4), b"two", false), Moment::default(), true);
        let mut closed = files.close(1, None, Moment::default(), true);
        let (row, _) = closed.first().unwrap();
        assert!(!row.complete && row.sha256.is_empty());
        assert_eq!(content(closed.pop()).as_deref(), Some(&b"one "[..]));
    }

    #[test]
    fn a_file_beyond_the_cap_keeps_its_size_and_hash_and_loses_its_content() {
        let mut files = Files::default();
        let half = vec![0; MAX_FILE_CONTENT / 2 + 1];
        files.take(1, None, &piece(0, None, &half, false), Moment::default(), true);
        let (row, content) =
            files.take(1, None, &piece(0, None, &half, true), Moment::default(), true).unwrap();
        assert_eq!((row.size, row.complete, row.sha256.len()), (2 * half.len() as u64, true, 64));
        assert!(content.unwrap().bytes.is_none());
        assert_eq!((files.contents_overflow, files.held), (1, 0));
    }

    #[test]
    fn what_a_shard_holds_is_bounded_until_it_is_handed_over() {
        let mut files = Files::default();
        let half = vec![0; MAX_HELD_CONTENT / 2];
        let whole = |files: &mut Files| {
            content(files.take(1, None, &piece(0, None, &half, true), Moment::default(), true)).is_some()
        };
        assert!(whole(&mut files) && whole(&mut files));
        assert!(!whole(&mut files));
        files.handed_over();
        assert!(whole(&mut files));
    }
}
