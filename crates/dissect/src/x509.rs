//! Certificates: who they name, who issued them, how long they hold.
//!
//! Spec: RFC 5280 clause 4; attribute types of X.520. Signatures are not checked: what is reported is what was shown.

use std::fmt::Write as _;

use crate::der::{self, tag};
use crate::{Reader, Short, Visitor, hex};

/// Most attributes of a name that are read.
const MAX_ATTRIBUTES: usize = 24;
/// Most alternative names that are read.
const MAX_NAMES: usize = 64;

/// One attribute of a distinguished name.
#[derive(Debug, Clone)]
pub(crate) struct Attribute {
    /// Short name of the attribute type, e.g. `CN`; the identifier in hexadecimal digits where it has none.
    pub(crate) label: String,
    /// Its text.
    pub(crate) text: String,
}

/// A distinguished name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Name(pub(crate) Vec<Attribute>);

/// What is read of a certificate.
#[derive(Debug, Clone, Default)]
pub(crate) struct Certificate {
    /// Serial number in hexadecimal digits.
    pub(crate) serial: String,
    /// Who signed it.
    pub(crate) issuer: Name,
    /// Who it is for.
    pub(crate) subject: Name,
    /// RFC 3339 text.
    pub(crate) not_before: String,
    /// RFC 3339 text.
    pub(crate) not_after: String,
    /// DNS names, addresses, URIs and mail addresses it is for as well.
    pub(crate) alternative_names: Vec<String>,
}

impl Name {
    /// The first attribute of a type.
    pub(crate) fn get(&self, label: &str) -> Option<&str> {
        self.0.iter().find(|attribute| attribute.label == label).map(|attribute| attribute.text.as_str())
    }

    /// What the name is called: its common name, else its unit or organisation.
    pub(crate) fn called(&self) -> Option<&str> {
        self.get("CN").or_else(|| self.get("OU")).or_else(|| self.get("O"))
    }

    /// The whole name, `CN=..., O=...`.
    pub(crate) fn text(&self) -> String {
        let mut all = String::new();
        for (at, attribute) in self.0.iter().enumerate() {
            let _ = write!(all, "{}{}={}", if at == 0 { "" } else { ", " }, attribute.label, attribute.text);
        }
        all
    }
}

/// Short names of attribute types: X.520 under 2.5.4, mail address (PKCS 9), domain component (RFC 4519).
fn label(oid: &[u8]) -> Option<&'static str> {
    Some(match oid {
        [0x55, 4, number] => match number {
            3 => "CN",
            4 => "SN",
            5 => "serialNumber",
            6 => "C",
            7 => "L",
            8 => "ST",
            9 => "street",
            10 => "O",
            11 => "OU",
            12 => "title",
            13 => "description",
            15 => "businessCategory",
            17 => "postalCode",
            42 => "GN",
            46 => "dnQualifier",
            _ => return None,
        },
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1] => "emailAddress",
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 2] => "unstructuredName",
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 8] => "unstructuredAddress",
        [0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 25] => "DC",
        [0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 1] => "UID",
        _ => return None,
    })
}

/// Reads a certificate.
///
/// # Errors
/// [`Short`] when it ends too early or is none.
pub(crate) fn parse(bytes: &[u8]) -> Result<Certificate, Short> {
    let mut outer = Reader::new(der::expect(&mut Reader::new(bytes), tag::SEQUENCE)?);
    let mut body = Reader::new(der::expect(&mut outer, tag::SEQUENCE)?);
    // Version, tagged 0, is absent in version 1.
    let mut first = der::element(&mut body)?;
    if first.tag == 0xa0 {
        first = der::element(&mut body)?;
    }
    if first.tag != tag::INTEGER {
        return Err(Short { needed: 1 });
    }
    let mut certificate = Certificate { serial: serial(first.body), ..Certificate::default() };
    der::expect(&mut body, tag::SEQUENCE)?;
    certificate.issuer = name(der::expect(&mut body, tag::SEQUENCE)?);
    let mut validity = Reader::new(der::expect(&mut body, tag::SEQUENCE)?);
    certificate.not_before = time(der::element(&mut validity)?).unwrap_or_default();
    certificate.not_after = time(der::element(&mut validity)?).unwrap_or_default();
    certificate.subject = name(der::expect(&mut body, tag::SEQUENCE)?);
    // Key, unique identifiers, extensions (tagged 3).
    while let Ok(element) = der::element(&mut body) {
        if element.tag == 0xa3 {
            certificate.alternative_names = alternative_names(element.body).unwrap_or_default();
        }
    }
    Ok(certificate)
}

