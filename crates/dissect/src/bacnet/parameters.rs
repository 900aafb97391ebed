//! Parameters of the services: requests, results and errors (ASHRAE 135, clauses 13 to 17 and 21).

use super::event_values::NOTIFICATION;
use super::names;
use super::productions as p;
use super::schema::{Kind, Member, app, app_opt, opt, req};

/// The error of services whose error PDU carries more than class and code.
pub(super) const FAILED: Kind = Kind::Inline(p::FAILURE);

pub(super) const ACKNOWLEDGE: &[Member] = &[
    req!(0, "process_identifier", &Kind::Unsigned),
    req!(1, "", &Kind::Subject),
    req!(2, "event_state_acknowledged", &p::EVENT_STATE),
    req!(3, "timestamp", &p::TIME_STAMP),
    req!(4, "acknowledgment_source", &Kind::Text),
    req!(5, "time_of_acknowledgment", &p::TIME_STAMP),
];
pub(super) const COV_NOTIFICATION: &[Member] = &[
    req!(0, "process_identifier", &Kind::Unsigned),
    req!(1, "initiating_device", &Kind::Object),
    req!(2, "", &Kind::Subject),
    req!(3, "time_remaining_s", &Kind::Unsigned),
    req!(4, "values", &p::PROPERTY_VALUES),
];
pub(super) const EVENT_NOTIFICATION: &[Member] = &[
    req!(0, "process_identifier", &Kind::Unsigned),
    req!(1, "initiating_device", &Kind::Object),
    req!(2, "", &Kind::Subject),
    req!(3, "timestamp", &p::TIME_STAMP),
    req!(4, "notification_class", &Kind::Unsigned),
    req!(5, "priority", &Kind::Unsigned),
    req!(6, "event_type", &p::EVENT_TYPE),
    opt!(7, "message_text", &Kind::Text),
    req!(8, "notify_type", &p::NOTIFY_TYPE),
    opt!(9, "ack_required", &Kind::Boolean),
    opt!(10, "from_state", &p::EVENT_STATE),
    req!(11, "to_state", &p::EVENT_STATE),
    opt!(12, "event_values", &NOTIFICATION),
];
pub(super) const ALARM_SUMMARY: &[Member] = &[app!(
    "alarms",
    &Kind::List(&Kind::Sequence(&[
        app!("", &Kind::Subject),
        app!("alarm_state", &p::EVENT_STATE),
        app!("acknowledged_transitions", &p::TRANSITIONS),
    ])),
)];
pub(super) const ENROLLMENT_FILTER: &[Member] = &[
    req!(0, "acknowledgment_filter", &Kind::Enum(&["all", "acked", "not_acked"])),
    opt!(1, "enrollment_filter", &p::RECIPIENT_PROCESS),
    opt!(2, "event_state_filter", &Kind::Enum(&["offnormal", "fault", "normal", "all", "active"])),
    opt!(3, "event_type_filter", &p::EVENT_TYPE),
    opt!(
        4,
        "priority_filter",
        &Kind::Sequence(&[
            req!(0, "min_priority", &Kind::Unsigned),
            req!(1, "max_priority", &Kind::Unsigned),
        ]),
    ),
    opt!(5, "notification_class_filter", &Kind::Unsigned),
];
pub(super) const ENROLLMENT_SUMMARY: &[Member] = &[app!(
    "enrollments",
    &Kind::List(&Kind::Sequence(&[
        app!("", &Kind::Subject),
        app!("event_type", &p::EVENT_TYPE),
        app!("event_state", &p::EVENT_STATE),
        app!("priority", &Kind::Unsigned),
        app_opt!("notification_class", &Kind::Unsigned),
    ])),
)];
pub(super) const SUBSCRIPTION: &[Member] = &[
    req!(0, "process_identifier", &Kind::Unsigned),
    req!(1, "", &Kind::Subject),
    opt!(2, "issue_confirmed_notifications", &Kind::Boolean),
    opt!(3, "lifetime_s", &Kind::Unsigned),
];
pub(super) const PROPERTY_SUBSCRIPTION: &[Member] = &[
    req!(0, "process_identifier", &Kind::Unsigned),
    req!(1, "", &Kind::Subject),
    opt!(2, "issue_confirmed_notifications", &Kind::Boolean),
    opt!(3, "lifetime_s", &Kind::Unsigned),
    req!(4, "monitored_property", &p::PROPERTY_REFERENCE),
    opt!(5, "cov_increment", &Kind::Real),
];
pub(super) const MULTIPLE_SUBSCRIPTION: &[Member] = &[
    req!(0, "process_identifier", &Kind::Unsigned),
    opt!(1, "issue_confirmed_notifications", &Kind::Boolean),
    opt!(2, "lifetime_s", &Kind::Unsigned),
    opt!(3, "max_notification_delay_s", &Kind::Unsigned),
    req!(
        4,
        "subscriptions",
        &Kind::List(&Kind::Sequence(&[
            req!(0, "", &Kind::Subject),
            req!(
                1,
                "references",
                &Kind::List(&Kind::Sequence(&[
                    req!(0, "monitored_property", &p::PROPERTY_REFERENCE),
                    opt!(1, "cov_increment", &Kind::Real),
                    req!(2, "timestamped", &Kind::Boolean),
                ])),
            ),
        ])),
    ),
];
pub(super) const COV_NOTIFICATIONS: &[Member] = &[
    req!(0, "process_identifier", &Kind::Unsigned),
    req!(1, "initiating_device", &Kind::Object),
    req!(2, "time_remaining_s", &Kind::Unsigned),
    opt!(3, "timestamp", &p::DATE_TIME),
    req!(
        4,
        "notifications",
        &Kind::List(&Kind::Sequence(&[
            req!(0, "", &Kind::Subject),
            req!(
                1,
                "values",
                &Kind::List(&Kind::Sequence(&[
                    req!(0, "property", &Kind::Property),
                    opt!(1, "array_index", &Kind::Unsigned),
                    req!(2, "value", &Kind::Value),
                    opt!(3, "time_of_change", &Kind::Time),
                ])),
            ),
        ])),
    ),
];
pub(super) const READ_FILE: &[Member] = &[
    app!("", &Kind::Subject),
    app!(
        "access",
        &Kind::Choice(&[
            req!(
                0,
                "stream",
                &Kind::Sequence(&[
                    app!("file_start_position", &Kind::Integer),
                    app!("requested_octet_count", &Kind::Unsigned),
                ]),
            ),
            req!(
                1,
                "record",
                &Kind::Sequence(&[
                    app!("file_start_record", &Kind::Integer),
                    app!("requested_record_count", &Kind::Unsigned),
                ]),
            ),
        ]),
    ),
];
pub(super) const FILE_CONTENT: Kind = Kind::Choice(&[
    req!(
        0,
        "stream",
        &Kind::Sequence(&[app!("file_start_position", &Kind::Integer), app!("file_data", &Kind::Octets)]),
    ),
    req!(
        1,
        "record",
        &Kind::Sequence(&[
            app!("file_start_record", &Kind::Integer),
            app!("record_count", &Kind::Unsigned),
            app!("file_record_data", &Kind::List(&Kind::Octets)),
        ]),
    ),
]);
pub(super) const READ_FILE_RESULT: &[Member] =
    &[app!("end_of_file", &Kind::Boolean), app!("access", &FILE_CONTENT)];
