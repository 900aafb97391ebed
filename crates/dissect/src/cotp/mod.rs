//! ISO transport on TCP: TPKT with the connection-oriented transport protocol, class 0.
//!
//! Spec: RFC 1006 and RFC 2126 (TPKT); ISO 8073 / X.224 (TPDUs). Usual port TCP 102; recognised by content on any port:
//! TPKT header, TPDU whose length indicator fits, and either selectors in a connection request or an upper layer that
//! knows its own bytes. Remote desktop connections use the same framing and are left to their own dissector.
//! A TSDU is put together from its data TPDUs and handed to the layer above (S7 communication and others);
//! one that no layer knows is a `cotp` message of its own. Empty data TPDUs keep the connection and give no message.

mod tpdu;
mod upper;

use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Input, Kind, Message, Outcome, Over, Probe,
    Protocol, Reference, Session, Sink, Step, Transport, Verdict, Visitor,
};
use tpdu::{Stop, Tpdu};
pub(crate) use upper::{Connection, Layer, Tsdu, Upper};

const PORTS: &[u16] = &[102];
/// Largest TSDU that is put together from parts, in bytes. S7 negotiates at most 960, MMS at most 65,535.
const MAX_TSDU: usize = 128 * 1024;
/// How many TPKTs of the first bytes a probe looks at: empty and continued ones say little.
const PROBED: usize = 4;
/// First bytes of an unknown TSDU that are shown.
const SHOWN: usize = 64;

/// COTP as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Cotp,
    over: &[Over::Tcp(PORTS)],
    probe,
    open,
    max_message: 65_535,
    fields: FIELDS,
    not_decoded: &["COTP on CLNP (ISO on Ethernet, class 4)", "expedited data of classes 1 to 4"],
};

const FIELDS: &[Field] = &[
    Field { name: "length", doc: "TPKT length in bytes, header included (RFC 1006, 6)." },
    Field { name: "destination_reference", doc: "Connection reference of the receiver." },
    Field { name: "source_reference", doc: "Connection reference of the sender." },
    Field { name: "class", doc: "Transport class asked or agreed, 0 to 4." },
    Field { name: "credit", doc: "Initial credit of classes 2 to 4." },
    Field { name: "tpdu_size", doc: "Largest TPDU in bytes." },
    Field { name: "source_tsap", doc: "Calling transport selector, text where printable." },
    Field { name: "destination_tsap", doc: "Called transport selector; Siemens: type, rack and slot." },
    Field { name: "parameter", doc: "Any other parameter: code and value." },
    Field { name: "reason", doc: "Why the connection ends (ISO 8073, 13.5.3)." },
    Field { name: "reject_cause", doc: "Why a TPDU was rejected (ISO 8073, 13.12.3)." },
    Field { name: "invalid_tpdu", doc: "The rejected TPDU up to the fault." },
    Field { name: "tpdu_number", doc: "Number of the TPDU; 0 in class 0." },
    Field { name: "end_of_tsdu", doc: "This TPDU ends the TSDU." },
    Field { name: "user_data_length", doc: "Bytes of user data." },
    Field { name: "user_data", doc: "First bytes of user data that no upper layer knows." },
];

/// Opens a session on a flow; the S7 entry of the registry uses it too.
pub(crate) fn open() -> Box<dyn Session> {
    Box::<Cotp>::default()
}

fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.transport != Transport::Tcp {
        return Verdict::No;
    }
    let usual = probe.on_port(PORTS);
    let mut data = probe.data;
    for _ in 0..PROBED {
        if data.is_empty() {
            break;
        }
        let (tpdu, taken) = match tpdu::parse(data, false) {
            Ok(found) => found,
            Err(Stop::NeedMore) => return more(data, usual),
            Err(Stop::NotCotp) => return Verdict::No,
        };
        match judge(&tpdu) {
            Some(verdict) => return verdict,
            // Data of an unknown layer: only the port could speak for it.
            None if !tpdu.user_data.is_empty() && tpdu.ends() && !usual => return Verdict::No,
            None => data = data.get(taken..).unwrap_or_default(),
        }
    }
    match (data.len() < probe.data.len(), usual) {
        (true, true) => Verdict::Likely,
        (true, false) => Verdict::No,
        (false, _) => Verdict::More,
    }
}

/// A verdict on one TPDU; none where it could belong to anybody.
fn judge(tpdu: &Tpdu<'_>) -> Option<Verdict> {
    match tpdu.code {
        tpdu::CONNECTION_REQUEST | tpdu::CONNECTION_CONFIRM => {
            let fits = tpdu.parameters_fit()
                && tpdu.user_data.is_empty()
                && tpdu.references().is_some_and(|(_, _, class)| class >> 4 <= 4);
            let selectors = tpdu.parameter(tpdu::SOURCE_TSAP).is_some()
                || tpdu.parameter(tpdu::DESTINATION_TSAP).is_some()
                || tpdu.parameter(tpdu::TPDU_SIZE).is_some();
            Some(if fits && selectors { Verdict::Sure } else { Verdict::No })
        }
        tpdu::DATA if tpdu.header.len() == 1 && !tpdu.user_data.is_empty() => {
            upper::recognise(tpdu.user_data).map(|(_, verdict)| verdict)
        }
        _ => None,
    }
}

