//! LonTalk over IP: CEA-852 tunnels and the control network protocol inside.
//!
//! Spec: ANSI/CEA-852 (IP channels), ANSI/CEA-709.1 (LonTalk). Usual ports UDP 1628 (channel) and 1629 (configuration
//! server). Recognised by a length that fills the datagram, version and a known packet type, with the data's own version.
//! `code` is the packet type; what a data packet does stands in `function` and `message_code`.

use crate::shown::Shown;
use crate::{
    Anomalies, Category, Dissector, Field, Function, Input, Kind, Message, Number, Observation, Outcome,
    Over, Pending, Probe, Protocol, Reader, Reference, Session, Sink, Step, Subject, Text, Transport, Value,
    Verdict, Visitor, confidence, hex,
};

const PORTS: &[u16] = &[1628, 1629];
const VERSION: u8 = 1;
const DATA: u8 = 0x01;
/// Formats of the inner unit (CEA-709.1, 6.2).
const TPDU: u8 = 0;
const SPDU: u8 = 1;
const AUTHPDU: u8 = 2;
const RESPONSE: u8 = 2;
const ACK: u8 = 2;
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

/// Packet types (CEA-852, 6.3).
const fn packet(kind: u8) -> Option<(&'static str, Kind, Category)> {
    use Category::{Configuration, Diagnostics, Discovery, Other, Session};
    Some(match kind {
        DATA => ("data", Kind::Event, Other),
        0x03 => ("device_registration", Kind::Event, Discovery),
        0x04 => ("channel_membership", Kind::Event, Configuration),
        0x06 => ("send_list", Kind::Event, Configuration),
        0x07 => ("acknowledge", Kind::Response, Session),
        0x08 => ("channel_routing", Kind::Event, Configuration),
        0x60 => ("status_request", Kind::Request, Diagnostics),
        0x63 => ("device_configuration_request", Kind::Request, Discovery),
        0x64 => ("channel_membership_request", Kind::Request, Discovery),
        0x66 => ("send_list_request", Kind::Request, Discovery),
        0x68 => ("channel_routing_request", Kind::Request, Discovery),
        0x70 => ("status_response", Kind::Response, Diagnostics),
        0x71 => ("device_configuration", Kind::Response, Configuration),
        0x7f => ("segment", Kind::Event, Other),
        _ => return None,
    })
}

/// Network management and diagnostic messages (CEA-709.1, 10 and 11).
const fn management(code: u8) -> Option<(&'static str, Category)> {
    use Category::{Configuration, Control, Diagnostics, Discovery, ProgramDownload, ProgramUpload, Read};
    Some(match code {
        0x51 => ("nd_query_status", Diagnostics),
        0x52 => ("nd_proxy_command", Control),
        0x53 => ("nd_clear_status", Diagnostics),
        0x54 => ("nd_query_xcvr", Diagnostics),
        0x61 => ("nm_query_id", Discovery),
        0x62 => ("nm_respond_to_query", Configuration),
        0x63 => ("nm_update_domain", Configuration),
        0x64 => ("nm_leave_domain", Configuration),
        0x65 => ("nm_update_key", Configuration),
        0x66 => ("nm_update_addr", Configuration),
        0x67 => ("nm_query_addr", Diagnostics),
        0x68 => ("nm_query_nv_cnfg", Diagnostics),
        0x69 => ("nm_update_group_addr", Configuration),
        0x6a => ("nm_query_domain", Diagnostics),
        0x6b => ("nm_update_nv_cnfg", Configuration),
        0x6c => ("nm_set_node_mode", Control),
        0x6d => ("nm_read_memory", ProgramUpload),
        0x6e => ("nm_write_memory", ProgramDownload),
        0x6f => ("nm_checksum_recalc", ProgramDownload),
        0x70 => ("nm_wink", Diagnostics),
        0x71 => ("nm_memory_refresh", ProgramDownload),
        0x72 => ("nm_query_snvt", Discovery),
        0x73 => ("nm_nv_fetch", Read),
        MANUAL_SERVICE_REQUEST => ("nm_manual_service_request", Discovery),
        _ => return None,
    })
}

#[derive(Debug, Clone, Copy)]
struct Packet<'a> {
    length: u16,
    version: u8,
    kind: u8,
    vendor: u16,
    session: u32,
    sequence: u32,
    body: &'a [u8],
    is_cut: bool,
}

fn parse(data: &[u8]) -> Option<Packet<'_>> {
    let mut reader = Reader::new(data);
    let length = reader.be_u16().ok()?;
    let (version, kind) = (reader.u8().ok()?, reader.u8().ok()?);
    let extended = usize::from(reader.u8().ok()?).saturating_mul(4);
    reader.skip(1).ok()?;
    let vendor = reader.be_u16().ok()?;
    let (session, sequence) = (reader.be_u32().ok()?, reader.be_u32().ok()?);
    reader.skip(4usize.saturating_add(extended)).ok()?;
    let wanted = usize::from(length).checked_sub(reader.position())?;
    let body = reader.take_up_to(wanted);
    Some(Packet { length, version, kind, vendor, session, sequence, body, is_cut: body.len() < wanted })
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
    match (probe.on_port(PORTS), Unit::parse(found.body)) {
        (true, _) if found.kind != DATA => Verdict::Sure,
        (true, Some(_)) => Verdict::Sure,
        (false, Some(_)) if found.kind == DATA => Verdict::Likely,
        _ => Verdict::No,
    }
}

