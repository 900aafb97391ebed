//! What ADS commands and responses hold (TwinCAT ADS specification, ADS commands).

use super::names;
use crate::{Reader, Short, Text, Visitor, printable};

/// Most samples of a notification that are read.
pub(super) const MAX_SAMPLES: usize = 1_024;
/// Most data bytes shown of one message.
const MAX_DATA: usize = 1_024;

/// A place in a server: index group and index offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Index {
    pub(super) group: u32,
    pub(super) offset: u32,
}

impl Index {
    fn read(reader: &mut Reader<'_>) -> Result<Self, Short> {
        Ok(Self { group: reader.le_u32()?, offset: reader.le_u32()? })
    }

    fn visit(self, visitor: &mut dyn Visitor) {
        match names::group(self.group) {
            Some((name, _)) => visitor.named("index_group", u64::from(self.group), name),
            None => visitor.uint("index_group", u64::from(self.group)),
        }
        visitor.uint("index_offset", u64::from(self.offset));
    }
}

/// The content of a message.
#[derive(Debug, Clone, Copy)]
pub(super) enum Body<'a> {
    Empty,
    Read(Index, u32),
    Write(Index, &'a [u8]),
    ReadWrite(Index, u32, &'a [u8]),
    WriteControl(u16, u16, &'a [u8]),
    Subscribe {
        index: Index,
        length: u32,
        mode: u32,
        max_delay: u32,
        cycle_time: u32,
    },
    Unsubscribe(u32),
    /// Stamps of samples.
    Samples(u32, &'a [u8]),
    /// A response of only a result.
    Result(u32),
    Data(u32, &'a [u8]),
    State(u32, u16, u16),
    Handle(u32, u32),
    Info {
        result: u32,
        major: u8,
        minor: u8,
        build: u16,
        name: &'a [u8],
    },
    Bytes(&'a [u8]),
}

impl<'a> Body<'a> {
    /// Reads the content of a command or response.
    ///
    /// # Errors
    /// [`Short`] when it ends too early.
    pub(super) fn read(command: u16, response: bool, reader: &mut Reader<'a>) -> Result<Self, Short> {
        let counted = |reader: &mut Reader<'a>| -> Result<&'a [u8], Short> {
            let length = usize::try_from(reader.le_u32()?).unwrap_or(usize::MAX);
            reader.take(length)
        };
        Ok(match (command, response) {
            (1 | 4, false) => Self::Empty,
            (1, true) => Self::Info {
                result: reader.le_u32()?,
                major: reader.u8()?,
                minor: reader.u8()?,
                build: reader.le_u16()?,
                // What follows the first NUL is what the server's memory held before.
                name: reader.take(16)?.split(|byte| *byte == 0).next().unwrap_or_default(),
            },
            (2, false) => Self::Read(Index::read(reader)?, reader.le_u32()?),
            (2 | 9, true) => Self::Data(reader.le_u32()?, counted(reader)?),
            (3, false) => Self::Write(Index::read(reader)?, counted(reader)?),
            (3 | 5 | 7, true) => Self::Result(reader.le_u32()?),
            (4, true) => Self::State(reader.le_u32()?, reader.le_u16()?, reader.le_u16()?),
            (5, false) => Self::WriteControl(reader.le_u16()?, reader.le_u16()?, counted(reader)?),
            (6, false) => {
                let body = Self::Subscribe {
                    index: Index::read(reader)?,
                    length: reader.le_u32()?,
                    mode: reader.le_u32()?,
                    max_delay: reader.le_u32()?,
                    cycle_time: reader.le_u32()?,
                };
                reader.skip(16)?;
                body
            }
            (6, true) => Self::Handle(reader.le_u32()?, reader.le_u32()?),
            (7, false) => Self::Unsubscribe(reader.le_u32()?),
            (8, false) => {
                let length = usize::try_from(reader.le_u32()?).unwrap_or(usize::MAX);
                let mut stamps = reader.sub(length)?;
                Self::Samples(stamps.le_u32()?, stamps.rest())
            }
            (9, false) => {
                let (index, read_length) = (Index::read(reader)?, reader.le_u32()?);
                Self::ReadWrite(index, read_length, counted(reader)?)
            }
            _ => Self::Bytes(reader.take_up_to(usize::MAX)),
        })
    }

    /// The place that a request is about.
    pub(super) const fn index(&self) -> Option<Index> {
        match self {
            Self::Read(index, _)
            | Self::Write(index, _)
            | Self::ReadWrite(index, _, _)
            | Self::Subscribe { index, .. } => Some(*index),
            _ => None,
        }
    }

    /// The result that a response begins with.
    pub(super) const fn result(&self) -> Option<u32> {
        match self {
            Self::Result(result)
            | Self::Data(result, _)
            | Self::State(result, _, _)
            | Self::Handle(result, _)
            | Self::Info { result, .. } => Some(*result),
            _ => None,
        }
    }

    pub(super) fn visit(&self, visitor: &mut dyn Visitor) {
        if let Some(index) = self.index() {
            index.visit(visitor);
        }
        if let Some(result) = self.result() {
            visitor.named("result", u64::from(result), names::error(result));
        }
        match *self {
            Self::Empty | Self::Result(_) => {}
            Self::Read(_, length) => visitor.uint("read_length", u64::from(length)),
            Self::Write(_, bytes) => data(bytes, visitor),
            Self::ReadWrite(index, length, bytes) => {
                visitor.uint("read_length", u64::from(length));
                if matches!(index.group, 0xf003 | 0xf004 | 0xf007 | 0xf009 | 0xf011) {
                    visitor.text("symbol", &printable(bytes));
                } else {
                    data(bytes, visitor);
                }
            }
            Self::WriteControl(state, device, bytes) => {
                visitor.named("ads_state", u64::from(state), names::state(state));
                visitor.uint("device_state", u64::from(device));
                data(bytes, visitor);
            }
            Self::Subscribe { length, mode, max_delay, cycle_time, .. } => {
                visitor.uint("length", u64::from(length));
                visitor.named("transmission_mode", u64::from(mode), names::transmission(mode));
                visitor.uint("max_delay", u64::from(max_delay));
                visitor.uint("cycle_time", u64::from(cycle_time));
            }
            Self::Unsubscribe(handle) => visitor.uint("notification_handle", u64::from(handle)),
            Self::Samples(stamps, bytes) => {
                visitor.uint("stamps", u64::from(stamps));
                visitor.begin_list("samples");
                samples(stamps, bytes, |handle, bytes| {
                    visitor.begin_object("");
                    visitor.uint("notification_handle", u64::from(handle));
                    data(bytes, visitor);
                    visitor.end_object();
                });
                visitor.end_list();
            }
            Self::Data(_, bytes) => data(bytes, visitor),
            Self::State(_, state, device) => {
                visitor.named("ads_state", u64::from(state), names::state(state));
                visitor.uint("device_state", u64::from(device));
            }
            Self::Handle(_, handle) => visitor.uint("notification_handle", u64::from(handle)),
            Self::Info { major, minor, build, name, .. } => {
                visitor.text("device_version", version(major, minor, build).as_str());
                visitor.text("device_name", &printable(name));
            }
            Self::Bytes(bytes) => data(bytes, visitor),
        }
    }
}

fn data(bytes: &[u8], visitor: &mut dyn Visitor) {
    if !bytes.is_empty() {
        visitor.bytes("data", bytes.get(..MAX_DATA).unwrap_or(bytes));
    }
}

/// A version as TwinCAT writes it.
pub(super) fn version(major: u8, minor: u8, build: u16) -> Text<16> {
    Text::of(format_args!("{major}.{minor}.{build}"))
}

/// Hands handle and bytes of every sample to `take`; true when all were whole.
pub(super) fn samples(stamps: u32, bytes: &[u8], mut take: impl FnMut(u32, &[u8])) -> bool {
    let mut reader = Reader::new(bytes);
    let mut seen = 0usize;
    for _ in 0..stamps {
        let (Ok(_time), Ok(count)) = (reader.le_u64(), reader.le_u32()) else { return false };
        for _ in 0..count {
            let (Ok(handle), Ok(size)) = (reader.le_u32(), reader.le_u32()) else { return false };
            let Ok(data) = reader.take(usize::try_from(size).unwrap_or(usize::MAX)) else { return false };
            seen = seen.saturating_add(1);
            if seen <= MAX_SAMPLES {
                take(handle, data);
            }
        }
    }
    reader.is_empty()
}
