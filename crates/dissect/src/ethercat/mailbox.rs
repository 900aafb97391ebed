//! Mailboxes: acyclic services that master and slave leave in each other's memory.
//!
//! Spec: IEC 61158-6-12, 5.4 (mailbox), 5.5 (EoE), 5.6 (CoE); ETG.1000.6, 5.7 (SoE), 5.8 (FoE); ETG.1020 (AoE).

use sightglass_wire::Mac;

use super::command::{FPRD, FPRW, FPWR};
use super::{Datagram, coe, foe};
use crate::{
    Anomalies, Category, Fields, Function, Input, Kind, Message, Outcome, Protocol, Reader, Reference, Sink,
    Subject, Transport, Visitor,
};

/// Bytes of a mailbox header: length, address, channel and priority, type and counter.
pub(super) const HEADER: usize = 6;
const ERROR: u8 = 0;
const AOE: u8 = 1;
const EOE: u8 = 2;
const COE: u8 = 3;
const FOE: u8 = 4;
const SOE: u8 = 5;
const VOE: u8 = 15;
/// Bytes of an AMS header, which AoE carries first.
const AMS: usize = 32;

/// One mailbox.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mailbox<'a> {
    pub(super) length: u16,
    pub(super) address: u16,
    pub(super) priority: u8,
    pub(super) kind: u8,
    pub(super) counter: u8,
    pub(super) data: &'a [u8],
}

impl<'a> Mailbox<'a> {
    /// `None` where the bytes cannot be a mailbox: process memory is read with the same commands.
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let length = reader.le_u16().ok()?;
        let address = reader.le_u16().ok()?;
        let priority = reader.u8().ok()? >> 6;
        let word = reader.u8().ok()?;
        let data = reader.take(usize::from(length)).ok()?;
        let (kind, counter) = (word & 0x0f, word >> 4);
        if counter > 7 || !fits(kind, data) {
            return None;
        }
        Some(Self { length, address, priority, kind, counter, data })
    }
}

/// Whether a type's own header can begin like this.
fn fits(kind: u8, data: &[u8]) -> bool {
    match (kind, data) {
        (ERROR, [kind, 0, code, 0, ..]) => *kind == 1 && *code <= 8,
        (AOE, data) => data.len() >= AMS,
        (EOE, [word, _, _, _, ..]) => word & 0x0f <= 7,
        (COE, [_, word, ..]) => word & 0x0e == 0 && matches!(word >> 4, 1..=8),
        (FOE, [opcode, 0, _, _, _, _, ..]) => matches!(opcode, 1..=6),
        (SOE, [head, _, _, _, ..]) => matches!(head & 7, 1..=6),
        (VOE, [_, _, _, _, _, _, ..]) => true,
        _ => false,
    }
}

/// What a mailbox says, for the message.
pub(super) struct Said {
    pub(super) function: Function,
    pub(super) category: Category,
    pub(super) object: Reference<'static>,
    pub(super) error: Option<&'static str>,
}

impl Said {
    pub(super) const fn plain(name: &'static str, category: Category) -> Self {
        Self { function: Function::Known(name), category, object: Reference::None, error: None }
    }
}

/// The mailboxes of one flow.
#[derive(Default)]
pub(super) struct Mailboxes {
    files: foe::Transfers,
}

impl Mailboxes {
    /// Forgets transfers: frames are lost.
    pub(super) fn clear(&mut self) {
        self.files.clear();
    }

    /// Looks for a mailbox in a datagram that reads or writes a slave's memory. What is read is there only on the way
    /// back, and only when the slave took part.
    pub(super) fn datagram(&mut self, datagram: &Datagram<'_>, input: &Input<'_>, sink: &mut dyn Sink) {
        let counter = datagram.working_counter.unwrap_or(0);
        let holds = match datagram.command {
            FPWR => true,
            FPRD | FPRW => datagram.returned && counter == 1,
            _ => false,
        };
        if holds {
            self.take(datagram.data, Some(datagram.adp), datagram.returned, input, sink);
        }
    }

