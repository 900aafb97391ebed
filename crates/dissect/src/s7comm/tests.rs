use super::userdata::tests::{identification, list, record};
use super::*;
use crate::testing::{Log, Piece, check_stream, client, server};

/// Wraps a PDU into one data TPDU.
pub(super) fn frame(pdu: &[u8]) -> Vec<u8> {
    let mut bytes = vec![3, 0];
    bytes.extend_from_slice(&u16::try_from(pdu.len().saturating_add(7)).unwrap().to_be_bytes());
    bytes.extend_from_slice(&[2, 0xf0, 0x80]);
    bytes.extend_from_slice(pdu);
    bytes
}

pub(super) fn pdu(rosctr: u8, reference: u16, error: &[u8], parameters: &[u8], data: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x32, rosctr, 0, 0];
    bytes.extend_from_slice(&reference.to_be_bytes());
    bytes.extend_from_slice(&u16::try_from(parameters.len()).unwrap().to_be_bytes());
    bytes.extend_from_slice(&u16::try_from(data.len()).unwrap().to_be_bytes());
    for part in [error, parameters, data] {
        bytes.extend_from_slice(part);
    }
    frame(&bytes)
}

pub(super) fn job(reference: u16, parameters: &[u8], data: &[u8]) -> Vec<u8> {
    pdu(JOB, reference, &[], parameters, data)
}

pub(super) fn answer(reference: u16, parameters: &[u8], data: &[u8]) -> Vec<u8> {
    pdu(ACK_DATA, reference, &[0, 0], parameters, data)
}

/// Userdata request: group and subfunction, payload as octet string.
pub(super) fn ask(reference: u16, group: u8, subfunction: u8, payload: &[u8]) -> Vec<u8> {
    pdu(USERDATA, reference, &[], &[0, 1, 0x12, 4, 0x11, 0x40 | group, subfunction, 0], &octets(payload))
}

/// Userdata of any type with a data unit: sequence, reference, more, error.
pub(super) fn unit(reference: u16, group: u8, subfunction: u8, unit: [u8; 5], payload: &[u8]) -> Vec<u8> {
    let mut parameters = vec![0, 1, 0x12, 8, 0x12, group, subfunction];
    parameters.extend_from_slice(&unit);
    pdu(USERDATA, reference, &[], &parameters, &octets(payload))
}

pub(super) fn octets(payload: &[u8]) -> Vec<u8> {
    if payload.is_empty() {
        return vec![0x0a, 0, 0, 0];
    }
    let mut data = vec![0xff, 9];
    data.extend_from_slice(&u16::try_from(payload.len()).unwrap().to_be_bytes());
    data.extend_from_slice(payload);
    data
}

pub(super) fn run(pieces: &[(bool, Vec<u8>)]) -> Log {
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
