//! The fields of commands and replies.

use super::address::Address;
use super::command::{self, DIAGNOSTIC, EXTENDED, STATUS};
use super::{Frame, diagnostic};
use crate::{Field, Fields, Visitor};

/// Fields of PCCC messages, for the documentation.
pub(super) const FIELDS: &[Field] = &[
    Field {
        name: "function_code",
        doc: "Function of commands 0x06, 0x07 and 0x0f; a reply has its command's.",
    },
    Field { name: "transaction", doc: "Transaction number; a reply repeats its command's." },
    Field { name: "status", doc: "STS byte: 0 done, else why not." },
    Field { name: "extended_status", doc: "EXT STS byte, where the status says that there is one." },
    Field { name: "address", doc: "Address in the controller's notation, e.g. N7:0." },
    Field { name: "file_number", doc: "Number of the data file." },
    Field { name: "file_type", doc: "Type of the data file." },
    Field { name: "element", doc: "Element of the file." },
    Field { name: "sub_element", doc: "Sub-element, e.g. the preset of a timer." },
    Field { name: "size", doc: "Bytes read or written; elements on PLC-5." },
    Field { name: "mode", doc: "Processor mode asked for." },
    Field { name: "processor_name", doc: "Catalogue text of the controller." },
];

/// A command, or a reply with what it answers.
pub(super) struct Shown<'a> {
    pub(super) frame: &'a Frame<'a>,
    pub(super) asked: Option<&'a Frame<'a>>,
    /// Address of a command.
    pub(super) place: Option<&'a Address<'a>>,
    /// Address of the command that a reply answers.
    pub(super) asked_place: Option<&'a Address<'a>>,
}

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        let frame = self.frame;
        let function = frame.function.or(self.asked.and_then(|asked| asked.function));
        if let Some(function) = function {
            visitor.uint("function_code", u64::from(function));
        }
        visitor.uint("transaction", u64::from(frame.transaction));
        visitor.named("status", u64::from(frame.status), command::status_name(frame.status, None));
        if let Some(extended) = frame.extended_status {
            let name = command::status_name(frame.status, Some(extended));
            visitor.named("extended_status", u64::from(extended), name);
        }
        if let Some(place) = self.place {
            place.visit(visitor);
            if place.writes {
                place.visit_values(place.data, visitor);
            }
            return;
        }
        if let Some(place) = self.asked_place {
            place.visit(visitor);
            if frame.status == 0 && !place.writes {
                place.visit_values(frame.data, visitor);
                return;
            }
        }
        match (self.asked, frame.command, function) {
            (None, EXTENDED, Some(0x80)) => {
                if let Some(mode) = frame.data.first() {
                    visitor.named("mode", u64::from(*mode), command::mode_name(*mode));
                }
            }
            (None, EXTENDED, Some(0x3a)) => {
                if let Some(mode) = frame.data.first() {
                    visitor.uint("mode", u64::from(*mode));
                }
            }
            (Some(_), DIAGNOSTIC, Some(STATUS)) => diagnostic::visit(frame.data, visitor),
            _ if !frame.data.is_empty() => visitor.bytes("data", frame.data),
            _ => {}
        }
    }
}
