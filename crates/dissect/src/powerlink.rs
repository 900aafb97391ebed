//! Ethernet POWERLINK: cyclic frames between a managing node and controlled nodes.
//!
//! Spec: EPSG DS 301 V1.5.1, chapters 4.6 (frames), 6.3 (SDO), 7.1 (network management). Ethertype 0x88ab; recognised by
//! message type, node numbers and, with multicast, the group address that belongs to the type. `code` is the message type.

use sightglass_wire::Mac;

use crate::shown::Shown;
use crate::tell::{ipv4, shown_ip, until_nul};
use crate::{
    Anomalies, Category, Dissector, Field, Function, Input, Kind, Message, Observation, Outcome, Over, Probe,
    Protocol, Reader, Reference, Session, Sink, Step, Subject, Text, Transport, Verdict, Visitor, confidence,
    printable,
};

const ETHERTYPE: u16 = 0x88ab;
const SOC: u8 = 0x01;
const PREQ: u8 = 0x03;
const PRES: u8 = 0x04;
const SOA: u8 = 0x05;
const ASND: u8 = 0x06;
const AMNI: u8 = 0x07;
const AINV: u8 = 0x0d;
/// Services of asynchronous frames (appendix 3.3).
const IDENT_RESPONSE: u8 = 1;
const STATUS_RESPONSE: u8 = 2;
const NMT_REQUEST: u8 = 3;
const NMT_COMMAND: u8 = 4;
const SDO: u8 = 5;
/// The managing node (4.5).
const MANAGING_NODE: u8 = 240;

/// POWERLINK as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Powerlink,
    over: &[Over::Ether(ETHERTYPE)],
    probe,
    open: || Box::<Powerlink>::default(),
    max_message: 1_500,
    fields: FIELDS,
    not_decoded: &[
        "process data of poll requests and responses: the mapping is configured",
        "POWERLINK over UDP (port 3819)",
        "segments of SDO transfers beyond their command",
    ],
};

const FIELDS: &[Field] = &[
    Field { name: "destination", doc: "Node number of the receiver; 255 for all." },
    Field { name: "source", doc: "Node number of the sender; 240 is the managing node." },
    Field { name: "nmt_state", doc: "State of the sender's network management." },
    Field { name: "service", doc: "Service of an asynchronous frame, requested or sent." },
    Field { name: "target", doc: "Node whose asynchronous frame is invited." },
    Field { name: "payload_length", doc: "Bytes of process data." },
    Field { name: "nmt_command", doc: "Command of network management." },
    Field { name: "sdo_command", doc: "Command of a service data object transfer." },
    Field { name: "index", doc: "Object that is read or written." },
    Field { name: "sub_index", doc: "Entry of the object." },
    Field { name: "abort_code", doc: "Why a transfer was aborted." },
];

const fn describe(kind: u8) -> Option<(&'static str, Kind, Category)> {
    Some(match kind {
        SOC => ("start_of_cycle", Kind::Event, Category::TimeSync),
        PREQ => ("poll_request", Kind::Request, Category::Write),
        PRES => ("poll_response", Kind::Response, Category::Read),
        SOA => ("start_of_asynchronous", Kind::Control, Category::Session),
        ASND => ("asynchronous_send", Kind::Event, Category::Other),
        AMNI => ("active_managing_node_indication", Kind::Control, Category::Session),
        AINV => ("asynchronous_invite", Kind::Control, Category::Session),
        _ => return None,
    })
}

/// Names of states (appendix 3.6).
const fn state_name(state: u8) -> &'static str {
    match state {
        0x00 => "off",
        0x19 => "initialising",
        0x29 => "reset_application",
        0x39 => "reset_communication",
        0x79 => "reset_configuration",
        0x1c => "not_active",
        0x1d => "pre_operational_1",
        0x5d => "pre_operational_2",
        0x6d => "ready_to_operate",
        0xfd => "operational",
        0x4d => "stopped",
        0x1e => "basic_ethernet",
        _ => "unknown",
    }
}

