//! Bodies of the discovery, secure channel and session services (Part 4, 5.5 to 5.7).

use super::Type::{
    Boolean, ByteString, DateTime, DiagnosticInfo, Double, Enum, ExtensionObject, NodeId, Object, SecretNode,
    StatusCode, String, UInt32,
};
use super::names;
use super::structures::{
    APPLICATION_DESCRIPTION, CHANNEL_SECURITY_TOKEN, ENDPOINT_DESCRIPTION, REGISTERED_SERVER,
    SERVER_ON_NETWORK, SIGNATURE_DATA, SIGNED_SOFTWARE_CERTIFICATE,
};
use super::{Struct, many, one};

pub(super) const FIND_SERVERS_REQUEST: Struct =
    &[one("endpoint_url", String), many("locale_ids", String), many("server_uris", String)];

pub(super) const FIND_SERVERS_RESPONSE: Struct = &[many("servers", Object(APPLICATION_DESCRIPTION))];

pub(super) const GET_ENDPOINTS_REQUEST: Struct =
    &[one("endpoint_url", String), many("locale_ids", String), many("profile_uris", String)];

pub(super) const GET_ENDPOINTS_RESPONSE: Struct = &[many("endpoints", Object(ENDPOINT_DESCRIPTION))];

pub(super) const REGISTER_SERVER_REQUEST: Struct = &[one("server", Object(REGISTERED_SERVER))];

pub(super) const OPEN_SECURE_CHANNEL_REQUEST: Struct = &[
    one("client_protocol_version", UInt32),
    one("request_type", Enum(names::SECURITY_TOKEN_REQUEST_TYPE)),
    one("security_mode", Enum(names::MESSAGE_SECURITY_MODE)),
    one("client_nonce", ByteString),
    one("requested_lifetime", UInt32),
];

pub(super) const OPEN_SECURE_CHANNEL_RESPONSE: Struct = &[
    one("server_protocol_version", UInt32),
    one("security_token", Object(CHANNEL_SECURITY_TOKEN)),
    one("server_nonce", ByteString),
];

pub(super) const CREATE_SESSION_REQUEST: Struct = &[
    one("client_description", Object(APPLICATION_DESCRIPTION)),
    one("server_uri", String),
    one("endpoint_url", String),
    one("session_name", String),
    one("client_nonce", ByteString),
    one("client_certificate", ByteString),
    one("requested_session_timeout", Double),
    one("max_response_message_size", UInt32),
];

pub(super) const CREATE_SESSION_RESPONSE: Struct = &[
    one("session_id", NodeId),
    one("authentication_token", SecretNode),
    one("revised_session_timeout", Double),
    one("server_nonce", ByteString),
    one("server_certificate", ByteString),
    many("server_endpoints", Object(ENDPOINT_DESCRIPTION)),
    many("server_software_certificates", Object(SIGNED_SOFTWARE_CERTIFICATE)),
    one("server_signature", Object(SIGNATURE_DATA)),
    one("max_request_message_size", UInt32),
];

pub(super) const ACTIVATE_SESSION_REQUEST: Struct = &[
    one("client_signature", Object(SIGNATURE_DATA)),
    many("client_software_certificates", Object(SIGNED_SOFTWARE_CERTIFICATE)),
    many("locale_ids", String),
    one("user_identity_token", ExtensionObject),
    one("user_token_signature", Object(SIGNATURE_DATA)),
];

pub(super) const ACTIVATE_SESSION_RESPONSE: Struct =
    &[one("server_nonce", ByteString), many("results", StatusCode), many("diagnostic_infos", DiagnosticInfo)];

pub(super) const CLOSE_SESSION_REQUEST: Struct = &[one("delete_subscriptions", Boolean)];

pub(super) const CANCEL_REQUEST: Struct = &[one("request_handle", UInt32)];

pub(super) const CANCEL_RESPONSE: Struct = &[one("cancel_count", UInt32)];

pub(super) const FIND_SERVERS_ON_NETWORK_REQUEST: Struct = &[
    one("starting_record_id", UInt32),
    one("max_records_to_return", UInt32),
    many("server_capability_filter", String),
];

pub(super) const FIND_SERVERS_ON_NETWORK_RESPONSE: Struct =
    &[one("last_counter_reset_time", DateTime), many("servers", Object(SERVER_ON_NETWORK))];

pub(super) const REGISTER_SERVER2_REQUEST: Struct =
    &[one("server", Object(REGISTERED_SERVER)), many("discovery_configuration", ExtensionObject)];

pub(super) const REGISTER_SERVER2_RESPONSE: Struct =
    &[many("configuration_results", StatusCode), many("diagnostic_infos", DiagnosticInfo)];

pub(super) const SESSIONLESS_INVOKE_REQUEST_TYPE: Struct = &[
    one("uris_version", UInt32),
    many("namespace_uris", String),
    many("server_uris", String),
    many("locale_ids", String),
    one("service_id", UInt32),
];

pub(super) const SESSIONLESS_INVOKE_RESPONSE_TYPE: Struct =
    &[many("namespace_uris", String), many("server_uris", String), one("service_id", UInt32)];
