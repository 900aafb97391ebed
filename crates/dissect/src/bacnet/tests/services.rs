//! Every service with its parameters.

use super::*;

/// Header of an unsegmented confirmed request.
const CONFIRMED: [u8; 3] = [0x00, 0x05, 1];

#[test]
fn confirmed_requests_show_their_parameters() {
    let stamp: &[u8] = &[0x3e, 0x19, 16, 0x3f];
    let cases: &[(u8, Vec<u8>, &str)] = &[
        (
            0,
            join(&[
                &[0x09, 1, 0x1c],
                &ANALOG_INPUT_3,
                &[0x29, 3],
                stamp,
                &[0x4c, 0, b'M', b'D', b'L', 0x5e, 0x2e, 0xa4, 92, 6, 21, 7, 0xb4, 13, 3, 41, 9, 0x2f, 0x5f],
            ]),
            "acknowledge_alarm code=0 alarm Pending [] [analog_input 3] [] {process_identifier=1 object_type=0(analog_input) instance=3 event_state_acknowledged=3(high_limit) timestamp={sequence=16} acknowledgment_source=\"MDL\" time_of_acknowledgment={date_time={date=\"1992-06-21\" time_of_day=\"13:03:41.09\"}}}",
        ),
        (
            1,
            join(&[
                &[0x09, 18, 0x1c],
                &DEVICE_17,
                &[0x2c],
                &ANALOG_INPUT_3,
                &[
                    0x39, 0, 0x4e, 0x09, 85, 0x2e, 0x44, 0x42, 0x82, 0, 0, 0x2f, 0x09, 111, 0x2e, 0x82, 4,
                    0x50, 0x2f, 0x4f,
                ],
            ]),
            "confirmed_cov_notification code=1 read Pending [] [analog_input 3 present_value +1] [] {process_identifier=18 initiating_device={object_type=8(device) instance=17} object_type=0(analog_input) instance=3 time_remaining_s=0 values=[{property=85(present_value) value=65} {property=111(status_flags) value=[\"fault\" \"out_of_service\"]}]}",
        ),
        (
            2,
            join(&[
                &[0x09, 1, 0x1c],
                &DEVICE_17,
                &[0x2c],
                &ANALOG_INPUT_3,
                stamp,
                &[
                    0x49, 4, 0x59, 100, 0x69, 5, 0x89, 0, 0x99, 1, 0xa9, 0, 0xb9, 3, 0xce, 0x5e, 0x0c, 0x42,
                    0xa0, 0x33, 0x33, 0x1a, 4, 0x80, 0x2c, 0x3f, 0x80, 0, 0, 0x3c, 0x42, 0xa0, 0, 0, 0x5f,
                    0xcf,
                ],
            ]),
            "confirmed_event_notification code=2 alarm Pending [] [analog_input 3] [] {process_identifier=1 initiating_device={object_type=8(device) instance=17} object_type=0(analog_input) instance=3 timestamp={sequence=16} notification_class=4 priority=100 event_type=5(out_of_range) notify_type=0(alarm) ack_required=true from_state=0(normal) to_state=3(high_limit) event_values={out_of_range={exceeding_value=80.1 status_flags=[\"in_alarm\"] deadband=1 exceeded_limit=80}}}",
        ),
        (
            4,
            vec![0x09, 1, 0x29, 4, 0x4e, 0x09, 1, 0x19, 9, 0x4f],
            "get_enrollment_summary code=4 alarm Pending [] [] [] {acknowledgment_filter=1(acked) event_state_filter=4(active) priority_filter={min_priority=1 max_priority=9}}",
        ),
        (
            5,
            join(&[&[0x09, 18, 0x1c], &ANALOG_INPUT_3, &[0x29, 1, 0x39, 60]]),
            "subscribe_cov code=5 read Pending [] [analog_input 3] [] {process_identifier=18 object_type=0(analog_input) instance=3 issue_confirmed_notifications=true lifetime_s=60}",
        ),
        (
            8,
            join(&[
                &[0x0c, 0x02, 0xc0, 0, 3, 0x19, 53, 0x3e, 0x0c],
                &ANALOG_INPUT_3,
                &[0x1e, 0x09, 85, 0x09, 103, 0x1f, 0x3f],
            ]),
            "add_list_element code=8 configuration Pending [] [group 3 list_of_group_members] [] {object_type=11(group) instance=3 property=53(list_of_group_members) elements=[{object_type=0(analog_input) instance=3 properties=[{property=85(present_value)} {property=103(reliability)}]}]}",
        ),
        (
            10,
            vec![0x0e, 0x09, 10, 0x0f, 0x1e, 0x09, 77, 0x2e, 0x72, 0, b'T', 0x2f, 0x1f],
            "create_object code=10 configuration Pending [] [] [] {object_specifier={object_type=10(file)} initial_values=[{property=77(object_name) value=\"T\"}]}",
        ),
        (
            11,
            join(&[&[0xc4], &ANALOG_INPUT_3]),
            "delete_object code=11 configuration Pending [] [analog_input 3] [] {object_type=0(analog_input) instance=3}",
        ),
        (
            14,
            join(&[
                &[0x0c],
                &ANALOG_INPUT_3,
                &[0x1e, 0x09, 85, 0x09, 76, 0x19, 0, 0x1f, 0x0c],
                &DEVICE_17,
                &[0x1e, 0x09, 77, 0x1f],
            ]),
            "read_property_multiple code=14 read Pending [] [analog_input 3 present_value +2] [] {objects=[{object_type=0(analog_input) instance=3 properties=[{property=85(present_value)} {property=76(object_list) array_index=0}]} {object_type=8(device) instance=17 properties=[{property=77(object_name)}]}]}",
        ),
        (
            16,
            join(&[&[0x0c], &BINARY_OUTPUT_6, &[0x1e, 0x09, 85, 0x2e, 0x91, 1, 0x2f, 0x39, 8, 0x1f]]),
            "write_property_multiple code=16 write Pending [] [binary_output 6 present_value] [] {objects=[{object_type=4(binary_output) instance=6 properties=[{property=85(present_value) value=1(active) priority=8}]}]}",
        ),
        (
            18,
            vec![0x09, 25, 0x19, 8, 0x2e, 0x44, 0x42, 0x90, 0xcc, 0xcd, 0x1a, 9, 9, 0x2f],
            "confirmed_private_transfer code=18 other Pending [] [] [] {vendor_id=25 service_number=8 service_parameters=[72.4 {context_tag=1 data=0x0909}]}",
        ),
        (
            19,
            join(&[&[0x0c], &DEVICE_17, &[0x1e, 0x09, 5, 0x1f, 0x29, 1, 0x3b, 0, b'P', b'M']]),
            "confirmed_text_message code=19 other Pending [] [] [] {source_device={object_type=8(device) instance=17} message_class={numeric=5} message_priority=1(urgent) message=\"PM\"}",
        ),
        (
            20,
            vec![0x09, 1],
            "reinitialize_device code=20 control Pending [] [] [] {reinitialized_state=1(warmstart)}",
        ),
        (
            21,
            vec![0x91, 1, 0x21, 5],
            "vt_open code=21 session Pending [] [] [] {vt_class=1(ansi_x3_64) local_vt_session_identifier=5}",
        ),
        (
            23,
            vec![0x21, 5, 0x62, b'l', b's', 0x21, 0],
            "vt_data code=23 session Pending [] [] [] {vt_session_identifier=5 has_data=true vt_data_flag=0}",
        ),
        (
            26,
            vec![
                0x0c, 0x05, 0, 0, 1, 0x19, 131, 0x7e, 0xa4, 98, 3, 23, 1, 0xb4, 19, 52, 34, 0, 0x31, 4, 0x7f,
            ],
            "read_range code=26 read Pending [] [trend_log 1 log_buffer] [] {object_type=20(trend_log) instance=1 property=131(log_buffer) by_time={reference_time={date=\"1998-03-23\" time_of_day=\"19:52:34.00\"} count=4}}",
        ),
        (
            27,
            vec![0x09, 18, 0x1c, 0, b'M', b'D', b'L', 0x29, 4, 0x3c, 0x05, 0x40, 0, 1],
            "life_safety_operation code=27 control Pending [] [life_safety_point 1] [] {process_identifier=18 requesting_source=\"MDL\" request=4(reset) object_type=21(life_safety_point) instance=1}",
        ),
        (
            28,
            join(&[
                &[0x09, 18, 0x1c],
                &ANALOG_INPUT_3,
                &[0x29, 1, 0x39, 60, 0x4e, 0x09, 85, 0x4f, 0x5c, 0x3f, 0x80, 0, 0],
            ]),
            "subscribe_cov_property code=28 read Pending [] [analog_input 3 present_value] [] {process_identifier=18 object_type=0(analog_input) instance=3 issue_confirmed_notifications=true lifetime_s=60 monitored_property={property=85(present_value)} cov_increment=1}",
        ),
        (
            32,
            join(&[
                &[0x0e, 0x2e, 0x0c],
                &DEVICE_17,
                &[0x2f, 0x49, 1, 0xae, 0x0c],
                &DEVICE_17,
                &[0xaf, 0xbc],
                &ANALOG_INPUT_3,
                &[0x0f],
            ]),
            "confirmed_audit_notification code=32 alarm Pending [] [] [] {notifications=[{source_device={device={object_type=8(device) instance=17}} operation=1(write) target_device={device={object_type=8(device) instance=17}} object_type=0(analog_input) instance=3}]}",
        ),
    ];
    for (choice, parameters, expected) in cases {
        let log = run(&[(true, unicast(&join(&[&CONFIRMED, &[*choice], parameters])))]);
        let line = &log.messages[0];
        assert!(!line.contains("undecoded"), "{line}");
        let (head, fields) = line.split_once(" {").unwrap();
        let fields = fields.split_once("invoke_id=1").unwrap().1.trim_start();
        assert_eq!(format!("{} {{{fields}", head.strip_prefix("bacnet request ").unwrap()), *expected);
    }
}

