//! Flows that another conversation announced: what they speak, and who serves in them.

use sightglass_dissect::{Probe, Transport, registry};
use sightglass_flow::Side;

use super::{Given, Route, flow_row, input, of};
use crate::expected::{Expected, Flowing};
use crate::flow_state::{App, Flow, Held, How};
use crate::pairs::{Moment, PairKey, Peer};
use crate::recognise::{Answer, Recogniser};
use crate::state::{Mode, NO_PAIR, State};

const fn flowing(route: &Route) -> Flowing {
    Flowing { ips: route.ips, ports: route.ports, transport: route.ip_protocol, vlan: route.vlan }
}

/// The client of a new flow of datagrams that was announced; streams show their opener.
pub(super) fn client(expected: &mut Expected, route: &Route, at: Moment) -> Option<Side> {
    if expected.is_empty() || route.transport != Transport::Udp {
        return None;
    }
    expected.find(&flowing(route), at.ts_ns).map(|met| met.server.other())
}

/// Opens the session of an announced flow at its first bytes; gives the pieces that waited.
#[cold]
pub(super) fn adopt(
    flow: &mut Flow,
    state: &mut State,
    recogniser: &Recogniser,
    route: &Route,
    side: Side,
    at: Moment,
    bytes: &[u8],
) -> Option<Vec<Held>> {
    let met = state.expected.find(&flowing(route), at.ts_ns)?;
    let dissector = registry::find(met.coming.protocol)?;
    let App::Undecided { held, .. } = &mut flow.app else { return None };
    if recogniser.is_registered(route.transport, met.port()) {
        // Else an announcement could hide what a service really speaks.
        let given = Given { side, at, first_frame: at.frame, last: true, missing: 0, handshake: false };
        let probe = Probe::of(&input(flow.client, &flow.macs, route, &given, bytes));
        if !matches!(recogniser.ask(&probe, None), Answer::No) {
            return None;
        }
    }
    let held = std::mem::take(held);
    state.expected.taken(&met);
    let mut session = (dissector.open)();
    session.expected(&met.expectation());
    // The ends have agreed in the conversation before: its bytes are what decides.
    flow.app = App::Known {
        session,
        protocol: dissector.protocol,
        how: How::Content,
        max_message: dissector.max_message,
    };
    if flow.client == met.server
        && let (Some(client), Some(server)) = (of(&route.ips, met.server.other()), of(&route.ips, met.server))
    {
        // Who opened the connection is not who asks (FTP's active mode): the roles are those of the announcement.
        let key = PairKey { client: Peer::Ip(client), server: Peer::Ip(server), vlan: route.vlan };
        let macs = [of(&flow.macs, met.server.other()), of(&flow.macs, met.server)];
        flow.pair = state.pairs.find(key, macs).unwrap_or(NO_PAIR);
    }
    if matches!(state.mode, Mode::Analyze { .. }) {
        let mut row = flow_row(flow, route, "identified", recogniser);
        row.order = at.order;
        state.events.flows.push(row);
    }
    Some(held)
}
