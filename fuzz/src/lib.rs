//! What the fuzz targets do with bytes; each function ends without a panic whatever it is given.

pub use sightglass_dissect::testing::converse;
use sightglass_dissect::{Dissector, registry};
use sightglass_engine::{DecodeOptions, Options, analyze, decode};
use sightglass_flow::{
    Budget, DataInfo, Deliver, Gap, Moment, Overlap, Reassembler, Retransmission, Segment,
};
use sightglass_wire::{LinkType, Packet};

/// The dissector with this short name.
///
/// # Panics
/// When there is none: the name comes from whoever starts the target.
pub fn dissector(name: &str) -> &'static Dissector {
    registry::DISSECTORS
        .iter()
        .copied()
        .find(|dissector| dissector.protocol.name() == name)
        .unwrap_or_else(|| panic!("no dissector is called {name}"))
}

/// Takes the input as a frame: its first byte chooses the link type.
pub fn frame(data: &[u8]) {
    const LINKS: [u32; 8] = [1, 0, 101, 108, 113, 276, 105, 228];
    let Some((choice, bytes)) = data.split_first() else { return };
    let link = LINKS[usize::from(*choice) % LINKS.len()];
    let mut packet = Packet::new();
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    sightglass_wire::decode(LinkType(link), bytes, length, &mut packet);
}

/// Counts the bytes of a stream, and checks that each place is given once and in order.
#[derive(Default)]
struct Ordered {
    next: u64,
    ended: bool,
}

impl Deliver for Ordered {
    fn data(&mut self, bytes: &[u8], info: DataInfo) {
        assert!(info.offset >= self.next, "offset {} after {}", info.offset, self.next);
        self.next = info.offset.saturating_add(bytes.len() as u64);
    }
    fn gap(&mut self, _: Gap) {}
    fn overlap(&mut self, _: Overlap) {}
    fn retransmission(&mut self, _: Retransmission) {}
    fn end(&mut self, _: Moment) {
        assert!(!std::mem::replace(&mut self.ended, true), "a stream ends once");
    }
}

/// Takes the input as segments of one direction: flags, two bytes of sequence number, a length, the payload.
pub fn segments(mut data: &[u8]) {
    let (mut stream, mut budget, mut sink) = (Reassembler::default(), Budget::default(), Ordered::default());
    let mut frame = 0u64;
    while let Some(([flags, high, low, length], rest)) = data.split_first_chunk() {
        frame = frame.saturating_add(1);
        let (payload, after) = rest.split_at(usize::from(*length).min(rest.len()));
        data = after;
        // Near the end of the number space, so that it wraps.
        let seq = u32::from_be_bytes([0xff, 0xff, *high, *low]).wrapping_add(0x4000);
        let ts_ns = i64::try_from(frame).unwrap_or_default();
        if flags & 8 != 0 {
            stream.acknowledged(seq, Moment { frame, ts_ns }, &mut budget, &mut sink);
            continue;
        }
        let segment = Segment {
            seq,
            syn: flags & 1 != 0,
            fin: flags & 2 != 0,
            rst: flags & 4 != 0,
            payload,
            missing: u32::from(flags >> 4),
            frame,
            ts_ns,
        };
        stream.push(segment, &mut budget, &mut sink);
    }
    stream.flush(Moment { frame, ts_ns: 0 }, &mut budget, &mut sink);
}

/// Takes the input as a capture file, through everything: analysis and decoding.
pub fn capture(data: &[u8]) {
    let path = std::env::temp_dir().join(format!("sightglass-fuzz-{}", std::process::id()));
    // Without a place to write there is nothing to try.
    if std::fs::write(&path, data).is_err() {
        return;
    }
    if let Ok(mut analysis) = analyze(&[path.clone()], Options::default()) {
        while analysis.next_batch().is_some() {}
        let summary = analysis.summary().to_json();
        assert!(
            !summary.contains("\"panics\":") || summary.contains("\"panics\":0"),
            "a worker caught a panic"
        );
    }
    if let Ok(mut decoding) = decode(&[path.clone()], DecodeOptions::default()) {
        while decoding.next_lines().is_some() {}
    }
    let _ = std::fs::remove_file(&path);
}

/// Runs a target over files of inputs, one input a line in hexadecimal, as `corpus/` holds them.
pub fn replay(target: impl Fn(&[u8])) {
    let mut count = 0usize;
    for path in std::env::args().skip(1) {
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        for line in text.lines() {
            target(&bytes(line));
            count = count.saturating_add(1);
        }
    }
    println!("{count} inputs");
}

fn bytes(line: &str) -> Vec<u8> {
    line.as_bytes()
        .chunks_exact(2)
        .filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}
