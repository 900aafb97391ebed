//! ICMP for IPv4.
//!
//! Spec: RFC 792, 950 (masks), 1256 (routers), 1812, 4884 (extensions). IP protocol 1; the engine gives type and code as
//! source and destination port, and the bytes after the checksum. What errors quote is shown, never decoded further.

use crate::tell::{Teller, ipv4, is_host, shown_ip};
use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Input, Kind, Message, Outcome, Over, Probe,
    Protocol, Reader, Reference, Session, Sink, Step, Subject, Transport, Verdict, Visitor, confidence,
};

const PROTOCOL: u8 = 1;
/// Types (IANA ICMP parameters).
const ECHO_REPLY: u16 = 0;
const UNREACHABLE: u16 = 3;
const REDIRECT: u16 = 5;
const ECHO: u16 = 8;
const ROUTER_ADVERTISEMENT: u16 = 9;
const ADDRESS_MASK_REPLY: u16 = 18;
/// Routers of one advertisement that are shown; the count is one byte.
const MAX_ROUTERS: usize = 255;

/// ICMP as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Icmp,
    over: &[Over::Ip(PROTOCOL)],
    probe,
    open: || Box::new(Icmp),
    max_message: 65_535,
    fields: &[
        Field { name: "type", doc: "0 echo reply, 3 unreachable, 5 redirect, 8 echo, 11 time exceeded ..." },
        Field { name: "icmp_code", doc: "What exactly, by type." },
        Field { name: "identifier", doc: "Of echoes and other queries." },
        Field { name: "sequence", doc: "Of echoes and other queries." },
        Field { name: "gateway", doc: "Better gateway of a redirect." },
        Field { name: "next_hop_mtu", doc: "Largest packet of the next hop (RFC 1191)." },
        Field { name: "quoted", doc: "Addresses, protocol and ports of the packet that an error quotes." },
        Field { name: "data_length", doc: "Bytes of data in an echo." },
    ],
    not_decoded: &["extensions of errors (RFC 4884)"],
};

const fn name(kind: u16) -> Option<(&'static str, Kind)> {
    Some(match kind {
        ECHO_REPLY => ("echo", Kind::Response),
        UNREACHABLE => ("destination_unreachable", Kind::Event),
        4 => ("source_quench", Kind::Event),
        REDIRECT => ("redirect", Kind::Event),
        6 => ("alternate_host_address", Kind::Event),
        ECHO => ("echo", Kind::Request),
        ROUTER_ADVERTISEMENT => ("router_advertisement", Kind::Event),
        10 => ("router_solicitation", Kind::Request),
        11 => ("time_exceeded", Kind::Event),
        12 => ("parameter_problem", Kind::Event),
        13 => ("timestamp", Kind::Request),
        14 => ("timestamp", Kind::Response),
        15 => ("information", Kind::Request),
        16 => ("information", Kind::Response),
        17 => ("address_mask", Kind::Request),
        ADDRESS_MASK_REPLY => ("address_mask", Kind::Response),
        30 => ("traceroute", Kind::Event),
        31 => ("datagram_conversion_error", Kind::Event),
        37 => ("domain_name", Kind::Request),
        38 => ("domain_name", Kind::Response),
        40 => ("security_failure", Kind::Event),
        42 => ("extended_echo", Kind::Request),
        43 => ("extended_echo", Kind::Response),
        _ => return None,
    })
}

const fn code_name(kind: u16, code: u16) -> &'static str {
    match (kind, code) {
        (UNREACHABLE, 0) => "network_unreachable",
        (UNREACHABLE, 1) => "host_unreachable",
        (UNREACHABLE, 2) => "protocol_unreachable",
        (UNREACHABLE, 3) => "port_unreachable",
        (UNREACHABLE, 4) => "fragmentation_needed",
        (UNREACHABLE, 5) => "source_route_failed",
        (UNREACHABLE, 6) => "network_unknown",
        (UNREACHABLE, 7) => "host_unknown",
        (UNREACHABLE, 8) => "source_host_isolated",
        (UNREACHABLE, 9) => "network_prohibited",
        (UNREACHABLE, 10) => "host_prohibited",
        (UNREACHABLE, 11) => "network_unreachable_for_service",
        (UNREACHABLE, 12) => "host_unreachable_for_service",
        (UNREACHABLE, 13) => "administratively_prohibited",
        (UNREACHABLE, 14) => "host_precedence_violation",
        (UNREACHABLE, 15) => "precedence_cutoff",
        (REDIRECT, 0) => "for_network",
        (REDIRECT, 1) => "for_host",
        (REDIRECT, 2) => "for_service_and_network",
        (REDIRECT, 3) => "for_service_and_host",
        (11, 0) => "ttl_exceeded",
        (11, 1) => "fragment_reassembly_time_exceeded",
        (12, 0) => "pointer_indicates_error",
        (12, 1) => "missing_option",
        (12, 2) => "bad_length",
        (_, 0) => "none",
        _ => "unknown",
    }
}

fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.transport == Transport::Ip && probe.ip_protocol == PROTOCOL {
        Verdict::Sure
    } else {
        Verdict::No
    }
}

struct Icmp;

impl Session for Icmp {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let (kind, code) = (input.src_port, input.dst_port);
        let known = name(kind);
        let short = input.data.len() < 4;
        let anomalies = Anomalies::NONE
            .with_if(known.is_none(), Anomalies::UNKNOWN_FUNCTION)
            .with_if(input.missing > 0, Anomalies::TRUNCATED)
            .with_if(short && input.missing == 0, Anomalies::BAD_LENGTH);
        let part = known.map_or(Kind::Event, |(_, part)| part);
        sink.message(&Message {
            protocol: Protocol::Icmp,
            kind: part,
            function: known.map_or(Function::Unknown(u32::from(kind)), |(name, _)| Function::Known(name)),
            code: Some(u32::from(kind)),
            category: Category::Diagnostics,
            outcome: match part {
                Kind::Request => Outcome::Pending,
                Kind::Response => Outcome::Ok,
                _ => Outcome::Event,
            },
            address: Reference::None,
            object: if kind == UNREACHABLE || kind == REDIRECT {
                Reference::Text(code_name(kind, code))
            } else {
                Reference::None
            },
            anomalies,
            fields: &Shown { kind, code, data: input.data },
        });
        observe(kind, input.data, sink);
        Step::Took(input.data.len())
    }
}

fn observe(kind: u16, data: &[u8], sink: &mut dyn Sink) {
    let told = Teller::new(Subject::Sender, Protocol::Icmp, confidence::BEHAVIOUR);
    let mut reader = Reader::new(data);
    match kind {
        ROUTER_ADVERTISEMENT => told.tell("role", "router", sink),
        REDIRECT => {
            told.tell("role", "router", sink);
            if let Some(ip) = ipv4(&mut reader).filter(|ip| is_host(*ip)) {
                let gateway = Subject::Host { ip: Some(ip), mac: None };
                told.about(gateway).tell("role", "router", sink);
            }
        }
        ADDRESS_MASK_REPLY => {
            let _ = reader.be_u32();
            if let Some(mask) = ipv4(&mut reader).filter(|mask| !mask.is_unspecified()) {
                told.tell("subnet", shown_ip(mask).as_str(), sink);
            }
        }
        _ => {}
    }
}

struct Shown<'a> {
    kind: u16,
    code: u16,
    data: &'a [u8],
}

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.uint("type", u64::from(self.kind));
        visitor.named("icmp_code", u64::from(self.code), code_name(self.kind, self.code));
        let _ = self.body(visitor);
    }
}

impl Shown<'_> {
    fn body(&self, visitor: &mut dyn Visitor) -> Option<()> {
        let mut reader = Reader::new(self.data);
        match self.kind {
            ECHO | ECHO_REPLY | 13..=18 | 37 | 38 | 42 | 43 => {
                visitor.uint("identifier", u64::from(reader.be_u16().ok()?));
                visitor.uint("sequence", u64::from(reader.be_u16().ok()?));
                match self.kind {
                    13 | 14 => {
                        for name in ["originate_ms", "receive_ms", "transmit_ms"] {
                            visitor.uint(name, u64::from(reader.be_u32().ok()?));
                        }
                    }
                    17 | 18 => visitor.text("address_mask", shown_ip(ipv4(&mut reader)?).as_str()),
                    _ => visitor.uint("data_length", u64::try_from(reader.remaining()).ok()?),
                }
            }
            UNREACHABLE | 4 | REDIRECT | 11 | 12 => {
                match self.kind {
                    REDIRECT => visitor.text("gateway", shown_ip(ipv4(&mut reader)?).as_str()),
                    UNREACHABLE if self.code == 4 => {
                        reader.skip(2).ok()?;
                        visitor.uint("next_hop_mtu", u64::from(reader.be_u16().ok()?));
                    }
                    12 => {
                        visitor.uint("pointer", u64::from(reader.u8().ok()?));
                        reader.skip(3).ok()?;
                    }
                    _ => reader.skip(4).ok()?,
                }
                quoted(&mut reader, visitor);
            }
            ROUTER_ADVERTISEMENT => {
                let count = reader.u8().ok()?;
                let words = reader.u8().ok()?;
                visitor.uint("lifetime_s", u64::from(reader.be_u16().ok()?));
                visitor.begin_list("routers");
                for _ in 0..usize::from(count).min(MAX_ROUTERS) {
                    let Ok(mut entry) = reader.sub(usize::from(words).saturating_mul(4)) else { break };
                    let Some(ip) = ipv4(&mut entry) else { break };
                    visitor.text("", shown_ip(ip).as_str());
                }
                visitor.end_list();
            }
            _ if !self.data.is_empty() => visitor.bytes("data", self.data),
            _ => {}
        }
        Some(())
    }
}

