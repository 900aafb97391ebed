//! What answers say about hosts.

use super::message::{Message, Section};
use super::name::Name;
use super::rdata::{service, texts};
use super::record::{A, AAAA, HINFO, PTR, Record, SRV, TXT};
use crate::tell::{Teller, ipv4, ipv6, is_host, shown_mac};
use crate::{Input, Protocol, Reader, Sink, Subject, Text, confidence, printable};
use sightglass_wire::{Ip, Mac};

/// Keys of TXT records that name hardware and software, lower case, and what they mean. They come from the service
/// types for printers (Bonjour Printing 1.2), AirPlay, HomeKit, casting and the usual firmware of cameras.
const TXT_KEYS: &[(&str, &str)] = &[
    ("md", "model"),
    ("model", "model"),
    ("ty", "model"),
    ("am", "model"),
    ("product", "model"),
    ("usb_mdl", "model"),
    ("modelid", "model"),
    ("usb_mfg", "vendor"),
    ("mfg", "vendor"),
    ("manufacturer", "vendor"),
    ("vendor", "vendor"),
    ("fn", "name"),
    ("sn", "serial"),
    ("serial", "serial"),
    ("serialnumber", "serial"),
    ("fv", "firmware"),
    ("fw", "firmware"),
    ("firmware", "firmware"),
    ("fwversion", "firmware"),
    ("note", "location"),
    ("mac", "mac_address"),
    ("macaddress", "mac_address"),
    ("osxvers", "os_version"),
];

fn address(record: &Record<'_>) -> Option<Ip> {
    let mut reader = Reader::new(record.rdata);
    match (record.kind, record.rdata.len()) {
        (A, 4) => ipv4(&mut reader),
        (AAAA, 16) => ipv6(&mut reader),
        _ => None,
    }
}

/// Whom a name's address record makes the subject: the sender when the address is its own or is not given.
fn owner(message: &Message<'_>, name: &Name<'_>, input: &Input<'_>) -> Subject {
    let mut other = None;
    for (section, record) in message.records() {
        if section == Section::Authority || !record.name.equals(name) {
            continue;
        }
        match address(&record) {
            Some(ip) if ip == input.src => return Subject::Sender,
            // Hosts have many IPv6 addresses, and another family says nothing against the sender.
            Some(ip) if is_host(ip) && ip.is_v4() && input.src.is_v4() => other = Some(ip),
            _ => {}
        }
    }
    other.map_or(Subject::Sender, |ip| Subject::Host { ip: Some(ip), mac: None })
}

/// Tells what a host announces of itself by mDNS or LLMNR.
pub(crate) fn observe_local(
    protocol: Protocol,
    message: &Message<'_>,
    input: &Input<'_>,
    sink: &mut dyn Sink,
) {
    let told = Teller::new(Subject::Sender, protocol, confidence::NAMING);
    for (section, record) in message.records() {
        // Authority sections hold what a probe would like to own.
        if section == Section::Authority {
            continue;
        }
        match record.kind {
            A | AAAA => {
                let Some(ip) = address(&record).filter(|ip| is_host(*ip)) else { continue };
                let subject =
                    if ip == input.src { Subject::Sender } else { Subject::Host { ip: Some(ip), mac: None } };
                hostname(&record.name, told.about(subject), sink);
            }
            SRV => {
                if let Some((_, _, _, target)) = service(&record).filter(|(.., target)| !target.is_root()) {
                    hostname(&target, told.about(owner(message, &target, input)), sink);
                }
                offered(&record.name, told, sink);
            }
            PTR => pointer(&record, told, sink),
            TXT => {
                for text in texts(record.rdata) {
                    key_value(text, told, sink);
                }
            }
            HINFO => {
                for (attribute, text) in ["cpu", "os"].into_iter().zip(texts(record.rdata)) {
                    told.tell(attribute, &printable(text), sink);
                }
            }
            _ => {}
        }
    }
}

/// The full name where it has a domain, and its first label.
fn hostname(name: &Name<'_>, told: Teller, sink: &mut dyn Sink) {
    if name.labels().nth(1).is_some() {
        told.tell("fqdn", name.text().as_str(), sink);
    }
    if let Some(first) = name.labels().next() {
        told.tell("hostname", &printable(first), sink);
    }
}

