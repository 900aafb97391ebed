//! Plug-ins at work in one shard: questions, sessions, faults.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use sightglass_dissect::{
    Fields, Input, Message, Observation, Probe, Protocol, Reference, Session, Sink, Step, Value, Verdict,
    Visitor,
};

use super::{
    Fault, FaultKind, ForeignCounts, ForeignField, ForeignMessage, ForeignProtocol, ForeignSession,
    MAX_FAULTS, ParsedEnd,
};

/// Calls in a row on one flow that may take nothing: a parser that always wants more is broken.
const MAX_IDLE_CALLS: u32 = 1_024;

/// One plug-in as one shard sees it; shared with the sessions of its flows, which live on the same thread.
pub(crate) struct Foreigner {
    given: ForeignProtocol,
    counts: Mutex<ForeignCounts>,
    faults: AtomicU64,
}

impl Foreigner {
    /// The plug-ins of one shard.
    pub(crate) fn of(given: &[ForeignProtocol]) -> Vec<Arc<Self>> {
        let one = |each: &ForeignProtocol| {
            Arc::new(Self { given: each.clone(), counts: Mutex::default(), faults: AtomicU64::new(0) })
        };
        given.iter().map(one).collect()
    }

    pub(crate) const fn protocol(&self) -> Protocol {
        self.given.protocol
    }

    pub(crate) const fn max_message(&self) -> usize {
        self.given.max_message
    }

    /// What it did so far.
    pub(crate) fn counts(&self) -> ForeignCounts {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner).clone();
        counts.switched_off = u64::from(self.is_off());
        counts
    }

    fn is_off(&self) -> bool {
        self.faults.load(Ordering::Relaxed) >= MAX_FAULTS
    }

    fn count(&self, change: impl FnOnce(&mut ForeignCounts)) {
        change(&mut self.counts.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn fault(&self, fault: Fault, ts_ns: i64, frame: u64) {
        self.faults.fetch_add(1, Ordering::Relaxed);
        self.count(|counts| {
            let kind = match fault.kind {
                FaultKind::Exception => &mut counts.exceptions,
                FaultKind::TooSlow => &mut counts.too_slow,
                FaultKind::WrongReturn => &mut counts.wrong_returns,
            };
            *kind = kind.saturating_add(1);
            counts.first_fault.get_or_insert((ts_ns, frame, fault.text));
        });
    }

    /// Asks about the first bytes of a flow; a fault is a no. `None` when it does not travel this way or is off.
    pub(crate) fn recognise(&self, probe: &Probe<'_>, ts_ns: i64, frame: u64) -> Option<Verdict> {
        if !self.given.travels(probe.transport) || self.is_off() {
            return None;
        }
        self.count(|counts| counts.asked = counts.asked.saturating_add(1));
        match self.given.implementation.recognise(probe) {
            Ok(Verdict::Likely) if self.given.is_usual(probe) => Some(Verdict::Sure),
            Ok(verdict) => Some(verdict),
            Err(fault) => {
                self.fault(fault, ts_ns, frame);
                None
            }
        }
    }

    /// Opens a session; `None` after a fault.
    pub(crate) fn open(self: &Arc<Self>, ts_ns: i64, frame: u64) -> Option<Box<dyn Session>> {
        match self.given.implementation.open() {
            Ok(session) => {
                self.count(|counts| counts.claimed = counts.claimed.saturating_add(1));
                Some(Box::new(Claimed {
                    session: Some(session),
                    of: Arc::clone(self),
                    waiting: VecDeque::new(),
                    end: ParsedEnd::Done,
                    idle: 0,
                    at: (ts_ns, frame),
                }))
            }
            Err(fault) => {
                self.fault(fault, ts_ns, frame);
                None
            }
        }
    }
}

/// A flow that a plug-in claimed.
struct Claimed {
    /// Gone after a fault.
    session: Option<Box<dyn ForeignSession>>,
    of: Arc<Foreigner>,
    /// Steps of the last call that were not handed over yet.
    waiting: VecDeque<(usize, Vec<ForeignMessage>)>,
    end: ParsedEnd,
    idle: u32,
    /// Packet time and frame of the bytes last given.
    at: (i64, u64),
}

impl Claimed {
    fn fail(&mut self, fault: Fault) {
        self.session = None;
        self.waiting.clear();
        self.end = ParsedEnd::Done;
        self.of.fault(fault, self.at.0, self.at.1);
    }

    /// Calls the plug-in once for all the bytes there are.
    fn call(&mut self, input: &Input<'_>) {
        self.at = (input.ts_ns, input.frame);
        let Some(session) = &mut self.session else { return };
        match session.parse(input) {
            Ok(parsed) => {
                self.idle = if parsed.steps.is_empty() { self.idle.saturating_add(1) } else { 0 };
                self.waiting = parsed.steps.into();
                self.end = parsed.end;
                let stuck = self.waiting.is_empty() && self.end == ParsedEnd::Done;
                if stuck {
                    self.fail(Fault { kind: FaultKind::WrongReturn, text: "nothing taken".to_owned() });
                } else if self.idle > MAX_IDLE_CALLS {
                    let text = format!("{MAX_IDLE_CALLS} calls in a row took nothing");
                    self.fail(Fault { kind: FaultKind::TooSlow, text });
                }
            }
            Err(fault) => self.fail(fault),
        }
    }
}

impl Session for Claimed {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        if self.session.is_some() && self.of.is_off() {
            self.session = None;
            self.waiting.clear();
            self.end = ParsedEnd::Done;
        }
        if self.waiting.is_empty() && self.end == ParsedEnd::Done && self.session.is_some() {
            self.call(input);
        }
        if self.session.is_none() {
            let left = input.data.len();
            self.of.count(|counts| counts.bytes_left_out = counts.bytes_left_out.saturating_add(left as u64));
            return Step::Took(left.max(1));
        }
        let Some((taken, messages)) = self.waiting.pop_front() else {
            return match std::mem::take(&mut self.end) {
                ParsedEnd::Lost => Step::Lost,
                ParsedEnd::More | ParsedEnd::Done => Step::More,
            };
        };
        let wants = sink.wants();
        for message in &messages {
            give(message, self.of.protocol(), wants.values, sink);
        }
        let taken = taken.clamp(1, input.data.len().max(1));
        self.of.count(|counts| counts.bytes = counts.bytes.saturating_add(taken as u64));
        // Nothing follows: the end that the plug-in told belongs to bytes that the next call brings again.
        if taken >= input.data.len() {
            self.waiting.clear();
            self.end = ParsedEnd::Done;
        }
        Step::Took(taken)
    }

    fn gap(&mut self, from_client: Option<bool>) {
        self.waiting.clear();
        self.end = ParsedEnd::Done;
        let Some(session) = &mut self.session else { return };
        if let Err(fault) = session.gap(from_client) {
            self.fail(fault);
        }
    }
}

