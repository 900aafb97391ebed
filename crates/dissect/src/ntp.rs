//! NTP and SNTP, with control messages.
//!
//! Spec: RFC 5905 (version 4), RFC 1305 (version 3, control messages in appendix B), RFC 9327. UDP port 123; recognised
//! there by version, mode and length, and by nothing elsewhere: the fixed part has too little that must be so.

use crate::tell::{Teller, ipv4, shown_ip};
use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Input, Kind, Message, Outcome, Over, Probe,
    Protocol, Reader, Reference, Session, Sink, Step, Subject, Text, Transport, Verdict, Visitor, confidence,
    printable,
};

const PORTS: &[u16] = &[123];
/// Length without extensions (RFC 5905, 7.3).
const FIXED: usize = 48;
/// Modes (RFC 5905, 7.3).
const CLIENT: u8 = 3;
const SERVER: u8 = 4;
const BROADCAST: u8 = 5;
const CONTROL: u8 = 6;
const PRIVATE: u8 = 7;
/// Seconds from 1900 to 1970.
const EPOCH_S: i64 = 2_208_988_800;
/// Variables of a control answer that are looked at.
const MAX_VARIABLES: usize = 64;

/// NTP as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Ntp,
    over: &[Over::Udp(PORTS)],
    probe,
    open: || Box::new(Ntp),
    max_message: 65_535,
    fields: &[
        Field { name: "leap", doc: "Leap indicator; 3: the clock is not synchronised." },
        Field { name: "version", doc: "1 to 4." },
        Field { name: "mode", doc: "3 client, 4 server, 5 broadcast, 6 control, 7 private ..." },
        Field { name: "stratum", doc: "Distance from the reference clock; 0: see reference_id." },
        Field { name: "poll", doc: "Interval as a power of two, in seconds." },
        Field { name: "precision", doc: "Precision as a power of two, in seconds." },
        Field { name: "root_delay_s", doc: "Way to the reference clock and back." },
        Field { name: "root_dispersion_s", doc: "Largest error against the reference clock." },
        Field {
            name: "reference_id",
            doc: "Reference clock: four letters at stratum 0 and 1, else an address.",
        },
        Field {
            name: "transmit_unix",
            doc: "When it was sent by the sender's clock, Unix seconds; 0 unset.",
        },
        Field { name: "control_opcode", doc: "Operation of a control message." },
        Field { name: "variables", doc: "Variables of a control answer." },
    ],
    not_decoded: &["extension fields, authentication and private messages (mode 7) beyond their head"],
};

fn split(first: u8) -> (u8, u8, u8) {
    (first >> 6, first >> 3 & 7, first & 7)
}

fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.transport != Transport::Udp || !probe.on_port(PORTS) {
        return Verdict::No;
    }
    let Some(first) = probe.data.first() else { return Verdict::No };
    let (_, version, mode) = split(*first);
    let length = probe.data.len();
    match (version, mode) {
        (1..=4, 1..=BROADCAST)
            if length >= FIXED && probe.data.get(1).is_some_and(|stratum| *stratum <= 16) =>
        {
            Verdict::Sure
        }
        (1..=4, CONTROL) if length >= 12 => Verdict::Likely,
        (1..=4, PRIVATE) if length >= 8 => Verdict::Likely,
        (1..=4, 1..=BROADCAST) if probe.missing > 0 => Verdict::Likely,
        _ => Verdict::No,
    }
}

struct Ntp;

impl Session for Ntp {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let Some(first) = input.data.first() else { return Step::Lost };
        let (_, version, mode) = split(*first);
        let (function, kind) = match mode {
            1 => ("symmetric_active", Kind::Event),
            2 => ("symmetric_passive", Kind::Event),
            CLIENT => ("time", Kind::Request),
            SERVER => ("time", Kind::Response),
            BROADCAST => ("broadcast", Kind::Event),
            CONTROL => ("control", if is_answer(input.data) { Kind::Response } else { Kind::Request }),
            PRIVATE => ("private", if *first & 0x80 == 0 { Kind::Request } else { Kind::Response }),
            _ => ("reserved", Kind::Event),
        };
        let wanted = match mode {
            CONTROL => 12,
            PRIVATE => 8,
            _ => FIXED,
        };
        let short = input.data.len() < wanted;
        let anomalies = Anomalies::NONE
            .with_if(short && input.missing > 0, Anomalies::TRUNCATED)
            .with_if(short && input.missing == 0, Anomalies::BAD_LENGTH)
            .with_if(mode == 0, Anomalies::RESERVED_FUNCTION)
            .with_if(!(1..=4).contains(&version), Anomalies::BAD_VERSION);
        sink.message(&Message {
            protocol: Protocol::Ntp,
            kind,
            function: Function::Known(function),
            code: Some(u32::from(mode)),
            category: if mode >= CONTROL { Category::Diagnostics } else { Category::TimeSync },
            outcome: match kind {
                Kind::Request => Outcome::Pending,
                Kind::Response => Outcome::Ok,
                _ => Outcome::Event,
            },
            address: Reference::None,
            object: Reference::None,
            anomalies,
            fields: &Shown { data: input.data },
        });
        if !short {
            observe(mode, input.data, sink);
        }
        Step::Took(input.data.len())
    }
}

