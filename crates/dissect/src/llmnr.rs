//! Link-local multicast name resolution.
//!
//! Spec: RFC 4795; message format of RFC 1035 with fewer flags. UDP and TCP port 5355, which tells it from DNS.

use crate::dns::{FIELDS, Message, emit, message, observe_local};
use crate::{
    Dissector, Input, Over, Pending, Probe, Protocol, Reader, Reference, Session, Sink, Step, Transport,
    Verdict,
};

const PORTS: &[u16] = &[5355];

/// LLMNR as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Llmnr,
    over: &[Over::Udp(PORTS), Over::Tcp(PORTS)],
    probe,
    open: || Box::<Llmnr>::default(),
    max_message: 65_537,
    fields: FIELDS,
    not_decoded: &[],
};

fn probe(probe: &Probe<'_>) -> Verdict {
    if !probe.on_port(PORTS) {
        return Verdict::No;
    }
    match probe.transport {
        Transport::Udp => message::verdict(probe.data, probe.missing, true),
        Transport::Tcp => {
            let mut reader = Reader::new(probe.data);
            let Ok(length) = reader.be_u16() else { return Verdict::More };
            let data = reader.take_up_to(usize::from(length));
            if data.len() < usize::from(length).min(512) {
                return Verdict::More;
            }
            message::verdict(data, 0, true)
        }
        _ => Verdict::No,
    }
}

#[derive(Debug, Default)]
struct Llmnr {
    pending: Pending<u16, u16>,
}

impl Llmnr {
    fn message(&mut self, data: &[u8], cut: bool, input: &Input<'_>, sink: &mut dyn Sink) -> bool {
        let Some(message) = Message::parse(data) else { return false };
        let own = message.questions().next().map(|question| question.kind);
        let response = message.header.is_response();
        let asked = if response { self.pending.take(&message.header.id) } else { None };
        if let (false, Some(kind)) = (response, own) {
            self.pending.insert(message.header.id, kind);
        }
        let object = asked.or(own).map_or(Reference::None, crate::dns::reference);
        emit(Protocol::Llmnr, &message, cut, object, sink);
        if response {
            observe_local(Protocol::Llmnr, &message, input, sink);
        }
        true
    }
}

impl Session for Llmnr {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        if input.transport != Transport::Tcp {
            let whole = self.message(input.data, input.missing > 0, input, sink);
            return if whole { Step::Took(input.data.len()) } else { Step::Lost };
        }
        let mut reader = Reader::new(input.data);
        let Ok(length) = reader.be_u16() else { return if input.last { Step::Lost } else { Step::More } };
        let data = reader.take_up_to(usize::from(length));
        let cut = data.len() < usize::from(length);
        if cut && !input.last {
            return Step::More;
        }
        if self.message(data, cut, input, sink) { Step::Took(reader.position()) } else { Step::Lost }
    }
}
