//! Data link frames: header, control byte, blocks with their CRCs (IEEE 1815-2012, clause 9).

use crate::crc16::dnp3 as crc;
use crate::{Anomalies, Category, Function, Kind, Outcome, Visitor};

/// The two bytes every frame begins with (9.2.4.3.1).
pub(super) const START: [u8; 2] = [0x05, 0x64];
/// Bytes of the header with its CRC.
pub(super) const HEADER: usize = 10;
/// What the length byte counts beside user data: control, destination, source (9.2.4.3.2).
const LENGTH_OF_HEADER: u8 = 5;
/// User data bytes of a full block (9.2.4.3.4).
const BLOCK: usize = 16;
/// User data bytes of the longest frame: length 255.
pub(super) const MAX_USER_DATA: usize = 250;
/// Bytes of the longest frame: header, 250 bytes of user data in 16 blocks.
pub(super) const MAX_FRAME: usize = 292;

/// Set when the master sends (9.2.4.3.3).
const DIRECTION: u8 = 0x80;
/// Set when the primary station of the transaction sends.
const PRIMARY: u8 = 0x40;
/// Frame count bit of primary frames.
const FRAME_COUNT: u8 = 0x20;
/// Frame count valid in primary frames, data flow control in secondary ones.
const COUNT_VALID: u8 = 0x10;

/// Primary function codes that carry user data.
const CONFIRMED_USER_DATA: u8 = 3;
const UNCONFIRMED_USER_DATA: u8 = 4;

/// One frame, as the wire carried it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame<'a> {
    /// The length byte.
    pub(super) length: u8,
    control: u8,
    /// Link address of the receiver.
    pub(super) destination: u16,
    /// Link address of the sender.
    pub(super) source: u16,
    /// User data with the CRC of each block.
    blocks: &'a [u8],
    pub(super) anomalies: Anomalies,
}

/// What stands at the start of some bytes.
pub(super) enum Found<'a> {
    /// A frame and its size on the wire.
    Frame(Frame<'a>, usize),
    /// The start of a frame.
    Part,
    /// No frame.
    Nothing,
}

/// The frame at the start of `input`; `last` when nothing more will follow.
pub(super) fn parse(input: &[u8], last: bool) -> Found<'_> {
    let Some(header) = input.first_chunk::<HEADER>() else {
        let seen = input.get(..2.min(input.len())).unwrap_or_default();
        return if START.starts_with(seen) && !last { Found::Part } else { Found::Nothing };
    };
    let &[0x05, 0x64, length, control, d1, d2, s1, s2, c1, c2] = header else { return Found::Nothing };
    let whole = header.get(..8).unwrap_or_default();
    let checked = crc(whole) == u16::from_le_bytes([c1, c2]);
    let mut anomalies = Anomalies::NONE.with_if(!checked, Anomalies::BAD_CHECKSUM);
    if length < LENGTH_OF_HEADER {
        if !checked {
            return Found::Nothing;
        }
        anomalies |= Anomalies::BAD_LENGTH;
    }
    let wanted = size(length);
    if input.len() < wanted && !last {
        return Found::Part;
    }
    let mut taken = wanted.min(input.len());
    if !checked {
        // The length may be what is damaged: never pass over the next intact frame.
        let after = input.get(HEADER..taken).unwrap_or_default();
        if let Some(next) = find(after) {
            taken = HEADER.saturating_add(next);
        }
    }
    let blocks = input.get(HEADER..taken).unwrap_or_default();
    anomalies = anomalies.with_if(taken < wanted, Anomalies::TRUNCATED);
    let (destination, source) = (u16::from_le_bytes([d1, d2]), u16::from_le_bytes([s1, s2]));
    Found::Frame(Frame { length, control, destination, source, blocks, anomalies }, taken)
}

/// Bytes of a frame on the wire by its length byte.
fn size(length: u8) -> usize {
    let data = usize::from(length.saturating_sub(LENGTH_OF_HEADER));
    HEADER.saturating_add(data).saturating_add(data.div_ceil(BLOCK).saturating_mul(2))
}

/// Whether an intact header begins `data`; `None` when too few bytes tell.
pub(super) fn begins(data: &[u8]) -> Option<bool> {
    let Some(header) = data.first_chunk::<HEADER>() else {
        let seen = data.get(..2.min(data.len())).unwrap_or_default();
        return if START.starts_with(seen) && data.get(2).is_none_or(|length| *length >= LENGTH_OF_HEADER) {
            None
        } else {
            Some(false)
        };
    };
    let (Some(whole), [0x05, 0x64, length, .., c1, c2]) = (header.get(..8), header) else {
        return Some(false);
    };
    Some(*length >= LENGTH_OF_HEADER && crc(whole) == u16::from_le_bytes([*c1, *c2]))
}

/// Offset of the next frame with an intact header, or of what may become one at the end.
pub(super) fn find(data: &[u8]) -> Option<usize> {
    let starts = data.iter().enumerate().filter(|(_, byte)| **byte == 0x05);
    starts.map(|(at, _)| at).find(|at| data.get(*at..).and_then(begins) != Some(false))
}

/// User data of a frame, without the CRCs of its blocks.
pub(super) struct UserData {
    bytes: [u8; MAX_USER_DATA],
    length: usize,
    /// A block's CRC is wrong: a receiver drops the whole frame.
    pub(super) damaged: bool,
}

