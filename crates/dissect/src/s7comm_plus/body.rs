//! What requests and responses hold, function by function.

use super::Asked;
use super::address::{Address, addresses, areas};
use super::names::{self, Name};
use super::names::{
    ADD_LINK, BEGIN_SEQUENCE, CLASS_SUBSCRIPTION, CREATE_OBJECT, DELETE_OBJECT, END_SEQUENCE, EXPLORE,
    GET_LINK, GET_MULTI_VARIABLES, GET_VAR_SUB_STREAMED, GET_VARIABLE, GET_VARIABLES_ADDRESS, INIT_SSL,
    INVOKE, OBJECT_NAME, REMOVE_LINK, SET_MULTI_VARIABLES, SET_VAR_SUB_STREAMED, SET_VARIABLE,
};
use super::object;
use super::process::numbered;
use super::value::{Value, number, small, value};
use crate::{Category, Number, Reader, Text, Visitor};

/// Class that qualifies which object a service is for; it closes most requests.
const OBJECT_QUALIFIER: u32 = 1256;

/// What a request is about.
pub(super) struct Subject {
    pub(super) object: Name,
    pub(super) category: Category,
}

/// Items of a job on several variables: of one object by attribute, or by their addresses.
#[derive(Debug, Clone, Copy)]
pub(super) struct Items<'a> {
    pub(super) object: u32,
    pub(super) count: u32,
    /// Addresses or attribute numbers, as on the wire.
    pub(super) bytes: &'a [u8],
}

/// The items of a job, and where its values begin.
pub(super) fn items<'a>(reader: &mut Reader<'a>) -> Option<Items<'a>> {
    let object = reader.be_u32().ok()?;
    let count = small(reader)?;
    // How many numbers follow in all.
    let fields = small(reader)?;
    let start = reader.rest();
    if object == 0 {
        for _ in 0..count {
            super::address::address(reader)?;
        }
    } else {
        for _ in 0..fields {
            small(reader)?;
        }
    }
    let bytes = start.get(..start.len().checked_sub(reader.remaining())?)?;
    Some(Items { object, count, bytes })
}

impl<'a> Items<'a> {
    pub(super) fn addresses(&self) -> impl Iterator<Item = Address<'a>> + use<'a> {
        addresses(self.bytes, if self.object == 0 { self.count } else { 0 })
    }

    pub(super) fn attributes(&self) -> impl Iterator<Item = u32> + use<'a> {
        let mut reader = Reader::new(self.bytes);
        let count = if self.object == 0 { 0 } else { self.count };
        (0..count).map_while(move |_| small(&mut reader))
    }

    /// Name of the item at a place, counted from 0.
    fn name(&self, at: usize) -> Option<Name> {
        if self.object == 0 {
            return self.addresses().nth(at).map(|address| address.name());
        }
        let id = self.attributes().nth(at)?;
        let mut name = Name::default();
        let _ = names::write_attribute(id, &mut name);
        Some(name)
    }
}

/// The attributes that a request on one object names: a count, or an array of addresses, then the numbers.
fn first_attribute(reader: &mut Reader<'_>, streamed: bool) -> Option<u32> {
    if streamed {
        let mut first = None;
        value(reader)?.numbers(|id| {
            first = first.or(u32::try_from(id).ok());
        });
        return first;
    }
    let count = small(reader)?;
    let mut first = None;
    for _ in 0..count {
        let id = small(reader)?;
        first = first.or(Some(id));
    }
    first
}

/// What a request is about, with what is remembered of it for its response.
pub(super) fn subject(function: u16, body: &[u8], session: Option<u32>, asked: &mut Asked) -> Subject {
    let mut reader = Reader::new(body);
    let mut name = Name::default();
    let own = |object: Option<u32>| object.is_some() && object == session;
    let category = look(function, &mut reader, session, &mut name, asked).unwrap_or(match function {
        EXPLORE => Category::Discovery,
        INIT_SSL => Category::Session,
        _ => Category::Other,
    });
    // Other attributes of the session's own object are nobody's process.
    let category = match category {
        Category::Read | Category::Write
            if function != CREATE_OBJECT && own(Reader::new(body).be_u32().ok()) =>
        {
            Category::Session
        }
        category => category,
    };
    Subject { object: name, category }
}

