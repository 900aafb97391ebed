//! Alarm notifications and acknowledgements; real-time alarm frames carry them as well.

use super::block::Block;
use super::names;
use crate::{Reader, Reference, Visitor};

/// Formats of an alarm's payload (UserStructureIdentifier).
const CHANNEL_DIAGNOSIS: u16 = 0x8000;
const MULTIPLE: u16 = 0x8001;
const QUALIFIED_CHANNEL_DIAGNOSIS: u16 = 0x8003;
/// Most diagnoses of one payload that are shown.
const MAX_ITEMS: usize = 64;

/// A notification or its acknowledgement.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Alarm<'a> {
    pub(crate) kind: u16,
    api: u32,
    pub(crate) slot: u16,
    pub(crate) subslot: u16,
    /// Identifiers of module and submodule; acknowledgements have none.
    idents: Option<(u32, u32)>,
    specifier: u16,
    /// Status of an acknowledgement.
    pub(crate) status: Option<u32>,
    payload: &'a [u8],
}

impl<'a> Alarm<'a> {
    /// Reads the body of an alarm block; `None` when it is short or another block.
    pub(crate) fn parse(block: &Block<'a>) -> Option<Self> {
        let acknowledges = match block.kind {
            names::ALARM_HIGH | names::ALARM_LOW => false,
            names::ALARM_ACK_HIGH | names::ALARM_ACK_LOW => true,
            _ => return None,
        };
        let mut reader = Reader::new(block.body);
        let kind = reader.be_u16().ok()?;
        let api = reader.be_u32().ok()?;
        let (slot, subslot) = (reader.be_u16().ok()?, reader.be_u16().ok()?);
        let idents = if acknowledges { None } else { Some((reader.be_u32().ok()?, reader.be_u32().ok()?)) };
        let specifier = reader.be_u16().ok()?;
        let status = if acknowledges { Some(reader.be_u32().ok()?) } else { None };
        Some(Self { kind, api, slot, subslot, idents, specifier, status, payload: reader.rest() })
    }

    /// Name of the alarm.
    pub(crate) const fn name(&self) -> &'static str {
        names::alarm(self.kind)
    }

    /// Where it comes from.
    pub(crate) const fn address(&self) -> Reference<'static> {
        Reference::two(("slot", self.slot as u64), ("subslot", self.subslot as u64))
    }

    /// Shows it.
    pub(crate) fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.named("alarm_type", u64::from(self.kind), self.name());
        visitor.uint("api", u64::from(self.api));
        visitor.uint("slot", u64::from(self.slot));
        visitor.uint("subslot", u64::from(self.subslot));
        if let Some((module, submodule)) = self.idents {
            visitor.uint("module_ident_number", u64::from(module));
            visitor.uint("submodule_ident_number", u64::from(submodule));
        }
        visitor.uint("alarm_sequence", u64::from(self.specifier & 0x07ff));
        for (bit, name) in [
            (0x0800, "channel_diagnosis"),
            (0x1000, "manufacturer_specific_diagnosis"),
            (0x2000, "submodule_diagnosis_state"),
            (0x8000, "ar_diagnosis_state"),
        ] {
            if self.specifier & bit != 0 {
                visitor.flag(name, true);
            }
        }
        if let Some(status) = self.status {
            visitor.named("status", u64::from(status), names::status(status));
        }
        if !self.payload.is_empty() {
            visit_payload(self.payload, visitor);
        }
    }
}

/// Shows what an alarm or diagnosis reports: a format, then items of it.
fn visit_payload(payload: &[u8], visitor: &mut dyn Visitor) {
    let mut reader = Reader::new(payload);
    let Ok(format) = reader.be_u16() else { return };
    visitor.uint("user_structure_identifier", u64::from(format));
    if format == MULTIPLE {
        // A block header of its own, then diagnoses; shown as they are.
        visitor.bytes("payload", reader.rest());
        return;
    }
    if !(CHANNEL_DIAGNOSIS..=QUALIFIED_CHANNEL_DIAGNOSIS).contains(&format) {
        visitor.bytes("payload", reader.rest());
        return;
    }
    visitor.begin_list("diagnoses");
    for _ in 0..MAX_ITEMS {
        if visit_diagnosis(format, &mut reader, visitor).is_none() {
            break;
        }
    }
    visitor.end_list();
}

fn visit_diagnosis(format: u16, reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Option<()> {
    let channel = reader.be_u16().ok()?;
    let properties = reader.be_u16().ok()?;
    let error = reader.be_u16().ok()?;
    visitor.begin_object("");
    visitor.uint("channel_number", u64::from(channel));
    let state = match properties >> 11 & 3 {
        0 => "all_disappear",
        1 => "appears",
        2 => "disappears",
        _ => "disappears_but_others_remain",
    };
    visitor.named("channel_properties", u64::from(properties), state);
    let name = match error {
        0x0001 => "short_circuit",
        0x0002 => "undervoltage",
        0x0003 => "overvoltage",
        0x0004 => "overload",
        0x0005 => "overtemperature",
        0x0006 => "line_break",
        0x0007 => "upper_limit_exceeded",
        0x0008 => "lower_limit_exceeded",
        0x0009 => "error",
        0x8000 => "data_transmission_impossible",
        0x8001 => "remote_mismatch",
        0x8002 => "media_redundancy_mismatch",
        0x8003 => "sync_mismatch",
        0x8004 => "isochronous_mode_mismatch",
        0x8005 => "multicast_mismatch",
        0x8007 => "fiber_optic_mismatch",
        0x8008 => "network_component_mismatch",
        0x8009 => "time_mismatch",
        _ => "other",
    };
    visitor.named("channel_error_type", u64::from(error), name);
    let extended = format != CHANNEL_DIAGNOSIS;
    let more = extended.then(|| {
        let kind = reader.be_u16().ok()?;
        Some((kind, reader.be_u32().ok()?))
    });
    if let Some(Some((kind, value))) = more {
        visitor.uint("ext_channel_error_type", u64::from(kind));
        visitor.uint("ext_channel_add_value", u64::from(value));
    }
    let qualifier = (format == QUALIFIED_CHANNEL_DIAGNOSIS).then(|| reader.be_u32().ok());
    if let Some(Some(qualifier)) = qualifier {
        visitor.uint("qualified_channel_qualifier", u64::from(qualifier));
    }
    visitor.end_object();
    (more != Some(None) && qualifier != Some(None)).then_some(())
}
