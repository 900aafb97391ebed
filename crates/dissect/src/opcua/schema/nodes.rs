//! Bodies of the node management, view, query, attribute and method services (Part 4, 5.8 to 5.12).

use super::Type::{
    Boolean, ByteString, DataValue, DiagnosticInfo, Double, Enum, ExtensionObject, NodeId, Object,
    StatusCode, UInt32,
};
use super::names;
use super::structures::{
    ADD_NODES_ITEM, ADD_NODES_RESULT, ADD_REFERENCES_ITEM, BROWSE_DESCRIPTION, BROWSE_PATH,
    BROWSE_PATH_RESULT, BROWSE_RESULT, CALL_METHOD_REQUEST, CALL_METHOD_RESULT, CONTENT_FILTER,
    CONTENT_FILTER_RESULT, DELETE_NODES_ITEM, DELETE_REFERENCES_ITEM, HISTORY_READ_RESULT,
    HISTORY_READ_VALUE_ID, HISTORY_UPDATE_RESULT, NODE_TYPE_DESCRIPTION, PARSING_RESULT, QUERY_DATA_SET,
    READ_VALUE_ID, VIEW_DESCRIPTION, WRITE_VALUE,
};
use super::{Struct, many, one};

pub(super) const ADD_NODES_REQUEST: Struct = &[many("nodes_to_add", Object(ADD_NODES_ITEM))];

pub(super) const ADD_NODES_RESPONSE: Struct =
    &[many("results", Object(ADD_NODES_RESULT)), many("diagnostic_infos", DiagnosticInfo)];

pub(super) const ADD_REFERENCES_REQUEST: Struct = &[many("references_to_add", Object(ADD_REFERENCES_ITEM))];

pub(super) const ADD_REFERENCES_RESPONSE: Struct =
    &[many("results", StatusCode), many("diagnostic_infos", DiagnosticInfo)];

pub(super) const DELETE_NODES_REQUEST: Struct = &[many("nodes_to_delete", Object(DELETE_NODES_ITEM))];

pub(super) const DELETE_NODES_RESPONSE: Struct =
    &[many("results", StatusCode), many("diagnostic_infos", DiagnosticInfo)];

pub(super) const DELETE_REFERENCES_REQUEST: Struct =
    &[many("references_to_delete", Object(DELETE_REFERENCES_ITEM))];

pub(super) const DELETE_REFERENCES_RESPONSE: Struct =
    &[many("results", StatusCode), many("diagnostic_infos", DiagnosticInfo)];

pub(super) const BROWSE_REQUEST: Struct = &[
    one("view", Object(VIEW_DESCRIPTION)),
    one("requested_max_references_per_node", UInt32),
    many("nodes_to_browse", Object(BROWSE_DESCRIPTION)),
];

pub(super) const BROWSE_RESPONSE: Struct =
    &[many("results", Object(BROWSE_RESULT)), many("diagnostic_infos", DiagnosticInfo)];

pub(super) const BROWSE_NEXT_REQUEST: Struct =
    &[one("release_continuation_points", Boolean), many("continuation_points", ByteString)];

pub(super) const BROWSE_NEXT_RESPONSE: Struct =
    &[many("results", Object(BROWSE_RESULT)), many("diagnostic_infos", DiagnosticInfo)];

pub(super) const TRANSLATE_BROWSE_PATHS_TO_NODE_IDS_REQUEST: Struct =
    &[many("browse_paths", Object(BROWSE_PATH))];

pub(super) const TRANSLATE_BROWSE_PATHS_TO_NODE_IDS_RESPONSE: Struct =
    &[many("results", Object(BROWSE_PATH_RESULT)), many("diagnostic_infos", DiagnosticInfo)];

pub(super) const REGISTER_NODES_REQUEST: Struct = &[many("nodes_to_register", NodeId)];

pub(super) const REGISTER_NODES_RESPONSE: Struct = &[many("registered_node_ids", NodeId)];

pub(super) const UNREGISTER_NODES_REQUEST: Struct = &[many("nodes_to_unregister", NodeId)];

pub(super) const QUERY_FIRST_REQUEST: Struct = &[
    one("view", Object(VIEW_DESCRIPTION)),
    many("node_types", Object(NODE_TYPE_DESCRIPTION)),
    one("filter", Object(CONTENT_FILTER)),
    one("max_data_sets_to_return", UInt32),
    one("max_references_to_return", UInt32),
];

pub(super) const QUERY_FIRST_RESPONSE: Struct = &[
    many("query_data_sets", Object(QUERY_DATA_SET)),
    one("continuation_point", ByteString),
    many("parsing_results", Object(PARSING_RESULT)),
    many("diagnostic_infos", DiagnosticInfo),
    one("filter_result", Object(CONTENT_FILTER_RESULT)),
];

pub(super) const QUERY_NEXT_REQUEST: Struct =
    &[one("release_continuation_point", Boolean), one("continuation_point", ByteString)];

pub(super) const QUERY_NEXT_RESPONSE: Struct =
    &[many("query_data_sets", Object(QUERY_DATA_SET)), one("revised_continuation_point", ByteString)];

pub(super) const READ_REQUEST: Struct = &[
    one("max_age", Double),
    one("timestamps_to_return", Enum(names::TIMESTAMPS_TO_RETURN)),
    many("nodes_to_read", Object(READ_VALUE_ID)),
];

pub(super) const READ_RESPONSE: Struct =
    &[many("results", DataValue), many("diagnostic_infos", DiagnosticInfo)];

pub(super) const HISTORY_READ_REQUEST: Struct = &[
    one("history_read_details", ExtensionObject),
    one("timestamps_to_return", Enum(names::TIMESTAMPS_TO_RETURN)),
    one("release_continuation_points", Boolean),
    many("nodes_to_read", Object(HISTORY_READ_VALUE_ID)),
];

pub(super) const HISTORY_READ_RESPONSE: Struct =
    &[many("results", Object(HISTORY_READ_RESULT)), many("diagnostic_infos", DiagnosticInfo)];

pub(super) const WRITE_REQUEST: Struct = &[many("nodes_to_write", Object(WRITE_VALUE))];

pub(super) const WRITE_RESPONSE: Struct =
    &[many("results", StatusCode), many("diagnostic_infos", DiagnosticInfo)];

pub(super) const HISTORY_UPDATE_REQUEST: Struct = &[many("history_update_details", ExtensionObject)];

pub(super) const HISTORY_UPDATE_RESPONSE: Struct =
    &[many("results", Object(HISTORY_UPDATE_RESULT)), many("diagnostic_infos", DiagnosticInfo)];

pub(super) const CALL_REQUEST: Struct = &[many("methods_to_call", Object(CALL_METHOD_REQUEST))];

pub(super) const CALL_RESPONSE: Struct =
    &[many("results", Object(CALL_METHOD_RESULT)), many("diagnostic_infos", DiagnosticInfo)];
