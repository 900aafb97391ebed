//! What holds for every sequence of packets through a flow table, a connection and the fragments before them.

#![expect(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "models of small tables")]

use std::collections::BTreeMap;

use proptest::prelude::*;
use sightglass_flow::{
    Class, DefragLimits, Defragmenter, FlowKey, Fragment, Kept, Limits, Outcome, Side, Step, StreamBuffer,
    Table, TcpFlags, TcpPacket, TcpState,
};
use sightglass_wire::Ip;

const SECOND_NS: i64 = 1_000_000_000;
const CLASSES: [Class; 5] = [Class::HalfOpen, Class::Established, Class::Closed, Class::Udp, Class::Other];
const IDLE_S: [i64; 5] = [60, 3600, 30, 120, 120];

fn key(n: u8) -> FlowKey {
    FlowKey::new(Ip::v4([10, 0, 0, n]), Ip::v4([10, 0, 1, 1]), 1000, 502, 6, 0).0
}

/// Flow, class, milliseconds since the packet before, and what else to do.
type Packet = (u8, usize, i64, u8);

fn packets() -> impl Strategy<Value = Vec<Packet>> {
    prop::collection::vec((0u8..40, 0usize..5, prop_oneof![0i64..50, 0i64..40_000], any::<u8>()), 1..400)
}

