//! Application layer headers (ASHRAE 135, 20.1).

use super::names;
use crate::{Reader, Visitor};

/// PDU types (20.1.2 to 20.1.9).
pub(super) const CONFIRMED_REQUEST: u8 = 0;
pub(super) const UNCONFIRMED_REQUEST: u8 = 1;
pub(super) const SIMPLE_ACK: u8 = 2;
pub(super) const COMPLEX_ACK: u8 = 3;
pub(super) const SEGMENT_ACK: u8 = 4;
pub(super) const ERROR: u8 = 5;
pub(super) const REJECT: u8 = 6;
pub(super) const ABORT: u8 = 7;

/// Flags beside the PDU type.
const SEGMENTED: u8 = 0x08;
const MORE_FOLLOWS: u8 = 0x04;
const SEGMENTED_RESPONSE_ACCEPTED: u8 = 0x02;
const NEGATIVE: u8 = 0x02;
const SENT_BY_SERVER: u8 = 0x01;

/// One segment of a longer PDU.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Segment {
    pub(super) sequence: u8,
    pub(super) window: u8,
    pub(super) more: bool,
}

/// An application protocol data unit after its header.
#[derive(Debug, Clone, Copy)]
pub(super) struct Apdu<'a> {
    pub(super) kind: u8,
    flags: u8,
    /// Sizes that a confirmed request accepts.
    limits: Option<u8>,
    pub(super) invoke_id: Option<u8>,
    pub(super) segment: Option<Segment>,
    /// Service choice, where the PDU has one.
    pub(super) service: Option<u8>,
    /// Reason of a reject or abort.
    pub(super) reason: Option<u8>,
    pub(super) data: &'a [u8],
    /// Flags that this PDU type does not have are set.
    pub(super) reserved_bits: bool,
}

impl<'a> Apdu<'a> {
    /// `None` when it is cut before its service choice or reason.
    pub(super) fn parse(data: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(data);
        let first = reader.u8().ok()?;
        let (kind, flags) = (first >> 4, first & 0x0f);
        let allowed = match kind {
            CONFIRMED_REQUEST => SEGMENTED | MORE_FOLLOWS | SEGMENTED_RESPONSE_ACCEPTED,
            COMPLEX_ACK => SEGMENTED | MORE_FOLLOWS,
            SEGMENT_ACK => NEGATIVE | SENT_BY_SERVER,
            ABORT => SENT_BY_SERVER,
            _ => 0,
        };
        let mut apdu = Self {
            kind,
            flags,
            limits: None,
            invoke_id: None,
            segment: None,
            service: None,
            reason: None,
            data: &[],
            reserved_bits: kind <= ABORT && flags & !allowed != 0,
        };
        match kind {
            CONFIRMED_REQUEST | COMPLEX_ACK => {
                if kind == CONFIRMED_REQUEST {
                    apdu.limits = Some(reader.u8().ok()?);
                }
                apdu.invoke_id = Some(reader.u8().ok()?);
                if flags & SEGMENTED != 0 {
                    let (sequence, window) = (reader.u8().ok()?, reader.u8().ok()?);
                    apdu.segment = Some(Segment { sequence, window, more: flags & MORE_FOLLOWS != 0 });
                }
                apdu.service = Some(reader.u8().ok()?);
            }
            UNCONFIRMED_REQUEST => apdu.service = Some(reader.u8().ok()?),
            SIMPLE_ACK | ERROR => {
                apdu.invoke_id = Some(reader.u8().ok()?);
                apdu.service = Some(reader.u8().ok()?);
            }
            SEGMENT_ACK => {
                apdu.invoke_id = Some(reader.u8().ok()?);
                let (sequence, window) = (reader.u8().ok()?, reader.u8().ok()?);
                apdu.segment = Some(Segment { sequence, window, more: false });
            }
            REJECT | ABORT => {
                apdu.invoke_id = Some(reader.u8().ok()?);
                apdu.reason = Some(reader.u8().ok()?);
            }
            _ => {}
        }
        apdu.data = reader.rest();
        Some(apdu)
    }

