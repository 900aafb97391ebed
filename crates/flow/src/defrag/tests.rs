#![expect(clippy::arithmetic_side_effects, reason = "small numbers of test tables")]

use super::*;

const SRC: Ip = Ip::v4([10, 0, 0, 1]);
const DST: Ip = Ip::v4([10, 0, 0, 2]);

/// IPv4 header of a fragment; length, checksum and place are not looked at.
fn header_v4() -> [u8; 20] {
    let mut header = [0x45, 0, 0, 0, 0x12, 0x34, 0x20, 0, 64, 17, 0xaa, 0xaa, 10, 0, 0, 1, 10, 0, 0, 2];
    header[3] = 0x1c;
    header
}

fn payload(len: u32) -> Vec<u8> {
    (0..len).map(|n| (n % 251) as u8).collect()
}

/// Offset, more fragments, bytes.
fn fragment<'a>(header: &'a [u8], offset: u32, more: bool, bytes: &'a [u8]) -> Fragment<'a> {
    Fragment {
        src: SRC,
        dst: DST,
        proto: 17,
        id: 0x1234,
        vlan: 0,
        offset,
        more,
        header,
        payload: bytes,
        missing: 0,
        frame: u64::from(offset) + 1,
        ts_ns: 1_000,
    }
}

fn ranges(data: &[u8], list: &[(usize, usize)]) -> Vec<Outcome> {
    let header = header_v4();
    let mut defragmenter = Defragmenter::default();
    let outcomes = list
        .iter()
        .map(|&(start, end)| {
            let start_u32 = u32::try_from(start).unwrap();
            defragmenter.push(&fragment(&header, start_u32, end < data.len(), &data[start..end]))
        })
        .collect();
    assert_eq!(defragmenter.is_empty(), defragmenter.used_bytes() == 0);
    outcomes
}

fn whole(outcomes: &[Outcome]) -> &Datagram {
    let found: Vec<_> = outcomes
        .iter()
        .filter_map(|outcome| if let Outcome::Whole(datagram) = outcome { Some(datagram) } else { None })
        .collect();
    assert_eq!(found.len(), 1, "{outcomes:?}");
    found[0]
}

fn checksum_is_right(header: &[u8]) -> bool {
    let sum: u32 = header.chunks(2).map(|pair| u32::from(pair[0]) << 8 | u32::from(pair[1])).sum();
    (sum & 0xffff) + (sum >> 16) == 0xffff
}

#[test]
fn fragments_in_any_order_give_the_packet() {
    let data = payload(3000);
    let cuts = [(0, 1000), (1000, 2000), (2000, 3000)];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let list: Vec<_> = order.iter().map(|&n| cuts[n]).collect();
        let outcomes = ranges(&data, &list);
        assert!(matches!(outcomes[2], Outcome::Whole(_)));
        let datagram = whole(&outcomes);
        assert_eq!(&datagram.bytes[20..], data);
        assert_eq!((&datagram.bytes[2..4], &datagram.bytes[6..8]), (&3020u16.to_be_bytes()[..], &[0, 0][..]));
        assert!(checksum_is_right(&datagram.bytes[..20]));
        assert_eq!((datagram.fragments, datagram.anomalies.any()), (3, false));
        assert_eq!(datagram.first_frame, list[0].0 as u64 + 1);
    }
}

#[test]
fn a_duplicate_is_no_anomaly() {
    let data = payload(64);
    let outcomes = ranges(&data, &[(0, 32), (0, 32), (32, 64)]);
    assert_eq!(outcomes[1], Outcome::Dropped(Dropped::Duplicate));
    assert!(!whole(&outcomes).anomalies.any());
}

#[test]
fn the_copy_of_the_last_fragment_starts_nothing() {
    let data = payload(64);
    let outcomes = ranges(&data, &[(0, 32), (0, 32), (32, 64), (32, 64)]);
    assert_eq!(outcomes[3], Outcome::Dropped(Dropped::Duplicate));
}

#[test]
fn an_id_that_comes_again_is_another_datagram() {
    let data = payload(64);
    let outcomes = ranges(&data, &[(0, 32), (32, 64), (0, 32), (32, 64)]);
    assert!(matches!(outcomes[1], Outcome::Whole(_)));
    assert!(matches!(outcomes[3], Outcome::Whole(_)));
}

#[test]
fn an_overlap_keeps_the_first_bytes_and_is_told() {
    let data = payload(64);
    let header = header_v4();
    let mut defragmenter = Defragmenter::default();
    defragmenter.push(&fragment(&header, 0, true, &data[..40]));
    let mut other = data[24..].to_vec();
    other[0] ^= 0xff;
    let Outcome::Whole(datagram) = defragmenter.push(&fragment(&header, 24, false, &other)) else {
        panic!("whole")
    };
    assert_eq!(&datagram.bytes[20..], data);
    assert!(datagram.anomalies.overlap && datagram.anomalies.overlap_differs);
    let same = ranges(&data, &[(0, 40), (24, 64)]);
    let anomalies = whole(&same).anomalies;
    assert!(anomalies.overlap && !anomalies.overlap_differs);
}

#[test]
fn a_fragment_inside_another_is_told() {
    let data = payload(64);
    let header = header_v4();
    let mut defragmenter = Defragmenter::default();
    defragmenter.push(&fragment(&header, 0, true, &data[..48]));
    defragmenter.push(&fragment(&header, 16, true, &[0xee; 8]));
    let Outcome::Whole(datagram) = defragmenter.push(&fragment(&header, 48, false, &data[48..])) else {
        panic!("whole")
    };
    assert_eq!(&datagram.bytes[20..], data);
    assert!(datagram.anomalies.overlap_differs);
}

