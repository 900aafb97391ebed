//! Plug-ins' turn: flows that no dissector of ours claims.

use std::sync::Arc;

use sightglass_dissect::{Probe, Protocol, Session, Transport, Verdict};
use sightglass_flow::Side;

use super::loss::{puzzle, puzzle_held};
use super::row::flow_row;
use super::{Given, Route, input};
use crate::flow_state::{App, Flow, Held, How};
use crate::foreign::Foreigner;
use crate::recognise::{MAX_HELD, MAX_HELD_BYTES, MAX_TRIES, Recogniser};
use crate::state::{Mode, State};

/// What all plug-ins together say.
enum Word {
    Yes(Arc<Foreigner>),
    Perhaps(Protocol),
    More,
    No,
}

fn ask(state: &State, probe: &Probe<'_>, likely: Option<Protocol>, given: &Given) -> Word {
    let (mut more, mut perhaps) = (false, None);
    for foreigner in &state.foreigners {
        match foreigner.recognise(probe, given.at.ts_ns, given.at.frame) {
            Some(Verdict::Sure) => return Word::Yes(Arc::clone(foreigner)),
            Some(Verdict::Likely) if likely == Some(foreigner.protocol()) => {
                return Word::Yes(Arc::clone(foreigner));
            }
            Some(Verdict::Likely) => perhaps = perhaps.or(Some(foreigner.protocol())),
            Some(Verdict::More) => more = true,
            Some(Verdict::No) | None => {}
        }
    }
    match perhaps {
        _ if more => Word::More,
        Some(protocol) => Word::Perhaps(protocol),
        None => Word::No,
    }
}

/// The bytes of one side that wait, and what follows them.
fn joined(held: &[Held], side: Side, bytes: &[u8]) -> Vec<u8> {
    let mut all = Vec::new();
    for piece in held.iter().filter(|piece| piece.side == side) {
        all.extend_from_slice(&piece.data);
    }
    all.extend_from_slice(bytes);
    all
}

fn claim(
    flow: &mut Flow,
    state: &mut State,
    recogniser: &Recogniser,
    route: &Route,
    given: &Given,
    by: &Arc<Foreigner>,
) -> Option<Vec<Held>> {
    let session: Box<dyn Session> = by.open(given.at.ts_ns, given.at.frame)?;
    let how = if given.handshake { How::Handshake } else { How::Content };
    let known = App::Known { session, protocol: by.protocol(), how, max_message: by.max_message() };
    let before = std::mem::replace(&mut flow.app, known);
    if matches!(state.mode, Mode::Analyze { .. }) {
        let mut row = flow_row(flow, route, "identified", recogniser);
        row.order = given.at.order;
        state.events.flows.push(row);
    }
    let App::Undecided { held, .. } = before else { return Some(Vec::new()) };
    Some(held)
}

/// Asks the plug-ins about a piece that no dissector of ours wants; gives the pieces that waited to whoever takes it.
#[cold]
pub(super) fn decide(
    flow: &mut Flow,
    state: &mut State,
    recogniser: &Recogniser,
    route: &Route,
    given: &Given,
    bytes: &[u8],
) -> Option<Vec<Held>> {
    let App::Undecided { held, likely, .. } = &flow.app else { return None };
    let likely = *likely;
    let stream = route.transport == Transport::Tcp;
    let all = if stream && likely.is_none() { joined(held, given.side, bytes) } else { bytes.to_vec() };
    let probe = Probe::of(&input(flow.client, &flow.macs, route, given, &all));
    let word = ask(state, &probe, likely, given);
    if let Word::Yes(by) = &word
        && let Some(held) = claim(flow, state, recogniser, route, given, by)
    {
        return Some(held);
    }
    let App::Undecided { held, likely, tries } = &mut flow.app else { return None };
    let held_bytes: usize = held.iter().map(|piece| piece.data.len()).sum();
    let room = held.len() < MAX_HELD && held_bytes.saturating_add(bytes.len()) <= MAX_HELD_BYTES;
    if room && matches!(word, Word::More | Word::Perhaps(_)) {
        if let Word::Perhaps(protocol) = word {
            *likely = Some(protocol);
        }
        held.push(Held { side: given.side, data: bytes.to_vec(), missing: given.missing, at: given.at });
        return None;
    }
    *likely = None;
    *tries = tries.saturating_add(1);
    let last = *tries >= MAX_TRIES;
    puzzle_held(flow, state, route);
    puzzle(flow, state, route, bytes);
    if last {
        flow.app = App::Unknown;
    }
    None
}

/// A flow ends while pieces of it still wait for a dissector of ours to make up its mind: the plug-ins' last chance.
#[cold]
pub(super) fn last_chance(
    flow: &mut Flow,
    state: &mut State,
    recogniser: &Recogniser,
    route: &Route,
    handshake: bool,
) -> Option<Vec<Held>> {
    let App::Undecided { held, .. } = &flow.app else { return None };
    let mut asked = [false; 2];
    let mut found = None;
    for piece in held {
        let given = Given {
            side: piece.side,
            at: piece.at,
            first_frame: piece.at.frame,
            last: true,
            missing: piece.missing,
            handshake,
        };
        let stream = route.transport == Transport::Tcp;
        if stream && std::mem::replace(piece.side.of_mut(&mut asked), true) {
            continue;
        }
        let all = if stream { joined(held, piece.side, &[]) } else { piece.data.clone() };
        let probe = Probe::of(&input(flow.client, &flow.macs, route, &given, &all));
        if let Word::Yes(by) = ask(state, &probe, None, &given) {
            found = Some((by, given));
            break;
        }
    }
    let (by, given) = found?;
    claim(flow, state, recogniser, route, &given, &by)
}
