//! Variables as jobs address them: the variable specification 0x12 with its syntaxes.

use std::fmt::{self, Write};

use crate::{Reader, Text, Visitor};

/// First byte of every variable specification.
const SPECIFICATION: u8 = 0x12;
/// Most items of one job; the count is one byte.
const MAX_ITEMS: usize = 255;

/// Syntax identifiers.
const ANY: u8 = 0x10;
const PBC: u8 = 0x13;
const NCK: u8 = 0x82;
const NCK_METRIC: u8 = 0x83;
const NCK_INCH: u8 = 0x84;
const DRIVE: u8 = 0xa2;
const DB_READ: u8 = 0xb0;
const SYMBOLIC: u8 = 0xb2;

/// Memory areas.
const COUNTER: u8 = 0x1c;
const TIMER: u8 = 0x1d;
const PERIPHERY: u8 = 0x80;
const INPUTS: u8 = 0x81;
const OUTPUTS: u8 = 0x82;
const FLAGS: u8 = 0x83;
const DATA_BLOCK: u8 = 0x84;
const INSTANCE: u8 = 0x85;

/// First part of a symbolic address that stands for data blocks, and the second parts of the other areas.
const SYMBOLIC_DB: u16 = 0x8a0e;

/// One addressed variable.
#[derive(Debug, Clone, Copy)]
pub(super) enum Item<'a> {
    /// Area, block, bit address, element type and count.
    Any(Any),
    /// A variable of a numerical control.
    Nck { syntax: u8, area_unit: u8, column: u16, line: u16, module: u8, lines: u8 },
    /// A drive parameter.
    Drive { parameter: u16, index: u16, head: &'a [u8] },
    /// Byte ranges of data blocks: length, block, start.
    DbRead { ranges: &'a [u8] },
    /// A variable of an S7-1200 by its local identifiers.
    Symbolic { root: (u16, u16), crc: u32, lids: &'a [u8] },
    /// A block connection's request id.
    Pbc { r_id: u32 },
    /// Any other syntax, undecoded.
    Other { syntax: u8, data: &'a [u8] },
}

/// An S7ANY address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Any {
    pub(super) transport: u8,
    pub(super) count: u16,
    pub(super) db: u16,
    pub(super) area: u8,
    /// Bit address; for counters and timers their number.
    pub(super) address: u32,
}

/// The items of a job's parameters after their count; one of odd length is padded unless it is the last.
pub(super) fn items(data: &[u8], count: u8) -> impl Iterator<Item = Item<'_>> {
    let mut reader = Reader::new(data);
    std::iter::from_fn(move || item(&mut reader)).take(usize::from(count).min(MAX_ITEMS))
}

fn item<'a>(reader: &mut Reader<'a>) -> Option<Item<'a>> {
    if reader.u8().ok()? != SPECIFICATION {
        return None;
    }
    let length = usize::from(reader.u8().ok()?);
    let mut body = reader.sub(length).ok()?;
    if length % 2 == 1 && reader.remaining() > 0 && reader.peek_u8() != Ok(SPECIFICATION) {
        reader.skip(1).ok()?;
    }
    let syntax = body.u8().ok()?;
    let data = body.rest();
    Some(parse(syntax, &mut body).unwrap_or(Item::Other { syntax, data }))
}

