//! What holds for every stream, however its segments are cut, ordered, repeated, lost or forged.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "models of small streams"
)]

use proptest::prelude::*;
use sightglass_flow::{
    Budget, DataInfo, Deliver, Gap, GapCause, LateInfo, Moment, Overlap, Reassembler, Retransmission, Segment,
};

#[derive(Default, Debug, PartialEq, Eq)]
struct Log {
    /// Offset and bytes of each delivery.
    data: Vec<(u64, Vec<u8>)>,
    gaps: Vec<(u64, u64, GapCause)>,
    late: Vec<(i64, Vec<u8>)>,
    differing: usize,
    repeated: usize,
    ends: usize,
    /// Where the next delivery or gap has to begin.
    next: u64,
}

impl Deliver for Log {
    fn data(&mut self, bytes: &[u8], info: DataInfo) {
        assert_eq!(self.ends, 0, "nothing comes after the end");
        assert_eq!(info.offset, self.next);
        assert!(!bytes.is_empty() && info.first_frame <= info.frame);
        self.next += bytes.len() as u64;
        self.data.push((info.offset, bytes.to_vec()));
    }
    fn gap(&mut self, gap: Gap) {
        assert_eq!(self.ends, 0, "nothing comes after the end");
        assert_eq!(gap.offset, self.next);
        assert!(gap.missing > 0 || gap.cause == GapCause::Jump);
        self.next += gap.missing;
        self.gaps.push((gap.offset, gap.missing, gap.cause));
    }
    fn late(&mut self, bytes: &[u8], info: LateInfo) {
        self.late.push((info.offset, bytes.to_vec()));
    }
    fn overlap(&mut self, overlap: Overlap) {
        self.differing += usize::from(overlap.differs);
    }
    fn retransmission(&mut self, _: Retransmission) {
        self.repeated += 1;
    }
    fn end(&mut self, _: Moment) {
        self.ends += 1;
        assert_eq!(self.ends, 1);
    }
}

impl Log {
    fn joined(&self) -> Vec<u8> {
        self.data.iter().flat_map(|(_, bytes)| bytes.clone()).collect()
    }
}

fn moment(frame: usize) -> Moment {
    Moment { frame: frame as u64 + 1, ts_ns: frame as i64 * 1_000_000 }
}

fn plain(seq: u32, payload: &[u8], frame: usize) -> Segment<'_> {
    let Moment { frame, ts_ns } = moment(frame);
    Segment { seq, syn: false, fin: false, rst: false, payload, missing: 0, frame, ts_ns }
}

fn seq_of(isn: u32, place: usize) -> u32 {
    isn.wrapping_add(1).wrapping_add(place as u32)
}

