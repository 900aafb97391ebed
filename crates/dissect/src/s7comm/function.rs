//! Names and categories of job functions and userdata functions.

use super::pi;
use crate::{Category, Function};

/// Job functions: first byte of a job's parameters.
pub(super) const READ_VAR: u8 = 0x04;
pub(super) const WRITE_VAR: u8 = 0x05;
pub(super) const REQUEST_DOWNLOAD: u8 = 0x1a;
pub(super) const DOWNLOAD_BLOCK: u8 = 0x1b;
pub(super) const DOWNLOAD_ENDED: u8 = 0x1c;
pub(super) const START_UPLOAD: u8 = 0x1d;
pub(super) const UPLOAD: u8 = 0x1e;
pub(super) const END_UPLOAD: u8 = 0x1f;
pub(super) const PI_SERVICE: u8 = 0x28;
pub(super) const PLC_STOP: u8 = 0x29;
pub(super) const SETUP_COMMUNICATION: u8 = 0xf0;

/// Userdata function groups: lower six bits of the type byte.
pub(super) const MODE_TRANSITION: u8 = 0x00;
pub(super) const PROGRAMMER: u8 = 0x01;
pub(super) const CYCLIC: u8 = 0x02;
pub(super) const BLOCKS: u8 = 0x03;
pub(super) const CPU: u8 = 0x04;
pub(super) const SECURITY: u8 = 0x05;
pub(super) const PBC: u8 = 0x06;
pub(super) const TIME: u8 = 0x07;
/// Programming of a numerical control; where the group is read as four bits it is 0x0f.
pub(super) const NC: u8 = 0x3f;

/// Name and category of a job function; `service` is the PI service where there is one.
pub(super) fn job(function: u8, service: &[u8]) -> (Function, Category) {
    let (name, category) = match function {
        0x00 => ("cpu_services", Category::Diagnostics),
        0x01 => ("mode_transition", Category::Other),
        READ_VAR => ("read_var", Category::Read),
        WRITE_VAR => ("write_var", Category::Write),
        REQUEST_DOWNLOAD => ("request_download", Category::ProgramDownload),
        DOWNLOAD_BLOCK => ("download_block", Category::ProgramDownload),
        DOWNLOAD_ENDED => ("download_ended", Category::ProgramDownload),
        START_UPLOAD => ("start_upload", Category::ProgramUpload),
        UPLOAD => ("upload", Category::ProgramUpload),
        END_UPLOAD => ("end_upload", Category::ProgramUpload),
        PI_SERVICE => ("pi_service", pi::category(service)),
        PLC_STOP => ("plc_stop", Category::Control),
        SETUP_COMMUNICATION => ("setup_communication", Category::Session),
        _ => return (Function::Unknown(u32::from(function)), Category::Other),
    };
    (Function::Known(name), category)
}

/// Name and category of a userdata function.
pub(super) fn userdata(group: u8, subfunction: u8) -> (Function, Category) {
    let known = match group {
        MODE_TRANSITION => Some(("mode_transition", Category::Control)),
        PROGRAMMER => programmer(subfunction),
        CYCLIC => cyclic(subfunction),
        BLOCKS => match subfunction {
            0x01 => Some(("list_blocks", Category::Diagnostics)),
            0x02 => Some(("list_blocks_of_type", Category::Diagnostics)),
            0x03 => Some(("get_block_info", Category::Diagnostics)),
            _ => None,
        },
        CPU => cpu(subfunction),
        SECURITY => match subfunction {
            0x01 => Some(("plc_password", Category::Authentication)),
            0x02 => Some(("plc_password_clear", Category::Authentication)),
            _ => None,
        },
        // The subfunction of block connections is a running number, not a function.
        PBC => Some(("bsend", Category::Other)),
        TIME => match subfunction {
            0x01 => Some(("read_clock", Category::Diagnostics)),
            0x02 => Some(("set_clock", Category::TimeSync)),
            0x03 => Some(("read_clock_following", Category::Diagnostics)),
            0x04 => Some(("set_clock_following", Category::TimeSync)),
            _ => None,
        },
        NC | 0x0f => numerical_control(subfunction),
        _ => None,
    };
    match known {
        Some((name, category)) => (Function::Known(name), category),
        None => (Function::Unknown(u32::from(group) << 8 | u32::from(subfunction)), Category::Other),
    }
}