/// Names and categories of network management commands (appendix 3.7).
const fn command(id: u8) -> Option<(&'static str, Category)> {
    Some(match id {
        0x21 => ("nmt_start_node", Category::Control),
        0x22 => ("nmt_stop_node", Category::Control),
        0x23 => ("nmt_enter_pre_operational_2", Category::Control),
        0x24 => ("nmt_enable_ready_to_operate", Category::Control),
        0x28 => ("nmt_reset_node", Category::Control),
        0x29 => ("nmt_reset_communication", Category::Control),
        0x2a => ("nmt_reset_configuration", Category::Control),
        0x2b => ("nmt_sw_reset", Category::Control),
        0x2c => ("nmt_go_to_standby", Category::Control),
        0x41..=0x4b => ("nmt_extended_state_command", Category::Control),
        0x62 => ("nmt_net_host_name_set", Category::Configuration),
        0x63 => ("nmt_flush_arp_entry", Category::Configuration),
        0x80 => ("nmt_publish_configured_nodes", Category::Discovery),
        0x90 => ("nmt_publish_active_nodes", Category::Discovery),
        0x91..=0x95 => ("nmt_publish_nodes", Category::Discovery),
        0xa0 => ("nmt_publish_emergency_new", Category::Discovery),
        0xb0 => ("nmt_publish_time", Category::TimeSync),
        0xff => ("nmt_invalid_service", Category::Session),
        _ => return None,
    })
}

/// Names and categories of SDO commands (6.3.2.4.2.3).
const fn sdo_command(id: u8) -> Option<(&'static str, Category)> {
    Some(match id {
        0x00 => ("sdo_nil", Category::Session),
        0x01 => ("sdo_write_by_index", Category::Write),
        0x02 => ("sdo_read_by_index", Category::Read),
        0x03 => ("sdo_write_all_by_index", Category::Write),
        0x04 => ("sdo_read_all_by_index", Category::Read),
        0x05 => ("sdo_write_by_name", Category::Write),
        0x06 => ("sdo_read_by_name", Category::Read),
        0x20 => ("sdo_file_write", Category::FileTransfer),
        0x21 => ("sdo_file_read", Category::FileTransfer),
        0x31 => ("sdo_write_multiple_by_index", Category::Write),
        0x32 => ("sdo_read_multiple_by_index", Category::Read),
        0x70 => ("sdo_maximum_segment_size", Category::Session),
        0x71 => ("sdo_link_name_to_index", Category::Read),
        _ => return None,
    })
}

#[derive(Debug, Clone, Copy)]
struct Frame<'a> {
    kind: u8,
    destination: u8,
    source: u8,
    body: &'a [u8],
}

fn parse(data: &[u8]) -> Option<Frame<'_>> {
    let mut reader = Reader::new(data);
    let kind = reader.u8().ok()? & 0x7f;
    let (destination, source) = (reader.u8().ok()?, reader.u8().ok()?);
    Some(Frame { kind, destination, source, body: reader.rest() })
}

/// Group addresses 01:11:1e:00:00:01 to 05 (table 13).
fn group(mac: Mac) -> Option<u8> {
    match mac.0 {
        [0x01, 0x11, 0x1e, 0, 0, last] => Some(last),
        _ => None,
    }
}

fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.transport != Transport::Link || probe.ethertype != ETHERTYPE {
        return Verdict::No;
    }
    let Some(frame) = parse(probe.data).filter(|frame| describe(frame.kind).is_some()) else {
        return Verdict::No;
    };
    let fits = match (frame.kind, group(probe.dst_mac)) {
        (SOC, Some(last)) => last == 1,
        (PRES, Some(last)) => last == 2,
        (SOA | AINV, Some(last)) => last == 3,
        (ASND, Some(last)) => last == 4,
        (AMNI, Some(last)) => last == 5,
        (PREQ, None) => frame.source == MANAGING_NODE,
        (ASND | PRES, None) => frame.source != 0,
        _ => false,
    };
    if fits { Verdict::Sure } else { Verdict::Likely }
}

#[derive(Default)]
struct Powerlink;

impl Session for Powerlink {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let Some(frame) = parse(input.data) else { return Step::Lost };
        message(&frame, input, sink);
        Step::Took(input.data.len())
    }
}

/// Command layer of an SDO frame: sequence layer of four bytes, then a reserved byte, transaction, flags, command (6.3.2.4).
#[derive(Debug, Clone, Copy)]
struct Sdo {
    flags: u8,
    id: u8,
    index: Option<(u16, u8)>,
    abort: Option<u32>,
}

