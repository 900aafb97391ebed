//! Structures that services share (Part 4, 7; Part 3).

use super::Type::{
    Boolean, Byte, ByteString, DataValue, DateTime, DiagnosticInfo, Double, Enum, ExpandedNodeId,
    ExtensionObject, LocalizedText, NodeId, Object, QualifiedName, StatusCode, String, UInt32, Variant,
};
use super::names;
use super::{Struct, many, one};

pub(super) const CONTENT_FILTER_ELEMENT: Struct =
    &[one("filter_operator", Enum(names::FILTER_OPERATOR)), many("filter_operands", ExtensionObject)];

pub(super) const CONTENT_FILTER: Struct = &[many("elements", Object(CONTENT_FILTER_ELEMENT))];

pub(super) const CONTENT_FILTER_ELEMENT_RESULT: Struct = &[
    one("status_code", StatusCode),
    many("operand_status_codes", StatusCode),
    many("operand_diagnostic_infos", DiagnosticInfo),
];

pub(super) const CONTENT_FILTER_RESULT: Struct = &[
    many("element_results", Object(CONTENT_FILTER_ELEMENT_RESULT)),
    many("element_diagnostic_infos", DiagnosticInfo),
];

pub(super) const RELATIVE_PATH_ELEMENT: Struct = &[
    one("reference_type_id", NodeId),
    one("is_inverse", Boolean),
    one("include_subtypes", Boolean),
    one("target_name", QualifiedName),
];

pub(super) const RELATIVE_PATH: Struct = &[many("elements", Object(RELATIVE_PATH_ELEMENT))];

pub(super) const SIGNED_SOFTWARE_CERTIFICATE: Struct =
    &[one("certificate_data", ByteString), one("signature", ByteString)];

pub(super) const APPLICATION_DESCRIPTION: Struct = &[
    one("application_uri", String),
    one("product_uri", String),
    one("application_name", LocalizedText),
    one("application_type", Enum(names::APPLICATION_TYPE)),
    one("gateway_server_uri", String),
    one("discovery_profile_uri", String),
    many("discovery_urls", String),
];

pub(super) const SERVER_ON_NETWORK: Struct = &[
    one("record_id", UInt32),
    one("server_name", String),
    one("discovery_url", String),
    many("server_capabilities", String),
];

pub(super) const USER_TOKEN_POLICY: Struct = &[
    one("policy_id", String),
    one("token_type", Enum(names::USER_TOKEN_TYPE)),
    one("issued_token_type", String),
    one("issuer_endpoint_url", String),
    one("security_policy_uri", String),
];

pub(super) const ENDPOINT_DESCRIPTION: Struct = &[
    one("endpoint_url", String),
    one("server", Object(APPLICATION_DESCRIPTION)),
    one("server_certificate", ByteString),
    one("security_mode", Enum(names::MESSAGE_SECURITY_MODE)),
    one("security_policy_uri", String),
    many("user_identity_tokens", Object(USER_TOKEN_POLICY)),
    one("transport_profile_uri", String),
    one("security_level", Byte),
];

pub(super) const REGISTERED_SERVER: Struct = &[
    one("server_uri", String),
    one("product_uri", String),
    many("server_names", LocalizedText),
    one("server_type", Enum(names::APPLICATION_TYPE)),
    one("gateway_server_uri", String),
    many("discovery_urls", String),
    one("semaphore_file_path", String),
    one("is_online", Boolean),
];

pub(super) const CHANNEL_SECURITY_TOKEN: Struct = &[
    one("channel_id", UInt32),
    one("token_id", UInt32),
    one("created_at", DateTime),
    one("revised_lifetime", UInt32),
];

pub(super) const SIGNATURE_DATA: Struct = &[one("algorithm", String), one("signature", ByteString)];

pub(super) const ADD_NODES_ITEM: Struct = &[
    one("parent_node_id", ExpandedNodeId),
    one("reference_type_id", NodeId),
    one("requested_new_node_id", ExpandedNodeId),
    one("browse_name", QualifiedName),
    one("node_class", Enum(names::NODE_CLASS)),
    one("node_attributes", ExtensionObject),
    one("type_definition", ExpandedNodeId),
];

pub(super) const ADD_NODES_RESULT: Struct = &[one("status_code", StatusCode), one("added_node_id", NodeId)];

pub(super) const ADD_REFERENCES_ITEM: Struct = &[
    one("source_node_id", NodeId),
    one("reference_type_id", NodeId),
    one("is_forward", Boolean),
    one("target_server_uri", String),
    one("target_node_id", ExpandedNodeId),
    one("target_node_class", Enum(names::NODE_CLASS)),
];

pub(super) const DELETE_NODES_ITEM: Struct =
    &[one("node_id", NodeId), one("delete_target_references", Boolean)];

pub(super) const DELETE_REFERENCES_ITEM: Struct = &[
    one("source_node_id", NodeId),
    one("reference_type_id", NodeId),
    one("is_forward", Boolean),
    one("target_node_id", ExpandedNodeId),
    one("delete_bidirectional", Boolean),
];

pub(super) const VIEW_DESCRIPTION: Struct =
    &[one("view_id", NodeId), one("timestamp", DateTime), one("view_version", UInt32)];

