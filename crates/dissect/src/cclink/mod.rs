//! CC-Link IE Field Basic: cyclic data between master and slaves over UDP, and its discovery.
//!
//! Spec: CC-Link Partner Association, BAP-C2010 (CC-Link IE Field Network Basic), which frames its messages as SLMP
//! (BAP-C2006). Both are for members; frames, commands and end codes were taken from the structures of two public stacks
//! (the association's own sample and rt-labs c-link), which name their clauses. Usual ports UDP 61450 (cyclic) and 61451
//! (SLMP). Recognised by frame bytes, a length that fills the datagram and a known command, on these ports. `code` is the
//! command.

mod cyclic;

use cyclic::Cyclic;

use crate::shown::Shown;
use crate::tell::{ipv4, shown_ip};
use crate::{
    Anomalies, Category, Dissector, Field, Function, Input, Kind, Message, Outcome, Over, Probe, Protocol,
    Reader, Reference, Session, Sink, Step, Subject, Text, Transport, Verdict, Visitor, confidence, said,
};

const CYCLIC_PORT: u16 = 61_450;
const PORTS: &[u16] = &[CYCLIC_PORT, 61_451];
/// First bytes of requests and responses (SLMP, ST and MT frames): without and with a serial number.
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
        "parameters and status that other SLMP commands carry",
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
    Field { name: "protocol_version", doc: "Version of the cyclic exchange, 1 or 2." },
    Field { name: "unit_status", doc: "State of the sender's application; bit 0 runs." },
    Field { name: "clock", doc: "The master's clock, UTC." },
    Field { name: "master_id", doc: "Address of the master." },
    Field { name: "slave_id", doc: "Address of the answering slave." },
    Field { name: "group", doc: "Group of slaves that is polled." },
    Field { name: "frame_sequence", doc: "Counter of cyclic frames; an answer repeats it." },
    Field { name: "timeout_ms", doc: "Milliseconds until the slave counts the master as gone." },
    Field { name: "parameter_number", doc: "Changes with the master's parameters." },
    Field { name: "occupied_stations", doc: "Stations of the group." },
    Field {
        name: "slaves",
        doc: "Addresses of the group's slaves; all ones where a slave takes further stations.",
    },
    Field { name: "vendor_code", doc: "Vendor of the slave." },
    Field { name: "model_code", doc: "Model of the slave." },
    Field { name: "equipment_version", doc: "Version of the slave." },
    Field { name: "slave_error", doc: "Error code of the slave's maker; 0 for none." },
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
        0x0e28 => ("device_identification_get", Category::Diagnostics),
        0x0e29 => ("node_data_monitoring", Category::Diagnostics),
        0x0e44 => ("status_read", Category::Diagnostics),
        0x0e45 => ("communication_setting_get", Category::Diagnostics),
        0x3072 => ("communication_speed", Category::Configuration),
        0x3210 => ("watchdog_counter_set", Category::Configuration),
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
    /// The slave said what it is; cyclic answers repeat it with every frame.
    told: bool,
}

/// End codes (SLMP, 7.5); the last four are those of the cyclic exchange.
const fn refusal(code: u16) -> &'static str {
    match code {
        0xc059 => "command_error",
        0xc05c => "request_error",
        0xc61c => "length_mismatch",
        0xcee0 => "busy",
        0xcee1 => "request_too_large",
        0xcee2 => "response_too_large",
        0xcf10 => "server_information_missing",
        0xcf20 => "not_settable",
        0xcf30 => "parameter_missing",
        0xcf31 => "parameter_not_writable_now",
        0xcfe0 => "master_duplication",
        0xcfe1 => "wrong_number_of_stations",
        0xcff0 => "slave_error",
        0xcfff => "disconnection_requested",
        _ => "end_code",
    }
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
        let cyclic = if command == Some(CYCLIC) && end_code.is_none_or(|code| code == 0) {
            Cyclic::parse(frame.is_request, data)
        } else {
            None
        };
        // In cyclic answers the end code stands behind SLMP's, which is zero.
        let end_code = cyclic.as_ref().and_then(Cyclic::end_code).or(end_code);
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
            (false, Some(code)) if code != 0 => Outcome::Error(refusal(code)),
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
            let data = cyclic.as_ref().map_or(data, |cyclic| cyclic.show(visitor));
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
        if let Some(Cyclic::Answer(answer)) = &cyclic
            && !self.told
        {
            self.told = true;
            answer.observe(sink);
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
mod tests;
