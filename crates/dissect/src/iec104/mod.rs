//! IEC 60870-5-104: telecontrol of substations and power plants over TCP.
//!
//! Spec: IEC 60870-5-104 (APCI, additional types), IEC 60870-5-101 (ASDUs), IEC 60870-5-7 (names of security types).
//! Usual port TCP 2404; recognised by content on any port: start byte, length and control field that fit each other and
//! an ASDU whose objects fill the frame. Several APDUs may share a segment; after damage decoding goes on at the next
//! start byte that begins a possible APDU, whose message then carries `trailing_bytes`.

mod asdu;
mod element;
mod file;
mod kinds;

use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Input, Kind, Message, Outcome, Over, Probe,
    Protocol, Reader, Reference, Session, Sink, Step, Transport, Value, Verdict, Visitor,
};
use asdu::Asdu;
use file::Files;

const PORTS: &[u16] = &[2404];
/// First byte of every APDU (60870-5-104, 5.1).
const START: u8 = 0x68;
/// Length after the length byte: control field to the largest APDU (5.1).
const LENGTH: std::ops::RangeInclusive<u8> = 4..=253;
/// Sequence numbers have 15 bits (5.1).
const MODULUS: u16 = 0x8000;

/// IEC 60870-5-104 as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Iec104,
    over: &[Over::Tcp(PORTS)],
    probe,
    open: || Box::<Iec104>::default(),
    max_message: 255,
    fields: FIELDS,
    not_decoded: &[
        "objects of the security extension (IEC 60870-5-7, types 41 and 81 to 95) beyond their names: their bytes are shown",
        "types 128 to 255 of private ranges",
        "ASDUs with shorter address or cause fields than IEC 60870-5-104 fixes",
    ],
};

const FIELDS: &[Field] = &[
    Field { name: "apci", doc: "Format of the frame: I, S or U." },
    Field { name: "length", doc: "Bytes after the length byte." },
    Field { name: "send_sequence", doc: "N(S), 0 to 32767." },
    Field { name: "receive_sequence", doc: "N(R): the next number that the sender expects." },
    Field {
        name: "u_type",
        doc: "Function bits of a U frame: 1, 2 STARTDT, 4, 8 STOPDT, 16, 32 TESTFR; act, con.",
    },
    Field { name: "type", doc: "Label of the type identification, e.g. M_SP_NA_1." },
    Field { name: "sequence", doc: "Objects follow one another from one address on (SQ)." },
    Field { name: "object_count", doc: "Number of information objects." },
    Field { name: "cause", doc: "Cause of transmission, 0 to 63." },
    Field { name: "negative", doc: "Negative confirmation (P/N)." },
    Field { name: "test", doc: "Test (T)." },
    Field { name: "originator_address", doc: "Controlling station that caused it; 0 not used." },
    Field { name: "common_address", doc: "Station; 65535 all of them." },
    Field { name: "objects", doc: "Objects: ioa, value, quality, time and qualifiers by their own names." },
];

/// Control field by its format (5.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Control {
    I { send: u16, receive: u16 },
    S { receive: u16 },
    U { function: u8 },
}

/// One APDU, as the wire carried it.
#[derive(Debug, Clone, Copy)]
struct Apdu<'a> {
    length: u8,
    control: Control,
    asdu: Option<Asdu<'a>>,
    anomalies: Anomalies,
}

/// Names of U functions: bits 3 to 8 of the first octet, exactly one set (5.1, figure 9).
const fn u_name(function: u8) -> Option<(&'static str, bool)> {
    Some(match function {
        0x01 => ("startdt", true),
        0x02 => ("startdt", false),
        0x04 => ("stopdt", true),
        0x08 => ("stopdt", false),
        0x10 => ("testfr", true),
        0x20 => ("testfr", false),
        _ => return None,
    })
}

impl Control {
    fn parse(octets: [u8; 4]) -> Self {
        let [a, b, c, d] = octets;
        let receive = u16::from_le_bytes([c, d]) >> 1;
        match a & 3 {
            1 => Self::S { receive },
            3 => Self::U { function: a >> 2 },
            _ => Self::I { send: u16::from_le_bytes([a, b]) >> 1, receive },
        }
    }
}

