use crate::modbus::DISSECTOR as MODBUS;
use crate::testing::{Log, Piece, check_stream, client, server};

/// A Modbus frame of function 90 with a session key of 1.
fn frame(transaction: u8, pdu: &[u8]) -> Vec<u8> {
    let length = u8::try_from(pdu.len() + 3).unwrap();
    let mut bytes = vec![0, transaction, 0, 0, 0, length, 0, 0x5a, 1];
    bytes.extend_from_slice(pdu);
    bytes
}

/// Runs pairs of request and answer; returns what UMAS gave.
fn run(pairs: &[(&[u8], &[u8])]) -> Log {
    let frames: Vec<(Vec<u8>, Vec<u8>)> = pairs
        .iter()
        .enumerate()
        .map(|(at, (ask, answer))| {
            let at = u8::try_from(at).unwrap();
            (frame(at, ask), frame(at, answer))
        })
        .collect();
    let pieces: Vec<Piece<'_>> =
        frames.iter().flat_map(|(ask, answer)| [client(ask), server(answer)]).collect();
    let mut log = check_stream(&MODBUS, 502, &pieces);
    assert_eq!(log.messages.iter().filter(|line| line.starts_with("modbus ")).count(), pairs.len() * 2);
    log.messages.retain(|line| line.starts_with("umas "));
    log
}

#[test]
fn an_identity_is_read_and_observed() {
    let mut answer = vec![0xfe, 1, 2, 4, 3, 2, 1, 0, 0, 0x10, 3, 0, 0, 5, 0, 9, 0, 8, 0, 0, 0, 0, 0, 7];
    answer.extend_from_slice(b"X 58 20");
    answer.push(1);
    let log = run(&[(&[2], &answer)]);
    assert_eq!(
        log.messages,
        [
            "umas request read_id code=2 diagnostics Pending [unit 0] [] [] {session_key=1}",
            "umas response read_id code=2 diagnostics Ok [unit 0] [] [] {session_key=1 status=254(ok) range=513 \
             hardware_id=16909060 model=0 com_version=\"3.10\" com_patch=0 int_version=5 hardware_version=8 \
             crash_code=0 device_name=\"X 58 20\" memory_banks=1}",
        ]
    );
    assert_eq!(
        log.observations,
        [
            "Sender [] model=\"X 58 20\" umas 95",
            "Sender [] firmware=\"3.10\" umas 95",
            "Sender [] vendor=\"Schneider Electric\" umas 95",
        ]
    );
}

#[test]
fn a_reservation_names_its_station_and_gives_a_key() {
    let log = run(&[(b"\x10\x01\x02\x00\x00\x05STA-1", &[0xfe, 0x33]), (&[0x11], &[0xfe])]);
    assert!(log.messages[0].contains("take_plc_reservation code=16 authentication Pending"));
    assert!(log.messages[0].contains("client_id=513 client_name=\"STA-1\""));
    assert!(log.messages[1].ends_with("{session_key=1 status=254(ok) granted_key=51}"));
    assert!(log.messages[3].contains("release_plc_reservation code=17 session Ok"));
    assert_eq!(log.observations, ["Sender [] hostname=\"STA-1\" umas 60"]);
}

#[test]
fn a_program_that_is_sent_is_one_file() {
    let log = run(&[
        (&[0x30, 0, 1], &[0xfe, 0, 1, 2, 0]),
        (&[0x31, 0, 1, 1, 0, 3, 0, b'A', b'P', b'X'], &[0xfe]),
        (&[0x31, 0, 1, 1, 0, 3, 0, b'A', b'P', b'X'], &[0xfe]),
        (&[0x31, 0, 1, 2, 0, 2, 0, 1, 2], &[0xfe]),
        (&[0x32, 0, 1], &[0xfe]),
    ]);
    assert!(log.messages[2].contains("upload_block code=49 program_download Pending [unit 0] [program]"));
    assert_eq!(
        log.files,
        [
            "umas \"program.apx\" Download None 3 false",
            "umas \"program.apx\" Download None 2 false",
            "umas \"program.apx\" Download None 0 true",
        ]
    );
}

