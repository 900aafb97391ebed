//! PTCP: the Precision Transparent Clock Protocol of PROFINET.
//!
//! Spec: IEC 61158-6-10, 4.4 (PTCP). Ethertype 0x8892 with frame ids 0x0020, 0x0021, 0x0080, 0x0081 (sync) and 0xff00 to
//! 0xff43 (announce, follow-up, delay). Recognised by frame id and a chain of blocks that ends with an end block.

use crate::mrp::uuid;
use crate::tell::{mac, shown_mac};
use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Input, Kind, Message, Outcome, Over, Probe,
    Protocol, Reader, Reference, Session, Sink, Step, Transport, Verdict, Visitor,
};

const ETHERTYPE: u16 = 0x8892;
/// Bytes between frame id and blocks.
const HEADER: usize = 20;
/// Most blocks of one PDU that are read.
const MAX_BLOCKS: usize = 16;

/// PTCP as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Ptcp,
    over: &[Over::Ether(ETHERTYPE)],
    probe,
    open: || Box::new(Ptcp),
    max_message: 1_500,
    fields: FIELDS,
    not_decoded: &["manufacturers' blocks beyond their identifier and bytes"],
};

const FIELDS: &[Field] = &[
    Field { name: "frame_id", doc: "Kind of PDU." },
    Field { name: "sequence_id", doc: "Number of the PDU." },
    Field { name: "delay_10ns", doc: "Delay of the sync on its way so far, in units of 10 ns." },
    Field { name: "delay_1ns_byte", doc: "Remainder of that delay in nanoseconds." },
    Field { name: "delay_1ns", doc: "Delay in nanoseconds; signed in follow-ups." },
    Field { name: "master_source_address", doc: "Hardware address of the clock master." },
    Field { name: "subdomain_uuid", doc: "Clock domain." },
    Field { name: "epoch_number", doc: "Upper 16 bits of the seconds." },
    Field { name: "seconds", doc: "Seconds of the master's time." },
    Field { name: "nanoseconds", doc: "Nanoseconds of the master's time." },
    Field { name: "time_flags", doc: "Leap seconds announced." },
    Field { name: "current_utc_offset", doc: "Seconds between the master's time and UTC." },
    Field { name: "master_priority_1", doc: "Role and priority of the master." },
    Field { name: "master_priority_2", doc: "Second priority of the master." },
    Field { name: "clock_class", doc: "Class of the master's clock." },
    Field { name: "clock_accuracy", doc: "Accuracy of the master's clock." },
    Field { name: "clock_variance", doc: "Variance of the master's clock." },
    Field { name: "t2_port_rx_delay", doc: "Receive delay of the port in nanoseconds." },
    Field { name: "t3_port_tx_delay", doc: "Transmit delay of the port in nanoseconds." },
    Field { name: "port_mac_address", doc: "Port that asked for the delay." },
    Field { name: "t2_time_stamp", doc: "When the request arrived, in nanoseconds." },
    Field { name: "options", doc: "Manufacturers' blocks: organisation, subtype and bytes." },
];

/// Name and part of a PDU by its frame id.
const fn describe(frame_id: u16) -> Option<(&'static str, Kind)> {
    Some(match frame_id {
        0x0020 => ("sync_with_follow_up_clock", Kind::Event),
        0x0021 => ("sync_with_follow_up_time", Kind::Event),
        0x0080 => ("sync_clock", Kind::Event),
        0x0081 => ("sync_time", Kind::Event),
        0xff00 => ("announce_clock", Kind::Event),
        0xff01 => ("announce_time", Kind::Event),
        0xff20 => ("follow_up_clock", Kind::Event),
        0xff21 => ("follow_up_time", Kind::Event),
        0xff40 => ("delay_request", Kind::Request),
        0xff41 => ("delay_response_with_follow_up", Kind::Response),
        0xff42 => ("delay_follow_up_response", Kind::Response),
        0xff43 => ("delay_response", Kind::Response),
        _ => return None,
    })
}

