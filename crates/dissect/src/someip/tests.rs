use super::*;
use crate::testing::{check_datagrams, check_stream, client, probe as look, server};

const UDP: Transport = Transport::Udp;

fn frame(service: u16, method: u16, kind: u8, code: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = service.to_be_bytes().to_vec();
    bytes.extend_from_slice(&method.to_be_bytes());
    bytes.extend_from_slice(&u32::try_from(payload.len() + 8).unwrap().to_be_bytes());
    bytes.extend_from_slice(&[0, 1, 0, 2, 1, 1, kind, code]);
    bytes.extend_from_slice(payload);
    bytes
}

#[test]
fn offers_name_services_and_endpoints() {
    let mut payload = vec![0xc0, 0, 0, 0, 0, 0, 0, 16, 1, 0, 0, 0x10, 0, 0xeb, 0, 2, 1, 0, 0, 30, 0, 0, 0, 7];
    payload.extend_from_slice(&[0, 0, 0, 12, 0, 9, 4, 0, 10, 0, 0, 1, 0, 0x11, 0x1f, 0x90]);
    let log = check_datagrams(&DISSECTOR, UDP, 30_490, &[client(&frame(0xffff, 0x8100, 2, 0, &payload))]);
    assert_eq!(
        log.messages,
        [
            "someip event offer_service code=2 discovery Event [] [service 235 instance 2] [] {service=65535 method=33024 \
          length=48 client=1 session=2 interface_version=1 segment=false return_code=0(ok) reboot=true unicast=true \
          entries=[{type=1(offer_service) service=235 instance=2 major_version=1 ttl_s=30 minor_version=7}] \
          options=[{type=4(ipv4_endpoint) ip=\"10.0.0.1\" transport=17(udp) port=8080}]}"
        ]
    );
}

#[test]
fn calls_are_matched_with_their_results() {
    let pieces = [
        frame(0x1234, 1, 0, 0, b"ab"),
        frame(0x1234, 1, 0x80, 0, b"c"),
        frame(0x1234, 1, 0x81, 3, b""),
        frame(0x1234, 0x8001, 2, 0, b"event"),
    ];
    let log = check_stream(
        &DISSECTOR,
        30_490,
        &[client(&pieces[0]), server(&pieces[1]), server(&pieces[2]), server(&pieces[3])],
    );
    let starts = [
        "someip request request code=0 write Pending [] [service 4660 method 1] []",
        "someip response request code=128 write Ok [] [service 4660 method 1] []",
        "someip response request code=129 write Error(\"unknown_method\") [] [service 4660 method 1] [\"unexpected_response\"]",
        "someip event notification code=2 read Event [] [service 4660 method 32769] []",
    ];
    for (message, start) in log.messages.iter().zip(starts) {
        assert!(message.starts_with(start), "{message}");
    }
}

#[test]
fn discovery_is_sure_and_calls_need_two() {
    let payload = [0; 12];
    assert_eq!(look(&DISSECTOR, UDP, 9, &frame(0xffff, 0x8100, 2, 0, &payload)), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, UDP, 9, &frame(0x1234, 1, 0, 0, b"ab")), Verdict::Likely);
    assert_eq!(look(&DISSECTOR, UDP, 9, &[&frame(0x1234, 1, 0, 0, b"ab")[..], b"xyz"].concat()), Verdict::No);
    assert_eq!(look(&DISSECTOR, UDP, 9, &frame(0x1234, 1, 0x33, 0, b"ab")), Verdict::No);
    assert_eq!(look(&DISSECTOR, UDP, 30_490, b"GET / HTTP/1.1\r\nHost"), Verdict::No);
}
