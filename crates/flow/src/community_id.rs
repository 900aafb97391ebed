//! Community id v1: a short text for a flow that other tools compute alike.
//!
//! Spec: Community ID Flow Hashing, version 1 (github.com/corelight/community-id-spec). The text is `1:` and
//! the base64 (RFC 4648, 4) of SHA-1 over seed, addresses, protocol, a zero byte and, where the protocol has
//! them, ports; the smaller (address, port) comes first.

use core::fmt;

use sha1::{Digest, Sha1};
use sightglass_wire::Ip;

const ICMP: u8 = 1;
const TCP: u8 = 6;
const UDP: u8 = 17;
const ICMP_V6: u8 = 58;
const SCTP: u8 = 132;

const DIGEST_BYTES: usize = 20;
const TEXT_BYTES: usize = 30; // "1:" and 28 characters for 20 bytes
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The text of a community id, without an allocation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommunityId([u8; TEXT_BYTES]);

impl CommunityId {
    /// The text, for example `1:LQU9qZlK+B5F3KDmev6m5PMibrg=`.
    pub fn as_str(&self) -> &str {
        // Every byte is ASCII by construction.
        core::str::from_utf8(&self.0).unwrap_or_default()
    }

    fn from_digest(digest: [u8; DIGEST_BYTES]) -> Self {
        let mut text = [b'='; TEXT_BYTES];
        let (version, body) = text.split_at_mut(2);
        version.copy_from_slice(b"1:");
        for (bytes, characters) in digest.chunks(3).zip(body.chunks_mut(4)) {
            let word = bytes
                .iter()
                .zip([16, 8, 0])
                .fold(0u32, |word, (&byte, shift)| word | u32::from(byte) << shift);
            // n bytes fill n + 1 characters, the rest stays padding.
            let filled = bytes.len().saturating_add(1);
            for (character, shift) in characters.iter_mut().take(filled).zip([18, 12, 6, 0]) {
                let digit = usize::try_from(word >> shift & 0x3f).unwrap_or_default();
                *character = ALPHABET.get(digit).copied().unwrap_or_default();
            }
        }
        Self(text)
    }
}

impl fmt::Display for CommunityId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for CommunityId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The community id (version 1, seed 0) of a flow.
///
/// For ICMP and `ICMPv6`, `src_port` is the message's type and `dst_port` its code. For protocols other than
/// these, TCP, UDP and SCTP the ports are ignored. Both directions of a conversation give the same text; ICMP
/// messages that nobody answers (destination unreachable and such) keep their direction.
pub fn community_id(src: Ip, dst: Ip, src_port: u16, dst_port: u16, proto: u8) -> CommunityId {
    community_id_seeded(0, src, dst, src_port, dst_port, proto)
}

fn community_id_seeded(seed: u16, src: Ip, dst: Ip, src_port: u16, dst_port: u16, proto: u8) -> CommunityId {
    let (src_port, dst_port, one_way) = match proto {
        ICMP | ICMP_V6 => {
            let octet = |port: u16| u8::try_from(port & 0xff).unwrap_or_default();
            icmp_ports(proto, octet(src_port), octet(dst_port))
        }
        TCP | UDP | SCTP => (src_port, dst_port, false),
        _ => (0, 0, false),
    };
    let ordered = one_way || (src, src_port) <= (dst, dst_port);
    let ((low, low_port), (high, high_port)) =
        if ordered { ((src, src_port), (dst, dst_port)) } else { ((dst, dst_port), (src, src_port)) };

    let mut sha = Sha1::new();
    sha.update(seed.to_be_bytes());
    if let (Some(low), Some(high)) = (low.octets_v4(), high.octets_v4()) {
        sha.update(low);
        sha.update(high);
    } else {
        sha.update(low.0);
        sha.update(high.0);
    }
    sha.update([proto, 0]);
    if matches!(proto, ICMP | TCP | UDP | ICMP_V6 | SCTP) {
        sha.update(low_port.to_be_bytes());
        sha.update(high_port.to_be_bytes());
    }
    CommunityId::from_digest(sha.finalize().into())
}

/// The two numbers that stand for ports in an ICMP flow, and whether the message is one that nobody answers.
///
/// A query is paired with its answer's type and the other way round; other messages give type and code.
pub(crate) fn icmp_ports(proto: u8, kind: u8, code: u8) -> (u16, u16, bool) {
    let counterpart = match (proto, kind) {
        (ICMP, 0) => 8, // echo reply, echo
        (ICMP, 8) => 0,
        (ICMP, 9) => 10, // router advertisement, solicitation (RFC 1256)
        (ICMP, 10) => 9,
        (ICMP, 13) => 14, // timestamp
        (ICMP, 14) => 13,
        (ICMP, 15) => 16, // information
        (ICMP, 16) => 15,
        (ICMP, 17) => 18, // address mask (RFC 950)
        (ICMP, 18) => 17,
        (ICMP_V6, 128) => 129, // echo (RFC 4443)
        (ICMP_V6, 129) => 128,
        (ICMP_V6, 130) => 131, // listener query, report (RFC 2710)
        (ICMP_V6, 131) => 130,
        (ICMP_V6, 133) => 134, // router solicitation, advertisement (RFC 4861)
        (ICMP_V6, 134) => 133,
        (ICMP_V6, 135) => 136, // neighbour solicitation, advertisement
        (ICMP_V6, 136) => 135,
        (ICMP_V6, 139) => 140, // node information (RFC 4620)
        (ICMP_V6, 140) => 139,
        (ICMP_V6, 144) => 145, // home agent address discovery (RFC 6275)
        (ICMP_V6, 145) => 144,
        _ => return (u16::from(kind), u16::from(code), true),
    };
    (u16::from(kind), counterpart, false)
}

