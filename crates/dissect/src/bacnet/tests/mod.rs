//! Byte tables built from the standard's own encodings.

mod layers;
mod services;

use super::*;
use crate::testing::{Log, Piece, check_datagrams, client, datagrams, input, probe as look, server};
use crate::{Transport, hex};

/// A BACnet/IP datagram: virtual link function, NPDU header and APDU.
pub(super) fn ip(function: u8, npdu: &[u8], apdu: &[u8]) -> Vec<u8> {
    let length = u16::try_from([&[0; 4], npdu, apdu].concat().len()).unwrap();
    let mut data = vec![0x81, function];
    data.extend_from_slice(&length.to_be_bytes());
    data.extend_from_slice(npdu);
    data.extend_from_slice(apdu);
    data
}

/// A unicast APDU without routing.
pub(super) fn unicast(apdu: &[u8]) -> Vec<u8> {
    ip(0x0a, &[1, 4], apdu)
}

pub(super) fn run(pieces: &[(bool, Vec<u8>)]) -> Log {
    let pieces: Vec<_> =
        pieces.iter().map(|(from_client, data)| Piece { from_client: *from_client, data }).collect();
    check_datagrams(&DISSECTOR, Transport::Udp, 47808, &pieces)
}

/// The part of a message line from the kind to its fields, and the fields from `from` on.
pub(super) fn short(line: &str, from: &str) -> String {
    let (head, fields) = line.split_once(" {").unwrap();
    let fields = fields.find(from).map_or("}", |at| &fields[at..]);
    format!("{} {{{fields}", head.strip_prefix("bacnet ").unwrap())
}

/// Device 17, analog input 3, binary output 6.
pub(super) const DEVICE_17: [u8; 4] = [0x02, 0x00, 0x00, 0x11];
pub(super) const ANALOG_INPUT_3: [u8; 4] = [0x00, 0x00, 0x00, 0x03];
pub(super) const BINARY_OUTPUT_6: [u8; 4] = [0x01, 0x00, 0x00, 0x06];