fn sdo(body: &[u8]) -> Option<Sdo> {
    let mut reader = Reader::new(body);
    reader.skip(1 + 4 + 2).ok()?;
    let (flags, id) = (reader.u8().ok()?, reader.u8().ok()?);
    reader.skip(2 + 2).ok()?;
    if flags & 0x40 != 0 {
        return Some(Sdo { flags, id, index: None, abort: reader.le_u32().ok() });
    }
    // The first segment of a longer transfer tells its size first.
    if flags & 0x30 == 0x10 {
        reader.skip(4).ok()?;
    }
    let is_request = flags & 0x80 == 0;
    let index = match (is_request && matches!(id, 1..=4), reader.le_u16(), reader.u8()) {
        (true, Ok(index), Ok(sub)) => Some((index, sub)),
        _ => None,
    };
    Some(Sdo { flags, id, index, abort: None })
}

fn message(frame: &Frame<'_>, input: &Input<'_>, sink: &mut dyn Sink) {
    let described = describe(frame.kind);
    let (mut function, mut kind, mut category) = described.map_or(
        (Function::Unknown(u32::from(frame.kind)), Kind::Event, Category::Other),
        |(name, kind, category)| (Function::Known(name), kind, category),
    );
    let service = if frame.kind == ASND { frame.body.first().copied() } else { None };
    let mut outcome = match kind {
        Kind::Request => Outcome::Pending,
        Kind::Response => Outcome::Ok,
        _ => Outcome::Event,
    };
    let mut transfer = None;
    match service {
        Some(IDENT_RESPONSE) => {
            (function, category) = (Function::Known("ident_response"), Category::Discovery);
        }
        Some(STATUS_RESPONSE) => {
            (function, category) = (Function::Known("status_response"), Category::Diagnostics);
        }
        Some(NMT_REQUEST) => {
            (function, category) = (Function::Known("nmt_request"), Category::Control);
        }
        Some(NMT_COMMAND) => {
            let id = frame.body.get(1).copied().unwrap_or(0);
            (function, category) = command(id)
                .map_or((Function::Unknown(u32::from(id)), Category::Control), |(name, category)| {
                    (Function::Known(name), category)
                });
        }
        Some(SDO) => {
            transfer = sdo(frame.body);
            if let Some(transfer) = transfer {
                (function, category) = sdo_command(transfer.id).map_or(
                    (Function::Unknown(u32::from(transfer.id)), Category::Other),
                    |(name, category)| (Function::Known(name), category),
                );
                (kind, outcome) = match (transfer.flags & 0x80 != 0, transfer.abort) {
                    (_, Some(_)) => (Kind::Response, Outcome::Error("sdo_abort")),
                    (true, None) => (Kind::Response, Outcome::Ok),
                    (false, None) => (Kind::Request, Outcome::Pending),
                };
            }
        }
        _ => {}
    }
    let node = match kind {
        Kind::Response => frame.source,
        _ if frame.kind == ASND
            && matches!(service, Some(IDENT_RESPONSE | STATUS_RESPONSE | NMT_REQUEST)) =>
        {
            frame.source
        }
        _ => frame.destination,
    };
    let object = match transfer.and_then(|transfer| transfer.index) {
        Some((index, sub)) => Reference::two(("index", u64::from(index)), ("sub_index", u64::from(sub))),
        None => Reference::None,
    };
    let wrong_node = frame.source == 0 || (frame.kind == PREQ && frame.source != MANAGING_NODE);
    let shown = Shown(|visitor: &mut dyn Visitor| show(frame, transfer, visitor));
    sink.message(&Message {
        protocol: Protocol::Powerlink,
        kind,
        function,
        code: Some(u32::from(frame.kind)),
        category,
        outcome,
        address: Reference::one("node", u64::from(node)),
        object,
        anomalies: Anomalies::NONE
            .with_if(matches!(function, Function::Unknown(_)), Anomalies::UNKNOWN_FUNCTION)
            .with_if(wrong_node, Anomalies::BAD_VALUE)
            .with_if(input.missing > 0, Anomalies::TRUNCATED),
        fields: &shown,
    });
    if service == Some(IDENT_RESPONSE) {
        identity(frame.body, sink);
    }
    if frame.source == MANAGING_NODE && frame.kind == SOC {
        say(sink, "role", "powerlink_managing_node", confidence::BEHAVIOUR);
    }
}

fn say(sink: &mut dyn Sink, attribute: &'static str, value: &str, confidence: u8) {
    if !value.trim().is_empty() {
        let (subject, path, value) = (Subject::Sender, Reference::None, value.trim());
        let protocol = Protocol::Powerlink;
        sink.observe(&Observation { subject, path, attribute, value, protocol, confidence });
    }
}

