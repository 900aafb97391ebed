//! Functions, objects, identity and files.

use super::*;

#[test]
fn a_class_poll_and_its_answer_share_their_object() {
    let poll = request(&[0xc3, 1, 60, 2, 6, 60, 3, 6, 60, 4, 6, 60, 1, 6]);
    // Restart and need time; binary inputs 3 and 4 with flags; a 16-bit analog input 7 of -2; counter 0 of 9.
    let answer = response(&[
        0xc3, 129, 0x90, 0x00, 1, 2, 0, 3, 4, 0x81, 0x01, 30, 2, 0x17, 1, 7, 0x01, 0xfe, 0xff, 20, 5, 0, 0,
        0, 9, 0, 0, 0,
    ]);
    let log = run(&[client(&poll), server(&answer)]);
    assert_eq!(
        log.messages[0],
        "dnp3 request read code=1 read Pending [master 1 outstation 10] [class 0,1,2,3] [] {link_length=20 \
         link_dir=true link_prm=true link_fcb=false link_fcv=false link_function=4(unconfirmed_user_data) \
         link_destination=10 link_source=1 transport={fir=true fin=true sequence=0} application={fir=true fin=true \
         con=false uns=false sequence=3} objects=[{group=60(class_data) variation=2 qualifier=6} \
         {group=60(class_data) variation=3 qualifier=6} {group=60(class_data) variation=4 qualifier=6} \
         {group=60(class_data) variation=1 qualifier=6}]}"
    );
    assert_eq!(
        short(&log.messages[1]),
        "response response code=129 read Ok [class 0,1,2,3] [] iin=36864(need_time,device_restart) \
         request_function=1 objects=[{group=1(binary_input) variation=2 qualifier=0 start=3 stop=4 \
         points=[{index=3 value=1 flags=129(online)} {index=4 value=0 flags=1(online)}]} \
         {group=30(analog_input) variation=2 qualifier=23 count=1 points=[{index=7 value=-2 flags=1(online)}]} \
         {group=20(counter) variation=5 qualifier=0 start=0 stop=0 points=[{index=0 value=9}]}]"
    );
    assert_eq!(
        log.values,
        [
            "dnp3 [outstation 10] [binary_input 3] bool Bool(true)",
            "dnp3 [outstation 10] [binary_input 4] bool Bool(false)",
            "dnp3 [outstation 10] [analog_input 7] int16 Int(-2)",
            "dnp3 [outstation 10] [counter 0] uint32 Uint(9)",
        ]
    );
}

#[test]
fn a_refused_command_names_its_status() {
    // Trip of binary output 5: pulse on, one pulse of 100 ms.
    let crob = [12, 1, 0x17, 1, 5, 0x81, 1, 100, 0, 0, 0, 0, 0, 0, 0, 0];
    let mut refused = crob;
    refused[15] = 7;
    let order = request(&[&[0xc1, 5], &crob[..]].concat());
    let answer = response(&[&[0xc1, 129, 0, 0], &refused[..]].concat());
    let log = run(&[client(&order), server(&answer)]);
    let points = "objects=[{group=12(binary_output_command) variation=1 qualifier=23 count=1 points=[{index=5 \
                  control_code=129 op_type=1(pulse_on) queue=false clear=false trip_close=2(trip) count=1 \
                  on_time_ms=100 off_time_ms=0 status=";
    assert_eq!(
        lines(&log),
        [
            format!(
                "request direct_operate code=5 control Pending [binary_output 5] [] {points}0(success)}}]}}]"
            ),
            format!(
                "response response code=129 control Error(\"local\") [binary_output 5] [] iin=0() \
                 request_function=5 {points}7(local)}}]}}]"
            ),
        ]
    );
    assert_eq!(log.values, ["dnp3 [outstation 10] [binary_output_command 5] control_code Uint(129)"]);
}

