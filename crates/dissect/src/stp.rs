//! Spanning tree: STP, RSTP, MSTP, shortest path bridging, and Cisco's form per VLAN.
//!
//! Spec: IEEE 802.1D-2004 clause 9, IEEE 802.1Q-2018 clause 14. LLC service access point 0x42; per VLAN over SNAP
//! organisation 0x00000c, protocol 0x010b. Recognised by protocol id 0 and a version and type that belong together.

use sightglass_wire::Mac;

use crate::tell::Teller;
use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Input, Kind, Message, Outcome, Over, Probe,
    Protocol, Reader, Reference, Session, Sink, Step, Subject, Text, Transport, Verdict, Visitor, confidence,
    printable,
};

const SAP: u8 = 0x42;
const CISCO: u32 = 0x00_000c;
const PVST: u16 = 0x010b;
/// BPDU types (802.1D, 9.3).
const CONFIGURATION: u8 = 0x00;
const RAPID: u8 = 0x02;
const TOPOLOGY_CHANGE: u8 = 0x80;
/// Protocol versions: STP, RSTP, MSTP, SPT.
const MSTP: u8 = 3;
/// Instances of one message at most (802.1Q, 13.8).
const MAX_INSTANCES: usize = 64;
/// Times are in steps of 1/256 s.
const TICKS_PER_SECOND: f64 = 256.0;

/// Spanning tree as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Stp,
    over: &[Over::Llc(SAP), Over::Snap(CISCO, PVST)],
    probe,
    open: || Box::new(Stp),
    max_message: 1_500,
    fields: &[
        Field { name: "version", doc: "0 STP, 2 RSTP, 3 MSTP, 4 SPT." },
        Field { name: "type", doc: "0x00 configuration, 0x02 rapid or multiple, 0x80 topology change." },
        Field {
            name: "flags",
            doc: "Topology change, proposal, port role, learning, forwarding, agreement.",
        },
        Field { name: "port_role", doc: "Role of the sending port, from the flags." },
        Field { name: "root_id", doc: "Priority and address of the root bridge." },
        Field { name: "root_path_cost", doc: "Cost of the path to the root." },
        Field { name: "bridge_id", doc: "Priority and address of the sending bridge." },
        Field { name: "port_id", doc: "Priority and number of the sending port." },
        Field { name: "message_age_s", doc: "Seconds since the root sent this." },
        Field { name: "max_age_s", doc: "Seconds after which it is thrown away." },
        Field { name: "hello_time_s", doc: "Seconds between messages." },
        Field { name: "forward_delay_s", doc: "Seconds between port states." },
        Field { name: "region", doc: "Name of the MST configuration." },
        Field { name: "instances", doc: "MST instances: flags, regional root, cost, priorities, hops." },
        Field { name: "originating_vlan", doc: "VLAN of a message per VLAN." },
    ],
    not_decoded: &["shortest path bridging's own part (version 4)"],
};

fn fits(data: &[u8]) -> bool {
    match data {
        [0, 0, 0, CONFIGURATION, rest @ ..] => rest.len() >= 31,
        [0, 0, 0, TOPOLOGY_CHANGE, ..] => true,
        [0, 0, (2..), RAPID, rest @ ..] => rest.len() >= 31,
        _ => false,
    }
}

fn probe(probe: &Probe<'_>) -> Verdict {
    let Some(llc) = probe.llc.filter(|_| probe.transport == Transport::Link) else { return Verdict::No };
    let ours = match llc.snap {
        Some(snap) => snap.oui == CISCO && snap.pid == PVST,
        None => llc.dsap == SAP,
    };
    match (ours, probe.data) {
        (true, data) if fits(data) => Verdict::Sure,
        (true, [0, 0, 0..=4, CONFIGURATION | RAPID | TOPOLOGY_CHANGE, ..]) => Verdict::Likely,
        _ => Verdict::No,
    }
}

/// Priority with system id, and address (802.1D, 9.2.5).
#[derive(Clone, Copy)]
struct BridgeId {
    priority: u16,
    mac: Mac,
}

impl BridgeId {
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self { priority: reader.be_u16().ok()?, mac: Mac(reader.array().ok()?) })
    }

    fn text(self) -> Text<32> {
        Text::of(format_args!("{}/{}", self.priority, self.mac))
    }
}

/// The part that configuration, rapid and multiple messages share.
struct Common {
    flags: u8,
    root: BridgeId,
    cost: u32,
    bridge: BridgeId,
    port: u16,
    times: [u16; 4],
}

impl Common {
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let flags = reader.u8().ok()?;
        let root = BridgeId::read(reader)?;
        let cost = reader.be_u32().ok()?;
        let bridge = BridgeId::read(reader)?;
        let port = reader.be_u16().ok()?;
        let mut times = [0; 4];
        for time in &mut times {
            *time = reader.be_u16().ok()?;
        }
        Some(Self { flags, root, cost, bridge, port, times })
    }
}

struct Stp;

