//! A capture file, through the whole engine.
#![cfg_attr(feature = "libfuzzer", no_main)]

#[cfg(feature = "libfuzzer")]
libfuzzer_sys::fuzz_target!(|data: &[u8]| sightglass_fuzz::capture(data));

#[cfg(not(feature = "libfuzzer"))]
fn main() {
    sightglass_fuzz::replay(sightglass_fuzz::capture);
}
