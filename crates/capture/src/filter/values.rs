//! Addresses, networks, ports and protocol numbers after their qualifiers.

use super::FilterError;
use super::ast::{Carriers, Direction, Network, Test};
use super::lex::{Token, number};
use super::names;
use super::parse::{Head, Kind, Parser, Protocol};

impl Parser<'_> {
    /// An address or network.
    pub(super) fn address(&mut self, head: Head) -> Result<Test, FilterError> {
        let direction = head.direction.unwrap_or(Direction::Either);
        let is_net = head.kind == Kind::Net;
        match (head.protocol, self.peek()) {
            (Protocol::Ports(_) | Protocol::Other, Some(_)) => {
                Err(self.error("this protocol has no addresses of its own; join them with `and`"))
            }
            (Protocol::Link, Some(Token::Mac(value))) if !is_net => {
                self.skip();
                Ok(Test::Mac { direction, value: *value })
            }
            (Protocol::Link, Some(_)) => Err(self.error("expected a MAC address here")),
            (_, Some(Token::Mac(_))) => Err(self.error("a MAC address goes with `ether host`")),
            (Protocol::Any | Protocol::Ip6, Some(Token::Ipv6(address))) => {
                self.skip();
                let bits = if is_net { self.prefix(128)? } else { None };
                let mask = u128::MAX.checked_shl(128_u32.saturating_sub(bits.unwrap_or(128))).unwrap_or(0);
                let value = address.to_bits();
                self.check_host_bits(value & !mask == 0)?;
                Ok(Test::Address6 { direction, value, mask })
            }
            (_, Some(Token::Ipv6(_))) => Err(self.error("an IPv6 address does not go with this protocol")),
            (Protocol::Ip6, Some(Token::Dotted(..) | Token::Number(_))) => {
                Err(self.error("expected an IPv6 address here"))
            }
            (_, Some(Token::Dotted(value, bits))) => {
                self.skip();
                let missing = 32_u32.saturating_sub(*bits);
                let value = value.checked_shl(missing).unwrap_or(0);
                let mask = if is_net { self.mask()? } else { None };
                let mask = mask.unwrap_or(u32::MAX.checked_shl(missing).unwrap_or(0));
                self.check_host_bits(value & !mask == 0)?;
                Ok(Test::Address { carriers: carriers(head.protocol), direction, value, mask })
            }
            (_, Some(Token::Number(number))) => {
                self.skip();
                let (mut value, mut mask) = (*number, u32::MAX);
                while is_net && value != 0 && value & 0xff00_0000 == 0 {
                    value <<= 8_u32;
                    mask <<= 8_u32;
                }
                if is_net && let Some(given) = self.mask()? {
                    mask = given;
                }
                self.check_host_bits(value & !mask == 0)?;
                Ok(Test::Address { carriers: carriers(head.protocol), direction, value, mask })
            }
            (_, Some(Token::Word(word) | Token::Escaped(word))) => {
                Err(self.error(format!("{word:?} is not an address; names are not looked up")))
            }
            (_, _) => Err(self.error("expected an address here")),
        }
    }

    fn check_host_bits(&self, none: bool) -> Result<(), FilterError> {
        if none { Ok(()) } else { Err(self.error("the network before this has bits outside its mask")) }
    }

    /// `/BITS` after a network.
    fn prefix(&mut self, most: u32) -> Result<Option<u32>, FilterError> {
        if !self.take("/") {
            return Ok(None);
        }
        match self.optional_number(most, "prefix length")? {
            None => Err(self.error("expected a prefix length here")),
            bits => Ok(bits),
        }
    }

    /// `/BITS` or `mask A.B.C.D` after an IPv4 network.
    fn mask(&mut self) -> Result<Option<u32>, FilterError> {
        if self.take("mask") {
            let Some(Token::Dotted(mask, 32)) = self.peek() else {
                return Err(self.error("expected a mask such as 255.255.255.0 here"));
            };
            self.skip();
            return Ok(Some(*mask));
        }
        let bits = self.prefix(32)?;
        Ok(bits.map(|bits| u32::MAX.checked_shl(32_u32.saturating_sub(bits)).unwrap_or(0)))
    }

    /// A port or a range of them.
    pub(super) fn ports(&mut self, head: Head) -> Result<Test, FilterError> {
        let wanted: &'static [u8] = match head.protocol {
            Protocol::Any => names::WITH_PORTS,
            Protocol::Ports(one) => one,
            _ => return Err(self.error("ports go with `tcp`, `udp` or `sctp` only")),
        };
        let named = |text: &str| match number(text) {
            Some(Ok(number)) => u16::try_from(number).ok().map(|port| (port, names::WITH_PORTS)),
            Some(Err(_)) => None,
            None => names::port(text),
        };
        let range = match self.peek() {
            Some(Token::Number(number)) => {
                u16::try_from(*number).ok().map(|port| (port, port, names::WITH_PORTS))
            }
            Some(Token::Word(word) | Token::Escaped(word)) => match (named(word), word.split_once('-')) {
                (Some((port, transports)), _) => Some((port, port, transports)),
                (None, Some((first, last))) if head.kind == Kind::PortRange => {
                    named(first).zip(named(last)).map(|(first, last)| (first.0, last.0, names::WITH_PORTS))
                }
                _ => None,
            },
            _ => None,
        };
        let Some((first, last, known)) = range else {
            return Err(self.error("expected a port (0 to 65535) or a known service here"));
        };
        // A service known over one transport only means that one, as with libpcap.
        let transports = if known.len() < wanted.len() { known } else { wanted };
        if !transports.iter().all(|transport| known.contains(transport) && wanted.contains(transport)) {
            return Err(self.error("this service is not known over that protocol; give its number"));
        }
        self.skip();
        let direction = head.direction.unwrap_or(Direction::Either);
        Ok(Test::Port { transports, direction, first: first.min(last), last: first.max(last) })
    }

    /// The value of `proto`, which belongs to the link layer, to IPv4, IPv6 or both.
    pub(super) fn protocol_value(&mut self, protocol: Protocol) -> Result<Test, FilterError> {
        let token = self.peek();
        let name = match token {
            Some(Token::Word(word) | Token::Escaped(word)) => word.as_str(),
            _ => "",
        };
        let test = if protocol == Protocol::Link {
            let network = match token {
                Some(Token::Number(number)) => u16::try_from(*number).ok().map(|number| match number {
                    // Service access points that stand twice in a frame: IP, NetBIOS, ISO.
                    0x06 | 0xf0 | 0xfe => Network::Llc(number << 8 | number),
                    _ => Network::Type(number),
                }),
                _ => names::network(name),
            };
            network.map(Test::Network)
        } else {
            let number = match token {
                Some(Token::Number(number)) => u8::try_from(*number).ok(),
                _ => names::protocol_number(name),
            };
            let (ip, ip6) = match protocol {
                Protocol::Any => (true, true),
                Protocol::Ip => (true, false),
                Protocol::Ip6 => (false, true),
                _ => {
                    return Err(
                        self.error("this protocol carries no others; `proto` goes with ip, ip6 or ether")
                    );
                }
            };
            number.map(|number| Test::Transport { ip, ip6, number })
        };
        let Some(test) = test else {
            return Err(self.error("expected the number or name of a protocol here"));
        };
        self.skip();
        Ok(test)
    }
}

fn carriers(protocol: Protocol) -> Carriers {
    let any = protocol == Protocol::Any;
    Carriers {
        ip: any || protocol == Protocol::Ip,
        arp: any || protocol == Protocol::Arp,
        rarp: any || protocol == Protocol::Rarp,
    }
}
