//! Data items: return code, transport size, length, bytes; and the numbers in them.

use super::error;
use super::item::{Any, Item, element, items};
use crate::{Number, Protocol, Reader, Reference, Sink, Text, Value, Visitor};

/// Transport sizes of data whose length counts bits.
const BIT: u8 = 0x03;
const BYTES: u8 = 0x04;
const INTEGER: u8 = 0x05;
/// No data.
pub(super) const NULL: u8 = 0x00;

/// Most elements of one item that become values: longer ones are tables or texts.
const MAX_ELEMENTS: u16 = 64;
/// Most elements of an untyped byte range that become values: longer ranges are memory whose types only the
/// program knows.
const MAX_BYTES: u16 = 8;

/// One data item.
#[derive(Debug, Clone, Copy)]
pub(super) struct Datum<'a> {
    pub(super) return_code: u8,
    pub(super) transport: u8,
    pub(super) data: &'a [u8],
}

/// The data items of a job or its answer; one of odd length is padded unless it is the last.
pub(super) fn data(bytes: &[u8], count: u8) -> impl Iterator<Item = Datum<'_>> {
    let mut reader = Reader::new(bytes);
    std::iter::from_fn(move || datum(&mut reader)).take(usize::from(count))
}

/// Takes one data item with its padding. A cut one gives what is there.
pub(super) fn datum<'a>(reader: &mut Reader<'a>) -> Option<Datum<'a>> {
    let return_code = reader.u8().ok()?;
    let transport = reader.u8().ok()?;
    let length = usize::from(reader.be_u16().ok()?);
    let length = if matches!(transport, BIT | BYTES | INTEGER) { length.div_ceil(8) } else { length };
    let data = reader.take_up_to(length);
    if length % 2 == 1 {
        let _ = reader.take_up_to(1);
    }
    Some(Datum { return_code, transport, data })
}

/// Name of a transport size of data.
pub(super) const fn transport_name(transport: u8) -> &'static str {
    match transport {
        NULL => "null",
        BIT => "bit",
        BYTES => "byte_word_dword",
        INTEGER => "integer",
        0x06 => "dinteger",
        0x07 => "real",
        0x09 => "octet_string",
        0x11 => "nck_address_1",
        0x12 => "nck_address_2",
        _ => "unknown",
    }
}

/// A number of the given element type.
fn number(transport: u8, bytes: &[u8]) -> Option<Number> {
    let mut reader = Reader::new(bytes);
    Some(match transport {
        0x01 => Number::Bool(reader.u8().ok()? & 1 != 0),
        0x02 | 0x03 => Number::Uint(reader.u8().ok()?.into()),
        0x04 | 0x09 | 0x0c | 0x1c | 0x1d => Number::Uint(reader.be_u16().ok()?.into()),
        0x05 => Number::Int(reader.be_i16().ok()?.into()),
        0x06 | 0x0a | 0x20 => Number::Uint(reader.be_u32().ok()?.into()),
        0x07 | 0x0b => Number::Int(reader.be_i32().ok()?.into()),
        0x08 => Number::Float(reader.be_f32().ok()?.into()),
        _ => return None,
    })
}

/// The elements of an item's data with their numbers.
fn elements(any: Any, bytes: &[u8]) -> impl Iterator<Item = (Any, Number)> {
    let (_, width) = element(any.transport);
    let count = if width == 0 { any.count.min(1) } else { any.count };
    (0..u32::from(count)).map_while(move |index| {
        let width = usize::from(width.max(1));
        let start = width.checked_mul(usize::try_from(index).ok()?)?;
        let bytes = bytes.get(start..start.checked_add(width)?)?;
        Some((any.element(index), number(any.transport, bytes)?))
    })
}

/// Whether an item's elements are worth being values of their own.
const fn is_process_data(any: &Any) -> bool {
    let most = if matches!(any.transport, 0x02 | 0x03) { MAX_BYTES } else { MAX_ELEMENTS };
    any.count <= most
}

/// Hands the values of read answers and write jobs to `sink`; `specification` are the items asked for.
pub(super) fn emit(
    specification: &[u8],
    count: u8,
    bytes: &[u8],
    write: bool,
    address: Reference<'_>,
    sink: &mut dyn Sink,
) {
    for (item, datum) in items(specification, count).zip(data(bytes, count)) {
        let Some(any) = item.any().filter(is_process_data) else { continue };
        if !write && datum.return_code != error::SUCCESS {
            continue;
        }
        for (any, number) in elements(any, datum.data) {
            let mut name = Text::<32>::default();
            if any.write(&mut name).is_ok() {
                sink.value(&Value {
                    protocol: Protocol::S7comm,
                    address,
                    object: Reference::Text(name.as_str()),
                    kind: element(any.transport).0,
                    number,
                });
            }
        }
    }
}

/// Shows one data item; its address, where known, types the value.
pub(super) fn visit(datum: &Datum<'_>, item: Option<&Item<'_>>, visitor: &mut dyn Visitor) {
    visitor.named("return_code", u64::from(datum.return_code), error::return_code(datum.return_code));
    if datum.transport == NULL && datum.data.is_empty() {
        return;
    }
    visitor.named("data_transport_size", u64::from(datum.transport), transport_name(datum.transport));
    visitor.uint("length", datum.data.len() as u64);
    let Some(any) = item.and_then(Item::any) else {
        visit_untyped(datum, visitor);
        return;
    };
    let (_, width) = element(any.transport);
    if any.count > 1 && !is_process_data(&any) || number(any.transport, datum.data).is_none() {
        visitor.bytes("data", datum.data);
    } else if any.count <= 1 || width == 0 {
        if let Some(number) = number(any.transport, datum.data) {
            visit_number("value", number, visitor);
        }
    } else {
        visitor.begin_list("values");
        for (_, number) in elements(any, datum.data) {
            visit_number("", number, visitor);
        }
        visitor.end_list();
    }
}

fn visit_untyped(datum: &Datum<'_>, visitor: &mut dyn Visitor) {
    let transport = match (datum.transport, datum.data.len()) {
        (BIT, 1) => 0x01,
        (BYTES, 1) => 0x02,
        (BYTES, 2) => 0x04,
        (BYTES, 4) => 0x06,
        (INTEGER, 2) => 0x05,
        (0x06, 4) => 0x07,
        (0x07, 4) => 0x08,
        _ => {
            visitor.bytes("data", datum.data);
            return;
        }
    };
    if let Some(number) = number(transport, datum.data) {
        visit_number("value", number, visitor);
    }
}

pub(super) fn visit_number(name: &'static str, number: Number, visitor: &mut dyn Visitor) {
    match number {
        Number::Bool(value) => visitor.flag(name, value),
        Number::Int(value) => visitor.int(name, value),
        Number::Uint(value) => visitor.uint(name, value),
        Number::Float(value) => visitor.float(name, value),
    }
}
