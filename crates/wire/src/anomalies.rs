//! What was wrong with a packet's headers, as a set of named bits.

/// Set of header anomalies; empty for a well-formed packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Anomalies(pub u32);

/// Constants and their names from one list, so that neither is forgotten.
macro_rules! anomalies {
    ($($(#[$doc:meta])* $constant:ident = $bit:literal, $name:literal;)*) => {
        impl Anomalies {
            $($(#[$doc])* pub const $constant: Anomalies = Anomalies(1 << $bit);)*

            /// Every anomaly with its `snake_case` name, in bit order.
            pub const ALL: &'static [(Anomalies, &'static str)] = &[$((Anomalies::$constant, $name)),*];
        }
    };
}

anomalies! {
    /// The frame ends within its link-layer header or a tag.
    TRUNCATED_LINK = 0, "truncated_link_header";
    /// The packet ends within its IPv4 or IPv6 header.
    TRUNCATED_NETWORK = 1, "truncated_network_header";
    /// The packet ends within its transport header; of TCP and UDP only the ports are right then.
    TRUNCATED_TRANSPORT = 2, "truncated_transport_header";
    /// The packet ends within a tunnel's header.
    TRUNCATED_TUNNEL = 3, "truncated_tunnel_header";
    /// The version field does not fit the layer that announced the packet.
    BAD_IP_VERSION = 4, "bad_ip_version";
    /// IPv4 header length below 20 bytes or beyond the packet.
    BAD_IP_HEADER_LENGTH = 5, "bad_ip_header_length";
    /// IP total or payload length below the header or beyond the frame.
    BAD_TOTAL_LENGTH = 6, "bad_total_length";
    /// TCP data offset below 20 bytes or beyond the segment.
    BAD_TCP_DATA_OFFSET = 7, "bad_tcp_data_offset";
    /// UDP length below 8 or beyond the packet.
    BAD_UDP_LENGTH = 8, "bad_udp_length";
    /// More tunnels or tags inside each other than are followed.
    NESTING_LIMIT = 9, "nesting_limit";
    /// IPv6 extension headers: too many, cut short, or hop-by-hop not in first place.
    BAD_IPV6_EXTENSION = 10, "bad_ipv6_extension_chain";
    /// The capture's link type is not understood; the payload is the whole frame.
    UNSUPPORTED_LINK_TYPE = 11, "unsupported_link_type";
    /// 802.3 length beyond the frame, or a type field between 1501 and 1535.
    BAD_FRAME_LENGTH = 12, "bad_frame_length";
    /// More VLAN tags than are kept.
    VLAN_LIMIT = 13, "vlan_limit";
    /// A fragment that reaches beyond 65,535 bytes, or is no multiple of 8 although more follow.
    BAD_FRAGMENT = 14, "bad_fragment";
    /// A tunnel's header contradicts itself; its bytes are the payload.
    BAD_TUNNEL_HEADER = 15, "bad_tunnel_header";
    /// IPv4 total length 0: segmentation offload, the frame's length is used.
    ZERO_TOTAL_LENGTH = 16, "zero_total_length";
    /// A PRP trailer or HSR tag whose size field does not fit the frame.
    BAD_REDUNDANCY_SIZE = 17, "bad_redundancy_size";
    /// IPv4 reserved flag (RFC 791's bit 0) is set.
    IP_RESERVED_FLAG = 18, "ip_reserved_flag";
}

impl Anomalies {
    /// No anomaly.
    pub const NONE: Anomalies = Anomalies(0);

    /// Add all of `other`.
    #[inline]
    pub const fn insert(&mut self, other: Anomalies) {
        self.0 |= other.0;
    }

    /// True when all of `other` are in the set.
    #[inline]
    pub const fn contains(self, other: Anomalies) -> bool {
        self.0 & other.0 == other.0
    }

    /// True when nothing is wrong.
    #[inline]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Names of the anomalies in the set, in bit order.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::ALL.iter().filter(move |(bit, _)| self.contains(*bit)).map(|(_, name)| *name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_and_names_are_unique() {
        for (i, (bit, name)) in Anomalies::ALL.iter().enumerate() {
            for (other, other_name) in &Anomalies::ALL[..i] {
                assert_ne!(bit, other);
                assert_ne!(name, other_name);
            }
        }
    }

    #[test]
    fn names_come_in_bit_order() {
        let mut set = Anomalies::NONE;
        assert!(set.is_empty());
        set.insert(Anomalies::BAD_UDP_LENGTH);
        set.insert(Anomalies::TRUNCATED_LINK);
        assert_eq!(set.names().collect::<Vec<_>>(), ["truncated_link_header", "bad_udp_length"]);
        assert!(set.contains(Anomalies::TRUNCATED_LINK) && !set.contains(Anomalies::NESTING_LIMIT));
    }
}
