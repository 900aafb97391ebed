use super::*;
use crate::testing::{check_stream, client, probe as look, server, stream};

/// An I frame with these numbers.
fn i(send: u16, receive: u16, asdu: &[u8]) -> Vec<u8> {
    let length = u8::try_from(asdu.len() + 4).unwrap();
    let mut bytes = vec![0x68, length];
    bytes.extend((send << 1).to_le_bytes());
    bytes.extend((receive << 1).to_le_bytes());
    bytes.extend(asdu);
    bytes
}

const START_ACT: &[u8] = &[0x68, 4, 0x07, 0, 0, 0];
const START_CON: &[u8] = &[0x68, 4, 0x0b, 0, 0, 0];

#[test]
fn a_connection_starts_interrogates_and_reports() {
    let ask = i(0, 0, &[100, 1, 6, 0, 10, 0, 0, 0, 0, 20]);
    let confirm = i(0, 1, &[100, 1, 7, 0, 10, 0, 0, 0, 0, 20]);
    // Two short floats from address 0x0102 on; the second is invalid.
    let report = i(1, 1, &[13, 0x82, 20, 0, 10, 0, 2, 1, 0, 0, 0, 0xc0, 0x3f, 0, 0, 0, 0x80, 0x3f, 0x80]);
    let ack = [0x68, 4, 1, 0, 4, 0];
    let log = check_stream(
        &DISSECTOR,
        2404,
        &[
            client(START_ACT),
            server(START_CON),
            client(&ask),
            server(&[confirm, report].concat()),
            client(&ack),
        ],
    );
    assert_eq!(
        log.messages,
        [
            "iec104 request startdt code=- session Pending [] [] [] {apci=\"U\" length=4 u_type=1}",
            "iec104 response startdt code=- session Ok [] [] [] {apci=\"U\" length=4 u_type=2}",
            "iec104 request interrogation_command code=100 read Pending [common_address 10] [ioa 0] [] {apci=\"I\" \
             length=14 send_sequence=0 receive_sequence=0 type=\"C_IC_NA_1\" sequence=false object_count=1 \
             cause=6(activation) negative=false test=false originator_address=0 common_address=10 objects=[{ioa=0 \
             qualifier_of_interrogation=20(station)}]}",
            "iec104 response interrogation_command code=100 read Ok [common_address 10] [ioa 0] [] {apci=\"I\" \
             length=14 send_sequence=0 receive_sequence=1 type=\"C_IC_NA_1\" sequence=false object_count=1 \
             cause=7(activation_confirmation) negative=false test=false originator_address=0 common_address=10 \
             objects=[{ioa=0 qualifier_of_interrogation=20(station)}]}",
            "iec104 event measured_value_short_float code=13 read Event [common_address 10] [ioa 258-259] [] \
             {apci=\"I\" length=23 send_sequence=1 receive_sequence=1 type=\"M_ME_NC_1\" sequence=true object_count=2 \
             cause=20(interrogated_by_station) negative=false test=false originator_address=0 common_address=10 \
             objects=[{ioa=258 value=1.5 quality=0 quality_flags=[]} {ioa=259 value=1 quality=128 \
             quality_flags=[\"invalid\"]}]}",
            "iec104 control supervisory code=- session Event [] [] [] {apci=\"S\" length=4 receive_sequence=2}",
        ]
    );
    assert_eq!(log.values, ["iec104 [common_address 10] [ioa 258] short_float Float(1.5)"]);
}

