//! Groups and variations: their names and how their objects lie on the wire (IEEE 1815-2012, annex A).

/// What stands before the number of an object of fixed size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lead {
    /// Nothing.
    None,
    /// The quality of the point; state bits of binary points are part of it.
    Quality,
    /// The status of a command.
    Status,
}

/// The number of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Num {
    /// Bit 7 of the octet before.
    State,
    /// Bits 6 and 7 of the octet before.
    DoubleState,
    U8,
    U16,
    U32,
    I16,
    I32,
    F32,
    F64,
}

/// The time of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stamp {
    /// Without time.
    None,
    /// Milliseconds since 1970, 48 bits.
    Absolute,
    /// Milliseconds since the common time of occurrence, 16 bits.
    Relative,
}

/// An object of fixed size made of quality, number and time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Measured {
    pub(super) lead: Lead,
    pub(super) number: Num,
    /// The status of a command follows the number.
    pub(super) status_after: bool,
    pub(super) stamp: Stamp,
}

impl Measured {
    pub(super) const fn size(self) -> usize {
        let lead = match self.lead {
            Lead::None => 0usize,
            Lead::Quality | Lead::Status => 1,
        };
        let number = match self.number {
            Num::State | Num::DoubleState => 0,
            Num::U8 => 1,
            Num::U16 | Num::I16 => 2,
            Num::U32 | Num::I32 | Num::F32 => 4,
            Num::F64 => 8,
        };
        let stamp = match self.stamp {
            Stamp::None => 0,
            Stamp::Absolute => 6,
            Stamp::Relative => 2,
        };
        let status = if self.status_after { 1 } else { 0 };
        lead.saturating_add(number).saturating_add(stamp).saturating_add(status)
    }
}

/// How the objects of a variation lie on the wire.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    /// Nothing follows the header.
    Nothing,
    /// This many bits each, the first in the least significant bits.
    Packed(u8),
    /// Quality, number, time.
    Measured(Measured),
    /// Control relay output block or pattern control block.
    Crob,
    /// Times of group 50: with an interval, with a unit of the interval.
    Time { interval: bool, units: bool },
    /// Common time of occurrence.
    CommonTime,
    /// Milliseconds or seconds.
    Delay,
    /// Fill, group and variation of a buffer.
    Storage,
    /// Packed decimal digits of this many bytes.
    Decimal(usize),
    /// As many bytes as the variation says.
    Octets(usize),
    /// One octet of characteristics of a data set.
    Characteristics,
    /// A security statistic, with or without time.
    Statistic { timed: bool },
    /// Challenge sequence number and user.
    Aggressive,
    /// User number.
    KeyStatusRequest,
    /// Device attribute: type, length, bytes.
    Attribute,
    /// Vendor, object, length, bytes.
    Registration,
    /// Only ever sent with its size before it.
    Sized,
    /// Not in the specification.
    Unknown,
}

impl Shape {
    /// Bytes of one object, where all have the same.
    pub(super) const fn size(self) -> Option<usize> {
        Some(match self {
            Self::Nothing => 0,
            Self::Measured(measured) => measured.size(),
            Self::Crob => 11,
            Self::Time { interval, units } => {
                let time = if interval { 10usize } else { 6 };
                if units { time.saturating_add(1) } else { time }
            }
            Self::CommonTime | Self::Aggressive => 6,
            Self::Delay | Self::KeyStatusRequest => 2,
            Self::Storage => 3,
            Self::Decimal(size) | Self::Octets(size) => size,
            Self::Characteristics => 1,
            Self::Statistic { timed } => {
                if timed {
                    13
                } else {
                    7
                }
            }
            Self::Packed(_) | Self::Attribute | Self::Registration | Self::Sized | Self::Unknown => {
                return None;
            }
        })
    }
}

const fn measured(lead: Lead, number: Num, stamp: Stamp) -> Shape {
    Shape::Measured(Measured { lead, number, status_after: false, stamp })
}

