//! What clients do with servers: one entry per pair, protocol, address, object and function, with counters.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;
use hashbrown::{HashMap, HashTable};
use sightglass_dissect::{Category, Function, Message, Outcome, Protocol};

use crate::kept::{Kept, hash_reference, same_label};
use crate::pairs::{Moment, Pairs};
use crate::relation::Relation;
use crate::{ActivityRow, OccurrenceRow, RelationRow};

/// Activities of one shard. What comes beyond is counted by protocol and function alone.
pub(crate) const MAX_ACTIVITIES: usize = 32_768;
/// Activities of one pair and protocol: a scanner that touches every register must not fill the shard.
pub(crate) const MAX_PER_PAIR: u32 = 4_096;
/// Single acts kept of one activity of a sensitive category.
pub(crate) const MAX_OCCURRENCES: u64 = 1_000;
/// Sample frames of one activity.
const SAMPLES: usize = 8;

#[inline]
fn same_function(a: Function, b: Function) -> bool {
    match (a, b) {
        (Function::Known(a), Function::Known(b)) => same_label(a, b),
        (Function::Unknown(a), Function::Unknown(b)) => a == b,
        _ => false,
    }
}

#[derive(Debug)]
pub(crate) struct Activity {
    pub(crate) pair: u32,
    pub(crate) flow_id: u64,
    pub(crate) protocol: Protocol,
    pub(crate) category: Category,
    pub(crate) function: Function,
    pub(crate) code: Option<u32>,
    pub(crate) address: Kept,
    pub(crate) object: Kept,
    pub(crate) requests: u64,
    pub(crate) ok: u64,
    pub(crate) errors: u64,
    pub(crate) events: u64,
    pub(crate) last_error: &'static str,
    pub(crate) first_refusal: Option<Moment>,
    pub(crate) last_refusal: Option<Moment>,
    pub(crate) first: Moment,
    pub(crate) last: Moment,
    pub(crate) samples: [u64; SAMPLES],
    pub(crate) sampled: u8,
    pub(crate) acts: u64,
}

impl Activity {
    #[inline]
    fn is(&self, pair: u32, message: &Message<'_>) -> bool {
        self.pair == pair
            && self.protocol == message.protocol
            && self.code == message.code
            && same_function(self.function, message.function)
            && self.object.is(&message.object)
            && self.address.is(&message.address)
            && self.category == message.category
    }

    fn total(&self) -> u64 {
        self.requests.wrapping_add(self.ok).wrapping_add(self.errors).wrapping_add(self.events)
    }

    /// What came since `counted`, which is brought up to now; the samples stay with the totals.
    fn since(&self, counted: &mut [u64; 4], start_ns: i64) -> Option<Self> {
        let now = [self.requests, self.ok, self.errors, self.events];
        if now == *counted {
            return None;
        }
        let before = std::mem::replace(counted, now);
        let [requests, ok, errors, events] =
            [0, 1, 2, 3].map(|at: usize| match (now.get(at), before.get(at)) {
                (Some(now), Some(before)) => now.wrapping_sub(*before),
                _ => 0,
            });
        let is_new = before == [0; 4];
        let first = if is_new { self.first } else { Moment { ts_ns: start_ns, ..self.last } };
        let first_refusal = if before[2] == 0 { self.first_refusal } else { self.last_refusal };
        Some(Self {
            pair: self.pair,
            flow_id: self.flow_id,
            protocol: self.protocol,
            category: self.category,
            function: self.function,
            code: self.code,
            address: self.address.clone(),
            object: self.object.clone(),
            requests,
            ok,
            errors,
            events,
            last_error: if errors > 0 { self.last_error } else { "" },
            first_refusal: first_refusal.filter(|_| errors > 0),
            last_refusal: self.last_refusal.filter(|_| errors > 0),
            first,
            last: self.last,
            samples: [0; SAMPLES],
            sampled: 0,
            acts: 0,
        })
    }

    fn row(&self, event: &'static str, order: u64, pairs: &Pairs) -> ActivityRow {
        let pair = pairs.get(self.pair);
        ActivityRow {
            order,
            event,
            client_ip: pair.and_then(|pair| pair.key.client.ip()),
            client_mac: pair.and_then(|pair| pair.client_mac),
            server_ip: pair.and_then(|pair| pair.key.server.ip()),
            server_mac: pair.and_then(|pair| pair.server_mac),
            vlan: pair.and_then(|pair| pair.key.vlan),
            protocol: self.protocol.name(),
            address: self.address.clone(),
            object: self.object.clone(),
            function: self.function,
            code: self.code,
            category: self.category.name(),
            requests: self.requests,
            ok: self.ok,
            errors: self.errors,
            events: self.events,
            last_error: self.last_error,
            first_ts_ns: self.first.ts_ns,
            last_ts_ns: self.last.ts_ns,
            first_frame: self.first.frame,
            last_frame: self.last.frame,
            samples: self.samples.get(..usize::from(self.sampled)).unwrap_or_default().to_vec(),
            source: self.first.source,
            flow_id: self.flow_id,
        }
    }
}

