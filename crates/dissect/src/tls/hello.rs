//! Client and server hello, and the names that fingerprints give to clients.
//!
//! Spec: RFC 8446 clauses 4.1 and 4.2, RFC 5246 clause 7.4.1, RFC 6101 appendix E (version 2 hello), RFC 8701 (GREASE).
//! JA3 (MD5 of version, ciphers, extensions, groups, point formats) and JA4 of TLS clients follow their public
//! descriptions.

use std::fmt::Write as _;

use super::{digest, names};
use crate::{Reader, Short, Visitor, printable};

/// Extensions that are read (IANA registry).
mod extension {
    pub(super) const SERVER_NAME: u16 = 0;
    pub(super) const SUPPORTED_GROUPS: u16 = 10;
    pub(super) const EC_POINT_FORMATS: u16 = 11;
    pub(super) const SIGNATURE_ALGORITHMS: u16 = 13;
    pub(super) const ALPN: u16 = 16;
    pub(super) const SUPPORTED_VERSIONS: u16 = 43;
}

/// Most extensions that are read; clients send fewer than thirty.
const MAX_EXTENSIONS: usize = 128;
/// Most entries of a list that are shown.
const MAX_SHOWN: usize = 128;

/// What a client offers.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ClientHello<'a> {
    pub(super) version: u16,
    session_id: &'a [u8],
    ciphers: &'a [u8],
    extensions: &'a [u8],
}

