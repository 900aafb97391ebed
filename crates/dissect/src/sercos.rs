//! SERCOS III: motion bus telegrams of master and slaves.
//!
//! Spec: IEC 61158-4-19 and 61158-6-19 (type 19); the six bytes of the header were checked with the definitions of
//! Wireshark's SERCOS III decoder. Ethertype 0x88cd; recognised by the telegram type byte and a phase that exists. `code` is
//! the low half of the type byte: telegram number.

use crate::shown::Shown;
use crate::{
    Anomalies, Category, Dissector, Field, Function, Input, Kind, Message, Outcome, Over, Probe, Protocol,
    Reader, Reference, Session, Sink, Step, Transport, Verdict, Visitor,
};

const ETHERTYPE: u16 = 0x88cd;
/// Bits of the telegram type: not channel P, acknowledge telegram (else master data), cycle count valid, number.
const CHANNEL_S: u8 = 0x80;
const ACKNOWLEDGE: u8 = 0x40;
const CYCLE_COUNT_VALID: u8 = 0x20;
const NUMBER: u8 = 0x0f;
/// Bits of the phase byte: a phase switch is announced, cycle count, phase.
const PHASE_SWITCH: u8 = 0x80;
const PHASE: u8 = 0x0f;
const LAST_PHASE: u8 = 4;
/// Telegrams of one kind in a cycle.
const LAST_NUMBER: u8 = 3;

/// SERCOS III as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Sercos,
    over: &[Over::Ether(ETHERTYPE)],
    probe,
    open: || Box::<Sercos>::default(),
    max_message: 1_500,
    fields: FIELDS,
    not_decoded: &[
        "service channel, hot-plug field and connections: their places in a telegram are configured",
        "the header's CRC: it covers the Ethernet header too",
    ],
};

const FIELDS: &[Field] = &[
    Field { name: "channel", doc: "Primary or secondary channel of the ring." },
    Field { name: "telegram_number", doc: "Number of the telegram in the cycle." },
    Field { name: "phase", doc: "Communication phase, CP0 to CP4; real-time data flow in CP4." },
    Field { name: "phase_switch", doc: "A change of phase is announced." },
    Field { name: "cycle_count", doc: "Counter of cycles, where the type byte says that it is valid." },
    Field { name: "crc", doc: "CRC of the header as sent." },
    Field { name: "data_length", doc: "Bytes of data." },
];

#[derive(Debug, Clone, Copy)]
struct Frame<'a> {
    kind: u8,
    phase: u8,
    crc: u32,
    data: &'a [u8],
}

fn parse(data: &[u8]) -> Option<Frame<'_>> {
    let mut reader = Reader::new(data);
    let (kind, phase) = (reader.u8().ok()?, reader.u8().ok()?);
    Some(Frame { kind, phase, crc: reader.le_u32().ok()?, data: reader.rest() })
}

impl Frame<'_> {
    const fn fits(&self) -> bool {
        self.kind & 0x10 == 0 && self.kind & NUMBER <= LAST_NUMBER && self.phase & PHASE <= LAST_PHASE
    }
}

fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.transport != Transport::Link || probe.ethertype != ETHERTYPE {
        return Verdict::No;
    }
    match parse(probe.data) {
        Some(frame) if frame.fits() && probe.dst_mac.is_multicast() => Verdict::Sure,
        Some(frame) if frame.fits() => Verdict::Likely,
        _ => Verdict::No,
    }
}

#[derive(Default)]
struct Sercos;

impl Session for Sercos {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let Some(frame) = parse(input.data) else { return Step::Lost };
        let acknowledges = frame.kind & ACKNOWLEDGE != 0;
        let number = u64::from(frame.kind & NUMBER);
        let phase = frame.phase & PHASE;
        let phase_name = match phase {
            0 => "cp0",
            1 => "cp1",
            2 => "cp2",
            3 => "cp3",
            4 => "cp4",
            _ => "unknown",
        };
        let category = match (frame.phase & PHASE_SWITCH != 0, phase, acknowledges) {
            (true, ..) => Category::Control,
            (_, 0..=2, _) => Category::Discovery,
            (_, _, true) => Category::Read,
            _ => Category::Write,
        };
        let shown = Shown(|visitor: &mut dyn Visitor| {
            visitor.text("channel", if frame.kind & CHANNEL_S == 0 { "primary" } else { "secondary" });
            visitor.uint("telegram_number", number);
            visitor.named("phase", u64::from(phase), phase_name);
            visitor.flag("phase_switch", frame.phase & PHASE_SWITCH != 0);
            if frame.kind & CYCLE_COUNT_VALID != 0 {
                visitor.uint("cycle_count", u64::from((frame.phase >> 4) & 7));
            }
            visitor.uint("crc", u64::from(frame.crc));
            visitor.uint("data_length", u64::try_from(frame.data.len()).unwrap_or(0));
        });
        sink.message(&Message {
            protocol: Protocol::Sercos,
            kind: Kind::Event,
            function: Function::Known(if acknowledges {
                "acknowledge_telegram"
            } else {
                "master_data_telegram"
            }),
            code: Some(u32::from(frame.kind & NUMBER)),
            category,
            outcome: Outcome::Event,
            address: Reference::None,
            object: Reference::one("telegram", number),
            anomalies: Anomalies::NONE
                .with_if(!frame.fits(), Anomalies::BAD_VALUE)
                .with_if(input.missing > 0, Anomalies::TRUNCATED),
            fields: &shown,
        });
        Step::Took(input.data.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check_datagrams, client, input};
    use sightglass_wire::Mac;

    #[test]
    fn telegrams_are_told_apart() {
        let log = check_datagrams(
            &DISSECTOR,
            Transport::Link,
            0,
            &[
                client(&[0x20, 0x14, 1, 0, 0, 0, 9, 9]),
                client(&[0xc1, 0x04, 1, 0, 0, 0]),
                client(&[0x00, 0x83, 1, 0, 0, 0]),
                client(&[0x0f, 0x07, 1, 0, 0, 0]),
            ],
        );
        let starts = [
            "sercos event master_data_telegram code=0 write Event [] [telegram 0] [] {channel=\"primary\" \
             telegram_number=0 phase=4(cp4) phase_switch=false cycle_count=1 crc=1 data_length=2}",
            "sercos event acknowledge_telegram code=1 read Event [] [telegram 1] [] {channel=\"secondary\"",
            "sercos event master_data_telegram code=0 control Event [] [telegram 0] []",
            "sercos event master_data_telegram code=15 write Event [] [telegram 15] [\"bad_value\"]",
        ];
        for (message, start) in log.messages.iter().zip(starts) {
            assert!(message.starts_with(start), "{message}");
        }
    }

    #[test]
    fn ethertype_type_and_phase_are_checked() {
        let look = |ethertype, data: &[u8]| {
            let mut given = input(Transport::Link, 0, client(data), true);
            (given.ethertype, given.dst_mac) = (ethertype, Mac([0xff; 6]));
            probe(&Probe::of(&given))
        };
        assert_eq!(look(ETHERTYPE, &[0x40, 4, 0, 0, 0, 0]), Verdict::Sure);
        assert_eq!(look(ETHERTYPE, &[0x40, 9, 0, 0, 0, 0]), Verdict::No);
        assert_eq!(look(0x88ab, &[0x40, 4, 0, 0, 0, 0]), Verdict::No);
    }
}