/// Twenty octets at most (RFC 5280 clause 4.1.2.2); longer ones are cut.
fn serial(body: &[u8]) -> String {
    let digits = body.strip_prefix(&[0]).filter(|rest| !rest.is_empty()).unwrap_or(body);
    hex(digits.get(..20).unwrap_or(digits))
}

fn name(body: &[u8]) -> Name {
    let mut attributes = Vec::new();
    let mut sets = Reader::new(body);
    while let Ok(set) = der::expect(&mut sets, tag::SET) {
        let mut members = Reader::new(set);
        while let Ok(member) = der::expect(&mut members, tag::SEQUENCE) {
            let mut parts = Reader::new(member);
            let (Ok(oid), Ok(value)) = (der::expect(&mut parts, tag::OID), der::element(&mut parts)) else {
                continue;
            };
            let Some(text) = der::text(&value) else { continue };
            if attributes.len() >= MAX_ATTRIBUTES {
                return Name(attributes);
            }
            let label = label(oid).map_or_else(|| hex(oid.get(..16).unwrap_or(oid)), str::to_owned);
            attributes.push(Attribute { label, text });
        }
    }
    Name(attributes)
}

/// UTCTime `YYMMDDhhmmssZ` (years from 1950) or GeneralizedTime `YYYYMMDDhhmmssZ` (RFC 5280 clause 4.1.2.5).
fn time(element: der::Element<'_>) -> Option<String> {
    let digits = std::str::from_utf8(element.body).ok()?.strip_suffix('Z')?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (century, digits) = match (element.tag, digits.len()) {
        (tag::UTC_TIME, 10 | 12) => (if digits < "50" { "20" } else { "19" }, digits),
        (tag::GENERALIZED_TIME, 14) => (digits.get(..2)?, digits.get(2..)?),
        _ => return None,
    };
    let part = |at: usize| digits.get(at..at.saturating_add(2));
    let (year, month, day, hour, minute) = (part(0)?, part(2)?, part(4)?, part(6)?, part(8)?);
    let second = part(10).unwrap_or("00");
    Some(format!("{century}{year}-{month}-{day}T{hour}:{minute}:{second}Z"))
}

/// Subject alternative names (RFC 5280 clause 4.2.1.6, identifier 2.5.29.17) out of the extensions.
fn alternative_names(body: &[u8]) -> Result<Vec<String>, Short> {
    let mut extensions = Reader::new(der::expect(&mut Reader::new(body), tag::SEQUENCE)?);
    while let Ok(extension) = der::expect(&mut extensions, tag::SEQUENCE) {
        let mut parts = Reader::new(extension);
        if der::expect(&mut parts, tag::OID)? != [0x55, 0x1d, 17] {
            continue;
        }
        let mut value = der::element(&mut parts)?;
        if value.tag != tag::OCTET_STRING {
            value = der::element(&mut parts)?;
        }
        let mut names = Reader::new(der::expect(&mut Reader::new(value.body), tag::SEQUENCE)?);
        let mut found = Vec::new();
        while let Ok(element) = der::element(&mut names) {
            if found.len() >= MAX_NAMES {
                break;
            }
            match (element.tag, element.body) {
                (0x81 | 0x82 | 0x86, text) => found.push(crate::printable(text).into_owned()),
                (0xa4, body) => {
                    let name =
                        der::expect(&mut Reader::new(body), tag::SEQUENCE).map(name).unwrap_or_default();
                    found.extend(name.0.into_iter().map(|attribute| attribute.text));
                }
                (0x87, &[a, b, c, d]) => found.push(format!("{a}.{b}.{c}.{d}")),
                (0x87, address) => {
                    if let Some(address) = address.first_chunk::<16>() {
                        found.push(std::net::Ipv6Addr::from(*address).to_string());
                    }
                }
                _ => {}
            }
        }
        return Ok(found);
    }
    Ok(Vec::new())
}

