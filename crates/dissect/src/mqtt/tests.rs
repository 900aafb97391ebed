use super::*;
use crate::testing::{check_stream, client, probe as look, server};
use crate::{Transport, Verdict};

fn packet(first: u8, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let mut bytes = vec![first];
    if length < 128 {
        bytes.push(u8::try_from(length).unwrap());
    } else {
        bytes.push(u8::try_from(length % 128).unwrap() | 0x80);
        bytes.push(u8::try_from(length / 128).unwrap());
    }
    bytes.extend_from_slice(body);
    bytes
}

/// MQTT 3.1.1: user name and password, keep alive 60 s, client `c1`, will on `w`.
const CONNECT_4: &[u8] = b"\0\x04MQTT\x04\xc6\0\x3c\0\x02c1\0\x01w\0\x03bye\0\x04user\0\x04hush";

#[test]
fn a_connection_hides_its_credentials() {
    let log =
        check_stream(&DISSECTOR, 1883, &[client(&packet(0x10, CONNECT_4)), server(&packet(0x20, &[0, 5]))]);
    assert_eq!(
        log.messages,
        [
            "mqtt request connect code=1 authentication Pending [] [] [] {protocol_name=\"MQTT\" protocol_level=4 \
             client_id=\"c1\" clean_start=true keep_alive=60 has_user_name=true has_password=true will_topic=\"w\" \
             will_qos=0 will_retain=false will_length=3}",
            "mqtt response connack code=2 session Error(\"not_authorized\") [] [] [] {session_present=false \
             reason_code=5(not_authorized)}",
        ]
    );
    assert!(!format!("{log:?}").contains("hush"));
    assert_eq!(
        log.observations,
        [
            "Sender [] mqtt_client_id=\"c1\" mqtt 60",
            "Receiver [] mqtt_credentials=\"clear text credentials\" mqtt 70",
            "Sender [] role=\"mqtt_broker\" mqtt 30",
        ]
    );
}

#[test]
fn quality_two_is_one_act_about_one_topic() {
    let log = check_stream(
        &DISSECTOR,
        1883,
        &[
            client(&packet(0x34, b"\0\x05a/set\0\x0721.5")),
            server(&packet(0x50, &[0, 7])),
            client(&packet(0x62, &[0, 7])),
            server(&packet(0x70, &[0, 7])),
        ],
    );
    let expected = [
        "mqtt request publish code=3 write Pending [] [a/set]",
        "mqtt response pubrec code=5 write Ok [] [a/set]",
        "mqtt request pubrel code=6 write Pending [] [a/set]",
        "mqtt response pubcomp code=7 write Ok [] [a/set]",
    ];
    for (message, start) in log.messages.iter().zip(expected) {
        assert!(message.starts_with(start), "{message}");
    }
    assert_eq!(log.values, ["mqtt [] [a/set] text Float(21.5)"]);
}

#[test]
fn subscriptions_list_their_filters() {
    let log = check_stream(
        &DISSECTOR,
        1883,
        &[
            client(&packet(0x82, b"\0\x01\0\x03a/#\x01\0\x01b\0")),
            server(&packet(0x90, &[0, 1, 1, 0x80])),
            client(&packet(0xa2, b"\0\x02\0\x01b")),
            server(&packet(0xb0, &[0, 2])),
            client(&[0xc0, 0]),
            server(&[0xd0, 0]),
            client(&[0xe0, 0]),
        ],
    );
    assert_eq!(
        log.messages[..2],
        [
            "mqtt request subscribe code=8 read Pending [] [a/#] [] {packet_id=1 topics=[{topic=\"a/#\" qos=1} \
             {topic=\"b\" qos=0}]}",
            "mqtt response suback code=9 read Error(\"unspecified_error\") [] [a/#] [] {packet_id=1 \
             reason_codes=[1(granted_qos_1) 128(unspecified_error)]}",
        ]
    );
    assert!(log.messages[2].starts_with("mqtt request unsubscribe code=10 read Pending [] [b]"));
    assert!(log.messages[3].starts_with("mqtt response unsuback code=11 read Ok [] [b]"));
    assert!(log.messages[4].starts_with("mqtt request pingreq code=12 session Pending"));
    assert!(log.messages[5].starts_with("mqtt response pingresp code=13 session Ok"));
    assert!(log.messages[6].starts_with("mqtt control disconnect code=14 session Event"));
}

#[test]
fn version_five_has_properties_aliases_and_reasons() {
    let log = check_stream(
        &DISSECTOR,
        1883,
        &[
            client(&packet(0x10, b"\0\x04MQTT\x05\x02\0\x0a\x05\x11\0\0\0\x01\0\0")),
            server(&packet(0x20, b"\0\0\x06\x12\0\x03abc")),
            client(&packet(0x30, b"\0\x01t\x03\x23\0\x01hi")),
            client(&packet(0x30, b"\0\0\x03\x23\0\x01ho")),
            server(&packet(0xe0, &[0x8b, 0])),
            server(&packet(0xf0, &[0x18, 0])),
        ],
    );
    assert!(
        log.messages[0].contains("properties=[{id=17(session_expiry_interval) value=1}]"),
        "{}",
        log.messages[0]
    );
    assert!(log.messages[1].contains("{id=18(assigned_client_identifier) value=\"abc\"}"));
    assert!(log.messages[2].starts_with("mqtt event publish code=3 read Event [] [t] []"));
    assert!(log.messages[3].starts_with("mqtt event publish code=3 read Event [] [t] []"));
    assert!(log.messages[4].contains("disconnect code=14 session Error(\"server_shutting_down\")"));
    assert!(log.messages[5].contains("control auth code=15 authentication Event"));
    assert!(log.observations.contains(&"Receiver [] mqtt_client_id=\"abc\" mqtt 60".to_owned()));
}

