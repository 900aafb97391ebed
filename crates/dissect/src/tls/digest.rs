//! MD5 (RFC 1321) for JA3 and SHA-256 (FIPS 180-4) for JA4: names of what was seen, no protection.

use crate::hex;

/// Initial state, RFC 1321 clause 3.3.
const MD5_START: [u32; 4] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
/// Rotations of the four rounds, RFC 1321 clause 3.4.
const MD5_ROTATE: [[u32; 4]; 4] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];

/// The first 32 bits of the fractional part of `abs(sin(i + 1))`, RFC 1321 clause 3.4.
fn md5_constants() -> [u32; 64] {
    std::array::from_fn(|at| {
        let angle = f64::from(u32::try_from(at).unwrap_or(0)) + 1.0;
        // Between 0 and 2^32, so that the cast keeps the whole value.
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "within the range of u32"
        )]
        let scaled = (angle.sin().abs() * 4_294_967_296.0) as u32;
        scaled
    })
}

/// Pads to whole 64-byte blocks: a one bit, zeros, the length in bits.
fn padded(data: &[u8], length: [u8; 8]) -> Vec<u8> {
    let mut all = data.to_vec();
    all.push(0x80);
    while all.len() % 64 != 56 {
        all.push(0);
    }
    all.extend_from_slice(&length);
    all
}

const fn bits(data: &[u8]) -> u64 {
    (data.len() as u64).wrapping_mul(8)
}

/// The MD5 digest of `data` in hexadecimal digits.
pub(super) fn md5_hex(data: &[u8]) -> String {
    let constants = md5_constants();
    let mut state = MD5_START;
    for block in padded(data, bits(data).to_le_bytes()).as_chunks::<64>().0 {
        let mut words = [0u32; 16];
        for (word, bytes) in words.iter_mut().zip(block.as_chunks::<4>().0) {
            *word = u32::from_le_bytes(*bytes);
        }
        let [mut a, mut b, mut c, mut d] = state;
        for (step, constant) in constants.iter().enumerate() {
            let (mixed, at) = match step / 16 {
                0 => ((b & c) | (!b & d), step),
                1 => ((d & b) | (!d & c), step.wrapping_mul(5).wrapping_add(1)),
                2 => (b ^ c ^ d, step.wrapping_mul(3).wrapping_add(5)),
                _ => (c ^ (b | !d), step.wrapping_mul(7)),
            };
            let word = words.get(at % 16).copied().unwrap_or_default();
            let rotate =
                MD5_ROTATE.get(step / 16).and_then(|round| round.get(step % 4)).copied().unwrap_or_default();
            let sum = a.wrapping_add(mixed).wrapping_add(*constant).wrapping_add(word);
            (a, d, c, b) = (d, c, b, b.wrapping_add(sum.rotate_left(rotate)));
        }
        for (own, new) in state.iter_mut().zip([a, b, c, d]) {
            *own = own.wrapping_add(new);
        }
    }
    hex(state.map(u32::to_le_bytes).as_flattened())
}

/// Initial state, FIPS 180-4 clause 5.3.3.
const SHA_START: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// Round constants, FIPS 180-4 clause 4.2.2: fractional parts of the cube roots of the first 64 primes.
const SHA_ROUNDS: [u32; 64] = [
    0x428a_2f98,
    0x7137_4491,
    0xb5c0_fbcf,
    0xe9b5_dba5,
    0x3956_c25b,
    0x59f1_11f1,
    0x923f_82a4,
    0xab1c_5ed5,
    0xd807_aa98,
    0x1283_5b01,
    0x2431_85be,
    0x550c_7dc3,
    0x72be_5d74,
    0x80de_b1fe,
    0x9bdc_06a7,
    0xc19b_f174,
    0xe49b_69c1,
    0xefbe_4786,
    0x0fc1_9dc6,
    0x240c_a1cc,
    0x2de9_2c6f,
    0x4a74_84aa,
    0x5cb0_a9dc,
    0x76f9_88da,
    0x983e_5152,
    0xa831_c66d,
    0xb003_27c8,
    0xbf59_7fc7,
    0xc6e0_0bf3,
    0xd5a7_9147,
    0x06ca_6351,
    0x1429_2967,
    0x27b7_0a85,
    0x2e1b_2138,
    0x4d2c_6dfc,
    0x5338_0d13,
    0x650a_7354,
    0x766a_0abb,
    0x81c2_c92e,
    0x9272_2c85,
    0xa2bf_e8a1,
    0xa81a_664b,
    0xc24b_8b70,
    0xc76c_51a3,
    0xd192_e819,
    0xd699_0624,
    0xf40e_3585,
    0x106a_a070,
    0x19a4_c116,
    0x1e37_6c08,
    0x2748_774c,
    0x34b0_bcb5,
    0x391c_0cb3,
    0x4ed8_aa4a,
    0x5b9c_ca4f,
    0x682e_6ff3,
    0x748f_82ee,
    0x78a5_636f,
    0x84c8_7814,
    0x8cc7_0208,
    0x90be_fffa,
    0xa450_6ceb,
    0xbef9_a3f7,
    0xc671_78f2,
];

/// The SHA-256 digest of `data` in hexadecimal digits.
pub(super) fn sha256_hex(data: &[u8]) -> String {
    let mut state = SHA_START;
    for block in padded(data, bits(data).to_be_bytes()).as_chunks::<64>().0 {
        let mut words = [0u32; 16];
        for (word, bytes) in words.iter_mut().zip(block.as_chunks::<4>().0) {
            *word = u32::from_be_bytes(*bytes);
        }
        let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = state;
        for (step, constant) in SHA_ROUNDS.iter().enumerate() {
            let of = |back: usize| {
                words.get(step.wrapping_add(16).wrapping_sub(back) % 16).copied().unwrap_or_default()
            };
            let word = if step < 16 {
                of(16)
            } else {
                let (x, y) = (of(15), of(2));
                let small = x.rotate_right(7) ^ x.rotate_right(18) ^ (x >> 3);
                let large = y.rotate_right(17) ^ y.rotate_right(19) ^ (y >> 10);
                of(16).wrapping_add(small).wrapping_add(of(7)).wrapping_add(large)
            };
            if let Some(slot) = words.get_mut(step % 16) {
                *slot = word;
            }
            let high = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
            let choice = (e & f) ^ (!e & g);
            let first = h.wrapping_add(high).wrapping_add(choice).wrapping_add(*constant).wrapping_add(word);
            let low = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
            let second = low.wrapping_add((a & b) ^ (a & c) ^ (b & c));
            (h, g, f, e, d, c, b, a) = (g, f, e, d.wrapping_add(first), c, b, a, first.wrapping_add(second));
        }
        for (own, new) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
            *own = own.wrapping_add(new);
        }
    }
    hex(state.map(u32::to_be_bytes).as_flattened())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_test_vectors_of_the_standards_hold() {
        // RFC 1321 A.5.
        assert_eq!(md5_hex(b""), "d41d8cd98f00b204e9800998ecf8427e");
        assert_eq!(md5_hex(b"message digest"), "f96b697d7cb7938d525a2f31aaf161d0");
        let digits = b"12345678901234567890123456789012345678901234567890123456789012345678901234567890";
        assert_eq!(md5_hex(digits), "57edf4a22be3c955ac49da2e2107b67a");
        // FIPS 180-4 examples.
        assert_eq!(sha256_hex(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(
            sha256_hex(b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        );
    }
}