/// The two labels of a service type within a name: `_http`, `_tcp`.
fn service_type<'a>(name: &Name<'a>) -> Option<(&'a [u8], &'a [u8])> {
    let mut before: Option<&'a [u8]> = None;
    for label in name.labels() {
        if label.eq_ignore_ascii_case(b"_tcp") || label.eq_ignore_ascii_case(b"_udp") {
            return before.map(|before| (before, label));
        }
        before = Some(label);
    }
    None
}

/// A service of the sender: its type and the name of the instance.
fn offered(name: &Name<'_>, told: Teller, sink: &mut dyn Sink) {
    let Some((application, transport)) = service_type(name) else { return };
    let text = Text::<160>::of(format_args!("{}.{}", printable(application), printable(transport)));
    told.tell("services", text.as_str(), sink);
    let Some(instance) = name.labels().next().filter(|label| !label.starts_with(b"_")) else { return };
    let instance = printable(instance);
    told.tell("service_name", &instance, sink);
    // A workstation's instance is "name [hardware address]".
    if application.eq_ignore_ascii_case(b"_workstation")
        && let Some((host, mac)) = instance.strip_suffix(']').and_then(|text| text.split_once(" ["))
    {
        told.tell("hostname", host, sink);
        mac_address(mac, told, sink);
    }
}

fn pointer(record: &Record<'_>, told: Teller, sink: &mut dyn Sink) {
    let Some((target, _)) = record.name_at(0) else { return };
    if record.name.ends_with(&["in-addr", "arpa"]) || record.name.ends_with(&["ip6", "arpa"]) {
        return;
    }
    offered(&target, told, sink);
}

/// One `key=value` text.
fn key_value(text: &[u8], told: Teller, sink: &mut dyn Sink) {
    let text = printable(text);
    let Some((key, value)) = text.split_once('=') else { return };
    let Some((_, attribute)) = TXT_KEYS.iter().find(|(known, _)| known.eq_ignore_ascii_case(key)) else {
        return;
    };
    // Printers put their product into parentheses.
    let value = value.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(value);
    if *attribute == "mac_address" {
        mac_address(value, told, sink);
    } else {
        told.tell(attribute, value, sink);
    }
}

/// A hardware address in any of its spellings, told in ours.
fn mac_address(text: &str, told: Teller, sink: &mut dyn Sink) {
    let mut digits =
        text.chars().filter(|letter| !matches!(letter, ':' | '-' | '.')).map(|letter| letter.to_digit(16));
    let mut bytes = [0u8; 6];
    for byte in &mut bytes {
        let (Some(Some(high)), Some(Some(low))) = (digits.next(), digits.next()) else { return };
        *byte = u8::try_from(high << 4 | low).unwrap_or(0);
    }
    if digits.next().is_none() {
        told.tell("mac_address", shown_mac(Mac(bytes)).as_str(), sink);
    }
}

/// Tells names that a server gives to addresses of the plant: hearsay about others.
pub(super) fn observe_answers(message: &Message<'_>, sink: &mut dyn Sink) {
    for (_, record) in message.records().filter(|(section, _)| *section == Section::Answer) {
        let ip = match record.kind {
            A | AAAA => address(&record),
            PTR => reverse(&record.name),
            _ => None,
        };
        let Some(ip) = ip.filter(|ip| ip.is_private() && is_host(*ip)) else { continue };
        let told = Teller::new(Subject::Host { ip: Some(ip), mac: None }, Protocol::Dns, confidence::HEARSAY);
        let name =
            if record.kind == PTR { record.name_at(0).map(|(name, _)| name) } else { Some(record.name) };
        // The first label alone would be a guess: names of services point at hosts as well.
        match name {
            Some(name) if name.labels().nth(1).is_some() => told.tell("fqdn", name.text().as_str(), sink),
            Some(name) => told.tell("hostname", name.text().as_str(), sink),
            None => {}
        }
    }
}

/// The address that a name of the tree for reverse look-ups stands for (RFC 1035, 3.5).
fn reverse(name: &Name<'_>) -> Option<Ip> {
    if !name.ends_with(&["in-addr", "arpa"]) {
        return None;
    }
    let mut octets = [0u8; 4];
    let mut labels = name.labels();
    for octet in octets.iter_mut().rev() {
        *octet = std::str::from_utf8(labels.next()?).ok()?.parse().ok()?;
    }
    Some(Ip::v4(octets))
}
