use super::*;
use crate::testing::{check_datagrams, check_stream, client, probe as look, server};

/// A frame of this type for id code 7 at second 1, with its checksum.
fn frame(kind: u8, content: &[u8]) -> Vec<u8> {
    let size = u16::try_from(content.len() + 16).unwrap().to_be_bytes();
    let mut bytes = vec![0xaa, kind << 4 | 1, size[0], size[1], 0, 7, 0, 0, 0, 1, 0x0f, 0, 0, 2];
    bytes.extend(content);
    bytes.extend(crc16::ccitt(&bytes).to_be_bytes());
    bytes
}

fn name(text: &str) -> Vec<u8> {
    format!("{text:16}").into_bytes()
}

/// One unit with one phasor, one analog and one digital word, in this format.
fn configuration(format: u8) -> Vec<u8> {
    let mut content = vec![0, 0x0f, 0x42, 0x40, 0, 1];
    content.extend(name("STATION A"));
    content.extend([0, 7, 0, format, 0, 1, 0, 1, 0, 1]);
    content.extend(name("VA"));
    content.extend(name("MW"));
    for _ in 0..16 {
        content.extend(name("BRK"));
    }
    // A volt for each step.
    content.extend([0, 0x01, 0x86, 0xa0, 0, 0, 0, 1, 0, 0, 0xff, 0xff, 0, 1, 0, 3, 0, 25]);
    content
}

#[test]
fn a_unit_is_asked_started_and_measures() {
    let pieces = [
        frame(4, &[0, 5]),
        frame(3, &configuration(0x00)),
        frame(4, &[0, 2]),
        // Status, phasor 3 + 4i, 20 mHz above nominal, -1 hundredth per second, analog, digital.
        frame(0, &[0x20, 0, 0, 3, 0, 4, 0, 20, 0xff, 0xff, 0xff, 0xfe, 0, 5]),
    ];
    let log = check_stream(
        &DISSECTOR,
        4712,
        &[client(&pieces[0]), server(&pieces[1]), client(&pieces[2]), server(&pieces[3])],
    );
    assert_eq!(
        log.messages,
        [
            "synchrophasor request send_configuration_2 code=4 discovery Pending [idcode 7] [] [] {frame_type=4 \
             version=1 frame_size=18 idcode=7 soc=\"1970-01-01T00:00:01.000000000Z\" fraction=2 time_quality=15 \
             command=5}",
            "synchrophasor response configuration_2 code=3 discovery Ok [idcode 7] [] [] {frame_type=3 version=1 \
             frame_size=354 idcode=7 soc=\"1970-01-01T00:00:01.000000000Z\" fraction=2 time_quality=15 \
             time_base=1000000 data_rate=25 pmus=[{station_name=\"STATION A\" pmu_idcode=7 polar=false \
             float_phasors=false float_analogs=false float_frequency=false phasors=[{channel=\"VA\" \
             quantity=\"voltage\"}] analogs=[\"MW\"] digital_words=1 nominal_frequency=50 configuration_count=3}]}",
            "synchrophasor request turn_on_transmission code=4 control Pending [idcode 7] [] [] {frame_type=4 version=1 \
             frame_size=18 idcode=7 soc=\"1970-01-01T00:00:01.000000000Z\" fraction=2 time_quality=15 command=2}",
            "synchrophasor event data code=0 read Event [idcode 7] [] [] {frame_type=0 version=1 frame_size=30 idcode=7 \
             soc=\"1970-01-01T00:00:01.000000000Z\" fraction=2 time_quality=15 \
             measurements=[{station_name=\"STATION A\" stat=8192 data_error=0(good) not_synchronised=true \
             sorted_by_arrival=false trigger=false configuration_change=false phasors=[{channel=\"VA\" \
             magnitude=5 angle=0.9272952180016122}] frequency=50.02 rocof=-0.01 analogs=[{channel=\"MW\" value=-2}] \
             digitals=[5]}]}",
        ]
    );
    assert_eq!(log.observations, ["Sender [] name=\"STATION A\" synchrophasor 95"]);
    assert_eq!(log.values.len(), 5);
    assert_eq!(log.values[0], "synchrophasor [pmu 7] [VA] phasor_magnitude Float(5.0)");
}

