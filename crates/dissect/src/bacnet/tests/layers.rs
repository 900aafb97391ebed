//! Virtual link, network layer and other carriers.

use super::*;
use sightglass_wire::{Llc, Snap};

#[test]
fn every_virtual_link_function_is_named() {
    let cases: &[(&[u8], &str)] = &[
        (
            &[0x81, 0, 0, 6, 0, 0],
            "response bvlc_result code=- configuration Ok [] [] [] {bvlc_length=6 result_code=0(successful_completion)}",
        ),
        (
            &[0x81, 0, 0, 6, 0, 0x30],
            "response bvlc_result code=- configuration Error(\"register_foreign_device_nak\") [] [] [] \
             {bvlc_length=6 result_code=48(register_foreign_device_nak)}",
        ),
        (
            &[0x81, 1, 0, 14, 10, 0, 0, 9, 0xba, 0xc0, 255, 255, 255, 0],
            "request bvlc_write_broadcast_distribution_table code=- configuration Pending [] [] [] {bvlc_length=14 \
             broadcast_distribution_table=[{address=\"10.0.0.9:47808\" mask=\"255.255.255.0\"}]}",
        ),
        (
            &[0x81, 2, 0, 4],
            "request bvlc_read_broadcast_distribution_table code=- diagnostics Pending [] [] [] {bvlc_length=4}",
        ),
        (
            &[0x81, 3, 0, 4],
            "response bvlc_read_broadcast_distribution_table_ack code=- diagnostics Ok [] [] [] \
             {bvlc_length=4 broadcast_distribution_table=[]}",
        ),
        (
            &[0x81, 5, 0, 6, 0, 60],
            "request bvlc_register_foreign_device code=- configuration Pending [] [] [] \
             {bvlc_length=6 time_to_live_s=60}",
        ),
        (
            &[0x81, 6, 0, 4],
            "request bvlc_read_foreign_device_table code=- diagnostics Pending [] [] [] {bvlc_length=4}",
        ),
        (
            &[0x81, 7, 0, 14, 10, 0, 0, 9, 0xba, 0xc0, 0, 60, 0, 30],
            "response bvlc_read_foreign_device_table_ack code=- diagnostics Ok [] [] [] {bvlc_length=14 \
             foreign_device_table=[{address=\"10.0.0.9:47808\" time_to_live_s=60 remaining_s=30}]}",
        ),
        (
            &[0x81, 8, 0, 10, 10, 0, 0, 9, 0xba, 0xc0],
            "request bvlc_delete_foreign_device_table_entry code=- configuration Pending [] [] [] \
             {bvlc_length=10 foreign_device=\"10.0.0.9:47808\"}",
        ),
        (
            &[0x81, 12, 0, 6, 1, 2],
            "event bvlc_secure_bvll code=- authentication Event [] [] [] {bvlc_length=6 data=0x0102}",
        ),
        (
            &[0x81, 0x77, 0, 5, 9],
            "event unknown_0x77 code=- other Event [] [] [\"unknown_function\"] {bvlc_length=5 data=0x09}",
        ),
        (
            &[0x82, 3, 0, 10, 0, 0, 1, 0, 0, 2],
            "request bvlc_address_resolution code=- discovery Pending [] [] [] \
             {bvlc_length=10 source_virtual_address=1 destination_virtual_address=2}",
        ),
        (
            &[0x82, 9, 0, 9, 0, 0, 1, 0, 60],
            "request bvlc_register_foreign_device code=- configuration Pending [] [] [] \
             {bvlc_length=9 source_virtual_address=1 time_to_live_s=60}",
        ),
        (
            &[0x82, 2, 0, 11, 0, 0, 1, 1, 0, 0x10, 8],
            "request who_is code=8 discovery Pending [] [] [] {bvlc_length=11 source_virtual_address=1 version=1 \
             control=0 expecting_reply=false network_priority=0(normal) pdu_type=1(unconfirmed_request)}",
        ),
    ];
    for (data, expected) in cases {
        let log = run(&[(true, data.to_vec())]);
        assert_eq!(short(&log.messages[0], "bvlc_length"), *expected, "{data:02x?}");
    }
}

