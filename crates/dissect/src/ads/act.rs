//! What messages are about: names, places, values and fields.

use super::body::{Body, Index};
use super::{Frame, names};
use crate::{Category, Fields, Number, Protocol, Reference, Sink, Value, Visitor, printable};

/// The name whose handle or value a request asks for.
pub(super) fn symbol(body: &Body<'_>) -> Option<Box<str>> {
    /// Longest name kept, in bytes; TwinCAT allows 255 characters.
    const MAX_NAME: usize = 256;
    match body {
        Body::ReadWrite(index, _, data)
            if matches!(index.group, 0xf003 | 0xf004 | 0xf007 | 0xf009) && data.len() <= MAX_NAME =>
        {
            Some(printable(data).into_owned().into_boxed_str())
        }
        _ => None,
    }
}

/// A place as an object.
pub(super) fn place(index: Index) -> Reference<'static> {
    Reference::two(("index_group", u64::from(index.group)), ("index_offset", u64::from(index.offset)))
}

/// A variable of one, two, four or eight bytes; ADS carries no types.
pub(super) fn give(
    index: Index,
    object: Reference<'_>,
    data: &[u8],
    address: Reference<'_>,
    sink: &mut dyn Sink,
) {
    if !names::holds_variables(index.group) {
        return;
    }
    let (kind, number) = match *data {
        [a] => ("uint8", u64::from(a)),
        [a, b] => ("uint16", u64::from(u16::from_le_bytes([a, b]))),
        [a, b, c, d] => ("uint32", u64::from(u32::from_le_bytes([a, b, c, d]))),
        [a, b, c, d, e, f, g, h] => ("uint64", u64::from_le_bytes([a, b, c, d, e, f, g, h])),
        _ => return,
    };
    sink.value(&Value { protocol: Protocol::Ads, address, object, kind, number: Number::Uint(number) });
}

/// What a command does, by its place where it has one; the system service's groups count on its own port only.
pub(super) fn category(command: u16, index: Option<Index>, port: u16) -> Category {
    const SYSTEM_SERVICE: u16 = 10_000;
    let own = match command {
        1 | 4 => Category::Diagnostics,
        3 => Category::Write,
        5 => Category::Control,
        2 | 6..=9 => Category::Read,
        _ => Category::Other,
    };
    let named = index.filter(|index| index.group >= 0x4000 || port == SYSTEM_SERVICE);
    named.and_then(|index| names::group(index.group)).and_then(|(_, category)| category).unwrap_or(own)
}

/// What a message shows.
pub(super) struct Shown<'a> {
    pub(super) frame: &'a Frame<'a>,
    pub(super) body: &'a Body<'a>,
}

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        let frame = self.frame;
        visitor.text("target_net_id", frame.target.text().as_str());
        visitor.uint("target_port", u64::from(frame.target_port));
        visitor.text("source_net_id", frame.source.text().as_str());
        visitor.uint("source_port", u64::from(frame.source_port));
        visitor.uint("state_flags", u64::from(frame.flags));
        visitor.named("error_code", u64::from(frame.error), names::error(frame.error));
        visitor.uint("invoke_id", u64::from(frame.invoke_id));
        self.body.visit(visitor);
    }
}
