//! Every tunnel unwraps to its inner conversation, and only when its content is right.
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects, clippy::indexing_slicing)]

#[path = "support/build.rs"]
mod build;

use TunnelKind as K;
use build::{
    DST, SRC, be16, bytes, conversation, cut_everywhere, ethernet, inner_ethernet, inner_ipv4, ipv4, ipv6,
    parse, udp, udp_to,
};
use sightglass_wire::{
    Anomalies, Ip, LinkType, MAX_NESTING, Mac, Net, Packet, Transport, Tunnel, TunnelKind, decode,
};

/// A bridged frame with the inner conversation.
fn frame() -> Vec<u8> {
    inner_ethernet(0x0800, &conversation())
}

/// The inner conversation over IPv6.
fn conversation_v6() -> Vec<u8> {
    ipv6(17, &udp(b"inner"))
}

fn over_udp(port: u16, header: &[u8], content: &[u8]) -> Vec<u8> {
    ethernet(0x0800, &ipv4(17, &udp_to(port, &bytes(&[header, content]))))
}

fn over_ip(protocol: u8, header: &[u8], content: &[u8]) -> Vec<u8> {
    ethernet(0x0800, &ipv4(protocol, &bytes(&[header, content])))
}

/// GTP-U header with `flags`, the length of what follows, and endpoint 7.
fn gtp(flags: u8, length: usize) -> Vec<u8> {
    bytes(&[&[flags, 255], &be16(length), &[0, 0, 0, 7]])
}

struct Case {
    name: &'static str,
    frame: Vec<u8>,
    kind: TunnelKind,
    id: u32,
    /// The inner packet has its own Ethernet header.
    bridged: bool,
}

fn case(name: &'static str, frame: Vec<u8>, kind: TunnelKind, id: u32, bridged: bool) -> Case {
    Case { name, frame, kind, id, bridged }
}