#[test]
fn indications_refuse() {
    for (second, name) in [
        (1, "no_func_code_support"),
        (2, "object_unknown"),
        (4, "parameter_error"),
        (0x10, "already_executing"),
    ] {
        let log = run(&[client(&request(&[0xc0, 13])), server(&response(&[0xc0, 129, 0, second]))]);
        let expected = format!("response response code=129 control Error({name:?}) [] []");
        assert!(short(&log.messages[1]).starts_with(&expected), "{}", log.messages[1]);
    }
}

#[test]
fn every_function_is_named() {
    let names = [
        "confirm code=0 session Event",
        "read code=1 read Pending",
        "write code=2 write Pending",
        "select code=3 control Pending",
        "operate code=4 control Pending",
        "direct_operate code=5 control Pending",
        "direct_operate_no_response code=6 control Pending",
        "immediate_freeze code=7 control Pending",
        "immediate_freeze_no_response code=8 control Pending",
        "freeze_and_clear code=9 control Pending",
        "freeze_and_clear_no_response code=10 control Pending",
        "freeze_at_time code=11 control Pending",
        "freeze_at_time_no_response code=12 control Pending",
        "cold_restart code=13 control Pending",
        "warm_restart code=14 control Pending",
        "initialize_data code=15 control Pending",
        "initialize_application code=16 control Pending",
        "start_application code=17 control Pending",
        "stop_application code=18 control Pending",
        "save_configuration code=19 configuration Pending",
        "enable_unsolicited code=20 configuration Pending",
        "disable_unsolicited code=21 configuration Pending",
        "assign_class code=22 configuration Pending",
        "delay_measurement code=23 time_sync Pending",
        "record_current_time code=24 time_sync Pending",
        "open_file code=25 file_transfer Pending",
        "close_file code=26 file_transfer Pending",
        "delete_file code=27 file_transfer Pending",
        "get_file_information code=28 file_transfer Pending",
        "authenticate_file code=29 authentication Pending",
        "abort_file code=30 file_transfer Pending",
        "activate_configuration code=31 configuration Pending",
        "authentication_request code=32 authentication Pending",
        "authentication_request_no_ack code=33 authentication Pending",
    ];
    for (code, expected) in (0u8..).zip(names) {
        let log = run(&[client(&request(&[0xc0, code]))]);
        let kind = if code == 0 { "control" } else { "request" };
        assert_eq!(lines(&log), [format!("{kind} {expected} [] [] objects=[]")]);
    }
    let log = run(&[client(&request(&[0xc0, 70]))]);
    assert!(log.messages[0].contains("unknown_0x46 code=70") && log.messages[0].contains("unknown_function"));
    let log = run(&[server(&response(&[0xd0, 130, 0, 0])), server(&response(&[0xc0, 131, 0, 0]))]);
    assert_eq!(
        lines(&log),
        [
            "event unsolicited_response code=130 alarm Event [] [] iin=0() objects=[]",
            "response authentication_response code=131 authentication Ok [] [] iin=0() objects=[]",
        ]
    );
}

#[test]
fn what_is_written_decides_the_category() {
    let cases: &[(&[u8], &str)] = &[
        (&[50, 1, 7, 1, 1, 0, 0, 0, 0, 0], "time_sync Pending [time]"),
        (&[80, 1, 0, 7, 7, 0], "diagnostics Pending [internal_indication 7]"),
        (&[34, 1, 0, 2, 2, 5, 0], "configuration Pending [analog_input_deadband 2]"),
        (&[110, 3, 0, 4, 4, b'a', b'b', b'c'], "write Pending [octet_string 4]"),
        (&[10, 1, 0, 0, 9, 0xff, 0x01], "write Pending [binary_output 0-9]"),
    ];
    for (objects, expected) in cases {
        let log = run(&[client(&request(&[&[0xc0, 2], *objects].concat()))]);
        let expected = format!("request write code=2 {expected} [] ");
        assert!(short(&log.messages[0]).starts_with(&expected), "{} {expected}", log.messages[0]);
    }
}

