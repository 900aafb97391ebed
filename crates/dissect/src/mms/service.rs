//! Names, categories and errors of services (ISO 9506-2).

use super::name::Name;
use crate::{Category, Function};

pub(super) const STATUS: u32 = 0;
pub(super) const GET_NAME_LIST: u32 = 1;
pub(super) const IDENTIFY: u32 = 2;
pub(super) const READ: u32 = 4;
pub(super) const WRITE: u32 = 5;
pub(super) const GET_VARIABLE_ACCESS_ATTRIBUTES: u32 = 6;
pub(super) const DEFINE_NAMED_VARIABLE_LIST: u32 = 11;
pub(super) const GET_NAMED_VARIABLE_LIST_ATTRIBUTES: u32 = 12;
pub(super) const DELETE_NAMED_VARIABLE_LIST: u32 = 13;
pub(super) const INITIATE_DOWNLOAD: u32 = 26;
pub(super) const DOWNLOAD_SEGMENT: u32 = 27;
pub(super) const TERMINATE_DOWNLOAD: u32 = 28;
pub(super) const INITIATE_UPLOAD: u32 = 29;
pub(super) const UPLOAD_SEGMENT: u32 = 30;
pub(super) const TERMINATE_UPLOAD: u32 = 31;
pub(super) const OBTAIN_FILE: u32 = 46;
pub(super) const FILE_OPEN: u32 = 72;
pub(super) const FILE_READ: u32 = 73;
pub(super) const FILE_CLOSE: u32 = 74;
pub(super) const FILE_RENAME: u32 = 75;
pub(super) const FILE_DELETE: u32 = 76;
pub(super) const FILE_DIRECTORY: u32 = 77;

