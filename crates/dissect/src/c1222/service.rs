//! Services of EPSEM: names, tables and procedures (ANSI C12.22, C12.19).

use crate::{Category, Function, Reader, Visitor, printable};

/// Requests have codes from here on; below stand the results (C12.22).
pub(super) const FIRST_REQUEST: u8 = 0x20;
pub(super) const FULL_READ: u8 = 0x30;
pub(super) const FULL_WRITE: u8 = 0x40;
/// Tables: manufacturer identification, device identification, procedure initiate, procedure response.
pub(super) const MANUFACTURER: u16 = 1;
pub(super) const IDENTIFICATION: u16 = 5;
const PROCEDURE: u16 = 7;
const PROCEDURE_RESPONSE: u16 = 8;

/// One service of a message.
#[derive(Debug, Clone, Copy)]
pub(super) struct Service<'a> {
    pub(super) code: u8,
    pub(super) data: &'a [u8],
    /// Bytes that its length promises and the message lacks.
    pub(super) short: bool,
}

impl Service<'_> {
    pub(super) const fn is_request(&self) -> bool {
        self.code >= FIRST_REQUEST
    }

    /// The table that is read or written.
    pub(super) fn table(&self) -> Option<u16> {
        if matches!(self.code, 0x30..=0x4f) { Reader::new(self.data).be_u16().ok() } else { None }
    }

    /// Whether the checksum of written or answered table data is wrong.
    pub(super) fn bad_checksum(&self, answers_read: bool) -> bool {
        let content = match self.code {
            FULL_WRITE => self.data.get(2..),
            0x4f => self.data.get(5..),
            0 if answers_read => Some(self.data),
            _ => None,
        };
        content.and_then(table_data).is_some_and(|(data, checksum)| {
            data.iter().fold(checksum, |sum, byte| sum.wrapping_add(*byte)) != 0
        })
    }

    /// Number of the procedure that a write to table 7 begins, and whether it is the manufacturer's.
    pub(super) fn procedure(&self) -> Option<(u16, bool)> {
        if self.code != FULL_WRITE || self.table() != Some(PROCEDURE) {
            return None;
        }
        let (data, _) = table_data(self.data.get(2..)?)?;
        let bits = Reader::new(data).le_u16().ok()?;
        Some((bits & 0x07ff, bits & 0x0800 != 0))
    }
}

/// Table data after their count, and the checksum that follows them.
pub(super) fn table_data(bytes: &[u8]) -> Option<(&[u8], u8)> {
    let mut reader = Reader::new(bytes);
    let count = usize::from(reader.be_u16().ok()?);
    Some((reader.take(count).ok()?, reader.u8().ok()?))
}

/// Name and category of a request.
pub(super) fn describe(code: u8, table: Option<u16>, procedure: Option<(u16, bool)>) -> (Function, Category) {
    let write = match (table, procedure) {
        (_, Some((10, false))) | (Some(52 | 53 | 55), _) => Category::TimeSync,
        (_, Some(_)) => Category::Control,
        _ => Category::Configuration,
    };
    let read = match table {
        Some(0 | MANUFACTURER | IDENTIFICATION | 6) => Category::Diagnostics,
        _ => Category::Read,
    };
    let (name, category) = match code {
        0x20 => ("identification", Category::Discovery),
        0x21 => ("terminate", Category::Session),
        0x22 => ("disconnect", Category::Session),
        0x24 => ("deregister", Category::Session),
        0x25 => ("resolve", Category::Discovery),
        0x26 => ("trace", Category::Discovery),
        0x27 => ("register", Category::Session),
        0x30 => ("full_read", read),
        0x31..=0x39 => ("partial_read_index", read),
        0x3e => ("partial_read_default", read),
        0x3f => ("partial_read_offset", read),
        0x40 => ("full_write", write),
        0x41..=0x49 => ("partial_write_index", write),
        0x4f => ("partial_write_offset", write),
        0x50 => ("logon", Category::Authentication),
        0x51 => ("security", Category::Authentication),
        0x52 => ("logoff", Category::Session),
        0x53 => ("authenticate", Category::Authentication),
        0x60..=0x6b => ("negotiate", Category::Session),
        0x70 => ("wait", Category::Session),
        0x71 => ("timing_setup", Category::Session),
        _ => return (Function::Unknown(u32::from(code)), Category::Other),
    };
    (Function::Known(name), category)
}

/// Name of a result (C12.22).
pub(super) const fn result_name(code: u8) -> &'static str {
    match code {
        0 => "ok",
        1 => "error",
        2 => "service_not_supported",
        3 => "insufficient_security_clearance",
        4 => "operation_not_possible",
        5 => "inappropriate_action_requested",
        6 => "device_busy",
        7 => "data_not_ready",
        8 => "data_locked",
        9 => "renegotiate_request",
        10 => "invalid_service_sequence_state",
        11 => "security_mechanism_error",
        12 => "unknown_application_title",
        13 => "network_time_out",
        14 => "network_not_reachable",
        15 => "request_too_large",
        16 => "response_too_large",
        17 => "segmentation_not_possible",
        18 => "segmentation_error",
        _ => "unknown_result",
    }
}

