//! Alipay's messages, posted by anyone: nothing is returned but the one plaintext that was ever signed, and the
//! parser reads what serde_json reads.

#![no_main]

#[path = "../checks/mod.rs"]
#[allow(dead_code)]
mod checks;

libfuzzer_sys::fuzz_target!(|input: &[u8]| checks::alipay_message::check(input));