/// The head of a quoted IPv4 packet.
fn quoted(reader: &mut Reader<'_>, visitor: &mut dyn Visitor) {
    visitor.begin_object("quoted");
    let _ = quoted_fields(reader, visitor);
    visitor.end_object();
}

fn quoted_fields(reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Option<()> {
    let first = reader.peek_u8().ok()?;
    let header = usize::from(first & 0x0f).saturating_mul(4);
    if first >> 4 != 4 || header < 20 {
        return None;
    }
    let mut ip = reader.sub(header).ok()?;
    ip.skip(9).ok()?;
    visitor.uint("ip_protocol", u64::from(ip.u8().ok()?));
    ip.skip(2).ok()?;
    visitor.text("source_ip", shown_ip(ipv4(&mut ip)?).as_str());
    visitor.text("destination_ip", shown_ip(ipv4(&mut ip)?).as_str());
    visitor.uint("source_port", u64::from(reader.be_u16().ok()?));
    visitor.uint("destination_port", u64::from(reader.be_u16().ok()?));
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Log, client, input};

    fn run(kind: u16, code: u16, data: &[u8]) -> Log {
        let mut log = Log::default();
        for cut in 0..=data.len() {
            log = Log::default();
            let mut given = input(Transport::Ip, 0, client(&data[..cut]), true);
            (given.src_port, given.dst_port, given.ip_protocol) = (kind, code, PROTOCOL);
            assert_eq!(probe(&Probe::of(&given)), Verdict::Sure);
            assert_eq!(Icmp.next(&given, &mut log), Step::Took(cut));
        }
        log
    }

    #[test]
    fn echoes_pair_under_one_name() {
        let log = run(8, 0, &[0, 1, 0, 2, 9, 9]);
        assert_eq!(
            log.messages,
            ["icmp request echo code=8 diagnostics Pending [] [] [] {type=8 icmp_code=0(none) identifier=1 \
              sequence=2 data_length=2}"]
        );
        assert!(run(0, 0, &[0, 1, 0, 2]).messages[0].starts_with("icmp response echo code=0 diagnostics Ok"));
    }

    #[test]
    fn errors_show_what_they_quote() {
        let mut data = vec![0, 0, 5, 220, 0x45, 0, 0, 40, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
        data.extend_from_slice(&[0x30, 0x39, 0, 161]);
        let log = run(3, 4, &data);
        assert_eq!(
            log.messages,
            ["icmp event destination_unreachable code=3 diagnostics Event [] [fragmentation_needed] [] {type=3 \
              icmp_code=4(fragmentation_needed) next_hop_mtu=1500 quoted={ ip_protocol=17 source_ip=\"10.0.0.1\" \
              destination_ip=\"10.0.0.2\" source_port=12345 destination_port=161}}"
                .replace("{ ", "{")]
        );
    }

    #[test]
    fn redirects_tell_routers_and_unknown_types_are_marked() {
        let log = run(5, 1, &[10, 0, 0, 254]);
        assert_eq!(log.observations.len(), 2);
        assert!(run(97, 0, &[1, 2, 3, 4]).messages[0].contains("unknown_0x61 code=97"));
        assert!(
            run(18, 0, &[0, 0, 0, 0, 255, 255, 255, 0]).observations[0].contains("subnet=\"255.255.255.0\"")
        );
    }
}
