//! What is known about each capture: format, counters, warnings, identity.

use std::borrow::Cow;
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;
use std::sync::OnceLock;

use sha2::{Digest, Sha256};

/// Most different warnings kept for a capture; further ones only add to [`CaptureInfo::warnings_dropped`].
const MAX_WARNINGS: usize = 64;

/// Container format of a capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// pcap, times in microseconds.
    Pcap,
    /// pcap, times in nanoseconds.
    PcapNanosecond,
    /// pcap with 24-byte record headers (magic number 0xa1b2cd34).
    PcapModified,
    /// pcapng.
    Pcapng,
}

impl Format {
    /// Name for people and for output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pcap => "pcap",
            Self::PcapNanosecond => "pcap (nanosecond)",
            Self::PcapModified => "pcap (modified)",
            Self::Pcapng => "pcapng",
        }
    }
}

/// A time as the file states it, with a wider range than Unix nanoseconds in 64 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp {
    /// Unix seconds.
    pub seconds: i64,
    /// Nanoseconds after that, `0..=999_999_999`.
    pub nanoseconds: u32,
}

impl Timestamp {
    pub(crate) fn from_ns(ts_ns: i64) -> Self {
        let nanoseconds = u32::try_from(ts_ns.rem_euclid(1_000_000_000)).unwrap_or(0);
        Self { seconds: ts_ns.div_euclid(1_000_000_000), nanoseconds }
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:09}", self.seconds, self.nanoseconds)
    }
}

/// One interface that a capture describes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InterfaceInfo {
    /// Name from the file (pcapng `if_name`), cleaned of control characters; empty when it gives none.
    pub name: String,
    /// LINKTYPE of its frames.
    pub link: u32,
    /// Snapshot length in bytes; 0 when there is no limit.
    pub snaplen: u32,
    /// Packets that the capturing system says it lost there (pcapng `isb_ifdrop` and `isb_osdrop`).
    pub dropped: u64,
}

/// Kind of a [`Warning`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum WarningKind {
    /// The file ends inside a packet or block.
    Cut,
    /// A record's lengths cannot be right; reading stopped there or resumed at the next sane block.
    CorruptRecord,
    /// Compressed data is damaged.
    DamagedCompression,
    /// The file became shorter while it was read.
    Shrunk,
    /// Reading failed midway.
    ReadFailed,
    /// Frames refer to an interface that the file does not describe.
    UnknownInterface,
    /// Blocks of a type that is not read here were skipped.
    UnknownBlock,
    /// Times outside the range of 64-bit nanoseconds.
    TimeOutOfRange,
    /// The file describes more interfaces than are kept.
    TooManyInterfaces,
    /// A file in a folder is not a capture, or cannot be read, and was left out.
    SkippedFile,
}

impl WarningKind {
    /// Stable `snake_case` name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cut => "cut",
            Self::CorruptRecord => "corrupt_record",
            Self::DamagedCompression => "damaged_compression",
            Self::Shrunk => "shrunk",
            Self::ReadFailed => "read_failed",
            Self::UnknownInterface => "unknown_interface",
            Self::UnknownBlock => "unknown_block",
            Self::TimeOutOfRange => "time_out_of_range",
            Self::TooManyInterfaces => "too_many_interfaces",
            Self::SkippedFile => "skipped_file",
        }
    }
}

/// Something the user should know about a capture that was read all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// What it is about.
    pub kind: WarningKind,
    /// How often it happened.
    pub count: u64,
    /// One line with the capture's name, of the first time it happened.
    pub text: String,
}

/// One capture of the input. Counters grow while frames are handed out.
#[derive(Debug)]
pub struct CaptureInfo {
    /// File name without folders; `-` for standard input.
    pub name: String,
    /// Packets read so far, those that the filter left out included.
    pub packets: u64,
    /// Their bytes on the wire (original lengths).
    pub bytes: u64,
    /// Packets that the filter left out.
    pub filtered: u64,
    /// Time of the first packet that has one, in file order, exactly as the file states it.
    pub first_time: Option<Timestamp>,
    /// Time of the last packet so far that has one, in file order.
    pub last_time: Option<Timestamp>,
    /// Whether the file ended inside a packet.
    pub cut: bool,
    /// What the user should know, oldest first.
    pub warnings: Vec<Warning>,
    /// Different warnings left out because there were too many.
    pub warnings_dropped: u64,
    /// Container format.
    pub format: Format,
    /// Compression around it, `gzip` or `zstd`.
    pub compression: Option<&'static str>,
    /// Interfaces in file order, those of several sections one after the other.
    pub interfaces: Vec<InterfaceInfo>,
    /// Where the capture is; `None` for standard input.
    pub path: Option<PathBuf>,
    pub(crate) digest: OnceLock<Option<String>>,
}

impl CaptureInfo {
    /// First 16 hexadecimal digits of the SHA-256 of the original file's bytes, as stored, still compressed.
    ///
    /// Reads the whole file on the first call and remembers the result. `None` when the file cannot be read any
    /// more, and for standard input until it was read to its end.
    pub fn sha256(&self) -> Option<&str> {
        let path = self.path.as_ref();
        if path.is_none() && self.digest.get().is_none() {
            return None;
        }
        self.digest.get_or_init(|| hash_file(path?)).as_deref()
    }

    /// Forget what was counted, because the capture is read again from its start.
    pub(crate) fn restart(&mut self) {
        (self.packets, self.bytes, self.filtered, self.cut) = (0, 0, 0, false);
        (self.first_time, self.last_time, self.warnings_dropped) = (None, None, 0);
        self.warnings.clear();
        if self.format == Format::Pcapng {
            self.interfaces.clear();
        }
    }

    /// Note that something happened once more; the text is made only the first time.
    pub(crate) fn warn(&mut self, kind: WarningKind, text: impl FnOnce() -> Cow<'static, str>) {
        if let Some(known) = self.warnings.iter_mut().find(|known| known.kind == kind) {
            known.count = known.count.saturating_add(1);
        } else if self.warnings.len() < MAX_WARNINGS {
            let text = format!("{}: {}", self.name, text());
            self.warnings.push(Warning { kind, count: 1, text });
        } else {
            self.warnings_dropped = self.warnings_dropped.saturating_add(1);
        }
    }
}

fn hash_file(path: &PathBuf) -> Option<String> {
    let mut file = File::open(path).ok()?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 256 << 10];
    loop {
        match file.read(&mut buffer).ok()? {
            0 => return Some(hex_prefix(hasher)),
            read => hasher.update(buffer.get(..read)?),
        }
    }
}

/// First 16 hexadecimal digits of a finished hash.
pub(crate) fn hex_prefix(hasher: Sha256) -> String {
    let digest = hasher.finalize();
    let number = digest.first_chunk::<8>().map_or(0, |first| u64::from_be_bytes(*first));
    format!("{number:016x}")
}
