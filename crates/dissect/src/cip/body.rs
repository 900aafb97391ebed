//! The fields of requests and responses.

use super::attribute::{self, Kind};
use super::class::{CONNECTION_MANAGER, FILE, NONVOLATILE_STORAGE, PCCC, SYMBOL, TEMPLATE};
use super::connection::{self, Connection};
use super::data_type;
use super::message::{Packet, Request, Response, is_tag_service};
use super::service::{self, Place};
use super::{list, manager, status, tag};
use crate::{Fields, Reader, Visitor};

/// Instances of one tag list that are shown.
const MAX_INSTANCES: usize = 4_096;

/// A request with the connection that carries it.
pub(super) struct ShownRequest<'a> {
    pub(super) request: &'a Request<'a>,
    pub(super) connection: Option<&'a Connection>,
    /// The connection that a forward close ends.
    pub(super) closed: Option<&'a Connection>,
}

/// A response with what it answers.
pub(super) struct ShownResponse<'a> {
    pub(super) response: &'a Response<'a>,
    pub(super) asked: Option<&'a Request<'a>>,
    /// The Unconnected Send that carried the request.
    pub(super) outer: Option<&'a Request<'a>>,
    pub(super) connection: Option<&'a Connection>,
    /// The connection that was closed.
    pub(super) closed: Option<&'a Connection>,
}

impl Fields for ShownRequest<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        let request = self.request;
        request.path.visit(&request.target, visitor);
        visit_carrier(self.connection, visitor);
        visit_closed(self.closed, visitor);
        let place = request.place();
        let whole = request.target.instance.unwrap_or(0) == 0;
        let data = request.data;
        if let Some(packet) = Packet::parse(request.service, data) {
            visitor.uint("services", packet.count as u64);
        } else if let Some(sent) = request.unconnected_send() {
            // Volume 1, 3-5.4.1.2.1: a tick is 2 to the power of the low four bits milliseconds.
            visitor.uint("timeout_ms", u64::from(sent.ticks).wrapping_shl(u32::from(sent.tick & 0x0f)));
            visitor.uint("message_bytes", sent.message.len() as u64);
            sent.route.visit_text("route_path", visitor);
        } else if is_tag_service(request.service, place) {
            match tag::request(request.service, data) {
                Some(carried) => carried.visit(visitor),
                None => tag::visit_masks(data, visitor),
            }
        } else if place.is_class(CONNECTION_MANAGER) {
            if manager::visit_request(request.service, data, visitor).is_none() {
                visit_request(request, CONNECTION_MANAGER, whole, visitor);
            }
        } else if place.is_class(PCCC) {
            visit_requestor(data, visitor);
        } else if let Place::Class(class, _) = place {
            visit_request(request, class, whole, visitor);
        } else {
            rest("data", data, visitor);
        }
    }
}

fn visit_request(request: &Request<'_>, class: u32, whole: bool, visitor: &mut dyn Visitor) {
    let data = request.data;
    let mut reader = Reader::new(data);
    match request.service {
        service::GET_ATTRIBUTE_LIST => visit_ids(class, whole, data, visitor),
        service::GET_INSTANCE_ATTRIBUTE_LIST if class == SYMBOL => visit_ids(class, false, data, visitor),
        service::SET_ATTRIBUTE_LIST => {
            visitor.begin_list("attributes");
            for entry in list::set(class, whole, data) {
                visit_entry(&entry, visitor);
            }
            visitor.end_list();
        }
        service::SET_ATTRIBUTE_SINGLE => {
            let id = request.target.attribute.unwrap_or(0);
            visit_value(class, whole, id, data, visitor);
        }
        service::RESET => {
            if let Ok(kind) = reader.u8() {
                // Volume 1, 5A-2.4.1.
                let name = match kind {
                    0 => "cycle_power",
                    1 => "factory_default",
                    2 => "keep_communication_parameters",
                    _ => "vendor_specific",
                };
                visitor.named("reset_type", u64::from(kind), name);
            }
            rest("data", reader.rest(), visitor);
        }
        service::READ_TAG if class == TEMPLATE => {
            if let (Ok(offset), Ok(length)) = (reader.le_u32(), reader.le_u16()) {
                visitor.uint("offset", u64::from(offset));
                visitor.uint("length", u64::from(length));
            }
            rest("data", reader.rest(), visitor);
        }
        0x4b if class == NONVOLATILE_STORAGE => {
            if let Ok(size) = reader.le_u32() {
                visitor.uint("image_bytes", u64::from(size));
            }
            rest("data", reader.rest(), visitor);
        }
        0x4d if class == NONVOLATILE_STORAGE => {
            if let Ok(offset) = reader.le_u32() {
                visitor.uint("offset", u64::from(offset));
                visitor.uint("data_bytes", reader.remaining() as u64);
            }
        }
        0x4b..=0x51 if class == FILE => visit_file(request.service, true, data, visitor),
        _ => rest("data", data, visitor),
    }
}

