//! NetBIOS names: first-level encoding and the meaning of the last byte.
//!
//! Spec: RFC 1001, 14.1; RFC 1002, 4.1. Used by the name service and the datagram service.

use crate::{Text, printable};

/// Length of an encoded name.
pub(crate) const ENCODED: usize = 32;

/// A decoded name: fifteen bytes of text and one that tells the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NetbiosName {
    bytes: [u8; 15],
    pub(crate) suffix: u8,
}

impl NetbiosName {
    /// Sixteen bytes as they stand in a node status.
    pub(crate) fn plain(bytes: [u8; 16]) -> Self {
        let [text @ .., suffix] = bytes;
        Self { bytes: text, suffix }
    }

    /// Decodes 32 letters `A` to `P`, each half a byte.
    pub(crate) fn decode(label: &[u8]) -> Option<Self> {
        if label.len() != ENCODED || !label.iter().all(|byte| (b'A'..=b'P').contains(byte)) {
            return None;
        }
        let mut bytes = [0u8; 16];
        for (byte, pair) in bytes.iter_mut().zip(label.chunks_exact(2)) {
            let [high, low] = <[u8; 2]>::try_from(pair).ok()?;
            *byte = high.wrapping_sub(b'A') << 4 | low.wrapping_sub(b'A');
        }
        Some(Self::plain(bytes))
    }

    /// The name without padding.
    pub(crate) fn text(&self) -> Text<48> {
        let text = printable(&self.bytes);
        Text::of(format_args!("{}", text.trim()))
    }

    /// The name with its service, as it is usually written: `HOST<20>`.
    pub(crate) fn with_suffix(&self) -> Text<48> {
        Text::of(format_args!("{}<{:02x}>", self.text(), self.suffix))
    }

    /// Whether this can be a name of a host or group: text without control characters.
    pub(crate) fn is_text(&self) -> bool {
        let text = printable(&self.bytes);
        let text = text.trim();
        !text.is_empty() && !text.contains(char::is_control) && !text.starts_with('*')
    }

    /// What the suffix says about a unique or group name.
    pub(crate) const fn service(&self, group: bool) -> &'static str {
        match (self.suffix, group) {
            (0x00, false) => "workstation",
            (0x00, true) => "domain",
            (0x01, true) => "browsers",
            (0x03, _) => "messenger",
            (0x06, _) => "remote_access_server",
            (0x1b, _) => "domain_master_browser",
            (0x1c, _) => "domain_controllers",
            (0x1d, _) => "master_browser",
            (0x1e, _) => "browser_elections",
            (0x1f, _) => "network_dde",
            (0x20, _) => "file_server",
            (0x21, _) => "remote_access_client",
            (0xbe, _) => "network_monitor_agent",
            (0xbf, _) => "network_monitor",
            _ => "other",
        }
    }

    /// Whether a unique name with this suffix is the host's own name.
    pub(crate) const fn is_host(&self) -> bool {
        matches!(self.suffix, 0x00 | 0x20)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    #![allow(clippy::arithmetic_side_effects, reason = "tests count bytes that they made")]

    use super::*;

    pub(crate) fn encode(name: &str, suffix: u8) -> Vec<u8> {
        let mut bytes = name.as_bytes().to_vec();
        bytes.resize(15, b' ');
        bytes.push(suffix);
        bytes.iter().flat_map(|byte| [b'A' + (byte >> 4), b'A' + (byte & 15)]).collect()
    }

    #[test]
    fn names_come_back() {
        let name = NetbiosName::decode(&encode("HMI-1", 0x20)).unwrap();
        assert_eq!((name.text().as_str(), name.with_suffix().as_str()), ("HMI-1", "HMI-1<20>"));
        assert!(name.is_text() && name.is_host());
        assert_eq!(NetbiosName::decode(b"EIGNEJ"), None);
        assert_eq!(NetbiosName::decode(&[b'Q'; 32]), None);
        assert!(!NetbiosName::decode(&encode("*\0", 0)).unwrap().is_text());
    }
}
