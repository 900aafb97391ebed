use super::*;
use crate::testing::{check_datagrams, check_stream, client, midway, probe as look, server};

/// Read holding registers 0x006b to 0x006d of unit 1 and the answer (Application protocol 6.3, example).
const READ: &[u8] = &[0, 1, 0, 0, 0, 6, 1, 3, 0x00, 0x6b, 0x00, 0x03];
const READ_ANSWER: &[u8] = &[0, 1, 0, 0, 0, 9, 1, 3, 6, 0x02, 0x2b, 0x00, 0x00, 0x00, 0x64];

#[test]
fn a_read_and_its_answer_share_their_object() {
    let log = check_stream(&DISSECTOR, 502, &[client(READ), server(READ_ANSWER)]);
    assert_eq!(
        log.messages,
        [
            "modbus request read_holding_registers code=3 read Pending [unit 1] [holding_register 107-109] [] \
             {transaction_id=1 length=6 unit_id=1 address=107 quantity=3}",
            "modbus response read_holding_registers code=3 read Ok [unit 1] [holding_register 107-109] [] \
             {transaction_id=1 length=9 unit_id=1 address=107 quantity=3 byte_count=6 values=[555 0 100]}",
        ]
    );
    assert_eq!(log.values, ["modbus [unit 1] holding_register 107+3 x16 022b00000064"]);
}

#[test]
fn an_exception_names_its_reason() {
    let log = check_stream(&DISSECTOR, 502, &[client(READ), server(&[0, 1, 0, 0, 0, 3, 1, 0x83, 2])]);
    assert_eq!(
        log.messages[1],
        "modbus response read_holding_registers code=3 read Error(\"illegal_data_address\") [unit 1] \
         [holding_register 107-109] [] {transaction_id=1 length=3 unit_id=1 exception=2(illegal_data_address)}"
    );
}