pub(super) const WRITE_FILE: &[Member] = &[app!("", &Kind::Subject), app!("access", &FILE_CONTENT)];
pub(super) const WRITE_FILE_RESULT: &[Member] =
    &[opt!(0, "file_start_position", &Kind::Integer), opt!(1, "file_start_record", &Kind::Integer)];
pub(super) const LIST_ELEMENTS: &[Member] = &[
    req!(0, "", &Kind::Subject),
    req!(1, "property", &Kind::Property),
    opt!(2, "array_index", &Kind::Unsigned),
    req!(3, "elements", &Kind::Value),
];
pub(super) const NUMBERED_FAILURE: &[Member] =
    &[req!(0, "", &FAILED), req!(1, "first_failed_element_number", &Kind::Unsigned)];
pub(super) const NEW_OBJECT: &[Member] = &[
    req!(
        0,
        "object_specifier",
        &Kind::Choice(&[req!(0, "object_type", &Kind::ObjectType), req!(1, "", &Kind::Subject)]),
    ),
    opt!(1, "initial_values", &p::PROPERTY_VALUES),
];
pub(super) const ONE_OBJECT: &[Member] = &[app!("", &Kind::Subject)];
pub(super) const ONE_PROPERTY: &[Member] = &[
    req!(0, "", &Kind::Subject),
    req!(1, "property", &Kind::Property),
    opt!(2, "array_index", &Kind::Unsigned),
];
pub(super) const ONE_VALUE: &[Member] = &[
    req!(0, "", &Kind::Subject),
    req!(1, "property", &Kind::Property),
    opt!(2, "array_index", &Kind::Unsigned),
    req!(3, "value", &Kind::Value),
    opt!(4, "priority", &Kind::Unsigned),
];
pub(super) const CONDITION: &[Member] = &[
    req!(
        0,
        "selection_criteria",
        &Kind::Sequence(&[
            req!(0, "selection_logic", &Kind::Enum(&["and", "or", "all"])),
            opt!(
                1,
                "criteria",
                &Kind::List(&Kind::Sequence(&[
                    req!(0, "property", &Kind::Property),
                    opt!(1, "array_index", &Kind::Unsigned),
                    req!(
                        2,
                        "relation",
                        &Kind::Enum(&[
                            "equal",
                            "not_equal",
                            "less_than",
                            "greater_than",
                            "less_than_or_equal",
                            "greater_than_or_equal",
                        ]),
                    ),
                    req!(3, "comparison_value", &Kind::Value),
                ])),
            ),
        ]),
    ),
    opt!(1, "properties", &Kind::List(&p::PROPERTY_REFERENCE)),
];
pub(super) const READ_MULTIPLE: &[Member] = &[app!("objects", &p::READ_ACCESS_SPECIFICATIONS)];
pub(super) const READ_RESULTS: &[Member] = &[app!("objects", &p::READ_ACCESS_RESULTS)];
pub(super) const WRITE_MULTIPLE: &[Member] = &[app!(
    "objects",
    &Kind::List(&Kind::Sequence(&[req!(0, "", &Kind::Subject), req!(1, "properties", &p::PROPERTY_VALUES)])),
)];
pub(super) const WRITE_MULTIPLE_FAILURE: &[Member] =
    &[req!(0, "", &FAILED), req!(1, "first_failed_write_attempt", &p::OBJECT_PROPERTY_REFERENCE)];
