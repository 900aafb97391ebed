use super::*;
use crate::testing::{check_datagrams, check_stream, client, datagrams, probe as look, server};

const PLC: [u8; 6] = [5, 13, 117, 96, 1, 1];
const STATION: [u8; 6] = [192, 168, 1, 99, 1, 1];

/// A packet between AMS port 801 of a PLC and port 32905 of a station.
fn packet(command: u8, response: bool, error: u8, invoke_id: u8, body: &[u8]) -> Vec<u8> {
    let (plc, station) = ([&PLC[..], &[33, 3]].concat(), [&STATION[..], &[137, 128]].concat());
    let ends = if response { [station, plc].concat() } else { [plc, station].concat() };
    let length = u32::try_from(body.len()).unwrap();
    [
        &[0, 0][..],
        &(length + 32).to_le_bytes(),
        &ends,
        &[command, 0, 4 | u8::from(response), 0],
        &length.to_le_bytes(),
        &[error, 0, 0, 0, invoke_id, 0, 0, 0],
        body,
    ]
    .concat()
}

fn ask(command: u8, body: &[u8]) -> Vec<u8> {
    packet(command, false, 0, 9, body)
}

fn answer(command: u8, body: &[u8]) -> Vec<u8> {
    packet(command, true, 0, 9, body)
}

/// Runs a request and its response.
fn pair(command: u8, request: &[u8], response: &[u8]) -> crate::testing::Log {
    check_stream(&DISSECTOR, 48_898, &[client(&ask(command, request)), server(&answer(command, response))])
}

#[test]
fn servers_name_themselves() {
    let log = pair(1, &[], &[&[0, 0, 0, 0, 2, 11, 0x30, 6][..], b"PLC Server\0\0\0\0\0\0"].concat());
    assert_eq!(
        log.messages,
        [
            "ads request read_device_info code=1 diagnostics Pending [5.13.117.96.1.1:801] [] [] \
             {target_net_id=\"5.13.117.96.1.1\" target_port=801 source_net_id=\"192.168.1.99.1.1\" source_port=32905 \
             state_flags=4 error_code=0(no_error) invoke_id=9}",
            "ads response read_device_info code=1 diagnostics Ok [5.13.117.96.1.1:801] [] [] \
             {target_net_id=\"192.168.1.99.1.1\" target_port=32905 source_net_id=\"5.13.117.96.1.1\" source_port=801 \
             state_flags=5 error_code=0(no_error) invoke_id=9 result=0(no_error) device_version=\"2.11.1584\" \
             device_name=\"PLC Server\"}",
        ]
    );
    assert_eq!(
        log.observations,
        [
            "Sender [] ams_net_id=\"192.168.1.99.1.1\" ads 95",
            "Sender [] ams_net_id=\"5.13.117.96.1.1\" ads 95",
            "Sender [ams_port 801] product_name=\"PLC Server\" ads 95",
            "Sender [ams_port 801] firmware=\"2.11.1584\" ads 95",
        ]
    );
}

#[test]
fn variables_are_called_by_their_names() {
    let by_name = [&[3, 0xf0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 9, 0, 0, 0][..], b"MAIN.nX1\0"].concat();
    let pieces = [
        packet(9, false, 0, 1, &by_name),
        packet(9, true, 0, 1, &[0, 0, 0, 0, 4, 0, 0, 0, 0x11, 0, 0, 0x40]),
        packet(3, false, 0, 2, &[5, 0xf0, 0, 0, 0x11, 0, 0, 0x40, 2, 0, 0, 0, 44, 1]),
        packet(3, true, 0, 2, &[4, 7, 0, 0]),
        packet(2, false, 0, 3, &[5, 0xf0, 0, 0, 0x11, 0, 0, 0x40, 2, 0, 0, 0]),
        packet(2, true, 0, 3, &[0, 0, 0, 0, 2, 0, 0, 0, 7, 0]),
    ];
    let all: Vec<_> =
        pieces.iter().map(|data| if data[24] & 1 == 0 { client(data) } else { server(data) }).collect();
    let log = check_stream(&DISSECTOR, 48_898, &all);
    let starts: Vec<&str> = log.messages.iter().map(|line| line.split(" [] {").next().unwrap()).collect();
    assert_eq!(
        starts,
        [
            "ads request read_write code=9 read Pending [5.13.117.96.1.1:801] [MAIN.nX1]",
            "ads response read_write code=9 read Ok [5.13.117.96.1.1:801] [MAIN.nX1]",
            "ads request write code=3 write Pending [5.13.117.96.1.1:801] [MAIN.nX1]",
            "ads response write code=3 write Error(\"invalid_access\") [5.13.117.96.1.1:801] [MAIN.nX1]",
            "ads request read code=2 read Pending [5.13.117.96.1.1:801] [MAIN.nX1]",
            "ads response read code=2 read Ok [5.13.117.96.1.1:801] [MAIN.nX1]",
        ]
    );
    assert!(log.messages[0].contains(
        "index_group=61443(symbol_handle_by_name) index_offset=0 read_length=4 symbol=\"MAIN.nX1\""
    ));
    assert_eq!(
        log.values,
        [
            "ads [5.13.117.96.1.1:801] [MAIN.nX1] uint16 Uint(300)",
            "ads [5.13.117.96.1.1:801] [MAIN.nX1] uint16 Uint(7)",
        ]
    );
}