/// `None` when the bytes do not fit their syntax.
fn parse<'a>(syntax: u8, body: &mut Reader<'a>) -> Option<Item<'a>> {
    Some(match syntax {
        ANY if body.remaining() == 9 => Item::Any(Any {
            transport: body.u8().ok()?,
            count: body.be_u16().ok()?,
            db: body.be_u16().ok()?,
            area: body.u8().ok()?,
            address: body.be_u24().ok()?,
        }),
        NCK | NCK_METRIC | NCK_INCH if body.remaining() == 7 => Item::Nck {
            syntax,
            area_unit: body.u8().ok()?,
            column: body.be_u16().ok()?,
            line: body.be_u16().ok()?,
            module: body.u8().ok()?,
            lines: body.u8().ok()?,
        },
        DRIVE if body.remaining() == 9 => Item::Drive {
            head: body.take(5).ok()?,
            parameter: body.be_u16().ok()?,
            index: body.be_u16().ok()?,
        },
        DB_READ => {
            let count = usize::from(body.u8().ok()?);
            let ranges = body.take(count.checked_mul(5)?).ok()?;
            Item::DbRead { ranges }
        }
        SYMBOLIC if body.remaining() >= 9 => {
            body.skip(1).ok()?;
            let root = (body.be_u16().ok()?, body.be_u16().ok()?);
            Item::Symbolic { root, crc: body.be_u32().ok()?, lids: body.rest() }
        }
        PBC if body.remaining() >= 5 => {
            body.skip(1).ok()?;
            Item::Pbc { r_id: body.be_u32().ok()? }
        }
        _ => return None,
    })
}

/// Name of a transport size in an address, and the width of one element in bytes (0 for bits).
pub(super) const fn element(transport: u8) -> (&'static str, u8) {
    match transport {
        0x01 => ("bool", 0),
        0x02 => ("byte", 1),
        0x03 => ("char", 1),
        0x04 => ("word", 2),
        0x05 => ("int", 2),
        0x06 => ("dword", 4),
        0x07 => ("dint", 4),
        0x08 => ("real", 4),
        0x09 => ("date", 2),
        0x0a => ("time_of_day", 4),
        0x0b => ("time", 4),
        0x0c => ("s5time", 2),
        0x0f => ("date_and_time", 8),
        0x1c => ("counter", 2),
        0x1d => ("timer", 2),
        0x1e => ("iec_timer", 16),
        0x1f => ("iec_counter", 8),
        0x20 => ("hs_counter", 4),
        _ => ("unknown", 1),
    }
}

/// Name of a memory area.
const fn area_name(area: u8) -> &'static str {
    match area {
        0x03 => "system_info_s7_200",
        0x05 => "system_flags_s7_200",
        0x06 => "analog_inputs_s7_200",
        0x07 => "analog_outputs_s7_200",
        COUNTER => "counters",
        TIMER => "timers",
        0x1e => "iec_counters_s7_200",
        0x1f => "iec_timers_s7_200",
        PERIPHERY => "peripherals",
        INPUTS => "inputs",
        OUTPUTS => "outputs",
        FLAGS => "flags",
        DATA_BLOCK => "data_blocks",
        INSTANCE => "instance_data_blocks",
        0x86 => "local_data",
        0x87 => "previous_local_data",
        _ => "unknown",
    }
}

/// Letters by which programmers call an area.
const fn letters(area: u8) -> &'static str {
    match area {
        0x03 => "SI",
        0x05 => "SM",
        0x06 => "AI",
        0x07 => "AQ",
        COUNTER | 0x1e => "C",
        TIMER | 0x1f => "T",
        PERIPHERY => "P",
        INPUTS => "I",
        OUTPUTS => "Q",
        FLAGS => "M",
        DATA_BLOCK => "DB",
        INSTANCE => "DI",
        0x86 => "L",
        0x87 => "V",
        _ => "X",
    }
}

impl Any {
    const fn counted(self) -> bool {
        matches!(self.area, COUNTER | TIMER | 0x1e | 0x1f)
    }

    const fn in_block(self) -> bool {
        matches!(self.area, DATA_BLOCK | INSTANCE)
    }

    /// The same address of the element at `index`.
    pub(super) fn element(mut self, index: u32) -> Self {
        let (_, width) = element(self.transport);
        let step = match (self.counted(), width) {
            (true, _) | (_, 0) => 1,
            (false, width) => u32::from(width).saturating_mul(8),
        };
        self.address = self.address.saturating_add(index.saturating_mul(step));
        self
    }

