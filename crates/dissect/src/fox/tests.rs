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
    let login = b"fox a 2 -1 fox login\n{\nusername=s:bob\npassword=s:hush\n};;\n";
    let no = b"fox a 1 2 fox rejected\n{\n};;\n";
    let log = check_stream(&DISSECTOR, 1911, &[client(login), server(no)]);
    assert!(log.messages[0].starts_with("fox request login code=- authentication Pending"));
    assert!(log.messages[1].starts_with("fox response rejected code=- authentication Error(\"rejected\")"));
    assert!(!format!("{log:?}").contains("hush") && !format!("{log:?}").contains("bob"));
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
