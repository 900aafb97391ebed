//! Objects of points: numbers, quality, command status and times out of their bytes (IEEE 1815-2012, annex A).

use super::object::{Header, Item};
use super::shape::{Lead, Measured, Num, Shape, Stamp, quality_names};
use super::{function::bit_names, shape};
use crate::{Number, Reader, Reference, Short, Sink, Value, Visitor};

/// When a value was so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Time {
    /// Milliseconds since 1970.
    Absolute(u64),
    /// Milliseconds since the common time of occurrence before it in the fragment.
    Relative(u16),
}

/// What an object of a point says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Datum {
    pub(super) number: Option<Number>,
    /// Type in the specification's words.
    pub(super) kind: &'static str,
    /// Quality octet.
    pub(super) quality: Option<u8>,
    /// Status of a command.
    pub(super) status: Option<u8>,
    pub(super) time: Option<Time>,
}

/// A 48-bit time in milliseconds since 1970 (11.3.2).
pub(super) fn milliseconds(reader: &mut Reader<'_>) -> Result<u64, Short> {
    let low = reader.peek(6)?.first_chunk::<4>().map_or(0, |bytes| u32::from_le_bytes(*bytes));
    reader.skip(4)?;
    let high = reader.le_u16()?;
    Ok(u64::from(high).checked_shl(32).unwrap_or(0) | u64::from(low))
}

/// Bits 6 and 7 of a double-bit point's quality: intermediate, off, on, indeterminate.
const fn double(quality: u8) -> u64 {
    (quality >> 6) as u64
}

fn measured(shape: Measured, data: &[u8]) -> Result<Datum, Short> {
    let mut reader = Reader::new(data);
    let lead = if shape.lead == Lead::None { 0 } else { reader.u8()? };
    let (number, kind) = match shape.number {
        Num::State => (Some(Number::Bool(lead & 0x80 != 0)), "bool"),
        Num::DoubleState => (Some(Number::Uint(double(lead))), "double_bit"),
        Num::U8 => (Some(Number::Uint(u64::from(reader.u8()?))), "uint8"),
        Num::U16 => (Some(Number::Uint(u64::from(reader.le_u16()?))), "uint16"),
        Num::U32 => (Some(Number::Uint(u64::from(reader.le_u32()?))), "uint32"),
        Num::I16 => (Some(Number::Int(i64::from(reader.le_i16()?))), "int16"),
        Num::I32 => (Some(Number::Int(i64::from(reader.le_i32()?))), "int32"),
        Num::F32 => (Some(Number::Float(f64::from(reader.le_f32()?))), "float32"),
        Num::F64 => (Some(Number::Float(reader.le_f64()?)), "float64"),
    };
    let status =
        if shape.status_after { Some(reader.u8()?) } else { (shape.lead == Lead::Status).then_some(lead) };
    let time = match shape.stamp {
        Stamp::None => None,
        Stamp::Absolute => Some(Time::Absolute(milliseconds(&mut reader)?)),
        Stamp::Relative => Some(Time::Relative(reader.le_u16()?)),
    };
    Ok(Datum { number, kind, quality: (shape.lead == Lead::Quality).then_some(lead), status, time })
}

/// What an object says of its point; `None` for objects that are no points, or cut.
pub(super) fn datum(header: &Header<'_>, item: &Item<'_>) -> Option<Datum> {
    let bits = item.bits.or_else(|| item.data.first().copied());
    let plain = Datum { number: None, kind: "bool", quality: None, status: None, time: None };
    match header.shape {
        Shape::Packed(1) => Some(Datum { number: Some(Number::Bool(bits? & 1 != 0)), ..plain }),
        Shape::Packed(_) => {
            Some(Datum { number: Some(Number::Uint(u64::from(bits? & 3))), kind: "double_bit", ..plain })
        }
        Shape::Measured(shape) => {
            let mut datum = measured(shape, item.data).ok()?;
            if header.group == 13 {
                // The low bits of a command event's octet are the status of the command (A.9).
                datum.status = datum.quality.take().map(|octet| octet & 0x7f);
            }
            Some(datum)
        }
        Shape::Crob => {
            let (code, status) = (item.data.first()?, item.data.get(10)?);
            let number = Some(Number::Uint(u64::from(*code)));
            Some(Datum { number, kind: "control_code", status: Some(*status), ..plain })
        }
        Shape::Decimal(_) => {
            Some(Datum { number: decimal(item.data).map(Number::Uint), kind: "decimal", ..plain })
        }
        Shape::Statistic { .. } => {
            let mut reader = Reader::new(item.data);
            let quality = reader.u8().ok()?;
            reader.skip(2).ok()?;
            let number = Some(Number::Uint(u64::from(reader.le_u32().ok()?)));
            let time = milliseconds(&mut reader).ok().map(Time::Absolute);
            Some(Datum { number, kind: "uint32", quality: Some(quality), status: None, time })
        }
        _ => None,
    }
}