#[test]
fn results_show_their_parameters() {
    let cases: &[(u8, Vec<u8>, &str)] = &[
        (
            3,
            join(&[&[0xc4], &ANALOG_INPUT_3, &[0x91, 3, 0x82, 5, 0x60]]),
            "alarms=[{object_type=0(analog_input) instance=3 alarm_state=3(high_limit) acknowledged_transitions=[\"to_fault\" \"to_normal\"]}]}",
        ),
        (
            4,
            join(&[&[0xc4], &ANALOG_INPUT_3, &[0x91, 5, 0x91, 3, 0x21, 100, 0x21, 4]]),
            "enrollments=[{object_type=0(analog_input) instance=3 event_type=5(out_of_range) event_state=3(high_limit) priority=100 notification_class=4}]}",
        ),
        (7, vec![0x09, 30], "file_start_position=30}"),
        (10, join(&[&[0xc4], &ANALOG_INPUT_3]), "object_type=0(analog_input) instance=3}"),
        (21, vec![0x21, 29], "remote_vt_session_identifier=29}"),
        (23, vec![0x09, 1], "all_new_data_accepted=true}"),
        (
            26,
            vec![
                0x0c, 0x05, 0, 0, 1, 0x19, 131, 0x3a, 5, 0xc0, 0x49, 1, 0x5e, 0x0e, 0xa4, 98, 3, 23, 1, 0xb4,
                19, 54, 27, 0, 0x0f, 0x1e, 0x2c, 0x41, 0x90, 0, 0, 0x1f, 0x2a, 4, 0, 0x5f, 0x69, 7,
            ],
            "object_type=20(trend_log) instance=1 property=131(log_buffer) result_flags=[\"first_item\" \"last_item\"] item_count=1 items=[{timestamp={date=\"1998-03-23\" time_of_day=\"19:54:27.00\"} log_datum={real=18} status_flags=[]}] first_sequence_number=7}",
        ),
        (
            29,
            join(&[
                &[0x0e, 0x0c],
                &ANALOG_INPUT_3,
                &[
                    0x19, 3, 0x2a, 5, 0x60, 0x3e, 0x0c, 15, 35, 0, 20, 0x19, 4, 0x0c, 255, 255, 255, 255,
                    0x3f, 0x49, 0, 0x5a, 5, 0xe0, 0x6e, 0x21, 15, 0x21, 15, 0x21, 20, 0x6f, 0x0f, 0x19, 0,
                ],
            ]),
            "event_summaries=[{object_type=0(analog_input) instance=3 event_state=3(high_limit) acknowledged_transitions=[\"to_fault\" \"to_normal\"] event_timestamps=[{time_of_day=\"15:35:00.20\"} {sequence=4} {time_of_day=\"*:*:*.*\"}] notify_type=0(alarm) event_enable=[\"to_offnormal\" \"to_fault\" \"to_normal\"] event_priorities=[15 15 20]}] more_events=false}",
        ),
    ];
    for (choice, parameters, expected) in cases {
        let log = run(&[(false, unicast(&join(&[&[0x30, 1, *choice], parameters])))]);
        let fields = log.messages[0].split_once("invoke_id=1 ").unwrap().1;
        assert_eq!(fields, *expected);
    }
}

