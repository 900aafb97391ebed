//! LLDP: what a station says about itself to its neighbour.
//!
//! Spec: IEEE 802.1AB-2016; organisation TLVs of IEEE 802.1 (802.1Q annex D) and 802.3 (802.3 clause 79), LLDP-MED
//! (ANSI/TIA-1057) and PROFINET (IEC 61158-6-10, 4.11). Ethertype 0x88cc. Recognised by the three TLVs that must come
//! first: chassis id, port id, time to live.

mod identity;
mod organisation;
mod tlv;

use sightglass_wire::Mac;

use crate::tell::{Teller, trimmed};
use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Input, Kind, Message, Outcome, Over, Probe,
    Protocol, Reference, Session, Sink, Step, Subject, Transport, Verdict, Visitor, confidence,
};
use tlv::tlvs;

const ETHERTYPE: u16 = 0x88cc;

/// LLDP as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Lldp,
    over: &[Over::Ether(ETHERTYPE)],
    probe,
    open: || Box::new(Lldp),
    max_message: 1_500,
    fields: &[
        Field { name: "chassis_id", doc: "Chassis id by its subtype: MAC, network address or name (8.5.2)." },
        Field { name: "port_id", doc: "Port id by its subtype (8.5.3)." },
        Field { name: "ttl", doc: "Seconds for which this is valid; 0 takes it back (8.5.4)." },
        Field { name: "system_name", doc: "Name of the system (8.5.6)." },
        Field {
            name: "system_description",
            doc: "Hardware, software and version in the vendor's words (8.5.7).",
        },
        Field { name: "tlvs", doc: "Every TLV in order, the end included, with its fields by subtype." },
    ],
    not_decoded: &["TLVs of other organisations than IEEE 802.1, IEEE 802.3, TIA (MED) and PROFINET"],
};

fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.transport != Transport::Link || probe.ethertype != ETHERTYPE {
        return Verdict::No;
    }
    let mut order = tlvs(probe.data);
    let mut next = |wanted| order.next().is_some_and(|tlv| tlv.kind == wanted && !tlv.short);
    match (next(tlv::CHASSIS_ID), next(tlv::PORT_ID), next(tlv::TIME_TO_LIVE)) {
        (true, true, true) => Verdict::Sure,
        (true, ..) => Verdict::Likely,
        _ => Verdict::No,
    }
}

struct Lldp;

impl Session for Lldp {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let mut anomalies = Anomalies::NONE;
        let mut ttl = None;
        let mut ended = false;
        let mut any = false;
        for (at, tlv) in tlvs(input.data).enumerate() {
            any = true;
            ended |= tlv.kind == tlv::END;
            if tlv.short {
                anomalies |= if input.missing > 0 { Anomalies::TRUNCATED } else { Anomalies::BAD_LENGTH };
            }
            // 8.2: the mandatory three come first, in this order.
            let wanted = [tlv::CHASSIS_ID, tlv::PORT_ID, tlv::TIME_TO_LIVE].get(at).copied();
            let misplaced = wanted.is_some_and(|wanted| tlv.kind != wanted)
                || (wanted.is_none() && (1..=3).contains(&tlv.kind));
            anomalies = anomalies
                .with_if(misplaced, Anomalies::BAD_ORDER)
                .with_if((9..127).contains(&tlv.kind), Anomalies::UNKNOWN_OBJECT);
            if tlv.kind == tlv::TIME_TO_LIVE {
                ttl = tlv.number();
                anomalies = anomalies.with_if(ttl.is_none(), Anomalies::BAD_LENGTH);
            }
        }
        if !any {
            return Step::Lost;
        }
        anomalies = anomalies
            .with_if(ttl.is_none(), Anomalies::MISSING_FIELD)
            .with_if(!ended && input.missing > 0, Anomalies::TRUNCATED);
        sink.message(&Message {
            protocol: Protocol::Lldp,
            kind: Kind::Event,
            function: Function::Known(if ttl == Some(0) { "shutdown" } else { "advertisement" }),
            code: None,
            category: Category::Discovery,
            outcome: Outcome::Event,
            address: Reference::None,
            object: Reference::None,
            anomalies,
            fields: &Shown { data: input.data },
        });
        if ttl != Some(0) {
            let told = Teller::new(Subject::Sender, Protocol::Lldp, confidence::ANNOUNCEMENT);
            identity::observe(input.data, told, sink);
        }
        Step::Took(input.data.len())
    }
}

struct Shown<'a> {
    data: &'a [u8],
}

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        for tlv in tlvs(self.data) {
            match tlv.kind {
                tlv::CHASSIS_ID => visitor.text("chassis_id", &tlv.identifier()),
                tlv::PORT_ID => visitor.text("port_id", &tlv.identifier()),
                tlv::TIME_TO_LIVE => {
                    if let Some(ttl) = tlv.number() {
                        visitor.uint("ttl", u64::from(ttl));
                    }
                }
                tlv::SYSTEM_NAME => visitor.text("system_name", trimmed(&tlv.text())),
                tlv::SYSTEM_DESCRIPTION => visitor.text("system_description", trimmed(&tlv.text())),
                _ => {}
            }
        }
        visitor.begin_list("tlvs");
        for tlv in tlvs(self.data) {
            visitor.begin_object("");
            tlv.visit(visitor);
            visitor.end_object();
        }
        visitor.end_list();
    }
}

/// A hardware address that is exactly these bytes.
fn mac_of(bytes: &[u8]) -> Option<Mac> {
    <[u8; 6]>::try_from(bytes).ok().map(Mac)
}

#[cfg(test)]
mod tests;
