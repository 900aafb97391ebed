//! What a shard could not keep or read, counted.

use sightglass_dissect::Transport;

use super::{Route, Shard, of};
use crate::flow_state::{App, Flow};
use crate::state::{Mode, State};
use crate::unknown::{UnknownFlow, UnknownKey};

impl Shard {
    /// Counters of loss in this shard, by name.
    pub(crate) fn loss(&self, mut add: impl FnMut(&'static str, u64)) {
        let state = &self.state;
        let reassembly = self.budget.counters();
        add("tcp_gaps", reassembly.gaps);
        add("tcp_gap_bytes", reassembly.gap_bytes);
        add("tcp_retransmissions", reassembly.retransmissions);
        add("tcp_differing_overlaps", reassembly.differing);
        add("tcp_outside_window", reassembly.outside);
        let evicted =
            self.flows.counters().evicted_total().saturating_add(self.links.counters().evicted_total());
        add("flows_evicted", evicted);
        add("pairs_beyond_cap", state.pairs.overflow);
        add("endpoints_beyond_cap", state.endpoints.overflow);
        add("activities_beyond_cap", state.activities.overflow());
        add("values_beyond_cap", state.values.overflow);
        add("observations_beyond_cap", state.observations.overflow);
        add("files_beyond_cap", state.files.overflow);
        add("file_contents_beyond_cap", state.files.contents_overflow);
        add("arp_beyond_cap", self.arps_beyond);
        add("expected_flows_beyond_cap", state.expected.overflow);
        add("unknown_beyond_cap", state.unknown.overflow);
        add("anomalies_beyond_cap", state.loss.anomalies_beyond_cap);
        add("matches_beyond_cap", state.loss.matches_beyond_cap);
        add("messages_too_large", state.loss.message_too_large);
        add("resynchronised", state.loss.resynchronised);
        add("sctp_fragments_dropped", state.loss.sctp_fragments_dropped);
        add("packets_cut_by_snap_length", state.loss.truncated_packets);
        add("packets_malformed", state.loss.malformed_packets);
        add("panics", state.loss.panics);
    }

    /// Counts a flow that no dissector claimed.
    pub(super) fn count_unknown(&mut self, flow: &Flow, route: &Route) {
        let payload = flow.payload[0].saturating_add(flow.payload[1]);
        if flow.protocol().is_some() || payload == 0 {
            return;
        }
        let key = unknown_key(flow, route);
        let sample = flow.sample.get(..usize::from(flow.sampled)).unwrap_or_default();
        let packets = flow.packets[0].saturating_add(flow.packets[1]);
        let end = UnknownFlow { order: flow.first.order, packets, bytes: payload, sizes: flow.sizes, sample };
        self.state.unknown.add(key, &end);
    }
}

/// What unknown traffic is counted by: the serving port, the IP protocol or what layer 2 says.
pub(super) fn unknown_key(flow: &Flow, route: &Route) -> UnknownKey {
    let port = u32::from(of(&route.ports, flow.client.other()));
    match route.transport {
        Transport::Tcp => UnknownKey { layer: "tcp", number: port },
        Transport::Udp => UnknownKey { layer: "udp", number: port },
        Transport::Sctp => UnknownKey { layer: "sctp", number: port },
        Transport::Ip => UnknownKey { layer: "ip", number: u32::from(route.ip_protocol) },
        Transport::Link => UnknownKey { layer: flow.layer2, number: u32::from(route.kind) },
    }
}

/// A flow ended undecided: a protocol that was likely but never confirmed stays unknown.
pub(super) fn give_up(flow: &mut Flow, state: &mut State, route: &Route) {
    puzzle_held(flow, state, route);
    if matches!(flow.app, App::Undecided { .. }) {
        flow.app = App::Unknown;
    }
}

/// Counts the pieces that waited in vain, and forgets them.
pub(super) fn puzzle_held(flow: &mut Flow, state: &mut State, route: &Route) {
    let App::Undecided { held, .. } = &mut flow.app else { return };
    for piece in std::mem::take(held) {
        puzzle(flow, state, route, &piece.data);
    }
}

/// Counts a piece that nobody claims: its size, and its bytes for the entropy of its kind.
#[cold]
pub(super) fn puzzle(flow: &mut Flow, state: &mut State, route: &Route, bytes: &[u8]) {
    flow.sized(bytes.len());
    if matches!(state.mode, Mode::Analyze { .. }) {
        state.unknown.bytes(unknown_key(flow, route), bytes);
    }
}
