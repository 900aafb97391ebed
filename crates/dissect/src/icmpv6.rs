//! ICMP for IPv6, with neighbour discovery and multicast listeners.
//!
//! Spec: RFC 4443, 4861 (neighbour discovery), 2710 and 3810 (multicast listeners). IP protocol 58; the engine gives type
//! and code as source and destination port, and the bytes after the checksum.

use sightglass_wire::Ip;

use crate::tell::{Teller, ipv6, is_host, is_station, mac, shown_ip, shown_mac};
use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Input, Kind, Message, Outcome, Over, Probe,
    Protocol, Reader, Reference, Session, Sink, Step, Subject, Text, Transport, Verdict, Visitor, confidence,
};

const PROTOCOL: u8 = 58;
const ROUTER_SOLICITATION: u16 = 133;
const ROUTER_ADVERTISEMENT: u16 = 134;
const NEIGHBOR_SOLICITATION: u16 = 135;
const NEIGHBOR_ADVERTISEMENT: u16 = 136;
const REDIRECT: u16 = 137;
const LISTENER_REPORT_V2: u16 = 143;
/// Options of neighbour discovery (RFC 4861, 4.6; RFC 8106).
const SOURCE_LINK_ADDRESS: u8 = 1;
const TARGET_LINK_ADDRESS: u8 = 2;
const PREFIX: u8 = 3;
const MTU: u8 = 5;
const DNS_SERVERS: u8 = 25;
/// Flags of a neighbour advertisement (RFC 4861, 4.4).
const FROM_ROUTER: u32 = 1 << 31;
/// Group records of one report that are shown.
const MAX_GROUPS: usize = 64;

/// ICMPv6 as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Icmpv6,
    over: &[Over::Ip(PROTOCOL)],
    probe,
    open: || Box::new(Icmpv6),
    max_message: 65_535,
    fields: &[
        Field {
            name: "type",
            doc: "1 unreachable, 128 echo, 134 router advertisement, 135 neighbour solicitation ...",
        },
        Field { name: "icmp_code", doc: "What exactly, by type." },
        Field { name: "identifier", doc: "Of echoes." },
        Field { name: "sequence", doc: "Of echoes." },
        Field { name: "target", doc: "Address that is asked for, answered or redirected." },
        Field {
            name: "options",
            doc: "Options of neighbour discovery: addresses, prefixes, MTU, name servers.",
        },
        Field { name: "groups", doc: "Multicast groups of a listener report." },
    ],
    not_decoded: &["node information and mobility messages (raw)", "what errors quote beyond addresses"],
};

const fn name(kind: u16) -> Option<(&'static str, Kind, Category)> {
    let diagnostics = Category::Diagnostics;
    let discovery = Category::Discovery;
    Some(match kind {
        1 => ("destination_unreachable", Kind::Event, diagnostics),
        2 => ("packet_too_big", Kind::Event, diagnostics),
        3 => ("time_exceeded", Kind::Event, diagnostics),
        4 => ("parameter_problem", Kind::Event, diagnostics),
        128 => ("echo", Kind::Request, diagnostics),
        129 => ("echo", Kind::Response, diagnostics),
        130 => ("multicast_listener_query", Kind::Request, discovery),
        131 => ("multicast_listener_report", Kind::Event, discovery),
        132 => ("multicast_listener_done", Kind::Event, discovery),
        ROUTER_SOLICITATION => ("router_solicitation", Kind::Request, discovery),
        ROUTER_ADVERTISEMENT => ("router_advertisement", Kind::Event, discovery),
        NEIGHBOR_SOLICITATION => ("neighbor_solicitation", Kind::Request, discovery),
        NEIGHBOR_ADVERTISEMENT => ("neighbor_advertisement", Kind::Response, discovery),
        REDIRECT => ("redirect", Kind::Event, diagnostics),
        138 => ("router_renumbering", Kind::Event, Category::Configuration),
        139 => ("node_information_query", Kind::Request, diagnostics),
        140 => ("node_information_response", Kind::Response, diagnostics),
        141 => ("inverse_neighbor_solicitation", Kind::Request, discovery),
        142 => ("inverse_neighbor_advertisement", Kind::Response, discovery),
        LISTENER_REPORT_V2 => ("multicast_listener_report_v2", Kind::Event, discovery),
        144 => ("home_agent_discovery_request", Kind::Request, discovery),
        145 => ("home_agent_discovery_reply", Kind::Response, discovery),
        146 => ("mobile_prefix_solicitation", Kind::Request, discovery),
        147 => ("mobile_prefix_advertisement", Kind::Response, discovery),
        148 => ("certification_path_solicitation", Kind::Request, discovery),
        149 => ("certification_path_advertisement", Kind::Response, discovery),
        151 => ("multicast_router_advertisement", Kind::Event, discovery),
        152 => ("multicast_router_solicitation", Kind::Request, discovery),
        153 => ("multicast_router_termination", Kind::Event, discovery),
        155 => ("rpl_control", Kind::Event, diagnostics),
        _ => return None,
    })
}

fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.transport == Transport::Ip && probe.ip_protocol == PROTOCOL {
        Verdict::Sure
    } else {
        Verdict::No
    }
}

/// Bytes before the options of neighbour discovery, after the checksum.
const fn before_options(kind: u16) -> Option<usize> {
    match kind {
        ROUTER_SOLICITATION => Some(4),
        ROUTER_ADVERTISEMENT => Some(12),
        NEIGHBOR_SOLICITATION | NEIGHBOR_ADVERTISEMENT => Some(20),
        REDIRECT => Some(36),
        _ => None,
    }
}

/// Type and value of each option; a length of zero ends them, as it must (RFC 4861, 4.6).
fn options(kind: u16, data: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let start = before_options(kind).unwrap_or(data.len());
    let mut reader = Reader::new(data.get(start..).unwrap_or_default());
    std::iter::from_fn(move || {
        let option = reader.u8().ok()?;
        let words = usize::from(reader.u8().ok()?);
        let length = words.checked_mul(8)?.checked_sub(2)?;
        Some((option, reader.take_up_to(length)))
    })
}

struct Icmpv6;

impl Session for Icmpv6 {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let (kind, code) = (input.src_port, input.dst_port);
        let known = name(kind);
        let short = input.data.len() < before_options(kind).unwrap_or(4);
        let anomalies = Anomalies::NONE
            .with_if(known.is_none(), Anomalies::UNKNOWN_FUNCTION)
            .with_if(input.missing > 0, Anomalies::TRUNCATED)
            .with_if(short && input.missing == 0, Anomalies::BAD_LENGTH);
        let part = known.map_or(Kind::Event, |(_, part, _)| part);
        sink.message(&Message {
            protocol: Protocol::Icmpv6,
            kind: part,
            function: known.map_or(Function::Unknown(u32::from(kind)), |(name, ..)| Function::Known(name)),
            code: Some(u32::from(kind)),
            category: known.map_or(Category::Other, |(.., category)| category),
            outcome: match part {
                Kind::Request => Outcome::Pending,
                Kind::Response => Outcome::Ok,
                _ => Outcome::Event,
            },
            address: Reference::None,
            object: Reference::None,
            anomalies,
            fields: &Shown { kind, code, data: input.data },
        });
        if input.missing == 0 && !short {
            observe(kind, input, sink);
        }
        Step::Took(input.data.len())
    }
}

fn observe(kind: u16, input: &Input<'_>, sink: &mut dyn Sink) {
    let told = Teller::new(Subject::Sender, Protocol::Icmpv6, confidence::ANNOUNCEMENT);
    let mut reader = Reader::new(input.data);
    match kind {
        ROUTER_ADVERTISEMENT => {
            told.tell("role", "router", sink);
            for (option, value) in options(kind, input.data) {
                if option == PREFIX
                    && let Some(text) = prefix(value)
                {
                    told.tell("subnet", text.as_str(), sink);
                }
            }
        }
        NEIGHBOR_ADVERTISEMENT => {
            let flags = reader.be_u32().unwrap_or(0);
            let Some(target) = ipv6(&mut reader).filter(|ip| is_host(*ip)) else { return };
            let host = Subject::Host { ip: Some(target), mac: None };
            let told = if target == input.src { told } else { told.about(host).trusted(confidence::HEARSAY) };
            if flags & FROM_ROUTER != 0 {
                told.tell("role", "router", sink);
            }
            link_address(kind, TARGET_LINK_ADDRESS, input.data, told, sink);
        }
        NEIGHBOR_SOLICITATION | ROUTER_SOLICITATION if is_host(input.src) => {
            link_address(kind, SOURCE_LINK_ADDRESS, input.data, told, sink);
        }
        _ => {}
    }
}

fn link_address(kind: u16, wanted: u8, data: &[u8], told: Teller, sink: &mut dyn Sink) {
    for (_, value) in options(kind, data).filter(|(option, _)| *option == wanted) {
        if let Some(address) = mac(&mut Reader::new(value)).filter(|address| is_station(*address)) {
            told.tell("mac_address", shown_mac(address).as_str(), sink);
        }
    }
}

