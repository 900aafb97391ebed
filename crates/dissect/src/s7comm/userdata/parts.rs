//! Answers in several parts, and the items of cyclic subscriptions.

use super::super::{Asked, Name};
use super::Head;

/// Most multi-part answers of one session that are put together at once; controllers send one at a time.
const MAX_PARTS: usize = 4;
/// Largest payload that is put together, in bytes. A diagnostic buffer of 500 entries has 10,000, lists of blocks 4 per
/// block.
const MAX_PAYLOAD: usize = 64 * 1024;
/// Most cyclic subscriptions of one session whose items are kept.
const MAX_SUBSCRIPTIONS: usize = 32;

/// An answer in several parts.
pub(super) struct Part {
    to_server: bool,
    reference: u8,
    head: (u8, u8, u8),
    pub(super) object: Name,
    pub(super) szl: Option<(u16, u16)>,
    bytes: Vec<u8>,
    /// Bytes of the conversation are lost, or there were too many of them.
    gap: bool,
}

/// A cyclic subscription, or a job that watches variables.
pub(super) struct Subscription {
    /// Function group and number within it.
    key: (u8, u8),
    pub(super) count: u8,
    pub(super) items: Vec<u8>,
    pub(super) object: Name,
}

/// What userdata needs to remember.
#[derive(Default)]
pub(in super::super) struct Parts {
    open: Vec<Part>,
    subscriptions: Vec<Subscription>,
}

impl Parts {
    /// Bytes of one direction, or of either, are lost: answers under way may lack a part.
    pub(in super::super) fn gap(&mut self, to_server: Option<bool>) {
        for open in &mut self.open {
            open.gap |= to_server.is_none_or(|to_server| to_server == open.to_server);
        }
    }

    /// Adds a part; gives the whole with its last one, and whether a part may lack. `None` while more follow.
    pub(super) fn add(
        &mut self,
        to_server: bool,
        head: &Head,
        data: &[u8],
        asked: Option<&Asked>,
    ) -> Option<(Vec<u8>, bool)> {
        let (reference, more, _) = head.unit?;
        let at = self.open.iter().position(|open| open.to_server == to_server && open.reference == reference);
        let at = if let Some(at) = at {
            at
        } else {
            if self.open.len() >= MAX_PARTS {
                self.open.remove(0);
            }
            self.open.push(Part {
                to_server,
                reference,
                head: (head.group, head.subfunction, head.sequence),
                object: asked.map(|asked| asked.object).unwrap_or_default(),
                szl: asked.and_then(|asked| asked.szl),
                bytes: Vec::new(),
                gap: false,
            });
            self.open.len().saturating_sub(1)
        };
        let part = self.open.get_mut(at)?;
        let room = MAX_PAYLOAD.saturating_sub(part.bytes.len());
        part.gap |= data.len() > room;
        part.bytes.extend_from_slice(data.get(..room).unwrap_or(data));
        if more {
            return None;
        }
        let part = self.open.remove(at);
        Some((part.bytes, part.gap))
    }

    /// Whether parts of this answer were seen before.
    pub(super) fn continues(&self, to_server: bool, head: &Head) -> bool {
        head.unit.is_some_and(|(reference, ..)| {
            self.open.iter().any(|open| open.to_server == to_server && open.reference == reference)
        })
    }

    /// The answer whose next part a request asks for.
    pub(super) fn asked_on(&self, to_server: bool, head: &Head) -> Option<&Part> {
        self.open.iter().rev().find(|open| {
            open.to_server != to_server && open.head == (head.group, head.subfunction, head.sequence)
        })
    }

    pub(super) fn subscribe(&mut self, head: &Head, asked: &Asked) {
        let key = (head.group, head.sequence);
        self.subscriptions.retain(|known| known.key != key);
        if self.subscriptions.len() >= MAX_SUBSCRIPTIONS {
            self.subscriptions.remove(0);
        }
        self.subscriptions.push(Subscription {
            key,
            count: asked.count,
            items: asked.items.clone(),
            object: asked.object,
        });
    }

    pub(super) fn subscription(&self, head: &Head) -> Option<&Subscription> {
        self.subscriptions.iter().find(|known| known.key == (head.group, head.sequence))
    }
}
