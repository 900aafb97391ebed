//! What a message says about the client, the server and the network.

use std::fmt::Write as _;

use super::option::{
    ARCHITECTURE, CLIENT_ID, DNS_SERVER, DOMAIN_NAME, FQDN, HOST_NAME, MACHINE_ID, NTP_SERVER,
    PARAMETER_LIST, ROUTER, SUBNET_MASK, USER_CLASS, VENDOR_CLASS, VENDOR_CLASSES, fqdn,
};
use super::{BOOT_REPLY, BOOT_REQUEST, Frame};
use crate::tell::{MAX_FACT, Teller, ipv4, is_host, is_station, shown_ip};
use crate::{Protocol, Reader, Sink, Subject, Text, confidence, hex, printable};

/// Addresses of one option that are told at most.
const MAX_SERVERS: usize = 8;
/// Reply types whose content the client will use: offer, ack.
const ACK: u8 = 5;

pub(super) fn observe(frame: &Frame<'_>, sink: &mut dyn Sink) {
    match frame.op {
        BOOT_REQUEST => client(frame, sink),
        BOOT_REPLY => server(frame, sink),
        _ => {}
    }
}

/// The client by its hardware address: it may have no other yet, and a relay may stand between.
fn subject(frame: &Frame<'_>) -> Option<Subject> {
    let mac = frame.client_mac().filter(|mac| is_station(*mac))?;
    Some(Subject::Host { ip: None, mac: Some(mac) })
}

fn client(frame: &Frame<'_>, sink: &mut dyn Sink) {
    let Some(subject) = subject(frame) else { return };
    let told = Teller::new(subject, Protocol::Dhcp, confidence::NAMING);
    for given in frame.all().filter(|given| !given.short) {
        match given.code {
            HOST_NAME => told.tell("hostname", &printable(given.value), sink),
            VENDOR_CLASS => told.tell("dhcp_vendor_class", &printable(given.value), sink),
            USER_CLASS => told.tell("dhcp_user_class", &printable(given.value), sink),
            FQDN => {
                if let Some(name) = fqdn(given.value) {
                    told.tell("fqdn", &name, sink);
                }
            }
            PARAMETER_LIST => {
                let mut list = Text::<MAX_FACT>::default();
                for (at, code) in given.value.iter().enumerate() {
                    let _ = write!(list, "{}{code}", if at == 0 { "" } else { "," });
                }
                told.tell("dhcp_fingerprint", list.as_str(), sink);
            }
            CLIENT_ID => {
                // Type 0 is no hardware address but a name or a unique id (RFC 2132, 9.14).
                if let Some((0, id)) = given.value.split_first()
                    && id.iter().all(|byte| (b' '..=b'~').contains(byte))
                {
                    told.tell("dhcp_client_id", &printable(id), sink);
                }
            }
            ARCHITECTURE => {
                if let Ok(number) = Reader::new(given.value).be_u16() {
                    told.tell_shown("boot_architecture", number, sink);
                }
            }
            MACHINE_ID => told.tell("uuid", &hex(given.value.get(1..).unwrap_or_default()), sink),
            VENDOR_CLASSES => {
                if let Ok(enterprise) = Reader::new(given.value).be_u32() {
                    told.tell_shown("enterprise_number", enterprise, sink);
                }
            }
            _ => {}
        }
    }
}

fn server(frame: &Frame<'_>, sink: &mut dyn Sink) {
    let sender = Teller::new(Subject::Sender, Protocol::Dhcp, confidence::BEHAVIOUR);
    sender.tell("role", "dhcp_server", sink);
    if let Some(name) = frame.find(HOST_NAME) {
        // A name that is given to the client; kept on the server as what it hands out.
        sender.tell("assigned_hostname", &printable(name), sink);
    }
    if let Some(class) = frame.find(VENDOR_CLASS) {
        // Meant for clients of this class (RFC 2132, 9.13); it does not name the server's maker.
        sender.tell("served_vendor_class", &printable(class), sink);
    }
    if frame.message_type().is_some_and(|kind| kind != ACK) {
        return;
    }
    let told = subject(frame).map(|subject| Teller::new(subject, Protocol::Dhcp, confidence::HEARSAY));
    let [_, yours, ..] = frame.addresses;
    if let Some(told) = told {
        if is_host(yours) {
            told.tell("assigned_ip", shown_ip(yours).as_str(), sink);
        }
        if let Some(name) = frame.find(HOST_NAME) {
            told.tell("hostname", &printable(name), sink);
        }
        if let Some(name) = frame.find(DOMAIN_NAME) {
            told.tell("domain", &printable(name), sink);
        }
    }
    for (code, attribute, role) in [
        (SUBNET_MASK, "subnet", ""),
        (ROUTER, "gateway", "router"),
        (DNS_SERVER, "dns_server", "dns_server"),
        (NTP_SERVER, "ntp_server", "ntp_server"),
    ] {
        let mut reader = Reader::new(frame.find(code).unwrap_or_default());
        for _ in 0..MAX_SERVERS {
            let Some(ip) = ipv4(&mut reader).filter(|ip| !ip.is_unspecified()) else { break };
            if let Some(told) = told {
                told.tell(attribute, shown_ip(ip).as_str(), sink);
            }
            if is_host(ip) {
                let host = Subject::Host { ip: Some(ip), mac: None };
                Teller::new(host, Protocol::Dhcp, confidence::HEARSAY).tell("role", role, sink);
            }
        }
    }
}
