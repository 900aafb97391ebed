//! Evidence packets: the frames that show an alert, with those around them in the same conversation, as capture files.
//!
//! The captures are read again, headers first and bytes last, so that nothing is kept in memory but what is written.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::path::{Path, PathBuf};

use sightglass_capture::{CaptureError, Filter, Frame, Input, PcapngWriter};
use sightglass_wire::{Ip, LinkType, Mac, Net, Packet, decode};

/// Frames of one file.
pub(crate) const MAX_FRAMES: usize = 200;
/// Bytes of frames of one file.
pub(crate) const MAX_BYTES: u64 = 1 << 20;
/// Bytes of frames of all files together.
pub(crate) const MAX_ALL_BYTES: u64 = 64 << 20;
/// Frames of the same conversation that are kept before and behind each.
pub(crate) const NEIGHBOURS: usize = 8;
/// Conversations whose frames are looked for.
const MAX_FLOWS: usize = 65_536;

/// Frames that belong into one file.
#[derive(Debug, Clone)]
pub struct Wish {
    /// Name of the file, without folder.
    pub file: String,
    /// Index of the capture and number of the frame in it.
    pub frames: Vec<(u16, u64)>,
}

/// What was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    /// Files.
    pub files: u64,
    /// Frames in all.
    pub frames: u64,
    /// Bytes of frames in all.
    pub bytes: u64,
    /// Frames that were wanted and left out by the caps.
    pub beyond_cap: u64,
}

/// Why there is no evidence.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceError {
    /// A capture cannot be read again.
    #[error(transparent)]
    Capture(#[from] CaptureError),
    /// A file cannot be written.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// A conversation: unordered ends with ports and protocol, or hardware addresses and ethertype.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Flow {
    Ip([(Ip, u16); 2], u8),
    Link([Mac; 2], u16),
}

fn flow(packet: &Packet<'_>) -> Flow {
    let (from, to) = packet.ports().unwrap_or_default();
    match packet.net {
        Net::V4 { src, dst, .. } | Net::V6 { src, dst, .. } => {
            let mut ends = [(src, from), (dst, to)];
            ends.sort_unstable();
            Flow::Ip(ends, packet.ip_protocol().unwrap_or(0))
        }
        Net::None | Net::Arp => {
            let mut ends = [packet.src_mac.unwrap_or(Mac([0; 6])), packet.dst_mac.unwrap_or(Mac([0; 6]))];
            ends.sort_unstable();
            Flow::Link(ends, packet.ethertype)
        }
    }
}

/// Calls `look` with every frame of the captures, its place in the input and its bytes.
fn each(
    paths: &[PathBuf],
    filter: Option<&Filter>,
    mut look: impl FnMut(&Frame, u64, &sightglass_capture::Batch, &Input) -> std::io::Result<()>,
) -> Result<(), EvidenceError> {
    let mut input = Input::open(paths, sightglass_capture::Options { filter: filter.cloned() })?;
    let mut order = 0u64;
    while let Some(batch) = input.next_batch() {
        for frame in &batch.frames {
            look(frame, order, &batch, &input)?;
            order = order.wrapping_add(1);
        }
    }
    Ok(())
}

/// The frames around each wanted one, per conversation.
#[derive(Default)]
struct Around {
    /// Places and lengths of the last frames.
    before: VecDeque<(u64, u64)>,
    /// Frames that are still to be kept, and for whom.
    after: usize,
    wishes: Vec<usize>,
}

/// What one file gets: place in the input to length, apart for what is wanted and what lies around it.
#[derive(Default, Clone)]
struct Choice {
    wanted: BTreeMap<u64, u64>,
    around: BTreeMap<u64, u64>,
}

/// Writes the wanted frames and those around them to `folder`, one file for each wish.
///
/// # Errors
/// [`EvidenceError`] when a capture cannot be read again or a file cannot be written.
pub fn write_evidence(
    paths: &[PathBuf],
    filter: Option<&Filter>,
    wishes: &[Wish],
    folder: &Path,
) -> Result<Written, EvidenceError> {
    let mut wanted: HashMap<(u16, u64), Vec<usize>> = HashMap::new();
    for (number, wish) in wishes.iter().enumerate() {
        for frame in &wish.frames {
            wanted.entry(*frame).or_default().push(number);
        }
    }
    if wanted.is_empty() {
        return Ok(Written::default());
    }
    let flows = flows(paths, filter, &wanted)?;
    let choices = choose(paths, filter, &wanted, &flows, wishes.len())?;
    let (takers, mut written) = bound(&choices);
    write(paths, filter, wishes, &choices, &takers, folder, &mut written)?;
    Ok(written)
}

type Wanted = HashMap<(u16, u64), Vec<usize>>;

/// The conversations that wanted frames belong to.
fn flows(
    paths: &[PathBuf],
    filter: Option<&Filter>,
    wanted: &Wanted,
) -> Result<HashSet<Flow>, EvidenceError> {
    let mut flows = HashSet::new();
    each(paths, filter, |frame, _, batch, _| {
        if wanted.contains_key(&(frame.source, frame.number)) && flows.len() < MAX_FLOWS {
            let mut packet = Packet::new();
            decode(LinkType(frame.link), batch.data(frame), frame.orig_len, &mut packet);
            flows.insert(flow(&packet));
        }
        Ok(())
    })?;
    Ok(flows)
}

