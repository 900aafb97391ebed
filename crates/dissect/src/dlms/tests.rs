use super::*;
use crate::crc16;
use crate::testing::{check_datagrams, check_stream, client, probe as look, server, stream};

/// A unit from client 16 to logical device 1, or back.
fn ask(unit: &[u8]) -> Vec<u8> {
    [&[0, 1, 0, 16, 0, 1, 0, u8::try_from(unit.len()).unwrap()], unit].concat()
}

fn answer(unit: &[u8]) -> Vec<u8> {
    [&[0, 1, 0, 1, 0, 16, 0, u8::try_from(unit.len()).unwrap()], unit].concat()
}

/// Associate with low security and password, context of logical names, initiate inside.
const ASSOCIATE: &[u8] = &[
    0x60, 54, 0xa1, 9, 6, 7, 0x60, 0x85, 0x74, 5, 8, 1, 1, 0x8a, 2, 7, 0x80, 0x8b, 7, 0x60, 0x85, 0x74, 5, 8,
    2, 1, 0xac, 10, 0x80, 8, b'1', b'2', b'3', b'4', b'5', b'6', b'7', b'8', 0xbe, 16, 4, 14, 1, 0, 0, 0, 6,
    0x5f, 0x1f, 4, 0, 0, 0x7e, 0x1f, 0, 0x80,
];
const ACCEPTED: &[u8] = &[
    0x61, 41, 0xa1, 9, 6, 7, 0x60, 0x85, 0x74, 5, 8, 1, 1, 0xa2, 3, 2, 1, 0, 0xa3, 5, 0xa1, 3, 2, 1, 0, 0xbe,
    16, 4, 14, 8, 0, 6, 0x5f, 0x1f, 4, 0, 0, 0x18, 0x1d, 0, 0x7d, 0, 7,
];

#[test]
fn an_association_never_shows_its_password() {
    let log = check_stream(&DISSECTOR, 4059, &[client(&ask(ASSOCIATE)), server(&answer(ACCEPTED))]);
    assert_eq!(
        log.messages,
        [
            "dlms request associate code=96 authentication Pending [logical_device 1] [] [] {source=16 destination=1 \
             apdu=96 application_context=1(logical_name_referencing) authentication_mechanism=1(low) \
             authentication_length=8 initiate_apdu=1 dedicated_key=false dlms_version=6 conformance=32287 \
             max_pdu_size=128}",
            "dlms response associate code=96 authentication Ok [logical_device 1] [] [] {source=1 destination=16 \
             apdu=97 application_context=1(logical_name_referencing) association_result=0(accepted) diagnostic=0 \
             initiate_apdu=8 dlms_version=6 conformance=6173 max_pdu_size=125 vaa_name=7}",
        ]
    );
}

const GET_ENERGY: &[u8] = &[0xc0, 1, 0xc1, 0, 3, 1, 0, 1, 8, 0, 255, 2, 0];

#[test]
fn a_get_and_its_answer_share_their_object() {
    let log = check_stream(
        &DISSECTOR,
        4059,
        &[client(&ask(GET_ENERGY)), server(&answer(&[0xc4, 1, 0xc1, 0, 6, 0, 0, 1, 0]))],
    );
    assert_eq!(
        log.messages,
        [
            "dlms request get code=192 read Pending [logical_device 1] [1.0.1.8.0.255 attribute 2] [] {source=16 \
             destination=1 apdu=192 choice=1 invoke_id=1 confirmed=true high_priority=true class_id=3(register) \
             obis=\"1.0.1.8.0.255\" attribute=2}",
            "dlms response get code=192 read Ok [logical_device 1] [1.0.1.8.0.255 attribute 2] [] {source=1 \
             destination=16 object=\"1.0.1.8.0.255 attribute 2\" apdu=196 choice=1 invoke_id=1 confirmed=true \
             high_priority=true value={type=\"uint32\" value=256}}",
        ]
    );
    assert_eq!(log.values, ["dlms [logical_device 1] [1.0.1.8.0.255 attribute 2] uint32 Uint(256)"]);
}

