//! The message: header, token, options, payload, over datagrams and streams.

use crate::{Reader, Visitor, printable};

/// Options of one message that are looked at.
const MAX_OPTIONS: usize = 128;
/// Byte between options and payload (RFC 7252, 3).
const PAYLOAD_MARKER: u8 = 0xff;
pub(super) const OBSERVE: u32 = 6;
pub(super) const URI_PATH: u32 = 11;
pub(super) const CONTENT_FORMAT: u32 = 12;
pub(super) const URI_QUERY: u32 = 15;
pub(super) const BLOCK2: u32 = 23;
pub(super) const BLOCK1: u32 = 27;
/// Codes of the signalling class (RFC 8323, 5).
pub(super) const CSM: u8 = 0xe1;

/// How an option's value reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Empty,
    Opaque,
    Uint,
    Text,
    Block,
}

/// Name, form and longest value (RFC 7252, table 4; RFC 7641; RFC 7959; RFC 7967; RFC 8613; RFC 8768; RFC 9175;
/// RFC 9177).
const fn option(number: u32) -> Option<(&'static str, Form, usize)> {
    Some(match number {
        1 => ("if_match", Form::Opaque, 8),
        3 => ("uri_host", Form::Text, 255),
        4 => ("etag", Form::Opaque, 8),
        5 => ("if_none_match", Form::Empty, 0),
        OBSERVE => ("observe", Form::Uint, 3),
        7 => ("uri_port", Form::Uint, 2),
        8 => ("location_path", Form::Text, 255),
        9 => ("oscore", Form::Opaque, 255),
        URI_PATH => ("uri_path", Form::Text, 255),
        CONTENT_FORMAT => ("content_format", Form::Uint, 2),
        14 => ("max_age", Form::Uint, 4),
        URI_QUERY => ("uri_query", Form::Text, 255),
        16 => ("hop_limit", Form::Uint, 1),
        17 => ("accept", Form::Uint, 2),
        19 => ("q_block1", Form::Block, 3),
        20 => ("location_query", Form::Text, 255),
        21 => ("edhoc", Form::Empty, 0),
        BLOCK2 => ("block2", Form::Block, 3),
        BLOCK1 => ("block1", Form::Block, 3),
        28 => ("size2", Form::Uint, 4),
        31 => ("q_block2", Form::Block, 3),
        35 => ("proxy_uri", Form::Text, 1034),
        39 => ("proxy_scheme", Form::Text, 255),
        60 => ("size1", Form::Uint, 4),
        252 => ("echo", Form::Opaque, 40),
        258 => ("no_response", Form::Uint, 1),
        292 => ("request_tag", Form::Opaque, 8),
        _ => return None,
    })
}

/// A number of up to four bytes; leading zeros may lack (RFC 7252, 3.2).
pub(super) fn uint(value: &[u8]) -> u32 {
    value.iter().fold(0u32, |sum, byte| (sum << 8) | u32::from(*byte))
}

/// A block option: number, whether more follow, and the size of blocks (RFC 7959, 2.2).
#[derive(Debug, Clone, Copy)]
pub(super) struct Block {
    pub(super) number: u32,
    pub(super) more: bool,
    pub(super) size: u32,
}

impl Block {
    pub(super) fn of(value: &[u8]) -> Self {
        let bits = uint(value);
        Self { number: bits >> 4, more: bits & 8 != 0, size: 16 << (bits & 7) }
    }

    pub(super) fn offset(self) -> u64 {
        u64::from(self.number).saturating_mul(u64::from(self.size))
    }
}

/// One message.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Frame<'a> {
    /// Confirmable 0, non-confirmable 1, acknowledgement 2, reset 3; streams have none.
    pub(super) kind: Option<u8>,
    pub(super) code: u8,
    pub(super) message_id: u16,
    pub(super) token: &'a [u8],
    pub(super) options: &'a [u8],
    pub(super) payload: &'a [u8],
    /// Options end early or use a reserved length.
    pub(super) is_broken: bool,
    /// A payload marker without payload.
    pub(super) lacks_payload: bool,
}

