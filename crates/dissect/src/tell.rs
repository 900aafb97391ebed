//! Short ways to state facts and to show addresses, shared by the identity dissectors.

use sightglass_wire::{Ip, Mac};

use crate::{Observation, Protocol, Reader, Reference, Sink, Subject, Text};

/// Longest value that is told as one fact, in bytes; the engine's own bound is the same.
pub(crate) const MAX_FACT: usize = 512;

/// States facts about one subject.
#[derive(Clone, Copy)]
pub(crate) struct Teller {
    pub(crate) subject: Subject,
    pub(crate) protocol: Protocol,
    pub(crate) confidence: u8,
}

impl Teller {
    pub(crate) const fn new(subject: Subject, protocol: Protocol, confidence: u8) -> Self {
        Self { subject, protocol, confidence }
    }

    /// The same about another subject.
    pub(crate) const fn about(self, subject: Subject) -> Self {
        Self { subject, ..self }
    }

    /// The same with another confidence.
    pub(crate) const fn trusted(self, confidence: u8) -> Self {
        Self { confidence, ..self }
    }

    /// One attribute of the subject; nothing when the value is blank.
    pub(crate) fn tell(&self, attribute: &'static str, value: &str, sink: &mut dyn Sink) {
        self.tell_at(Reference::None, attribute, value, sink);
    }

    /// One attribute of a part of the subject.
    pub(crate) fn tell_at(
        &self,
        path: Reference<'_>,
        attribute: &'static str,
        value: &str,
        sink: &mut dyn Sink,
    ) {
        let value = trimmed(value);
        if !value.is_empty() {
            sink.observe(&Observation {
                subject: self.subject,
                path,
                attribute,
                value,
                protocol: self.protocol,
                confidence: self.confidence,
            });
        }
    }

    /// An attribute whose value is something that can be shown.
    pub(crate) fn tell_shown(
        &self,
        attribute: &'static str,
        value: impl std::fmt::Display,
        sink: &mut dyn Sink,
    ) {
        self.tell(attribute, Text::<MAX_FACT>::of(format_args!("{value}")).as_str(), sink);
    }
}

/// Without blanks and NULs at both ends.
pub(crate) fn trimmed(value: &str) -> &str {
    value.trim_matches(|letter: char| letter.is_whitespace() || letter == '\0')
}

/// The bytes before the first NUL.
pub(crate) fn until_nul(bytes: &[u8]) -> &[u8] {
    bytes.split(|byte| *byte == 0).next().unwrap_or_default()
}

/// Text up to a NUL, which is passed.
pub(crate) fn take_until_nul<'a>(reader: &mut Reader<'a>) -> &'a [u8] {
    let text = until_nul(reader.rest());
    let _ = reader.take_up_to(text.len().saturating_add(1));
    text
}

/// The next IPv4 address.
pub(crate) fn ipv4(reader: &mut Reader<'_>) -> Option<Ip> {
    reader.array().ok().map(Ip::v4)
}

/// The next IPv6 address.
pub(crate) fn ipv6(reader: &mut Reader<'_>) -> Option<Ip> {
    reader.array().ok().map(Ip)
}

/// The next hardware address.
pub(crate) fn mac(reader: &mut Reader<'_>) -> Option<Mac> {
    reader.array().ok().map(Mac)
}

/// An address as text.
pub(crate) fn shown_ip(ip: Ip) -> Text<48> {
    Text::of(format_args!("{ip}"))
}

/// A hardware address as text.
pub(crate) fn shown_mac(mac: Mac) -> Text<18> {
    Text::of(format_args!("{mac}"))
}

/// Whether an address can belong to one host of the network that is watched.
pub(crate) fn is_host(ip: Ip) -> bool {
    !(ip.is_unspecified() || ip.is_multicast() || ip.is_broadcast() || ip.is_loopback())
}

/// Whether a hardware address can belong to one host.
pub(crate) fn is_station(mac: Mac) -> bool {
    !(mac.is_zero() || mac.is_multicast())
}
