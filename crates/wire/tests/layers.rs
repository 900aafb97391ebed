//! Byte tables for the common layers, whole and cut.
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects, clippy::indexing_slicing)]

#[path = "support/build.rs"]
mod build;

use build::{
    DST, SRC, bytes, cut_everywhere, ethernet, ipv4, ipv6, parse, tcp as tcp_segment, udp as udp_datagram,
};
use sightglass_wire::{
    Anomalies, Fragment, LinkType, Llc, Mac, Net, Packet, Redundancy, Snap, Transport, decode, decode_ip, tcp,
};

#[test]
fn ethernet_ipv4_tcp() {
    let frame = ethernet(0x0800, &ipv4(6, &tcp_segment(b"data")));
    let packet = parse(&frame);
    assert_eq!(packet.src_mac, Some(Mac([2, 0, 0, 0, 0, 1])));
    assert_eq!(packet.dst_mac, Some(Mac([2, 0, 0, 0, 0, 2])));
    assert_eq!(
        packet.net,
        Net::V4 {
            src: SRC,
            dst: DST,
            ttl: 64,
            protocol: 6,
            id: 0x1234,
            total_length: 48,
            dscp: 46,
            ecn: 1,
            dont_fragment: true,
            header_length: 20
        }
    );
    assert_eq!(
        packet.transport,
        Transport::Tcp {
            src_port: 1024,
            dst_port: 502,
            seq: 9,
            ack: 7,
            flags: tcp::PSH | tcp::ACK,
            window: 0x2000,
            urgent: 5,
            options: &[1, 1, 1, 0]
        }
    );
    assert_eq!((packet.payload, packet.payload_missing), (&b"data"[..], 0));
    assert_eq!((packet.ethertype, packet.anomalies), (0x0800, Anomalies::NONE));
    assert_eq!((packet.ports(), packet.ip_protocol()), (Some((1024, 502)), Some(6)));
}

#[test]
fn padding_is_not_payload() {
    for body in [ipv4(6, &tcp_segment(b"")), ipv4(17, &udp_datagram(b"x"))] {
        let mut frame = ethernet(0x0800, &body);
        let expected = parse(&frame).payload.to_vec();
        frame.resize(64, 0xee);
        let packet = parse(&frame);
        assert_eq!(packet.payload, expected);
        assert!(packet.anomalies.is_empty());
    }
}

#[test]
fn ethernet_ipv6_udp() {
    let frame = ethernet(0x86dd, &ipv6(17, &udp_datagram(b"hello")));
    let packet = parse(&frame);
    let Net::V6 { src, ttl, protocol, flow_label, payload_length, dscp, ecn, .. } = packet.net else {
        panic!("no IPv6")
    };
    assert_eq!(src.to_string(), "2001:db8::1");
    assert_eq!((ttl, protocol, flow_label, payload_length, dscp, ecn), (63, 17, 0x12345, 13, 46, 1));
    assert_eq!(packet.transport, Transport::Udp { src_port: 5000, dst_port: 47808, length: 13 });
    assert_eq!(packet.payload, b"hello");
}

#[test]
fn snaplen_cuts_are_counted_not_called_damage() {
    let frame = ethernet(0x0800, &ipv4(6, &tcp_segment(b"0123456789")));
    let length = u32::try_from(frame.len()).unwrap();
    let mut packet = Packet::new();
    decode(LinkType::ETHERNET, &frame[..frame.len() - 6], length, &mut packet);
    assert_eq!((packet.payload, packet.payload_missing), (&b"0123"[..], 6));
    assert!(packet.anomalies.is_empty());
    // Cut within the options: nothing is data, and all data is missing.
    decode(LinkType::ETHERNET, &frame[..14 + 20 + 22], length, &mut packet);
    assert_eq!((packet.payload, packet.payload_missing), (&b""[..], 10));
    assert_eq!(packet.anomalies, Anomalies::TRUNCATED_TRANSPORT);
    assert_eq!(packet.ports(), Some((1024, 502)));
    // Cut after the ports.
    decode(LinkType::ETHERNET, &frame[..14 + 20 + 4], length, &mut packet);
    assert_eq!((packet.ports(), packet.payload), (Some((1024, 502)), &b""[..]));
}

