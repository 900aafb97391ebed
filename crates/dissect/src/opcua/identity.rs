//! What applications say of themselves: descriptions, build information, certificates.

use super::walk::{Item, See};
use crate::said;
use crate::x509;
use crate::{Protocol, Sink, confidence, printable};

/// Takes identifying members out of a body; all speak of the sender.
pub(super) struct Identity<'s> {
    sink: &'s mut dyn Sink,
    certified: bool,
}

impl<'s> Identity<'s> {
    pub(super) fn new(sink: &'s mut dyn Sink) -> Self {
        Self { sink, certified: false }
    }

    fn tell(&mut self, attribute: &'static str, trust: u8, text: &[u8]) {
        said::of_sender(self.sink, Protocol::Opcua, trust, attribute, &printable(text));
    }
}

impl<'a> See<'a> for Identity<'_> {
    fn item(&mut self, name: &'static str, item: Item<'a>) {
        match item {
            Item::Text(Some(text)) => {
                let Some((attribute, trust)) = attribute(name) else { return };
                self.tell(attribute, trust, text);
            }
            Item::Bytes(Some(bytes))
                if matches!(name, "server_certificate" | "client_certificate")
                    && !self.certified
                    && !bytes.is_empty() =>
            {
                self.certified = true;
                certificate(bytes, self.sink);
            }
            _ => {}
        }
    }
}

/// The attribute that a member of a description or of the build information states.
fn attribute(name: &str) -> Option<(&'static str, u8)> {
    Some(match name {
        "application_uri" => ("application_uri", confidence::ANNOUNCEMENT),
        "product_uri" => ("product_uri", confidence::ANNOUNCEMENT),
        "application_name" => ("application", confidence::ANNOUNCEMENT),
        "manufacturer_name" => ("vendor", confidence::IDENTITY),
        "product_name" => ("product_name", confidence::IDENTITY),
        "software_version" => ("firmware", confidence::IDENTITY),
        "build_number" => ("build_number", confidence::IDENTITY),
        _ => return None,
    })
}

/// A member of the server's status or build information, read as a whole (variables 2256 and 2260).
pub(super) fn member(name: &str, text: &[u8], sink: &mut dyn Sink) {
    if let Some((attribute, trust)) = attribute(name) {
        said::of_sender(sink, Protocol::Opcua, trust, attribute, &printable(text));
    }
}

/// A certificate that the sender shows.
pub(super) fn certificate(bytes: &[u8], sink: &mut dyn Sink) {
    let Ok(own) = x509::parse(bytes) else { return };
    for (attribute, text) in [
        ("tls_subject", own.subject.called().unwrap_or_default()),
        ("tls_issuer", own.issuer.called().unwrap_or_default()),
        ("tls_not_after", own.not_after.as_str()),
    ] {
        said::of_sender(sink, Protocol::Opcua, confidence::BANNER, attribute, text);
    }
    // The first alternative name is the application's URI (Part 6, 6.2.2).
    if let Some(uri) = own.alternative_names.iter().find(|name| name.starts_with("urn:")) {
        said::of_sender(sink, Protocol::Opcua, confidence::BANNER, "application_uri", uri);
    }
}

/// Variables of the server object in namespace 0 (Part 5, 6.3.1; ids of Part 6, Annex A.3).
pub(super) fn standard(node: u32, text: &[u8], sink: &mut dyn Sink) {
    let attribute = match node {
        2261 => "product_name",
        2262 => "product_uri",
        2263 => "vendor",
        2264 => "firmware",
        2265 => "build_number",
        _ => return,
    };
    said::of_sender(sink, Protocol::Opcua, confidence::IDENTITY, attribute, &printable(text));
}
