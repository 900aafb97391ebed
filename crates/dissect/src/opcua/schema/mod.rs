//! What services and structures hold, as tables that one walker reads.
//!
//! Spec: OPC UA Part 4 (services), Part 6 clause 5.2 (binary encoding: members in order, without names or lengths).

pub(super) mod contents;
pub(super) mod discovery;
pub(super) mod extensions;
pub(super) mod monitoring;
pub(super) mod names;
pub(super) mod nodes;
pub(super) mod services;
pub(super) mod structures;

use crate::{Category, Kind};

/// Names of an enumeration's values.
pub(super) type Names = &'static [(u32, &'static str)];
/// Members of a structure in wire order.
pub(super) type Struct = &'static [Member];

/// How one member is encoded.
#[derive(Debug, Clone, Copy)]
pub(super) enum Type {
    Boolean,
    SByte,
    Byte,
    Int16,
    UInt16,
    Int32,
    UInt32,
    Int64,
    UInt64,
    Float,
    Double,
    String,
    DateTime,
    Guid,
    ByteString,
    NodeId,
    ExpandedNodeId,
    StatusCode,
    QualifiedName,
    LocalizedText,
    ExtensionObject,
    DataValue,
    Variant,
    DiagnosticInfo,
    /// A 32-bit number with names.
    Enum(Names),
    /// A nested structure.
    Object(Struct),
    /// Bytes that prove who somebody is: read over, never shown.
    Secret,
    /// As `Secret`, for a node id.
    SecretNode,
}

/// A member of a structure.
#[derive(Debug, Clone, Copy)]
pub(super) struct Member {
    pub(super) name: &'static str,
    pub(super) kind: Type,
    /// An array: a 32-bit count, then the elements.
    pub(super) list: bool,
}

const fn one(name: &'static str, kind: Type) -> Member {
    Member { name, kind, list: false }
}

const fn many(name: &'static str, kind: Type) -> Member {
    Member { name, kind, list: true }
}

/// A service's message.
#[derive(Debug, Clone, Copy)]
pub(super) struct Service {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) category: Category,
    /// What follows the request or response header.
    pub(super) body: Struct,
}

impl Service {
    const fn new(name: &'static str, kind: Kind, category: Category, body: Struct) -> Self {
        Self { name, kind, category, body }
    }
}

/// Header of every request (Part 4, 7.33).
pub(super) const REQUEST_HEADER: Struct = &[
    one("authentication_token", Type::SecretNode),
    one("timestamp", Type::DateTime),
    one("request_handle", Type::UInt32),
    one("return_diagnostics", Type::UInt32),
    one("audit_entry_id", Type::String),
    one("timeout_hint", Type::UInt32),
    one("additional_header", Type::ExtensionObject),
];

/// Header of every response (Part 4, 7.34).
pub(super) const RESPONSE_HEADER: Struct = &[
    one("timestamp", Type::DateTime),
    one("request_handle", Type::UInt32),
    one("status", Type::StatusCode),
    one("service_diagnostics", Type::DiagnosticInfo),
    many("string_table", Type::String),
    one("additional_header", Type::ExtensionObject),
];
