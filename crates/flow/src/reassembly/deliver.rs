//! What goes into reassembly and what comes out of it.

/// One TCP segment of one direction.
#[derive(Clone, Copy, Debug)]
pub struct Segment<'a> {
    /// Sequence number of the header: that of the SYN, else of the first payload byte.
    pub seq: u32,
    /// SYN is set.
    pub syn: bool,
    /// FIN is set.
    pub fin: bool,
    /// RST is set; its payload is a diagnostic text and no part of the stream (RFC 9293, 3.10.7.4).
    pub rst: bool,
    /// Payload as captured.
    pub payload: &'a [u8],
    /// Bytes of payload that followed on the wire and that the capture's snap length cut off.
    pub missing: u32,
    /// Frame number.
    pub frame: u64,
    /// Packet time, Unix nanoseconds.
    pub ts_ns: i64,
}

/// The frame that is being worked on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Frame number.
    pub frame: u64,
    /// Packet time, Unix nanoseconds.
    pub ts_ns: i64,
}

/// Where delivered bytes come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DataInfo {
    /// Frame that carried these bytes.
    pub first_frame: u64,
    /// Frame whose arrival let them through; the same unless they waited for a hole to be filled or given up.
    pub frame: u64,
    /// Packet time of `frame`.
    pub ts_ns: i64,
    /// Place of the first byte in the stream, from 0 at the first byte known; gaps count.
    pub offset: u64,
    /// They begin where the payload of their segment began.
    pub starts_segment: bool,
    /// They had to wait: they came out of order, and the hole before them was filled or given up.
    pub filled: bool,
}

/// Why bytes are missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GapCause {
    /// The receiver acknowledged them, the capture has not got them.
    Acknowledged,
    /// No room to wait for them.
    Budget,
    /// Many later segments came, or much time passed.
    Overdue,
    /// The snap length of the capture cut them off.
    Cut,
    /// The flow ended.
    End,
    /// The sequence numbers went on somewhere else entirely; the size is not known and given as 0.
    Jump,
}

/// Bytes that will not be delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// How many.
    pub missing: u64,
    /// Place of the first of them in the stream.
    pub offset: u64,
    /// Why.
    pub cause: GapCause,
    /// When it was given up.
    pub at: Moment,
}

/// A segment that partly repeats bytes, or repeats them differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overlap {
    /// The bytes are not those seen first: damage, or somebody who wants the receiver and the onlooker to see
    /// different things.
    pub differs: bool,
    /// How many of its bytes were seen before.
    pub bytes: u64,
    /// When.
    pub at: Moment,
}

/// A segment that only repeats bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retransmission {
    /// How many.
    pub bytes: u64,
    /// When.
    pub at: Moment,
}

/// Where bytes belong that came after they had been passed as a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LateInfo {
    /// Place of the first byte in the stream; negative when it lies before the byte with which a stream that
    /// was met midway began.
    pub offset: i64,
    /// They begin where the payload of their segment began.
    pub starts_segment: bool,
    /// When they came.
    pub at: Moment,
}

/// Receives the stream of one direction.
pub trait Deliver {
    /// The next bytes of the stream.
    fn data(&mut self, bytes: &[u8], info: DataInfo);
    /// Bytes are missing here; the next ones follow behind them.
    fn gap(&mut self, gap: Gap);
    /// Bytes that were passed as a gap came after all, possibly after the end. They are not in turn, so what
    /// is decoded of them stands alone.
    fn late(&mut self, bytes: &[u8], info: LateInfo) {
        let _ = (bytes, info);
    }
    /// A segment whose first bytes stand where others did, and differ from them: two senders claim one place, or one
    /// was tricked into another count. True when the receiver makes more of the whole segment than of what is behind
    /// the overlap; that is then not delivered again.
    fn rival(&mut self, segment: &[u8], info: DataInfo) -> bool {
        let _ = (segment, info);
        false
    }
    /// A segment overlapped others partly or with other content; the bytes seen first stand.
    fn overlap(&mut self, overlap: Overlap);
    /// A segment brought nothing new.
    fn retransmission(&mut self, retransmission: Retransmission);
    /// Nothing more comes; called once.
    fn end(&mut self, at: Moment);
}
