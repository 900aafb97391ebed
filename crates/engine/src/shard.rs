//! One of the fixed parts of the engine's state: flows whose address pairs fall into it, and all they tell.

mod announced;
mod delivery;
mod interval;
mod loss;
mod plugins;
mod row;
mod stream;

use std::sync::Arc;

use sightglass_dissect::{Input, Probe, Step as Took, Transport};
use sightglass_flow::{Budget, Class, FlowKey, Gone, L2Key, Limits, Side, Table};
use sightglass_wire::{Arp, Ip, Mac, Net, Packet, Transport as Wire};

use crate::ArpRow;
use crate::flow_state::{App, Flow, Held, How, NONE};
use crate::foreign::Foreigner;
use crate::interval::Clockwork;
use crate::observe::Ends;
use crate::pairs::{EndpointKey, Moment, PairKey, Peer};
use crate::recognise::{Answer, MAX_HELD, MAX_HELD_BYTES, MAX_TRIES, Recogniser};
use crate::state::{Mode, NO_PAIR, Place, State, Target, known_ip, known_mac};
use delivery::Delivery;
use loss::{give_up, puzzle, puzzle_held};
use row::{flow_row, open_row};
use stream::{flush, tcp};

/// Idle flows are looked for when the packet clock has moved this far.
const EXPIRE_EVERY_NS: i64 = 1_000_000_000;
/// Different ARP statements of one shard.
const MAX_ARPS: usize = 65_536;

/// An ARP statement that is repeated is handed over again after this long: claims of a spoofer stay visible.
const ARP_AGAIN_NS: i64 = 10_000_000_000;

/// Operation, sender's and target's addresses, VLAN.
type ArpKey = (u16, Mac, Ip, Option<Mac>, Ip, Option<u16>);

/// Bits of a VLAN id; those above tell protocols apart that share an ethertype.
const VLAN_BITS: u16 = 12;
const VLAN_MASK: u16 = 0x0fff;

/// PROFINET shares its ethertype between cyclic data, alarms, discovery and clock: each is a conversation of its own
/// (IEC 61158-6-10, frame identifier ranges).
fn link_class(packet: &Packet<'_>) -> u16 {
    if packet.ethertype != 0x8892 {
        return 0;
    }
    match packet.payload.first_chunk().map(|id| u16::from_be_bytes(*id)) {
        Some(0xfefc..=0xfeff) => 1,
        Some(0x0020 | 0x0021 | 0x0080 | 0x0081 | 0xff00..=0xff7f) => 2,
        Some(0xfc01 | 0xfe01 | 0xfe02) => 3,
        _ => 0,
    }
}

/// Flows of a shard, and what they told.
pub(crate) struct Shard {
    flows: Table<Flow>,
    links: Table<Flow, L2Key>,
    budget: Budget,
    expired_ns: i64,
    arps: hashbrown::HashMap<ArpKey, i64, foldhash::fast::FixedState>,
    pub(crate) arps_beyond: u64,
    recogniser: Arc<Recogniser>,
    /// Only where intervals are asked for.
    clockwork: Option<Box<Clockwork>>,
    pub(crate) state: State,
}

/// One frame on its way into a shard.
pub(crate) struct Arrived<'a> {
    pub(crate) packet: &'a Packet<'a>,
    pub(crate) at: Moment,
    pub(crate) clock_ns: i64,
    pub(crate) wire_len: u32,
}

/// What all packets of a flow share, for the sessions.
#[derive(Clone, Copy)]
struct Route {
    transport: Transport,
    /// Addresses, ports and hardware addresses of the two sides.
    ips: [Option<Ip>; 2],
    ports: [u16; 2],
    ethertype: u16,
    /// Ethertype, service access points or SNAP protocol id: what flows on layer 2 are kept by.
    kind: u16,
    llc: Option<sightglass_wire::Llc>,
    link: u32,
    ip_protocol: u8,
    vlan: Option<u16>,
}

impl Route {
    /// What a key still tells of a flow that ended.
    fn of(key: &FlowKey) -> Self {
        let transport = match key.proto {
            6 => Transport::Tcp,
            17 => Transport::Udp,
            132 => Transport::Sctp,
            _ => Transport::Ip,
        };
        Self {
            transport,
            ips: [Some(key.a), Some(key.b)],
            ports: [key.port_a, key.port_b],
            ethertype: 0,
            kind: 0,
            llc: None,
            link: 1,
            ip_protocol: key.proto,
            vlan: (key.vlan != 0).then_some(key.vlan),
        }
    }

