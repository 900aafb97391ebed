use super::schema::{Member, REQUEST_HEADER, RESPONSE_HEADER, Struct, Type as Kind, services};
use super::*;
use crate::testing::{Log, check_stream, client, probe as look, server, stream};

/// Bytes of a string.
fn text(text: &str) -> Vec<u8> {
    let mut bytes = u32::try_from(text.len()).unwrap().to_le_bytes().to_vec();
    bytes.extend_from_slice(text.as_bytes());
    bytes
}

/// A message of the connection protocol or a chunk: type, chunk type, size, body.
fn framed(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let size = u32::try_from(body.len() + 8).unwrap();
    [&kind[..], &size.to_le_bytes(), body].concat()
}

/// HEL: version 0, buffers of 64 KiB, no limits, URL.
fn hello() -> Vec<u8> {
    let body = [&[0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0][..], &text("opc.tcp://a:4840")];
    framed(b"HELF", &body.concat())
}

fn acknowledge() -> Vec<u8> {
    framed(b"ACKF", &[0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0])
}

/// Type id of a service: four-byte node id of namespace 0.
fn type_id(id: u16) -> [u8; 4] {
    let [low, high] = id.to_le_bytes();
    [1, 0, low, high]
}

/// OPN with a policy; the body follows the sequence header.
fn open(policy: &str, channel: u32, number: u32, body: &[u8]) -> Vec<u8> {
    let null = (-1i32).to_le_bytes();
    let sequence = [number.to_le_bytes(), number.to_le_bytes()].concat();
    let uri = text(&format!("http://opcfoundation.org/UA/SecurityPolicy#{policy}"));
    framed(b"OPNF", &[&channel.to_le_bytes(), &uri[..], &null, &null, &sequence, body].concat())
}

/// MSG on channel 7 with token 1.
fn message(part: u8, number: u32, request_id: u32, body: &[u8]) -> Vec<u8> {
    let mut all = vec![7, 0, 0, 0, 1, 0, 0, 0];
    all.extend_from_slice(&number.to_le_bytes());
    all.extend_from_slice(&request_id.to_le_bytes());
    all.extend_from_slice(body);
    framed(&[b'M', b'S', b'G', part], &all)
}

/// The shortest encoding of a value; lists get one element.
fn default(kind: Kind) -> Vec<u8> {
    match kind {
        Kind::Boolean | Kind::SByte | Kind::Byte => vec![1],
        Kind::Int16 | Kind::UInt16 => vec![2, 0],
        Kind::Int32 | Kind::UInt32 | Kind::Enum(_) => vec![1, 0, 0, 0],
        Kind::StatusCode => vec![0; 4],
        Kind::Int64 | Kind::UInt64 | Kind::DateTime | Kind::Double => vec![0; 8],
        Kind::Float => vec![0, 0, 0x80, 0x3f],
        Kind::String | Kind::ByteString | Kind::Secret => vec![1, 0, 0, 0, b'a'],
        Kind::Guid => vec![7; 16],
        Kind::NodeId | Kind::SecretNode | Kind::ExpandedNodeId => vec![0, 85],
        Kind::QualifiedName => vec![1, 0, 1, 0, 0, 0, b'q'],
        Kind::LocalizedText => vec![2, 1, 0, 0, 0, b't'],
        Kind::ExtensionObject => vec![0, 0, 0],
        Kind::DataValue => vec![1, 6, 5, 0, 0, 0],
        Kind::Variant => vec![1, 1],
        Kind::DiagnosticInfo => vec![0],
        Kind::Object(members) => defaults(members),
    }
}

fn defaults(members: Struct) -> Vec<u8> {
    let one = |member: &Member| {
        let count: &[u8] = if member.list { &[1, 0, 0, 0] } else { &[] };
        [count, &default(member.kind)].concat()
    };
    members.iter().flat_map(one).collect()
}

/// A service's message with the shortest values.
fn service(id: u16, body: &[u8]) -> Vec<u8> {
    let own = services::find(u32::from(id)).unwrap();
    let head = if own.kind == crate::Kind::Request { REQUEST_HEADER } else { RESPONSE_HEADER };
    [&type_id(id), &defaults(head)[..], body].concat()
}

