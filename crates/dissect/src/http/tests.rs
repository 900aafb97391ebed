use super::*;
use crate::testing::{check_stream, client, probe as look, server, stream};

const GET: &[u8] = b"GET /status?user=a&password=x HTTP/1.1\r\nHost: plc\r\nUser-Agent: Browser/1\r\n\r\n";
const PAGE: &[u8] =
    b"HTTP/1.1 200 OK\r\nServer: Embedded/2.1\r\nContent-Type: text/html\r\nContent-Length: 55\r\n\r\n\
    <html><head><TITLE lang=en> Drive\r\n  A7 </TITLE></html>";

#[test]
fn a_request_and_its_page() {
    let pieces = [
        client(GET),
        server(PAGE),
        client(GET),
        server(b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno"),
    ];
    let log = check_stream(&DISSECTOR, 80, &pieces);
    assert_eq!(
        log.messages[..2],
        [
            "http request get code=- read Pending [] [] [] {method=\"GET\" uri=\"/status?user=a&password=***\" \
             version=\"1.1\" host=\"plc\" user_agent=\"Browser/1\"}",
            "http response get code=- read Ok [] [] [] {status=200 reason=\"OK\" version=\"1.1\" \
             server=\"Embedded/2.1\" content_type=\"text/html\" content_length=55}",
        ]
    );
    assert!(
        log.messages[3].starts_with("http response get code=- read Error(\"not_found\")"),
        "{}",
        log.messages[3]
    );
    assert_eq!(
        log.observations,
        [
            "Sender [] http_user_agent=\"Browser/1\" http 70",
            "Sender [] http_server=\"Embedded/2.1\" http 70",
            "Sender [] http_title=\"Drive A7\" http 70",
            "Sender [] http_user_agent=\"Browser/1\" http 70",
        ]
    );
}

#[test]
fn bodies_are_passed_over_by_their_length() {
    let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nHTTP/\r\na\r\n0123456789\r\n0\r\nA: b\r\n\r\n\
        HTTP/1.1 304 Not Modified\r\nContent-Length: 77\r\n\r\nHTTP/1.0 200 OK\r\n\r\nuntil the end HTTP/1.1 200 OK\r\n\r\n";
    let post = b"POST /a HTTP/1.1\r\nContent-Length: 18\r\n\r\nGET / HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\nGET /c HTTP/1.0\r\n\r\n";
    let log = check_stream(&DISSECTOR, 80, &[client(post), server(chunked)]);
    let functions: Vec<_> = log.messages.iter().map(|line| line.split(" code").next().unwrap()).collect();
    assert_eq!(
        functions,
        [
            "http request post",
            "http request get",
            "http request get",
            "http response post",
            "http response get",
            "http response get",
        ]
    );
}

#[test]
fn heads_answers_and_interim_responses_have_no_body() {
    let asked =
        b"HEAD / HTTP/1.1\r\n\r\nPUT /f HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc";
    let told = b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n";
    let log = check_stream(&DISSECTOR, 80, &[client(asked), server(told)]);
    assert_eq!(log.messages.len(), 5, "{:#?}", log.messages);
    assert!(log.messages[3].starts_with("http response put code=- file_transfer Ok [] [] [] {status=100"));
    assert!(log.messages[4].contains("status=201"));
}

#[test]
fn credentials_are_told_by_kind_alone() {
    let asked = b"GET / HTTP/1.1\r\nAuthorization: Basic b3BlcmF0b3I6c2VjcmV0\r\n\r\n";
    let told =
        b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"PLC 7\"\r\nContent-Length: 0\r\n\r\n";
    let log = check_stream(&DISSECTOR, 80, &[client(asked), server(told)]);
    assert_eq!(
        log.messages,
        [
            "http request get code=- authentication Pending [] [] [] {method=\"GET\" uri=\"/\" version=\"1.1\" \
             authorization=\"Basic\"}",
            "http response get code=- authentication Error(\"unauthorized\") [] [] [] {status=401 \
             reason=\"Unauthorized\" version=\"1.1\" content_length=0 www_authenticate=\"Basic\" realm=\"PLC 7\"}",
        ]
    );
    assert_eq!(
        log.observations,
        [
            "Receiver [] http_basic_auth=\"clear text credentials\" http 70",
            "Sender [] http_realm=\"PLC 7\" http 70",
        ]
    );
    assert!(!format!("{log:?}").contains("b3Bl"));
}

#[test]
fn ntlm_inside_http_is_read() {
    // Type 1 without names: signature, type, flags, two empty buffers.
    let asked = b"GET / HTTP/1.1\r\nAuthorization: NTLM TlRMTVNTUAABAAAAB4IIAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n";
    let log = check_stream(&DISSECTOR, 5985, &[client(asked)]);
    assert!(log.messages[1].starts_with("ntlm request negotiate code=1"), "{:?}", log.messages);
}

#[test]
fn a_tunnel_is_not_read_as_http() {
    let asked = b"CONNECT plc:443 HTTP/1.1\r\n\r\n";
    let log = check_stream(
        &DISSECTOR,
        3128,
        &[client(asked), server(b"HTTP/1.1 200 OK\r\n\r\n"), client(b"\x01\x02GET / HTTP/1.1\r\n\r\n")],
    );
    assert_eq!(log.messages.len(), 2);
    let upgrade = b"GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n\r\n";
    let log = check_stream(
        &DISSECTOR,
        80,
        &[client(upgrade), server(b"HTTP/1.1 101 Switching Protocols\r\n\r\n\x81\x05HTTP/")],
    );
    assert_eq!(log.messages.len(), 2);
}

#[test]
fn simple_requests_are_answered_without_head() {
    let log =
        check_stream(&DISSECTOR, 80, &[client(b"GET /x\r\n"), server(b"<html>HTTP/1.1 200 OK\r\n\r\n")]);
    assert_eq!(
        log.messages,
        ["http request get code=- read Pending [] [] [] {method=\"GET\" uri=\"/x\" version=\"0.9\"}"]
    );
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 80, b"GET /x\r\n"), Verdict::Likely);
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 4000, b"GET /x\r\n"), Verdict::No);
}

