use super::*;
use crate::testing::{Log, Piece, check_stream, client, server};

/// Wraps a PDU into one data TPDU.
fn frame(pdu: &[u8]) -> Vec<u8> {
    let mut bytes = vec![3, 0];
    bytes.extend_from_slice(&u16::try_from(pdu.len().saturating_add(7)).unwrap().to_be_bytes());
    bytes.extend_from_slice(&[2, 0xf0, 0x80]);
    bytes.extend_from_slice(pdu);
    bytes
}

fn pdu(rosctr: u8, reference: u16, error: &[u8], parameters: &[u8], data: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x32, rosctr, 0, 0];
    bytes.extend_from_slice(&reference.to_be_bytes());
    bytes.extend_from_slice(&u16::try_from(parameters.len()).unwrap().to_be_bytes());
    bytes.extend_from_slice(&u16::try_from(data.len()).unwrap().to_be_bytes());
    for part in [error, parameters, data] {
        bytes.extend_from_slice(part);
    }
    frame(&bytes)
}

fn job(reference: u16, parameters: &[u8], data: &[u8]) -> Vec<u8> {
    pdu(JOB, reference, &[], parameters, data)
}

fn answer(reference: u16, parameters: &[u8], data: &[u8]) -> Vec<u8> {
    pdu(ACK_DATA, reference, &[0, 0], parameters, data)
}

/// Userdata request: group and subfunction, payload as octet string.
fn ask(reference: u16, group: u8, subfunction: u8, payload: &[u8]) -> Vec<u8> {
    pdu(USERDATA, reference, &[], &[0, 1, 0x12, 4, 0x11, 0x40 | group, subfunction, 0], &octets(payload))
}

/// Userdata of any type with a data unit: sequence, reference, more, error.
fn unit(reference: u16, group: u8, subfunction: u8, unit: [u8; 5], payload: &[u8]) -> Vec<u8> {
    let mut parameters = vec![0, 1, 0x12, 8, 0x12, group, subfunction];
    parameters.extend_from_slice(&unit);
    pdu(USERDATA, reference, &[], &parameters, &octets(payload))
}

fn octets(payload: &[u8]) -> Vec<u8> {
    if payload.is_empty() {
        return vec![0x0a, 0, 0, 0];
    }
    let mut data = vec![0xff, 9];
    data.extend_from_slice(&u16::try_from(payload.len()).unwrap().to_be_bytes());
    data.extend_from_slice(payload);
    data
}

fn run(pieces: &[(bool, Vec<u8>)]) -> Log {
    let pieces: Vec<Piece<'_>> =
        pieces.iter().map(|(away, data)| if *away { client(data) } else { server(data) }).collect();
    check_stream(&cotp::DISSECTOR, 102, &pieces)
}

/// Two items: DB1.DBW4 as INT, M10.1 as BOOL.
const ITEMS: &[u8] = &[
    2, 0x12, 0x0a, 0x10, 5, 0, 1, 0, 1, 0x84, 0, 0, 0x20, 0x12, 0x0a, 0x10, 1, 0, 1, 0, 0, 0x83, 0, 0, 0x51,
];

fn with(function: u8, items: &[u8]) -> Vec<u8> {
    let mut parameters = vec![function];
    parameters.extend_from_slice(items);
    parameters
}

#[test]
fn a_read_gives_typed_values_under_their_names() {
    let log = run(&[
        (true, job(1, &with(4, ITEMS), &[])),
        (false, answer(1, &[4, 2], &[0xff, 5, 0, 16, 0xff, 0xfe, 0xff, 3, 0, 1, 1])),
    ]);
    assert_eq!(
        log.messages,
        [
            "s7comm request read_var code=4 read Pending [] [DB1,M] [] {rosctr=1 pdu_reference=1 item_count=2 \
             items=[{name=\"DB1.DBW4\" syntax_id=16(s7any) area=132(data_blocks) db=1 address=4 bit=0 \
             transport_size=5(int) count=1} {name=\"M10.1\" syntax_id=16(s7any) area=131(flags) db=0 address=10 \
             bit=1 transport_size=1(bool) count=1}]}",
            "s7comm response read_var code=4 read Ok [] [DB1,M] [] {rosctr=3 pdu_reference=1 \
             error_class=0(no_error) error_code=0 item_count=2 items=[{name=\"DB1.DBW4\" syntax_id=16(s7any) \
             area=132(data_blocks) db=1 address=4 bit=0 transport_size=5(int) count=1 return_code=255(success) \
             data_transport_size=5(integer) length=2 value=-2} {name=\"M10.1\" syntax_id=16(s7any) \
             area=131(flags) db=0 address=10 bit=1 transport_size=1(bool) count=1 return_code=255(success) \
             data_transport_size=3(bit) length=1 value=true}]}",
        ]
    );
    assert_eq!(log.values, ["s7comm [] [DB1.DBW4] int Int(-2)", "s7comm [] [M10.1] bool Bool(true)"]);
}