/// Joins byte strings.
pub(super) fn join(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

#[test]
fn a_read_and_its_answer_share_their_object() {
    let ask = join(&[&[0x02, 0x05, 9, 12, 0x0c], &ANALOG_INPUT_3, &[0x19, 85]]);
    let answer =
        join(&[&[0x30, 9, 12, 0x0c], &ANALOG_INPUT_3, &[0x19, 85, 0x3e, 0x44, 0x42, 0x90, 0x99, 0x9a, 0x3f]]);
    let log = run(&[(true, unicast(&ask)), (false, unicast(&answer))]);
    assert_eq!(
        log.messages.iter().map(|line| short(line, "pdu_type")).collect::<Vec<_>>(),
        [
            "request read_property code=12 read Pending [] [analog_input 3 present_value] [] \
             {pdu_type=0(confirmed_request) segmented=false more_follows=false segmented_response_accepted=true \
             max_segments_code=0 max_apdu_length=1476 invoke_id=9 object_type=0(analog_input) instance=3 \
             property=85(present_value)}",
            "response read_property code=12 read Ok [] [analog_input 3 present_value] [] \
             {pdu_type=3(complex_ack) segmented=false more_follows=false invoke_id=9 object_type=0(analog_input) \
             instance=3 property=85(present_value) value=72.3}",
        ]
    );
    assert_eq!(log.values, ["bacnet [] [analog_input 3 present_value] real Float(72.30000305175781)"]);
}

#[test]
fn refusals_name_their_reason_and_their_request() {
    let ask =
        join(&[&[0x00, 0x05, 9, 15, 0x0c], &BINARY_OUTPUT_6, &[0x19, 85, 0x3e, 0x91, 1, 0x3f, 0x49, 8]]);
    let cases: &[(&[u8], &str)] = &[
        (
            &[0x50, 9, 15, 0x91, 2, 0x91, 40],
            "response write_property code=15 write Error(\"write_access_denied\") [] \
             [binary_output 6 present_value] [] {error_class=2(property) error_code=40(write_access_denied)}",
        ),
        (
            &[0x60, 9, 9],
            "response reject code=- write Error(\"unrecognized_service\") [] [binary_output 6 present_value] [] \
             {reject_reason=9(unrecognized_service) answered_service=15(write_property)}",
        ),
        (
            &[0x71, 9, 4],
            "response abort code=- write Error(\"segmentation_not_supported\") [] \
             [binary_output 6 present_value] [] \
             {abort_reason=4(segmentation_not_supported) answered_service=15(write_property)}",
        ),
        (&[0x20, 9, 15], "response write_property code=15 write Ok [] [binary_output 6 present_value] [] {}"),
    ];
    for (answer, expected) in cases {
        let log = run(&[(true, unicast(&ask)), (false, unicast(answer))]);
        let from = if answer[0] == 0x50 { "error_class" } else { "re" };
        let from = if answer[0] == 0x71 { "abort_reason" } else { from };
        let from = if answer[0] == 0x60 { "reject_reason" } else { from };
        let from = if answer[0] == 0x20 { "nothing" } else { from };
        assert_eq!(short(&log.messages[1], from), *expected);
        assert_eq!(log.values, ["bacnet [] [binary_output 6 present_value] binary Bool(true)"]);
    }
}

#[test]
fn both_ends_may_ask_under_the_same_invoke_id() {
    let theirs = join(&[&[0x00, 0x05, 1, 12, 0x0c], &ANALOG_INPUT_3, &[0x19, 85]]);
    let ours = join(&[&[0x00, 0x05, 1, 12, 0x0c], &DEVICE_17, &[0x19, 77]]);
    let refusal: &[u8] = &[0x50, 1, 12, 0x91, 1, 0x91, 31];
    let log = run(&[
        (true, unicast(&theirs)),
        (false, unicast(&ours)),
        (true, unicast(refusal)),
        (false, unicast(refusal)),
        (false, unicast(refusal)),
    ]);
    assert!(log.messages[2].contains("[device 17 object_name] []"), "{}", log.messages[2]);
    assert!(log.messages[3].contains("[analog_input 3 present_value] []"), "{}", log.messages[3]);
    assert!(log.messages[4].contains("unexpected_response"), "{}", log.messages[4]);
}

#[test]
fn an_answer_about_something_else_is_marked() {
    let ask = join(&[&[0x00, 0x05, 1, 12, 0x0c], &DEVICE_17, &[0x19, 77]]);
    let other = join(&[&[0x30, 1, 12, 0x0c], &DEVICE_17, &[0x19, 70, 0x3e, 0x71, 0, 0x3f]]);
    let log = run(&[(true, unicast(&ask)), (false, unicast(&other))]);
    assert!(log.messages[1].contains("mismatched_response"), "{}", log.messages[1]);
    let log = run(&[(true, unicast(&ask)), (false, unicast(&[0x20, 1, 15]))]);
    assert!(log.messages[1].contains("write_property") && log.messages[1].contains("mismatched_response"));
}

#[test]
fn a_device_tells_who_it_is() {
    let i_am = join(&[&[0x10, 0, 0xc4], &DEVICE_17, &[0x22, 0x05, 0xc4, 0x91, 0, 0x21, 42]]);
    let name = join(&[&[0x30, 1, 12, 0x0c], &DEVICE_17, &[0x19, 77, 0x3e, 0x74, 0, b'A', b'H', b'U', 0x3f]]);
    let results = join(&[
        &[0x30, 2, 14, 0x0c],
        &DEVICE_17,
        &[0x1e, 0x29, 121, 0x4e, 0x75, 5, 0, b'A', b'c', b'm', b'e', 0x4f],
        &[0x29, 70, 0x4e, 0x75, 7, 4, 0, b'X', 0, b'-', 0, b'1', 0x4f],
        &[0x29, 44, 0x4e, 0x74, 0, b'2', b'.', b'1', 0x4f, 0x2a, 0x01, 0x74, 0x4e, 0x73, 0, b'S', b'7', 0x4f],
        &[0x29, 120, 0x4e, 0x21, 42, 0x4f, 0x29, 58, 0x5e, 0x91, 2, 0x91, 32, 0x5f, 0x1f],
    ]);
    let log = run(&[(false, ip(0x0b, &[1, 0], &i_am)), (false, unicast(&name)), (false, unicast(&results))]);
    assert_eq!(
        log.observations,
        [
            "Sender [] object_instance=\"17\" bacnet 30",
            "Sender [] device_instance=\"17\" bacnet 95",
            "Sender [] max_apdu_length=\"1476\" bacnet 95",
            "Sender [] vendor_id=\"42\" bacnet 95",
            "Sender [] name=\"AHU\" bacnet 95",
            "Sender [] vendor=\"Acme\" bacnet 95",
            "Sender [] model=\"X-1\" bacnet 95",
            "Sender [] firmware=\"2.1\" bacnet 95",
            "Sender [] serial=\"S7\" bacnet 95",
            "Sender [] vendor_id=\"42\" bacnet 95",
        ]
    );
    assert!(log.messages[2].contains("[device 17 vendor_name +5]"), "{}", log.messages[2]);
    assert!(
        log.messages[2].contains(
            "{property=58(location) error={error_class=2(property) error_code=32(unknown_property)}}"
        ),
        "{}",
        log.messages[2]
    );
}

#[test]
fn devices_behind_a_router_are_told_apart() {
    let i_am = join(&[&[0x10, 0, 0xc4], &DEVICE_17, &[0x22, 0x01, 0xe0, 0x91, 3, 0x21, 42]]);
    let name = join(&[&[0x30, 1, 12, 0x0c], &ANALOG_INPUT_3, &[0x19, 77, 0x3e, 0x73, 0, b'T', b'1', 0x3f]]);
    let source: &[u8] = &[1, 0x08, 0, 5, 1, 9];
    let log = run(&[(false, ip(0x0b, source, &i_am)), (false, ip(0x0a, source, &name))]);
    assert_eq!(
        log.observations,
        [
            "Sender [] object_instance=\"17\" bacnet 30",
            "Sender [device 17] device_instance=\"17\" bacnet 95",
            "Sender [device 17] max_apdu_length=\"480\" bacnet 95",
            "Sender [device 17] vendor_id=\"42\" bacnet 95",
            "Sender [] object_instance=\"3\" bacnet 30",
            "Sender [device 17] object_name=\"T1\" bacnet 85",
        ]
    );
    assert!(log.messages[0].contains("Event [network 5 station 9] [device 17]"), "{}", log.messages[0]);
}

#[test]
fn what_a_bbmd_forwards_is_said_by_its_source() {
    let i_am = join(&[&[0x10, 0, 0xc4], &DEVICE_17, &[0x22, 0x01, 0xe0, 0x91, 3, 0x21, 42]]);
    let log = run(&[(false, ip(0x04, &[10, 9, 9, 9, 0xba, 0xc0, 1, 0], &i_am))]);
    assert!(log.messages[0].contains("originating_address=\"10.9.9.9:47808\""));
    assert!(log.observations[1].starts_with("Host { ip: Some(10.9.9.9), mac: None } [] device_instance"));
}

#[test]
fn segments_are_messages_and_the_last_shows_all() {
    let ask = join(&[&[0x02, 0x45, 7, 14, 0x0c], &DEVICE_17, &[0x1e, 0x09, 77, 0x09, 70, 0x1f]]);
    let whole = join(&[
        &[0x0c],
        &DEVICE_17,
        &[0x1e, 0x29, 77, 0x4e, 0x73, 0, b'A', b'B', 0x4f, 0x29, 70, 0x4e, 0x73, 0, b'C', b'D', 0x4f, 0x1f],
    ]);
    let (first, second) = whole.split_at(12);
    let log = run(&[
        (true, unicast(&ask)),
        (false, unicast(&join(&[&[0x3c, 7, 0, 2, 14], first]))),
        (true, unicast(&[0x40, 7, 0, 2])),
        (false, unicast(&join(&[&[0x38, 7, 1, 2, 14], second]))),
    ]);
    let lines: Vec<_> = log.messages.iter().map(|line| short(line, "window_size")).collect();
    assert_eq!(
        lines[1..],
        [
            "response read_property_multiple code=14 read Ok [] [device 17 object_name +1] [] \
             {window_size=2 segment_length=12}",
            "control segment_ack code=- session Event [] [device 17 object_name +1] [] \
             {window_size=2 answered_service=14(read_property_multiple)}",
            "response read_property_multiple code=14 read Ok [] [device 17 object_name +1] [] \
             {window_size=2 objects=[{object_type=8(device) instance=17 results=[{property=77(object_name) \
             value=\"AB\"} {property=70(model_name) value=\"CD\"}]}]}",
        ]
    );
    assert!(log.observations.iter().any(|line| line.contains("model=\"CD\"")));
    let lost = run(&[(true, unicast(&ask)), (false, unicast(&join(&[&[0x38, 7, 1, 2, 14], second])))]);
    assert!(lost.messages[1].contains("bad_sequence"), "{}", lost.messages[1]);
}

#[test]
fn files_go_both_ways() {
    let file_2: &[u8] = &[0xc4, 0x02, 0x80, 0x00, 0x02];
    let ask = join(&[&[0x00, 0x05, 1, 6], file_2, &[0x0e, 0x31, 0, 0x21, 99, 0x0f]]);
    let answer: &[u8] = &[0x30, 1, 6, 0x11, 0x0e, 0x31, 0, 0x63, b'a', b'b', b'c', 0x0f];
    let write = join(&[&[0x00, 0x05, 2, 7], file_2, &[0x0e, 0x31, 3, 0x62, b'd', b'e', 0x0f]]);
    let records = join(&[&[0x00, 0x05, 3, 7], file_2, &[0x1e, 0x31, 0xff, 0x21, 2, 0x61, 1, 0x61, 2, 0x1f]]);
    let log = run(&[
        (true, unicast(&ask)),
        (false, unicast(answer)),
        (true, unicast(&write)),
        (true, unicast(&records)),
    ]);
    assert_eq!(
        log.files,
        [
            "bacnet \"file 2\" Upload Some(0) 3 true",
            "bacnet \"file 2\" Download Some(3) 2 false",
            "bacnet \"file 2\" Download None 1 false",
            "bacnet \"file 2\" Download None 1 false",
        ]
    );
}

#[test]
fn passwords_are_never_shown() {
    let secret: &[u8] = &[0x2d, 7, 0, b's', b'e', b'c', b'r', b'e', b't'];
    let log = run(&[
        (true, unicast(&join(&[&[0x00, 0x05, 1, 17, 0x09, 5, 0x19, 1], secret]))),
        (true, unicast(&join(&[&[0x00, 0x05, 2, 20, 0x09, 1, 0x1d, 7, 0], &secret[3..]]))),
    ]);
    for line in &log.messages {
        assert!(line.contains("has_password=true"), "{line}");
        assert!(!line.contains("secret") && !line.contains(&hex(b"secret")), "{line}");
    }
}

#[test]
fn damage_is_marked_and_kept() {
    // A property value whose closing tag is lacking.
    let open = join(&[&[0x30, 9, 12, 0x0c], &ANALOG_INPUT_3, &[0x19, 85, 0x3e, 0x44, 0x42, 0x90]]);
    assert!(run(&[(false, unicast(&open))]).messages[0].contains("bad_encoding"));
    let mut long = unicast(&[0x10, 8]);
    long.push(0);
    assert!(
        run(&[(true, long)]).messages[0]
            .contains("who_is code=8 discovery Pending [] [] [\"trailing_bytes\"]")
    );
    let unknown = run(&[(true, unicast(&[0x00, 0x05, 1, 99]))]);
    assert!(
        unknown.messages[0].contains("unknown_0x63 code=99")
            && unknown.messages[0].contains("unknown_function")
    );
    let version = run(&[(true, ip(0x0a, &[9, 0], &[0x10, 8]))]);
    assert!(version.messages[0].contains("who_is") && version.messages[0].contains("bad_version"));
    assert!(run(&[(true, unicast(&[]))]).messages[0].contains("bvlc_original_unicast_npdu"));
    let nested = join(&[&[0x00, 0x05, 1, 18, 0x09, 1, 0x19, 1], &[0x2e; 40]]);
    assert!(run(&[(true, unicast(&nested))]).messages[0].contains("too_deep"));
    let mut session = (DISSECTOR.open)();
    let mut log = Log::default();
    let whole = unicast(&join(&[&[0x02, 0x05, 9, 12, 0x0c], &ANALOG_INPUT_3, &[0x19, 85]]));
    let mut given = input(Transport::Udp, 47808, client(&whole[..12]), true);
    given.missing = u32::try_from(whole.len() - 12).unwrap();
    assert_eq!(session.next(&given, &mut log), Step::Took(12));
    assert!(log.messages[0].contains("read_property code=12") && log.messages[0].contains("truncated"));
}

#[test]
fn random_damage_never_panics() {
    let answer = join(&[
        &[0x30, 2, 14, 0x0c],
        &DEVICE_17,
        &[0x1e, 0x29, 102, 0x4e, 0x82, 1, 0xfe, 0xb4, 0, 0, 0, 0, 0xb4, 23, 59, 59, 99, 0x0c],
        &DEVICE_17,
        &[0x21, 1, 0x10, 0x82, 5, 0xe0, 0x4f, 0x1f],
    ]);
    let good = unicast(&answer);
    let mut state = 0x2545_f491u32;
    for _ in 0..4_000 {
        let mut bad = good.clone();
        for _ in 0..3 {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            let at = 4 + state as usize % (bad.len() - 4);
            bad[at] = state.to_le_bytes()[2];
        }
        let _ = datagrams(&DISSECTOR, Transport::Udp, 47808, &[server(&bad)]);
    }
}

#[test]
fn content_decides() {
    let who_is = ip(0x0b, &[1, 0x20, 0xff, 0xff, 0, 255], &[0x10, 8]);
    for port in [47808, 9999] {
        assert_eq!(look(&DISSECTOR, Transport::Udp, port, &who_is), Verdict::Sure);
        assert_eq!(look(&DISSECTOR, Transport::Udp, port, &who_is[..11]), Verdict::No);
        assert_eq!(look(&DISSECTOR, Transport::Udp, port, &[0x81, 5, 0, 6, 0, 60]), Verdict::Sure);
        assert_eq!(look(&DISSECTOR, Transport::Udp, port, &[0x81, 5, 0, 5, 0]), Verdict::No);
        assert_eq!(look(&DISSECTOR, Transport::Udp, port, &[0x81, 0, 0, 6, 0x77, 0x77]), Verdict::No);
        assert_eq!(look(&DISSECTOR, Transport::Udp, port, b"M-SEARCH * HTTP/1.1\r\n\r\n"), Verdict::No);
        // A DNS response and an RTP packet begin with like bytes.
        assert_eq!(
            look(&DISSECTOR, Transport::Udp, port, &[0x81, 0x0a, 0x81, 0x80, 0, 1, 0, 1, 0, 0]),
            Verdict::No
        );
        assert_eq!(
            look(&DISSECTOR, Transport::Udp, port, &[0x81, 0x0b, 0, 9, 7, 7, 7, 7, 7]),
            Verdict::Likely
        );
        assert_eq!(look(&DISSECTOR, Transport::Tcp, port, &who_is), Verdict::No);
    }
    let odd = unicast(&[0x10, 200]);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 47808, &odd), Verdict::Likely);
}
