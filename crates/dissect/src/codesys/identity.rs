//! What controllers say of themselves: V3's name service, and the answer of V2's runtime systems.

use crate::said::{of_sender, utf16};
use crate::tell::until_nul;
use crate::{Protocol, Reader, Sink, Text, Visitor, confidence, printable};

/// Package of the name service that identifies a node.
pub(super) const IDENTIFICATION: u16 = 0xc280;
/// Versions whose layout is known.
const VERSIONS: [u16; 2] = [0x0103, 0x0400];
/// Offsets of the texts in the answer of V2: operating system, its version, product.
const TEXTS: [usize; 3] = [64, 96, 128];
/// Bytes of each of those texts.
const TEXT: usize = 32;

/// Package, version and request of the name service.
#[derive(Debug, Clone, Copy)]
pub(super) struct NameService<'a> {
    pub(super) package: u16,
    pub(super) version: u16,
    pub(super) request_id: u32,
    rest: &'a [u8],
}

/// A node's identification.
pub(super) struct Identification {
    max_channels: u16,
    target_type: u32,
    target_id: u32,
    firmware: Text<24>,
    node: String,
    device: String,
    vendor: String,
    serial: String,
}

impl<'a> NameService<'a> {
    pub(super) fn parse(payload: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(payload);
        let (package, version) = (reader.le_u16().ok()?, reader.le_u16().ok()?);
        Some(Self { package, version, request_id: reader.le_u32().ok()?, rest: reader.rest() })
    }

    /// Numbers, lengths, then the parent's address, the names in UTF-16 with a NUL behind each, and the serial number.
    pub(super) fn identification(&self) -> Option<Identification> {
        if self.package != IDENTIFICATION || !VERSIONS.contains(&self.version) {
            return None;
        }
        let mut reader = Reader::new(self.rest);
        let max_channels = reader.le_u16().ok()?;
        // Byte order and difference of addresses.
        reader.skip(2).ok()?;
        let parent = reader.le_u16().ok()?;
        let lengths = [reader.le_u16().ok()?, reader.le_u16().ok()?, reader.le_u16().ok()?];
        let (target_type, target_id) = (reader.le_u32().ok()?, reader.le_u32().ok()?);
        let [d, c, b, a]: [u8; 4] = reader.array().ok()?;
        reader.skip(4).ok()?;
        let serial = reader.u8().ok()?;
        // Length of the maker's data, driver and reserved bytes.
        reader.skip(11).ok()?;
        reader.skip(usize::from(parent)).ok()?;
        let mut names = lengths.iter().map(|length| {
            let name = utf16(reader.take_up_to(usize::from(*length).saturating_mul(2)));
            let _ = reader.take_up_to(2);
            name
        });
        let (node, device, vendor) = (names.next()?, names.next()?, names.next()?);
        let serial = printable(until_nul(reader.take_up_to(usize::from(serial)))).into_owned();
        let firmware = Text::of(format_args!("{a}.{b}.{c}.{d}"));
        Some(Identification { max_channels, target_type, target_id, firmware, node, device, vendor, serial })
    }
}

impl Identification {
    pub(super) fn show(&self, visitor: &mut dyn Visitor) {
        visitor.uint("max_channels", u64::from(self.max_channels));
        visitor.uint("target_type", u64::from(self.target_type));
        visitor.uint("target_id", u64::from(self.target_id));
        visitor.text("firmware_version", self.firmware.as_str());
        visitor.text("node_name", &self.node);
        visitor.text("device_name", &self.device);
        visitor.text("vendor_name", &self.vendor);
        visitor.text("serial_number", &self.serial);
    }

    pub(super) fn observe(&self, sink: &mut dyn Sink) {
        let mut say = |attribute, text: &str| {
            of_sender(sink, Protocol::Codesys, confidence::IDENTITY, attribute, text);
        };
        say("name", &self.node);
        say("product_name", &self.device);
        say("vendor", &self.vendor);
        say("serial", &self.serial);
        say("firmware", self.firmware.as_str());
        say("codesys_target_id", Text::<12>::of(format_args!("0x{:08x}", self.target_id)).as_str());
    }
}

/// The three texts of V2's answer, counted from the start of the message.
pub(super) fn texts(message: &[u8]) -> [&[u8]; 3] {
    TEXTS.map(|at| {
        let text = message.get(at..).unwrap_or_default();
        until_nul(text.get(..TEXT).unwrap_or(text))
    })
}

/// Operating system and product of a V2 runtime system.
pub(super) fn observe_v2(message: &[u8], sink: &mut dyn Sink) {
    for (attribute, text) in ["os", "os_version", "product_name"].into_iter().zip(texts(message)) {
        of_sender(sink, Protocol::Codesys, confidence::IDENTITY, attribute, &printable(text));
    }
}
