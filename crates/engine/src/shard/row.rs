//! Rows of flows: what a conversation looks like when it is handed over.

use sightglass_dissect::Transport;

use super::{Route, of};
use crate::FlowRow;
use crate::flow_state::Flow;
use crate::recognise::Recogniser;
use crate::state::{Mode, State};

fn transport_name(route: &Route) -> &'static str {
    match (route.transport, route.ip_protocol) {
        (Transport::Tcp, _) => "tcp",
        (Transport::Udp, _) => "udp",
        (Transport::Sctp, _) => "sctp",
        (Transport::Link, _) => "l2",
        (_, 1) => "icmp",
        (_, 58) => "icmpv6",
        (_, 2) => "igmp",
        _ => "ip",
    }
}

pub(super) fn open_row(flow: &Flow, state: &mut State, route: &Route) {
    if matches!(state.mode, Mode::Analyze { .. }) {
        state.events.flows.push(row_of(flow, route, "open", "", ""));
    }
}

pub(super) fn flow_row(flow: &Flow, route: &Route, event: &'static str, recogniser: &Recogniser) -> FlowRow {
    let (protocol, how) = if let Some((protocol, how)) = flow.protocol() {
        (protocol.name(), how.name())
    } else {
        let port = of(&route.ports, flow.client.other());
        recogniser.guess(route.transport, port).map_or(("", ""), |guess| (guess.name(), "port"))
    };
    row_of(flow, route, event, protocol, how)
}

pub(super) fn row_of(
    flow: &Flow,
    route: &Route,
    event: &'static str,
    protocol: &'static str,
    how: &'static str,
) -> FlowRow {
    let (client, server) = (flow.client, flow.client.other());
    let community = match (of(&route.ips, client), of(&route.ips, server)) {
        (Some(a), Some(b)) => sightglass_flow::community_id(
            a,
            b,
            of(&route.ports, client),
            of(&route.ports, server),
            route.ip_protocol,
        )
        .as_str()
        .into(),
        _ => "".into(),
    };
    let state = match &flow.tcp {
        Some(tcp) => tcp.state.state().name(),
        None if flow.packets[0] == 0 || flow.packets[1] == 0 => "one_sided",
        None => "established",
    };
    FlowRow {
        order: flow.first.order,
        event,
        flow_id: flow.id,
        community_id: community,
        transport: transport_name(route),
        client_ip: of(&route.ips, client),
        client_port: of(&route.ports, client),
        server_ip: of(&route.ips, server),
        server_port: of(&route.ports, server),
        client_mac: of(&flow.macs, client),
        server_mac: of(&flow.macs, server),
        vlan: route.vlan,
        protocol,
        recognised_by: how,
        state,
        packets_client: of(&flow.packets, client),
        packets_server: of(&flow.packets, server),
        bytes_client: of(&flow.bytes, client),
        bytes_server: of(&flow.bytes, server),
        first_ts_ns: flow.first.ts_ns,
        last_ts_ns: flow.last.ts_ns,
        first_frame: flow.first.frame,
        last_frame: flow.last.frame,
        source: flow.first.source,
    }
}
