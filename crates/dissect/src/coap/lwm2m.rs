//! Lightweight M2M: objects behind numeric paths, registration, and what the device object tells.
//!
//! Spec: OMA LightweightM2M 1.1 core (TLV format) and transport, object 3 (device).

use crate::{Category, Reader, printable};

/// Content formats (OMA LwM2M core 7.4; RFC 7252, 12.3).
const TEXT: u32 = 0;
const TLV: u32 = 11_542;
/// Entries of one TLV that are looked at, and how deep.
const MAX_ENTRIES: usize = 256;
const MAX_DEPTH: u8 = 3;

/// Object, instance and resource of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Path {
    pub(super) object: u16,
    pub(super) instance: Option<u16>,
    pub(super) resource: Option<u16>,
}

impl Path {
    /// A path of one to four numbers, as it is shown: `/3/0/1`.
    pub(super) fn parse(path: &str) -> Option<Self> {
        let mut parts = path.strip_prefix('/')?.split('/');
        let mut next = || parts.next().map(|part| part.parse::<u16>().ok());
        let object = next()??;
        let (instance, resource) = (next(), next());
        if instance == Some(None) || resource == Some(None) {
            return None;
        }
        Some(Self { object, instance: instance.flatten(), resource: resource.flatten() })
    }

    /// What changing this resource does to the device.
    pub(super) const fn category(self) -> Category {
        match (self.object, self.resource) {
            // Security, server and access control objects.
            (0..=2, _) => Category::Configuration,
            // Device: reboot, factory reset, and its clock.
            (3, Some(4 | 5)) => Category::Control,
            (3, Some(13..=15)) => Category::TimeSync,
            (5, _) => Category::FirmwareUpdate,
            _ => Category::Write,
        }
    }

    pub(super) const fn object_name(self) -> &'static str {
        match self.object {
            0 => "security",
            1 => "server",
            2 => "access_control",
            3 => "device",
            4 => "connectivity_monitoring",
            5 => "firmware_update",
            6 => "location",
            7 => "connectivity_statistics",
            _ => "other",
        }
    }
}

/// Attribute of a resource of the device object.
const fn attribute(resource: u16) -> Option<&'static str> {
    Some(match resource {
        0 => "vendor",
        1 => "model",
        2 => "serial",
        3 => "firmware",
        17 => "device_type",
        18 => "hardware_revision",
        19 => "software_version",
        _ => return None,
    })
}

/// Hands over what an answer about the device object says.
pub(super) fn identity(path: Path, format: u32, payload: &[u8], say: &mut dyn FnMut(&'static str, &str)) {
    if path.object != 3 {
        return;
    }
    match (format, path.resource) {
        (TEXT, Some(resource)) => {
            if let Some(attribute) = attribute(resource) {
                say(attribute, &printable(payload));
            }
        }
        (TLV, _) => entries(payload, 0, say),
        _ => {}
    }
}

/// Entries of a TLV: type bits 7-6 (0 object instance, 3 resource), bit 5 wide id, bits 4-3 size of the length.
fn entries(bytes: &[u8], depth: u8, say: &mut dyn FnMut(&'static str, &str)) {
    let mut reader = Reader::new(bytes);
    for _ in 0..MAX_ENTRIES {
        let Some((kind, id, value)) = entry(&mut reader) else { return };
        match kind {
            0 if depth < MAX_DEPTH => entries(value, depth.saturating_add(1), say),
            3 => {
                if let Some(attribute) = attribute(id) {
                    say(attribute, &printable(value));
                }
            }
            _ => {}
        }
    }
}

fn entry<'a>(reader: &mut Reader<'a>) -> Option<(u8, u16, &'a [u8])> {
    let first = reader.u8().ok()?;
    let id = if first & 0x20 != 0 { reader.be_u16().ok()? } else { u16::from(reader.u8().ok()?) };
    let length = match (first >> 3) & 3 {
        0 => u32::from(first & 7),
        1 => u32::from(reader.u8().ok()?),
        2 => u32::from(reader.be_u16().ok()?),
        _ => reader.be_u24().ok()?,
    };
    Some((first >> 6, id, reader.take(usize::try_from(length).ok()?).ok()?))
}