fn reference(text: &str) -> Reference<'_> {
    if text.is_empty() { Reference::None } else { Reference::Text(text) }
}

fn give(message: &ForeignMessage, protocol: Protocol, values: bool, sink: &mut dyn Sink) {
    sink.message(&Message {
        protocol,
        kind: message.kind,
        function: message.function,
        code: message.code,
        category: message.category,
        outcome: message.outcome,
        address: reference(&message.address),
        object: reference(&message.object),
        anomalies: message.anomalies,
        fields: &Shown(&message.fields),
    });
    for fact in &message.facts {
        sink.observe(&Observation {
            subject: fact.subject,
            path: reference(&fact.path),
            attribute: fact.attribute,
            value: &fact.value,
            protocol,
            confidence: fact.confidence,
        });
    }
    if values {
        for value in &message.values {
            sink.value(&Value {
                protocol,
                address: reference(&value.address),
                object: reference(&value.object),
                kind: value.kind,
                number: value.number,
            });
        }
    }
}

struct Shown<'a>(&'a [(&'static str, ForeignField)]);

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        for (name, value) in self.0 {
            show(name, value, visitor);
        }
    }
}

/// Nesting is bounded where the plug-in's return is read.
fn show(name: &'static str, value: &ForeignField, visitor: &mut dyn Visitor) {
    match value {
        ForeignField::Flag(value) => visitor.flag(name, *value),
        ForeignField::Uint(value) => visitor.uint(name, *value),
        ForeignField::Int(value) => visitor.int(name, *value),
        ForeignField::Float(value) => visitor.float(name, *value),
        ForeignField::Text(value) => visitor.text(name, value),
        ForeignField::Bytes(value) => visitor.bytes(name, value),
        ForeignField::List(list) => {
            visitor.begin_list(name);
            list.iter().for_each(|each| show("", each, visitor));
            visitor.end_list();
        }
        ForeignField::Object(members) => {
            visitor.begin_object(name);
            members.iter().for_each(|(name, each)| show(name, each, visitor));
            visitor.end_object();
        }
    }
}

#[cfg(test)]
mod tests {
    use sightglass_dissect::{
        Anomalies, Category, Expectation, FileChunk, Function, Kind, Outcome, Transport, ValueBlock, Wants,
    };
    use sightglass_wire::{Ip, Mac};

    use super::*;
    use crate::foreign::{Foreign, Parsed};

    /// Takes pairs of bytes; `!` is a fault, `?` is no message.
    struct Pairs;

    fn message() -> ForeignMessage {
        ForeignMessage {
            kind: Kind::Event,
            function: Function::Known("pair"),
            code: None,
            category: Category::Read,
            outcome: Outcome::Event,
            address: String::new(),
            object: "pair".to_owned(),
            anomalies: Anomalies::NONE,
            fields: vec![("raw", ForeignField::List(vec![ForeignField::Uint(1)]))],
            facts: Vec::new(),
            values: Vec::new(),
        }
    }