#[test]
fn errors_with_more_than_class_and_code() {
    let cases: &[(u8, Vec<u8>, &str)] = &[
        (
            8,
            vec![0x0e, 0x91, 5, 0x91, 80, 0x0f, 0x19, 2],
            "error_class=5(services) error_code=80(parameter_out_of_range) first_failed_element_number=2}",
        ),
        (
            16,
            join(&[&[0x0e, 0x91, 2, 0x91, 40, 0x0f, 0x1e, 0x0c], &ANALOG_INPUT_3, &[0x19, 85, 0x1f]]),
            "error_class=2(property) error_code=40(write_access_denied) first_failed_write_attempt={object_type=0(analog_input) instance=3 property=85(present_value)}}",
        ),
        (
            18,
            vec![0x0e, 0x91, 5, 0x91, 25, 0x0f, 0x19, 25, 0x29, 8],
            "error_class=5(services) error_code=25(operational_problem) vendor_id=25 service_number=8}",
        ),
        (
            22,
            vec![0x0e, 0x91, 6, 0x91, 35, 0x0f, 0x1e, 0x21, 29, 0x1f],
            "error_class=6(vt) error_code=35(unknown_vt_session) vt_session_identifiers=[29]}",
        ),
        (10, vec![0x91, 1, 0x92, 1, 0], "error_class=1(object) error_code=256(proprietary_error)}"),
    ];
    for (choice, parameters, expected) in cases {
        let log = run(&[(false, unicast(&join(&[&[0x50, 1, *choice], parameters])))]);
        let fields = log.messages[0].split_once("invoke_id=1 ").unwrap().1;
        assert_eq!(fields, *expected);
    }
}

