//! Data of the record types that occur.

use super::name::Name;
use super::record::{
    A, AAAA, CAA, CNAME, DNAME, DNSKEY, DS, HINFO, HTTPS, MX, NAPTR, NS, NSEC, OPT, PTR, RRSIG, Record, SOA,
    SRV, SSHFP, SVCB, TLSA, TXT, type_name,
};
use crate::tell::{ipv4, ipv6, shown_ip};
use crate::{Reader, Visitor, printable};

/// Texts of a TXT record that are looked at; a record of 64 KiB could hold as many empty ones.
const MAX_TEXTS: usize = 256;

/// The texts of a TXT record.
pub(crate) fn texts(rdata: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut reader = Reader::new(rdata);
    std::iter::from_fn(move || {
        let length = reader.u8().ok()?;
        Some(reader.take_up_to(usize::from(length)))
    })
    .take(MAX_TEXTS)
}

/// Priority, weight, port and target of a SRV record (RFC 2782).
pub(crate) fn service<'a>(record: &Record<'a>) -> Option<(u16, u16, u16, Name<'a>)> {
    let mut reader = Reader::new(record.rdata);
    let (priority, weight, port) = (reader.be_u16().ok()?, reader.be_u16().ok()?, reader.be_u16().ok()?);
    let (target, _) = record.name_at(6)?;
    Some((priority, weight, port, target))
}

/// Shows the data of a record, raw where its type has no form here.
pub(super) fn visit(record: &Record<'_>, visitor: &mut dyn Visitor) {
    if record.kind == OPT {
        visit_options(record, visitor);
    } else if visit_known(record, visitor).is_none() && !record.rdata.is_empty() {
        visitor.bytes("rdata", record.rdata);
    }
}

fn visit_known(record: &Record<'_>, visitor: &mut dyn Visitor) -> Option<()> {
    let mut reader = Reader::new(record.rdata);
    match record.kind {
        A if record.rdata.len() == 4 => visitor.text("address", shown_ip(ipv4(&mut reader)?).as_str()),
        AAAA if record.rdata.len() == 16 => visitor.text("address", shown_ip(ipv6(&mut reader)?).as_str()),
        NS | CNAME | PTR | DNAME => visitor.text("target", record.name_at(0)?.0.text().as_str()),
        SOA => {
            let (primary, used) = record.name_at(0)?;
            let (responsible, used) = record.name_at(used)?;
            let mut numbers = Reader::new(record.rdata.get(used..)?);
            visitor.text("primary", primary.text().as_str());
            visitor.text("responsible", responsible.text().as_str());
            for name in ["serial", "refresh", "retry", "expire", "minimum"] {
                visitor.uint(name, u64::from(numbers.be_u32().ok()?));
            }
        }
        HINFO => {
            for (name, text) in ["cpu", "os"].into_iter().zip(texts(record.rdata)) {
                visitor.text(name, &printable(text));
            }
        }
        MX => {
            visitor.uint("preference", u64::from(reader.be_u16().ok()?));
            visitor.text("target", record.name_at(2)?.0.text().as_str());
        }
        TXT | 99 => {
            visitor.begin_list("texts");
            for text in texts(record.rdata) {
                visitor.text("", &printable(text));
            }
            visitor.end_list();
        }
        SRV => {
            let (priority, weight, port, target) = service(record)?;
            visitor.uint("priority", u64::from(priority));
            visitor.uint("weight", u64::from(weight));
            visitor.uint("port", u64::from(port));
            visitor.text("target", target.text().as_str());
        }
        NAPTR => {
            visitor.uint("order", u64::from(reader.be_u16().ok()?));
            visitor.uint("preference", u64::from(reader.be_u16().ok()?));
            for name in ["naptr_flags", "services", "regexp"] {
                let length = reader.u8().ok()?;
                visitor.text(name, &printable(reader.take(usize::from(length)).ok()?));
            }
            visitor.text("replacement", record.name_at(reader.position())?.0.text().as_str());
        }
        DS => {
            visitor.uint("key_tag", u64::from(reader.be_u16().ok()?));
            visitor.uint("algorithm", u64::from(reader.u8().ok()?));
            visitor.uint("digest_type", u64::from(reader.u8().ok()?));
            visitor.bytes("digest", reader.rest());
        }
        SSHFP => {
            visitor.uint("algorithm", u64::from(reader.u8().ok()?));
            visitor.uint("fingerprint_type", u64::from(reader.u8().ok()?));
            visitor.bytes("fingerprint", reader.rest());
        }
        RRSIG => {
            let covered = reader.be_u16().ok()?;
            visitor.named("type_covered", u64::from(covered), type_name(covered));
            visitor.uint("algorithm", u64::from(reader.u8().ok()?));
            visitor.uint("labels", u64::from(reader.u8().ok()?));
            for name in ["original_ttl", "expiration", "inception"] {
                visitor.uint(name, u64::from(reader.be_u32().ok()?));
            }
            visitor.uint("key_tag", u64::from(reader.be_u16().ok()?));
            visitor.text("signer", record.name_at(18)?.0.text().as_str());
        }
        NSEC => {
            let (next, used) = record.name_at(0)?;
            visitor.text("next_name", next.text().as_str());
            visitor.begin_list("types");
            type_bits(record.rdata.get(used..)?, |kind| match type_name(kind) {
                "" => visitor.uint("", u64::from(kind)),
                name => visitor.text("", name),
            });
            visitor.end_list();
        }
        DNSKEY => {
            visitor.uint("key_flags", u64::from(reader.be_u16().ok()?));
            visitor.uint("key_protocol", u64::from(reader.u8().ok()?));
            visitor.uint("algorithm", u64::from(reader.u8().ok()?));
            visitor.bytes("key", reader.rest());
        }
        TLSA => {
            for name in ["usage", "selector", "matching_type"] {
                visitor.uint(name, u64::from(reader.u8().ok()?));
            }
            visitor.bytes("association", reader.rest());
        }
        SVCB | HTTPS => {
            visitor.uint("priority", u64::from(reader.be_u16().ok()?));
            let (target, used) = record.name_at(2)?;
            visitor.text("target", target.text().as_str());
            visitor.bytes("parameters", record.rdata.get(used..)?);
        }
        CAA => {
            visitor.uint("caa_flags", u64::from(reader.u8().ok()?));
            let length = reader.u8().ok()?;
            visitor.text("tag", &printable(reader.take(usize::from(length)).ok()?));
            visitor.text("value", &printable(reader.rest()));
        }
        _ => return None,
    }
    Some(())
}

