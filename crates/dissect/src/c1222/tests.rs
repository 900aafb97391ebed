use super::*;
use crate::testing::{check_datagrams, check_stream, client, probe as look, server};

fn tlv(tag: u8, value: &[u8]) -> Vec<u8> {
    assert!(value.len() < 128);
    [&[tag, u8::try_from(value.len()).unwrap()], value].concat()
}

/// A message from .123.4 to .123.8437 with this invocation, or its answer.
fn message(answer: bool, invocation: u8, epsem: &[u8]) -> Vec<u8> {
    let number = tlv(2, &[invocation]);
    let user = tlv(0xbe, &tlv(0x28, &tlv(0x81, epsem)));
    let (far, near) = (tlv(0x80, &[0x7b, 0xc1, 0x75]), tlv(0x80, &[0x7b, 4]));
    let fields = if answer {
        [tlv(0xa2, &near), tlv(0xa4, &number), tlv(0xa6, &far), tlv(0xa8, &[2, 1, 9]), user].concat()
    } else {
        [tlv(0xa2, &far), tlv(0xa6, &near), tlv(0xa8, &number), user].concat()
    };
    tlv(0x60, &fields)
}

#[test]
fn every_service_of_a_message_meets_its_answer() {
    let ask = message(false, 3, &[0x80, 1, 0x20, 3, 0x30, 0, 8]);
    let answer = message(true, 3, &[0x80, 5, 0, 3, 1, 0, 0, 1, 3]);
    let log = check_stream(&DISSECTOR, 1153, &[client(&ask), server(&answer)]);
    let head = "called_ap_title=\".123.8437\" calling_ap_title=\".123.4\" calling_ap_invocation_id=3 recovery=false \
                proxy_service=false security_mode=0(cleartext) response_control=0(always_respond)";
    let back = "called_ap_title=\".123.4\" called_ap_invocation_id=3 calling_ap_title=\".123.8437\" \
                calling_ap_invocation_id=9 recovery=false proxy_service=false security_mode=0(cleartext) \
                response_control=0(always_respond)";
    assert_eq!(
        log.messages,
        [
            format!("c1222 request identification code=32 discovery Pending [.123.8437] [] [] {{{head}}}"),
            format!(
                "c1222 request full_read code=48 read Pending [.123.8437] [table 8] [] {{{head} table=8 \
                 manufacturer_table=false}}"
            ),
            format!(
                "c1222 response identification code=32 discovery Ok [.123.8437] [] [] {{{back} response_code=0(ok) \
                 reference_standard=3(c12_22) standard_version=1 standard_revision=0}}"
            ),
            format!(
                "c1222 response full_read code=48 read Error(\"insufficient_security_clearance\") [.123.8437] [table 8] \
                 [] {{{back} response_code=3(insufficient_security_clearance)}}"
            ),
        ]
    );
}

#[test]
fn procedures_clocks_and_checksums() {
    // Cold start, set date and time, a wrong checksum.
    let cold = message(false, 1, &[0x80, 9, 0x40, 0, 7, 0, 3, 0, 0, 5, 0xfb]);
    let clock = message(false, 2, &[0x80, 9, 0x40, 0, 7, 0, 3, 10, 0, 5, 0xf1]);
    let wrong = message(false, 4, &[0x80, 9, 0x40, 0, 7, 0, 3, 10, 0, 5, 0]);
    let log =
        check_datagrams(&DISSECTOR, Transport::Udp, 1153, &[client(&cold), client(&clock), client(&wrong)]);
    assert!(log.messages[0].contains("full_write code=64 control Pending [.123.8437] [table 7] []"));
    assert!(log.messages[0].contains("procedure=0(cold_start) manufacturer_procedure=false count=3"));
    assert!(log.messages[1].contains("full_write code=64 time_sync"));
    assert!(log.messages[2].contains("bad_checksum"));
}

#[test]
fn ciphered_messages_are_reported_as_such() {
    let hidden = message(false, 3, &[0x88, 1, 2, 3, 4, 0xaa, 0xbb, 0xcc, 0xdd]);
    let log = check_stream(&DISSECTOR, 1153, &[client(&hidden)]);
    assert!(log.messages[0].starts_with("c1222 request encrypted code=- other Pending [.123.8437] [] []"));
    assert!(log.messages[0].contains("security_mode=2(ciphertext_with_authentication)"));
    assert!(log.messages[0].contains("mac=0xaabbccdd"));
}

#[test]
fn the_manufacturer_table_identifies_the_meter() {
    let mut data = b"ACMEMODEL-7 ".to_vec();
    data.extend([2, 1, 3, 4]);
    data.extend(b"SN00000000000042");
    let sum = data.iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte));
    let mut service = vec![0, 0, u8::try_from(data.len()).unwrap()];
    service.extend(&data);
    service.push(sum.wrapping_neg());
    let mut epsem = vec![0x80, u8::try_from(service.len()).unwrap()];
    epsem.extend(service);
    let ask = message(false, 3, &[0x80, 3, 0x30, 0, 1]);
    let log = check_stream(&DISSECTOR, 1153, &[client(&ask), server(&message(true, 3, &epsem))]);
    assert!(log.messages[1].contains("full_read code=48 diagnostics Ok [.123.8437] [table 1] []"));
    assert_eq!(
        log.observations,
        [
            "Sender [] vendor_id=\"ACME\" c1222 95",
            "Sender [] model=\"MODEL-7\" c1222 95",
            "Sender [] hardware_revision=\"2.1\" c1222 95",
            "Sender [] firmware=\"3.4\" c1222 95",
            "Sender [] serial=\"SN00000000000042\" c1222 95",
        ]
    );
}

#[test]
fn passwords_are_never_shown() {
    let mut security = vec![0x80, 21, 0x51];
    security.extend(b"secretsecretsecrets!");
    let logon = message(
        false,
        4,
        &[0x80, 13, 0x50, 0, 2, b'o', b'p', b' ', b' ', b' ', b' ', b' ', b' ', b' ', b' '],
    );
    let log = check_stream(&DISSECTOR, 1153, &[client(&message(false, 3, &security)), client(&logon)]);
    assert!(
        log.messages[0].contains("security code=81 authentication")
            && log.messages[0].ends_with("proof_length=20}")
    );
    assert!(!log.messages[0].contains("secret"));
    assert!(log.messages[1].ends_with("user_id=2 user=\"op\"}"));
}

#[test]
fn bytes_decide_on_any_port() {
    let good = message(false, 3, &[0x80, 1, 0x20]);
    for port in [1153, 9000] {
        assert_eq!(look(&DISSECTOR, Transport::Tcp, port, &good), Verdict::Sure);
        assert_eq!(look(&DISSECTOR, Transport::Udp, port, &good), Verdict::Sure);
        assert_eq!(look(&DISSECTOR, Transport::Tcp, port, &good[..10]), Verdict::More);
        // A Kerberos token and an association of another kind of meter.
        assert_eq!(look(&DISSECTOR, Transport::Udp, port, &tlv(0x60, &[6, 2, 1, 2, 1, 0])), Verdict::No);
        assert_eq!(
            look(&DISSECTOR, Transport::Tcp, port, &tlv(0x60, &[0xa1, 2, 6, 0, 0xbe, 2, 4, 0])),
            Verdict::No
        );
    }
}