#[test]
fn a_large_publish_is_passed_over() {
    let mut bytes = vec![0x30, 0xf0, 0xa2, 0x04];
    bytes.extend_from_slice(b"\0\x01t");
    bytes.resize(4 + 70_000, b'x');
    bytes.extend_from_slice(&[0xc0, 0]);
    let log = crate::testing::stream(&DISSECTOR, 1883, &[client(&bytes)], true);
    assert_eq!(log.messages.len(), 2);
    assert!(log.messages[0].contains("[\"too_large\"]") && log.messages[0].contains("payload_length=69997"));
}

/// A metric: name, alias, type, and its value as one more field.
fn metric(name: &str, alias: u8, kind: u8, value: &[u8]) -> Vec<u8> {
    let mut inner = Vec::new();
    if !name.is_empty() {
        inner.extend_from_slice(&[0x0a, u8::try_from(name.len()).unwrap()]);
        inner.extend_from_slice(name.as_bytes());
    }
    inner.extend_from_slice(&[0x10, alias]);
    if kind > 0 {
        inner.extend_from_slice(&[0x20, kind]);
    }
    inner.extend_from_slice(value);
    let mut bytes = vec![0x12, u8::try_from(inner.len()).unwrap()];
    bytes.extend_from_slice(&inner);
    bytes
}

fn sparkplug(kind: &str, metrics: &[Vec<u8>]) -> Vec<u8> {
    let topic = format!("spBv1.0/G/{kind}/E");
    let mut body = vec![0, u8::try_from(topic.len()).unwrap()];
    body.extend_from_slice(topic.as_bytes());
    body.extend_from_slice(&[0x08, 5, 0x18, 1]);
    body.extend_from_slice(&metrics.concat());
    packet(0x30, &body)
}

#[test]
fn sparkplug_metrics_are_values_by_their_birth_names() {
    let birth = sparkplug(
        "NBIRTH",
        &[
            metric("Tank/Level", 1, 2, &[0x50, 0xff, 0xff, 3]),
            metric("Properties/Hardware Make", 2, 12, b"\x7a\x04Acme"),
        ],
    );
    let data =
        sparkplug("NDATA", &[metric("", 1, 0, &[0x50, 7]), metric("", 9, 9, &[0x65, 0, 0, 0xc0, 0x3f])]);
    let order = sparkplug("NCMD", &[metric("Node Control/Rebirth", 3, 11, &[0x70, 1])]);
    let log = check_stream(&DISSECTOR, 1883, &[client(&birth), client(&data), server(&order)]);
    assert!(log.messages[0].contains("publish code=3 discovery"));
    assert!(
        log.messages[1].contains(
            "sparkplug={message_type=\"NDATA\" group_id=\"G\" edge_node_id=\"E\" timestamp=5 seq=1 \
         metrics=[{name=\"Tank/Level\" alias=1 value=7} {alias=9 datatype=9(float) value=1.5}]}"
        ),
        "{}",
        log.messages[1]
    );
    assert!(log.messages[2].contains("publish code=3 write"));
    assert_eq!(
        log.values,
        [
            "mqtt [G/E] [Tank/Level] int16 Int(-1)",
            "mqtt [G/E] [Tank/Level] int16 Int(7)",
            "mqtt [G/E] [alias 9] float Float(1.5)",
            "mqtt [G/E] [Node Control/Rebirth] boolean Bool(true)",
        ]
    );
    assert_eq!(
        log.observations,
        ["Sender [] sparkplug_edge_node=\"E\" mqtt 85", "Sender [] vendor=\"Acme\" mqtt 85"]
    );
}

#[test]
fn connections_are_recognised_anywhere_and_others_at_home() {
    let tcp = Transport::Tcp;
    assert_eq!(look(&DISSECTOR, tcp, 4000, &packet(0x10, CONNECT_4)), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, tcp, 4000, b"\x10\x0e\0\x06MQIsdp\x03"), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, tcp, 4000, b"\x10\x0e\0\x06MQ"), Verdict::More);
    assert_eq!(look(&DISSECTOR, tcp, 1883, &packet(0x30, b"\0\x01tx")), Verdict::Likely);
    assert_eq!(look(&DISSECTOR, tcp, 4000, &packet(0x30, b"\0\x01tx")), Verdict::No);
    for other in [&b"GET / HTTP/1.1\r\n\r\n"[..], b"\x16\x03\x01\x02\0\x01", b"SSH-2.0-x\r\n", b"220 x\r\n"] {
        assert_eq!(look(&DISSECTOR, tcp, 1883, other), Verdict::No);
    }
}
