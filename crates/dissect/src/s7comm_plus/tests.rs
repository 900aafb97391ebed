use super::*;
use crate::cotp;
use crate::testing::{Log, Piece, check_stream, client, server};

/// A TSDU in one data TPDU with its TPKT header.
fn frame(tsdu: &[u8]) -> Vec<u8> {
    let mut bytes = vec![3, 0];
    bytes.extend_from_slice(&u16::try_from(tsdu.len() + 7).unwrap().to_be_bytes());
    bytes.extend_from_slice(&[2, 0xf0, 0x80]);
    bytes.extend_from_slice(tsdu);
    bytes
}

/// A piece of a job, with the trailer when it is the last.
fn piece(version: u8, body: &[u8], last: bool) -> Vec<u8> {
    let mut bytes = vec![0x72, version];
    bytes.extend_from_slice(&u16::try_from(body.len()).unwrap().to_be_bytes());
    bytes.extend_from_slice(body);
    if last {
        bytes.extend_from_slice(&[0x72, version, 0, 0]);
    }
    frame(&bytes)
}

fn request(function: u16, sequence: u16, session: u32, body: &[u8]) -> Vec<u8> {
    let mut job = vec![0x31, 0, 0];
    job.extend_from_slice(&function.to_be_bytes());
    job.extend_from_slice(&[0, 0]);
    job.extend_from_slice(&sequence.to_be_bytes());
    job.extend_from_slice(&session.to_be_bytes());
    job.push(0x34);
    job.extend_from_slice(body);
    job
}

fn response(function: u16, sequence: u16, body: &[u8]) -> Vec<u8> {
    let mut job = vec![0x32, 0, 0];
    job.extend_from_slice(&function.to_be_bytes());
    job.extend_from_slice(&[0, 0]);
    job.extend_from_slice(&sequence.to_be_bytes());
    job.push(0x34);
    job.extend_from_slice(body);
    job
}

fn run(pieces: &[(bool, Vec<u8>)]) -> Log {
    let pieces: Vec<Piece<'_>> =
        pieces.iter().map(|(away, data)| if *away { client(data) } else { server(data) }).collect();
    check_stream(&cotp::DISSECTOR, 102, &pieces)
}

/// `head {` of every message.
fn heads(log: &Log) -> Vec<&str> {
    log.messages.iter().map(|message| message.split(" {").next().unwrap()).collect()
}

/// An attribute of text.
fn text(id: &[u8], value: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0xa3];
    bytes.extend_from_slice(id);
    bytes.extend_from_slice(&[0, 0x15, u8::try_from(value.len()).unwrap()]);
    bytes.extend_from_slice(value);
    bytes
}

const END: [u8; 4] = [0; 4];

/// A session is asked for, by a host that names itself, and given as object 0x3be.
fn session() -> Vec<(bool, Vec<u8>)> {
    // Container 285, null value, four zeros, object 211 of class 287.
    let mut ask = vec![0, 0, 1, 0x1d, 0, 4, 0, 0, 0, 0, 0, 0xa1, 0, 0, 0, 0xd3, 0x82, 0x1f, 0, 0];
    ask.extend(text(&[0x82, 0x2a], b"ENGINEERING-1"));
    ask.push(0xa2);
    ask.extend_from_slice(&END);
    // Return value 17, two objects, the session with its version structure.
    let mut give = vec![0x11, 2, 0x87, 0x3e, 0x87, 0x23, 0xa1, 0, 0, 1, 0x20, 0x82, 0x1f, 0, 0];
    give.extend_from_slice(&[0xa3, 0x82, 0x32, 0, 0x17, 0, 0, 1, 0x3a]);
    give.extend_from_slice(&[0x82, 0x3b, 0, 4, 0x82, 0x00]);
    let version = b"1;6ES7 214-1BG31-0XB0 ;V4.2";
    give.extend_from_slice(&[0x82, 0x3f, 0, 0x15, u8::try_from(version.len()).unwrap()]);
    give.extend_from_slice(version);
    give.extend_from_slice(&[0, 0xa2]);
    give.extend_from_slice(&END);
    vec![
        (true, piece(1, &request(names::CREATE_OBJECT, 1, 288, &ask), true)),
        (false, piece(1, &response(names::CREATE_OBJECT, 1, &give), true)),
    ]
}

