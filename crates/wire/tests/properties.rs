//! Whatever the bytes are: no panic, and what comes out is part of what went in.
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects, clippy::indexing_slicing)]

#[path = "support/build.rs"]
mod build;

use build::{bytes, conversation, ethernet, inner_ethernet, ipv4, udp_to};
use proptest::prelude::*;
use sightglass_wire::{LinkType, MAX_NESTING, MAX_VLANS, Packet, Transport, arp, decode, decode_ip, tcp};

/// All that are known, two that are not, and one with an FCS.
const LINKS: &[u32] = &[
    0,
    1,
    6,
    7,
    8,
    9,
    10,
    12,
    14,
    50,
    51,
    100,
    101,
    104,
    105,
    107,
    108,
    113,
    119,
    123,
    127,
    129,
    163,
    165,
    192,
    195,
    204,
    228,
    229,
    230,
    276,
    2,
    0xffff,
    0x2400_0001,
];

fn is_part(part: &[u8], whole: &[u8]) -> bool {
    part.is_empty() || whole.as_ptr_range().contains(&part.as_ptr()) && part.len() <= whole.len()
}

fn check(link: u32, frame: &[u8], extra: u32) {
    let mut packet = Packet::new();
    let orig_len = u32::try_from(frame.len()).unwrap() + extra;
    decode(LinkType(link), frame, orig_len, &mut packet);
    assert!(is_part(packet.payload, frame));
    assert!(packet.payload_missing <= extra);
    assert!(packet.tunnels.len() <= MAX_NESTING && packet.vlans.as_slice().len() <= MAX_VLANS);
    if packet.fragment.is_some() {
        assert_eq!(packet.transport, Transport::None);
    }
    if let Transport::Tcp { options, .. } = packet.transport {
        assert!(options.len() <= 40 && is_part(options, frame));
        assert!(tcp::options(options).count() <= options.len());
    }
    let _ = arp::parse(packet.payload);
    // The same bytes give the same packet, also after another one.
    let mut again = Packet::new();
    decode(LinkType::ETHERNET, &[0x5a; 60], 0, &mut again);
    decode(LinkType(link), frame, orig_len, &mut again);
    assert_eq!(
        format!("{:?}", (again.net, again.transport, again.payload, again.anomalies)),
        format!("{:?}", (packet.net, packet.transport, packet.payload, packet.anomalies))
    );
    assert_eq!((again.tunnels, again.vlans), (packet.tunnels, packet.vlans));
    decode_ip(frame, &mut again);
    assert!(is_part(again.payload, frame));
}

/// Headers that lead deep into the decoder, before random bytes.
fn deep(selector: usize, rest: &[u8]) -> Vec<u8> {
    const ETHERTYPES: [u16; 17] = [
        0x0800, 0x86dd, 0x0806, 0x8100, 0x88a8, 0x8847, 0x8864, 0x892f, 0x88e7, 0x8926, 0x8903, 0x22f3,
        0x8909, 0x88e5, 0x88fb, 0x0040, 0x05f0,
    ];
    const PROTOCOLS: [u8; 15] = [0, 1, 2, 4, 6, 17, 41, 43, 44, 47, 51, 58, 97, 115, 132];
    const PORTS: [u16; 11] = [4789, 8472, 4790, 6081, 2152, 3544, 5247, 1701, 6635, 37008, 9];
    const GRE: [u16; 8] = [0x0800, 0x6558, 0x88be, 0x22eb, 0x880b, 0x883e, 0x8847, 0x86dd];
    match selector % 4 {
        0 => ethernet(ETHERTYPES[selector / 4 % ETHERTYPES.len()], rest),
        1 => ethernet(0x0800, &ipv4(PROTOCOLS[selector / 4 % PROTOCOLS.len()], rest)),
        2 => ethernet(0x0800, &ipv4(17, &udp_to(PORTS[selector / 4 % PORTS.len()], rest))),
        _ => {
            let flags = [(selector & 0x30).to_le_bytes()[0], 0];
            let kind = GRE[selector / 4 % GRE.len()].to_be_bytes();
            ethernet(0x0800, &ipv4(47, &bytes(&[&flags, &kind, rest])))
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_of_every_link_type(frame in proptest::collection::vec(any::<u8>(), 0..200), extra in 0_u32..100) {
        for link in LINKS {
            check(*link, &frame, extra);
        }
    }

    #[test]
    fn random_bytes_behind_real_headers(
        selector in 0_usize..4000,
        rest in proptest::collection::vec(any::<u8>(), 0..200),
        extra in 0_u32..100,
    ) {
        check(1, &deep(selector, &rest), extra);
    }

    #[test]
    fn real_frames_with_changed_bytes(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        selector in 0_usize..4000,
        extra in 0_u32..100,
    ) {
        let mut frame = deep(selector, &bytes(&[&[8, 0, 0, 0, 0, 0, 1, 0], &inner_ethernet(0x0800, &conversation())]));
        for (at, value) in &changes {
            let at = at.index(frame.len());
            frame[at] = *value;
        }
        check(1, &frame, extra);
    }
}
