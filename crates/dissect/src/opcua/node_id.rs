//! Names of nodes (Part 3, 8.2; Part 6, 5.2.2.9 and 5.3.1.10 for their text).

use std::fmt;

use crate::{Reader, Short, printable};

/// What tells a node from the others of its namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Id<'a> {
    Numeric(u32),
    Text(&'a [u8]),
    Guid([u8; 16]),
    Opaque(&'a [u8]),
}

/// A node's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NodeId<'a> {
    pub(super) namespace: u16,
    pub(super) id: Id<'a>,
}

/// Flags of expanded node ids.
const HAS_NAMESPACE_URI: u8 = 0x80;
const HAS_SERVER_INDEX: u8 = 0x40;

impl<'a> NodeId<'a> {
    /// Reads a node id.
    ///
    /// # Errors
    /// [`Short`] when it ends too early; `Ok(None)` when its form is none of the specification.
    pub(super) fn read(reader: &mut Reader<'a>) -> Result<Option<Self>, Short> {
        let form = reader.u8()?;
        Self::of_form(form, reader)
    }

    /// Reads an expanded node id; namespace URI and server index are passed over.
    ///
    /// # Errors
    /// As [`NodeId::read`].
    pub(super) fn read_expanded(reader: &mut Reader<'a>) -> Result<Option<Self>, Short> {
        let form = reader.u8()?;
        let node = Self::of_form(form & !(HAS_NAMESPACE_URI | HAS_SERVER_INDEX), reader)?;
        if form & HAS_NAMESPACE_URI != 0 {
            bytes(reader)?;
        }
        if form & HAS_SERVER_INDEX != 0 {
            reader.skip(4)?;
        }
        Ok(node)
    }

    fn of_form(form: u8, reader: &mut Reader<'a>) -> Result<Option<Self>, Short> {
        let (namespace, id) = match form {
            0 => (0, Id::Numeric(u32::from(reader.u8()?))),
            1 => (u16::from(reader.u8()?), Id::Numeric(u32::from(reader.le_u16()?))),
            2 => (reader.le_u16()?, Id::Numeric(reader.le_u32()?)),
            3 => (reader.le_u16()?, Id::Text(bytes(reader)?.unwrap_or_default())),
            4 => (reader.le_u16()?, Id::Guid(reader.array()?)),
            5 => (reader.le_u16()?, Id::Opaque(bytes(reader)?.unwrap_or_default())),
            _ => return Ok(None),
        };
        Ok(Some(Self { namespace, id }))
    }

    /// Its number in namespace 0, which the specification itself fills.
    pub(super) const fn standard(&self) -> Option<u32> {
        match (self.namespace, self.id) {
            (0, Id::Numeric(number)) => Some(number),
            _ => None,
        }
    }

    /// The null node id: no node.
    pub(super) const fn is_null(&self) -> bool {
        matches!(self.standard(), Some(0))
    }
}

/// A string or byte string: a 32-bit length, -1 for null, then the bytes (Part 6, 5.2.2.4).
///
/// # Errors
/// [`Short`] when it ends too early or the length is negative beyond null.
pub(super) fn bytes<'a>(reader: &mut Reader<'a>) -> Result<Option<&'a [u8]>, Short> {
    let length = reader.le_i32()?;
    match usize::try_from(length) {
        Ok(length) => reader.take(length).map(Some),
        Err(_) if length == -1 => Ok(None),
        Err(_) => Err(Short { needed: 1 }),
    }
}

impl fmt::Display for NodeId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.namespace != 0 {
            write!(f, "ns={};", self.namespace)?;
        }
        match self.id {
            Id::Numeric(number) => write!(f, "i={number}"),
            Id::Text(text) => write!(f, "s={}", printable(text)),
            Id::Guid(guid) => write!(f, "g={}", Guid(guid)),
            Id::Opaque(bytes) => {
                f.write_str("b=")?;
                base64(bytes, f)
            }
        }
    }
}

/// A globally unique identifier; the first three groups are little-endian (Part 6, 5.2.2.6).
pub(super) struct Guid(pub(super) [u8; 16]);

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g, h, i, tail @ ..] = self.0;
        let first = u32::from_le_bytes([a, b, c, d]);
        let (second, third) = (u16::from_le_bytes([e, g]), u16::from_le_bytes([h, i]));
        write!(f, "{first:08x}-{second:04x}-{third:04x}-")?;
        for (at, byte) in tail.iter().enumerate() {
            write!(f, "{}{byte:02x}", if at == 2 { "-" } else { "" })?;
        }
        Ok(())
    }
}

/// RFC 4648, clause 4.
fn base64(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for group in bytes.chunks(3) {
        let mut triple = [0u8; 3];
        for (to, from) in triple.iter_mut().zip(group) {
            *to = *from;
        }
        let [a, b, c] = triple;
        let digits = [a >> 2, (a & 3) << 4 | b >> 4, (b & 15) << 2 | c >> 6, c & 63];
        for (at, digit) in digits.iter().enumerate() {
            let shown = DIGITS.get(usize::from(*digit)).filter(|_| at <= group.len());
            write!(f, "{}", char::from(*shown.unwrap_or(&b'=')))?;
        }
    }
    Ok(())
}
