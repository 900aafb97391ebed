//! Names of the MELSEC communication protocol: commands, devices, end codes.
//!
//! Spec: Mitsubishi SH-080008 (MELSEC communication protocol reference), SH-080956 (SLMP reference).

use crate::{Category, Function};

/// Name and category of a 3E or 4E command. Those of network parameters, backup and CC-Link stand in SLMP's own protocol
/// specification (BAP-C2006), here by the list of a public stack that cites it (rt-labs c-link).
#[rustfmt::skip]
pub(super) const fn describe(command: u16) -> (Function, Category) {
    use Category::{Authentication, Configuration, Control, Diagnostics, FileTransfer, Other, Read, Write};
    let (name, category) = match command {
        0x0101 => ("read_type_name", Diagnostics),
        0x0201 => ("file_information_read", FileTransfer),
        0x0202 => ("file_information_read_detail", FileTransfer),
        0x0203 => ("file_search", FileTransfer),
        0x0204 => ("file_information_number_read", FileTransfer),
        0x0205 => ("drive_state_read", FileTransfer),
        0x0206 => ("file_read", FileTransfer),
        0x0401 => ("device_read", Read),
        0x0403 => ("device_read_random", Read),
        0x0406 => ("device_read_block", Read),
        0x041a => ("array_label_read", Read),
        0x041c => ("label_read_random", Read),
        0x0601 => ("extend_unit_read", Read),
        0x0613 => ("memory_read", Read),
        0x0619 => ("self_test", Diagnostics),
        0x0801 => ("entry_monitor_device", Read),
        0x0802 => ("execute_monitor", Read),
        0x0808 => ("file_lock", FileTransfer),
        0x1001 => ("remote_run", Control),
        0x1002 => ("remote_stop", Control),
        0x1003 => ("remote_pause", Control),
        0x1005 => ("remote_latch_clear", Control),
        0x1006 => ("remote_reset", Control),
        0x1202 => ("file_new", FileTransfer),
        0x1203 => ("file_write", FileTransfer),
        0x1204 => ("file_information_change", FileTransfer),
        0x1205 => ("file_delete", FileTransfer),
        0x1206 => ("file_copy", FileTransfer),
        0x1207 => ("drive_defragment", Configuration),
        0x1401 => ("device_write", Write),
        0x1402 => ("device_write_random", Write),
        0x1406 => ("device_write_block", Write),
        0x141a => ("array_label_write", Write),
        0x141b => ("label_write_random", Write),
        0x1601 => ("extend_unit_write", Write),
        0x1613 => ("memory_write", Write),
        0x1617 => ("clear_error", Control),
        0x1619 => ("clear_error_history", Control),
        0x161a => ("clear_event_history", Control),
        0x1630 => ("remote_password_unlock", Authentication),
        0x1631 => ("remote_password_lock", Authentication),
        0x1810 => ("read_directory", FileTransfer),
        0x1811 => ("search_directory", FileTransfer),
        0x1820 => ("new_file", FileTransfer),
        0x1822 => ("delete_file", FileTransfer),
        0x1824 => ("copy_file", FileTransfer),
        0x1825 => ("change_file_state", FileTransfer),
        0x1826 => ("change_file_date", FileTransfer),
        0x1827 => ("open_file", FileTransfer),
        0x1828 => ("read_file", FileTransfer),
        0x1829 => ("write_file", FileTransfer),
        0x182a => ("close_file", FileTransfer),
        0x2101 => ("on_demand", Other),
        other => return network(other),
    };
    (Function::Known(name), category)
}

