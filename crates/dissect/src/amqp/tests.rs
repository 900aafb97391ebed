use super::*;
use crate::testing::{check_stream, client, probe as look, server};

fn frame(kind: u8, channel: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![kind, 0, channel, 0, 0, 0, u8::try_from(payload.len()).unwrap()];
    bytes.extend_from_slice(payload);
    bytes.push(0xce);
    bytes
}

fn call(class: u8, method: u8, arguments: &[u8]) -> Vec<u8> {
    let mut payload = vec![0, class, 0, method];
    payload.extend_from_slice(arguments);
    frame(1, u8::from(class != 10), &payload)
}

#[test]
fn a_connection_opens_and_tells_its_software() {
    let start =
        call(10, 10, b"\0\x09\0\0\0\x16\x07productS\0\0\0\x08RabbitMQ\0\0\0\0\x05PLAIN\0\0\0\x05en_US");
    let mut start = start;
    // The lengths of the two long strings follow the table.
    start.clear();
    let mut arguments = b"\0\x09\0\0\0\x15\x07productS\0\0\0\x08RabbitMQ".to_vec();
    arguments.extend_from_slice(b"\0\0\0\x05PLAIN\0\0\0\x05en_US");
    let start = call(10, 10, &arguments);
    let start_ok = call(10, 11, b"\0\0\0\0\x05PLAIN\0\0\0\x0c\0guest\0hush!\x05en_US");
    let log =
        check_stream(&DISSECTOR, 5672, &[client(b"AMQP\0\0\x09\x01"), server(&start), client(&start_ok)]);
    assert_eq!(
        log.messages,
        [
            "amqp request protocol_header code=- session Pending [] [] [] {version=\"0.9.1\"}",
            "amqp request connection_start code=10 authentication Pending [] [] [] {channel=0 class_id=10 method_id=10 \
             version_major=0 version_minor=9 server_properties=[{name=\"product\" value=\"RabbitMQ\"}] \
             mechanisms=\"PLAIN\" locales=\"en_US\"}",
            "amqp response connection_start_ok code=11 authentication Ok [] [] [] {channel=0 class_id=10 method_id=11 \
             client_properties=[] mechanism=\"PLAIN\" response_length=12 locale=\"en_US\"}",
        ]
    );
    assert!(!format!("{log:?}").contains("hush"));
    assert_eq!(
        log.observations,
        [
            "Sender [] role=\"amqp_broker\" amqp 30",
            "Sender [] amqp_product=\"RabbitMQ\" amqp 70",
            "Receiver [] amqp_credentials=\"clear text credentials\" amqp 70",
        ]
    );
}

#[test]
fn publishes_queues_and_contents() {
    let log = check_stream(
        &DISSECTOR,
        5672,
        &[
            client(&call(60, 40, b"\0\0\x02ex\x03key\x01")),
            client(&frame(2, 1, b"\0\x3c\0\0\0\0\0\0\0\0\0\x05\x90\0\x04text\x02")),
            client(&frame(3, 1, b"hello")),
            client(&call(50, 10, b"\0\0\x01q\x03\0\0\0\0")),
            server(&call(50, 11, b"\x01q\0\0\0\x02\0\0\0\x01")),
            server(&call(20, 40, b"\x01\x94\x02no\0\x32\0\x0a")),
            server(&frame(8, 0, b"")),
            client(&call(60, 99, b"")),
        ],
    );
    let starts = [
        "amqp event basic_publish code=40 write Event [] [ex/key] [] {channel=1 class_id=60 method_id=40 \
         exchange=\"ex\" routing_key=\"key\" mandatory=true immediate=false}",
        "amqp event content_header code=- other Event [] [] [] {channel=1 class_id=60 body_size=5 \
         content_type=\"text\" delivery_mode=2}",
        "amqp event content_body code=- other Event [] [] [] {channel=1 body_length=5}",
        "amqp request queue_declare code=10 configuration Pending [] [q] [] {channel=1 class_id=50 method_id=10 \
         queue=\"q\" passive=true durable=true exclusive=false auto_delete=false no_wait=false arguments=[]}",
        "amqp response queue_declare_ok code=11 configuration Ok [] [q] [] {channel=1 class_id=50 method_id=11 \
         queue=\"q\" message_count=2 consumer_count=1}",
        "amqp request channel_close code=40 session Error(\"not_found\") [] [] [] {channel=1 class_id=20 method_id=40 \
         reply_code=404(not_found) reply_text=\"no\" failing_class_id=50 failing_method_id=10}",
        "amqp control heartbeat code=- session Event",
        "amqp event unknown_0x3c0063 code=99 session Event [] [] [\"unknown_function\"]",
    ];
    assert_eq!(log.messages.len(), starts.len());
    for (message, start) in log.messages.iter().zip(starts) {
        assert!(message.starts_with(start), "{message}");
    }
}