    /// The same on layer 2.
    fn of_link(key: &L2Key) -> Self {
        Self {
            transport: Transport::Link,
            ips: [None, None],
            ports: [0, 0],
            ethertype: key.ethertype,
            kind: key.ethertype,
            llc: None,
            link: 1,
            ip_protocol: 0,
            vlan: Some(key.vlan & VLAN_MASK).filter(|vlan| *vlan != 0),
        }
    }
}

const fn of<T: Copy>(pair: &[T; 2], side: Side) -> T {
    *side.of(pair)
}

impl Shard {
    pub(crate) fn new(recogniser: Arc<Recogniser>, mode: Mode) -> Self {
        let clockwork = matches!(mode, Mode::Analyze { intervals: true, .. }).then(Box::default);
        Self {
            clockwork,
            flows: Table::new(Limits::default()),
            links: Table::new(Limits::default()),
            budget: Budget::default(),
            expired_ns: i64::MIN,
            arps: hashbrown::HashMap::default(),
            arps_beyond: 0,
            state: State { foreigners: Foreigner::of(&recogniser.foreign), ..State::new(mode) },
            recogniser,
        }
    }

    /// Takes one frame.
    pub(crate) fn frame(&mut self, arrived: &Arrived<'_>) {
        if arrived.clock_ns.saturating_sub(self.expired_ns) >= EXPIRE_EVERY_NS {
            self.expired_ns = arrived.clock_ns;
            self.expire(arrived.at, arrived.clock_ns);
        }
        if let Some(clockwork) = &mut self.clockwork
            && let Some(start_ns) = clockwork.over(arrived.clock_ns)
        {
            self.interval(start_ns);
        }
        match arrived.packet.net {
            Net::V4 { src, dst, .. } | Net::V6 { src, dst, .. } => self.ip_packet(arrived, src, dst),
            Net::None | Net::Arp => self.link_frame(arrived),
        }
    }

    fn ip_packet(&mut self, arrived: &Arrived<'_>, src: Ip, dst: Ip) {
        let packet = arrived.packet;
        let vlan = packet.vlans.outer();
        let number = packet.ip_protocol().unwrap_or(0);
        let tag = vlan.unwrap_or(0);
        let (transport, ports, (key, side), class) = match packet.transport {
            Wire::Tcp { src_port, dst_port, .. } => {
                let key = FlowKey::new(src, dst, src_port, dst_port, number, tag);
                (Transport::Tcp, [src_port, dst_port], key, Class::HalfOpen)
            }
            Wire::Udp { src_port, dst_port, .. } => {
                let key = FlowKey::new(src, dst, src_port, dst_port, number, tag);
                (Transport::Udp, [src_port, dst_port], key, Class::Udp)
            }
            Wire::Sctp { src_port, dst_port, .. } => {
                let key = FlowKey::new(src, dst, src_port, dst_port, number, tag);
                (Transport::Sctp, [src_port, dst_port], key, Class::Other)
            }
            Wire::Icmp { kind, code, .. } | Wire::Icmpv6 { kind, code, .. } => {
                let key = FlowKey::icmp(src, dst, kind, code, number, tag);
                (Transport::Ip, [u16::from(kind), u16::from(code)], key, Class::Other)
            }
            // One flow for all that a host says of its groups, with type and code for the dissector.
            Wire::Igmp { kind, code } => {
                let key = FlowKey::new(src, dst, 0, 0, number, tag);
                (Transport::Ip, [u16::from(kind), u16::from(code)], key, Class::Other)
            }
            _ => (Transport::Ip, [0, 0], FlowKey::new(src, dst, 0, 0, number, tag), Class::Other),
        };
        let (mut ips, mut both) = ([Some(src), Some(dst)], ports);
        if side == Side::B {
            ips.swap(0, 1);
            both.swap(0, 1);
        }
        let route = Route {
            transport,
            ips,
            ports: both,
            ethertype: 0,
            kind: 0,
            llc: None,
            link: packet.link.0,
            ip_protocol: number,
            vlan,
        };
        let mut gone = Vec::new();
        let recogniser = Arc::clone(&self.recogniser);
        let expected = &mut self.state.expected;
        let make = || {
            if let Some(client) = announced::client(expected, &route, arrived.at) {
                return Flow::new(arrived.at, client);
            }
            let sender_is_client = recogniser.to_server(transport, ports[0], ports[1]);
            Flow::new(arrived.at, if sender_is_client { side } else { side.other() })
        };
        let (index, flow, new) =
            self.flows.get_or_insert(key, arrived.clock_ns, class, make, |entry| gone.push(entry));
        count(flow, &mut self.state, &route, side, arrived);
        if let Wire::Tcp { .. } = packet.transport {
            let class = tcp(flow, &mut self.state, &mut self.budget, &recogniser, &route, side, arrived);
            if new {
                open_row(flow, &mut self.state, &route);
            }
            self.flows.set_class(index, class);
        } else {
            if new {
                open_row(flow, &mut self.state, &route);
            }
            if transport == Transport::Sctp {
                sctp(flow, &mut self.state, &recogniser, &route, side, arrived);
            } else {
                datagram(flow, &mut self.state, &recogniser, &route, side, arrived);
            }
        }
        self.finish(gone, arrived.at);
    }

