//! Frames 3E, 4E (binary and ASCII), 1E binary and MELSOFT, brought to one shape.

use super::names;
use crate::Reader;

/// Which form a frame has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Binary3e,
    Binary4e,
    Ascii3e,
    Ascii4e,
    Binary1e,
    /// The engineering tools' own protocol, of which only this much is known.
    Melsoft,
    /// Its search for controllers by broadcast.
    MelsoftSearch,
}

impl Form {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Binary3e => "3e_binary",
            Self::Binary4e => "4e_binary",
            Self::Ascii3e => "3e_ascii",
            Self::Ascii4e => "4e_ascii",
            Self::Binary1e => "1e_binary",
            Self::Melsoft => "melsoft",
            Self::MelsoftSearch => "melsoft_search",
        }
    }

    pub(super) const fn is_ascii(self) -> bool {
        matches!(self, Self::Ascii3e | Self::Ascii4e)
    }
}

/// One frame.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame<'a> {
    pub(super) form: Form,
    pub(super) response: bool,
    /// Serial number of 4E frames; counter of MELSOFT frames.
    pub(super) serial: u16,
    pub(super) network: u8,
    pub(super) station: u8,
    pub(super) module_io: u16,
    pub(super) multidrop: u8,
    /// Command and subcommand of a request.
    pub(super) command: u16,
    pub(super) subcommand: u16,
    pub(super) timer: u16,
    pub(super) end_code: Option<u16>,
    /// What follows, in the frame's own form.
    pub(super) body: &'a [u8],
    /// Bytes of the whole.
    pub(super) size: usize,
    pub(super) short: bool,
}

/// What the start of some bytes says.
pub(super) enum Start<'a> {
    Frame(Frame<'a>),
    More,
    No,
}

/// Reads numbers in either form.
struct Numbers<'a> {
    reader: Reader<'a>,
    ascii: bool,
}

impl Numbers<'_> {
    fn hex(&mut self, digits: usize) -> Option<u16> {
        let text = self.reader.take(digits).ok()?;
        // `+` would pass the parser.
        if !text.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        u16::from_str_radix(std::str::from_utf8(text).ok()?, 16).ok()
    }

    fn byte(&mut self) -> Option<u8> {
        if self.ascii { self.hex(2)?.to_le_bytes().first().copied() } else { self.reader.u8().ok() }
    }

    fn word(&mut self) -> Option<u16> {
        if self.ascii { self.hex(4) } else { self.reader.le_u16().ok() }
    }
}

/// Largest body that is believed, in bytes: 960 words with their frame, in ASCII twice that and more; files a little more.
const LONGEST: u16 = 8_192;

/// Reads the first frame; without a transport's boundaries (`whole` false) 1E frames cannot be told and are refused.
pub(super) fn read(data: &[u8], last: bool) -> Start<'_> {
    let (form, response, header) = match data {
        [0x50, 0, ..] => (Form::Binary3e, false, 2),
        [0xd0, 0, ..] => (Form::Binary3e, true, 2),
        [0x54, 0, ..] => (Form::Binary4e, false, 2),
        [0xd4, 0, ..] => (Form::Binary4e, true, 2),
        [b'5', b'0', b'0', b'0', ..] => (Form::Ascii3e, false, 4),
        [b'D', b'0', b'0', b'0', ..] => (Form::Ascii3e, true, 4),
        [b'5', b'4', b'0', b'0', ..] => (Form::Ascii4e, false, 4),
        [b'D', b'4', b'0', b'0', ..] => (Form::Ascii4e, true, 4),
        [0x57, _, 0, 0, 0, ..] | [0xd7, _, _, 0, 0, ..] => return melsoft(data, last),
        [b'5' | b'D', rest @ ..]
            if rest.len() < 3 && [&b"000"[..], b"400"].iter().any(|text| text.starts_with(rest)) =>
        {
            return Start::More;
        }
        [0x50 | 0xd0 | 0x54 | 0xd4] => return Start::More,
        [0x57 | 0xd7, rest @ ..] if rest.len() < 4 && rest.iter().skip(2).all(|byte| *byte == 0) => {
            return Start::More;
        }
        _ => return Start::No,
    };
    let mut numbers = Numbers { reader: Reader::new(data), ascii: form.is_ascii() };
    // Subheader, serial number of 4E, route and length.
    let fixed = match form {
        Form::Binary4e => 13,
        Form::Ascii3e => 18,
        Form::Ascii4e => 26,
        _ => 9,
    };
    if data.len() < fixed {
        return if last { Start::No } else { Start::More };
    }
    match slmp(&mut numbers, form, response, header, last) {
        Some(start) => start,
        None => Start::No,
    }
}

fn slmp<'a>(
    numbers: &mut Numbers<'a>,
    form: Form,
    response: bool,
    header: usize,
    last: bool,
) -> Option<Start<'a>> {
    numbers.reader.skip(header).ok()?;
    let mut serial = 0;
    if matches!(form, Form::Binary4e | Form::Ascii4e) {
        serial = numbers.word()?;
        if numbers.word()? != 0 {
            return None;
        }
    }
    let (network, station) = (numbers.byte()?, numbers.byte()?);
    let (module_io, multidrop) = (numbers.word()?, numbers.byte()?);
    let length = numbers.word()?;
    let least = match (response, numbers.ascii) {
        (true, false) => 2,
        (true, true) => 4,
        (false, false) => 6,
        (false, true) => 12,
    };
    let route = matches!(module_io, 0x03d0..=0x03ff | 0x0000..=0x01ff);
    if length < least || length > LONGEST || !route || (network > 239 && network != 254 && network != 255) {
        return None;
    }
    let wanted = usize::from(length);
    let at = numbers.reader.position();
    let short = numbers.reader.remaining() < wanted;
    if short && !last {
        return Some(Start::More);
    }
    let size = at.saturating_add(wanted.min(numbers.reader.remaining()));
    let mut inner = Numbers { reader: Reader::new(numbers.reader.take_up_to(wanted)), ascii: numbers.ascii };
    let (mut timer, mut command, mut subcommand, mut end_code) = (0, 0, 0, None);
    if response {
        end_code = Some(inner.word()?);
    } else {
        timer = inner.word()?;
        command = inner.word()?;
        subcommand = inner.word()?;
    }
    Some(Start::Frame(Frame {
        form,
        response,
        serial,
        network,
        station,
        module_io,
        multidrop,
        command,
        subcommand,
        timer,
        end_code,
        body: inner.reader.rest(),
        size,
        short,
    }))
}