/// Calls `take` with every type of NSEC's bit maps (RFC 4034, 4.1.2).
fn type_bits(data: &[u8], mut take: impl FnMut(u16)) {
    let mut reader = Reader::new(data);
    while let (Ok(window), Ok(length)) = (reader.u8(), reader.u8()) {
        for (at, byte) in reader.take_up_to(usize::from(length.min(32))).iter().enumerate() {
            for bit in 0..8u8 {
                if byte << bit & 0x80 != 0 {
                    let low = u8::try_from(at).unwrap_or(0).wrapping_mul(8).wrapping_add(bit);
                    take(u16::from_be_bytes([window, low]));
                }
            }
        }
    }
}

/// The pseudo record of EDNS (RFC 6891): class and time to live mean other things.
fn visit_options(record: &Record<'_>, visitor: &mut dyn Visitor) {
    let [extended, version, high, low] = record.ttl.to_be_bytes();
    visitor.uint("udp_payload_size", u64::from(record.class));
    visitor.uint("extended_rcode", u64::from(extended));
    visitor.uint("edns_version", u64::from(version));
    visitor.uint("edns_flags", u64::from(u16::from_be_bytes([high, low])));
    visitor.begin_list("options");
    let mut reader = Reader::new(record.rdata);
    while let (Ok(option), Ok(length)) = (reader.be_u16(), reader.be_u16()) {
        visitor.begin_object("");
        let name = match option {
            3 => "nsid",
            5..=7 => "dnssec_algorithms",
            8 => "client_subnet",
            10 => "cookie",
            11 => "keepalive",
            12 => "padding",
            15 => "extended_error",
            4 => "owner",
            _ => "unknown",
        };
        visitor.named("option", u64::from(option), name);
        visitor.bytes("value", reader.take_up_to(usize::from(length)));
        visitor.end_object();
    }
    visitor.end_list();
}