/// Commands of networks: search, parameters, backup, CC-Link.
#[rustfmt::skip]
const fn network(command: u16) -> (Function, Category) {
    use Category::{Configuration, Control, Diagnostics, Discovery, Other, Read};
    let (name, category) = match command {
        0x0e28 => ("device_identification_get", Discovery),
        0x0e29 => ("node_data_monitoring", Diagnostics),
        0x0e30 => ("node_search", Discovery),
        0x0e31 => ("ip_address_set", Configuration),
        0x0e32 => ("device_info_compare", Diagnostics),
        0x0e33 => ("parameter_get", Read),
        0x0e34 => ("parameter_set", Configuration),
        0x0e35 => ("parameter_set_start", Configuration),
        0x0e36 => ("parameter_set_end", Configuration),
        0x0e3a => ("parameter_set_cancel", Configuration),
        0x0e44 | 0x0e53 => ("status_read", Diagnostics),
        0x0e45 => ("communication_setting_get", Diagnostics),
        0x0eb0 => ("backup_communication_get", Diagnostics),
        0x0eb1 => ("backup_list_get", Diagnostics),
        0x0eb2 => ("backup_device_info_get", Diagnostics),
        0x0eb3 => ("backup_start", Configuration),
        0x0eb4 => ("backup_end", Configuration),
        0x0eb5 => ("backup_request", Configuration),
        0x0eb6 => ("backup_parameter_get", Read),
        0x0eb7 => ("restore_check", Diagnostics),
        0x0eb8 => ("restore_start", Configuration),
        0x0eb9 => ("restore_end", Configuration),
        0x0eba => ("restore_parameter_set", Configuration),
        0x3040 => ("communication_test", Diagnostics),
        0x3050 => ("cable_test", Diagnostics),
        0x3060 => ("event_history_number_get", Diagnostics),
        0x3061 => ("event_history_get", Diagnostics),
        0x3062 => ("event_history_clock_offset_send", Configuration),
        0x3070 => ("remote_control", Control),
        0x3072 => ("communication_speed", Configuration),
        0x3119 => ("node_information_get", Diagnostics),
        0x3206 | 0x3208 => ("cyclic_stop", Control),
        0x3207 | 0x3209 => ("cyclic_start", Control),
        0x320a => ("link_device_parameter_write", Configuration),
        0x320b => ("link_device_parameter_check_request", Diagnostics),
        0x320c => ("link_device_parameter_check_response", Diagnostics),
        0x320d => ("reserved_station_release", Configuration),
        0x320e => ("reserved_station_configure", Configuration),
        0x3210 => ("watchdog_counter_set", Configuration),
        0x3211 => ("watchdog_counter_offset_configure", Configuration),
        0x4020 => ("can_object_access", Other),
        other => return (Function::Unknown(other as u32), Other),
    };
    (Function::Known(name), category)
}

/// Whether a command is one of the specification.
pub(super) const fn is_known(command: u16) -> bool {
    matches!(describe(command).0, Function::Known(_))
}

/// Name and category of a 1E command, without the bit of a response (SH-080008, 18).
#[rustfmt::skip]
pub(super) const fn describe_1e(command: u8) -> Option<(&'static str, Category)> {
    use Category::{Control, Diagnostics, ProgramDownload, ProgramUpload, Read, Write};
    Some(match command {
        0x00 => ("batch_read_bits", Read),
        0x01 => ("batch_read_words", Read),
        0x02 => ("batch_write_bits", Write),
        0x03 => ("batch_write_words", Write),
        0x04 => ("test_bits", Write),
        0x05 => ("test_words", Write),
        0x06 => ("monitor_registration_bits", Read),
        0x07 => ("monitor_registration_words", Read),
        0x08 => ("monitor_bits", Read),
        0x09 => ("monitor_words", Read),
        0x0e => ("special_function_module_read", Read),
        0x0f => ("special_function_module_write", Write),
        0x13 => ("remote_run", Control),
        0x14 => ("remote_stop", Control),
        0x15 => ("pc_type_read", Diagnostics),
        0x16 => ("loopback_test", Diagnostics),
        0x17 => ("extension_file_register_read", Read),
        0x18 => ("extension_file_register_write", Write),
        0x1e => ("main_sequence_program_read", ProgramUpload),
        0x1f => ("main_sequence_program_write", ProgramDownload),
        0x20 => ("sub_sequence_program_read", ProgramUpload),
        0x21 => ("sub_sequence_program_write", ProgramDownload),
        _ => return None,
    })
}