/// A prefix option's address and length.
fn prefix(value: &[u8]) -> Option<Text<56>> {
    let mut reader = Reader::new(value);
    let length = reader.u8().ok()?;
    reader.skip(13).ok()?;
    Some(Text::of(format_args!("{}/{length}", ipv6(&mut reader)?)))
}

struct Shown<'a> {
    kind: u16,
    code: u16,
    data: &'a [u8],
}

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.uint("type", u64::from(self.kind));
        visitor.uint("icmp_code", u64::from(self.code));
        let _ = self.body(visitor);
        if before_options(self.kind).is_some() {
            visitor.begin_list("options");
            for (option, value) in options(self.kind, self.data) {
                visitor.begin_object("");
                visit_option(option, value, visitor);
                visitor.end_object();
            }
            visitor.end_list();
        }
    }
}

impl Shown<'_> {
    fn body(&self, visitor: &mut dyn Visitor) -> Option<()> {
        let mut reader = Reader::new(self.data);
        match self.kind {
            128 | 129 => {
                visitor.uint("identifier", u64::from(reader.be_u16().ok()?));
                visitor.uint("sequence", u64::from(reader.be_u16().ok()?));
                visitor.uint("data_length", u64::try_from(reader.remaining()).ok()?);
            }
            1..=4 => {
                let number = reader.be_u32().ok()?;
                match self.kind {
                    2 => visitor.uint("mtu", u64::from(number)),
                    4 => visitor.uint("pointer", u64::from(number)),
                    _ => {}
                }
                reader.skip(6).ok()?;
                visitor.begin_object("quoted");
                visitor.uint("next_header", u64::from(reader.u8().unwrap_or(0)));
                let _ = reader.u8();
                for name in ["source_ip", "destination_ip"] {
                    if let Some(ip) = ipv6(&mut reader) {
                        visitor.text(name, shown_ip(ip).as_str());
                    }
                }
                visitor.end_object();
            }
            130..=132 => {
                visitor.uint("maximum_response_ms", u64::from(reader.be_u16().ok()?));
                reader.skip(2).ok()?;
                visitor.begin_list("groups");
                visit_ip("", ipv6(&mut reader), visitor);
                visitor.end_list();
            }
            LISTENER_REPORT_V2 => {
                reader.skip(2).ok()?;
                let count = usize::from(reader.be_u16().ok()?).min(MAX_GROUPS);
                visitor.begin_list("groups");
                for _ in 0..count {
                    let Some(group) = group(&mut reader) else { break };
                    visitor.text("", shown_ip(group).as_str());
                }
                visitor.end_list();
            }
            ROUTER_ADVERTISEMENT => {
                visitor.uint("hop_limit", u64::from(reader.u8().ok()?));
                visitor.uint("flags", u64::from(reader.u8().ok()?));
                visitor.uint("router_lifetime_s", u64::from(reader.be_u16().ok()?));
                visitor.uint("reachable_time_ms", u64::from(reader.be_u32().ok()?));
                visitor.uint("retransmission_ms", u64::from(reader.be_u32().ok()?));
            }
            NEIGHBOR_SOLICITATION | NEIGHBOR_ADVERTISEMENT | REDIRECT => {
                let flags = reader.be_u32().ok()?;
                if self.kind == NEIGHBOR_ADVERTISEMENT {
                    visitor.flag("router", flags & FROM_ROUTER != 0);
                    visitor.flag("solicited", flags & 1 << 30 != 0);
                    visitor.flag("override", flags & 1 << 29 != 0);
                }
                visit_ip("target", ipv6(&mut reader), visitor);
                if self.kind == REDIRECT {
                    visit_ip("destination", ipv6(&mut reader), visitor);
                }
            }
            ROUTER_SOLICITATION => {}
            _ if !self.data.is_empty() => visitor.bytes("data", self.data),
            _ => {}
        }
        Some(())
    }
}

/// The group of a record (RFC 3810, 5.2.4).
fn group(reader: &mut Reader<'_>) -> Option<Ip> {
    reader.skip(1).ok()?;
    let auxiliary = usize::from(reader.u8().ok()?).saturating_mul(4);
    let sources = usize::from(reader.be_u16().ok()?).saturating_mul(16);
    let group = ipv6(reader)?;
    reader.skip(sources.saturating_add(auxiliary)).ok()?;
    Some(group)
}

