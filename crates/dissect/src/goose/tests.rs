use super::*;
use crate::testing::{Log, Piece, check_datagrams, client};

fn tlv(tag: u8, value: &[u8]) -> Vec<u8> {
    assert!(value.len() < 128);
    [&[tag, u8::try_from(value.len()).unwrap()], value].concat()
}

/// A PDU with two entries: a flag and a quality.
fn pdu(st: u8, sq: u8) -> Vec<u8> {
    let fields = [
        tlv(0x80, b"IED1LD0/LLN0$GO$cb"),
        tlv(0x81, &[0x0f, 0xa0]),
        tlv(0x82, b"IED1LD0/LLN0$ds"),
        tlv(0x83, b"cb"),
        tlv(0x84, &[0, 0, 0, 1, 0x80, 0, 0, 0x0a]),
        tlv(0x85, &[st]),
        tlv(0x86, &[sq]),
        tlv(0x87, &[0]),
        tlv(0x88, &[3]),
        tlv(0x89, &[1]),
        tlv(0x8a, &[2]),
        tlv(0xab, &[0x83, 1, 1, 0x84, 3, 3, 0, 0]),
    ]
    .concat();
    tlv(0x61, &fields)
}

fn frame(pdu: &[u8]) -> Vec<u8> {
    let length = u16::try_from(pdu.len() + 8).unwrap().to_be_bytes();
    [&[0x10, 0x01, length[0], length[1], 0x80, 0, 0, 0], pdu].concat()
}

fn link(data: &[u8]) -> Probe<'_> {
    let piece = Piece { from_client: true, data };
    Probe { ethertype: GOOSE_TYPE, ..Probe::of(&crate::testing::input(Transport::Link, 0, piece, true)) }
}

fn run(frames: &[Vec<u8>]) -> Log {
    let pieces: Vec<_> = frames.iter().map(|frame| client(frame)).collect();
    check_datagrams(&DISSECTOR, Transport::Link, 0, &pieces)
}

#[test]
fn a_message_shows_its_control_block_and_values() {
    let log = run(&[frame(&pdu(4, 0))]);
    assert_eq!(
        log.messages,
        [
            "goose event send_goose_message code=- read Event [IED1LD0/LLN0$GO$cb] [IED1LD0/LLN0$ds] [] {app_id=4097 \
          length=93 simulated=true gocb_ref=\"IED1LD0/LLN0$GO$cb\" logical_device=\"IED1LD0\" \
          time_allowed_to_live=4000 dat_set=\"IED1LD0/LLN0$ds\" go_id=\"cb\" t=\"1970-01-01T00:00:01.500000000Z\" \
          time_quality=10 st_num=4 sq_num=0 test=false conf_rev=3 nds_com=true num_dat_set_entries=2 \
          all_data=[{type=\"boolean\" value=true} {type=\"bit_string\" value=\"0000000000000\"}]}"
        ]
    );
    assert_eq!(log.values, ["goose [IED1LD0/LLN0$GO$cb] [entry 0] boolean Bool(true)"]);
    assert_eq!(log.observations[0], "Sender [] goose_id=\"cb\" goose 85");
    assert_eq!(log.observations.len(), 4);
}

#[test]
fn counters_that_repeat_skip_or_step_back_are_marked() {
    let numbers = [(4, 0), (4, 1), (4, 1), (4, 5), (5, 0), (7, 0), (3, 0), (4, 2)];
    let frames: Vec<_> = numbers.iter().map(|(st, sq)| frame(&pdu(*st, *sq))).collect();
    let log = run(&frames);
    let marks: Vec<&str> = log
        .messages
        .iter()
        .map(|line| {
            if line.contains("bad_sequence") {
                "bad"
            } else if line.contains("duplicate") {
                "again"
            } else {
                ""
            }
        })
        .collect();
    assert_eq!(marks, ["", "", "again", "bad", "", "bad", "bad", "bad"]);
    // Values come with each new state, facts once.
    assert_eq!((log.values.len(), log.observations.len()), (5, 4));
}

#[test]
fn missing_and_miscounted_fields_are_marked() {
    let short = frame(&tlv(0x61, &tlv(0x80, b"A/B$GO$c")));
    assert!(run(&[short]).messages[0].contains("missing_field"));
    let mut miscounted = pdu(1, 1);
    let at = miscounted.windows(3).position(|three| three == [0x8a, 1, 2]).unwrap();
    miscounted[at + 2] = 9;
    assert!(run(&[frame(&miscounted)]).messages[0].contains("bad_length"));
}

#[test]
fn management_is_told_apart() {
    let request = frame(&tlv(0x60, &[&tlv(0x80, &[7])[..], &tlv(0xa1, &tlv(0xa1, &[]))].concat()));
    assert!(
        run(&[request]).messages[0].starts_with("goose request get_go_reference code=- discovery Pending")
    );
}

/// The session header of a routed message, then type, simulation, application identifier, length and PDU.
fn routed_frame(encryption: u8, pdu: &[u8]) -> Vec<u8> {
    let mut bytes =
        vec![1, 0x40, 0xa1, 24, 0x80, 22, 0, 0, 0, 99, 0, 0, 0, 5, 0, 1, 0, 0, 0, 9, 0, 60, encryption, 2];
    bytes.extend([0, 0, 0, 3, 0, 0, 0, 80, 0x81, 0, 0x10, 1]);
    bytes.extend(u16::try_from(pdu.len() + 2).unwrap().to_be_bytes());
    bytes.extend(pdu);
    bytes
}

#[test]
fn routed_messages_show_their_session() {
    let bytes = routed_frame(0, &pdu(1, 1));
    let log = check_datagrams(&DISSECTOR, Transport::Udp, 102, &[client(&bytes)]);
    assert!(log.messages[0].contains(
        "{session_id=161 spdu_length=99 spdu_number=5 session_version=1 time_of_current_key=9 time_to_next_key=60 \
         encryption_algorithm=0(none) authentication_algorithm=2(hmac_sha256_128) key_id=3 payload_length=80 \
         app_id=4097 length=87 simulated=false gocb_ref=\"IED1LD0/LLN0$GO$cb\""
    ));
    let hidden = routed_frame(1, &pdu(1, 1));
    let log = check_datagrams(&DISSECTOR, Transport::Udp, 102, &[client(&hidden)]);
    assert!(log.messages[0].starts_with("goose event encrypted code=- other"));
    for port in [102, 9000] {
        assert_eq!(crate::testing::probe(&DISSECTOR, Transport::Udp, port, &bytes), Verdict::Sure);
    }
    assert_eq!(crate::testing::probe(&DISSECTOR, Transport::Udp, 102, b"\x01\x40hello there"), Verdict::No);
}

#[test]
fn only_fitting_frames_of_the_ethertype_are_taken() {
    let good = frame(&pdu(1, 1));
    assert_eq!(probe(&link(&good)), Verdict::Sure);
    assert_eq!(probe(&link(&good[..40])), Verdict::Likely);
    assert_eq!(probe(&link(&[0; 60])), Verdict::No);
    assert_eq!(probe(&Probe { ethertype: 0x0800, ..link(&good) }), Verdict::No);
}
