//! Segments of one direction of a TCP connection.
#![cfg_attr(feature = "libfuzzer", no_main)]

#[cfg(feature = "libfuzzer")]
libfuzzer_sys::fuzz_target!(|data: &[u8]| sightglass_fuzz::segments(data));

#[cfg(not(feature = "libfuzzer"))]
fn main() {
    sightglass_fuzz::replay(sightglass_fuzz::segments);
}
