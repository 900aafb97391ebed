//! Byte tables made from the specification; the helpers build frames with their CRCs.

#![allow(clippy::arithmetic_side_effects, reason = "tests count bytes that they made")]

mod application;

use super::*;
use crate::crc16;
use crate::testing::{Log, Piece, check_datagrams, check_stream, client, probe as look, server, stream};

/// Control bytes of unconfirmed user data.
const FROM_MASTER: u8 = 0xc4;
const FROM_OUTSTATION: u8 = 0x44;

/// A data link frame with its CRCs.
fn frame(control: u8, destination: u16, source: u16, data: &[u8]) -> Vec<u8> {
    let mut out = vec![0x05, 0x64, u8::try_from(data.len() + 5).unwrap(), control];
    out.extend_from_slice(&destination.to_le_bytes());
    out.extend_from_slice(&source.to_le_bytes());
    let header = crc16::dnp3(&out);
    out.extend_from_slice(&header.to_le_bytes());
    for block in data.chunks(16) {
        out.extend_from_slice(block);
        out.extend_from_slice(&crc16::dnp3(block).to_le_bytes());
    }
    out
}

/// A request of master 1 to outstation 10, in one transport segment.
fn request(application: &[u8]) -> Vec<u8> {
    frame(FROM_MASTER, 10, 1, &[&[0xc0], application].concat())
}

/// A response of outstation 10 to master 1.
fn response(application: &[u8]) -> Vec<u8> {
    frame(FROM_OUTSTATION, 1, 10, &[&[0xc0], application].concat())
}

/// The message line without the fields of link and transport layer, and its address.
fn short(line: &str) -> String {
    let (head, fields) = line.split_once(" {").unwrap();
    let head = head.strip_prefix("dnp3 ").unwrap().replace(" [master 1 outstation 10]", "");
    let fields = fields.split_once("sequence=").map_or(fields, |(_, rest)| rest);
    let fields = fields.split_once("sequence=").map_or(fields, |(_, rest)| rest);
    let fields = fields.split_once('}').map_or("", |(_, rest)| rest);
    format!("{head} {}", fields.trim().strip_suffix('}').unwrap_or_default())
}

fn lines(log: &Log) -> Vec<String> {
    log.messages.iter().map(|line| short(line)).collect()
}

fn run(pieces: &[Piece<'_>]) -> Log {
    check_stream(&DISSECTOR, 20_000, pieces)
}

/// An application fragment in transport segments of `size` bytes.
fn segments(control: u8, destination: u16, source: u16, application: &[u8], size: usize) -> Vec<Vec<u8>> {
    let parts: Vec<_> = application.chunks(size).collect();
    let header = |at: usize| {
        let first = if at == 0 { 0x40 } else { 0 };
        let last = if at + 1 == parts.len() { 0x80 } else { 0 };
        first | last | u8::try_from((at + 62) % 64).unwrap()
    };
    let each =
        |(at, part): (usize, &&[u8])| frame(control, destination, source, &[&[header(at)], *part].concat());
    parts.iter().enumerate().map(each).collect()
}

#[test]
fn segments_are_put_together() {
    let mut application = vec![0xc0, 129, 0, 0, 1, 1, 1, 0, 0, 0xff, 0x01];
    application.extend([0x55; 64]);
    let frames = segments(FROM_OUTSTATION, 1, 10, &application, 20);
    assert_eq!(frames.len(), 4);
    let pieces: Vec<_> = frames.iter().map(|each| server(each)).collect();
    let log = run(&pieces);
    assert_eq!(log.messages.len(), 4);
    for line in &log.messages[..3] {
        assert!(line.starts_with("dnp3 control unconfirmed_user_data code=- session Event"), "{line}");
        assert!(line.contains("link_function=4") && line.contains("link_source=10 "), "{line}");
    }
    assert!(log.messages[3].starts_with("dnp3 response response code=129 read Ok"), "{}", log.messages[3]);
    assert_eq!(log.values.len(), 512);
}

#[test]
fn segments_out_of_order_complete_nothing() {
    let application = [&[0xc0, 129, 0, 0, 1, 1, 0, 0, 159][..], &[0; 20]].concat();
    let frames = segments(FROM_OUTSTATION, 1, 10, &application, 10);
    let log = run(&[server(&frames[0]), server(&frames[2])]);
    assert!(
        log.messages[1].contains("code=-") && log.messages[1].contains("bad_sequence"),
        "{}",
        log.messages[1]
    );
    // A repeated segment is passed over; the fragment still becomes whole.
    let log = run(&[
        server(&frames[0]),
        server(&frames[0]),
        server(&frames[1]),
        server(&frames[1]),
        server(&frames[2]),
    ]);
    assert_eq!(log.messages.iter().filter(|line| line.contains("code=129")).count(), 1);
    assert!(log.messages[3].contains("duplicate"), "{}", log.messages[3]);
    let log = run(&[server(&frames[1])]);
    assert!(log.messages[0].contains("bad_sequence"), "{}", log.messages[0]);
}

#[test]
fn further_fragments_of_a_response_belong_to_its_request() {
    let log = run(&[
        client(&request(&[0xc5, 1, 60, 1, 6])),
        server(&response(&[0xa5, 129, 0, 0, 1, 2, 0, 0, 0, 1])),
        client(&request(&[0xc5, 0])),
        server(&response(&[0x46, 129, 0, 0, 1, 2, 0, 1, 1, 1])),
    ]);
    assert!(log.messages[3].contains("[class 0] [] {"), "{}", log.messages[3]);
    let log = run(&[client(&request(&[0xc5, 1, 60, 1, 6])), server(&response(&[0xc6, 129, 0, 0]))]);
    assert!(log.messages[1].contains("unexpected_response"), "{}", log.messages[1]);
}

#[test]
fn link_frames_have_no_code() {
    let cases: &[(u8, &str)] = &[
        (0xc0, "request reset_link_states code=- session Pending"),
        (0xd2, "request test_link_states code=- session Pending"),
        (0xc9, "request request_link_status code=- session Pending"),
        (0x80, "response ack code=- session Ok"),
        (0x81, "response nack code=- session Error(\"nack\")"),
        (0x8b, "response link_status code=- session Ok"),
        (0x8f, "response not_supported code=- session Error(\"not_supported\")"),
    ];
    for (control, expected) in cases {
        let log = run(&[client(&frame(*control, 10, 1, &[]))]);
        let line = &log.messages[0];
        assert!(line.starts_with(&format!("dnp3 {expected} [master 1 outstation 10] [] [] {{")), "{line}");
        assert_eq!(line.contains(" link_function="), control & 0x40 != 0, "{line}");
    }
    let log = run(&[client(&frame(0xc7, 10, 1, &[]))]);
    assert!(log.messages[0].contains("unknown_0x07") && log.messages[0].contains("unknown_function"));
}

#[test]
fn damaged_frames_complete_nothing() {
    let whole = request(&[0xc0, 13]);
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x10;
        let next = request(&[0xc1, 1, 60, 1, 6]);
        let log = stream(&DISSECTOR, 20_000, &[client(&damaged), client(&next)], true);
        assert!(!log.messages.iter().any(|line| line.contains("code=13")), "{at} {log:?}");
        if (10..whole.len()).contains(&at) {
            assert!(log.messages[0].contains("code=-") && log.messages[0].contains("bad_checksum"), "{at}");
            assert!(log.messages[1].contains("code=1 "), "{at}");
        }
    }
    // A frame behind bytes that are none is found within the segment.
    let log = stream(&DISSECTOR, 20_000, &[client(&[&[0, 5, 1][..], &whole].concat())], true);
    assert!(log.messages[0].contains("code=13") && log.messages[0].contains("trailing_bytes"), "{log:?}");
}

