//! Userdata: function groups with requests, answers and pushes, in one part or several.

mod alarm;
mod blocks;
mod cyclic;
mod fields;
mod parts;
mod test_functions;

use super::function::{self, BLOCKS, CPU, CYCLIC, MODE_TRANSITION, PROGRAMMER};
use super::{Asked, Name, Pdu, S7comm, datum, error, key, szl, text};
use crate::cotp::Tsdu;
use crate::{
    Anomalies, Category, Function, Kind, Message, Observation, Outcome, Protocol, Reader, Reference, Sink,
    Subject, Text, confidence,
};
use fields::Shown;
pub(super) use parts::Parts;

/// Types: upper two bits of the group byte.
const PUSH: u8 = 0;
const REQUEST: u8 = 1;
const RESPONSE: u8 = 2;

/// Functions of the parameters' first byte.
const SERVICE: u8 = 0;
const TRANSITION: u8 = 1;

/// The parameters of a userdata PDU.
#[derive(Debug, Clone, Copy, Default)]
struct Head {
    function: u8,
    method: u8,
    kind: u8,
    group: u8,
    subfunction: u8,
    sequence: u8,
    /// Data unit reference, whether more follow, error.
    unit: Option<(u8, bool, u16)>,
}

impl Head {
    fn parse(parameters: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(parameters);
        let function = reader.u8().ok()?;
        reader.skip(2).ok()?;
        let length = reader.u8().ok()?;
        if function == TRANSITION {
            let group = reader.u8().ok()?;
            return Some(Self {
                function,
                kind: group >> 6,
                group: group & 0x3f,
                subfunction: reader.u8().ok()?,
                sequence: reader.u8().ok()?,
                ..Self::default()
            });
        }
        let method = reader.u8().ok()?;
        let group = reader.u8().ok()?;
        let subfunction = reader.u8().ok()?;
        let sequence = reader.u8().ok()?;
        let unit = if length >= 8 {
            Some((reader.u8().ok()?, reader.u8().ok()? != 0, reader.be_u16().ok()?))
        } else {
            None
        };
        Some(Self { function, method, kind: group >> 6, group: group & 0x3f, subfunction, sequence, unit })
    }

    fn is(&self, group: u8, subfunction: u8) -> bool {
        self.function == SERVICE && self.group == group && self.subfunction == subfunction
    }

    fn error(&self) -> u16 {
        self.unit.map_or(0, |(_, _, error)| error)
    }
}

/// Return code, transport size and bytes after them.
#[derive(Debug, Clone, Copy)]
struct Payload<'a> {
    return_code: u8,
    transport: u8,
    data: &'a [u8],
    fits: bool,
}

/// The length counts bytes, with some transport sizes and makers bits.
fn payload(data: &[u8]) -> Option<Payload<'_>> {
    let mut reader = Reader::new(data);
    let return_code = reader.u8().ok()?;
    let transport = reader.u8().ok()?;
    let length = usize::from(reader.be_u16().ok()?);
    let there = reader.remaining();
    let in_bits = length != there && matches!(transport, 0x03..=0x05) && length.div_ceil(8) == there;
    let wanted = if in_bits { there } else { length };
    Some(Payload { return_code, transport, data: reader.take_up_to(wanted), fits: wanted == there })
}

impl S7comm {
    pub(super) fn userdata(&mut self, pdu: &Pdu<'_>, tsdu: &Tsdu<'_>, sink: &mut dyn Sink) {
        let truncated = pdu.anomalies.contains(Anomalies::TRUNCATED);
        let Some(head) = Head::parse(pdu.parameters) else {
            Self::headless(pdu, tsdu, sink);
            return;
        };
        let mut anomalies = pdu.anomalies;
        let payload = payload(pdu.data);
        let fits = payload.is_none_or(|payload| payload.fits);
        anomalies = anomalies
            .with_if(!truncated && !fits, Anomalies::BAD_LENGTH)
            .with_if(head.kind > RESPONSE, Anomalies::BAD_VALUE);
        let asked = match head.kind {
            REQUEST => None,
            RESPONSE => self.pending.take(&key(tsdu.input, false, pdu.reference)),
            _ => None,
        };
        if head.kind == RESPONSE {
            let fits =
                asked.as_ref().is_some_and(|asked| asked.userdata == Some((head.group, head.subfunction)));
            anomalies = anomalies
                .with_if(asked.is_none() && self.matched, Anomalies::UNEXPECTED_RESPONSE)
                .with_if(asked.is_some() && !fits, Anomalies::MISMATCHED_RESPONSE);
            self.matched |= fits;
        }
        let asked = asked.filter(|asked| asked.userdata == Some((head.group, head.subfunction)));
        let data = payload.map(|payload| payload.data).unwrap_or_default();
        let more = head.unit.is_some_and(|(_, more, _)| more);
        let sends = head.kind != REQUEST && head.function == SERVICE;
        let whole;
        let content = if sends && (more || self.parts.continues(tsdu.to_server, &head)) {
            match self.parts.add(tsdu.to_server, &head, data, asked.as_ref()) {
                // After a loss only a list's own lengths show that no part lacks.
                Some((bytes, gap)) if gap && !adds_up(&head, &bytes) => {
                    anomalies |= Anomalies::TRUNCATED;
                    Content::Part(data)
                }
                Some((bytes, _)) => {
                    whole = bytes;
                    Content::Whole(&whole)
                }
                None => Content::Part(data),
            }
        } else {
            Content::Whole(data)
        };
        let mut given = Given { pdu, head, payload, content, asked, anomalies };
        if head.kind == REQUEST {
            let asked = self.ask(&given, tsdu);
            self.give(&given, Some(&asked), tsdu, sink);
            if let Some(replaced) = self.pending.insert(key(tsdu.input, true, pdu.reference), asked) {
                self.recycle(replaced);
            }
            return;
        }
        let asked = given.asked.take();
        self.give(&given, asked.as_ref(), tsdu, sink);
        if truncated {
            return;
        }
        self.tell(&given, asked.as_ref(), tsdu, sink);
        if let Some(asked) = asked {
            self.recycle(asked);
        }
    }

