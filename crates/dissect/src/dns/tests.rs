#![allow(clippy::arithmetic_side_effects, reason = "tests count bytes that they made")]

use super::*;
use crate::testing::{Log, check_datagrams, check_stream, client, probe as look, server};
use crate::{llmnr, mdns};

/// Labels as on the wire.
fn name(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for label in text.split('.').filter(|label| !label.is_empty()) {
        bytes.push(u8::try_from(label.len()).unwrap());
        bytes.extend_from_slice(label.as_bytes());
    }
    bytes.push(0);
    bytes
}

fn record(owner: &[u8], kind: u16, rdata: &[u8]) -> Vec<u8> {
    let mut bytes = owner.to_vec();
    bytes.extend_from_slice(&kind.to_be_bytes());
    bytes.extend_from_slice(&[0, 1, 0, 0, 0, 120]);
    bytes.extend_from_slice(&u16::try_from(rdata.len()).unwrap().to_be_bytes());
    bytes.extend_from_slice(rdata);
    bytes
}

fn question(text: &str, kind: u16) -> Vec<u8> {
    let mut bytes = name(text);
    bytes.extend_from_slice(&kind.to_be_bytes());
    bytes.extend_from_slice(&[0, 1]);
    bytes
}

fn message(flags: u16, counts: [u16; 4], parts: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = vec![0x12, 0x34];
    bytes.extend_from_slice(&flags.to_be_bytes());
    for count in counts {
        bytes.extend_from_slice(&count.to_be_bytes());
    }
    bytes.extend(parts.concat());
    bytes
}

fn run(pieces: &[(bool, Vec<u8>)]) -> Log {
    let pieces: Vec<_> =
        pieces.iter().map(|(ask, data)| if *ask { client(data) } else { server(data) }).collect();
    check_datagrams(&DISSECTOR, Transport::Udp, 53, &pieces)
}

#[test]
fn a_query_and_its_answer() {
    let asked = question("plc.plant", 1);
    let answer = record(&[0xc0, 12], 1, &[10, 0, 0, 7]);
    let log = run(&[
        (true, message(0x0100, [1, 0, 0, 0], std::slice::from_ref(&asked))),
        (false, message(0x8180, [1, 1, 0, 0], &[asked.clone(), answer])),
        (true, message(0x0100, [1, 0, 0, 0], std::slice::from_ref(&asked))),
        (false, message(0x8183, [1, 0, 0, 0], &[asked])),
    ]);
    assert_eq!(
        log.messages[1],
        "dns response query code=0 discovery Ok [] [A] [] {id=4660 flags=33152 opcode=0(query) authoritative=false \
         truncated=false recursion_desired=true recursion_available=true authentic_data=false \
         checking_disabled=false rcode=0(no_error) questions=[{name=\"plc.plant\" type=1(A) class=1(IN)}] \
         answers=[{name=\"plc.plant\" type=1(A) class=1(IN) cache_flush=false ttl=120 address=\"10.0.0.7\"}] \
         authorities=[] additionals=[]}"
    );
    assert!(log.messages[0].starts_with("dns request query code=0 discovery Pending [] [A] []"));
    assert!(log.messages[3].contains("Error(\"name_does_not_exist\")"));
    assert_eq!(log.observations, ["Host { ip: Some(10.0.0.7), mac: None } [] fqdn=\"plc.plant\" dns 40"]);
}

