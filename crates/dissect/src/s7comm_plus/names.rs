//! Functions, objects, attributes and classes by their numbers, and what calling them does.

use std::fmt::Write;

use crate::{Category, Function, Text};

pub(super) const EXPLORE: u16 = 0x04bb;
pub(super) const CREATE_OBJECT: u16 = 0x04ca;
pub(super) const DELETE_OBJECT: u16 = 0x04d4;
pub(super) const SET_VARIABLE: u16 = 0x04f2;
pub(super) const GET_VARIABLE: u16 = 0x04fc;
pub(super) const ADD_LINK: u16 = 0x0506;
pub(super) const REMOVE_LINK: u16 = 0x051a;
pub(super) const GET_LINK: u16 = 0x0524;
pub(super) const SET_MULTI_VARIABLES: u16 = 0x0542;
pub(super) const GET_MULTI_VARIABLES: u16 = 0x054c;
pub(super) const BEGIN_SEQUENCE: u16 = 0x0556;
pub(super) const END_SEQUENCE: u16 = 0x0560;
pub(super) const INVOKE: u16 = 0x056b;
pub(super) const SET_VAR_SUB_STREAMED: u16 = 0x057c;
pub(super) const GET_VAR_SUB_STREAMED: u16 = 0x0586;
pub(super) const GET_VARIABLES_ADDRESS: u16 = 0x0590;
pub(super) const INIT_SSL: u16 = 0x05b3;

/// Name of a function code.
pub(super) const fn function(code: u16) -> Function {
    Function::Known(match code {
        0x04b1 => "error",
        EXPLORE => "explore",
        CREATE_OBJECT => "create_object",
        DELETE_OBJECT => "delete_object",
        SET_VARIABLE => "set_variable",
        GET_VARIABLE => "get_variable",
        ADD_LINK => "add_link",
        REMOVE_LINK => "remove_link",
        GET_LINK => "get_link",
        SET_MULTI_VARIABLES => "set_multi_variables",
        GET_MULTI_VARIABLES => "get_multi_variables",
        BEGIN_SEQUENCE => "begin_sequence",
        END_SEQUENCE => "end_sequence",
        INVOKE => "invoke",
        SET_VAR_SUB_STREAMED => "set_var_sub_streamed",
        GET_VAR_SUB_STREAMED => "get_var_sub_streamed",
        GET_VARIABLES_ADDRESS => "get_variables_address",
        0x059a => "abort",
        0x05a9 => "error_2",
        INIT_SSL => "init_ssl",
        _ => return Function::Unknown(code as u32),
    })
}

/// Objects that every controller has.
const PROGRAM: u32 = 3;
const CPU_EXECUTION_UNIT: u32 = 52;
const SESSION_CONTAINER: u32 = 285;

/// Classes.
pub(super) const CLASS_SERVER_SESSION: u32 = 287;
pub(super) const CLASS_SUBSCRIPTION: u32 = 1001;

/// Attributes.
pub(super) const OBJECT_NAME: u32 = 233;
pub(super) const SESSION_HOST: u32 = 298;
pub(super) const SESSION_VERSION: u32 = 306;
pub(super) const SESSION_COMMENT: u32 = 301;
pub(super) const SUBSCRIPTION_REFERENCES: u32 = 1048;
const SESSION_CHALLENGE: u32 = 303;
const SESSION_RESPONSE: u32 = 304;
const SECURITY_KEY: u32 = 1830;
const LEGITIMATE: u32 = 1846;
const EFFECTIVE_PROTECTION: u32 = 1842;
const ACTIVE_PROTECTION: u32 = 1843;
const OPERATING_STATE_REQUEST: u32 = 2167;
const SUBSCRIPTION_CREDIT_LIMIT: u32 = 1053;

