//! The fields of userdata, by function group.

use super::super::function::{self, BLOCKS, CPU, CYCLIC, NC, PBC, PROGRAMMER, SECURITY, TIME};
use super::super::{datum, error, szl, time};
use super::{
    Content, Given, PUSH, REQUEST, RESPONSE, TRANSITION, alarm, blocks, cyclic, mode, test_functions,
};
use crate::{Anomalies, Fields, Visitor};

/// One userdata message.
pub(super) struct Shown<'a> {
    pub(super) given: &'a Given<'a>,
    /// Items that cyclic data answers, or the table that is watched.
    pub(super) items: (u8, &'a [u8]),
}

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        let (pdu, head) = (self.given.pdu, self.given.head);
        pdu.visit(visitor);
        if self.given.anomalies.contains(Anomalies::MISSING_FIELD) {
            visitor.bytes("parameters", pdu.parameters);
            return;
        }
        if head.function == TRANSITION {
            visitor.named("mode", u64::from(head.subfunction), mode(head.subfunction));
            visitor.uint("sequence", u64::from(head.sequence));
            return;
        }
        visitor.uint("method", u64::from(head.method));
        let kind = match head.kind {
            PUSH => "push",
            REQUEST => "request",
            RESPONSE => "response",
            _ => "unknown",
        };
        visitor.named("type", u64::from(head.kind), kind);
        visitor.named("group", u64::from(head.group), function::group_name(head.group));
        visitor.uint("subfunction", u64::from(head.subfunction));
        visitor.uint("sequence", u64::from(head.sequence));
        if let Some((reference, more, code)) = head.unit {
            visitor.uint("data_unit_reference", u64::from(reference));
            visitor.flag("last_data_unit", !more);
            visitor.named("error_code", u64::from(code), error::name(code));
        }
        let Some(payload) = self.given.payload else { return };
        visitor.named("return_code", u64::from(payload.return_code), error::return_code(payload.return_code));
        visitor.named(
            "transport_size",
            u64::from(payload.transport),
            datum::transport_name(payload.transport),
        );
        match self.given.content {
            Content::Part(data) => visitor.uint("part_length", data.len() as u64),
            Content::Whole([]) => {}
            Content::Whole(data) => {
                if self.content(data, visitor).is_none() {
                    visitor.bytes("data", data);
                }
            }
        }
    }
}

impl Shown<'_> {
    /// `None` when the bytes do not fit their function.
    fn content(&self, data: &[u8], visitor: &mut dyn Visitor) -> Option<()> {
        let head = self.given.head;
        match (head.group, head.subfunction) {
            (CPU, 1) => {
                if let Some(list) = szl::parse(data).filter(|_| head.kind != REQUEST) {
                    szl::visit(&list, visitor);
                } else {
                    let (id, index) = szl::request(data)?;
                    szl::visit_id(id, index, visitor);
                }
            }
            (CPU, 2) => alarm::visit_service(head.kind == REQUEST, data, visitor)?,
            (CPU, 3) => szl::visit_diagnostic(data, visitor),
            (CPU, _) => alarm::visit(head.kind, head.subfunction, data, visitor)?,
            (BLOCKS, subfunction) => blocks::visit(subfunction, head.kind == REQUEST, data, visitor)?,
            (TIME, _) => time::visit("clock", data.get(2..)?, visitor),
            // The bytes are the password, or would let it be found.
            (SECURITY, _) => visitor.uint("password_length", data.len() as u64),
            (CYCLIC, _) => cyclic::visit(head.kind == REQUEST, data, self.items, visitor)?,
            (PROGRAMMER, subfunction) => {
                test_functions::visit(head.kind, subfunction, data, self.items.1, visitor)?;
            }
            (PBC, _) => blocks::visit_send(data, visitor)?,
            (NC | 0x0f, _) => visitor.uint("length", data.len() as u64),
            _ => return None,
        }
        Some(())
    }
}
