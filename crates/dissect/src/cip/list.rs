//! Lists of attributes in requests and responses (volume 1, A-4.3, A-4.4; 1756-PM020 for tag lists).

use super::attribute::{self, Kind};
use crate::Reader;

/// Attributes of one list that are looked at; ids are below that in every public class.
const MAX_ENTRIES: usize = 1_024;

/// One attribute of a list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry<'a> {
    pub(super) id: u16,
    /// Status of this attribute; always 0 in a request.
    pub(super) status: u16,
    /// Name and encoding where the class is public.
    pub(super) known: Option<(&'static str, Kind)>,
    pub(super) value: &'a [u8],
}

/// The attribute ids that a get_attribute_list or get_instance_attribute_list asks for.
pub(super) fn ids(data: &[u8]) -> impl Iterator<Item = u16> {
    let mut reader = Reader::new(data);
    let count = usize::from(reader.le_u16().unwrap_or(0)).min(MAX_ENTRIES);
    (0..count).map_while(move |_| reader.le_u16().ok())
}

/// The entries of a get_attribute_list response: id, status, and the value where the status is 0. A value of unknown
/// length ends where the next asked attribute begins.
pub(super) fn answered<'a>(
    class: u32,
    whole: bool,
    asked: &'a [u8],
    data: &'a [u8],
) -> impl Iterator<Item = Entry<'a>> {
    let mut reader = Reader::new(data);
    let count = usize::from(reader.le_u16().unwrap_or(0)).min(MAX_ENTRIES);
    let mut ids = ids(asked).peekable();
    (0..count).map_while(move |_| {
        let id = reader.le_u16().ok()?;
        let status = reader.le_u16().ok()?;
        if ids.peek() == Some(&id) {
            ids.next();
        }
        let known = attribute::lookup(class, whole, u32::from(id));
        let value = match known {
            _ if status != 0 => &[][..],
            Some((_, kind)) => {
                attribute::take(kind, &mut reader).unwrap_or_else(|| reader.take_up_to(usize::MAX))
            }
            None => {
                let length =
                    ids.peek().and_then(|next| begins(reader.rest(), *next)).unwrap_or(reader.remaining());
                reader.take_up_to(length)
            }
        };
        Some(Entry { id, status, known, value })
    })
}

/// Where the entry of this attribute begins: its id and a status of 0.
fn begins(data: &[u8], id: u16) -> Option<usize> {
    let [low, high] = id.to_le_bytes();
    data.windows(4).position(|window| window == [low, high, 0, 0])
}

/// The entries of a set_attribute_list request; the value of an unknown attribute takes the rest.
pub(super) fn set(class: u32, whole: bool, data: &[u8]) -> impl Iterator<Item = Entry<'_>> {
    let mut reader = Reader::new(data);
    let count = usize::from(reader.le_u16().unwrap_or(0)).min(MAX_ENTRIES);
    (0..count).map_while(move |_| {
        let id = reader.le_u16().ok()?;
        let known = attribute::lookup(class, whole, u32::from(id));
        let value = match known {
            Some((_, kind)) => {
                attribute::take(kind, &mut reader).unwrap_or_else(|| reader.take_up_to(usize::MAX))
            }
            None => reader.take_up_to(usize::MAX),
        };
        Some(Entry { id, status: 0, known, value })
    })
}

/// The entries of a set_attribute_list response: id and status.
pub(super) fn set_answered(data: &[u8]) -> impl Iterator<Item = (u16, u16)> {
    let mut reader = Reader::new(data);
    let count = usize::from(reader.le_u16().unwrap_or(0)).min(MAX_ENTRIES);
    (0..count).map_while(move |_| Some((reader.le_u16().ok()?, reader.le_u16().ok()?)))
}

/// The attributes of a get_attributes_all response, as far as the class defines their order; returns what is left.
pub(super) fn all<'a>(
    class: u32,
    whole: bool,
    data: &'a [u8],
    mut each: impl FnMut(u32, &'static str, Kind, &'a [u8]),
) -> &'a [u8] {
    let mut reader = Reader::new(data);
    for id in attribute::all(class, whole) {
        let Some((name, kind)) = attribute::lookup(class, whole, *id) else { break };
        let Some(value) = attribute::take(kind, &mut reader) else { break };
        each(*id, name, kind, value);
    }
    reader.rest()
}
