//! Flows to come: what one conversation announces of another, until it begins or the time is over.
//!
//! Flows between the same two addresses meet in one shard, so what is expected between them holds at once and any number
//! of workers sees the same. What is expected of anybody lies in all shards; it is given to the others with the next
//! hand-over, whose place in the input no number of workers changes.

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use sightglass_dissect::{Expectation, Protocol};
use sightglass_flow::Side;
use sightglass_wire::Ip;

/// Flows that one shard expects; the oldest makes room.
pub(crate) const MAX_EXPECTED: usize = 1_024;
/// Expectations of anybody that one shard gives to the others at a hand-over.
pub(crate) const MAX_LEAVING: usize = 256;
/// How long a flow is expected, in packet time: data connections follow their announcement within seconds.
pub(crate) const EXPECTED_FOR_NS: i64 = 300_000_000_000;
/// Longest name that is kept, in bytes.
const MAX_NAME: usize = 256;

/// One end of a coming flow, and the other where it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    ip: Ip,
    port: u16,
    transport: u8,
    peer: Option<Ip>,
    vlan: Option<u16>,
}

/// What is known of a coming flow.
#[derive(Debug, Clone)]
pub(crate) struct Coming {
    pub(crate) protocol: Protocol,
    serves: bool,
    token: u64,
    name: Box<str>,
    since_ns: i64,
    /// Place in the input of the announcement.
    pub(crate) order: u64,
}

/// An expectation on its way to all shards.
pub(crate) type Leaving = (Key, Coming);

/// A flow that was expected.
pub(crate) struct Met {
    key: Key,
    pub(crate) coming: Coming,
    /// The side that serves.
    pub(crate) server: Side,
}

impl Met {
    /// The announcement, for the session.
    pub(crate) fn expectation(&self) -> Expectation<'_> {
        Expectation {
            ip: self.key.ip,
            port: self.key.port,
            peer: self.key.peer,
            transport: self.key.transport,
            protocol: self.coming.protocol,
            serves: self.coming.serves,
            token: self.coming.token,
            name: &self.coming.name,
        }
    }

    /// The port that was announced.
    pub(crate) const fn port(&self) -> u16 {
        self.key.port
    }
}

/// The two ends of a flow, as its key has them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Flowing {
    pub(crate) ips: [Option<Ip>; 2],
    pub(crate) ports: [u16; 2],
    pub(crate) transport: u8,
    pub(crate) vlan: Option<u16>,
}

/// The expectations of one shard.
#[derive(Debug, Default)]
pub(crate) struct Expected {
    table: HashMap<Key, Coming, FixedState>,
    /// Of anybody, for all shards.
    pub(crate) leaving: Vec<Leaving>,
    pub(crate) overflow: u64,
}

impl Expected {
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// Takes an announcement.
    pub(crate) fn expect(&mut self, given: &Expectation<'_>, vlan: Option<u16>, ts_ns: i64, order: u64) {
        let Expectation { ip, port, transport, peer, .. } = *given;
        let key = Key { ip, port, transport, peer, vlan };
        let mut end = given.name.len().min(MAX_NAME);
        while !given.name.is_char_boundary(end) {
            end = end.saturating_sub(1);
        }
        let coming = Coming {
            protocol: given.protocol,
            serves: given.serves,
            token: given.token,
            name: given.name.get(..end).unwrap_or_default().into(),
            since_ns: ts_ns,
            order,
        };
        if peer.is_some() {
            self.insert(key, coming);
        } else if self.leaving.len() < MAX_LEAVING {
            self.leaving.push((key, coming));
        } else {
            self.overflow = self.overflow.saturating_add(1);
        }
    }

    /// Takes what another shard expects, or this one.
    pub(crate) fn insert(&mut self, key: Key, coming: Coming) {
        if self.table.len() >= MAX_EXPECTED && !self.table.contains_key(&key) {
            self.overflow = self.overflow.saturating_add(1);
            let oldest = self.table.iter().min_by_key(|(key, coming)| (coming.order, key.port));
            if let Some(oldest) = oldest.map(|(key, _)| *key) {
                self.table.remove(&oldest);
            }
        }
        self.table.insert(key, coming);
    }

