//! Which protocol a flow speaks: content decides, usual numbers only set the order of asking.

use std::sync::Arc;

use sightglass_dissect::{Dissector, Over, Probe, Protocol, Transport, Verdict, registry};

use crate::foreign::ForeignProtocol;

/// Pieces of a flow that are kept while it is undecided, and their bytes in all.
pub(crate) const MAX_HELD: usize = 6;
/// Bytes kept while a flow is undecided.
pub(crate) const MAX_HELD_BYTES: usize = 4_096;
/// Pieces that may be refused by every dissector before a flow counts as unknown.
pub(crate) const MAX_TRIES: u8 = 6;

/// What all dissectors together say of the first bytes.
#[derive(Clone, Copy)]
pub(crate) enum Answer {
    /// This one.
    Yes(&'static Dissector),
    /// This one, if a second message agrees.
    Perhaps(&'static Dissector),
    /// More bytes are needed.
    More,
    /// None.
    No,
}

/// Dissectors by the way they travel.
pub(crate) struct Recogniser {
    by_transport: [Vec<&'static Dissector>; 5],
    tcp_ports: Vec<u16>,
    udp_ports: Vec<u16>,
    /// Protocols of plug-ins, asked after all of ours.
    pub(crate) foreign: Arc<[ForeignProtocol]>,
}

const fn index(transport: Transport) -> usize {
    match transport {
        Transport::Tcp => 0,
        Transport::Udp => 1,
        Transport::Link => 2,
        Transport::Ip => 3,
        Transport::Sctp => 4,
    }
}

impl Recogniser {
    pub(crate) fn new(foreign: Arc<[ForeignProtocol]>) -> Self {
        let of = |transport| {
            registry::DISSECTORS.iter().copied().filter(|each| registry::travels(each, transport)).collect()
        };
        let mut tcp_ports = Vec::new();
        let mut udp_ports = Vec::new();
        for over in registry::DISSECTORS.iter().flat_map(|dissector| dissector.over) {
            match over {
                Over::Tcp(ports) => tcp_ports.extend_from_slice(ports),
                Over::Udp(ports) => udp_ports.extend_from_slice(ports),
                _ => {}
            }
        }
        for each in &*foreign {
            tcp_ports.extend(each.tcp_ports.iter().flatten());
            udp_ports.extend(each.udp_ports.iter().flatten());
        }
        tcp_ports.sort_unstable();
        udp_ports.sort_unstable();
        Self {
            by_transport: [
                of(Transport::Tcp),
                of(Transport::Udp),
                of(Transport::Link),
                of(Transport::Ip),
                of(Transport::Sctp),
            ],
            tcp_ports,
            udp_ports,
            foreign,
        }
    }

    /// Asks every dissector: those whose usual numbers fit first, then the others. A protocol that a message before
    /// made likely is confirmed by a second one.
    pub(crate) fn ask(&self, probe: &Probe<'_>, likely: Option<Protocol>) -> Answer {
        let Some(candidates) = self.by_transport.get(index(probe.transport)) else { return Answer::No };
        let mut more = false;
        for dissector in candidates.iter().filter(|dissector| registry::is_usual(dissector, probe)) {
            match (dissector.probe)(probe) {
                Verdict::Sure | Verdict::Likely => return Answer::Yes(dissector),
                Verdict::More => more = true,
                Verdict::No => {}
            }
        }
        let mut perhaps = None;
        for dissector in candidates.iter().filter(|dissector| !registry::is_usual(dissector, probe)) {
            match (dissector.probe)(probe) {
                Verdict::Sure => return Answer::Yes(dissector),
                Verdict::Likely if likely == Some(dissector.protocol) => return Answer::Yes(dissector),
                Verdict::Likely => {
                    perhaps = perhaps.or(Some(*dissector));
                }
                Verdict::More => more = true,
                Verdict::No => {}
            }
        }
        match perhaps {
            _ if more => Answer::More,
            Some(dissector) => Answer::Perhaps(dissector),
            None => Answer::No,
        }
    }

    /// Whether the first packet of a conversation without a handshake went to the serving side, by its ports: a
    /// registered one, else the clearly lower one, else the receiver's.
    pub(crate) fn to_server(&self, transport: Transport, src_port: u16, dst_port: u16) -> bool {
        /// First port that systems give to clients on their own (RFC 6335; Linux starts at 32768).
        const EPHEMERAL: u16 = 32_768;
        let ports = if transport == Transport::Tcp { &self.tcp_ports } else { &self.udp_ports };
        let known = |port: u16| ports.binary_search(&port).is_ok() || port < 1024;
        match (known(src_port), known(dst_port)) {
            (true, false) => false,
            (false, true) => true,
            (true, true) => true,
            (false, false) => !(src_port < EPHEMERAL && dst_port >= EPHEMERAL),
        }
    }

    /// Whether a port belongs to a service: such flows show by their bytes what they are, whoever announced them.
    pub(crate) fn is_registered(&self, transport: Transport, port: u16) -> bool {
        let ports = if transport == Transport::Tcp { &self.tcp_ports } else { &self.udp_ports };
        port < 1024 || ports.binary_search(&port).is_ok()
    }

    /// The protocol that usually is found at the serving port, as a guess for flows without content.
    pub(crate) fn guess(&self, transport: Transport, port: u16) -> Option<Protocol> {
        let usual = |dissector: &&&Dissector| {
            dissector.over.iter().any(|over| match over {
                Over::Tcp(ports) => transport == Transport::Tcp && ports.contains(&port),
                Over::Udp(ports) => transport == Transport::Udp && ports.contains(&port),
                Over::Sctp(ports) => transport == Transport::Sctp && ports.contains(&port),
                _ => false,
            })
        };
        let own =
            self.by_transport.get(index(transport))?.iter().find(usual).map(|dissector| dissector.protocol);
        own.or_else(|| {
            self.foreign.iter().find(|each| each.guesses(transport, port)).map(|each| each.protocol)
        })
    }
}
