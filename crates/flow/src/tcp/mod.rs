//! The life of one TCP connection as an onlooker sees it, from any point on and with packets missing.
//!
//! Spec: RFC 9293 (3.5 establishing and resetting, 3.6 closing), RFC 7323 (window scale), RFC 7413 (data on SYN).
//! Byte streams are [`crate::Reassembler`]'s; this only follows who opened, whether it stands, and when the same
//! addresses and ports begin another connection.

mod end;

use crate::{Class, Side};
use end::{End, at_or_after};

/// Control bits of a TCP header (RFC 9293, 3.1), as on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct TcpFlags(pub u8);

impl TcpFlags {
    /// Last bytes of the sender.
    pub const FIN: u8 = 0x01;
    /// Opens a connection.
    pub const SYN: u8 = 0x02;
    /// Breaks a connection off.
    pub const RST: u8 = 0x04;
    /// Deliver at once.
    pub const PSH: u8 = 0x08;
    /// The acknowledgement number counts.
    pub const ACK: u8 = 0x10;

    /// True when any of `bits` is set.
    #[inline]
    pub const fn has(self, bits: u8) -> bool {
        self.0 & bits != 0
    }
}

/// What [`TcpState`] needs of one packet.
#[derive(Clone, Copy, Debug)]
pub struct TcpPacket {
    /// Who sent it.
    pub side: Side,
    /// Sequence number.
    pub seq: u32,
    /// Acknowledgement number; looked at with ACK only.
    pub ack: u32,
    /// Window as in the header, not scaled.
    pub window: u16,
    /// Shift of the window scale option, where the packet has one.
    pub window_scale: Option<u8>,
    /// Control bits.
    pub flags: TcpFlags,
    /// Bytes of payload on the wire, those that the capture cut off included.
    pub payload_bytes: u32,
}

/// Where a connection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum State {
    /// No packet yet.
    #[default]
    New,
    /// Asked for, not yet agreed.
    Syn,
    /// Asked for and refused.
    Rejected,
    /// Agreed; its opening was seen.
    Established,
    /// Under way in both directions when first seen.
    Midstream,
    /// Ended by both sides.
    Closed,
    /// Broken off.
    Reset,
    /// Packets of one side only, more than its SYN.
    OneSided,
}

impl State {
    /// The word for it in events.
    pub const fn name(self) -> &'static str {
        match self {
            Self::New => "",
            Self::Syn => "syn",
            Self::Rejected => "rejected",
            Self::Established => "established",
            Self::Midstream => "midstream",
            Self::Closed => "closed",
            Self::Reset => "reset",
            Self::OneSided => "one_sided",
        }
    }
}

/// What a packet did to its connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It belongs to the connection; the state may have changed.
    Same,
    /// A SYN or SYN-ACK that was seen before.
    RepeatedSyn,
    /// A RST that its receiver would not accept; nothing changed.
    IgnoredReset,
    /// The packet belongs to a new connection between the same ports, which this state now follows, the
    /// packet included. The old one is over in the state given; finish its streams and start new ones at
    /// [`TcpState::stream_start`].
    NewConnection(State),
}

/// Follows one connection.
#[derive(Clone, Copy, Debug, Default)]
pub struct TcpState {
    ends: [End; 2],
    /// A SYN in the middle of a connection, believed once the other side answers it or its sender goes on from it.
    pending: Option<(Side, u32)>,
    opener: Option<Side>,
    state: State,
}

impl TcpState {
    /// Where the connection stands.
    pub const fn state(&self) -> State {
        self.state
    }

    /// Who sent the SYN, where that was seen or follows from a SYN-ACK.
    pub const fn opener(&self) -> Option<Side> {
        self.opener
    }

    /// Sequence number of the first byte of a side's stream, where its SYN was seen or follows from a SYN-ACK.
    pub fn stream_start(&self, side: Side) -> Option<u32> {
        let end = side.of(&self.ends);
        end.has_isn().then(|| end.isn.wrapping_add(1))
    }

