//! Negotiation and session set-up: what both sides say of themselves.

use super::block::Block;
use crate::{Protocol, Sink, confidence, ntlm, said};

/// Most dialects of an offer that are kept; clients send fewer than ten.
const MAX_DIALECTS: usize = 24;
/// Capability bit: security tokens instead of challenges ([MS-CIFS] 2.2.4.52.2).
const EXTENDED_SECURITY: u32 = 0x8000_0000;

/// What one side tells in its session set-up.
#[derive(Debug, Default)]
pub(super) struct Setup {
    pub(super) native_os: String,
    pub(super) native_lanman: String,
    pub(super) domain: String,
    /// An account name is there.
    pub(super) has_user: bool,
}

/// The dialects of a negotiate request ([MS-CIFS] 2.2.4.52.1).
pub(super) fn dialects(block: &Block<'_>) -> Vec<String> {
    let mut texts = block.texts(0);
    let mut dialects = Vec::new();
    while dialects.len() < MAX_DIALECTS {
        texts.skip_format();
        match texts.next_ascii() {
            Some(text) => dialects.push(text),
            None => break,
        }
    }
    dialects
}

/// Reads a session set-up, request or response ([MS-CIFS] 2.2.4.53, [MS-SMB] 2.2.4.6).
pub(super) fn read(block: &Block<'_>, is_reply: bool) -> Setup {
    let length = |at| block.u16(at).map_or(0, usize::from);
    let mut setup = Setup::default();
    let (skip, has_account, has_domain) = match (is_reply, block.word_count()) {
        (false, 13) => (length(14).saturating_add(length(16)), true, true),
        (false, 12) => (length(14), false, false),
        (false, 10) => (length(14), true, true),
        (true, 4) => (length(6), false, false),
        (true, 3) => (0, false, false),
        _ => return setup,
    };
    let mut texts = block.texts(skip);
    if has_account {
        setup.has_user = texts.next().is_some_and(|user| !user.is_empty());
    }
    if has_domain {
        setup.domain = texts.next().unwrap_or_default();
    }
    setup.native_os = texts.next().unwrap_or_default();
    setup.native_lanman = texts.next().unwrap_or_default();
    if !has_domain {
        setup.domain = texts.next().unwrap_or_default();
    }
    setup
}

impl Setup {
    /// Hands over what the sender says of itself.
    pub(super) fn observe(&self, is_reply: bool, sink: &mut dyn Sink) {
        let mut tell = |attribute, text: &str| {
            said::of_sender(sink, Protocol::Smb, confidence::BANNER, attribute, text);
        };
        tell("os", &self.native_os);
        tell("lanman", &self.native_lanman);
        if is_reply {
            tell("domain", &self.domain);
        }
    }
}

/// The security token of a session set-up.
pub(super) fn token<'a>(block: &Block<'a>, is_reply: bool) -> Option<&'a [u8]> {
    let length = match (is_reply, block.word_count()) {
        (false, 12) => block.u16(14)?,
        (true, 4) => block.u16(6)?,
        _ => return None,
    };
    block.bytes.get(..usize::from(length))
}

/// Takes over what a negotiate response says ([MS-CIFS] 2.2.4.52.2): the dialect, domain and name of the server.
pub(super) fn negotiated(block: &Block<'_>, offered: &[String], sink: &mut dyn Sink) {
    let Some(chosen) = block.u16(0) else { return };
    if let Some(dialect) = offered.get(usize::from(chosen)) {
        said::of_sender(sink, Protocol::Smb, confidence::BANNER, "smb_dialect", dialect);
    }
    if block.word_count() != 17 {
        return;
    }
    if block.u32(19).is_some_and(|capabilities| capabilities & EXTENDED_SECURITY != 0) {
        if let Some(token) = block.bytes.get(16..) {
            ntlm::take(token, sink);
        }
        return;
    }
    // Both texts are Unicode without alignment, whatever the header says, where servers send them at all.
    let challenge = block.u8(33).map_or(0, usize::from);
    let names = block.bytes.get(challenge..).unwrap_or_default();
    let units = names.as_chunks::<2>().0;
    let end = units.iter().position(|unit| *unit == [0, 0]).unwrap_or(units.len());
    let second = names.get(end.saturating_add(1).saturating_mul(2)..).unwrap_or_default();
    if block.is_unicode {
        said::of_sender(sink, Protocol::Smb, confidence::NAMING, "domain", &said::utf16(names));
        said::of_sender(sink, Protocol::Smb, confidence::NAMING, "hostname", &said::utf16(second));
    }
}
