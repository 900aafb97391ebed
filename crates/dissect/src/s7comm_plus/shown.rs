//! The fields that messages show.

use super::notification::{Notification, Subscriptions};
use super::pdu::{Head, NOTIFICATION, Pdu, SYSTEM_EVENT};
use super::{Asked, body, value};
use crate::{Field, Fields, Reader, Visitor};

/// First bytes of an undecoded body that are shown.
const SHOWN: usize = 64;

pub(super) const FIELDS: &[Field] = &[
    Field {
        name: "version",
        doc: "Protocol version: 1 session set-up, 2 jobs, 3 jobs with a digest, 254 system event, 255 keep-alive.",
    },
    Field { name: "opcode", doc: "0x31 request, 0x32 and 0x02 response, 0x33 notification." },
    Field { name: "sequence_number", doc: "Number of the job; its answer repeats it." },
    Field { name: "session_id", doc: "Object id of the session; 288 before there is one." },
    Field { name: "transport_flags", doc: "Flags of the job's transport." },
    Field { name: "data_length", doc: "Bytes of the job, put together." },
    Field { name: "fragments", doc: "PDUs that the job came in, where more than one." },
    Field { name: "integrity_digest", doc: "The PDU carries a digest." },
    Field { name: "integrity_id", doc: "Counter under the integrity protection (version 3)." },
    Field { name: "object_id", doc: "Object that the job is for." },
    Field { name: "object_ids", doc: "Objects that were made." },
    Field { name: "item_count", doc: "Number of items." },
    Field {
        name: "items",
        doc: "Items: name, area, symbol checksum, local identifiers, or attribute; value.",
    },
    Field { name: "attributes", doc: "Attributes of the object that are read or written." },
    Field { name: "datatype", doc: "Type of the value." },
    Field { name: "value", doc: "Value; never shown where it proves a password." },
    Field { name: "values", doc: "Elements of an array." },
    Field { name: "operating_state", doc: "Operating state that is asked of the CPU." },
    Field { name: "objects", doc: "Objects, attributes and relations in wire order." },
    Field { name: "object_qualifier", doc: "Which object the service is for." },
    Field { name: "explore_request_id", doc: "Part of the object that is explored." },
    Field { name: "recursive", doc: "Children are explored as well." },
    Field { name: "parents", doc: "Parents are explored as well." },
    Field { name: "links", doc: "Objects that a link leads to." },
    Field {
        name: "return_value",
        doc: "Result of the job; its lower half is signed, negative ones are errors.",
    },
    Field { name: "errors", doc: "Items that failed, with their results." },
    Field { name: "subscription_id", doc: "Object id of the subscription." },
    Field { name: "credit_tick", doc: "Credit counter of the subscription." },
    Field {
        name: "notification_sequence",
        doc: "Number of the notification, where controllers count beyond the tick.",
    },
    Field { name: "change_count", doc: "Changes that the notification stands for." },
    Field { name: "im_vendor_id", doc: "PROFINET vendor number of the identification record." },
    Field { name: "order_id", doc: "Order number of the identification record." },
    Field { name: "im_serial_number", doc: "Serial number of the identification record." },
    Field { name: "im_hardware_revision", doc: "Hardware revision of the identification record." },
    Field { name: "im_software_revision", doc: "Software revision of the identification record." },
    Field { name: "im_revision_counter", doc: "Counts changes of the hardware or its parameters." },
    Field { name: "im_profile_id", doc: "Profile that the module follows." },
    Field { name: "im_profile_specific_type", doc: "Type within the profile." },
    Field { name: "im_version", doc: "Version of the identification records." },
    Field { name: "im_supported", doc: "Further identification records, a bit each." },
    Field { name: "keep_alive_sequence", doc: "Number of the keep-alive." },
    Field { name: "tls_content_type", doc: "Kind of the first TLS record." },
    Field { name: "tls_length", doc: "Bytes of TLS records." },
    Field { name: "data", doc: "First bytes without a known structure." },
];

/// A job with what is known of its travel.
#[derive(Clone, Copy)]
pub(super) struct Told<'a> {
    pub(super) pdu: &'a Pdu<'a>,
    pub(super) fragments: usize,
    pub(super) length: usize,
    pub(super) digest: bool,
}

