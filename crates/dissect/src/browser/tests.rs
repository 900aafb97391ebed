#![allow(clippy::arithmetic_side_effects, reason = "tests count bytes that they made")]

use super::*;
use crate::netbios::tests::encode;
use crate::testing::{Log, check_datagrams, client, probe as look};

fn name(text: &str, suffix: u8) -> Vec<u8> {
    [vec![32], encode(text, suffix), vec![0]].concat()
}

fn transaction(slot: &[u8], data: &[u8]) -> Vec<u8> {
    let mut smb = vec![0xff, b'S', b'M', b'B', 0x25];
    smb.resize(32, 0);
    smb.push(17);
    let offset = 32 + 1 + 34 + 2 + slot.len() + 1;
    let mut words = vec![0; 22];
    words.extend_from_slice(&u16::try_from(data.len()).unwrap().to_le_bytes());
    words.extend_from_slice(&u16::try_from(offset).unwrap().to_le_bytes());
    words.extend_from_slice(&[3, 0, 1, 0, 1, 0, 2, 0]);
    smb.extend_from_slice(&words);
    smb.extend_from_slice(&u16::try_from(slot.len() + 1 + data.len()).unwrap().to_le_bytes());
    smb.extend_from_slice(slot);
    smb.push(0);
    smb.extend_from_slice(data);
    smb
}

fn datagram(user: &[u8]) -> Vec<u8> {
    let mut rest = name("HMI-1", 0x20);
    rest.extend(name("PLANT", 0x1e));
    rest.extend_from_slice(user);
    let mut bytes = vec![0x11, 2, 0, 5, 10, 0, 0, 1, 0, 138];
    bytes.extend_from_slice(&u16::try_from(rest.len()).unwrap().to_be_bytes());
    bytes.extend_from_slice(&[0, 0]);
    bytes.extend(rest);
    bytes
}

fn run(command: &[u8]) -> Log {
    let bytes = datagram(&transaction(b"\\MAILSLOT\\BROWSE", command));
    check_datagrams(&DISSECTOR, Transport::Udp, 138, &[client(&bytes)])
}

fn announcement(command: u8, name: &[u8], comment: &[u8]) -> Vec<u8> {
    let mut bytes = vec![command, 0, 0x80, 0xfc, 0x0a, 0];
    bytes.extend_from_slice(name);
    bytes.resize(22, 0);
    bytes.extend_from_slice(&[6, 1, 0x03, 0x10, 0, 0, 15, 1, 0x55, 0xaa]);
    bytes.extend_from_slice(comment);
    bytes.push(0);
    bytes
}

#[test]
fn a_host_announces_itself() {
    let log = run(&announcement(1, b"HMI-1", b"Line 3"));
    assert_eq!(log.messages.len(), 2);
    assert!(log.messages[0].starts_with("smb request transaction code=37 other Event"));
    assert!(log.messages[0].contains("file_name=\"\\\\MAILSLOT\\\\BROWSE\""));
    assert_eq!(
        log.messages[1],
        "browser event host_announcement code=1 discovery Event [] [] [] {datagram_type=17(direct_group_datagram) \
         datagram_flags=2 datagram_id=5 source_ip=\"10.0.0.1\" source_port=138 source_name=\"HMI-1<20>\" \
         destination_name=\"PLANT<1e>\" mailslot=\"\\\\MAILSLOT\\\\BROWSE\" command=1 update_count=0 \
         periodicity_ms=720000 server=\"HMI-1\" os_version=\"6.1\" server_type=4099 \
         server_type_names=[\"workstation\" \"server\" \"nt_workstation\"] browser_version=\"15.1\" \
         signature=43605 comment=\"Line 3\"}"
    );
    let told: Vec<_> = log.observations.iter().map(|line| line.replace("Sender [] ", "")).collect();
    assert_eq!(
        told,
        [
            "netbios_name=\"HMI-1<20>\" browser 60",
            "hostname=\"HMI-1\" browser 60",
            "hostname=\"HMI-1\" browser 60",
            "os_version=\"6.1\" browser 60",
            "description=\"Line 3\" browser 60",
            "os=\"Windows 6.1\" browser 60",
        ]
    );
}

