//! MS/TP: token passing over RS-485 (ASHRAE 135, clause 9 and annex G).
//!
//! Frames come in captures of the bus itself (LINKTYPE 165) and inside SNAP, where an analyser of Cimetrics put
//! them behind a time and a value of its own (organisation 0x001090, protocol 1).

use std::borrow::Cow;

use crate::{Anomalies, Category, Function, Kind, Reader, Visitor};

/// First two bytes of a frame (9.3).
const PREAMBLE: [u8; 2] = [0x55, 0xff];
/// Bytes that the analyser puts before a frame in SNAP: time since the last frame and one value.
const ANALYSER_HEADER: usize = 3;
/// Data bytes of a plain frame (9.3); above this frames are encoded (9.10).
const MAX_PLAIN_DATA: usize = 501;
/// Data bytes of an encoded frame before encoding (9.10).
const MAX_ENCODED_DATA: usize = 1497;
/// Frame types (9.3).
const EXTENDED_EXPECTING_REPLY: u8 = 32;
const EXTENDED_NOT_EXPECTING_REPLY: u8 = 33;
const EXTENDED_IPV6: u8 = 34;
/// Bytes of an encoded CRC-32K that end an encoded frame (annex G.3).
const ENCODED_CRC: usize = 5;
/// Stations 0 to 254; 255 is broadcast.
pub(super) const BROADCAST: u8 = 255;

/// One frame.
#[derive(Debug, Clone)]
pub(super) struct Frame<'a> {
    pub(super) kind: u8,
    pub(super) destination: u8,
    pub(super) source: u8,
    length: u16,
    /// What the analyser put before the frame.
    analyser: Option<(u16, u8)>,
    header_good: bool,
    pub(super) data: Cow<'a, [u8]>,
    pub(super) anomalies: Anomalies,
}

impl<'a> Frame<'a> {
    /// A frame in SNAP.
    pub(super) fn in_snap(data: &'a [u8], missing: u32) -> Option<Self> {
        if data.starts_with(&PREAMBLE) {
            return Self::on_the_bus(data, missing);
        }
        let (head, rest) = data.split_at_checked(ANALYSER_HEADER)?;
        let &[high, low, value] = head else { return None };
        let rest = rest.strip_prefix(&PREAMBLE).unwrap_or(rest);
        let frame = Self::header(rest, missing)?;
        Some(Self { analyser: Some((u16::from_be_bytes([high, low]), value)), ..frame })
    }

    /// A frame of a capture of the bus.
    pub(super) fn on_the_bus(data: &'a [u8], missing: u32) -> Option<Self> {
        Self::header(data.strip_prefix(&PREAMBLE)?, missing)
    }

    fn header(data: &'a [u8], missing: u32) -> Option<Self> {
        let mut reader = Reader::new(data);
        let head = reader.peek(5).ok()?;
        let (kind, destination, source) = (reader.u8().ok()?, reader.u8().ok()?, reader.u8().ok()?);
        let length = reader.be_u16().ok()?;
        let header_good = reader.u8().ok()? == header_crc(head);
        let mut frame = Self {
            kind,
            destination,
            source,
            length,
            analyser: None,
            header_good,
            data: Cow::Borrowed(&[]),
            anomalies: Anomalies::NONE
                .with_if(!header_good, Anomalies::BAD_CHECKSUM)
                .with_if(source == BROADCAST, Anomalies::BAD_VALUE),
        };
        if length > 0 {
            frame.take_data(&mut reader, missing);
        }
        Some(frame)
    }

    fn take_data(&mut self, reader: &mut Reader<'a>, missing: u32) {
        let length = usize::from(self.length);
        let data = reader.take_up_to(length);
        let crc = reader.take_up_to(2);
        if data.len() < length || crc.len() < 2 {
            let lost = if missing > 0 { Anomalies::TRUNCATED } else { Anomalies::BAD_LENGTH };
            self.anomalies |= lost;
        }
        if self.is_encoded() {
            // The length of an encoded frame leaves out two bytes, so that older stations skip it whole.
            let mut all = data.to_vec();
            all.extend_from_slice(crc);
            let data_length = all.len().saturating_sub(ENCODED_CRC);
            let (encoded, sum) = all.split_at(data_length);
            let (decoded, sum) = (unstuff(encoded), unstuff(sum));
            let good = sum.first_chunk().map(|sum| u32::from_le_bytes(*sum)) == Some(crc_32k(encoded));
            self.anomalies = self
                .anomalies
                .with_if(!good && crc.len() == 2, Anomalies::BAD_CHECKSUM)
                .with_if(decoded.len() > MAX_ENCODED_DATA, Anomalies::TOO_LARGE);
            self.data = Cow::Owned(decoded);
            return;
        }
        let good = crc.first_chunk().map(|crc| u16::from_le_bytes(*crc)) == Some(data_crc(data));
        self.anomalies = self
            .anomalies
            .with_if(!good && crc.len() == 2, Anomalies::BAD_CHECKSUM)
            .with_if(length > MAX_PLAIN_DATA, Anomalies::TOO_LARGE);
        self.data = Cow::Borrowed(data);
    }

