use super::*;
use crate::testing::{check_datagrams, check_stream, client, datagrams, probe as look, server};

/// A 3E binary request of the own station.
fn ask(command: u16, subcommand: u16, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 6).unwrap();
    let codes = [length.to_le_bytes(), [16, 0], command.to_le_bytes(), subcommand.to_le_bytes()].concat();
    [&[0x50, 0, 0, 0xff, 0xff, 3, 0][..], &codes, body].concat()
}

fn answer(end: u16, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 2).unwrap();
    [&[0xd0, 0, 0, 0xff, 0xff, 3, 0][..], &length.to_le_bytes(), &end.to_le_bytes(), body].concat()
}

#[test]
fn words_are_read_from_their_device() {
    let read = ask(0x0401, 0, &[100, 0, 0, 0xa8, 2, 0]);
    let told = answer(0, &[0x34, 0x12, 2, 0]);
    let log = check_stream(&DISSECTOR, 5007, &[client(&read), server(&told)]);
    assert_eq!(
        log.messages,
        [
            "melsec request device_read code=1025 read Pending [network 0 station 255 module 1023] [D 100-101] [] \
             {form=\"3e_binary\" network=0 station=255 module_io=1023 multidrop_station=0 monitoring_timer=16 \
             command=1025 subcommand=0 device=\"D\" address=100 count=2}",
            "melsec response device_read code=1025 read Ok [network 0 station 255 module 1023] [D 100-101] [] \
             {form=\"3e_binary\" network=0 station=255 module_io=1023 multidrop_station=0 response_code=0(normal) \
             values=[4660 2]}",
        ]
    );
    assert_eq!(
        log.values,
        [
            "melsec [network 0 station 255 module 1023] [D 100] uint16 Uint(4660)",
            "melsec [network 0 station 255 module 1023] [D 101] uint16 Uint(2)",
        ]
    );
    assert_eq!(
        check_datagrams(&DISSECTOR, Transport::Udp, 5006, &[client(&read), server(&told)]).messages,
        log.messages
    );
}

#[test]
fn bits_are_written_in_halves_of_bytes() {
    let write = ask(0x1401, 1, &[16, 0, 0, 0x90, 3, 0, 0x10, 0x10]);
    let log = check_stream(&DISSECTOR, 5007, &[client(&write), server(&answer(0xc059, &[0; 9]))]);
    assert!(
        log.messages[0].contains(
            "device_write code=5121 write Pending [network 0 station 255 module 1023] [M 16-18] [] {"
        )
    );
    assert!(log.messages[1].contains("device_write code=5121 write Error(\"command_not_supported\")"));
    let bits: Vec<bool> = log.values.iter().map(|line| line.ends_with("Bool(true)")).collect();
    assert_eq!(bits, [true, false, true]);
}

#[test]
fn ascii_frames_say_the_same() {
    let read = b"540012340000"
        .iter()
        .copied()
        .chain(*b"00FF03FF000018001004010000D*0001000002")
        .collect::<Vec<u8>>();
    let told = b"D4001234000000FF03FF00000C000012340002".to_vec();
    let log = check_stream(&DISSECTOR, 5007, &[client(&read), server(&told)]);
    assert!(log.messages[0].contains("serial_number=4660"), "{:?}", log.messages);
    assert!(log.messages[0].contains("device=\"D\" address=100 count=2"), "{:?}", log.messages);
    assert_eq!(log.values.len(), 2, "{:?}", log.messages);
}

#[test]
fn remote_control_is_control_and_passwords_stay_hidden() {
    for (command, body, shown) in [
        (0x1001_u16, &[3, 0, 0, 0][..], "remote_run code=4097 control Pending"),
        (0x1002, &[1, 0][..], "remote_stop code=4098 control Pending"),
        (0x1006, &[1, 0], "remote_reset code=4102 control Pending"),
        (0x1630, b"\x04\x00pass", "remote_password_unlock code=5680 authentication Pending"),
    ] {
        let log = datagrams(&DISSECTOR, Transport::Udp, 5006, &[client(&ask(command, 0, body))]);
        assert!(log.messages[0].contains(shown), "{:?}", log.messages);
        assert!(!log.messages[0].contains("70617373"), "{:?}", log.messages);
    }
}