#[test]
fn every_public_function_is_named_and_shown() {
    let cases: &[(&[u8], &str)] = &[
        (
            &[1, 0, 19, 0, 19],
            "read_coils code=1 read Pending [unit 9] [coil 19-37] [] {address=19 quantity=19}",
        ),
        (
            &[2, 0, 196, 0, 22],
            "read_discrete_inputs code=2 read Pending [unit 9] [discrete_input 196-217] [] {address=196 quantity=22}",
        ),
        (
            &[4, 0, 8, 0, 1],
            "read_input_registers code=4 read Pending [unit 9] [input_register 8] [] {address=8 quantity=1}",
        ),
        (
            &[5, 0, 172, 0xff, 0],
            "write_single_coil code=5 write Pending [unit 9] [coil 172] [] {address=172 value=65280}",
        ),
        (
            &[5, 0, 172, 0x12, 0],
            "write_single_coil code=5 write Pending [unit 9] [coil 172] [\"bad_value\"] {address=172 value=4608}",
        ),
        (
            &[6, 0, 1, 0, 3],
            "write_single_register code=6 write Pending [unit 9] [holding_register 1] [] {address=1 value=3}",
        ),
        (&[7], "read_exception_status code=7 diagnostics Pending [unit 9] [] [] {}"),
        (
            &[8, 0, 4, 0, 0],
            "diagnostics code=8 control Pending [unit 9] [force_listen_only_mode] [] {sub_function=4(force_listen_only_mode) data=0x0000}",
        ),
        (&[11], "get_comm_event_counter code=11 diagnostics Pending [unit 9] [] [] {}"),
        (&[12], "get_comm_event_log code=12 diagnostics Pending [unit 9] [] [] {}"),
        (
            &[15, 0, 19, 0, 10, 2, 0xcd, 1],
            "write_multiple_coils code=15 write Pending [unit 9] [coil 19-28] [] {address=19 quantity=10 byte_count=2 values=[1 0 1 1 0 0 1 1 1 0]}",
        ),
        (
            &[16, 0, 1, 0, 2, 4, 0, 10, 1, 2],
            "write_multiple_registers code=16 write Pending [unit 9] [holding_register 1-2] [] {address=1 quantity=2 byte_count=4 values=[10 258]}",
        ),
        (
            &[16, 0, 1, 0, 2, 2, 0, 10],
            "write_multiple_registers code=16 write Pending [unit 9] [holding_register 1-2] [\"bad_length\"] {address=1 quantity=2 byte_count=2 values=[10]}",
        ),
        (&[17], "report_server_id code=17 diagnostics Pending [unit 9] [] [] {}"),
        (
            &[20, 7, 6, 0, 4, 0, 1, 0, 2],
            "read_file_record code=20 read Pending [unit 9] [file 4] [] {records=[{reference_type=6 file_number=4 record_number=1 record_length=2}]}",
        ),
        (
            &[21, 9, 6, 0, 4, 0, 7, 0, 1, 6, 0xaf],
            "write_file_record code=21 write Pending [unit 9] [file 4] [] {records=[{reference_type=6 file_number=4 record_number=7 record_length=1 data=0x06af}]}",
        ),
        (
            &[22, 0, 4, 0, 0xf2, 0, 0x25],
            "mask_write_register code=22 write Pending [unit 9] [holding_register 4] [] {address=4 and_mask=242 or_mask=37}",
        ),
        (
            &[23, 0, 3, 0, 6, 0, 14, 0, 1, 2, 0, 0xff],
            "read_write_multiple_registers code=23 write Pending [unit 9] [holding_register 14] [] {read_address=3 read_quantity=6 address=14 quantity=1 values=[255]}",
        ),
        (&[24, 4, 0xde], "read_fifo_queue code=24 read Pending [unit 9] [fifo 1246] [] {address=1246}"),
        (
            &[43, 14, 1, 0],
            "read_device_identification code=43 diagnostics Pending [unit 9] [] [] {mei_type=14(read_device_identification) read_device_id=1 object_id=0}",
        ),
        (&[100, 1, 2], "unknown_0x64 code=100 other Pending [unit 9] [] [] {data=0x0102}"),
        (
            &[1, 0, 0, 0, 0],
            "read_coils code=1 read Pending [unit 9] [coil 0] [\"out_of_range\"] {address=0 quantity=0}",
        ),
        (
            &[1, 0, 0, 0, 1, 9],
            "read_coils code=1 read Pending [unit 9] [coil 0] [\"trailing_bytes\"] {address=0 quantity=1}",
        ),
        (
            &[1, 0, 0],
            "read_coils code=1 read Pending [unit 9] [coil 0] [\"bad_length\"] {address=0 quantity=0}",
        ),
    ];
    for (pdu, expected) in cases {
        let mut frame = vec![0, 7, 0, 0, 0, u8::try_from(pdu.len() + 1).unwrap(), 9];
        frame.extend_from_slice(pdu);
        let log = check_stream(&DISSECTOR, 502, &[client(&frame)]);
        let header = format!("transaction_id=7 length={} unit_id=9", pdu.len() + 1);
        let expected = expected.replacen('{', &format!("{{{header} "), 1).replace(" }", "}");
        assert_eq!(log.messages, [format!("modbus request {expected}")], "{pdu:02x?}");
    }
}

#[test]
fn identification_objects_become_attributes() {
    let ask: &[u8] = &[0, 2, 0, 0, 0, 5, 255, 43, 14, 1, 0];
    let mut answer = vec![0, 2, 0, 0, 0, 26, 255, 43, 14, 1, 1, 0, 0, 3];
    for (object, text) in [(0u8, "Acme"), (1, "X-1"), (2, "V2.9")] {
        answer.extend_from_slice(&[object, u8::try_from(text.len()).unwrap()]);
        answer.extend_from_slice(text.as_bytes());
    }
    answer[5] = u8::try_from(answer.len() - 6).unwrap();
    let log = check_stream(&DISSECTOR, 502, &[client(ask), server(&answer)]);
    assert_eq!(
        log.observations,
        [
            "Sender [] vendor=\"Acme\" modbus 95",
            "Sender [] product_code=\"X-1\" modbus 95",
            "Sender [] firmware=\"V2.9\" modbus 95",
        ]
    );
}

