//! Flows that another conversation announces: FTP data connections and TFTP transfers give files.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that cannot go on ends"
)]

use std::path::PathBuf;

use sightglass_engine::{Options, analyze};

const CLIENT: u8 = 1;
const SERVER: u8 = 2;
const SYN: u8 = 2;
const FIN: u8 = 1;

/// A frame from one host to the other.
fn frame(from: u8, protocol: u8, payload: &[u8]) -> Vec<u8> {
    let to = CLIENT + SERVER - from;
    let mut bytes = vec![2, 0, 0, 0, 0, to, 2, 0, 0, 0, 0, from, 8, 0, 0x45, 0];
    bytes.extend(u16::try_from(20 + payload.len()).unwrap().to_be_bytes());
    bytes.extend([0, 0, 0, 0, 64, protocol, 0, 0, 10, 0, 0, from, 10, 0, 0, to]);
    bytes.extend(payload);
    bytes
}

/// Both directions of one TCP connection, or of one pair of UDP ports.
struct Talk<'a> {
    frames: &'a mut Vec<Vec<u8>>,
    /// Port of the client and of the server.
    ports: [u16; 2],
    next: [u32; 2],
}

impl<'a> Talk<'a> {
    fn new(frames: &'a mut Vec<Vec<u8>>, client: u16, server: u16) -> Self {
        Self { frames, ports: [client, server], next: [1_000, 9_000] }
    }

    fn segment(&mut self, from: u8, flags: u8, data: &[u8]) -> &mut Self {
        let (own, other) = (usize::from(from - 1), usize::from(SERVER - from));
        let mut bytes = [self.ports[own].to_be_bytes(), self.ports[other].to_be_bytes()].concat();
        bytes.extend(self.next[own].to_be_bytes());
        bytes.extend(self.next[other].to_be_bytes());
        bytes.extend([0x50, flags | 0x10, 0xff, 0xff, 0, 0, 0, 0]);
        bytes.extend(data);
        let step = u32::try_from(data.len()).unwrap() + u32::from(flags & (SYN | FIN) != 0);
        self.next[own] += step;
        self.frames.push(frame(from, 6, &bytes));
        self
    }

    /// The handshake, opened by one side.
    fn open(&mut self, opener: u8) -> &mut Self {
        let other = CLIENT + SERVER - opener;
        let own = usize::from(opener - 1);
        let mut bytes = [self.ports[own].to_be_bytes(), self.ports[1 - own].to_be_bytes()].concat();
        bytes.extend(self.next[own].to_be_bytes());
        bytes.extend([0, 0, 0, 0, 0x50, SYN, 0xff, 0xff, 0, 0, 0, 0]);
        self.next[own] += 1;
        self.frames.push(frame(opener, 6, &bytes));
        self.segment(other, SYN, &[]).segment(opener, 0, &[])
    }

    fn datagram(&mut self, from: u8, data: &[u8]) -> &mut Self {
        let (own, other) = (usize::from(from - 1), usize::from(SERVER - from));
        let mut bytes = [self.ports[own].to_be_bytes(), self.ports[other].to_be_bytes()].concat();
        bytes.extend(u16::try_from(8 + data.len()).unwrap().to_be_bytes());
        bytes.extend([0, 0]);
        bytes.extend(data);
        self.frames.push(frame(from, 17, &bytes));
        self
    }
}

/// `client server protocol direction name size complete hash` of every file, and `port protocol` of every flow.
fn found(name: &str, frames: &[Vec<u8>], workers: usize) -> (Vec<String>, Vec<String>) {
    let mut file =
        vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 1, 0, 0, 0];
    for (second, packet) in (1u32..).zip(frames) {
        let length = u32::try_from(packet.len()).unwrap().to_le_bytes();
        file.extend(second.to_le_bytes());
        file.extend([0; 4]);
        file.extend(length);
        file.extend(length);
        file.extend(packet);
    }
    let path: PathBuf = std::env::temp_dir()
        .join(format!("sightglass-announced-{name}-{workers}-{}.pcap", std::process::id()));
    std::fs::write(&path, file).unwrap();
    let options = Options { hash: false, workers, ..Options::default() };
    let mut analysis = analyze(std::slice::from_ref(&path), options).unwrap();
    let (mut files, mut flows) = (Vec::new(), Vec::new());
    while let Some(batch) = analysis.next_batch() {
        for row in batch.events.files {
            files.push(format!(
                "{} {} {} {} {} {} {} {}",
                row.client_ip.unwrap(),
                row.server_ip.unwrap(),
                row.protocol,
                row.direction,
                row.name,
                row.size,
                row.complete,
                row.sha256
            ));
        }
        for row in batch.events.flows.into_iter().filter(|row| row.event == "final") {
            flows.push(format!(
                "{}-{} {} {}",
                row.client_port, row.server_port, row.protocol, row.recognised_by
            ));
        }
    }
    std::fs::remove_file(path).unwrap();
    flows.sort();
    (files, flows)
}