#[test]
fn a_session_tells_both_identities() {
    let log = run(&session());
    assert_eq!(
        heads(&log),
        [
            "s7comm_plus request create_object code=1226 session Pending [] [session_container server_session] []",
            "s7comm_plus response create_object code=1226 session Ok [] [session_container server_session] []",
        ]
    );
    assert!(log.messages[1].contains(
        "return_value=17(session_pre_legitimated) object_ids=[958 931] objects=[{depth=1 relation_id=288 \
         class_id=287(server_session)} {attribute=306(server_session_version) datatype=23(struct) \
         value={struct_id=314 members=[{id=315 datatype=4(udint) value=256} {id=319 datatype=21(wstring) \
         value=\"1;6ES7 214-1BG31-0XB0 ;V4.2\"}]}}]"
    ));
    assert_eq!(
        log.observations,
        [
            "Sender [] session_host=\"ENGINEERING-1\" s7comm_plus 60",
            "Sender [] vendor=\"Siemens\" s7comm_plus 95",
            "Sender [] order_number=\"6ES7 214-1BG31-0XB0\" s7comm_plus 95",
            "Sender [] firmware=\"V4.2\" s7comm_plus 95",
        ]
    );
}

/// DB5, sub-area 2550, identifiers 113 and 2; then flags, sub-area 3736, identifier 10.
const ITEMS: &[u8] = &[
    0x88, 0xdb, 0xd6, 0xa7, 0x5e, 0x88, 0xd0, 0xb8, 0x80, 0x05, 3, 0x93, 0x76, 0x71, 2, 5, 0x52, 2, 0x9d,
    0x18, 0x0a,
];

#[test]
fn variables_go_by_their_addresses() {
    let mut read = vec![0, 0, 0, 0, 2, 11];
    read.extend_from_slice(ITEMS);
    read.extend_from_slice(&END);
    let mut write = vec![0, 0, 0, 0, 2, 11];
    write.extend_from_slice(ITEMS);
    write.extend_from_slice(&[1, 0, 1, 1, 2, 0, 7, 0xff, 0xfe, 0, 0, 0, 0, 0]);
    let log = run(&[
        (true, piece(2, &request(names::GET_MULTI_VARIABLES, 5, 0x3be, &read), true)),
        // Item 2 is -2; item 1 failed with error -255.
        (
            false,
            piece(
                2,
                &response(
                    names::GET_MULTI_VARIABLES,
                    5,
                    &[0, 2, 0, 8, 0x7e, 0, 1, 0x83, 0xfe, 0x01, 0, 0, 0, 0, 0],
                ),
                true,
            ),
        ),
        (true, piece(2, &request(names::SET_MULTI_VARIABLES, 6, 0x3be, &write), true)),
        (false, piece(2, &response(names::SET_MULTI_VARIABLES, 6, &[0, 0, 0, 0, 0, 0]), true)),
    ]);
    assert_eq!(
        heads(&log),
        [
            "s7comm_plus request get_multi_variables code=1356 read Pending [] [DB5,M] []",
            "s7comm_plus response get_multi_variables code=1356 read Ok [] [DB5,M] []",
            "s7comm_plus request set_multi_variables code=1346 write Pending [] [DB5,M] []",
            "s7comm_plus response set_multi_variables code=1346 write Ok [] [DB5,M] []",
        ]
    );
    assert_eq!(
        log.values,
        [
            "s7comm_plus [] [M.10] dint Int(-2)",
            "s7comm_plus [] [DB5.113.2] bool Bool(true)",
            "s7comm_plus [] [M.10] int Int(-2)",
        ]
    );
    assert!(
        log.messages[1].contains(
            "items=[{item=2 name=\"M.10\" datatype=8(dint) value=-2}] errors=[{item=1 error=65281(invalid_lid)}]"
        ),
        "{}",
        log.messages[1]
    );
    assert!(
        log.messages[2].contains("lids=[2550 113 2] datatype=1(bool) value=true}"),
        "{}",
        log.messages[2]
    );
}