#[test]
fn a_write_gives_its_values_and_names_what_was_refused() {
    let log = run(&[
        (true, job(1, &with(5, ITEMS), &[0, 4, 0, 16, 0, 7, 0, 3, 0, 1, 0])),
        (false, answer(1, &[5, 2], &[0xff, 0x0a])),
    ]);
    assert_eq!(log.values, ["s7comm [] [DB1.DBW4] int Int(7)", "s7comm [] [M10.1] bool Bool(false)"]);
    assert!(
        log.messages[1]
            .contains("write_var code=5 write Error(\"object_does_not_exist\") [] [DB1,M] [] {rosctr=3"),
        "{}",
        log.messages[1]
    );
}

#[test]
fn every_address_syntax_is_named() {
    let cases: &[(&[u8], &str, &str)] = &[
        (&[0x12, 10, 0x10, 8, 0, 2, 0, 7, 0x85, 0, 0, 0x40], "DI7", "DI7.DID8"),
        (&[0x12, 10, 0x10, 0x1d, 0, 1, 0, 0, 0x1d, 0, 0, 5], "T", "T5"),
        (&[0x12, 10, 0x10, 0x1c, 0, 1, 0, 0, 0x1c, 0, 0, 9], "C", "C9"),
        (&[0x12, 10, 0x10, 2, 0, 4, 0, 0, 0x81, 0, 0, 0x18], "I", "IB3"),
        (&[0x12, 10, 0x10, 4, 0, 1, 0, 0, 0x80, 0, 8, 0], "P", "PW256"),
        (&[0x12, 10, 0x10, 1, 0, 1, 0, 2, 0x84, 0, 0, 3], "DB2", "DB2.DBX0.3"),
        (&[0x12, 8, 0x82, 0x41, 0, 1, 0, 2, 0x7f, 1], "channel", "channel module 0x7f column 1 line 2"),
        (&[0x12, 10, 0xa2, 1, 0, 2, 0, 3, 0, 21, 0, 1], "drive", "drive parameter 21 index 1"),
        (&[0x12, 7, 0xb0, 1, 4, 0, 3, 0, 16], "DB3", "DB3.DBB16x4"),
        (&[0x12, 14, 0xb2, 0xff, 0x8a, 0x0e, 0, 5, 1, 2, 3, 4, 0x40, 0, 0, 9], "DB5", "DB5.9"),
        (&[0x12, 10, 0xb2, 0xff, 0, 0, 0, 0x52, 1, 2, 3, 4], "M", "M"),
        (&[0x12, 3, 0x77, 1, 2], "syntax 0x77", "syntax 0x77"),
    ];
    for (item, area, name) in cases {
        let mut parameters = vec![4, 1];
        parameters.extend_from_slice(item);
        let log = run(&[(true, job(1, &parameters, &[]))]);
        assert!(log.messages[0].contains(&format!("[{area}]")), "{area}: {}", log.messages[0]);
        assert!(log.messages[0].contains(&format!("name=\"{name}\"")), "{name}: {}", log.messages[0]);
    }
}

#[test]
fn an_acknowledgement_with_an_error_names_it() {
    let log = run(&[
        (
            true,
            job(
                3,
                &[0x1d, 0, 0, 0, 0, 0, 0, 0, 9, b'_', b'0', b'A', b'0', b'0', b'0', b'0', b'7', b'A'],
                &[],
            ),
        ),
        (false, pdu(ACK, 3, &[0xd2, 0x09], &[], &[])),
        (true, job(4, &with(4, ITEMS), &[])),
        (false, pdu(ACK_DATA, 4, &[0x81, 0x04], &[4, 0], &[])),
    ]);
    assert_eq!(
        log.messages[1],
        "s7comm response start_upload code=- program_upload Error(\"block_not_found\") [] [DB7] [] {rosctr=2 \
         pdu_reference=3 error_class=210(block_service) error_code=9 error=\"block_not_found\"}"
    );
    assert!(log.messages[3].contains("Error(\"service_not_implemented\")"), "{}", log.messages[3]);
}