#[test]
fn states_are_read_and_ordered() {
    let log = pair(4, &[], &[0, 0, 0, 0, 5, 0, 0, 0]);
    assert!(log.messages[1].contains("ads_state=5(run) device_state=0"));
    assert!(log.observations.contains(&"Sender [ams_port 801] cpu_state=\"run\" ads 95".to_owned()));
    let log = pair(5, &[6, 0, 0, 0, 0, 0, 0, 0], &[0, 0, 0, 0]);
    assert!(log.messages[0].contains("write_control code=5 control Pending"));
    assert!(log.messages[0].contains("ads_state=6(stop)"));
}

#[test]
fn notifications_carry_the_variable_they_were_set_up_for() {
    let subscribe = [&[0x20, 0x40, 0, 0, 8, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0][..], &[0; 24]].concat();
    // One stamp with one sample of four bytes for handle 3.
    let samples =
        [&[28, 0, 0, 0, 1, 0, 0, 0][..], &[0; 8], &[1, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 1, 2, 0, 0]].concat();
    let mut note = packet(8, true, 0, 0, &samples);
    note[24] = 4;
    let pieces =
        [ask(6, &subscribe), answer(6, &[0, 0, 0, 0, 3, 0, 0, 0]), ask(7, &[3, 0, 0, 0]), answer(7, &[0; 4])];
    let log = check_stream(
        &DISSECTOR,
        48_898,
        &[client(&pieces[0]), server(&pieces[1]), server(&note), client(&pieces[2]), server(&pieces[3])],
    );
    assert!(log.messages[0].contains("add_device_notification code=6 read Pending"));
    assert!(log.messages[0].contains("transmission_mode=4(server_on_change)"));
    assert!(
        log.messages[2]
            .starts_with("ads event device_notification code=8 read Event [5.13.117.96.1.1:801] [] [] {")
    );
    assert!(log.messages[2].ends_with("stamps=1 samples=[{notification_handle=3 data=0x01020000}]}"));
    assert!(log.messages[3].contains("delete_device_notification code=7"));
    assert_eq!(log.values, ["ads [5.13.117.96.1.1:801] [index_group 16416 index_offset 8] uint32 Uint(513)"]);
}