/// Whether an APDU may begin here, as far as there are bytes.
fn may_begin(data: &[u8]) -> bool {
    let mut bytes = data.iter();
    if bytes.next() != Some(&START) {
        return false;
    }
    let Some(length) = bytes.next() else { return true };
    if !LENGTH.contains(length) {
        return false;
    }
    let Some(first) = bytes.next() else { return true };
    let long = *length > 4;
    match first & 3 {
        1 => !long,
        3 => !long && u_name(first >> 2).is_some(),
        // Type, structure, cause and address at least.
        _ => usize::from(*length) >= asdu::HEADER.saturating_add(4),
    }
}

/// Whether a whole APDU begins here that nothing else would look like.
fn is_apdu(data: &[u8]) -> bool {
    if !may_begin(data) {
        return false;
    }
    let (Some(&[_, length, a, b, c, d]), Some(body)) = (data.first_chunk::<6>(), data.get(6..)) else {
        return false;
    };
    match Control::parse([a, b, c, d]) {
        Control::S { .. } => a == 1 && b == 0 && c & 1 == 0,
        Control::U { .. } => [b, c, d] == [0, 0, 0],
        Control::I { .. } => {
            let wanted = usize::from(length).saturating_sub(4);
            let whole = body.get(..wanted).unwrap_or(body);
            let Some(asdu) = Asdu::parse(whole) else { return false };
            whole.len() >= asdu::HEADER
                && c & 1 == 0
                && asdu.kind().is_some()
                && !kinds::cause_name(asdu.cause).is_empty()
                && (whole.len() < wanted || asdu.fits())
        }
    }
}

/// Decodes the APDU at the start of `data`; `None` when more bytes are needed.
fn parse(data: &[u8], last: bool) -> Option<(Apdu<'_>, usize)> {
    let mut reader = Reader::new(data);
    reader.skip(1).ok()?;
    let length = reader.u8().ok()?;
    let octets: [u8; 4] = reader.array().ok()?;
    let wanted = usize::from(length).saturating_sub(4);
    let body = reader.take_up_to(wanted);
    if body.len() < wanted && !last {
        return None;
    }
    let control = Control::parse(octets);
    let [a, b, c, d] = octets;
    let reserved = match control {
        Control::I { .. } => c & 1 != 0,
        Control::S { .. } => a != 1 || b != 0 || c & 1 != 0,
        Control::U { .. } => [b, c, d] != [0, 0, 0],
    };
    let cut = body.len() < wanted;
    let asdu = if matches!(control, Control::I { .. }) { Some(Asdu::parse(body)?) } else { None };
    let mut anomalies =
        Anomalies::NONE.with_if(cut, Anomalies::TRUNCATED).with_if(reserved, Anomalies::RESERVED_BITS);
    if let Some(asdu) = asdu.filter(|_| !cut) {
        anomalies |= asdu.anomalies();
    }
    Some((Apdu { length, control, asdu, anomalies }, reader.position()))
}

fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.transport != Transport::Tcp {
        return Verdict::No;
    }
    if is_apdu(probe.data) {
        return Verdict::Sure;
    }
    let usual = probe.on_port(PORTS);
    if may_begin(probe.data) {
        let whole = probe.data.get(1).is_some_and(|length| {
            probe.data.len() >= usize::from(*length).saturating_add(2) && *length >= *LENGTH.start()
        });
        return match (usual, whole) {
            (true, true) => Verdict::Likely,
            (true, false) => Verdict::More,
            (false, false) if probe.data.len() < 8 => Verdict::More,
            (false, _) => Verdict::No,
        };
    }
    // A stream that is joined in the middle of an APDU.
    if usual && (1..probe.data.len()).any(|at| probe.data.get(at..).is_some_and(is_apdu)) {
        return Verdict::Likely;
    }
    Verdict::No
}

/// Sequence numbers of one direction.
#[derive(Debug, Clone, Copy, Default)]
struct Counter {
    /// The next N(S) of this direction.
    next: Option<u16>,
    /// The last N(R) of this direction.
    acknowledged: Option<u16>,
    /// Bytes were passed over to find the next start byte.
    skipped: bool,
}

#[derive(Debug, Default)]
struct Iec104 {
    /// By direction: from the server, to the server.
    counters: [Counter; 2],
    /// Whether data transfer is started; unknown where the conversation was joined later.
    started: Option<bool>,
    begun: bool,
    files: Files,
}