/// A frame that is not whole yet: worth waiting for on the usual port, elsewhere once a known layer shows.
fn more(data: &[u8], usual: bool) -> Verdict {
    let known = data.len() <= 7
        || data.get(5).is_some_and(|code| code & 0xf0 != tpdu::DATA)
        || data.get(7..).is_some_and(upper::may_be);
    if usual || known { Verdict::More } else { Verdict::No }
}

/// What is put together of one direction.
#[derive(Debug, Default)]
struct Assembly {
    bytes: Vec<u8>,
    /// Bytes were lost or there were too many of them.
    cut: bool,
}

#[derive(Default)]
struct Cotp {
    connection: Connection,
    /// By direction: from the server, to the server.
    assemblies: [Assembly; 2],
    /// State of each upper layer that was met, with its place in the list; at most one of each.
    layers: Vec<(usize, Box<dyn Upper>)>,
    current: Option<usize>,
}

impl Session for Cotp {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let (tpdu, taken) = match tpdu::parse(input.data, input.last) {
            Ok(found) => found,
            Err(Stop::NeedMore) => return Step::More,
            Err(Stop::NotCotp) => return Step::Lost,
        };
        if tpdu.code == tpdu::DATA {
            self.data(&tpdu, input, sink);
        } else {
            self.control(&tpdu, sink);
        }
        Step::Took(taken)
    }

    fn resumes(&self, data: &[u8]) -> bool {
        !data.is_empty() && tpdu::begins(data)
    }

    fn gap(&mut self, from_client: Option<bool>) {
        for (at, assembly) in self.assemblies.iter_mut().enumerate() {
            if from_client.is_none_or(|from_client| usize::from(from_client) == at) {
                assembly.cut |= !assembly.bytes.is_empty();
            }
            // Where the direction is not known, what is there may still be completed: its own length will tell.
            if from_client.is_some_and(|from_client| usize::from(from_client) == at) {
                assembly.bytes.clear();
            }
        }
        for (_, layer) in &mut self.layers {
            layer.gap(from_client);
        }
    }

    fn protocol(&self) -> Option<Protocol> {
        self.current.and_then(|at| upper::LAYERS.get(at)).map(|layer| layer.protocol)
    }
}

impl Cotp {
    fn data(&mut self, tpdu: &Tpdu<'_>, input: &Input<'_>, sink: &mut dyn Sink) {
        let to_server = input.to_server(PORTS);
        let Some(assembly) = self.assemblies.get_mut(usize::from(to_server)) else { return };
        let cut = tpdu.anomalies.contains(Anomalies::TRUNCATED);
        let ends = tpdu.ends() || cut;
        if assembly.bytes.is_empty() && ends {
            let cut = cut || std::mem::take(&mut assembly.cut);
            self.tsdu(tpdu, tpdu.user_data, to_server, cut, input, sink);
            return;
        }
        let room = MAX_TSDU.saturating_sub(assembly.bytes.len());
        assembly.cut |= cut || tpdu.user_data.len() > room;
        assembly.bytes.extend_from_slice(tpdu.user_data.get(..room).unwrap_or(tpdu.user_data));
        if ends {
            let whole = std::mem::take(assembly);
            self.tsdu(tpdu, &whole.bytes, to_server, whole.cut, input, sink);
        }
    }

    fn tsdu(
        &mut self,
        tpdu: &Tpdu<'_>,
        data: &[u8],
        to_server: bool,
        cut: bool,
        input: &Input<'_>,
        sink: &mut dyn Sink,
    ) {
        if data.is_empty() {
            return;
        }
        let at = match self.current.and_then(|at| upper::LAYERS.get(at)) {
            Some(layer) if matches!((layer.recognise)(data), Verdict::Sure | Verdict::Likely) => self.current,
            _ => upper::recognise(data).map(|(at, _)| at),
        };
        let Some(at) = at else {
            let shown = Unknown { tpdu, data };
            let anomalies = Anomalies::NONE.with_if(cut, Anomalies::TRUNCATED);
            Self::give(tpdu, Kind::Event, Outcome::Event, Category::Other, anomalies, &shown, sink);
            return;
        };
        self.current = Some(at);
        let connection = self.connection;
        if let Some(layer) = self.layer(at) {
            let input = input.with_data(data);
            layer.take(&Tsdu { input: &input, connection: &connection, cut, to_server }, sink);
        }
    }

