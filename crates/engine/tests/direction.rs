//! Who asks is the client of an act, whichever end of a flow of datagrams spoke first.

#![allow(
    clippy::unwrap_used,
    clippy::cloned_ref_to_slice_refs,
    clippy::arithmetic_side_effects,
    reason = "a test that cannot go on ends"
)]

use std::path::PathBuf;

use sightglass_engine::{Options, analyze};

/// BACnet/IP: both ends use this port.
const PORT: u16 = 47_808;
/// Analog value 1, present value: a write to it, and its acknowledgement.
const WRITE: &[u8] = &[0x00, 0x05, 9, 15, 0x0c, 0, 0x80, 0, 1, 0x19, 85, 0x3e, 0x44, 0, 0, 0, 0, 0x3f];
const DONE: &[u8] = &[0x20, 9, 15];
/// A device's announcement of itself.
const I_AM: &[u8] = &[0x10, 0, 0xc4, 2, 0, 0, 7, 0x22, 1, 0xe0, 0x91, 3, 0x21, 5];

/// One datagram in a frame, from 10.0.0.`from` to 10.0.0.`to`.
fn packet(from: u8, to: u8, apdu: &[u8]) -> Vec<u8> {
    let length = |more: usize| u16::try_from([apdu, &vec![0; more]].concat().len()).unwrap().to_be_bytes();
    let mut frame = vec![2, 0, 0, 0, 0, to, 2, 0, 0, 0, 0, from, 8, 0];
    frame.extend([0x45, 0]);
    frame.extend(length(34));
    frame.extend([0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, from, 10, 0, 0, to]);
    frame.extend(PORT.to_be_bytes());
    frame.extend(PORT.to_be_bytes());
    frame.extend(length(14));
    frame.extend([0, 0, 0x81, 0x0a]);
    frame.extend(length(6));
    frame.extend([1, 0]);
    frame.extend(apdu);
    frame
}

/// `client function requests ok` of every activity.
fn activities(name: &str, packets: &[Vec<u8>]) -> Vec<String> {
    let mut file =
        vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 1, 0, 0, 0];
    for (second, packet) in (1u32..).zip(packets) {
        let length = u32::try_from(packet.len()).unwrap().to_le_bytes();
        file.extend(second.to_le_bytes());
        file.extend([0; 4]);
        file.extend(length);
        file.extend(length);
        file.extend(packet);
    }
    let path: PathBuf = std::env::temp_dir().join(format!("sightglass-{name}-{}.pcap", std::process::id()));
    std::fs::write(&path, file).unwrap();
    let mut analysis = analyze(&[path.clone()], Options { hash: false, ..Options::default() }).unwrap();
    let mut rows = Vec::new();
    while let Some(batch) = analysis.next_batch() {
        for row in batch.events.activities.into_iter().filter(|row| row.event == "final") {
            let client = row.client_ip.unwrap();
            rows.push(format!("{client} {} {} {}", row.function, row.requests, row.ok));
        }
    }
    std::fs::remove_file(path).unwrap();
    rows.sort();
    rows
}

#[test]
fn a_device_that_spoke_first_is_not_the_one_that_writes() {
    let packets = [packet(2, 1, I_AM), packet(1, 2, WRITE), packet(2, 1, DONE)];
    assert_eq!(activities("spoke-first", &packets), ["10.0.0.1 write_property 1 1", "10.0.0.2 i_am 0 0"]);
}

#[test]
fn an_answer_seen_first_belongs_to_who_asked() {
    let packets = [packet(2, 1, DONE), packet(1, 2, WRITE), packet(2, 1, DONE)];
    let rows = activities("answer-first", &packets);
    assert!(rows.iter().all(|row| row.starts_with("10.0.0.1 write_property")), "{rows:?}");
}
