//! Facts about devices, handed over once per subject and value.

use std::hash::{BuildHasher, Hash, Hasher};

use foldhash::fast::FixedState;
use hashbrown::HashSet;
use sightglass_dissect::{Observation, Subject};
use sightglass_wire::{Ip, Mac};

use crate::ObservationRow;
use crate::clean::clean;
use crate::kept::hash_reference;
use crate::pairs::Moment;

/// Different facts of one shard; more are counted, not kept.
pub(crate) const MAX_FACTS: usize = 65_536;

/// Which facts a shard has already handed over.
#[derive(Debug, Default)]
pub(crate) struct Observations {
    seen: HashSet<u64, FixedState>,
    hasher: FixedState,
    pub(crate) overflow: u64,
}

/// The two ends of the message that states a fact.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ends {
    pub(crate) src_ip: Option<Ip>,
    pub(crate) dst_ip: Option<Ip>,
    pub(crate) src_mac: Option<Mac>,
    pub(crate) dst_mac: Option<Mac>,
    pub(crate) vlan: Option<u16>,
}

impl Observations {
    /// The row of a fact that is new.
    pub(crate) fn take(&mut self, given: &Observation<'_>, ends: Ends, at: Moment) -> Option<ObservationRow> {
        let (ip, mac, own) = match given.subject {
            Subject::Sender => (ends.src_ip, ends.src_mac, true),
            Subject::Receiver => (ends.dst_ip, ends.dst_mac, false),
            Subject::Host { ip, mac } => (ip, mac, ip.is_some() && ip == ends.src_ip),
        };
        let mut state = self.hasher.build_hasher();
        ip.hash(&mut state);
        mac.hash(&mut state);
        ends.vlan.hash(&mut state);
        given.attribute.hash(&mut state);
        given.value.hash(&mut state);
        state.write_u8(given.protocol as u8);
        hash_reference(&given.path, &mut state);
        let hash = state.finish();
        if self.seen.contains(&hash) {
            return None;
        }
        if self.seen.len() >= MAX_FACTS {
            self.overflow = self.overflow.wrapping_add(1);
            return None;
        }
        self.seen.insert(hash);
        Some(ObservationRow {
            order: at.order,
            ip,
            mac,
            vlan: ends.vlan,
            path: clean(&given.path.to_string()),
            attribute: given.attribute,
            value: clean(given.value),
            protocol: given.protocol.name(),
            confidence: given.confidence,
            own,
            ts_ns: at.ts_ns,
            frame: at.frame,
            source: at.source,
        })
    }
}
