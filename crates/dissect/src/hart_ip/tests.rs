use super::*;
use crate::testing::{check_datagrams, check_stream, client, datagrams, probe as look, server};

/// A message: type, id, status, sequence number, body.
fn message(kind: u8, id: u8, status: u8, sequence: u8, body: &[u8]) -> Vec<u8> {
    let length = u8::try_from(body.len() + 8).unwrap();
    [&[1, kind, id, status, 0, sequence, 0, length], body].concat()
}

/// A token-passing frame with its check byte.
fn token(delimiter: u8, address: &[u8], command: u8, data: &[u8]) -> Vec<u8> {
    let mut frame = vec![delimiter];
    frame.extend_from_slice(address);
    frame.extend_from_slice(&[command, u8::try_from(data.len()).unwrap()]);
    frame.extend_from_slice(data);
    let sum = frame.iter().fold(0, |sum, byte| sum ^ byte);
    frame.push(sum);
    frame
}

/// Answer to command 0: success, no status, revision 7 device of type 0x264e with id 0x0000d2, manufacturer 38.
const IDENTITY: &[u8] =
    &[0, 0, 254, 0x26, 0x4e, 5, 7, 4, 1, 0x08, 0, 0, 0, 0xd2, 5, 4, 0, 9, 0, 0, 38, 0, 38, 0x84];

#[test]
fn a_session_is_opened_kept_and_closed() {
    let pieces = [
        message(0, 0, 0, 1, &[1, 0, 9, 0x27, 0xc0]),
        message(1, 0, 0, 1, &[1, 0, 9, 0x27, 0xc0]),
        message(0, 2, 0, 2, &[]),
        message(1, 2, 0, 2, &[]),
        message(0, 1, 0, 3, &[]),
        message(15, 1, 16, 3, &[]),
    ];
    let all: Vec<_> =
        pieces.iter().map(|data| if data[1] == 0 { client(data) } else { server(data) }).collect();
    let log = check_stream(&DISSECTOR, 5094, &all);
    assert_eq!(
        log.messages[0],
        "hart_ip request session_initiate code=- session Pending [] [] [] {version=1 message_type=0 message_id=0 \
         status=0(success) sequence_number=1 length=13 master_type=1(primary) inactivity_close_time=600000}"
    );
    let starts: Vec<&str> = log.messages.iter().map(|line| line.split(" {").next().unwrap()).collect();
    assert_eq!(
        starts[1..],
        [
            "hart_ip response session_initiate code=- session Ok [] [] []",
            "hart_ip request keep_alive code=- session Pending [] [] []",
            "hart_ip response keep_alive code=- session Ok [] [] []",
            "hart_ip request session_close code=- session Pending [] [] []",
            "hart_ip response session_close code=- session Error(\"access_restricted\") [] [] []",
        ]
    );
    assert_eq!(check_datagrams(&DISSECTOR, Transport::Udp, 5094, &all).messages, log.messages);
}

#[test]
fn devices_identify_themselves_and_those_behind_them() {
    let ask = message(0, 3, 0, 1, &token(0x02, &[0x80], 0, &[]));
    let own = message(1, 3, 0, 1, &token(0x06, &[0x80], 0, IDENTITY));
    let far = [0xa6, 0x11, 0, 0, 7];
    let tag = [&[0, 0][..], b"PT-101", &[0; 26]].concat();
    let ask_far = message(0, 3, 0, 2, &token(0x82, &far, 20, &[]));
    let told = message(1, 3, 0, 2, &token(0x86, &far, 20, &tag));
    let log = check_datagrams(
        &DISSECTOR,
        Transport::Udp,
        5094,
        &[client(&ask), server(&own), client(&ask_far), server(&told)],
    );
    assert_eq!(
        log.messages[1].split(" {").next().unwrap(),
        "hart_ip response read_unique_identifier code=0 discovery Ok [polling_address 0] [] []"
    );
    assert!(log.messages[1].contains("expanded_device_type=9806 request_preambles=5 universal_revision=7"));
    assert!(
        log.messages[3]
            .starts_with("hart_ip response read_long_tag code=20 diagnostics Ok [2611000007] [] [] {")
    );
    assert_eq!(
        log.observations,
        [
            "Sender [] vendor_id=\"38\" hart_ip 95",
            "Sender [] device_type=\"0x264e\" hart_ip 95",
            "Sender [] device_id=\"0000d2\" hart_ip 95",
            "Sender [] serial=\"0000d2\" hart_ip 95",
            "Sender [] universal_revision=\"7\" hart_ip 95",
            "Sender [] device_revision=\"4\" hart_ip 95",
            "Sender [] firmware=\"1\" hart_ip 95",
            "Sender [] hardware_revision=\"1\" hart_ip 95",
            "Sender [2611000007] name=\"PT-101\" hart_ip 95",
        ]
    );
}

