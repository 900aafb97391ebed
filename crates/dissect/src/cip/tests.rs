use crate::enip::DISSECTOR;
use crate::enip::tests::{connected, unconnected};
use crate::testing::{Log, Piece, check_stream, client, server, stream};

/// A request: service, path, data.
fn ask(service: u8, path: &[u8], data: &[u8]) -> Vec<u8> {
    let words = u8::try_from(path.len() / 2).expect("short path");
    [&[service, words], path, data].concat()
}

/// A response: service, status, data.
fn answer(service: u8, status: u8, data: &[u8]) -> Vec<u8> {
    [&[service | 0x80, 0, status, 0], data].concat()
}

/// An Unconnected Send over the backplane to `slot`.
fn routed(message: &[u8], slot: u8) -> Vec<u8> {
    let length = u16::try_from(message.len()).expect("short").to_le_bytes();
    let mut data = [&[7, 0xe9], &length[..], message].concat();
    if message.len() % 2 == 1 {
        data.push(0);
    }
    data.extend_from_slice(&[1, 0, 1, slot]);
    ask(0x52, &[0x20, 6, 0x24, 1], &data)
}

/// Runs one unconnected exchange; only the CIP and PCCC lines are kept.
fn exchange(request: &[u8], response: &[u8]) -> Log {
    let (request, response) = (unconnected(1, request), unconnected(1, response));
    inner(check_stream(&DISSECTOR, 44818, &[client(&request), server(&response)]))
}

fn inner(mut log: Log) -> Log {
    log.messages.retain(|line| !line.starts_with("enip "));
    log
}

/// The part of a line ahead of the fields.
fn head(line: &str) -> &str {
    line.split(" {").next().unwrap_or_default()
}

fn heads(log: &Log) -> Vec<&str> {
    log.messages.iter().map(|line| head(line)).collect()
}

const IDENTITY: &[u8] = &[0x20, 1, 0x24, 1];
/// Vendor 1, type 14, product 96, revision 20.11, status 0x3060, serial 0xdeadbeef, name "1756-X".
const ATTRIBUTES: &[u8] =
    &[1, 0, 14, 0, 96, 0, 20, 11, 0x60, 0x30, 0xef, 0xbe, 0xad, 0xde, 6, b'1', b'7', b'5', b'6', b'-', b'X'];

#[test]
fn an_identity_behind_a_route_belongs_to_its_slot() {
    let log = exchange(&routed(&ask(1, IDENTITY, &[]), 3), &answer(1, 0, ATTRIBUTES));
    assert_eq!(
        log.messages,
        [
            "cip request unconnected_send code=82 session Pending [] [class 6 instance 1] [] {class=6(connection_manager) \
             instance=1 path=\"connection_manager (0x06), instance 1\" timeout_ms=29824 message_bytes=6 \
             route_path=\"slot 3\"}",
            "cip request get_attributes_all code=1 diagnostics Pending [slot 3] [class 1 instance 1] [] \
             {class=1(identity) instance=1 path=\"identity (0x01), instance 1\"}",
            "cip response get_attributes_all code=1 diagnostics Ok [slot 3] [class 1 instance 1] [] \
             {class=1(identity) instance=1 path=\"identity (0x01), instance 1\" status=0(success) \
             unconnected_send={class=6(connection_manager) instance=1 path=\"connection_manager (0x06), instance 1\"} \
             attributes={vendor_id=1 device_type=14 product_code=96 revision=\"20.011\" device_status=12384 \
             serial_number=\"deadbeef\" product_name=\"1756-X\"}}",
        ]
    );
    assert_eq!(
        log.observations,
        [
            "Sender [slot 3] vendor_id=\"1\" cip 95",
            "Sender [slot 3] device_type=\"14\" cip 95",
            "Sender [slot 3] product_code=\"96\" cip 95",
            "Sender [slot 3] firmware=\"20.011\" cip 95",
            "Sender [slot 3] serial=\"deadbeef\" cip 95",
            "Sender [slot 3] product_name=\"1756-X\" cip 95",
            "Sender [slot 3] cpu_state=\"run\" cip 95",
            "Sender [slot 3] key_state=\"remote\" cip 95",
        ]
    );
}

