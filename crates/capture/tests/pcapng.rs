//! Every feature of pcapng, and what happens where a file is cut or damaged.

mod common;

use common::{Order, block, enhanced, interface, option, read, section, simple};
use sightglass_capture::{Format, LINK_CUSTOM_BLOCK, PcapngWriter, WarningKind};

const SECOND: i64 = 1_000_000_000;

#[test]
fn sections_interfaces_and_packets_in_both_byte_orders() {
    for order in [Order::Little, Order::Big] {
        let other = if order == Order::Little { Order::Big } else { Order::Little };
        let name = |text: &str| option(order, 2, text.as_bytes());
        let bytes = [
            section(order),
            interface(order, 1, 0, &[name("eth0"), option(order, 0, b"")]),
            interface(order, 113, 96, &[name("any\n")]),
            enhanced(order, 1, 5_000_007, 200, b"abc"),
            enhanced(order, 0, 6_000_000, 4, b"abcd"),
            section(other),
            interface(other, 101, 0, &[]),
            enhanced(other, 0, 7_000_000, 1, b"x"),
        ]
        .concat();
        let (seen, input) = read(&bytes);
        let facts: Vec<_> =
            seen.iter().map(|seen| (seen.ts_ns, seen.link, seen.interface, seen.orig_len)).collect();
        assert_eq!(facts, [(5 * SECOND + 7000, 113, 1, 200), (6 * SECOND, 1, 0, 4), (7 * SECOND, 101, 2, 1)]);
        assert_eq!(seen[0].data, b"abc");
        let info = &input.captures()[0];
        let names: Vec<_> = info.interfaces.iter().map(|interface| interface.name.as_str()).collect();
        assert_eq!((info.format, names), (Format::Pcapng, vec!["eth0", "any", ""]));
        assert!(info.warnings.is_empty(), "{:?}", info.warnings);
    }
}

#[test]
fn times_in_every_resolution() {
    let order = Order::Little;
    for (resolution, ticks, expected) in [
        (0_u8, 5, 5 * SECOND),
        (3, 5001, 5 * SECOND + 1_000_000),
        (6, 5_000_001, 5 * SECOND + 1000),
        (9, 5_000_000_001, 5 * SECOND + 1),
        (12, 5_000_000_001_999, 5 * SECOND + 1),
        (127, u64::MAX, 0),
        (0x80, 5, 5 * SECOND),
        (0x8a, 5 * 1024 + 512, 5 * SECOND + SECOND / 2),
        (0xa0, (5 << 32) + (1 << 31), 5 * SECOND + SECOND / 2),
        (0xff, u64::MAX, 0),
    ] {
        let bytes = [
            section(order),
            interface(order, 1, 0, &[option(order, 9, &[resolution])]),
            enhanced(order, 0, ticks, 0, b""),
        ]
        .concat();
        let (seen, _) = read(&bytes);
        assert_eq!(seen[0].ts_ns, expected, "resolution {resolution:#x}");
    }
}

#[test]
fn offsets_move_times_and_times_out_of_range_are_kept_exactly() {
    let order = Order::Big;
    let offset = |seconds: i64| option(order, 14, &seconds.to_be_bytes());
    let bytes = [
        section(order),
        interface(order, 1, 0, &[offset(100)]),
        interface(order, 1, 0, &[offset(-100)]),
        interface(order, 1, 0, &[option(order, 9, &[0])]),
        enhanced(order, 0, 5_000_000, 0, b""),
        enhanced(order, 1, 5_000_000, 0, b""),
        enhanced(order, 2, 20_000_000_000, 0, b""),
    ]
    .concat();
    let (seen, input) = read(&bytes);
    let times: Vec<_> = seen.iter().map(|seen| seen.ts_ns).collect();
    assert_eq!(times, [105 * SECOND, -95 * SECOND, i64::MAX]);
    let info = &input.captures()[0];
    assert_eq!(info.last_time.unwrap().to_string(), "20000000000.000000000");
    assert_eq!(info.warnings[0].kind, WarningKind::TimeOutOfRange);
}

#[test]
fn blocks_without_times_and_blocks_without_packets() {
    let order = Order::Little;
    let drops = [option(order, 5, &order.long(7)), option(order, 7, &order.long(2))].concat();
    let statistics = [&order.word(0)[..], &[0; 8], &drops].concat();
    let obsolete = [
        &order.half(0)[..],
        &order.half(9),
        &[0; 4],
        &order.word(9_000_000),
        &order.word(3),
        &order.word(60),
        b"old",
    ]
    .concat();
    let bytes = [
        section(order),
        interface(order, 1, 4, &[]),
        simple(order, 3, b"abc"),
        enhanced(order, 0, 8_000_000, 2, b"de"),
        simple(order, 100, b"cut "),
        block(order, 4, &[1, 2, 3, 4]),
        block(order, 10, &[0; 12]),
        block(order, 5, &statistics),
        block(order, 0x1234_5678, b"????"),
        block(order, 0xbad, &[&order.word(32473)[..], b"mine"].concat()),
        block(order, 2, &obsolete),
    ]
    .concat();
    let (seen, input) = read(&bytes);
    let facts: Vec<_> =
        seen.iter().map(|seen| (seen.ts_ns / SECOND, seen.orig_len, &seen.data[..])).collect();
    assert_eq!(
        facts,
        [(0, 3, &b"abc"[..]), (8, 2, b"de"), (8, 100, b"cut "), (8, 4, b"mine"), (9, 60, b"old")]
    );
    assert_eq!((seen[3].link, seen[3].interface), (LINK_CUSTOM_BLOCK, u16::MAX));
    let info = &input.captures()[0];
    assert_eq!(info.interfaces[0].dropped, 9);
    assert_eq!(input.stats().dropped, 9);
    assert_eq!(info.warnings.len(), 1);
    assert_eq!(info.warnings[0].kind, WarningKind::UnknownBlock);
}

