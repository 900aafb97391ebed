//! PROFINET real-time frames: cyclic data, alarms and the remote service interface.
//!
//! Spec: IEC 61158-6-10, 4.7 (RTC), 4.8 (RTA), 4.5 (fragmentation), table of frame ids. Ethertype 0x8892; cyclic data of
//! RT_CLASS_UDP travels in UDP from and to ports 34962 and 34963. Discovery, clock and their frame ids belong to
//! `profinet_dcp` and `ptcp`. What the data means was agreed over `profinet_cm`; it stays bytes here. All cyclic frames of
//! one class between two stations are one activity; stopped providers and invalid data are activities of their own.

mod rta;

use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Input, Kind, Message, Outcome, Over, Probe,
    Protocol, Reference, Session, Sink, Step, Transport, Verdict, Visitor,
};
use rta::Rta;

const ETHERTYPE: u16 = 0x8892;
/// Registered ports of cyclic data over UDP: unicast and multicast.
const PORTS: &[u16] = &[34_962, 34_963];
/// Bytes of a cyclic frame's status at its end: counter, data status, transfer status.
const STATUS: usize = 4;
/// Bits of the data status (IEC 61158-6-10, 4.7.2.1.3).
const PRIMARY: u8 = 0x01;
const REDUNDANCY: u8 = 0x02;
const VALID: u8 = 0x04;
const RUN: u8 = 0x10;
const NO_PROBLEM: u8 = 0x20;
const IGNORE: u8 = 0x80;
const RESERVED: u8 = 0x48;
/// First bytes of the data that are shown.
const SHOWN: usize = 64;
/// Frame ids of one pair of stations whose counters are watched.
const CAPACITY: usize = 16;
/// Counters this much ahead are late ones of before (IEC 61158-6-10, 4.7.2.1.2: the last 4096 are old).
const OLD: u16 = 61_440;

/// PROFINET real-time as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::ProfinetRt,
    over: &[Over::Ether(ETHERTYPE), Over::Udp(PORTS)],
    probe,
    open: || Box::<Rt>::default(),
    max_message: 1_500,
    fields: FIELDS,
    not_decoded: &[
        "meaning of cyclic data: layouts come from the device's description",
        "sub-frames of dynamically packed frames and fragments are not put together",
        "checksums of sub-frames",
        "contents of the remote service interface",
    ],
};

const FIELDS: &[Field] = &[
    Field { name: "frame_id", doc: "Frame id: class and relation of the frame." },
    Field { name: "cycle_counter", doc: "Time of sending in units of 31.25 microseconds." },
    Field { name: "data_status", doc: "State of provider and data, bit by bit." },
    Field { name: "primary", doc: "Bit 0: the primary relation of redundant ones." },
    Field { name: "redundancy", doc: "Bit 1: meaning depends on direction." },
    Field { name: "data_valid", doc: "Bit 2: the data is valid." },
    Field { name: "provider_run", doc: "Bit 4: the provider runs." },
    Field { name: "station_problem", doc: "Bit 5 unset: the station has a problem." },
    Field { name: "transfer_status", doc: "0, or why the frame was damaged on its way." },
    Field { name: "data_length", doc: "Bytes of data, padding included." },
    Field { name: "data", doc: "First bytes of data." },
    Field { name: "alarm_destination", doc: "Alarm endpoint of the receiver." },
    Field { name: "alarm_source", doc: "Alarm endpoint of the sender." },
    Field { name: "pdu_type", doc: "Kind of acyclic PDU: 1 data, 2 nack, 3 ack, 4 error." },
    Field { name: "window_size", doc: "Unacknowledged PDUs that may be under way." },
    Field { name: "tack", doc: "An acknowledgement is asked at once." },
    Field { name: "send_sequence", doc: "Number of the PDU." },
    Field { name: "ack_sequence", doc: "Number that is acknowledged." },
    Field { name: "block_type", doc: "Notification or acknowledgement." },
    Field { name: "alarm_type", doc: "Kind of alarm." },
    Field { name: "api", doc: "Application process." },
    Field { name: "slot", doc: "Slot that the alarm comes from." },
    Field { name: "subslot", doc: "Subslot that the alarm comes from." },
    Field { name: "module_ident_number", doc: "Module in the slot." },
    Field { name: "submodule_ident_number", doc: "Submodule in the subslot." },
    Field { name: "alarm_sequence", doc: "Number of the alarm." },
    Field { name: "status", doc: "Status of an acknowledgement or error." },
    Field { name: "user_structure_identifier", doc: "Format of the alarm's payload." },
    Field { name: "diagnoses", doc: "Channel diagnoses: channel, properties, error type, extension." },
    Field { name: "payload", doc: "Payload of another format." },
];

