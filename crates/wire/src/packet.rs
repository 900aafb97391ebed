//! The header view of one packet: what [`crate::decode`] fills.

use crate::{Anomalies, Ip, LinkType, Mac};

/// Tunnels followed into each other; real networks use two or three.
pub const MAX_NESTING: usize = 8;

/// VLAN tags kept of one frame; 802.1ad uses two.
pub const MAX_VLANS: usize = 4;

/// Headers of the innermost conversation of a frame, and how it was wrapped.
#[derive(Debug, Clone, Default)]
pub struct Packet<'a> {
    /// Link type the frame was captured with, without flags.
    pub link: LinkType,
    /// Source hardware address of the Ethernet (or 802.11) header that carried the innermost packet.
    pub src_mac: Option<Mac>,
    /// Destination hardware address of the same header.
    pub dst_mac: Option<Mac>,
    /// Source and destination node of link layers with one-byte addresses (ARCNET); 0 is broadcast.
    pub nodes: Option<(u8, u8)>,
    /// `EtherType` of the layer-2 payload; of raw IP the one it would have; 0 for 802.3 without SNAP;
    /// on ARCNET the system code.
    pub ethertype: u16,
    /// 802.2 header, where the frame has one.
    pub llc: Option<Llc>,
    /// VLAN tags of the frame that carried the innermost packet, outermost first.
    pub vlans: Vlans,
    /// Tunnels around the innermost packet, outermost first.
    pub tunnels: Tunnels,
    /// PRP trailer or HSR tag of the outer frame.
    pub redundancy: Option<Redundancy>,
    /// Network layer of the innermost packet.
    pub net: Net,
    /// Set on IP fragments: `payload` is then the fragment's bytes and `transport` is `None`.
    pub fragment: Option<Fragment>,
    /// Transport layer of the innermost packet.
    pub transport: Transport<'a>,
    /// What the innermost understood header carries: TCP or UDP data, an ICMP or IGMP body after its first
    /// four bytes, SCTP chunks, the bytes after IP for other protocols, ARP, or the layer-2 payload.
    pub payload: &'a [u8],
    /// Payload bytes that were on the wire, but cut off by the capture.
    pub payload_missing: u32,
    /// What was wrong with the headers.
    pub anomalies: Anomalies,
}

impl Packet<'_> {
    /// An empty view, to be reused for packet after packet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Forget the last packet. Stale array entries behind the lengths stay, which saves clearing them.
    #[inline]
    pub(crate) fn reset(&mut self, link: LinkType) {
        self.link = link;
        self.src_mac = None;
        self.dst_mac = None;
        self.nodes = None;
        self.ethertype = 0;
        self.llc = None;
        self.vlans.clear();
        self.tunnels.length = 0;
        self.redundancy = None;
        self.net = Net::None;
        self.fragment = None;
        self.transport = Transport::None;
        self.payload = &[];
        self.payload_missing = 0;
        self.anomalies = Anomalies::NONE;
    }

    /// Source IP address of the innermost packet.
    #[inline]
    pub const fn src_ip(&self) -> Option<Ip> {
        match self.net {
            Net::V4 { src, .. } | Net::V6 { src, .. } => Some(src),
            Net::None | Net::Arp => None,
        }
    }

    /// Destination IP address of the innermost packet.
    #[inline]
    pub const fn dst_ip(&self) -> Option<Ip> {
        match self.net {
            Net::V4 { dst, .. } | Net::V6 { dst, .. } => Some(dst),
            Net::None | Net::Arp => None,
        }
    }

    /// Transport protocol number (IANA), after IPv6 extension headers and AH; `None` without IP.
    #[inline]
    pub const fn ip_protocol(&self) -> Option<u8> {
        match self.net {
            Net::V4 { protocol, .. } | Net::V6 { protocol, .. } => Some(protocol),
            Net::None | Net::Arp => None,
        }
    }

    /// Source and destination port of TCP, UDP and SCTP.
    #[inline]
    pub const fn ports(&self) -> Option<(u16, u16)> {
        match self.transport {
            Transport::Tcp { src_port, dst_port, .. }
            | Transport::Udp { src_port, dst_port, .. }
            | Transport::Sctp { src_port, dst_port, .. } => Some((src_port, dst_port)),
            _ => None,
        }
    }
}

