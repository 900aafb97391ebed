//! Segments of an EPATH in padded form (CIP volume 1, appendix C-1.4).

use crate::Reader;

/// What a logical segment counts (appendix C-1.4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Logical {
    Class,
    Instance,
    Member,
    ConnectionPoint,
    Attribute,
    Service,
}

/// Electronic key: which device the path's end has to be (appendix C-1.4.2.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) vendor_id: u16,
    pub(super) device_type: u16,
    pub(super) product_code: u16,
    /// Bit 7: a compatible device will do.
    pub(super) major: u8,
    pub(super) minor: u8,
}

/// One segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Segment<'a> {
    Port {
        port: u16,
        link: &'a [u8],
    },
    Logical(Logical, u32),
    Key(Key),
    /// Network segment: subtype and data (appendix C-1.4.3).
    Network(u8, &'a [u8]),
    Symbol(&'a [u8]),
    Data(&'a [u8]),
    /// A segment that the specification reserves; what follows cannot be told apart.
    Unknown(u8),
}

/// The next segment; none at the end or when it is cut.
pub(super) fn next<'a>(reader: &mut Reader<'a>) -> Option<Segment<'a>> {
    let start = *reader;
    let kind = reader.u8().ok()?;
    let found = match kind >> 5 {
        0 => port(kind, reader),
        1 => logical(kind, reader),
        2 => network(kind, reader),
        3 => symbol(kind, reader),
        4 => data(kind, reader),
        _ => Some(Segment::Unknown(kind)),
    };
    match found {
        Some(Segment::Unknown(kind)) => {
            *reader = start;
            // Nothing after a reserved segment can be told apart: it ends the path.
            let _ = reader.skip(reader.remaining());
            Some(Segment::Unknown(kind))
        }
        None => {
            *reader = start;
            None
        }
        found => found,
    }
}

/// Appendix C-1.4.1: low four bits the port (15: a word follows), bit 4 a link address longer than a byte.
fn port<'a>(kind: u8, reader: &mut Reader<'a>) -> Option<Segment<'a>> {
    let length = if kind & 0x10 == 0 { 1 } else { usize::from(reader.u8().ok()?) };
    let port = match kind & 0x0f {
        15 => reader.le_u16().ok()?,
        port => u16::from(port),
    };
    let link = reader.take(length).ok()?;
    // Segments fill whole words.
    if kind & 0x10 != 0 && length % 2 == 1 {
        reader.skip(1).ok()?;
    }
    Some(Segment::Port { port, link })
}

/// Appendix C-1.4.2, padded form: 16- and 32-bit values have a filler byte before them.
fn logical<'a>(kind: u8, reader: &mut Reader<'a>) -> Option<Segment<'a>> {
    let logical = match kind >> 2 & 7 {
        0 => Logical::Class,
        1 => Logical::Instance,
        2 => Logical::Member,
        3 => Logical::ConnectionPoint,
        4 => Logical::Attribute,
        5 => return special(kind, reader),
        6 => Logical::Service,
        _ => return Some(Segment::Unknown(kind)),
    };
    let value = match kind & 3 {
        0 => u32::from(reader.u8().ok()?),
        1 => {
            reader.skip(1).ok()?;
            u32::from(reader.le_u16().ok()?)
        }
        2 => {
            reader.skip(1).ok()?;
            reader.le_u32().ok()?
        }
        _ => return Some(Segment::Unknown(kind)),
    };
    Some(Segment::Logical(logical, value))
}

fn special<'a>(kind: u8, reader: &mut Reader<'a>) -> Option<Segment<'a>> {
    if kind & 3 != 0 {
        return Some(Segment::Unknown(kind));
    }
    let format = reader.u8().ok()?;
    let key = Key {
        vendor_id: reader.le_u16().ok()?,
        device_type: reader.le_u16().ok()?,
        product_code: reader.le_u16().ok()?,
        major: reader.u8().ok()?,
        minor: reader.u8().ok()?,
    };
    match format {
        4 => {}
        // Format 5 adds the serial number.
        5 => reader.skip(4).ok()?,
        _ => return Some(Segment::Unknown(kind)),
    }
    Some(Segment::Key(key))
}

/// Appendix C-1.4.3: bit 4 tells that a length in words follows.
fn network<'a>(kind: u8, reader: &mut Reader<'a>) -> Option<Segment<'a>> {
    let subtype = kind & 0x1f;
    let length = if subtype & 0x10 == 0 { 1 } else { usize::from(reader.u8().ok()?).saturating_mul(2) };
    Some(Segment::Network(subtype, reader.take(length).ok()?))
}

/// Appendix C-1.4.4: low five bits the length; 0 begins the extended form, of which only names occur.
fn symbol<'a>(kind: u8, reader: &mut Reader<'a>) -> Option<Segment<'a>> {
    match kind & 0x1f {
        0 => {
            let format = reader.u8().ok()?;
            let characters = usize::from(format & 0x1f);
            let length = match format >> 5 {
                1 => characters.saturating_mul(2),
                2 => characters.saturating_mul(3),
                6 => match format & 0x1f {
                    6 => 1,
                    7 => 2,
                    8 => 4,
                    _ => return Some(Segment::Unknown(kind)),
                },
                _ => return Some(Segment::Unknown(kind)),
            };
            Some(Segment::Symbol(reader.take(length).ok()?))
        }
        length => {
            let name = reader.take(usize::from(length)).ok()?;
            if length.is_multiple_of(2) {
                let _ = reader.skip(usize::from(reader.peek_u8() == Ok(0)));
            }
            Some(Segment::Symbol(name))
        }
    }
}

/// Appendix C-1.4.5: simple data in words, or an ANSI extended symbol in bytes.
fn data<'a>(kind: u8, reader: &mut Reader<'a>) -> Option<Segment<'a>> {
    let length = usize::from(reader.u8().ok()?);
    match kind {
        0x80 => Some(Segment::Data(reader.take(length.saturating_mul(2)).ok()?)),
        0x91 => {
            let name = reader.take(length).ok()?;
            if length % 2 == 1 {
                reader.skip(1).ok()?;
            }
            Some(Segment::Symbol(name))
        }
        _ => Some(Segment::Unknown(kind)),
    }
}
