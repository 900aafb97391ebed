use super::*;
use crate::testing::{Log, Piece, check_datagrams, client, datagrams, probe, server};
use crate::{Transport, dcerpc};

/// A packet of version 4: kind, flags, byte order, interface, operation, fragment, body.
fn packet(kind: u8, flags: u8, little: bool, opnum: u16, fragment: u16, body: &[u8]) -> Vec<u8> {
    let two = |value: u16| if little { value.to_le_bytes() } else { value.to_be_bytes() };
    let four = |value: u32| if little { value.to_le_bytes() } else { value.to_be_bytes() };
    let uuid = |first: u32, rest: [u8; 8]| {
        let mut bytes = four(first).to_vec();
        bytes.extend_from_slice(&two(0x6c97));
        bytes.extend_from_slice(&two(0x11d1));
        bytes.extend_from_slice(&rest);
        bytes
    };
    let mut bytes = vec![4, kind, flags, 0, if little { 0x10 } else { 0 }, 0, 0, 0];
    // Instance 1 of device 0x0904 of vendor 0x002a.
    bytes.extend(uuid(0xdea0_0000, [0x82, 0x71, 0, 1, 9, 4, 0, 0x2a]));
    bytes.extend(uuid(0xdea0_0001, [0x82, 0x71, 0, 0xa0, 0x24, 0x42, 0xdf, 0x7d]));
    bytes.extend(uuid(7, [1; 8]));
    bytes.extend(four(0));
    bytes.extend(four(1));
    bytes.extend(four(5));
    bytes.extend(two(opnum));
    bytes.extend([0xff; 4]);
    bytes.extend(two(u16::try_from(body.len()).unwrap()));
    bytes.extend(two(fragment));
    bytes.extend([0, 0]);
    bytes.extend_from_slice(body);
    bytes
}

/// Head of a stub and its blocks.
fn stub(little: bool, first: u32, blocks: &[u8]) -> Vec<u8> {
    let length = u32::try_from(blocks.len()).unwrap();
    let mut bytes = Vec::new();
    for value in [first, length, length.max(400), 0, length] {
        bytes.extend(if little { value.to_le_bytes() } else { value.to_be_bytes() });
    }
    bytes.extend_from_slice(blocks);
    bytes
}

fn request(opnum: u16, blocks: &[u8]) -> (bool, Vec<u8>) {
    (true, packet(0, 0x20, false, opnum, 0, &stub(false, 400, blocks)))
}

fn response(opnum: u16, status: u32, blocks: &[u8]) -> (bool, Vec<u8>) {
    (false, packet(2, 0x0a, true, opnum, 0, &stub(true, status, blocks)))
}

fn block(kind: u16, body: &[u8]) -> Vec<u8> {
    let mut bytes = kind.to_be_bytes().to_vec();
    bytes.extend_from_slice(&u16::try_from(body.len() + 2).unwrap().to_be_bytes());
    bytes.extend_from_slice(&[1, 0]);
    bytes.extend_from_slice(body);
    bytes
}

/// Header block of a read or write of slot 2, subslot 1.
fn header(kind: u16, index: u16, length: u32, rest: &[u8]) -> Vec<u8> {
    let mut body = vec![0, 9];
    body.extend_from_slice(&[0xaa; 16]);
    body.extend_from_slice(&[0, 0, 0, 0, 0, 2, 0, 1, 0, 0]);
    body.extend_from_slice(&index.to_be_bytes());
    body.extend_from_slice(&length.to_be_bytes());
    body.extend_from_slice(rest);
    body.resize(58, 0);
    block(kind, &body)
}

fn run(pieces: &[(bool, Vec<u8>)]) -> Log {
    let pieces: Vec<Piece<'_>> =
        pieces.iter().map(|(away, data)| if *away { client(data) } else { server(data) }).collect();
    let mut log = check_datagrams(&dcerpc::DISSECTOR, Transport::Udp, 34_964, &pieces);
    log.messages.retain(|message| message.starts_with("profinet_cm"));
    log
}

fn heads(log: &Log) -> Vec<&str> {
    log.messages.iter().map(|message| message.split(" {").next().unwrap()).collect()
}

