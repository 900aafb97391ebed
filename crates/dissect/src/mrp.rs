//! MRP: the Media Redundancy Protocol of Ethernet rings.
//!
//! Spec: IEC 62439-2, 8 (application layer protocol): PDUs of type-length-value blocks under ethertype 0x88e3.
//! Recognised by ethertype, version 1 and a first block of known type and length.

use crate::tell::{Teller, mac, shown_mac};
use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Input, Kind, Message, Outcome, Over, Probe,
    Protocol, Reader, Reference, Session, Sink, Step, Subject, Text, Transport, Verdict, Visitor, confidence,
};

const ETHERTYPE: u16 = 0x88e3;
const VERSION: u16 = 1;

/// Block types (IEC 62439-2, 8.1.4.2).
const END: u8 = 0;
const COMMON: u8 = 1;
const TEST: u8 = 2;
const TOPOLOGY_CHANGE: u8 = 3;
const LINK_DOWN: u8 = 4;
const LINK_UP: u8 = 5;
const IN_TEST: u8 = 6;
const IN_TOPOLOGY_CHANGE: u8 = 7;
const IN_LINK_DOWN: u8 = 8;
const IN_LINK_UP: u8 = 9;
const IN_LINK_STATUS_POLL: u8 = 10;
const OPTION: u8 = 0x7f;

/// Most blocks of one PDU that are read; the specification needs four.
const MAX_BLOCKS: usize = 16;

/// MRP as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Mrp,
    over: &[Over::Ether(ETHERTYPE)],
    probe,
    open: || Box::new(Mrp),
    max_message: 1_500,
    fields: FIELDS,
    not_decoded: &["manufacturers' options beyond their identifier and bytes"],
};

const FIELDS: &[Field] = &[
    Field { name: "version", doc: "Protocol version, 1." },
    Field { name: "priority", doc: "Priority of the manager; lower wins." },
    Field { name: "source_mac", doc: "Hardware address of the station that speaks." },
    Field { name: "port_role", doc: "0 primary, 1 secondary, 2 interconnection." },
    Field { name: "ring_state", doc: "0 open, 1 closed." },
    Field { name: "in_state", doc: "State of the interconnection: 0 open, 1 closed." },
    Field { name: "in_id", doc: "Number of the interconnection." },
    Field { name: "transition", doc: "How often the ring was opened or closed." },
    Field { name: "timestamp", doc: "Milliseconds at which the test was sent." },
    Field { name: "interval", doc: "Milliseconds until the change takes effect." },
    Field { name: "blocked", doc: "Whether the client can block its ports." },
    Field { name: "sequence_id", doc: "Number of the PDU." },
    Field { name: "domain_uuid", doc: "Redundancy domain." },
    Field { name: "options", doc: "Manufacturers' options: organisation and bytes." },
];

/// One block.
#[derive(Debug, Clone, Copy)]
struct Block<'a> {
    kind: u8,
    body: &'a [u8],
    short: bool,
}

/// Blocks up to the end block.
fn blocks(data: &[u8]) -> impl Iterator<Item = Block<'_>> {
    let mut reader = Reader::new(data);
    std::iter::from_fn(move || {
        let kind = reader.u8().ok()?;
        let length = usize::from(reader.u8().ok()?);
        if kind == END {
            return None;
        }
        let body = reader.take_up_to(length);
        Some(Block { kind, body, short: body.len() < length })
    })
    .take(MAX_BLOCKS)
}

/// Name of a block that says what a PDU is about.
const fn name(kind: u8) -> Option<&'static str> {
    Some(match kind {
        TEST => "test",
        TOPOLOGY_CHANGE => "topology_change",
        LINK_DOWN => "link_down",
        LINK_UP => "link_up",
        IN_TEST => "in_test",
        IN_TOPOLOGY_CHANGE => "in_topology_change",
        IN_LINK_DOWN => "in_link_down",
        IN_LINK_UP => "in_link_up",
        IN_LINK_STATUS_POLL => "in_link_status_poll",
        OPTION => "option",
        _ => return None,
    })
}

