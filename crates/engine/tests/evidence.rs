//! Evidence packets: the wanted frames and those around them in their conversation, nothing else.
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects, reason = "a test that cannot go on ends")]

use std::path::{Path, PathBuf};

use sightglass_capture::Input;
use sightglass_engine::{Wish, Written, write_evidence};

/// A datagram between two ports of two hosts, one way or the other.
fn frame(port: u16, back: bool) -> Vec<u8> {
    let (from, to) = if back { (2, 1) } else { (1, 2) };
    let mut bytes = vec![2, 0, 0, 0, 0, to, 2, 0, 0, 0, 0, from, 8, 0, 0x45, 0, 0, 32];
    bytes.extend([0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, from, 10, 0, 0, to]);
    let ports = if back { [9_999, port] } else { [port, 9_999] };
    bytes.extend(ports[0].to_be_bytes());
    bytes.extend(ports[1].to_be_bytes());
    bytes.extend([0, 12, 0, 0, 1, 2, 3, 4]);
    bytes
}

/// A capture of two conversations: odd frames are of one, even ones of the other.
fn capture(path: &Path) {
    let mut file =
        vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 1, 0, 0, 0];
    for number in 1u32..=100 {
        let bytes = frame(if number % 2 == 1 { 5_001 } else { 5_002 }, number % 4 == 1);
        let length = u32::try_from(bytes.len()).unwrap().to_le_bytes();
        file.extend(number.to_le_bytes());
        file.extend([0; 4]);
        file.extend(length);
        file.extend(length);
        file.extend(bytes);
    }
    std::fs::write(path, file).unwrap();
}

/// Seconds of the frames of a file: in the capture they are the frames' numbers.
fn seconds(path: PathBuf) -> Vec<i64> {
    let mut input = Input::open(&[path], sightglass_capture::Options::default()).unwrap();
    let mut found = Vec::new();
    while let Some(batch) = input.next_batch() {
        found.extend(batch.frames.iter().map(|frame| frame.ts_ns / 1_000_000_000));
    }
    found
}

#[test]
fn a_file_has_the_wanted_frames_and_their_neighbours() {
    let folder = std::env::temp_dir().join(format!("sightglass-evidence-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("plant.pcap");
    capture(&path);
    let wish = |file: &str, frames: &[(u16, u64)]| Wish { file: file.to_owned(), frames: frames.to_vec() };
    let wishes = [
        wish("a", &[(0, 51)]),
        wish("b", &[(0, 2), (0, 100)]),
        wish("c", &[(1, 51), (0, 101)]),
        wish("d", &[]),
    ];
    let written = write_evidence(std::slice::from_ref(&path), None, &wishes, &folder).unwrap();
    let around: Vec<i64> = (35..=67).filter(|second| second % 2 == 1).collect();
    let ends: Vec<i64> = (1..=9).chain(42..=50).map(|half| half * 2).collect();
    assert_eq!(seconds(folder.join("a")), around);
    assert_eq!(seconds(folder.join("b")), ends);
    assert!(!folder.join("c").exists() && !folder.join("d").exists(), "nothing was found for them");
    let frames = (around.len() + ends.len()) as u64;
    assert_eq!(written, Written { files: 2, frames, bytes: frames * 46, beyond_cap: 0 });
    let again = folder.join("again");
    std::fs::create_dir_all(&again).unwrap();
    write_evidence(std::slice::from_ref(&path), None, &wishes, &again).unwrap();
    assert_eq!(std::fs::read(folder.join("a")).unwrap(), std::fs::read(again.join("a")).unwrap());
    std::fs::remove_dir_all(folder).unwrap();
}