pub(super) const COMMUNICATION_CONTROL: &[Member] = &[
    opt!(0, "time_duration_min", &Kind::Unsigned),
    req!(1, "enable_disable", &Kind::Enum(names::ENABLE_DISABLE)),
    opt!(2, "has_password", &Kind::Secret),
];
pub(super) const PRIVATE_TRANSFER: &[Member] = &[
    req!(0, "vendor_id", &Kind::Unsigned),
    req!(1, "service_number", &Kind::Unsigned),
    opt!(2, "service_parameters", &Kind::Abstract),
];
pub(super) const PRIVATE_TRANSFER_FAILURE: &[Member] = &[
    req!(0, "", &FAILED),
    req!(1, "vendor_id", &Kind::Unsigned),
    req!(2, "service_number", &Kind::Unsigned),
    opt!(3, "error_parameters", &Kind::Abstract),
];
pub(super) const TEXT_MESSAGE: &[Member] = &[
    req!(0, "source_device", &Kind::Object),
    opt!(
        1,
        "message_class",
        &Kind::Choice(&[req!(0, "numeric", &Kind::Unsigned), req!(1, "character", &Kind::Text)]),
    ),
    req!(2, "message_priority", &Kind::Enum(&["normal", "urgent"])),
    req!(3, "message", &Kind::Text),
];
pub(super) const REINITIALIZE: &[Member] = &[
    req!(0, "reinitialized_state", &Kind::Enum(names::REINITIALIZED_STATES)),
    opt!(1, "has_password", &Kind::Secret),
];
pub(super) const VT_OPEN: &[Member] =
    &[app!("vt_class", &Kind::Enum(names::VT_CLASSES)), app!("local_vt_session_identifier", &Kind::Unsigned)];
/// What is typed at a terminal may be a password: only that there is something.
pub(super) const VT_DATA: &[Member] = &[
    app!("vt_session_identifier", &Kind::Unsigned),
    app!("has_data", &Kind::Secret),
    app!("vt_data_flag", &Kind::Unsigned),
];
pub(super) const AUTHENTICATE: &[Member] = &[
    req!(0, "pseudo_random_number", &Kind::Unsigned),
    opt!(1, "expected_invoke_id", &Kind::Unsigned),
    opt!(2, "operator_name", &Kind::Text),
    opt!(3, "has_password", &Kind::Secret),
    opt!(4, "start_enciphered_session", &Kind::Boolean),
];
pub(super) const REQUEST_KEY: &[Member] = &[
    app!("requesting_device", &Kind::Object),
    app!("requesting_device_address", &p::ADDRESS),
    app!("remote_device", &Kind::Object),
    app!("remote_device_address", &p::ADDRESS),
];
pub(super) const RANGE: &[Member] = &[
    req!(0, "", &Kind::Subject),
    req!(1, "property", &Kind::Property),
    opt!(2, "array_index", &Kind::Unsigned),
    opt!(
        3,
        "by_position",
        &Kind::Sequence(&[app!("reference_index", &Kind::Unsigned), app!("count", &Kind::Integer)]),
    ),
    // Time ranges of the standard before 2004.
    opt!(
        4,
        "time_range",
        &Kind::Sequence(&[app!("beginning", &p::DATE_TIME), app!("ending", &p::DATE_TIME)]),
    ),
    opt!(
        6,
        "by_sequence_number",
        &Kind::Sequence(&[app!("reference_sequence_number", &Kind::Unsigned), app!("count", &Kind::Integer)]),
    ),
    opt!(
        7,
        "by_time",
        &Kind::Sequence(&[app!("reference_time", &p::DATE_TIME), app!("count", &Kind::Integer)]),
    ),
];
pub(super) const RANGE_RESULT: &[Member] = &[
    req!(0, "", &Kind::Subject),
    req!(1, "property", &Kind::Property),
    opt!(2, "array_index", &Kind::Unsigned),
    req!(3, "result_flags", &Kind::Bits(names::RESULT_FLAGS)),
    req!(4, "item_count", &Kind::Unsigned),
    req!(5, "items", &Kind::Value),
    opt!(6, "first_sequence_number", &Kind::Unsigned),
];
pub(super) const LIFE_SAFETY: &[Member] = &[
    req!(0, "process_identifier", &Kind::Unsigned),
    req!(1, "requesting_source", &Kind::Text),
    req!(2, "request", &Kind::Enum(names::LIFE_SAFETY_OPERATIONS)),
    opt!(3, "", &Kind::Subject),
];
pub(super) const EVENT_SUMMARIES: &[Member] = &[
    req!(
        0,
        "event_summaries",
        &Kind::List(&Kind::Sequence(&[
            req!(0, "", &Kind::Subject),
            req!(1, "event_state", &p::EVENT_STATE),
            req!(2, "acknowledged_transitions", &p::TRANSITIONS),
            req!(3, "event_timestamps", &p::TIME_STAMPS),
            req!(4, "notify_type", &p::NOTIFY_TYPE),
            req!(5, "event_enable", &p::TRANSITIONS),
            req!(6, "event_priorities", &p::UNSIGNEDS),
        ])),
    ),
    req!(1, "more_events", &Kind::Boolean),
];
pub(super) const AUDIT_NOTIFICATIONS: &[Member] =
    &[req!(0, "notifications", &Kind::List(&p::AUDIT_NOTIFICATION))];
