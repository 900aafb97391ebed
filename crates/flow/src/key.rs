//! What identifies a flow, without direction.

use core::hash::{Hash, Hasher};

use sightglass_wire::{Ip, Mac};

/// One of the two ends of a flow; which of them opened it is another question ([`crate::TcpState::opener`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Side {
    /// The end with the smaller (address, port).
    A = 0,
    /// The end with the larger (address, port).
    B = 1,
}

impl Side {
    /// The other end.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }

    /// The element of `pair` that belongs to this side.
    pub const fn of<T>(self, pair: &[T; 2]) -> &T {
        let [a, b] = pair;
        match self {
            Self::A => a,
            Self::B => b,
        }
    }

    /// As [`Side::of`], to change it.
    pub const fn of_mut<T>(self, pair: &mut [T; 2]) -> &mut T {
        let [a, b] = pair;
        match self {
            Self::A => a,
            Self::B => b,
        }
    }
}

/// A bidirectional 5-tuple within one VLAN; (a, `port_a`) is never larger than (b, `port_b`).
///
/// Build it with [`FlowKey::new`] or [`FlowKey::icmp`]: two keys compare equal only when both are normalised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FlowKey {
    /// Smaller end.
    pub a: Ip,
    /// Larger end.
    pub b: Ip,
    /// Port of `a`; 0 for protocols without ports.
    pub port_a: u16,
    /// Port of `b`; 0 for protocols without ports.
    pub port_b: u16,
    /// IP protocol number (IANA).
    pub proto: u8,
    /// Outermost 802.1Q VLAN id, 0 when untagged.
    pub vlan: u16,
}

impl FlowKey {
    /// The key of a packet, and the side that sent it.
    #[inline]
    pub fn new(src: Ip, dst: Ip, src_port: u16, dst_port: u16, proto: u8, vlan: u16) -> (Self, Side) {
        let from = (u128::from_be_bytes(src.0), src_port);
        let to = (u128::from_be_bytes(dst.0), dst_port);
        if from <= to {
            (Self { a: src, b: dst, port_a: src_port, port_b: dst_port, proto, vlan }, Side::A)
        } else {
            (Self { a: dst, b: src, port_a: dst_port, port_b: src_port, proto, vlan }, Side::B)
        }
    }

    /// The key of an ICMP (protocol 1) or `ICMPv6` (58) packet: a query and its answer are one flow.
    ///
    /// The ports are the message type and its counterpart, or type and code for messages that have none,
    /// as community id v1 pairs them.
    pub fn icmp(src: Ip, dst: Ip, kind: u8, code: u8, proto: u8, vlan: u16) -> (Self, Side) {
        let (src_port, dst_port, _) = crate::community_id::icmp_ports(proto, kind, code);
        Self::new(src, dst, src_port, dst_port, proto, vlan)
    }

    /// Address and port of one end.
    pub const fn end(&self, side: Side) -> (Ip, u16) {
        match side {
            Side::A => (self.a, self.port_a),
            Side::B => (self.b, self.port_b),
        }
    }
}

impl Hash for FlowKey {
    // Whole words instead of the derived byte slices: a third of the time.
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u128(u128::from_le_bytes(self.a.0));
        state.write_u128(u128::from_le_bytes(self.b.0));
        let small = u64::from(self.port_a)
            | u64::from(self.port_b) << 16
            | u64::from(self.vlan) << 32
            | u64::from(self.proto) << 48;
        state.write_u64(small);
    }
}

/// A pair of MAC addresses that exchange a protocol without IP; `mac_a` is never larger than `mac_b`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct L2Key {
    /// Smaller address.
    pub mac_a: Mac,
    /// Larger address.
    pub mac_b: Mac,
    /// `EtherType`, or DSAP and SSAP of an 802.2 LLC frame as one number.
    pub ethertype: u16,
    /// Outermost 802.1Q VLAN id, 0 when untagged.
    pub vlan: u16,
}

impl L2Key {
    /// The key of a frame, and the side that sent it.
    #[inline]
    pub fn new(src: Mac, dst: Mac, ethertype: u16, vlan: u16) -> (Self, Side) {
        if src <= dst {
            (Self { mac_a: src, mac_b: dst, ethertype, vlan }, Side::A)
        } else {
            (Self { mac_a: dst, mac_b: src, ethertype, vlan }, Side::B)
        }
    }

    /// Address of one end.
    pub const fn end(&self, side: Side) -> Mac {
        match side {
            Side::A => self.mac_a,
            Side::B => self.mac_b,
        }
    }
}

impl Hash for L2Key {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Mac([a0, a1, a2, a3, a4, a5]) = self.mac_a;
        let Mac([b0, b1, b2, b3, b4, b5]) = self.mac_b;
        let [e0, e1] = self.ethertype.to_le_bytes();
        let [v0, v1] = self.vlan.to_le_bytes();
        state.write_u64(u64::from_le_bytes([a0, a1, a2, a3, a4, a5, e0, e1]));
        state.write_u64(u64::from_le_bytes([b0, b1, b2, b3, b4, b5, v0, v1]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_directions_share_one_key_and_name_their_side() {
        let low = Ip::v4([10, 0, 0, 1]);
        let high = Ip::v4([10, 0, 0, 2]);
        let (there, from_low) = FlowKey::new(low, high, 50000, 502, 6, 7);
        let (back, from_high) = FlowKey::new(high, low, 502, 50000, 6, 7);
        assert_eq!(there, back);
        assert_eq!((from_low, from_high), (Side::A, Side::B));
        assert_eq!(there.end(Side::A), (low, 50000));
        assert_eq!(there.end(Side::B), (high, 502));
    }

    #[test]
    fn equal_addresses_are_ordered_by_port() {
        let host = Ip::v4([127, 0, 0, 1]);
        let (there, one) = FlowKey::new(host, host, 9, 4, 17, 0);
        let (back, two) = FlowKey::new(host, host, 4, 9, 17, 0);
        assert_eq!(there, back);
        assert_eq!((one, two), (Side::B, Side::A));
        assert_eq!((there.port_a, there.port_b), (4, 9));
    }

    #[test]
    fn vlan_and_protocol_separate_flows() {
        let (a, b) = (Ip::v4([10, 0, 0, 1]), Ip::v4([10, 0, 0, 2]));
        let base = FlowKey::new(a, b, 1, 2, 6, 0).0;
        assert_ne!(base, FlowKey::new(a, b, 1, 2, 17, 0).0);
        assert_ne!(base, FlowKey::new(a, b, 1, 2, 6, 5).0);
    }

    #[test]
    fn an_echo_and_its_reply_are_one_flow() {
        let (a, b) = (Ip::v4([10, 0, 0, 9]), Ip::v4([10, 0, 0, 2]));
        assert_eq!(FlowKey::icmp(a, b, 8, 0, 1, 0).0, FlowKey::icmp(b, a, 0, 0, 1, 0).0);
    }

    #[test]
    fn l2_pairs_are_unordered() {
        let (a, b) = (Mac([0, 1, 2, 3, 4, 5]), Mac([1, 0x80, 0xc2, 0, 0, 0xe]));
        assert_eq!(
            L2Key::new(a, b, 0x88cc, 0),
            (L2Key { mac_a: a, mac_b: b, ethertype: 0x88cc, vlan: 0 }, Side::A)
        );
        assert_eq!(L2Key::new(b, a, 0x88cc, 0).1, Side::B);
        assert_eq!(L2Key::new(b, a, 0x88cc, 0).0.end(Side::B), b);
    }
}
