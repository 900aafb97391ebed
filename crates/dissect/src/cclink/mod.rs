//! CC-Link IE Field Basic: cyclic data between master and slaves over UDP, and its discovery.
//!
//! Spec: CC-Link Partner Association, BAP-C2010 (CC-Link IE Field Network Basic), which frames its messages as SLMP
//! (BAP-C2006). Usual ports UDP 61450 (cyclic) and 61451 (SLMP). Recognised by frame bytes, a length that fills the
//! datagram and a known command, on these ports. `code` is the command.

use crate::shown::Shown;
use crate::tell::{ipv4, shown_ip};
use crate::{
    Anomalies, Category, Dissector, Field, Function, Input, Kind, Message, Outcome, Over, Probe, Protocol,
    Reader, Reference, Session, Sink, Step, Subject, Text, Transport, Verdict, Visitor, confidence, said,
};

const CYCLIC_PORT: u16 = 61_450;
const PORTS: &[u16] = &[CYCLIC_PORT, 61_451];
/// First bytes of requests and responses (SLMP, 4.2): without and with a serial number.
const REQUEST: u16 = 0x5000;
const RESPONSE: u16 = 0xd000;
const REQUEST_SERIAL: u16 = 0x5400;
const RESPONSE_SERIAL: u16 = 0xd400;
const CYCLIC: u16 = 0x0e70;
const NODE_SEARCH: u16 = 0x0e30;
const IP_ADDRESS_SET: u16 = 0x0e31;

/// CC-Link IE Field Basic as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Cclink,
    over: &[Over::Udp(PORTS)],
    probe,
    open: || Box::<Cclink>::default(),
    max_message: 65_507,
    fields: FIELDS,
    not_decoded: &[
        "cyclic data beyond its length: link devices are mapped by configuration",
        "the cyclic header's fields, which are published to members only, beyond the master's address",
        "CC-Link IE Field, Control and TSN, which are no IP protocols",
    ],
};

const FIELDS: &[Field] = &[
    Field { name: "network", doc: "Network number." },
    Field { name: "station", doc: "Station number." },
    Field { name: "serial_number", doc: "Serial number of request and response." },
    Field { name: "length", doc: "Bytes after the length field." },
    Field { name: "sub_command", doc: "Sub-command." },
    Field { name: "end_code", doc: "Result of a response." },
    Field { name: "data_length", doc: "Bytes of data." },
];

/// Name and category of a command.
const fn describe(command: u16) -> Option<(&'static str, Category)> {
    Some(match command {
        CYCLIC => ("cyclic_data", Category::Write),
        NODE_SEARCH => ("node_search", Category::Discovery),
        IP_ADDRESS_SET => ("ip_address_set", Category::Configuration),
        0x0e32 => ("device_info_compare", Category::Diagnostics),
        0x0e33 => ("parameter_get", Category::Read),
        0x0e34 => ("parameter_set", Category::Configuration),
        0x0e35 => ("parameter_set_start", Category::Configuration),
        0x0e36 => ("parameter_set_end", Category::Configuration),
        0x0e3a => ("parameter_set_cancel", Category::Configuration),
        0x0e28 => ("device_identification_info_get", Category::Diagnostics),
        0x0e29 => ("communication_setting_get", Category::Diagnostics),
        0x0e44 => ("status_read", Category::Diagnostics),
        0x3210 => ("communication_speed", Category::Configuration),
        0x0101 => ("read_type_name", Category::Diagnostics),
        0x0619 => ("self_test", Category::Diagnostics),
        _ => return None,
    })
}

/// One frame.
#[derive(Debug, Clone, Copy)]
struct Frame<'a> {
    is_request: bool,
    serial: Option<u16>,
    network: u8,
    station: u8,
    length: u16,
    /// Bytes after the length field.
    body: &'a [u8],
    rest: usize,
}

impl<'a> Frame<'a> {
    fn parse(data: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(data);
        let head = reader.be_u16().ok()?;
        let serial = match head {
            REQUEST | RESPONSE => None,
            REQUEST_SERIAL | RESPONSE_SERIAL => {
                let serial = reader.le_u16().ok()?;
                reader.skip(2).ok()?;
                Some(serial)
            }
            _ => return None,
        };
        let (network, station) = (reader.u8().ok()?, reader.u8().ok()?);
        reader.skip(3).ok()?;
        let length = reader.le_u16().ok()?;
        let body = reader.take_up_to(usize::from(length));
        let is_request = matches!(head, REQUEST | REQUEST_SERIAL);
        Some(Self { is_request, serial, network, station, length, body, rest: reader.remaining() })
    }

