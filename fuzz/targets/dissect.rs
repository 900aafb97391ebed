//! One dissector's conversation: `SIGHTGLASS_DISSECTOR=modbus dissect CORPUS`.
#![cfg_attr(feature = "libfuzzer", no_main)]

use std::sync::LazyLock;

use sightglass_dissect::Dissector;

static CHOSEN: LazyLock<&'static Dissector> = LazyLock::new(|| {
    let name = std::env::var("SIGHTGLASS_DISSECTOR").expect("SIGHTGLASS_DISSECTOR names a protocol");
    sightglass_fuzz::dissector(&name)
});

#[cfg(feature = "libfuzzer")]
libfuzzer_sys::fuzz_target!(|data: &[u8]| sightglass_fuzz::converse(&CHOSEN, data));

#[cfg(not(feature = "libfuzzer"))]
fn main() {
    sightglass_fuzz::replay(|data| sightglass_fuzz::converse(&CHOSEN, data));
}
