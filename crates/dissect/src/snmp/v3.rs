//! The head of version 3 (RFC 3412, 6; RFC 3414, 2.4).

use crate::ber::{Element, Elements, elements, universal};
use crate::{Reader, Visitor, printable};

/// Message flags (RFC 3412, 6.4).
const AUTHENTICATED: u8 = 0x01;
const ENCRYPTED: u8 = 0x02;
const REPORTABLE: u8 = 0x04;
/// The user security model; the number is the version's.
const USER_SECURITY: i64 = 3;

/// What a message says about its protection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Security<'a> {
    message_id: i64,
    max_size: i64,
    flags: u8,
    model: i64,
    pub(super) engine_id: &'a [u8],
    boots: i64,
    time: i64,
    has_user: bool,
    context_engine_id: &'a [u8],
    context_name: &'a [u8],
}

/// The scoped operation.
pub(super) enum Scoped<'a> {
    Plain(Element<'a>),
    Encrypted,
}

impl<'a> Security<'a> {
    /// Reads what follows the version.
    pub(super) fn parse(parts: &mut Elements<'a>) -> Option<(Self, Option<Scoped<'a>>)> {
        let mut head = parts.expect(universal::SEQUENCE)?.inner();
        let message_id = head.expect(universal::INTEGER)?.integer()?;
        let max_size = head.expect(universal::INTEGER)?.integer()?;
        let flags = *head.expect(universal::OCTET_STRING)?.value.first()?;
        let model = head.expect(universal::INTEGER)?.integer()?;
        let parameters = parts.expect(universal::OCTET_STRING)?.value;
        let mut security = Self {
            message_id,
            max_size,
            flags,
            model,
            engine_id: &[],
            boots: 0,
            time: 0,
            has_user: false,
            context_engine_id: &[],
            context_name: &[],
        };
        if model == USER_SECURITY {
            let _ = security.user(parameters);
        }
        let Some(data) = parts.next() else { return Some((security, None)) };
        if data.is(universal::OCTET_STRING) {
            return Some((security, Some(Scoped::Encrypted)));
        }
        let scoped = security.scoped(&data).map(Scoped::Plain);
        Some((security, scoped))
    }

    fn user(&mut self, parameters: &'a [u8]) -> Option<()> {
        let mut parts = elements(parameters).expect(universal::SEQUENCE)?.inner();
        self.engine_id = parts.expect(universal::OCTET_STRING)?.value;
        self.boots = parts.expect(universal::INTEGER)?.integer()?;
        self.time = parts.expect(universal::INTEGER)?.integer()?;
        self.has_user = !parts.expect(universal::OCTET_STRING)?.value.is_empty();
        Some(())
    }

    fn scoped(&mut self, data: &Element<'a>) -> Option<Element<'a>> {
        let mut parts = data.inner();
        self.context_engine_id = parts.expect(universal::OCTET_STRING)?.value;
        self.context_name = parts.expect(universal::OCTET_STRING)?.value;
        parts.next()
    }

    /// Whether sender and content are proven.
    pub(super) const fn is_authenticated(&self) -> bool {
        self.flags & AUTHENTICATED != 0
    }

    pub(super) fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.int("message_id", self.message_id);
        visitor.int("message_max_size", self.max_size);
        visitor.uint("message_flags", u64::from(self.flags));
        visitor.flag("authenticated", self.flags & AUTHENTICATED != 0);
        visitor.flag("encrypted", self.flags & ENCRYPTED != 0);
        visitor.flag("reportable", self.flags & REPORTABLE != 0);
        visitor.int("security_model", self.model);
        if !self.engine_id.is_empty() {
            visitor.bytes("engine_id", self.engine_id);
        }
        if let Some(enterprise) = enterprise(self.engine_id) {
            visitor.uint("engine_enterprise", u64::from(enterprise));
        }
        visitor.int("engine_boots", self.boots);
        visitor.int("engine_time", self.time);
        visitor.flag("has_user", self.has_user);
        if !self.context_engine_id.is_empty() {
            visitor.bytes("context_engine_id", self.context_engine_id);
        }
        if !self.context_name.is_empty() {
            visitor.text("context_name", &printable(self.context_name));
        }
    }
}

/// The enterprise number at the start of an engine id (RFC 3411, 5: SnmpEngineID).
pub(super) fn enterprise(engine_id: &[u8]) -> Option<u32> {
    Some(Reader::new(engine_id).be_u32().ok()? & 0x7fff_ffff)
}
