//! ARP and its relatives: RARP and inverse ARP.
//!
//! Spec: RFC 826, RFC 903 (reverse), RFC 2390 (inverse), RFC 5227 (probes and announcements). Ethertypes 0x0806 and, for
//! RARP, 0x8035. Recognised by ethertype and by address lengths that fit their types. The engine states address claims
//! itself, so nothing is observed here.

use sightglass_wire::{Ip, Mac};

use crate::tell::{shown_ip, shown_mac};
use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Input, Kind, Message, Outcome, Over, Probe,
    Protocol, Reader, Reference, Session, Sink, Step, Transport, Verdict, Visitor,
};

const ETHERTYPE: u16 = 0x0806;
const ETHERTYPE_RARP: u16 = 0x8035;
/// Hardware types with six-byte addresses: Ethernet and IEEE 802 (IANA ARP parameters).
const ETHERNET: u16 = 1;
const IEEE_802: u16 = 6;
const IPV4: u16 = 0x0800;
/// Longest hardware and protocol address that is shown; ATM has 20.
const MAX_ADDRESS: u8 = 32;

/// ARP as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Arp,
    over: &[Over::Ether(ETHERTYPE), Over::Ether(ETHERTYPE_RARP)],
    probe,
    open: || Box::new(Arp),
    max_message: 1_500,
    fields: &[
        Field { name: "hardware_type", doc: "1 Ethernet, 6 IEEE 802." },
        Field { name: "protocol_type", doc: "Ethertype of the protocol addresses; 0x0800 IPv4." },
        Field { name: "opcode", doc: "1 request, 2 reply, 3 and 4 reverse, 8 and 9 inverse." },
        Field { name: "sender_mac", doc: "Hardware address that the sender claims." },
        Field { name: "sender_ip", doc: "Protocol address that the sender claims; 0.0.0.0 in probes." },
        Field { name: "target_mac", doc: "Hardware address of the target; without meaning in requests." },
        Field { name: "target_ip", doc: "Protocol address asked for or answered to." },
        Field { name: "gratuitous", doc: "The sender announces itself (RFC 5227, 2.3)." },
    ],
    not_decoded: &["server selection of ATM ARP (its addresses are shown raw)"],
};

/// One message; addresses as long as it says.
struct Frame<'a> {
    hardware_type: u16,
    protocol_type: u16,
    opcode: u16,
    /// Sender's hardware and protocol address, then the target's.
    addresses: [&'a [u8]; 4],
    short: bool,
}

impl<'a> Frame<'a> {
    fn parse(data: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(data);
        let hardware_type = reader.be_u16().ok()?;
        let protocol_type = reader.be_u16().ok()?;
        let (hardware, protocol) = (reader.u8().ok()?, reader.u8().ok()?);
        let opcode = reader.be_u16().ok()?;
        let lengths = [hardware, protocol, hardware, protocol];
        let short = reader.remaining() < lengths.iter().map(|length| usize::from(*length)).sum();
        let addresses = lengths.map(|length| reader.take_up_to(usize::from(length)));
        Some(Self { hardware_type, protocol_type, opcode, addresses, short })
    }

    fn fits(&self) -> bool {
        let [hardware, protocol, ..] = self.addresses;
        let hardware_fits = !matches!(self.hardware_type, ETHERNET | IEEE_802) || hardware.len() == 6;
        let protocol_fits = self.protocol_type != IPV4 || protocol.len() == 4;
        hardware_fits && protocol_fits
    }
}

fn probe(probe: &Probe<'_>) -> Verdict {
    let ours = probe.transport == Transport::Link && matches!(probe.ethertype, ETHERTYPE | ETHERTYPE_RARP);
    match Frame::parse(probe.data).filter(|_| ours) {
        Some(frame) if frame.fits() && !frame.short => Verdict::Sure,
        Some(_) => Verdict::Likely,
        None => Verdict::No,
    }
}

struct Arp;

const fn function(opcode: u16) -> Option<(&'static str, Kind)> {
    // IANA ARP parameters, operation codes.
    Some(match opcode {
        1 => ("request", Kind::Request),
        2 => ("reply", Kind::Response),
        3 => ("reverse_request", Kind::Request),
        4 => ("reverse_reply", Kind::Response),
        5 => ("drarp_request", Kind::Request),
        6 => ("drarp_reply", Kind::Response),
        7 => ("drarp_error", Kind::Response),
        8 => ("inverse_request", Kind::Request),
        9 => ("inverse_reply", Kind::Response),
        10 => ("nak", Kind::Response),
        _ => return None,
    })
}

