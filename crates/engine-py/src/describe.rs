//! What the engine knows, as data: for the schema, the documentation and the checks of content.

use pyo3::prelude::*;
use sightglass_dissect::{Category, Kind, Over, Protocol, registry};
use sightglass_engine::{
    ActivityRow, AnomalyRow, ArpRow, ColumnType, EndpointRow, FileRow, FlowRow, MatchRow, ObservationRow,
    OccurrenceRow, RelationRow, Row, Rules, ValueRow,
};

fn columns<R: Row>() -> (String, serde_json::Value) {
    let columns: Vec<_> = R::COLUMNS
        .iter()
        .map(|(name, kind)| {
            let kind = match kind {
                ColumnType::Bool => "bool",
                ColumnType::Int => "int64",
                ColumnType::Float => "float64",
                ColumnType::Text => "utf8",
                ColumnType::Numbers => "list<int64>",
            };
            serde_json::json!({"name": name, "type": kind})
        })
        .collect();
    (R::KIND.to_owned(), columns.into())
}

/// Tables of events with their columns and types, as a JSON object.
#[pyfunction]
pub(crate) fn event_schema() -> String {
    let tables: serde_json::Map<_, _> = [
        columns::<EndpointRow>(),
        columns::<FlowRow>(),
        columns::<ArpRow>(),
        columns::<ObservationRow>(),
        columns::<ActivityRow>(),
        columns::<OccurrenceRow>(),
        columns::<RelationRow>(),
        columns::<AnomalyRow>(),
        columns::<MatchRow>(),
        columns::<FileRow>(),
        columns::<ValueRow>(),
    ]
    .into_iter()
    .collect();
    let names = |list: Vec<&'static str>| serde_json::Value::from(list);
    serde_json::json!({
        "tables": tables,
        "categories": names(Category::ALL.iter().map(|each| each.name()).collect()),
        "kinds": names(Kind::ALL.iter().map(|each| each.name()).collect()),
    })
    .to_string()
}

/// Every protocol: its name, whether it is industrial, and what its dissector says of itself, as a JSON list.
#[pyfunction]
pub(crate) fn protocols() -> String {
    let list: Vec<_> = Protocol::ALL
        .iter()
        .map(|protocol| {
            let dissector = registry::find(*protocol);
            let over: Vec<String> = dissector.map_or_else(Vec::new, |dissector| {
                dissector
                    .over
                    .iter()
                    .map(|over| match over {
                        Over::Tcp(ports) => format!("tcp {ports:?}"),
                        Over::Udp(ports) => format!("udp {ports:?}"),
                        Over::Sctp(ports) => format!("sctp {ports:?}"),
                        Over::Ether(ethertype) => format!("ethertype 0x{ethertype:04x}"),
                        Over::Llc(dsap) => format!("llc 0x{dsap:02x}"),
                        Over::Snap(oui, pid) => format!("snap 0x{oui:06x} 0x{pid:04x}"),
                        Over::Ip(number) => format!("ip protocol {number}"),
                        Over::LinkType(link) => format!("link type {link}"),
                    })
                    .collect()
            });
            let fields: Vec<_> = dissector.map_or_else(Vec::new, |dissector| {
                dissector
                    .fields
                    .iter()
                    .map(|field| serde_json::json!({"name": field.name, "doc": field.doc}))
                    .collect()
            });
            serde_json::json!({
                "name": protocol.name(),
                "industrial": protocol.is_industrial(),
                "decoded": dissector.is_some(),
                "over": over,
                "fields": fields,
                "not_decoded": dissector.map_or(&[][..], |dissector| dissector.not_decoded),
            })
        })
        .collect();
    serde_json::Value::from(list).to_string()
}

/// Why rules, given as a JSON list, cannot be used; None when they can.
#[pyfunction]
pub(crate) fn rule_errors(rules: &str) -> Option<String> {
    Rules::compile(rules).err().map(|fault| fault.to_string())
}