/// Tunnels over IP: the outer addresses are [`SRC`] and [`DST`].
fn over_ip_cases() -> Vec<Case> {
    let ip = conversation();
    let eth = frame();
    let ppp = bytes(&[&[0xff, 3, 0, 0x21], &ip]);
    let l2tp_length = be16(8 + ppp.len());
    let mpls = [0, 1, 0x41, 64]; // label 20, bottom of stack
    vec![
        case("GRE", over_ip(47, &[0, 0, 8, 0], &ip), K::Gre, 0, false),
        case(
            "GRE with checksum, key and sequence",
            over_ip(47, &[0xb0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 1], &ip),
            K::Gre,
            9,
            false,
        ),
        case(
            "GRE with a source route",
            over_ip(47, &[0x40, 0, 8, 0, 0, 0, 0, 0, 0, 2, 0, 2, 1, 1, 0, 0, 0, 0], &ip),
            K::Gre,
            0,
            false,
        ),
        case(
            "GRE version 1",
            over_ip(47, &bytes(&[&[0x30, 1, 0x88, 0x0b], &be16(ppp.len()), &[0, 5, 0, 0, 0, 1]]), &ppp),
            K::Gre,
            5,
            false,
        ),
        case("NVGRE", over_ip(47, &[0x20, 0, 0x65, 0x58, 0, 0, 9, 1], &eth), K::Nvgre, 9, true),
        case("GRE with MPLS", over_ip(47, &[0, 0, 0x88, 0x47], &bytes(&[&mpls, &ip])), K::Gre, 0, false),
        case("WCCP", over_ip(47, &[0, 0, 0x88, 0x3e, 0, 0, 0, 0], &ip), K::Gre, 0, false),
        case("ERSPAN I", over_ip(47, &[0, 0, 0x88, 0xbe], &eth), K::ErspanI, 0, true),
        case(
            "ERSPAN II",
            over_ip(47, &[0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x10, 7, 0xa0, 0x64, 0, 0, 0, 2], &eth),
            K::ErspanII,
            100,
            true,
        ),
        case(
            "ERSPAN III with a subheader",
            over_ip(
                47,
                &bytes(&[
                    &[0x10, 0, 0x22, 0xeb, 0, 0, 0, 1],
                    &[0x20, 7, 0xa0, 0x64, 0, 0, 0, 1, 0, 0, 0, 1],
                    &[0; 8],
                ]),
                &eth,
            ),
            K::ErspanIII,
            100,
            true,
        ),
        case(
            "ERSPAN III with IP",
            over_ip(47, &[0x10, 0, 0x22, 0xeb, 0, 0, 0, 1, 0x20, 7, 0, 1, 0, 0, 0, 1, 0, 0, 8, 0], &ip),
            K::ErspanIII,
            1,
            false,
        ),
        case("VXLAN", over_udp(4789, &[8, 0, 0, 0, 0, 1, 2, 0], &eth), K::Vxlan, 258, true),
        case("VXLAN of old Linux", over_udp(8472, &[8, 0, 0, 0, 0, 0, 9, 0], &eth), K::Vxlan, 9, true),
        case("VXLAN with a group", over_udp(4789, &[0x88, 0, 0, 5, 0, 0, 9, 0], &eth), K::Vxlan, 9, true),
        case("VXLAN-GPE with IPv4", over_udp(4790, &[0x0c, 0, 0, 1, 0, 0, 9, 0], &ip), K::Vxlan, 9, false),
        case(
            "Geneve with an option",
            over_udp(6081, &[2, 0x40, 0x65, 0x58, 0, 0, 9, 0, 1, 2, 0x80, 1, 0, 0, 0, 1], &eth),
            K::Geneve,
            9,
            true,
        ),
        case("Geneve with IPv4", over_udp(6081, &[0, 0, 8, 0, 0, 0, 9, 0], &ip), K::Geneve, 9, false),
        case("GTP-U", over_udp(2152, &gtp(0x30, ip.len()), &ip), K::GtpU, 7, false),
        case(
            "GTP-U with extension headers",
            over_udp(
                2152,
                &bytes(&[&gtp(0x34, ip.len() + 12), &[0, 0, 0, 0x85, 1, 0, 0, 0xc0, 1, 0, 0, 0]]),
                &ip,
            ),
            K::GtpU,
            7,
            false,
        ),
        case("EtherIP", over_ip(97, &[0x30, 0], &eth), K::EtherIp, 0, true),
        case("MPLS in IP", over_ip(137, &mpls, &ip), K::Mpls, 20, false),
        case("MPLS in UDP", over_udp(6635, &mpls, &ip), K::Mpls, 20, false),
        case("4in4", over_ip(4, &[], &ip), K::IpIp, 0, false),
        case("CAPWAP with 802.3", over_udp(5247, &[0, 0x10, 2, 0, 0, 0, 0, 0], &eth), K::Capwap, 1, true),
        case(
            "L2TP version 2",
            over_udp(1701, &bytes(&[&[0x40, 2], &l2tp_length, &[0, 1, 0, 2]]), &ppp),
            K::L2tp,
            0x0001_0002,
            false,
        ),
        case("L2TP version 3", over_ip(115, &[0, 0, 0, 9, 1, 2, 3, 4], &eth), K::L2tp, 9, true),
        case("L2TP version 3 in UDP", over_udp(1701, &[0, 3, 0, 0, 0, 0, 0, 9], &eth), K::L2tp, 9, true),
        case("TZSP", over_udp(37008, &[1, 0, 0, 1, 10, 1, 0xd5, 0, 1], &eth), K::Tzsp, 0, true),
    ]
}

