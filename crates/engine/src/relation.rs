//! All that a client does with a server in one protocol: the sum of its activities.

use sightglass_dissect::Category;

use crate::RelationRow;
use crate::activity::Activity;
use crate::pairs::{Moment, Pairs};

/// Different names of refusals that are listed.
const MAX_REASONS: usize = 16;
/// Refusals of which the frame is kept, spread evenly over their number: most lie where most were refused.
const MAX_REFUSALS: usize = 16;

/// A sum under way.
pub(crate) struct Relation<'a> {
    /// The first activity seen: all of one relation share pair and protocol.
    of: &'a Activity,
    /// One bit for each category that was asked for.
    categories: u32,
    counts: [u64; 4],
    reasons: Vec<&'static str>,
    first: Moment,
    last: Moment,
    /// The first refusal of each activity.
    refusals: Vec<Moment>,
    last_refusal: Option<Moment>,
}

impl<'a> Relation<'a> {
    /// A relation without any count yet.
    pub(crate) const fn of(activity: &'a Activity) -> Self {
        Self {
            of: activity,
            categories: 0,
            counts: [0; 4],
            reasons: Vec::new(),
            first: activity.first,
            last: activity.last,
            refusals: Vec::new(),
            last_refusal: None,
        }
    }

    /// Adds one of its activities.
    pub(crate) fn add(&mut self, activity: &Activity) {
        if activity.requests > 0 || activity.events > 0 {
            self.categories |= 1u32.checked_shl(activity.category as u32).unwrap_or_default();
        }
        let counts = [activity.requests, activity.ok, activity.errors, activity.events];
        for (sum, count) in self.counts.iter_mut().zip(counts) {
            *sum = sum.wrapping_add(count);
        }
        if !activity.last_error.is_empty()
            && self.reasons.len() < MAX_REASONS
            && !self.reasons.contains(&activity.last_error)
        {
            self.reasons.push(activity.last_error);
        }
        if activity.first.order < self.first.order {
            self.first = activity.first;
        }
        if activity.last.order > self.last.order {
            self.last = activity.last;
        }
        self.refusals.extend(activity.first_refusal);
        if let Some(at) = activity.last_refusal
            && self.last_refusal.is_none_or(|known| at.order > known.order)
        {
            self.last_refusal = Some(at);
        }
    }

    /// Its row.
    pub(crate) fn row(self, pairs: &Pairs, event: &'static str) -> RelationRow {
        let pair = pairs.get(self.of.pair);
        let mut reasons = self.reasons;
        reasons.sort_unstable();
        let mut refusals = self.refusals;
        refusals.sort_unstable_by_key(|at| at.order);
        let first_refusal = refusals.first().copied();
        let step = refusals.len().div_ceil(MAX_REFUSALS).max(1);
        let refusals: Vec<Moment> = refusals.into_iter().step_by(step).collect();
        let [requests, ok, errors, events] = self.counts;
        RelationRow {
            order: self.first.order,
            event,
            client_ip: pair.and_then(|pair| pair.key.client.ip()),
            client_mac: pair.and_then(|pair| pair.client_mac),
            server_ip: pair.and_then(|pair| pair.key.server.ip()),
            server_mac: pair.and_then(|pair| pair.server_mac),
            vlan: pair.and_then(|pair| pair.key.vlan),
            protocol: self.of.protocol.name(),
            categories: names(self.categories),
            requests,
            ok,
            errors,
            events,
            reasons: reasons.join(",").into(),
            first_ts_ns: self.first.ts_ns,
            last_ts_ns: self.last.ts_ns,
            first_frame: self.first.frame,
            last_frame: self.last.frame,
            first_error_ts_ns: first_refusal.map(|at| at.ts_ns),
            first_error_frame: first_refusal.map(|at| at.frame),
            last_error_ts_ns: self.last_refusal.map(|at| at.ts_ns),
            last_error_frame: self.last_refusal.map(|at| at.frame),
            error_frames: refusals.iter().map(|at| at.frame).collect(),
            error_times: refusals.iter().map(|at| u64::try_from(at.ts_ns).unwrap_or_default()).collect(),
            source: self.first.source,
        }
    }
}

/// Names of the categories whose bits are set.
fn names(bits: u32) -> Box<str> {
    let set = Category::ALL
        .iter()
        .filter(|category| bits & 1u32.checked_shl(**category as u32).unwrap_or_default() != 0);
    let mut names: Vec<&str> = set.map(|category| category.name()).collect();
    names.sort_unstable();
    names.join(",").into()
}
