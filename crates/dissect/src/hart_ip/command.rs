//! HART commands: names, categories and what their data holds.
//!
//! Spec: FieldComm Group HCF_SPEC-127 (universal commands), HCF_SPEC-151 (common practice commands), HCF_SPEC-155
//! (wireless commands), HCF_SPEC-307 (response codes).

use crate::{Category, Function};

/// Number that says that the real one follows as 16 bits (HCF_SPEC-99).
pub(super) const EXTENDED: u8 = 31;

/// Name and category of a command.
#[rustfmt::skip]
pub(super) fn describe(command: u16) -> (Function, Category) {
    use Category::{Alarm, Configuration, Control, Diagnostics, Discovery, FileTransfer, Other, Read, TimeSync, Write};
    let (name, category) = match command {
        0 => ("read_unique_identifier", Discovery),
        1 => ("read_primary_variable", Read),
        2 => ("read_loop_current_and_percent_of_range", Read),
        3 => ("read_dynamic_variables_and_loop_current", Read),
        6 => ("write_polling_address", Configuration),
        7 => ("read_loop_configuration", Read),
        8 => ("read_dynamic_variable_classifications", Read),
        9 => ("read_device_variables_with_status", Read),
        11 => ("read_unique_identifier_associated_with_tag", Discovery),
        12 => ("read_message", Read),
        13 => ("read_tag_descriptor_date", Diagnostics),
        14 => ("read_primary_variable_transducer_information", Diagnostics),
        15 => ("read_device_information", Diagnostics),
        16 => ("read_final_assembly_number", Diagnostics),
        17 => ("write_message", Configuration),
        18 => ("write_tag_descriptor_date", Configuration),
        19 => ("write_final_assembly_number", Configuration),
        20 => ("read_long_tag", Diagnostics),
        21 => ("read_unique_identifier_associated_with_long_tag", Discovery),
        22 => ("write_long_tag", Configuration),
        33 => ("read_device_variables", Read),
        34 => ("write_primary_variable_damping_value", Configuration),
        35 => ("write_primary_variable_range_values", Configuration),
        36 => ("set_primary_variable_upper_range_value", Configuration),
        37 => ("set_primary_variable_lower_range_value", Configuration),
        38 => ("reset_configuration_changed_flag", Configuration),
        40 => ("enter_exit_fixed_current_mode", Control),
        41 => ("perform_self_test", Control),
        42 => ("perform_device_reset", Control),
        43 => ("set_primary_variable_zero", Configuration),
        44 => ("write_primary_variable_units", Configuration),
        45 => ("trim_loop_current_zero", Configuration),
        46 => ("trim_loop_current_gain", Configuration),
        47 => ("write_primary_variable_transfer_function", Configuration),
        48 => ("read_additional_device_status", Diagnostics),
        49 => ("write_primary_variable_transducer_serial_number", Configuration),
        50 => ("read_dynamic_variable_assignments", Read),
        51 => ("write_dynamic_variable_assignments", Configuration),
        52 => ("set_device_variable_zero", Configuration),
        53 => ("write_device_variable_units", Configuration),
        54 => ("read_device_variable_information", Diagnostics),
        55 => ("write_device_variable_damping_value", Configuration),
        56 => ("write_device_variable_transducer_serial_number", Configuration),
        57 => ("read_unit_tag_descriptor_date", Diagnostics),
        58 => ("write_unit_tag_descriptor_date", Configuration),
        59 => ("write_number_of_response_preambles", Configuration),
        60 => ("read_analog_channel_and_percent_of_range", Read),
        61 => ("read_dynamic_variables_and_primary_variable_analog_channel", Read),
        62 => ("read_analog_channels", Read),
        63 => ("read_analog_channel_information", Diagnostics),
        64 => ("write_analog_channel_additional_damping_value", Configuration),
        65 => ("write_analog_channel_range_values", Configuration),
        66 => ("enter_exit_fixed_analog_channel_mode", Control),
        67 => ("trim_analog_channel_zero", Configuration),
        68 => ("trim_analog_channel_gain", Configuration),
        69 => ("write_analog_channel_transfer_function", Configuration),
        70 => ("read_analog_channel_endpoint_values", Read),
        71 => ("lock_device", Control),
        72 => ("squawk", Control),
        73 => ("find_device", Discovery),
        74 => ("read_io_system_capabilities", Discovery),
        75 => ("poll_sub_device", Discovery),
        76 => ("read_lock_device_state", Diagnostics),
        77 => ("send_command_to_sub_device", Other),
        78 => ("read_aggregated_commands", Read),
        79 => ("write_device_variable", Write),
        80 => ("read_device_variable_trim_points", Read),
        81 => ("read_device_variable_trim_guidelines", Read),
        82 => ("write_device_variable_trim_point", Configuration),
        83 => ("reset_device_variable_trim", Configuration),
        84 => ("read_sub_device_identity_summary", Discovery),
        85 => ("read_io_channel_statistics", Diagnostics),
        86 => ("read_sub_device_statistics", Diagnostics),
        87 => ("write_io_system_master_mode", Configuration),
        88 => ("write_io_system_retry_count", Configuration),
        89 => ("set_real_time_clock", TimeSync),
        90 => ("read_real_time_clock", Read),
        91 => ("read_trend_configuration", Read),
        92 => ("write_trend_configuration", Configuration),
        93 => ("read_trend", Read),
        94 => ("read_io_system_client_side_communication_statistics", Diagnostics),
        95 => ("read_device_communication_statistics", Diagnostics),
        96 => ("read_synchronous_action", Read),
        97 => ("configure_synchronous_action", Configuration),
        98 => ("read_command_action", Read),
        99 => ("configure_command_action", Configuration),
        100 => ("write_primary_variable_alarm_code", Configuration),
        101 => ("read_sub_device_to_burst_message_map", Read),
        102 => ("map_sub_device_to_burst_message", Configuration),
        103 => ("write_burst_period", Configuration),
        104 => ("write_burst_trigger", Configuration),
        105 => ("read_burst_mode_configuration", Read),
        106 => ("flush_delayed_responses", Control),
        107 => ("write_burst_device_variables", Configuration),
        108 => ("write_burst_mode_command_number", Configuration),
        109 => ("burst_mode_control", Configuration),
        110 => ("read_all_dynamic_variables", Read),
        111 => ("transfer_service_control", FileTransfer),
        112 => ("transfer_service", FileTransfer),
        113 => ("catch_device_variable", Configuration),
        114 => ("read_caught_device_variable", Read),
        115 => ("read_event_notification_summary", Alarm),
        116 => ("write_event_notification_bit_mask", Configuration),
        117 => ("write_event_notification_timing", Configuration),
        118 => ("event_notification_control", Configuration),
        119 => ("acknowledge_event_notification", Alarm),
        512 => ("read_country_code", Diagnostics),
        513 => ("write_country_code", Configuration),
        768 => ("write_join_key", Configuration),
        769 => ("read_join_status", Diagnostics),
        770 => ("request_active_advertising", Control),
        771 => ("force_join_mode", Control),
        772 => ("read_join_mode_configuration", Read),
        773 => ("write_network_id", Configuration),
        774 => ("read_network_id", Read),
        775 => ("write_network_tag", Configuration),
        776 => ("read_network_tag", Read),
        777 => ("read_wireless_device_information", Diagnostics),
        other => return (Function::Unknown(u32::from(other)), Other),
    };
    (Function::Known(name), category)
}