/// What a stream begins with.
pub(super) enum Begin<'a> {
    /// The message and the bytes it takes.
    Whole(Frame<'a>, usize),
    /// A message whose end is missing.
    Cut(Frame<'a>, usize),
    Short,
}

impl<'a> Frame<'a> {
    /// A datagram (RFC 7252, 3).
    pub(super) fn datagram(data: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(data);
        let first = reader.u8().ok()?;
        let code = reader.u8().ok()?;
        let message_id = reader.be_u16().ok()?;
        let token_length = usize::from(first & 0x0f);
        if first >> 6 != 1 || token_length > 8 {
            return None;
        }
        let token = reader.take_up_to(token_length);
        let mut frame = Self { kind: Some((first >> 4) & 3), code, message_id, token, ..Self::default() };
        frame.is_broken = token.len() < token_length;
        frame.split(reader.rest());
        Some(frame)
    }

    /// A message of a stream (RFC 8323, 3.2).
    pub(super) fn stream(data: &'a [u8]) -> Option<Begin<'a>> {
        let mut reader = Reader::new(data);
        let Ok(first) = reader.u8() else { return Some(Begin::Short) };
        let token_length = usize::from(first & 0x0f);
        if token_length > 8 {
            return None;
        }
        let length = match first >> 4 {
            13 => reader.u8().map(|length| u32::from(length).saturating_add(13)),
            14 => reader.be_u16().map(|length| u32::from(length).saturating_add(269)),
            15 => reader.be_u32().map(|length| length.saturating_add(65_805)),
            length => Ok(u32::from(length)),
        };
        let (Ok(length), Ok(code)) = (length, reader.u8()) else { return Some(Begin::Short) };
        let Ok(length) = usize::try_from(length) else { return None };
        let token = reader.take_up_to(token_length);
        let body = reader.take_up_to(length);
        let is_cut = token.len() < token_length || body.len() < length;
        let mut frame = Self { code, token, ..Self::default() };
        frame.split(body);
        let taken = reader.position();
        Some(if is_cut { Begin::Cut(frame, taken) } else { Begin::Whole(frame, taken) })
    }

    fn split(&mut self, body: &'a [u8]) {
        self.options = body;
        let mut at = Options::new(body);
        while at.next().is_some() {}
        self.is_broken |= at.is_broken;
        if at.is_broken {
            return;
        }
        let end = at.reader.position();
        self.options = body.get(..end).unwrap_or_default();
        if let Some((_, payload)) = body.get(end..).and_then(|rest| rest.split_first()) {
            self.payload = payload;
            self.lacks_payload = payload.is_empty();
        }
    }

    pub(super) fn options(&self) -> Options<'a> {
        Options::new(self.options)
    }

    pub(super) fn option(&self, number: u32) -> Option<&'a [u8]> {
        self.options().find(|(own, _)| *own == number).map(|(_, value)| value)
    }

    pub(super) fn all(&self, number: u32) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        self.options().filter(move |(own, _)| *own == number).map(|(_, value)| value)
    }

    /// 0 for requests and the empty message, 2 to 5 for responses, 7 for signalling.
    pub(super) const fn class(&self) -> u8 {
        self.code >> 5
    }

    pub(super) const fn is_request(&self) -> bool {
        self.class() == 0 && self.code != 0
    }

    /// How many options are there, and whether all are known and of a length that they can have.
    pub(super) fn known_options(&self) -> (usize, bool) {
        self.options().fold((0, true), |(count, all), (number, value)| {
            let fits = option(number).is_some_and(|(_, form, most)| {
                value.len() <= most && (form != Form::Text || std::str::from_utf8(value).is_ok())
            });
            (count.saturating_add(1), all && fits)
        })
    }

    /// Shows the options that are no path.
    pub(super) fn visit_options(&self, visitor: &mut dyn Visitor) {
        if self.options().all(|(number, _)| matches!(number, URI_PATH | URI_QUERY)) {
            return;
        }
        visitor.begin_list("options");
        for (number, value) in self.options() {
            if matches!(number, URI_PATH | URI_QUERY) {
                continue;
            }
            visitor.begin_object("");
            let (name, form) = if self.class() == 7 {
                (
                    signalling_option(self.code, number),
                    if value.len() <= 4 { Form::Uint } else { Form::Opaque },
                )
            } else {
                option(number).map_or(("unknown", Form::Opaque), |(name, form, _)| (name, form))
            };
            visitor.named("number", u64::from(number), name);
            match form {
                Form::Empty => {}
                Form::Opaque => visitor.bytes("value", value),
                Form::Uint => visitor.uint("value", u64::from(uint(value))),
                Form::Text => visitor.text("value", &printable(value)),
                Form::Block => {
                    let block = Block::of(value);
                    visitor.uint("block_number", u64::from(block.number));
                    visitor.flag("more", block.more);
                    visitor.uint("block_size", u64::from(block.size));
                }
            }
            visitor.end_object();
        }
        visitor.end_list();
    }
}