#[test]
fn variables_are_values() {
    let variables =
        [&[0, 0x40][..], &[0x40, 0x80, 0, 0], &[57, 0x42, 0xc8, 0, 0], &[250, 0x7f, 0xa0, 0, 0]].concat();
    let answer = message(1, 3, 0, 1, &token(0x86, &[0xa6, 0x11, 0, 0, 7], 3, &variables));
    let log = check_stream(&DISSECTOR, 5094, &[server(&answer)]);
    assert_eq!(
        log.values,
        [
            "hart_ip [2611000007] [loop_current] float Float(4.0)",
            "hart_ip [2611000007] [primary_variable] float Float(100.0)",
        ]
    );
    assert!(log.messages[0].contains("device_status=64"), "{:?}", log.messages);
    assert!(log.messages[0].contains("variables=[{units=57 value=100}"), "{:?}", log.messages);
}

#[test]
fn direct_pdus_hold_commands_without_a_data_link() {
    // Write device variable 2: code 1, units 57, 21.5, good; then an extended command of the vendor.
    let body = [&[0, 0, 0, 79, 8, 2, 1, 57][..], &21.5f32.to_be_bytes(), &[0xc0], &[2, 20, 1, 9]].concat();
    let answer = [0, 0, 0, 79, 1, 7, 2, 20, 2, 0, 9];
    let (ask, refuse) = (message(0, 4, 0, 9, &body), message(1, 4, 0, 9, &answer));
    let log = check_stream(&DISSECTOR, 5094, &[client(&ask), server(&refuse)]);
    assert_eq!(
        log.messages,
        [
            "hart_ip request write_device_variable code=- write Pending [] [device_variable 2] [] {version=1 \
             message_type=0 message_id=4 status=0(success) sequence_number=9 length=25 device_status=0 \
             extended_device_status=0 commands=[{command=79(write_device_variable) byte_count=8 device_variable=2 \
             write_code=1 units=57 value=21.5 variable_status=192} {command=532 byte_count=1 body=0x09}]}",
            "hart_ip response write_device_variable code=- write Error(\"in_write_protect_mode\") [] [] [] {version=1 \
             message_type=1 message_id=4 status=0(success) sequence_number=9 length=19 device_status=0 \
             extended_device_status=0 commands=[{command=79(write_device_variable) byte_count=1 \
             response_code=7(in_write_protect_mode)} {command=532 byte_count=2 response_code=0(success) body=0x09}]}",
        ]
    );
    assert_eq!(log.values, ["hart_ip [] [device_variable 2] float Float(21.5)"]);
}

#[test]
fn the_audit_log_lists_sessions() {
    let record = [
        &[10, 0, 0, 9][..],
        &[0; 16],
        &[0x8a, 0x7c, 0x13, 0xe6],
        &[0; 16],
        &[0, 0x11, 0, 0, 0, 1],
        &[0; 11],
        &[3],
    ];
    let body = [&[0, 1][..], &[0; 16], &[0, 1, 0, 58], &record.concat()].concat();
    let log = check_stream(&DISSECTOR, 5094, &[server(&message(1, 5, 0, 1, &body))]);
    assert!(log.messages[0].contains("read_audit_log code=- diagnostics Ok"));
    assert!(
        log.messages[0].contains("sessions=[{client_ipv4=\"10.0.0.9\" client_ipv6=\"::\" client_port=35452")
    );
    assert!(log.messages[0].ends_with("response_pdus=3}]}"), "{:?}", log.messages);
}

