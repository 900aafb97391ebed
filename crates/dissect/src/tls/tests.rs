use super::*;
use crate::testing::{check_stream, client, probe as look, server};
use crate::{Transport, Verdict};

fn record(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).unwrap().to_be_bytes();
    [&[kind, 3, 3][..], &length, body].concat()
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap().to_be_bytes();
    [&[kind][..], &length[1..], body].concat()
}

fn with_length(body: &[u8]) -> Vec<u8> {
    [&u16::try_from(body.len()).unwrap().to_be_bytes()[..], body].concat()
}

fn extension(kind: u16, body: &[u8]) -> Vec<u8> {
    [&kind.to_be_bytes()[..], &with_length(body)].concat()
}

/// The client hello of the example in the public description of JA4: 15 ciphers, 16 extensions, `h2`.
fn client_hello() -> Vec<u8> {
    let ciphers = [
        0x0a0au16, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014,
        0x009c, 0x009d, 0x002f, 0x0035,
    ];
    let ciphers: Vec<u8> = ciphers.iter().flat_map(|cipher| cipher.to_be_bytes()).collect();
    let algorithms = [0x0403u16, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601];
    let algorithms: Vec<u8> = algorithms.iter().flat_map(|each| each.to_be_bytes()).collect();
    let extensions = [
        extension(0x1a1a, &[]),
        extension(0x001b, &[2, 0, 2]),
        extension(0x0000, &with_length(&[&[0][..], &with_length(b"plc.example")].concat())),
        extension(0x0033, &[0, 0]),
        extension(0x0010, &with_length(b"\x02h2\x08http/1.1")),
        extension(0x4469, &with_length(b"\x02h2")),
        extension(0x0017, &[]),
        extension(0x002d, &[1, 1]),
        extension(0x000d, &with_length(&algorithms)),
        extension(0x0005, &[1, 0, 0, 0, 0]),
        extension(0x0023, &[]),
        extension(0x0012, &[]),
        extension(0x002b, &[4, 3, 4, 3, 3]),
        extension(0xff01, &[0]),
        extension(0x000b, &[1, 0]),
        extension(0x000a, &with_length(&[0x1a, 0x1a, 0, 29, 0, 23])),
        extension(0x0015, &[0; 4]),
        extension(0x2a2a, &[0]),
    ]
    .concat();
    [&[3, 3][..], &[7; 32], &[0], &with_length(&ciphers), &[1, 0], &with_length(&extensions)].concat()
}

fn server_hello() -> Vec<u8> {
    [&[3, 3][..], &[9; 32], &[0, 0xc0, 0x2f, 0], &with_length(&extension(16, &with_length(b"\x02h2")))]
        .concat()
}

#[test]
fn a_handshake_names_both_sides() {
    let certificate = crate::x509::tests::certificate();
    let certificate = [&u32::try_from(certificate.len()).unwrap().to_be_bytes()[1..], &certificate].concat();
    let chain = [&u32::try_from(certificate.len()).unwrap().to_be_bytes()[1..], &certificate].concat();
    let flight = [message(2, &server_hello()), message(11, &chain), message(14, &[])].concat();
    // The flight is cut into records in the middle of the certificate.
    let hello = record(22, &message(1, &client_hello()));
    let (first, second) = flight.split_at(120);
    let finish = [record(22, &message(16, &[5; 20])), record(20, &[1]), record(22, &[0x99; 40])].concat();
    let log = check_stream(
        &DISSECTOR,
        443,
        &[
            client(&hello),
            server(&[record(22, first), record(22, second)].concat()),
            client(&finish),
            server(&[record(20, &[1]), record(22, &[0x55; 40]), record(23, &[0; 300])].concat()),
            client(&record(21, &[0x77; 26])),
        ],
    );
    let names: Vec<_> = log.messages.iter().map(|line| line.split(" session").next().unwrap()).collect();
    assert_eq!(
        names,
        [
            "tls request client_hello code=1",
            "tls response server_hello code=2",
            "tls control certificate code=11",
            "tls control server_hello_done code=14",
            "tls control client_key_exchange code=16",
            "tls control change_cipher_spec code=-",
            "tls event encrypted_handshake_message code=-",
            "tls control change_cipher_spec code=-",
            "tls event encrypted_handshake_message code=-",
            "tls event application_data code=-",
            "tls event encrypted_alert code=-",
        ]
    );
    assert_eq!(
        log.observations[1..10],
        [
            "Sender [] ja4=\"t13d1516h2_8daaf6152771_e5627efa2ab1\" tls 70",
            "Sender [] tls_sni=\"plc.example\" tls 70",
            "Sender [] tls_version=\"TLS 1.2\" tls 70",
            "Sender [] tls_subject=\"plc.example\" tls 70",
            "Sender [] tls_issuer=\"Plant CA\" tls 70",
            "Sender [] tls_not_after=\"2050-12-31T23:59:59Z\" tls 70",
            "Sender [] tls_serial=\"8f01\" tls 70",
            "Sender [] tls_alternative_name=\"plc.example\" tls 70",
            "Sender [] tls_alternative_name=\"10.0.0.2\" tls 70",
        ]
    );
    assert!(log.messages[2].contains("subject=\"C=DE, O=Plant, CN=plc.example\""), "{}", log.messages[2]);
}