/// Name and category of a confirmed service (ISO 9506-2, 7.1).
pub(super) const fn confirmed(service: u32) -> (Function, Category) {
    use Category::{
        Alarm, Configuration, Control, Diagnostics, Discovery, FileTransfer, Other, ProgramDownload,
        ProgramUpload, Read, Write,
    };
    let (name, category) = match service {
        STATUS => ("status", Diagnostics),
        GET_NAME_LIST => ("get_name_list", Discovery),
        IDENTIFY => ("identify", Diagnostics),
        3 => ("rename", Configuration),
        READ => ("read", Read),
        WRITE => ("write", Write),
        GET_VARIABLE_ACCESS_ATTRIBUTES => ("get_variable_access_attributes", Discovery),
        7 => ("define_named_variable", Configuration),
        8 => ("define_scattered_access", Configuration),
        9 => ("get_scattered_access_attributes", Discovery),
        10 => ("delete_variable_access", Configuration),
        DEFINE_NAMED_VARIABLE_LIST => ("define_named_variable_list", Configuration),
        GET_NAMED_VARIABLE_LIST_ATTRIBUTES => ("get_named_variable_list_attributes", Discovery),
        DELETE_NAMED_VARIABLE_LIST => ("delete_named_variable_list", Configuration),
        14 => ("define_named_type", Configuration),
        15 => ("get_named_type_attributes", Discovery),
        16 => ("delete_named_type", Configuration),
        17 => ("input", Read),
        18 => ("output", Write),
        19 => ("take_control", Control),
        20 => ("relinquish_control", Control),
        21 => ("define_semaphore", Configuration),
        22 => ("delete_semaphore", Configuration),
        23 => ("report_semaphore_status", Diagnostics),
        24 => ("report_pool_semaphore_status", Diagnostics),
        25 => ("report_semaphore_entry_status", Diagnostics),
        INITIATE_DOWNLOAD => ("initiate_download_sequence", ProgramDownload),
        DOWNLOAD_SEGMENT => ("download_segment", ProgramDownload),
        TERMINATE_DOWNLOAD => ("terminate_download_sequence", ProgramDownload),
        INITIATE_UPLOAD => ("initiate_upload_sequence", ProgramUpload),
        UPLOAD_SEGMENT => ("upload_segment", ProgramUpload),
        TERMINATE_UPLOAD => ("terminate_upload_sequence", ProgramUpload),
        32 => ("request_domain_download", ProgramDownload),
        33 => ("request_domain_upload", ProgramUpload),
        34 => ("load_domain_content", ProgramDownload),
        35 => ("store_domain_content", ProgramUpload),
        36 => ("delete_domain", Configuration),
        37 => ("get_domain_attributes", Discovery),
        38 => ("create_program_invocation", Control),
        39 => ("delete_program_invocation", Control),
        40 => ("start", Control),
        41 => ("stop", Control),
        42 => ("resume", Control),
        43 => ("reset", Control),
        44 => ("kill", Control),
        45 => ("get_program_invocation_attributes", Discovery),
        OBTAIN_FILE => ("obtain_file", FileTransfer),
        47 => ("define_event_condition", Configuration),
        48 => ("delete_event_condition", Configuration),
        49 => ("get_event_condition_attributes", Discovery),
        50 => ("report_event_condition_status", Alarm),
        51 => ("alter_event_condition_monitoring", Configuration),
        52 => ("trigger_event", Control),
        53 => ("define_event_action", Configuration),
        54 => ("delete_event_action", Configuration),
        55 => ("get_event_action_attributes", Discovery),
        56 => ("report_event_action_status", Alarm),
        57 => ("define_event_enrollment", Configuration),
        58 => ("delete_event_enrollment", Configuration),
        59 => ("alter_event_enrollment", Configuration),
        60 => ("report_event_enrollment_status", Alarm),
        61 => ("get_event_enrollment_attributes", Discovery),
        62 => ("acknowledge_event_notification", Alarm),
        63 => ("get_alarm_summary", Alarm),
        64 => ("get_alarm_enrollment_summary", Alarm),
        65 => ("read_journal", Read),
        66 => ("write_journal", Write),
        67 => ("initialize_journal", Configuration),
        68 => ("report_journal_status", Diagnostics),
        69 => ("create_journal", Configuration),
        70 => ("delete_journal", Configuration),
        71 => ("get_capability_list", Discovery),
        FILE_OPEN => ("file_open", FileTransfer),
        FILE_READ => ("file_read", FileTransfer),
        FILE_CLOSE => ("file_close", FileTransfer),
        FILE_RENAME => ("file_rename", FileTransfer),
        FILE_DELETE => ("file_delete", FileTransfer),
        FILE_DIRECTORY => ("file_directory", Discovery),
        78 => ("additional_service", Other),
        80 => ("get_data_exchange_attributes", Discovery),
        81 => ("exchange_data", Write),
        82 => ("define_access_control_list", Configuration),
        83 => ("get_access_control_list_attributes", Discovery),
        84 => ("report_access_controlled_objects", Discovery),
        85 => ("delete_access_control_list", Configuration),
        86 => ("change_access_control", Configuration),
        87 => ("reconfigure_program_invocation", Configuration),
        _ => return (Function::Unknown(service), Other),
    };
    (Function::Known(name), category)
}

/// Name and category of an unconfirmed service (ISO 9506-2, 7.3).
pub(super) const fn unconfirmed(service: u32) -> (Function, Category) {
    let (name, category) = match service {
        0 => ("information_report", Category::Read),
        1 => ("unsolicited_status", Category::Diagnostics),
        2 => ("event_notification", Category::Alarm),
        _ => return (Function::Unknown(service), Category::Other),
    };
    (Function::Known(name), category)
}

/// What writing to an object of IEC 61850 does: orders under CO, settings under the others.
pub(super) fn write_category(name: &Name<'_>) -> Category {
    match name.constraint() {
        Some("CO") => Category::Control,
        Some("BR" | "RP" | "LG" | "GO" | "MS" | "US" | "SP" | "SG" | "SE" | "CF" | "DC") => {
            Category::Configuration
        }
        _ => Category::Write,
    }
}

