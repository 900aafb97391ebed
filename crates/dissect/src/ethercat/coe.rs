//! CoE: CANopen's object dictionary over mailboxes (IEC 61158-6-12, 5.6; CiA 301 for the transfers).

use super::mailbox::Said;
use crate::tell::Teller;
use crate::{Category, Protocol, Reader, Reference, Sink, Subject, Text, Visitor, confidence, printable};

const EMERGENCY: u8 = 1;
const REQUEST: u8 = 2;
const RESPONSE: u8 = 3;
const INFORMATION: u8 = 8;
/// Command specifiers of requests and of responses, in the upper three bits.
const ABORT: u8 = 4;
const UPLOAD_RESPONSE: u8 = 2;
/// Bits of an initiating command: size given, expedited, complete access.
const SIZED: u8 = 0x01;
const EXPEDITED: u8 = 0x02;
const COMPLETE: u8 = 0x10;
/// Bytes of CoE and SDO headers.
const HEADERS: usize = 10;

/// An SDO transfer's command with its value, as far as this mailbox holds it.
struct Sdo<'a> {
    service: u8,
    command: u8,
    index: u16,
    subindex: u8,
    size: Option<u32>,
    abort: Option<u32>,
    value: &'a [u8],
}

fn service(data: &[u8]) -> u8 {
    data.get(1).map_or(0, |byte| byte >> 4)
}

impl<'a> Sdo<'a> {
    /// `None` for segments, which name no object, and for other services.
    fn parse(data: &'a [u8]) -> Option<Self> {
        let service = service(data);
        if !matches!(service, REQUEST | RESPONSE) {
            return None;
        }
        let mut reader = Reader::new(data);
        reader.skip(2).ok()?;
        let command = reader.u8().ok()?;
        let specifier = command >> 5;
        let initiates = match service {
            REQUEST => matches!(specifier, 1 | 2 | ABORT),
            _ => matches!(specifier, 2..=4),
        };
        if !initiates {
            return None;
        }
        let index = reader.le_u16().ok()?;
        let subindex = reader.u8().ok()?;
        let number = reader.le_u32().unwrap_or(0);
        let carries = matches!((service, specifier), (REQUEST, 1) | (RESPONSE, UPLOAD_RESPONSE));
        let mut sdo = Self { service, command, index, subindex, size: None, abort: None, value: &[] };
        if specifier == ABORT {
            sdo.abort = Some(number);
        } else if carries && command & EXPEDITED != 0 {
            let unused = if command & SIZED == 0 { 0 } else { usize::from(command >> 2 & 3) };
            let end = HEADERS.saturating_sub(unused);
            sdo.value = data.get(6..end.min(data.len())).unwrap_or_default();
        } else if carries {
            sdo.size = Some(number);
            let most = usize::try_from(number).unwrap_or(usize::MAX);
            sdo.value = reader.take_up_to(most);
        }
        Some(sdo)
    }
}

/// What the mailbox says.
pub(super) fn say(data: &[u8]) -> Said {
    let service = service(data);
    let command = data.get(2).copied().unwrap_or(0);
    let sdo = Sdo::parse(data);
    let object = sdo.as_ref().map_or(Reference::None, |sdo| {
        Reference::two(("object", u64::from(sdo.index)), ("subindex", u64::from(sdo.subindex)))
    });
    let (name, category) = match (service, command >> 5) {
        (EMERGENCY, _) => ("coe_emergency", Category::Alarm),
        (REQUEST, 0) => ("sdo_download_segment", Category::Write),
        (REQUEST, 1) => ("sdo_download", Category::Write),
        (REQUEST, 2) => ("sdo_upload", Category::Read),
        (REQUEST, 3) => ("sdo_upload_segment", Category::Read),
        (RESPONSE, 0) => ("sdo_upload_segment", Category::Read),
        (RESPONSE, 1) => ("sdo_download_segment", Category::Write),
        (RESPONSE, 2) => ("sdo_upload", Category::Read),
        (RESPONSE, 3) => ("sdo_download", Category::Write),
        (REQUEST | RESPONSE, ABORT) => ("sdo_abort", Category::Other),
        (REQUEST | RESPONSE, _) => ("sdo_unknown", Category::Other),
        (4, _) => ("coe_tx_pdo", Category::Other),
        (5, _) => ("coe_rx_pdo", Category::Other),
        (6, _) => ("coe_tx_pdo_remote_request", Category::Other),
        (7, _) => ("coe_rx_pdo_remote_request", Category::Other),
        _ => (information(command), Category::Discovery),
    };
    let error = sdo.and_then(|sdo| sdo.abort).map(abort_name);
    Said { object, error, ..Said::plain(name, category) }
}

