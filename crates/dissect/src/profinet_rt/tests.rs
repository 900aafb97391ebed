use super::*;
use crate::testing::{Log, Piece, check_datagrams, client, server};

/// Destination and source of an alarm, kind, flags, numbers, then the body.
fn rta(id: u16, kind: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = id.to_be_bytes().to_vec();
    bytes.extend_from_slice(&[0, 1, 0, 2, 0x10 | kind, 0x11, 0xff, 0xff, 0xff, 0xfe]);
    bytes.extend_from_slice(&u16::try_from(body.len()).unwrap().to_be_bytes());
    bytes.extend_from_slice(body);
    bytes.resize(bytes.len().max(46), 0);
    bytes
}

/// Forty bytes of data and the status.
fn cyclic(id: u16, counter: u16, status: u8, transfer: u8) -> Vec<u8> {
    let mut bytes = id.to_be_bytes().to_vec();
    bytes.extend_from_slice(&[0x80; 40]);
    bytes.extend_from_slice(&counter.to_be_bytes());
    bytes.extend_from_slice(&[status, transfer]);
    bytes
}

fn run(pieces: &[(bool, Vec<u8>)]) -> Log {
    let pieces: Vec<Piece<'_>> =
        pieces.iter().map(|(away, data)| if *away { client(data) } else { server(data) }).collect();
    check_datagrams(&DISSECTOR, Transport::Link, 0, &pieces)
}

fn head(message: &str) -> &str {
    message.split(" {").next().unwrap()
}

#[test]
fn cyclic_data_shows_its_status() {
    let log = run(&[(true, cyclic(0x8000, 1024, 0x35, 0))]);
    let expected = format!(
        "profinet_rt event rt_class_1 code=- other Event [] [] [] {{frame_id=32768 cycle_counter=1024 \
         data_status=53 primary=true data_valid=true provider_run=true station_problem=false transfer_status=0 \
         data_length=40 data=0x{}}}",
        "80".repeat(40)
    );
    assert_eq!(log.messages, [expected]);
}

#[test]
fn every_class_has_its_name() {
    for (id, name) in [
        (0x0100, "rt_class_3"),
        (0x0700, "rt_class_3_redundant"),
        (0xbbff, "rt_class_1"),
        (0xbc00, "rt_class_1_multicast"),
        (0xc000, "rt_class_1"),
        (0xf800, "rt_class_1_multicast"),
        (0xff80, "fragment"),
        (0x1000, "unknown_0x1000"),
    ] {
        let log = run(&[(true, cyclic(id, 1, 0x35, 0))]);
        assert!(
            head(&log.messages[0]).starts_with(&format!("profinet_rt event {name} ")),
            "{}",
            log.messages[0]
        );
    }
    let frame = cyclic(0xc000, 1, 0x35, 0);
    let log = check_datagrams(&DISSECTOR, Transport::Udp, 34_962, &[client(&frame)]);
    assert!(log.messages[0].starts_with("profinet_rt event rt_class_udp "), "{}", log.messages[0]);
    // Discovery and clock belong to others.
    for id in [0xfefeu16, 0xff40, 0x0080] {
        assert!(run(&[(true, cyclic(id, 1, 0x35, 0))]).messages.is_empty());
    }
}

#[test]
fn stops_and_damage_stand_out() {
    let log = run(&[
        (true, cyclic(0x8000, 5000, 0x35, 0)),
        (true, cyclic(0x8000, 5000, 0x35, 0)),
        (true, cyclic(0x8000, 4000, 0x35, 0)),
        (true, cyclic(0x8000, 6000, 0x25, 0)),
        (true, cyclic(0x8000, 7000, 0x31, 0)),
        (true, cyclic(0x8000, 8000, 0x7d, 3)),
    ]);
    let heads: Vec<_> = log.messages.iter().map(|message| head(message)).collect();
    assert_eq!(
        heads,
        [
            "profinet_rt event rt_class_1 code=- other Event [] [] []",
            "profinet_rt event rt_class_1 code=- other Event [] [] []",
            "profinet_rt event rt_class_1 code=- other Event [] [] [\"bad_sequence\"]",
            "profinet_rt event rt_class_1 code=- other Event [] [provider_stopped] []",
            "profinet_rt event rt_class_1 code=- other Event [] [data_invalid] []",
            "profinet_rt event rt_class_1 code=- other Event [] [] [\"bad_value\", \"reserved_bits\"]",
        ]
    );
    let log = run(&[(true, vec![0x80, 0, 1, 2])]);
    assert!(log.messages[0].contains("bad_length"), "{}", log.messages[0]);
}

/// A diagnosis of slot 3: line break on channel 0.
const NOTIFICATION: &[u8] = &[
    0, 2, 0, 36, 1, 0, 0, 1, 0, 0, 0, 0, 0, 3, 0, 1, 0, 0, 0, 0x22, 0, 0, 0, 0x10, 0xa8, 5, 0x80, 0x02, 0, 0,
    0x08, 0, 0, 6, 0x80, 0, 0, 0, 0, 9,
];