#[test]
fn identity_attributes_are_told_apart_one_by_one_and_in_lists() {
    let single = ask(0x0e, &[0x20, 1, 0x24, 1, 0x30, 4], &[]);
    let log = exchange(&single, &answer(0x0e, 0, &[20, 11]));
    assert_eq!(log.observations, ["Sender [] firmware=\"20.011\" cip 95"]);
    assert!(log.messages[1].contains("[class 1 instance 1 attribute 4]"), "{:?}", log.messages);
    assert!(log.messages[1].contains("attribute_name=\"revision\" value=\"20.011\""), "{:?}", log.messages);
    // Attributes 1, 101 (unknown, three bytes) and 6; the second of them ends where the third begins.
    let list = ask(3, IDENTITY, &[3, 0, 1, 0, 101, 0, 6, 0]);
    let given = [3, 0, 1, 0, 0, 0, 1, 0, 101, 0, 0, 0, 9, 9, 9, 6, 0, 0, 0, 0xef, 0xbe, 0xad, 0xde];
    let log = exchange(&list, &answer(3, 0, &given));
    assert_eq!(
        log.observations,
        ["Sender [] vendor_id=\"1\" cip 95", "Sender [] serial=\"deadbeef\" cip 95"]
    );
    assert!(
        log.messages[1].contains(
            "attributes=[{id=1(vendor_id) value=1} {id=101(unknown) value=0x090909} {id=6(serial_number) \
             value=\"deadbeef\"}]"
        ),
        "{:?}",
        log.messages
    );
}

#[test]
fn a_class_attribute_of_the_identity_object_identifies_nobody() {
    let log = exchange(&ask(0x0e, &[0x20, 1, 0x24, 0, 0x30, 1], &[]), &answer(0x0e, 0, &[1, 0]));
    assert_eq!(log.observations, [""; 0]);
    assert!(log.messages[1].contains("attribute_name=\"class_revision\" value=1"), "{:?}", log.messages);
}

#[test]
fn network_interfaces_tell_their_settings() {
    let settings =
        [10, 0, 0, 2, 255, 255, 255, 0, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, b'l', b'a', b'n', 0];
    // Addresses are 32-bit numbers in little-endian order on the wire.
    let mut wire = Vec::new();
    for group in settings[..20].chunks(4) {
        wire.extend(group.iter().rev());
    }
    wire.extend_from_slice(&settings[20..]);
    let log = exchange(&ask(0x0e, &[0x20, 0xf5, 0x24, 1, 0x30, 5], &[]), &answer(0x0e, 0, &wire));
    assert_eq!(
        log.observations,
        ["Sender [] subnet=\"255.255.255.0\" cip 95", "Sender [] gateway=\"10.0.0.1\" cip 95"]
    );
    assert!(
        log.messages[1].contains("ip_address=\"10.0.0.2\" network_mask=\"255.255.255.0\""),
        "{:?}",
        log.messages
    );
    assert!(log.messages[1].contains("domain_name=\"lan\""), "{:?}", log.messages);
    let log = exchange(&ask(0x10, &[0x20, 0xf5, 0x24, 1, 0x30, 5], &wire), &answer(0x10, 0, &[]));
    assert_eq!(
        head(&log.messages[0]),
        "cip request set_attribute_single code=16 configuration Pending [] [class 245 instance 1 attribute 5] []"
    );
    assert_eq!(log.observations, [""; 0]);
    let mac = [0, 0x1d, 0x9c, 1, 2, 3];
    let log = exchange(&ask(0x0e, &[0x20, 0xf6, 0x24, 1, 0x30, 3], &[]), &answer(0x0e, 0, &mac));
    assert_eq!(log.observations, ["Sender [] mac_address=\"00:1d:9c:01:02:03\" cip 95"]);
}