    /// Whether the header's check holds: the one strong sign of a frame.
    pub(super) const fn is_sure(&self) -> bool {
        self.header_good
    }

    const fn is_encoded(&self) -> bool {
        matches!(self.kind, EXTENDED_EXPECTING_REPLY..=127)
    }

    /// Whether the data is an NPDU.
    pub(super) const fn carries_npdu(&self) -> bool {
        matches!(self.kind, 5 | 6 | EXTENDED_EXPECTING_REPLY | EXTENDED_NOT_EXPECTING_REPLY)
    }

    /// Name, kind and category of a frame without NPDU.
    pub(super) const fn role(&self) -> (Function, Kind, Category) {
        let (name, kind, category) = match self.kind {
            0 => ("mstp_token", Kind::Control, Category::Session),
            1 => ("mstp_poll_for_master", Kind::Control, Category::Session),
            2 => ("mstp_reply_to_poll_for_master", Kind::Control, Category::Session),
            3 => ("mstp_test_request", Kind::Request, Category::Diagnostics),
            4 => ("mstp_test_response", Kind::Response, Category::Diagnostics),
            5 => ("mstp_data_expecting_reply", Kind::Event, Category::Other),
            6 => ("mstp_data_not_expecting_reply", Kind::Event, Category::Other),
            7 => ("mstp_reply_postponed", Kind::Control, Category::Session),
            EXTENDED_EXPECTING_REPLY => ("mstp_extended_data_expecting_reply", Kind::Event, Category::Other),
            EXTENDED_NOT_EXPECTING_REPLY => {
                ("mstp_extended_data_not_expecting_reply", Kind::Event, Category::Other)
            }
            EXTENDED_IPV6 => ("mstp_ipv6_encapsulation", Kind::Event, Category::Other),
            128..=255 => ("mstp_proprietary", Kind::Event, Category::Other),
            other => return (Function::Unknown(other as u32), Kind::Event, Category::Other),
        };
        (Function::Known(name), kind, category)
    }

    pub(super) fn visit(&self, visitor: &mut dyn Visitor) {
        if let Some((time, value)) = self.analyser {
            visitor.uint("analyser_time", u64::from(time));
            visitor.uint("analyser_value", u64::from(value));
        }
        match self.role().0 {
            Function::Known(name) => visitor.named("mstp_frame_type", u64::from(self.kind), name),
            Function::Unknown(_) => visitor.uint("mstp_frame_type", u64::from(self.kind)),
        }
        visitor.uint("mstp_destination", u64::from(self.destination));
        visitor.uint("mstp_source", u64::from(self.source));
        visitor.uint("mstp_length", u64::from(self.length));
        if !self.carries_npdu() && !self.data.is_empty() {
            visitor.bytes("data", &self.data);
        }
    }
}

/// CRC of the five header bytes: x^8 + x^7 + 1 over bits in the order of transmission, inverted (annex G.1).
fn header_crc(header: &[u8]) -> u8 {
    let mut crc = 0xffu8;
    for byte in header {
        let mut bits = u16::from(crc ^ byte);
        bits = (1..8).fold(bits, |sum, shift| sum ^ u16::from(crc ^ byte) << shift);
        let [high, low] = bits.to_be_bytes();
        crc = low & 0xfe ^ high & 1;
    }
    !crc
}

/// CRC of a plain frame's data: x^16 + x^12 + x^5 + 1, reflected, inverted (annex G.2).
fn data_crc(data: &[u8]) -> u16 {
    !data.iter().fold(0xffffu16, |crc, byte| {
        (0..8).fold(crc ^ u16::from(*byte), |crc, _| if crc & 1 == 0 { crc >> 1 } else { crc >> 1 ^ 0x8408 })
    })
}

