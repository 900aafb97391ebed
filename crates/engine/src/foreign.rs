//! Protocols of plug-ins: what others take apart, on the flows that no dissector of ours claims.
//!
//! A plug-in is asked only where every built-in probe has said no (or never made up its mind), so a build without
//! plug-ins does nothing of this. It gets a stream in order, or one datagram, and answers with all messages of these
//! bytes at once. A fault ends that flow for it; after [`MAX_FAULTS`] of them in one shard it is not asked there again.
//! Everything is counted per shard, so that any number of workers gives the same output.

mod run;

use std::sync::Arc;

use sightglass_dissect::{
    Anomalies, Category, Function, Input, Kind, Number, Outcome, Probe, Protocol, Subject, Transport, Verdict,
};

pub(crate) use run::Foreigner;

/// Faults of one plug-in in one shard after which it is switched off there.
pub const MAX_FAULTS: u64 = 8;

/// What went wrong in a plug-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// It raised an exception.
    Exception,
    /// It used up its steps, or called for more again and again.
    TooSlow,
    /// It returned what it must not.
    WrongReturn,
}

/// A fault of a plug-in; the text names the place in the plug-in, never bytes of the wire.
#[derive(Debug, Clone)]
pub struct Fault {
    /// Its kind.
    pub kind: FaultKind,
    /// Where and what.
    pub text: String,
}