#[test]
fn tags_are_read_with_their_values() {
    // Line[2].Speed, two elements of type real.
    let path = [&[0x91, 4][..], b"Line", &[0x28, 2, 0x91, 5], b"Speed", &[0]].concat();
    let values = [0xca, 0, 0, 0, 0xc0, 0x3f, 0, 0, 0x20, 0xc0];
    let log = exchange(&ask(0x4c, &path, &[2, 0]), &answer(0x4c, 0, &values));
    assert_eq!(
        log.messages[1],
        "cip response read_tag code=76 read Ok [] [Line[2].Speed] [] {member=2 tag=\"Line[2].Speed\" \
         path=\"Line, member 2, Speed\" status=0(success) data_type=202(real) elements=2 values=[1.5 -2.5]}"
    );
    assert_eq!(
        log.values,
        ["cip [] [Line[2].Speed[0]] real Float(1.5)", "cip [] [Line[2].Speed[1]] real Float(-2.5)"]
    );
}

#[test]
fn elements_of_an_array_run_on_from_the_index_asked() {
    let path = [&[0x91, 3][..], b"abc", &[0, 0x28, 10]].concat();
    let log = exchange(&ask(0x4c, &path, &[2, 0]), &answer(0x4c, 0, &[0xc3, 0, 1, 0, 0xff, 0xff]));
    assert_eq!(log.values, ["cip [] [abc[10]] int Int(1)", "cip [] [abc[11]] int Int(-1)"]);
    // A fragment that begins eight bytes into an array of double words.
    let path = [&[0x91, 4][..], b"data"].concat();
    let log = exchange(&ask(0x52, &path, &[9, 0, 8, 0, 0, 0]), &answer(0x52, 6, &[0xc4, 0, 7, 0, 0, 0]));
    assert_eq!(log.values, ["cip [] [data[2]] dint Int(7)"]);
    assert!(log.messages[1].starts_with("cip response read_tag_fragmented code=82 read Ok [] [data] []"));
}

#[test]
fn tags_are_written_with_their_values() {
    let path = [&[0x91, 3][..], b"Run", &[0]].concat();
    let log = exchange(&ask(0x4d, &path, &[0xc1, 0, 1, 0, 1]), &answer(0x4d, 0, &[]));
    assert_eq!(
        heads(&log),
        [
            "cip request write_tag code=77 write Pending [] [Run] []",
            "cip response write_tag code=77 write Ok [] [Run] []",
        ]
    );
    assert_eq!(log.values, ["cip [] [Run] bool Bool(true)"]);
    let refused = [0xcd, 0, 0xff, 1, 0x07, 0x21];
    let log = exchange(&ask(0x4d, &path, &[0xc4, 0, 1, 0, 1, 0, 0, 0]), &refused);
    assert!(log.messages[1].contains("Error(\"tag_type_mismatch\")"), "{:?}", log.messages);
    let log = exchange(&ask(0x4e, &path, &[1, 0, 0x80, 0x7f]), &answer(0x4e, 0, &[]));
    assert!(log.messages[0].starts_with("cip request read_modify_write_tag code=78 write Pending [] [Run]"));
    assert!(log.messages[0].contains("mask_bytes=1 or_mask=\"80\" and_mask=\"7f\""), "{:?}", log.messages);
}

#[test]
fn a_structure_shows_its_handle_and_gives_no_values() {
    let path = [&[0x91, 3][..], b"Udt", &[0]].concat();
    let log = exchange(&ask(0x4c, &path, &[1, 0]), &answer(0x4c, 0, &[0xa0, 2, 0xce, 0x0f, 1, 2, 3, 4]));
    assert!(
        log.messages[1].contains("data_type=672(struct) structure_handle=4046 elements=1 data=0x01020304")
    );
    assert_eq!(log.values, [""; 0]);
}