#[test]
fn refusals_and_errors_are_named() {
    let log = check_stream(
        &DISSECTOR,
        4059,
        &[
            client(&ask(GET_ENERGY)),
            server(&answer(&[0xc4, 1, 0xc1, 1, 4])),
            client(&ask(GET_ENERGY)),
            server(&answer(&[0xd8, 1, 2])),
            server(&answer(&[0xc5, 1, 0xc2, 3])),
        ],
    );
    assert!(
        log.messages[1].contains("Error(\"object_undefined\")")
            && log.messages[1].contains("result=4(object_undefined)")
    );
    assert!(log.messages[3].contains(
        "exception_response code=216 read Error(\"service_not_supported\") [logical_device 1] [1.0.1.8.0.255 attribute 2]"
    ));
    assert!(log.messages[4].contains("unexpected_response"));
}

#[test]
fn categories_follow_the_class() {
    let cases: &[(&[u8], &str)] = &[
        (&[0xc1, 1, 0x41, 0, 8, 0, 0, 1, 0, 0, 255, 2, 0, 17, 1], "set code=193 time_sync"),
        (&[0xc1, 1, 0x41, 0, 3, 1, 0, 1, 8, 0, 255, 2, 0, 17, 1], "set code=193 write"),
        (&[0xc1, 1, 0x41, 0, 40, 0, 0, 25, 9, 0, 255, 2, 0, 17, 1], "set code=193 configuration"),
        (&[0xc3, 1, 0x41, 0, 70, 0, 0, 96, 3, 10, 255, 1, 0], "action code=195 control"),
        (&[0xc3, 1, 0x41, 0, 15, 0, 0, 40, 0, 0, 255, 1, 0], "action code=195 authentication"),
        (&[0xc0, 1, 0x41, 0, 15, 0, 0, 40, 0, 0, 255, 2, 0], "get code=192 discovery"),
    ];
    for (unit, expected) in cases {
        let log = check_stream(&DISSECTOR, 4059, &[client(&ask(unit))]);
        assert!(log.messages[0].contains(expected), "{}", log.messages[0]);
    }
}

#[test]
fn data_of_every_type_are_shown() {
    let cases: &[(&[u8], &str)] = &[
        (&[0], "{type=\"null\"}"),
        (&[1, 2, 17, 1, 17, 2], "{type=\"array\" value=[{type=\"uint8\" value=1} {type=\"uint8\" value=2}]}"),
        (&[2, 1, 3, 1], "{type=\"structure\" value=[{type=\"boolean\" value=true}]}"),
        (&[4, 9, 0x80, 0x80], "{type=\"bit_string\" bits=9 value=0x8080}"),
        (&[5, 255, 255, 255, 255], "{type=\"int32\" value=-1}"),
        (&[9, 2, 1, 2], "{type=\"octet_string\" value=0x0102}"),
        (
            &[9, 12, 7, 0xe2, 10, 3, 2, 19, 28, 42, 0, 0x80, 0, 0],
            "{type=\"octet_string\" value=\"2018-10-03T19:28:42.00\"}",
        ),
        (&[10, 2, b'h', b'i'], "{type=\"visible_string\" value=\"hi\"}"),
        (&[15, 0xfe], "{type=\"int8\" value=-2}"),
        (&[16, 0xff, 0xfe], "{type=\"int16\" value=-2}"),
        (&[18, 1, 0], "{type=\"uint16\" value=256}"),
        (&[20, 0, 0, 0, 0, 0, 0, 0, 1], "{type=\"int64\" value=1}"),
        (&[22, 3], "{type=\"enum\" value=3}"),
        (&[23, 0x3f, 0xc0, 0, 0], "{type=\"float32\" value=1.5}"),
        (&[26, 7, 0xe2, 1, 1, 1], "{type=\"date\" value=0x07e2010101}"),
        (&[19, 17, 2, 1, 2], "{type=\"compact_array\" value=0x11020102}"),
        (&[99], "{type=\"unknown\" value=0x}"),
    ];
    for (data, shown) in cases {
        let unit = [&[0xc4, 1, 0xc1, 0], *data].concat();
        let log = check_stream(&DISSECTOR, 4059, &[server(&answer(&unit))]);
        assert!(log.messages[0].ends_with(&format!("value={shown}}}")), "{}", log.messages[0]);
    }
}