    /// Looks for a flow; one that is expected between two ends stays until it is [`Self::taken`].
    pub(crate) fn find(&mut self, flow: &Flowing, ts_ns: i64) -> Option<Met> {
        for side in [Side::A, Side::B] {
            let (Some(ip), Some(other)) = (*side.of(&flow.ips), *side.other().of(&flow.ips)) else {
                continue;
            };
            for peer in [Some(other), None] {
                let port = *side.of(&flow.ports);
                let key = Key { ip, port, transport: flow.transport, peer, vlan: flow.vlan };
                let Some(coming) = self.table.get(&key) else { continue };
                // Packets of captures swap places: one that is a little older than the announcement fits as well.
                if ts_ns.saturating_sub(coming.since_ns) > EXPECTED_FOR_NS {
                    self.table.remove(&key);
                    continue;
                }
                let server = if coming.serves { side } else { side.other() };
                return Some(Met { key, coming: coming.clone(), server });
            }
        }
        None
    }

    /// A flow was met: nobody else is expected between the same ends.
    pub(crate) fn taken(&mut self, met: &Met) {
        if met.key.peer.is_some() {
            self.table.remove(&met.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(last: u8) -> Ip {
        Ip::v4([10, 0, 0, last])
    }

    fn announce(port: u16, peer: Option<Ip>) -> Expectation<'static> {
        let protocol = Protocol::Ftp;
        Expectation { ip: ip(1), port, peer, transport: 6, protocol, serves: true, token: 7, name: "a" }
    }

    fn flow(port: u16) -> Flowing {
        Flowing { ips: [Some(ip(2)), Some(ip(1))], ports: [40_000, port], transport: 6, vlan: None }
    }

    #[test]
    fn one_flow_between_two_ends_is_met_once() {
        let mut expected = Expected::default();
        expected.expect(&announce(5_000, Some(ip(2))), None, 0, 1);
        assert!(expected.find(&flow(5_001), 1).is_none());
        let met = expected.find(&flow(5_000), 1).expect("announced");
        assert_eq!((met.server, met.expectation().token, met.port()), (Side::B, 7, 5_000));
        expected.taken(&met);
        assert!(expected.find(&flow(5_000), 1).is_none() && expected.is_empty());
    }

    #[test]
    fn time_ends_an_expectation() {
        let mut expected = Expected::default();
        expected.expect(&announce(5_000, Some(ip(2))), None, 0, 1);
        assert!(expected.find(&flow(5_000), EXPECTED_FOR_NS).is_some());
        assert!(expected.find(&flow(5_000), EXPECTED_FOR_NS + 1).is_none());
    }

    #[test]
    fn what_anybody_may_open_waits_for_the_hand_over_and_stays() {
        let mut expected = Expected::default();
        expected.expect(&announce(5_000, None), None, 0, 1);
        assert!(expected.find(&flow(5_000), 1).is_none(), "not before the hand-over");
        for (key, coming) in std::mem::take(&mut expected.leaving) {
            expected.insert(key, coming);
        }
        let met = expected.find(&flow(5_000), 1).expect("handed over");
        expected.taken(&met);
        assert!(expected.find(&flow(5_000), 1).is_some(), "any number of clients");
    }

    #[test]
    fn the_oldest_makes_room_and_is_counted() {
        let mut expected = Expected::default();
        for (order, port) in (0..).zip(1_000..u16::try_from(1_001 + MAX_EXPECTED).unwrap_or(0)) {
            expected.expect(&announce(port, Some(ip(2))), None, 0, order);
        }
        assert_eq!((expected.overflow, expected.table.len()), (1, MAX_EXPECTED));
        assert!(expected.find(&flow(1_000), 1).is_none() && expected.find(&flow(1_001), 1).is_some());
        for _ in 0..=MAX_LEAVING {
            expected.expect(&announce(9, None), None, 0, 1);
        }
        assert_eq!(expected.overflow, 2);
    }
}