/// IEEE 802.2 logical link control header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Llc {
    /// Destination service access point, group bit included.
    pub dsap: u8,
    /// Source service access point, command/response bit included.
    pub ssap: u8,
    /// Control field; the second byte of I and S frames is the high byte.
    pub control: u16,
    /// SNAP extension, when both access points are 0xaa.
    pub snap: Option<Snap>,
}

/// Subnetwork access protocol header (IEEE 802, 9.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Snap {
    /// Organisation that defined `pid`; 0 means that it is an `EtherType`.
    pub oui: u32,
    /// Protocol identifier within the organisation.
    pub pid: u16,
}

/// VLAN ids of a frame, outermost first.
#[derive(Debug, Clone, Copy, Default)]
pub struct Vlans {
    ids: [u16; MAX_VLANS],
    length: u8,
    pcp: u8,
}

impl Vlans {
    /// The outermost id that names a VLAN; a priority tag (id 0) does not.
    #[inline]
    pub fn outer(&self) -> Option<u16> {
        self.as_slice().iter().copied().find(|id| *id != 0)
    }

    /// All ids, priority tags (0) included.
    #[inline]
    pub fn as_slice(&self) -> &[u16] {
        self.ids.get(..usize::from(self.length)).unwrap_or(&[])
    }

    /// Priority code point (0..=7) of the outermost tag; 0 without a tag.
    #[inline]
    pub const fn pcp(&self) -> u8 {
        self.pcp
    }

    /// True without any tag.
    #[inline]
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    #[inline]
    pub(crate) const fn clear(&mut self) {
        self.length = 0;
        self.pcp = 0;
    }

    /// Keep a tag's control information; false when the list is full.
    #[inline]
    pub(crate) fn push(&mut self, tci: u16) -> bool {
        let Some(slot) = self.ids.get_mut(usize::from(self.length)) else { return false };
        *slot = tci & 0x0fff;
        if self.length == 0 {
            self.pcp = (tci >> 13).to_le_bytes()[0];
        }
        self.length = self.length.saturating_add(1);
        true
    }
}

impl PartialEq for Vlans {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice() && self.pcp == other.pcp
    }
}

impl Eq for Vlans {}

/// How a packet was wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[non_exhaustive]
pub enum TunnelKind {
    /// GRE with a layer-3 payload (RFC 2784, 2890) or PPP in GRE version 1 (RFC 2637); id: key or call id.
    #[default]
    Gre,
    /// Ethernet in GRE; with a key this is NVGRE (RFC 7637), id: virtual subnet id, else the GRE key.
    Nvgre,
    /// ERSPAN type I: no header of its own.
    ErspanI,
    /// ERSPAN type II; id: session.
    ErspanII,
    /// ERSPAN type III; id: session.
    ErspanIII,
    /// VXLAN (RFC 7348) and VXLAN-GPE; id: network identifier.
    Vxlan,
    /// Geneve (RFC 8926); id: network identifier.
    Geneve,
    /// GTP-U (3GPP TS 29.281); id: tunnel endpoint identifier.
    GtpU,
    /// Teredo (RFC 4380).
    Teredo,
    /// IPv4 in IPv4 (RFC 2003).
    IpIp,
    /// IPv6 in IPv4 (RFC 4213).
    SixInFour,
    /// IPv4 in IPv6 (RFC 2473).
    FourInSix,
    /// IPv6 in IPv6 (RFC 2473).
    SixInSix,
    /// MPLS label stack (RFC 3032); id: bottom label.
    Mpls,
    /// PPP over Ethernet session (RFC 2516); id: session.
    Pppoe,
    /// Provider backbone bridging (IEEE 802.1ah); id: service instance.
    Pbb,
    /// VN-Tag (IEEE 802.1Qbh drafts); id: destination virtual interface in the high 16 bits, source in the low.
    VnTag,
    /// Cisco `FabricPath`; id: forwarding tag.
    FabricPath,
    /// TRILL (RFC 6325); id: egress nickname in the high 16 bits, ingress in the low.
    Trill,
    /// Cisco metadata; id: security group tag.
    CiscoMetadata,
    /// `MACsec` (IEEE 802.1AE), integrity only or encrypted; id: packet number.
    MacSec,
    /// CAPWAP data (RFC 5415); id: radio and WLAN binding bits.
    Capwap,
    /// L2TP version 2 (RFC 2661) or 3 (RFC 3931); id: tunnel and session, or session.
    L2tp,
    /// `EtherIP` (RFC 3378).
    EtherIp,
    /// TZSP mirror stream.
    Tzsp,
}

