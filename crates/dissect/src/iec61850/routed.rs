//! The session header of GOOSE and sampled values that are routed over UDP (IEC 61850-90-5, 7 and annex; IEC 61850-8-1
//! amendment 1).

use crate::{Reader, Visitor};

/// Length identifier and transport identifier of connectionless user data (RFC 1240, ISO 8602).
const TRANSPORT: [u8; 2] = [0x01, 0x40];
/// Session identifiers.
pub(crate) const TUNNELED: u8 = 0xa0;
/// Session identifier of GOOSE.
pub(crate) const GOOSE: u8 = 0xa1;
/// Session identifier of sampled values.
pub(crate) const SAMPLED_VALUES: u8 = 0xa2;
/// Common session header: its parameter identifier, and its bytes without initialisation vector.
const COMMON: u8 = 0x80;
const COMMON_LENGTH: usize = 22;
/// Usual port.
pub(crate) const PORTS: &[u16] = &[102];

/// The header, and what it carries.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Header<'a> {
    /// 0xa0 tunneled, 0xa1 GOOSE, 0xa2 sampled values, 0xa3 management.
    pub(crate) session_id: u8,
    spdu_length: u32,
    spdu_number: u32,
    version: u16,
    time_of_current_key: u32,
    time_to_next_key: u16,
    encryption: u8,
    authentication: u8,
    key_id: u32,
    payload_length: u32,
    payload: &'a [u8],
}

/// One element of the payload.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Payload<'a> {
    /// Test data.
    pub(crate) simulated: bool,
    /// Application identifier.
    pub(crate) app_id: u16,
    /// Length that the element states.
    pub(crate) length: u16,
    /// From the PDU on, with what follows it.
    pub(crate) data: &'a [u8],
}

/// Whether these bytes are the start of a routed message of this session identifier.
pub(crate) fn begins(data: &[u8], session_id: u8) -> bool {
    matches!(data, [a, b, id, _, COMMON, length, ..]
        if [*a, *b] == TRANSPORT && *id == session_id && usize::from(*length) >= COMMON_LENGTH)
}

impl<'a> Header<'a> {
    /// Reads the header; `None` where it is none or cut.
    pub(crate) fn parse(data: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(data);
        if reader.array().ok()? != TRANSPORT {
            return None;
        }
        let session_id = reader.u8().ok()?;
        let length = reader.u8().ok()?;
        let mut header = reader.sub(usize::from(length)).ok()?;
        if !(TUNNELED..=0xa3).contains(&session_id) || header.u8().ok()? != COMMON {
            return None;
        }
        header.skip(1).ok()?;
        let spdu_length = header.be_u32().ok()?;
        let spdu_number = header.be_u32().ok()?;
        let version = header.be_u16().ok()?;
        let time_of_current_key = header.be_u32().ok()?;
        let time_to_next_key = header.be_u16().ok()?;
        let encryption = header.u8().ok()?;
        let authentication = header.u8().ok()?;
        let key_id = header.be_u32().ok()?;
        let payload_length = reader.be_u32().ok()?;
        Some(Self {
            session_id,
            spdu_length,
            spdu_number,
            version,
            time_of_current_key,
            time_to_next_key,
            encryption,
            authentication,
            key_id,
            payload_length,
            payload: reader.rest(),
        })
    }

    /// Whether the payload is encrypted.
    pub(crate) const fn is_encrypted(&self) -> bool {
        self.encryption != 0
    }

    /// The first element of the payload.
    pub(crate) fn payload(&self) -> Option<Payload<'a>> {
        let mut reader = Reader::new(self.payload);
        reader.skip(1).ok()?;
        let simulated = reader.u8().ok()? != 0;
        let app_id = reader.be_u16().ok()?;
        let length = reader.be_u16().ok()?;
        Some(Payload { simulated, app_id, length, data: reader.rest() })
    }

    /// Shows the fields of the header.
    pub(crate) fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.uint("session_id", u64::from(self.session_id));
        visitor.uint("spdu_length", u64::from(self.spdu_length));
        visitor.uint("spdu_number", u64::from(self.spdu_number));
        visitor.uint("session_version", u64::from(self.version));
        visitor.uint("time_of_current_key", u64::from(self.time_of_current_key));
        visitor.uint("time_to_next_key", u64::from(self.time_to_next_key));
        visitor.named(
            "encryption_algorithm",
            u64::from(self.encryption),
            match self.encryption {
                0 => "none",
                1 => "aes_128_gcm",
                2 => "aes_256_gcm",
                _ => "unknown",
            },
        );
        visitor.named(
            "authentication_algorithm",
            u64::from(self.authentication),
            match self.authentication {
                0 => "none",
                1 => "hmac_sha256_80",
                2 => "hmac_sha256_128",
                3 => "hmac_sha256_256",
                4 => "aes_gmac_64",
                5 => "aes_gmac_128",
                _ => "unknown",
            },
        );
        visitor.uint("key_id", u64::from(self.key_id));
        visitor.uint("payload_length", u64::from(self.payload_length));
    }
}
