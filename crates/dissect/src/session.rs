//! The contract between the engine and a protocol.

use crate::{Expectation, Input, Probe, Protocol, Sink};

/// What a look at the first bytes of a flow says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Another protocol.
    No,
    /// Too few bytes to tell.
    More,
    /// Fits, but with few checks: believed on a usual port, elsewhere only when both directions (or two messages)
    /// agree.
    Likely,
    /// At least two independent structural checks hold; believed on any port.
    Sure,
}

/// What became of the bytes that [`Session::next`] was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A message or filler of this many bytes was taken; at least one.
    Took(usize),
    /// The message is not whole yet: call again with more. Not allowed when `input.last` is set.
    More,
    /// The bytes are no message. The engine resumes at the next segment where [`Session::resumes`] holds.
    Lost,
}

/// A protocol's state on one flow.
pub trait Session: Send {
    /// Takes the next message off the start of `input.data` and hands it to `sink`.
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step;

    /// Whether a message may begin with these bytes; asked after a gap at the start of each segment.
    fn resumes(&self, data: &[u8]) -> bool {
        !data.is_empty()
    }

    /// Bytes of one direction are lost: forget partial state of it.
    fn gap(&mut self, from_client: Option<bool>) {
        let _ = from_client;
    }

    /// This flow was announced by another conversation; called before the first bytes.
    fn expected(&mut self, by: &Expectation<'_>) {
        let _ = by;
    }

    /// The sender of a stream closed it in order: nothing more comes from `input.src`, and nothing is missing at the
    /// end. `input.data` is empty.
    fn ended(&mut self, input: &Input<'_>, sink: &mut dyn Sink) {
        let _ = (input, sink);
    }

    /// The protocol now spoken on this flow where a layer below opened it (e.g. COTP that turned out to carry MMS).
    fn protocol(&self) -> Option<Protocol> {
        None
    }
}

/// On what a protocol travels, with its usual numbers; content decides, the numbers only set the order of probing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// TCP, with usual ports; empty for protocols without one.
    Tcp(&'static [u16]),
    /// UDP, with usual ports.
    Udp(&'static [u16]),
    /// SCTP, with usual ports: each data chunk or train of chunks is one message.
    Sctp(&'static [u16]),
    /// An ethertype.
    Ether(u16),
    /// An LLC destination service access point; for SNAP see [`Over::Snap`].
    Llc(u8),
    /// A SNAP organisation code and protocol id.
    Snap(u32, u16),
    /// An IP protocol number.
    Ip(u8),
    /// A LINKTYPE of captures of a fieldbus.
    LinkType(u32),
}

/// One documented field of a protocol's messages.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Name as visited.
    pub name: &'static str,
    /// What it holds, with unit and clause.
    pub doc: &'static str,
}

/// A protocol as the registry knows it.
pub struct Dissector {
    /// Which one.
    pub protocol: Protocol,
    /// On what it travels.
    pub over: &'static [Over],
    /// Looks at the first bytes of a flow: cheap, stateless, no allocation.
    pub probe: fn(&Probe<'_>) -> Verdict,
    /// Opens a session on a flow.
    pub open: fn() -> Box<dyn Session>,
    /// The largest message in bytes that is waited for.
    pub max_message: usize,
    /// The fields its messages show, for the documentation.
    pub fields: &'static [Field],
    /// What is not decoded, in words, for the documentation.
    pub not_decoded: &'static [&'static str],
}