#[test]
fn codes_mean_what_the_class_says() {
    let tag = [&[0x91, 1][..], b"a", &[0]].concat();
    let cases: &[(u8, &[u8], &str)] = &[
        (0x4e, &[0x20, 6, 0x24, 1], "forward_close code=78 session"),
        (0x4e, &tag, "read_modify_write_tag code=78 write"),
        (0x4e, &[0x20, 0x69, 0x24, 0], "disable_forces code=78 control"),
        (0x4d, &[0x20, 0x69, 0x24, 0], "enable_forces code=77 control"),
        (0x52, &tag, "read_tag_fragmented code=82 read"),
        (0x52, &[0x20, 0x6b, 0x25, 0, 1, 0], "read_tag_fragmented code=82 read"),
        (0x4c, &[0x20, 0x6c, 0x25, 0, 1, 0], "read_template code=76 read"),
        (0x4c, &[0x20, 0x44, 0x24, 1], "read_coils code=76 read"),
        (0x55, &[0x20, 0x6b, 0x25, 0, 0, 0], "get_instance_attribute_list code=85 discovery"),
        (0x4b, &[0x20, 0x67, 0x24, 1], "execute_pccc code=75 other"),
        (0x4b, &[0x20, 0x37, 0x24, 1], "initiate_upload code=75 file_transfer"),
        (0x50, &[0x20, 0x37, 0x24, 1], "download_transfer code=80 file_transfer"),
        (0x4b, &[0x20, 0xa1, 0x24, 1], "nvs_update code=75 firmware_update"),
        (0x4d, &[0x20, 0xa1, 0x24, 1], "nvs_transfer code=77 firmware_update"),
        (0x51, &[0x20, 0xa1, 0x24, 1], "unknown_0x51 code=81 firmware_update"),
        (0x53, &[0x20, 0x39, 0x24, 1], "mode_change code=83 control"),
        (0x56, &[0x20, 0x39, 0x24, 1], "propose_tunid code=86 configuration"),
        (0x06, &[0x20, 0x8e, 0x24, 1], "start code=6 control"),
        (0x07, &[0x20, 0x8e, 0x24, 1], "stop code=7 control"),
        (0x05, &[0x20, 1, 0x24, 1], "reset code=5 control"),
        (0x04, &[0x20, 0x8b, 0x24, 1], "set_attribute_list code=4 time_sync"),
        (0x08, &[0x20, 0x68, 0x24, 0], "create code=8 program_download"),
        (0x4c, &[0x20, 0x6d, 0x24, 1], "unknown_0x4c code=76 program_upload"),
        (0x10, &[0x20, 4, 0x24, 100, 0x30, 3], "set_attribute_single code=16 write"),
        (0x0e, &[0x20, 0xf4, 0x24, 1, 0x30, 1], "get_attribute_single code=14 diagnostics"),
        (0x5a, &[0x20, 6, 0x24, 1], "get_connection_owner code=90 diagnostics"),
        (0x17, &[0x20, 2, 0x24, 1], "no_operation code=23 session"),
        (0x18, &[0x20, 4, 0x24, 1], "get_member code=24 read"),
        (0x1c, &[0x20, 1, 0x24, 1], "group_sync code=28 time_sync"),
    ];
    for (service, path, expected) in cases {
        let request = unconnected(1, &ask(*service, path, &[]));
        let response = unconnected(1, &answer(*service, 0, &[]));
        let log = inner(stream(&DISSECTOR, 44818, &[client(&request), server(&response)], true));
        assert!(
            log.messages[0].starts_with(&format!("cip request {expected} Pending")),
            "{:?}",
            log.messages
        );
        assert!(log.messages[1].starts_with(&format!("cip response {expected} Ok")), "{:?}", log.messages);
    }
}

#[test]
fn services_in_a_packet_are_messages_and_meet_their_answers() {
    let tag = [&[0x91, 1][..], b"a", &[0]].concat();
    let (first, second) = (ask(0x4c, &tag, &[1, 0]), ask(0x4c, &[0x20, 0x6b, 0x24, 9], &[1, 0]));
    let start = u8::try_from(6 + first.len()).expect("short");
    let request = ask(0x0a, &[0x20, 2, 0x24, 1], &[&[2, 0, 6, 0, start, 0][..], &first, &second].concat());
    let (good, bad) = (answer(0x4c, 0, &[0xc2, 0, 0xfe]), answer(0x4c, 5, &[]));
    let start = u8::try_from(6 + good.len()).expect("short");
    let response = answer(0x0a, 0x1e, &[&[2, 0, 6, 0, start, 0][..], &good, &bad].concat());
    let log = exchange(&routed(&request, 0), &response);
    assert_eq!(
        heads(&log),
        [
            "cip request unconnected_send code=82 session Pending [] [class 6 instance 1] []",
            "cip request multiple_service_packet code=10 other Pending [slot 0] [class 2 instance 1] []",
            "cip request read_tag code=76 read Pending [slot 0] [a] []",
            "cip request read_tag code=76 read Pending [slot 0] [class 107 instance 9] []",
            "cip response multiple_service_packet code=10 other Error(\"embedded_service_error\") [slot 0] \
             [class 2 instance 1] []",
            "cip response read_tag code=76 read Ok [slot 0] [a] []",
            "cip response read_tag code=76 read Error(\"path_destination_unknown\") [slot 0] [class 107 instance 9] []",
        ]
    );
    assert_eq!(log.values, ["cip [slot 0] [a] sint Int(-2)"]);
}

