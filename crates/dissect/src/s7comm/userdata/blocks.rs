//! Block lists and block information; data that block connections send.

use super::super::block;
use super::super::item;
use super::super::time;
use super::Name;
use crate::{Reader, Text, Visitor, printable};

/// Most entries of a list that are shown: block numbers have 16 bits.
const MAX_BLOCKS: usize = 65_536;

/// Name of a block type with the zero that lists put before its digit.
fn kind(wire: &[u8]) -> Text<8> {
    match block::type_name(wire) {
        Some(name) => Text::of(format_args!("{name}")),
        None => block::text(wire),
    }
}

/// The block or type that a request names.
pub(super) fn object(subfunction: u8, data: &[u8]) -> Name {
    match subfunction {
        2 => data.get(..2).map(|wire| Text::of(format_args!("{}", kind(wire)))).unwrap_or_default(),
        3 => block::name(data),
        _ => Name::default(),
    }
}

/// Shows a request or answer of the block functions.
pub(super) fn visit(subfunction: u8, request: bool, data: &[u8], visitor: &mut dyn Visitor) -> Option<()> {
    match (subfunction, request) {
        (2, true) => visitor.text("block_type", kind(data.get(..2)?).as_str()),
        (3, true) => block::visit(data, visitor),
        (1, false) => {
            visitor.begin_list("blocks");
            for entry in data.chunks_exact(4) {
                let mut reader = Reader::new(entry);
                let wire = reader.take(2).ok()?;
                visitor.begin_object("");
                visitor.text("block_type", kind(wire).as_str());
                visitor.uint("count", u64::from(reader.be_u16().ok()?));
                visitor.end_object();
            }
            visitor.end_list();
        }
        (2, false) => {
            visitor.begin_list("blocks");
            for entry in data.chunks_exact(4).take(MAX_BLOCKS) {
                let mut reader = Reader::new(entry);
                visitor.begin_object("");
                visitor.uint("block_number", u64::from(reader.be_u16().ok()?));
                visitor.uint("flags", u64::from(reader.u8().ok()?));
                let language = reader.u8().ok()?;
                visitor.named("language", u64::from(language), block::language(language));
                visitor.end_object();
            }
            visitor.end_list();
        }
        (3, false) => information(data, visitor)?,
        _ => return None,
    }
    Some(())
}

/// The header of a block: attributes, lengths, times, author, family and name.
fn information(data: &[u8], visitor: &mut dyn Visitor) -> Option<()> {
    let mut reader = Reader::new(data);
    reader.skip(2).ok()?;
    visitor.uint("info_length", u64::from(reader.be_u16().ok()?));
    reader.skip(2).ok()?;
    if reader.take(2).ok()? != b"pp" {
        return None;
    }
    reader.skip(1).ok()?;
    let flags = reader.u8().ok()?;
    visitor.uint("flags", u64::from(flags));
    visitor.flag("linked", flags & 1 != 0);
    let language = reader.u8().ok()?;
    visitor.named("language", u64::from(language), block::language(language));
    visitor.uint("sub_block_type", u64::from(reader.u8().ok()?));
    visitor.uint("block_number", u64::from(reader.be_u16().ok()?));
    visitor.uint("load_memory_length", u64::from(reader.be_u32().ok()?));
    let security = reader.be_u32().ok()?;
    visitor.uint("security", u64::from(security));
    visitor.flag("know_how_protected", security == 3);
    time::visit_since_1984("code_time", reader.take(6).ok()?, visitor);
    time::visit_since_1984("interface_time", reader.take(6).ok()?, visitor);
    for name in ["ssb_length", "add_length", "local_data_length", "mc7_code_length"] {
        visitor.uint(name, u64::from(reader.be_u16().ok()?));
    }
    for name in ["author", "family", "header_name"] {
        visitor.text(name, &printable(reader.take(8).ok()?));
    }
    let version = reader.u8().ok()?;
    let text = Text::<8>::of(format_args!("{}.{}", version >> 4, version & 0x0f));
    visitor.text("version", text.as_str());
    reader.skip(1).ok()?;
    visitor.uint("checksum", u64::from(reader.be_u16().ok()?));
    Some(())
}

/// Data of a block connection: its request id, then the bytes.
pub(super) fn visit_send(data: &[u8], visitor: &mut dyn Visitor) -> Option<()> {
    let item = item::items(data, 1).next()?;
    item.visit(visitor);
    let taken = usize::from(*data.get(1)?).checked_add(2)?;
    visitor.bytes("data", data.get(taken..)?);
    Some(())
}
