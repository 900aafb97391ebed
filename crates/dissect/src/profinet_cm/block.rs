//! Blocks: header, body, and the bodies by their type.

use super::alarm::Alarm;
use super::{connect, names};
use crate::im::Im0;
use crate::mrp::uuid;
use crate::tell::{mac, shown_mac};
use crate::{Reader, Text, Visitor, printable};
use sightglass_wire::Mac;

/// Most blocks of one PDU that are read.
const MAX_BLOCKS: usize = 256;
/// Most entries of one list that are shown.
pub(super) const MAX_ENTRIES: u16 = 1024;
/// Blocks within blocks that are followed; the specification needs two levels.
const MAX_DEPTH: u8 = 3;
/// First bytes of an undecoded body that are shown.
const SHOWN: usize = 64;

/// One block.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Block<'a> {
    pub(crate) kind: u16,
    length: u16,
    version: [u8; 2],
    pub(crate) body: &'a [u8],
    /// It ends before its length says.
    pub(crate) short: bool,
}

/// Takes a block off the start of `reader`; `None` at the end or where no header fits.
pub(crate) fn block<'a>(reader: &mut Reader<'a>) -> Option<Block<'a>> {
    let mut ahead = *reader;
    let kind = ahead.be_u16().ok()?;
    let length = ahead.be_u16().ok()?;
    let version = ahead.array().ok()?;
    let size = usize::from(length).checked_sub(2)?;
    let body = ahead.take_up_to(size);
    *reader = ahead;
    Some(Block { kind, length, version, body, short: body.len() < size })
}

/// Blocks that follow one another.
pub(crate) fn blocks(data: &[u8]) -> impl Iterator<Item = Block<'_>> {
    let mut reader = Reader::new(data);
    std::iter::from_fn(move || block(&mut reader)).take(MAX_BLOCKS)
}

/// The place and record that a read or write is about: what its header block says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Header {
    pub(super) sequence: u16,
    ar: [u8; 16],
    api: u32,
    pub(super) slot: u16,
    pub(super) subslot: u16,
    pub(super) index: u16,
    pub(super) length: u32,
    /// Of a write's response.
    pub(super) status: Option<u32>,
}

impl Header {
    /// Reads a header block of a read or write.
    pub(super) fn parse(block: &Block<'_>) -> Option<Self> {
        use names::{READ_REQUEST, READ_RESPONSE, WRITE_REQUEST, WRITE_RESPONSE};
        if !matches!(block.kind, READ_REQUEST | READ_RESPONSE | WRITE_REQUEST | WRITE_RESPONSE) {
            return None;
        }
        let mut reader = Reader::new(block.body);
        let sequence = reader.be_u16().ok()?;
        let ar = reader.array().ok()?;
        let api = reader.be_u32().ok()?;
        let (slot, subslot) = (reader.be_u16().ok()?, reader.be_u16().ok()?);
        reader.skip(2).ok()?;
        let index = reader.be_u16().ok()?;
        let length = reader.be_u32().ok()?;
        let status = if block.kind == WRITE_RESPONSE {
            reader.skip(4).ok()?;
            reader.be_u32().ok()
        } else {
            None
        };
        Some(Self { sequence, ar, api, slot, subslot, index, length, status })
    }

    fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.uint("sequence_number", u64::from(self.sequence));
        visitor.text("ar_uuid", uuid(self.ar).as_str());
        visitor.uint("api", u64::from(self.api));
        visitor.uint("slot", u64::from(self.slot));
        visitor.uint("subslot", u64::from(self.subslot));
        visitor.named("index", u64::from(self.index), names::record(self.index).unwrap_or("user_specific"));
        visitor.uint("record_data_length", u64::from(self.length));
        if let Some(status) = self.status {
            visitor.named("status", u64::from(status), names::status(status));
        }
    }
}

