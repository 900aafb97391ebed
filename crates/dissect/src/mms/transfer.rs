//! Files and domains in transfer (ISO 9506-2, 7.9, 11 and annex on file access).

use super::name::context;
use super::service::{DOWNLOAD_SEGMENT, FILE_READ, UPLOAD_SEGMENT};
use crate::ber::Element;
use crate::{Direction, FileChunk, Protocol, Sink};

/// Transfers that one flow has open at once; the oldest is given up.
const MAX_OPEN: usize = 16;

#[derive(Debug)]
struct Open {
    service: u32,
    /// Identifier of the state machine; 0 for downloads, which go by name.
    id: u64,
    name: Box<str>,
    number: u64,
}

/// The transfers that are open on a flow.
#[derive(Debug, Default)]
pub(super) struct Transfers {
    open: Vec<Open>,
    opened: u64,
}

impl Transfers {
    /// A file was opened, or an upload begun: its identifier stands for `name` from now on.
    pub(super) fn opened(&mut self, service: u32, id: u64, name: &str) {
        self.open.retain(|open| (open.service, open.id) != (service, id) || (id == 0 && *open.name != *name));
        if self.open.len() >= MAX_OPEN {
            self.open.remove(0);
        }
        self.opened = self.opened.wrapping_add(1);
        self.open.push(Open { service, id, name: name.into(), number: self.opened });
    }

    /// Name behind an identifier.
    pub(super) fn name(&self, service: u32, id: u64) -> Option<&str> {
        self.open.iter().find(|open| (open.service, open.id) == (service, id)).map(|open| &*open.name)
    }

    /// A transfer is over.
    pub(super) fn closed(&mut self, service: u32, id: u64, name: &str) {
        self.open.retain(|open| (open.service, open.id) != (service, id) || (id == 0 && *open.name != *name));
    }

    /// Takes a piece out of the answer to a read or segment request.
    pub(super) fn piece(
        &mut self,
        service: u32,
        id: u64,
        name: &str,
        body: &Element<'_>,
        to_server: bool,
        sink: &mut dyn Sink,
    ) {
        if !sink.wants().files || !matches!(service, FILE_READ | UPLOAD_SEGMENT | DOWNLOAD_SEGMENT) {
            return;
        }
        let same = |open: &&Open| {
            (open.service, open.id) == (service, id)
                && (id != 0 || service != DOWNLOAD_SEGMENT || *open.name == *name)
        };
        if !self.open.iter().any(|open| same(&open)) {
            self.opened(service, id, name);
        }
        let Some(open) = self.open.iter().find(same) else { return };
        let Some(data) = context(body, 0).filter(|data| !data.constructed) else { return };
        // More follows unless the answer denies it.
        let more = context(body, 1).is_none_or(|more| more.value.iter().any(|byte| *byte != 0));
        sink.file(&FileChunk {
            protocol: Protocol::Mms,
            handle: open.number,
            name: &open.name,
            direction: if to_server { Direction::Download } else { Direction::Upload },
            offset: None,
            data: data.value,
            last: !more,
        });
    }
}
