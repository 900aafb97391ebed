//! What devices say about themselves: announcements and the properties of their device object.

use std::net::Ipv4Addr;

use super::npdu::Station;
use super::services as s;
use super::subject::{self, Item, Layout};
use super::tag::{self, ObjectId, Tag};
use crate::{Observation, Protocol, Reader, Reference, Sink, Subject as Whom, Text, confidence};

/// Object types with identity (clause 12).
const DEVICE: u16 = 8;
const NETWORK_PORT: u16 = 56;
/// The instance that means any device in requests (12.11).
const WILDCARD: u32 = 0x003f_ffff;
/// Names of points observed on one flow: enough to recognise a controller, whatever number of points it has.
const MAX_NAMES: u16 = 256;
/// Instance numbers observed of one side of a flow.
const MAX_INSTANCES: usize = 16;
/// Stations behind a router whose device is remembered, the oldest given up first.
const MAX_STATIONS: usize = 64;

const OBJECT_LIST: u32 = 76;
const OBJECT_NAME: u32 = 77;

/// Attribute that a text property of the device object gives.
const fn device_text(property: u32) -> Option<&'static str> {
    match property {
        12 => Some("application"),
        28 => Some("description"),
        44 => Some("firmware"),
        58 => Some("location"),
        70 => Some("model"),
        OBJECT_NAME => Some("name"),
        121 => Some("vendor"),
        168 => Some("profile"),
        372 => Some("serial"),
        _ => None,
    }
}

/// Attribute that a numeric property of the device object gives.
const fn device_number(property: u32) -> Option<&'static str> {
    match property {
        62 => Some("max_apdu_length"),
        98 => Some("protocol_version"),
        120 => Some("vendor_id"),
        139 => Some("protocol_revision"),
        155 => Some("database_revision"),
        _ => None,
    }
}

/// Bounded memory of what one flow has said, so that long lists do not fill the inventory.
#[derive(Debug, Default)]
pub(super) struct Seen {
    names: u16,
    instances: [Vec<u32>; 2],
    /// The device that each side said last that it is.
    devices: [Option<u32>; 2],
    /// Which device a station behind a router is.
    stations: Vec<(Station, u32)>,
}

impl Seen {
    fn remember(&mut self, station: Station, device: u32) {
        if let Some(known) = self.stations.iter_mut().find(|(known, _)| *known == station) {
            known.1 = device;
            return;
        }
        if self.stations.len() >= MAX_STATIONS {
            self.stations.remove(0);
        }
        self.stations.push((station, device));
    }
}

/// Whom observations are about, and where they go.
pub(super) struct Witness<'a> {
    pub(super) sink: &'a mut dyn Sink,
    /// The sender, or whom a forwarded message names as its source.
    pub(super) whom: Whom,
    /// The device stands behind a router or on a bus, so the host is not the device.
    pub(super) routed: bool,
    /// Where behind the router.
    pub(super) station: Option<Station>,
    pub(super) seen: &'a mut Seen,
    /// Which side of the flow sends, to bound both alike.
    pub(super) side: usize,
}

