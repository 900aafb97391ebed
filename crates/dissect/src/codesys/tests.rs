use super::*;
use crate::testing::{check_datagrams, check_stream, client, probe as look, server};

const TCP: Transport = Transport::Tcp;
const UDP: Transport = Transport::Udp;

/// A block around a datagram of the channel service between two nodes with TCP addresses.
fn block(packet: &[u8]) -> Vec<u8> {
    let mut datagram = vec![0xc5, 0x6b, 0x40, 0x40, 0, 0x33];
    datagram.extend_from_slice(&[0x2d, 0xdc, 10, 0, 0, 1, 0xc0, 1, 10, 0, 0, 2]);
    // Block header, header and addresses are 26 bytes: two bytes of padding.
    datagram.extend_from_slice(&[0, 0]);
    datagram.extend_from_slice(packet);
    let mut bytes = BLOCK_MAGIC.to_vec();
    bytes.extend_from_slice(&u32::try_from(datagram.len() + 8).unwrap().to_le_bytes());
    bytes.extend_from_slice(&datagram);
    bytes
}

/// A first block on channel 0x1234 with one service.
fn service(group: u16, command: u16, tags: &[u8]) -> Vec<u8> {
    let mut content = vec![0x55, 0xcd, 12, 0];
    content.extend_from_slice(&group.to_le_bytes());
    content.extend_from_slice(&command.to_le_bytes());
    content.extend_from_slice(&[9, 0, 0, 0]);
    content.extend_from_slice(&u32::try_from(tags.len()).unwrap().to_le_bytes());
    content.extend_from_slice(tags);
    let mut packet = vec![0x01, 0x81, 0x34, 0x12, 1, 0, 0, 0, 0, 0, 0, 0];
    packet.extend_from_slice(&u32::try_from(content.len()).unwrap().to_le_bytes());
    packet.extend_from_slice(&[0; 4]);
    packet.extend_from_slice(&content);
    block(&packet)
}

#[test]
fn channels_and_services_are_named() {
    let open = block(&[0xc3, 0, 1, 1, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0x40, 0x1f, 0, 5, 0, 0, 0]);
    let opened = block(&[0x83, 0, 1, 1, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0x34, 0x12, 0, 0, 0, 0]);
    let stop = service(2, 0x11, &[0x11, 0x84, 0x80, 0x00, 1, 2, 3, 4]);
    let stopped = service(0x82, 0x11, &[]);
    let log = check_stream(
        &DISSECTOR,
        11_740,
        &[
            client(&open),
            server(&opened),
            client(&stop),
            server(&stopped),
            client(&block(&[0x02, 0x80, 0x34, 0x12, 1, 0, 0, 0])),
            client(&service(0x06, 0x01, &[])),
        ],
    );
    let starts = [
        "codesys request open_channel code=- session Pending [] [] []",
        "codesys response open_channel code=- session Ok [] [] []",
        "codesys request stop code=131089 control Pending [] [] []",
        "codesys response stop code=131089 control Ok [] [] []",
        "codesys control acknowledge code=- session Event [] [] []",
        "codesys request unknown_0x60001 code=393217 other Pending [] [] []",
    ];
    assert_eq!(log.messages.len(), starts.len());
    for (message, start) in log.messages.iter().zip(starts) {
        assert!(message.starts_with(start), "{message}");
    }
    assert!(
        log.messages[2].contains(
            "channel=4660 block=1 acknowledged=0 total_length=24 service_group=2(application) command=17 \
             session_id=9 content_length=8 encrypted=false tags=[{id=17 length=4}]"
        ),
        "{}",
        log.messages[2]
    );
}

#[test]
fn refused_logins_are_errors() {
    let login = service(1, 2, &[0x22, 4, 1, 0, 0, 0]);
    // Parent 0x82 with a code (0x20), or with a session (0x21).
    let refused = service(0x81, 2, &[0x82, 0x01, 4, 0x20, 2, 0x34, 0]);
    let accepted = service(0x81, 2, &[0x82, 0x01, 6, 0x21, 4, 7, 0, 0, 0]);
    let log = check_stream(
        &DISSECTOR,
        11_740,
        &[client(&login), server(&refused), client(&login), server(&accepted)],
    );
    assert!(log.messages[0].contains("request login code=65538 authentication Pending"));
    assert!(log.messages[1].contains("response login code=65538 authentication Error(\"login_refused\")"));
    assert!(log.messages[3].contains("response login code=65538 authentication Ok"));
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect()
}

