use super::*;
use crate::testing::{check_datagrams, check_stream, client, probe as look, server};

/// A message with message number and invoke id in its trailer.
fn frame(protocol: u8, kind: u8, service: u8, data: &[u8]) -> Vec<u8> {
    let mut bytes = vec![1, 0xc0, protocol << 2 | kind, service, 0, 1, 0, 2];
    bytes.extend_from_slice(&u32::try_from(HEADER + data.len() + 8).unwrap().to_be_bytes());
    bytes.extend_from_slice(data);
    bytes.extend_from_slice(&[0, 0, 0, 5, 0, 0, 0, 9]);
    bytes
}

#[test]
fn a_read_and_its_answer_share_their_object() {
    let ask = frame(FMS, REQUEST, 0x82, &[0, 0, 1, 0x2c]);
    let answer = frame(FMS, RESPONSE, 0x82, &[7, 7]);
    let refusal = frame(FMS, ERROR, 0x82, &[6, 3, 0, 1]);
    let log =
        check_stream(&DISSECTOR, 1_090, &[client(&ask), server(&answer), client(&ask), server(&refusal)]);
    assert_eq!(
        log.messages[0],
        "ff_hse request fms_read code=2 read Pending [link 1 selector 2] [index 300] [] {version=1 options=192 \
         protocol_id=3(fms) message_type=0 service_id=2 confirmed=true fda_address=65538 length=24 index=300 \
         message_number=5 invoke_id=9}"
    );
    assert!(
        log.messages[1]
            .starts_with("ff_hse response fms_read code=2 read Ok [link 1 selector 2] [index 300]")
    );
    assert!(
        log.messages[3].contains("Error(\"access\")")
            && log.messages[3].contains("error_class=6(access) error_code=3")
    );
}

#[test]
fn every_service_is_named() {
    let mut named = 0;
    for protocol in 1..=4 {
        for service in 0..=255u8 {
            let log = check_datagrams(
                &DISSECTOR,
                Transport::Udp,
                1_091,
                &[client(&frame(protocol, REQUEST, service, &[0; 8]))],
            );
            let known = service::describe(protocol, service & CONFIRMED != 0, service & !CONFIRMED).is_some();
            assert_eq!(known, !log.messages[0].contains("unknown_function"));
            named += usize::from(known);
        }
    }
    assert_eq!(named, 53);
}

#[test]
fn devices_tell_who_they_are() {
    let mut identity = vec![b' '; 96];
    identity[..4].copy_from_slice(b"Acme");
    identity[32..35].copy_from_slice(b"X-1");
    identity[64..67].copy_from_slice(b"2.9");
    let mut here = vec![0; 104];
    here[DEVICE_ID_AT..DEVICE_ID_AT + 7].copy_from_slice(b"0011-X1");
    here[TAG_AT..TAG_AT + 6].copy_from_slice(b"FT-101");
    let log = check_datagrams(
        &DISSECTOR,
        Transport::Udp,
        1_089,
        &[client(&frame(FMS, RESPONSE, 0x81, &identity)), client(&frame(SM, REQUEST, 16, &here))],
    );
    assert!(log.messages[0].contains("vendor_name=\"Acme\" model_name=\"X-1\" revision=\"2.9\""));
    assert!(log.messages[1].starts_with("ff_hse event sm_device_annunciation code=16 discovery Event"));
    assert_eq!(
        log.observations,
        [
            "Sender [] vendor=\"Acme\" ff_hse 95",
            "Sender [] model=\"X-1\" ff_hse 95",
            "Sender [] firmware=\"2.9\" ff_hse 95",
            "Sender [] device_id=\"0011-X1\" ff_hse 95",
            "Sender [] name=\"FT-101\" ff_hse 95",
        ]
    );
}

#[test]
fn content_decides() {
    let ask = frame(FMS, REQUEST, 0x82, &[0, 0, 1, 0x2c]);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 1_090, &ask), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 1_090, &ask), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 9_000, &ask), Verdict::Likely);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 1_090, &ask[..7]), Verdict::More);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 1_090, &ask[..20]), Verdict::No);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 1_089, b"M-SEARCH * HTTP/1.1"), Verdict::No);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 1_090, &[0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 1]), Verdict::No);
}
