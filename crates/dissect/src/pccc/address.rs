//! Where a command reads or writes: typed logical addresses, PLC-5 system addresses, plain word addresses.

use super::command::EXTENDED;
use super::file::{self, FileType, Holds};
use crate::{Category, Number, Protocol, Reader, Reference, Sink, Text, Value, Visitor, printable};

/// Longest text of an address.
pub(super) const NAME: usize = 64;
/// Byte that says that a field has two further bytes (1770-6.5.16, chapter 7).
const WIDE: u8 = 0xff;
/// Elements of one message whose values are handed on; a frame holds at most 244 bytes.
const MAX_VALUES: u32 = 128;

/// What is addressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Where<'a> {
    /// File number, type, element and sub-element of SLC 500 and MicroLogix.
    Typed { file: u16, code: u8, element: u16, sub: u16 },
    /// Logical levels of a PLC-5 system address.
    Levels { levels: [u16; 7], count: u8 },
    /// A symbol or logical address in characters.
    Symbol(&'a [u8]),
    /// A byte address of the basic commands.
    Plain(u16),
}

/// Address and size of a read or write.
#[derive(Debug, Clone, Copy)]
pub(super) struct Address<'a> {
    pub(super) place: Where<'a>,
    /// Bytes (PLC-5: elements) asked for or written.
    pub(super) size: Option<u16>,
    /// Mask of a masked write.
    pub(super) mask: Option<u16>,
    pub(super) writes: bool,
    /// Data after the address.
    pub(super) data: &'a [u8],
}

impl<'a> Address<'a> {
    /// Reads the address out of a command's data.
    pub(super) fn parse(command: u8, function: Option<u8>, data: &'a [u8]) -> Option<Self> {
        let Some(function) = function else { return plain(command, data) };
        let mut reader = Reader::new(data);
        match (command, function) {
            (EXTENDED, code @ (0xa1 | 0xa2 | 0xa9 | 0xaa | 0xab)) => typed(code, &mut reader),
            (EXTENDED, code @ (0x00 | 0x01 | 0x67 | 0x68)) => system(code, &mut reader),
            (EXTENDED, 0x03 | 0x04 | 0x26) => {
                let writes = function != 0x04;
                let place = level(&mut reader)?;
                Some(Self { place, size: None, mask: None, writes, data: reader.rest() })
            }
            _ => None,
        }
    }

    /// The object that activities name.
    pub(super) fn object<'b>(&self, text: &'b mut Text<NAME>) -> Reference<'b> {
        *text = self.name(0);
        Reference::Text(text.as_str())
    }

    fn name(&self, further: u16) -> Text<NAME> {
        match self.place {
            Where::Typed { file, code, element, sub } => {
                let kind = file::of(code);
                let element = element.saturating_add(further);
                match (kind.letter, sub) {
                    ("", 0) => Text::of(format_args!("{} file {file} element {element}", kind.name)),
                    ("", sub) => Text::of(format_args!("{} file {file} element {element}.{sub}", kind.name)),
                    (letter, 0) => Text::of(format_args!("{letter}{file}:{element}")),
                    (letter, sub) => Text::of(format_args!("{letter}{file}:{element}.{sub}")),
                }
            }
            Where::Levels { levels, count } => {
                let mut text = Text::default();
                for (at, level) in levels.iter().take(usize::from(count)).enumerate() {
                    let _ = std::fmt::Write::write_fmt(
                        &mut text,
                        format_args!("{}{level}", if at == 0 { "level " } else { "." }),
                    );
                }
                text
            }
            Where::Symbol(name) => Text::of(format_args!("{}", printable(name))),
            Where::Plain(address) => Text::of(format_args!("address {address}")),
        }
    }

    /// The category of a read or write by what the file holds.
    pub(super) fn category(&self, general: Category) -> Option<Category> {
        let Where::Typed { code, .. } = self.place else { return None };
        match (file::of(code).holds, general) {
            (Holds::Program, Category::Write) => Some(Category::ProgramDownload),
            (Holds::Program, Category::Read) => Some(Category::ProgramUpload),
            (Holds::Configuration, Category::Write) => Some(Category::Configuration),
            _ => None,
        }
    }

    fn file_type(&self) -> Option<FileType> {
        match self.place {
            Where::Typed { code, .. } => Some(file::of(code)),
            _ => None,
        }
    }

    /// Hands on the numbers of files whose elements are numbers.
    pub(super) fn emit(&self, data: &[u8], address: Reference<'_>, sink: &mut dyn Sink) {
        let Some(kind) = self.file_type() else { return };
        if self.mask.is_some() {
            return;
        }
        let mut reader = Reader::new(data);
        for at in 0..MAX_VALUES {
            let Some((kind, number)) = number(kind.holds, &mut reader) else { break };
            let name = self.name(u16::try_from(at).unwrap_or(u16::MAX));
            let object = Reference::Text(name.as_str());
            sink.value(&Value { protocol: Protocol::Pccc, address, object, kind, number });
        }
    }

    /// Shows the values of a read or write.
    pub(super) fn visit_values(&self, data: &[u8], visitor: &mut dyn Visitor) {
        let Some(kind) = self.file_type() else {
            visitor.bytes("data", data);
            return;
        };
        let mut reader = Reader::new(data);
        visitor.begin_list("values");
        while let Some((_, number)) = number(kind.holds, &mut reader) {
            match number {
                Number::Int(value) => visitor.int("", value),
                Number::Uint(value) => visitor.uint("", value),
                Number::Float(value) => visitor.float("", value),
                Number::Bool(value) => visitor.flag("", value),
            }
        }
        visitor.end_list();
        if !reader.is_empty() {
            visitor.bytes("data", reader.rest());
        }
    }

    /// Shows the address.
    pub(super) fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.text("address", self.name(0).as_str());
        match self.place {
            Where::Typed { file, code, element, sub } => {
                visitor.uint("file_number", u64::from(file));
                visitor.named("file_type", u64::from(code), file::of(code).name);
                visitor.uint("element", u64::from(element));
                visitor.uint("sub_element", u64::from(sub));
            }
            Where::Levels { levels, count } => {
                visitor.begin_list("levels");
                for level in levels.iter().take(usize::from(count)) {
                    visitor.uint("", u64::from(*level));
                }
                visitor.end_list();
            }
            Where::Symbol(_) | Where::Plain(_) => {}
        }
        if let Some(size) = self.size {
            visitor.uint("size", u64::from(size));
        }
        if let Some(mask) = self.mask {
            visitor.uint("mask", u64::from(mask));
        }
    }
}

