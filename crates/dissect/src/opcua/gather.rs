//! What the summary, the process values and the inventory take from a message's body.

use super::node_id::{NodeId, bytes};
use super::show::is_subject;
use super::status;
use super::walk::{Item, See, Walk};
use crate::{Number, Protocol, Reader, Reference, Sink, Text, Value};
use std::collections::BTreeMap;

/// Attribute that holds a variable's value (Part 6, Annex A.1).
const VALUE_ATTRIBUTE: u32 = 13;
/// Elements of an array that become values.
const MAX_ELEMENTS: usize = 64;
/// Monitored items whose node is remembered for a flow; the rest give no values.
const MAX_ITEMS: usize = 4_096;

/// The first object and how the operations ended.
#[derive(Debug, Default)]
pub(super) struct Summary<'a> {
    pub(super) first: Option<NodeId<'a>>,
    operations: u32,
    bad: u32,
    first_bad: u32,
    /// Structures and lists open within `results`; 0 outside.
    within: u32,
}

impl Summary<'_> {
    /// The status of the first operation when every one was refused.
    pub(super) fn refusal(&self) -> Option<u32> {
        (self.operations > 0 && self.operations == self.bad).then_some(self.first_bad)
    }

    fn ended(&mut self, code: u32) {
        if status::is_bad(code) {
            if self.bad == 0 {
                self.first_bad = code;
            }
            self.bad = self.bad.saturating_add(1);
        }
    }
}

impl<'a> See<'a> for Summary<'a> {
    fn item(&mut self, name: &'static str, item: Item<'a>) {
        match item {
            // A call is about its method, not about the object that has it.
            Item::Node(node)
                if !node.is_null() && is_subject(name) && (self.first.is_none() || name == "method_id") =>
            {
                self.first = Some(node);
            }
            Item::Status(code) if self.within == 1 => {
                self.operations = self.operations.saturating_add(1);
                self.ended(code);
            }
            Item::Status(code) if self.within == 2 && name == "status_code" => self.ended(code),
            _ => {}
        }
    }

    fn open(&mut self, _name: &'static str) {
        if self.within == 1 {
            self.operations = self.operations.saturating_add(1);
        }
        if self.within > 0 {
            self.within = self.within.saturating_add(1);
        }
    }

    fn close(&mut self) {
        if self.within > 1 {
            self.within = self.within.saturating_sub(1);
        }
    }

    fn open_list(&mut self, name: &'static str) {
        if self.within > 0 || name == "results" {
            self.within = self.within.saturating_add(1);
        }
    }

    fn close_list(&mut self) {
        self.within = self.within.saturating_sub(1);
    }
}

/// Nodes of monitored items: (subscription, client handle) to the node's text.
#[derive(Default)]
pub(super) struct Items {
    nodes: BTreeMap<(u32, u32), Text<96>>,
}

impl Items {
    pub(super) fn clear(&mut self) {
        self.nodes.clear();
    }
}

/// Learns them from a request to create monitored items.
pub(super) struct Learn<'i> {
    items: &'i mut Items,
    subscription: u32,
    node: Option<Text<96>>,
    is_value: bool,
}

impl<'i> Learn<'i> {
    pub(super) fn new(items: &'i mut Items) -> Self {
        Self { items, subscription: 0, node: None, is_value: false }
    }
}

impl<'a> See<'a> for Learn<'_> {
    fn item(&mut self, name: &'static str, item: Item<'a>) {
        match (name, item) {
            ("subscription_id", Item::Number(Number::Uint(id), _)) => {
                self.subscription = u32::try_from(id).unwrap_or(0);
            }
            ("node_id", Item::Node(node)) => {
                self.node = (node.namespace != 0).then(|| Text::of(format_args!("{node}")));
            }
            ("attribute_id", Item::Number(Number::Uint(id), _)) => {
                self.is_value = id == u64::from(VALUE_ATTRIBUTE);
            }
            ("client_handle", Item::Number(Number::Uint(handle), _)) => {
                let Some(node) = self.node.take().filter(|_| self.is_value) else { return };
                let key = (self.subscription, u32::try_from(handle).unwrap_or(0));
                if self.items.nodes.len() < MAX_ITEMS || self.items.nodes.contains_key(&key) {
                    self.items.nodes.insert(key, node);
                }
            }
            _ => {}
        }
    }
}

/// The nodes of a read request, one after the other.
pub(super) struct Asked<'a> {
    walk: Walk<'a>,
    left: usize,
}

impl<'a> Asked<'a> {
    /// `body` is that of a read request: maximum age and kind of time stamps come before the nodes.
    pub(super) fn new(body: &'a [u8]) -> Self {
        let mut walk = Walk::new(body);
        let left = walk.reader.skip(12).ok().and_then(|()| walk.count().ok()).unwrap_or(0);
        Self { walk, left }
    }
}

