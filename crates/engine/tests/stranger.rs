//! What one side says against the other, or against itself: a server that answers a stranger in its own protocol, a
//! stream that somebody forges.

#![allow(
    clippy::unwrap_used,
    clippy::cloned_ref_to_slice_refs,
    clippy::arithmetic_side_effects,
    reason = "a test that cannot go on ends"
)]

use std::path::PathBuf;

use sightglass_engine::{DecodeOptions, decode};

/// A TLS client hello, and what a Modbus server makes of its first bytes: they come back as transaction and protocol
/// identifier in front of an exception.
const HELLO: &[u8] = &[
    0x16, 3, 1, 0, 49, 1, 0, 0, 45, 3, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19,
    20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 0, 0, 6, 0x13, 1, 0xc0, 0x2f, 0, 0x9c, 1, 0,
];
const ANSWER: &[u8] = &[0x16, 3, 1, 0, 0, 3, 0, 0x80, 1];

fn segment(to_server: bool, seq: u32, ack: u32, flags: u8, payload: &[u8]) -> Vec<u8> {
    let (from, to, ports) = if to_server { (1, 2, [50_000u16, 502]) } else { (2, 1, [502, 50_000]) };
    let mut frame = vec![2, 0, 0, 0, 0, to, 2, 0, 0, 0, 0, from, 8, 0, 0x45, 0];
    frame.extend(u16::try_from(40 + payload.len()).unwrap().to_be_bytes());
    frame.extend([0, 0, 0, 0, 64, 6, 0, 0, 10, 0, 0, from, 10, 0, 0, to]);
    frame.extend(ports[0].to_be_bytes());
    frame.extend(ports[1].to_be_bytes());
    frame.extend(seq.to_be_bytes());
    frame.extend(ack.to_be_bytes());
    frame.extend([0x50, flags, 0x20, 0, 0, 0, 0, 0]);
    frame.extend(payload);
    frame
}

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
    let path: PathBuf =
        std::env::temp_dir().join(format!("sightglass-stranger-{name}-{}.pcap", std::process::id()));
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

const SYN: u8 = 0x02;
const ACK: u8 = 0x10;
const FIN: u8 = 0x01;

fn conversation(name: &str, answer: &[u8]) -> String {
    let asked = 1 + u32::try_from(HELLO.len()).unwrap();
    let answered = 1 + u32::try_from(answer.len()).unwrap();
    lines(
        name,
        &[
            segment(true, 0, 0, SYN, &[]),
            segment(false, 0, 1, SYN | ACK, &[]),
            segment(true, 1, 1, ACK, &[]),
            segment(true, 1, 1, ACK, HELLO),
            segment(false, 1, asked, ACK, answer),
            segment(true, asked, answered, ACK, &[]),
            segment(false, answered, asked, ACK, answer),
            segment(false, answered + answered - 1, asked, ACK | FIN, &[]),
        ],
    )
}

#[test]
fn a_server_may_speak_another_protocol_than_its_client() {
    let text = conversation("answers", ANSWER);
    assert_eq!(text.matches("\"protocol\":\"tls\"").count(), 1, "{text}");
    assert_eq!(text.matches("\"protocol\":\"modbus\",\"kind\":\"response\"").count(), 2, "{text}");
}

#[test]
fn noise_in_answer_is_nobodys() {
    let text = conversation("noise", &[0x16, 3, 1, 0, 0, 9, 0, 0x80, 1]);
    assert_eq!(text.lines().count(), 1, "{text}");
}

/// Read holding registers of unit 1, transaction `number`.
fn read(number: u8) -> [u8; 12] {
    [0, number, 0, 0, 0, 6, 1, 3, 0, 0, 0, 1]
}

#[test]
fn true_messages_count_beside_forged_ones() {
    // Between client and server somebody lengthens the first request by a byte and goes on counting from there; the
    // client's own segments are captured as well.
    let longer = [&read(1)[..], &[0xaa]].concat();
    let text = lines(
        "forged",
        &[
            segment(true, 0, 0, SYN, &[]),
            segment(false, 0, 1, SYN | ACK, &[]),
            segment(true, 1, 1, ACK, &read(1)),
            segment(true, 1, 1, ACK, &longer),
            segment(true, 13, 1, ACK, &read(2)),
            segment(true, 14, 1, ACK, &read(2)),
            segment(true, 25, 1, ACK, &read(3)),
            segment(true, 26, 1, ACK, &read(3)),
        ],
    );
    let numbers: Vec<&str> =
        text.split("\"transaction_id\":").skip(1).filter_map(|rest| rest.split(',').next()).collect();
    assert_eq!(numbers, ["1", "2", "3"], "{text}");
}
