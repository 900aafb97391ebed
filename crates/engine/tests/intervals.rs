//! Rows of intervals: together they are the totals, and no number of workers changes them.
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects, reason = "a test that cannot go on ends")]

use std::path::PathBuf;

use sightglass_engine::{Options, analyze};

/// A Modbus frame from host 10.0.`net`.`from`; the server is 2.
fn frame(net: u8, from: u8, pdu: &[u8]) -> Vec<u8> {
    let to = 3 - from;
    let mut payload = vec![0, 1, 0, 0, 0];
    payload.push(u8::try_from(pdu.len() + 1).unwrap());
    payload.push(1);
    payload.extend(pdu);
    let mut bytes = vec![2, 0, 0, 0, net, to, 2, 0, 0, 0, net, from, 8, 0, 0x45, 0];
    bytes.extend(u16::try_from(28 + payload.len()).unwrap().to_be_bytes());
    bytes.extend([0, 0, 0, 0, 64, 17, 0, 0, 10, 0, net, from, 10, 0, net, to]);
    let ports = if from == 1 { [40_000u16, 502] } else { [502, 40_000] };
    bytes.extend(ports[0].to_be_bytes());
    bytes.extend(ports[1].to_be_bytes());
    bytes.extend(u16::try_from(8 + payload.len()).unwrap().to_be_bytes());
    bytes.extend([0, 0]);
    bytes.extend(payload);
    bytes
}

/// A read of one register and its answer, at a second, with a value.
fn poll(second: u32, net: u8, value: u8) -> [(u32, Vec<u8>); 2] {
    [(second, frame(net, 1, &[3, 0, 0, 0, 1])), (second, frame(net, 2, &[3, 2, 0, value]))]
}

#[derive(Debug, PartialEq, Default)]
struct Found {
    flows: Vec<String>,
    activities: Vec<String>,
    relations: Vec<String>,
    values: Vec<String>,
    totals: Vec<String>,
}

fn found(frames: &[(u32, Vec<u8>)], workers: usize, intervals: bool) -> Found {
    let mut file =
        vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 1, 0, 0, 0];
    for (second, packet) in frames {
        let length = u32::try_from(packet.len()).unwrap().to_le_bytes();
        file.extend(second.to_le_bytes());
        file.extend([0; 4]);
        file.extend(length);
        file.extend(length);
        file.extend(packet);
    }
    let name = format!("sightglass-intervals-{}-{:?}.pcap", std::process::id(), std::thread::current().id());
    let path: PathBuf = std::env::temp_dir().join(name);
    std::fs::write(&path, file).unwrap();
    let options = Options { hash: false, workers, intervals, ..Options::default() };
    let mut analysis = analyze(std::slice::from_ref(&path), options).unwrap();
    let mut found = Found::default();
    while let Some(batch) = analysis.next_batch() {
        let second = |ns: i64| ns / 1_000_000_000;
        for row in batch.events.intervals.flows {
            assert_eq!(row.event, "interval");
            let (first, last) = (second(row.first_ts_ns), second(row.last_ts_ns));
            found.flows.push(format!(
                "{} {first}-{last} {}+{}",
                row.flow_id, row.packets_client, row.packets_server
            ));
        }
        for row in batch.events.intervals.activities {
            let (first, last) = (second(row.first_ts_ns), second(row.last_ts_ns));
            found.activities.push(format!("{} {first}-{last} {} {}", row.flow_id, row.requests, row.ok));
        }
        for row in batch.events.intervals.relations {
            found.relations.push(format!(
                "{} {} {} {}",
                row.client_ip.unwrap(),
                row.requests,
                row.ok,
                row.event
            ));
        }
        for row in batch.events.intervals.values {
            let (low, high) = (row.minimum, row.maximum);
            found.values.push(format!("{} {low}..{high} {} of {}", row.last, row.changes, row.samples));
        }
        let rows = batch.events.values.into_iter().filter(|row| row.event == "final");
        found.totals.extend(rows.map(|row| {
            format!("{} {}..{} {} of {}", row.last, row.minimum, row.maximum, row.changes, row.samples)
        }));
    }
    std::fs::remove_file(path).unwrap();
    found
}

fn polls() -> Vec<(u32, Vec<u8>)> {
    // Intervals begin at full minutes: two polls in the first, one in the second, none in the third, one in the fourth.
    [(61, 5), (62, 7), (121, 7), (250, 1)]
        .into_iter()
        .flat_map(|(second, value)| poll(second, 0, value))
        .collect()
}

#[test]
fn each_interval_has_its_own_counts() {
    let found = found(&polls(), 1, true);
    // Datagrams two minutes apart are a flow of their own; the activity goes on.
    assert_eq!(found.flows, ["1 61-62 2+2", "1 120-121 1+1", "7 250-250 1+1"]);
    assert_eq!(found.activities, ["1 61-62 2 2", "1 120-121 1 1", "1 240-250 1 1"]);
    assert_eq!(found.relations, ["10.0.0.1 2 2 interval", "10.0.0.1 1 1 interval", "10.0.0.1 1 1 interval"]);
    assert_eq!(found.values, ["7 5..7 1 of 2", "1 1..7 1 of 1"], "what did not change is not told");
    assert_eq!(found.totals, ["1 1..7 2 of 4"]);
}

#[test]
fn without_the_option_there_are_none_and_the_totals_are_the_same() {
    let without = found(&polls(), 1, false);
    assert!(without.flows.is_empty() && without.activities.is_empty() && without.values.is_empty());
    assert!(without.relations.is_empty());
    assert_eq!(without.totals, found(&polls(), 1, true).totals);
}

#[test]
fn workers_change_nothing() {
    let mut frames: Vec<_> =
        (0..40u8).flat_map(|net| (0..5u32).flat_map(move |at| poll(at * 45, net, net))).collect();
    frames.sort_by_key(|(second, _)| *second);
    let one = found(&frames, 1, true);
    assert!(one.flows.len() > 100);
    for workers in [2, 3] {
        assert_eq!(found(&frames, workers, true), one);
    }
}
