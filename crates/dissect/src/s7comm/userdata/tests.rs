use super::super::USERDATA;
use super::super::tests::{ask, pdu, run, unit};

/// A list 0x0011 with module, firmware and firmware extension.
pub(in super::super) fn identification() -> Vec<u8> {
    let mut list = vec![0, 0x11, 0, 0, 0, 28, 0, 3];
    for (index, order, versions) in [
        (1u16, "6ES7 000-0AA00-0AA0 ", [0, 3, 0, 1]),
        (7, "                    ", [b'V', 3, 2, 8]),
        (0x81, "Boot Loader         ", [b'A', 32, 9, 9]),
    ] {
        list.extend_from_slice(&index.to_be_bytes());
        list.extend_from_slice(order.as_bytes());
        list.extend_from_slice(&[0, 0xc0]);
        list.extend_from_slice(&versions);
    }
    list
}

#[test]
fn module_identification_is_told_in_parts() {
    let list = identification();
    let (first, second) = list.split_at(40);
    let log = run(&[
        (true, ask(1, 4, 1, &[0, 0x11, 0, 0])),
        (false, unit(1, 0x84, 1, [2, 77, 1, 0, 0], first)),
        (true, unit(2, 0x44, 1, [2, 0, 0, 0, 0], &[])),
        (false, unit(2, 0x84, 1, [2, 77, 0, 0, 0], second)),
    ]);
    let object = "[szl 0x0011 index 0x0000]";
    for message in &log.messages {
        assert!(message.contains("read_szl code=- diagnostics") && message.contains(object), "{message}");
    }
    let shown: Vec<_> = log.messages.iter().map(|message| message.contains("szl_id=17")).collect();
    assert_eq!(shown, [true, false, false, true]);
    assert!(
        log.messages[3].contains("records=[{index=1 mlfb=\"6ES7 000-0AA00-0AA0\""),
        "{}",
        log.messages[3]
    );
    let told: Vec<_> = log
        .observations
        .iter()
        .map(|told| told.replace("Sender [] ", "").replace(" s7comm 95", ""))
        .collect();
    assert_eq!(
        told,
        [
            "order_number=\"6ES7 000-0AA00-0AA0\"",
            "hardware_revision=\"3\"",
            "version=\"3\"",
            "release=\"0.1\"",
            "firmware=\"V3.2.8\"",
            "version=\"V3\"",
            "release=\"2.8\"",
            "firmware_extension=\"Boot Loader\"",
            "version=\"16672\"",
            "release=\"9.9\"",
        ]
    );
}

pub(in super::super) fn list(id: u16, index: u16, records: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for number in [id, index, u16::try_from(records[0].len()).unwrap(), u16::try_from(records.len()).unwrap()]
    {
        bytes.extend_from_slice(&number.to_be_bytes());
    }
    for record in records {
        bytes.extend_from_slice(record);
    }
    bytes
}

pub(in super::super) fn record(start: &[u8], length: usize) -> Vec<u8> {
    let mut record = start.to_vec();
    record.resize(length, 0);
    record
}

#[test]
fn lists_tell_names_state_and_protection() {
    let components: Vec<_> = [
        &b"\0\x01Line 4"[..],
        b"\0\x02CPU",
        b"\0\x03",
        b"\0\x04Acme",
        b"\0\x05S C-X1",
        b"\0\x07CPU 315-2",
        b"\0\x08MMC 1",
        b"\0\x09\0\x2a",
    ]
    .iter()
    .map(|start| record(start, 34))
    .collect();
    let protection = record(&[0, 4, 0, 1, 0, 0, 0, 2, 0, 3], 40);
    let mode = record(&[0x43, 0x04, 0xff, 0x84], 20);
    let network = record(&[0, 0, 10, 1, 2, 3, 255, 0, 0, 0, 0, 0, 0, 0, 2, 3, 4, 5, 6, 7], 48);
    let cases = [
        list(0x1c, 0, &components),
        list(0x0232, 4, &[protection]),
        list(0x0424, 0, &[mode]),
        list(0x0037, 0, &[network]),
    ];
    let mut told = Vec::new();
    for payload in cases {
        let log =
            run(&[(true, ask(1, 4, 1, &payload[..4])), (false, unit(1, 0x84, 1, [2, 0, 0, 0, 0], &payload))]);
        told.extend(log.observations.into_iter().map(|told| told.replace("Sender [] ", "")));
    }
    let told: Vec<_> = told.iter().map(|told| told.replace(" s7comm 95", "")).collect();
    assert_eq!(
        told,
        [
            "plc_name=\"Line 4\"",
            "module_name=\"CPU\"",
            "copyright=\"Acme\"",
            "serial=\"S C-X1\"",
            "model=\"CPU 315-2\"",
            "memory_card=\"MMC 1\"",
            "vendor_id=\"0x002a\"",
            "protection=\"2\"",
            "key_state=\"stop\"",
            "cpu_state=\"stop\"",
            "management_ip=\"10.1.2.3\"",
            "mac_address=\"02:03:04:05:06:07\"",
        ]
    );
}

