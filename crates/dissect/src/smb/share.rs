//! What both generations of SMB remember of a connection: open files by identifier, and requests without answer.

use std::sync::Arc;

/// Open files of one connection whose names are remembered; the oldest is forgotten first.
const MAX_FILES: usize = 64;
/// Longest name that is kept, in bytes.
pub(crate) const MAX_NAME: usize = 256;

/// Names of open files.
#[derive(Debug, Default)]
pub(crate) struct Files {
    open: Vec<(u128, Arc<str>)>,
}

impl Files {
    /// Remembers the name that an identifier stands for.
    pub(crate) fn insert(&mut self, id: u128, name: Arc<str>) {
        if let Some(own) = self.open.iter_mut().find(|(own, _)| *own == id) {
            own.1 = name;
            return;
        }
        if self.open.len() >= MAX_FILES {
            self.open.remove(0);
        }
        self.open.push((id, name));
    }

    /// The name of an open file.
    pub(crate) fn get(&self, id: u128) -> Option<Arc<str>> {
        self.open.iter().find(|(own, _)| *own == id).map(|(_, name)| Arc::clone(name))
    }

    /// Forgets a file that was closed.
    pub(crate) fn remove(&mut self, id: u128) {
        self.open.retain(|(own, _)| *own != id);
    }
}

/// A name made fit to keep; `None` when there is none.
pub(crate) fn name(text: &str) -> Option<Arc<str>> {
    let text = crate::said::cut(text, MAX_NAME);
    (!text.is_empty()).then(|| text.into())
}
