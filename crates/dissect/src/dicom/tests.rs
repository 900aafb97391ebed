use super::*;
use crate::testing::{check_stream, client, probe as look, server};

fn unit(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![kind, 0, 0, 0, 0, u8::try_from(body.len()).unwrap()];
    bytes.extend_from_slice(body);
    bytes
}

fn item(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![kind, 0, 0, u8::try_from(body.len()).unwrap()];
    bytes.extend_from_slice(body);
    bytes
}

fn associate(kind: u8) -> Vec<u8> {
    let mut body = vec![0, 1, 0, 0];
    body.extend_from_slice(b"PACS            CT1             ");
    body.extend_from_slice(&[0; 32]);
    body.extend_from_slice(&item(0x10, b"1.2.840.10008.3.1.1.1"));
    let context = [&[1, 0, 0, 0][..], &item(0x30, b"1.2.840.10008.1.1")].concat();
    body.extend_from_slice(&item(0x20, &context));
    let user = [
        item(0x51, &[0, 0, 0x40, 0]),
        item(0x52, b"1.2.3"),
        item(0x55, b"SG_1"),
        item(0x58, b"\x02\0\0\x04hush"),
    ];
    body.extend_from_slice(&item(0x50, &user.concat()));
    unit(kind, &body)
}

fn element(number: u16, value: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0];
    bytes.extend_from_slice(&number.to_le_bytes());
    bytes.extend_from_slice(&u32::try_from(value.len()).unwrap().to_le_bytes());
    bytes.extend_from_slice(value);
    bytes
}

fn value(control: u8, fragment: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 0, u8::try_from(fragment.len() + 2).unwrap(), 1, control];
    bytes.extend_from_slice(fragment);
    bytes
}

#[test]
fn an_association_names_both_sides() {
    let log = check_stream(&DISSECTOR, 104, &[client(&associate(1)), server(&unit(3, &[0, 1, 1, 7]))]);
    assert!(log.messages[0].starts_with(
        "dicom request a_associate_rq code=1 authentication Pending [] [PACS] [] {pdu_length=163 protocol_version=1 \
         called_ae_title=\"PACS\" calling_ae_title=\"CT1\" presentation_contexts=[{id=1 \
         abstract_syntax={uid=\"1.2.840.10008.1.1\" name=\"verification\"}}] maximum_length=16384"
    ), "{}", log.messages[0]);
    assert!(log.messages[1].contains("Error(\"called_ae_title_not_recognized\")"));
    // Rejected for good, by the service user, for the title (PS3.8, 9.3.4).
    assert!(
        log.messages[1].contains(
            "{pdu_length=4 result=1(rejected_permanent) source=1 reason=7(called_ae_title_not_recognized)}"
        ),
        "{}",
        log.messages[1]
    );
    assert!(!format!("{log:?}").contains("hush"));
    assert_eq!(
        log.observations,
        [
            "Sender [] dicom_ae_title=\"CT1\" dicom 95",
            "Receiver [] dicom_called_ae_title=\"PACS\" dicom 40",
            "Sender [] dicom_implementation_version=\"SG_1\" dicom 95",
            "Sender [] dicom_implementation_class_uid=\"1.2.3\" dicom 95",
        ]
    );
}

#[test]
fn messages_are_matched_and_fragments_joined() {
    let find = [
        element(0x0002, b"1.2.840.10008.5.1.4.31"),
        element(0x0100, &[0x20, 0]),
        element(0x0110, &[5, 0]),
        element(0x0800, &[1, 0]),
    ]
    .concat();
    let (first, second) = find.split_at(20);
    let asks = [value(1, first), value(3, second)].concat();
    let answer = |status: [u8; 2]| {
        let set =
            [element(0x0100, &[0x20, 0x80]), element(0x0120, &[5, 0]), element(0x0900, &status)].concat();
        unit(4, &value(3, &set))
    };
    let log = check_stream(
        &DISSECTOR,
        104,
        &[
            client(&unit(4, &asks)),
            client(&unit(4, &value(2, b"patient"))),
            server(&answer([0, 0xff])),
            server(&answer([0, 0xa7])),
            server(&answer([0, 0])),
            client(&unit(5, &[0; 4])),
            server(&unit(6, &[0; 4])),
            client(&unit(7, &[0; 4])),
        ],
    );
    let starts = [
        "dicom request c_find code=32 read Pending [] [1.2.840.10008.5.1.4.31] [] {context_id=1 message_id=5 \
         sop_class=\"1.2.840.10008.5.1.4.31\" sop_class_name=\"modality_worklist_find\" has_data_set=true}",
        "dicom event p_data_tf code=4 other Event [] [] [] {pdu_length=13 context_id=1}",
        "dicom response c_find code=32 read Ok [] [1.2.840.10008.5.1.4.31] [] {context_id=1 message_id=5 has_data_set=false \
         status=65280(pending)}",
        "dicom response c_find code=32 read Error(\"out_of_resources\") [] [1.2.840.10008.5.1.4.31] []",
        "dicom response c_find code=32 read Ok [] [] [\"unexpected_response\"]",
        "dicom request a_release_rq code=5 session Pending",
        "dicom response a_release_rp code=6 session Ok",
        "dicom control a_abort code=7 session Error(\"aborted\")",
    ];
    assert_eq!(log.messages.len(), starts.len());
    for (message, start) in log.messages.iter().zip(starts) {
        assert!(message.starts_with(start), "{message}");
    }
    assert!(!format!("{log:?}").contains("patient"));
}

#[test]
fn associations_are_recognised_anywhere() {
    let tcp = Transport::Tcp;
    assert_eq!(look(&DISSECTOR, tcp, 4242, &associate(1)), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, tcp, 4242, &associate(1)[..40]), Verdict::More);
    assert_eq!(look(&DISSECTOR, tcp, 104, &unit(5, &[0; 4])), Verdict::Likely);
    assert_eq!(look(&DISSECTOR, tcp, 4242, &unit(5, &[0; 4])), Verdict::No);
    for other in [&b"GET / HTTP/1.1\r\n"[..], b"\x04\0\0\0\0\x10GET / HTTP/1.1", b"\x03\0\0\x16\x11\xe0"] {
        assert_eq!(look(&DISSECTOR, tcp, 104, other), Verdict::No, "{other:?}");
    }
}
