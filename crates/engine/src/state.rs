//! What a shard learns, and the sink through which sessions tell it.

use sightglass_dissect::{
    Expectation, FileChunk, Kind, Message, Observation, Protocol, Sink, Transport, Value, ValueBlock, Wants,
};
use sightglass_wire::{Ip, Mac};

use crate::activity::Activities;
use crate::batch::Events;
use crate::clean::clean;
use crate::expected::Expected;
use crate::files::Files;
use crate::flow_state::NONE;
use crate::foreign::{ForeignCounts, Foreigner};
use crate::jsonl::Lines;
use crate::observe::{Ends, Observations};
use crate::pairs::{Endpoints, Moment, PairKey, Pairs};
use crate::rules::Rules;
use crate::unknown::Unknown;
use crate::values::Values;
use crate::{AnomalyRow, MatchRow};

/// Different anomalies that are handed over from one shard; all are counted.
const MAX_ANOMALIES: usize = 16_384;
/// Matches that are handed over from one shard; all are counted.
const MAX_MATCHES: usize = 65_536;

/// Counters of loss and damage of a shard, by name.
#[derive(Debug, Default)]
pub(crate) struct Loss {
    pub(crate) truncated_packets: u64,
    pub(crate) malformed_packets: u64,
    pub(crate) message_too_large: u64,
    pub(crate) resynchronised: u64,
    pub(crate) sctp_fragments_dropped: u64,
    pub(crate) anomalies_beyond_cap: u64,
    pub(crate) matches_beyond_cap: u64,
    pub(crate) flows_without_pair: u64,
    pub(crate) panics: u64,
}

/// What `decode` asks for.
pub(crate) enum Mode {
    /// Count and hand over news.
    Analyze { rules: std::sync::Arc<Rules>, values: bool, activities: bool, contents: bool, intervals: bool },
    /// Write every message of these protocols.
    Decode(Lines),
}

/// Everything a shard has learned.
pub(crate) struct State {
    pub(crate) pairs: Pairs,
    pub(crate) endpoints: Endpoints,
    pub(crate) activities: Activities,
    pub(crate) values: Values,
    pub(crate) observations: Observations,
    pub(crate) files: Files,
    pub(crate) unknown: Unknown,
    pub(crate) expected: Expected,
    pub(crate) anomalies: Anomalies,
    pub(crate) loss: Loss,
    pub(crate) events: Events,
    pub(crate) matches: usize,
    pub(crate) mode: Mode,
    /// The plug-ins as this shard sees them.
    pub(crate) foreigners: Vec<std::sync::Arc<Foreigner>>,
    pub(crate) spoken: Spoken,
}

/// What a protocol's flows carried and how much of it was out of its specification.
#[derive(Debug, Default)]
pub(crate) struct Spoken {
    /// Payload bytes of ended flows, and messages with a mark, by protocol.
    pub(crate) counts: hashbrown::HashMap<Protocol, (u64, u64), foldhash::fast::FixedState>,
}

impl Spoken {
    /// Adds the payload of a flow that ended.
    pub(crate) fn ended(&mut self, protocol: Protocol, bytes: u64) {
        let counts = self.counts.entry(protocol).or_default();
        counts.0 = counts.0.saturating_add(bytes);
    }

    /// Counts a message that is out of its specification.
    #[cold]
    pub(crate) fn malformed(&mut self, protocol: Protocol) {
        let counts = self.counts.entry(protocol).or_default();
        counts.1 = counts.1.saturating_add(1);
    }
}

impl State {
    pub(crate) fn new(mode: Mode) -> Self {
        Self {
            pairs: Pairs::default(),
            endpoints: Endpoints::default(),
            activities: Activities::default(),
            values: Values::default(),
            observations: Observations::default(),
            files: Files::default(),
            unknown: Unknown::default(),
            expected: Expected::default(),
            anomalies: Anomalies::default(),
            loss: Loss::default(),
            events: Events::default(),
            matches: 0,
            mode,
            foreigners: Vec::new(),
            spoken: Spoken::default(),
        }
    }
}

/// Counters of out-of-spec traffic by pair, protocol and mark.
#[derive(Debug, Default)]
pub(crate) struct Anomalies {
    index: hashbrown::HashMap<(u32, &'static str, &'static str), u32, foldhash::fast::FixedState>,
    list: Vec<AnomalyRow>,
}

/// Where in the network something happened.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) pair: u32,
    pub(crate) flow_id: u64,
    pub(crate) at: Moment,
}

