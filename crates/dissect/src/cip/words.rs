//! Paths in words: hops, tags, scopes, and every segment in turn.

use std::fmt::{self, Write as _};

use super::class;
use super::path::{BACKPLANE, NAME, Path};
use super::segment::{Logical, Segment};
use crate::{Reader, Text, Visitor};

pub(super) fn write_hop(text: &mut Text<NAME>, (port, link): (u16, &[u8])) {
    let _ = match (port, link) {
        (BACKPLANE, [slot]) => write!(text, "slot {slot}"),
        (port, [node]) => write!(text, "port {port} node {node}"),
        (port, link) => write!(text, "port {port} address ").and_then(|()| write_name(text, link)),
    };
}

/// Names as they are where printable, other bytes as `\xNN`.
fn write_name(text: &mut Text<NAME>, name: &[u8]) -> fmt::Result {
    for byte in name {
        match byte {
            0x20..=0x7e => text.write_char(char::from(*byte))?,
            0 => {}
            _ => write!(text, "\\x{byte:02x}")?,
        }
    }
    Ok(())
}

/// `Program:Main.Line[3,1].Speed`: symbols joined by dots, member numbers as indices.
pub(super) fn write_tag(path: Path<'_>, text: &mut Text<NAME>) {
    let mut in_index = false;
    let mut any = false;
    for segment in path.segments() {
        let is_member = matches!(segment, Segment::Logical(Logical::Member, _));
        if in_index && !is_member {
            let _ = text.write_char(']');
            in_index = false;
        }
        match segment {
            Segment::Symbol(name) => {
                if any {
                    let _ = text.write_char('.');
                }
                let _ = write_name(text, name);
                any = true;
            }
            Segment::Logical(Logical::Member, index) => {
                let _ = write!(text, "{}{index}", if in_index { ',' } else { '[' });
                in_index = true;
            }
            Segment::Logical(Logical::Class, class) => {
                let _ = write!(text, "{}class {class}", if any { " " } else { "" });
                any = true;
            }
            Segment::Logical(Logical::Instance, instance) => {
                let _ = write!(text, "{}instance {instance}", if any { " " } else { "" });
                any = true;
            }
            _ => {}
        }
    }
    if in_index {
        let _ = text.write_char(']');
    }
}

/// `class 104 instance 9041 class 107 instance 3433`: an object within another.
pub(super) fn write_scopes(path: Path<'_>, text: &mut Text<NAME>) {
    let mut any = false;
    for segment in path.segments() {
        let Segment::Logical(logical, value) = segment else { continue };
        let label = match logical {
            Logical::Class => "class",
            Logical::Instance => "instance",
            Logical::Attribute => "attribute",
            Logical::Member => "member",
            Logical::ConnectionPoint | Logical::Service => continue,
        };
        let _ = write!(text, "{}{label} {value}", if any { " " } else { "" });
        any = true;
    }
}

pub(super) fn visit_scopes(path: Path<'_>, visitor: &mut dyn Visitor) {
    let mut open = None;
    visitor.begin_list("scope");
    for segment in path.segments() {
        match segment {
            // The last class is the object itself, so an entry is shown when another class follows it.
            Segment::Logical(Logical::Class, value) => {
                if let Some((class, instance)) = open.replace((value, None)) {
                    visitor.begin_object("");
                    visitor.named("class", u64::from(class), class::name(class));
                    if let Some(instance) = instance {
                        visitor.uint("instance", u64::from(instance));
                    }
                    visitor.end_object();
                }
            }
            Segment::Logical(Logical::Instance, value) => {
                if let Some((_, instance)) = &mut open {
                    *instance = Some(value);
                }
            }
            _ => {}
        }
    }
    visitor.end_list();
}

pub(super) fn write_segment(text: &mut Text<NAME>, segment: &Segment<'_>) {
    let _ = match segment {
        Segment::Port { port, link } => {
            write_hop(text, (*port, link));
            Ok(())
        }
        Segment::Logical(Logical::Class, value) => match class::name(*value) {
            "unknown" => write!(text, "class 0x{value:02x}"),
            name => write!(text, "{name} (0x{value:02x})"),
        },
        Segment::Logical(logical, value) => {
            let label = match logical {
                Logical::Class => "class",
                Logical::Instance => "instance",
                Logical::Member => "member",
                Logical::ConnectionPoint => "connection point",
                Logical::Attribute => "attribute",
                Logical::Service => "service",
            };
            write!(text, "{label} {value}")
        }
        Segment::Key(_) => text.write_str("electronic key"),
        Segment::Network(subtype, _) => write!(text, "network 0x{subtype:02x}"),
        Segment::Symbol(name) => write_name(text, name),
        Segment::Data(data) => write!(text, "data of {} bytes", data.len()),
        Segment::Unknown(kind) => write!(text, "segment 0x{kind:02x}"),
    };
}

/// Safety segment (volume 5, 3-3.2): format and, in the target formats, who configured the device.
pub(super) fn visit_safety(data: &[u8], visitor: &mut dyn Visitor) {
    visitor.begin_object("safety_segment");
    let mut reader = Reader::new(data);
    if let Ok(format) = reader.u8() {
        let name = match format {
            0 => "target",
            1 => "router",
            2 => "extended",
            _ => "reserved",
        };
        visitor.named("format", u64::from(format), name);
    }
    if reader.skip(1).is_ok() {
        for name in ["configuration_crc", "configuration_time", "configuration_date"] {
            let value = if name == "configuration_date" {
                reader.le_u16().map(u64::from)
            } else {
                reader.le_u32().map(u64::from)
            };
            if let Ok(value) = value {
                visitor.uint(name, value);
            }
        }
    }
    visitor.bytes("rest", reader.rest());
    visitor.end_object();
}
