//! IGMP: who listens to which multicast group.
//!
//! Spec: RFC 1112 (version 1), 2236 (version 2), 3376 (version 3). IP protocol 2; the engine gives type and second byte as
//! source and destination port, and the bytes after the checksum.

use sightglass_wire::Ip;

use crate::tell::{Teller, ipv4, shown_ip};
use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Input, Kind, Message, Outcome, Over, Probe,
    Protocol, Reader, Reference, Session, Sink, Step, Subject, Transport, Verdict, Visitor, confidence,
};

const PROTOCOL: u8 = 2;
const QUERY: u16 = 0x11;
const REPORT_V3: u16 = 0x22;
/// Group records of a report, and sources of a record or query, that are shown.
const MAX_GROUPS: usize = 64;
const MAX_SOURCES: usize = 64;

/// IGMP as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Igmp,
    over: &[Over::Ip(PROTOCOL)],
    probe,
    open: || Box::new(Igmp),
    max_message: 65_535,
    fields: &[
        Field { name: "type", doc: "0x11 query, 0x12, 0x16 and 0x22 report, 0x17 leave." },
        Field { name: "version", doc: "Version of the message." },
        Field { name: "maximum_response", doc: "Time to answer a query in steps of 0.1 s, as coded." },
        Field { name: "group", doc: "Group that is asked for, joined or left; 0.0.0.0 asks for all." },
        Field { name: "groups", doc: "Records of a version 3 report: kind, group, sources." },
    ],
    not_decoded: &["DVMRP, PIM version 1 and multicast traceroute (raw)"],
};

const fn name(kind: u16) -> Option<(&'static str, Kind)> {
    Some(match kind {
        QUERY => ("membership_query", Kind::Request),
        0x12 => ("membership_report_v1", Kind::Event),
        0x13 => ("dvmrp", Kind::Event),
        0x14 => ("pim_v1", Kind::Event),
        0x16 => ("membership_report_v2", Kind::Event),
        0x17 => ("leave_group", Kind::Event),
        0x1e => ("multicast_traceroute_response", Kind::Response),
        0x1f => ("multicast_traceroute", Kind::Request),
        REPORT_V3 => ("membership_report_v3", Kind::Event),
        0x30 => ("multicast_router_advertisement", Kind::Event),
        0x31 => ("multicast_router_solicitation", Kind::Request),
        0x32 => ("multicast_router_termination", Kind::Event),
        _ => return None,
    })
}

/// Version 1 queries have no response time, version 3 ones are longer (RFC 3376, 7.1).
const fn version(kind: u16, response: u16, length: usize) -> u64 {
    match (kind, response, length) {
        (QUERY, 0, 0..8) | (0x12, ..) => 1,
        (QUERY, _, 0..8) | (0x16 | 0x17, ..) => 2,
        _ => 3,
    }
}

fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.transport == Transport::Ip && probe.ip_protocol == PROTOCOL {
        Verdict::Sure
    } else {
        Verdict::No
    }
}

struct Igmp;

impl Session for Igmp {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let kind = input.src_port;
        let known = name(kind);
        let anomalies = Anomalies::NONE
            .with_if(known.is_none(), Anomalies::UNKNOWN_FUNCTION)
            .with_if(input.missing > 0, Anomalies::TRUNCATED)
            .with_if(input.data.len() < 4 && input.missing == 0, Anomalies::BAD_LENGTH);
        let part = known.map_or(Kind::Event, |(_, part)| part);
        sink.message(&Message {
            protocol: Protocol::Igmp,
            kind: part,
            function: known.map_or(Function::Unknown(u32::from(kind)), |(name, _)| Function::Known(name)),
            code: Some(u32::from(kind)),
            category: Category::Discovery,
            outcome: if part == Kind::Request { Outcome::Pending } else { Outcome::Event },
            address: Reference::None,
            object: Reference::None,
            anomalies,
            fields: &Shown { kind, response: input.dst_port, data: input.data },
        });
        if kind == QUERY && !input.src.is_unspecified() {
            let told = Teller::new(Subject::Sender, Protocol::Igmp, confidence::BEHAVIOUR);
            told.tell("role", "igmp_querier", sink);
        }
        Step::Took(input.data.len())
    }
}

struct Shown<'a> {
    kind: u16,
    response: u16,
    data: &'a [u8],
}

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.uint("type", u64::from(self.kind));
        visitor.uint("version", version(self.kind, self.response, self.data.len()));
        if self.kind == QUERY {
            visitor.uint("maximum_response", u64::from(self.response));
        }
        let _ = self.body(visitor);
    }
}

