use super::*;
use crate::testing::{Log, check_datagrams, client, input};

fn tlv(kind: u8, value: &[u8]) -> Vec<u8> {
    let head = u16::from(kind) << 9 | u16::try_from(value.len()).unwrap();
    let mut bytes = head.to_be_bytes().to_vec();
    bytes.extend_from_slice(value);
    bytes
}

fn head() -> Vec<u8> {
    [tlv(1, &[4, 2, 0, 0, 0, 0, 1]), tlv(2, b"\x07port-001"), tlv(3, &[0, 20])].concat()
}

fn run(parts: &[Vec<u8>]) -> Log {
    let mut bytes = parts.concat();
    bytes.extend(tlv(0, &[]));
    bytes.resize(bytes.len().max(46), 0);
    check_datagrams(&DISSECTOR, Transport::Link, 0, &[client(&bytes)])
}

fn told(log: &Log) -> Vec<String> {
    log.observations.iter().map(|line| line.replace("Sender [] ", "").replace(" lldp 85", "")).collect()
}

#[test]
fn an_advertisement_shows_every_tlv() {
    let log = run(&[
        head(),
        tlv(4, b"uplink"),
        tlv(5, b"sw-1"),
        tlv(6, b"Acme switch"),
        tlv(7, &[0, 0x14, 0, 0x04]),
        tlv(8, &[5, 1, 10, 0, 0, 9, 2, 0, 0, 0, 3, 0]),
        tlv(127, &[0, 0x80, 0xc2, 1, 0, 7]),
    ]);
    assert_eq!(
        log.messages,
        ["lldp event advertisement code=- discovery Event [] [] [] {chassis_id=\"02:00:00:00:00:01\" \
          port_id=\"port-001\" ttl=20 system_name=\"sw-1\" system_description=\"Acme switch\" \
          tlvs=[{type=1(chassis_id) length=7 subtype=4(mac_address) id=\"02:00:00:00:00:01\"} \
          {type=2(port_id) length=9 subtype=7(local) id=\"port-001\"} {type=3(time_to_live) length=2 seconds=20} \
          {type=4(port_description) length=6 text=\"uplink\"} {type=5(system_name) length=4 text=\"sw-1\"} \
          {type=6(system_description) length=11 text=\"Acme switch\"} {type=7(system_capabilities) length=4 \
          supported=20 supported_names=[\"bridge\" \"router\"] enabled=4 enabled_names=[\"bridge\"]} \
          {type=8(management_address) length=12 address_family=1 address=\"10.0.0.9\" \
          interface_numbering=2(if_index) interface_number=3} {type=127(organisation_specific) length=6 \
          oui=0x0080c2 organisation=\"ieee_802_1\" subtype=1(port_vlan_id) vlan_id=7} \
          {type=0(end_of_lldpdu) length=0}]}"]
    );
    assert_eq!(
        told(&log),
        [
            "chassis_id=\"02:00:00:00:00:01\"",
            "mac_address=\"02:00:00:00:00:01\"",
            "port_id=\"port-001\"",
            "port_description=\"uplink\"",
            "name=\"sw-1\"",
            "description=\"Acme switch\"",
            "role=\"bridge\"",
            "management_address=\"10.0.0.9\"",
            "management_ip=\"10.0.0.9\"",
        ]
    );
}

#[test]
fn organisations_show_their_fields() {
    let cases: &[(&[u8], &str)] = &[
        (&[0, 0x80, 0xc2, 3, 0, 7, 4, b'c', b'e', b'l', b'l'], "vlan_id=7 vlan_name=\"cell\""),
        (&[0, 0x12, 0x0f, 1, 3, 0, 1, 0, 16], "autonegotiation_enabled=true advertised_capabilities=1"),
        (&[0, 0x12, 0x0f, 2, 7, 1, 1], "power_class=1"),
        (&[0, 0x12, 0x0f, 4, 5, 0xee], "maximum_frame_size=1518"),
        (&[0, 0x12, 0xbb, 1, 0, 0x3f, 1], "device_class=1(endpoint_class_1)"),
        (&[0, 0x12, 0xbb, 2, 1, 0x40, 0x0f, 0x6e], "vlan_id=7 layer_2_priority=5 dscp=46"),
        (&[0, 0x12, 0xbb, 8, b'9', b'7'], "serial=\"97\""),
        (&[0, 0x0e, 0xcf, 2, 0, 1, 0, 2], "rt_class_2_port_status=1 rt_class_3_port_status=2"),
        (&[0, 0x0e, 0xcf, 5, 2, 0, 0, 0, 0, 5], "chassis_mac=\"02:00:00:00:00:05\""),
        (&[0, 0, 1, 9, 1, 2], "organisation=\"other\" subtype=9(unknown) value=0x0102"),
        (&[0, 0x12, 0x0f, 4, 5], "value=0x05"),
    ];
    for (value, expected) in cases {
        let log = run(&[head(), tlv(127, value)]);
        assert!(log.messages[0].contains(expected), "{expected}: {}", log.messages[0]);
    }
}