/// Name of a standard procedure (C12.19).
const fn procedure_name(number: u16) -> &'static str {
    match number {
        0 => "cold_start",
        1 => "warm_start",
        2 => "save_configuration",
        3 => "clear_data",
        4 => "reset_list_pointers",
        5 => "update_last_read_entry",
        6 => "change_end_device_mode",
        7 => "clear_standard_status_flags",
        8 => "clear_manufacturer_status_flags",
        9 => "remote_reset",
        10 => "set_date_and_time",
        11 => "execute_diagnostics",
        12 => "activate_all_pending_tables",
        13 => "activate_specific_pending_tables",
        14 => "clear_all_pending_tables",
        15 => "clear_specific_pending_tables",
        16 => "start_load_profile",
        17 => "stop_load_profile",
        18 => "log_in",
        19 => "log_out",
        20 => "initiate_immediate_call",
        21 => "direct_load_control",
        22 => "modify_credit",
        _ => "unknown",
    }
}

/// Shows the data of a request or of an answer. Passwords are never shown.
pub(super) fn visit(service: &Service<'_>, asked: Option<(u8, u16)>, visitor: &mut dyn Visitor) {
    let mut reader = Reader::new(service.data);
    if let Some(table) = service.table() {
        visitor.uint("table", u64::from(table));
        visitor.flag("manufacturer_table", table & 0x0800 != 0);
        let _ = reader.skip(2);
    }
    match service.code {
        0x3f => {
            if let (Ok(offset), Ok(count)) = (reader.be_u24(), reader.be_u16()) {
                visitor.uint("offset", u64::from(offset));
                visitor.uint("count", u64::from(count));
            }
        }
        0x31..=0x39 => visitor.bytes("index", reader.rest()),
        FULL_WRITE => {
            if let Some((number, manufacturer)) = service.procedure() {
                let name = if manufacturer { "manufacturer" } else { procedure_name(number) };
                visitor.named("procedure", u64::from(number), name);
                visitor.flag("manufacturer_procedure", manufacturer);
            }
            visit_table(reader.rest(), visitor);
        }
        0x4f => {
            if let Ok(offset) = reader.be_u24() {
                visitor.uint("offset", u64::from(offset));
            }
            visit_table(reader.rest(), visitor);
        }
        0x50 => {
            if let (Ok(id), Ok(name)) = (reader.be_u16(), reader.take(10)) {
                visitor.uint("user_id", u64::from(id));
                visitor.text("user", &printable(name));
            }
        }
        0x51 | 0x53 => visitor.uint("proof_length", service.data.len() as u64),
        0x41..=0x49 => visitor.bytes("data", reader.rest()),
        FIRST_REQUEST.. => {
            if !reader.is_empty() {
                visitor.bytes("data", reader.rest());
            }
        }
        0 => answer(service.data, asked, visitor),
        _ => {
            if !service.data.is_empty() {
                visitor.bytes("data", service.data);
            }
        }
    }
}

fn visit_table(bytes: &[u8], visitor: &mut dyn Visitor) {
    if let Some((data, checksum)) = table_data(bytes) {
        visitor.uint("count", data.len() as u64);
        visitor.bytes("table_data", data);
        visitor.uint("checksum", u64::from(checksum));
    } else if !bytes.is_empty() {
        visitor.bytes("data", bytes);
    }
}

fn answer(data: &[u8], asked: Option<(u8, u16)>, visitor: &mut dyn Visitor) {
    match (asked, data) {
        (Some((0x30..=0x3f, table)), _) => {
            visitor.uint("table", u64::from(table));
            if let (PROCEDURE_RESPONSE, Some(([low, high, sequence, result, ..], _))) =
                (table, table_data(data))
            {
                visitor.uint("procedure", u64::from(u16::from_le_bytes([*low, *high]) & 0x07ff));
                visitor.uint("procedure_sequence", u64::from(*sequence));
                visitor.uint("procedure_result", u64::from(*result));
            }
            visit_table(data, visitor);
        }
        (Some((0x20, _)), [standard, version, revision, ..]) => {
            visitor.named(
                "reference_standard",
                u64::from(*standard),
                match standard {
                    0 => "c12_18",
                    2 => "c12_21",
                    3 => "c12_22",
                    _ => "reserved",
                },
            );
            visitor.uint("standard_version", u64::from(*version));
            visitor.uint("standard_revision", u64::from(*revision));
        }
        _ if data.is_empty() => {}
        _ => visitor.bytes("data", data),
    }
}
