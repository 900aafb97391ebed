//! What the lists tell about the module that answers.

use super::{List, layout};
use crate::{Observation, Protocol, Reader, Reference, Sink, Subject, Text, confidence, printable};

/// Indexes of module identification: the module, its hardware, its firmware, and the firmware's extension.
const MODULE: u16 = 1;
const HARDWARE: u16 = 6;
const FIRMWARE: u16 = 7;
const EXTENSION: u16 = 0x81;

/// Hands on the identity, state and protection that a list tells. Lists of other modules than the one that answers
/// (upper four bits of the id) tell the same way.
pub(in super::super) fn observe(list: &List<'_>, sink: &mut dyn Sink) {
    for record in list.records() {
        let mut reader = Reader::new(record);
        let told = match (list.id & 0xff, record.len()) {
            (0x11, 28) => module(&mut reader, sink),
            (0x1c, 34) => component(&mut reader, sink),
            (0x24, 20) => mode(list.id, &mut reader, sink),
            (0x32, 40) => protection(&mut reader, sink),
            (0x37, 48) => ethernet(&mut reader, sink),
            _ => return,
        };
        if told.is_none() {
            return;
        }
    }
}

fn tell(attribute: &'static str, value: &str, sink: &mut dyn Sink) {
    let value = value.trim();
    if !value.is_empty() {
        sink.observe(&Observation {
            subject: Subject::Sender,
            path: Reference::None,
            attribute,
            value,
            protocol: Protocol::S7comm,
            confidence: confidence::IDENTITY,
        });
    }
}

/// Wire text up to its first NUL.
fn told(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    printable(bytes.split(|byte| *byte == 0).next().unwrap_or_default())
}

/// Order number and versions. A version is `V` with three numbers, two bytes of it in each field, or a plain number.
fn module(reader: &mut Reader<'_>, sink: &mut dyn Sink) -> Option<()> {
    let index = reader.be_u16().ok()?;
    let order_number = told(reader.take(20).ok()?);
    reader.skip(2).ok()?;
    let [prefix, major, minor, patch] = reader.array().ok()?;
    let version = if prefix == b'V' {
        Text::<16>::of(format_args!("V{major}"))
    } else {
        Text::of(format_args!("{}", u16::from_be_bytes([prefix, major])))
    };
    let firmware = Text::<16>::of(format_args!("V{major}.{minor}.{patch}"));
    match index {
        MODULE | HARDWARE => {
            tell("order_number", &order_number, sink);
            if prefix == b'V' {
                tell("hardware_revision", firmware.as_str(), sink);
            } else {
                tell("hardware_revision", version.as_str(), sink);
            }
        }
        FIRMWARE => {
            tell("order_number", &order_number, sink);
            if prefix == b'V' {
                tell("firmware", firmware.as_str(), sink);
            }
        }
        EXTENSION => tell("firmware_extension", &order_number, sink),
        _ => tell("order_number", &order_number, sink),
    }
    // The two fields as the list has them: version of the module, release.
    if matches!(index, MODULE | HARDWARE | FIRMWARE | EXTENSION) {
        tell("version", version.as_str(), sink);
        tell("release", Text::<8>::of(format_args!("{minor}.{patch}")).as_str(), sink);
    }
    Some(())
}

/// Names and numbers of the components; fields that nobody set hold NULs.
fn component(reader: &mut Reader<'_>, sink: &mut dyn Sink) -> Option<()> {
    let index = reader.be_u16().ok()?;
    let (attribute, length) = match index & 0xff {
        1 => ("plc_name", 24),
        2 => ("module_name", 24),
        3 => ("plant_designation", 32),
        4 => ("copyright", 26),
        5 => ("serial", 24),
        7 => ("model", 32),
        8 => ("memory_card", 32),
        9 => {
            let vendor = reader.be_u16().ok()?;
            tell("vendor_id", Text::<8>::of(format_args!("0x{vendor:04x}")).as_str(), sink);
            return Some(());
        }
        0x0a => ("oem_copyright", 26),
        0x0b => ("location", 32),
        _ => return Some(()),
    };
    tell(attribute, &told(reader.take(length).ok()?), sink);
    Some(())
}

/// The operating mode now: of the list of the last transition (0x0424) and of the current one (0x0124).
fn mode(id: u16, reader: &mut Reader<'_>, sink: &mut dyn Sink) -> Option<()> {
    if id >> 8 & 0x0f != 4 {
        return None;
    }
    reader.skip(3).ok()?;
    let modes = reader.u8().ok()?;
    if modes & 0x0f != 0 {
        tell("cpu_state", layout::mode(modes & 0x0f), sink);
    }
    Some(())
}

/// Protection in force and position of the mode selector.
fn protection(reader: &mut Reader<'_>, sink: &mut dyn Sink) -> Option<()> {
    if reader.be_u16().ok()? != 4 {
        return Some(());
    }
    reader.skip(4).ok()?;
    let level = reader.be_u16().ok()?;
    let position = reader.be_u16().ok()?;
    if level != 0 {
        tell("protection", Text::<8>::of(format_args!("{level}")).as_str(), sink);
    }
    if (1..=4).contains(&position) {
        tell("key_state", layout::switch(position), sink);
    }
    Some(())
}

/// Addresses of an Ethernet interface.
fn ethernet(reader: &mut Reader<'_>, sink: &mut dyn Sink) -> Option<()> {
    reader.skip(2).ok()?;
    let [a, b, c, d] = reader.array().ok()?;
    reader.skip(8).ok()?;
    let [e, f, g, h, i, j] = reader.array().ok()?;
    if [a, b, c, d] != [0; 4] {
        tell("management_ip", Text::<16>::of(format_args!("{a}.{b}.{c}.{d}")).as_str(), sink);
    }
    if [e, f, g, h, i, j] != [0; 6] {
        let mac = Text::<18>::of(format_args!("{e:02x}:{f:02x}:{g:02x}:{h:02x}:{i:02x}:{j:02x}"));
        tell("mac_address", mac.as_str(), sink);
    }
    Some(())
}
