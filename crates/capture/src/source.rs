//! Windows of bytes onto a capture: all of a mapped file, or a chunk of a stream at a time.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::Path;
use std::sync::{Arc, Mutex};

use sha2::{Digest, Sha256};

use crate::batch::Backing;
use crate::decompress::{Compression, read_up_to};
use crate::info::hex_prefix;
use crate::map::Mapping;

/// Bytes looked at to recognise a format.
const SNIFF_BYTES: usize = 512;
/// First chunk of a stream; later ones double.
const FIRST_CHUNK: usize = 64 << 10;
/// Largest regular chunk of a stream.
const LARGEST_CHUNK: usize = 2 << 20;
/// Chunks of all streams of a merge together.
const ALL_CHUNKS: usize = 64 << 20;
/// Bytes of a mapped file kept in memory behind the reading position, for batches that are still in use.
const KEPT_MAPPED: usize = 16 << 20;
/// Bytes asked for in one read: what is cleared for it must stay small beside what a pipe gives.
const READ_BYTES: usize = 128 << 10;

/// A capture's bytes, and the part of them that is at hand.
pub(crate) struct Source {
    window: Backing,
    /// Bytes of the window that may be used.
    usable: usize,
    /// Offset of the window's first byte in the (decompressed) capture.
    base: u64,
    stream: Option<Stream>,
    /// Whether a mapped file lost bytes.
    shrunk: bool,
    /// Bytes of a mapped file that were given back to the system.
    released: usize,
    pub(crate) compression: Option<&'static str>,
}

struct Stream {
    reader: Box<dyn Read + Send>,
    /// Size of the next chunk, and how far it may grow.
    chunk: usize,
    largest: usize,
    ended: Option<Ended>,
}

/// Why no more bytes come.
#[derive(Debug)]
pub(crate) enum Ended {
    /// The input is over.
    Complete,
    /// Compressed data is cut or damaged.
    Damaged,
    /// The system failed to read.
    Failed(io::Error),
    /// A mapped file lost bytes.
    Shrunk,
}

