//! The elements of information objects: values, qualities, times, qualifiers (IEC 60870-5-101, 7.2.6).

use super::kinds::{Element, Type};
use crate::{Number, Reader, Short, Text, Visitor};

/// Quality bits of a quality descriptor (7.2.6.3): overflow, blocked, substituted, not topical, invalid.
const QUALITY: [(u8, &str); 5] =
    [(0x01, "overflow"), (0x10, "blocked"), (0x20, "substituted"), (0x40, "not_topical"), (0x80, "invalid")];
/// Quality bits of single and double points (7.2.6.1): no overflow.
const POINT_QUALITY: u8 = 0xf0;
/// Set in a command's qualifier: select, else execute (7.2.6.26).
const SELECT: u8 = 0x80;

/// The value of the first element of an object, where it is a process value.
pub(super) fn number(kind: &Type, data: &[u8]) -> Option<Number> {
    let mut reader = Reader::new(data);
    Some(match kind.elements.first()? {
        Element::Siq | Element::Sco => Number::Bool(reader.u8().ok()? & 1 != 0),
        Element::Diq | Element::Dco | Element::Rco => Number::Uint(u64::from(reader.u8().ok()? & 3)),
        Element::Vti => Number::Int(i64::from(step(reader.u8().ok()?))),
        Element::Bsi => Number::Uint(u64::from(reader.le_u32().ok()?)),
        Element::Scd => Number::Uint(u64::from(reader.le_u16().ok()?)),
        Element::Nva => Number::Float(normalized(reader.le_i16().ok()?)),
        Element::Sva => Number::Int(i64::from(reader.le_i16().ok()?)),
        Element::R32 => Number::Float(f64::from(reader.le_f32().ok()?)),
        Element::Bcr => Number::Int(i64::from(reader.le_i32().ok()?)),
        _ => return None,
    })
}

/// Whether an object's quality says that its value means something.
pub(super) fn is_valid(kind: &Type, data: &[u8]) -> bool {
    let Some(first) = kind.elements.first() else { return true };
    let at = match first {
        Element::Siq | Element::Diq => 0,
        Element::Bcr => 4,
        _ if kind.elements.get(1) == Some(&Element::Qds) => first.size(),
        _ => return true,
    };
    data.get(at).is_none_or(|quality| quality & 0x80 == 0)
}

/// Whether a command's object selects and does not execute; `None` for objects without this bit.
pub(super) fn selects(kind: &Type, data: &[u8]) -> Option<bool> {
    let at = match kind.elements {
        [Element::Sco | Element::Dco | Element::Rco, ..] => 0,
        [value, Element::Qos, ..] => value.size(),
        _ => return None,
    };
    data.get(at).map(|qualifier| qualifier & SELECT != 0)
}

/// Whether the times of an object can be.
pub(super) fn times_fit(kind: &Type, data: &[u8]) -> bool {
    let mut reader = Reader::new(data);
    for element in kind.elements {
        let Ok(bytes) = reader.take(element.size()) else { return true };
        let fits = match (element, bytes) {
            (Element::Cp24, [low, high, minute]) => {
                u16::from_le_bytes([*low, *high]) < 60_000 && minute & 0x3f < 60
            }
            (Element::Cp56 | Element::From | Element::To, [low, high, minute, hour, day, month, year]) => {
                // A time of all zeros in the date stands for an unset clock and is common.
                u16::from_le_bytes([*low, *high]) < 60_000
                    && minute & 0x3f < 60
                    && hour & 0x1f < 24
                    && month & 0x0f <= 12
                    && year & 0x7f <= 99
                    && (day & 0x1f != 0 || month & 0x0f == 0)
            }
            _ => true,
        };
        if !fits {
            return false;
        }
    }
    true
}

/// Seven bits, two's complement.
const fn step(byte: u8) -> i8 {
    ((byte & 0x7f) << 1).cast_signed() >> 1
}

/// -1 to 1 - 2^-15.
fn normalized(raw: i16) -> f64 {
    f64::from(raw) / 32_768.0
}