#[test]
fn objects_of_every_shape_are_shown() {
    let time = [0x10, 0x32, 0x54, 0x76, 0x98, 0x01];
    let cases: Vec<(Vec<u8>, &str)> = vec![
        (vec![2, 1, 0x17, 1, 3, 0x81], "index=3 value=1 flags=129(online)"),
        (
            [&[2, 2, 0x28, 1, 0, 3, 0, 0x01], &time[..]].concat(),
            "index=3 value=0 flags=1(online) timestamp_ms=1754331886096",
        ),
        (vec![2, 3, 0x17, 1, 3, 0x81, 5, 1], "index=3 value=1 flags=129(online) relative_time_ms=261"),
        (vec![3, 1, 0, 0, 1, 0b0110], "index=0 value=2(on)} {index=1 value=1(off)"),
        (vec![3, 2, 0, 9, 9, 0xc1], "index=9 value=3(indeterminate) flags=193(online)"),
        (
            [&[4, 2, 0x17, 1, 1, 0x41], &time[..]].concat(),
            "index=1 value=1(off) flags=65(online) timestamp_ms=1754331886096",
        ),
        (vec![10, 2, 0, 1, 1, 0x11], "index=1 value=0 flags=17(online,local_forced)"),
        (
            [&[13, 2, 0x17, 1, 1, 0x84], &time[..]].concat(),
            "index=1 value=1 status=4(not_supported) timestamp_ms=1754331886096",
        ),
        (vec![20, 2, 0, 0, 0, 0x21, 1, 2], "index=0 value=513 flags=33(online,rollover)"),
        (
            [&[21, 5, 0, 0, 0, 0x01, 1, 0, 0, 0], &time[..]].concat(),
            "index=0 value=1 flags=1(online) timestamp_ms=1754331886096",
        ),
        (vec![21, 10, 0, 0, 0, 7, 0], "index=0 value=7"),
        (
            [&[22, 6, 0x17, 1, 2, 0x01, 1, 0], &time[..]].concat(),
            "index=2 value=1 flags=1(online) timestamp_ms=1754331886096",
        ),
        (
            vec![30, 1, 1, 0, 1, 0, 1, 0x21, 0xff, 0xff, 0xff, 0xff],
            "index=256 value=-1 flags=33(online,over_range)",
        ),
        (vec![30, 5, 0, 1, 1, 0x01, 0, 0, 0x80, 0x3f], "index=1 value=1 flags=1(online)"),
        (vec![30, 6, 0, 1, 1, 0x01, 0, 0, 0, 0, 0, 0, 0xe0, 0x3f], "index=1 value=0.5 flags=1(online)"),
        (
            [&[32, 8, 0x17, 1, 1, 0x01, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f], &time[..]].concat(),
            "index=1 value=1.5 flags=1(online) timestamp_ms=1754331886096",
        ),
        (vec![31, 6, 0, 1, 1, 0xfe, 0xff], "index=1 value=-2"),
        (vec![34, 3, 0, 1, 1, 0, 0, 0, 0x40], "index=1 value=2"),
        (vec![40, 4, 0, 1, 1, 0x01, 0, 0, 0, 0, 0, 0, 0, 0x40], "index=1 value=2 flags=1(online)"),
        (
            [&[43, 4, 0x17, 1, 1, 0x00, 9, 0], &time[..]].concat(),
            "index=1 value=9 status=0(success) timestamp_ms=1754331886096",
        ),
        (
            [&[50, 4, 0x17, 1, 1], &time[..], &[5, 0, 0, 0, 2]].concat(),
            "index=1 timestamp_ms=1754331886096 interval=5 interval_units=2",
        ),
        ([&[51, 1, 7, 1], &time[..]].concat(), "timestamp_ms=1754331886096"),
        (vec![52, 2, 7, 1, 10, 0], "delay_ms=10"),
        (vec![81, 1, 7, 1, 90, 2, 1], "fill_percent=90 filled_group=2 filled_variation=1"),
        (
            vec![83, 1, 7, 1, b'A', b'C', b'M', b'E', 1, 0, 1, 0, 0xff],
            "vendor=\"ACME\" object_id=1 data=0xff",
        ),
        (
            vec![85, 1, 0x5b, 1, 9, 0, 8, 4, 1, 0, b'F', b'a', b'u', b'l', b't'],
            "elements=[{descriptor=4(name) data_type=1(vstr) max_length=0 value=\"Fault\"}]",
        ),
        (vec![86, 2, 0, 0, 0, 0x09], "index=0 characteristics=9(readable,event)"),
        (vec![87, 1, 0x5b, 1, 3, 0, 2, 7, 8], "values=[0x0708]"),
        (vec![90, 1, 0x5b, 1, 3, 0, b'a', b'p', b'p'], "application_id=\"app\""),
        (vec![101, 1, 0, 0, 0, 0x34, 0x12], "index=0 value=1234"),
        (vec![102, 1, 0, 4, 4, 200], "index=4 value=200"),
        (vec![111, 2, 0x17, 1, 3, b'o', b'k'], "index=3 text=\"ok\" octets=0x6f6b"),
        (
            vec![120, 1, 0x5b, 1, 12, 0, 1, 0, 0, 0, 2, 0, 4, 1, 9, 9, 9, 9],
            "name=\"challenge\" challenge_sequence=1 user_number=2 mac_algorithm=4 reason=1 challenge=0x09090909",
        ),
        (
            vec![120, 3, 7, 1, 5, 0, 0, 0, 1, 0],
            "name=\"aggressive_mode_request\" challenge_sequence=5 user_number=1",
        ),
        (
            vec![120, 6, 0x5b, 1, 10, 0, 1, 0, 0, 0, 1, 0, 1, 2, 3, 4],
            "name=\"session_key_change\" key_change_sequence=1 user_number=1 wrapped_key_length=4",
        ),
        (vec![121, 1, 0, 2, 2, 1, 3, 0, 9, 0, 0, 0], "index=2 association_id=3 value=9 flags=1(online)"),
    ];
    for (objects, expected) in cases {
        let log = run(&[server(&response(&[&[0xc0, 129, 0, 0], &objects[..]].concat()))]);
        assert!(
            log.messages[0].contains(&format!("points=[{{{expected}}}]")),
            "{} {expected}",
            log.messages[0]
        );
        assert!(log.messages[0].contains(" [] {link_length"), "{}", log.messages[0]);
        let before = log.messages.len();
        assert_eq!(before, 1, "{expected}");
    }
}

