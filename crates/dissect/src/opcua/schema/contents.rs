//! Structures inside extension objects: tokens, filters, notifications, history, diagnostics (Part 4, 7; Part 5, 12; Part 8; Part 11).

use super::Type::{
    Boolean, Byte, ByteString, DataValue, DateTime, DiagnosticInfo, Double, Enum, ExtensionObject, Float,
    Int16, Int32, Int64, LocalizedText, NodeId, Object, QualifiedName, Secret, StatusCode, String, UInt32,
    Variant,
};
use super::names;
use super::structures::{APPLICATION_DESCRIPTION, CONTENT_FILTER, CONTENT_FILTER_RESULT, RELATIVE_PATH};
use super::{Struct, many, one};

pub(super) const ANONYMOUS_IDENTITY_TOKEN: Struct = &[one("policy_id", String)];

pub(super) const USER_NAME_IDENTITY_TOKEN: Struct = &[
    one("policy_id", String),
    one("user_name", String),
    one("password", Secret),
    one("encryption_algorithm", String),
];

pub(super) const X509_IDENTITY_TOKEN: Struct =
    &[one("policy_id", String), one("certificate_data", ByteString)];

pub(super) const ISSUED_IDENTITY_TOKEN: Struct =
    &[one("policy_id", String), one("token_data", Secret), one("encryption_algorithm", String)];

pub(super) const MONITORED_ITEM_NOTIFICATION: Struct =
    &[one("client_handle", UInt32), one("value", DataValue)];

pub(super) const DATA_CHANGE_NOTIFICATION: Struct =
    &[many("monitored_items", Object(MONITORED_ITEM_NOTIFICATION)), many("diagnostic_infos", DiagnosticInfo)];

pub(super) const EVENT_FIELD_LIST: Struct = &[one("client_handle", UInt32), many("event_fields", Variant)];

pub(super) const EVENT_NOTIFICATION_LIST: Struct = &[many("events", Object(EVENT_FIELD_LIST))];

pub(super) const STATUS_CHANGE_NOTIFICATION: Struct =
    &[one("status", StatusCode), one("diagnostic_info", DiagnosticInfo)];

pub(super) const DATA_CHANGE_FILTER: Struct = &[
    one("trigger", Enum(names::DATA_CHANGE_TRIGGER)),
    one("deadband_type", UInt32),
    one("deadband_value", Double),
];

pub(super) const SIMPLE_ATTRIBUTE_OPERAND: Struct = &[
    one("type_definition_id", NodeId),
    many("browse_path", QualifiedName),
    one("attribute_id", UInt32),
    one("index_range", String),
];

pub(super) const EVENT_FILTER: Struct =
    &[many("select_clauses", Object(SIMPLE_ATTRIBUTE_OPERAND)), one("where_clause", Object(CONTENT_FILTER))];

pub(super) const AGGREGATE_CONFIGURATION: Struct = &[
    one("use_server_capabilities_defaults", Boolean),
    one("treat_uncertain_as_bad", Boolean),
    one("percent_data_bad", Byte),
    one("percent_data_good", Byte),
    one("use_sloped_extrapolation", Boolean),
];

pub(super) const AGGREGATE_FILTER: Struct = &[
    one("start_time", DateTime),
    one("aggregate_type", NodeId),
    one("processing_interval", Double),
    one("aggregate_configuration", Object(AGGREGATE_CONFIGURATION)),
];

pub(super) const EVENT_FILTER_RESULT: Struct = &[
    many("select_clause_results", StatusCode),
    many("select_clause_diagnostic_infos", DiagnosticInfo),
    one("where_clause_result", Object(CONTENT_FILTER_RESULT)),
];

pub(super) const AGGREGATE_FILTER_RESULT: Struct = &[
    one("revised_start_time", DateTime),
    one("revised_processing_interval", Double),
    one("revised_aggregate_configuration", Object(AGGREGATE_CONFIGURATION)),
];

pub(super) const ELEMENT_OPERAND: Struct = &[one("index", UInt32)];

pub(super) const LITERAL_OPERAND: Struct = &[one("value", Variant)];

pub(super) const ATTRIBUTE_OPERAND: Struct = &[
    one("node_id", NodeId),
    one("alias", String),
    one("browse_path", Object(RELATIVE_PATH)),
    one("attribute_id", UInt32),
    one("index_range", String),
];

pub(super) const READ_EVENT_DETAILS: Struct = &[
    one("num_values_per_node", UInt32),
    one("start_time", DateTime),
    one("end_time", DateTime),
    one("filter", Object(EVENT_FILTER)),
];