    fn link_frame(&mut self, arrived: &Arrived<'_>) {
        let packet = arrived.packet;
        if packet.net == Net::Arp && packet.fragment.is_none() {
            self.arp(arrived);
        }
        let vlan = packet.vlans.outer();
        let (src, dst) = (known_mac(packet.src_mac), known_mac(packet.dst_mac));
        let kind = match packet.llc {
            Some(llc) => llc.snap.map_or(u16::from_be_bytes([llc.dsap, llc.ssap]), |snap| snap.pid),
            None => packet.ethertype,
        };
        let (key, side) = L2Key::new(src, dst, kind, vlan.unwrap_or(0) | link_class(packet) << VLAN_BITS);
        let route = Route {
            transport: Transport::Link,
            ips: [None, None],
            ports: [0, 0],
            ethertype: packet.ethertype,
            kind,
            llc: packet.llc,
            link: packet.link.0,
            ip_protocol: 0,
            vlan,
        };
        let mut gone = Vec::new();
        let make = || Flow::new(arrived.at, side);
        let (_, flow, new) =
            self.links.get_or_insert(key, arrived.clock_ns, Class::Other, make, |entry| gone.push(entry));
        count(flow, &mut self.state, &route, side, arrived);
        if new {
            *side.other().of_mut(&mut flow.macs) = packet.dst_mac;
            flow.layer2 = match packet.llc {
                Some(llc) if llc.snap.is_some() => "snap",
                Some(_) => "llc",
                None => "ethertype",
            };
            open_row(flow, &mut self.state, &route);
        }
        let recogniser = Arc::clone(&self.recogniser);
        datagram(flow, &mut self.state, &recogniser, &route, side, arrived);
        self.finish_links(gone, arrived.at);
    }

    fn arp(&mut self, arrived: &Arrived<'_>) {
        let packet = arrived.packet;
        let Some(arp) = sightglass_wire::arp::parse(packet.payload) else { return };
        let Arp { operation, sender_mac, sender_ip, target_mac, target_ip, .. } = arp;
        let vlan = packet.vlans.outer();
        // A request's target hardware address means nothing.
        let target = (operation != 1).then_some(target_mac);
        let key = (operation, sender_mac, sender_ip, target, target_ip, vlan);
        let at = arrived.at;
        if let Some(last_ns) = self.arps.get_mut(&key) {
            if arrived.clock_ns.saturating_sub(*last_ns) < ARP_AGAIN_NS {
                return;
            }
            *last_ns = arrived.clock_ns;
        } else if self.arps.len() >= MAX_ARPS {
            self.arps_beyond = self.arps_beyond.saturating_add(1);
            return;
        } else {
            self.arps.insert(key, arrived.clock_ns);
        }
        if matches!(self.state.mode, Mode::Analyze { .. }) {
            self.state.events.arps.push(ArpRow {
                order: at.order,
                operation,
                sender_mac: Some(sender_mac),
                sender_ip: Some(sender_ip),
                target_mac: Some(target_mac),
                target_ip: Some(target_ip),
                gratuitous: sender_ip == target_ip,
                frame_mac: packet.src_mac,
                vlan,
                ts_ns: at.ts_ns,
                frame: at.frame,
                source: at.source,
            });
        }
    }

