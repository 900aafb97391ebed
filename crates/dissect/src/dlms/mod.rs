//! DLMS/COSEM: electricity, gas, water and heat meters.
//!
//! Spec: IEC 62056-5-3 (application layer), IEC 62056-6-1 and -6-2 (OBIS codes, interface classes), IEC 62056-47 (wrapper
//! for TCP and UDP), IEC 62056-46 (HDLC). Usual port 4059, TCP and UDP; recognised by content on any port: a wrapper whose
//! length fits and whose unit begins as its tag demands, or HDLC frames with right checksums. Ciphered units are reported
//! with their security suite and counter.

mod apdu;
mod association;
mod data;
mod fields;
mod hdlc;
mod names;

use crate::{
    Anomalies, Category, Direction, Dissector, Fields, FileChunk, Function, Input, Kind, Message,
    Observation, Outcome, Over, Pending, Probe, Protocol, Reader, Reference, Session, Sink, Step, Subject,
    Text, Transport, Value, Verdict, Visitor, confidence, hex, printable,
};
use apdu::{ACTION, Apdu, GET, Item, SET};
use hdlc::Found;
use names::{Cipher, Role};

const PORTS: &[u16] = &[4059];
/// Version of the wrapper (IEC 62056-47), and its bytes.
const VERSION: u16 = 1;
const WRAPPER: usize = 8;
/// Longest unit that is put together from HDLC segments.
const MAX_UNIT: usize = 64 * 1024;
/// LLC header of HDLC: destination, source (request or response), quality (IEC 62056-46, 5.3).
const LLC: [u8; 2] = [0xe6, 0xe6];
const LLC_RESPONSE: [u8; 2] = [0xe6, 0xe7];
/// Class and methods of firmware transfer (IEC 62056-6-2, 4.4.6).
const IMAGE_TRANSFER: u16 = 18;
const IMAGE_BLOCK: i8 = 2;

/// DLMS as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Dlms,
    over: &[Over::Tcp(PORTS), Over::Udp(PORTS)],
    probe,
    open: || Box::<Dlms>::default(),
    max_message: 65_543,
    fields: fields::FIELDS,
    not_decoded: &[
        "ciphered contents: there are no keys",
        "values that come in blocks: each block is shown, the whole is not put together",
        "compact arrays beyond their bytes",
        "access units, general block transfer and gateway units beyond their names",
        "units without wrapper and HDLC (M-Bus, power line)",
    ],
};

/// Who sends to whom below the unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Path {
    source: u32,
    destination: u32,
}

/// Whether a unit begins here: its tag, and a second check by what must follow the tag.
fn begins_unit(bytes: &[u8], whole: bool) -> bool {
    let Some(unit) = bytes.first().and_then(|tag| names::unit(*tag)) else { return false };
    let length = bytes.get(1).copied().unwrap_or(0);
    let fits_length = || {
        let mut reader = Reader::new(bytes.get(1..).unwrap_or_default());
        data::length(&mut reader).is_ok_and(|length| !whole || length == reader.remaining())
    };
    match (unit.cipher, bytes.first()) {
        (Cipher::Global | Cipher::Dedicated, _) | (_, Some(0x60..=0x63)) => fits_length(),
        (Cipher::General, _) => matches!(length, 0 | 8),
        (_, Some(0xc0..=0xc7)) => matches!(length, 0..=6) && bytes.len() >= 3,
        (_, Some(0xd8)) => bytes.len() <= 8,
        (_, Some(0x0f)) => bytes.len() >= 6,
        (_, Some(0x01 | 0x08)) => bytes.windows(2).any(|two| two == [0x5f, 0x1f] || two == [0x5f, 0x04]),
        (_, Some(0x05 | 0x06 | 0x0c | 0x0d | 0x16)) => (1..=64).contains(&length),
        _ => false,
    }
}