/// A device: its letters, and whether a point is a bit.
#[rustfmt::skip]
pub(super) const fn device(code: u16) -> Option<(&'static str, bool)> {
    Some(match code {
        0x91 => ("SM", true),
        0xa9 => ("SD", false),
        0x9c => ("X", true),
        0x9d => ("Y", true),
        0x90 => ("M", true),
        0x92 => ("L", true),
        0x93 => ("F", true),
        0x94 => ("V", true),
        0xa0 => ("B", true),
        0xa8 => ("D", false),
        0xb4 => ("W", false),
        0xc1 => ("TS", true),
        0xc0 => ("TC", true),
        0xc2 => ("TN", false),
        0x51 => ("LTS", true),
        0x50 => ("LTC", true),
        0x52 => ("LTN", false),
        0xc7 => ("STS", true),
        0xc6 => ("STC", true),
        0xc8 => ("STN", false),
        0x59 => ("LSTS", true),
        0x58 => ("LSTC", true),
        0x5a => ("LSTN", false),
        0xc4 => ("CS", true),
        0xc3 => ("CC", true),
        0xc5 => ("CN", false),
        0x55 => ("LCS", true),
        0x54 => ("LCC", true),
        0x56 => ("LCN", false),
        0xa1 => ("SB", true),
        0xb5 => ("SW", false),
        0x98 => ("S", true),
        0xa2 => ("DX", true),
        0xa3 => ("DY", true),
        0xcc => ("Z", false),
        0x62 => ("LZ", false),
        0xaf => ("R", false),
        0xb0 => ("ZR", false),
        0x2c => ("RD", false),
        0xab => ("G", false),
        _ => return None,
    })
}

/// The code of a device in ASCII frames: two characters, padded with `*`.
pub(super) fn device_by_letters(letters: &[u8]) -> Option<u16> {
    let name = std::str::from_utf8(letters).ok()?.trim_end_matches(['*', ' ']);
    (0x2c..=0xcc).find(|code| device(*code).is_some_and(|device| device.0 == name))
}

/// The name of an end code (SH-080008; SH-080956).
pub(super) const fn end_code(code: u16) -> &'static str {
    match code {
        0 => "normal",
        0x4000..=0x4fff => "cpu_error",
        0x0055 => "writing_while_running_not_allowed",
        0xc050 => "ascii_conversion_error",
        0xc051..=0xc054 => "too_many_points",
        0xc056 => "address_beyond_range",
        0xc058 => "length_does_not_match",
        0xc059 => "command_not_supported",
        0xc05b => "device_not_accessible",
        0xc05c => "request_content_wrong",
        0xc05d => "monitor_not_registered",
        0xc05f => "not_executable_on_this_cpu",
        0xc060 => "bit_data_wrong",
        0xc061 => "length_wrong",
        0xc06f => "ascii_binary_mismatch",
        0xc070 => "extension_not_possible",
        0xc0b5 => "data_not_handled",
        0xc200 => "remote_password_wrong",
        0xc201 => "locked_by_remote_password",
        0xc204 => "unlocked_by_another",
        0xc810 => "remote_password_authentication_failed",
        0xc815 => "remote_password_lockout",
        0xcee0 => "busy",
        0xcee1 => "request_too_large",
        0xcee2 => "response_too_large",
        0xcf10 => "server_not_found",
        0xcf20 => "setting_not_possible",
        0xcf30 => "parameter_not_supported",
        0xcf31 => "parameter_not_writable_now",
        0xcf70 => "route_error",
        0xcf71 => "timeout",
        _ => "error",
    }
}