#[test]
fn vlan_tags_outermost_first() {
    let inner = bytes(&[&[0xa0, 100, 0x81, 0], &[0, 7, 8, 0], &ipv4(17, &udp_datagram(b"x"))]);
    for tpid in [0x8100, 0x88a8, 0x9100] {
        let frame = ethernet(tpid, &inner);
        let packet = parse(&frame);
        assert_eq!((packet.vlans.as_slice(), packet.vlans.outer()), (&[100, 7][..], Some(100)));
        assert_eq!((packet.vlans.pcp(), packet.ethertype, packet.payload), (5, 0x0800, &b"x"[..]));
    }
    let many = bytes(&[&[0, 1, 0x81, 0].repeat(5), &[0, 9, 8, 0], &ipv4(17, &udp_datagram(b"x"))]);
    let frame = ethernet(0x8100, &many);
    let packet = parse(&frame);
    assert_eq!((packet.vlans.as_slice().len(), packet.payload), (4, &b"x"[..]));
    assert_eq!(packet.anomalies, Anomalies::VLAN_LIMIT);
}

#[test]
fn llc_and_snap_end_at_the_802_3_length() {
    let frame = ethernet(5, &[0x42, 0x42, 3, 0xaa, 0xbb, 0, 0, 0]);
    let packet = parse(&frame);
    assert_eq!(packet.llc, Some(Llc { dsap: 0x42, ssap: 0x42, control: 3, snap: None }));
    assert_eq!((packet.ethertype, packet.payload), (0, &[0xaa, 0xbb][..]));

    let cdp = bytes(&[&[0xaa, 0xaa, 3, 0, 0, 0xc, 0x20, 0, 2, 180], &[0; 20]]);
    let frame = ethernet(10, &cdp);
    let packet = parse(&frame);
    assert_eq!(packet.llc.unwrap().snap, Some(Snap { oui: 0xc, pid: 0x2000 }));
    assert_eq!(packet.payload, [2, 180]);

    let ip = bytes(&[&[0xaa, 0xaa, 3, 0, 0, 0, 8, 0], &ipv4(17, &udp_datagram(b"x"))]);
    let frame = ethernet(u16::try_from(ip.len()).unwrap(), &ip);
    let packet = parse(&frame);
    assert_eq!((packet.src_ip(), packet.payload, packet.ethertype), (Some(SRC), &b"x"[..], 0x0800));

    let frame = ethernet(100, &[0x42, 0x42, 3, 1]);
    assert_eq!(parse(&frame).anomalies, Anomalies::BAD_FRAME_LENGTH);
    // A number that is no length that could hold anything is somebody's type.
    let frame = ethernet(2, &[1, 2, 3, 4]);
    let packet = parse(&frame);
    assert_eq!((packet.payload, packet.anomalies), (&[1, 2, 3, 4][..], Anomalies::BAD_FRAME_LENGTH));
}

#[test]
fn fragments_keep_their_bytes_and_go_on_when_whole() {
    let mut first = ipv4(17, &[1; 16]);
    first[6] = 0x20; // more fragments
    let frame = ethernet(0x0800, &first);
    let packet = parse(&frame);
    assert_eq!(packet.fragment, Some(Fragment { id: 0x1234, offset: 0, more: true, protocol: 17 }));
    assert_eq!((packet.transport, packet.payload), (Transport::None, &[1; 16][..]));

    let mut last = ipv4(17, &[1; 5]);
    (last[6], last[7]) = (0, 2);
    let frame = ethernet(0x0800, &last);
    let whole = ipv4(17, &udp_datagram(b"whole"));
    let mut packet = parse(&frame);
    assert_eq!(packet.fragment, Some(Fragment { id: 0x1234, offset: 16, more: false, protocol: 17 }));
    decode_ip(&whole, &mut packet);
    assert_eq!((packet.fragment, packet.payload), (None, &b"whole"[..]));
    assert_eq!(packet.src_mac, Some(Mac([2, 0, 0, 0, 0, 1])));

    let mut odd = ipv4(17, &[1; 5]);
    odd[6] = 0x20;
    let frame = ethernet(0x0800, &odd);
    assert_eq!(parse(&frame).anomalies, Anomalies::BAD_FRAGMENT);
}