fn probe(probe: &Probe<'_>) -> Verdict {
    let datagram = probe.transport == Transport::Udp;
    if !datagram && probe.transport != Transport::Tcp {
        return Verdict::No;
    }
    if probe.data.first() == Some(&hdlc::FLAG) {
        return match hdlc::parse(probe.data) {
            Found::Frame(frame, _) if frame.checksum_fits => Verdict::Sure,
            Found::More if !datagram => Verdict::More,
            _ => Verdict::No,
        };
    }
    let usual = probe.on_port(PORTS);
    let head = [0, 1];
    let seen = probe.data.get(..2.min(probe.data.len())).unwrap_or_default();
    if !head.starts_with(seen) {
        return Verdict::No;
    }
    let Some(&[_, _, _, _, _, _, high, low]) = probe.data.first_chunk::<WRAPPER>() else {
        return if datagram { Verdict::No } else { Verdict::More };
    };
    let length = usize::from(u16::from_be_bytes([high, low]));
    let unit = probe.data.get(WRAPPER..).unwrap_or_default();
    if length == 0 || (datagram && unit.len() != length) {
        return Verdict::No;
    }
    if unit.is_empty() {
        return if usual { Verdict::More } else { Verdict::No };
    }
    let whole = unit.len() >= length;
    let unit = unit.get(..length).unwrap_or(unit);
    match (begins_unit(unit, whole), whole) {
        (true, true) => Verdict::Sure,
        (true, false) if usual => Verdict::Likely,
        (true, false) => Verdict::More,
        (false, _) if usual && names::unit(unit.first().copied().unwrap_or(0)).is_some() => Verdict::Likely,
        _ => Verdict::No,
    }
}

/// What a response needs to know of its request.
#[derive(Debug, Clone, Copy)]
struct Asked {
    tag: u8,
    item: Option<Item>,
    category: Category,
}

/// Segments of one direction.
#[derive(Debug, Default)]
struct Assembly {
    path: Option<Path>,
    bytes: Vec<u8>,
}

#[derive(Debug, Default)]
struct Dlms {
    /// By client, server and invocation.
    pending: Pending<(u32, u32, u8), Asked>,
    watched: bool,
    /// What the last request was about, for those that only go on with it.
    current: Option<(u32, u32, Asked)>,
    /// The last two directions that sent segments.
    assemblies: [Assembly; 2],
    images: u64,
}

impl Session for Dlms {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let data = input.data;
        if data.first() == Some(&0) {
            return self.wrapper(input, sink);
        }
        match hdlc::parse(data) {
            Found::Frame(frame, taken) => {
                self.frame(&frame, sink);
                Step::Took(taken)
            }
            Found::More if !input.last => Step::More,
            // Flags alone fill the time between frames.
            Found::More if data.iter().all(|byte| *byte == hdlc::FLAG) => Step::Took(data.len()),
            Found::More => Step::Lost,
            Found::No if data.first() == Some(&hdlc::FLAG) => Step::Took(1),
            Found::No => match data.iter().position(|byte| *byte == hdlc::FLAG) {
                Some(at) => Step::Took(at),
                None => Step::Lost,
            },
        }
    }

    fn resumes(&self, data: &[u8]) -> bool {
        match data.first() {
            Some(&hdlc::FLAG) => !matches!(hdlc::parse(data), Found::No),
            Some(0) => data.get(WRAPPER..).is_some_and(|unit| {
                data.get(1) == Some(&1) && unit.first().is_some_and(|tag| names::unit(*tag).is_some())
            }),
            _ => false,
        }
    }

    fn gap(&mut self, _from_client: Option<bool>) {
        self.pending.clear();
        self.watched = false;
        self.current = None;
        self.assemblies = Default::default();
    }
}

impl Dlms {
    fn wrapper(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let mut reader = Reader::new(input.data);
        let head = (reader.be_u16(), reader.be_u16(), reader.be_u16(), reader.be_u16());
        let (Ok(version), Ok(source), Ok(destination), Ok(length)) = head else {
            return if input.last { Step::Lost } else { Step::More };
        };
        if version != VERSION || length == 0 {
            return Step::Lost;
        }
        let bytes = reader.take_up_to(usize::from(length));
        let cut = bytes.len() < usize::from(length);
        if cut && !input.last {
            return Step::More;
        }
        let path = Path { source: u32::from(source), destination: u32::from(destination) };
        let anomalies = Anomalies::NONE.with_if(cut, Anomalies::TRUNCATED);
        if bytes.is_empty() {
            return Step::Lost;
        }
        self.unit(path, bytes, anomalies, sink);
        Step::Took(reader.position())
    }

