//! Several captures as one, folders, compression, pipes, and files that change while they are read.

#![expect(clippy::unwrap_used, clippy::arithmetic_side_effects, reason = "a test may fail loudly")]

mod common;

use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;

use common::{drain, file, open, pcap, read};
use flate2::{Compression, write::GzEncoder};
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use sightglass_capture::{BATCH_FRAMES, Filter, Input, Options, WarningKind};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    compress_to_vec(bytes, CompressionLevel::Fastest)
}

/// A capture of `count` packets with different bytes.
fn many(count: u32, length: usize) -> Vec<u8> {
    let packets: Vec<(u32, Vec<u8>)> =
        (0..count).map(|number| (number, number.to_le_bytes().repeat(length / 4))).collect();
    pcap(&packets.iter().map(|(seconds, data)| (*seconds, &data[..])).collect::<Vec<_>>())
}

#[test]
fn compressed_captures_read_as_plain_ones() {
    let plain = many(20_000, 300);
    let (expected, input) = read(&plain);
    assert_eq!(input.captures()[0].compression, None);
    for (name, bytes) in [("gzip", gzip(&plain)), ("zstd", zstd(&plain))] {
        let (seen, input) = read(&bytes);
        assert!(seen == expected, "{name}");
        assert_eq!(input.captures()[0].compression, Some(name));
        assert!(input.captures()[0].warnings.is_empty(), "{name}: {:?}", input.captures()[0].warnings);
    }
}

#[test]
fn compressed_files_may_have_several_parts() {
    let plain = many(100, 40);
    let (front, back) = plain.split_at(1234);
    let skippable = [&[0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0][..], b"abc"].concat();
    let parts = [skippable.clone(), zstd(front), skippable, zstd(back)].concat();
    for bytes in [[gzip(front), gzip(back)].concat(), parts] {
        let (seen, input) = read(&bytes);
        assert_eq!((seen.len(), input.captures()[0].cut), (100, false));
    }
}

#[test]
fn cut_or_damaged_compression_gives_what_came_before() {
    let plain = many(1000, 800);
    for (name, mut whole) in [("gzip", gzip(&plain)), ("zstd", zstd(&plain))] {
        for cut in [whole.len() - 1, whole.len() / 2, whole.len() / 3] {
            let (seen, input) = read(&whole[..cut]);
            let info = &input.captures()[0];
            assert!(info.cut && info.warnings[0].kind == WarningKind::DamagedCompression, "{name} {cut}");
            assert!(seen.iter().zip(1..).all(|(seen, number)| seen.number == number));
            if cut > whole.len() / 2 {
                assert_eq!(seen.len(), 1000, "{name}: only the check sum is missing");
            }
        }
        let middle = whole.len() / 2;
        whole[middle..middle + 20].fill(0xa5);
        let (seen, input) = read(&whole);
        assert!(seen.len() < 1000 && !input.captures()[0].warnings.is_empty(), "{name}");
    }
}

#[test]
fn captures_are_merged_by_time_with_ties_by_capture() {
    let folder = tempfile::tempdir().unwrap();
    let a = file(folder.path(), "a.pcap", &pcap(&[(1, b"a1"), (3, b"a3"), (5, b"a5")]));
    let b = file(folder.path(), "b.pcap.gz", &gzip(&pcap(&[(1, b"b1"), (2, b"b2"), (5, b"b5"), (9, b"b9")])));
    let c = file(folder.path(), "c.pcap", &pcap(&[]));
    let mut input = open(&[&a, &b, &c]).unwrap();
    let order: Vec<_> =
        drain(&mut input).into_iter().map(|seen| (seen.source, seen.number, seen.data)).collect();
    let expected: [(u16, u64, &[u8]); 7] = [
        (0, 1, b"a1"),
        (1, 1, b"b1"),
        (1, 2, b"b2"),
        (0, 2, b"a3"),
        (0, 3, b"a5"),
        (1, 3, b"b5"),
        (1, 4, b"b9"),
    ];
    assert_eq!(order, expected.map(|(source, number, data)| (source, number, data.to_vec())));
    let packets: Vec<_> = input.captures().iter().map(|info| (info.name.as_str(), info.packets)).collect();
    assert_eq!(packets, [("a.pcap", 3), ("b.pcap.gz", 4), ("c.pcap", 0)]);
    let stats = input.stats();
    assert_eq!((stats.captures, stats.packets, stats.bytes), (3, 7, 14));
    assert_eq!(stats.last_time.unwrap().seconds, 9);
}