#[test]
fn cpus_give_their_type_name() {
    let name = [&b"Q03UDECPU       "[..], &[0x68, 2]].concat();
    let log = check_stream(&DISSECTOR, 5007, &[client(&ask(0x0101, 0, &[])), server(&answer(0, &name))]);
    assert_eq!(log.observations, ["Sender [] model=\"Q03UDECPU\" melsec 95"]);
    assert!(log.messages[1].contains("model=\"Q03UDECPU\" model_code=616"));
}

#[test]
fn melsoft_shows_its_type_name_and_its_search() {
    let mut ask = vec![0x57, 1, 0, 0, 0, 0x11, 0x11, 7, 0, 0, 0xff, 0xff, 3, 0, 0, 0xfe, 3, 0, 0, 20, 0];
    ask.extend_from_slice(&[0x1c, 8, 10, 8, 0, 0, 0, 0, 0, 0, 0, 4, 1, 1, 1, 0, 0, 0, 0, 1]);
    let mut told = vec![0xd7, 1, 0x13, 0, 0, 0x11, 0x11, 7, 0, 0, 0, 0xe4, 3, 0, 0xff, 0xff, 3, 0, 0, 38, 0];
    told.extend_from_slice(&[0x9c, 0, 12, 8, 0, 0, 0, 0, 6, 4, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0]);
    told.extend_from_slice(b"Q03UDECPU       ");
    told.extend_from_slice(&[0x68, 2]);
    let log = check_stream(&DISSECTOR, 5007, &[client(&ask), server(&told)]);
    assert!(
        log.messages[0].starts_with("melsec request read_type_name code=257 diagnostics Pending"),
        "{:?}",
        log.messages
    );
    assert!(log.messages[1].contains("model=\"Q03UDECPU\" model_code=616"), "{:?}", log.messages);
    assert_eq!(log.observations, ["Sender [] model=\"Q03UDECPU\" melsec 95"]);
    let found = [&[0xda, 0, 0, 1, 0x14, 0][..], &[192, 168, 3, 101].repeat(2)].concat();
    let log = check_datagrams(&DISSECTOR, Transport::Udp, 5560, &[client(&[0x5a, 0, 0, 1]), server(&found)]);
    assert!(log.messages[0].starts_with("melsec request search code=- discovery Pending [] [] [] {"));
    assert!(log.messages[1].starts_with("melsec response search code=- discovery Ok [] [] [] {"));
}

#[test]
fn frames_of_the_first_generation_are_told_by_their_length() {
    let read = [1, 0xff, 10, 0, 100, 0, 0, 0, 0x20, 0x44, 2, 0];
    let told = [0x81, 0, 1, 0, 2, 0];
    let stop = [0x14, 0xff, 10, 0];
    let log =
        check_datagrams(&DISSECTOR, Transport::Udp, 5006, &[client(&read), server(&told), client(&stop)]);
    assert!(
        log.messages[0].starts_with("melsec request batch_read_words code=1 read Pending"),
        "{:?}",
        log.messages
    );
    assert!(
        log.messages[1].starts_with("melsec response batch_read_words code=1 read Ok"),
        "{:?}",
        log.messages
    );
    assert!(
        log.messages[2].starts_with("melsec request remote_stop code=20 control Pending"),
        "{:?}",
        log.messages
    );
}

#[test]
fn what_is_out_of_spec_is_marked() {
    let log = datagrams(
        &DISSECTOR,
        Transport::Udp,
        5006,
        &[
            client(&ask(0x0401, 0, &[100])),
            client(&ask(0x7777, 0, &[])),
            server(&answer(0, &[])),
            server(&answer(0, &[])),
        ],
    );
    assert!(log.messages[0].contains("[\"bad_length\"]"), "{:?}", log.messages);
    assert!(log.messages[1].contains("\"unknown_function\""), "{:?}", log.messages);
    assert!(log.messages[3].contains("\"unexpected_response\""), "{:?}", log.messages);
}

#[test]
fn probes_want_structure() {
    let read = ask(0x0401, 0, &[100, 0, 0, 0xa8, 2, 0]);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 1, &read), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 1, &read[..12]), Verdict::No);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 1, &read[..12]), Verdict::More);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 1, &answer(0, &[1, 0])), Verdict::Likely);
    for foreign in [
        &b"DATA all of this is text"[..],
        b"5000 reasons to say something else",
        b"\x50\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x10\x11",
    ] {
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 5007, foreign), Verdict::No, "{foreign:?}");
    }
}