    fn frame(&mut self, frame: &hdlc::Frame<'_>, sink: &mut dyn Sink) {
        let path = Path { source: frame.source, destination: frame.destination };
        let anomalies = Anomalies::NONE.with_if(!frame.checksum_fits, Anomalies::BAD_CHECKSUM);
        if !hdlc::is_information(frame.control) || frame.information.is_empty() {
            link(path, frame, anomalies, sink);
            return;
        }
        let at = self.assemblies.iter().position(|assembly| assembly.path == Some(path));
        if !frame.segmented && at.is_none() {
            self.information(path, frame.information, anomalies, sink);
            return;
        }
        let at = at.unwrap_or_else(|| {
            usize::from(self.assemblies.first().is_some_and(|first| first.path.is_some()))
        });
        let Some(assembly) = self.assemblies.get_mut(at) else { return };
        if assembly.path != Some(path) {
            *assembly = Assembly { path: Some(path), bytes: Vec::new() };
        }
        let room = MAX_UNIT.saturating_sub(assembly.bytes.len());
        assembly.bytes.extend_from_slice(frame.information.get(..room).unwrap_or(frame.information));
        if !frame.segmented {
            let whole = std::mem::take(assembly);
            let anomalies = anomalies.with_if(whole.bytes.len() >= MAX_UNIT, Anomalies::TOO_LARGE);
            self.information(path, &whole.bytes, anomalies, sink);
        }
    }

    fn information(&mut self, path: Path, bytes: &[u8], anomalies: Anomalies, sink: &mut dyn Sink) {
        let (llc, unit) = bytes.split_at_checked(3).unwrap_or((bytes, &[]));
        let known = llc.starts_with(&LLC) || llc.starts_with(&LLC_RESPONSE);
        if known && !unit.is_empty() {
            self.unit(path, unit, anomalies, sink);
        } else {
            self.unit(path, bytes, anomalies | Anomalies::MISSING_FIELD, sink);
        }
    }

    fn unit(&mut self, path: Path, bytes: &[u8], mut anomalies: Anomalies, sink: &mut dyn Sink) {
        let Some(apdu) = Apdu::parse(bytes) else {
            unknown(path, bytes, anomalies, sink);
            return;
        };
        let cut = anomalies.contains(Anomalies::TRUNCATED);
        anomalies = anomalies.with_if(apdu.short && !cut, Anomalies::BAD_LENGTH);
        let (client, server) = match apdu.unit.role {
            Role::Request => (path.source, path.destination),
            _ => (path.destination, path.source),
        };
        let mut asked = None;
        let mut category = apdu.unit.category;
        // Plain and ciphered acts carry or hide the number by which they are matched; the hidden ones have none.
        let number = apdu.invoke.map_or(u8::MAX, |invoke| invoke & 0x0f);
        match apdu.unit.role {
            Role::Request => {
                let mut act = Asked { tag: apdu.tag, item: apdu.item, category };
                // A request for the next block goes on with what was asked before.
                let before = self.current.filter(|(known, other, before)| {
                    (*known, *other, before.tag) == (client, server, apdu.tag)
                });
                if let (None, Some((_, _, before)), GET | SET | ACTION) = (apdu.item, before, apdu.tag) {
                    act = before;
                    category = before.category;
                }
                if matches!(apdu.tag, 0x60) && association::mechanism(apdu.tag, apdu.body) > 0 {
                    category = Category::Authentication;
                    act.category = category;
                }
                self.current = Some((client, server, act));
                self.watched = true;
                self.pending.insert((client, server, number), act);
                asked = Some(act);
            }
            Role::Response => {
                let found = self.pending.take(&(client, server, number)).or_else(|| {
                    // Errors in general answer whatever was asked last.
                    let (known, other, act) = self.current?;
                    (matches!(apdu.tag, 0x0e | 0xd8) && (known, other) == (client, server)).then_some(act)
                });
                anomalies =
                    anomalies.with_if(found.is_none() && self.watched, Anomalies::UNEXPECTED_RESPONSE);
                let other =
                    found.is_some_and(|found| !matches!(apdu.tag, 0x0e | 0xd8) && found.tag != apdu.code());
                anomalies = anomalies.with_if(other, Anomalies::MISMATCHED_RESPONSE);
                asked = found.filter(|_| !other);
                category = asked.map_or(category, |asked| asked.category);
            }
            Role::Event => {}
        }
        let item = apdu.item.or(asked.and_then(|asked| asked.item));
        let is_method = asked.is_some_and(|asked| asked.tag == ACTION);
        let object = item.map(|item| item.text(is_method));
        let (kind, outcome) = match (apdu.unit.role, apdu.error) {
            (Role::Request, _) => (Kind::Request, Outcome::Pending),
            (Role::Response, Some(error)) => (Kind::Response, Outcome::Error(error)),
            (Role::Response, None) => (Kind::Response, Outcome::Ok),
            (Role::Event, _) => (Kind::Event, Outcome::Event),
        };
        let shown = Shown { path, apdu: &apdu, repeated: item.filter(|_| apdu.item.is_none()), is_method };
        sink.message(&Message {
            protocol: Protocol::Dlms,
            kind,
            function: Function::Known(apdu.unit.name),
            code: Some(u32::from(apdu.code())),
            category,
            outcome,
            address: Reference::one("logical_device", u64::from(server)),
            object: object.as_ref().map_or(Reference::None, |text| Reference::Text(text.as_str())),
            anomalies,
            fields: &shown,
        });
        if cut {
            return;
        }
        titles(&apdu, sink);
        if let Some(item) = item {
            self.facts(&apdu, &item, server, sink);
        }
    }