/// Name of a data access error (ISO 9506-2, 14.2).
pub(super) const fn access_error(code: u64) -> &'static str {
    match code {
        0 => "object_invalidated",
        1 => "hardware_fault",
        2 => "temporarily_unavailable",
        3 => "object_access_denied",
        4 => "object_undefined",
        5 => "invalid_address",
        6 => "type_unsupported",
        7 => "type_inconsistent",
        8 => "object_attribute_inconsistent",
        9 => "object_access_unsupported",
        10 => "object_non_existent",
        11 => "object_value_invalid",
        _ => "unknown_error",
    }
}

/// Name of an error by class and code (ISO 9506-2, 7.4).
pub(super) const fn error(class: u32, code: u64) -> &'static str {
    match (class, code) {
        (0, 1) => "vmd_state_conflict",
        (0, 2) => "vmd_operational_problem",
        (0, 3) => "domain_transfer_problem",
        (0, 4) => "state_machine_id_invalid",
        (0, _) => "vmd_state",
        (1, 1) => "application_unreachable",
        (1, 2) => "connection_lost",
        (1, 3) => "application_reference_invalid",
        (1, 4) => "context_unsupported",
        (1, _) => "application_reference",
        (2, 1) => "object_undefined",
        (2, 2) => "invalid_address",
        (2, 3) => "type_unsupported",
        (2, 4) => "type_inconsistent",
        (2, 5) => "object_exists",
        (2, 6) => "object_attribute_inconsistent",
        (2, _) => "definition",
        (3, 1) => "memory_unavailable",
        (3, 2) => "processor_resource_unavailable",
        (3, 3) => "mass_storage_unavailable",
        (3, 4) => "capability_unavailable",
        (3, 5) => "capability_unknown",
        (3, _) => "resource",
        (4, 1) => "primitives_out_of_sequence",
        (4, 2) => "object_state_conflict",
        (4, 4) => "continuation_invalid",
        (4, 5) => "object_constraint_conflict",
        (4, _) => "service",
        (5, 1) => "timeout",
        (5, 2) => "deadlock",
        (5, 3) => "cancel",
        (5, _) => "service_preempt",
        (6, 1) => "unsupportable_time_resolution",
        (6, _) => "time_resolution",
        (7, 1) => "object_access_unsupported",
        (7, 2) => "object_non_existent",
        (7, 3) => "object_access_denied",
        (7, 4) => "object_invalidated",
        (7, _) => "access",
        (8, 1) => "version_incompatible",
        (8, 2) => "max_segment_insufficient",
        (8, 3) => "max_services_outstanding_calling_insufficient",
        (8, 4) => "max_services_outstanding_called_insufficient",
        (8, 5) => "service_cbb_insufficient",
        (8, 6) => "parameter_cbb_insufficient",
        (8, 7) => "nesting_level_insufficient",
        (8, _) => "initiate",
        (9, 1) => "further_communication_required",
        (9, _) => "conclude",
        (10, 1) => "invoke_id_unknown",
        (10, 2) => "cancel_not_possible",
        (10, _) => "cancel",
        (11, 1) => "file_name_ambiguous",
        (11, 2) => "file_busy",
        (11, 3) => "file_name_syntax_error",
        (11, 4) => "content_type_invalid",
        (11, 5) => "position_invalid",
        (11, 6) => "file_access_denied",
        (11, 7) => "file_non_existent",
        (11, 8) => "duplicate_file_name",
        (11, 9) => "insufficient_space_in_filestore",
        (11, _) => "file",
        _ => "other_error",
    }
}

/// Name of the class of a rejected unit (ISO 9506-2, 7.5).
pub(super) const fn reject(class: u32) -> &'static str {
    match class {
        1 => "confirmed_request_pdu",
        2 => "confirmed_response_pdu",
        3 => "confirmed_error_pdu",
        4 => "unconfirmed_pdu",
        5 => "pdu_error",
        6 => "cancel_request_pdu",
        7 => "cancel_response_pdu",
        8 => "cancel_error_pdu",
        9 => "conclude_request_pdu",
        10 => "conclude_response_pdu",
        11 => "conclude_error_pdu",
        _ => "unknown",
    }
}
