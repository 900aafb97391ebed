//! The fields of jobs and their acknowledgements.

use super::function::{
    DOWNLOAD_BLOCK, DOWNLOAD_ENDED, END_UPLOAD, PI_SERVICE, PLC_STOP, READ_VAR, REQUEST_DOWNLOAD,
    SETUP_COMMUNICATION, START_UPLOAD, UPLOAD, WRITE_VAR,
};
use super::item::items;
use super::{Asked, Pdu, block, datum, error, pi};
use crate::{Fields, Reader, Visitor, printable};

/// The block or file that a job names: status, two fixed bytes, identifier, then a counted name.
pub(super) fn file_name(parameters: &[u8]) -> Option<&[u8]> {
    let mut reader = Reader::new(parameters);
    reader.skip(8).ok()?;
    let length = usize::from(reader.u8().ok()?);
    reader.take(length).ok()
}

/// Identifier of an upload in jobs and in the answer to its start.
pub(super) fn upload_id(parameters: &[u8]) -> Option<u32> {
    let mut reader = Reader::new(parameters);
    reader.skip(4).ok()?;
    reader.be_u32().ok()
}

/// Whether an acknowledged piece says that more follow: bit 0 of the function status.
pub(super) fn more_follows(parameters: &[u8]) -> bool {
    parameters.get(1).is_some_and(|status| status & 1 != 0)
}

/// Items of a read or write job: their count and their bytes.
pub(super) fn specification(parameters: &[u8]) -> (u8, &[u8]) {
    match parameters {
        [READ_VAR | WRITE_VAR, count, items @ ..] => (*count, items),
        _ => (0, &[]),
    }
}

/// A job or acknowledgement with what is known of its request.
pub(super) struct Shown<'a> {
    pub(super) pdu: &'a Pdu<'a>,
    pub(super) request: bool,
    pub(super) function: Option<u8>,
    pub(super) asked: Option<&'a Asked>,
}

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        self.pdu.visit(visitor);
        let shown = if self.request { self.visit_job(visitor) } else { self.visit_answer(visitor) };
        if shown.is_none() {
            if self.pdu.parameters.len() > 1 {
                visitor.bytes("parameters", self.pdu.parameters);
            }
            if !self.pdu.data.is_empty() {
                visitor.bytes("data", self.pdu.data);
            }
        }
    }
}