#[test]
fn inventory_and_descriptions_become_attributes() {
    let inventory = |subtype: u8, text: &[u8]| tlv(127, &[&[0, 0x12, 0xbb, subtype], text].concat());
    let log = run(&[
        head(),
        inventory(5, b"A1"),
        inventory(6, b"1.2"),
        inventory(9, b"Acme"),
        inventory(10, b"P1"),
    ]);
    let expected = ["hardware_revision=\"A1\"", "firmware=\"1.2\"", "vendor=\"Acme\"", "model=\"P1\""];
    assert_eq!(told(&log)[3..], expected);
    let text = b"Acme, FAMILY 7, CPU 15-2, 6AB7 515-2AM01-0AB0, HW: Version 3, FW: Version V2.6.0, S C-L5";
    let log = run(&[head(), tlv(6, text)]);
    let expected = [
        "vendor=\"Acme\"",
        "order_number=\"6AB7 515-2AM01-0AB0\"",
        "model=\"CPU 15-2\"",
        "hardware_revision=\"3\"",
        "firmware=\"V2.6.0\"",
        "serial=\"S C-L5\"",
    ];
    assert_eq!(told(&log)[4..], expected);
}

#[test]
fn profinet_names_its_station() {
    let profinet = tlv(127, &[0, 0x0e, 0xcf, 2, 0, 0, 0, 0]);
    let head = |chassis: &[u8], port: &[u8]| {
        [tlv(1, &[&[7], chassis].concat()), tlv(2, &[&[7], port].concat()), tlv(3, &[0, 20])].concat()
    };
    let log = run(&[head(b"press-1", b"port-001"), profinet.clone()]);
    assert_eq!(told(&log)[..2], ["chassis_id=\"press-1\"", "name=\"press-1\""]);
    let identification =
        format!("{:<25} {:<20} {:<16} {:>5} V{:>3}{:>3}{:>3}", "X7", "6AB7 5", "S 1", 3, 2, 6, 0);
    let log = run(&[head(identification.as_bytes(), b"port-001.press-1"), profinet]);
    let expected = [
        "model=\"X7\"",
        "order_number=\"6AB7 5\"",
        "serial=\"S 1\"",
        "hardware_revision=\"3\"",
        "firmware=\"V2.6.0\"",
    ];
    assert_eq!(told(&log)[1..6], expected);
    assert!(told(&log).contains(&"name=\"press-1\"".to_owned()));
}

#[test]
fn damage_and_shutdown() {
    let log = run(&[[tlv(1, &[4, 2, 0, 0, 0, 0, 1]), tlv(2, b"\x07p"), tlv(3, &[0, 0])].concat()]);
    assert!(log.messages[0].contains("shutdown") && log.observations.is_empty());
    let log = check_datagrams(&DISSECTOR, Transport::Link, 0, &[client(&tlv(5, b"sw-1"))]);
    assert!(log.messages[0].contains("bad_order") && log.messages[0].contains("missing_field"));
    // Nothing after a second chassis id is meant.
    let log = run(&[head(), tlv(1, &[4, 2, 0, 0, 0, 0, 2]), tlv(5, b"sw-1")]);
    assert!(
        log.messages[0].contains("bad_order") && !log.messages[0].contains("sw-1"),
        "{}",
        log.messages[0]
    );
    let mut cut = head();
    cut.extend_from_slice(&[0x0a, 99, b'x']);
    let log = check_datagrams(&DISSECTOR, Transport::Link, 0, &[client(&cut)]);
    assert!(log.messages[0].contains("bad_length"), "{}", log.messages[0]);
}

#[test]
fn only_its_ethertype_is_claimed() {
    let bytes = head();
    let look = |data: &[u8], ethertype| {
        let mut given = input(Transport::Link, 0, client(data), true);
        given.ethertype = ethertype;
        probe(&Probe::of(&given))
    };
    assert_eq!(look(&bytes, 0x88cc), Verdict::Sure);
    assert_eq!(look(&bytes, 0x8892), Verdict::No);
    assert_eq!(look(&[0; 20], 0x88cc), Verdict::No);
}

proptest::proptest! {
    #[test]
    fn noise_never_panics(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
        let _ = crate::testing::datagrams(&DISSECTOR, Transport::Link, 0, &[client(&bytes)]);
        for kind in [1u8, 2, 7, 8, 127] {
            let part = tlv(kind, &bytes[..bytes.len().min(120)]);
            let _ = crate::testing::datagrams(&DISSECTOR, Transport::Link, 0, &[client(&part)]);
        }
    }
}
