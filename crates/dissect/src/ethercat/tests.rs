use sightglass_wire::Mac;

use super::*;
use crate::testing::{Log, check_datagrams, client, input, probe as look, server};

/// A frame of datagrams: command, position or station, register, data, working counter.
fn frame(datagrams: &[(u8, u16, u16, &[u8], u16)]) -> Vec<u8> {
    let mut body = Vec::new();
    for (at, (command, adp, ado, data, counter)) in datagrams.iter().enumerate() {
        body.extend_from_slice(&[*command, u8::try_from(at).unwrap()]);
        body.extend_from_slice(&adp.to_le_bytes());
        body.extend_from_slice(&ado.to_le_bytes());
        let more = if at + 1 < datagrams.len() { MORE } else { 0 };
        body.extend_from_slice(&(u16::try_from(data.len()).unwrap() | more).to_le_bytes());
        body.extend_from_slice(&[0, 0]);
        body.extend_from_slice(data);
        body.extend_from_slice(&counter.to_le_bytes());
    }
    let word = u16::try_from(body.len()).unwrap() | DATAGRAMS << 12;
    [word.to_le_bytes().as_slice(), &body].concat()
}

fn mailbox(kind: u8, data: &[u8]) -> Vec<u8> {
    let mut bytes = u16::try_from(data.len()).unwrap().to_le_bytes().to_vec();
    bytes.extend_from_slice(&[0, 0, 0, kind | 0x10]);
    bytes.extend_from_slice(data);
    bytes
}

/// Runs a layer-2 frame that comes back from the ring.
fn back(session: &mut Ethercat, data: &[u8], log: &mut Log) {
    let mut given = input(Transport::Link, 0, server(data), true);
    given.src_mac = Mac([2, 0, 0, 0, 0, 1]);
    given.ethertype = ETHERTYPE;
    assert_eq!(session.next(&given, log), Step::Took(data.len()));
}

/// Runs a layer-2 frame that the master sends.
fn out(session: &mut Ethercat, data: &[u8], log: &mut Log) {
    let mut given = input(Transport::Link, 0, client(data), true);
    given.src_mac = Mac([0, 0, 0, 0, 0, 1]);
    given.ethertype = ETHERTYPE;
    assert_eq!(session.next(&given, log), Step::Took(data.len()));
}

#[test]
fn every_command_gives_a_message() {
    for (command, name) in [
        (0u8, "nop"),
        (1, "aprd"),
        (2, "apwr"),
        (3, "aprw"),
        (4, "fprd"),
        (5, "fpwr"),
        (6, "fprw"),
        (7, "brd"),
        (8, "bwr"),
        (9, "brw"),
        (10, "lrd"),
        (11, "lwr"),
        (12, "lrw"),
        (13, "armw"),
        (14, "frmw"),
        (15, "unknown_0x0f"),
    ] {
        let data = frame(&[(command, 1, 0x0130, &[8, 0], 0)]);
        let mut log = Log::default();
        out(&mut Ethercat::default(), &data, &mut log);
        assert!(
            log.messages[0].starts_with(&format!("ethercat request {name} code={command} ")),
            "{command}"
        );
    }
}

#[test]
fn out_and_back_are_request_and_response() {
    let (mut session, mut log) = (Ethercat::default(), Log::default());
    out(&mut session, &frame(&[(5, 1001, 0x0120, &[8, 0], 0), (12, 0, 1, &[1, 2], 0)]), &mut log);
    back(&mut session, &frame(&[(5, 1001, 0x0120, &[8, 0], 1), (4, 9, 0x0130, &[0, 0], 0)]), &mut log);
    assert_eq!(
        log.messages,
        [
            "ethercat request fpwr code=5 control Pending [station 1001] [al_control] [] {index=0 station=1001 \
             register=288(al_control) length=2 irq=0 al_state=8(operational) data=0x0800 working_counter=0}",
            "ethercat request lrw code=12 other Pending [] [logical 65536] [] {index=1 logical_address=65536 \
             length=2 irq=0 data=0x0102 working_counter=0}",
            "ethercat response fpwr code=5 control Ok [station 1001] [al_control] [] {index=0 station=1001 \
             register=288(al_control) length=2 irq=0 al_state=8(operational) data=0x0800 working_counter=1}",
            "ethercat response fprd code=4 diagnostics Error(\"no_slave_answered\") [station 9] [al_status] [] \
             {index=1 station=9 register=304(al_status) length=2 irq=0 al_state=0(unknown) data=0x0000 \
             working_counter=0}",
        ]
    );
}

