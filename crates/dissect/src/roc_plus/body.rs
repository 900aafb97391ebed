//! What follows an opcode.

use super::opcode::{
    ACKNOWLEDGE_SRBX, ALARMS, DAILY_HISTORY, ERROR, EVENTS, FILE_TRANSFER, HISTORY_INDEX,
    HISTORY_INFORMATION, HISTORY_TAG, IO_POSITION, LOGIN, MIN_MAX, MULTIPLE_HISTORY, READ_CLOCK,
    READ_CONFIGURABLE, REQUEST_PARAMETERS, REQUEST_SINGLE, SET_CLOCK, SET_SINGLE, SINGLE_HISTORY, SRBX,
    STORE_AND_FORWARD, SYSTEM_CONFIG, TRANSACTION_HISTORY, USER_DEFINED, WRITE_CONFIGURABLE,
    WRITE_PARAMETERS,
};
use super::{Frame, opcode};
use crate::tell::until_nul;
use crate::{Reader, Reference, Text, Visitor, printable};

/// Bytes of the answer to opcode 6 ahead of the type of device.
const TYPE_AT: usize = 18;
/// Years that a device can mean.
const YEARS: std::ops::RangeInclusive<u16> = 1970..=2106;
/// Bytes of an operator's id; longer ones (30 bytes) belong to enhanced logins.
const OPERATOR: usize = 3;
const LONG_OPERATOR: usize = 30;

