//! EPATH: what a request addresses and over which hops it travels (CIP volume 1, appendix C).

use std::fmt::{self, Write as _};

use crate::{Reader, Reference, Text, Visitor};

use super::class;

/// Segments of one path that are looked at; the longest path has 510 bytes and the shortest segment two.
const MAX_SEGMENTS: usize = 255;
/// Longest text of a path or tag name that is put together; a controller's names have at most 40 characters a level.
pub(super) const NAME: usize = 192;
/// Port number that stands for the backplane in every chassis-based product (volume 1, 3-7: vendors number the
/// backplane first).
const BACKPLANE: u16 = 1;

/// What a logical segment counts (appendix C-1.4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Logical {
    Class,
    Instance,
    Member,
    ConnectionPoint,
    Attribute,
    Service,
}

/// Electronic key: which device the path's end has to be (appendix C-1.4.2.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) vendor_id: u16,
    pub(super) device_type: u16,
    pub(super) product_code: u16,
    /// Bit 7: a compatible device will do.
    pub(super) major: u8,
    pub(super) minor: u8,
}

/// One segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Segment<'a> {
    Port {
        port: u16,
        link: &'a [u8],
    },
    Logical(Logical, u32),
    Key(Key),
    /// Network segment: subtype and data (appendix C-1.4.3).
    Network(u8, &'a [u8]),
    Symbol(&'a [u8]),
    Data(&'a [u8]),
    /// A segment that the specification reserves; what follows cannot be told apart.
    Unknown(u8),
}

/// A path as the wire carried it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Path<'a> {
    pub(super) bytes: &'a [u8],
}

/// The end that a path names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) class: Option<u32>,
    pub(super) instance: Option<u32>,
    pub(super) attribute: Option<u32>,
    pub(super) member: Option<u32>,
    pub(super) connection_point: Option<u32>,
    /// Number of symbolic segments.
    pub(super) symbols: u16,
    /// Number of class segments: scopes and the object itself.
    pub(super) classes: u16,
    /// Number of segments in all.
    pub(super) segments: u16,
    /// Whether every byte was understood.
    pub(super) whole: bool,
}

