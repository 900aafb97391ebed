//! What stations say about themselves, and what they are told to be.

use super::block::{Block, address};
use super::option::{
    ALIAS_NAME, DEVICE_ID, DEVICE_ROLE, FULL_IP_SUITE, IP_PARAMETER, MAC_ADDRESS, NAME_OF_STATION,
    OEM_DEVICE_ID, ROLES, TYPE_OF_STATION,
};
use crate::{Observation, Protocol, Reader, Reference, Sink, Subject, Text, confidence};

/// Longest station name: 240 characters (IEC 61158-6-10, 4.3.1.4.15).
type Name = Text<240>;

fn tell(attribute: &'static str, value: &str, confidence: u8, sink: &mut dyn Sink) {
    let value = value.trim();
    if !value.is_empty() {
        sink.observe(&Observation {
            subject: Subject::Sender,
            path: Reference::None,
            attribute,
            value,
            protocol: Protocol::ProfinetDcp,
            confidence,
        });
    }
}

/// Identity out of a response or hello: about its sender.
pub(super) fn observe<'a>(blocks: impl Iterator<Item = Block<'a>>, sink: &mut dyn Sink) {
    for block in blocks {
        let say = |attribute, value: &str, sink: &mut dyn Sink| {
            tell(attribute, value, confidence::ANNOUNCEMENT, sink);
        };
        let mut reader = Reader::new(block.value);
        match block.key {
            NAME_OF_STATION => say("name", &block.text(), sink),
            TYPE_OF_STATION => say("device_type", &block.text(), sink),
            ALIAS_NAME => say("alias_name", &block.text(), sink),
            DEVICE_ID => {
                if let Some((vendor, device)) = block.device_id() {
                    say("vendor_id", Text::<8>::of(format_args!("0x{vendor:04x}")).as_str(), sink);
                    say("device_id", Text::<8>::of(format_args!("0x{device:04x}")).as_str(), sink);
                }
            }
            OEM_DEVICE_ID => {
                if let Some((vendor, device)) = block.device_id() {
                    let text = Text::<16>::of(format_args!("0x{vendor:04x} 0x{device:04x}"));
                    say("oem_device_id", text.as_str(), sink);
                }
            }
            DEVICE_ROLE => {
                if let Ok(role) = reader.u8() {
                    say("role_bits", Text::<8>::of(format_args!("0x{role:02x}")).as_str(), sink);
                    for (_, name) in ROLES.iter().filter(|(bit, _)| role & bit != 0) {
                        say("role", name, sink);
                    }
                }
            }
            // Information 0 says that no address is set.
            IP_PARAMETER | FULL_IP_SUITE if block.head & 3 != 0 => addresses(block.value, sink),
            MAC_ADDRESS => {
                if let Ok([a, b, c, d, e, f]) = reader.array() {
                    let text =
                        Text::<18>::of(format_args!("{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{f:02x}"));
                    say("mac_address", text.as_str(), sink);
                }
            }
            _ => {}
        }
    }
}

/// Address, subnet and gateway; unset ones are zero, and a gateway that is the device itself means none.
fn addresses(value: &[u8], sink: &mut dyn Sink) {
    let mut reader = Reader::new(value);
    let mut own = Text::<16>::default();
    for attribute in ["management_ip", "subnet", "gateway"] {
        let Some(text) = address(&mut reader) else { return };
        if attribute == "management_ip" {
            own = text;
        }
        let none = text.as_str() == "0.0.0.0" || (attribute == "gateway" && text.as_str() == own.as_str());
        if !none {
            tell(attribute, text.as_str(), confidence::ANNOUNCEMENT, sink);
        }
    }
}

/// The name that a station asks for: its own when it looks for a namesake at start, a device's when it controls one.
/// So it is kept apart from the name.
pub(super) fn asked<'a>(blocks: impl Iterator<Item = Block<'a>>, sink: &mut dyn Sink) {
    for block in blocks.filter(|block| block.key == NAME_OF_STATION) {
        tell("asked_station_name", &block.text(), confidence::BEHAVIOUR, sink);
    }
}

/// Name and address that a set request gives to a device.
#[derive(Default)]
pub(super) struct Given {
    name: Option<Name>,
    /// Address, mask, gateway as on the wire.
    addresses: Option<[u8; 12]>,
}

impl std::fmt::Debug for Given {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Given").field("addresses", &self.addresses).finish_non_exhaustive()
    }
}

impl Given {
    pub(super) fn of<'a>(blocks: impl Iterator<Item = Block<'a>>) -> Self {
        let mut given = Self::default();
        for block in blocks {
            match block.key {
                NAME_OF_STATION => given.name = Some(Text::of(format_args!("{}", block.text()))),
                IP_PARAMETER | FULL_IP_SUITE => given.addresses = block.value.first_chunk().copied(),
                _ => {}
            }
        }
        given
    }

    /// Who gives names is worth knowing, whether or not the device takes them.
    pub(super) fn announce(&self, sink: &mut dyn Sink) {
        if let Some(name) = &self.name {
            tell("assigned_station_name", name.as_str(), confidence::BEHAVIOUR, sink);
        }
    }

    /// The device has taken them: it is the sender now.
    pub(super) fn confirm(&self, sink: &mut dyn Sink) {
        if let Some(name) = &self.name {
            tell("name", name.as_str(), confidence::ANNOUNCEMENT, sink);
        }
        if let Some(value) = &self.addresses {
            addresses(value, sink);
        }
    }
}