/// A stream, a cover of it by segments in any order with extra overlapping ones, and an initial number.
fn covered() -> impl Strategy<Value = (Vec<u8>, Vec<(usize, usize)>, u32)> {
    let stream = prop::collection::vec(any::<u8>(), 1..3000);
    let isn = prop_oneof![any::<u32>(), (0u32..3000).prop_map(|n| u32::MAX - n)];
    (stream, prop::collection::vec((any::<u16>(), any::<u16>()), 1..40), isn).prop_flat_map(
        |(stream, picks, isn)| {
            let len = stream.len();
            let mut cuts: Vec<usize> = picks.iter().map(|&(cut, _)| usize::from(cut) % len).collect();
            cuts.extend([0, len]);
            cuts.sort_unstable();
            cuts.dedup();
            let mut segments: Vec<(usize, usize)> = cuts.windows(2).map(|pair| (pair[0], pair[1])).collect();
            segments.extend(picks.iter().step_by(3).map(|&(a, b)| {
                let (a, b) = (usize::from(a) % len, usize::from(b) % len);
                (a.min(b), a.max(b) + 1)
            }));
            (Just(stream), Just(segments).prop_shuffle(), Just(isn))
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_cut_order_and_repetition_gives_the_stream((stream, segments, isn) in covered(), fin_first: bool) {
        let (mut reassembler, mut budget, mut log) = (Reassembler::default(), Budget::default(), Log::default());
        reassembler.push(Segment { syn: true, ..plain(isn, b"", 0) }, &mut budget, &mut log);
        reassembler.acknowledged(seq_of(isn, 0), moment(0), &mut budget, &mut log);
        let fin = Segment { fin: true, ..plain(seq_of(isn, stream.len()), b"", 1) };
        if fin_first {
            reassembler.push(fin, &mut budget, &mut log);
        }
        for (frame, &(start, end)) in segments.iter().enumerate() {
            reassembler.push(plain(seq_of(isn, start), &stream[start..end], frame + 2), &mut budget, &mut log);
        }
        if !fin_first {
            reassembler.push(fin, &mut budget, &mut log);
        }
        prop_assert_eq!(log.joined(), stream);
        prop_assert_eq!((log.gaps.len(), log.differing, log.ends), (0, 0, 1));
        prop_assert_eq!(budget.used_bytes(), 0);
    }

    #[test]
    fn with_losses_only_true_bytes_come_at_their_places(
        (stream, segments, isn) in covered(),
        fates in prop::collection::vec((0u8..4, any::<u16>()), 60),
        one_sided: bool,
        small_budget: bool,
    ) {
        let mut budget = if small_budget { Budget::new(900, 900) } else { Budget::default() };
        let (mut reassembler, mut log) = (Reassembler::default(), Log::default());
        reassembler.push(Segment { syn: true, ..plain(isn, b"", 0) }, &mut budget, &mut log);
        let mut sent = vec![false; stream.len()];
        for (frame, (&(start, end), &(fate, number))) in segments.iter().zip(fates.iter().cycle()).enumerate() {
            let kept = match fate {
                0 => start, // lost
                1 => start + usize::from(number) % (end - start), // cut by the snap length
                _ => end,
            };
            if fate > 0 {
                let missing = (end - kept) as u32;
                sent[start..kept].fill(true);
                let segment = Segment { missing, ..plain(seq_of(isn, start), &stream[start..kept], frame) };
                reassembler.push(segment, &mut budget, &mut log);
            }
            if !one_sided && number % 5 == 0 {
                let ack = usize::from(number) % (stream.len() + 1);
                reassembler.acknowledged(seq_of(isn, ack), moment(frame), &mut budget, &mut log);
            }
        }
        reassembler.flush(moment(segments.len()), &mut budget, &mut log);
        for (offset, bytes) in &log.data {
            let start = *offset as usize;
            prop_assert_eq!(&stream[start..start + bytes.len()], &bytes[..]);
            prop_assert!(sent[start..start + bytes.len()].iter().all(|&sent| sent));
        }
        prop_assert!(log.next <= stream.len() as u64);
        prop_assert_eq!((log.differing, log.ends, budget.used_bytes()), (0, 1, 0));
    }

    #[test]
    fn acknowledged_too_early_each_byte_still_comes_once(
        (stream, segments, isn) in covered(),
        acks in prop::collection::vec(any::<u16>(), 60),
        midway: bool,
    ) {
        // More holes than are remembered at a time are another matter.
        prop_assume!(segments.len() < 30);
        let (mut reassembler, mut budget, mut log) = (Reassembler::default(), Budget::default(), Log::default());
        let first = segments[0].0;
        if !midway {
            reassembler.push(Segment { syn: true, ..plain(isn, b"", 0) }, &mut budget, &mut log);
        }
        for (frame, (&(start, end), &ack)) in segments.iter().zip(&acks).enumerate() {
            reassembler.push(plain(seq_of(isn, start), &stream[start..end], frame), &mut budget, &mut log);
            let ack = seq_of(isn, usize::from(ack) % (stream.len() + 1));
            reassembler.acknowledged(ack, moment(frame), &mut budget, &mut log);
        }
        let origin = if midway { first as i64 } else { 0 };
        let mut seen = vec![0; stream.len()];
        let in_turn = log.data.iter().map(|(offset, bytes)| (*offset as i64, bytes));
        for (offset, bytes) in in_turn.chain(log.late.iter().map(|(offset, bytes)| (*offset, bytes))) {
            let start = usize::try_from(offset + origin).unwrap();
            prop_assert_eq!(&stream[start..start + bytes.len()], &bytes[..]);
            seen[start..start + bytes.len()].iter_mut().for_each(|count| *count += 1);
        }
        if let Some(place) = seen.iter().position(|&count| count != 1) {
            // The byte before the next one looks like a keep-alive when it comes alone, so it is passed over.
            let alone = segments.iter().filter(|&&(start, end)| (start..end).contains(&place)).all(|&(s, e)| e - s == 1);
            prop_assert!(seen[place] == 0 && alone, "byte {} came {} times", place, seen[place]);
        }
        prop_assert_eq!(log.differing, 0);
    }

    #[test]
    fn of_bytes_that_differ_the_first_seen_stand(
        (stream, segments, isn) in covered(),
        noise in prop::collection::vec(any::<u8>(), 80),
    ) {
        let (mut reassembler, mut budget, mut log) = (Reassembler::default(), Budget::default(), Log::default());
        reassembler.push(Segment { syn: true, ..plain(isn, b"", 0) }, &mut budget, &mut log);
        reassembler.acknowledged(seq_of(isn, 0), moment(0), &mut budget, &mut log);
        let mut first: Vec<Option<u8>> = vec![None; stream.len()];
        for (frame, (&(start, end), &mask)) in segments.iter().zip(noise.iter().cycle()).enumerate() {
            let bytes: Vec<u8> = stream[start..end].iter().map(|byte| byte ^ mask).collect();
            for (place, &byte) in first[start..end].iter_mut().zip(&bytes) {
                place.get_or_insert(byte);
            }
            reassembler.push(plain(seq_of(isn, start), &bytes, frame), &mut budget, &mut log);
        }
        let expected: Vec<u8> = first.into_iter().flatten().collect();
        prop_assert_eq!(log.joined(), expected);
        prop_assert!(log.gaps.is_empty());
    }

    #[test]
    fn anything_at_all_stays_within_the_budget_and_comes_out_the_same_twice(
        packets in prop::collection::vec(
            (any::<u32>(), any::<u8>(), 0usize..2000, any::<u32>(), any::<u32>(), 0u8..8, 0i64..3_000_000_000),
            1..400,
        ),
    ) {
        let run = || {
            let (mut budget, mut log) = (Budget::new(20_000, 16_000), Log::default());
            let mut streams = [Reassembler::default(), Reassembler::default(), Reassembler::default()];
            // Each stream has a log of its own; only the first is compared.
            let mut others = [Log::default(), Log::default()];
            let mut ts_ns = 0;
            for (frame, &(seq, flags, len, ack, near, which, later)) in packets.iter().enumerate() {
                ts_ns += if which & 4 == 0 { 1000 } else { later };
                let index = usize::from(which) % 3;
                let sink = if index == 0 { &mut log } else { &mut others[index - 1] };
                let seq = if which & 1 == 0 { near % 50_000 } else { seq };
                let payload = vec![flags; len];
                let segment = Segment {
                    seq,
                    syn: flags & 15 == 2,
                    fin: flags & 31 == 1,
                    rst: flags & 15 == 4,
                    payload: &payload,
                    missing: if flags & 0x30 == 0x30 { near } else { 0 },
                    frame: frame as u64,
                    ts_ns,
                };
                let at = Moment { frame: frame as u64, ts_ns };
                streams[index].push(segment, &mut budget, sink);
                assert!(budget.used_bytes() <= 20_000);
                streams[index].acknowledged(if which & 2 == 0 { near % 60_000 } else { ack }, at, &mut budget, sink);
                assert!(budget.used_bytes() <= 20_000);
            }
            let at = Moment { frame: packets.len() as u64, ts_ns };
            for (index, stream) in streams.iter_mut().enumerate() {
                let sink = if index == 0 { &mut log } else { &mut others[index - 1] };
                stream.flush(at, &mut budget, sink);
            }
            assert_eq!(budget.used_bytes(), 0);
            assert!(budget.peak_bytes() <= 20_000);
            log
        };
        prop_assert_eq!(run(), run());
    }
}