impl Shown<'_> {
    fn body(&self, visitor: &mut dyn Visitor) -> Option<()> {
        let mut reader = Reader::new(self.data);
        match self.kind {
            QUERY | 0x12 | 0x16 | 0x17 => {
                visitor.text("group", shown_ip(ipv4(&mut reader)?).as_str());
                if self.kind == QUERY && !reader.is_empty() {
                    visitor.uint("robustness", u64::from(reader.u8().ok()? & 7));
                    visitor.uint("query_interval", u64::from(reader.u8().ok()?));
                    let count = usize::from(reader.be_u16().ok()?);
                    sources(&mut reader, count, visitor);
                }
            }
            REPORT_V3 => {
                reader.skip(2).ok()?;
                let count = usize::from(reader.be_u16().ok()?).min(MAX_GROUPS);
                visitor.begin_list("groups");
                for _ in 0..count {
                    let Some((kind, group, mut list, number)) = record(&mut reader) else { break };
                    visitor.begin_object("");
                    let name = match kind {
                        1 => "mode_is_include",
                        2 => "mode_is_exclude",
                        3 => "change_to_include_mode",
                        4 => "change_to_exclude_mode",
                        5 => "allow_new_sources",
                        6 => "block_old_sources",
                        _ => "unknown",
                    };
                    visitor.named("record_type", u64::from(kind), name);
                    visitor.text("group", shown_ip(group).as_str());
                    sources(&mut list, number, visitor);
                    visitor.end_object();
                }
                visitor.end_list();
            }
            _ if !self.data.is_empty() => visitor.bytes("data", self.data),
            _ => {}
        }
        Some(())
    }
}

/// Kind, group, sources and their number of a record (RFC 3376, 4.2.4).
fn record<'a>(reader: &mut Reader<'a>) -> Option<(u8, Ip, Reader<'a>, usize)> {
    let kind = reader.u8().ok()?;
    let auxiliary = usize::from(reader.u8().ok()?).saturating_mul(4);
    let number = usize::from(reader.be_u16().ok()?);
    let group = ipv4(reader)?;
    let list = reader.sub(number.saturating_mul(4)).ok()?;
    reader.skip(auxiliary).ok()?;
    Some((kind, group, list, number))
}

fn sources(reader: &mut Reader<'_>, count: usize, visitor: &mut dyn Visitor) {
    visitor.begin_list("sources");
    for _ in 0..count.min(MAX_SOURCES) {
        let Some(ip) = ipv4(reader) else { break };
        visitor.text("", shown_ip(ip).as_str());
    }
    visitor.end_list();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Log, client, input};

    fn run(kind: u16, response: u16, data: &[u8]) -> Log {
        let mut log = Log::default();
        for cut in 0..=data.len() {
            log = Log::default();
            let mut given = input(Transport::Ip, 0, client(&data[..cut]), true);
            (given.src_port, given.dst_port, given.ip_protocol) = (kind, response, PROTOCOL);
            assert_eq!(probe(&Probe::of(&given)), Verdict::Sure);
            assert_eq!(Igmp.next(&given, &mut log), Step::Took(cut));
        }
        log
    }

    #[test]
    fn queries_of_all_versions() {
        assert!(run(0x11, 0, &[0; 4]).messages[0].contains("version=1"));
        assert!(
            run(0x11, 100, &[0; 4]).messages[0].contains("version=2 maximum_response=100 group=\"0.0.0.0\"")
        );
        let log = run(0x11, 100, &[224, 1, 1, 1, 2, 125, 0, 1, 10, 0, 0, 1]);
        assert_eq!(
            log.messages,
            ["igmp request membership_query code=17 discovery Pending [] [] [] {type=17 version=3 \
              maximum_response=100 group=\"224.1.1.1\" robustness=2 query_interval=125 sources=[\"10.0.0.1\"]}"]
        );
        assert_eq!(log.observations, ["Sender [] role=\"igmp_querier\" igmp 30"]);
    }

    #[test]
    fn reports_and_leaves() {
        let log = run(0x22, 0, &[0, 0, 0, 1, 4, 0, 0, 1, 239, 1, 1, 1, 10, 0, 0, 9]);
        assert!(log.messages[0].contains(
            "groups=[{record_type=4(change_to_exclude_mode) group=\"239.1.1.1\" sources=[\"10.0.0.9\"]}]"
        ));
        assert!(run(0x17, 0, &[239, 1, 1, 1]).messages[0].starts_with("igmp event leave_group code=23"));
        assert!(run(0x99, 0, &[239, 1, 1, 1]).messages[0].contains("unknown_function"));
    }
}
