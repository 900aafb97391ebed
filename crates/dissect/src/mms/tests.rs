use crate::testing::{Log, Piece, check_stream, client, probe as look, server};
use crate::{Transport, Verdict, cotp};

fn tlv(tag: &[u8], value: &[u8]) -> Vec<u8> {
    let mut bytes = tag.to_vec();
    if value.len() > 127 {
        bytes.push(0x82);
        bytes.extend(u16::try_from(value.len()).unwrap().to_be_bytes());
    } else {
        bytes.push(u8::try_from(value.len()).unwrap());
    }
    bytes.extend(value);
    bytes
}

fn join(parts: &[Vec<u8>]) -> Vec<u8> {
    parts.concat()
}

/// One unit in presentation, session, transport and TPKT.
fn wrap(mms: &[u8]) -> Vec<u8> {
    let list = tlv(&[0x30], &join(&[vec![2, 1, 3], tlv(&[0xa0], mms)]));
    let data = [&[1, 0, 1, 0][..], &tlv(&[0x61], &list)].concat();
    tpkt(&data)
}

fn tpkt(data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len() + 7).unwrap().to_be_bytes();
    [&[3, 0, length[0], length[1], 2, 0xf0, 0x80], data].concat()
}

/// A confirmed unit: 0 request, 1 response.
fn confirmed(unit: u8, id: u8, service: &[u8], body: &[u8]) -> Vec<u8> {
    wrap(&tlv(&[0xa0 | unit], &join(&[vec![2, 1, id], tlv(service, body)])))
}

fn domain_specific(domain: &[u8], item: &[u8]) -> Vec<u8> {
    tlv(&[0xa1], &join(&[tlv(&[0x1a], domain), tlv(&[0x1a], item)]))
}

/// A list of variables by name.
fn list(names: &[Vec<u8>]) -> Vec<u8> {
    let entries: Vec<_> = names.iter().map(|name| tlv(&[0x30], &tlv(&[0xa0], name))).collect();
    tlv(&[0xa0], &join(&entries))
}

fn run(pieces: &[(bool, Vec<u8>)]) -> Log {
    let pieces: Vec<Piece<'_>> =
        pieces.iter().map(|(ask, data)| if *ask { client(data) } else { server(data) }).collect();
    check_stream(&cotp::DISSECTOR, 102, &pieces)
}

#[test]
fn a_read_and_its_answer_share_their_object_and_give_a_value() {
    let name = domain_specific(b"IED1LD0", b"MMXU1$MX$TotW$mag$f");
    let log = run(&[
        (true, confirmed(0, 7, &[0xa4], &tlv(&[0xa1], &list(&[name])))),
        (false, confirmed(1, 7, &[0xa4], &tlv(&[0xa1], &[0x87, 5, 8, 0x3f, 0xc0, 0, 0]))),
    ]);
    assert_eq!(
        log.messages,
        [
            "mms request read code=4 read Pending [IED1LD0] [MMXU1$MX$TotW$mag$f] [] {invoke_id=7 domain=\"IED1LD0\" \
             item=\"MMXU1$MX$TotW$mag$f\" logical_node=\"MMXU1\" functional_constraint=\"MX\" \
             data_path=\"TotW$mag$f\" variables=[{domain=\"IED1LD0\" item=\"MMXU1$MX$TotW$mag$f\" \
             logical_node=\"MMXU1\" functional_constraint=\"MX\" data_path=\"TotW$mag$f\"}]}",
            "mms response read code=4 read Ok [IED1LD0] [MMXU1$MX$TotW$mag$f] [] {invoke_id=7 domain=\"IED1LD0\" \
             item=\"MMXU1$MX$TotW$mag$f\" logical_node=\"MMXU1\" functional_constraint=\"MX\" \
             data_path=\"TotW$mag$f\" values=[{type=\"floating_point\" value=1.5}]}",
        ]
    );
    assert_eq!(log.values, ["mms [] [IED1LD0/MMXU1$MX$TotW$mag$f] floating_point Float(1.5)"]);
}

#[test]
fn an_order_is_written_refused_and_unknown() {
    let name = domain_specific(b"IED1LD0", b"XCBR1$CO$Pos$Oper");
    let order = tlv(&[0xa0], &tlv(&[0xa2], &[0x83, 1, 1, 0x86, 1, 3]));
    let write = confirmed(0, 8, &[0xa5], &join(&[list(&[name]), order]));
    let log = run(&[(true, write), (false, confirmed(1, 8, &[0xa5], &[0x80, 1, 3]))]);
    assert!(
        log.messages[0]
            .starts_with("mms request write code=5 control Pending [IED1LD0] [XCBR1$CO$Pos$Oper] [] ")
    );
    assert!(log.messages[0].contains(
        "values=[{type=\"structure\" value=[{type=\"boolean\" value=true} {type=\"unsigned\" value=3}]}]"
    ));
    assert!(log.messages[1].starts_with(
        "mms response write code=5 control Error(\"object_access_denied\") [IED1LD0] [XCBR1$CO$Pos$Oper] [] "
    ));
    assert_eq!(
        log.values,
        [
            "mms [] [IED1LD0/XCBR1$CO$Pos$Oper[0]] boolean Bool(true)",
            "mms [] [IED1LD0/XCBR1$CO$Pos$Oper[1]] unsigned Uint(3)",
        ]
    );
}

