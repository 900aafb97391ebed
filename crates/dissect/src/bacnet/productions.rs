//! Types that several services and properties share (ASHRAE 135, clause 21).

use super::names;
use super::schema::{Kind, Member, app, app_opt, opt, req};

/// Date and time of day.
pub(super) static DATE_TIME: Kind =
    Kind::Sequence(&[app!("date", &Kind::Date), app!("time_of_day", &Kind::Time)]);
/// First and last date.
pub(super) static DATE_RANGE: Kind =
    Kind::Sequence(&[app!("start_date", &Kind::Date), app!("end_date", &Kind::Date)]);
pub(super) static TIME_STAMP: Kind = Kind::Choice(&[
    req!(0, "time_of_day", &Kind::Time),
    req!(1, "sequence", &Kind::Unsigned),
    req!(2, "date_time", &DATE_TIME),
]);
pub(super) static TIME_STAMPS: Kind = Kind::List(&TIME_STAMP);
pub(super) static UNSIGNEDS: Kind = Kind::List(&Kind::Unsigned);
pub(super) static STATUS_FLAGS: Kind = Kind::Bits(names::STATUS_FLAGS);
pub(super) static TRANSITIONS: Kind = Kind::Bits(names::TRANSITIONS);
pub(super) static EVENT_STATE: Kind = Kind::Enum(names::EVENT_STATES);
pub(super) static EVENT_TYPE: Kind = Kind::Enum(names::EVENT_TYPES);
pub(super) static NOTIFY_TYPE: Kind = Kind::Enum(names::NOTIFY_TYPES);

pub(super) static ADDRESS: Kind =
    Kind::Sequence(&[app!("network", &Kind::Unsigned), app!("mac_address", &Kind::Octets)]);
pub(super) static RECIPIENT: Kind =
    Kind::Choice(&[req!(0, "device", &Kind::Object), req!(1, "address", &ADDRESS)]);
pub(super) static RECIPIENT_PROCESS: Kind =
    Kind::Sequence(&[req!(0, "recipient", &RECIPIENT), req!(1, "process_identifier", &Kind::Unsigned)]);
pub(super) static DESTINATION: Kind = Kind::Sequence(&[
    app!("valid_days", &Kind::Bits(names::DAYS)),
    app!("from_time", &Kind::Time),
    app!("to_time", &Kind::Time),
    app!("recipient", &RECIPIENT),
    app!("process_identifier", &Kind::Unsigned),
    app!("issue_confirmed_notifications", &Kind::Boolean),
    app!("transitions", &TRANSITIONS),
]);
pub(super) static ADDRESS_BINDING: Kind =
    Kind::Sequence(&[app!("device", &Kind::Object), app!("address", &ADDRESS)]);

/// Error class and code, beside the fields of whatever failed.
pub(super) const FAILURE: &[Member] =
    &[app!("error_class", &Kind::ErrorClass), app!("error_code", &Kind::ErrorCode)];
pub(super) static ERROR: Kind = Kind::Sequence(FAILURE);

pub(super) static PROPERTY_REFERENCE: Kind =
    Kind::Sequence(&[req!(0, "property", &Kind::Property), opt!(1, "array_index", &Kind::Unsigned)]);
pub(super) static OBJECT_PROPERTY_REFERENCE: Kind = Kind::Sequence(&[
    req!(0, "", &Kind::Subject),
    req!(1, "property", &Kind::Property),
    opt!(2, "array_index", &Kind::Unsigned),
]);
pub(super) static DEVICE_OBJECT_PROPERTY_REFERENCE: Kind = Kind::Sequence(&[
    req!(0, "", &Kind::Subject),
    req!(1, "property", &Kind::Property),
    opt!(2, "array_index", &Kind::Unsigned),
    opt!(3, "device", &Kind::Object),
]);
pub(super) static DEVICE_OBJECT_REFERENCE: Kind =
    Kind::Sequence(&[opt!(0, "device", &Kind::Object), req!(1, "", &Kind::Subject)]);