/// How a part of a command's data is encoded; numbers are big-endian.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form {
    U8,
    U16,
    U24,
    U32,
    F32,
    /// Six-bit characters, four in three bytes (HCF_SPEC-127, packed ASCII); this many bytes.
    Packed(usize),
    /// ISO Latin-1 characters; this many bytes.
    Latin(usize),
    /// Day, month, years since 1900.
    Date,
    /// What is left.
    Rest,
}

/// The parts of a command's data; the second list repeats until the data ends.
pub(super) type Layout = (&'static [(&'static str, Form)], &'static [(&'static str, Form)]);

use Form::{Date, F32, Latin, Packed, Rest, U8, U16, U24, U32};

/// Answer of the commands that identify a device (HCF_SPEC-127); revision 5 ends after the device id.
const IDENTITY: &[(&str, Form)] = &[
    ("expansion_code", U8),
    ("expanded_device_type", U16),
    ("request_preambles", U8),
    ("universal_revision", U8),
    ("device_revision", U8),
    ("software_revision", U8),
    ("hardware_revision_and_signaling", U8),
    ("flags", U8),
    ("device_id", U24),
    ("response_preambles", U8),
    ("max_device_variables", U8),
    ("configuration_change_counter", U16),
    ("extended_device_status", U8),
    ("manufacturer_id", U16),
    ("private_label_distributor", U16),
    ("device_profile", U8),
];
const TAG: &[(&str, Form)] = &[("tag", Packed(6)), ("descriptor", Packed(12)), ("date", Date)];
const MESSAGE: &[(&str, Form)] = &[("message", Packed(24))];
const LONG_TAG: &[(&str, Form)] = &[("long_tag", Latin(32))];
const ASSEMBLY: &[(&str, Form)] = &[("final_assembly_number", U24)];
const RANGE: &[(&str, Form)] = &[("units", U8), ("upper_range_value", F32), ("lower_range_value", F32)];
const VARIABLE: &[(&str, Form)] = &[("units", U8), ("value", F32)];

