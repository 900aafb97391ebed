//! Files made for tests.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    unreachable_pub,
    reason = "each test file uses some of these"
)]

use std::path::{Path, PathBuf};

use sightglass_capture::{CaptureError, Input, Options};

/// Byte order of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    Little,
    Big,
}

impl Order {
    pub fn half(self, value: u16) -> [u8; 2] {
        if self == Self::Big { value.to_be_bytes() } else { value.to_le_bytes() }
    }

    pub fn word(self, value: u32) -> [u8; 4] {
        if self == Self::Big { value.to_be_bytes() } else { value.to_le_bytes() }
    }

    pub fn long(self, value: u64) -> [u8; 8] {
        if self == Self::Big { value.to_be_bytes() } else { value.to_le_bytes() }
    }
}

/// The file header of a pcap.
pub fn pcap_header(order: Order, magic: u32, version: (u16, u16), snaplen: u32, network: u32) -> Vec<u8> {
    let mut file = order.word(magic).to_vec();
    file.extend([order.half(version.0), order.half(version.1)].concat());
    file.extend([0; 8]);
    file.extend([order.word(snaplen), order.word(network)].concat());
    file
}

/// A record of a pcap.
pub fn pcap_record(order: Order, seconds: u32, fraction: u32, original: u32, data: &[u8]) -> Vec<u8> {
    let captured = u32::try_from(data.len()).unwrap();
    let header = [seconds, fraction, captured, original].map(|value| order.word(value)).concat();
    [&header, data].concat()
}

/// A usual pcap, little-endian and in microseconds, of `(seconds, data)`.
pub fn pcap(packets: &[(u32, &[u8])]) -> Vec<u8> {
    let mut file = pcap_header(Order::Little, 0xa1b2_c3d4, (2, 4), 65535, 1);
    for (seconds, data) in packets {
        file.extend(pcap_record(Order::Little, *seconds, 0, u32::try_from(data.len()).unwrap(), data));
    }
    file
}

/// A block of a pcapng around `body`, which is padded.
pub fn block(order: Order, kind: u32, body: &[u8]) -> Vec<u8> {
    let padded = body.len().next_multiple_of(4);
    let length = order.word(u32::try_from(padded).unwrap() + 12);
    let mut block = [order.word(kind), length].concat();
    block.extend(body);
    block.resize(8 + padded, 0);
    block.extend(length);
    block
}

pub fn option(order: Order, code: u16, value: &[u8]) -> Vec<u8> {
    let mut option = [order.half(code), order.half(u16::try_from(value.len()).unwrap())].concat();
    option.extend(value);
    option.resize(option.len().next_multiple_of(4), 0);
    option
}

pub fn section(order: Order) -> Vec<u8> {
    let body = [&order.word(0x1a2b_3c4d)[..], &order.half(1), &order.half(0), &[0xff; 8]].concat();
    block(order, 0x0a0d_0d0a, &body)
}

pub fn interface(order: Order, link: u16, snaplen: u32, options: &[Vec<u8>]) -> Vec<u8> {
    let body = [&order.half(link)[..], &[0, 0], &order.word(snaplen), &options.concat()].concat();
    block(order, 1, &body)
}

pub fn enhanced(order: Order, interface: u32, ticks: u64, original: u32, data: &[u8]) -> Vec<u8> {
    let (high, low) = (u32::try_from(ticks >> 32).unwrap(), u32::try_from(ticks & 0xffff_ffff).unwrap());
    let fields = [interface, high, low, u32::try_from(data.len()).unwrap(), original];
    block(order, 6, &[&fields.map(|value| order.word(value)).concat(), data].concat())
}

pub fn simple(order: Order, original: u32, data: &[u8]) -> Vec<u8> {
    block(order, 3, &[&order.word(original), data].concat())
}

/// Write `bytes` to a file of the folder.
pub fn file(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

/// A frame as a test compares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub ts_ns: i64,
    pub number: u64,
    pub source: u16,
    pub link: u32,
    pub interface: u16,
    pub orig_len: u32,
    pub data: Vec<u8>,
}

pub fn open(paths: &[&Path]) -> Result<Input, CaptureError> {
    Input::open(&paths.iter().map(|path| path.to_path_buf()).collect::<Vec<_>>(), Options::default())
}

/// All frames of an input.
pub fn drain(input: &mut Input) -> Vec<Seen> {
    let mut seen = Vec::new();
    while let Some(batch) = input.next_batch() {
        seen.extend(batch.frames.iter().map(|frame| Seen {
            ts_ns: frame.ts_ns,
            number: frame.number,
            source: frame.source,
            link: frame.link,
            interface: frame.interface,
            orig_len: frame.orig_len,
            data: batch.data(frame).to_vec(),
        }));
    }
    seen
}

/// Write `bytes` to a file and read it.
pub fn read(bytes: &[u8]) -> (Vec<Seen>, Input) {
    let folder = tempfile::tempdir().unwrap();
    let mut input = open(&[&file(folder.path(), "t.pcap", bytes)]).unwrap();
    (drain(&mut input), input)
}