#[test]
fn packets_within_packets_end_at_a_limit() {
    let mut request = ask(1, IDENTITY, &[]);
    for _ in 0..9 {
        request = ask(0x0a, &[0x20, 2, 0x24, 1], &[&[1, 0, 4, 0][..], &request].concat());
    }
    let request = unconnected(1, &request);
    let log = inner(stream(&DISSECTOR, 44818, &[client(&request)], true));
    assert_eq!(log.messages.len(), 5, "{:?}", log.messages);
    assert!(log.messages[4].contains("[\"too_deep\"]"), "{:?}", log.messages);
}

#[test]
fn a_packet_whose_offsets_all_point_to_one_service_stays_bounded() {
    // 6,000 offsets, each to the same six bytes.
    let count = 6_000u16;
    let offset = 2 + 2 * count;
    let mut data = count.to_le_bytes().to_vec();
    for _ in 0..count {
        data.extend_from_slice(&offset.to_le_bytes());
    }
    data.extend_from_slice(&ask(1, IDENTITY, &[]));
    let request = unconnected(1, &ask(0x0a, &[0x20, 2, 0x24, 1], &data));
    let log = inner(stream(&DISSECTOR, 44818, &[client(&request)], true));
    assert_eq!(log.messages.len(), 2_048);
    assert!(log.messages[0].contains("[\"too_large\"]"), "{}", head(&log.messages[0]));
}

#[test]
fn a_router_that_cannot_forward_answers_for_itself() {
    let refused = [0xd2, 0, 0x01, 1, 0x04, 0x02, 1, 0];
    let log = exchange(&routed(&ask(1, IDENTITY, &[]), 4), &refused);
    assert_eq!(
        head(&log.messages[2]),
        "cip response unconnected_send code=82 session Error(\"unconnected_request_timed_out\") [] \
         [class 6 instance 1] []"
    );
    assert!(log.messages[2].contains("extended_status=[516]"), "{:?}", log.messages);
    // The same code, answered by a tag that was read in fragments inside.
    let tag = [&[0x91, 1][..], b"a", &[0]].concat();
    let fragment = ask(0x52, &tag, &[1, 0, 0, 0, 0, 0]);
    let log = exchange(&routed(&fragment, 4), &answer(0x52, 0, &[0xc2, 0, 1]));
    assert!(log.messages[2].starts_with("cip response read_tag_fragmented code=82 read Ok [slot 4] [a]"));
}

/// Forward open of a connection over slot 2 to instance 1 of `class`.
fn forward_open(transport: u8, class: u8) -> (Vec<u8>, Vec<u8>) {
    let mut data = vec![7, 0xe9, 0, 0, 0, 0, 0x44, 0x33, 0x22, 0x11]; // ticks, O->T id, T->O id
    data.extend_from_slice(&[5, 0, 0x4d, 0, 1, 2, 3, 4, 1, 0, 0, 0]); // serial, vendor, originator, multiplier
    data.extend_from_slice(&[0x80, 0x84, 0x1e, 0, 0xf4, 0x43]); // 2 s, 500 bytes
    data.extend_from_slice(&[0x80, 0x84, 0x1e, 0, 0xf4, 0x43, transport, 3, 1, 2, 0x20, class, 0x24, 1]);
    let mut given = vec![0x0d, 0x0c, 0x0b, 0x0a, 0x44, 0x33, 0x22, 0x11, 5, 0, 0x4d, 0, 1, 2, 3, 4];
    given.extend_from_slice(&[0x80, 0x84, 0x1e, 0, 0x80, 0x84, 0x1e, 0, 0, 0]);
    (unconnected(1, &ask(0x54, &[0x20, 6, 0x24, 1], &data)), unconnected(1, &answer(0x54, 0, &given)))
}