impl TunnelKind {
    /// The kind's `snake_case` name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gre => "gre",
            Self::Nvgre => "nvgre",
            Self::ErspanI => "erspan_i",
            Self::ErspanII => "erspan_ii",
            Self::ErspanIII => "erspan_iii",
            Self::Vxlan => "vxlan",
            Self::Geneve => "geneve",
            Self::GtpU => "gtp_u",
            Self::Teredo => "teredo",
            Self::IpIp => "ip_in_ip",
            Self::SixInFour => "6in4",
            Self::FourInSix => "4in6",
            Self::SixInSix => "6in6",
            Self::Mpls => "mpls",
            Self::Pppoe => "pppoe",
            Self::Pbb => "pbb",
            Self::VnTag => "vn_tag",
            Self::FabricPath => "fabric_path",
            Self::Trill => "trill",
            Self::CiscoMetadata => "cisco_metadata",
            Self::MacSec => "macsec",
            Self::Capwap => "capwap",
            Self::L2tp => "l2tp",
            Self::EtherIp => "ether_ip",
            Self::Tzsp => "tzsp",
        }
    }
}

/// One wrapping around a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tunnel {
    /// What wraps.
    pub kind: TunnelKind,
    /// Network, session or label identifier; see [`TunnelKind`].
    pub id: u32,
    /// Source address of the outer IP packet; unspecified where the tunnel runs on layer 2.
    pub src: Ip,
    /// Destination address of the outer IP packet; unspecified where the tunnel runs on layer 2.
    pub dst: Ip,
}

/// Wrappings of a packet, outermost first.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tunnels {
    list: [Tunnel; MAX_NESTING],
    length: u8,
}

impl Tunnels {
    /// All wrappings, outermost first.
    #[inline]
    pub fn as_slice(&self) -> &[Tunnel] {
        self.list.get(..usize::from(self.length)).unwrap_or(&[])
    }

    /// True for a packet that is not wrapped.
    #[inline]
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Number of wrappings.
    #[inline]
    pub fn len(&self) -> usize {
        usize::from(self.length)
    }

    /// Add the next inner wrapping; false when the list is full.
    #[inline]
    pub(crate) fn push(&mut self, tunnel: Tunnel) -> bool {
        let Some(slot) = self.list.get_mut(usize::from(self.length)) else { return false };
        *slot = tunnel;
        self.length = self.length.saturating_add(1);
        true
    }
}

impl PartialEq for Tunnels {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl Eq for Tunnels {}

/// Redundancy information of IEC 62439-3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Redundancy {
    /// Parallel Redundancy Protocol, from the redundancy control trailer.
    Prp {
        /// 0xa for LAN A, 0xb for LAN B.
        lan_id: u8,
        /// Counts up per sending node; the same on both LANs.
        sequence: u16,
    },
    /// High-availability Seamless Redundancy, from the tag 0x892f.
    Hsr {
        /// Network and direction, 4 bits.
        path_id: u8,
        /// Counts up per sending node; the same in both directions.
        sequence: u16,
    },
}

