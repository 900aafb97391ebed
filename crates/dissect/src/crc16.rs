//! 16-bit checksums that protocols share.

/// Remainders of single bytes, most significant bit first, polynomial 0x1021.
static FORWARD: [u16; 256] = forward();
/// Remainders of single bytes, least significant bit first, the same polynomial reversed.
static REVERSED: [u16; 256] = reversed();

#[expect(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "evaluated at compile time")]
const fn forward() -> [u16; 256] {
    let mut table = [0u16; 256];
    let mut index = 0usize;
    let mut byte = 0u16;
    while index < 256 {
        let mut value = byte << 8;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 0x8000 != 0 { (value << 1) ^ 0x1021 } else { value << 1 };
            bit += 1;
        }
        table[index] = value;
        index += 1;
        byte += 1;
    }
    table
}

#[expect(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "evaluated at compile time")]
const fn reversed() -> [u16; 256] {
    let mut table = [0u16; 256];
    let mut index = 0usize;
    let mut byte = 0u16;
    while index < 256 {
        let mut value = byte;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 1 == 1 { (value >> 1) ^ 0x8408 } else { value >> 1 };
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

/// The frame check sequence of HDLC (ISO 13239, annex A; ITU-T X.25).
pub(crate) fn hdlc(data: &[u8]) -> u16 {
    let value = data.iter().fold(0xffff, |value: u16, byte| {
        let [high, low] = value.to_be_bytes();
        u16::from(high) ^ REVERSED.get(usize::from(low ^ byte)).copied().unwrap_or_default()
    });
    !value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_check_values_hold() {
        // Check values of the catalogue of parametrised CRC algorithms.
        assert_eq!(ccitt(b"123456789"), 0x29b1);
        assert_eq!(hdlc(b"123456789"), 0x906e);
    }
}