/// Test and start-up functions.
const fn programmer(subfunction: u8) -> Option<(&'static str, Category)> {
    Some(match subfunction {
        0x01 => ("block_status", Category::Diagnostics),
        0x02 => ("variable_status", Category::Read),
        0x03 => ("output_istack", Category::Diagnostics),
        0x04 => ("output_bstack", Category::Diagnostics),
        0x05 => ("output_lstack", Category::Diagnostics),
        0x06 => ("time_measurement", Category::Diagnostics),
        0x07 => ("force_selection", Category::Diagnostics),
        0x08 => ("modify_variable", Category::Write),
        0x09 => ("force", Category::Control),
        0x0a => ("breakpoint", Category::Control),
        0x0b => ("exit_hold", Category::Control),
        0x0c => ("memory_reset", Category::Control),
        0x0d => ("disable_job", Category::Diagnostics),
        0x0e => ("enable_job", Category::Diagnostics),
        0x0f => ("delete_job", Category::Diagnostics),
        0x10 => ("read_job_list", Category::Diagnostics),
        0x11 => ("read_job", Category::Diagnostics),
        0x12 => ("replace_job", Category::Diagnostics),
        0x13 => ("block_status_2", Category::Diagnostics),
        0x16 => ("flash_led", Category::Diagnostics),
        _ => return None,
    })
}

const fn cyclic(subfunction: u8) -> Option<(&'static str, Category)> {
    Some(match subfunction {
        0x01 => ("cyclic_transfer", Category::Read),
        0x02 => ("cyclic_transfer_data", Category::Read),
        0x04 => ("cyclic_unsubscribe", Category::Read),
        0x05 => ("change_driven_transfer", Category::Read),
        0x07 => ("change_driven_transfer_modify", Category::Read),
        0x08 => ("cyclic_read_record", Category::Read),
        _ => return None,
    })
}

/// System status, messages and alarms.
const fn cpu(subfunction: u8) -> Option<(&'static str, Category)> {
    Some(match subfunction {
        0x01 => ("read_szl", Category::Diagnostics),
        0x02 => ("message_service", Category::Alarm),
        0x03 => ("diagnostic_message", Category::Alarm),
        0x05 => ("alarm_8_indication", Category::Alarm),
        0x06 => ("notify_indication", Category::Alarm),
        0x07 => ("alarm_8_lock", Category::Alarm),
        0x08 => ("alarm_8_unlock", Category::Alarm),
        0x09 => ("scan_indication", Category::Alarm),
        0x0b => ("alarm_ack", Category::Alarm),
        0x0c => ("alarm_ack_indication", Category::Alarm),
        0x0d => ("alarm_lock_indication", Category::Alarm),
        0x0e => ("alarm_unlock_indication", Category::Alarm),
        0x11 => ("alarm_sq_indication", Category::Alarm),
        0x12 => ("alarm_s_indication", Category::Alarm),
        0x13 => ("alarm_query", Category::Alarm),
        0x16 => ("notify_8_indication", Category::Alarm),
        _ => return None,
    })
}

const fn numerical_control(subfunction: u8) -> Option<(&'static str, Category)> {
    Some(match subfunction {
        0x01 => ("nc_request_download", Category::ProgramDownload),
        0x02 => ("nc_download_block", Category::ProgramDownload),
        0x03 => ("nc_continue_download", Category::ProgramDownload),
        0x04 => ("nc_download_ended", Category::ProgramDownload),
        0x06 => ("nc_start_upload", Category::ProgramUpload),
        0x07 => ("nc_upload", Category::ProgramUpload),
        0x08 => ("nc_continue_upload", Category::ProgramUpload),
        _ => return None,
    })
}

/// Name of a function group.
pub(super) const fn group_name(group: u8) -> &'static str {
    match group {
        MODE_TRANSITION => "mode_transition",
        PROGRAMMER => "programmer_commands",
        CYCLIC => "cyclic_services",
        BLOCKS => "block_functions",
        CPU => "cpu_functions",
        SECURITY => "security",
        PBC => "pbc_bsend",
        TIME => "time_functions",
        NC | 0x0f => "nc_programming",
        _ => "unknown",
    }
}
