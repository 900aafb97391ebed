use super::*;
use crate::testing::{Log, check_datagrams, client, probe as look, server};

fn tlv(tag: u8, parts: &[Vec<u8>]) -> Vec<u8> {
    let value = parts.concat();
    let mut bytes = vec![tag];
    if value.len() > 127 {
        bytes.push(0x81);
    }
    bytes.push(u8::try_from(value.len()).unwrap());
    bytes.extend(value);
    bytes
}

fn int(value: u8) -> Vec<u8> {
    vec![2, 1, value]
}

fn text(value: &[u8]) -> Vec<u8> {
    tlv(4, &[value.to_vec()])
}

fn variable(oid: &[u8], value: Vec<u8>) -> Vec<u8> {
    tlv(0x30, &[tlv(6, &[oid.to_vec()]), value])
}

fn message(version: u8, community: &[u8], tag: u8, numbers: [u8; 3], variables: &[Vec<u8>]) -> Vec<u8> {
    let [id, status, index] = numbers;
    let pdu = tlv(tag, &[int(id), int(status), int(index), tlv(0x30, variables)]);
    tlv(0x30, &[int(version), text(community), pdu])
}

const DESCR: &[u8] = &[0x2b, 6, 1, 2, 1, 1, 1, 0];

fn run(pieces: &[(bool, Vec<u8>)]) -> Log {
    let pieces: Vec<_> =
        pieces.iter().map(|(ask, data)| if *ask { client(data) } else { server(data) }).collect();
    check_datagrams(&DISSECTOR, Transport::Udp, 161, &pieces)
}

#[test]
fn a_get_and_its_response() {
    let log = run(&[
        (true, message(1, b"public", 0xa0, [7, 0, 0], &[variable(DESCR, vec![5, 0])])),
        (false, message(1, b"public", 0xa2, [7, 0, 0], &[variable(DESCR, text(b"Acme X"))])),
        (true, message(1, b"xyz", 0xa3, [8, 0, 0], &[variable(DESCR, text(b"y"))])),
        (false, message(1, b"xyz", 0xa2, [8, 17, 1], &[])),
    ]);
    assert_eq!(
        log.messages[..2],
        [
            "snmp request get_request code=0 diagnostics Pending [] [] [] {version=1(v2c) community_kind=\"public\" \
             pdu=0(get_request) request_id=7 error_status=0(no_error) error_index=0 oids=[\"1.3.6.1.2.1.1.1.0\"] \
             variables=[{oid=\"1.3.6.1.2.1.1.1.0\" value_type=\"null\"}]}",
            "snmp response get_request code=2 diagnostics Ok [] [] [] {version=1(v2c) community_kind=\"public\" \
             pdu=2(response) request_id=7 error_status=0(no_error) error_index=0 oids=[\"1.3.6.1.2.1.1.1.0\"] \
             variables=[{oid=\"1.3.6.1.2.1.1.1.0\" value_type=\"octet_string\" value=\"Acme X\"}]}",
        ]
    );
    assert!(log.messages[2].contains("set_request code=3 configuration Pending"));
    assert!(log.messages[3].contains("set_request code=2 configuration Error(\"not_writable\")"));
    assert!(!log.messages.concat().contains("xyz"), "communities stay secret");
    assert_eq!(
        log.observations,
        [
            "Sender [] snmp_version=\"v2c\" snmp 85",
            "Sender [] snmp_community=\"default\" snmp 85",
            "Sender [] description=\"Acme X\" snmp 85",
            "Sender [] snmp_version=\"v2c\" snmp 85",
        ]
    );
}

#[test]
fn system_and_entity_values_become_attributes() {
    let entity = |column: u8, index: u8| vec![0x2b, 6, 1, 2, 1, 47, 1, 1, 1, 1, column, index];
    let system = |scalar: u8| vec![0x2b, 6, 1, 2, 1, 1, scalar, 0];
    let variables = [
        variable(&system(2), vec![6, 7, 0x2b, 6, 1, 4, 1, 0xa1, 0x69]),
        variable(&system(4), text(b"ops")),
        variable(&system(5), text(b"sw-1")),
        variable(&system(6), text(b"hall 3")),
        variable(&entity(11, 1), text(b"SN1")),
        variable(&entity(13, 4), text(b"SFP")),
        variable(&[0x2b, 6, 1, 2, 1, 17, 1, 1, 0], text(&[2, 0, 0, 0, 0, 1])),
    ];
    let log = run(&[(false, message(0, b"x", 0xa2, [1, 0, 0], &variables))]);
    let told: Vec<_> = log.observations.iter().map(|line| line.replace(" snmp 85", "")).collect();
    assert_eq!(
        told[1..],
        [
            "Sender [] sys_object_id=\"1.3.6.1.4.1.4329\"",
            "Sender [] contact=\"ops\"",
            "Sender [] name=\"sw-1\"",
            "Sender [] location=\"hall 3\"",
            "Sender [] serial=\"SN1\"",
            "Sender [entity 4] model=\"SFP\"",
            "Sender [] mac_address=\"02:00:00:00:00:01\"",
        ]
    );
}

