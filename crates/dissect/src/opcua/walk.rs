//! Reads binary encoded structures by their tables (Part 6, clause 5.2).

use super::node_id::{NodeId, bytes};
use super::schema::{Names, Struct, Type, extensions};
use crate::{Anomalies, Number, Reader, Short};

/// Deepest nesting that is followed; the specification lets decoders stop at 100 (Part 6, 5.1.5), real messages need ten.
const MAX_DEPTH: u8 = 24;

/// One value as the wire carried it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Item<'a> {
    /// A number and its type.
    Number(Number, &'static str),
    /// A number with names.
    Enum(u32, Names),
    /// Text; `None` where it is null.
    Text(Option<&'a [u8]>),
    /// Bytes.
    Bytes(Option<&'a [u8]>),
    /// 100 ns since 1601 (Part 6, 5.2.2.5).
    Time(i64),
    Guid([u8; 16]),
    Node(NodeId<'a>),
    Status(u32),
    /// A name in a namespace.
    Qualified(u16, Option<&'a [u8]>),
    /// A word of our own, e.g. the type of the value that follows.
    Word(&'static str),
}

/// Takes what the walker reads, in wire order.
pub(super) trait See<'a> {
    /// One value; inside lists the name is empty.
    fn item(&mut self, name: &'static str, item: Item<'a>);
    /// A structure begins.
    fn open(&mut self, name: &'static str) {
        let _ = name;
    }
    /// It ends.
    fn close(&mut self) {}
    /// A list begins.
    fn open_list(&mut self, name: &'static str) {
        let _ = name;
    }
    /// It ends.
    fn close_list(&mut self) {}
}

/// Sees nothing.
pub(super) struct Blind;

impl<'a> See<'a> for Blind {
    fn item(&mut self, _name: &'static str, _item: Item<'a>) {}
}

/// Why reading stopped, as the mark of the message.
pub(super) type Flaw = Anomalies;

impl From<Short> for Flaw {
    fn from(_: Short) -> Self {
        Self::BAD_LENGTH
    }
}

/// A cursor that knows how deep it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Walk<'a> {
    pub(super) reader: Reader<'a>,
    depth: u8,
}

impl<'a> Walk<'a> {
    pub(super) const fn new(data: &'a [u8]) -> Self {
        Self { reader: Reader::new(data), depth: 0 }
    }

    /// Reads every member of a structure.
    ///
    /// # Errors
    /// The mark of what is wrong; what was read before it has been seen.
    pub(super) fn structure<S: See<'a>>(&mut self, members: Struct, see: &mut S) -> Result<(), Flaw> {
        for member in members {
            if member.list {
                self.list(member.name, member.kind, see)?;
            } else {
                self.value(member.name, member.kind, see)?;
            }
        }
        Ok(())
    }

    /// Number of elements of the array that begins here; null is empty.
    ///
    /// # Errors
    /// When there cannot be so many: every element takes a byte at least.
    pub(super) fn count(&mut self) -> Result<usize, Flaw> {
        let count = usize::try_from(self.reader.le_i32()?).unwrap_or(0);
        if count > self.reader.remaining() { Err(Flaw::BAD_LENGTH) } else { Ok(count) }
    }

    fn list<S: See<'a>>(&mut self, name: &'static str, kind: Type, see: &mut S) -> Result<(), Flaw> {
        let count = self.count()?;
        if count == 0 {
            return Ok(());
        }
        see.open_list(name);
        let mut result = Ok(());
        for _ in 0..count {
            result = self.value("", kind, see);
            if result.is_err() {
                break;
            }
        }
        see.close_list();
        result
    }

    /// Runs `inner` one level deeper, between an opening and a closing.
    fn within<S: See<'a>>(
        &mut self,
        name: &'static str,
        see: &mut S,
        inner: impl FnOnce(&mut Self, &mut S) -> Result<(), Flaw>,
    ) -> Result<(), Flaw> {
        if self.depth >= MAX_DEPTH {
            return Err(Flaw::TOO_DEEP);
        }
        self.depth = self.depth.saturating_add(1);
        see.open(name);
        let result = inner(self, see);
        see.close();
        self.depth = self.depth.saturating_sub(1);
        result
    }

    fn value<S: See<'a>>(&mut self, name: &'static str, kind: Type, see: &mut S) -> Result<(), Flaw> {
        let reader = &mut self.reader;
        let item = match kind {
            Type::Boolean => Item::Number(Number::Bool(reader.u8()? != 0), "boolean"),
            Type::SByte => Item::Number(Number::Int(i64::from(reader.i8()?)), "sbyte"),
            Type::Byte => Item::Number(Number::Uint(u64::from(reader.u8()?)), "byte"),
            Type::Int16 => Item::Number(Number::Int(i64::from(reader.le_i16()?)), "int16"),
            Type::UInt16 => Item::Number(Number::Uint(u64::from(reader.le_u16()?)), "uint16"),
            Type::Int32 => Item::Number(Number::Int(i64::from(reader.le_i32()?)), "int32"),
            Type::UInt32 => Item::Number(Number::Uint(u64::from(reader.le_u32()?)), "uint32"),
            Type::Int64 => Item::Number(Number::Int(reader.le_i64()?), "int64"),
            Type::UInt64 => Item::Number(Number::Uint(reader.le_u64()?), "uint64"),
            Type::Float => Item::Number(Number::Float(f64::from(reader.le_f32()?)), "float"),
            Type::Double => Item::Number(Number::Float(reader.le_f64()?), "double"),
            Type::String => Item::Text(bytes(reader)?),
            Type::DateTime => Item::Time(reader.le_i64()?),
            Type::Guid => Item::Guid(reader.array()?),
            Type::ByteString => Item::Bytes(bytes(reader)?),
            Type::NodeId => Item::Node(NodeId::read(reader)?.ok_or(Flaw::BAD_ENCODING)?),
            Type::ExpandedNodeId => Item::Node(NodeId::read_expanded(reader)?.ok_or(Flaw::BAD_ENCODING)?),
            Type::StatusCode => Item::Status(reader.le_u32()?),
            Type::QualifiedName => Item::Qualified(reader.le_u16()?, bytes(reader)?),
            Type::LocalizedText => Item::Text(localized(reader)?),
            Type::Enum(names) => Item::Enum(reader.le_u32()?, names),
            Type::Secret => {
                bytes(reader)?;
                return Ok(());
            }
            Type::SecretNode => {
                NodeId::read(reader)?.ok_or(Flaw::BAD_ENCODING)?;
                return Ok(());
            }
            Type::Object(members) => {
                return self.within(name, see, |walk, see| walk.structure(members, see));
            }
            Type::ExtensionObject => return self.extension(name, see),
            Type::DataValue => return self.within(name, see, Self::data_value),
            Type::Variant => return self.variant(name, see, false),
            Type::DiagnosticInfo => return self.diagnostic(name, see),
        };
        see.item(name, item);
        Ok(())
    }

    /// A structure that says its own type (Part 6, 5.2.2.15).
    fn extension<S: See<'a>>(&mut self, name: &'static str, see: &mut S) -> Result<(), Flaw> {
        let node = NodeId::read(&mut self.reader)?.ok_or(Flaw::BAD_ENCODING)?;
        let encoding = self.reader.u8()?;
        let body = match encoding {
            0 => None,
            1 | 2 => bytes(&mut self.reader)?,
            _ => return Err(Flaw::BAD_ENCODING),
        };
        if node.is_null() && body.is_none() {
            return Ok(());
        }
        self.within(name, see, |walk, see| {
            see.item("type_id", Item::Node(node));
            let Some(body) = body else { return Ok(()) };
            let known = node.standard().filter(|_| encoding == 1).and_then(extensions::find);
            let Some((word, members)) = known else {
                see.item(
                    "body",
                    if encoding == 2 { Item::Text(Some(body)) } else { Item::Bytes(Some(body)) },
                );
                return Ok(());
            };
            see.item("type", Item::Word(word));
            let mut inner = Walk { reader: Reader::new(body), depth: walk.depth };
            inner.structure(members, see)?;
            if inner.reader.is_empty() { Ok(()) } else { Err(Flaw::BAD_LENGTH) }
        })
    }

    /// A value with status and times (Part 6, 5.2.2.17).
    fn data_value<S: See<'a>>(&mut self, see: &mut S) -> Result<(), Flaw> {
        let mask = self.reader.u8()?;
        if mask & 0xc0 != 0 {
            return Err(Flaw::BAD_ENCODING);
        }
        if mask & 0x01 != 0 {
            self.variant("value", see, true)?;
        }
        if mask & 0x02 != 0 {
            see.item("status_code", Item::Status(self.reader.le_u32()?));
        }
        for (bit, name, is_time) in [
            (0x04, "source_timestamp", true),
            (0x10, "source_picoseconds", false),
            (0x08, "server_timestamp", true),
            (0x20, "server_picoseconds", false),
        ] {
            if mask & bit != 0 {
                self.value(name, if is_time { Type::DateTime } else { Type::UInt16 }, see)?;
            }
        }
        Ok(())
    }

    /// A value of any built-in type, alone or as an array (Part 6, 5.2.2.16).
    fn variant<S: See<'a>>(&mut self, name: &'static str, see: &mut S, tell: bool) -> Result<(), Flaw> {
        let form = self.reader.u8()?;
        let Some((word, kind)) = builtin(form & 0x3f) else {
            return if form == 0 { Ok(()) } else { Err(Flaw::BAD_ENCODING) };
        };
        if tell {
            see.item("value_type", Item::Word(word));
        }
        if self.depth >= MAX_DEPTH {
            return Err(Flaw::TOO_DEEP);
        }
        self.depth = self.depth.saturating_add(1);
        let result = if form & 0x80 == 0 { self.value(name, kind, see) } else { self.list(name, kind, see) };
        self.depth = self.depth.saturating_sub(1);
        result?;
        if form & 0x40 != 0 {
            self.list("array_dimensions", Type::Int32, see)?;
        }
        Ok(())
    }

    /// What went wrong within (Part 6, 5.2.2.12); nothing is shown of one that says nothing.
    fn diagnostic<S: See<'a>>(&mut self, name: &'static str, see: &mut S) -> Result<(), Flaw> {
        let mask = self.reader.u8()?;
        match mask {
            0 => return Ok(()),
            0x80.. => return Err(Flaw::BAD_ENCODING),
            _ => {}
        }
        self.within(name, see, |walk, see| {
            for (bit, name, kind) in [
                (0x01, "symbolic_id", Type::Int32),
                (0x02, "namespace_uri", Type::Int32),
                (0x08, "locale", Type::Int32),
                (0x04, "localized_text", Type::Int32),
                (0x10, "additional_info", Type::String),
                (0x20, "inner_status_code", Type::StatusCode),
                (0x40, "inner_diagnostic_info", Type::DiagnosticInfo),
            ] {
                if mask & bit != 0 {
                    walk.value(name, kind, see)?;
                }
            }
            Ok(())
        })
    }
}