#[test]
fn unconfirmed_services_show_their_parameters() {
    let cases: &[(u8, Vec<u8>, &str)] = &[
        (
            0,
            join(&[&[0xc4], &DEVICE_17, &[0x22, 1, 0xe0, 0x91, 3, 0x21, 99]]),
            "event i_am code=0 discovery Event [] [device 17] [] {object_type=8(device) instance=17 max_apdu_length_accepted=480 segmentation_supported=3(no_segmentation) vendor_id=99}",
        ),
        (
            1,
            join(&[&[0xc4], &DEVICE_17, &[0xc4], &ANALOG_INPUT_3, &[0x73, 0, b'O', b'A']]),
            "event i_have code=1 discovery Event [] [analog_input 3] [] {device={object_type=8(device) instance=17} object_type=0(analog_input) instance=3 object_name=\"OA\"}",
        ),
        (
            4,
            vec![0x09, 25, 0x19, 8],
            "request unconfirmed_private_transfer code=4 other Pending [] [] [] {vendor_id=25 service_number=8}",
        ),
        (
            6,
            vec![0xa4, 92, 11, 17, 2, 0xb4, 22, 45, 30, 70],
            "request time_synchronization code=6 time_sync Pending [] [] [] {date_time={date=\"1992-11-17\" time_of_day=\"22:45:30.70\"}}",
        ),
        (
            7,
            join(&[&[0x09, 1, 0x19, 9, 0x2c], &ANALOG_INPUT_3]),
            "request who_has code=7 discovery Pending [] [analog_input 3] [] {low_limit=1 high_limit=9 object_type=0(analog_input) instance=3}",
        ),
        (
            8,
            vec![0x09, 3, 0x1a, 1, 0],
            "request who_is code=8 discovery Pending [] [] [] {low_limit=3 high_limit=256}",
        ),
        (
            10,
            vec![0x09, 23, 0x19, 8, 0x2e, 0x0a, 1, 12, 0x22, 4, 0x57, 0x2f],
            "request write_group code=10 write Pending [] [] [] {group_number=23 write_priority=8 changes=[{channel=268 value=1111}]}",
        ),
        (
            11,
            join(&[
                &[0x09, 18, 0x1c],
                &DEVICE_17,
                &[0x29, 27, 0x4e, 0x0c],
                &ANALOG_INPUT_3,
                &[0x1e, 0x09, 85, 0x2e, 0x44, 0x42, 0x82, 0, 0, 0x2f, 0x3c, 5, 0, 0, 0, 0x1f, 0x4f],
            ]),
            "event unconfirmed_cov_notification_multiple code=11 read Event [] [analog_input 3 present_value] [] {process_identifier=18 initiating_device={object_type=8(device) instance=17} time_remaining_s=27 notifications=[{object_type=0(analog_input) instance=3 values=[{property=85(present_value) value=65 time_of_change=\"05:00:00.00\"}]}]}",
        ),
        (
            13,
            vec![0x21, 99, 0x72, 0, b'M', 0x72, 0, b'S'],
            "request who_am_i code=13 discovery Pending [] [] [] {vendor_id=99 model_name=\"M\" serial_number=\"S\"}",
        ),
        (
            14,
            join(&[&[0x21, 99, 0x72, 0, b'M', 0x72, 0, b'S', 0xc4], &DEVICE_17]),
            "request you_are code=14 configuration Pending [] [] [] {vendor_id=99 model_name=\"M\" serial_number=\"S\" object_type=8(device) instance=17}",
        ),
    ];
    for (choice, parameters, expected) in cases {
        let log = run(&[(true, ip(0x0b, &[1, 0], &join(&[&[0x10, *choice], parameters])))]);
        let (head, fields) = log.messages[0].split_once(" {").unwrap();
        let fields = fields.split_once("pdu_type=1(unconfirmed_request) ").unwrap().1;
        assert_eq!(format!("{} {{{fields}", head.strip_prefix("bacnet ").unwrap()), *expected);
    }
}