/// The identity of a node (7.3.3.2.1).
fn identity(body: &[u8], sink: &mut dyn Sink) -> Option<()> {
    let mut reader = Reader::new(body);
    // Service, flags, state, reserved, profile version, reserved, features, sizes and times up to the device type.
    reader.skip(1 + 2 + 2 + 1 + 1 + 4 + 2 + 2 + 2 + 4 + 2).ok()?;
    let mut number = |reader: &mut Reader<'_>, attribute| {
        let value = reader.le_u32().ok()?;
        say(sink, attribute, Text::<12>::of(format_args!("{value}")).as_str(), confidence::IDENTITY);
        Some(())
    };
    reader.skip(4).ok()?;
    number(&mut reader, "vendor_id")?;
    number(&mut reader, "product_code")?;
    let revision = reader.le_u32().ok()?;
    let serial = reader.le_u32().ok()?;
    let (major, minor) = (revision >> 16, revision & 0xffff);
    say(
        sink,
        "hardware_revision",
        Text::<16>::of(format_args!("{major}.{minor}")).as_str(),
        confidence::IDENTITY,
    );
    say(sink, "serial", Text::<12>::of(format_args!("{serial}")).as_str(), confidence::IDENTITY);
    reader.skip(8 + 4 + 4 + 4 + 4).ok()?;
    let (ip, _mask, _gateway) = (ipv4(&mut reader)?, ipv4(&mut reader)?, ipv4(&mut reader)?);
    say(sink, "ip_address", shown_ip(ip).as_str(), confidence::IDENTITY);
    let host = printable(until_nul(reader.take(32).ok()?)).into_owned();
    say(sink, "hostname", &host, confidence::IDENTITY);
    Some(())
}