#[test]
fn lists_blocks_and_short_names_are_shown() {
    let cases: &[(&[u8], &str)] = &[
        (
            &[0xc0, 3, 0x41, 1, 0, 1, 0, 0, 42, 0, 0, 255, 2, 0],
            "items=[{class_id=1(data) obis=\"0.0.42.0.0.255\" attribute=2}]",
        ),
        (&[0xc0, 2, 0x41, 0, 0, 0, 7], "block_number=7"),
        (&[0xc4, 2, 0x41, 1, 0, 0, 0, 7, 0, 2, 1, 2], "last_block=true block_number=7 block=0x0102"),
        (
            &[0xc4, 3, 0x41, 2, 0, 17, 1, 1, 4],
            "results=[{value={type=\"uint8\" value=1}} {result=4(object_undefined)}]",
        ),
        (&[5, 1, 2, 0x0f, 0xa8], "variables=[{access=2 short_name=4008}]"),
        (
            &[6, 1, 2, 0x0f, 0xa8, 1, 17, 5],
            "variables=[{access=2 short_name=4008}] values=[{type=\"uint8\" value=5}]",
        ),
        (
            &[0x0c, 2, 0, 17, 5, 1, 3],
            "results=[{value={type=\"uint8\" value=5}} {result=3(read_write_denied)}]",
        ),
        (&[0x0f, 0, 0, 0, 9, 0, 17, 5], "long_invoke_id=9 value={type=\"uint8\" value=5}"),
    ];
    for (unit, shown) in cases {
        let log = check_stream(&DISSECTOR, 4059, &[client(&ask(unit))]);
        assert!(log.messages[0].contains(shown), "{}", log.messages[0]);
    }
}

#[test]
fn ciphered_units_are_reported_as_such() {
    let get = [&[0xc8, 12, 0x30, 0, 0, 0, 9][..], &[1, 2, 3, 4, 5, 6, 7]].concat();
    let general = [&[0xdb, 8][..], b"ABC\0\0\0\0\x01", &[8, 0x21, 0, 0, 0, 1, 1, 2, 3]].concat();
    let log = check_stream(&DISSECTOR, 4059, &[client(&ask(&get)), server(&answer(&general))]);
    assert!(log.messages[0].contains(
        "get code=200 read Pending [logical_device 1] [] [] {source=16 destination=1 apdu=200 security_suite=0 \
         authenticated=true encrypted=true broadcast_key=false compressed=false invocation_counter=9}"
    ));
    assert!(
        log.messages[1].contains("general_glo_ciphering code=219")
            && log.messages[1].contains("security_suite=1")
    );
    assert_eq!(
        log.observations,
        ["Sender [] system_title=\"4142430000000001\" dlms 95", "Sender [] vendor_id=\"ABC\" dlms 95"]
    );
}

#[test]
fn identity_comes_from_abstract_objects_and_firmware_becomes_a_file() {
    let serial = [0xc0, 1, 0xc1, 0, 1, 0, 0, 96, 1, 0, 255, 2, 0];
    let block = [0xc3, 1, 0xc2, 0, 18, 0, 0, 44, 0, 0, 255, 2, 1, 2, 2, 6, 0, 0, 0, 0, 9, 3, 7, 8, 9];
    let log = check_stream(
        &DISSECTOR,
        4059,
        &[
            client(&ask(&serial)),
            server(&answer(&[0xc4, 1, 0xc1, 0, 9, 4, b'S', b'N', b'4', b'2'])),
            client(&ask(&block)),
        ],
    );
    assert_eq!(log.observations, ["Sender [] serial=\"SN42\" dlms 95"]);
    assert!(log.messages[2].contains("action code=195 firmware_update"));
    assert_eq!(log.files, ["dlms \"image\" Download None 3 false"]);
}

