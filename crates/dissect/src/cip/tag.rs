//! Reading and writing tags (1756-PM020, chapter 1): data, and the process values in it.

use super::data_type::{self, Type};
use super::message::Request;
use super::path::{NAME, Target};
use super::segment::{Logical, Segment};
use super::service::{READ_MODIFY_WRITE_TAG, READ_TAG, READ_TAG_FRAGMENTED, WRITE_TAG, WRITE_TAG_FRAGMENTED};
use crate::{Protocol, Reader, Reference, Sink, Text, Value, Visitor, hex};

/// Elements of one message whose values are handed on.
const MAX_VALUES: u32 = 256;

/// What a tag service carries.
#[derive(Debug, Clone, Copy)]
pub(super) struct Carried<'a> {
    pub(super) kind: Option<Type>,
    /// Elements asked for or written.
    pub(super) elements: Option<u16>,
    /// Byte offset of a fragment.
    pub(super) offset: Option<u32>,
    pub(super) data: &'a [u8],
}

/// Reads the data of a tag request.
pub(super) fn request(service: u8, data: &[u8]) -> Option<Carried<'_>> {
    let mut reader = Reader::new(data);
    let writes = matches!(service, WRITE_TAG | WRITE_TAG_FRAGMENTED);
    let fragment = matches!(service, READ_TAG_FRAGMENTED | WRITE_TAG_FRAGMENTED);
    if !writes && !matches!(service, READ_TAG | READ_TAG_FRAGMENTED) {
        return None;
    }
    let kind = if writes { Some(Type::parse(&mut reader)?) } else { None };
    let elements = Some(reader.le_u16().ok()?);
    let offset = if fragment { Some(reader.le_u32().ok()?) } else { None };
    Some(Carried { kind, elements, offset, data: reader.rest() })
}

/// Reads the data of a tag response; `asked` gives elements and offset.
pub(super) fn response<'a>(service: u8, asked: &Request<'_>, data: &'a [u8]) -> Option<Carried<'a>> {
    if !matches!(service, READ_TAG | READ_TAG_FRAGMENTED) || data.is_empty() {
        return None;
    }
    let mut reader = Reader::new(data);
    let kind = Type::parse(&mut reader)?;
    let (elements, offset) =
        request(service, asked.data).map_or((None, None), |carried| (carried.elements, carried.offset));
    Some(Carried { kind: Some(kind), elements, offset, data: reader.rest() })
}

impl Carried<'_> {
    pub(super) fn visit(&self, visitor: &mut dyn Visitor) {
        if let Some(kind) = self.kind {
            kind.visit(visitor);
        }
        if let Some(elements) = self.elements {
            visitor.uint("elements", u64::from(elements));
        }
        if let Some(offset) = self.offset {
            visitor.uint("offset", u64::from(offset));
        }
        match self.kind {
            Some(kind) => kind.visit_values(self.data, visitor),
            None if !self.data.is_empty() => visitor.bytes("data", self.data),
            None => {}
        }
    }

    /// Hands on each number as a process value; elements of an array are named by their index.
    pub(super) fn emit(
        &self,
        asked: &Request<'_>,
        address: Reference<'_>,
        object: Reference<'_>,
        sink: &mut dyn Sink,
    ) {
        let Some(kind) = self.kind else { return };
        let Some(width) = data_type::width(kind.code) else { return };
        let mut reader = Reader::new(self.data);
        let single = self.elements.unwrap_or(1) <= 1 && self.offset.unwrap_or(0) == 0;
        let first = index(asked, &asked.target);
        let skipped =
            self.offset.and_then(|offset| offset.checked_div(u32::try_from(width).ok()?)).unwrap_or(0);
        for at in 0..MAX_VALUES {
            let Some(number) = data_type::number(kind.code, &mut reader) else { break };
            let mut name = Text::<NAME>::default();
            let object = if single {
                object
            } else {
                let index = first.unwrap_or(0).saturating_add(skipped).saturating_add(at);
                element(asked, object, first.is_some(), index, &mut name)
            };
            let kind = data_type::name(kind.code);
            sink.value(&Value { protocol: Protocol::Cip, address, object, kind, number });
        }
    }
}

/// The index that the path ends in.
fn index(asked: &Request<'_>, target: &Target) -> Option<u32> {
    target.member?;
    match asked.path.segments().last() {
        Some(Segment::Logical(Logical::Member, index)) => Some(index),
        _ => None,
    }
}

/// The name of one element of an array: the base name with `index` in place of the path's own.
fn element<'b>(
    asked: &Request<'_>,
    object: Reference<'_>,
    indexed: bool,
    index: u32,
    text: &'b mut Text<NAME>,
) -> Reference<'b> {
    let whole = Text::<NAME>::of(format_args!("{object}"));
    let mut base = whole.as_str();
    // Only the last index runs on; `a[1,2]` keeps its first.
    let mut close = "]";
    let mut open = "[";
    if indexed && asked.target.symbols > 0 {
        let cut = base.rfind(['[', ',']).unwrap_or(base.len());
        if base.get(cut..).is_some_and(|rest| rest.starts_with(',')) {
            open = ",";
        }
        base = base.get(..cut).unwrap_or(base);
    } else if asked.target.symbols == 0 {
        open = " element ";
        close = "";
    }
    *text = Text::of(format_args!("{base}{open}{index}{close}"));
    Reference::Text(text.as_str())
}

/// Masks of a read-modify-write: what is set, then what is kept.
pub(super) fn visit_masks(data: &[u8], visitor: &mut dyn Visitor) {
    let mut reader = Reader::new(data);
    let Ok(size) = reader.le_u16() else { return };
    visitor.uint("mask_bytes", u64::from(size));
    for name in ["or_mask", "and_mask"] {
        if let Ok(mask) = reader.take(usize::from(size)) {
            visitor.text(name, &hex(mask));
        }
    }
}

/// Whether a service changes a tag.
pub(super) const fn writes(service: u8) -> bool {
    matches!(service, WRITE_TAG | WRITE_TAG_FRAGMENTED | READ_MODIFY_WRITE_TAG)
}