impl<'a> Path<'a> {
    /// The segments up to the first that cannot be read.
    pub(super) fn segments(self) -> impl Iterator<Item = Segment<'a>> {
        let mut reader = Reader::new(self.bytes);
        std::iter::from_fn(move || segment(&mut reader)).take(MAX_SEGMENTS)
    }

    /// What the path names in the end.
    pub(super) fn target(self) -> Target {
        let mut target = Target { whole: true, ..Target::default() };
        let mut reader = Reader::new(self.bytes);
        while let Some(segment) = segment(&mut reader) {
            target.segments = target.segments.saturating_add(1);
            match segment {
                Segment::Logical(Logical::Class, value) => {
                    target.class = Some(value);
                    target.classes = target.classes.saturating_add(1);
                    target.instance = None;
                    target.attribute = None;
                    target.member = None;
                }
                Segment::Logical(Logical::Instance, value) => target.instance = Some(value),
                Segment::Logical(Logical::Attribute, value) => target.attribute = Some(value),
                Segment::Logical(Logical::Member, value) => target.member = Some(value),
                Segment::Logical(Logical::ConnectionPoint, value) => target.connection_point = Some(value),
                Segment::Symbol(_) => target.symbols = target.symbols.saturating_add(1),
                Segment::Unknown(_) => target.whole = false,
                _ => {}
            }
            if usize::from(target.segments) >= MAX_SEGMENTS {
                break;
            }
        }
        target.whole &= reader.is_empty();
        target
    }

    /// The single symbol of a path that is nothing else.
    pub(super) fn plain_symbol(self) -> Option<&'a str> {
        let mut segments = self.segments();
        match (segments.next(), segments.next()) {
            (Some(Segment::Symbol(name)), None) => {
                std::str::from_utf8(name).ok().filter(|name| !name.is_empty())
            }
            _ => None,
        }
    }

    /// The module behind the host that a route leads to: `slot 3` for one hop over the backplane, the hops in
    /// words for longer routes, nothing for a path without hops.
    pub(super) fn address<'b>(self, text: &'b mut Text<NAME>) -> Reference<'b> {
        let mut hops = self.segments().filter_map(|segment| {
            if let Segment::Port { port, link } = segment { Some((port, link)) } else { None }
        });
        let Some(first) = hops.next() else { return Reference::None };
        let mut next = hops.next();
        if next.is_none() {
            return match first {
                (BACKPLANE, &[slot]) => Reference::one("slot", u64::from(slot)),
                (port, &[node]) => Reference::two(("port", u64::from(port)), ("node", u64::from(node))),
                hop => {
                    write_hop(text, hop);
                    Reference::Text(text.as_str())
                }
            };
        }
        write_hop(text, first);
        while let Some(hop) = next {
            let _ = text.write_str(", ");
            write_hop(text, hop);
            next = hops.next();
        }
        Reference::Text(text.as_str())
    }

    /// The object that a path names: a tag by its name, others by class, instance and attribute.
    pub(super) fn object<'b>(self, target: &Target, text: &'b mut Text<NAME>) -> Reference<'b>
    where
        'a: 'b,
    {
        if target.symbols > 0 {
            if let Some(name) = self.plain_symbol() {
                return Reference::Text(name);
            }
            write_tag(self, text);
            return Reference::Text(text.as_str());
        }
        if target.classes > 1 || target.member.is_some() {
            write_scopes(self, text);
            return Reference::Text(text.as_str());
        }
        match (target.class, target.instance, target.attribute) {
            (Some(class), Some(instance), Some(attribute)) => {
                let part = |label, value: u32| crate::Part { label, value: u64::from(value) };
                Reference::Three(
                    part("class", class),
                    part("instance", instance),
                    part("attribute", attribute),
                )
            }
            (Some(class), Some(instance), None) => {
                Reference::two(("class", u64::from(class)), ("instance", u64::from(instance)))
            }
            (Some(class), None, None) => Reference::one("class", u64::from(class)),
            (Some(class), None, Some(attribute)) => {
                Reference::two(("class", u64::from(class)), ("attribute", u64::from(attribute)))
            }
            (None, Some(instance), _) => Reference::one("instance", u64::from(instance)),
            _ => Reference::None,
        }
    }

    /// Shows the target's parts and the path in words.
    pub(super) fn visit(self, target: &Target, visitor: &mut dyn Visitor) {
        if let Some(value) = target.class {
            visitor.named("class", u64::from(value), class::name(value));
            if class::is_safety(value) {
                visitor.flag("safety", true);
            }
        }
        let parts = [
            ("instance", target.instance),
            ("attribute", target.attribute),
            ("member", target.member),
            ("connection_point", target.connection_point),
        ];
        for (name, value) in parts {
            if let Some(value) = value {
                visitor.uint(name, u64::from(value));
            }
        }
        if target.classes > 1 {
            visit_scopes(self, visitor);
        }
        if target.symbols > 0 {
            let mut text = Text::default();
            write_tag(self, &mut text);
            visitor.text("tag", text.as_str());
        }
        self.visit_text("path", visitor);
        if !target.whole {
            visitor.bytes("path_bytes", self.bytes);
        }
    }

    /// Shows the whole path in words.
    pub(super) fn visit_text(self, name: &'static str, visitor: &mut dyn Visitor) {
        let mut text = Text::<NAME>::default();
        for (at, segment) in self.segments().enumerate() {
            if at > 0 {
                let _ = text.write_str(", ");
            }
            write_segment(&mut text, &segment);
        }
        visitor.text(name, text.as_str());
    }

    /// Shows an electronic key and network segments, which connection paths have.
    pub(super) fn visit_extras(self, visitor: &mut dyn Visitor) {
        for segment in self.segments() {
            match segment {
                Segment::Key(key) => {
                    visitor.begin_object("electronic_key");
                    visitor.uint("vendor_id", u64::from(key.vendor_id));
                    visitor.uint("device_type", u64::from(key.device_type));
                    visitor.uint("product_code", u64::from(key.product_code));
                    visitor.flag("compatible", key.major & 0x80 != 0);
                    let revision = Text::<16>::of(format_args!("{}.{:03}", key.major & 0x7f, key.minor));
                    visitor.text("revision", revision.as_str());
                    visitor.end_object();
                }
                Segment::Network(0x03, &[milliseconds]) => {
                    visitor.uint("production_inhibit_time_ms", u64::from(milliseconds));
                }
                Segment::Network(0x10, data) => visit_safety(data, visitor),
                Segment::Data(data) => visitor.bytes("configuration", data),
                _ => {}
            }
        }
    }

    /// Whether the path holds a safety network segment: the connection carries CIP Safety (volume 5, 3-3).
    pub(super) fn is_safety(self) -> bool {
        self.segments().any(|segment| matches!(segment, Segment::Network(0x10, _)))
    }
}

/// The next segment; none at the end or when it is cut.
fn segment<'a>(reader: &mut Reader<'a>) -> Option<Segment<'a>> {
    let start = *reader;
    let kind = reader.u8().ok()?;
    let found = match kind >> 5 {
        0 => port(kind, reader),
        1 => logical(kind, reader),
        2 => network(kind, reader),
        3 => symbol(kind, reader),
        4 => data(kind, reader),
        _ => Some(Segment::Unknown(kind)),
    };
    match found {
        Some(Segment::Unknown(kind)) => {
            *reader = start;
            // Nothing after a reserved segment can be told apart: it ends the path.
            let _ = reader.skip(reader.remaining());
            Some(Segment::Unknown(kind))
        }
        None => {
            *reader = start;
            None
        }
        found => found,
    }
}