/// Bytes that a block holds at least.
const fn least(kind: u8) -> usize {
    match kind {
        COMMON | TEST | IN_TEST => 18,
        TOPOLOGY_CHANGE | IN_TOPOLOGY_CHANGE | IN_LINK_STATUS_POLL => 10,
        LINK_DOWN | LINK_UP | IN_LINK_DOWN | IN_LINK_UP => 12,
        OPTION => 4,
        _ => 0,
    }
}

fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.transport != Transport::Link || probe.ethertype != ETHERTYPE {
        return Verdict::No;
    }
    let Some((&[0, 1], rest)) = probe.data.split_first_chunk::<2>() else { return Verdict::No };
    match blocks(rest).next() {
        Some(block) if name(block.kind).is_some() && block.body.len() >= least(block.kind) => Verdict::Sure,
        _ => Verdict::No,
    }
}

struct Mrp;

impl Session for Mrp {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let Some((version, rest)) = input.data.split_first_chunk::<2>() else { return Step::Lost };
        let version = u16::from_be_bytes(*version);
        let first = blocks(rest).next();
        let kind = first.map_or(END, |block| block.kind);
        let function = match name(kind) {
            Some(name) => Function::Known(name),
            None => Function::Unknown(u32::from(kind)),
        };
        let cut = input.missing > 0;
        let short = blocks(rest).any(|block| block.short || block.body.len() < least(block.kind));
        let anomalies = Anomalies::NONE
            .with_if(version != VERSION, Anomalies::BAD_VERSION)
            .with_if(name(kind).is_none(), Anomalies::UNKNOWN_FUNCTION)
            .with_if(short && cut, Anomalies::TRUNCATED)
            .with_if(short && !cut, Anomalies::BAD_LENGTH)
            .with_if(!blocks(rest).any(|block| block.kind == COMMON), Anomalies::MISSING_FIELD);
        let category = match kind {
            TEST | IN_TEST | IN_LINK_STATUS_POLL => Category::Diagnostics,
            OPTION | END => Category::Other,
            _ => Category::Alarm,
        };
        // An open ring is a state of its own: what was redundant is not.
        let open = first.and_then(ring_state) == Some(0);
        let object = match (open, kind) {
            (true, TEST) => Reference::Text("ring_open"),
            (true, _) => Reference::Text("interconnection_open"),
            _ => Reference::None,
        };
        sink.message(&Message {
            protocol: Protocol::Mrp,
            kind: Kind::Event,
            function,
            code: None,
            category,
            outcome: Outcome::Event,
            address: Reference::None,
            object,
            anomalies,
            fields: &Shown { version, blocks: rest },
        });
        // Only managers send tests and announce changes; clients report links.
        let role = match kind {
            TEST | TOPOLOGY_CHANGE => "mrp_manager",
            LINK_DOWN | LINK_UP => "mrp_client",
            IN_TEST | IN_TOPOLOGY_CHANGE => "mrp_interconnection_manager",
            IN_LINK_DOWN | IN_LINK_UP => "mrp_interconnection_client",
            _ => return Step::Took(input.data.len()),
        };
        if anomalies.is_empty() {
            Teller::new(Subject::Sender, Protocol::Mrp, confidence::ANNOUNCEMENT).tell("role", role, sink);
        }
        Step::Took(input.data.len())
    }
}

/// State of the ring or interconnection out of a test.
fn ring_state(block: Block<'_>) -> Option<u16> {
    if !matches!(block.kind, TEST | IN_TEST) {
        return None;
    }
    Some(u16::from_be_bytes(*block.body.get(10..)?.first_chunk()?))
}

struct Shown<'a> {
    version: u16,
    blocks: &'a [u8],
}

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.uint("version", u64::from(self.version));
        for block in blocks(self.blocks).filter(|block| block.kind != OPTION) {
            // What a cut block still holds is shown.
            let _ = visit(&block, visitor);
        }
        if blocks(self.blocks).any(|block| block.kind == OPTION) {
            visitor.begin_list("options");
            for block in blocks(self.blocks).filter(|block| block.kind == OPTION) {
                visitor.begin_object("");
                let (organisation, data) = block.body.split_at_checked(3).unwrap_or((block.body, &[]));
                visitor.bytes("organisation", organisation);
                visitor.bytes("data", data);
                visitor.end_object();
            }
            visitor.end_list();
        }
    }
}