#[test]
fn an_error_repeats_what_was_asked() {
    let error = wrap(&tlv(&[0xa2], &join(&[vec![0x80, 1, 9], tlv(&[0xa2], &tlv(&[0xa0], &[0x87, 1, 2]))])));
    let body = tlv(&[0x80], b"prog");
    let log = run(&[(true, confirmed(0, 9, &[0xbf, 40], &body)), (false, error)]);
    assert!(log.messages[0].starts_with("mms request start code=40 control Pending [] [prog] [] "));
    assert_eq!(
        log.messages[1],
        "mms response start code=40 control Error(\"object_non_existent\") [] [prog] [] {invoke_id=9 item=\"prog\" \
         error=\"object_non_existent\" error_class=7 error_code=2}"
    );
}

#[test]
fn identity_and_logical_devices_are_observed() {
    let identify = join(&[tlv(&[0x80], b"ACME"), tlv(&[0x81], b"Relay 7"), tlv(&[0x82], b"1.2.3 ")]);
    let ask = join(&[tlv(&[0xa0], &[0x80, 1, 9]), tlv(&[0xa1], &[0x80, 0])]);
    let names = join(&[tlv(&[0xa0], &tlv(&[0x1a], b"IED1LD0")), vec![0x81, 1, 0]]);
    let serial = domain_specific(b"IED1LD0", b"LPHD1$DC$PhyNam$serNum");
    let log = run(&[
        (true, confirmed(0, 1, &[0x82], &[])),
        (false, confirmed(1, 1, &[0xa2], &identify)),
        (true, confirmed(0, 2, &[0xa1], &ask)),
        (false, confirmed(1, 2, &[0xa1], &names)),
        (true, confirmed(0, 3, &[0xa4], &tlv(&[0xa1], &list(&[serial])))),
        (false, confirmed(1, 3, &[0xa4], &tlv(&[0xa1], &tlv(&[0x8a], b"SN42")))),
    ]);
    assert!(
        log.messages[1]
            .contains("{invoke_id=1 vendor_name=\"ACME\" model_name=\"Relay 7\" revision=\"1.2.3\"}")
    );
    assert!(log.messages[2].contains("object_class=9(domain)"));
    assert!(log.messages[3].contains("identifiers=[\"IED1LD0\"] more_follows=false"));
    assert_eq!(
        log.observations,
        [
            "Sender [] vendor=\"ACME\" mms 95",
            "Sender [] model=\"Relay 7\" mms 95",
            "Sender [] firmware=\"1.2.3\" mms 95",
            "Sender [] logical_device=\"IED1LD0\" mms 95",
            "Sender [] serial=\"SN42\" mms 95",
        ]
    );
}

#[test]
fn a_file_is_opened_read_and_closed() {
    let name = tlv(&[0xa0], &tlv(&[0x19], b"COMTRADE/a.cfg"));
    let opened = join(&[vec![0x80, 1, 5], tlv(&[0xa1], &[0x80, 1, 4])]);
    let log = run(&[
        (true, confirmed(0, 1, &[0xbf, 72], &join(&[name, vec![0x81, 1, 0]]))),
        (false, confirmed(1, 1, &[0xbf, 72], &opened)),
        (true, confirmed(0, 2, &[0x9f, 73], &[5])),
        (false, confirmed(1, 2, &[0xbf, 73], &[0x80, 2, 1, 2])),
        (true, confirmed(0, 3, &[0x9f, 73], &[5])),
        (false, confirmed(1, 3, &[0xbf, 73], &[0x80, 2, 3, 4, 0x81, 1, 0])),
        (true, confirmed(0, 4, &[0x9f, 74], &[5])),
        (false, confirmed(1, 4, &[0x9f, 74], &[])),
    ]);
    assert!(
        log.messages[0]
            .starts_with("mms request file_open code=72 file_transfer Pending [] [COMTRADE/a.cfg] [] ")
    );
    assert!(
        log.messages[2]
            .contains("[COMTRADE/a.cfg] [] {invoke_id=2 file=\"COMTRADE/a.cfg\" state_machine_id=5}")
    );
    assert!(log.messages[5].contains("file=\"COMTRADE/a.cfg\" data_length=2 more_follows=false"));
    assert!(
        log.messages[7].starts_with("mms response file_close code=74 file_transfer Ok [] [COMTRADE/a.cfg]")
    );
    assert_eq!(
        log.files,
        ["mms \"COMTRADE/a.cfg\" Upload None 2 false", "mms \"COMTRADE/a.cfg\" Upload None 2 true",]
    );
}