#[test]
fn packed_texts_and_dates_are_read() {
    // "SENSOR01", descriptor of blanks, 31 December 2023.
    let data =
        [&[0, 0, 0x4c, 0x53, 0x93, 0x3d, 0x2c, 0x31][..], &[0x82, 0x08, 0x20].repeat(4), &[31, 12, 123]]
            .concat();
    let answer = message(1, 3, 0, 1, &token(0x86, &[0xa6, 0x11, 0, 0, 7], 13, &data));
    let log = datagrams(&DISSECTOR, Transport::Udp, 5094, &[server(&answer)]);
    assert!(
        log.messages[0].ends_with("tag=\"SENSOR01\" descriptor=\"\" date=\"2023-12-31\"}"),
        "{:?}",
        log.messages
    );
    assert_eq!(log.observations, ["Sender [] tag=\"SENSOR01\" hart_ip 95"]);
}

#[test]
fn every_command_has_a_layout_that_ends() {
    for number in 0..=1_023u16 {
        let [high, low] = number.to_be_bytes();
        for request in [true, false] {
            let mut body = vec![0, 0, high, low, 60];
            body.extend_from_slice(&[0x41; 60]);
            let data = message(u8::from(!request), 4, 0, 1, &body);
            let log = datagrams(&DISSECTOR, Transport::Udp, 5094, &[client(&data)]);
            let (name, category) = command::describe(number);
            let start = format!("hart_ip {} {name} code=- ", if request { "request" } else { "response" });
            assert!(log.messages[0].starts_with(&start), "{:?}", log.messages);
            assert!(log.messages[0].contains(&format!("code=- {} ", category.name())), "{:?}", log.messages);
        }
    }
}

#[test]
fn what_is_out_of_spec_is_marked() {
    let good = token(0x82, &[0xa6, 0x11, 0, 0, 7], 9, &[0]);
    let mut wrong = good.clone();
    *wrong.last_mut().unwrap() ^= 1;
    let longer = [&good[..], &[0]].concat();
    for (frame, mark) in [
        (wrong, "bad_checksum"),
        (longer, "trailing_bytes"),
        (good[..good.len() - 1].to_vec(), "missing_field"),
        (token(0x82, &[0xa6, 0x11, 0, 0, 7], 5, &[]), "unknown_function"),
        (token(0x83, &[0xa6, 0x11, 0, 0, 7], 9, &[0, 0, 0]), "bad_value"),
    ] {
        let log = datagrams(&DISSECTOR, Transport::Udp, 5094, &[client(&message(0, 3, 0, 1, &frame))]);
        assert!(log.messages[0].contains(&format!("[\"{mark}\"] {{")), "{mark}: {:?}", log.messages);
    }
    let log = datagrams(
        &DISSECTOR,
        Transport::Udp,
        5094,
        &[client(&message(0, 3, 0, 1, &good)), server(&message(1, 2, 0, 7, &[]))],
    );
    assert!(log.messages[1].contains("[\"unexpected_response\"]"), "{:?}", log.messages);
}

#[test]
fn probes_want_structure() {
    let open = message(0, 0, 0, 1, &[1, 0, 9, 0x27, 0xc0]);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 1, &open), Verdict::Sure);
    assert_eq!(
        look(&DISSECTOR, Transport::Udp, 1, &message(0, 3, 0, 1, &token(0x02, &[0x80], 0, &[]))),
        Verdict::Sure
    );
    assert_eq!(look(&DISSECTOR, Transport::Udp, 1, &message(0, 2, 0, 1, &[])), Verdict::Likely);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 5094, &open[..5]), Verdict::More);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 5094, &open[..12]), Verdict::No);
    for foreign in [
        &b"\x01\x00\x00\x00 text that is not"[..],
        b"GET / HTTP/1.1\r\n",
        b"\x00\x01\x00\x00\x00\x06\x01\x03\x00\x00\x00\x01",
    ] {
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 5094, foreign), Verdict::No, "{foreign:?}");
    }
}
