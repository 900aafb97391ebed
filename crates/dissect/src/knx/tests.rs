use super::*;
use crate::testing::{check_datagrams, check_stream, client, probe as look, server};

const UDP: Transport = Transport::Udp;

fn frame(service: u16, body: &[u8]) -> Vec<u8> {
    let mut bytes = HEADER.to_vec();
    bytes.extend_from_slice(&service.to_be_bytes());
    bytes.extend_from_slice(&u16::try_from(body.len() + 6).unwrap().to_be_bytes());
    bytes.extend_from_slice(body);
    bytes
}

const ENDPOINT: &[u8] = &[8, 1, 192, 168, 0, 9, 0x0e, 0x57];

#[test]
fn a_description_identifies_the_device() {
    let mut device =
        vec![54, 1, 2, 1, 0x11, 0x05, 0, 0, 0, 0xc5, 1, 2, 3, 4, 224, 0, 23, 12, 0, 1, 2, 3, 4, 5];
    device.extend_from_slice(b"IP Router");
    device.resize(54, 0);
    device.extend_from_slice(&[6, 2, 2, 1, 4, 2]);
    let log = check_datagrams(
        &DISSECTOR,
        UDP,
        3671,
        &[client(&frame(0x0203, ENDPOINT)), server(&frame(0x0204, &device))],
    );
    assert_eq!(
        log.messages[0],
        "knx request description_request code=515 discovery Pending [] [] [] \
         {service_type=515(description_request) total_length=14 control_endpoint={protocol=1(udp) ip=\"192.168.0.9\" \
         port=3671}}"
    );
    assert!(
        log.messages[1].contains("programming_mode=true individual_address=\"1.1.5\""),
        "{}",
        log.messages[1]
    );
    assert!(log.messages[1].contains("families=[{family=2 version=1} {family=4 version=2}]"));
    assert_eq!(
        log.observations,
        [
            "Sender [] product_name=\"IP Router\" knx 95",
            "Sender [] serial=\"00c501020304\" knx 95",
            "Sender [] vendor_id=\"197\" knx 95",
            "Sender [] knx_individual_address=\"1.1.5\" knx 95",
            "Sender [] mac_address=\"00:01:02:03:04:05\" knx 95",
        ]
    );
}

#[test]
fn telegrams_are_messages_of_their_own() {
    let telegram = [0x29, 0, 0xbc, 0xe0, 0x11, 0x05, 0x0a, 0x03, 1, 0, 0x81];
    let mut tunnel = vec![4, 7, 1, 0];
    tunnel.extend_from_slice(&[0x11, 0, 0xbc, 0x60, 0, 0, 0x11, 0x06, 1, 3, 0x80]);
    let log = check_datagrams(
        &DISSECTOR,
        UDP,
        3671,
        &[
            client(&frame(0x0530, &telegram)),
            client(&frame(0x0420, &tunnel)),
            server(&frame(0x0421, &[4, 7, 1, 0x21])),
        ],
    );
    let starts = [
        "knx event routing_indication code=1328 other Event [] [] [] {service_type=1328(routing_indication) \
         total_length=17}",
        "knx event group_value_write code=128 write Event [] [1/2/3] [] {message_code=41(l_data_ind) priority=3 \
         hop_count=6 source=\"1.1.5\" destination=\"1/2/3\" to_group=true apci=129 value=1}",
        "knx request tunnelling_request code=1056 other Pending [channel 7] []",
        "knx event restart code=896 control Event [1.1.6] []",
        "knx response tunnelling_ack code=1057 other Error(\"connection_id\") [channel 7] []",
    ];
    assert_eq!(log.messages.len(), starts.len());
    for (message, start) in log.messages.iter().zip(starts) {
        assert!(message.starts_with(start), "{message}");
    }
    assert_eq!(log.values, ["knx [] [1/2/3] bits6 Uint(1)"]);
}

#[test]
fn properties_tell_bus_devices_apart() {
    let answer = [0x29, 0, 0xbc, 0x60, 0x11, 0x07, 0, 0, 7, 3, 0xd6, 0, 12, 0x10, 1, 0, 0xc5];
    let mut local = vec![4, 1, 0, 0];
    local.extend_from_slice(&[0xfb, 0, 0, 1, 11, 0x10, 1, 0, 0xc5, 0, 0, 0, 9]);
    let log = check_datagrams(
        &DISSECTOR,
        UDP,
        3671,
        &[client(&frame(0x0530, &answer)), server(&frame(0x0310, &local))],
    );
    assert_eq!(
        log.observations,
        ["Sender [1.1.7] vendor_id=\"197\" knx 95", "Sender [] serial=\"00c500000009\" knx 95"]
    );
}

#[test]
fn every_service_survives_its_cuts_and_is_named() {
    for code in 0..=0x0a00 {
        let Some((name, ..)) = service::describe(code) else { continue };
        let mut body = ENDPOINT.to_vec();
        body.extend_from_slice(ENDPOINT);
        body.extend_from_slice(&[4, 4, 2, 0]);
        let log = check_datagrams(&DISSECTOR, UDP, 3671, &[client(&frame(code, &body))]);
        assert!(log.messages[0].contains(name), "{}", log.messages[0]);
        if let Some(asked) = service::request_of(code) {
            assert!(matches!(service::describe(asked), Some((_, Kind::Request, _))), "{code:x}");
        }
    }
    for code in 0..0x400u16 {
        if apci::describe(code).is_some() {
            assert!(apci::describe(apci::service(code)).is_some(), "{code:x}");
        }
    }
}

#[test]
fn streams_join_messages() {
    let mut both = frame(0x0423, &[4, 1, 2, 0, 6, 0, 0x10, 1]);
    both.extend_from_slice(&frame(0x0425, &[4, 1, 3, 0, 6, 0, 0x10, 0x87]));
    let log = check_stream(&DISSECTOR, 3671, &[server(&both)]);
    assert_eq!(log.messages.len(), 2);
    assert!(log.messages[1].contains("feature=6(individual_address) value=0x1087"));
}

#[test]
fn header_service_and_length_are_checked() {
    assert_eq!(look(&DISSECTOR, UDP, 9, &frame(0x0201, ENDPOINT)), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, UDP, 3671, &frame(0x0199, ENDPOINT)), Verdict::No);
    assert_eq!(look(&DISSECTOR, UDP, 3671, &[&frame(0x0201, ENDPOINT)[..], b"x"].concat()), Verdict::No);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 3671, &[6, 16]), Verdict::More);
    assert_eq!(look(&DISSECTOR, UDP, 3671, b"GET / HTTP"), Verdict::No);
}