#[test]
fn a_domain_is_loaded_by_segments_that_the_device_asks_for() {
    let begin = join(&[tlv(&[0x80], b"PROG"), vec![0xa1, 0, 0x82, 1, 0]]);
    let log = run(&[
        (true, confirmed(0, 1, &[0xba], &begin)),
        (false, confirmed(1, 1, &[0x9a], &[])),
        (false, confirmed(0, 1, &[0x9b], b"PROG")),
        (true, confirmed(1, 1, &[0xbb], &[0x80, 3, 1, 2, 3, 0x81, 1, 0])),
    ]);
    assert!(log.messages[0].starts_with(
        "mms request initiate_download_sequence code=26 program_download Pending [PROG] [] [] "
    ));
    assert!(
        log.messages[2].starts_with("mms request download_segment code=27 program_download Pending [PROG]")
    );
    assert_eq!(log.files, ["mms \"PROG\" Download None 3 true"]);
}

#[test]
fn a_report_shows_its_optional_fields_and_members() {
    let specification = tlv(&[0xa1], &tlv(&[0x80], b"RPT"));
    // Sequence number, reason and data set; two of three members.
    let results = join(&[
        tlv(&[0x8a], b"IED1LD0/LLN0$BR$cb01"),
        vec![0x84, 3, 6, 0b0101_1000, 0],
        vec![0x86, 1, 9],
        tlv(&[0x8a], b"IED1LD0/LLN0$ds"),
        vec![0x84, 2, 5, 0b1010_0000],
        vec![0x83, 1, 1, 0x85, 1, 7],
        vec![0x84, 2, 1, 0x40, 0x84, 2, 1, 0x20],
    ]);
    let body = tlv(&[0xa0], &join(&[specification, tlv(&[0xa0], &results)]));
    let log = run(&[(false, wrap(&tlv(&[0xa3], &body)))]);
    assert_eq!(
        log.messages,
        ["mms event information_report code=- read Event [] [IED1LD0/LLN0$BR$cb01] [] \
          {item=\"IED1LD0/LLN0$BR$cb01\" logical_node=\"IED1LD0/LLN0\" functional_constraint=\"BR\" \
          data_path=\"cb01\" report={rpt_id=\"IED1LD0/LLN0$BR$cb01\" opt_flds=\"0101100000\" sq_num=9 \
          dat_set=\"IED1LD0/LLN0$ds\" inclusion=\"101\" values=[{type=\"boolean\" value=true} {type=\"integer\" \
          value=7}] reasons=[\"data_change\" \"quality_change\"]}}"]
    );
    assert_eq!(
        log.values,
        [
            "mms [] [IED1LD0/LLN0$BR$cb01[0]] boolean Bool(true)",
            "mms [] [IED1LD0/LLN0$BR$cb01[1]] integer Int(7)",
        ]
    );
}

/// An association request as session, presentation and ACSE carry it, with this unit inside.
fn associate(spdu: u8, acse: u8, mms: &[u8]) -> Vec<u8> {
    let external = tlv(&[0x28], &join(&[vec![2, 1, 3], tlv(&[0xa0], mms)]));
    let context = tlv(&[0xa1], &[6, 5, 0x28, 0xca, 0x22, 2, 3]);
    let title = tlv(&[0xa6], &[6, 2, 0x29, 1]);
    let acse = tlv(&[acse], &join(&[context, title, tlv(&[0xbe], &external)]));
    let value = tlv(&[0x61], &tlv(&[0x30], &join(&[vec![2, 1, 1], tlv(&[0xa0], &acse)])));
    let normal = tlv(&[0xa2], &join(&[tlv(&[0x81], &[0, 1]), value]));
    let user = tlv(&[0xc1], &tlv(&[0x31], &join(&[vec![0xa0, 3, 0x80, 1, 1], normal])));
    tpkt(&tlv(&[spdu], &join(&[vec![0x34, 2, 0, 1], user])))
}

