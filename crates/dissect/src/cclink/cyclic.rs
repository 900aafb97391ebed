//! Heads of cyclic frames: what master and slave say before their link devices.

use crate::tell::shown_ip;
use crate::{Protocol, Reader, Sink, Subject, Text, Visitor, calendar, confidence, said};
use sightglass_wire::Ip;

/// Reserved bytes at the end of the cyclic header, after version, end code or nothing, and offset.
const RESERVED: usize = 14;
/// Slaves of one group.
const MAX_SLAVES: u16 = 16;

/// The master's head, and the slaves it addresses.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request<'a> {
    version: u16,
    status: u16,
    /// Milliseconds since 1970.
    clock_ms: u64,
    master: Ip,
    group: u8,
    sequence: u16,
    timeout_ms: u16,
    parameters: u16,
    stations: u16,
    slaves: &'a [u8],
    data: &'a [u8],
}

/// The slave's head.
#[derive(Debug, Clone, Copy)]
pub(super) struct Answer<'a> {
    version: u16,
    end_code: u16,
    vendor: u16,
    model: u32,
    equipment: u16,
    status: u16,
    error: u16,
    slave: Ip,
    group: u8,
    sequence: u16,
    data: &'a [u8],
}

/// A cyclic frame behind SLMP's own head.
#[derive(Debug, Clone, Copy)]
pub(super) enum Cyclic<'a> {
    Request(Request<'a>),
    Answer(Answer<'a>),
}

/// Addresses are sent as numbers, lowest byte first.
fn address(reader: &mut Reader<'_>) -> Option<Ip> {
    Some(Ip::v4(reader.le_u32().ok()?.to_be_bytes()))
}

impl<'a> Cyclic<'a> {
    /// `None` when the head is not whole.
    pub(super) fn parse(is_request: bool, data: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(data);
        if is_request {
            request(&mut reader).map(Self::Request)
        } else {
            answer(&mut reader).map(Self::Answer)
        }
    }

    /// End code of an answer.
    pub(super) const fn end_code(&self) -> Option<u16> {
        match self {
            Self::Request(_) => None,
            Self::Answer(answer) => Some(answer.end_code),
        }
    }

    /// Shows the head; returns the data behind it.
    pub(super) fn show(&self, visitor: &mut dyn Visitor) -> &'a [u8] {
        match self {
            Self::Request(request) => {
                visitor.uint("protocol_version", u64::from(request.version));
                visitor.uint("unit_status", u64::from(request.status));
                let seconds = i64::try_from(request.clock_ms / 1000).unwrap_or(i64::MAX);
                let part = u32::try_from(request.clock_ms % 1000).unwrap_or(0).saturating_mul(1_000_000);
                visitor.text("clock", calendar::utc(seconds, part).as_str());
                visitor.text("master_id", shown_ip(request.master).as_str());
                visitor.uint("group", u64::from(request.group));
                visitor.uint("frame_sequence", u64::from(request.sequence));
                visitor.uint("timeout_ms", u64::from(request.timeout_ms));
                visitor.uint("parameter_number", u64::from(request.parameters));
                visitor.uint("occupied_stations", u64::from(request.stations));
                visitor.begin_list("slaves");
                let mut reader = Reader::new(request.slaves);
                while let Some(slave) = address(&mut reader) {
                    visitor.text("", shown_ip(slave).as_str());
                }
                visitor.end_list();
                request.data
            }
            Self::Answer(answer) => {
                visitor.uint("protocol_version", u64::from(answer.version));
                visitor.uint("unit_status", u64::from(answer.status));
                visitor.text("slave_id", shown_ip(answer.slave).as_str());
                visitor.uint("group", u64::from(answer.group));
                visitor.uint("frame_sequence", u64::from(answer.sequence));
                visitor.uint("vendor_code", u64::from(answer.vendor));
                visitor.uint("model_code", u64::from(answer.model));
                visitor.uint("equipment_version", u64::from(answer.equipment));
                visitor.uint("slave_error", u64::from(answer.error));
                answer.data
            }
        }
    }
}

fn request<'a>(reader: &mut Reader<'a>) -> Option<Request<'a>> {
    let version = reader.le_u16().ok()?;
    reader.skip(2 + 2 + RESERVED).ok()?;
    let status = reader.le_u16().ok()?;
    reader.skip(2).ok()?;
    let clock_ms = reader.le_u64().ok()?;
    let master = address(reader)?;
    let group = reader.u8().ok()?;
    reader.skip(1).ok()?;
    let sequence = reader.le_u16().ok()?;
    let timeout_ms = reader.le_u16().ok()?;
    // How many lost frames switch a slave off.
    reader.skip(2).ok()?;
    let parameters = reader.le_u16().ok()?;
    let stations = reader.le_u16().ok()?;
    // Which slaves exchange data, a bit each, and a reserved word.
    reader.skip(4).ok()?;
    let slaves = reader.take_up_to(usize::from(stations.min(MAX_SLAVES)).saturating_mul(4));
    let data = reader.rest();
    Some(Request {
        version,
        status,
        clock_ms,
        master,
        group,
        sequence,
        timeout_ms,
        parameters,
        stations,
        slaves,
        data,
    })
}

fn answer<'a>(reader: &mut Reader<'a>) -> Option<Answer<'a>> {
    let version = reader.le_u16().ok()?;
    let end_code = reader.le_u16().ok()?;
    reader.skip(2 + RESERVED).ok()?;
    let vendor = reader.le_u16().ok()?;
    reader.skip(2).ok()?;
    let model = reader.le_u32().ok()?;
    let equipment = reader.le_u16().ok()?;
    reader.skip(2).ok()?;
    let status = reader.le_u16().ok()?;
    let error = reader.le_u16().ok()?;
    // The maker's own word.
    reader.skip(4).ok()?;
    let slave = address(reader)?;
    let group = reader.u8().ok()?;
    reader.skip(1).ok()?;
    let sequence = reader.le_u16().ok()?;
    let data = reader.rest();
    Some(Answer { version, end_code, vendor, model, equipment, status, error, slave, group, sequence, data })
}

impl Answer<'_> {
    /// Vendor and model of the slave, as numbers.
    pub(super) fn observe(&self, sink: &mut dyn Sink) {
        let mut say = |attribute, number: u32| {
            let text = Text::<12>::of(format_args!("{number}"));
            said::of(sink, Subject::Sender, Protocol::Cclink, confidence::IDENTITY, attribute, text.as_str());
        };
        say("vendor_id", u32::from(self.vendor));
        say("product_code", self.model);
    }
}