    fn layer(&mut self, at: usize) -> Option<&mut dyn Upper> {
        if !self.layers.iter().any(|(known, _)| *known == at) {
            let layer = upper::LAYERS.get(at)?;
            self.layers.push((at, (layer.open)()));
        }
        match self.layers.iter_mut().find(|(known, _)| *known == at) {
            Some((_, layer)) => Some(&mut **layer),
            None => None,
        }
    }

    fn control(&mut self, tpdu: &Tpdu<'_>, sink: &mut dyn Sink) {
        let (kind, outcome) = match tpdu.code {
            tpdu::CONNECTION_REQUEST => {
                self.connection = Connection { address: called(tpdu) };
                self.assemblies = Default::default();
                (Kind::Request, Outcome::Pending)
            }
            tpdu::CONNECTION_CONFIRM => (Kind::Response, Outcome::Ok),
            tpdu::DISCONNECT_REQUEST => {
                let reason = tpdu.references().map_or(0, |(_, _, reason)| reason);
                // A refusal answers the request it refuses; its own reference is 0 (ISO 8073, 13.5.3).
                let refuses = tpdu.references().is_some_and(|(_, source, _)| source == 0);
                if refuses {
                    (Kind::Response, Outcome::Error(tpdu::disconnect_reason(reason)))
                } else {
                    (Kind::Control, Outcome::Event)
                }
            }
            tpdu::ERROR => {
                let cause = tpdu.header.get(2).copied().unwrap_or(0);
                (Kind::Response, Outcome::Error(tpdu::reject_cause(cause)))
            }
            tpdu::ACK | tpdu::EXPEDITED_ACK => return,
            _ => (Kind::Control, Outcome::Event),
        };
        let bad = matches!(tpdu.code, tpdu::CONNECTION_REQUEST | tpdu::CONNECTION_CONFIRM)
            && !tpdu.anomalies.contains(Anomalies::TRUNCATED)
            && !tpdu.parameters_fit();
        let anomalies = tpdu.anomalies.with_if(bad, Anomalies::BAD_LENGTH);
        Self::give(tpdu, kind, outcome, Category::Session, anomalies, &Shown { tpdu }, sink);
    }

    fn give(
        tpdu: &Tpdu<'_>,
        kind: Kind,
        outcome: Outcome,
        category: Category,
        anomalies: Anomalies,
        fields: &dyn Fields,
        sink: &mut dyn Sink,
    ) {
        let address = match tpdu.code {
            tpdu::CONNECTION_REQUEST | tpdu::CONNECTION_CONFIRM => called(tpdu),
            _ => Reference::None,
        };
        sink.message(&Message {
            protocol: Protocol::Cotp,
            kind,
            function: name(tpdu.code),
            code: Some(u32::from(tpdu.code)),
            category,
            outcome,
            address,
            object: Reference::None,
            anomalies,
            fields,
        });
    }
}

/// Rack and slot of a called selector: one byte of connection type (1 PG, 2 OP, 3 others, from 0x10 on configured
/// connections), then three bits of rack and five of slot.
fn called(tpdu: &Tpdu<'_>) -> Reference<'static> {
    match tpdu.parameter(tpdu::DESTINATION_TSAP) {
        Some(&[1..=3 | 0x10..=0x3f, place]) => {
            Reference::two(("rack", u64::from(place >> 5)), ("slot", u64::from(place & 0x1f)))
        }
        _ => Reference::None,
    }
}

const fn name(code: u8) -> Function {
    Function::Known(match code {
        tpdu::CONNECTION_REQUEST => "connection_request",
        tpdu::CONNECTION_CONFIRM => "connection_confirm",
        tpdu::DISCONNECT_REQUEST => "disconnect_request",
        tpdu::DISCONNECT_CONFIRM => "disconnect_confirm",
        tpdu::DATA => "data",
        tpdu::EXPEDITED => "expedited_data",
        tpdu::EXPEDITED_ACK => "expedited_data_acknowledgement",
        tpdu::ACK => "data_acknowledgement",
        tpdu::REJECT => "reject",
        tpdu::ERROR => "tpdu_error",
        _ => return Function::Unknown(code as u32),
    })
}

struct Shown<'a> {
    tpdu: &'a Tpdu<'a>,
}

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        self.tpdu.visit(visitor);
    }
}

struct Unknown<'a> {
    tpdu: &'a Tpdu<'a>,
    data: &'a [u8],
}

impl Fields for Unknown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        self.tpdu.visit(visitor);
        visitor.uint("user_data_length", self.data.len() as u64);
        visitor.bytes("user_data", self.data.get(..SHOWN).unwrap_or(self.data));
    }
}

#[cfg(test)]
mod tests;