pub(super) static SETPOINT_REFERENCE: Kind =
    Kind::Choice(&[req!(0, "reference", &OBJECT_PROPERTY_REFERENCE)]);

/// A property with its value, as writes and notifications carry it.
pub(super) static PROPERTY_VALUE: Kind = Kind::Sequence(&[
    req!(0, "property", &Kind::Property),
    opt!(1, "array_index", &Kind::Unsigned),
    req!(2, "value", &Kind::Value),
    opt!(3, "priority", &Kind::Unsigned),
]);
pub(super) static PROPERTY_VALUES: Kind = Kind::List(&PROPERTY_VALUE);

pub(super) static READ_ACCESS_SPECIFICATIONS: Kind = Kind::List(&READ_ACCESS_SPECIFICATION);
pub(super) static READ_ACCESS_SPECIFICATION: Kind =
    Kind::Sequence(&[req!(0, "", &Kind::Subject), req!(1, "properties", &Kind::List(&PROPERTY_REFERENCE))]);
pub(super) static READ_ACCESS_RESULTS: Kind = Kind::List(&READ_ACCESS_RESULT);
pub(super) static READ_ACCESS_RESULT: Kind = Kind::Sequence(&[
    req!(0, "", &Kind::Subject),
    opt!(
        1,
        "results",
        &Kind::List(&Kind::Sequence(&[
            req!(2, "property", &Kind::Property),
            opt!(3, "array_index", &Kind::Unsigned),
            opt!(4, "value", &Kind::Value),
            opt!(5, "error", &ERROR),
        ])),
    ),
]);

pub(super) static TIME_VALUE: Kind =
    Kind::Sequence(&[app!("time_of_day", &Kind::Time), app!("value", &Kind::Any)]);
static TIME_VALUES: Kind = Kind::List(&TIME_VALUE);
pub(super) static DAILY_SCHEDULE: Kind = Kind::Sequence(&[req!(0, "day_schedule", &TIME_VALUES)]);
pub(super) static CALENDAR_ENTRY: Kind = Kind::Choice(&[
    req!(0, "date", &Kind::Date),
    req!(1, "date_range", &DATE_RANGE),
    req!(2, "week_n_day", &Kind::Octets),
]);
pub(super) static SPECIAL_EVENT: Kind = Kind::Sequence(&[
    app!(
        "period",
        &Kind::Choice(&[
            req!(0, "calendar_entry", &CALENDAR_ENTRY),
            req!(1, "calendar_reference", &Kind::Object)
        ]),
    ),
    req!(2, "time_values", &TIME_VALUES),
    req!(3, "event_priority", &Kind::Unsigned),
]);

pub(super) static COV_SUBSCRIPTION: Kind = Kind::Sequence(&[
    req!(0, "recipient", &RECIPIENT_PROCESS),
    req!(1, "monitored_property", &OBJECT_PROPERTY_REFERENCE),
    req!(2, "issue_confirmed_notifications", &Kind::Boolean),
    req!(3, "time_remaining_s", &Kind::Unsigned),
    opt!(4, "cov_increment", &Kind::Real),
]);
pub(super) static ACTION_LIST: Kind = Kind::Sequence(&[req!(
    0,
    "action",
    &Kind::List(&Kind::Sequence(&[
        opt!(0, "device", &Kind::Object),
        req!(1, "", &Kind::Subject),
        req!(2, "property", &Kind::Property),
        opt!(3, "array_index", &Kind::Unsigned),
        req!(4, "value", &Kind::Value),
        opt!(5, "priority", &Kind::Unsigned),
        opt!(6, "post_delay_s", &Kind::Unsigned),
        req!(7, "quit_on_failure", &Kind::Boolean),
        req!(8, "write_successful", &Kind::Boolean),
    ])),
)]);
pub(super) static SCALE: Kind =
    Kind::Choice(&[req!(0, "float_scale", &Kind::Real), req!(1, "integer_scale", &Kind::Integer)]);
pub(super) static PRESCALE: Kind =
    Kind::Sequence(&[req!(0, "multiplier", &Kind::Unsigned), req!(1, "modulo_divide", &Kind::Unsigned)]);
