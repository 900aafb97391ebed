//! S7 communication plus: the protocol of SIMATIC S7-1200 and S7-1500.
//!
//! No public specification; facts from published research (talks and papers on the protocol's sessions and integrity
//! protection, open client libraries' documentation of objects and attributes) and from observation. Rides on ISO
//! transport (`cotp`, usual port TCP 102), which hands over whole PDUs; recognised by protocol id 0x72, a known version,
//! and a length and a trailer that fill the PDU. Version 1 opens sessions, 2 and 3 carry jobs, 3 with a digest over each
//! PDU; a job that is too large for one PDU goes on in the next, and only its last PDU has a trailer.
//! From TLS on (after `init_ssl`) the same PDUs travel encrypted: each TSDU then is an `encrypted` message.

mod address;
mod body;
mod names;
mod notification;
mod object;
mod pdu;
mod process;
mod shown;
mod value;

use crate::cotp::{self, Layer, Tsdu, Upper};
use crate::tell::Teller;
use crate::{
    Anomalies, Category, Direction, Dissector, FileChunk, Function, Input, Kind, Message, Outcome, Pending,
    Protocol, Reader, Reference, Session as _, Sink, Step, Subject, Verdict, confidence, printable,
};
use body::Items;
use names::{
    CREATE_OBJECT, DELETE_OBJECT, GET_MULTI_VARIABLES, GET_VAR_SUB_STREAMED, Name, OBJECT_NAME,
    SESSION_COMMENT, SESSION_HOST, SESSION_VERSION, SET_MULTI_VARIABLES,
};
use notification::{Notification, Subscriptions};
use pdu::{Head, Parts, Pdu};
use shown::{Encrypted, Shown, System, Told};

/// Most item lists that are kept for reuse.
const MAX_SPARE: usize = 8;

/// S7 communication plus as a layer above ISO transport.
pub(crate) static LAYER: Layer = Layer {
    protocol: Protocol::S7commPlus,
    recognise: pdu::recognise,
    open: || Box::<S7commPlus>::default(),
};

/// S7 communication plus as the registry knows it; flows are found by `cotp`.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::S7commPlus,
    over: &[],
    probe: |_| Verdict::No,
    open: cotp::open,
    max_message: 65_535,
    fields: shown::FIELDS,
    not_decoded: &[
        "type and tag descriptions inside explored objects (tags 0xa7 and from 0xab on)",
        "contents of blocks: compressed and without a public description; their bytes are hashed as files",
        "blobs with a root id, variants, packed structures of the program's own types",
        "arguments of invoke and results of get_variables_address",
        "contents of system events; digests are not verified",
        "everything after init_ssl: it is encrypted",
    ],
};

/// What an answer needs to know of its job.
#[derive(Default)]
struct Asked {
    function: u16,
    object: Name,
    category: Option<Category>,
    /// Object whose attributes are read; 0 for variables by address.
    link: u32,
    count: u32,
    /// Items of a read job, or the tree of a subscription, as on the wire.
    items: Vec<u8>,
}

impl Asked {
    fn items(&self) -> Items<'_> {
        Items { object: self.link, count: self.count, bytes: &self.items }
    }
}

/// Port of the asking side, and its sequence number.
type Key = (u16, u16);

#[derive(Default)]
struct S7commPlus {
    /// By direction: from the server, to the server.
    parts: [Parts; 2],
    pending: Pending<Key, Asked>,
    /// Item lists of answered jobs, to be filled again without allocating.
    spare: Vec<Vec<u8>>,
    subscriptions: Subscriptions,
    /// Object of the session, as the controller gave it.
    session: Option<u32>,
    /// Answers matched so far: before the first, jobs may have been sent before the capture began.
    matched: bool,
    tls: Option<crate::tls::Tls>,
}