pub(super) const READ_RAW_MODIFIED_DETAILS: Struct = &[
    one("is_read_modified", Boolean),
    one("start_time", DateTime),
    one("end_time", DateTime),
    one("num_values_per_node", UInt32),
    one("return_bounds", Boolean),
];

pub(super) const READ_PROCESSED_DETAILS: Struct = &[
    one("start_time", DateTime),
    one("end_time", DateTime),
    one("processing_interval", Double),
    many("aggregate_type", NodeId),
    one("aggregate_configuration", Object(AGGREGATE_CONFIGURATION)),
];

pub(super) const READ_AT_TIME_DETAILS: Struct =
    &[many("req_times", DateTime), one("use_simple_bounds", Boolean)];

pub(super) const READ_ANNOTATION_DATA_DETAILS: Struct = &[many("req_times", DateTime)];

pub(super) const HISTORY_DATA: Struct = &[many("data_values", DataValue)];

pub(super) const MODIFICATION_INFO: Struct = &[
    one("modification_time", DateTime),
    one("update_type", Enum(names::HISTORY_UPDATE_TYPE)),
    one("user_name", String),
];

pub(super) const HISTORY_MODIFIED_DATA: Struct =
    &[many("data_values", DataValue), many("modification_infos", Object(MODIFICATION_INFO))];

pub(super) const HISTORY_EVENT_FIELD_LIST: Struct = &[many("event_fields", Variant)];

pub(super) const HISTORY_EVENT: Struct = &[many("events", Object(HISTORY_EVENT_FIELD_LIST))];

pub(super) const UPDATE_DATA_DETAILS: Struct = &[
    one("node_id", NodeId),
    one("perform_insert_replace", Enum(names::PERFORM_UPDATE_TYPE)),
    many("update_values", DataValue),
];

pub(super) const UPDATE_STRUCTURE_DATA_DETAILS: Struct = &[
    one("node_id", NodeId),
    one("perform_insert_replace", Enum(names::PERFORM_UPDATE_TYPE)),
    many("update_values", DataValue),
];

pub(super) const UPDATE_EVENT_DETAILS: Struct = &[
    one("node_id", NodeId),
    one("perform_insert_replace", Enum(names::PERFORM_UPDATE_TYPE)),
    one("filter", Object(EVENT_FILTER)),
    many("event_data", Object(HISTORY_EVENT_FIELD_LIST)),
];

pub(super) const DELETE_RAW_MODIFIED_DETAILS: Struct = &[
    one("node_id", NodeId),
    one("is_delete_modified", Boolean),
    one("start_time", DateTime),
    one("end_time", DateTime),
];

pub(super) const DELETE_AT_TIME_DETAILS: Struct = &[one("node_id", NodeId), many("req_times", DateTime)];

pub(super) const DELETE_EVENT_DETAILS: Struct = &[one("node_id", NodeId), many("event_ids", ByteString)];

pub(super) const OBJECT_ATTRIBUTES: Struct = &[
    one("specified_attributes", UInt32),
    one("display_name", LocalizedText),
    one("description", LocalizedText),
    one("write_mask", UInt32),
    one("user_write_mask", UInt32),
    one("event_notifier", Byte),
];

pub(super) const VARIABLE_ATTRIBUTES: Struct = &[
    one("specified_attributes", UInt32),
    one("display_name", LocalizedText),
    one("description", LocalizedText),
    one("write_mask", UInt32),
    one("user_write_mask", UInt32),
    one("value", Variant),
    one("data_type", NodeId),
    one("value_rank", Int32),
    many("array_dimensions", UInt32),
    one("access_level", Byte),
    one("user_access_level", Byte),
    one("minimum_sampling_interval", Double),
    one("historizing", Boolean),
];

pub(super) const METHOD_ATTRIBUTES: Struct = &[
    one("specified_attributes", UInt32),
    one("display_name", LocalizedText),
    one("description", LocalizedText),
    one("write_mask", UInt32),
    one("user_write_mask", UInt32),
    one("executable", Boolean),
    one("user_executable", Boolean),
];

pub(super) const OBJECT_TYPE_ATTRIBUTES: Struct = &[
    one("specified_attributes", UInt32),
    one("display_name", LocalizedText),
    one("description", LocalizedText),
    one("write_mask", UInt32),
    one("user_write_mask", UInt32),
    one("is_abstract", Boolean),
];

pub(super) const VARIABLE_TYPE_ATTRIBUTES: Struct = &[
    one("specified_attributes", UInt32),
    one("display_name", LocalizedText),
    one("description", LocalizedText),
    one("write_mask", UInt32),
    one("user_write_mask", UInt32),
    one("value", Variant),
    one("data_type", NodeId),
    one("value_rank", Int32),
    many("array_dimensions", UInt32),
    one("is_abstract", Boolean),
];