#[test]
fn floats_and_polar_phasors_are_read() {
    let mut content = vec![0, 0];
    for value in [230.5f32, 1.25, 49.5, 0.5, 7.0] {
        content.extend(value.to_be_bytes());
    }
    content.extend([0, 1]);
    let pieces = [frame(3, &configuration(0x0f)), frame(0, &content)];
    let log = check_datagrams(&DISSECTOR, Transport::Udp, 4713, &[server(&pieces[0]), server(&pieces[1])]);
    assert!(log.messages[1].contains(
        "magnitude=230.5 angle=1.25}] frequency=49.5 rocof=0.5 analogs=[{channel=\"MW\" value=7}]"
    ));
}

#[test]
fn the_third_configuration_is_read() {
    let mut content = vec![0, 0, 0, 0x0f, 0x42, 0x40, 0, 1, 3, b'N', b'E', b'W', 0, 9];
    content.extend([0; 16]);
    content.extend([0, 0x0f, 0, 1, 0, 0, 0, 0, 2, b'I', b'A']);
    content.extend([0, 0, 0x08, 0, 0x3f, 0x80, 0, 0, 0, 0, 0, 0]);
    content.extend([0; 21]);
    content.extend([0, 0, 0, 1, 0, 60]);
    let bytes = frame(5, &content);
    let log = check_stream(&DISSECTOR, 4712, &[server(&bytes)]);
    assert!(
        log.messages[0].contains("configuration_3 code=5 discovery Event [idcode 7] [] [] {frame_type=5")
    );
    assert!(log.messages[0].contains("station_name=\"NEW\" pmu_idcode=9"));
    assert!(log.messages[0].contains("phasors=[{channel=\"IA\" quantity=\"current\"}]"));
}

#[test]
fn headers_commands_and_damage() {
    let header = frame(1, b"Unit of the north");
    let mut bad = frame(4, &[0, 1]);
    bad[15] ^= 1;
    let other = frame(4, &[0x02, 0]);
    let log = check_stream(&DISSECTOR, 4712, &[server(&header), client(&bad), client(&other)]);
    assert!(log.messages[0].contains("header=\"Unit of the north\""));
    assert!(log.messages[1].contains("[\"bad_checksum\"]"));
    assert!(log.messages[2].starts_with("synchrophasor request user_command code=4 control"));
    assert_eq!(log.observations, ["Sender [] description=\"Unit of the north\" synchrophasor 95"]);
}

#[test]
fn data_that_do_not_fit_their_configuration_are_marked() {
    let pieces = [frame(3, &configuration(0)), frame(0, &[0, 0, 1])];
    let log = check_stream(&DISSECTOR, 4712, &[server(&pieces[0]), server(&pieces[1])]);
    assert!(log.messages[1].contains("[\"bad_length\"]") && log.messages[1].contains("data=0x000001"));
    assert!(log.values.is_empty());
}

#[test]
fn the_checksum_decides_on_any_port() {
    let good = frame(4, &[0, 2]);
    let mut bad = good.clone();
    bad[17] ^= 0x40;
    for (transport, ports) in [(Transport::Tcp, [4712, 9000]), (Transport::Udp, [4713, 9000])] {
        for port in ports {
            assert_eq!(look(&DISSECTOR, transport, port, &good), Verdict::Sure);
            assert_eq!(look(&DISSECTOR, transport, port, &bad), Verdict::No);
            assert_eq!(look(&DISSECTOR, transport, port, b"\xaa\x55 other protocol"), Verdict::No);
        }
    }
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 4712, &good[..9]), Verdict::More);
}
