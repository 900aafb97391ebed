//! The layers of V3: datagram, channel, service.

use crate::Reader;

/// First byte of a datagram.
pub(super) const MAGIC: u8 = 0xc5;
/// Services of the datagram layer.
pub(super) const ADDRESS_REQUEST: u8 = 1;
pub(super) const ADDRESS_RESPONSE: u8 = 2;
pub(super) const NAME_REQUEST: u8 = 3;
pub(super) const NAME_RESPONSE: u8 = 4;
pub(super) const CHANNEL: u8 = 0x40;
/// Packets of the channel layer.
pub(super) const BLOCK: u8 = 0x01;
pub(super) const ACKNOWLEDGE: u8 = 0x02;
pub(super) const KEEP_ALIVE: u8 = 0x03;
pub(super) const OPEN_RESPONSE: u8 = 0x83;
pub(super) const GET_INFO: u8 = 0xc2;
pub(super) const OPEN_REQUEST: u8 = 0xc3;
pub(super) const CLOSE: u8 = 0xc4;
/// Flag of a block that begins a service.
const FIRST: u8 = 0x01;
/// Tags of the service layer: plain, and inside encryption.
const PLAIN: u16 = 0xcd55;
const SECURE: u16 = 0x7557;
/// Tags with these ids hold tags.
const PARENT: u32 = 0x80;

/// A datagram: header, addresses, what it carries.
#[derive(Debug, Clone, Copy)]
pub(super) struct Datagram<'a> {
    pub(super) hops: u8,
    pub(super) priority: u8,
    pub(super) service: u8,
    pub(super) message_id: u8,
    pub(super) receiver: &'a [u8],
    pub(super) sender: &'a [u8],
    pub(super) payload: &'a [u8],
}

impl<'a> Datagram<'a> {
    /// `before` counts the bytes in front, which the padding of header and addresses to four bytes includes.
    pub(super) fn parse(data: &'a [u8], before: usize) -> Option<Self> {
        let mut reader = Reader::new(data);
        if reader.u8().ok()? != MAGIC {
            return None;
        }
        let (hop, info, service) = (reader.u8().ok()?, reader.u8().ok()?, reader.u8().ok()?);
        let (message_id, lengths) = (reader.u8().ok()?, reader.u8().ok()?);
        // The header's length counts words; broadcasts have one word more.
        let header = usize::from(hop & 7).saturating_mul(2);
        reader.skip(header.checked_sub(reader.position())?).ok()?;
        let receiver = reader.take(usize::from(lengths & 0x0f).saturating_mul(2)).ok()?;
        let sender = reader.take(usize::from(lengths >> 4).saturating_mul(2)).ok()?;
        let pad = before.saturating_add(reader.position()) % 4;
        reader.skip(pad).ok()?;
        let (hops, priority) = (hop >> 3, info >> 6);
        Some(Self { hops, priority, service, message_id, receiver, sender, payload: reader.rest() })
    }

    /// Whether service and payload belong together.
    pub(super) fn fits(&self) -> bool {
        match self.service {
            ADDRESS_REQUEST | ADDRESS_RESPONSE => true,
            NAME_REQUEST | NAME_RESPONSE => self.payload.get(1) == Some(&0xc2),
            CHANNEL => matches!(
                self.payload.first(),
                Some(&(BLOCK | ACKNOWLEDGE | KEEP_ALIVE | OPEN_RESPONSE | GET_INFO | OPEN_REQUEST | CLOSE))
            ),
            _ => false,
        }
    }
}

/// A part of a service.
#[derive(Debug, Clone, Copy)]
pub(super) struct Block<'a> {
    pub(super) channel: u16,
    pub(super) number: u32,
    pub(super) acknowledged: u32,
    /// Bytes of the whole service, in its first block.
    pub(super) total: Option<u32>,
    pub(super) data: &'a [u8],
}

impl<'a> Block<'a> {
    pub(super) fn parse(packet: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(packet);
        reader.skip(1).ok()?;
        let flags = reader.u8().ok()?;
        let channel = reader.le_u16().ok()?;
        let (number, acknowledged) = (reader.le_u32().ok()?, reader.le_u32().ok()?);
        let total = if flags & FIRST != 0 {
            let total = reader.le_u32().ok()?;
            // The checksum of the whole service.
            reader.skip(4).ok()?;
            Some(total)
        } else {
            None
        };
        Some(Self { channel, number, acknowledged, total, data: reader.rest() })
    }
}

/// Channel of any packet that names one.
pub(super) fn channel(packet: &[u8]) -> Option<u16> {
    let mut reader = Reader::new(packet);
    let at = match reader.u8().ok()? {
        BLOCK | ACKNOWLEDGE | KEEP_ALIVE => 1,
        // Flags, version and checksum stand before it; in answers to an opening a message id and the reason too.
        CLOSE => 7,
        OPEN_RESPONSE => 13,
        _ => return None,
    };
    reader.skip(at).ok()?;
    reader.le_u16().ok()
}

/// Why a channel was not opened; zero where it was.
pub(super) fn reason(packet: &[u8]) -> Option<u16> {
    let mut reader = Reader::new(packet);
    let at = if reader.u8().ok()? == OPEN_RESPONSE { 11 } else { return None };
    reader.skip(at).ok()?;
    reader.le_u16().ok()
}

/// The head of a service and its tags.
#[derive(Debug, Clone, Copy)]
pub(super) struct Service<'a> {
    pub(super) is_secure: bool,
    pub(super) group: u16,
    pub(super) command: u16,
    pub(super) session: u32,
    pub(super) length: u32,
    pub(super) content: &'a [u8],
}

impl<'a> Service<'a> {
    /// `None` when it begins with neither tag. The header's own length counts what follows it.
    pub(super) fn parse(data: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(data);
        let tag = reader.le_u16().ok()?;
        if !matches!(tag, PLAIN | SECURE) {
            return None;
        }
        let size = usize::from(reader.le_u16().ok()?);
        let (group, command) = (reader.le_u16().ok()?, reader.le_u16().ok()?);
        let (session, length) = (reader.le_u32().ok()?, reader.le_u32().ok()?);
        let content = data.get(size.saturating_add(4)..).unwrap_or_default();
        Some(Self { is_secure: tag == SECURE, group, command, session, length, content })
    }
}

/// Numbers of tags: seven bits a byte, the lowest first.
fn number(reader: &mut Reader<'_>) -> Option<u32> {
    let mut value = 0u32;
    for shift in [0u32, 7, 14, 21] {
        let byte = reader.u8().ok()?;
        value |= u32::from(byte & 0x7f).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

/// Tags in order, as far as they are whole: id and content.
pub(super) fn tags(content: &[u8]) -> impl Iterator<Item = (u32, &[u8])> {
    let mut reader = Reader::new(content);
    std::iter::from_fn(move || {
        let id = number(&mut reader)?;
        let length = usize::try_from(number(&mut reader)?).ok()?;
        Some((id, reader.take(length).ok()?))
    })
}

/// The first tag `inner` inside the first tag `outer`.
pub(super) fn nested(content: &[u8], outer: u32, inner: u32) -> Option<&[u8]> {
    let (_, parent) = tags(content).find(|(id, _)| *id == outer && *id >= PARENT)?;
    tags(parent).find(|(id, _)| *id == inner).map(|(_, value)| value)
}