/// Name of an attribute.
pub(super) const fn attribute(id: u32) -> Option<&'static str> {
    Some(match id {
        229 => "object_variable_type_parent_object",
        OBJECT_NAME => "object_variable_type_name",
        296 => "server_session_user",
        297 => "server_session_application",
        SESSION_HOST => "server_session_host",
        299 => "server_session_roles",
        300 => "server_session_client_rid",
        SESSION_COMMENT => "server_session_client_comment",
        302 => "server_session_timeout",
        SESSION_CHALLENGE => "server_session_request",
        SESSION_RESPONSE => "server_session_response",
        305 => "server_session_roles_granted",
        SESSION_VERSION => "server_session_version",
        319 => "session_version_system_paom",
        1002 => "subscription_missed_sendings",
        1003 => "subscription_subsystem_error",
        1005 => "subscription_trigger_and_transmit_mode",
        1037 => "system_limits",
        1040 => "subscription_route_mode",
        1041 => "subscription_active",
        SUBSCRIPTION_REFERENCES => "subscription_reference_list",
        1049 => "subscription_cycle_time",
        1050 => "subscription_delay_time",
        1051 => "subscription_disabled",
        1052 => "subscription_count",
        SUBSCRIPTION_CREDIT_LIMIT => "subscription_credit_limit",
        1054 => "subscription_ticks",
        1081 => "subscription_free_items",
        1082 => "subscription_function_class_id",
        1257 => "parent_rid",
        1258 => "composition_aid",
        1259 => "key_qualifier",
        SECURITY_KEY => "security_key",
        EFFECTIVE_PROTECTION => "effective_protection_level",
        ACTIVE_PROTECTION => "active_protection_level",
        LEGITIMATE => "legitimate",
        OPERATING_STATE_REQUEST => "cpu_operating_state_request",
        2521 => "block_number",
        2544 => "interface_description",
        2546 => "line_comments",
        2548 => "db_value_initial",
        2550 => "db_value_actual",
        2551 => "db_initial_changed",
        3735 => "area_value_initial",
        3736 => "area_value_actual",
        3737 => "area_runtime_modified",
        3753 => "identification",
        4288 => "comment",
        _ => return None,
    })
}

/// Name of a class of objects.
pub(super) const fn class(id: u32) -> Option<&'static str> {
    Some(match id {
        255 => "subscriptions",
        284 => "server_session_container",
        CLASS_SERVER_SESSION => "server_session",
        511 => "type_info",
        534 => "oms_type_info_container",
        CLASS_SUBSCRIPTION => "subscription",
        1256 => "object_qualifier",
        2520 => "plc_program",
        2574 => "data_block",
        2578 => "function_block",
        2579 => "function",
        2647 => "program_cycle_ob",
        2662 => "alarm_subscription",
        7854 => "multiple_stai",
        _ => return None,
    })
}

/// Object ids that a controller gives out while it runs: sessions, subscriptions. They say nothing from one session to
/// the next.
const fn is_dynamic(id: u32) -> bool {
    matches!(id, 0x1000_0000..=0x1fff_ffff | 0x7000_0000..=0x7fff_ffff)
}

/// Blocks of the program: area in the upper half, number in the lower.
const fn block(id: u32) -> Option<(&'static str, u32)> {
    match id >> 16 {
        0x8a0e => Some(("DB", id & 0xffff)),
        0x8a32 => Some(("OB", id & 0xffff)),
        _ => None,
    }
}

/// Whether an object belongs to the user's program.
pub(super) const fn is_program(id: u32) -> bool {
    id == PROGRAM || matches!(id >> 16, 0x8a0e..=0x8aff)
}

/// Writes an object's name: `DB5`, `M`, `session`, or its number.
pub(super) fn write_object(id: u32, session: Option<u32>, out: &mut dyn Write) -> std::fmt::Result {
    if session == Some(id) {
        return out.write_str("session");
    }
    if is_dynamic(id) {
        return out.write_str("dynamic_object");
    }
    if let Some((kind, number)) = block(id) {
        return write!(out, "{kind}{number}");
    }
    out.write_str(match id {
        0 => return Ok(()),
        1 => "as_root",
        PROGRAM => "plc_program",
        49 => "cpu",
        50 => "cpu_proxy",
        CPU_EXECUTION_UNIT => "cpu_execution_unit",
        80 => "I",
        81 => "Q",
        82 => "M",
        83 => "C",
        84 => "T",
        201 => "object_root",
        211 => "new_rid_on_server",
        SESSION_CONTAINER => "session_container",
        288 => "null_session",
        537 => "oms_type_info",
        _ => return write!(out, "object 0x{id:08x}"),
    })
}