    fn expire(&mut self, at: Moment, clock_ns: i64) {
        let mut gone = Vec::new();
        self.flows.expire(clock_ns, |entry| gone.push(entry));
        self.finish(gone, at);
        let mut gone = Vec::new();
        self.links.expire(clock_ns, |entry| gone.push(entry));
        self.finish_links(gone, at);
    }

    fn finish(&mut self, gone: Vec<Gone<Flow>>, at: Moment) {
        for entry in gone {
            let route = Route::of(&entry.key);
            self.close(entry.value, &route, at);
        }
    }

    fn finish_links(&mut self, gone: Vec<Gone<Flow, L2Key>>, at: Moment) {
        for entry in gone {
            let route = Route::of_link(&entry.key);
            self.close(entry.value, &route, at);
        }
    }

    fn close(&mut self, mut flow: Flow, route: &Route, at: Moment) {
        for side in [Side::A, Side::B] {
            let last = flow.last;
            settle(&mut flow, &mut self.state, side, last);
        }
        if let Some(mut tcp) = flow.tcp.take() {
            flush(&mut flow, &mut tcp, &mut self.state, &mut self.budget, &self.recogniser, route);
            flow.tcp = Some(tcp);
        } else {
            self.last_chance(&mut flow, route);
            give_up(&mut flow, &mut self.state, route);
        }
        let pair = self.state.pairs.get(flow.pair);
        let contents = matches!(self.state.mode, Mode::Analyze { contents: true, .. });
        let files = self.state.files.close(flow.id, pair, at, contents);
        self.state.events.add_files(files);
        if let Mode::Decode(lines) = &self.state.mode {
            if lines.flows {
                let row = flow_row(&flow, route, "final", &self.recogniser);
                self.state.events.flows.push(row);
            }
            return;
        }
        if let Some((protocol, _)) = flow.protocol() {
            self.state.spoken.ended(protocol, flow.payload[0].saturating_add(flow.payload[1]));
        }
        self.count_unknown(&flow, route);
        if let Some(clockwork) = &mut self.clockwork {
            let row = interval::flow(clockwork, &flow, route, &self.recogniser, true);
            self.state.events.intervals.flows.extend(row);
        }
        let row = flow_row(&flow, route, "final", &self.recogniser);
        self.state.events.flows.push(row);
    }

    /// Datagrams that still wait when their flow ends go to a plug-in that wants them.
    fn last_chance(&mut self, flow: &mut Flow, route: &Route) {
        if self.recogniser.foreign.is_empty() {
            return;
        }
        let held = plugins::last_chance(flow, &mut self.state, &self.recogniser, route, false);
        for piece in held.into_iter().flatten() {
            let given = Given {
                side: piece.side,
                at: piece.at,
                first_frame: piece.at.frame,
                last: true,
                missing: piece.missing,
                handshake: false,
            };
            run(flow, &mut self.state, route, &given, &piece.data);
        }
    }

    /// Ends every flow and hands over all totals.
    pub(crate) fn end(&mut self, at: Moment) {
        self.last_interval();
        let mut gone = Vec::new();
        self.flows.drain(|entry| gone.push(entry));
        self.finish(gone, at);
        let mut gone = Vec::new();
        self.links.drain(|entry| gone.push(entry));
        self.finish_links(gone, at);
        if matches!(self.state.mode, Mode::Analyze { .. }) {
            self.state.totals();
        }
    }
}

/// Counts a packet for its flow and its sender.
#[inline]
fn count(flow: &mut Flow, state: &mut State, route: &Route, side: Side, arrived: &Arrived<'_>) {
    let packet = arrived.packet;
    let at = arrived.at;
    let (packets, bytes, payload) =
        (side.of_mut(&mut flow.packets), side.of_mut(&mut flow.bytes), side.of_mut(&mut flow.payload));
    *packets = packets.wrapping_add(1);
    *bytes = bytes.wrapping_add(u64::from(arrived.wire_len));
    *payload = payload.wrapping_add(packet.payload.len() as u64);
    flow.last = at;
    if packet.payload_missing > 0 {
        state.loss.truncated_packets = state.loss.truncated_packets.wrapping_add(1);
    }
    if of(&flow.endpoints, side) == NONE || of(&flow.macs, side) != packet.src_mac {
        sender(flow, state, route, side, arrived);
    }
}

