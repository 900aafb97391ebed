//! What HART-IP carries: a frame of the token-passing data link, or commands without one.

use super::command::{self, EXTENDED, Form, Layout};
use super::data;
use crate::{Anomalies, Function, Reader, Visitor};

/// Most commands of one direct PDU that are read; a message holds some tens.
const MAX_COMMANDS: usize = 64;

/// The data link part of a token-passing frame (HCF_SPEC-81).
#[derive(Debug, Clone, Copy)]
pub(super) struct Token<'a> {
    delimiter: u8,
    address: &'a [u8],
    check: Option<u8>,
    device_status: Option<u8>,
    command: Command<'a>,
}

impl Token<'_> {
    /// Manufacturer, type and id of the addressed device as one number, without the two bits of the master.
    pub(super) fn device(&self) -> Option<u64> {
        let &[a, b, c, d, e] = self.address.first_chunk::<5>()?;
        Some(u64::from_be_bytes([0, 0, 0, a & 0x3f, b, c, d, e]))
    }

    /// The polling address of a short frame.
    pub(super) fn polling_address(&self) -> u64 {
        self.address.first().map_or(0, |address| u64::from(address & 0x3f))
    }

    pub(super) fn visit(&self, visitor: &mut dyn Visitor) {
        let name = match self.delimiter & 0x07 {
            1 => "burst_frame",
            2 => "stx",
            6 => "ack",
            _ => "unknown",
        };
        visitor.named("delimiter", u64::from(self.delimiter), name);
        visitor.bytes("address", self.address);
        if let Some(status) = self.device_status {
            visitor.uint("device_status", u64::from(status));
        }
        if let Some(check) = self.check {
            visitor.uint("check_byte", u64::from(check));
        }
    }
}

/// One command and its data.
#[derive(Debug, Clone, Copy)]
pub(super) struct Command<'a> {
    pub(super) number: u16,
    byte_count: u8,
    pub(super) response_code: Option<u8>,
    /// Without response code and status.
    pub(super) data: &'a [u8],
}

impl Command<'_> {
    pub(super) fn visit(&self, request: bool, visitor: &mut dyn Visitor) {
        match command::describe(self.number).0 {
            Function::Known(name) => visitor.named("command", u64::from(self.number), name),
            Function::Unknown(_) => visitor.uint("command", u64::from(self.number)),
        }
        visitor.uint("byte_count", u64::from(self.byte_count));
        if let Some(code) = self.response_code {
            visitor.named("response_code", u64::from(code), command::response_code(code));
        }
        let (once, again): Layout = command::layout(self.number, request);
        let mut reader = Reader::new(self.data);
        if !data::visit(&mut reader, once, visitor) || again.is_empty() {
            return;
        }
        visitor.begin_list("variables");
        while !reader.is_empty() {
            if let [(_, Form::U8)] = again {
                let Ok(value) = reader.u8() else { break };
                visitor.uint("", u64::from(value));
                continue;
            }
            visitor.begin_object("");
            let whole = data::visit(&mut reader, again, visitor);
            visitor.end_object();
            if !whole {
                break;
            }
        }
        visitor.end_list();
    }
}

/// What a message carries.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pdu<'a> {
    pub(super) token: Option<Token<'a>>,
    pub(super) device_status: Option<u8>,
    pub(super) extended_status: Option<u8>,
    /// Commands of a direct PDU.
    commands: &'a [u8],
    request: bool,
}

impl Default for Pdu<'_> {
    fn default() -> Self {
        Self { token: None, device_status: None, extended_status: None, commands: &[], request: true }
    }
}

impl<'a> Pdu<'a> {
    pub(super) fn of(token: Token<'a>) -> Self {
        Self { token: Some(token), ..Self::default() }
    }

    /// A frame of the token-passing data link; `None` when it ends before its command.
    pub(super) fn token_passing(body: &'a [u8]) -> Option<(Token<'a>, Anomalies)> {
        let mut reader = Reader::new(body);
        let delimiter = reader.u8().ok()?;
        let address = reader.take(if delimiter & 0x80 == 0 { 1 } else { 5 }).ok()?;
        reader.skip(usize::from(delimiter >> 5 & 0x03)).ok()?;
        let mut number = u16::from(reader.u8().ok()?);
        let frame = delimiter & 0x07;
        let mut anomalies = Anomalies::NONE.with_if(!matches!(frame, 1 | 2 | 6), Anomalies::BAD_VALUE);
        let byte_count = reader.u8().unwrap_or(0);
        let wanted = usize::from(byte_count);
        anomalies = anomalies.with_if(reader.remaining() < wanted, Anomalies::BAD_LENGTH);
        let mut data = reader.take_up_to(wanted);
        let covered = body.get(..reader.position()).unwrap_or_default();
        let check = reader.u8().ok();
        let sum = covered.iter().fold(0, |sum, byte| sum ^ byte);
        anomalies = match check {
            Some(check) => anomalies
                .with_if(check != sum, Anomalies::BAD_CHECKSUM)
                .with_if(!reader.is_empty(), Anomalies::TRAILING_BYTES),
            None => anomalies | Anomalies::MISSING_FIELD,
        };
        let (mut response_code, mut device_status) = (None, None);
        if frame != 2 {
            if let [code, status, rest @ ..] = data {
                (response_code, device_status, data) = (Some(*code), Some(*status), rest);
            } else {
                anomalies |= Anomalies::BAD_LENGTH;
            }
        }
        if let (Ok(EXTENDED), [high, low, rest @ ..]) = (u8::try_from(number), data) {
            (number, data) = (u16::from_be_bytes([*high, *low]), rest);
        }
        let command = Command { number, byte_count, response_code, data };
        Some((Token { delimiter, address, check, device_status, command }, anomalies))
    }

    /// Commands without a data link frame, after two status bytes (HCF_SPEC-85).
    pub(super) fn direct(body: &'a [u8], request: bool) -> (Self, Anomalies) {
        let mut reader = Reader::new(body);
        let (Ok(status), Ok(extended)) = (reader.u8(), reader.u8()) else {
            return (Self::default(), Anomalies::BAD_LENGTH);
        };
        let pdu = Self {
            token: None,
            device_status: Some(status),
            extended_status: Some(extended),
            commands: reader.rest(),
            request,
        };
        let used: usize = pdu.iter().map(|one| usize::from(one.byte_count).saturating_add(3)).sum();
        (pdu, Anomalies::NONE.with_if(used != pdu.commands.len() || used == 0, Anomalies::BAD_LENGTH))
    }

    /// The first command.
    pub(super) fn first(&self) -> Option<Command<'a>> {
        self.iter().next()
    }

    /// Every command that is whole.
    pub(super) fn iter(&self) -> impl Iterator<Item = Command<'a>> + use<'a> {
        let token = self.token.map(|token| token.command);
        let mut reader = Reader::new(self.commands);
        let request = self.request;
        let direct = std::iter::from_fn(move || {
            let number = reader.be_u16().ok()?;
            let byte_count = reader.u8().ok()?;
            let mut data = reader.take(usize::from(byte_count)).ok()?;
            let mut response_code = None;
            if let ([code, rest @ ..], false) = (data, request) {
                (response_code, data) = (Some(*code), rest);
            }
            Some(Command { number, byte_count, response_code, data })
        });
        token.into_iter().chain(direct.take(MAX_COMMANDS))
    }
}
