//! Process values and files that messages carry.

use super::services::{ATOMIC_READ_FILE, ATOMIC_WRITE_FILE};
use super::subject::{Item, Subject};
use super::tag::{self, Form, ObjectId, Tag};
use crate::{Direction, FileChunk, Number, Protocol, Reader, Reference, Sink, Text, Value};

const PRESENT_VALUE: u32 = 85;
/// Binary input, output and value: their two states are an enumeration on the wire (clause 12.6 to 12.8).
const BINARY: std::ops::RangeInclusive<u16> = 3..=5;

/// Hands over the present value of an object.
pub(super) fn value(item: &Item<'_>, address: Reference<'_>, sink: &mut dyn Sink) {
    let (Some(PRESENT_VALUE), Some(value)) = (item.property, item.value) else { return };
    let mut reader = Reader::new(value);
    let Some(tag) = Tag::read(&mut reader).filter(|tag| !tag.context && tag.form == Form::Value) else {
        return;
    };
    let Some((kind, number)) = number(item.object, &tag) else { return };
    let subject = Subject::single(item.object, PRESENT_VALUE);
    let mut text = Text::default();
    sink.value(&Value {
        protocol: Protocol::Bacnet,
        address,
        object: subject.reference(&mut text),
        kind,
        number,
    });
}

fn number(object: ObjectId, tag: &Tag<'_>) -> Option<(&'static str, Number)> {
    Some(match tag.number {
        tag::BOOLEAN => ("boolean", Number::Bool(*tag.value.first()? != 0)),
        tag::UNSIGNED => ("unsigned", Number::Uint(tag::unsigned(tag.value)?)),
        tag::INTEGER => ("integer", Number::Int(tag::integer(tag.value)?)),
        tag::REAL => ("real", Number::Float(f64::from(tag::real(tag.value)?))),
        tag::DOUBLE => ("double", Number::Float(tag::double(tag.value)?)),
        tag::ENUMERATED => match tag::unsigned(tag.value)? {
            state @ 0..=1 if BINARY.contains(&object.kind) => ("binary", Number::Bool(state == 1)),
            state => ("enumerated", Number::Uint(state)),
        },
        _ => return None,
    })
}

/// Hands over the content of a file that a message carries: of a write request, or of a read result for the file
/// that `asked` names.
pub(super) fn file(choice: u8, response: bool, asked: Option<ObjectId>, data: &[u8], sink: &mut dyn Sink) {
    let mut reader = Reader::new(data);
    let (direction, last, file) = match (choice, response) {
        (ATOMIC_READ_FILE, true) => {
            let Some(end) = Tag::read(&mut reader).filter(|tag| !tag.context && tag.number == tag::BOOLEAN)
            else {
                return;
            };
            (Direction::Upload, end.value == [1], asked)
        }
        (ATOMIC_WRITE_FILE, false) => {
            let file = Tag::read(&mut reader).and_then(|tag| ObjectId::of(tag.value));
            (Direction::Download, false, file)
        }
        _ => return,
    };
    let (Some(file), Some(access)) = (file, Tag::read(&mut reader)) else { return };
    let mut inside = Reader::new(tag::inside(&mut reader));
    let start = Tag::read(&mut inside).and_then(|tag| tag::integer(tag.value));
    let name = Text::<32>::of(format_args!("file {}", file.instance));
    let mut chunk = FileChunk {
        protocol: Protocol::Bacnet,
        handle: u64::from(file.instance) << 1 | u64::from(direction == Direction::Upload),
        name: name.as_str(),
        direction,
        offset: None,
        data: &[],
        last,
    };
    if access.opens(0) {
        // Minus one appends at the end (14.2).
        chunk.offset = start.and_then(|start| u64::try_from(start).ok());
        if let Some(content) = Tag::read(&mut inside).filter(|tag| tag.number == tag::OCTETS) {
            sink.file(&FileChunk { data: content.value, ..chunk });
        }
    } else if access.opens(1) {
        let _count = Tag::read(&mut inside);
        while let Some(record) = Tag::read(&mut inside).filter(|tag| tag.number == tag::OCTETS) {
            let last = last && inside.is_empty();
            sink.file(&FileChunk { data: record.value, last, ..chunk });
        }
    }
}