#[test]
fn one_message_may_write_and_read() {
    let ask: &[u8] = &[0, 2, 0, 0, 0, 13, 6, 23, 0, 3, 0, 2, 0, 14, 0, 1, 2, 0, 0xff];
    let answer: &[u8] = &[0, 2, 0, 0, 0, 7, 6, 23, 4, 0, 9, 0, 8];
    let log = check_stream(&DISSECTOR, 502, &[client(ask), server(answer)]);
    assert_eq!(
        log.values,
        [
            "modbus [unit 6] holding_register 14+1 x16 00ff",
            "modbus [unit 6] holding_register 3+2 x16 00090008"
        ]
    );
    assert!(
        log.messages[1].contains("[] {transaction_id=2 length=7 unit_id=6 read_address=3 read_quantity=2")
    );
    let short: &[u8] = &[0, 2, 0, 0, 0, 5, 6, 23, 2, 0, 9];
    let log = check_stream(&DISSECTOR, 502, &[client(ask), server(short)]);
    assert!(log.messages[1].contains("mismatched_response"), "{:?}", log.messages);
}

#[test]
fn file_records_name_their_file_both_ways() {
    let ask: &[u8] = &[0, 2, 0, 0, 0, 10, 9, 20, 7, 6, 0, 4, 0, 1, 0, 2];
    let answer: &[u8] = &[0, 2, 0, 0, 0, 9, 9, 20, 6, 5, 6, 1, 2, 3, 4];
    let log = check_stream(&DISSECTOR, 502, &[client(ask), server(answer)]);
    assert!(log.messages.iter().all(|line| line.contains("[unit 9] [file 4] []")), "{:?}", log.messages);
}

#[test]
fn a_server_id_may_hold_a_text() {
    let ask: &[u8] = &[0, 2, 0, 0, 0, 2, 1, 17];
    let answer: &[u8] = &[0, 2, 0, 0, 0, 13, 1, 17, 10, 0, 0xff, b'P', b'L', b'C', b'-', b'9', b'0', 9, 8];
    let log = check_stream(&DISSECTOR, 502, &[client(ask), server(answer)]);
    assert_eq!(log.observations, ["Sender [] model=\"PLC-90\" modbus 70"]);
    let numbers: &[u8] = &[0, 2, 0, 0, 0, 6, 1, 17, 3, 1, 0xff, b'P'];
    assert!(check_stream(&DISSECTOR, 502, &[client(ask), server(numbers)]).observations.is_empty());
}

#[test]
fn a_response_of_another_function_is_marked() {
    let log = check_stream(&DISSECTOR, 502, &[client(READ), server(&[0, 1, 0, 0, 0, 6, 1, 6, 0, 1, 0, 2])]);
    assert!(log.messages[1].contains("mismatched_response"), "{}", log.messages[1]);
}

#[test]
fn a_cut_message_is_kept_and_marked() {
    let log = check_stream(&DISSECTOR, 502, &[client(READ), server(&READ_ANSWER[..11])]);
    assert!(
        log.messages[1].contains("read_holding_registers code=3") && log.messages[1].contains("truncated")
    );
}

#[test]
fn datagrams_hold_whole_messages() {
    let log = check_datagrams(&DISSECTOR, Transport::Udp, 502, &[client(READ), server(READ_ANSWER)]);
    assert_eq!(log.messages.len(), 2);
}

#[test]
fn a_server_that_echoes_other_protocols_is_still_modbus() {
    let echo: &[u8] = &[0x16, 3, 1, 0, 0, 3, 0, 0x80, 1];
    let log = check_stream(&DISSECTOR, 502, &[server(echo)]);
    assert!(log.messages[0].contains("Error(\"illegal_function\")") && log.messages[0].contains("bad_value"));
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 502, echo), Verdict::No, "a client does not answer");
}

#[test]
fn a_client_does_not_begin_with_an_exception() {
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 502, &[0, 1, 0, 0, 0, 3, 10, 0x81, 6]), Verdict::No);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 502, &[0, 1, 0, 0, 0, 4, 10, 0x81, 6, 0]), Verdict::No);
}

#[test]
fn content_decides() {
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 502, READ), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 9999, READ_ANSWER), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 502, &READ[..5]), Verdict::More);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 502, b"GET / HTTP/1.1\r\n\r\n"), Verdict::No);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 502, &[3, 0, 0, 22, 17, 0xe0, 0, 0, 0, 1, 0]), Verdict::No);
}

