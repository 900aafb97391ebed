//! How a frame begins for each link type, whole and cut.
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects, clippy::indexing_slicing)]

#[path = "support/build.rs"]
mod build;

use build::{bytes, conversation, cut_everywhere, ethernet, ipv6, parse_as, udp};
use sightglass_wire::{Anomalies, LinkType as L, Llc, Mac, Net, Packet, TunnelKind, decode};

const STATION: Option<Mac> = Some(Mac([2, 0, 0, 0, 0, 1]));

/// LLC and SNAP before IPv4.
const SNAP_IP: [u8; 8] = [0xaa, 0xaa, 3, 0, 0, 0, 8, 0];

/// Link type, bytes before the IPv4 packet, and whether they tell the source.
fn headers() -> Vec<(L, Vec<u8>, bool)> {
    let ethernet = ethernet(0x0800, &[]);
    let wlan = [
        0x08, 0x02, 0, 0, // data, from the distribution system
        2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 9, 2, 0, 0, 0, 0, 1, // destination, BSSID, source
        0x10, 0, // sequence control
    ];
    let wlan_snap = bytes(&[&wlan, &SNAP_IP]);
    let mut qos = bytes(&[&wlan, &[0, 0], &SNAP_IP]);
    qos[0] = 0x88;
    let mut ibss = wlan;
    ibss[1] = 0;
    ibss[10..16].copy_from_slice(&[2, 0, 0, 0, 0, 1]);
    let mut wds = bytes(&[&wlan, &[2, 0, 0, 0, 0, 1], &SNAP_IP]);
    wds[1] = 3;
    vec![
        (L::ETHERNET, ethernet.clone(), true),
        (L(0x2400_0001), ethernet.clone(), true),
        (L::RAW, vec![], false),
        (L::RAW_BSD, vec![], false),
        (L::RAW_OPENBSD, vec![], false),
        (L::IPV4, vec![], false),
        (L::NULL, vec![2, 0, 0, 0], false),
        (L::NULL, vec![0, 0, 0, 2], false),
        (L::LOOP, vec![0, 0, 0, 2], false),
        (L::LINUX_SLL, vec![0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 8, 0], true),
        (L::LINUX_SLL, vec![0, 0, 0xff, 0xfe, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0], false),
        (L::LINUX_SLL, vec![0, 4, 3, 4, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0], false), // loopback
        (L::LINUX_SLL2, vec![8, 0, 0, 0, 0, 0, 0, 3, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0], true),
        (L::PPP, vec![0xff, 3, 0, 0x21], false),
        (L::PPP, vec![0x21], false),
        (L::PPP_HDLC, vec![0xff, 3, 0, 0x21], false),
        (L::PPP_HDLC, vec![0x0f, 0, 8, 0], false),
        (L::PPP_WITH_DIR, vec![1, 0xff, 3, 0, 0x21], false),
        (L::C_HDLC, vec![0x0f, 0, 8, 0], false),
        (L::FRAME_RELAY, vec![0x18, 0x41, 3, 0xcc], false),
        (L::FRAME_RELAY, vec![0x18, 0x41, 3, 0, 0x80, 0, 0, 0, 8, 0], false),
        (L::FRAME_RELAY, vec![0x18, 0x40, 0x40, 0x41, 8, 0], false),
        (L::ATM_RFC1483, SNAP_IP.to_vec(), false),
        (L::SUNATM, bytes(&[&[2, 0, 0, 32], &SNAP_IP]), false),
        (L::SUNATM, bytes(&[&[1, 0, 0, 32, 0, 1], &ethernet]), true),
        (L::SLIP, vec![0; 16], false),
        (L::IEEE802_5, bytes(&[&[0x10, 0x40], &ethernet[..12], &SNAP_IP]), true),
        (
            L::IEEE802_5,
            bytes(&[&[0x10, 0x40], &ethernet[..6], &[0x82, 0, 0, 0, 0, 1, 4, 0, 1, 1], &SNAP_IP]),
            true,
        ),
        (L::FDDI, bytes(&[&[0x50], &ethernet[..12], &SNAP_IP]), true),
        (L::ARCNET_BSD, vec![1, 2, 0xf0], false),
        (L::ARCNET_BSD, vec![1, 2, 0xd4, 0, 0, 1], false),
        (L::ARCNET_LINUX, vec![1, 2, 0, 0, 0xf0], false), // the offset is put right below
        (L::IEEE802_11, wlan_snap.clone(), true),
        (L::IEEE802_11, qos, true),
        (L::IEEE802_11, bytes(&[&ibss, &SNAP_IP]), true),
        (L::IEEE802_11, wds, true),
        (L::RADIOTAP, bytes(&[&[0, 0, 8, 0, 0, 0, 0, 0], &wlan_snap]), true),
        (
            // Timer and flags: the body is padded to four bytes.
            L::RADIOTAP,
            bytes(&[
                &[0, 0, 17, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x20],
                &[0x88],
                &wlan[1..],
                &[0, 0, 0, 0],
                &SNAP_IP,
            ]),
            true,
        ),
        (L::PRISM, bytes(&[&[0; 144], &wlan_snap]), true),
        (L::AVS, bytes(&[&[0x80, 0x21, 0x10, 1, 0, 0, 0, 64], &[0; 56], &wlan_snap]), true),
        (L::PRISM, bytes(&[&[0x80, 0x21, 0x10, 1, 0, 0, 0, 64], &[0; 56], &wlan_snap]), true),
        (L::PPI, bytes(&[&[0, 0, 8, 0, 105, 0, 0, 0], &wlan_snap]), true),
        (L::PPI, bytes(&[&[0, 0, 12, 0, 1, 0, 0, 0, 9, 9, 9, 9], &ethernet]), true),
    ]
}

