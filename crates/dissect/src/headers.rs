//! Heads of text protocols: a start line, header fields and an empty line, as HTTP/1, RTSP and SIP share them.
//!
//! Spec: RFC 9112 clauses 2 to 5; RFC 2326 clause 4; RFC 3261 clause 7. Bare line feeds are taken for line ends.

/// Longest head that is waited for, in bytes; servers refuse more than 8 to 16 KiB.
pub(crate) const MAX_HEAD: usize = 32 * 1024;

/// Where the search for the end of a head goes on when more bytes have come, so that each byte is looked at once.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Scan {
    seen: usize,
}

impl Scan {
    /// Length of the head with its empty line; `None` while that is not there. Found ends reset the search.
    pub(crate) fn end(&mut self, data: &[u8]) -> Option<usize> {
        let mut at = self.seen;
        loop {
            let rest = data.get(at..).unwrap_or_default();
            let Some(step) = rest.iter().position(|byte| *byte == b'\n') else {
                self.seen = data.len();
                return None;
            };
            let line_feed = at.saturating_add(step);
            let after = line_feed.saturating_add(1);
            let length = match data.get(after..) {
                Some([b'\n', ..]) => after.saturating_add(1),
                Some([b'\r', b'\n', ..]) => after.saturating_add(2),
                None | Some([] | [b'\r']) => {
                    self.seen = line_feed;
                    return None;
                }
                Some(_) => {
                    at = after;
                    continue;
                }
            };
            self.seen = 0;
            return Some(length);
        }
    }

    /// Forgets how far the search came.
    pub(crate) fn reset(&mut self) {
        self.seen = 0;
    }
}

/// A head, whole or cut.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Head<'a> {
    /// The start line without its end.
    pub(crate) start: &'a [u8],
    fields: &'a [u8],
}

impl<'a> Head<'a> {
    /// Splits the start line off.
    pub(crate) fn of(bytes: &'a [u8]) -> Self {
        let (start, fields) = line(bytes);
        Self { start, fields }
    }

    /// Name and value of every field, in wire order; lines that continue one (obsolete folding) are passed over.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'a [u8], &'a [u8])> + use<'a> {
        let mut rest = self.fields;
        std::iter::from_fn(move || {
            loop {
                if rest.is_empty() {
                    return None;
                }
                let (text, after) = line(rest);
                rest = after;
                if matches!(text, [] | [b' ' | b'\t', ..]) {
                    continue;
                }
                if let Some(colon) = text.iter().position(|byte| *byte == b':') {
                    let (name, value) = text.split_at(colon);
                    return Some((trim(name), trim(value.get(1..).unwrap_or_default())));
                }
            }
        })
    }

    /// The first field with this name, which is compared without regard to case.
    pub(crate) fn get(&self, name: &str) -> Option<&'a [u8]> {
        self.iter().find(|(own, _)| own.eq_ignore_ascii_case(name.as_bytes())).map(|(_, value)| value)
    }
}

/// The first line without its end, and what follows it.
pub(crate) fn line(bytes: &[u8]) -> (&[u8], &[u8]) {
    let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else { return (bytes, &[]) };
    let (text, rest) = bytes.split_at(end);
    (text.strip_suffix(b"\r").unwrap_or(text), rest.get(1..).unwrap_or_default())
}

/// Bytes without blanks at both ends.
pub(crate) fn trim(bytes: &[u8]) -> &[u8] {
    bytes.trim_ascii()
}

/// The words of a start line: at most three, the last with everything that follows.
pub(crate) fn words(start: &[u8]) -> [&[u8]; 3] {
    let mut parts = start.splitn(3, |byte| *byte == b' ');
    let mut next = || parts.next().unwrap_or_default();
    [next(), next(), next()]
}

/// A decimal number, if the text is one and fits.
pub(crate) fn number(text: &[u8]) -> Option<u64> {
    if text.is_empty() || text.len() > 19 || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// Whether `list` (comma separated) holds `word`, without regard to case.
pub(crate) fn lists(list: &[u8], word: &str) -> bool {
    list.split(|byte| *byte == b',').any(|each| trim(each).eq_ignore_ascii_case(word.as_bytes()))
}

/// Whether the text begins with `start`, without regard to case.
pub(crate) fn begins_with(text: &[u8], start: &str) -> bool {
    text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_found_however_the_bytes_come() {
        let head = b"GET / HTTP/1.1\r\nHost: a\r\n\r\nbody";
        for cut in 0..head.len() {
            let mut scan = Scan::default();
            let early = scan.end(&head[..cut]);
            assert_eq!(early, (cut >= 27).then_some(27), "{cut}");
            if early.is_none() {
                assert_eq!(scan.end(head), Some(27), "{cut}");
            }
        }
        assert_eq!(Scan::default().end(b"a\nb: c\n\nd"), Some(8));
    }

    #[test]
    fn fields_are_found_by_name() {
        let head = Head::of(b"S\r\nServer:  x/1 \r\n folded: no\r\nnocolon\r\nA: b\r\n\r\n");
        assert_eq!(head.get("server"), Some(&b"x/1"[..]));
        assert_eq!(head.iter().count(), 2);
        assert_eq!(head.get("folded"), None);
    }

    #[test]
    fn numbers_have_digits_only() {
        assert_eq!(number(b"12"), Some(12));
        for bad in [&b""[..], b"-1", b"1 2", b"99999999999999999999"] {
            assert_eq!(number(bad), None);
        }
    }
}