/// Finds who sends on one side of a flow: at its first packet, and when the hardware address changes. What was counted
/// up to then belongs to the sender before.
#[cold]
fn sender(flow: &mut Flow, state: &mut State, route: &Route, side: Side, arrived: &Arrived<'_>) {
    let (mac, at) = (arrived.packet.src_mac, arrived.at);
    if of(&flow.endpoints, side) != NONE {
        // The packet at hand is the new sender's.
        let packets = side.of_mut(&mut flow.packets);
        *packets = packets.wrapping_sub(1);
        let bytes = side.of_mut(&mut flow.bytes);
        *bytes = bytes.wrapping_sub(u64::from(arrived.wire_len));
        settle(flow, state, side, at);
        let packets = side.of_mut(&mut flow.packets);
        *packets = packets.wrapping_add(1);
        let bytes = side.of_mut(&mut flow.bytes);
        *bytes = bytes.wrapping_add(u64::from(arrived.wire_len));
    }
    *side.of_mut(&mut flow.macs) = mac;
    let ip = of(&route.ips, side).filter(|ip| !ip.is_unspecified());
    let found = state.endpoints.find(EndpointKey { mac, ip, vlan: route.vlan }, at);
    *side.of_mut(&mut flow.endpoints) = match found {
        Some((number, new)) => {
            if new && matches!(state.mode, Mode::Analyze { .. }) {
                state.events.endpoints.extend(state.endpoints.row(number, "new"));
            }
            number
        }
        None => NONE,
    };
}

/// Adds what one side of a flow sent to its sender.
fn settle(flow: &mut Flow, state: &mut State, side: Side, at: Moment) {
    let (packets, bytes) = (of(&flow.packets, side), of(&flow.bytes, side));
    let (before, bytes_before) = of(&flow.settled, side);
    if packets > before {
        let endpoint = of(&flow.endpoints, side);
        state.endpoints.add(endpoint, packets.wrapping_sub(before), bytes.wrapping_sub(bytes_before), at);
    }
    *side.of_mut(&mut flow.settled) = (packets, bytes);
}

/// The pair of a flow, made when the first thing happens on it.
fn pair(flow: &mut Flow, state: &mut State, route: &Route) -> u32 {
    if flow.pair != NONE {
        return flow.pair;
    }
    let (client, server) = (flow.client, flow.client.other());
    let peer = |side: Side| match of(&route.ips, side) {
        Some(ip) => Peer::Ip(ip),
        None => Peer::Mac(known_mac(of(&flow.macs, side))),
    };
    let key = PairKey { client: peer(client), server: peer(server), vlan: route.vlan };
    let macs = [of(&flow.macs, client), of(&flow.macs, server)];
    if let Some(number) = state.pairs.find(key, macs) {
        flow.pair = number;
    } else {
        state.loss.flows_without_pair = state.loss.flows_without_pair.wrapping_add(1);
        flow.pair = NO_PAIR;
    }
    flow.pair
}

fn sample(flow: &mut Flow, bytes: &[u8]) {
    if flow.sampled == 0 && !bytes.is_empty() {
        for (to, from) in flow.sample.iter_mut().zip(bytes) {
            *to = *from;
            flow.sampled = flow.sampled.wrapping_add(1);
        }
    }
}

/// Takes one datagram or layer-2 payload.
fn datagram(
    flow: &mut Flow,
    state: &mut State,
    recogniser: &Recogniser,
    route: &Route,
    side: Side,
    arrived: &Arrived<'_>,
) {
    let packet = arrived.packet;
    if packet.payload.is_empty() && route.transport != Transport::Ip {
        return;
    }
    let given = Given {
        side,
        at: arrived.at,
        first_frame: arrived.at.frame,
        last: true,
        missing: packet.payload_missing,
        handshake: false,
    };
    whole(flow, state, recogniser, route, &given, packet.payload);
}

