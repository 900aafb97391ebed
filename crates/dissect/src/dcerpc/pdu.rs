//! Packets of connection-oriented RPC (C706 12.6.3).

use std::fmt;

use crate::{Function, Kind, Reader, Short};

/// Bytes of the common header.
pub(super) const HEADER: usize = 16;
/// Bytes of a call with its allocation hint, context and operation number.
pub(super) const CALL_HEADER: usize = 24;

pub(super) const REQUEST: u8 = 0;
pub(super) const RESPONSE: u8 = 2;
pub(super) const FAULT: u8 = 3;
pub(super) const BIND: u8 = 11;
pub(super) const BIND_ACK: u8 = 12;
pub(super) const BIND_NAK: u8 = 13;
pub(super) const ALTER_CONTEXT: u8 = 14;
pub(super) const ALTER_CONTEXT_RESPONSE: u8 = 15;

/// Name and part of a packet type.
pub(super) const fn describe(kind: u8) -> (Function, Kind) {
    let (name, kind) = match kind {
        REQUEST => ("call", Kind::Request),
        RESPONSE => ("call", Kind::Response),
        FAULT => ("call", Kind::Response),
        BIND => ("bind", Kind::Request),
        BIND_ACK => ("bind_ack", Kind::Response),
        BIND_NAK => ("bind_nak", Kind::Response),
        ALTER_CONTEXT => ("alter_context", Kind::Request),
        ALTER_CONTEXT_RESPONSE => ("alter_context_resp", Kind::Response),
        16 => ("auth3", Kind::Control),
        17 => ("shutdown", Kind::Control),
        18 => ("co_cancel", Kind::Control),
        19 => ("orphaned", Kind::Control),
        20 => ("rts", Kind::Control),
        _ => return (Function::Unknown(kind as u32), Kind::Control),
    };
    (Function::Known(name), kind)
}

/// An interface or object identifier, in the order its text shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Uuid {
    first: u32,
    second: u16,
    third: u16,
    rest: [u8; 8],
}

/// Order of the bytes of numbers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Order {
    pub(super) little: bool,
}

impl Order {
    pub(super) fn u16(self, reader: &mut Reader<'_>) -> Result<u16, Short> {
        if self.little { reader.le_u16() } else { reader.be_u16() }
    }

    pub(super) fn u32(self, reader: &mut Reader<'_>) -> Result<u32, Short> {
        if self.little { reader.le_u32() } else { reader.be_u32() }
    }

    pub(super) fn uuid(self, reader: &mut Reader<'_>) -> Result<Uuid, Short> {
        Ok(Uuid {
            first: self.u32(reader)?,
            second: self.u16(reader)?,
            third: self.u16(reader)?,
            rest: reader.array()?,
        })
    }
}

impl Uuid {
    /// The number that it begins with.
    pub(super) const fn first(&self) -> u32 {
        self.first
    }

    /// Whether it is of the family of the PROFINET IO interfaces: all but their first number is fixed.
    pub(super) const fn is_pnio(&self) -> bool {
        self.second == 0x6c97
            && self.third == 0x11d1
            && matches!(self.rest, [0x82, 0x71, 0x00, 0xa0, 0x24, 0x42, 0xdf, 0x7d])
    }

    /// Instance, device number and vendor number of an object of PROFINET IO (IEC 61158-6-10, 4.10.3.2.8).
    pub(super) const fn pnio_numbers(&self) -> Option<(u16, u16, u16)> {
        let [0x82, 0x71, i1, i2, d1, d2, v1, v2] = self.rest else { return None };
        Some((u16::from_be_bytes([i1, i2]), u16::from_be_bytes([d1, d2]), u16::from_be_bytes([v1, v2])))
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g, h, i] = self.rest;
        let (first, second, third) = (self.first, self.second, self.third);
        write!(
            f,
            "{first:08x}-{second:04x}-{third:04x}-{a:02x}{b:02x}-{c:02x}{d:02x}{e:02x}{g:02x}{h:02x}{i:02x}"
        )
    }
}

/// The common header.
#[derive(Debug, Clone, Copy)]
pub(super) struct Header {
    pub(super) kind: u8,
    flags: u8,
    minor: u8,
    representation: [u8; 4],
    pub(super) length: u16,
    auth_length: u16,
    pub(super) call_id: u32,
}

impl Header {
    /// Reads the header, whatever it says.
    pub(super) fn parse(data: &[u8]) -> Result<Self, Short> {
        let mut reader = Reader::new(data);
        let [version, minor, kind, flags] = reader.array()?;
        let representation = reader.array()?;
        let mut header = Self { kind, flags, minor, representation, length: 0, auth_length: 0, call_id: 0 };
        // Another version is told by a type that does not exist.
        if version != 5 {
            header.kind = u8::MAX;
        }
        header.length = header.u16(&mut reader)?;
        header.auth_length = header.u16(&mut reader)?;
        header.call_id = header.u32(&mut reader)?;
        Ok(header)
    }