/// Blocks: seven bits of type, nine of length; type 0 ends them.
fn blocks(data: &[u8]) -> impl Iterator<Item = (u8, &[u8], bool)> {
    let mut reader = Reader::new(data);
    std::iter::from_fn(move || {
        let head = reader.be_u16().ok()?;
        let length = usize::from(head & 0x01ff);
        let body = reader.take_up_to(length);
        let kind = u8::try_from(head >> 9).ok()?;
        (head != 0).then_some((kind, body, body.len() < length))
    })
    .take(MAX_BLOCKS)
}

fn frame_id(data: &[u8]) -> Option<u16> {
    data.first_chunk().map(|id| u16::from_be_bytes(*id))
}

fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.transport != Transport::Link || probe.ethertype != ETHERTYPE {
        return Verdict::No;
    }
    let id = frame_id(probe.data).unwrap_or(0);
    if matches!(id, 0xff00..=0xff7f) && describe(id).is_none() {
        return Verdict::Likely;
    }
    let known = describe(id).is_some();
    let Some(rest) = probe.data.get(HEADER.saturating_add(2)..).filter(|_| known) else { return Verdict::No };
    let mut count = 0usize;
    for (kind, _, short) in blocks(rest) {
        let fits = matches!(kind, 1..=7 | 0x7f) && (!short || probe.missing > 0);
        if !fits {
            return Verdict::No;
        }
        count = count.saturating_add(1);
    }
    if count > 0 { Verdict::Sure } else { Verdict::Likely }
}

struct Ptcp;

impl Session for Ptcp {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let Some(id) = frame_id(input.data) else { return Step::Lost };
        let (function, kind) = match describe(id) {
            Some((name, kind)) => (Function::Known(name), kind),
            None if matches!(id, 0xff00..=0xff7f) => (Function::Unknown(u32::from(id)), Kind::Event),
            // Real-time data of the same pair of stations is no damage.
            None => return Step::Took(input.data.len()),
        };
        let rest = input.data.get(HEADER.saturating_add(2)..);
        let short = rest.is_none_or(|rest| blocks(rest).any(|(_, _, short)| short));
        let anomalies = Anomalies::NONE
            .with_if(short && input.missing > 0, Anomalies::TRUNCATED)
            .with_if(short && input.missing == 0, Anomalies::BAD_LENGTH)
            .with_if(matches!(function, Function::Unknown(_)), Anomalies::UNKNOWN_FUNCTION);
        sink.message(&Message {
            protocol: Protocol::Ptcp,
            kind,
            function,
            code: None,
            category: Category::TimeSync,
            outcome: match kind {
                Kind::Request => Outcome::Pending,
                Kind::Response => Outcome::Ok,
                _ => Outcome::Event,
            },
            address: Reference::None,
            object: Reference::None,
            anomalies,
            fields: &Shown { id, data: input.data.get(2..).unwrap_or_default() },
        });
        Step::Took(input.data.len())
    }
}

struct Shown<'a> {
    id: u16,
    /// After the frame id.
    data: &'a [u8],
}

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.uint("frame_id", u64::from(self.id));
        // What a cut PDU still holds is shown.
        let _ = self.visit_header(visitor);
        let rest = self.data.get(HEADER..).unwrap_or_default();
        for (kind, body, _) in blocks(rest) {
            let _ = visit(kind, body, visitor);
        }
        if blocks(rest).any(|(kind, ..)| kind == 0x7f) {
            visitor.begin_list("options");
            for (_, body, _) in blocks(rest).filter(|(kind, ..)| *kind == 0x7f) {
                visitor.begin_object("");
                let (organisation, data) = body.split_at_checked(3).unwrap_or((body, &[]));
                visitor.bytes("organisation", organisation);
                visitor.bytes("data", data);
                visitor.end_object();
            }
            visitor.end_list();
        }
    }
}

