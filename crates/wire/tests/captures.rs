//! Real captures, where they are at hand: every frame decodes, and what an independent dissector saw is seen.
//!
//! The folder is named by `SIGHTGLASS_CAPTURES`, else `shared/captures` beside the repository. Without it the
//! tests say so and pass.
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::print_stdout
)]

mod support;

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;
use sightglass_wire::{Ip, LinkType, Net, Packet, Transport, TunnelKind as K, decode};
use support::{captures, files, frames, read};

/// Folders whose files are damaged on purpose, or hold no network at all: only "no panic" is asked of them.
const DAMAGED: [&str; 2] = ["malformed", "pcapng-format"];

/// The captures folder, or a word on why nothing is tested.
fn folder() -> Option<PathBuf> {
    let found = captures();
    if found.is_none() {
        println!("skipped: no folder of captures (set SIGHTGLASS_CAPTURES)");
    }
    found
}

fn folder_name(path: &Path) -> String {
    path.parent().unwrap().file_name().unwrap().to_string_lossy().into_owned()
}

/// A capture's truth file: `truth/<folder>__<file>.json`.
fn truth(folder: &Path, capture: &Path) -> Option<Value> {
    let name = format!("{}__{}.json", folder_name(capture), capture.file_name()?.to_string_lossy());
    serde_json::from_slice(&std::fs::read(folder.join("truth").join(name)).ok()?).ok()
}

/// Source and destination of the outermost IP header.
fn outer_pair(packet: &Packet<'_>) -> Option<(Ip, Ip)> {
    let outer = packet.tunnels.as_slice().iter().find(|t| t.src != Ip::UNSPECIFIED).map(|t| (t.src, t.dst));
    outer.or_else(|| packet.src_ip().zip(packet.dst_ip()))
}

fn parse_ip(text: &str) -> Option<Ip> {
    Some(match text.parse().ok()? {
        std::net::IpAddr::V4(a) => a.into(),
        std::net::IpAddr::V6(a) => a.into(),
    })
}

/// What one capture's frames gave, in the truth file's terms.
#[derive(Default)]
struct Seen {
    frames: u64,
    /// Frames by tunnel flag.
    flags: BTreeMap<&'static str, u64>,
    /// Frames by VLAN id; one with two tags of an id counts twice.
    vlans: BTreeMap<u16, u64>,
    /// Pairs of addresses, and the port on either side. `None`: wrapped packets and fragments, whose port may be
    /// hidden, and ICMP errors, for which the truth lists the port of the packet they quote.
    pairs: std::collections::BTreeSet<(Ip, Ip, Option<u16>)>,
}

impl Seen {
    fn add(&mut self, packet: &Packet<'_>) {
        self.frames += 1;
        let tunnels = packet.tunnels.as_slice();
        let any = |kinds: &[K]| tunnels.iter().any(|t| kinds.contains(&t.kind));
        let erspan = [K::ErspanI, K::ErspanII, K::ErspanIII];
        let mut flag = |name, set: bool| *self.flags.entry(name).or_default() += u64::from(set);
        let bare_gre = packet.ip_protocol() == Some(47) && packet.fragment.is_none();
        flag("encap_gre", any(&[K::Gre, K::Nvgre]) || any(&erspan) || bare_gre);
        flag("encap_erspan", any(&erspan));
        flag("encap_mpls", any(&[K::Mpls]));
        flag("encap_pppoes", any(&[K::Pppoe]));
        flag("encap_vxlan", any(&[K::Vxlan]));
        flag("encap_geneve", any(&[K::Geneve]));
        flag("qinq", packet.vlans.as_slice().len() > 1);
        // The truth's dissector does not name the id of every priority tag.
        for id in packet.vlans.as_slice().iter().filter(|id| **id != 0) {
            *self.vlans.entry(*id).or_default() += 1;
        }
        let quotes = matches!(packet.transport, Transport::Icmp { kind: 3 | 4 | 5 | 11 | 12, .. });
        for (src, dst) in outer_pair(packet).into_iter().chain(packet.src_ip().zip(packet.dst_ip())) {
            if !tunnels.is_empty() || packet.fragment.is_some() || quotes {
                self.pairs.insert((src, dst, None));
            }
            if let Some((from, to)) = packet.ports() {
                self.pairs.extend([(src, dst, Some(from)), (src, dst, Some(to))]);
            }
        }
    }

    /// Frames of a mirror session have its VLAN, which the truth does not list.
    fn has_mirror(&self) -> bool {
        self.flags.get("encap_erspan").is_some_and(|count| *count != 0)
    }

