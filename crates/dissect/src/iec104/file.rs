//! Files in transfer: sections and segments, types 120 to 127 (IEC 60870-5-101, 7.4.11).

use super::asdu::{Asdu, Object};
use crate::{Anomalies, Direction, FileChunk, Protocol, Reader, Sink, Text};

/// Files that one flow has open at once; the oldest is given up.
const MAX_OPEN: usize = 8;
const SECTION_READY: u8 = 121;
const LAST: u8 = 123;
const SEGMENT: u8 = 125;

#[derive(Debug)]
struct Open {
    key: (u16, u32, u16),
    number: u64,
    section: u8,
    /// Where the section begins, and how far it has come.
    start: u64,
    position: u64,
    /// Sum of the section's bytes (7.2.6.37).
    sum: u8,
    /// Every byte of the section was seen.
    whole: bool,
}

/// The files that are open on a flow.
#[derive(Debug, Default)]
pub(super) struct Files {
    open: Vec<Open>,
    opened: u64,
}

impl Files {
    fn find(&mut self, key: (u16, u32, u16)) -> Option<&mut Open> {
        if !self.open.iter().any(|file| file.key == key) {
            if self.open.len() >= MAX_OPEN {
                self.open.remove(0);
            }
            self.opened = self.opened.wrapping_add(1);
            let number = self.opened;
            self.open.push(Open { key, number, section: 0, start: 0, position: 0, sum: 0, whole: false });
        }
        self.open.iter_mut().find(|file| file.key == key)
    }

    /// Follows one ASDU; gives the pieces to `sink` and what is wrong with checksums.
    pub(super) fn take(&mut self, asdu: &Asdu<'_>, to_server: bool, sink: &mut dyn Sink) -> Anomalies {
        let mut anomalies = Anomalies::NONE;
        if matches!(asdu.type_id, SECTION_READY | LAST | SEGMENT) {
            for object in asdu.objects() {
                anomalies |= self.object(asdu, &object, to_server, sink).unwrap_or_default();
            }
        }
        anomalies
    }

    fn object(
        &mut self,
        asdu: &Asdu<'_>,
        object: &Object<'_>,
        to_server: bool,
        sink: &mut dyn Sink,
    ) -> Option<Anomalies> {
        let mut reader = Reader::new(object.data);
        let name = reader.le_u16().ok()?;
        let section = reader.u8().ok()?;
        let third = reader.rest();
        let key = (asdu.common_address, object.ioa, name);
        let file = self.find(key)?;
        let handle = file.number;
        let text = Text::<48>::of(format_args!("file {name} of ioa {}", object.ioa));
        let mut chunk = FileChunk {
            protocol: Protocol::Iec104,
            handle,
            name: text.as_str(),
            direction: if to_server { Direction::Download } else { Direction::Upload },
            offset: None,
            data: &[],
            last: false,
        };
        match (asdu.type_id, third) {
            (SECTION_READY, _) => {
                // A section that is called again starts over.
                if section == file.section {
                    file.position = file.start;
                }
                (file.section, file.start, file.sum, file.whole) = (section, file.position, 0, true);
            }
            (SEGMENT, _) => {
                if section != file.section {
                    (file.section, file.start, file.sum, file.whole) = (section, file.position, 0, false);
                }
                chunk.offset = Some(file.position);
                chunk.data = object.segment;
                file.position = file.position.saturating_add(object.segment.len() as u64);
                file.sum = object.segment.iter().fold(file.sum, |sum, byte| sum.wrapping_add(*byte));
                if sink.wants().files {
                    sink.file(&chunk);
                }
            }
            (_, [1 | 2, _]) => {
                chunk.offset = Some(file.position);
                chunk.last = true;
                self.open.retain(|file| file.key != key);
                if sink.wants().files {
                    sink.file(&chunk);
                }
            }
            (_, [_, checksum]) if file.whole && file.section == section && file.sum != *checksum => {
                return Some(Anomalies::BAD_CHECKSUM);
            }
            _ => {}
        }
        Some(Anomalies::NONE)
    }

    /// Segments may be lost: sums mean nothing now.
    pub(super) fn gap(&mut self) {
        for file in &mut self.open {
            file.whole = false;
        }
    }
}
