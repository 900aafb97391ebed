//! Application functions, internal indications and the control octet (IEEE 1815-2012, clause 4.2).

use crate::{Category, Function, Text, Visitor};

/// Function codes that the code refers to (table 4-4).
pub(super) const CONFIRM: u8 = 0;
pub(super) const READ: u8 = 1;
pub(super) const WRITE: u8 = 2;
pub(super) const SELECT: u8 = 3;
pub(super) const OPERATE: u8 = 4;
pub(super) const DIRECT_OPERATE: u8 = 5;
pub(super) const DIRECT_OPERATE_NO_RESPONSE: u8 = 6;
pub(super) const OPEN_FILE: u8 = 25;
pub(super) const CLOSE_FILE: u8 = 26;
pub(super) const ABORT_FILE: u8 = 30;
pub(super) const LAST_REQUEST: u8 = 33;
pub(super) const RESPONSE: u8 = 129;
pub(super) const UNSOLICITED_RESPONSE: u8 = 130;
pub(super) const AUTHENTICATION_RESPONSE: u8 = 131;

/// Name of a function code and what it does by itself; a write's category depends on what is written.
pub(super) fn describe(code: u8) -> (Function, Category) {
    let (name, category) = match code {
        CONFIRM => ("confirm", Category::Session),
        READ => ("read", Category::Read),
        WRITE => ("write", Category::Write),
        SELECT => ("select", Category::Control),
        OPERATE => ("operate", Category::Control),
        DIRECT_OPERATE => ("direct_operate", Category::Control),
        DIRECT_OPERATE_NO_RESPONSE => ("direct_operate_no_response", Category::Control),
        7 => ("immediate_freeze", Category::Control),
        8 => ("immediate_freeze_no_response", Category::Control),
        9 => ("freeze_and_clear", Category::Control),
        10 => ("freeze_and_clear_no_response", Category::Control),
        11 => ("freeze_at_time", Category::Control),
        12 => ("freeze_at_time_no_response", Category::Control),
        13 => ("cold_restart", Category::Control),
        14 => ("warm_restart", Category::Control),
        15 => ("initialize_data", Category::Control),
        16 => ("initialize_application", Category::Control),
        17 => ("start_application", Category::Control),
        18 => ("stop_application", Category::Control),
        19 => ("save_configuration", Category::Configuration),
        20 => ("enable_unsolicited", Category::Configuration),
        21 => ("disable_unsolicited", Category::Configuration),
        22 => ("assign_class", Category::Configuration),
        23 => ("delay_measurement", Category::TimeSync),
        24 => ("record_current_time", Category::TimeSync),
        OPEN_FILE => ("open_file", Category::FileTransfer),
        CLOSE_FILE => ("close_file", Category::FileTransfer),
        27 => ("delete_file", Category::FileTransfer),
        28 => ("get_file_information", Category::FileTransfer),
        29 => ("authenticate_file", Category::Authentication),
        ABORT_FILE => ("abort_file", Category::FileTransfer),
        31 => ("activate_configuration", Category::Configuration),
        32 => ("authentication_request", Category::Authentication),
        LAST_REQUEST => ("authentication_request_no_ack", Category::Authentication),
        RESPONSE => ("response", Category::Read),
        UNSOLICITED_RESPONSE => ("unsolicited_response", Category::Alarm),
        AUTHENTICATION_RESPONSE => ("authentication_response", Category::Authentication),
        _ => return (Function::Unknown(u32::from(code)), Category::Other),
    };
    (Function::Known(name), category)
}

/// Whether an outstation sends this function; the others are a master's.
pub(super) const fn is_response(code: u8) -> bool {
    code & 0x80 != 0
}

/// Requests that get no response (4.4).
pub(super) const fn is_unanswered(code: u8) -> bool {
    matches!(code, CONFIRM | DIRECT_OPERATE_NO_RESPONSE | 8 | 10 | 12 | LAST_REQUEST)
}

/// What writing an object of this group does.
pub(super) const fn write_category(group: u8) -> Category {
    match group {
        0 | 34 | 81..=86 => Category::Configuration,
        50 | 51 => Category::TimeSync,
        70 => Category::FileTransfer,
        // Writing index 7 clears the restart indication: an acknowledgement that changes nothing.
        80 => Category::Diagnostics,
        120..=122 => Category::Authentication,
        _ => Category::Write,
    }
}

/// Internal indications of a response: IIN1 and IIN2 (4.2.2.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Indications(pub(super) [u8; 2]);

const INDICATIONS: [&str; 16] = [
    "all_stations",
    "class_1_events",
    "class_2_events",
    "class_3_events",
    "need_time",
    "local_control",
    "device_trouble",
    "device_restart",
    "no_func_code_support",
    "object_unknown",
    "parameter_error",
    "event_buffer_overflow",
    "already_executing",
    "config_corrupt",
    "reserved_2",
    "reserved_1",
];

impl Indications {
    /// The refusal that the second octet states.
    pub(super) const fn error(self) -> Option<&'static str> {
        let [_, second] = self.0;
        if second & 0x01 != 0 {
            Some("no_func_code_support")
        } else if second & 0x02 != 0 {
            Some("object_unknown")
        } else if second & 0x04 != 0 {
            Some("parameter_error")
        } else if second & 0x10 != 0 {
            Some("already_executing")
        } else {
            None
        }
    }

    /// Bits that must be zero.
    pub(super) const fn reserved(self) -> bool {
        self.0[1] & 0xc0 != 0
    }

    /// Shows the two octets as one number, IIN1 first, and the names of the bits set.
    pub(super) fn visit(self, visitor: &mut dyn Visitor) {
        let names = bit_names::<256>(u32::from(u16::from_le_bytes(self.0)), &INDICATIONS);
        visitor.named("iin", u64::from(u16::from_be_bytes(self.0)), names.as_str());
    }
}

/// Names of the bits set, from bit 0 on, joined by commas.
pub(super) fn bit_names<const N: usize>(bits: u32, names: &[&str]) -> Text<N> {
    use std::fmt::Write as _;
    let mut text = Text::default();
    let mut first = true;
    for (bit, name) in (0u32..32).zip(names) {
        if bits.checked_shr(bit).unwrap_or(0) & 1 == 1 {
            let _ = if first { text.write_str(name) } else { write!(text, ",{name}") };
            first = false;
        }
    }
    text
}

/// The octet before the function code (4.2.2.4).
#[derive(Debug, Clone, Copy)]
pub(super) struct Control(pub(super) u8);

impl Control {
    /// First fragment of a message.
    pub(super) const fn is_first(self) -> bool {
        self.0 & 0x80 != 0
    }

    /// Last fragment of a message.
    pub(super) const fn is_final(self) -> bool {
        self.0 & 0x40 != 0
    }

    /// Belongs to unsolicited reporting.
    pub(super) const fn is_unsolicited(self) -> bool {
        self.0 & 0x10 != 0
    }

    /// Sequence number, 0 to 15.
    pub(super) const fn sequence(self) -> u8 {
        self.0 & 0x0f
    }

    pub(super) fn visit(self, visitor: &mut dyn Visitor) {
        visitor.begin_object("application");
        visitor.flag("fir", self.is_first());
        visitor.flag("fin", self.is_final());
        visitor.flag("con", self.0 & 0x20 != 0);
        visitor.flag("uns", self.is_unsolicited());
        visitor.uint("sequence", u64::from(self.sequence()));
        visitor.end_object();
    }
}
