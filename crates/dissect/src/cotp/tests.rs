use super::*;
use crate::testing::{check_stream, client, probe as look, server, stream};

/// Connection request of class 0: reference 1, TPDU size 1024, selectors 0x0100 and 0x0102 (PG, rack 0, slot 2).
const REQUEST: &[u8] = &[3, 0, 0, 22, 17, 0xe0, 0, 0, 0, 1, 0, 0xc0, 1, 0x0a, 0xc1, 2, 1, 0, 0xc2, 2, 1, 2];
const CONFIRM: &[u8] = &[3, 0, 0, 22, 17, 0xd0, 0, 1, 0, 5, 0, 0xc0, 1, 0x0a, 0xc1, 2, 1, 0, 0xc2, 2, 1, 2];
/// S7 setup communication in one data TPDU.
const SETUP: &[u8] =
    &[3, 0, 0, 25, 2, 0xf0, 0x80, 0x32, 1, 0, 0, 0, 9, 0, 8, 0, 0, 0xf0, 0, 0, 1, 0, 1, 1, 0xe0];

#[test]
fn a_connection_is_set_up_and_carries_its_rack_and_slot() {
    let log = check_stream(&DISSECTOR, 102, &[client(REQUEST), server(CONFIRM), client(SETUP)]);
    assert_eq!(
        log.messages,
        [
            "cotp request connection_request code=224 session Pending [rack 0 slot 2] [] [] {length=22 \
             destination_reference=0 source_reference=1 class=0 tpdu_size=1024 source_tsap=0x0100 \
             destination_tsap=0x0102}",
            "cotp response connection_confirm code=208 session Ok [rack 0 slot 2] [] [] {length=22 \
             destination_reference=1 source_reference=5 class=0 tpdu_size=1024 source_tsap=0x0100 \
             destination_tsap=0x0102}",
            "s7comm request setup_communication code=240 session Pending [rack 0 slot 2] [] [] {rosctr=1 \
             pdu_reference=9 max_amq_calling=1 max_amq_called=1 pdu_length=480}",
        ]
    );
}

#[test]
fn a_tsdu_is_put_together_from_its_parts() {
    let mut parts = vec![3, 0, 0, 7, 2, 0xf0, 0];
    parts.extend_from_slice(&[3, 0, 0, 7 + 11, 2, 0xf0, 0]);
    parts.extend_from_slice(&SETUP[7..18]);
    parts.extend_from_slice(&[3, 0, 0, 7 + 7, 2, 0xf0, 0x80]);
    parts.extend_from_slice(&SETUP[18..]);
    let log = check_stream(&DISSECTOR, 102, &[client(&parts)]);
    assert_eq!(log.messages.len(), 1);
    assert!(log.messages[0].starts_with("s7comm request setup_communication"), "{}", log.messages[0]);
}

#[test]
fn every_other_tpdu_is_named() {
    let cases: &[(&[u8], &str)] = &[
        (
            &[3, 0, 0, 11, 6, 0x80, 0, 1, 0, 2, 0x80],
            "cotp control disconnect_request code=128 session Event [] [] [] {length=11 destination_reference=1 \
             source_reference=2 reason=128(normal_disconnect)}",
        ),
        (
            &[3, 0, 0, 11, 6, 0x80, 0, 1, 0, 0, 3],
            "cotp response disconnect_request code=128 session Error(\"address_unknown\") [] [] [] {length=11 \
             destination_reference=1 source_reference=0 reason=3(address_unknown)}",
        ),
        (
            &[3, 0, 0, 10, 5, 0xc0, 0, 1, 0, 2],
            "cotp control disconnect_confirm code=192 session Event [] [] [] {length=10 destination_reference=1 \
             source_reference=2}",
        ),
        (
            &[3, 0, 0, 13, 8, 0x70, 0, 1, 2, 0xc1, 2, 0xf0, 0x80],
            "cotp response tpdu_error code=112 session Error(\"invalid_tpdu_type\") [] [] [] {length=13 \
             destination_reference=1 reject_cause=2(invalid_tpdu_type) invalid_tpdu=0xf080}",
        ),
        (
            &[3, 0, 0, 9, 4, 0x50, 0, 1, 3],
            "cotp control reject code=80 session Event [] [] [] {length=9 destination_reference=1 tpdu_number=3}",
        ),
        (
            &[3, 0, 0, 10, 4, 0x10, 0, 1, 0x80, 9],
            "cotp control expedited_data code=16 session Event [] [] [] {length=10 destination_reference=1 \
             tpdu_number=0}",
        ),
        (
            &[3, 0, 0, 10, 2, 0xf0, 0x80, 1, 2, 3],
            "cotp event data code=240 other Event [] [] [] {length=10 tpdu_number=0 end_of_tsdu=true \
             user_data_length=3 user_data=0x010203}",
        ),
    ];
    for (bytes, expected) in cases {
        let log = check_stream(&DISSECTOR, 102, &[client(bytes)]);
        assert_eq!(log.messages, [*expected]);
    }
    // Acknowledgements and empty data say nothing.
    for quiet in
        [&[3, 0, 0, 9, 4, 0x60, 0, 1, 3][..], &[3, 0, 0, 9, 4, 0x20, 0, 1, 3], &[3, 0, 0, 7, 2, 0xf0, 0x80]]
    {
        assert!(check_stream(&DISSECTOR, 102, &[client(quiet)]).messages.is_empty());
    }
}

#[test]
fn parameters_that_do_not_fit_are_marked() {
    let mut request = REQUEST.to_vec();
    request[15] = 9;
    let log = stream(&DISSECTOR, 102, &[client(&request)], true);
    assert!(log.messages[0].contains("bad_length"), "{}", log.messages[0]);
}

#[test]
fn a_flood_of_parts_is_bounded() {
    let mut part = vec![3, 0, 0x40, 0x07, 2, 0xf0, 0];
    part.resize(0x4007, 0x55);
    let pieces: Vec<_> = (0..20).map(|_| client(&part)).collect();
    let mut end = pieces.clone();
    end.push(client(&[3, 0, 0, 8, 2, 0xf0, 0x80, 0]));
    let log = stream(&DISSECTOR, 102, &end, false);
    assert!(log.messages[0].contains("truncated") && log.messages[0].contains("user_data_length=131072"));
}

#[test]
fn content_decides() {
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 102, REQUEST), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 4000, CONFIRM), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 4000, SETUP), Verdict::Sure);
    for cut in 1..SETUP.len() {
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 4000, &SETUP[..cut]), Verdict::More, "{cut}");
    }
    // Remote desktop: no selectors, a cookie or a negotiation request after the header.
    let remote_desktop = [3, 0, 0, 19, 14, 0xe0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 3, 0, 0, 0];
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 3389, &remote_desktop), Verdict::No);
    let confirmed = [3, 0, 0, 19, 14, 0xd0, 0, 0, 0x12, 0x34, 0, 2, 0, 8, 0, 0, 0, 0, 0];
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 3389, &confirmed), Verdict::No);
    let connect_initial = [3, 0, 0, 12, 2, 0xf0, 0x80, 0x7f, 0x65, 0x82, 1, 0xbe];
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 3389, &connect_initial), Verdict::No);
    // Call set-up of H.323 in a TPKT.
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 1720, &[3, 0, 0, 12, 8, 2, 0, 1, 5, 4, 3, 2]), Verdict::No);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 102, b"GET / HTTP/1.1\r\n\r\n"), Verdict::No);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 102, &[0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 1]), Verdict::No);
}