const FILE: &[u8] = b"_0800001P";

fn block_job(function: u8) -> Vec<u8> {
    let mut parameters = vec![function, 0, 0, 0, 0, 0, 0, 0, 9];
    parameters.extend_from_slice(FILE);
    parameters
}

#[test]
fn a_download_is_a_file_in_pieces() {
    let mut request = block_job(0x1a);
    request.extend_from_slice(b"\x0d1000005000003");
    let log = run(&[
        (true, job(1, &request, &[])),
        (false, answer(1, &[0x1a], &[])),
        (false, job(9, &block_job(0x1b), &[])),
        (true, answer(9, &[0x1b, 1], &[0, 3, 0, 0xfb, 1, 2, 3])),
        (false, job(10, &block_job(0x1b), &[])),
        (true, answer(10, &[0x1b, 0], &[0, 2, 0, 0xfb, 4, 5])),
        (false, job(11, &block_job(0x1c), &[])),
        (true, answer(11, &[0x1c], &[])),
    ]);
    let names: Vec<_> =
        log.messages.iter().map(|message| message.split(" {").next().unwrap().to_owned()).collect();
    assert_eq!(
        names,
        [
            "s7comm request request_download code=26 program_download Pending [] [OB1] []",
            "s7comm response request_download code=26 program_download Ok [] [OB1] []",
            "s7comm request download_block code=27 program_download Pending [] [OB1] []",
            "s7comm response download_block code=27 program_download Ok [] [OB1] []",
            "s7comm request download_block code=27 program_download Pending [] [OB1] []",
            "s7comm response download_block code=27 program_download Ok [] [OB1] []",
            "s7comm request download_ended code=28 program_download Pending [] [OB1] []",
            "s7comm response download_ended code=28 program_download Ok [] [OB1] []",
        ]
    );
    assert!(log.messages[0].contains("load_memory_length=5 mc7_code_length=3"), "{}", log.messages[0]);
    assert_eq!(log.files, ["s7comm \"OB1\" Download None 3 false", "s7comm \"OB1\" Download None 2 true"]);
}

#[test]
fn an_upload_goes_by_its_identifier() {
    let started = [0x1d, 0, 1, 0, 0, 0, 0, 7, 7, b'0', b'0', b'0', b'0', b'0', b'0', b'2'];
    let log = run(&[
        (true, job(1, &block_job(0x1d), &[])),
        (false, answer(1, &started, &[])),
        (true, job(2, &[0x1e, 0, 0, 0, 0, 0, 0, 7], &[])),
        (false, answer(2, &[0x1e, 0], &[0, 2, 0, 0xfb, 8, 9])),
        (true, job(3, &[0x1f, 0, 0, 0, 0, 0, 0, 7], &[])),
        (false, answer(3, &[0x1f], &[])),
    ]);
    assert_eq!(log.files, ["s7comm \"OB1\" Upload None 2 true"]);
    assert!(
        log.messages[5].starts_with("s7comm response end_upload code=31 program_upload Ok [] [OB1] []"),
        "{}",
        log.messages[5]
    );
}

#[test]
fn a_block_that_lost_bytes_is_whole_only_by_its_length() {
    let mut request = block_job(0x1a);
    request.extend_from_slice(b"\x0d1000005000003");
    let mut transfers = Transfers::default();
    let mut log = Log::default();
    let name = block::name(FILE);
    for (length, whole) in [(3usize, false), (5, true)] {
        transfers.begin(crate::Direction::Download, name, 0, job::announced(&request));
        transfers.gap(Some(true));
        transfers.piece(crate::Direction::Download, name, &[0; 5][..length], true, &mut log);
        assert!(log.files.pop().unwrap().ends_with(&format!("{length} {whole}")));
    }
}

/// A PI service job: seven fixed bytes, argument, service.
fn invoke(argument: &[u8], service: &[u8]) -> Vec<u8> {
    let mut parameters = vec![0x28, 0, 0, 0, 0, 0, 0, 0xfd];
    parameters.extend_from_slice(&u16::try_from(argument.len()).unwrap().to_be_bytes());
    parameters.extend_from_slice(argument);
    parameters.push(u8::try_from(service.len()).unwrap());
    parameters.extend_from_slice(service);
    job(1, &parameters, &[])
}