    /// Takes a mailbox of a slave; `false` when it is none.
    pub(super) fn take(
        &mut self,
        bytes: &[u8],
        station: Option<u16>,
        returned: bool,
        input: &Input<'_>,
        sink: &mut dyn Sink,
    ) -> bool {
        let Some(mailbox) = Mailbox::parse(bytes) else { return false };
        let station = station.unwrap_or(mailbox.address);
        let address = Reference::one("station", u64::from(station));
        let said = say(&mailbox);
        let (kind, outcome) = match (returned, said.error) {
            (false, _) => (Kind::Request, Outcome::Pending),
            (true, Some(error)) => (Kind::Response, Outcome::Error(error)),
            (true, None) => (Kind::Response, Outcome::Ok),
        };
        sink.message(&Message {
            protocol: Protocol::Ethercat,
            kind,
            function: said.function,
            code: None,
            category: said.category,
            outcome,
            address,
            object: said.object,
            anomalies: Anomalies::NONE
                .with_if(matches!(said.function, Function::Unknown(_)), Anomalies::UNKNOWN_FUNCTION),
            fields: &mailbox,
        });
        match mailbox.kind {
            COE => coe::observe(mailbox.data, owner(input), address, sink),
            // Both ways of a frame show what the master writes; the way back shows what slaves answer as well.
            FOE if returned => self.files.take(station, mailbox.data, sink),
            _ => {}
        }
        true
    }
}

/// Slaves have no address of their own in a network: they lie behind their master's.
fn owner(input: &Input<'_>) -> Subject {
    if input.transport != Transport::Link {
        return Subject::Sender;
    }
    let Mac([first, rest @ ..]) = input.src_mac;
    let [a, b, c, d, e] = rest;
    Subject::Host { ip: None, mac: Some(Mac([first & !2, a, b, c, d, e])) }
}

fn say(mailbox: &Mailbox<'_>) -> Said {
    match mailbox.kind {
        ERROR => Said { error: Some("mailbox_error"), ..Said::plain("mailbox_error", Category::Diagnostics) },
        AOE => Said::plain("aoe", Category::Other),
        EOE => Said::plain(eoe_name(mailbox.data), Category::Other),
        COE => coe::say(mailbox.data),
        FOE => foe::say(mailbox.data),
        SOE => soe(mailbox.data),
        _ => Said::plain("voe", Category::Other),
    }
}

fn eoe_name(data: &[u8]) -> &'static str {
    match data.first().map_or(0, |byte| byte & 0x0f) {
        0 => "eoe_fragment",
        1 => "eoe_init_response_time_stamp",
        2 => "eoe_init_request",
        3 => "eoe_init_response",
        4 => "eoe_set_address_filter_request",
        5 => "eoe_set_address_filter_response",
        6 => "eoe_get_ip_request",
        _ => "eoe_get_ip_response",
    }
}

fn soe(data: &[u8]) -> Said {
    let [head, _, low, high] = data.first_chunk::<4>().copied().unwrap_or_default();
    let (name, category) = match head & 7 {
        1 => ("soe_read_request", Category::Read),
        2 => ("soe_read_response", Category::Read),
        3 => ("soe_write_request", Category::Write),
        4 => ("soe_write_response", Category::Write),
        5 => ("soe_notification", Category::Other),
        _ => ("soe_emergency", Category::Alarm),
    };
    let object = Reference::one("idn", u64::from(u16::from_le_bytes([low, high])));
    let error = if head & 0x10 == 0 { None } else { Some("soe_error") };
    Said { object, error, ..Said::plain(name, category) }
}

impl Fields for Mailbox<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.uint("mailbox_length", u64::from(self.length));
        visitor.uint("mailbox_address", u64::from(self.address));
        visitor.uint("priority", u64::from(self.priority));
        visitor.uint("mailbox_type", u64::from(self.kind));
        visitor.uint("counter", u64::from(self.counter));
        match self.kind {
            COE => coe::visit(self.data, visitor),
            FOE => foe::visit(self.data, visitor),
            SOE => {
                if let Some([head, elements, low, high]) = self.data.first_chunk::<4>() {
                    visitor.uint("drive", u64::from(head >> 5));
                    visitor.uint("elements", u64::from(*elements));
                    visitor.uint("idn", u64::from(u16::from_le_bytes([*low, *high])));
                    visitor.bytes("value", self.data.get(4..).unwrap_or_default());
                }
            }
            ERROR => {
                if let Some([_, _, low, high]) = self.data.first_chunk::<4>() {
                    let code = u16::from_le_bytes([*low, *high]);
                    visitor.named("error_code", u64::from(code), error_name(code));
                }
            }
            _ => visitor.bytes("data", self.data),
        }
    }
}

/// Names of mailbox errors (IEC 61158-6-12, table of mailbox error codes).
const fn error_name(code: u16) -> &'static str {
    match code {
        1 => "syntax",
        2 => "unsupported_protocol",
        3 => "invalid_channel",
        4 => "service_not_supported",
        5 => "invalid_header",
        6 => "size_too_short",
        7 => "no_more_memory",
        8 => "invalid_size",
        _ => "unknown",
    }
}
