//! Where dissectors put what they found.

use crate::{Expectation, FileChunk, Message, Observation, Value, ValueBlock};

/// What the receiver of messages will look at; lets dissectors skip work nobody asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wants {
    /// Process values are used.
    pub values: bool,
    /// File contents are used.
    pub files: bool,
}

/// Takes what a dissector finds, in the order of the wire.
pub trait Sink {
    /// One decoded message.
    fn message(&mut self, message: &Message<'_>);
    /// A fact about a device. Repeating a known fact is cheap but not free.
    fn observe(&mut self, observation: &Observation<'_>);
    /// One process variable.
    fn value(&mut self, value: &Value<'_>);
    /// A run of process variables.
    fn values(&mut self, block: &ValueBlock<'_>);
    /// A piece of a file.
    fn file(&mut self, chunk: &FileChunk<'_>);
    /// A flow to come.
    fn expect(&mut self, expectation: &Expectation<'_>);
    /// What is worth handing over.
    fn wants(&self) -> Wants;
}
