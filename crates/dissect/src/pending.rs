//! Requests that wait for their responses, bounded.

/// How many requests of one session wait at most; the oldest is given up first. Industrial clients keep a handful
/// open (Modbus implementations allow 16, S7 negotiates up to 10); the cap leaves room for bursts.
const CAPACITY: usize = 64;

/// A small table from transaction identifier to what the request was.
#[derive(Debug)]
pub struct Pending<K, V> {
    entries: Vec<(K, V)>,
}

impl<K, V> Default for Pending<K, V> {
    fn default() -> Self {
        Self { entries: Vec::new() }
    }
}

impl<K: PartialEq, V> Pending<K, V> {
    /// Remembers a request; one with the same identifier is replaced and returned.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.0 == key) {
            return Some(std::mem::replace(&mut entry.1, value));
        }
        if self.entries.len() >= CAPACITY {
            self.entries.remove(0);
        }
        self.entries.push((key, value));
        None
    }

    /// Takes the request with this identifier.
    pub fn take(&mut self, key: &K) -> Option<V> {
        let at = self.entries.iter().position(|entry| entry.0 == *key)?;
        Some(self.entries.remove(at).1)
    }

    /// Looks at the request with this identifier without taking it.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.entries.iter().find(|entry| entry.0 == *key).map(|entry| &entry.1)
    }

    /// Forgets every request.
    pub fn clear(&mut self) {
        self.entries.clear();
    }

    /// How many requests wait.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// True when none waits.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}