/// Bytes before the length of a MELSOFT frame.
const MELSOFT_HEADER: usize = 19;

/// A MELSOFT frame as captures show it: route, length, a header that tells its own length, command, counter, in responses
/// an end code.
fn melsoft(data: &[u8], last: bool) -> Start<'_> {
    let mut reader = Reader::new(data);
    if data.len() < MELSOFT_HEADER + 2 {
        return if last { Start::No } else { Start::More };
    }
    let parsed = || -> Option<Start<'_>> {
        let response = reader.u8().ok()? == 0xd7;
        reader.skip(MELSOFT_HEADER - 1).ok()?;
        let length = reader.le_u16().ok()?;
        if !(12..=LONGEST).contains(&length) {
            return None;
        }
        let wanted = usize::from(length);
        let short = reader.remaining() < wanted;
        if short && !last {
            return Some(Start::More);
        }
        let mut inner = Reader::new(reader.take_up_to(wanted));
        let size = reader.position();
        let [kind, _, header, _] = inner.array().ok()?;
        if kind != if response { 0x9c } else { 0x1c } {
            return None;
        }
        inner.skip(usize::from(header).checked_sub(2)?).ok()?;
        let command = inner.be_u16().ok()?;
        let serial = inner.le_u16().ok()?;
        let end_code = if response { inner.le_u16().ok() } else { None };
        Some(Start::Frame(Frame {
            form: Form::Melsoft,
            response,
            serial,
            network: 0,
            station: 0xff,
            module_io: 0x03ff,
            multidrop: 0,
            command,
            subcommand: 0,
            timer: 0,
            end_code,
            body: inner.rest(),
            size,
            short,
        }))
    };
    let mut parsed = parsed;
    parsed().unwrap_or(Start::No)
}

/// A datagram of a broadcast search, as captures show it.
pub(super) fn search(data: &[u8]) -> Option<Frame<'_>> {
    let (response, body) = match data {
        [0x5a, 0, 0, 1 | 0xff] => (false, &[][..]),
        [0xda, 0, 0, 1, _, _, rest @ ..] if rest.len() == 8 => (true, rest),
        [0xda, 0, 0, 0xff, rest @ ..] if rest.len() >= 8 => (true, rest),
        _ => return None,
    };
    Some(Frame {
        form: Form::MelsoftSearch,
        response,
        serial: 0,
        network: 0,
        station: 0xff,
        module_io: 0x03ff,
        multidrop: 0,
        command: u16::from(*data.get(3)?),
        subcommand: 0,
        timer: 0,
        end_code: None,
        body,
        size: data.len(),
        short: false,
    })
}

/// A 1E request: its length follows from its command, so a frame is told by that.
pub(super) fn request_1e(data: &[u8]) -> Option<Frame<'_>> {
    let mut reader = Reader::new(data);
    let command = reader.u8().ok()?;
    let station = reader.u8().ok()?;
    let timer = reader.le_u16().ok()?;
    names::describe_1e(command)?;
    let mut body = reader;
    let fixed = |count: usize| Some(count);
    let wanted = match command {
        // Device: number, code, points; then data of writes.
        0x00..=0x03 => {
            body.skip(4).ok()?;
            let _code: u16 = body.le_u16().ok()?;
            let points = usize::from(body.u8().ok()?);
            if body.u8().ok()? != 0 {
                return None;
            }
            let points = if points == 0 { 256 } else { points };
            match command {
                0x02 => points.div_ceil(2).checked_add(8),
                0x03 => points.checked_mul(2)?.checked_add(8),
                _ => fixed(8),
            }
        }
        0x08 | 0x09 | 0x13 | 0x14 | 0x15 => fixed(0),
        0x16 => usize::from(body.u8().ok()?).checked_add(1),
        _ => return None,
    }?;
    let size = wanted.checked_add(4)?;
    (reader.remaining() == wanted).then_some(Frame {
        form: Form::Binary1e,
        response: false,
        serial: 0,
        network: 0,
        station,
        module_io: 0,
        multidrop: 0,
        command: u16::from(command),
        subcommand: 0,
        timer,
        end_code: None,
        body: reader.rest(),
        size,
        short: false,
    })
}

/// A 1E response to this command.
pub(super) fn response_1e(data: &[u8], asked: u8) -> Option<Frame<'_>> {
    let mut reader = Reader::new(data);
    let command = reader.u8().ok()?;
    let end = reader.u8().ok()?;
    (command == asked | 0x80).then_some(Frame {
        form: Form::Binary1e,
        response: true,
        serial: 0,
        network: 0,
        station: 0xff,
        module_io: 0,
        multidrop: 0,
        command: u16::from(asked),
        subcommand: 0,
        timer: 0,
        end_code: Some(u16::from(end)),
        body: reader.rest(),
        size: data.len(),
        short: false,
    })
}
