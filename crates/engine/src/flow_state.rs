//! What a shard keeps of one flow.

use sightglass_dissect::{Protocol, Session};
use sightglass_flow::{Reassembler, Side, StreamBuffer, TcpState};
use sightglass_wire::Mac;

use crate::pairs::Moment;
use crate::sctp::Association;

/// No number yet, or none left.
pub(crate) const NONE: u32 = u32::MAX;

/// How a protocol was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    Handshake,
    Content,
}

impl How {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Handshake => "handshake",
            Self::Content => "content",
        }
    }
}

/// A piece that waits until the flow's protocol is known.
pub(crate) struct Held {
    pub(crate) side: Side,
    pub(crate) data: Vec<u8>,
    pub(crate) missing: u32,
    pub(crate) at: Moment,
}

/// What is known of the application.
pub(crate) enum App {
    /// Nothing yet; pieces wait.
    Undecided { held: Vec<Held>, likely: Option<Protocol>, tries: u8 },
    /// A session takes the bytes.
    Known { session: Box<dyn Session>, protocol: Protocol, how: How, max_message: usize },
    /// No dissector wants it.
    Unknown,
}

impl Default for App {
    fn default() -> Self {
        Self::Undecided { held: Vec::new(), likely: None, tries: 0 }
    }
}

/// A side that speaks another protocol than its peer: servers answer what they do not understand in their own words.
pub(crate) struct Aside {
    pub(crate) side: Side,
    pub(crate) app: App,
}

/// The parts of a TCP connection.
#[derive(Default)]
pub(crate) struct Tcp {
    pub(crate) state: TcpState,
    pub(crate) streams: [Reassembler; 2],
    pub(crate) buffers: [StreamBuffer; 2],
    /// After a gap: skip until a segment that begins a message.
    pub(crate) lost: [bool; 2],
    /// Sides from which the session took something.
    pub(crate) heard: [bool; 2],
    /// Bytes that came with a SYN.
    pub(crate) early: [Option<Box<Early>>; 2],
}

/// Payload of a SYN: a receiver hands it to its user only when the connection is established (RFC 9293, 3.4), so it
/// waits until somebody treats it as received. A refused attempt drops it.
pub(crate) struct Early {
    /// Sequence number of the first byte.
    pub(crate) seq: u32,
    /// At most [`MAX_EARLY`] bytes.
    pub(crate) data: Vec<u8>,
    /// Bytes that are not kept.
    pub(crate) missing: u32,
}

/// Bytes of a SYN that are kept: more than a segment of an Ethernet frame holds.
pub(crate) const MAX_EARLY: usize = 2_048;

/// One flow.
pub(crate) struct Flow {
    pub(crate) id: u64,
    pub(crate) client: Side,
    pub(crate) pair: u32,
    /// The activity that the last message of each side counted for.
    pub(crate) hints: [u32; 2],
    pub(crate) endpoints: [u32; 2],
    pub(crate) macs: [Option<Mac>; 2],
    pub(crate) packets: [u64; 2],
    pub(crate) bytes: [u64; 2],
    pub(crate) payload: [u64; 2],
    /// Packets and bytes of each side that already count for its sender.
    pub(crate) settled: [(u64, u64); 2],
    pub(crate) first: Moment,
    pub(crate) last: Moment,
    /// First payload bytes, kept for what nobody claims.
    pub(crate) sample: [u8; 16],
    pub(crate) sampled: u8,
    /// Frames on layer 2: how the kind in their key is to be read.
    pub(crate) layer2: &'static str,
    /// Payloads that nobody claims: smallest, largest, how many.
    pub(crate) sizes: (u16, u16, u32),
    pub(crate) app: App,
    pub(crate) aside: Option<Box<Aside>>,
    pub(crate) tcp: Option<Box<Tcp>>,
    pub(crate) sctp: Option<Box<Association>>,
}

impl Flow {
    pub(crate) fn new(at: Moment, client: Side) -> Self {
        Self {
            id: at.order.wrapping_add(1),
            client,
            pair: NONE,
            hints: [NONE; 2],
            endpoints: [NONE; 2],
            macs: [None; 2],
            packets: [0; 2],
            bytes: [0; 2],
            payload: [0; 2],
            settled: [(0, 0); 2],
            first: at,
            last: at,
            sample: [0; 16],
            sampled: 0,
            layer2: "",
            sizes: (u16::MAX, 0, 0),
            app: App::default(),
            aside: None,
            tcp: None,
            sctp: None,
        }
    }

    /// Counts a payload that nobody claims, for its size.
    #[inline]
    pub(crate) fn sized(&mut self, bytes: usize) {
        let size = u16::try_from(bytes).unwrap_or(u16::MAX);
        let (least, most, count) = self.sizes;
        self.sizes = (least.min(size), most.max(size), count.saturating_add(1));
    }

    /// Protocol and how it was recognised, where it is.
    pub(crate) fn protocol(&self) -> Option<(Protocol, How)> {
        match &self.app {
            App::Known { session, protocol, how, .. } => {
                Some((session.protocol().unwrap_or(*protocol), *how))
            }
            _ => None,
        }
    }
}
