//! What becomes of a stream's bytes: to its dissector, or into the hold while nobody knows the protocol.

use sightglass_dissect::Probe;
use sightglass_flow::{DataInfo, Deliver, Gap, Kept, LateInfo, Overlap, Retransmission, Side};

use super::{Given, Route, decide, ended, input, pair, run, sample};
use crate::flow_state::{App, Aside, Flow, How};
use crate::pairs::Moment;
use crate::recognise::{Answer, Recogniser};
use crate::state::{Place, State};

/// Takes the stream of one side.
pub(super) struct Delivery<'a> {
    pub(super) flow: &'a mut Flow,
    pub(super) state: &'a mut State,
    pub(super) recogniser: &'a Recogniser,
    pub(super) route: &'a Route,
    pub(super) side: Side,
    pub(super) at: Moment,
    pub(super) buffers: &'a mut [sightglass_flow::StreamBuffer; 2],
    pub(super) lost: &'a mut [bool; 2],
    pub(super) heard: &'a mut [bool; 2],
    pub(super) handshake: bool,
    /// A stream that ends here was closed by its sender, not broken off.
    pub(super) orderly: bool,
}

impl Delivery<'_> {
    /// Puts what this side speaks in place of what the flow speaks, where they differ, and back.
    fn swap(&mut self) {
        if let Some(aside) = self.flow.aside.as_mut().filter(|aside| aside.side == self.side) {
            std::mem::swap(&mut aside.app, &mut self.flow.app);
        }
    }

    /// The bytes that wait will never be completed: what is intact up to its function is still a message.
    pub(super) fn cut(&mut self) {
        self.swap();
        self.cut_waiting();
        self.swap();
    }

    fn cut_waiting(&mut self) {
        let App::Known { .. } = self.flow.app else { return };
        let buffer = self.side.of_mut(self.buffers);
        if buffer.is_empty() {
            return;
        }
        let first_frame = buffer.first_frame().unwrap_or(self.at.frame);
        let bytes = buffer.with(&[], self.at.frame).to_vec();
        buffer.clear();
        let handshake = self.handshake;
        let given = Given { side: self.side, at: self.at, first_frame, last: true, missing: 0, handshake };
        let heard = self.side.of_mut(self.heard);
        hear(self.flow, self.state, self.recogniser, self.route, heard, &given, &bytes);
    }

    pub(super) fn take(&mut self, bytes: &[u8], first_frame: u64, starts_segment: bool) {
        self.swap();
        self.take_next(bytes, first_frame, starts_segment);
        self.swap();
    }

    /// A part of a given-up hole that comes after all.
    fn late_message(&mut self, bytes: &[u8], info: LateInfo) {
        // Captures swap packets now and then. A message that comes late and whole still counts; it changes nothing in
        // what waits.
        let App::Known { session, .. } = &self.flow.app else { return };
        if info.starts_segment && session.resumes(bytes) {
            let given = Given {
                side: self.side,
                at: self.at,
                first_frame: self.at.frame,
                last: true,
                missing: 0,
                handshake: self.handshake,
            };
            run(self.flow, self.state, self.route, &given, bytes);
        }
    }

    fn take_next(&mut self, bytes: &[u8], first_frame: u64, starts_segment: bool) {
        let given = Given {
            side: self.side,
            at: self.at,
            first_frame,
            last: false,
            missing: 0,
            handshake: self.handshake,
        };
        let lost = self.side.of_mut(self.lost);
        if *lost {
            let App::Known { session, .. } = &self.flow.app else { return };
            if !starts_segment || !session.resumes(bytes) {
                return;
            }
            *lost = false;
            self.state.loss.resynchronised = self.state.loss.resynchronised.wrapping_add(1);
        }
        let max_message = match &self.flow.app {
            App::Known { max_message, .. } => *max_message,
            _ => return,
        };
        let buffer = self.side.of_mut(self.buffers);
        let head = buffer.first_frame().unwrap_or(first_frame);
        let slice = buffer.with(bytes, self.at.frame);
        let heard = self.side.of_mut(self.heard);
        let given = Given { first_frame: head, ..given };
        let (used, in_step) = hear(self.flow, self.state, self.recogniser, self.route, heard, &given, slice);
        if in_step {
            if let Kept::Dropped(_) = self.side.of_mut(self.buffers).keep_within(used, bytes, max_message) {
                self.state.loss.message_too_large = self.state.loss.message_too_large.wrapping_add(1);
                *self.side.of_mut(self.lost) = true;
            }
        } else {
            self.side.of_mut(self.buffers).clear();
            *self.side.of_mut(self.lost) = true;
        }
    }
}