#[test]
fn every_service_choice_has_a_name() {
    use super::super::services::{confirmed, unconfirmed};
    let names: Vec<_> = (0..=255).filter_map(confirmed).map(|service| service.name).collect();
    assert_eq!(names.len(), 34);
    assert_eq!(
        (names[12], names[20], names[26], names[33]),
        ("read_property", "reinitialize_device", "read_range", "audit_log_query")
    );
    let names: Vec<_> = (0..=255).filter_map(unconfirmed).map(|service| service.name).collect();
    assert_eq!((names.len(), names[8], names[14]), (15, "who_is", "you_are"));
}

#[test]
fn tables_stand_where_their_numbers_say() {
    use super::super::names::{ERROR_CODES, OBJECT_TYPES, SERVICES_SUPPORTED, UNITS};
    use super::super::property_names::name;
    assert_eq!(
        (OBJECT_TYPES[8], OBJECT_TYPES[20], OBJECT_TYPES[56], OBJECT_TYPES.len()),
        ("device", "trend_log", "network_port", 65)
    );
    assert_eq!(
        (
            ERROR_CODES[31],
            ERROR_CODES[42],
            ERROR_CODES[84],
            ERROR_CODES[110],
            ERROR_CODES[143],
            ERROR_CODES[199]
        ),
        (
            "unknown_object",
            "invalid_array_index",
            "success",
            "not_router_to_dnet",
            "bvlc_function_unknown",
            "ip_error"
        )
    );
    assert_eq!(
        (UNITS[62], UNITS[95], UNITS[98], UNITS[133], UNITS[166], UNITS[206]),
        (
            "degrees_celsius",
            "no_units",
            "percent",
            "hectopascals",
            "meters_per_second_per_second",
            "millimeters_of_water"
        )
    );
    assert_eq!(
        (SERVICES_SUPPORTED[26], SERVICES_SUPPORTED[35], SERVICES_SUPPORTED[40]),
        ("i_am", "read_range", "write_group")
    );
    assert_eq!(
        (name(85), name(372), name(4_194_304), name(600), name(18)),
        (Some("present_value"), Some("serial_number"), Some("max_bvlc_length_accepted"), None, None)
    );
}

