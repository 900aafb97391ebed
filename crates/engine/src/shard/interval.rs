//! Rows of an interval that is over.

use super::row::flow_row;
use super::{Route, Shard, of};
use crate::FlowRow;
use crate::flow_state::Flow;
use crate::interval::Clockwork;
use crate::recognise::Recogniser;
use crate::state::{Mode, State};

/// The row of a flow for the interval under way; none where nothing was sent in it.
pub(super) fn flow(
    clockwork: &mut Clockwork,
    flow: &Flow,
    route: &Route,
    recogniser: &Recogniser,
    closed: bool,
) -> Option<FlowRow> {
    let start_ns = clockwork.start_ns();
    flow_since(clockwork, flow, route, recogniser, closed, start_ns)
}

fn flow_since(
    clockwork: &mut Clockwork,
    flow: &Flow,
    route: &Route,
    recogniser: &Recogniser,
    closed: bool,
    start_ns: i64,
) -> Option<FlowRow> {
    let part = clockwork.part(flow, closed)?;
    let (client, server) = (flow.client, flow.client.other());
    let mut row = flow_row(flow, route, "interval", recogniser);
    row.order = flow.last.order;
    row.packets_client = of(&part.packets, client);
    row.packets_server = of(&part.packets, server);
    row.bytes_client = of(&part.bytes, client);
    row.bytes_server = of(&part.bytes, server);
    if !part.is_new {
        row.first_ts_ns = start_ns;
        row.first_frame = flow.last.frame;
    }
    row.source = flow.last.source;
    Some(row)
}

impl Shard {
    /// Hands over what the interval brought that began at `start_ns`.
    #[cold]
    pub(super) fn interval(&mut self, start_ns: i64) {
        let Self { flows, links, clockwork, recogniser, state, .. } = self;
        let Some(clockwork) = clockwork else { return };
        let rows = &mut state.events.intervals;
        for (_, key, flow) in flows.iter() {
            rows.flows.extend(flow_since(clockwork, flow, &Route::of(key), recogniser, false, start_ns));
        }
        for (_, key, flow) in links.iter() {
            rows.flows.extend(flow_since(clockwork, flow, &Route::of_link(key), recogniser, false, start_ns));
        }
        let State { activities, values, pairs, mode, .. } = state;
        let mut acts = Vec::new();
        activities.interval(pairs, start_ns, &mut acts, &mut rows.relations);
        if matches!(mode, Mode::Analyze { activities: true, .. }) {
            rows.activities.append(&mut acts);
        }
        values.interval(pairs, |row| rows.values.push(row));
    }

    /// Hands over the interval under way, at the end of the input.
    pub(super) fn last_interval(&mut self) {
        if let Some(clockwork) = &self.clockwork {
            self.interval(clockwork.start_ns());
        }
    }
}