#[test]
fn traps_bulk_and_every_operation() {
    let trap = tlv(
        0xa4,
        &[
            tlv(6, &[vec![0x2b, 6, 1, 4, 1, 9]]),
            tlv(0x40, &[vec![10, 0, 0, 2]]),
            int(6),
            int(3),
            tlv(0x43, &[vec![1, 0]]),
            tlv(0x30, &[]),
        ],
    );
    let log = run(&[(false, tlv(0x30, &[int(0), text(b"public"), trap]))]);
    assert!(log.messages[0].contains("snmp event trap code=4 alarm Event"), "{}", log.messages[0]);
    assert!(log.messages[0].contains("generic_trap=6(enterprise_specific) specific_trap=3 uptime_ticks=256"));
    for (tag, name) in [
        (1, "get_next_request"),
        (5, "get_bulk_request"),
        (6, "inform_request"),
        (7, "snmpv2_trap"),
        (8, "report"),
    ] {
        let log = run(&[(true, message(1, b"c", 0xa0 + tag, [1, 0, 9], &[]))]);
        assert!(log.messages[0].contains(&format!("{name} code={tag} ")), "{}", log.messages[0]);
    }
    assert!(run(&[(true, message(1, b"c", 0xa5, [1, 0, 9], &[]))]).messages[0].contains("max_repetitions=9"));
}

fn v3(flags: u8, scoped: Vec<u8>) -> Vec<u8> {
    let head = tlv(0x30, &[int(5), vec![2, 2, 0x05, 0xdc], text(&[flags]), int(3)]);
    let engine = [0x80, 0, 0x10, 0xe9, 3, 2, 0, 0, 0, 0, 9];
    let user = tlv(0x30, &[text(&engine), int(1), int(2), text(b"operator"), text(b""), text(b"")]);
    tlv(0x30, &[int(3), head, text(&user), scoped])
}

#[test]
fn version_3_plain_and_encrypted() {
    let pdu = tlv(0xa2, &[int(1), int(0), int(0), tlv(0x30, &[variable(DESCR, text(b"Acme"))])]);
    let log = run(&[(false, v3(0, tlv(0x30, &[text(b"e"), text(b"ctx"), pdu])))]);
    assert!(log.messages[0].contains("snmp response response code=2"), "{}", log.messages[0]);
    assert!(
        log.messages[0].contains("engine_enterprise=4329")
            && log.messages[0].contains("context_name=\"ctx\"")
    );
    assert!(!log.messages[0].contains("operator"), "users stay secret");
    assert!(log.observations.contains(&"Sender [] description=\"Acme\" snmp 85".to_owned()));
    assert!(log.observations.contains(&"Sender [] mac_address=\"02:00:00:00:00:09\" snmp 85".to_owned()));
    let log = run(&[(true, v3(3, text(b"\x01\x02\x03\x04")))]);
    assert!(
        log.messages[0].starts_with("snmp request encrypted code=- other Pending"),
        "{}",
        log.messages[0]
    );
    assert!(log.observations[0].starts_with("Receiver [] snmp_engine_id"));
    // A report ends its request, whose number may come again.
    let message = |tag: u8| {
        v3(4, tlv(0x30, &[text(b"e"), text(b""), tlv(tag, &[int(1), int(0), int(0), tlv(0x30, &[])])]))
    };
    let log = run(&[(true, message(0xa0)), (false, message(0xa8)), (true, message(0xa1))]);
    assert!(log.messages[1].contains("report code=8 session Ok"), "{}", log.messages[1]);
    assert!(!log.messages[2].contains("duplicate"), "{}", log.messages[2]);
}

#[test]
fn content_decides() {
    let bytes = message(1, b"public", 0xa0, [7, 0, 0], &[]);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 161, &bytes), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 16_100, &bytes), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 161, &bytes[..bytes.len() - 2]), Verdict::Likely);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 16_100, &bytes[..bytes.len() - 2]), Verdict::No);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 161, &[0x30, 3, 2, 1, 9]), Verdict::No);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 161, b"GET / HTTP/1.1"), Verdict::No);
}

proptest::proptest! {
    #[test]
    fn noise_never_panics(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..100), tag in 0xa0u8..0xa9) {
        let data = tlv(0x30, &[int(1), text(b"c"), tlv(tag, &[bytes])]);
        let _ = crate::testing::datagrams(&DISSECTOR, Transport::Udp, 161, &[client(&data), server(&data)]);
    }
}
