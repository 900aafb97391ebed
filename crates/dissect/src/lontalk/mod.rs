//! LonTalk over IP: CEA-852 tunnels and the control network protocol inside.
//!
//! Spec: Echelon, LonTalk Protocol Specification 3.0 (078-0125-01A), the free text of ANSI/CEA-709.1. ANSI/CEA-852 (IP
//! channels) is not free: its header and packet types were taken from Wireshark's CN/IP decoder and the EnOcean LON stack,
//! which agree. Registered ports UDP 1628 (normal) and 1629 (urgent). Recognised by a length that fills the datagram,
//! version and a known packet type, with the data's own version. `code` is the packet type; what a data packet does stands
//! in `function` and `message_code`.

mod names;
mod unit;

use names::{management_name, message_name, packet};
use unit::{Application, Unit};

use crate::shown::Shown;
use crate::{
    Anomalies, Category, Dissector, Field, Function, Input, Kind, Message, Number, Observation, Outcome,
    Over, Pending, Probe, Protocol, Reader, Reference, Session, Sink, Step, Subject, Text, Transport, Value,
    Verdict, Visitor, confidence, hex,
};

const PORTS: &[u16] = &[1628, 1629];
const VERSION: u8 = 1;
const DATA: u8 = 0x01;
/// Bits of the flags: the protocol inside, 0 for LonTalk; and of the version byte, whose upper bits are flags too.
const PROTOCOL_CODE: u8 = 0x1f;
const VERSION_BITS: u8 = 0x1f;
/// Formats of the inner unit (LonTalk specification, figure 3.2).
const TPDU: u8 = 0;
const SPDU: u8 = 1;
const AUTHPDU: u8 = 2;
const RESPONSE: u8 = 2;
const ACK: u8 = 2;
const CHALLENGE: u8 = 0;
const QUERY_ID: u8 = 0x61;
const MANUAL_SERVICE_REQUEST: u8 = 0x7f;

/// LonTalk as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Lontalk,
    over: &[Over::Udp(PORTS)],
    probe,
    open: || Box::<Lontalk>::default(),
    max_message: 65_507,
    fields: FIELDS,
    not_decoded: &[
        "contents of channel configuration packets",
        "types of network variables: they are not on the wire",
        "authentication of CEA-852 packets",
        "data packets of other protocols than LonTalk",
    ],
};

const FIELDS: &[Field] = &[
    Field { name: "length", doc: "Bytes of the packet." },
    Field { name: "packet_type", doc: "Type of the CEA-852 packet." },
    Field { name: "vendor_code", doc: "Vendor of the tunnel." },
    Field { name: "session_id", doc: "Session of the tunnel." },
    Field { name: "sequence", doc: "Sequence number." },
    Field { name: "source_subnet", doc: "Subnet of the sending node." },
    Field { name: "source_node", doc: "Sending node." },
    Field { name: "destination_subnet", doc: "Subnet addressed." },
    Field { name: "destination_node", doc: "Node addressed." },
    Field { name: "group", doc: "Group addressed." },
    Field { name: "neuron_id", doc: "Unique id of the node addressed." },
    Field { name: "domain", doc: "Domain, 0 to 6 bytes." },
    Field { name: "pdu_format", doc: "Transport, session, authentication or application unit." },
    Field { name: "pdu_type", doc: "Type within the format." },
    Field { name: "transaction", doc: "Transaction number." },
    Field { name: "authenticated", doc: "The sender wants to prove who it is." },
    Field { name: "selector", doc: "Network variable." },
    Field { name: "message_code", doc: "Code of a message." },
    Field { name: "data", doc: "Data of the message or variable." },
];

#[derive(Debug, Clone, Copy)]
struct Packet<'a> {
    length: u16,
    version: u8,
    kind: u8,
    /// The data inside is LonTalk's.
    is_lontalk: bool,
    vendor: u16,
    session: u32,
    sequence: u32,
    body: &'a [u8],
    is_cut: bool,
}

fn parse(data: &[u8]) -> Option<Packet<'_>> {
    let mut reader = Reader::new(data);
    let length = reader.be_u16().ok()?;
    let (version, kind) = (reader.u8().ok()? & VERSION_BITS, reader.u8().ok()?);
    let extended = usize::from(reader.u8().ok()?).saturating_mul(4);
    let is_lontalk = reader.u8().ok()? & PROTOCOL_CODE == 0;
    let vendor = reader.be_u16().ok()?;
    let (session, sequence) = (reader.be_u32().ok()?, reader.be_u32().ok()?);
    reader.skip(4usize.saturating_add(extended)).ok()?;
    let wanted = usize::from(length).checked_sub(reader.position())?;
    let body = reader.take_up_to(wanted);
    let is_cut = body.len() < wanted;
    Some(Packet { length, version, kind, is_lontalk, vendor, session, sequence, body, is_cut })
}

fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.transport != Transport::Udp || probe.data.get(2) != Some(&VERSION) {
        return Verdict::No;
    }
    let Some(found) = parse(probe.data).filter(|found| packet(found.kind).is_some()) else {
        return Verdict::No;
    };
    let whole = usize::from(found.length) == probe.data.len() || (found.is_cut && probe.missing > 0);
    if !whole {
        return Verdict::No;
    }
    match (probe.on_port(PORTS), Unit::parse(found.body).filter(|_| found.is_lontalk)) {
        (true, _) if found.kind != DATA => Verdict::Sure,
        (true, Some(_)) => Verdict::Sure,
        (false, Some(_)) if found.kind == DATA => Verdict::Likely,
        _ => Verdict::No,
    }
}

/// What a response needs to know of its request: code or selector.
#[derive(Debug, Clone, Copy)]
enum Asked {
    Message(u8),
    Variable(u16),
}

type Node = (u8, u8);

#[derive(Default)]
struct Lontalk {
    /// By the asking node and its transaction.
    pending: Pending<(Node, u8), Asked>,
}

impl Session for Lontalk {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let Some(found) = parse(input.data).filter(|found| found.version == VERSION) else {
            return Step::Lost;
        };
        let anomalies = Anomalies::NONE
            .with_if(found.is_cut && input.missing > 0, Anomalies::TRUNCATED)
            .with_if(found.is_cut && input.missing == 0, Anomalies::BAD_LENGTH)
            .with_if(usize::from(found.length) < input.data.len(), Anomalies::TRAILING_BYTES)
            .with_if(packet(found.kind).is_none(), Anomalies::UNKNOWN_FUNCTION);
        let is_unit = found.kind == DATA && found.is_lontalk;
        let unit = if is_unit { Unit::parse(found.body) } else { None };
        self.message(&found, unit.as_ref(), anomalies, sink);
        Step::Took(input.data.len())
    }
}

/// What the application of a data packet does.
#[derive(Clone, Copy)]
struct Act {
    function: Function,
    kind: Kind,
    category: Category,
    outcome: Outcome,
    selector: Option<u16>,
}

impl Lontalk {
    fn act(&mut self, unit: &Unit<'_>) -> Act {
        let known = Function::Known;
        let act =
            |function, kind, category, outcome| Act { function, kind, category, outcome, selector: None };
        if unit.format == AUTHPDU {
            let name = if unit.kind == CHALLENGE { "challenge" } else { "reply" };
            return act(known(name), Kind::Control, Category::Authentication, Outcome::Event);
        }
        if unit.format == TPDU && unit.kind == ACK {
            return act(known("acknowledgement"), Kind::Response, Category::Session, Outcome::Ok);
        }
        let asks = unit.format == SPDU && !unit.is_response();
        let (kind, outcome) = match (asks, unit.is_response(), unit.format) {
            (true, ..) => (Kind::Request, Outcome::Pending),
            (_, true, _) => (Kind::Response, Outcome::Ok),
            (_, _, TPDU) if unit.kind == 0 => (Kind::Request, Outcome::Pending),
            _ => (Kind::Event, Outcome::Event),
        };
        let asked = unit.is_response().then(|| {
            let node = (unit.destination.0, unit.destination.1.unwrap_or(0));
            self.pending.take(&(node, unit.transaction))
        });
        match (asked.flatten(), unit.application) {
            (Some(Asked::Variable(selector)), _) | (None, Application::Variable(selector, ..)) => {
                if asks {
                    self.pending.insert((unit.source, unit.transaction), Asked::Variable(selector));
                }
                let reads = asks || unit.is_response();
                let (name, category) = if reads {
                    ("network_variable_poll", Category::Read)
                } else {
                    ("network_variable_update", Category::Write)
                };
                Act { selector: Some(selector), ..act(known(name), kind, category, outcome) }
            }
            (Some(Asked::Message(code)), application) => {
                // Answers to management repeat the low bits of the request's code below 0b00p, answers to diagnostics
                // below 0b00p1; `p` is set where it was done (LonTalk specification, network management).
                let refused = matches!(application, Application::Message(0x00..=0x1f, _)) && code >= 0x50;
                let outcome = if refused { Outcome::Error("refused") } else { Outcome::Ok };
                let (name, category) = message_name(code);
                act(name, kind, category, outcome)
            }
            (None, Application::Message(code, _)) => {
                if asks {
                    self.pending.insert((unit.source, unit.transaction), Asked::Message(code));
                }
                let (name, category) = if unit.is_response() {
                    (known("response"), Category::Other)
                } else {
                    message_name(code)
                };
                act(name, kind, category, outcome)
            }
            (None, Application::Nothing) => {
                act(known("reminder"), Kind::Control, Category::Session, Outcome::Event)
            }
        }
    }