#[test]
fn messages_on_a_connection_have_its_route() {
    let (open, opened) = forward_open(0xa3, 2);
    let stop = connected(0x0a0b_0c0d, 9, &ask(7, &[0x20, 0x8e, 0x24, 1], &[]));
    let stopped = connected(0x1122_3344, 9, &answer(7, 0x0f, &[]));
    let close = [3, 0xfa, 5, 0, 0x4d, 0, 1, 2, 3, 4, 3, 0, 1, 2, 0x20, 2, 0x24, 1];
    let close = unconnected(2, &ask(0x4e, &[0x20, 6, 0x24, 1], &close));
    let closed = unconnected(2, &answer(0x4e, 0, &[5, 0, 0x4d, 0, 1, 2, 3, 4, 0, 0]));
    let again = connected(0x0a0b_0c0d, 10, &ask(7, &[0x20, 0x8e, 0x24, 1], &[]));
    let pieces: Vec<Piece<'_>> = vec![
        client(&open),
        server(&opened),
        client(&stop),
        server(&stopped),
        client(&close),
        server(&closed),
        client(&again),
    ];
    let log = inner(check_stream(&DISSECTOR, 44818, &pieces));
    assert_eq!(
        heads(&log),
        [
            "cip request forward_open code=84 session Pending [] [class 6 instance 1] []",
            "cip response forward_open code=84 session Ok [] [class 6 instance 1] []",
            "cip request stop code=7 control Pending [slot 2] [class 142 instance 1] []",
            "cip response stop code=7 control Error(\"privilege_violation\") [slot 2] [class 142 instance 1] []",
            "cip request forward_close code=78 session Pending [] [class 6 instance 1] []",
            "cip response forward_close code=78 session Ok [] [class 6 instance 1] []",
            "cip request stop code=7 control Pending [] [class 142 instance 1] []",
        ]
    );
    assert!(log.messages[0].contains("transport_class=3 trigger=2(application_object) server=true"));
    assert!(log.messages[1].contains("o_t_connection_id=168496141 t_o_connection_id=287454020"));
    let path = "closed={class=2(message_router) instance=1";
    assert!(log.messages[4].contains(path) && log.messages[5].contains(path), "{:?}", log.messages);
}

#[test]
fn a_close_of_an_unknown_or_other_connection_shows_no_path() {
    let (open, opened) = forward_open(0xa3, 2);
    let close = unconnected(2, &ask(0x4e, &[0x20, 6, 0x24, 1], &[3, 0xfa, 6, 0, 0x4d, 0, 1, 2, 3, 4, 0, 0]));
    // Serial 5 was opened; its answer promises three words of reply that are not there.
    let closed = unconnected(2, &answer(0x4e, 0, &[5, 0, 0x4d, 0, 1, 2, 3, 4, 3, 0]));
    let log =
        check_stream(&DISSECTOR, 44818, &[client(&open), server(&opened), client(&close), server(&closed)]);
    assert!(log.messages.iter().all(|line| !line.contains("closed=")), "{:?}", log.messages);
}

#[test]
fn connections_midstream_are_paired_by_sequence_and_rubbish_is_left_alone() {
    let request = connected(0x11, 7, &ask(0x4c, &[0x91, 1, b'a', 0], &[1, 0]));
    let response = connected(0x22, 7, &answer(0x4c, 0, &[0xc2, 0, 5]));
    let log = inner(check_stream(&DISSECTOR, 44818, &[client(&request), server(&response)]));
    assert_eq!(log.values, ["cip [] [a] sint Int(5)"]);
    // Whose identity it is cannot be told without the route.
    let request = connected(0x11, 8, &ask(0x0e, &[0x20, 1, 0x24, 1, 0x30, 4], &[]));
    let response = connected(0x22, 8, &answer(0x0e, 0, &[20, 11]));
    let log = check_stream(&DISSECTOR, 44818, &[client(&request), server(&response)]);
    assert_eq!(log.observations, ["Sender [] firmware=\"20.011\" cip 50"]);
    for rubbish in [&[0x4c, 2, 0xff, 0xff, 1, 1][..], &[0x00, 0, 0, 0, 0], &[0xcc, 7, 0, 0], &[1, 9, 0x20, 1]]
    {
        let bytes = connected(0x33, 7, rubbish);
        let log = inner(check_stream(&DISSECTOR, 44818, &[client(&bytes)]));
        assert_eq!(log.messages, [""; 0], "{rubbish:?}");
    }
    // Cyclic data on a connection that was opened for it.
    let (open, opened) = forward_open(0x01, 4);
    let data = connected(0x0a0b_0c0d, 9, &ask(7, &[0x20, 0x8e, 0x24, 1], &[]));
    let log = inner(check_stream(&DISSECTOR, 44818, &[client(&open), server(&opened), client(&data)]));
    assert_eq!(log.messages.len(), 2);
}