/// Lets the session take messages off the front of `bytes`. A side whose very first bytes are none of the protocol that
/// its peer showed may speak one of its own: a server that answers a stranger. The caller swaps back what this puts in.
fn hear(
    flow: &mut Flow,
    state: &mut State,
    recogniser: &Recogniser,
    route: &Route,
    heard: &mut bool,
    given: &Given,
    bytes: &[u8],
) -> (usize, bool) {
    let (used, in_step) = run(flow, state, route, given, bytes);
    let first = !*heard;
    *heard |= used > 0;
    if in_step || used > 0 || !first || flow.aside.is_some() {
        return (used, in_step);
    }
    let App::Known { protocol, .. } = &flow.app else { return (used, in_step) };
    let probe = Probe::of(&input(flow.client, &flow.macs, route, given, bytes));
    let Answer::Yes(dissector) = recogniser.ask(&probe, None) else { return (used, in_step) };
    if dissector.protocol == *protocol {
        return (used, in_step);
    }
    let own = App::Known {
        session: (dissector.open)(),
        protocol: dissector.protocol,
        how: How::Content,
        max_message: dissector.max_message,
    };
    let app = std::mem::replace(&mut flow.app, own);
    flow.aside = Some(Box::new(Aside { side: given.side, app }));
    *heard = true;
    run(flow, state, route, given, bytes)
}

impl Deliver for Delivery<'_> {
    fn data(&mut self, bytes: &[u8], info: DataInfo) {
        sample(self.flow, bytes);
        match self.flow.app {
            App::Known { .. } => self.take(bytes, info.first_frame, info.starts_segment),
            App::Unknown => self.flow.sized(bytes.len()),
            App::Undecided { .. } => {
                if let Some(held) = decide(
                    self.flow,
                    self.state,
                    self.recogniser,
                    self.route,
                    self.side,
                    self.at,
                    bytes,
                    0,
                    self.handshake,
                ) {
                    let (side, at) = (self.side, self.at);
                    for piece in held {
                        self.side = piece.side;
                        self.at = piece.at;
                        self.take(&piece.data, piece.at.frame, true);
                    }
                    self.side = side;
                    self.at = at;
                    self.take(bytes, info.first_frame, info.starts_segment);
                }
            }
        }
    }

    fn gap(&mut self, gap: Gap) {
        let _ = gap;
        self.swap();
        self.cut_waiting();
        let (side, from_client) = (self.side, Some(self.side == self.flow.client));
        side.of_mut(self.buffers).clear();
        self.state.files.gap(self.flow.id);
        match &mut self.flow.app {
            App::Known { session, .. } => {
                session.gap(from_client);
                *side.of_mut(self.lost) = true;
            }
            App::Undecided { held, .. } => held.retain(|piece| piece.side != side),
            App::Unknown => {}
        }
        self.swap();
    }

    fn late(&mut self, bytes: &[u8], info: LateInfo) {
        self.swap();
        self.late_message(bytes, info);
        self.swap();
    }

    fn rival(&mut self, segment: &[u8], info: DataInfo) -> bool {
        // Somebody forges a stream whose true segments are seen as well: where the forged ones broke it off within a
        // message, a true one that begins one is worth more than its tail.
        if !self.side.of(self.lost) && self.side.of(self.buffers).is_empty() {
            return false;
        }
        self.swap();
        let begins = matches!(&self.flow.app, App::Known { session, .. } if session.resumes(segment));
        if begins {
            self.side.of_mut(self.buffers).clear();
            self.take_next(segment, info.first_frame, true);
        }
        self.swap();
        begins
    }

    fn overlap(&mut self, overlap: Overlap) {
        if overlap.differs {
            let pair = pair(self.flow, self.state, self.route);
            let place = Place { pair, flow_id: self.flow.id, at: self.at };
            self.state.anomaly(place, "tcp", "differing_overlap", &"");
        }
    }

    fn retransmission(&mut self, retransmission: Retransmission) {
        let _ = retransmission;
    }

    fn end(&mut self, at: sightglass_flow::Moment) {
        let _ = at;
        self.cut();
        if self.orderly {
            let (side, at) = (self.side, self.at);
            let given =
                Given { side, at, first_frame: at.frame, last: true, missing: 0, handshake: self.handshake };
            ended(self.flow, self.state, self.route, &given);
        }
    }
}