/// CRC-32K of an encoded frame's data, as encoded (annex G.3).
fn crc_32k(data: &[u8]) -> u32 {
    !data.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| if crc & 1 == 0 { crc >> 1 } else { crc >> 1 ^ 0xeb31_d82e },
        )
    })
}

/// Takes consistent overhead byte stuffing off, each byte masked with 0x55 (9.10.2). A damaged code ends it.
fn unstuff(encoded: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(encoded.len().min(MAX_ENCODED_DATA));
    let mut reader = Reader::new(encoded);
    while let Ok(code) = reader.u8() {
        let Some(run) = usize::from(code ^ 0x55).checked_sub(1) else { break };
        plain.extend(reader.take_up_to(run).iter().map(|byte| byte ^ 0x55));
        if run < 254 && !reader.is_empty() {
            plain.push(0);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Stuffs as 9.10.2 says, for the tests alone.
    fn stuff(plain: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut run: Vec<u8> = Vec::new();
        let mut flush = |run: &mut Vec<u8>| {
            out.push(u8::try_from(run.len()).unwrap().checked_add(1).unwrap() ^ 0x55);
            out.extend(run.drain(..).map(|byte| byte ^ 0x55));
        };
        for byte in plain {
            if *byte == 0 {
                flush(&mut run);
            } else {
                run.push(*byte);
                if run.len() == 254 {
                    flush(&mut run);
                }
            }
        }
        flush(&mut run);
        out
    }

    #[test]
    fn checks_of_the_annex() {
        // Annex G.1 and G.2 work through these: header 00 10 05 00 00 and data 01 22 30.
        assert_eq!(header_crc(&[0x00, 0x10, 0x05, 0x00, 0x00]), 0x8c);
        assert_eq!(data_crc(&[0x01, 0x22, 0x30]).to_le_bytes(), [0x10, 0xbd]);
    }

    #[test]
    fn a_frame_with_data() {
        let mut bytes = vec![0x55, 0xff, 6, 255, 3, 0, 2];
        bytes.push(header_crc(&bytes[2..7]));
        bytes.extend_from_slice(&[0xaa, 0xbb]);
        bytes.extend_from_slice(&data_crc(&[0xaa, 0xbb]).to_le_bytes());
        let frame = Frame::on_the_bus(&bytes, 0).unwrap();
        assert!(frame.is_sure() && frame.anomalies.is_empty() && frame.carries_npdu());
        assert_eq!((&*frame.data, frame.source, frame.destination), (&[0xaa, 0xbb][..], 3, 255));
        bytes[8] ^= 1;
        assert_eq!(Frame::on_the_bus(&bytes, 0).unwrap().anomalies, Anomalies::BAD_CHECKSUM);
        assert_eq!(Frame::on_the_bus(&bytes[..9], 1).unwrap().anomalies, Anomalies::TRUNCATED);
        let mut wrapped = vec![0, 7, 0x80];
        wrapped.extend_from_slice(&bytes[2..]);
        assert_eq!(Frame::in_snap(&wrapped, 0).unwrap().analyser, Some((7, 0x80)));
    }

    #[test]
    fn an_encoded_frame_is_unstuffed() {
        let plain: Vec<u8> = (0..600u16).map(|n| n.to_le_bytes()[0]).collect();
        let encoded = stuff(&plain);
        assert!(!encoded.contains(&0x55));
        assert_eq!(unstuff(&encoded), plain);
        let mut rest = encoded.clone();
        rest.extend(stuff(&crc_32k(&encoded).to_le_bytes()));
        let mut bytes = vec![0x55, 0xff, 33, 9, 3];
        bytes.extend_from_slice(&u16::try_from(rest.len() - 2).unwrap().to_be_bytes());
        bytes.push(header_crc(&bytes[2..7]));
        bytes.extend(rest);
        let frame = Frame::on_the_bus(&bytes, 0).unwrap();
        assert!(frame.anomalies.is_empty() && *frame.data == *plain);
        bytes[20] ^= 1;
        assert!(Frame::on_the_bus(&bytes, 0).unwrap().anomalies.contains(Anomalies::BAD_CHECKSUM));
    }
}