fn look(
    function: u16,
    reader: &mut Reader<'_>,
    session: Option<u32>,
    name: &mut Name,
    asked: &mut Asked,
) -> Option<Category> {
    use std::fmt::Write;
    if matches!(function, SET_MULTI_VARIABLES | GET_MULTI_VARIABLES) {
        let items = items(reader)?;
        let first = if items.object == 0 {
            *name = areas(items.addresses());
            let own = items.addresses().find(|address| address.area != 201)?;
            (own.area, own.ids().next().unwrap_or(0))
        } else {
            let _ = names::write_object(items.object, session, name);
            // One that proves a password counts for all.
            let secret = items.attributes().find(|id| names::is_secret(*id));
            let first = secret.or_else(|| items.attributes().next())?;
            let _ = name.write_char('.').and_then(|()| names::write_attribute(first, name));
            (items.object, first)
        };
        if function == GET_MULTI_VARIABLES {
            asked.link = items.object;
            asked.count = items.count;
            asked.items.extend_from_slice(items.bytes);
            return Some(names::read_category(first.0, first.1));
        }
        return Some(match (items.object, first) {
            // Variables by their addresses are the process, whatever block they lie in.
            (0, (_, 2550 | 3736)) => Category::Write,
            (_, (object, id)) => names::write_category(object, id),
        });
    }
    if matches!(function, BEGIN_SEQUENCE) {
        // Transactions that make an object bracket a download.
        let body = reader.rest();
        let at = body.iter().take(8).position(|byte| *byte == 0xa1);
        let tree = at.and_then(|at| body.get(at..));
        if let Some(text) = tree.and_then(|tree| object::outer_attribute(tree, OBJECT_NAME)?.as_text()) {
            let _ = name.write_str(&crate::printable(text));
            return Some(Category::ProgramDownload);
        }
        return Some(Category::Session);
    }
    if matches!(function, END_SEQUENCE | INIT_SSL) {
        return Some(Category::Session);
    }
    let object = reader.be_u32().ok()?;
    let _ = names::write_object(object, session, name);
    let mut with_attribute = |id: u32| {
        let _ = name.write_char('.').and_then(|()| names::write_attribute(id, name));
    };
    Some(match function {
        SET_VARIABLE | SET_VAR_SUB_STREAMED => {
            let id = first_attribute(reader, function == SET_VAR_SUB_STREAMED)?;
            with_attribute(id);
            names::write_category(object, id)
        }
        GET_VARIABLE | GET_VAR_SUB_STREAMED => {
            let id = first_attribute(reader, function == GET_VAR_SUB_STREAMED)?;
            with_attribute(id);
            names::read_category(object, id)
        }
        CREATE_OBJECT => {
            value(reader)?;
            reader.skip(4).ok()?;
            let tree = reader.rest();
            let class = object::class(tree)?;
            let _ = match names::class(class) {
                Some(class) => write!(name, " {class}"),
                None => write!(name, " class {class}"),
            };
            if class == CLASS_SUBSCRIPTION {
                asked.items.extend_from_slice(tree);
            }
            names::create_category(object, class)
        }
        DELETE_OBJECT if names::is_program(object) => Category::ProgramDownload,
        DELETE_OBJECT => Category::Session,
        EXPLORE if names::is_program(object) && object > 0xffff => Category::ProgramUpload,
        EXPLORE => Category::Discovery,
        ADD_LINK | REMOVE_LINK => Category::Configuration,
        GET_LINK | GET_VARIABLES_ADDRESS => Category::Discovery,
        INVOKE => Category::Control,
        _ => Category::Other,
    })
}