#[test]
fn every_network_message_is_named() {
    let cases: &[(&[u8], &str)] = &[
        (
            &[0, 0, 5],
            "request who_is_router_to_network code=- discovery Pending [] [network 5] [] {network_message=0(who_is_router_to_network) networks=[5]}",
        ),
        (
            &[0],
            "request who_is_router_to_network code=- discovery Pending [] [] [] {network_message=0(who_is_router_to_network) networks=[]}",
        ),
        (
            &[1, 0, 5, 0, 6],
            "event i_am_router_to_network code=- discovery Event [] [network 5] [] {network_message=1(i_am_router_to_network) networks=[5 6]}",
        ),
        (
            &[2, 0, 5, 1],
            "event i_could_be_router_to_network code=- discovery Event [] [network 5] [] {network_message=2(i_could_be_router_to_network) network=5 performance_index=1}",
        ),
        (
            &[3, 1, 0, 5],
            "event reject_message_to_network code=- diagnostics Event [] [network 5] [] {network_message=3(reject_message_to_network) reject_reason=1(not_directly_connected) network=5}",
        ),
        (
            &[4],
            "event router_busy_to_network code=- diagnostics Event [] [] [] {network_message=4(router_busy_to_network) networks=[]}",
        ),
        (
            &[5, 0, 9],
            "event router_available_to_network code=- diagnostics Event [] [network 9] [] {network_message=5(router_available_to_network) networks=[9]}",
        ),
        (
            &[6, 1, 0, 5, 1, 2, 0xaa, 0xbb],
            "request initialize_routing_table code=- configuration Pending [] [] [] {network_message=6(initialize_routing_table) number_of_ports=1 ports=[{network=5 port_id=1 port_info=0xaabb}]}",
        ),
        (
            &[7, 0],
            "response initialize_routing_table_ack code=- configuration Ok [] [] [] {network_message=7(initialize_routing_table_ack) number_of_ports=0 ports=[]}",
        ),
        (
            &[8, 0, 5, 60],
            "request establish_connection_to_network code=- configuration Pending [] [network 5] [] {network_message=8(establish_connection_to_network) network=5 termination_time_s=60}",
        ),
        (
            &[9, 0, 5],
            "request disconnect_connection_to_network code=- configuration Pending [] [network 5] [] {network_message=9(disconnect_connection_to_network) network=5}",
        ),
        (
            &[0x0e, 1, 2, 3],
            "event update_key_set code=- authentication Event [] [] [] {network_message=14(update_key_set) data_length=3}",
        ),
        (
            &[0x12],
            "request what_is_network_number code=- discovery Pending [] [] [] {network_message=18(what_is_network_number)}",
        ),
        (
            &[0x13, 0, 5, 1],
            "event network_number_is code=- discovery Event [] [network 5] [] {network_message=19(network_number_is) network=5 network_number_status=1(configured)}",
        ),
        (
            &[0x80, 1, 2, 9],
            "event proprietary_network_message code=- other Event [] [] [] {network_message=128(proprietary_network_message) vendor_id=258 data=0x09}",
        ),
        (&[0x20], "event unknown_0x20 code=- other Event [] [] [\"reserved_function\"] {network_message=32}"),
    ];
    for (data, expected) in cases {
        let log = run(&[(true, ip(0x0b, &[1, 0x80], data))]);
        assert_eq!(short(&log.messages[0], "network_message"), *expected, "{data:02x?}");
    }
}

#[test]
fn routing_addresses_are_shown_and_name_the_station() {
    let npdu = [1, 0x2c, 0, 5, 1, 9, 0, 6, 6, 10, 0, 0, 7, 0xba, 0xc0, 254];
    let log = run(&[(true, ip(0x0a, &npdu, &[0x00, 0x05, 1, 3]))]);
    assert_eq!(
        short(&log.messages[0], "dnet").split(" pdu_type").next().unwrap(),
        "request get_alarm_summary code=3 alarm Pending [network 5 station 9] [] [] \
         {dnet=5 dadr=\"9\" snet=6 sadr=\"10.0.0.7:47808\" hop_count=254"
    );
    let ethernet = [1, 0x28, 0, 5, 6, 2, 0, 0, 0, 0, 1, 0, 6, 1, 3, 255];
    let log = run(&[(true, ip(0x0a, &ethernet, &[0x00, 0x05, 1, 3]))]);
    assert!(log.messages[0].contains("[network 5 station 020000000001]"), "{}", log.messages[0]);
    let nobody = [1, 0x08, 0, 6, 0];
    assert!(run(&[(true, ip(0x0a, &nobody, &[0x10, 8]))]).messages[0].contains("bad_value"));
}

/// A layer-2 payload through a new session.
fn link(data: &[u8], llc: Option<Llc>, link_type: u32) -> (Log, Verdict) {
    let mut given = input(Transport::Link, 0, client(data), true);
    given.llc = llc;
    given.link = link_type;
    let mut log = Log::default();
    let verdict = (DISSECTOR.probe)(&Probe::of(&given));
    let _ = (DISSECTOR.open)().next(&given, &mut log);
    (log, verdict)
}

#[test]
fn ethernet_and_arcnet_carry_the_npdu_itself() {
    let llc = Llc { dsap: 0x82, ssap: 0x82, control: 3, snap: None };
    let (log, verdict) = link(&[1, 0, 0x10, 8], Some(llc), 1);
    assert_eq!(verdict, Verdict::Sure);
    assert!(log.messages[0].starts_with("bacnet request who_is code=8"));
    assert_eq!(link(&[2, 0, 0x10, 8], Some(llc), 1).1, Verdict::No);
    assert_eq!(link(&[1, 0, 0x10, 8], Some(Llc { dsap: 0x42, ..llc }), 1).1, Verdict::No);
    assert_eq!(link(&[1, 0, 0x10, 8], None, 1).1, Verdict::No);
}

#[test]
fn mstp_frames_are_messages() {
    // Token from station 5 to 16: the header of annex G.1.
    let token = [0x55, 0xff, 0x00, 0x10, 0x05, 0x00, 0x00, 0x8c];
    let (log, verdict) = link(&token, None, 165);
    assert_eq!(verdict, Verdict::Sure);
    assert_eq!(
        log.messages,
        ["bacnet control mstp_token code=- session Event [] [] [] \
          {mstp_frame_type=0(mstp_token) mstp_destination=16 mstp_source=5 mstp_length=0}"]
    );
    let snap = Llc { dsap: 0xaa, ssap: 0xaa, control: 3, snap: Some(Snap { oui: 0x1090, pid: 1 }) };
    let mut wrapped = vec![0, 1, 0x80];
    wrapped.extend_from_slice(&token[2..]);
    let (log, verdict) = link(&wrapped, Some(snap), 1);
    assert_eq!(verdict, Verdict::Sure);
    assert!(log.messages[0].contains("mstp_token") && log.messages[0].contains("analyser_value=128"));
    let other = Llc { snap: Some(Snap { oui: 0x1090, pid: 2 }), ..snap };
    assert_eq!(link(&wrapped, Some(other), 1).1, Verdict::No);
    let mut damaged = token;
    damaged[7] = 0;
    assert!(link(&damaged, None, 165).0.messages[0].contains("bad_checksum"));
}
