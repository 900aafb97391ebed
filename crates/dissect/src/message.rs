//! One decoded unit of a protocol.

use std::fmt;

use crate::{Anomalies, Category, Fields, Kind, Outcome, Protocol, Reference};

/// The name of a function, or the number of one that has no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Function {
    /// The specification's name in snake_case.
    Known(&'static str),
    /// A code that the specification does not name; shown as `unknown_0x5a`.
    Unknown(u32),
}

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(name) => f.write_str(name),
            Self::Unknown(code) => write!(f, "unknown_0x{code:02x}"),
        }
    }
}

/// One application message as the wire carried it.
///
/// A response repeats the `address`, `object` and `function` of the request it answers where that is known, so that
/// both count for the same activity.
pub struct Message<'a> {
    /// The layer this message belongs to.
    pub protocol: Protocol,
    /// Request, response, event or session control.
    pub kind: Kind,
    /// What is asked, answered or announced.
    pub function: Function,
    /// The number that the specification calls the function; see the command-line contract.
    pub code: Option<u32>,
    /// What the function does to the plant.
    pub category: Category,
    /// How the act ended, as far as this message tells.
    pub outcome: Outcome,
    /// The unit, slot or station behind the network address.
    pub address: Reference<'a>,
    /// The object within it.
    pub object: Reference<'a>,
    /// Out-of-spec marks.
    pub anomalies: Anomalies,
    /// Every other field; visited only where somebody wants them.
    pub fields: &'a dyn Fields,
}