pub(super) const REFERENCE_TYPE_ATTRIBUTES: Struct = &[
    one("specified_attributes", UInt32),
    one("display_name", LocalizedText),
    one("description", LocalizedText),
    one("write_mask", UInt32),
    one("user_write_mask", UInt32),
    one("is_abstract", Boolean),
    one("symmetric", Boolean),
    one("inverse_name", LocalizedText),
];

pub(super) const DATA_TYPE_ATTRIBUTES: Struct = &[
    one("specified_attributes", UInt32),
    one("display_name", LocalizedText),
    one("description", LocalizedText),
    one("write_mask", UInt32),
    one("user_write_mask", UInt32),
    one("is_abstract", Boolean),
    one("data_type_definition", ExtensionObject),
];

pub(super) const VIEW_ATTRIBUTES: Struct = &[
    one("specified_attributes", UInt32),
    one("display_name", LocalizedText),
    one("description", LocalizedText),
    one("write_mask", UInt32),
    one("user_write_mask", UInt32),
    one("contains_no_loops", Boolean),
    one("event_notifier", Byte),
];

pub(super) const GENERIC_ATTRIBUTE_VALUE: Struct = &[one("attribute_id", UInt32), one("value", Variant)];

pub(super) const GENERIC_ATTRIBUTES: Struct = &[
    one("specified_attributes", UInt32),
    one("display_name", LocalizedText),
    one("description", LocalizedText),
    one("write_mask", UInt32),
    one("user_write_mask", UInt32),
    many("attribute_values", Object(GENERIC_ATTRIBUTE_VALUE)),
];

pub(super) const BUILD_INFO: Struct = &[
    one("product_uri", String),
    one("manufacturer_name", String),
    one("product_name", String),
    one("software_version", String),
    one("build_number", String),
    one("build_date", DateTime),
];

pub(super) const SERVER_STATUS_DATA_TYPE: Struct = &[
    one("start_time", DateTime),
    one("current_time", DateTime),
    one("state", Enum(names::SERVER_STATE)),
    one("build_info", Object(BUILD_INFO)),
    one("seconds_till_shutdown", UInt32),
    one("shutdown_reason", LocalizedText),
];

pub(super) const SERVICE_COUNTER_DATA_TYPE: Struct =
    &[one("total_count", UInt32), one("error_count", UInt32)];

pub(super) const SESSION_DIAGNOSTICS_DATA_TYPE: Struct = &[
    one("session_id", NodeId),
    one("session_name", String),
    one("client_description", Object(APPLICATION_DESCRIPTION)),
    one("server_uri", String),
    one("endpoint_url", String),
    many("locale_ids", String),
    one("actual_session_timeout", Double),
    one("max_response_message_size", UInt32),
    one("client_connection_time", DateTime),
    one("client_last_contact_time", DateTime),
    one("current_subscriptions_count", UInt32),
    one("current_monitored_items_count", UInt32),
    one("current_publish_requests_in_queue", UInt32),
    one("total_request_count", Object(SERVICE_COUNTER_DATA_TYPE)),
    one("unauthorized_request_count", UInt32),
    one("read_count", Object(SERVICE_COUNTER_DATA_TYPE)),
    one("history_read_count", Object(SERVICE_COUNTER_DATA_TYPE)),
    one("write_count", Object(SERVICE_COUNTER_DATA_TYPE)),
    one("history_update_count", Object(SERVICE_COUNTER_DATA_TYPE)),
    one("call_count", Object(SERVICE_COUNTER_DATA_TYPE)),
    one("create_monitored_items_count", Object(SERVICE_COUNTER_DATA_TYPE)),
    one("modify_monitored_items_count", Object(SERVICE_COUNTER_DATA_TYPE)),
    one("set_monitoring_mode_count", Object(SERVICE_COUNTER_DATA_TYPE)),
    one("set_triggering_count", Object(SERVICE_COUNTER_DATA_TYPE)),
    one("delete_monitored_items_count", Object(SERVICE_COUNTER_DATA_TYPE)),
    one("create_subscription_count", Object(SERVICE_COUNTER_DATA_TYPE)),
    one("modify_subscription_count", Object(SERVICE_COUNTER_DATA_TYPE)),
    one("set_publishing_mode_count", Object(SERVICE_COUNTER_DATA_TYPE)),
    one("publish_count", Object(SERVICE_COUNTER_DATA_TYPE)),
    one("republish_count", Object(SERVICE_COUNTER_DATA_TYPE)),
    one("transfer_subscriptions_count", Object(SERVICE_COUNTER_DATA_TYPE)),
    one("delete_subscriptions_count", Object(SERVICE_COUNTER_DATA_TYPE)),
    one("add_nodes_count", Object(SERVICE_COUNTER_DATA_TYPE)),
    one("add_references_count", Object(SERVICE_COUNTER_DATA_TYPE)),
    one("delete_nodes_count", Object(SERVICE_COUNTER_DATA_TYPE)),
    one("delete_references_count", Object(SERVICE_COUNTER_DATA_TYPE)),
    one("browse_count", Object(SERVICE_COUNTER_DATA_TYPE)),
    one("browse_next_count", Object(SERVICE_COUNTER_DATA_TYPE)),
    one("translate_browse_paths_to_node_ids_count", Object(SERVICE_COUNTER_DATA_TYPE)),
    one("query_first_count", Object(SERVICE_COUNTER_DATA_TYPE)),
    one("query_next_count", Object(SERVICE_COUNTER_DATA_TYPE)),
    one("register_nodes_count", Object(SERVICE_COUNTER_DATA_TYPE)),
    one("unregister_nodes_count", Object(SERVICE_COUNTER_DATA_TYPE)),
];

