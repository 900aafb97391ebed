//! System status lists (SZL): what a module tells about itself, in partial lists of records.
//!
//! Layouts: System Software for S7-300/400, System and Standard Functions, chapter "System status lists".

mod identity;
mod layout;

use crate::{Reader, Visitor, hex};

pub(super) use identity::observe;
pub(super) use layout::visit_diagnostic;

/// Most records of one list that are shown; lists are bounded by their reassembly anyhow.
const MAX_RECORDS: usize = 4096;

/// An answer: list, index, records.
#[derive(Debug, Clone, Copy)]
pub(super) struct List<'a> {
    pub(super) id: u16,
    pub(super) index: u16,
    pub(super) record_length: u16,
    pub(super) record_count: u16,
    pub(super) records: &'a [u8],
}

/// Id and index at the start of requests and answers.
pub(super) fn request(payload: &[u8]) -> Option<(u16, u16)> {
    let mut reader = Reader::new(payload);
    Some((reader.be_u16().ok()?, reader.be_u16().ok()?))
}

/// The list that an answer holds; `None` where it is only an error.
pub(super) fn parse(payload: &[u8]) -> Option<List<'_>> {
    let mut reader = Reader::new(payload);
    Some(List {
        id: reader.be_u16().ok()?,
        index: reader.be_u16().ok()?,
        record_length: reader.be_u16().ok()?,
        record_count: reader.be_u16().ok()?,
        records: reader.rest(),
    })
}

impl<'a> List<'a> {
    /// Whether the records fill the list exactly.
    pub(super) fn is_whole(&self) -> bool {
        usize::from(self.record_length).checked_mul(usize::from(self.record_count))
            == Some(self.records.len())
    }

    /// The whole records that are there.
    pub(super) fn records(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let length = usize::from(self.record_length).max(1);
        self.records.chunks_exact(length).take(usize::from(self.record_count).min(MAX_RECORDS))
    }
}

/// Name of a partial list by the lower byte of its id.
const fn name(id: u16) -> &'static str {
    match id & 0xff {
        0x00 => "szl_ids",
        0x11 => "module_identification",
        0x12 => "cpu_characteristics",
        0x13 => "memory_areas",
        0x14 => "system_areas",
        0x15 => "block_types",
        0x16 => "priority_classes",
        0x17 => "permitted_sdbs",
        0x18 => "maximum_io_configuration",
        0x19 => "led_status",
        0x1c => "component_identification",
        0x21 => "interrupt_error_assignment",
        0x22 => "interrupt_status",
        0x23 => "priority_class_status",
        0x24 => "operating_modes",
        0x25 => "process_image_assignment",
        0x31 => "communication_capabilities",
        0x32 => "communication_status",
        0x33 => "diagnostic_logons",
        0x37 => "ethernet_details",
        0x71 => "h_cpu_group",
        0x74 => "cpu_led_status",
        0x75 => "switched_dp_slaves",
        0x81 => "start_information",
        0x82 => "start_events",
        0x90 => "dp_master_systems",
        0x91 => "module_status",
        0x92 | 0x94 => "rack_station_status",
        0x95 => "extended_dp_master_systems",
        0x96 => "module_status_profinet",
        0xa0 => "diagnostic_buffer",
        0xb1..=0xb4 => "module_diagnostics",
        _ => "unknown",
    }
}

/// Shows id and index.
pub(super) fn visit_id(id: u16, index: u16, visitor: &mut dyn Visitor) {
    visitor.named("szl_id", u64::from(id), name(id));
    visitor.uint("szl_index", u64::from(index));
}

/// Shows a list with its records.
pub(super) fn visit(list: &List<'_>, visitor: &mut dyn Visitor) {
    visit_id(list.id, list.index, visitor);
    visitor.uint("record_length", u64::from(list.record_length));
    visitor.uint("record_count", u64::from(list.record_count));
    visitor.begin_list("records");
    for record in list.records() {
        let cells = layout::cells(list.id, record);
        if cells.is_empty() {
            visitor.text("", &hex(record));
        } else {
            visitor.begin_object("");
            layout::visit(cells, record, visitor);
            visitor.end_object();
        }
    }
    visitor.end_list();
}
