//! Services of CODESYS V3: groups, commands, what they do.

use crate::{Category, Function};

/// Bit of a service group that marks a response.
pub(super) const RESPONSE: u16 = 0x80;
/// Group and command of a login at the device.
pub(super) const LOGIN: (u16, u16) = (1, 2);

/// The component that a service group belongs to.
pub(super) const fn group(group: u16) -> &'static str {
    match group & !RESPONSE {
        0x01 => "device",
        0x02 => "application",
        0x03 => "monitor",
        0x04 => "visualization",
        0x05 => "log",
        0x06 => "settings",
        0x07 => "ethernet",
        0x08 => "file_transfer",
        0x09 => "variable_access",
        0x0b => "io_manager",
        0x0c => "user_manager",
        0x0f => "trace_manager",
        0x11 => "plc_shell",
        0x12 => "application_breakpoints",
        0x13 => "application_force",
        0x18 => "alarm_manager",
        0x1b => "monitor_2",
        0x1d => "code_meter",
        0x1f => "core_dump",
        0x22 => "openssl",
        _ => "unknown",
    }
}

/// Function and category of a command; the code of an unnamed one holds its group above 16 bits of command.
pub(super) const fn describe(group: u16, command: u16) -> (Function, Category) {
    let named = match group & !RESPONSE {
        0x01 => device(command),
        0x02 => application(command),
        0x05 => log(command),
        0x08 => file(command),
        0x09 => variable(command),
        0x0f => trace(command),
        0x1b => match command {
            1 => Some(("monitor_read", Category::Read)),
            2 => Some(("monitor_write", Category::Write)),
            _ => None,
        },
        // Whatever the command: texts for the controller's command line, and visualisation pictures.
        0x11 => Some(("plc_shell_command", Category::Control)),
        _ => None,
    };
    match named {
        Some((name, category)) => (Function::Known(name), category),
        None => (Function::Unknown(code(group, command)), Category::Other),
    }
}

/// Group and command in one number.
pub(super) const fn code(group: u16, command: u16) -> u32 {
    ((group & !RESPONSE) as u32) << 16 | command as u32
}