impl Session for Iec104 {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let to_server = input.to_server(PORTS);
        if !may_begin(input.data) {
            if let Some(counter) = self.counters.get_mut(usize::from(to_server)) {
                counter.skipped = true;
            }
            let next = (1..input.data.len()).find(|at| input.data.get(*at..).is_some_and(may_begin));
            return Step::Took(next.unwrap_or(input.data.len()));
        }
        match parse(input.data, input.last) {
            Some((apdu, taken)) => {
                self.message(&apdu, to_server, input, sink);
                Step::Took(taken)
            }
            None if !input.last => Step::More,
            None => Step::Lost,
        }
    }

    fn resumes(&self, data: &[u8]) -> bool {
        (0..data.len()).any(|at| data.get(at..).is_some_and(is_apdu))
    }

    fn gap(&mut self, from_client: Option<bool>) {
        for (at, counter) in self.counters.iter_mut().enumerate() {
            if from_client.is_none_or(|from_client| usize::from(from_client) == at) {
                *counter = Counter::default();
            }
        }
        self.started = None;
        self.begun = true;
        self.files.gap();
    }
}

impl Iec104 {
    fn message(&mut self, apdu: &Apdu<'_>, to_server: bool, input: &Input<'_>, sink: &mut dyn Sink) {
        let mut anomalies = apdu.anomalies;
        if !self.begun {
            self.begun = true;
            if input.from_client.is_some() {
                self.started = Some(false);
                for counter in &mut self.counters {
                    *counter = Counter { next: Some(0), acknowledged: Some(0), skipped: counter.skipped };
                }
            }
        }
        anomalies |= self.sequence(apdu.control, to_server);
        match apdu.control {
            Control::S { .. } => {
                give(Function::Known("supervisory"), Kind::Control, Outcome::Event, apdu, anomalies, sink);
            }
            Control::U { function } => {
                let (name, act) = u_name(function)
                    .map_or((Function::Unknown(u32::from(function)), true), |(name, act)| {
                        (Function::Known(name), act)
                    });
                match function {
                    0x02 => self.started = Some(true),
                    0x08 => self.started = Some(false),
                    // The confirmation may be lost; what follows the request is allowed.
                    0x01 => self.started = None,
                    _ => {}
                }
                // Only the controlling station starts and stops data transfer (5.3).
                let wrong = matches!(function, 0x01 | 0x04) && !to_server && input.from_client.is_some();
                anomalies = anomalies.with_if(wrong, Anomalies::WRONG_DIRECTION);
                let (kind, outcome) =
                    if act { (Kind::Request, Outcome::Pending) } else { (Kind::Response, Outcome::Ok) };
                give(name, kind, outcome, apdu, anomalies, sink);
            }
            Control::I { .. } => {
                if let Some(asdu) = &apdu.asdu {
                    anomalies = anomalies.with_if(self.started == Some(false), Anomalies::BAD_ORDER);
                    let cut = apdu.anomalies.contains(Anomalies::TRUNCATED);
                    if !cut {
                        anomalies |= self.files.take(asdu, to_server, sink);
                    }
                    give_asdu(apdu, asdu, to_server, anomalies, sink);
                    if !cut && sink.wants().values {
                        give_values(asdu, sink);
                    }
                }
            }
        }
    }

    /// Checks and follows the sequence numbers (5.1).
    fn sequence(&mut self, control: Control, to_server: bool) -> Anomalies {
        let (own, other) = (usize::from(to_server), usize::from(!to_server));
        let sent = self.counters.get(other).and_then(|counter| counter.next);
        let Some(counter) = self.counters.get_mut(own) else { return Anomalies::NONE };
        let mut anomalies =
            Anomalies::NONE.with_if(std::mem::take(&mut counter.skipped), Anomalies::TRAILING_BYTES);
        let receive = match control {
            Control::I { send, receive } => {
                let odd = counter.next.is_some_and(|next| next != send);
                anomalies = anomalies.with_if(odd, Anomalies::BAD_SEQUENCE);
                counter.next = Some(send.wrapping_add(1) % MODULUS);
                receive
            }
            Control::S { receive } => receive,
            Control::U { .. } => return anomalies,
        };
        if let (Some(before), Some(sent)) = (counter.acknowledged, sent) {
            let distance = |to: u16| to.wrapping_sub(before) % MODULUS;
            anomalies = anomalies.with_if(distance(receive) > distance(sent), Anomalies::BAD_SEQUENCE);
        }
        counter.acknowledged = Some(receive);
        anomalies
    }
}

fn give(
    function: Function,
    kind: Kind,
    outcome: Outcome,
    apdu: &Apdu<'_>,
    anomalies: Anomalies,
    sink: &mut dyn Sink,
) {
    let unknown = matches!(function, Function::Unknown(_));
    sink.message(&Message {
        protocol: Protocol::Iec104,
        kind,
        function,
        code: None,
        category: Category::Session,
        outcome,
        address: Reference::None,
        object: Reference::None,
        anomalies: anomalies.with_if(unknown, Anomalies::UNKNOWN_FUNCTION),
        fields: apdu,
    });
}