#[test]
fn every_method_has_a_name_and_answers_pair() {
    let mut count = 0;
    for class in 0..=100 {
        for id in 0..=130 {
            if method::method(class, id).is_some() {
                count += 1;
                if let Some(asked) = method::answers(class, id) {
                    assert!(method::method(class, asked).is_some(), "{class}/{id}");
                    assert!(method::is_request(class, asked), "{class}/{asked}");
                }
            }
        }
    }
    assert_eq!(count, 66);
}

fn frame1(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 0, u8::try_from(body.len() + 8).unwrap(), 2, kind, 0, 0];
    bytes.extend_from_slice(body);
    bytes
}

#[test]
fn version_one_speaks_in_performatives() {
    let init = frame1(1, b"\0\x53\x41\xc0\x10\x02\xa3\x05PLAIN\xa0\x06\0u\0hsh");
    let open = frame1(0, b"\0\x53\x10\xc0\x0c\x04\xa1\x02c1\xa1\x01h\x40\x60\0\x07");
    let attach =
        frame1(0, b"\0\x53\x12\xc0\x16\x07\xa1\x01l\x43\x42\x40\x40\x40\0\x53\x29\xc0\x08\x01\xa1\x05queue");
    let transfer = frame1(0, b"\0\x53\x14\xc0\x04\x03\x43\x43\x40\0\x53\x77\xa1\x01x");
    let outcome = frame1(1, b"\0\x53\x44\xc0\x03\x01\x50\x01");
    let log = check_stream(
        &DISSECTOR,
        5672,
        &[
            client(b"AMQP\x03\x01\0\0"),
            client(&init),
            server(&outcome),
            client(b"AMQP\0\x01\0\0"),
            client(&open),
            client(&attach),
            client(&transfer),
            client(&frame1(0, b"")),
        ],
    );
    let starts = [
        "amqp request protocol_header code=- session Pending [] [] [] {version=\"1.0.0\" protocol_id=3(sasl)}",
        "amqp request sasl_init code=65 authentication Pending [] [] [] {channel=0 frame_type=1 mechanism=\"PLAIN\"}",
        "amqp response sasl_outcome code=68 authentication Error(\"authentication_failed\")",
        "amqp request protocol_header",
        "amqp request open code=16 session Pending [] [] [] {channel=0 frame_type=0 container_id=\"c1\" hostname=\"h\" \
         channel_max=7}",
        "amqp request attach code=18 session Pending [] [queue] [] {channel=0 frame_type=0 name=\"l\" handle=0 \
         role=false target={descriptor=41(target) value=[\"queue\"]}}",
        "amqp event transfer code=20 write Event [] [queue] [] {channel=0 frame_type=0 handle=0 delivery_id=0 \
         body_length=6}",
        "amqp control heartbeat code=- session Event",
    ];
    assert_eq!(log.messages.len(), starts.len(), "{:#?}", log.messages);
    for (message, start) in log.messages.iter().zip(starts) {
        assert!(message.starts_with(start), "{message}");
    }
    assert!(!format!("{log:?}").contains("hsh"));
}

#[test]
fn headers_and_whole_frames_are_recognised_anywhere() {
    let tcp = Transport::Tcp;
    assert_eq!(look(&DISSECTOR, tcp, 80, b"AMQP\0\0\x09\x01"), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, tcp, 80, b"AMQP\0"), Verdict::More);
    assert_eq!(look(&DISSECTOR, tcp, 80, &call(60, 40, b"\0\0\x02ex\x03key\x01")), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, tcp, 80, &frame1(0, b"\0\x53\x18\x45")), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, tcp, 80, &frame(8, 0, b"")), Verdict::No);
    assert_eq!(look(&DISSECTOR, tcp, 5672, &frame(8, 0, b"")), Verdict::Likely);
    for other in
        [&b"GET / HTTP/1.1\r\n\r\n"[..], b"\x01\0\0\0\0\0\x04abcd", b"AUTH TLS\r\n", b"\0\0\0\x55\xffSMB"]
    {
        assert_eq!(look(&DISSECTOR, tcp, 5672, other), Verdict::No);
    }
}
