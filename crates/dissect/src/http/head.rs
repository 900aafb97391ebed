//! One head, taken apart in a single pass over its fields.

use super::method;
use crate::headers::{self, Head};
use crate::{Fields, Visitor, printable};

/// The first line of a message.
#[derive(Debug, Clone, Copy)]
pub(super) enum Start<'a> {
    /// Method, target and version.
    Request { method: &'a [u8], target: &'a [u8], version: &'a [u8] },
    /// Status code, its reason and the version.
    Response { status: u16, reason: &'a [u8], version: &'a [u8] },
}

/// A head with the fields that matter here.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parsed<'a> {
    pub(super) start: Start<'a>,
    pub(super) host: Option<&'a [u8]>,
    pub(super) user_agent: Option<&'a [u8]>,
    pub(super) server: Option<&'a [u8]>,
    pub(super) content_type: Option<&'a [u8]>,
    pub(super) content_length: Option<u64>,
    pub(super) bad_length: bool,
    pub(super) is_encoded: bool,
    pub(super) is_chunked: bool,
    pub(super) location: Option<&'a [u8]>,
    /// `Content-Disposition`: attachments are files.
    pub(super) disposition: Option<&'a [u8]>,
    pub(super) upgrade: Option<&'a [u8]>,
    /// `WWW-Authenticate` or `Proxy-Authenticate`; the first of several, or the one that carries a token.
    pub(super) challenge: Option<&'a [u8]>,
    /// `Authorization` or `Proxy-Authorization`; never shown beyond its scheme.
    pub(super) credentials: Option<&'a [u8]>,
}

/// Reads the start line; `None` when it is none of HTTP/1.
pub(super) fn start_line(line: &[u8]) -> Option<Start<'_>> {
    let [first, second, third] = headers::words(line);
    if let Some(version) = first.strip_prefix(b"HTTP/") {
        if !is_version(version) || second.len() != 3 {
            return None;
        }
        let status = u16::try_from(headers::number(second)?).ok()?;
        return (100..=999).contains(&status).then_some(Start::Response { status, reason: third, version });
    }
    // Targets may hold blanks that clients forgot to encode: the version is the last word.
    let target_and_version = line.get(first.len().saturating_add(1)..).unwrap_or_default();
    let at = target_and_version.iter().rposition(|byte| *byte == b' ')?;
    let (target, version) = target_and_version.split_at(at);
    let version = version.get(1..)?.strip_prefix(b"HTTP/")?;
    let is_token = !first.is_empty()
        && first.len() <= method::LONGEST
        && first.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    (is_token && is_version(version) && !target.is_empty()).then_some(Start::Request {
        method: first,
        target,
        version,
    })
}

/// The target of a simple request of HTTP/0.9: `GET` and a path, without version (RFC 1945 clause 5.1).
pub(super) fn simple_request(line: &[u8]) -> Option<&[u8]> {
    let target = headers::trim(line.strip_prefix(b"GET ")?);
    let fits = target.first() == Some(&b'/') && target.iter().all(u8::is_ascii_graphic);
    fits.then_some(target)
}

/// One digit, a dot, one digit (RFC 9112 clause 2.3).
fn is_version(version: &[u8]) -> bool {
    matches!(version, [major, b'.', minor] if major.is_ascii_digit() && minor.is_ascii_digit())
}

impl<'a> Parsed<'a> {
    /// Takes a head apart; `None` when its start line is none.
    pub(super) fn of(head: &Head<'a>) -> Option<Self> {
        let mut parsed = Self::empty(start_line(head.start)?);
        for (name, value) in head.iter() {
            parsed.field(name, value);
        }
        Some(parsed)
    }

    /// A head without fields.
    pub(super) fn empty(start: Start<'a>) -> Self {
        Self {
            start,
            host: None,
            user_agent: None,
            server: None,
            content_type: None,
            content_length: None,
            bad_length: false,
            is_encoded: false,
            is_chunked: false,
            location: None,
            disposition: None,
            upgrade: None,
            challenge: None,
            credentials: None,
        }
    }

    fn field(&mut self, name: &[u8], value: &'a [u8]) {
        let is = |wanted: &str| name.eq_ignore_ascii_case(wanted.as_bytes());
        match name.len() {
            4 if is("Host") => self.host = Some(value),
            6 if is("Server") => self.server = Some(value),
            7 if is("Upgrade") => self.upgrade = Some(value),
            8 if is("Location") => self.location = Some(value),
            10 if is("User-Agent") => self.user_agent = Some(value),
            12 if is("Content-Type") => self.content_type = Some(value),
            13 if is("Authorization") => self.credentials = Some(value),
            14 if is("Content-Length") => {
                let length = headers::number(value);
                self.bad_length |=
                    length.is_none() || self.content_length.is_some_and(|own| length != Some(own));
                self.content_length = self.content_length.or(length);
            }
            16 if is("Content-Encoding") => self.is_encoded = !value.eq_ignore_ascii_case(b"identity"),
            16 if is("WWW-Authenticate") => self.challenge(value),
            17 if is("Transfer-Encoding") => self.is_chunked |= headers::lists(value, "chunked"),
            18 if is("Proxy-Authenticate") => self.challenge(value),
            19 if is("Content-Disposition") => self.disposition = Some(value),
            19 if is("Proxy-Authorization") => self.credentials = Some(value),
            _ => {}
        }
    }

