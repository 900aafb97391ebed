//! Opcodes of ROC Plus and the error codes of opcode 255.

use crate::{Category, Function};

pub(super) const SYSTEM_CONFIG: u8 = 6;
pub(super) const READ_CLOCK: u8 = 7;
pub(super) const SET_CLOCK: u8 = 8;
pub(super) const READ_CONFIGURABLE: u8 = 10;
pub(super) const WRITE_CONFIGURABLE: u8 = 11;
pub(super) const LOGIN: u8 = 17;
pub(super) const STORE_AND_FORWARD: u8 = 24;
pub(super) const IO_POSITION: u8 = 50;
pub(super) const USER_DEFINED: u8 = 100;
pub(super) const MIN_MAX: u8 = 105;
pub(super) const HISTORY_TAG: u8 = 108;
pub(super) const ALARMS: u8 = 118;
pub(super) const EVENTS: u8 = 119;
pub(super) const SINGLE_HISTORY: u8 = 135;
pub(super) const MULTIPLE_HISTORY: u8 = 136;
pub(super) const HISTORY_INDEX: u8 = 137;
pub(super) const DAILY_HISTORY: u8 = 138;
pub(super) const HISTORY_INFORMATION: u8 = 139;
pub(super) const SET_SINGLE: u8 = 166;
pub(super) const REQUEST_SINGLE: u8 = 167;
pub(super) const REQUEST_PARAMETERS: u8 = 180;
pub(super) const WRITE_PARAMETERS: u8 = 181;
pub(super) const FILE_TRANSFER: u8 = 203;
pub(super) const PEER_TO_PEER: u8 = 205;
pub(super) const TRANSACTION_HISTORY: u8 = 206;
pub(super) const SRBX: u8 = 224;
pub(super) const ACKNOWLEDGE_SRBX: u8 = 225;
pub(super) const ERROR: u8 = 255;

/// Name and category of an opcode (ROC Plus Protocol, chapter 2).
pub(super) const fn describe(opcode: u8) -> Option<(Function, Category)> {
    let (name, category) = match opcode {
        SYSTEM_CONFIG => ("system_config", Category::Diagnostics),
        READ_CLOCK => ("read_realtime_clock", Category::TimeSync),
        SET_CLOCK => ("set_realtime_clock", Category::TimeSync),
        READ_CONFIGURABLE => ("read_configurable_opcode_point_data", Category::Read),
        WRITE_CONFIGURABLE => ("write_configurable_opcode_point_data", Category::Write),
        LOGIN => ("login_request", Category::Authentication),
        STORE_AND_FORWARD => ("store_and_forward", Category::Other),
        IO_POSITION => ("request_io_point_position", Category::Discovery),
        USER_DEFINED => ("access_user_defined_information", Category::Read),
        MIN_MAX => ("request_today_yesterday_min_max_values", Category::Read),
        HISTORY_TAG => ("request_history_tag_and_periodic_index", Category::Read),
        ALARMS => ("request_alarm_data", Category::Alarm),
        EVENTS => ("request_event_data", Category::Alarm),
        SINGLE_HISTORY => ("request_single_history_point_data", Category::Read),
        MULTIPLE_HISTORY => ("request_multiple_history_point_data", Category::Read),
        HISTORY_INDEX => ("request_history_index", Category::Read),
        DAILY_HISTORY => ("request_daily_and_periodic_history", Category::Read),
        HISTORY_INFORMATION => ("history_information_data", Category::Read),
        SET_SINGLE => ("set_single_point_parameters", Category::Write),
        REQUEST_SINGLE => ("request_single_point_parameters", Category::Read),
        REQUEST_PARAMETERS => ("request_parameters", Category::Read),
        WRITE_PARAMETERS => ("write_parameters", Category::Write),
        FILE_TRANSFER => ("general_file_transfer", Category::FileTransfer),
        PEER_TO_PEER => ("peer_to_peer_network_messages", Category::Other),
        TRANSACTION_HISTORY => ("read_transaction_history_data", Category::Read),
        SRBX => ("srbx_signal", Category::Alarm),
        ACKNOWLEDGE_SRBX => ("acknowledge_srbx", Category::Alarm),
        ERROR => ("error_indicator", Category::Other),
        _ => return None,
    };
    Some((Function::Known(name), category))
}

/// Names of error codes (ROC Plus Protocol, opcode 255).
pub(super) const fn error_name(code: u8) -> &'static str {
    match code {
        1 => "invalid_opcode_request",
        2 => "invalid_parameter_number",
        3 => "invalid_logical_number",
        4 => "invalid_point_type",
        5 => "received_too_many_data_bytes",
        6 => "received_too_few_data_bytes",
        7 => "obsolete",
        13 => "outside_valid_address_range",
        14 => "invalid_history_request",
        15 => "invalid_fst_request",
        16 => "invalid_event_entry",
        17 => "requested_too_many_alarms",
        18 => "requested_too_many_events",
        19 => "write_to_read_only_parameter",
        20 => "security_error",
        21 => "invalid_security_logon",
        22 => "invalid_store_and_forward_path",
        24 => "history_configuration_in_progress",
        25 => "invalid_parameter_range",
        29 => "invalid_history_index_request",
        30 => "invalid_history_point",
        31 => "invalid_min_max_request",
        32 => "invalid_tlp",
        33 => "invalid_time",
        34 => "illegal_modbus_range",
        50 => "general_error",
        51 => "invalid_state_for_write",
        52 => "invalid_configurable_opcode_request",
        61 => "hart_passthrough_disabled",
        62 => "hart_passthrough_not_licensed",
        77 => "access_level_too_high",
        80 => "invalid_logoff_string",
        _ => "unknown_error",
    }
}

/// Names of the devices that opcode 6 tells (ROC Plus Protocol, opcode 6).
pub(super) const fn type_name(kind: u8) -> Option<&'static str> {
    Some(match kind {
        1 => "ROCPAC ROC300-Series",
        2 => "FloBoss 407",
        3 => "FlashPAC ROC300-Series",
        4 => "FloBoss 503",
        5 => "FloBoss 504",
        6 => "ROC800",
        11 => "DL8000",
        _ => return None,
    })
}

/// Names of file transfer commands (ROC Plus Protocol, opcode 203).
pub(super) const fn file_command(command: u8) -> &'static str {
    match command {
        1 => "open",
        2 => "read",
        3 => "write",
        4 => "close",
        5 => "delete",
        6 => "read_directory",
        64 => "read_directory_64",
        _ => "unknown",
    }
}