#[test]
fn a_clock_that_steps_back_never_changes_the_order_within_a_capture() {
    let folder = tempfile::tempdir().unwrap();
    let a = file(folder.path(), "a", &pcap(&[(5, b""), (1, b""), (7, b""), (2, b"")]));
    let b = file(folder.path(), "b", &pcap(&[(4, b""), (6, b""), (8, b"")]));
    let order: Vec<_> =
        drain(&mut open(&[&a, &b]).unwrap()).into_iter().map(|seen| (seen.source, seen.number)).collect();
    assert_eq!(order, [(1, 1), (0, 1), (0, 2), (1, 2), (0, 3), (0, 4), (1, 3)]);
}

#[test]
fn large_captures_merge_over_many_batches() {
    let folder = tempfile::tempdir().unwrap();
    let a = file(folder.path(), "a", &many(30_000, 40));
    let b = file(folder.path(), "b", &zstd(&many(30_000, 400)));
    let seen = drain(&mut open(&[&a, &b]).unwrap());
    assert_eq!(seen.len(), 60_000);
    for (pair, number) in seen.chunks(2).zip(1..) {
        assert_eq!((pair[0].source, pair[0].number, pair[0].data.len()), (0, number, 40));
        assert_eq!((pair[1].source, pair[1].number, pair[1].data.len()), (1, number, 400));
        assert_eq!(pair[0].data[..40], pair[1].data[..40]);
    }
}

#[test]
fn a_folder_of_rotated_files_is_one_input() {
    let folder = tempfile::tempdir().unwrap();
    let below = folder.path().join("older");
    std::fs::create_dir(&below).unwrap();
    for part in 0..12_u32 {
        let packets: Vec<(u32, &[u8])> = (0..3).map(|packet| (part * 3 + packet, &b"x"[..])).collect();
        let place = if part < 6 { &below } else { folder.path() };
        file(place, &format!("trace.pcap{part}"), &pcap(&packets));
    }
    file(folder.path(), "notes.txt", b"rotated every minute");
    file(folder.path(), "empty", b"");
    let mut input = open(&[folder.path()]).unwrap();
    let seen = drain(&mut input);
    let seconds: Vec<i64> = seen.iter().map(|seen| seen.ts_ns / 1_000_000_000).collect();
    assert_eq!(seconds, (0..36).collect::<Vec<_>>());
    assert_eq!((input.captures().len(), input.stats().skipped_files), (12, 2));
    let skipped: Vec<_> = input.skipped().iter().map(|warning| &warning.text).collect();
    assert!(skipped.iter().any(|text| text.contains("notes.txt: not a capture file (text)")), "{skipped:?}");
    let names: Vec<_> = input.captures().iter().map(|info| info.name.as_str()).collect();
    assert_eq!(
        names[..7],
        [
            "trace.pcap0",
            "trace.pcap1",
            "trace.pcap2",
            "trace.pcap3",
            "trace.pcap4",
            "trace.pcap5",
            "trace.pcap6"
        ]
    );
    assert_eq!(names[11], "trace.pcap11");
}

#[test]
fn folders_without_captures_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let error = open(&[folder.path()]).unwrap_err().to_string();
    assert!(error.contains("no capture files in this folder (0 files looked at)"), "{error}");
    file(folder.path(), "notes.txt", b"nothing");
    let error = open(&[folder.path()]).unwrap_err().to_string();
    assert!(error.contains("(1 files looked at); give a folder with"), "{error}");
    let cut = file(folder.path(), "cut.zst", &zstd(&many(100, 40))[..30]);
    let error = open(&[&cut]).unwrap_err().to_string();
    assert!(error.contains("compressed data that is damaged or cut at its start"), "{error}");
}

#[test]
fn a_pipe_in_a_folder_does_not_block() {
    let folder = tempfile::tempdir().unwrap();
    file(folder.path(), "a.pcap", &pcap(&[(1, b"x")]));
    assert!(Command::new("mkfifo").arg(folder.path().join("pipe")).status().unwrap().success());
    let input = open(&[folder.path()]).unwrap();
    assert_eq!((input.captures().len(), input.stats().skipped_files), (1, 1));
}

#[test]
fn a_pipe_named_itself_is_read_beside_files() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let (bytes, target) = (gzip(&many(5000, 100)), pipe.clone());
    let writer = std::thread::spawn(move || std::fs::write(target, bytes).unwrap());
    let plain = file(folder.path(), "a.pcap", &many(5000, 40));
    let seen = drain(&mut open(&[&plain, &pipe]).unwrap());
    writer.join().unwrap();
    assert_eq!(seen.len(), 10_000);
    assert!(seen.chunks(2).all(|pair| pair[0].number == pair[1].number && pair[0].source < pair[1].source));
}

/// Not a test of its own: reads standard input in the process that the test below starts.
#[test]
#[ignore = "needs a capture on standard input; run by standard_input_is_read_like_a_file"]
fn read_standard_input() {
    let twice = Input::open(&[PathBuf::from("-"), PathBuf::from("-")], Options::default());
    assert!(twice.unwrap_err().to_string().contains("once only"));
}

