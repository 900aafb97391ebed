//! The fields of SMB 2 messages, read only where somebody wants them.

use super::command::{
    self, CLOSE, CREATE, FLUSH, IOCTL, NEGOTIATE, QUERY_DIRECTORY, QUERY_INFO, READ, SESSION_SETUP, SET_INFO,
    TREE_CONNECT, WRITE,
};
use super::header::{Header, buffer, file_at, u16_at, u32_at, u64_at};
use crate::smb::status;
use crate::{Fields, Visitor, hex, said};

/// Most dialects of an offer that are shown; there are five.
const MAX_DIALECTS: usize = 32;

/// The share of a tree connect request ([MS-SMB2] 2.2.9).
pub(super) fn path(message: &[u8], body: &[u8]) -> Option<String> {
    text(message, body, 4)
}

/// The name of a create request ([MS-SMB2] 2.2.13).
pub(super) fn file_name(message: &[u8], body: &[u8]) -> Option<String> {
    text(message, body, 44)
}

/// UTF-16 text that offset and length at `at` of the body point to.
fn text(message: &[u8], body: &[u8], at: usize) -> Option<String> {
    let offset = u16_at(body, at).map(u32::from);
    let length = u16_at(body, at.saturating_add(2)).map(u32::from);
    buffer(message, offset, length).map(said::utf16)
}

pub(super) struct Shown<'a> {
    pub(super) header: &'a Header,
    pub(super) message: &'a [u8],
    pub(super) body: &'a [u8],
    /// Share, file or pipe that the message is about.
    pub(super) object: Option<&'a str>,
}

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        let header = self.header;
        visitor.uint("message_id", header.message_id);
        visitor.uint("session_id", header.session_id);
        if let Some(tree) = header.tree_id {
            visitor.uint("tree_id", u64::from(tree));
        }
        if header.is_response() {
            let label = status::refusal(header.status).unwrap_or("ok");
            visitor.named("status", u64::from(header.status), label);
        }
        let body = self.body;
        let mut number = |name, value: Option<u64>| {
            if let Some(value) = value {
                visitor.uint(name, value);
            }
        };
        let short = |at| u16_at(body, at).map(u64::from);
        let long = |at| u32_at(body, at).map(u64::from);
        let byte = |at: usize| body.get(at).map(|byte| u64::from(*byte));
        match (header.command, header.is_response()) {
            (NEGOTIATE, false) => {
                number("security_mode", short(4));
                self.dialects(visitor);
            }
            (NEGOTIATE, true) => {
                number("security_mode", short(2));
                if let Some(dialect) = u16_at(body, 4) {
                    visitor.named(
                        "dialect",
                        u64::from(dialect),
                        command::dialect(dialect).unwrap_or("unknown"),
                    );
                }
                if let Some(guid) = body.get(8..24) {
                    visitor.text("server_guid", &hex(guid));
                }
            }
            (SESSION_SETUP, false) => number("security_mode", byte(3)),
            (SESSION_SETUP, true) => number("session_flags", short(2)),
            (TREE_CONNECT, true) => number("share_type", byte(2)),
            (CREATE, false) => {
                number("desired_access", long(24));
                number("disposition", long(36));
            }
            (CREATE, true) => {
                number("create_action", long(4));
                number("length", u64_at(body, 48));
                file(visitor, file_at(body, 64));
            }
            (READ | WRITE, false) => {
                number("length", long(4));
                number("offset", u64_at(body, 8));
                file(visitor, file_at(body, 16));
            }
            (READ | WRITE, true) => number("length", long(4)),
            (IOCTL, _) => {
                number("control_code", long(4));
                file(visitor, file_at(body, 8));
            }
            (CLOSE | FLUSH, false) => file(visitor, file_at(body, 8)),
            (QUERY_DIRECTORY, false) => {
                number("info_class", byte(2));
                file(visitor, file_at(body, 8));
                if let Some(pattern) = text(self.message, body, 24) {
                    visitor.text("pattern", &pattern);
                }
            }
            (QUERY_INFO | SET_INFO, false) => {
                number("info_type", byte(2));
                number("info_class", byte(3));
                file(visitor, file_at(body, if header.command == QUERY_INFO { 24 } else { 16 }));
            }
            _ => {}
        }
        if let Some(object) = self.object {
            visitor.text(if header.command == TREE_CONNECT { "path" } else { "file_name" }, object);
        }
    }
}

fn file(visitor: &mut dyn Visitor, id: Option<u128>) {
    if let Some(id) = id {
        visitor.text("file_id", &hex(&id.to_le_bytes()));
    }
}

impl Shown<'_> {
    fn dialects(&self, visitor: &mut dyn Visitor) {
        let count = u16_at(self.body, 2).map_or(0, usize::from).min(MAX_DIALECTS);
        visitor.begin_list("dialects");
        for at in 0..count {
            if let Some(dialect) = u16_at(self.body, at.saturating_mul(2).saturating_add(36)) {
                visitor.uint("", u64::from(dialect));
            }
        }
        visitor.end_list();
    }
}
