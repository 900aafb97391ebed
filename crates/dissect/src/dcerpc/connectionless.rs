//! DCE/RPC without connections: version 4, over UDP.
//!
//! Spec: C706 (DCE 1.1: Remote Procedure Call) 12.5. Usual ports UDP 135 (endpoint mapper) and 34964 (PROFINET context
//! management); recognised by content on any port: version 4, packet type, flags, data representation, a length that fits.
//! Calls of the PROFINET IO interfaces are handed to their dissector; answers of endpoint mappers tell what they map.

use super::pdu::{Order, Uuid};
use crate::profinet_cm::{self, Call};
use crate::tell::Teller;
use crate::{
    Anomalies, Category, Fields, Function, Input, Kind, Message, Outcome, Pending, Probe, Protocol, Reader,
    Reference, Session, Sink, Step, Subject, Text, Transport, Verdict, Visitor, confidence, printable,
};

/// Usual ports.
pub(super) const PORTS: &[u16] = &[135, 34_964];
/// Bytes of the header.
const HEADER: usize = 80;

/// Packet types (C706 12.5.2.6).
const REQUEST: u8 = 0;
const PING: u8 = 1;
const RESPONSE: u8 = 2;
const FAULT: u8 = 3;
const WORKING: u8 = 4;
const NO_CALL: u8 = 5;
const REJECT: u8 = 6;

/// Flags: the last fragment, a fragment.
const LAST_FRAGMENT: u8 = 0x02;
const FRAGMENT: u8 = 0x04;

/// First numbers of the interfaces: PROFINET IO device, controller, supervisor and parameter server; endpoint mapper.
const PNIO: std::ops::RangeInclusive<u32> = 0xdea0_0001..=0xdea0_0004;
const ENDPOINT_MAPPER: u32 = 0xe1af_8308;
/// First number of the objects of PROFINET IO.
const PNIO_OBJECT: u32 = 0xdea0_0000;

/// Most bytes of a call in fragments that are put together.
const MAX_CALL: usize = 128 * 1024;
/// Most entries of an endpoint mapper's answer that are read.
const MAX_ENTRIES: u32 = 32;

/// The header of every packet.
#[derive(Debug, Clone, Copy)]
struct Header {
    kind: u8,
    flags: u8,
    little: bool,
    object: Uuid,
    interface: Uuid,
    activity: Uuid,
    sequence: u32,
    opnum: u16,
    length: u16,
    fragment: u16,
}

impl Header {
    /// `None` when it is cut or cannot be one.
    fn parse(data: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(data);
        let [version, kind, flags, flags_2] = reader.array().ok()?;
        let [order, float, 0, _] = reader.array().ok()? else { return None };
        let fits = version == 4
            && kind <= 10
            && flags & 0x81 == 0
            && flags_2 & 0xfc == 0
            && matches!(order, 0 | 0x10)
            && float <= 3;
        if !fits {
            return None;
        }
        let little = order == 0x10;
        let order = Order { little };
        let object = order.uuid(&mut reader).ok()?;
        let interface = order.uuid(&mut reader).ok()?;
        let activity = order.uuid(&mut reader).ok()?;
        // Boot time of the server, version of the interface.
        reader.skip(8).ok()?;
        let sequence = order.u32(&mut reader).ok()?;
        let opnum = order.u16(&mut reader).ok()?;
        reader.skip(4).ok()?;
        let length = order.u16(&mut reader).ok()?;
        let fragment = order.u16(&mut reader).ok()?;
        reader.skip(2).ok()?;
        Some(Self { kind, flags, little, object, interface, activity, sequence, opnum, length, fragment })
    }

    const fn order(&self) -> Order {
        Order { little: self.little }
    }

    fn is_pnio(&self) -> bool {
        PNIO.contains(&self.interface.first()) && self.interface.is_pnio()
    }
}

/// Looks at the first datagram of a flow.
pub(super) fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.transport != Transport::Udp || probe.data.first() != Some(&4) {
        return Verdict::No;
    }
    let Some(header) = Header::parse(probe.data) else { return Verdict::No };
    let there = probe.data.len().saturating_add(usize::try_from(probe.missing).unwrap_or(0));
    let whole = there == HEADER.saturating_add(usize::from(header.length));
    match (header.is_pnio(), whole) {
        (true, true) => Verdict::Sure,
        (false, true) if header.length > 0 || probe.on_port(PORTS) => Verdict::Likely,
        (true, false) if there > HEADER => Verdict::Likely,
        _ => Verdict::No,
    }
}

