use super::*;
use crate::testing::{check_datagrams, client, probe as look, server};

const UDP: Transport = Transport::Udp;

fn packet_of(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes =
        vec![0, u8::try_from(body.len() + 20).unwrap(), 1, kind, 0, 0, 0, 9, 0, 0, 0, 5, 0, 0, 0, 6];
    bytes.extend_from_slice(&[0; 4]);
    bytes.extend_from_slice(body);
    bytes
}

#[test]
fn variables_are_updated_and_polled() {
    let update = [0, 0x09, 1, 0x82, 1, 3, 0x77, 0x01, 0x81, 0x23, 0x05];
    let poll = [0, 0x19, 1, 0x82, 1, 3, 0x77, 0x04, 0x81, 0x23];
    let answer = [0, 0x19, 1, 0x83, 1, 2, 0x77, 0x24, 0xc1, 0x23, 0x09];
    let log = check_datagrams(
        &DISSECTOR,
        UDP,
        1628,
        &[client(&packet_of(1, &update)), client(&packet_of(1, &poll)), server(&packet_of(1, &answer))],
    );
    assert_eq!(
        log.messages[0],
        "lontalk request network_variable_update code=1 write Pending [subnet 1 node 3] [network_variable 291] [] \
         {length=31 packet_type=1(data) vendor_code=9 session_id=5 sequence=6 source_subnet=1 source_node=2 \
         destination_subnet=1 destination_node=3 domain=0x77 pdu_format=0(tpdu) pdu_type=0 transaction=1 \
         authenticated=false selector=291 output=false data=0x05}"
    );
    assert!(log.messages[1].starts_with(
        "lontalk request network_variable_poll code=1 read Pending [subnet 1 node 3] [network_variable 291]"
    ));
    assert!(log.messages[2].starts_with(
        "lontalk response network_variable_poll code=1 read Ok [subnet 1 node 3] [network_variable 291]"
    ));
    assert_eq!(log.values.len(), 2);
}

#[test]
fn management_is_matched_and_identifies() {
    let query = [0, 0x11, 1, 0x82, 1, 0x77, 0x05, 0x61, 1];
    let answer = [0, 0x19, 1, 0x83, 1, 2, 0x77, 0x25, 0x21, 1, 2, 3, 4, 5, 6, 9, 9, 9, 9, 9, 9, 9, 9];
    let mode = [0, 0x19, 1, 0x82, 1, 3, 0x77, 0x06, 0x6c, 0];
    let refused = [0, 0x19, 1, 0x83, 1, 2, 0x77, 0x26, 0x0c];
    let ack = [0, 0x09, 1, 0x83, 1, 2, 0x77, 0x21];
    let log = check_datagrams(
        &DISSECTOR,
        UDP,
        1628,
        &[
            client(&packet_of(1, &query)),
            client(&packet_of(1, &mode)),
            server(&packet_of(1, &refused)),
            server(&packet_of(1, &ack)),
            client(&packet_of(0x63, &[])),
            client(&packet_of(0x55, &[])),
        ],
    );
    let starts = [
        "lontalk request nm_query_id code=1 discovery Pending",
        "lontalk request nm_set_node_mode code=1 control Pending [subnet 1 node 3]",
        "lontalk response nm_set_node_mode code=1 control Error(\"refused\") [subnet 1 node 3]",
        "lontalk response acknowledgement code=1 session Ok",
        "lontalk request device_configuration_request code=99 discovery Pending",
        "lontalk event unknown_0x55 code=85 other Event [] [] [\"unknown_function\"]",
    ];
    assert_eq!(log.messages.len(), starts.len());
    for (message, start) in log.messages.iter().zip(starts) {
        assert!(message.starts_with(start), "{message}");
    }
    let unicast = [0, 0x19, 1, 0x82, 1, 3, 0x77, 0x05, 0x61, 1];
    let log = check_datagrams(
        &DISSECTOR,
        UDP,
        1628,
        &[client(&packet_of(1, &unicast)), server(&packet_of(1, &answer))],
    );
    assert_eq!(
        log.observations,
        [
            "Sender [subnet 1 node 3] serial=\"010203040506\" lontalk 95",
            "Sender [subnet 1 node 3] program_id=\"0909090909090909\" lontalk 95",
        ]
    );
}

#[test]
fn length_version_and_type_are_checked() {
    let mut other = packet_of(1, &[0, 0x09, 1, 0x82, 1, 3, 0x77, 0x01, 0x81, 0x23, 0x05]);
    assert_eq!(look(&DISSECTOR, UDP, 1628, &other), Verdict::Sure);
    // Protocol code 1 is not LonTalk.
    other[5] = 1;
    assert_eq!(look(&DISSECTOR, UDP, 1628, &other), Verdict::No);
    let ask = packet_of(0x63, &[]);
    assert_eq!(look(&DISSECTOR, UDP, 1628, &ask), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, UDP, 9, &ask), Verdict::No);
    assert_eq!(look(&DISSECTOR, UDP, 1628, &[&ask[..], b"x"].concat()), Verdict::No);
    assert_eq!(look(&DISSECTOR, UDP, 1628, b"GET / HTTP/1.1 and more bytes"), Verdict::No);
}
