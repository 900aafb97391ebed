//! Secure authentication, group 120 (IEEE 1815-2012, clause 7 and A.45). Keys and their data are never shown, only
//! how long they are.

use super::datum::milliseconds;
use crate::{Reader, Short, Visitor, printable};

/// Name of a variation of group 120.
const fn name(variation: u8) -> &'static str {
    match variation {
        1 => "challenge",
        2 => "reply",
        3 => "aggressive_mode_request",
        4 => "session_key_status_request",
        5 => "session_key_status",
        6 => "session_key_change",
        7 => "error",
        8 => "user_certificate",
        9 => "message_authentication_code",
        10 => "user_status_change",
        11 => "update_key_change_request",
        12 => "update_key_change_reply",
        13 => "update_key_change",
        14 => "update_key_change_signature",
        15 => "update_key_change_confirmation",
        _ => "reserved",
    }
}

/// Name of an error code (table A-18).
const fn error_name(code: u8) -> &'static str {
    match code {
        1 => "authentication_failed",
        2 => "unexpected_reply",
        3 => "no_reply",
        4 => "aggressive_mode_not_supported",
        5 => "mac_algorithm_not_supported",
        6 => "key_wrap_algorithm_not_supported",
        7 => "authorization_failed",
        8 => "update_key_change_method_not_permitted",
        9 => "invalid_signature",
        10 => "invalid_certification_data",
        11 => "unknown_user",
        12 => "max_session_key_status_requests_exceeded",
        _ => "authentication_error",
    }
}

const fn key_status(code: u8) -> &'static str {
    match code {
        1 => "ok",
        2 => "not_init",
        3 => "comm_fail",
        4 => "auth_fail",
        _ => "undefined",
    }
}

const fn key_wrap(code: u8) -> &'static str {
    match code {
        1 => "aes_128",
        2 => "aes_256",
        _ => "reserved",
    }
}

const fn operation(code: u8) -> &'static str {
    match code {
        1 => "add",
        2 => "delete",
        3 => "change",
        _ => "undefined",
    }
}

/// The error that an object of group 120, variation 7 reports.
pub(super) fn error(data: &[u8]) -> Option<&'static str> {
    data.get(8).map(|code| error_name(*code))
}

/// Shows an object of group 120.
///
/// # Errors
/// When the object ends too early; what was there has been shown.
pub(super) fn visit(variation: u8, data: &[u8], visitor: &mut dyn Visitor) -> Result<(), Short> {
    let mut reader = Reader::new(data);
    visitor.text("name", name(variation));
    match variation {
        1 => {
            sequence_and_user("challenge_sequence", &mut reader, visitor)?;
            visitor.uint("mac_algorithm", u64::from(reader.u8()?));
            visitor.uint("reason", u64::from(reader.u8()?));
            visitor.bytes("challenge", reader.rest());
        }
        2 => {
            sequence_and_user("challenge_sequence", &mut reader, visitor)?;
            visitor.bytes("mac", reader.rest());
        }
        3 => sequence_and_user("challenge_sequence", &mut reader, visitor)?,
        4 => visitor.uint("user_number", u64::from(reader.le_u16()?)),
        5 => {
            sequence_and_user("key_change_sequence", &mut reader, visitor)?;
            let wrap = reader.u8()?;
            visitor.named("key_wrap_algorithm", u64::from(wrap), key_wrap(wrap));
            let status = reader.u8()?;
            visitor.named("key_status", u64::from(status), key_status(status));
            visitor.uint("mac_algorithm", u64::from(reader.u8()?));
            let length = usize::from(reader.le_u16()?);
            visitor.bytes("challenge", reader.take(length)?);
            visitor.bytes("mac", reader.rest());
        }
        6 => {
            sequence_and_user("key_change_sequence", &mut reader, visitor)?;
            visitor.uint("wrapped_key_length", reader.remaining() as u64);
        }
        7 => {
            sequence_and_user("challenge_sequence", &mut reader, visitor)?;
            visitor.uint("association_id", u64::from(reader.le_u16()?));
            let code = reader.u8()?;
            visitor.named("error_code", u64::from(code), error_name(code));
            visitor.uint("timestamp_ms", milliseconds(&mut reader)?);
            visitor.text("error_text", &printable(reader.rest()));
        }
        8 => {
            visitor.uint("key_change_method", u64::from(reader.u8()?));
            visitor.uint("certificate_type", u64::from(reader.u8()?));
            visitor.bytes("certificate", reader.rest());
        }
        9 | 15 => visitor.bytes("mac", data),
        10 => {
            visitor.uint("key_change_method", u64::from(reader.u8()?));
            let code = reader.u8()?;
            visitor.named("operation", u64::from(code), operation(code));
            visitor.uint("status_change_sequence", u64::from(reader.le_u32()?));
            visitor.uint("user_role", u64::from(reader.le_u16()?));
            visitor.uint("user_role_expiry_days", u64::from(reader.le_u16()?));
            let lengths = [reader.le_u16()?, reader.le_u16()?, reader.le_u16()?].map(usize::from);
            let [name, key, certification] = lengths;
            visitor.text("user_name", &printable(reader.take(name)?));
            visitor.uint("public_key_length", key as u64);
            visitor.uint("certification_length", certification as u64);
        }
        11 => {
            visitor.uint("key_change_method", u64::from(reader.u8()?));
            let (name, challenge) = (usize::from(reader.le_u16()?), usize::from(reader.le_u16()?));
            visitor.text("user_name", &printable(reader.take(name)?));
            visitor.bytes("challenge", reader.take(challenge)?);
        }
        12 => {
            sequence_and_user("key_change_sequence", &mut reader, visitor)?;
            let length = usize::from(reader.le_u16()?);
            visitor.bytes("challenge", reader.take(length)?);
        }
        13 => {
            sequence_and_user("key_change_sequence", &mut reader, visitor)?;
            visitor.uint("encrypted_key_length", u64::from(reader.le_u16()?));
        }
        14 => visitor.bytes("signature", data),
        _ => visitor.bytes("data", data),
    }
    Ok(())
}

fn sequence_and_user(
    name: &'static str,
    reader: &mut Reader<'_>,
    visitor: &mut dyn Visitor,
) -> Result<(), Short> {
    visitor.uint(name, u64::from(reader.le_u32()?));
    visitor.uint("user_number", u64::from(reader.le_u16()?));
    Ok(())
}
