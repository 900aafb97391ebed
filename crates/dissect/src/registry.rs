//! Every dissector, one line each, and the order in which they look at a new flow.

use crate::{Dissector, Over, Probe, Protocol, Transport};

/// All dissectors. Order matters only for probes that agree equally: earlier wins.
pub static DISSECTORS: &[&Dissector] = &[
    &crate::ads::DISSECTOR,
    &crate::amqp::DISSECTOR,
    &crate::arp::DISSECTOR,
    &crate::atg::DISSECTOR,
    &crate::bacnet::DISSECTOR,
    &crate::browser::DISSECTOR,
    &crate::bsap::DISSECTOR,
    &crate::c1222::DISSECTOR,
    &crate::cclink::DISSECTOR,
    &crate::cdp::DISSECTOR,
    &crate::cip::DISSECTOR,
    &crate::cip_io::DISSECTOR,
    &crate::coap::DISSECTOR,
    &crate::codesys::DISSECTOR,
    &crate::cotp::DISSECTOR,
    &crate::crimson::DISSECTOR,
    &crate::csp::DISSECTOR,
    &crate::dcerpc::DISSECTOR,
    &crate::dds::DISSECTOR,
    &crate::dhcp::DISSECTOR,
    &crate::dicom::DISSECTOR,
    &crate::dlms::DISSECTOR,
    &crate::dnp3::DISSECTOR,
    &crate::dns::DISSECTOR,
    &crate::egd::DISSECTOR,
    &crate::enip::DISSECTOR,
    &crate::ethercat::DISSECTOR,
    &crate::ff_hse::DISSECTOR,
    &crate::fins::DISSECTOR,
    &crate::fox::DISSECTOR,
    &crate::ftp::DISSECTOR,
    &crate::ge_srtp::DISSECTOR,
    &crate::genisys::DISSECTOR,
    &crate::goose::DISSECTOR,
    &crate::hart_ip::DISSECTOR,
    &crate::hl7::DISSECTOR,
    &crate::http::DISSECTOR,
    &crate::iccp::DISSECTOR,
    &crate::icmp::DISSECTOR,
    &crate::icmpv6::DISSECTOR,
    &crate::iec104::DISSECTOR,
    &crate::igmp::DISSECTOR,
    &crate::knx::DISSECTOR,
    &crate::lldp::DISSECTOR,
    &crate::llmnr::DISSECTOR,
    &crate::lontalk::DISSECTOR,
    &crate::mdns::DISSECTOR,
    &crate::melsec::DISSECTOR,
    &crate::mms::DISSECTOR,
    &crate::modbus::DISSECTOR,
    &crate::mqtt::DISSECTOR,
    &crate::mrp::DISSECTOR,
    &crate::nbns::DISSECTOR,
    &crate::ntlm::DISSECTOR,
    &crate::ntp::DISSECTOR,
    &crate::ocpp::DISSECTOR,
    &crate::opcua::DISSECTOR,
    &crate::pccc::DISSECTOR,
    &crate::pcworx::DISSECTOR,
    &crate::powerlink::DISSECTOR,
    &crate::proconos::DISSECTOR,
    &crate::profinet_cm::DISSECTOR,
    &crate::profinet_dcp::DISSECTOR,
    &crate::profinet_rt::DISSECTOR,
    &crate::ptcp::DISSECTOR,
    &crate::rdp::DISSECTOR,
    &crate::roc_plus::DISSECTOR,
    &crate::rtsp::DISSECTOR,
    &crate::s7comm::DISSECTOR,
    &crate::s7comm_plus::DISSECTOR,
    &crate::sbus::DISSECTOR,
    &crate::sercos::DISSECTOR,
    &crate::sip::DISSECTOR,
    &crate::smb::DISSECTOR,
    &crate::smb2::DISSECTOR,
    &crate::snmp::DISSECTOR,
    &crate::someip::DISSECTOR,
    &crate::ssdp::DISSECTOR,
    &crate::ssh::DISSECTOR,
    &crate::stp::DISSECTOR,
    &crate::sv::DISSECTOR,
    &crate::synchrophasor::DISSECTOR,
    &crate::syslog::DISSECTOR,
    &crate::telnet::DISSECTOR,
    &crate::tftp::DISSECTOR,
    &crate::tls::DISSECTOR,
    &crate::trdp::DISSECTOR,
    &crate::tristation::DISSECTOR,
    &crate::umas::DISSECTOR,
    &crate::vnc::DISSECTOR,
];

/// The dissector of a protocol.
pub fn find(protocol: Protocol) -> Option<&'static Dissector> {
    DISSECTORS.iter().copied().find(|dissector| dissector.protocol == protocol)
}

