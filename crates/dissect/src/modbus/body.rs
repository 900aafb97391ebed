//! The PDU after its function code: counts, addresses, values (Application protocol 6).

use super::function::{self, DIAGNOSTICS, ENCAPSULATED, UMAS};
use super::{Asked, EXCEPTION_BIT};
use crate::{Anomalies, Reader, Visitor};

/// Most coils of one read and write, most registers of one read and write (Application protocol 6.1 to 6.17).
const MAX_READ_BITS: u16 = 2000;
const MAX_WRITE_BITS: u16 = 1968;
const MAX_READ_REGISTERS: u16 = 125;
const MAX_WRITE_REGISTERS: u16 = 123;
/// Reference type of a file sub-request (Application protocol 6.14).
const FILE_REFERENCE: u8 = 6;
/// The two values that write single coil allows (Application protocol 6.5).
const COIL_VALUES: [u16; 2] = [0x0000, 0xff00];

/// The parts of a PDU that matching, objects and values need; the rest is read when fields are shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Body<'a> {
    pub(super) data: &'a [u8],
    /// Sub-function of diagnostics, MEI type of the encapsulated interface, else 0.
    pub(super) sub: u16,
    /// First address; of file records the number of the first file.
    pub(super) address: u16,
    pub(super) quantity: u16,
    /// Address and quantity of what read/write multiple registers reads; the others are of what it writes.
    pub(super) read: (u16, u16),
    /// Whether the PDU itself names an address.
    pub(super) addressed: bool,
    /// Values carried, as on the wire.
    pub(super) values: &'a [u8],
    pub(super) anomalies: Anomalies,
}

impl<'a> Body<'a> {
    /// Reads a request's or response's data. A cut PDU gives what is there.
    pub(super) fn parse(function: u8, request: bool, data: &'a [u8]) -> Self {
        let mut body = Self {
            data,
            sub: 0,
            address: 0,
            quantity: 0,
            read: (0, 0),
            addressed: false,
            values: &[],
            anomalies: Anomalies::NONE,
        };
        if !request && function & EXCEPTION_BIT != 0 {
            body.anomalies = Anomalies::NONE.with_if(data.len() != 1, Anomalies::BAD_LENGTH).with_if(
                data.first().is_some_and(|code| function::exception_name(*code) == "unknown_exception"),
                Anomalies::BAD_VALUE,
            );
            return body;
        }
        let mut reader = Reader::new(data);
        let complete =
            if request { body.request(function, &mut reader) } else { body.response(function, &mut reader) };
        body.anomalies = body
            .anomalies
            .with_if(complete.is_none(), Anomalies::BAD_LENGTH)
            .with_if(complete == Some(true) && reader.remaining() > 0, Anomalies::TRAILING_BYTES);
        body
    }

    /// `None` when the PDU is shorter than its function needs, `Some(true)` when its whole length is defined.
    fn request(&mut self, function: u8, reader: &mut Reader<'a>) -> Option<bool> {
        match function {
            0x01..=0x04 => {
                let most = if function <= 0x02 { MAX_READ_BITS } else { MAX_READ_REGISTERS };
                self.range(reader)?;
                self.check_quantity(most);
            }
            0x05 | 0x06 => {
                self.address_of(reader)?;
                self.quantity = 1;
                self.values = reader.take(2).ok()?;
                if function == 0x05 {
                    self.coil();
                }
            }
            0x0f | 0x10 => {
                self.range(reader)?;
                let (most, bytes) = if function == 0x0f {
                    (MAX_WRITE_BITS, self.quantity.div_ceil(8))
                } else {
                    (MAX_WRITE_REGISTERS, self.quantity.saturating_mul(2))
                };
                self.check_quantity(most);
                let count = reader.u8().ok()?;
                self.anomalies = self.anomalies.with_if(u16::from(count) != bytes, Anomalies::BAD_LENGTH);
                self.values = reader.take(usize::from(count)).ok()?;
            }
            0x14 | 0x15 => {
                let count = reader.u8().ok()?;
                self.values = reader.take(usize::from(count)).ok()?;
                self.address = first_file(self.values);
            }
            0x16 => {
                self.address_of(reader)?;
                self.quantity = 1;
                self.values = reader.take(4).ok()?;
            }
            0x17 => {
                self.read = (reader.be_u16().ok()?, reader.be_u16().ok()?);
                self.range(reader)?;
                let count = reader.u8().ok()?;
                self.anomalies = self
                    .anomalies
                    .with_if(u16::from(count) != self.quantity.saturating_mul(2), Anomalies::BAD_LENGTH);
                self.values = reader.take(usize::from(count)).ok()?;
            }
            0x18 => {
                self.address_of(reader)?;
                self.quantity = 1;
            }
            DIAGNOSTICS => {
                self.sub = reader.be_u16().ok()?;
                self.values = reader.rest();
                self.anomalies = self.anomalies.with_if(
                    function::diagnostics_name(self.sub) == "reserved",
                    Anomalies::RESERVED_FUNCTION,
                );
                return Some(false);
            }
            ENCAPSULATED => {
                self.sub = u16::from(reader.u8().ok()?);
                self.values = reader.rest();
                return Some(false);
            }
            0x07 | 0x0b | 0x0c | 0x11 => {}
            _ => return Some(false),
        }
        Some(true)
    }