    /// Command and sub-command of a request, behind the monitoring timer.
    fn command(&self) -> Option<(u16, u16, &'a [u8])> {
        let mut reader = Reader::new(self.body);
        reader.skip(2).ok()?;
        Some((reader.le_u16().ok()?, reader.le_u16().ok()?, reader.rest()))
    }

    fn is_exact(&self) -> bool {
        self.body.len() == usize::from(self.length) && self.rest == 0
    }
}

fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.transport != Transport::Udp || !matches!(probe.data.first(), Some(0x50 | 0x54 | 0xd0 | 0xd4)) {
        return Verdict::No;
    }
    let usual = probe.on_port(PORTS);
    let Some(frame) = Frame::parse(probe.data).filter(|frame| frame.is_exact() || probe.missing > 0) else {
        return Verdict::No;
    };
    let command = frame.command().map(|(command, ..)| command);
    match (usual, frame.is_request, command) {
        (_, true, Some(CYCLIC)) => Verdict::Sure,
        (true, true, Some(command)) if describe(command).is_some() => Verdict::Sure,
        (true, false, _) if frame.length >= 2 => Verdict::Likely,
        _ => Verdict::No,
    }
}

#[derive(Default)]
struct Cclink {
    /// Command that was last asked, which a response does not repeat: cyclic exchange alternates.
    asked: Option<(Option<u16>, u16)>,
}

impl Session for Cclink {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let Some(frame) = Frame::parse(input.data) else { return Step::Lost };
        let (command, sub_command, end_code, data) = if frame.is_request {
            let Some((command, sub, data)) = frame.command() else { return Step::Lost };
            self.asked = Some((frame.serial, command));
            (Some(command), Some(sub), None, data)
        } else {
            let asked = self.asked.filter(|(serial, _)| *serial == frame.serial).map(|(_, command)| command);
            let usual = (input.src_port == CYCLIC_PORT || input.dst_port == CYCLIC_PORT).then_some(CYCLIC);
            let end = frame.body.split_first_chunk::<2>();
            let (end_code, data) =
                end.map_or((None, frame.body), |(end, data)| (Some(u16::from_le_bytes(*end)), data));
            (asked.or(usual), None, end_code, data)
        };
        let described = command.map(|command| (command, describe(command)));
        let (function, mut category) = match described {
            Some((_, Some((name, category)))) => (Function::Known(name), category),
            Some((command, None)) => (Function::Unknown(u32::from(command)), Category::Other),
            None => (Function::Known("response"), Category::Other),
        };
        if command == Some(CYCLIC) && !frame.is_request {
            category = Category::Read;
        }
        let outcome = match (frame.is_request, end_code) {
            (true, _) => Outcome::Pending,
            (false, Some(code)) if code != 0 => Outcome::Error("end_code"),
            _ => Outcome::Ok,
        };
        let shown = Shown(|visitor: &mut dyn Visitor| {
            visitor.uint("network", u64::from(frame.network));
            visitor.uint("station", u64::from(frame.station));
            if let Some(serial) = frame.serial {
                visitor.uint("serial_number", u64::from(serial));
            }
            visitor.uint("length", u64::from(frame.length));
            if let Some(sub) = sub_command {
                visitor.uint("sub_command", u64::from(sub));
            }
            if let Some(code) = end_code {
                visitor.uint("end_code", u64::from(code));
            }
            visitor.uint("data_length", u64::try_from(data.len()).unwrap_or(0));
        });
        let is_short = frame.body.len() < usize::from(frame.length);
        sink.message(&Message {
            protocol: Protocol::Cclink,
            kind: if frame.is_request { Kind::Request } else { Kind::Response },
            function,
            code: command.map(u32::from),
            category,
            outcome,
            address: Reference::None,
            object: Reference::None,
            anomalies: Anomalies::NONE
                .with_if(is_short && input.missing > 0, Anomalies::TRUNCATED)
                .with_if(is_short && input.missing == 0, Anomalies::BAD_LENGTH)
                .with_if(frame.rest > 0, Anomalies::TRAILING_BYTES)
                .with_if(matches!(described, Some((_, None))), Anomalies::UNKNOWN_FUNCTION),
            fields: &shown,
        });
        if command == Some(NODE_SEARCH) && !frame.is_request && outcome == Outcome::Ok {
            found(data, sink);
        }
        Step::Took(input.data.len())
    }
}

