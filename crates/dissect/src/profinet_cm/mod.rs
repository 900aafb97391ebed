//! PROFINET context management: connections between controllers and devices, records and their control.
//!
//! Spec: IEC 61158-5-10 and 61158-6-10, 5 (application layer protocol data units, blocks, records, PNIOStatus). Rides on
//! connectionless DCE/RPC (UDP 34964 and dynamic ports), which hands over whole calls of the PROFINET IO interfaces.
//! Requests and answers travel on flows of their own where a device answers from another port; answers repeat operation
//! and record, so both count for the same activity without being matched.

pub(crate) mod alarm;
pub(crate) mod block;
mod connect;
mod names;

use crate::tell::{Teller, shown_mac};
use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Kind, Message, Outcome, Protocol, Reader,
    Reference, Sink, Subject, Text, Verdict, Visitor, confidence, dcerpc, printable,
};
use block::{Header, blocks};
pub(crate) use names::status;

/// Operations (IEC 61158-6-10, 4.10.3.2).
const CONNECT: u16 = 0;
const RELEASE: u16 = 1;
const READ: u16 = 2;
const WRITE: u16 = 3;
const CONTROL: u16 = 4;
const READ_IMPLICIT: u16 = 5;

/// Record that holds several writes.
const MULTIPLE_WRITE: u16 = 0xe040;
/// Most writes of one job that are read.
const MAX_WRITES: usize = 256;
/// Most modules of one answer that are told.
const MAX_MODULES: usize = 256;
/// First bytes of a record that are shown.
const SHOWN: usize = 64;

/// PROFINET context management as the registry knows it; flows are found by `dcerpc`.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::ProfinetCm,
    over: &[],
    probe: |_| Verdict::No,
    open: dcerpc::open_datagrams,
    max_message: 65_507,
    fields: FIELDS,
    not_decoded: &[
        "contents of most port, ring, clock and isochronous blocks beyond their headers",
        "records of profiles and of the user: their first bytes are shown",
        "AR data, log data and asset management records",
    ],
};

const FIELDS: &[Field] = &[
    Field {
        name: "opnum",
        doc: "Operation: 0 connect, 1 release, 2 read, 3 write, 4 control, 5 read implicit.",
    },
    Field { name: "args_maximum", doc: "Bytes that the answer may have." },
    Field { name: "args_length", doc: "Bytes of blocks." },
    Field { name: "pnio_status", doc: "Status of the answer: code, decode, code 1, code 2." },
    Field { name: "instance", doc: "Instance of the addressed device." },
    Field { name: "device_id", doc: "Device number of the addressed device." },
    Field { name: "vendor_id", doc: "PROFINET vendor number of the addressed device." },
    Field { name: "blocks", doc: "Blocks by their own names: type, length and fields." },
    Field { name: "record_data", doc: "First bytes of a record without block structure." },
];

/// One call of an interface of PROFINET IO.
pub(crate) struct Call<'a> {
    pub(crate) request: bool,
    pub(crate) opnum: u16,
    /// The stub: status or maximum, lengths, blocks.
    pub(crate) stub: &'a [u8],
    /// Numbers of the stub's head are little-endian; blocks never are.
    pub(crate) little: bool,
    /// Instance, device number and vendor number of the object called.
    pub(crate) object: Option<(u16, u16, u16)>,
    /// Bytes of it are lost.
    pub(crate) cut: bool,
}

/// The stub's head.
#[derive(Debug, Clone, Copy)]
struct Head<'a> {
    /// Status of answers, maximum of requests.
    first: u32,
    length: u32,
    blocks: &'a [u8],
    short: bool,
}

fn head<'a>(call: &Call<'a>) -> Option<Head<'a>> {
    let mut reader = Reader::new(call.stub);
    let mut number = || if call.little { reader.le_u32().ok() } else { reader.be_u32().ok() };
    let first = number()?;
    let length = number()?;
    for _ in 0..3 {
        number()?;
    }
    let size = usize::try_from(length).unwrap_or(usize::MAX);
    let blocks = reader.take_up_to(size);
    Some(Head { first, length, blocks, short: blocks.len() < size })
}

