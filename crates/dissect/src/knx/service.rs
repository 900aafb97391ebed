//! Services of KNXnet/IP and the codes they use.

use crate::{Category, Kind};

pub(super) const SEARCH_RESPONSE: u16 = 0x0202;
pub(super) const DESCRIPTION_RESPONSE: u16 = 0x0204;
pub(super) const SEARCH_RESPONSE_EXTENDED: u16 = 0x020c;
pub(super) const DEVICE_CONFIGURATION_REQUEST: u16 = 0x0310;
pub(super) const TUNNELLING_REQUEST: u16 = 0x0420;
pub(super) const ROUTING_INDICATION: u16 = 0x0530;
pub(super) const ROUTING_SYSTEM_BROADCAST: u16 = 0x0533;

/// Name, kind and category of a service (KNX Standard, the parts of volume 03_08).
pub(super) const fn describe(service: u16) -> Option<(&'static str, Kind, Category)> {
    use Category::{Configuration, Diagnostics, Discovery, Other, Session};
    use Kind::{Control, Event, Request, Response};
    Some(match service {
        0x0201 => ("search_request", Request, Discovery),
        0x0202 => ("search_response", Response, Discovery),
        0x0203 => ("description_request", Request, Discovery),
        0x0204 => ("description_response", Response, Discovery),
        0x0205 => ("connect_request", Request, Session),
        0x0206 => ("connect_response", Response, Session),
        0x0207 => ("connectionstate_request", Request, Session),
        0x0208 => ("connectionstate_response", Response, Session),
        0x0209 => ("disconnect_request", Request, Session),
        0x020a => ("disconnect_response", Response, Session),
        0x020b => ("search_request_extended", Request, Discovery),
        0x020c => ("search_response_extended", Response, Discovery),
        0x0310 => ("device_configuration_request", Request, Other),
        0x0311 => ("device_configuration_ack", Response, Other),
        0x0420 => ("tunnelling_request", Request, Other),
        0x0421 => ("tunnelling_ack", Response, Other),
        0x0422 => ("tunnelling_feature_get", Request, Diagnostics),
        0x0423 => ("tunnelling_feature_response", Response, Diagnostics),
        0x0424 => ("tunnelling_feature_set", Request, Configuration),
        0x0425 => ("tunnelling_feature_info", Event, Diagnostics),
        0x0530 => ("routing_indication", Event, Other),
        0x0531 => ("routing_lost_message", Event, Diagnostics),
        0x0532 => ("routing_busy", Event, Diagnostics),
        0x0533 => ("routing_system_broadcast", Event, Other),
        0x0740 => ("remote_diagnostic_request", Request, Diagnostics),
        0x0741 => ("remote_diagnostic_response", Response, Diagnostics),
        0x0742 => ("remote_basic_configuration_request", Request, Configuration),
        0x0743 => ("remote_reset_request", Request, Category::Control),
        0x0950 => ("secure_wrapper", Event, Other),
        0x0951 => ("session_request", Request, Session),
        0x0952 => ("session_response", Response, Session),
        0x0953 => ("session_authenticate", Request, Category::Authentication),
        0x0954 => ("session_status", Control, Category::Authentication),
        0x0955 => ("timer_notify", Event, Category::TimeSync),
        _ => return None,
    })
}

/// The request that a response belongs to.
pub(super) const fn request_of(service: u16) -> Option<u16> {
    match service {
        0x0202 | 0x0204 | 0x0206 | 0x0208 | 0x020a | 0x020c | 0x0311 | 0x0421 | 0x0741 | 0x0952 => {
            Some(service.saturating_sub(1))
        }
        0x0423 => Some(0x0422),
        _ => None,
    }
}

/// Names of status codes (volume 03_08).
pub(super) const fn status_name(status: u8) -> &'static str {
    match status {
        0x00 => "no_error",
        0x01 => "host_protocol_type",
        0x02 => "version_not_supported",
        0x04 => "sequence_number",
        0x0f => "error",
        0x21 => "connection_id",
        0x22 => "connection_type",
        0x23 => "connection_option",
        0x24 => "no_more_connections",
        0x25 => "no_more_unique_connections",
        0x26 => "data_connection",
        0x27 => "knx_connection",
        0x28 => "authorisation_error",
        0x29 => "tunnelling_layer",
        0x2d => "no_tunnelling_address",
        0x2e => "connection_in_use",
        _ => "unknown_status",
    }
}

/// Names of connection types (volume 03_08).
pub(super) const fn connection_name(kind: u8) -> &'static str {
    match kind {
        0x03 => "device_management",
        0x04 => "tunnel",
        0x06 => "remote_logging",
        0x07 => "remote_configuration",
        0x08 => "object_server",
        _ => "unknown",
    }
}

/// Names of interface features (03_08_04, tunnelling v2).
pub(super) const fn feature_name(feature: u8) -> &'static str {
    match feature {
        1 => "supported_emi_type",
        2 => "host_device_descriptor_type_0",
        3 => "bus_connection_status",
        4 => "knx_manufacturer_code",
        5 => "active_emi_type",
        6 => "individual_address",
        7 => "max_apdu_length",
        8 => "info_service_enable",
        _ => "unknown",
    }
}