#[test]
fn every_type_shows_its_elements() {
    // 2009-08-13 14:30:45.500, invalid and summer time.
    let t7: &[u8] = &[0xbc, 0xb1, 0x9e, 0x8e, 0x8d, 8, 9];
    let t7_shown = "time=\"2009-08-13T14:30:45.500\" time_invalid=true summer_time=true";
    let cases: &[(u8, &[u8], &str)] = &[
        (1, &[0x91], "value=1 quality=144 quality_flags=[\"blocked\" \"invalid\"]"),
        (2, &[0, 1, 2, 3], "value=0 quality=0 quality_flags=[] time=\"03:00.513\" time_invalid=false"),
        (3, &[2], "value=2(on) quality=0 quality_flags=[]"),
        (5, &[0xff, 1], "value=-1 transient=true quality=1 quality_flags=[\"overflow\"]"),
        (7, &[1, 0, 0, 0x80, 0], "value=2147483649 quality=0 quality_flags=[]"),
        (9, &[0, 0xc0, 0], "value=-0.5 quality=0 quality_flags=[]"),
        (11, &[0xfe, 0xff, 0], "value=-2 quality=0 quality_flags=[]"),
        (15, &[5, 0, 0, 0, 0xe3], "value=5 sequence=3 carry=true adjusted=true invalid=true"),
        (
            17,
            &[2, 10, 0, 1, 0, 2],
            "event_state=2(on) quality=0 quality_flags=[] elapsed_ms=10 time=\"02:00.001\" time_invalid=false",
        ),
        (
            18,
            &[3, 8, 10, 0, 1, 0, 2],
            "start_events=3 quality=8 quality_flags=[\"elapsed_time_invalid\"] elapsed_ms=10 time=\"02:00.001\" \
             time_invalid=false",
        ),
        (
            19,
            &[1, 0x80, 10, 0, 1, 0, 2],
            "output_circuits=1 quality=128 quality_flags=[\"invalid\"] elapsed_ms=10 time=\"02:00.001\" \
             time_invalid=false",
        ),
        (20, &[1, 0, 2, 0, 0], "value=1 changes=2 quality=0 quality_flags=[]"),
        (21, &[0, 0x40], "value=0.5"),
        (45, &[0x81], "value=1 qualifier_of_command=0(no_additional_definition) select=true"),
        (46, &[0x06], "value=2(on) qualifier_of_command=1(short_pulse) select=false"),
        (
            47,
            &[0x01],
            "value=1(next_step_lower) qualifier_of_command=0(no_additional_definition) select=false",
        ),
        (48, &[0, 0x40, 0], "value=0.5 qualifier_of_set_point=0 select=false"),
        (51, &[1, 0, 0, 0], "value=1"),
        (70, &[0x82], "cause_of_initialization=2(remote_reset) after_parameter_change=true"),
        (101, &[0x45], "request=5(general) freeze=1(freeze_without_reset)"),
        (102, &[], ""),
        (104, &[0xaa, 0x55], "test_pattern=21930"),
        (105, &[1], "qualifier_of_reset=1(general_reset_of_process)"),
        (106, &[9, 0], "elapsed_ms=9"),
        (
            112,
            &[0, 0, 0, 0, 0xc1],
            "value=0 kind_of_parameter=1(threshold) local_change=true not_in_operation=true",
        ),
        (113, &[3], "qualifier_of_activation=3(cyclic_transmission_of_the_object)"),
        (120, &[1, 0, 0, 1, 0, 0x80], "file_name=1 length=256 file_ready_qualifier=0 refused=true"),
        (
            121,
            &[1, 0, 1, 4, 0, 0, 0],
            "file_name=1 section=1 length=4 section_ready_qualifier=0 not_ready=false",
        ),
        (122, &[1, 0, 0, 2], "file_name=1 section=0 select_and_call_qualifier=2(request_file) error=0(none)"),
        (
            123,
            &[1, 0, 1, 3, 6],
            "file_name=1 section=1 last_qualifier=3(section_without_deactivation) checksum=6",
        ),
        (
            124,
            &[1, 0, 1, 0x24],
            "file_name=1 section=1 acknowledge_qualifier=4(section_refused) error=2(checksum_failed)",
        ),
        (125, &[1, 0, 1, 2, 7, 8], "file_name=1 section=1 segment_length=2 segment=0x0708"),
        (81, &[1, 2, 3], "data=0x010203"),
    ];
    for (id, data, shown) in cases {
        let frame = i(3, 4, &[&[*id, 1, 3, 0, 1, 0, 5, 0, 0], *data].concat());
        let log = check_stream(&DISSECTOR, 2404, &[server(&frame)]);
        let objects = format!("objects=[{{ioa=5{}{shown}}}]}}", if shown.is_empty() { "" } else { " " });
        assert!(log.messages[0].ends_with(&objects), "{id}: {}", log.messages[0]);
    }
    for (id, head) in [(30, &[1u8][..]), (36, &[0, 0, 0, 0, 0]), (58, &[1]), (103, &[]), (107, &[1, 0])] {
        let frame = i(3, 4, &[&[id, 1, 3, 0, 1, 0, 5, 0, 0], head, t7].concat());
        let log = check_stream(&DISSECTOR, 2404, &[server(&frame)]);
        assert!(log.messages[0].contains(t7_shown), "{id}: {}", log.messages[0]);
    }
}

#[test]
fn every_named_type_has_a_size_and_reserved_ones_are_marked() {
    for id in 0..=255u8 {
        let frame = i(3, 4, &[id, 1, 3, 0, 1, 0, 5, 0, 0]);
        let log = stream(&DISSECTOR, 2404, &[server(&frame)], true);
        let marked =
            log.messages[0].contains("reserved_function") || log.messages[0].contains("unknown_function");
        assert_eq!(marked, kinds::of(id).is_none(), "{id}");
    }
}

#[test]
fn a_command_is_confirmed_refused_or_unknown() {
    let act = i(0, 0, &[45, 1, 6, 0, 1, 0, 9, 0, 0, 1]);
    let refused = i(0, 1, &[45, 1, 0x47, 0, 1, 0, 9, 0, 0, 1]);
    let unknown = i(1, 1, &[45, 1, 47, 0, 1, 0, 9, 0, 0, 1]);
    let select = i(1, 2, &[45, 1, 6, 0, 1, 0, 9, 0, 0, 0x81]);
    let log = check_stream(
        &DISSECTOR,
        2404,
        &[
            client(START_ACT),
            server(START_CON),
            client(&act),
            server(&refused),
            server(&unknown),
            client(&select),
        ],
    );
    assert!(
        log.messages[2].starts_with(
            "iec104 request single_command code=45 control Pending [common_address 1] [ioa 9] [] "
        )
    );
    assert!(log.messages[3].starts_with(
        "iec104 response single_command code=45 control Error(\"negative_confirmation\") [common_address 1] [ioa 9] [] "
    ));
    assert!(log.messages[4].contains("Error(\"unknown_information_object_address\")"));
    // Executed once; a selection writes nothing.
    assert_eq!(log.values, ["iec104 [common_address 1] [ioa 9] single_command Bool(true)"]);
}