    impl Foreign for Pairs {
        fn recognise(&self, probe: &Probe<'_>) -> Result<Verdict, Fault> {
            if probe.data.starts_with(b"!") {
                return Err(Fault { kind: FaultKind::Exception, text: "here".to_owned() });
            }
            Ok(Verdict::Likely)
        }
        fn open(&self) -> Result<Box<dyn ForeignSession>, Fault> {
            Ok(Box::new(Self))
        }
    }

    impl ForeignSession for Pairs {
        fn parse(&mut self, input: &Input<'_>) -> Result<Parsed, Fault> {
            let mut parsed = Parsed::default();
            for pair in input.data.chunks(2) {
                match pair {
                    [b'!', ..] => return Err(Fault { kind: FaultKind::Exception, text: "there".to_owned() }),
                    [b'?', ..] => parsed.end = ParsedEnd::Lost,
                    [_, _] => parsed.steps.push((2, vec![message()])),
                    _ => parsed.end = ParsedEnd::More,
                }
            }
            Ok(parsed)
        }
        fn gap(&mut self, _from_client: Option<bool>) -> Result<(), Fault> {
            Ok(())
        }
    }

    #[derive(Default)]
    struct Count(usize);

    impl Sink for Count {
        fn message(&mut self, message: &Message<'_>) {
            assert_eq!(message.object, Reference::Text("pair"));
            self.0 = self.0.wrapping_add(1);
        }
        fn observe(&mut self, _observation: &Observation<'_>) {}
        fn value(&mut self, _value: &Value<'_>) {}
        fn values(&mut self, _block: &ValueBlock<'_>) {}
        fn file(&mut self, _chunk: &FileChunk<'_>) {}
        fn expect(&mut self, _expectation: &Expectation) {}
        fn wants(&self) -> Wants {
            Wants::default()
        }
    }

    fn input(data: &[u8]) -> Input<'_> {
        let (ip, mac) = (Ip([0; 16]), Mac([0; 6]));
        Input {
            data,
            transport: Transport::Tcp,
            last: false,
            missing: 0,
            from_client: Some(true),
            src: ip,
            dst: ip,
            src_port: 1,
            dst_port: 2,
            src_mac: mac,
            dst_mac: mac,
            ethertype: 0,
            llc: None,
            link: 1,
            ip_protocol: 6,
            ts_ns: 5,
            frame: 7,
        }
    }

    fn pairs() -> Vec<Arc<Foreigner>> {
        Foreigner::of(&[ForeignProtocol {
            protocol: sightglass_dissect::register("pairs_of_bytes").unwrap(),
            tcp_ports: Some(vec![2]),
            udp_ports: None,
            max_message: 100,
            implementation: Arc::new(Pairs),
        }])
    }

    #[test]
    fn messages_of_one_call_are_handed_over_step_by_step() {
        let of = pairs();
        let mut session = of[0].open(0, 0).unwrap();
        let mut seen = Count::default();
        assert_eq!(session.next(&input(b"aabbc"), &mut seen), Step::Took(2));
        assert_eq!(seen.0, 1);
        assert_eq!(session.next(&input(b"bbc"), &mut seen), Step::Took(2));
        assert_eq!(session.next(&input(b"c"), &mut seen), Step::More);
        assert_eq!(session.next(&input(b"cc"), &mut seen), Step::Took(2));
        assert_eq!(session.next(&input(b"??"), &mut seen), Step::Lost);
        assert_eq!((seen.0, of[0].counts().bytes), (3, 6));
    }

    #[test]
    fn a_fault_ends_the_flow_and_many_switch_the_plug_in_off() {
        let of = pairs();
        for number in 0..MAX_FAULTS {
            assert_eq!(of[0].counts().switched_off, 0, "{number}");
            let mut session = of[0].open(0, 0).unwrap();
            assert_eq!(session.next(&input(b"!!"), &mut Count::default()), Step::Took(2));
            assert_eq!(session.next(&input(b"aa"), &mut Count::default()), Step::Took(2));
        }
        let counts = of[0].counts();
        assert_eq!((counts.exceptions, counts.switched_off), (MAX_FAULTS, 1));
        assert_eq!(counts.bytes_left_out, MAX_FAULTS * 4);
        assert_eq!(counts.first_fault, Some((5, 7, "there".to_owned())));
        assert_eq!(of[0].recognise(&Probe::of(&input(b"aa")), 0, 0), None);
    }

    #[test]
    fn a_likely_verdict_is_believed_on_a_usual_port() {
        let of = pairs();
        let mut elsewhere = input(b"aa");
        assert_eq!(of[0].recognise(&Probe::of(&elsewhere), 0, 0), Some(Verdict::Sure));
        elsewhere.dst_port = 3;
        assert_eq!(of[0].recognise(&Probe::of(&elsewhere), 0, 0), Some(Verdict::Likely));
        elsewhere.transport = Transport::Udp;
        assert_eq!(of[0].recognise(&Probe::of(&elsewhere), 0, 0), None);
    }
}
