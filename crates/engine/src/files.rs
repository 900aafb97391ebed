//! Files and program blocks in transfer: size and hash without keeping the bytes.

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use sha2::{Digest, Sha256};
use sightglass_dissect::{Direction, FileChunk, Protocol, hex};

use crate::FileRow;
use crate::clean::clean;
use crate::pairs::{Moment, Pair};

/// Transfers of one shard that are under way.
pub(crate) const MAX_TRANSFERS: usize = 256;

struct Transfer {
    name: Box<str>,
    hash: Sha256,
    size: u64,
    whole: bool,
    first: Moment,
    direction: Direction,
    touched: u64,
}

/// The transfers of a shard.
#[derive(Default)]
pub(crate) struct Files {
    open: HashMap<(u64, Protocol, u64), Transfer, FixedState>,
    pub(crate) overflow: u64,
}

impl Files {
    /// Takes a piece; gives the row when it ends the transfer.
    pub(crate) fn take(
        &mut self,
        flow_id: u64,
        pair: Option<&Pair>,
        chunk: &FileChunk<'_>,
        at: Moment,
    ) -> Option<FileRow> {
        let key = (flow_id, chunk.protocol, chunk.handle);
        if !self.open.contains_key(&key) && self.open.len() >= MAX_TRANSFERS {
            self.overflow = self.overflow.wrapping_add(1);
            let oldest = self
                .open
                .iter()
                .min_by_key(|(key, transfer)| (transfer.touched, key.0, key.2))
                .map(|(key, _)| *key);
            if let Some(oldest) = oldest {
                self.open.remove(&oldest);
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
        }
        if !chunk.last {
            return None;
        }
        let transfer = self.open.remove(&key)?;
        Some(transfer.row(flow_id, pair, chunk.protocol, true, at))
    }

    /// Gives the transfers of a flow that ended without their end.
    pub(crate) fn close(&mut self, flow_id: u64, pair: Option<&Pair>, at: Moment) -> Vec<FileRow> {
        if self.open.is_empty() {
            return Vec::new();
        }
        let mut keys: Vec<_> = self.open.keys().copied().filter(|key| key.0 == flow_id).collect();
        keys.sort_unstable();
        keys.into_iter()
            .filter_map(|key| Some(self.open.remove(&key)?.row(flow_id, pair, key.1, false, at)))
            .collect()
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
