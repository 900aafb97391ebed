//! Small text without allocation, and texts out of wire bytes.

use std::borrow::Cow;
use std::fmt;

/// Text of up to `N` bytes on the stack; what does not fit is cut at a character boundary.
#[derive(Clone, Copy)]
pub struct Text<const N: usize> {
    bytes: [u8; N],
    len: usize,
}

impl<const N: usize> Default for Text<N> {
    fn default() -> Self {
        Self { bytes: [0; N], len: 0 }
    }
}

impl<const N: usize> Text<N> {
    /// Formats into a new text: `Text::<32>::of(format_args!("V{major}.{minor}"))`.
    pub fn of(arguments: fmt::Arguments<'_>) -> Self {
        let mut text = Self::default();
        // Cutting is the contract, so the error of a full buffer says nothing.
        let _ = fmt::write(&mut text, arguments);
        text
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        self.bytes.get(..self.len).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }
}

impl<const N: usize> fmt::Write for Text<N> {
    fn write_str(&mut self, s: &str) -> fmt::Result {
        let room = N.saturating_sub(self.len);
        let mut take = s.len().min(room);
        while !s.is_char_boundary(take) {
            take = take.saturating_sub(1);
        }
        let end = self.len.saturating_add(take);
        let (Some(to), Some(from)) = (self.bytes.get_mut(self.len..end), s.as_bytes().get(..take)) else {
            return Err(fmt::Error);
        };
        to.copy_from_slice(from);
        self.len = end;
        if take < s.len() { Err(fmt::Error) } else { Ok(()) }
    }
}

impl<const N: usize> fmt::Display for Text<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Wire bytes as text: UTF-8 where valid, else Latin-1 read byte by byte; NULs and blanks at the end are cut.
pub fn printable(bytes: &[u8]) -> Cow<'_, str> {
    let end = bytes
        .iter()
        .rposition(|byte| !matches!(byte, 0 | b' ' | b'\r' | b'\n' | b'\t'))
        .map_or(0, |at| at.saturating_add(1));
    let bytes = bytes.get(..end).unwrap_or_default();
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(bytes.iter().map(|byte| char::from(*byte)).collect()),
    }
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    let mut text = String::with_capacity(bytes.len().saturating_mul(2));
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
