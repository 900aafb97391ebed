use super::*;
use crate::testing::{check_datagrams, check_stream, client, probe as look, server};

const UDP: Transport = Transport::Udp;

#[test]
fn a_piggybacked_answer_shares_function_and_path() {
    let log = check_datagrams(
        &DISSECTOR,
        UDP,
        5683,
        &[client(b"\x41\x01\0\x01\x20\xb4temp\x43in1"), server(b"\x61\x45\0\x01\x20\xc0\xff22.3")],
    );
    // The second option repeats number 15: uri_query `in1`.
    assert_eq!(
        log.messages,
        [
            "coap request get code=1 read Pending [] [/temp] [] {message_type=0(confirmable) message_code=1(get) \
             message_id=1 token=0x20 uri_path=[\"temp\"] uri_query=[\"in1\"]}",
            "coap response get code=1 read Ok [] [/temp] [] {message_type=2(acknowledgement) \
             message_code=69(content) message_id=1 token=0x20 options=[{number=12(content_format) value=0}] \
             payload_length=4 payload=\"22.3\"}",
        ]
    );
}

#[test]
fn separate_answers_observations_and_refusals_are_matched() {
    let log = check_datagrams(
        &DISSECTOR,
        UDP,
        5683,
        &[
            client(b"\x41\x01\0\x02\x30\x60\x51s"),
            server(b"\x60\0\0\x02"),
            server(b"\x51\x45\x10\0\x30\x61\x0c\xffa"),
            server(b"\x51\x45\x10\x01\x30\x61\x0d\xffb"),
            client(b"\x41\x03\0\x03\x31\xb1s\xff1"),
            server(b"\x61\x84\0\x03\x31"),
            client(b"\x70\0\x10\x01"),
            server(b"\x61\x45\0\x09\x77"),
        ],
    );
    let starts = [
        "coap request get code=1 read Pending [] [/s]",
        "coap control acknowledgement code=1 read Event [] [/s]",
        "coap response get code=1 read Ok [] [/s]",
        "coap response get code=1 read Ok [] [/s]",
        "coap request put code=3 write Pending [] [/s]",
        "coap response put code=3 write Error(\"not_found\") [] [/s]",
        "coap control reset code=0 session Error(\"reset\") [] []",
        "coap response response code=- other Ok [] [] [\"unexpected_response\"]",
    ];
    for (message, start) in log.messages.iter().zip(starts) {
        assert!(message.starts_with(start), "{message}");
    }
}

#[test]
fn lwm2m_registers_and_tells_who_the_device_is() {
    let log = check_datagrams(
        &DISSECTOR,
        UDP,
        5683,
        &[
            client(b"\x40\x02\0\x01\xb2rd\x47ep=dev7"),
            client(b"\x41\x01\0\x02\x01\xb13\x010"),
            server(b"\x61\x45\0\x02\x01\xc2\x2d\x16\xff\xc8\x00\x04Acme\xc3\x01M-1"),
            client(b"\x40\x03\0\x03\xb15\x010\x010\xd1\x03\x08\xffFIRM"),
        ],
    );
    assert!(log.messages[0].starts_with("coap request post code=2 discovery Pending [] [/rd]"));
    assert!(log.messages[3].starts_with("coap request put code=3 firmware_update Pending [] [/5/0/0]"));
    assert!(log.messages[3].contains("lwm2m_object=5(firmware_update)"));
    assert_eq!(
        log.observations,
        [
            "Sender [] lwm2m_endpoint=\"dev7\" coap 60",
            "Sender [] vendor=\"Acme\" coap 95",
            "Sender [] model=\"M-1\" coap 95",
        ]
    );
    assert_eq!(log.files, ["coap \"/5/0/0\" Download Some(0) 4 false"]);
}

#[test]
fn streams_have_their_own_header_and_signals() {
    let mut large = vec![0xd0, 23, 2, 0xb1];
    large.extend_from_slice(b"x\xff");
    large.resize(3 + 36, b'y');
    let log = check_stream(
        &DISSECTOR,
        5683,
        &[
            client(&[0x30, 0xe1, 0x22, 0x04, 0x80]),
            server(&[0x00, 0xe1]),
            client(&large),
            server(&[0x00, 0x44]),
        ],
    );
    assert_eq!(
        log.messages[0],
        "coap control csm code=225 session Event [] [] [] {message_code=225(csm) \
         options=[{number=2(max_message_size) value=1152}]}"
    );
    assert!(
        log.messages[2].starts_with("coap request post code=2 write Pending [] [/x] []"),
        "{}",
        log.messages[2]
    );
    assert!(log.messages[3].starts_with("coap response post code=2 write Ok [] [/x] []"));
}

#[test]
fn odd_messages_are_marked() {
    let log = check_datagrams(
        &DISSECTOR,
        UDP,
        5683,
        &[client(b"\x40\x01\0\x01\xff"), client(b"\x40\x1f\0\x01\xb9a")],
    );
    assert!(log.messages[0].contains("[\"missing_field\"]"));
    assert!(
        log.messages[1].contains("unknown_0x1f")
            && log.messages[1].contains("[\"bad_length\", \"unknown_function\"]")
    );
}

#[test]
fn known_options_make_it_likely_elsewhere() {
    assert_eq!(look(&DISSECTOR, UDP, 5683, b"\x41\x01\0\x01\x20\xb4temp"), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, UDP, 9000, b"\x41\x01\0\x01\x20\xb4temp"), Verdict::Likely);
    assert_eq!(look(&DISSECTOR, UDP, 9000, b"\x40\x01\0\x01"), Verdict::No);
    assert_eq!(look(&DISSECTOR, UDP, 5683, b"\x60\0\0\x01"), Verdict::Likely);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 5683, &[0x30, 0xe1, 0x22, 0x04, 0x80]), Verdict::Sure);
    for other in [&b"GET / HTTP/1.1\r\n"[..], b"\x80\x01\0\x01", b"M-SEARCH * HTTP/1.1\r\n"] {
        assert_eq!(look(&DISSECTOR, UDP, 5683, other), Verdict::No);
    }
}

#[test]
fn settings_tell_a_stream_on_any_port() {
    let on = |port, bytes: &[u8]| look(&DISSECTOR, Transport::Tcp, port, bytes);
    // Length 5, no token; 7.01; maximum message size 1048576; block-wise transfer.
    let settings = [0x50, 0xe1, 0x23, 0x10, 0x00, 0x00, 0x20];
    assert_eq!(on(9000, &settings), Verdict::Sure);
    // Without an option, with a token, with an option of another number, cut, and another code.
    assert_eq!(on(9000, &[0x00, 0xe1]), Verdict::No);
    assert_eq!(on(9000, &[0x31, 0xe1, 0x07, 0x22, 0x04, 0x80]), Verdict::No);
    assert_eq!(on(9000, &[0x30, 0xe1, 0x92, 0x04, 0x80]), Verdict::No);
    assert_eq!(on(9000, &settings[..4]), Verdict::No);
    assert_eq!(on(9000, &[0x30, 0x45, 0x22, 0x04, 0x80]), Verdict::No);
    assert_eq!(on(5683, &[0x00, 0xe1]), Verdict::Sure);
}