/// Takes the chunks of an SCTP packet.
#[cold]
fn sctp(
    flow: &mut Flow,
    state: &mut State,
    recogniser: &Recogniser,
    route: &Route,
    side: Side,
    arrived: &Arrived<'_>,
) {
    let mut association = flow.sctp.take().unwrap_or_default();
    let before = association.dropped;
    let at = arrived.at;
    association.packet(side, arrived.packet.payload, at.frame, |opener, message| {
        if let Some(opener) = opener
            && flow.pair == NONE
        {
            flow.client = opener;
        }
        let given = Given {
            side,
            at,
            first_frame: message.first_frame,
            last: true,
            missing: message.missing,
            handshake: opener.is_some(),
        };
        whole(flow, state, recogniser, route, &given, &message.data);
    });
    let dropped = association.dropped.saturating_sub(before);
    state.loss.sctp_fragments_dropped = state.loss.sctp_fragments_dropped.saturating_add(dropped);
    flow.sctp = Some(association);
}

/// Takes one whole message.
fn whole(
    flow: &mut Flow,
    state: &mut State,
    recogniser: &Recogniser,
    route: &Route,
    given: &Given,
    payload: &[u8],
) {
    sample(flow, payload);
    match flow.app {
        App::Known { .. } => {
            run(flow, state, route, given, payload);
        }
        App::Unknown => flow.sized(payload.len()),
        App::Undecided { .. } => {
            let Given { side, at, missing, handshake, .. } = *given;
            let held = decide(flow, state, recogniser, route, side, at, payload, missing, handshake);
            if let Some(held) = held {
                for piece in held {
                    let first_frame = piece.at.frame;
                    let given = Given {
                        side: piece.side,
                        at: piece.at,
                        first_frame,
                        missing: piece.missing,
                        ..*given
                    };
                    run(flow, state, route, &given, &piece.data);
                }
                run(flow, state, route, given, payload);
            }
        }
    }
}

/// Asks the dissectors about an undecided flow. When one of them takes it, gives the pieces that waited.
#[expect(clippy::too_many_arguments, reason = "stream and datagrams ask alike")]
fn decide(
    flow: &mut Flow,
    state: &mut State,
    recogniser: &Recogniser,
    route: &Route,
    side: Side,
    at: Moment,
    bytes: &[u8],
    missing: u32,
    handshake: bool,
) -> Option<Vec<Held>> {
    if !state.expected.is_empty()
        && let Some(held) = announced::adopt(flow, state, recogniser, route, side, at, bytes)
    {
        return Some(held);
    }
    let App::Undecided { held, likely, .. } = &flow.app else { return None };
    let stream = route.transport == Transport::Tcp;
    // A stream's earlier pieces of this side come first; datagrams stand alone.
    let joined: Vec<u8>;
    let data = if stream && held.iter().any(|piece| piece.side == side) && likely.is_none() {
        let mut all = Vec::new();
        for piece in held.iter().filter(|piece| piece.side == side) {
            all.extend_from_slice(&piece.data);
        }
        all.extend_from_slice(bytes);
        joined = all;
        joined.as_slice()
    } else {
        bytes
    };
    let given = Given { side, at, first_frame: at.frame, last: !stream, missing, handshake };
    let probe = Probe::of(&input(flow.client, &flow.macs, route, &given, data));
    let App::Undecided { held, likely, tries } = &mut flow.app else { return None };
    let held_bytes: usize = held.iter().map(|piece| piece.data.len()).sum();
    let answer = recogniser.ask(&probe, *likely);
    match answer {
        Answer::Yes(dissector) => {
            let held = std::mem::take(held);
            let how = if handshake { How::Handshake } else { How::Content };
            flow.app = App::Known {
                session: (dissector.open)(),
                protocol: dissector.protocol,
                how,
                max_message: dissector.max_message,
            };
            if matches!(state.mode, Mode::Analyze { .. }) {
                let mut row = flow_row(flow, route, "identified", recogniser);
                row.order = at.order;
                state.events.flows.push(row);
            }
            Some(held)
        }
        Answer::Perhaps(_) | Answer::More
            if held.len() < MAX_HELD && held_bytes.saturating_add(bytes.len()) <= MAX_HELD_BYTES =>
        {
            if let Answer::Perhaps(dissector) = answer {
                *likely = Some(dissector.protocol);
            }
            held.push(Held { side, data: bytes.to_vec(), missing, at });
            None
        }
        _ if !recogniser.foreign.is_empty() => plugins::decide(flow, state, recogniser, route, &given, bytes),
        _ => {
            *likely = None;
            *tries = tries.saturating_add(1);
            let last = *tries >= MAX_TRIES;
            puzzle_held(flow, state, route);
            puzzle(flow, state, route, bytes);
            if last {
                flow.app = App::Unknown;
            }
            None
        }
    }
}