#[test]
fn every_record_type_is_shown() {
    let cases: &[(u16, Vec<u8>, &str)] = &[
        (
            28,
            [&[0xfd; 15][..], &[1]].concat(),
            "type=28(AAAA) class=1(IN) cache_flush=false ttl=120 address=\"fdfd:",
        ),
        (5, name("b.c"), "target=\"b.c\""),
        (12, name("b.c"), "target=\"b.c\""),
        (6, [name("ns"), name("admin"), vec![0; 19], vec![5]].concat(), "minimum=5"),
        (13, vec![1, b'x', 2, b'o', b's'], "cpu=\"x\" os=\"os\""),
        (15, [vec![0, 10], name("mail")].concat(), "preference=10 target=\"mail\""),
        (16, vec![3, b'a', b'=', b'b'], "texts=[\"a=b\"]"),
        (33, [vec![0, 1, 0, 2, 0, 80], name("www")].concat(), "priority=1 weight=2 port=80 target=\"www\""),
        (35, [vec![0, 1, 0, 2, 1, b's', 0, 0], name("r")].concat(), "naptr_flags=\"s\""),
        (41, vec![0, 10, 0, 2, 9, 9], "options=[{option=10(cookie) value=0x0909}]"),
        (43, vec![0, 1, 8, 2, 0xaa], "key_tag=1 algorithm=8 digest_type=2 digest=0xaa"),
        (44, vec![1, 1, 0xbb], "fingerprint=0xbb"),
        (46, [vec![0, 1, 8, 2], vec![0; 14], name("sig")].concat(), "type_covered=1(A)"),
        (47, [name("next"), vec![0, 1, 0x40]].concat(), "next_name=\"next\" types=[\"A\"]"),
        (48, vec![1, 0, 3, 8, 1], "key_flags=256 key_protocol=3"),
        (52, vec![3, 1, 1, 0xcc], "association=0xcc"),
        (65, [vec![0, 1], name("svc"), vec![0, 1]].concat(), "priority=1 target=\"svc\" parameters=0x0001"),
        (257, [vec![0, 5], b"issueca".to_vec()].concat(), "tag=\"issue\" value=\"ca\""),
        (999, vec![1, 2], "rdata=0x0102"),
    ];
    for (kind, rdata, expected) in cases {
        let log = run(&[(false, message(0x8400, [0, 1, 0, 0], &[record(&name("x"), *kind, rdata)]))]);
        assert!(log.messages[0].contains(expected), "{kind}: {}", log.messages[0]);
    }
}

#[test]
fn pointers_that_loop_end() {
    // A name that points at itself, two that point at each other, and one that points forward.
    for pointer in [[0xc0, 12], [0xc0, 40], [0xff, 0xff]] {
        let log = run(&[(true, message(0x0100, [1, 0, 0, 0], &[pointer.to_vec(), vec![0, 1, 0, 1]]))]);
        assert!(log.messages[0].contains("bad_length"), "{}", log.messages[0]);
    }
    let long: Vec<u8> = [vec![63], vec![b'a'; 63]].concat().repeat(5);
    let log = run(&[(true, message(0x0100, [1, 0, 0, 0], &[long, vec![0, 0, 1, 0, 1]]))]);
    assert!(log.messages[0].contains("bad_length"), "a name of more than 255 bytes");
}

#[test]
fn other_operations_and_damage() {
    let update = message(0x2800, [1, 0, 0, 0], &[question("plant", 6)]);
    assert!(run(&[(true, update)]).messages[0].contains("update code=5 configuration"));
    let notify = message(0x2000, [1, 0, 0, 0], &[question("plant", 6)]);
    assert!(run(&[(true, notify)]).messages[0].contains("notify code=4 other"));
    let mut longer = message(0x0100, [1, 0, 0, 0], &[question("a", 1)]);
    longer.push(7);
    assert!(run(&[(true, longer)]).messages[0].contains("trailing_bytes"));
}

#[test]
fn a_stream_holds_messages_behind_their_length() {
    let one = message(0x0100, [1, 0, 0, 0], &[question("plc.plant", 252)]);
    let mut bytes = u16::try_from(one.len()).unwrap().to_be_bytes().to_vec();
    bytes.extend_from_slice(&one);
    let log = check_stream(&DISSECTOR, 53, &[client(&bytes.repeat(2))]);
    assert_eq!(log.messages.len(), 2);
    assert!(log.messages[0].contains("[AXFR]"), "{}", log.messages[0]);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 53, &bytes), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 4_444, &bytes), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 53, &bytes[..9]), Verdict::More);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 53, b"SSH-2.0-OpenSSH_9\r\n"), Verdict::No);
}

