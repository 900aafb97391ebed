//! BACnet: building automation and control.
//!
//! Spec: ANSI/ASHRAE 135 (network layer clause 6, MS/TP clause 9, services clauses 13 to 17, encoding clause 20,
//! productions clause 21, BACnet/IP annex J, BACnet/IPv6 annex U).
//! Usual ports UDP 47808 to 47823; also on Ethernet and ARCNET (802.2 access point 0x82) and on MS/TP buses.
//! Recognised by the virtual link header whose length fits the datagram, and by an NPDU with a known service.

mod apdu;
mod bvlc;
mod carrier;
mod event_values;
mod exchange;
mod identity;
mod mstp;
#[rustfmt::skip] // tables read better packed
mod names;
mod npdu;
mod parameters;
mod process;
mod productions;
#[rustfmt::skip] // tables read better packed
mod property_names;
mod property_types;
mod schema;
mod segments;
mod services;
mod show;
mod subject;
mod tag;

use crate::{
    Anomalies, Dissector, Field, Input, Kind, Message, Outcome, Over, Probe, Protocol, Reference, Session,
    Sink, Step, Verdict,
};
use apdu::Apdu;
use carrier::{Carrier, Way};
use exchange::{Arrived, Exchange};
use npdu::{NetworkMessage, Npdu};
use show::{Parameters, Shown};

/// UDP ports 0xbac0 to 0xbacf (J.1.2 and common practice for further networks).
const PORTS: &[u16] = &[
    47808, 47809, 47810, 47811, 47812, 47813, 47814, 47815, 47816, 47817, 47818, 47819, 47820, 47821, 47822,
    47823,
];
/// 802.2 access point (clause 7).
const LLC_SAP: u8 = 0x82;
/// SNAP organisation and protocol of captures that Cimetrics' analyser made of MS/TP.
const CIMETRICS: u32 = 0x00_1090;
const MSTP_PID: u16 = 1;
/// LINKTYPE_BACNET_MS_TP.
const MSTP_LINK: u32 = 165;

/// BACnet as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Bacnet,
    over: &[Over::Udp(PORTS), Over::Llc(LLC_SAP), Over::Snap(CIMETRICS, MSTP_PID), Over::LinkType(MSTP_LINK)],
    probe,
    open: || Box::<Bacnet>::default(),
    max_message: 2_048,
    fields: FIELDS,
    not_decoded: &[
        "BACnet Secure Connect (TLS)",
        "contents of network security messages (clause 24 of the 2016 edition)",
        "parameters of vendors' private transfers beyond their tags",
        "point-to-point (clause 10), LonTalk and ZigBee data links",
    ],
};

const FIELDS: &[Field] = &[
    Field { name: "bvlc_type", doc: "0x81 BACnet/IP, 0x82 BACnet/IPv6." },
    Field { name: "bvlc_function", doc: "Function of the virtual link message (J.2, U.2)." },
    Field { name: "bvlc_length", doc: "Bytes of the virtual link message." },
    Field { name: "source_virtual_address", doc: "Virtual address of a BACnet/IPv6 node (H.7.2)." },
    Field { name: "destination_virtual_address", doc: "Virtual address of the node addressed." },
    Field { name: "originating_address", doc: "Who sent what a BBMD forwards: address and port." },
    Field { name: "result_code", doc: "Result of a virtual link request." },
    Field { name: "time_to_live_s", doc: "Seconds for which a foreign device registers." },
    Field { name: "broadcast_distribution_table", doc: "BBMDs: address and mask." },
    Field { name: "foreign_device_table", doc: "Foreign devices: address, seconds granted and left." },
    Field { name: "foreign_device", doc: "Table entry to be deleted." },
    Field { name: "mstp_frame_type", doc: "MS/TP frame type (9.3)." },
    Field { name: "mstp_source", doc: "MS/TP station that sends." },
    Field { name: "mstp_destination", doc: "MS/TP station addressed; 255 is all." },
    Field { name: "mstp_length", doc: "Bytes of data in the MS/TP frame." },
    Field { name: "version", doc: "Version of the network layer: 1." },
    Field { name: "control", doc: "Control octet of the NPDU (6.2.2)." },
    Field { name: "expecting_reply", doc: "The sender waits for an answer." },
    Field { name: "network_priority", doc: "0 normal, 1 urgent, 2 critical equipment, 3 life safety." },
    Field { name: "dnet", doc: "Destination network; 65535 is all." },
    Field { name: "dadr", doc: "Station on the destination network." },
    Field { name: "snet", doc: "Source network." },
    Field { name: "sadr", doc: "Station on the source network." },
    Field { name: "hop_count", doc: "Routers that may still be passed." },
    Field { name: "network_message", doc: "Type of a network layer message (6.2.4)." },
    Field { name: "networks", doc: "Network numbers of a router's message." },
    Field {
        name: "pdu_type",
        doc: "0 confirmed, 1 unconfirmed request, 2 simple, 3 complex ack, 4 segment ack, 5 error, 6 reject, 7 abort.",
    },
    Field { name: "segmented", doc: "The PDU is one segment of a longer one." },
    Field { name: "more_follows", doc: "Further segments follow." },
    Field { name: "max_apdu_length", doc: "Bytes of an APDU that the requester accepts." },
    Field { name: "invoke_id", doc: "Pairs a request with its answers." },
    Field { name: "sequence_number", doc: "Number of the segment." },
    Field { name: "window_size", doc: "Segments sent before an acknowledgement." },
    Field { name: "segment_length", doc: "Bytes of parameters in this segment; the last one shows all." },
    Field { name: "reject_reason", doc: "Why a request was rejected (18.9)." },
    Field { name: "abort_reason", doc: "Why a transaction was aborted (18.10)." },
    Field {
        name: "answered_service",
        doc: "Service choice of the request that a reject, abort or segment ack belongs to.",
    },
    Field { name: "error_class", doc: "Class of an error (clause 18)." },
    Field { name: "error_code", doc: "Code of an error (clause 18)." },
    Field { name: "object_type", doc: "Type of an object identifier; stands wherever one is." },
    Field { name: "instance", doc: "Instance number beside its object type." },
    Field { name: "property", doc: "Property identifier." },
    Field { name: "array_index", doc: "Element of an array property; 0 is its length." },
    Field { name: "value", doc: "Value of a property, by its type; a list where there are several." },
    Field { name: "priority", doc: "Priority 1 to 16 of a write, or of an event." },
    Field {
        name: "objects",
        doc: "Objects of a service for several, each with properties, results or values.",
    },
    Field { name: "values", doc: "Properties with values of a notification." },
    Field { name: "initiating_device", doc: "Device object that notifies." },
    Field { name: "low_limit", doc: "First device instance asked for." },
    Field { name: "high_limit", doc: "Last device instance asked for." },
    Field { name: "vendor_id", doc: "Vendor number of ASHRAE." },
    Field { name: "has_password", doc: "A password was sent; it is never shown." },
    Field { name: "reinitialized_state", doc: "What a device shall restart into." },
    Field { name: "enable_disable", doc: "What device communication control asks for." },
    Field { name: "date_time", doc: "Date and time of day as set or stamped." },
    Field { name: "access", doc: "Stream or record access to a file, with position and content." },
    Field { name: "undecoded", doc: "Bytes that do not follow the production." },
    Field { name: "data", doc: "Bytes without a defined structure." },
];

