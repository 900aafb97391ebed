//! Names that the filter language knows by itself.

use super::ast::Network;

/// IP protocol numbers (IANA Protocol Numbers) of the names that may follow `proto` or stand alone.
pub(super) const ICMP: u8 = 1;
pub(super) const TCP: u8 = 6;
pub(super) const UDP: u8 = 17;
pub(super) const SCTP: u8 = 132;

/// A protocol above IP by name: its number, and whether the bare name also means it above IPv6.
pub(super) fn transport(name: &str) -> Option<(u8, bool)> {
    Some(match name {
        "tcp" => (TCP, true),
        "udp" => (UDP, true),
        "sctp" => (SCTP, true),
        "icmp" => (ICMP, false),
        "igmp" => (2, false),
        "igrp" => (9, false),
        "ah" => (51, true),
        "esp" => (50, true),
        "pim" => (103, true),
        "vrrp" | "carp" => (112, false),
        _ => return None,
    })
}

/// A protocol number by the names that only `proto` knows.
pub(super) fn protocol_number(name: &str) -> Option<u8> {
    Some(match name {
        "icmp6" | "ipv6-icmp" => 58,
        "ip" => 0,
        "ipv6" => 41,
        "gre" => 47,
        "ospf" => 89,
        "ipip" => 4,
        "eigrp" => 88,
        "l2tp" => 115,
        "udplite" => 136,
        _ => return transport(name).map(|(number, _)| number),
    })
}

/// A protocol above the link layer by name.
pub(super) fn network(name: &str) -> Option<Network> {
    Some(match name {
        "ip" => Network::Ip,
        "ip6" => Network::Ip6,
        "arp" => Network::Arp,
        "rarp" => Network::Rarp,
        "decnet" => Network::Type(0x6003),
        "lat" => Network::Type(0x6004),
        "moprc" => Network::Type(0x6002),
        "mopdl" => Network::Type(0x6001),
        "sca" => Network::Type(0x6007),
        "loopback" => Network::Type(0x9000),
        "stp" => Network::Type(0x42), // LLC service access point of IEEE 802.1D
        "iso" => Network::Llc(0xfefe),
        "netbeui" => Network::Llc(0xf0f0),
        _ => return None,
    })
}

/// Transport protocols that have ports.
pub(super) const WITH_PORTS: &[u8] = &[TCP, UDP, SCTP];

/// A port by its service name, and the transport protocols that know the service (IANA Service Name registry); the few
/// that people type.
pub(super) fn port(name: &str) -> Option<(u16, &'static [u8])> {
    const ALL: &[u8] = WITH_PORTS;
    Some(match name {
        "ftp-data" => (20, &[TCP]),
        "ftp" => (21, &[TCP]),
        "ssh" => (22, &[TCP]),
        "telnet" => (23, &[TCP]),
        "smtp" => (25, &[TCP]),
        "domain" => (53, ALL),
        "bootps" => (67, &[UDP]),
        "bootpc" => (68, &[UDP]),
        "tftp" => (69, &[UDP]),
        "http" => (80, &[TCP]),
        "ntp" => (123, &[UDP]),
        "netbios-ns" => (137, &[UDP]),
        "netbios-dgm" => (138, &[UDP]),
        "netbios-ssn" => (139, &[TCP]),
        "snmp" => (161, ALL),
        "snmp-trap" | "snmptrap" => (162, ALL),
        "bgp" => (179, &[TCP]),
        "ldap" => (389, ALL),
        "https" => (443, ALL),
        "microsoft-ds" => (445, ALL),
        "syslog" => (514, &[UDP]),
        "ldaps" => (636, ALL),
        "mqtt" => (1883, &[TCP]),
        _ => return None,
    })
}

/// Numbers with names: offsets of fields, ICMP types (RFC 792, RFC 4443, RFC 4861) and TCP flags (RFC 9293).
const NUMBERS: &[(&str, u32)] = &[
    ("icmptype", 0),
    ("icmp6type", 0),
    ("icmp-echoreply", 0),
    ("icmpcode", 1),
    ("icmp6code", 1),
    ("icmp-unreach", 3),
    ("icmp-sourcequench", 4),
    ("icmp-redirect", 5),
    ("icmp-echo", 8),
    ("icmp-routeradvert", 9),
    ("icmp-routersolicit", 10),
    ("icmp-timxceed", 11),
    ("icmp-paramprob", 12),
    ("icmp-tstamp", 13),
    ("icmp-tstampreply", 14),
    ("icmp-ireq", 15),
    ("icmp-ireqreply", 16),
    ("icmp-maskreq", 17),
    ("icmp-maskreply", 18),
    ("icmp6-destinationunreach", 1),
    ("icmp6-packettoobig", 2),
    ("icmp6-timeexceeded", 3),
    ("icmp6-parameterproblem", 4),
    ("icmp6-echo", 128),
    ("icmp6-echoreply", 129),
    ("icmp6-multicastlistenerquery", 130),
    ("icmp6-multicastlistenerreportv1", 131),
    ("icmp6-multicastlistenerdone", 132),
    ("icmp6-routersolicit", 133),
    ("icmp6-routeradvert", 134),
    ("icmp6-neighborsolicit", 135),
    ("icmp6-neighboradvert", 136),
    ("icmp6-redirect", 137),
    ("tcpflags", 13),
    ("tcp-fin", 0x01),
    ("tcp-syn", 0x02),
    ("tcp-rst", 0x04),
    ("tcp-push", 0x08),
    ("tcp-ack", 0x10),
    ("tcp-urg", 0x20),
    ("tcp-ece", 0x40),
    ("tcp-cwr", 0x80),
];

/// A number by its name.
pub(super) fn number(name: &str) -> Option<u32> {
    NUMBERS.iter().find(|(known, _)| *known == name).map(|(_, number)| *number)
}
