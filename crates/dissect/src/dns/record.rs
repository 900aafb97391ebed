//! Questions, records and the numbers of types and classes.

use super::name::Name;
use crate::{Reader, Reference};

pub(crate) const A: u16 = 1;
pub(crate) const NS: u16 = 2;
pub(crate) const CNAME: u16 = 5;
pub(crate) const SOA: u16 = 6;
pub(crate) const PTR: u16 = 12;
pub(crate) const HINFO: u16 = 13;
pub(crate) const MX: u16 = 15;
pub(crate) const TXT: u16 = 16;
pub(crate) const AAAA: u16 = 28;
pub(crate) const SRV: u16 = 33;
pub(crate) const NAPTR: u16 = 35;
pub(crate) const DNAME: u16 = 39;
pub(crate) const OPT: u16 = 41;
pub(crate) const DS: u16 = 43;
pub(crate) const SSHFP: u16 = 44;
pub(crate) const RRSIG: u16 = 46;
pub(crate) const NSEC: u16 = 47;
pub(crate) const DNSKEY: u16 = 48;
pub(crate) const TLSA: u16 = 52;
pub(crate) const SVCB: u16 = 64;
pub(crate) const HTTPS: u16 = 65;
pub(crate) const CAA: u16 = 257;

/// Name of a type (IANA DNS parameters); empty when it has none here.
pub(crate) const fn type_name(kind: u16) -> &'static str {
    match kind {
        A => "A",
        NS => "NS",
        3 => "MD",
        4 => "MF",
        CNAME => "CNAME",
        SOA => "SOA",
        7 => "MB",
        8 => "MG",
        9 => "MR",
        10 => "NULL",
        11 => "WKS",
        PTR => "PTR",
        HINFO => "HINFO",
        14 => "MINFO",
        MX => "MX",
        TXT => "TXT",
        17 => "RP",
        18 => "AFSDB",
        19 => "X25",
        20 => "ISDN",
        21 => "RT",
        22 => "NSAP",
        23 => "NSAP-PTR",
        24 => "SIG",
        25 => "KEY",
        26 => "PX",
        27 => "GPOS",
        AAAA => "AAAA",
        29 => "LOC",
        30 => "NXT",
        32 => "NB",
        SRV => "SRV",
        34 => "ATMA",
        NAPTR => "NAPTR",
        36 => "KX",
        37 => "CERT",
        38 => "A6",
        DNAME => "DNAME",
        40 => "SINK",
        OPT => "OPT",
        42 => "APL",
        DS => "DS",
        SSHFP => "SSHFP",
        45 => "IPSECKEY",
        RRSIG => "RRSIG",
        NSEC => "NSEC",
        DNSKEY => "DNSKEY",
        49 => "DHCID",
        50 => "NSEC3",
        51 => "NSEC3PARAM",
        TLSA => "TLSA",
        53 => "SMIMEA",
        55 => "HIP",
        59 => "CDS",
        60 => "CDNSKEY",
        61 => "OPENPGPKEY",
        62 => "CSYNC",
        63 => "ZONEMD",
        SVCB => "SVCB",
        HTTPS => "HTTPS",
        99 => "SPF",
        108 => "EUI48",
        109 => "EUI64",
        249 => "TKEY",
        250 => "TSIG",
        251 => "IXFR",
        252 => "AXFR",
        253 => "MAILB",
        254 => "MAILA",
        255 => "ANY",
        256 => "URI",
        CAA => "CAA",
        32769 => "DLV",
        65281 => "WINS",
        65282 => "WINS-R",
        _ => "",
    }
}

pub(crate) const fn is_known(kind: u16) -> bool {
    !type_name(kind).is_empty()
}

/// Internet, Chaos, Hesiod, none, any; the top bit is mDNS's.
pub(crate) const fn is_class(class: u16) -> bool {
    matches!(class & 0x7fff, 1 | 3 | 4 | 254 | 255)
}

pub(crate) const fn class_name(class: u16) -> &'static str {
    match class & 0x7fff {
        1 => "IN",
        3 => "CH",
        4 => "HS",
        254 => "NONE",
        255 => "ANY",
        _ => "unknown",
    }
}

/// A type as the object of a message.
pub(crate) fn reference(kind: u16) -> Reference<'static> {
    match type_name(kind) {
        "" => Reference::None,
        name => Reference::Text(name),
    }
}

/// What is asked (RFC 1035, 4.1.2).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Question<'a> {
    pub(crate) name: Name<'a>,
    pub(crate) kind: u16,
    pub(crate) class: u16,
}

impl<'a> Question<'a> {
    /// The question at an offset, and the offset after it.
    pub(crate) fn parse(data: &'a [u8], at: usize) -> Option<(Self, usize)> {
        let (name, at) = Name::parse(data, at).ok()?;
        let mut reader = Reader::new(data.get(at..)?);
        let (kind, class) = (reader.be_u16().ok()?, reader.be_u16().ok()?);
        Some((Self { name, kind, class }, at.saturating_add(4)))
    }
}

/// A resource record (RFC 1035, 4.1.3).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Record<'a> {
    pub(crate) name: Name<'a>,
    pub(crate) kind: u16,
    pub(crate) class: u16,
    pub(crate) ttl: u32,
    pub(crate) rdata: &'a [u8],
    /// The whole message, and where in it the data begins: names in it are compressed.
    pub(crate) message: &'a [u8],
    pub(crate) at: usize,
}

impl<'a> Record<'a> {
    /// The record at an offset, and the offset after it.
    pub(crate) fn parse(message: &'a [u8], at: usize) -> Option<(Self, usize)> {
        let (name, at) = Name::parse(message, at).ok()?;
        let mut reader = Reader::new(message.get(at..)?);
        let (kind, class) = (reader.be_u16().ok()?, reader.be_u16().ok()?);
        let ttl = reader.be_u32().ok()?;
        let length = usize::from(reader.be_u16().ok()?);
        let rdata = reader.take(length).ok()?;
        let at = at.saturating_add(10);
        Some((Self { name, kind, class, ttl, rdata, message, at }, at.saturating_add(length)))
    }

    /// The name at an offset within the data.
    pub(crate) fn name_at(&self, offset: usize) -> Option<(Name<'a>, usize)> {
        let (name, after) = Name::parse(self.message, self.at.saturating_add(offset)).ok()?;
        let used = after.checked_sub(self.at)?;
        (used <= self.rdata.len()).then_some((name, used))
    }
}
