//! Function codes: names, categories, the tables they address.

use crate::{Category, Function, Reference};

/// Function code of diagnostics, which has sub-functions.
pub(super) const DIAGNOSTICS: u8 = 0x08;
/// Function code of the encapsulated interface transport.
pub(super) const ENCAPSULATED: u8 = 0x2b;
/// Function code that Schneider Electric's Unity gives to UMAS.
pub(super) const UMAS: u8 = 0x5a;

/// Name and category of a public function code (Application protocol 6).
pub(super) fn describe(code: u8, sub: u16) -> (Function, Category) {
    let (name, category) = match code {
        0x01 => ("read_coils", Category::Read),
        0x02 => ("read_discrete_inputs", Category::Read),
        0x03 => ("read_holding_registers", Category::Read),
        0x04 => ("read_input_registers", Category::Read),
        0x05 => ("write_single_coil", Category::Write),
        0x06 => ("write_single_register", Category::Write),
        0x07 => ("read_exception_status", Category::Diagnostics),
        0x08 => ("diagnostics", diagnostics_category(sub)),
        0x0b => ("get_comm_event_counter", Category::Diagnostics),
        0x0c => ("get_comm_event_log", Category::Diagnostics),
        0x0f => ("write_multiple_coils", Category::Write),
        0x10 => ("write_multiple_registers", Category::Write),
        0x11 => ("report_server_id", Category::Diagnostics),
        0x14 => ("read_file_record", Category::Read),
        0x15 => ("write_file_record", Category::Write),
        0x16 => ("mask_write_register", Category::Write),
        0x17 => ("read_write_multiple_registers", Category::Write),
        0x18 => ("read_fifo_queue", Category::Read),
        0x2b => match sub {
            13 => ("canopen_general_reference", Category::Configuration),
            14 => ("read_device_identification", Category::Diagnostics),
            _ => ("encapsulated_interface_transport", Category::Other),
        },
        // Codes of the serial line programming commands (Application protocol annex A, reserved) that controllers
        // of the first makers still answer.
        0x09 => ("program_controller", Category::Configuration),
        0x0a => ("poll_controller", Category::Diagnostics),
        0x0d => ("program_command", Category::Configuration),
        0x0e => ("poll_program", Category::Diagnostics),
        UMAS => ("umas", Category::Other),
        _ => return (Function::Unknown(u32::from(code)), Category::Other),
    };
    (Function::Known(name), category)
}

/// Sub-functions that restart, silence or clear are acts; the rest only ask (Application protocol 6.8).
const fn diagnostics_category(sub: u16) -> Category {
    match sub {
        1 | 4 => Category::Control,
        3 | 10 | 20 => Category::Configuration,
        _ => Category::Diagnostics,
    }
}

/// Name of a diagnostics sub-function (Application protocol 6.8).
pub(super) const fn diagnostics_name(sub: u16) -> &'static str {
    match sub {
        0 => "return_query_data",
        1 => "restart_communications_option",
        2 => "return_diagnostic_register",
        3 => "change_ascii_input_delimiter",
        4 => "force_listen_only_mode",
        10 => "clear_counters_and_diagnostic_register",
        11 => "return_bus_message_count",
        12 => "return_bus_communication_error_count",
        13 => "return_bus_exception_error_count",
        14 => "return_server_message_count",
        15 => "return_server_no_response_count",
        16 => "return_server_nak_count",
        17 => "return_server_busy_count",
        18 => "return_bus_character_overrun_count",
        20 => "clear_overrun_counter_and_flag",
        21 => "get_clear_modbus_plus_statistics",
        _ => "reserved",
    }
}

/// Whether the code is one that a Modbus device may use: public, reserved for older products, or user-defined
/// (65 to 72 and 100 to 110), plus UMAS (Application protocol 5.1).
pub(super) const fn is_defined(code: u8) -> bool {
    matches!(code, 0x01..=0x08 | 0x09..=0x0f | 0x10..=0x18 | 0x28 | 0x29 | 0x2a | 0x2b | 65..=72 | 100..=110)
        || code == UMAS
        || matches!(code, 91 | 125 | 126)
}

/// The table a function addresses, where it addresses a range of one.
pub(super) const fn space(code: u8) -> Option<&'static str> {
    match code {
        0x01 | 0x05 | 0x0f => Some("coil"),
        0x02 => Some("discrete_input"),
        0x03 | 0x06 | 0x10 | 0x16 | 0x17 => Some("holding_register"),
        0x04 => Some("input_register"),
        0x18 => Some("fifo"),
        _ => None,
    }
}

/// What a function without an address range is about.
pub(super) const fn object(code: u8, sub: u16) -> Reference<'static> {
    match code {
        DIAGNOSTICS => Reference::Text(diagnostics_name(sub)),
        _ => Reference::None,
    }
}

/// Functions whose response holds the values asked for.
pub(super) const fn reads(code: u8) -> bool {
    matches!(code, 0x01..=0x04)
}

/// Width of one value in bits.
pub(super) const fn width(code: u8) -> u8 {
    if matches!(code, 0x01 | 0x02 | 0x05 | 0x0f) { 1 } else { 16 }
}

/// Name of an exception code (Application protocol 7).
pub(super) const fn exception_name(code: u8) -> &'static str {
    match code {
        1 => "illegal_function",
        2 => "illegal_data_address",
        3 => "illegal_data_value",
        4 => "server_device_failure",
        5 => "acknowledge",
        6 => "server_device_busy",
        7 => "negative_acknowledge",
        8 => "memory_parity_error",
        10 => "gateway_path_unavailable",
        11 => "gateway_target_device_failed_to_respond",
        _ => "unknown_exception",
    }
}
