//! The CRC-16 of polynomial 0x8005, bits reversed, that many serial protocols end with.

/// Polynomial 0x8005, bits reversed.
const POLYNOMIAL: u16 = 0xa001;

/// Remainders of single bytes.
static TABLE: [u16; 256] = table();

#[expect(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "evaluated at compile time")]
const fn table() -> [u16; 256] {
    let mut table = [0u16; 256];
    let mut index = 0usize;
    let mut byte = 0u16;
    while index < 256 {
        let mut value = byte;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 1 == 1 { (value >> 1) ^ POLYNOMIAL } else { value >> 1 };
            bit += 1;
        }
        table[index] = value;
        index += 1;
        byte += 1;
    }
    table
}

/// The CRC of `bytes`, begun with `initial`: 0 (ARC) or 0xffff (as in Modbus RTU).
pub(crate) fn crc16(initial: u16, bytes: impl Iterator<Item = u8>) -> u16 {
    bytes.fold(initial, |value, byte| {
        let [low, high] = value.to_le_bytes();
        u16::from(high) ^ TABLE.get(usize::from(low ^ byte)).copied().unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_values_of_both_forms_hold() {
        assert_eq!(crc16(0, b"123456789".iter().copied()), 0xbb3d);
        assert_eq!(crc16(0xffff, b"123456789".iter().copied()), 0x4b37);
    }
}
