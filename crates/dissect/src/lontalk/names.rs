//! Names and categories of CEA-852 packets and of the control network's messages.

use super::{DATA, MANUAL_SERVICE_REQUEST};
use crate::{Category, Function, Kind};

/// Packet types of CEA-852.
pub(super) const fn packet(kind: u8) -> Option<(&'static str, Kind, Category)> {
    use Category::{Configuration, Diagnostics, Discovery, Other, Session};
    Some(match kind {
        DATA => ("data", Kind::Event, Other),
        0x03 => ("device_registration", Kind::Event, Discovery),
        0x04 => ("channel_membership", Kind::Event, Configuration),
        0x06 => ("send_list", Kind::Event, Configuration),
        0x07 => ("acknowledge", Kind::Response, Session),
        0x08 => ("channel_routing", Kind::Event, Configuration),
        0x60 => ("status_request", Kind::Request, Diagnostics),
        0x63 => ("device_configuration_request", Kind::Request, Discovery),
        0x64 => ("channel_membership_request", Kind::Request, Discovery),
        0x66 => ("send_list_request", Kind::Request, Discovery),
        0x68 => ("channel_routing_request", Kind::Request, Discovery),
        0x70 => ("status_response", Kind::Response, Diagnostics),
        0x71 => ("device_configuration", Kind::Response, Configuration),
        0x7f => ("segment", Kind::Event, Other),
        _ => return None,
    })
}

/// Network diagnostic (0x50 to 0x5f) and management messages (0x60 to 0x7f).
const fn management(code: u8) -> Option<(&'static str, Category)> {
    use Category::{Configuration, Control, Diagnostics, Discovery, ProgramDownload, ProgramUpload, Read};
    Some(match code {
        0x51 => ("nd_query_status", Diagnostics),
        0x52 => ("nd_proxy_command", Control),
        0x53 => ("nd_clear_status", Diagnostics),
        0x54 => ("nd_query_xcvr", Diagnostics),
        0x61 => ("nm_query_id", Discovery),
        0x62 => ("nm_respond_to_query", Configuration),
        0x63 => ("nm_update_domain", Configuration),
        0x64 => ("nm_leave_domain", Configuration),
        0x65 => ("nm_update_key", Configuration),
        0x66 => ("nm_update_addr", Configuration),
        0x67 => ("nm_query_addr", Diagnostics),
        0x68 => ("nm_query_nv_cnfg", Diagnostics),
        0x69 => ("nm_update_group_addr", Configuration),
        0x6a => ("nm_query_domain", Diagnostics),
        0x6b => ("nm_update_nv_cnfg", Configuration),
        0x6c => ("nm_set_node_mode", Control),
        0x6d => ("nm_read_memory", ProgramUpload),
        0x6e => ("nm_write_memory", ProgramDownload),
        0x6f => ("nm_checksum_recalc", ProgramDownload),
        0x70 => ("nm_wink", Diagnostics),
        0x71 => ("nm_memory_refresh", ProgramDownload),
        0x72 => ("nm_query_snvt", Discovery),
        0x73 => ("nm_nv_fetch", Read),
        MANUAL_SERVICE_REQUEST => ("nm_manual_service_request", Discovery),
        _ => return None,
    })
}

/// Function and category of a message by the ranges of its code: application, foreign, diagnostics and management.
pub(super) fn message_name(code: u8) -> (Function, Category) {
    match code {
        0x00..=0x3e => (Function::Known("application_message"), Category::Other),
        0x3f => (Function::Known("application_offline"), Category::Other),
        0x40..=0x4f => (Function::Known("foreign_frame"), Category::Other),
        _ => management(code)
            .map_or((Function::Unknown(u32::from(code)), Category::Other), |(name, category)| {
                (Function::Known(name), category)
            }),
    }
}

/// The name for fields.
pub(super) const fn management_name(code: u8) -> &'static str {
    match management(code) {
        Some((name, _)) => name,
        None => "unknown",
    }
}
