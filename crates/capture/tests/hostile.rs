//! Random and mutated bytes: no panic, no hang, and what is handed out lies within the file.

mod common;

use std::path::Path;

use common::{Order, block, drain, enhanced, file, interface, open, pcap, section, simple};
use proptest::prelude::*;

/// Read bytes as a file; the frames must be no more than the file can hold.
fn survive(folder: &Path, bytes: &[u8]) {
    let path = file(folder, "hostile", bytes);
    if let Ok(mut input) = open(&[&path]) {
        let seen = drain(&mut input);
        let captured: usize = seen.iter().map(|seen| seen.data.len()).sum();
        assert!(captured <= bytes.len() && seen.len() <= bytes.len() / 12);
        assert!(seen.iter().zip(1..).all(|(seen, number)| seen.number == number));
    }
}

fn valid() -> Vec<Vec<u8>> {
    let order = Order::Little;
    let pcapng = [
        section(order),
        interface(order, 1, 0, &[common::option(order, 9, &[9]), common::option(order, 14, &[1; 8])]),
        enhanced(order, 0, 1, 3, b"abc"),
        block(order, 5, &[0; 24]),
        simple(order, 5, b"defgh"),
        block(order, 0xbad, &[7; 8]),
    ];
    vec![pcap(&[(1, b"one"), (2, b"two")]), pcapng.concat()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn random_bytes_after_a_magic_number(
        magic in prop::sample::select(vec![
            &[0xd4, 0xc3, 0xb2, 0xa1][..], &[0xa1, 0xb2, 0xc3, 0xd4], &[0x4d, 0x3c, 0xb2, 0xa1], &[0x34, 0xcd, 0xb2, 0xa1],
            &[0x0a, 0x0d, 0x0d, 0x0a, 0x1c, 0, 0, 0, 0x4d, 0x3c, 0x2b, 0x1a], &[0x1f, 0x8b, 8, 0], &[0x28, 0xb5, 0x2f, 0xfd],
            &[0x50, 0x2a, 0x4d, 0x18],
        ]),
        rest in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let folder = tempfile::tempdir().unwrap();
        survive(folder.path(), &[magic, &rest].concat());
    }

    #[test]
    fn mutated_captures(
        which in 0_usize..2,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<prop::sample::Index>(),
        whole in any::<bool>(),
    ) {
        let mut bytes = valid()[which].clone();
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        let end = if whole { bytes.len() } else { cut.index(bytes.len()) };
        let folder = tempfile::tempdir().unwrap();
        survive(folder.path(), &bytes[..end]);
    }

    #[test]
    fn mutated_compression(
        zstd in any::<bool>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let plain = pcap(&[(1, &[7; 400]), (2, b"abcabcabcabc")]);
        let mut bytes = if zstd {
            ruzstd::encoding::compress_to_vec(&plain[..], ruzstd::encoding::CompressionLevel::Fastest)
        } else {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            std::io::Write::write_all(&mut encoder, &plain).unwrap();
            encoder.finish().unwrap()
        };
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        let folder = tempfile::tempdir().unwrap();
        let path = file(folder.path(), "hostile", &bytes);
        if let Ok(mut input) = open(&[&path]) {
            drain(&mut input);
        }
    }
}
