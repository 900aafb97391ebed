//! Fields of a message.

use super::message::{Message, Section, rcode_name};
use super::rdata;
use super::record::{OPT, Record, class_name, type_name};
use crate::{Fields, Visitor};

/// Shows a message of DNS, mDNS or LLMNR.
pub(crate) struct Shown<'a> {
    pub(crate) message: &'a Message<'a>,
}

const fn opcode_name(opcode: u8) -> &'static str {
    match opcode {
        0 => "query",
        1 => "inverse_query",
        2 => "status",
        4 => "notify",
        5 => "update",
        6 => "stateful_operation",
        _ => "unknown",
    }
}

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        let header = self.message.header;
        visitor.uint("id", u64::from(header.id));
        visitor.uint("flags", u64::from(header.flags));
        visitor.named("opcode", u64::from(header.opcode()), opcode_name(header.opcode()));
        visitor.flag("authoritative", header.flags & 0x0400 != 0);
        visitor.flag("truncated", header.flags & 0x0200 != 0);
        visitor.flag("recursion_desired", header.flags & 0x0100 != 0);
        visitor.flag("recursion_available", header.flags & 0x0080 != 0);
        visitor.flag("authentic_data", header.flags & 0x0020 != 0);
        visitor.flag("checking_disabled", header.flags & 0x0010 != 0);
        visitor.named("rcode", u64::from(header.rcode()), rcode_name(header.rcode()));
        visitor.begin_list("questions");
        for question in self.message.questions() {
            visitor.begin_object("");
            visitor.text("name", question.name.text().as_str());
            visitor.named("type", u64::from(question.kind), type_name(question.kind));
            visitor.named("class", u64::from(question.class & 0x7fff), class_name(question.class));
            if question.class & 0x8000 != 0 {
                // mDNS: answer to me alone (RFC 6762, 5.4).
                visitor.flag("unicast_response", true);
            }
            visitor.end_object();
        }
        visitor.end_list();
        for (section, name) in [
            (Section::Answer, "answers"),
            (Section::Authority, "authorities"),
            (Section::Additional, "additionals"),
        ] {
            visitor.begin_list(name);
            for (_, record) in self.message.records().filter(|(of, _)| *of == section) {
                visitor.begin_object("");
                visit_record(&record, visitor);
                visitor.end_object();
            }
            visitor.end_list();
        }
    }
}

fn visit_record(record: &Record<'_>, visitor: &mut dyn Visitor) {
    visitor.text("name", record.name.text().as_str());
    visitor.named("type", u64::from(record.kind), type_name(record.kind));
    if record.kind != OPT {
        visitor.named("class", u64::from(record.class & 0x7fff), class_name(record.class));
        // The top bit: the record replaces others (RFC 6762, 10.2).
        visitor.flag("cache_flush", record.class & 0x8000 != 0);
        visitor.uint("ttl", u64::from(record.ttl));
    }
    rdata::visit(record, visitor);
}
