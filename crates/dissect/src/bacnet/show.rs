//! The fields of a message, layer by layer.

use super::apdu::{self, Apdu};
use super::carrier::Carrier;
use super::npdu::Npdu;
use super::productions::FAILURE;
use super::schema::{Member, Walk};
use super::services::{self, Service};
use super::subject::Subject;
use super::tag::Tag;
use crate::{Fields, Reader, Visitor};

/// The parameters of a service.
pub(super) enum Parameters<'a> {
    /// None.
    None,
    /// Bytes of one segment; the last segment shows all parameters.
    Segment(usize),
    /// Parameters by their production.
    Known { members: &'static [Member], data: &'a [u8], about: Subject },
    /// Parameters of an unknown service.
    Raw(&'a [u8]),
}

impl<'a> Parameters<'a> {
    pub(super) fn of(
        apdu: &Apdu<'_>,
        service: Option<&'static Service>,
        data: &'a [u8],
        asked: Option<Subject>,
    ) -> Self {
        let members = match (apdu.kind, service) {
            (apdu::CONFIRMED_REQUEST | apdu::UNCONFIRMED_REQUEST, Some(service)) => service.request,
            (apdu::COMPLEX_ACK, Some(service)) => service.result,
            (apdu::ERROR, Some(service)) => {
                // Some devices answer every service with the plain error.
                let plain = Tag::peek(&Reader::new(data)).is_some_and(|tag| !tag.context);
                if plain { FAILURE } else { service.error }
            }
            (apdu::ERROR, None) => FAILURE,
            _ if data.is_empty() => return Self::None,
            _ => return Self::Raw(data),
        };
        Self::Known { members, data, about: asked.unwrap_or_default() }
    }
}

/// Everything that a message shows.
pub(super) struct Shown<'a> {
    pub(super) carrier: &'a Carrier<'a>,
    pub(super) npdu: Option<&'a Npdu<'a>>,
    pub(super) apdu: Option<&'a Apdu<'a>>,
    /// Service of the request that a PDU without service choice belongs to.
    pub(super) answered: Option<u8>,
    pub(super) parameters: Parameters<'a>,
}

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        self.carrier.visit(visitor);
        if let Some(npdu) = self.npdu {
            npdu.visit(visitor);
        }
        if let Some(apdu) = self.apdu {
            apdu.visit(visitor);
            if let (None, Some(choice)) = (apdu.service, self.answered) {
                match services::confirmed(choice) {
                    Some(service) => visitor.named("answered_service", u64::from(choice), service.name),
                    None => visitor.uint("answered_service", u64::from(choice)),
                }
            }
        }
        match &self.parameters {
            Parameters::None => {}
            Parameters::Segment(length) => {
                visitor.uint("segment_length", u64::try_from(*length).unwrap_or(u64::MAX));
            }
            Parameters::Known { members, data, about } => {
                let mut walk = Walk::new(visitor);
                walk.about(about.object.map(|object| object.kind), about.property);
                walk.parameters(members, data);
            }
            Parameters::Raw(data) => visitor.bytes("data", data),
        }
    }
}