/// Values that clients mix in at random so that servers stay tolerant (RFC 8701 clause 2).
const fn is_grease(value: u16) -> bool {
    value & 0x0f0f == 0x0a0a && value >> 8 == value & 0xff
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u16> {
    bytes.as_chunks::<2>().0.iter().map(|pair| u16::from_be_bytes(*pair))
}

/// Without the two bytes of length in front of a list.
fn list16(body: &[u8]) -> &[u8] {
    body.get(2..).unwrap_or_default()
}

fn extensions(bytes: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    let mut reader = Reader::new(bytes);
    std::iter::from_fn(move || {
        let kind = reader.be_u16().ok()?;
        let length = reader.be_u16().ok()?;
        Some((kind, reader.take_up_to(usize::from(length))))
    })
    .take(MAX_EXTENSIONS)
}

/// The protocol names of an ALPN extension (RFC 7301 clause 3.1).
fn protocols(body: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut reader = Reader::new(list16(body));
    std::iter::from_fn(move || {
        let length = reader.u8().ok()?;
        reader.take(usize::from(length)).ok()
    })
    .take(MAX_EXTENSIONS)
}

impl<'a> ClientHello<'a> {
    /// Reads the body of the handshake message.
    ///
    /// # Errors
    /// [`Short`] when it ends before the cipher suites do; extensions may be cut or absent.
    pub(super) fn parse(body: &'a [u8]) -> Result<Self, Short> {
        let mut reader = Reader::new(body);
        let version = reader.be_u16()?;
        reader.skip(32)?;
        let length = reader.u8()?;
        let session_id = reader.take(usize::from(length))?;
        let length = reader.be_u16()?;
        let ciphers = reader.take(usize::from(length))?;
        let mut hello = Self { version, session_id, ciphers, extensions: &[] };
        let Ok(length) = reader.u8() else { return Ok(hello) };
        if reader.skip(usize::from(length)).is_ok()
            && let Ok(length) = reader.be_u16()
        {
            hello.extensions = reader.take_up_to(usize::from(length));
        }
        Ok(hello)
    }

    fn extension(&self, wanted: u16) -> Option<&'a [u8]> {
        extensions(self.extensions).find(|(kind, _)| *kind == wanted).map(|(_, body)| body)
    }

    /// The host that the client asks for (RFC 6066 clause 3).
    pub(super) fn server_name(&self) -> Option<&'a [u8]> {
        let mut reader = Reader::new(list16(self.extension(extension::SERVER_NAME)?));
        let kind = reader.u8().ok()?;
        let length = reader.be_u16().ok()?;
        let name = reader.take(usize::from(length)).ok()?;
        (kind == 0 && !name.is_empty()).then_some(name)
    }

    fn versions(&self) -> impl Iterator<Item = u16> + use<'a> {
        let body = self.extension(extension::SUPPORTED_VERSIONS).unwrap_or_default();
        numbers(body.get(1..).unwrap_or_default())
    }

    /// The newest version that is offered.
    pub(super) fn best_version(&self) -> u16 {
        self.versions().filter(|version| !is_grease(*version)).max().unwrap_or(self.version)
    }

    /// The text whose MD5 is the JA3 fingerprint.
    fn ja3_text(&self) -> String {
        let mut text = String::new();
        let _ = write!(text, "{},", self.version);
        join(&mut text, numbers(self.ciphers).filter(|cipher| !is_grease(*cipher)));
        text.push(',');
        join(&mut text, extensions(self.extensions).map(|(kind, _)| kind).filter(|kind| !is_grease(*kind)));
        text.push(',');
        let groups = list16(self.extension(extension::SUPPORTED_GROUPS).unwrap_or_default());
        join(&mut text, numbers(groups).filter(|group| !is_grease(*group)));
        text.push(',');
        let formats = self.extension(extension::EC_POINT_FORMATS).unwrap_or_default();
        join(&mut text, formats.iter().skip(1).map(|format| u16::from(*format)));
        text
    }

    /// JA3 fingerprint of the client.
    pub(super) fn ja3(&self) -> String {
        digest::md5_hex(self.ja3_text().as_bytes())
    }

    /// JA4 fingerprint of the client over TCP.
    pub(super) fn ja4(&self) -> String {
        let version = match self.best_version() {
            0x0304 => "13",
            0x0303 => "12",
            0x0302 => "11",
            0x0301 => "10",
            0x0300 => "s3",
            0x0002 => "s2",
            _ => "00",
        };
        let mut ciphers: Vec<u16> = numbers(self.ciphers).filter(|cipher| !is_grease(*cipher)).collect();
        let mut kinds: Vec<u16> =
            extensions(self.extensions).map(|(kind, _)| kind).filter(|kind| !is_grease(*kind)).collect();
        let named = if self.extension(extension::SERVER_NAME).is_some() { 'd' } else { 'i' };
        let counts = (ciphers.len().min(99), kinds.len().min(99));
        let alpn = self.extension(extension::ALPN).and_then(|body| protocols(body).next());
        let [first, last] = alpn_ends(alpn.unwrap_or_default());
        ciphers.sort_unstable();
        kinds.retain(|kind| !matches!(*kind, extension::SERVER_NAME | extension::ALPN));
        kinds.sort_unstable();
        let mut suites = String::new();
        join_hex(&mut suites, ciphers.into_iter());
        let mut offered = String::new();
        join_hex(&mut offered, kinds.into_iter());
        let algorithms = list16(self.extension(extension::SIGNATURE_ALGORITHMS).unwrap_or_default());
        if !algorithms.is_empty() {
            offered.push('_');
            join_hex(&mut offered, numbers(algorithms).filter(|algorithm| !is_grease(*algorithm)));
        }
        let (suites, offered) = (twelve(&suites), twelve(&offered));
        format!("t{version}{named}{:02}{:02}{first}{last}_{suites}_{offered}", counts.0, counts.1)
    }

    /// Shows the hello with its fingerprints.
    pub(super) fn visit(&self, visitor: &mut dyn Visitor) {
        version_field(visitor, self.version);
        if let Some(name) = self.server_name() {
            visitor.text("sni", &printable(name));
        }
        visitor.uint("session_id_length", self.session_id.len() as u64);
        visitor.begin_list("cipher_suites");
        numbers(self.ciphers).take(MAX_SHOWN).for_each(|cipher| visitor.uint("", u64::from(cipher)));
        visitor.end_list();
        visitor.begin_list("extensions");
        extensions(self.extensions).for_each(|(kind, _)| visitor.uint("", u64::from(kind)));
        visitor.end_list();
        visitor.begin_list("supported_versions");
        self.versions().take(MAX_SHOWN).for_each(|version| visitor.uint("", u64::from(version)));
        visitor.end_list();
        visitor.begin_list("alpn");
        if let Some(body) = self.extension(extension::ALPN) {
            protocols(body).for_each(|name| visitor.text("", &printable(name)));
        }
        visitor.end_list();
        visitor.text("ja3", &self.ja3());
        visitor.text("ja4", &self.ja4());
    }
}