/// An attribute as text: its name, or its number.
pub(super) fn write_attribute(id: u32, out: &mut dyn Write) -> std::fmt::Result {
    match attribute(id) {
        Some(name) => out.write_str(name),
        None => write!(out, "{id}"),
    }
}

/// What writing one attribute of an object does.
pub(super) const fn write_category(object: u32, attribute: u32) -> Category {
    match attribute {
        OPERATING_STATE_REQUEST => Category::Control,
        SESSION_CHALLENGE | SESSION_RESPONSE | SECURITY_KEY | LEGITIMATE => Category::Authentication,
        SESSION_VERSION | SUBSCRIPTION_CREDIT_LIMIT | 296..=302 | 305 | 1002..=1082 => Category::Session,
        _ if is_program(object) => Category::ProgramDownload,
        EFFECTIVE_PROTECTION | ACTIVE_PROTECTION => Category::Configuration,
        _ if is_dynamic(object) => Category::Session,
        _ => Category::Write,
    }
}

/// Attributes that carry proofs of passwords: never shown.
pub(super) const fn is_secret(id: u32) -> bool {
    matches!(id, SESSION_RESPONSE | SECURITY_KEY | LEGITIMATE)
}

/// What reading one attribute of an object does.
pub(super) const fn read_category(object: u32, attribute: u32) -> Category {
    match attribute {
        SESSION_CHALLENGE | SESSION_RESPONSE => Category::Authentication,
        2550 | 3736 => Category::Read,
        3753 | 1037 | 1081 | EFFECTIVE_PROTECTION | ACTIVE_PROTECTION => Category::Diagnostics,
        _ if is_program(object) => Category::ProgramUpload,
        // The controller's own objects: CPU, proxy, execution unit.
        _ if matches!(object, 49..=CPU_EXECUTION_UNIT) => Category::Diagnostics,
        _ => Category::Read,
    }
}

/// What making an object of this class under this parent does.
pub(super) const fn create_category(parent: u32, class: u32) -> Category {
    match (parent, class) {
        (_, CLASS_SERVER_SESSION) | (SESSION_CONTAINER, _) => Category::Session,
        (_, CLASS_SUBSCRIPTION | 2662) => Category::Read,
        _ if is_program(parent) => Category::ProgramDownload,
        _ => Category::Configuration,
    }
}

/// Meaning of the operating state that is asked of a CPU.
pub(super) const fn operating_state(state: i64) -> &'static str {
    match state {
        1 => "stop",
        2 => "hot_restart",
        3 => "run",
        _ => "unknown",
    }
}

/// Name of a return value: its lower half is signed; negative ones are errors.
pub(super) const fn result(value: u64) -> &'static str {
    match (value & 0xffff) as u16 {
        0 => "ok",
        17 => "session_pre_legitimated",
        19 => "executed_with_partial_error",
        22 => "session_delegitimated",
        0xfff4 => "object_not_found",
        0xffef => "invalid_crc",
        0xff7a => "multi_es_not_supported",
        0xff01 => "invalid_lid",
        code if code & 0x8000 != 0 => "error",
        _ => "warning",
    }
}

/// Whether a return value says that the service was refused.
pub(super) const fn is_error(value: u64) -> bool {
    value & 0x8000 != 0
}

/// Meaning of the first part of a version text such as `1;6ES7 214-1BG31-0XB0 ;V4.2`: order number and firmware.
pub(super) fn order_and_firmware(text: &str) -> Option<(&str, &str)> {
    let mut parts = text.split(';');
    let number = parts.next()?;
    let (order, firmware) = (parts.next()?.trim(), parts.next()?.trim());
    let fits = !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && order.len() >= 8
        && firmware.starts_with(['V', 'v'])
        && parts.next().is_none();
    fits.then_some((order, firmware))
}

/// An object's name on the stack.
pub(super) type Name = Text<64>;