#[test]
fn ipv6_extension_headers_lead_to_the_transport() {
    let udp = udp_datagram(b"x");
    let chain = bytes(&[
        &[60, 0, 1, 4, 0, 0, 0, 0],             // hop-by-hop, then destination options
        &[51, 0, 1, 4, 0, 0, 0, 0],             // then authentication
        &[44, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1], // then an atomic fragment
        &[17, 0, 0, 0, 0, 0, 0, 9],
        &udp,
    ]);
    let frame = ethernet(0x86dd, &ipv6(0, &chain));
    let packet = parse(&frame);
    assert_eq!((packet.ip_protocol(), packet.payload, packet.fragment), (Some(17), &b"x"[..], None));
    assert!(packet.anomalies.is_empty());

    let part = bytes(&[&[17, 0, 0, 9, 0, 0, 0, 9], &[7; 8]]);
    let frame = ethernet(0x86dd, &ipv6(44, &part));
    let packet = parse(&frame);
    assert_eq!(packet.fragment, Some(Fragment { id: 9, offset: 8, more: true, protocol: 17 }));
    assert_eq!((packet.payload, packet.transport), (&[7; 8][..], Transport::None));

    let endless = [60, 0, 1, 4, 0, 0, 0, 0].repeat(40);
    let frame = ethernet(0x86dd, &ipv6(60, &endless));
    assert_eq!(parse(&frame).anomalies, Anomalies::BAD_IPV6_EXTENSION);
}

#[test]
fn damaged_headers_are_named() {
    type Damage = fn(&mut Vec<u8>);
    let table: &[(Damage, Anomalies)] = &[
        (|f| f[14] = 0x55, Anomalies::BAD_IP_VERSION),
        (|f| f[14] = 0x44, Anomalies::BAD_IP_HEADER_LENGTH),
        (|f| f[14] = 0x4f, Anomalies::BAD_TOTAL_LENGTH),
        (|f| f[16] = 0x40, Anomalies::BAD_TOTAL_LENGTH),
        (|f| f[17] = 19, Anomalies::BAD_TOTAL_LENGTH),
        (|f| f[17] = 0, Anomalies::ZERO_TOTAL_LENGTH),
        (|f| f[20] |= 0x80, Anomalies::IP_RESERVED_FLAG),
        (|f| f[46] = 0x40, Anomalies::BAD_TCP_DATA_OFFSET),
        (|f| f[46] = 0xf0, Anomalies::BAD_TCP_DATA_OFFSET),
        (|f| f.truncate(13), Anomalies::TRUNCATED_LINK),
        (|f| f.truncate(33), Anomalies::TRUNCATED_NETWORK),
    ];
    for (row, (damage, expected)) in table.iter().enumerate() {
        let mut frame = ethernet(0x0800, &ipv4(6, &tcp_segment(b"data")));
        damage(&mut frame);
        assert_eq!(parse(&frame).anomalies, *expected, "row {row}");
    }
    for (length, anomaly) in [(7, true), (0, false), (200, true), (9, false)] {
        let mut udp = udp_datagram(b"xy");
        udp[5] = length;
        let frame = ethernet(0x0800, &ipv4(17, &udp));
        assert_eq!(parse(&frame).anomalies.contains(Anomalies::BAD_UDP_LENGTH), anomaly, "length {length}");
    }
}

#[test]
fn authentication_header_is_passed() {
    let ah = bytes(&[&[17, 4, 0, 0], &[0; 20], &udp_datagram(b"x")]);
    let frame = ethernet(0x0800, &ipv4(51, &ah));
    let packet = parse(&frame);
    assert_eq!((packet.payload, packet.ip_protocol()), (&b"x"[..], Some(17)));
}

