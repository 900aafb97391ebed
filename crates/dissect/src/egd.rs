//! Ethernet Global Data: controllers of GE send blocks of their memory to each other, again and again.
//!
//! Spec: GFK-2224, TCP/IP Ethernet Communications for PACSystems, chapter 4 (exchanges, status codes); the header's
//! layout by observation. Usual port UDP 18246, unicast and multicast (224.0.7.x); recognised by type, version, a time
//! stamp and reserved bytes that fit. What the data means is configured at both ends; it stays bytes.

use sightglass_wire::Ip;

use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Input, Kind, Message, Outcome, Over, Probe,
    Protocol, Reader, Reference, Session, Sink, Step, Transport, Verdict, Visitor,
};

const PORTS: &[u16] = &[18_246];
/// Type of a production of data, and the version that is in use.
const PRODUCTION: u8 = 13;
const VERSION: u8 = 1;
/// Most bytes of data in one exchange (GFK-2224, chapter 4).
const MAX_DATA: usize = 1_400;
const NANOSECONDS: u32 = 1_000_000_000;
/// Largest status code that is defined.
const MAX_STATUS: u32 = 30;
/// Exchanges of one flow whose sequence is watched.
const CAPACITY: usize = 64;
/// Largest step of the request number that passes as loss.
const WINDOW: u16 = 1 << 15;

/// Ethernet Global Data as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Egd,
    over: &[Over::Udp(PORTS)],
    probe,
    open: || Box::<Egd>::default(),
    max_message: 65_507,
    fields: &[
        Field { name: "type", doc: "13 production of data." },
        Field { name: "version", doc: "Version of the protocol, 1." },
        Field { name: "request_id", doc: "Grows by one with every production of an exchange." },
        Field {
            name: "producer_id",
            doc: "Identifier of the producer, written as an address; mostly its own.",
        },
        Field { name: "exchange_id", doc: "Number of the exchange within its producer." },
        Field { name: "timestamp_s", doc: "Time of production, Unix seconds by the producer's clock." },
        Field { name: "timestamp_ns", doc: "Nanoseconds of that second." },
        Field { name: "status", doc: "State of the exchange (GFK-2224, table of exchange status words)." },
        Field { name: "config_signature", doc: "Signature that producer and consumer compare; 0 not used." },
        Field { name: "data_length", doc: "Bytes of data." },
        Field { name: "data", doc: "The data." },
    ],
    not_decoded: &[
        "meaning of the data (configured at both ends)",
        "EGD commands, by which stations read and write each other's memory and exchanges (their format is not public)",
    ],
};

/// One production.
#[derive(Debug, Clone, Copy)]
struct Frame<'a> {
    kind: u8,
    version: u8,
    request_id: u16,
    producer: Ip,
    exchange: u32,
    seconds: u32,
    nanoseconds: u32,
    status: u32,
    signature: u32,
    reserved: u32,
    data: &'a [u8],
}

impl<'a> Frame<'a> {
    fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        Some(Self {
            kind: reader.u8().ok()?,
            version: reader.u8().ok()?,
            request_id: reader.le_u16().ok()?,
            producer: reader.array().ok().map(Ip::v4)?,
            exchange: reader.le_u32().ok()?,
            seconds: reader.le_u32().ok()?,
            nanoseconds: reader.le_u32().ok()?,
            status: reader.le_u32().ok()?,
            signature: reader.le_u32().ok()?,
            reserved: reader.le_u32().ok()?,
            data: reader.rest(),
        })
    }
}

fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.transport != Transport::Udp || probe.data.first() != Some(&PRODUCTION) {
        return Verdict::No;
    }
    match Frame::parse(probe.data) {
        Some(frame)
            if frame.version == VERSION
                && frame.nanoseconds < NANOSECONDS
                && frame.status <= MAX_STATUS
                && frame.reserved == 0
                && frame.data.len() <= MAX_DATA
                && !(frame.producer.is_unspecified() || frame.producer.is_multicast()) =>
        {
            Verdict::Sure
        }
        _ => Verdict::No,
    }
}

#[derive(Debug, Default)]
struct Egd {
    /// Last request number by producer and exchange.
    last: Vec<((Ip, u32), u16)>,
}

impl Egd {
    /// Whether a request number steps back. One that repeats is the same production seen twice: a mirror port shows
    /// multicasts more than once.
    fn steps_back(&mut self, key: (Ip, u32), number: u16) -> bool {
        if let Some((_, last)) = self.last.iter_mut().find(|(known, _)| *known == key) {
            let step = number.wrapping_sub(*last);
            if step >= WINDOW {
                return true;
            }
            *last = number;
            return false;
        }
        if self.last.len() >= CAPACITY {
            self.last.remove(0);
        }
        self.last.push((key, number));
        false
    }
}