fn probe(probe: &Probe<'_>) -> Verdict {
    let way = Way { transport: probe.transport, llc: probe.llc, link: probe.link, missing: probe.missing };
    Carrier::of(&way, probe.data).map_or(Verdict::No, |carrier| carrier.verdict(probe.missing))
}

#[derive(Debug, Default)]
struct Bacnet {
    exchange: Exchange,
}

impl Session for Bacnet {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let way =
            Way { transport: input.transport, llc: input.llc, link: input.link, missing: input.missing };
        match Carrier::of(&way, input.data) {
            Some(carrier) if !input.data.is_empty() => {
                self.carried(&carrier, input, sink);
                Step::Took(input.data.len())
            }
            _ => Step::Lost,
        }
    }

    fn gap(&mut self, _from_client: Option<bool>) {
        self.exchange.gap();
    }
}

impl Bacnet {
    fn carried(&mut self, carrier: &Carrier<'_>, input: &Input<'_>, sink: &mut dyn Sink) {
        let anomalies = carrier.anomalies(input.missing);
        let Some(bytes) = carrier.npdu() else {
            return lower(carrier, None, anomalies, sink);
        };
        // An NPDU that is not there where its header should be.
        let cut = if input.missing > 0 { Anomalies::TRUNCATED } else { Anomalies::BAD_LENGTH };
        let Some(npdu) = Npdu::parse(bytes) else {
            return lower(carrier, None, anomalies | cut, sink);
        };
        let anomalies = anomalies | npdu.anomalies;
        if let Some(message) = npdu.message {
            return network(carrier, &npdu, message, anomalies, sink);
        }
        match Apdu::parse(npdu.data) {
            Some(apdu) => {
                self.exchange.take(&Arrived { input, carrier, npdu: &npdu, apdu: &apdu, anomalies }, sink);
            }
            None => lower(carrier, Some(&npdu), anomalies | cut, sink),
        }
    }
}

/// A message of the carrier alone.
fn lower(carrier: &Carrier<'_>, npdu: Option<&Npdu<'_>>, anomalies: Anomalies, sink: &mut dyn Sink) {
    let (function, kind, category, outcome) = carrier.role();
    let shown = Shown { carrier, npdu, apdu: None, answered: None, parameters: Parameters::None };
    sink.message(&Message {
        protocol: Protocol::Bacnet,
        kind,
        function,
        code: None,
        category,
        outcome,
        address: Reference::None,
        object: Reference::None,
        anomalies,
        fields: &shown,
    });
}

/// A message between routers.
fn network(
    carrier: &Carrier<'_>,
    npdu: &Npdu<'_>,
    message: NetworkMessage,
    anomalies: Anomalies,
    sink: &mut dyn Sink,
) {
    let (kind, category) = message.role();
    let outcome = match kind {
        Kind::Request => Outcome::Pending,
        Kind::Response => Outcome::Ok,
        _ => Outcome::Event,
    };
    let object = message
        .network(npdu.data)
        .map_or(Reference::None, |network| Reference::one("network", u64::from(network)));
    let shown = Shown { carrier, npdu: Some(npdu), apdu: None, answered: None, parameters: Parameters::None };
    sink.message(&Message {
        protocol: Protocol::Bacnet,
        kind,
        function: message.name(),
        code: None,
        category,
        outcome,
        address: Reference::None,
        object,
        anomalies,
        fields: &shown,
    });
}

#[cfg(test)]
mod tests;
