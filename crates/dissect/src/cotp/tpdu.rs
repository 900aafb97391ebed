//! TPKT frames and the transport protocol data units inside them.

use crate::{Anomalies, Reader, Visitor, printable};

/// Bytes of a TPKT header (RFC 1006, 6): version, reserved, length.
pub(super) const TPKT: usize = 4;
/// Version number of TPKT (RFC 1006, 6).
const VERSION: u8 = 3;
/// Smallest TPKT: its header, a length indicator and a TPDU code with one field (RFC 1006, 6: 7).
const SHORTEST: u16 = 7;

/// TPDU codes, upper four bits (ISO 8073, 13.2.2.2; X.224, 13.2.2.2).
pub(super) const EXPEDITED: u8 = 0x10;
pub(super) const EXPEDITED_ACK: u8 = 0x20;
pub(super) const REJECT: u8 = 0x50;
pub(super) const ACK: u8 = 0x60;
pub(super) const ERROR: u8 = 0x70;
pub(super) const DISCONNECT_REQUEST: u8 = 0x80;
pub(super) const DISCONNECT_CONFIRM: u8 = 0xc0;
pub(super) const CONNECTION_CONFIRM: u8 = 0xd0;
pub(super) const CONNECTION_REQUEST: u8 = 0xe0;
pub(super) const DATA: u8 = 0xf0;

/// One TPDU, as the wire carried it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tpdu<'a> {
    /// Length of the TPKT in bytes, header included.
    pub(super) length: u16,
    /// TPDU code without the credit bits.
    pub(super) code: u8,
    /// Initial credit allocation of classes 2 to 4.
    pub(super) credit: u8,
    /// Fixed and variable header part after the code.
    pub(super) header: &'a [u8],
    /// User data after the header.
    pub(super) user_data: &'a [u8],
    pub(super) anomalies: Anomalies,
}

/// Why no TPDU was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    NeedMore,
    NotCotp,
}

/// Smallest length indicator of each TPDU (ISO 8073, 13.3 to 13.12); data is shortest in classes 0 and 1.
const fn least(code: u8) -> Option<u8> {
    match code {
        CONNECTION_REQUEST | CONNECTION_CONFIRM | DISCONNECT_REQUEST => Some(6),
        DISCONNECT_CONFIRM => Some(5),
        DATA => Some(2),
        EXPEDITED | EXPEDITED_ACK | REJECT | ACK | ERROR => Some(4),
        _ => None,
    }
}

/// Decodes the TPKT and TPDU at the start of `input`; returns it with the number of bytes it takes.
///
/// # Errors
/// `NeedMore` when the frame is not whole and `last` is unset, `NotCotp` when the header cannot be TPKT with COTP.
pub(super) fn parse(input: &[u8], last: bool) -> Result<(Tpdu<'_>, usize), Stop> {
    let more = if last { Stop::NotCotp } else { Stop::NeedMore };
    if !begins(input) {
        return Err(Stop::NotCotp);
    }
    let Some(&[_, _, high, low, indicator, code]) = input.first_chunk::<6>() else { return Err(more) };
    let length = u16::from_be_bytes([high, low]);
    let wanted = usize::from(length);
    let there = wanted.min(input.len());
    if there < wanted && !last {
        return Err(Stop::NeedMore);
    }
    let mut reader = Reader::new(input.get(TPKT..there).unwrap_or_default());
    reader.skip(2).map_err(|_| Stop::NotCotp)?;
    let header = reader.take_up_to(usize::from(indicator).saturating_sub(1));
    let whole = header.len().saturating_add(1) == usize::from(indicator);
    if !whole && there == wanted {
        return Err(Stop::NotCotp);
    }
    let anomalies = Anomalies::NONE.with_if(there < wanted, Anomalies::TRUNCATED);
    let user_data = reader.rest();
    Ok((Tpdu { length, code: code & 0xf0, credit: code & 0x0f, header, user_data, anomalies }, there))
}

