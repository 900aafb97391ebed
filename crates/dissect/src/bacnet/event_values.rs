//! Parameters of event notifications and of event enrollments (ASHRAE 135, clauses 13 and 21).

use super::names;
use super::productions::{
    AUTHENTICATION_FACTOR, DATE_TIME, DEVICE_OBJECT_PROPERTY_REFERENCE, DEVICE_OBJECT_REFERENCE,
    PROPERTY_VALUES, STATUS_FLAGS, TIME_STAMP,
};
use super::schema::{Kind, app, opt, req};

static LIFE_SAFETY_STATE: Kind = Kind::Enum(names::LIFE_SAFETY_STATES);
static LIFE_SAFETY_MODE: Kind = Kind::Enum(names::LIFE_SAFETY_MODES);
static UNNAMED: Kind = Kind::Enum(&[]);

/// BACnetPropertyStates: a discrete value with the type it has.
pub(super) static PROPERTY_STATE: Kind = Kind::Choice(&[
    req!(0, "boolean", &Kind::Boolean),
    req!(1, "binary", &Kind::Enum(names::BINARY)),
    req!(2, "event_type", &Kind::Enum(names::EVENT_TYPES)),
    req!(3, "polarity", &Kind::Enum(names::POLARITY)),
    req!(4, "program_change", &Kind::Enum(names::PROGRAM_REQUESTS)),
    req!(5, "program_state", &Kind::Enum(names::PROGRAM_STATES)),
    req!(6, "reason_for_halt", &Kind::Enum(names::PROGRAM_ERRORS)),
    req!(7, "reliability", &Kind::Enum(names::RELIABILITY)),
    req!(8, "state", &Kind::Enum(names::EVENT_STATES)),
    req!(9, "system_status", &Kind::Enum(names::DEVICE_STATUS)),
    req!(10, "units", &Kind::Enum(names::UNITS)),
    req!(11, "unsigned", &Kind::Unsigned),
    req!(12, "life_safety_mode", &LIFE_SAFETY_MODE),
    req!(13, "life_safety_state", &LIFE_SAFETY_STATE),
    req!(14, "restart_reason", &Kind::Enum(names::RESTART_REASONS)),
    req!(15, "door_alarm_state", &UNNAMED),
    req!(16, "action", &Kind::Enum(names::ACTION)),
    req!(17, "door_secured_status", &UNNAMED),
    req!(18, "door_status", &UNNAMED),
    req!(19, "door_value", &Kind::Enum(names::DOOR_VALUES)),
    req!(20, "file_access_method", &Kind::Enum(names::FILE_ACCESS)),
    req!(21, "lock_status", &UNNAMED),
    req!(22, "life_safety_operation", &Kind::Enum(names::LIFE_SAFETY_OPERATIONS)),
    req!(23, "maintenance", &UNNAMED),
    req!(24, "node_type", &UNNAMED),
    req!(25, "notify_type", &Kind::Enum(names::NOTIFY_TYPES)),
    req!(26, "security_level", &UNNAMED),
    req!(27, "shed_state", &UNNAMED),
    req!(28, "silenced_state", &UNNAMED),
    req!(30, "access_event", &UNNAMED),
    req!(31, "zone_occupancy_state", &UNNAMED),
    req!(32, "access_credential_disable_reason", &UNNAMED),
    req!(33, "access_credential_disable", &UNNAMED),
    req!(34, "authentication_status", &UNNAMED),
    req!(36, "backup_state", &Kind::Enum(names::BACKUP_STATES)),
    req!(37, "write_status", &UNNAMED),
    req!(38, "lighting_in_progress", &UNNAMED),
    req!(39, "lighting_operation", &UNNAMED),
    req!(40, "lighting_transition", &UNNAMED),
    req!(41, "integer", &Kind::Integer),
    req!(42, "binary_lighting_value", &UNNAMED),
    req!(43, "timer_state", &Kind::Enum(names::TIMER_STATES)),
    req!(44, "timer_transition", &UNNAMED),
    req!(45, "ip_mode", &Kind::Enum(names::IP_MODES)),
    req!(46, "network_port_command", &UNNAMED),
    req!(47, "network_type", &Kind::Enum(names::NETWORK_TYPES)),
    req!(48, "network_number_quality", &UNNAMED),
    req!(49, "escalator_operation_direction", &UNNAMED),
    req!(50, "escalator_fault", &UNNAMED),
    req!(51, "escalator_mode", &UNNAMED),
    req!(52, "lift_car_direction", &UNNAMED),
    req!(53, "lift_car_door_command", &UNNAMED),
    req!(54, "lift_car_drive_status", &UNNAMED),
    req!(55, "lift_car_mode", &UNNAMED),
    req!(56, "lift_group_mode", &UNNAMED),
    req!(57, "lift_fault", &UNNAMED),
    req!(58, "protocol_level", &Kind::Enum(names::PROTOCOL_LEVELS)),
    req!(59, "audit_level", &UNNAMED),
    req!(60, "audit_operation", &Kind::Enum(names::AUDIT_OPERATIONS)),
    req!(63, "extended_value", &Kind::Unsigned),
]);
static PROPERTY_STATES: Kind = Kind::List(&PROPERTY_STATE);