fn show(frame: &Frame<'_>, transfer: Option<Sdo>, visitor: &mut dyn Visitor) {
    visitor.uint("destination", u64::from(frame.destination));
    visitor.uint("source", u64::from(frame.source));
    let byte = |at: usize| frame.body.get(at).copied();
    // State behind a reserved byte, except in asynchronous frames, where service and flags stand in front.
    let state = match (frame.kind, byte(0)) {
        (PRES | SOA, _) => byte(0),
        (ASND, Some(IDENT_RESPONSE | STATUS_RESPONSE)) => byte(3),
        _ => None,
    };
    if let Some(state) = state {
        visitor.named("nmt_state", u64::from(state), state_name(state));
    }
    match frame.kind {
        PREQ | PRES => {
            if let Some(length) = frame.body.get(5..7).and_then(<[u8]>::first_chunk) {
                visitor.uint("payload_length", u64::from(u16::from_le_bytes(*length)));
            }
        }
        SOA => {
            if let (Some(service), Some(target)) = (byte(3), byte(4)) {
                let name = match service {
                    0 => "no_service",
                    1 => "ident_request",
                    2 => "status_request",
                    3 => "nmt_request_invite",
                    6 => "sync_request",
                    0xff => "unspecified_invite",
                    _ => "reserved",
                };
                visitor.named("service", u64::from(service), name);
                visitor.uint("target", u64::from(target));
            }
        }
        ASND => {
            if let Some(service) = byte(0) {
                let name = match service {
                    IDENT_RESPONSE => "ident_response",
                    STATUS_RESPONSE => "status_response",
                    NMT_REQUEST => "nmt_request",
                    NMT_COMMAND => "nmt_command",
                    SDO => "sdo",
                    6 => "sync_response",
                    0xa0.. => "manufacturer",
                    _ => "reserved",
                };
                visitor.named("service", u64::from(service), name);
            }
            if let (Some(NMT_COMMAND | NMT_REQUEST), Some(id)) = (byte(0), byte(1)) {
                visitor.named("nmt_command", u64::from(id), command(id).map_or("unknown", |(name, _)| name));
            }
        }
        _ => {}
    }
    if let Some(transfer) = transfer {
        visitor.uint("sdo_command", u64::from(transfer.id));
        if let Some((index, sub)) = transfer.index {
            visitor.uint("index", u64::from(index));
            visitor.uint("sub_index", u64::from(sub));
        }
        if let Some(code) = transfer.abort {
            visitor.uint("abort_code", u64::from(code));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check_datagrams, client, input, server};

    fn look(data: &[u8], mac: [u8; 6]) -> Verdict {
        let mut given = input(Transport::Link, 0, client(data), true);
        (given.ethertype, given.dst_mac) = (ETHERTYPE, Mac(mac));
        probe(&Probe::of(&given))
    }

    #[test]
    fn the_cycle_and_its_services_are_named() {
        let nmt = [0x06, 9, 240, 4, 0x22, 0];
        let write = [0x06, 9, 240, 5, 0, 0, 0, 0, 0, 1, 0x00, 1, 8, 0, 0, 0, 0x06, 0x10, 2, 0, 1];
        let abort = [0x06, 240, 9, 5, 0, 0, 0, 0, 0, 1, 0xc0, 1, 4, 0, 0, 0, 2, 0, 9, 6];
        let log = check_datagrams(
            &DISSECTOR,
            Transport::Link,
            0,
            &[
                client(&[0x01, 255, 240, 0, 0]),
                client(&[0x03, 9, 240, 0, 0, 0, 0, 0, 36, 0]),
                server(&[0x04, 255, 9, 0xfd, 0, 0, 0, 0, 36, 0]),
                client(&[0x05, 255, 240, 0xfd, 0, 0, 1, 9]),
                client(&nmt),
                client(&write),
                server(&abort),
                client(&[0x0b, 1, 2]),
            ],
        );
        let starts = [
            "powerlink event start_of_cycle code=1 time_sync Event [node 255] []",
            "powerlink request poll_request code=3 write Pending [node 9] [] [] {destination=9 source=240 \
             payload_length=36}",
            "powerlink response poll_response code=4 read Ok [node 9] [] [] {destination=255 source=9 \
             nmt_state=253(operational) payload_length=36}",
            "powerlink control start_of_asynchronous code=5 session Event [node 255] [] [] {destination=255 source=240 \
             nmt_state=253(operational) service=1(ident_request) target=9}",
            "powerlink event nmt_stop_node code=6 control Event [node 9] []",
            "powerlink request sdo_write_by_index code=6 write Pending [node 9] [index 4102 sub_index 2] []",
            "powerlink response sdo_write_by_index code=6 write Error(\"sdo_abort\") [node 9] [] []",
            "powerlink event unknown_0x0b code=11 other Event [node 1] [] [\"unknown_function\"]",
        ];
        assert_eq!(log.messages.len(), starts.len());
        for (message, start) in log.messages.iter().zip(starts) {
            assert!(message.starts_with(start), "{message}");
        }
    }

    #[test]
    fn an_ident_response_tells_who_the_node_is() {
        let mut bytes = vec![0x06, 255, 9];
        let mut body = vec![0; 23];
        body[0] = 1;
        for number in [7u32, 0x1234, 0x9999, 0x0002_0005, 4711] {
            body.extend_from_slice(&number.to_le_bytes());
        }
        body.extend_from_slice(&[0; 24]);
        body.extend_from_slice(&[192, 168, 100, 9, 255, 255, 255, 0, 192, 168, 100, 254]);
        body.extend_from_slice(b"X20");
        body.resize(23 + 20 + 24 + 12 + 32, 0);
        bytes.extend_from_slice(&body);
        let log = check_datagrams(&DISSECTOR, Transport::Link, 0, &[client(&bytes)]);
        assert!(
            log.messages[0].starts_with("powerlink event ident_response code=6 discovery Event [node 9]")
        );
        assert_eq!(
            log.observations,
            [
                "Sender [] vendor_id=\"4660\" powerlink 95",
                "Sender [] product_code=\"39321\" powerlink 95",
                "Sender [] hardware_revision=\"2.5\" powerlink 95",
                "Sender [] serial=\"4711\" powerlink 95",
                "Sender [] ip_address=\"192.168.100.9\" powerlink 95",
                "Sender [] hostname=\"X20\" powerlink 95",
            ]
        );
    }

    #[test]
    fn type_and_group_belong_together() {
        assert_eq!(look(&[0x01, 255, 240], [1, 0x11, 0x1e, 0, 0, 1]), Verdict::Sure);
        assert_eq!(look(&[0x01, 255, 240], [1, 0x11, 0x1e, 0, 0, 2]), Verdict::Likely);
        assert_eq!(look(&[0x02, 255, 240], [1, 0x11, 0x1e, 0, 0, 1]), Verdict::No);
    }
}
