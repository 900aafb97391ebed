//! The fields of a message, decoded only where somebody looks at them.

use super::fragment::Fragment;
use super::link::Frame;
use super::object::{Header, Item};
use super::shape::Shape;
use super::transport;
use super::{attribute, data_set, datum, file, secure};
use crate::{Field, Fields, Reader, Short, Visitor};

/// Points of one message that are shown; further ones are counted.
const MAX_SHOWN: u64 = 4_096;

/// The fields for the documentation.
pub(super) const FIELDS: &[Field] = &[
    Field {
        name: "link_length",
        doc: "Length byte: control, addresses and user data without CRCs (9.2.4.3.2).",
    },
    Field { name: "link_dir", doc: "True when the master sends." },
    Field { name: "link_prm", doc: "True when the primary station of the transaction sends." },
    Field { name: "link_fcb", doc: "Frame count bit of primary frames." },
    Field { name: "link_fcv", doc: "Frame count bit is valid." },
    Field { name: "link_dfc", doc: "Data flow control of secondary frames: further data would be lost." },
    Field { name: "link_function", doc: "Function code of a primary frame (table 9-1)." },
    Field { name: "link_secondary_function", doc: "Function code of a secondary frame (table 9-2)." },
    Field { name: "link_destination", doc: "Link address of the receiver; 65533 to 65535 are broadcasts." },
    Field { name: "link_source", doc: "Link address of the sender." },
    Field { name: "transport", doc: "Transport header: fir, fin, sequence." },
    Field { name: "application", doc: "Application control: fir, fin, con, uns, sequence." },
    Field { name: "iin", doc: "Internal indications of responses, IIN1 in the high byte." },
    Field { name: "request_function", doc: "Function code of the request that a response answers." },
    Field {
        name: "objects",
        doc: "Object headers: group, variation, qualifier, start and stop or count, and points: index, value, flags, \
              status, timestamp_ms, or the fields of files, attributes, authentication and data sets.",
    },
    Field { name: "points_not_shown", doc: "Number of points beyond the first 4,096 of a message." },
    Field { name: "data", doc: "Bytes that could not be taken apart." },
];

/// The fields of one message.
pub(super) struct Shown<'a> {
    pub(super) frame: &'a Frame<'a>,
    pub(super) transport: Option<transport::Header>,
    pub(super) fragment: Option<Fragment<'a>>,
    pub(super) asked: Option<u8>,
}

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        self.frame.visit(visitor);
        if let Some(transport) = self.transport {
            transport.visit(visitor);
        }
        let Some(fragment) = &self.fragment else { return };
        fragment.control.visit(visitor);
        if let Some(indications) = fragment.indications {
            indications.visit(visitor);
        }
        if let Some(asked) = self.asked {
            visitor.uint("request_function", u64::from(asked));
        }
        let mut headers = fragment.headers();
        let mut shown = 0u64;
        let mut hidden = 0u64;
        visitor.begin_list("objects");
        for header in headers.by_ref() {
            visitor.begin_object("");
            header.visit(visitor);
            points(&header, &mut shown, &mut hidden, visitor);
            visitor.end_object();
        }
        visitor.end_list();
        if hidden > 0 {
            visitor.uint("points_not_shown", hidden);
        }
        if !headers.rest().is_empty() {
            visitor.bytes("data", headers.rest());
        }
    }
}

fn points(header: &Header<'_>, shown: &mut u64, hidden: &mut u64, visitor: &mut dyn Visitor) {
    let mut items = header.items().peekable();
    if items.peek().is_none() {
        return;
    }
    visitor.begin_list("points");
    for item in items {
        if *shown >= MAX_SHOWN {
            *hidden = hidden.saturating_add(1);
            continue;
        }
        *shown = shown.saturating_add(1);
        visitor.begin_object("");
        if let Some(index) = item.index {
            visitor.uint("index", u64::from(index));
        }
        if header.carries_data {
            // An object that ends too early is marked on the message; what it has is shown.
            let _ = point(header, &item, visitor);
        }
        visitor.end_object();
    }
    visitor.end_list();
}

fn point(header: &Header<'_>, item: &Item<'_>, visitor: &mut dyn Visitor) -> Result<(), Short> {
    let mut reader = Reader::new(item.data);
    match (header.group, header.variation, header.shape) {
        (0, variation, _) => attribute::visit(variation, item, visitor),
        (_, _, Shape::Crob) => datum::visit_crob(item.data, visitor)?,
        (_, _, Shape::Time { interval, units }) => {
            visitor.uint("timestamp_ms", datum::milliseconds(&mut reader)?);
            if interval {
                let name = if units { "interval" } else { "interval_ms" };
                visitor.uint(name, u64::from(reader.le_u32()?));
            }
            if units {
                visitor.uint("interval_units", u64::from(reader.u8()?));
            }
        }
        (_, _, Shape::CommonTime) => visitor.uint("timestamp_ms", datum::milliseconds(&mut reader)?),
        (_, 1, Shape::Delay) => visitor.uint("delay_s", u64::from(reader.le_u16()?)),
        (_, _, Shape::Delay) => visitor.uint("delay_ms", u64::from(reader.le_u16()?)),
        (70, variation, _) => file::visit(variation, item.data, visitor)?,
        (_, _, Shape::Storage) => {
            visitor.uint("fill_percent", u64::from(reader.u8()?));
            visitor.uint("filled_group", u64::from(reader.u8()?));
            visitor.uint("filled_variation", u64::from(reader.u8()?));
        }
        (_, _, Shape::Registration) => {
            visitor.text("vendor", &crate::printable(reader.take(4)?));
            visitor.uint("object_id", u64::from(reader.le_u16()?));
            reader.skip(2)?;
            visitor.bytes("data", reader.rest());
        }
        (86, 2, _) => data_set::visit_characteristics(reader.u8()?, visitor),
        (85 | 86, 1, _) => data_set::visit_elements(item.data, visitor),
        (87 | 88, 1, _) => data_set::visit_values(item.data, visitor),
        (90, _, _) => visitor.text("application_id", &crate::printable(item.data)),
        (110..=113, _, _) => {
            visitor.text("text", &crate::printable(item.data));
            visitor.bytes("octets", item.data);
        }
        (120, variation, _) => secure::visit(variation, item.data, visitor)?,
        (121 | 122, ..) => {
            let association = item.data.get(1..3).and_then(|bytes| bytes.first_chunk::<2>());
            visitor
                .uint("association_id", association.map_or(0, |bytes| u64::from(u16::from_le_bytes(*bytes))));
            number(header, item, visitor);
        }
        _ => number(header, item, visitor),
    }
    Ok(())
}

fn number(header: &Header<'_>, item: &Item<'_>, visitor: &mut dyn Visitor) {
    match datum::datum(header, item) {
        Some(datum) => datum::visit(header.group, &datum, visitor),
        None => visitor.bytes("data", item.data),
    }
}