#[test]
fn every_userdata_function_is_named() {
    let cases: &[(u8, u8, &str)] = &[
        (1, 0x02, "variable_status code=- read"),
        (1, 0x08, "modify_variable code=- write"),
        (1, 0x09, "force code=- control"),
        (1, 0x0c, "memory_reset code=- control"),
        (1, 0x10, "read_job_list code=- diagnostics"),
        (2, 0x01, "cyclic_transfer code=- read"),
        (2, 0x04, "cyclic_unsubscribe code=- read"),
        (3, 0x01, "list_blocks code=- diagnostics"),
        (3, 0x02, "list_blocks_of_type code=- diagnostics"),
        (3, 0x03, "get_block_info code=- diagnostics"),
        (4, 0x02, "message_service code=- alarm"),
        (4, 0x0b, "alarm_ack code=- alarm"),
        (4, 0x13, "alarm_query code=- alarm"),
        (5, 0x01, "plc_password code=- authentication"),
        (5, 0x02, "plc_password_clear code=- authentication"),
        (6, 0x01, "bsend code=- other"),
        (7, 0x01, "read_clock code=- diagnostics"),
        (7, 0x02, "set_clock code=- time_sync"),
        (0x3f, 0x01, "nc_request_download code=- program_download"),
        (4, 0x7f, "unknown_0x47f code=- other"),
    ];
    for (group, subfunction, expected) in cases {
        let log = run(&[
            (true, ask(1, *group, *subfunction, &[])),
            (false, unit(1, 0x80 | group, *subfunction, [1, 0, 0, 0, 0], &[])),
        ]);
        assert!(
            log.messages[0].starts_with(&format!("s7comm request {expected} Pending")),
            "{}",
            log.messages[0]
        );
        assert!(
            log.messages[1].starts_with(&format!("s7comm response {expected} Ok")),
            "{}",
            log.messages[1]
        );
        assert!(
            log.messages[0].contains(&format!("group={group}("))
                && log.messages[0].contains("type=1(request)"),
            "{}",
            log.messages[0]
        );
    }
}

#[test]
fn a_password_is_never_shown() {
    let log = run(&[
        (true, ask(1, 5, 1, &[0x53, 0x45, 0x43, 0x52, 0x45, 0x54, 0x31, 0x32])),
        (false, unit(1, 0x85, 1, [1, 0, 0, 0xd6, 0x02], &[])),
    ]);
    assert!(!log.messages[0].contains("534543") && log.messages[0].contains("password_length=8"));
    assert!(
        log.messages[1].contains("plc_password code=- authentication Error(\"incorrect_password\")"),
        "{}",
        log.messages[1]
    );
}

#[test]
fn blocks_and_clocks_are_shown() {
    let log = run(&[
        (true, ask(1, 3, 1, &[])),
        (false, unit(1, 0x83, 1, [1, 0, 0, 0, 0], b"08\0\x01")),
        (true, ask(2, 3, 2, b"0A")),
        (false, unit(2, 0x83, 2, [1, 0, 0, 0, 0], &[0, 7, 0x22, 5])),
        (true, ask(3, 3, 3, b"0A00007A")),
        (true, ask(4, 7, 2, &[0, 0x19, 0x16, 0x02, 0x08, 0x14, 0x51, 0x37, 0x91, 0x62])),
    ]);
    assert!(log.messages[1].contains("blocks=[{block_type=\"OB\" count=1}]"), "{}", log.messages[1]);
    assert!(log.messages[2].contains("[DB]") && log.messages[3].contains("[DB]"));
    assert!(
        log.messages[3].contains("blocks=[{block_number=7 flags=34 language=5(db)}]"),
        "{}",
        log.messages[3]
    );
    assert!(log.messages[4].contains("[DB7]") && log.messages[4].contains("file_system=\"active\""));
    assert!(log.messages[5].contains("clock=\"2016-02-08T14:51:37.916\""), "{}", log.messages[5]);
}

