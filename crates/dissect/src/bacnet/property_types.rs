//! Types of standard properties, where their bytes do not say it all (ASHRAE 135, clause 12).
//!
//! Primitive values are application-tagged and tell their type; here are those with named bits or numbers and those
//! made of several tags.

use super::event_values::{EVENT_PARAMETER, PROPERTY_STATE};
use super::names;
use super::productions as p;
use super::schema::Kind;

/// How the values of a property are made.
pub(super) enum Shape {
    /// As the tags say.
    Plain,
    /// One value of this type; a list where several follow one another.
    One(&'static Kind),
    /// A list or array of this type.
    Many(&'static Kind),
}

/// Object types whose present value has a type of its own.
const BINARY_INPUT: u16 = 3;
const BINARY_VALUE: u16 = 5;
const GROUP: u16 = 11;
const PROGRAM: u16 = 16;
const TREND_LOG: u16 = 20;
const LIFE_SAFETY_POINT: u16 = 21;
const LIFE_SAFETY_ZONE: u16 = 22;
const EVENT_LOG: u16 = 25;
const TREND_LOG_MULTIPLE: u16 = 27;
const ACCESS_DOOR: u16 = 30;
const TIMER: u16 = 31;
const NETWORK_PORT: u16 = 56;
const AUDIT_LOG: u16 = 61;

static EVENT_STATE: Kind = Kind::Enum(names::EVENT_STATES);
static RELIABILITY: Kind = Kind::Enum(names::RELIABILITY);
static UNITS: Kind = Kind::Enum(names::UNITS);
static BINARY: Kind = Kind::Enum(names::BINARY);
static LIFE_SAFETY_STATE: Kind = Kind::Enum(names::LIFE_SAFETY_STATES);
static LIFE_SAFETY_MODE: Kind = Kind::Enum(names::LIFE_SAFETY_MODES);
static PROGRAM_STATE: Kind = Kind::Enum(names::PROGRAM_STATES);

/// The type of a property of an object type.
pub(super) fn shape(object_type: Option<u16>, property: Option<u32>) -> Shape {
    let Some(property) = property else { return Shape::Plain };
    let object_type = object_type.unwrap_or(u16::MAX);
    match property {
        85 | 104 => present_value(object_type),
        131 => match object_type {
            TREND_LOG => Shape::Many(&p::LOG_RECORD),
            TREND_LOG_MULTIPLE => Shape::Many(&p::LOG_MULTIPLE_RECORD),
            EVENT_LOG => Shape::Many(&p::EVENT_LOG_RECORD),
            AUDIT_LOG => Shape::Many(&p::AUDIT_LOG_RECORD),
            _ => Shape::Plain,
        },
        _ => primitive(property).unwrap_or_else(|| constructed(object_type, property)),
    }
}

fn present_value(object_type: u16) -> Shape {
    match object_type {
        BINARY_INPUT..=BINARY_VALUE => Shape::One(&BINARY),
        LIFE_SAFETY_POINT | LIFE_SAFETY_ZONE => Shape::One(&LIFE_SAFETY_STATE),
        ACCESS_DOOR => Shape::One(&Kind::Enum(names::DOOR_VALUES)),
        GROUP => Shape::Many(&p::READ_ACCESS_RESULT),
        _ => Shape::Plain,
    }
}

/// Properties with named bits or numbers.
fn primitive(property: u32) -> Option<Shape> {
    Some(Shape::One(match property {
        0 | 35 => &p::TRANSITIONS,
        1 => &p::TRANSITIONS,
        2 => &Kind::Enum(names::ACTION),
        20 | 27 | 50 | 82 | 94 | 117 | 455 => &UNITS,
        36 => &EVENT_STATE,
        37 => &p::EVENT_TYPE,
        41 => &Kind::Enum(names::FILE_ACCESS),
        52 => &Kind::Bits(names::LIMIT_ENABLE),
        72 => &p::NOTIFY_TYPE,
        79 => &Kind::ObjectType,
        84 => &Kind::Enum(names::POLARITY),
        90 => &Kind::Enum(names::PROGRAM_REQUESTS),
        92 => &PROGRAM_STATE,
        96 => &Kind::Bits(names::OBJECT_TYPES),
        97 => &Kind::Bits(names::SERVICES_SUPPORTED),
        100 => &Kind::Enum(names::PROGRAM_ERRORS),
        103 => &RELIABILITY,
        107 => &Kind::Enum(names::SEGMENTATION),
        111 => &p::STATUS_FLAGS,
        112 => &Kind::Enum(names::DEVICE_STATUS),
        122 => &Kind::Enum(names::VT_CLASSES),
        160 | 175 => &LIFE_SAFETY_MODE,
        161 => &Kind::Enum(names::LIFE_SAFETY_OPERATIONS),
        164 | 166 => &LIFE_SAFETY_STATE,
        196 => &Kind::Enum(names::RESTART_REASONS),
        197 => &Kind::Enum(names::LOGGING_TYPES),
        338 => &Kind::Enum(names::BACKUP_STATES),
        371 => &Kind::Property,
        398 => &Kind::Enum(names::TIMER_STATES),
        408 | 435 => &Kind::Enum(names::IP_MODES),
        427 => &Kind::Enum(names::NETWORK_TYPES),
        482 => &Kind::Enum(names::PROTOCOL_LEVELS),
        _ => return None,
    }))
}

/// Properties made of several tags.
fn constructed(object_type: u16, property: u32) -> Shape {
    match property {
        // Lists and arrays.
        4 | 3 | 46 | 110 => Shape::Plain,
        7 if matches!(object_type, LIFE_SAFETY_POINT | LIFE_SAFETY_ZONE) => Shape::Many(&LIFE_SAFETY_STATE),
        23 => Shape::Many(&p::CALENDAR_ENTRY),
        2..=6 if object_type == 7 => Shape::Many(&p::ACTION_LIST),
        30 | 170 | 171 => Shape::Many(&p::ADDRESS_BINDING),
        38 => Shape::Many(&p::SPECIAL_EVENT),
        53 => Shape::Many(&p::READ_ACCESS_SPECIFICATION),
        54 => Shape::Many(&p::DEVICE_OBJECT_PROPERTY_REFERENCE),
        102 => Shape::Many(&p::DESTINATION),
        116 | 202 | 206 => Shape::Many(&p::RECIPIENT),
        123 => Shape::Many(&p::DAILY_SCHEDULE),
        130 => Shape::Many(&p::TIME_STAMP),
        152 => Shape::Many(&p::COV_SUBSCRIPTION),
        159 | 165 | 211 | 228 | 246 | 265 | 266 | 286 | 320 | 321 => Shape::Many(&p::DEVICE_OBJECT_REFERENCE),
        221 => Shape::Many(&p::SHED_LEVEL),
        256 => Shape::Many(&p::ASSIGNED_ACCESS_RIGHTS),
        257 => Shape::Many(&p::CREDENTIAL_FACTOR),
        288 | 302 => Shape::Many(&p::ACCESS_RULE),
        414 => Shape::Many(&p::BDT_ENTRY),
        415 => Shape::Many(&p::FDT_ENTRY),
        428 => Shape::Many(&p::ROUTER_ENTRY),
        429 => Shape::Many(&p::VMAC_ENTRY),
        486 => Shape::Many(&p::NAME_VALUE),
        504 | 345 if object_type != NETWORK_PORT => Shape::Many(&p::DEVICE_OBJECT_PROPERTY_REFERENCE),
        // Single values.
        132 | 181 | 78 if object_type != 12 => Shape::One(&p::DEVICE_OBJECT_PROPERTY_REFERENCE),
        19 | 60 => Shape::One(&p::OBJECT_PROPERTY_REFERENCE),
        78 => Shape::One(&p::OBJECT_PROPERTY_REFERENCE),
        109 => Shape::One(&p::SETPOINT_REFERENCE),
        32 => Shape::One(&p::DATE_RANGE),
        71 | 16 | 114 | 115 | 142 | 143 | 149 | 150 | 179 | 189 | 192 if object_type != PROGRAM => {
            Shape::One(&p::DATE_TIME)
        }
        157 | 203 => Shape::One(&p::TIME_STAMP),
        83 => Shape::One(&EVENT_PARAMETER),
        185 => Shape::One(&p::PRESCALE),
        187 => Shape::One(&p::SCALE),
        212 | 214 | 218 => Shape::One(&p::SHED_LEVEL),
        248 => Shape::One(&p::AUTHENTICATION_FACTOR),
        249 | 276 => Shape::One(&p::DEVICE_OBJECT_REFERENCE),
        380 => Shape::One(&p::LIGHTING_COMMAND),
        396 if object_type == TIMER => Shape::Plain,
        418 => Shape::One(&p::HOST_AND_PORT),
        433 => Shape::One(&p::VALUE_SOURCE),
        434 => Shape::Many(&p::VALUE_SOURCE),
        5 => Shape::Plain,
        39 => Shape::Many(&PROPERTY_STATE),
        _ => Shape::Plain,
    }
}
