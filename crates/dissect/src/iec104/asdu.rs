//! The application service data unit: its header and its information objects (IEC 60870-5-101, 7.2; 60870-5-104, 7).

use super::kinds::{self, Element, Type};
use crate::{Anomalies, Reader, Reference};

/// Type, qualifier of structure, cause, originator and common address.
pub(super) const HEADER: usize = 6;
/// Set in the cause: test; negative confirmation.
const TEST: u8 = 0x80;
const NEGATIVE: u8 = 0x40;

/// One ASDU, as the wire carried it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asdu<'a> {
    pub(super) type_id: u8,
    /// The objects follow one another from one address on.
    pub(super) sequence: bool,
    pub(super) count: u8,
    pub(super) cause: u8,
    pub(super) test: bool,
    pub(super) negative: bool,
    pub(super) originator: u8,
    pub(super) common_address: u16,
    pub(super) objects: &'a [u8],
}

/// One information object.
#[derive(Debug, Clone, Copy)]
pub(super) struct Object<'a> {
    pub(super) ioa: u32,
    pub(super) data: &'a [u8],
    /// Bytes that follow an element with a length of its own.
    pub(super) segment: &'a [u8],
}

impl<'a> Asdu<'a> {
    /// Reads the header; of a cut one as much as there is, at least the type.
    pub(super) fn parse(data: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(data);
        let type_id = reader.u8().ok()?;
        let structure = reader.u8().unwrap_or(0);
        let cause = reader.u8().unwrap_or(0);
        let originator = reader.u8().unwrap_or(0);
        let common_address = reader.le_u16().unwrap_or(0);
        Some(Self {
            type_id,
            sequence: structure & 0x80 != 0,
            count: structure & 0x7f,
            cause: cause & 0x3f,
            test: cause & TEST != 0,
            negative: cause & NEGATIVE != 0,
            originator,
            common_address,
            objects: reader.rest(),
        })
    }

    pub(super) const fn kind(&self) -> Option<&'static Type> {
        kinds::of(self.type_id)
    }

    /// The objects that are whole.
    pub(super) fn objects(&self) -> impl Iterator<Item = Object<'a>> + use<'a> {
        let mut reader = Reader::new(self.objects);
        let kind = self.kind();
        let size = kind.map_or(0, Type::size);
        let (sequence, count) = (self.sequence, self.count);
        let mut first = 0u32;
        let mut at = 0u8;
        std::iter::from_fn(move || {
            let kind = kind?;
            if at >= count {
                return None;
            }
            let ioa = if sequence && at > 0 {
                first.wrapping_add(u32::from(at))
            } else {
                first = reader.le_u24().ok()?;
                first
            };
            at = at.saturating_add(1);
            let (data, segment) = match kind.elements.last() {
                Some(Element::Rest) => {
                    let rest = reader.remaining();
                    (reader.take(rest).ok()?, &[][..])
                }
                Some(Element::Segment) => {
                    let data = reader.take(size).ok()?;
                    let length = data.last().copied().unwrap_or(0);
                    (data, reader.take_up_to(usize::from(length)))
                }
                _ => (reader.take(size).ok()?, &[][..]),
            };
            Some(Object { ioa, data, segment })
        })
    }

    /// Bytes of objects that the header promises; none where only the content tells.
    fn expected(&self) -> Option<usize> {
        let kind = self.kind()?;
        if kind.is_open() {
            return None;
        }
        let count = usize::from(self.count);
        let addresses = if self.sequence { count.min(1) } else { count };
        Some(count.saturating_mul(kind.size()).saturating_add(addresses.saturating_mul(3)))
    }

    /// Whether the length is exactly that of the objects.
    pub(super) fn fits(&self) -> bool {
        self.count > 0 && self.expected().is_none_or(|expected| expected == self.objects.len())
    }

    /// Out-of-spec marks of header and objects.
    pub(super) fn anomalies(&self) -> Anomalies {
        let there = self.objects.len();
        let expected = self.expected();
        let times = match self.kind() {
            Some(kind) => self.objects().all(|object| super::element::times_fit(kind, object.data)),
            None => true,
        };
        let unknown = self.kind().is_none();
        Anomalies::NONE
            .with_if(unknown && self.type_id <= 127 && self.type_id != 0, Anomalies::RESERVED_FUNCTION)
            .with_if(unknown && (self.type_id > 127 || self.type_id == 0), Anomalies::UNKNOWN_FUNCTION)
            .with_if(kinds::cause_name(self.cause).is_empty(), Anomalies::BAD_VALUE)
            .with_if(self.common_address == 0, Anomalies::BAD_VALUE)
            .with_if(!times, Anomalies::BAD_VALUE)
            .with_if(expected.is_some_and(|expected| expected > there), Anomalies::BAD_LENGTH)
            .with_if(expected.is_some_and(|expected| expected < there), Anomalies::TRAILING_BYTES)
            .with_if(self.segment_is_short(), Anomalies::BAD_LENGTH)
    }

    fn segment_is_short(&self) -> bool {
        let promised = |object: &Object<'_>| object.data.last().map_or(0, |length| usize::from(*length));
        matches!(self.kind(), Some(kind) if kind.elements.last() == Some(&Element::Segment))
            && self.objects().next().is_none_or(|object| object.segment.len() < promised(&object))
    }

    /// What the ASDU is about: one object, or from the first to the last.
    pub(super) fn object(&self) -> Reference<'static> {
        let mut objects = self.objects();
        let Some(first) = objects.next().map(|object| object.ioa) else {
            // Types without a layout still begin with an address.
            return Reader::new(self.objects)
                .le_u24()
                .map_or(Reference::None, |ioa| Reference::one("ioa", u64::from(ioa)));
        };
        let last = if self.sequence {
            first.wrapping_add(u32::from(self.count.saturating_sub(1)))
        } else {
            objects.last().map_or(first, |object| object.ioa)
        };
        if last > first {
            Reference::Range { label: "ioa", first: u64::from(first), last: u64::from(last) }
        } else {
            Reference::one("ioa", u64::from(first))
        }
    }
}