/// The header with an IPv4 packet, and what some link types put behind it.
fn whole(link: L, header: &[u8]) -> Vec<u8> {
    let mut frame = bytes(&[header, &conversation()]);
    if link == L::ARCNET_LINUX {
        frame[2] = u8::try_from(256 - (frame.len() - 4)).unwrap();
    }
    if link.fcs_length() != 0 {
        frame.extend([0xff; 4]);
    }
    frame
}

#[test]
fn every_link_type_leads_to_ip() {
    for (row, (link, header, has_source)) in headers().iter().enumerate() {
        let frame = whole(*link, header);
        let packet = parse_as(*link, &frame);
        assert_eq!(packet.payload, b"inner", "{link} in row {row}");
        assert_eq!(packet.ports(), Some((5000, 47808)), "{link} in row {row}");
        assert_eq!(packet.ethertype, 0x0800, "{link} in row {row}");
        assert_eq!(packet.src_mac, STATION.filter(|_| *has_source), "{link} in row {row}");
        assert_eq!(packet.anomalies, Anomalies::NONE, "{link} in row {row}");
    }
}

#[test]
fn every_cut_of_every_link_type_gives_a_part() {
    for (link, header, _) in &headers() {
        cut_everywhere(*link, &whole(*link, header));
    }
}

#[test]
fn ipv6_where_the_link_has_its_own_number_for_it() {
    let six = ipv6(17, &udp(b"six"));
    let table: &[(L, &[u8])] = &[
        (L::NULL, &[30, 0, 0, 0]),
        (L::NULL, &[0, 0, 0, 24]),
        (L::LOOP, &[0, 0, 0, 28]),
        (L::NULL, &[10, 0, 0, 0]),
        (L::IPV6, &[]),
        (L::RAW, &[]),
        (L::PPP, &[0, 0x57]),
        (L::FRAME_RELAY, &[0x18, 0x41, 3, 0x8e]),
    ];
    for (link, header) in table {
        let frame = bytes(&[header, &six]);
        let packet = parse_as(*link, &frame);
        assert_eq!((packet.payload, packet.ethertype), (&b"six"[..], 0x86dd), "{link}");
    }
}

#[test]
fn bacnet_on_arcnet_has_nodes_and_llc() {
    let bacnet = [0x82, 0x82, 3, 1, 4, 0, 3, 1, 12, 12, 2, 0, 0, 1, 25, 75];
    let bsd = bytes(&[&[0xc0, 0x3d, 0xcd], &bacnet]);
    let offset = u8::try_from(256 - 1 - bacnet.len()).unwrap();
    let with_offset = bytes(&[&[0xc0, 0x3d, offset, 0, 0xcd], &bacnet]);
    for frame in [&bsd, &with_offset] {
        let packet = parse_as(L::ARCNET_BSD, frame);
        assert_eq!((packet.nodes, packet.src_mac), (Some((0xc0, 0x3d)), None));
        assert_eq!(packet.llc, Some(Llc { dsap: 0x82, ssap: 0x82, control: 3, snap: None }));
        assert_eq!((packet.payload, packet.ethertype), (&bacnet[3..], 0xcd));
    }
}

