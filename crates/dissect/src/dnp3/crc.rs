//! The CRC that closes the header and every block of a data link frame.

/// Polynomial 0x3d65, bits reversed (IEEE 1815-2012, 9.2.4.3.5).
const POLYNOMIAL: u16 = 0xa6bc;

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

/// The CRC of `data`, as it follows it least significant byte first.
pub(super) fn crc(data: &[u8]) -> u16 {
    let mut value = 0u16;
    for byte in data {
        let [low, high] = value.to_le_bytes();
        let remainder = TABLE.get(usize::from(low ^ byte)).copied().unwrap_or_default();
        value = u16::from(high) ^ remainder;
    }
    !value
}

#[cfg(test)]
mod tests {
    use super::crc;

    #[test]
    fn check_value_of_the_algorithm() {
        // The usual check string of CRC catalogues; CRC-16/DNP gives 0xea82.
        assert_eq!(crc(b"123456789"), 0xea82);
        assert_eq!(crc(&[]), 0xffff);
    }
}
