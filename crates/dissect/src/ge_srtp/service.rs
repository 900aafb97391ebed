//! Service requests, memory areas and error codes.

use crate::{Category, Function};

/// Services that the decoder looks into (Denton et al., table 2).
pub(super) const PROGRAM_NAMES: u8 = 0x03;
pub(super) const READ_SYSTEM: u8 = 0x04;
pub(super) const READ_TASK: u8 = 0x05;
pub(super) const READ_PROGRAM: u8 = 0x06;
pub(super) const WRITE_SYSTEM: u8 = 0x07;
pub(super) const WRITE_TASK: u8 = 0x08;
pub(super) const WRITE_PROGRAM: u8 = 0x09;
pub(super) const SET_STATE: u8 = 0x23;
pub(super) const CONTROLLER_ID: u8 = 0x43;

/// Name and category of a service request.
pub(super) const fn describe(code: u8) -> (Function, Category) {
    let (name, category) = match code {
        0x00 => ("plc_short_status", Category::Diagnostics),
        PROGRAM_NAMES => ("return_control_program_names", Category::Diagnostics),
        READ_SYSTEM => ("read_system_memory", Category::Read),
        READ_TASK => ("read_task_memory", Category::Read),
        READ_PROGRAM => ("read_program_memory", Category::ProgramUpload),
        WRITE_SYSTEM => ("write_system_memory", Category::Write),
        WRITE_TASK => ("write_task_memory", Category::Write),
        WRITE_PROGRAM => ("write_program_block_memory", Category::ProgramDownload),
        0x20 => ("programmer_logon", Category::Authentication),
        0x21 => ("change_plc_cpu_privilege_level", Category::Authentication),
        0x22 => ("set_control_id", Category::Configuration),
        SET_STATE => ("set_plc_run_stop", Category::Control),
        0x24 => ("set_plc_time_date", Category::TimeSync),
        0x25 => ("return_plc_time_date", Category::TimeSync),
        0x38 => ("return_fault_table", Category::Diagnostics),
        0x39 => ("clear_fault_table", Category::Configuration),
        0x3f => ("program_store", Category::ProgramUpload),
        0x40 => ("program_load", Category::ProgramDownload),
        CONTROLLER_ID => ("return_controller_type_and_id", Category::Diagnostics),
        0x44 => ("toggle_force_system_memory", Category::Write),
        _ => return (Function::Unknown(code as u32), Category::Other),
    };
    (Function::Known(name), category)
}

/// Whether a service addresses memory by selector, offset and length.
pub(super) const fn addresses(code: u8) -> bool {
    matches!(code, READ_SYSTEM..=WRITE_PROGRAM | 0x44)
}

/// A memory area by its segment selector.
#[derive(Debug, Clone, Copy)]
pub(super) struct Area {
    pub(super) name: &'static str,
    /// Width of what the offset and length count, in bits.
    pub(super) bits: u8,
}

/// The area that a segment selector names (Denton et al., table 3). Offsets count from 0, the areas from 1.
pub(super) const fn area(selector: u8) -> Option<Area> {
    let (name, bits) = match selector {
        0x08 => ("%R", 16),
        0x0a => ("%AI", 16),
        0x0c => ("%AQ", 16),
        0x10 => ("%I", 8),
        0x12 => ("%Q", 8),
        0x14 => ("%T", 8),
        0x16 => ("%M", 8),
        0x18 => ("%SA", 8),
        0x1a => ("%SB", 8),
        0x1c => ("%SC", 8),
        0x1e => ("%S", 8),
        0x38 => ("%G", 8),
        0x46 => ("%I", 1),
        0x48 => ("%Q", 1),
        0x4a => ("%T", 1),
        0x4c => ("%M", 1),
        0x4e => ("%SA", 1),
        0x50 => ("%SB", 1),
        0x52 => ("%SC", 1),
        0x54 => ("%S", 1),
        0x56 => ("%G", 1),
        _ => return None,
    };
    Some(Area { name, bits })
}

/// Names of major status codes (GFK-0529, table 3-12).
pub(super) const fn status_name(code: u8) -> &'static str {
    match code {
        0 => "ok",
        1 => "illegal_service_request",
        2 => "insufficient_privilege",
        4 => "protocol_sequence_error",
        5 => "service_request_error",
        6 => "illegal_mailbox_type",
        7 => "request_queue_full",
        _ => "unknown_error",
    }
}

