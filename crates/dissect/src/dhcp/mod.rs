//! DHCP and BOOTP for IPv4.
//!
//! Spec: RFC 951, 2131, 2132, 3046 (relay information), 3396, 4388 (lease query), 4702 (client FQDN). UDP ports 67 and
//! 68; recognised on any port by the fixed part and the magic cookie before a chain of options.

mod identity;
mod option;

use sightglass_wire::{Ip, Mac};

use crate::tell::{ipv4, shown_ip, shown_mac, until_nul};
use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Input, Kind, Message, Outcome, Over, Probe,
    Protocol, Reader, Reference, Session, Sink, Step, Transport, Verdict, Visitor, printable,
};
use option::{Given, MESSAGE_TYPE, OVERLOAD, PARAMETER_LIST, options};

const PORTS: &[u16] = &[67, 68];
const BOOT_REQUEST: u8 = 1;
const BOOT_REPLY: u8 = 2;
/// Marks options as those of RFC 2132 (RFC 2131, 3).
const MAGIC_COOKIE: [u8; 4] = [0x63, 0x82, 0x53, 0x63];
/// Hardware type Ethernet.
const ETHERNET: u8 = 1;

/// DHCP as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Dhcp,
    over: &[Over::Udp(PORTS)],
    probe,
    open: || Box::new(Dhcp),
    max_message: 1_500,
    fields: &[
        Field { name: "op", doc: "1 request, 2 reply." },
        Field { name: "hops", doc: "Relays passed." },
        Field { name: "transaction_id", doc: "Chosen by the client; replies repeat it." },
        Field { name: "seconds", doc: "Seconds since the client began." },
        Field { name: "broadcast", doc: "The client cannot take unicasts yet." },
        Field { name: "client_ip", doc: "Address the client has (ciaddr)." },
        Field { name: "your_ip", doc: "Address the client gets (yiaddr)." },
        Field { name: "next_server_ip", doc: "Server of the boot file (siaddr)." },
        Field { name: "relay_ip", doc: "First relay (giaddr)." },
        Field { name: "client_mac", doc: "Client's hardware address (chaddr)." },
        Field { name: "server_name", doc: "Server's name." },
        Field { name: "boot_file", doc: "Boot file." },
        Field { name: "message_type", doc: "1 discover, 2 offer, 3 request ... (RFC 2132, 9.6)." },
        Field {
            name: "parameter_list",
            doc: "Options the client asks for, in its order: a fingerprint of its system.",
        },
        Field { name: "option_order", doc: "Options of the message in their order." },
        Field { name: "options", doc: "Every option: number, name, value by its type." },
    ],
    not_decoded: &["vendor-specific information inside options 43 and 125 (raw)", "authentication (raw)"],
};

/// The fixed part and the options.
struct Frame<'a> {
    op: u8,
    hardware_type: u8,
    hardware_length: u8,
    hops: u8,
    transaction_id: u32,
    seconds: u16,
    flags: u16,
    /// Client, your, next server, relay.
    addresses: [Ip; 4],
    hardware: &'a [u8],
    server_name: &'a [u8],
    boot_file: &'a [u8],
    has_cookie: bool,
    options: &'a [u8],
}

impl<'a> Frame<'a> {
    fn parse(data: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(data);
        let [op, hardware_type, hardware_length, hops] = reader.array().ok()?;
        let transaction_id = reader.be_u32().ok()?;
        let (seconds, flags) = (reader.be_u16().ok()?, reader.be_u16().ok()?);
        let mut addresses = [Ip::UNSPECIFIED; 4];
        for address in &mut addresses {
            *address = ipv4(&mut reader)?;
        }
        let hardware = reader.take(16).ok()?;
        let hardware = hardware.get(..usize::from(hardware_length)).unwrap_or(hardware);
        let server_name = reader.take(64).ok()?;
        let boot_file = reader.take(128).ok()?;
        let has_cookie = reader.peek(4).is_ok_and(|cookie| cookie == MAGIC_COOKIE);
        if has_cookie {
            reader.skip(4).ok()?;
        }
        Some(Self {
            op,
            hardware_type,
            hardware_length,
            hops,
            transaction_id,
            seconds,
            flags,
            addresses,
            hardware,
            server_name,
            boot_file,
            has_cookie,
            options: reader.rest(),
        })
    }

    /// All options, those that overload the names included (RFC 2132, 9.3).
    fn all(&self) -> impl Iterator<Item = Given<'a>> + use<'a> {
        let own = if self.has_cookie { self.options } else { &[] };
        let overload = options(own).find(|given| given.code == OVERLOAD);
        let overload = overload.and_then(|given| given.value.first().copied()).unwrap_or(0);
        let file = if overload & 1 != 0 { self.boot_file } else { &[] };
        let name = if overload & 2 != 0 { self.server_name } else { &[] };
        options(own).chain(options(file)).chain(options(name))
    }

    fn find(&self, code: u8) -> Option<&'a [u8]> {
        self.all().find(|given| given.code == code).map(|given| given.value)
    }

    fn message_type(&self) -> Option<u8> {
        self.find(MESSAGE_TYPE).and_then(|value| value.first().copied())
    }

    fn client_mac(&self) -> Option<Mac> {
        let is_ethernet = self.hardware_type == ETHERNET && self.hardware_length == 6;
        <[u8; 6]>::try_from(self.hardware).ok().filter(|_| is_ethernet).map(Mac)
    }
}

fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.transport != Transport::Udp {
        return Verdict::No;
    }
    let Some(frame) = Frame::parse(probe.data) else {
        // Cut by the snap length within the fixed part.
        let head = probe.data.first_chunk::<4>();
        let fits = head.is_some_and(|[op, kind, length, hops]| {
            matches!(*op, 1 | 2) && *kind == ETHERNET && *length == 6 && *hops <= 16
        });
        return if fits && probe.missing > 0 && probe.on_port(PORTS) { Verdict::Likely } else { Verdict::No };
    };
    let fixed =
        matches!(frame.op, BOOT_REQUEST | BOOT_REPLY) && frame.hardware_length <= 16 && frame.hops <= 16;
    match (fixed, frame.has_cookie) {
        (true, true) if options(frame.options).next().is_some_and(|given| !given.short) => Verdict::Sure,
        (true, true) => Verdict::Likely,
        // BOOTP without options of RFC 2132.
        (true, false) if probe.on_port(PORTS) && probe.data.len() >= 300 => Verdict::Likely,
        _ => Verdict::No,
    }
}

struct Dhcp;

// RFC 2132, 9.6; RFC 3203, 4388, 6926, 7724.
const fn type_name(kind: u8) -> Option<&'static str> {
    Some(match kind {
        1 => "discover",
        2 => "offer",
        3 => "request",
        4 => "decline",
        5 => "ack",
        6 => "nak",
        7 => "release",
        8 => "inform",
        9 => "force_renew",
        10 => "lease_query",
        11 => "lease_unassigned",
        12 => "lease_unknown",
        13 => "lease_active",
        14 => "bulk_lease_query",
        15 => "lease_query_done",
        16 => "active_lease_query",
        17 => "lease_query_status",
        18 => "tls",
        _ => return None,
    })
}

impl Session for Dhcp {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let Some(frame) = Frame::parse(input.data) else { return Step::Lost };
        let kind = frame.message_type();
        let reply = frame.op == BOOT_REPLY;
        let function = match (kind, reply) {
            (Some(kind), _) => type_name(kind).map_or(Function::Unknown(u32::from(kind)), Function::Known),
            (None, false) => Function::Known("bootp_request"),
            (None, true) => Function::Known("bootp_reply"),
        };
        let short = frame.all().any(|given| given.short);
        let wrong_way = match kind {
            Some(1 | 3 | 4 | 7 | 8) => reply,
            Some(2 | 5 | 6) => !reply,
            _ => false,
        };
        let anomalies = Anomalies::NONE
            .with_if(input.missing > 0, Anomalies::TRUNCATED)
            .with_if(input.missing == 0 && short, Anomalies::BAD_LENGTH)
            .with_if(matches!(function, Function::Unknown(_)), Anomalies::UNKNOWN_FUNCTION)
            .with_if(!matches!(frame.op, BOOT_REQUEST | BOOT_REPLY), Anomalies::BAD_VALUE)
            .with_if(wrong_way, Anomalies::WRONG_DIRECTION)
            .with_if(frame.hardware_length > 16, Anomalies::BAD_LENGTH);
        let outcome = match (kind, reply) {
            (Some(6), _) => Outcome::Error("nak"),
            (_, true) => Outcome::Ok,
            (_, false) => Outcome::Pending,
        };
        sink.message(&Message {
            protocol: Protocol::Dhcp,
            kind: if reply { Kind::Response } else { Kind::Request },
            function,
            code: kind.map(u32::from),
            category: if matches!(kind, Some(1 | 2 | 8 | 10..=17)) {
                Category::Discovery
            } else {
                Category::Session
            },
            outcome,
            address: Reference::None,
            object: Reference::None,
            anomalies,
            fields: &frame,
        });
        identity::observe(&frame, sink);
        Step::Took(input.data.len())
    }
}

impl Fields for Frame<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.uint("op", u64::from(self.op));
        visitor.uint("hardware_type", u64::from(self.hardware_type));
        visitor.uint("hops", u64::from(self.hops));
        visitor.uint("transaction_id", u64::from(self.transaction_id));
        visitor.uint("seconds", u64::from(self.seconds));
        visitor.flag("broadcast", self.flags & 0x8000 != 0);
        for (name, ip) in
            ["client_ip", "your_ip", "next_server_ip", "relay_ip"].into_iter().zip(self.addresses)
        {
            visitor.text(name, shown_ip(ip).as_str());
        }
        match self.client_mac() {
            Some(mac) => visitor.text("client_mac", shown_mac(mac).as_str()),
            None => visitor.bytes("client_hardware_address", self.hardware),
        }
        let overload = self.find(OVERLOAD).and_then(|value| value.first().copied()).unwrap_or(0);
        for (name, bytes, bit) in [("server_name", self.server_name, 2), ("boot_file", self.boot_file, 1)] {
            let text = until_nul(bytes);
            if !text.is_empty() && overload & bit == 0 {
                visitor.text(name, &printable(text));
            }
        }
        if let Some(kind) = self.message_type() {
            visitor.named("message_type", u64::from(kind), type_name(kind).unwrap_or("unknown"));
        }
        if let Some(list) = self.find(PARAMETER_LIST) {
            visitor.begin_list("parameter_list");
            for code in list {
                visitor.uint("", u64::from(*code));
            }
            visitor.end_list();
        }
        visitor.begin_list("option_order");
        for given in self.all() {
            visitor.uint("", u64::from(given.code));
        }
        visitor.end_list();
        visitor.begin_list("options");
        for given in self.all() {
            visitor.begin_object("");
            given.visit(visitor);
            visitor.end_object();
        }
        visitor.end_list();
    }
}

#[cfg(test)]
mod tests;
