//! Fields out of a closure, for messages whose parts are at hand where the message is built.

use crate::{Fields, Visitor};

/// Shows what the closure hands to the visitor; called only where somebody wants fields.
pub(crate) struct Shown<F>(pub(crate) F);

impl<F: Fn(&mut dyn Visitor)> Fields for Shown<F> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        (self.0)(visitor);
    }
}