pub(super) const AUDIT_QUERY: &[Member] = &[
    req!(0, "", &Kind::Subject),
    req!(
        1,
        "query",
        &Kind::Choice(&[
            req!(
                0,
                "by_target",
                &Kind::Sequence(&[
                    req!(0, "target_device", &Kind::Object),
                    opt!(1, "target_device_address", &p::ADDRESS),
                    opt!(2, "target_object", &Kind::Object),
                    opt!(3, "property", &Kind::Property),
                    opt!(4, "array_index", &Kind::Unsigned),
                    opt!(5, "target_priority", &Kind::Unsigned),
                    opt!(6, "operations", &Kind::Bits(names::AUDIT_OPERATIONS)),
                    req!(7, "result_filter", &Kind::Enum(&["all", "successes_only", "failures_only"])),
                ]),
            ),
            req!(
                1,
                "by_source",
                &Kind::Sequence(&[
                    req!(0, "source_device", &Kind::Object),
                    opt!(1, "source_device_address", &p::ADDRESS),
                    opt!(2, "source_object", &Kind::Object),
                    opt!(3, "operations", &Kind::Bits(names::AUDIT_OPERATIONS)),
                    req!(4, "result_filter", &Kind::Enum(&["all", "successes_only", "failures_only"])),
                ]),
            ),
        ]),
    ),
    opt!(2, "start_at_sequence_number", &Kind::Unsigned),
    req!(3, "requested_count", &Kind::Unsigned),
];
pub(super) const AUDIT_RESULT: &[Member] = &[
    req!(0, "", &Kind::Subject),
    req!(
        1,
        "records",
        &Kind::List(&Kind::Sequence(&[
            req!(0, "sequence", &Kind::Unsigned),
            req!(1, "log_record", &p::AUDIT_LOG_RECORD),
        ])),
    ),
    req!(2, "no_more_items", &Kind::Boolean),
];
pub(super) const VT_OPENED: &[Member] = &[app!("remote_vt_session_identifier", &Kind::Unsigned)];
pub(super) const VT_CLOSE: &[Member] = &[app!("vt_session_identifiers", &p::UNSIGNEDS)];
pub(super) const VT_CLOSE_FAILURE: &[Member] =
    &[req!(0, "", &FAILED), opt!(1, "vt_session_identifiers", &p::UNSIGNEDS)];
pub(super) const VT_ACCEPTED: &[Member] =
    &[req!(0, "all_new_data_accepted", &Kind::Boolean), opt!(1, "accepted_octet_count", &Kind::Unsigned)];
pub(super) const AUTHENTICATED: &[Member] = &[app!("modified_random_number", &Kind::Unsigned)];
pub(super) const SUBSCRIPTION_FAILURE: &[Member] = &[
    req!(0, "", &FAILED),
    opt!(
        1,
        "first_failed_subscription",
        &Kind::Sequence(&[
            req!(0, "", &Kind::Subject),
            req!(1, "monitored_property", &p::PROPERTY_REFERENCE),
            req!(2, "error", &p::ERROR),
        ]),
    ),
];