#[test]
fn routers_find_each_other_and_add_routes() {
    const MAGIC_BYTES: [u8; 4] = [3, 0x66, 0x14, 0x71];
    let head = |service: u32, id: [u8; 6], count: u8| {
        [&MAGIC_BYTES[..], &[1, 0, 0, 0], &service.to_le_bytes(), &id, &[16, 39, count, 0, 0, 0]].concat()
    };
    let find = head(1, STATION, 0);
    let system = [&[20, 1, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0x30, 0xb, 0, 0, 3, 0, 0, 0][..]].concat();
    let found = [
        head(0x8000_0001, PLC, 3),
        [&[5, 0, 7, 0][..], b"CX-0D75"].concat(),
        [&[4, 0, 20, 0][..], &system].concat(),
        vec![3, 0, 4, 0, 2, 11, 0x30, 6],
    ]
    .concat();
    let add = [
        head(6, STATION, 4),
        [&[12, 0, 2, 0][..], b"A\0", &[7, 0, 6, 0], &STATION].concat(),
        [&[13, 0, 2, 0][..], b"u\0", &[2, 0, 2, 0], b"p\0"].concat(),
    ]
    .concat();
    let added = [head(0x8000_0006, PLC, 1), vec![1, 0, 4, 0, 4, 7, 0, 0]].concat();
    let log = check_datagrams(
        &DISSECTOR,
        Transport::Udp,
        48_899,
        &[client(&find), server(&found), client(&add), server(&added)],
    );
    assert_eq!(
        log.messages,
        [
            "ads request discover code=- discovery Pending [] [] [] {invoke_id=1 service=1 \
             source_net_id=\"192.168.1.99.1.1\" source_port=10000}",
            "ads response discover code=- discovery Ok [] [] [] {invoke_id=1 service=1 \
             source_net_id=\"5.13.117.96.1.1\" source_port=10000 host_name=\"CX-0D75\" \
             operating_system=\"Windows CE 7.0.2864\" device_version=\"2.11.1584\"}",
            "ads request add_route code=- configuration Pending [] [] [] {invoke_id=1 service=6 \
             source_net_id=\"192.168.1.99.1.1\" source_port=10000 route_name=\"A\" \
             route_net_id=\"192.168.1.99.1.1\" user_name=\"u\" password_in_clear=true}",
            "ads response add_route code=- configuration Error(\"invalid_access\") [] [] [] {invoke_id=1 service=6 \
             source_net_id=\"5.13.117.96.1.1\" source_port=10000 response_code=1796(invalid_access)}",
        ]
    );
    assert!(log.observations.contains(&"Sender [] os=\"Windows CE 7.0.2864\" ads 95".to_owned()));
    assert!(log.observations.contains(&"Sender [] name=\"CX-0D75\" ads 95".to_owned()));
    assert!(log.observations.contains(&"Sender [] firmware=\"2.11.1584\" ads 95".to_owned()));
}

#[test]
fn the_system_service_is_judged_by_its_groups() {
    let start = [&[244, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0][..], b"x"].concat();
    let mut on_service = ask(3, &start);
    on_service[12..14].copy_from_slice(&10_000u16.to_le_bytes());
    let log =
        check_stream(&DISSECTOR, 48_898, &[client(&on_service), client(&packet(3, false, 0, 10, &start))]);
    assert!(
        log.messages[0].contains("write code=3 control Pending [5.13.117.96.1.1:10000]"),
        "{:?}",
        log.messages
    );
    assert!(
        log.messages[1].contains("write code=3 write Pending [5.13.117.96.1.1:801]"),
        "{:?}",
        log.messages
    );
}

#[test]
fn what_is_out_of_spec_is_marked() {
    for (data, mark) in [
        (ask(2, &[1, 2, 3]), "bad_length"),
        (ask(4, &[1]), "trailing_bytes"),
        (ask(77, &[]), "unknown_function"),
    ] {
        let log = check_stream(&DISSECTOR, 48_898, &[client(&data)]);
        assert!(log.messages[0].contains(&format!("[\"{mark}\"] {{")), "{mark}: {:?}", log.messages);
    }
    // Nobody listens: the router answers with an error and nothing else.
    let log = check_stream(&DISSECTOR, 48_898, &[client(&ask(4, &[])), server(&packet(4, true, 6, 9, &[]))]);
    assert!(log.messages[1].contains("Error(\"target_port_not_found\") [5.13.117.96.1.1:801] [] [] {"));
    let log =
        check_stream(&DISSECTOR, 48_898, &[client(&ask(4, &[])), server(&packet(4, true, 0, 8, &[0; 8]))]);
    assert!(log.messages[1].contains("[\"unexpected_response\"]"), "{:?}", log.messages);
    let connect = [0, 0x10, 2, 0, 0, 0, 0, 0];
    let log = check_stream(&DISSECTOR, 48_898, &[client(&connect)]);
    assert!(
        log.messages[0].starts_with("ads control port_connect code=- session Event"),
        "{:?}",
        log.messages
    );
}

#[test]
fn probes_want_structure() {
    let read = ask(2, &[1, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0]);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 1, &read), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 48_898, &read[..20]), Verdict::More);
    let mut wrong = read.clone();
    wrong[26] = 9;
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 48_898, &wrong), Verdict::No);
    assert_eq!(
        look(&DISSECTOR, Transport::Udp, 48_899, b"\x03\x66\x14\x70 something else entirely"),
        Verdict::No
    );
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 48_898, b"GET / HTTP/1.1\r\n"), Verdict::No);
    let log = datagrams(&DISSECTOR, Transport::Udp, 48_899, &[client(b"nonsense")]);
    assert!(log.messages.is_empty());
}
