//! CDP: what Cisco devices, and those that copied them, say to their neighbour.
//!
//! Spec: Cisco's published frame format, versions 1 and 2. SNAP organisation 0x00000c, protocol 0x2000. Recognised by
//! that and by version, checksum or a chain of TLVs that fits.

use crate::tell::{Teller, ipv4, ipv6, is_host, shown_ip, trimmed};
use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Input, Kind, Message, Outcome, Over, Probe,
    Protocol, Reader, Reference, Session, Sink, Step, Subject, Transport, Verdict, Visitor, confidence,
    printable,
};

const CISCO: u32 = 0x00_000c;
const PROTOCOL_ID: u16 = 0x2000;
/// TLV types.
const DEVICE_ID: u16 = 0x0001;
const ADDRESSES: u16 = 0x0002;
const PORT_ID: u16 = 0x0003;
const CAPABILITIES: u16 = 0x0004;
const SOFTWARE: u16 = 0x0005;
const PLATFORM: u16 = 0x0006;
const VTP_DOMAIN: u16 = 0x0009;
const NATIVE_VLAN: u16 = 0x000a;
const DUPLEX: u16 = 0x000b;
const VOICE_VLAN_REPLY: u16 = 0x000e;
const VOICE_VLAN_QUERY: u16 = 0x000f;
const POWER: u16 = 0x0010;
const MTU: u16 = 0x0011;
const TRUST: u16 = 0x0012;
const UNTRUSTED_COS: u16 = 0x0013;
const SYSTEM_NAME: u16 = 0x0014;
const SYSTEM_OID: u16 = 0x0015;
const MANAGEMENT_ADDRESSES: u16 = 0x0016;
const LOCATION: u16 = 0x0017;
/// Capability bits, lowest first.
const CAPABILITY_NAMES: [&str; 10] = [
    "router",
    "transparent_bridge",
    "source_route_bridge",
    "switch",
    "host",
    "igmp_capable",
    "repeater",
    "telephone",
    "remotely_managed",
    "two_port_mac_relay",
];
/// Capabilities that are roles: router, bridges, switch, host, repeater, telephone.
const ROLES: u32 = 0x00df;
/// Addresses that one TLV lists at most here; the wire counts them in 32 bits.
const MAX_ADDRESSES: usize = 64;

/// CDP as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Cdp,
    over: &[Over::Snap(CISCO, PROTOCOL_ID)],
    probe,
    open: || Box::new(Cdp),
    max_message: 1_500,
    fields: &[
        Field { name: "version", doc: "1 or 2." },
        Field { name: "ttl", doc: "Seconds for which this is valid." },
        Field { name: "checksum", doc: "Internet checksum over the whole message." },
        Field { name: "device_id", doc: "Name or serial number of the device." },
        Field { name: "platform", doc: "Hardware in the vendor's words." },
        Field { name: "software_version", doc: "Software in the vendor's words, several lines." },
        Field { name: "port_id", doc: "Port this was sent from." },
        Field { name: "tlvs", doc: "Every TLV with its fields." },
    ],
    not_decoded: &["hello protocols, power negotiation and IP prefixes (shown raw)"],
};

#[derive(Clone, Copy)]
struct Tlv<'a> {
    kind: u16,
    length: u16,
    value: &'a [u8],
    short: bool,
}

fn tlvs(data: &[u8]) -> impl Iterator<Item = Tlv<'_>> {
    let mut reader = Reader::new(data.get(4..).unwrap_or_default());
    std::iter::from_fn(move || {
        let kind = reader.be_u16().ok()?;
        let length = reader.be_u16().ok()?;
        // The length counts the four bytes before the value.
        let wanted = usize::from(length).checked_sub(4)?;
        let value = reader.take_up_to(wanted);
        Some(Tlv { kind, length, value, short: value.len() < wanted })
    })
}

