//! Multicast DNS and service discovery.
//!
//! Spec: RFC 6762, RFC 6763; message format of RFC 1035. Port 5353, which tells it from DNS: the bytes are alike.
//! Recognised there by header, questions and records that fill the message.

use crate::dns::{FIELDS, Message, emit, message, observe_local};
use crate::{Dissector, Input, Over, Probe, Protocol, Reference, Session, Sink, Step, Transport, Verdict};

const PORTS: &[u16] = &[5353];

/// mDNS as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Mdns,
    over: &[Over::Udp(PORTS)],
    probe,
    open: || Box::new(Mdns),
    max_message: 9_000,
    fields: FIELDS,
    not_decoded: &[],
};

fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.transport != Transport::Udp || !probe.on_port(PORTS) {
        return Verdict::No;
    }
    let Some(parsed) = Message::parse(probe.data) else { return Verdict::No };
    // Probes carry authorities and known answers go with questions, so the header is judged more mildly than DNS's.
    let header = parsed.header;
    let fits = matches!(header.opcode(), 0 | 5)
        && header.counts.iter().any(|count| *count > 0)
        && header.counts.iter().all(|count| *count <= 512);
    match message::verdict(probe.data, probe.missing, true) {
        Verdict::No if fits && parsed.shape() == crate::dns::Shape::Exact => Verdict::Likely,
        verdict => verdict,
    }
}

struct Mdns;

impl Session for Mdns {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let Some(message) = Message::parse(input.data) else { return Step::Lost };
        let kind = message.questions().next().map(|question| question.kind);
        let kind = kind.or_else(|| message.records().next().map(|(_, record)| record.kind));
        let object = kind.map_or(Reference::None, crate::dns::reference);
        emit(Protocol::Mdns, &message, input.missing > 0, object, sink);
        if message.header.is_response() {
            observe_local(Protocol::Mdns, &message, input, sink);
        }
        Step::Took(input.data.len())
    }
}
