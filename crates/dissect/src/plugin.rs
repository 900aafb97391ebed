//! Protocols of plug-ins: names that are known only when the program runs.
//!
//! Everything in the engine is keyed by [`Protocol`] and shows names that live as long as the program. A plug-in's
//! protocol takes one of a fixed number of places in that list, and the names it declares (functions, fields, errors,
//! attributes) are kept for good, once each. Both are bounded, and nothing that comes off a wire is ever kept.

use std::collections::HashSet;
use std::sync::{LazyLock, Mutex, OnceLock, PoisonError};

use crate::Protocol;

/// Protocols of plug-ins in one process.
pub const MAX_PLUGINS: usize = 16;
/// Names that all plug-ins of one process may declare together.
pub const MAX_NAMES: usize = 8_192;
/// Longest name in bytes.
const MAX_NAME: usize = 64;

const PLACES: [Protocol; MAX_PLUGINS] = [
    Protocol::Plugin0,
    Protocol::Plugin1,
    Protocol::Plugin2,
    Protocol::Plugin3,
    Protocol::Plugin4,
    Protocol::Plugin5,
    Protocol::Plugin6,
    Protocol::Plugin7,
    Protocol::Plugin8,
    Protocol::Plugin9,
    Protocol::Plugin10,
    Protocol::Plugin11,
    Protocol::Plugin12,
    Protocol::Plugin13,
    Protocol::Plugin14,
    Protocol::Plugin15,
];

static TAKEN: [OnceLock<&'static str>; MAX_PLUGINS] = [const { OnceLock::new() }; MAX_PLUGINS];
static NAMES: LazyLock<Mutex<HashSet<&'static str>>> = LazyLock::new(Mutex::default);

/// Why a name cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameError {
    /// Not snake_case of at most 64 ASCII letters, digits and underscores that begins with a letter.
    Form,
    /// A protocol of our own has it.
    Taken,
    /// There are too many: [`MAX_PLUGINS`] protocols, [`MAX_NAMES`] names.
    Full,
}

impl std::fmt::Display for NameError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Form => write!(
                f,
                "must be snake_case: a letter, then letters, digits and underscores, at most {MAX_NAME}"
            ),
            Self::Taken => f.write_str("is the name of a built-in protocol"),
            Self::Full => {
                write!(f, "is one too many: there is place for {MAX_PLUGINS} protocols and {MAX_NAMES} names")
            }
        }
    }
}

impl std::error::Error for NameError {}

fn is_name(name: &str) -> bool {
    name.len() <= MAX_NAME
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// Keeps a declared name for as long as the program runs; the same name is kept once.
///
/// # Errors
/// [`NameError`] when it is no name, or when there are too many.
pub fn intern(name: &str) -> Result<&'static str, NameError> {
    if !is_name(name) {
        return Err(NameError::Form);
    }
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = names.get(name) {
        return Ok(known);
    }
    if names.len() >= MAX_NAMES {
        return Err(NameError::Full);
    }
    let kept: &'static str = Box::leak(name.to_owned().into_boxed_str());
    names.insert(kept);
    Ok(kept)
}

/// Gives a plug-in's protocol its place; the same name gets the same one again.
///
/// # Errors
/// [`NameError`] when the name cannot be used.
pub fn register(name: &str) -> Result<Protocol, NameError> {
    let kept = intern(name)?;
    if Protocol::ALL.iter().any(|own| own.name() == kept) {
        return Err(NameError::Taken);
    }
    for (place, taken) in PLACES.iter().zip(&TAKEN) {
        if *taken.get_or_init(|| kept) == kept {
            return Ok(*place);
        }
    }
    Err(NameError::Full)
}

/// The name of a plug-in's protocol.
pub(crate) fn name(protocol: Protocol) -> &'static str {
    let of = |(place, taken): (&Protocol, &OnceLock<&'static str>)| {
        (*place == protocol).then(|| taken.get().copied().unwrap_or("plugin"))
    };
    PLACES.iter().zip(&TAKEN).find_map(of).unwrap_or("plugin")
}

/// The plug-in's protocol with this name.
pub(crate) fn find(name: &str) -> Option<Protocol> {
    let of = |(place, taken): (&Protocol, &OnceLock<&'static str>)| {
        (taken.get().copied() == Some(name)).then_some(*place)
    };
    PLACES.iter().zip(&TAKEN).find_map(of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_protocol_keeps_its_place_and_name() {
        let first = register("example_scale").unwrap();
        let second = register("example_meter").unwrap();
        assert_ne!(first, second);
        assert_eq!(register("example_scale"), Ok(first));
        assert_eq!(first.name(), "example_scale");
        assert_eq!(Protocol::from_name("example_meter"), Some(second));
        assert!(!Protocol::ALL.contains(&first));
    }

    #[test]
    fn names_are_snake_case_and_not_ours() {
        for bad in ["", "Scale", "a-b", "1a", "a\"b", "ü", &"a".repeat(65)] {
            assert_eq!(intern(bad), Err(NameError::Form), "{bad}");
        }
        assert_eq!(register("modbus"), Err(NameError::Taken));
        assert_eq!(Protocol::from_name("no_such_protocol"), None);
    }

    #[test]
    fn the_same_name_is_kept_once() {
        let (one, two) = (intern("weight_kg").unwrap(), intern("weight_kg").unwrap());
        assert!(std::ptr::eq(one, two));
    }
}