/// Whether a TPKT with a TPDU may begin with these bytes, as far as they reach.
pub(super) fn begins(data: &[u8]) -> bool {
    if data.first().is_some_and(|version| *version != VERSION) || data.get(1).is_some_and(|zero| *zero != 0) {
        return false;
    }
    let Some(&[_, _, high, low]) = data.first_chunk::<4>() else { return true };
    let length = u16::from_be_bytes([high, low]);
    let Some(indicator) = data.get(4) else { return length >= SHORTEST };
    let Some(code) = data.get(5) else { return length >= SHORTEST };
    length >= SHORTEST
        && u16::from(*indicator).saturating_add(5) <= length
        && least(code & 0xf0).is_some_and(|least| *indicator >= least)
}

impl<'a> Tpdu<'a> {
    /// Whether a data TPDU ends its TSDU; every other TPDU stands alone (ISO 8073, 13.7.3).
    pub(super) fn ends(&self) -> bool {
        self.code != DATA || self.header.last().is_none_or(|number| number & 0x80 != 0)
    }

    /// Destination reference, source reference and class or reason of a connection TPDU.
    pub(super) fn references(&self) -> Option<(u16, u16, u8)> {
        let mut reader = Reader::new(self.header);
        Some((reader.be_u16().ok()?, reader.be_u16().ok()?, reader.u8().ok()?))
    }

    /// Parameters of the variable part after `fixed` bytes: code and value (ISO 8073, 13.2.3).
    pub(super) fn parameters(&self, fixed: usize) -> impl Iterator<Item = (u8, &'a [u8])> + use<'a> {
        let mut reader = Reader::new(self.header.get(fixed..).unwrap_or_default());
        std::iter::from_fn(move || {
            let code = reader.u8().ok()?;
            let length = reader.u8().ok()?;
            Some((code, reader.take_up_to(usize::from(length))))
        })
    }

    /// Value of one parameter of a connection request or confirm.
    pub(super) fn parameter(&self, code: u8) -> Option<&'a [u8]> {
        self.parameters(5).find(|(found, _)| *found == code).map(|(_, value)| value)
    }

    /// Whether the parameters of a connection TPDU fill its variable part exactly.
    pub(super) fn parameters_fit(&self) -> bool {
        let mut reader = Reader::new(self.header.get(5..).unwrap_or_default());
        while !reader.is_empty() {
            let length = reader.skip(1).and_then(|()| reader.u8());
            if length.and_then(|length| reader.skip(usize::from(length))).is_err() {
                return false;
            }
        }
        true
    }

    /// Shows the fields of this TPDU.
    pub(super) fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.uint("length", u64::from(self.length));
        match self.code {
            CONNECTION_REQUEST | CONNECTION_CONFIRM => self.visit_connection(visitor),
            DISCONNECT_REQUEST => {
                if let Some((destination, source, reason)) = self.references() {
                    visitor.uint("destination_reference", u64::from(destination));
                    visitor.uint("source_reference", u64::from(source));
                    visitor.named("reason", u64::from(reason), disconnect_reason(reason));
                }
            }
            DISCONNECT_CONFIRM => {
                let mut reader = Reader::new(self.header);
                if let (Ok(destination), Ok(source)) = (reader.be_u16(), reader.be_u16()) {
                    visitor.uint("destination_reference", u64::from(destination));
                    visitor.uint("source_reference", u64::from(source));
                }
            }
            ERROR => {
                let mut reader = Reader::new(self.header);
                if let (Ok(destination), Ok(cause)) = (reader.be_u16(), reader.u8()) {
                    visitor.uint("destination_reference", u64::from(destination));
                    visitor.named("reject_cause", u64::from(cause), reject_cause(cause));
                }
                if let Some((_, bytes)) = self.parameters(3).find(|(code, _)| *code == INVALID_TPDU) {
                    visitor.bytes("invalid_tpdu", bytes);
                }
            }
            DATA => {
                if let Some(number) = self.header.last() {
                    visitor.uint("tpdu_number", u64::from(number & 0x7f));
                    visitor.flag("end_of_tsdu", self.ends());
                }
            }
            _ => {
                let mut reader = Reader::new(self.header);
                if let (Ok(destination), Ok(number)) = (reader.be_u16(), reader.u8()) {
                    visitor.uint("destination_reference", u64::from(destination));
                    visitor.uint("tpdu_number", u64::from(number & 0x7f));
                }
            }
        }
    }

    fn visit_connection(&self, visitor: &mut dyn Visitor) {
        if let Some((destination, source, class)) = self.references() {
            visitor.uint("destination_reference", u64::from(destination));
            visitor.uint("source_reference", u64::from(source));
            visitor.uint("class", u64::from(class >> 4));
            if self.credit != 0 {
                visitor.uint("credit", u64::from(self.credit));
            }
        }
        for (code, value) in self.parameters(5) {
            match code {
                TPDU_SIZE => {
                    if let Some(power @ 7..=13) = value.first() {
                        visitor.uint("tpdu_size", 1u64 << power);
                    }
                }
                SOURCE_TSAP => visit_tsap("source_tsap", value, visitor),
                DESTINATION_TSAP => visit_tsap("destination_tsap", value, visitor),
                _ => {
                    visitor.begin_object("parameter");
                    visitor.named("code", u64::from(code), parameter_name(code));
                    visitor.bytes("value", value);
                    visitor.end_object();
                }
            }
        }
    }
}

