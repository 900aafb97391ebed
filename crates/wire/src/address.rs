//! IP and MAC addresses as plain, comparable bytes.

use core::fmt;
use core::net::{Ipv4Addr, Ipv6Addr};

/// IP address; IPv4 is held v4-mapped as `::ffff:a.b.c.d` (RFC 4291, 2.5.5.2), so one key serves both.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Ip(pub [u8; 16]);

impl Ip {
    /// The IPv6 unspecified address `::`; also "no address" in a [`crate::Tunnel`].
    pub const UNSPECIFIED: Ip = Ip([0; 16]);

    /// From the four bytes of an IPv4 address in wire order.
    #[inline]
    pub const fn v4(a: [u8; 4]) -> Self {
        Self([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a[0], a[1], a[2], a[3]])
    }

    /// The four IPv4 bytes, or `None` for IPv6.
    #[inline]
    pub const fn octets_v4(&self) -> Option<[u8; 4]> {
        match self.0 {
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d] => Some([a, b, c, d]),
            _ => None,
        }
    }

    /// True for IPv4.
    #[inline]
    pub const fn is_v4(&self) -> bool {
        self.octets_v4().is_some()
    }

    /// True for 224.0.0.0/4 and `ff00::/8`.
    pub const fn is_multicast(&self) -> bool {
        match self.octets_v4() {
            Some([a, ..]) => a >> 4 == 0xe,
            None => self.0[0] == 0xff,
        }
    }

    /// True for the limited broadcast 255.255.255.255; a subnet's broadcast needs its mask.
    pub const fn is_broadcast(&self) -> bool {
        matches!(self.octets_v4(), Some([255, 255, 255, 255]))
    }

    /// True for 0.0.0.0 and `::`.
    pub const fn is_unspecified(&self) -> bool {
        matches!(self.octets_v4(), Some([0, 0, 0, 0])) || u128::from_be_bytes(self.0) == 0
    }

    /// True for RFC 1918 addresses and IPv6 unique local `fc00::/7` (RFC 4193).
    pub const fn is_private(&self) -> bool {
        match self.octets_v4() {
            Some(v4) => matches!(v4, [10, ..] | [172, 16..=31, ..] | [192, 168, ..]),
            None => self.0[0] & 0xfe == 0xfc,
        }
    }

    /// True for 169.254.0.0/16 (RFC 3927) and `fe80::/10`.
    pub const fn is_link_local(&self) -> bool {
        match self.octets_v4() {
            Some(v4) => matches!(v4, [169, 254, ..]),
            None => self.0[0] == 0xfe && self.0[1] & 0xc0 == 0x80,
        }
    }

    /// True for 127.0.0.0/8 and `::1`.
    pub const fn is_loopback(&self) -> bool {
        match self.octets_v4() {
            Some([a, ..]) => a == 127,
            None => u128::from_be_bytes(self.0) == 1,
        }
    }

    /// True when the address is routed in the public Internet (IANA special-purpose registries, RFC 6890).
    pub const fn is_global(&self) -> bool {
        match self.octets_v4() {
            Some(v4) => !matches!(
                v4,
                [0 | 10 | 127 | 224..=255, ..]
                    | [100, 64..=127, ..]
                    | [169, 254, ..]
                    | [172, 16..=31, ..]
                    | [192, 168, ..]
                    | [192, 0, 0 | 2, _]
                    | [198, 18 | 19, ..]
                    | [198, 51, 100, _]
                    | [203, 0, 113, _]
            ),
            // 2000::/3 without documentation 2001:db8::/32 and 3fff::/20.
            None => {
                self.0[0] >> 5 == 1
                    && !matches!(self.0, [0x20, 0x01, 0x0d, 0xb8, ..] | [0x3f, 0xff, 0..=0x0f, ..])
            }
        }
    }
}

impl From<Ipv4Addr> for Ip {
    fn from(address: Ipv4Addr) -> Self {
        Self::v4(address.octets())
    }
}