impl Shown<'_> {
    fn visit_header(&self, visitor: &mut dyn Visitor) -> Option<()> {
        let mut reader = Reader::new(self.data);
        reader.skip(8).ok()?;
        let coarse = reader.be_u32().ok()?;
        visitor.uint("sequence_id", u64::from(reader.be_u16().ok()?));
        let [fine, _] = reader.array().ok()?;
        match self.id {
            0x0020..=0x0081 => {
                visitor.uint("delay_10ns", u64::from(coarse));
                visitor.uint("delay_1ns_byte", u64::from(fine));
                visitor.uint("delay_1ns", u64::from(reader.be_u32().ok()?));
            }
            0xff20..=0xff3f => visitor.int("delay_1ns", i64::from(reader.be_i32().ok()?)),
            0xff40..=0xff43 => visitor.uint("delay_1ns", u64::from(reader.be_u32().ok()?)),
            _ => {}
        }
        Some(())
    }
}

fn visit(kind: u8, body: &[u8], visitor: &mut dyn Visitor) -> Option<()> {
    let mut reader = Reader::new(body);
    // Two bytes of padding put the 32-bit numbers of ports on a multiple of four.
    if matches!((kind, body.len()), (5, 10..) | (7, 6..)) {
        reader.skip(2).ok()?;
    }
    match kind {
        1 => {
            visitor.text("master_source_address", shown_mac(mac(&mut reader)?).as_str());
            visitor.text("subdomain_uuid", uuid(reader.array().ok()?).as_str());
        }
        2 => {
            visitor.uint("epoch_number", u64::from(reader.be_u16().ok()?));
            visitor.uint("seconds", u64::from(reader.be_u32().ok()?));
            visitor.uint("nanoseconds", u64::from(reader.be_u32().ok()?));
        }
        3 => {
            visitor.uint("time_flags", u64::from(reader.be_u16().ok()?));
            visitor.uint("current_utc_offset", u64::from(reader.be_u16().ok()?));
        }
        4 => {
            visitor.uint("master_priority_1", u64::from(reader.u8().ok()?));
            visitor.uint("master_priority_2", u64::from(reader.u8().ok()?));
            visitor.uint("clock_class", u64::from(reader.u8().ok()?));
            visitor.uint("clock_accuracy", u64::from(reader.u8().ok()?));
            visitor.int("clock_variance", i64::from(reader.be_i16().ok()?));
        }
        5 => {
            visitor.uint("t2_port_rx_delay", u64::from(reader.be_u32().ok()?));
            visitor.uint("t3_port_tx_delay", u64::from(reader.be_u32().ok()?));
        }
        6 => visitor.text("port_mac_address", shown_mac(mac(&mut reader)?).as_str()),
        7 => visitor.uint("t2_time_stamp", u64::from(reader.be_u32().ok()?)),
        _ => {}
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Log, check_datagrams, client};

    fn pdu(id: u16, blocks: &[u8]) -> Vec<u8> {
        let mut bytes = id.to_be_bytes().to_vec();
        bytes.extend_from_slice(&[
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0x4a, 0x72, 0, 0, 0xff, 0xff, 0xff, 0xfe,
        ]);
        bytes.extend_from_slice(blocks);
        bytes.extend_from_slice(&[0, 0]);
        bytes.resize(bytes.len().max(46), 0);
        bytes
    }

    fn run(data: &[u8]) -> Log {
        check_datagrams(&DISSECTOR, Transport::Link, 0, &[client(data)])
    }

    /// A port parameter block, then the asking port.
    const DELAY: &[u8] =
        &[0x0a, 10, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0x0c, 6, 2, 0, 0, 0, 0, 9, 0x0e, 6, 0, 0, 0, 0, 0, 3];

    #[test]
    fn delays_are_asked_and_answered() {
        let log = run(&pdu(0xff40, &DELAY[12..20]));
        assert_eq!(
            log.messages,
            [
                "ptcp request delay_request code=- time_sync Pending [] [] [] {frame_id=65344 sequence_id=19058 \
              delay_1ns=4294967294 port_mac_address=\"02:00:00:00:00:09\"}"
            ]
        );
        let log = run(&pdu(0xff43, DELAY));
        assert!(log.messages[0].starts_with("ptcp response delay_response code=- time_sync Ok"));
        assert!(
            log.messages[0].contains(
                "t2_port_rx_delay=1 t3_port_tx_delay=2 port_mac_address=\"02:00:00:00:00:09\" t2_time_stamp=3"
            ),
            "{}",
            log.messages[0]
        );
    }

    #[test]
    fn syncs_carry_the_masters_time() {
        let mut blocks = vec![0x02, 22, 2, 0, 0, 0, 0, 1];
        blocks.extend_from_slice(&[0x11; 16]);
        blocks.extend_from_slice(&[0x04, 10, 0, 0, 0x60, 0, 0, 0, 0, 0, 0, 7, 0x06, 4, 0, 0, 0, 37]);
        blocks.extend_from_slice(&[0x08, 6, 1, 255, 6, 0x21, 0xff, 0xfe]);
        blocks.extend_from_slice(&[0xfe, 5, 8, 0, 6, 1, 2]);
        let log = run(&pdu(0x0080, &blocks));
        assert_eq!(
            log.messages,
            [
                "ptcp event sync_clock code=- time_sync Event [] [] [] {frame_id=128 sequence_id=19058 delay_10ns=5 delay_1ns_byte=0 \
              delay_1ns=4294967294 master_source_address=\"02:00:00:00:00:01\" \
              subdomain_uuid=\"11111111-1111-1111-1111-111111111111\" epoch_number=0 seconds=1610612736 \
              nanoseconds=7 time_flags=0 current_utc_offset=37 master_priority_1=1 master_priority_2=255 \
              clock_class=6 clock_accuracy=33 clock_variance=-2 options=[{organisation=0x080006 data=0x0102}]}"
            ]
        );
        assert!(run(&pdu(0xff20, &blocks)).messages[0].contains("delay_1ns=-2"));
        assert!(run(&pdu(0xff00, &blocks)).messages[0].contains("announce_clock"));
    }

    #[test]
    fn damage_is_marked() {
        assert!(run(&pdu(0xff50, DELAY)).messages[0].contains("unknown_0xff50"));
        assert!(run(&pdu(0xff40, &DELAY[12..20])[..26]).messages[0].contains("bad_length"));
        assert!(run(&pdu(0x8000, DELAY)).messages.is_empty(), "real-time data is not for this dissector");
    }

    #[test]
    fn only_its_frame_ids_are_claimed() {
        let look = |ethertype, data: &[u8]| {
            probe(&Probe {
                data,
                transport: Transport::Link,
                src_port: 0,
                dst_port: 0,
                from_client: None,
                ethertype,
                llc: None,
                link: 1,
                ip_protocol: 0,
                dst_mac: sightglass_wire::Mac([1, 0x80, 0xc2, 0, 0, 0x0e]),
                missing: 0,
            })
        };
        let delay = pdu(0xff40, &DELAY[12..20]);
        assert_eq!(look(ETHERTYPE, &delay), Verdict::Sure);
        assert_eq!(look(0x88e3, &delay), Verdict::No);
        assert_eq!(look(ETHERTYPE, &pdu(0x8000, DELAY)), Verdict::No);
        assert_eq!(look(ETHERTYPE, &pdu(0xfefe, DELAY)), Verdict::No);
        assert_eq!(look(ETHERTYPE, &pdu(0xff40, &[0x40, 0])), Verdict::No);
        assert_eq!(look(ETHERTYPE, &delay[..20]), Verdict::No);
    }
}
