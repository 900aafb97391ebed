use super::*;
use crate::testing::{check_datagrams, check_stream, client, probe as look, server};

fn frame(kind: &[u8; 2], rest: &[u8], data: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 0, 1, 1, 0];
    bytes.extend_from_slice(kind);
    bytes.extend_from_slice(&[
        0,
        0,
        3,
        0xe9,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        u8::try_from(data.len()).unwrap(),
    ]);
    bytes.extend_from_slice(rest);
    let sum = crc32(&bytes);
    bytes.extend_from_slice(&sum.to_le_bytes());
    bytes.extend_from_slice(data);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

fn message(kind: &[u8; 2]) -> Vec<u8> {
    let mut rest = vec![0; 88];
    rest[4..20].copy_from_slice(&[7; 16]);
    rest[24..28].copy_from_slice(b"door");
    frame(kind, &rest, b"abc")
}

#[test]
fn process_data_is_cyclic() {
    let log = check_datagrams(
        &DISSECTOR,
        Transport::Udp,
        17_224,
        &[
            client(&frame(b"Pd", &[0; 12], b"12345")),
            client(&frame(b"Pr", &[0, 0, 0, 0, 0, 0, 0, 5, 10, 0, 0, 1], b"")),
        ],
    );
    assert_eq!(
        log.messages,
        [
            "trdp event process_data code=20580 read Event [] [com_id 1001] [] {sequence=1 version=\"1.0\" com_id=1001 \
             etb_topo_count=0 op_train_topo_count=0 dataset_length=5 reply_com_id=0 reply_ip=\"0.0.0.0\"}",
            "trdp request process_data_request code=20594 read Pending [] [com_id 1001] [] {sequence=1 version=\"1.0\" \
             com_id=1001 etb_topo_count=0 op_train_topo_count=0 dataset_length=0 reply_com_id=5 reply_ip=\"10.0.0.1\"}",
        ]
    );
}

#[test]
fn message_data_pairs_by_session() {
    let log = check_stream(&DISSECTOR, 17_225, &[client(&message(b"Mr")), server(&message(b"Me"))]);
    assert!(
        log.messages[0].starts_with("trdp request message_request code=19826 write Pending [] [com_id 1001]")
    );
    assert!(
        log.messages[1]
            .starts_with("trdp response message_error code=19813 write Error(\"error\") [] [com_id 1001]")
    );
    assert_eq!(log.observations[0], "Sender [] trdp_uri=\"door\" trdp 60");
}

#[test]
fn the_checksum_decides() {
    let mut bad = frame(b"Pd", &[0; 12], b"");
    assert_eq!(look(&DISSECTOR, Transport::Udp, 9, &bad), Verdict::Sure);
    bad[39] ^= 1;
    assert_eq!(look(&DISSECTOR, Transport::Udp, 9, &bad), Verdict::No);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 17_224, &bad), Verdict::Likely);
    let log = check_datagrams(&DISSECTOR, Transport::Udp, 17_224, &[client(&bad)]);
    assert!(log.messages[0].contains("[\"bad_checksum\"]"));
    assert_eq!(look(&DISSECTOR, Transport::Udp, 17_224, b"GET / HTTP/1.1\r\n\r\n"), Verdict::No);
}
