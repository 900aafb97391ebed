//! Process values of jobs on variables.

use super::address::Address;
use super::body::Items;
use super::value::{Value, number, small, type_name, value};
use crate::{Protocol, Reader, Reference, Sink, Value as Process};

/// Values of one job that are handed over.
const MAX_VALUES: usize = 1024;

/// Values of a response by item number, then errors by item number; both end with number 0.
pub(super) fn numbered<'a>(
    reader: &mut Reader<'a>,
    mut on_value: impl FnMut(u32, Value<'a>),
    mut on_error: impl FnMut(u32, u64),
) -> Option<()> {
    while let Some(at) = Some(small(reader)?).filter(|at| *at != 0) {
        on_value(at, value(reader)?);
    }
    while let Some(at) = Some(small(reader)?).filter(|at| *at != 0) {
        on_error(at, number(reader)?);
    }
    Some(())
}

/// Hands the process values of a write job or a read's response to `sink`.
pub(super) fn emit(items: &Items<'_>, body: &[u8], write: bool, address: Reference<'_>, sink: &mut dyn Sink) {
    if items.object != 0 {
        return;
    }
    let mut reader = Reader::new(body);
    let mut give = |address_of: &Address<'_>, value: &Value<'_>| {
        let Some(number) = value.as_number().filter(|_| address_of.is_process()) else { return };
        sink.value(&Process {
            protocol: Protocol::S7commPlus,
            address,
            object: Reference::Text(address_of.name().as_str()),
            kind: type_name(value.kind),
            number,
        });
    };
    if write {
        for address in items.addresses().take(MAX_VALUES) {
            let Some(value) = small(&mut reader).and_then(|_| value(&mut reader)) else { return };
            give(&address, &value);
        }
        return;
    }
    let mut addresses = items.addresses();
    let mut next = 1u32;
    let _ = numbered(
        &mut reader,
        |at, value| {
            // Items come in order; those that failed are skipped.
            let skip = at.saturating_sub(next);
            if let Some(address) = addresses.nth(usize::try_from(skip).unwrap_or(usize::MAX)) {
                next = at.saturating_add(1);
                give(&address, &value);
            }
        },
        |_, _| {},
    );
}