#[test]
fn endless_fragments_are_given_up() {
    let mut log = Log::default();
    let mut session = Dnp3::default();
    for at in 0..300u16 {
        let header = u8::try_from(at % 64).unwrap() | if at == 0 { 0x40 } else { 0 };
        let bytes = frame(FROM_OUTSTATION, 1, 10, &[&[header][..], &[0; 249]].concat());
        let input = crate::testing::input(Transport::Tcp, 20_000, server(&bytes), false);
        assert_eq!(session.next(&input, &mut log), Step::Took(bytes.len()));
    }
    assert!(log.messages.iter().any(|line| line.contains("too_large")));
    assert_eq!(log.messages.len(), 300);
}

#[test]
fn a_cut_fragment_counts_with_its_function() {
    let whole = request(&[0xc0, 2, 50, 1, 7, 1, 1, 2, 3, 4, 5, 6]);
    let log = stream(&DISSECTOR, 20_000, &[client(&whole[..18])], true);
    assert!(log.messages[0].contains("write code=2") && log.messages[0].contains("truncated"), "{log:?}");
    let log = stream(&DISSECTOR, 20_000, &[client(&whole[..11])], true);
    assert!(log.messages[0].contains("code=-") && log.messages[0].contains("truncated"), "{log:?}");
}

#[test]
fn datagrams_hold_several_frames() {
    let two = [request(&[0xc0, 1, 60, 1, 6]), frame(0xc9, 10, 1, &[])].concat();
    let log = check_datagrams(
        &DISSECTOR,
        Transport::Udp,
        20_000,
        &[client(&two), server(&response(&[0xc0, 129, 0, 0]))],
    );
    assert_eq!(log.messages.len(), 3);
    assert!(log.messages[2].contains("[class 0]"), "{}", log.messages[2]);
}

#[test]
fn content_decides() {
    let poll = request(&[0xc0, 1, 60, 1, 6]);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 20_000, &poll), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 4_444, &poll), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 4_444, &poll[..6]), Verdict::More);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 20_000, &poll[..6]), Verdict::No);
    let mut damaged = poll.clone();
    damaged[4] ^= 1;
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 20_000, &damaged), Verdict::Likely);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 4_444, &damaged), Verdict::No);
    let middle = [&[9, 9, 9][..], &poll].concat();
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 20_000, &middle), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 4_444, &middle), Verdict::No);
    for other in [&b"GET / HTTP/1.1\r\n\r\n"[..], &[0, 1, 0, 0, 0, 6, 1, 3, 0, 0x6b, 0, 3], &[5, 1, 0]] {
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 20_000, other), Verdict::No);
    }
}

proptest::proptest! {
    #[test]
    fn any_fragment_gives_one_message(
        function in 0u8..=255,
        objects in proptest::collection::vec(0u8..=255, 0..120),
        group in 0usize..48,
        variation in 0u8..16,
        qualifier in 0u8..=0x6b,
    ) {
        // Random bytes behind a header of a real group reach every shape.
        const GROUPS: [u8; 48] = [
            0, 1, 2, 3, 4, 10, 11, 12, 13, 20, 21, 22, 23, 30, 31, 32, 33, 34, 40, 41, 42, 43, 50, 51, 52, 60, 70,
            80, 81, 82, 83, 85, 86, 87, 88, 90, 91, 100, 101, 102, 110, 111, 112, 113, 120, 121, 122, 200,
        ];
        let head = [0xc0, function, 0, 0, GROUPS[group], variation, qualifier];
        let bytes = response(&[&head[..], &objects].concat());
        let log = stream(&DISSECTOR, 20_000, &[server(&bytes)], true);
        proptest::prop_assert_eq!(log.messages.len(), 1);
    }
}
