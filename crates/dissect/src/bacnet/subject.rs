//! What a message is about, read without looking at the rest: objects, properties and where their values stand.

use super::apdu::{COMPLEX_ACK, CONFIRMED_REQUEST, UNCONFIRMED_REQUEST};
use super::names;
use super::property_names;
use super::services as s;
use super::tag::{self, ObjectId, Tag};
use crate::{Reader, Reference, Text};

/// Properties looked at in one message; an APDU of 1476 bytes holds some hundred.
const MAX_ITEMS: usize = 4096;

/// One property of one object in a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Item<'a> {
    pub(super) object: ObjectId,
    pub(super) property: Option<u32>,
    pub(super) index: Option<u32>,
    /// Its value or values, tags included.
    pub(super) value: Option<&'a [u8]>,
}

/// Where object identifiers and properties stand in a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// Nothing to read.
    None,
    /// An application-tagged object identifier first.
    First,
    /// An object identifier under this context tag.
    At(u8),
    /// An object identifier under the first, a property reference under the second context tag.
    AtWith(u8, u8),
    /// Object to create: a constructed choice first.
    Created,
    /// Object, property, index; a value under context tag 3 where the flag says so.
    One(bool),
    /// Objects, each with properties whose context tags begin with this number.
    Many(u8),
    /// A change of value notification: object under tag 2, values under tag 4.
    Notification,
    /// Notifications for several objects under tag 4.
    Notifications,
    /// Two application-tagged object identifiers: the second is what it is about.
    Second,
}

/// The layout of a PDU's parameters.
pub(super) const fn layout(kind: u8, choice: u8) -> Layout {
    match (kind, choice) {
        (CONFIRMED_REQUEST, s::ACKNOWLEDGE_ALARM | s::SUBSCRIBE_COV) => Layout::At(1),
        (CONFIRMED_REQUEST, s::SUBSCRIBE_COV_PROPERTY) => Layout::AtWith(1, 4),
        (CONFIRMED_REQUEST, s::CONFIRMED_COV) | (UNCONFIRMED_REQUEST, s::UNCONFIRMED_COV) => {
            Layout::Notification
        }
        (CONFIRMED_REQUEST, s::CONFIRMED_EVENT) | (UNCONFIRMED_REQUEST, s::UNCONFIRMED_EVENT) => {
            Layout::At(2)
        }
        (CONFIRMED_REQUEST, s::CONFIRMED_COV_MULTIPLE)
        | (UNCONFIRMED_REQUEST, s::UNCONFIRMED_COV_MULTIPLE) => Layout::Notifications,
        (CONFIRMED_REQUEST, s::ATOMIC_READ_FILE | s::ATOMIC_WRITE_FILE | s::DELETE_OBJECT)
        | (COMPLEX_ACK, s::CREATE_OBJECT)
        | (UNCONFIRMED_REQUEST, s::I_AM) => Layout::First,
        (CONFIRMED_REQUEST, s::CREATE_OBJECT) => Layout::Created,
        (
            CONFIRMED_REQUEST,
            s::READ_PROPERTY | s::READ_RANGE | s::ADD_LIST_ELEMENT | s::REMOVE_LIST_ELEMENT,
        )
        | (COMPLEX_ACK, s::READ_RANGE) => Layout::One(false),
        (CONFIRMED_REQUEST, s::WRITE_PROPERTY) | (COMPLEX_ACK, s::READ_PROPERTY) => Layout::One(true),
        (CONFIRMED_REQUEST, s::READ_PROPERTY_MULTIPLE | s::WRITE_PROPERTY_MULTIPLE) => Layout::Many(0),
        (COMPLEX_ACK, s::READ_PROPERTY_MULTIPLE) => Layout::Many(2),
        (CONFIRMED_REQUEST, s::LIFE_SAFETY_OPERATION) => Layout::At(3),
        (UNCONFIRMED_REQUEST, s::I_HAVE) => Layout::Second,
        (UNCONFIRMED_REQUEST, s::WHO_HAS) => Layout::At(2),
        _ => Layout::None,
    }
}

/// Hands every property that a message names to `take`, with its object.
pub(super) fn each<'a>(layout: Layout, data: &'a [u8], take: &mut dyn FnMut(Item<'a>)) {
    let mut reader = Reader::new(data);
    let mut bare = |object: Option<ObjectId>, property: Option<u32>| {
        if let Some(object) = object {
            take(Item { object, property, index: None, value: None });
        }
    };
    match layout {
        Layout::None => {}
        Layout::First => bare(application(&mut reader), None),
        Layout::Second => {
            let _ = application(&mut reader);
            bare(application(&mut reader), None);
        }
        Layout::At(number) => bare(under(reader, number), None),
        Layout::AtWith(number, reference) => {
            let object = under(reader, number);
            bare(object, referenced(reader, reference));
        }
        Layout::Created => {
            if Tag::read(&mut reader).is_some_and(|tag| tag.opens(0)) {
                bare(under(reader, 1), None);
            }
        }
        Layout::One(valued) => one(reader, valued, take),
        Layout::Many(first) => many(reader, first, take),
        Layout::Notification => {
            let mut object = None;
            while let Some(tag) = Tag::read(&mut reader) {
                if tag.is_value(2) {
                    object = ObjectId::of(tag.value);
                } else if let (true, Some(object)) = (tag.opens(4), object) {
                    properties(object, Reader::new(tag::inside(&mut reader)), 0, take);
                    return;
                }
            }
            // Cut before its values.
            if let Some(object) = object {
                take(Item { object, property: None, index: None, value: None });
            }
        }
        Layout::Notifications => {
            while let Some(tag) = Tag::read(&mut reader) {
                if tag.opens(4) {
                    many(Reader::new(tag::inside(&mut reader)), 0, take);
                    return;
                }
                if tag.opens(3) {
                    tag::inside(&mut reader);
                }
            }
        }
    }
}

