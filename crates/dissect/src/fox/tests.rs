use super::*;
use crate::testing::{check_stream, client, probe as look, server};

const HELLO: &[u8] =
    b"fox a 0 -1 fox hello\n{\nfox.version=s:1.0\nid=i:2\nhostName=s:js-1\napp.name=s:Station\n\
app.version=s:3.8.1\nstation.name=s:Tower\nblob=o:bog 8[};;\nfox ]\nbrandId=s:acme\n};;\n";

#[test]
fn a_greeting_tells_who_the_station_is() {
    let ask = b"fox a 1 -1 fox hello\n{\nid=i:1\n};;\n";
    let log = check_stream(&DISSECTOR, 1911, &[client(ask), server(HELLO)]);
    assert_eq!(
        log.messages[0],
        "fox control hello code=- discovery Event [] [fox hello] [] {message_kind=\"a\" sequence=1 reply_to=-1 \
         channel=\"fox\" command=\"hello\" properties=[{name=\"id\" type=\"i\" value=\"1\"}]}"
    );
    assert!(log.messages[1].contains("{name=\"blob\" type=\"o\" length=8}"), "{}", log.messages[1]);
    assert_eq!(
        log.observations,
        [
            "Sender [] hostname=\"js-1\" fox 95",
            "Sender [] application=\"Station\" fox 95",
            "Sender [] firmware=\"3.8.1\" fox 95",
            "Sender [] name=\"Tower\" fox 95",
            "Sender [] brand=\"acme\" fox 95",
        ]
    );
}

#[test]
fn logins_hide_what_they_prove() {
    let name = b"fox a 2 -1 fox username\n{\nusername=s:bob\n};;\n";
    let proof = b"fox a 3 -1 fox authMessage1\n{\nauthHandshake1=s:hush\n};;\n";
    let no = b"fox a 1 -1 fox rejected\n{\n};;\n";
    let log = check_stream(&DISSECTOR, 1911, &[client(name), client(proof), server(no)]);
    assert!(log.messages[0].starts_with("fox control username code=- authentication Event"));
    assert!(log.messages[1].starts_with("fox control authentication_message code=- authentication Event"));
    assert!(log.messages[2].starts_with("fox response rejected code=- authentication Error(\"rejected\")"));
    assert!(!format!("{log:?}").contains("hush") && !format!("{log:?}").contains("bob"));
}

#[test]
fn frame_letters_tell_requests_and_replies_apart() {
    let log = check_stream(
        &DISSECTOR,
        1911,
        &[
            client(b"fox s 4 7 file list\n{\npath=s:/\n};;\n"),
            server(b"fox e 5 7 file list\n{\n};;\n"),
            client(b"fox s 5 8 sys load\n{\n};;\n"),
            server(b"fox n 6 8 sys load\n{\n};;\n"),
            client(b"fox k -1 -1 fox keepalive\n{\n};;\n"),
            client(b"fox a 6 -1 circuit open\n{\nid=i:1\n};;\n"),
        ],
    );
    let starts = [
        "fox request file_command code=- file_transfer Pending [] [file list]",
        "fox response file_command code=- file_transfer Error(\"error\") [] [file list]",
        "fox request channel_command code=- other Pending [] [sys load]",
        "fox response channel_command code=- other Ok [] [sys load]",
        "fox control keep_alive code=- session Event",
        "fox control open_circuit code=- session Event",
    ];
    assert_eq!(log.messages.len(), starts.len());
    for (message, start) in log.messages.iter().zip(starts) {
        assert!(message.starts_with(start), "{message}");
    }
}

#[test]
fn the_first_line_is_recognised() {
    let tcp = Transport::Tcp;
    assert_eq!(look(&DISSECTOR, tcp, 9, HELLO), Verdict::Sure);
    assert_eq!(look(&DISSECTOR, tcp, 9, b"fox a"), Verdict::More);
    for other in [&b"fox hunting is a sport\n"[..], b"GET / HTTP/1.1\r\n", b"fox a x y z\n"] {
        assert_eq!(look(&DISSECTOR, tcp, 1911, other), Verdict::No);
    }
}