fn number(holds: Holds, reader: &mut Reader<'_>) -> Option<(&'static str, Number)> {
    Some(match holds {
        Holds::Int => ("int16", Number::Int(i64::from(reader.le_i16().ok()?))),
        Holds::Bits => ("bits16", Number::Uint(u64::from(reader.le_u16().ok()?))),
        Holds::Long => ("int32", Number::Int(i64::from(reader.le_i32().ok()?))),
        Holds::Float => ("float32", Number::Float(f64::from(reader.le_f32().ok()?))),
        Holds::Data | Holds::Program | Holds::Configuration => return None,
    })
}

fn field(reader: &mut Reader<'_>) -> Option<u16> {
    match reader.u8().ok()? {
        WIDE => reader.le_u16().ok(),
        value => Some(u16::from(value)),
    }
}

/// Size, file number, file type, element, and in the longer forms the sub-element.
fn typed<'a>(code: u8, reader: &mut Reader<'a>) -> Option<Address<'a>> {
    let size = Some(u16::from(reader.u8().ok()?));
    let file = field(reader)?;
    let file_type = reader.u8().ok()?;
    let element = field(reader)?;
    let sub = if matches!(code, 0xa1 | 0xa9) { 0 } else { field(reader)? };
    let mask = if code == 0xab { Some(reader.le_u16().ok()?) } else { None };
    let place = Where::Typed { file, code: file_type, element, sub };
    Some(Address { place, size, mask, writes: matches!(code, 0xa9..=0xab), data: reader.rest() })
}

/// Packet offset, total of the transaction, PLC-5 system address; reads end in a size.
fn system<'a>(code: u8, reader: &mut Reader<'a>) -> Option<Address<'a>> {
    reader.skip(2).ok()?;
    let total = reader.le_u16().ok()?;
    let place = level(reader)?;
    let writes = matches!(code, 0x00 | 0x67);
    Some(Address { place, size: Some(total), mask: None, writes, data: reader.rest() })
}

/// A PLC-5 system address: characters after a zero byte, or a mask of levels and their numbers (chapter 13).
fn level<'a>(reader: &mut Reader<'a>) -> Option<Where<'a>> {
    let mask = reader.u8().ok()?;
    if mask == 0 {
        let rest = reader.rest();
        let end = rest.iter().position(|byte| *byte == 0)?;
        let name = reader.take(end).ok()?;
        reader.skip(1).ok()?;
        return Some(Where::Symbol(name));
    }
    let mut levels = [0; 7];
    let mut count = 0u8;
    for bit in 0..7u8 {
        // A level left out of the mask is 0.
        let value = if mask >> bit & 1 == 1 { field(reader)? } else { 0 };
        if let Some(slot) = levels.get_mut(usize::from(bit)) {
            *slot = value;
        }
        if mask >> bit & 1 == 1 {
            count = bit.saturating_add(1);
        }
    }
    Some(Where::Levels { levels, count })
}

/// The basic commands: a word address, then a size or data.
fn plain(command: u8, data: &[u8]) -> Option<Address<'_>> {
    if !matches!(command, 0x00..=0x05 | 0x08) {
        return None;
    }
    let mut reader = Reader::new(data);
    let place = Where::Plain(reader.le_u16().ok()?);
    let reads = matches!(command, 0x01 | 0x04);
    let size = if reads { reader.u8().ok().map(u16::from) } else { None };
    Some(Address { place, size, mask: None, writes: !reads, data: reader.rest() })
}