/// An HDLC frame from client 16 to server 1, or back.
fn frame(to_server: bool, control: u8, segmented: bool, information: &[u8]) -> Vec<u8> {
    let addresses = if to_server { [0x03, 0x21] } else { [0x21, 0x03] };
    let length = 7 + information.len() + if information.is_empty() { 0 } else { 2 };
    let mut body = vec![0xa0 | u8::from(segmented) << 3, u8::try_from(length).unwrap()];
    body.extend(addresses);
    body.push(control);
    if !information.is_empty() {
        body.extend(crc16::hdlc(&body).to_le_bytes());
        body.extend(information);
    }
    body.extend(crc16::hdlc(&body).to_le_bytes());
    [&[0x7e][..], &body, &[0x7e]].concat()
}

#[test]
fn hdlc_frames_carry_units_in_segments() {
    let request = [&[0xe6, 0xe6, 0][..], GET_ENERGY].concat();
    let response = [&[0xe6, 0xe7, 0][..], &[0xc4, 1, 0xc1, 0, 6, 0, 0, 1, 0]].concat();
    let pieces = [
        frame(true, 0x93, false, &[]),
        frame(false, 0x73, false, &[0x81, 0x80, 0]),
        frame(true, 0x10, false, &request),
        [frame(false, 0x30, true, &response[..7]), frame(false, 0x32, false, &response[7..])].concat(),
    ];
    let sides = [client(&pieces[0]), server(&pieces[1]), client(&pieces[2]), server(&pieces[3])];
    let log = check_stream(&DISSECTOR, 4060, &sides);
    let heads: Vec<&str> = log.messages.iter().map(|line| line.split(" {").next().unwrap()).collect();
    assert_eq!(
        heads,
        [
            "dlms request set_normal_response_mode code=- session Pending [] [] []",
            "dlms response unnumbered_acknowledge code=- session Ok [] [] []",
            "dlms request get code=192 read Pending [logical_device 1] [1.0.1.8.0.255 attribute 2] []",
            "dlms response get code=192 read Ok [logical_device 1] [1.0.1.8.0.255 attribute 2] []",
        ]
    );
    let mut bad = pieces[2].clone();
    let last = bad.len() - 2;
    bad[last] ^= 1;
    let log = stream(&DISSECTOR, 4060, &[client(&bad)], true);
    assert!(log.messages[0].contains("bad_checksum"));
    let log = check_datagrams(&DISSECTOR, Transport::Udp, 4059, &[client(&pieces[2])]);
    assert_eq!(log.messages.len(), 1);
}

#[test]
fn bytes_decide_on_any_port() {
    let hdlc = frame(true, 0x93, false, &[]);
    for port in [4059, 9000] {
        for bytes in [&ask(GET_ENERGY), &ask(ASSOCIATE), &hdlc] {
            assert_eq!(look(&DISSECTOR, Transport::Tcp, port, bytes), Verdict::Sure);
            assert_eq!(look(&DISSECTOR, Transport::Udp, port, bytes), Verdict::Sure);
        }
        // A request to read a file by TFTP, Modbus, and noise between flags.
        assert_eq!(look(&DISSECTOR, Transport::Udp, port, b"\0\x01firmware.bin\0octet\0"), Verdict::No);
        assert_eq!(
            look(&DISSECTOR, Transport::Tcp, port, &[0, 1, 0, 0, 0, 6, 1, 3, 0, 0x6b, 0, 3]),
            Verdict::No
        );
        assert_eq!(look(&DISSECTOR, Transport::Tcp, port, &[0x7e, 0xff, 3, 0xc0, 0x21]), Verdict::No);
    }
}