/// Opens a channel without security, then sends these on it.
fn conversation(pieces: &[(bool, Vec<u8>)]) -> Log {
    let opening = [
        (true, hello()),
        (false, acknowledge()),
        (
            true,
            open("None", 0, 1, &service(446, &defaults(super::schema::services::find(446).unwrap().body))),
        ),
        (
            false,
            open("None", 7, 1, &service(449, &defaults(super::schema::services::find(449).unwrap().body))),
        ),
    ];
    let all: Vec<_> = opening
        .iter()
        .chain(pieces)
        .map(|(away, data)| if *away { client(data) } else { server(data) })
        .collect();
    let mut log = check_stream(&DISSECTOR, 4840, &all);
    log.messages.drain(..4);
    log
}

#[test]
fn the_connection_is_agreed() {
    let reverse = framed(b"RHEF", &[text("urn:s"), text("opc.tcp://s")].concat());
    let error = framed(b"ERRF", &[&[0, 0, 0x7d, 0x80][..], &text("who")].concat());
    let (hello, acknowledge) = (hello(), acknowledge());
    let pieces = [client(&reverse), server(&hello), client(&acknowledge), client(&error)];
    let log = check_stream(&DISSECTOR, 4840, &pieces);
    assert_eq!(
        log.messages,
        [
            "opcua control reverse_hello code=- session Event [] [] [] {message_type=\"RHE\" chunk_type=\"F\" \
             message_size=32 server_uri=\"urn:s\" endpoint_url=\"opc.tcp://s\"}",
            "opcua request hello code=- session Pending [] [] [] {message_type=\"HEL\" chunk_type=\"F\" \
             message_size=48 protocol_version=0 receive_buffer_size=65536 send_buffer_size=65536 \
             max_message_size=0 max_chunk_count=0 endpoint_url=\"opc.tcp://a:4840\"}",
            "opcua response acknowledge code=- session Ok [] [] [] {message_type=\"ACK\" chunk_type=\"F\" \
             message_size=28 protocol_version=0 receive_buffer_size=65536 send_buffer_size=65536 \
             max_message_size=0 max_chunk_count=0}",
            "opcua response error code=- session Error(\"bad_tcp_server_too_busy\") [] [] [] \
             {message_type=\"ERR\" chunk_type=\"F\" message_size=19 \
             error=2155675648(bad_tcp_server_too_busy) reason=\"who\"}",
        ]
    );
}

#[test]
fn every_service_is_read_to_its_last_byte() {
    let mut seen = 0;
    for id in 0..u16::MAX {
        let Some(own) = services::find(u32::from(id)) else { continue };
        if own.name.starts_with("test_stack") {
            continue;
        }
        seen += 1;
        let body = service(id, &defaults(own.body));
        let log = conversation(&[(own.kind == crate::Kind::Request, message(b'F', 2, 9, &body))]);
        let [line] = &log.messages[..] else { panic!("{id}: {:?}", log.messages) };
        let start = format!("opcua {} {} code={id} {} ", own.kind.name(), own.name, own.category.name());
        let told = if own.kind == crate::Kind::Request { "[]" } else { "[\"unexpected_response\"]" };
        assert!(line.starts_with(&start), "{line}");
        assert!(line.contains(&format!("] {told} {{")), "{line}");
    }
    assert_eq!(seen, 83 - 4 + 2, "services of the tables");
}

#[test]
fn every_structure_of_an_extension_object_is_read_to_its_last_byte() {
    for id in 0..u16::MAX {
        let Some((name, members)) = super::schema::extensions::find(u32::from(id)) else { continue };
        let inner = defaults(members);
        // A write of one extension object: node, attribute 13, no range, value.
        let mut body = vec![1, 0, 0, 0, 0, 85, 13, 0, 0, 0, 255, 255, 255, 255, 1, 22];
        body.extend_from_slice(&type_id(id));
        body.push(1);
        body.extend_from_slice(&u32::try_from(inner.len()).unwrap().to_le_bytes());
        body.extend_from_slice(&inner);
        let log = stream(&DISSECTOR, 4840, &[client(&message(b'F', 2, 9, &service(673, &body)))], true);
        assert!(
            log.messages[0].contains(&format!("type_id=\"i={id}\" type=\"{name}\"")),
            "{:?}",
            log.messages
        );
        assert!(log.messages[0].contains("] [] {"), "{name}: {:?}", log.messages);
    }
}

/// Read of ns=2;s=Temp and of the server's product name.
fn read_request() -> Vec<u8> {
    let temp = [&[3, 2, 0][..], &text("Temp"), &[13, 0, 0, 0], &[255; 4], &[0, 0], &[255; 4]].concat();
    let product = [&[1, 0, 0xd5, 8, 13, 0, 0, 0][..], &[255; 4], &[0, 0], &[255; 4]].concat();
    service(631, &[&[0; 8][..], &[0, 0, 0, 0], &[2, 0, 0, 0], &temp, &product].concat())
}