    /// Whether few bytes could begin a header.
    pub(super) fn may_begin(data: &[u8]) -> bool {
        let fits = |at: usize, good: fn(u8) -> bool| data.get(at).is_none_or(|byte| good(*byte));
        fits(0, |version| version == 5)
            && fits(1, |minor| minor <= 1)
            && fits(2, |kind| kind <= 20)
            && fits(4, |order| matches!(order, 0 | 0x10))
            && fits(5, |float| float <= 3)
            && fits(6, |reserved| reserved == 0)
            && fits(7, |reserved| reserved == 0)
    }

    /// Whether type, representation (C706 14.2.5) and lengths fit.
    pub(super) fn fits(&self) -> bool {
        let [order, float, a, b] = self.representation;
        let least: u16 = match self.kind {
            REQUEST | RESPONSE => 24,
            FAULT => 28,
            BIND | ALTER_CONTEXT => 28,
            BIND_ACK | ALTER_CONTEXT_RESPONSE => 24,
            BIND_NAK => 18,
            16..=19 => 16,
            20 => 20,
            _ => return false,
        };
        self.minor <= 1
            && matches!(order, 0 | 0x10)
            && float <= 3
            && (a, b) == (0, 0)
            && self.length >= least
            && self.auth_length <= self.length.saturating_sub(16)
    }

    const fn order(&self) -> Order {
        Order { little: self.representation[0] == 0x10 }
    }

    pub(super) fn u16(&self, reader: &mut Reader<'_>) -> Result<u16, Short> {
        self.order().u16(reader)
    }

    pub(super) fn u32(&self, reader: &mut Reader<'_>) -> Result<u32, Short> {
        self.order().u32(reader)
    }

    fn uuid(&self, reader: &mut Reader<'_>) -> Result<Uuid, Short> {
        self.order().uuid(reader)
    }

    pub(super) const fn is_first(&self) -> bool {
        self.flags & 1 != 0
    }

    pub(super) const fn is_last(&self) -> bool {
        self.flags & 2 != 0
    }

    /// Where the verifier begins in the whole PDU: eight bytes and the token at its end ([MS-RPCE] 2.2.2.11).
    fn trailer(&self) -> Option<usize> {
        if self.auth_length == 0 {
            return None;
        }
        usize::from(self.length).checked_sub(usize::from(self.auth_length))?.checked_sub(8)
    }

    /// Authentication type and token of a whole PDU.
    pub(super) fn verifier<'a>(&self, bytes: &'a [u8]) -> Option<(u8, &'a [u8])> {
        let trailer = bytes.get(self.trailer()?..)?;
        Some((*trailer.first()?, trailer.get(8..)?))
    }

    /// Authentication type, given the bytes after the header.
    pub(super) fn auth_type(&self, body: &[u8]) -> Option<u8> {
        body.get(self.trailer()?.checked_sub(HEADER)?).copied()
    }
}

/// Context, interface and version of every element of a bind (C706 12.6.3.1).
pub(super) fn elements(header: &Header, body: &[u8]) -> impl Iterator<Item = (u16, Uuid, u32)> {
    let header = *header;
    let mut reader = Reader::new(body);
    let count = reader.skip(8).and_then(|()| reader.u8()).unwrap_or(0);
    let _ = reader.skip(3);
    (0..count).map_while(move |_| {
        let context = header.u16(&mut reader).ok()?;
        let transfers = reader.u8().ok()?;
        reader.skip(1).ok()?;
        let uuid = header.uuid(&mut reader).ok()?;
        let version = header.u32(&mut reader).ok()?;
        reader.skip(usize::from(transfers).saturating_mul(20)).ok()?;
        Some((context, uuid, version))
    })
}

/// Results of a bind's contexts (C706 12.6.4.4).
pub(super) fn results(header: &Header, body: &[u8]) -> impl Iterator<Item = u16> {
    let header = *header;
    let mut reader = Reader::new(body);
    let address = reader.skip(8).and_then(|()| header.u16(&mut reader)).unwrap_or(0);
    // The list begins on a multiple of four.
    let padded = usize::from(address).saturating_add(2).next_multiple_of(4).saturating_sub(2);
    let count = reader.skip(padded).and_then(|()| reader.u8()).unwrap_or(0);
    let _ = reader.skip(3);
    (0..count).map_while(move |_| {
        let result = header.u16(&mut reader).ok()?;
        reader.skip(22).ok()?;
        Some(result)
    })
}
