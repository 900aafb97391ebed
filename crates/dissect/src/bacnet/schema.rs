//! Productions as data, and the walk that shows the fields of bytes that follow one (ASHRAE 135, clauses 20.2, 21).

use super::names;
use super::property_names;
use super::property_types::{self, Shape};
use super::tag::{self, Form, ObjectId, Tag};
use crate::{Reader, Visitor};

/// Elements shown of one list; a whole APDU of 1476 bytes holds no more.
const MAX_ELEMENTS: usize = 4096;

/// A type of a parameter.
pub(super) enum Kind {
    /// TRUE or FALSE.
    Boolean,
    Unsigned,
    Integer,
    Real,
    Double,
    Octets,
    Text,
    /// Named bits; those that are set are shown.
    Bits(&'static [&'static str]),
    /// An enumeration with names in order of the numbers.
    Enum(&'static [&'static str]),
    ErrorClass,
    ErrorCode,
    Date,
    Time,
    /// An object identifier, shown in an object of its own.
    Object,
    /// The object identifier that a message or list element is about: its type and instance stand beside the
    /// other fields, and values that follow are read as its.
    Subject,
    /// An object type alone.
    ObjectType,
    /// A property identifier; values that follow are read as its.
    Property,
    /// One application-tagged primitive of any type.
    Any,
    /// Values of the property in scope.
    Value,
    /// What must not be shown: a password, a key, a credential.
    Secret,
    /// Members in order.
    Sequence(&'static [Member]),
    /// Members in order, shown beside the fields around them.
    Inline(&'static [Member]),
    /// Any number of the same.
    List(&'static Kind),
    /// One of these.
    Choice(&'static [Member]),
    /// Anything, tags as they come.
    Abstract,
}

/// One member of a sequence or choice.
pub(super) struct Member {
    /// Context tag, or `None` for application tags and untagged members.
    pub(super) tag: Option<u8>,
    pub(super) name: &'static str,
    pub(super) kind: &'static Kind,
    pub(super) optional: bool,
}

/// Writes members short. Macros, not functions: what a literal borrows lives as long as the table it stands in.
macro_rules! member {
    ($tag:expr, $name:expr, $kind:expr, $optional:expr) => {
        $crate::bacnet::schema::Member { tag: $tag, name: $name, kind: $kind, optional: $optional }
    };
}
/// A member that must be there, with context tag.
macro_rules! req {
    ($tag:expr, $name:expr, $kind:expr $(,)?) => {
        $crate::bacnet::schema::member!(Some($tag), $name, $kind, false)
    };
}
/// A member that may be there, with context tag.
macro_rules! opt {
    ($tag:expr, $name:expr, $kind:expr $(,)?) => {
        $crate::bacnet::schema::member!(Some($tag), $name, $kind, true)
    };
}
/// A member without context tag.
macro_rules! app {
    ($name:expr, $kind:expr $(,)?) => {
        $crate::bacnet::schema::member!(None, $name, $kind, false)
    };
}
/// A member without context tag that may be lacking.
macro_rules! app_opt {
    ($name:expr, $kind:expr $(,)?) => {
        $crate::bacnet::schema::member!(None, $name, $kind, true)
    };
}
pub(super) use {app, app_opt, member, opt, req};

impl Kind {
    /// Whether a value of this type without context tag may begin with `tag`.
    fn starts(&self, tag: &Tag<'_>) -> bool {
        let application = !tag.context && tag.form == Form::Value;
        match self {
            Self::Boolean => application && tag.number == tag::BOOLEAN,
            Self::Unsigned => application && tag.number == tag::UNSIGNED,
            Self::Integer => application && matches!(tag.number, tag::INTEGER | tag::UNSIGNED),
            Self::Real => application && tag.number == tag::REAL,
            Self::Double => application && tag.number == tag::DOUBLE,
            Self::Octets => application && tag.number == tag::OCTETS,
            Self::Text => application && tag.number == tag::TEXT,
            Self::Bits(_) => application && tag.number == tag::BITS,
            Self::Enum(_) | Self::ErrorClass | Self::ErrorCode | Self::ObjectType | Self::Property => {
                application && tag.number == tag::ENUMERATED
            }
            Self::Date => application && tag.number == tag::DATE,
            Self::Time => application && tag.number == tag::TIME,
            Self::Object | Self::Subject => application && tag.number == tag::OBJECT,
            Self::Any | Self::Secret => application,
            Self::Value | Self::Abstract => tag.form != Form::Close,
            Self::List(element) => element.starts(tag),
            Self::Choice(members) => members.iter().any(|member| member.starts(tag)),
            Self::Sequence(members) | Self::Inline(members) => {
                for member in *members {
                    if member.starts(tag) {
                        return true;
                    }
                    if !member.optional {
                        return false;
                    }
                }
                false
            }
        }
    }
}

impl Member {
    fn starts(&self, tag: &Tag<'_>) -> bool {
        match self.tag {
            Some(number) => tag.context && tag.form != Form::Close && tag.number == number,
            None => self.kind.starts(tag),
        }
    }
}

/// Shows bytes by their production.
pub(super) struct Walk<'v> {
    visitor: &'v mut dyn Visitor,
    /// Object and property that the next value belongs to.
    object_type: Option<u16>,
    property: Option<u32>,
    depth: usize,
}

impl<'v> Walk<'v> {
    pub(super) fn new(visitor: &'v mut dyn Visitor) -> Self {
        Self { visitor, object_type: None, property: None, depth: 0 }
    }

    /// Sets what values without an identifier of their own belong to.
    pub(super) fn about(&mut self, object_type: Option<u16>, property: Option<u32>) {
        self.object_type = object_type;
        self.property = property;
    }

    /// Shows the members of a whole parameter list; bytes that do not follow it are shown as `undecoded`.
    pub(super) fn parameters(&mut self, members: &'static [Member], data: &[u8]) {
        let mut reader = Reader::new(data);
        self.members(members, &mut reader);
        if !reader.is_empty() {
            self.visitor.bytes("undecoded", reader.rest());
        }
    }

    fn members(&mut self, members: &'static [Member], reader: &mut Reader<'_>) {
        for member in members {
            let Some(tag) = Tag::peek(reader) else { return };
            if member.starts(&tag) {
                self.member(member, reader);
            } else if let (None, Kind::List(_)) = (member.tag, member.kind) {
                // An empty list without tags takes no bytes.
                self.empty_list(member.name);
            } else if !member.optional {
                return;
            }
        }
    }

    fn empty_list(&mut self, name: &'static str) {
        self.visitor.begin_list(name);
        self.visitor.end_list();
    }

    fn member(&mut self, member: &'static Member, reader: &mut Reader<'_>) {
        if member.tag.is_none() {
            self.kind(member.name, member.kind, reader);
            return;
        }
        let Some(tag) = Tag::read(reader) else { return };
        if tag.form == Form::Value {
            self.primitive(member.name, member.kind, &tag);
            return;
        }
        let inner = tag::inside(reader);
        if self.depth >= tag::MAX_DEPTH {
            self.visitor.bytes(member.name, inner);
            return;
        }
        self.depth = self.depth.saturating_add(1);
        let mut inside = Reader::new(inner);
        self.kind(member.name, member.kind, &mut inside);
        if !inside.is_empty() {
            self.visitor.bytes("undecoded", inside.rest());
        }
        self.depth = self.depth.saturating_sub(1);
    }

    /// A value without context tag.
    fn kind(&mut self, name: &'static str, kind: &'static Kind, reader: &mut Reader<'_>) {
        match kind {
            Kind::Sequence(members) => {
                self.visitor.begin_object(name);
                self.members(members, reader);
                self.visitor.end_object();
            }
            Kind::Inline(members) => self.members(members, reader),
            Kind::Choice(members) => {
                let Some(tag) = Tag::peek(reader) else { return };
                let Some(member) = members.iter().find(|member| member.starts(&tag)) else { return };
                if member.name.is_empty() {
                    self.member(member, reader);
                    return;
                }
                self.visitor.begin_object(name);
                self.member(member, reader);
                self.visitor.end_object();
            }
            Kind::List(element) => {
                self.visitor.begin_list(name);
                self.elements(element, reader);
                self.visitor.end_list();
            }
            Kind::Value => self.values(name, reader),
            Kind::Abstract => self.tags(name, reader),
            _ => {
                let before = *reader;
                match Tag::read(reader) {
                    Some(tag) if tag.form == Form::Value => self.primitive(name, kind, &tag),
                    _ => *reader = before,
                }
            }
        }
    }

    fn elements(&mut self, element: &'static Kind, reader: &mut Reader<'_>) {
        if self.depth >= tag::MAX_DEPTH {
            return;
        }
        self.depth = self.depth.saturating_add(1);
        for _ in 0..MAX_ELEMENTS {
            let before = reader.remaining();
            if !Tag::peek(reader).is_some_and(|tag| element.starts(&tag)) {
                break;
            }
            self.kind("", element, reader);
            if reader.remaining() == before {
                break;
            }
        }
        self.depth = self.depth.saturating_sub(1);
    }

    /// Values of the property in scope: one, or a list.
    fn values(&mut self, name: &'static str, reader: &mut Reader<'_>) {
        let shape = property_types::shape(self.object_type, self.property);
        match shape {
            Shape::One(kind) | Shape::Many(kind)
                if Tag::peek(reader).is_some_and(|tag| kind.starts(&tag)) =>
            {
                let mut ahead = *reader;
                let single = match (&shape, kind) {
                    (Shape::Many(_), _) => false,
                    (_, Kind::Sequence(_) | Kind::Choice(_) | Kind::List(_)) => true,
                    _ => Tag::read(&mut ahead).is_some() && ahead.is_empty(),
                };
                if single {
                    self.kind(name, kind, reader);
                } else {
                    self.visitor.begin_list(name);
                    self.elements(kind, reader);
                    self.visitor.end_list();
                }
                // A vendor's own form of a standard property.
                if !reader.is_empty() {
                    self.tags("further_values", reader);
                }
            }
            _ => self.tags(name, reader),
        }
    }

    /// Tags without a production: one value as itself, several as a list.
    fn tags(&mut self, name: &'static str, reader: &mut Reader<'_>) {
        let mut ahead = *reader;
        let alone = Tag::read(&mut ahead).is_some_and(|tag| tag.form == Form::Value) && ahead.is_empty();
        if alone {
            self.one_tag(name, reader);
            return;
        }
        self.visitor.begin_list(name);
        for _ in 0..MAX_ELEMENTS {
            if !self.one_tag("", reader) {
                break;
            }
        }
        self.visitor.end_list();
    }

    /// One value of unknown production; false at the end.
    fn one_tag(&mut self, name: &'static str, reader: &mut Reader<'_>) -> bool {
        let before = *reader;
        let Some(tag) = Tag::read(reader) else { return false };
        match tag.form {
            Form::Close => {
                *reader = before;
                return false;
            }
            Form::Value if !tag.context => self.application(name, &tag, None),
            Form::Value => {
                self.visitor.begin_object(name);
                self.visitor.uint("context_tag", u64::from(tag.number));
                self.visitor.bytes("data", tag.value);
                self.visitor.end_object();
            }
            Form::Open => {
                let inner = tag::inside(reader);
                self.visitor.begin_object(name);
                self.visitor.uint("context_tag", u64::from(tag.number));
                if self.depth >= tag::MAX_DEPTH {
                    self.visitor.bytes("data", inner);
                } else {
                    self.depth = self.depth.saturating_add(1);
                    self.tags("values", &mut Reader::new(inner));
                    self.depth = self.depth.saturating_sub(1);
                }
                self.visitor.end_object();
            }
        }
        true
    }

    /// An application-tagged primitive by its own tag.
    fn application(&mut self, name: &'static str, tag: &Tag<'_>, kind: Option<&'static Kind>) {
        let kind = kind.unwrap_or(match tag.number {
            tag::NULL => {
                self.visitor.text(name, "null");
                return;
            }
            tag::BOOLEAN => &Kind::Boolean,
            tag::UNSIGNED => &Kind::Unsigned,
            tag::INTEGER => &Kind::Integer,
            tag::REAL => &Kind::Real,
            tag::DOUBLE => &Kind::Double,
            tag::TEXT => &Kind::Text,
            tag::BITS => &Kind::Bits(&[]),
            tag::ENUMERATED => &Kind::Enum(&[]),
            tag::DATE => &Kind::Date,
            tag::TIME => &Kind::Time,
            tag::OBJECT => &Kind::Object,
            _ => &Kind::Octets,
        });
        self.value(name, kind, tag.value);
    }

    /// A tagged primitive.
    fn primitive(&mut self, name: &'static str, kind: &'static Kind, tag: &Tag<'_>) {
        match kind {
            Kind::Any | Kind::Value | Kind::Abstract if !tag.context => self.application(name, tag, None),
            Kind::Integer if !tag.context && tag.number == tag::UNSIGNED => {
                self.value(name, &Kind::Unsigned, tag.value);
            }
            Kind::Choice(_)
            | Kind::Sequence(_)
            | Kind::Inline(_)
            | Kind::List(_)
            | Kind::Any
            | Kind::Value
            | Kind::Abstract => self.visitor.bytes(name, tag.value),
            _ => self.value(name, kind, tag.value),
        }
    }

    /// The contents of a primitive; what does not fit its type is shown as bytes.
    fn value(&mut self, name: &'static str, kind: &'static Kind, value: &[u8]) {
        if self.known(name, kind, value).is_none() {
            self.visitor.bytes(name, value);
        }
    }

    fn known(&mut self, name: &'static str, kind: &'static Kind, value: &[u8]) -> Option<()> {
        let visitor = &mut *self.visitor;
        match kind {
            Kind::Boolean => visitor.flag(name, *value.first()? != 0),
            Kind::Unsigned => visitor.uint(name, tag::unsigned(value)?),
            Kind::Integer => visitor.int(name, tag::integer(value)?),
            Kind::Real => visitor.float(name, shown(tag::real(value)?)),
            Kind::Double => visitor.float(name, tag::double(value)?),
            Kind::Octets => visitor.bytes(name, value),
            Kind::Text => visitor.text(name, &tag::text(value)),
            Kind::Bits(labels) => bits(visitor, name, labels, value)?,
            Kind::Enum(labels) => named(visitor, name, tag::unsigned(value)?, |raw| names::of(labels, raw)),
            Kind::ErrorClass => {
                named(visitor, name, tag::unsigned(value)?, |class| Some(names::error_class(class)));
            }
            Kind::ErrorCode => {
                named(visitor, name, tag::unsigned(value)?, |code| Some(names::error_code(code)));
            }
            Kind::Date => visitor.text(name, tag::date(value)?.as_str()),
            Kind::Time => visitor.text(name, tag::time(value)?.as_str()),
            Kind::Object => {
                let object = ObjectId::of(value)?;
                visitor.begin_object(name);
                identifier(visitor, object);
                visitor.end_object();
            }
            Kind::Subject => {
                let object = ObjectId::of(value)?;
                identifier(visitor, object);
                self.object_type = Some(object.kind);
                self.property = None;
            }
            Kind::ObjectType => {
                named(visitor, name, tag::unsigned(value)?, |raw| names::of(names::OBJECT_TYPES, raw));
            }
            Kind::Property => {
                let property = tag::unsigned32(value)?;
                named(visitor, name, u64::from(property), |_| property_names::name(property));
                self.property = Some(property);
            }
            Kind::Secret => visitor.flag(name, true),
            Kind::Any
            | Kind::Value
            | Kind::Abstract
            | Kind::Sequence(_)
            | Kind::Inline(_)
            | Kind::List(_)
            | Kind::Choice(_) => return None,
        }
        Some(())
    }
}

fn identifier(visitor: &mut dyn Visitor, object: ObjectId) {
    named(visitor, "object_type", u64::from(object.kind), |raw| names::of(names::OBJECT_TYPES, raw));
    visitor.uint("instance", u64::from(object.instance));
}

fn named(
    visitor: &mut dyn Visitor,
    name: &'static str,
    raw: u64,
    label: impl Fn(u64) -> Option<&'static str>,
) {
    match label(raw) {
        Some(label) => visitor.named(name, raw, label),
        None => visitor.uint(name, raw),
    }
}

/// A single-precision number as the shortest decimal that means it, so that 0.1 is not shown as 0.10000000149.
fn shown(value: f32) -> f64 {
    crate::Text::<64>::of(format_args!("{value}")).as_str().parse().unwrap_or_else(|_| f64::from(value))
}

/// Named bits as the list of those that are set; unnamed ones as a row of zeros and ones.
fn bits(visitor: &mut dyn Visitor, name: &'static str, labels: &[&'static str], value: &[u8]) -> Option<()> {
    let (unused, bytes) = value.split_first()?;
    let count = bytes.len().saturating_mul(8).checked_sub(usize::from(*unused))?;
    let set = bytes.iter().flat_map(|byte| (0..8u32).map(move |bit| byte & 0x80u8.wrapping_shr(bit) != 0));
    if labels.is_empty() {
        let row: String = set.take(count).map(|set| if set { '1' } else { '0' }).collect();
        visitor.text(name, &row);
        return Some(());
    }
    visitor.begin_list(name);
    for (at, _) in set.take(count).enumerate().filter(|(_, set)| *set) {
        match labels.get(at).filter(|label| !label.is_empty()) {
            Some(label) => visitor.text("", label),
            None => visitor.text("", crate::Text::<16>::of(format_args!("bit_{at}")).as_str()),
        }
    }
    visitor.end_list();
    Some(())
}