    /// What the answer to a request needs to know.
    fn ask(&mut self, given: &Given<'_>, tsdu: &Tsdu<'_>) -> Asked {
        let head = given.head;
        let mut asked = Asked { userdata: Some((head.group, head.subfunction)), ..Asked::default() };
        let Content::Whole(data) = given.content else { return asked };
        if let Some(part) = self.parts.asked_on(tsdu.to_server, &head).filter(|_| data.is_empty()) {
            asked.object = part.object;
            asked.szl = part.szl;
        } else if head.is(CPU, 1) {
            asked.szl = szl::request(data);
            asked.object = asked.szl.map(list_name).unwrap_or_default();
        } else if head.group == CPU {
            asked.object = alarm_name(&head, data);
        } else if head.group == BLOCKS {
            asked.object = blocks::object(head.subfunction, data);
        } else if head.group == CYCLIC {
            if let Some((count, items)) = cyclic::items(data) {
                asked.count = count;
                asked.items = self.spare.pop().unwrap_or_default();
                asked.items.extend_from_slice(items);
                asked.object = super::item::areas(items, count);
            }
        } else if head.group == PROGRAMMER {
            asked.object = test_functions::object(data);
            if let Some(table) = test_functions::watched(head.subfunction, data) {
                asked.items = self.spare.pop().unwrap_or_default();
                asked.items.extend_from_slice(table);
            }
        }
        asked
    }

    fn give(&self, given: &Given<'_>, asked: Option<&Asked>, tsdu: &Tsdu<'_>, sink: &mut dyn Sink) {
        let head = given.head;
        let (name, category) = if head.function == SERVICE {
            function::userdata(head.group, head.subfunction)
        } else {
            (Function::Known("mode_transition"), Category::Control)
        };
        let subscription = (matches!(head.group, CYCLIC | PROGRAMMER) && head.kind == PUSH)
            .then(|| self.parts.subscription(&head))
            .flatten();
        let mut object = match (asked, subscription) {
            (Some(asked), _) => asked.object,
            (None, Some(subscription)) => subscription.object,
            (None, None) => Name::default(),
        };
        if let Content::Whole(data) = given.content
            && object.as_str().is_empty()
            && head.is(CPU, 1)
        {
            object = szl::request(data).map(list_name).unwrap_or_default();
        }
        if let Content::Whole(data) = given.content
            && head.group == CPU
            && head.kind == PUSH
        {
            object = alarm_name(&head, data);
        }
        if head.group == MODE_TRANSITION {
            object = Text::of(format_args!("{}", mode(head.subfunction)));
        }
        let kind = match head.kind {
            REQUEST => Kind::Request,
            RESPONSE => Kind::Response,
            _ => Kind::Event,
        };
        let items = match (asked, subscription) {
            (Some(asked), _) => (asked.count, asked.items.as_slice()),
            (None, Some(subscription)) => (subscription.count, subscription.items.as_slice()),
            (None, None) => (0, [].as_slice()),
        };
        let unknown = matches!(name, Function::Unknown(_));
        sink.message(&Message {
            protocol: Protocol::S7comm,
            kind,
            function: name,
            // Services are told by group and subfunction; a mode transition by the function number alone.
            code: (head.function != SERVICE).then_some(u32::from(head.function)),
            category,
            outcome: given.outcome(),
            address: tsdu.connection.address,
            object: text(&object),
            anomalies: given.anomalies.with_if(unknown, Anomalies::UNKNOWN_FUNCTION),
            fields: &Shown { given, items },
        });
    }