fn give_asdu(apdu: &Apdu<'_>, asdu: &Asdu<'_>, to_server: bool, anomalies: Anomalies, sink: &mut dyn Sink) {
    let (function, category) =
        asdu.kind().map_or((Function::Unknown(u32::from(asdu.type_id)), Category::Other), |kind| {
            (Function::Known(kind.name), kind.category)
        });
    let monitor = matches!(asdu.type_id, 1..=41 | 70);
    let (kind, outcome) = match asdu.cause {
        cause @ 44..=47 => (Kind::Response, Outcome::Error(kinds::cause_name(cause))),
        7 | 9 if asdu.negative => (Kind::Response, Outcome::Error("negative_confirmation")),
        7 | 9 => (Kind::Response, Outcome::Ok),
        10 if asdu.negative => (Kind::Response, Outcome::Error("negative_termination")),
        6 | 8 => (Kind::Request, Outcome::Pending),
        5 if !monitor => (Kind::Request, Outcome::Pending),
        13 if asdu.type_id == 122 => (Kind::Request, Outcome::Pending),
        _ => (Kind::Event, Outcome::Event),
    };
    // Process information flows to the controlling station, commands to the controlled one (5.2).
    let wrong = if monitor { to_server } else { matches!(kind, Kind::Request) && !to_server };
    sink.message(&Message {
        protocol: Protocol::Iec104,
        kind,
        function,
        code: Some(u32::from(asdu.type_id)),
        category,
        outcome,
        address: Reference::one("common_address", u64::from(asdu.common_address)),
        object: asdu.object(),
        anomalies: anomalies.with_if(wrong && !matches!(asdu.type_id, 120..=127), Anomalies::WRONG_DIRECTION),
        fields: apdu,
    });
}

/// What the station reports, and what is written by commands that execute.
fn give_values(asdu: &Asdu<'_>, sink: &mut dyn Sink) {
    let Some(kind) = asdu.kind().filter(|kind| !kind.value.is_empty()) else { return };
    let monitor = asdu.type_id <= 41;
    if !monitor && asdu.cause != 6 {
        return;
    }
    for object in asdu.objects() {
        if element::selects(kind, object.data) == Some(true) || !element::is_valid(kind, object.data) {
            continue;
        }
        if let Some(number) = element::number(kind, object.data) {
            sink.value(&Value {
                protocol: Protocol::Iec104,
                address: Reference::one("common_address", u64::from(asdu.common_address)),
                object: Reference::one("ioa", u64::from(object.ioa)),
                kind: kind.value,
                number,
            });
        }
    }
}

impl Fields for Apdu<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.text(
            "apci",
            match self.control {
                Control::I { .. } => "I",
                Control::S { .. } => "S",
                Control::U { .. } => "U",
            },
        );
        visitor.uint("length", u64::from(self.length));
        match self.control {
            Control::I { send, receive } => {
                visitor.uint("send_sequence", u64::from(send));
                visitor.uint("receive_sequence", u64::from(receive));
            }
            Control::S { receive } => visitor.uint("receive_sequence", u64::from(receive)),
            Control::U { function } => visitor.uint("u_type", u64::from(function)),
        }
        let Some(asdu) = &self.asdu else { return };
        if let Some(kind) = asdu.kind() {
            visitor.text("type", kind.label);
        }
        visitor.flag("sequence", asdu.sequence);
        visitor.uint("object_count", u64::from(asdu.count));
        visitor.named(
            "cause",
            u64::from(asdu.cause),
            match kinds::cause_name(asdu.cause) {
                "" => "reserved",
                name => name,
            },
        );
        visitor.flag("negative", asdu.negative);
        visitor.flag("test", asdu.test);
        visitor.uint("originator_address", u64::from(asdu.originator));
        visitor.uint("common_address", u64::from(asdu.common_address));
        let Some(kind) = asdu.kind() else {
            visitor.bytes("data", asdu.objects);
            return;
        };
        visitor.begin_list("objects");
        for object in asdu.objects() {
            visitor.begin_object("");
            visitor.uint("ioa", u64::from(object.ioa));
            element::visit(kind, object.data, visitor);
            if !object.segment.is_empty() {
                visitor.bytes("segment", object.segment);
            }
            visitor.end_object();
        }
        visitor.end_list();
    }
}

#[cfg(test)]
mod tests;
