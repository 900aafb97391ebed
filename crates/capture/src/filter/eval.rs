//! Deciding whether a frame matches.
//!
//! As in a compiled BPF program, a read beyond the captured bytes ends the whole filter without a match, even below
//! a `not`; a test on a header that the frame does not have is false.

use super::ast::{
    Base, Carriers, Direction, Encapsulation, Expression, Join, Naming, Network, Node, Operator, Relation,
    Test,
};

/// `None`: the frame is too short to tell, so it does not match whatever else the filter says.
type Verdict = Option<bool>;

/// How a link type says what follows, and where that begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Link {
    /// Ethernet header of 14 bytes.
    Ethernet,
    /// An `EtherType` at the first offset, the network layer at the second.
    Cooked(usize, usize),
    /// A protocol family of four bytes in front, in either byte order.
    Family,
    /// A PPP protocol number right before the network layer at this offset.
    Ppp(usize),
    /// The network layer at once; its version is in its first half-byte.
    Raw,
    /// Nothing but this version of IP, 4 or 6.
    Only(u8),
    Other,
}

impl Link {
    fn of(link: u32) -> Self {
        match link {
            1 => Self::Ethernet,
            113 => Self::Cooked(14, 16), // LINUX_SLL
            276 => Self::Cooked(0, 20),  // LINUX_SLL2
            0 | 108 => Self::Family,     // NULL, LOOP
            9 | 50 => Self::Ppp(4),      // PPP, PPP_HDLC
            51 => Self::Ppp(8),          // PPP_ETHER
            12 | 14 | 101 => Self::Raw,  // RAW, and its numbers on some systems
            228 => Self::Only(4),        // IPV4
            229 => Self::Only(6),        // IPV6
            _ => Self::Other,
        }
    }

    fn network_offset(self) -> usize {
        match self {
            Self::Ethernet => 14,
            Self::Cooked(_, offset) | Self::Ppp(offset) => offset,
            Self::Family => 4,
            Self::Raw | Self::Only(_) | Self::Other => 0,
        }
    }
}

/// A frame under test.
pub(super) struct View<'a> {
    link: Link,
    data: &'a [u8],
    length: u32,
}

const IP: u16 = 0x0800;
const IP6: u16 = 0x86dd;
const FRAGMENT_HEADER: u8 = 44; // RFC 8200 4.5
const ICMP6: u8 = 58;
/// Bytes of the fixed IPv6 header.
const IP6_HEADER: usize = 40;

impl<'a> View<'a> {
    pub(super) fn new(link: u32, data: &'a [u8], length: u32) -> Self {
        Self { link: Link::of(link), data, length }
    }

    pub(super) fn matches(&self, node: &Node) -> Verdict {
        match node {
            Node::Test(encapsulation, test) => self.test(*encapsulation, test),
            Node::Not(inner) => self.matches(inner).map(|verdict| !verdict),
            Node::Chain(first, rest) => {
                let mut verdict = self.matches(first)?;
                for (join, node) in rest {
                    match (join, verdict) {
                        (Join::And, true) | (Join::Or, false) => verdict = self.matches(node)?,
                        (Join::And, false) | (Join::Or, true) => {}
                    }
                }
                Some(verdict)
            }
        }
    }

    fn bytes<const N: usize>(&self, offset: usize) -> Option<[u8; N]> {
        self.data.get(offset..)?.first_chunk().copied()
    }

    fn byte(&self, offset: usize) -> Option<u8> {
        self.data.get(offset).copied()
    }

    fn half(&self, offset: usize) -> Option<u16> {
        self.bytes(offset).map(u16::from_be_bytes)
    }

    fn word(&self, offset: usize) -> Option<u32> {
        self.bytes(offset).map(u32::from_be_bytes)
    }

    /// Offset of the network layer.
    fn network_at(&self, encapsulation: Encapsulation) -> usize {
        self.link.network_offset().saturating_add(encapsulation.shift)
    }