#[test]
fn ja3_is_the_digest_of_five_lists() {
    // The example in the public description of JA3.
    let groups = with_length(&[0, 23, 0, 24, 0, 25]);
    let extensions = [
        extension(0, &with_length(&[&[0][..], &with_length(b"a")].concat())),
        extension(10, &groups),
        extension(11, &[1, 0]),
    ]
    .concat();
    let ciphers: Vec<u8> = [47u16, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4]
        .iter()
        .flat_map(|each| each.to_be_bytes())
        .collect();
    let body =
        [&[3, 1][..], &[1; 32], &[0], &with_length(&ciphers), &[1, 0], &with_length(&extensions)].concat();
    let log = check_stream(&DISSECTOR, 443, &[client(&record(22, &message(1, &body)))]);
    assert_eq!(log.observations[0], "Sender [] ja3=\"ada70206e40642a3e4461f35503241d5\" tls 70");
}

#[test]
fn hellos_after_a_change_of_cipher_are_still_read() {
    let hello = record(22, &message(1, &client_hello()));
    let log = check_stream(&DISSECTOR, 443, &[client(&[hello.clone(), record(20, &[1]), hello].concat())]);
    assert_eq!(log.messages.iter().filter(|line| line.contains("client_hello code=1")).count(), 2);
}

#[test]
fn alerts_heartbeats_and_old_hellos() {
    let log = check_stream(
        &DISSECTOR,
        443,
        &[
            client(&[
                0x80, 28, 1, 3, 1, 0, 3, 0, 0, 0, 16, 0, 0, 5, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
            ]),
            server(&[record(21, &[2, 40]), record(24, &[1, 0x40, 0, 1])].concat()),
        ],
    );
    assert_eq!(
        log.messages,
        [
            "tls request client_hello_v2 code=- session Pending [] [] [] {length=30}",
            "tls event alert code=- session Error(\"handshake_failure\") [] [] [] {level=2(fatal) \
             description=40(handshake_failure)}",
            "tls event heartbeat code=- session Event [] [] [\"bad_length\"] {length=4}",
        ]
    );
}

#[test]
fn large_messages_are_bounded() {
    let start = record(22, &[&[11, 0x40, 0, 0][..], &[0; 996]].concat());
    let more = record(22, &[0; 1000]);
    let pieces: Vec<_> = std::iter::once(server(&start)).chain((0..50).map(|_| server(&more))).collect();
    let log = crate::testing::stream(&DISSECTOR, 443, &pieces, true);
    assert_eq!(log.messages.len(), 1, "{:?}", log.messages);
    assert!(log.messages[0].contains("too_large"), "{}", log.messages[0]);
}

#[test]
fn content_decides() {
    let hello = record(22, &message(1, &client_hello()));
    for port in [443, 4_000] {
        assert_eq!(look(&DISSECTOR, Transport::Tcp, port, &hello), Verdict::Sure);
        assert_eq!(look(&DISSECTOR, Transport::Tcp, port, &hello[..20]), Verdict::Sure);
        for cut in 1..11 {
            assert_eq!(look(&DISSECTOR, Transport::Tcp, port, &hello[..cut]), Verdict::More, "{cut}");
        }
        let two = [record(23, &[1; 50]), record(23, &[2; 60])].concat();
        assert_eq!(look(&DISSECTOR, Transport::Tcp, port, &two), Verdict::Sure);
        for other in [
            &b"GET / HTTP/1.1\r\n\r\n"[..],
            &[22, 3, 1, 0, 4, 9, 9, 9, 9, 9, 9],
            &[3, 0, 0, 19, 14, 0xe0],
            &[0x80; 20],
        ] {
            assert_eq!(look(&DISSECTOR, Transport::Tcp, port, other), Verdict::No, "{other:02x?}");
        }
    }
}