/// What the application part is.
#[derive(Debug, Clone, Copy)]
enum Application<'a> {
    /// Selector, whether it is an output's, value.
    Variable(u16, bool, &'a [u8]),
    /// Code and data.
    Message(u8, &'a [u8]),
    Nothing,
}

/// The control network's frame: addresses, transport and application.
#[derive(Debug, Clone, Copy)]
struct Unit<'a> {
    format: u8,
    source: (u8, u8),
    destination: (u8, Option<u8>),
    group: Option<u8>,
    neuron: Option<&'a [u8]>,
    domain: &'a [u8],
    /// Type and transaction of transport, session and authentication units.
    kind: u8,
    transaction: u8,
    authenticated: bool,
    application: Application<'a>,
}

impl<'a> Unit<'a> {
    /// `None` when it is no frame of version 0 (CEA-709.1, 6.2).
    fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        reader.skip(1).ok()?;
        let head = reader.u8().ok()?;
        if head >> 6 != 0 {
            return None;
        }
        let (format, addressing, domain) = ((head >> 4) & 3, (head >> 2) & 3, head & 3);
        let (subnet, node) = (reader.u8().ok()?, reader.u8().ok()?);
        let first = reader.u8().ok()?;
        let mut unit = Self {
            format,
            source: (subnet, node & 0x7f),
            destination: (first, None),
            group: None,
            neuron: None,
            domain: &[],
            kind: 0,
            transaction: 0,
            authenticated: false,
            application: Application::Nothing,
        };
        match addressing {
            0 => {}
            1 => (unit.destination, unit.group) = ((0, None), Some(first)),
            2 => {
                unit.destination.1 = Some(reader.u8().ok()? & 0x7f);
                // An acknowledging member of a group adds group and member.
                if node & 0x80 == 0 {
                    unit.group = Some(reader.u8().ok()?);
                    reader.skip(1).ok()?;
                }
            }
            _ => unit.neuron = Some(reader.take(6).ok()?),
        }
        let size = match domain {
            0 => 0,
            1 => 1,
            2 => 3,
            _ => 6,
        };
        unit.domain = reader.take(size).ok()?;
        if matches!(format, TPDU | SPDU | AUTHPDU) {
            let head = reader.u8().ok()?;
            unit.authenticated = head & 0x80 != 0;
            unit.kind = (head >> 4) & 7;
            unit.transaction = head & 0x0f;
            // Reminders with a list carry its length and bits.
            if format != AUTHPDU && matches!(unit.kind, 4 | 5) {
                let list = reader.u8().ok()?;
                reader.skip(usize::from(list)).ok()?;
            }
        }
        unit.application = match reader.peek_u8() {
            _ if format == AUTHPDU || (format == TPDU && unit.kind == ACK) => Application::Nothing,
            Err(_) => Application::Nothing,
            Ok(first) if first & 0x80 != 0 => {
                let bits = reader.be_u16().ok()?;
                Application::Variable(bits & 0x3fff, bits & 0x4000 != 0, reader.rest())
            }
            Ok(code) => {
                reader.skip(1).ok()?;
                Application::Message(code, reader.rest())
            }
        };
        Some(unit)
    }

    fn is_response(&self) -> bool {
        self.format == SPDU && self.kind == RESPONSE
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
        let unit = if found.kind == DATA { Unit::parse(found.body) } else { None };
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
            let name = if unit.kind & 2 == 0 { "challenge" } else { "reply" };
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
                // Success and failure differ in bit 5 of the answer's code (CEA-709.1, 10.1).
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
        let broken = found.kind == DATA && unit.is_none() && !found.is_cut;
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

fn message_name(code: u8) -> (Function, Category) {
    match code {
        0x00..=0x3e => (Function::Known("application_message"), Category::Other),
        0x3f => (Function::Known("application_offline"), Category::Other),
        0x40..=0x4f => (Function::Known("foreign_frame"), Category::Other),
        _ => management(code)
            .map_or((Function::Unknown(u32::from(code)), Category::Other), |(name, category)| {
                (Function::Known(name), category)
            }),
    }
}

/// Neuron and program id, which a service pin and an answer to query id tell (CEA-709.1, 10.2).
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

const fn management_name(code: u8) -> &'static str {
    match management(code) {
        Some((name, _)) => name,
        None => "unknown",
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
        visitor.flag("authenticated", unit.authenticated);
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
mod tests {
    use super::*;
    use crate::testing::{check_datagrams, client, probe as look, server};

    const UDP: Transport = Transport::Udp;

    fn packet_of(kind: u8, body: &[u8]) -> Vec<u8> {
        let mut bytes =
            vec![0, u8::try_from(body.len() + 20).unwrap(), 1, kind, 0, 1, 0, 9, 0, 0, 0, 5, 0, 0, 0, 6];
        bytes.extend_from_slice(&[0; 4]);
        bytes.extend_from_slice(body);
        bytes
    }

    #[test]
    fn variables_are_updated_and_polled() {
        let update = [0, 0x09, 1, 0x82, 1, 3, 0x77, 0x01, 0x81, 0x23, 0x05];
        let poll = [0, 0x19, 1, 0x82, 1, 3, 0x77, 0x04, 0x81, 0x23];
        let answer = [0, 0x19, 1, 0x83, 1, 2, 0x77, 0x24, 0xc1, 0x23, 0x09];
        let log = check_datagrams(
            &DISSECTOR,
            UDP,
            1628,
            &[client(&packet_of(1, &update)), client(&packet_of(1, &poll)), server(&packet_of(1, &answer))],
        );
        assert_eq!(
            log.messages[0],
            "lontalk request network_variable_update code=1 write Pending [subnet 1 node 3] [network_variable 291] [] \
             {length=31 packet_type=1(data) vendor_code=9 session_id=5 sequence=6 source_subnet=1 source_node=2 \
             destination_subnet=1 destination_node=3 domain=0x77 pdu_format=0(tpdu) pdu_type=0 transaction=1 \
             authenticated=false selector=291 output=false data=0x05}"
        );
        assert!(log.messages[1].starts_with(
            "lontalk request network_variable_poll code=1 read Pending [subnet 1 node 3] [network_variable 291]"
        ));
        assert!(log.messages[2].starts_with(
            "lontalk response network_variable_poll code=1 read Ok [subnet 1 node 3] [network_variable 291]"
        ));
        assert_eq!(log.values.len(), 2);
    }

    #[test]
    fn management_is_matched_and_identifies() {
        let query = [0, 0x11, 1, 0x82, 1, 0x77, 0x05, 0x61, 1];
        let answer = [0, 0x19, 1, 0x83, 1, 2, 0x77, 0x25, 0x21, 1, 2, 3, 4, 5, 6, 9, 9, 9, 9, 9, 9, 9, 9];
        let mode = [0, 0x19, 1, 0x82, 1, 3, 0x77, 0x06, 0x6c, 0];
        let refused = [0, 0x19, 1, 0x83, 1, 2, 0x77, 0x26, 0x0c];
        let ack = [0, 0x09, 1, 0x83, 1, 2, 0x77, 0x21];
        let log = check_datagrams(
            &DISSECTOR,
            UDP,
            1628,
            &[
                client(&packet_of(1, &query)),
                client(&packet_of(1, &mode)),
                server(&packet_of(1, &refused)),
                server(&packet_of(1, &ack)),
                client(&packet_of(0x63, &[])),
                client(&packet_of(0x55, &[])),
            ],
        );
        let starts = [
            "lontalk request nm_query_id code=1 discovery Pending",
            "lontalk request nm_set_node_mode code=1 control Pending [subnet 1 node 3]",
            "lontalk response nm_set_node_mode code=1 control Error(\"refused\") [subnet 1 node 3]",
            "lontalk response acknowledgement code=1 session Ok",
            "lontalk request device_configuration_request code=99 discovery Pending",
            "lontalk event unknown_0x55 code=85 other Event [] [] [\"unknown_function\"]",
        ];
        assert_eq!(log.messages.len(), starts.len());
        for (message, start) in log.messages.iter().zip(starts) {
            assert!(message.starts_with(start), "{message}");
        }
        let unicast = [0, 0x19, 1, 0x82, 1, 3, 0x77, 0x05, 0x61, 1];
        let log = check_datagrams(
            &DISSECTOR,
            UDP,
            1628,
            &[client(&packet_of(1, &unicast)), server(&packet_of(1, &answer))],
        );
        assert_eq!(
            log.observations,
            [
                "Sender [subnet 1 node 3] serial=\"010203040506\" lontalk 95",
                "Sender [subnet 1 node 3] program_id=\"0909090909090909\" lontalk 95",
            ]
        );
    }

    #[test]
    fn length_version_and_type_are_checked() {
        let ask = packet_of(0x63, &[]);
        assert_eq!(look(&DISSECTOR, UDP, 1628, &ask), Verdict::Sure);
        assert_eq!(look(&DISSECTOR, UDP, 9, &ask), Verdict::No);
        assert_eq!(look(&DISSECTOR, UDP, 1628, &[&ask[..], b"x"].concat()), Verdict::No);
        assert_eq!(look(&DISSECTOR, UDP, 1628, b"GET / HTTP/1.1 and more bytes"), Verdict::No);
    }
}