fn probe(probe: &Probe<'_>) -> Verdict {
    let snap = probe.llc.and_then(|llc| llc.snap);
    let ours = snap.is_some_and(|snap| snap.oui == CISCO && snap.pid == PROTOCOL_ID);
    if probe.transport != Transport::Link || !ours {
        return Verdict::No;
    }
    match probe.data.first() {
        Some(1 | 2) if tlvs(probe.data).next().is_some_and(|tlv| !tlv.short) => Verdict::Sure,
        Some(1 | 2) => Verdict::Likely,
        _ => Verdict::No,
    }
}

struct Cdp;

impl Session for Cdp {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let mut reader = Reader::new(input.data);
        let (Ok(version), Ok(_ttl), Ok(_checksum)) = (reader.u8(), reader.u8(), reader.be_u16()) else {
            return Step::Lost;
        };
        let mut anomalies = Anomalies::NONE
            .with_if(!matches!(version, 1 | 2), Anomalies::BAD_VERSION)
            .with_if(input.missing > 0, Anomalies::TRUNCATED)
            .with_if(input.missing == 0 && !checksum_fits(input.data), Anomalies::BAD_CHECKSUM);
        let mut named = false;
        for tlv in tlvs(input.data) {
            named |= tlv.kind == DEVICE_ID;
            anomalies = anomalies.with_if(tlv.short && input.missing == 0, Anomalies::BAD_LENGTH);
        }
        anomalies = anomalies.with_if(!named && input.missing == 0, Anomalies::MISSING_FIELD);
        sink.message(&Message {
            protocol: Protocol::Cdp,
            kind: Kind::Event,
            function: Function::Known("advertisement"),
            code: None,
            category: Category::Discovery,
            outcome: Outcome::Event,
            address: Reference::None,
            object: Reference::None,
            anomalies,
            fields: &Shown { data: input.data },
        });
        let told = Teller::new(Subject::Sender, Protocol::Cdp, confidence::ANNOUNCEMENT);
        for tlv in tlvs(input.data).filter(|tlv| !tlv.short) {
            observe(&tlv, told, sink);
        }
        Step::Took(input.data.len())
    }
}

/// The Internet checksum (RFC 1071) over the message is 0xffff. Of an odd number of bytes the last counts as the low
/// byte, sign-extended in the first implementations; both ways are in use.
fn checksum_fits(data: &[u8]) -> bool {
    let mut pairs = data.chunks_exact(2);
    let mut sum = 0u32;
    for pair in &mut pairs {
        if let Ok(pair) = <[u8; 2]>::try_from(pair) {
            sum = sum.saturating_add(u32::from(u16::from_be_bytes(pair)));
        }
    }
    let fold = |mut sum: u32| {
        while sum > 0xffff {
            sum = (sum >> 16).saturating_add(sum & 0xffff);
        }
        sum == 0xffff
    };
    match pairs.remainder().first() {
        None => fold(sum),
        Some(last) => {
            let low = u32::from(*last);
            let extended = if *last & 0x80 == 0 { low } else { 0xff00 | low };
            let padded = low << 8;
            // Where the sign is extended, the carry is lost as well.
            [low, extended, padded, extended.saturating_sub(1)]
                .into_iter()
                .any(|tail| fold(sum.saturating_add(tail)))
        }
    }
}

