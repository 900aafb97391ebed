//! What FINS commands and responses hold after their codes (W227 and W342, section 5).

use super::command;
use crate::{
    Anomalies, Direction, FileChunk, Number, Protocol, Reader, Reference, Short, Sink, Text, Value,
    ValueBlock, Visitor, confidence, printable, said,
};

/// Most elements shown or given as values of one message; a frame holds some two thousand bytes.
const MAX_ELEMENTS: usize = 1_024;
/// Bit of a length that says that the transfer ends with these bytes (W227, 5-3-12).
const LAST_PIECE: u16 = 0x8000;

/// One place in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Place {
    area: u8,
    word: u16,
    bit: u8,
}

impl Place {
    fn read(reader: &mut Reader<'_>) -> Result<Self, Short> {
        Ok(Self { area: reader.u8()?, word: reader.be_u16()?, bit: reader.u8()? })
    }

    fn is_bit(self) -> bool {
        command::area(self.area).is_some_and(|area| area.1)
    }

    fn label(self) -> &'static str {
        command::area(self.area).map_or("unknown_area", |area| area.0)
    }

    /// The elements from here on.
    fn range(self, count: u16) -> Reference<'static> {
        if self.is_bit() && self.bit != 0 || self.is_bit() && count <= 1 {
            return Reference::two((self.label(), u64::from(self.word)), ("bit", u64::from(self.bit)));
        }
        Reference::range(self.label(), u64::from(self.word), u64::from(count))
    }

    fn visit(self, visitor: &mut dyn Visitor) {
        visitor.named("area", u64::from(self.area), self.label());
        if let Some(bank) = command::bank(self.area) {
            visitor.uint("bank", u64::from(bank));
        }
        visitor.uint("address", u64::from(self.word));
        if self.is_bit() {
            visitor.uint("bit", u64::from(self.bit));
        }
    }
}

/// What a response needs to know of its command.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Asked {
    pub(super) command: u16,
    place: Option<Place>,
    count: u16,
    program: Option<(u16, u32)>,
}

impl Asked {
    pub(super) fn object(&self) -> Reference<'static> {
        match (self.place, self.program) {
            (Some(place), _) => place.range(self.count),
            (None, Some((program, _))) => Reference::one("program", u64::from(program)),
            _ => Reference::None,
        }
    }
}

