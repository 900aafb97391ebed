//! Every variant of pcap, and what happens where a file is cut or damaged.

mod common;

use common::{Order, file, open, pcap, pcap_header, pcap_record, read};
use sightglass_capture::{CaptureError, Format, WarningKind};

const MICRO: u32 = 0xa1b2_c3d4;
const NANO: u32 = 0xa1b2_3c4d;
const MODIFIED: u32 = 0xa1b2_cd34;

#[test]
fn both_byte_orders_and_resolutions() {
    for order in [Order::Little, Order::Big] {
        for (magic, format, nanoseconds) in [(MICRO, Format::Pcap, 7000), (NANO, Format::PcapNanosecond, 7)] {
            let mut bytes = pcap_header(order, magic, (2, 4), 65535, 113);
            bytes.extend(pcap_record(order, 1_700_000_000, 7, 90, b"abc"));
            bytes.extend(pcap_record(order, 0xffff_ffff, 999_999, 0, b""));
            let (seen, input) = read(&bytes);
            let first = &seen[0];
            assert_eq!((first.ts_ns, first.number), (1_700_000_000_000_000_000 + nanoseconds, 1));
            assert_eq!((first.link, first.orig_len, &first.data[..]), (113, 90, &b"abc"[..]));
            assert_eq!(seen[1].ts_ns / 1_000_000_000, 0xffff_ffff);
            let info = &input.captures()[0];
            assert_eq!((info.format, info.packets, info.bytes, info.cut), (format, 2, 90, false));
            assert_eq!(info.interfaces[0].link, 113);
            assert!(info.warnings.is_empty(), "{:?}", info.warnings);
        }
    }
}

#[test]
fn the_modified_format_has_longer_record_headers() {
    let mut bytes = pcap_header(Order::Little, MODIFIED, (2, 4), 65535, 1);
    for data in [&b"first"[..], b"second"] {
        let record = pcap_record(Order::Little, 5, 1, 60, data);
        bytes.extend([&record[..16], &[0; 8], data].concat());
    }
    let (seen, input) = read(&bytes);
    assert_eq!(seen.iter().map(|seen| &seen.data[..]).collect::<Vec<_>>(), [&b"first"[..], b"second"]);
    assert_eq!(input.captures()[0].format, Format::PcapModified);
}

#[test]
fn the_length_of_check_sequences_is_no_part_of_the_link_type() {
    let bytes = pcap_header(Order::Little, MICRO, (2, 4), 65535, 0x2400_0001);
    let (_, input) = read(&bytes);
    assert_eq!(input.captures()[0].interfaces[0].link, 1);
}

#[test]
fn old_writers_swapped_the_lengths() {
    for (minor, captured_first) in [(2, false), (3, false), (3, true), (4, true)] {
        let mut bytes = pcap_header(Order::Little, MICRO, (2, minor), 65535, 1);
        let lengths = if captured_first { [3_u32, 90] } else { [90, 3] };
        bytes.extend([5, 0, lengths[0], lengths[1]].map(u32::to_le_bytes).concat());
        bytes.extend(b"abc");
        let (seen, _) = read(&bytes);
        assert_eq!((seen[0].orig_len, &seen[0].data[..]), (90, &b"abc"[..]), "version 2.{minor}");
    }
}

#[test]
fn every_cut_gives_the_whole_packets_before_it() {
    let packets: [(u32, &[u8]); 3] = [(1, b"one"), (2, b""), (3, b"three")];
    let whole = pcap(&packets);
    let boundaries = [24, 43, 59, 80];
    let folder = tempfile::tempdir().unwrap();
    for cut in 0..=whole.len() {
        let path = file(folder.path(), "cut.pcap", &whole[..cut]);
        let opened = open(&[&path]);
        if cut < 4 {
            assert!(opened.is_err(), "{cut}");
            continue;
        }
        let mut input = opened.unwrap();
        let seen = common::drain(&mut input);
        let expected = boundaries.iter().filter(|boundary| **boundary <= cut).count().saturating_sub(1);
        assert_eq!(seen.len(), expected, "{cut}");
        let info = &input.captures()[0];
        assert_eq!(info.cut, !boundaries.contains(&cut), "{cut}");
        assert_eq!(info.warnings.len(), usize::from(info.cut), "{cut}");
        if info.cut && cut > 24 {
            let at = boundaries.iter().rfind(|boundary| **boundary <= cut).unwrap();
            let text =
                format!("cut.pcap: the file ends inside a packet; read up to frame {expected} (byte {at})");
            assert_eq!((info.warnings[0].kind, &info.warnings[0].text), (WarningKind::Cut, &text));
        }
    }
}

#[test]
fn an_absurd_length_stops_with_what_came_before() {
    let mut bytes = pcap(&[(1, b"one"), (2, b"two")]);
    bytes.extend([3, 0, 300_000, 300_000].map(u32::to_le_bytes).concat());
    bytes.extend(vec![0; 400_000]);
    let (seen, input) = read(&bytes);
    let info = &input.captures()[0];
    assert_eq!((seen.len(), info.cut), (2, false));
    assert_eq!(info.warnings[0].kind, WarningKind::CorruptRecord);
    assert!(info.warnings[0].text.contains("up to frame 2"), "{}", info.warnings[0].text);
    // The same length is right when the file says that packets are that long.
    bytes[16..20].copy_from_slice(&500_000_u32.to_le_bytes());
    let (seen, _) = read(&bytes[..24 + 19 * 2 + 16 + 300_000]);
    assert_eq!(seen[2].data.len(), 300_000);
}

#[test]
fn a_capture_without_packets_is_fine() {
    let (seen, input) = read(&pcap(&[]));
    let info = &input.captures()[0];
    assert_eq!((seen.len(), info.packets, info.cut, info.first_time), (0, 0, false, None));
}

#[test]
fn refused_files_say_why() {
    let folder = tempfile::tempdir().unwrap();
    let refused =
        |name: &str, bytes: &[u8]| open(&[&file(folder.path(), name, bytes)]).unwrap_err().to_string();
    assert!(refused("empty", b"").contains("the file is empty"));
    assert!(refused("notes.txt", b"dear diary\n").contains("not a capture file (text); give a pcap"));
    assert!(refused("a.zip", b"PK\x03\x04....").contains("a ZIP archive); unpack it first"));
    assert!(refused("bad.pcapng", b"\x0a\x0d\x0d\x0a\x1c\0\0\0abcd").contains("no byte-order magic"));
    for error in [refused("x", &[0; 100]), refused("y", &[0xff; 3])] {
        assert!(!error.contains('\n') && error.contains("unknown content"), "{error}");
    }
    let missing = open(&[&folder.path().join("missing.pcap")]).unwrap_err();
    assert!(matches!(missing, CaptureError::Missing(_)));
    assert!(missing.to_string().contains("missing.pcap: no such file"));
    assert!(matches!(open(&[]).unwrap_err(), CaptureError::NothingGiven));
    let good = file(folder.path(), "good.pcap", &pcap(&[]));
    let error = open(&[&good, &folder.path().join("notes.txt")]).unwrap_err();
    assert!(error.to_string().contains("notes.txt"), "{error}");
}
