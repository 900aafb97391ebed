//! Messages of IP protocols without ports reach their dissectors with type and code.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "tests")]

use std::path::PathBuf;

use sightglass_engine::{DecodeOptions, decode};

/// An Ethernet frame with one IPv4 packet.
fn frame(src: [u8; 4], dst: [u8; 4], protocol: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![1, 0, 0x5e, 0, 0, 1, 2, 0, 0, 0, 0, 1, 8, 0, 0x45, 0];
    bytes.extend_from_slice(&u16::try_from(20 + payload.len()).unwrap().to_be_bytes());
    bytes.extend_from_slice(&[0, 0, 0, 0, 1, protocol, 0, 0]);
    bytes.extend_from_slice(&src);
    bytes.extend_from_slice(&dst);
    bytes.extend_from_slice(payload);
    bytes
}

/// Decodes the frames out of a capture file that is written for it.
fn lines(name: &str, frames: &[Vec<u8>]) -> String {
    let mut capture =
        vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 1, 0, 0, 0];
    for frame in frames {
        let length = u32::try_from(frame.len()).unwrap().to_le_bytes();
        capture.extend_from_slice(&[0; 8]);
        capture.extend_from_slice(&length);
        capture.extend_from_slice(&length);
        capture.extend_from_slice(frame);
    }
    let path: PathBuf = std::env::temp_dir().join(format!("sightglass-{}-{name}.pcap", std::process::id()));
    std::fs::write(&path, capture).unwrap();
    let mut decoding =
        decode(std::slice::from_ref(&path), DecodeOptions { workers: 1, ..DecodeOptions::default() })
            .unwrap();
    let mut text = String::new();
    while let Some(more) = decoding.next_lines() {
        text.push_str(&more);
    }
    std::fs::remove_file(&path).unwrap();
    text
}

#[test]
fn igmp_keeps_its_types_apart_on_one_pair() {
    let report =
        frame([10, 0, 0, 1], [224, 0, 0, 22], 2, &[0x22, 0, 0, 0, 0, 0, 0, 1, 4, 0, 0, 0, 239, 1, 1, 1]);
    let leave = frame([10, 0, 0, 1], [224, 0, 0, 22], 2, &[0x17, 0, 0, 0, 239, 1, 1, 1]);
    let text = lines("igmp", &[report, leave]);
    let functions: Vec<_> = text.lines().map(|line| line.split("\"function\":\"").nth(1).unwrap()).collect();
    assert!(functions[0].starts_with("membership_report_v3\",\"code\":34"), "{text}");
    assert!(functions[1].starts_with("leave_group\",\"code\":23"), "{text}");
}

#[test]
fn icmp_pairs_question_and_answer() {
    let ask = frame([10, 0, 0, 9], [10, 0, 0, 1], 1, &[8, 0, 0, 0, 0, 1, 0, 2, 7]);
    let answer = frame([10, 0, 0, 1], [10, 0, 0, 9], 1, &[0, 0, 0, 0, 0, 1, 0, 2, 7]);
    let text = lines("icmp", &[ask, answer]);
    assert_eq!(text.matches("\"function\":\"echo\"").count(), 2, "{text}");
    assert_eq!(text.matches("\"flow_id\":1,").count(), 2, "one flow: {text}");
}