/// Which frames each file would have without caps.
fn choose(
    paths: &[PathBuf],
    filter: Option<&Filter>,
    wanted: &Wanted,
    flows: &HashSet<Flow>,
    wishes: usize,
) -> Result<Vec<Choice>, EvidenceError> {
    let mut choices = vec![Choice::default(); wishes];
    let mut around: HashMap<Flow, Around> = HashMap::new();
    each(paths, filter, |frame, order, batch, _| {
        let mut packet = Packet::new();
        decode(LinkType(frame.link), batch.data(frame), frame.orig_len, &mut packet);
        let flow = flow(&packet);
        if !flows.contains(&flow) {
            return Ok(());
        }
        let length = u64::from(frame.captured_len());
        let own = around.entry(flow).or_default();
        if let Some(takers) = wanted.get(&(frame.source, frame.number)) {
            for taker in takers {
                let Some(choice) = choices.get_mut(*taker) else { continue };
                choice.wanted.insert(order, length);
                choice.around.extend(own.before.iter().copied());
            }
            if own.after == 0 {
                own.wishes.clear();
            }
            own.wishes.extend_from_slice(takers);
            own.wishes.sort_unstable();
            own.wishes.dedup();
            own.after = NEIGHBOURS;
        } else if own.after > 0 {
            own.after = own.after.saturating_sub(1);
            for wish in &own.wishes {
                let Some(choice) = choices.get_mut(*wish) else { continue };
                choice.around.insert(order, length);
            }
        }
        if own.before.len() >= NEIGHBOURS {
            own.before.pop_front();
        }
        own.before.push_back((order, length));
        Ok(())
    })?;
    Ok(choices)
}

/// Who gets which frame within the caps: wanted frames come first, then what lies around them.
fn bound(choices: &[Choice]) -> (HashMap<u64, Vec<usize>>, Written) {
    let mut takers: HashMap<u64, Vec<usize>> = HashMap::new();
    let mut written = Written::default();
    let mut used = vec![(0usize, 0u64); choices.len()];
    let mut take = |pick: fn(&Choice) -> &BTreeMap<u64, u64>, known: bool| {
        for ((number, choice), (frames, bytes)) in choices.iter().enumerate().zip(&mut used) {
            for (order, length) in pick(choice) {
                if known && choice.wanted.contains_key(order) {
                    continue;
                }
                let (own, all) = (bytes.saturating_add(*length), written.bytes.saturating_add(*length));
                if *frames >= MAX_FRAMES || own > MAX_BYTES || all > MAX_ALL_BYTES {
                    written.beyond_cap = written.beyond_cap.saturating_add(1);
                    continue;
                }
                *frames = frames.saturating_add(1);
                *bytes = own;
                written.bytes = all;
                written.frames = written.frames.saturating_add(1);
                takers.entry(*order).or_default().push(number);
            }
        }
    };
    take(|choice| &choice.wanted, false);
    take(|choice| &choice.around, true);
    (takers, written)
}

fn write(
    paths: &[PathBuf],
    filter: Option<&Filter>,
    wishes: &[Wish],
    choices: &[Choice],
    takers: &HashMap<u64, Vec<usize>>,
    folder: &Path,
    written: &mut Written,
) -> Result<(), EvidenceError> {
    // What all files hold together is bounded, so they are put together in memory.
    let mut files: Vec<Option<PcapngWriter<Vec<u8>>>> = wishes.iter().map(|_| None).collect();
    each(paths, filter, |frame, order, batch, input| {
        for taker in takers.get(&order).into_iter().flatten() {
            let (Some(file), Some(choice)) = (files.get_mut(*taker), choices.get(*taker)) else { continue };
            let writer = match file {
                Some(writer) => writer,
                None => file.insert(PcapngWriter::new(Vec::new(), "Sightglass", "")?),
            };
            let comment = if choice.wanted.contains_key(&order) {
                format!("evidence, frame {}", frame.number)
            } else {
                format!("frame {}", frame.number)
            };
            writer.frame(batch, frame, input.captures(), &comment)?;
        }
        Ok(())
    })?;
    for (wish, file) in wishes.iter().zip(files) {
        if let Some(writer) = file {
            std::fs::write(folder.join(&wish.file), writer.finish()?)?;
            written.files = written.files.saturating_add(1);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(wanted: &[(u64, u64)], around: &[(u64, u64)]) -> Choice {
        Choice { wanted: wanted.iter().copied().collect(), around: around.iter().copied().collect() }
    }

    #[test]
    fn caps_leave_the_wanted_frames_and_count_the_rest() {
        let wanted: Vec<_> = (500..510).map(|order| (order, 60)).collect();
        let around: Vec<_> = (0..600).map(|order| (order, 60)).collect();
        let (takers, written) = bound(&[choice(&wanted, &around)]);
        assert_eq!((written.frames, written.beyond_cap), (200, 400));
        assert!((500..510).all(|order| takers.contains_key(&order)) && takers.contains_key(&189));
    }

    #[test]
    fn bytes_are_bounded_in_one_file_and_in_all() {
        let big = choice(&[(1, MAX_BYTES), (2, 1)], &[]);
        let (_, written) = bound(&vec![big; 70]);
        assert_eq!((written.bytes, written.beyond_cap), (MAX_ALL_BYTES, 70 + 6));
    }
}
