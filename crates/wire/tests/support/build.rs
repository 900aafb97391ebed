//! Builders for frames, so that a test shows only the layer it is about.
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects, clippy::indexing_slicing, dead_code)]

use sightglass_wire::{Ip, LinkType, Packet, decode};

/// Addresses of every IPv4 packet built here.
pub(crate) const SRC: Ip = Ip::v4([192, 0, 2, 1]);
pub(crate) const DST: Ip = Ip::v4([192, 0, 2, 2]);

pub(crate) fn bytes(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

pub(crate) fn be16(value: usize) -> [u8; 2] {
    u16::try_from(value).unwrap().to_be_bytes()
}

pub(crate) fn ethernet(ethertype: u16, payload: &[u8]) -> Vec<u8> {
    bytes(&[&[2, 0, 0, 0, 0, 2], &[2, 0, 0, 0, 0, 1], &ethertype.to_be_bytes(), payload])
}

/// An Ethernet frame of other stations than [`ethernet`]'s: 02:..:0b to 02:..:0a.
pub(crate) fn inner_ethernet(ethertype: u16, payload: &[u8]) -> Vec<u8> {
    bytes(&[&[2, 0, 0, 0, 0, 10], &[2, 0, 0, 0, 0, 11], &ethertype.to_be_bytes(), payload])
}

pub(crate) fn ipv4(protocol: u8, body: &[u8]) -> Vec<u8> {
    let total = be16(20 + body.len());
    let header = [
        0x45, 0xb9, total[0], total[1], // version 4, 20 bytes; DSCP 46, ECN 1
        0x12, 0x34, 0x40, 0, // id, don't fragment
        64, protocol, 0, 0, // ttl, checksum not filled in
        192, 0, 2, 1, 192, 0, 2, 2,
    ];
    bytes(&[&header, body])
}

/// An IPv4 packet of other hosts than [`ipv4`]'s: 10.0.0.1 to 10.0.0.2.
pub(crate) fn inner_ipv4(protocol: u8, body: &[u8]) -> Vec<u8> {
    let mut packet = ipv4(protocol, body);
    packet[12..20].copy_from_slice(&[10, 0, 0, 1, 10, 0, 0, 2]);
    packet
}

pub(crate) fn ipv6(next: u8, body: &[u8]) -> Vec<u8> {
    let mut src = [0; 16];
    src[..4].copy_from_slice(&[0x20, 1, 0xd, 0xb8]);
    let mut dst = src;
    (src[15], dst[15]) = (1, 2);
    bytes(&[&[0x6b, 0x91, 0x23, 0x45], &be16(body.len()), &[next, 63], &src, &dst, body])
}

pub(crate) fn tcp(data: &[u8]) -> Vec<u8> {
    let header = [
        0x04, 0x00, 0x01, 0xf6, // 1024 -> 502
        0, 0, 0, 9, 0, 0, 0, 7, // sequence, acknowledgement
        0x60, 0x18, 0x20, 0, 0, 0, 0, 5, // 24 bytes, PSH ACK, window, checksum, urgent
        1, 1, 1, 0, // options
    ];
    bytes(&[&header, data])
}

pub(crate) fn udp_to(port: u16, data: &[u8]) -> Vec<u8> {
    bytes(&[&[0x13, 0x88], &port.to_be_bytes(), &be16(8 + data.len()), &[0, 0], data])
}

pub(crate) fn udp(data: &[u8]) -> Vec<u8> {
    udp_to(47808, data)
}

/// The inner conversation of all tunnel tests: 10.0.0.1:5000 -> 10.0.0.2:47808 with the data "inner".
pub(crate) fn conversation() -> Vec<u8> {
    inner_ipv4(17, &udp(b"inner"))
}

pub(crate) fn parse_as(link: LinkType, frame: &[u8]) -> Packet<'_> {
    let mut packet = Packet::new();
    decode(link, frame, u32::try_from(frame.len()).unwrap(), &mut packet);
    packet
}

pub(crate) fn parse(frame: &[u8]) -> Packet<'_> {
    parse_as(LinkType::ETHERNET, frame)
}

/// Every cut of `frame`, with and without knowledge of the full length: whatever comes out, it is part of it.
pub(crate) fn cut_everywhere(link: LinkType, frame: &[u8]) {
    let full = u32::try_from(frame.len()).unwrap();
    let mut packet = Packet::new();
    for cut in 0..frame.len() {
        for orig_len in [full, u32::try_from(cut).unwrap()] {
            decode(link, &frame[..cut], orig_len, &mut packet);
            assert!(packet.payload.len() <= cut);
            assert!(packet.payload_missing <= orig_len.saturating_sub(u32::try_from(cut).unwrap()));
        }
    }
}