impl Block<'_> {
    /// Shows the block.
    pub(super) fn visit(&self, visitor: &mut dyn Visitor) {
        self.show(0, visitor);
    }

    fn show(&self, depth: u8, visitor: &mut dyn Visitor) {
        visitor.named("block_type", u64::from(self.kind), names::block(self.kind));
        visitor.uint("block_length", u64::from(self.length));
        if self.version != [1, 0] {
            visitor.bytes("block_version", &self.version);
        }
        let mut reader = Reader::new(self.body);
        if depth < MAX_DEPTH && self.show_nested(depth, &mut reader, visitor).is_some() {
            return;
        }
        let mut reader = Reader::new(self.body);
        if self.visit_body(&mut reader, visitor).is_none() && !reader.is_empty() {
            let rest = reader.rest();
            visitor.bytes("data", rest.get(..SHOWN).unwrap_or(rest));
        }
    }

    /// Shows the blocks that this one holds; `None` where it holds none. Two bytes pad the header to a multiple of four.
    fn show_nested(&self, depth: u8, reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Option<()> {
        match self.kind {
            names::MULTIPLE | names::PORT_CHECK | names::PORT_ADJUST | names::IR_DATA => {
                reader.skip(2).ok()?;
                if self.kind == names::MULTIPLE {
                    visitor.uint("api", u64::from(reader.be_u32().ok()?));
                }
                number("slot", reader, visitor)?;
                number("subslot", reader, visitor)?;
            }
            names::FSU_INTERFACE | names::FSU_AR | names::AUTO_CONFIGURATION => reader.skip(2).ok()?,
            names::MRP_ADJUST if self.version == [1, 0] => {
                reader.skip(2).ok()?;
                visitor.text("mrp_domain_uuid", uuid(reader.array().ok()?).as_str());
                number("mrp_role", reader, visitor)?;
                reader.skip(2).ok()?;
                let length = usize::from(reader.u8().ok()?);
                visitor.text("mrp_domain_name", &printable(reader.take(length).ok()?));
                align(self.body, reader);
            }
            names::MRP_ADJUST => reader.skip(2).ok()?,
            _ => return None,
        }
        visitor.begin_list("blocks");
        for block in blocks(reader.rest()) {
            visitor.begin_object("");
            block.show(depth.saturating_add(1), visitor);
            visitor.end_object();
        }
        visitor.end_list();
        Some(())
    }

    /// `None` where the body is cut or nothing is known of it.
    fn visit_body(&self, reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Option<()> {
        if let Some(header) = Header::parse(self) {
            header.visit(visitor);
            return Some(());
        }
        if let Some(alarm) = Alarm::parse(self) {
            alarm.visit(visitor);
            return Some(());
        }
        if names::is_control(self.kind) {
            return connect::control(reader, visitor);
        }
        match self.kind {
            names::AR_REQUEST => visit_ar(reader, visitor),
            names::AR_RESPONSE => {
                visit_ar_head(reader, visitor)?;
                visitor.text("cm_responder_mac", shown_mac(mac(reader)?).as_str());
                number("cm_responder_udp_port", reader, visitor)
            }
            names::IOCR_REQUEST => connect::iocr(reader, visitor),
            names::IOCR_RESPONSE => {
                let kind = reader.be_u16().ok()?;
                visitor.named("iocr_type", u64::from(kind), names::iocr_type(kind));
                number("iocr_reference", reader, visitor)?;
                number("frame_id", reader, visitor)
            }
            names::ALARM_CR_REQUEST => {
                number("alarm_cr_type", reader, visitor)?;
                number("lt", reader, visitor)?;
                visitor.uint("alarm_cr_properties", u64::from(reader.be_u32().ok()?));
                for name in [
                    "rta_timeout_factor",
                    "rta_retries",
                    "local_alarm_reference",
                    "max_alarm_data_length",
                    "tag_header_high",
                    "tag_header_low",
                ] {
                    number(name, reader, visitor)?;
                }
                Some(())
            }
            names::ALARM_CR_RESPONSE => {
                for name in ["alarm_cr_type", "local_alarm_reference", "max_alarm_data_length"] {
                    number(name, reader, visitor)?;
                }
                Some(())
            }
            names::EXPECTED_SUBMODULES => connect::expected(reader, visitor),
            names::MODULE_DIFFERENCE => connect::difference(reader, visitor),
            names::REAL_IDENTIFICATION | names::EXPECTED_IDENTIFICATION => {
                visitor.begin_list("modules");
                self.identified(|module| {
                    visitor.begin_object("");
                    visitor.uint("api", u64::from(module.api));
                    visitor.uint("slot", u64::from(module.slot));
                    visitor.uint("module_ident_number", u64::from(module.ident));
                    if let Some((subslot, ident)) = module.submodule {
                        visitor.uint("subslot", u64::from(subslot));
                        visitor.uint("submodule_ident_number", u64::from(ident));
                    }
                    visitor.end_object();
                });
                visitor.end_list();
                Some(())
            }
            names::IM0 => {
                Im0::parse(self.body)?.visit(visitor);
                Some(())
            }
            names::IM1 => {
                visitor.text("im_tag_function", &printable(reader.take(32).ok()?));
                visitor.text("im_tag_location", &printable(reader.take(22).ok()?));
                Some(())
            }
            names::IM2 => {
                visitor.text("im_date", &printable(reader.take(16).ok()?));
                Some(())
            }
            names::IM3 => {
                visitor.text("im_descriptor", &printable(reader.take(54).ok()?));
                Some(())
            }
            names::IM4 => {
                visitor.bytes("im_signature", reader.take(54).ok()?);
                Some(())
            }
            names::PRM_SERVER_REQUEST => {
                visitor.text("parameter_server_object_uuid", uuid(reader.array().ok()?).as_str());
                visitor.uint("parameter_server_properties", u64::from(reader.be_u32().ok()?));
                number("cm_initiator_activity_timeout_factor", reader, visitor)?;
                station("parameter_server_station_name", reader, visitor)
            }
            names::MCR_REQUEST => {
                number("iocr_reference", reader, visitor)?;
                visitor.uint("address_resolution_properties", u64::from(reader.be_u32().ok()?));
                number("mci_timeout_factor", reader, visitor)?;
                station("provider_station_name", reader, visitor)
            }
            names::AR_SERVER_RESPONSE => station("cm_responder_station_name", reader, visitor),
            names::INTERFACE_REAL => {
                let interface = Interface::parse(self)?;
                visitor.text("own_chassis_id", &printable(interface.name));
                visitor.text("mac_address", shown_mac(interface.mac).as_str());
                for (name, address) in
                    ["ip_address", "subnet_mask", "standard_gateway"].into_iter().zip(interface.addresses)
                {
                    let [a, b, c, d] = address;
                    visitor.text(name, Text::<16>::of(format_args!("{a}.{b}.{c}.{d}")).as_str());
                }
                Some(())
            }
            names::PORT_REAL => {
                reader.skip(2).ok()?;
                number("slot", reader, visitor)?;
                number("subslot", reader, visitor)?;
                let length = usize::from(reader.u8().ok()?);
                visitor.text("own_port_id", &printable(reader.take(length).ok()?));
                let peers = reader.u8().ok()?;
                align(self.body, reader);
                visitor.begin_list("peers");
                let read = (0..peers).try_for_each(|_| {
                    let length = usize::from(reader.u8().ok()?);
                    let port = reader.take(length).ok()?;
                    let length = usize::from(reader.u8().ok()?);
                    let chassis = reader.take(length).ok()?;
                    align(self.body, reader);
                    // Line delay, then the peer's hardware address.
                    let delay = reader.be_u32().ok()?;
                    let mac = mac(reader)?;
                    align(self.body, reader);
                    visitor.begin_object("");
                    visitor.text("peer_port_id", &printable(port));
                    visitor.text("peer_chassis_id", &printable(chassis));
                    visitor.uint("line_delay", u64::from(delay));
                    visitor.text("peer_mac_address", shown_mac(mac).as_str());
                    visitor.end_object();
                    Some(())
                });
                visitor.end_list();
                read
            }
            names::AR_VENDOR_REQUEST => {
                number("ap_structure_identifier", reader, visitor)?;
                visitor.uint("api", u64::from(reader.be_u32().ok()?));
                None
            }
            _ => None,
        }
    }

    /// Name of the station that an AR block or a server block tells.
    pub(super) fn station(&self) -> Option<&[u8]> {
        let mut reader = Reader::new(self.body);
        match self.kind {
            names::AR_REQUEST => reader.skip(50).ok()?,
            names::AR_SERVER_RESPONSE => {}
            _ => return None,
        }
        let length = usize::from(reader.be_u16().ok()?);
        reader.take(length).ok()
    }

    /// Device number and vendor number in the object of the initiator.
    pub(super) fn initiator(&self) -> Option<(u16, u16)> {
        if self.kind != names::AR_REQUEST {
            return None;
        }
        let mut reader = Reader::new(self.body);
        // Type, AR, session key, hardware address, and all of the object but its last two numbers.
        reader.skip(2 + 16 + 2 + 6 + 12).ok()?;
        Some((reader.be_u16().ok()?, reader.be_u16().ok()?))
    }

    /// Modules that expected or real identification lists.
    pub(super) fn identified(&self, mut each: impl FnMut(Module)) {
        let mut reader = Reader::new(self.body);
        // Version 1.0 has no list of APIs.
        let listed = self.version != [1, 0];
        let _ = identified(&mut reader, listed, &mut each);
    }
}

/// What an interface tells of itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct Interface<'a> {
    pub(super) name: &'a [u8],
    pub(super) mac: Mac,
    /// Address, mask, gateway.
    pub(super) addresses: [[u8; 4]; 3],
}