    /// The link layer's type field, or that in front of the network layer when something is in between.
    fn type_field(&self, encapsulation: Encapsulation) -> Option<u16> {
        match self.link {
            Link::Cooked(offset, _) if encapsulation.shift == 0 => self.half(offset),
            _ => self.half(self.network_at(encapsulation).saturating_sub(2)),
        }
    }

    fn is_version(&self, offset: usize, version: u8) -> Verdict {
        self.byte(offset).map(|first| first >> 4 == version)
    }

    fn is_network(&self, at: Encapsulation, network: Network) -> Verdict {
        let number = match network {
            Network::Ip => IP,
            Network::Ip6 => IP6,
            Network::Arp => 0x0806,
            Network::Rarp => 0x8035,
            Network::Type(number) | Network::Llc(number) => number,
        };
        let version = match number {
            IP => Some(4),
            IP6 => Some(6),
            _ => None,
        };
        match (at.naming, self.link) {
            (_, Link::Other) => Some(false),
            (Naming::Mpls, _) => {
                // The label before it must be the last one: RFC 3032 2.1, bit S.
                let offset = self.network_at(at);
                if self.byte(offset.saturating_sub(2))? & 1 == 0 {
                    return Some(false);
                }
                version.map_or(Some(false), |version| self.is_version(offset, version))
            }
            (Naming::Ppp, _) | (_, Link::Ppp(_)) => {
                let protocol = self.type_field(at)?;
                Some(matches!((version, protocol), (Some(4), 0x0021) | (Some(6), 0x0057))) // RFC 1661 2
            }
            (Naming::Type, Link::Only(only)) => Some(version == Some(only)),
            (Naming::Type, Link::Raw) => version.map_or(Some(false), |version| self.is_version(0, version)),
            (Naming::Type, Link::Family) => {
                let families: &[u32] = match version {
                    Some(4) => &[2],
                    Some(_) => &[10, 24, 28, 30], // AF_INET6 of Linux, NetBSD, FreeBSD and macOS
                    None => return Some(false),
                };
                let family = self.bytes(0)?;
                Some(
                    families.contains(&u32::from_le_bytes(family))
                        || families.contains(&u32::from_be_bytes(family)),
                )
            }
            (Naming::Type, Link::Ethernet | Link::Cooked(..)) => {
                let kind = self.type_field(at)?;
                let payload = self.network_at(at);
                match network {
                    Network::Llc(points) => Some(kind <= 1500 && self.half(payload)? == points),
                    Network::Type(point) if point <= 1500 => {
                        Some(kind <= 1500 && u16::from(self.byte(payload)?) == point)
                    }
                    _ => Some(kind == number),
                }
            }
        }
    }

    /// Whether the frame is IPv4 or IPv6 (those asked for) with this protocol above it.
    fn is_transport(&self, at: Encapsulation, ip: bool, ip6: bool, number: u8) -> Verdict {
        let network = self.network_at(at);
        if ip6 && self.is_network(at, Network::Ip6)? {
            let next = self.byte(network.saturating_add(6))?;
            if next == FRAGMENT_HEADER && number != FRAGMENT_HEADER {
                return Some(self.byte(network.saturating_add(IP6_HEADER))? == number);
            }
            return Some(next == number);
        }
        if ip && self.is_network(at, Network::Ip)? {
            return Some(self.byte(network.saturating_add(9))? == number);
        }
        Some(false)
    }

    /// Offset of what follows the IPv4 header; later fragments have nothing there.
    fn ip_payload(&self, at: Encapsulation) -> Result<usize, Miss> {
        let network = self.network_at(at);
        if self.half(network.saturating_add(6)).ok_or(Miss::TooShort)? & 0x1fff != 0 {
            return Err(Miss::NoHeader);
        }
        let header = usize::from(self.byte(network).ok_or(Miss::TooShort)? & 0x0f).saturating_mul(4);
        Ok(network.saturating_add(header))
    }