/// BACnetNotificationParameters; the tag is the event type.
pub(super) static NOTIFICATION: Kind = Kind::Choice(&[
    req!(
        0,
        "change_of_bitstring",
        &Kind::Sequence(&[
            req!(0, "referenced_bitstring", &Kind::Bits(&[])),
            req!(1, "status_flags", &STATUS_FLAGS),
        ]),
    ),
    req!(
        1,
        "change_of_state",
        &Kind::Sequence(&[req!(0, "new_state", &PROPERTY_STATE), req!(1, "status_flags", &STATUS_FLAGS)]),
    ),
    req!(
        2,
        "change_of_value",
        &Kind::Sequence(&[
            req!(
                0,
                "new_value",
                &Kind::Choice(&[
                    req!(0, "changed_bits", &Kind::Bits(&[])),
                    req!(1, "changed_value", &Kind::Real),
                ]),
            ),
            req!(1, "status_flags", &STATUS_FLAGS),
        ]),
    ),
    req!(
        3,
        "command_failure",
        &Kind::Sequence(&[
            req!(0, "command_value", &Kind::Abstract),
            req!(1, "status_flags", &STATUS_FLAGS),
            req!(2, "feedback_value", &Kind::Abstract),
        ]),
    ),
    req!(
        4,
        "floating_limit",
        &Kind::Sequence(&[
            req!(0, "reference_value", &Kind::Real),
            req!(1, "status_flags", &STATUS_FLAGS),
            req!(2, "setpoint_value", &Kind::Real),
            req!(3, "error_limit", &Kind::Real),
        ]),
    ),
    req!(
        5,
        "out_of_range",
        &Kind::Sequence(&[
            req!(0, "exceeding_value", &Kind::Real),
            req!(1, "status_flags", &STATUS_FLAGS),
            req!(2, "deadband", &Kind::Real),
            req!(3, "exceeded_limit", &Kind::Real),
        ]),
    ),
    req!(6, "complex_event_type", &PROPERTY_VALUES),
    req!(
        8,
        "change_of_life_safety",
        &Kind::Sequence(&[
            req!(0, "new_state", &LIFE_SAFETY_STATE),
            req!(1, "new_mode", &LIFE_SAFETY_MODE),
            req!(2, "status_flags", &STATUS_FLAGS),
            req!(3, "operation_expected", &Kind::Enum(names::LIFE_SAFETY_OPERATIONS)),
        ]),
    ),
    req!(
        9,
        "extended",
        &Kind::Sequence(&[
            req!(0, "vendor_id", &Kind::Unsigned),
            req!(1, "extended_event_type", &Kind::Unsigned),
            req!(2, "parameters", &Kind::Abstract),
        ]),
    ),
    req!(
        10,
        "buffer_ready",
        &Kind::Sequence(&[
            req!(0, "buffer_property", &DEVICE_OBJECT_PROPERTY_REFERENCE),
            req!(1, "previous_notification", &Kind::Unsigned),
            req!(2, "current_notification", &Kind::Unsigned),
        ]),
    ),
    req!(
        11,
        "unsigned_range",
        &Kind::Sequence(&[
            req!(0, "exceeding_value", &Kind::Unsigned),
            req!(1, "status_flags", &STATUS_FLAGS),
            req!(2, "exceeded_limit", &Kind::Unsigned),
        ]),
    ),
    req!(
        13,
        "access_event",
        &Kind::Sequence(&[
            req!(0, "access_event", &UNNAMED),
            req!(1, "status_flags", &STATUS_FLAGS),
            req!(2, "access_event_tag", &Kind::Unsigned),
            req!(3, "access_event_time", &TIME_STAMP),
            req!(4, "access_credential", &DEVICE_OBJECT_REFERENCE),
            opt!(5, "authentication_factor", &AUTHENTICATION_FACTOR),
        ]),
    ),
    req!(
        14,
        "double_out_of_range",
        &Kind::Sequence(&[
            req!(0, "exceeding_value", &Kind::Double),
            req!(1, "status_flags", &STATUS_FLAGS),
            req!(2, "deadband", &Kind::Double),
            req!(3, "exceeded_limit", &Kind::Double),
        ]),
    ),
    req!(
        15,
        "signed_out_of_range",
        &Kind::Sequence(&[
            req!(0, "exceeding_value", &Kind::Integer),
            req!(1, "status_flags", &STATUS_FLAGS),
            req!(2, "deadband", &Kind::Unsigned),
            req!(3, "exceeded_limit", &Kind::Integer),
        ]),
    ),
    req!(
        16,
        "unsigned_out_of_range",
        &Kind::Sequence(&[
            req!(0, "exceeding_value", &Kind::Unsigned),
            req!(1, "status_flags", &STATUS_FLAGS),
            req!(2, "deadband", &Kind::Unsigned),
            req!(3, "exceeded_limit", &Kind::Unsigned),
        ]),
    ),
    req!(
        17,
        "change_of_characterstring",
        &Kind::Sequence(&[
            req!(0, "changed_value", &Kind::Text),
            req!(1, "status_flags", &STATUS_FLAGS),
            req!(2, "alarm_value", &Kind::Text),
        ]),
    ),
    req!(
        18,
        "change_of_status_flags",
        &Kind::Sequence(&[
            opt!(0, "present_value", &Kind::Abstract),
            req!(1, "referenced_flags", &STATUS_FLAGS)
        ]),
    ),
    req!(
        19,
        "change_of_reliability",
        &Kind::Sequence(&[
            req!(0, "reliability", &Kind::Enum(names::RELIABILITY)),
            req!(1, "status_flags", &STATUS_FLAGS),
            req!(2, "property_values", &PROPERTY_VALUES),
        ]),
    ),
    req!(
        21,
        "change_of_discrete_value",
        &Kind::Sequence(&[req!(0, "new_value", &Kind::Abstract), req!(1, "status_flags", &STATUS_FLAGS)]),
    ),
    req!(
        22,
        "change_of_timer",
        &Kind::Sequence(&[
            req!(0, "new_state", &Kind::Enum(names::TIMER_STATES)),
            req!(1, "status_flags", &STATUS_FLAGS),
            req!(2, "update_time", &DATE_TIME),
            opt!(3, "last_state_change", &UNNAMED),
            opt!(4, "initial_timeout", &Kind::Unsigned),
            opt!(5, "expiration_time", &DATE_TIME),
        ]),
    ),
]);