impl Session for Stp {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let mut reader = Reader::new(input.data);
        let (Ok(protocol), Ok(version), Ok(kind)) = (reader.be_u16(), reader.u8(), reader.u8()) else {
            return Step::Lost;
        };
        if protocol != 0 {
            return Step::Lost;
        }
        let common = if kind == TOPOLOGY_CHANGE { None } else { Common::read(&mut reader) };
        let function = match (kind, version) {
            (CONFIGURATION, _) => Function::Known("configuration"),
            (RAPID, 0..MSTP) => Function::Known("rapid_spanning_tree"),
            (RAPID, _) => Function::Known("multiple_spanning_tree"),
            (TOPOLOGY_CHANGE, _) => Function::Known("topology_change_notification"),
            _ => Function::Unknown(u32::from(kind)),
        };
        let cut = kind != TOPOLOGY_CHANGE && common.is_none();
        let anomalies = Anomalies::NONE
            .with_if(matches!(function, Function::Unknown(_)), Anomalies::UNKNOWN_FUNCTION)
            .with_if(version > 4, Anomalies::BAD_VERSION)
            .with_if(cut && input.missing > 0, Anomalies::TRUNCATED)
            .with_if(cut && input.missing == 0, Anomalies::BAD_LENGTH);
        sink.message(&Message {
            protocol: Protocol::Stp,
            kind: Kind::Event,
            function,
            code: Some(u32::from(kind)),
            category: Category::Other,
            outcome: Outcome::Event,
            address: Reference::None,
            object: Reference::None,
            anomalies,
            fields: &Shown { version, kind, common: common.as_ref(), rest: reader.rest() },
        });
        let told = Teller::new(Subject::Sender, Protocol::Stp, confidence::ANNOUNCEMENT);
        told.tell("role", "bridge", sink);
        if let Some(common) = common {
            told.tell("bridge_id", common.bridge.text().as_str(), sink);
            if common.bridge.mac == common.root.mac {
                told.tell("role", "spanning_tree_root", sink);
            }
        }
        Step::Took(input.data.len())
    }
}

struct Shown<'a> {
    version: u8,
    kind: u8,
    common: Option<&'a Common>,
    /// After the common part.
    rest: &'a [u8],
}

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        let version = match self.version {
            0 => "stp",
            2 => "rstp",
            3 => "mstp",
            4 => "spt",
            _ => "unknown",
        };
        visitor.named("version", u64::from(self.version), version);
        visitor.uint("type", u64::from(self.kind));
        let Some(common) = self.common else { return };
        visitor.uint("flags", u64::from(common.flags));
        visitor.flag("topology_change", common.flags & 0x01 != 0);
        if self.kind == RAPID {
            let role = match common.flags >> 2 & 3 {
                1 => "alternate_or_backup",
                2 => "root",
                3 => "designated",
                _ => "master",
            };
            visitor.named("port_role", u64::from(common.flags >> 2 & 3), role);
            visitor.flag("proposal", common.flags & 0x02 != 0);
            visitor.flag("learning", common.flags & 0x10 != 0);
            visitor.flag("forwarding", common.flags & 0x20 != 0);
            visitor.flag("agreement", common.flags & 0x40 != 0);
        }
        visitor.flag("topology_change_acknowledgement", common.flags & 0x80 != 0);
        visitor.text("root_id", common.root.text().as_str());
        visitor.uint("root_path_cost", u64::from(common.cost));
        visitor.text("bridge_id", common.bridge.text().as_str());
        visitor.uint("port_id", u64::from(common.port));
        let names = ["message_age_s", "max_age_s", "hello_time_s", "forward_delay_s"];
        for (name, ticks) in names.into_iter().zip(common.times) {
            visitor.float(name, f64::from(ticks) / TICKS_PER_SECOND);
        }
        let mut reader = Reader::new(self.rest);
        if self.kind == RAPID {
            let _ = reader.u8();
        }
        if self.version >= MSTP && self.kind == RAPID {
            let _ = multiple(&mut reader, visitor);
        } else if let [0, 0, 0, 0, 2, high, low, ..] | [0, 0, 0, 2, high, low, ..] = reader.rest() {
            // Cisco's per-VLAN form: padding, TLV type 0, length 2, VLAN.
            visitor.uint("originating_vlan", u64::from(u16::from_be_bytes([*high, *low])));
        }
    }
}

