//! Every service, its name and what it does (ASHRAE 135, clauses 13 to 17 and 21).

use super::names;
use super::parameters as q;
use super::productions as p;
use super::schema::{Kind, Member, app, app_opt, opt, req};
use crate::{Category, Function};

/// One service: name, what it does, parameters of the request and of the result.
pub(super) struct Service {
    pub(super) name: &'static str,
    pub(super) category: Category,
    pub(super) request: &'static [Member],
    pub(super) result: &'static [Member],
    /// What an error PDU of this service carries.
    pub(super) error: &'static [Member],
}

/// A service, without result and with the plain error where it does not say otherwise.
macro_rules! service {
    ($name:literal, $category:ident, $request:expr) => {
        service!($name, $category, $request, answers &[], fails p::FAILURE)
    };
    ($name:literal, $category:ident, $request:expr, answers $result:expr) => {
        service!($name, $category, $request, answers $result, fails p::FAILURE)
    };
    ($name:literal, $category:ident, $request:expr, fails $error:expr) => {
        service!($name, $category, $request, answers &[], fails $error)
    };
    ($name:literal, $category:ident, $request:expr, answers $result:expr, fails $error:expr) => {
        Service { name: $name, category: Category::$category, request: $request, result: $result, error: $error }
    };
}

/// The confirmed service of a service choice.
pub(super) fn confirmed(choice: u8) -> Option<&'static Service> {
    CONFIRMED.get(usize::from(choice))
}

/// The unconfirmed service of a service choice.
pub(super) fn unconfirmed(choice: u8) -> Option<&'static Service> {
    UNCONFIRMED.get(usize::from(choice))
}

/// Name and category of a service, known or not.
pub(super) fn describe(service: Option<&'static Service>, choice: u8) -> (Function, Category) {
    match service {
        Some(service) => (Function::Known(service.name), service.category),
        None => (Function::Unknown(u32::from(choice)), Category::Other),
    }
}

/// Service choices of which something is read beyond names.
pub(super) const SUBSCRIBE_COV: u8 = 5;
pub(super) const ATOMIC_READ_FILE: u8 = 6;
pub(super) const ATOMIC_WRITE_FILE: u8 = 7;
pub(super) const ADD_LIST_ELEMENT: u8 = 8;
pub(super) const REMOVE_LIST_ELEMENT: u8 = 9;
pub(super) const CREATE_OBJECT: u8 = 10;
pub(super) const DELETE_OBJECT: u8 = 11;
pub(super) const READ_PROPERTY: u8 = 12;
pub(super) const READ_PROPERTY_MULTIPLE: u8 = 14;
pub(super) const WRITE_PROPERTY: u8 = 15;
pub(super) const WRITE_PROPERTY_MULTIPLE: u8 = 16;
pub(super) const READ_RANGE: u8 = 26;
pub(super) const LIFE_SAFETY_OPERATION: u8 = 27;
pub(super) const SUBSCRIBE_COV_PROPERTY: u8 = 28;
pub(super) const CONFIRMED_COV: u8 = 1;
pub(super) const CONFIRMED_EVENT: u8 = 2;
pub(super) const ACKNOWLEDGE_ALARM: u8 = 0;
pub(super) const CONFIRMED_COV_MULTIPLE: u8 = 31;
pub(super) const I_AM: u8 = 0;
pub(super) const I_HAVE: u8 = 1;
pub(super) const UNCONFIRMED_COV: u8 = 2;
pub(super) const UNCONFIRMED_EVENT: u8 = 3;
pub(super) const WHO_HAS: u8 = 7;
pub(super) const UNCONFIRMED_COV_MULTIPLE: u8 = 11;
pub(super) const WHO_AM_I: u8 = 13;