#[test]
fn an_association_is_made_concluded_and_aborted() {
    let detail = tlv(&[0xa4], &[0x80, 1, 1, 0x81, 2, 5, 0xe0, 0x82, 2, 0, 0xff]);
    let initiate = join(&[vec![0x80, 2, 0x7d, 0, 0x81, 1, 5, 0x82, 1, 6, 0x83, 1, 4], detail]);
    let log = run(&[
        (true, associate(0x0d, 0x60, &tlv(&[0xa8], &initiate))),
        (false, associate(0x0e, 0x61, &tlv(&[0xa9], &initiate))),
        (true, wrap(&[0x8b, 0])),
        (false, wrap(&[0x8c, 0])),
        (true, tpkt(&[9, 0])),
        (false, tpkt(&[0x19, 3, 0x11, 1, 3])),
    ]);
    assert_eq!(
        log.messages[0],
        "mms request initiate code=- session Pending [] [] [] {called_session_selector=0x0001 \
         calling_presentation_selector=0x0001 application_context=\"1.0.9506.2.3\" calling_ap_title=\"1.1.1\" \
         local_detail_calling=32000 proposed_max_calling=5 proposed_max_called=6 proposed_nesting=4 version=1 \
         parameter_support=\"111\" services_supported=\"11111111\"}"
    );
    assert!(log.messages[1].starts_with("mms response initiate code=- session Ok"));
    assert!(log.messages[2].starts_with("mms request conclude code=- session Pending"));
    assert!(log.messages[3].starts_with("mms response conclude code=- session Ok"));
    assert!(log.messages[4].starts_with("mms request finish code=- session Pending"));
    assert!(log.messages[5].starts_with("mms control abort code=- session Event"));
}

#[test]
fn cancels_and_rejects_are_named() {
    let log = run(&[
        (true, confirmed(0, 3, &[0x82], &[])),
        (true, wrap(&[0x85, 1, 3])),
        (false, wrap(&[0x86, 1, 3])),
        (false, wrap(&tlv(&[0xa4], &[0x80, 1, 3, 0x81, 1, 1]))),
        (false, confirmed(1, 3, &[0xa2], &[])),
    ]);
    assert!(log.messages[1].starts_with("mms request cancel code=- session Pending [] [] [] {invoke_id=3}"));
    assert!(log.messages[2].starts_with("mms response cancel code=- session Ok"));
    assert!(
        log.messages[3].starts_with("mms response reject code=- session Error(\"confirmed_request_pdu\")")
    );
    assert!(log.messages[4].contains("unexpected_response"));
}

#[test]
fn every_service_is_named_and_unknown_ones_are_marked() {
    for service in (0..=87u8).filter(|service| *service != 79) {
        let tag = if service < 31 { vec![0xa0 | service] } else { vec![0xbf, service] };
        let log = run(&[(true, confirmed(0, 1, &tag, &[]))]);
        let line = format!(" code={service} ");
        assert!(
            log.messages[0].contains(&line) && !log.messages[0].contains("unknown"),
            "{}",
            log.messages[0]
        );
    }
    let log = run(&[(true, confirmed(0, 1, &[0xbf, 99], &[]))]);
    assert!(log.messages[0].contains("unknown_0x63") && log.messages[0].contains("unknown_function"));
}

#[test]
fn control_centres_leave_their_marks() {
    let name = domain_specific(b"NORTH", b"Bilateral_Table_ID");
    let log = run(&[(true, confirmed(0, 1, &[0xa4], &tlv(&[0xa1], &list(&[name]))))]);
    assert_eq!(
        log.messages[1],
        "iccp request bilateral_table_id code=- discovery Pending [NORTH] [] [] {service=\"read\" domain=\"NORTH\" \
         item=\"Bilateral_Table_ID\"}"
    );
}

#[test]
fn status_tells_a_device_that_is_not_well() {
    let log = run(&[(false, wrap(&tlv(&[0xa3], &tlv(&[0xa1], &[0x80, 1, 1, 0x81, 1, 2]))))]);
    assert!(log.messages[0].contains(
        "unsolicited_status code=- diagnostics Event [] [] [] {vmd_logical_status=1(no_state_changes_allowed) \
         vmd_physical_status=2(inoperable)}"
    ));
}

#[test]
fn units_without_a_session_are_recognised_and_others_not() {
    let bare = tpkt(&tlv(&[0xa0], &join(&[vec![2, 1, 1], tlv(&[0xbf, 44], &tlv(&[0x80], b"prog"))])));
    for port in [102, 40_102] {
        assert_eq!(look(&cotp::DISSECTOR, Transport::Tcp, port, &bare), Verdict::Sure);
        assert_eq!(
            look(&cotp::DISSECTOR, Transport::Tcp, port, &confirmed(0, 1, &[0x82], &[])),
            Verdict::Sure
        );
    }
    assert_ne!(look(&cotp::DISSECTOR, Transport::Tcp, 40_102, &tpkt(b"hello, world")), Verdict::Sure);
    let log = run(&[(true, bare)]);
    assert!(log.messages[0].starts_with("mms request kill code=44 control Pending [] [prog]"));
}