impl UserData {
    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

impl Frame<'_> {
    /// The function code of the control byte.
    pub(super) const fn function(&self) -> u8 {
        self.control & 0x0f
    }

    /// Whether the primary station sent it.
    pub(super) const fn is_primary(&self) -> bool {
        self.control & PRIMARY != 0
    }

    /// Whether the direction bit says that the master sent it.
    pub(super) const fn is_from_master(&self) -> bool {
        self.control & DIRECTION != 0
    }

    /// Addresses of master and outstation, by who sent it.
    pub(super) const fn ends(&self, from_master: bool) -> (u16, u16) {
        if from_master { (self.source, self.destination) } else { (self.destination, self.source) }
    }

    /// Whether the function carries a transport segment.
    pub(super) const fn carries_data(&self) -> bool {
        self.is_primary()
            && matches!(self.function(), CONFIRMED_USER_DATA | UNCONFIRMED_USER_DATA)
            && self.length > LENGTH_OF_HEADER
    }

    /// User data without CRCs, as far as it is there.
    pub(super) fn user_data(&self) -> UserData {
        let mut data = UserData { bytes: [0; MAX_USER_DATA], length: 0, damaged: false };
        let mut left = usize::from(self.length.saturating_sub(LENGTH_OF_HEADER));
        for block in self.blocks.chunks(BLOCK.saturating_add(2)) {
            let wanted = left.min(BLOCK);
            let bytes = block.get(..wanted.min(block.len())).unwrap_or_default();
            if let Some(&[c1, c2]) = block.get(wanted..).and_then(|rest| rest.first_chunk::<2>())
                && crc(bytes) != u16::from_le_bytes([c1, c2])
            {
                data.damaged = true;
                break;
            }
            let end = data.length.saturating_add(bytes.len());
            if let Some(to) = data.bytes.get_mut(data.length..end) {
                to.copy_from_slice(bytes);
                data.length = end;
            }
            left = left.saturating_sub(wanted);
        }
        data
    }

    /// Name of the function (9.2.4.3.3, tables 9-1 and 9-2).
    pub(super) const fn function_name(&self) -> Option<&'static str> {
        Some(match (self.is_primary(), self.function()) {
            (true, 0) => "reset_link_states",
            (true, 1) => "reset_user_process",
            (true, 2) => "test_link_states",
            (true, CONFIRMED_USER_DATA) => "confirmed_user_data",
            (true, UNCONFIRMED_USER_DATA) => "unconfirmed_user_data",
            (true, 9) => "request_link_status",
            (false, 0) => "ack",
            (false, 1) => "nack",
            (false, 11) => "link_status",
            (false, 14) => "link_service_not_functioning",
            (false, 15) => "not_supported",
            _ => return None,
        })
    }

    /// What a frame that completes no application fragment is.
    pub(super) fn act(&self) -> (Kind, Function, Category, Outcome) {
        let name = self.function_name();
        let function = name.map_or(Function::Unknown(u32::from(self.function())), Function::Known);
        let (kind, outcome) = match (self.is_primary(), self.function()) {
            (true, CONFIRMED_USER_DATA | UNCONFIRMED_USER_DATA) => (Kind::Control, Outcome::Event),
            (true, _) => (Kind::Request, Outcome::Pending),
            (false, 1) => (Kind::Response, Outcome::Error("nack")),
            (false, 14) => (Kind::Response, Outcome::Error("link_service_not_functioning")),
            (false, 15) => (Kind::Response, Outcome::Error("not_supported")),
            (false, _) => (Kind::Response, Outcome::Ok),
        };
        (kind, function, Category::Session, outcome)
    }

    /// Marks that follow from the control byte and the length.
    pub(super) fn judge(&self) -> Anomalies {
        let data =
            matches!(self.function(), CONFIRMED_USER_DATA | UNCONFIRMED_USER_DATA) && self.is_primary();
        // Table 9-1 says for each primary function whether the frame count bit is valid.
        let counted = matches!(self.function(), 2 | CONFIRMED_USER_DATA);
        let valid = self.control & COUNT_VALID != 0;
        Anomalies::NONE
            .with_if(self.function_name().is_none(), Anomalies::UNKNOWN_FUNCTION)
            .with_if(self.is_primary() && valid != counted, Anomalies::BAD_VALUE)
            .with_if(!self.is_primary() && self.control & FRAME_COUNT != 0, Anomalies::RESERVED_BITS)
            .with_if(data != (self.length > LENGTH_OF_HEADER), Anomalies::BAD_LENGTH)
    }

    pub(super) fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.uint("link_length", u64::from(self.length));
        visitor.flag("link_dir", self.is_from_master());
        visitor.flag("link_prm", self.is_primary());
        if self.is_primary() {
            visitor.flag("link_fcb", self.control & FRAME_COUNT != 0);
            visitor.flag("link_fcv", self.control & COUNT_VALID != 0);
        } else {
            visitor.flag("link_dfc", self.control & COUNT_VALID != 0);
        }
        // Primary and secondary codes are two tables: 0 is a reset in one and an acknowledgement in the other.
        let field = if self.is_primary() { "link_function" } else { "link_secondary_function" };
        match self.function_name() {
            Some(name) => visitor.named(field, u64::from(self.function()), name),
            None => visitor.uint(field, u64::from(self.function())),
        }
        visitor.uint("link_destination", u64::from(self.destination));
        visitor.uint("link_source", u64::from(self.source));
    }
}
