//! A small reader for pcap and pcapng, enough to feed frames to the decoder.
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects, clippy::indexing_slicing, dead_code)]

use std::path::{Path, PathBuf};

/// One captured frame.
pub(crate) struct Frame<'a> {
    pub(crate) link: u32,
    pub(crate) orig_len: u32,
    pub(crate) bytes: &'a [u8],
}

fn u16_at(bytes: &[u8], at: usize, big: bool) -> Option<u16> {
    let b = bytes.get(at..)?.first_chunk::<2>()?;
    Some(if big { u16::from_be_bytes(*b) } else { u16::from_le_bytes(*b) })
}

fn u32_at(bytes: &[u8], at: usize, big: bool) -> Option<u32> {
    let b = bytes.get(at..)?.first_chunk::<4>()?;
    Some(if big { u32::from_be_bytes(*b) } else { u32::from_le_bytes(*b) })
}

fn size(value: u32) -> usize {
    usize::try_from(value).unwrap()
}

/// All whole frames of a capture file; none of a file of another kind.
pub(crate) fn frames(file: &[u8]) -> Vec<Frame<'_>> {
    match file.first_chunk::<4>() {
        Some([0xd4, 0xc3, 0xb2, 0xa1] | [0x4d, 0x3c, 0xb2, 0xa1]) => pcap(file, false).0,
        Some([0xa1, 0xb2, 0xc3, 0xd4] | [0xa1, 0xb2, 0x3c, 0x4d]) => pcap(file, true).0,
        Some([0x0a, 0x0d, 0x0d, 0x0a]) => pcapng(file),
        _ => Vec::new(),
    }
}

fn pcap(file: &[u8], big: bool) -> (Vec<Frame<'_>>, Option<()>) {
    let mut frames = Vec::new();
    let end = (|| {
        let link = u32_at(file, 20, big)?;
        let mut at = 24;
        loop {
            let length = size(u32_at(file, at + 8, big)?);
            let orig_len = u32_at(file, at + 12, big)?;
            let bytes = file.get(at + 16..(at + 16).checked_add(length)?)?;
            frames.push(Frame { link, orig_len, bytes });
            at += 16 + length;
        }
    })();
    (frames, end)
}

fn pcapng(file: &[u8]) -> Vec<Frame<'_>> {
    let mut frames = Vec::new();
    let mut links = Vec::new();
    let mut big = false;
    let mut at = 0;
    loop {
        if file.get(at..at + 4) == Some(&[0x0a, 0x0d, 0x0d, 0x0a]) {
            big = file.get(at + 8..at + 12) == Some(&[0x1a, 0x2b, 0x3c, 0x4d]);
            links.clear();
        }
        let Some((kind, length)) = u32_at(file, at, big).zip(u32_at(file, at + 4, big)) else { break };
        let Some(block) = file.get(at..at.saturating_add(size(length))).filter(|_| length >= 12) else {
            break;
        };
        let frame = |interface: u32, from: usize, length: u32, orig_len: u32| {
            let bytes = block.get(from..from.checked_add(size(length))?)?;
            Some(Frame { link: *links.get(size(interface))?, orig_len, bytes })
        };
        let found = match kind {
            1 => {
                links.push(u16_at(block, 8, big).unwrap_or(0).into());
                None
            }
            3 => u32_at(block, 8, big).and_then(|n| frame(0, 12, n.min(length - 16), n)),
            6 => u32_at(block, 8, big)
                .and_then(|interface| frame(interface, 28, u32_at(block, 20, big)?, u32_at(block, 24, big)?)),
            2 => u16_at(block, 8, big).and_then(|interface| {
                frame(interface.into(), 28, u32_at(block, 20, big)?, u32_at(block, 24, big)?)
            }),
            _ => None,
        };
        frames.extend(found);
        at += size(length);
    }
    frames
}

/// The folder of captures, from the environment or beside the repository; `None` when it is not there.
pub(crate) fn captures() -> Option<PathBuf> {
    let folder = std::env::var_os("SIGHTGLASS_CAPTURES").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/captures"),
        PathBuf::from,
    );
    folder.is_dir().then_some(folder)
}

/// Every file below `folder`, sorted.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { open.push(path) } else { all.push(path) }
        }
    }
    all.sort();
    all
}

/// A file's bytes, unpacked by the `gzip` program where they are packed; `None` without that program.
pub(crate) fn read(path: &Path) -> Option<Vec<u8>> {
    let bytes = std::fs::read(path).ok()?;
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Some(bytes);
    }
    let output = std::process::Command::new("gzip").arg("-dc").arg(path).output().ok()?;
    Some(output.stdout)
}