impl<'a> Interface<'a> {
    /// Reads the body of an interface's real data; `None` when it is short or another block.
    pub(super) fn parse(block: &Block<'a>) -> Option<Self> {
        if block.kind != names::INTERFACE_REAL {
            return None;
        }
        let mut reader = Reader::new(block.body);
        let length = usize::from(reader.u8().ok()?);
        let name = reader.take(length).ok()?;
        align(block.body, &mut reader);
        let mac = mac(&mut reader)?;
        align(block.body, &mut reader);
        let addresses = [reader.array().ok()?, reader.array().ok()?, reader.array().ok()?];
        Some(Self { name, mac, addresses })
    }
}

/// Passes over padding up to the next multiple of four, counted from the start of the block with its six bytes of header.
fn align(body: &[u8], reader: &mut Reader<'_>) {
    let at = body.len().saturating_sub(reader.remaining()).saturating_add(6);
    let _ = reader.take_up_to(at.next_multiple_of(4).saturating_sub(at));
}

/// A module with, where it has any, one of its submodules.
#[derive(Debug, Clone, Copy)]
pub(super) struct Module {
    pub(super) api: u32,
    pub(super) slot: u16,
    pub(super) ident: u32,
    pub(super) submodule: Option<(u16, u32)>,
}

fn identified(reader: &mut Reader<'_>, listed: bool, each: &mut impl FnMut(Module)) -> Option<()> {
    let apis = if listed { reader.be_u16().ok()? } else { 1 };
    for _ in 0..apis.min(MAX_ENTRIES) {
        let api = if listed { reader.be_u32().ok()? } else { 0 };
        for _ in 0..reader.be_u16().ok()?.min(MAX_ENTRIES) {
            let slot = reader.be_u16().ok()?;
            let ident = reader.be_u32().ok()?;
            let submodules = reader.be_u16().ok()?;
            if submodules == 0 {
                each(Module { api, slot, ident, submodule: None });
            }
            for _ in 0..submodules.min(MAX_ENTRIES) {
                let submodule = Some((reader.be_u16().ok()?, reader.be_u32().ok()?));
                each(Module { api, slot, ident, submodule });
            }
        }
    }
    Some(())
}

pub(super) fn number(name: &'static str, reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Option<()> {
    visitor.uint(name, u64::from(reader.be_u16().ok()?));
    Some(())
}

fn station(name: &'static str, reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Option<()> {
    let length = usize::from(reader.be_u16().ok()?);
    visitor.text(name, &printable(reader.take(length).ok()?));
    Some(())
}

fn visit_ar_head(reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Option<()> {
    let kind = reader.be_u16().ok()?;
    visitor.named("ar_type", u64::from(kind), names::ar_type(kind));
    visitor.text("ar_uuid", uuid(reader.array().ok()?).as_str());
    number("session_key", reader, visitor)
}

fn visit_ar(reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Option<()> {
    visit_ar_head(reader, visitor)?;
    visitor.text("cm_initiator_mac", shown_mac(mac(reader)?).as_str());
    visitor.text("cm_initiator_object_uuid", uuid(reader.array().ok()?).as_str());
    visitor.uint("ar_properties", u64::from(reader.be_u32().ok()?));
    number("cm_initiator_activity_timeout_factor", reader, visitor)?;
    number("cm_initiator_udp_port", reader, visitor)?;
    station("cm_initiator_station_name", reader, visitor)
}