impl Certificate {
    /// Shows the certificate as an object of a list.
    pub(crate) fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.begin_object("");
        visitor.text("serial", &self.serial);
        visitor.text("subject", &self.subject.text());
        visitor.text("issuer", &self.issuer.text());
        visitor.text("not_before", &self.not_before);
        visitor.text("not_after", &self.not_after);
        visitor.begin_list("alternative_names");
        for name in &self.alternative_names {
            visitor.text("", name);
        }
        visitor.end_list();
        visitor.end_object();
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    fn der(tag: u8, body: &[u8]) -> Vec<u8> {
        let mut all = vec![tag];
        if let Ok(length @ 0..=0x7f) = u8::try_from(body.len()) {
            all.push(length);
        } else {
            all.push(0x82);
            all.extend_from_slice(&u16::try_from(body.len()).unwrap().to_be_bytes());
        }
        all.extend_from_slice(body);
        all
    }

    fn attribute(number: u8, text: &str) -> Vec<u8> {
        let pair = [der(tag::OID, &[0x55, 4, number]), der(tag::UTF8_STRING, text.as_bytes())].concat();
        der(tag::SET, &der(tag::SEQUENCE, &pair))
    }

    /// A certificate of version 3 for `plc.example`, issued by `Plant CA`.
    pub(crate) fn certificate() -> Vec<u8> {
        let names = [der(0x82, b"plc.example"), der(0x87, &[10, 0, 0, 2])].concat();
        let san =
            [der(tag::OID, &[0x55, 0x1d, 17]), der(tag::OCTET_STRING, &der(tag::SEQUENCE, &names))].concat();
        let body = [
            der(0xa0, &der(tag::INTEGER, &[2])),
            der(tag::INTEGER, &[0, 0x8f, 1]),
            der(tag::SEQUENCE, &der(tag::OID, &[0x2a, 3])),
            der(tag::SEQUENCE, &attribute(3, "Plant CA")),
            der(
                tag::SEQUENCE,
                &[der(tag::UTC_TIME, b"991231235959Z"), der(tag::GENERALIZED_TIME, b"20501231235959Z")]
                    .concat(),
            ),
            der(
                tag::SEQUENCE,
                &[attribute(6, "DE"), attribute(10, "Plant"), attribute(3, "plc.example")].concat(),
            ),
            der(tag::SEQUENCE, &[]),
            der(0xa3, &der(tag::SEQUENCE, &der(tag::SEQUENCE, &san))),
        ]
        .concat();
        der(tag::SEQUENCE, &[der(tag::SEQUENCE, &body), der(tag::SEQUENCE, &[]), der(3, &[0])].concat())
    }

    #[test]
    fn a_certificate_is_read() {
        let read = parse(&certificate()).unwrap();
        assert_eq!(read.serial, "8f01");
        assert_eq!(read.subject.text(), "C=DE, O=Plant, CN=plc.example");
        assert_eq!(read.issuer.called(), Some("Plant CA"));
        assert_eq!(read.not_before, "1999-12-31T23:59:59Z");
        assert_eq!(read.not_after, "2050-12-31T23:59:59Z");
        assert_eq!(read.alternative_names, ["plc.example", "10.0.0.2"]);
    }

    #[test]
    fn cuts_are_refused_without_panic() {
        let whole = certificate();
        for cut in 0..whole.len() {
            assert!(parse(&whole[..cut]).is_err());
        }
    }
}