/// What a frame id stands for (IEC 61158-6-10, table of frame ids).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Cyclic(&'static str),
    Alarm(&'static str),
    Rsi,
    Fragment,
    Reserved,
    /// Belongs to another protocol.
    Other,
}

const fn class(frame_id: u16) -> Class {
    match frame_id {
        0x0020 | 0x0021 | 0x0080 | 0x0081 | 0xff00..=0xff7f | 0xfefc..=0xfeff => Class::Other,
        0x0100..=0x06ff => Class::Cyclic("rt_class_3"),
        0x0700..=0x0fff => Class::Cyclic("rt_class_3_redundant"),
        // Class 2 of the first edition.
        0x8000..=0xbbff => Class::Cyclic("rt_class_1"),
        0xbc00..=0xbfff => Class::Cyclic("rt_class_1_multicast"),
        0xc000..=0xf7ff => Class::Cyclic("rt_class_udp"),
        0xf800..=0xfbff => Class::Cyclic("rt_class_udp_multicast"),
        0xfc01 => Class::Alarm("alarm_high"),
        0xfe01 => Class::Alarm("alarm_low"),
        0xfe02 => Class::Rsi,
        0xff80..=0xff8f => Class::Fragment,
        _ => Class::Reserved,
    }
}

/// Frame id and what follows.
fn split(data: &[u8]) -> Option<(u16, &[u8])> {
    let (id, rest) = data.split_first_chunk::<2>()?;
    Some((u16::from_be_bytes(*id), rest))
}

fn probe(probe: &Probe<'_>) -> Verdict {
    let Some((id, rest)) = split(probe.data) else { return Verdict::No };
    match probe.transport {
        Transport::Link if probe.ethertype == ETHERTYPE => {}
        // Over UDP there is little to go by, so only its ports are believed.
        Transport::Udp if probe.on_port(PORTS) && matches!(id, 0xc000..=0xfbff | 0xfc01 | 0xfe01) => {}
        _ => return Verdict::No,
    }
    match class(id) {
        Class::Cyclic(_) if probe.missing > 0 => Verdict::Likely,
        Class::Cyclic(_) => match rest.last_chunk::<STATUS>() {
            Some(&[_, _, status, 0]) if status & RESERVED == 0 => Verdict::Sure,
            Some(_) => Verdict::Likely,
            None => Verdict::No,
        },
        Class::Alarm(_) | Class::Rsi if Rta::parse(rest).is_some_and(|rta| rta.fits()) => Verdict::Sure,
        // The ethertype is the protocol's own; over UDP more must fit.
        Class::Alarm(_) | Class::Rsi | Class::Fragment | Class::Reserved
            if probe.transport == Transport::Link =>
        {
            Verdict::Likely
        }
        _ => Verdict::No,
    }
}

/// Real-time frames between two stations.
#[derive(Debug, Default)]
struct Rt {
    /// Last counter of each frame id.
    counters: Vec<(u16, u16)>,
}

impl Rt {
    /// Whether a counter is of a cycle before the last one; the same again is a copy of the frame.
    fn steps_back(&mut self, id: u16, counter: u16) -> bool {
        if let Some((_, last)) = self.counters.iter_mut().find(|(known, _)| *known == id) {
            if counter.wrapping_sub(*last) > OLD {
                return true;
            }
            *last = counter;
        } else if self.counters.len() < CAPACITY {
            self.counters.push((id, counter));
        }
        false
    }