    fn test(&self, at: Encapsulation, test: &Test) -> Verdict {
        let network = self.network_at(at);
        match test {
            Test::Network(network) => self.is_network(at, *network),
            Test::Transport { ip, ip6, number } => self.is_transport(at, *ip, *ip6, *number),
            Test::Address { carriers, direction, value, mask } => {
                self.is_address(at, *carriers, *direction, *value, *mask)
            }
            Test::Address6 { direction, value, mask } => {
                if !self.is_network(at, Network::Ip6)? {
                    return Some(false);
                }
                either(*direction, [8, 24], |offset| {
                    let address: [u8; 16] = self.bytes(network.saturating_add(offset))?;
                    Some(u128::from_be_bytes(address) & mask == *value)
                })
            }
            Test::Mac { direction, value } => {
                if self.link != Link::Ethernet {
                    return Some(false);
                }
                either(*direction, [6, 0], |offset| Some(self.bytes::<6>(offset)? == *value))
            }
            Test::Port { transports, direction, first, last } => {
                let ports = match self.ports_at(at, transports) {
                    Ok(ports) => ports,
                    Err(Miss::NoHeader) => return Some(false),
                    Err(Miss::TooShort) => return None,
                };
                either(*direction, [0, 2], |offset| {
                    Some((*first..=*last).contains(&self.half(ports.saturating_add(offset))?))
                })
            }
            Test::Vlan(id) => {
                if !matches!(self.link, Link::Ethernet | Link::Cooked(..)) || at.naming != Naming::Type {
                    return Some(false);
                }
                if !matches!(self.type_field(at)?, 0x8100 | 0x88a8 | 0x9100) {
                    return Some(false);
                }
                id.map_or(Some(true), |id| Some(self.half(network)? & 0x0fff == id))
            }
            Test::Mpls(label) => {
                let is_mpls = match at.naming {
                    Naming::Mpls => self.byte(network.saturating_sub(2))? & 1 == 0,
                    Naming::Type if matches!(self.link, Link::Ppp(_)) => self.type_field(at)? == 0x0281, // RFC 3032 4.1
                    _ => self.is_network(at, Network::Type(0x8847))?,
                };
                if !is_mpls {
                    return Some(false);
                }
                label.map_or(Some(true), |label| Some(self.word(network)? >> 12 == label))
            }
            Test::PppoeDiscovery => self.is_network(at, Network::Type(0x8863)),
            Test::PppoeSession(id) => {
                if !self.is_network(at, Network::Type(0x8864))? {
                    return Some(false);
                }
                id.map_or(Some(true), |id| Some(self.half(network.saturating_add(2))? == id))
            }
            Test::Broadcast => Some(self.link == Link::Ethernet && self.bytes::<6>(0)? == [0xff; 6]),
            Test::Multicast => Some(self.link == Link::Ethernet && self.byte(0)? & 1 != 0),
            Test::IpMulticast => {
                Some(self.is_network(at, Network::Ip)? && self.byte(network.saturating_add(16))? >= 224)
            }
            Test::Ip6Multicast => {
                Some(self.is_network(at, Network::Ip6)? && self.byte(network.saturating_add(24))? == 0xff)
            }
            Test::Relation(relation, left, right) => match (self.value(left), self.value(right)) {
                (Ok(left), Ok(right)) => Some(match relation {
                    Relation::Equal => left == right,
                    Relation::Unequal => left != right,
                    Relation::Less => left < right,
                    Relation::LessOrEqual => left <= right,
                    Relation::Greater => left > right,
                    Relation::GreaterOrEqual => left >= right,
                }),
                // A header that is not there decides before bytes that are not.
                (Err(Miss::NoHeader), _) | (_, Err(Miss::NoHeader)) => Some(false),
                _ => None,
            },
        }
    }

    fn is_address(
        &self,
        at: Encapsulation,
        carriers: Carriers,
        direction: Direction,
        value: u32,
        mask: u32,
    ) -> Verdict {
        // Offsets of the sender's and the target's address: RFC 791 3.1; RFC 826 for hardware addresses of six bytes.
        let places = [
            (carriers.ip, Network::Ip, [12, 16]),
            (carriers.arp, Network::Arp, [14, 24]),
            (carriers.rarp, Network::Rarp, [14, 24]),
        ];
        let network = self.network_at(at);
        for (wanted, carrier, offsets) in places {
            if wanted && self.is_network(at, carrier)? {
                return either(direction, offsets, |offset| {
                    Some(self.word(network.saturating_add(offset))? & mask == value)
                });
            }
        }
        Some(false)
    }