/// Transport selectors are texts with some stacks and two bytes with most; text is shown as such.
fn visit_tsap(name: &'static str, value: &[u8], visitor: &mut dyn Visitor) {
    if value.len() > 2 && value.iter().all(|byte| (0x20..0x7f).contains(byte)) {
        visitor.text(name, &printable(value));
    } else {
        visitor.bytes(name, value);
    }
}

/// Parameter codes (ISO 8073, 13.3.4).
pub(super) const TPDU_SIZE: u8 = 0xc0;
pub(super) const SOURCE_TSAP: u8 = 0xc1;
pub(super) const DESTINATION_TSAP: u8 = 0xc2;
/// The rejected TPDU inside an error TPDU (ISO 8073, 13.12.4); the code is that of the calling selector elsewhere.
const INVALID_TPDU: u8 = 0xc1;

/// Name of a connection parameter (ISO 8073, 13.3.4).
const fn parameter_name(code: u8) -> &'static str {
    match code {
        0x85 => "acknowledge_time",
        0x86 => "residual_error_rate",
        0x87 => "priority",
        0x88 => "transit_delay",
        0x89 => "throughput",
        0x8a => "subsequence_number",
        0x8b => "reassignment_time",
        0x8c => "flow_control_confirmation",
        0x8f => "selective_acknowledgement",
        TPDU_SIZE => "tpdu_size",
        SOURCE_TSAP => "source_tsap",
        DESTINATION_TSAP => "destination_tsap",
        0xc3 => "checksum",
        0xc4 => "version",
        0xc5 => "protection",
        0xc6 => "additional_options",
        0xc7 => "alternative_classes",
        0xe0 => "additional_information",
        0xf0 => "preferred_maximum_tpdu_size",
        0xf2 => "inactivity_timer",
        _ => "unknown",
    }
}

/// Name of a disconnect reason (ISO 8073, 13.5.3).
pub(super) const fn disconnect_reason(reason: u8) -> &'static str {
    match reason {
        0 => "not_specified",
        1 => "congestion_at_tsap",
        2 => "session_entity_not_attached",
        3 => "address_unknown",
        128 => "normal_disconnect",
        129 => "remote_congestion_at_connect",
        130 => "connection_negotiation_failed",
        131 => "duplicate_source_reference",
        132 => "mismatched_references",
        133 => "protocol_error",
        135 => "reference_overflow",
        136 => "connection_request_refused_on_this_network_connection",
        138 => "header_or_parameter_length_invalid",
        _ => "unknown_reason",
    }
}

/// Name of a reject cause (ISO 8073, 13.12.3).
pub(super) const fn reject_cause(cause: u8) -> &'static str {
    match cause {
        0 => "not_specified",
        1 => "invalid_parameter_code",
        2 => "invalid_tpdu_type",
        3 => "invalid_parameter_value",
        _ => "unknown_cause",
    }
}