/// Shows the elements of one object.
pub(super) fn visit(kind: &Type, data: &[u8], visitor: &mut dyn Visitor) {
    let mut reader = Reader::new(data);
    for element in kind.elements {
        if one(*element, &mut reader, visitor).is_err() {
            break;
        }
    }
}

fn quality(byte: u8, mask: u8, visitor: &mut dyn Visitor) {
    visitor.uint("quality", u64::from(byte & mask));
    visitor.begin_list("quality_flags");
    for (bit, name) in QUALITY {
        if byte & mask & bit != 0 {
            visitor.text("", name);
        }
    }
    visitor.end_list();
}

fn command(byte: u8, visitor: &mut dyn Visitor) {
    let qualifier = byte >> 2 & 0x1f;
    visitor.named(
        "qualifier_of_command",
        u64::from(qualifier),
        match qualifier {
            0 => "no_additional_definition",
            1 => "short_pulse",
            2 => "long_pulse",
            3 => "persistent_output",
            _ => "reserved",
        },
    );
    visitor.flag("select", byte & SELECT != 0);
}

fn one(element: Element, reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Result<(), Short> {
    match element {
        Element::Siq => {
            let byte = reader.u8()?;
            visitor.uint("value", u64::from(byte & 1));
            quality(byte, POINT_QUALITY, visitor);
        }
        Element::Diq => {
            let byte = reader.u8()?;
            visitor.named(
                "value",
                u64::from(byte & 3),
                match byte & 3 {
                    0 => "intermediate",
                    1 => "off",
                    2 => "on",
                    _ => "indeterminate",
                },
            );
            quality(byte, POINT_QUALITY, visitor);
        }
        Element::Vti => {
            let byte = reader.u8()?;
            visitor.int("value", i64::from(step(byte)));
            visitor.flag("transient", byte & 0x80 != 0);
        }
        Element::Qds => quality(reader.u8()?, 0xf1, visitor),
        Element::Bsi => visitor.uint("value", u64::from(reader.le_u32()?)),
        Element::Nva => visitor.float("value", normalized(reader.le_i16()?)),
        Element::Sva => visitor.int("value", i64::from(reader.le_i16()?)),
        Element::R32 => visitor.float("value", f64::from(reader.le_f32()?)),
        Element::Bcr => {
            visitor.int("value", i64::from(reader.le_i32()?));
            let byte = reader.u8()?;
            visitor.uint("sequence", u64::from(byte & 0x1f));
            visitor.flag("carry", byte & 0x20 != 0);
            visitor.flag("adjusted", byte & 0x40 != 0);
            visitor.flag("invalid", byte & 0x80 != 0);
        }
        Element::Sep => {
            let byte = reader.u8()?;
            visitor.named(
                "event_state",
                u64::from(byte & 3),
                match byte & 3 {
                    1 => "off",
                    2 => "on",
                    _ => "indeterminate",
                },
            );
            protection_quality(byte, visitor);
        }
        Element::Spe => visitor.uint("start_events", u64::from(reader.u8()?)),
        Element::Oci => visitor.uint("output_circuits", u64::from(reader.u8()?)),
        Element::Qdp => protection_quality(reader.u8()?, visitor),
        Element::Scd => {
            visitor.uint("value", u64::from(reader.le_u16()?));
            visitor.uint("changes", u64::from(reader.le_u16()?));
        }
        Element::Fbp => {
            let pattern = reader.le_u16()?;
            visitor.uint("test_pattern", u64::from(pattern));
        }
        Element::Tsc => visitor.uint("test_counter", u64::from(reader.le_u16()?)),
        Element::Cp16 => visitor.uint("elapsed_ms", u64::from(reader.le_u16()?)),
        Element::Cp24 => {
            let (ms, minute) = (reader.le_u16()?, reader.u8()?);
            let text = Text::<16>::of(format_args!("{:02}:{:02}.{:03}", minute & 0x3f, ms / 1000, ms % 1000));
            visitor.text("time", text.as_str());
            visitor.flag("time_invalid", minute & 0x80 != 0);
        }
        Element::Cp56 => cp56("time", reader, visitor)?,
        Element::From => cp56("range_start", reader, visitor)?,
        Element::To => cp56("range_stop", reader, visitor)?,
        Element::Sco => {
            let byte = reader.u8()?;
            visitor.uint("value", u64::from(byte & 1));
            command(byte, visitor);
        }
        Element::Dco => {
            let byte = reader.u8()?;
            visitor.named(
                "value",
                u64::from(byte & 3),
                match byte & 3 {
                    1 => "off",
                    2 => "on",
                    _ => "not_permitted",
                },
            );
            command(byte, visitor);
        }
        Element::Rco => {
            let byte = reader.u8()?;
            visitor.named(
                "value",
                u64::from(byte & 3),
                match byte & 3 {
                    1 => "next_step_lower",
                    2 => "next_step_higher",
                    _ => "not_permitted",
                },
            );
            command(byte, visitor);
        }
        Element::Qos => {
            let byte = reader.u8()?;
            visitor.uint("qualifier_of_set_point", u64::from(byte & 0x7f));
            visitor.flag("select", byte & SELECT != 0);
        }
        _ => return qualifier(element, reader, visitor),
    }
    Ok(())
}

fn qualifier(element: Element, reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Result<(), Short> {
    match element {
        Element::Qoi => {
            let byte = reader.u8()?;
            visitor.named(
                "qualifier_of_interrogation",
                u64::from(byte),
                match byte {
                    20 => "station",
                    21..=36 => "group",
                    0 => "not_used",
                    _ => "reserved",
                },
            );
        }
        Element::Qcc => {
            let byte = reader.u8()?;
            visitor.named(
                "request",
                u64::from(byte & 0x3f),
                match byte & 0x3f {
                    1..=4 => "counter_group",
                    5 => "general",
                    _ => "reserved",
                },
            );
            visitor.named(
                "freeze",
                u64::from(byte >> 6),
                match byte >> 6 {
                    0 => "read",
                    1 => "freeze_without_reset",
                    2 => "freeze_with_reset",
                    _ => "reset",
                },
            );
        }
        Element::Qrp => {
            let byte = reader.u8()?;
            visitor.named(
                "qualifier_of_reset",
                u64::from(byte),
                match byte {
                    1 => "general_reset_of_process",
                    2 => "reset_of_pending_information_with_time_tag",
                    _ => "reserved",
                },
            );
        }
        Element::Qpm => {
            let byte = reader.u8()?;
            visitor.named(
                "kind_of_parameter",
                u64::from(byte & 0x3f),
                match byte & 0x3f {
                    1 => "threshold",
                    2 => "smoothing_factor",
                    3 => "low_limit",
                    4 => "high_limit",
                    _ => "reserved",
                },
            );
            visitor.flag("local_change", byte & 0x40 != 0);
            visitor.flag("not_in_operation", byte & 0x80 != 0);
        }
        Element::Qpa => {
            let byte = reader.u8()?;
            visitor.named(
                "qualifier_of_activation",
                u64::from(byte),
                match byte {
                    1 => "loaded_parameters",
                    2 => "parameters_of_the_object",
                    3 => "cyclic_transmission_of_the_object",
                    _ => "reserved",
                },
            );
        }
        Element::Coi => {
            let byte = reader.u8()?;
            visitor.named(
                "cause_of_initialization",
                u64::from(byte & 0x7f),
                match byte & 0x7f {
                    0 => "local_power_switch_on",
                    1 => "local_manual_reset",
                    2 => "remote_reset",
                    _ => "reserved",
                },
            );
            visitor.flag("after_parameter_change", byte & 0x80 != 0);
        }
        Element::Nof => visitor.uint("file_name", u64::from(reader.le_u16()?)),
        Element::Nos => visitor.uint("section", u64::from(reader.u8()?)),
        Element::Lof => visitor.uint("length", u64::from(reader.le_u24()?)),
        Element::Segment => {
            visitor.uint("segment_length", u64::from(reader.u8()?));
        }
        Element::Frq => {
            let byte = reader.u8()?;
            visitor.uint("file_ready_qualifier", u64::from(byte & 0x7f));
            visitor.flag("refused", byte & 0x80 != 0);
        }
        Element::Srq => {
            let byte = reader.u8()?;
            visitor.uint("section_ready_qualifier", u64::from(byte & 0x7f));
            visitor.flag("not_ready", byte & 0x80 != 0);
        }
        Element::Scq => {
            let byte = reader.u8()?;
            visitor.named(
                "select_and_call_qualifier",
                u64::from(byte & 0x0f),
                match byte & 0x0f {
                    0 => "default",
                    1 => "select_file",
                    2 => "request_file",
                    3 => "deactivate_file",
                    4 => "delete_file",
                    5 => "select_section",
                    6 => "request_section",
                    7 => "deactivate_section",
                    _ => "reserved",
                },
            );
            visitor.named("error", u64::from(byte >> 4), file_error(byte >> 4));
        }
        Element::Lsq => {
            let byte = reader.u8()?;
            visitor.named(
                "last_qualifier",
                u64::from(byte),
                match byte {
                    1 => "file_without_deactivation",
                    2 => "file_with_deactivation",
                    3 => "section_without_deactivation",
                    4 => "section_with_deactivation",
                    _ => "reserved",
                },
            );
        }
        Element::Chs => visitor.uint("checksum", u64::from(reader.u8()?)),
        Element::Afq => {
            let byte = reader.u8()?;
            visitor.named(
                "acknowledge_qualifier",
                u64::from(byte & 0x0f),
                match byte & 0x0f {
                    1 => "file_accepted",
                    2 => "file_refused",
                    3 => "section_accepted",
                    4 => "section_refused",
                    _ => "reserved",
                },
            );
            visitor.named("error", u64::from(byte >> 4), file_error(byte >> 4));
        }
        Element::Sof => {
            let byte = reader.u8()?;
            visitor.uint("status", u64::from(byte & 0x1f));
            visitor.flag("last_file", byte & 0x20 != 0);
            visitor.flag("is_directory", byte & 0x40 != 0);
            visitor.flag("transfer_active", byte & 0x80 != 0);
        }
        Element::Rest => visitor.bytes("data", reader.rest()),
        _ => {}
    }
    Ok(())
}

/// Errors in the upper half of qualifiers of files (7.2.6.30 and 7.2.6.32).
pub(super) const fn file_error(code: u8) -> &'static str {
    match code {
        0 => "none",
        1 => "memory_space_not_available",
        2 => "checksum_failed",
        3 => "unexpected_communication_service",
        4 => "unexpected_name_of_file",
        5 => "unexpected_name_of_section",
        _ => "reserved",
    }
}

fn protection_quality(byte: u8, visitor: &mut dyn Visitor) {
    visitor.uint("quality", u64::from(byte & 0xf8));
    visitor.begin_list("quality_flags");
    for (bit, name) in [(0x08, "elapsed_time_invalid")].iter().chain(QUALITY.get(1..).unwrap_or_default()) {
        if byte & bit != 0 {
            visitor.text("", name);
        }
    }
    visitor.end_list();
}

fn cp56(name: &'static str, reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Result<(), Short> {
    let ms = reader.le_u16()?;
    let [minute, hour, day, month, year] = reader.array()?;
    let text = Text::<32>::of(format_args!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}",
        u16::from(year & 0x7f).saturating_add(2000),
        month & 0x0f,
        day & 0x1f,
        hour & 0x1f,
        minute & 0x3f,
        ms / 1000,
        ms % 1000
    ));
    visitor.text(name, text.as_str());
    visitor.flag("time_invalid", minute & 0x80 != 0);
    visitor.flag("summer_time", hour & 0x80 != 0);
    Ok(())
}
