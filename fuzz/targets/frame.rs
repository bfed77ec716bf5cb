//! A frame is accepted if and only if a reader that starts at its end accepts it.

#![no_main]

#[path = "../checks/mod.rs"]
#[allow(dead_code)]
mod checks;

libfuzzer_sys::fuzz_target!(|input: &[u8]| checks::frame::check(input));