#[test]
fn alarms_say_what_and_where() {
    let acknowledged = [0x80, 2, 0, 18, 1, 0, 0, 1, 0, 0, 0, 0, 0, 3, 0, 1, 0xa8, 5, 0, 0, 0, 0];
    let refused = [0x80, 2, 0, 18, 1, 0, 0, 1, 0, 0, 0, 0, 0, 3, 0, 1, 0xa8, 5, 0xda, 0x81, 60, 1];
    let log = run(&[
        (false, rta(0xfe01, 1, NOTIFICATION)),
        (true, rta(0xfe01, 3, &[])),
        (true, rta(0xfe01, 1, &acknowledged)),
        (true, rta(0xfe01, 1, &refused)),
        (true, rta(0xfc01, 4, &[0xcf, 0x81, 0xfd, 5])),
        (true, rta(0xfe02, 5, &[1, 2, 3])),
    ]);
    let heads: Vec<_> = log.messages.iter().map(|message| head(message)).collect();
    assert_eq!(
        heads,
        [
            "profinet_rt event alarm_low code=1 alarm Event [slot 3 subslot 1] [diagnosis] []",
            "profinet_rt control alarm_low code=- session Event [] [] []",
            "profinet_rt response alarm_low code=1 alarm Ok [slot 3 subslot 1] [diagnosis] []",
            "profinet_rt response alarm_low code=1 alarm Error(\"alarm_ack_error\") [slot 3 subslot 1] [diagnosis] []",
            "profinet_rt control alarm_high code=- alarm Error(\"ar_consumer_watchdog_expired\") [] [] []",
            "profinet_rt control rsi code=- session Event [] [] []",
        ]
    );
    assert!(
        log.messages[0].contains(
            "pdu_type=1(data) window_size=1 tack=true send_sequence=65535 ack_sequence=65534 block_type=2 \
             alarm_type=1(diagnosis) api=0 slot=3 subslot=1 module_ident_number=34 submodule_ident_number=16 \
             alarm_sequence=5 channel_diagnosis=true submodule_diagnosis_state=true ar_diagnosis_state=true \
             user_structure_identifier=32770 diagnoses=[{channel_number=0 channel_properties=2048(appears) \
             channel_error_type=6(line_break) ext_channel_error_type=32768 ext_channel_add_value=9}]"
        ),
        "{}",
        log.messages[0]
    );
    let log = run(&[(true, rta(0xfe01, 1, &[0, 2, 0, 90, 1, 0, 0, 1]))]);
    assert!(log.messages[0].contains("alarm_low"), "{}", log.messages[0]);
    let log = run(&[(true, rta(0xfe01, 9, &[]))]);
    assert!(log.messages[0].contains("unknown_function"), "{}", log.messages[0]);
    let mut long = rta(0xfe01, 1, NOTIFICATION);
    long[13] = 0xff;
    assert!(run(&[(true, long)]).messages[0].contains("bad_length"));
}

#[test]
fn only_real_time_frames_are_claimed() {
    let look = |transport, ethertype, port, data: &[u8]| {
        probe(&Probe {
            data,
            transport,
            src_port: port,
            dst_port: port,
            from_client: None,
            ethertype,
            llc: None,
            link: 1,
            ip_protocol: 0,
            dst_mac: sightglass_wire::Mac([2, 0, 0, 0, 0, 9]),
            missing: 0,
        })
    };
    let data = cyclic(0x8000, 1, 0x35, 0);
    let udp = cyclic(0xc000, 1, 0x35, 0);
    assert_eq!(look(Transport::Link, ETHERTYPE, 0, &data), Verdict::Sure);
    assert_eq!(look(Transport::Link, ETHERTYPE, 0, &rta(0xfe01, 1, NOTIFICATION)), Verdict::Sure);
    assert_eq!(look(Transport::Link, ETHERTYPE, 0, &cyclic(0x8000, 1, 0x35, 9)), Verdict::Likely);
    assert_eq!(look(Transport::Link, 0x0800, 0, &data), Verdict::No);
    assert_eq!(look(Transport::Link, ETHERTYPE, 0, &cyclic(0xfefe, 1, 0x35, 0)), Verdict::No);
    assert_eq!(look(Transport::Link, ETHERTYPE, 0, &cyclic(0xff40, 1, 0x35, 0)), Verdict::No);
    assert_eq!(look(Transport::Link, ETHERTYPE, 0, &cyclic(0xfe01, 1, 0x35, 0)), Verdict::Likely);
    assert_eq!(look(Transport::Link, ETHERTYPE, 0, &cyclic(0x1000, 1, 0x35, 0)), Verdict::Likely);
    assert_eq!(look(Transport::Udp, 0, 34_962, &cyclic(0xfe01, 1, 0x35, 0)), Verdict::No);
    assert_eq!(look(Transport::Udp, 0, 34_962, &udp), Verdict::Sure);
    assert_eq!(look(Transport::Udp, 0, 40_000, &udp), Verdict::No);
    assert_eq!(look(Transport::Udp, 0, 34_962, &data), Verdict::No);
}

proptest::proptest! {
    /// Any bytes behind any frame id are decoded or marked; nothing panics.
    #[test]
    fn noise_never_panics(
        id in proptest::prelude::any::<u16>(),
        kind in 0u8..16,
        noise in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..90),
    ) {
        let mut plain = id.to_be_bytes().to_vec();
        plain.extend_from_slice(&noise);
        let alarm = rta(0xfe01, kind, &[&[0, 2, 0, 60, 1, 0][..], &noise].concat());
        let pieces = [client(&plain), server(&alarm)];
        crate::testing::datagrams(&DISSECTOR, Transport::Link, 0, &pieces);
    }
}
