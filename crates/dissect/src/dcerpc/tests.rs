use super::*;
use crate::testing::{check_stream, client, probe as look, server};

/// A PDU in little-endian order.
fn pdu(kind: u8, call: u32, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len().wrapping_add(16)).unwrap().to_le_bytes();
    [&[5, 0, kind, 3, 0x10, 0, 0, 0][..], &length, &[0, 0], &call.to_le_bytes(), body].concat()
}

/// Endpoint mapper.
const INTERFACE: [u8; 16] =
    [8, 0x83, 0xaf, 0xe1, 0x1f, 0x5d, 0xc9, 0x11, 0x91, 0xa4, 8, 0, 0x2b, 0x14, 0xa0, 0xfa];

fn bind() -> Vec<u8> {
    let body = [
        &[0xd0, 0x16, 0xd0, 0x16, 0, 0, 0, 0, 1, 0, 0, 0, 7, 0, 1, 0][..],
        &INTERFACE,
        &[3, 0, 0, 0],
        &[4; 20],
    ];
    pdu(11, 1, &body.concat())
}

#[test]
fn calls_name_their_interface() {
    let accepted = [
        &[0xd0, 0x16, 0xd0, 0x16, 1, 0, 0, 0, 4, 0][..],
        b"135\0",
        &[0, 0],
        &[1, 0, 0, 0, 0, 0, 0, 0],
        &[4; 20],
    ];
    let call = pdu(0, 2, &[16, 0, 0, 0, 7, 0, 3, 0, 1, 2, 3, 4, 5, 6, 7, 8]);
    let answer = pdu(2, 2, &[8, 0, 0, 0, 7, 0, 0, 0, 1, 2, 3, 4]);
    let fault = pdu(3, 3, &[0, 0, 0, 0, 7, 0, 0, 0, 5, 0, 0, 0]);
    let second = pdu(0, 3, &[16, 0, 0, 0, 7, 0, 4, 0]);
    let log = check_stream(
        &DISSECTOR,
        135,
        &[
            client(&bind()),
            server(&pdu(12, 1, &accepted.concat())),
            client(&[call, second].concat()),
            server(&[answer, fault].concat()),
        ],
    );
    assert_eq!(
        log.messages,
        [
            "dcerpc request bind code=- session Pending [] [] [] {packet_type=11 call_id=1 fragment_length=72 \
             first_fragment=true last_fragment=true interfaces=[{context_id=7 \
             uuid=\"e1af8308-5d1f-11c9-91a4-08002b14a0fa\" version=\"3.0\"}]}",
            "dcerpc response bind_ack code=- session Ok [] [] [] {packet_type=12 call_id=1 fragment_length=60 \
             first_fragment=true last_fragment=true results=[0]}",
            "dcerpc request call code=3 other Pending [] [e1af8308-5d1f-11c9-91a4-08002b14a0fa opnum 3] [] \
             {packet_type=0 call_id=2 fragment_length=32 first_fragment=true last_fragment=true context_id=7 opnum=3 \
             interface=\"e1af8308-5d1f-11c9-91a4-08002b14a0fa\"}",
            "dcerpc request call code=4 other Pending [] [e1af8308-5d1f-11c9-91a4-08002b14a0fa opnum 4] [] \
             {packet_type=0 call_id=3 fragment_length=24 first_fragment=true last_fragment=true context_id=7 opnum=4 \
             interface=\"e1af8308-5d1f-11c9-91a4-08002b14a0fa\"}",
            "dcerpc response call code=3 other Ok [] [e1af8308-5d1f-11c9-91a4-08002b14a0fa opnum 3] [] \
             {packet_type=2 call_id=2 fragment_length=28 first_fragment=true last_fragment=true opnum=3 \
             interface=\"e1af8308-5d1f-11c9-91a4-08002b14a0fa\"}",
            "dcerpc response call code=4 other Error(\"fault\") [] [e1af8308-5d1f-11c9-91a4-08002b14a0fa opnum 4] [] \
             {packet_type=3 call_id=3 fragment_length=28 first_fragment=true last_fragment=true fault_status=5 \
             opnum=4 interface=\"e1af8308-5d1f-11c9-91a4-08002b14a0fa\"}",
        ]
    );
}

#[test]
fn content_decides() {
    for port in [135, 49_152] {
        assert_eq!(look(&DISSECTOR, Transport::Tcp, port, &bind()), Verdict::Sure);
        for cut in 1..16 {
            assert_eq!(look(&DISSECTOR, Transport::Tcp, port, &bind()[..cut]), Verdict::More, "{cut}");
        }
        for other in [
            &b"GET / HTTP/1.1\r\n\r\n"[..],
            &[5, 1, 0],
            &[5, 0, 99, 3, 0x10, 0, 0, 0, 72, 0, 0, 0, 1, 0, 0, 0],
        ] {
            let verdict = look(&DISSECTOR, Transport::Tcp, port, other);
            assert!(
                matches!(verdict, Verdict::No | Verdict::More) && (other.len() < 8 || verdict == Verdict::No)
            );
        }
    }
}