pub(super) const SESSION_SECURITY_DIAGNOSTICS_DATA_TYPE: Struct = &[
    one("session_id", NodeId),
    one("client_user_id_of_session", String),
    many("client_user_id_history", String),
    one("authentication_mechanism", String),
    one("transport_protocol", String),
    one("security_mode", Enum(names::MESSAGE_SECURITY_MODE)),
    one("security_policy_uri", String),
    one("client_certificate", ByteString),
];

pub(super) const SERVER_DIAGNOSTICS_SUMMARY_DATA_TYPE: Struct = &[
    one("server_view_count", UInt32),
    one("current_session_count", UInt32),
    one("cumulated_session_count", UInt32),
    one("security_rejected_session_count", UInt32),
    one("rejected_session_count", UInt32),
    one("session_timeout_count", UInt32),
    one("session_abort_count", UInt32),
    one("current_subscription_count", UInt32),
    one("cumulated_subscription_count", UInt32),
    one("publishing_interval_count", UInt32),
    one("security_rejected_requests_count", UInt32),
    one("rejected_requests_count", UInt32),
];

pub(super) const SUBSCRIPTION_DIAGNOSTICS_DATA_TYPE: Struct = &[
    one("session_id", NodeId),
    one("subscription_id", UInt32),
    one("priority", Byte),
    one("publishing_interval", Double),
    one("max_keep_alive_count", UInt32),
    one("max_lifetime_count", UInt32),
    one("max_notifications_per_publish", UInt32),
    one("publishing_enabled", Boolean),
    one("modify_count", UInt32),
    one("enable_count", UInt32),
    one("disable_count", UInt32),
    one("republish_request_count", UInt32),
    one("republish_message_request_count", UInt32),
    one("republish_message_count", UInt32),
    one("transfer_request_count", UInt32),
    one("transferred_to_alt_client_count", UInt32),
    one("transferred_to_same_client_count", UInt32),
    one("publish_request_count", UInt32),
    one("data_change_notifications_count", UInt32),
    one("event_notifications_count", UInt32),
    one("notifications_count", UInt32),
    one("late_publish_request_count", UInt32),
    one("current_keep_alive_count", UInt32),
    one("current_lifetime_count", UInt32),
    one("unacknowledged_message_count", UInt32),
    one("discarded_message_count", UInt32),
    one("monitored_item_count", UInt32),
    one("disabled_monitored_item_count", UInt32),
    one("monitoring_queue_overflow_count", UInt32),
    one("next_sequence_number", UInt32),
    one("event_queue_overflow_count", UInt32),
];

pub(super) const SAMPLING_INTERVAL_DIAGNOSTICS_DATA_TYPE: Struct = &[
    one("sampling_interval", Double),
    one("monitored_item_count", UInt32),
    one("max_monitored_item_count", UInt32),
    one("disabled_monitored_item_count", UInt32),
];

pub(super) const REDUNDANT_SERVER_DATA_TYPE: Struct =
    &[one("server_id", String), one("service_level", Byte), one("server_state", Enum(names::SERVER_STATE))];

pub(super) const STATUS_RESULT: Struct =
    &[one("status_code", StatusCode), one("diagnostic_info", DiagnosticInfo)];

pub(super) const SEMANTIC_CHANGE_STRUCTURE_DATA_TYPE: Struct =
    &[one("affected", NodeId), one("affected_type", NodeId)];

