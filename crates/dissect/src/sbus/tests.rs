use super::*;
use crate::testing::{check_datagrams, client, probe as look, server};

const UDP: Transport = Transport::Udp;

fn telegram(sequence: u8, attribute: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 0, u8::try_from(body.len() + 11).unwrap(), 1, 0, 0, sequence, attribute];
    bytes.extend_from_slice(body);
    let sum = crc(&bytes);
    bytes.extend_from_slice(&sum.to_be_bytes());
    bytes
}

#[test]
fn the_crc_is_that_of_the_published_check_value() {
    assert_eq!(crc(b"123456789"), 0x31c3);
}

#[test]
fn reads_and_writes_carry_values() {
    let log = check_datagrams(
        &DISSECTOR,
        UDP,
        5050,
        &[
            client(&telegram(1, 0, &[10, 0x06, 1, 0x01, 0x00])),
            server(&telegram(1, 1, &[0, 0, 0, 7, 0xff, 0xff, 0xff, 0xff])),
            client(&telegram(2, 0, &[10, 0x0b, 3, 0, 5, 2, 0b101])),
            server(&telegram(2, 2, &[0, 0])),
            client(&telegram(3, 0, &[10, 0x0e, 5, 0, 9, 0, 0, 0, 1])),
            server(&telegram(3, 2, &[0, 2])),
        ],
    );
    let starts = [
        "sbus request read_registers code=6 read Pending [station 10] [register 256-257] [] {length=16 version=1 \
         protocol_type=0 sequence=1 attribute=0(request) station=10 address=256 quantity=2 crc=",
        "sbus response read_registers code=6 read Ok [station 10] [register 256-257] [] {length=19 version=1 \
         protocol_type=0 sequence=1 attribute=1(response) station=10 address=256 quantity=2 values=[7 -1] crc=",
        "sbus request write_flags code=11 write Pending [station 10] [flag 5-7] [] {length=18 version=1 protocol_type=0 \
         sequence=2 attribute=0(request) station=10 address=5 quantity=3 values=[1 0 1] crc=",
        "sbus response write_flags code=11 write Ok [station 10] [flag 5-7] []",
        "sbus request write_registers code=14 write Pending [station 10] [register 9] []",
        "sbus response write_registers code=14 write Error(\"password_required\") [station 10] [register 9] []",
    ];
    for (message, start) in log.messages.iter().zip(starts) {
        assert!(message.starts_with(start), "{message}");
    }
    assert_eq!(
        log.values,
        [
            "sbus [station 10] [register 256] int32 Int(7)",
            "sbus [station 10] [register 257] int32 Int(-1)",
            "sbus [station 10] flag 5+3 x1 05",
            "sbus [station 10] [register 9] int32 Int(1)",
        ]
    );
}

#[test]
fn a_controller_tells_type_firmware_and_state() {
    let log = check_datagrams(
        &DISSECTOR,
        UDP,
        5050,
        &[
            client(&telegram(1, 0, &[10, 0x20])),
            server(&telegram(1, 1, b"D3M55010\0")),
            client(&telegram(2, 0, &[10, 0x1b])),
            server(&telegram(2, 1, b"R")),
            client(&telegram(3, 0, &[10, 0x43])),
            server(&telegram(9, 1, b"x")),
        ],
    );
    assert!(log.messages[1].contains("pcd_type=\"D3M55\" firmware_version=\"010\""), "{}", log.messages[1]);
    assert!(log.messages[4].starts_with("sbus request stop_procedure_own_cpu code=67 control"));
    assert!(log.messages[5].contains("response response code=- other Ok [] [] [\"unexpected_response\"]"));
    assert_eq!(
        log.observations,
        [
            "Sender [] model=\"D3M55\" sbus 95",
            "Sender [] firmware=\"010\" sbus 95",
            "Sender [] cpu_state=\"run\" sbus 95",
        ]
    );
}

#[test]
fn every_command_is_named_or_marked() {
    for code in 0..=255u8 {
        let log = check_datagrams(&DISSECTOR, UDP, 5050, &[client(&telegram(1, 0, &[1, code]))]);
        let known = command::describe(code).is_some();
        assert_eq!(log.messages[0].contains("unknown_function"), !known, "{code}");
    }
    assert_eq!((0..=255u8).filter(|code| command::describe(*code).is_some()).count(), 118);
}

#[test]
fn damage_is_marked_and_needs_the_port() {
    let mut bad = telegram(1, 0, &[10, 0x1b]);
    *bad.last_mut().unwrap() ^= 1;
    let log = check_datagrams(&DISSECTOR, UDP, 5050, &[client(&bad)]);
    assert!(log.messages[0].contains("[\"bad_checksum\"]"));
    assert_eq!(look(&DISSECTOR, UDP, 5050, &bad), Verdict::Likely);
    assert_eq!(look(&DISSECTOR, UDP, 9, &bad), Verdict::No);
    assert_eq!(look(&DISSECTOR, UDP, 9, &telegram(1, 0, &[10, 0x1b])), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, UDP, 5050, b"\0\0\0\x0bGET / HTTP"), Verdict::No);
}
