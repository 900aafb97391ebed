//! Object headers: qualifiers, ranges, prefixes, and the objects behind them (IEEE 1815-2012, 4.2.2.7).

use super::shape::{self, Shape};
use crate::{Anomalies, Reader, Short, Visitor};

/// Group of authentication objects, which carry data in any function.
const AUTHENTICATION: u8 = 120;
/// Group of class data, which never carries any.
const CLASSES: u8 = 60;

/// What precedes each object (table 4-6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Prefix {
    None,
    /// An index of this many bytes.
    Index(usize),
    /// The object's size, in this many bytes.
    Size(usize),
}

/// Which points a header names (table 4-7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Range {
    /// All of the group.
    All,
    /// First and last index.
    Indexes { start: u32, stop: u32 },
    /// First and last virtual address.
    Addresses { start: u32, stop: u32 },
    /// A number of objects.
    Count(u32),
}

/// Why the objects after a header cannot be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    /// The bytes end too early.
    Short,
    /// A reserved qualifier, or a first index above the last.
    BadQualifier,
    /// Objects of unknown size.
    Unknown,
}

impl From<Short> for Stop {
    fn from(_: Short) -> Self {
        Self::Short
    }
}

/// One object header and the bytes of its objects.
#[derive(Debug, Clone, Copy)]
pub(super) struct Header<'a> {
    pub(super) group: u8,
    pub(super) variation: u8,
    pub(super) qualifier: u8,
    pub(super) prefix: Prefix,
    pub(super) range: Range,
    pub(super) shape: Shape,
    /// Whether objects follow, not only their indexes.
    pub(super) carries_data: bool,
    /// The objects with their prefixes.
    pub(super) data: &'a [u8],
}

/// One object of a header.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item<'a> {
    /// Index of the point, where it has one.
    pub(super) index: Option<u32>,
    /// Bytes of the object; of packed ones the bits, shifted down to bit 0.
    pub(super) data: &'a [u8],
    /// The value of a packed object.
    pub(super) bits: Option<u8>,
}

/// Whether objects of this group carry data in a function; reads, freezes and class functions only name them.
const fn carries_data(function: u8, group: u8) -> bool {
    match group {
        CLASSES => false,
        AUTHENTICATION => true,
        _ => match function {
            1 | 7..=10 | 13..=15 | 20..=24 => false,
            // The time of the freeze comes before the counters that are only named (4.4.11).
            11 | 12 => matches!(group, 50),
            _ => true,
        },
    }
}

fn number(reader: &mut Reader<'_>, width: usize) -> Result<u32, Short> {
    match width {
        1 => reader.u8().map(u32::from),
        2 => reader.le_u16().map(u32::from),
        _ => reader.le_u32(),
    }
}

impl Header<'_> {
    /// How many objects the header names; 0 for all of a group.
    pub(super) fn count(&self) -> u64 {
        match self.range {
            Range::All => 0,
            Range::Indexes { start, stop } | Range::Addresses { start, stop } => {
                u64::from(stop).saturating_sub(u64::from(start)).saturating_add(1)
            }
            Range::Count(count) => u64::from(count),
        }
    }

    fn first_index(&self) -> Option<u32> {
        match self.range {
            Range::Indexes { start, .. } | Range::Addresses { start, .. } => Some(start),
            Range::All | Range::Count(_) => None,
        }
    }

    /// Shows group, variation, qualifier and range.
    pub(super) fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.named("group", u64::from(self.group), shape::group_name(self.group));
        visitor.uint("variation", u64::from(self.variation));
        visitor.uint("qualifier", u64::from(self.qualifier));
        match self.range {
            Range::All => {}
            Range::Indexes { start, stop } => {
                visitor.uint("start", u64::from(start));
                visitor.uint("stop", u64::from(stop));
            }
            Range::Addresses { start, stop } => {
                visitor.uint("start_address", u64::from(start));
                visitor.uint("stop_address", u64::from(stop));
            }
            Range::Count(count) => visitor.uint("count", u64::from(count)),
        }
    }
}

impl<'a> Header<'a> {
    /// The objects, in wire order; ends early where the bytes do.
    pub(super) fn items(&self) -> Items<'a> {
        let packed = if let Shape::Packed(width) = self.shape { u64::from(width) } else { 0 };
        // Bits have no end of their own: the count bounds them, and so do the bytes.
        let bits = (self.data.len() as u64).saturating_mul(8).checked_div(packed).unwrap_or(u64::MAX);
        Items {
            reader: Reader::new(self.data),
            prefix: self.prefix,
            shape: self.shape,
            carries_data: self.carries_data,
            next: self.first_index(),
            left: self.count().min(bits),
            position: 0,
        }
    }
}

