//! From a transport unit to MMS: session (ISO 8327), presentation (ISO 8823) and association control (ISO 8650).

use crate::ber::{self, Class, Element, elements, universal};
use crate::{Reader, Verdict, Visitor, printable};

/// Session protocol data units (ISO 8327, 8.3).
pub(super) const DATA: u8 = 0x01;
pub(super) const NOT_FINISHED: u8 = 0x08;
pub(super) const FINISH: u8 = 0x09;
pub(super) const DISCONNECT: u8 = 0x0a;
pub(super) const REFUSE: u8 = 0x0c;
pub(super) const CONNECT: u8 = 0x0d;
pub(super) const ACCEPT: u8 = 0x0e;
pub(super) const ABORT: u8 = 0x19;
const ABORT_ACCEPT: u8 = 0x1a;
/// MMS without a session below, as some test tools send it.
pub(super) const NONE: u8 = 0;
/// Parameter that holds the layer above; the reason of a refusal holds it after its code.
const USER_DATA: u8 = 0xc1;
const EXTENDED_USER_DATA: u8 = 0xc2;
const REASON: u8 = 0x32;
/// Tags of ISO 8823 and X.690 that are met.
const SET: u32 = 17;
const EXTERNAL: u32 = 8;
const FULLY_ENCODED: u32 = 1;
const USER_INFORMATION: u32 = 30;
/// Abstract syntax of MMS, 1.0.9506.2.1 (ISO 9506-2, 19), as its arc begins.
const MMS_ARC: [u8; 3] = [0x28, 0xca, 0x22];

/// A transport unit taken apart.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outer<'a> {
    /// Kind of session unit; 0 where there is none.
    pub(super) spdu: u8,
    /// ACSE unit, by its application tag: 0 AARQ, 1 AARE, 2 RLRQ, 3 RLRE, 4 ABRT.
    pub(super) acse: Option<Element<'a>>,
    /// First MMS unit.
    pub(super) mms: Option<Element<'a>>,
    /// User data of the presentation, where further units may follow.
    encoded: Option<Element<'a>>,
    /// Selectors of a connect or accept: session, presentation; calling or responding, called.
    user_data: &'a [u8],
    parameters: &'a [u8],
}

impl<'a> Outer<'a> {
    /// Reads a transport unit; `None` when it is none of these layers.
    pub(super) fn parse(data: &'a [u8]) -> Option<Self> {
        let mut outer =
            Self { spdu: NONE, acse: None, mms: None, encoded: None, user_data: &[], parameters: &[] };
        let mut reader = Reader::new(data);
        match *data.first()? {
            DATA => {
                // Give tokens, then data transfer: both may have parameters.
                for _ in 0..2 {
                    if reader.u8().ok()? != DATA {
                        return None;
                    }
                    let length = length(&mut reader)?;
                    reader.skip(length).ok()?;
                }
                outer.spdu = DATA;
                outer.user_data = reader.rest();
            }
            spdu @ (NOT_FINISHED..=ACCEPT | ABORT | ABORT_ACCEPT) => {
                reader.skip(1).ok()?;
                let length = length(&mut reader)?;
                outer.spdu = spdu;
                outer.parameters = reader.take_up_to(length);
                outer.user_data = user_data(outer.parameters);
            }
            _ => {
                let element = elements(data).next()?;
                outer.mms = is_pdu(&element).then_some(element);
                outer.mms?;
                return Some(outer);
            }
        }
        outer.present();
        Some(outer)
    }

    /// Reads the presentation: a connect's set with its user data, or user data alone.
    fn present(&mut self) {
        let Some(first) = elements(self.user_data).next() else { return };
        let encoded = match (first.class, first.number) {
            (Class::Application, FULLY_ENCODED) => Some(first),
            (Class::Universal, SET) => first
                .inner()
                .find(|inner| inner.class == Class::Context && inner.number == 2)
                .and_then(|normal| normal.inner().find(is_encoded)),
            (Class::Context, 0) => first.inner().find(is_encoded),
            _ => None,
        };
        self.encoded = encoded;
        for value in self.values() {
            if value.class == Class::Application {
                self.acse = self.acse.or(Some(value));
                self.mms = self.mms.or_else(|| of_acse(&value));
            } else {
                self.mms = self.mms.or(Some(value).filter(is_pdu));
            }
        }
    }