/// Wrappings on layer 2.
fn over_ethernet_cases() -> Vec<Case> {
    let ip = conversation();
    let eth = frame();
    let over = |ethertype, header: &[u8], content: &[u8]| ethernet(ethertype, &bytes(&[header, content]));
    let mpls = [0, 0, 0x10, 64, 0, 1, 0x41, 64]; // labels 1 and 20
    let ppp = bytes(&[&[0, 0x21], &ip]);
    let secured = bytes(&[&[8, 0], &ip, &[0xee; 16]]);
    let pppoe = bytes(&[&[0x11, 0, 0, 17], &be16(ppp.len())]);
    vec![
        case("MPLS", over(0x8847, &mpls, &ip), K::Mpls, 20, false),
        case("pseudowire", over(0x8847, &mpls, &eth), K::Mpls, 20, true),
        case("pseudowire, control word", over(0x8847, &bytes(&[&mpls, &[0; 4]]), &eth), K::Mpls, 20, true),
        case("PPPoE", over(0x8864, &pppoe, &ppp), K::Pppoe, 17, false),
        case("PBB", over(0x88e7, &[0, 0, 1, 0], &eth), K::Pbb, 256, true),
        case("VN-Tag", over(0x8926, &[0, 1, 0, 2, 8, 0], &ip), K::VnTag, 0x0001_0002, false),
        case("FabricPath", over(0x8903, &[0, 0x60], &eth), K::FabricPath, 1, true),
        case(
            "TRILL",
            over(0x22f3, &[0, 0x40 + 5, 0, 1, 0, 2, 0, 0, 0, 0], &eth),
            K::Trill,
            0x0001_0002,
            true,
        ),
        case("Cisco metadata", over(0x8909, &[1, 1, 0, 1, 0, 9, 8, 0], &ip), K::CiscoMetadata, 9, false),
        case("MACsec", over(0x88e5, &[0, 0, 0, 0, 0, 5], &secured), K::MacSec, 5, false),
        case(
            "MACsec, channel",
            over(0x88e5, &[0x20, 0, 0, 0, 0, 5, 1, 2, 3, 4, 5, 6, 0, 1], &secured),
            K::MacSec,
            5,
            false,
        ),
    ]
}

fn assert_conversation(packet: &Packet<'_>, name: &str) {
    assert_eq!(packet.src_ip(), Some(Ip::v4([10, 0, 0, 1])), "{name}");
    assert_eq!(packet.dst_ip(), Some(Ip::v4([10, 0, 0, 2])), "{name}");
    assert_eq!(packet.ports(), Some((5000, 47808)), "{name}");
    assert_eq!((packet.payload, packet.ethertype), (&b"inner"[..], 0x0800), "{name}");
    assert!(packet.anomalies.is_empty(), "{name}: {:?}", packet.anomalies);
}

#[test]
fn every_tunnel_leads_to_its_inner_conversation() {
    let outer = [over_ip_cases(), over_ethernet_cases()];
    for (cases, (src, dst)) in outer.iter().zip([(SRC, DST), (Ip::UNSPECIFIED, Ip::UNSPECIFIED)]) {
        for Case { name, frame, kind, id, bridged } in cases {
            let packet = parse(frame);
            assert_conversation(&packet, name);
            let first = packet.tunnels.as_slice().first();
            assert_eq!(first, Some(&Tunnel { kind: *kind, id: *id, src, dst }), "{name}");
            let station = if *bridged { 11 } else { 1 };
            assert_eq!(packet.src_mac, Some(Mac([2, 0, 0, 0, 0, station])), "{name}");
        }
    }
}

#[test]
fn every_cut_of_a_tunnel_gives_a_part() {
    for case in over_ip_cases().iter().chain(&over_ethernet_cases()) {
        cut_everywhere(LinkType::ETHERNET, &case.frame);
    }
}

#[test]
fn ip_versions_within_each_other() {
    let (four, six) = (conversation(), conversation_v6());
    let table = [
        (ethernet(0x0800, &ipv4(41, &six)), K::SixInFour),
        (ethernet(0x86dd, &ipv6(4, &four)), K::FourInSix),
        (ethernet(0x86dd, &ipv6(41, &six)), K::SixInSix),
        (ethernet(0x0800, &ipv4(47, &bytes(&[&[0, 0, 0x86, 0xdd], &six]))), K::Gre),
    ];
    for (frame, kind) in &table {
        let packet = parse(frame);
        assert_eq!((packet.tunnels.len(), packet.tunnels.as_slice()[0].kind), (1, *kind));
        assert_eq!((packet.ports(), packet.payload), (Some((5000, 47808)), &b"inner"[..]));
        assert_eq!(matches!(packet.net, Net::V4 { .. }), *kind == K::FourInSix);
    }
}

