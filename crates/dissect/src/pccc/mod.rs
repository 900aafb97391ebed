//! PCCC: the commands of PLC-5, SLC 500 and MicroLogix controllers, as CIP, DH+ connections and CSP carry them.
//!
//! Spec: DF1 Protocol and Command Set, Rockwell publication 1770-6.5.16, chapters 6 to 8. A layer of [`crate::cip`] and
//! [`crate::csp`], without ports of its own.

mod address;
mod command;
mod diagnostic;
mod file;
mod visit;

use crate::{
    Anomalies, Dissector, Function, Kind, Message, Outcome, Protocol, Reader, Reference, Sink, Verdict,
};
use address::{Address, NAME};

/// PCCC as the registry knows it: found inside other protocols, never by itself.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Pccc,
    over: &[],
    probe: |_| Verdict::No,
    open: crate::enip::open,
    max_message: 65_535,
    fields: visit::FIELDS,
    not_decoded: &["program files of the controllers", "DF1 framing on serial lines"],
};

/// Bit of the command byte that marks a reply (chapter 6).
pub(crate) const REPLY: u8 = 0x40;
/// The part of the command byte that names the command; the rest is priority and reply.
const COMMAND: u8 = 0x0f;
/// Status whose high half says that an extended status byte follows (chapter 8).
const EXTENDED: u8 = 0xf0;

/// One command or reply after its transport's header.
#[derive(Debug, Clone, Copy)]
struct Frame<'a> {
    command: u8,
    status: u8,
    transaction: u16,
    /// Function of a command that has one; a reply repeats none.
    function: Option<u8>,
    extended_status: Option<u8>,
    data: &'a [u8],
}

impl<'a> Frame<'a> {
    fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let byte = reader.u8().ok()?;
        let status = reader.u8().ok()?;
        let transaction = reader.le_u16().ok()?;
        let reply = byte & REPLY != 0;
        let command = byte & COMMAND;
        let function = if !reply && command::has_function(command) { reader.u8().ok() } else { None };
        let extended = reply && status & EXTENDED == EXTENDED;
        let extended_status = if extended { reader.u8().ok() } else { None };
        Some(Self { command, status, transaction, function, extended_status, data: reader.rest() })
    }
}

/// Gives the message of a command.
pub(crate) fn request(bytes: &[u8], address: Reference<'_>, cut: bool, sink: &mut dyn Sink) {
    let Some(frame) = Frame::parse(bytes) else { return };
    let place = Address::parse(frame.command, frame.function, frame.data);
    let mut name = crate::Text::<NAME>::default();
    let object = place.as_ref().map_or(Reference::None, |place| place.object(&mut name));
    let (function, category) = command::describe(frame.command, frame.function, place.as_ref());
    let unknown = matches!(function, Function::Unknown(_));
    sink.message(&Message {
        protocol: Protocol::Pccc,
        kind: Kind::Request,
        function,
        code: Some(u32::from(frame.command)),
        category,
        outcome: Outcome::Pending,
        address,
        object,
        anomalies: Anomalies::NONE
            .with_if(cut, Anomalies::TRUNCATED)
            .with_if(unknown, Anomalies::UNKNOWN_FUNCTION),
        fields: &visit::Shown { frame: &frame, asked: None, place: place.as_ref(), asked_place: None },
    });
    if let Some(place) = place.filter(|place| place.writes && sink.wants().values && !cut) {
        place.emit(place.data, address, sink);
    }
}

/// Gives the message of a reply; `asked` is the command it answers, where that was seen.
pub(crate) fn response(
    bytes: &[u8],
    asked: Option<&[u8]>,
    address: Reference<'_>,
    cut: bool,
    sink: &mut dyn Sink,
) {
    let Some(frame) = Frame::parse(bytes) else { return };
    let seen = asked.is_some();
    let asked = asked
        .and_then(Frame::parse)
        .filter(|asked| asked.command == frame.command && asked.transaction == frame.transaction);
    let place = asked.and_then(|asked| Address::parse(asked.command, asked.function, asked.data));
    let mut name = crate::Text::<NAME>::default();
    let object = place.as_ref().map_or(Reference::None, |place| place.object(&mut name));
    let (function, category) = match asked {
        Some(asked) => command::describe(asked.command, asked.function, place.as_ref()),
        None => command::unanswered(frame.command),
    };
    let outcome = match frame.status {
        0 => Outcome::Ok,
        status => Outcome::Error(command::status_name(status, frame.extended_status)),
    };
    sink.message(&Message {
        protocol: Protocol::Pccc,
        kind: Kind::Response,
        function,
        code: Some(u32::from(frame.command)),
        category,
        outcome,
        address,
        object,
        anomalies: Anomalies::NONE
            .with_if(cut, Anomalies::TRUNCATED)
            .with_if(seen && asked.is_none(), Anomalies::MISMATCHED_RESPONSE),
        fields: &visit::Shown {
            frame: &frame,
            asked: asked.as_ref(),
            place: None,
            asked_place: place.as_ref(),
        },
    });
    if frame.status != 0 || cut {
        return;
    }
    if let Some(place) = place.filter(|place| !place.writes && sink.wants().values) {
        place.emit(frame.data, address, sink);
    }
    if asked
        .is_some_and(|asked| (asked.command, asked.function) == (command::DIAGNOSTIC, Some(command::STATUS)))
    {
        diagnostic::observe(frame.data, address, sink);
    }
}

#[cfg(test)]
mod tests;