#[test]
fn every_command_has_its_fields() {
    let mut election = vec![8, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0];
    election.extend_from_slice(b"HMI-1\0");
    let cases: &[(&[u8], &str, &str)] = &[
        (&[2, 0, b'H', 0], "announcement_request code=2", "response_name=\"H\""),
        (&election, "request_election code=8", "uptime_ms=1"),
        (&[9, 4, 1, 0, 0, 0], "get_backup_list_request code=9", "count=4 token=1"),
        (&[10, 1, 1, 0, 0, 0, b'A', 0], "get_backup_list_response code=10", "backup_servers=[\"A\"]"),
        (&[11, b'A', 0], "become_backup code=11", "server=\"A\""),
        (&[13, b'A', 0], "master_announcement code=13", "server=\"A\""),
        (&[14, 2], "reset_browser_state code=14", "reset_flags=2"),
        (&[99, 2], "unknown_0x63 code=99", "unknown_function"),
    ];
    for (command, head, field) in cases {
        let log = run(command);
        assert!(log.messages[1].contains(head) && log.messages[1].contains(field), "{}", log.messages[1]);
    }
    let log = run(&announcement(12, b"PLANT", b"HMI-1"));
    assert!(log.observations.contains(&"Sender [] domain=\"PLANT\" browser 60".to_owned()));
}

#[test]
fn other_datagrams_are_kept() {
    let bytes = datagram(b"text");
    let log = check_datagrams(&DISSECTOR, Transport::Udp, 138, &[client(&bytes)]);
    assert!(log.messages[0].starts_with("browser event direct_group_datagram code=-"));
    let error = [0x13, 2, 0, 5, 10, 0, 0, 1, 0, 138, 0x82];
    let log = check_datagrams(&DISSECTOR, Transport::Udp, 138, &[client(&error)]);
    assert!(log.messages[0].contains("error_code=130(destination_name_not_present)"));
}

#[test]
fn content_decides() {
    let bytes = datagram(&transaction(b"\\MAILSLOT\\BROWSE", &announcement(1, b"A", b"")));
    assert_eq!(look(&DISSECTOR, Transport::Udp, 138, &bytes), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 4_000, &bytes), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 138, &bytes[1..]), Verdict::No);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 138, &[0x11; 60]), Verdict::No);
}

#[test]
fn frames_without_ip_carry_the_same() {
    let mut bytes = vec![44, 0, 0xff, 0xef, 8, 0, 0, 0, 0, 0, 0, 0];
    bytes.extend_from_slice(b"PLANT          \x1e");
    bytes.extend_from_slice(b"HMI-1          \0");
    bytes.extend(transaction(b"\\MAILSLOT\\BROWSE", &announcement(1, b"HMI-1", b"")));
    let log = check_datagrams(&DISSECTOR, Transport::Link, 0, &[client(&bytes)]);
    assert!(log.messages[0].starts_with("smb request transaction code=37"));
    assert!(log.messages[1].contains(
        "{datagram_type=8(datagram_frame) source_name=\"HMI-1<00>\" destination_name=\"PLANT<1e>\""
    ));
    assert!(log.observations.contains(&"Sender [] hostname=\"HMI-1\" browser 60".to_owned()));
    let mut given = crate::testing::input(Transport::Link, 0, client(&bytes), true);
    given.llc = Some(sightglass_wire::Llc { dsap: 0xf0, ssap: 0xf0, control: 3, snap: None });
    assert_eq!(probe(&Probe::of(&given)), Verdict::Sure);
    given.data = &bytes[1..];
    assert_eq!(probe(&Probe::of(&given)), Verdict::No);
}