    /// What the presentation data values hold.
    fn values(&self) -> impl Iterator<Item = Element<'a>> + use<'a> {
        self.encoded
            .into_iter()
            .flat_map(|encoded| encoded.inner())
            .filter(|element| element.is(universal::SEQUENCE))
            .filter_map(|list| {
                let value = list.inner().filter(|part| part.class == Class::Context).last()?;
                elements(value.value).next()
            })
    }

    /// MMS units after the first.
    pub(super) fn further(&self) -> impl Iterator<Item = Element<'a>> + use<'a> {
        self.values().filter(is_pdu).skip(usize::from(self.acse.is_none()))
    }

    /// Shows selectors, titles and application context of an association's set-up.
    pub(super) fn visit(&self, visitor: &mut dyn Visitor) {
        if !matches!(self.spdu, CONNECT | ACCEPT) {
            return;
        }
        for (code, value) in parameters(self.parameters) {
            match code {
                0x33 => visitor.bytes("calling_session_selector", value),
                0x34 => visitor.bytes("called_session_selector", value),
                _ => {}
            }
        }
        let normal = elements(self.user_data)
            .next()
            .and_then(|set| set.inner().find(|inner| inner.class == Class::Context && inner.number == 2));
        for selector in normal.iter().flat_map(Element::inner).filter(|part| part.class == Class::Context) {
            match selector.number {
                1 => visitor.bytes("calling_presentation_selector", selector.value),
                2 => visitor.bytes("called_presentation_selector", selector.value),
                3 => visitor.bytes("responding_presentation_selector", selector.value),
                _ => {}
            }
        }
        if let Some(acse) = &self.acse {
            visit_acse(acse, visitor);
        }
    }

    /// The result of an association response that refuses (ISO 8650, 9.1.2).
    pub(super) fn refusal(&self) -> Option<&'static str> {
        let acse = self.acse.filter(|acse| acse.number == 1)?;
        let result = acse.inner().find(|field| field.class == Class::Context && field.number == 2)?;
        match result.inner().next()?.unsigned()? {
            0 => None,
            1 => Some("rejected_permanent"),
            2 => Some("rejected_transient"),
            _ => Some("rejected"),
        }
    }

    /// Whether a caller of this association proves who he is, and how.
    pub(super) fn authentication(&self) -> Option<&'static str> {
        let acse = self.acse.filter(|acse| acse.number == 0)?;
        let value = acse.inner().find(|field| field.class == Class::Context && field.number == 12)?;
        Some(match value.inner().next()?.number {
            0 => "password",
            1 => "bit_string",
            2 => "external",
            _ => "other",
        })
    }
}

fn is_encoded(element: &Element<'_>) -> bool {
    element.class == Class::Application && element.number == FULLY_ENCODED
}

/// The MMS unit in the user information of an ACSE unit.
fn of_acse<'a>(acse: &Element<'a>) -> Option<Element<'a>> {
    let information =
        acse.inner().find(|field| field.class == Class::Context && field.number == USER_INFORMATION)?;
    let external = information.inner().find(|element| element.is(EXTERNAL))?;
    let value = external.inner().filter(|part| part.class == Class::Context).last()?;
    elements(value.value).next().filter(is_pdu)
}

/// Whether an element has the tag of an MMS unit and the form that goes with it (ISO 9506-2, 7).
pub(super) fn is_pdu(element: &Element<'_>) -> bool {
    let fits = match element.number {
        5 | 6 | 11 | 12 => !element.constructed,
        0..=13 => element.constructed,
        _ => false,
    };
    element.class == Class::Context && fits
}

/// A length indicator (ISO 8327, 8.2.5).
fn length(reader: &mut Reader<'_>) -> Option<usize> {
    match reader.u8().ok()? {
        0xff => reader.be_u16().ok().map(usize::from),
        short => Some(usize::from(short)),
    }
}

/// Parameters and parameter groups; groups are passed over whole.
fn parameters(data: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let mut reader = Reader::new(data);
    std::iter::from_fn(move || {
        let code = reader.u8().ok()?;
        let length = length(&mut reader)?;
        Some((code, reader.take_up_to(length)))
    })
}

