//! Messages of DIMSE: command sets in implicit little endian (DICOM PS3.7).

use crate::{Category, Reader};

/// Elements of one command set that are looked at.
const MAX_ELEMENTS: usize = 64;
/// Bit of the command field that marks a response (PS3.7, E.1).
pub(super) const RESPONSE: u16 = 0x8000;

/// Name and category of a request (PS3.7, E.1-1).
pub(super) const fn describe(command: u16) -> Option<(&'static str, Category)> {
    Some(match command {
        0x0001 => ("c_store", Category::FileTransfer),
        0x0010 => ("c_get", Category::FileTransfer),
        0x0020 => ("c_find", Category::Read),
        0x0021 => ("c_move", Category::FileTransfer),
        0x0030 => ("c_echo", Category::Diagnostics),
        0x0100 => ("n_event_report", Category::Alarm),
        0x0110 => ("n_get", Category::Read),
        0x0120 => ("n_set", Category::Write),
        0x0130 => ("n_action", Category::Write),
        0x0140 => ("n_create", Category::Write),
        0x0150 => ("n_delete", Category::Write),
        0x0fff => ("c_cancel", Category::Session),
        _ => return None,
    })
}

/// Name of a status (PS3.7, annex C); `None` for success and what continues.
pub(super) const fn error(status: u16) -> Option<&'static str> {
    Some(match status {
        0x0000 | 0xff00 | 0xff01 | 0x0001 | 0xb000..=0xbfff | 0x0107 | 0x0116 => return None,
        0x0105 => "no_such_attribute",
        0x0106 => "invalid_attribute_value",
        0x0110 => "processing_failure",
        0x0111 => "duplicate_sop_instance",
        0x0112 => "no_such_sop_instance",
        0x0113 => "no_such_event_type",
        0x0114 => "no_such_argument",
        0x0115 => "invalid_argument_value",
        0x0117 => "invalid_sop_instance",
        0x0118 => "no_such_sop_class",
        0x0119 => "class_instance_conflict",
        0x0120 => "missing_attribute",
        0x0121 => "missing_attribute_value",
        0x0122 => "sop_class_not_supported",
        0x0123 => "no_such_action",
        0x0124 => "not_authorized",
        0x0210 => "duplicate_invocation",
        0x0211 => "unrecognized_operation",
        0x0212 => "mistyped_argument",
        0x0213 => "resource_limitation",
        0xa700..=0xa7ff => "out_of_resources",
        0xa801 => "move_destination_unknown",
        0xa900..=0xa9ff => "data_set_does_not_match_sop_class",
        0xc000..=0xcfff => "unable_to_process",
        0xfe00 => "cancelled",
        _ => "failure",
    })
}

/// What a command set says; instance UIDs and comments may point to patients and stay where they are.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Command<'a> {
    pub(super) field: u16,
    pub(super) message_id: u16,
    pub(super) status: Option<u16>,
    pub(super) class_uid: &'a [u8],
    pub(super) move_destination: &'a [u8],
    pub(super) priority: Option<u16>,
    pub(super) has_data_set: bool,
    /// Remaining, completed, failed and warning sub-operations.
    pub(super) sub_operations: [Option<u16>; 4],
    pub(super) is_broken: bool,
}

impl<'a> Command<'a> {
    /// `None` without a command field.
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut command = Self::default();
        let mut has_field = false;
        let mut reader = Reader::new(bytes);
        for _ in 0..MAX_ELEMENTS {
            if reader.is_empty() {
                break;
            }
            let Some((element, value)) = element(&mut reader) else {
                command.is_broken = true;
                break;
            };
            let number = Reader::new(value).le_u16().ok();
            match element {
                0x0002 | 0x0003 => command.class_uid = value,
                0x0100 => {
                    command.field = number?;
                    has_field = true;
                }
                0x0110 | 0x0120 => command.message_id = number?,
                0x0600 => command.move_destination = value,
                0x0700 => command.priority = number,
                0x0800 => command.has_data_set = number != Some(0x0101),
                0x0900 => command.status = number,
                0x1020..=0x1023 => {
                    let at = usize::from(element & 3);
                    if let Some(count) = command.sub_operations.get_mut(at) {
                        *count = number;
                    }
                }
                _ => {}
            }
        }
        has_field.then_some(command)
    }

    pub(super) const fn is_response(&self) -> bool {
        self.field & RESPONSE != 0
    }
}

fn element<'a>(reader: &mut Reader<'a>) -> Option<(u16, &'a [u8])> {
    let group = reader.le_u16().ok()?;
    let element = reader.le_u16().ok()?;
    let length = usize::try_from(reader.le_u32().ok()?).ok()?;
    let value = reader.take(length).ok()?;
    (group == 0).then_some((element, value))
}
