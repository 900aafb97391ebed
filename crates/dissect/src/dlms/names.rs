//! Names and categories of units, classes and results (IEC 62056-5-3, 8; IEC 62056-6-2).

use crate::Category;

/// What a unit is: name, whether it answers, and how it is ciphered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unit {
    pub(super) name: &'static str,
    pub(super) role: Role,
    pub(super) cipher: Cipher,
    pub(super) category: Category,
}

/// The part a unit plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Request,
    Response,
    Event,
}

/// Under which key a unit is ciphered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cipher {
    Plain,
    /// Tag, length, security header, ciphered text.
    Global,
    Dedicated,
    /// The same after the system title of the sender.
    General,
    /// With keys of its own, or signed.
    Other,
}

/// The unit with this tag (IEC 62056-5-3, 8, `XDLMS-APDU` and `ACSE-APDU`).
pub(super) const fn unit(tag: u8) -> Option<Unit> {
    use Cipher::{Dedicated, General, Global, Other, Plain};
    use Role::{Event, Request, Response};
    let (cipher, plain) = match tag {
        0x21 | 0x25 | 0x26 | 0x28 | 0x2c | 0x2d | 0x2e | 0x36 | 0x38 => (Global, tag & 0x1f),
        0x41 | 0x45 | 0x46 | 0x48 | 0x4c | 0x4d | 0x4e | 0x56 | 0x58 => (Dedicated, tag & 0x1f),
        0xc8..=0xcd | 0xcf => (Global, tag & 0xf7),
        0xd0..=0xd5 | 0xd7 => (Dedicated, tag & 0xef),
        0xdb | 0xdc => (General, tag),
        0xdd | 0xdf => (Other, tag),
        _ => (Plain, tag),
    };
    let (name, role, category) = match plain {
        0x01 => ("initiate", Request, Category::Session),
        0x08 => ("initiate", Response, Category::Session),
        0x05 => ("read", Request, Category::Read),
        0x0c => ("read", Response, Category::Read),
        0x06 => ("write", Request, Category::Write),
        0x0d => ("write", Response, Category::Write),
        0x0e => ("confirmed_service_error", Response, Category::Other),
        0x0f => ("data_notification", Event, Category::Read),
        0x16 => ("unconfirmed_write", Request, Category::Write),
        0x18 => ("information_report", Event, Category::Read),
        0x60 => ("associate", Request, Category::Session),
        0x61 => ("associate", Response, Category::Session),
        0x62 => ("release", Request, Category::Session),
        0x63 => ("release", Response, Category::Session),
        0xc0 => ("get", Request, Category::Read),
        0xc4 => ("get", Response, Category::Read),
        0xc1 => ("set", Request, Category::Write),
        0xc5 => ("set", Response, Category::Write),
        0xc2 => ("event_notification", Event, Category::Alarm),
        0xc3 => ("action", Request, Category::Control),
        0xc7 => ("action", Response, Category::Control),
        0xd8 => ("exception_response", Response, Category::Other),
        0xd9 => ("access", Request, Category::Read),
        0xda => ("access", Response, Category::Read),
        0xdb => ("general_glo_ciphering", Event, Category::Other),
        0xdc => ("general_ded_ciphering", Event, Category::Other),
        0xdd => ("general_ciphering", Event, Category::Other),
        0xdf => ("general_signing", Event, Category::Other),
        0xe0 => ("general_block_transfer", Event, Category::Other),
        0xe6 => ("gateway_request", Request, Category::Other),
        0xe7 => ("gateway_response", Response, Category::Other),
        _ => return None,
    };
    Some(Unit { name, role, cipher, category })
}

