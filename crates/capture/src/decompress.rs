//! gzip and zstd, recognised by content and read as a stream.
//!
//! gzip: RFC 1952, several members one after the other. zstd: RFC 8878, several and skippable frames, windows up to
//! 128 MiB (the limit of the reference tool). Damaged or cut data gives what can still be decoded, then an error.

use std::io::{self, Read};

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// First two bytes of a gzip member, RFC 1952 2.3.1.
const GZIP: [u8; 2] = [0x1f, 0x8b];
/// First four bytes of a zstd frame, RFC 8878 3.1.1.
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// Bytes 1 to 3 of a skippable zstd frame; byte 0 is 0x50..=0x5f, RFC 8878 3.1.2.
const SKIPPABLE: [u8; 3] = [0x2a, 0x4d, 0x18];
/// Bytes read from a compressed file at a time; damage costs at most what these decode to.
const INPUT_BYTES: usize = 32 << 10;

/// Compression of a file, by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compression {
    Gzip,
    Zstd,
}

impl Compression {
    /// What `start` begins, when it is a compressed stream.
    pub(crate) fn detect(start: &[u8]) -> Option<Self> {
        if start.starts_with(&GZIP) {
            return Some(Self::Gzip);
        }
        (start.starts_with(&ZSTD) || is_skippable(start)).then_some(Self::Zstd)
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }

    /// A reader of the decompressed bytes.
    pub(crate) fn decode(self, inner: Box<dyn Read + Send>) -> Box<dyn Read + Send> {
        match self {
            Self::Gzip => Box::new(MultiGzDecoder::new(io::BufReader::with_capacity(INPUT_BYTES, inner))),
            Self::Zstd => Box::new(Zstd::new(inner)),
        }
    }
}

fn is_skippable(start: &[u8]) -> bool {
    start.first().is_some_and(|first| first & 0xf0 == 0x50) && start.get(1..4) == Some(&SKIPPABLE[..])
}

/// A zstd stream of any number of frames.
struct Zstd {
    inner: io::BufReader<Box<dyn Read + Send>>,
    decoder: FrameDecoder,
    state: ZstdState,
    /// Why decoding stopped; given out after the last decoded byte.
    failure: Option<io::Error>,
}

enum ZstdState {
    /// Before a frame header, or at the end.
    Between,
    /// Inside a frame.
    Frame,
    /// After the last frame or a failure; the decoder may still hold bytes.
    Done,
}

impl Zstd {
    fn new(inner: Box<dyn Read + Send>) -> Self {
        Self {
            inner: io::BufReader::with_capacity(INPUT_BYTES, inner),
            decoder: FrameDecoder::new(),
            state: ZstdState::Between,
            failure: None,
        }
    }

    /// Start the next frame, or see that there is none.
    fn next_frame(&mut self) -> io::Result<()> {
        let mut magic = [0; 4];
        if read_up_to(&mut self.inner, &mut magic)? == 0 {
            self.state = ZstdState::Done;
            return Ok(());
        }
        if is_skippable(&magic) {
            let mut length = [0; 4];
            self.inner.read_exact(&mut length)?;
            let length = u64::from(u32::from_le_bytes(length));
            let skipped = io::copy(&mut self.inner.by_ref().take(length), &mut io::sink())?;
            return if skipped == length { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
        }
        self.decoder.init(magic.chain(&mut self.inner)).map_err(io::Error::other)?;
        self.state = ZstdState::Frame;
        Ok(())
    }

    /// End a frame early, so that the decoder lets go of what it keeps for later back references.
    fn abandon(&mut self, failure: io::Error) {
        self.failure = Some(failure);
        self.state = ZstdState::Done;
        // An empty raw block marked as the last one (RFC 8878 3.1.1.2), and four bytes in case a checksum follows.
        let end: &[u8] = &[1, 0, 0, 0, 0, 0, 0];
        let _ = self.decoder.decode_blocks(end, BlockDecodingStrategy::All); // nothing more to gain when it fails
    }
}

impl Read for Zstd {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.decoder.can_collect() > 0 {
                return self.decoder.read(buffer);
            }
            match self.state {
                ZstdState::Between => {
                    if let Err(failure) = self.next_frame() {
                        self.failure = Some(failure);
                        self.state = ZstdState::Done;
                    }
                }
                ZstdState::Frame if self.decoder.is_finished() => self.state = ZstdState::Between,
                ZstdState::Frame => {
                    let step =
                        self.decoder.decode_blocks(&mut self.inner, BlockDecodingStrategy::UptoBlocks(1));
                    if let Err(failure) = step {
                        self.abandon(io::Error::other(failure));
                    }
                }
                ZstdState::Done => return self.failure.take().map_or(Ok(0), Err),
            }
        }
    }
}

/// Read until `buffer` is full or the input ends; returns the bytes read.
pub(crate) fn read_up_to(reader: &mut dyn Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0_usize;
    while let Some(rest) = buffer.get_mut(filled..)
        && !rest.is_empty()
    {
        match reader.read(rest) {
            Ok(0) => break,
            Ok(read) => filled = filled.saturating_add(read),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
