//! The certificate message of TLS 1.2 and earlier.

use crate::x509::{self, Certificate};
use crate::{Fields, Protocol, Reader, Sink, Visitor, confidence, said};

/// Most certificates of a chain that are read; public chains have two to four.
const MAX_CHAIN: usize = 8;
/// Most texts of one chain that are observed.
const MAX_TEXTS: usize = 48;

/// Certificates in the order they were sent: the sender's own first.
pub(super) struct Chain(Vec<Certificate>);

impl Chain {
    /// Reads the body of the handshake message (RFC 5246 clause 7.4.2); gives whether all of it could be read.
    pub(super) fn parse(body: &[u8]) -> (Self, bool) {
        let mut reader = Reader::new(body);
        let mut chain = Vec::new();
        let Ok(length) = reader.be_u24() else { return (Self(chain), false) };
        let mut list = Reader::new(reader.take_up_to(usize::try_from(length).unwrap_or(usize::MAX)));
        let mut whole = true;
        while chain.len() < MAX_CHAIN && !list.is_empty() {
            let Ok(length) = list.be_u24() else { return (Self(chain), false) };
            let bytes = list.take_up_to(usize::try_from(length).unwrap_or(usize::MAX));
            match x509::parse(bytes) {
                Ok(certificate) => chain.push(certificate),
                Err(_) => whole = false,
            }
        }
        (Self(chain), whole)
    }

    /// Hands over whom the sender's certificate names, and every other text of the chain.
    pub(super) fn observe(&self, sink: &mut dyn Sink) {
        let mut tell =
            |attribute, trust, text: &str| said::of_sender(sink, Protocol::Tls, trust, attribute, text);
        let Some(own) = self.0.first() else { return };
        tell("tls_subject", confidence::BANNER, own.subject.called().unwrap_or_default());
        tell("tls_issuer", confidence::BANNER, own.issuer.called().unwrap_or_default());
        tell("tls_not_after", confidence::BANNER, &own.not_after);
        tell("tls_serial", confidence::BANNER, &own.serial);
        for name in own.alternative_names.iter().take(MAX_TEXTS) {
            tell("tls_alternative_name", confidence::BANNER, name);
        }
        if own.subject.get("O").is_some() && own.subject.get("CN").is_some() {
            tell("tls_organization", confidence::NAMING, own.subject.get("O").unwrap_or_default());
        }
        // Issuers' texts speak of authorities; all are kept as evidence, weakly.
        let names = self.0.iter().flat_map(|certificate| [&certificate.subject, &certificate.issuer]);
        for attribute in names.flat_map(|name| &name.0).take(MAX_TEXTS) {
            tell("tls_certificate_text", confidence::BEHAVIOUR, &attribute.text);
        }
        let others = self.0.iter().skip(1).flat_map(|certificate| &certificate.alternative_names);
        for name in others.take(MAX_TEXTS) {
            tell("tls_certificate_text", confidence::BEHAVIOUR, name);
        }
    }
}

impl Fields for Chain {
    fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.begin_list("certificates");
        for certificate in &self.0 {
            certificate.visit(visitor);
        }
        visitor.end_list();
    }
}