/// What the data of a command hold, without response code and device status.
#[rustfmt::skip]
pub(super) fn layout(command: u16, request: bool) -> Layout {
    match (command, request) {
        (0 | 11 | 21, false) => (IDENTITY, &[]),
        (11, true) => (&[("tag", Packed(6))], &[]),
        (21, true) | (20, false) | (22, _) => (LONG_TAG, &[]),
        (1, false) => (VARIABLE, &[]),
        (2, false) => (&[("loop_current", F32), ("percent_of_range", F32)], &[]),
        (3, false) => (&[("loop_current", F32)], VARIABLE),
        (110, false) => (&[], VARIABLE),
        (6, _) | (7, false) => (&[("polling_address", U8), ("loop_current_mode", U8)], &[]),
        (8, false) => (&[], &[("classification", U8)]),
        (9 | 33, true) => (&[], &[("device_variable", U8)]),
        (9, false) => (
            &[("extended_device_status", U8)],
            &[("device_variable", U8), ("classification", U8), ("units", U8), ("value", F32), ("variable_status", U8)],
        ),
        (33, false) => (&[], &[("device_variable", U8), ("units", U8), ("value", F32)]),
        (12, false) | (17, _) => (MESSAGE, &[]),
        (13, false) | (18, _) => (TAG, &[]),
        (14, false) => (
            &[("transducer_serial_number", U24), ("units", U8), ("upper_transducer_limit", F32),
              ("lower_transducer_limit", F32), ("minimum_span", F32)],
            &[],
        ),
        (15, false) => (
            &[("alarm_selection_code", U8), ("transfer_function", U8), ("units", U8), ("upper_range_value", F32),
              ("lower_range_value", F32), ("damping_value", F32), ("write_protect", U8),
              ("private_label_distributor", U8), ("analog_channel_flags", U8)],
            &[],
        ),
        (16, false) | (19, _) => (ASSEMBLY, &[]),
        (34, _) => (&[("damping_value", F32)], &[]),
        (35, _) => (RANGE, &[]),
        (38, _) => (&[("configuration_change_counter", U16)], &[]),
        (40 | 45 | 46, _) => (&[("loop_current", F32)], &[]),
        (44, _) => (&[("units", U8)], &[]),
        (47, _) => (&[("transfer_function", U8)], &[]),
        (48, _) => (&[("additional_status", Rest)], &[]),
        (49, _) => (&[("transducer_serial_number", U24)], &[]),
        (50, false) | (51, _) => (&[], &[("device_variable", U8)]),
        (52 | 83, _) | (54, true) => (&[("device_variable", U8)], &[]),
        (53, _) => (&[("device_variable", U8), ("units", U8)], &[]),
        (54, false) => (
            &[("device_variable", U8), ("transducer_serial_number", U24), ("units", U8), ("upper_transducer_limit", F32),
              ("lower_transducer_limit", F32), ("damping_value", F32), ("minimum_span", F32), ("classification", U8),
              ("family", U8), ("acquisition_period", U32), ("properties", U8)],
            &[],
        ),
        (55, _) => (&[("device_variable", U8), ("damping_value", F32)], &[]),
        (56, _) => (&[("device_variable", U8), ("transducer_serial_number", U24)], &[]),
        (57, false) | (58, _) => (TAG, &[]),
        (59, _) => (&[("response_preambles", U8)], &[]),
        (60, false) => (&[("analog_channel", U8), ("units", U8), ("value", F32), ("percent_of_range", F32)], &[]),
        (60 | 63 | 70, true) => (&[("analog_channel", U8)], &[]),
        (71, _) => (&[("lock_code", U8)], &[]),
        (76, false) => (&[("lock_status", U8)], &[]),
        (74, false) => (
            &[("max_cards", U8), ("max_channels", U8), ("max_sub_devices", U8), ("devices_detected", U16),
              ("max_delayed_responses", U8), ("master_mode", U8), ("retry_count", U8)],
            &[],
        ),
        (75, true) => (&[("io_card", U8), ("channel", U8), ("polling_address", U8)], &[]),
        (79, _) => (
            &[("device_variable", U8), ("write_code", U8), ("units", U8), ("value", F32), ("variable_status", U8)],
            &[],
        ),
        (84, true) => (&[("sub_device_index", U16)], &[]),
        (84, false) => (
            &[("sub_device_index", U16), ("io_card", U8), ("channel", U8), ("manufacturer_id", U16),
              ("expanded_device_type", U16), ("device_id", U24), ("universal_revision", U8), ("long_tag", Latin(32)),
              ("device_revision", U8), ("device_profile", U8), ("private_label_distributor", U16)],
            &[],
        ),
        (89, true) => (&[("set_time_code", U8), ("date", Date), ("time_of_day", U32)], &[]),
        (95, false) => (
            &[("stx_received", U16), ("ack_sent", U16), ("back_sent", U16)],
            &[],
        ),
        (103, _) => (&[("burst_message", U8), ("update_period", U32), ("max_update_period", U32)], &[]),
        (104, _) => (
            &[("burst_message", U8), ("trigger_mode", U8), ("classification", U8), ("units", U8), ("trigger_level", F32)],
            &[],
        ),
        (105, true) => (&[("burst_message", U8)], &[]),
        (105, false) => (
            &[("burst_mode", U8), ("burst_command", U8), ("body", Rest)],
            &[],
        ),
        (107, _) => (&[("body", Rest)], &[]),
        (108, true) => (&[("burst_command", U16), ("burst_message", U8)], &[]),
        (109, _) => (&[("burst_mode", U8), ("burst_message", U8)], &[]),
        // A key is a secret; its bytes are not shown.
        (768, _) => (&[], &[]),
        _ => (&[("body", Rest)], &[]),
    }
}

