//! Synchrophasors: phasor measurement units and concentrators of power grids.
//!
//! Spec: IEEE C37.118-2005 and C37.118.2-2011. Usual ports TCP 4712, UDP 4713; recognised by content on any port: sync
//! byte, frame type, version and size, and the frame's own checksum. Data frames are read by the configuration frame
//! that was seen on the same flow; without one their bytes are shown.

mod config;
mod data;

use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Input, Kind, Message, Observation, Outcome,
    Over, Probe, Protocol, Reader, Reference, Session, Sink, Step, Subject, Text, Transport, Verdict,
    Visitor, calendar, confidence, crc16, printable,
};
use config::Configuration;

const TCP_PORTS: &[u16] = &[4712];
const UDP_PORTS: &[u16] = &[4713, 4712];
/// First byte of every frame (C37.118.2, 6.2).
const SYNC: u8 = 0xaa;
/// Frame types.
const DATA: u8 = 0;
const HEADER: u8 = 1;
const CONFIGURATION_1: u8 = 2;
const CONFIGURATION_2: u8 = 3;
const COMMAND: u8 = 4;
const CONFIGURATION_3: u8 = 5;
/// Sync, size, id code, second of century, fraction: bytes before the content; and the checksum after it.
const HEAD: usize = 14;
const CHECKSUM: usize = 2;
/// Configurations that one flow keeps: one for each stream.
const MAX_CONFIGURATIONS: usize = 8;
/// Longest header text that is observed.
const MAX_TEXT: usize = 512;

/// Synchrophasors as the registry knows them.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Synchrophasor,
    over: &[Over::Tcp(TCP_PORTS), Over::Udp(UDP_PORTS)],
    probe,
    open: || Box::<Synchrophasor>::default(),
    max_message: 65_535,
    fields: FIELDS,
    not_decoded: &[
        "data whose configuration frame was not seen on the flow",
        "configuration frames 3 that are cut in several",
        "extended command frames beyond their bytes",
        "IEEE 1344 and the wide-area formats before 2005",
    ],
};

const FIELDS: &[Field] = &[
    Field { name: "frame_type", doc: "0 data, 1 header, 2, 3 and 5 configuration 1 to 3, 4 command." },
    Field { name: "version", doc: "1 of 2005, 2 of 2011." },
    Field { name: "frame_size", doc: "Bytes of the frame." },
    Field { name: "idcode", doc: "Source of data, or whom a command is for." },
    Field { name: "soc", doc: "Time of the frame: seconds since 1970 (UTC)." },
    Field { name: "fraction", doc: "Fraction of the second in steps of the time base." },
    Field { name: "time_quality", doc: "Leap seconds and quality of the time." },
    Field {
        name: "command",
        doc: "Command: 1 off, 2 on, 3 header, 4 to 6 configuration 1 to 3, 8 extended.",
    },
    Field { name: "header", doc: "Text of a header frame." },
    Field { name: "time_base", doc: "Steps of a second." },
    Field { name: "data_rate", doc: "Frames per second; negative: seconds per frame." },
    Field {
        name: "pmus",
        doc: "Units of the stream: station_name, pmu_idcode, formats, phasors, analogs, nominal frequency.",
    },
    Field {
        name: "measurements",
        doc: "By unit: stat and its bits, phasors, frequency, rocof, analogs, digital words.",
    },
    Field { name: "data", doc: "Content of a frame that cannot be read." },
];

/// One frame, as the wire carried it.
#[derive(Debug, Clone, Copy)]
struct Frame<'a> {
    kind: u8,
    version: u8,
    size: u16,
    id: u16,
    soc: u32,
    quality: u8,
    fraction: u32,
    content: &'a [u8],
    anomalies: Anomalies,
}

/// Whether a frame may begin here: sync byte, type, version, size.
fn may_begin(data: &[u8]) -> bool {
    let mut bytes = data.iter();
    if bytes.next() != Some(&SYNC) {
        return false;
    }
    let fits = bytes
        .next()
        .is_none_or(|byte| byte & 0x80 == 0 && byte >> 4 <= CONFIGURATION_3 && matches!(byte & 0x0f, 1 | 2));
    let size = data.get(2..4).and_then(|size| size.first_chunk()).map(|size| u16::from_be_bytes(*size));
    fits && size.is_none_or(|size| usize::from(size) >= HEAD.saturating_add(CHECKSUM))
}