/// Recognises and opens flows of one foreign protocol.
pub trait Foreign: Send + Sync {
    /// Looks at the first bytes of a flow.
    ///
    /// # Errors
    /// [`Fault`] when the plug-in failed.
    fn recognise(&self, probe: &Probe<'_>) -> Result<Verdict, Fault>;
    /// Opens a session on a flow.
    ///
    /// # Errors
    /// [`Fault`] when the plug-in failed.
    fn open(&self) -> Result<Box<dyn ForeignSession>, Fault>;
}

/// A foreign protocol's state on one flow.
pub trait ForeignSession: Send {
    /// Takes as many messages off the front of the bytes as are whole.
    ///
    /// # Errors
    /// [`Fault`] when the plug-in failed.
    fn parse(&mut self, input: &Input<'_>) -> Result<Parsed, Fault>;
    /// Bytes of one direction are lost.
    ///
    /// # Errors
    /// [`Fault`] when the plug-in failed.
    fn gap(&mut self, from_client: Option<bool>) -> Result<(), Fault>;
}

/// What a plug-in made of a run of bytes.
#[derive(Debug, Default)]
pub struct Parsed {
    /// Steps in the order of the wire: bytes that each took, at least one, and the messages in them.
    pub steps: Vec<(usize, Vec<ForeignMessage>)>,
    /// How it ended.
    pub end: ParsedEnd,
}

/// Why a plug-in took no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ParsedEnd {
    /// Nothing is left, or the caller may ask again for the rest.
    #[default]
    Done,
    /// The next message is not whole.
    More,
    /// The next bytes are no message.
    Lost,
}

/// A message of a plug-in.
#[derive(Debug, Clone)]
pub struct ForeignMessage {
    /// Part it plays.
    pub kind: Kind,
    /// Declared name, or a number.
    pub function: Function,
    /// The number of the function.
    pub code: Option<u32>,
    /// What it does to the plant.
    pub category: Category,
    /// How it ended.
    pub outcome: Outcome,
    /// Unit behind the host; empty for none.
    pub address: String,
    /// Object within it; empty for none.
    pub object: String,
    /// Out-of-spec marks.
    pub anomalies: Anomalies,
    /// Other fields, in wire order.
    pub fields: Vec<(&'static str, ForeignField)>,
    /// What it says of devices.
    pub facts: Vec<ForeignFact>,
    /// Process variables in it.
    pub values: Vec<ForeignValue>,
}

/// The value of a field.
#[derive(Debug, Clone, PartialEq)]
pub enum ForeignField {
    /// A flag.
    Flag(bool),
    /// An unsigned number.
    Uint(u64),
    /// A signed number.
    Int(i64),
    /// A floating-point number.
    Float(f64),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A list.
    List(Vec<ForeignField>),
    /// A structure.
    Object(Vec<(&'static str, ForeignField)>),
}

/// A fact about the sender or receiver.
#[derive(Debug, Clone)]
pub struct ForeignFact {
    /// Whom it is about.
    pub subject: Subject,
    /// A module behind the host; empty for none.
    pub path: String,
    /// Declared attribute.
    pub attribute: &'static str,
    /// Its text.
    pub value: String,
    /// 1 to 100.
    pub confidence: u8,
}

/// A process variable.
#[derive(Debug, Clone)]
pub struct ForeignValue {
    /// Unit behind the host; empty for none.
    pub address: String,
    /// The variable.
    pub object: String,
    /// Its type.
    pub kind: &'static str,
    /// Its value.
    pub number: Number,
}

/// A foreign protocol as the engine knows it.
#[derive(Clone)]
pub struct ForeignProtocol {
    /// Its place among the protocols.
    pub protocol: Protocol,
    /// Usual TCP ports; `None` when it does not travel over TCP.
    pub tcp_ports: Option<Vec<u16>>,
    /// Usual UDP ports; `None` when it does not travel over UDP.
    pub udp_ports: Option<Vec<u16>>,
    /// The largest message in bytes that is waited for.
    pub max_message: usize,
    /// Who does the work.
    pub implementation: Arc<dyn Foreign>,
}

impl ForeignProtocol {
    fn ports(&self, transport: Transport) -> Option<&[u16]> {
        match transport {
            Transport::Tcp => self.tcp_ports.as_deref(),
            Transport::Udp => self.udp_ports.as_deref(),
            Transport::Link | Transport::Ip | Transport::Sctp => None,
        }
    }

    /// Whether the protocol travels this way at all.
    pub(crate) fn travels(&self, transport: Transport) -> bool {
        self.ports(transport).is_some()
    }

    /// Whether one end of the flow uses a usual port.
    pub(crate) fn is_usual(&self, probe: &Probe<'_>) -> bool {
        self.ports(probe.transport).is_some_and(|ports| probe.on_port(ports))
    }

    /// Whether this is a usual port of the protocol.
    pub(crate) fn guesses(&self, transport: Transport, port: u16) -> bool {
        self.ports(transport).is_some_and(|ports| ports.contains(&port))
    }
}

/// What a plug-in did, by shard and in all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ForeignCounts {
    /// Flows it was asked about, each time counted.
    pub asked: u64,
    /// Flows it claimed.
    pub claimed: u64,
    /// Bytes it took.
    pub bytes: u64,
    /// Bytes of its flows that it was not given after a fault.
    pub bytes_left_out: u64,
    /// Exceptions.
    pub exceptions: u64,
    /// Calls that took too many steps.
    pub too_slow: u64,
    /// Returns of a wrong kind.
    pub wrong_returns: u64,
    /// Shards in which it is switched off.
    pub switched_off: u64,
    /// Packet time, frame and text of its first fault.
    pub first_fault: Option<(i64, u64, String)>,
}

impl ForeignCounts {
    /// All faults together.
    pub const fn faults(&self) -> u64 {
        self.exceptions.saturating_add(self.too_slow).saturating_add(self.wrong_returns)
    }

    /// What the user should know of the faults of the plug-in of this protocol.
    pub(crate) fn warning(&self, protocol: &str) -> Option<String> {
        let (_, frame, text) = self.first_fault.as_ref()?;
        let off = if self.switched_off > 0 { "; it was switched off for part of the traffic" } else { "" };
        Some(format!("plug-in {protocol}: {} faults, first at frame {frame}: {text}{off}", self.faults()))
    }

    /// Adds the counts of another shard.
    pub(crate) fn merge(&mut self, other: Self) {
        for (sum, more) in [
            (&mut self.asked, other.asked),
            (&mut self.claimed, other.claimed),
            (&mut self.bytes, other.bytes),
            (&mut self.bytes_left_out, other.bytes_left_out),
            (&mut self.exceptions, other.exceptions),
            (&mut self.too_slow, other.too_slow),
            (&mut self.wrong_returns, other.wrong_returns),
            (&mut self.switched_off, other.switched_off),
        ] {
            *sum = sum.saturating_add(more);
        }
        self.first_fault = match (self.first_fault.take(), other.first_fault) {
            (Some(own), Some(new)) => Some(own.min(new)),
            (own, new) => own.or(new),
        };
    }
}