impl Fields for ShownResponse<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        let response = self.response;
        if let Some(asked) = self.asked {
            asked.path.visit(&asked.target, visitor);
        }
        visitor.named("status", u64::from(response.status), status::name(response.status));
        self.visit_extended(visitor);
        if let Some(outer) = self.outer {
            visitor.begin_object("unconnected_send");
            outer.path.visit(&outer.target, visitor);
            visitor.end_object();
        }
        visit_carrier(self.connection, visitor);
        visit_closed(self.closed, visitor);
        let Some(asked) = self.asked else {
            rest("data", response.data, visitor);
            return;
        };
        let place = asked.place();
        let failed = !status::is_ok(response.status);
        if let Some(packet) = Packet::parse(response.service, response.data) {
            visitor.uint("services", packet.count as u64);
        } else if place.is_class(CONNECTION_MANAGER) {
            manager::visit_response(asked, response, visitor);
        } else if failed && response.status != 0x0a {
            rest("data", response.data, visitor);
        } else if is_tag_service(response.service, place) {
            match tag::response(response.service, asked, response.data) {
                Some(carried) => carried.visit(visitor),
                None => rest("data", response.data, visitor),
            }
        } else if place.is_class(PCCC) {
            visit_requestor(response.data, visitor);
        } else if let Place::Class(class, _) = place {
            self.visit_class(asked, class, visitor);
        } else {
            rest("data", response.data, visitor);
        }
    }
}

impl ShownResponse<'_> {
    fn visit_extended(&self, visitor: &mut dyn Visitor) {
        if self.response.extended.is_empty() {
            return;
        }
        visitor.begin_list("extended_status");
        let mut reader = Reader::new(self.response.extended);
        while let Ok(word) = reader.le_u16() {
            visitor.uint("", u64::from(word));
        }
        visitor.end_list();
        let place = self.asked.map_or(Place::Unknown, Request::place);
        let name = match (self.response.status, self.response.extended_status()) {
            (0x01, Some(extended)) => status::connection(extended),
            (0xff, Some(extended)) if place.is_tag() => status::tag(extended),
            _ => "unknown",
        };
        if name != "unknown" {
            visitor.text("extended_status_name", name);
        }
    }

    fn visit_class(&self, asked: &Request<'_>, class: u32, visitor: &mut dyn Visitor) {
        let data = self.response.data;
        let whole = asked.target.instance.unwrap_or(0) == 0;
        match self.response.service {
            service::GET_ATTRIBUTES_ALL => {
                visitor.begin_object("attributes");
                let left = list::all(class, whole, data, |_, name, kind, value| {
                    attribute::visit(name, kind, value, visitor);
                });
                rest("data", left, visitor);
                visitor.end_object();
            }
            service::GET_ATTRIBUTE_LIST => {
                visitor.begin_list("attributes");
                for entry in list::answered(class, whole, asked.data, data) {
                    visit_entry(&entry, visitor);
                }
                visitor.end_list();
            }
            service::SET_ATTRIBUTE_LIST => {
                visitor.begin_list("attributes");
                for (id, status) in list::set_answered(data) {
                    visitor.begin_object("");
                    visitor.uint("id", u64::from(id));
                    visitor.uint("attribute_status", u64::from(status));
                    visitor.end_object();
                }
                visitor.end_list();
            }
            service::GET_ATTRIBUTE_SINGLE => {
                visit_value(class, whole, asked.target.attribute.unwrap_or(0), data, visitor);
            }
            service::CREATE | service::FIND_NEXT_OBJECT_INSTANCE => {
                visit_instances(self.response.service, data, visitor);
            }
            service::GET_INSTANCE_ATTRIBUTE_LIST if class == SYMBOL => visit_tags(asked.data, data, visitor),
            0x4b..=0x51 if class == FILE => visit_file(self.response.service, false, data, visitor),
            0x4d if class == NONVOLATILE_STORAGE => {
                if let Ok(offset) = Reader::new(data).le_u32() {
                    visitor.uint("offset", u64::from(offset));
                }
                rest("data", data.get(4..).unwrap_or_default(), visitor);
            }
            _ => rest("data", data, visitor),
        }
    }
}

/// The connection that carries a message, where its opening was seen.
fn visit_carrier(connection: Option<&Connection>, visitor: &mut dyn Visitor) {
    if let Some(connection) = connection.filter(|connection| !connection.path().bytes.is_empty()) {
        connection::visit_path(connection.path(), visitor);
    }
}

fn visit_closed(connection: Option<&Connection>, visitor: &mut dyn Visitor) {
    if let Some(connection) = connection {
        connection::visit_named_path("closed", connection.path(), visitor);
    }
}

pub(super) fn rest(name: &'static str, data: &[u8], visitor: &mut dyn Visitor) {
    if !data.is_empty() {
        visitor.bytes(name, data);
    }
}

fn visit_ids(class: u32, whole: bool, data: &[u8], visitor: &mut dyn Visitor) {
    visitor.begin_list("attributes");
    for id in list::ids(data) {
        visitor.begin_object("");
        let name = attribute::lookup(class, whole, u32::from(id)).map_or("unknown", |(name, _)| name);
        visitor.named("id", u64::from(id), name);
        visitor.end_object();
    }
    visitor.end_list();
}