    /// Writes the address as programmers do: `DB1.DBW4`, `M10.1`, `IB3`, `T5`.
    pub(super) fn write(self, out: &mut dyn Write) -> fmt::Result {
        let (letters, byte, bit) = (letters(self.area), self.address >> 3, self.address & 7);
        if self.counted() {
            return write!(out, "{letters}{}", self.address);
        }
        if self.in_block() {
            write!(out, "{letters}{}.", self.db)?;
        }
        let (_, width) = element(self.transport);
        let size = match width {
            0 if self.in_block() => "X",
            0 => "",
            1 => "B",
            2 => "W",
            4 => "D",
            _ => "B",
        };
        write!(out, "{letters}{size}{byte}")?;
        if width == 0 { write!(out, ".{bit}") } else { Ok(()) }
    }

    fn write_area(self, out: &mut dyn Write) -> fmt::Result {
        if self.in_block() {
            write!(out, "{}{}", letters(self.area), self.db)
        } else if area_name(self.area) == "unknown" {
            write!(out, "area 0x{:02x}", self.area)
        } else {
            out.write_str(letters(self.area))
        }
    }
}

impl Item<'_> {
    /// Writes the area that the item lies in: `DB1`, `M`, `NC`.
    fn write_area(&self, out: &mut dyn Write) -> fmt::Result {
        match *self {
            Item::Any(any) => any.write_area(out),
            Item::Nck { area_unit, .. } => write!(out, "{}", nck_area(area_unit)),
            Item::Drive { .. } => out.write_str("drive"),
            Item::DbRead { ranges } => match ranges.get(1..3).and_then(|db| db.first_chunk()) {
                Some(db) => write!(out, "DB{}", u16::from_be_bytes(*db)),
                None => Ok(()),
            },
            Item::Symbolic { root: (SYMBOLIC_DB, db), .. } => write!(out, "DB{db}"),
            Item::Symbolic { root: (_, area), .. } => out.write_str(symbolic_letters(area)),
            Item::Pbc { .. } => out.write_str("r_id"),
            Item::Other { syntax, .. } => write!(out, "syntax 0x{syntax:02x}"),
        }
    }

    /// Element type and width in bytes where the address tells them.
    pub(super) fn any(&self) -> Option<Any> {
        match self {
            Item::Any(any) => Some(*any),
            _ => None,
        }
    }

    /// Writes the whole address.
    pub(super) fn write(&self, out: &mut dyn Write) -> fmt::Result {
        match *self {
            Item::Any(any) => any.write(out),
            Item::Nck { column, line, module, .. } => {
                self.write_area(out)?;
                write!(out, " module 0x{module:02x} column {column} line {line}")
            }
            Item::Drive { parameter, index, .. } => write!(out, "drive parameter {parameter} index {index}"),
            Item::DbRead { ranges } => {
                for (at, range) in ranges.chunks_exact(5).enumerate() {
                    let mut range = Reader::new(range);
                    let (Ok(length), Ok(db), Ok(start)) = (range.u8(), range.be_u16(), range.be_u16()) else {
                        break;
                    };
                    let comma = if at == 0 { "" } else { "," };
                    write!(out, "{comma}DB{db}.DBB{start}x{length}")?;
                }
                Ok(())
            }
            Item::Symbolic { lids, .. } => {
                self.write_area(out)?;
                for lid in lids.chunks_exact(4) {
                    if let Ok(lid) = Reader::new(lid).be_u32() {
                        write!(out, ".{}", lid & 0x0fff_ffff)?;
                    }
                }
                Ok(())
            }
            Item::Pbc { r_id } => write!(out, "r_id 0x{r_id:08x}"),
            Item::Other { .. } => self.write_area(out),
        }
    }

    /// Shows the address.
    pub(super) fn visit(&self, visitor: &mut dyn Visitor) {
        let mut name = Text::<96>::default();
        let _ = self.write(&mut name);
        visitor.text("name", name.as_str());
        match *self {
            Item::Any(any) => {
                visitor.named("syntax_id", u64::from(ANY), "s7any");
                visitor.named("area", u64::from(any.area), area_name(any.area));
                visitor.uint("db", u64::from(any.db));
                if any.counted() {
                    visitor.uint("address", u64::from(any.address));
                } else {
                    visitor.uint("address", u64::from(any.address >> 3));
                    visitor.uint("bit", u64::from(any.address & 7));
                }
                visitor.named("transport_size", u64::from(any.transport), element(any.transport).0);
                visitor.uint("count", u64::from(any.count));
            }
            Item::Nck { syntax, area_unit, column, line, module, lines } => {
                let label = match syntax {
                    NCK_METRIC => "nck_metric",
                    NCK_INCH => "nck_inch",
                    _ => "nck",
                };
                visitor.named("syntax_id", u64::from(syntax), label);
                visitor.named("area", u64::from(area_unit >> 5), nck_area(area_unit));
                visitor.uint("unit", u64::from(area_unit & 0x1f));
                visitor.uint("column", u64::from(column));
                visitor.uint("line", u64::from(line));
                visitor.uint("module", u64::from(module));
                visitor.uint("count", u64::from(lines));
            }
            Item::Drive { parameter, index, head } => {
                visitor.named("syntax_id", u64::from(DRIVE), "drive");
                visitor.bytes("head", head);
                visitor.uint("parameter", u64::from(parameter));
                visitor.uint("index", u64::from(index));
            }
            Item::DbRead { ranges } => {
                visitor.named("syntax_id", u64::from(DB_READ), "dbread");
                visitor.begin_list("ranges");
                for range in ranges.chunks_exact(5) {
                    let mut range = Reader::new(range);
                    if let (Ok(length), Ok(db), Ok(start)) = (range.u8(), range.be_u16(), range.be_u16()) {
                        visitor.begin_object("");
                        visitor.uint("count", u64::from(length));
                        visitor.uint("db", u64::from(db));
                        visitor.uint("address", u64::from(start));
                        visitor.end_object();
                    }
                }
                visitor.end_list();
            }
            Item::Symbolic { root, crc, .. } => {
                visitor.named("syntax_id", u64::from(SYMBOLIC), "symbolic_1200");
                visitor.uint("root_area_1", u64::from(root.0));
                visitor.uint("root_area_2", u64::from(root.1));
                visitor.uint("crc", u64::from(crc));
            }
            Item::Pbc { r_id } => {
                visitor.named("syntax_id", u64::from(PBC), "pbc");
                visitor.uint("r_id", u64::from(r_id));
            }
            Item::Other { syntax, data } => {
                visitor.named("syntax_id", u64::from(syntax), "unknown");
                visitor.bytes("data", data);
            }
        }
    }
}