/// Walks the objects of one header.
#[derive(Debug, Clone)]
pub(super) struct Items<'a> {
    reader: Reader<'a>,
    prefix: Prefix,
    shape: Shape,
    carries_data: bool,
    next: Option<u32>,
    left: u64,
    position: u64,
}

impl<'a> Items<'a> {
    fn packed(&mut self, width: u8) -> Option<Item<'a>> {
        let bit = self.position.checked_mul(u64::from(width))?;
        let at = usize::try_from(bit / 8).ok()?;
        let data = self.reader.rest().get(at..at.checked_add(1)?)?;
        let shifted = u32::from(*data.first()?).checked_shr(u32::try_from(bit % 8).ok()?)?;
        let mask = if width == 1 { 1 } else { 3 };
        let index = self.next.unwrap_or(u32::try_from(self.position).ok()?);
        Some(Item { index: Some(index), data, bits: Some(u8::try_from(shifted & mask).ok()?) })
    }

    fn whole(&mut self) -> Result<Item<'a>, Stop> {
        let mut index = self.next;
        let mut size = None;
        match self.prefix {
            Prefix::None => {}
            Prefix::Index(width) => index = Some(number(&mut self.reader, width)?),
            Prefix::Size(width) => size = Some(number(&mut self.reader, width)? as usize),
        }
        if !self.carries_data && size.is_none() {
            return Ok(Item { index, data: &[], bits: None });
        }
        let data = match (size, self.shape) {
            (Some(size), _) => self.reader.take(size)?,
            (None, Shape::Packed(_)) => self.reader.take(1)?,
            (None, Shape::Attribute) => {
                let &[kind, length] = self.reader.peek(2)?.first_chunk::<2>().ok_or(Stop::Short)?;
                // Type 255 is the extended list, whose length byte lacks 256 (11.9.2.1).
                let extended = if kind == 255 { 256usize } else { 0 };
                self.reader.take(usize::from(length).saturating_add(extended).saturating_add(2))?
            }
            (None, Shape::Registration) => {
                let head = self.reader.peek(8)?;
                let &[.., low, high] = head else { return Err(Stop::Short) };
                self.reader.take(usize::from(u16::from_le_bytes([low, high])).saturating_add(8))?
            }
            (None, shape) => self.reader.take(shape.size().ok_or(Stop::Unknown)?)?,
        };
        Ok(Item { index, data, bits: None })
    }

    /// The next object, and where that is impossible the reason.
    fn step(&mut self) -> Option<Result<Item<'a>, Stop>> {
        if self.left == 0 {
            return None;
        }
        self.left = self.left.saturating_sub(1);
        let item = match (self.shape, self.prefix) {
            (Shape::Packed(width), Prefix::None) if self.carries_data => {
                self.packed(width).ok_or(Stop::Short)
            }
            // Without bytes of their own objects would never end.
            (_, Prefix::None) if !self.carries_data || self.shape.size() == Some(0) => return None,
            _ => self.whole(),
        };
        self.position = self.position.saturating_add(1);
        self.next = self.next.map(|index| index.saturating_add(1));
        if item.is_err() {
            self.left = 0;
        }
        Some(item)
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = Item<'a>;

    fn next(&mut self) -> Option<Item<'a>> {
        self.step()?.ok()
    }
}

/// Walks the headers of an application fragment.
#[derive(Debug, Clone)]
pub(super) struct Headers<'a> {
    reader: Reader<'a>,
    function: u8,
    /// The walk cannot go on although bytes are left.
    broken: bool,
    /// What was found wrong so far.
    pub(super) anomalies: Anomalies,
}

impl<'a> Headers<'a> {
    /// The headers in the bytes after the function code or the internal indications.
    pub(super) const fn new(function: u8, objects: &'a [u8]) -> Self {
        Self { reader: Reader::new(objects), function, broken: false, anomalies: Anomalies::NONE }
    }