pub(super) const MODEL_CHANGE_STRUCTURE_DATA_TYPE: Struct =
    &[one("affected", NodeId), one("affected_type", NodeId), one("verb", Byte)];

pub(super) const RANGE: Struct = &[one("low", Double), one("high", Double)];

pub(super) const EU_INFORMATION: Struct = &[
    one("namespace_uri", String),
    one("unit_id", Int32),
    one("display_name", LocalizedText),
    one("description", LocalizedText),
];

pub(super) const ARGUMENT: Struct = &[
    one("name", String),
    one("data_type", NodeId),
    one("value_rank", Int32),
    many("array_dimensions", UInt32),
    one("description", LocalizedText),
];

pub(super) const ENUM_VALUE_TYPE: Struct =
    &[one("value", Int64), one("display_name", LocalizedText), one("description", LocalizedText)];

pub(super) const COMPLEX_NUMBER_TYPE: Struct = &[one("real", Float), one("imaginary", Float)];

pub(super) const DOUBLE_COMPLEX_NUMBER_TYPE: Struct = &[one("real", Double), one("imaginary", Double)];

pub(super) const AXIS_INFORMATION: Struct = &[
    one("engineering_units", Object(EU_INFORMATION)),
    one("eu_range", Object(RANGE)),
    one("title", LocalizedText),
    one("axis_scale_type", Enum(names::AXIS_SCALE_ENUMERATION)),
    many("axis_steps", Double),
];

pub(super) const XV_TYPE: Struct = &[one("x", Double), one("value", Float)];

pub(super) const PROGRAM_DIAGNOSTIC_DATA_TYPE: Struct = &[
    one("create_session_id", NodeId),
    one("create_client_name", String),
    one("invocation_creation_time", DateTime),
    one("last_transition_time", DateTime),
    one("last_method_call", String),
    one("last_method_session_id", NodeId),
    many("last_method_input_arguments", Object(ARGUMENT)),
    many("last_method_output_arguments", Object(ARGUMENT)),
    one("last_method_call_time", DateTime),
    one("last_method_return_status", Object(STATUS_RESULT)),
];

pub(super) const ANNOTATION: Struct =
    &[one("message", String), one("user_name", String), one("annotation_time", DateTime)];

pub(super) const TIME_ZONE_DATA_TYPE: Struct =
    &[one("offset", Int16), one("daylight_saving_in_offset", Boolean)];

pub(super) const ROLE_PERMISSION_TYPE: Struct = &[one("role_id", NodeId), one("permissions", UInt32)];

pub(super) const IDENTITY_MAPPING_RULE_TYPE: Struct =
    &[one("criteria_type", Enum(names::IDENTITY_CRITERIA_TYPE)), one("criteria", String)];

pub(super) const MDNS_DISCOVERY_CONFIGURATION: Struct =
    &[one("mdns_server_name", String), many("server_capabilities", String)];

pub(super) const STRUCTURE_FIELD: Struct = &[
    one("name", String),
    one("description", LocalizedText),
    one("data_type", NodeId),
    one("value_rank", Int32),
    many("array_dimensions", UInt32),
    one("max_string_length", UInt32),
    one("is_optional", Boolean),
];

pub(super) const STRUCTURE_DEFINITION: Struct = &[
    one("default_encoding_id", NodeId),
    one("base_data_type", NodeId),
    one("structure_type", Enum(names::STRUCTURE_TYPE)),
    many("fields", Object(STRUCTURE_FIELD)),
];

pub(super) const ENUM_FIELD: Struct = &[
    one("value", Int64),
    one("display_name", LocalizedText),
    one("description", LocalizedText),
    one("name", String),
];

pub(super) const ENUM_DEFINITION: Struct = &[many("fields", Object(ENUM_FIELD))];

pub(super) const KEY_VALUE_PAIR: Struct = &[one("key", QualifiedName), one("value", Variant)];

pub(super) const ADDITIONAL_PARAMETERS_TYPE: Struct = &[many("parameters", Object(KEY_VALUE_PAIR))];

pub(super) const EPHEMERAL_KEY_TYPE: Struct = &[one("public_key", ByteString), one("signature", ByteString)];

pub(super) const TRUST_LIST_DATA_TYPE: Struct = &[
    one("specified_lists", UInt32),
    many("trusted_certificates", ByteString),
    many("trusted_crls", ByteString),
    many("issuer_certificates", ByteString),
    many("issuer_crls", ByteString),
];

pub(super) const OPTION_SET: Struct = &[one("value", ByteString), one("valid_bits", ByteString)];
