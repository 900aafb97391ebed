//! The input as a whole: paths in, batches of frames out.

use std::collections::VecDeque;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::batch::Batch;
use crate::discover::files_below;
use crate::error::CaptureError;
use crate::filter::Filter;
use crate::info::{CaptureInfo, Format, Timestamp, Warning, WarningKind};
use crate::merge::Merge;
use crate::reader::Reader;
use crate::source::{HashingReader, SharedDigest, Source};

/// Most captures in one input; sources are numbered with 16 bits.
pub const MAX_CAPTURES: usize = 65_536;

/// Most files of folders that were left out and are named one by one; the rest is counted.
const MAX_SKIPPED_NAMED: usize = 32;

/// How to read.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Hand out only frames that match; frame numbers stay those of the file.
    pub filter: Option<Filter>,
}

/// Counters over all captures of an input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InputStats {
    /// Captures of the input.
    pub captures: usize,
    /// Packets read so far, those left out by the filter included.
    pub packets: u64,
    /// Their bytes on the wire.
    pub bytes: u64,
    /// Packets that the filter left out.
    pub filtered: u64,
    /// Captures that ended inside a packet.
    pub cut: u64,
    /// Files in folders that are not captures or cannot be read.
    pub skipped_files: u64,
    /// Packets that the capturing systems report as lost.
    pub dropped: u64,
    /// Earliest first time of a capture.
    pub first_time: Option<Timestamp>,
    /// Latest last time of a capture.
    pub last_time: Option<Timestamp>,
}

/// Captures read as one network, in order of time: ties go by capture, then by frame number, and frames of one
/// capture keep the order of its file even where its clock steps back.
pub struct Input {
    captures: Vec<CaptureInfo>,
    merge: Merge,
    filter: Option<Filter>,
    skipped: Vec<Warning>,
    skipped_files: u64,
    /// Hash of standard input and the capture it belongs to.
    stdin: Option<(usize, SharedDigest)>,
}

impl std::fmt::Debug for Input {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Input").field("captures", &self.captures).finish_non_exhaustive()
    }
}

/// A capture that was recognised.
struct Opened {
    reader: Reader,
    info: CaptureInfo,
    /// Its path, when it is a regular file that can be opened a second time.
    reopen: Option<PathBuf>,
}

impl Input {
    /// Open files, folders (with all below them) and `-` for standard input.
    ///
    /// Files are recognised by content. In folders, what is not a capture is left out with a warning; a file that
    /// is named itself must be one.
    ///
    /// # Errors
    /// When nothing is given or a path is missing, unreadable, not a capture, or a folder without captures.
    pub fn open(paths: &[PathBuf], options: Options) -> Result<Self, CaptureError> {
        if paths.is_empty() {
            return Err(CaptureError::NothingGiven);
        }
        let mut input = Self {
            captures: Vec::new(),
            merge: Merge::new(),
            filter: options.filter,
            skipped: Vec::new(),
            skipped_files: 0,
            stdin: None,
        };
        // The first capture waits here: if it stays the only one, there is nothing to merge.
        let mut first = None;
        for path in paths {
            if path.as_os_str() == "-" {
                let opened = input.open_stdin()?;
                input.add(opened, &mut first)?;
            } else if fs::metadata(path).map_err(|error| refused(path, error))?.is_dir() {
                input.add_folder(path, &mut first)?;
            } else {
                let opened = input.open_file(path)?;
                input.add(opened, &mut first)?;
            }
        }
        if let Some((reader, _)) = first {
            input.merge.add_single(reader);
        }
        Ok(input)
    }

    /// The next frames, at most [`crate::BATCH_FRAMES`]; `None` when all captures are read.
    pub fn next_batch(&mut self) -> Option<Batch> {
        let batch = self.merge.next_batch(&mut self.captures, self.filter.as_ref());
        if batch.is_none()
            && let Some((index, digest)) = self.stdin.take()
            && let (Some(info), Ok(mut digest)) = (self.captures.get_mut(index), digest.lock())
            && digest.is_some()
        {
            info.digest = OnceLock::from(digest.take());
        }
        batch
    }

    /// The captures, in the order of the paths given; [`crate::Frame::source`] is the index.
    pub fn captures(&self) -> &[CaptureInfo] {
        &self.captures
    }

    /// Files of folders that were left out, the first of them by name, and one last entry that counts the rest.
    pub fn skipped(&self) -> &[Warning] {
        &self.skipped
    }

    /// Counters over all captures, as far as they were read.
    pub fn stats(&self) -> InputStats {
        let mut stats = InputStats {
            captures: self.captures.len(),
            skipped_files: self.skipped_files,
            ..InputStats::default()
        };
        for info in &self.captures {
            stats.packets = stats.packets.saturating_add(info.packets);
            stats.bytes = stats.bytes.saturating_add(info.bytes);
            stats.filtered = stats.filtered.saturating_add(info.filtered);
            stats.cut = stats.cut.saturating_add(u64::from(info.cut));
            let dropped = info.interfaces.iter().map(|interface| interface.dropped);
            stats.dropped = dropped.fold(stats.dropped, u64::saturating_add);
            stats.first_time = [stats.first_time, info.first_time].into_iter().flatten().min();
            stats.last_time = stats.last_time.max(info.last_time);
        }
        stats
    }