/// Decodes the frame at the start of `data`; `None` when more bytes are needed, or it is cut before its content.
fn parse(data: &[u8], last: bool) -> Option<(Frame<'_>, usize)> {
    let mut reader = Reader::new(data);
    reader.skip(1).ok()?;
    let kind = reader.u8().ok()?;
    let size = reader.be_u16().ok()?;
    let id = reader.be_u16().ok()?;
    let soc = reader.be_u32().ok()?;
    let quality = reader.u8().ok()?;
    let fraction = reader.be_u24().ok()?;
    let wanted = usize::from(size).saturating_sub(HEAD.saturating_add(CHECKSUM));
    let content = reader.take_up_to(wanted);
    let checksum = reader.be_u16().ok();
    if checksum.is_none() && !last {
        return None;
    }
    let checked = data.get(..HEAD.saturating_add(wanted)).map(crc16::ccitt);
    let anomalies = Anomalies::NONE
        .with_if(checksum.is_none(), Anomalies::TRUNCATED)
        .with_if(checksum.is_some() && checksum != checked, Anomalies::BAD_CHECKSUM);
    let frame = Frame {
        kind: kind >> 4 & 7,
        version: kind & 0x0f,
        size,
        id,
        soc,
        quality,
        fraction,
        content,
        anomalies,
    };
    Some((frame, reader.position()))
}

fn probe(probe: &Probe<'_>) -> Verdict {
    if !matches!(probe.transport, Transport::Tcp | Transport::Udp) || !may_begin(probe.data) {
        return Verdict::No;
    }
    let datagram = probe.transport == Transport::Udp;
    let usual = probe.on_port(if datagram { UDP_PORTS } else { TCP_PORTS });
    match parse(probe.data, false) {
        Some((frame, _)) if frame.anomalies.is_empty() => Verdict::Sure,
        Some(_) => Verdict::No,
        None if !datagram => Verdict::More,
        None if usual && probe.missing > 0 => Verdict::Likely,
        None => Verdict::No,
    }
}

#[derive(Debug, Default)]
struct Synchrophasor {
    /// By id code of the stream.
    configurations: Vec<(u16, Configuration)>,
    /// The last command that asks for a frame: id code and type of the frame.
    asked: Option<(u16, u8)>,
}

impl Session for Synchrophasor {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        if !may_begin(input.data) {
            return Step::Lost;
        }
        match parse(input.data, input.last) {
            Some((frame, taken)) => {
                self.message(&frame, sink);
                Step::Took(taken)
            }
            None if !input.last => Step::More,
            None => Step::Lost,
        }
    }

    fn resumes(&self, data: &[u8]) -> bool {
        data.len() >= 4 && may_begin(data)
    }
}

impl Synchrophasor {
    fn message(&mut self, frame: &Frame<'_>, sink: &mut dyn Sink) {
        let whole = frame.anomalies.is_empty();
        let mut anomalies = frame.anomalies;
        let (function, category) = name(frame);
        let (mut kind, mut outcome) = (Kind::Event, Outcome::Event);
        let mut configuration = None;
        match frame.kind {
            COMMAND => {
                (kind, outcome) = (Kind::Request, Outcome::Pending);
                self.asked = match command(frame) {
                    Some(3) => Some((frame.id, HEADER)),
                    Some(4) => Some((frame.id, CONFIGURATION_1)),
                    Some(5) => Some((frame.id, CONFIGURATION_2)),
                    Some(6) => Some((frame.id, CONFIGURATION_3)),
                    _ => self.asked,
                };
            }
            DATA => {
                let known = self.configurations.iter().find(|(id, _)| *id == frame.id);
                configuration = known.map(|(_, configuration)| configuration);
                let fits = configuration.is_none_or(|known| known.data_size() == frame.content.len());
                anomalies = anomalies.with_if(whole && !fits, Anomalies::BAD_LENGTH);
                configuration = configuration.filter(|_| fits);
            }
            _ => {
                if self.asked == Some((frame.id, frame.kind)) {
                    self.asked = None;
                    (kind, outcome) = (Kind::Response, Outcome::Ok);
                }
            }
        }
        let mut read = None;
        if matches!(frame.kind, CONFIGURATION_1 | CONFIGURATION_2 | CONFIGURATION_3) && whole {
            read = Configuration::parse(frame.kind, frame.content);
            let part = frame.kind == CONFIGURATION_3 && !frame.content.starts_with(&[0, 0]);
            anomalies = anomalies.with_if(read.is_none() && !part, Anomalies::BAD_LENGTH);
        }
        anomalies = anomalies.with_if(matches!(function, Function::Unknown(_)), Anomalies::UNKNOWN_FUNCTION);
        sink.message(&Message {
            protocol: Protocol::Synchrophasor,
            kind,
            function,
            code: Some(u32::from(frame.kind)),
            category,
            outcome,
            address: Reference::one("idcode", u64::from(frame.id)),
            object: Reference::None,
            anomalies,
            fields: &Shown { frame, configuration: configuration.or(read.as_ref()) },
        });
        if let Some(configuration) = configuration.filter(|_| whole && sink.wants().values) {
            data::give(configuration, frame.content, sink);
        }
        if let Some(read) = read {
            observe(&read, sink);
            self.keep(frame, read);
        } else if frame.kind == HEADER && whole {
            let text = printable(frame.content);
            tell(Reference::None, "description", crate::said::cut(&text, MAX_TEXT), sink);
        }
    }