    fn response(&mut self, function: u8, reader: &mut Reader<'a>) -> Option<bool> {
        match function {
            0x01..=0x04 | 0x14 | 0x15 | 0x17 => {
                let count = reader.u8().ok()?;
                self.values = reader.take(usize::from(count)).ok()?;
                self.anomalies = self.anomalies.with_if(
                    matches!(function, 0x03 | 0x04 | 0x17) && !count.is_multiple_of(2),
                    Anomalies::BAD_LENGTH,
                );
                if function == 0x15 {
                    self.address = first_file(self.values);
                }
            }
            0x05 | 0x06 => {
                self.address_of(reader)?;
                self.quantity = 1;
                self.values = reader.take(2).ok()?;
                if function == 0x05 {
                    self.coil();
                }
            }
            0x0f | 0x10 => self.range(reader)?,
            0x16 => {
                self.address_of(reader)?;
                self.quantity = 1;
                self.values = reader.take(4).ok()?;
            }
            0x18 => {
                let bytes = reader.be_u16().ok()?;
                let count = reader.be_u16().ok()?;
                self.anomalies = self
                    .anomalies
                    .with_if(bytes != count.saturating_mul(2).saturating_add(2), Anomalies::BAD_LENGTH);
                self.values = reader.take(usize::from(count).saturating_mul(2)).ok()?;
            }
            0x07 => self.values = reader.take(1).ok()?,
            0x0b => self.values = reader.take(4).ok()?,
            0x0c | 0x11 => {
                let count = reader.u8().ok()?;
                self.values = reader.take(usize::from(count)).ok()?;
                // Report server id: some devices append data that the count leaves out.
                return Some(function == 0x0c);
            }
            DIAGNOSTICS => {
                self.sub = reader.be_u16().ok()?;
                self.values = reader.rest();
                return Some(false);
            }
            ENCAPSULATED => {
                self.sub = u16::from(reader.u8().ok()?);
                self.values = reader.rest();
                return Some(false);
            }
            _ => return Some(false),
        }
        Some(true)
    }

    fn address_of(&mut self, reader: &mut Reader<'a>) -> Option<()> {
        self.address = reader.be_u16().ok()?;
        self.addressed = true;
        Some(())
    }

    fn range(&mut self, reader: &mut Reader<'a>) -> Option<()> {
        self.address_of(reader)?;
        self.quantity = reader.be_u16().ok()?;
        Some(())
    }

    fn check_quantity(&mut self, most: u16) {
        let end = u32::from(self.address).saturating_add(u32::from(self.quantity));
        self.anomalies = self
            .anomalies
            .with_if(self.quantity == 0 || self.quantity > most || end > 0x1_0000, Anomalies::OUT_OF_RANGE);
    }

    /// A single coil is 0xff00 or 0x0000; its first byte then holds the bit for [`crate::ValueBlock`].
    fn coil(&mut self) {
        let value = self.values.first_chunk().map(|bytes| u16::from_be_bytes(*bytes));
        self.anomalies = self
            .anomalies
            .with_if(value.is_some_and(|value| !COIL_VALUES.contains(&value)), Anomalies::BAD_VALUE);
    }

    /// What a response has to know of this request.
    pub(super) const fn asked(&self, function: u8) -> Asked {
        let Self { sub, address, quantity, read, .. } = *self;
        Asked { function, sub, address, quantity, read }
    }

    /// Whether this response fits what was asked: the count of a read, the echoed address of a write.
    pub(super) fn answers(&self, asked: &Asked) -> bool {
        match asked.function {
            0x01 | 0x02 => self.values.len() == usize::from(asked.quantity.div_ceil(8)),
            0x03 | 0x04 => self.values.len() == usize::from(asked.quantity).saturating_mul(2),
            0x17 => self.values.len() == usize::from(asked.read.1).saturating_mul(2),
            0x05 | 0x06 | 0x16 => self.address == asked.address,
            0x0f | 0x10 => self.address == asked.address && self.quantity == asked.quantity,
            DIAGNOSTICS | ENCAPSULATED => self.sub == asked.sub,
            _ => true,
        }
    }

