use super::*;
use crate::testing::{check_datagrams, check_stream, client, datagrams, probe as look, server};

/// A frame from node 20 to node 10: information field, service id, command, rest.
fn frame(icf: u8, sid: u8, code: u16, rest: &[u8]) -> Vec<u8> {
    let (to, from) = if icf & IS_RESPONSE == 0 { (10, 20) } else { (20, 10) };
    let [main, sub] = code.to_be_bytes();
    [&[icf, 0, 2, 0, to, 0, 0, from, 0, sid, main, sub], rest].concat()
}

fn ask(code: u16, rest: &[u8]) -> Vec<u8> {
    frame(0x80, 7, code, rest)
}

/// A response with its end code.
fn answer(code: u16, end: u16, rest: &[u8]) -> Vec<u8> {
    frame(0xc0, 7, code, &[&end.to_be_bytes(), rest].concat())
}

fn tcp(command: u8, rest: &[u8]) -> Vec<u8> {
    let length = u8::try_from(rest.len() + 8).unwrap();
    [b"FINS", &[0, 0, 0, length, 0, 0, 0, command, 0, 0, 0, 0][..], rest].concat()
}

#[test]
fn words_are_read_by_their_area() {
    let ask = ask(0x0101, &[0x82, 0, 100, 0, 0, 2]);
    let told = answer(0x0101, 0, &[0, 5, 1, 0]);
    let log = check_datagrams(&DISSECTOR, Transport::Udp, 9600, &[client(&ask), server(&told)]);
    assert_eq!(
        log.messages,
        [
            "fins request memory_area_read code=257 read Pending [network 0 node 10 unit 0] [data_memory 100-101] [] \
             {icf=128 gateway_count=2 destination={network=0 node=10 unit=0} source={network=0 node=20 unit=0} \
             service_id=7 area=130(data_memory) address=100 count=2}",
            "fins response memory_area_read code=257 read Ok [network 0 node 10 unit 0] [data_memory 100-101] [] \
             {icf=192 gateway_count=2 destination={network=0 node=20 unit=0} source={network=0 node=10 unit=0} \
             service_id=7 response_code=0(normal_completion) values=[5 256]}",
        ]
    );
    assert_eq!(log.values, ["fins [network 0 node 10 unit 0] data_memory 100+2 x16 00050100"]);
    assert_eq!(
        check_stream(&DISSECTOR, 9600, &[client(&tcp(2, &ask)), server(&tcp(2, &told))]).messages,
        log.messages
    );
}

#[test]
fn bits_are_written_one_by_one() {
    let write = ask(0x0102, &[0x30, 0, 3, 15, 0, 2, 1, 0]);
    let refused = answer(0x0102, 0x2102, &[]);
    let log = check_datagrams(&DISSECTOR, Transport::Udp, 9600, &[client(&write), server(&refused)]);
    assert!(log.messages[0].contains("write Pending [network 0 node 10 unit 0] [cio_bit 3 bit 15] [] {"));
    assert!(log.messages[1].contains("memory_area_write code=258 write Error(\"write_protected\")"));
    assert_eq!(
        log.values,
        [
            "fins [network 0 node 10 unit 0] [cio_bit 3 bit 15] bool Bool(true)",
            "fins [network 0 node 10 unit 0] [cio_bit 4 bit 0] bool Bool(false)",
        ]
    );
}

#[test]
fn controllers_name_themselves_and_their_state() {
    let data = [&b"CP1L-EL20DR-D       "[..], b"01.00               ", &[0; 12]].concat();
    let status = [&[1, 4, 0, 0, 0, 0, 0, 0, 0, 0][..], b"All is well     "].concat();
    let log = check_datagrams(
        &DISSECTOR,
        Transport::Udp,
        9600,
        &[
            client(&ask(0x0501, &[])),
            server(&answer(0x0501, 0, &data)),
            client(&ask(0x0601, &[])),
            server(&answer(0x0601, 0x0040, &status)),
        ],
    );
    assert_eq!(
        log.observations,
        [
            "Sender [] model=\"CP1L-EL20DR-D\" fins 95",
            "Sender [] firmware=\"01.00\" fins 95",
            "Sender [] cpu_state=\"run\" fins 95",
            "Sender [] cpu_mode=\"run\" fins 95",
        ]
    );
    assert!(
        log.messages[3].contains("controller_status_read code=1537 diagnostics Ok"),
        "{:?}",
        log.messages
    );
    assert!(
        log.messages[3].contains("status=1(run) mode=4(run)") && log.messages[3].contains("\"All is well\"")
    );
}

#[test]
fn programs_in_transfer_are_files() {
    let write = ask(0x0307, &[0xff, 0xff, 0, 0, 0, 8, 0x80, 4, 1, 2, 3, 4]);
    let ask_read = ask(0x0306, &[0, 0, 0, 0, 0, 0, 0, 2]);
    let told = answer(0x0306, 0, &[0, 0, 0, 0, 0, 0, 0, 2, 9, 9]);
    let log = check_datagrams(
        &DISSECTOR,
        Transport::Udp,
        9600,
        &[client(&write), server(&answer(0x0307, 0, &[])), client(&ask_read), server(&told)],
    );
    assert_eq!(
        log.files,
        ["fins \"program_65535\" Download Some(8) 4 true", "fins \"program_0\" Upload Some(0) 2 false"]
    );
    assert!(log.messages[0].contains("program_area_write code=775 program_download Pending"));
    assert!(log.messages[3].contains("program_upload Ok [network 0 node 10 unit 0] [program 0] [] {"));
}

