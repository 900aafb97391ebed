//! Messages over SCTP reach their dissectors whole, whatever chunks and packets they travelled in.
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects, reason = "a test that cannot go on ends")]

use std::path::PathBuf;

use sightglass_engine::{DecodeOptions, decode};

/// A frame with one SCTP packet from 10.0.0.`from`.
fn frame(from: u8, chunks: &[u8]) -> Vec<u8> {
    let to = 3 - from;
    let mut bytes = vec![2, 0, 0, 0, 0, to, 2, 0, 0, 0, 0, from, 8, 0, 0x45, 0];
    bytes.extend(u16::try_from(32 + chunks.len()).unwrap().to_be_bytes());
    bytes.extend([0, 0, 0, 0, 64, 132, 0, 0, 10, 0, 0, from, 10, 0, 0, to]);
    let ports = if from == 1 { [40_000u16, 5_060] } else { [5_060, 40_000] };
    bytes.extend(ports[0].to_be_bytes());
    bytes.extend(ports[1].to_be_bytes());
    bytes.extend([0, 0, 0, 1, 0, 0, 0, 0]);
    bytes.extend(chunks);
    bytes
}

fn data(number: u8, flags: u8, text: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, flags];
    bytes.extend(u16::try_from(16 + text.len()).unwrap().to_be_bytes());
    bytes.extend([0, 0, 0, number, 0, 0, 0, 0, 0, 0, 0, 0]);
    bytes.extend(text);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

#[test]
fn sip_over_sctp_is_decoded() {
    let ask = b"OPTIONS sip:a@example.org SIP/2.0\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n";
    let (head, tail) = ask.split_at(30);
    let frames = [
        frame(1, &[1, 0, 0, 20, 0, 0, 0, 1, 0, 0, 0xff, 0xff, 0, 1, 0, 1, 0, 0, 0, 1]),
        frame(1, &data(1, 2, head)),
        frame(1, &data(1, 2, head)),
        frame(1, &data(2, 1, tail)),
        frame(2, &data(9, 3, b"SIP/2.0 200 OK\r\nCSeq: 1 OPTIONS\r\n\r\n")),
    ];
    let mut capture =
        vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 1, 0, 0, 0];
    for frame in &frames {
        let length = u32::try_from(frame.len()).unwrap().to_le_bytes();
        capture.extend([0; 8]);
        capture.extend(length);
        capture.extend(length);
        capture.extend(frame);
    }
    let path: PathBuf = std::env::temp_dir().join(format!(
        "sightglass-sctp-{}-{:?}.pcap",
        std::process::id(),
        std::thread::current().id()
    ));
    std::fs::write(&path, capture).unwrap();
    let options = DecodeOptions { workers: 1, ..DecodeOptions::default() };
    let mut decoding = decode(std::slice::from_ref(&path), options).unwrap();
    let mut text = String::new();
    while let Some(more) = decoding.next_lines() {
        text.push_str(&more);
    }
    std::fs::remove_file(&path).unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert!(lines[0].contains("\"kind\":\"request\"") && lines[0].contains("\"frame\":4"), "{text}");
    assert!(
        lines[1].contains("\"kind\":\"response\"") && lines[1].contains("\"function\":\"options\""),
        "{text}"
    );
}
