//! Userdata: function groups with requests, answers and pushes, in one part or several.

mod alarm;
mod blocks;
mod cyclic;
mod test_functions;

use super::function::{self, BLOCKS, CPU, CYCLIC, MODE_TRANSITION, NC, PBC, PROGRAMMER, SECURITY, TIME};
use super::{Asked, Name, Pdu, S7comm, datum, error, key, szl, text, time};
use crate::cotp::Tsdu;
use crate::{
    Anomalies, Category, Fields, Function, Kind, Message, Observation, Outcome, Protocol, Reader, Reference,
    Sink, Subject, Text, Visitor, confidence,
};

/// Most multi-part answers of one session that are put together at once; controllers send one at a time.
const MAX_PARTS: usize = 4;
/// Largest payload that is put together, in bytes. A diagnostic buffer of 500 entries has 10,000, lists of blocks 4 per
/// block.
const MAX_PAYLOAD: usize = 64 * 1024;
/// Most cyclic subscriptions of one session whose items are kept.
const MAX_SUBSCRIPTIONS: usize = 32;

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

/// An answer in several parts.
struct Part {
    to_server: bool,
    reference: u8,
    head: (u8, u8, u8),
    object: Name,
    szl: Option<(u16, u16)>,
    bytes: Vec<u8>,
    /// Bytes of the conversation are lost, or there were too many of them.
    gap: bool,
}

/// A cyclic subscription.
struct Subscription {
    sequence: u8,
    count: u8,
    items: Vec<u8>,
    object: Name,
}

/// What userdata needs to remember.
#[derive(Default)]
pub(super) struct Parts {
    open: Vec<Part>,
    subscriptions: Vec<Subscription>,
}

impl Parts {
    /// Bytes of one direction, or of either, are lost: answers under way may lack a part.
    pub(super) fn gap(&mut self, to_server: Option<bool>) {
        for open in &mut self.open {
            open.gap |= to_server.is_none_or(|to_server| to_server == open.to_server);
        }
    }

    /// Adds a part; gives the whole with its last one, and whether a part may lack. `None` while more follow.
    fn add(
        &mut self,
        to_server: bool,
        head: &Head,
        data: &[u8],
        asked: Option<&Asked>,
    ) -> Option<(Vec<u8>, bool)> {
        let (reference, more, _) = head.unit?;
        let at = self.open.iter().position(|open| open.to_server == to_server && open.reference == reference);
        let at = if let Some(at) = at {
            at
        } else {
            if self.open.len() >= MAX_PARTS {
                self.open.remove(0);
            }
            self.open.push(Part {
                to_server,
                reference,
                head: (head.group, head.subfunction, head.sequence),
                object: asked.map(|asked| asked.object).unwrap_or_default(),
                szl: asked.and_then(|asked| asked.szl),
                bytes: Vec::new(),
                gap: false,
            });
            self.open.len().saturating_sub(1)
        };
        let part = self.open.get_mut(at)?;
        let room = MAX_PAYLOAD.saturating_sub(part.bytes.len());
        part.gap |= data.len() > room;
        part.bytes.extend_from_slice(data.get(..room).unwrap_or(data));
        if more {
            return None;
        }
        let part = self.open.remove(at);
        Some((part.bytes, part.gap))
    }

    /// Whether parts of this answer were seen before.
    fn continues(&self, to_server: bool, head: &Head) -> bool {
        head.unit.is_some_and(|(reference, ..)| {
            self.open.iter().any(|open| open.to_server == to_server && open.reference == reference)
        })
    }

    /// The answer whose next part a request asks for.
    fn asked_on(&self, to_server: bool, head: &Head) -> Option<&Part> {
        self.open.iter().rev().find(|open| {
            open.to_server != to_server && open.head == (head.group, head.subfunction, head.sequence)
        })
    }

    fn subscribe(&mut self, sequence: u8, asked: &Asked) {
        self.subscriptions.retain(|known| known.sequence != sequence);
        if self.subscriptions.len() >= MAX_SUBSCRIPTIONS {
            self.subscriptions.remove(0);
        }
        self.subscriptions.push(Subscription {
            sequence,
            count: asked.count,
            items: asked.items.clone(),
            object: asked.object,
        });
    }

