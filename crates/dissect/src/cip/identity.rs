//! What responses say about the device that gave them: identity object, names, network interfaces.

use super::attribute::{self, Kind};
use super::class::{DEVICE_NAME, ETHERNET_LINK, IDENTITY, TCP_IP};
use crate::{Observation, Protocol, Reader, Reference, Sink, Subject, Text, printable};

/// Vendor and device type of Rockwell's controllers, whose status word holds mode and key (AdvancedHMI class codes).
const ROCKWELL: u64 = 1;
const CONTROLLER: u64 = 14;

/// Collects the attributes of one response.
#[derive(Debug, Clone, Copy)]
pub(super) struct Observer<'a> {
    class: u32,
    path: Reference<'a>,
    vendor: Option<u64>,
    device_type: Option<u64>,
    status: Option<u64>,
    confidence: u8,
}

impl<'a> Observer<'a> {
    /// An observer of a class whose attributes identify somebody.
    pub(super) fn new(
        class: u32,
        instance: Option<u32>,
        path: Reference<'a>,
        confidence: u8,
    ) -> Option<Self> {
        let first = matches!(instance, Some(1));
        let told = match class {
            IDENTITY | DEVICE_NAME | TCP_IP | ETHERNET_LINK => first,
            _ => false,
        };
        told.then_some(Self { class, path, vendor: None, device_type: None, status: None, confidence })
    }

    /// Takes one attribute.
    pub(super) fn attribute(&mut self, attribute: u32, kind: Kind, value: &[u8], sink: &mut dyn Sink) {
        let mut reader = Reader::new(value);
        match (self.class, attribute) {
            (IDENTITY, 1) => {
                self.vendor = Some(attribute::little(value));
                self.number("vendor_id", value, sink);
            }
            (IDENTITY, 2) => {
                self.device_type = Some(attribute::little(value));
                self.number("device_type", value, sink);
            }
            (IDENTITY, 3) => self.number("product_code", value, sink),
            (IDENTITY, 4) => {
                if let (Ok(major), Ok(minor)) = (reader.u8(), reader.u8()) {
                    self.text("firmware", attribute::revision(major, minor).as_str(), sink);
                }
            }
            (IDENTITY, 5) => self.status = Some(attribute::little(value)),
            // Zero stands for "none assigned".
            (IDENTITY, 6) if attribute::little(value) != 0 => {
                self.text("serial", attribute::serial(value).as_str(), sink);
            }
            (IDENTITY, 7) => self.text("product_name", &printable(attribute::text(kind, value)), sink),
            (DEVICE_NAME, 1) => self.text("name", &printable(attribute::text(kind, value)), sink),
            (DEVICE_NAME, 2) => self.text("description", &printable(attribute::text(kind, value)), sink),
            (TCP_IP, 5) => {
                let _ = reader.skip(4);
                for name in ["subnet", "gateway"] {
                    match reader.le_u32() {
                        Ok(0) | Err(_) => {}
                        Ok(address) => self.text(name, attribute::ip(address).as_str(), sink),
                    }
                }
            }
            (TCP_IP, 6) => self.text("hostname", &printable(attribute::text(kind, value)), sink),
            (ETHERNET_LINK, 3) if value.iter().any(|byte| *byte != 0) => {
                self.text("mac_address", attribute::mac(value).as_str(), sink);
            }
            _ => {}
        }
    }

    /// Says what only several attributes together mean.
    pub(super) fn finish(&self, sink: &mut dyn Sink) {
        let (Some(ROCKWELL), Some(CONTROLLER), Some(status)) = (self.vendor, self.device_type, self.status)
        else {
            return;
        };
        let mode = match status >> 4 & 0x0f {
            1 => "firmware update",
            4 => "no valid configuration",
            5 => "fault",
            6 => "run",
            7 => "program",
            _ => "",
        };
        self.text("cpu_state", mode, sink);
        let key = match status >> 12 & 3 {
            1 => "run",
            2 => "program",
            3 => "remote",
            _ => "",
        };
        self.text("key_state", key, sink);
    }

    fn number(&self, name: &'static str, value: &[u8], sink: &mut dyn Sink) {
        let text = Text::<24>::of(format_args!("{}", attribute::little(value)));
        self.text(name, text.as_str(), sink);
    }

    fn text(&self, name: &'static str, value: &str, sink: &mut dyn Sink) {
        let value = value.trim();
        if value.is_empty() {
            return;
        }
        sink.observe(&Observation {
            subject: Subject::Sender,
            path: self.path,
            attribute: name,
            value,
            protocol: Protocol::Cip,
            confidence: self.confidence,
        });
    }
}
