//! DNP3: data link frames, transport segments and application fragments of telecontrol, over TCP and UDP.
//!
//! Spec: IEEE 1815-2012 (clauses 4 application, 7 secure authentication, 8 transport, 9 data link, 10 IP networking,
//! annex A objects). Usual port 20000; recognised by content (start bytes, length, header CRC) on any port.
//!
//! Every data link frame gives one message: the frame that completes an application fragment carries its function as
//! `code`, frames that complete none are link messages without one.

mod attribute;
mod data_set;
mod datum;
mod fields;
mod file;
mod fragment;
mod function;
mod link;
mod object;
mod secure;
mod shape;
mod transport;

use crate::{
    Anomalies, Category, Direction, Dissector, Function, Input, Kind, Message, Outcome, Over, Pending, Probe,
    Protocol, Reference, Session, Sink, Step, Transport, Verdict,
};
use fields::Shown;
use file::{Act, Files};
use fragment::{Fragment, Summary};
use link::{Found, Frame};
use transport::{Assemblies, Joined};

/// Registered port (10.2.2). DNP3 over TLS (19999) is not to be read.
const PORTS: &[u16] = &[20_000];

/// DNP3 as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Dnp3,
    over: &[Over::Tcp(PORTS), Over::Udp(PORTS)],
    probe,
    open: || Box::<Dnp3>::default(),
    max_message: link::MAX_FRAME,
    fields: fields::FIELDS,
    not_decoded: &[
        "DNP3 over TLS",
        "values of data sets: only their descriptors tell the types",
        "point index attributes of data sets (g86v3), device profiles (g82) and floating-point objects (g100)",
        "fragments of more than 32 KiB",
    ],
};

fn probe(probe: &Probe<'_>) -> Verdict {
    let usual = probe.on_port(PORTS);
    match link::begins(probe.data) {
        // Two start bytes, a length that can be, and a CRC over both and the addresses.
        Some(true) => Verdict::Sure,
        None if probe.transport == Transport::Tcp => Verdict::More,
        None => Verdict::No,
        Some(false) if !usual => Verdict::No,
        Some(false) if probe.data.starts_with(&link::START) => Verdict::Likely,
        Some(false) => {
            // Seen from the middle of a frame on: the next frame shows itself within the first bytes.
            let after = link::find(probe.data).and_then(|at| probe.data.get(at..));
            if probe.transport == Transport::Tcp && after.and_then(link::begins) == Some(true) {
                Verdict::Sure
            } else {
                Verdict::No
            }
        }
    }
}

/// What a response needs to know of its request.
#[derive(Debug)]
struct Asked {
    function: u8,
    category: Category,
    object: Reference<'static>,
    file: Option<Box<str>>,
}

#[derive(Debug, Default)]
struct Dnp3 {
    assemblies: Assemblies,
    /// Requests by master, outstation and sequence number.
    pending: Pending<(u16, u16, u8), Asked>,
    files: Files,
    /// Requests were seen since the last loss.
    watched: bool,
    /// Bytes that are no frame were passed over.
    skipped: bool,
    /// The outstation that answered on this flow, and whether there are several.
    outstation: Option<u16>,
    several: bool,
}

impl Session for Dnp3 {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        match link::parse(input.data, input.last) {
            Found::Frame(frame, taken) => {
                self.frame(&frame, sink);
                Step::Took(taken)
            }
            Found::Part => Step::More,
            Found::Nothing => match link::find(input.data.get(1..).unwrap_or_default()) {
                Some(at) => {
                    self.skipped = true;
                    Step::Took(at.saturating_add(1))
                }
                None => Step::Lost,
            },
        }
    }

    fn resumes(&self, data: &[u8]) -> bool {
        link::begins(data) != Some(false)
    }

    fn gap(&mut self, _from_client: Option<bool>) {
        self.assemblies.clear();
        self.pending.clear();
        self.watched = false;
    }
}