    /// Bytes that could not be taken apart.
    pub(super) const fn rest(&self) -> &'a [u8] {
        self.reader.rest()
    }

    fn header(&mut self) -> Result<Header<'a>, Stop> {
        let mut reader = self.reader;
        let (group, variation, qualifier) = (reader.u8()?, reader.u8()?, reader.u8()?);
        let prefix = match qualifier >> 4 {
            0 => Prefix::None,
            1 => Prefix::Index(1),
            2 => Prefix::Index(2),
            3 => Prefix::Index(4),
            4 => Prefix::Size(1),
            5 => Prefix::Size(2),
            6 => Prefix::Size(4),
            _ => return Err(Stop::BadQualifier),
        };
        let range = match qualifier & 0x0f {
            code @ 0..=2 => {
                let width = 1usize.checked_shl(u32::from(code)).unwrap_or(1);
                Range::Indexes { start: number(&mut reader, width)?, stop: number(&mut reader, width)? }
            }
            code @ 3..=5 => {
                let width = 1usize.checked_shl(u32::from(code).saturating_sub(3)).unwrap_or(1);
                Range::Addresses { start: number(&mut reader, width)?, stop: number(&mut reader, width)? }
            }
            6 => Range::All,
            7 | 11 => Range::Count(number(&mut reader, 1)?),
            8 => Range::Count(number(&mut reader, 2)?),
            9 => Range::Count(number(&mut reader, 4)?),
            _ => return Err(Stop::BadQualifier),
        };
        self.reader = reader;
        let shape = shape::shape(group, variation);
        let sized = matches!(prefix, Prefix::Size(_));
        let carries_data = carries_data(self.function, group) || sized;
        let mut header =
            Header { group, variation, qualifier, prefix, range, shape, carries_data, data: reader.rest() };
        let unknown = matches!(shape, Shape::Unknown) && (variation != 0 || group_is_unknown(group));
        self.anomalies = self.anomalies.with_if(unknown, Anomalies::UNKNOWN_OBJECT);
        if let Range::Indexes { start, stop } | Range::Addresses { start, stop } = range
            && start > stop
        {
            header.data = &[];
            self.anomalies |= Anomalies::BAD_VALUE;
            self.reader = Reader::new(&[]);
            return Ok(header);
        }
        match Self::extent(&header) {
            Ok(extent) => {
                let mut reader = self.reader;
                header.data = reader.take_up_to(extent);
                self.reader = reader;
            }
            Err(stop) => {
                // What is there is shown; where the next header begins is not known.
                let mark =
                    if stop == Stop::Unknown { Anomalies::UNKNOWN_OBJECT } else { Anomalies::BAD_LENGTH };
                self.anomalies |= mark;
                if stop == Stop::Unknown {
                    header.data = &[];
                    self.broken = true;
                } else {
                    self.reader = Reader::new(&[]);
                }
            }
        }
        Ok(header)
    }

    /// Bytes that the objects of a header take.
    fn extent(header: &Header<'a>) -> Result<usize, Stop> {
        let there = header.data.len();
        let within = |size: u64| match usize::try_from(size) {
            Ok(size) if size <= there => Ok(size),
            _ => Err(Stop::Short),
        };
        let count = header.count();
        match (header.prefix, header.shape) {
            (Prefix::None, _) if !header.carries_data || header.range == Range::All => Ok(0),
            (Prefix::None, Shape::Packed(width)) => {
                within(count.saturating_mul(u64::from(width)).div_ceil(8))
            }
            (Prefix::None | Prefix::Index(_), shape) => {
                let prefix = if let Prefix::Index(width) = header.prefix { width } else { 0 };
                let size = match (header.carries_data, shape) {
                    (false, _) => Some(0),
                    (true, Shape::Packed(_)) => Some(1),
                    (true, shape) => shape.size(),
                };
                match (size, shape) {
                    (Some(size), _) => {
                        within(count.saturating_mul((size as u64).saturating_add(prefix as u64)))
                    }
                    (None, Shape::Attribute | Shape::Registration) => Self::walk(header),
                    (None, _) => Err(Stop::Unknown),
                }
            }
            (Prefix::Size(_), _) => Self::walk(header),
        }
    }

    fn walk(header: &Header<'a>) -> Result<usize, Stop> {
        let mut items = header.items();
        while let Some(item) = items.step() {
            item?;
        }
        Ok(items.reader.position())
    }
}

fn group_is_unknown(group: u8) -> bool {
    shape::point(group) == "unknown_object"
}

impl<'a> Iterator for Headers<'a> {
    type Item = Header<'a>;

    fn next(&mut self) -> Option<Header<'a>> {
        if self.reader.is_empty() || self.broken {
            return None;
        }
        match self.header() {
            Ok(header) => Some(header),
            Err(stop) => {
                let mark =
                    if stop == Stop::BadQualifier { Anomalies::BAD_VALUE } else { Anomalies::BAD_LENGTH };
                self.anomalies |= mark;
                self.broken = true;
                None
            }
        }
    }
}
