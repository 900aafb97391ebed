//! From paths to captures: folders, the order of rotated files, and what a refused file looks like.

use std::cmp::Ordering;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Deepest folder that is looked into.
const MAX_DEPTH: usize = 32;

/// All regular files below `folder`, in natural order of their paths. Folders that are links are not entered.
///
/// # Errors
/// When `folder` itself cannot be listed; folders below it that cannot are left out and counted.
pub(crate) fn files_below(folder: &Path) -> io::Result<(Vec<PathBuf>, u64)> {
    let mut files = Vec::new();
    let mut unreadable = 0_u64;
    let mut open = vec![(fs::read_dir(folder)?, 0_usize)];
    while let Some((entries, depth)) = open.last_mut() {
        let depth = *depth;
        let Some(entry) = entries.next() else {
            open.pop();
            continue;
        };
        let Ok(entry) = entry else {
            unreadable = unreadable.saturating_add(1);
            continue;
        };
        let path = entry.path();
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if !is_folder {
            files.push(path);
        } else if depth < MAX_DEPTH
            && let Ok(entries) = fs::read_dir(&path)
        {
            open.push((entries, depth.saturating_add(1)));
        } else {
            unreadable = unreadable.saturating_add(1);
        }
    }
    files.sort_by(|a, b| natural_order(&a.to_string_lossy(), &b.to_string_lossy()));
    Ok((files, unreadable))
}

/// Compare names as people do: `trace.pcap9` before `trace.pcap10`.
fn natural_order(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a, b);
    while let (Some(x), Some(y)) = (left.chars().next(), right.chars().next()) {
        if x.is_ascii_digit() && y.is_ascii_digit() {
            let (number_a, rest_a) = split_number(left);
            let (number_b, rest_b) = split_number(right);
            let order = number_a.len().cmp(&number_b.len()).then_with(|| number_a.cmp(number_b));
            if order != Ordering::Equal {
                return order;
            }
            (left, right) = (rest_a, rest_b);
        } else {
            if x != y {
                return x.cmp(&y);
            }
            left = left.get(x.len_utf8()..).unwrap_or_default();
            right = right.get(y.len_utf8()..).unwrap_or_default();
        }
    }
    // Names that differ in leading zeros only still need one order.
    left.len().cmp(&right.len()).then_with(|| a.cmp(b))
}

/// The digits that `text` begins with, without leading zeros, and what follows them.
fn split_number(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    (digits.trim_start_matches('0'), rest)
}

const CONVERT: &str = "convert it first, for example with: editcap -F pcapng FILE FILE.pcapng";
const UNPACK: &str = "unpack it first";
const GIVE: &str = "give a pcap or pcapng file, plain or compressed with gzip or zstd";

/// What the content of a refused file looks like, and what to do about it.
pub(crate) fn describe(start: &[u8]) -> (&'static str, &'static str) {
    const KNOWN: &[(usize, &[u8], &str, &str)] = &[
        (0, b"snoop\0\0\0", "a snoop capture", CONVERT),
        (0, b"GMBU", "a Network Monitor capture", CONVERT),
        (0, b"RTSS", "a Network Monitor 1 capture", CONVERT),
        (0, b"TRSNIFF data", "a Sniffer capture", CONVERT),
        (0, b"XCP\0", "a NetXRay capture", CONVERT),
        (0, &[0x1c, 0x00, 0x01, 0xac], "an IXIA capture", CONVERT),
        (0, b"PK\x03\x04", "a ZIP archive", UNPACK),
        (0, b"BZh", "bzip2 data", UNPACK),
        (0, &[0xfd, b'7', b'z', b'X', b'Z'], "xz data", UNPACK),
        (0, &[0x04, 0x22, 0x4d, 0x18], "LZ4 data", UNPACK),
        (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", UNPACK),
        (0, b"Rar!", "a RAR archive", UNPACK),
        (0, &[0x1f, 0x8b], "gzip inside the compression", UNPACK),
        (0, &[0x28, 0xb5, 0x2f, 0xfd], "zstd inside the compression", UNPACK),
        (257, b"ustar", "a tar archive", UNPACK),
        (0, b"\x7fELF", "a program", GIVE),
        (0, b"%PDF", "a PDF document", GIVE),
        (0, b"SQLite format 3", "a database", GIVE),
    ];
    for (offset, bytes, found, advice) in KNOWN {
        if start.get(*offset..).is_some_and(|rest| rest.starts_with(bytes)) {
            return (found, advice);
        }
    }
    if start.is_empty() {
        return ("nothing inside the compression", GIVE);
    }
    let printable = start.iter().all(|byte| *byte >= 0x20 || matches!(byte, b'\t' | b'\r' | b'\n' | 0x0c));
    // What was looked at may end inside a character.
    let is_utf8 = std::str::from_utf8(start).map_or_else(|error| error.error_len().is_none(), |_| true);
    let is_text = printable && is_utf8;
    (if is_text { "text" } else { "unknown content" }, GIVE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rotated_files_sort_by_number() {
        let mut names = ["b", "t.pcap10", "t.pcap9", "t.pcap", "t.pcap009", "a2b10", "a2b9", "a10"];
        names.sort_by(|a, b| natural_order(a, b));
        assert_eq!(names, ["a2b9", "a2b10", "a10", "b", "t.pcap", "t.pcap009", "t.pcap9", "t.pcap10"]);
    }

    #[test]
    fn refused_content_is_named() {
        assert_eq!(describe(b"hello\nworld").0, "text");
        assert_eq!(describe(&[1, 2, 3]).0, "unknown content");
        assert_eq!(describe(b"snoop\0\0\0\0\0\0\x02"), ("a snoop capture", CONVERT));
        let mut tar = vec![b'x'; 257];
        tar.extend_from_slice(b"ustar");
        assert_eq!(describe(&tar).0, "a tar archive");
    }
}