/// The name of a response code (HCF_SPEC-307); those with several meanings by what they share.
pub(super) const fn response_code(code: u8) -> &'static str {
    match code {
        0 => "success",
        1 => "undefined",
        2 => "invalid_selection",
        3 => "passed_parameter_too_large",
        4 => "passed_parameter_too_small",
        5 => "too_few_data_bytes_received",
        6 => "device_specific_command_error",
        7 => "in_write_protect_mode",
        8 => "set_to_nearest_possible_value",
        9 => "lower_range_value_too_high_or_incorrect_date",
        10 => "lower_range_value_too_low_or_burst_configuration",
        11 => "upper_range_value_too_high_or_in_multidrop_mode",
        12 => "upper_range_value_too_low_or_invalid_mode",
        13 => "range_values_out_of_limits_or_invalid_transfer_function",
        14 => "span_too_small_or_version_not_supported",
        15 => "all_sessions_in_use_or_invalid_analog_channel",
        16 => "access_restricted",
        17 => "invalid_device_variable_index",
        18 => "invalid_units_code",
        19 => "device_variable_index_not_allowed",
        20 => "invalid_extended_command_number",
        21 => "invalid_io_card_number",
        22 => "invalid_channel_number",
        23 => "sub_device_response_too_long",
        28 => "invalid_range_units_code",
        29 => "invalid_level_units_code",
        30 => "command_response_truncated",
        32 => "busy",
        33 => "delayed_response_initiated",
        34 => "delayed_response_running",
        35 => "delayed_response_dead",
        36 => "delayed_response_conflict",
        60 => "payload_too_long",
        61 => "no_buffers_available",
        62 => "no_alarm_or_event_buffers_available",
        63 => "priority_too_low",
        64 => "command_not_implemented",
        128.. => "communication_error",
        24..=27 | 31 | 96..=127 => "warning",
        _ => "reserved",
    }
}

/// Whether a response code refuses (HCF_SPEC-307, classes of response codes): warnings do not.
pub(super) const fn refuses(code: u8) -> bool {
    !matches!(code, 0 | 8 | 24..=27 | 30 | 31 | 96..=127)
}
