//! NetBIOS datagrams: browser announcements and other mailslot messages.
//!
//! Spec: RFC 1002, 4.4 (datagrams); [MS-CIFS] 2.2.4.33 (transaction); [MS-BRWS] 2.2 (browser), [MS-MAIL]. UDP port 138, and
//! without IP as NetBIOS frames at LLC service access point 0xf0. Recognised by datagram type, a length that fits and names in first-level encoding. Every datagram gives a `browser`
//! message, and the transaction it may carry a `smb` message before it.

mod announcement;
mod datagram;
mod mailslot;

use crate::tell::Teller;
use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Input, Kind, Message, Outcome, Over, Probe,
    Protocol, Reference, Session, Sink, Step, Subject, Transport, Verdict, Visitor, confidence,
};
use announcement::Announcement;
use datagram::{Content, Datagram};
use mailslot::Mailslot;

const PORTS: &[u16] = &[138];
/// NetBIOS frames (IEEE 802.2 registered service access points).
const SAP: u8 = 0xf0;

/// Browser datagrams as the registry knows them.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Browser,
    over: &[Over::Udp(PORTS), Over::Llc(SAP)],
    probe,
    open: || Box::new(Browser),
    max_message: 1_500,
    fields: &[
        Field {
            name: "datagram_type",
            doc: "16 direct to one, 17 direct to a group, 18 broadcast, 19 error ...; 8, 9 frames.",
        },
        Field { name: "datagram_flags", doc: "Fragmentation and node type (RFC 1002, 4.4.1)." },
        Field { name: "datagram_id", doc: "Number of the datagram." },
        Field { name: "source_ip", doc: "Address that the sender gives for itself." },
        Field { name: "source_name", doc: "Sender's name with its suffix." },
        Field { name: "destination_name", doc: "Receiver's name with its suffix." },
        Field { name: "mailslot", doc: "Mailslot that is written to." },
        Field { name: "command", doc: "Browser command." },
        Field { name: "server", doc: "Name of the announced server, domain or candidate." },
        Field { name: "os_version", doc: "Operating system's version, major.minor." },
        Field { name: "server_type", doc: "What the server offers, as bits; names beside it." },
        Field { name: "comment", doc: "Server's description, or the master of an announced domain." },
    ],
    not_decoded: &[
        "fragmented datagrams beyond their first part",
        "logon requests (mailslot NETLOGON)",
        "sessions and name queries in NetBIOS frames",
    ],
};

fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.transport == Transport::Link {
        let ours = probe.llc.is_some_and(|llc| llc.dsap == SAP && llc.snap.is_none());
        let datagram = Datagram::parse_frame(probe.data).filter(|_| ours);
        return if datagram.is_some() { Verdict::Sure } else { Verdict::No };
    }
    if probe.transport != Transport::Udp {
        return Verdict::No;
    }
    match Datagram::parse(probe.data) {
        Some(Datagram { content: Content::Data { source, .. }, length_fits, .. })
            if source.is_text() && (length_fits || probe.missing > 0) =>
        {
            Verdict::Sure
        }
        Some(_) if probe.on_port(PORTS) => Verdict::Likely,
        _ => Verdict::No,
    }
}

struct Browser;

impl Session for Browser {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let datagram = if input.transport == Transport::Link {
            Datagram::parse_frame(input.data)
        } else {
            Datagram::parse(input.data)
        };
        let Some(datagram) = datagram else { return Step::Lost };
        let mut anomalies = Anomalies::NONE
            .with_if(input.missing > 0, Anomalies::TRUNCATED)
            .with_if(input.missing == 0 && !datagram.length_fits, Anomalies::BAD_LENGTH);
        let slot = match datagram.content {
            Content::Data { user, .. } => Mailslot::parse(user),
            _ => None,
        };
        if let Some(slot) = &slot {
            mailslot::emit(slot, anomalies, sink);
        }
        let announcement =
            slot.as_ref().filter(|slot| slot.is_browser()).and_then(|slot| Announcement::parse(slot.data));
        let (function, code) = match &announcement {
            Some(announcement) => (announcement.function(), Some(u32::from(announcement.command))),
            None => (Function::Known(datagram.type_name()), None),
        };
        if let Some(announcement) = &announcement {
            anomalies = anomalies
                .with_if(announcement.short && input.missing == 0, Anomalies::BAD_LENGTH)
                .with_if(matches!(function, Function::Unknown(_)), Anomalies::UNKNOWN_FUNCTION);
        }
        sink.message(&Message {
            protocol: Protocol::Browser,
            kind: Kind::Event,
            function,
            code,
            category: Category::Discovery,
            outcome: Outcome::Event,
            address: Reference::None,
            object: Reference::None,
            anomalies,
            fields: &Shown { datagram: &datagram, slot: slot.as_ref(), announcement: announcement.as_ref() },
        });
        let told = Teller::new(Subject::Sender, Protocol::Browser, confidence::NAMING);
        if let Content::Data { source, .. } = datagram.content
            && source.is_text()
        {
            told.tell("netbios_name", source.with_suffix().as_str(), sink);
            if source.is_host() {
                told.tell("hostname", source.text().as_str(), sink);
            }
        }
        if let Some(announcement) = announcement.filter(|announcement| !announcement.short) {
            announcement.observe(told, sink);
        }
        Step::Took(input.data.len())
    }
}

struct Shown<'a> {
    datagram: &'a Datagram<'a>,
    slot: Option<&'a Mailslot<'a>>,
    announcement: Option<&'a Announcement<'a>>,
}

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        self.datagram.visit(visitor);
        if let Some(slot) = self.slot {
            visitor.text("mailslot", &slot.name());
        }
        match (self.announcement, self.slot) {
            (Some(announcement), _) => announcement.visit(visitor),
            (None, Some(slot)) => visitor.bytes("data", slot.data),
            (None, None) => {}
        }
    }
}

#[cfg(test)]
mod tests;