#[test]
fn sequence_numbers_that_skip_or_run_ahead_are_marked() {
    let report: &[u8] = &[1, 1, 3, 0, 1, 0, 9, 0, 0, 1];
    let log = check_stream(
        &DISSECTOR,
        2404,
        &[
            client(START_ACT),
            server(START_CON),
            server(&i(0, 0, report)),
            server(&i(2, 0, report)),
            client(&[0x68, 4, 1, 0, 6, 0]),
            client(&[0x68, 4, 1, 0, 20, 0]),
        ],
    );
    assert!(log.messages[2].contains("[ioa 9] []"));
    assert!(log.messages[3].contains("[\"bad_sequence\"]"));
    assert!(log.messages[4].contains("[] [] []"));
    assert!(log.messages[5].contains("[\"bad_sequence\"]"));
    let early = check_stream(&DISSECTOR, 2404, &[client(&i(0, 0, &[100, 1, 6, 0, 1, 0, 0, 0, 0, 20]))]);
    assert!(early.messages[0].contains("[\"bad_order\"]"));
}

#[test]
fn damage_is_passed_over_up_to_the_next_start_byte() {
    let bytes = [&[1, 2, 0x68, 0xff, 3][..], START_ACT].concat();
    let log = check_stream(&DISSECTOR, 2404, &[client(&bytes)]);
    assert_eq!(
        log.messages,
        [
            "iec104 request startdt code=- session Pending [] [] [\"trailing_bytes\"] {apci=\"U\" length=4 u_type=1}"
        ]
    );
}

#[test]
fn a_frame_cut_after_its_type_still_counts() {
    let frame = i(0, 0, &[13, 1, 3, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0]);
    let log = stream(&DISSECTOR, 2404, &[server(&frame[..12])], true);
    assert!(log.messages[0].contains("code=13") && log.messages[0].contains("truncated"));
}

#[test]
fn a_file_travels_in_sections() {
    let head = |id: u8| vec![id, 1, 13, 0, 1, 0, 5, 0, 0, 1, 0];
    let ready = i(0, 0, &[head(121), vec![1, 4, 0, 0, 0]].concat());
    let first = i(1, 0, &[head(125), vec![1, 2, 1, 2]].concat());
    let second = i(2, 0, &[head(125), vec![1, 2, 3, 4]].concat());
    let good = i(3, 0, &[head(123), vec![1, 3, 10]].concat());
    let end = i(4, 0, &[head(123), vec![1, 1, 10]].concat());
    let log = check_stream(&DISSECTOR, 2404, &[server(&[ready, first, second, good, end].concat())]);
    assert_eq!(
        log.files,
        [
            "iec104 \"file 1 of ioa 5\" Upload Some(0) 2 false",
            "iec104 \"file 1 of ioa 5\" Upload Some(2) 2 false",
            "iec104 \"file 1 of ioa 5\" Upload Some(4) 0 true",
        ]
    );
    assert!(log.messages.iter().all(|line| !line.contains("bad_checksum")));
    let bad = i(3, 0, &[head(123), vec![1, 3, 11]].concat());
    let ready = i(0, 0, &[head(121), vec![1, 4, 0, 0, 0]].concat());
    let first = i(1, 0, &[head(125), vec![1, 2, 1, 2]].concat());
    let log = check_stream(&DISSECTOR, 2404, &[server(&[ready, first, bad].concat())]);
    assert!(log.messages[2].contains("bad_checksum"));
}

#[test]
fn bytes_decide_on_any_port() {
    let frame = i(7, 9, &[1, 1, 3, 0, 1, 0, 9, 0, 0, 1]);
    for port in [2404, 40_000] {
        assert_eq!(look(&DISSECTOR, Transport::Tcp, port, &frame), Verdict::Sure);
        assert_eq!(look(&DISSECTOR, Transport::Tcp, port, START_ACT), Verdict::Sure);
        assert_eq!(look(&DISSECTOR, Transport::Tcp, port, b"GET / HTTP/1.1\r\n\r\n"), Verdict::No);
        // Objects that do not fill the frame.
        let odd = i(7, 9, &[1, 2, 3, 0, 1, 0, 9, 0, 0, 1]);
        assert_ne!(look(&DISSECTOR, Transport::Tcp, port, &odd), Verdict::Sure);
    }
    assert_eq!(look(&DISSECTOR, Transport::Udp, 2404, &frame), Verdict::No);
    let midstream = [&[9, 9, 9][..], &frame].concat();
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 2404, &midstream), Verdict::Likely);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 40_000, &midstream), Verdict::No);
}