/// Hands over one call.
pub(crate) fn take(call: &Call<'_>, sink: &mut dyn Sink) {
    let head = head(call);
    let bytes = head.map_or(&[][..], |head| head.blocks);
    let status = head.filter(|_| !call.request).map_or(0, |head| head.first);
    let header = blocks(bytes).next().and_then(|block| Header::parse(&block));
    let control = blocks(bytes).next().filter(|block| names::is_control(block.kind));
    let (function, category) = match call.opnum {
        CONNECT => (Function::Known("connect"), Category::Session),
        RELEASE => (Function::Known("release"), Category::Session),
        READ | READ_IMPLICIT => {
            let name = if call.opnum == READ { "read" } else { "read_implicit" };
            (
                Function::Known(name),
                header.map_or(Category::Read, |header| names::read_category(header.index)),
            )
        }
        WRITE => (
            Function::Known("write"),
            header.map_or(Category::Configuration, |header| names::write_category(header.index)),
        ),
        CONTROL => (Function::Known("control"), Category::Session),
        other => (Function::Unknown(u32::from(other)), Category::Other),
    };
    let failed = header.and_then(|header| header.status).filter(|status| *status != 0);
    let outcome = match (call.request, status) {
        (true, _) => Outcome::Pending,
        (false, 0) => failed.map_or(Outcome::Ok, |status| Outcome::Error(names::status(status))),
        (false, status) => Outcome::Error(names::status(status)),
    };
    let short = head.is_none_or(|head| head.short) || listed(call, bytes).any(|block| block.short);
    let anomalies = Anomalies::NONE
        .with_if(short && call.cut, Anomalies::TRUNCATED)
        .with_if(short && !call.cut, Anomalies::BAD_LENGTH)
        .with_if(matches!(function, Function::Unknown(_)), Anomalies::UNKNOWN_FUNCTION);
    let name = header.map(|header| record_name(header.index));
    let object = match (&name, control) {
        (Some(name), _) => Reference::Text(name.as_str()),
        (None, Some(block)) => Reference::Text(names::control(block.kind)),
        _ => Reference::None,
    };
    sink.message(&Message {
        protocol: Protocol::ProfinetCm,
        kind: if call.request { Kind::Request } else { Kind::Response },
        function,
        code: Some(u32::from(call.opnum)),
        category,
        outcome,
        address: header.map_or(Reference::None, address),
        object,
        anomalies,
        fields: &Shown { call, head: head.as_ref(), bytes },
    });
    if call.opnum == WRITE && header.is_some_and(|header| header.index == MULTIPLE_WRITE) {
        inner_writes(call, bytes, anomalies, sink);
    }
    if !short {
        observe(call, bytes, header, outcome == Outcome::Ok, sink);
    }
}

fn address(header: Header) -> Reference<'static> {
    Reference::two(("slot", u64::from(header.slot)), ("subslot", u64::from(header.subslot)))
}

fn record_name(index: u16) -> Text<32> {
    match names::record(index) {
        Some(name) => Text::of(format_args!("{name}")),
        None => Text::of(format_args!("record {index}")),
    }
}

/// The blocks of a call that are its own: after the header of a user's record, or of one that holds writes, no blocks
/// follow.
fn listed<'a>(call: &Call<'_>, bytes: &'a [u8]) -> impl Iterator<Item = block::Block<'a>> + use<'a> {
    let alone = matches!(call.opnum, READ | WRITE | READ_IMPLICIT) && !holds_blocks(bytes);
    blocks(bytes).take(if alone { 1 } else { usize::MAX })
}

/// Whether what follows the header block of a read or write is blocks.
fn holds_blocks(bytes: &[u8]) -> bool {
    let mut list = blocks(bytes);
    let Some(header) = list.next().and_then(|block| Header::parse(&block)) else { return true };
    // User's records and those of profiles have their own forms; several writes give messages of their own.
    let structured = header.index > 0x7fff && !matches!(header.index, 0xb000..=0xbfff | MULTIPLE_WRITE);
    structured && list.next().is_some_and(|block| names::block(block.kind) != "unknown")
}

/// What follows the header block of a read or write.
fn record(bytes: &[u8]) -> &[u8] {
    let mut reader = Reader::new(bytes);
    match block::block(&mut reader) {
        Some(_) => reader.rest(),
        None => &[],
    }
}

/// The writes that one record holds: each a header block and its record, padded to four bytes.
fn inner_writes(call: &Call<'_>, bytes: &[u8], marks: Anomalies, sink: &mut dyn Sink) {
    let mut reader = Reader::new(record(bytes));
    for _ in 0..MAX_WRITES {
        let start = reader.rest();
        let Some(header) = block::block(&mut reader).and_then(|block| Header::parse(&block)) else { return };
        let mut size = start.len().saturating_sub(reader.remaining());
        if call.request {
            let length = usize::try_from(header.length).unwrap_or(usize::MAX);
            size = size.saturating_add(reader.take_up_to(length).len());
            // Every write but the last is padded.
            let _ = reader.take_up_to(size.next_multiple_of(4).saturating_sub(size));
        }
        let own = start.get(..size).unwrap_or(start);
        let name = record_name(header.index);
        let outcome = match (call.request, header.status.unwrap_or(0)) {
            (true, _) => Outcome::Pending,
            (false, 0) => Outcome::Ok,
            (false, status) => Outcome::Error(names::status(status)),
        };
        sink.message(&Message {
            protocol: Protocol::ProfinetCm,
            kind: if call.request { Kind::Request } else { Kind::Response },
            function: Function::Known("write"),
            code: Some(u32::from(WRITE)),
            category: names::write_category(header.index),
            outcome,
            address: address(header),
            object: Reference::Text(name.as_str()),
            anomalies: marks,
            fields: &Shown { call, head: None, bytes: own },
        });
    }
}