#[test]
fn values_and_texts_of_a_read_belong_to_its_request() {
    // 21.5 with a status of good; a text.
    let results =
        [&[2, 0, 0, 0, 3, 11][..], &21.5f64.to_le_bytes(), &[0; 4], &[1, 12], &text("Box "), &[0; 4]];
    let log = conversation(&[
        (true, message(b'F', 2, 5, &read_request())),
        (false, message(b'F', 2, 5, &service(634, &results.concat()))),
    ]);
    assert!(
        log.messages[0].contains(" read code=631 read Pending [] [ns=2;s=Temp] [] {"),
        "{:?}",
        log.messages
    );
    assert!(log.messages[0].ends_with("node_ids=[\"ns=2;s=Temp\" \"i=2261\"]}"), "{:?}", log.messages);
    assert!(log.messages[1].contains(" read code=634 read Ok [] [ns=2;s=Temp] [] {"), "{:?}", log.messages);
    assert!(log.messages[1].contains("value_type=\"double\" value=21.5 status_code=0(good)"));
    assert_eq!(log.values, ["opcua [] [ns=2;s=Temp] double Float(21.5)"]);
    assert_eq!(log.observations, ["Sender [] product_name=\"Box\" opcua 95"]);
}

#[test]
fn written_arrays_are_values_of_their_elements() {
    let body =
        [&[1, 0, 0, 0, 2, 3, 0, 9, 0, 0, 0, 13, 0, 0, 0][..], &[255; 4], &[1, 0x84, 2, 0, 0, 0, 1, 0, 2, 0]];
    let log = conversation(&[
        (true, message(b'F', 2, 5, &service(673, &body.concat()))),
        (false, message(b'F', 2, 5, &service(676, &[1, 0, 0, 0, 0, 0, 0x3b, 0x80, 0, 0, 0, 0]))),
    ]);
    assert_eq!(log.values, ["opcua [] [ns=3;i=9[0]] int16 Int(1)", "opcua [] [ns=3;i=9[1]] int16 Int(2)"]);
    assert!(
        log.messages[1].contains(" write code=676 write Error(\"bad_not_writable\") [] [ns=3;i=9] [] {"),
        "{:?}",
        log.messages
    );
}

#[test]
fn notifications_carry_the_value_of_a_monitored_item() {
    // Subscription 4, one item: ns=1;i=300, value; reporting; client handle 77.
    let item =
        [&[1, 1, 44, 1, 13, 0, 0, 0][..], &[255; 4], &[0, 0], &[255; 4], &[2, 0, 0, 0, 77, 0, 0, 0]].concat();
    let rest = [&[0; 8][..], &[0, 0, 0], &[1, 0, 0, 0, 1]].concat();
    let create = [&[4, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0][..], &item, &rest].concat();
    // One data change: handle 77, a byte of 9.
    let change = [1, 0, 0, 0, 77, 0, 0, 0, 1, 3, 9, 0, 0, 0, 0];
    let mut publish = vec![4, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0];
    publish.extend_from_slice(&[0; 8]);
    publish.extend_from_slice(&[1, 0, 0, 0, 1, 0, 0x2b, 3, 1, 15, 0, 0, 0]);
    publish.extend_from_slice(&change);
    publish.extend_from_slice(&[0; 8]);
    let log = conversation(&[
        (true, message(b'F', 2, 5, &service(751, &create))),
        (true, message(b'F', 3, 6, &service(826, &[0; 4]))),
        (false, message(b'F', 2, 6, &service(829, &publish))),
    ]);
    assert_eq!(log.values, ["opcua [] [ns=1;i=300] byte Uint(9)"]);
    assert!(log.messages[2].contains("type=\"data_change_notification\" monitored_items=[{client_handle=77"));
    assert!(log.messages.iter().all(|line| line.contains("] [] {")), "{:?}", log.messages);
}