impl Dnp3 {
    fn frame(&mut self, frame: &Frame<'_>, sink: &mut dyn Sink) {
        let mut anomalies =
            (frame.anomalies | frame.judge()).with_if(self.skipped, Anomalies::TRAILING_BYTES);
        self.skipped = false;
        // A receiver drops a frame with a wrong CRC, and so does whoever watches: its content cannot be trusted.
        if !frame.carries_data() || anomalies.contains(Anomalies::BAD_CHECKSUM) {
            link_message(frame, None, anomalies, sink);
            return;
        }
        let data = frame.user_data();
        let cut = frame.anomalies.contains(Anomalies::TRUNCATED);
        let Some((header, segment)) = data.bytes().split_first().filter(|_| !data.damaged) else {
            anomalies = anomalies.with_if(data.damaged, Anomalies::BAD_CHECKSUM);
            link_message(frame, None, anomalies, sink);
            return;
        };
        let header = transport::Header(*header);
        let (source, destination) = (frame.source, frame.destination);
        if header.is_first() && header.is_final() {
            let dropped = self.assemblies.drop_between(source, destination);
            anomalies = anomalies.with_if(dropped, Anomalies::BAD_SEQUENCE);
            self.fragment(&Arrived { frame, header, cut, anomalies }, segment, sink);
            return;
        }
        match self.assemblies.push(source, destination, header, segment, cut) {
            Joined::Whole(fragment) => {
                self.fragment(&Arrived { frame, header, cut, anomalies }, &fragment, sink);
            }
            Joined::Waiting(marks) => link_message(frame, Some(header), anomalies | marks, sink),
        }
    }

    /// A whole application fragment.
    fn fragment(&mut self, arrived: &Arrived<'_>, data: &[u8], sink: &mut dyn Sink) {
        let &Arrived { frame, header, cut, mut anomalies } = arrived;
        let Ok((fragment, short)) = Fragment::parse(data) else {
            let mark = if cut { Anomalies::NONE } else { Anomalies::MISSING_FIELD };
            link_message(frame, Some(header), anomalies | mark, sink);
            return;
        };
        let code = fragment.function;
        let (name, _) = function::describe(code);
        let summary = Summary::of(&fragment);
        // What a cut fragment lacks is no fault of its sender.
        if !cut {
            anomalies = (anomalies | summary.anomalies).with_if(short, Anomalies::BAD_LENGTH);
        }
        let unknown = matches!(name, Function::Unknown(_));
        // Both sides may confirm; of unknown functions only the link layer tells who sent them.
        let from_master = if code == function::CONFIRM || unknown {
            frame.is_from_master()
        } else {
            !function::is_response(code)
        };
        let unsolicited = fragment.control.is_unsolicited();
        anomalies = anomalies
            .with_if(unknown, Anomalies::UNKNOWN_FUNCTION)
            .with_if(from_master != frame.is_from_master(), Anomalies::WRONG_DIRECTION)
            .with_if(
                unsolicited != (code == function::UNSOLICITED_RESPONSE) && code != 0,
                Anomalies::BAD_VALUE,
            )
            .with_if(
                fragment.indications.is_some_and(function::Indications::reserved),
                Anomalies::RESERVED_BITS,
            );
        let (master, outstation) = frame.ends(from_master);
        let key = (master, outstation, fragment.control.sequence());
        let answers = matches!(code, function::RESPONSE | function::AUTHENTICATION_RESPONSE);
        let asked = if answers { self.pending.take(&key) } else { None };
        anomalies = anomalies.with_if(
            answers && asked.is_none() && self.watched && fragment.control.is_first(),
            Anomalies::UNEXPECTED_RESPONSE,
        );
        let (kind, outcome) = act(&fragment, &summary);
        let category = asked.as_ref().map_or(summary.category, |asked| asked.category);
        let file_name = summary.file.as_ref().and_then(|act| self.files.name(outstation, act));
        let file_name = asked.as_ref().and_then(|asked| asked.file.as_deref()).or(file_name);
        let points = asked.as_ref().map_or(summary.object, |asked| asked.object);
        let object = match file_name {
            Some(name) if !name.is_empty() => Reference::Text(name),
            _ => points,
        };
        sink.message(&Message {
            protocol: Protocol::Dnp3,
            kind,
            function: name,
            code: Some(u32::from(code)),
            category,
            outcome,
            address: ends(master, outstation),
            object,
            anomalies,
            fields: &Shown {
                frame,
                transport: Some(header),
                fragment: Some(fragment),
                asked: asked.as_ref().map(|asked| asked.function),
            },
        });
        let own_file = if answers { None } else { file_name.map(Box::from) };
        self.after(&fragment, &summary, (outstation, asked.as_ref()), cut, sink);
        if answers {
            if let Some(asked) = asked.filter(|_| !fragment.control.is_final()) {
                // Further fragments of the response count on (4.2.2.4.5).
                let next = fragment.control.sequence().wrapping_add(1) & 0x0f;
                self.pending.insert((master, outstation, next), asked);
            }
        } else if code <= function::LAST_REQUEST && !function::is_unanswered(code) {
            self.watched = true;
            let asked = Asked { function: code, category, object: summary.object, file: own_file };
            self.pending.insert(key, asked);
        }
    }