#[test]
fn teredo_by_port_and_by_prefix() {
    let mut inner = conversation_v6();
    inner[8..12].copy_from_slice(&[0x20, 1, 0, 0]);
    let authentication = [0, 1, 2, 1, 0xaa, 0xaa, 0xbb, 1, 2, 3, 4, 5, 6, 7, 8, 0];
    let origin = [0, 0, 0xee, 0xee, 1, 2, 3, 4];
    for (port, header) in [
        (3544, &[][..]),
        (3544, &origin),
        (3544, &authentication),
        (3544, &bytes(&[&authentication, &origin])),
        (51000, &[]),
    ] {
        let frame = over_udp(port, header, &inner);
        let packet = parse(&frame);
        assert_eq!(packet.tunnels.as_slice().first().map(|t| t.kind), Some(K::Teredo), "port {port}");
        assert_eq!(packet.payload, b"inner");
    }
    // The same on any port, but a length that is not the datagram's.
    let frame = over_udp(51000, &[], &bytes(&[&inner, &[0]]));
    assert!(parse(&frame).tunnels.is_empty());
}

#[test]
fn capwap_carries_802_11_whose_control_bytes_may_be_swapped() {
    let llc = bytes(&[&[0xaa, 0xaa, 3, 0, 0, 0, 8, 0], &conversation()]);
    let capwap = [0, 0x10, 2 | 1, 0, 0, 0, 0, 0];
    // To the distribution system: receiver, source 02:..:0b, destination, sequence control.
    let rest =
        bytes(&[&[0, 0], &[2, 0, 0, 0, 0, 1], &[2, 0, 0, 0, 0, 11], &[2, 0, 0, 0, 0, 10], &[0, 0], &llc]);
    for control in [[0x08, 0x01], [0x01, 0x08]] {
        let frame = over_udp(5247, &bytes(&[&capwap, &control]), &rest);
        let packet = parse(&frame);
        assert_conversation(&packet, "CAPWAP");
        assert_eq!(packet.src_mac, Some(Mac([2, 0, 0, 0, 0, 11])));
        assert_eq!(packet.dst_mac, Some(Mac([2, 0, 0, 0, 0, 10])));
    }
    // A probe request and an encrypted frame stay the payload of UDP.
    for control in [[0x40, 0x00], [0x08, 0x41]] {
        let frame = over_udp(5247, &bytes(&[&capwap, &control]), &rest);
        assert!(parse(&frame).tunnels.is_empty());
    }
}

#[test]
fn a_mirrored_frame_has_the_vlan_of_its_session() {
    let erspan = [0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x10, 7, 0xa0, 0x64, 0, 0, 0, 2];
    let plain = over_ip(47, &erspan, &frame());
    assert_eq!(parse(&plain).vlans.as_slice(), [7]);
    assert_eq!(parse(&plain).vlans.pcp(), 5);
    let tagged = over_ip(47, &erspan, &inner_ethernet(0x8100, &bytes(&[&[0, 30, 8, 0], &conversation()])));
    assert_eq!(parse(&tagged).vlans.as_slice(), [30]);
}

#[test]
fn an_inner_frame_has_its_own_tags() {
    let inner = inner_ethernet(0x8100, &bytes(&[&[0, 30, 8, 0], &conversation()]));
    let vxlan = ipv4(17, &udp_to(4789, &bytes(&[&[8, 0, 0, 0, 0, 0, 9, 0], &inner])));
    let frame = ethernet(0x8100, &bytes(&[&[0, 4, 8, 0], &vxlan]));
    assert_eq!(parse(&frame).vlans.as_slice(), [30]);
    let lldp = inner_ethernet(0x88cc, &[2, 7, 4]);
    let frame = over_udp(4789, &[8, 0, 0, 0, 0, 0, 9, 0], &lldp);
    let packet = parse(&frame);
    assert_eq!((packet.net, packet.transport, packet.ethertype), (Net::None, Transport::None, 0x88cc));
    assert_eq!(packet.payload, [2, 7, 4]);
}