impl Witness<'_> {
    fn say(&mut self, path: Reference<'_>, attribute: &'static str, value: &str, confidence: u8) {
        let value = value.trim();
        if !value.is_empty() {
            self.sink.observe(&Observation {
                subject: self.whom,
                path,
                attribute,
                value,
                protocol: Protocol::Bacnet,
                confidence,
            });
        }
    }

    fn count(&mut self, path: Reference<'_>, attribute: &'static str, value: u64) {
        let mut text = Text::<32>::default();
        tag::number(&mut text, value, 1);
        self.say(path, attribute, text.as_str(), confidence::IDENTITY);
    }

    fn path(&self, device: u32) -> Reference<'static> {
        if self.routed { Reference::one("device", u64::from(device)) } else { Reference::None }
    }

    /// The sender is this device.
    pub(super) fn is_device(&mut self, instance: u32) {
        if let Some(station) = self.station.filter(|_| instance != WILDCARD) {
            self.seen.remember(station, instance);
        }
        let Some(said) = self.seen.devices.get_mut(self.side) else { return };
        if instance != WILDCARD && said.replace(instance) != Some(instance) {
            self.count(self.path(instance), "device_instance", u64::from(instance));
        }
    }

    /// Instance numbers that the host's messages name, of its own objects or of those it asks for.
    pub(super) fn mentions(&mut self, layout: Layout, data: &[u8]) {
        let full = self.seen.instances.get(self.side).is_none_or(|known| known.len() >= MAX_INSTANCES);
        if !full {
            subject::each(layout, data, &mut |item| self.mention(item.object));
        }
    }

    fn mention(&mut self, object: ObjectId) {
        let Some(known) = self.seen.instances.get_mut(self.side) else { return };
        if known.len() >= MAX_INSTANCES || known.contains(&object.instance) {
            return;
        }
        known.push(object.instance);
        let mut text = Text::<32>::default();
        tag::number(&mut text, u64::from(object.instance), 1);
        let (subject, value) = (Whom::Sender, text.as_str());
        self.sink.observe(&Observation {
            subject,
            path: Reference::None,
            attribute: "object_instance",
            value,
            protocol: Protocol::Bacnet,
            confidence: confidence::BEHAVIOUR,
        });
    }

    /// An announcement without being asked for a property.
    pub(super) fn unconfirmed(&mut self, choice: u8, data: &[u8]) {
        let mut reader = Reader::new(data);
        match choice {
            s::I_AM => {
                let Some(device) = object(&mut reader).filter(|device| device.kind == DEVICE) else { return };
                self.is_device(device.instance);
                let path = self.path(device.instance);
                if let Some(length) = next_unsigned(&mut reader) {
                    self.count(path, "max_apdu_length", length);
                }
                let _segmentation = Tag::read(&mut reader);
                if let Some(vendor) = next_unsigned(&mut reader) {
                    self.count(path, "vendor_id", vendor);
                }
            }
            s::I_HAVE => {
                let (Some(device), Some(found)) = (object(&mut reader), object(&mut reader)) else { return };
                self.is_device(device.instance);
                if let Some(name) = Tag::read(&mut reader).filter(|tag| tag.number == tag::TEXT) {
                    self.named(self.path(device.instance), found, &tag::text(name.value));
                }
            }
            s::WHO_AM_I => {
                let path = Reference::None;
                if let Some(vendor) = next_unsigned(&mut reader) {
                    self.count(path, "vendor_id", vendor);
                }
                for attribute in ["model", "serial"] {
                    if let Some(tag) = Tag::read(&mut reader).filter(|tag| tag.number == tag::TEXT) {
                        self.say(path, attribute, &tag::text(tag.value), confidence::IDENTITY);
                    }
                }
            }
            _ => {}
        }
    }

    fn named(&mut self, path: Reference<'_>, object: ObjectId, name: &str) {
        if object.kind == DEVICE {
            self.say(path, "name", name, confidence::IDENTITY);
        } else if self.seen.names < MAX_NAMES {
            self.seen.names = self.seen.names.saturating_add(1);
            self.say(path, "object_name", name, confidence::ANNOUNCEMENT);
        }
    }

    /// A property that the sender gives as its own.
    pub(super) fn property(&mut self, item: &Item<'_>) {
        let (Some(property), Some(value)) = (item.property, item.value) else { return };
        let object = item.object;
        let mut reader = Reader::new(value);
        let Some(first) = Tag::read(&mut reader).filter(|tag| !tag.context) else { return };
        match (object.kind, property) {
            (DEVICE, _) if object.instance != WILDCARD => {
                self.is_device(object.instance);
                let path = self.path(object.instance);
                match (device_text(property), device_number(property)) {
                    (Some(attribute), _) if first.number == tag::TEXT => {
                        self.say(path, attribute, &tag::text(first.value), confidence::IDENTITY);
                    }
                    (_, Some(attribute)) if first.number == tag::UNSIGNED => {
                        if let Some(number) = tag::unsigned(first.value) {
                            self.count(path, attribute, number);
                        }
                    }
                    _ if property == OBJECT_LIST => self.list(value),
                    _ => {}
                }
            }
            (NETWORK_PORT, 401 | 411) if !self.routed && first.number == tag::OCTETS => {
                let attribute = if property == 401 { "gateway" } else { "subnet" };
                if let Ok(bytes) = <[u8; 4]>::try_from(first.value) {
                    let text = Text::<16>::of(format_args!("{}", Ipv4Addr::from(bytes)));
                    self.say(Reference::None, attribute, text.as_str(), confidence::IDENTITY);
                }
            }
            (_, OBJECT_NAME) if first.number == tag::TEXT => {
                // Points behind a router belong to a device that this message does not name.
                let path = match self.station {
                    _ if !self.routed => Some(Reference::None),
                    Some(station) => {
                        let known = self.seen.stations.iter().find(|(known, _)| *known == station);
                        known.map(|(_, device)| self.path(*device))
                    }
                    None => None,
                };
                if let Some(path) = path {
                    self.named(path, object, &tag::text(first.value));
                }
            }
            _ => {}
        }
    }

    fn list(&mut self, value: &[u8]) {
        let mut reader = Reader::new(value);
        while let Some(object) = object(&mut reader) {
            self.mention(object);
        }
    }
}

fn object(reader: &mut Reader<'_>) -> Option<ObjectId> {
    let tag = Tag::read(reader)?;
    if tag.context || tag.number != tag::OBJECT { None } else { ObjectId::of(tag.value) }
}

fn next_unsigned(reader: &mut Reader<'_>) -> Option<u64> {
    let tag = Tag::read(reader).filter(|tag| !tag.context && tag.number == tag::UNSIGNED)?;
    tag::unsigned(tag.value)
}
