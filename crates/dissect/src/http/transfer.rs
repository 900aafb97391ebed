//! Files among the bodies: programs, archives and what a server calls an attachment.

use super::body::Next;
use super::head::Parsed;
use crate::headers;
use crate::{Direction, FileChunk, Protocol, Sink, printable, said};

/// Media types whose bodies are handed over as files; pages, pictures and data are not.
const TYPES: &[&str] = &[
    "application/octet-stream",
    "application/x-msdownload",
    "application/x-msdos-program",
    "application/x-dosexec",
    "application/x-executable",
    "application/vnd.microsoft.portable-executable",
    "application/vnd.ms-cab-compressed",
    "application/zip",
    "application/x-zip-compressed",
    "application/gzip",
    "application/x-gzip",
    "application/x-tar",
    "application/x-rar-compressed",
    "application/x-7z-compressed",
    "application/java-archive",
    "application/pdf",
    "application/x-firmware",
];
/// Longest file name that is kept, in bytes.
const MAX_NAME: usize = 128;

/// One file in transfer.
#[derive(Debug)]
pub(super) struct Transfer {
    handle: u64,
    name: String,
    direction: Direction,
}

impl Transfer {
    /// The file that the body after this head is, if it is one. `name` is used where the head gives none.
    pub(super) fn of(parsed: &Parsed<'_>, name: &str, direction: Direction, handle: u64) -> Option<Self> {
        let attachment = parsed.disposition.filter(|value| headers::begins_with(value, "attachment"));
        let kind = parsed.content_type.unwrap_or_default();
        let is_file = attachment.is_some() || TYPES.iter().any(|each| headers::begins_with(kind, each));
        if !is_file || parsed.is_encoded {
            return None;
        }
        let own = attachment.and_then(file_name);
        let name = own.unwrap_or_else(|| said::cut(name, MAX_NAME).to_owned());
        Some(Self { handle, name, direction })
    }

    /// Hands over `taken` bytes of body that were passed over while `before` came next; gives whether that was the end.
    pub(super) fn pass(
        &self,
        before: Next,
        after: Next,
        data: &[u8],
        taken: usize,
        sink: &mut dyn Sink,
    ) -> bool {
        let content = match before {
            Next::Length(_) | Next::UntilClose => taken,
            // A chunk ends with a line end of two bytes.
            Next::Chunk(left) => taken.min(usize::try_from(left.saturating_sub(2)).unwrap_or(usize::MAX)),
            _ => 0,
        };
        let ends =
            matches!((before, after), (Next::Length(_), Next::Head) | (Next::ChunkSize, Next::Trailer));
        if content > 0 || ends {
            sink.file(&FileChunk {
                protocol: Protocol::Http,
                handle: self.handle,
                name: &self.name,
                direction: self.direction,
                offset: None,
                data: data.get(..content).unwrap_or_default(),
                last: ends,
            });
        }
        ends
    }
}

/// The last segment of a target's path.
pub(super) fn last_segment(target: &[u8]) -> String {
    let path = target.split(|byte| matches!(byte, b'?' | b'#')).next().unwrap_or_default();
    let segment = path.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    said::cut(&printable(segment), MAX_NAME).to_owned()
}

/// The file name of a disposition (RFC 6266 clause 4.3), without any path in it.
fn file_name(disposition: &[u8]) -> Option<String> {
    let at = disposition.windows(9).position(|part| part.eq_ignore_ascii_case(b"filename="))?;
    let value = disposition.get(at.saturating_add(9)..)?;
    let value = match value {
        [b'"', quoted @ ..] => quoted.split(|byte| *byte == b'"').next()?,
        _ => value.split(|byte| *byte == b';').next()?.trim_ascii(),
    };
    let name = value.rsplit(|byte| matches!(byte, b'/' | b'\\')).next().filter(|name| !name.is_empty())?;
    Some(said::cut(&printable(name), MAX_NAME).to_owned())
}