/// Bytes for a session, and where they come from.
#[derive(Clone, Copy)]
struct Given {
    side: Side,
    at: Moment,
    first_frame: u64,
    last: bool,
    missing: u32,
    handshake: bool,
}

fn input<'a>(
    client: Side,
    macs: &[Option<Mac>; 2],
    route: &Route,
    given: &Given,
    data: &'a [u8],
) -> Input<'a> {
    let (from, to) = (given.side, given.side.other());
    Input {
        data,
        transport: route.transport,
        last: given.last,
        missing: given.missing,
        from_client: given.handshake.then_some(from == client),
        src: known_ip(of(&route.ips, from)),
        dst: known_ip(of(&route.ips, to)),
        src_port: of(&route.ports, from),
        dst_port: of(&route.ports, to),
        src_mac: known_mac(of(macs, from)),
        dst_mac: known_mac(of(macs, to)),
        ethertype: route.ethertype,
        llc: route.llc,
        link: route.link,
        ip_protocol: route.ip_protocol,
        ts_ns: given.at.ts_ns,
        frame: given.at.frame,
    }
}

/// Lets the session take messages off the front of `bytes`; gives how many bytes it took and whether it still is in
/// step with the stream.
fn run(flow: &mut Flow, state: &mut State, route: &Route, given: &Given, bytes: &[u8]) -> (usize, bool) {
    let pair = pair(flow, state, route);
    let (client, macs) = (flow.client, flow.macs);
    let Flow { app, hints, id, .. } = flow;
    let App::Known { session, .. } = app else { return (bytes.len(), true) };
    let mut target = target(state, route, given, pair, *id, client, &macs, hints);
    let mut used = 0usize;
    loop {
        let rest = bytes.get(used..).unwrap_or_default();
        if rest.is_empty() && used > 0 {
            return (used, true);
        }
        match session.next(&input(client, &macs, route, given, rest), &mut target) {
            Took::Took(taken) => {
                used = used.saturating_add(taken.max(1)).min(bytes.len());
                target.first_frame = given.at.frame;
            }
            Took::More if !given.last => return (used, true),
            Took::More | Took::Lost => return (used, false),
        }
        if rest.is_empty() {
            return (used, true);
        }
    }
}

/// The sink for the bytes of one side.
#[expect(clippy::too_many_arguments, reason = "the parts of a flow beside its session")]
fn target<'a>(
    state: &'a mut State,
    route: &Route,
    given: &Given,
    pair: u32,
    flow_id: u64,
    client: Side,
    macs: &[Option<Mac>; 2],
    hints: &'a mut [u32; 2],
) -> Target<'a> {
    let (from, to) = (given.side, given.side.other());
    Target {
        state,
        place: Place { pair, flow_id, at: given.at },
        hint: from.of_mut(hints),
        ends: Ends {
            src_ip: of(&route.ips, from),
            dst_ip: of(&route.ips, to),
            src_mac: of(macs, from),
            dst_mac: of(macs, to),
            vlan: route.vlan,
        },
        ports: [of(&route.ports, from), of(&route.ports, to)],
        transport: route.transport,
        first_frame: given.first_frame,
        flow_pair: pair,
        from_client: from == client,
    }
}

/// Tells the session that one side closed its stream in order.
fn ended(flow: &mut Flow, state: &mut State, route: &Route, given: &Given) {
    if !matches!(flow.app, App::Known { .. }) {
        return;
    }
    let pair = pair(flow, state, route);
    let (client, macs) = (flow.client, flow.macs);
    let Flow { app, hints, id, .. } = flow;
    let App::Known { session, .. } = app else { return };
    let mut target = target(state, route, given, pair, *id, client, &macs, hints);
    session.ended(&input(client, &macs, route, given, &[]), &mut target);
}