#[test]
fn a_connection_tells_both_ends() {
    let mut ar = vec![0, 1];
    ar.extend_from_slice(&[0xaa; 16]);
    ar.extend_from_slice(&[0, 1, 2, 0, 0, 0, 0, 1]);
    ar.extend_from_slice(&[0xde, 0xa0, 0, 0, 0x6c, 0x97, 0x11, 0xd1, 0x82, 0x71, 0, 1, 1, 0x0d, 0, 0x2a]);
    ar.extend_from_slice(&[0, 0, 0, 0x11, 2, 0x58, 0x88, 0x92, 0, 5]);
    ar.extend_from_slice(b"plc-1");
    let mut iocr =
        vec![0, 1, 0, 1, 0x88, 0x92, 0, 0, 0, 2, 0, 40, 0x80, 0, 0, 32, 0, 1, 0, 1, 0, 0, 0xff, 0xff];
    iocr.extend_from_slice(&[0xff, 0xff, 0, 3, 0, 3, 0xc0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
    iocr.extend_from_slice(&[0, 1, 0, 1, 0, 1, 0, 0, 0, 1, 0, 2, 0, 1, 0, 4]);
    let alarm = [0, 1, 0x88, 0x92, 0, 0, 0, 0, 0, 1, 0, 3, 0, 0, 0, 200, 0xc0, 0, 0xa0, 0];
    let expected = [
        0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0x22, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0x10, 0, 3, 0, 1, 0, 20, 1, 1, 0,
        2, 0, 6, 1, 1,
    ];
    let blocks = [
        block(names::AR_REQUEST, &ar),
        block(names::IOCR_REQUEST, &iocr),
        block(names::ALARM_CR_REQUEST, &alarm),
        block(names::EXPECTED_SUBMODULES, &expected),
    ]
    .concat();
    let mut answer = vec![0, 1];
    answer.extend_from_slice(&[0xaa; 16]);
    answer.extend_from_slice(&[0, 1, 2, 0, 0, 0, 0, 2, 0x88, 0x92]);
    let difference = [0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0x23, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0x10, 0x90, 0];
    let answers = [
        block(names::AR_RESPONSE, &answer),
        block(names::IOCR_RESPONSE, &[0, 1, 0, 1, 0x80, 0]),
        block(names::ALARM_CR_RESPONSE, &[0, 1, 0, 4, 0, 200]),
        block(names::MODULE_DIFFERENCE, &difference),
        block(names::AR_SERVER_RESPONSE, &[0, 4, b'i', b'o', b'-', b'2']),
    ]
    .concat();
    let log = run(&[request(0, &blocks), response(0, 0, &answers)]);
    assert_eq!(
        heads(&log),
        [
            "profinet_cm request connect code=0 session Pending [] [] []",
            "profinet_cm response connect code=0 session Ok [] [] []",
        ]
    );
    for expected in [
        "opnum=0 instance=1 device_id=2308 vendor_id=42 args_maximum=400",
        "cm_initiator_udp_port=34962 cm_initiator_station_name=\"plc-1\"}",
        "iocr_type=1(input) iocr_reference=1 lt=34962 iocr_properties=2(rt_class_2) data_length=40 frame_id=32768",
        "io_objects=[{kind=\"data\" api=0 slot=1 subslot=1 frame_offset=0} {kind=\"iocs\" api=0 slot=2 subslot=1 \
         frame_offset=4}]",
        "local_alarm_reference=0 max_alarm_data_length=200",
        "modules=[{api=0 slot=1 module_ident_number=34 subslot=1 submodule_ident_number=16 input_length=20 \
         output_length=6}]",
    ] {
        assert!(log.messages[0].contains(expected), "{expected}: {}", log.messages[0]);
    }
    for expected in [
        "pnio_status=0(ok)",
        "cm_responder_mac=\"02:00:00:00:00:02\" cm_responder_udp_port=34962",
        "module_state=1(wrong_module) submodules=[{subslot=1 submodule_ident_number=16 submodule_state=36864(wrong)}]",
        "cm_responder_station_name=\"io-2\"",
    ] {
        assert!(log.messages[1].contains(expected), "{expected}: {}", log.messages[1]);
    }
    assert_eq!(
        log.observations,
        [
            "Receiver [] vendor_id=\"0x002a\" profinet_cm 40",
            "Receiver [] device_id=\"0x0904\" profinet_cm 40",
            "Sender [] name=\"plc-1\" profinet_cm 85",
            "Sender [] vendor_id=\"0x002a\" profinet_cm 85",
            "Sender [] device_id=\"0x010d\" profinet_cm 85",
            "Sender [] role=\"io_controller\" profinet_cm 85",
            "Sender [] vendor_id=\"0x002a\" profinet_cm 85",
            "Sender [] device_id=\"0x0904\" profinet_cm 85",
            "Sender [] name=\"io-2\" profinet_cm 85",
        ]
    );
}

#[test]
fn records_identify_modules() {
    let read = header(names::READ_REQUEST, 0xaff0, 64, &[]);
    let mut answer = header(names::READ_RESPONSE, 0xaff0, 60, &[]);
    answer.extend(crate::im::tests::sample());
    let mut tag = vec![b' '; 54];
    tag[..4].copy_from_slice(b"PUMP");
    tag[32..38].copy_from_slice(b"HALL 3");
    let mut location = header(names::READ_RESPONSE, 0xaff1, 60, &[]);
    location.extend(block(names::IM1, &tag));
    let mut real = header(names::READ_RESPONSE, 0xe001, 60, &[]);
    real.extend(block(names::REAL_IDENTIFICATION, &[0, 1, 0, 2, 0, 0, 0, 0x22, 0, 1, 0, 1, 0, 0, 0, 0x10]));
    let log = run(&[
        request(2, &read),
        response(2, 0, &answer),
        response(2, 0, &location),
        response(2, 0, &real),
        request(5, &header(names::READ_REQUEST, 0xf830, 64, &[])),
        response(2, 0xde80_b000, &header(names::READ_RESPONSE, 0xaff0, 0, &[])),
    ]);
    assert_eq!(
        heads(&log),
        [
            "profinet_cm request read code=2 diagnostics Pending [slot 2 subslot 1] [im0] []",
            "profinet_cm response read code=2 diagnostics Ok [slot 2 subslot 1] [im0] []",
            "profinet_cm response read code=2 diagnostics Ok [slot 2 subslot 1] [im1] []",
            "profinet_cm response read code=2 diagnostics Ok [slot 2 subslot 1] [real_identification_data] []",
            "profinet_cm request read_implicit code=5 diagnostics Pending [slot 2 subslot 1] [log_data] []",
            "profinet_cm response read code=2 diagnostics Error(\"access_invalid_index\") [slot 2 subslot 1] [im0] []",
        ]
    );
    assert!(log.messages[1].contains("order_id=\"6ES7 155-6AU01-0BN0\""), "{}", log.messages[1]);
    let told: Vec<_> =
        log.observations.iter().filter(|told| !told.contains("device_id") && told.contains("slot")).collect();
    assert_eq!(
        told,
        [
            "Sender [slot 2 subslot 1] vendor_id=\"0x002a\" profinet_cm 95",
            "Sender [slot 2 subslot 1] order_number=\"6ES7 155-6AU01-0BN0\" profinet_cm 95",
            "Sender [slot 2 subslot 1] serial=\"S C-X4U412345678\" profinet_cm 95",
            "Sender [slot 2 subslot 1] hardware_revision=\"3\" profinet_cm 95",
            "Sender [slot 2 subslot 1] firmware=\"V4.2.0\" profinet_cm 95",
            "Sender [slot 2 subslot 1] tag_function=\"PUMP\" profinet_cm 85",
            "Sender [slot 2 subslot 1] location=\"HALL 3\" profinet_cm 85",
            "Sender [slot 2] module_ident_number=\"0x00000022\" profinet_cm 85",
        ]
    );
}

#[test]
fn writes_configure_and_may_hold_others() {
    let mut write = header(names::WRITE_REQUEST, 47, 3, &[]);
    write.extend_from_slice(&[1, 2, 3]);
    let mut first = header(names::WRITE_REQUEST, 0x8071, 3, &[]);
    first.extend_from_slice(&[1, 2, 3, 0]);
    let mut many = header(names::WRITE_REQUEST, 0xe040, 200, &[]);
    many.extend(first[..first.len() - 1].iter().chain(&[0]));
    many.extend(&header(names::WRITE_REQUEST, 100, 2, &[]));
    many.extend_from_slice(&[7, 8]);
    let failed = header(names::WRITE_RESPONSE, 47, 0, &[0, 0, 0, 0, 0xdf, 0x80, 0xb6, 0]);
    let log = run(&[request(3, &write), request(3, &many), response(3, 0, &failed)]);
    assert_eq!(
        heads(&log),
        [
            "profinet_cm request write code=3 write Pending [slot 2 subslot 1] [record 47] []",
            "profinet_cm request write code=3 configuration Pending [slot 2 subslot 1] [multiple_write] []",
            "profinet_cm request write code=3 configuration Pending [slot 2 subslot 1] [pd_interface_adjust] []",
            "profinet_cm request write code=3 write Pending [slot 2 subslot 1] [record 100] []",
            "profinet_cm response write code=3 write Error(\"access_denied\") [slot 2 subslot 1] [record 47] []",
        ]
    );
    assert!(log.messages[0].contains("record_data=0x010203"), "{}", log.messages[0]);
    assert!(log.messages[3].contains("record_data=0x0708"), "{}", log.messages[3]);
}

#[test]
fn blocks_hold_blocks() {
    // An interface's own data in a block for slot 0, subslot 0x8000.
    let mut interface = vec![4];
    interface.extend_from_slice(b"io-2\0");
    interface.extend_from_slice(&[2, 0, 0, 0, 0, 2, 0, 0, 10, 0, 0, 5, 255, 255, 255, 0, 10, 0, 0, 1]);
    let mut multiple = vec![0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0];
    multiple.extend(block(names::INTERFACE_REAL, &interface));
    let mut answer = header(names::READ_RESPONSE, 0xf841, 60, &[]);
    answer.extend(block(names::MULTIPLE, &multiple));
    let mut own = header(names::READ_RESPONSE, 0x8080, 60, &[]);
    own.extend(block(names::INTERFACE_REAL, &interface));
    let mut port = vec![0, 0, 0, 0, 0x80, 1, 8];
    port.extend_from_slice(b"port-001\x01");
    port.extend_from_slice(&[0, 0]);
    port.extend_from_slice(b"\x08port-003\x03sw1\0\0\0");
    port.extend_from_slice(&[0, 0, 0, 9, 2, 0, 0, 0, 0, 7, 0, 0]);
    let mut ports = header(names::READ_RESPONSE, 0x802a, 60, &[]);
    ports.extend(block(names::PORT_REAL, &port));
    let log = run(&[response(2, 0, &answer), response(2, 0, &own), response(2, 0, &ports)]);
    assert!(
        log.messages[0].contains(
            "block_type=1024(multiple_block_header) block_length=44 api=0 slot=0 subslot=32768 \
             blocks=[{block_type=576(pd_interface_data_real) block_length=28 own_chassis_id=\"io-2\" \
             mac_address=\"02:00:00:00:00:02\" ip_address=\"10.0.0.5\" subnet_mask=\"255.255.255.0\" \
             standard_gateway=\"10.0.0.1\"}]"
        ),
        "{}",
        log.messages[0]
    );
    assert!(log.observations.contains(&"Sender [] management_ip=\"10.0.0.5\" profinet_cm 85".to_owned()));
    assert!(
        log.messages[2].contains(
            "own_port_id=\"port-001\" peers=[{peer_port_id=\"port-003\" peer_chassis_id=\"sw1\" line_delay=9 \
             peer_mac_address=\"02:00:00:00:00:07\"}]"
        ),
        "{}",
        log.messages[2]
    );
}

#[test]
fn control_says_what_is_ordered() {
    let body = |command: u8| {
        let mut body = vec![0, 0];
        body.extend_from_slice(&[0xaa; 16]);
        body.extend_from_slice(&[0, 1, 0, 0, 0, command, 0, 0]);
        body
    };
    let log = run(&[
        request(4, &block(0x0110, &body(1))),
        response(4, 0, &block(0x8110, &body(8))),
        request(4, &block(0x0112, &body(2))),
        request(1, &block(0x0114, &body(4))),
        response(1, 0xdc81_2800, &block(0x8114, &body(8))),
        request(9, &[]),
    ]);
    assert_eq!(
        heads(&log),
        [
            "profinet_cm request control code=4 session Pending [] [prm_end] []",
            "profinet_cm response control code=4 session Ok [] [prm_end] []",
            "profinet_cm request control code=4 session Pending [] [application_ready] []",
            "profinet_cm request release code=1 session Pending [] [release] []",
            "profinet_cm response release code=1 session Error(\"faulty_release_block\") [] [release] []",
            "profinet_cm request unknown_0x09 code=9 other Pending [] [] [\"unknown_function\"]",
        ]
    );
    assert!(log.messages[0].contains("control_command=1 commands=[\"prm_end\"]"), "{}", log.messages[0]);
}

#[test]
fn fragments_are_put_together() {
    let mut answer = header(names::READ_RESPONSE, 0xaff0, 60, &[]);
    answer.extend(crate::im::tests::sample());
    let whole = stub(true, 0, &answer);
    let piece = |at: usize, end: usize, fragment: u16, flags: u8| {
        (false, packet(2, flags, true, 2, fragment, &whole[at..end]))
    };
    let end = whole.len();
    let log = run(&[piece(0, 40, 0, 4), piece(40, 70, 1, 4), piece(40, 70, 1, 4), piece(70, end, 2, 6)]);
    assert_eq!(heads(&log), ["profinet_cm response read code=2 diagnostics Ok [slot 2 subslot 1] [im0] []"]);
    // One is missing.
    let log = run(&[piece(0, 40, 0, 4), piece(70, end, 2, 6)]);
    assert!(log.messages[0].contains("truncated"), "{}", log.messages[0]);
}

#[test]
fn endpoint_mappers_tell_what_a_device_is() {
    let mut bytes = packet(2, 0x08, true, 2, 0, &[]);
    // The interface becomes that of endpoint mappers.
    bytes[24..28].copy_from_slice(&0xe1af_8308u32.to_le_bytes());
    let mut body = vec![0; 20];
    for value in [1u32, 1, 0, 1] {
        body.extend_from_slice(&value.to_le_bytes());
    }
    body.extend_from_slice(&bytes[8..24]);
    for value in [1u32, 0, 64] {
        body.extend_from_slice(&value.to_le_bytes());
    }
    let mut annotation = b"S7-1200                   6ES7 212-1BE40-0XB0      4 V  4  2  1".to_vec();
    annotation.resize(64, b' ');
    body.extend_from_slice(&annotation);
    bytes[74..76].copy_from_slice(&u16::try_from(body.len()).unwrap().to_le_bytes());
    bytes.extend_from_slice(&body);
    let log = check_datagrams(&dcerpc::DISSECTOR, Transport::Udp, 34_964, &[server(&bytes)]);
    let told: Vec<_> = log.observations.iter().map(|told| told.replace("Sender [] ", "")).collect();
    assert_eq!(
        told,
        [
            "vendor_id=\"0x002a\" profinet_cm 85",
            "device_id=\"0x0904\" profinet_cm 85",
            "model=\"S7-1200\" profinet_cm 85",
            "order_number=\"6ES7 212-1BE40-0XB0\" profinet_cm 85",
            "hardware_revision=\"4\" profinet_cm 85",
            "firmware=\"V4.2.1\" profinet_cm 85",
        ]
    );
}

#[test]
fn calls_are_messages_of_the_layer_below() {
    let pieces = [request(0, &[]), response(0, 0, &[]), (false, packet(3, 0, true, 0, 0, &[1, 0, 0, 0x1c]))];
    let pieces: Vec<Piece<'_>> =
        pieces.iter().map(|(away, data)| if *away { client(data) } else { server(data) }).collect();
    let log = datagrams(&dcerpc::DISSECTOR, Transport::Udp, 34_964, &pieces);
    assert!(log.messages[0].starts_with(
        "dcerpc request call code=0 other Pending [] [dea00001-6c97-11d1-8271-00a02442df7d opnum 0] []"
    ));
    assert!(
        log.messages[4].contains("Error(\"fault\")") && log.messages[4].contains("fault_status=469762049")
    );
}

#[test]
fn damage_is_marked() {
    let short = stub(false, 400, &header(names::READ_REQUEST, 0xaff0, 64, &[]));
    let log = run(&[(true, packet(0, 0x20, false, 2, 0, &short[..50]))]);
    assert!(log.messages[0].contains("bad_length"), "{}", log.messages[0]);
}

#[test]
fn only_version_four_is_recognised() {
    let (_, good) = request(0, &[]);
    let look = |port, data: &[u8]| probe(&dcerpc::DISSECTOR, Transport::Udp, port, data);
    assert_eq!(look(34_964, &good), Verdict::Sure);
    assert_eq!(look(50_001, &good), Verdict::Sure, "by its interface on any port");
    assert_eq!(look(34_964, &good[..79]), Verdict::No);
    let mut other = good.clone();
    other[0] = 5;
    assert_eq!(look(34_964, &other), Verdict::No);
    let mut representation = good;
    representation[4] = 0x20;
    assert_eq!(look(34_964, &representation), Verdict::No);
    assert_eq!(look(34_964, &[4; 100]), Verdict::No);
}

proptest::proptest! {
    /// Any blocks in any call are decoded or marked; nothing panics.
    #[test]
    fn noise_never_panics(
        opnum in 0u16..7,
        kind in proptest::sample::select(vec![
            names::AR_REQUEST, names::IOCR_REQUEST, names::EXPECTED_SUBMODULES, names::MODULE_DIFFERENCE,
            names::REAL_IDENTIFICATION, names::READ_RESPONSE, names::WRITE_REQUEST, names::IM0, 0x0110,
        ]),
        noise in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200),
    ) {
        let blocks = block(kind, &noise);
        let pieces = [request(opnum, &blocks), response(opnum, 0, &blocks)];
        let pieces: Vec<Piece<'_>> =
            pieces.iter().map(|(away, data)| if *away { client(data) } else { server(data) }).collect();
        datagrams(&dcerpc::DISSECTOR, Transport::Udp, 34_964, &pieces);
    }
}