impl Session for Egd {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let Some(frame) = Frame::parse(input.data) else { return Step::Lost };
        let known = frame.kind == PRODUCTION;
        let anomalies = Anomalies::NONE
            .with_if(input.missing > 0, Anomalies::TRUNCATED)
            .with_if(!known, Anomalies::UNKNOWN_FUNCTION)
            .with_if(frame.version != VERSION, Anomalies::BAD_VERSION)
            .with_if(frame.nanoseconds >= NANOSECONDS || frame.status > MAX_STATUS, Anomalies::BAD_VALUE)
            .with_if(frame.data.len() > MAX_DATA, Anomalies::TOO_LARGE)
            .with_if(
                self.steps_back((frame.producer, frame.exchange), frame.request_id),
                Anomalies::BAD_SEQUENCE,
            );
        sink.message(&Message {
            protocol: Protocol::Egd,
            kind: Kind::Event,
            function: if known {
                Function::Known("production")
            } else {
                Function::Unknown(u32::from(frame.kind))
            },
            code: Some(u32::from(frame.kind)),
            category: Category::Other,
            outcome: Outcome::Event,
            address: Reference::None,
            object: Reference::one("exchange", u64::from(frame.exchange)),
            anomalies,
            fields: &frame,
        });
        Step::Took(input.data.len())
    }

    fn gap(&mut self, _from_client: Option<bool>) {
        self.last.clear();
    }
}

impl Fields for Frame<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.uint("type", u64::from(self.kind));
        visitor.uint("version", u64::from(self.version));
        visitor.uint("request_id", u64::from(self.request_id));
        visitor.text("producer_id", &self.producer.to_string());
        visitor.uint("exchange_id", u64::from(self.exchange));
        visitor.uint("timestamp_s", u64::from(self.seconds));
        visitor.uint("timestamp_ns", u64::from(self.nanoseconds));
        visitor.named("status", u64::from(self.status), status_name(self.status));
        visitor.uint("config_signature", u64::from(self.signature));
        visitor.uint("data_length", self.data.len() as u64);
        visitor.bytes("data", self.data);
    }
}

/// Names of exchange status words (GFK-2224, table of exchange status words).
const fn status_name(status: u32) -> &'static str {
    match status {
        0 => "no_new_status",
        1 => "ok",
        2 => "ok_consumed",
        3 => "sntp_error",
        4 => "specification_error",
        6 => "refresh_error",
        7 => "refresh_period_exceeded",
        10 => "ip_not_initialized",
        12 => "lack_of_resources",
        14 => "size_mismatch",
        16 => "name_resolution_in_progress",
        18 => "loss_of_interface",
        22 => "interface_without_egd",
        26 => "no_response_from_interface",
        28 => "exchange_not_created",
        30 => "exchange_deleted",
        _ => "unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check_datagrams, client, probe as look};

    const HEAD: [u8; 32] = [
        13, 1, 5, 0, // type, version, request id
        10, 0, 0, 9, // producer
        7, 0, 0, 0, // exchange
        0x80, 0x43, 0x6d, 0x38, 1, 0, 0, 0, // time stamp
        1, 0, 0, 0, // status
        0, 0, 0, 0, 0, 0, 0, 0, // signature, reserved
    ];

    fn production(request: u8, data: &[u8]) -> Vec<u8> {
        let mut bytes = HEAD.to_vec();
        bytes[2] = request;
        bytes.extend_from_slice(data);
        bytes
    }

    #[test]
    fn a_production_names_producer_and_exchange() {
        let log = check_datagrams(&DISSECTOR, Transport::Udp, 18_246, &[client(&production(5, &[1, 2]))]);
        assert_eq!(
            log.messages,
            ["egd event production code=13 other Event [] [exchange 7] [] {type=13 version=1 request_id=5 \
              producer_id=\"10.0.0.9\" exchange_id=7 timestamp_s=946684800 timestamp_ns=1 status=1(ok) \
              config_signature=0 data_length=2 data=0x0102}"]
        );
    }

    #[test]
    fn a_number_that_steps_back_is_marked() {
        let frames = [production(5, &[1]), production(6, &[1]), production(6, &[1]), production(4, &[1])];
        let pieces: Vec<_> = frames.iter().map(|frame| client(frame)).collect();
        let log = check_datagrams(&DISSECTOR, Transport::Udp, 18_246, &pieces);
        let marked: Vec<_> = log.messages.iter().map(|line| line.contains("bad_sequence")).collect();
        assert_eq!(marked, [false, false, false, true]);
    }

    #[test]
    fn another_type_is_kept_and_marked() {
        let mut frame = production(1, &[]);
        frame[0] = 14;
        frame[1] = 2;
        let log = check_datagrams(&DISSECTOR, Transport::Udp, 18_246, &[client(&frame)]);
        assert!(log.messages[0].contains("unknown_0x0e code=14") && log.messages[0].contains("bad_version"));
    }

    #[test]
    fn content_decides() {
        let frame = production(5, &[1, 2]);
        assert_eq!(look(&DISSECTOR, Transport::Udp, 18_246, &frame), Verdict::Sure);
        assert_eq!(look(&DISSECTOR, Transport::Udp, 5_000, &frame), Verdict::Sure);
        assert_eq!(look(&DISSECTOR, Transport::Udp, 18_246, &frame[..31]), Verdict::No);
        assert_eq!(look(&DISSECTOR, Transport::Udp, 18_246, &[13; 64]), Verdict::No);
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 18_246, &frame), Verdict::No);
    }
}