pub(super) static SHED_LEVEL: Kind = Kind::Choice(&[
    req!(0, "percent", &Kind::Unsigned),
    req!(1, "level", &Kind::Unsigned),
    req!(2, "amount", &Kind::Real),
]);
pub(super) static LIGHTING_COMMAND: Kind = Kind::Sequence(&[
    req!(0, "operation", &Kind::Enum(&[])),
    opt!(1, "target_level", &Kind::Real),
    opt!(2, "ramp_rate", &Kind::Real),
    opt!(3, "step_increment", &Kind::Real),
    opt!(4, "fade_time_ms", &Kind::Unsigned),
    opt!(5, "priority", &Kind::Unsigned),
]);
pub(super) static NAME_VALUE: Kind =
    Kind::Sequence(&[req!(0, "name", &Kind::Text), app_opt!("value", &Kind::Abstract)]);
pub(super) static VALUE_SOURCE: Kind = Kind::Choice(&[
    req!(0, "none", &Kind::Octets),
    req!(1, "object", &DEVICE_OBJECT_REFERENCE),
    req!(2, "address", &ADDRESS),
]);
pub(super) static HOST_AND_PORT: Kind = Kind::Sequence(&[
    req!(
        0,
        "host",
        &Kind::Choice(&[
            req!(0, "none", &Kind::Octets),
            req!(1, "ip_address", &Kind::Octets),
            req!(2, "host_name", &Kind::Text),
        ]),
    ),
    req!(1, "port", &Kind::Unsigned),
]);
pub(super) static BDT_ENTRY: Kind =
    Kind::Sequence(&[req!(0, "bbmd_address", &HOST_AND_PORT), opt!(1, "broadcast_mask", &Kind::Octets)]);
pub(super) static FDT_ENTRY: Kind = Kind::Sequence(&[
    req!(0, "address", &Kind::Octets),
    req!(1, "time_to_live_s", &Kind::Unsigned),
    req!(2, "remaining_s", &Kind::Unsigned),
]);
pub(super) static ROUTER_ENTRY: Kind = Kind::Sequence(&[
    req!(0, "network", &Kind::Unsigned),
    req!(1, "mac_address", &Kind::Octets),
    req!(2, "status", &Kind::Enum(&["available", "busy", "disconnected"])),
    opt!(3, "performance_index", &Kind::Unsigned),
]);
pub(super) static VMAC_ENTRY: Kind = Kind::Sequence(&[
    req!(0, "virtual_mac_address", &Kind::Octets),
    req!(1, "native_mac_address", &Kind::Octets),
]);

/// What identifies a person at a door is a credential: its value is not shown.
pub(super) static AUTHENTICATION_FACTOR: Kind = Kind::Sequence(&[
    req!(0, "format_type", &Kind::Enum(&[])),
    req!(1, "format_class", &Kind::Unsigned),
    req!(2, "has_value", &Kind::Secret),
]);
pub(super) static ACCESS_RULE: Kind = Kind::Sequence(&[
    req!(0, "time_range_specifier", &Kind::Enum(&["specified", "always"])),
    opt!(1, "time_range", &DEVICE_OBJECT_PROPERTY_REFERENCE),
    req!(2, "location_specifier", &Kind::Enum(&["specified", "all"])),
    opt!(3, "location", &DEVICE_OBJECT_REFERENCE),
    req!(4, "enable", &Kind::Boolean),
]);
pub(super) static ASSIGNED_ACCESS_RIGHTS: Kind =
    Kind::Sequence(&[req!(0, "access_rights", &DEVICE_OBJECT_REFERENCE), req!(1, "enable", &Kind::Boolean)]);
pub(super) static CREDENTIAL_FACTOR: Kind =
    Kind::Sequence(&[req!(0, "disable", &Kind::Enum(&[])), req!(1, "factor", &AUTHENTICATION_FACTOR)]);