/// Area of a numerical control's variable, upper three bits of the first byte.
const fn nck_area(area_unit: u8) -> &'static str {
    match area_unit >> 5 {
        0 => "nck",
        1 => "mode_group",
        2 => "channel",
        3 => "axis",
        4 => "tool",
        5 => "feed_drive",
        6 => "main_spindle_drive",
        _ => "mmc",
    }
}

const fn symbolic_letters(area: u16) -> &'static str {
    match area {
        0x50 => "I",
        0x51 => "Q",
        0x52 => "M",
        0x53 => "C",
        0x54 => "T",
        _ => "symbol",
    }
}

/// The areas that a job touches, each once: `DB1`, or `DB1,M`. What does not fit is cut.
pub(super) fn areas<const N: usize>(data: &[u8], count: u8) -> Text<N> {
    let mut text = Text::<N>::default();
    let mut last: Option<Text<24>> = None;
    for item in items(data, count) {
        let mut area = Text::<24>::default();
        let _ = item.write_area(&mut area);
        if last.is_some_and(|last| last.as_str() == area.as_str()) {
            continue;
        }
        let known = last.is_some() && text.as_str().split(',').any(|known| known == area.as_str());
        if !known {
            let comma = if last.is_some() { "," } else { "" };
            if write!(text, "{comma}{area}").is_err() {
                break;
            }
        }
        last = Some(area);
    }
    text
}
