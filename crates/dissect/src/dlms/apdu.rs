//! Application units: what every message needs of them, and the rest for those who look (IEC 62056-5-3, 8).

use super::association;
use super::data::{self, octets};
use super::names::{self, Cipher, Role, Unit};
use crate::{Category, Reader, Short, Text, Visitor};

/// Members of a list that one message shows.
const MAX_LISTED: usize = 256;
pub(super) const GET: u8 = 0xc0;
pub(super) const SET: u8 = 0xc1;
pub(super) const ACTION: u8 = 0xc3;
pub(super) const GET_RESPONSE: u8 = 0xc4;
const EVENT: u8 = 0xc2;
const SET_RESPONSE: u8 = 0xc5;
const ACTION_RESPONSE: u8 = 0xc7;

/// Attribute or method of an object, by logical name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) class: u16,
    pub(super) obis: [u8; 6],
    /// Number of the attribute or method.
    pub(super) member: i8,
}

impl Item {
    fn parse(reader: &mut Reader<'_>) -> Result<Self, Short> {
        Ok(Self { class: reader.be_u16()?, obis: reader.array()?, member: reader.i8()? })
    }

    /// Class, OBIS code and member as one text.
    pub(super) fn text(&self, is_method: bool) -> Text<64> {
        let [a, b, c, d, e, f] = self.obis;
        let word = if is_method { "method" } else { "attribute" };
        Text::of(format_args!("{a}.{b}.{c}.{d}.{e}.{f} {word} {}", self.member))
    }

    fn visit(&self, is_method: bool, visitor: &mut dyn Visitor) {
        let [a, b, c, d, e, f] = self.obis;
        visitor.named("class_id", u64::from(self.class), names::class_name(self.class));
        visitor.text("obis", Text::<32>::of(format_args!("{a}.{b}.{c}.{d}.{e}.{f}")).as_str());
        visitor.int(if is_method { "method" } else { "attribute" }, i64::from(self.member));
    }
}

/// The security header of a ciphered unit (IEC 62056-5-3).
#[derive(Debug, Clone, Copy)]
pub(super) struct Security<'a> {
    pub(super) system_title: &'a [u8],
    pub(super) control: u8,
    pub(super) counter: u32,
}

/// One unit, as the wire carried it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Apdu<'a> {
    pub(super) tag: u8,
    pub(super) unit: Unit,
    /// Normal, next, with list and others: the choice of get, set and action.
    pub(super) choice: u8,
    /// Lower four bits: number; upper bits: service class and priority.
    pub(super) invoke: Option<u8>,
    pub(super) item: Option<Item>,
    pub(super) error: Option<&'static str>,
    pub(super) security: Option<Security<'a>>,
    /// Everything after the tag.
    pub(super) body: &'a [u8],
    /// The unit is shorter than its structure.
    pub(super) short: bool,
}

