use super::*;
use crate::testing::{
    check_datagrams, check_stream, client, datagrams, midway, probe as look, server, stream,
};

/// A whole encapsulation message: command, session, status, context, data.
pub(crate) fn frame(command: u16, status: u32, context: u8, data: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.extend_from_slice(&command.to_le_bytes());
    bytes.extend_from_slice(&u16::try_from(data.len()).expect("short").to_le_bytes());
    bytes.extend_from_slice(&0x0011_0203u32.to_le_bytes());
    bytes.extend_from_slice(&status.to_le_bytes());
    bytes.extend_from_slice(&[context, 0, 0, 0, 0, 0, 0, 0]);
    bytes.extend_from_slice(&[0; 4]);
    bytes.extend_from_slice(data);
    bytes
}

/// An unconnected CIP message.
pub(crate) fn unconnected(context: u8, cip: &[u8]) -> Vec<u8> {
    let mut data = vec![0, 0, 0, 0, 10, 0, 2, 0, 0, 0, 0, 0, 0xb2, 0];
    data.extend_from_slice(&u16::try_from(cip.len()).expect("short").to_le_bytes());
    data.extend_from_slice(cip);
    frame(SEND_RR_DATA, 0, context, &data)
}

/// A connected CIP message.
pub(crate) fn connected(id: u32, sequence: u16, cip: &[u8]) -> Vec<u8> {
    let mut data = vec![0, 0, 0, 0, 0, 0, 2, 0, 0xa1, 0, 4, 0];
    data.extend_from_slice(&id.to_le_bytes());
    data.extend_from_slice(&[0xb1, 0]);
    data.extend_from_slice(&u16::try_from(cip.len().saturating_add(2)).expect("short").to_le_bytes());
    data.extend_from_slice(&sequence.to_le_bytes());
    data.extend_from_slice(cip);
    frame(SEND_UNIT_DATA, 0, 0, &data)
}

/// Identity item of a made-up device (table 2-4.4).
fn identity() -> Vec<u8> {
    let mut data = vec![1, 0]; // one item
    data.extend_from_slice(&[0x0c, 0, 40, 0, 1, 0]); // type, length, protocol version
    data.extend_from_slice(&[0, 2, 0xaf, 0x12, 10, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0]); // socket address
    data.extend_from_slice(&[1, 0, 14, 0, 96, 0, 20, 11, 0x60, 0x30]); // vendor, type, product, revision, status
    data.extend_from_slice(&[0xef, 0xbe, 0xad, 0xde, 6]); // serial, length of name
    data.extend_from_slice(b"Tester");
    data.push(3); // operational
    data
}

#[test]
fn a_session_is_registered_and_ended() {
    let open = frame(REGISTER_SESSION, 0, 7, &[1, 0, 0, 0]);
    let close = frame(0x66, 0, 0, &[]);
    let log = check_stream(&DISSECTOR, 44818, &[client(&open), server(&open), client(&close)]);
    assert_eq!(
        log.messages,
        [
            "enip request register_session code=101 session Pending [] [] [] {length=4 session_handle=1114627 \
             status=0(success) sender_context=0x0700000000000000 protocol_version=1 session_options=0}",
            "enip response register_session code=101 session Ok [] [] [] {length=4 session_handle=1114627 \
             status=0(success) sender_context=0x0700000000000000 protocol_version=1 session_options=0}",
            "enip request unregister_session code=102 session Pending [] [] [] {length=0 session_handle=1114627 \
             status=0(success) sender_context=0x0000000000000000}",
        ]
    );
}

#[test]
fn an_identity_is_shown_and_observed() {
    let (ask, answer) = (frame(0x63, 0, 0, &[]), frame(0x63, 0, 0, &identity()));
    for log in [
        check_datagrams(&DISSECTOR, Transport::Udp, 44818, &[client(&ask), server(&answer)]),
        check_stream(&DISSECTOR, 44818, &[client(&ask), server(&answer)]),
    ] {
        assert!(log.messages[0].starts_with("enip request list_identity code=99 discovery Pending"));
        assert_eq!(
            log.messages[1],
            "enip response list_identity code=99 discovery Ok [] [] [] {length=46 session_handle=1114627 \
             status=0(success) sender_context=0x0000000000000000 items=[{type=12(list_identity_response) length=40 \
             protocol_version=1 socket_address={family=2 port=44818 address=\"10.0.0.2\"} vendor_id=1 device_type=14 \
             product_code=96 revision=\"20.011\" device_status=12384 serial_number=\"deadbeef\" \
             product_name=\"Tester\" state=3(operational)}]}"
        );
        assert_eq!(
            log.observations,
            [
                "Sender [] vendor_id=\"1\" enip 95",
                "Sender [] device_type=\"14\" enip 95",
                "Sender [] product_code=\"96\" enip 95",
                "Sender [] firmware=\"20.011\" enip 95",
                "Sender [] serial=\"deadbeef\" enip 95",
                "Sender [] product_name=\"Tester\" enip 95",
            ]
        );
    }
}