impl Upper for S7commPlus {
    fn take(&mut self, tsdu: &Tsdu<'_>, sink: &mut dyn Sink) {
        let data = tsdu.input.data;
        if data.first() != Some(&pdu::PROTOCOL_ID) {
            self.encrypted(tsdu, sink);
            return;
        }
        let Some(head) = Head::parse(data, tsdu.cut) else { return };
        match head.version {
            pdu::SYSTEM_EVENT => Self::system("system_event", Category::Diagnostics, &head, tsdu, sink),
            pdu::KEEP_ALIVE => Self::system("keep_alive", Category::Session, &head, tsdu, sink),
            _ => {
                let Some(parts) = self.parts.get_mut(usize::from(tsdu.to_server)) else { return };
                if head.is_last && parts.is_empty() {
                    self.pdu(&head, head.body, 1, head.anomalies, tsdu, sink);
                } else if parts.add(&head) || head.is_last || tsdu.cut {
                    let mut whole = std::mem::take(parts);
                    let marks = head.anomalies | whole.anomalies;
                    self.pdu(&head, &whole.bytes, whole.count, marks, tsdu, sink);
                    whole.clear();
                    if let Some(parts) = self.parts.get_mut(usize::from(tsdu.to_server)) {
                        *parts = whole;
                    }
                }
            }
        }
    }

    fn gap(&mut self, to_server: Option<bool>) {
        // Jobs that wait may still be answered; answers without a job prove nothing now.
        self.matched = false;
        for (at, parts) in self.parts.iter_mut().enumerate() {
            if to_server.is_none_or(|to_server| usize::from(to_server) == at) {
                parts.cut();
            }
        }
    }
}

/// Key of a job that the sender of this input asks, or of the job of its receiver that it answers.
fn key(input: &Input<'_>, request: bool, sequence: u16) -> Key {
    (if request { input.src_port } else { input.dst_port }, sequence)
}

impl S7commPlus {
    fn encrypted(&mut self, tsdu: &Tsdu<'_>, sink: &mut dyn Sink) {
        let function = Function::Known("encrypted");
        let shown = Encrypted { data: tsdu.input.data };
        let marks = Anomalies::NONE.with_if(tsdu.cut, Anomalies::TRUNCATED);
        give(function, None, Kind::Event, Category::Session, Outcome::Event, marks, &shown, tsdu, sink);
        // Hellos and certificates say who is there; what follows is passed over.
        let tls = self.tls.get_or_insert_with(crate::tls::Tls::default);
        let mut rest = tsdu.input.data;
        while !rest.is_empty() {
            let input =
                Input { from_client: Some(tsdu.to_server), last: false, ..tsdu.input.with_data(rest) };
            match tls.next(&input, sink) {
                Step::Took(taken) if taken > 0 => rest = rest.get(taken..).unwrap_or_default(),
                _ => break,
            }
        }
    }

    fn system(name: &'static str, category: Category, head: &Head<'_>, tsdu: &Tsdu<'_>, sink: &mut dyn Sink) {
        let shown = System { head };
        let function = Function::Known(name);
        give(function, None, Kind::Event, category, Outcome::Event, head.anomalies, &shown, tsdu, sink);
    }

    fn pdu(
        &mut self,
        head: &Head<'_>,
        body: &[u8],
        fragments: usize,
        marks: Anomalies,
        tsdu: &Tsdu<'_>,
        sink: &mut dyn Sink,
    ) {
        let Some(pdu) = Pdu::parse(head.version, body) else { return };
        let told = Told { pdu: &pdu, fragments, length: body.len(), digest: head.digest || pdu.digest };
        match pdu.opcode {
            pdu::REQUEST => self.request(&told, marks, tsdu, sink),
            pdu::RESPONSE | pdu::RESPONSE_2 => self.response(&told, marks, tsdu, sink),
            pdu::NOTIFICATION => self.notification(&told, marks, tsdu, sink),
            _ => {
                let marks = marks | Anomalies::UNKNOWN_FUNCTION;
                let function = Function::Unknown(u32::from(pdu.opcode));
                let shown = Shown::Other(&told);
                give(function, None, Kind::Event, Category::Other, Outcome::Event, marks, &shown, tsdu, sink);
            }
        }
    }

