//! Connections: opened, closed, and known by their ids (volume 1, 3-5).

use super::path::Path;
use crate::{Reader, Visitor};

/// Connections kept of one flow; a scanner's module count stays below.
const CAPACITY: usize = 64;

/// Network connection parameters and the other half of a forward open.
#[derive(Debug, Clone, Copy)]
pub(super) struct Open<'a> {
    pub(super) o_t_id: u32,
    pub(super) t_o_id: u32,
    pub(super) triad: Triad,
    pub(super) timeout_multiplier: u8,
    pub(super) o_t_rpi: u32,
    pub(super) o_t_parameters: u32,
    pub(super) t_o_rpi: u32,
    pub(super) t_o_parameters: u32,
    /// Direction, trigger and class.
    pub(super) transport: u8,
    pub(super) path: Path<'a>,
    large: bool,
}

/// What names a connection for ever: serial number, vendor and originator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Triad {
    pub(super) serial: u16,
    pub(super) vendor: u16,
    pub(super) originator: u32,
}

impl Triad {
    pub(super) fn parse(reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            serial: reader.le_u16().ok()?,
            vendor: reader.le_u16().ok()?,
            originator: reader.le_u32().ok()?,
        })
    }

    pub(super) fn visit(self, visitor: &mut dyn Visitor) {
        visitor.uint("connection_serial_number", u64::from(self.serial));
        visitor.uint("originator_vendor_id", u64::from(self.vendor));
        visitor.uint("originator_serial_number", u64::from(self.originator));
    }
}

impl<'a> Open<'a> {
    /// Reads the data of a forward open; the large form has 32-bit parameters.
    pub(super) fn parse(data: &'a [u8], large: bool) -> Option<Self> {
        let mut reader = Reader::new(data);
        reader.skip(2).ok()?;
        let o_t_id = reader.le_u32().ok()?;
        let t_o_id = reader.le_u32().ok()?;
        let triad = Triad::parse(&mut reader)?;
        let timeout_multiplier = reader.u8().ok()?;
        reader.skip(3).ok()?;
        let o_t_rpi = reader.le_u32().ok()?;
        let o_t_parameters = parameters(&mut reader, large)?;
        let t_o_rpi = reader.le_u32().ok()?;
        let t_o_parameters = parameters(&mut reader, large)?;
        let transport = reader.u8().ok()?;
        let words = usize::from(reader.u8().ok()?);
        let path = Path { bytes: reader.take_up_to(words.saturating_mul(2)) };
        Some(Self {
            o_t_id,
            t_o_id,
            triad,
            timeout_multiplier,
            o_t_rpi,
            o_t_parameters,
            t_o_rpi,
            t_o_parameters,
            transport,
            path,
            large,
        })
    }

    pub(super) fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.uint("o_t_connection_id", u64::from(self.o_t_id));
        visitor.uint("t_o_connection_id", u64::from(self.t_o_id));
        self.triad.visit(visitor);
        visitor.uint("timeout_multiplier", u64::from(4u32 << (self.timeout_multiplier & 7)));
        visitor.uint("o_t_rpi_us", u64::from(self.o_t_rpi));
        visit_parameters("o_t_parameters", self.o_t_parameters, self.large, visitor);
        visitor.uint("t_o_rpi_us", u64::from(self.t_o_rpi));
        visit_parameters("t_o_parameters", self.t_o_parameters, self.large, visitor);
        visitor.uint("transport_class", u64::from(self.transport & 0x0f));
        let trigger = match self.transport >> 4 & 7 {
            0 => "cyclic",
            1 => "change_of_state",
            2 => "application_object",
            _ => "reserved",
        };
        visitor.named("trigger", u64::from(self.transport >> 4 & 7), trigger);
        visitor.flag("server", self.transport & 0x80 != 0);
        visit_path(self.path, visitor);
        if self.path.is_safety() {
            visitor.flag("safety", true);
        }
    }
}