fn visit(block: &Block<'_>, visitor: &mut dyn Visitor) -> Option<()> {
    let mut reader = Reader::new(block.body);
    let number = |name, reader: &mut Reader<'_>, visitor: &mut dyn Visitor| {
        reader.be_u16().ok().map(|value| visitor.uint(name, u64::from(value)))
    };
    let station = |reader: &mut Reader<'_>, visitor: &mut dyn Visitor| {
        mac(reader).map(|mac| visitor.text("source_mac", shown_mac(mac).as_str()))
    };
    match block.kind {
        COMMON => {
            number("sequence_id", &mut reader, visitor)?;
            visitor.text("domain_uuid", uuid(reader.array().ok()?).as_str());
        }
        TEST | IN_TEST => {
            if block.kind == TEST {
                number("priority", &mut reader, visitor)?;
                station(&mut reader, visitor)?;
            } else {
                number("in_id", &mut reader, visitor)?;
                station(&mut reader, visitor)?;
            }
            port_role(&mut reader, visitor)?;
            let state = reader.be_u16().ok()?;
            let name = if block.kind == TEST { "ring_state" } else { "in_state" };
            visitor.named(name, u64::from(state), if state == 0 { "open" } else { "closed" });
            number("transition", &mut reader, visitor)?;
            visitor.uint("timestamp", u64::from(reader.be_u32().ok()?));
        }
        TOPOLOGY_CHANGE => {
            number("priority", &mut reader, visitor)?;
            station(&mut reader, visitor)?;
            number("interval", &mut reader, visitor)?;
        }
        LINK_DOWN | LINK_UP => {
            station(&mut reader, visitor)?;
            port_role(&mut reader, visitor)?;
            number("interval", &mut reader, visitor)?;
            number("blocked", &mut reader, visitor)?;
        }
        IN_TOPOLOGY_CHANGE => {
            station(&mut reader, visitor)?;
            number("in_id", &mut reader, visitor)?;
            number("interval", &mut reader, visitor)?;
        }
        IN_LINK_DOWN | IN_LINK_UP => {
            station(&mut reader, visitor)?;
            port_role(&mut reader, visitor)?;
            number("in_id", &mut reader, visitor)?;
            number("interval", &mut reader, visitor)?;
        }
        IN_LINK_STATUS_POLL => {
            station(&mut reader, visitor)?;
            port_role(&mut reader, visitor)?;
            number("in_id", &mut reader, visitor)?;
        }
        _ => {}
    }
    Some(())
}