#[test]
fn answers_that_nobody_asked_for_are_marked_once_the_flow_was_watched() {
    let lone = unconnected(1, &answer(1, 0, ATTRIBUTES));
    let log = inner(check_stream(&DISSECTOR, 44818, &[server(&lone)]));
    assert_eq!(heads(&log), ["cip response get_attributes_all code=1 read Ok [] [] []"]);
    assert_eq!(log.observations, [""; 0]);
    let asked = unconnected(2, &ask(1, IDENTITY, &[]));
    let log = inner(check_stream(&DISSECTOR, 44818, &[client(&asked), server(&lone)]));
    assert!(log.messages[1].contains("unexpected_response"), "{:?}", log.messages);
}

#[test]
fn pccc_rides_in_its_object() {
    // Requestor id of seven bytes, then diagnostic status.
    let command = [7, 0x4d, 0, 1, 2, 3, 4, 0x06, 0, 0x34, 0x12, 0x03];
    let reply =
        [&[7, 0x4d, 0, 1, 2, 3, 4, 0x46, 0, 0x34, 0x12, 1, 0xee, 0, 0, 0x21][..], b"1766-TESTER"].concat();
    let log = exchange(&ask(0x4b, &[0x20, 0x67, 0x24, 1], &command), &answer(0x4b, 0, &reply));
    assert_eq!(
        heads(&log),
        [
            "cip request execute_pccc code=75 other Pending [] [class 103 instance 1] []",
            "pccc request diagnostic_status code=6 diagnostics Pending [] [] []",
            "cip response execute_pccc code=75 other Ok [] [class 103 instance 1] []",
            "pccc response diagnostic_status code=6 diagnostics Ok [] [] []",
        ]
    );
    assert_eq!(log.observations[1], "Sender [] model=\"1766-TESTER\" pccc 95");
    assert!(log.messages[0].contains("requestor_vendor_id=77 requestor_serial_number=67305985"));
}

#[test]
fn firmware_and_files_leave_as_pieces() {
    let size = unconnected(1, &ask(0x4b, &[0x20, 0xa1, 0x24, 1], &[6, 0, 0, 0, 0, 0, 0, 0]));
    let first = unconnected(2, &ask(0x4d, &[0x20, 0xa1, 0x24, 1], &[0, 0, 0, 0, 1, 2, 3]));
    let last = unconnected(3, &ask(0x4d, &[0x20, 0xa1, 0x24, 1], &[3, 0, 0, 0, 4, 5, 6]));
    let log = check_stream(&DISSECTOR, 44818, &[client(&size), client(&first), client(&last)]);
    assert_eq!(
        log.files,
        ["cip \"firmware\" Download Some(0) 3 false", "cip \"firmware\" Download Some(3) 3 true"]
    );
    let log =
        exchange(&ask(0x4f, &[0x20, 0x37, 0x24, 9], &[0]), &answer(0x4f, 0, &[0, 4, 1, 2, 3, 0xaa, 0xbb]));
    assert_eq!(log.files, ["cip \"\" Upload None 3 true"]);
}