#[test]
fn identity_objects_are_observed_behind_the_master() {
    let (mut session, mut log) = (Ethercat::default(), Log::default());
    let ask = mailbox(3, &[0, 0x20, 0x40, 0x08, 0x10, 0, 0, 0, 0, 0]);
    out(&mut session, &frame(&[(5, 7, 0x1000, &ask, 0)]), &mut log);
    let name = mailbox(3, &[0, 0x30, 0x41, 0x08, 0x10, 0, 4, 0, 0, 0, b'E', b'L', b'1', b'8']);
    let vendor = mailbox(3, &[0, 0x30, 0x43, 0x18, 0x10, 1, 2, 0, 0, 0]);
    back(&mut session, &frame(&[(4, 7, 0x1080, &name, 1), (4, 7, 0x1080, &vendor, 1)]), &mut log);
    assert!(
        log.messages[1].starts_with(
            "ethercat request sdo_upload code=- read Pending [station 7] [object 4104 subindex 0]"
        )
    );
    assert!(
        log.messages[3].contains("sdo_upload code=- read Ok") && log.messages[3].contains("mailbox_type=3")
    );
    assert!(log.messages[3].contains("complete_size=4 value=0x454c3138"));
    assert_eq!(log.observations.len(), 2);
    assert!(
        log.observations[0].contains("00:00:00:00:00:01")
            && log.observations[0].contains("[station 7] model=\"EL18\"")
    );
    assert!(log.observations[1].contains("vendor_id=\"2\""));
}

#[test]
fn an_abort_names_its_reason() {
    let (mut session, mut log) = (Ethercat::default(), Log::default());
    let abort = mailbox(3, &[0, 0x30, 0x80, 0x18, 0x10, 9, 0x11, 0, 9, 6]);
    back(&mut session, &frame(&[(4, 7, 0x1080, &abort, 1)]), &mut log);
    assert!(log.messages[1].contains("sdo_abort code=- other Error(\"subindex_does_not_exist\")"));
}

#[test]
fn a_file_is_put_together() {
    let (mut session, mut log) = (Ethercat::default(), Log::default());
    let open = mailbox(4, b"\x02\x00\x00\x00\x00\x00app.efw");
    let first = mailbox(4, &[3, 0, 1, 0, 0, 0, 1, 2, 3, 4]);
    let last = mailbox(4, &[3, 0, 2, 0, 0, 0, 5]);
    for data in [&open, &first, &first, &last] {
        back(&mut session, &frame(&[(5, 7, 0x1000, data, 1)]), &mut log);
    }
    assert!(
        log.messages[1].contains("foe_write_request code=- file_transfer Ok")
            && log.messages[1].contains("file_name=\"app.efw\"")
    );
    assert_eq!(
        log.files,
        ["ethercat \"app.efw\" Download None 4 false", "ethercat \"app.efw\" Download None 1 true"]
    );
}

#[test]
fn other_mailboxes_are_named() {
    for (kind, data, expected) in [
        (0u8, &[1u8, 0, 2, 0][..], "mailbox_error code=- diagnostics Error(\"mailbox_error\")"),
        (1, &[0; 32], "aoe code=- other Ok"),
        (2, &[0, 1, 0, 0, 9], "eoe_fragment code=- other Ok"),
        (3, &[0, 0x10, 1, 0x50, 0, 0, 0, 0, 0, 0], "coe_emergency code=- alarm Ok"),
        (3, &[0, 0x80, 1, 0, 0, 0, 1, 0], "sdo_info_get_od_list_request code=- discovery Ok"),
        (5, &[1, 0x40, 17, 0], "soe_read_request code=- read Ok [station 7] [idn 17]"),
    ] {
        let (mut session, mut log) = (Ethercat::default(), Log::default());
        back(&mut session, &frame(&[(4, 7, 0x1080, &mailbox(kind, data), 1)]), &mut log);
        assert!(log.messages[1].contains(expected), "{:?}", log.messages);
    }
}

#[test]
fn udp_is_told_by_its_counters() {
    let asked = frame(&[(7, 0, 0x0000, &[0], 0)]);
    let answered = frame(&[(7, 3, 0x0000, &[0x11], 3)]);
    let log = check_datagrams(&DISSECTOR, Transport::Udp, 34_980, &[client(&asked), server(&answered)]);
    assert!(
        log.messages[0].starts_with("ethercat request brd")
            && log.messages[1].starts_with("ethercat response brd")
    );
}

#[test]
fn content_decides() {
    let data = frame(&[(7, 0, 0x0000, &[0], 0)]);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 34_980, &data), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 53, &data), Verdict::No);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 34_980, b"M-SEARCH * HTTP/1.1\r\n"), Verdict::No);
    assert_eq!(look(&DISSECTOR, Transport::Udp, 34_980, &[]), Verdict::No);
}
