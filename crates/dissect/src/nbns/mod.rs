//! NetBIOS name service: queries, registrations and node status.
//!
//! Spec: RFC 1002, 4.2. UDP port 137; recognised on any port by names in first-level encoding and types NB or NBSTAT
//! in a message that is filled by what its header counts.

use sightglass_wire::{Ip, Mac};

use crate::dns::{Message as Wire, Record, Shape};
use crate::netbios::NetbiosName;
use crate::tell::{Teller, ipv4, is_host, is_station, mac, shown_ip, shown_mac};
use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Input, Kind, Message, Outcome, Over, Pending,
    Probe, Protocol, Reader, Reference, Session, Sink, Step, Subject, Text, Transport, Verdict, Visitor,
    confidence,
};

const PORTS: &[u16] = &[137];
/// Record types (RFC 1002, 4.2.1.3).
const NB: u16 = 0x20;
const NBSTAT: u16 = 0x21;
/// Operations (RFC 1002, 4.2.1.1); 15 is Microsoft's registration for hosts with several addresses.
const QUERY: u8 = 0;
const REGISTRATION: u8 = 5;
const RELEASE: u8 = 6;
const WAIT: u8 = 7;
const REFRESH: u8 = 8;
const REFRESH_ALTERNATE: u8 = 9;
const MULTIHOMED: u8 = 15;
/// The owner is a group (RFC 1002, 4.2.1.3, NB_FLAGS).
const GROUP: u16 = 0x8000;

/// The name service as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Nbns,
    over: &[Over::Udp(PORTS)],
    probe,
    open: || Box::<Nbns>::default(),
    max_message: 1_500,
    fields: &[
        Field { name: "id", doc: "Transaction id; a response repeats its request's." },
        Field { name: "flags", doc: "Response, opcode, flags and response code as one number." },
        Field {
            name: "opcode",
            doc: "0 query, 5 registration, 6 release, 7 wait, 8 and 9 refresh, 15 multi-homed.",
        },
        Field { name: "broadcast", doc: "Sent to all." },
        Field { name: "authoritative", doc: "The answer comes from who owns the name." },
        Field { name: "rcode", doc: "0 success, 3 name does not exist, 6 name is active ..." },
        Field { name: "questions", doc: "Name with its suffix, scope, type." },
        Field { name: "answers", doc: "Records: addresses with owner flags, or the names of a node." },
        Field { name: "additionals", doc: "The record that is registered or released." },
    ],
    not_decoded: &["statistics after a node's names and address"],
};

/// The first name of a message, decoded.
fn first_name(message: &Wire<'_>) -> Option<(NetbiosName, u16)> {
    if let Some(question) = message.questions().next() {
        let label = question.name.labels().next()?;
        return Some((NetbiosName::decode(label)?, question.kind));
    }
    let (_, record) = message.records().next()?;
    Some((NetbiosName::decode(record.name.labels().next()?)?, record.kind))
}

fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.transport != Transport::Udp {
        return Verdict::No;
    }
    let Some(message) = Wire::parse(probe.data) else { return Verdict::No };
    let Some((_, kind)) = first_name(&message) else { return Verdict::No };
    let typed = matches!(kind, NB | NBSTAT | 0x01 | 0x02 | 0x0a);
    match message.shape() {
        Shape::Exact if typed && probe.missing == 0 => Verdict::Sure,
        _ if probe.on_port(PORTS) => Verdict::Likely,
        _ => Verdict::No,
    }
}

#[derive(Debug, Default)]
struct Nbns {
    pending: Pending<u16, &'static str>,
}