const fn command(number: Num) -> Shape {
    Shape::Measured(Measured { lead: Lead::None, number, status_after: true, stamp: Stamp::None })
}

/// The shape of a variation; variation 0 means any and has no objects of its own.
pub(super) const fn shape(group: u8, variation: u8) -> Shape {
    use Lead::{None as Bare, Quality, Status};
    use Num::{DoubleState, F32, F64, I16, I32, State, U8, U16, U32};
    use Stamp::{Absolute, None as Untimed, Relative};
    match (group, variation) {
        (110..=113, size) => Shape::Octets(size as usize),
        (0, _) => Shape::Attribute,
        (1 | 10 | 80, 1) | (12, 3) => Shape::Packed(1),
        (3, 1) => Shape::Packed(2),
        (1 | 10, 2) | (2 | 11 | 13, 1) => measured(Quality, State, Untimed),
        (3, 2) | (4, 1) => measured(Quality, DoubleState, Untimed),
        (2 | 11 | 13, 2) => measured(Quality, State, Absolute),
        (2, 3) => measured(Quality, State, Relative),
        (4, 2) => measured(Quality, DoubleState, Absolute),
        (4, 3) => measured(Quality, DoubleState, Relative),
        (12, 1 | 2) => Shape::Crob,
        (20..=23, 1 | 3) => measured(Quality, U32, Untimed),
        (20..=23, 2 | 4) => measured(Quality, U16, Untimed),
        (20, 5 | 7) | (21, 9 | 11) => measured(Bare, U32, Untimed),
        (20, 6 | 8) | (21, 10 | 12) => measured(Bare, U16, Untimed),
        (21..=23, 5 | 7) => measured(Quality, U32, Absolute),
        (21..=23, 6 | 8) => measured(Quality, U16, Absolute),
        (30..=33 | 40 | 42, 1) => measured(Quality, I32, Untimed),
        (30..=33 | 40 | 42, 2) => measured(Quality, I16, Untimed),
        (30, 3) | (31, 5) => measured(Bare, I32, Untimed),
        (30, 4) | (31, 6) => measured(Bare, I16, Untimed),
        (30 | 32 | 33 | 42, 5) | (31, 7) | (40, 3) => measured(Quality, F32, Untimed),
        (30 | 32 | 33 | 42, 6) | (31, 8) | (40, 4) => measured(Quality, F64, Untimed),
        (31..=33 | 42, 3) => measured(Quality, I32, Absolute),
        (31..=33 | 42, 4) => measured(Quality, I16, Absolute),
        (32 | 33 | 42, 7) => measured(Quality, F32, Absolute),
        (32 | 33 | 42, 8) => measured(Quality, F64, Absolute),
        (34, 1) => measured(Bare, U16, Untimed),
        (34, 2) => measured(Bare, U32, Untimed),
        (34, 3) => measured(Bare, F32, Untimed),
        (41, 1) => command(I32),
        (41, 2) => command(I16),
        (41, 3) => command(F32),
        (41, 4) => command(F64),
        (43, 1) => measured(Status, I32, Untimed),
        (43, 2) => measured(Status, I16, Untimed),
        (43, 3) => measured(Status, I32, Absolute),
        (43, 4) => measured(Status, I16, Absolute),
        (43, 5) => measured(Status, F32, Untimed),
        (43, 6) => measured(Status, F64, Untimed),
        (43, 7) => measured(Status, F32, Absolute),
        (43, 8) => measured(Status, F64, Absolute),
        (50, 1 | 3) => Shape::Time { interval: false, units: false },
        (50, 2) => Shape::Time { interval: true, units: false },
        (50, 4) => Shape::Time { interval: true, units: true },
        (51, 1 | 2) => Shape::CommonTime,
        (52, 1 | 2) => Shape::Delay,
        (60, 1..=4) => Shape::Nothing,
        (81, 1) => Shape::Storage,
        (83, 1) => Shape::Registration,
        (86, 2) => Shape::Characteristics,
        (101, 1) => Shape::Decimal(2),
        (101, 2) => Shape::Decimal(4),
        (101, 3) => Shape::Decimal(8),
        (102, 1) => measured(Bare, U8, Untimed),
        (120, 3) => Shape::Aggressive,
        (120, 4) => Shape::KeyStatusRequest,
        (121 | 122, 1) => Shape::Statistic { timed: false },
        (122, 2) => Shape::Statistic { timed: true },
        (70, 1..=8) | (82 | 85 | 87 | 88 | 90 | 91, 1) | (83, 2) | (86, 1 | 3) => Shape::Sized,
        (120, 1..=15) => Shape::Sized,
        _ => Shape::Unknown,
    }
}