/// A message.
pub(super) enum Shown<'a> {
    Request(&'a Told<'a>),
    Response(&'a Told<'a>, Option<&'a Asked>),
    Notification(&'a Told<'a>, Option<&'a Notification<'a>>, &'a Subscriptions),
    Other(&'a Told<'a>),
}

impl Told<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        let pdu = self.pdu;
        visitor.named("version", u64::from(pdu.version), pdu.version_name());
        visitor.named("opcode", u64::from(pdu.opcode), pdu.opcode_name());
        if pdu.opcode != NOTIFICATION {
            visitor.uint("sequence_number", u64::from(pdu.sequence));
        }
        if let Some(session) = pdu.session {
            visitor.uint("session_id", u64::from(session));
        }
        if pdu.opcode != NOTIFICATION {
            visitor.uint("transport_flags", u64::from(pdu.transport_flags));
        }
        visitor.uint("data_length", self.length as u64);
        if self.fragments > 1 {
            visitor.uint("fragments", self.fragments as u64);
        }
        if self.digest {
            visitor.flag("integrity_digest", true);
        }
    }
}

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        let (told, decoded, rest) = match self {
            Self::Request(told) => {
                told.visit(visitor);
                let mut reader = Reader::new(told.pdu.body);
                (told, body::visit_request(told.pdu.function, &mut reader, visitor), reader.rest())
            }
            Self::Response(told, asked) => {
                told.visit(visitor);
                let mut reader = Reader::new(told.pdu.body);
                (told, body::visit_response(told.pdu.function, &mut reader, *asked, visitor), reader.rest())
            }
            Self::Notification(told, notification, subscriptions) => {
                told.visit(visitor);
                let decoded = notification.map(|notification| notification.visit(subscriptions, visitor));
                (told, decoded, &[][..])
            }
            Self::Other(told) => {
                told.visit(visitor);
                (told, None, told.pdu.body)
            }
        };
        if decoded.is_some() {
            visit_integrity(told, rest, visitor);
        } else if !rest.is_empty() {
            visitor.bytes("data", rest.get(..SHOWN).unwrap_or(rest));
        }
    }
}

/// The counter that protected jobs end with: a number, then four zeros where the digest went ahead.
fn visit_integrity(told: &Told<'_>, rest: &[u8], visitor: &mut dyn Visitor) {
    if !told.digest {
        return;
    }
    // Some requests have a few bytes more between their end and the counter.
    let end = if told.pdu.digest { rest } else { rest.strip_suffix(&[0, 0, 0, 0]).unwrap_or_default() };
    for start in 0..end.len().min(4) {
        let mut reader = Reader::new(end.get(start..).unwrap_or_default());
        let first = reader.peek_u8().unwrap_or(0);
        if first != 0
            && let Some(id) = value::small(&mut reader)
            && reader.is_empty()
        {
            visitor.uint("integrity_id", u64::from(id));
            return;
        }
    }
}

/// A system event or keep-alive.
pub(super) struct System<'a> {
    pub(super) head: &'a Head<'a>,
}

impl Fields for System<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        let event = self.head.version == SYSTEM_EVENT;
        let name = if event { "system_event" } else { "keep_alive" };
        visitor.named("version", u64::from(self.head.version), name);
        match (event, self.head.body) {
            (false, [_, sequence]) => visitor.uint("keep_alive_sequence", u64::from(*sequence)),
            (_, body) => {
                visitor.uint("data_length", body.len() as u64);
                visitor.bytes("data", body.get(..SHOWN).unwrap_or(body));
            }
        }
    }
}

/// TLS records in place of PDUs.
pub(super) struct Encrypted<'a> {
    pub(super) data: &'a [u8],
}

impl Fields for Encrypted<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        if let Some(kind) = self.data.first() {
            let name = match kind {
                20 => "change_cipher_spec",
                21 => "alert",
                22 => "handshake",
                _ => "application_data",
            };
            visitor.named("tls_content_type", u64::from(*kind), name);
        }
        visitor.uint("tls_length", self.data.len() as u64);
    }
}