#[test]
#[ignore = "needs a capture on standard input; run by standard_input_is_read_like_a_file"]
fn hash_standard_input() {
    let mut input = Input::open(&[PathBuf::from("-")], Options::default()).unwrap();
    assert_eq!(input.captures()[0].sha256(), None);
    let frames = drain(&mut input).len();
    let info = &input.captures()[0];
    println!("[{} {frames} {:?} {}]", info.name, info.compression, info.sha256().unwrap());
}

#[test]
fn standard_input_is_read_like_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), "a.pcap.gz", &gzip(&many(5000, 40)));
    let hash = open(&[&path]).unwrap().captures()[0].sha256().unwrap().to_owned();
    let run = |test: &str| {
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", test, "--ignored", "--nocapture"]).stdin(std::fs::File::open(&path).unwrap());
        let output = child.output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let text = run("hash_standard_input");
    assert!(text.contains(&format!("[- 5000 Some(\"gzip\") {hash}]")), "{text}");
    run("read_standard_input");
}

#[test]
fn filtered_frames_keep_their_numbers_and_order() {
    let folder = tempfile::tempdir().unwrap();
    let a = file(folder.path(), "a", &pcap(&[(9, b"long packet"), (1, b"x"), (2, b"long packet")]));
    let b = file(folder.path(), "b", &pcap(&[(3, b"long packet"), (10, b"x")]));
    let options = || Options { filter: Some(Filter::compile("greater 5").unwrap()) };
    for paths in [vec![a.clone()], vec![a.clone(), b.clone()]] {
        let mut all = Input::open(&paths, Options::default()).unwrap();
        let expected: Vec<_> = drain(&mut all).into_iter().filter(|seen| seen.orig_len >= 5).collect();
        let mut some = Input::open(&paths, options()).unwrap();
        assert_eq!(drain(&mut some), expected);
        assert_eq!(some.stats().packets, all.stats().packets);
        assert_eq!(some.stats().filtered, all.stats().packets - expected.len() as u64);
    }
}

#[test]
fn the_hash_is_that_of_the_stored_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), "a.pcap.gz", &gzip(&pcap(&[])));
    let input = open(&[&path]).unwrap();
    let output = Command::new("sha256sum").arg(&path).output().unwrap();
    assert_eq!(input.captures()[0].sha256().unwrap(), &String::from_utf8(output.stdout).unwrap()[..16]);
}

/// Open, read one batch, shorten the file, read on.
fn shorten(bytes: &[u8], keep: u64) -> (usize, Input) {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), "live.pcap", bytes);
    let mut input = open(&[&path]).unwrap();
    let first = input.next_batch().unwrap();
    OpenOptions::new().write(true).open(&path).unwrap().set_len(keep).unwrap();
    let mut frames = first.frames.len();
    while let Some(batch) = input.next_batch() {
        for frame in &batch.frames {
            assert_eq!(
                batch.data(frame),
                (u32::try_from(frame.number).unwrap() - 1).to_le_bytes().repeat(25)
            );
        }
        frames += batch.frames.len();
    }
    // Batches that were handed out before stay readable: zeros where the file has gone.
    let sum: u64 = first.frames.iter().flat_map(|frame| first.data(frame)).map(|byte| u64::from(*byte)).sum();
    assert_eq!(sum > 0, keep > 1000);
    (frames, input)
}

#[test]
fn a_file_that_shrinks_while_it_is_read_ends_with_a_warning() {
    const RECORD: u64 = 116;
    let bytes = many(20_000, 100);
    let handed_out = BATCH_FRAMES as u64;
    for (keep, expected) in [
        (0, handed_out),
        (100, handed_out),
        (24 + RECORD * 6000, 6000),
        (24 + RECORD * 6000 + 50, 6000),
        (24 + RECORD * 19_999 + 10, 19_999),
    ] {
        let (frames, input) = shorten(&bytes, keep);
        let info = &input.captures()[0];
        assert_eq!(frames as u64, expected, "{keep}");
        assert_eq!(info.packets, expected, "{keep}");
        assert!(info.cut && info.warnings[0].kind == WarningKind::Shrunk, "{keep}: {:?}", info.warnings);
    }
}

#[test]
fn memory_stays_bounded_on_large_compressed_input() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let part = many(2000, 60_000); // 120 MB
    encoder.write_all(&part).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = file(folder.path(), "big.pcap.gz", &encoder.finish().unwrap());
    drop(part);
    let mut input = open(&[&path]).unwrap();
    let mut packets = 0;
    while let Some(batch) = input.next_batch() {
        packets += batch.frames.len();
        assert!(batch.pinned_bytes() < 24 << 20, "{} bytes", batch.pinned_bytes());
    }
    assert_eq!(packets, 2000);
}
