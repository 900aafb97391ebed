//! Bodies: passed over by their length, never kept (RFC 9112 clauses 6 and 7).

use crate::headers;

/// Longest line of a chunk size or trailer that is waited for, in bytes.
const MAX_LINE: usize = 4096;
/// First bytes of a page that are searched for its title.
pub(super) const TITLE_WINDOW: u64 = 2048;

/// What comes next in one direction.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Next {
    /// A head.
    #[default]
    Head,
    /// This many bytes of body.
    Length(u64),
    /// The size line of a chunk.
    ChunkSize,
    /// This many bytes of a chunk and its line end.
    Chunk(u64),
    /// Trailer fields after the last chunk.
    Trailer,
    /// Body until the connection ends.
    UntilClose,
    /// Another protocol after an upgrade or through a proxy.
    Tunnel,
}

/// What became of body bytes.
pub(super) enum Passed {
    /// This many are over; at least one.
    Took(usize),
    /// More are needed.
    More,
    /// Not the framing that was announced.
    Broken,
}

impl Next {
    /// Passes over what is there of the body.
    pub(super) fn pass(&mut self, data: &[u8], last: bool) -> Passed {
        match *self {
            Self::Head | Self::Tunnel => Passed::Broken,
            Self::UntilClose => Passed::Took(data.len()),
            Self::Length(left) => {
                let (taken, left) = least(data, left);
                *self = if left == 0 { Self::Head } else { Self::Length(left) };
                Passed::Took(taken)
            }
            Self::Chunk(left) => {
                let (taken, left) = least(data, left);
                *self = if left == 0 { Self::ChunkSize } else { Self::Chunk(left) };
                Passed::Took(taken)
            }
            Self::ChunkSize | Self::Trailer => self.line(data, last),
        }
    }

    fn line(&mut self, data: &[u8], last: bool) -> Passed {
        let window = data.get(..MAX_LINE).unwrap_or(data);
        let Some(end) = window.iter().position(|byte| *byte == b'\n') else {
            return if last || data.len() >= MAX_LINE { Passed::Broken } else { Passed::More };
        };
        let (line, _) = headers::line(data);
        let taken = end.saturating_add(1);
        if *self == Self::Trailer {
            if line.is_empty() {
                *self = Self::Head;
            }
            return Passed::Took(taken);
        }
        let Some(size) = chunk_size(line) else { return Passed::Broken };
        *self = if size == 0 { Self::Trailer } else { Self::Chunk(size.saturating_add(2)) };
        Passed::Took(taken)
    }

    /// Body bytes that come next without a break; 0 where none are announced.
    pub(super) fn run(self) -> u64 {
        match self {
            Self::Length(left) => left,
            Self::Chunk(left) => left.saturating_sub(2),
            Self::UntilClose => u64::MAX,
            Self::Head | Self::ChunkSize | Self::Trailer | Self::Tunnel => 0,
        }
    }
}

/// How much of `left` the bytes cover, and what then is left.
fn least(data: &[u8], left: u64) -> (usize, u64) {
    let taken = usize::try_from(left).unwrap_or(usize::MAX).min(data.len());
    (taken, left.saturating_sub(taken as u64))
}

/// A chunk size: hexadecimal digits before an extension or blanks.
fn chunk_size(line: &[u8]) -> Option<u64> {
    let digits = line.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
    if digits.is_empty() || digits.len() > 15 || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u64::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// The title in the first bytes of a page, blanks folded; `None` where there is none.
pub(super) fn title(window: &[u8]) -> Option<String> {
    let open = window.windows(6).position(|part| part.eq_ignore_ascii_case(b"<title"))?;
    let rest = window.get(open..)?;
    let text = rest.get(rest.iter().position(|byte| *byte == b'>')?.saturating_add(1)..)?;
    let text = text.get(..text.iter().position(|byte| *byte == b'<')?)?;
    let text = crate::printable(text);
    let title = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!title.is_empty()).then_some(title)
}