    /// Identity, state and values that an answer or push tells.
    fn tell(&mut self, given: &Given<'_>, asked: Option<&Asked>, tsdu: &Tsdu<'_>, sink: &mut dyn Sink) {
        let head = given.head;
        if head.group == MODE_TRANSITION && head.kind == PUSH {
            let state = mode(head.subfunction);
            if state != "unknown" {
                sink.observe(&Observation {
                    subject: Subject::Sender,
                    path: Reference::None,
                    attribute: "cpu_state",
                    value: state,
                    protocol: Protocol::S7comm,
                    confidence: confidence::IDENTITY,
                });
            }
            return;
        }
        let Content::Whole(data) = given.content else { return };
        if head.error() != 0 {
            return;
        }
        if head.is(CPU, 1) {
            if let Some(list) = szl::parse(data) {
                szl::observe(&list, sink);
            }
        } else if head.group == CYCLIC {
            if let Some(asked) = asked.filter(|asked| asked.count > 0) {
                self.parts.subscribe(&head, asked);
            }
            if sink.wants().values
                && let Some(subscription) = self.parts.subscription(&head)
                && let Some((count, values)) = cyclic::values(data)
            {
                let count = count.min(subscription.count);
                let address = tsdu.connection.address;
                datum::emit(&subscription.items, count, values, false, address, sink);
            }
        } else if head.group == PROGRAMMER {
            if let Some(asked) = asked.filter(|asked| !asked.items.is_empty()) {
                self.parts.subscribe(&head, asked);
            } else if head.kind == PUSH
                && sink.wants().values
                && let Some(subscription) = self.parts.subscription(&head)
            {
                let address = tsdu.connection.address;
                test_functions::emit(head.subfunction, &subscription.items, data, address, sink);
            }
        }
    }

    /// A userdata PDU whose parameters are cut or are no parameters.
    fn headless(pdu: &Pdu<'_>, tsdu: &Tsdu<'_>, sink: &mut dyn Sink) {
        if pdu.anomalies.contains(Anomalies::TRUNCATED) {
            return;
        }
        let given = Given {
            pdu,
            head: Head::default(),
            payload: None,
            content: Content::Whole(pdu.data),
            asked: None,
            anomalies: pdu.anomalies | Anomalies::MISSING_FIELD,
        };
        sink.message(&Message {
            protocol: Protocol::S7comm,
            kind: Kind::Event,
            function: Function::Known("userdata"),
            code: None,
            category: Category::Other,
            outcome: Outcome::Event,
            address: tsdu.connection.address,
            object: Reference::None,
            anomalies: given.anomalies,
            fields: &Shown { given: &given, items: (0, &[]) },
        });
    }
}

/// Whether the lengths inside a multi-part answer fit it.
fn adds_up(head: &Head, bytes: &[u8]) -> bool {
    if head.is(CPU, 1) {
        return szl::parse(bytes).is_some_and(|list| list.is_whole());
    }
    // Lists of blocks have entries of four bytes.
    head.is(BLOCKS, 2) && bytes.len().is_multiple_of(4)
}

/// The alarm that a message of the message services is about.
fn alarm_name(head: &Head, data: &[u8]) -> Name {
    match alarm::subject(head.kind, head.subfunction, data) {
        Some(event) => Text::of(format_args!("alarm 0x{event:08x}")),
        None => Name::default(),
    }
}

fn list_name((id, index): (u16, u16)) -> Name {
    Text::of(format_args!("szl 0x{id:04x} index 0x{index:04x}"))
}

/// Operating mode that a mode transition announces.
const fn mode(mode: u8) -> &'static str {
    match mode {
        0 => "stop",
        1 => "startup_warm_restart",
        2 => "run",
        3 => "startup_hot_restart",
        4 => "hold",
        6 => "startup_cold_restart",
        9 => "run_redundant",
        11 => "link_up",
        12 => "update",
        _ => "unknown",
    }
}

#[derive(Debug, Clone, Copy)]
enum Content<'a> {
    /// All there is, put together where it came in parts.
    Whole(&'a [u8]),
    /// One part; the last brings the whole.
    Part(&'a [u8]),
}

struct Given<'a> {
    pdu: &'a Pdu<'a>,
    head: Head,
    payload: Option<Payload<'a>>,
    content: Content<'a>,
    asked: Option<Asked>,
    anomalies: Anomalies,
}

impl Given<'_> {
    fn outcome(&self) -> Outcome {
        match self.head.kind {
            REQUEST => return Outcome::Pending,
            RESPONSE => {}
            _ => return Outcome::Event,
        }
        if self.head.error() != 0 {
            return Outcome::Error(error::name(self.head.error()));
        }
        match self.payload {
            // An acknowledgement without data carries the code of "no object", which refuses nothing.
            Some(payload) if payload.transport == datum::NULL && payload.data.is_empty() => Outcome::Ok,
            Some(payload) if payload.return_code != error::SUCCESS => {
                Outcome::Error(error::return_code(payload.return_code))
            }
            _ => Outcome::Ok,
        }
    }
}

#[cfg(test)]
pub(super) mod tests;