impl Session for Nbns {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let Some(message) = Wire::parse(input.data) else { return Step::Lost };
        let header = message.header;
        let response = header.is_response();
        let status = first_name(&message).is_some_and(|(_, kind)| kind == NBSTAT);
        let name = match header.opcode() {
            QUERY if status => Some("node_status"),
            QUERY => Some("name_query"),
            REGISTRATION => Some("name_registration"),
            RELEASE => Some("name_release"),
            WAIT => Some("wait_for_acknowledgement"),
            REFRESH | REFRESH_ALTERNATE => Some("name_refresh"),
            MULTIHOMED => Some("multihomed_name_registration"),
            _ => None,
        };
        let mut function = name;
        if response && header.opcode() != WAIT {
            function = self.pending.take(&header.id).or(name);
        } else if let Some(name) = name {
            self.pending.insert(header.id, name);
        }
        let cut = input.missing > 0;
        let anomalies = Anomalies::NONE
            .with_if(cut, Anomalies::TRUNCATED)
            .with_if(!cut && message.shape() == Shape::Broken, Anomalies::BAD_LENGTH)
            .with_if(!cut && message.shape() == Shape::Longer, Anomalies::TRAILING_BYTES)
            .with_if(name.is_none(), Anomalies::UNKNOWN_FUNCTION)
            .with_if(first_name(&message).is_none(), Anomalies::BAD_ENCODING);
        let (kind, outcome) = match (response, header.rcode()) {
            (false, _) => (Kind::Request, Outcome::Pending),
            (true, 0) => (Kind::Response, Outcome::Ok),
            (true, code) => (Kind::Response, Outcome::Error(rcode_name(code))),
        };
        sink.message(&Message {
            protocol: Protocol::Nbns,
            kind,
            function: function.map_or(Function::Unknown(u32::from(header.opcode())), Function::Known),
            code: Some(u32::from(header.opcode())),
            category: Category::Discovery,
            outcome,
            address: Reference::None,
            object: Reference::None,
            anomalies,
            fields: &Shown { message: &message },
        });
        observe(&message, input, sink);
        Step::Took(input.data.len())
    }
}

// RFC 1002, 4.2.6 and 4.2.14.
const fn rcode_name(code: u8) -> &'static str {
    match code {
        0 => "success",
        1 => "format_error",
        2 => "server_failure",
        3 => "name_does_not_exist",
        4 => "unsupported_request",
        5 => "refused",
        6 => "name_is_active",
        7 => "name_in_conflict",
        _ => "unknown_error",
    }
}

/// Owner flags and addresses of a NB record; bounded by the record.
fn owners(record: &Record<'_>) -> impl Iterator<Item = (u16, Ip)> {
    let mut reader = Reader::new(record.rdata);
    std::iter::from_fn(move || Some((reader.be_u16().ok()?, ipv4(&mut reader)?)))
}

/// Names with their flags, and the hardware address, of a node status (RFC 1002, 4.2.18).
fn node_names(record: &Record<'_>) -> (impl Iterator<Item = (NetbiosName, u16)>, Option<Mac>) {
    let mut reader = Reader::new(record.rdata);
    let count = usize::from(reader.u8().unwrap_or(0));
    let names = reader.take_up_to(count.saturating_mul(18));
    let unit = mac(&mut reader);
    let mut reader = Reader::new(names);
    let each = std::iter::from_fn(move || {
        let name = NetbiosName::plain(reader.array().ok()?);
        Some((name, reader.be_u16().ok()?))
    });
    (each, unit)
}

fn observe(message: &Wire<'_>, input: &Input<'_>, sink: &mut dyn Sink) {
    let header = message.header;
    let told = Teller::new(Subject::Sender, Protocol::Nbns, confidence::NAMING);
    let claims = match (header.is_response(), header.opcode()) {
        (false, REGISTRATION | REFRESH | REFRESH_ALTERNATE | MULTIHOMED) => true,
        (true, QUERY) => header.rcode() == 0,
        _ => false,
    };
    if !claims {
        return;
    }
    for (_, record) in message.records() {
        if record.kind == NBSTAT {
            let (names, unit) = node_names(&record);
            for (name, flags) in names {
                claim(&name, flags & GROUP != 0, told, sink);
            }
            if let Some(unit) = unit.filter(|unit| is_station(*unit)) {
                told.tell("mac_address", shown_mac(unit).as_str(), sink);
            }
        } else if record.kind == NB {
            let Some(name) = record.name.labels().next().and_then(NetbiosName::decode) else { continue };
            for (flags, ip) in owners(&record).filter(|(_, ip)| is_host(*ip)) {
                let own = ip == input.src || !header.is_response();
                // Members of a group that a server lists say nothing about one host.
                if own || flags & GROUP == 0 {
                    let subject =
                        if own { Subject::Sender } else { Subject::Host { ip: Some(ip), mac: None } };
                    claim(&name, flags & GROUP != 0, told.about(subject), sink);
                }
            }
        }
    }
}