    /// The table class that belongs to the state.
    pub fn class(&self) -> Class {
        match self.state {
            State::New | State::Syn => Class::HalfOpen,
            State::Closed | State::Reset | State::Rejected => Class::Closed,
            // The one visible side has said its last word, and may repeat it, for the answer is not to be seen.
            State::OneSided if self.ends.iter().any(End::has_fin) => Class::HalfOpen,
            State::Established | State::Midstream | State::OneSided => Class::Established,
        }
    }

    /// Take in the next packet of the flow.
    #[inline]
    pub fn packet(&mut self, packet: &TcpPacket) -> Step {
        let is_plain = !packet.flags.has(TcpFlags::SYN | TcpFlags::FIN | TcpFlags::RST);
        if is_plain && self.pending.is_none() && matches!(self.state, State::Established | State::Midstream) {
            packet.side.of_mut(&mut self.ends).advance(packet);
            return Step::Same;
        }
        self.packet_slow(packet)
    }

    fn packet_slow(&mut self, packet: &TcpPacket) -> Step {
        let flags = packet.flags;
        if flags.has(TcpFlags::RST) {
            self.on_reset(packet)
        } else if !flags.has(TcpFlags::SYN) {
            self.on_segment(packet)
        } else if flags.has(TcpFlags::ACK) {
            self.on_syn_ack(packet)
        } else {
            self.on_syn(packet)
        }
    }

    fn on_syn(&mut self, packet: &TcpPacket) -> Step {
        let side = packet.side;
        let end = *side.of(&self.ends);
        if end.has_isn() && end.isn == packet.seq {
            side.of_mut(&mut self.ends).note_scale(packet);
            return Step::RepeatedSyn;
        }
        match self.state {
            State::New => self.open(packet),
            State::Syn if self.opener == Some(side) && !side.other().of(&self.ends).is_seen() => {
                // Nobody answered the first attempt; this one takes its place, unless that one brought data.
                if end.next != end.isn.wrapping_add(1) {
                    return self.renew(packet, None);
                }
                side.of_mut(&mut self.ends).start(packet);
            }
            State::Syn if !end.is_seen() => side.of_mut(&mut self.ends).start(packet), // simultaneous open, 3.5
            _ if end.is_seen() && !end.has_isn() && end.next == packet.seq.wrapping_add(1) => {
                // The capture has the SYN after the packet that followed it.
                side.of_mut(&mut self.ends).start(packet);
                self.opener = self.opener.or(Some(side));
            }
            State::Closed | State::Reset | State::Rejected => return self.renew(packet, None),
            _ if self.ends.iter().any(End::has_fin) || !side.other().of(&self.ends).is_seen() => {
                return self.renew(packet, None);
            }
            _ => self.pending = Some((side, packet.seq)),
        }
        Step::Same
    }

    fn open(&mut self, packet: &TcpPacket) {
        packet.side.of_mut(&mut self.ends).start(packet);
        self.opener = Some(packet.side);
        self.state = State::Syn;
    }

    /// Begin another connection with `packet`; `syn` is the opener and its initial sequence number where the
    /// packet is not the SYN itself.
    fn renew(&mut self, packet: &TcpPacket, syn: Option<(Side, u32)>) -> Step {
        let old = self.state;
        *self = Self::default();
        if let Some((side, isn)) = syn {
            side.of_mut(&mut self.ends).infer_start(isn);
            side.of_mut(&mut self.ends).note_seen();
            self.opener = Some(side);
            self.state = State::Syn;
        }
        self.packet_slow(packet);
        Step::NewConnection(old)
    }