/// Read two holding registers from 0x0000 of unit 1, and their values (CRC as in Serial Line 6.2.2).
const RTU_READ: &[u8] = &[1, 3, 0, 0, 0, 2, 0xc4, 0x0b];
const RTU_ANSWER: &[u8] = &[1, 3, 4, 0, 6, 0, 5, 0xda, 0x31];

#[test]
fn rtu_frames_end_with_their_crc() {
    let log = check_stream(&DISSECTOR, 4001, &[client(RTU_READ), server(RTU_ANSWER)]);
    assert_eq!(
        log.messages,
        [
            "modbus request read_holding_registers code=3 read Pending [unit 1] [holding_register 0-1] [] \
             {framing=\"rtu\" unit_id=1 checksum=3012 address=0 quantity=2}",
            "modbus response read_holding_registers code=3 read Ok [unit 1] [holding_register 0-1] [] \
             {framing=\"rtu\" unit_id=1 checksum=12762 address=0 quantity=2 byte_count=4 values=[6 5]}",
        ]
    );
    assert_eq!(log.values, ["modbus [unit 1] holding_register 0+2 x16 00060005"]);
    let log = check_datagrams(&DISSECTOR, Transport::Udp, 4001, &[client(RTU_READ), server(RTU_ANSWER)]);
    assert_eq!(log.messages.len(), 2);
}

#[test]
fn a_unit_that_called_its_master_still_answers() {
    let log = check_stream(&DISSECTOR, 9000, &[server(RTU_READ), client(RTU_ANSWER), server(RTU_READ)]);
    let kinds: Vec<&str> = log.messages.iter().filter_map(|line| line.split(' ').nth(1)).collect();
    // A read looks alike from both sides, its answer does not: from there on the roles are known.
    assert_eq!(kinds[1..], ["response", "request"]);
}

#[test]
fn every_serial_function_has_its_length() {
    let frames: &[(bool, &[u8])] = &[
        (true, &[1, 5, 0, 1, 0xff, 0]),
        (false, &[1, 5, 0, 1, 0xff, 0]),
        (true, &[1, 7]),
        (false, &[1, 7, 9]),
        (true, &[1, 8, 0, 0, 1, 2, 3, 4]),
        (false, &[1, 8, 0, 0, 1, 2, 3, 4]),
        (true, &[1, 0x0b]),
        (false, &[1, 0x0b, 0, 0, 0, 1]),
        (true, &[1, 0x10, 0, 1, 0, 1, 2, 0, 10]),
        (false, &[1, 0x10, 0, 1, 0, 1]),
        (true, &[1, 0x11]),
        (false, &[1, 0x11, 3, 9, 0xff, 1]),
        (true, &[1, 0x14, 7, 6, 0, 4, 0, 1, 0, 2]),
        (false, &[1, 0x14, 6, 5, 6, 1, 2, 3, 4]),
        (true, &[1, 0x16, 0, 4, 0, 0xf2, 0, 0x25]),
        (false, &[1, 0x16, 0, 4, 0, 0xf2, 0, 0x25]),
        (true, &[1, 0x17, 0, 3, 0, 1, 0, 14, 0, 1, 2, 0, 0xff]),
        (false, &[1, 0x17, 2, 0, 1]),
        (true, &[1, 0x18, 4, 0xde]),
        (false, &[1, 0x18, 0, 4, 0, 1, 1, 0xb8]),
        (true, &[1, 0x2b, 14, 1, 0]),
        (false, &[1, 0x2b, 14, 1, 1, 0, 0, 1, 0, 2, b'A', b'b']),
        (true, &[1, 3, 0, 0, 0, 9]),
        (false, &[1, 0x83, 2]),
        (true, &[1, 65, 1, 2, 3]),
        (false, &[1, 65, 4]),
    ];
    let sums: Vec<Vec<u8>> = frames.iter().map(|(_, frame)| with_crc(frame)).collect();
    let pieces: Vec<_> = frames
        .iter()
        .zip(&sums)
        .map(|((asks, _), frame)| if *asks { client(frame) } else { server(frame) })
        .collect();
    let log = check_stream(&DISSECTOR, 4001, &pieces);
    assert_eq!(log.messages.len(), frames.len());
    for ((asks, frame), line) in frames.iter().zip(&log.messages) {
        let kind = if *asks { "modbus request" } else { "modbus response" };
        assert!(
            line.starts_with(kind) && line.contains("[unit 1]") && line.contains("[] {"),
            "{frame:02x?} {line}"
        );
    }
    assert!(log.observations.iter().any(|line| line.contains("vendor=\"Ab\"")), "{:?}", log.observations);
}