/// Whether a dissector names the numbers of this flow (port, ethertype, IP protocol) as its usual ones.
pub fn is_usual(dissector: &Dissector, probe: &Probe<'_>) -> bool {
    dissector.over.iter().any(|over| match *over {
        Over::Tcp(ports) => probe.transport == Transport::Tcp && probe.on_port(ports),
        Over::Udp(ports) => probe.transport == Transport::Udp && probe.on_port(ports),
        Over::Sctp(ports) => probe.transport == Transport::Sctp && probe.on_port(ports),
        Over::Ether(ethertype) => probe.transport == Transport::Link && probe.ethertype == ethertype,
        Over::Llc(dsap) => {
            probe.transport == Transport::Link && probe.llc.is_some_and(|llc| llc.dsap == dsap)
        }
        Over::Snap(oui, pid) => {
            let snap = probe.llc.and_then(|llc| llc.snap);
            probe.transport == Transport::Link && snap.is_some_and(|snap| snap.oui == oui && snap.pid == pid)
        }
        Over::Ip(protocol) => probe.transport == Transport::Ip && probe.ip_protocol == protocol,
        Over::LinkType(link) => probe.transport == Transport::Link && probe.link == link,
    })
}

/// Whether a dissector can travel this way at all.
pub fn travels(dissector: &Dissector, transport: Transport) -> bool {
    dissector.over.iter().any(|over| {
        matches!(
            (over, transport),
            (Over::Tcp(_), Transport::Tcp)
                | (Over::Udp(_), Transport::Udp)
                | (Over::Ether(_) | Over::Llc(_) | Over::Snap(..) | Over::LinkType(_), Transport::Link)
                | (Over::Sctp(_), Transport::Sctp)
                | (Over::Ip(_), Transport::Ip)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{client, datagrams, probe, server, stream};
    use proptest::collection::vec;
    use proptest::prelude::any;

    /// Beginnings that lead noise deeper into the protocols of IT.
    const BEGINNINGS: &[&[u8]] = &[
        b"",
        b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title",
        b"RTSP/1.0 200 OK\r\n\r\n$",
        b"SIP/2.0 200 OK\r\n",
        b"SSH-2.0-a\r\n",
        b"RFB 003.008\n",
        b"220-FTP\r\n",
        b"\xff\xfa",
        &[22, 3, 1, 0, 60, 1, 0, 0, 56, 3, 3],
        &[22, 3, 1, 0, 60, 11, 0, 0, 56, 0, 0, 53, 0, 0, 50, 0x30],
        &[0, 0, 0, 150, 0xff, b'S', b'M', b'B', 0x73, 0, 0, 0, 0, 0, 0, 0x80],
        &[0, 0, 0, 150, 0xff, b'S', b'M', b'B', 0x25, 0, 0, 0, 0, 0x80, 0, 0],
        &[0, 0, 0, 150, 0xfe, b'S', b'M', b'B', 64, 0, 0, 0],
        &[5, 0, 11, 3, 0x10, 0, 0, 0, 100, 0, 0, 0],
        &[3, 0, 0, 60, 2, 0xf0, 0x80, 0x7f, 0x65],
    ];

    /// Inputs that fuzzing found to reach new code, one a line in hexadecimal.
    #[test]
    fn the_corpus_panics_nobody() {
        let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
        let mut replayed = 0usize;
        for dissector in DISSECTORS {
            let path = corpus.join(format!("{}.txt", dissector.protocol.name()));
            let Ok(text) = std::fs::read_to_string(path) else { continue };
            for line in text.lines() {
                let digits = line.as_bytes().chunks_exact(2);
                let bytes: Vec<u8> = digits
                    .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
                    .collect();
                crate::testing::converse(dissector, &bytes);
                replayed += 1;
            }
        }
        assert!(replayed > 0, "the corpus is under fuzz/corpus");
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(24))]
        #[test]
        fn noise_panics_nobody(noise in vec(any::<u8>(), 0..300)) {
            for dissector in DISSECTORS {
                for beginning in BEGINNINGS {
                    let data = [beginning, noise.as_slice()].concat();
                    if travels(dissector, Transport::Tcp) {
                        let _ = probe(dissector, Transport::Tcp, 1, &data);
                        let _ = stream(dissector, 1, &[client(&data), server(&data)], true);
                    }
                    if travels(dissector, Transport::Udp) {
                        let _ = probe(dissector, Transport::Udp, 1, &data);
                        let _ = datagrams(dissector, Transport::Udp, 1, &[client(&data), server(&data)]);
                    }
                }
            }
        }
    }
}