#[test]
fn connections_over_tcp_begin_with_node_addresses() {
    let (hello, told) = (tcp(0, &[0, 0, 0, 0]), tcp(1, &[0, 0, 0, 20, 0, 0, 0, 10]));
    let mut error = tcp(3, &[]);
    error[15] = 3;
    let log = check_stream(
        &DISSECTOR,
        9600,
        &[client(&hello), server(&told), server(&error), client(&tcp(6, &[]))],
    );
    assert_eq!(
        log.messages,
        [
            "fins request node_address_data_send_client code=- session Pending [] [] [] {tcp_command=0 \
             tcp_error=0(normal) client_node=0}",
            "fins response node_address_data_send_server code=- session Ok [] [] [] {tcp_command=1 \
             tcp_error=0(normal) client_node=20 server_node=10}",
            "fins control frame_send_error_notification code=- session Error(\"command_not_supported\") [] [] [] \
             {tcp_command=3 tcp_error=3(command_not_supported)}",
            "fins control connection_confirmation code=- session Event [] [] [] {tcp_command=6 tcp_error=0(normal)}",
        ]
    );
}

#[test]
fn every_command_is_named_and_takes_any_content() {
    let mut known = 0;
    for code in 0..=0x2fff_u16 {
        if !command::is_known(code) {
            continue;
        }
        known += 1;
        let content: Vec<u8> = (0..60).collect();
        for cut in [0, 1, 6, 16, 60] {
            let log = datagrams(
                &DISSECTOR,
                Transport::Udp,
                9600,
                &[client(&ask(code, &content[..cut])), server(&answer(code, 0, &content[..cut]))],
            );
            let (name, category) = command::describe(code);
            assert!(
                log.messages[0].starts_with(&format!("fins request {name} code={code} {} ", category.name()))
            );
            assert!(
                log.messages[1]
                    .starts_with(&format!("fins response {name} code={code} {} Ok", category.name()))
            );
        }
    }
    assert_eq!(known, 61);
}

#[test]
fn clocks_runs_places_and_forces_are_shown() {
    for (code, content, shown) in [
        (0x0401, &[0xff, 0xff, 4][..], "program_number=65535 mode=4(run)"),
        (0x0702, &[0x24, 0x12, 0x31, 0x23, 0x59, 0x58], "clock=\"24-12-31 23:59:58\""),
        (
            0x0104,
            &[0x82, 0, 1, 0, 0x31, 0, 2, 3],
            "items=[{area=130(data_memory) address=1} {area=49(work_bit) address=2 bit=3}]",
        ),
        (
            0x0105,
            &[0x82, 0, 1, 0, 0xa1, 0, 9, 0, 0, 4],
            "from={area=130(data_memory) address=1} to={area=161(extended_memory_bank) bank=1 address=9} count=4",
        ),
        (
            0x2301,
            &[0, 1, 0, 1, 0x30, 0, 5, 1],
            "items=[{specification=1(force_set) area=48(cio_bit) address=5 bit=1}]",
        ),
        (0x2205, b"\x00\x01RECIPE  CSV ", "disk=1 file_name=\"RECIPE  CSV\""),
        (0x2601, b"PUMP1   ", "name=\"PUMP1\""),
        (0x0304, &[0xff, 0xff, 0, 1, 2, 3, 4], "service_id=7}"),
    ] {
        let log = datagrams(&DISSECTOR, Transport::Udp, 9600, &[client(&ask(code, content))]);
        assert!(log.messages[0].contains(shown), "{:?}", log.messages);
        assert!(log.messages[0].contains("] [] {"), "{:?}", log.messages);
    }
}

#[test]
fn what_is_out_of_spec_is_marked() {
    for (data, mark) in [
        (ask(0x0101, &[0x82, 0, 100]), "bad_length"),
        (ask(0x0101, &[0x82, 0, 100, 0, 0, 2, 9]), "trailing_bytes"),
        (ask(0x7777, &[]), "unknown_function"),
        (frame(0x82, 7, 0x0501, &[]), "reserved_bits"),
    ] {
        let log = datagrams(&DISSECTOR, Transport::Udp, 9600, &[client(&data)]);
        assert!(log.messages[0].contains(&format!("[\"{mark}\"]")), "{mark}: {:?}", log.messages);
    }
    let log = datagrams(
        &DISSECTOR,
        Transport::Udp,
        9600,
        &[client(&ask(0x0401, &[])), server(&answer(0x0402, 0, &[])), server(&answer(0x0401, 0, &[]))],
    );
    assert!(log.messages[1].contains("[\"mismatched_response\"]"), "{:?}", log.messages);
    assert!(log.messages[2].contains("[\"unexpected_response\"]"), "{:?}", log.messages);
}

#[test]
fn probes_want_structure() {
    let read = ask(0x0101, &[0x82, 0, 100, 0, 0, 2]);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 9600, &read), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 4000, &read), Verdict::Likely);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 9600, &ask(0x7777, &[])), Verdict::No);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 4000, &ask(0x0101, &[0x82])), Verdict::No);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 4000, &tcp(0, &[0; 4])), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 9600, b"FIN"), Verdict::More);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 9600, b"FINS are on fish, they are."), Verdict::No);
    assert_eq!(
        look(&DISSECTOR, Transport::Udp, 9600, b"\x80\x01\x02\x00\x00\x01\x00\x00\x00\x00\x00\x00\x03www"),
        Verdict::No
    );
}
