use super::*;
use crate::testing::{check_datagrams, client, probe as look, server};

fn ip(kind: u8, sequence: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![14, 0, 1, 0, kind, 0, 9, 0, 0, 0, 8, 0, 0, 0];
    bytes.extend_from_slice(&u32::try_from(body.len() + OWN).unwrap().to_le_bytes());
    bytes.extend_from_slice(&[12, sequence, 0, 0, 0]);
    bytes.extend_from_slice(body);
    bytes
}

#[test]
fn signals_are_read_by_name() {
    let ask = ip(6, 5, b"\xa0\x00\x04\x03\xd0\x01\x0f\x02@GV.A\0@GV.B\0");
    let poll = [14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0];
    let log = check_datagrams(
        &DISSECTOR,
        Transport::Udp,
        1_234,
        &[
            client(&ask),
            server(&ip(5, 5, &[0, 2, 7, 7])),
            client(&poll),
            client(&ip(6, 6, b"\xa0\0\x04\x01\xd0\x0f\x01@GV.A\0")),
        ],
    );
    assert_eq!(
        log.messages[0],
        "bsap request read_signal_by_name code=4 read Pending [] [] [] {header_length=14 num_messages=1 \
         message_type=6(request) message_sequence=9 response_sequence=8 data_length=29 sequence=5 \
         application_function=160(remote_database_access) node_status=0 function_code=4(read_signal_by_name) \
         variable_count=2 variables=[\"@GV.A\" \"@GV.B\"]}"
    );
    assert!(log.messages[1].starts_with("bsap response read_signal_by_name code=4 read Ok"));
    assert!(log.messages[1].contains("response_status=0 variable_count=2 data=0x0707"));
    assert!(log.messages[2].starts_with("bsap control poll code=- session Event"));
    assert!(log.messages[3].contains("[@GV.A]"));
}

#[test]
fn functions_are_named() {
    for (code, expected) in [
        (0x00u8, "read_signal_by_address code=0 read"),
        (0x02, "read_logical_by_address code=2 read"),
        (0x0c, "read_signal_by_list_start code=12 read"),
        (0x80, "write_signal_by_address code=128 write"),
        (0x84, "write_signal_by_name code=132 write"),
        (0x8d, "write_signal_by_list_continue code=141 write"),
        (0x33, "unknown_0x33 code=51 other"),
    ] {
        let log = check_datagrams(&DISSECTOR, Transport::Udp, 1_234, &[client(&ip(6, 1, &[RDB, 0, code]))]);
        assert!(log.messages[0].contains(expected), "{}", log.messages[0]);
    }
    let log = check_datagrams(&DISSECTOR, Transport::Udp, 1_234, &[client(&ip(6, 1, &[0x68, 0]))]);
    assert!(log.messages[0].contains("flash_download code=104 firmware_update"));
}

#[test]
fn the_serial_form_is_read() {
    let bytes = [0x10, 2, 0x83, 7, 1, 0, 2, 0, 0x40, RDB, 0x10, 0x10, 0, 3, 0, 0x80, 0x10, 3, 0xaa, 0xbb];
    let log = check_datagrams(&DISSECTOR, Transport::Udp, 1_235, &[client(&bytes)]);
    assert_eq!(
        log.messages,
        [
            "bsap request write_signal_by_address code=128 write Pending [node 3] [] [] {address=3 serial_number=7 \
          destination=1 source=2 control=64 destination_function=160(remote_database_access) sequence=16 \
          source_function=3(pei_pc) node_status=0 data=0x80}"
        ]
    );
}

#[test]
fn content_decides() {
    let ask = ip(6, 5, &[RDB, 0, 4]);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 1_234, &ask), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 7_777, &ask), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 1_234, &ask[..20]), Verdict::No);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 1_234, &[14; 40]), Verdict::No);
    assert_eq!(
        look(&DISSECTOR, Transport::Udp, 7_777, &[14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0]),
        Verdict::No
    );
}