/// A call in fragments.
#[derive(Debug)]
struct Assembly {
    key: (Uuid, u32, bool),
    next: u16,
    bytes: Vec<u8>,
    cut: bool,
}

/// Calls of one pair of ports.
#[derive(Debug, Default)]
pub(super) struct Datagrams {
    /// By activity and sequence: the operation and the interface asked.
    calls: Pending<(Uuid, u32), (u16, Uuid)>,
    assembly: Option<Assembly>,
    is_pnio: bool,
}

impl Session for Datagrams {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let Some(header) = Header::parse(input.data) else { return Step::Lost };
        let rest = input.data.get(HEADER..).unwrap_or_default();
        let length = usize::from(header.length);
        let body = rest.get(..length).unwrap_or(rest);
        let short = body.len() < length;
        let cut = short && input.missing > 0;
        let anomalies =
            Anomalies::NONE.with_if(cut, Anomalies::TRUNCATED).with_if(short && !cut, Anomalies::BAD_LENGTH);
        self.is_pnio |= header.is_pnio();
        Self::message(&header, body, anomalies, sink);
        match header.kind {
            REQUEST => {
                self.calls.insert((header.activity, header.sequence), (header.opnum, header.interface));
            }
            FAULT | REJECT | RESPONSE => {
                let _ = self.calls.take(&(header.activity, header.sequence));
            }
            _ => {}
        }
        if matches!(header.kind, REQUEST | RESPONSE) {
            if header.flags & FRAGMENT == 0 {
                Self::stub(&header, body, short, sink);
            } else {
                self.fragment(&header, body, short, sink);
            }
        }
        Step::Took(input.data.len())
    }

    fn protocol(&self) -> Option<Protocol> {
        self.is_pnio.then_some(Protocol::ProfinetCm)
    }
}

impl Datagrams {
    fn message(header: &Header, body: &[u8], anomalies: Anomalies, sink: &mut dyn Sink) {
        let (function, kind, outcome) = match header.kind {
            REQUEST => (Function::Known("call"), Kind::Request, Outcome::Pending),
            RESPONSE => (Function::Known("call"), Kind::Response, Outcome::Ok),
            FAULT => (Function::Known("call"), Kind::Response, Outcome::Error("fault")),
            REJECT => (Function::Known("call"), Kind::Response, Outcome::Error("rejected")),
            PING => (Function::Known("ping"), Kind::Control, Outcome::Event),
            WORKING => (Function::Known("working"), Kind::Control, Outcome::Event),
            NO_CALL => (Function::Known("nocall"), Kind::Control, Outcome::Event),
            7 => (Function::Known("ack"), Kind::Control, Outcome::Event),
            8 => (Function::Known("cl_cancel"), Kind::Control, Outcome::Event),
            9 => (Function::Known("fack"), Kind::Control, Outcome::Event),
            _ => (Function::Known("cancel_ack"), Kind::Control, Outcome::Event),
        };
        let is_call = matches!(kind, Kind::Request | Kind::Response);
        let text = Text::<64>::of(format_args!("{} opnum {}", header.interface, header.opnum));
        sink.message(&Message {
            protocol: Protocol::Dcerpc,
            kind,
            function,
            code: is_call.then_some(u32::from(header.opnum)),
            category: if is_call { Category::Other } else { Category::Session },
            outcome,
            address: Reference::None,
            object: if is_call { Reference::Text(text.as_str()) } else { Reference::None },
            anomalies,
            fields: &Shown { header, body },
        });
    }

    /// A whole call.
    fn stub(header: &Header, stub: &[u8], cut: bool, sink: &mut dyn Sink) {
        if header.is_pnio() {
            let object = header.object.pnio_numbers().filter(|_| header.object.first() == PNIO_OBJECT);
            let call = Call {
                request: header.kind == REQUEST,
                opnum: header.opnum,
                stub,
                little: header.little,
                object,
                cut,
            };
            profinet_cm::take(&call, sink);
        } else if header.interface.first() == ENDPOINT_MAPPER && header.kind == RESPONSE && !cut {
            let _ = endpoints(header, stub, sink);
        }
    }