#[test]
fn two_ends_are_told() {
    let data = payload(64);
    let header = header_v4();
    let mut defragmenter = Defragmenter::default();
    defragmenter.push(&fragment(&header, 32, false, &data[32..]));
    defragmenter.push(&fragment(&header, 40, true, &[1; 40]));
    let Outcome::Whole(datagram) = defragmenter.push(&fragment(&header, 0, true, &data[..32])) else {
        panic!("whole")
    };
    assert_eq!(&datagram.bytes[20..], data);
    assert!(datagram.anomalies.end_differs);
}

#[test]
fn tiny_fragments_are_told() {
    let data = payload(64);
    assert!(whole(&ranges(&data, &[(0, 7), (7, 64)])).anomalies.tiny);
    assert!(!whole(&ranges(&data, &[(0, 8), (8, 64)])).anomalies.tiny);
    let header = header_v4();
    let mut defragmenter = Defragmenter::default();
    defragmenter.push(&Fragment { proto: 6, ..fragment(&header, 0, true, &data[..16]) });
    let last = Fragment { proto: 6, ..fragment(&header, 16, false, &data[16..]) };
    let Outcome::Whole(datagram) = defragmenter.push(&last) else { panic!("whole") };
    assert!(datagram.anomalies.tiny);
}

#[test]
fn what_cannot_become_whole_is_dropped() {
    let header = header_v4();
    let mut defragmenter = Defragmenter::default();
    defragmenter.push(&fragment(&header, 0, true, &[0; 800]));
    let big = defragmenter.push(&fragment(&header, 65_528, false, &[0; 16]));
    assert_eq!(big, Outcome::Dropped(Dropped::Oversized));
    assert!(defragmenter.is_empty());
    assert_eq!(defragmenter.push(&fragment(&header, 8, true, &[])), Outcome::Dropped(Dropped::Empty));
    let cut = Fragment { missing: 5, ..fragment(&header, 8, true, &[0; 8]) };
    assert_eq!(defragmenter.push(&cut), Outcome::Dropped(Dropped::Cut));
    defragmenter.push(&fragment(&[0x00; 20], 0, true, &[0; 8]));
    let bad = defragmenter.push(&fragment(&header, 8, false, &[0; 8]));
    assert_eq!(bad, Outcome::Dropped(Dropped::BadHeader));
    assert_eq!(defragmenter.used_bytes(), 0);
}

#[test]
fn an_ipv6_packet_loses_its_fragment_header() {
    let (src, dst) = (Ip([0x20; 16]), Ip([0x21; 16]));
    // Base header that names hop-by-hop, which names the fragment header.
    let mut header = vec![0x60, 0, 0, 0, 0, 0, 0, 64];
    header.extend(src.0);
    header.extend(dst.0);
    header.extend([44, 0, 1, 4, 0, 0, 0, 0]);
    let data = payload(2000);
    let mut defragmenter = Defragmenter::default();
    let part = |offset: u32, more, bytes, proto| Fragment {
        src,
        dst,
        proto,
        ..fragment(&header, offset, more, bytes)
    };
    // Only the first fragment's next header counts.
    assert_eq!(defragmenter.push(&part(1000, false, &data[1000..], 59)), Outcome::Waiting);
    let Outcome::Whole(datagram) = defragmenter.push(&part(0, true, &data[..1000], 17)) else {
        panic!("whole")
    };
    assert_eq!(datagram.bytes[4..6], 2008u16.to_be_bytes());
    assert_eq!((datagram.bytes[6], datagram.bytes[40]), (0, 17));
    assert_eq!(&datagram.bytes[48..], data);
    let Outcome::Whole(atomic) = defragmenter.push(&part(0, false, &data[..9], 58)) else { panic!("whole") };
    assert_eq!((atomic.bytes[40], &atomic.bytes[48..]), (58, &data[..9]));
}

#[test]
fn ids_protocols_vlans_and_hosts_keep_datagrams_apart() {
    let header = header_v4();
    let mut defragmenter = Defragmenter::default();
    let first = fragment(&header, 0, true, &[0; 8]);
    defragmenter.push(&first);
    for other in [
        Fragment { id: 1, ..first },
        Fragment { proto: 6, ..first },
        Fragment { vlan: 9, ..first },
        Fragment { src: DST, dst: SRC, ..first },
    ] {
        assert_eq!(defragmenter.push(&Fragment { offset: 8, more: false, ..other }), Outcome::Waiting);
    }
    assert_eq!(defragmenter.len(), 5);
}

#[test]
fn the_oldest_go_at_the_caps_and_after_their_time() {
    let header = header_v4();
    let bytes = [0u8; 1400];
    let mut defragmenter = Defragmenter::new(Limits { datagrams: 100, bytes: 50_000, age_ns: 1_000 });
    for id in 0..500 {
        defragmenter.push(&Fragment { id, ts_ns: 5, ..fragment(&header, 0, true, &bytes) });
        assert!(defragmenter.len() <= 100 && defragmenter.used_bytes() <= 50_000);
    }
    assert!(defragmenter.counters().evicted >= 450);
    let left = defragmenter.len() as u64;
    defragmenter.expire(1_005);
    assert!(defragmenter.is_empty());
    assert_eq!((defragmenter.counters().expired, defragmenter.used_bytes()), (left, 0));
}
