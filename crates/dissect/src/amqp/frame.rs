//! Frames of both versions.

use super::{BODY, FRAME_END, HEADER, HEARTBEAT, MAX_FRAME, METHOD, method};
use crate::Reader;

/// A frame of 0.9.1.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame<'a> {
    pub(super) kind: u8,
    pub(super) channel: u16,
    pub(super) payload: &'a [u8],
    pub(super) ends: bool,
    pub(super) is_cut: bool,
    pub(super) taken: usize,
}

impl<'a> Frame<'a> {
    /// `None` while its header is not whole.
    pub(super) fn parse(data: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(data);
        let kind = reader.u8().ok()?;
        let channel = reader.be_u16().ok()?;
        let size = usize::try_from(reader.be_u32().ok()?).ok()?;
        let payload = reader.take_up_to(size);
        let is_cut = payload.len() < size || reader.is_empty();
        let ends = reader.u8().is_ok_and(|end| end == FRAME_END);
        Some(Self { kind, channel, payload, ends, is_cut, taken: reader.position() })
    }

    /// Size of the payload, once it is there.
    pub(super) fn size(data: &[u8]) -> Option<usize> {
        usize::try_from(u32::from_be_bytes(*data.get(3..)?.first_chunk()?)).ok()
    }

    /// Class, method and arguments.
    pub(super) fn method(&self) -> Option<(u16, u16, &'a [u8])> {
        let mut reader = Reader::new(self.payload);
        let (class, method) = (reader.be_u16().ok()?, reader.be_u16().ok()?);
        (self.kind == METHOD).then_some((class, method, reader.rest()))
    }

    /// Whether type, class and size belong together.
    pub(super) fn fits(&self) -> bool {
        match self.kind {
            METHOD => self.method().is_some_and(|(class, method, _)| method::method(class, method).is_some()),
            HEADER => self.payload.starts_with(&[0, 60, 0, 0]) && self.payload.len() >= 14,
            BODY => self.channel != 0,
            HEARTBEAT => self.channel == 0 && self.payload.is_empty(),
            _ => false,
        }
    }
}

/// A frame of 1.0: size, data offset in words, type, channel (part 2, 2.3).
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame1<'a> {
    pub(super) kind: u8,
    pub(super) channel: u16,
    pub(super) body: &'a [u8],
    pub(super) is_cut: bool,
    pub(super) taken: usize,
}

impl<'a> Frame1<'a> {
    /// `None` while its header is not whole, or when it cannot be one.
    pub(super) fn parse(data: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(data);
        let size = usize::try_from(reader.be_u32().ok()?).ok()?;
        let offset = reader.u8().ok()?;
        let kind = reader.u8().ok()?;
        let channel = reader.be_u16().ok()?;
        if offset < 2 || size < usize::from(offset).saturating_mul(4) || kind > 1 || size > MAX_FRAME {
            return None;
        }
        let body = data.get(usize::from(offset).saturating_mul(4)..).unwrap_or_default();
        let length = size.saturating_sub(usize::from(offset).saturating_mul(4));
        let is_cut = body.len() < length;
        Some(Self {
            kind,
            channel,
            body: body.get(..length).unwrap_or(body),
            is_cut,
            taken: size.min(data.len()),
        })
    }
}
