//! What follows a UMAS function code.

use std::fmt::Write as _;

use super::Frame;
use super::function::{
    DOWNLOAD_BLOCK, INIT_COMM, OK, READ_CARD_INFO, READ_DICTIONARY, READ_ID, READ_MEMORY_BLOCK,
    READ_PLC_INFO, READ_PROJECT_INFO, READ_VARIABLES, TAKE_RESERVATION, UPLOAD_BLOCK, WRITE_MEMORY_BLOCK,
    WRITE_VARIABLES,
};
use crate::said::of_sender;
use crate::{Protocol, Reader, Reference, Sink, Text, Visitor, confidence, printable};

/// Part of the project that holds its name and dates.
const PROJECT: u16 = 0;
/// Bytes of a project's answer ahead of its dates: two program identities.
const PROJECT_HEAD: usize = 18;
/// Most variables of one request that are shown; frames hold fewer.
const MAX_VARIABLES: usize = 255;

/// Identity of a controller: the answer to read id.
struct Identity<'a> {
    range: u16,
    hardware_id: u32,
    model: u16,
    com_version: u16,
    com_patch: u16,
    int_version: u16,
    hardware_version: u16,
    crash_code: u32,
    name: &'a [u8],
    banks: Option<u8>,
}

impl<'a> Identity<'a> {
    fn parse(data: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(data);
        let range = reader.le_u16().ok()?;
        let hardware_id = reader.le_u32().ok()?;
        let model = reader.le_u16().ok()?;
        let com_version = reader.le_u16().ok()?;
        let com_patch = reader.le_u16().ok()?;
        let int_version = reader.le_u16().ok()?;
        reader.skip(2).ok()?;
        let hardware_version = reader.le_u16().ok()?;
        let crash_code = reader.le_u32().ok()?;
        let length = reader.u8().ok()?;
        let name = reader.take(usize::from(length)).ok()?;
        let banks = reader.u8().ok();
        Some(Self {
            range,
            hardware_id,
            model,
            com_version,
            com_patch,
            int_version,
            hardware_version,
            crash_code,
            name,
            banks,
        })
    }
}

/// The project in a controller: the answer to read project info.
struct Project<'a> {
    created: Text<20>,
    modified: Text<20>,
    revision: Text<16>,
    name: &'a [u8],
}

impl<'a> Project<'a> {
    fn parse(data: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(data);
        reader.skip(PROJECT_HEAD).ok()?;
        let created = date(&mut reader)?;
        let modified = date(&mut reader)?;
        let [build, minor, major, _] = reader.array::<4>().ok()?;
        let length = reader.u8().ok()?;
        let name = reader.take_up_to(usize::from(length));
        Some(Self { created, modified, revision: Text::of(format_args!("{major}.{minor}.{build}")), name })
    }
}

