//! FINS commands and end codes.
//!
//! Spec: Omron W227 (FINS commands), W342 (CS/CJ/CP/NSJ communications commands), section 5.

use crate::{Category, Function};

/// Name and category of a command: main request code in the high byte, sub-request code in the low.
#[rustfmt::skip]
pub(super) const fn describe(code: u16) -> (Function, Category) {
    use Category::{
        Configuration, Control, Diagnostics, FileTransfer, Other, ProgramDownload, ProgramUpload, Read, Session, TimeSync,
        Write,
    };
    let (name, category) = match code {
        0x0101 => ("memory_area_read", Read),
        0x0102 => ("memory_area_write", Write),
        0x0103 => ("memory_area_fill", Write),
        0x0104 => ("multiple_memory_area_read", Read),
        0x0105 => ("memory_area_transfer", Write),
        0x0201 => ("parameter_area_read", Read),
        0x0202 => ("parameter_area_write", Configuration),
        0x0203 => ("parameter_area_clear", Configuration),
        0x0220 => ("data_link_table_read", Read),
        0x0221 => ("data_link_table_write", Configuration),
        0x0304 => ("program_area_protect", Configuration),
        0x0305 => ("program_area_protect_clear", Configuration),
        0x0306 => ("program_area_read", ProgramUpload),
        0x0307 => ("program_area_write", ProgramDownload),
        0x0308 => ("program_area_clear", ProgramDownload),
        0x0401 => ("run", Control),
        0x0402 => ("stop", Control),
        0x0403 => ("reset", Control),
        0x0501 => ("controller_data_read", Diagnostics),
        0x0502 => ("connection_data_read", Diagnostics),
        0x0601 => ("controller_status_read", Diagnostics),
        0x0602 => ("network_status_read", Diagnostics),
        0x0603 => ("data_link_status_read", Diagnostics),
        0x0620 => ("cycle_time_read", Diagnostics),
        0x0701 => ("clock_read", Read),
        0x0702 => ("clock_write", TimeSync),
        0x0801 => ("internode_echo_test", Diagnostics),
        0x0802 => ("broadcast_test_results_read", Diagnostics),
        0x0803 => ("broadcast_test_data_send", Diagnostics),
        0x0920 => ("message_read_clear", Diagnostics),
        0x0c01 => ("access_right_acquire", Session),
        0x0c02 => ("access_right_forced_acquire", Session),
        0x0c03 => ("access_right_release", Session),
        0x2101 => ("error_clear", Control),
        0x2102 => ("error_log_read", Diagnostics),
        0x2103 => ("error_log_clear", Configuration),
        0x2140 => ("fins_write_access_log_read", Diagnostics),
        0x2141 => ("fins_write_access_log_clear", Configuration),
        0x2201 => ("file_name_read", FileTransfer),
        0x2202 => ("single_file_read", FileTransfer),
        0x2203 => ("single_file_write", FileTransfer),
        0x2204 => ("file_memory_format", FileTransfer),
        0x2205 => ("file_delete", FileTransfer),
        0x2206 => ("volume_label_create_delete", FileTransfer),
        0x2207 => ("file_copy", FileTransfer),
        0x2208 => ("file_name_change", FileTransfer),
        0x2209 => ("file_data_check", FileTransfer),
        0x220a => ("memory_area_file_transfer", FileTransfer),
        0x220b => ("parameter_area_file_transfer", FileTransfer),
        0x220c => ("program_area_file_transfer", FileTransfer),
        0x220f => ("file_memory_index_read", FileTransfer),
        0x2210 => ("file_memory_read", FileTransfer),
        0x2211 => ("file_memory_write", FileTransfer),
        0x2215 => ("directory_create_delete", FileTransfer),
        0x2220 => ("memory_cassette_transfer", FileTransfer),
        0x2301 => ("forced_set_reset", Write),
        0x2302 => ("forced_set_reset_cancel", Write),
        0x230a => ("multiple_forced_status_read", Read),
        0x2601 => ("name_set", Configuration),
        0x2602 => ("name_delete", Configuration),
        0x2603 => ("name_read", Diagnostics),
        other => return (Function::Unknown(other as u32), Other),
    };
    (Function::Known(name), category)
}

/// Whether a command is one of the specification.
pub(super) const fn is_known(code: u16) -> bool {
    matches!(describe(code).0, Function::Known(_))
}

/// Bits of an end code that do not belong to it: relay error, and errors of the destination's CPU unit (W227, 2-6).
const FLAGS: u16 = 0x80c0;

/// The end code without its flags.
pub(super) const fn main_code(code: u16) -> u16 {
    code & !FLAGS
}

