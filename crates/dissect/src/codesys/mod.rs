//! CODESYS: engineering access to controllers with CODESYS runtime systems, V3 and V2.
//!
//! Not published by its maker beyond outlines and the service header (CODESYS online help, communication; PlcServiceHeader).
//! V3 follows public research: Kaspersky ICS CERT, "Security research: CODESYS Runtime" (2019), Microsoft's ICS forensics
//! tools, the Nmap library codesys3 and Tenable TRA-2020-04 (tags); where two of them differ the field is not shown.
//! Blocks (TCP 11740 to 11743) or UDP datagrams (1740 to 1743) hold a datagram, a channel packet, a service. V2 (TCP 1200
//! and 2455) is known by one request and its answer (Redpoint, codesys-v2-discover). Recognised by the block's magic
//! number and the datagram's first byte, or a datagram whose service and payload belong together on these ports. `code` is
//! a service's group above 16 bits of command.

mod identity;
mod names;
mod pdu;

use crate::shown::Shown;
use crate::{
    Anomalies, Category, Dissector, Field, Function, Input, Kind, Message, Outcome, Over, Probe, Protocol,
    Reader, Reference, Session, Sink, Step, Transport, Verdict, Visitor, printable,
};
use identity::{Identification, NameService};
use pdu::{Block, Datagram, Service};

/// Usual ports: V3 over TCP, V2; V3 over UDP.
const TCP_PORTS: &[u16] = &[11_740, 11_741, 11_742, 11_743, 1200, 2455];
const V2_PORTS: &[u16] = &[1200, 2455];
const UDP_PORTS: &[u16] = &[1740, 1741, 1742, 1743];
/// First bytes of a V3 block; its length, which counts them too, follows.
const BLOCK_MAGIC: [u8; 4] = [0x00, 0x01, 0x17, 0xe8];
const BLOCK_HEADER: usize = 8;
/// First bytes of a V2 message; the length of what follows it comes next.
const V2_MAGIC: [u8; 2] = [0xbb, 0xbb];
const V2_HEADER: usize = 6;
/// The one request of V2 that is known.
const V2_IDENTIFY: u8 = 0x01;
/// Largest block or message that is believed.
const MAX_MESSAGE: usize = 65_536;
/// Tags of a service that are listed.
const MAX_TAGS: usize = 64;
/// Answer to a login: its parent tag, and the session's number inside.
const LOGIN_ANSWER: u32 = 0x82;
const LOGIN_SESSION: u32 = 0x21;

/// CODESYS as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Codesys,
    over: &[Over::Tcp(TCP_PORTS), Over::Udp(UDP_PORTS)],
    probe,
    open: || Box::<Codesys>::default(),
    max_message: MAX_MESSAGE,
    fields: FIELDS,
    not_decoded: &[
        "contents of services beyond the ids and lengths of their tags; results other than a login's",
        "services that need several blocks, beyond their first",
        "services inside encryption (0x7557), beyond their head",
        "address service, and name service requests beyond their number",
        "commands of the groups without published names",
        "V2 beyond the identification of its runtime system",
    ],
};

const FIELDS: &[Field] = &[
    Field { name: "version", doc: "Generation of the protocol: 2 or 3." },
    Field { name: "length", doc: "Bytes of the block (V3), or of what follows the header (V2)." },
    Field { name: "hops", doc: "Routers that the datagram may still pass." },
    Field { name: "priority", doc: "Priority of the datagram: 0 low to 3 emergency." },
    Field { name: "datagram_service", doc: "Service of the datagram layer." },
    Field { name: "message_id", doc: "Number of the datagram." },
    Field { name: "receiver", doc: "Address of the receiving node." },
    Field { name: "sender", doc: "Address of the sending node." },
    Field { name: "packet_type", doc: "Packet of the channel layer." },
    Field { name: "channel", doc: "Channel between two nodes." },
    Field { name: "block", doc: "Number of the block in its channel." },
    Field { name: "acknowledged", doc: "Last block that was received." },
    Field { name: "total_length", doc: "Bytes of the whole service." },
    Field { name: "reason", doc: "Why a channel was refused; 0 where it was opened." },
    Field { name: "service_group", doc: "Group of the service, without its response bit." },
    Field { name: "command", doc: "Command within the group." },
    Field { name: "session_id", doc: "Session that a login gave." },
    Field { name: "content_length", doc: "Bytes of the service's tags." },
    Field { name: "encrypted", doc: "The service is inside encryption." },
    Field { name: "tags", doc: "Tags of the service: id and length." },
    Field { name: "package", doc: "Package of the name service." },
    Field { name: "package_version", doc: "Version of the package." },
    Field { name: "request_id", doc: "Number of a name service request; its answers repeat it." },
    Field { name: "max_channels", doc: "Channels that the node offers." },
    Field { name: "target_type", doc: "Type of the target." },
    Field { name: "target_id", doc: "Maker and device of the target." },
    Field { name: "firmware_version", doc: "Version of the target." },
    Field { name: "node_name", doc: "Name of the node." },
    Field { name: "device_name", doc: "Name of the target." },
    Field { name: "vendor_name", doc: "Maker of the target." },
    Field { name: "serial_number", doc: "Serial number of the target." },
    Field { name: "operating_system", doc: "Operating system of the controller (V2)." },
    Field { name: "operating_system_version", doc: "Its version or kind (V2)." },
    Field { name: "product", doc: "Product (V2)." },
];