impl State {
    /// Counts an out-of-spec mark and hands it over on first sight.
    pub(crate) fn anomaly(
        &mut self,
        place: Place,
        protocol: &'static str,
        anomaly: &'static str,
        detail: &dyn std::fmt::Display,
    ) {
        if matches!(self.mode, Mode::Decode(_)) {
            return;
        }
        let key = (place.pair, protocol, anomaly);
        if let Some(row) =
            self.anomalies.index.get(&key).and_then(|at| self.anomalies.list.get_mut(*at as usize))
        {
            row.count = row.count.saturating_add(1);
            return;
        }
        if self.anomalies.list.len() >= MAX_ANOMALIES {
            self.loss.anomalies_beyond_cap = self.loss.anomalies_beyond_cap.saturating_add(1);
            return;
        }
        let pair = self.pairs.get(place.pair);
        let row = AnomalyRow {
            order: place.at.order,
            event: "new",
            flow_id: place.flow_id,
            client_ip: pair.and_then(|pair| pair.key.client.ip()),
            server_ip: pair.and_then(|pair| pair.key.server.ip()),
            client_mac: pair.and_then(|pair| pair.client_mac),
            server_mac: pair.and_then(|pair| pair.server_mac),
            vlan: pair.and_then(|pair| pair.key.vlan),
            protocol,
            anomaly,
            detail: clean(&detail.to_string()),
            count: 1,
            ts_ns: place.at.ts_ns,
            frame: place.at.frame,
            source: place.at.source,
        };
        self.events.anomalies.push(row.clone());
        let Ok(number) = u32::try_from(self.anomalies.list.len()) else { return };
        self.anomalies.list.push(AnomalyRow { event: "final", ..row });
        self.anomalies.index.insert(key, number);
    }

    /// What every plug-in did, by protocol.
    pub(crate) fn foreign(&self, mut add: impl FnMut(&'static str, ForeignCounts)) {
        for each in &self.foreigners {
            add(each.protocol().name(), each.counts());
        }
    }

    /// Hands over the totals of everything that is counted.
    pub(crate) fn totals(&mut self) {
        let Self { pairs, endpoints, activities, values, anomalies, events, mode, .. } = self;
        events.endpoints.extend(endpoints.totals());
        activities.relations(pairs, &mut events.relations);
        if matches!(mode, Mode::Analyze { activities: true, .. }) {
            events.activities.extend(activities.totals(pairs));
        }
        values.totals(pairs, |row| events.values.push(row));
        events.anomalies.append(&mut anomalies.list);
    }
}

/// What the sink knows of the flow whose bytes a session is reading.
pub(crate) struct Target<'a> {
    pub(crate) state: &'a mut State,
    pub(crate) place: Place,
    pub(crate) hint: &'a mut u32,
    pub(crate) ends: Ends,
    pub(crate) ports: [u16; 2],
    pub(crate) transport: Transport,
    pub(crate) first_frame: u64,
    /// The pair of the flow, and whether its client sent what is read.
    pub(crate) flow_pair: u32,
    pub(crate) from_client: bool,
}

impl Target<'_> {
    /// The pair that a message counts for. Who spoke first is the client of a flow of datagrams, for want of better;
    /// but where both ends use the same port either may ask, and who asks is the client of that act. What nobody
    /// asked for (announcements to a group) stays with the flow.
    fn pair_of(&mut self, kind: Kind) -> u32 {
        let to_group = self.ends.dst_mac.is_some_and(|mac| mac.is_multicast())
            || self.ends.dst_ip.is_some_and(|ip| ip.is_multicast() || ip.is_broadcast());
        let turned = match kind {
            Kind::Request => !self.from_client,
            Kind::Response => self.from_client && !to_group,
            Kind::Event | Kind::Control => false,
        };
        if !turned || self.transport == Transport::Tcp {
            return self.flow_pair;
        }
        let pairs = &mut self.state.pairs;
        let Some(pair) = pairs.get(self.flow_pair).copied() else { return self.flow_pair };
        let key = PairKey { client: pair.key.server, server: pair.key.client, ..pair.key };
        pairs.find(key, [pair.server_mac, pair.client_mac]).unwrap_or(self.flow_pair)
    }
}