/// Name of an SDO information service by its opcode.
const fn information(opcode: u8) -> &'static str {
    match opcode & 0x7f {
        1 => "sdo_info_get_od_list_request",
        2 => "sdo_info_get_od_list_response",
        3 => "sdo_info_get_object_description_request",
        4 => "sdo_info_get_object_description_response",
        5 => "sdo_info_get_entry_description_request",
        6 => "sdo_info_get_entry_description_response",
        7 => "sdo_info_error",
        _ => "sdo_info_unknown",
    }
}

/// Names of abort codes (IEC 61158-6-12, table of SDO abort codes).
const fn abort_name(code: u32) -> &'static str {
    match code {
        0x0503_0000 => "toggle_bit_not_changed",
        0x0504_0000 => "sdo_protocol_timeout",
        0x0504_0001 => "command_specifier_not_valid",
        0x0504_0005 => "out_of_memory",
        0x0601_0000 => "unsupported_access",
        0x0601_0001 => "read_of_write_only_object",
        0x0601_0002 => "write_of_read_only_object",
        0x0601_0003 => "subindex_cannot_be_written",
        0x0601_0004 => "complete_access_not_supported",
        0x0601_0005 => "object_length_exceeds_mailbox",
        0x0601_0006 => "object_mapped_to_rx_pdo",
        0x0602_0000 => "object_does_not_exist",
        0x0604_0041 => "object_cannot_be_mapped",
        0x0604_0042 => "mapping_exceeds_pdo_length",
        0x0604_0043 => "parameter_incompatibility",
        0x0604_0047 => "device_incompatibility",
        0x0606_0000 => "hardware_error",
        0x0607_0010 => "length_does_not_match",
        0x0607_0012 => "length_too_high",
        0x0607_0013 => "length_too_low",
        0x0609_0011 => "subindex_does_not_exist",
        0x0609_0030 => "value_out_of_range",
        0x0609_0031 => "value_too_high",
        0x0609_0032 => "value_too_low",
        0x0609_0036 => "maximum_less_than_minimum",
        0x0800_0000 => "general_error",
        0x0800_0020 => "data_cannot_be_transferred",
        0x0800_0021 => "refused_by_local_control",
        0x0800_0022 => "refused_in_this_state",
        0x0800_0023 => "no_object_dictionary",
        _ => "unknown_abort_code",
    }
}

/// The identity objects of a slave, when an upload gives them.
pub(super) fn observe(data: &[u8], owner: Subject, path: Reference<'_>, sink: &mut dyn Sink) {
    let Some(sdo) = Sdo::parse(data) else { return };
    if sdo.service != RESPONSE || sdo.command >> 5 != UPLOAD_RESPONSE || sdo.value.is_empty() {
        return;
    }
    let attribute = match (sdo.index, sdo.subindex) {
        (0x1000, 0) => "device_profile",
        (0x1008, 0) => "model",
        (0x1009, 0) => "hardware_revision",
        (0x100a, 0) => "firmware",
        (0x1018, 1) => "vendor_id",
        (0x1018, 2) => "product_code",
        (0x1018, 3) => "revision",
        (0x1018, 4) => "serial",
        _ => return,
    };
    let teller = Teller::new(owner, Protocol::Ethercat, confidence::IDENTITY);
    if matches!(sdo.index, 0x1008..=0x100a) {
        teller.tell_at(path, attribute, &printable(sdo.value), sink);
    } else if let Ok(number) = Reader::new(sdo.value).le_u32() {
        teller.tell_at(path, attribute, Text::<12>::of(format_args!("{number}")).as_str(), sink);
    }
}

/// Shows the fields of a CoE mailbox.
pub(super) fn visit(data: &[u8], visitor: &mut dyn Visitor) {
    let service = service(data);
    visitor.uint("coe_service", u64::from(service));
    if let Some(sdo) = Sdo::parse(data) {
        visitor.uint("sdo_index", u64::from(sdo.index));
        visitor.uint("sdo_subindex", u64::from(sdo.subindex));
        if sdo.command & COMPLETE != 0 && sdo.abort.is_none() {
            visitor.flag("complete_access", true);
        }
        if let Some(code) = sdo.abort {
            visitor.named("abort_code", u64::from(code), abort_name(code));
        }
        if let Some(size) = sdo.size {
            visitor.uint("complete_size", u64::from(size));
        }
        if !sdo.value.is_empty() {
            visitor.bytes("value", sdo.value);
        }
        return;
    }
    let mut reader = Reader::new(data.get(2..).unwrap_or_default());
    if service == EMERGENCY
        && let Ok(code) = reader.le_u16()
    {
        visitor.uint("error_code", u64::from(code));
    } else if service == INFORMATION && reader.remaining() >= 6 {
        let _ = reader.take_up_to(4);
        if !matches!(data.get(2).map_or(0, |opcode| opcode & 0x7f), 1 | 2 | 7)
            && let Ok(index) = reader.le_u16()
        {
            visitor.uint("sdo_index", u64::from(index));
        }
    }
    if !reader.is_empty() {
        visitor.bytes("data", reader.rest());
    }
}