impl Shown<'_> {
    /// `None` when the parameters do not fit their function.
    fn visit_job(&self, visitor: &mut dyn Visitor) -> Option<()> {
        let parameters = self.pdu.parameters;
        match self.function? {
            SETUP_COMMUNICATION => visit_setup(parameters, visitor)?,
            READ_VAR => {
                let (count, bytes) = specification(parameters);
                visitor.uint("item_count", u64::from(count));
                visitor.begin_list("items");
                for item in items(bytes, count) {
                    visitor.begin_object("");
                    item.visit(visitor);
                    visitor.end_object();
                }
                visitor.end_list();
            }
            WRITE_VAR => {
                let (count, bytes) = specification(parameters);
                visitor.uint("item_count", u64::from(count));
                let mut data = datum::data(self.pdu.data, count);
                visitor.begin_list("items");
                for item in items(bytes, count) {
                    visitor.begin_object("");
                    item.visit(visitor);
                    if let Some(datum) = data.next() {
                        datum::visit(&datum, Some(&item), visitor);
                    }
                    visitor.end_object();
                }
                visitor.end_list();
            }
            function @ (REQUEST_DOWNLOAD | DOWNLOAD_BLOCK | DOWNLOAD_ENDED | START_UPLOAD) => {
                visit_status(parameters, visitor);
                let name = file_name(parameters)?;
                if function == DOWNLOAD_ENDED {
                    visit_ending(parameters, visitor)?;
                }
                block::visit(name, visitor);
                if function == REQUEST_DOWNLOAD {
                    visit_lengths(parameters.get(name.len().checked_add(9)?..)?, visitor);
                }
            }
            function @ (UPLOAD | END_UPLOAD) => {
                visit_status(parameters, visitor);
                if function == END_UPLOAD {
                    visit_ending(parameters, visitor)?;
                }
                visitor.uint("upload_id", u64::from(upload_id(parameters)?));
                if let Some(asked) = self.asked.filter(|asked| !asked.object.as_str().is_empty()) {
                    visitor.text("block", asked.object.as_str());
                }
            }
            PI_SERVICE => pi::visit(&pi::parse(parameters.get(1..)?)?, visitor),
            PLC_STOP => pi::visit(&pi::parse_stop(parameters.get(1..)?)?, visitor),
            _ => return None,
        }
        Some(())
    }

    fn visit_answer(&self, visitor: &mut dyn Visitor) -> Option<()> {
        let (parameters, data) = (self.pdu.parameters, self.pdu.data);
        if parameters.is_empty() {
            return data.is_empty().then_some(());
        }
        match self.function? {
            SETUP_COMMUNICATION => visit_setup(parameters, visitor)?,
            READ_VAR => {
                let count = *parameters.get(1)?;
                visitor.uint("item_count", u64::from(count));
                let mut asked =
                    self.asked.map(|asked| items(&asked.items, asked.count)).into_iter().flatten();
                visitor.begin_list("items");
                for datum in datum::data(data, count) {
                    let item = asked.next();
                    visitor.begin_object("");
                    if let Some(item) = &item {
                        item.visit(visitor);
                    }
                    datum::visit(&datum, item.as_ref(), visitor);
                    visitor.end_object();
                }
                visitor.end_list();
            }
            WRITE_VAR => {
                let count = *parameters.get(1)?;
                visitor.uint("item_count", u64::from(count));
                let mut asked =
                    self.asked.map(|asked| items(&asked.items, asked.count)).into_iter().flatten();
                visitor.begin_list("items");
                for code in data.iter().take(usize::from(count)) {
                    visitor.begin_object("");
                    if let Some(item) = asked.next() {
                        item.visit(visitor);
                    }
                    visitor.named("return_code", u64::from(*code), error::return_code(*code));
                    visitor.end_object();
                }
                visitor.end_list();
            }
            DOWNLOAD_BLOCK | UPLOAD => {
                visit_status(parameters, visitor);
                if let Some(asked) = self.asked {
                    visitor.text("block", asked.object.as_str());
                }
                visitor.uint("length", block::piece(data)?.len() as u64);
            }
            START_UPLOAD => {
                visit_status(parameters, visitor);
                visitor.uint("upload_id", u64::from(upload_id(parameters)?));
                if let Some(asked) = self.asked {
                    visitor.text("block", asked.object.as_str());
                }
                if let Some(length) = parameters.get(9..) {
                    visitor.text("block_length", &printable(length));
                }
            }
            REQUEST_DOWNLOAD | DOWNLOAD_ENDED | END_UPLOAD | PI_SERVICE | PLC_STOP => {
                visit_status(parameters, visitor);
                match self.asked {
                    Some(asked) if asked.service.as_str().is_empty() => {
                        visitor.text("block", asked.object.as_str());
                    }
                    Some(asked) => visitor.text("pi_service", asked.service.as_str()),
                    None => {}
                }
            }
            _ => return None,
        }
        Some(())
    }
}

fn visit_setup(parameters: &[u8], visitor: &mut dyn Visitor) -> Option<()> {
    let mut reader = Reader::new(parameters);
    reader.skip(2).ok()?;
    visitor.uint("max_amq_calling", u64::from(reader.be_u16().ok()?));
    visitor.uint("max_amq_called", u64::from(reader.be_u16().ok()?));
    visitor.uint("pdu_length", u64::from(reader.be_u16().ok()?));
    Some(())
}

fn visit_status(parameters: &[u8], visitor: &mut dyn Visitor) {
    if let Some(status) = parameters.get(1) {
        visitor.uint("function_status", u64::from(*status));
        visitor.flag("more_follows", status & 1 != 0);
        visitor.flag("error_flag", status & 2 != 0);
    }
}

/// How a transfer ended: an error code in place of the fixed bytes.
fn visit_ending(parameters: &[u8], visitor: &mut dyn Visitor) -> Option<()> {
    let code = u16::from_be_bytes(*parameters.get(2..4)?.first_chunk()?);
    visitor.named("end_code", u64::from(code), error::name(code));
    Some(())
}

/// A number in decimal digits.
pub(super) fn number(digits: &[u8]) -> Option<u64> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// Bytes of load memory that a download announces: what will travel.
pub(super) fn announced(parameters: &[u8]) -> Option<u64> {
    let name = file_name(parameters)?;
    number(parameters.get(name.len().checked_add(9)?..)?.get(2..8)?)
}

/// Lengths that a download announces, as decimal digits: load memory and code.
fn visit_lengths(data: &[u8], visitor: &mut dyn Visitor) {
    if let Some(length) = data.get(2..8).and_then(number) {
        visitor.uint("load_memory_length", length);
    }
    if let Some(length) = data.get(8..14).and_then(number) {
        visitor.uint("mc7_code_length", length);
    }
}
