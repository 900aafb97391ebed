use super::*;
use crate::testing::{check_stream, client, probe as look, server};

/// A request of one service with its parameters.
fn request(sequence: u8, service: u8, parameters: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0; HEADER];
    bytes[0] = REQUEST;
    bytes[2] = sequence;
    bytes[9] = 1;
    bytes[17] = 1;
    bytes[30] = sequence;
    bytes[31] = ASK;
    bytes[36] = 0x10;
    bytes[37] = 0x0e;
    bytes[40] = 1;
    bytes[41] = 1;
    bytes[42] = service;
    bytes[43..43 + parameters.len()].copy_from_slice(parameters);
    bytes
}

/// A reply with status or, where there is text, with text.
fn reply(sequence: u8, status: (u8, u8), text: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0; HEADER];
    bytes[0] = REPLY;
    bytes[2] = sequence;
    bytes[4] = u8::try_from(text.len()).unwrap();
    bytes[17] = 1;
    bytes[31] = if text.is_empty() { DONE } else { DONE_TEXT };
    bytes[40] = 1;
    bytes[41] = 1;
    if text.is_empty() {
        bytes[42] = status.0;
        bytes[43] = status.1;
    }
    bytes[50] = 0xff;
    bytes[51] = 2;
    bytes[52] = 0x32;
    bytes[54] = 0x10;
    bytes[55] = 0x21;
    bytes.extend_from_slice(text);
    bytes
}

#[test]
fn registers_are_read() {
    let log = check_stream(
        &DISSECTOR,
        18_245,
        &[client(&request(7, 4, &[8, 99, 0, 2, 0])), server(&reply(7, (0, 0), &[1, 0, 2, 1]))],
    );
    assert!(
        log.messages[0]
            .starts_with("ge_srtp request read_system_memory code=4 read Pending [] [%R 100-101] [] {")
    );
    assert!(
        log.messages[1]
            .starts_with("ge_srtp response read_system_memory code=4 read Ok [] [%R 100-101] [] {")
    );
    assert!(
        log.messages[1].contains("plc_state=\"stop_io_disabled\"")
            && log.messages[1].ends_with("values=[1 258]}")
    );
    assert_eq!(log.values, ["ge_srtp [] [%R 100] word Uint(1)", "ge_srtp [] [%R 101] word Uint(258)"]);
    assert_eq!(log.observations, ["Sender [] cpu_state=\"stop_io_disabled\" ge_srtp 95"]);
}

#[test]
fn every_service_is_named() {
    for (code, name) in [
        (0x00u8, "plc_short_status code=0 diagnostics"),
        (0x03, "return_control_program_names code=3 diagnostics"),
        (0x05, "read_task_memory code=5 read"),
        (0x06, "read_program_memory code=6 program_upload"),
        (0x07, "write_system_memory code=7 write"),
        (0x08, "write_task_memory code=8 write"),
        (0x09, "write_program_block_memory code=9 program_download"),
        (0x20, "programmer_logon code=32 authentication"),
        (0x21, "change_plc_cpu_privilege_level code=33 authentication"),
        (0x22, "set_control_id code=34 configuration"),
        (0x23, "set_plc_run_stop code=35 control"),
        (0x24, "set_plc_time_date code=36 time_sync"),
        (0x25, "return_plc_time_date code=37 time_sync"),
        (0x38, "return_fault_table code=56 diagnostics"),
        (0x39, "clear_fault_table code=57 configuration"),
        (0x3f, "program_store code=63 program_upload"),
        (0x40, "program_load code=64 program_download"),
        (0x43, "return_controller_type_and_id code=67 diagnostics"),
        (0x44, "toggle_force_system_memory code=68 write"),
        (0x7e, "unknown_0x7e code=126 other"),
    ] {
        let log = check_stream(&DISSECTOR, 18_245, &[client(&request(1, code, &[0x4c, 9, 0, 1, 0]))]);
        assert!(
            log.messages[0].starts_with(&format!("ge_srtp request {name} Pending")),
            "{}",
            log.messages[0]
        );
    }
}

#[test]
fn a_refusal_names_its_reason() {
    let log = check_stream(
        &DISSECTOR,
        18_245,
        &[client(&request(1, 0x23, &[1])), server(&reply(1, (5, 0xfe), &[])), server(&reply(9, (2, 0), &[]))],
    );
    assert!(log.messages[1].contains("set_plc_run_stop code=35 control Error(\"no_privilege\")"));
    assert!(
        log.messages[2].contains("Error(\"insufficient_privilege\")")
            && log.messages[2].contains("unexpected_response")
    );
}

#[test]
fn identity_and_programs_are_observed() {
    let log = check_stream(
        &DISSECTOR,
        18_245,
        &[
            client(&request(1, 0x43, &[])),
            server(&reply(1, (0, 0), b"PUMPS\0\0\0\x0c\x22")),
            client(&request(2, 0x03, &[])),
            server(&reply(2, (0, 0), b"\x01\x00MAIN\0\0\0\0")),
        ],
    );
    assert!(log.messages[1].contains("controller_id=\"PUMPS\" major_type=12 minor_type=34"));
    assert!(log.messages[3].contains("program_names=[\"MAIN\"]"));
    assert_eq!(
        log.observations[1..],
        ["Sender [] name=\"PUMPS\" ge_srtp 95", "Sender [] application=\"MAIN\" ge_srtp 95",]
    );
}

#[test]
fn content_decides() {
    let ask = request(1, 4, &[8, 0, 0, 1, 0]);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 18_245, &ask), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 9_000, &ask), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 18_245, &ask[..20]), Verdict::More);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 18_245, &[0; HEADER]), Verdict::Likely);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 9_000, &[0; HEADER]), Verdict::No);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 18_245, b"GET / HTTP/1.1\r\n\r\n"), Verdict::No);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 18_245, &[3, 0, 0, 22, 17, 0xe0, 0, 0, 0, 1]), Verdict::No);
}
