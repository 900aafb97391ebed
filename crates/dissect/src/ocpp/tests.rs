use super::*;
use crate::http;
use crate::testing::{check_stream, client, probe as look, server};

fn frame(opcode: u8, masked: bool, text: &[u8]) -> Vec<u8> {
    let mask = if masked { 0x80u8 } else { 0 };
    let mut bytes = vec![opcode];
    if text.len() < 126 {
        bytes.push(mask | u8::try_from(text.len()).unwrap());
    } else {
        bytes.push(mask | 0x7e);
        bytes.extend_from_slice(&u16::try_from(text.len()).unwrap().to_be_bytes());
    }
    let key = if masked { [1, 2, 3, 4] } else { [0; 4] };
    if masked {
        bytes.extend_from_slice(&key);
    }
    bytes.extend(text.iter().zip(key.iter().cycle()).map(|(byte, key)| byte ^ key));
    bytes
}

const ASK: &[u8] = b"GET /CP1 HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
const SWITCH: &[u8] =
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n\r\n";
const BOOT: &[u8] = b"[2,\"19\",\"BootNotification\",{\"chargePointVendor\":\"Acme\",\"chargePointModel\":\"X1\",\"firmwareVersion\":\"1.2\",\"chargePointSerialNumber\":\"S-9\"}]";

#[test]
fn a_charge_point_starts_and_is_told_to_reset() {
    let (first, second) = BOOT.split_at(20);
    let log = check_stream(
        &http::DISSECTOR,
        80,
        &[
            client(ASK),
            server(SWITCH),
            client(&frame(0x01, true, first)),
            client(&frame(0x89, true, b"ping")),
            client(&frame(0x80, true, second)),
            server(&frame(0x81, false, b"[3,\"19\",{\"status\":\"Accepted\",\"interval\":300}]")),
            server(&frame(0x81, false, b"[2,\"7\",\"Reset\",{\"type\":\"Hard\"}]")),
            client(&frame(0x81, true, b"[3,\"7\",{\"status\":\"Rejected\"}]")),
            server(&frame(0x81, false, b"[2,\"8\",\"UnlockConnector\",{\"connectorId\":2}]")),
            client(&frame(0x81, true, b"[4,\"8\",\"NotSupported\",\"\",{}]")),
            client(&frame(0x81, true, b"[2,\"9\",\"Authorize\",{\"idTag\":\"hush\"}]")),
        ],
    );
    assert_eq!(
        log.messages[2..],
        [
            "ocpp request boot_notification code=- discovery Pending [] [] [] {message_type=2(call) message_id=\"19\" \
             action=\"BootNotification\" payload_length=136}",
            "ocpp response boot_notification code=- discovery Ok [] [] [] {message_type=3(call_result) \
             message_id=\"19\" status=\"Accepted\" payload_length=45}",
            "ocpp request reset code=- control Pending [] [] [] {message_type=2(call) message_id=\"7\" action=\"Reset\" \
             reset_type=\"Hard\" payload_length=31}",
            "ocpp response reset code=- control Error(\"rejected\") [] [] [] {message_type=3(call_result) \
             message_id=\"7\" status=\"Rejected\" payload_length=29}",
            "ocpp request unlock_connector code=- control Pending [] [connector 2] [] {message_type=2(call) \
             message_id=\"8\" action=\"UnlockConnector\" connector_id=\"2\" payload_length=43}",
            "ocpp response unlock_connector code=- control Error(\"not_supported\") [] [connector 2] [] \
             {message_type=4(call_error) message_id=\"8\" error_code=\"NotSupported\" payload_length=28}",
            "ocpp request authorize code=- authentication Pending [] [] [] {message_type=2(call) message_id=\"9\" \
             action=\"Authorize\" payload_length=36}",
        ]
    );
    assert!(!format!("{log:?}").contains("hush"));
    assert_eq!(
        log.observations,
        [
            "Sender [] vendor=\"Acme\" ocpp 95",
            "Sender [] model=\"X1\" ocpp 95",
            "Sender [] serial=\"S-9\" ocpp 95",
            "Sender [] firmware=\"1.2\" ocpp 95",
        ]
    );
}

#[test]
fn other_websockets_stay_http_and_mqtt_is_found() {
    let log = check_stream(
        &http::DISSECTOR,
        80,
        &[
            client(ASK),
            server(SWITCH),
            client(&frame(0x81, true, b"hello")),
            server(&frame(0x81, false, b"[1,2]")),
        ],
    );
    assert_eq!(log.messages.len(), 2);
    let connect = b"\x10\x0e\0\x04MQTT\x04\x02\0\x3c\0\x02c1";
    let log = check_stream(
        &http::DISSECTOR,
        80,
        &[
            client(ASK),
            server(SWITCH),
            client(&frame(0x82, true, connect)),
            server(&frame(0x82, false, &[0x20, 2, 0, 0])),
        ],
    );
    assert_eq!(log.messages.len(), 4);
    assert!(
        log.messages[2].starts_with("mqtt request connect")
            && log.messages[3].starts_with("mqtt response connack")
    );
}

#[test]
fn calls_are_recognised_without_the_upgrade() {
    let tcp = Transport::Tcp;
    assert_eq!(look(&DISSECTOR, tcp, 80, &frame(0x81, true, BOOT)), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, tcp, 80, &frame(0x81, false, b"[3,\"1\",{}]")), Verdict::Likely);
    assert_eq!(look(&DISSECTOR, tcp, 80, &frame(0x81, true, BOOT)[..30]), Verdict::More);
    for other in [&frame(0x81, false, b"[2,\"1\",\"Dance\",{}]")[..], b"GET / HTTP/1.1\r\n", b"\x81\x05hello"]
    {
        assert_eq!(look(&DISSECTOR, tcp, 80, other), Verdict::No);
    }
}