impl Session for Arp {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let Some(frame) = Frame::parse(input.data) else { return Step::Lost };
        let known = function(frame.opcode);
        let anomalies = Anomalies::NONE
            .with_if(frame.short && input.missing > 0, Anomalies::TRUNCATED)
            .with_if(frame.short && input.missing == 0, Anomalies::BAD_LENGTH)
            .with_if(!frame.short && !frame.fits(), Anomalies::BAD_LENGTH)
            .with_if(known.is_none(), Anomalies::UNKNOWN_FUNCTION);
        let kind = known.map_or(Kind::Event, |(_, kind)| kind);
        let outcome = match (frame.opcode, kind) {
            (7 | 10, _) => Outcome::Error("refused"),
            (_, Kind::Request) => Outcome::Pending,
            (_, Kind::Response) => Outcome::Ok,
            _ => Outcome::Event,
        };
        sink.message(&Message {
            protocol: Protocol::Arp,
            kind,
            function: known
                .map_or(Function::Unknown(u32::from(frame.opcode)), |(name, _)| Function::Known(name)),
            code: Some(u32::from(frame.opcode)),
            category: Category::Discovery,
            outcome,
            address: Reference::None,
            object: Reference::None,
            anomalies,
            fields: &frame,
        });
        Step::Took(input.data.len())
    }
}

impl Fields for Frame<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.uint("hardware_type", u64::from(self.hardware_type));
        visitor.uint("protocol_type", u64::from(self.protocol_type));
        visitor.uint("opcode", u64::from(self.opcode));
        let names = ["sender_mac", "sender_ip", "target_mac", "target_ip"];
        for (name, bytes) in names.into_iter().zip(self.addresses) {
            if let Ok(mac) = <[u8; 6]>::try_from(bytes) {
                visitor.text(name, shown_mac(Mac(mac)).as_str());
            } else if let Ok(ip) = <[u8; 4]>::try_from(bytes) {
                visitor.text(name, shown_ip(Ip::v4(ip)).as_str());
            } else if !bytes.is_empty() {
                visitor.bytes(name, bytes.get(..usize::from(MAX_ADDRESS)).unwrap_or(bytes));
            }
        }
        let [_, sender, _, target] = self.addresses;
        let announces =
            self.protocol_type == IPV4 && sender == target && sender.iter().any(|byte| *byte != 0);
        visitor.flag("gratuitous", announces);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check_datagrams, client};

    const ASK: &[u8] =
        &[0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 1, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 10, 0, 0, 2, 0, 0];

    fn with_opcode(opcode: u8) -> Vec<u8> {
        let mut bytes = ASK.to_vec();
        bytes[7] = opcode;
        bytes
    }

    #[test]
    fn requests_and_replies_show_their_addresses() {
        let log = check_datagrams(&DISSECTOR, Transport::Link, 0, &[client(ASK), client(&with_opcode(2))]);
        assert_eq!(
            log.messages[0],
            "arp request request code=1 discovery Pending [] [] [] {hardware_type=1 protocol_type=2048 opcode=1 \
             sender_mac=\"02:00:00:00:00:01\" sender_ip=\"10.0.0.1\" target_mac=\"00:00:00:00:00:00\" \
             target_ip=\"10.0.0.2\" gratuitous=false}"
        );
        assert!(log.messages[1].starts_with("arp response reply code=2 discovery Ok"));
    }

    #[test]
    fn odd_operations_and_lengths_are_marked() {
        let log = check_datagrams(&DISSECTOR, Transport::Link, 0, &[client(&with_opcode(99))]);
        assert!(
            log.messages[0].contains("unknown_0x63 code=99") && log.messages[0].contains("unknown_function")
        );
        let mut bytes = ASK.to_vec();
        bytes[4] = 8;
        let log = check_datagrams(&DISSECTOR, Transport::Link, 0, &[client(&bytes)]);
        assert!(log.messages[0].contains("bad_length"), "{}", log.messages[0]);
        for opcode in 1..=10 {
            assert!(function(opcode).is_some());
        }
    }

    #[test]
    fn only_its_ethertypes_are_claimed() {
        let look = |data: &[u8], ethertype| {
            let mut given = crate::testing::input(Transport::Link, 0, client(data), true);
            given.ethertype = ethertype;
            probe(&Probe::of(&given))
        };
        assert_eq!(look(ASK, 0x0806), Verdict::Sure);
        assert_eq!(look(ASK, 0x8035), Verdict::Sure);
        assert_eq!(look(ASK, 0x0800), Verdict::No);
        assert_eq!(look(&ASK[..20], 0x0806), Verdict::Likely);
        assert_eq!(look(&ASK[..7], 0x0806), Verdict::No);
    }
}