#[test]
fn invocations_say_what_they_do() {
    let cases: &[(&[u8], &[u8], &str)] = &[
        (b"", b"P_PROGRAM", "control Pending [] [P_PROGRAM]"),
        (b"C ", b"P_PROGRAM", "control Pending [] [P_PROGRAM]"),
        (b"\x01\x000800001P", b"_INSE", "program_download Pending [] [_INSE OB1]"),
        (b"\x01\x000A00020B", b"_DELE", "program_download Pending [] [_DELE DB20]"),
        (b"EP", b"_MODU", "configuration Pending [] [_MODU]"),
        (b"", b"_GARB", "configuration Pending [] [_GARB]"),
        (b"\x0bSECRETWORDS", b"_N_LOGIN_", "authentication Pending [] [_N_LOGIN_]"),
        (b"\x05A.MPF", b"_N_F_DELE", "file_transfer Pending [] [_N_F_DELE]"),
    ];
    for (argument, service, expected) in cases {
        let log = run(&[(true, invoke(argument, service)), (false, answer(1, &[0x28], &[]))]);
        assert!(
            log.messages[0].starts_with(&format!("s7comm request pi_service code=40 {expected}")),
            "{}",
            log.messages[0]
        );
        assert!(!log.messages[0].contains("SECRET"), "a password is never shown");
        assert!(log.messages[1].contains("pi_service code=40"), "{}", log.messages[1]);
    }
    let stop = job(1, b"\x29\0\0\0\0\0\x09P_PROGRAM", &[]);
    let log = run(&[(true, stop), (false, answer(1, &[0x29], &[]))]);
    assert_eq!(
        log.messages[0],
        "s7comm request plc_stop code=41 control Pending [] [P_PROGRAM] [] {rosctr=1 pdu_reference=1 \
         pi_service=\"P_PROGRAM\" pi_meaning=\"start_or_stop_program\" argument_length=0}"
    );
    assert!(log.messages[1].starts_with("s7comm response plc_stop code=41 control Ok [] [P_PROGRAM]"));
}

fn identification() -> Vec<u8> {
    let mut list = vec![0, 0x11, 0, 0, 0, 28, 0, 3];
    for (index, order, versions) in [
        (1u16, "6ES7 000-0AA00-0AA0 ", [0, 3, 0, 1]),
        (7, "                    ", [b'V', 3, 2, 8]),
        (0x81, "Boot Loader         ", [b'A', 32, 9, 9]),
    ] {
        list.extend_from_slice(&index.to_be_bytes());
        list.extend_from_slice(order.as_bytes());
        list.extend_from_slice(&[0, 0xc0]);
        list.extend_from_slice(&versions);
    }
    list
}

#[test]
fn module_identification_is_told_in_parts() {
    let list = identification();
    let (first, second) = list.split_at(40);
    let log = run(&[
        (true, ask(1, 4, 1, &[0, 0x11, 0, 0])),
        (false, unit(1, 0x84, 1, [2, 77, 1, 0, 0], first)),
        (true, unit(2, 0x44, 1, [2, 0, 0, 0, 0], &[])),
        (false, unit(2, 0x84, 1, [2, 77, 0, 0, 0], second)),
    ]);
    let object = "[szl 0x0011 index 0x0000]";
    for message in &log.messages {
        assert!(message.contains("read_szl code=- diagnostics") && message.contains(object), "{message}");
    }
    let shown: Vec<_> = log.messages.iter().map(|message| message.contains("szl_id=17")).collect();
    assert_eq!(shown, [true, false, false, true]);
    assert!(
        log.messages[3].contains("records=[{index=1 mlfb=\"6ES7 000-0AA00-0AA0\""),
        "{}",
        log.messages[3]
    );
    let told: Vec<_> = log
        .observations
        .iter()
        .map(|told| told.replace("Sender [] ", "").replace(" s7comm 95", ""))
        .collect();
    assert_eq!(
        told,
        [
            "order_number=\"6ES7 000-0AA00-0AA0\"",
            "hardware_revision=\"3\"",
            "version=\"3\"",
            "release=\"0.1\"",
            "firmware=\"V3.2.8\"",
            "version=\"V3\"",
            "release=\"2.8\"",
            "firmware_extension=\"Boot Loader\"",
            "version=\"16672\"",
            "release=\"9.9\"",
        ]
    );
}

fn list(id: u16, index: u16, records: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for number in [id, index, u16::try_from(records[0].len()).unwrap(), u16::try_from(records.len()).unwrap()]
    {
        bytes.extend_from_slice(&number.to_be_bytes());
    }
    for record in records {
        bytes.extend_from_slice(record);
    }
    bytes
}