/// One record of a trend log.
pub(super) static LOG_RECORD: Kind = Kind::Sequence(&[
    req!(0, "timestamp", &DATE_TIME),
    req!(
        1,
        "log_datum",
        &Kind::Choice(&[
            req!(0, "log_status", &Kind::Bits(names::LOG_STATUS)),
            req!(1, "boolean", &Kind::Boolean),
            req!(2, "real", &Kind::Real),
            req!(3, "enumerated", &Kind::Unsigned),
            req!(4, "unsigned", &Kind::Unsigned),
            req!(5, "integer", &Kind::Integer),
            req!(6, "bitstring", &Kind::Bits(&[])),
            req!(7, "null", &Kind::Octets),
            req!(8, "failure", &ERROR),
            req!(9, "time_change", &Kind::Real),
            req!(10, "any_value", &Kind::Abstract),
        ]),
    ),
    opt!(2, "status_flags", &STATUS_FLAGS),
]);
/// One record of a trend log multiple.
pub(super) static LOG_MULTIPLE_RECORD: Kind = Kind::Sequence(&[
    req!(0, "timestamp", &DATE_TIME),
    req!(
        1,
        "log_data",
        &Kind::Choice(&[
            req!(0, "log_status", &Kind::Bits(names::LOG_STATUS)),
            req!(
                1,
                "values",
                &Kind::List(&Kind::Choice(&[
                    req!(0, "boolean", &Kind::Boolean),
                    req!(1, "real", &Kind::Real),
                    req!(2, "enumerated", &Kind::Unsigned),
                    req!(3, "unsigned", &Kind::Unsigned),
                    req!(4, "integer", &Kind::Integer),
                    req!(5, "bitstring", &Kind::Bits(&[])),
                    req!(6, "null", &Kind::Octets),
                    req!(7, "failure", &ERROR),
                    req!(8, "any_value", &Kind::Abstract),
                ])),
            ),
            req!(2, "time_change", &Kind::Real),
        ]),
    ),
]);
/// One record of an event log.
pub(super) static EVENT_LOG_RECORD: Kind = Kind::Sequence(&[
    req!(0, "timestamp", &DATE_TIME),
    req!(
        1,
        "log_datum",
        &Kind::Choice(&[
            req!(0, "log_status", &Kind::Bits(names::LOG_STATUS)),
            req!(1, "notification", &Kind::Sequence(super::parameters::EVENT_NOTIFICATION)),
            req!(2, "time_change", &Kind::Real),
        ]),
    ),
]);

pub(super) static AUDIT_NOTIFICATION: Kind = Kind::Sequence(&[
    opt!(0, "source_timestamp", &TIME_STAMP),
    opt!(1, "target_timestamp", &TIME_STAMP),
    req!(2, "source_device", &RECIPIENT),
    opt!(3, "source_object", &Kind::Object),
    req!(4, "operation", &Kind::Enum(names::AUDIT_OPERATIONS)),
    opt!(5, "source_comment", &Kind::Text),
    opt!(6, "target_comment", &Kind::Text),
    opt!(7, "invoke_id", &Kind::Unsigned),
    opt!(8, "source_user_id", &Kind::Unsigned),
    opt!(9, "source_user_role", &Kind::Unsigned),
    req!(10, "target_device", &RECIPIENT),
    opt!(11, "", &Kind::Subject),
    opt!(12, "target_property", &PROPERTY_REFERENCE),
    opt!(13, "target_priority", &Kind::Unsigned),
    opt!(14, "target_value", &Kind::Abstract),
    opt!(15, "current_value", &Kind::Abstract),
    opt!(16, "result", &ERROR),
]);
pub(super) static AUDIT_LOG_RECORD: Kind = Kind::Sequence(&[
    req!(0, "timestamp", &DATE_TIME),
    req!(
        1,
        "log_datum",
        &Kind::Choice(&[
            req!(0, "log_status", &Kind::Bits(names::LOG_STATUS)),
            req!(1, "notification", &AUDIT_NOTIFICATION),
            req!(2, "time_change", &Kind::Real),
        ]),
    ),
]);
