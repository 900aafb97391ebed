//! What an expression means: tests joined by and, or, not.

/// A test on a frame, or several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    Test(Encapsulation, Test),
    Not(Box<Node>),
    /// Taken from left to right: `and` and `or` bind equally.
    Chain(Box<Node>, Vec<(Join, Node)>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Join {
    And,
    Or,
}

/// Where the network layer begins: `vlan`, `mpls` and `pppoes` move it for all tests that follow in the text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Encapsulation {
    /// Bytes after the place where the link layer puts it.
    pub(super) shift: usize,
    pub(super) naming: Naming,
}

/// What says which protocol the network layer is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Naming {
    /// The link layer's type, or that of the last VLAN tag.
    #[default]
    Type,
    /// After MPLS labels nothing does; the first half-byte tells IPv4 from IPv6.
    Mpls,
    /// The PPP protocol number.
    Ppp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Source,
    Destination,
    Either,
    Both,
}

/// A protocol directly above the link layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Network {
    Ip,
    Ip6,
    Arp,
    Rarp,
    /// By `EtherType`; below 1501 it is the LLC service access point.
    Type(u16),
    /// LLC with both service access points in one number.
    Llc(u16),
}

/// In which protocols an IPv4 address is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Carriers {
    pub(super) ip: bool,
    pub(super) arp: bool,
    pub(super) rarp: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Test {
    Network(Network),
    /// IP protocol number in IPv4, IPv6 or either; for IPv6 the first header, or the one behind a fragment header.
    Transport {
        ip: bool,
        ip6: bool,
        number: u8,
    },
    Address {
        carriers: Carriers,
        direction: Direction,
        value: u32,
        mask: u32,
    },
    Address6 {
        direction: Direction,
        value: u128,
        mask: u128,
    },
    Mac {
        direction: Direction,
        value: [u8; 6],
    },
    Port {
        transports: &'static [u8],
        direction: Direction,
        first: u16,
        last: u16,
    },
    Vlan(Option<u16>),
    Mpls(Option<u32>),
    PppoeDiscovery,
    PppoeSession(Option<u16>),
    Broadcast,
    Multicast,
    IpMulticast,
    Ip6Multicast,
    Relation(Relation, Expression, Expression),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// Arithmetic in 32 bits without sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expression {
    Number(u32),
    /// Length of the frame on the wire.
    Length,
    /// Bytes of a header, in network order.
    Load {
        base: Base,
        encapsulation: Encapsulation,
        index: Box<Expression>,
        size: usize,
    },
    Negate(Box<Expression>),
    /// Taken from left to right; all operators of one chain bind equally.
    Chain(Box<Expression>, Vec<(Operator, Expression)>),
}

/// What a [`Expression::Load`] counts from; the test is false when the frame has no such header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Base {
    Link,
    Network(Network),
    /// The header above IPv4 with this protocol number, first fragments only.
    Transport(u8),
    Icmp6,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    And,
    Or,
    Xor,
    ShiftLeft,
    ShiftRight,
}