#[test]
fn reads_name_points_without_data() {
    let read = request(&[
        0xc0, 1, 1, 2, 0x00, 0, 7, 30, 0, 0x06, 2, 0, 0x07, 9, 40, 0, 0x17, 2, 3, 5, 20, 1, 0x28, 1, 0, 0, 1,
        110, 0, 1, 0, 0, 9, 0,
    ]);
    let log = run(&[client(&read)]);
    assert_eq!(
        lines(&log),
        [
            "request read code=1 read Pending [binary_input 0-7] [] objects=[{group=1(binary_input) variation=2 \
          qualifier=0 start=0 stop=7} {group=30(analog_input) variation=0 qualifier=6} \
          {group=2(binary_input_event) variation=0 qualifier=7 count=9} {group=40(analog_output) variation=0 \
          qualifier=23 count=2 points=[{index=3} {index=5}]} {group=20(counter) variation=1 qualifier=40 count=1 \
          points=[{index=256}]} {group=110(octet_string) variation=0 qualifier=1 start=0 stop=9}]"
        ]
    );
    assert_eq!(log.values, [""; 0]);
}

#[test]
fn attributes_become_identity() {
    let attribute = |variation: u8, text: &str| {
        let mut object = vec![0, variation, 0, 0, 0, 1, u8::try_from(text.len()).unwrap()];
        object.extend_from_slice(text.as_bytes());
        object
    };
    let mut application = vec![0xc0, 129, 0, 0];
    application.extend(attribute(252, "Acme Relays"));
    application.extend(attribute(250, "R-500"));
    application.extend(attribute(248, "SN 7"));
    application.extend(attribute(242, "2.10"));
    application.extend(attribute(243, "B"));
    application.extend([0, 240, 0, 0, 0, 2, 2, 0, 8]);
    application.extend([0, 255, 0, 0, 0, 254, 4, 252, 0, 247, 1]);
    // Set 5 is the maker's own: variation 252 means something else there.
    application.extend([0, 252, 0, 5, 5, 1, 1, b'x']);
    let log = run(&[client(&request(&[0xc0, 1, 0, 254, 0, 0, 0])), server(&response(&application))]);
    assert_eq!(
        log.observations,
        [
            "Sender [] vendor=\"Acme Relays\" dnp3 95",
            "Sender [] model=\"R-500\" dnp3 95",
            "Sender [] serial=\"SN 7\" dnp3 95",
            "Sender [] firmware=\"2.10\" dnp3 95",
            "Sender [] hardware_revision=\"B\" dnp3 95",
        ]
    );
    let answer = &log.messages[1];
    assert!(
        answer.contains("attribute=\"max_transmit_fragment_size\" data_type=2(uint) value=2048"),
        "{answer}"
    );
    assert!(
        answer.contains("variations=[{variation=252 writable=false} {variation=247 writable=true}]"),
        "{answer}"
    );
    assert!(answer.contains("[device_attribute 254]"), "{answer}");
}