    /// What follows from a fragment beside its message: values, identity, files.
    fn after(
        &mut self,
        fragment: &Fragment<'_>,
        summary: &Summary<'_>,
        (outstation, asked): (u16, Option<&Asked>),
        cut: bool,
        sink: &mut dyn Sink,
    ) {
        let code = fragment.function;
        let reports = matches!(code, function::RESPONSE | function::UNSOLICITED_RESPONSE);
        if reports && self.outstation.replace(outstation).is_some_and(|before| before != outstation) {
            self.several = true;
        }
        if sink.wants().values {
            let station = Reference::one("outstation", u64::from(outstation));
            let acts = matches!(
                code,
                function::WRITE
                    | function::OPERATE
                    | function::DIRECT_OPERATE
                    | function::DIRECT_OPERATE_NO_RESPONSE
            );
            // Responses to commands repeat them; only what was ordered or reported counts.
            let wanted = |group: u8| if reports { !matches!(group, 12 | 41) } else { acts };
            if reports || acts {
                for header in fragment.headers().filter(|header| wanted(header.group)) {
                    datum::emit(&header, station, sink);
                }
            }
        }
        if reports && summary.attributes && !cut {
            // A gateway answers for several outstations: what they say is not about itself.
            let path = if self.several {
                Reference::one("outstation", u64::from(outstation))
            } else {
                Reference::None
            };
            for header in fragment.headers().filter(|header| header.group == 0) {
                attribute::observe(&header, path, sink);
            }
        }
        if let Some(act) = &summary.file {
            self.file(code, act, outstation, asked, sink);
        }
    }

    fn file(&mut self, code: u8, act: &Act<'_>, outstation: u16, asked: Option<&Asked>, sink: &mut dyn Sink) {
        let direction = if code == function::WRITE { Direction::Download } else { Direction::Upload };
        match (code, asked) {
            (function::WRITE | function::RESPONSE, _)
                if matches!(act, Act::Block { .. }) && sink.wants().files =>
            {
                if let Act::Block { handle, block, data } = act {
                    self.files.block(outstation, (*handle, *block, data), direction, sink);
                }
            }
            (function::RESPONSE, Some(asked)) if asked.function == function::OPEN_FILE => {
                self.files.opened(outstation, act, asked.file.as_deref().unwrap_or_default());
            }
            (function::RESPONSE, Some(asked))
                if matches!(asked.function, function::CLOSE_FILE | function::ABORT_FILE) =>
            {
                self.files.closed(outstation, act);
            }
            _ => {}
        }
    }
}

/// The frame that completes a fragment, and what is known of it.
struct Arrived<'a> {
    frame: &'a Frame<'a>,
    header: transport::Header,
    /// Bytes of the fragment are missing.
    cut: bool,
    anomalies: Anomalies,
}

/// Master and outstation, the same for both directions.
const fn ends(master: u16, outstation: u16) -> Reference<'static> {
    Reference::two(("master", master as u64), ("outstation", outstation as u64))
}

/// The part of a fragment in the conversation, and how its act ended.
fn act(fragment: &Fragment<'_>, summary: &Summary<'_>) -> (Kind, Outcome) {
    match fragment.function {
        function::CONFIRM => (Kind::Control, Outcome::Event),
        function::UNSOLICITED_RESPONSE => (Kind::Event, Outcome::Event),
        code if function::is_response(code) => {
            let refused = fragment.indications.and_then(function::Indications::error);
            (Kind::Response, summary.error.or(refused).map_or(Outcome::Ok, Outcome::Error))
        }
        _ => (Kind::Request, Outcome::Pending),
    }
}

/// A frame that completes no application fragment.
fn link_message(
    frame: &Frame<'_>,
    transport: Option<transport::Header>,
    anomalies: Anomalies,
    sink: &mut dyn Sink,
) {
    let (kind, function, category, outcome) = frame.act();
    let (master, outstation) = frame.ends(frame.is_from_master());
    sink.message(&Message {
        protocol: Protocol::Dnp3,
        kind,
        function,
        code: None,
        category,
        outcome,
        address: ends(master, outstation),
        object: Reference::None,
        anomalies,
        fields: &Shown { frame, transport, fragment: None, asked: None },
    });
}

#[cfg(test)]
mod tests;