    /// Offset of the ports, when the frame has one of these transport protocols and is no later fragment.
    fn ports_at(&self, at: Encapsulation, transports: &[u8]) -> Result<usize, Miss> {
        let network = self.network_at(at);
        let carries = |offset: usize| {
            let number = self.byte(network.saturating_add(offset)).ok_or(Miss::TooShort)?;
            if transports.contains(&number) { Ok(()) } else { Err(Miss::NoHeader) }
        };
        if self.is_network(at, Network::Ip6).ok_or(Miss::TooShort)? {
            carries(6)?;
            return Ok(network.saturating_add(IP6_HEADER));
        }
        present(self.is_network(at, Network::Ip))?;
        carries(9)?;
        self.ip_payload(at)
    }

    fn value(&self, expression: &Expression) -> Result<u32, Miss> {
        match expression {
            Expression::Number(number) => Ok(*number),
            Expression::Length => Ok(self.length),
            Expression::Negate(inner) => Ok(self.value(inner)?.wrapping_neg()),
            Expression::Load { base, encapsulation, index, size } => {
                let start = self.base(*base, *encapsulation)?;
                let index = usize::try_from(self.value(index)?).unwrap_or(usize::MAX);
                let start = start.saturating_add(index);
                let bytes = self.data.get(start..start.saturating_add(*size)).ok_or(Miss::TooShort)?;
                Ok(bytes.iter().fold(0, |value, byte| value << 8 | u32::from(*byte)))
            }
            Expression::Chain(first, rest) => {
                let mut value = self.value(first)?;
                for (operator, operand) in rest {
                    value = apply(*operator, value, self.value(operand)?)?;
                }
                Ok(value)
            }
        }
    }

    fn base(&self, base: Base, at: Encapsulation) -> Result<usize, Miss> {
        let network = self.network_at(at);
        match base {
            Base::Link => Ok(0),
            Base::Network(kind) => present(self.is_network(at, kind)).map(|()| network),
            Base::Transport(number) => {
                present(self.is_transport(at, true, false, number))?;
                self.ip_payload(at)
            }
            Base::Icmp6 => {
                present(self.is_network(at, Network::Ip6))?;
                present(self.byte(network.saturating_add(6)).map(|next| next == ICMP6))?;
                Ok(network.saturating_add(IP6_HEADER))
            }
        }
    }
}

/// Why a value cannot be computed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Miss {
    NoHeader,
    /// Beyond the captured bytes, or divided by zero.
    TooShort,
}

/// What a verdict on a header means for the bytes in it.
fn present(verdict: Verdict) -> Result<(), Miss> {
    match verdict {
        Some(true) => Ok(()),
        Some(false) => Err(Miss::NoHeader),
        None => Err(Miss::TooShort),
    }
}

/// Test the source and destination, of which `offsets` are the places, as the direction asks.
fn either(direction: Direction, offsets: [usize; 2], test: impl Fn(usize) -> Verdict) -> Verdict {
    let [source, destination] = offsets;
    match direction {
        Direction::Source => test(source),
        Direction::Destination => test(destination),
        Direction::Either => Some(test(source)? || test(destination)?),
        Direction::Both => Some(test(source)? && test(destination)?),
    }
}

fn apply(operator: Operator, left: u32, right: u32) -> Result<u32, Miss> {
    Ok(match operator {
        Operator::Add => left.wrapping_add(right),
        Operator::Subtract => left.wrapping_sub(right),
        Operator::Multiply => left.wrapping_mul(right),
        Operator::Divide => left.checked_div(right).ok_or(Miss::TooShort)?,
        Operator::Remainder => left.checked_rem(right).ok_or(Miss::TooShort)?,
        Operator::And => left & right,
        Operator::Or => left | right,
        Operator::Xor => left ^ right,
        Operator::ShiftLeft => left.checked_shl(right).unwrap_or(0),
        Operator::ShiftRight => left.checked_shr(right).unwrap_or(0),
    })
}