type Named = Option<(&'static str, Category)>;

const fn device(command: u16) -> Named {
    use Category::{Authentication, Configuration, Control, Diagnostics, Discovery, Session};
    Some(match command {
        0x01 => ("get_target_identification", Discovery),
        0x02 => ("login", Authentication),
        0x03 => ("logout", Session),
        0x04 => ("reset_origin", Control),
        0x05 => ("echo", Diagnostics),
        0x06 => ("set_operating_mode", Control),
        0x07 => ("get_operating_mode", Diagnostics),
        0x08 => ("interactive_login", Authentication),
        0x09 => ("rename_node", Configuration),
        0x0a => ("create_session", Session),
        0x0b => ("get_reset_origin_configuration", Diagnostics),
        _ => return None,
    })
}

const fn application(command: u16) -> Named {
    use Category::{
        Authentication, Configuration, Control, Diagnostics, ProgramDownload, ProgramUpload, Read, Session,
        Write,
    };
    Some(match command {
        0x01 => ("application_login", Authentication),
        0x02 => ("application_logout", Session),
        0x03 => ("create_application", ProgramDownload),
        0x04 => ("delete_application", ProgramDownload),
        0x05 => ("download", ProgramDownload),
        0x06 => ("online_change", ProgramDownload),
        0x07 => ("device_download", ProgramDownload),
        0x08 => ("create_device_application", ProgramDownload),
        0x10 => ("start", Control),
        0x11 => ("stop", Control),
        0x12 => ("reset", Control),
        0x13 => ("set_breakpoint", Control),
        0x14 => ("read_status", Diagnostics),
        0x15 => ("delete_breakpoint", Control),
        0x16 => ("read_call_stack", Diagnostics),
        0x17 => ("get_area_offset", Diagnostics),
        0x18 => ("read_application_list", Diagnostics),
        0x19 => ("set_next_statement", Control),
        0x20 => ("release_force_list", Write),
        0x21 => ("upload_force_list", Read),
        0x22 => ("single_cycle", Control),
        0x23 => ("create_boot_project", ProgramDownload),
        0x24 => ("reinitialize_application", Control),
        0x25 => ("read_application_state_list", Diagnostics),
        0x26 => ("load_boot_application", Control),
        0x27 => ("register_boot_application", ProgramDownload),
        0x28 => ("check_file_consistency", Diagnostics),
        0x29 => ("read_application_info", Diagnostics),
        0x30 => ("download_compact", ProgramDownload),
        0x31 => ("read_project_info", Diagnostics),
        0x32 => ("define_flow", Configuration),
        0x33 => ("read_flow_values", Read),
        0x34 => ("download_encrypted", ProgramDownload),
        0x35 => ("read_application_content", ProgramUpload),
        0x36 => ("save_retains", Control),
        0x37 => ("restore_retains", Write),
        0x38 => ("get_area_address", Diagnostics),
        0x39 => ("leave_execution_points_active", Control),
        0x40 => ("claim_execution_points", Control),
        _ => return None,
    })
}

const fn log(command: u16) -> Named {
    Some(match command {
        1 => ("get_log_entries", Category::Diagnostics),
        2 => ("get_component_names", Category::Diagnostics),
        3 => ("get_logger_list", Category::Diagnostics),
        _ => return None,
    })
}

const fn file(command: u16) -> Named {
    use Category::{FileTransfer, Read};
    Some(match command {
        0x01 => ("get_file_info", Read),
        0x02 => ("start_file_download", FileTransfer),
        0x03 => ("restart_file_download", FileTransfer),
        0x04 => ("file_download", FileTransfer),
        0x05 => ("start_file_upload", FileTransfer),
        0x06 => ("restart_file_upload", FileTransfer),
        0x07 => ("file_upload", FileTransfer),
        0x08 => ("end_file_transfer", FileTransfer),
        0x09 => ("cancel_file_transfer", FileTransfer),
        0x0a => ("safe_signature", FileTransfer),
        0x0b => ("get_safe_signature", Read),
        0x0c => ("get_directory_info", Read),
        0x0d => ("cancel_get_directory_info", Read),
        0x0e => ("delete_file", FileTransfer),
        0x0f => ("rename_file", FileTransfer),
        0x10 => ("create_directory", FileTransfer),
        0x11 => ("delete_directory", FileTransfer),
        0x12 => ("rename_directory", FileTransfer),
        0x14 => ("sync_file_transfer", FileTransfer),
        _ => return None,
    })
}

const fn variable(command: u16) -> Named {
    use Category::{Read, Write};
    Some(match command {
        0x01 => ("register_variable_list", Read),
        0x02 => ("unregister_variable_list", Read),
        0x03 => ("read_variable_list", Read),
        0x04 => ("write_variable_list", Write),
        0x05 => ("read_variables", Read),
        0x06 => ("write_variables", Write),
        0x07 => ("get_root_nodes", Read),
        0x08 => ("get_children_nodes", Read),
        0x09 => ("get_types", Read),
        0x0a => ("get_address_info", Read),
        0x0b => ("remove_variables_from_list", Read),
        _ => return None,
    })
}

const fn trace(command: u16) -> Named {
    use Category::{Configuration, Diagnostics, Read};
    Some(match command {
        0x01 => ("trace_packet_list", Diagnostics),
        0x02 => ("trace_packet_create", Configuration),
        0x03 => ("trace_packet_delete", Configuration),
        0x04 => ("trace_packet_complete", Configuration),
        0x05 => ("trace_packet_open", Diagnostics),
        0x06 => ("trace_packet_close", Diagnostics),
        0x07 => ("trace_packet_read", Read),
        0x08 => ("trace_packet_state", Diagnostics),
        0x09 => ("trace_packet_configuration", Diagnostics),
        0x0a => ("trace_packet_start", Configuration),
        0x0b => ("trace_packet_stop", Configuration),
        0x0c => ("trace_packet_restart", Configuration),
        0x0d => ("trace_record_add", Configuration),
        0x0e => ("trace_record_remove", Configuration),
        0x0f => ("trace_record_configuration", Diagnostics),
        0x10 => ("trace_record_reset_trigger", Configuration),
        0x11 => ("trace_packet_store", Configuration),
        0x12 => ("trace_packet_restore", Configuration),
        0x13 => ("trace_configuration_from_file", Diagnostics),
        _ => return None,
    })
}