    /// Shows the fields of this PDU.
    pub(super) fn visit(
        &self,
        function: u8,
        request: bool,
        asked: Option<&Asked>,
        visitor: &mut dyn Visitor,
    ) {
        let mut reader = Reader::new(self.data);
        match (function, request) {
            (0x01..=0x04, true) => self.visit_range(visitor),
            (0x01..=0x04, false) => {
                if let Some(asked) = asked {
                    visitor.uint("address", u64::from(asked.address));
                    visitor.uint("quantity", u64::from(asked.quantity));
                }
                visitor.uint("byte_count", self.values.len() as u64);
                let bits = asked.map(|asked| usize::from(asked.quantity));
                visit_values(function, self.values, bits, visitor);
            }
            (0x05 | 0x06, _) => {
                visitor.uint("address", u64::from(self.address));
                if let Ok(value) = Reader::new(self.values).be_u16() {
                    visitor.uint("value", u64::from(value));
                }
            }
            (0x0f | 0x10, true) => {
                self.visit_range(visitor);
                visitor.uint("byte_count", self.values.len() as u64);
                visit_values(function, self.values, Some(usize::from(self.quantity)), visitor);
            }
            (0x0f | 0x10, false) => self.visit_range(visitor),
            (0x16, _) => {
                visitor.uint("address", u64::from(self.address));
                let mut masks = Reader::new(self.values);
                if let (Ok(and_mask), Ok(or_mask)) = (masks.be_u16(), masks.be_u16()) {
                    visitor.uint("and_mask", u64::from(and_mask));
                    visitor.uint("or_mask", u64::from(or_mask));
                }
            }
            (0x17, true) => {
                visitor.uint("read_address", u64::from(self.read.0));
                visitor.uint("read_quantity", u64::from(self.read.1));
                self.visit_range(visitor);
                visit_values(function, self.values, None, visitor);
            }
            (0x17, false) => {
                if let Some(asked) = asked {
                    visitor.uint("read_address", u64::from(asked.read.0));
                    visitor.uint("read_quantity", u64::from(asked.read.1));
                }
                visit_values(function, self.values, None, visitor);
            }
            (0x18, true) => visitor.uint("address", u64::from(self.address)),
            (0x18, false) => {
                visitor.uint("quantity", (self.values.len() / 2) as u64);
                visit_values(function, self.values, None, visitor);
            }
            (0x14 | 0x15, _) => visit_records(function, request, self.values, visitor),
            (0x07, false) => {
                if let Some(status) = self.values.first() {
                    visitor.uint("status", u64::from(*status));
                }
            }
            (0x0b, false) => visit_counter(&mut Reader::new(self.values), visitor),
            (0x0c, false) => {
                let mut log = Reader::new(self.values);
                visit_counter(&mut log, visitor);
                if let Ok(count) = log.be_u16() {
                    visitor.uint("message_count", u64::from(count));
                }
                visitor.bytes("events", log.rest());
            }
            (0x11, false) => {
                // The run indicator is the last byte of the counted part (0x00 off, 0xff on) where devices follow
                // the specification; its place is device-specific, so the bytes stand for themselves.
                visitor.bytes("server_id", self.values);
                visit_rest(
                    reader
                        .skip(self.values.len().saturating_add(1))
                        .map(|()| reader.rest())
                        .unwrap_or_default(),
                    visitor,
                );
            }
            (DIAGNOSTICS, _) => {
                visitor.named("sub_function", u64::from(self.sub), function::diagnostics_name(self.sub));
                visit_rest(self.values, visitor);
            }
            (ENCAPSULATED, _) => super::identity::visit(self.sub, request, self.values, visitor),
            _ => visit_rest(self.data, visitor),
        }
    }

    fn visit_range(&self, visitor: &mut dyn Visitor) {
        if self.addressed {
            visitor.uint("address", u64::from(self.address));
            visitor.uint("quantity", u64::from(self.quantity));
        }
    }
}

/// Number of the file that the first sub-request names; files count from 1.
const fn first_file(records: &[u8]) -> u16 {
    match *records {
        [FILE_REFERENCE, high, low, ..] => u16::from_be_bytes([high, low]),
        _ => 0,
    }
}

fn visit_rest(data: &[u8], visitor: &mut dyn Visitor) {
    if !data.is_empty() {
        visitor.bytes("data", data);
    }
}

fn visit_counter(reader: &mut Reader<'_>, visitor: &mut dyn Visitor) {
    if let (Ok(status), Ok(count)) = (reader.be_u16(), reader.be_u16()) {
        visitor.uint("status", u64::from(status));
        visitor.uint("event_count", u64::from(count));
    }
}