fn with_crc(frame: &[u8]) -> Vec<u8> {
    let mut sum = 0xffffu16;
    for byte in frame {
        sum ^= u16::from(*byte);
        for _ in 0..8 {
            sum = if sum & 1 == 1 { (sum >> 1) ^ 0xa001 } else { sum >> 1 };
        }
    }
    [frame, &sum.to_le_bytes()].concat()
}

#[test]
fn ascii_frames_end_with_their_lrc() {
    let log =
        check_stream(&DISSECTOR, 4001, &[client(b":010300000002FA\r\n"), server(b":01030400060005ED\r\n")]);
    assert_eq!(
        log.messages,
        [
            "modbus request read_holding_registers code=3 read Pending [unit 1] [holding_register 0-1] [] \
             {framing=\"ascii\" unit_id=1 checksum=250 address=0 quantity=2}",
            "modbus response read_holding_registers code=3 read Ok [unit 1] [holding_register 0-1] [] \
             {framing=\"ascii\" unit_id=1 checksum=237 address=0 quantity=2 byte_count=4 values=[6 5]}",
        ]
    );
    let log = check_stream(&DISSECTOR, 4001, &[client(b":010300000002FB\r\n")]);
    assert!(log.messages[0].contains("bad_checksum"));
}

#[test]
fn serial_frames_are_known_by_their_checksums() {
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 502, RTU_READ), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 4001, RTU_READ), Verdict::More, "the answer tells");
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 4001, RTU_ANSWER), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 4001, &with_crc(&[1, 0x83, 2])), Verdict::Sure);
    // A message of another protocol with the same CRC: six bytes of header, no data.
    assert_ne!(look(&DISSECTOR, Transport::Tcp, 4000, &with_crc(&[1, 2, 3, 4, 7, 0])), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 4001, RTU_ANSWER), Verdict::Sure);
    let mut wrong = RTU_READ.to_vec();
    wrong[7] ^= 1;
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 4001, &wrong), Verdict::No);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 4001, &RTU_READ[..7]), Verdict::More);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 4001, b":010300000002FA\r\n"), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 4001, b":0103000"), Verdict::More);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 4001, b":010300000002FB\r\n"), Verdict::No);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 6667, b":irc.example.org NOTICE"), Verdict::No);
}

#[test]
fn without_handshake_and_registered_port_the_messages_tell_who_asks() {
    const REFUSED: &[u8] = &[0, 1, 0, 0, 0, 3, 1, 0x83, 2];
    const WRITTEN: &[u8] = &[0, 2, 0, 0, 0, 6, 1, 16, 0, 1, 0, 2];
    const WRITE: &[u8] = &[0, 2, 0, 0, 0, 11, 1, 16, 0, 1, 0, 2, 4, 0, 1, 0, 2];
    // On 1502 the lower port serves, on 60000 it does not.
    for port in [1502, 60_000] {
        for pieces in [
            [client(READ), server(READ_ANSWER), client(WRITE), server(WRITTEN)],
            [server(READ_ANSWER), client(WRITE), server(WRITTEN), client(READ)],
            [server(REFUSED), client(READ), server(READ_ANSWER), client(WRITE)],
        ] {
            let log = midway(&DISSECTOR, port, &pieces);
            let sides: Vec<_> = log.messages.iter().map(|line| line.starts_with("modbus request")).collect();
            assert_eq!(sides, pieces.map(|piece| piece.from_client), "{port}");
        }
    }
}

#[test]
fn the_registered_port_outweighs_what_a_message_looks_like() {
    // Three registers of values in a request of a broken client: still a request.
    let log = midway(&DISSECTOR, 502, &[client(READ_ANSWER)]);
    assert!(log.messages[0].starts_with("modbus request"), "{:?}", log.messages);
}