    fn has_conversation(&self, client: Ip, server: Ip, port: u16) -> bool {
        [(client, server), (server, client)]
            .into_iter()
            .any(|(a, b)| self.pairs.contains(&(a, b, Some(port))) || self.pairs.contains(&(a, b, None)))
    }
}

/// Differences between a capture and its truth, as text.
fn differences(seen: &Seen, truth: &Value) -> Vec<String> {
    let mut all = Vec::new();
    for (name, count) in &seen.flags {
        let expected = truth["flags"][*name].as_u64().unwrap_or(0);
        if *count != expected {
            all.push(format!("{name}: {count} frames, {expected} in the truth"));
        }
    }
    let expected: BTreeMap<u16, u64> = truth["vlans"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(id, count)| (id.parse().unwrap(), count.as_u64().unwrap()))
        .filter(|(id, _)| *id != 0)
        .collect();
    if seen.vlans != expected && !seen.has_mirror() {
        all.push(format!("vlans {:?}, {expected:?} in the truth", seen.vlans));
    }
    for row in truth["conversations"].as_array().into_iter().flatten() {
        let address = |key: &str| row[key].as_str().and_then(parse_ip);
        let port = row["port"].as_u64().and_then(|port| u16::try_from(port).ok()).filter(|port| *port != 0);
        if let (Some(client), Some(server), Some(port), Some("tcp" | "udp")) =
            (address("client"), address("server"), port, row["proto"].as_str())
            && !seen.has_conversation(client, server, port)
        {
            all.push(format!("no conversation {client} {server} {port}"));
        }
    }
    all
}

#[test]
fn captures_show_the_tunnels_tags_and_conversations_of_their_truth() {
    let Some(folder) = folder() else { return };
    let (mut compared, mut wrong) = (0, Vec::new());
    for path in files(&folder) {
        let Some(truth) = truth(&folder, &path) else { continue };
        if DAMAGED.contains(&folder_name(&path).as_str()) || truth["error"].is_string() {
            continue;
        }
        let Some(file) = read(&path) else { continue };
        let mut packet = Packet::new();
        let mut seen = Seen::default();
        for frame in frames(&file) {
            decode(LinkType(frame.link), frame.bytes, frame.orig_len, &mut packet);
            seen.add(&packet);
        }
        compared += 1;
        wrong
            .extend(differences(&seen, &truth).into_iter().map(|text| format!("{}: {text}", path.display())));
    }
    println!("{compared} captures compared");
    assert!(compared > 0, "the folder holds no capture with a truth file");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_frame_of_every_capture_decodes() {
    let Some(folder) = folder() else { return };
    let (mut total, mut unsupported, mut with_ip) = (0_u64, BTreeMap::<String, u64>::new(), 0_u64);
    for path in files(&folder) {
        let Some(file) = read(&path) else { continue };
        let mut packet = Packet::new();
        for frame in frames(&file) {
            let link = LinkType(frame.link);
            decode(link, frame.bytes, frame.orig_len, &mut packet);
            total += 1;
            with_ip += u64::from(matches!(packet.net, Net::V4 { .. } | Net::V6 { .. }));
            assert!(packet.payload.len() <= frame.bytes.len(), "{}", path.display());
            if packet.anomalies.contains(sightglass_wire::Anomalies::UNSUPPORTED_LINK_TYPE) {
                *unsupported.entry(link.to_string()).or_default() += 1;
            }
        }
    }
    println!("{total} frames, {with_ip} with IP; unsupported link types: {unsupported:?}");
    assert!(with_ip * 2 > total, "less than half of {total} frames have IP");
}

/// Time for one frame, over captures held in memory: run with `--release -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement, not a check"]
fn nanoseconds_per_frame() {
    let Some(folder) = folder() else { return };
    let mut by_kind = BTreeMap::<&str, (Duration, u64)>::new();
    for path in files(&folder) {
        let Some(file) = read(&path) else { continue };
        let all = frames(&file);
        if all.len() < 200 {
            continue;
        }
        let kind = if folder_name(&path) == "malformed" { "damaged" } else { "ordinary" };
        let mut packet = Packet::new();
        // The best of several rounds: other programs only ever make it slower.
        let best = (0..15).map(|_| {
            let start = Instant::now();
            for frame in &all {
                decode(LinkType(frame.link), frame.bytes, frame.orig_len, &mut packet);
                black_box(&packet);
            }
            start.elapsed()
        });
        let entry = by_kind.entry(kind).or_default();
        entry.0 += best.min().unwrap();
        entry.1 += all.len() as u64;
    }
    for (kind, (time, count)) in by_kind {
        println!("{kind}: {count} frames, {} ns each", time.as_nanos() / u128::from(count));
    }
}
