#![allow(clippy::arithmetic_side_effects, reason = "tests count bytes that they made")]

use super::*;
use crate::testing::{Log, check_datagrams, client, probe as look, server};

fn message(op: u8, options: &[&[u8]]) -> Vec<u8> {
    let mut bytes = vec![op, 1, 6, 0, 1, 2, 3, 4, 0, 9, 0x80, 0];
    bytes.extend_from_slice(&[0; 4]);
    bytes.extend_from_slice(if op == 2 { &[10, 0, 0, 7] } else { &[0; 4] });
    bytes.extend_from_slice(&[0; 8]);
    bytes.extend_from_slice(&[2, 0, 0, 0, 0, 1]);
    bytes.resize(236, 0);
    bytes.extend_from_slice(&MAGIC_COOKIE);
    for option in options {
        bytes.push(option[0]);
        bytes.push(u8::try_from(option.len() - 1).unwrap());
        bytes.extend_from_slice(&option[1..]);
    }
    bytes.extend_from_slice(&[255, 0, 0]);
    bytes
}

fn run(bytes: &[u8], ask: bool) -> Log {
    check_datagrams(&DISSECTOR, Transport::Udp, 67, &[if ask { client(bytes) } else { server(bytes) }])
}

const CLIENT: &str = "Host { ip: None, mac: Some(02:00:00:00:00:01) } [] ";

#[test]
fn a_client_names_itself() {
    let bytes = message(
        1,
        &[
            &[53, 3],
            b"\x0chmi-1",
            b"\x3cMSFT 5.0",
            &[55, 1, 3, 6],
            b"\x51\0\0\0hmi-1.plant",
            &[61, 1, 2, 0, 0, 0, 0, 1],
            &[50, 10, 0, 0, 7],
        ],
    );
    let log = run(&bytes, true);
    assert_eq!(
        log.messages,
        [
            "dhcp request request code=3 session Pending [] [] [] {op=1 hardware_type=1 hops=0 transaction_id=16909060 \
          seconds=9 broadcast=true client_ip=\"0.0.0.0\" your_ip=\"0.0.0.0\" next_server_ip=\"0.0.0.0\" \
          relay_ip=\"0.0.0.0\" client_mac=\"02:00:00:00:00:01\" message_type=3(request) parameter_list=[1 3 6] \
          option_order=[53 12 60 55 81 61 50] options=[{option=53(message_type) number=3} {option=12(host_name) \
          text=\"hmi-1\"} {option=60(vendor_class) text=\"MSFT 5.0\"} {option=55(parameter_list) value=0x010306} \
          {option=81(client_fqdn) fqdn_flags=0 text=\"hmi-1.plant\"} {option=61(client_id) hardware_type=1 \
          id=0x020000000001} {option=50(requested_ip) addresses=[\"10.0.0.7\"]}]}"
        ]
    );
    let told: Vec<_> = log.observations.iter().map(|line| line.replace(CLIENT, "")).collect();
    assert_eq!(
        told,
        [
            "hostname=\"hmi-1\" dhcp 60",
            "dhcp_vendor_class=\"MSFT 5.0\" dhcp 60",
            "dhcp_fingerprint=\"1,3,6\" dhcp 60",
            "fqdn=\"hmi-1.plant\" dhcp 60",
        ]
    );
}

#[test]
fn a_server_tells_about_the_network() {
    let bytes =
        message(2, &[&[53, 5], &[1, 255, 255, 255, 0], &[3, 10, 0, 0, 254], &[6, 10, 0, 0, 3], b"\x0fplant"]);
    let log = run(&bytes, false);
    assert!(log.messages[0].starts_with("dhcp response ack code=5 session Ok"));
    let told: Vec<_> = log.observations.iter().map(|line| line.replace(CLIENT, "")).collect();
    assert_eq!(
        told,
        [
            "Sender [] role=\"dhcp_server\" dhcp 30",
            "assigned_ip=\"10.0.0.7\" dhcp 40",
            "domain=\"plant\" dhcp 40",
            "subnet=\"255.255.255.0\" dhcp 40",
            "gateway=\"10.0.0.254\" dhcp 40",
            "Host { ip: Some(10.0.0.254), mac: None } [] role=\"router\" dhcp 40",
            "dns_server=\"10.0.0.3\" dhcp 40",
            "Host { ip: Some(10.0.0.3), mac: None } [] role=\"dns_server\" dhcp 40",
        ]
    );
}

#[test]
fn every_type_has_its_name_and_direction() {
    for kind in 1..=18u8 {
        let op = if matches!(kind, 2 | 5 | 6 | 9 | 11..=13) { 2 } else { 1 };
        let log = run(&message(op, &[&[53, kind]]), op == 1);
        let expected = format!("{} code={kind} ", type_name(kind).unwrap());
        assert!(log.messages[0].contains(&expected), "{}", log.messages[0]);
    }
    assert!(run(&message(2, &[&[53, 1]]), false).messages[0].contains("wrong_direction"));
    assert!(run(&message(2, &[&[53, 6]]), false).messages[0].contains("Error(\"nak\")"));
    assert!(run(&message(1, &[&[53, 99]]), true).messages[0].contains("unknown_0x63"));
    assert!(run(&message(1, &[]), true).messages[0].contains("bootp_request code=-"));
}

#[test]
fn names_may_hold_options_and_options_may_be_cut() {
    let mut bytes = message(1, &[&[53, 1], &[52, 1]]);
    bytes[108..114].copy_from_slice(b"\x0c\x04plc1");
    let log = run(&bytes, true);
    assert!(log.observations[0].contains("hostname=\"plc1\""), "{}", log.messages[0]);
    let mut bytes = message(1, &[&[53, 1]]);
    bytes.truncate(bytes.len() - 3);
    bytes.extend_from_slice(&[12, 9, b'x']);
    let log = run(&bytes, true);
    assert!(log.messages[0].contains("bad_length") && log.observations.is_empty());
    // Labels instead of text.
    let log = run(&message(1, &[&[53, 3], b"\x51\x04\0\0\x05hmi-1\x05plant\0"]), true);
    assert!(log.observations[0].contains("fqdn=\"hmi-1.plant\""));
}

#[test]
fn content_decides() {
    let bytes = message(1, &[&[53, 1]]);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 67, &bytes), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 4_011, &bytes), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 67, &bytes[..240]), Verdict::Likely);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 67, &[9; 300]), Verdict::No);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 67, b"short"), Verdict::No);
}

proptest::proptest! {
    #[test]
    fn noise_never_panics(options in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200), op in 0u8..4) {
        let mut bytes = message(op, &[]);
        bytes.truncate(240);
        bytes.extend_from_slice(&options);
        let _ = crate::testing::datagrams(&DISSECTOR, Transport::Udp, 67, &[client(&bytes)]);
    }
}