    fn request(&mut self, told: &Told<'_>, marks: Anomalies, tsdu: &Tsdu<'_>, sink: &mut dyn Sink) {
        let pdu = told.pdu;
        let mut asked =
            Asked { function: pdu.function, items: self.spare.pop().unwrap_or_default(), ..Asked::default() };
        let session = self.session.or(pdu.session);
        let subject = body::subject(pdu.function, pdu.body, session, &mut asked);
        asked.object = subject.object;
        asked.category = Some(subject.category);
        let function = names::function(pdu.function);
        let marks = marks.with_if(matches!(function, Function::Unknown(_)), Anomalies::UNKNOWN_FUNCTION);
        sink.message(&Message {
            protocol: Protocol::S7commPlus,
            kind: Kind::Request,
            function,
            code: Some(u32::from(pdu.function)),
            category: subject.category,
            outcome: Outcome::Pending,
            address: tsdu.connection.address,
            object: object_of(&asked.object),
            anomalies: marks,
            fields: &Shown::Request(told),
        });
        match pdu.function {
            SET_MULTI_VARIABLES if sink.wants().values => {
                let mut reader = Reader::new(pdu.body);
                if let Some(items) = body::items(&mut reader) {
                    process::emit(&items, reader.rest(), true, tsdu.connection.address, sink);
                }
            }
            CREATE_OBJECT if subject.category == Category::Session => client(pdu.body, sink),
            CREATE_OBJECT if subject.category == Category::ProgramDownload && sink.wants().files => {
                download(pdu, marks, sink);
            }
            DELETE_OBJECT => {
                if let Ok(id) = Reader::new(pdu.body).be_u32() {
                    self.subscriptions.remove(id);
                }
            }
            _ => {}
        }
        if let Some(mut old) = self.pending.insert(key(tsdu.input, true, pdu.sequence), asked) {
            old.items.clear();
            self.keep(old.items);
        }
    }

    fn response(&mut self, told: &Told<'_>, marks: Anomalies, tsdu: &Tsdu<'_>, sink: &mut dyn Sink) {
        let pdu = told.pdu;
        let found = self.pending.take(&key(tsdu.input, false, pdu.sequence));
        let mismatched = found.as_ref().is_some_and(|asked| asked.function != pdu.function);
        let marks = marks
            .with_if(mismatched, Anomalies::MISMATCHED_RESPONSE)
            .with_if(found.is_none() && self.matched, Anomalies::UNEXPECTED_RESPONSE);
        self.matched |= found.is_some();
        let asked = found.as_ref().filter(|_| !mismatched);
        let result = body::return_value(pdu.body).unwrap_or(0);
        let outcome =
            if names::is_error(result) { Outcome::Error(names::result(result)) } else { Outcome::Ok };
        let category = asked.and_then(|asked| asked.category).unwrap_or(match pdu.function {
            names::EXPLORE => Category::Discovery,
            _ => Category::Other,
        });
        let function = names::function(pdu.function);
        sink.message(&Message {
            protocol: Protocol::S7commPlus,
            kind: Kind::Response,
            function,
            code: Some(u32::from(pdu.function)),
            category,
            outcome,
            address: tsdu.connection.address,
            object: asked.map_or(Reference::None, |asked| object_of(&asked.object)),
            anomalies: marks.with_if(matches!(function, Function::Unknown(_)), Anomalies::UNKNOWN_FUNCTION),
            fields: &Shown::Response(told, asked),
        });
        if outcome == Outcome::Ok {
            self.answered(pdu, asked.map(|asked| (asked.category, &asked.items)), sink);
            if let Some(asked) =
                asked.filter(|asked| asked.function == GET_MULTI_VARIABLES && sink.wants().values)
            {
                let mut reader = Reader::new(pdu.body);
                let _ = value::number(&mut reader);
                process::emit(&asked.items(), reader.rest(), false, tsdu.connection.address, sink);
            }
        }
        if let Some(asked) = found {
            self.keep(asked.items);
        }
    }

    fn keep(&mut self, mut items: Vec<u8>) {
        if self.spare.len() < MAX_SPARE {
            items.clear();
            self.spare.push(items);
        }
    }

    /// What a good answer teaches: the session, a subscription, the controller's identity.
    fn answered(&mut self, pdu: &Pdu<'_>, asked: Option<(Option<Category>, &Vec<u8>)>, sink: &mut dyn Sink) {
        let mut reader = Reader::new(pdu.body);
        let _ = value::number(&mut reader);
        match pdu.function {
            CREATE_OBJECT => {
                let count = reader.u8().unwrap_or(0);
                let mut first = None;
                for _ in 0..count {
                    let Some(id) = value::small(&mut reader) else { return };
                    first = first.or(Some(id));
                }
                controller(reader.rest(), sink);
                match (asked, first) {
                    (Some((Some(Category::Read), tree)), Some(id)) => self.subscriptions.add(id, tree),
                    (Some((Some(Category::Session), _)), Some(_)) => self.session = first,
                    _ => {}
                }
            }
            GET_VAR_SUB_STREAMED => {
                let record = reader.skip(1).ok().and_then(|()| body::streamed(&mut reader));
                if let Some(im0) = record.and_then(|value| body::identification(&value)) {
                    im0.observe(Protocol::S7commPlus, Reference::None, sink);
                }
            }
            _ => {}
        }
    }

