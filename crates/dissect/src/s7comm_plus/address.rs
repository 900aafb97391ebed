//! Addresses of variables: a checksum of the symbol, an area, and local identifiers within it.

use std::fmt::Write;

use super::names::{self, Name};
use super::value::small;
use crate::{Reader, Text, Visitor};

/// Sub-areas that hold the actual values; they need not be named.
const DB_ACTUAL: u32 = 2550;
const AREA_ACTUAL: u32 = 3736;
/// Most addresses of one job that are read.
pub(super) const MAX_ITEMS: usize = 1024;

/// One addressed variable.
#[derive(Debug, Clone, Copy)]
pub(super) struct Address<'a> {
    pub(super) crc: u32,
    pub(super) area: u32,
    /// Numbers after the area: the sub-area, then local identifiers.
    count: u32,
    ids: &'a [u8],
}

/// Takes an address as jobs carry it: checksum, area, count, then the numbers.
pub(super) fn address<'a>(reader: &mut Reader<'a>) -> Option<Address<'a>> {
    let crc = small(reader)?;
    let area = small(reader)?;
    let count = small(reader)?;
    Some(Address { crc, area, count, ids: ids(reader, count)? })
}

/// Takes an address as lists of subscriptions carry it: its count is known before.
pub(super) fn subscribed<'a>(reader: &mut Reader<'a>, count: u32) -> Option<Address<'a>> {
    let area = small(reader)?;
    let crc = small(reader)?;
    Some(Address { crc, area, count, ids: ids(reader, count)? })
}

fn ids<'a>(reader: &mut Reader<'a>, count: u32) -> Option<&'a [u8]> {
    let start = reader.rest();
    for _ in 0..count {
        small(reader)?;
    }
    start.get(..start.len().checked_sub(reader.remaining())?)
}

/// `count` addresses, one after the other.
pub(super) fn addresses(data: &[u8], count: u32) -> impl Iterator<Item = Address<'_>> {
    let mut reader = Reader::new(data);
    (0..count).map_while(move |_| address(&mut reader)).take(MAX_ITEMS)
}

impl<'a> Address<'a> {
    pub(super) fn ids(&self) -> impl Iterator<Item = u32> + use<'a> {
        let mut reader = Reader::new(self.ids);
        (0..self.count).map_while(move |_| small(&mut reader))
    }

    /// Whether it lies where the process is: data blocks, inputs, outputs, flags, counters, timers.
    pub(super) fn is_process(&self) -> bool {
        matches!(self.area, 80..=84) || self.area >> 16 == 0x8a0e
    }

    /// Writes the area alone.
    pub(super) fn write_area(&self, out: &mut dyn Write) -> std::fmt::Result {
        names::write_object(self.area, None, out)
    }

    /// Writes the whole address: `DB5.113`, `M.10`, `cpu_proxy.3451`.
    pub(super) fn name(&self) -> Name {
        let mut name = Name::default();
        // What does not fit is cut.
        let _ = self.write_area(&mut name);
        for (at, id) in self.ids().enumerate() {
            let _ = match (at, id) {
                (0, DB_ACTUAL | AREA_ACTUAL) => Ok(()),
                (0, id) => name.write_char('.').and_then(|()| names::write_attribute(id, &mut name)),
                (_, id) => write!(name, ".{id}"),
            };
        }
        name
    }

    /// Shows the address.
    pub(super) fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.text("name", self.name().as_str());
        let mut area = Text::<24>::default();
        let _ = self.write_area(&mut area);
        visitor.named("area", u64::from(self.area), area.as_str());
        if self.crc != 0 {
            visitor.uint("symbol_crc", u64::from(self.crc));
        }
        visitor.begin_list("lids");
        self.ids().take(16).for_each(|id| visitor.uint("", u64::from(id)));
        visitor.end_list();
    }
}

/// The areas that addresses touch, each once: `DB1`, or `DB1,M`. What does not fit is cut.
pub(super) fn areas<'a>(addresses: impl Iterator<Item = Address<'a>>) -> Name {
    let mut text = Name::default();
    let mut last = None;
    for address in addresses {
        if last == Some(address.area) {
            continue;
        }
        last = Some(address.area);
        let mut area = Text::<24>::default();
        let _ = address.write_area(&mut area);
        if text.as_str().split(',').any(|known| known == area.as_str()) {
            continue;
        }
        let comma = if text.as_str().is_empty() { "" } else { "," };
        if write!(text, "{comma}{area}").is_err() {
            break;
        }
    }
    text
}
