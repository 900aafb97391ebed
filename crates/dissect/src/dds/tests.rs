use super::*;
use crate::testing::{check_datagrams, client, probe as look};

const UDP: Transport = Transport::Udp;

fn message(submessages: &[&[u8]]) -> Vec<u8> {
    let mut bytes = b"RTPS\x02\x03\x01\x0f".to_vec();
    bytes.extend_from_slice(&[9; 12]);
    for submessage in submessages {
        bytes.extend_from_slice(submessage);
    }
    bytes
}

/// Little endian; the length is filled in.
fn sub(kind: u8, flags: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![kind, flags | 1, u8::try_from(body.len()).unwrap(), 0];
    bytes.extend_from_slice(body);
    bytes
}

fn parameter(id: u8, value: &[u8]) -> Vec<u8> {
    let mut bytes = vec![id, 0, u8::try_from(value.len()).unwrap(), 0];
    bytes.extend_from_slice(value);
    bytes
}

#[test]
fn participants_announce_themselves() {
    let mut body = vec![0, 0, 16, 0, 0, 0, 0, 0, 0, 1, 0, 0xc2, 0, 0, 0, 0, 1, 0, 0, 0, 0, 3, 0, 0];
    body.extend_from_slice(&parameter(0x16, &[1, 15, 0, 0]));
    body.extend_from_slice(&parameter(0x62, b"\x05\0\0\0node\0\0\0\0"));
    let mut list = vec![1, 0, 0, 0, 22, 0, 0, 0];
    list.extend_from_slice(b"dds.sys_info.hostname\0\0\0\x04\0\0\0plc\0");
    body.extend_from_slice(&parameter(0x59, &list));
    body.extend_from_slice(&[1, 0, 0, 0]);
    let log = check_datagrams(
        &DISSECTOR,
        UDP,
        7400,
        &[client(&message(&[&sub(0x09, 0, &[0; 8]), &sub(0x15, 4, &body)]))],
    );
    assert!(log.messages[0].starts_with("dds event info_ts code=9 time_sync Event"));
    assert!(
        log.messages[1]
            .starts_with("dds event data_participant code=21 discovery Event [] [writer 0x000100c2] []")
    );
    assert_eq!(
        log.observations,
        [
            "Sender [] dds_vendor_id=\"1.15\" dds 85",
            "Sender [] dds_participant_name=\"node\" dds 85",
            "Sender [] hostname=\"plc\" dds 85",
        ]
    );
}

#[test]
fn every_submessage_is_named() {
    let entities = [0, 0, 0, 4, 0, 0, 0, 3];
    let cases: &[(u8, Vec<u8>, &str)] = &[
        (
            0x06,
            [&entities[..], &[0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0]].concat(),
            "acknack code=6 session Event [] [writer 0x00000003] [] {version=\"2.3\" vendor_id=\"1.15\" guid_prefix=0x090909090909090909090909 flags=1 reader_id=4 writer_id=3 base=5 count=7}",
        ),
        (
            0x07,
            [&entities[..], &[0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 2, 0, 0, 0]].concat(),
            "first=1 last=9 count=2}",
        ),
        (0x08, [&entities[..], &[0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0]].concat(), "gap code=8"),
        (0x0e, vec![7; 12], "info_dst code=14 session Event [] [] []"),
        (0x31, vec![0; 20], "sec_prefix code=49"),
        (0x29, vec![0; 4], "unknown_0x29 code=41 other Event [] [] [\"unknown_function\"]"),
        (0x08, vec![0; 4], "[\"bad_length\"]"),
    ];
    for (kind, body, expected) in cases {
        let log = check_datagrams(&DISSECTOR, UDP, 7400, &[client(&message(&[&sub(*kind, 0, body)]))]);
        assert!(log.messages[0].contains(expected), "{}", log.messages[0]);
    }
}

#[test]
fn magic_version_and_first_submessage_decide() {
    assert_eq!(look(&DISSECTOR, UDP, 9, &message(&[&sub(0x07, 0, &[0; 28])])), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, UDP, 7400, b"RTPS/1.0 GET / HTTP/1.1"), Verdict::No);
    assert_eq!(look(&DISSECTOR, UDP, 7400, &message(&[&sub(0x29, 0, &[0; 28])])), Verdict::No);
}