#[test]
fn block_information_shows_the_header() {
    let mut info = b"\x01\0\0\x4a\x22\0pp\x01\x01\x05\x0a\0\x07\0\0\0\x64\0\0\0\x03".to_vec();
    info.extend_from_slice(&[0, 0, 0, 1, 0, 1, 0, 0, 0, 2, 0, 2]);
    info.extend_from_slice(&[0, 0, 0, 36, 0, 0, 0, 20]);
    info.extend_from_slice(b"MEIER   LINE    MOTOR   \x12\0\x12\x34\0\0\0\0\0\0\0\0");
    let log = run(&[(true, ask(1, 3, 3, b"0A00007A")), (false, unit(1, 0x83, 3, [1, 0, 0, 0, 0], &info))]);
    let wanted = "language=5(db) sub_block_type=10 block_number=7 load_memory_length=100 security=3 \
                  know_how_protected=true code_time=\"1984-01-02T00:00:00.001\" \
                  interface_time=\"1984-01-03T00:00:00.002\" ssb_length=0 add_length=36 local_data_length=0 \
                  mc7_code_length=20 author=\"MEIER\" family=\"LINE\" header_name=\"MOTOR\" version=\"1.2\" \
                  checksum=4660";
    assert!(log.messages[1].contains(wanted), "{}", log.messages[1]);
}

#[test]
fn a_cyclic_push_knows_its_subscription() {
    let mut subscription = vec![0, 1, 1, 2];
    subscription.extend_from_slice(&[0x12, 0x0a, 0x10, 4, 0, 1, 0, 1, 0x84, 0, 0, 0x20]);
    let log = run(&[
        (true, ask(1, 2, 1, &subscription)),
        (false, unit(1, 0x82, 1, [6, 0, 0, 0, 0], &[0, 1, 0xff, 4, 0, 16, 0, 1])),
        (false, unit(0, 0x02, 1, [6, 0, 0, 0, 0], &[0, 1, 0xff, 4, 0, 16, 0, 2])),
    ]);
    assert!(
        log.messages[0].contains("interval_time_base=1(1_s) interval_time_factor=2"),
        "{}",
        log.messages[0]
    );
    assert!(
        log.messages[2].starts_with("s7comm event cyclic_transfer code=- read Event [] [DB1] []"),
        "{}",
        log.messages[2]
    );
    assert_eq!(log.values, ["s7comm [] [DB1.DBW4] word Uint(1)", "s7comm [] [DB1.DBW4] word Uint(2)"]);
}

#[test]
fn watch_tables_show_their_variables() {
    let mut request = vec![0, 4, 0, 14, 1, 2, 3, 4, 0, 2];
    request.extend_from_slice(&[0x12, 1, 0, 0, 0, 8, 0x71, 4, 0, 3, 0, 2]);
    let mut push = vec![0, 4, 0, 10, 1, 0, 0, 2];
    push.extend_from_slice(&[0, 1, 0xff, 9, 0, 2, 0x12, 0x34, 0, 0]);
    let log = run(&[(true, ask(1, 1, 2, &request)), (false, unit(0, 0x01, 2, [2, 0, 0, 0, 0], &push))]);
    assert!(
        log.messages[0].contains("[IW8]") && log.messages[0].contains("name=\"DB3.DBB2\""),
        "{}",
        log.messages[0]
    );
    assert!(
        log.messages[1].contains("items=[{return_code=255(success) data_transport_size=9(octet_string)"),
        "{}",
        log.messages[1]
    );
}

