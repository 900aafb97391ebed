//! CIP I/O: the cyclic data of EtherNet/IP connections of transport classes 0 and 1.
//!
//! Spec: The CIP Networks Library, volume 2, chapters 2-6 and 3-2. Usual port UDP 2222; recognised by content (a
//! sequenced address item and a connected data item that fill the datagram) on any port. What the data means was agreed
//! when the connection was opened over [`crate::enip`]; it stays bytes here, and so do the marks that CIP Safety adds
//! to it, which cannot be told from data without the connection's parameters.

use crate::enip::cpf::{self, Items};
use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Input, Kind, Message, Outcome, Over, Probe,
    Protocol, Reader, Reference, Session, Sink, Step, Verdict, Visitor,
};

/// Registered port (volume 2, 2-5.2).
const PORTS: &[u16] = &[2222];
/// Bytes of a sequenced address item: connection id and sequence number.
const ADDRESS: usize = 8;
/// Bytes ahead of the data: count, two item headers, and the address.
const OVERHEAD: usize = 18;
/// Largest step of the sequence number that passes as loss; a larger one is out of order or another producer.
const WINDOW: u32 = 1 << 31;
/// Connections of one flow whose sequence is watched.
const CAPACITY: usize = 64;

/// CIP I/O as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::CipIo,
    over: &[Over::Udp(PORTS)],
    probe,
    open: || Box::<CipIo>::default(),
    max_message: 65_507,
    fields: FIELDS,
    not_decoded: &["meaning of the data (assembly layouts)", "CIP Safety validation of the data"],
};

const FIELDS: &[Field] = &[
    Field { name: "connection_id", doc: "Connection this data belongs to, as the consumer chose it." },
    Field { name: "sequence", doc: "Encapsulation sequence number; grows by one with each production." },
    Field { name: "data_length", doc: "Bytes of connected data, with the sequence count of class 1." },
    Field { name: "lost", doc: "Productions of this connection that are missing before this one." },
    Field {
        name: "interval_us",
        doc: "Microseconds since the production before; the packet interval as it is.",
    },
    Field { name: "data", doc: "The connected data." },
];

/// One production of data.
#[derive(Debug, Clone, Copy)]
struct Frame<'a> {
    connection_id: u32,
    sequence: u32,
    length: usize,
    data: &'a [u8],
    since: Option<Since>,
}

/// What lies between two productions of a connection.
#[derive(Debug, Clone, Copy)]
struct Since {
    lost: u32,
    interval_us: u64,
}

/// The last production of one direction of a connection.
#[derive(Debug)]
struct Last {
    key: (u32, u16),
    sequence: u32,
    ts_ns: i64,
}

fn parse(bytes: &[u8]) -> Option<Frame<'_>> {
    let items = Items::parse(bytes)?;
    let mut items = items.iter();
    let address =
        items.next().filter(|item| item.kind == cpf::SEQUENCED_ADDRESS && item.data.len() == ADDRESS)?;
    let mut reader = Reader::new(address.data);
    let connection_id = reader.le_u32().ok()?;
    let sequence = reader.le_u32().ok()?;
    let data = items.next().filter(|item| item.kind == cpf::CONNECTED_DATA);
    let (data, lacking) = data.map_or((&[][..], 0), |item| (item.data, item.lacking));
    Some(Frame { connection_id, sequence, length: data.len().saturating_add(lacking), data, since: None })
}

fn probe(probe: &Probe<'_>) -> Verdict {
    let Some(items) = Items::parse(probe.data).filter(|items| matches!(items.count, 2..=4)) else {
        return Verdict::No;
    };
    let Some(frame) = parse(probe.data) else { return Verdict::No };
    if probe.missing == 0 {
        return if items.is_exact() { Verdict::Sure } else { Verdict::No };
    }
    let there = probe.data.len().saturating_add(usize::try_from(probe.missing).unwrap_or(0));
    if there >= frame.length.saturating_add(OVERHEAD) { Verdict::Sure } else { Verdict::No }
}

#[derive(Debug, Default)]
struct CipIo {
    /// By connection and direction.
    last: Vec<Last>,
}

impl CipIo {
    /// What lies between a production and the one before; an error where its sequence number steps back or repeats.
    fn follow(&mut self, key: (u32, u16), sequence: u32, ts_ns: i64) -> Result<Option<Since>, ()> {
        if let Some(last) = self.last.iter_mut().find(|last| last.key == key) {
            let step = sequence.wrapping_sub(last.sequence);
            if step == 0 || step >= WINDOW {
                return Err(());
            }
            let interval_ns = u64::try_from(ts_ns.saturating_sub(last.ts_ns)).unwrap_or(0);
            (last.sequence, last.ts_ns) = (sequence, ts_ns);
            return Ok(Some(Since { lost: step.saturating_sub(1), interval_us: interval_ns / 1_000 }));
        }
        if self.last.len() >= CAPACITY {
            self.last.remove(0);
        }
        self.last.push(Last { key, sequence, ts_ns });
        Ok(None)
    }
}

impl Session for CipIo {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let Some(mut frame) = parse(input.data) else { return Step::Lost };
        let follows = self.follow((frame.connection_id, input.src_port), frame.sequence, input.ts_ns);
        frame.since = follows.unwrap_or(None);
        let cut = frame.data.len() < frame.length;
        let anomalies = Anomalies::NONE
            .with_if(cut && input.missing > 0, Anomalies::TRUNCATED)
            .with_if(cut && input.missing == 0, Anomalies::BAD_LENGTH)
            .with_if(frame.length == 0, Anomalies::MISSING_FIELD)
            .with_if(follows.is_err(), Anomalies::BAD_SEQUENCE);
        sink.message(&Message {
            protocol: Protocol::CipIo,
            kind: Kind::Event,
            function: Function::Known("io_data"),
            code: None,
            category: Category::Other,
            outcome: Outcome::Event,
            address: Reference::None,
            object: Reference::one("connection", u64::from(frame.connection_id)),
            anomalies,
            fields: &frame,
        });
        Step::Took(input.data.len())
    }

    fn gap(&mut self, _from_client: Option<bool>) {
        self.last.clear();
    }
}

impl Fields for Frame<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.uint("connection_id", u64::from(self.connection_id));
        visitor.uint("sequence", u64::from(self.sequence));
        visitor.uint("data_length", self.length as u64);
        if let Some(since) = self.since {
            visitor.uint("lost", u64::from(since.lost));
            visitor.uint("interval_us", since.interval_us);
        }
        visitor.bytes("data", self.data);
    }
}

#[cfg(test)]
mod tests;
