//! Strict base64 is decoded as the `base64` crate decodes it.

#![no_main]

#[path = "../checks/mod.rs"]
#[allow(dead_code)]
mod checks;

libfuzzer_sys::fuzz_target!(|input: &[u8]| checks::base64::check(input));