#[cfg(test)]
mod tests {
    use core::net::IpAddr;

    use super::*;

    fn ip(text: &str) -> Ip {
        match text.parse::<IpAddr>().unwrap() {
            IpAddr::V4(address) => Ip::v4(address.octets()),
            IpAddr::V6(address) => Ip(address.octets()),
        }
    }

    /// The published baseline of the specification (default seed).
    #[test]
    fn the_published_vectors_come_out() {
        let table = [
            (
                58,
                "fe80::200:86ff:fe05:80da",
                "fe80::260:97ff:fe07:69ea",
                135,
                0,
                "1:dGHyGvjMfljg6Bppwm3bg0LO8TY=",
            ),
            (
                58,
                "fe80::260:97ff:fe07:69ea",
                "fe80::200:86ff:fe05:80da",
                136,
                0,
                "1:dGHyGvjMfljg6Bppwm3bg0LO8TY=",
            ),
            (
                58,
                "fe80::260:97ff:fe07:69ea",
                "fe80::200:86ff:fe05:80da",
                135,
                0,
                "1:zavyT/cezQr1fmImYCwYnMXbgck=",
            ),
            (
                58,
                "3ffe:501:1800:2345::2",
                "3ffe:507:0:1:200:86ff:fe05:80da",
                3,
                0,
                "1:2ObVBgIn28oZvibYZhZMBgh7WdQ=",
            ),
            (
                58,
                "3ffe:501:410:0:2c0:dfff:fe47:33e",
                "3ffe:507:0:1:200:86ff:fe05:80da",
                1,
                4,
                "1:hLZd0XGWojozrvxqE0dWB1iM6R0=",
            ),
            (
                58,
                "3ffe:507:0:1:200:86ff:fe05:80da",
                "3ffe:501:0:1001::2",
                128,
                0,
                "1:+TW+HtLHvV1xnGhV1lv7XoJrqQg=",
            ),
            (58, "fe80::200:86ff:fe05:80da", "ff02::2", 133, 0, "1:hO+sN4H+MG5MY/8hIrXPqc4ZQz0="),
            (58, "fe80::260:97ff:fe07:69ea", "ff02::1", 134, 0, "1:pkvHqCL88/tg1k4cPigmZXUtL00="),
            (1, "192.168.0.89", "192.168.0.1", 8, 0, "1:X0snYXpgwiv9TZtqg64sgzUn6Dk="),
            (1, "192.168.0.1", "192.168.0.89", 0, 0, "1:X0snYXpgwiv9TZtqg64sgzUn6Dk="),
            (1, "10.0.0.1", "10.0.0.2", 11, 0, "1:YHxtAirCG//0OzkcVAukqKQN9xM="),
            (
                6,
                "2001:470:e5bf:dead:4957:2174:e82c:4887",
                "2607:f8b0:400c:c03::1a",
                63943,
                25,
                "1:/qFaeAR+gFe1KYjMzVDsMv+wgU4=",
            ),
            (132, "192.168.170.8", "192.168.170.56", 7, 7, "1:MP2EtRCAUIZvTw6MxJHLV7N7JDs="),
            (132, "192.168.170.56", "192.168.170.8", 7, 7, "1:MP2EtRCAUIZvTw6MxJHLV7N7JDs="),
            (6, "128.232.110.120", "66.35.250.204", 34855, 80, "1:LQU9qZlK+B5F3KDmev6m5PMibrg="),
            (6, "66.35.250.204", "128.232.110.120", 80, 34855, "1:LQU9qZlK+B5F3KDmev6m5PMibrg="),
            (17, "192.168.1.52", "8.8.8.8", 54585, 53, "1:d/FP5EW3wiY1vCndhwleRRKHowQ="),
            (46, "10.1.12.1", "10.1.12.2", 0, 0, "1:KHlLkgoJW7ifUTyTSgyVfkFHzKw="),
            (46, "10.1.12.2", "10.1.12.1", 9, 9, "1:KHlLkgoJW7ifUTyTSgyVfkFHzKw="),
        ];
        for (proto, src, dst, src_port, dst_port, expected) in table {
            let text = community_id(ip(src), ip(dst), src_port, dst_port, proto);
            assert_eq!(text.as_str(), expected, "{proto} {src} {dst} {src_port} {dst_port}");
        }
    }

    #[test]
    fn another_seed_gives_another_text() {
        let (a, b) = (ip("10.0.0.1"), ip("10.0.0.2"));
        assert_ne!(community_id_seeded(1, a, b, 1, 2, 6), community_id_seeded(0, a, b, 1, 2, 6));
    }

    #[test]
    fn an_unanswered_message_keeps_its_direction() {
        let (a, b) = (ip("10.0.0.1"), ip("10.0.0.2"));
        assert_ne!(community_id(a, b, 3, 1, 1), community_id(b, a, 3, 1, 1));
    }
}