#[test]
fn chunks_are_put_together_and_faults_answer_their_request() {
    let whole = read_request();
    let (first, rest) = whole.split_at(20);
    let (second, third) = rest.split_at(9);
    let fault =
        [&type_id(397), &[0; 8][..], &[1, 0, 0, 0, 0, 0, 0x34, 0x80, 0], &[0; 4], &[0, 0, 0]].concat();
    let log = conversation(&[
        (true, message(b'C', 2, 5, first)),
        (true, message(b'C', 3, 5, second)),
        (true, message(b'F', 4, 5, third)),
        (false, message(b'F', 2, 5, &fault)),
        (true, message(b'A', 5, 6, &[&[0, 0, 0xb8, 0x80][..], &text("big")].concat())),
    ]);
    assert_eq!(log.messages.len(), 5);
    assert!(log.messages[0].starts_with("opcua control chunk code=- session Event [] [] [] {"));
    assert!(
        log.messages[2].contains(" read code=631 ") && log.messages[2].contains("chunks=3"),
        "{:?}",
        log.messages
    );
    assert!(
        log.messages[3]
            .contains("response read code=397 read Error(\"bad_node_id_unknown\") [] [ns=2;s=Temp] [] {"),
        "{:?}",
        log.messages
    );
    assert!(log.messages[4].contains("request abort code=- session Error(\"bad_request_too_large\")"));
}

#[test]
fn encrypted_channels_are_said_to_be() {
    let noise = [0x9e; 64];
    let sealed = framed(b"MSGF", &[&[7, 0, 0, 0, 1, 0, 0, 0][..], &noise].concat());
    let opening = open("Basic256Sha256", 0, 0x9e9e_9e9e, &noise);
    let log = check_stream(&DISSECTOR, 4840, &[client(&opening), client(&sealed), server(&sealed)]);
    assert!(log.messages[0].contains("request open_secure_channel code=- session Pending"));
    assert!(
        log.messages[0].contains("SecurityPolicy#Basic256Sha256\" encrypted=true}"),
        "{:?}",
        log.messages
    );
    assert_eq!(
        log.messages[2],
        "opcua response encrypted_message code=- other Ok [] [] [] {message_type=\"MSG\" chunk_type=\"F\" \
         message_size=80 secure_channel_id=7 token_id=1 encrypted=true}"
    );
    // Signed only: readable, with 32 bytes of signature at the end.
    let signed = message(b'F', 2, 5, &[&read_request()[..], &[0x5a; 32]].concat());
    let log = check_stream(&DISSECTOR, 4840, &[client(&opening), client(&signed)]);
    assert!(
        log.messages[1].contains(" read code=631 read Pending [] [ns=2;s=Temp] [] {"),
        "{:?}",
        log.messages
    );
    assert!(log.messages[1].contains("signed=true"));
}

#[test]
fn what_is_out_of_spec_is_marked() {
    let marks = |pieces: &[(bool, Vec<u8>)]| -> Vec<String> {
        conversation(pieces)
            .messages
            .iter()
            .map(|line| line.split("] [").nth(2).unwrap_or("").to_owned())
            .collect()
    };
    let read = read_request();
    let marked = |number: u32, body: &[u8], mark: &str| {
        let found = marks(&[(true, message(b'F', number, 5, body))]);
        assert!(found[0].starts_with(&format!("\"{mark}\"")), "{mark}: {found:?}");
    };
    marked(9, &read, "bad_sequence");
    marked(2, &[&read[..], &[0]].concat(), "trailing_bytes");
    marked(2, &read[..read.len() - 1], "bad_length");
    marked(2, &[&type_id(9_999)[..], &read[4..]].concat(), "unknown_function");
    marked(2, &[&read[..4], &[9; 40]].concat(), "bad_encoding");
    // A write of a variant in a variant in a variant and so on.
    let nested = [&[1, 0, 0, 0, 0, 85, 13, 0, 0, 0, 255, 255, 255, 255, 1][..], &[24; 80]].concat();
    marked(2, &service(673, &nested), "too_deep");
}

#[test]
fn probes_want_structure() {
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 4840, &hello()), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 12_001, &acknowledge()), Verdict::Sure);
    let read = message(b'F', 2, 5, &read_request());
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 50_001, &read), Verdict::Sure);
    let sealed = framed(b"MSGF", &[0x9e; 80]);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 50_001, &sealed), Verdict::Likely);
    for foreign in [
        &b"GET / HTTP/1.1\r\n\r\n"[..],
        b"MSGFree text on a line",
        b"HELLO world, how are you?",
        b"\x16\x03\x01\x00\x3c",
    ] {
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 4840, foreign), Verdict::No, "{foreign:?}");
    }
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 4840, b"HE"), Verdict::More);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 4840, &hello()[..12]), Verdict::More);
}
