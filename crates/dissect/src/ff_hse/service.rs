//! Services of the four protocols that HSE messages carry.

use crate::{Category, Function};

/// Protocols (FF-588): the upper six bits of the third byte.
pub(super) const FDA: u8 = 1;
pub(super) const SM: u8 = 2;
pub(super) const FMS: u8 = 3;
pub(super) const LAN: u8 = 4;

/// Name of a protocol.
pub(super) const fn protocol_name(protocol: u8) -> &'static str {
    match protocol {
        FDA => "fda_session_management",
        SM => "system_management",
        FMS => "fms",
        LAN => "lan_redundancy",
        _ => "unknown",
    }
}

/// Name and category of a service; `None` where the specification has none.
pub(super) const fn describe(protocol: u8, confirmed: bool, service: u8) -> Option<(Function, Category)> {
    let (name, category) = match (protocol, confirmed, service) {
        (FDA, true, 1) => ("fda_open_session", Category::Session),
        (FDA, true, 3) => ("fda_idle", Category::Session),
        (SM, false, 1) => ("sm_find_tag_query", Category::Discovery),
        (SM, false, 2) => ("sm_find_tag_reply", Category::Discovery),
        (SM, false, 16) => ("sm_device_annunciation", Category::Discovery),
        (SM, true, 3) => ("sm_identify", Category::Discovery),
        (SM, true, 12) => ("sm_clear_address", Category::Configuration),
        (SM, true, 14) => ("sm_set_assignment_info", Category::Configuration),
        (SM, true, 15) => ("sm_clear_assignment_info", Category::Configuration),
        (FMS, true, service) => return fms(service),
        (FMS, false, 0) => ("fms_information_report", Category::Read),
        (FMS, false, 1) => ("fms_unsolicited_status", Category::Diagnostics),
        (FMS, false, 2) => ("fms_event_notification", Category::Alarm),
        (FMS, false, 16) => ("fms_information_report_with_subindex", Category::Read),
        (FMS, false, 17) => ("fms_information_report_on_change", Category::Read),
        (FMS, false, 18) => ("fms_information_report_on_change_with_subindex", Category::Read),
        (FMS, false, 112) => ("fms_abort", Category::Session),
        (LAN, true, 1) => ("lan_redundancy_get_information", Category::Diagnostics),
        (LAN, true, 2) => ("lan_redundancy_put_information", Category::Configuration),
        (LAN, true, 3) => ("lan_redundancy_get_statistics", Category::Diagnostics),
        (LAN, false, 1) => ("lan_redundancy_diagnostic_message", Category::Diagnostics),
        _ => return None,
    };
    Some((Function::Known(name), category))
}

/// Confirmed services of FMS.
const fn fms(service: u8) -> Option<(Function, Category)> {
    let (name, category) = match service {
        0 => ("fms_status", Category::Diagnostics),
        1 => ("fms_identify", Category::Diagnostics),
        2 => ("fms_read", Category::Read),
        3 => ("fms_write", Category::Write),
        4 => ("fms_get_od", Category::Discovery),
        7 => ("fms_define_variable_list", Category::Configuration),
        8 => ("fms_delete_variable_list", Category::Configuration),
        9 => ("fms_initiate_download_sequence", Category::ProgramDownload),
        10 => ("fms_download_segment", Category::ProgramDownload),
        11 => ("fms_terminate_download_sequence", Category::ProgramDownload),
        12 => ("fms_initiate_upload_sequence", Category::ProgramUpload),
        13 => ("fms_upload_segment", Category::ProgramUpload),
        14 => ("fms_terminate_upload_sequence", Category::ProgramUpload),
        15 => ("fms_request_domain_download", Category::ProgramDownload),
        16 => ("fms_request_domain_upload", Category::ProgramUpload),
        17 => ("fms_create_program_invocation", Category::Control),
        18 => ("fms_delete_program_invocation", Category::Control),
        19 => ("fms_start", Category::Control),
        20 => ("fms_stop", Category::Control),
        21 => ("fms_resume", Category::Control),
        22 => ("fms_reset", Category::Control),
        23 => ("fms_kill", Category::Control),
        24 => ("fms_alter_event_condition_monitoring", Category::Configuration),
        25 => ("fms_acknowledge_event_notification", Category::Alarm),
        28 => ("fms_initiate_put_od", Category::Configuration),
        29 => ("fms_put_od", Category::Configuration),
        30 => ("fms_terminate_put_od", Category::Configuration),
        31 => ("fms_generic_initiate_download_sequence", Category::ProgramDownload),
        32 => ("fms_generic_download_segment", Category::ProgramDownload),
        33 => ("fms_generic_terminate_download_sequence", Category::ProgramDownload),
        82 => ("fms_read_with_subindex", Category::Read),
        83 => ("fms_write_with_subindex", Category::Write),
        96 => ("fms_initiate", Category::Session),
        _ => return None,
    };
    Some((Function::Known(name), category))
}

/// How a service addresses an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    None,
    Index,
    Subindex,
}

/// Whether a request begins with an index, or with an index and a subindex.
pub(super) const fn place(protocol: u8, confirmed: bool, service: u8) -> Place {
    match (protocol, confirmed, service) {
        (FMS, true, 82 | 83) | (FMS, false, 16 | 18) => Place::Subindex,
        (FMS, true, 2 | 3 | 8..=23 | 24 | 25 | 31..=33) | (FMS, false, 0 | 2 | 17) => Place::Index,
        _ => Place::None,
    }
}

/// Names of error classes (FF-588, error parameters).
pub(super) const fn error_class(class: u8) -> &'static str {
    match class {
        1 => "vfd_state",
        2 => "application_reference",
        3 => "definition",
        4 => "resource",
        5 => "service",
        6 => "access",
        7 => "od",
        8 => "other",
        9 => "reject",
        10 => "h1_sm_reason_code",
        11 => "fms_initiate",
        _ => "unknown_error_class",
    }
}
