use super::*;
use crate::testing::{Log, Piece, check_datagrams, client, server};
use crate::{Probe, Transport};
use sightglass_wire::Mac;

/// A frame with its blocks and padding to the shortest Ethernet payload.
fn frame(frame_id: u16, service: u8, kind: u8, xid: u32, blocks: &[u8]) -> Vec<u8> {
    let mut bytes = frame_id.to_be_bytes().to_vec();
    bytes.extend_from_slice(&[service, kind]);
    bytes.extend_from_slice(&xid.to_be_bytes());
    bytes.extend_from_slice(&[0, 1]);
    bytes.extend_from_slice(&u16::try_from(blocks.len()).unwrap().to_be_bytes());
    bytes.extend_from_slice(blocks);
    bytes.resize(bytes.len().max(46), 0);
    bytes
}

fn block(option: u8, suboption: u8, value: &[u8]) -> Vec<u8> {
    let mut bytes = vec![option, suboption];
    bytes.extend_from_slice(&u16::try_from(value.len()).unwrap().to_be_bytes());
    bytes.extend_from_slice(value);
    if value.len() % 2 == 1 {
        bytes.push(0);
    }
    bytes
}

fn run(pieces: &[(bool, Vec<u8>)]) -> Log {
    let pieces: Vec<Piece<'_>> =
        pieces.iter().map(|(away, data)| if *away { client(data) } else { server(data) }).collect();
    check_datagrams(&DISSECTOR, Transport::Link, 0, &pieces)
}

#[test]
fn an_identify_request_names_what_it_looks_for() {
    let log = run(&[
        (true, frame(0xfefe, 5, 0, 7, &block(255, 255, &[]))),
        (true, frame(0xfefe, 5, 0, 8, &block(2, 2, b"press-1"))),
    ]);
    assert_eq!(
        log.messages,
        [
            "profinet_dcp request identify code=5 discovery Pending [] [all] [] {frame_id=65278 service_id=5 \
             service_type=0 xid=7 response_delay=1 data_length=4 options=[{option=255(all) suboption=255(all)}]}",
            "profinet_dcp request identify code=5 discovery Pending [] [name_of_station] [] {frame_id=65278 \
             service_id=5 service_type=0 xid=8 response_delay=1 data_length=12 station_name=\"press-1\" \
             options=[{option=2(device_properties) suboption=2(name_of_station) name_of_station=\"press-1\"}]}",
        ]
    );
    assert_eq!(log.observations, ["Sender [] asked_station_name=\"press-1\" profinet_dcp 30"]);
}

#[test]
fn an_identify_response_tells_who_answers() {
    let blocks = [
        block(2, 5, &[0, 0, 2, 1, 2, 2]),
        block(2, 1, b"\0\0S7-1200"),
        block(2, 2, b"\0\0press-1"),
        block(2, 3, &[0, 0, 0, 0x2a, 1, 0x0d]),
        block(2, 4, &[0, 0, 2, 0]),
        block(2, 7, &[0, 0, 0, 100]),
        block(2, 8, &[0, 0, 0, 1, 0, 2]),
        block(1, 2, &[0, 1, 10, 0, 0, 5, 255, 255, 255, 0, 10, 0, 0, 5]),
    ]
    .concat();
    let log = run(&[(false, frame(0xfeff, 5, 1, 7, &blocks))]);
    assert_eq!(
        log.messages,
        [
            "profinet_dcp response identify code=5 discovery Ok [] [] [] {frame_id=65279 service_id=5 service_type=1 \
          xid=7 data_length=92 station_name=\"press-1\" vendor_id=42 device_id=269 \
          options=[{option=2(device_properties) suboption=5(device_options) block_info=0 \
          supported=[{option=2(device_properties) suboption=1(type_of_station)} {option=2(device_properties) \
          suboption=2(name_of_station)}]} {option=2(device_properties) suboption=1(type_of_station) block_info=0 \
          type_of_station=\"S7-1200\"} {option=2(device_properties) suboption=2(name_of_station) block_info=0 \
          name_of_station=\"press-1\"} {option=2(device_properties) suboption=3(device_id) block_info=0 \
          vendor_id=42 device_id=269} {option=2(device_properties) suboption=4(device_role) block_info=0 \
          device_role=2 roles=[\"io_controller\"]} {option=2(device_properties) suboption=7(device_instance) \
          block_info=0 instance_high=0 instance_low=100} {option=2(device_properties) suboption=8(oem_device_id) \
          block_info=0 vendor_id=1 device_id=2} {option=1(ip) suboption=2(ip_parameter) block_info=1(ip_set) \
          ip_address=\"10.0.0.5\" subnet_mask=\"255.255.255.0\" standard_gateway=\"10.0.0.5\"}]}"
        ]
    );
    let told: Vec<_> = log
        .observations
        .iter()
        .map(|told| told.replace("Sender [] ", "").replace(" profinet_dcp 85", ""))
        .collect();
    assert_eq!(
        told,
        [
            "device_type=\"S7-1200\"",
            "name=\"press-1\"",
            "vendor_id=\"0x002a\"",
            "device_id=\"0x010d\"",
            "role_bits=\"0x02\"",
            "role=\"io_controller\"",
            "oem_device_id=\"0x0001 0x0002\"",
            "management_ip=\"10.0.0.5\"",
            "subnet=\"255.255.255.0\"",
        ]
    );
}