#[test]
fn nodes_identify_themselves() {
    // Broadcast: header of four words, no receiver, sender of one word, padding to twelve bytes.
    let ask = [0xc5, 0x7c, 0x40, 0x03, 0, 0x10, 1, 2, 0, 9, 0, 0, 0x02, 0xc2, 0, 4, 7, 0, 0, 0];
    let mut answer = vec![0xc5, 0x6b, 0x40, 0x04, 0, 0x11, 0, 9, 0, 5, 0, 0];
    answer.extend_from_slice(&[0x80, 0xc2, 0, 4, 7, 0, 0, 0]);
    answer.extend_from_slice(&[8, 0, 1, 0, 2, 0, 2, 0, 3, 0, 4, 0, 0, 0x10, 0, 0, 0x0b, 0x12, 6, 0x10]);
    answer.extend_from_slice(&[0, 4, 15, 5, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    answer.extend_from_slice(&[0xaa, 0xbb]);
    for text in ["n1", "dev", "acme"] {
        answer.extend_from_slice(&wide(text));
    }
    answer.extend_from_slice(b"S42\0");
    let log = check_datagrams(&DISSECTOR, UDP, 1740, &[client(&ask), server(&answer)]);
    assert!(log.messages[0].starts_with("codesys request name_request code=- discovery Pending"));
    assert!(log.messages[1].starts_with("codesys response identification code=- discovery Ok"));
    assert_eq!(
        log.observations,
        [
            "Sender [] name=\"n1\" codesys 95",
            "Sender [] product_name=\"dev\" codesys 95",
            "Sender [] vendor=\"acme\" codesys 95",
            "Sender [] serial=\"S42\" codesys 95",
            "Sender [] firmware=\"5.15.4.0\" codesys 95",
            "Sender [] codesys_target_id=\"0x1006120b\" codesys 95",
        ]
    );
}

#[test]
fn version_2_identifies_its_runtime_system() {
    let ask = [0xbb, 0xbb, 1, 0, 0, 0, 1];
    let mut answer = vec![0xbb, 0xbb, 154, 0, 0, 0];
    answer.resize(160, 0);
    for (at, text) in [(64, "VxWorks"), (96, "5.5"), (128, "PLC 7")] {
        answer[at..at + text.len()].copy_from_slice(text.as_bytes());
    }
    let log = check_stream(&DISSECTOR, 2455, &[client(&ask), server(&answer)]);
    assert_eq!(
        log.messages,
        [
            "codesys request identify code=1 discovery Pending [] [] [] {version=2 length=1}",
            "codesys response identify code=1 discovery Ok [] [] [] {version=2 length=154 \
             operating_system=\"VxWorks\" operating_system_version=\"5.5\" product=\"PLC 7\"}",
        ]
    );
    assert_eq!(
        log.observations,
        [
            "Sender [] os=\"VxWorks\" codesys 95",
            "Sender [] os_version=\"5.5\" codesys 95",
            "Sender [] product_name=\"PLC 7\" codesys 95",
        ]
    );
}

#[test]
fn magic_numbers_and_lengths_are_checked() {
    let stop = service(2, 0x11, &[]);
    assert_eq!(look(&DISSECTOR, TCP, 9, &stop), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, TCP, 9, &stop[..6]), Verdict::More);
    assert_eq!(look(&DISSECTOR, TCP, 9, &[0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 1]), Verdict::No);
    assert_eq!(look(&DISSECTOR, TCP, 11_740, b"GET / HTTP/1.1\r\n"), Verdict::No);
    assert_eq!(look(&DISSECTOR, TCP, 2455, &[0xbb, 0xbb, 1, 0, 0, 0, 1]), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, TCP, 9, &[0xbb, 0xbb, 1, 0, 0, 0, 1]), Verdict::No);
    let ask = [0xc5, 0x7c, 0x40, 0x03, 0, 0x10, 1, 2, 0, 9, 0, 0, 0x02, 0xc2, 0, 4, 7, 0, 0, 0];
    assert_eq!(look(&DISSECTOR, UDP, 1740, &ask), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, UDP, 9, &ask), Verdict::No);
    assert_eq!(look(&DISSECTOR, UDP, 1740, &[0xc5; 20]), Verdict::No);
}
