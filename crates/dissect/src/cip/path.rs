//! EPATH: what a request addresses and over which hops it travels (CIP volume 1, appendix C).

use std::fmt::Write as _;

use super::class;
use super::segment::{self, Logical, Segment};
use super::words::{visit_safety, visit_scopes, write_hop, write_scopes, write_segment, write_tag};
use crate::{Reader, Reference, Text, Visitor};

/// Segments of one path that are looked at; the longest path has 510 bytes and the shortest segment two.
const MAX_SEGMENTS: usize = 255;
/// Longest text of a path or tag name that is put together; a controller's names have at most 40 characters a level.
pub(super) const NAME: usize = 192;
/// Port number that stands for the backplane in every chassis-based product (volume 1, 3-7: vendors number the
/// backplane first).
pub(super) const BACKPLANE: u16 = 1;

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
        std::iter::from_fn(move || segment::next(&mut reader)).take(MAX_SEGMENTS)
    }

    /// What the path names in the end.
    pub(super) fn target(self) -> Target {
        let mut target = Target { whole: true, ..Target::default() };
        let mut reader = Reader::new(self.bytes);
        while let Some(segment) = segment::next(&mut reader) {
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
    pub(super) fn address(self, text: &mut Text<NAME>) -> Reference<'_> {
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