/// Length of a V3 block as it says, header included.
fn block_length(data: &[u8]) -> Option<usize> {
    let rest = data.strip_prefix(&BLOCK_MAGIC)?;
    let length = usize::try_from(u32::from_le_bytes(*rest.first_chunk()?)).ok()?;
    (BLOCK_HEADER..=MAX_MESSAGE).contains(&length).then_some(length)
}

/// Bytes of a whole V2 message. Controllers with Motorola processors send the length with its highest byte first.
fn v2_length(data: &[u8]) -> Option<usize> {
    let length: [u8; 4] = *data.strip_prefix(&V2_MAGIC)?.first_chunk()?;
    let (little, big) = (u32::from_le_bytes(length), u32::from_be_bytes(length));
    let length = usize::try_from(little.min(big)).ok()?.checked_add(V2_HEADER)?;
    (V2_HEADER < length && length <= MAX_MESSAGE).then_some(length)
}

fn probe(probe: &Probe<'_>) -> Verdict {
    let data = probe.data;
    match (probe.transport, data.first()) {
        (Transport::Udp, Some(&pdu::MAGIC)) if probe.on_port(UDP_PORTS) => {
            match Datagram::parse(data, 0).filter(Datagram::fits) {
                Some(datagram) if datagram.service == pdu::CHANNEL => Verdict::Likely,
                Some(_) => Verdict::Sure,
                None => Verdict::No,
            }
        }
        (Transport::Tcp, Some(&0)) => {
            let start = data.get(..data.len().min(4)).unwrap_or_default();
            if !BLOCK_MAGIC.starts_with(start) || (start.len() < 2 && !probe.on_port(TCP_PORTS)) {
                return Verdict::No;
            }
            match (block_length(data), data.get(BLOCK_HEADER)) {
                (Some(_), Some(&pdu::MAGIC)) => Verdict::Sure,
                (Some(_), None) => Verdict::More,
                (None, _) if data.len() < BLOCK_HEADER => Verdict::More,
                _ => Verdict::No,
            }
        }
        (Transport::Tcp, Some(&0xbb)) if probe.on_port(V2_PORTS) => match v2_length(data) {
            Some(length) if data.len() == length => Verdict::Sure,
            Some(length) if data.len() < length => Verdict::Likely,
            None if data.len() < V2_HEADER && V2_MAGIC.starts_with(data.get(..2).unwrap_or(data)) => {
                Verdict::More
            }
            _ => Verdict::No,
        },
        _ => Verdict::No,
    }
}

#[derive(Default)]
struct Codesys {
    /// The last V2 request asked who the runtime system is.
    asked_v2: bool,
}

impl Session for Codesys {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let data = input.data;
        if input.transport == Transport::Udp {
            let Some(datagram) = Datagram::parse(data, 0) else { return Step::Lost };
            let anomalies = Anomalies::NONE.with_if(input.missing > 0, Anomalies::TRUNCATED);
            give(&datagram, None, anomalies, sink);
            return Step::Took(data.len());
        }
        let is_v2 = data.first() == Some(&0xbb);
        let head = if is_v2 { V2_HEADER } else { BLOCK_HEADER };
        let Some(whole) = (if is_v2 { v2_length(data) } else { block_length(data) }) else {
            let magic: &[u8] = if is_v2 { &V2_MAGIC } else { &BLOCK_MAGIC };
            let start = data.get(..data.len().min(magic.len())).unwrap_or_default();
            let may_come = data.len() < head && magic.starts_with(start) && !input.last;
            return if may_come { Step::More } else { Step::Lost };
        };
        let is_cut = data.len() < whole;
        if is_cut && !input.last {
            return Step::More;
        }
        let message = data.get(..whole).unwrap_or(data);
        let anomalies = Anomalies::NONE.with_if(is_cut, Anomalies::TRUNCATED);
        if is_v2 {
            self.v2(message, input.to_server(V2_PORTS), anomalies, sink);
        } else {
            let inner = message.get(BLOCK_HEADER..).unwrap_or_default();
            let Some(datagram) = Datagram::parse(inner, BLOCK_HEADER) else { return Step::Lost };
            give(&datagram, Some(whole), anomalies, sink);
        }
        Step::Took(message.len())
    }

    fn resumes(&self, data: &[u8]) -> bool {
        block_length(data).is_some() || v2_length(data).is_some()
    }

    fn gap(&mut self, _from_client: Option<bool>) {
        self.asked_v2 = false;
    }
}

