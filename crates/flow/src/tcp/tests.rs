use super::*;

const A: Side = Side::A;
const B: Side = Side::B;
const SYN: u8 = TcpFlags::SYN;
const ACK: u8 = TcpFlags::ACK;
const FIN: u8 = TcpFlags::FIN;
const RST: u8 = TcpFlags::RST;

/// Side, flags, sequence number, acknowledgement number, payload bytes.
type Row = (Side, u8, u32, u32, u32);
/// Name, packets, and what follows from them.
type Case = (&'static str, Vec<Row>, State, Option<Side>, Class);

fn packet((side, flags, seq, ack, payload_bytes): Row) -> TcpPacket {
    TcpPacket { side, seq, ack, window: 8192, window_scale: None, flags: TcpFlags(flags), payload_bytes }
}

fn run(rows: &[Row]) -> (TcpState, Vec<Step>) {
    let mut state = TcpState::default();
    let steps = rows.iter().map(|&row| state.packet(&packet(row))).collect();
    (state, steps)
}

#[test]
fn every_history_ends_in_its_state() {
    let shake: &[Row] = &[(A, SYN, 100, 0, 0), (B, SYN | ACK, 900, 101, 0), (A, ACK, 101, 901, 0)];
    let with = |rest: &[Row]| [shake, rest].concat();
    let table: Vec<Case> = vec![
        ("syn only", shake[..1].to_vec(), State::Syn, Some(A), Class::HalfOpen),
        ("syn sent twice", vec![shake[0], shake[0]], State::Syn, Some(A), Class::HalfOpen),
        ("answered, not confirmed", shake[..2].to_vec(), State::Syn, Some(A), Class::HalfOpen),
        ("handshake", shake.to_vec(), State::Established, Some(A), Class::Established),
        ("refused", vec![shake[0], (B, RST | ACK, 0, 101, 0)], State::Rejected, Some(A), Class::Closed),
        ("syn scan", vec![shake[0], shake[1], (A, RST, 101, 0, 0)], State::Reset, Some(A), Class::Closed),
        (
            "syn-ack lost",
            vec![shake[0], (A, ACK, 101, 901, 5), (B, ACK, 901, 106, 3)],
            State::Established,
            Some(A),
            Class::Established,
        ),
        ("syn lost", vec![shake[1], shake[2]], State::Established, Some(A), Class::Established),
        (
            "syn after the rest",
            vec![shake[1], shake[0], shake[2]],
            State::Established,
            Some(A),
            Class::Established,
        ),
        ("server only", vec![shake[1], (B, ACK, 901, 120, 30)], State::OneSided, Some(A), Class::Established),
        ("client only", vec![shake[0], (A, ACK, 101, 901, 9)], State::OneSided, Some(A), Class::Established),
        (
            "client only, ended",
            vec![shake[0], (A, ACK | FIN, 101, 901, 9)],
            State::OneSided,
            Some(A),
            Class::HalfOpen,
        ),
        (
            "midstream",
            vec![(B, ACK, 5, 7, 9), (A, ACK, 7, 14, 1)],
            State::Midstream,
            None,
            Class::Established,
        ),
        (
            "midstream, one side",
            vec![(B, ACK, 5, 7, 9), (B, ACK, 14, 7, 1)],
            State::OneSided,
            None,
            Class::Established,
        ),
        (
            "midstream, ended",
            vec![(B, ACK | FIN, 5, 7, 0), (A, ACK | FIN, 7, 6, 0)],
            State::Closed,
            None,
            Class::Closed,
        ),
        (
            "half closed",
            with(&[(A, ACK | FIN, 101, 901, 0)]),
            State::Established,
            Some(A),
            Class::Established,
        ),
        (
            "closed",
            with(&[(A, ACK | FIN, 101, 901, 0), (B, ACK | FIN, 901, 102, 0)]),
            State::Closed,
            Some(A),
            Class::Closed,
        ),
        ("reset", with(&[(B, RST, 901, 0, 0)]), State::Reset, Some(A), Class::Closed),
        (
            "reset after both ended",
            with(&[(A, ACK | FIN, 101, 901, 0), (B, ACK | FIN, 901, 102, 0), (A, RST, 102, 0, 0)]),
            State::Closed,
            Some(A),
            Class::Closed,
        ),
        (
            "simultaneous open",
            vec![
                shake[0],
                (B, SYN, 900, 0, 0),
                (A, SYN | ACK, 100, 901, 0),
                (B, SYN | ACK, 900, 101, 0),
                (A, ACK, 101, 901, 0),
            ],
            State::Established,
            Some(A),
            Class::Established,
        ),
        (
            "refused, then accepted",
            vec![shake[0], (B, RST | ACK, 0, 101, 0), shake[0], shake[1], shake[2]],
            State::Established,
            Some(A),
            Class::Established,
        ),
        (
            "data on the syn",
            vec![(A, SYN, 100, 0, 20), (B, SYN | ACK, 900, 121, 0), (A, ACK, 121, 901, 0)],
            State::Established,
            Some(A),
            Class::Established,
        ),
        (
            "wrong answer to a syn",
            vec![shake[0], (B, SYN | ACK, 900, 5000, 0)],
            State::Syn,
            Some(A),
            Class::HalfOpen,
        ),
        (
            "numbers wrap",
            vec![
                (A, SYN, u32::MAX, 0, 0),
                (B, SYN | ACK, u32::MAX, 0, 0),
                (A, ACK, 0, 0, 4),
                (B, ACK, 0, 4, 0),
            ],
            State::Established,
            Some(A),
            Class::Established,
        ),
    ];
    for (name, rows, state, opener, class) in table {
        let (tcp, _) = run(&rows);
        assert_eq!((tcp.state(), tcp.opener(), tcp.class()), (state, opener, class), "{name}");
    }
}

#[test]
fn a_reset_outside_the_window_is_ignored() {
    let mut rows =
        vec![(A, SYN, 100, 0, 0), (B, SYN | ACK, 900, 101, 0), (A, ACK, 101, 901, 0), (B, ACK, 901, 101, 0)];
    for seq in [50_000, 0, 900, 901 + 8193] {
        let (mut tcp, _) = run(&rows);
        assert_eq!(tcp.packet(&packet((B, RST, seq, 0, 0))), Step::IgnoredReset, "{seq}");
        assert_eq!(tcp.state(), State::Established);
    }
    rows.push((B, RST, 901 + 8192, 0, 0));
    assert_eq!(run(&rows).0.state(), State::Reset);
}

#[test]
fn a_reset_that_does_not_acknowledge_the_syn_is_ignored() {
    let (tcp, steps) = run(&[(A, SYN, 100, 0, 0), (B, RST | ACK, 0, 77, 0)]);
    assert_eq!((steps[1], tcp.state()), (Step::IgnoredReset, State::Syn));
}

#[test]
fn the_window_scale_of_the_syn_counts_for_resets() {
    let mut tcp = TcpState::default();
    for row in [(A, SYN, 100, 0, 0), (B, SYN | ACK, 900, 101, 0), (A, ACK, 101, 901, 0)] {
        tcp.packet(&TcpPacket { window_scale: (row.1 & SYN != 0).then_some(4), ..packet(row) });
    }
    let far = packet((B, RST, 901 + 100_000, 0, 0));
    assert_eq!(tcp.clone().packet(&far), Step::Same);
}

#[test]
fn a_syn_after_the_end_opens_another_connection() {
    let closed: Vec<Row> = vec![
        (A, SYN, 100, 0, 0),
        (B, SYN | ACK, 900, 101, 0),
        (A, ACK | FIN, 101, 901, 0),
        (B, ACK | FIN, 901, 102, 0),
        (A, SYN, 70_000, 0, 0),
        (B, SYN | ACK, 80_000, 70_001, 0),
        (A, ACK, 70_001, 80_001, 0),
    ];
    let (tcp, steps) = run(&closed);
    assert_eq!(steps[4], Step::NewConnection(State::Closed));
    assert_eq!(tcp.state(), State::Established);
    assert_eq!((tcp.stream_start(A), tcp.stream_start(B)), (Some(70_001), Some(80_001)));
}

#[test]
fn a_syn_amid_a_connection_counts_once_it_is_answered() {
    let open: Vec<Row> =
        vec![(A, SYN, 100, 0, 0), (B, SYN | ACK, 900, 101, 0), (A, ACK, 101, 901, 5), (B, ACK, 901, 106, 5)];
    let (mut tcp, _) = run(&open);
    assert_eq!(tcp.packet(&packet((A, SYN, 70_000, 0, 0))), Step::Same);
    assert_eq!(tcp.state(), State::Established);
    let mut forged = tcp;
    assert_eq!(forged.packet(&packet((A, ACK, 106, 906, 5))), Step::Same);
    assert_eq!(forged.packet(&packet((A, ACK, 70_001, 906, 5))), Step::Same);
    assert_eq!(forged.stream_start(A), Some(101));

    assert_eq!(tcp.packet(&packet((B, SYN | ACK, 4000, 70_001, 0))), Step::NewConnection(State::Established));
    assert_eq!(tcp.packet(&packet((A, ACK, 70_001, 4001, 0))), Step::Same);
    assert_eq!((tcp.state(), tcp.opener()), (State::Established, Some(A)));
    assert_eq!((tcp.stream_start(A), tcp.stream_start(B)), (Some(70_001), Some(4001)));
}

#[test]
fn an_unanswered_syn_with_data_and_another_are_two_connections() {
    let (_, steps) = run(&[(A, SYN, 100, 0, 23), (A, SYN, 123, 0, 23), (A, SYN, 123, 0, 23)]);
    assert_eq!(steps, [Step::Same, Step::NewConnection(State::Syn), Step::RepeatedSyn]);
    assert_eq!(run(&[(A, SYN, 100, 0, 0), (A, SYN, 123, 0, 0)]).1, [Step::Same, Step::Same]);
}

#[test]
fn a_repeated_syn_is_not_a_new_connection() {
    let (tcp, steps) = run(&[
        (A, SYN, 100, 0, 0),
        (B, SYN | ACK, 900, 101, 0),
        (A, ACK, 101, 901, 5),
        (A, SYN, 100, 0, 0),
        (B, SYN | ACK, 900, 101, 0),
    ]);
    assert_eq!(&steps[3..], &[Step::RepeatedSyn, Step::RepeatedSyn]);
    assert_eq!(tcp.state(), State::Established);
}

#[test]
fn the_state_is_small() {
    assert!(size_of::<TcpState>() <= 48, "{}", size_of::<TcpState>());
}
