//! Encapsulation commands and status codes (CIP Networks Library volume 2, chapter 2-3).

use crate::{Category, Function};

pub(super) const NOP: u16 = 0x0000;
pub(super) const LIST_TARGETS: u16 = 0x0001;
pub(super) const LIST_SERVICES: u16 = 0x0004;
pub(super) const LIST_IDENTITY: u16 = 0x0063;
pub(super) const LIST_INTERFACES: u16 = 0x0064;
pub(super) const REGISTER_SESSION: u16 = 0x0065;
pub(super) const UNREGISTER_SESSION: u16 = 0x0066;
pub(super) const SEND_RR_DATA: u16 = 0x006f;
pub(super) const SEND_UNIT_DATA: u16 = 0x0070;
pub(super) const INDICATE_STATUS: u16 = 0x0072;
pub(super) const CANCEL: u16 = 0x0073;
pub(super) const START_DTLS: u16 = 0x00c8;

/// Name and category of a command (table 2-3.2); 0x0001 is reserved there for compatibility, and Rockwell's modules
/// answer it with a list of targets.
pub(super) const fn describe(command: u16) -> (Function, Category) {
    let (name, category) = match command {
        NOP => ("nop", Category::Session),
        LIST_TARGETS => ("list_targets", Category::Discovery),
        LIST_SERVICES => ("list_services", Category::Discovery),
        LIST_IDENTITY => ("list_identity", Category::Discovery),
        LIST_INTERFACES => ("list_interfaces", Category::Discovery),
        REGISTER_SESSION => ("register_session", Category::Session),
        UNREGISTER_SESSION => ("unregister_session", Category::Session),
        SEND_RR_DATA => ("send_rr_data", Category::Session),
        SEND_UNIT_DATA => ("send_unit_data", Category::Session),
        INDICATE_STATUS => ("indicate_status", Category::Diagnostics),
        CANCEL => ("cancel", Category::Session),
        START_DTLS => ("start_dtls", Category::Session),
        _ => return (Function::Unknown(command as u32), Category::Other),
    };
    (Function::Known(name), category)
}

/// Whether the command is one of the specification, or reserved there for older products.
pub(super) const fn is_known(command: u16) -> bool {
    matches!(
        command,
        NOP | LIST_TARGETS
            | LIST_SERVICES
            | LIST_IDENTITY
            | LIST_INTERFACES
            | REGISTER_SESSION
            | UNREGISTER_SESSION
            | SEND_RR_DATA
            | SEND_UNIT_DATA
            | INDICATE_STATUS
            | CANCEL
            | START_DTLS
    )
}

/// Commands that nobody answers.
pub(super) const fn is_unanswered(command: u16) -> bool {
    matches!(command, NOP | UNREGISTER_SESSION | CANCEL)
}

/// Name of an encapsulation status (table 2-3.3).
pub(super) const fn status_name(status: u32) -> &'static str {
    match status {
        0x0000 => "success",
        0x0001 => "invalid_or_unsupported_command",
        0x0002 => "insufficient_memory",
        0x0003 => "incorrect_data",
        0x0064 => "invalid_session_handle",
        0x0065 => "invalid_length",
        0x0069 => "unsupported_protocol_revision",
        0x006a => "service_not_allowed_on_this_port",
        _ => "reserved",
    }
}