#[test]
fn content_decides() {
    let query = message(0x0100, [1, 0, 0, 0], &[question("plc.plant", 1)]);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 53, &query), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 40_000, &query), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 5_353, &query), Verdict::No);
    assert_eq!(look(&mdns::DISSECTOR, Transport::Udp, 5_353, &query), Verdict::Sure);
    assert_eq!(look(&mdns::DISSECTOR, Transport::Udp, 53, &query), Verdict::No);
    assert_eq!(look(&llmnr::DISSECTOR, Transport::Udp, 5_355, &query), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 40_000, &query[..query.len() - 1]), Verdict::No);
    let modbus = [0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 10];
    assert_eq!(look(&DISSECTOR, Transport::Udp, 53, &modbus), Verdict::No);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 40_000, &[0; 64]), Verdict::No);
}

#[test]
fn services_name_their_host() {
    let host = name("cam-1.local");
    let service = name("Camera 1._http._tcp.local");
    let parts = [
        record(&name("_http._tcp.local"), 12, &service),
        record(&service, 33, &[vec![0, 0, 0, 0, 0, 80], host.clone()].concat()),
        record(&service, 16, b"\x06md=X-1\x0busb_MFG=Acm\x07path=/x\x15mac=02-00-00-00-00-0A"),
        record(&host, 1, &[10, 0, 0, 2]),
        record(&name("other.local"), 1, &[10, 0, 0, 9]),
    ];
    let bytes = message(0x8400, [0, 5, 0, 0], &parts);
    let log = check_datagrams(&mdns::DISSECTOR, Transport::Udp, 5_353, &[server(&bytes)]);
    assert!(log.messages[0].starts_with("mdns response query code=0 discovery Ok [] [PTR] []"));
    assert_eq!(
        log.observations,
        [
            "Sender [] services=\"_http._tcp\" mdns 60",
            "Sender [] service_name=\"Camera 1\" mdns 60",
            "Sender [] fqdn=\"cam-1.local\" mdns 60",
            "Sender [] hostname=\"cam-1\" mdns 60",
            "Sender [] services=\"_http._tcp\" mdns 60",
            "Sender [] service_name=\"Camera 1\" mdns 60",
            "Sender [] model=\"X-1\" mdns 60",
            "Sender [] vendor=\"Acm\" mdns 60",
            "Sender [] mac_address=\"02:00:00:00:00:0a\" mdns 60",
            "Sender [] fqdn=\"cam-1.local\" mdns 60",
            "Sender [] hostname=\"cam-1\" mdns 60",
            "Host { ip: Some(10.0.0.9), mac: None } [] fqdn=\"other.local\" mdns 60",
            "Host { ip: Some(10.0.0.9), mac: None } [] hostname=\"other\" mdns 60",
        ]
    );
    let asked = message(0, [1, 0, 0, 0], &[question("_http._tcp.local", 12)]);
    let log = check_datagrams(&mdns::DISSECTOR, Transport::Udp, 5_353, &[client(&asked)]);
    assert!(log.observations.is_empty() && log.messages[0].starts_with("mdns request query"));
}

#[test]
fn link_local_answers_name_their_host() {
    let asked = question("hmi-1", 1);
    let answer = record(&[0xc0, 12], 1, &[10, 0, 0, 2]);
    let ask = message(0, [1, 0, 0, 0], std::slice::from_ref(&asked));
    let reply = message(0x8000, [1, 1, 0, 0], &[asked, answer]);
    let log = check_datagrams(&llmnr::DISSECTOR, Transport::Udp, 5_355, &[client(&ask), server(&reply)]);
    assert!(log.messages[1].starts_with("llmnr response query code=0 discovery Ok [] [A] []"));
    assert_eq!(log.observations, ["Sender [] hostname=\"hmi-1\" llmnr 60"]);
}

proptest::proptest! {
    #[test]
    fn noise_never_panics(
        mut bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 12..300),
        counts in proptest::prelude::any::<[u8; 4]>(),
    ) {
        for (at, count) in counts.iter().enumerate() {
            bytes[4 + 2 * at] = 0;
            bytes[5 + 2 * at] = count & 7;
        }
        let _ = crate::testing::datagrams(&DISSECTOR, Transport::Udp, 53, &[client(&bytes), server(&bytes)]);
        let _ = crate::testing::datagrams(&mdns::DISSECTOR, Transport::Udp, 5353, &[server(&bytes)]);
    }
}