/// The name of an end code (W227, 2-6; W342, 5-1-3).
#[rustfmt::skip]
pub(super) const fn end_code(code: u16) -> &'static str {
    match main_code(code) {
        0x0000 => "normal_completion",
        0x0001 => "service_cancelled",
        0x0101 => "local_node_not_in_network",
        0x0102 => "token_timeout",
        0x0103 => "retries_failed",
        0x0104 => "too_many_send_frames",
        0x0105 => "node_address_range_error",
        0x0106 => "node_address_duplication",
        0x0201 => "destination_node_not_in_network",
        0x0202 => "unit_missing",
        0x0203 => "third_node_missing",
        0x0204 => "destination_node_busy",
        0x0205 => "response_timeout",
        0x0206 => "transmission_path_error",
        0x0301 => "communications_controller_error",
        0x0302 => "cpu_unit_error",
        0x0303 => "controller_error",
        0x0304 => "unit_number_error",
        0x0401 => "undefined_command",
        0x0402 => "not_supported_by_model_or_version",
        0x0501 => "destination_address_setting_error",
        0x0502 => "no_routing_tables",
        0x0503 => "routing_table_error",
        0x0504 => "too_many_relays",
        0x1001 => "command_too_long",
        0x1002 => "command_too_short",
        0x1003 => "elements_and_data_do_not_match",
        0x1004 => "command_format_error",
        0x1005 => "header_error",
        0x1101 => "area_classification_missing",
        0x1102 => "access_size_error",
        0x1103 => "address_range_error",
        0x1104 => "address_range_exceeded",
        0x1106 => "program_missing",
        0x1109 => "relational_error",
        0x110a => "duplicate_data_access",
        0x110b => "response_too_long",
        0x110c => "parameter_error",
        0x2002 => "read_protected",
        0x2003 => "read_table_missing",
        0x2004 => "read_data_missing",
        0x2005 => "read_program_missing",
        0x2006 => "read_file_missing",
        0x2007 => "read_data_mismatch",
        0x2101 => "write_read_only",
        0x2102 => "write_protected",
        0x2103 => "cannot_register",
        0x2105 => "write_program_missing",
        0x2106 => "write_file_missing",
        0x2107 => "file_name_already_exists",
        0x2108 => "cannot_change",
        0x2201 => "not_possible_during_execution",
        0x2202 => "not_possible_while_running",
        0x2203 => "wrong_mode_program",
        0x2204 => "wrong_mode_debug",
        0x2205 => "wrong_mode_monitor",
        0x2206 => "wrong_mode_run",
        0x2207 => "specified_node_not_polling_node",
        0x2208 => "step_cannot_be_executed",
        0x2301 => "file_device_missing",
        0x2302 => "memory_missing",
        0x2303 => "clock_missing",
        0x2401 => "table_missing",
        0x2502 => "memory_error",
        0x2503 => "io_setting_error",
        0x2504 => "too_many_io_points",
        0x2505 => "cpu_bus_error",
        0x2506 => "io_duplication",
        0x2507 => "io_bus_error",
        0x2509 => "sysmac_bus_error",
        0x250a => "cpu_bus_unit_error",
        0x250d => "sysmac_bus_number_duplication",
        0x250f => "memory_status_error",
        0x2510 => "sysmac_bus_terminator_missing",
        0x2601 => "no_protection",
        0x2602 => "incorrect_password",
        0x2604 => "protected",
        0x2605 => "service_already_executing",
        0x2606 => "service_stopped",
        0x2607 => "no_execution_right",
        0x2608 => "settings_required_before_execution",
        0x2609 => "necessary_items_not_set",
        0x260a => "number_already_defined",
        0x260b => "error_will_not_clear",
        0x3001 => "no_access_right",
        0x4001 => "service_aborted",
        _ => "unknown",
    }
}

/// A memory area: its name, and whether an element is a bit.
#[rustfmt::skip]
pub(super) const fn area(code: u8) -> Option<(&'static str, bool)> {
    Some(match code {
        0x00 | 0x30 => ("cio_bit", true),
        0x31 => ("work_bit", true),
        0x32 => ("holding_bit", true),
        0x33 => ("auxiliary_bit", true),
        0x70 => ("cio_bit_forced", true),
        0x71 => ("work_bit_forced", true),
        0x72 => ("holding_bit_forced", true),
        0x80 | 0xb0 => ("cio", false),
        0xb1 => ("work", false),
        0xb2 => ("holding", false),
        0xb3 => ("auxiliary", false),
        0xf0 => ("cio_forced", false),
        0xf1 => ("work_forced", false),
        0xf2 => ("holding_forced", false),
        0x01 | 0x09 => ("timer_counter_flag", true),
        0x41 | 0x49 => ("timer_counter_flag_forced", true),
        0x81 | 0x89 => ("timer_counter_value", false),
        0x02 => ("data_memory_bit", true),
        0x82 => ("data_memory", false),
        0x03 => ("transition_flag", true),
        0x04 => ("step_flag", true),
        0x06 => ("task_flag", true),
        0x46 => ("task_status", true),
        0x07 => ("clock_pulse", true),
        0x0a => ("extended_memory_bit", true),
        0x98 => ("extended_memory", false),
        0x20..=0x2f => ("extended_memory_bank_bit", true),
        0xa0..=0xaf | 0x90..=0x97 => ("extended_memory_bank", false),
        0xe0..=0xec => ("extended_memory_bank_bit", true),
        0x60..=0x6c => ("extended_memory_bank", false),
        0xbc => ("data_register", false),
        0xdc => ("index_register", false),
        0x9c => ("extended_memory_bank_number", false),
        _ => return None,
    })
}

/// The bank that an extended memory code names.
pub(super) const fn bank(code: u8) -> Option<u8> {
    match code {
        0x20..=0x2f | 0xa0..=0xaf => Some(code & 0x0f),
        0x90..=0x97 => Some(code & 0x07),
        0xe0..=0xec | 0x60..=0x6c => Some((code & 0x0f).saturating_add(16)),
        _ => None,
    }
}
