use super::*;
use crate::testing::{check_datagrams, client, probe as look, server};

const UDP: Transport = Transport::Udp;

fn frame(head: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![head, 0, 0, 0xff, 0xff, 3, 0, u8::try_from(body.len()).unwrap(), 0];
    bytes.extend_from_slice(body);
    bytes
}

#[test]
fn cyclic_exchange_pairs() {
    let ask = frame(0x50, &[0, 0, 0x70, 0x0e, 0, 0, 1, 2, 3]);
    let answer = frame(0xd0, &[0, 0, 9]);
    let log = check_datagrams(&DISSECTOR, UDP, 61_450, &[client(&ask), server(&answer)]);
    assert_eq!(
        log.messages,
        [
            "cclink request cyclic_data code=3696 write Pending [] [] [] {network=0 station=255 length=9 \
             sub_command=0 data_length=3}",
            "cclink response cyclic_data code=3696 read Ok [] [] [] {network=0 station=255 length=3 end_code=0 \
             data_length=1}",
        ]
    );
    let refused = frame(0xd0, &[0x59, 0xc0]);
    let log = check_datagrams(&DISSECTOR, UDP, 61_450, &[client(&ask), server(&refused)]);
    assert!(
        log.messages[1].contains("Error(\"command_error\")") && log.messages[1].contains("end_code=49241")
    );
}

#[test]
fn cyclic_frames_show_their_heads() {
    let mut ask = vec![0, 0, 0x70, 0x0e, 0, 0, 1, 0, 0, 0, 36, 0];
    ask.extend_from_slice(&[0; 14]);
    // Running, clock 1000 ms.
    ask.extend_from_slice(&[1, 0, 0, 0, 0xe8, 3, 0, 0, 0, 0, 0, 0]);
    // Master 10.0.0.1, group 2, frame 7, 500 ms, 3 losses, parameters 9, one station.
    ask.extend_from_slice(&[1, 0, 0, 10, 2, 0, 7, 0, 0xf4, 1, 3, 0, 9, 0, 1, 0, 1, 0, 0, 0]);
    ask.extend_from_slice(&[5, 0, 0, 10, 0xaa, 0xbb]);
    let mut answer = vec![0, 0, 1, 0, 0xe0, 0xcf, 40, 0];
    answer.extend_from_slice(&[0; 14]);
    answer.extend_from_slice(&[0x34, 0x12, 0, 0, 7, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
    answer.extend_from_slice(&[5, 0, 0, 10, 2, 0, 7, 0]);
    let (ask, answer) = (frame(0x50, &ask), frame(0xd0, &answer));
    let log = check_datagrams(&DISSECTOR, UDP, 61_450, &[client(&ask), server(&answer), server(&answer)]);
    assert!(
        log.messages[0].ends_with(
            "protocol_version=1 unit_status=1 clock=\"1970-01-01T00:00:01.000000000Z\" master_id=\"10.0.0.1\" \
             group=2 frame_sequence=7 timeout_ms=500 parameter_number=9 occupied_stations=1 \
             slaves=[\"10.0.0.5\"] data_length=2}"
        ),
        "{}",
        log.messages[0]
    );
    assert!(log.messages[1].contains("Error(\"master_duplication\")"), "{}", log.messages[1]);
    assert!(
        log.messages[1].ends_with(
            "end_code=53216 protocol_version=1 unit_status=1 slave_id=\"10.0.0.5\" group=2 frame_sequence=7 \
             vendor_code=4660 model_code=7 equipment_version=3 slave_error=0 data_length=0}"
        ),
        "{}",
        log.messages[1]
    );
    assert_eq!(
        log.observations,
        ["Sender [] vendor_id=\"4660\" cclink 95", "Sender [] product_code=\"7\" cclink 95"]
    );
}

#[test]
fn a_search_finds_names_and_addresses() {
    let ask = frame(0x50, &[0, 0, 0x30, 0x0e, 0, 0]);
    let mut body = vec![0; 13];
    body.extend_from_slice(&[6, 5, 4, 3, 2, 0, 4, 9, 0, 0, 10]);
    body.extend_from_slice(&[0; 8]);
    body.extend_from_slice(b"\x03plc\x34\x12\x07\0\0\0");
    let log = check_datagrams(&DISSECTOR, UDP, 61_451, &[client(&ask), server(&frame(0xd0, &body))]);
    assert_eq!(
        log.observations,
        [
            "Sender [] mac_address=\"00:02:03:04:05:06\" cclink 95",
            "Sender [] ip_address=\"10.0.0.9\" cclink 95",
            "Sender [] name=\"plc\" cclink 95",
            "Sender [] vendor_id=\"4660\" cclink 95",
            "Sender [] product_code=\"7\" cclink 95",
        ]
    );
}

#[test]
fn frame_length_and_command_are_checked() {
    let ask = frame(0x50, &[0, 0, 0x70, 0x0e, 0, 0, 1]);
    assert_eq!(look(&DISSECTOR, UDP, 61_450, &ask), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, UDP, 61_450, &ask[..14]), Verdict::No);
    assert_eq!(look(&DISSECTOR, UDP, 9, &frame(0x50, &[0, 0, 1, 4, 0, 0])), Verdict::No);
    assert_eq!(look(&DISSECTOR, UDP, 61_450, b"POST / HTTP/1.1"), Verdict::No);
}
