//! Why an input cannot be read at all.

use std::io;
use std::path::PathBuf;

/// A refused input; each message is one line, names the path and says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CaptureError {
    /// No path was given.
    #[error("no capture given; name a .pcap or .pcapng file, a folder of them, or - for standard input")]
    NothingGiven,
    /// The path does not exist.
    #[error("{}: no such file or folder; check the path", .0.display())]
    Missing(PathBuf),
    /// The file exists but cannot be opened or read.
    #[error("{}: cannot be read ({source}); check its permissions", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file has no bytes.
    #[error("{}: the file is empty; was the capture written to its end?", .0.display())]
    Empty(PathBuf),
    /// The content is not a capture format that is read here.
    #[error("{}: not a capture file ({found}); {advice}", path.display())]
    NotACapture {
        /// The file.
        path: PathBuf,
        /// What the content looks like.
        found: &'static str,
        /// What to do about it.
        advice: &'static str,
    },
    /// The file header of a capture format is damaged.
    #[error("{}: the capture's file header is damaged ({what}); try to repair it with pcapfix", path.display())]
    BadHeader {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: &'static str,
    },
    /// A folder holds no capture, itself or below.
    #[error("{}: no capture files in this folder ({looked_at} files looked at); give a folder with .pcap or .pcapng files", path.display())]
    EmptyFolder {
        /// The folder.
        path: PathBuf,
        /// Files that were opened and are not captures.
        looked_at: u64,
    },
    /// More captures than frame sources can be numbered.
    #[error("more than {0} capture files; give fewer at a time")]
    TooMany(usize),
    /// Standard input was named twice.
    #[error("standard input (-) can be read once only; remove the second -")]
    StdinTwice,
}