#[test]
fn every_command_has_its_name() {
    let names = [
        (0x00, "nop"),
        (0x01, "list_targets"),
        (0x04, "list_services"),
        (0x63, "list_identity"),
        (0x64, "list_interfaces"),
        (0x65, "register_session"),
        (0x66, "unregister_session"),
        (0x6f, "send_rr_data"),
        (0x70, "send_unit_data"),
        (0x72, "indicate_status"),
        (0x73, "cancel"),
        (0xc8, "start_dtls"),
        (0x5a, "unknown_0x5a"),
    ];
    for (code, name) in names {
        let log = stream(&DISSECTOR, 44818, &[client(&frame(code, 0, 0, &[]))], true);
        assert!(
            log.messages[0].starts_with(&format!("enip request {name} code={code} ")),
            "{:?}",
            log.messages
        );
    }
}

#[test]
fn a_status_is_an_outcome_and_bad_options_are_marked() {
    let mut refused = frame(REGISTER_SESSION, 0x69, 0, &[2, 0, 0, 0]);
    refused[20] = 1;
    let log = stream(&DISSECTOR, 44818, &[server(&refused)], true);
    assert!(
        log.messages[0].starts_with(
            "enip response register_session code=101 session Error(\"unsupported_protocol_revision\") [] [] \
             [\"bad_value\"]"
        ),
        "{:?}",
        log.messages
    );
}

#[test]
fn item_lists_that_contradict_their_lengths_are_marked() {
    let mut data = vec![0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0xb2, 0, 200, 0, 0x01, 2, 0x20, 1, 0x24, 1];
    let log = stream(&DISSECTOR, 44818, &[client(&frame(SEND_RR_DATA, 0, 0, &data))], true);
    assert!(log.messages[0].contains("[\"bad_length\"]"), "{:?}", log.messages);
    assert!(log.messages[1].starts_with("cip request get_attributes_all code=1"), "{:?}", log.messages);
    data[14] = 6;
    data.extend_from_slice(&[1, 2, 3]);
    let log = stream(&DISSECTOR, 44818, &[client(&frame(SEND_RR_DATA, 0, 0, &data))], true);
    assert!(log.messages[0].contains("[\"trailing_bytes\"]"), "{:?}", log.messages);
}

#[test]
fn services_and_targets_are_shown() {
    let mut services = vec![1, 0, 0, 1, 19, 0, 1, 0, 0x20, 0x01];
    services.extend_from_slice(b"Communications\0");
    let log = stream(&DISSECTOR, 44818, &[server(&frame(0x04, 0, 0, &services))], true);
    assert!(
        log.messages[0].contains("cip_over_tcp=true cip_io_over_udp=true service_name=\"Communications\"")
    );
    let mut targets = vec![1, 0, 1, 0, 36, 0, 1, 0, 0, 0];
    targets.extend_from_slice(&[0, 2, 0xaf, 0x12, 10, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0]);
    targets.extend_from_slice(b"10.0.0.2\0\0\0\0\0\0\0\0");
    let log = stream(&DISSECTOR, 44818, &[server(&frame(0x01, 0, 0, &targets))], true);
    assert!(log.messages[0].contains("target_name=\"10.0.0.2\""), "{:?}", log.messages);
}

#[test]
fn a_message_cut_by_the_capture_keeps_its_command() {
    let whole = frame(
        SEND_RR_DATA,
        0,
        0,
        &[0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0xb2, 0, 6, 0, 1, 2, 0x20, 1, 0x24, 1],
    );
    let log = stream(&DISSECTOR, 44818, &[client(&whole[..10])], true);
    assert!(
        log.messages[0]
            .starts_with("enip request send_rr_data code=111 session Pending [] [] [\"truncated\"]")
    );
}

