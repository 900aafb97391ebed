//! The control network's unit: addresses, transport and session head, application part.

use super::{ACK, AUTHPDU, RESPONSE, SPDU, TPDU};
use crate::Reader;

/// What the application part is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Application<'a> {
    /// Selector, whether it is an output's, value.
    Variable(u16, bool, &'a [u8]),
    /// Code and data.
    Message(u8, &'a [u8]),
    Nothing,
}

/// The control network's frame: addresses, transport and application.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unit<'a> {
    pub(super) format: u8,
    pub(super) source: (u8, u8),
    pub(super) destination: (u8, Option<u8>),
    pub(super) group: Option<u8>,
    pub(super) neuron: Option<&'a [u8]>,
    pub(super) domain: &'a [u8],
    /// Type and transaction of transport, session and authentication units.
    pub(super) kind: u8,
    pub(super) transaction: u8,
    pub(super) authenticated: bool,
    pub(super) application: Application<'a>,
}

impl<'a> Unit<'a> {
    /// `None` when it is no frame of version 0 (LonTalk specification, figure 3.2).
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        reader.skip(1).ok()?;
        let head = reader.u8().ok()?;
        if head >> 6 != 0 {
            return None;
        }
        let (format, addressing, domain) = ((head >> 4) & 3, (head >> 2) & 3, head & 3);
        let (subnet, node) = (reader.u8().ok()?, reader.u8().ok()?);
        let first = reader.u8().ok()?;
        let mut unit = Self {
            format,
            source: (subnet, node & 0x7f),
            destination: (first, None),
            group: None,
            neuron: None,
            domain: &[],
            kind: 0,
            transaction: 0,
            authenticated: false,
            application: Application::Nothing,
        };
        match addressing {
            0 => {}
            1 => (unit.destination, unit.group) = ((0, None), Some(first)),
            2 => {
                unit.destination.1 = Some(reader.u8().ok()? & 0x7f);
                // An acknowledging member of a group adds group and member.
                if node & 0x80 == 0 {
                    unit.group = Some(reader.u8().ok()?);
                    reader.skip(1).ok()?;
                }
            }
            _ => unit.neuron = Some(reader.take(6).ok()?),
        }
        let size = match domain {
            0 => 0,
            1 => 1,
            2 => 3,
            _ => 6,
        };
        unit.domain = reader.take(size).ok()?;
        if matches!(format, TPDU | SPDU | AUTHPDU) {
            let head = reader.u8().ok()?;
            // Authentication units hold an address format where the others hold their flag and a longer type.
            unit.authenticated = format != AUTHPDU && head & 0x80 != 0;
            unit.kind = (head >> 4) & if format == AUTHPDU { 3 } else { 7 };
            unit.transaction = head & 0x0f;
            // Reminders with a list carry its length and bits.
            if format != AUTHPDU && matches!(unit.kind, 4 | 5) {
                let list = reader.u8().ok()?;
                reader.skip(usize::from(list)).ok()?;
            }
        }
        unit.application = match reader.peek_u8() {
            _ if format == AUTHPDU || (format == TPDU && unit.kind == ACK) => Application::Nothing,
            Err(_) => Application::Nothing,
            Ok(first) if first & 0x80 != 0 => {
                let bits = reader.be_u16().ok()?;
                Application::Variable(bits & 0x3fff, bits & 0x4000 != 0, reader.rest())
            }
            Ok(code) => {
                reader.skip(1).ok()?;
                Application::Message(code, reader.rest())
            }
        };
        Some(unit)
    }

    pub(super) const fn is_response(&self) -> bool {
        self.format == SPDU && self.kind == RESPONSE
    }
}
