use super::*;
use crate::testing::{check_stream, client, probe as look, server};
use crate::{Transport, Verdict};

fn packet(body: &[u8]) -> Vec<u8> {
    [&u32::try_from(body.len()).unwrap().to_be_bytes()[..], body].concat()
}

fn head(command: u16, response: bool, id: u64, status: u32, next: u32) -> Vec<u8> {
    [
        &[0xfe, b'S', b'M', b'B', 64, 0, 0, 0][..],
        &status.to_le_bytes(),
        &command.to_le_bytes(),
        &[1, 0],
        &u32::from(response).to_le_bytes(),
        &next.to_le_bytes(),
        &id.to_le_bytes(),
        &[0, 0, 0, 0, 5, 0, 0, 0],
        &9u64.to_le_bytes(),
        &[0; 16],
    ]
    .concat()
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

const FILE: [u8; 16] = [1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0];

fn create(name: &str) -> Vec<u8> {
    let name = wide(name);
    let mut body = vec![57, 0];
    body.resize(44, 0);
    body.extend_from_slice(&120u16.to_le_bytes());
    body.extend_from_slice(&u16::try_from(name.len()).unwrap().to_le_bytes());
    body.resize(56, 0);
    [head(CREATE, false, 3, 0, 0), body, name].concat()
}

fn created() -> Vec<u8> {
    let mut body = vec![89, 0, 0, 0, 1, 0, 0, 0];
    body.resize(64, 0);
    body.extend_from_slice(&FILE);
    body.resize(88, 0);
    [head(CREATE, true, 3, 0, 0), body].concat()
}

fn read(id: u64) -> Vec<u8> {
    let body = [&[49, 0, 0, 0][..], &4096u32.to_le_bytes(), &512u64.to_le_bytes(), &FILE, &[0; 17]].concat();
    [head(READ, false, id, 0, 0), body].concat()
}

fn answer(id: u64, data: &[u8]) -> Vec<u8> {
    let body =
        [&[17, 0, 80, 0][..], &u32::try_from(data.len()).unwrap().to_le_bytes(), &[0; 8], data].concat();
    [head(READ, true, id, 0, 0), body].concat()
}

#[test]
fn a_file_is_read_by_name() {
    let log = check_stream(
        &DISSECTOR,
        445,
        &[
            client(&packet(&create("recipes\\A.csv"))),
            server(&packet(&created())),
            client(&packet(&read(4))),
            server(&packet(&answer(4, &[0x41; 4096]))),
            client(&packet(&read(5))),
            server(&packet(&[head(READ, true, 5, 0xc000_0022, 0), vec![9, 0, 0, 0, 0, 0, 0, 0, 0]].concat())),
        ],
    );
    assert_eq!(
        log.messages,
        [
            "smb2 request create code=5 other Pending [] [recipes\\A.csv] [] {message_id=3 session_id=9 tree_id=5 \
             desired_access=0 disposition=0 file_name=\"recipes\\\\A.csv\"}",
            "smb2 response create code=5 other Ok [] [recipes\\A.csv] [] {message_id=3 session_id=9 tree_id=5 \
             status=0(ok) create_action=1 length=0 file_id=\"01000000000000000200000000000000\" \
             file_name=\"recipes\\\\A.csv\"}",
            "smb2 request read code=8 file_transfer Pending [] [recipes\\A.csv] [] {message_id=4 session_id=9 \
             tree_id=5 length=4096 offset=512 file_id=\"01000000000000000200000000000000\" \
             file_name=\"recipes\\\\A.csv\"}",
            "smb2 response read code=8 file_transfer Ok [] [recipes\\A.csv] [] {message_id=4 session_id=9 tree_id=5 \
             status=0(ok) length=4096 file_name=\"recipes\\\\A.csv\"}",
            "smb2 request read code=8 file_transfer Pending [] [recipes\\A.csv] [] {message_id=5 session_id=9 \
             tree_id=5 length=4096 offset=512 file_id=\"01000000000000000200000000000000\" \
             file_name=\"recipes\\\\A.csv\"}",
            "smb2 response read code=8 file_transfer Error(\"access_denied\") [] [recipes\\A.csv] [] {message_id=5 \
             session_id=9 tree_id=5 status=3221225506(access_denied) length=0 file_name=\"recipes\\\\A.csv\"}",
        ]
    );
}

#[test]
fn every_command_of_a_compound_is_a_message() {
    let first = [head(CREATE, false, 1, 0, 128), {
        let mut body = vec![57, 0];
        body.resize(44, 0);
        body.extend_from_slice(&[120, 0, 2, 0]);
        body.resize(56, 0);
        body.extend_from_slice(&wide("f"));
        body.resize(64, 0);
        body
    }]
    .concat();
    let second = [head(CLOSE, false, 2, 0, 0), vec![24, 0, 0, 0, 0, 0, 0, 0], vec![0xff; 16]].concat();
    let log = check_stream(&DISSECTOR, 445, &[client(&packet(&[first, second].concat()))]);
    assert_eq!(log.messages.len(), 2);
    assert!(
        log.messages[1].starts_with("smb2 request close code=6 other Pending [] [f] []"),
        "{}",
        log.messages[1]
    );
}

#[test]
fn negotiation_tells_the_dialect() {
    let mut body = vec![65, 0, 1, 0, 0x11, 3];
    body.resize(64, 7);
    let log =
        check_stream(&DISSECTOR, 445, &[server(&packet(&[head(NEGOTIATE, true, 0, 0, 0), body].concat()))]);
    assert!(log.messages[0].contains("dialect=785(SMB 3.1.1)"), "{}", log.messages[0]);
    assert_eq!(log.observations, ["Sender [] smb_dialect=\"SMB 3.1.1\" smb2 70"]);
}

#[test]
fn calls_over_pipes_are_handed_on() {
    let call = [5, 0, 0, 3, 0x10, 0, 0, 0, 24, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 15, 0];
    let fixed = [&[49, 0, 112, 0, 24, 0, 0, 0][..], &[0; 8], &FILE, &[0; 16]].concat();
    let write = [head(WRITE, false, 7, 0, 0), fixed, call.to_vec()].concat();
    let log = check_stream(&DISSECTOR, 445, &[client(&packet(&write))]);
    assert!(log.messages[1].starts_with("dcerpc request call code=15"), "{:?}", log.messages);
}

#[test]
fn calls_in_pieces_are_put_together() {
    let mut bind = vec![
        5, 0, 11, 3, 0x10, 0, 0, 0, 72, 0, 0, 0, 1, 0, 0, 0, 0, 16, 0, 16, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0,
    ];
    bind.resize(72, 7);
    let piece = |id, data: &[u8]| {
        let length = u32::try_from(data.len()).unwrap().to_le_bytes();
        let fixed = [&[49, 0, 112, 0][..], &length, &[0; 8], &FILE, &[0; 16]].concat();
        packet(&[head(WRITE, false, id, 0, 0), fixed, data.to_vec()].concat())
    };
    let log =
        check_stream(&DISSECTOR, 445, &[client(&piece(1, &bind[..40])), client(&piece(2, &bind[40..]))]);
    assert!(log.messages[2].contains("uuid=\"07070707-0707-0707-0707-070707070707\""), "{:?}", log.messages);
}

#[test]
fn encrypted_messages_are_named() {
    let mut body = vec![0xfd, b'S', b'M', b'B'];
    body.resize(3000, 3);
    let log = check_stream(&DISSECTOR, 445, &[client(&packet(&body)), client(&packet(&body))]);
    assert_eq!(log.messages.len(), 2);
    assert!(log.messages[0].starts_with("smb2 event encrypted code=-"));
}

#[test]
fn content_decides() {
    let hello = packet(&head(NEGOTIATE, false, 0, 0, 0));
    for port in [445, 4_450] {
        assert_eq!(look(&DISSECTOR, Transport::Tcp, port, &hello), Verdict::Sure);
        assert_eq!(look(&DISSECTOR, Transport::Tcp, port, &hello[..6]), Verdict::More);
        assert_eq!(
            look(&DISSECTOR, Transport::Tcp, port, &[0, 0, 0, 64, 0xff, b'S', b'M', b'B', 0x72]),
            Verdict::No
        );
        assert_eq!(
            look(&DISSECTOR, Transport::Tcp, port, &[0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 1]),
            Verdict::No
        );
    }
}