#[test]
fn outstations_behind_one_address_are_told_apart() {
    let says = |outstation: u16| {
        let application =
            [0xc0, 0xc0, 129, 0, 0, 0, 248, 0, 0, 0, 1, 1, b'0' + u8::try_from(outstation).unwrap()];
        frame(FROM_OUTSTATION, 1, outstation, &application)
    };
    let log = run(&[server(&says(4)), server(&says(5)), server(&says(4))]);
    assert_eq!(
        log.observations,
        [
            "Sender [] serial=\"4\" dnp3 95",
            "Sender [outstation 5] serial=\"5\" dnp3 95",
            "Sender [outstation 4] serial=\"4\" dnp3 95",
        ]
    );
}

#[test]
fn files_are_followed_from_open_to_close() {
    let name = b"/cfg.bin";
    let mut command = vec![26, 0, 8, 0];
    command.extend([0; 6]); // time of creation
    command.extend([0xff, 0x01, 0, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 4, 9, 0]); // permissions, key, size, mode, block, id
    command.extend_from_slice(name);
    let object = |variation: u8, data: &[u8]| {
        let mut object = vec![70, variation, 0x5b, 1, u8::try_from(data.len()).unwrap(), 0];
        object.extend_from_slice(data);
        object
    };
    let status = object(4, &[&[1, 0, 0, 0, 3, 0, 0, 0, 0, 4, 9, 0, 0][..]].concat());
    let block = object(5, &[1, 0, 0, 0, 0, 0, 0, 0, b'a', b'b']);
    let last = object(5, &[1, 0, 0, 0, 1, 0, 0, 0x80, b'c']);
    let denied = object(6, &[1, 0, 0, 0, 1, 0, 0, 0x80, 1]);
    let close = object(4, &[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    let ask =
        |sequence: u8, function: u8, object: &[u8]| request(&[&[0xc0 | sequence, function], object].concat());
    let say = |sequence: u8, object: &[u8]| response(&[&[0xc0 | sequence, 129, 0, 0], object].concat());
    let log = run(&[
        client(&ask(0, 25, &object(3, &command))),
        server(&say(0, &status)),
        client(&ask(1, 2, &block)),
        client(&ask(1, 2, &block)),
        client(&ask(2, 2, &last)),
        server(&say(2, &denied)),
        client(&ask(3, 26, &close)),
        server(&say(3, &status)),
    ]);
    for line in &log.messages {
        assert!(line.contains("file_transfer") && line.contains("[/cfg.bin]"), "{line}");
    }
    assert!(
        log.messages[0].contains("mode=2(write) max_block_size=1024 request_id=9"),
        "{}",
        log.messages[0]
    );
    assert!(log.messages[5].contains("Error(\"permission_denied\")"), "{}", log.messages[5]);
    assert_eq!(
        log.files,
        ["dnp3 \"/cfg.bin\" Download Some(0) 2 false", "dnp3 \"/cfg.bin\" Download Some(2) 1 true"]
    );
}

#[test]
fn secrets_are_not_shown() {
    let mut auth = vec![12, 0, 3, 0, 15, 0, 6, 0, 1, 2, 3, 4];
    auth.extend_from_slice(b"bobsecret");
    let mut objects = vec![70, 2, 0x5b, 1, u8::try_from(auth.len()).unwrap(), 0];
    objects.extend(auth);
    let log = run(&[client(&request(&[&[0xc0, 29], &objects[..]].concat()))]);
    let line = &log.messages[0];
    assert!(line.contains("user_name=\"bob\" password_length=6 has_authentication_key=true"), "{line}");
    assert!(!line.contains("secret") && !line.contains("736563726574"), "{line}");
}

#[test]
fn authentication_errors_are_refusals() {
    let error = [120, 7, 0x5b, 1, 15, 0, 1, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    let answer = response(&[&[0xc0, 131, 0, 0], &error[..]].concat());
    let log = run(&[client(&request(&[0xc0, 32, 120, 4, 7, 1, 1, 0])), server(&answer)]);
    let line = &log.messages[1];
    assert!(line.contains("Error(\"authentication_failed\")") && line.contains("[authentication]"), "{line}");
}

#[test]
fn broken_objects_are_marked_and_kept() {
    let cases: &[(&[u8], &str)] = &[
        (&[1, 2, 0, 0, 9, 1], "bad_length"),
        (&[1, 2, 0, 9, 0, 1], "bad_value"),
        (&[1, 2, 0x7a, 1], "bad_value"),
        (&[199, 1, 0, 0, 0, 1], "unknown_object"),
        (&[30, 77, 0, 0, 0, 1], "unknown_object"),
        (&[12, 1, 0x17, 1, 0, 0xcf, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0], ""),
        (&[1, 2, 0x29, 0xff, 0xff, 0xff, 0xff], "bad_length"),
        (&[110, 0, 0x09, 0xff, 0xff, 0xff, 0xff], ""),
        (&[70, 5, 0x6b, 2, 255, 255, 255, 255, 1], "bad_length"),
    ];
    for (objects, expected) in cases {
        let log = run(&[server(&response(&[&[0xc0, 129, 0, 0], *objects].concat()))]);
        assert_eq!(log.messages.len(), 1);
        let line = &log.messages[0];
        assert!(line.contains("code=129"), "{line}");
        assert!(
            expected.is_empty() == line.contains(" [] {link_length") && line.contains(expected),
            "{line}"
        );
    }
    let log = run(&[client(&request(&[0xc0, 3, 12, 1, 0x17, 1, 0, 0xcf, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]))]);
    assert!(log.messages[0].contains("bad_value"), "{}", log.messages[0]);
    let log = run(&[server(&response(&[0xc0, 129]))]);
    assert!(log.messages[0].contains("code=129") && log.messages[0].contains("bad_length"), "{log:?}");
    let log = run(&[server(&response(&[0xc0]))]);
    assert!(log.messages[0].contains("code=-") && log.messages[0].contains("missing_field"), "{log:?}");
}

#[test]
fn a_fragment_is_shown_up_to_a_bound() {
    let bytes = 700usize;
    let mut application = vec![0xc0, 129, 0, 0, 1, 1, 1, 0, 0];
    application.extend(u16::try_from(bytes * 8 - 1).unwrap().to_le_bytes());
    application.extend(vec![0xaa; bytes]);
    let frames = segments(FROM_OUTSTATION, 1, 10, &application, 249);
    let pieces: Vec<_> = frames.iter().map(|each| server(each)).collect();
    let log = stream(&DISSECTOR, 20_000, &pieces, true);
    assert!(log.messages.last().unwrap().contains("points_not_shown=1504"), "{log:?}");
}
