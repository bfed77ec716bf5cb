//! The app id read out of the plaintext, in each way that platforms write it: where serde_json can read the text
//! too, both find the same.

#![no_main]

#[path = "../checks/mod.rs"]
#[allow(dead_code)]
mod checks;

libfuzzer_sys::fuzz_target!(|input: &[u8]| checks::app_id::check(input));