impl Codesys {
    fn v2(&mut self, message: &[u8], to_server: bool, anomalies: Anomalies, sink: &mut dyn Sink) {
        let body = message.get(V2_HEADER..).unwrap_or_default();
        let code = body.first().copied().unwrap_or(0);
        let identifies = if to_server {
            self.asked_v2 = code == V2_IDENTIFY && body.len() == 1;
            self.asked_v2
        } else {
            std::mem::take(&mut self.asked_v2)
        };
        let shown = Shown(|visitor: &mut dyn Visitor| {
            visitor.uint("version", 2);
            visitor.uint("length", u64::try_from(body.len()).unwrap_or(0));
            if identifies && !to_server {
                let labels = ["operating_system", "operating_system_version", "product"];
                for (label, text) in labels.into_iter().zip(identity::texts(message)) {
                    visitor.text(label, &printable(text));
                }
            }
        });
        let (function, category) = match (identifies, to_server) {
            (true, _) => (Function::Known("identify"), Category::Discovery),
            (false, true) => (Function::Unknown(u32::from(code)), Category::Other),
            (false, false) => (Function::Known("response"), Category::Other),
        };
        let (kind, outcome) =
            if to_server { (Kind::Request, Outcome::Pending) } else { (Kind::Response, Outcome::Ok) };
        sink.message(&Message {
            protocol: Protocol::Codesys,
            kind,
            function,
            code: (to_server || identifies)
                .then_some(if identifies { V2_IDENTIFY } else { code })
                .map(u32::from),
            category,
            outcome,
            address: Reference::None,
            object: Reference::None,
            anomalies,
            fields: &shown,
        });
        if identifies && !to_server {
            identity::observe_v2(message, sink);
        }
    }
}

/// What a datagram does.
struct Act {
    function: Function,
    kind: Kind,
    category: Category,
    outcome: Outcome,
    code: Option<u32>,
}

impl Act {
    const fn of(name: &'static str, kind: Kind, category: Category) -> Self {
        let outcome = match kind {
            Kind::Request => Outcome::Pending,
            Kind::Response => Outcome::Ok,
            _ => Outcome::Event,
        };
        Self { function: Function::Known(name), kind, category, outcome, code: None }
    }
}

/// The parts of a datagram, as far as they are understood.
struct Parts<'a> {
    block: Option<Block<'a>>,
    service: Option<Service<'a>>,
    names: Option<NameService<'a>>,
    identification: Option<Identification>,
}

fn act(datagram: &Datagram<'_>, parts: &Parts<'_>) -> Act {
    use Category::{Discovery, Other, Session};
    let channel = datagram.payload.first().copied().unwrap_or(0);
    match (datagram.service, channel) {
        (pdu::ADDRESS_REQUEST, _) => Act::of("address_request", Kind::Request, Discovery),
        (pdu::ADDRESS_RESPONSE, _) => Act::of("address_response", Kind::Response, Discovery),
        (pdu::NAME_REQUEST, _) => Act::of("name_request", Kind::Request, Discovery),
        (pdu::NAME_RESPONSE, _) if parts.identification.is_some() => {
            Act::of("identification", Kind::Response, Discovery)
        }
        (pdu::NAME_RESPONSE, _) => Act::of("name_response", Kind::Response, Discovery),
        (pdu::CHANNEL, pdu::BLOCK) => parts.service.map_or_else(
            || Act::of("service_continuation", Kind::Event, Other),
            |service| service_act(&service),
        ),
        (pdu::CHANNEL, pdu::ACKNOWLEDGE) => Act::of("acknowledge", Kind::Control, Session),
        (pdu::CHANNEL, pdu::KEEP_ALIVE) => Act::of("keep_alive", Kind::Control, Session),
        (pdu::CHANNEL, pdu::GET_INFO) => Act::of("get_channel_info", Kind::Request, Session),
        (pdu::CHANNEL, pdu::OPEN_REQUEST) => Act::of("open_channel", Kind::Request, Session),
        (pdu::CHANNEL, pdu::OPEN_RESPONSE) => {
            let mut act = Act::of("open_channel", Kind::Response, Session);
            if pdu::reason(datagram.payload).is_some_and(|reason| reason != 0) {
                act.outcome = Outcome::Error("refused");
            }
            act
        }
        (pdu::CHANNEL, pdu::CLOSE) => Act::of("close_channel", Kind::Control, Session),
        (pdu::CHANNEL, other) => {
            Act { function: Function::Unknown(u32::from(other)), ..Act::of("", Kind::Event, Other) }
        }
        (other, _) => {
            Act { function: Function::Unknown(u32::from(other)), ..Act::of("", Kind::Event, Other) }
        }
    }
}

