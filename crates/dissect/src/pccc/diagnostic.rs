//! The reply to diagnostic status: what the controller is (1770-6.5.16, chapter 10).

use crate::{Observation, Protocol, Reader, Reference, Sink, Subject, Text, Visitor, confidence, printable};

/// Type extender of SLC 500 and MicroLogix controllers, whose reply names them in characters.
const EXTENDED: u8 = 0xee;
/// Characters of the name.
const NAME: usize = 11;

/// The parts of a reply of SLC 500 and MicroLogix controllers.
struct Status<'a> {
    mode: u8,
    interface_type: u8,
    processor_type: u8,
    /// Series in the high three bits, revision in the low five, each counted from A.
    series_revision: u8,
    name: &'a [u8],
    rest: &'a [u8],
}

fn parse(data: &[u8]) -> Option<Status<'_>> {
    let mut reader = Reader::new(data);
    let mode = reader.u8().ok()?;
    if reader.u8().ok()? != EXTENDED {
        return None;
    }
    Some(Status {
        mode,
        interface_type: reader.u8().ok()?,
        processor_type: reader.u8().ok()?,
        series_revision: reader.u8().ok()?,
        name: reader.take(NAME).ok()?,
        rest: reader.rest(),
    })
}

fn letter(number: u8) -> char {
    char::from(b'A'.saturating_add(number.min(25)))
}

/// Says what the controller is.
pub(super) fn observe(data: &[u8], path: Reference<'_>, sink: &mut dyn Sink) {
    let Some(status) = parse(data) else { return };
    if !status.name.iter().all(|byte| matches!(byte, 0x20..=0x7e | 0)) {
        return;
    }
    let name = printable(status.name);
    if name.trim().is_empty() {
        return;
    }
    let series = Text::<4>::of(format_args!("{}", letter(status.series_revision >> 5)));
    let revision = Text::<4>::of(format_args!("{}", letter(status.series_revision & 0x1f)));
    let facts = [
        ("product_name", name.trim()),
        ("model", name.trim()),
        ("hardware_revision", series.as_str()),
        ("firmware", revision.as_str()),
    ];
    for (attribute, value) in facts {
        sink.observe(&Observation {
            subject: Subject::Sender,
            path,
            attribute,
            value,
            protocol: Protocol::Pccc,
            confidence: confidence::IDENTITY,
        });
    }
}

/// Shows the reply.
pub(super) fn visit(data: &[u8], visitor: &mut dyn Visitor) {
    let Some(status) = parse(data) else {
        visitor.bytes("data", data);
        return;
    };
    visitor.uint("mode_status", u64::from(status.mode));
    visitor.uint("interface_type", u64::from(status.interface_type));
    visitor.uint("processor_type", u64::from(status.processor_type));
    let series = Text::<8>::of(format_args!(
        "{}/{}",
        letter(status.series_revision >> 5),
        letter(status.series_revision & 0x1f)
    ));
    visitor.text("series_revision", series.as_str());
    visitor.text("processor_name", printable(status.name).trim());
    if !status.rest.is_empty() {
        visitor.bytes("data", status.rest);
    }
}
