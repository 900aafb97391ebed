//! Filters select the frames that tcpdump selects, on real captures.
//!
//! Needs tcpdump and the captures of `tests/captures.rs`; says so and passes without them. Each capture is tried with
//! one expression by turns; `SIGHTGLASS_FILTERS=all` tries all of them on each.
#![expect(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use sightglass_capture::{Filter, Input, Options};

/// Expressions; A and B stand for addresses, M and N for MAC addresses, P and Q for ports of a frame in the capture.
const EXPRESSIONS: &[&str] = &[
    "ip",
    "ip6",
    "arp",
    "tcp",
    "udp",
    "icmp",
    "icmp6",
    "igmp",
    "sctp",
    "stp",
    "iso",
    "rarp",
    "pim",
    "esp",
    "vrrp",
    "not ip",
    "not (tcp or udp)",
    "tcp or udp and not port 80",
    "host A",
    "src host A",
    "dst host A",
    "ip host B",
    "arp host A",
    "host A and B",
    "host A and not B",
    "host A or host B",
    "src A and dst B",
    "src or dst host B",
    "src and dst net 10",
    "net 192.168",
    "net 10.0.0.0/8",
    "dst net 224.0.0.0/4",
    "not net 192.168.0.0 mask 255.255.0.0",
    "port P",
    "src port P",
    "dst port Q",
    "tcp port P or Q",
    "udp port P",
    "tcp port (P or Q)",
    "portrange 1-1023",
    "portrange 500-510 or 20000",
    "udp portrange 5000-6000",
    "not port P",
    "port http or https or domain",
    "tcp src portrange 0-1024",
    "ether host M",
    "ether src M",
    "ether dst N",
    "ether src M or N",
    "not ether host M",
    "ether broadcast",
    "ether multicast",
    "multicast and not broadcast",
    "ip multicast",
    "ip6 multicast",
    "ether proto 0x88cc",
    "ether proto 0x8892",
    "ether proto \\arp",
    "ether proto 0x42",
    "ether proto 0xfe",
    "ip proto 17",
    "proto \\udp",
    "ip6 proto 58",
    "ip6 proto 0",
    "proto 2",
    "vlan",
    "vlan 1",
    "vlan and ip",
    "vlan and host A",
    "vlan and tcp port P",
    "not vlan",
    "vlan and vlan",
    "vlan and not ip",
    "ip or (vlan and ip)",
    "mpls",
    "mpls and ip",
    "mpls and mpls",
    "pppoes",
    "pppoes and ip",
    "pppoed",
    "less 64",
    "greater 200",
    "len > 100 and len <= 300",
    "len % 2 = 0",
    "tcp[tcpflags] & (tcp-syn|tcp-fin) != 0",
    "tcp[tcpflags] & (tcp-syn|tcp-ack) == tcp-syn",
    "tcp[13] = 0x18",
    "ip[0] & 0xf != 5",
    "ip[6:2] & 0x1fff != 0",
    "ip[8] < 64 or ip[8] >= 128",
    "ip[2:2] - ((ip[0]&0xf)<<2) > 100",
    "tcp[12] != 0 and (ip[2:2] - ((ip[0]&0xf)<<2)) - ((tcp[12]&0xf0)>>2) != 0",
    "udp[4:2] > 50",
    "icmp[icmptype] = icmp-echo",
    "icmp[icmptype] != icmp-echo and icmp[icmptype] != icmp-echoreply",
    "icmp6[icmp6type] = 135",
    "ip6[6] = 58",
    "arp[6:2] = 1",
    "ether[0] & 1 = 0 and ip[16] >= 224",
    "ether[12:2] > 1500",
    "tcp[0:2] = tcp[2:2] or udp[0:2] = udp[2:2]",
    "tcp[((tcp[12] & 0xf0) >> 2):4] = 0x03000016",
    "ether[len % 14] = 0",
    "link[12] * 256 + link[13] = 2048",
    "ip[9] ^ 6 = 0 and (ip[9] | 1) / 2 = 3",
    "src net 10.0.0.0/8 or 172.16.0.0/12 or 192.168.0.0/16",
    "not not tcp",
    "tcp and port 102 or port 502 or udp port 47808",
    "! udp && ! arp || ip6",
];