/// The content of a frame.
#[derive(Debug, Clone, Copy)]
pub(super) enum Body<'a> {
    Empty,
    /// Memory: place, number of elements, their bytes where the frame has them.
    Memory(Place, u16, &'a [u8]),
    /// Data that a command asked for: its place is the command's.
    Data(&'a [u8]),
    /// Places of four bytes each.
    Places(&'a [u8]),
    /// From, to, number of elements.
    Transfer(Place, Place, u16),
    /// Area, first word, number, data.
    Parameter(u16, u16, u16, &'a [u8]),
    /// Program, offset, length with its last bit, data.
    Program(u16, u32, u16, &'a [u8]),
    /// Program and mode of a start.
    Run(Option<u16>, Option<u8>),
    Controller {
        model: &'a [u8],
        version: &'a [u8],
        rest: &'a [u8],
    },
    Status {
        status: u8,
        mode: u8,
        fatal: u16,
        non_fatal: u16,
        messages: u16,
        error: u16,
        text: &'a [u8],
    },
    Clock(&'a [u8]),
    /// Device, name, rest.
    File(u16, &'a [u8], &'a [u8]),
    Name(&'a [u8]),
    /// Elements that are forced: count, then specification and place of each.
    Forced(u16, &'a [u8]),
    /// Something secret.
    Hidden,
    Bytes(&'a [u8]),
}

impl<'a> Body<'a> {
    /// Reads a frame's content; a content that does not fit its command is bytes and a mark.
    pub(super) fn parse(
        code: u16,
        response: bool,
        data: &'a [u8],
        asked: Option<&Asked>,
    ) -> (Self, Anomalies) {
        let mut reader = Reader::new(data);
        match Self::read(code, response, &mut reader, asked) {
            Ok(body) => (body, Anomalies::NONE.with_if(!reader.is_empty(), Anomalies::TRAILING_BYTES)),
            Err(_) => (Self::Bytes(data), Anomalies::BAD_LENGTH),
        }
    }

    fn read(
        code: u16,
        response: bool,
        reader: &mut Reader<'a>,
        asked: Option<&Asked>,
    ) -> Result<Self, Short> {
        let rest = |reader: &mut Reader<'a>| reader.take_up_to(usize::MAX);
        Ok(match (code, response) {
            (0x0101, false) => Self::Memory(Place::read(reader)?, reader.be_u16()?, &[]),
            (0x0101, true) => {
                let wanted = asked.and_then(|asked| Some((asked.place?, asked.count)));
                match wanted {
                    Some((place, count)) => {
                        let width = if place.is_bit() { 1 } else { 2 };
                        Self::Data(reader.take(usize::from(count).saturating_mul(width))?)
                    }
                    None => Self::Data(rest(reader)),
                }
            }
            (0x0102, false) => {
                let (place, count) = (Place::read(reader)?, reader.be_u16()?);
                let width = if place.is_bit() { 1 } else { 2 };
                Self::Memory(place, count, reader.take(usize::from(count).saturating_mul(width))?)
            }
            (0x0103, false) => {
                let (place, count) = (Place::read(reader)?, reader.be_u16()?);
                Self::Memory(place, count, reader.take(2)?)
            }
            (0x0104 | 0x230a, false) => Self::Places(rest(reader)),
            (0x0105, false) => Self::Transfer(Place::read(reader)?, Place::read(reader)?, reader.be_u16()?),
            (0x0201, _) | (0x0202 | 0x0203, false) => {
                let (area, word, count) = (reader.be_u16()?, reader.be_u16()?, reader.be_u16()?);
                Self::Parameter(area, word, count, rest(reader))
            }
            (0x0304 | 0x0305, false) => {
                reader.take_up_to(usize::MAX);
                Self::Hidden
            }
            (0x0306 | 0x0307, _) => {
                let (program, offset, length) = (reader.be_u16()?, reader.be_u32()?, reader.be_u16()?);
                Self::Program(program, offset, length, rest(reader))
            }
            // Program and mode may be left out; both default (W227, 5-3-15).
            (0x0401, false) => Self::Run(reader.be_u16().ok(), reader.u8().ok()),
            (0x0501, true) => {
                let model = reader.take(20)?;
                Self::Controller { model, version: reader.take_up_to(20), rest: rest(reader) }
            }
            (0x0601, true) => Self::Status {
                status: reader.u8()?,
                mode: reader.u8()?,
                fatal: reader.be_u16()?,
                non_fatal: reader.be_u16()?,
                messages: reader.be_u16()?,
                error: reader.be_u16()?,
                text: reader.take_up_to(16),
            },
            (0x0701, true) | (0x0702, false) => {
                reader.peek(5)?;
                Self::Clock(reader.take_up_to(7))
            }
            (0x2202 | 0x2205, false) if reader.remaining() >= 14 => {
                Self::File(reader.be_u16()?, reader.take(12)?, rest(reader))
            }
            (0x2203, false) if reader.remaining() >= 16 => {
                let disk = reader.be_u16()?;
                reader.skip(2)?;
                Self::File(disk, reader.take(12)?, rest(reader))
            }
            (0x2301, false) => Self::Forced(reader.be_u16()?, rest(reader)),
            (0x2601, false) | (0x2603, true) => Self::Name(rest(reader)),
            (
                0x0402 | 0x0403 | 0x0701 | 0x0802 | 0x0c03 | 0x2103 | 0x2141 | 0x2302 | 0x2602 | 0x2603
                | 0x0601,
                false,
            )
            | (
                0x0102
                | 0x0103
                | 0x0105
                | 0x0202
                | 0x0203
                | 0x0221
                | 0x0304
                | 0x0305
                | 0x0308
                | 0x0401..=0x0403
                | 0x0702
                | 0x0c02
                | 0x0c03
                | 0x2101
                | 0x2103
                | 0x2141
                | 0x2204
                | 0x2206
                | 0x2207
                | 0x2208
                | 0x2301
                | 0x2302
                | 0x2601
                | 0x2602,
                true,
            ) if reader.is_empty() => Self::Empty,
            _ if reader.is_empty() => Self::Empty,
            _ => Self::Bytes(rest(reader)),
        })
    }

    /// What the response to this command will need.
    pub(super) fn asked(&self, command: u16) -> Asked {
        let none = Asked { command, ..Asked::default() };
        match *self {
            Self::Memory(place, count, _) => Asked { place: Some(place), count, ..none },
            Self::Transfer(_, to, count) => Asked { place: Some(to), count, ..none },
            Self::Places(data) => match Place::read(&mut Reader::new(data)) {
                Ok(place) => Asked { place: Some(place), count: 1, ..none },
                Err(_) => none,
            },
            Self::Program(program, offset, ..) => Asked { program: Some((program, offset)), ..none },
            _ => none,
        }
    }

    pub(super) fn visit(&self, asked: Option<&Asked>, visitor: &mut dyn Visitor) {
        match *self {
            Self::Empty | Self::Hidden => {}
            Self::Memory(place, count, data) => {
                place.visit(visitor);
                visitor.uint("count", u64::from(count));
                elements(place.is_bit() && data.len() != 2, data, visitor);
            }
            Self::Data(data) => {
                let is_bit = asked.and_then(|asked| asked.place).is_some_and(Place::is_bit);
                elements(is_bit, data, visitor);
            }
            Self::Places(data) => {
                visitor.begin_list("items");
                let mut reader = Reader::new(data);
                while let Ok(place) = Place::read(&mut reader) {
                    visitor.begin_object("");
                    place.visit(visitor);
                    visitor.end_object();
                }
                visitor.end_list();
            }
            Self::Transfer(from, to, count) => {
                for (name, place) in [("from", from), ("to", to)] {
                    visitor.begin_object(name);
                    place.visit(visitor);
                    visitor.end_object();
                }
                visitor.uint("count", u64::from(count));
            }
            Self::Parameter(area, word, count, data) => {
                visitor.uint("parameter_area", u64::from(area));
                visitor.uint("address", u64::from(word));
                visitor.uint("count", u64::from(count & !LAST_PIECE));
                if !data.is_empty() {
                    visitor.bytes("body", data);
                }
            }
            Self::Program(program, offset, length, data) => {
                visitor.uint("program_number", u64::from(program));
                visitor.uint("position", u64::from(offset));
                visitor.uint("count", u64::from(length & !LAST_PIECE));
                visitor.flag("last", length & LAST_PIECE != 0);
                if !data.is_empty() {
                    visitor.bytes("body", data);
                }
            }
            Self::Run(program, mode) => {
                if let Some(program) = program {
                    visitor.uint("program_number", u64::from(program));
                }
                if let Some(mode) = mode {
                    visitor.named("mode", u64::from(mode), mode_name(mode));
                }
            }
            Self::Controller { model, version, rest } => {
                visitor.text("controller_model", &printable(model));
                visitor.text("controller_version", &printable(first_text(version)));
                let internal = version.get(first_text(version).len()..).unwrap_or_default();
                let start = internal.iter().position(|byte| *byte != 0).unwrap_or(internal.len());
                if let Some(internal @ [_, ..]) = internal.get(start..) {
                    visitor.text("internal_version", &printable(internal));
                }
                if !rest.is_empty() {
                    visitor.bytes("body", rest);
                }
            }
            Self::Status { status, mode, fatal, non_fatal, messages, error, text } => {
                visitor.named("status", u64::from(status), status_name(status));
                visitor.named("mode", u64::from(mode), mode_name(mode));
                visitor.uint("fatal_error", u64::from(fatal));
                visitor.uint("non_fatal_error", u64::from(non_fatal));
                visitor.uint("message_flags", u64::from(messages));
                visitor.uint("error_code", u64::from(error));
                visitor.text("error_message", &printable(text));
            }
            Self::Clock(digits) => {
                if let &[year, month, day, hour, minute, ..] = digits {
                    let second = digits.get(5).copied().unwrap_or(0);
                    // Binary coded decimal; the century is not carried.
                    let clock = Text::<32>::of(format_args!(
                        "{year:02x}-{month:02x}-{day:02x} {hour:02x}:{minute:02x}:{second:02x}"
                    ));
                    visitor.text("clock", clock.as_str());
                }
            }
            Self::File(disk, name, rest) => {
                visitor.uint("disk", u64::from(disk));
                visitor.text("file_name", &printable(name));
                if let Ok(position) = Reader::new(rest).be_u32() {
                    visitor.uint("position", u64::from(position));
                }
            }
            Self::Name(name) => visitor.text("name", &printable(name)),
            Self::Forced(count, data) => {
                visitor.uint("count", u64::from(count));
                visitor.begin_list("items");
                let mut reader = Reader::new(data);
                while let (Ok(set), Ok(place)) = (reader.be_u16(), Place::read(&mut reader)) {
                    visitor.begin_object("");
                    visitor.named("specification", u64::from(set), forced_name(set));
                    place.visit(visitor);
                    visitor.end_object();
                }
                visitor.end_list();
            }
            Self::Bytes(data) if !data.is_empty() => visitor.bytes("body", data),
            Self::Bytes(_) => {}
        }
    }

    /// Words and bits that a write carries or a read brought.
    pub(super) fn values(&self, asked: &Asked, address: Reference<'_>, sink: &mut dyn Sink) {
        let (place, count, data) = match *self {
            Self::Memory(place, count, data) if asked.command == 0x0102 => (place, count, data),
            Self::Data(data) => match asked.place {
                Some(place) => (place, asked.count, data),
                None => return,
            },
            _ => return,
        };
        if place.is_bit() {
            for (bit, byte) in
                (u64::from(place.bit)..).zip(data.iter().take(usize::from(count).min(MAX_ELEMENTS)))
            {
                let word = u64::from(place.word).saturating_add(bit / 16);
                sink.value(&Value {
                    protocol: Protocol::Fins,
                    address,
                    object: Reference::two((place.label(), word), ("bit", bit % 16)),
                    kind: "bool",
                    number: Number::Bool(byte & 1 != 0),
                });
            }
        } else if command::area(place.area).is_some() && count > 0 {
            let there = u32::try_from(data.len() / 2).unwrap_or(0);
            sink.values(&ValueBlock {
                protocol: Protocol::Fins,
                address,
                label: place.label(),
                first: u32::from(place.word),
                count: u32::from(count).min(there),
                bits: 16,
                data,
            });
        }
    }

    /// Pieces of programs in transfer.
    pub(super) fn file(&self, asked: &Asked, response: bool, sink: &mut dyn Sink) {
        let Self::Program(program, offset, length, data) = *self else { return };
        let direction = match (asked.command, response) {
            (0x0306, true) => Direction::Upload,
            (0x0307, false) => Direction::Download,
            _ => return,
        };
        if !sink.wants().files || data.is_empty() {
            return;
        }
        let name = Text::<24>::of(format_args!("program_{program}"));
        sink.file(&FileChunk {
            protocol: Protocol::Fins,
            handle: u64::from(program),
            name: name.as_str(),
            direction,
            offset: Some(u64::from(offset)),
            data,
            last: length & LAST_PIECE != 0,
        });
    }

    /// What a response says of its controller.
    pub(super) fn observe(&self, sink: &mut dyn Sink) {
        let trust = confidence::IDENTITY;
        match *self {
            Self::Controller { model, version, .. } => {
                said::of_sender_bytes(sink, Protocol::Fins, trust, "model", model);
                said::of_sender_bytes(sink, Protocol::Fins, trust, "firmware", first_text(version));
            }
            Self::Status { status, mode, .. } => {
                said::of_sender(sink, Protocol::Fins, trust, "cpu_state", status_name(status));
                said::of_sender(sink, Protocol::Fins, trust, "cpu_mode", mode_name(mode));
            }
            _ => {}
        }
    }
}

/// The text before the first NUL: an internal version may follow it.
fn first_text(bytes: &[u8]) -> &[u8] {
    bytes.split(|byte| *byte == 0).next().unwrap_or_default()
}

/// Words as numbers, bits as 0 and 1.
fn elements(is_bit: bool, data: &[u8], visitor: &mut dyn Visitor) {
    if data.is_empty() {
        return;
    }
    visitor.begin_list("values");
    if is_bit {
        for byte in data.iter().take(MAX_ELEMENTS) {
            visitor.uint("", u64::from(*byte));
        }
    } else {
        for pair in data.as_chunks::<2>().0.iter().take(MAX_ELEMENTS) {
            visitor.uint("", u64::from(u16::from_be_bytes(*pair)));
        }
    }
    visitor.end_list();
}

const fn status_name(status: u8) -> &'static str {
    match status {
        0 => "stop",
        1 => "run",
        0x80 => "standby",
        _ => "unknown",
    }
}

const fn mode_name(mode: u8) -> &'static str {
    match mode {
        0 => "program",
        1 => "debug",
        2 => "monitor",
        4 => "run",
        _ => "unknown",
    }
}

const fn forced_name(set: u16) -> &'static str {
    match set {
        0 => "force_reset",
        1 => "force_set",
        0x8000 => "forced_off_and_released",
        0x8001 => "forced_on_and_released",
        0xffff => "released",
        _ => "unknown",
    }
}