#[test]
fn damaged_blocks_are_left_out_when_their_lengths_are_sane() {
    let order = Order::Little;
    let start = [section(order), interface(order, 1, 0, &[])].concat();
    let good = enhanced(order, 0, 1_000_000, 3, b"abc");
    let read = |parts: &[&[u8]]| {
        let (seen, input) = read(&[&start[..], &parts.concat()].concat());
        let kinds: Vec<_> = input.captures()[0].warnings.iter().map(|warning| warning.kind).collect();
        (seen.len(), kinds)
    };

    let mut long = good.clone();
    long[20..24].copy_from_slice(&1000_u32.to_le_bytes()); // captured length beyond the block
    assert_eq!(read(&[&good, &long, &good]), (2, vec![WarningKind::CorruptRecord]));

    let stranger = enhanced(order, 5, 1_000_000, 3, b"abc");
    assert_eq!(read(&[&good, &stranger, &stranger, &good]), (2, vec![WarningKind::UnknownInterface]));

    let mut trailer = good.clone();
    *trailer.last_mut().unwrap() = 0xff;
    assert_eq!(read(&[&good, &trailer, &good]), (3, vec![WarningKind::CorruptRecord]));

    for length in [0_u32, 11, 13, 0x7fff_fffc] {
        let mut lost = good.clone();
        lost[4..8].copy_from_slice(&length.to_le_bytes());
        assert_eq!(read(&[&good, &lost, &good]), (1, vec![WarningKind::CorruptRecord]), "{length}");
    }
}

#[test]
fn every_cut_gives_the_whole_packets_before_it() {
    let order = Order::Big;
    let parts = [
        section(order),
        interface(order, 1, 0, &[]),
        enhanced(order, 0, 1, 3, b"abc"),
        simple(order, 5, b"defgh"),
        enhanced(order, 0, 2, 0, b""),
    ];
    let whole = parts.concat();
    for cut in 12..=whole.len() {
        let (mut end, mut packets, mut at_boundary) = (0, 0, false);
        for (index, part) in parts.iter().enumerate() {
            end += part.len();
            packets += usize::from(end <= cut && index >= 2);
            at_boundary |= end == cut;
        }
        let (seen, input) = read(&whole[..cut]);
        assert_eq!((seen.len(), input.captures()[0].cut), (packets, !at_boundary), "{cut}");
    }
}

#[test]
fn what_is_written_reads_back() {
    let order = Order::Big;
    let bytes = [
        section(order),
        interface(order, 1, 0, &[option(order, 2, b"eth7")]),
        interface(order, 113, 0, &[option(order, 9, &[9])]),
        enhanced(order, 0, 1_700_000_000_000_001, 90, b"first"),
        enhanced(order, 1, 1_700_000_000_123_456_789, 6, b"second"),
        block(order, 0xbad, &[0; 8]),
        enhanced(order, 0, 1_700_000_000_000_002, 0, b""),
    ]
    .concat();
    let folder = tempfile::tempdir().unwrap();
    let path = common::file(folder.path(), "plant.pcapng", &bytes);
    let mut input = common::open(&[&path]).unwrap();
    let batch = input.next_batch().unwrap();
    let mut writer = PcapngWriter::new(Vec::new(), "test", "frames of an alert").unwrap();
    let written: Vec<bool> = batch
        .frames
        .iter()
        .map(|frame| writer.frame(&batch, frame, input.captures(), "evidence").unwrap())
        .collect();
    assert_eq!(written, [true, true, false, true]);
    let bytes = writer.finish().unwrap();
    let (seen, again) = read(&bytes);
    let facts: Vec<_> = seen
        .iter()
        .map(|seen| (seen.ts_ns, seen.link, seen.interface, seen.orig_len, &seen.data[..]))
        .collect();
    assert_eq!(
        facts,
        [
            (1_700_000_000_000_001_000, 1, 0, 90, &b"first"[..]),
            (1_700_000_000_123_456_789, 113, 1, 6, b"second"),
            (1_700_000_000_000_002_000, 1, 0, 0, b""),
        ]
    );
    let info = &again.captures()[0];
    assert_eq!(info.interfaces[0].name, "plant.pcapng: eth7");
    assert!(info.warnings.is_empty() && !info.cut, "{:?}", info.warnings);

    // A second reader, when there is one.
    let path = common::file(folder.path(), "evidence.pcapng", &bytes);
    let fields = ["frame.time_epoch", "frame.len", "frame.cap_len", "frame.interface_name", "frame.comment"];
    let mut tshark = std::process::Command::new("tshark");
    tshark.arg("-r").arg(&path).args(["-T", "fields", "-E", "separator=;"]);
    tshark.args(fields.iter().flat_map(|field| ["-e", field]));
    if let Ok(output) = tshark.output() {
        let text = String::from_utf8(output.stdout).unwrap();
        let first = text.lines().next().unwrap();
        assert_eq!(first, "1700000000.000001000;90;5;plant.pcapng: eth7;evidence");
        assert_eq!(text.lines().count(), 3);
    }
}

#[test]
fn a_writer_refuses_what_the_format_cannot_say() {
    let mut writer = PcapngWriter::new(Vec::new(), "", "").unwrap();
    assert!(writer.packet(0, 0, 0, b"", "").is_err());
    assert!(writer.interface("x", 70_000, 0).is_err());
    writer.interface("x", 1, 0).unwrap();
    writer.packet(0, -5, 0, b"", &"é".repeat(5000)).unwrap();
    let (seen, _) = read(&writer.finish().unwrap());
    assert_eq!(seen[0].ts_ns, 0);
}