fn record(start: &[u8], length: usize) -> Vec<u8> {
    let mut record = start.to_vec();
    record.resize(length, 0);
    record
}

#[test]
fn lists_tell_names_state_and_protection() {
    let components: Vec<_> = [
        &b"\0\x01Line 4"[..],
        b"\0\x02CPU",
        b"\0\x03",
        b"\0\x04Acme",
        b"\0\x05S C-X1",
        b"\0\x07CPU 315-2",
        b"\0\x08MMC 1",
        b"\0\x09\0\x2a",
    ]
    .iter()
    .map(|start| record(start, 34))
    .collect();
    let protection = record(&[0, 4, 0, 1, 0, 0, 0, 2, 0, 3], 40);
    let mode = record(&[0x43, 0x04, 0xff, 0x84], 20);
    let network = record(&[0, 0, 10, 1, 2, 3, 255, 0, 0, 0, 0, 0, 0, 0, 2, 3, 4, 5, 6, 7], 48);
    let cases = [
        list(0x1c, 0, &components),
        list(0x0232, 4, &[protection]),
        list(0x0424, 0, &[mode]),
        list(0x0037, 0, &[network]),
    ];
    let mut told = Vec::new();
    for payload in cases {
        let log =
            run(&[(true, ask(1, 4, 1, &payload[..4])), (false, unit(1, 0x84, 1, [2, 0, 0, 0, 0], &payload))]);
        told.extend(log.observations.into_iter().map(|told| told.replace("Sender [] ", "")));
    }
    let told: Vec<_> = told.iter().map(|told| told.replace(" s7comm 95", "")).collect();
    assert_eq!(
        told,
        [
            "plc_name=\"Line 4\"",
            "module_name=\"CPU\"",
            "copyright=\"Acme\"",
            "serial=\"S C-X1\"",
            "model=\"CPU 315-2\"",
            "memory_card=\"MMC 1\"",
            "vendor_id=\"0x002a\"",
            "protection=\"2\"",
            "key_state=\"stop\"",
            "cpu_state=\"stop\"",
            "management_ip=\"10.1.2.3\"",
            "mac_address=\"02:03:04:05:06:07\"",
        ]
    );
}

#[test]
fn every_userdata_function_is_named() {
    let cases: &[(u8, u8, &str)] = &[
        (1, 0x02, "variable_status code=- read"),
        (1, 0x08, "modify_variable code=- write"),
        (1, 0x09, "force code=- control"),
        (1, 0x0c, "memory_reset code=- control"),
        (1, 0x10, "read_job_list code=- diagnostics"),
        (2, 0x01, "cyclic_transfer code=- read"),
        (2, 0x04, "cyclic_unsubscribe code=- read"),
        (3, 0x01, "list_blocks code=- diagnostics"),
        (3, 0x02, "list_blocks_of_type code=- diagnostics"),
        (3, 0x03, "get_block_info code=- diagnostics"),
        (4, 0x02, "message_service code=- alarm"),
        (4, 0x0b, "alarm_ack code=- alarm"),
        (4, 0x13, "alarm_query code=- alarm"),
        (5, 0x01, "plc_password code=- authentication"),
        (5, 0x02, "plc_password_clear code=- authentication"),
        (6, 0x01, "bsend code=- other"),
        (7, 0x01, "read_clock code=- diagnostics"),
        (7, 0x02, "set_clock code=- time_sync"),
        (0x3f, 0x01, "nc_request_download code=- program_download"),
        (4, 0x7f, "unknown_0x47f code=- other"),
    ];
    for (group, subfunction, expected) in cases {
        let log = run(&[
            (true, ask(1, *group, *subfunction, &[])),
            (false, unit(1, 0x80 | group, *subfunction, [1, 0, 0, 0, 0], &[])),
        ]);
        assert!(
            log.messages[0].starts_with(&format!("s7comm request {expected} Pending")),
            "{}",
            log.messages[0]
        );
        assert!(
            log.messages[1].starts_with(&format!("s7comm response {expected} Ok")),
            "{}",
            log.messages[1]
        );
        assert!(
            log.messages[0].contains(&format!("group={group}("))
                && log.messages[0].contains("type=1(request)"),
            "{}",
            log.messages[0]
        );
    }
}

