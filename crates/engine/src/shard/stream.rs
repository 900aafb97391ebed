//! TCP connections of a shard: segments in, bytes of both directions out.

use super::{Arrived, Delivery, Route, give_up, plugins};
use crate::flow_state::{App, Early, Flow, MAX_EARLY, NONE, Tcp};
use crate::recognise::Recogniser;
use crate::state::State;
use sightglass_flow::{Budget, Class, Segment, Side, Step, TcpFlags, TcpPacket};
use sightglass_wire::Transport as Wire;

pub(super) fn tcp(
    flow: &mut Flow,
    state: &mut State,
    budget: &mut Budget,
    recogniser: &Recogniser,
    route: &Route,
    side: Side,
    arrived: &Arrived<'_>,
) -> Class {
    let packet = arrived.packet;
    let Wire::Tcp { seq, ack, flags, window, .. } = packet.transport else { return Class::Other };
    let flags = TcpFlags(flags);
    let mut tcp = flow.tcp.take().unwrap_or_default();
    let payload =
        u32::try_from(packet.payload.len()).unwrap_or(u32::MAX).saturating_add(packet.payload_missing);
    let step = tcp.state.packet(&TcpPacket {
        side,
        seq,
        ack,
        window,
        window_scale: None,
        flags,
        payload_bytes: payload,
    });
    if let Step::NewConnection(_) = step {
        // The same ports again: the old streams end, and the protocol has to show itself anew.
        let now = tcp.state;
        flush(flow, &mut tcp, state, budget, recogniser, route);
        flow.app = App::default();
        flow.aside = None;
        flow.hints = [NONE; 2];
        *tcp = Tcp { state: now, ..Tcp::default() };
    }
    if let Some(opener) = tcp.state.opener()
        && flow.client != opener
        && flow.pair == NONE
    {
        flow.client = opener;
    }
    let moment = sightglass_flow::Moment { frame: arrived.at.frame, ts_ns: arrived.at.ts_ns };
    let Tcp { state: connection, streams, buffers, lost, heard, early } = &mut *tcp;
    let handshake = connection.opener().is_some();
    let begins = flags.has(TcpFlags::SYN);
    if let Some((of, bytes)) = received(early, side, begins, flags, seq, ack) {
        let mut deliver = Delivery {
            flow,
            state,
            recogniser,
            route,
            side: of,
            at: arrived.at,
            buffers,
            lost,
            heard,
            handshake,
            orderly: true,
        };
        let segment = Segment {
            seq: bytes.seq,
            syn: false,
            fin: false,
            rst: false,
            payload: &bytes.data,
            missing: bytes.missing,
            frame: arrived.at.frame,
            ts_ns: arrived.at.ts_ns,
        };
        of.of_mut(streams).push(segment, budget, &mut deliver);
    }
    if begins && !packet.payload.is_empty() {
        let data = packet.payload.get(..MAX_EARLY).unwrap_or(packet.payload).to_vec();
        let missing = payload.saturating_sub(u32::try_from(data.len()).unwrap_or(u32::MAX));
        *side.of_mut(early) = Some(Box::new(Early { seq: seq.wrapping_add(1), data, missing }));
    }
    if flags.has(TcpFlags::ACK) {
        let mut deliver = Delivery {
            flow,
            state,
            recogniser,
            route,
            side: side.other(),
            at: arrived.at,
            buffers,
            lost,
            heard,
            handshake,
            orderly: true,
        };
        side.other().of_mut(streams).acknowledged(ack, moment, budget, &mut deliver);
    }
    let segment = Segment {
        seq,
        syn: begins,
        fin: flags.has(TcpFlags::FIN),
        rst: flags.has(TcpFlags::RST),
        payload: if begins { &[] } else { packet.payload },
        missing: if begins { 0 } else { packet.payload_missing },
        frame: arrived.at.frame,
        ts_ns: arrived.at.ts_ns,
    };
    let orderly = !flags.has(TcpFlags::RST);
    let mut deliver = Delivery {
        flow,
        state,
        recogniser,
        route,
        side,
        at: arrived.at,
        buffers,
        lost,
        heard,
        handshake,
        orderly,
    };
    side.of_mut(streams).push(segment, budget, &mut deliver);
    let class = tcp.state.class();
    flow.tcp = Some(tcp);
    class
}

/// Bytes of a SYN that this packet shows to be received: the other side acknowledges them, or their sender goes on
/// behind them. A reset drops them.
pub(super) fn received(
    early: &mut [Option<Box<Early>>; 2],
    side: Side,
    begins: bool,
    flags: TcpFlags,
    seq: u32,
    ack: u32,
) -> Option<(Side, Box<Early>)> {
    if early.iter().all(Option::is_none) {
        return None;
    }
    if flags.has(TcpFlags::RST) {
        *early = [None, None];
        return None;
    }
    // Positions are compared modulo 2^32 (RFC 9293, 3.4).
    let behind = |bytes: &Early, position: u32| position.wrapping_sub(bytes.seq).cast_signed() > 0;
    let other = side.other();
    if flags.has(TcpFlags::ACK) && other.of(early).as_ref().is_some_and(|bytes| behind(bytes, ack)) {
        return other.of_mut(early).take().map(|bytes| (other, bytes));
    }
    if !begins && side.of(early).as_ref().is_some_and(|bytes| behind(bytes, seq)) {
        return side.of_mut(early).take().map(|bytes| (side, bytes));
    }
    None
}

/// Ends both streams of a connection.
pub(super) fn flush(
    flow: &mut Flow,
    tcp: &mut Tcp,
    state: &mut State,
    budget: &mut Budget,
    recogniser: &Recogniser,
    route: &Route,
) {
    let at = flow.last;
    let moment = sightglass_flow::Moment { frame: at.frame, ts_ns: at.ts_ns };
    let handshake = tcp.state.opener().is_some();
    let Tcp { streams, buffers, lost, heard, .. } = tcp;
    for side in [flow.client, flow.client.other()] {
        let mut deliver = Delivery {
            flow,
            state,
            recogniser,
            route,
            side,
            at,
            buffers,
            lost,
            heard,
            handshake,
            orderly: false,
        };
        side.of_mut(streams).flush(moment, budget, &mut deliver);
        deliver.cut();
    }
    if !recogniser.foreign.is_empty()
        && let Some(held) = plugins::last_chance(flow, state, recogniser, route, handshake)
    {
        let side = flow.client;
        let mut deliver = Delivery {
            flow,
            state,
            recogniser,
            route,
            side,
            at,
            buffers,
            lost,
            heard,
            handshake,
            orderly: false,
        };
        for piece in held {
            deliver.side = piece.side;
            deliver.at = piece.at;
            deliver.take(&piece.data, piece.at.frame, true);
        }
        for side in [side, side.other()] {
            deliver.side = side;
            deliver.at = at;
            deliver.cut();
        }
    }
    give_up(flow, state, route);
}