/// The MST part (802.1Q, 14.4).
fn multiple(reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Option<()> {
    let length = usize::from(reader.be_u16().ok()?);
    let mut part = Reader::new(reader.take_up_to(length));
    visitor.uint("configuration_format", u64::from(part.u8().ok()?));
    visitor.text("region", &printable(crate::tell::until_nul(part.take(32).ok()?)));
    visitor.uint("revision", u64::from(part.be_u16().ok()?));
    visitor.bytes("configuration_digest", part.take(16).ok()?);
    visitor.uint("internal_root_path_cost", u64::from(part.be_u32().ok()?));
    visitor.text("cist_bridge_id", BridgeId::read(&mut part)?.text().as_str());
    visitor.uint("remaining_hops", u64::from(part.u8().ok()?));
    visitor.begin_list("instances");
    for _ in 0..MAX_INSTANCES {
        let Ok(mut one) = part.sub(16) else { break };
        let (Ok(flags), Some(root), Ok(cost)) = (one.u8(), BridgeId::read(&mut one), one.be_u32()) else {
            break;
        };
        visitor.begin_object("");
        visitor.uint("flags", u64::from(flags));
        visitor.text("regional_root_id", root.text().as_str());
        visitor.uint("internal_root_path_cost", u64::from(cost));
        for name in ["bridge_priority", "port_priority", "remaining_hops"] {
            visitor.uint(name, u64::from(one.u8().unwrap_or(0)));
        }
        visitor.end_object();
    }
    visitor.end_list();
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check_datagrams, client};
    use sightglass_wire::Llc;

    fn common(version: u8, kind: u8, flags: u8) -> Vec<u8> {
        let mut bytes = vec![0, 0, version, kind, flags];
        bytes.extend_from_slice(&[0x80, 1, 2, 0, 0, 0, 0, 9]);
        bytes.extend_from_slice(&[0, 0, 0, 4]);
        bytes.extend_from_slice(&[0x90, 1, 2, 0, 0, 0, 0, 1]);
        bytes.extend_from_slice(&[0x80, 3, 1, 0, 20, 0, 2, 0, 15, 0]);
        bytes
    }

    #[test]
    fn configuration_rapid_and_topology_change() {
        let mut rapid = common(2, RAPID, 0x7c);
        rapid.push(0);
        let change = [0, 0, 0, TOPOLOGY_CHANGE];
        let log = check_datagrams(
            &DISSECTOR,
            Transport::Link,
            0,
            &[client(&common(0, 0, 1)), client(&rapid), client(&change)],
        );
        assert_eq!(
            log.messages[0],
            "stp event configuration code=0 other Event [] [] [] {version=0(stp) type=0 flags=1 topology_change=true \
             topology_change_acknowledgement=false root_id=\"32769/02:00:00:00:00:09\" root_path_cost=4 \
             bridge_id=\"36865/02:00:00:00:00:01\" port_id=32771 message_age_s=1 max_age_s=20 hello_time_s=2 \
             forward_delay_s=15}"
        );
        assert!(log.messages[1].starts_with("stp event rapid_spanning_tree code=2"));
        assert!(log.messages[1].contains("port_role=3(designated)"), "{}", log.messages[1]);
        assert!(log.messages[2].starts_with("stp event topology_change_notification code=128"));
        assert!(
            log.observations.contains(&"Sender [] bridge_id=\"36865/02:00:00:00:00:01\" stp 85".to_owned())
        );
    }

    #[test]
    fn multiple_instances_are_listed() {
        let mut bytes = common(3, RAPID, 0x7c);
        bytes.push(0);
        let mut part = vec![0];
        part.extend_from_slice(b"plant");
        part.resize(33, 0);
        part.extend_from_slice(&[0, 1]);
        part.extend_from_slice(&[7; 16]);
        part.extend_from_slice(&[0, 0, 0, 5, 0x80, 0, 2, 0, 0, 0, 0, 1, 20]);
        part.extend_from_slice(&[0x7c, 0x80, 1, 2, 0, 0, 0, 0, 1, 0, 0, 0, 9, 0x80, 0x80, 19]);
        bytes.extend_from_slice(&u16::try_from(part.len()).unwrap().to_be_bytes());
        bytes.extend_from_slice(&part);
        let log = check_datagrams(&DISSECTOR, Transport::Link, 0, &[client(&bytes)]);
        for part in
            ["multiple_spanning_tree", "region=\"plant\"", "regional_root_id=\"32769/02:00:00:00:00:01\""]
        {
            assert!(log.messages[0].contains(part), "{part}: {}", log.messages[0]);
        }
    }

    #[test]
    fn per_vlan_form_shows_its_vlan() {
        let mut bytes = common(0, 0, 0);
        bytes.extend_from_slice(&[0, 0, 0, 0, 2, 0, 30]);
        let log = check_datagrams(&DISSECTOR, Transport::Link, 0, &[client(&bytes)]);
        assert!(log.messages[0].contains("originating_vlan=30"));
    }

    #[test]
    fn only_spanning_tree_is_claimed() {
        let look = |data: &[u8], dsap| {
            let mut given = crate::testing::input(Transport::Link, 0, client(data), true);
            given.llc = Some(Llc { dsap, ssap: dsap, control: 3, snap: None });
            probe(&Probe::of(&given))
        };
        assert_eq!(look(&common(0, 0, 0), 0x42), Verdict::Sure);
        assert_eq!(look(&common(0, 0, 0), 0xfe), Verdict::No);
        assert_eq!(look(&[0, 1, 0, 0], 0x42), Verdict::No);
        assert_eq!(look(&common(0, 0, 0)[..20], 0x42), Verdict::Likely);
    }
}