#[test]
fn a_password_is_never_shown() {
    let log = run(&[
        (true, ask(1, 5, 1, &[0x53, 0x45, 0x43, 0x52, 0x45, 0x54, 0x31, 0x32])),
        (false, unit(1, 0x85, 1, [1, 0, 0, 0xd6, 0x02], &[])),
    ]);
    assert!(!log.messages[0].contains("534543") && log.messages[0].contains("password_length=8"));
    assert!(
        log.messages[1].contains("plc_password code=- authentication Error(\"incorrect_password\")"),
        "{}",
        log.messages[1]
    );
}

#[test]
fn blocks_and_clocks_are_shown() {
    let log = run(&[
        (true, ask(1, 3, 1, &[])),
        (false, unit(1, 0x83, 1, [1, 0, 0, 0, 0], b"08\0\x01")),
        (true, ask(2, 3, 2, b"0A")),
        (false, unit(2, 0x83, 2, [1, 0, 0, 0, 0], &[0, 7, 0x22, 5])),
        (true, ask(3, 3, 3, b"0A00007A")),
        (true, ask(4, 7, 2, &[0, 0x19, 0x16, 0x02, 0x08, 0x14, 0x51, 0x37, 0x91, 0x62])),
    ]);
    assert!(log.messages[1].contains("blocks=[{block_type=\"OB\" count=1}]"), "{}", log.messages[1]);
    assert!(log.messages[2].contains("[DB]") && log.messages[3].contains("[DB]"));
    assert!(
        log.messages[3].contains("blocks=[{block_number=7 flags=34 language=5(db)}]"),
        "{}",
        log.messages[3]
    );
    assert!(log.messages[4].contains("[DB7]") && log.messages[4].contains("file_system=\"active\""));
    assert!(log.messages[5].contains("time=\"2016-02-08T14:51:37.916\""), "{}", log.messages[5]);
}

#[test]
fn block_information_shows_the_header() {
    let mut info = b"\x01\0\0\x4a\x22\0pp\x01\x01\x05\x0a\0\x07\0\0\0\x64\0\0\0\x03".to_vec();
    info.extend_from_slice(&[0, 0, 0, 1, 0, 1, 0, 0, 0, 2, 0, 2]);
    info.extend_from_slice(&[0, 0, 0, 36, 0, 0, 0, 20]);
    info.extend_from_slice(b"MEIER   LINE    MOTOR   \x12\0\x12\x34\0\0\0\0\0\0\0\0");
    let log = run(&[(true, ask(1, 3, 3, b"0A00007A")), (false, unit(1, 0x83, 3, [1, 0, 0, 0, 0], &info))]);
    let wanted = "language=5(db) sub_block_type=10 block_number=7 load_memory_length=100 security=3 \
                  know_how_protected=true code_time=\"1984-01-02T00:00:00.001\" \
                  interface_time=\"1984-01-03T00:00:00.002\" ssb_length=0 add_length=36 local_data_length=0 \
                  mc7_code_length=20 author=\"MEIER\" family=\"LINE\" header_name=\"MOTOR\" version=\"1.2\" \
                  checksum=4660";
    assert!(log.messages[1].contains(wanted), "{}", log.messages[1]);
}

#[test]
fn a_cyclic_push_knows_its_subscription() {
    let mut subscription = vec![0, 1, 1, 2];
    subscription.extend_from_slice(&[0x12, 0x0a, 0x10, 4, 0, 1, 0, 1, 0x84, 0, 0, 0x20]);
    let log = run(&[
        (true, ask(1, 2, 1, &subscription)),
        (false, unit(1, 0x82, 1, [6, 0, 0, 0, 0], &[0, 1, 0xff, 4, 0, 16, 0, 1])),
        (false, unit(0, 0x02, 1, [6, 0, 0, 0, 0], &[0, 1, 0xff, 4, 0, 16, 0, 2])),
    ]);
    assert!(
        log.messages[0].contains("interval_time_base=1(1_s) interval_time_factor=2"),
        "{}",
        log.messages[0]
    );
    assert!(
        log.messages[2].starts_with("s7comm event cyclic_transfer code=- read Event [] [DB1] []"),
        "{}",
        log.messages[2]
    );
    assert_eq!(log.values, ["s7comm [] [DB1.DBW4] word Uint(1)", "s7comm [] [DB1.DBW4] word Uint(2)"]);
}