#[test]
fn functions_have_their_categories() {
    // The execution unit's requested state becomes 1: stop.
    let stop = [0, 0, 0, 0x34, 1, 0x90, 0x77, 0, 8, 1, 0, 0, 0, 0];
    let block = [
        &[0, 0, 0, 3, 0, 4, 0, 0, 0, 0, 0, 0xa1, 0x8a, 0x32, 0, 1, 0x94, 0x57, 0, 0][..],
        &text(&[0x81, 0x69], b"Main"),
        &[0xa2, 0, 0, 0, 0],
    ]
    .concat();
    let cases: &[(u16, &[u8], &str)] = &[
        (
            names::SET_VARIABLE,
            &stop,
            "set_variable code=1266 control Pending [] [cpu_execution_unit.cpu_operating_state_request]",
        ),
        (
            names::CREATE_OBJECT,
            &block,
            "create_object code=1226 program_download Pending [] [plc_program program_cycle_ob]",
        ),
        (
            names::DELETE_OBJECT,
            &[0x8a, 0x32, 0, 1],
            "delete_object code=1236 program_download Pending [] [OB1]",
        ),
        (names::DELETE_OBJECT, &[0, 0, 3, 0xbe], "delete_object code=1236 session Pending [] [session]"),
        (
            names::GET_VAR_SUB_STREAMED,
            &[0, 0, 0, 0x31, 0x20, 4, 1, 0x9d, 0x29],
            "get_var_sub_streamed code=1414 diagnostics Pending [] [cpu.identification]",
        ),
        (
            names::GET_VAR_SUB_STREAMED,
            &[0, 0, 3, 0xbe, 0x20, 4, 1, 0x82, 0x2f],
            "get_var_sub_streamed code=1414 authentication Pending [] [session.server_session_request]",
        ),
        (
            names::SET_VARIABLE,
            &[0, 0, 3, 0xbe, 1, 0x82, 0x30, 0x10, 2, 2, 7, 8],
            "set_variable code=1266 authentication Pending [] [session.server_session_response]",
        ),
        (
            names::EXPLORE,
            &[0x8a, 0x32, 0, 1, 0, 1, 0, 0],
            "explore code=1211 program_upload Pending [] [OB1]",
        ),
        (names::EXPLORE, &[0, 0, 0, 3, 0, 1, 0, 1], "explore code=1211 discovery Pending [] [plc_program]"),
        (names::INVOKE, &[0, 0, 0, 0x34, 0], "invoke code=1387 control Pending [] [cpu_execution_unit]"),
        (names::INIT_SSL, &[0, 0, 0, 0], "init_ssl code=1459 session Pending [] []"),
        (names::END_SEQUENCE, &[0, 0, 0, 0, 0, 0], "end_sequence code=1376 session Pending [] []"),
        (names::GET_LINK, &[0, 0, 0, 1, 5], "get_link code=1316 discovery Pending [] [as_root]"),
        (
            0x0601,
            &[1, 2, 3, 4],
            "unknown_0x601 code=1537 other Pending [] [object 0x01020304] [\"unknown_function\"]",
        ),
    ];
    for (function, body, expected) in cases {
        let log = run(&[(true, piece(2, &request(*function, 9, 0x3be, body), true))]);
        assert!(
            log.messages[0].starts_with(&format!("s7comm_plus request {expected}")),
            "{}",
            log.messages[0]
        );
    }
    let log = run(&[(true, piece(2, &request(names::SET_VARIABLE, 9, 0x3be, &stop), true))]);
    assert!(
        log.messages[0].contains("operating_state=\"stop\" datatype=8(dint) value=1"),
        "{}",
        log.messages[0]
    );
    let proof = &[0, 0, 3, 0xbe, 1, 0x82, 0x30, 0x10, 2, 2, 7, 8];
    let log = run(&[(true, piece(2, &request(names::SET_VARIABLE, 9, 0x3be, proof), true))]);
    assert!(!log.messages[0].contains("value"), "a proof of a password is never shown: {}", log.messages[0]);
    let log = run(&[(true, piece(2, &request(names::CREATE_OBJECT, 9, 0x3be, &block), true))]);
    assert_eq!(log.files.len(), 1);
    assert!(log.files[0].starts_with("s7comm_plus \"Main\" Download Some(0)"), "{}", log.files[0]);
}

