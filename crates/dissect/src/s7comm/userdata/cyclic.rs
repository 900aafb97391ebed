//! Cyclic and change-driven reading: a subscription names items, pushes bring their data.

use super::super::datum;
use super::super::item;
use crate::{Reader, Visitor};

/// Count and bytes of the items that a subscription names: 16-bit count, time base, time factor, items.
pub(super) fn items(data: &[u8]) -> Option<(u8, &[u8])> {
    let mut reader = Reader::new(data);
    // The count has one byte with a fixed byte before it, or with the time base after it.
    let first = reader.u8().ok()?;
    let count = if first == 0 { reader.u8().ok()? } else { first };
    reader.skip(2).ok()?;
    (reader.peek_u8() == Ok(0x12)).then(|| (count, reader.rest()))
}

/// Count and bytes of the data that an answer or push brings.
pub(super) fn values(data: &[u8]) -> Option<(u8, &[u8])> {
    let mut reader = Reader::new(data);
    let first = reader.u8().ok()?;
    let count = if first == 0 { reader.u8().ok()? } else { first };
    Some((count, reader.rest()))
}

/// Shows a subscription, its answer or a push; `asked` are count and bytes of the items.
pub(super) fn visit(request: bool, data: &[u8], asked: (u8, &[u8]), visitor: &mut dyn Visitor) -> Option<()> {
    if request {
        let (count, bytes) = items(data)?;
        let mut reader = Reader::new(data);
        reader.skip(data.len().checked_sub(bytes.len())?.checked_sub(2)?).ok()?;
        visitor.uint("item_count", u64::from(count));
        visitor.named("interval_time_base", u64::from(reader.peek_u8().ok()?), base(reader.u8().ok()?));
        visitor.uint("interval_time_factor", u64::from(reader.u8().ok()?));
        visitor.begin_list("items");
        for item in item::items(bytes, count) {
            visitor.begin_object("");
            item.visit(visitor);
            visitor.end_object();
        }
        visitor.end_list();
        return Some(());
    }
    let (count, bytes) = values(data)?;
    visitor.uint("item_count", u64::from(count));
    let mut known = item::items(asked.1, asked.0);
    visitor.begin_list("items");
    for datum in datum::data(bytes, count) {
        let item = known.next();
        visitor.begin_object("");
        if let Some(item) = &item {
            item.visit(visitor);
        }
        datum::visit(&datum, item.as_ref(), visitor);
        visitor.end_object();
    }
    visitor.end_list();
    Some(())
}

const fn base(base: u8) -> &'static str {
    match base {
        0 => "100_ms",
        1 => "1_s",
        2 => "10_s",
        _ => "unknown",
    }
}