    fn subscription(&self, sequence: u8) -> Option<&Subscription> {
        self.subscriptions.iter().find(|known| known.sequence == sequence)
    }
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
        let subscription = (head.group == CYCLIC && head.kind == PUSH)
            .then(|| self.parts.subscription(head.sequence))
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
                self.parts.subscribe(head.sequence, asked);
            }
            if sink.wants().values
                && let Some(subscription) = self.parts.subscription(head.sequence)
                && let Some((count, values)) = cyclic::values(data)
            {
                let count = count.min(subscription.count);
                let address = tsdu.connection.address;
                datum::emit(&subscription.items, count, values, false, address, sink);
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

struct Shown<'a> {
    given: &'a Given<'a>,
    /// Items that cyclic data answers.
    items: (u8, &'a [u8]),
}

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        let (pdu, head) = (self.given.pdu, self.given.head);
        pdu.visit(visitor);
        if self.given.anomalies.contains(Anomalies::MISSING_FIELD) {
            visitor.bytes("parameters", pdu.parameters);
            return;
        }
        if head.function == TRANSITION {
            visitor.named("mode", u64::from(head.subfunction), mode(head.subfunction));
            visitor.uint("sequence", u64::from(head.sequence));
            return;
        }
        visitor.uint("method", u64::from(head.method));
        let kind = match head.kind {
            PUSH => "push",
            REQUEST => "request",
            RESPONSE => "response",
            _ => "unknown",
        };
        visitor.named("type", u64::from(head.kind), kind);
        visitor.named("group", u64::from(head.group), function::group_name(head.group));
        visitor.uint("subfunction", u64::from(head.subfunction));
        visitor.uint("sequence", u64::from(head.sequence));
        if let Some((reference, more, code)) = head.unit {
            visitor.uint("data_unit_reference", u64::from(reference));
            visitor.flag("last_data_unit", !more);
            visitor.named("error_code", u64::from(code), error::name(code));
        }
        let Some(payload) = self.given.payload else { return };
        visitor.named("return_code", u64::from(payload.return_code), error::return_code(payload.return_code));
        visitor.named(
            "transport_size",
            u64::from(payload.transport),
            datum::transport_name(payload.transport),
        );
        match self.given.content {
            Content::Part(data) => visitor.uint("part_length", data.len() as u64),
            Content::Whole([]) => {}
            Content::Whole(data) => {
                if self.content(data, visitor).is_none() {
                    visitor.bytes("data", data);
                }
            }
        }
    }
}

impl Shown<'_> {
    /// `None` when the bytes do not fit their function.
    fn content(&self, data: &[u8], visitor: &mut dyn Visitor) -> Option<()> {
        let head = self.given.head;
        match (head.group, head.subfunction) {
            (CPU, 1) => {
                if let Some(list) = szl::parse(data).filter(|_| head.kind != REQUEST) {
                    szl::visit(&list, visitor);
                } else {
                    let (id, index) = szl::request(data)?;
                    szl::visit_id(id, index, visitor);
                }
            }
            (CPU, 2) => alarm::visit_service(head.kind == REQUEST, data, visitor)?,
            (CPU, 3) => szl::visit_diagnostic(data, visitor),
            (CPU, _) => alarm::visit(head.kind, head.subfunction, data, visitor)?,
            (BLOCKS, subfunction) => blocks::visit(subfunction, head.kind == REQUEST, data, visitor)?,
            (TIME, _) => time::visit("time", data.get(2..)?, visitor),
            // The bytes are the password, or would let it be found.
            (SECURITY, _) => visitor.uint("password_length", data.len() as u64),
            (CYCLIC, _) => cyclic::visit(head.kind == REQUEST, data, self.items, visitor)?,
            (PROGRAMMER, subfunction) => test_functions::visit(head.kind, subfunction, data, visitor)?,
            (PBC, _) => blocks::visit_send(data, visitor)?,
            (NC | 0x0f, _) => visitor.uint("length", data.len() as u64),
            _ => return None,
        }
        Some(())
    }
}