#[test]
fn mstp_is_its_dissector_s() {
    let frame = [0x55, 0xff, 5, 1, 2, 0, 0, 0];
    let packet = parse_as(L::BACNET_MS_TP, &frame);
    assert_eq!((packet.payload, packet.anomalies), (&frame[..], Anomalies::NONE));
}

#[test]
fn arp_on_a_cooked_capture() {
    let frame =
        bytes(&[&[0, 1, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 8, 6], &[0, 1, 8, 0, 6, 4, 0, 1], &[0; 20]]);
    let packet = parse_as(L::LINUX_SLL, &frame);
    assert_eq!((packet.net, packet.src_mac, packet.payload.len()), (Net::Arp, STATION, 28));
    let spanning_tree = bytes(&[&[0, 1, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 0, 4], &[0x42, 0x42, 3, 9]]);
    let packet = parse_as(L::LINUX_SLL, &spanning_tree);
    assert_eq!((packet.llc.map(|llc| llc.dsap), packet.payload), (Some(0x42), &[9][..]));
    // Protocols of Linux's own that are no type fields.
    let can = bytes(&[&[0, 1, 1, 24, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12], &[1, 2, 3]]);
    let packet = parse_as(L::LINUX_SLL, &can);
    assert_eq!((packet.ethertype, packet.payload), (12, &[1, 2, 3][..]));
}

#[test]
fn wireless_frames_without_readable_data() {
    let header = |control: [u8; 2]| {
        bytes(&[
            &control,
            &[0, 0],
            &[2, 0, 0, 0, 0, 2],
            &[2, 0, 0, 0, 0, 1],
            &[2, 0, 0, 0, 0, 9],
            &[0, 0],
            &[5; 8],
        ])
    };
    // Beacon, encrypted data, null data: addresses, and the body as payload.
    for control in [[0x80, 0], [0x08, 0x40], [0x48, 0]] {
        let frame = header(control);
        let packet = parse_as(L::IEEE802_11, &frame);
        assert_eq!((packet.src_mac, packet.net, packet.payload), (STATION, Net::None, &[5; 8][..]));
    }
    let acknowledgement = [0xd4, 0, 0, 0, 2, 0, 0, 0, 0, 2];
    let packet = parse_as(L::IEEE802_11, &acknowledgement);
    assert_eq!((packet.src_mac, packet.payload.len(), packet.anomalies), (None, 10, Anomalies::NONE));
}

#[test]
fn pppoe_without_ethernet() {
    let ip = conversation();
    let length = u8::try_from(ip.len() + 2).unwrap();
    let frame = bytes(&[&[0x11, 0, 0, 9, 0, length, 0, 0x21], &ip]);
    let packet = parse_as(L::PPP_ETHER, &frame);
    assert_eq!((packet.payload, packet.tunnels.as_slice()[0].kind), (&b"inner"[..], TunnelKind::Pppoe));
}

#[test]
fn an_unknown_link_type_is_the_payload_as_a_whole() {
    for number in [2, 147, 195, 230, 0x0000_fffe] {
        let packet = parse_as(L(number), b"anything");
        assert_eq!((packet.payload, packet.anomalies), (&b"anything"[..], Anomalies::UNSUPPORTED_LINK_TYPE));
    }
}

#[test]
fn nothing_of_the_last_packet_stays() {
    let mut packet = Packet::new();
    let tagged = bytes(&[&ethernet(0x8100, &[0, 5, 8, 0]), &conversation()]);
    decode(L::ETHERNET, &tagged, 0, &mut packet);
    assert_eq!(packet.vlans.outer(), Some(5));
    let raw = conversation();
    decode(L::RAW, &raw, 0, &mut packet);
    assert_eq!((packet.src_mac, packet.vlans.outer(), packet.link), (None, None, L::RAW));
    decode(L::RAW, &[], 0, &mut packet);
    assert_eq!((packet.net, packet.ports(), packet.payload.len()), (Net::None, None, 0));
    assert_eq!(packet.anomalies, Anomalies::TRUNCATED_NETWORK);
}
