//! The fields of SMB 1 messages, read only where somebody wants them.

use super::block::{Block, Header};
use super::command::{
    self, CLOSE, NEGOTIATE, NT_CREATE_ANDX, NT_TRANSACT, READ_ANDX, SESSION_SETUP_ANDX, TRANSACTION,
    TRANSACTION2, TREE_CONNECT, TREE_CONNECT_ANDX, WRITE_ANDX,
};
use super::{setup, status};
use crate::{Fields, Visitor};

pub(super) struct Shown<'a> {
    pub(super) header: &'a Header,
    pub(super) block: Option<&'a Block<'a>>,
    /// Share, file, pipe or mailslot that the message is about.
    pub(super) object: Option<&'a str>,
}

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        let header = self.header;
        visitor.uint("multiplex_id", u64::from(header.multiplex_id));
        visitor.uint("process_id", u64::from(header.process_id));
        visitor.uint("tree_id", u64::from(header.tree_id));
        visitor.uint("user_id", u64::from(header.user_id));
        if header.is_reply() {
            let label =
                if header.is_nt_status() { status::refusal(header.status).unwrap_or("ok") } else { "dos" };
            visitor.named("status", u64::from(header.status), label);
        }
        if let Some(block) = self.block {
            Self::block(block, header.is_reply(), visitor);
        }
        if let Some(object) = self.object {
            let is_share =
                self.block.is_some_and(|block| matches!(block.command, TREE_CONNECT | TREE_CONNECT_ANDX));
            visitor.text(if is_share { "path" } else { "file_name" }, object);
        }
    }
}

impl Shown<'_> {
    fn block(block: &Block<'_>, is_reply: bool, visitor: &mut dyn Visitor) {
        let mut number = |name, value: Option<u64>| {
            if let Some(value) = value {
                visitor.uint(name, value);
            }
        };
        let short = |at| block.u16(at).map(u64::from);
        match (block.command, is_reply) {
            (NEGOTIATE, false) => {
                visitor.begin_list("dialects");
                for dialect in setup::dialects(block) {
                    visitor.text("", &dialect);
                }
                visitor.end_list();
            }
            (NEGOTIATE, true) => number("dialect_index", short(0)),
            (SESSION_SETUP_ANDX, _) => {
                let setup = setup::read(block, is_reply);
                for (name, text) in [
                    ("native_os", &setup.native_os),
                    ("native_lanman", &setup.native_lanman),
                    ("domain", &setup.domain),
                ] {
                    if !text.is_empty() {
                        visitor.text(name, text);
                    }
                }
                if !is_reply {
                    visitor.flag("has_user", setup.has_user);
                }
            }
            (NT_CREATE_ANDX, false) => {
                number("desired_access", block.u32(15).map(u64::from));
                number("disposition", block.u32(35).map(u64::from));
            }
            (NT_CREATE_ANDX, true) => number("file_id", short(5)),
            (CLOSE, false) => number("file_id", short(0)),
            (READ_ANDX, false) => {
                number("file_id", short(4));
                number("offset", block.u32(6).map(u64::from));
                number("length", short(10));
            }
            (READ_ANDX, true) => number("length", short(10)),
            (WRITE_ANDX, false) => {
                number("file_id", short(4));
                number("offset", block.u32(6).map(u64::from));
                number("length", short(20));
            }
            (WRITE_ANDX, true) => number("length", short(4)),
            (TRANSACTION2, false) => {
                if let Some(code) = block.u16(28) {
                    visitor.named("sub_command", u64::from(code), command::transaction2(code));
                }
            }
            (TRANSACTION, false) if block.u8(26) > Some(0) => number("sub_command", short(28)),
            (NT_TRANSACT, false) => {
                if let Some(code) = block.u16(36) {
                    visitor.named("sub_command", u64::from(code), command::nt_transact(code));
                }
            }
            _ => {}
        }
    }
}