/// Appendix C-1.4.1: low four bits the port (15: a word follows), bit 4 a link address longer than a byte.
fn port<'a>(kind: u8, reader: &mut Reader<'a>) -> Option<Segment<'a>> {
    let length = if kind & 0x10 == 0 { 1 } else { usize::from(reader.u8().ok()?) };
    let port = match kind & 0x0f {
        15 => reader.le_u16().ok()?,
        port => u16::from(port),
    };
    let link = reader.take(length).ok()?;
    // Segments fill whole words.
    if kind & 0x10 != 0 && length % 2 == 1 {
        reader.skip(1).ok()?;
    }
    Some(Segment::Port { port, link })
}

/// Appendix C-1.4.2, padded form: 16- and 32-bit values have a filler byte before them.
fn logical<'a>(kind: u8, reader: &mut Reader<'a>) -> Option<Segment<'a>> {
    let logical = match kind >> 2 & 7 {
        0 => Logical::Class,
        1 => Logical::Instance,
        2 => Logical::Member,
        3 => Logical::ConnectionPoint,
        4 => Logical::Attribute,
        5 => return special(kind, reader),
        6 => Logical::Service,
        _ => return Some(Segment::Unknown(kind)),
    };
    let value = match kind & 3 {
        0 => u32::from(reader.u8().ok()?),
        1 => {
            reader.skip(1).ok()?;
            u32::from(reader.le_u16().ok()?)
        }
        2 => {
            reader.skip(1).ok()?;
            reader.le_u32().ok()?
        }
        _ => return Some(Segment::Unknown(kind)),
    };
    Some(Segment::Logical(logical, value))
}

fn special<'a>(kind: u8, reader: &mut Reader<'a>) -> Option<Segment<'a>> {
    if kind & 3 != 0 {
        return Some(Segment::Unknown(kind));
    }
    let format = reader.u8().ok()?;
    let key = Key {
        vendor_id: reader.le_u16().ok()?,
        device_type: reader.le_u16().ok()?,
        product_code: reader.le_u16().ok()?,
        major: reader.u8().ok()?,
        minor: reader.u8().ok()?,
    };
    match format {
        4 => {}
        // Format 5 adds the serial number.
        5 => reader.skip(4).ok()?,
        _ => return Some(Segment::Unknown(kind)),
    }
    Some(Segment::Key(key))
}

/// Appendix C-1.4.3: bit 4 tells that a length in words follows.
fn network<'a>(kind: u8, reader: &mut Reader<'a>) -> Option<Segment<'a>> {
    let subtype = kind & 0x1f;
    let length = if subtype & 0x10 == 0 { 1 } else { usize::from(reader.u8().ok()?).saturating_mul(2) };
    Some(Segment::Network(subtype, reader.take(length).ok()?))
}

/// Appendix C-1.4.4: low five bits the length; 0 begins the extended form, of which only names occur.
fn symbol<'a>(kind: u8, reader: &mut Reader<'a>) -> Option<Segment<'a>> {
    match kind & 0x1f {
        0 => {
            let format = reader.u8().ok()?;
            let characters = usize::from(format & 0x1f);
            let length = match format >> 5 {
                1 => characters.saturating_mul(2),
                2 => characters.saturating_mul(3),
                6 => match format & 0x1f {
                    6 => 1,
                    7 => 2,
                    8 => 4,
                    _ => return Some(Segment::Unknown(kind)),
                },
                _ => return Some(Segment::Unknown(kind)),
            };
            Some(Segment::Symbol(reader.take(length).ok()?))
        }
        length => {
            let name = reader.take(usize::from(length)).ok()?;
            if length.is_multiple_of(2) {
                let _ = reader.skip(usize::from(reader.peek_u8() == Ok(0)));
            }
            Some(Segment::Symbol(name))
        }
    }
}

/// Appendix C-1.4.5: simple data in words, or an ANSI extended symbol in bytes.
fn data<'a>(kind: u8, reader: &mut Reader<'a>) -> Option<Segment<'a>> {
    let length = usize::from(reader.u8().ok()?);
    match kind {
        0x80 => Some(Segment::Data(reader.take(length.saturating_mul(2)).ok()?)),
        0x91 => {
            let name = reader.take(length).ok()?;
            if length % 2 == 1 {
                reader.skip(1).ok()?;
            }
            Some(Segment::Symbol(name))
        }
        _ => Some(Segment::Unknown(kind)),
    }
}

fn write_hop(text: &mut Text<NAME>, (port, link): (u16, &[u8])) {
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
fn write_tag(path: Path<'_>, text: &mut Text<NAME>) {
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
fn write_scopes(path: Path<'_>, text: &mut Text<NAME>) {
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

fn visit_scopes(path: Path<'_>, visitor: &mut dyn Visitor) {
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

fn write_segment(text: &mut Text<NAME>, segment: &Segment<'_>) {
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
fn visit_safety(data: &[u8], visitor: &mut dyn Visitor) {
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
