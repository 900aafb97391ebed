//! The headers of one frame.
#![cfg_attr(feature = "libfuzzer", no_main)]

#[cfg(feature = "libfuzzer")]
libfuzzer_sys::fuzz_target!(|data: &[u8]| sightglass_fuzz::frame(data));

#[cfg(not(feature = "libfuzzer"))]
fn main() {
    sightglass_fuzz::replay(sightglass_fuzz::frame);
}