/// A found node's answer: the searching side's MAC and IP, its own MAC, IP, mask, gateway, then name, vendor and model
/// (SLMP, node search). Addresses are sent with their lowest byte first.
fn found(data: &[u8], sink: &mut dyn Sink) -> Option<()> {
    let mut reader = Reader::new(data);
    reader.skip(6 + 1 + 4).ok()?;
    let mut mac: [u8; 6] = reader.array().ok()?;
    mac.reverse();
    reader.skip(1).ok()?;
    let mut address: [u8; 4] = reader.array().ok()?;
    address.reverse();
    let ip = ipv4(&mut Reader::new(&address))?;
    reader.skip(4 + 4).ok()?;
    let names = usize::from(reader.u8().ok()?);
    let name = reader.take(names).ok()?;
    let vendor = reader.le_u16().ok()?;
    let model = reader.le_u32().ok()?;
    let mut say = |attribute, value: &str| {
        said::of(sink, Subject::Sender, Protocol::Cclink, confidence::IDENTITY, attribute, value);
    };
    say("mac_address", crate::tell::shown_mac(sightglass_wire::Mac(mac)).as_str());
    say("ip_address", shown_ip(ip).as_str());
    say("name", &crate::printable(name));
    say("vendor_id", Text::<8>::of(format_args!("{vendor}")).as_str());
    say("product_code", Text::<12>::of(format_args!("{model}")).as_str());
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check_datagrams, client, probe as look, server};

    const UDP: Transport = Transport::Udp;

    fn frame(head: u8, body: &[u8]) -> Vec<u8> {
        let mut bytes = vec![head, 0, 0, 0xff, 0xff, 3, 0, u8::try_from(body.len()).unwrap(), 0];
        bytes.extend_from_slice(body);
        bytes
    }

    #[test]
    fn cyclic_exchange_pairs() {
        let ask = frame(0x50, &[0, 0, 0x70, 0x0e, 0, 0, 1, 2, 3]);
        let answer = frame(0xd0, &[0, 0, 9]);
        let log = check_datagrams(&DISSECTOR, UDP, 61_450, &[client(&ask), server(&answer)]);
        assert_eq!(
            log.messages,
            [
                "cclink request cyclic_data code=3696 write Pending [] [] [] {network=0 station=255 length=9 \
                 sub_command=0 data_length=3}",
                "cclink response cyclic_data code=3696 read Ok [] [] [] {network=0 station=255 length=3 end_code=0 \
                 data_length=1}",
            ]
        );
        let refused = frame(0xd0, &[0x59, 0xc0]);
        let log = check_datagrams(&DISSECTOR, UDP, 61_450, &[client(&ask), server(&refused)]);
        assert!(
            log.messages[1].contains("Error(\"end_code\")") && log.messages[1].contains("end_code=49241")
        );
    }

    #[test]
    fn a_search_finds_names_and_addresses() {
        let ask = frame(0x50, &[0, 0, 0x30, 0x0e, 0, 0]);
        let mut body = vec![0; 13];
        body.extend_from_slice(&[6, 5, 4, 3, 2, 0, 4, 9, 0, 0, 10]);
        body.extend_from_slice(&[0; 8]);
        body.extend_from_slice(b"\x03plc\x34\x12\x07\0\0\0");
        let log = check_datagrams(&DISSECTOR, UDP, 61_451, &[client(&ask), server(&frame(0xd0, &body))]);
        assert_eq!(
            log.observations,
            [
                "Sender [] mac_address=\"00:02:03:04:05:06\" cclink 95",
                "Sender [] ip_address=\"10.0.0.9\" cclink 95",
                "Sender [] name=\"plc\" cclink 95",
                "Sender [] vendor_id=\"4660\" cclink 95",
                "Sender [] product_code=\"7\" cclink 95",
            ]
        );
    }

    #[test]
    fn frame_length_and_command_are_checked() {
        let ask = frame(0x50, &[0, 0, 0x70, 0x0e, 0, 0, 1]);
        assert_eq!(look(&DISSECTOR, UDP, 61_450, &ask), Verdict::Sure);
        assert_eq!(look(&DISSECTOR, UDP, 61_450, &ask[..14]), Verdict::No);
        assert_eq!(look(&DISSECTOR, UDP, 9, &frame(0x50, &[0, 0, 1, 4, 0, 0])), Verdict::No);
        assert_eq!(look(&DISSECTOR, UDP, 61_450, b"POST / HTTP/1.1"), Verdict::No);
    }
}
