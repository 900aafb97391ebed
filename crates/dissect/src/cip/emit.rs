//! What services bring beside their message: process values, PCCC inside, files and firmware in transfer, identity.

use super::class::{FILE, NONVOLATILE_STORAGE, PCCC};
use super::identity::Observer;
use super::message::{Request, Response, is_tag_service};
use super::service::{self, Place};
use super::{Around, attribute, list, status, tag};
use crate::{Direction, FileChunk, Protocol, Reader, Reference, Sink};

/// Packet types of file transfers that end one (volume 1, 5A-42.4): last, and first and last in one.
const LAST: [u8; 2] = [2, 4];

/// Object of the PCCC class: length of the requestor id (itself included), vendor, serial number, then the command.
fn pccc(data: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = usize::from(*data.first()?);
    data.split_at_checked(length.max(1))
}

impl Around<'_> {
    pub(super) fn request_effects(
        &mut self,
        request: &Request<'_>,
        place: Place,
        address: Reference<'_>,
        object: Reference<'_>,
    ) {
        let wants = self.sink.wants();
        if wants.values && tag::writes(request.service) && is_tag_service(request.service, place) {
            if let Some(carried) = tag::request(request.service, request.data) {
                carried.emit(request, address, object, self.sink);
            }
        } else if place.is_class(PCCC) && request.service == service::EXECUTE_PCCC {
            if let Some((_, command)) = pccc(request.data) {
                crate::pccc::request(command, address, self.cut, self.sink);
            }
        } else if place.is_class(NONVOLATILE_STORAGE) {
            self.firmware(request, wants.files);
        } else if wants.files && place.is_class(FILE) && request.service == 0x50 {
            piece(request, request.data, Direction::Download, self.sink);
        }
    }

    /// Firmware: an update tells the size, transfers bring pieces with their offset.
    fn firmware(&mut self, request: &Request<'_>, wanted: bool) {
        let mut reader = Reader::new(request.data);
        match request.service {
            0x4b => self.image_bytes = reader.le_u32().ok(),
            0x4d if wanted => {
                let Ok(offset) = reader.le_u32() else { return };
                let data = reader.rest();
                let end = u64::from(offset).saturating_add(data.len() as u64);
                let last = self.image_bytes.is_some_and(|size| end >= u64::from(size));
                self.sink.file(&FileChunk {
                    protocol: Protocol::Cip,
                    handle: u64::from(NONVOLATILE_STORAGE),
                    name: "firmware",
                    direction: Direction::Download,
                    offset: Some(u64::from(offset)),
                    data,
                    last,
                });
            }
            _ => {}
        }
    }

    pub(super) fn response_effects(
        &mut self,
        response: &Response<'_>,
        asked: &Request<'_>,
        place: Place,
        address: Reference<'_>,
        object: Reference<'_>,
    ) {
        if place.is_class(PCCC) && asked.service == service::EXECUTE_PCCC {
            if let Some((_, command)) = pccc(response.data) {
                let asked = pccc(asked.data).map(|(_, command)| command);
                crate::pccc::response(command, asked, address, self.cut, self.sink);
            }
            return;
        }
        // A list may hold some attributes although others failed.
        let partly = asked.service == service::GET_ATTRIBUTE_LIST && response.status == 0x0a;
        if !status::is_ok(response.status) && !partly {
            return;
        }
        if is_tag_service(asked.service, place) {
            if self.sink.wants().values
                && let Some(carried) = tag::response(asked.service, asked, response.data)
            {
                carried.emit(asked, address, object, self.sink);
            }
            return;
        }
        if place.is_class(FILE) && response.service == 0x4f {
            if self.sink.wants().files {
                piece(asked, response.data, Direction::Upload, self.sink);
            }
            return;
        }
        if !self.cut {
            self.observe(response, asked, address);
        }
    }

    fn observe(&mut self, response: &Response<'_>, asked: &Request<'_>, address: Reference<'_>) {
        let Some(class) = asked.target.class else { return };
        let Some(mut observer) = Observer::new(class, asked.target.instance, address, self.confidence) else {
            return;
        };
        match asked.service {
            service::GET_ATTRIBUTES_ALL => {
                list::all(class, false, response.data, |id, _, kind, value| {
                    observer.attribute(id, kind, value, self.sink);
                });
            }
            service::GET_ATTRIBUTE_LIST => {
                for entry in list::answered(class, false, asked.data, response.data) {
                    if let (0, Some((_, kind))) = (entry.status, entry.known) {
                        observer.attribute(u32::from(entry.id), kind, entry.value, self.sink);
                    }
                }
            }
            service::GET_ATTRIBUTE_SINGLE => {
                let Some(id) = asked.target.attribute else { return };
                let Some((_, kind)) = attribute::lookup(class, false, id) else { return };
                if let Some(value) = attribute::take(kind, &mut Reader::new(response.data)) {
                    observer.attribute(id, kind, value, self.sink);
                }
            }
            _ => {}
        }
        observer.finish(self.sink);
    }
}

/// A piece of a file: transfer number, packet type, data; the last one ends in a checksum of two bytes.
fn piece(asked: &Request<'_>, data: &[u8], direction: Direction, sink: &mut dyn Sink) {
    let Some((&[_, kind], data)) = data.split_first_chunk::<2>() else { return };
    let last = LAST.contains(&kind);
    let end = if last { data.len().saturating_sub(2) } else { data.len() };
    sink.file(&FileChunk {
        protocol: Protocol::Cip,
        handle: u64::from(asked.target.instance.unwrap_or(0)),
        name: "",
        direction,
        offset: None,
        data: data.get(..end).unwrap_or_default(),
        last,
    });
}