fn claim(name: &NetbiosName, group: bool, told: Teller, sink: &mut dyn Sink) {
    if !name.is_text() {
        return;
    }
    match (group, name.suffix) {
        (false, 0x00 | 0x20) => told.tell("hostname", name.text().as_str(), sink),
        (true, 0x00 | 0x1c | 0x1e) | (false, 0x1b | 0x1d) => told.tell("domain", name.text().as_str(), sink),
        _ => {}
    }
    match name.suffix {
        0x1c => told.tell("role", "domain_controller", sink),
        0x1b => told.tell("role", "domain_master_browser", sink),
        0x20 if !group => told.tell("services", "file_server", sink),
        _ => {}
    }
}

struct Shown<'a> {
    message: &'a Wire<'a>,
}

/// A name and, where it has one, its scope.
fn visit_name(name: &crate::dns::Name<'_>, visitor: &mut dyn Visitor) {
    let mut labels = name.labels();
    match labels.next().and_then(NetbiosName::decode) {
        Some(decoded) => {
            visitor.text("name", decoded.with_suffix().as_str());
            if labels.next().is_some() {
                let whole = name.text();
                let scope = whole.as_str().split_once('.').map_or("", |(_, scope)| scope);
                visitor.text("scope", scope);
            }
        }
        None => visitor.text("name", name.text().as_str()),
    }
}

const fn type_name(kind: u16) -> &'static str {
    match kind {
        0x01 => "A",
        0x02 => "NS",
        0x0a => "NULL",
        NB => "NB",
        NBSTAT => "NBSTAT",
        _ => "unknown",
    }
}

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        let header = self.message.header;
        visitor.uint("id", u64::from(header.id));
        visitor.uint("flags", u64::from(header.flags));
        visitor.uint("opcode", u64::from(header.opcode()));
        visitor.flag("authoritative", header.flags & 0x0400 != 0);
        visitor.flag("truncated", header.flags & 0x0200 != 0);
        visitor.flag("recursion_desired", header.flags & 0x0100 != 0);
        visitor.flag("recursion_available", header.flags & 0x0080 != 0);
        visitor.flag("broadcast", header.flags & 0x0010 != 0);
        visitor.named("rcode", u64::from(header.rcode()), rcode_name(header.rcode()));
        visitor.begin_list("questions");
        for question in self.message.questions() {
            visitor.begin_object("");
            visit_name(&question.name, visitor);
            visitor.named("type", u64::from(question.kind), type_name(question.kind));
            visitor.uint("class", u64::from(question.class));
            visitor.end_object();
        }
        visitor.end_list();
        for (section, name) in [
            (crate::dns::message::Section::Answer, "answers"),
            (crate::dns::message::Section::Authority, "authorities"),
            (crate::dns::message::Section::Additional, "additionals"),
        ] {
            visitor.begin_list(name);
            for (_, record) in self.message.records().filter(|(of, _)| *of == section) {
                visitor.begin_object("");
                visit_record(&record, visitor);
                visitor.end_object();
            }
            visitor.end_list();
        }
    }
}

fn visit_record(record: &Record<'_>, visitor: &mut dyn Visitor) {
    visit_name(&record.name, visitor);
    visitor.named("type", u64::from(record.kind), type_name(record.kind));
    visitor.uint("class", u64::from(record.class));
    visitor.uint("ttl", u64::from(record.ttl));
    match record.kind {
        NB => {
            visitor.begin_list("owners");
            for (flags, ip) in owners(record) {
                visitor.begin_object("");
                visitor.uint("name_flags", u64::from(flags));
                visitor.flag("group", flags & GROUP != 0);
                let node = match flags >> 13 & 3 {
                    0 => "broadcast",
                    1 => "point_to_point",
                    2 => "mixed",
                    _ => "hybrid",
                };
                visitor.text("node_type", node);
                visitor.text("address", shown_ip(ip).as_str());
                visitor.end_object();
            }
            visitor.end_list();
        }
        NBSTAT => {
            let (names, unit) = node_names(record);
            visitor.begin_list("names");
            for (name, flags) in names {
                visitor.begin_object("");
                visitor.text("name", name.with_suffix().as_str());
                visitor.text("service", name.service(flags & GROUP != 0));
                visitor.flag("group", flags & GROUP != 0);
                visitor.flag("active", flags & 0x0400 != 0);
                visitor.flag("conflict", flags & 0x0800 != 0);
                visitor.end_object();
            }
            visitor.end_list();
            if let Some(unit) = unit {
                visitor.text("unit_id", Text::<18>::of(format_args!("{unit}")).as_str());
            }
        }
        _ if !record.rdata.is_empty() => visitor.bytes("rdata", record.rdata),
        _ => {}
    }
}

#[cfg(test)]
mod tests;
