use super::*;
use crate::testing::{check_stream, client, probe as look, server};
use crate::{Transport, Verdict};

fn packet(body: &[u8]) -> Vec<u8> {
    [&u32::try_from(body.len()).unwrap().to_be_bytes()[..], body].concat()
}

fn head(command: u8, reply: bool, id: u16, unicode: bool) -> Vec<u8> {
    let flags = if reply { 0x80 } else { 0 };
    let flags2 = if unicode { 0xc0 } else { 0x40 };
    let mut all = vec![0xff, b'S', b'M', b'B', command, 0, 0, 0, 0, flags, 1, flags2];
    all.resize(24, 0);
    all.extend_from_slice(&[5, 0, 0x34, 0x12, 1, 0]);
    all.extend_from_slice(&id.to_le_bytes());
    all
}

fn block(words: &[u8], bytes: &[u8]) -> Vec<u8> {
    let count = u8::try_from(words.len() / 2).unwrap();
    [&[count][..], words, &u16::try_from(bytes.len()).unwrap().to_le_bytes(), bytes].concat()
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect()
}

#[test]
fn negotiation_and_setup_tell_the_systems() {
    let offer =
        [head(0x72, false, 1, false), block(&[], b"\x02PC NETWORK PROGRAM 1.0\0\x02NT LM 0.12\0")].concat();
    let mut words = vec![1, 0, 3];
    words.resize(34, 0);
    let chosen =
        [head(0x72, true, 1, true), block(&words, &[wide("PLANT"), wide("SCADA-01")].concat())].concat();
    // Session set-up and tree connect in one chain.
    let mut setup = vec![0x75, 0, 0, 0];
    setup.resize(26, 0);
    let texts =
        [vec![0], wide("operator"), wide("PLANT"), wide("Windows 2000 2195"), wide("Windows 2000 5.0")]
            .concat();
    let first = block(&setup, &texts);
    let place = u16::try_from(32 + first.len()).unwrap();
    setup[2..4].copy_from_slice(&place.to_le_bytes());
    let path: Vec<u8> = [vec![0], wide("\\\\SCADA-01\\IPC$"), b"?????\0".to_vec()].concat();
    let mut tree = block(&[0xff, 0, 0, 0, 0, 0, 1, 0], &path);
    // One password byte, then the path on an even place.
    if (usize::from(place) + 11 + 1) % 2 == 1 {
        tree = block(&[0xff, 0, 0, 0, 0, 0, 1, 0], &[vec![0, 0], path[1..].to_vec()].concat());
    }
    let request = [head(0x73, false, 2, true), block(&setup, &texts), tree].concat();
    let log = check_stream(
        &DISSECTOR,
        139,
        &[client(&packet(&offer)), server(&packet(&chosen)), client(&packet(&request))],
    );
    assert_eq!(
        log.messages,
        [
            "smb request negotiate code=114 session Pending [] [] [] {multiplex_id=1 process_id=4660 tree_id=5 \
             user_id=1 dialects=[\"PC NETWORK PROGRAM 1.0\" \"NT LM 0.12\"]}",
            "smb response negotiate code=114 session Ok [] [] [] {multiplex_id=1 process_id=4660 tree_id=5 user_id=1 \
             status=0(ok) dialect_index=1}",
            "smb request session_setup_andx code=115 authentication Pending [] [] [] {multiplex_id=2 process_id=4660 \
             tree_id=5 user_id=1 native_os=\"Windows 2000 2195\" native_lanman=\"Windows 2000 5.0\" domain=\"PLANT\" \
             has_user=true}",
            "smb request tree_connect_andx code=117 session Pending [] [\\\\SCADA-01\\IPC$] [] {multiplex_id=2 \
             process_id=4660 tree_id=5 user_id=1 path=\"\\\\\\\\SCADA-01\\\\IPC$\"}",
        ]
    );
    assert_eq!(
        log.observations,
        [
            "Sender [] smb_dialect=\"NT LM 0.12\" smb 70",
            "Sender [] domain=\"PLANT\" smb 60",
            "Sender [] hostname=\"SCADA-01\" smb 60",
            "Sender [] os=\"Windows 2000 2195\" smb 70",
            "Sender [] lanman=\"Windows 2000 5.0\" smb 70",
        ]
    );
    assert!(!format!("{log:?}").contains("operator"));
}