    /// Whether the PDU answers a confirmed request.
    pub(super) const fn is_response(&self) -> bool {
        matches!(self.kind, SIMPLE_ACK | COMPLEX_ACK | ERROR | REJECT | ABORT)
    }

    /// Whether the serving side sends it; `None` where the PDU does not tell.
    pub(super) const fn sent_by_server(&self) -> Option<bool> {
        match self.kind {
            CONFIRMED_REQUEST => Some(false),
            SIMPLE_ACK | COMPLEX_ACK | ERROR | REJECT => Some(true),
            SEGMENT_ACK | ABORT => Some(self.flags & SENT_BY_SERVER != 0),
            _ => None,
        }
    }

    /// Whether a PDU without parameters carries some.
    pub(super) const fn has_excess(&self) -> bool {
        matches!(self.kind, SIMPLE_ACK | SEGMENT_ACK | REJECT | ABORT) && !self.data.is_empty()
    }

    pub(super) fn visit(&self, visitor: &mut dyn Visitor) {
        match kind_name(self.kind) {
            Some(name) => visitor.named("pdu_type", u64::from(self.kind), name),
            None => visitor.uint("pdu_type", u64::from(self.kind)),
        }
        match self.kind {
            CONFIRMED_REQUEST => {
                visitor.flag("segmented", self.flags & SEGMENTED != 0);
                visitor.flag("more_follows", self.flags & MORE_FOLLOWS != 0);
                visitor.flag("segmented_response_accepted", self.flags & SEGMENTED_RESPONSE_ACCEPTED != 0);
            }
            COMPLEX_ACK => {
                visitor.flag("segmented", self.flags & SEGMENTED != 0);
                visitor.flag("more_follows", self.flags & MORE_FOLLOWS != 0);
            }
            SEGMENT_ACK => {
                visitor.flag("negative_ack", self.flags & NEGATIVE != 0);
                visitor.flag("sent_by_server", self.flags & SENT_BY_SERVER != 0);
            }
            ABORT => visitor.flag("sent_by_server", self.flags & SENT_BY_SERVER != 0),
            _ => {}
        }
        if let Some(limits) = self.limits {
            visitor.uint("max_segments_code", u64::from(limits >> 4 & 7));
            match max_apdu(limits & 0x0f) {
                Some(bytes) => visitor.uint("max_apdu_length", bytes),
                None => visitor.uint("max_apdu_code", u64::from(limits & 0x0f)),
            }
        }
        if let Some(invoke_id) = self.invoke_id {
            visitor.uint("invoke_id", u64::from(invoke_id));
        }
        if let Some(segment) = self.segment {
            visitor.uint("sequence_number", u64::from(segment.sequence));
            visitor.uint("window_size", u64::from(segment.window));
        }
        match (self.kind, self.reason) {
            (REJECT, Some(reason)) => {
                visitor.named("reject_reason", u64::from(reason), names::reject_reason(reason));
            }
            (_, Some(reason)) => {
                visitor.named("abort_reason", u64::from(reason), names::abort_reason(reason));
            }
            _ => {}
        }
    }
}

/// Name of a PDU type; those without service choice are functions of their own.
pub(super) const fn kind_name(kind: u8) -> Option<&'static str> {
    Some(match kind {
        CONFIRMED_REQUEST => "confirmed_request",
        UNCONFIRMED_REQUEST => "unconfirmed_request",
        SIMPLE_ACK => "simple_ack",
        COMPLEX_ACK => "complex_ack",
        SEGMENT_ACK => "segment_ack",
        ERROR => "error",
        REJECT => "reject",
        ABORT => "abort",
        _ => return None,
    })
}

/// Largest APDU in bytes that a code stands for (20.1.2.5).
const fn max_apdu(code: u8) -> Option<u64> {
    match code {
        0 => Some(50),
        1 => Some(128),
        2 => Some(206),
        3 => Some(480),
        4 => Some(1024),
        5 => Some(1476),
        _ => None,
    }
}
