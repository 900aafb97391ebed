//! Commands, functions and status codes (1770-6.5.16, chapters 7 and 8).

use super::address::Address;
use crate::{Category, Function};

/// Command of the diagnostic functions, and its function "diagnostic status".
pub(super) const DIAGNOSTIC: u8 = 0x06;
pub(super) const STATUS: u8 = 0x03;
/// Command of the functions of PLC-5, SLC 500 and MicroLogix.
pub(super) const EXTENDED: u8 = 0x0f;

/// Whether a command is followed by a function byte.
pub(super) const fn has_function(command: u8) -> bool {
    matches!(command, DIAGNOSTIC | 0x07 | EXTENDED)
}

/// Name and category of a command; the file addressed tells process data from parts of the program.
pub(super) fn describe(
    command: u8,
    function: Option<u8>,
    place: Option<&Address<'_>>,
) -> (Function, Category) {
    let Some((name, category)) = known(command, function) else {
        let code = match function {
            Some(function) => u32::from(command) << 8 | u32::from(function),
            None => u32::from(command),
        };
        return (Function::Unknown(code), Category::Other);
    };
    let category = place.and_then(|place| place.category(category)).unwrap_or(category);
    (Function::Known(name), category)
}

/// A reply whose command was not seen: its function is not repeated.
pub(super) fn unanswered(command: u8) -> (Function, Category) {
    match command {
        DIAGNOSTIC => (Function::Known("diagnostic_reply"), Category::Diagnostics),
        0x07 => (Function::Known("mode_reply"), Category::Other),
        EXTENDED => (Function::Known("extended_reply"), Category::Other),
        command => describe(command, None, None),
    }
}

const fn known(command: u8, function: Option<u8>) -> Option<(&'static str, Category)> {
    Some(match (command, function) {
        (0x00, _) => ("protected_write", Category::Write),
        (0x01, _) => ("unprotected_read", Category::Read),
        (0x02, _) => ("protected_bit_write", Category::Write),
        (0x03, _) => ("physical_write", Category::ProgramDownload),
        (0x04, _) => ("physical_read", Category::ProgramUpload),
        (0x05, _) => ("unprotected_bit_write", Category::Write),
        (0x08, _) => ("unprotected_write", Category::Write),
        (DIAGNOSTIC, Some(function)) => return diagnostic(function),
        (0x07, Some(function)) => return mode(function),
        (EXTENDED, Some(function)) => return extended(function),
        _ => return None,
    })
}

const fn diagnostic(function: u8) -> Option<(&'static str, Category)> {
    Some(match function {
        0x00 => ("echo", Category::Diagnostics),
        0x01 => ("read_diagnostic_counters", Category::Diagnostics),
        0x02 => ("set_variables", Category::Configuration),
        STATUS => ("diagnostic_status", Category::Diagnostics),
        0x04 => ("set_timeout", Category::Configuration),
        0x05 => ("set_naks", Category::Configuration),
        0x06 => ("set_enqs", Category::Configuration),
        0x07 => ("reset_diagnostic_counters", Category::Configuration),
        0x08 => ("set_data_table_size", Category::Configuration),
        0x09 => ("read_link_parameters", Category::Diagnostics),
        0x0a => ("set_link_parameters", Category::Configuration),
        _ => return None,
    })
}

const fn mode(function: u8) -> Option<(&'static str, Category)> {
    Some(match function {
        0x00 => ("disable_outputs", Category::Control),
        0x01 => ("enable_outputs", Category::Control),
        0x03 => ("enable_plc_scanning", Category::Control),
        0x04 => ("enter_download_mode", Category::ProgramDownload),
        0x05 => ("exit_download_upload_mode", Category::Control),
        0x06 => ("enter_upload_mode", Category::ProgramUpload),
        _ => return None,
    })
}