/// The kind of point that a group is about; groups of one kind share their index space.
pub(super) const fn point(group: u8) -> &'static str {
    match group {
        0 => "device_attribute",
        1 | 2 => "binary_input",
        3 | 4 => "double_bit_input",
        10..=13 => "binary_output",
        20 | 22 => "counter",
        21 | 23 => "frozen_counter",
        30 | 32 => "analog_input",
        31 | 33 => "frozen_analog_input",
        34 => "analog_input_deadband",
        40..=43 => "analog_output",
        50 => "time",
        51 => "common_time",
        52 => "time_delay",
        60 => "class",
        70 => "file",
        80 => "internal_indication",
        81 => "device_storage",
        82 => "device_profile",
        83 => "private_registration",
        85 => "data_set_prototype",
        86 => "data_set_descriptor",
        87 | 88 => "data_set",
        90 => "application",
        91 => "operation_status",
        100 => "floating_point",
        101 => "decimal",
        102 => "unsigned_integer",
        110 | 111 => "octet_string",
        112 | 113 => "virtual_terminal",
        120 => "authentication",
        121 | 122 => "security_statistic",
        _ => "unknown_object",
    }
}

/// The space of process values of a group: commands are not the state of the point they command.
pub(super) const fn variable(group: u8) -> &'static str {
    match group {
        12 | 13 => "binary_output_command",
        41 | 43 => "analog_output_command",
        _ => point(group),
    }
}

/// Name of a group (annex A).
pub(super) const fn group_name(group: u8) -> &'static str {
    match group {
        2 => "binary_input_event",
        4 => "double_bit_input_event",
        11 => "binary_output_event",
        12 => "binary_output_command",
        13 => "binary_output_command_event",
        22 => "counter_event",
        23 => "frozen_counter_event",
        32 => "analog_input_event",
        33 => "frozen_analog_input_event",
        41 => "analog_output_command",
        42 => "analog_output_event",
        43 => "analog_output_command_event",
        60 => "class_data",
        80 => "internal_indications",
        87 => "data_set_present_value",
        88 => "data_set_snapshot",
        111 => "octet_string_event",
        112 => "virtual_terminal_output",
        113 => "virtual_terminal_event",
        122 => "security_statistic_event",
        _ => point(group),
    }
}

/// Names of the quality bits of a group, from bit 0 on; empty where the group has none (11.5).
pub(super) const fn quality_names(group: u8) -> &'static [&'static str] {
    match group {
        1 | 2 => &[
            "online",
            "restart",
            "comm_lost",
            "remote_forced",
            "local_forced",
            "chatter_filter",
            "",
            "state",
        ],
        3 | 4 => &["online", "restart", "comm_lost", "remote_forced", "local_forced", "chatter_filter"],
        10 | 11 => &["online", "restart", "comm_lost", "remote_forced", "local_forced", "", "", "state"],
        20..=23 => {
            &["online", "restart", "comm_lost", "remote_forced", "local_forced", "rollover", "discontinuity"]
        }
        30..=33 | 40 | 42 => &[
            "online",
            "restart",
            "comm_lost",
            "remote_forced",
            "local_forced",
            "over_range",
            "reference_err",
        ],
        121 | 122 => {
            &["online", "restart", "comm_lost", "remote_forced", "local_forced", "", "discontinuity"]
        }
        _ => &[],
    }
}