/// Weekday, second, minute, hour, day, month, year.
fn date(reader: &mut Reader<'_>) -> Option<Text<20>> {
    let [_, second, minute, hour, day, month] = reader.array::<6>().ok()?;
    let year = reader.le_u16().ok()?;
    Some(Text::of(format_args!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")))
}

/// The part of memory that a request addresses.
struct Area {
    range: u8,
    block: u16,
    offset: u32,
    length: u16,
}

fn area(reader: &mut Reader<'_>) -> Option<Area> {
    Some(Area {
        range: reader.u8().ok()?,
        block: reader.le_u16().ok()?,
        offset: reader.le_u32().ok()?,
        length: reader.le_u16().ok()?,
    })
}

/// The object of a request and the number of its program block, where it has them.
pub(super) fn object(frame: &Frame<'_>) -> (Reference<'static>, u16) {
    let mut reader = Reader::new(frame.data);
    if !frame.request {
        return (Reference::None, 0);
    }
    match frame.function {
        Some(READ_MEMORY_BLOCK | WRITE_MEMORY_BLOCK) => {
            area(&mut reader).map_or((Reference::None, 0), |area| {
                (Reference::two(("range", u64::from(area.range)), ("memory_block", u64::from(area.block))), 0)
            })
        }
        Some(UPLOAD_BLOCK | DOWNLOAD_BLOCK) => {
            let block = reader.skip(2).and_then(|()| reader.le_u16()).unwrap_or(0);
            // Blocks of one program are one activity, so that a transfer is not a thousand objects.
            (Reference::Text("program"), block)
        }
        Some(READ_PROJECT_INFO) => (Reference::None, reader.u8().map_or(0, u16::from)),
        _ => (Reference::None, 0),
    }
}

/// Whether the data is as long as the function needs.
pub(super) fn is_complete(frame: &Frame<'_>) -> bool {
    let there = frame.data.len();
    let needed = match (frame.function, frame.request) {
        (Some(READ_MEMORY_BLOCK | WRITE_MEMORY_BLOCK), true) => 9,
        (Some(UPLOAD_BLOCK), true) => Reader::new(frame.data.get(4..).unwrap_or_default())
            .le_u16()
            .map_or(6, |n| usize::from(n).saturating_add(6)),
        (Some(DOWNLOAD_BLOCK), true) => 4,
        (Some(READ_VARIABLES | WRITE_VARIABLES | TAKE_RESERVATION), true) => 5,
        (Some(READ_ID), false) if frame.code == OK => 23,
        (Some(TAKE_RESERVATION), false) if frame.code == OK => 1,
        _ => 0,
    };
    there >= needed
}

/// What identifies the controller, or the station that reserves it.
pub(super) fn observe(frame: &Frame<'_>, sink: &mut dyn Sink) {
    let mut tell = |trust, attribute, text: &str| of_sender(sink, Protocol::Umas, trust, attribute, text);
    match (frame.function, frame.request) {
        (Some(READ_ID), false) => {
            let Some(identity) = Identity::parse(frame.data) else { return };
            tell(confidence::IDENTITY, "model", &printable(identity.name));
            tell(confidence::IDENTITY, "firmware", version(identity.com_version).as_str());
            tell(confidence::IDENTITY, "vendor", "Schneider Electric");
        }
        (Some(READ_PROJECT_INFO), false) if frame.block == PROJECT => {
            let Some(project) = Project::parse(frame.data) else { return };
            tell(confidence::IDENTITY, "application", &printable(project.name));
            tell(confidence::IDENTITY, "application_revision", project.revision.as_str());
        }
        (Some(INIT_COMM), false) => {
            if let Some((_, _, name)) = agreement(frame.data) {
                tell(confidence::IDENTITY, "name", &printable(name));
            }
        }
        (Some(TAKE_RESERVATION), true) => {
            if let Some((_, name)) = reservation(frame.data) {
                tell(confidence::NAMING, "hostname", &printable(name));
            }
        }
        _ => {}
    }
}

/// A version in binary-coded decimals: 0x0270 is 2.70.
fn version(bcd: u16) -> Text<8> {
    Text::of(format_args!("{:x}.{:02x}", bcd >> 8, bcd & 0xff))
}

/// Largest frame, firmware number and name of the answer to init comm.
fn agreement(data: &[u8]) -> Option<(u16, u16, &[u8])> {
    let mut reader = Reader::new(data);
    let size = reader.le_u16().ok()?;
    let firmware = reader.le_u16().ok()?;
    reader.skip(4).ok()?;
    let length = reader.u8().ok()?;
    Some((size, firmware, reader.take_up_to(usize::from(length))))
}

/// Number and name of the station that reserves.
fn reservation(data: &[u8]) -> Option<(u32, &[u8])> {
    let mut reader = Reader::new(data);
    let id = reader.le_u32().ok()?;
    let length = reader.u8().ok()?;
    Some((id, reader.take_up_to(usize::from(length))))
}

/// Shows the fields after the function code.
pub(super) fn visit(frame: &Frame<'_>, visitor: &mut dyn Visitor) {
    let mut reader = Reader::new(frame.data);
    let refused = !frame.request && frame.code != OK;
    if !refused && visit_known(frame, &mut reader, visitor).is_none() {
        // What could not be read in full stands as bytes.
        reader = Reader::new(frame.data);
    }
    if !reader.is_empty() {
        visitor.bytes("data", reader.rest());
    }
}

fn visit_known(frame: &Frame<'_>, reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Option<()> {
    match (frame.function?, frame.request) {
        (INIT_COMM, false) => {
            let (size, firmware, name) = agreement(reader.rest())?;
            visitor.uint("max_frame_size", u64::from(size));
            visitor.uint("firmware_version", u64::from(firmware));
            visitor.text("hostname", &printable(name));
            reader.skip(name.len().saturating_add(9)).ok()?;
        }
        (READ_ID, false) => visit_identity(reader, visitor)?,
        (READ_PROJECT_INFO, false) if frame.block == PROJECT => {
            let project = Project::parse(reader.rest())?;
            visitor.text("created", project.created.as_str());
            visitor.text("modified", project.modified.as_str());
            visitor.text("project_revision", project.revision.as_str());
            visitor.text("project_name", &printable(project.name));
            let _ = reader.take_up_to(usize::MAX);
        }
        (READ_PLC_INFO, false) => {
            let head = reader.take(3).ok()?;
            visitor.bytes("state", head);
            let count = reader.u8().ok()?;
            visitor.begin_list("block_checksums");
            for _ in 0..count {
                let Ok(checksum) = reader.le_u32() else { break };
                visitor.uint("", u64::from(checksum));
            }
            visitor.end_list();
        }
        (READ_CARD_INFO, false) => {}
        (TAKE_RESERVATION, true) => {
            let (id, name) = reservation(reader.rest())?;
            visitor.uint("client_id", u64::from(id));
            visitor.text("client_name", &printable(name));
            reader.skip(name.len().saturating_add(5)).ok()?;
        }
        (TAKE_RESERVATION, false) => visitor.uint("granted_key", u64::from(reader.u8().ok()?)),
        (READ_MEMORY_BLOCK | WRITE_MEMORY_BLOCK, true) => {
            let area = area(reader)?;
            visitor.uint("range", u64::from(area.range));
            visitor.uint("block", u64::from(area.block));
            visitor.uint("offset", u64::from(area.offset));
            visitor.uint("length", u64::from(area.length));
        }
        (READ_MEMORY_BLOCK, false) => {
            visitor.uint("range", u64::from(reader.u8().ok()?));
            visitor.uint("length", u64::from(reader.le_u16().ok()?));
        }
        (READ_VARIABLES | WRITE_VARIABLES, true) => visit_variables(frame, reader, visitor)?,
        (READ_DICTIONARY, true) => {
            visitor.uint("record_type", u64::from(reader.le_u16().ok()?));
            visitor.uint("index", u64::from(reader.u8().ok()?));
            visitor.uint("hardware_id", u64::from(reader.le_u32().ok()?));
            visitor.uint("block", u64::from(reader.le_u16().ok()?));
            visitor.uint("offset", u64::from(reader.le_u16().ok()?));
        }
        (UPLOAD_BLOCK, true) => {
            reader.skip(2).ok()?;
            visitor.uint("block", u64::from(reader.le_u16().ok()?));
            visitor.uint("length", u64::from(reader.le_u16().ok()?));
        }
        (DOWNLOAD_BLOCK, true) => {
            reader.skip(2).ok()?;
            visitor.uint("block", u64::from(reader.le_u16().ok()?));
        }
        (DOWNLOAD_BLOCK, false) => {
            reader.skip(2).ok()?;
            visitor.uint("length", u64::from(reader.le_u16().ok()?));
        }
        _ => {}
    }
    Some(())
}

fn visit_identity(reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Option<()> {
    let identity = Identity::parse(reader.rest())?;
    visitor.uint("range", u64::from(identity.range));
    visitor.uint("hardware_id", u64::from(identity.hardware_id));
    visitor.uint("model", u64::from(identity.model));
    let mut shown = Text::<24>::default();
    let _ = write!(shown, "{}", version(identity.com_version));
    visitor.text("com_version", shown.as_str());
    visitor.uint("com_patch", u64::from(identity.com_patch));
    visitor.uint("int_version", u64::from(identity.int_version));
    visitor.uint("hardware_version", u64::from(identity.hardware_version));
    visitor.uint("crash_code", u64::from(identity.crash_code));
    visitor.text("device_name", &printable(identity.name));
    if let Some(banks) = identity.banks {
        visitor.uint("memory_banks", u64::from(banks));
    }
    reader.skip(identity.name.len().saturating_add(23)).ok()?;
    let _ = reader.u8();
    Some(())
}

/// Variables by place: an array bit and size in one byte, block, base offset, offset, and elements of an array.
fn visit_variables(frame: &Frame<'_>, reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Option<()> {
    visitor.uint("project_checksum", u64::from(reader.le_u32().ok()?));
    let count = reader.u8().ok()?;
    visitor.begin_list("variables");
    for _ in 0..usize::from(count).min(MAX_VARIABLES) {
        let Some((kind, place)) = variable(reader) else { break };
        visitor.begin_object("");
        visitor.uint("size_code", u64::from(kind & 0x0f));
        visitor.uint("block", u64::from(place.0));
        visitor.uint("base_offset", u64::from(place.1));
        visitor.uint("offset", u64::from(place.2));
        let mut elements = 1;
        if kind & 0xf0 != 0 {
            elements = reader.le_u16().unwrap_or(0);
            visitor.uint("elements", u64::from(elements));
        }
        if frame.function == Some(WRITE_VARIABLES) {
            let length = usize::from(elements).saturating_mul(size(kind & 0x0f));
            visitor.bytes("value", reader.take_up_to(length));
        }
        visitor.end_object();
    }
    visitor.end_list();
    Some(())
}

fn variable(reader: &mut Reader<'_>) -> Option<(u8, (u16, u16, u8))> {
    let kind = reader.u8().ok()?;
    let block = reader.le_u16().ok()?;
    reader.skip(1).ok()?;
    Some((kind, (block, reader.le_u16().ok()?, reader.u8().ok()?)))
}

/// Bytes of one element by its size code.
const fn size(code: u8) -> usize {
    match code {
        1 => 1,
        2 => 2,
        3 => 4,
        4 => 8,
        _ => 0,
    }
}
