//! Notifications: what a controller sends to its subscribers, and the subscriptions that name its items.

use super::address::subscribed;
use super::names::{Name, SUBSCRIPTION_REFERENCES};
use super::object;
use super::value::{Value, number, small, type_name, value};
use crate::{Protocol, Reader, Reference, Sink, Value as Process, Visitor};

/// Subscriptions of one session that are remembered.
const MAX_SUBSCRIPTIONS: usize = 32;
/// Items of one subscription that are remembered.
const MAX_ITEMS: usize = 1024;
/// First id of objects of controllers that count credits with 32 bits.
const WIDE: u32 = 0x7000_0000;

/// Codes that begin an item: values with a 32-bit or a variable-length reference, a reference alone, and failures.
const VALUE: u8 = 0x92;
const VALUE_SHORT: u8 = 0x9b;
const REFERENCE_ONLY: u8 = 0x9c;
const FAILED: [u8; 2] = [0x03, 0x13];

/// Objects and their items by the references that clients choose for them.
#[derive(Default)]
pub(super) struct Subscriptions {
    list: Vec<(u32, Vec<(u32, Name)>)>,
}

impl Subscriptions {
    /// Remembers what a subscription, whose object has this id, is about.
    pub(super) fn add(&mut self, id: u32, tree: &[u8]) {
        let Some(references) = object::outer_attribute(tree, SUBSCRIPTION_REFERENCES) else { return };
        let mut numbers = Vec::new();
        references.numbers(|number| {
            if numbers.len() < MAX_ITEMS.saturating_mul(16) {
                numbers.push(number);
            }
        });
        self.list.retain(|(known, _)| *known != id);
        if self.list.len() >= MAX_SUBSCRIPTIONS {
            self.list.remove(0);
        }
        self.list.push((id, names(&numbers)));
    }

    /// Forgets a subscription that was deleted.
    pub(super) fn remove(&mut self, id: u32) {
        self.list.retain(|(known, _)| *known != id);
    }

    fn name(&self, id: u32, reference: u32) -> Option<&Name> {
        let (_, items) = self.list.iter().find(|(known, _)| *known == id)?;
        items.iter().find(|(own, _)| *own == reference).map(|(_, name)| name)
    }
}

/// Items of a reference list: version, number of removed ones, number of new ones; each new one has a head whose lower
/// half counts its numbers, its reference, a zero, area, checksum and the numbers.
fn names(numbers: &[u64]) -> Vec<(u32, Name)> {
    let mut items = Vec::new();
    let mut rest = numbers.get(3..).unwrap_or_default();
    // The removed ones come first, one number each.
    let removed = numbers.get(1).and_then(|count| usize::try_from(*count).ok()).unwrap_or(0);
    rest = rest.get(removed..).unwrap_or_default();
    while let [head, reference, _, area, crc, after @ ..] = rest {
        let count = usize::try_from(*head & 0xffff).unwrap_or(0);
        let Some(ids) = after.get(..count) else { break };
        let mut bytes = Vec::with_capacity(64);
        for value in [area, crc].into_iter().chain(ids) {
            write_number(*value, &mut bytes);
        }
        let address = u32::try_from(count).ok().and_then(|count| subscribed(&mut Reader::new(&bytes), count));
        if let (Some(address), Ok(reference)) = (address, u32::try_from(*reference)) {
            items.push((reference, address.name()));
        }
        rest = after.get(count..).unwrap_or_default();
        if items.len() >= MAX_ITEMS {
            break;
        }
    }
    items
}

/// Writes a number of up to 35 bits in variable length.
fn write_number(value: u64, out: &mut Vec<u8>) {
    for shift in [28u32, 21, 14, 7] {
        if value >> shift != 0 {
            out.push(0x80 | (value >> shift & 0x7f) as u8);
        }
    }
    out.push((value & 0x7f) as u8);
}

/// One notification.
#[derive(Debug, Clone, Copy)]
pub(super) struct Notification<'a> {
    pub(super) subscription: u32,
    credit_tick: u8,
    /// Only newer controllers count with more than the tick.
    sequence: Option<u64>,
    change_count: u8,
    items: &'a [u8],
}

/// One item of a notification.
#[derive(Debug, Clone, Copy)]
pub(super) enum Item<'a> {
    Value { reference: u32, value: Value<'a> },
    Reference(u32),
    Failed { code: u8, reference: u32 },
}

impl<'a> Notification<'a> {
    /// Reads what follows the opcode.
    pub(super) fn parse(body: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(body);
        let subscription = reader.be_u32().ok()?;
        reader.skip(6).ok()?;
        let credit_tick = reader.u8().ok()?;
        let sequence = if subscription >= WIDE { Some(number(&mut reader)?) } else { None };
        let change_count = reader.u8().ok()?;
        Some(Self { subscription, credit_tick, sequence, change_count, items: reader.rest() })
    }

    pub(super) fn items(&self) -> impl Iterator<Item = Item<'a>> + use<'a> {
        let mut reader = Reader::new(self.items);
        std::iter::from_fn(move || {
            Some(match reader.u8().ok()? {
                VALUE => Item::Value { reference: reader.be_u32().ok()?, value: value(&mut reader)? },
                VALUE_SHORT => Item::Value { reference: small(&mut reader)?, value: value(&mut reader)? },
                REFERENCE_ONLY => Item::Reference(reader.be_u32().ok()?),
                code if FAILED.contains(&code) => Item::Failed { code, reference: reader.be_u32().ok()? },
                _ => return None,
            })
        })
        .take(MAX_ITEMS)
    }

    pub(super) fn visit(&self, subscriptions: &Subscriptions, visitor: &mut dyn Visitor) {
        visitor.uint("subscription_id", u64::from(self.subscription));
        visitor.uint("credit_tick", u64::from(self.credit_tick));
        if let Some(sequence) = self.sequence {
            visitor.uint("notification_sequence", sequence);
        }
        visitor.uint("change_count", u64::from(self.change_count));
        visitor.begin_list("items");
        for item in self.items() {
            visitor.begin_object("");
            let (reference, value, code) = match &item {
                Item::Value { reference, value } => (*reference, Some(value), None),
                Item::Reference(reference) => (*reference, None, None),
                Item::Failed { code, reference } => (*reference, None, Some(*code)),
            };
            visitor.uint("item", u64::from(reference));
            if let Some(name) = subscriptions.name(self.subscription, reference) {
                visitor.text("name", name.as_str());
            }
            if let Some(value) = value {
                value.visit(visitor);
            }
            if let Some(code) = code {
                visitor.uint("item_error", u64::from(code));
            }
            visitor.end_object();
        }
        visitor.end_list();
    }

    /// Hands its process values to `sink`; items whose subscription was not seen go by their references.
    pub(super) fn emit(&self, subscriptions: &Subscriptions, address: Reference<'_>, sink: &mut dyn Sink) {
        for item in self.items() {
            let Item::Value { reference, value } = item else { continue };
            let Some(number) = value.as_number() else { continue };
            let name = subscriptions.name(self.subscription, reference);
            let object = match name {
                Some(name) => Reference::Text(name.as_str()),
                None => Reference::one("subscription_item", u64::from(reference)),
            };
            let kind = type_name(value.kind);
            sink.value(&Process { protocol: Protocol::S7commPlus, address, object, kind, number });
        }
    }
}