#[test]
fn watch_tables_show_their_variables() {
    let mut request = vec![0, 4, 0, 14, 1, 2, 3, 4, 0, 2];
    request.extend_from_slice(&[0x12, 1, 0, 0, 0, 8, 0x71, 4, 0, 3, 0, 2]);
    let mut push = vec![0, 4, 0, 10, 1, 0, 0, 2];
    push.extend_from_slice(&[0, 1, 0xff, 9, 0, 2, 0x12, 0x34, 0, 0]);
    let log = run(&[(true, ask(1, 1, 2, &request)), (false, unit(0, 0x01, 2, [2, 0, 0, 0, 0], &push))]);
    assert!(
        log.messages[0].contains("[IW8]") && log.messages[0].contains("name=\"DB3.DBB2\""),
        "{}",
        log.messages[0]
    );
    assert!(
        log.messages[1].contains("items=[{return_code=255(success) data_transport_size=9(octet_string)"),
        "{}",
        log.messages[1]
    );
}

#[test]
fn messages_and_alarms_are_told() {
    let entry = [0x43, 0x04, 0xff, 0x84, 0, 0, 0, 0, 0, 0, 0, 0, 0x94, 1, 9, 0x21, 0x53, 0x42, 0x15, 0x21];
    let mut alarm = vec![0x16, 2, 8, 0x14, 0x51, 0x37, 0x91, 0x62, 0, 1];
    alarm.extend_from_slice(&[0x12, 10, 0x16, 1, 0xee, 0, 0, 1, 4, 0, 1, 1, 0xff, 9, 0, 2, 0xca, 0xfe]);
    let log = run(&[
        (true, ask(1, 4, 2, b"\x81\0HmiRtm  \x09\0")),
        (false, unit(0, 0x04, 3, [0, 0, 0, 0, 0], &entry)),
        (false, unit(0, 0x04, 0x12, [0, 0, 0, 0, 0], &alarm)),
        (true, ask(2, 4, 0x0b, &[0, 1, 0x12, 8, 0x19, 0, 0xee, 0, 0, 1, 1, 1])),
        (true, ask(3, 4, 0x13, &[0, 1, 0x12, 8, 0x1a, 0, 1, 0x34, 0, 0, 0, 4])),
    ]);
    assert!(log.messages[0].contains("alarms=true user_name=\"HmiRtm\" alarm_type=9(alarm_s_initiate)"));
    assert!(
        log.messages[1].contains("event diagnostic_message") && log.messages[1].contains("(mode_transition)"),
        "{}",
        log.messages[1]
    );
    assert!(log.messages[2].contains("event_id=3992977409"), "{}", log.messages[2]);
    assert!(log.messages[2].contains("associated_values=[{"), "{}", log.messages[2]);
    assert!(log.messages[3].contains("acknowledged_going=1 acknowledged_coming=1"), "{}", log.messages[3]);
    assert!(log.messages[4].contains("query_type=1 query=4"), "{}", log.messages[4]);
}

#[test]
fn a_mode_transition_tells_the_state() {
    let log = run(&[(false, pdu(USERDATA, 0, &[], &[1, 0, 0x10, 0x10, 0, 0, 0, 0], &[]))]);
    assert_eq!(
        log.messages,
        [
            "s7comm event mode_transition code=1 control Event [] [stop] [] {rosctr=7 pdu_reference=0 mode=0(stop) \
          sequence=0}"
        ]
    );
    assert_eq!(log.observations, ["Sender [] cpu_state=\"stop\" s7comm 95"]);
}

#[test]
fn what_is_out_of_order_is_marked_and_kept() {
    // A function that the protocol does not have.
    let log = run(&[(true, job(1, &[0x77, 1], &[]))]);
    assert!(log.messages[0].contains("unknown_0x77 code=119 other"), "{}", log.messages[0]);
    assert!(log.messages[0].contains("unknown_function"));
    // An answer of another function than its job, and one without a job after others had theirs.
    let log = run(&[
        (true, job(1, &with(4, ITEMS), &[])),
        (false, answer(1, &[5, 1], &[0xff])),
        (true, job(2, &with(4, ITEMS), &[])),
        (false, answer(2, &[4, 2], &[0xff, 4, 0, 16, 0, 1, 0xff, 3, 0, 1, 1])),
        (false, answer(3, &[4, 1], &[0xff, 4, 0, 16, 0, 1])),
    ]);
    assert!(log.messages[1].contains("mismatched_response"), "{}", log.messages[1]);
    assert!(log.messages[4].contains("unexpected_response"), "{}", log.messages[4]);
    // Fewer items than announced, lengths beyond the TSDU, bytes after the end.
    let log = run(&[(true, job(1, &[4, 2, 0x12, 0x0a, 0x10, 2, 0, 1, 0, 1, 0x84, 0, 0, 0], &[]))]);
    assert!(log.messages[0].contains("bad_length"), "{}", log.messages[0]);
    let log = run(&[(true, frame(&[0x32, 1, 0, 0, 0, 1, 0, 9, 0, 0, 0xf0, 0]))]);
    assert!(log.messages[0].contains("setup_communication") && log.messages[0].contains("bad_length"));
    let log = run(&[(true, frame(&[0x32, 1, 0, 0, 0, 1, 0, 2, 0, 0, 0xf0, 0, 9]))]);
    assert!(log.messages[0].contains("trailing_bytes"), "{}", log.messages[0]);
}