#[test]
fn a_program_that_is_fetched_is_one_file() {
    let log = run(&[
        (&[0x33, 0, 1, 0xfb, 0], &[0xfe, 0, 1]),
        (&[0x34, 0, 1, 1, 0], &[0xfe, 0, 0, 3, 0, b'A', b'P', b'X']),
        (&[0x35, 0, 1], &[0xfe]),
    ]);
    assert!(log.messages[3].contains("download_block code=52 program_upload Ok"));
    assert_eq!(
        log.files,
        ["umas \"program.apx\" Upload None 3 false", "umas \"program.apx\" Upload None 0 true"]
    );
}

#[test]
fn a_refusal_is_an_error_of_its_function() {
    let log = run(&[(&[0x41, 0xff, 0], &[0xfd, 1, 0x80]), (&[0x40, 0xff, 0], &[0xfe])]);
    assert!(log.messages[0].contains("stop_plc code=65 control Pending"));
    assert_eq!(
        log.messages[1],
        "umas response stop_plc code=65 control Error(\"refused\") [unit 0] [] [] \
         {session_key=1 status=253(refused) data=0x0180}"
    );
    assert!(log.messages[3].contains("start_plc code=64 control Ok"));
}

#[test]
fn memory_and_variables_are_addressed() {
    let log = run(&[
        (&[0x20, 1, 0x13, 0, 0x64, 0, 0, 0, 2, 0], &[0xfe, 1, 2, 0, 9, 8]),
        (&[0x22, 1, 2, 3, 4, 1, 2, 0x29, 0, 1, 0x10, 0, 6], &[0xfe, 5, 0]),
        (&[0x23, 1, 2, 3, 4, 1, 1, 0x29, 0, 1, 0x10, 0, 6, 0xff], &[0xfe]),
        (&[0x20, 1], &[0xfe]),
        (&[0x77], &[0xfe]),
    ]);
    assert!(
        log.messages[0]
            .contains("[range 1 memory_block 19] [] {session_key=1 range=1 block=19 offset=100 length=2}")
    );
    assert!(log.messages[1].contains("[range 1 memory_block 19]") && log.messages[1].contains("data=0x0908"));
    assert!(log.messages[2].contains("variables=[{size_code=2 block=41 base_offset=16 offset=6}]"));
    assert!(
        log.messages[4].contains("write_variables code=35 write") && log.messages[4].contains("value=0xff")
    );
    assert!(log.messages[6].contains("bad_length"));
    assert!(
        log.messages[8].contains("unknown_0x77 code=119 other")
            && log.messages[8].contains("unknown_function")
    );
}

#[test]
fn the_project_and_the_agreement_are_read() {
    let mut project = vec![0xfe];
    project.extend_from_slice(&[0; 18]);
    for year in [0xdd, 0xde] {
        project.extend_from_slice(&[2, 12, 59, 12, 14, 1, year, 7]);
    }
    project.extend_from_slice(&[8, 0, 1, 0, 4]);
    project.extend_from_slice(b"Mill");
    let log = run(&[(&[3, 0], &project), (&[1, 0], &[0xfe, 0xfd, 3, 1, 4, 0, 0, 0, 0, 2, b'p', b'1'])]);
    assert!(log.messages[1].contains(
        "created=\"2013-01-14T12:59:12\" modified=\"2014-01-14T12:59:12\" project_revision=\"1.0.8\" project_name=\"Mill\""
    ));
    assert!(log.messages[3].contains("max_frame_size=1021 firmware_version=1025 hostname=\"p1\""));
    assert_eq!(
        log.observations,
        [
            "Sender [] application=\"Mill\" umas 95",
            "Sender [] application_revision=\"1.0.8\" umas 95",
            "Sender [] name=\"p1\" umas 95",
        ]
    );
}

#[test]
fn an_answer_alone_is_still_an_answer() {
    let log = check_stream(&MODBUS, 502, &[server(&frame(1, &[0xfe, 1]))]);
    assert!(log.messages[1].contains("umas response response_ok code=254 other Ok"));
}

#[test]
fn on_a_foreign_port_two_known_messages_are_believed() {
    let looked = |data: &[u8]| crate::testing::probe(&MODBUS, crate::Transport::Tcp, 7_777, data);
    assert_eq!(looked(&frame(1, &[2])), crate::Verdict::Likely);
    assert_eq!(looked(&frame(1, &[0xfe, 1, 2])), crate::Verdict::Likely);
    // No function of UMAS; and a frame that goes on after its length.
    assert_eq!(looked(&frame(1, &[0xee])), crate::Verdict::No);
    assert_eq!(looked(&[frame(1, &[2]), vec![9]].concat()), crate::Verdict::No);
}