fn observe(tlv: &Tlv<'_>, told: Teller, sink: &mut dyn Sink) {
    let text = printable(tlv.value);
    match tlv.kind {
        DEVICE_ID | SYSTEM_NAME => told.tell("name", &text, sink),
        PORT_ID => told.tell("port_id", &text, sink),
        LOCATION => told.tell("location", &printable(tlv.value.get(1..).unwrap_or_default()), sink),
        PLATFORM => {
            told.tell("platform", &text, sink);
            let name = trimmed(&text);
            match name.get(..6).filter(|maker| maker.eq_ignore_ascii_case("cisco ")) {
                Some(_) => {
                    told.tell("vendor", "Cisco", sink);
                    told.tell("model", name.get(6..).unwrap_or(name), sink);
                }
                None => told.tell("model", name, sink),
            }
        }
        SOFTWARE => software(&text, told, sink),
        CAPABILITIES => {
            if let Ok(bits) = Reader::new(tlv.value).be_u32() {
                // Of these, the ones that say what the device is for.
                for name in capability_names(bits & ROLES) {
                    told.tell("role", name, sink);
                }
            }
        }
        SYSTEM_OID => told.tell("sys_object_id", crate::ber::oid_text(tlv.value).as_str(), sink),
        ADDRESSES | MANAGEMENT_ADDRESSES => {
            for ip in addresses(tlv.value).filter(|ip| is_host(*ip)) {
                told.tell("management_ip", shown_ip(ip).as_str(), sink);
            }
        }
        _ => {}
    }
}

/// Every line as it stands, and the version where the vendor's words have one: "..., Version 12.2(25)SEG4, ...".
fn software(text: &str, told: Teller, sink: &mut dyn Sink) {
    for line in text.lines() {
        told.tell("software", line, sink);
    }
    if let Some((_, after)) = text.split_once("Version ") {
        let version = after.split(|letter: char| letter == ',' || letter.is_whitespace()).next();
        told.tell("firmware", version.unwrap_or_default(), sink);
    }
    for (words, os) in [
        ("IOS-XE Software", "Cisco IOS XE"),
        ("IOS XR Software", "Cisco IOS XR"),
        ("NX-OS", "Cisco NX-OS"),
        ("Internetwork Operating System", "Cisco IOS"),
        ("Cisco IOS Software", "Cisco IOS"),
    ] {
        if text.contains(words) {
            told.tell("os", os, sink);
            return;
        }
    }
}

fn capability_names(bits: u32) -> impl Iterator<Item = &'static str> {
    CAPABILITY_NAMES.iter().enumerate().filter(move |(bit, _)| bits >> bit & 1 != 0).map(|(_, name)| *name)
}

/// IP addresses of an address list: protocol type, length and name, then length and address.
fn addresses(value: &[u8]) -> impl Iterator<Item = sightglass_wire::Ip> {
    let mut reader = Reader::new(value);
    let count = reader.be_u32().unwrap_or(0);
    let next = move || {
        reader.skip(1).ok()?;
        let length = usize::from(reader.u8().ok()?);
        reader.skip(length).ok()?;
        let length = usize::from(reader.be_u16().ok()?);
        let mut address = reader.sub(length).ok()?;
        Some(match length {
            4 => ipv4(&mut address),
            16 => ipv6(&mut address),
            _ => None,
        })
    };
    let limit = usize::try_from(count).unwrap_or(usize::MAX).min(MAX_ADDRESSES);
    std::iter::from_fn(next).take(limit).flatten()
}

struct Shown<'a> {
    data: &'a [u8],
}

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        let mut reader = Reader::new(self.data);
        let (Ok(version), Ok(ttl), Ok(checksum)) = (reader.u8(), reader.u8(), reader.be_u16()) else {
            return;
        };
        visitor.uint("version", u64::from(version));
        visitor.uint("ttl", u64::from(ttl));
        visitor.uint("checksum", u64::from(checksum));
        for tlv in tlvs(self.data) {
            let name = match tlv.kind {
                DEVICE_ID => "device_id",
                PORT_ID => "port_id",
                SOFTWARE => "software_version",
                PLATFORM => "platform",
                _ => continue,
            };
            visitor.text(name, &printable(tlv.value));
        }
        visitor.begin_list("tlvs");
        for tlv in tlvs(self.data) {
            visitor.begin_object("");
            visitor.named("type", u64::from(tlv.kind), type_name(tlv.kind));
            visitor.uint("length", u64::from(tlv.length));
            if visit(&tlv, visitor).is_none() && !tlv.value.is_empty() {
                visitor.bytes("value", tlv.value);
            }
            visitor.end_object();
        }
        visitor.end_list();
    }
}