/// One property of a device's answer.
fn value(property: u8, object: &[u8; 4], value: &[u8]) -> String {
    let apdu = join(&[&[0x30, 1, 12, 0x0c], object, &[0x19, property, 0x3e], value, &[0x3f]]);
    let log = run(&[(false, unicast(&apdu))]);
    let fields = log.messages[0].split_once("property=").unwrap().1;
    fields.split_once(") ").unwrap().1.trim_end_matches('}').to_owned()
        + if fields.ends_with("}}") { "}" } else { "" }
}

#[test]
fn values_are_read_by_their_property() {
    let cases: &[(u8, &[u8; 4], &[u8], &str)] = &[
        (117, &ANALOG_INPUT_3, &[0x91, 62], "value=62(degrees_celsius)"),
        (85, &BINARY_OUTPUT_6, &[0x91, 1], "value=1(active)"),
        (87, &BINARY_OUTPUT_6, &[0x00, 0x91, 1, 0x00], "value=[\"null\" 1 \"null\"]"),
        (
            76,
            &DEVICE_17,
            &[0xc4, 0, 0, 0, 3, 0xc4, 2, 0, 0, 17],
            "value=[{object_type=0(analog_input) instance=3} {object_type=8(device) instance=17}]",
        ),
        (81, &ANALOG_INPUT_3, &[0x11], "value=true"),
        (107, &DEVICE_17, &[0x91, 0], "value=0(segmented_both)"),
        (56, &DEVICE_17, &[0xa4, 255, 255, 255, 255], "value=\"*-*-*\""),
        (119, &DEVICE_17, &[0x32, 0xfe, 0xd4], "value=-300"),
        (
            30,
            &DEVICE_17,
            &[0xc4, 2, 0, 0, 17, 0x21, 5, 0x61, 9],
            "value=[{device={object_type=8(device) instance=17} address={network=5 mac_address=0x09}}]",
        ),
        (
            96,
            &DEVICE_17,
            &[0x83, 6, 0x80, 0x40],
            "value=[\"analog_input\" \"device\"]".replace("\"device\"", "\"event_enrollment\"").leak(),
        ),
        (70, &DEVICE_17, &[0x75, 5, 5, 0xe9, b't', 0xe9, b' '], "value=\"été\""),
        (
            123,
            &[0x04, 0x40, 0, 1],
            &[0x0e, 0xb4, 8, 0, 0, 0, 0x91, 1, 0x0f],
            "value=[{day_schedule=[{time_of_day=\"08:00:00.00\" value=1}]}]",
        ),
        (85, &ANALOG_INPUT_3, &[0x1c, 1, 2, 3, 4], "value={context_tag=1 data=0x01020304}"),
    ];
    for (property, object, bytes, expected) in cases {
        let shown = value(*property, object, bytes);
        assert_eq!(shown.trim_end_matches('}'), expected.trim_end_matches('}'), "property {property}");
    }
}