#[test]
fn files_are_handed_over() {
    let asked = b"GET /fw/plc.bin?v=2 HTTP/1.1\r\n\r\nGET /x HTTP/1.1\r\n\r\n";
    let told =
        b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: 6\r\n\r\nabcdef\
        HTTP/1.1 200 OK\r\nContent-Disposition: attachment; filename=\"a\\..\\r.zip\"\r\n\
        Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
    let put =
        b"PUT /up/new.bin HTTP/1.1\r\nContent-Type: application/octet-stream\r\nContent-Length: 3\r\n\r\nxyz";
    let log = stream(&DISSECTOR, 80, &[client(asked), server(told), client(put)], true);
    assert_eq!(
        log.files,
        [
            "http \"plc.bin\" Upload None 6 true",
            "http \"r.zip\" Upload None 3 false",
            "http \"r.zip\" Upload None 2 false",
            "http \"r.zip\" Upload None 0 true",
            "http \"new.bin\" Download None 3 true",
        ]
    );
}

#[test]
fn damage_is_marked_and_kept() {
    let log = check_stream(&DISSECTOR, 80, &[client(b"BREW /pot HTTP/1.1\r\nHost: a\r\nX-Cut: some")]);
    assert!(
        log.messages[0].contains("other_method") && log.messages[0].contains("\"truncated\""),
        "{}",
        log.messages[0]
    );
    let log = check_stream(&DISSECTOR, 80, &[client(b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n")]);
    assert!(log.messages[0].contains("bad_length"));
    let nonsense = stream(&DISSECTOR, 80, &[client(b"\x00\x01nonsense\r\n\r\n")], true);
    assert!(nonsense.messages.is_empty());
}

#[test]
fn content_decides() {
    for port in [80, 40_080] {
        assert_eq!(look(&DISSECTOR, Transport::Tcp, port, GET), Verdict::Sure);
        assert_eq!(look(&DISSECTOR, Transport::Tcp, port, b"HTTP/1.1 200 OK\r\n"), Verdict::Sure);
        for cut in 1..30 {
            assert_eq!(look(&DISSECTOR, Transport::Tcp, port, &GET[..cut]), Verdict::More, "{cut}");
        }
        for other in [
            &b"RTSP/1.0 200 OK\r\n"[..],
            b"OPTIONS rtsp://a RTSP/1.0\r\n",
            b"SSH-2.0-x\r\n",
            b"GETTING STARTED\r\n",
            &[0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 1],
        ] {
            assert_eq!(look(&DISSECTOR, Transport::Tcp, port, other), Verdict::No, "{other:?}");
        }
    }
    let mut long = b"GET /".to_vec();
    long.resize(1500, b'a');
    assert_eq!(look(&DISSECTOR, Transport::Tcp, 4000, &long), Verdict::Sure);
}
