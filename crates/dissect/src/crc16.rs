//! 16-bit checksums that protocols share.

/// Remainders of single bytes, most significant bit first, polynomial 0x1021.
static FORWARD: [u16; 256] = forward(0x1021);
/// Remainders of single bytes, least significant bit first, the same polynomial reversed.
static REVERSED: [u16; 256] = reversed(0x8408);
/// The same for polynomial 0x8005 reversed.
static ARC: [u16; 256] = reversed(0xa001);
/// The same for polynomial 0x3d65 reversed.
static DNP3: [u16; 256] = reversed(0xa6bc);

#[expect(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "evaluated at compile time")]
const fn forward(polynomial: u16) -> [u16; 256] {
    let mut table = [0u16; 256];
    let mut index = 0usize;
    let mut byte = 0u16;
    while index < 256 {
        let mut value = byte << 8;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 0x8000 != 0 { (value << 1) ^ polynomial } else { value << 1 };
            bit += 1;
        }
        table[index] = value;
        index += 1;
        byte += 1;
    }
    table
}

#[expect(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "evaluated at compile time")]
const fn reversed(polynomial: u16) -> [u16; 256] {
    let mut table = [0u16; 256];
    let mut index = 0usize;
    let mut byte = 0u16;
    while index < 256 {
        let mut value = byte;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 1 == 1 { (value >> 1) ^ polynomial } else { value >> 1 };
            bit += 1;
        }
        table[index] = value;
        index += 1;
        byte += 1;
    }
    table
}

/// CRC-CCITT from 0xffff on, not inverted (IEEE C37.118.2, annex B).
pub(crate) fn ccitt(data: &[u8]) -> u16 {
    data.iter().fold(0xffff, |value: u16, byte| {
        let [high, low] = value.to_be_bytes();
        u16::from(low) << 8 ^ FORWARD.get(usize::from(high ^ byte)).copied().unwrap_or_default()
    })
}

/// Remainder of these bytes, least significant bit first.
fn reflected(table: &[u16; 256], initial: u16, bytes: impl Iterator<Item = u8>) -> u16 {
    bytes.fold(initial, |value, byte| {
        let [low, high] = value.to_le_bytes();
        u16::from(high) ^ table.get(usize::from(low ^ byte)).copied().unwrap_or_default()
    })
}

/// The frame check sequence of HDLC (ISO 13239, annex A; ITU-T X.25).
pub(crate) fn hdlc(data: &[u8]) -> u16 {
    !reflected(&REVERSED, 0xffff, data.iter().copied())
}

/// The CRC that closes the header and every block of a DNP3 link frame, as it follows them least significant byte first
/// (IEEE 1815-2012, 9.2.4.3.5).
pub(crate) fn dnp3(data: &[u8]) -> u16 {
    !reflected(&DNP3, 0, data.iter().copied())
}

/// The CRC with polynomial 0x8005 reversed that many serial protocols end with, begun with `initial`: 0 (ARC) or 0xffff
/// (as in Modbus RTU).
pub(crate) fn crc16(initial: u16, bytes: impl Iterator<Item = u8>) -> u16 {
    reflected(&ARC, initial, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_check_values_hold() {
        // Check values of the catalogue of parametrised CRC algorithms.
        assert_eq!(ccitt(b"123456789"), 0x29b1);
        assert_eq!(hdlc(b"123456789"), 0x906e);
        assert_eq!(dnp3(b"123456789"), 0xea82);
        assert_eq!(dnp3(&[]), 0xffff);
        assert_eq!(crc16(0, b"123456789".iter().copied()), 0xbb3d);
        assert_eq!(crc16(0xffff, b"123456789".iter().copied()), 0x4b37);
    }
}