/// Everything a table shows of a run.
fn run(packets: &[Packet], flows: usize, seed: u64, expires: bool) -> (Vec<bool>, Vec<(FlowKey, i64)>) {
    let mut table = Table::<u32>::with_seed(Limits { flows, ..Limits::default() }, seed);
    let (mut news, mut gone) = (Vec::new(), Vec::new());
    let mut ts_ns = 0;
    for &(n, class, wait_ms, what) in packets {
        ts_ns += wait_ms * 1_000_000;
        let (slot, _, is_new) = table.get_or_insert(
            key(n),
            ts_ns,
            CLASSES[class],
            || 0,
            |entry| gone.push((entry.key, entry.last_ns)),
        );
        news.push(is_new);
        if what % 4 == 0 {
            table.set_class(slot, CLASSES[usize::from(what) / 4 % 5]);
        }
        if expires && what % 7 == 0 {
            table.expire(ts_ns, |entry| gone.push((entry.key, entry.last_ns)));
        }
        assert!(table.len() <= flows);
    }
    table.drain(|entry| gone.push((entry.key, entry.last_ns)));
    assert!(table.is_empty());
    (news, gone)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_table_agrees_with_a_plain_map(packets in packets()) {
        let mut model: BTreeMap<u8, (usize, i64)> = BTreeMap::new();
        let mut ts_ns = 0;
        let expected: Vec<bool> = packets.iter().map(|&(n, class, wait_ms, what)| {
            ts_ns += wait_ms * 1_000_000;
            let found = model.get(&n).filter(|&&(class, last_ns)| last_ns + IDLE_S[class] * SECOND_NS > ts_ns).copied();
            let class = found.map_or(class, |(class, _)| class);
            let class = if what % 4 == 0 { usize::from(what) / 4 % 5 } else { class };
            model.insert(n, (class, ts_ns));
            found.is_none()
        }).collect();
        for expires in [false, true] {
            let (news, gone) = run(&packets, 100, 0, expires);
            prop_assert_eq!(&news, &expected);
            prop_assert_eq!(gone.len(), expected.iter().filter(|&&is_new| is_new).count());
        }
    }

    #[test]
    fn neither_the_seed_nor_the_run_changes_anything(packets in packets(), seed: u64, flows in 1usize..20) {
        prop_assert_eq!(run(&packets, flows, 0, true), run(&packets, flows, seed, true));
    }

    #[test]
    fn a_connection_survives_any_packets(
        packets in prop::collection::vec((any::<bool>(), any::<u32>(), any::<u32>(), any::<u8>(), 0u32..70_000), 1..200),
        small: bool,
    ) {
        let mut tcp = TcpState::default();
        for &(from_a, seq, ack, flags, payload_bytes) in &packets {
            let (seq, ack) = if small { (seq % 8, ack % 8) } else { (seq, ack) };
            let side = if from_a { Side::A } else { Side::B };
            let before = tcp.state();
            let packet = TcpPacket {
                side, seq, ack, window: 100, window_scale: Some(flags), flags: TcpFlags(flags), payload_bytes,
            };
            match tcp.packet(&packet) {
                Step::NewConnection(old) => prop_assert_eq!(old, before),
                Step::IgnoredReset | Step::Same | Step::RepeatedSyn => {}
            }
        }
    }

    #[test]
    fn fragments_in_any_cut_order_and_repetition_give_the_packet(
        (data, cuts) in prop::collection::vec(any::<u8>(), 17..6000).prop_flat_map(|data| {
            let blocks = data.len() / 8;
            let cuts = prop::collection::vec((0..=blocks, 0..=blocks), 1..20);
            (Just(data), cuts)
        }).prop_flat_map(|(data, picks)| {
            let blocks = data.len() / 8;
            let mut points: Vec<usize> = picks.iter().map(|&(a, _)| a * 8).collect();
            points.extend([0, blocks / 2 * 8, data.len()]);
            points.sort_unstable();
            points.dedup();
            let mut parts: Vec<(usize, usize)> = points.windows(2).map(|pair| (pair[0], pair[1])).collect();
            let extra = picks.iter().filter(|(a, b)| a < b && (*a > 0 || *b < blocks)).map(|&(a, b)| (a * 8, b * 8));
            parts.extend(extra.filter(|&(_, end)| end < data.len()));
            (Just(data), Just(parts).prop_shuffle())
        }),
    ) {
        let header = [0x45, 0, 0, 0, 0, 1, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
        let mut defragmenter = Defragmenter::default();
        let mut covered = vec![false; data.len()];
        for &(start, end) in &cuts {
            covered[start..end].fill(true);
            let outcome = defragmenter.push(&Fragment {
                src: Ip::v4([10, 0, 0, 1]),
                dst: Ip::v4([10, 0, 0, 2]),
                proto: 17,
                id: 1,
                vlan: 0,
                offset: u32::try_from(start).unwrap(),
                more: end < data.len(),
                header: &header,
                payload: &data[start..end],
                missing: 0,
                frame: 1,
                ts_ns: 0,
            });
            if covered.iter().all(|&covered| covered) {
                let Outcome::Whole(datagram) = outcome else { panic!("{outcome:?}") };
                prop_assert_eq!(&datagram.bytes[20..], &data[..]);
                prop_assert!(!datagram.anomalies.overlap_differs && !datagram.anomalies.end_differs);
                return Ok(());
            }
            prop_assert!(!matches!(outcome, Outcome::Whole(_)));
        }
    }

    #[test]
    fn a_flood_of_fragments_stays_within_its_caps(
        fragments in prop::collection::vec(
            (any::<u8>(), 0u32..70_000, any::<bool>(), 0usize..3000, 0usize..80, 0i64..2_000_000_000),
            1..300,
        ),
        v6: bool,
    ) {
        let limits = DefragLimits { datagrams: 16, bytes: 40_000, age_ns: 10 * SECOND_NS };
        let run = || {
            let mut defragmenter = Defragmenter::new(limits);
            let mut ts_ns = 0;
            let mut outcomes = Vec::new();
            for &(id, offset, more, len, header_len, wait_ns) in &fragments {
                ts_ns += wait_ns;
                let header = vec![if v6 { 0x60 } else { 0x45 }; header_len];
                let address = if v6 { Ip([id; 16]) } else { Ip::v4([id; 4]) };
                outcomes.push(defragmenter.push(&Fragment {
                    src: address, dst: address, proto: id, id: u32::from(id % 8), vlan: 0, offset, more,
                    header: &header, payload: &vec![id; len], missing: u32::from(id == 7), frame: 1, ts_ns,
                }));
                assert!(defragmenter.len() <= 16 && defragmenter.used_bytes() <= 40_000);
            }
            defragmenter.expire(i64::MAX);
            assert_eq!((defragmenter.len(), defragmenter.used_bytes()), (0, 0));
            outcomes
        };
        prop_assert_eq!(run(), run());
    }

    #[test]
    fn any_split_of_a_stream_gives_the_same_messages_and_frames(
        messages in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..200), 0..40),
        cuts in prop::collection::vec(1usize..300, 1..60),
    ) {
        let mut stream = Vec::new();
        for message in &messages {
            stream.push(u8::try_from(message.len()).unwrap());
            stream.extend(message);
        }
        let mut deliveries: Vec<(usize, usize)> = Vec::new();
        let mut start = 0;
        for &cut in cuts.iter().cycle() {
            if start >= stream.len() {
                break;
            }
            let end = (start + cut).min(stream.len());
            deliveries.push((start, end));
            start = end;
        }
        let mut buffer = StreamBuffer::default();
        let mut seen = Vec::new();
        let mut taken = 0;
        for (frame, &(start, end)) in deliveries.iter().enumerate() {
            let new = &stream[start..end];
            let view = buffer.with(new, frame as u64).to_vec();
            let mut used = 0;
            while let Some(&len) = view.get(used) {
                let Some(message) = view.get(used + 1..used + 1 + usize::from(len)) else { break };
                let at = taken + used;
                let arrived = deliveries.iter().position(|&(start, end)| (start..end).contains(&at)).unwrap();
                prop_assert_eq!(buffer.frame_at(used), arrived as u64);
                seen.push(message.to_vec());
                used += 1 + usize::from(len);
            }
            taken += used;
            prop_assert_eq!(buffer.keep(used, new), Kept::Bytes(view.len() - used));
        }
        prop_assert_eq!(seen, messages);
        prop_assert!(buffer.is_empty());
    }
}