/// Options of signalling messages (RFC 8323, 5).
const fn signalling_option(code: u8, number: u32) -> &'static str {
    match (code, number) {
        (CSM, 2) => "max_message_size",
        (CSM, 4) => "block_wise_transfer",
        (0xe2 | 0xe3, 2) => "custody",
        (0xe4, 2) => "alternative_address",
        (0xe4, 4) => "hold_off",
        (0xe5, 2) => "bad_csm_option",
        _ => "unknown",
    }
}

/// Number and value of each option, in order (RFC 7252, 3.1).
#[derive(Debug, Clone)]
pub(super) struct Options<'a> {
    reader: Reader<'a>,
    number: u32,
    count: usize,
    is_broken: bool,
}

impl<'a> Options<'a> {
    const fn new(bytes: &'a [u8]) -> Self {
        Self { reader: Reader::new(bytes), number: 0, count: 0, is_broken: false }
    }

    fn one(&mut self) -> Option<(u32, &'a [u8])> {
        let first = self.reader.u8().ok()?;
        let delta = self.extended(first >> 4)?;
        let length = self.extended(first & 0x0f)?;
        self.number = self.number.saturating_add(delta);
        let value = self.reader.take(usize::try_from(length).ok()?).ok()?;
        Some((self.number, value))
    }

    fn extended(&mut self, nibble: u8) -> Option<u32> {
        match nibble {
            13 => self.reader.u8().ok().map(|more| u32::from(more).saturating_add(13)),
            14 => self.reader.be_u16().ok().map(|more| u32::from(more).saturating_add(269)),
            15 => None,
            nibble => Some(u32::from(nibble)),
        }
    }
}

impl<'a> Iterator for Options<'a> {
    type Item = (u32, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let ended = self.reader.peek_u8().is_ok_and(|byte| byte == PAYLOAD_MARKER);
        if self.is_broken || self.reader.is_empty() || ended || self.count >= MAX_OPTIONS {
            return None;
        }
        self.count = self.count.saturating_add(1);
        let next = self.one();
        self.is_broken = next.is_none();
        next
    }
}

/// Name of a method (RFC 7252, 12.1.1; RFC 8132).
pub(super) const fn method(code: u8) -> Option<&'static str> {
    Some(match code {
        1 => "get",
        2 => "post",
        3 => "put",
        4 => "delete",
        5 => "fetch",
        6 => "patch",
        7 => "ipatch",
        _ => return None,
    })
}

/// Name of any code (RFC 7252, 12.1.2; RFC 7959; RFC 8132; RFC 8323; RFC 8516; RFC 8768).
pub(super) const fn code_name(code: u8) -> Option<&'static str> {
    Some(match (code >> 5, code & 0x1f) {
        (0, 0) => "empty",
        (0, _) => return method(code),
        (2, 1) => "created",
        (2, 2) => "deleted",
        (2, 3) => "valid",
        (2, 4) => "changed",
        (2, 5) => "content",
        (2, 31) => "continue",
        (4, 0) => "bad_request",
        (4, 1) => "unauthorized",
        (4, 2) => "bad_option",
        (4, 3) => "forbidden",
        (4, 4) => "not_found",
        (4, 5) => "method_not_allowed",
        (4, 6) => "not_acceptable",
        (4, 8) => "request_entity_incomplete",
        (4, 9) => "conflict",
        (4, 12) => "precondition_failed",
        (4, 13) => "request_entity_too_large",
        (4, 15) => "unsupported_content_format",
        (4, 22) => "unprocessable_entity",
        (4, 29) => "too_many_requests",
        (5, 0) => "internal_server_error",
        (5, 1) => "not_implemented",
        (5, 2) => "bad_gateway",
        (5, 3) => "service_unavailable",
        (5, 4) => "gateway_timeout",
        (5, 5) => "proxying_not_supported",
        (5, 8) => "hop_limit_reached",
        (7, 1) => "csm",
        (7, 2) => "ping",
        (7, 3) => "pong",
        (7, 4) => "release",
        (7, 5) => "abort",
        _ => return None,
    })
}