#[test]
fn only_s7_is_recognised() {
    assert_eq!(recognise(&[0x32, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0x29]), Verdict::Sure);
    assert_eq!(recognise(&[0x32, 1, 0, 0, 0, 1, 0, 9, 0, 0, 0x29]), Verdict::Likely);
    assert_eq!(recognise(&[0x32, 9, 0, 0, 0, 1, 0, 1, 0, 0, 0x29]), Verdict::No);
    assert_eq!(recognise(&[0x72, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0x29]), Verdict::No);
    assert_eq!(recognise(&[1, 0, 1, 0, 0x61, 0x1a, 0x30, 0x18, 2, 1, 3]), Verdict::No);
}

/// One PDU of every kind, to be damaged.
fn samples() -> Vec<Vec<u8>> {
    let mut download = block_job(0x1a);
    download.extend_from_slice(b"\x0d1000005000003");
    let mut subscription = vec![0, 1, 1, 2];
    subscription.extend_from_slice(&ITEMS[1..13]);
    vec![
        job(1, &with(4, ITEMS), &[]),
        answer(1, &[4, 2], &[0xff, 5, 0, 16, 0xff, 0xfe, 0xff, 3, 0, 1, 1]),
        job(2, &with(5, ITEMS), &[0, 4, 0, 16, 0, 7, 0, 3, 0, 1, 0]),
        job(3, &download, &[]),
        answer(9, &[0x1b, 1], &[0, 3, 0, 0xfb, 1, 2, 3]),
        invoke(b"\x01\x000800001P", b"_INSE"),
        ask(4, 4, 1, &[0, 0x11, 0, 0]),
        unit(4, 0x84, 1, [2, 77, 1, 0, 0], &identification()),
        unit(4, 0x84, 1, [2, 0, 0, 0, 0], &list(0xa0, 0, &[record(&[0x43, 4], 20)])),
        ask(5, 2, 1, &subscription),
        unit(5, 0x82, 1, [6, 0, 0, 0, 0], &[0, 1, 0xff, 4, 0, 16, 0, 1]),
        unit(
            0,
            0x04,
            0x12,
            [0, 0, 0, 0, 0],
            &[0x16, 2, 8, 0x14, 0x51, 0x37, 0x91, 0x62, 0, 1, 0x12, 5, 0x16, 1],
        ),
        ask(6, 1, 2, &[0, 4, 0, 8, 1, 2, 3, 4, 0, 1, 0x12, 1, 0, 0, 0, 8]),
    ]
}

proptest::proptest! {
    /// Damage of any kind is decoded or marked; it never panics and never takes more than there is.
    #[test]
    fn damage_never_panics(
        which in 0usize..13,
        flips in proptest::collection::vec((proptest::prelude::any::<usize>(), proptest::prelude::any::<u8>()), 0..6),
        away in proptest::prelude::any::<bool>(),
    ) {
        let mut bytes = samples().swap_remove(which);
        for (at, value) in flips {
            // The TPKT header stays, else nothing behind it is reached.
            let place = 7usize.saturating_add(at.checked_rem(bytes.len().saturating_sub(7)).unwrap_or(0));
            bytes[place] = value;
        }
        let first = samples().swap_remove(which);
        let pieces = [Piece { from_client: away, data: &first }, Piece { from_client: !away, data: &bytes }];
        let log = crate::testing::stream(&cotp::DISSECTOR, 102, &pieces, true);
        proptest::prop_assert!(!log.messages.is_empty());
    }

    /// Any bytes at all.
    #[test]
    fn noise_never_panics(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
        let framed = frame(&bytes);
        crate::testing::stream(&cotp::DISSECTOR, 102, &[client(&bytes), server(&framed)], true);
    }
}
