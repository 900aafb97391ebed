//! Names of enumerated values (Part 3, 8; Part 4, 7; Part 5, 12).

use super::Names;

pub(super) const APPLICATION_TYPE: Names =
    &[(0, "server"), (1, "client"), (2, "client_and_server"), (3, "discovery_server")];

pub(super) const AXIS_SCALE_ENUMERATION: Names = &[(0, "linear"), (1, "log"), (2, "ln")];

pub(super) const BROWSE_DIRECTION: Names = &[(0, "forward"), (1, "inverse"), (2, "both"), (3, "invalid")];

pub(super) const DATA_CHANGE_TRIGGER: Names =
    &[(0, "status"), (1, "status_value"), (2, "status_value_timestamp")];

pub(super) const FILTER_OPERATOR: Names = &[
    (0, "equals"),
    (1, "is_null"),
    (2, "greater_than"),
    (3, "less_than"),
    (4, "greater_than_or_equal"),
    (5, "less_than_or_equal"),
    (6, "like"),
    (7, "not"),
    (8, "between"),
    (9, "in_list"),
    (10, "and"),
    (11, "or"),
    (12, "cast"),
    (13, "in_view"),
    (14, "of_type"),
    (15, "related_to"),
    (16, "bitwise_and"),
    (17, "bitwise_or"),
];

pub(super) const HISTORY_UPDATE_TYPE: Names = &[(1, "insert"), (2, "replace"), (3, "update"), (4, "delete")];

pub(super) const IDENTITY_CRITERIA_TYPE: Names = &[
    (1, "user_name"),
    (2, "thumbprint"),
    (3, "role"),
    (4, "group_id"),
    (5, "anonymous"),
    (6, "authenticated_user"),
    (7, "application"),
    (8, "x509_subject"),
    (9, "trusted_application"),
];

pub(super) const MESSAGE_SECURITY_MODE: Names =
    &[(0, "invalid"), (1, "none"), (2, "sign"), (3, "sign_and_encrypt")];

pub(super) const MONITORING_MODE: Names = &[(0, "disabled"), (1, "sampling"), (2, "reporting")];

pub(super) const NODE_CLASS: Names = &[
    (0, "unspecified"),
    (1, "object"),
    (2, "variable"),
    (4, "method"),
    (8, "object_type"),
    (16, "variable_type"),
    (32, "reference_type"),
    (64, "data_type"),
    (128, "view"),
];

pub(super) const PERFORM_UPDATE_TYPE: Names = &[(1, "insert"), (2, "replace"), (3, "update"), (4, "remove")];

pub(super) const SECURITY_TOKEN_REQUEST_TYPE: Names = &[(0, "issue"), (1, "renew")];

pub(super) const SERVER_STATE: Names = &[
    (0, "running"),
    (1, "failed"),
    (2, "no_configuration"),
    (3, "suspended"),
    (4, "shutdown"),
    (5, "test"),
    (6, "communication_fault"),
    (7, "unknown"),
];

pub(super) const STRUCTURE_TYPE: Names = &[
    (0, "structure"),
    (1, "structure_with_optional_fields"),
    (2, "union"),
    (3, "structure_with_subtyped_values"),
    (4, "union_with_subtyped_values"),
];

pub(super) const TIMESTAMPS_TO_RETURN: Names =
    &[(0, "source"), (1, "server"), (2, "both"), (3, "neither"), (4, "invalid")];

pub(super) const USER_TOKEN_TYPE: Names =
    &[(0, "anonymous"), (1, "user_name"), (2, "certificate"), (3, "issued_token")];