    /// A piece of a call; they come in order, or the call is given up.
    fn fragment(&mut self, header: &Header, body: &[u8], short: bool, sink: &mut dyn Sink) {
        let key = (header.activity, header.sequence, header.kind == REQUEST);
        if header.fragment == 0 {
            self.assembly = Some(Assembly { key, next: 0, bytes: Vec::new(), cut: false });
        }
        let Some(assembly) = self.assembly.as_mut().filter(|assembly| assembly.key == key) else { return };
        // One that was sent again is in already.
        if header.fragment < assembly.next {
            return;
        }
        let room = MAX_CALL.saturating_sub(assembly.bytes.len());
        assembly.cut |= short || header.fragment != assembly.next || body.len() > room;
        assembly.next = header.fragment.saturating_add(1);
        assembly.bytes.extend_from_slice(body.get(..room).unwrap_or(body));
        if header.flags & LAST_FRAGMENT != 0
            && let Some(whole) = self.assembly.take()
        {
            Self::stub(header, &whole.bytes, whole.cut, sink);
        }
    }
}

/// What an endpoint mapper of a PROFINET device says of it: the annotation of its entries holds product, order number,
/// hardware and software revision in fixed columns (IEC 61158-6-10, 4.10.3.1.4).
fn endpoints(header: &Header, stub: &[u8], sink: &mut dyn Sink) -> Option<()> {
    let order = header.order();
    let mut reader = Reader::new(stub);
    // Handle, then the number of entries and the bounds of their array.
    reader.skip(20).ok()?;
    let count = order.u32(&mut reader).ok()?;
    reader.skip(12).ok()?;
    for _ in 0..count.min(MAX_ENTRIES) {
        let object = order.uuid(&mut reader).ok()?;
        reader.skip(8).ok()?;
        let length = usize::try_from(order.u32(&mut reader).ok()?).ok()?;
        let annotation = reader.take(length).ok()?;
        let _ = reader.take_up_to(length.next_multiple_of(4).saturating_sub(length));
        if object.first() != PNIO_OBJECT {
            continue;
        }
        let teller = Teller::new(Subject::Sender, Protocol::ProfinetCm, confidence::ANNOUNCEMENT);
        if let Some((_, device, vendor)) = object.pnio_numbers() {
            teller.tell("vendor_id", Text::<8>::of(format_args!("0x{vendor:04x}")).as_str(), sink);
            teller.tell("device_id", Text::<8>::of(format_args!("0x{device:04x}")).as_str(), sink);
        }
        let text = printable(annotation);
        let column = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
        teller.tell("model", column(0, 25), sink);
        teller.tell("order_number", column(26, 46), sink);
        teller.tell("hardware_revision", column(47, 52), sink);
        let mut parts = text.get(53..).unwrap_or_default().split_ascii_whitespace();
        if let (Some(prefix), Some(major), Some(minor), Some(patch)) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        {
            teller.tell_shown("firmware", format_args!("{prefix}{major}.{minor}.{patch}"), sink);
        }
    }
    Some(())
}

struct Shown<'a> {
    header: &'a Header,
    body: &'a [u8],
}

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        let header = self.header;
        visitor.uint("packet_type", u64::from(header.kind));
        visitor.uint("call_id", u64::from(header.sequence));
        visitor.uint("fragment_length", u64::from(header.length));
        if header.flags & FRAGMENT != 0 {
            visitor.flag("first_fragment", header.fragment == 0);
            visitor.flag("last_fragment", header.flags & LAST_FRAGMENT != 0);
        }
        visitor.uint("opnum", u64::from(header.opnum));
        visitor.text("interface", Text::<40>::of(format_args!("{}", header.interface)).as_str());
        visitor.text("object", Text::<40>::of(format_args!("{}", header.object)).as_str());
        visitor.text("activity", Text::<40>::of(format_args!("{}", header.activity)).as_str());
        if matches!(header.kind, FAULT | REJECT)
            && let Ok(status) = header.order().u32(&mut Reader::new(self.body))
        {
            visitor.uint("fault_status", u64::from(status));
        }
    }
}
