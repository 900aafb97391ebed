use super::*;
use crate::testing::{check_stream, client, probe as look, server};

#[test]
fn an_inventory_is_printed() {
    let log = check_stream(
        &DISSECTOR,
        10_001,
        &[
            client(b"\x01I20100\r\n"),
            server(b"\x01\r\nI20100\r\nJAN 22, 2024  3:06 PM\r\n\r\nMILL STREET\r\n\r\nIN-TANK INVENTORY\r\n\x03"),
        ],
    );
    assert_eq!(
        log.messages[0],
        "atg request in_tank_inventory_report code=513 read Pending [tank 0] [] [] {command=\"I20100\" tank=0 \
         computer_format=false}"
    );
    assert!(log.messages[1].starts_with("atg response in_tank_inventory_report code=513 read Ok [tank 0]"));
}

#[test]
fn an_answer_tells_the_station() {
    let log = check_stream(
        &DISSECTOR,
        10_001,
        &[client(b"\x01I20500"), server(b"\nI20500\nJAN 22, 2024\n\nMILL STREET\n\nTANK  PRODUCT\n\x03")],
    );
    assert!(
        log.messages[1].starts_with("atg response in_tank_status_report code=517 read Ok [tank 0] [] [] {")
    );
    assert!(log.messages[1].contains("header=\"MILL STREET\""));
    assert_eq!(log.observations, ["Sender [] location=\"MILL STREET\" atg 95"]);
}

#[test]
fn the_computer_format_gives_values() {
    let answer = b"\x01i201012401221506011000007\
        459C4000459C400044FA0000428C00003F80000041A00000000000000&&ABCD\x03";
    let log = check_stream(&DISSECTOR, 10_001, &[client(b"\x01i20101"), server(answer)]);
    assert!(log.messages[1].contains("computer_format=true"));
    assert_eq!(log.values[0], "atg [tank 1] [volume] real Float(5000.0)");
    assert_eq!(log.values[3], "atg [tank 1] [height] real Float(70.0)");
}

#[test]
fn acts_and_refusals_are_told_apart() {
    let log = check_stream(
        &DISSECTOR,
        10_001,
        &[
            client(b"\x01S60201MOGAS\r\n"),
            server(b"9999FF1B\n"),
            client(b"\x01S00300\r\n"),
            client(b"\x01I99900\r\n"),
            client(b"I20100\n"),
        ],
    );
    assert!(
        log.messages[0].contains("tank_product_label code=1538 configuration")
            && log.messages[0].contains("text=\"MOGAS\"")
    );
    assert!(
        log.messages[1]
            .contains("tank_product_label code=1538 configuration Error(\"unrecognised_command\")")
    );
    assert!(log.messages[2].contains("remote_alarm_reset code=3 control"));
    assert!(log.messages[3].contains("unknown_0x999") && log.messages[3].contains("unknown_function"));
    assert!(log.messages[4].contains("missing_field"));
}

#[test]
fn answers_without_an_end_are_told_apart() {
    let log = check_stream(
        &DISSECTOR,
        10_001,
        &[
            client(b"\x01I20100\r\n"),
            server(b"\nI20100\nJAN 22, 2024\n\nMILL\n"),
            client(b"\x01I10100\r\n"),
            server(b"9999FF1B\n"),
            client(b"\x01I20500\r\n"),
            server(b"\nI20500\nJAN 22, 2024\n"),
        ],
    );
    let answers: Vec<_> = log.messages.iter().filter(|line| line.contains(" response ")).collect();
    assert!(
        answers[0].contains("in_tank_inventory_report code=513 read Ok")
            && answers[0].contains("[\"missing_field\"]")
    );
    assert!(answers[1].contains("system_status_report code=257 alarm Error"));
    assert!(answers[2].contains("in_tank_status_report code=517 read Ok"));
}

#[test]
fn content_decides() {
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 10_001, b"\x01I20100\r\n"), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 3_001, b"\x01I20100"), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 10_001, b"\x01I77700\r\n"), Verdict::Likely);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 10_001, b"\x01I20"), Verdict::More);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 10_001, b"GET / HTTP/1.1\r\n\r\n"), Verdict::No);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 10_001, &[1, 3, 0, 0, 0, 2]), Verdict::No);
}