fn service_act(service: &Service<'_>) -> Act {
    let (function, category) = names::describe(service.group, service.command);
    let is_response = service.group & names::RESPONSE != 0;
    let is_login = (service.group & !names::RESPONSE, service.command) == names::LOGIN;
    let outcome = if !is_response {
        Outcome::Pending
    } else if is_login
        && !service.is_secure
        && pdu::tags(service.content).any(|(id, _)| id == LOGIN_ANSWER)
        && pdu::nested(service.content, LOGIN_ANSWER, LOGIN_SESSION).is_none()
    {
        // Refusals carry a code in place of a session.
        Outcome::Error("login_refused")
    } else {
        Outcome::Ok
    };
    let kind = if is_response { Kind::Response } else { Kind::Request };
    Act { function, kind, category, outcome, code: Some(names::code(service.group, service.command)) }
}

fn give(datagram: &Datagram<'_>, length: Option<usize>, anomalies: Anomalies, sink: &mut dyn Sink) {
    let is_block = datagram.service == pdu::CHANNEL && datagram.payload.first() == Some(&pdu::BLOCK);
    let block = if is_block { Block::parse(datagram.payload) } else { None };
    let is_name = matches!(datagram.service, pdu::NAME_REQUEST | pdu::NAME_RESPONSE);
    let names = if is_name { NameService::parse(datagram.payload) } else { None };
    let parts = Parts {
        service: block.filter(|block| block.total.is_some()).and_then(|block| Service::parse(block.data)),
        identification: names
            .filter(|_| datagram.service == pdu::NAME_RESPONSE)
            .and_then(|it| it.identification()),
        block,
        names,
    };
    let act = act(datagram, &parts);
    let shown = Shown(|visitor: &mut dyn Visitor| show(datagram, &parts, length, visitor));
    sink.message(&Message {
        protocol: Protocol::Codesys,
        kind: act.kind,
        function: act.function,
        code: act.code,
        category: act.category,
        outcome: act.outcome,
        address: Reference::None,
        object: Reference::None,
        anomalies,
        fields: &shown,
    });
    if let Some(identification) = parts.identification.as_ref().filter(|_| anomalies.is_empty()) {
        identification.observe(sink);
    }
}

fn show(datagram: &Datagram<'_>, parts: &Parts<'_>, length: Option<usize>, visitor: &mut dyn Visitor) {
    visitor.uint("version", 3);
    if let Some(length) = length {
        visitor.uint("length", u64::try_from(length).unwrap_or(0));
    }
    visitor.uint("hops", u64::from(datagram.hops));
    visitor.uint("priority", u64::from(datagram.priority));
    visitor.uint("datagram_service", u64::from(datagram.service));
    visitor.uint("message_id", u64::from(datagram.message_id));
    visitor.bytes("receiver", datagram.receiver);
    visitor.bytes("sender", datagram.sender);
    if datagram.service == pdu::CHANNEL {
        if let Ok(kind) = Reader::new(datagram.payload).u8() {
            visitor.uint("packet_type", u64::from(kind));
        }
        if let Some(channel) =
            parts.block.map(|block| block.channel).or_else(|| pdu::channel(datagram.payload))
        {
            visitor.uint("channel", u64::from(channel));
        }
        if let Some(reason) = pdu::reason(datagram.payload) {
            visitor.uint("reason", u64::from(reason));
        }
    }
    if let Some(block) = &parts.block {
        visitor.uint("block", u64::from(block.number));
        visitor.uint("acknowledged", u64::from(block.acknowledged));
        if let Some(total) = block.total {
            visitor.uint("total_length", u64::from(total));
        }
    }
    if let Some(service) = &parts.service {
        let group = service.group & !names::RESPONSE;
        visitor.named("service_group", u64::from(group), names::group(group));
        visitor.uint("command", u64::from(service.command));
        visitor.uint("session_id", u64::from(service.session));
        visitor.uint("content_length", u64::from(service.length));
        visitor.flag("encrypted", service.is_secure);
        if !service.is_secure {
            visitor.begin_list("tags");
            for (id, content) in pdu::tags(service.content).take(MAX_TAGS) {
                visitor.begin_object("");
                visitor.uint("id", u64::from(id));
                visitor.uint("length", u64::try_from(content.len()).unwrap_or(0));
                visitor.end_object();
            }
            visitor.end_list();
        }
    }
    if let Some(names) = &parts.names {
        visitor.uint("package", u64::from(names.package));
        visitor.uint("package_version", u64::from(names.version));
        visitor.uint("request_id", u64::from(names.request_id));
    }
    if let Some(identification) = &parts.identification {
        identification.show(visitor);
    }
}

#[cfg(test)]
mod tests;
