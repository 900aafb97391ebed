#![expect(clippy::arithmetic_side_effects, reason = "small numbers of test tables")]

use super::*;

#[derive(Debug, PartialEq, Eq, Clone)]
enum Event {
    Data(Vec<u8>, u64),
    Gap(u64, GapCause),
    Overlap(bool, u64),
    Late(Vec<u8>, i64, bool),
    Again(u64),
    Rival(Vec<u8>),
    End,
}
use Event::{Again, Data, End, Overlap as Over};

#[derive(Default)]
struct Log {
    events: Vec<Event>,
    infos: Vec<DataInfo>,
    /// Takes segments that contradict the stream when they begin with this byte.
    wanted: Option<u8>,
}

impl Deliver for Log {
    fn data(&mut self, bytes: &[u8], info: DataInfo) {
        self.events.push(Data(bytes.to_vec(), info.offset));
        self.infos.push(info);
    }
    fn gap(&mut self, gap: Gap) {
        self.events.push(Event::Gap(gap.missing, gap.cause));
    }
    fn late(&mut self, bytes: &[u8], info: LateInfo) {
        self.events.push(Event::Late(bytes.to_vec(), info.offset, info.starts_segment));
    }
    fn rival(&mut self, segment: &[u8], _info: DataInfo) -> bool {
        let takes = self.wanted.is_some() && segment.first() == self.wanted.as_ref();
        if takes {
            self.events.push(Event::Rival(segment.to_vec()));
        }
        takes
    }
    fn overlap(&mut self, overlap: Overlap) {
        self.events.push(Over(overlap.differs, overlap.bytes));
    }
    fn retransmission(&mut self, retransmission: Retransmission) {
        self.events.push(Again(retransmission.bytes));
    }
    fn end(&mut self, _at: Moment) {
        self.events.push(End);
    }
}

/// A stream under test; frames count from 1, a millisecond apart.
#[derive(Default)]
struct Stream {
    reassembler: Reassembler,
    budget: Budget,
    log: Log,
    frame: u64,
}

impl Stream {
    fn at(&mut self) -> Moment {
        self.frame += 1;
        Moment { frame: self.frame, ts_ns: i64::try_from(self.frame).unwrap() * 1_000_000 }
    }

