use super::*;
use crate::testing::{check_stream, client, probe as look, server};

#[test]
fn commands_and_replies_pair_and_hide_secrets() {
    let log = check_stream(
        &DISSECTOR,
        21,
        &[
            server(b"220 PLC FTP server (V2.1) ready.\r\n"),
            client(b"USER loader\r\n"),
            server(b"331 Password required for loader\r\n"),
            client(b"PASS fwdownload\r\n"),
            server(b"530 Login incorrect.\r\n"),
            client(b"SYST\r\n"),
            server(b"215 VxWorks 5.5\r\n"),
            client(b"PASV\r\nRETR \\FLASH\\main.bin\r\n"),
            server(b"227 Entering Passive Mode (10,0,0,2,4,5)\r\n150-opening\r\n data\r\n150 now\r\n226 done\r\n"),
        ],
    );
    assert_eq!(
        log.messages,
        [
            "ftp response greeting code=- session Ok [] [] [] {response_code=220 text=\"PLC FTP server (V2.1) ready.\"}",
            "ftp request user code=- authentication Pending [] [] [] {command=\"USER\"}",
            "ftp response user code=- authentication Ok [] [] [] {response_code=331}",
            "ftp request pass code=- authentication Pending [] [] [] {command=\"PASS\"}",
            "ftp response pass code=- authentication Error(\"not_logged_in\") [] [] [] {response_code=530}",
            "ftp request syst code=- diagnostics Pending [] [] [] {command=\"SYST\"}",
            "ftp response syst code=- diagnostics Ok [] [] [] {response_code=215 text=\"VxWorks 5.5\"}",
            "ftp request pasv code=- session Pending [] [] [] {command=\"PASV\"}",
            "ftp request retr code=- file_transfer Pending [] [\\FLASH\\main.bin] [] {command=\"RETR\" \
             argument=\"\\\\FLASH\\\\main.bin\"}",
            "ftp response pasv code=- session Ok [] [] [] {response_code=227 \
             text=\"Entering Passive Mode (10,0,0,2,4,5)\"}",
            "ftp response retr code=- file_transfer Ok [] [\\FLASH\\main.bin] [] {response_code=150 text=\"opening\"}",
            "ftp response retr code=- file_transfer Ok [] [\\FLASH\\main.bin] [] {response_code=226 text=\"done\"}",
        ]
    );
    assert_eq!(
        log.observations,
        [
            "Sender [] banner=\"PLC FTP server (V2.1) ready.\" ftp 70",
            "Sender [] ftp_system=\"VxWorks 5.5\" ftp 70",
        ]
    );
    assert_eq!(log.expectations, ["10.0.0.2 1029 10.0.0.1 6 ftp serves=true 2 \"\\\\FLASH\\\\main.bin\""]);
    assert!(!format!("{log:?}").contains("fwdownload") && !format!("{log:?}").contains("loader"));
}

#[test]
fn after_the_upgrade_tls_is_read() {
    let log = check_stream(
        &DISSECTOR,
        21,
        &[client(b"AUTH TLS\r\n"), server(b"234 go\r\n"), client(&[21, 3, 1, 0, 2, 2, 40])],
    );
    assert!(log.messages[2].starts_with("tls event alert"), "{:?}", log.messages);
}

#[test]
fn content_decides() {
    let cases: &[(&[u8], u16, Verdict)] = &[
        (b"220 ProFTPD ready\r\n", 2121, Verdict::Sure),
        (b"220 mail.example ESMTP\r\n", 2121, Verdict::No),
        (b"220 (x)\r\n", 21, Verdict::Likely),
        (b"220", 21, Verdict::More),
        (b"USER a\r\n", 2121, Verdict::No),
        (b"RETR a\r\n", 2121, Verdict::Likely),
        (b"USER a\r\n", 21, Verdict::Likely),
        (b"GET / HTTP/1.1\r\n\r\n", 21, Verdict::No),
        (b"\x16\x03\x01\x00\x05", 21, Verdict::No),
    ];
    for (data, port, expected) in cases {
        assert_eq!(look(&DISSECTOR, Transport::Tcp, *port, data), *expected, "{data:?}");
    }
}

#[test]
fn each_transfer_is_announced_with_its_name() {
    let log = check_stream(
        &DISSECTOR,
        21,
        &[
            client(b"EPSV\r\n"),
            server(b"229 Extended Passive Mode (|||4099|)\r\n"),
            client(b"REST 100\r\nRETR a\r\n"),
            server(b"350 ok\r\n226 done\r\n"),
            client(b"EPRT |1|10.0.0.1|4100|\r\nSTOR b\r\n"),
            client(b"PASV\r\nNLST\r\n"),
            server(b"200 ok\r\n226 done\r\n227 x (10,0,0,2,16,5)\r\n"),
        ],
    );
    assert_eq!(
        log.expectations,
        [
            "10.0.0.2 4099 10.0.0.1 6 ftp serves=true 0 \"\"",
            "10.0.0.2 4099 10.0.0.1 6 ftp serves=true 402 \"a\"",
            "10.0.0.1 4100 10.0.0.2 6 ftp serves=false 0 \"\"",
            "10.0.0.1 4100 10.0.0.2 6 ftp serves=false 3 \"b\"",
            "10.0.0.2 4101 10.0.0.1 6 ftp serves=true 1 \"\"",
        ]
    );
}
