//! What hosts say of themselves: the short way from a text on the wire to an observation.

use crate::tell::{MAX_FACT, Teller, trimmed};
use crate::{Protocol, Sink, Subject, printable};

/// Observes a text about the sender of the message; blank texts say nothing.
pub(crate) fn of_sender(
    sink: &mut dyn Sink,
    protocol: Protocol,
    trust: u8,
    attribute: &'static str,
    text: &str,
) {
    of(sink, Subject::Sender, protocol, trust, attribute, text);
}

/// As [`of_sender`], for bytes.
pub(crate) fn of_sender_bytes(
    sink: &mut dyn Sink,
    protocol: Protocol,
    trust: u8,
    attribute: &'static str,
    text: &[u8],
) {
    of_sender(sink, protocol, trust, attribute, &printable(text));
}

/// Observes a text about one end of the message.
pub(crate) fn of(
    sink: &mut dyn Sink,
    subject: Subject,
    protocol: Protocol,
    confidence: u8,
    attribute: &'static str,
    text: &str,
) {
    Teller::new(subject, protocol, confidence).tell(attribute, cut(trimmed(text), MAX_FACT), sink);
}

/// At most `most` bytes of a text, cut at a character boundary.
pub(crate) fn cut(text: &str, most: usize) -> &str {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    text.get(..end).unwrap_or_default()
}

/// Little-endian UTF-16 as text; stops at a NUL.
pub(crate) fn utf16(bytes: &[u8]) -> String {
    let units =
        bytes.as_chunks::<2>().0.iter().map(|pair| u16::from_le_bytes(*pair)).take_while(|unit| *unit != 0);
    char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}