fn tcpdump(file: &Path, expression: &str) -> std::io::Result<Output> {
    // Other users' files are refused when it drops its rights.
    Command::new("tcpdump").args(["-Z", "root", "-n", "--count", "-r"]).arg(file).arg(expression).output()
}

fn folders() -> Vec<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/captures");
    let captures = std::env::var_os("SIGHTGLASS_CAPTURES").map_or_else(beside, PathBuf::from);
    let Ok(entries) = fs::read_dir(captures) else { return Vec::new() };
    let mut folders: Vec<PathBuf> =
        entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

/// Put addresses and ports of an IPv4 frame in the middle of the capture into an expression.
fn fill_in(expression: &str, frames: &[(u32, Vec<u8>)]) -> String {
    let middle = frames.iter().skip(frames.len() / 2).chain(frames);
    let mut usable =
        middle.filter(|(link, data)| *link == 1 && data.len() >= 38 && data[12..15] == [8, 0, 0x45]);
    let sample = usable.next().map_or_else(|| vec![0; 64], |(_, data)| data.clone());
    let dotted = |at: usize| sample[at..at + 4].iter().map(u8::to_string).collect::<Vec<_>>().join(".");
    let mac = |at: usize| sample[at..at + 6].iter().map(|b| format!("{b:02x}")).collect::<Vec<_>>().join(":");
    let port = |at: usize| u16::from_be_bytes([sample[at], sample[at + 1]]).to_string();
    let words = expression.split_inclusive([' ', '(', ')']).map(|piece| {
        let word = piece.trim_end_matches([' ', '(', ')']);
        let value = match word {
            "A" => dotted(26),
            "B" => dotted(30),
            "M" => mac(6),
            "N" => mac(0),
            "P" => port(34),
            "Q" => port(36),
            other => other.to_owned(),
        };
        value + &piece[word.len()..]
    });
    words.collect()
}

#[test]
fn filters_select_what_tcpdump_selects() {
    if Command::new("tcpdump").arg("--version").output().is_err() {
        println!("skipped: tcpdump is not installed");
        return;
    }
    let every = std::env::var("SIGHTGLASS_FILTERS").is_ok_and(|value| value == "all");
    let (mut compared, mut matched, mut turn, mut wrong) = (0, 0, 0, Vec::new());
    for folder in folders() {
        let mut files: Vec<PathBuf> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        for file in files {
            let Ok(mut input) = Input::open(std::slice::from_ref(&file), Options::default()) else {
                continue;
            };
            if input.captures()[0].compression.is_some() {
                continue; // tcpdump does not decompress
            }
            let (mut frames, mut lengths) = (Vec::new(), Vec::new());
            while let Some(batch) = input.next_batch() {
                frames.extend(batch.frames.iter().map(|frame| (frame.link, batch.data(frame).to_vec())));
                lengths.extend(batch.frames.iter().map(|frame| frame.orig_len));
            }
            // On other link types, lengths are all that filters know of; of NULL, tcpdump reads one byte order only.
            let known = [1, 9, 12, 14, 50, 51, 101, 108, 113, 228, 229, 276];
            if frames.iter().any(|(link, _)| !known.contains(link)) {
                continue;
            }
            let few = if every { EXPRESSIONS.len() } else { 1 };
            for _ in 0..few {
                let expression = fill_in(EXPRESSIONS[turn % EXPRESSIONS.len()], &frames);
                turn += 1;
                let output = tcpdump(&file, &expression).unwrap();
                let errors = String::from_utf8_lossy(&output.stderr);
                if !output.status.success() || errors.contains("tcpdump:") {
                    continue; // a file or link type that it does not take
                }
                let text = String::from_utf8_lossy(&output.stdout);
                let Some(theirs) = text.split_whitespace().next().and_then(|n| n.parse::<usize>().ok())
                else {
                    continue;
                };
                let filter = Filter::compile(&expression).unwrap();
                let ours = frames.iter().zip(&lengths);
                let ours =
                    ours.filter(|((link, data), length)| filter.matches_frame(*link, data, **length)).count();
                compared += 1;
                matched += theirs;
                if ours != theirs {
                    wrong.push(format!("{}: {expression}: {ours}, tcpdump {theirs}", file.display()));
                }
            }
        }
    }
    println!("{compared} comparisons, {matched} frames matched");
    assert!(wrong.is_empty(), "{} of {compared} differ:\n{}", wrong.len(), wrong.join("\n"));
}