    fn notification(&mut self, told: &Told<'_>, marks: Anomalies, tsdu: &Tsdu<'_>, sink: &mut dyn Sink) {
        let notification = Notification::parse(told.pdu.body);
        let truncated = marks.contains(Anomalies::TRUNCATED);
        let marks = marks.with_if(notification.is_none() && !truncated, Anomalies::BAD_LENGTH);
        let shown = Shown::Notification(told, notification.as_ref(), &self.subscriptions);
        let function = Function::Known("notification");
        give(function, None, Kind::Event, Category::Read, Outcome::Event, marks, &shown, tsdu, sink);
        if let Some(notification) = notification.filter(|_| sink.wants().values) {
            notification.emit(&self.subscriptions, tsdu.connection.address, sink);
        }
    }
}

fn object_of(name: &Name) -> Reference<'_> {
    if name.as_str().is_empty() { Reference::None } else { Reference::Text(name.as_str()) }
}

/// Hands over a message that is about nothing in particular.
#[expect(clippy::too_many_arguments, reason = "the parts of a message")]
fn give(
    function: Function,
    code: Option<u32>,
    kind: Kind,
    category: Category,
    outcome: Outcome,
    anomalies: Anomalies,
    fields: &dyn crate::Fields,
    tsdu: &Tsdu<'_>,
    sink: &mut dyn Sink,
) {
    sink.message(&Message {
        protocol: Protocol::S7commPlus,
        kind,
        function,
        code,
        category,
        outcome,
        address: tsdu.connection.address,
        object: Reference::None,
        anomalies,
        fields,
    });
}

/// What a client says of itself when it opens a session.
fn client(body: &[u8], sink: &mut dyn Sink) {
    let mut reader = Reader::new(body);
    let ready = reader.skip(4).is_ok() && value::value(&mut reader).is_some() && reader.skip(4).is_ok();
    let host = object::outer_attribute(reader.rest(), SESSION_HOST).and_then(|value| value.as_text());
    if let Some(host) = host.filter(|_| ready) {
        let teller = Teller::new(Subject::Sender, Protocol::S7commPlus, confidence::NAMING);
        teller.tell("session_host", &printable(host), sink);
    }
}

/// What a controller says of itself when it accepts a session: its version text with order number and firmware.
fn controller(tree: &[u8], sink: &mut dyn Sink) {
    let teller = Teller::new(Subject::Sender, Protocol::S7commPlus, confidence::IDENTITY);
    if let Some(comment) = object::outer_attribute(tree, SESSION_COMMENT).and_then(|value| value.as_text()) {
        let text = printable(comment);
        if text.starts_with("OMSP") {
            teller.tell("oms_version", &text, sink);
        }
    }
    let Some(version) = object::outer_attribute(tree, SESSION_VERSION) else { return };
    let mut told = false;
    version.members(|_, member| {
        let Some(text) = member.as_text().map(printable) else { return };
        if let Some((order, firmware)) = names::order_and_firmware(&text).filter(|_| !told) {
            told = true;
            teller.tell("vendor", "Siemens", sink);
            teller.tell("order_number", order, sink);
            teller.tell("firmware", firmware, sink);
        }
    });
}

/// A block on its way into the controller: its tree of attributes is the file.
fn download(pdu: &Pdu<'_>, marks: Anomalies, sink: &mut dyn Sink) {
    let mut reader = Reader::new(pdu.body);
    let ready = reader.skip(4).is_ok() && value::value(&mut reader).is_some() && reader.skip(4).is_ok();
    if !ready {
        return;
    }
    let start = reader.rest();
    let name = object::outer_attribute(start, OBJECT_NAME).and_then(|value| value.as_text());
    let name = name.map(printable).unwrap_or_default();
    object::elements(&mut reader).for_each(drop);
    let length = start.len().saturating_sub(reader.remaining());
    sink.file(&FileChunk {
        protocol: Protocol::S7commPlus,
        handle: u64::from(pdu.sequence),
        name: &name,
        direction: Direction::Download,
        offset: Some(0),
        data: start.get(..length).unwrap_or(start),
        last: !marks.contains(Anomalies::TRUNCATED) && !marks.contains(Anomalies::TOO_LARGE),
    });
}

#[cfg(test)]
mod tests;