/// Sums of activities per pair and protocol, in the order of first sight.
fn relations(list: &[Activity]) -> Vec<Relation<'_>> {
    let mut index: HashMap<(u32, Protocol), usize, FixedState> = HashMap::default();
    let mut found: Vec<Relation<'_>> = Vec::new();
    for activity in list {
        let at = *index.entry((activity.pair, activity.protocol)).or_insert(found.len());
        if at == found.len() {
            found.push(Relation::of(activity));
        }
        if let Some(relation) = found.get_mut(at) {
            relation.add(activity);
        }
    }
    found
}

/// Counters per protocol and function for what has no activity of its own.
type Beyond = HashMap<(Protocol, Function), u64, FixedState>;

/// The activities of a shard.
#[derive(Debug, Default)]
pub(crate) struct Activities {
    index: HashTable<u32>,
    hasher: FixedState,
    list: Vec<Activity>,
    hashes: Vec<u64>,
    per_pair: HashMap<(u32, Protocol), u32, FixedState>,
    beyond: Beyond,
    /// What each activity had counted when the last interval ended; empty where no intervals are asked for.
    counted: Vec<[u64; 4]>,
}

/// What is new after a message was counted.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct News {
    /// Number of the activity, where it has one.
    pub(crate) number: Option<u32>,
    /// First sight.
    pub(crate) new: bool,
    /// First refusal.
    pub(crate) first_error: bool,
    /// One act to keep on its own.
    pub(crate) act: bool,
}

impl Activities {
    /// Counts a message; `hint` is the number of the activity that the flow's last message in this direction had.
    #[inline]
    pub(crate) fn count(
        &mut self,
        pair: u32,
        flow_id: u64,
        message: &Message<'_>,
        at: Moment,
        hint: u32,
    ) -> News {
        if self.list.get(hint as usize).is_some_and(|activity| activity.is(pair, message)) {
            return self.update(hint, message, at, false);
        }
        let hash = self.hash(pair, message);
        let list = &self.list;
        let found = self.index.find(hash, |number| {
            list.get(*number as usize).is_some_and(|activity| activity.is(pair, message))
        });
        match found {
            Some(number) => {
                let number = *number;
                self.update(number, message, at, false)
            }
            None => self.insert(hash, pair, flow_id, message, at),
        }
    }

    #[inline]
    fn hash(&self, pair: u32, message: &Message<'_>) -> u64 {
        let mut state = self.hasher.build_hasher();
        state.write_u32(pair);
        state.write_u32(message.code.unwrap_or(u32::MAX));
        state.write_u8(message.protocol as u8);
        hash_reference(&message.address, &mut state);
        hash_reference(&message.object, &mut state);
        state.finish()
    }

    fn insert(&mut self, hash: u64, pair: u32, flow_id: u64, message: &Message<'_>, at: Moment) -> News {
        let of_pair = self.per_pair.entry((pair, message.protocol)).or_insert(0);
        if self.list.len() >= MAX_ACTIVITIES || *of_pair >= MAX_PER_PAIR {
            let count = self.beyond.entry((message.protocol, message.function)).or_insert(0);
            *count = count.wrapping_add(1);
            return News::default();
        }
        *of_pair = of_pair.wrapping_add(1);
        let Ok(number) = u32::try_from(self.list.len()) else { return News::default() };
        self.list.push(Activity {
            pair,
            flow_id,
            protocol: message.protocol,
            category: message.category,
            function: message.function,
            code: message.code,
            address: Kept::of(message.address),
            object: Kept::of(message.object),
            requests: 0,
            ok: 0,
            errors: 0,
            events: 0,
            last_error: "",
            first_refusal: None,
            last_refusal: None,
            first: at,
            last: at,
            samples: [0; SAMPLES],
            sampled: 0,
            acts: 0,
        });
        self.hashes.push(hash);
        let hashes = &self.hashes;
        self.index
            .insert_unique(hash, number, |number| hashes.get(*number as usize).copied().unwrap_or_default());
        self.update(number, message, at, true)
    }