    /// Values, identity and firmware that an act on an object carries.
    fn facts(&mut self, apdu: &Apdu<'_>, item: &Item, server: u32, sink: &mut dyn Sink) {
        let given = if apdu.tag == SET { apdu.argument() } else { apdu.result() };
        if let Some(bytes) = given {
            if let Some((kind, number)) = data::number(bytes).filter(|_| sink.wants().values) {
                sink.value(&Value {
                    protocol: Protocol::Dlms,
                    address: Reference::one("logical_device", u64::from(server)),
                    object: Reference::Text(item.text(false).as_str()),
                    kind,
                    number,
                });
            }
            let fact = identity(item.obis).filter(|_| apdu.tag != SET && item.member == 2);
            if let (Some(attribute), Some(text)) = (fact, data::string(bytes)) {
                let alone = server <= 1;
                let path = Reference::one("logical_device", u64::from(server));
                tell(attribute, &printable(text), if alone { Reference::None } else { path }, sink);
            }
        }
        if item.class == IMAGE_TRANSFER && apdu.tag == ACTION && sink.wants().files {
            self.image(apdu, item, sink);
        }
    }

    /// Firmware: initiated with its name and size, then carried in numbered blocks.
    fn image(&mut self, apdu: &Apdu<'_>, item: &Item, sink: &mut dyn Sink) {
        if item.member == 1 {
            self.images = self.images.wrapping_add(1);
        }
        let Some(argument) = apdu.argument().filter(|_| item.member == IMAGE_BLOCK) else { return };
        // A structure of block number and octets.
        let mut reader = Reader::new(argument);
        if reader.take(3).ok() != Some(&[2, 2, 6]) {
            return;
        }
        let (Ok(_), Ok(9)) = (reader.be_u32(), reader.u8()) else { return };
        if let Ok(block) = data::octets(&mut reader) {
            sink.file(&FileChunk {
                protocol: Protocol::Dlms,
                handle: self.images,
                name: "image",
                direction: Direction::Download,
                offset: None,
                data: block,
                last: false,
            });
        }
    }
}