    fn message(
        &mut self,
        found: &Packet<'_>,
        unit: Option<&Unit<'_>>,
        mut anomalies: Anomalies,
        sink: &mut dyn Sink,
    ) {
        let act = if let Some(unit) = unit {
            self.act(unit)
        } else {
            let (function, kind, category) = packet(found.kind).map_or(
                (Function::Unknown(u32::from(found.kind)), Kind::Event, Category::Other),
                |(name, kind, category)| (Function::Known(name), kind, category),
            );
            let outcome = match kind {
                Kind::Request => Outcome::Pending,
                Kind::Response => Outcome::Ok,
                _ => Outcome::Event,
            };
            Act { function, kind, category, outcome, selector: None }
        };
        let broken = found.kind == DATA && found.is_lontalk && unit.is_none() && !found.is_cut;
        anomalies = anomalies
            .with_if(broken, Anomalies::BAD_VALUE)
            .with_if(matches!(act.function, Function::Unknown(_)), Anomalies::UNKNOWN_FUNCTION);
        // The node that holds the object: who answers, or who is addressed.
        let node = unit.and_then(|unit| {
            let holds = if act.kind == Kind::Response {
                (unit.source.0, Some(unit.source.1))
            } else {
                unit.destination
            };
            holds.1.map(|node| (holds.0, node))
        });
        let address = match (node, unit.and_then(|unit| unit.group)) {
            (Some((subnet, node)), _) => {
                Reference::two(("subnet", u64::from(subnet)), ("node", u64::from(node)))
            }
            (None, Some(group)) => Reference::one("group", u64::from(group)),
            _ => Reference::None,
        };
        let object = act
            .selector
            .map_or(Reference::None, |selector| Reference::one("network_variable", u64::from(selector)));
        let shown = Shown(|visitor: &mut dyn Visitor| show(found, unit, visitor));
        sink.message(&Message {
            protocol: Protocol::Lontalk,
            kind: act.kind,
            function: act.function,
            code: Some(u32::from(found.kind)),
            category: act.category,
            outcome: act.outcome,
            address,
            object,
            anomalies,
            fields: &shown,
        });
        let Some(unit) = unit.filter(|_| !found.is_cut) else { return };
        if let (Application::Variable(_, _, data), true) = (unit.application, sink.wants().values)
            && matches!(data.len(), 1..=8)
        {
            let number = data.iter().fold(0u64, |sum, byte| (sum << 8) | u64::from(*byte));
            let (protocol, number) = (Protocol::Lontalk, Number::Uint(number));
            sink.value(&Value { protocol, address, object, kind: "raw", number });
        }
        identity(unit, act.function, sink);
    }
}

/// Neuron and program id, which a service pin and an answer to query id tell.
fn identity(unit: &Unit<'_>, function: Function, sink: &mut dyn Sink) {
    let Application::Message(code, data) = unit.application else { return };
    let asked_id =
        function == Function::Known(management_name(QUERY_ID)) && unit.is_response() && code & 0x20 != 0;
    if code != MANUAL_SERVICE_REQUEST && !asked_id {
        return;
    }
    let (Some(neuron), Some(program)) = (data.get(..6), data.get(6..14)) else { return };
    let path = Text::<32>::of(format_args!("subnet {} node {}", unit.source.0, unit.source.1));
    for (attribute, value) in [("serial", hex(neuron)), ("program_id", hex(program))] {
        sink.observe(&Observation {
            subject: Subject::Sender,
            path: Reference::Text(path.as_str()),
            attribute,
            value: &value,
            protocol: Protocol::Lontalk,
            confidence: confidence::IDENTITY,
        });
    }
}

fn show(found: &Packet<'_>, unit: Option<&Unit<'_>>, visitor: &mut dyn Visitor) {
    visitor.uint("length", u64::from(found.length));
    visitor.named(
        "packet_type",
        u64::from(found.kind),
        packet(found.kind).map_or("unknown", |(name, ..)| name),
    );
    visitor.uint("vendor_code", u64::from(found.vendor));
    visitor.uint("session_id", u64::from(found.session));
    visitor.uint("sequence", u64::from(found.sequence));
    let Some(unit) = unit else { return };
    visitor.uint("source_subnet", u64::from(unit.source.0));
    visitor.uint("source_node", u64::from(unit.source.1));
    if unit.group.is_none() || unit.destination.1.is_some() {
        visitor.uint("destination_subnet", u64::from(unit.destination.0));
    }
    if let Some(node) = unit.destination.1 {
        visitor.uint("destination_node", u64::from(node));
    }
    if let Some(group) = unit.group {
        visitor.uint("group", u64::from(group));
    }
    if let Some(neuron) = unit.neuron {
        visitor.bytes("neuron_id", neuron);
    }
    visitor.bytes("domain", unit.domain);
    let format = ["tpdu", "spdu", "authpdu", "apdu"].get(usize::from(unit.format)).copied().unwrap_or("");
    visitor.named("pdu_format", u64::from(unit.format), format);
    if unit.format < 3 {
        visitor.uint("pdu_type", u64::from(unit.kind));
        visitor.uint("transaction", u64::from(unit.transaction));
        if unit.format != AUTHPDU {
            visitor.flag("authenticated", unit.authenticated);
        }
    }
    match unit.application {
        Application::Variable(selector, output, data) => {
            visitor.uint("selector", u64::from(selector));
            visitor.flag("output", output);
            visitor.bytes("data", data);
        }
        Application::Message(code, data) => {
            visitor.named("message_code", u64::from(code), management_name(code));
            // A key that is set is not shown.
            if code != 0x65 && code != 0x63 {
                visitor.bytes("data", data);
            }
        }
        Application::Nothing => {}
    }
}

#[cfg(test)]
mod tests;