/// Shows a connection path: its words, and the object at its end.
pub(super) fn visit_path(path: Path<'_>, visitor: &mut dyn Visitor) {
    visit_named_path("connection", path, visitor);
}

/// The same under another name.
pub(super) fn visit_named_path(name: &'static str, path: Path<'_>, visitor: &mut dyn Visitor) {
    visitor.begin_object(name);
    path.visit(&path.target(), visitor);
    path.visit_extras(visitor);
    visitor.end_object();
}

fn parameters(reader: &mut Reader<'_>, large: bool) -> Option<u32> {
    if large { reader.le_u32().ok() } else { reader.le_u16().ok().map(u32::from) }
}

/// Volume 1, 3-5.5.1.1: size, variable flag, priority, type, redundant owner.
fn visit_parameters(name: &'static str, value: u32, large: bool, visitor: &mut dyn Visitor) {
    let (size, high) = if large { (value & 0xffff, value >> 16) } else { (value & 0x1ff, value) };
    visitor.begin_object(name);
    visitor.uint("size", u64::from(size));
    visitor.flag("variable", high & 0x0200 != 0);
    let priority = match high >> 10 & 3 {
        0 => "low",
        1 => "high",
        2 => "scheduled",
        _ => "urgent",
    };
    visitor.text("priority", priority);
    let kind = match high >> 13 & 3 {
        0 => "null",
        1 => "multicast",
        2 => "point_to_point",
        _ => "reserved",
    };
    visitor.text("connection_type", kind);
    visitor.flag("redundant_owner", high & 0x8000 != 0);
    visitor.end_object();
}

/// A connection that was opened on this flow, or whose two ids were seen to belong together.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) o_t_id: u32,
    pub(super) t_o_id: u32,
    triad: Option<Triad>,
    /// Transport class: 3 for explicit messages, 0 and 1 for cyclic data.
    pub(super) class: u8,
    path: Vec<u8>,
}

impl Connection {
    pub(super) fn path(&self) -> Path<'_> {
        Path { bytes: &self.path }
    }
}

/// The connections of one flow.
#[derive(Debug, Default)]
pub(super) struct Connections {
    list: Vec<Connection>,
}

impl Connections {
    /// The connection one of whose directions has this id.
    pub(super) fn find(&self, id: u32) -> Option<&Connection> {
        self.list.iter().rev().find(|each| each.o_t_id == id || each.t_o_id == id)
    }

    /// The id that requests carry whose responses carry `t_o_id`.
    pub(super) fn request_id(&self, t_o_id: u32) -> Option<u32> {
        self.list.iter().rev().find(|each| each.t_o_id == t_o_id).map(|each| each.o_t_id)
    }

    /// The connection with this name, as its forward open described it.
    pub(super) fn named(&self, triad: Triad) -> Option<&Connection> {
        self.list.iter().rev().find(|each| each.triad == Some(triad))
    }

    /// Remembers what a forward open and its response agreed.
    pub(super) fn open(&mut self, asked: &Open<'_>, o_t_id: u32, t_o_id: u32) {
        self.list.retain(|each| each.triad != Some(asked.triad));
        self.push(Connection {
            o_t_id,
            t_o_id,
            triad: Some(asked.triad),
            class: asked.transport & 0x0f,
            path: asked.path.bytes.to_vec(),
        });
    }

    /// Remembers that responses on `t_o_id` answer requests on `o_t_id`.
    pub(super) fn pair(&mut self, o_t_id: u32, t_o_id: u32) {
        if self.request_id(t_o_id).is_none() {
            self.push(Connection { o_t_id, t_o_id, triad: None, class: 3, path: Vec::new() });
        }
    }

    /// Forgets a closed connection.
    pub(super) fn close(&mut self, triad: Triad) {
        self.list.retain(|each| each.triad != Some(triad));
    }

    fn push(&mut self, connection: Connection) {
        if self.list.len() >= CAPACITY {
            self.list.remove(0);
        }
        self.list.push(connection);
    }
}