fn visit_values(function: u8, data: &[u8], count: Option<usize>, visitor: &mut dyn Visitor) {
    visitor.begin_list("values");
    if function::width(function) == 1 {
        let most = count.unwrap_or(usize::MAX);
        let bits = data.iter().flat_map(|byte| (0..8u8).map(move |bit| byte >> bit & 1));
        for bit in bits.take(most) {
            visitor.uint("", u64::from(bit));
        }
    } else {
        for register in data.chunks_exact(2) {
            if let Ok(value) = Reader::new(register).be_u16() {
                visitor.uint("", u64::from(value));
            }
        }
    }
    visitor.end_list();
}

/// File sub-requests and sub-responses (Application protocol 6.14 and 6.15).
fn visit_records(function: u8, request: bool, data: &[u8], visitor: &mut dyn Visitor) {
    let mut reader = Reader::new(data);
    visitor.begin_list("records");
    while reader.remaining() > 0 {
        if visit_record(function, request, &mut reader, visitor).is_none() {
            break;
        }
    }
    visitor.end_list();
    visit_rest(reader.rest(), visitor);
}

fn visit_record(
    function: u8,
    request: bool,
    reader: &mut Reader<'_>,
    visitor: &mut dyn Visitor,
) -> Option<()> {
    if function == 0x14 && !request {
        let length = usize::from(reader.u8().ok()?);
        let reference = reader.u8().ok()?;
        let data = reader.take(length.saturating_sub(1)).ok()?;
        visitor.begin_object("");
        visitor.uint("reference_type", u64::from(reference));
        visitor.bytes("data", data);
        visitor.end_object();
        return Some(());
    }
    let reference = reader.u8().ok()?;
    let file = reader.be_u16().ok()?;
    let record = reader.be_u16().ok()?;
    let length = reader.be_u16().ok()?;
    let data = if function == 0x15 { reader.take(usize::from(length).saturating_mul(2)).ok()? } else { &[] };
    visitor.begin_object("");
    visitor.uint("reference_type", u64::from(reference));
    visitor.uint("file_number", u64::from(file));
    visitor.uint("record_number", u64::from(record));
    visitor.uint("record_length", u64::from(length));
    if function == 0x15 {
        visitor.bytes("data", data);
    }
    visitor.end_object();
    (reference == FILE_REFERENCE).then_some(())
}

/// How well a PDU fits the length rule of its function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    /// The function's own count or fixed length agrees with the header.
    Exact,
    /// The function has no fixed length, but what travels in it is known.
    Told,
    /// The function has no fixed length, or the bytes are not all there.
    Possible,
    /// The lengths contradict each other.
    No,
}

/// Compares the header's length with the function's own rule; `wanted` is the number of data bytes it promises.
pub(super) fn fits(function: u8, data: &[u8], wanted: usize) -> Fit {
    let counted = |at: usize, extra: usize| {
        data.get(at).is_some_and(|count| usize::from(*count).saturating_add(extra) == wanted)
    };
    let exact = match function {
        0x81..=0xff => return if wanted == 1 { Fit::Exact } else { Fit::No },
        // A function of a maker is told by what travels in it.
        UMAS => return if crate::umas::asks(data).is_some() { Fit::Told } else { Fit::Possible },
        0x01..=0x04 => wanted == 4 || counted(0, 1),
        0x05 | 0x06 => wanted == 4,
        0x0f | 0x10 => wanted == 4 || counted(4, 5),
        0x14 | 0x15 => counted(0, 1),
        0x16 => wanted == 6,
        0x17 => counted(0, 1) || counted(8, 9),
        0x18 => wanted == 2 || wanted >= 4,
        0x07 => wanted <= 1,
        0x0b => wanted == 0 || wanted == 4,
        0x0c => wanted == 0 || counted(0, 1),
        0x11 => wanted == 0 || data.first().is_some_and(|count| usize::from(*count) < wanted),
        DIAGNOSTICS => wanted >= 2 && wanted.is_multiple_of(2),
        ENCAPSULATED => matches!(data.first(), Some(13 | 14)),
        _ => return Fit::Possible,
    };
    if exact { Fit::Exact } else { Fit::No }
}

/// Whether the PDU can only be a request (`true`) or only a response (`false`); `None` where both look alike.
pub(super) fn asks(function: u8, data: &[u8]) -> Option<bool> {
    let counted = |at: usize, extra: usize| {
        data.get(at).is_some_and(|count| usize::from(*count).saturating_add(extra) == data.len())
    };
    let (asks, answers) = match function {
        0x81..=0xff => return Some(false),
        0x01..=0x04 => (data.len() == 4, counted(0, 1)),
        0x0f | 0x10 => (counted(4, 5), data.len() == 4),
        0x17 => (counted(8, 9), counted(0, 1)),
        0x07 | 0x0b | 0x0c | 0x11 => (data.is_empty(), !data.is_empty()),
        UMAS => return crate::umas::asks(data),
        _ => return None,
    };
    (asks != answers).then_some(asks)
}
