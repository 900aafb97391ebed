use super::*;
use crate::testing::{Piece, check_datagrams, client, input, probe as look};

fn tlv(tag: u8, value: &[u8]) -> Vec<u8> {
    assert!(value.len() < 128);
    [&[tag, u8::try_from(value.len()).unwrap()], value].concat()
}

fn asdu(count: u8, samples: &[u8]) -> Vec<u8> {
    let fields = [
        tlv(0x80, b"MU01"),
        tlv(0x82, &[0, count]),
        tlv(0x83, &[0, 0, 0, 1]),
        tlv(0x85, &[2]),
        tlv(0x87, samples),
    ];
    tlv(0x30, &fields.concat())
}

fn frame(asdus: &[Vec<u8>]) -> Vec<u8> {
    let count = u8::try_from(asdus.len()).unwrap();
    let pdu = tlv(0x60, &[tlv(0x80, &[count]), tlv(0xa2, &asdus.concat())].concat());
    let length = u16::try_from(pdu.len() + 8).unwrap().to_be_bytes();
    [&[0x40, 0, length[0], length[1], 0, 0, 0, 0], &pdu[..]].concat()
}

#[test]
fn a_message_shows_its_samples() {
    let bytes = frame(&[asdu(7, &[0xff, 0xff, 0xff, 0xfe, 0, 0, 0, 1]), asdu(8, &[1, 2, 3])]);
    let log = check_datagrams(&DISSECTOR, Transport::Link, 0, &[client(&bytes)]);
    assert_eq!(
        log.messages,
        [
            "sv event send_msv_message code=- read Event [MU01] [] [] {app_id=16384 length=72 simulated=false no_asdu=2 \
          sv_id=\"MU01\" smp_cnt=7 conf_rev=1 asdus=[{sv_id=\"MU01\" smp_cnt=7 conf_rev=1 smp_synch=2(global) \
          samples=[{value=-2 quality=1}]} {sv_id=\"MU01\" smp_cnt=8 conf_rev=1 smp_synch=2(global) \
          sample_bytes=0x010203}]}"
        ]
    );
    assert_eq!(log.values, ["sv [MU01] [channel 0] int32 Int(-2)"]);
    assert_eq!(log.observations, ["Sender [] sv_id=\"MU01\" sv 85"]);
}

#[test]
fn counts_that_skip_are_marked_and_may_begin_again() {
    let frames: Vec<_> = [1, 2, 0, 1, 5, 5].iter().map(|count| frame(&[asdu(*count, &[])])).collect();
    let pieces: Vec<_> = frames.iter().map(|frame| client(frame)).collect();
    let log = check_datagrams(&DISSECTOR, Transport::Link, 0, &pieces);
    let marked: Vec<bool> = log.messages.iter().map(|line| line.contains("bad_sequence")).collect();
    assert_eq!(marked, [false, false, false, false, true, false]);
    assert!(log.messages[5].contains("duplicate"));
}

#[test]
fn incomplete_asdus_and_wrong_numbers_of_them_are_marked() {
    let bare = frame(&[tlv(0x30, &tlv(0x80, b"X"))]);
    let log = check_datagrams(&DISSECTOR, Transport::Link, 0, &[client(&bare)]);
    assert!(log.messages[0].contains("missing_field"));
    let mut bytes = frame(&[asdu(1, &[])]);
    bytes[12] = 4;
    let log = check_datagrams(&DISSECTOR, Transport::Link, 0, &[client(&bytes)]);
    assert!(log.messages[0].contains("bad_length"));
}

#[test]
fn routed_and_link_layer_frames_are_recognised() {
    let bytes = frame(&[asdu(1, &[])]);
    let piece = Piece { from_client: true, data: &bytes };
    let link = Probe { ethertype: ETHERTYPE, ..Probe::of(&input(Transport::Link, 0, piece, true)) };
    assert_eq!(probe(&link), Verdict::Sure);
    assert_eq!(probe(&Probe { ethertype: 0x88b8, ..link }), Verdict::No);
    assert_eq!(probe(&Probe { data: &[0; 60], ..link }), Verdict::No);
    let mut routed =
        vec![1, 0x40, 0xa2, 24, 0x80, 22, 0, 0, 0, 99, 0, 0, 0, 5, 0, 1, 0, 0, 0, 9, 0, 60, 0, 0];
    routed.extend([0, 0, 0, 3, 0, 0, 0, 80, 0x82, 1, 0x40, 1, 0, 50]);
    routed.extend(&bytes[8..]);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 102, &routed), Verdict::Sure);
    let log = check_datagrams(&DISSECTOR, Transport::Udp, 102, &[client(&routed)]);
    assert!(log.messages[0].contains("session_id=162") && log.messages[0].contains("smp_cnt=1"));
}