#[test]
fn the_port_alone_makes_no_tunnel() {
    let ip = conversation();
    let eth = frame();
    let mut beyond = conversation();
    beyond[3] += 9;
    let odd_source = bytes(&[&[2, 0, 0, 0, 0, 10], &[3, 0, 0, 0, 0, 11], &[0x88, 0xcc, 0, 0]]);
    let table: &[(&str, u16, &[u8], &[u8])] = &[
        ("VXLAN without the flag", 4789, &[0, 0, 0, 0, 0, 1, 2, 0], &eth),
        ("VXLAN with reserved bits", 4789, &[8, 0, 0, 0, 0, 1, 2, 1], &eth),
        ("VXLAN with text", 4789, b"GET / HTTP/1.1\r\n\r\n", b""),
        ("VXLAN from a group address", 4789, &[8, 0, 0, 0, 0, 1, 2, 0], &odd_source),
        ("VXLAN cut after its header", 4789, &[8, 0, 0, 0, 0, 1, 2, 0], &[]),
        ("Geneve version 1", 6081, &[0x40, 0, 8, 0, 0, 0, 9, 0], &ip),
        ("Geneve of an unknown protocol", 6081, &[0, 0, 0x12, 0x34, 0, 0, 9, 0], &ip),
        ("Geneve with options beyond the end", 6081, &[0x3f, 0, 8, 0, 0, 0, 9, 0], &ip),
        ("GTP-U echo", 2152, &[0x32, 1, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0], &[]),
        ("GTP-U of version 2", 2152, &[0x48, 255, 0, 33, 0, 0, 0, 7], &ip),
        ("GTP-U beyond the datagram", 2152, &[0x30, 255, 9, 0, 0, 0, 0, 7], &ip),
        ("GTP-U with text", 2152, &[0x30, 255, 0, 5, 0, 0, 0, 7], b"hello"),
        ("Teredo with IPv4", 3544, &[], &ip),
        ("CAPWAP keep-alive", 5247, &[0, 0x10, 2, 8, 0, 0, 0, 0], &eth),
        ("CAPWAP fragment", 5247, &[0, 0x10, 2, 0x80, 0, 0, 0, 0], &eth),
        ("CAPWAP over DTLS", 5247, &[1, 0, 0, 0, 0x17, 0xfe, 0xff, 0], &eth),
        ("L2TP control", 1701, &[0xc8, 2, 0, 12, 0, 1, 0, 0, 0, 0, 0, 0], &[]),
        ("L2TP with PPP's link control", 1701, &[0, 2, 0, 1, 0, 2, 0xff, 3, 0xc0, 0x21, 1, 1, 0, 4], &[]),
        ("MPLS with text", 6635, &[0, 1, 0x41, 64], b"not an IP packet, nor a frame"),
        ("TZSP of another encapsulation", 37008, &[1, 0, 0, 9, 1], &eth),
        ("another port", 4000, &[8, 0, 0, 0, 0, 1, 2, 0], &eth),
        ("an inner length beyond the datagram", 6081, &[0, 0, 8, 0, 0, 0, 9, 0], &beyond),
    ];
    for (name, port, header, content) in table {
        let frame = over_udp(*port, header, content);
        let packet = parse(&frame);
        assert!(packet.tunnels.is_empty(), "{name}");
        assert_eq!(packet.ports(), Some((5000, *port)), "{name}");
        assert_eq!((packet.src_ip(), packet.payload), (Some(SRC), &bytes(&[header, content])[..]), "{name}");
        assert!(packet.anomalies.is_empty(), "{name}");
    }
}

#[test]
fn broken_tunnels_over_ip_keep_their_bytes() {
    let table: &[(u8, &[u8], Anomalies)] = &[
        (47, &[0, 0, 8], Anomalies::TRUNCATED_TUNNEL),
        (47, &[0, 7, 8, 0, 0, 0], Anomalies::BAD_TUNNEL_HEADER), // version 7
        (47, &[0x20, 0, 8, 0, 0, 0], Anomalies::BAD_TUNNEL_HEADER), // the key is cut
        (47, &[0, 0, 0, 0], Anomalies::NONE),                    // a keep-alive
        (47, &[0, 0, 8, 0, b't', b'e', b'x', b't'], Anomalies::NONE),
        (47, &[0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0, 7], Anomalies::NONE),
        (4, b"no IP packet", Anomalies::NONE),
        (41, b"no IP packet", Anomalies::NONE),
        (97, &[0x30, 0, 1, 2], Anomalies::NONE),
        (115, &[0, 0, 0, 0, 200, 2], Anomalies::NONE),
    ];
    for (protocol, content, anomaly) in table {
        let frame = over_ip(*protocol, &[], content);
        let packet = parse(&frame);
        assert_eq!((packet.transport, packet.payload), (Transport::Other(*protocol), *content));
        assert_eq!((packet.tunnels.len(), packet.anomalies), (0, *anomaly), "{content:?}");
        assert_eq!(packet.src_ip(), Some(SRC));
    }
}