    fn on_syn_ack(&mut self, packet: &TcpPacket) -> Step {
        let side = packet.side;
        let other = side.other();
        let opened_at = packet.ack.wrapping_sub(1);
        if let Some((opener, isn)) = self.pending
            && opener == other
            && answers(packet.ack, isn)
        {
            return self.renew(packet, self.pending);
        }
        let end = *side.of(&self.ends);
        if end.has_isn() && end.isn == packet.seq {
            if self.state == State::Rejected {
                self.state = State::Syn;
            }
            side.of_mut(&mut self.ends).advance(packet);
            return Step::RepeatedSyn;
        }
        match self.state {
            State::New => {
                side.of_mut(&mut self.ends).start(packet);
                other.of_mut(&mut self.ends).infer_start(opened_at);
                self.opener = Some(other);
                self.state = State::OneSided;
            }
            State::Syn | State::Rejected | State::OneSided => {
                let asked = *other.of(&self.ends);
                let is_answer = !asked.has_isn() || answers(packet.ack, asked.isn);
                if !is_answer {
                    return Step::Same;
                }
                side.of_mut(&mut self.ends).start(packet);
                other.of_mut(&mut self.ends).infer_start_if_unknown(opened_at);
                self.opener = self.opener.or(Some(other));
                // A refused or one-sided opener that goes on proves the connection with its next segment.
                self.state = if self.state == State::OneSided { State::Established } else { State::Syn };
            }
            State::Closed | State::Reset => return self.renew(packet, None),
            State::Established | State::Midstream => {}
        }
        Step::Same
    }

    fn on_reset(&mut self, packet: &TcpPacket) -> Step {
        let (sender, receiver) = (*packet.side.of(&self.ends), *packet.side.other().of(&self.ends));
        let has_ack = packet.flags.has(TcpFlags::ACK);
        let is_valid = match self.state {
            State::New => true,
            // 3.10.7.3: in SYN-SENT a reset counts when it acknowledges the SYN (or data sent with it).
            State::Syn if self.opener != Some(packet.side) && !sender.has_isn() => {
                !has_ack || answers(packet.ack, receiver.isn)
            }
            // 3.5.2: an answer to a segment for which no connection exists has sequence number 0 and
            // acknowledges that segment.
            _ if has_ack && packet.seq == 0 && receiver.is_seen() && packet.ack == receiver.next => true,
            _ => receiver.would_accept(packet.seq, &sender),
        };
        if !is_valid {
            return Step::IgnoredReset;
        }
        packet.side.of_mut(&mut self.ends).note_seen();
        self.pending = None;
        self.state = match self.state {
            State::Closed => State::Closed,
            State::Rejected => State::Rejected,
            State::Syn if self.opener != Some(packet.side) && !sender.has_isn() => State::Rejected,
            _ => State::Reset,
        };
        Step::Same
    }

    fn on_segment(&mut self, packet: &TcpPacket) -> Step {
        let side = packet.side;
        if let Some((sender, isn)) = self.pending
            && sender == side
        {
            if packet.seq == isn.wrapping_add(1) {
                return self.renew(packet, self.pending);
            }
            // The sender goes on with the old connection, so that SYN was not meant.
            self.pending = None;
        }
        let answered = side.other().of(&self.ends).is_seen();
        let end = side.of_mut(&mut self.ends);
        end.advance(packet);
        if packet.flags.has(TcpFlags::FIN) {
            end.note_fin();
        }
        let is_over = self.ends.iter().all(End::has_fin);
        self.state = match self.state {
            State::Closed | State::Reset => self.state,
            State::Rejected if packet.payload_bytes == 0 => State::Rejected,
            _ if is_over => State::Closed,
            _ if !answered => State::OneSided,
            // In SYN-RECEIVED the opener's acknowledgement is what establishes (3.10.7.4).
            State::Syn if self.opener != Some(side) && side.of(&self.ends).has_isn() => State::Syn,
            _ if self.opener.is_some() => State::Established,
            _ => State::Midstream,
        };
        Step::Same
    }
}

/// True when `ack` acknowledges a SYN with sequence number `isn`, and at most the data that fits beside it.
fn answers(ack: u32, isn: u32) -> bool {
    const SYN_DATA: u32 = 0xffff; // one IP packet
    let first = isn.wrapping_add(1);
    at_or_after(ack, first) && ack.wrapping_sub(first) <= SYN_DATA
}

#[cfg(test)]
mod tests;