    fn send(&mut self, change: impl FnOnce(&mut Segment<'_>), seq: u32, payload: &[u8]) -> &mut Self {
        let at = self.at();
        let mut segment = Segment {
            seq,
            syn: false,
            fin: false,
            rst: false,
            payload,
            missing: 0,
            frame: at.frame,
            ts_ns: at.ts_ns,
        };
        change(&mut segment);
        self.reassembler.push(segment, &mut self.budget, &mut self.log);
        self
    }

    fn data(&mut self, seq: u32, payload: &[u8]) -> &mut Self {
        self.send(|_| (), seq, payload)
    }

    fn syn(&mut self, seq: u32, payload: &[u8]) -> &mut Self {
        self.send(|segment| segment.syn = true, seq, payload)
    }

    fn fin(&mut self, seq: u32, payload: &[u8]) -> &mut Self {
        self.send(|segment| segment.fin = true, seq, payload)
    }

    fn cut(&mut self, seq: u32, payload: &[u8], missing: u32) -> &mut Self {
        self.send(|segment| segment.missing = missing, seq, payload)
    }

    fn acked(&mut self, ack: u32) -> &mut Self {
        let at = self.at();
        self.reassembler.acknowledged(ack, at, &mut self.budget, &mut self.log);
        self
    }

    fn wait_ms(&mut self, ms: u64) -> &mut Self {
        self.frame += ms;
        self
    }

    fn flush(&mut self) -> &mut Self {
        let at = self.at();
        self.reassembler.flush(at, &mut self.budget, &mut self.log);
        assert_eq!(self.budget.used_bytes(), 0, "flush gives everything back");
        self
    }

    #[track_caller]
    fn gives(&mut self, events: &[Event]) -> &mut Self {
        assert_eq!(std::mem::take(&mut self.log.events), events);
        self
    }
}

fn data(text: &str, offset: u64) -> Event {
    Data(text.as_bytes().to_vec(), offset)
}

fn gap(missing: u64, cause: GapCause) -> Event {
    Event::Gap(missing, cause)
}

#[test]
fn segments_in_turn_pass_straight_through() {
    let mut stream = Stream::default();
    stream.syn(99, b"").data(100, b"abc").data(103, b"de").fin(105, b"");
    stream.gives(&[data("abc", 0), data("de", 3), End]);
    assert!(stream.log.infos.iter().all(|info| info.starts_segment && !info.filled));
}

#[test]
fn a_swapped_pair_comes_out_in_order_when_the_hole_is_filled() {
    let mut stream = Stream::default();
    stream.syn(99, b"").data(103, b"de").gives(&[]).data(100, b"abc").gives(&[data("abc", 0), data("de", 3)]);
    let late = stream.log.infos[1];
    assert_eq!((late.first_frame, late.frame, late.filled, late.starts_segment), (2, 3, true, true));
    assert_eq!(stream.budget.used_bytes(), 0);
}

#[test]
fn repeated_bytes_bring_nothing() {
    let mut stream = Stream::default();
    stream.data(10, b"abc").data(13, b"def").data(10, b"abc").data(10, b"abcdef").data(11, b"bc");
    stream.gives(&[data("abc", 0), data("def", 3), Again(3), Again(6), Again(2)]);
}

#[test]
fn a_repetition_with_other_content_is_told_and_loses() {
    let mut stream = Stream::default();
    stream.data(10, b"abc").data(13, b"def").data(10, b"aXc").data(10, b"abcdXfg");
    stream.gives(&[data("abc", 0), data("def", 3), Over(true, 3), Over(true, 6), data("g", 6)]);
    assert!(!stream.log.infos[2].starts_segment);
}

#[test]
fn a_repetition_with_other_content_is_told_while_the_first_waits() {
    let mut stream = Stream::default();
    stream.syn(9, b"").data(12, b"cd").data(11, b"bXd").data(10, b"a").data(14, b"e");
    stream.gives(&[Over(true, 2), data("a", 0), data("b", 1), data("cd", 2), data("e", 4)]);
}

#[test]
fn a_partial_overlap_delivers_the_new_part_only() {
    let mut stream = Stream::default();
    stream.data(10, b"abcd").data(12, b"cdef").gives(&[data("abcd", 0), Over(false, 2), data("ef", 4)]);
}

#[test]
fn a_segment_across_waiting_ones_fills_around_them() {
    let mut stream = Stream::default();
    stream.syn(9, b"").data(12, b"c").data(14, b"e").gives(&[]);
    stream.data(10, b"abcdefg");
    stream.gives(&[Over(false, 2), data("ab", 0), data("c", 2), data("d", 3), data("e", 4), data("fg", 5)]);
}

#[test]
fn keep_alives_and_bare_acknowledgements_are_silent() {
    let mut stream = Stream::default();
    stream.data(9, b"").data(10, b"abc").data(12, b"\0").data(12, b"").data(13, b"").data(13, b"d");
    stream.gives(&[data("abc", 0), data("d", 3)]);
}

#[test]
fn a_zero_window_probe_is_the_first_byte_of_what_follows() {
    let mut stream = Stream::default();
    stream.data(10, b"abc").data(13, b"d").data(13, b"def");
    stream.gives(&[data("abc", 0), data("d", 3), Over(false, 1), data("ef", 4)]);
}

#[test]
fn sequence_numbers_wrap() {
    let mut stream = Stream::default();
    stream.syn(u32::MAX - 2, b"").data(2, b"ef").data(u32::MAX - 1, b"abcd").data(u32::MAX - 1, b"abcd");
    stream.gives(&[data("abcd", 0), data("ef", 4), Again(4)]);
}

#[test]
fn data_on_the_syn_counts_once() {
    let mut stream = Stream::default();
    stream.syn(99, b"abc").syn(99, b"abc").data(103, b"d").gives(&[data("abc", 0), Again(3), data("d", 3)]);
}

#[test]
fn a_second_attempt_moves_the_start() {
    let mut stream = Stream::default();
    stream.syn(99, b"").syn(5000, b"").data(5001, b"abc").gives(&[data("abc", 0)]);
}

#[test]
fn bytes_acknowledged_but_not_captured_are_a_gap() {
    let mut stream = Stream::default();
    stream.syn(99, b"").data(100, b"ab").data(105, b"fg").gives(&[data("ab", 0)]);
    stream.acked(104).gives(&[]).acked(107).gives(&[gap(3, GapCause::Acknowledged), data("fg", 5)]);
    assert!(stream.log.infos[1].starts_segment && stream.log.infos[1].filled);
}

fn late(text: &str, offset: i64, starts_segment: bool) -> Event {
    Event::Late(text.as_bytes().to_vec(), offset, starts_segment)
}

#[test]
fn bytes_that_come_after_their_hole_was_given_up_are_late() {
    let mut stream = Stream::default();
    stream.syn(99, b"").data(100, b"ab").acked(109).data(109, b"j");
    stream.gives(&[data("ab", 0), gap(7, GapCause::Acknowledged), data("j", 9)]);
    stream.data(105, b"fg").gives(&[late("fg", 5, true)]).data(105, b"fg").gives(&[Again(2)]);
    stream.data(105, b"xg").gives(&[Over(true, 2)]);
    stream.data(101, b"bcdefgh").gives(&[late("cde", 2, false), late("h", 7, false), Over(false, 3)]);
    stream.data(108, b"ijk").gives(&[late("i", 8, true), Over(false, 1), data("k", 10)]);
    assert_eq!(stream.budget.counters().late_bytes, 7);
}

#[test]
fn bytes_before_a_start_midway_are_late() {
    let mut stream = Stream::default();
    stream.data(100, b"cd").data(98, b"ab").data(98, b"ab").gives(&[
        data("cd", 0),
        late("ab", -2, true),
        Again(2),
    ]);
    stream.data(99, b"bcde").gives(&[Over(false, 3), data("e", 2)]);
}

#[test]
fn given_up_holes_are_forgotten_in_the_end() {
    let mut stream = Stream::default();
    stream.syn(99, b"");
    for n in 0..100 {
        stream.acked(101 + 2 * n).data(101 + 2 * n, b"x");
    }
    stream.log.events.clear();
    stream.data(100, b"y").gives(&[Again(1)]).data(298, b"y").gives(&[late("y", 198, true)]);
    stream.flush();
    assert_eq!(
        format!("{:?}", stream.budget).split("lost_ranges: ").nth(1).map(|rest| &rest[..1]),
        Some("0")
    );
}

#[test]
fn after_an_acknowledged_loss_the_next_segment_is_delivered_at_once() {
    let mut stream = Stream::default();
    stream
        .syn(99, b"")
        .acked(110)
        .data(110, b"next")
        .gives(&[gap(10, GapCause::Acknowledged), data("next", 10)]);
    assert!(!stream.log.infos[0].filled);
}

#[test]
fn an_early_acknowledgement_does_not_harm() {
    let mut stream = Stream::default();
    stream.syn(99, b"").acked(103).data(100, b"abc").data(103, b"d").gives(&[data("abc", 0), data("d", 3)]);
}

#[test]
fn a_loss_is_given_up_after_sixteen_later_segments_when_nobody_acknowledges() {
    let mut stream = Stream::default();
    stream.syn(99, b"");
    for n in 0..15 {
        stream.data(110 + n, b"x").gives(&[]);
    }
    stream.data(125, b"x");
    assert_eq!(stream.log.events.len(), 17);
    assert_eq!(stream.log.events[0], gap(10, GapCause::Overdue));
}

#[test]
fn a_loss_is_given_up_after_two_seconds() {
    let mut stream = Stream::default();
    stream.syn(99, b"").acked(100).data(101, b"b").wait_ms(1990).data(102, b"c").gives(&[]);
    stream.wait_ms(10).data(103, b"d");
    stream.gives(&[gap(1, GapCause::Overdue), data("b", 1), data("c", 2), data("d", 3)]);
}

#[test]
fn a_forged_segment_far_ahead_does_not_move_the_stream() {
    let mut stream = Stream::default();
    stream.syn(99, b"").acked(100).data(100_000, b"forged");
    for n in 0..400 {
        stream.data(100 + n, b"x");
        stream.acked(101 + n);
    }
    assert_eq!(stream.log.events.len(), 400);
    assert!(stream.log.events.iter().all(|event| matches!(event, Data(bytes, _) if bytes == b"x")));
    stream.wait_ms(70_000).data(500, b"y").data(501, b"z");
    assert_eq!(stream.budget.counters().abandoned, 1);
    assert!(!stream.reassembler.is_waiting());
}

#[test]
fn bytes_cut_by_the_capture_are_a_gap_of_known_size() {
    let mut stream = Stream::default();
    stream.data(10, b"x").cut(11, b"ab", 3).data(16, b"c");
    stream.gives(&[data("x", 0), data("ab", 1), gap(3, GapCause::Cut), data("c", 6)]);
    stream.cut(20, b"e", 1).gives(&[]).data(17, b"ddd");
    stream.gives(&[data("ddd", 7), data("e", 10), gap(1, GapCause::Cut)]);
    stream.cut(22, b"", 5).data(27, b"f").gives(&[gap(5, GapCause::Cut), data("f", 17)]);
}

#[test]
fn the_end_waits_for_the_bytes_before_it() {
    let mut stream = Stream::default();
    stream.syn(9, b"").fin(12, b"c").gives(&[]).data(10, b"ab").gives(&[data("ab", 0), data("c", 2), End]);
    stream.data(13, b"late").data(10, b"ab").gives(&[Again(2)]).flush().gives(&[]);
    assert_eq!(stream.budget.counters().outside, 1);
}

#[test]
fn an_end_behind_an_acknowledged_loss_comes() {
    let mut stream = Stream::default();
    stream.syn(9, b"").data(10, b"a").fin(15, b"").gives(&[data("a", 0)]);
    stream.acked(16).gives(&[gap(4, GapCause::Acknowledged), End]);
}

#[test]
fn flush_delivers_what_waits_with_the_gaps() {
    let mut stream = Stream::default();
    stream.syn(9, b"").data(11, b"b").data(13, b"d").flush();
    stream.gives(&[gap(1, GapCause::End), data("b", 1), gap(1, GapCause::End), data("d", 3), End]);
    let mut lost_tail = Stream::default();
    lost_tail.syn(9, b"").acked(15).flush().gives(&[gap(5, GapCause::End), End]);
    let mut lost_fin = Stream::default();
    lost_fin.data(9, b"a").acked(11).flush().gives(&[data("a", 0), End]);
    Stream::default().flush().gives(&[End]);
}

#[test]
fn resets_carry_no_stream() {
    let mut stream = Stream::default();
    stream.data(10, b"a").send(|segment| segment.rst = true, 11, b"go away").data(11, b"b");
    stream.gives(&[data("a", 0), data("b", 1)]);
}

#[test]
fn a_stream_that_goes_on_elsewhere_is_found_again() {
    let mut stream = Stream::default();
    let far = 1u32 << 31;
    stream.data(10, b"ab").data(far, b"x").data(far + 1, b"y").data(far + 2, b"z").gives(&[data("ab", 0)]);
    stream
        .data(far + 3, b"!")
        .gives(&[gap(0, GapCause::Jump), data("!", 2)])
        .data(far + 4, b"?")
        .gives(&[data("?", 3)]);
    assert_eq!(stream.budget.counters().outside, 3);
}

#[test]
fn scattered_strays_do_not_move_the_stream() {
    let mut stream = Stream::default();
    let far = 1u32 << 31;
    stream.data(10, b"a");
    for n in 0..50 {
        stream.data(far + n, b"x").data(11 + n, b"a");
    }
    assert!(stream.log.events.iter().all(|event| matches!(event, Data(bytes, _) if bytes == b"a")));
}

#[test]
fn without_budget_the_hole_is_given_up() {
    let mut stream = Stream { budget: Budget::new(200, 400), ..Stream::default() };
    stream.syn(9, b"").acked(10).data(20, &[1; 100]).gives(&[]);
    stream.data(200, &[2; 100]);
    stream.gives(&[gap(10, GapCause::Budget), Data(vec![1; 100], 10)]);
    assert!(stream.reassembler.is_waiting());
    stream.data(1000, &[3; 150]);
    stream.gives(&[
        gap(80, GapCause::Budget),
        Data(vec![2; 100], 190),
        gap(700, GapCause::Budget),
        Data(vec![3; 150], 990),
    ]);
    assert_eq!(stream.budget.used_bytes(), 0);
    assert_eq!(stream.budget.counters().budget_gaps, 3);
}

#[test]
fn the_idle_state_is_small() {
    assert!(size_of::<Reassembler>() <= 128, "{}", size_of::<Reassembler>());
}

#[test]
fn a_segment_that_contradicts_the_stream_may_be_taken_whole() {
    // A forger made the first segment one byte longer; the true second one begins in its last byte.
    let begun = [Data(b"abc".to_vec(), 0), Over(false, 3), Data(b"x".to_vec(), 3), Over(true, 1)];
    let mut stream = Stream::default();
    stream.log.wanted = Some(b'd');
    stream.data(1, b"abc").data(1, b"abcx").data(4, b"def").data(7, b"ghi");
    let taken = [Event::Rival(b"def".to_vec()), Data(b"ghi".to_vec(), 6)];
    assert_eq!(stream.log.events, [&begun[..], &taken].concat());
    // Who does not want it gets what is behind.
    let mut stream = Stream::default();
    stream.data(1, b"abc").data(1, b"abcx").data(4, b"def");
    assert_eq!(stream.log.events, [&begun[..], &[Data(b"ef".to_vec(), 4)]].concat());
    // The same byte is no contradiction.
    let mut stream = Stream::default();
    stream.log.wanted = Some(b'd');
    stream.data(1, b"abc").data(4, b"d").data(4, b"def");
    let same = [Data(b"abc".to_vec(), 0), Data(b"d".to_vec(), 3), Over(false, 1), Data(b"ef".to_vec(), 4)];
    assert_eq!(stream.log.events, same);
}