impl Sink for Target<'_> {
    fn message(&mut self, message: &Message<'_>) {
        if matches!(self.state.mode, Mode::Analyze { .. }) {
            self.place.pair = self.pair_of(message.kind);
        }
        let Self { state, place, .. } = self;
        let rules = match &mut state.mode {
            Mode::Decode(lines) => {
                lines.message(message, place, &self.ends, self.ports, self.transport, self.first_frame);
                return;
            }
            Mode::Analyze { rules, .. } => rules,
        };
        if !rules.is_empty() {
            let rules = std::sync::Arc::clone(rules);
            rules.check(message, |rule, detail| matched(state, *place, message, rule, &detail));
        }
        let state = &mut *self.state;
        let news = state.activities.count(place.pair, place.flow_id, message, place.at, *self.hint);
        if !message.anomalies.is_empty() {
            state.spoken.malformed(message.protocol);
            for name in message.anomalies.names() {
                state.anomaly(*place, message.protocol.name(), name, &message.function);
            }
        }
        let Some(number) = news.number else { return };
        *self.hint = number;
        if news.new || news.first_error {
            let event = if news.new { "new" } else { "error" };
            let row = state.activities.row(number, event, place.at.order, &state.pairs);
            state.events.activities.extend(row);
        }
        if news.act {
            let act =
                state.activities.occurrence(number, place.flow_id, message.outcome, place.at, &state.pairs);
            state.events.occurrences.extend(act);
        }
    }

    fn observe(&mut self, observation: &Observation<'_>) {
        if matches!(self.state.mode, Mode::Analyze { .. }) {
            let row = self.state.observations.take(observation, self.ends, self.place.at);
            self.state.events.observations.extend(row);
        }
    }

    fn value(&mut self, value: &Value<'_>) {
        self.state.values.single(self.place.pair, value, self.place.at);
    }

    fn values(&mut self, block: &ValueBlock<'_>) {
        self.state.values.block(self.place.pair, block, self.place.at);
    }

    fn file(&mut self, chunk: &FileChunk<'_>) {
        if let Mode::Analyze { contents, .. } = self.state.mode {
            let pair = self.state.pairs.get(self.place.pair);
            let file = self.state.files.take(self.place.flow_id, pair, chunk, self.place.at, contents);
            self.state.events.add_files(file);
        }
    }

    fn expect(&mut self, expectation: &Expectation<'_>) {
        let at = self.place.at;
        self.state.expected.expect(expectation, self.ends.vlan, at.ts_ns, at.order);
    }

    fn wants(&self) -> Wants {
        match &self.state.mode {
            Mode::Analyze { values, .. } => Wants { values: *values, files: true },
            Mode::Decode(_) => Wants::default(),
        }
    }
}

fn matched(state: &mut State, place: Place, message: &Message<'_>, rule: &str, detail: &str) {
    if state.matches >= MAX_MATCHES {
        state.loss.matches_beyond_cap = state.loss.matches_beyond_cap.saturating_add(1);
        return;
    }
    state.matches = state.matches.saturating_add(1);
    let pair = state.pairs.get(place.pair);
    state.events.matches.push(MatchRow {
        order: place.at.order,
        rule: rule.into(),
        flow_id: place.flow_id,
        client_ip: pair.and_then(|pair| pair.key.client.ip()),
        client_mac: pair.and_then(|pair| pair.client_mac),
        server_ip: pair.and_then(|pair| pair.key.server.ip()),
        server_mac: pair.and_then(|pair| pair.server_mac),
        vlan: pair.and_then(|pair| pair.key.vlan),
        protocol: message.protocol.name(),
        function: message.function.to_string().into(),
        code: message.code,
        address: clean(&message.address.to_string()),
        object: clean(&message.object.to_string()),
        detail: clean(detail),
        ts_ns: place.at.ts_ns,
        frame: place.at.frame,
        source: place.at.source,
    });
}

/// Addresses of a message's two ends, for inputs.
pub(crate) const fn known_ip(ip: Option<Ip>) -> Ip {
    match ip {
        Some(ip) => ip,
        None => Ip([0; 16]),
    }
}

/// Hardware address or zeros.
pub(crate) const fn known_mac(mac: Option<Mac>) -> Mac {
    match mac {
        Some(mac) => mac,
        None => Mac([0; 6]),
    }
}

/// No pair: the cap on pairs was reached.
pub(crate) const NO_PAIR: u32 = NONE;

/// Whether a protocol is asked for.
pub(crate) fn wanted(filter: Option<&[Protocol]>, protocol: Protocol) -> bool {
    filter.is_none_or(|wanted| wanted.contains(&protocol))
}