#[test]
fn subscriptions_name_what_notifications_bring() {
    // Under the session: class 1001 with a list of one item, reference 7, flags, identifier 10.
    let mut ask = vec![0, 0, 3, 0xbe, 0, 4, 0, 0, 0, 0, 0, 0xa1, 0x7f, 0xff, 0xc0, 1, 0x87, 0x69, 0, 0];
    ask.extend_from_slice(&[0xa3, 0x88, 0x18, 0x20, 4, 10, 0x88, 0x80, 0x84, 0x80, 0x00, 0, 1]);
    ask.extend_from_slice(&[0x88, 0x80, 0x90, 0x80, 0x02, 7, 0, 0x52, 5, 0x9d, 0x18, 0x0a, 0xa2]);
    // Object 0x70000e51.
    let give = [0, 1, 0x87, 0x80, 0x80, 0x9c, 0x51, 0, 0, 0, 0];
    let notification = [
        0x33, 0x70, 0, 0x0e, 0x51, 4, 0, 0, 0, 0, 0, 0xc9, 0x8e, 0xc1, 0x48, 1, 0x92, 0, 0, 0, 7, 0, 0x0e,
        0x41, 0xaa, 0, 0, 0x13, 0, 0, 0, 8, 0, 0, 0, 0, 0,
    ];
    let log = run(&[
        (true, piece(2, &request(names::CREATE_OBJECT, 3, 0x3be, &ask), true)),
        (false, piece(2, &response(names::CREATE_OBJECT, 3, &give), true)),
        (false, piece(2, &notification, true)),
    ]);
    assert!(log.messages[2].starts_with("s7comm_plus event notification code=- read Event [] [] []"));
    assert!(
        log.messages[2].contains(
            "credit_tick=201 notification_sequence=237768 change_count=1 items=[{item=7 name=\"M.10\" datatype=14(real) \
             value=21.25} {item=8 item_error=19}]"
        ),
        "{}",
        log.messages[2]
    );
    assert_eq!(log.values, ["s7comm_plus [] [M.10] real Float(21.25)"]);
    // Without the subscription, and of a controller that counts in one byte.
    let early = [0x33, 0x10, 0, 0, 0x6a, 4, 0, 0, 0, 0, 0, 1, 1, 0x92, 0, 0, 0, 7, 0, 7, 0, 9, 0, 0, 0, 0, 0];
    let log = run(&[(false, piece(2, &early, true))]);
    assert_eq!(log.values, ["s7comm_plus [] [subscription_item 7] int Int(9)"]);
}

#[test]
fn digests_stand_before_or_behind() {
    let body = [0, 0, 0, 0x31, 0x20, 4, 1, 0x9d, 0x29, 0, 0, 4, 0xe8, 0, 0, 1];
    let mut ahead = vec![0x20];
    ahead.extend_from_slice(&[0xaa; 32]);
    ahead.extend(request(names::GET_VAR_SUB_STREAMED, 9, 7, &body));
    ahead.extend_from_slice(&[0x81, 0x05, 0, 0, 0, 0]);
    let log = run(&[(true, piece(3, &ahead, true))]);
    assert!(log.messages[0].contains("integrity_digest=true object_id=49"), "{}", log.messages[0]);
    assert!(log.messages[0].contains("integrity_id=133"), "{}", log.messages[0]);
    let mut behind = request(names::GET_VAR_SUB_STREAMED, 9, 7, &body);
    behind.extend_from_slice(&[5, 0x20]);
    behind.extend_from_slice(&[0xaa; 32]);
    let log = run(&[(true, piece(2, &behind, true))]);
    assert!(log.messages[0].contains("integrity_digest=true"), "{}", log.messages[0]);
    assert!(log.messages[0].contains("integrity_id=5"), "{}", log.messages[0]);
}

#[test]
fn large_jobs_come_in_pieces() {
    let block = [
        &[0, 0, 0, 3, 0, 4, 0, 0, 0, 0, 0, 0xa1, 0x8a, 0x32, 0, 1, 0x94, 0x57, 0, 0][..],
        &text(&[0x81, 0x69], b"Main"),
        &[0xa2, 0, 0, 0, 0],
    ]
    .concat();
    let job = request(names::CREATE_OBJECT, 9, 0x3be, &block);
    let log = run(&[
        (true, piece(2, &job[..20], false)),
        (true, piece(2, &job[20..30], false)),
        (true, piece(2, &job[30..], true)),
    ]);
    assert_eq!(log.messages.len(), 1);
    assert!(log.messages[0].contains("fragments=3"), "{}", log.messages[0]);
    assert_eq!(log.files.len(), 1);
}