/// Shows a request's body. `None` when it does not fit its function: then what is left is shown as bytes.
pub(super) fn visit_request(function: u16, reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Option<()> {
    match function {
        SET_MULTI_VARIABLES | GET_MULTI_VARIABLES => {
            let items = items(reader)?;
            visitor.uint("object_id", u64::from(items.object));
            visitor.uint("item_count", u64::from(items.count));
            let mut addresses = items.addresses();
            let mut attributes = items.attributes();
            let writes = function == SET_MULTI_VARIABLES;
            let mut whole = true;
            visitor.begin_list("items");
            for _ in 0..items.count {
                let address = addresses.next();
                let attribute = attributes.next();
                if address.is_none() && attribute.is_none() {
                    break;
                }
                visitor.begin_object("");
                if let Some(address) = address {
                    address.visit(visitor);
                }
                let secret = attribute.is_some_and(names::is_secret);
                if let Some(id) = attribute {
                    let mut name = Text::<64>::default();
                    let _ = names::write_attribute(id, &mut name);
                    visitor.named("attribute", u64::from(id), name.as_str());
                    if id == 2167 {
                        let mut ahead = *reader;
                        visit_state(&mut ahead, true, visitor);
                    }
                }
                if writes && whole {
                    let read = small(reader).and_then(|_| value(reader));
                    whole = read.is_some();
                    if let Some(value) = read.filter(|_| !secret) {
                        value.visit(visitor);
                    }
                }
                visitor.end_object();
            }
            visitor.end_list();
            if !whole {
                return None;
            }
            if writes {
                reader.skip(1).ok()?;
            }
        }
        SET_VARIABLE | GET_VARIABLE => {
            visitor.uint("object_id", u64::from(reader.be_u32().ok()?));
            let count = small(reader)?;
            let mut last = 0;
            visitor.begin_list("attributes");
            for _ in 0..count {
                let Some(id) = small(reader) else { break };
                last = id;
                let mut name = Text::<64>::default();
                let _ = names::write_attribute(id, &mut name);
                visitor.text("", name.as_str());
            }
            visitor.end_list();
            if function == SET_VARIABLE {
                let start = *reader;
                let value = value(reader)?;
                if last == 2167 {
                    visit_state(&mut start.clone(), false, visitor);
                }
                if !names::is_secret(last) {
                    value.visit(visitor);
                }
            }
        }
        GET_VAR_SUB_STREAMED | SET_VAR_SUB_STREAMED => {
            visitor.uint("object_id", u64::from(reader.be_u32().ok()?));
            let address = value(reader)?;
            let mut secret = false;
            visitor.begin_list("attributes");
            address.numbers(|id| {
                let id = u32::try_from(id).unwrap_or(u32::MAX);
                secret |= names::is_secret(id);
                let mut name = Text::<64>::default();
                let _ = names::write_attribute(id, &mut name);
                visitor.text("", name.as_str());
            });
            visitor.end_list();
            if function == SET_VAR_SUB_STREAMED {
                let value = value(reader)?;
                if !secret {
                    value.visit(visitor);
                }
            }
        }
        CREATE_OBJECT => {
            visitor.uint("object_id", u64::from(reader.be_u32().ok()?));
            value(reader)?;
            reader.skip(4).ok()?;
            object::visit(reader, visitor);
        }
        DELETE_OBJECT => visitor.uint("object_id", u64::from(reader.be_u32().ok()?)),
        EXPLORE => {
            visitor.uint("object_id", u64::from(reader.be_u32().ok()?));
            visitor.uint("explore_request_id", u64::from(small(reader)?));
            visitor.flag("recursive", reader.u8().ok()? != 0);
            reader.skip(1).ok()?;
            visitor.flag("parents", reader.u8().ok()? != 0);
        }
        GET_LINK | ADD_LINK | REMOVE_LINK | INVOKE => {
            visitor.uint("object_id", u64::from(reader.be_u32().ok()?));
        }
        _ => return None,
    }
    visit_qualifier(reader, visitor);
    Some(())
}

/// The operating state that a value asks for.
fn visit_state(reader: &mut Reader<'_>, numbered: bool, visitor: &mut dyn Visitor) {
    if numbered && small(reader).is_none() {
        return;
    }
    if let Some(Number::Int(state)) = value(reader).and_then(|value| value.as_number()) {
        visitor.text("operating_state", names::operating_state(state));
    }
}

/// Shows the qualifier where one follows.
fn visit_qualifier(reader: &mut Reader<'_>, visitor: &mut dyn Visitor) {
    let mut ahead = *reader;
    if ahead.be_u32() != Ok(OBJECT_QUALIFIER) {
        return;
    }
    visitor.begin_list("object_qualifier");
    while let Some(id) = small(&mut ahead).filter(|id| *id != 0) {
        let Some(value) = value(&mut ahead) else { break };
        visitor.begin_object("");
        object::visit_attribute(id, &value, visitor);
        visitor.end_object();
    }
    visitor.end_list();
    *reader = ahead;
}

/// The return value with which every response begins.
pub(super) fn return_value(body: &[u8]) -> Option<u64> {
    number(&mut Reader::new(body))
}

/// Shows a response's body after its return value.
pub(super) fn visit_response(
    function: u16,
    reader: &mut Reader<'_>,
    asked: Option<&Asked>,
    visitor: &mut dyn Visitor,
) -> Option<()> {
    let result = number(reader)?;
    visitor.named("return_value", result, names::result(result));
    match function {
        GET_MULTI_VARIABLES => {
            let items = asked.map(Asked::items);
            visitor.begin_list("items");
            let mut errors = Vec::new();
            let read = numbered(
                reader,
                |at, value| {
                    visitor.begin_object("");
                    visitor.uint("item", u64::from(at));
                    if let Some(name) = items.and_then(|items| items.name(place(at))) {
                        visitor.text("name", name.as_str());
                    }
                    value.visit(visitor);
                    visitor.end_object();
                },
                |at, error| errors.push((at, error)),
            );
            visitor.end_list();
            visit_errors(&errors, visitor);
            read?;
        }
        SET_MULTI_VARIABLES => {
            let mut errors = Vec::new();
            while let Some(at) = small(reader).filter(|at| *at != 0) {
                errors.push((at, number(reader)?));
            }
            visit_errors(&errors, visitor);
        }
        CREATE_OBJECT => {
            let count = reader.u8().ok()?;
            visitor.begin_list("object_ids");
            for _ in 0..count {
                let Some(id) = small(reader) else { break };
                visitor.uint("", u64::from(id));
            }
            visitor.end_list();
            object::visit(reader, visitor);
        }
        EXPLORE => {
            visitor.uint("object_id", u64::from(reader.be_u32().ok()?));
            object::visit(reader, visitor);
        }
        DELETE_OBJECT => visitor.uint("object_id", u64::from(reader.be_u32().ok()?)),
        GET_VARIABLE | GET_VAR_SUB_STREAMED | BEGIN_SEQUENCE => {
            if function == GET_VAR_SUB_STREAMED {
                reader.skip(1).ok()?;
            }
            let value = streamed(reader)?;
            value.visit(visitor);
            if let Some(im0) = identification(&value) {
                im0.visit(visitor);
            }
        }
        GET_LINK => {
            let count = small(reader)?;
            visitor.begin_list("links");
            for _ in 0..count {
                let Ok(link) = reader.be_u32() else { break };
                visitor.uint("", u64::from(link));
            }
            visitor.end_list();
        }
        SET_VARIABLE | SET_VAR_SUB_STREAMED | END_SEQUENCE | INIT_SSL => {}
        _ => return None,
    }
    Some(())
}

fn place(item: u32) -> usize {
    usize::try_from(item).unwrap_or(usize::MAX).saturating_sub(1)
}

fn visit_errors(errors: &[(u32, u64)], visitor: &mut dyn Visitor) {
    if errors.is_empty() {
        return;
    }
    visitor.begin_list("errors");
    for (at, error) in errors {
        visitor.begin_object("");
        visitor.uint("item", u64::from(*at));
        visitor.named("error", *error, names::result(*error));
        visitor.end_object();
    }
    visitor.end_list();
}

/// The value of a streamed read.
pub(super) fn streamed<'a>(reader: &mut Reader<'a>) -> Option<Value<'a>> {
    value(reader)
}

/// The identification record that a value may hold.
pub(super) fn identification<'a>(value: &Value<'a>) -> Option<crate::im::Im0<'a>> {
    match value.single()? {
        super::value::Scalar::Bytes(bytes) => crate::im::Im0::with_header(bytes),
        _ => None,
    }
}
