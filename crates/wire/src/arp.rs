//! Address Resolution Protocol and its reverse.
//!
//! Spec: RFC 826; RFC 903 (operations 3 and 4). Only Ethernet with IPv4, which is all that is in use.

use crate::{Ip, Mac, Reader};

/// "Who has?".
pub const REQUEST: u16 = 1;
/// "It is at".
pub const REPLY: u16 = 2;

/// An ARP or RARP message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arp {
    /// 1 request, 2 reply, 3 and 4 the reverse ones.
    pub operation: u16,
    /// Hardware address the sender claims.
    pub sender_mac: Mac,
    /// Protocol address the sender claims; 0.0.0.0 in probes (RFC 5227).
    pub sender_ip: Ip,
    /// Hardware address of the target; without meaning in requests.
    pub target_mac: Mac,
    /// Protocol address that is asked for or answered to.
    pub target_ip: Ip,
}

impl Arp {
    /// True when the sender announces itself (RFC 5227, 2.3; RFC 5944, 4.6).
    pub fn is_gratuitous(&self) -> bool {
        self.sender_ip == self.target_ip && !self.sender_ip.is_unspecified()
    }
}

/// Parse the payload of a packet whose network layer is [`crate::Net::Arp`]; padding may follow.
///
/// `None` when it is cut short or not for Ethernet and IPv4.
pub fn parse(payload: &[u8]) -> Option<Arp> {
    // Hardware type Ethernet, protocol type IPv4, address lengths 6 and 4.
    const FIXED: [u8; 6] = [0, 1, 8, 0, 6, 4];
    let mut reader = Reader::new(payload);
    if reader.array::<6>().ok()? != FIXED {
        return None;
    }
    Some(Arp {
        operation: reader.be_u16().ok()?,
        sender_mac: Mac(reader.array().ok()?),
        sender_ip: Ip::v4(reader.array().ok()?),
        target_mac: Mac(reader.array().ok()?),
        target_ip: Ip::v4(reader.array().ok()?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPLY_BYTES: [u8; 28] = [
        0, 1, 8, 0, 6, 4, // Ethernet, IPv4
        0, 2, // reply
        2, 0, 0, 0, 0, 1, 192, 0, 2, 1, // sender
        2, 0, 0, 0, 0, 2, 192, 0, 2, 2, // target
    ];

    #[test]
    fn a_reply_and_every_cut_of_it() {
        let arp = parse(&REPLY_BYTES).unwrap();
        assert_eq!((arp.operation, arp.sender_mac.0[5], arp.target_mac.0[5]), (REPLY, 1, 2));
        assert_eq!((arp.sender_ip, arp.target_ip), (Ip::v4([192, 0, 2, 1]), Ip::v4([192, 0, 2, 2])));
        assert!(!arp.is_gratuitous());
        for cut in 0..REPLY_BYTES.len() {
            assert_eq!(parse(&REPLY_BYTES[..cut]), None);
        }
    }

    #[test]
    fn only_ethernet_and_ipv4() {
        for (at, value) in [(1, 6), (3, 1), (4, 8), (5, 16)] {
            let mut bytes = REPLY_BYTES;
            bytes[at] = value;
            assert_eq!(parse(&bytes), None, "byte {at}");
        }
    }

    #[test]
    fn gratuitous_when_sender_asks_for_itself() {
        let mut bytes = REPLY_BYTES;
        bytes[24..28].copy_from_slice(&[192, 0, 2, 1]);
        assert!(parse(&bytes).unwrap().is_gratuitous());
    }
}