/// SHA-256 of `abc`, from FIPS 180-2, appendix B.1.
const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

/// A control connection in which the lines of both sides alternate, up to a place in them.
fn control<'a>(frames: &'a mut Vec<Vec<u8>>, lines: &[(u8, &str)]) -> Talk<'a> {
    let mut talk = Talk::new(frames, 40_000, 21);
    talk.open(CLIENT).segment(SERVER, 0, b"220 FTP server\r\n");
    for (from, line) in lines {
        talk.segment(*from, 0, format!("{line}\r\n").as_bytes());
    }
    talk
}

#[test]
fn a_passive_transfer_gives_its_file() {
    for (ask, answer) in [
        ("PASV", "227 Entering Passive Mode (10,0,0,2,200,1)"),
        ("EPSV", "229 Entering Extended Passive Mode (|||51201|)"),
    ] {
        let mut frames = Vec::new();
        control(
            &mut frames,
            &[(CLIENT, ask), (SERVER, answer), (CLIENT, "RETR fw/main.bin"), (SERVER, "150 go")],
        );
        Talk::new(&mut frames, 40_001, 51_201)
            .open(CLIENT)
            .segment(SERVER, 0, b"ab")
            .segment(SERVER, FIN, b"c")
            .segment(CLIENT, FIN, &[]);
        let (files, flows) = found(ask, &frames, 1);
        assert_eq!(files, [format!("10.0.0.1 10.0.0.2 ftp upload fw/main.bin 3 true {ABC}")]);
        assert_eq!(flows, ["40000-21 ftp handshake", "40001-51201 ftp content"]);
        assert_eq!(found(ask, &frames, 3), (files, flows), "the number of workers changes nothing");
    }
}

#[test]
fn an_active_transfer_belongs_to_who_asked() {
    for ask in ["PORT 10,0,0,1,200,1", "EPRT |1|10.0.0.1|51201|"] {
        let mut frames = Vec::new();
        control(&mut frames, &[(CLIENT, ask), (SERVER, "200 ok"), (CLIENT, "STOR a"), (SERVER, "150 go")]);
        Talk::new(&mut frames, 51_201, 20).open(SERVER).segment(CLIENT, FIN, b"abc").segment(
            SERVER,
            FIN,
            &[],
        );
        let (files, _) = found(&ask[..4], &frames, 1);
        assert_eq!(files, [format!("10.0.0.1 10.0.0.2 ftp download a 3 true {ABC}")]);
    }
}

#[test]
fn listings_are_no_files_and_broken_transfers_are_not_complete() {
    let passive = [(CLIENT, "PASV"), (SERVER, "227 x (10,0,0,2,200,1)")];
    let mut frames = Vec::new();
    control(&mut frames, &[&passive[..], &[(CLIENT, "LIST"), (SERVER, "150 go")]].concat());
    Talk::new(&mut frames, 40_001, 51_201).open(CLIENT).segment(SERVER, FIN, b"abc");
    assert_eq!(found("list", &frames, 1).0, Vec::<String>::new());

    let mut frames = Vec::new();
    control(&mut frames, &[&passive[..], &[(CLIENT, "RETR a"), (SERVER, "150 go")]].concat());
    Talk::new(&mut frames, 40_001, 51_201).open(CLIENT).segment(SERVER, 0, b"ab").segment(SERVER, 4, &[]);
    let (files, _) = found("reset", &frames, 1);
    assert!(files.len() == 1 && files[0].contains(" a 2 false "), "{files:?}");
}

#[test]
fn an_announcement_hides_no_service() {
    // 44818 is registered for EtherNet/IP: a session's registration there is what its bytes say.
    let mut frames = Vec::new();
    let lines =
        [(CLIENT, "PASV"), (SERVER, "227 x (10,0,0,2,175,18)"), (CLIENT, "RETR a"), (SERVER, "150 go")];
    control(&mut frames, &lines);
    let register = [0x65, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 1, 0, 0, 0];
    Talk::new(&mut frames, 40_001, 44_818).open(CLIENT).segment(CLIENT, 0, &register);
    let (files, flows) = found("hide", &frames, 1);
    assert_eq!((files.len(), flows[1].as_str()), (0, "40001-44818 enip handshake"));
}

#[test]
fn a_transfer_by_tftp_has_the_name_of_its_request() {
    let mut frames = Vec::new();
    Talk::new(&mut frames, 50_000, 69).datagram(CLIENT, b"\0\x01boot.bin\0octet\0");
    Talk::new(&mut frames, 50_000, 60_123)
        .datagram(SERVER, b"\0\x03\0\x01abc")
        .datagram(CLIENT, b"\0\x04\0\x01");
    let (files, flows) = found("tftp", &frames, 1);
    assert_eq!(files, [format!("10.0.0.1 10.0.0.2 tftp upload boot.bin 3 true {ABC}")]);
    assert_eq!(flows, ["50000-60123 tftp content", "50000-69 tftp content"]);
}