impl<'a> Apdu<'a> {
    /// Reads the unit; `None` for tags that are none.
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (tag, body) = bytes.split_first()?;
        let unit = names::unit(*tag)?;
        let mut apdu = Self {
            tag: *tag,
            unit,
            choice: 0,
            invoke: None,
            item: None,
            error: None,
            security: None,
            body,
            short: false,
        };
        apdu.short = apdu.head(&mut Reader::new(body)).is_err();
        if let Some(item) = apdu.item {
            apdu.unit.category = names::category(*tag, item.class, item.member);
        }
        Some(apdu)
    }

    fn head(&mut self, reader: &mut Reader<'a>) -> Result<(), Short> {
        match (self.unit.cipher, self.tag) {
            (Cipher::Global | Cipher::Dedicated, _) => self.secured(&[], reader)?,
            (Cipher::General, _) => {
                let title = octets(reader)?;
                self.secured(title, reader)?;
            }
            (_, GET | SET | ACTION) => {
                self.choice = reader.u8()?;
                self.invoke = Some(reader.u8()?);
                match (self.tag, self.choice) {
                    (_, 1) | (SET, 2) | (ACTION, 4) => self.item = Some(Item::parse(reader)?),
                    (GET | ACTION, 3) | (SET, 4 | 5) | (ACTION, 5) if data::length(reader)? > 0 => {
                        self.item = Some(Item::parse(reader)?);
                    }
                    _ => {}
                }
            }
            (_, EVENT) => {
                if reader.u8()? != 0 {
                    octets(reader)?;
                }
                self.item = Some(Item::parse(reader)?);
                self.unit.category = Category::Alarm;
            }
            (_, GET_RESPONSE | SET_RESPONSE | ACTION_RESPONSE) => {
                self.choice = reader.u8()?;
                self.invoke = Some(reader.u8()?);
                let failed = match (self.tag, self.choice) {
                    (GET_RESPONSE, 1) => reader.u8()? == 1,
                    (GET_RESPONSE, 2) => {
                        reader.skip(5)?;
                        reader.u8()? == 1
                    }
                    (SET_RESPONSE, 1 | 3) | (ACTION_RESPONSE, 1) => true,
                    _ => false,
                };
                if failed {
                    let code = reader.u8()?;
                    self.error = (code != 0).then(|| names::access_result(code));
                }
            }
            (_, 0x0c | 0x0d) => {
                let failed = data::length(reader)? > 0 && reader.u8()? == 1;
                self.error = if failed { Some(names::access_result(reader.u8()?)) } else { None };
            }
            (_, 0x0e) => self.error = Some("confirmed_service_error"),
            (_, 0xd8) => {
                let (state, service) = (reader.u8()?, reader.u8()?);
                // The service error says more where it is known.
                self.error = Some(match service {
                    1..=6 => names::service_error(service),
                    _ => names::state_error(state),
                });
            }
            (_, 0x61) => self.error = association::refusal(self.body),
            _ => {}
        }
        Ok(())
    }

    fn secured(&mut self, system_title: &'a [u8], reader: &mut Reader<'a>) -> Result<(), Short> {
        data::length(reader)?;
        self.security = Some(Security { system_title, control: reader.u8()?, counter: reader.be_u32()? });
        Ok(())
    }

    /// Tag of the unit that asks, for both sides.
    pub(super) const fn code(&self) -> u8 {
        match (self.unit.role, self.tag) {
            (Role::Response, 0x08 | 0x28 | 0x48) => self.tag.saturating_sub(7),
            (Role::Response, 0x0c | 0x0d | 0x2c | 0x2d | 0x4c | 0x4d) => self.tag.saturating_sub(7),
            (Role::Response, 0x61 | 0x63 | 0xda | 0xe7) => self.tag.saturating_sub(1),
            (Role::Response, 0xc4..=0xd7) => self.tag.saturating_sub(4),
            _ => self.tag,
        }
    }

    /// The data of an answer to a plain get.
    pub(super) fn result(&self) -> Option<&'a [u8]> {
        match (self.tag, self.choice, self.body) {
            (GET_RESPONSE, 1, [_, _, 0, data @ ..]) => Some(data),
            _ => None,
        }
    }

    /// Parameters of a plain action, or the value of a plain set.
    pub(super) fn argument(&self) -> Option<&'a [u8]> {
        let rest = self.body.get(11..)?;
        match (self.tag, self.choice, rest) {
            (ACTION, 1, [1, data @ ..]) => Some(data),
            (SET, 1, [0, data @ ..]) => Some(data),
            _ => None,
        }
    }

    /// Shows the fields of the unit.
    pub(super) fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.uint("apdu", u64::from(self.tag));
        if let Some(security) = &self.security {
            visit_security(security, visitor);
        }
        if let Some(invoke) = self.invoke {
            visitor.uint("choice", u64::from(self.choice));
            visitor.uint("invoke_id", u64::from(invoke & 0x0f));
            visitor.flag("confirmed", invoke & 0x40 != 0);
            visitor.flag("high_priority", invoke & 0x80 != 0);
        }
        if self.unit.cipher == Cipher::Plain {
            let mut reader = Reader::new(self.body);
            // What is missing is marked on the message.
            let _ = self.rest(&mut reader, visitor);
        } else if self.unit.cipher == Cipher::Other {
            visitor.bytes("data", self.body);
        }
    }

    fn rest(&self, reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Result<(), Short> {
        match self.tag {
            0x01 | 0x08 => association::visit_initiate(self.tag, reader, visitor),
            0x60 | 0x61 => {
                association::visit(self.tag, self.body, visitor);
                Ok(())
            }
            GET | SET | ACTION => {
                reader.skip(2)?;
                self.asked(reader, visitor)
            }
            GET_RESPONSE | SET_RESPONSE | ACTION_RESPONSE => {
                reader.skip(2)?;
                self.answered(reader, visitor)
            }
            EVENT => {
                if reader.u8()? != 0 {
                    clock("clock", octets(reader)?, visitor);
                }
                Item::parse(reader)?.visit(false, visitor);
                data::visit("value", reader, visitor)
            }
            0x0f => {
                visitor.uint("long_invoke_id", u64::from(reader.be_u32()? & 0x00ff_ffff));
                clock("clock", octets(reader)?, visitor);
                data::visit("value", reader, visitor)
            }
            0xd8 => {
                let (state, service) = (reader.u8()?, reader.u8()?);
                visitor.named("state_error", u64::from(state), names::state_error(state));
                visitor.named("service_error", u64::from(service), names::service_error(service));
                Ok(())
            }
            0x05 | 0x06 | 0x16 | 0x18 => self.short_names(reader, visitor),
            0x0c | 0x0d => short_results(self.tag, reader, visitor),
            0x0e => {
                visitor.uint("service", u64::from(reader.u8()?));
                visitor.uint("error_type", u64::from(reader.u8()?));
                visitor.uint("error_code", u64::from(reader.u8()?));
                Ok(())
            }
            _ => {
                if !self.body.is_empty() {
                    visitor.bytes("data", self.body);
                }
                Ok(())
            }
        }
    }

    fn asked(&self, reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Result<(), Short> {
        let method = self.tag == ACTION;
        match (self.tag, self.choice) {
            (GET, 1) => {
                Item::parse(reader)?.visit(false, visitor);
                selection(reader, visitor)
            }
            (SET, 1) => {
                Item::parse(reader)?.visit(false, visitor);
                selection(reader, visitor)?;
                data::visit("value", reader, visitor)
            }
            (ACTION, 1) => {
                Item::parse(reader)?.visit(true, visitor);
                if reader.u8()? == 0 { Ok(()) } else { data::visit("value", reader, visitor) }
            }
            (GET | ACTION, 2) => {
                visitor.uint("block_number", u64::from(reader.be_u32()?));
                Ok(())
            }
            (SET, 2) | (ACTION, 4) => {
                Item::parse(reader)?.visit(method, visitor);
                if !method {
                    selection(reader, visitor)?;
                }
                block(reader, visitor)
            }
            (SET, 3) | (ACTION, 6) => block(reader, visitor),
            (GET | ACTION, 3) | (SET, 4) => {
                let count = data::length(reader)?;
                visitor.begin_list("items");
                let done = (0..count.min(MAX_LISTED)).try_for_each(|_| {
                    let item = Item::parse(reader)?;
                    visitor.begin_object("");
                    item.visit(method, visitor);
                    let done = if method { Ok(()) } else { selection(reader, visitor) };
                    visitor.end_object();
                    done
                });
                visitor.end_list();
                done?;
                if self.tag != GET && !reader.is_empty() {
                    list("values", reader, visitor)?;
                }
                Ok(())
            }
            _ => {
                visitor.bytes("data", reader.rest());
                Ok(())
            }
        }
    }

    fn answered(&self, reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Result<(), Short> {
        match (self.tag, self.choice) {
            (GET_RESPONSE, 1) => result(reader, visitor),
            (GET_RESPONSE, 2) => {
                visitor.flag("last_block", reader.u8()? != 0);
                visitor.uint("block_number", u64::from(reader.be_u32()?));
                if reader.u8()? == 1 {
                    code("result", reader.u8()?, visitor);
                } else {
                    visitor.bytes("block", octets(reader)?);
                }
                Ok(())
            }
            (GET_RESPONSE, 3) => {
                let count = data::length(reader)?;
                visitor.begin_list("results");
                let done = (0..count.min(MAX_LISTED)).try_for_each(|_| {
                    visitor.begin_object("");
                    let done = result(reader, visitor);
                    visitor.end_object();
                    done
                });
                visitor.end_list();
                done
            }
            (SET_RESPONSE, 1) => {
                code("result", reader.u8()?, visitor);
                Ok(())
            }
            (SET_RESPONSE, 2) | (ACTION_RESPONSE, 4) => {
                visitor.uint("block_number", u64::from(reader.be_u32()?));
                Ok(())
            }
            (SET_RESPONSE, 3) => {
                code("result", reader.u8()?, visitor);
                visitor.uint("block_number", u64::from(reader.be_u32()?));
                Ok(())
            }
            (SET_RESPONSE, 4 | 5) => {
                let count = data::length(reader)?;
                visitor.begin_list("results");
                for byte in reader.take_up_to(count.min(MAX_LISTED)) {
                    visitor.text("", names::access_result(*byte));
                }
                visitor.end_list();
                Ok(())
            }
            (ACTION_RESPONSE, 1) => {
                code("result", reader.u8()?, visitor);
                if reader.u8()? == 0 { Ok(()) } else { result(reader, visitor) }
            }
            _ => {
                visitor.bytes("data", reader.rest());
                Ok(())
            }
        }
    }

    /// Variables by short name, and what is written to them.
    fn short_names(&self, reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Result<(), Short> {
        if self.tag == 0x18 && reader.u8()? != 0 {
            clock("clock", octets(reader)?, visitor);
        }
        let count = data::length(reader)?;
        visitor.begin_list("variables");
        let done = (0..count.min(MAX_LISTED)).try_for_each(|_| {
            let choice = reader.u8()?;
            let name = reader.be_u16()?;
            visitor.begin_object("");
            visitor.uint("access", u64::from(choice));
            visitor.uint("short_name", u64::from(name));
            let done = match choice {
                4 => reader.u8().and_then(|selector| {
                    visitor.uint("selector", u64::from(selector));
                    data::visit("parameters", reader, visitor)
                }),
                2 | 5 => Ok(()),
                _ => Err(Short { needed: 1 }),
            };
            visitor.end_object();
            done
        });
        visitor.end_list();
        done?;
        if self.tag == 0x05 { Ok(()) } else { list("values", reader, visitor) }
    }
}

fn visit_security(security: &Security<'_>, visitor: &mut dyn Visitor) {
    if !security.system_title.is_empty() {
        visitor.bytes("system_title", security.system_title);
    }
    let control = security.control;
    visitor.uint("security_suite", u64::from(control & 0x0f));
    visitor.flag("authenticated", control & 0x10 != 0);
    visitor.flag("encrypted", control & 0x20 != 0);
    visitor.flag("broadcast_key", control & 0x40 != 0);
    visitor.flag("compressed", control & 0x80 != 0);
    visitor.uint("invocation_counter", u64::from(security.counter));
}

fn clock(name: &'static str, bytes: &[u8], visitor: &mut dyn Visitor) {
    match data::date_time(bytes) {
        Some(text) => visitor.text(name, text.as_str()),
        None if bytes.is_empty() => {}
        None => visitor.bytes(name, bytes),
    }
}

fn code(name: &'static str, code: u8, visitor: &mut dyn Visitor) {
    visitor.named(name, u64::from(code), names::access_result(code));
}

/// Data [0] or a result [1].
fn result(reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Result<(), Short> {
    if reader.u8()? == 1 {
        code("result", reader.u8()?, visitor);
        Ok(())
    } else {
        data::visit("value", reader, visitor)
    }
}

/// Selective access: a flag, then selector and parameters.
fn selection(reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Result<(), Short> {
    if reader.u8()? == 0 {
        return Ok(());
    }
    visitor.uint("selector", u64::from(reader.u8()?));
    data::visit("parameters", reader, visitor)
}

fn block(reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Result<(), Short> {
    visitor.flag("last_block", reader.u8()? != 0);
    visitor.uint("block_number", u64::from(reader.be_u32()?));
    visitor.bytes("block", octets(reader)?);
    Ok(())
}

fn list(name: &'static str, reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Result<(), Short> {
    let count = data::length(reader)?;
    visitor.begin_list(name);
    let done = (0..count.min(MAX_LISTED)).try_for_each(|_| data::visit("", reader, visitor));
    visitor.end_list();
    done
}

fn short_results(tag: u8, reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Result<(), Short> {
    let count = data::length(reader)?;
    visitor.begin_list("results");
    let done = (0..count.min(MAX_LISTED)).try_for_each(|_| {
        let choice = reader.u8()?;
        visitor.begin_object("");
        let done = match choice {
            0 if tag == 0x0d => Ok(()),
            0 => data::visit("value", reader, visitor),
            1 => reader.u8().map(|result| code("result", result, visitor)),
            _ => Err(Short { needed: 1 }),
        };
        visitor.end_object();
        done
    });
    visitor.end_list();
    done
}