#[test]
fn names_and_scopes_are_shown() {
    let log = exchange(
        &ask(0x0e, &[0x20, 0x64, 0x24, 1, 0x30, 1], &[]),
        &answer(0x0e, 0, &[4, 0, b'L', b'i', b'n', b'e']),
    );
    assert_eq!(log.observations, ["Sender [] name=\"Line\" cip 95"]);
    let path = [0x20, 0x68, 0x25, 0, 0x51, 0x23, 0x20, 0x6b, 0x25, 0, 0x6a, 0x0d];
    let log = exchange(&ask(3, &path, &[1, 0, 2, 0]), &answer(3, 0, &[1, 0, 2, 0, 0, 0, 0xc3, 0]));
    assert!(
        log.messages[1].contains("[class 104 instance 9041 class 107 instance 3434]"),
        "{:?}",
        log.messages
    );
    assert!(log.messages[1].contains("scope=[{class=104(program) instance=9041}]"), "{:?}", log.messages);
    assert!(log.messages[1].contains("{id=2(symbol_type) value=195}"), "{:?}", log.messages);
}

#[test]
fn a_tag_list_names_its_tags() {
    let asked = ask(0x55, &[0x20, 0x6b, 0x25, 0, 0, 0], &[3, 0, 1, 0, 2, 0, 8, 0]);
    let mut given = vec![7, 0, 0, 0, 3, 0, b'a', b'b', b'c', 0xc4, 0x20];
    given.extend_from_slice(&[5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    let log = exchange(&asked, &answer(0x55, 6, &given));
    assert!(
        log.messages[1].contains(
            "tags=[{instance=7 symbol_name=\"abc\" symbol_type=8388 dimensions=1 system=false \
             symbol_type_name=\"dint\" array_dimensions=[5 0 0]}]"
        ),
        "{:?}",
        log.messages
    );
}

#[test]
fn keys_ports_and_extended_links_of_a_path_are_shown() {
    // Key of vendor 1, type 12, product 58, revision 4 or compatible; port 2 to 10.0.0.9; a safety segment.
    let mut path = vec![0x34, 4, 1, 0, 12, 0, 58, 0, 0x84, 1, 0x12, 8];
    path.extend_from_slice(b"10.0.0.9");
    path.extend_from_slice(&[0x01, 5, 0x20, 4, 0x24, 100, 0x2c, 1, 0x50, 1, 0, 0]);
    let mut data = vec![7, 0xe9, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0x4d, 0, 1, 2, 3, 4, 1, 0, 0, 0];
    data.extend_from_slice(&[0, 0, 1, 0, 6, 0x48, 0, 0, 1, 0, 6, 0x48, 0x01]);
    data.push(u8::try_from(path.len() / 2).expect("short"));
    data.extend_from_slice(&path);
    let request = unconnected(1, &ask(0x54, &[0x20, 6, 0x24, 1], &data));
    let log = inner(check_stream(&DISSECTOR, 44818, &[client(&request)]));
    let line = &log.messages[0];
    assert!(line.contains(
        "electronic_key={vendor_id=1 device_type=12 product_code=58 compatible=true revision=\"4.001\"}"
    ));
    assert!(
        line.contains("port 2 address 10.0.0.9, slot 5, assembly (0x04), instance 100, connection point 1"),
        "{line}"
    );
    assert!(line.ends_with("safety=true}"), "{line}");
}

#[test]
fn pccc_on_a_connection_to_dh_plus_has_a_link_header() {
    let (open, opened) = forward_open(0xa3, 0xa6);
    let link = [0, 0, 5, 0, 0, 0, 0, 0];
    let command = connected(0x0a0b_0c0d, 1, &[&link[..], &[0x0f, 0, 7, 0, 0xa2, 2, 7, 0x89, 0, 0]].concat());
    let reply = connected(0x1122_3344, 1, &[&link[..], &[0x4f, 0, 7, 0, 42, 0]].concat());
    let pieces = [client(&open), server(&opened), client(&command), server(&reply)];
    let log = inner(check_stream(&DISSECTOR, 44818, &pieces));
    assert!(
        log.messages[2]
            .starts_with("pccc request protected_typed_logical_read_with_three_address_fields code=15")
    );
    assert!(log.messages[3].contains(" read Ok [slot 2] [N7:0] []"), "{:?}", log.messages);
    assert_eq!(log.values, ["pccc [slot 2] [N7:0] int16 Int(42)"]);
}