fn visit(tlv: &Tlv<'_>, visitor: &mut dyn Visitor) -> Option<()> {
    let mut reader = Reader::new(tlv.value);
    match tlv.kind {
        DEVICE_ID | PORT_ID | SOFTWARE | PLATFORM | VTP_DOMAIN | SYSTEM_NAME => {
            visitor.text("text", &printable(tlv.value));
        }
        LOCATION => {
            visitor.uint("location_type", u64::from(reader.u8().ok()?));
            visitor.text("text", &printable(reader.rest()));
        }
        CAPABILITIES => {
            let bits = reader.be_u32().ok()?;
            visitor.uint("capabilities", u64::from(bits));
            visitor.begin_list("names");
            for name in capability_names(bits) {
                visitor.text("", name);
            }
            visitor.end_list();
        }
        ADDRESSES | MANAGEMENT_ADDRESSES => {
            visitor.uint("count", u64::from(reader.be_u32().ok()?));
            visitor.begin_list("addresses");
            for ip in addresses(tlv.value) {
                visitor.text("", shown_ip(ip).as_str());
            }
            visitor.end_list();
        }
        NATIVE_VLAN => visitor.uint("vlan_id", u64::from(reader.be_u16().ok()?)),
        DUPLEX => {
            let duplex = reader.u8().ok()?;
            visitor.named("duplex", u64::from(duplex), if duplex == 0 { "half" } else { "full" });
        }
        VOICE_VLAN_REPLY | VOICE_VLAN_QUERY => {
            visitor.uint("appliance", u64::from(reader.u8().ok()?));
            visitor.uint("vlan_id", u64::from(reader.be_u16().ok()?));
        }
        POWER => visitor.uint("milliwatts", u64::from(reader.be_u16().ok()?)),
        MTU => visitor.uint("mtu", u64::from(reader.be_u32().ok()?)),
        TRUST => visitor.uint("trust", u64::from(reader.u8().ok()?)),
        UNTRUSTED_COS => visitor.uint("class_of_service", u64::from(reader.u8().ok()?)),
        SYSTEM_OID => visitor.text("object_id", crate::ber::oid_text(tlv.value).as_str()),
        _ => return None,
    }
    Some(())
}