fn port_role(reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Option<()> {
    let role = reader.be_u16().ok()?;
    let name = match role {
        0 => "primary",
        1 => "secondary",
        2 => "interconnection",
        _ => "reserved",
    };
    visitor.named("port_role", u64::from(role), name);
    Some(())
}

/// A UUID in network order as text.
pub(crate) fn uuid(bytes: [u8; 16]) -> Text<40> {
    let value = u128::from_be_bytes(bytes);
    Text::of(format_args!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        value >> 96,
        value >> 80 & 0xffff,
        value >> 64 & 0xffff,
        value >> 48 & 0xffff,
        value & 0xffff_ffff_ffff
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Log, check_datagrams, client};

    const STATION: [u8; 6] = [2, 0, 0, 0, 0, 9];

    /// A PDU of one block and the common block.
    fn pdu(kind: u8, body: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0, 1, kind, u8::try_from(body.len()).unwrap()];
        bytes.extend_from_slice(body);
        bytes.extend_from_slice(&[COMMON, 18, 0, 7]);
        bytes.extend_from_slice(&[0xff; 16]);
        bytes.extend_from_slice(&[END, 0]);
        bytes.resize(bytes.len().max(46), 0);
        bytes
    }

    fn run(data: &[u8]) -> Log {
        check_datagrams(&DISSECTOR, Transport::Link, 0, &[client(data)])
    }

    fn test(state: u8) -> Vec<u8> {
        let mut body = vec![0x80, 0];
        body.extend_from_slice(&STATION);
        body.extend_from_slice(&[0, 1, 0, state, 0, 3, 0, 0, 1, 0]);
        pdu(TEST, &body)
    }

    #[test]
    fn a_test_tells_manager_and_ring() {
        let log = run(&test(1));
        assert_eq!(
            log.messages,
            ["mrp event test code=- diagnostics Event [] [] [] {version=1 priority=32768 \
              source_mac=\"02:00:00:00:00:09\" port_role=1(secondary) ring_state=1(closed) transition=3 \
              timestamp=256 sequence_id=7 domain_uuid=\"ffffffff-ffff-ffff-ffff-ffffffffffff\"}"]
        );
        assert_eq!(log.observations, ["Sender [] role=\"mrp_manager\" mrp 85"]);
        assert!(run(&test(0)).messages[0].contains("[ring_open]"));
    }

    #[test]
    fn every_pdu_has_its_name() {
        let mut link = STATION.to_vec();
        link.extend_from_slice(&[0, 0, 0, 20, 0, 1]);
        let mut change = vec![0x80, 0];
        change.extend_from_slice(&STATION);
        change.extend_from_slice(&[0, 10, 0, 0]);
        let mut interconnection = vec![0, 5];
        interconnection.extend_from_slice(&STATION);
        interconnection.extend_from_slice(&[0, 2, 0, 0, 0, 3, 0, 0, 1, 0]);
        let cases: &[(u8, &[u8], &str, &str)] = &[
            (LINK_DOWN, &link, "link_down code=- alarm", "interval=20 blocked=1"),
            (LINK_UP, &link, "link_up code=- alarm", "port_role=0(primary)"),
            (TOPOLOGY_CHANGE, &change, "topology_change code=- alarm", "interval=10"),
            (IN_TEST, &interconnection, "in_test code=- diagnostics", "in_id=5"),
            (IN_LINK_DOWN, &link, "in_link_down code=- alarm", "in_id=20 interval=1"),
            (IN_LINK_UP, &link, "in_link_up code=- alarm", "in_id=20"),
            (IN_TOPOLOGY_CHANGE, &link, "in_topology_change code=- alarm", "in_id=0 interval=20"),
            (IN_LINK_STATUS_POLL, &link, "in_link_status_poll code=- diagnostics", "in_id=20"),
            (
                OPTION,
                &[8, 0, 6, 1, 2],
                "option code=- other",
                "options=[{organisation=0x080006 data=0x0102}]",
            ),
        ];
        for (kind, body, head, field) in cases {
            let log = run(&pdu(*kind, body));
            assert!(log.messages[0].contains(head), "{}", log.messages[0]);
            assert!(log.messages[0].contains(field), "{}", log.messages[0]);
        }
    }

    #[test]
    fn damage_is_marked() {
        assert!(run(&pdu(0x55, &[1])).messages[0].contains("unknown_0x55"));
        let mut version = test(1);
        version[1] = 2;
        assert!(run(&version).messages[0].contains("bad_version"));
        assert!(run(&test(1)[..18]).messages[0].contains("bad_length"));
        assert!(run(&test(1)[..22]).messages[0].contains("missing_field"));
    }

    #[test]
    fn only_its_ethertype_is_claimed() {
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
                dst_mac: sightglass_wire::Mac([1, 0x15, 0x4e, 0, 0, 1]),
                missing: 0,
            })
        };
        assert_eq!(look(ETHERTYPE, &test(1)), Verdict::Sure);
        assert_eq!(look(0x8892, &test(1)), Verdict::No);
        assert_eq!(look(ETHERTYPE, &[0, 2, 2, 18]), Verdict::No);
        assert_eq!(look(ETHERTYPE, &[0, 1, 0x99, 0]), Verdict::No);
    }
}