/// Name of an interface class (IEC 62056-6-2, table of classes).
pub(super) const fn class_name(class: u16) -> &'static str {
    match class {
        1 => "data",
        3 => "register",
        4 => "extended_register",
        5 => "demand_register",
        6 => "register_activation",
        7 => "profile_generic",
        8 => "clock",
        9 => "script_table",
        10 => "schedule",
        11 => "special_days_table",
        12 => "association_sn",
        15 => "association_ln",
        17 => "sap_assignment",
        18 => "image_transfer",
        19 => "iec_local_port_setup",
        20 => "activity_calendar",
        21 => "register_monitor",
        22 => "single_action_schedule",
        23 => "iec_hdlc_setup",
        24 => "iec_twisted_pair_setup",
        25 => "mbus_slave_port_setup",
        26 => "utility_tables",
        27 => "modem_configuration",
        28 => "auto_answer",
        29 => "auto_connect",
        30 => "data_protection",
        40 => "push_setup",
        41 => "tcp_udp_setup",
        42 => "ipv4_setup",
        43 => "mac_address_setup",
        44 => "ppp_setup",
        45 => "gprs_modem_setup",
        46 => "smtp_setup",
        47 => "gsm_diagnostic",
        48 => "ipv6_setup",
        61 => "register_table",
        62 => "compact_data",
        63 => "status_mapping",
        64 => "security_setup",
        65 => "parameter_monitor",
        66 => "sensor_manager",
        67 => "arbitrator",
        68 => "disconnect_control_arbitrator",
        70 => "disconnect_control",
        71 => "limiter",
        72 => "mbus_client",
        74 => "mbus_master_port_setup",
        111 => "account",
        112 => "credit",
        113 => "charge",
        115 => "token_gateway",
        _ => "unknown",
    }
}

/// What an act on an object of a class does.
pub(super) const fn category(tag: u8, class: u16, member: i8) -> Category {
    match (tag, class) {
        (0xc0, 12 | 15 | 17) => Category::Discovery,
        (0xc0, 8) => Category::Read,
        (0xc1, 8) => Category::TimeSync,
        (0xc1, 12 | 15 | 17 | 23..=29 | 40..=48 | 64 | 9..=11 | 20 | 22 | 71) => Category::Configuration,
        (0xc3, 12 | 15) if member == 1 => Category::Authentication,
        (0xc3, 8) => Category::TimeSync,
        (0xc1 | 0xc3, 18) => Category::FirmwareUpdate,
        (0xc3, 12 | 15 | 64) => Category::Configuration,
        (0xc0, _) => Category::Read,
        (0xc1, _) => Category::Write,
        _ => Category::Control,
    }
}

/// Name of a data access result (IEC 62056-5-3, `Data-Access-Result`).
pub(super) const fn access_result(code: u8) -> &'static str {
    match code {
        0 => "success",
        1 => "hardware_fault",
        2 => "temporary_failure",
        3 => "read_write_denied",
        4 => "object_undefined",
        9 => "object_class_inconsistent",
        11 => "object_unavailable",
        12 => "type_unmatched",
        13 => "scope_of_access_violated",
        14 => "data_block_unavailable",
        15 => "long_get_aborted",
        16 => "no_long_get_in_progress",
        17 => "long_set_aborted",
        18 => "no_long_set_in_progress",
        19 => "data_block_number_invalid",
        250 => "other_reason",
        _ => "unknown_result",
    }
}

/// Name of the state error of an exception response.
pub(super) const fn state_error(code: u8) -> &'static str {
    match code {
        1 => "service_not_allowed",
        2 => "service_unknown",
        _ => "unknown_state_error",
    }
}

/// Name of the service error of an exception response.
pub(super) const fn service_error(code: u8) -> &'static str {
    match code {
        1 => "operation_not_possible",
        2 => "service_not_supported",
        3 => "other_reason",
        4 => "pdu_too_long",
        5 => "deciphering_error",
        6 => "invocation_counter_error",
        _ => "unknown_service_error",
    }
}

/// Application context by the last number of its identifier (IEC 62056-5-3, 7.2.2.2).
pub(super) const fn context_name(last: u8) -> &'static str {
    match last {
        1 => "logical_name_referencing",
        2 => "short_name_referencing",
        3 => "logical_name_referencing_with_ciphering",
        4 => "short_name_referencing_with_ciphering",
        _ => "unknown",
    }
}

/// Authentication mechanism by the last number of its identifier (IEC 62056-5-3, 7.2.2.3).
pub(super) const fn mechanism_name(last: u8) -> &'static str {
    match last {
        0 => "lowest",
        1 => "low",
        2 => "high",
        3 => "high_md5",
        4 => "high_sha1",
        5 => "high_gmac",
        6 => "high_sha256",
        7 => "high_ecdsa",
        _ => "unknown",
    }
}
