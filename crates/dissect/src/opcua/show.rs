//! Shows what the walker reads to a visitor.

use super::node_id::{Guid, NodeId};
use super::status;
use super::walk::{Item, See};
use crate::{Number, Text, Visitor, printable};

/// Most values shown of one message; the rest are counted in no other way than by the message's size.
const MAX_SHOWN: usize = 4_096;
/// Most node ids repeated in `node_ids`.
const MAX_NODES: usize = 256;
/// Longest byte string that is shown; longer ones (certificates, blobs) are cut.
const MAX_BYTES: usize = 1_024;
/// Seconds from 1601 to 1970.
const EPOCH_GAP: i64 = 11_644_473_600;

/// Hands values to a visitor, up to a limit.
pub(super) struct Show<'v> {
    visitor: &'v mut dyn Visitor,
    shown: usize,
    /// Structures and lists that began after the limit and are not shown.
    muted: usize,
}

impl<'v> Show<'v> {
    pub(super) fn new(visitor: &'v mut dyn Visitor) -> Self {
        Self { visitor, shown: 0, muted: 0 }
    }

    const fn mutes(&mut self) -> bool {
        self.shown = self.shown.saturating_add(1);
        self.shown > MAX_SHOWN
    }

    fn begins(&mut self) -> bool {
        if self.mutes() {
            self.muted = self.muted.saturating_add(1);
        }
        self.muted == 0
    }

    const fn ends(&mut self) -> bool {
        let shown = self.muted == 0;
        self.muted = self.muted.saturating_sub(1);
        shown
    }
}

impl<'a> See<'a> for Show<'_> {
    fn item(&mut self, name: &'static str, item: Item<'a>) {
        if !self.mutes() {
            item_to(self.visitor, name, item);
        }
    }

    fn open(&mut self, name: &'static str) {
        if self.begins() {
            self.visitor.begin_object(name);
        }
    }

    fn close(&mut self) {
        if self.ends() {
            self.visitor.end_object();
        }
    }

    fn open_list(&mut self, name: &'static str) {
        if self.begins() {
            self.visitor.begin_list(name);
        }
    }

    fn close_list(&mut self) {
        if self.ends() {
            self.visitor.end_list();
        }
    }
}

fn item_to(visitor: &mut dyn Visitor, name: &'static str, item: Item<'_>) {
    match item {
        Item::Number(Number::Bool(value), _) => visitor.flag(name, value),
        Item::Number(Number::Int(value), _) => visitor.int(name, value),
        Item::Number(Number::Uint(value), _) => visitor.uint(name, value),
        Item::Number(Number::Float(value), _) => visitor.float(name, value),
        Item::Enum(value, names) => {
            let label = names.iter().find(|each| each.0 == value).map_or("unknown", |each| each.1);
            visitor.named(name, u64::from(value), label);
        }
        Item::Text(Some(text)) => visitor.text(name, &printable(text)),
        Item::Text(None) | Item::Bytes(None) | Item::Qualified(_, None) => {}
        Item::Bytes(Some(bytes)) => visitor.bytes(name, bytes.get(..MAX_BYTES).unwrap_or(bytes)),
        Item::Time(0) => {}
        Item::Time(ticks) => visitor.text(name, time(ticks).as_str()),
        Item::Guid(guid) => visitor.text(name, Text::<40>::of(format_args!("{}", Guid(guid))).as_str()),
        Item::Node(node) => visitor.text(name, text(&node).as_str()),
        // Inside a list a name beside the number has no place.
        Item::Status(code) if name.is_empty() => visitor.text(name, status::name(code)),
        Item::Status(code) => visitor.named(name, u64::from(code), status::name(code)),
        Item::Qualified(0, Some(own)) => visitor.text(name, &printable(own)),
        Item::Qualified(namespace, Some(own)) => {
            let shown = Text::<256>::of(format_args!("{namespace}:{}", printable(own)));
            visitor.text(name, shown.as_str());
        }
        Item::Word(word) => visitor.text(name, word),
    }
}

/// A node id as text.
pub(super) fn text(node: &NodeId<'_>) -> Text<192> {
    Text::of(format_args!("{node}"))
}

/// RFC 3339 text of 100 ns ticks since 1601; the calendar is the proleptic Gregorian one.
fn time(ticks: i64) -> Text<40> {
    let seconds = ticks.div_euclid(10_000_000).saturating_sub(EPOCH_GAP);
    let part = ticks.rem_euclid(10_000_000);
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // Years begin in March, so that the leap day is the last of its year; 719468 days from 0000-03-01 to 1970-01-01.
    let day = days.saturating_add(719_468);
    let (era, of_era) = (day.div_euclid(146_097), day.rem_euclid(146_097));
    let leaps = (of_era / 1_460).saturating_sub(of_era / 36_524).saturating_add(of_era / 146_096);
    let year_of_era = of_era.saturating_sub(leaps) / 365;
    let before =
        year_of_era.saturating_mul(365).saturating_add(year_of_era / 4).saturating_sub(year_of_era / 100);
    let of_year = of_era.saturating_sub(before);
    let march = of_year.saturating_mul(5).saturating_add(2) / 153;
    let date = of_year.saturating_sub(march.saturating_mul(153).saturating_add(2) / 5).saturating_add(1);
    let month = if march < 10 { march.saturating_add(3) } else { march.saturating_sub(9) };
    let year = era.saturating_mul(400).saturating_add(year_of_era).saturating_add(i64::from(month <= 2));
    Text::of(format_args!(
        "{year:04}-{month:02}-{date:02}T{:02}:{:02}:{:02}.{part:07}Z",
        second / 3_600,
        second / 60 % 60,
        second % 60
    ))
}

/// Repeats the node ids that a message is about, without types of nodes and references.
pub(super) struct Nodes<'v> {
    visitor: &'v mut dyn Visitor,
    seen: usize,
}

impl<'v> Nodes<'v> {
    pub(super) fn new(visitor: &'v mut dyn Visitor) -> Self {
        Self { visitor, seen: 0 }
    }

    /// Closes the list if one was opened.
    pub(super) fn finish(self) {
        if self.seen > 0 {
            self.visitor.end_list();
        }
    }
}

impl<'a> See<'a> for Nodes<'_> {
    fn item(&mut self, name: &'static str, item: Item<'a>) {
        let Item::Node(node) = item else { return };
        if !is_subject(name) || node.is_null() || self.seen >= MAX_NODES {
            return;
        }
        if self.seen == 0 {
            self.visitor.begin_list("node_ids");
        }
        self.seen = self.seen.saturating_add(1);
        self.visitor.text("", text(&node).as_str());
    }
}

/// Whether a node id of this name says what the message is about.
pub(super) fn is_subject(name: &str) -> bool {
    !name.contains("type") && name != "session_id"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_calendar_dates() {
        assert_eq!(time(1).as_str(), "1601-01-01T00:00:00.0000001Z");
        assert_eq!(time(116_444_736_000_000_000).as_str(), "1970-01-01T00:00:00.0000000Z");
        assert_eq!(time(132_223_103_995_000_000).as_str(), "2019-12-31T23:59:59.5000000Z");
        assert_eq!(time(125_962_560_000_000_000).as_str(), "2000-02-29T00:00:00.0000000Z");
        assert!(!time(i64::MAX).as_str().is_empty() && !time(i64::MIN).as_str().is_empty());
    }
}
