//! What a message shows: header, address and answer.

use super::service::{self, CONTROLLER_ID, PROGRAM_NAMES, SET_STATE};
use super::{ASK, Asked, CONNECT, CONNECT_REPLY, Frame, REQUEST, identity, names};
use crate::{Fields, Visitor, printable};

/// A message and, of an answer, what it answers.
pub(super) struct Shown<'a> {
    pub(super) frame: &'a Frame<'a>,
    pub(super) asked: Option<&'a Asked>,
}

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        let frame = self.frame;
        visitor.uint("type", u64::from(frame.kind));
        if matches!(frame.kind, CONNECT | CONNECT_REPLY) {
            return;
        }
        visitor.uint("sequence", u64::from(frame.sequence));
        visitor.uint("text_length", u64::from(frame.text_length));
        visitor.uint("message_type", u64::from(frame.message_type));
        visitor.uint("mailbox_source", u64::from(frame.source));
        visitor.uint("mailbox_destination", u64::from(frame.destination));
        visitor.uint("packet", u64::from(frame.packet));
        visitor.uint("packets", u64::from(frame.packets));
        if let Some(asked) = self.asked.filter(|asked| service::addresses(asked.service)) {
            match service::area(asked.selector) {
                Some(area) => visitor.named("segment_selector", u64::from(asked.selector), area.name),
                None => visitor.uint("segment_selector", u64::from(asked.selector)),
            }
            visitor.uint("offset", u64::from(asked.offset));
            visitor.uint("length", u64::from(asked.length));
        }
        if frame.kind == REQUEST {
            if self.asked.is_some_and(|asked| asked.service == SET_STATE) {
                visitor.uint("state", u64::from(frame.body[1]));
            }
            if frame.message_type == ASK && service::addresses(frame.service()) {
                visitor.bytes("data", &[frame.body[6], frame.body[7]]);
            } else if !frame.text.is_empty() {
                visitor.bytes("data", frame.text);
            }
            return;
        }
        self.visit_reply(visitor);
    }
}

impl Shown<'_> {
    fn visit_reply(&self, visitor: &mut dyn Visitor) {
        let frame = self.frame;
        let (major, minor) = frame.status();
        visitor.named("status", u64::from(major), service::status_name(major));
        visitor.named("minor_status", u64::from(minor), service::minor_name(minor));
        let [program, privilege, low, high, ..] = frame.tail;
        visitor.uint("control_program", u64::from(program));
        visitor.uint("privilege_level", u64::from(privilege));
        visitor.uint("sweep_time", u64::from(u16::from_le_bytes([low, high])));
        let status = frame.plc_status();
        visitor.uint("plc_status", u64::from(status));
        visitor.text("plc_state", service::state_name(status));
        for (name, bit) in [
            ("constant_sweep", 1),
            ("plc_fault", 4),
            ("io_fault", 5),
            ("programmer_attached", 6),
            ("run_switch", 8),
            ("oem_protected", 9),
        ] {
            visitor.flag(name, status >> bit & 1 == 1);
        }
        let data = frame.data();
        match self.asked {
            Some(asked) if asked.service == CONTROLLER_ID => {
                if let Some((name, major, minor)) = identity(data) {
                    visitor.text("controller_id", name.as_str());
                    visitor.uint("major_type", u64::from(major));
                    visitor.uint("minor_type", u64::from(minor));
                }
            }
            Some(asked) if asked.service == PROGRAM_NAMES => {
                visitor.begin_list("program_names");
                for name in names(data) {
                    visitor.text("", &printable(name));
                }
                visitor.end_list();
            }
            Some(asked)
                if asked.service == service::READ_SYSTEM
                    && service::area(asked.selector).is_some_and(|area| area.bits == 16) =>
            {
                visitor.begin_list("values");
                for word in data.chunks_exact(2).take(usize::from(asked.length)) {
                    if let Some(word) = word.first_chunk() {
                        visitor.uint("", u64::from(u16::from_le_bytes(*word)));
                    }
                }
                visitor.end_list();
                return;
            }
            _ => {}
        }
        if !data.is_empty() {
            visitor.bytes("data", data);
        }
    }
}
