//! A unit as a message, and as an act of ICCP where its names are.

use super::name::Name;
use super::service::WRITE;
use super::show::Shown;
use crate::{
    Anomalies, Category, Fields, Function, Kind, Message, Outcome, Protocol, Reference, Sink, Text, Visitor,
    iccp,
};

/// One unit, ready to become a message.
pub(super) struct Act<'a> {
    pub(super) kind: Kind,
    pub(super) function: Function,
    pub(super) code: Option<u32>,
    pub(super) category: Category,
    pub(super) outcome: Outcome,
    pub(super) anomalies: Anomalies,
    pub(super) shown: Shown<'a>,
}

impl Act<'_> {
    /// Emits it, and what it does for ICCP.
    pub(super) fn give(&self, sink: &mut dyn Sink) {
        let name = &self.shown.name;
        let reference = |text| if str::is_empty(text) { Reference::None } else { Reference::Text(text) };
        let object = if name.item.is_empty() { self.shown.file } else { name.item };
        sink.message(&Message {
            protocol: Protocol::Mms,
            kind: self.kind,
            function: self.function,
            code: self.code,
            category: self.category,
            outcome: self.outcome,
            address: reference(name.domain),
            object: reference(object),
            anomalies: self
                .anomalies
                .with_if(matches!(self.function, Function::Unknown(_)), Anomalies::UNKNOWN_FUNCTION),
            fields: &self.shown,
        });
        let write = self.shown.service == WRITE;
        if let Some((act, category)) =
            iccp::act(name.item, write).filter(|_| self.code.is_some() || self.kind == Kind::Event)
        {
            sink.message(&Message {
                protocol: Protocol::Iccp,
                kind: self.kind,
                function: Function::Known(act),
                code: None,
                category,
                outcome: self.outcome,
                address: reference(name.domain),
                object: Reference::None,
                anomalies: Anomalies::NONE,
                fields: &Mark { service: self.function, name },
            });
        }
    }
}

struct Mark<'a> {
    service: Function,
    name: &'a Name<'a>,
}

impl Fields for Mark<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.text("service", Text::<64>::of(format_args!("{}", self.service)).as_str());
        visitor.text("domain", self.name.domain);
        visitor.text("item", self.name.item);
    }
}