impl From<Ipv6Addr> for Ip {
    fn from(address: Ipv6Addr) -> Self {
        Self(address.octets())
    }
}

impl fmt::Display for Ip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.octets_v4() {
            Some(v4) => Ipv4Addr::from(v4).fmt(f),
            None => Ipv6Addr::from(self.0).fmt(f),
        }
    }
}

impl fmt::Debug for Ip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// 48-bit hardware address in transmission order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Mac(pub [u8; 6]);

impl Mac {
    /// True when the group bit is set, broadcast included.
    #[inline]
    pub const fn is_multicast(&self) -> bool {
        self.0[0] & 1 != 0
    }

    /// True for ff:ff:ff:ff:ff:ff.
    #[inline]
    pub const fn is_broadcast(&self) -> bool {
        matches!(self.0, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff])
    }

    /// True for 00:00:00:00:00:00.
    #[inline]
    pub const fn is_zero(&self) -> bool {
        matches!(self.0, [0, 0, 0, 0, 0, 0])
    }

    /// True when locally administered: its first bytes name no vendor.
    #[inline]
    pub const fn is_local(&self) -> bool {
        self.0[0] & 2 != 0
    }
}

impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, rest @ ..] = self.0;
        write!(f, "{first:02x}")?;
        rest.iter().try_for_each(|byte| write!(f, ":{byte:02x}"))
    }
}

impl fmt::Debug for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> Ip {
        match text.parse::<core::net::IpAddr>().unwrap() {
            core::net::IpAddr::V4(a) => a.into(),
            core::net::IpAddr::V6(a) => a.into(),
        }
    }

    #[test]
    fn addresses_print_in_their_usual_text() {
        for text in ["10.0.0.1", "255.255.255.255", "2001:db8::1", "::", "fe80::1"] {
            assert_eq!(ip(text).to_string(), text);
        }
        assert_eq!(Mac([0, 1, 2, 0xab, 0xcd, 0xef]).to_string(), "00:01:02:ab:cd:ef");
    }

    #[test]
    fn kinds_of_ip_addresses() {
        type Row = (&'static str, fn(&Ip) -> bool, bool);
        let table: &[Row] = &[
            ("192.0.2.1", Ip::is_v4, true),
            ("2001:db8::1", Ip::is_v4, false),
            ("239.1.2.3", Ip::is_multicast, true),
            ("ff02::1", Ip::is_multicast, true),
            ("223.255.255.255", Ip::is_multicast, false),
            ("255.255.255.255", Ip::is_broadcast, true),
            ("0.0.0.0", Ip::is_unspecified, true),
            ("::", Ip::is_unspecified, true),
            ("172.31.0.1", Ip::is_private, true),
            ("172.32.0.1", Ip::is_private, false),
            ("fd00::1", Ip::is_private, true),
            ("169.254.1.1", Ip::is_link_local, true),
            ("fe80::1", Ip::is_link_local, true),
            ("127.1.1.1", Ip::is_loopback, true),
            ("::1", Ip::is_loopback, true),
            ("8.8.8.8", Ip::is_global, true),
            ("1.2.3.4", Ip::is_global, true),
            ("100.64.0.1", Ip::is_global, false),
            ("240.0.0.1", Ip::is_global, false),
            ("2a00::1", Ip::is_global, true),
            ("2001:db8::1", Ip::is_global, false),
            ("fe80::1", Ip::is_global, false),
        ];
        for (text, check, expected) in table {
            assert_eq!(check(&ip(text)), *expected, "{text}");
        }
    }

    #[test]
    fn kinds_of_mac_addresses() {
        assert!(Mac([0xff; 6]).is_broadcast() && Mac([0xff; 6]).is_multicast());
        assert!(Mac([1, 0, 0x5e, 0, 0, 1]).is_multicast() && !Mac([1, 0, 0x5e, 0, 0, 1]).is_broadcast());
        assert!(Mac([0; 6]).is_zero() && !Mac([0; 6]).is_local());
        assert!(Mac([2, 0, 0, 0, 0, 1]).is_local());
    }
}