#[test]
fn messages_and_alarms_are_told() {
    let entry = [0x43, 0x04, 0xff, 0x84, 0, 0, 0, 0, 0, 0, 0, 0, 0x94, 1, 9, 0x21, 0x53, 0x42, 0x15, 0x21];
    let mut alarm = vec![0x16, 2, 8, 0x14, 0x51, 0x37, 0x91, 0x62, 0, 1];
    alarm.extend_from_slice(&[0x12, 10, 0x16, 1, 0xee, 0, 0, 1, 4, 0, 1, 1, 0xff, 9, 0, 2, 0xca, 0xfe]);
    let log = run(&[
        (true, ask(1, 4, 2, b"\x81\0HmiRtm  \x09\0")),
        (false, unit(0, 0x04, 3, [0, 0, 0, 0, 0], &entry)),
        (false, unit(0, 0x04, 0x12, [0, 0, 0, 0, 0], &alarm)),
        (true, ask(2, 4, 0x0b, &[0, 1, 0x12, 8, 0x19, 0, 0xee, 0, 0, 1, 1, 1])),
        (true, ask(3, 4, 0x13, &[0, 1, 0x12, 8, 0x1a, 0, 1, 0x34, 0, 0, 0, 4])),
    ]);
    assert!(log.messages[0].contains("alarms=true user_name=\"HmiRtm\" alarm_type=9(alarm_s_initiate)"));
    assert!(
        log.messages[1].contains("event diagnostic_message") && log.messages[1].contains("(mode_transition)"),
        "{}",
        log.messages[1]
    );
    assert!(log.messages[2].contains("event_id=3992977409"), "{}", log.messages[2]);
    assert!(log.messages[2].contains("associated_values=[{"), "{}", log.messages[2]);
    assert!(log.messages[3].contains("acknowledged_going=1 acknowledged_coming=1"), "{}", log.messages[3]);
    assert!(log.messages[4].contains("query_type=1 query=4"), "{}", log.messages[4]);
}

#[test]
fn a_mode_transition_tells_the_state() {
    let log = run(&[(false, pdu(USERDATA, 0, &[], &[1, 0, 0x10, 0x10, 0, 0, 0, 0], &[]))]);
    assert_eq!(
        log.messages,
        [
            "s7comm event mode_transition code=1 control Event [] [stop] [] {rosctr=7 pdu_reference=0 mode=0(stop) \
          sequence=0}"
        ]
    );
    assert_eq!(log.observations, ["Sender [] cpu_state=\"stop\" s7comm 95"]);
}

#[test]
fn watched_variables_come_with_their_names() {
    // Parameters of two bytes; two bytes from MB4 on, one double word of DB7.
    let table = [0, 2, 0, 14, 9, 9, 0, 2, 0x01, 2, 0, 0, 0, 4, 0x73, 1, 0, 7, 0, 8];
    let values = [0, 2, 0, 16, 1, 0, 0, 2, 0xff, 9, 0, 2, 0x11, 0x22, 0xff, 9, 0, 4, 0, 0, 1, 0];
    let log = run(&[
        (true, ask(1, 1, 2, &table)),
        (false, unit(1, 0x81, 2, [5, 0, 0, 0, 0], &[])),
        (false, unit(0, 0x01, 2, [5, 0, 0, 0, 0], &values)),
        // Another job: its table was not seen.
        (false, unit(0, 0x01, 2, [6, 0, 0, 0, 0], &values)),
    ]);
    assert!(
        log.messages[2].starts_with("s7comm event variable_status code=- read Event [] [MB4] []"),
        "{}",
        log.messages[2]
    );
    assert!(log.messages[2].contains("items=[{name=\"MB4\" return_code=255"), "{}", log.messages[2]);
    assert_eq!(
        log.values,
        [
            "s7comm [] [MB4] byte Uint(17)",
            "s7comm [] [MB5] byte Uint(34)",
            "s7comm [] [DB7.DBD8] dword Uint(256)",
        ]
    );
}

#[test]
fn alarms_are_known_by_their_events() {
    let mut indication = vec![0x16, 2, 8, 0x14, 0x51, 0x37, 0x91, 0x62];
    indication.extend_from_slice(&[0, 1, 0x12, 9, 0x16, 0, 0x60, 0, 0, 5, 0, 1, 0, 0]);
    let acknowledge = [9, 1, 0x12, 8, 0x19, 0, 0x60, 0, 0, 5, 1, 1];
    let log = run(&[
        (false, unit(0, 0x04, 0x12, [0, 0, 0, 0, 0], &indication)),
        (true, ask(1, 4, 0x0b, &acknowledge)),
        (false, unit(1, 0x84, 0x0b, [1, 0, 0, 0, 0], &[9, 1, 0xff])),
    ]);
    for (message, head) in log.messages.iter().zip([
        "s7comm event alarm_s_indication code=- alarm Event [] [alarm 0x60000005]",
        "s7comm request alarm_ack code=- alarm Pending [] [alarm 0x60000005]",
        "s7comm response alarm_ack code=- alarm Ok [] [alarm 0x60000005]",
    ]) {
        assert!(message.starts_with(head), "{message}");
    }
}
