use super::*;
use crate::Transport;
use crate::testing::{check_datagrams, client, datagrams, probe as look};

/// Connection 0x80fe0016, sequence 5, a class 1 sequence count and two bytes.
const DATA: &[u8] =
    &[2, 0, 0x02, 0x80, 8, 0, 0x16, 0, 0xfe, 0x80, 5, 0, 0, 0, 0xb1, 0, 4, 0, 3, 0, 0xaa, 0x55];

#[test]
fn data_is_an_event_on_its_connection() {
    let log = check_datagrams(&DISSECTOR, Transport::Udp, 2222, &[client(DATA)]);
    assert_eq!(
        log.messages,
        [
            "cip_io event io_data code=- other Event [] [connection 2164129814] [] {connection_id=2164129814 sequence=5 \
             data_length=4 data=0x0300aa55}"
        ]
    );
}

#[test]
fn a_sequence_that_repeats_or_steps_back_is_marked() {
    let mut before = DATA.to_vec();
    before[10] = 4;
    let log = datagrams(&DISSECTOR, Transport::Udp, 2222, &[client(DATA), client(DATA), client(&before)]);
    let marked: Vec<bool> = log.messages.iter().map(|line| line.contains("bad_sequence")).collect();
    assert_eq!(marked, [false, true, true]);
}

#[test]
fn productions_tell_how_many_are_missing_between_them() {
    let mut later = DATA.to_vec();
    later[10] = 9;
    let log = datagrams(&DISSECTOR, Transport::Udp, 2222, &[client(DATA), client(&later), client(DATA)]);
    assert!(!log.messages[0].contains("lost="), "{:?}", log.messages);
    assert!(log.messages[1].contains("data_length=4 lost=3 interval_us=0 data="), "{:?}", log.messages);
    assert!(!log.messages[2].contains("lost=") && log.messages[2].contains("bad_sequence"));
}

#[test]
fn a_length_beyond_the_datagram_is_marked() {
    let mut long = DATA.to_vec();
    long[16] = 40;
    let log = datagrams(&DISSECTOR, Transport::Udp, 2222, &[client(&long)]);
    assert!(log.messages[0].contains("[\"bad_length\"]"), "{:?}", log.messages);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 2222, &long), Verdict::No);
}

#[test]
fn probes_want_both_items_and_every_byte() {
    assert_eq!(look(&DISSECTOR, Transport::Udp, 2222, DATA), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 40_000, DATA), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 2222, &DATA[..DATA.len() - 1]), Verdict::No);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 2222, &[DATA, &[0]].concat()), Verdict::No);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 2222, &[0; 64]), Verdict::No);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 2222, b"\x12\x34\x01\x00\x00\x01\x00\x00"), Verdict::No);
}
