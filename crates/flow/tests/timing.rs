//! Costs of the hot paths, printed; `cargo test -p sightglass-flow --release --test timing -- --ignored --nocapture`.

#![expect(clippy::arithmetic_side_effects, reason = "a small benchmark that prints")]

use std::hint::black_box;

use sightglass_flow::{
    Budget, Class, DataInfo, Deliver, FlowKey, Gap, Limits, Moment, Overlap, Reassembler, Retransmission,
    Segment, Table, TcpState,
};
use sightglass_wire::Ip;

/// As heavy as what a real flow carries.
#[derive(Default)]
#[expect(dead_code, reason = "only its size matters")]
struct State {
    packets: u64,
    tcp: TcpState,
    streams: [Reassembler; 2],
}

/// Nanoseconds this thread ran (Linux), so that other work on the machine counts less.
fn cpu_ns() -> u128 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|word| word.parse().ok()).unwrap_or(0)
}

struct Count(u64);

impl Deliver for Count {
    fn data(&mut self, bytes: &[u8], _: DataInfo) {
        self.0 += bytes.len() as u64;
    }
    fn gap(&mut self, _: Gap) {}
    fn overlap(&mut self, _: Overlap) {}
    fn retransmission(&mut self, _: Retransmission) {}
    fn end(&mut self, _: Moment) {}
}

fn keys(flows: u32) -> Vec<FlowKey> {
    (0..flows)
        .map(|n| {
            let [_, a, b, c] = n.to_be_bytes();
            FlowKey::new(Ip::v4([10, a, b, c]), Ip::v4([172, 16, b, a]), 40_000, 502, 6, 0).0
        })
        .collect()
}

#[test]
#[ignore = "prints times, asserts none"]
fn print_the_cost_of_a_lookup() {
    for flows in [1_000, 20_000, 200_000] {
        let keys = keys(flows);
        let limits = Limits { flows: 1 << 20, ..Limits::default() };
        let mut table = Table::<State>::new(limits);
        let started = cpu_ns();
        for &key in &keys {
            table.get_or_insert(key, 0, Class::Established, State::default, |_| ());
        }
        let insert_ns = (cpu_ns() - started) / u128::from(flows);

        // Packets of flows in a scattered order, a microsecond apart.
        let packets: Vec<FlowKey> = (0..2_000_000u64)
            .filter_map(|n| keys.get(usize::try_from(n * 7_919 % u64::from(flows)).ok()?).copied())
            .collect();
        let started = cpu_ns();
        for (&key, n) in packets.iter().zip(0..) {
            let (_, state, _) =
                table.get_or_insert(key, n * 1000, Class::Established, State::default, |_| ());
            state.packets += 1;
        }
        let find_ns = (cpu_ns() - started) / packets.len() as u128;

        let hot = packets.first().copied();
        let started = cpu_ns();
        for n in 0..2_000_000 {
            if let Some(key) = black_box(hot) {
                black_box(
                    table.get_or_insert(key, 4_000_000_000 + n, Class::Established, State::default, |_| ()).0,
                );
            }
        }
        let hot_ns = (cpu_ns() - started) / 2_000_000;
        let bytes = table.memory_bytes() / table.len();
        println!(
            "{flows:>7} flows: insert {insert_ns} ns, find {find_ns} ns, \
             find the same {hot_ns} ns, {bytes} bytes a flow"
        );
    }
}

#[test]
#[ignore = "prints times, asserts none"]
fn print_the_cost_of_a_segment() {
    for len in [12usize, 60, 250, 1400] {
        let payload = vec![0x5a; len];
        let (mut reassembler, mut budget, mut sink) =
            (Reassembler::starting_at(0), Budget::default(), Count(0));
        let step = u32::try_from(len).unwrap_or(0);
        let mut seq = 0u32;
        let started = cpu_ns();
        for frame in 0..2_000_000u64 {
            let segment = Segment {
                seq,
                syn: false,
                fin: false,
                rst: false,
                payload: black_box(&payload),
                missing: 0,
                frame,
                ts_ns: 0,
            };
            reassembler.push(segment, &mut budget, &mut sink);
            seq = seq.wrapping_add(step);
            reassembler.acknowledged(seq, Moment { frame, ts_ns: 0 }, &mut budget, &mut sink);
        }
        let in_order_ns = (cpu_ns() - started) / 2_000_000;
        println!("{len:>5} bytes: in order with its acknowledgement {in_order_ns} ns ({} bytes)", sink.0);
    }
}