/// The point that a request addresses: type, logical number, parameter.
pub(super) fn object(frame: &Frame<'_>) -> Reference<'static> {
    let tlp = |kind: u8, logical: u8, parameter: u8| {
        Reference::Three(
            crate::Part { label: "point_type", value: u64::from(kind) },
            crate::Part { label: "logical", value: u64::from(logical) },
            crate::Part { label: "parameter", value: u64::from(parameter) },
        )
    };
    match (frame.opcode, frame.data) {
        (SET_SINGLE | REQUEST_SINGLE, [kind, logical, _, parameter, ..]) => tlp(*kind, *logical, *parameter),
        // Several points are no single object; the fields list them.
        (REQUEST_PARAMETERS | WRITE_PARAMETERS, [1, kind, logical, parameter, ..]) => {
            tlp(*kind, *logical, *parameter)
        }
        (READ_CONFIGURABLE | WRITE_CONFIGURABLE, [table, ..]) => Reference::one("table", u64::from(*table)),
        (FILE_TRANSFER, [command, ..]) => Reference::Text(opcode::file_command(*command)),
        (SINGLE_HISTORY..=HISTORY_INFORMATION | MIN_MAX | HISTORY_TAG, [segment, ..]) => {
            Reference::one("history_segment", u64::from(*segment))
        }
        _ => Reference::None,
    }
}

/// Type of the device in an answer to opcode 6.
pub(super) fn device_type(frame: &Frame<'_>) -> Option<u8> {
    if frame.opcode == SYSTEM_CONFIG { frame.data.get(TYPE_AT).copied() } else { None }
}

/// First error of opcode 255.
pub(super) fn error(frame: &Frame<'_>) -> Option<u8> {
    if frame.opcode == ERROR { frame.data.first().copied() } else { None }
}

/// Shows the data of a message.
pub(super) fn visit(frame: &Frame<'_>, visitor: &mut dyn Visitor) {
    let mut reader = Reader::new(frame.data);
    if visit_known(frame, &mut reader, visitor).is_none() {
        reader = Reader::new(frame.data);
    }
    if !reader.is_empty() {
        visitor.bytes("data", reader.rest());
    }
}

fn visit_known(frame: &Frame<'_>, reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Option<()> {
    match frame.opcode {
        SYSTEM_CONFIG if !frame.request => system_config(reader, visitor)?,
        READ_CLOCK | SET_CLOCK if reader.remaining() >= 7 => {
            let [second, minute, hour, day, month] = reader.array::<5>().ok()?;
            let year = plausible_year(reader.array().ok()?);
            let time = Text::<24>::of(format_args!(
                "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
            ));
            visitor.text("clock", time.as_str());
            if let Ok(day) = reader.u8() {
                visitor.uint("day_of_week", u64::from(day));
            }
        }
        READ_CONFIGURABLE | WRITE_CONFIGURABLE if reader.remaining() >= 3 => {
            visitor.uint("table_number", u64::from(reader.u8().ok()?));
            visitor.uint("starting_location", u64::from(reader.u8().ok()?));
            visitor.uint("locations", u64::from(reader.u8().ok()?));
        }
        LOGIN if frame.request => login(reader, visitor),
        STORE_AND_FORWARD => {
            visitor.bytes("path", reader.take(12).ok()?);
            visitor.uint("desired_opcode", u64::from(reader.u8().ok()?));
        }
        IO_POSITION if frame.request => visitor.uint("io_data_type", u64::from(reader.u8().ok()?)),
        USER_DEFINED => {
            visitor.uint("command", u64::from(reader.u8().ok()?));
            visitor.uint("start_point", u64::from(reader.u8().ok()?));
            visitor.uint("number_of_points", u64::from(reader.u8().ok()?));
        }
        MIN_MAX => {
            visitor.uint("history_segment", u64::from(reader.u8().ok()?));
            visitor.uint("point_number", u64::from(reader.u8().ok()?));
        }
        HISTORY_TAG if frame.request => {
            visitor.uint("history_segment", u64::from(reader.u8().ok()?));
            visitor.uint("number_of_points", u64::from(reader.u8().ok()?));
            points(reader, visitor);
        }
        ALARMS | EVENTS => {
            visitor.uint("number_of_entries", u64::from(reader.u8().ok()?));
            visitor.uint("start_index", u64::from(reader.le_u16().ok()?));
            if !frame.request {
                visitor.uint("current_index", u64::from(reader.le_u16().ok()?));
            }
        }
        SINGLE_HISTORY if frame.request => {
            visitor.uint("history_segment", u64::from(reader.u8().ok()?));
            visitor.uint("point_number", u64::from(reader.u8().ok()?));
            visitor.uint("history_type", u64::from(reader.u8().ok()?));
            visitor.uint("start_index", u64::from(reader.le_u16().ok()?));
            visitor.uint("number_of_values", u64::from(reader.u8().ok()?));
        }
        MULTIPLE_HISTORY if frame.request => {
            visitor.uint("history_segment", u64::from(reader.u8().ok()?));
            visitor.uint("start_index", u64::from(reader.le_u16().ok()?));
            visitor.uint("history_type", u64::from(reader.u8().ok()?));
            visitor.uint("start_point", u64::from(reader.u8().ok()?));
            visitor.uint("number_of_points", u64::from(reader.u8().ok()?));
            visitor.uint("number_of_periods", u64::from(reader.u8().ok()?));
        }
        HISTORY_INDEX | DAILY_HISTORY if frame.request => {
            visitor.uint("history_segment", u64::from(reader.u8().ok()?));
            if frame.opcode == DAILY_HISTORY {
                visitor.uint("point_number", u64::from(reader.u8().ok()?));
            }
            visitor.uint("day", u64::from(reader.u8().ok()?));
            visitor.uint("month", u64::from(reader.u8().ok()?));
        }
        HISTORY_INFORMATION => {
            let name = match reader.u8().ok()? {
                0 => "request_configured_points",
                1 => "request_specified_point_data",
                _ => return None,
            };
            visitor.text("command", name);
        }
        SET_SINGLE | REQUEST_SINGLE => {
            visitor.uint("point_type", u64::from(reader.u8().ok()?));
            visitor.uint("logical_number", u64::from(reader.u8().ok()?));
            visitor.uint("number_of_parameters", u64::from(reader.u8().ok()?));
            visitor.uint("start_parameter", u64::from(reader.u8().ok()?));
        }
        REQUEST_PARAMETERS | WRITE_PARAMETERS if !reader.is_empty() => parameters(frame, reader, visitor)?,
        FILE_TRANSFER => file(reader, visitor)?,
        TRANSACTION_HISTORY if frame.request => {
            let command = reader.u8().ok()?;
            let label = match command {
                1 => "list",
                2 => "read",
                _ => "unknown",
            };
            visitor.named("command", u64::from(command), label);
            visitor.uint("history_segment", u64::from(reader.u8().ok()?));
        }
        SRBX | ACKNOWLEDGE_SRBX if !reader.is_empty() => {
            visitor.uint("alarm_index", u64::from(reader.le_u16().ok()?));
        }
        ERROR => {
            visitor.begin_list("errors");
            while let (Ok(code), Ok(offset)) = (reader.u8(), reader.u8()) {
                visitor.begin_object("");
                visitor.named("error_code", u64::from(code), opcode::error_name(code));
                visitor.uint("offset", u64::from(offset));
                visitor.end_object();
            }
            visitor.end_list();
        }
        _ => {}
    }
    Some(())
}

/// Years are little-endian; some implementations send them the other way round.
fn plausible_year(bytes: [u8; 2]) -> u16 {
    let year = u16::from_le_bytes(bytes);
    let swapped = u16::from_be_bytes(bytes);
    if !YEARS.contains(&year) && YEARS.contains(&swapped) { swapped } else { year }
}

fn system_config(reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Option<()> {
    let mode = reader.u8().ok()?;
    visitor.named("system_mode", u64::from(mode), if mode == 1 { "run" } else { "firmware_update" });
    reader.skip(1).ok()?;
    visitor.uint("comm_port", u64::from(reader.u8().ok()?));
    visitor.uint("security_access_mode", u64::from(reader.u8().ok()?));
    visitor.uint("logical_compatibility", u64::from(reader.u8().ok()?));
    visitor.uint("opcode_revision", u64::from(reader.u8().ok()?));
    visitor.uint("roc_subtype", u64::from(reader.u8().ok()?));
    reader.skip(11).ok()?;
    let kind = reader.u8().ok()?;
    visitor.named("type_of_roc", u64::from(kind), opcode::type_name(kind).unwrap_or("unknown"));
    visitor.bytes("logical_points", reader.rest());
    let _ = reader.take_up_to(usize::MAX);
    Some(())
}

/// Who logs in; passwords and keys are not shown.
fn login(reader: &mut Reader<'_>, visitor: &mut dyn Visitor) {
    let length = reader.remaining();
    let operator = reader.take_up_to(if length > 2 * LONG_OPERATOR { LONG_OPERATOR } else { OPERATOR });
    let _ = reader.take_up_to(usize::MAX);
    visitor.uint("login_length", length as u64);
    if length > OPERATOR && length != 13 {
        visitor.text("operator_id", &printable(until_nul(operator)));
    }
}

fn points(reader: &mut Reader<'_>, visitor: &mut dyn Visitor) {
    visitor.begin_list("points");
    while let Ok(point) = reader.u8() {
        visitor.uint("", u64::from(point));
    }
    visitor.end_list();
}

/// Points by type, logical number and parameter; with data, whose lengths the device's tables define, only the first
/// can be told.
fn parameters(frame: &Frame<'_>, reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Option<()> {
    let count = reader.u8().ok()?;
    visitor.uint("number_of_parameters", u64::from(count));
    let bare = reader.remaining() == usize::from(count).saturating_mul(3);
    let most = if bare { usize::from(count) } else { 1 };
    if frame.opcode == WRITE_PARAMETERS && !frame.request {
        return Some(());
    }
    visitor.begin_list("parameters");
    for _ in 0..most {
        let Ok([kind, logical, parameter]) = reader.array::<3>() else { break };
        visitor.begin_object("");
        visitor.uint("point_type", u64::from(kind));
        visitor.uint("logical_number", u64::from(logical));
        visitor.uint("parameter", u64::from(parameter));
        visitor.end_object();
    }
    visitor.end_list();
    Some(())
}

fn file(reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Option<()> {
    let command = reader.u8().ok()?;
    visitor.named("file_command", u64::from(command), opcode::file_command(command));
    // An opening names folder and file; a directory, its folder. Both end with NUL.
    let text = match command {
        1 => reader.rest().get(1..),
        6 | 64 => Some(reader.rest()),
        _ => None,
    };
    if let Some(path) = text.map(until_nul).filter(|path| path.starts_with(b"/")) {
        visitor.text("file_path", &printable(path));
    }
    Some(())
}
