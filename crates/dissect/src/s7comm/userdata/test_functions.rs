//! Test and start-up functions of the engineering station: watch, modify and force variables, breakpoints, jobs.

use super::super::datum;
use super::super::error;
use super::super::function;
use super::{Name, REQUEST};
use crate::{Number, Protocol, Reader, Reference, Sink, Text, Value, Visitor};
use std::fmt::Write;

/// Bytes of one address in a watch table: area and width, repetition, block, start.
const ADDRESS: usize = 6;
/// Subfunctions whose requests hold a watch table.
const VARIABLE_STATUS: u8 = 0x02;
const MODIFY_VARIABLE: u8 = 0x08;
const FORCE: u8 = 0x09;
/// Most elements of one address that become values: longer ones are tables or texts, and untyped bytes beyond a few are
/// memory whose types only the program knows.
const MAX_ELEMENTS: u8 = 64;
const MAX_BYTES: u8 = 8;

/// Parameters and data: both lengths, then both parts.
fn split(data: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut reader = Reader::new(data);
    let parameters = usize::from(reader.be_u16().ok()?);
    let content = usize::from(reader.be_u16().ok()?);
    Some((reader.take(parameters).ok()?, reader.take_up_to(content)))
}

/// One address of a watch table.
#[derive(Debug, Clone, Copy)]
struct Address {
    area: u8,
    repetition: u8,
    db: u16,
    start: u16,
}

/// The addresses of a watch table as on the wire; `None` when they do not fit.
fn table(content: &[u8]) -> Option<&[u8]> {
    let mut reader = Reader::new(content);
    let count = usize::from(reader.be_u16().ok()?);
    reader.take(count.checked_mul(ADDRESS)?).ok()
}

/// The addresses of a watch table; `None` when they do not fit.
fn addresses(content: &[u8]) -> Option<impl Iterator<Item = Address>> {
    table(content).map(rows)
}

/// The addresses of a table.
fn rows(table: &[u8]) -> impl Iterator<Item = Address> {
    table.chunks_exact(ADDRESS).filter_map(|bytes| {
        let mut reader = Reader::new(bytes);
        Some(Address {
            area: reader.u8().ok()?,
            repetition: reader.u8().ok()?,
            db: reader.be_u16().ok()?,
            start: reader.be_u16().ok()?,
        })
    })
}

/// The table that a request to watch variables names: pushes of its job bring their values.
pub(super) fn watched(subfunction: u8, data: &[u8]) -> Option<&[u8]> {
    if subfunction != VARIABLE_STATUS {
        return None;
    }
    split(data).and_then(|(_, content)| table(content))
}

/// Hands the values of a push to `sink`; `table` is what its job watches.
pub(super) fn emit(subfunction: u8, table: &[u8], data: &[u8], place: Reference<'_>, sink: &mut dyn Sink) {
    let Some((_, content)) = split(data).filter(|_| subfunction == VARIABLE_STATUS) else { return };
    let mut reader = Reader::new(content);
    let Ok(count) = reader.be_u16() else { return };
    for address in rows(table).take(usize::from(count)) {
        let Some(datum) = datum::datum(&mut reader) else { return };
        let Some((kind, width)) = address.element().filter(|_| datum.return_code == error::SUCCESS) else {
            continue;
        };
        let most = if width == 1 { MAX_BYTES } else { MAX_ELEMENTS };
        if address.repetition > most {
            continue;
        }
        let mut own = address;
        for bytes in datum.data.chunks_exact(width).take(usize::from(address.repetition)) {
            let number = bytes.iter().fold(0u64, |number, byte| number << 8 | u64::from(*byte));
            let mut name = Text::<48>::default();
            if own.write(&mut name).is_ok() {
                sink.value(&Value {
                    protocol: Protocol::S7comm,
                    address: place,
                    object: Reference::Text(name.as_str()),
                    kind,
                    number: Number::Uint(number),
                });
            }
            own.start = own.start.saturating_add(u16::try_from(width).unwrap_or(1));
        }
    }
}

