//! Payload of a SYN counts once somebody treats it as received, and never when the attempt is refused.

#![allow(
    clippy::unwrap_used,
    clippy::cloned_ref_to_slice_refs,
    clippy::arithmetic_side_effects,
    reason = "a test that cannot go on ends"
)]

use std::path::PathBuf;

use sightglass_engine::{DecodeOptions, decode};

const SYN: u8 = 0x02;
const RST: u8 = 0x04;
const ACK: u8 = 0x10;
/// Port of Modbus on 10.0.0.2; 10.0.0.1 is the client.
const PORT: u16 = 502;

/// Read holding registers 0 of unit 1.
fn read(transaction: u8) -> [u8; 12] {
    [0, transaction, 0, 0, 0, 6, 1, 3, 0, 0, 0, 1]
}

/// One packet in a capture record: Ethernet, IPv4, TCP.
fn packet(from_client: bool, flags: u8, seq: u32, ack: u32, payload: &[u8]) -> Vec<u8> {
    let (client, server) = ([10, 0, 0, 1], [10, 0, 0, 2]);
    let (src, dst) = if from_client { (client, server) } else { (server, client) };
    let (src_port, dst_port) = if from_client { (50_000, PORT) } else { (PORT, 50_000) };
    let mut frame = vec![2, 0, 0, 0, 0, dst[3], 2, 0, 0, 0, 0, src[3], 8, 0];
    let length = u16::try_from(payload.len() + 40).unwrap().to_be_bytes();
    frame.extend([0x45, 0, length[0], length[1], 0, 0, 0, 0, 64, 6, 0, 0]);
    frame.extend(src);
    frame.extend(dst);
    frame.extend(src_port.to_be_bytes());
    frame.extend(dst_port.to_be_bytes());
    frame.extend(seq.to_be_bytes());
    frame.extend(ack.to_be_bytes());
    frame.extend([0x50, flags, 0x20, 0, 0, 0, 0, 0]);
    frame.extend(payload);
    frame
}

/// What decoding gives for these packets.
fn lines(name: &str, packets: &[Vec<u8>]) -> String {
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
    let mut decoding =
        decode(&[path.clone()], DecodeOptions { workers: 1, ..DecodeOptions::default() }).unwrap();
    let mut text = String::new();
    while let Some(some) = decoding.next_lines() {
        text.push_str(&some);
    }
    std::fs::remove_file(path).unwrap();
    text
}

fn transactions(text: &str) -> Vec<&str> {
    let values = text.split("\"transaction_id\":").skip(1);
    values.map(|rest| rest.split(',').next().unwrap_or_default()).collect()
}

#[test]
fn a_refused_attempt_says_nothing() {
    let text =
        lines("refused", &[packet(true, SYN, 100, 0, &read(1)), packet(false, RST | ACK, 0, 113, &[])]);
    assert_eq!(text, "");
}

#[test]
fn an_acknowledged_one_is_part_of_the_stream() {
    let text = lines(
        "taken",
        &[
            packet(true, SYN, 100, 0, &read(1)),
            packet(false, SYN | ACK, 500, 113, &[]),
            packet(true, ACK, 113, 501, &read(2)),
        ],
    );
    assert_eq!(transactions(&text), ["1", "2"]);
}

#[test]
fn one_that_is_sent_again_counts_once() {
    let text = lines(
        "again",
        &[
            packet(true, SYN, 100, 0, &read(1)),
            packet(false, SYN | ACK, 500, 101, &[]),
            packet(true, ACK, 101, 501, &read(1)),
            packet(false, ACK, 501, 113, &[]),
            packet(true, ACK, 113, 501, &read(2)),
        ],
    );
    assert_eq!(transactions(&text), ["1", "2"]);
}

#[test]
fn without_the_other_side_its_sender_tells() {
    let text = lines("alone", &[packet(true, SYN, 100, 0, &read(1)), packet(true, ACK, 113, 501, &read(2))]);
    assert_eq!(transactions(&text), ["1", "2"]);
}
