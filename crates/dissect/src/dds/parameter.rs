//! Parameter lists of discovery data (9.4.2.11 and 9.6.3).

use crate::tell::until_nul;
use crate::{Observation, Protocol, Reader, Reference, Sink, Subject, Text, Visitor, confidence, printable};

/// Parameters of one list, and properties of one parameter, that are looked at.
const MAX_PARAMETERS: usize = 256;
const SENTINEL: u16 = 0x0001;
const TOPIC_NAME: u16 = 0x0005;
const TYPE_NAME: u16 = 0x0007;
const DOMAIN_ID: u16 = 0x000f;
const PROTOCOL_VERSION: u16 = 0x0015;
const VENDOR_ID: u16 = 0x0016;
const PARTICIPANT_GUID: u16 = 0x0050;
const PROPERTY_LIST: u16 = 0x0059;
const ENDPOINT_GUID: u16 = 0x005a;
const ENTITY_NAME: u16 = 0x0062;

/// A list with its byte order, which the encapsulation in front names (10.2).
#[derive(Debug, Clone, Copy)]
pub(super) struct Parameters<'a> {
    bytes: &'a [u8],
    little: bool,
}

/// Passes over a list up to its end.
pub(super) fn skip(reader: &mut Reader<'_>, little: bool) -> Option<()> {
    for _ in 0..MAX_PARAMETERS {
        if one(reader, little)?.0 == SENTINEL {
            return Some(());
        }
    }
    None
}

fn one<'a>(reader: &mut Reader<'a>, little: bool) -> Option<(u16, &'a [u8])> {
    let number = |reader: &mut Reader<'a>| if little { reader.le_u16() } else { reader.be_u16() }.ok();
    let (id, length) = (number(reader)?, number(reader)?);
    if id == SENTINEL {
        return Some((id, &[]));
    }
    Some((id, reader.take(usize::from(length)).ok()?))
}

impl<'a> Parameters<'a> {
    /// The list of a payload: encapsulation 2 big endian, 3 little endian.
    pub(super) fn of(payload: &'a [u8]) -> Self {
        match payload.split_first_chunk::<4>() {
            Some(([0, kind @ (2 | 3), _, _], bytes)) => Self { bytes, little: *kind == 3 },
            _ => Self { bytes: &[], little: true },
        }
    }

    fn iter(&self) -> impl Iterator<Item = (u16, &'a [u8])> + use<'a> {
        let (mut reader, little) = (Reader::new(self.bytes), self.little);
        std::iter::from_fn(move || one(&mut reader, little).filter(|(id, _)| *id != SENTINEL))
            .take(MAX_PARAMETERS)
    }

    /// A string with its length in front.
    fn string(&self, reader: &mut Reader<'a>) -> Option<&'a [u8]> {
        let length = if self.little { reader.le_u32() } else { reader.be_u32() }.ok()?;
        let text = reader.take(usize::try_from(length).ok()?).ok()?;
        Some(until_nul(text))
    }

    /// Name and value of the properties; strings are padded to four bytes.
    fn properties(&self, value: &'a [u8]) -> impl Iterator<Item = (&'a [u8], &'a [u8])> + use<'a> {
        let list = *self;
        // The count in front bounds the list no better than its bytes do.
        let mut reader = Reader::new(value.get(4..).unwrap_or_default());
        std::iter::from_fn(move || {
            let mut text = || {
                let text = list.string(&mut reader)?;
                let over = reader.position() % 4;
                reader.take_up_to(if over == 0 { 0 } else { 4_usize.saturating_sub(over) });
                Some(text)
            };
            Some((text()?, text()?))
        })
        .take(MAX_PARAMETERS)
    }

    fn text(&self, value: &'a [u8]) -> &'a [u8] {
        self.string(&mut Reader::new(value)).unwrap_or_default()
    }

    pub(super) fn topic(&self) -> Option<std::borrow::Cow<'a, str>> {
        self.iter().find(|(id, _)| *id == TOPIC_NAME).map(|(_, value)| printable(self.text(value)))
    }

    pub(super) fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.begin_list("parameters");
        for (id, value) in self.iter() {
            let name = match id {
                0x0002 => "participant_lease_duration",
                TOPIC_NAME => "topic_name",
                TYPE_NAME => "type_name",
                DOMAIN_ID => "domain_id",
                PROTOCOL_VERSION => "protocol_version",
                VENDOR_ID => "vendor_id",
                0x001a => "reliability",
                0x001d => "durability",
                0x002c => "user_data",
                0x002f => "unicast_locator",
                0x0030 => "multicast_locator",
                0x0031 => "default_unicast_locator",
                0x0032 => "metatraffic_unicast_locator",
                0x0033 => "metatraffic_multicast_locator",
                0x0048 => "default_multicast_locator",
                PARTICIPANT_GUID => "participant_guid",
                0x0058 => "builtin_endpoint_set",
                PROPERTY_LIST => "property_list",
                ENDPOINT_GUID => "endpoint_guid",
                ENTITY_NAME => "entity_name",
                0x1001 => "identity_token",
                0x1002 => "permissions_token",
                _ => "other",
            };
            visitor.begin_object("");
            visitor.named("id", u64::from(id), name);
            match id {
                TOPIC_NAME | TYPE_NAME | ENTITY_NAME => visitor.text("value", &printable(self.text(value))),
                PROPERTY_LIST => {
                    visitor.begin_list("properties");
                    for (name, text) in self.properties(value) {
                        visitor.begin_object("");
                        visitor.text("name", &printable(name));
                        visitor.text("value", &printable(text));
                        visitor.end_object();
                    }
                    visitor.end_list();
                }
                _ => visitor.bytes("value", value),
            }
            visitor.end_object();
        }
        visitor.end_list();
    }

    /// What participant data says of the host that sends it.
    pub(super) fn observe(&self, sink: &mut dyn Sink) {
        let mut say = |attribute, value: &str| {
            let value = value.trim();
            if !value.is_empty() {
                sink.observe(&Observation {
                    subject: Subject::Sender,
                    path: Reference::None,
                    attribute,
                    value: crate::said::cut(value, crate::tell::MAX_FACT),
                    protocol: Protocol::Dds,
                    confidence: confidence::ANNOUNCEMENT,
                });
            }
        };
        for (id, value) in self.iter() {
            match (id, value) {
                (VENDOR_ID, [first, second, ..]) => {
                    say("dds_vendor_id", Text::<8>::of(format_args!("{first}.{second}")).as_str());
                }
                (ENTITY_NAME, value) => say("dds_participant_name", &printable(self.text(value))),
                (PROPERTY_LIST, value) => {
                    for (name, text) in self.properties(value) {
                        let attribute = match name {
                            b"dds.sys_info.hostname" => "hostname",
                            b"dds.sys_info.executable_filepath" => "application",
                            b"dds.sys_info.target" => "os",
                            _ => continue,
                        };
                        say(attribute, &printable(text));
                    }
                }
                _ => {}
            }
        }
    }
}