fn visit_entry(entry: &list::Entry<'_>, visitor: &mut dyn Visitor) {
    visitor.begin_object("");
    let name = entry.known.map_or("unknown", |(name, _)| name);
    visitor.named("id", u64::from(entry.id), name);
    if entry.status != 0 {
        let code = u8::try_from(entry.status).unwrap_or(0xff);
        visitor.named("attribute_status", u64::from(entry.status), status::name(code));
    } else {
        match entry.known {
            Some((_, kind)) => attribute::visit("value", kind, entry.value, visitor),
            None => rest("value", entry.value, visitor),
        }
    }
    visitor.end_object();
}

pub(super) fn visit_value(class: u32, whole: bool, id: u32, data: &[u8], visitor: &mut dyn Visitor) {
    let mut reader = Reader::new(data);
    if let Some((name, kind)) = attribute::lookup(class, whole, id)
        && let Some(value) = attribute::take(kind, &mut reader)
    {
        visitor.text("attribute_name", name);
        attribute::visit("value", kind, value, visitor);
    }
    rest("data", reader.rest(), visitor);
}

/// Instances that create and find_next_object_instance give (volume 1, A-4.7, A-4.13).
fn visit_instances(service: u8, data: &[u8], visitor: &mut dyn Visitor) {
    let mut reader = Reader::new(data);
    if service == service::FIND_NEXT_OBJECT_INSTANCE {
        let _ = reader.skip(1);
    }
    visitor.begin_list("instances");
    while let Ok(instance) = reader.le_u16() {
        visitor.uint("", u64::from(instance));
    }
    visitor.end_list();
    rest("data", reader.rest(), visitor);
}

/// Tags with their attributes (1756-PM020, get instance attribute list).
fn visit_tags(asked: &[u8], data: &[u8], visitor: &mut dyn Visitor) {
    let mut reader = Reader::new(data);
    visitor.begin_list("tags");
    'tags: for _ in 0..MAX_INSTANCES {
        let Ok(instance) = reader.le_u32() else { break };
        visitor.begin_object("");
        visitor.uint("instance", u64::from(instance));
        for id in list::ids(asked) {
            let known = attribute::lookup(SYMBOL, false, u32::from(id));
            let value = known.and_then(|(_, kind)| attribute::take(kind, &mut reader));
            let (Some((name, kind)), Some(value)) = (known, value) else {
                visitor.end_object();
                break 'tags;
            };
            attribute::visit(name, kind, value, visitor);
            if (name, kind) == ("symbol_type", Kind::U16) {
                visit_symbol_type(value, visitor);
            }
        }
        visitor.end_object();
    }
    visitor.end_list();
    rest("data", reader.rest(), visitor);
}

/// Symbol type word (1756-PM020): bit 15 structure, bits 13 and 14 dimensions, low bits the type.
fn visit_symbol_type(value: &[u8], visitor: &mut dyn Visitor) {
    let word = attribute::little(value);
    visitor.uint("dimensions", word >> 13 & 3);
    // Bit 12 marks what the controller made for itself.
    visitor.flag("system", word & 0x1000 != 0);
    if word & 0x1000 != 0 {
        return;
    }
    if word & 0x8000 == 0 {
        visitor.text("symbol_type_name", data_type::name(u16::try_from(word & 0xff).unwrap_or(0)));
    } else {
        visitor.uint("template", word & 0x0fff);
    }
}

/// Requestor id ahead of a PCCC command: length, vendor, serial number.
fn visit_requestor(data: &[u8], visitor: &mut dyn Visitor) {
    let mut reader = Reader::new(data);
    let Ok(length) = reader.u8() else { return };
    if length >= 7
        && let (Ok(vendor), Ok(serial)) = (reader.le_u16(), reader.le_u32())
    {
        visitor.uint("requestor_vendor_id", u64::from(vendor));
        visitor.uint("requestor_serial_number", u64::from(serial));
    }
}

/// File object (volume 1, 5A-42.4).
fn visit_file(service: u8, request: bool, data: &[u8], visitor: &mut dyn Visitor) {
    let mut reader = Reader::new(data);
    match (service, request) {
        (0x4b, true) => {
            if let Ok(size) = reader.u8() {
                visitor.uint("maximum_transfer_size", u64::from(size));
            }
        }
        (0x4b, false) | (0x4c, true) => {
            if let Ok(size) = reader.le_u32() {
                visitor.uint("file_bytes", u64::from(size));
            }
        }
        (0x4f | 0x50, _) => {
            if let Ok(number) = reader.u8() {
                visitor.uint("transfer_number", u64::from(number));
            }
            if request == (service == 0x50)
                && let Ok(kind) = reader.u8()
            {
                let name = match kind {
                    0 => "first",
                    1 => "middle",
                    2 => "last",
                    3 => "abort",
                    4 => "first_and_last",
                    _ => "reserved",
                };
                visitor.named("packet_type", u64::from(kind), name);
                visitor.uint("data_bytes", reader.remaining() as u64);
                return;
            }
        }
        _ => {}
    }
    rest("data", reader.rest(), visitor);
}