impl<'a> Iterator for Asked<'a> {
    type Item = (NodeId<'a>, u32);

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let reader: &mut Reader<'a> = &mut self.walk.reader;
        let node = NodeId::read(reader).ok()??;
        let attribute = reader.le_u32().ok()?;
        bytes(reader).ok()?;
        reader.skip(2).ok()?;
        bytes(reader).ok()?;
        Some((node, attribute))
    }
}

/// Where the variables of a message are named.
pub(super) enum Source<'a, 'i> {
    /// In the request that it answers.
    Read(Asked<'a>),
    /// Beside the values.
    Write,
    /// By the client handle of monitored items.
    Publish(&'i Items),
}

/// Hands values to the sink.
pub(super) struct Values<'a, 'i, 's> {
    source: Source<'a, 'i>,
    sink: &'s mut dyn Sink,
    subscription: u32,
    object: Option<Text<96>>,
    /// Texts about the server itself that the read asked for.
    standard: Option<u32>,
    kind: &'static str,
    held: Option<Number>,
    element: Option<usize>,
    depth: u32,
    results: bool,
}

impl<'a, 'i, 's> Values<'a, 'i, 's> {
    pub(super) fn new(source: Source<'a, 'i>, sink: &'s mut dyn Sink) -> Self {
        Self {
            source,
            sink,
            subscription: 0,
            object: None,
            standard: None,
            kind: "",
            held: None,
            element: None,
            depth: 0,
            results: false,
        }
    }

    fn is_about(&mut self, node: &NodeId<'_>, attribute: u32) {
        let is_value = attribute == VALUE_ATTRIBUTE;
        self.standard = node.standard().filter(|_| is_value);
        // Namespace 0 holds the server's own state, not the process.
        self.object = (is_value && node.namespace != 0).then(|| Text::of(format_args!("{node}")));
    }

    fn give(&mut self, object: &str, number: Number, kind: &'static str) {
        if !self.sink.wants().values {
            return;
        }
        self.sink.value(&Value {
            protocol: Protocol::Opcua,
            address: Reference::None,
            object: Reference::Text(object),
            kind,
            number,
        });
    }
}

impl<'v> See<'v> for Values<'_, '_, '_> {
    fn item(&mut self, name: &'static str, item: Item<'v>) {
        match (name, item) {
            ("subscription_id", Item::Number(Number::Uint(id), _)) => {
                self.subscription = u32::try_from(id).unwrap_or(0);
            }
            ("client_handle", Item::Number(Number::Uint(handle), _)) => {
                if let Source::Publish(items) = &self.source {
                    let key = (self.subscription, u32::try_from(handle).unwrap_or(0));
                    self.object = items.nodes.get(&key).copied();
                }
            }
            ("node_id", Item::Node(node)) if matches!(self.source, Source::Write) => {
                self.object = (node.namespace != 0).then(|| Text::of(format_args!("{node}")));
            }
            ("attribute_id", Item::Number(Number::Uint(id), _)) if id != u64::from(VALUE_ATTRIBUTE) => {
                self.object = None;
            }
            ("value", Item::Number(number, kind)) => {
                self.held = Some(number);
                self.kind = kind;
            }
            ("value", Item::Text(Some(text))) => {
                if let Some(standard) = self.standard {
                    super::identity::standard(standard, text, self.sink);
                }
            }
            (_, Item::Text(Some(text))) if matches!(self.standard, Some(2256 | 2260)) => {
                super::identity::member(name, text, self.sink);
            }
            ("", Item::Number(number, kind)) => {
                let Some(element) = self.element.filter(|at| *at < MAX_ELEMENTS) else { return };
                self.element = Some(element.saturating_add(1));
                let Some(object) = self.object else { return };
                let object = Text::<112>::of(format_args!("{object}[{element}]"));
                self.give(object.as_str(), number, kind);
            }
            ("status_code", Item::Status(code)) if status::is_bad(code) => self.held = None,
            _ => {}
        }
    }

    fn open(&mut self, _name: &'static str) {
        if self.results && self.depth == 0 {
            self.held = None;
            let next = if let Source::Read(asked) = &mut self.source { asked.next() } else { None };
            if let Some((node, attribute)) = next {
                self.is_about(&node, attribute);
            } else if matches!(self.source, Source::Read(_)) {
                (self.object, self.standard) = (None, None);
            }
        }
        self.depth = self.depth.saturating_add(1);
    }

    fn close(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        if let (Some(number), Some(object)) = (self.held.take(), self.object) {
            self.give(object.as_str(), number, self.kind);
        }
    }

    fn open_list(&mut self, name: &'static str) {
        match name {
            "value" => self.element = Some(0),
            "results" if self.depth == 0 => self.results = true,
            _ => {}
        }
    }

    fn close_list(&mut self) {
        self.element = None;
        if self.depth == 0 {
            self.results = false;
        }
    }
}