    /// Give a capture its number and put it into the merge.
    fn add(
        &mut self,
        opened: Opened,
        first: &mut Option<(Reader, Option<PathBuf>)>,
    ) -> Result<(), CaptureError> {
        let Ok(source) = u16::try_from(self.captures.len()) else {
            return Err(CaptureError::TooMany(MAX_CAPTURES));
        };
        let Opened { reader, info, reopen } = opened;
        self.captures.push(info);
        if source == 0 {
            *first = Some((reader, reopen));
            return Ok(());
        }
        let waiting = first.take().map(|(reader, reopen)| (reader, reopen, 0));
        for (reader, reopen, source) in waiting.into_iter().chain([(reader, reopen, source)]) {
            if let Some(info) = self.captures.get_mut(usize::from(source)) {
                self.merge.add(reader, source, reopen, self.filter.as_ref(), info);
            }
        }
        Ok(())
    }

    fn add_folder(
        &mut self,
        folder: &Path,
        first: &mut Option<(Reader, Option<PathBuf>)>,
    ) -> Result<(), CaptureError> {
        let (files, unlisted) = files_below(folder).map_err(|error| refused(folder, error))?;
        self.skipped_files = self.skipped_files.saturating_add(unlisted);
        let before = self.captures.len();
        let looked_at = u64::try_from(files.len()).unwrap_or(u64::MAX);
        let mut left_out = VecDeque::new();
        for file in files {
            // A pipe or device in a folder could block for ever.
            let opened = match fs::metadata(&file) {
                Ok(metadata) if metadata.is_file() => self.open_file(&file),
                Ok(_) => {
                    Err(CaptureError::NotACapture { path: file, found: "not a regular file", advice: "" })
                }
                Err(error) => Err(refused(&file, error)),
            };
            match opened {
                Ok(opened) => self.add(opened, first)?,
                Err(error) => left_out.push_back(error.to_string()),
            }
        }
        if self.captures.len() == before {
            return Err(CaptureError::EmptyFolder { path: folder.to_path_buf(), looked_at });
        }
        self.note_skipped(left_out);
        Ok(())
    }

    /// Warn of files that were left out: some by name, the others as a number.
    fn note_skipped(&mut self, left_out: VecDeque<String>) {
        for text in left_out {
            self.skipped_files = self.skipped_files.saturating_add(1);
            if self.skipped.len() < MAX_SKIPPED_NAMED {
                self.skipped.push(Warning { kind: WarningKind::SkippedFile, count: 1, text });
                continue;
            }
            if self.skipped.len() == MAX_SKIPPED_NAMED {
                let text = "further files that are not captures were left out".to_owned();
                self.skipped.push(Warning { kind: WarningKind::SkippedFile, count: 0, text });
            }
            if let Some(rest) = self.skipped.last_mut() {
                rest.count = rest.count.saturating_add(1);
            }
        }
    }

    fn open_stdin(&mut self) -> Result<Opened, CaptureError> {
        if self.stdin.is_some() {
            return Err(CaptureError::StdinTwice);
        }
        let path = PathBuf::from("-");
        let (reader, digest) = HashingReader::new(io::stdin());
        self.stdin = Some((self.captures.len(), digest));
        let source = Source::stream(Box::new(reader)).map_err(|error| refused(&path, error))?;
        self.opened(source, &path, None)
    }

    fn open_file(&self, path: &Path) -> Result<Opened, CaptureError> {
        let source = Source::open(path).map_err(|error| refused(path, error))?;
        let regular = fs::metadata(path).is_ok_and(|metadata| metadata.is_file());
        let mut opened = self.opened(source, path, Some(path.to_path_buf()))?;
        opened.reopen = regular.then(|| path.to_path_buf());
        Ok(opened)
    }

    fn opened(&self, source: Source, path: &Path, stored: Option<PathBuf>) -> Result<Opened, CaptureError> {
        let index = u16::try_from(self.captures.len()).map_err(|_| CaptureError::TooMany(MAX_CAPTURES))?;
        let reader = Reader::new(source, path, index)?;
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        let mut info = CaptureInfo {
            name,
            packets: 0,
            bytes: 0,
            filtered: 0,
            first_time: None,
            last_time: None,
            cut: false,
            warnings: Vec::new(),
            warnings_dropped: 0,
            format: Format::Pcapng,
            compression: None,
            interfaces: Vec::new(),
            path: stored,
            digest: OnceLock::new(),
        };
        reader.describe(&mut info);
        Ok(Opened { reader, info, reopen: None })
    }
}

/// The error for a path that the system does not let us open.
fn refused(path: &Path, source: io::Error) -> CaptureError {
    let path = path.to_path_buf();
    if source.kind() == io::ErrorKind::NotFound {
        CaptureError::Missing(path)
    } else {
        CaptureError::Unreadable { path, source }
    }
}
