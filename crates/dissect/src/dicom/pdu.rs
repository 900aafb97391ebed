//! Protocol data units of the upper layer and their items (DICOM PS3.8, 9.3 and annex D).

use crate::{Reader, Visitor, printable};

/// Items of one association that are looked at.
const MAX_ITEMS: usize = 512;

pub(super) const ASSOCIATE_RQ: u8 = 1;
pub(super) const ASSOCIATE_AC: u8 = 2;
pub(super) const ASSOCIATE_RJ: u8 = 3;
pub(super) const DATA: u8 = 4;
pub(super) const RELEASE_RQ: u8 = 5;
pub(super) const RELEASE_RP: u8 = 6;
pub(super) const ABORT: u8 = 7;

pub(super) const fn name(kind: u8) -> Option<&'static str> {
    Some(match kind {
        ASSOCIATE_RQ => "a_associate_rq",
        ASSOCIATE_AC => "a_associate_ac",
        ASSOCIATE_RJ => "a_associate_rj",
        DATA => "p_data_tf",
        RELEASE_RQ => "a_release_rq",
        RELEASE_RP => "a_release_rp",
        ABORT => "a_abort",
        _ => return None,
    })
}

/// An association request or acceptance.
#[derive(Debug, Clone, Copy)]
pub(super) struct Associate<'a> {
    pub(super) version: u16,
    pub(super) called: &'a [u8],
    pub(super) calling: &'a [u8],
    pub(super) items: &'a [u8],
}

impl<'a> Associate<'a> {
    pub(super) fn parse(body: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(body);
        let version = reader.be_u16().ok()?;
        reader.skip(2).ok()?;
        let (called, calling) = (reader.take(16).ok()?, reader.take(16).ok()?);
        reader.skip(32).ok()?;
        Some(Self { version, called, calling, items: reader.rest() })
    }

    /// Whether titles are text and the first item is an application context.
    pub(super) fn fits(&self) -> bool {
        let is_title = |title: &[u8]| title.iter().all(|byte| matches!(byte, 0 | b' '..=b'~'));
        self.version & 1 == 1
            && is_title(self.called)
            && is_title(self.calling)
            && self.items.first().is_none_or(|kind| *kind == 0x10)
    }

    /// The text of an item of the user information (PS3.7, annex D.3.3).
    pub(super) fn user_text(&self, wanted: u8) -> Option<&'a [u8]> {
        let user = items(self.items).find(|(kind, _)| *kind == 0x50)?.1;
        items(user).find(|(kind, _)| *kind == wanted).map(|(_, text)| text)
    }
}

/// Type and contents of each item.
pub(super) fn items(bytes: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let mut reader = Reader::new(bytes);
    std::iter::from_fn(move || {
        let kind = reader.u8().ok()?;
        reader.skip(1).ok()?;
        let length = reader.be_u16().ok()?;
        Some((kind, reader.take(usize::from(length)).ok()?))
    })
    .take(MAX_ITEMS)
}

/// Name of a service class by its UID (PS3.6, annex A).
pub(super) fn uid_name(uid: &[u8]) -> &'static str {
    match uid {
        b"1.2.840.10008.1.1" => "verification",
        b"1.2.840.10008.1.20.1" => "storage_commitment",
        b"1.2.840.10008.3.1.1.1" => "application_context",
        b"1.2.840.10008.1.2" => "implicit_vr_little_endian",
        b"1.2.840.10008.1.2.1" => "explicit_vr_little_endian",
        b"1.2.840.10008.1.2.2" => "explicit_vr_big_endian",
        b"1.2.840.10008.5.1.4.31" => "modality_worklist_find",
        b"1.2.840.10008.3.1.2.3.3" => "modality_performed_procedure_step",
        _ if uid.starts_with(b"1.2.840.10008.1.2.4.") => "compressed",
        _ if uid.starts_with(b"1.2.840.10008.5.1.4.1.1.") => "storage",
        _ if uid.starts_with(b"1.2.840.10008.5.1.4.1.2.") => "query_retrieve",
        _ if uid.starts_with(b"1.2.840.10008.5.1.1.") => "print",
        _ => "other",
    }
}

pub(super) fn visit_items(bytes: &[u8], visitor: &mut dyn Visitor) {
    visitor.begin_list("presentation_contexts");
    for (kind, item) in items(bytes).filter(|(kind, _)| matches!(kind, 0x20 | 0x21)) {
        let Some((head, subs)) = item.split_first_chunk::<4>() else { continue };
        let [id, _, result, _] = *head;
        visitor.begin_object("");
        visitor.uint("id", u64::from(id));
        if kind == 0x21 {
            let name = match result {
                0 => "acceptance",
                1 => "user_rejection",
                2 => "no_reason",
                3 => "abstract_syntax_not_supported",
                4 => "transfer_syntaxes_not_supported",
                _ => "unknown",
            };
            visitor.named("result", u64::from(result), name);
        }
        for (sub, uid) in items(subs) {
            let name = if sub == 0x30 { "abstract_syntax" } else { "transfer_syntax" };
            visitor.begin_object(name);
            visitor.text("uid", &printable(uid));
            visitor.text("name", uid_name(uid.strip_suffix(b"\0").unwrap_or(uid)));
            visitor.end_object();
            if sub == 0x40 {
                break;
            }
        }
        visitor.end_object();
    }
    visitor.end_list();
    let user = items(bytes).find(|(kind, _)| *kind == 0x50).map(|(_, item)| item).unwrap_or_default();
    for (kind, item) in items(user) {
        match kind {
            0x51 => {
                if let Ok(length) = Reader::new(item).be_u32() {
                    visitor.uint("maximum_length", u64::from(length));
                }
            }
            0x52 => visitor.text("implementation_class_uid", &printable(item)),
            0x55 => visitor.text("implementation_version_name", &printable(item)),
            // User identity: its kind, never what it holds (PS3.7, D.3.3.7).
            0x58 => {
                let identity = item.first().copied().unwrap_or(0);
                let name = match identity {
                    1 => "user_name",
                    2 => "user_name_and_passcode",
                    3 => "kerberos",
                    4 => "saml",
                    5 => "json_web_token",
                    _ => "unknown",
                };
                visitor.named("user_identity_type", u64::from(identity), name);
            }
            _ => {}
        }
    }
}

/// Results of a rejection (PS3.8, table 9-21).
pub(super) const fn refusal(result: u8) -> &'static str {
    match result {
        1 => "rejected_permanent",
        2 => "rejected_transient",
        _ => "unknown",
    }
}

/// Reasons of a rejection: source and reason (PS3.8, table 9-21).
pub(super) const fn rejection(source: u8, reason: u8) -> &'static str {
    match (source, reason) {
        (1, 1) => "no_reason_given",
        (1, 2) => "application_context_not_supported",
        (1, 3) => "calling_ae_title_not_recognized",
        (1, 7) => "called_ae_title_not_recognized",
        (2, 1) => "no_reason_given",
        (2, 2) => "protocol_version_not_supported",
        (3, 1) => "temporary_congestion",
        (3, 2) => "local_limit_exceeded",
        _ => "unknown_reason",
    }
}
