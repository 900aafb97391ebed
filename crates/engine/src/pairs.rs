//! Who talks to whom: pairs of client and server within a shard, and the addresses that send.

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use sightglass_wire::{Ip, Mac};

use crate::EndpointRow;

/// Pairs of one shard; 64 shards of this are four million.
pub(crate) const MAX_PAIRS: usize = 65_536;
/// Sending addresses of one shard.
pub(crate) const MAX_ENDPOINTS: usize = 65_536;

/// A client and a server, within a VLAN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct PairKey {
    pub(crate) client: Peer,
    pub(crate) server: Peer,
    pub(crate) vlan: Option<u16>,
}

/// One end: by IP address where there is one, else by hardware address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Peer {
    Ip(Ip),
    Mac(Mac),
}

impl Peer {
    pub(crate) const fn ip(self) -> Option<Ip> {
        match self {
            Self::Ip(ip) => Some(ip),
            Self::Mac(_) => None,
        }
    }
}

/// What is kept of a pair.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pair {
    pub(crate) key: PairKey,
    pub(crate) client_mac: Option<Mac>,
    pub(crate) server_mac: Option<Mac>,
}

/// The pairs of a shard. The last one made also takes what comes after the cap, so that nothing is lost silently:
/// such traffic counts in `overflow`.
#[derive(Debug, Default)]
pub(crate) struct Pairs {
    index: HashMap<PairKey, u32, FixedState>,
    list: Vec<Pair>,
    pub(crate) overflow: u64,
}

impl Pairs {
    /// The number of a pair, made on first sight; `None` beyond the cap.
    pub(crate) fn find(&mut self, key: PairKey, macs: [Option<Mac>; 2]) -> Option<u32> {
        if let Some(number) = self.index.get(&key) {
            return Some(*number);
        }
        if self.list.len() >= MAX_PAIRS {
            self.overflow = self.overflow.saturating_add(1);
            return None;
        }
        let number = u32::try_from(self.list.len()).ok()?;
        self.list.push(Pair { key, client_mac: macs[0], server_mac: macs[1] });
        self.index.insert(key, number);
        Some(number)
    }

    pub(crate) fn get(&self, number: u32) -> Option<&Pair> {
        self.list.get(number as usize)
    }
}

/// An address that sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct EndpointKey {
    pub(crate) mac: Option<Mac>,
    pub(crate) ip: Option<Ip>,
    pub(crate) vlan: Option<u16>,
}

#[derive(Debug)]
struct Endpoint {
    key: EndpointKey,
    packets: u64,
    bytes: u64,
    first_ts_ns: i64,
    last_ts_ns: i64,
    first_frame: u64,
    last_frame: u64,
    order: u64,
    last_order: u64,
    source: u16,
}

/// The senders of a shard.
#[derive(Debug, Default)]
pub(crate) struct Endpoints {
    index: HashMap<EndpointKey, u32, FixedState>,
    list: Vec<Endpoint>,
    pub(crate) overflow: u64,
}

/// When and where a frame was.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Moment {
    pub(crate) ts_ns: i64,
    pub(crate) frame: u64,
    pub(crate) order: u64,
    pub(crate) source: u16,
}

impl Endpoints {
    /// The number of a sender and whether it is new; `None` beyond the cap.
    pub(crate) fn find(&mut self, key: EndpointKey, at: Moment) -> Option<(u32, bool)> {
        if let Some(number) = self.index.get(&key) {
            return Some((*number, false));
        }
        if self.list.len() >= MAX_ENDPOINTS {
            self.overflow = self.overflow.saturating_add(1);
            return None;
        }
        let number = u32::try_from(self.list.len()).ok()?;
        self.list.push(Endpoint {
            key,
            packets: 0,
            bytes: 0,
            first_ts_ns: at.ts_ns,
            last_ts_ns: at.ts_ns,
            first_frame: at.frame,
            last_frame: at.frame,
            order: at.order,
            last_order: at.order,
            source: at.source,
        });
        self.index.insert(key, number);
        Some((number, true))
    }

    /// Adds frames of a sender, the last of them at `at`.
    pub(crate) fn add(&mut self, number: u32, packets: u64, bytes: u64, at: Moment) {
        if let Some(endpoint) = self.list.get_mut(number as usize) {
            endpoint.packets = endpoint.packets.wrapping_add(packets);
            endpoint.bytes = endpoint.bytes.wrapping_add(bytes);
            if (at.ts_ns, at.order) > (endpoint.last_ts_ns, endpoint.last_order) {
                endpoint.last_ts_ns = at.ts_ns;
                endpoint.last_frame = at.frame;
                endpoint.last_order = at.order;
            }
        }
    }

    /// One row of a sender as it stands.
    pub(crate) fn row(&self, number: u32, event: &'static str) -> Option<EndpointRow> {
        self.list.get(number as usize).map(|endpoint| endpoint.row(event))
    }

    /// Totals of every sender, in the order of first sight.
    pub(crate) fn totals(&self) -> impl Iterator<Item = EndpointRow> {
        self.list.iter().map(|endpoint| endpoint.row("final"))
    }
}

impl Endpoint {
    fn row(&self, event: &'static str) -> EndpointRow {
        EndpointRow {
            order: self.order,
            event,
            mac: self.key.mac,
            ip: self.key.ip,
            vlan: self.key.vlan,
            packets: self.packets,
            bytes: self.bytes,
            first_ts_ns: self.first_ts_ns,
            last_ts_ns: self.last_ts_ns,
            first_frame: self.first_frame,
            last_frame: self.last_frame,
            source: self.source,
        }
    }
}