static CONFIRMED: [Service; 34] = [
    service!("acknowledge_alarm", Alarm, q::ACKNOWLEDGE),
    service!("confirmed_cov_notification", Read, q::COV_NOTIFICATION),
    service!("confirmed_event_notification", Alarm, q::EVENT_NOTIFICATION),
    service!("get_alarm_summary", Alarm, &[], answers q::ALARM_SUMMARY),
    service!("get_enrollment_summary", Alarm, q::ENROLLMENT_FILTER, answers q::ENROLLMENT_SUMMARY),
    service!("subscribe_cov", Read, q::SUBSCRIPTION),
    service!("atomic_read_file", FileTransfer, q::READ_FILE, answers q::READ_FILE_RESULT),
    service!("atomic_write_file", FileTransfer, q::WRITE_FILE, answers q::WRITE_FILE_RESULT),
    service!("add_list_element", Configuration, q::LIST_ELEMENTS, fails q::NUMBERED_FAILURE),
    service!("remove_list_element", Configuration, q::LIST_ELEMENTS, fails q::NUMBERED_FAILURE),
    service!("create_object", Configuration, q::NEW_OBJECT, answers q::ONE_OBJECT, fails q::NUMBERED_FAILURE),
    service!("delete_object", Configuration, q::ONE_OBJECT),
    service!("read_property", Read, q::ONE_PROPERTY, answers q::ONE_VALUE),
    service!("read_property_conditional", Read, q::CONDITION, answers q::READ_RESULTS),
    service!("read_property_multiple", Read, q::READ_MULTIPLE, answers q::READ_RESULTS),
    service!("write_property", Write, q::ONE_VALUE),
    service!("write_property_multiple", Write, q::WRITE_MULTIPLE, fails q::WRITE_MULTIPLE_FAILURE),
    service!("device_communication_control", Control, q::COMMUNICATION_CONTROL),
    service!("confirmed_private_transfer", Other, q::PRIVATE_TRANSFER, answers q::PRIVATE_TRANSFER, fails q::PRIVATE_TRANSFER_FAILURE),
    service!("confirmed_text_message", Other, q::TEXT_MESSAGE),
    service!("reinitialize_device", Control, q::REINITIALIZE),
    service!("vt_open", Session, q::VT_OPEN, answers q::VT_OPENED),
    service!("vt_close", Session, q::VT_CLOSE, fails q::VT_CLOSE_FAILURE),
    service!("vt_data", Session, q::VT_DATA, answers q::VT_ACCEPTED),
    service!("authenticate", Authentication, q::AUTHENTICATE, answers q::AUTHENTICATED),
    service!("request_key", Authentication, q::REQUEST_KEY),
    service!("read_range", Read, q::RANGE, answers q::RANGE_RESULT),
    service!("life_safety_operation", Control, q::LIFE_SAFETY),
    service!("subscribe_cov_property", Read, q::PROPERTY_SUBSCRIPTION),
    service!("get_event_information", Alarm, &[opt!(0, "", &Kind::Subject)], answers q::EVENT_SUMMARIES),
    service!("subscribe_cov_property_multiple", Read, q::MULTIPLE_SUBSCRIPTION, fails q::SUBSCRIPTION_FAILURE),
    service!("confirmed_cov_notification_multiple", Read, q::COV_NOTIFICATIONS),
    service!("confirmed_audit_notification", Alarm, q::AUDIT_NOTIFICATIONS),
    service!("audit_log_query", Diagnostics, q::AUDIT_QUERY, answers q::AUDIT_RESULT),
];

static UNCONFIRMED: [Service; 15] = [
    service!(
        "i_am",
        Discovery,
        &[
            app!("", &Kind::Subject),
            app!("max_apdu_length_accepted", &Kind::Unsigned),
            app!("segmentation_supported", &Kind::Enum(names::SEGMENTATION)),
            app!("vendor_id", &Kind::Unsigned),
        ]
    ),
    service!(
        "i_have",
        Discovery,
        &[app!("device", &Kind::Object), app!("", &Kind::Subject), app!("object_name", &Kind::Text)]
    ),
    service!("unconfirmed_cov_notification", Read, q::COV_NOTIFICATION),
    service!("unconfirmed_event_notification", Alarm, q::EVENT_NOTIFICATION),
    service!("unconfirmed_private_transfer", Other, q::PRIVATE_TRANSFER),
    service!("unconfirmed_text_message", Other, q::TEXT_MESSAGE),
    service!("time_synchronization", TimeSync, &[app!("date_time", &p::DATE_TIME)]),
    service!(
        "who_has",
        Discovery,
        &[
            opt!(0, "low_limit", &Kind::Unsigned),
            opt!(1, "high_limit", &Kind::Unsigned),
            opt!(2, "", &Kind::Subject),
            opt!(3, "object_name", &Kind::Text),
        ]
    ),
    service!(
        "who_is",
        Discovery,
        &[opt!(0, "low_limit", &Kind::Unsigned), opt!(1, "high_limit", &Kind::Unsigned)]
    ),
    service!("utc_time_synchronization", TimeSync, &[app!("date_time", &p::DATE_TIME)]),
    service!(
        "write_group",
        Write,
        &[
            req!(0, "group_number", &Kind::Unsigned),
            req!(1, "write_priority", &Kind::Unsigned),
            req!(
                2,
                "changes",
                &Kind::List(&Kind::Sequence(&[
                    req!(0, "channel", &Kind::Unsigned),
                    opt!(1, "overriding_priority", &Kind::Unsigned),
                    app!("value", &Kind::Any),
                ])),
            ),
            opt!(3, "inhibit_delay", &Kind::Boolean),
        ]
    ),
    service!("unconfirmed_cov_notification_multiple", Read, q::COV_NOTIFICATIONS),
    service!("unconfirmed_audit_notification", Alarm, q::AUDIT_NOTIFICATIONS),
    service!(
        "who_am_i",
        Discovery,
        &[
            app!("vendor_id", &Kind::Unsigned),
            app!("model_name", &Kind::Text),
            app!("serial_number", &Kind::Text),
        ]
    ),
    service!(
        "you_are",
        Configuration,
        &[
            app!("vendor_id", &Kind::Unsigned),
            app!("model_name", &Kind::Text),
            app!("serial_number", &Kind::Text),
            app_opt!("", &Kind::Subject),
            app_opt!("mac_address", &Kind::Octets),
        ]
    ),
];
