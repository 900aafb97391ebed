//! What brings an NPDU: a virtual link message, an MS/TP frame, or an 802.2 frame.

use sightglass_wire::Llc;

use super::apdu::{self, Apdu};
use super::bvlc::Bvlc;
use super::mstp::Frame;
use super::npdu::{Npdu, VERSION};
use super::services;
use super::{CIMETRICS, LLC_SAP, MSTP_LINK, MSTP_PID};
use crate::{Anomalies, Category, Function, Kind, Outcome, Transport, Verdict, Visitor};

/// Unnumbered information: the one LLC frame that carries data here (clause 7).
const UNNUMBERED_INFORMATION: u16 = 0x03;

/// How bytes reach the dissector.
#[derive(Debug, Clone, Copy)]
pub(super) struct Way {
    pub(super) transport: Transport,
    pub(super) llc: Option<Llc>,
    pub(super) link: u32,
    pub(super) missing: u32,
}

/// The layer below the network layer.
#[derive(Debug)]
pub(super) enum Carrier<'a> {
    /// BACnet/IP or BACnet/IPv6.
    Virtual(Bvlc<'a>),
    /// A fieldbus frame.
    Mstp(Frame<'a>),
    /// The NPDU itself, as on Ethernet and ARCNET.
    Plain(&'a [u8]),
}

impl<'a> Carrier<'a> {
    pub(super) fn of(way: &Way, data: &'a [u8]) -> Option<Self> {
        match (way.transport, way.llc) {
            (Transport::Udp, _) => Bvlc::parse(data, way.missing).map(Self::Virtual),
            (Transport::Link, Some(llc)) => match llc.snap {
                Some(snap) if snap.oui == CIMETRICS && snap.pid == MSTP_PID => {
                    Frame::in_snap(data, way.missing).map(Self::Mstp)
                }
                None if llc.dsap & 0xfe == LLC_SAP && llc.control == UNNUMBERED_INFORMATION => {
                    Some(Self::Plain(data))
                }
                _ => None,
            },
            (Transport::Link, None) if way.link == MSTP_LINK => {
                Frame::on_the_bus(data, way.missing).map(Self::Mstp)
            }
            _ => None,
        }
    }

    /// The NPDU, where there is one.
    pub(super) fn npdu(&self) -> Option<&[u8]> {
        match self {
            Self::Virtual(bvlc) => bvlc.function.carries_npdu().then_some(bvlc.body),
            Self::Mstp(frame) => frame.carries_npdu().then_some(&*frame.data),
            Self::Plain(data) => Some(data),
        }
    }

    pub(super) fn anomalies(&self, missing: u32) -> Anomalies {
        match self {
            Self::Virtual(bvlc) => bvlc.anomalies,
            Self::Mstp(frame) => frame.anomalies,
            Self::Plain(_) => Anomalies::NONE.with_if(missing > 0, Anomalies::TRUNCATED),
        }
    }

    /// Name and part of a message that holds no whole NPDU.
    pub(super) fn role(&self) -> (Function, Kind, Category, Outcome) {
        match self {
            Self::Virtual(bvlc) => {
                let (kind, category) = bvlc.function.role();
                (bvlc.function.name(), kind, category, bvlc.outcome())
            }
            Self::Mstp(frame) => {
                let (function, kind, category) = frame.role();
                let outcome = match kind {
                    Kind::Request => Outcome::Pending,
                    Kind::Response => Outcome::Ok,
                    _ => Outcome::Event,
                };
                (function, kind, category, outcome)
            }
            Self::Plain(_) => (Function::Known("npdu"), Kind::Event, Category::Other, Outcome::Event),
        }
    }

    pub(super) fn visit(&self, visitor: &mut dyn Visitor) {
        match self {
            Self::Virtual(bvlc) => bvlc.visit(visitor),
            Self::Mstp(frame) => frame.visit(visitor),
            Self::Plain(_) => {}
        }
    }

    /// How surely this is BACnet: the carrier's own checks and those of the layers within.
    pub(super) fn verdict(&self, missing: u32) -> Verdict {
        match self {
            Self::Virtual(bvlc) => {
                if bvlc.anomalies.contains(Anomalies::BAD_LENGTH)
                    || bvlc.anomalies.contains(Anomalies::UNKNOWN_FUNCTION)
                    || missing == 0 && !bvlc.fits() && bvlc.function != super::bvlc::Function::Secure
                {
                    return Verdict::No;
                }
                let within = match self.npdu() {
                    Some(npdu) => within(npdu, missing),
                    None if bvlc.function == super::bvlc::Function::Secure => Verdict::Likely,
                    None => Verdict::Sure,
                };
                let odd = bvlc.anomalies.contains(Anomalies::TRAILING_BYTES);
                if odd && within == Verdict::Sure { Verdict::Likely } else { within }
            }
            Self::Mstp(frame) if frame.is_sure() => Verdict::Sure,
            Self::Mstp(_) => Verdict::Likely,
            Self::Plain(data) if data.first() == Some(&VERSION) => within(data, missing),
            Self::Plain(_) => Verdict::No,
        }
    }
}

/// How well the bytes of an NPDU fit.
fn within(data: &[u8], missing: u32) -> Verdict {
    let Some(npdu) = Npdu::parse(data) else {
        return if missing > 0 && data.first() == Some(&VERSION) { Verdict::Likely } else { Verdict::No };
    };
    if !npdu.anomalies.is_empty() {
        return Verdict::Likely;
    }
    if let Some(message) = npdu.message {
        return if matches!(message.name(), Function::Known(_)) { Verdict::Sure } else { Verdict::Likely };
    }
    let Some(apdu) = Apdu::parse(npdu.data) else {
        return if missing > 0 { Verdict::Likely } else { Verdict::No };
    };
    let known = match (apdu.kind, apdu.service) {
        (apdu::UNCONFIRMED_REQUEST, Some(choice)) => services::unconfirmed(choice).is_some(),
        (_, Some(choice)) => services::confirmed(choice).is_some(),
        (kind, None) => kind <= apdu::ABORT,
    };
    if known && !apdu.reserved_bits { Verdict::Sure } else { Verdict::Likely }
}
