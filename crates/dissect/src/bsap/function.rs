//! Application functions, and functions of remote database access.

use super::{RDB, RDB_EXTENSION};
use crate::{Category, Function};

/// Name and category of an application function.
pub(super) const fn application(code: u8) -> Option<(&'static str, Category)> {
    Some(match code {
        0x03 => ("pei_pc", Category::Other),
        0x40 => ("pei_rtu", Category::Other),
        0x48 => ("diagnostics", Category::Diagnostics),
        0x50 => ("transmitter_request_3508", Category::Read),
        0x51 => ("transmitter_response_3508", Category::Read),
        0x60 => ("communication_by_object", Category::Other),
        0x68 => ("flash_download", Category::FirmwareUpdate),
        0x6a => ("flash_configuration", Category::Configuration),
        0x70 => ("command_handler_request", Category::Control),
        0x71 => ("command_handler_response", Category::Control),
        0x78 => ("download_request", Category::ProgramDownload),
        0x81 => ("dial_up_acknowledge", Category::Session),
        0x83 => ("message_discarded", Category::Session),
        0x85 => ("poll", Category::Session),
        0x86 => ("down_transmit_acknowledge", Category::Session),
        0x87 => ("acknowledge_no_data", Category::Session),
        0x88 => ("time_synchronisation_and_routing_table", Category::TimeSync),
        0x89 => ("request_time_synchronisation_and_routing_table", Category::TimeSync),
        0x8a => ("up_acknowledge_with_poll", Category::Session),
        0x8b => ("up_acknowledge_master", Category::Session),
        0x95 => ("no_buffer", Category::Session),
        0x98..=0x9f | 0xc1..=0xcb => ("pass_through", Category::Other),
        RDB => ("remote_database_access", Category::Read),
        RDB_EXTENSION => ("remote_database_extension", Category::Diagnostics),
        0xa2 => ("report_by_exception_firmware", Category::Alarm),
        0xa3 => ("report_by_exception_manager", Category::Alarm),
        0xa8 => ("alarm_acknowledge", Category::Alarm),
        0xa9 => ("alarm_initialise", Category::Alarm),
        0xaa => ("alarm_report", Category::Alarm),
        0xb0 => ("peer_to_peer_master", Category::Other),
        0xb1 => ("peer_to_peer_slave", Category::Other),
        0xbf => ("tunnel_request", Category::Other),
        0xc0 => ("ip_processing", Category::Other),
        _ => return None,
    })
}

/// Name and category of a function of remote database access.
pub(super) const fn database(code: u8) -> Option<(&'static str, Category)> {
    Some(match code {
        0x00 => ("read_signal_by_address", Category::Read),
        0x02 => ("read_logical_by_address", Category::Read),
        0x04 => ("read_signal_by_name", Category::Read),
        0x06 => ("read_logical_by_name", Category::Read),
        0x0c => ("read_signal_by_list_start", Category::Read),
        0x0d => ("read_signal_by_list_continue", Category::Read),
        0x0e => ("read_logical_by_list_start", Category::Read),
        0x0f => ("read_logical_by_list_continue", Category::Read),
        0x80 => ("write_signal_by_address", Category::Write),
        0x84 => ("write_signal_by_name", Category::Write),
        0x8c => ("write_signal_by_list_start", Category::Write),
        0x8d => ("write_signal_by_list_continue", Category::Write),
        _ => return None,
    })
}

/// What a message asks for.
pub(super) fn describe(application_code: u8, function: Option<u8>) -> (Function, Category, u32) {
    if application_code == RDB
        && let Some(code) = function
    {
        return match database(code) {
            Some((name, category)) => (Function::Known(name), category, u32::from(code)),
            None => (Function::Unknown(u32::from(code)), Category::Other, u32::from(code)),
        };
    }
    let code = u32::from(application_code);
    match application(application_code) {
        Some((name, category)) => (Function::Known(name), category, code),
        None => (Function::Unknown(code), Category::Other, code),
    }
}