    fn cyclic(&mut self, id: u16, name: &'static str, rest: &[u8], input: &Input<'_>, sink: &mut dyn Sink) {
        let status = if input.missing > 0 { None } else { rest.last_chunk::<STATUS>().copied() };
        let mut anomalies = Anomalies::NONE
            .with_if(input.missing > 0, Anomalies::TRUNCATED)
            .with_if(input.missing == 0 && status.is_none(), Anomalies::BAD_LENGTH);
        let mut object = Reference::None;
        if let Some([high, low, data_status, transfer_status]) = status {
            anomalies = anomalies
                .with_if(self.steps_back(id, u16::from_be_bytes([high, low])), Anomalies::BAD_SEQUENCE)
                .with_if(data_status & RESERVED != 0, Anomalies::RESERVED_BITS)
                .with_if(transfer_status != 0, Anomalies::BAD_VALUE);
            object = match (data_status & RUN != 0, data_status & VALID != 0) {
                (true, true) => Reference::None,
                (false, _) => Reference::Text("provider_stopped"),
                (true, false) => Reference::Text("data_invalid"),
            };
        }
        let length = rest.len().saturating_sub(if status.is_some() { STATUS } else { 0 });
        sink.message(&Message {
            protocol: Protocol::ProfinetRt,
            kind: Kind::Event,
            function: Function::Known(name),
            code: None,
            category: Category::Other,
            outcome: Outcome::Event,
            address: Reference::None,
            object,
            anomalies,
            fields: &Cyclic { id, status, data: rest.get(..length).unwrap_or(rest) },
        });
    }
}

impl Session for Rt {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let Some((id, rest)) = split(input.data) else { return Step::Lost };
        match class(id) {
            Class::Cyclic(name) => {
                // Straight on Ethernet these ids are class 1 of the first edition.
                let name = match (name, input.transport) {
                    ("rt_class_udp", Transport::Link) => "rt_class_1",
                    ("rt_class_udp_multicast", Transport::Link) => "rt_class_1_multicast",
                    _ => name,
                };
                self.cyclic(id, name, rest, input, sink);
            }
            Class::Alarm(name) => rta::take(id, name, rest, input, sink),
            Class::Rsi => rta::take(id, "rsi", rest, input, sink),
            Class::Fragment => other(Function::Known("fragment"), id, rest, Anomalies::NONE, sink),
            Class::Reserved => {
                let marks = Anomalies::UNKNOWN_FUNCTION;
                other(Function::Unknown(u32::from(id)), id, rest, marks, sink);
            }
            Class::Other => {}
        }
        Step::Took(input.data.len())
    }
}

fn other(function: Function, id: u16, rest: &[u8], anomalies: Anomalies, sink: &mut dyn Sink) {
    sink.message(&Message {
        protocol: Protocol::ProfinetRt,
        kind: Kind::Event,
        function,
        code: None,
        category: Category::Other,
        outcome: Outcome::Event,
        address: Reference::None,
        object: Reference::None,
        anomalies,
        fields: &Cyclic { id, status: None, data: rest },
    });
}

struct Cyclic<'a> {
    id: u16,
    status: Option<[u8; STATUS]>,
    data: &'a [u8],
}

impl Fields for Cyclic<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.uint("frame_id", u64::from(self.id));
        if let Some([high, low, status, transfer]) = self.status {
            visitor.uint("cycle_counter", u64::from(u16::from_be_bytes([high, low])));
            visitor.uint("data_status", u64::from(status));
            visitor.flag("primary", status & PRIMARY != 0);
            if status & REDUNDANCY != 0 {
                visitor.flag("redundancy", true);
            }
            visitor.flag("data_valid", status & VALID != 0);
            visitor.flag("provider_run", status & RUN != 0);
            visitor.flag("station_problem", status & NO_PROBLEM == 0);
            if status & IGNORE != 0 {
                visitor.flag("ignore", true);
            }
            visitor.uint("transfer_status", u64::from(transfer));
        }
        visitor.uint("data_length", self.data.len() as u64);
        visitor.bytes("data", self.data.get(..SHOWN).unwrap_or(self.data));
    }
}

#[cfg(test)]
mod tests;