const fn extended(function: u8) -> Option<(&'static str, Category)> {
    Some(match function {
        0x00 => ("word_range_write", Category::Write),
        0x01 => ("word_range_read", Category::Read),
        0x02 => ("bit_write", Category::Write),
        0x03 => ("file_write", Category::Write),
        0x04 => ("file_read", Category::Read),
        0x05 => ("download_request", Category::ProgramDownload),
        0x06 => ("upload", Category::ProgramUpload),
        0x07 => ("shutdown", Category::Control),
        0x08 => ("physical_write", Category::ProgramDownload),
        0x09 => ("physical_read", Category::ProgramUpload),
        0x0a => ("restart_request", Category::Control),
        0x11 => ("get_edit_resource", Category::Configuration),
        0x12 => ("return_edit_resource", Category::Configuration),
        0x17 => ("read_bytes_physical", Category::ProgramUpload),
        0x18 => ("write_bytes_physical", Category::ProgramDownload),
        0x26 => ("read_modify_write", Category::Write),
        0x29 => ("read_section_size", Category::Diagnostics),
        0x3a => ("set_cpu_mode", Category::Control),
        0x41 => ("disable_forces", Category::Control),
        0x50 => ("download_all_request", Category::ProgramDownload),
        0x52 => ("download_completed", Category::ProgramDownload),
        0x53 => ("upload_all_request", Category::ProgramUpload),
        0x55 => ("upload_completed", Category::ProgramUpload),
        0x57 => ("initialize_memory", Category::Control),
        0x5e => ("modify_plc_2_compatibility_file", Category::Configuration),
        0x67 => ("typed_write", Category::Write),
        0x68 => ("typed_read", Category::Read),
        0x79 => ("read_modify_write_n", Category::Write),
        0x80 => ("change_mode", Category::Control),
        0x81 => ("open_file", Category::FileTransfer),
        0x82 => ("close_file", Category::FileTransfer),
        0x88 => ("execute_multiple_commands", Category::Other),
        0x8f => ("apply_port_configuration", Category::Configuration),
        0xa1 => ("protected_typed_logical_read_with_two_address_fields", Category::Read),
        0xa2 => ("protected_typed_logical_read_with_three_address_fields", Category::Read),
        0xa7 => ("protected_typed_file_read", Category::ProgramUpload),
        0xa9 => ("protected_typed_logical_write_with_two_address_fields", Category::Write),
        0xaa => ("protected_typed_logical_write_with_three_address_fields", Category::Write),
        0xab => ("protected_typed_logical_write_with_mask", Category::Write),
        0xaf => ("protected_typed_file_write", Category::ProgramDownload),
        _ => return None,
    })
}

/// Mode that change_mode asks for (chapter 7, change mode, SLC 500 and MicroLogix).
pub(super) const fn mode_name(mode: u8) -> &'static str {
    match mode {
        0x01 => "remote_program",
        0x06 => "remote_run",
        0x07 => "remote_test_continuous",
        0x08 => "remote_test_single",
        0x09 => "remote_test_debug",
        _ => "unknown",
    }
}

/// Name of a status byte, or of the extended one where the status says that there is one.
pub(super) const fn status_name(status: u8, extended: Option<u8>) -> &'static str {
    match (status, extended) {
        (0xf0..=0xff, Some(extended)) => extended_name(extended),
        _ => plain_name(status),
    }
}

const fn plain_name(status: u8) -> &'static str {
    match status {
        0x00 => "success",
        // Local errors, in the low half.
        0x01 => "destination_out_of_buffer_space",
        0x02 => "no_acknowledgement",
        0x03 => "duplicate_token_holder",
        0x04 => "local_port_disconnected",
        0x05 => "application_timed_out",
        0x06 => "duplicate_node",
        0x07 => "station_offline",
        0x08 => "hardware_fault",
        // Remote errors, in the high half.
        0x10 => "illegal_command_or_format",
        0x20 => "host_problem",
        0x30 => "remote_node_missing",
        0x40 => "hardware_fault_in_host",
        0x50 => "addressing_problem_or_memory_protected",
        0x60 => "function_not_allowed",
        0x70 => "processor_in_program_mode",
        0x80 => "compatibility_file_missing",
        0x90 => "remote_node_cannot_buffer",
        0xa0 | 0xc0 => "wait_acknowledge",
        0xb0 => "remote_node_problem_due_to_download",
        0xf0..=0xff => "extended_error",
        _ => "unknown_error",
    }
}

const fn extended_name(extended: u8) -> &'static str {
    match extended {
        0x01 => "illegal_value_in_field",
        0x02 => "too_few_address_levels",
        0x03 => "too_many_address_levels",
        0x04 => "symbol_not_found",
        0x05 => "improper_symbol_format",
        0x06 => "address_not_usable",
        0x07 => "wrong_file_size",
        0x08 => "situation_changed",
        0x09 => "data_or_file_too_large",
        0x0a => "transaction_size_too_large",
        0x0b => "access_denied",
        0x0c => "resource_not_available",
        0x0d => "condition_already_exists",
        0x0e => "command_cannot_be_executed",
        0x0f => "histogram_overflow",
        0x10 => "no_access",
        0x11 => "illegal_data_type",
        0x12 => "invalid_parameter_or_data",
        0x13 => "address_reference_to_deleted_area",
        0x14 => "command_execution_failure",
        0x15 => "data_conversion_error",
        0x16 => "scanner_cannot_communicate_with_adapter",
        0x17 => "type_mismatch",
        0x18 => "module_response_not_valid",
        0x19 => "duplicated_label",
        0x1a => "file_open_by_another_node",
        0x1b => "another_node_owns_program",
        0x1e => "data_table_protection_violation",
        0x1f => "temporary_internal_problem",
        0x22 => "remote_rack_fault",
        0x23 => "timeout",
        _ => "unknown_extended_error",
    }
}
