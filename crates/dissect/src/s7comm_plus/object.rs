//! Trees of objects: begin, attributes, relations, end.

use super::names;
use super::value::{Value, small, value};
use crate::{Reader, Text, Visitor};

/// Tags of the elements of a tree.
const BEGIN: u8 = 0xa1;
const END: u8 = 0xa2;
const ATTRIBUTE: u8 = 0xa3;
const RELATION: u8 = 0xa4;

/// Most elements of one tree that are read.
const MAX_ELEMENTS: usize = 16_384;
/// Most elements that are shown.
const MAX_SHOWN: usize = 512;
/// Deepest nesting that is shown as such.
const MAX_DEPTH: usize = 16;

/// One element of a tree.
#[derive(Debug, Clone, Copy)]
pub(super) enum Element<'a> {
    Begin { relation: u32, class: u32 },
    End,
    Attribute { id: u32, value: Value<'a> },
    Relation { id: u32, target: u32 },
}

/// Takes an element; leaves `reader` where it was when there is none, or one of an unknown kind.
pub(super) fn element<'a>(reader: &mut Reader<'a>) -> Option<Element<'a>> {
    let mut ahead = *reader;
    let element = match ahead.u8().ok()? {
        BEGIN => {
            let relation = ahead.be_u32().ok()?;
            let class = small(&mut ahead)?;
            // Flags of the class, and the attribute that holds the object.
            small(&mut ahead)?;
            small(&mut ahead)?;
            Element::Begin { relation, class }
        }
        END => Element::End,
        ATTRIBUTE => Element::Attribute { id: small(&mut ahead)?, value: value(&mut ahead)? },
        RELATION => Element::Relation { id: small(&mut ahead)?, target: ahead.be_u32().ok()? },
        _ => return None,
    };
    *reader = ahead;
    Some(element)
}

/// Elements up to the first that is none; several trees may follow one another.
pub(super) fn elements<'a, 'r>(
    reader: &'r mut Reader<'a>,
) -> impl Iterator<Item = Element<'a>> + use<'a, 'r> {
    std::iter::from_fn(move || element(reader)).take(MAX_ELEMENTS)
}

/// First attribute of the outermost object of a tree with this number.
pub(super) fn outer_attribute(data: &[u8], wanted: u32) -> Option<Value<'_>> {
    let mut depth = 0usize;
    for element in elements(&mut Reader::new(data)) {
        match element {
            Element::Begin { .. } => depth = depth.saturating_add(1),
            Element::End => depth = depth.saturating_sub(1),
            Element::Attribute { id, value } if id == wanted && depth == 1 => return Some(value),
            _ => {}
        }
    }
    None
}

/// Class of the first object of a tree.
pub(super) fn class(data: &[u8]) -> Option<u32> {
    match element(&mut Reader::new(data))? {
        Element::Begin { class, .. } => Some(class),
        _ => None,
    }
}

/// Shows a tree: objects with their attributes, in wire order and each with its depth.
pub(super) fn visit(reader: &mut Reader<'_>, visitor: &mut dyn Visitor) {
    visitor.begin_list("objects");
    let mut depth = 0usize;
    for element in elements(reader).take(MAX_SHOWN) {
        match element {
            Element::Begin { relation, class } => {
                depth = depth.saturating_add(1).min(MAX_DEPTH);
                visitor.begin_object("");
                visitor.uint("depth", depth as u64);
                visitor.uint("relation_id", u64::from(relation));
                visitor.named("class_id", u64::from(class), names::class(class).unwrap_or("unknown"));
                visitor.end_object();
            }
            Element::End => depth = depth.saturating_sub(1),
            Element::Attribute { id, value } => {
                visitor.begin_object("");
                visit_attribute(id, &value, visitor);
                visitor.end_object();
            }
            Element::Relation { id, target } => {
                visitor.begin_object("");
                visitor.uint("relation", u64::from(id));
                visitor.uint("target", u64::from(target));
                visitor.end_object();
            }
        }
    }
    visitor.end_list();
}

/// Shows an attribute: number, name, value.
pub(super) fn visit_attribute(id: u32, value: &Value<'_>, visitor: &mut dyn Visitor) {
    let mut name = Text::<64>::default();
    let _ = names::write_attribute(id, &mut name);
    visitor.named("attribute", u64::from(id), name.as_str());
    if names::is_secret(id) {
        return;
    }
    value.visit(visitor);
}