#[test]
fn a_set_configures_once_the_device_agrees() {
    let blocks = [block(5, 1, &[0, 0]), block(2, 2, b"\0\x01press-2"), block(5, 2, &[0, 0])].concat();
    let agreed = [block(5, 4, &[2, 2, 0]), block(5, 4, &[5, 2, 0])].concat();
    let log = run(&[
        (true, frame(0xfefd, 4, 0, 9, &blocks)),
        (false, frame(0xfefd, 4, 1, 9, &agreed)),
        (true, frame(0xfefd, 4, 0, 10, &block(1, 2, &[0, 0, 10, 0, 0, 9, 255, 0, 0, 0, 10, 0, 0, 1]))),
        (false, frame(0xfefd, 4, 1, 10, &block(5, 4, &[1, 2, 6]))),
    ]);
    let heads: Vec<_> = log.messages.iter().map(|message| message.split(" {").next().unwrap()).collect();
    assert_eq!(
        heads,
        [
            "profinet_dcp request set code=4 configuration Pending [] [name_of_station] []",
            "profinet_dcp response set code=4 configuration Ok [] [name_of_station] []",
            "profinet_dcp request set code=4 configuration Pending [] [ip_parameter] []",
            "profinet_dcp response set code=4 configuration Error(\"in_operation_set_not_possible\") [] \
             [ip_parameter] []",
        ]
    );
    assert!(log.messages[0].contains("block_qualifier=1(permanent) name_of_station=\"press-2\""));
    assert!(
        log.messages[1].contains("answered_suboption=2(name_of_station) block_error=0(ok)"),
        "{}",
        log.messages[1]
    );
    assert_eq!(
        log.observations,
        [
            "Sender [] assigned_station_name=\"press-2\" profinet_dcp 30",
            "Sender [] name=\"press-2\" profinet_dcp 85",
        ]
    );
}

#[test]
fn control_options_have_their_own_categories() {
    for (suboption, value, expected) in [
        (3u8, &[0, 0, 1, 0][..], "set code=4 diagnostics Pending [] [signal] []"),
        (5, &[0, 0], "set code=4 control Pending [] [factory_reset] []"),
        (6, &[0, 4], "set code=4 control Pending [] [reset_to_factory] []"),
    ] {
        let log = run(&[(true, frame(0xfefd, 4, 0, 1, &block(5, suboption, value)))]);
        assert!(log.messages[0].contains(expected), "{}", log.messages[0]);
    }
    let log = run(&[(true, frame(0xfefd, 4, 0, 1, &block(5, 6, &[0, 4])))]);
    assert!(log.messages[0].contains("block_qualifier=4(reset_communication_parameters)"));
}

#[test]
fn get_asks_for_options_and_is_answered_with_blocks() {
    let log = run(&[
        (true, frame(0xfefd, 3, 0, 3, &[2, 2, 1, 2])),
        (false, frame(0xfefd, 3, 1, 3, &[block(2, 2, b"\0\0a"), block(5, 4, &[1, 2, 2])].concat())),
        (true, frame(0xfefd, 3, 0, 4, &[3, 60])),
        (false, frame(0xfefd, 3, 5, 4, &[])),
    ]);
    assert!(
        log.messages[0].contains("get code=3 discovery Pending [] [name_of_station]"),
        "{}",
        log.messages[0]
    );
    assert!(
        log.messages[0]
            .contains("options=[{option=2(device_properties) suboption=2(name_of_station)} {option=1(ip)")
    );
    assert!(log.messages[1].contains("Error(\"suboption_not_supported\") [] [name_of_station]"));
    assert!(log.messages[3].contains("Error(\"service_not_supported\")"), "{}", log.messages[3]);
    assert_eq!(log.observations, ["Sender [] name=\"a\" profinet_dcp 85"]);
}

