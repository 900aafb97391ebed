use super::*;
use crate::netbios::tests::encode;
use crate::testing::{Log, check_datagrams, client, probe as look, server};

fn name(text: &str, suffix: u8) -> Vec<u8> {
    [vec![32], encode(text, suffix), vec![0]].concat()
}

fn message(flags: u16, counts: [u8; 4], parts: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = vec![0, 9];
    bytes.extend_from_slice(&flags.to_be_bytes());
    for count in counts {
        bytes.extend_from_slice(&[0, count]);
    }
    bytes.extend(parts.concat());
    bytes
}

fn nb(flags: u8, ip: [u8; 4]) -> Vec<u8> {
    [vec![0, 0x20, 0, 1, 0, 0, 0, 60, 0, 6, flags, 0], ip.to_vec()].concat()
}

fn run(data: &[u8], ask: bool) -> Log {
    check_datagrams(&DISSECTOR, Transport::Udp, 137, &[if ask { client(data) } else { server(data) }])
}

#[test]
fn registrations_name_their_sender() {
    let asked = [name("HMI-1", 0x20), vec![0, 0x20, 0, 1]].concat();
    let bytes = message(0x2910, [1, 0, 0, 1], &[asked, vec![0xc0, 12], nb(0, [10, 0, 0, 1])]);
    let log = run(&bytes, true);
    assert_eq!(
        log.messages,
        ["nbns request name_registration code=5 discovery Pending [] [] [] {id=9 flags=10512 opcode=5 \
          authoritative=false truncated=false recursion_desired=true recursion_available=false broadcast=true \
          rcode=0(success) questions=[{name=\"HMI-1<20>\" type=32(NB) class=1}] answers=[] authorities=[] \
          additionals=[{name=\"HMI-1<20>\" type=32(NB) class=1 ttl=60 owners=[{name_flags=0 group=false \
          node_type=\"broadcast\" address=\"10.0.0.1\"}]}]}"]
    );
    assert_eq!(
        log.observations,
        ["Sender [] hostname=\"HMI-1\" nbns 60", "Sender [] services=\"file_server\" nbns 60"]
    );
    let asked = [name("PLANT", 0), vec![0, 0x20, 0, 1]].concat();
    let group = message(0x2910, [1, 0, 0, 1], &[asked, vec![0xc0, 12], nb(0x80, [10, 0, 0, 1])]);
    assert_eq!(run(&group, true).observations, ["Sender [] domain=\"PLANT\" nbns 60"]);
}

#[test]
fn answers_name_the_owner_of_the_address() {
    let bytes = message(0x8500, [0, 1, 0, 0], &[name("HMI-1", 0), nb(0, [10, 0, 0, 9])]);
    let log = run(&bytes, false);
    assert!(log.messages[0].starts_with("nbns response name_query code=0 discovery Ok"));
    assert_eq!(log.observations, ["Host { ip: Some(10.0.0.9), mac: None } [] hostname=\"HMI-1\" nbns 60"]);
    let refused = message(0x8583, [0, 1, 0, 0], &[name("HMI-1", 0), nb(0, [10, 0, 0, 9])]);
    let log = run(&refused, false);
    assert!(log.messages[0].contains("Error(\"name_does_not_exist\")") && log.observations.is_empty());
}

#[test]
fn a_node_status_lists_names_and_address() {
    let entry = |text: &str, suffix: u8, flags: u8| {
        let mut bytes = format!("{text:<15}").into_bytes();
        bytes.extend_from_slice(&[suffix, flags, 0]);
        bytes
    };
    let mut rdata = vec![3];
    rdata.extend(entry("HMI-1", 0, 4));
    rdata.extend(entry("PLANT", 0, 0x84));
    rdata.extend(entry("PLANT", 0x1c, 0x84));
    rdata.extend_from_slice(&[2, 0, 0, 0, 0, 7]);
    let mut parts = vec![name("*\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 0), vec![0, 0x21, 0, 1, 0, 0, 0, 0, 0]];
    parts.push(vec![u8::try_from(rdata.len()).unwrap()]);
    parts.push(rdata);
    let log = run(&message(0x8400, [0, 1, 0, 0], &parts), false);
    assert!(log.messages[0].contains("node_status"), "{}", log.messages[0]);
    assert!(
        log.messages[0].contains("{name=\"PLANT<1c>\" service=\"domain_controllers\" group=true active=true")
    );
    let told: Vec<_> = log.observations.iter().map(|line| line.replace("Sender [] ", "")).collect();
    assert_eq!(
        told,
        [
            "hostname=\"HMI-1\" nbns 60",
            "domain=\"PLANT\" nbns 60",
            "domain=\"PLANT\" nbns 60",
            "role=\"domain_controller\" nbns 60",
            "mac_address=\"02:00:00:00:00:07\" nbns 60",
        ]
    );
}

#[test]
fn content_decides() {
    let asked = [name("HMI-1", 0x20), vec![0, 0x20, 0, 1]].concat();
    let query = message(0x0110, [1, 0, 0, 0], &[asked]);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 137, &query), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 4_000, &query), Verdict::Sure);
    assert_eq!(look(&crate::dns::DISSECTOR, Transport::Udp, 137, &query), Verdict::No);
    let dns = message(0x0100, [1, 0, 0, 0], &[vec![3, b'p', b'l', b'c', 0, 0, 1, 0, 1]]);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 137, &dns), Verdict::No);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 137, &[0; 60]), Verdict::No);
}