impl Address {
    /// Type and width in bytes of one element; timers, counters and bits are not taken apart.
    const fn element(self) -> Option<(&'static str, usize)> {
        match (self.area >> 4, self.area & 0x0f) {
            (0..=3 | 7, 1) => Some(("byte", 1)),
            (0..=3 | 7, 2) => Some(("word", 2)),
            (0..=3 | 7, 3) => Some(("dword", 4)),
            _ => None,
        }
    }

    /// Area letters of the upper four bits, width letter of the lower.
    fn write(self, out: &mut dyn Write) -> std::fmt::Result {
        let width = match self.area & 0x0f {
            1 => "B",
            2 => "W",
            3 => "D",
            _ => "",
        };
        let area = match self.area >> 4 {
            0 => "M",
            1 => "I",
            2 => "Q",
            3 => "P",
            5 => "T",
            6 => "C",
            7 => return write!(out, "DB{}.DB{width}{}", self.db, self.start),
            _ => return write!(out, "area 0x{:02x} {}", self.area, self.start),
        };
        write!(out, "{area}{width}{}", self.start)
    }
}

/// The first address that a request names.
pub(super) fn object(data: &[u8]) -> Name {
    let mut name = Text::default();
    if let Some(address) =
        split(data).and_then(|(_, content)| addresses(content)).and_then(|mut addresses| addresses.next())
    {
        let _ = address.write(&mut name);
    }
    name
}

/// Shows a request, answer or push; `table` is what the job of a push watches.
pub(super) fn visit(
    kind: u8,
    subfunction: u8,
    data: &[u8],
    table: &[u8],
    visitor: &mut dyn Visitor,
) -> Option<()> {
    let (parameters, content) = split(data)?;
    visitor.bytes("test_parameters", parameters);
    match (subfunction, kind == REQUEST) {
        (VARIABLE_STATUS | MODIFY_VARIABLE | FORCE, true) => {
            let known = addresses(content)?;
            visitor.begin_list("items");
            let mut count = 0usize;
            for address in known {
                let mut name = Text::<48>::default();
                let _ = address.write(&mut name);
                visitor.begin_object("");
                visitor.text("name", name.as_str());
                visitor.uint("area", u64::from(address.area));
                visitor.uint("db", u64::from(address.db));
                visitor.uint("address", u64::from(address.start));
                visitor.uint("count", u64::from(address.repetition));
                visitor.end_object();
                count = count.saturating_add(1);
            }
            visitor.end_list();
            let rest = content.get(count.checked_mul(ADDRESS)?.checked_add(2)?..)?;
            if !rest.is_empty() {
                visitor.bytes("data", rest);
            }
        }
        (VARIABLE_STATUS, false) => {
            let mut reader = Reader::new(content);
            let count = reader.be_u16().ok()?;
            visitor.uint("item_count", u64::from(count));
            visitor.begin_list("items");
            let mut watched = rows(table);
            for _ in 0..count {
                let Some(datum) = datum::datum(&mut reader) else { break };
                visitor.begin_object("");
                if let Some(address) = watched.next() {
                    let mut name = Text::<48>::default();
                    let _ = address.write(&mut name);
                    visitor.text("name", name.as_str());
                }
                datum::visit(&datum, None, visitor);
                visitor.end_object();
            }
            visitor.end_list();
        }
        // Enable, disable, delete, read a job: its function and number.
        (0x0d..=0x12, true) => {
            if let [job, number] = content {
                let (name, _) = function::userdata(function::PROGRAMMER, *job);
                visitor.named(
                    "job_function",
                    u64::from(*job),
                    Text::<32>::of(format_args!("{name}")).as_str(),
                );
                visitor.uint("job_sequence", u64::from(*number));
            } else if !content.is_empty() {
                visitor.bytes("data", content);
            }
        }
        _ if content.is_empty() => {}
        _ => visitor.bytes("data", content),
    }
    Some(())
}