/// First and last character of the first ALPN name; for others than letters and digits the outer hexadecimal digits.
fn alpn_ends(name: &[u8]) -> [char; 2] {
    let (Some(first), Some(last)) = (name.first(), name.last()) else { return ['0', '0'] };
    if first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric() {
        return [char::from(*first), char::from(*last)];
    }
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    [digit(first >> 4), digit(last & 15)]
}

fn join(text: &mut String, values: impl Iterator<Item = u16>) {
    for (at, value) in values.enumerate() {
        let _ = write!(text, "{}{value}", if at == 0 { "" } else { "-" });
    }
}

fn join_hex(text: &mut String, values: impl Iterator<Item = u16>) {
    for (at, value) in values.enumerate() {
        let _ = write!(text, "{}{value:04x}", if at == 0 { "" } else { "," });
    }
}

/// The first twelve digits of a digest, zeros for an empty list.
fn twelve(text: &str) -> String {
    if text.is_empty() {
        return "000000000000".to_owned();
    }
    let mut digest = digest::sha256_hex(text.as_bytes());
    digest.truncate(12);
    digest
}

fn version_field(visitor: &mut dyn Visitor, version: u16) {
    visitor.named("version", u64::from(version), names::version(version).unwrap_or("unknown"));
}

/// Random value of a server hello that asks for another client hello (RFC 8446 clause 4.1.3).
const RETRY: [u8; 32] = [
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2,
    0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

/// What a server chose.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ServerHello<'a> {
    legacy_version: u16,
    cipher: u16,
    is_retry: bool,
    extensions: &'a [u8],
}

impl<'a> ServerHello<'a> {
    /// Reads the body of the handshake message.
    ///
    /// # Errors
    /// [`Short`] when it ends before the chosen cipher suite does.
    pub(super) fn parse(body: &'a [u8]) -> Result<Self, Short> {
        let mut reader = Reader::new(body);
        let legacy_version = reader.be_u16()?;
        let is_retry = reader.array::<32>()? == RETRY;
        // Drafts of TLS 1.3 before 22 have no session id; their version tells.
        if legacy_version >> 8 == 3 {
            let length = reader.u8()?;
            reader.skip(usize::from(length))?;
        }
        let cipher = reader.be_u16()?;
        let mut hello = Self { legacy_version, cipher, is_retry, extensions: &[] };
        if legacy_version >> 8 == 3 && reader.u8().is_err() {
            return Ok(hello);
        }
        if let Ok(length) = reader.be_u16() {
            hello.extensions = reader.take_up_to(usize::from(length));
        }
        Ok(hello)
    }

    /// The version that both will speak.
    pub(super) fn version(&self) -> u16 {
        extensions(self.extensions)
            .find(|(kind, _)| *kind == extension::SUPPORTED_VERSIONS)
            .and_then(|(_, body)| numbers(body).next())
            .unwrap_or(self.legacy_version)
    }

    /// Shows the hello.
    pub(super) fn visit(&self, visitor: &mut dyn Visitor) {
        version_field(visitor, self.version());
        visitor.uint("cipher_suite", u64::from(self.cipher));
        if self.is_retry {
            visitor.flag("hello_retry_request", true);
        }
        visitor.begin_list("extensions");
        extensions(self.extensions).for_each(|(kind, _)| visitor.uint("", u64::from(kind)));
        visitor.end_list();
        visitor.begin_list("alpn");
        if let Some((_, body)) = extensions(self.extensions).find(|(kind, _)| *kind == extension::ALPN) {
            protocols(body).for_each(|name| visitor.text("", &printable(name)));
        }
        visitor.end_list();
    }
}