#[test]
fn files_keep_their_name_until_closed() {
    let mut words = vec![0xff, 0, 0, 0];
    words.resize(48, 0);
    let create = [head(0xa2, false, 3, false), block(&words, b"A.csv\0")].concat();
    let mut words = vec![0xff, 0, 0, 0, 0, 0x40, 0];
    words.resize(68, 0);
    let created = [head(0xa2, true, 3, false), block(&words, &[])].concat();
    let mut words = vec![0xff, 0, 0, 0, 0x40, 0];
    words.resize(20, 0);
    let read = [head(0x2e, false, 4, false), block(&words, &[])].concat();
    let mut words = vec![0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xe8, 3, 60, 0];
    words.resize(24, 0);
    let answer = [head(0x2e, true, 4, false), block(&words, &[0x41; 1000])].concat();
    let close = [head(0x04, false, 5, false), block(&[0x40, 0, 0, 0, 0, 0], &[])].concat();
    let log = check_stream(
        &DISSECTOR,
        445,
        &[
            client(&packet(&create)),
            server(&packet(&created)),
            client(&packet(&read)),
            server(&packet(&answer)),
            client(&packet(&close)),
        ],
    );
    let heads: Vec<_> = log.messages.iter().map(|line| line.split(" {").next().unwrap()).collect();
    assert_eq!(
        heads,
        [
            "smb request nt_create_andx code=162 other Pending [] [A.csv] []",
            "smb response nt_create_andx code=162 other Ok [] [A.csv] []",
            "smb request read_andx code=46 file_transfer Pending [] [A.csv] []",
            "smb response read_andx code=46 file_transfer Ok [] [A.csv] []",
            "smb request close code=4 other Pending [] [A.csv] []",
        ]
    );
}

#[test]
fn a_session_request_names_both_hosts() {
    let encode = |name: &str, kind: u8| -> Vec<u8> {
        let mut bytes = name.as_bytes().to_vec();
        bytes.resize(15, b' ');
        bytes.push(kind);
        let letters = bytes.iter().flat_map(|byte| [b'A' + (byte >> 4), b'A' + (byte & 15)]);
        std::iter::once(32).chain(letters).chain([0]).collect()
    };
    let names = [encode("*SMBSERVER", 0x20), encode("HMI-07", 0)].concat();
    let request = [&[0x81, 0, 0, 68][..], &names].concat();
    let log = check_stream(
        &DISSECTOR,
        139,
        &[client(&request), server(&[0x82, 0, 0, 0]), client(&[0x85, 0, 0, 0])],
    );
    assert_eq!(
        log.messages,
        [
            "smb request netbios_session code=- session Pending [] [] [] {called_name=\"*SMBSERVER<20>\" \
             calling_name=\"HMI-07<00>\"}",
            "smb response netbios_session code=- session Ok [] [] [] {}",
        ]
    );
    assert_eq!(log.observations, ["Sender [] hostname=\"HMI-07\" smb 60"]);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 139, &request), Verdict::Sure);
}

#[test]
fn endless_chains_end() {
    let mut words = vec![0x75, 0, 32, 0];
    words.resize(8, 0);
    let log = check_stream(
        &DISSECTOR,
        445,
        &[client(&packet(&[head(0x75, false, 1, false), block(&words, &[])].concat()))],
    );
    assert_eq!(log.messages.len(), 1);
}

#[test]
fn content_decides() {
    let hello = packet(&[head(0x72, false, 1, false), block(&[], b"\x02NT LM 0.12\0")].concat());
    for port in [139, 445, 4_450] {
        assert_eq!(look(&DISSECTOR, Transport::Tcp, port, &hello), Verdict::Sure);
        assert_eq!(look(&DISSECTOR, Transport::Tcp, port, &hello[..5]), Verdict::More);
        assert_eq!(
            look(&DISSECTOR, Transport::Tcp, port, &[0, 0, 0, 64, 0xfe, b'S', b'M', b'B', 64]),
            Verdict::No
        );
    }
}