impl Source {
    /// Open a file: map it when it is regular and not compressed, else read it in chunks.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        let mut start = [0; 4];
        let sniffed = read_up_to(&mut file, &mut start)?;
        let start = start.get(..sniffed).unwrap_or_default();
        if metadata.is_file()
            && metadata.len() > 0
            && Compression::detect(start).is_none()
            && let Ok(mapping) = file.try_clone().and_then(Mapping::new)
        {
            let usable = mapping.bytes().len();
            let window = Backing::Mapped(Arc::new(mapping));
            return Ok(Self {
                window,
                usable,
                base: 0,
                stream: None,
                shrunk: false,
                released: 0,
                compression: None,
            });
        }
        Self::stream(Box::new(Cursor::new(start.to_vec()).chain(file)))
    }

    /// Read a stream of which nothing was read before; decompresses it when it is compressed.
    pub(crate) fn stream(mut reader: Box<dyn Read + Send>) -> io::Result<Self> {
        let mut start = vec![0; 4];
        let sniffed = read_up_to(&mut reader, &mut start)?;
        start.truncate(sniffed);
        let compression = Compression::detect(&start);
        let raw: Box<dyn Read + Send> = Box::new(Cursor::new(start).chain(reader));
        let reader = match compression {
            Some(compression) => compression.decode(raw),
            None => raw,
        };
        let mut source = Self {
            window: Backing::Chunk(Arc::new(Vec::new())),
            usable: 0,
            base: 0,
            stream: Some(Stream { reader, chunk: FIRST_CHUNK, largest: LARGEST_CHUNK, ended: None }),
            shrunk: false,
            released: 0,
            compression: compression.map(Compression::as_str),
        };
        source.more(&mut 0, SNIFF_BYTES);
        Ok(source)
    }

    /// Keep chunks small, because so many captures are read side by side.
    pub(crate) fn share(&mut self, captures: usize) {
        if let Some(stream) = &mut self.stream {
            let each = ALL_CHUNKS.checked_div(captures).unwrap_or(LARGEST_CHUNK);
            stream.largest = each.clamp(FIRST_CHUNK, LARGEST_CHUNK);
        }
    }

    /// The bytes at hand.
    pub(crate) fn window(&self) -> (&Backing, &[u8]) {
        (&self.window, self.window.bytes().get(..self.usable).unwrap_or_default())
    }

    /// Offset of the window in the decompressed capture.
    pub(crate) fn base(&self) -> u64 {
        self.base
    }

    /// Move the window so that it begins at `at`, which becomes 0, and holds `wanted` bytes if the input has them.
    ///
    /// Returns whether bytes came to it. Memory grows with bytes that arrive, not with what `wanted` claims.
    pub(crate) fn more(&mut self, at: &mut usize, wanted: usize) -> bool {
        let Some(stream) = &mut self.stream else { return false };
        if stream.ended.is_some() {
            return false;
        }
        let rest = self.window.bytes().get(*at..).unwrap_or_default();
        let kept = rest.len();
        let mut chunk = Vec::with_capacity(stream.chunk.max(kept.saturating_add(FIRST_CHUNK)));
        chunk.extend_from_slice(rest);
        self.base = self.base.saturating_add(u64::try_from(*at).unwrap_or(u64::MAX));
        *at = 0;
        // A full chunk when the input has it: few chunks mean few of them held by each batch. Input that comes
        // slowly (a pipe) is not waited for beyond what is needed.
        let goal = stream.chunk.max(wanted);
        while chunk.len() < goal && stream.ended.is_none() {
            let before = chunk.len();
            let step = goal.saturating_sub(before).min(READ_BYTES);
            chunk.resize(before.saturating_add(step), 0);
            let result = stream.reader.read(chunk.get_mut(before..).unwrap_or_default());
            let read = result.as_ref().map_or(0, |read| *read);
            chunk.truncate(before.saturating_add(read));
            match result {
                Ok(0) => stream.ended = Some(Ended::Complete),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) if self.compression.is_some() => stream.ended = Some(Ended::Damaged),
                Err(error) => stream.ended = Some(Ended::Failed(error)),
            }
            if chunk.len() >= wanted && chunk.len() > kept && self.compression.is_none() && read < step {
                break;
            }
        }
        stream.chunk = stream.chunk.saturating_mul(2).min(stream.largest);
        self.usable = chunk.len();
        self.window = Backing::Chunk(Arc::new(chunk));
        self.usable > kept
    }

    /// Give memory of a mapped file back once reading is far beyond it, so that a long file does not fill memory.
    pub(crate) fn release_before(&mut self, at: usize) {
        if let Backing::Mapped(mapping) = &self.window
            && at.saturating_sub(self.released) >= KEPT_MAPPED.saturating_mul(2)
        {
            let end = at.saturating_sub(KEPT_MAPPED);
            mapping.release(self.released, end);
            self.released = end;
        }
    }

    /// Leave out what a mapped file has lost meanwhile; returns how much of the window is left when it did.
    pub(crate) fn trim(&mut self) -> Option<usize> {
        let Backing::Mapped(mapping) = &self.window else { return None };
        let intact = mapping.intact();
        if intact >= self.usable {
            return None;
        }
        self.usable = intact;
        self.shrunk = true;
        Some(intact)
    }

    /// Whether reading failed before it gave a byte.
    pub(crate) fn is_damaged_at_start(&self) -> bool {
        let failed = |stream: &Stream| matches!(stream.ended, Some(Ended::Damaged | Ended::Failed(_)));
        self.usable == 0 && self.stream.as_ref().is_some_and(failed)
    }

    /// Why there are no more bytes; meaningful after [`Source::more`] said so.
    pub(crate) fn ended(&mut self) -> Ended {
        match &mut self.stream {
            Some(stream) => stream.ended.take().unwrap_or(Ended::Complete),
            None if self.shrunk => Ended::Shrunk,
            None => Ended::Complete,
        }
    }
}

/// Hash of what passes through a [`HashingReader`]; set once the input was read to its end.
pub(crate) type SharedDigest = Arc<Mutex<Option<String>>>;

/// Standard input with the hash of its bytes, since it cannot be read a second time.
pub(crate) struct HashingReader<R> {
    inner: R,
    hasher: Option<Sha256>,
    digest: SharedDigest,
}

impl<R> HashingReader<R> {
    pub(crate) fn new(inner: R) -> (Self, SharedDigest) {
        let digest = SharedDigest::default();
        (Self { inner, hasher: Some(Sha256::new()), digest: Arc::clone(&digest) }, digest)
    }
}

impl<R: Read> Read for HashingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        if read > 0 {
            if let Some(hasher) = &mut self.hasher {
                hasher.update(buffer.get(..read).unwrap_or_default());
            }
        } else if !buffer.is_empty()
            && let Some(hasher) = self.hasher.take()
            && let Ok(mut digest) = self.digest.lock()
        {
            *digest = Some(hex_prefix(hasher));
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_through_is_hashed_once_it_ended() {
        let (mut reader, digest) = HashingReader::new(&b"abc"[..]);
        let mut bytes = [0; 3];
        reader.read_exact(&mut bytes).unwrap();
        assert_eq!(*digest.lock().unwrap(), None);
        assert_eq!(reader.read(&mut bytes).unwrap(), 0);
        // FIPS 180-2, appendix B.1.
        assert_eq!(digest.lock().unwrap().as_deref(), Some("ba7816bf8f01cfea"));
    }
}
