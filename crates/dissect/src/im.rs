//! Identification and maintenance records, as PROFINET devices and S7 controllers carry them.
//!
//! Spec: IEC 61158-6-10, 5.2.28 (I&M0 to I&M5); PROFIBUS and PROFINET International, Identification & Maintenance
//! Functions 1.2.

use crate::tell::Teller;
use crate::{Protocol, Reader, Reference, Sink, Subject, Text, Visitor, confidence, printable};

/// Bytes of I&M0 after its block header.
pub(crate) const IM0_LENGTH: usize = 54;
/// Block type of I&M0.
pub(crate) const IM0: u16 = 0x0020;

/// I&M0: what a module is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Im0<'a> {
    vendor_id: u16,
    order_number: &'a [u8],
    serial: &'a [u8],
    hardware_revision: u16,
    /// Prefix letter and three numbers.
    software_revision: [u8; 4],
    revision_counter: u16,
    profile_id: u16,
    profile_type: u16,
    version: [u8; 2],
    supported: u16,
}

impl<'a> Im0<'a> {
    /// Reads the record after its block header; `None` when it is short.
    pub(crate) fn parse(body: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(body);
        Some(Self {
            vendor_id: reader.be_u16().ok()?,
            order_number: reader.take(20).ok()?,
            serial: reader.take(16).ok()?,
            hardware_revision: reader.be_u16().ok()?,
            software_revision: reader.array().ok()?,
            revision_counter: reader.be_u16().ok()?,
            profile_id: reader.be_u16().ok()?,
            profile_type: reader.be_u16().ok()?,
            version: reader.array().ok()?,
            supported: reader.be_u16().ok()?,
        })
    }

    /// Reads a record that begins with its block header of version 1.0.
    pub(crate) fn with_header(block: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(block);
        let kind = reader.be_u16().ok()?;
        let length = usize::from(reader.be_u16().ok()?);
        let version = reader.be_u16().ok()?;
        let body = reader.rest();
        (kind == IM0
            && version == 0x0100
            && length == IM0_LENGTH.saturating_add(2)
            && body.len() >= IM0_LENGTH)
            .then(|| Self::parse(body))?
    }

    /// Software revision as engineers write it, e.g. `V2.2.0`.
    fn software(&self) -> Text<16> {
        let [prefix, major, minor, patch] = self.software_revision;
        if prefix.is_ascii_alphabetic() {
            Text::of(format_args!("{}{major}.{minor}.{patch}", char::from(prefix)))
        } else {
            Text::of(format_args!("{major}.{minor}.{patch}"))
        }
    }

    /// States what the record says about the device, or about the module at `path`.
    pub(crate) fn observe(&self, protocol: Protocol, path: Reference<'_>, sink: &mut dyn Sink) {
        let teller = Teller::new(Subject::Sender, protocol, confidence::IDENTITY);
        let vendor = Text::<8>::of(format_args!("0x{:04x}", self.vendor_id));
        teller.tell_at(path, "vendor_id", vendor.as_str(), sink);
        teller.tell_at(path, "order_number", &printable(self.order_number), sink);
        teller.tell_at(path, "serial", &printable(self.serial), sink);
        // Revision 0xffff stands for none given.
        if self.hardware_revision != 0xffff {
            let revision = Text::<8>::of(format_args!("{}", self.hardware_revision));
            teller.tell_at(path, "hardware_revision", revision.as_str(), sink);
        }
        if self.software_revision.iter().any(|byte| !matches!(byte, 0 | 0xff)) {
            teller.tell_at(path, "firmware", self.software().as_str(), sink);
        }
    }

    /// Shows the record.
    pub(crate) fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.uint("im_vendor_id", u64::from(self.vendor_id));
        visitor.text("order_id", &printable(self.order_number));
        visitor.text("im_serial_number", &printable(self.serial));
        visitor.uint("im_hardware_revision", u64::from(self.hardware_revision));
        visitor.text("im_software_revision", self.software().as_str());
        visitor.uint("im_revision_counter", u64::from(self.revision_counter));
        visitor.uint("im_profile_id", u64::from(self.profile_id));
        visitor.uint("im_profile_specific_type", u64::from(self.profile_type));
        let [major, minor] = self.version;
        visitor.text("im_version", Text::<8>::of(format_args!("{major}.{minor}")).as_str());
        visitor.uint("im_supported", u64::from(self.supported));
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::testing::Log;

    /// An I&M0 block with its header.
    pub(crate) fn sample() -> Vec<u8> {
        let mut block = vec![0, 0x20, 0, 56, 1, 0, 0, 0x2a];
        block.extend_from_slice(b"6ES7 155-6AU01-0BN0 ");
        block.extend_from_slice(b"S C-X4U412345678");
        block.extend_from_slice(&[0, 3, b'V', 4, 2, 0, 0, 1, 0, 0, 0, 5, 1, 1, 0, 0x1e]);
        block
    }

    #[test]
    fn a_record_tells_what_a_module_is() {
        let block = sample();
        let mut log = Log::default();
        Im0::with_header(&block).unwrap().observe(Protocol::ProfinetCm, Reference::one("slot", 2), &mut log);
        assert_eq!(
            log.observations,
            [
                "Sender [slot 2] vendor_id=\"0x002a\" profinet_cm 95",
                "Sender [slot 2] order_number=\"6ES7 155-6AU01-0BN0\" profinet_cm 95",
                "Sender [slot 2] serial=\"S C-X4U412345678\" profinet_cm 95",
                "Sender [slot 2] hardware_revision=\"3\" profinet_cm 95",
                "Sender [slot 2] firmware=\"V4.2.0\" profinet_cm 95",
            ]
        );
        for cut in 0..block.len() {
            assert!(Im0::with_header(&block[..cut]).is_none());
        }
    }
}