fn application(reader: &mut Reader<'_>) -> Option<ObjectId> {
    let tag = Tag::read(reader)?;
    if tag.context || tag.number != tag::OBJECT { None } else { ObjectId::of(tag.value) }
}

/// The object identifier under a context tag of the outermost level.
fn under(mut reader: Reader<'_>, number: u8) -> Option<ObjectId> {
    while let Some(tag) = Tag::read(&mut reader) {
        if tag.is_value(number) {
            return ObjectId::of(tag.value);
        }
        match tag.form {
            tag::Form::Open => {
                tag::inside(&mut reader);
            }
            tag::Form::Close => return None,
            tag::Form::Value => {}
        }
    }
    None
}

/// The property of a property reference under a context tag.
fn referenced(mut reader: Reader<'_>, number: u8) -> Option<u32> {
    while let Some(tag) = Tag::read(&mut reader) {
        if tag.opens(number) {
            let inner = Tag::read(&mut reader)?;
            return if inner.is_value(0) { tag::unsigned32(inner.value) } else { None };
        }
    }
    None
}

fn one<'a>(mut reader: Reader<'a>, valued: bool, take: &mut dyn FnMut(Item<'a>)) {
    let mut object = None;
    let (mut property, mut index, mut value) = (None, None, None);
    while let Some(tag) = Tag::read(&mut reader) {
        if tag.is_value(0) {
            object = ObjectId::of(tag.value);
        } else if tag.is_value(1) {
            property = tag::unsigned32(tag.value);
        } else if tag.is_value(2) {
            index = tag::unsigned32(tag.value);
        } else {
            if valued && tag.opens(3) {
                value = Some(tag::inside(&mut reader));
            }
            break;
        }
    }
    if let Some(object) = object {
        take(Item { object, property, index, value });
    }
}

fn many<'a>(mut reader: Reader<'a>, first: u8, take: &mut dyn FnMut(Item<'a>)) {
    let mut object = None;
    for _ in 0..MAX_ITEMS {
        let Some(tag) = Tag::read(&mut reader) else { return };
        if tag.is_value(0) {
            object = ObjectId::of(tag.value);
        } else if let (true, Some(object)) = (tag.opens(1), object) {
            properties(object, Reader::new(tag::inside(&mut reader)), first, take);
        } else {
            return;
        }
    }
}

/// Properties of one object: property, index and value under three consecutive tags.
fn properties<'a>(object: ObjectId, mut reader: Reader<'a>, first: u8, take: &mut dyn FnMut(Item<'a>)) {
    let mut item: Option<Item<'a>> = None;
    for _ in 0..MAX_ITEMS {
        let Some(tag) = Tag::read(&mut reader) else { break };
        if tag.is_value(first) {
            if let Some(item) = item.take() {
                take(item);
            }
            item = Some(Item { object, property: tag::unsigned32(tag.value), index: None, value: None });
        } else if tag.is_value(first.saturating_add(1)) {
            if let Some(item) = &mut item {
                item.index = tag::unsigned32(tag.value);
            }
        } else if tag.form == tag::Form::Open {
            let inner = tag::inside(&mut reader);
            if let (true, Some(item)) = (tag.number == first.saturating_add(2), &mut item) {
                item.value = Some(inner);
            }
        }
    }
    if let Some(item) = item {
        take(item);
    }
}

/// The object and property that stand first in a message, and how many follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Subject {
    pub(super) object: Option<ObjectId>,
    pub(super) property: Option<u32>,
    more: u32,
}

impl Subject {
    pub(super) fn of(layout: Layout, data: &[u8]) -> Self {
        let mut subject = Self::default();
        each(layout, data, &mut |item| {
            if subject.object.is_some() {
                subject.more = subject.more.saturating_add(1);
            } else {
                subject.object = Some(item.object);
                subject.property = item.property;
            }
        });
        subject
    }

    /// One property of one object.
    pub(super) const fn single(object: ObjectId, property: u32) -> Self {
        Self { object: Some(object), property: Some(property), more: 0 }
    }

    /// Whether a result about this answers a request about `asked`.
    pub(super) fn answers(&self, asked: &Self) -> bool {
        let (Some(own), Some(other)) = (self.object, asked.object) else { return true };
        // The highest instance in a request means whatever the device has (12.11).
        let same = own == other || own.kind == other.kind && other.instance == 0x003f_ffff;
        same && self.property == asked.property
    }

    /// `analog_input 3 present_value`, with `+2` where two more properties follow.
    pub(super) fn reference<'t>(&self, text: &'t mut Text<96>) -> Reference<'t> {
        let Some(object) = self.object else { return Reference::None };
        let label = names::of(names::OBJECT_TYPES, u64::from(object.kind));
        if let (Some(label), None) = (label, self.property) {
            return Reference::one(label, u64::from(object.instance));
        }
        if let Some(label) = label {
            tag::push(text, label);
        } else {
            tag::push(text, "object_type ");
            tag::number(text, u64::from(object.kind), 1);
            tag::push(text, " instance");
        }
        tag::push(text, " ");
        tag::number(text, u64::from(object.instance), 1);
        if let Some(property) = self.property {
            tag::push(text, " ");
            if let Some(name) = property_names::name(property) {
                tag::push(text, name);
            } else {
                tag::push(text, "property ");
                tag::number(text, u64::from(property), 1);
            }
        }
        if self.more > 0 {
            tag::push(text, " +");
            tag::number(text, u64::from(self.more), 1);
        }
        Reference::Text(text.as_str())
    }
}