/// Network layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Net {
    /// Neither IP nor ARP.
    #[default]
    None,
    /// ARP or RARP (by `ethertype`); parse `payload` with [`crate::arp::parse`].
    Arp,
    /// Internet Protocol version 4.
    V4 {
        /// Source address.
        src: Ip,
        /// Destination address.
        dst: Ip,
        /// Time to live.
        ttl: u8,
        /// Protocol (IANA number), after AH.
        protocol: u8,
        /// Identification.
        id: u16,
        /// Header and data in bytes, as the header says.
        total_length: u16,
        /// Differentiated services code point, 6 bits.
        dscp: u8,
        /// Explicit congestion notification, 2 bits.
        ecn: u8,
        /// Don't fragment.
        dont_fragment: bool,
        /// Header length in bytes, options included.
        header_length: u8,
    },
    /// Internet Protocol version 6.
    V6 {
        /// Source address.
        src: Ip,
        /// Destination address.
        dst: Ip,
        /// Hop limit.
        ttl: u8,
        /// Protocol (IANA number) after all extension headers.
        protocol: u8,
        /// Flow label, 20 bits.
        flow_label: u32,
        /// Bytes after the fixed header, as the header says.
        payload_length: u16,
        /// Differentiated services code point, 6 bits.
        dscp: u8,
        /// Explicit congestion notification, 2 bits.
        ecn: u8,
    },
}

/// A part of an IP packet that has to be put together first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fragment {
    /// Identification; 16 bits in IPv4, 32 in IPv6.
    pub id: u32,
    /// Where the bytes belong in the whole, in bytes.
    pub offset: u16,
    /// More fragments follow this one.
    pub more: bool,
    /// Protocol of the whole (IPv6: the next header after the fragment header).
    pub protocol: u8,
}

/// Transport layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Transport<'a> {
    /// No IP, a fragment, or nothing after the network header.
    #[default]
    None,
    /// Transmission Control Protocol.
    ///
    /// When the capture cut it short ([`Anomalies::TRUNCATED_TRANSPORT`]) there is no payload, and a header
    /// below 20 bytes has its ports only: the other numbers are 0.
    Tcp {
        /// Source port.
        src_port: u16,
        /// Destination port.
        dst_port: u16,
        /// Sequence number of the first payload byte (of SYN, when set).
        seq: u32,
        /// Acknowledgement number.
        ack: u32,
        /// FIN 0x01, SYN 0x02, RST 0x04, PSH 0x08, ACK 0x10, URG 0x20, ECE 0x40, CWR 0x80; see [`crate::tcp`].
        flags: u8,
        /// Window as sent, unscaled.
        window: u16,
        /// Urgent pointer.
        urgent: u16,
        /// Raw options; read them with [`crate::tcp::options`].
        options: &'a [u8],
    },
    /// User Datagram Protocol.
    Udp {
        /// Source port.
        src_port: u16,
        /// Destination port.
        dst_port: u16,
        /// Header and data in bytes, as the header says.
        length: u16,
    },
    /// Stream Control Transmission Protocol; the payload begins with its first chunk.
    Sctp {
        /// Source port.
        src_port: u16,
        /// Destination port.
        dst_port: u16,
        /// Verification tag.
        tag: u32,
    },
    /// Internet Control Message Protocol.
    Icmp {
        /// Type.
        kind: u8,
        /// Code.
        code: u8,
    },
    /// ICMP for IPv6.
    Icmpv6 {
        /// Type.
        kind: u8,
        /// Code.
        code: u8,
    },
    /// Internet Group Management Protocol; the payload begins with the group address.
    Igmp {
        /// Type.
        kind: u8,
        /// Maximum response code.
        code: u8,
    },
    /// Another IP protocol, by its IANA number.
    Other(u8),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vlans_keep_the_first_four_tags() {
        let mut vlans = Vlans::default();
        assert_eq!((vlans.outer(), vlans.pcp()), (None, 0));
        assert!(vlans.push(0xa000) && vlans.push(0x0064) && vlans.push(3) && vlans.push(4));
        assert!(!vlans.push(5));
        assert_eq!(vlans.as_slice(), [0, 100, 3, 4]);
        assert_eq!((vlans.outer(), vlans.pcp()), (Some(100), 5));
    }

    #[test]
    fn equality_ignores_what_is_left_of_the_last_packet() {
        let mut used = Packet::new();
        assert!(used.vlans.push(7) && used.tunnels.push(Tunnel { id: 1, ..Tunnel::default() }));
        used.reset(LinkType::ETHERNET);
        assert_eq!(used.vlans, Vlans::default());
        assert_eq!(used.tunnels, Tunnels::default());
        assert!(used.tunnels.is_empty() && used.tunnels.as_slice().is_empty());
    }
}