/// What a call says about its two ends and their modules.
fn observe(call: &Call<'_>, bytes: &[u8], header: Option<Header>, good: bool, sink: &mut dyn Sink) {
    let own = Teller::new(Subject::Sender, Protocol::ProfinetCm, confidence::ANNOUNCEMENT);
    if let Some((_, device, vendor)) = call.object.filter(|object| object.1 != 0 || object.2 != 0) {
        // The object is the device's: it answers with it, and others call it by it.
        let teller =
            if call.request { own.about(Subject::Receiver).trusted(confidence::HEARSAY) } else { own };
        numbers(teller, vendor, device, sink);
    }
    for block in listed(call, bytes) {
        if let Some(name) = block.station() {
            own.tell("name", &printable(name), sink);
        }
        if let Some((device, vendor)) = block.initiator() {
            numbers(own, vendor, device, sink);
            own.tell("role", "io_controller", sink);
        }
        if call.request || !good {
            continue;
        }
        let place = header.filter(|header| header.slot != 0).map_or(Reference::None, address);
        match block.kind {
            names::IM0 => {
                if let Some(im0) = crate::im::Im0::parse(block.body) {
                    im0.observe(Protocol::ProfinetCm, place, sink);
                }
            }
            names::IM1 => {
                let (function, location) = block.body.split_at_checked(32).unwrap_or((block.body, &[]));
                own.tell_at(place, "tag_function", &printable(function), sink);
                own.tell_at(place, "location", &printable(location), sink);
            }
            names::IM2 => own.tell_at(place, "installation_date", &printable(block.body), sink),
            names::IM3 => own.tell_at(place, "description", &printable(block.body), sink),
            names::INTERFACE_REAL => {
                if let Some(interface) = block::Interface::parse(&block) {
                    own.tell("name", &printable(interface.name), sink);
                    own.tell("mac_address", shown_mac(interface.mac).as_str(), sink);
                    let [[a, b, c, d], ..] = interface.addresses;
                    if [a, b, c, d] != [0; 4] {
                        own.tell_shown("management_ip", format_args!("{a}.{b}.{c}.{d}"), sink);
                    }
                }
            }
            names::REAL_IDENTIFICATION => {
                let mut told = 0usize;
                block.identified(|module| {
                    told = told.saturating_add(1);
                    let first = module.submodule.is_none_or(|(subslot, _)| subslot == 1);
                    if module.slot != 0 && first && told <= MAX_MODULES {
                        let path = Reference::one("slot", u64::from(module.slot));
                        let ident = Text::<16>::of(format_args!("0x{:08x}", module.ident));
                        own.tell_at(path, "module_ident_number", ident.as_str(), sink);
                    }
                });
            }
            _ => {}
        }
    }
}

fn numbers(teller: Teller, vendor: u16, device: u16, sink: &mut dyn Sink) {
    teller.tell("vendor_id", Text::<8>::of(format_args!("0x{vendor:04x}")).as_str(), sink);
    teller.tell("device_id", Text::<8>::of(format_args!("0x{device:04x}")).as_str(), sink);
}

struct Shown<'a> {
    call: &'a Call<'a>,
    /// None for a write within another.
    head: Option<&'a Head<'a>>,
    bytes: &'a [u8],
}

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        if let Some(head) = self.head {
            visitor.uint("opnum", u64::from(self.call.opnum));
            if let Some((instance, device, vendor)) = self.call.object {
                visitor.uint("instance", u64::from(instance));
                visitor.uint("device_id", u64::from(device));
                visitor.uint("vendor_id", u64::from(vendor));
            }
            if self.call.request {
                visitor.uint("args_maximum", u64::from(head.first));
            } else {
                visitor.named("pnio_status", u64::from(head.first), names::status(head.first));
            }
            visitor.uint("args_length", u64::from(head.length));
        }
        visitor.begin_list("blocks");
        for block in listed(self.call, self.bytes) {
            visitor.begin_object("");
            block.visit(visitor);
            visitor.end_object();
        }
        visitor.end_list();
        let first = blocks(self.bytes).next().and_then(|block| Header::parse(&block));
        if first.is_some_and(|header| header.index != MULTIPLE_WRITE) && !holds_blocks(self.bytes) {
            let data = record(self.bytes);
            if !data.is_empty() {
                visitor.bytes("record_data", data.get(..SHOWN).unwrap_or(data));
            }
        }
    }
}

#[cfg(test)]
mod tests;
