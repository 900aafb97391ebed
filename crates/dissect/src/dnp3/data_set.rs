//! Data sets: prototypes, descriptors and their values, groups 85 to 88 (IEEE 1815-2012, 5.3 and A.37 to A.40).

use super::attribute::data_type;
use crate::{Reader, Visitor, printable};

/// Name of a descriptor code (table 5-1).
const fn descriptor(code: u8) -> &'static str {
    match code {
        1 => "id",
        2 => "uuid",
        3 => "nspc",
        4 => "name",
        5 => "dael",
        6 => "ptyp",
        7 => "ctlv",
        8 => "ctls",
        _ => "reserved",
    }
}

/// Shows the elements of a prototype or descriptor: length, descriptor code, data type, largest length, further value.
pub(super) fn visit_elements(data: &[u8], visitor: &mut dyn Visitor) {
    let mut reader = Reader::new(data);
    visitor.begin_list("elements");
    while let Ok(length) = reader.u8() {
        let mut element = Reader::new(reader.take_up_to(usize::from(length)));
        let Ok([code, kind, largest]) = element.array::<3>() else { break };
        visitor.begin_object("");
        visitor.named("descriptor", u64::from(code), descriptor(code));
        visitor.named("data_type", u64::from(kind), data_type(kind));
        visitor.uint("max_length", u64::from(largest));
        let value = element.rest();
        match code {
            // Name space, name and element carry text; the others numbers or identifiers.
            3..=5 => visitor.text("value", &printable(value)),
            _ => visitor.bytes("value", value),
        }
        visitor.end_object();
    }
    visitor.end_list();
}

/// Shows the values of a data set: length and bytes of each, whose types only the descriptor tells.
pub(super) fn visit_values(data: &[u8], visitor: &mut dyn Visitor) {
    let mut reader = Reader::new(data);
    visitor.begin_list("values");
    while let Ok(length) = reader.u8() {
        visitor.bytes("", reader.take_up_to(usize::from(length)));
    }
    visitor.end_list();
}

/// Shows the characteristics octet of a data set.
pub(super) fn visit_characteristics(octet: u8, visitor: &mut dyn Visitor) {
    const NAMES: [&str; 5] = ["readable", "writable", "static", "event", "defined_by_master"];
    let names = super::function::bit_names::<64>(u32::from(octet), &NAMES);
    visitor.named("characteristics", u64::from(octet), names.as_str());
}