#[test]
fn other_pdus_have_messages_of_their_own() {
    let log = run(&[
        (false, frame(&[0x72, 0xfe, 0, 4, 0, 0, 3, 0x80])),
        (true, frame(&[0x72, 0xff, 0, 5])),
        (true, piece(2, &[0x55, 1, 2], true)),
        // TLS: an alert, then data.
        (true, frame(&[0x17, 3, 3, 0, 3, 9, 9, 9])),
    ]);
    assert_eq!(
        log.messages[0],
        "s7comm_plus event system_event code=- diagnostics Event [] [] [] {version=254(system_event) data_length=4 data=0x00000380}"
    );
    assert_eq!(
        log.messages[1],
        "s7comm_plus event keep_alive code=- session Event [] [] [] {version=255(keep_alive) keep_alive_sequence=5}"
    );
    assert!(log.messages[2].contains("event unknown_0x55 code=- other Event [] [] [\"unknown_function\"]"));
    assert_eq!(
        log.messages[3],
        "s7comm_plus event encrypted code=- session Event [] [] [] {tls_content_type=23(application_data) tls_length=8}"
    );
}

#[test]
fn refusals_and_strays_are_told() {
    let log = run(&[
        (true, piece(2, &request(names::DELETE_OBJECT, 1, 7, &[0, 0, 0, 9]), true)),
        (false, piece(2, &response(names::DELETE_OBJECT, 1, &[0x83, 0xff, 0x74, 0, 0, 0, 9]), true)),
        (false, piece(2, &response(names::DELETE_OBJECT, 1, &[0, 0, 0, 0, 9]), true)),
        (true, piece(2, &request(names::DELETE_OBJECT, 2, 7, &[0, 0, 0, 9]), true)),
        (false, piece(2, &response(names::EXPLORE, 2, &[0, 0, 0, 0, 9]), true)),
    ]);
    assert!(log.messages[1].contains("Error(\"object_not_found\")"), "{}", log.messages[1]);
    assert!(log.messages[2].contains("unexpected_response"), "{}", log.messages[2]);
    assert!(log.messages[4].contains("mismatched_response"), "{}", log.messages[4]);
}

#[test]
fn only_its_own_pdus_are_recognised() {
    let job = piece(2, &request(names::EXPLORE, 1, 7, &[0, 0, 0, 9]), true);
    assert_eq!(pdu::recognise(&job[7..]), Verdict::Sure);
    assert_eq!(pdu::recognise(&job[7..job.len() - 4]), Verdict::Likely);
    assert_eq!(pdu::recognise(&[0x72, 9, 0, 1, 0]), Verdict::No);
    assert_eq!(pdu::recognise(&[0x32, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0x29]), Verdict::No);
    assert_eq!(pdu::recognise(&[0x17, 3, 3, 0, 9, 1]), Verdict::No);
    assert_eq!(pdu::recognise(&[0x60, 3, 3, 0, 9, 1]), Verdict::No);
    assert_eq!(crate::s7comm::LAYER.protocol, Protocol::S7comm);
}

proptest::proptest! {
    /// Damage of any kind is decoded or marked; it never panics and never takes more than there is.
    #[test]
    fn damage_never_panics(
        version in 0u8..5,
        function in proptest::sample::select(vec![
            names::CREATE_OBJECT, names::SET_MULTI_VARIABLES, names::GET_MULTI_VARIABLES, names::EXPLORE,
            names::GET_VAR_SUB_STREAMED, names::SET_VARIABLE, names::GET_LINK, names::BEGIN_SEQUENCE,
        ]),
        noise in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..80),
        first in proptest::sample::select(vec![0u8, 0xa1, 0xa3, 0x17]),
    ) {
        let body = [&[0, 0, 0, 0, first][..], &noise].concat();
        let asked = piece(version, &request(function, 1, 7, &body), true);
        let given = piece(version, &response(function, 1, &body), true);
        let event = piece(version, &[&[0x33][..], &body].concat(), true);
        crate::testing::stream(&cotp::DISSECTOR, 102, &[client(&asked), server(&given), server(&event)], true);
    }
}
