//! IP fragments, the flow table, TCP connections and their byte streams, community id.
//!
//! This crate knows addresses and transport headers, nothing of captures or application protocols. Time is
//! an argument everywhere (`ts_ns`, Unix nanoseconds of the packet clock), nothing reads a wall clock, and
//! every answer is a function of the calls made before it: the same packets give the same results.
//!
//! Everything that traffic can fill has a named cap and counts what it gave up:
//!
//! | What | Cap | Counted in |
//! |---|---|---|
//! | flows | [`Limits::flows`] | [`TableCounters`] |
//! | bytes that wait for a hole in a TCP stream | [`Budget`] | [`ReassemblyCounters`] |
//! | bytes of unfinished messages | [`StreamBuffer`] | what [`StreamBuffer::keep`] returns |
//! | unfinished IP datagrams | [`DefragLimits`] | [`DefragCounters`] |

#![forbid(unsafe_code)]

mod community_id;
mod defrag;
mod key;
mod reassembly;
mod stream_buffer;
mod table;
mod tcp;

pub use community_id::{CommunityId, community_id};
pub use defrag::{
    Counters as DefragCounters, Datagram, Defragmenter, Dropped, Fragment, FragmentAnomalies,
    Limits as DefragLimits, Outcome,
};
pub use key::{FlowKey, L2Key, Side};
pub use reassembly::{
    Budget, Counters as ReassemblyCounters, DataInfo, Deliver, Gap, GapCause, LateInfo, Moment, Overlap,
    Reassembler, Retransmission, Segment,
};
pub use stream_buffer::{Kept, StreamBuffer};
pub use table::{Cause, Class, Counters as TableCounters, Gone, Limits, Table};
pub use tcp::{State, Step, TcpFlags, TcpPacket, TcpState};
