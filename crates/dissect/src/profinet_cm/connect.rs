//! Blocks of connection set-up and control: IO relations, expected modules, differences, commands.

use super::block::{MAX_ENTRIES, number};
use super::names;
use crate::mrp::uuid;
use crate::tell::{mac, shown_mac};
use crate::{Reader, Visitor};

pub(super) fn iocr(reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Option<()> {
    let kind = reader.be_u16().ok()?;
    visitor.named("iocr_type", u64::from(kind), names::iocr_type(kind));
    number("iocr_reference", reader, visitor)?;
    number("lt", reader, visitor)?;
    let properties = reader.be_u32().ok()?;
    visitor.named("iocr_properties", u64::from(properties), names::rt_class(properties));
    for name in ["data_length", "frame_id", "send_clock_factor", "reduction_ratio", "phase", "sequence"] {
        number(name, reader, visitor)?;
    }
    visitor.uint("frame_send_offset", u64::from(reader.be_u32().ok()?));
    for name in ["watchdog_factor", "data_hold_factor", "iocr_tag_header"] {
        number(name, reader, visitor)?;
    }
    visitor.text("iocr_multicast_mac", shown_mac(mac(reader)?).as_str());
    let apis = reader.be_u16().ok()?;
    visitor.begin_list("io_objects");
    let read = (0..apis.min(MAX_ENTRIES)).try_for_each(|_| {
        let api = reader.be_u32().ok()?;
        for kind in ["data", "iocs"] {
            for _ in 0..reader.be_u16().ok()?.min(MAX_ENTRIES) {
                let (slot, subslot, offset) =
                    (reader.be_u16().ok()?, reader.be_u16().ok()?, reader.be_u16().ok()?);
                visitor.begin_object("");
                visitor.text("kind", kind);
                visitor.uint("api", u64::from(api));
                visitor.uint("slot", u64::from(slot));
                visitor.uint("subslot", u64::from(subslot));
                visitor.uint("frame_offset", u64::from(offset));
                visitor.end_object();
            }
        }
        Some(())
    });
    visitor.end_list();
    read
}

pub(super) fn expected(reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Option<()> {
    let apis = reader.be_u16().ok()?;
    visitor.begin_list("modules");
    let read = (0..apis.min(MAX_ENTRIES)).try_for_each(|_| {
        let (api, slot) = (reader.be_u32().ok()?, reader.be_u16().ok()?);
        let ident = reader.be_u32().ok()?;
        reader.skip(2).ok()?;
        for _ in 0..reader.be_u16().ok()?.min(MAX_ENTRIES) {
            let (subslot, submodule) = (reader.be_u16().ok()?, reader.be_u32().ok()?);
            let properties = reader.be_u16().ok()?;
            visitor.begin_object("");
            visitor.uint("api", u64::from(api));
            visitor.uint("slot", u64::from(slot));
            visitor.uint("module_ident_number", u64::from(ident));
            visitor.uint("subslot", u64::from(subslot));
            visitor.uint("submodule_ident_number", u64::from(submodule));
            // Submodules with input and output have two descriptions, all others one.
            let descriptions = if properties & 3 == 3 { 2 } else { 1 };
            let mut whole = true;
            for _ in 0..descriptions {
                let description = reader.be_u16().and_then(|kind| {
                    let length = reader.be_u16()?;
                    reader.skip(2)?;
                    Ok((kind, length))
                });
                match description {
                    Ok((1, length)) => visitor.uint("input_length", u64::from(length)),
                    Ok((2, length)) => visitor.uint("output_length", u64::from(length)),
                    Ok(_) => {}
                    Err(_) => whole = false,
                }
            }
            visitor.end_object();
            if !whole {
                return None;
            }
        }
        Some(())
    });
    visitor.end_list();
    read
}

pub(super) fn difference(reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Option<()> {
    let apis = reader.be_u16().ok()?;
    visitor.begin_list("modules");
    let read = (0..apis.min(MAX_ENTRIES)).try_for_each(|_| {
        let api = reader.be_u32().ok()?;
        for _ in 0..reader.be_u16().ok()?.min(MAX_ENTRIES) {
            let (slot, ident) = (reader.be_u16().ok()?, reader.be_u32().ok()?);
            let (state, submodules) = (reader.be_u16().ok()?, reader.be_u16().ok()?);
            visitor.begin_object("");
            visitor.uint("api", u64::from(api));
            visitor.uint("slot", u64::from(slot));
            visitor.uint("module_ident_number", u64::from(ident));
            visitor.named("module_state", u64::from(state), names::module_state(state));
            visitor.begin_list("submodules");
            let submodules = (0..submodules.min(MAX_ENTRIES)).try_for_each(|_| {
                let (subslot, ident) = (reader.be_u16().ok()?, reader.be_u32().ok()?);
                let state = reader.be_u16().ok()?;
                visitor.begin_object("");
                visitor.uint("subslot", u64::from(subslot));
                visitor.uint("submodule_ident_number", u64::from(ident));
                visitor.named("submodule_state", u64::from(state), names::submodule_state(state));
                visitor.end_object();
                Some(())
            });
            visitor.end_list();
            visitor.end_object();
            submodules?;
        }
        Some(())
    });
    visitor.end_list();
    read
}

pub(super) fn control(reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Option<()> {
    reader.skip(2).ok()?;
    visitor.text("ar_uuid", uuid(reader.array().ok()?).as_str());
    number("session_key", reader, visitor)?;
    number("alarm_sequence_number", reader, visitor)?;
    let command = reader.be_u16().ok()?;
    visitor.uint("control_command", u64::from(command));
    visitor.begin_list("commands");
    for (_, name) in names::COMMANDS.iter().filter(|(bit, _)| command & bit != 0) {
        visitor.text("", name);
    }
    visitor.end_list();
    number("control_block_properties", reader, visitor)
}