/// System titles say who sent a unit.
fn titles(apdu: &Apdu<'_>, sink: &mut dyn Sink) {
    let title = match apdu.tag {
        0x60 | 0x61 => association::system_title(apdu.tag, apdu.body),
        _ => apdu.security.map(|security| security.system_title),
    };
    // Eight bytes: three letters of the manufacturer, then its own number (IEC 62056-5-3, system title).
    if let Some(title @ [a, b, c, ..]) = title.filter(|title| title.len() == 8) {
        tell("system_title", &hex(title), Reference::None, sink);
        if [a, b, c].iter().all(|letter| letter.is_ascii_uppercase()) {
            tell("vendor_id", &printable(&[*a, *b, *c]), Reference::None, sink);
        }
    }
}

/// The attribute of a device that an object's value is (IEC 62056-6-1, abstract objects).
const fn identity(obis: [u8; 6]) -> Option<&'static str> {
    Some(match obis {
        [0, 0, 96, 1, 0, 255] => "serial",
        [0, 0, 42, 0, 0, 255] => "name",
        [_, 0, 0, 2, 0, 255] => "firmware",
        [0, 0, 96, 1, 1..=9, 255] => "description",
        _ => return None,
    })
}

fn tell(attribute: &'static str, value: &str, path: Reference<'_>, sink: &mut dyn Sink) {
    let value = value.trim();
    if value.is_empty() {
        return;
    }
    sink.observe(&Observation {
        subject: Subject::Sender,
        path,
        attribute,
        value,
        protocol: Protocol::Dlms,
        confidence: confidence::IDENTITY,
    });
}

/// A frame that only keeps the link.
fn link(path: Path, frame: &hdlc::Frame<'_>, anomalies: Anomalies, sink: &mut dyn Sink) {
    let (name, answers) = hdlc::command(frame.control);
    let unknown = name == "unknown_frame";
    // Acknowledgements of frames go both ways and pair with nothing.
    let alone = unknown || frame.control & 0x03 == 0x01;
    let (kind, outcome) =
        if answers { (Kind::Response, Outcome::Ok) } else { (Kind::Request, Outcome::Pending) };
    sink.message(&Message {
        protocol: Protocol::Dlms,
        kind: if alone { Kind::Control } else { kind },
        function: if unknown { Function::Unknown(u32::from(frame.control)) } else { Function::Known(name) },
        code: None,
        category: Category::Session,
        outcome: if alone { Outcome::Event } else { outcome },
        address: Reference::None,
        object: Reference::None,
        anomalies: anomalies.with_if(unknown, Anomalies::UNKNOWN_FUNCTION),
        fields: &Link { path, control: frame.control, information: frame.information },
    });
}

fn unknown(path: Path, bytes: &[u8], anomalies: Anomalies, sink: &mut dyn Sink) {
    let tag = bytes.first().copied().unwrap_or(0);
    sink.message(&Message {
        protocol: Protocol::Dlms,
        kind: Kind::Event,
        function: Function::Unknown(u32::from(tag)),
        code: Some(u32::from(tag)),
        category: Category::Other,
        outcome: Outcome::Event,
        address: Reference::None,
        object: Reference::None,
        anomalies: anomalies | Anomalies::UNKNOWN_FUNCTION,
        fields: &Link { path, control: 0, information: bytes },
    });
}

struct Link<'a> {
    path: Path,
    control: u8,
    information: &'a [u8],
}

impl Fields for Link<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        self.path.visit(visitor);
        if self.control != 0 {
            visitor.uint("control", u64::from(self.control));
        }
        if !self.information.is_empty() {
            visitor.bytes("data", self.information);
        }
    }
}

impl Path {
    fn visit(self, visitor: &mut dyn Visitor) {
        visitor.uint("source", u64::from(self.source));
        visitor.uint("destination", u64::from(self.destination));
    }
}

struct Shown<'a> {
    path: Path,
    apdu: &'a Apdu<'a>,
    /// The object of the request, for answers that do not name it.
    repeated: Option<Item>,
    is_method: bool,
}

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        self.path.visit(visitor);
        if let Some(item) = &self.repeated {
            visitor.text("object", Text::<64>::of(format_args!("{}", item.text(self.is_method))).as_str());
        }
        self.apdu.visit(visitor);
    }
}

#[cfg(test)]
mod tests;