const fn type_name(kind: u16) -> &'static str {
    match kind {
        DEVICE_ID => "device_id",
        ADDRESSES => "addresses",
        PORT_ID => "port_id",
        CAPABILITIES => "capabilities",
        SOFTWARE => "software_version",
        PLATFORM => "platform",
        0x0007 => "ip_prefix",
        0x0008 => "protocol_hello",
        VTP_DOMAIN => "vtp_management_domain",
        NATIVE_VLAN => "native_vlan",
        DUPLEX => "duplex",
        VOICE_VLAN_REPLY => "voice_vlan_reply",
        VOICE_VLAN_QUERY => "voice_vlan_query",
        POWER => "power_consumption",
        MTU => "mtu",
        TRUST => "trust_bitmap",
        UNTRUSTED_COS => "untrusted_port_cos",
        SYSTEM_NAME => "system_name",
        SYSTEM_OID => "system_object_id",
        MANAGEMENT_ADDRESSES => "management_addresses",
        LOCATION => "location",
        0x0018 => "external_port_id",
        0x0019 => "power_requested",
        0x001a => "power_available",
        0x001b => "port_unidirectional",
        0x001d => "energywise",
        0x001f => "spare_pair_poe",
        _ => "unknown",
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::arithmetic_side_effects, reason = "tests count bytes that they made")]

    use super::*;
    use crate::testing::{check_datagrams, client};
    use sightglass_wire::{Llc, Snap};

    fn tlv(kind: u16, value: &[u8]) -> Vec<u8> {
        let mut bytes = kind.to_be_bytes().to_vec();
        bytes.extend_from_slice(&u16::try_from(value.len() + 4).unwrap().to_be_bytes());
        bytes.extend_from_slice(value);
        bytes
    }

    fn frame(parts: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = vec![2, 180, 0, 0];
        bytes.extend(parts.concat());
        if bytes.len() % 2 == 1 {
            bytes.extend(tlv(UNTRUSTED_COS, &[0]));
        }
        let mut sum: u32 =
            bytes.chunks(2).map(|pair| u32::from(pair[0]) << 8 | u32::from(*pair.get(1).unwrap_or(&0))).sum();
        while sum > 0xffff {
            sum = (sum >> 16) + (sum & 0xffff);
        }
        let check = !u16::try_from(sum).unwrap();
        bytes[2..4].copy_from_slice(&check.to_be_bytes());
        bytes
    }

    fn example() -> Vec<u8> {
        frame(&[
            tlv(DEVICE_ID, b"press-switch"),
            tlv(ADDRESSES, &[0, 0, 0, 1, 1, 1, 0xcc, 0, 4, 10, 0, 0, 9]),
            tlv(PORT_ID, b"Gi1/1"),
            tlv(CAPABILITIES, &[0, 0, 0, 0x28]),
            tlv(SOFTWARE, b"Cisco IOS Software, X Software, Version 15.2(4)E, RELEASE\nCompiled today"),
            tlv(PLATFORM, b"cisco IE-2000"),
            tlv(NATIVE_VLAN, &[0, 7]),
            tlv(DUPLEX, &[1]),
        ])
    }

    #[test]
    fn an_advertisement_names_its_sender() {
        let log = check_datagrams(&DISSECTOR, Transport::Link, 0, &[client(&example())]);
        assert!(
            log.messages[0].starts_with("cdp event advertisement code=- discovery Event [] [] [] {version=2")
        );
        for part in [
            "device_id=\"press-switch\"",
            "vlan_id=7",
            "duplex=1(full)",
            "addresses=[\"10.0.0.9\"]",
            "names=[\"switch\" \"igmp_capable\"]",
        ] {
            assert!(log.messages[0].contains(part), "{part}: {}", log.messages[0]);
        }
        let told: Vec<_> = log.observations.iter().map(|line| line.replace("Sender [] ", "")).collect();
        assert_eq!(
            told,
            [
                "name=\"press-switch\" cdp 85",
                "management_ip=\"10.0.0.9\" cdp 85",
                "port_id=\"Gi1/1\" cdp 85",
                "role=\"switch\" cdp 85",
                "software=\"Cisco IOS Software, X Software, Version 15.2(4)E, RELEASE\" cdp 85",
                "software=\"Compiled today\" cdp 85",
                "firmware=\"15.2(4)E\" cdp 85",
                "os=\"Cisco IOS\" cdp 85",
                "platform=\"cisco IE-2000\" cdp 85",
                "vendor=\"Cisco\" cdp 85",
                "model=\"IE-2000\" cdp 85",
            ]
        );
    }

    #[test]
    fn damage_is_marked() {
        let mut bytes = example();
        bytes[30] ^= 1;
        let log = check_datagrams(&DISSECTOR, Transport::Link, 0, &[client(&bytes)]);
        assert!(log.messages[0].contains("bad_checksum"));
        let log =
            check_datagrams(&DISSECTOR, Transport::Link, 0, &[client(&[2, 1, 0, 0, 0, 1, 0, 99, b'a'])]);
        assert!(log.messages[0].contains("bad_length"), "{}", log.messages[0]);
    }

    #[test]
    fn only_its_snap_id_is_claimed() {
        let bytes = example();
        let look = |pid| {
            let mut given = crate::testing::input(Transport::Link, 0, client(&bytes), true);
            let snap = Some(Snap { oui: CISCO, pid });
            given.llc = Some(Llc { dsap: 0xaa, ssap: 0xaa, control: 3, snap });
            probe(&Probe::of(&given))
        };
        assert_eq!(look(PROTOCOL_ID), Verdict::Sure);
        assert_eq!(look(0x2004), Verdict::No);
    }
}