fn visit_ip(name: &'static str, ip: Option<Ip>, visitor: &mut dyn Visitor) {
    if let Some(ip) = ip {
        visitor.text(name, shown_ip(ip).as_str());
    }
}

fn visit_option(option: u8, value: &[u8], visitor: &mut dyn Visitor) {
    let name = match option {
        SOURCE_LINK_ADDRESS => "source_link_layer_address",
        TARGET_LINK_ADDRESS => "target_link_layer_address",
        PREFIX => "prefix_information",
        4 => "redirected_header",
        MTU => "mtu",
        14 => "nonce",
        24 => "route_information",
        DNS_SERVERS => "recursive_dns_server",
        31 => "dns_search_list",
        _ => "unknown",
    };
    visitor.named("option", u64::from(option), name);
    let mut reader = Reader::new(value);
    match option {
        SOURCE_LINK_ADDRESS | TARGET_LINK_ADDRESS if value.len() >= 6 => {
            if let Some(address) = mac(&mut reader) {
                visitor.text("link_address", shown_mac(address).as_str());
            }
        }
        PREFIX if value.len() >= 30 => {
            if let Some(text) = prefix(value) {
                visitor.text("prefix", text.as_str());
            }
        }
        MTU if value.len() >= 6 => {
            let _ = reader.skip(2);
            visitor.uint("mtu", u64::from(reader.be_u32().unwrap_or(0)));
        }
        DNS_SERVERS => {
            let _ = reader.skip(6);
            visitor.begin_list("servers");
            while let Some(ip) = ipv6(&mut reader) {
                visitor.text("", shown_ip(ip).as_str());
            }
            visitor.end_list();
        }
        _ => visitor.bytes("value", value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Log, client, input};

    fn run(kind: u16, data: &[u8], src: Ip) -> Log {
        let mut log = Log::default();
        for cut in 0..=data.len() {
            log = Log::default();
            let mut given = input(Transport::Ip, 0, client(&data[..cut]), true);
            (given.src_port, given.dst_port, given.ip_protocol, given.src) = (kind, 0, PROTOCOL, src);
            assert_eq!(probe(&Probe::of(&given)), Verdict::Sure);
            assert_eq!(Icmpv6.next(&given, &mut log), Step::Took(cut));
        }
        log
    }

    fn local(last: u8) -> Ip {
        Ip([0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last])
    }

    #[test]
    fn neighbours_tell_their_hardware_address() {
        let mut data = vec![0xa0, 0, 0, 0];
        data.extend_from_slice(&local(1).0);
        data.extend_from_slice(&[2, 1, 2, 0, 0, 0, 0, 7]);
        let log = run(136, &data, local(1));
        assert_eq!(
            log.messages,
            ["icmpv6 response neighbor_advertisement code=136 discovery Ok [] [] [] {type=136 icmp_code=0 \
              router=true solicited=false override=true target=\"fe80::1\" \
              options=[{option=2(target_link_layer_address) link_address=\"02:00:00:00:00:07\"}]}"]
        );
        assert_eq!(
            log.observations,
            ["Sender [] role=\"router\" icmpv6 85", "Sender [] mac_address=\"02:00:00:00:00:07\" icmpv6 85"]
        );
        assert!(run(136, &data, local(2)).observations[0].contains("Host"));
        data[0] = 0;
        data[20] = 1;
        assert!(run(135, &data, Ip::UNSPECIFIED).observations.is_empty(), "address tests come from nobody");
    }

    #[test]
    fn routers_announce_prefixes() {
        let mut data = vec![64, 0, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0, 3, 4, 64, 0xc0];
        data.extend_from_slice(&[0; 12]);
        data.extend_from_slice(&[0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        let log = run(134, &data, local(1));
        assert!(log.messages[0].contains("prefix=\"2001:db8::/64\""), "{}", log.messages[0]);
        assert_eq!(log.observations.len(), 2);
    }

    #[test]
    fn reports_echoes_and_unknown_types() {
        let mut data = vec![0, 0, 0, 1, 4, 0, 0, 0, 0xff, 2];
        data.extend_from_slice(&[0; 13]);
        data.push(0xfb);
        assert!(run(143, &data, local(1)).messages[0].contains("groups=[\"ff02::fb\"]"));
        assert!(run(128, &[0, 1, 0, 2], local(1)).messages[0].contains("echo code=128"));
        assert!(run(200, &[0, 1, 0, 2], local(1)).messages[0].contains("unknown_function"));
    }
}