#[test]
fn probes_tell_enip_from_others() {
    let tcp = |port, data: &[u8]| look(&DISSECTOR, Transport::Tcp, port, data);
    let udp = |port, data: &[u8]| look(&DISSECTOR, Transport::Udp, port, data);
    let read = unconnected(1, &[1, 2, 0x20, 1, 0x24, 1]);
    let open = frame(REGISTER_SESSION, 0, 0, &[1, 0, 0, 0]);
    for bytes in [&read, &open, &frame(0x63, 0, 0, &identity())] {
        assert_eq!(tcp(44818, bytes), Verdict::Sure);
        assert_eq!(tcp(50_123, bytes), Verdict::Sure);
        assert_eq!(udp(50_123, bytes), Verdict::Sure);
        assert_eq!(tcp(44818, &bytes[..12]), Verdict::More);
        assert_eq!(udp(50_123, &[bytes.as_slice(), &[0]].concat()), Verdict::No);
    }
    assert_eq!(udp(44818, &frame(0x63, 0, 0, &[])), Verdict::Likely);
    // Zeros, TLS, HTTP, Modbus, DNS and S7 on the port of EtherNet/IP.
    assert_eq!(tcp(50_123, &[0; 64]), Verdict::No);
    assert_eq!(udp(50_123, &[0; 64]), Verdict::No);
    assert_eq!(tcp(44818, &[0x16, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3]), Verdict::No);
    assert_eq!(tcp(44818, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"), Verdict::No);
    assert_eq!(
        tcp(44818, &[0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 10, 0, 2, 0, 0, 0, 6, 1, 3, 0, 0, 0, 1]),
        Verdict::No
    );
    assert_eq!(
        tcp(44818, &[3, 0, 0, 22, 17, 0xe0, 0, 0, 0, 1, 0, 0xc1, 2, 1, 0, 0xc2, 2, 1, 2, 0xc0, 1, 10]),
        Verdict::No
    );
}

#[test]
fn decoding_resumes_at_a_message() {
    let session = (DISSECTOR.open)();
    assert!(session.resumes(&unconnected(1, &[1, 2, 0x20, 1, 0x24, 1])));
    assert!(!session.resumes(&[0; 40]));
    assert!(!session.resumes(b"some text that is no message"));
}

#[test]
fn no_bytes_make_it_panic() {
    // A small generator: every run the same, bytes spread widely.
    let mut state = 0x2545_f491_4f6c_dd1du64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        u8::try_from(state & 0xff).expect("one byte")
    };
    for round in 0..400u32 {
        let length = usize::from(next());
        let mut cip: Vec<u8> = (0..length).map(|_| next()).collect();
        if let (Some(first), true) = (cip.first_mut(), round % 3 != 0) {
            *first = [0x0a, 0x52, 0x54, 0x4c, 0x4d, 0x03, 0x4b, 0x8a, 0xcc, 0x83][usize::from(*first) % 10];
        }
        if let [_, size, class, id, ..] = cip.as_mut_slice() {
            *size %= 6;
            *class = 0x20;
            *id = [0x01, 0x02, 0x06, 0x67, 0x6b, 0xf5, 0xf6, 0x37, 0xa1][usize::from(*id) % 9];
        }
        let request = unconnected(1, &cip);
        let mut answer = cip.clone();
        if let Some(first) = answer.first_mut() {
            *first |= 0x80;
        }
        let answer = unconnected(1, &answer);
        let _ = stream(&DISSECTOR, 44818, &[client(&request), server(&answer)], true);
        let _ =
            datagrams(&DISSECTOR, Transport::Udp, 44818, &[client(&request), server(&connected(1, 2, &cip))]);
    }
}

#[test]
fn without_handshake_and_registered_port_the_messages_tell_who_asks() {
    let mut open = frame(REGISTER_SESSION, 0, 7, &[1, 0, 0, 0]);
    let opened = open.clone();
    open[4..8].fill(0); // session handle
    let ask = unconnected(1, &[0x0e, 2, 0x20, 1, 0x24, 1]);
    let answer = unconnected(1, &[0x8e, 0, 0, 0]);
    let connected_ask = connected(5, 1, &[0x0e, 2, 0x20, 1, 0x24, 1]);
    let connected_answer = connected(5, 1, &[0x8e, 0, 0, 0]);
    let pieces = [
        client(&open),
        server(&opened),
        client(&ask),
        server(&answer),
        client(&connected_ask),
        server(&connected_answer),
    ];
    for port in [2_000, 60_000] {
        let log = midway(&DISSECTOR, port, &pieces);
        let sides: Vec<_> = log
            .messages
            .iter()
            .filter(|line| line.starts_with("enip"))
            .map(|line| line.starts_with("enip request"))
            .collect();
        assert_eq!(sides, pieces.map(|piece| piece.from_client), "{port}");
    }
}
