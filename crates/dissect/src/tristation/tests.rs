use super::*;
use crate::testing::{check_datagrams, client, probe as look, server};

/// A message of the communication module with its CRC.
fn module(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![kind, 0];
    bytes.extend_from_slice(&u16::try_from(body.len()).unwrap().to_le_bytes());
    bytes.extend_from_slice(body);
    let crc = crc16(0, bytes.iter().copied());
    bytes.extend_from_slice(&crc.to_le_bytes());
    bytes
}

/// A command or answer.
fn command(direction: u8, code: u8, sequence: u8, data: &[u8]) -> Vec<u8> {
    let mut body = vec![direction, 0, code, sequence, 0, 0, 7, 0];
    body.extend_from_slice(&u16::try_from(data.len() + COMMAND_HEADER).unwrap().to_le_bytes());
    body.extend_from_slice(data);
    module(COMMAND, &body)
}

#[test]
fn an_answer_has_the_function_of_its_command() {
    let log = check_datagrams(
        &DISSECTOR,
        Transport::Udp,
        1_502,
        &[
            client(&module(1, &[])),
            server(&module(2, &[])),
            client(&command(0, 20, 3, &[])),
            server(&command(1, 109, 3, &[])),
            client(&command(0, 21, 4, &[])),
            server(&command(1, 100, 4, &[212, 0])),
            client(&module(4, &[])),
        ],
    );
    assert_eq!(
        log.messages,
        [
            "tristation control connect_request code=- session Pending [] [] [] {type=1(connect_request) channel=0 \
             length=0}",
            "tristation control connect_reply code=- session Event [] [] [] {type=2(connect_reply) channel=0 length=0}",
            "tristation request run_program code=20 control Pending [] [] [] {type=5(command) channel=0 length=10 \
             direction=0 connection_id=0 command=20(run_program) sequence=3 checksum=7}",
            "tristation response run_program code=20 control Ok [] [] [] {type=5(command) channel=0 length=10 \
             direction=1 connection_id=0 command=109(program_is_running) sequence=3 checksum=7}",
            "tristation request halt_program code=21 control Pending [] [] [] {type=5(command) channel=0 length=10 \
             direction=0 connection_id=0 command=21(halt_program) sequence=4 checksum=7}",
            "tristation response halt_program code=21 control Error(\"key_setting_prohibits_operation\") [] [] [] \
             {type=5(command) channel=0 length=12 direction=1 connection_id=0 command=100(command_rejected) \
             sequence=4 checksum=7 reason=212(key_setting_prohibits_operation)}",
            "tristation control disconnect_request code=- session Pending [] [] [] {type=4(disconnect_request) \
             channel=0 length=0}",
        ]
    );
}

#[test]
fn every_command_with_a_name_has_an_answer_or_none() {
    for code in 0..=80u8 {
        let log = check_datagrams(&DISSECTOR, Transport::Udp, 1_502, &[client(&command(0, code, 1, &[]))]);
        let named = !log.messages[0].contains("unknown_function");
        assert_eq!(named, !matches!(code, 75..=79), "{code}");
    }
    for code in 101..=170u8 {
        if let Some(asked) = command::answered(code) {
            assert!(matches!(command::describe(asked).0, Function::Known(_)), "{code}");
            assert_ne!(command::answer_name(code), "unknown", "{code}");
        }
    }
}

#[test]
fn parts_of_a_program_are_one_file() {
    let head = |offset: u8, words: u8| [2, 0, 3, 0, 3, 0, offset, 0, words, 0];
    let first = [head(0, 2).as_slice(), &[1; 8]].concat();
    let second = [head(2, 1).as_slice(), &[2; 4]].concat();
    let log = check_datagrams(
        &DISSECTOR,
        Transport::Udp,
        1_502,
        &[
            client(&command(0, 55, 1, &first)),
            client(&command(0, 55, 2, &second)),
            server(&command(1, 163, 9, &second)),
        ],
    );
    assert!(
        log.messages[0].contains("allocate_program code=55 program_download")
            && log.messages[0].contains("total_words=3")
    );
    assert_eq!(
        log.files,
        [
            "tristation \"program_2\" Download Some(0) 8 false",
            "tristation \"program_2\" Download Some(8) 4 true",
            "tristation \"function_2\" Upload Some(8) 4 false",
        ]
    );
}

#[test]
fn the_state_of_the_control_program_is_observed_once() {
    let mut data = vec![0; 80];
    data[7] = 1;
    data[8] = 0;
    data[58..62].copy_from_slice(&[3, 0, 2, 0]);
    data[66..70].copy_from_slice(b"SAFE");
    let answer = command(1, 108, 1, &data);
    let log = check_datagrams(&DISSECTOR, Transport::Udp, 1_502, &[server(&answer), server(&answer)]);
    assert!(
        log.messages[0]
            .contains("key_state=1(program) run_state=0(running) project_version=\"2.3\" project=\"SAFE\"")
    );
    assert_eq!(
        log.observations,
        [
            "Sender [] key_state=\"program\" tristation 95",
            "Sender [] cpu_state=\"running\" tristation 95",
            "Sender [] application=\"SAFE\" tristation 95",
        ]
    );
}

#[test]
fn a_wrong_crc_is_marked_and_not_recognised() {
    let mut bad = command(0, 21, 1, &[]);
    let at = bad.len() - 1;
    bad[at] ^= 1;
    let log = check_datagrams(&DISSECTOR, Transport::Udp, 1_502, &[client(&bad)]);
    assert!(log.messages[0].contains("halt_program") && log.messages[0].contains("bad_checksum"));
    assert_eq!(look(&DISSECTOR, Transport::Udp, 1_502, &bad), Verdict::No);
}

#[test]
fn content_decides() {
    let good = command(0, 19, 1, &[]);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 1_502, &good), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 4_444, &good), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 1_502, &good[..9]), Verdict::No);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 1_502, b"M-SEARCH * HTTP/1.1"), Verdict::No);
}