pub(super) const BROWSE_DESCRIPTION: Struct = &[
    one("node_id", NodeId),
    one("browse_direction", Enum(names::BROWSE_DIRECTION)),
    one("reference_type_id", NodeId),
    one("include_subtypes", Boolean),
    one("node_class_mask", UInt32),
    one("result_mask", UInt32),
];

pub(super) const REFERENCE_DESCRIPTION: Struct = &[
    one("reference_type_id", NodeId),
    one("is_forward", Boolean),
    one("node_id", ExpandedNodeId),
    one("browse_name", QualifiedName),
    one("display_name", LocalizedText),
    one("node_class", Enum(names::NODE_CLASS)),
    one("type_definition", ExpandedNodeId),
];

pub(super) const BROWSE_RESULT: Struct = &[
    one("status_code", StatusCode),
    one("continuation_point", ByteString),
    many("references", Object(REFERENCE_DESCRIPTION)),
];

pub(super) const BROWSE_PATH: Struct =
    &[one("starting_node", NodeId), one("relative_path", Object(RELATIVE_PATH))];

pub(super) const BROWSE_PATH_TARGET: Struct =
    &[one("target_id", ExpandedNodeId), one("remaining_path_index", UInt32)];

pub(super) const BROWSE_PATH_RESULT: Struct =
    &[one("status_code", StatusCode), many("targets", Object(BROWSE_PATH_TARGET))];

pub(super) const QUERY_DATA_DESCRIPTION: Struct =
    &[one("relative_path", Object(RELATIVE_PATH)), one("attribute_id", UInt32), one("index_range", String)];

pub(super) const NODE_TYPE_DESCRIPTION: Struct = &[
    one("type_definition_node", ExpandedNodeId),
    one("include_sub_types", Boolean),
    many("data_to_return", Object(QUERY_DATA_DESCRIPTION)),
];

pub(super) const QUERY_DATA_SET: Struct =
    &[one("node_id", ExpandedNodeId), one("type_definition_node", ExpandedNodeId), many("values", Variant)];

pub(super) const PARSING_RESULT: Struct = &[
    one("status_code", StatusCode),
    many("data_status_codes", StatusCode),
    many("data_diagnostic_infos", DiagnosticInfo),
];

pub(super) const READ_VALUE_ID: Struct = &[
    one("node_id", NodeId),
    one("attribute_id", UInt32),
    one("index_range", String),
    one("data_encoding", QualifiedName),
];

pub(super) const HISTORY_READ_VALUE_ID: Struct = &[
    one("node_id", NodeId),
    one("index_range", String),
    one("data_encoding", QualifiedName),
    one("continuation_point", ByteString),
];

pub(super) const HISTORY_READ_RESULT: Struct = &[
    one("status_code", StatusCode),
    one("continuation_point", ByteString),
    one("history_data", ExtensionObject),
];

pub(super) const WRITE_VALUE: Struct = &[
    one("node_id", NodeId),
    one("attribute_id", UInt32),
    one("index_range", String),
    one("value", DataValue),
];

pub(super) const HISTORY_UPDATE_RESULT: Struct = &[
    one("status_code", StatusCode),
    many("operation_results", StatusCode),
    many("diagnostic_infos", DiagnosticInfo),
];

pub(super) const CALL_METHOD_REQUEST: Struct =
    &[one("object_id", NodeId), one("method_id", NodeId), many("input_arguments", Variant)];

pub(super) const CALL_METHOD_RESULT: Struct = &[
    one("status_code", StatusCode),
    many("input_argument_results", StatusCode),
    many("input_argument_diagnostic_infos", DiagnosticInfo),
    many("output_arguments", Variant),
];

pub(super) const MONITORING_PARAMETERS: Struct = &[
    one("client_handle", UInt32),
    one("sampling_interval", Double),
    one("filter", ExtensionObject),
    one("queue_size", UInt32),
    one("discard_oldest", Boolean),
];

pub(super) const MONITORED_ITEM_CREATE_REQUEST: Struct = &[
    one("item_to_monitor", Object(READ_VALUE_ID)),
    one("monitoring_mode", Enum(names::MONITORING_MODE)),
    one("requested_parameters", Object(MONITORING_PARAMETERS)),
];

pub(super) const MONITORED_ITEM_CREATE_RESULT: Struct = &[
    one("status_code", StatusCode),
    one("monitored_item_id", UInt32),
    one("revised_sampling_interval", Double),
    one("revised_queue_size", UInt32),
    one("filter_result", ExtensionObject),
];

pub(super) const MONITORED_ITEM_MODIFY_REQUEST: Struct =
    &[one("monitored_item_id", UInt32), one("requested_parameters", Object(MONITORING_PARAMETERS))];

pub(super) const MONITORED_ITEM_MODIFY_RESULT: Struct = &[
    one("status_code", StatusCode),
    one("revised_sampling_interval", Double),
    one("revised_queue_size", UInt32),
    one("filter_result", ExtensionObject),
];

pub(super) const SUBSCRIPTION_ACKNOWLEDGEMENT: Struct =
    &[one("subscription_id", UInt32), one("sequence_number", UInt32)];

pub(super) const NOTIFICATION_MESSAGE: Struct = &[
    one("sequence_number", UInt32),
    one("publish_time", DateTime),
    many("notification_data", ExtensionObject),
];

pub(super) const TRANSFER_RESULT: Struct =
    &[one("status_code", StatusCode), many("available_sequence_numbers", UInt32)];