/// Packed decimal digits, least significant byte first; `None` when a digit is above nine.
fn decimal(data: &[u8]) -> Option<u64> {
    data.iter().rev().try_fold(0u64, |value, byte| {
        let (tens, ones) = (u64::from(byte >> 4), u64::from(byte & 0x0f));
        if tens > 9 || ones > 9 {
            return None;
        }
        value.checked_mul(100)?.checked_add(tens.checked_mul(10)?)?.checked_add(ones)
    })
}

/// Hands the values of a header's points to `sink`.
pub(super) fn emit(header: &Header<'_>, address: Reference<'_>, sink: &mut dyn Sink) {
    if !header.carries_data || matches!(header.group, 0 | 34 | 50..=91 | 110..=122) {
        return;
    }
    let label = shape::variable(header.group);
    for item in header.items() {
        let (Some(index), Some(datum)) = (item.index, datum(header, &item)) else { continue };
        let Some(number) = datum.number else { continue };
        let object = Reference::one(label, u64::from(index));
        sink.value(&Value { protocol: crate::Protocol::Dnp3, address, object, kind: datum.kind, number });
    }
}

/// Shows a number under `name`.
fn show_number(name: &'static str, number: Number, visitor: &mut dyn Visitor) {
    match number {
        Number::Bool(value) => visitor.uint(name, u64::from(value)),
        Number::Int(value) => visitor.int(name, value),
        Number::Uint(value) => visitor.uint(name, value),
        Number::Float(value) => visitor.float(name, value),
    }
}

/// Shows what an object says of its point.
pub(super) fn visit(group: u8, datum: &Datum, visitor: &mut dyn Visitor) {
    if let Some(number) = datum.number {
        match (datum.kind, number) {
            ("double_bit", Number::Uint(value)) => visitor.named("value", value, double_name(value)),
            ("control_code", _) => {}
            _ => show_number("value", number, visitor),
        }
    }
    if let Some(quality) = datum.quality {
        // The state is shown as the value, not as quality.
        let state = match group {
            1 | 2 | 10 | 11 => 0x7f,
            3 | 4 => 0x3f,
            _ => 0xff,
        };
        let names = bit_names::<128>(u32::from(quality & state), quality_names(group));
        visitor.named("flags", u64::from(quality), names.as_str());
    }
    if let Some(status) = datum.status {
        visitor.named("status", u64::from(status), command_status(status));
    }
    match datum.time {
        Some(Time::Absolute(time)) => visitor.uint("timestamp_ms", time),
        Some(Time::Relative(time)) => visitor.uint("relative_time_ms", u64::from(time)),
        None => {}
    }
}

const fn double_name(state: u64) -> &'static str {
    match state {
        0 => "intermediate",
        1 => "off",
        2 => "on",
        _ => "indeterminate",
    }
}

/// Shows a control relay output block or pattern control block (A.8.1, A.8.2).
pub(super) fn visit_crob(data: &[u8], visitor: &mut dyn Visitor) -> Result<(), Short> {
    let mut reader = Reader::new(data);
    let code = reader.u8()?;
    visitor.uint("control_code", u64::from(code));
    visitor.named("op_type", u64::from(code & 0x0f), op_type(code & 0x0f));
    visitor.flag("queue", code & 0x10 != 0);
    visitor.flag("clear", code & 0x20 != 0);
    visitor.named("trip_close", u64::from(code >> 6), trip_close(code >> 6));
    visitor.uint("count", u64::from(reader.u8()?));
    visitor.uint("on_time_ms", u64::from(reader.le_u32()?));
    visitor.uint("off_time_ms", u64::from(reader.le_u32()?));
    let status = reader.u8()?;
    visitor.named("status", u64::from(status), command_status(status));
    Ok(())
}

/// Whether the operation and trip-close fields of a control code are ones that the specification has.
pub(super) const fn is_defined_control(code: u8) -> bool {
    code & 0x0f <= 4 && code >> 6 != 3
}

const fn op_type(code: u8) -> &'static str {
    match code {
        0 => "nul",
        1 => "pulse_on",
        2 => "pulse_off",
        3 => "latch_on",
        4 => "latch_off",
        _ => "undefined",
    }
}

const fn trip_close(code: u8) -> &'static str {
    match code {
        0 => "nul",
        1 => "close",
        2 => "trip",
        _ => "reserved",
    }
}

/// Name of a command's status (table 11-9 of the control status codes).
pub(super) const fn command_status(status: u8) -> &'static str {
    match status & 0x7f {
        0 => "success",
        1 => "timeout",
        2 => "no_select",
        3 => "format_error",
        4 => "not_supported",
        5 => "already_active",
        6 => "hardware_error",
        7 => "local",
        8 => "too_many_operations",
        9 => "not_authorized",
        10 => "automation_inhibit",
        11 => "processing_limited",
        12 => "out_of_range",
        13 => "downstream_local",
        14 => "already_complete",
        15 => "blocked",
        16 => "canceled",
        17 => "blocked_other_master",
        18 => "downstream_fail",
        126 => "non_participating",
        127 => "undefined",
        _ => "reserved",
    }
}
