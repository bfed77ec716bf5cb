//! The JSON check accepts what `JSON.parse` accepts, and finds what is claimed.

#![no_main]

#[path = "../checks/mod.rs"]
#[allow(dead_code)]
mod checks;

libfuzzer_sys::fuzz_target!(|input: &[u8]| checks::json::check(input));