    fn challenge(&mut self, value: &'a [u8]) {
        if self.challenge.is_none() || token(value).is_some() {
            self.challenge = Some(value);
        }
    }

    /// Whether the body is a page whose title can be read.
    pub(super) fn is_page(&self) -> bool {
        let html =
            |kind| headers::begins_with(kind, "text/html") || headers::begins_with(kind, "application/xhtml");
        !self.is_encoded && self.content_type.is_some_and(html)
    }
}

/// The scheme of a challenge or of credentials.
pub(super) fn scheme(value: &[u8]) -> &[u8] {
    value.split(|byte| matches!(byte, b' ' | b',')).next().unwrap_or_default()
}

/// The base64 token of the schemes NTLM and Negotiate.
pub(super) fn token(value: &[u8]) -> Option<&[u8]> {
    let scheme = scheme(value);
    if !scheme.eq_ignore_ascii_case(b"NTLM") && !scheme.eq_ignore_ascii_case(b"Negotiate") {
        return None;
    }
    let token = headers::trim(value.get(scheme.len()..)?);
    (!token.is_empty()).then_some(token)
}

/// The quoted realm of a challenge.
pub(super) fn realm(value: &[u8]) -> Option<&[u8]> {
    let at = value.windows(7).position(|window| window.eq_ignore_ascii_case(b"realm=\""))?;
    let text = value.get(at.saturating_add(7)..)?;
    text.get(..text.iter().position(|byte| *byte == b'"')?)
}

/// Words in the names of query parameters whose values may be secrets.
const SECRETS: &[&str] = &["pass", "pwd", "secret", "token", "key", "auth", "session", "sid"];
/// Most query parameters that are looked at; beyond them nothing of the query is shown.
const MAX_PARAMETERS: usize = 64;

/// A target without what may be secret: user information, and the values of telling query parameters.
fn shown_target(target: &[u8]) -> String {
    let target = printable(target);
    let (path, query) = target.split_once('?').map_or((&*target, None), |(path, query)| (path, Some(query)));
    let mut shown = String::with_capacity(target.len());
    match path.split_once("://").and_then(|(scheme, rest)| Some((scheme, rest.split_once('@')?.1))) {
        Some((scheme, rest)) => {
            shown.push_str(scheme);
            shown.push_str("://***@");
            shown.push_str(rest);
        }
        None => shown.push_str(path),
    }
    let Some(query) = query else { return shown };
    for (at, parameter) in query.split('&').take(MAX_PARAMETERS).enumerate() {
        shown.push(if at == 0 { '?' } else { '&' });
        match parameter.split_once('=') {
            Some((name, _)) if SECRETS.iter().any(|word| name.to_ascii_lowercase().contains(word)) => {
                shown.push_str(name);
                shown.push_str("=***");
            }
            _ => shown.push_str(parameter),
        }
    }
    shown
}

impl Fields for Parsed<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        match self.start {
            Start::Request { method, target, version } => {
                visitor.text("method", &printable(method));
                visitor.text("uri", &shown_target(target));
                visitor.text("version", &printable(version));
            }
            Start::Response { status, reason, version } => {
                visitor.uint("status", u64::from(status));
                visitor.text("reason", &printable(reason));
                visitor.text("version", &printable(version));
            }
        }
        let texts = [
            ("host", self.host),
            ("user_agent", self.user_agent),
            ("server", self.server),
            ("content_type", self.content_type),
            ("upgrade", self.upgrade),
        ];
        for (name, value) in texts {
            if let Some(value) = value {
                visitor.text(name, &printable(value));
            }
        }
        if let Some(length) = self.content_length {
            visitor.uint("content_length", length);
        }
        if self.is_chunked {
            visitor.flag("chunked", true);
        }
        if let Some(location) = self.location {
            visitor.text("location", &shown_target(location));
        }
        if let Some(challenge) = self.challenge {
            visitor.text("www_authenticate", &printable(scheme(challenge)));
            if let Some(realm) = realm(challenge) {
                visitor.text("realm", &printable(realm));
            }
        }
        if let Some(credentials) = self.credentials {
            visitor.text("authorization", &printable(scheme(credentials)));
        }
    }
}