#[test]
fn every_other_value_is_shown() {
    let cases: &[(u8, u8, &[u8], &str)] = &[
        (1, 1, &[0, 0, 2, 3, 4, 5, 6, 7], "mac_address=\"02:03:04:05:06:07\""),
        (
            1,
            3,
            &[0, 0x81, 10, 0, 0, 1, 255, 0, 0, 0, 0, 0, 0, 0, 8, 8, 8, 8],
            "block_info=129(ip_set_conflict) ip_address=\"10.0.0.1\" subnet_mask=\"255.0.0.0\" \
             standard_gateway=\"0.0.0.0\" dns_servers=[\"8.8.8.8\"]",
        ),
        (2, 6, b"\0\0port-001.x", "alias_name=\"port-001.x\""),
        (2, 9, &[0, 0, 10, 0, 0, 254], "standard_gateway=\"10.0.0.254\""),
        (2, 10, &[0, 0, 0, 5], "rsi_properties=5 ip_stack_available=true"),
        (3, 60, b"\0\0plc", "suboption=60(dhcp_class_identifier) block_info=0 text=\"plc\""),
        (6, 1, &[0, 0, 0, 1], "device_initiative=1(hello)"),
        (
            0x80,
            4,
            &[0, 0, 9],
            "option=128(manufacturer_specific) suboption=4(manufacturer_specific) block_info=0 value=0x09",
        ),
    ];
    for (option, suboption, value, expected) in cases {
        let log = run(&[(false, frame(0xfefc, 6, 0, 1, &block(*option, *suboption, value)))]);
        assert!(log.messages[0].starts_with("profinet_dcp event hello code=6 discovery Event"));
        assert!(log.messages[0].contains(expected), "{expected}: {}", log.messages[0]);
    }
}

#[test]
fn damage_is_marked_and_kept() {
    let log = run(&[(true, frame(0xfefd, 9, 0, 1, &[]))]);
    assert!(
        log.messages[0].contains("unknown_0x09 code=9 other") && log.messages[0].contains("unknown_function")
    );
    let log = run(&[(true, frame(0xfefe, 5, 0, 1, &[2, 2, 0, 9, b'a']))]);
    assert!(log.messages[0].contains("bad_length") && log.messages[0].contains("station_name=\"a\""));
    assert!(log.observations.is_empty(), "a cut name is no name");
    let log = run(&[(true, frame(0xfefe, 5, 0, 1, &block(2, 99, b"x")))]);
    assert!(log.messages[0].contains("unknown_object"), "{}", log.messages[0]);
    let mut long = frame(0xfefe, 5, 0, 1, &block(255, 255, &[]));
    long[10] = 9;
    assert!(run(&[(true, long)]).messages[0].contains("bad_length"));
    // Cyclic data between the same stations is nothing for this dissector.
    assert!(run(&[(true, vec![0x80, 0, 1, 2, 3, 4])]).messages.is_empty());
}

#[test]
fn only_dcp_frame_ids_are_claimed() {
    let look = |data: &[u8], ethertype| {
        (DISSECTOR.probe)(&Probe {
            data,
            transport: Transport::Link,
            src_port: 0,
            dst_port: 0,
            from_client: None,
            ethertype,
            llc: None,
            link: 1,
            ip_protocol: 0,
            dst_mac: Mac([1, 0x0e, 0xcf, 0, 0, 0]),
            missing: 0,
        })
    };
    let ask = frame(0xfefe, 5, 0, 1, &block(255, 255, &[]));
    assert_eq!(look(&ask, 0x8892), Verdict::Sure);
    assert_eq!(look(&ask, 0x0800), Verdict::No);
    assert_eq!(look(&frame(0x8000, 5, 0, 1, &[]), 0x8892), Verdict::No);
    assert_eq!(look(&frame(0xfefe, 4, 0, 1, &[]), 0x8892), Verdict::No);
    assert_eq!(look(&ask[..11], 0x8892), Verdict::No);
}

proptest::proptest! {
    /// Any blocks in any frame are decoded or marked; nothing panics.
    #[test]
    fn noise_never_panics(
        id in 0xfefcu16..=0xfeff,
        service in 0u8..8,
        kind in 0u8..8,
        blocks in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..120),
        option in 0u8..8,
    ) {
        let mut bytes = blocks;
        if let Some(first) = bytes.first_mut() {
            *first = option;
        }
        let frame = frame(id, service, kind, 1, &bytes);
        let log = crate::testing::datagrams(&DISSECTOR, Transport::Link, 0, &[client(&frame), server(&frame)]);
        proptest::prop_assert_eq!(log.messages.len(), 2);
    }
}
