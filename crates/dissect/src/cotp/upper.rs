//! The protocols that ride on a transport connection, told apart by their content.

use crate::{Input, Protocol, Reference, Sink, Verdict};

/// What the connection's set-up says to the layer above.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Connection {
    /// Rack and slot out of the called selector where it has the form that Siemens controllers use.
    pub(crate) address: Reference<'static>,
}

/// One whole transport service data unit.
pub(crate) struct Tsdu<'a> {
    /// Its bytes, with where they come from.
    pub(crate) input: &'a Input<'a>,
    /// The connection it travels on.
    pub(crate) connection: &'a Connection,
    /// Bytes of it are lost.
    pub(crate) cut: bool,
    /// It goes to the side that accepted the connection.
    pub(crate) to_server: bool,
}

/// A protocol's state above one transport connection.
pub(crate) trait Upper: Send {
    /// Takes one TSDU.
    fn take(&mut self, tsdu: &Tsdu<'_>, sink: &mut dyn Sink);

    /// Bytes of one direction (of either, when not known which) are lost: partial state of it cannot be trusted.
    fn gap(&mut self, to_server: Option<bool>);
}

/// A protocol that may ride on a transport connection.
pub(crate) struct Layer {
    /// Which one.
    pub(crate) protocol: Protocol,
    /// Looks at the start of a TSDU; `Sure` with at least two structural checks.
    pub(crate) recognise: fn(&[u8]) -> Verdict,
    /// Opens its state.
    pub(crate) open: fn() -> Box<dyn Upper>,
}

/// Every upper layer, one line each; the first that recognises a TSDU takes it.
pub(super) static LAYERS: &[&Layer] =
    &[&crate::s7comm::LAYER, &crate::s7comm_plus::LAYER, &crate::mms::LAYER];

/// The layer that recognises these bytes best: a sure one before a likely one.
pub(super) fn recognise(data: &[u8]) -> Option<(usize, Verdict)> {
    let mut likely = None;
    for (at, layer) in LAYERS.iter().enumerate() {
        match (layer.recognise)(data) {
            Verdict::Sure => return Some((at, Verdict::Sure)),
            Verdict::Likely if likely.is_none() => likely = Some((at, Verdict::Likely)),
            _ => {}
        }
    }
    likely
}

/// Whether a layer may recognise these bytes once there are more of them.
pub(super) fn may_be(data: &[u8]) -> bool {
    LAYERS.iter().any(|layer| (layer.recognise)(data) != Verdict::No)
}
