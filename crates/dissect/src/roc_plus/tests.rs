use super::*;
use crate::testing::{check_datagrams, check_stream, client, probe as look, server};

/// A message from unit 3 of group 4 to unit 1 of group 2.
fn frame(opcode: u8, data: &[u8]) -> Vec<u8> {
    let mut bytes = vec![1, 2, 3, 4, opcode, u8::try_from(data.len()).unwrap()];
    bytes.extend_from_slice(data);
    let crc = crc16(INITIAL, bytes.iter().copied());
    bytes.extend_from_slice(&crc.to_le_bytes());
    bytes
}

#[test]
fn parameters_are_asked_and_answered() {
    let log = check_stream(
        &DISSECTOR,
        4_000,
        &[client(&frame(180, &[1, 15, 0, 2])), server(&frame(180, &[1, 15, 0, 2, 9, 9]))],
    );
    assert_eq!(
        log.messages,
        [
            "roc_plus request request_parameters code=180 read Pending [group 2 unit 1] [point_type 15 logical 0 \
             parameter 2] [] {destination_unit=1 destination_group=2 source_unit=3 source_group=4 data_length=4 \
             number_of_parameters=1 parameters=[{point_type=15 logical_number=0 parameter=2}]}",
            "roc_plus response request_parameters code=180 read Ok [group 4 unit 3] [point_type 15 logical 0 \
             parameter 2] [] {destination_unit=1 destination_group=2 source_unit=3 source_group=4 data_length=6 \
             number_of_parameters=1 parameters=[{point_type=15 logical_number=0 parameter=2}] data=0x0909}",
        ]
    );
}

#[test]
fn every_opcode_is_named() {
    let mut named = 0;
    for code in 0..=255u8 {
        let log = check_datagrams(
            &DISSECTOR,
            Transport::Udp,
            4_000,
            &[client(&frame(code, &[1, 1, 1, 1, 1, 1, 1, 1]))],
        );
        let known = !log.messages[0].contains("unknown_function");
        assert_eq!(known, opcode::describe(code).is_some(), "{code}");
        named += usize::from(known);
    }
    assert_eq!(named, 28);
}

#[test]
fn the_configuration_names_the_device() {
    let mut data = vec![1, 0, 2, 0, 2, 1, 1];
    data.extend_from_slice(&[0; 11]);
    data.extend_from_slice(&[6, 1, 2]);
    let log = check_stream(&DISSECTOR, 4_000, &[client(&frame(6, &[])), server(&frame(6, &data))]);
    assert!(
        log.messages[1].contains("system_mode=1(run) comm_port=2")
            && log.messages[1].contains("type_of_roc=6(ROC800)")
    );
    assert_eq!(
        log.observations,
        ["Sender [] vendor=\"Emerson\" roc_plus 95", "Sender [] model=\"ROC800\" roc_plus 95"]
    );
}

#[test]
fn an_error_belongs_to_the_request_before() {
    let log = check_stream(
        &DISSECTOR,
        4_000,
        &[client(&frame(181, &[1, 1, 1, 1, 7])), server(&frame(255, &[20, 6])), server(&frame(7, &[]))],
    );
    assert!(log.messages[1].contains("response write_parameters code=181 write Error(\"security_error\")"));
    assert!(log.messages[1].contains("errors=[{error_code=20(security_error) offset=6}]"));
    assert!(log.messages[2].contains("unexpected_response"));
}

#[test]
fn a_login_shows_no_password() {
    let log = check_stream(&DISSECTOR, 4_000, &[client(&frame(17, b"OP1\x12\x34\x01"))]);
    assert!(
        log.messages[0].contains("authentication")
            && log.messages[0].ends_with("login_length=6 operator_id=\"OP1\"}")
    );
}

#[test]
fn clocks_and_files_are_read() {
    let log = check_stream(
        &DISSECTOR,
        4_000,
        &[client(&frame(8, &[5, 20, 8, 9, 11, 0xe9, 7])), client(&frame(203, b"\x06/logs/old/\0\0"))],
    );
    assert!(log.messages[0].contains("clock=\"2025-11-09T08:20:05\""));
    assert!(
        log.messages[1].contains("[read_directory]") && log.messages[1].contains("file_path=\"/logs/old/\"")
    );
}

#[test]
fn content_decides() {
    let ask = frame(7, &[]);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 4_000, &ask), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 9_999, &ask), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 4_000, &ask[..5]), Verdict::More);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 9_999, &ask[..5]), Verdict::No);
    let mut bad = ask;
    bad[6] ^= 1;
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 4_000, &bad), Verdict::No);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 4_000, b"GET / HTTP/1.1\r\n\r\n"), Verdict::No);
}
