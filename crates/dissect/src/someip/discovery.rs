//! Service discovery: entries and the options that they refer to (SOME/IP SD).

use crate::tell::{ipv4, ipv6, shown_ip};
use crate::{Reader, Visitor, printable};

/// Entries and options of one message that are looked at.
const MAX_ENTRIES: usize = 256;

/// The payload, split.
#[derive(Debug, Clone, Copy)]
pub(super) struct Discovery<'a> {
    flags: u8,
    entries: &'a [u8],
    options: &'a [u8],
}

/// One entry of 16 bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    kind: u8,
    pub(super) service: u16,
    pub(super) instance: u16,
    major_version: u8,
    ttl_s: u32,
    /// Minor version of a service, or counter and id of an event group.
    last: u32,
}

impl Entry {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let kind = reader.u8().ok()?;
        reader.skip(3).ok()?;
        Some(Self {
            kind,
            service: reader.be_u16().ok()?,
            instance: reader.be_u16().ok()?,
            major_version: reader.u8().ok()?,
            ttl_s: reader.be_u24().ok()?,
            last: reader.be_u32().ok()?,
        })
    }

    /// A time to live of zero turns an entry round.
    pub(super) const fn name(self) -> &'static str {
        match (self.kind, self.ttl_s) {
            (0x00, _) => "find_service",
            (0x01, 0) => "stop_offer_service",
            (0x01, _) => "offer_service",
            (0x06, 0) => "stop_subscribe_eventgroup",
            (0x06, _) => "subscribe_eventgroup",
            (0x07, 0) => "subscribe_eventgroup_nack",
            (0x07, _) => "subscribe_eventgroup_ack",
            _ => "unknown_entry",
        }
    }
}

impl<'a> Discovery<'a> {
    pub(super) fn parse(payload: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(payload);
        let flags = reader.u8().ok()?;
        reader.skip(3).ok()?;
        let length = usize::try_from(reader.be_u32().ok()?).ok()?;
        let entries = reader.take(length).ok()?;
        let length = usize::try_from(reader.be_u32().ok()?).ok()?;
        Some(Self { flags, entries, options: reader.take(length).ok()? })
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = Entry> + use<'a> {
        self.entries.as_chunks::<16>().0.iter().take(MAX_ENTRIES).filter_map(|bytes| Entry::parse(bytes))
    }

    /// Type and contents of each option, its reserved byte left out.
    fn options(&self) -> impl Iterator<Item = (u8, &'a [u8])> + use<'a> {
        let mut reader = Reader::new(self.options);
        std::iter::from_fn(move || {
            let length = usize::from(reader.be_u16().ok()?);
            let kind = reader.u8().ok()?;
            let body = reader.take(length).ok()?;
            Some((kind, body.get(1..).unwrap_or_default()))
        })
        .take(MAX_ENTRIES)
    }

    pub(super) fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.flag("reboot", self.flags & 0x80 != 0);
        visitor.flag("unicast", self.flags & 0x40 != 0);
        visitor.begin_list("entries");
        for entry in self.entries() {
            visitor.begin_object("");
            visitor.named("type", u64::from(entry.kind), entry.name());
            visitor.uint("service", u64::from(entry.service));
            visitor.uint("instance", u64::from(entry.instance));
            visitor.uint("major_version", u64::from(entry.major_version));
            visitor.uint("ttl_s", u64::from(entry.ttl_s));
            if entry.kind < 4 {
                visitor.uint("minor_version", u64::from(entry.last));
            } else {
                visitor.uint("eventgroup", u64::from(entry.last & 0xffff));
            }
            visitor.end_object();
        }
        visitor.end_list();
        visitor.begin_list("options");
        for (kind, body) in self.options() {
            visitor.begin_object("");
            let name = match kind {
                0x01 => "configuration",
                0x02 => "load_balancing",
                0x04 => "ipv4_endpoint",
                0x06 => "ipv6_endpoint",
                0x14 => "ipv4_multicast",
                0x16 => "ipv6_multicast",
                0x24 => "ipv4_sd_endpoint",
                0x26 => "ipv6_sd_endpoint",
                _ => "unknown",
            };
            visitor.named("type", u64::from(kind), name);
            let mut reader = Reader::new(body);
            let ip = match kind {
                0x04 | 0x14 | 0x24 => ipv4(&mut reader),
                0x06 | 0x16 | 0x26 => ipv6(&mut reader),
                _ => None,
            };
            if let Some(ip) = ip {
                visitor.text("ip", shown_ip(ip).as_str());
                if reader.skip(1).is_ok()
                    && let (Ok(protocol), Ok(port)) = (reader.u8(), reader.be_u16())
                {
                    visitor.named(
                        "transport",
                        u64::from(protocol),
                        if protocol == 6 { "tcp" } else { "udp" },
                    );
                    visitor.uint("port", u64::from(port));
                }
            } else if kind == 0x01 {
                visitor.text("text", &printable(body));
            } else {
                visitor.bytes("data", body);
            }
            visitor.end_object();
        }
        visitor.end_list();
    }
}