#[test]
fn other_transports() {
    let sctp = [0x0b, 0x59, 0x0b, 0x5a, 0, 0, 0, 3, 0, 0, 0, 0, 1, 0, 0, 4];
    let table: &[(u8, &[u8], Transport<'_>, &[u8])] = &[
        (1, &[8, 1, 0, 0, 9], Transport::Icmp { kind: 8, code: 1 }, &[9]),
        (58, &[135, 0, 0, 0, 9], Transport::Icmpv6 { kind: 135, code: 0 }, &[9]),
        (2, &[0x16, 5, 0, 0, 224, 0, 0, 1], Transport::Igmp { kind: 0x16, code: 5 }, &[224, 0, 0, 1]),
        (132, &sctp, Transport::Sctp { src_port: 2905, dst_port: 2906, tag: 3 }, &[1, 0, 0, 4]),
        (50, &[1, 2, 3], Transport::Other(50), &[1, 2, 3]),
        (59, &[1], Transport::None, &[1]),
    ];
    for (protocol, body, transport, payload) in table {
        let frame = ethernet(0x0800, &ipv4(*protocol, body));
        let packet = parse(&frame);
        assert_eq!((packet.transport, packet.payload), (*transport, *payload));
    }
}

#[test]
fn redundancy_is_noted_and_taken_off() {
    let goose = [0x10, 1, 0, 12, 0, 0, 0, 0, 0x61, 2, 0x80, 0];
    for (tag, ethertype) in [(&[][..], 0x88b8), (&[0x81, 0, 0, 5], 0x88b8)] {
        let size = u8::try_from(goose.len() + 6).unwrap();
        let trailer = [0x01, 0x02, 0xb0, size, 0x88, 0xfb];
        let mut frame = ethernet(ethertype, &bytes(&[&goose, &trailer]));
        frame.splice(12..12, tag.iter().copied());
        for fcs in [&[][..], &[1, 2, 3, 4]] {
            let with_fcs = bytes(&[&frame, fcs]);
            let packet = parse(&with_fcs);
            assert_eq!(packet.redundancy, Some(Redundancy::Prp { lan_id: 0xb, sequence: 0x0102 }));
            assert_eq!((packet.ethertype, packet.payload), (0x88b8, &goose[..]));
        }
    }
    // The same last bytes with a size that does not fit are data.
    let data = bytes(&[&goose, &[1, 2, 0xb0, 99, 0x88, 0xfb]]);
    let frame = ethernet(0x88b8, &data);
    let packet = parse(&frame);
    assert_eq!((packet.redundancy, packet.payload), (None, &data[..]));

    let hsr = bytes(&[&[0x10, 18, 0, 9, 0x88, 0xb8], &goose]);
    let frame = ethernet(0x892f, &hsr);
    let packet = parse(&frame);
    assert_eq!(packet.redundancy, Some(Redundancy::Hsr { path_id: 1, sequence: 9 }));
    assert_eq!((packet.ethertype, packet.payload, packet.anomalies), (0x88b8, &goose[..], Anomalies::NONE));
}

#[test]
fn no_cut_of_a_frame_panics_or_invents_payload() {
    let frames = [
        ethernet(0x0800, &ipv4(6, &tcp_segment(b"data"))),
        ethernet(0x86dd, &ipv6(17, &udp_datagram(b"data"))),
        ethernet(0x8100, &bytes(&[&[0, 1, 8, 0], &ipv4(1, &[8, 0, 0, 0, 1])])),
        ethernet(8, &[0xaa, 0xaa, 3, 0, 0, 0xc, 0x20, 0]),
    ];
    for frame in &frames {
        cut_everywhere(LinkType::ETHERNET, frame);
        let length = u32::try_from(frame.len()).unwrap();
        let whole = parse(frame).payload.len();
        let mut packet = Packet::new();
        for cut in 0..frame.len() {
            decode(LinkType::ETHERNET, &frame[..cut], length, &mut packet);
            if packet.transport != Transport::None && packet.anomalies.is_empty() {
                let missing = usize::try_from(packet.payload_missing).unwrap();
                assert_eq!(packet.payload.len() + missing, whole, "cut at {cut}");
            }
        }
    }
}
