//! Associations: AARQ and AARE with the initiate units inside (IEC 62056-5-3, 7.2 and 8).

use super::data::octets;
use super::names;
use crate::ber::{Class, Element, elements};
use crate::{Reader, Short, Visitor};

/// Tags of fields in AARQ and AARE.
const CONTEXT_NAME: u32 = 1;
const CALLING_TITLE: u32 = 6;
const RESPONDING_TITLE: u32 = 4;
const USER_INFORMATION: u32 = 30;

/// The fields of an association unit, whose tag and length stand before `body`.
fn fields(body: &[u8]) -> impl Iterator<Item = Element<'_>> {
    let mut reader = Reader::new(body);
    let length = super::data::length(&mut reader).unwrap_or(0);
    elements(reader.take_up_to(length)).filter(|field| field.class == Class::Context)
}

fn field(body: &[u8], number: u32) -> Option<Element<'_>> {
    fields(body).find(|field| field.number == number)
}

/// Content of a field that wraps one element.
fn inner<'a>(field: &Element<'a>) -> &'a [u8] {
    field.inner().next().map_or(field.value, |inner| inner.value)
}

/// Why an association is refused: the diagnostic where there is one.
pub(super) fn refusal(body: &[u8]) -> Option<&'static str> {
    let result = inner(&field(body, 2)?).first().copied()?;
    if result == 0 {
        return None;
    }
    let diagnostic = field(body, 3).and_then(|field| field.inner().next());
    Some(match diagnostic.map(|source| inner(&source).first().copied().unwrap_or(0)) {
        Some(2) => "application_context_name_not_supported",
        Some(3) => "calling_ap_title_not_recognized",
        Some(11) => "authentication_mechanism_name_not_recognised",
        Some(12) => "authentication_mechanism_name_required",
        Some(13) => "authentication_failure",
        Some(14) => "authentication_required",
        _ if result == 1 => "rejected_permanent",
        _ => "rejected_transient",
    })
}

/// The mechanism by which the other side shall be convinced; 0 where there is none.
pub(super) fn mechanism(tag: u8, body: &[u8]) -> u8 {
    let number = if tag == 0x60 { 11 } else { 9 };
    field(body, number).and_then(|field| field.value.last().copied()).unwrap_or(0)
}

/// System title of the sender.
pub(super) fn system_title(tag: u8, body: &[u8]) -> Option<&[u8]> {
    let number = if tag == 0x60 { CALLING_TITLE } else { RESPONDING_TITLE };
    let field = field(body, number)?;
    Some(inner(&field)).filter(|title| !title.is_empty())
}

/// Tag of the unit in the user information.
fn carried(body: &[u8]) -> Option<&[u8]> {
    let information = field(body, USER_INFORMATION)?;
    Some(inner(&information)).filter(|bytes| !bytes.is_empty())
}

/// Shows the fields of an association unit. What proves identity is never shown.
pub(super) fn visit(tag: u8, body: &[u8], visitor: &mut dyn Visitor) {
    let request = tag == 0x60;
    for field in fields(body) {
        let first = || inner(&field).first().copied().unwrap_or(0);
        match (request, field.number) {
            (_, CONTEXT_NAME) => {
                let last = inner(&field).last().copied().unwrap_or(0);
                visitor.named("application_context", u64::from(last), names::context_name(last));
            }
            (false, 2) => visitor.named(
                "association_result",
                u64::from(first()),
                match first() {
                    0 => "accepted",
                    1 => "rejected_permanent",
                    _ => "rejected_transient",
                },
            ),
            (false, 3) => {
                let source = field.inner().next();
                let code = source.map_or(0, |source| inner(&source).first().copied().unwrap_or(0));
                visitor.uint("diagnostic", u64::from(code));
            }
            (true, CALLING_TITLE) => visitor.bytes("calling_ap_title", inner(&field)),
            (false, RESPONDING_TITLE) => visitor.bytes("responding_ap_title", inner(&field)),
            (true, 11) | (false, 9) => {
                let last = field.value.last().copied().unwrap_or(0);
                visitor.named("authentication_mechanism", u64::from(last), names::mechanism_name(last));
            }
            (true, 12) | (false, 10) => visitor.uint("authentication_length", inner(&field).len() as u64),
            _ => {}
        }
    }
    if let Some((carried, rest)) = carried(body).and_then(<[u8]>::split_first) {
        visitor.uint("initiate_apdu", u64::from(*carried));
        if matches!(carried, 0x01 | 0x08) {
            // A cut initiate shows what is there.
            let _ = visit_initiate(*carried, &mut Reader::new(rest), visitor);
        }
    }
}

/// Shows what a client proposes or a server grants (`InitiateRequest`, `InitiateResponse`).
pub(super) fn visit_initiate(
    tag: u8,
    reader: &mut Reader<'_>,
    visitor: &mut dyn Visitor,
) -> Result<(), Short> {
    if tag == 0x01 {
        let dedicated = reader.u8()? != 0;
        visitor.flag("dedicated_key", dedicated);
        if dedicated {
            octets(reader)?;
        }
        if reader.u8()? != 0 {
            visitor.flag("response_allowed", reader.u8()? != 0);
        }
    }
    if reader.u8()? != 0 {
        visitor.uint("quality_of_service", u64::from(reader.u8()?));
    }
    visitor.uint("dlms_version", u64::from(reader.u8()?));
    // [APPLICATION 31] bit string of 24 bits; its length byte is missing with some older stacks.
    reader.skip(2)?;
    if reader.peek_u8()? == 4 {
        reader.skip(1)?;
    }
    reader.skip(1)?;
    visitor.uint("conformance", u64::from(reader.be_u24()?));
    visitor.uint("max_pdu_size", u64::from(reader.be_u16()?));
    if tag == 0x08 {
        visitor.uint("vaa_name", u64::from(reader.be_u16()?));
    }
    Ok(())
}