/// The user data among the parameters; empty where there is none.
fn user_data(data: &[u8]) -> &[u8] {
    for (code, value) in parameters(data) {
        match code {
            USER_DATA | EXTENDED_USER_DATA => return value,
            REASON => return value.get(1..).unwrap_or_default(),
            _ => {}
        }
    }
    &[]
}

/// Whether these bytes are MMS, or a session that belongs to it.
pub(super) fn recognise(data: &[u8]) -> Verdict {
    let Some(outer) = Outer::parse(data) else { return Verdict::No };
    match outer.spdu {
        CONNECT => {
            let is_mms = outer.user_data.windows(MMS_ARC.len()).any(|three| three == MMS_ARC);
            if outer.mms.is_some() || is_mms { Verdict::Sure } else { Verdict::No }
        }
        ACCEPT => match (outer.mms, outer.acse) {
            (Some(_), _) => Verdict::Sure,
            (None, Some(_)) => Verdict::Likely,
            _ => Verdict::No,
        },
        DATA => {
            let nested = outer.mms.is_some_and(|mms| !mms.constructed || mms.inner().next().is_some());
            match (nested, outer.acse) {
                (true, _) => Verdict::Sure,
                (false, Some(_)) => Verdict::Likely,
                _ => Verdict::No,
            }
        }
        NONE => {
            let Some(mms) = outer.mms else { return Verdict::No };
            let whole = elements(data).map(|_| ()).count() == 1 && mms.missing == 0;
            let mut inner = mms.inner();
            match (mms.number, inner.next(), inner.next()) {
                _ if !whole => Verdict::No,
                (0 | 1, Some(id), Some(service))
                    if id.is(universal::INTEGER)
                        && matches!(id.value.len(), 1..=5)
                        && service.class == Class::Context =>
                {
                    Verdict::Sure
                }
                (8 | 9, Some(first), Some(second))
                    if first.class == Class::Context && second.class == Class::Context =>
                {
                    Verdict::Sure
                }
                (2..=4 | 10 | 13, Some(first), _) if first.class == Class::Context => Verdict::Likely,
                (11 | 12, None, None) if data.len() == 2 => Verdict::Likely,
                _ => Verdict::No,
            }
        }
        // Length, and parameters that fill it.
        _ => {
            let stated = data.get(1).map_or(0, |length| usize::from(*length));
            let fits = data.len() == stated.saturating_add(2)
                && parameters(outer.parameters).all(|(code, _)| {
                    matches!(code, 0x11 | 0x19 | 0x31 | REASON | USER_DATA | EXTENDED_USER_DATA)
                });
            if fits { Verdict::Likely } else { Verdict::No }
        }
    }
}

/// Titles and context of an ACSE unit (ISO 8650, 9.1); passwords are never shown.
fn visit_acse(acse: &Element<'_>, visitor: &mut dyn Visitor) {
    let response = acse.number == 1;
    for field in acse.inner().filter(|field| field.class == Class::Context) {
        let oid = || field.inner().find(|inner| inner.is(universal::OBJECT_IDENTIFIER));
        let number = || field.inner().next().and_then(|inner| inner.unsigned());
        let name = match (response, field.number) {
            (_, 1) => "application_context",
            (false, 2) => "called_ap_title",
            (false, 3) => "called_ae_qualifier",
            (false, 6) => "calling_ap_title",
            (false, 7) => "calling_ae_qualifier",
            (true, 2) => "association_result",
            (true, 4) => "responding_ap_title",
            (true, 5) => "responding_ae_qualifier",
            (false, 11) | (true, 9) => "mechanism_name",
            _ => continue,
        };
        if let Some(oid) = oid() {
            visitor.text(name, ber::oid_text(oid.value).as_str());
        } else if field.constructed {
            if let Some(number) = number() {
                visitor.uint(name, number);
            }
        } else if field.number == 11 || field.number == 9 {
            visitor.text(name, ber::oid_text(field.value).as_str());
        } else {
            visitor.text(name, &printable(field.value));
        }
    }
}