/// BACnetEventParameter: what an event enrollment watches for.
pub(super) static EVENT_PARAMETER: Kind = Kind::Choice(&[
    req!(
        0,
        "change_of_bitstring",
        &Kind::Sequence(&[
            req!(0, "time_delay_s", &Kind::Unsigned),
            req!(1, "bitmask", &Kind::Bits(&[])),
            req!(2, "bitstring_values", &Kind::List(&Kind::Bits(&[]))),
        ]),
    ),
    req!(
        1,
        "change_of_state",
        &Kind::Sequence(&[req!(0, "time_delay_s", &Kind::Unsigned), req!(1, "states", &PROPERTY_STATES),]),
    ),
    req!(
        2,
        "change_of_value",
        &Kind::Sequence(&[
            req!(0, "time_delay_s", &Kind::Unsigned),
            req!(
                1,
                "cov_criteria",
                &Kind::Choice(&[
                    req!(0, "bitmask", &Kind::Bits(&[])),
                    req!(1, "referenced_property_increment", &Kind::Real),
                ]),
            ),
        ]),
    ),
    req!(
        3,
        "command_failure",
        &Kind::Sequence(&[
            req!(0, "time_delay_s", &Kind::Unsigned),
            req!(1, "feedback_property", &DEVICE_OBJECT_PROPERTY_REFERENCE),
        ]),
    ),
    req!(
        4,
        "floating_limit",
        &Kind::Sequence(&[
            req!(0, "time_delay_s", &Kind::Unsigned),
            req!(1, "setpoint_reference", &DEVICE_OBJECT_PROPERTY_REFERENCE),
            req!(2, "low_difference_limit", &Kind::Real),
            req!(3, "high_difference_limit", &Kind::Real),
            req!(4, "deadband", &Kind::Real),
        ]),
    ),
    req!(
        5,
        "out_of_range",
        &Kind::Sequence(&[
            req!(0, "time_delay_s", &Kind::Unsigned),
            req!(1, "low_limit", &Kind::Real),
            req!(2, "high_limit", &Kind::Real),
            req!(3, "deadband", &Kind::Real),
        ]),
    ),
    req!(
        8,
        "change_of_life_safety",
        &Kind::Sequence(&[
            req!(0, "time_delay_s", &Kind::Unsigned),
            req!(1, "life_safety_alarm_values", &Kind::List(&LIFE_SAFETY_STATE)),
            req!(2, "alarm_values", &Kind::List(&LIFE_SAFETY_STATE)),
            req!(3, "mode_property", &DEVICE_OBJECT_PROPERTY_REFERENCE),
        ]),
    ),
    req!(
        9,
        "extended",
        &Kind::Sequence(&[
            req!(0, "vendor_id", &Kind::Unsigned),
            req!(1, "extended_event_type", &Kind::Unsigned),
            req!(2, "parameters", &Kind::Abstract),
        ]),
    ),
    req!(
        10,
        "buffer_ready",
        &Kind::Sequence(&[
            req!(0, "notification_threshold", &Kind::Unsigned),
            req!(1, "previous_notification_count", &Kind::Unsigned),
        ]),
    ),
    req!(
        11,
        "unsigned_range",
        &Kind::Sequence(&[
            req!(0, "time_delay_s", &Kind::Unsigned),
            req!(1, "low_limit", &Kind::Unsigned),
            req!(2, "high_limit", &Kind::Unsigned),
        ]),
    ),
    req!(
        13,
        "access_event",
        &Kind::Sequence(&[
            req!(0, "access_events", &Kind::List(&UNNAMED)),
            req!(1, "access_event_time", &DEVICE_OBJECT_PROPERTY_REFERENCE),
        ]),
    ),
    req!(
        14,
        "double_out_of_range",
        &Kind::Sequence(&[
            req!(0, "time_delay_s", &Kind::Unsigned),
            req!(1, "low_limit", &Kind::Double),
            req!(2, "high_limit", &Kind::Double),
            req!(3, "deadband", &Kind::Double),
        ]),
    ),
    req!(
        15,
        "signed_out_of_range",
        &Kind::Sequence(&[
            req!(0, "time_delay_s", &Kind::Unsigned),
            req!(1, "low_limit", &Kind::Integer),
            req!(2, "high_limit", &Kind::Integer),
            req!(3, "deadband", &Kind::Unsigned),
        ]),
    ),
    req!(
        16,
        "unsigned_out_of_range",
        &Kind::Sequence(&[
            req!(0, "time_delay_s", &Kind::Unsigned),
            req!(1, "low_limit", &Kind::Unsigned),
            req!(2, "high_limit", &Kind::Unsigned),
            req!(3, "deadband", &Kind::Unsigned),
        ]),
    ),
    req!(
        17,
        "change_of_characterstring",
        &Kind::Sequence(&[
            req!(0, "time_delay_s", &Kind::Unsigned),
            req!(1, "alarm_values", &Kind::List(&Kind::Text)),
        ]),
    ),
    req!(
        18,
        "change_of_status_flags",
        &Kind::Sequence(&[
            req!(0, "time_delay_s", &Kind::Unsigned),
            req!(1, "selected_flags", &STATUS_FLAGS),
        ]),
    ),
    req!(20, "none", &Kind::Octets),
    req!(21, "change_of_discrete_value", &Kind::Sequence(&[req!(0, "time_delay_s", &Kind::Unsigned)])),
    req!(
        22,
        "change_of_timer",
        &Kind::Sequence(&[
            req!(0, "time_delay_s", &Kind::Unsigned),
            req!(1, "alarm_values", &Kind::List(&Kind::Enum(names::TIMER_STATES))),
            req!(2, "update_time_reference", &DEVICE_OBJECT_PROPERTY_REFERENCE),
        ]),
    ),
    app!("other", &Kind::Abstract),
]);