/// Names of minor status codes of a service request error (GFK-0529, tables 3-13 and 3-14).
pub(super) const fn minor_name(code: u8) -> &'static str {
    match code {
        0x00 => "none",
        0x50 => "mail_to_slave_task_failed",
        0x51 => "mail_from_slave_task_failed",
        0x55 => "slave_task_timed_out",
        0x56 => "connection_not_found_by_slave_task",
        0x57 => "datagram_not_written",
        0x58 => "datagram_not_updated",
        0xb2 => "program_block_exists",
        0xb3 => "length_limit_exceeded",
        0xb4 => "interrupt_list_altered_while_running",
        0xb5 => "additive_checksum_differs",
        0xb6 => "crc_differs",
        0xb7 => "segment_length_differs",
        0xb8 => "bad_selector_table_size",
        0xb9 => "executable_flag_not_set",
        0xba => "block_set_exists",
        0xbb => "partial_store_too_long",
        0xbc => "block_type_not_found",
        0xbd => "block_set_not_found",
        0xbe => "bad_block_type",
        0xbf => "illegal_record_type",
        0xc0 => "bad_record_checksum",
        0xc1 => "invalid_block_state_transition",
        0xc2 => "oem_key_is_null",
        0xc3 => "text_length_differs",
        0xc4 => "verify_failed",
        0xc5 => "no_task_level_configuration",
        0xc6 => "not_logged_into_control_program",
        0xc7 => "password_inactive",
        0xc8 => "password_already_enabled",
        0xc9 => "login_needs_buffer",
        0xca => "device_write_protected",
        0xcb => "write_verify_error",
        0xcc => "data_corrupted",
        0xcd => "no_data_stored",
        0xce => "device_memory_insufficient",
        0xcf => "device_not_available",
        0xd0 => "module_revision_unsupported",
        0xd1 => "packet_size_differs",
        0xd2 => "invalid_write_mode",
        0xd3 => "module_end_exceeded",
        0xd4 => "configuration_checksum_differs",
        0xd5 => "invalid_block_name",
        0xd6 => "datagram_boundary_exceeded",
        0xd7 => "invalid_datagram_type",
        0xd8 => "point_length_not_allowed",
        0xd9 => "invalid_transfer_type",
        0xda => "null_pointer_in_selector",
        0xdb => "invalid_selector_in_datagram",
        0xdc => "connection_address_not_found",
        0xdd => "connection_id_not_found",
        0xde => "datagram_connection_size",
        0xdf => "datagram_connection_address",
        0xe0 => "service_in_process",
        0xe1 => "no_io_configuration",
        0xe2 => "configuration_not_deleted",
        0xe3 => "cpu_revision_differs",
        0xe4 => "segment_does_not_exist",
        0xe5 => "file_area_not_formatted",
        0xe6 => "cpu_model_differs",
        0xe7 => "configuration_not_valid",
        0xe8 => "no_user_memory",
        0xe9 => "selector_not_valid_in_context",
        0xea => "not_logged_in",
        0xeb => "task_not_deleted",
        0xec => "task_not_created",
        0xed => "bus_error",
        0xee => "block_sizes_not_returned",
        0xef => "programmer_already_attached",
        0xf0 => "only_in_stop_mode",
        0xf1 => "only_from_programmer",
        0xf2 => "invalid_program",
        0xf3 => "io_configuration_mismatch",
        0xf4 => "invalid_input_parameter",
        0xf5 => "invalid_password",
        0xf6 => "invalid_sweep_state",
        0xf7 => "task_login_required",
        0xf8 => "invalid_task_name",
        0xf9 => "task_address_out_of_range",
        0xfa => "io_module_not_replaced",
        0xfb => "io_configuration_not_cleared",
        0xfc => "io_configuration_invalid",
        0xfd => "auto_configuration_failed",
        0xfe => "no_privilege",
        0xff => "aborted",
        _ => "unknown",
    }
}

/// Names of a controller's states, the upper four bits of its status word (GFK-0529, table 3-8).
pub(super) const fn state_name(word: u16) -> &'static str {
    match word >> 12 {
        0 => "run_io_enabled",
        1 => "run_io_disabled",
        2 => "stop_io_disabled",
        3 => "stop_faulted",
        4 => "halted",
        5 => "suspended",
        6 => "stop_io_enabled",
        _ => "unknown",
    }
}