/// The response bit of a control message (RFC 9327, 2).
fn is_answer(data: &[u8]) -> bool {
    data.get(1).is_some_and(|byte| byte & 0x80 != 0)
}

fn observe(mode: u8, data: &[u8], sink: &mut dyn Sink) {
    let told = Teller::new(Subject::Sender, Protocol::Ntp, confidence::BEHAVIOUR);
    match mode {
        SERVER | BROADCAST => {
            told.tell("role", "ntp_server", sink);
            if let Some(stratum) = data.get(1).filter(|stratum| (1..16).contains(*stratum)) {
                told.tell_shown("ntp_stratum", stratum, sink);
            }
        }
        CONTROL if is_answer(data) => {
            let told = told.trusted(confidence::BANNER);
            for (name, value) in variables(data) {
                match name {
                    b"system" => told.tell("os", &printable(value), sink),
                    b"processor" => told.tell("cpu", &printable(value), sink),
                    b"version" => told.tell("ntp_version", &printable(value), sink),
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

/// `name=value` pairs of a control answer, values without quotes.
fn variables(data: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let text = data.get(12..).unwrap_or_default();
    let mut quoted = false;
    let parts = text.split(move |byte| {
        if *byte == b'"' {
            quoted = !quoted;
        }
        *byte == b',' && !quoted
    });
    parts.take(MAX_VARIABLES).filter_map(|part| {
        let at = part.iter().position(|byte| *byte == b'=')?;
        let value = part.get(at.saturating_add(1)..)?.trim_ascii();
        let value = value.strip_prefix(b"\"").unwrap_or(value);
        let end = value.iter().position(|byte| matches!(byte, b'"' | 0)).unwrap_or(value.len());
        Some((part.get(..at)?.trim_ascii(), value.get(..end)?))
    })
}

struct Shown<'a> {
    data: &'a [u8],
}

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        let _ = self.body(visitor);
    }
}

impl Shown<'_> {
    fn body(&self, visitor: &mut dyn Visitor) -> Option<()> {
        let mut reader = Reader::new(self.data);
        let (leap, version, mode) = split(reader.u8().ok()?);
        visitor.uint("leap", u64::from(leap));
        visitor.uint("version", u64::from(version));
        visitor.uint("mode", u64::from(mode));
        if mode == CONTROL {
            return self.control(&mut reader, visitor);
        }
        if mode == PRIVATE {
            reader.skip(1).ok()?;
            visitor.uint("implementation", u64::from(reader.u8().ok()?));
            visitor.uint("request_code", u64::from(reader.u8().ok()?));
            return Some(());
        }
        let stratum = reader.u8().ok()?;
        visitor.uint("stratum", u64::from(stratum));
        visitor.int("poll", i64::from(reader.i8().ok()?));
        visitor.int("precision", i64::from(reader.i8().ok()?));
        for name in ["root_delay_s", "root_dispersion_s"] {
            visitor.float(name, f64::from(reader.be_u32().ok()?) / 65_536.0);
        }
        if stratum <= 1 {
            visitor.text("reference_id", &printable(reader.take(4).ok()?));
        } else {
            visitor.text("reference_id", shown_ip(ipv4(&mut reader)?).as_str());
        }
        for name in ["reference_unix", "originate_unix", "receive_unix", "transmit_unix"] {
            let (seconds, fraction) = (reader.be_u32().ok()?, reader.be_u32().ok()?);
            visitor.text(name, unix(seconds, fraction).as_str());
        }
        Some(())
    }

    fn control(&self, reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Option<()> {
        let bits = reader.u8().ok()?;
        let opcode = bits & 0x1f;
        let name = match opcode {
            1 => "read_status",
            2 => "read_variables",
            3 => "write_variables",
            4 => "read_clock_variables",
            5 => "write_clock_variables",
            6 => "set_trap_address",
            7 => "trap_response",
            8 => "runtime_configuration",
            10 => "mru_list",
            12 => "request_nonce",
            31 => "unset_trap",
            _ => "unknown",
        };
        visitor.named("control_opcode", u64::from(opcode), name);
        visitor.flag("error", bits & 0x40 != 0);
        visitor.flag("more", bits & 0x20 != 0);
        for name in ["sequence", "control_status", "association_id", "offset", "count"] {
            visitor.uint(name, u64::from(reader.be_u16().ok()?));
        }
        visitor.begin_list("variables");
        for (name, value) in variables(self.data) {
            visitor.begin_object("");
            visitor.text("name", &printable(name));
            visitor.text("value", &printable(value));
            visitor.end_object();
        }
        visitor.end_list();
        Some(())
    }
}

/// A timestamp as Unix seconds with nine decimals, `0` when unset. Values below the top bit belong to the era after
/// 2036 (RFC 4330, 3).
fn unix(seconds: u32, fraction: u32) -> Text<32> {
    if seconds == 0 && fraction == 0 {
        return Text::of(format_args!("0"));
    }
    let era = if seconds & 0x8000_0000 == 0 { 1_i64 << 32 } else { 0 };
    let whole = i64::from(seconds).saturating_add(era).saturating_sub(EPOCH_S);
    let nanoseconds = u64::from(fraction).saturating_mul(1_000_000_000) >> 32;
    Text::of(format_args!("{whole}.{nanoseconds:09}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check_datagrams, client, probe as look, server};

    fn frame(first: u8, stratum: u8) -> Vec<u8> {
        let mut bytes = vec![first, stratum, 6, 0xec, 0, 0, 0x80, 0, 0, 1, 0, 0];
        bytes.extend_from_slice(b"GPS\0");
        bytes.resize(40, 0);
        bytes.extend_from_slice(&[0xe0, 0, 0, 0, 0x80, 0, 0, 0]);
        bytes
    }

    #[test]
    fn questions_and_answers_about_the_time() {
        let log = check_datagrams(
            &DISSECTOR,
            Transport::Udp,
            123,
            &[client(&frame(0x23, 0)), server(&frame(0x24, 1))],
        );
        assert!(log.messages[0].starts_with("ntp request time code=3 time_sync Pending"));
        assert_eq!(
            log.messages[1],
            "ntp response time code=4 time_sync Ok [] [] [] {leap=0 version=4 mode=4 stratum=1 poll=6 precision=-20 \
             root_delay_s=0.5 root_dispersion_s=1 reference_id=\"GPS\" reference_unix=\"0\" originate_unix=\"0\" \
             receive_unix=\"0\" transmit_unix=\"1549107584.500000000\"}"
        );
        assert_eq!(
            log.observations,
            ["Sender [] role=\"ntp_server\" ntp 30", "Sender [] ntp_stratum=\"1\" ntp 30"]
        );
    }

    #[test]
    fn control_answers_tell_the_system() {
        let mut bytes = vec![0x26, 0x82, 0, 1, 0, 0, 0, 0, 0, 0, 0, 40];
        bytes.extend_from_slice(b"version=\"ntpd 4, x\", system=\"Linux/5\", leap=0\r\n");
        let log = check_datagrams(&DISSECTOR, Transport::Udp, 123, &[server(&bytes)]);
        assert!(log.messages[0].contains("control_opcode=2(read_variables)"));
        assert_eq!(
            log.observations,
            ["Sender [] ntp_version=\"ntpd 4, x\" ntp 70", "Sender [] os=\"Linux/5\" ntp 70"]
        );
    }

    #[test]
    fn only_its_port_and_form_are_claimed() {
        assert_eq!(look(&DISSECTOR, Transport::Udp, 123, &frame(0x23, 0)), Verdict::Sure);
        assert_eq!(look(&DISSECTOR, Transport::Udp, 124, &frame(0x23, 0)), Verdict::No);
        assert_eq!(look(&DISSECTOR, Transport::Udp, 123, &frame(0x23, 200)), Verdict::No);
        assert_eq!(look(&DISSECTOR, Transport::Udp, 123, b"GET / HTTP/1.1\r\n\r\n"), Verdict::No);
    }
}