    #[inline]
    fn update(&mut self, number: u32, message: &Message<'_>, at: Moment, new: bool) -> News {
        let Some(activity) = self.list.get_mut(number as usize) else { return News::default() };
        let mut first_error = false;
        match message.outcome {
            Outcome::Pending => activity.requests = activity.requests.wrapping_add(1),
            Outcome::Ok => activity.ok = activity.ok.wrapping_add(1),
            Outcome::Event => activity.events = activity.events.wrapping_add(1),
            Outcome::Error(name) => {
                first_error = activity.errors == 0;
                activity.errors = activity.errors.wrapping_add(1);
                activity.last_error = name;
                activity.first_refusal.get_or_insert(at);
                activity.last_refusal = Some(at);
            }
        }
        activity.last = at;
        if let Some(sample) = activity.samples.get_mut(usize::from(activity.sampled)) {
            *sample = at.frame;
            activity.sampled = activity.sampled.wrapping_add(1);
        }
        let mut act = false;
        if message.category.is_sensitive() {
            activity.acts = activity.acts.wrapping_add(1);
            act = activity.acts <= MAX_OCCURRENCES;
        }
        News { number: Some(number), new, first_error, act }
    }

    /// A row of an activity as it stands.
    pub(crate) fn row(
        &self,
        number: u32,
        event: &'static str,
        order: u64,
        pairs: &Pairs,
    ) -> Option<ActivityRow> {
        self.list.get(number as usize).map(|activity| activity.row(event, order, pairs))
    }

    /// The row of a single act.
    pub(crate) fn occurrence(
        &self,
        number: u32,
        flow_id: u64,
        outcome: Outcome,
        at: Moment,
        pairs: &Pairs,
    ) -> Option<OccurrenceRow> {
        let activity = self.list.get(number as usize)?;
        let pair = pairs.get(activity.pair)?;
        let (outcome, error) = match outcome {
            Outcome::Pending => ("request", ""),
            Outcome::Ok => ("ok", ""),
            Outcome::Error(name) => ("error", name),
            Outcome::Event => ("event", ""),
        };
        Some(OccurrenceRow {
            order: at.order,
            client_ip: pair.key.client.ip(),
            client_mac: pair.client_mac,
            server_ip: pair.key.server.ip(),
            server_mac: pair.server_mac,
            vlan: pair.key.vlan,
            protocol: activity.protocol.name(),
            address: activity.address.clone(),
            object: activity.object.clone(),
            function: activity.function,
            code: activity.code,
            category: activity.category.name(),
            outcome,
            error,
            ts_ns: at.ts_ns,
            frame: at.frame,
            source: at.source,
            flow_id,
        })
    }

    /// Totals of every activity, in the order of first sight.
    pub(crate) fn totals(&self, pairs: &Pairs) -> impl Iterator<Item = ActivityRow> {
        self.list.iter().map(|activity| activity.row("final", activity.first.order, pairs))
    }

    /// Totals of every pair and protocol, in the order of first sight.
    pub(crate) fn relations(&self, pairs: &Pairs, into: &mut Vec<RelationRow>) {
        into.extend(relations(&self.list).into_iter().map(|relation| relation.row(pairs, "final")));
    }

    /// Closes an interval that began at `start_ns`: rows of what happened in it.
    pub(crate) fn interval(
        &mut self,
        pairs: &Pairs,
        start_ns: i64,
        activities: &mut Vec<ActivityRow>,
        into: &mut Vec<RelationRow>,
    ) {
        self.counted.resize(self.list.len(), [0; 4]);
        let mut changed = Vec::new();
        for (activity, counted) in self.list.iter().zip(&mut self.counted) {
            changed.extend(activity.since(counted, start_ns));
        }
        activities.extend(changed.iter().map(|part| part.row("interval", part.last.order, pairs)));
        into.extend(relations(&changed).into_iter().map(|relation| relation.row(pairs, "interval")));
    }

    /// Messages per protocol and function: each message counts once.
    pub(crate) fn counts(&self) -> impl Iterator<Item = (Protocol, Function, u64)> {
        let own = self.list.iter().map(|activity| (activity.protocol, activity.function, activity.total()));
        own.chain(self.beyond.iter().map(|((protocol, function), count)| (*protocol, *function, *count)))
    }

    /// Messages that found no place in an activity of their own.
    pub(crate) fn overflow(&self) -> u64 {
        self.beyond.values().sum()
    }
}
