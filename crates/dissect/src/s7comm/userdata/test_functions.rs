//! Test and start-up functions of the engineering station: watch, modify and force variables, breakpoints, jobs.

use super::super::datum;
use super::super::function;
use super::{Name, REQUEST};
use crate::{Reader, Text, Visitor};
use std::fmt::Write;

/// Bytes of one address in a watch table: area and width, repetition, block, start.
const ADDRESS: usize = 6;
/// Subfunctions whose requests hold a watch table.
const VARIABLE_STATUS: u8 = 0x02;
const MODIFY_VARIABLE: u8 = 0x08;
const FORCE: u8 = 0x09;

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

/// The addresses of a watch table; `None` when they do not fit.
fn addresses(content: &[u8]) -> Option<impl Iterator<Item = Address>> {
    let mut reader = Reader::new(content);
    let count = usize::from(reader.be_u16().ok()?);
    let bytes = reader.take(count.checked_mul(ADDRESS)?).ok()?;
    Some(bytes.chunks_exact(ADDRESS).filter_map(|bytes| {
        let mut reader = Reader::new(bytes);
        Some(Address {
            area: reader.u8().ok()?,
            repetition: reader.u8().ok()?,
            db: reader.be_u16().ok()?,
            start: reader.be_u16().ok()?,
        })
    }))
}

impl Address {
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

/// Shows a request, answer or push.
pub(super) fn visit(kind: u8, subfunction: u8, data: &[u8], visitor: &mut dyn Visitor) -> Option<()> {
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
            for _ in 0..count {
                let Some(datum) = datum::datum(&mut reader) else { break };
                visitor.begin_object("");
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