#[test]
fn an_mpls_payload_that_is_neither_ip_nor_ethernet_stays_whole() {
    let content = [0, 1, 0x41, 64, 0x10, 0, 0, 0, 1, 2, 3, 4];
    let frame = ethernet(0x8847, &content);
    let packet = parse(&frame);
    assert_eq!((packet.tunnels.len(), packet.payload, packet.ethertype), (0, &content[..], 0x8847));
}

#[test]
fn an_encrypted_macsec_frame_is_noted_and_left_alone() {
    let frame = ethernet(0x88e5, &bytes(&[&[0x0c, 0, 0, 0, 0, 5], &[0x5a; 40]]));
    let packet = parse(&frame);
    assert_eq!((packet.tunnels.as_slice()[0].kind, packet.payload), (K::MacSec, &[0x5a; 40][..]));
    assert_eq!((packet.net, packet.ethertype), (Net::None, 0x88e5));
}

#[test]
fn fragments_within_a_tunnel_are_marked_and_outer_ones_are_not_entered() {
    let mut part = inner_ipv4(17, &[0; 16]);
    part[6] = 0x20;
    let frame = over_ip(4, &[], &part);
    let packet = parse(&frame);
    assert!(packet.fragment.is_some() && packet.tunnels.len() == 1);
    let mut outer = ipv4(4, &inner_ipv4(17, &[0; 20]));
    outer[6] = 0x20;
    let frame = ethernet(0x0800, &outer);
    let packet = parse(&frame);
    assert!(packet.fragment.is_some() && packet.tunnels.is_empty());
    assert_eq!(packet.src_ip(), Some(SRC));
}

#[test]
fn nesting_ends_at_the_limit() {
    for depth in 1..40 {
        let mut packet_bytes = conversation();
        for _ in 0..depth {
            packet_bytes = ipv4(4, &packet_bytes);
        }
        let frame = ethernet(0x0800, &packet_bytes);
        let packet = parse(&frame);
        assert_eq!(packet.tunnels.len(), depth.min(MAX_NESTING));
        if depth <= MAX_NESTING {
            assert_conversation(&packet, "nested");
        } else {
            assert_eq!(packet.anomalies, Anomalies::NESTING_LIMIT);
            assert_eq!(packet.transport, Transport::Other(4));
            assert_eq!(packet.payload.len(), (depth - MAX_NESTING - 1) * 20 + conversation().len());
        }
    }
}

#[test]
fn endless_tags_end_as_well() {
    for tag in [&[0, 1, 0x81, 0][..], &[0x10, 0, 0, 1, 0x89, 0x2f]] {
        let ethertype = u16::from_be_bytes([tag[tag.len() - 2], tag[tag.len() - 1]]);
        let frame = ethernet(ethertype, &tag.repeat(500));
        assert!(parse(&frame).anomalies.contains(Anomalies::NESTING_LIMIT));
    }
}

#[test]
fn what_the_capture_cut_off_counts_for_the_inner_payload() {
    let frame = over_udp(4789, &[8, 0, 0, 0, 0, 1, 2, 0], &frame());
    let length = u32::try_from(frame.len()).unwrap();
    let mut packet = Packet::new();
    decode(LinkType::ETHERNET, &frame[..frame.len() - 3], length, &mut packet);
    assert_eq!((packet.payload, packet.payload_missing, packet.tunnels.len()), (&b"in"[..], 3, 1));
    assert!(packet.anomalies.is_empty());
}