/// The text of a localized text; its locale is passed over (Part 6, 5.2.2.14).
fn localized<'a>(reader: &mut Reader<'a>) -> Result<Option<&'a [u8]>, Flaw> {
    let mask = reader.u8()?;
    if mask & !0x03 != 0 {
        return Err(Flaw::BAD_ENCODING);
    }
    if mask & 0x01 != 0 {
        bytes(reader)?;
    }
    Ok(if mask & 0x02 == 0 { None } else { bytes(reader)? })
}

/// Built-in types by number (Part 6, table 1).
const fn builtin(number: u8) -> Option<(&'static str, Type)> {
    Some(match number {
        1 => ("boolean", Type::Boolean),
        2 => ("sbyte", Type::SByte),
        3 => ("byte", Type::Byte),
        4 => ("int16", Type::Int16),
        5 => ("uint16", Type::UInt16),
        6 => ("int32", Type::Int32),
        7 => ("uint32", Type::UInt32),
        8 => ("int64", Type::Int64),
        9 => ("uint64", Type::UInt64),
        10 => ("float", Type::Float),
        11 => ("double", Type::Double),
        12 => ("string", Type::String),
        13 => ("date_time", Type::DateTime),
        14 => ("guid", Type::Guid),
        15 => ("byte_string", Type::ByteString),
        16 => ("xml_element", Type::String),
        17 => ("node_id", Type::NodeId),
        18 => ("expanded_node_id", Type::ExpandedNodeId),
        19 => ("status_code", Type::StatusCode),
        20 => ("qualified_name", Type::QualifiedName),
        21 => ("localized_text", Type::LocalizedText),
        22 => ("extension_object", Type::ExtensionObject),
        23 => ("data_value", Type::DataValue),
        24 => ("variant", Type::Variant),
        25 => ("diagnostic_info", Type::DiagnosticInfo),
        _ => return None,
    })
}