    /// Data frames follow configuration 2 and 3; the first one says what a unit could send (6.4).
    fn keep(&mut self, frame: &Frame<'_>, configuration: Configuration) {
        if frame.kind == CONFIGURATION_1 {
            return;
        }
        self.configurations.retain(|(id, _)| *id != frame.id);
        if self.configurations.len() >= MAX_CONFIGURATIONS {
            self.configurations.remove(0);
        }
        self.configurations.push((frame.id, configuration));
    }
}

fn command(frame: &Frame<'_>) -> Option<u16> {
    Reader::new(frame.content).be_u16().ok()
}

fn name(frame: &Frame<'_>) -> (Function, Category) {
    let (name, category) = match frame.kind {
        DATA => ("data", Category::Read),
        HEADER => ("header", Category::Discovery),
        CONFIGURATION_1 => ("configuration_1", Category::Discovery),
        CONFIGURATION_2 => ("configuration_2", Category::Discovery),
        CONFIGURATION_3 => ("configuration_3", Category::Discovery),
        COMMAND => match command(frame) {
            Some(1) => ("turn_off_transmission", Category::Control),
            Some(2) => ("turn_on_transmission", Category::Control),
            Some(3) => ("send_header", Category::Discovery),
            Some(4) => ("send_configuration_1", Category::Discovery),
            Some(5) => ("send_configuration_2", Category::Discovery),
            Some(6) => ("send_configuration_3", Category::Discovery),
            Some(8) => ("extended_frame", Category::Other),
            Some(0x0100..=0x0fff) => ("user_command", Category::Control),
            _ => ("command", Category::Other),
        },
        other => return (Function::Unknown(u32::from(other)), Category::Other),
    };
    (Function::Known(name), category)
}

/// Station names; a concentrator's units are parts of it.
fn observe(configuration: &Configuration, sink: &mut dyn Sink) {
    let alone = configuration.units.len() == 1;
    for unit in &configuration.units {
        let path = if alone { Reference::None } else { Reference::one("pmu", u64::from(unit.id)) };
        tell(path, "name", &unit.station, sink);
    }
}

fn tell(path: Reference<'_>, attribute: &'static str, value: &str, sink: &mut dyn Sink) {
    let value = value.trim();
    if value.is_empty() {
        return;
    }
    sink.observe(&Observation {
        subject: Subject::Sender,
        path,
        attribute,
        value,
        protocol: Protocol::Synchrophasor,
        confidence: confidence::IDENTITY,
    });
}

struct Shown<'a> {
    frame: &'a Frame<'a>,
    configuration: Option<&'a Configuration>,
}

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        let frame = self.frame;
        visitor.uint("frame_type", u64::from(frame.kind));
        visitor.uint("version", u64::from(frame.version));
        visitor.uint("frame_size", u64::from(frame.size));
        visitor.uint("idcode", u64::from(frame.id));
        let time: Text<40> = calendar::utc(i64::from(frame.soc), 0);
        visitor.text("soc", time.as_str());
        visitor.uint("fraction", u64::from(frame.fraction));
        visitor.uint("time_quality", u64::from(frame.quality));
        match (frame.kind, self.configuration) {
            (DATA, Some(configuration)) => data::visit(configuration, frame.content, visitor),
            (CONFIGURATION_1 | CONFIGURATION_2 | CONFIGURATION_3, Some(read)) => read.visit(visitor),
            (HEADER, _) => visitor.text("header", &printable(frame.content)),
            (COMMAND, _) => {
                if let Some(command) = command(frame) {
                    visitor.uint("command", u64::from(command));
                }
                if let Some(rest @ [_, ..]) = frame.content.get(2..) {
                    visitor.bytes("data", rest);
                }
            }
            _ => visitor.bytes("data", frame.content),
        }
    }
}

#[cfg(test)]
mod tests;
