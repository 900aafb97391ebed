//! Bodies of the monitored item and subscription services (Part 4, 5.13 and 5.14).

use super::Type::{Boolean, Byte, DiagnosticInfo, Double, Enum, Object, StatusCode, UInt32};
use super::names;
use super::structures::{
    MONITORED_ITEM_CREATE_REQUEST, MONITORED_ITEM_CREATE_RESULT, MONITORED_ITEM_MODIFY_REQUEST,
    MONITORED_ITEM_MODIFY_RESULT, NOTIFICATION_MESSAGE, SUBSCRIPTION_ACKNOWLEDGEMENT, TRANSFER_RESULT,
};
use super::{Struct, many, one};

pub(super) const CREATE_MONITORED_ITEMS_REQUEST: Struct = &[
    one("subscription_id", UInt32),
    one("timestamps_to_return", Enum(names::TIMESTAMPS_TO_RETURN)),
    many("items_to_create", Object(MONITORED_ITEM_CREATE_REQUEST)),
];

pub(super) const CREATE_MONITORED_ITEMS_RESPONSE: Struct =
    &[many("results", Object(MONITORED_ITEM_CREATE_RESULT)), many("diagnostic_infos", DiagnosticInfo)];

pub(super) const MODIFY_MONITORED_ITEMS_REQUEST: Struct = &[
    one("subscription_id", UInt32),
    one("timestamps_to_return", Enum(names::TIMESTAMPS_TO_RETURN)),
    many("items_to_modify", Object(MONITORED_ITEM_MODIFY_REQUEST)),
];

pub(super) const MODIFY_MONITORED_ITEMS_RESPONSE: Struct =
    &[many("results", Object(MONITORED_ITEM_MODIFY_RESULT)), many("diagnostic_infos", DiagnosticInfo)];

pub(super) const SET_MONITORING_MODE_REQUEST: Struct = &[
    one("subscription_id", UInt32),
    one("monitoring_mode", Enum(names::MONITORING_MODE)),
    many("monitored_item_ids", UInt32),
];

pub(super) const SET_MONITORING_MODE_RESPONSE: Struct =
    &[many("results", StatusCode), many("diagnostic_infos", DiagnosticInfo)];

pub(super) const SET_TRIGGERING_REQUEST: Struct = &[
    one("subscription_id", UInt32),
    one("triggering_item_id", UInt32),
    many("links_to_add", UInt32),
    many("links_to_remove", UInt32),
];

pub(super) const SET_TRIGGERING_RESPONSE: Struct = &[
    many("add_results", StatusCode),
    many("add_diagnostic_infos", DiagnosticInfo),
    many("remove_results", StatusCode),
    many("remove_diagnostic_infos", DiagnosticInfo),
];

pub(super) const DELETE_MONITORED_ITEMS_REQUEST: Struct =
    &[one("subscription_id", UInt32), many("monitored_item_ids", UInt32)];

pub(super) const DELETE_MONITORED_ITEMS_RESPONSE: Struct =
    &[many("results", StatusCode), many("diagnostic_infos", DiagnosticInfo)];

pub(super) const CREATE_SUBSCRIPTION_REQUEST: Struct = &[
    one("requested_publishing_interval", Double),
    one("requested_lifetime_count", UInt32),
    one("requested_max_keep_alive_count", UInt32),
    one("max_notifications_per_publish", UInt32),
    one("publishing_enabled", Boolean),
    one("priority", Byte),
];

pub(super) const CREATE_SUBSCRIPTION_RESPONSE: Struct = &[
    one("subscription_id", UInt32),
    one("revised_publishing_interval", Double),
    one("revised_lifetime_count", UInt32),
    one("revised_max_keep_alive_count", UInt32),
];

pub(super) const MODIFY_SUBSCRIPTION_REQUEST: Struct = &[
    one("subscription_id", UInt32),
    one("requested_publishing_interval", Double),
    one("requested_lifetime_count", UInt32),
    one("requested_max_keep_alive_count", UInt32),
    one("max_notifications_per_publish", UInt32),
    one("priority", Byte),
];

pub(super) const MODIFY_SUBSCRIPTION_RESPONSE: Struct = &[
    one("revised_publishing_interval", Double),
    one("revised_lifetime_count", UInt32),
    one("revised_max_keep_alive_count", UInt32),
];

pub(super) const SET_PUBLISHING_MODE_REQUEST: Struct =
    &[one("publishing_enabled", Boolean), many("subscription_ids", UInt32)];

pub(super) const SET_PUBLISHING_MODE_RESPONSE: Struct =
    &[many("results", StatusCode), many("diagnostic_infos", DiagnosticInfo)];

pub(super) const PUBLISH_REQUEST: Struct =
    &[many("subscription_acknowledgements", Object(SUBSCRIPTION_ACKNOWLEDGEMENT))];

pub(super) const PUBLISH_RESPONSE: Struct = &[
    one("subscription_id", UInt32),
    many("available_sequence_numbers", UInt32),
    one("more_notifications", Boolean),
    one("notification_message", Object(NOTIFICATION_MESSAGE)),
    many("results", StatusCode),
    many("diagnostic_infos", DiagnosticInfo),
];

pub(super) const REPUBLISH_REQUEST: Struct =
    &[one("subscription_id", UInt32), one("retransmit_sequence_number", UInt32)];

pub(super) const REPUBLISH_RESPONSE: Struct = &[one("notification_message", Object(NOTIFICATION_MESSAGE))];

pub(super) const TRANSFER_SUBSCRIPTIONS_REQUEST: Struct =
    &[many("subscription_ids", UInt32), one("send_initial_values", Boolean)];

pub(super) const TRANSFER_SUBSCRIPTIONS_RESPONSE: Struct =
    &[many("results", Object(TRANSFER_RESULT)), many("diagnostic_infos", DiagnosticInfo)];

pub(super) const DELETE_SUBSCRIPTIONS_REQUEST: Struct = &[many("subscription_ids", UInt32)];

pub(super) const DELETE_SUBSCRIPTIONS_RESPONSE: Struct =
    &[many("results", StatusCode), many("diagnostic_infos", DiagnosticInfo)];
